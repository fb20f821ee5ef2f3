# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles and days for results, laid on them when QGIS loads them."""

from collections import deque
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsMapLayer,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsSingleBandPseudoColorRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt

from .series_tree import move_to_stations

STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
DAYS_OF_BANDS = "soilsharp/days_of_bands"  # property of a layer: its days, in the order of its bands
# Python would let go of a post-processor before QGIS calls it; the oldest are let go long after that
_alive = deque(maxlen=1000)


def keep(processor):
    """Keep a post-processor alive until QGIS has called it; return it."""
    _alive.append(processor)
    return processor


class Dresser(QgsProcessingLayerPostProcessorInterface):
    """Lays a style on a loaded layer and tells QGIS its day; a layer of points goes to the stations.

    Each layer needs one of its own: QGIS deletes it together with what it knows of the layer.

    Parameters
    ----------
    style : str
        Name of a file in resources/styles, or ''.
    day : datetime64[D] or None
    """

    def __init__(self, style="", day=None):
        super().__init__()
        self._style, self._day = style, day

    def postProcessLayer(self, layer, context, feedback):
        if self._style:
            layer.loadNamedStyle(str(STYLES / self._style), QgsMapLayer.StyleCategory.Symbology)
        if self._day is not None and isinstance(layer, QgsRasterLayer):
            set_day(layer, self._day)
        layer.triggerRepaint()
        if context.project() is not None and isinstance(layer, QgsVectorLayer):
            move_to_stations(layer, context.project())


def set_day(layer, day):
    """Tell QGIS that a raster shows one day, datetime64[D], from midnight to midnight UTC."""
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(_whole(day))
    properties.setIsActive(True)


def set_bands(layer, days):
    """Tell QGIS that each band of a raster shows one day, datetime64[D].

    Before 3.38 QGIS cannot know: it draws the layer anew at every frame, and `show_day` chooses the band.
    """
    properties = layer.temporalProperties()
    layer.setCustomProperty(DAYS_OF_BANDS, " ".join(str(day) for day in days))
    per_band = getattr(Qgis.RasterTemporalMode, "FixedRangePerBand", None)
    if per_band is None:
        properties.setMode(Qgis.RasterTemporalMode.RedrawLayerOnly)
    else:
        properties.setMode(per_band)
        properties.setFixedRangePerBand({number: _whole(day) for number, day in enumerate(days, 1)})
    properties.setIsActive(True)


def show_day(layer, day):
    """Have a raster whose bands are days draw that of a day, as YYYY-MM-DD, if it has it."""
    days = layer.customProperty(DAYS_OF_BANDS, "").split()
    if day in days:
        layer.setRenderer(_of_band(layer.renderer(), layer.dataProvider(), days.index(day) + 1))


def _of_band(renderer, provider, band):
    if isinstance(renderer, QgsPalettedRasterRenderer):  # the only one that cannot be told another band
        return QgsPalettedRasterRenderer(provider, band, renderer.classes())
    other = renderer.clone()
    (other.setBand if isinstance(other, QgsSingleBandPseudoColorRenderer) else other.setGrayBand)(band)
    return other


def set_days(project, first, last):
    """Tell a project to be played day by day, from the first to the last one, each a datetime64[D]."""
    settings = project.timeSettings()
    settings.setTimeStep(1)
    settings.setTimeStepUnit(QgsUnitTypes.TemporalUnit.TemporalDays)
    # up to the last second: at midnight one more day would begin, without a map
    settings.setTemporalRange(QgsDateTimeRange(_midnight(first), _midnight(last).addDays(1).addSecs(-1)))


def _whole(day):
    begin = _midnight(day)
    return QgsDateTimeRange(begin, begin.addDays(1), True, False)


def _midnight(day):
    return QDateTime.fromString(f"{day}T00:00:00Z", Qt.DateFormat.ISODate)


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
            context.layerToLoadOnCompletionDetails(path).setPostProcessor(keep(Dresser(style, day)))


def load_points(context, name, path, label):
    """Have a layer of points loaded when the algorithm is done; it belongs to the output `name`."""
    project = context.project()
    if project is not None:
        details = QgsProcessingContext.LayerDetails(label, project, name, QgsProcessingUtils.LayerHint.Vector)
        details.setPostProcessor(keep(Dresser()))
        context.addLayerToLoadOnCompletion(path, details)


class Hatcher(QgsProcessingLayerPostProcessorInterface):
    """Lays a style on a loaded layer of polygons with a field `date`, and has each of them shown on its day alone.

    Parameters
    ----------
    style : str
        Name of a file in resources/styles.
    """

    def __init__(self, style):
        super().__init__()
        self._style = style

    def postProcessLayer(self, layer, context, feedback):
        layer.loadNamedStyle(str(STYLES / self._style), QgsMapLayer.StyleCategory.Symbology)
        properties = layer.temporalProperties()
        properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
        properties.setStartField("date")
        properties.setFixedDuration(1)
        properties.setDurationUnits(QgsUnitTypes.TemporalUnit.TemporalDays)
        properties.setIsActive(True)
        layer.triggerRepaint()


def load_polygons(context, name, path, label, style):
    """Have a layer of polygons with days loaded when the algorithm is done; it belongs to the output `name`."""
    project = context.project()
    if project is not None:
        details = QgsProcessingContext.LayerDetails(label, project, name, QgsProcessingUtils.LayerHint.Vector)
        details.forceName = True
        details.setPostProcessor(keep(Hatcher(style)))
        context.addLayerToLoadOnCompletion(path, details)
