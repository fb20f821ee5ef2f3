# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles and days for results, laid on them when QGIS loads them."""

from collections import deque
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QDateTime, Qt

MAX_LOADED = 100  # more layers than this make QGIS slow and help nobody
STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
# Python would let go of a post-processor before QGIS calls it; the oldest are let go long after that
_alive = deque(maxlen=1000)


class Dresser(QgsProcessingLayerPostProcessorInterface):
    """Lays a style on a loaded layer, tells QGIS its day and those of its series, and puts it into a group.

    Each layer needs one of its own: QGIS deletes it together with what it knows of the layer.

    Parameters
    ----------
    style : str
        Name of a file in resources/styles.
    day : datetime64[D] or None
    group : str
        Name of a group of the layer tree, or '' to leave the layer where it is.
    span : tuple of datetime64[D], optional
        First and last day of the series that it belongs to.
    hidden : bool
        Whether the group is not shown until a person asks for it.
    """

    def __init__(self, style, day=None, group="", span=None, hidden=False):
        super().__init__()
        self._style, self._day, self._group, self._span, self._hidden = style, day, group, span, hidden
        _alive.append(self)

    def postProcessLayer(self, layer, context, feedback):
        if self._style:
            layer.loadNamedStyle(str(STYLES / self._style), QgsMapLayer.StyleCategory.Symbology)
        if self._day is not None and isinstance(layer, QgsRasterLayer):
            set_day(layer, self._day)
        layer.triggerRepaint()
        if context.project() is None:
            return
        if self._group:
            move_to_group(layer, self._group, context.project(), hidden=self._hidden)
        if self._span:
            set_days(context.project(), *self._span)


def set_day(layer, day):
    """Tell QGIS that a raster shows one day, datetime64[D], from midnight to midnight UTC."""
    begin = _midnight(day)
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(QgsDateTimeRange(begin, begin.addDays(1), True, False))
    properties.setIsActive(True)


def set_days(project, first, last):
    """Tell a project to be played day by day, from the first to the last one, each a datetime64[D]."""
    settings = project.timeSettings()
    settings.setTimeStep(1)
    settings.setTimeStepUnit(QgsUnitTypes.TemporalUnit.TemporalDays)
    # up to the last second: at midnight one more day would begin, without a map
    settings.setTemporalRange(QgsDateTimeRange(_midnight(first), _midnight(last).addDays(1).addSecs(-1)))


def _midnight(day):
    return QDateTime.fromString(f"{day}T00:00:00Z", Qt.DateFormat.ISODate)


def move_to_group(layer, name, project, *, hidden=False):
    """Put a layer's node into a group of the layer tree, unless QGIS has done so; a hidden group is also folded."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None:
        return
    node.setExpanded(False)
    if node.parent().name() != name:
        group = root.findGroup(name) or root.insertGroup(0, name)
        group.addChildNode(node.clone())
        node.parent().removeChildNode(node)
    if hidden:
        group = root.findGroup(name)
        group.setItemVisibilityChecked(False)
        group.setExpanded(False)


def style_when_loaded(context, targets, styles, day_of):
    """Have the results that QGIS will load styled and dated.

    Parameters
    ----------
    context : QgsProcessingContext
    targets : dict
        Output name to path.
    styles : dict
        Output name to name of a style.
    day_of : callable
        Gives the day of a raster file, None if it has none.
    """
    for name, style in styles.items():
        path = targets.get(name)
        if path and context.willLoadLayerOnCompletion(path):
            day = day_of(path) if path.endswith(".tif") else None
            context.layerToLoadOnCompletionDetails(path).setPostProcessor(Dresser(style, day))


def load_maps(context, name, maps, style, group, *, hidden=False):
    """Have maps loaded when the algorithm is done, the first `MAX_LOADED` of them.

    Parameters
    ----------
    context : QgsProcessingContext
    name : str
        Of the output that they belong to.
    maps : list of (day, path)
        A map without a day, None, is named after its file.
    style, group : str
    hidden : bool
        Whether the group is not shown until a person asks for it.
    """
    project = context.project()
    if project is None:
        return
    maps = maps[:MAX_LOADED]
    days = [day for day, _ in maps if day is not None]
    span = (min(days), max(days)) if len(days) > 1 else None
    for number, (day, path) in enumerate(maps):
        label = Path(path).stem if day is None else str(day)
        details = QgsProcessingContext.LayerDetails(label, project, name, QgsProcessingUtils.LayerHint.Raster)
        # the name of the output is also the name that QGIS may give all of them; the day must win
        details.forceName = True
        details.setPostProcessor(Dresser(style, day, group, span, hidden))
        if hasattr(details, "groupName"):  # from QGIS 3.32 on
            details.groupName = group
        if hasattr(details, "layerSortKey"):
            details.layerSortKey = len(maps) - number  # the highest comes first
        context.addLayerToLoadOnCompletion(str(path), details)


def load_points(context, name, path, label):
    """Have a layer of points loaded when the algorithm is done; it belongs to the output `name`."""
    project = context.project()
    if project is not None:
        details = QgsProcessingContext.LayerDetails(label, project, name, QgsProcessingUtils.LayerHint.Vector)
        context.addLayerToLoadOnCompletion(path, details)
