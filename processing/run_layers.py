# SPDX-License-Identifier: GPL-2.0-or-later
"""The maps of a run as one thing in the project: one group, one map of it seen, and loaded a few at a time.

The worker only tells what is to be loaded. QGIS loads the first map; with it, on the main thread, begins a `Loader`.
"""

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsMessageLog,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtCore import QElapsedTimer, QObject, QTimer

from ..i18n import tr
from .series_tree import RUN, insert_days, insert_run, mark_days, marked_with, remove_groups, see_first, unfold
from .styling import STYLES, keep, set_bands, set_day, set_days

MOST_LAYERS = 60  # maps of more days than these become one layer whose bands are the days, or so many are loaded
SLICE = 15  # milliseconds of work between two looks at what the person does
BREATH = 10  # milliseconds for that, and for QGIS to draw what has come
PATIENCE = 50  # how many times the tree is looked at for the first layer
LOOKED_AT, CELLS = 9, 100  # the scale of maps without a style is taken from so many, of so many cells along a side
MOST_NAMED = 5  # maps that cannot be opened are told by their names
REST = 0.02  # of the values may lie below that scale, and as many above it


@dataclass(frozen=True)
class Kind:
    """Maps of one kind: `maps` are (day, path) in the order of their days; a day may be None."""

    key: str
    title: str
    style: str
    maps: tuple

    @property
    def days(self):
        return [day for day, _ in self.maps if day is not None]


def load_run(context, output, folder, label, kinds):
    """Have the maps of a run loaded when the algorithm is done; called in its worker.

    Parameters
    ----------
    context : QgsProcessingContext
    output : str
        Name of the output that they belong to.
    folder : path
        The folder of the run, which tells it from another of the same name.
    label : str
        Of the group, with a place for the folder's name.
    kinds : sequence of Kind
        The first one is seen, of the others none until a person asks for it.
    """
    project = context.project()
    if project is None:
        return
    kinds = [kind for kind in (_openable(kind, context) for kind in kinds) if kind.maps]
    if not kinds:
        return
    jobs = []
    for kind in kinds:
        layers = _jobs(kind, Path(folder))
        if len(layers) == MOST_LAYERS < len(kind.maps):
            warn(context, _left_out(kind, Path(folder)))
        jobs += layers
    first = jobs[0]
    details = QgsProcessingContext.LayerDetails(first.name, project, output, QgsProcessingUtils.LayerHint.Raster)
    # the name of the output is also the name that QGIS may give it; the day must win
    details.forceName = True
    details.setPostProcessor(keep(_Beginning(Path(folder), label, kinds, jobs)))
    context.addLayerToLoadOnCompletion(first.path, details)


def _openable(kind, context):
    """Return a kind without the maps that GDAL cannot open, and name these in the log of the run."""
    lost = {path for _, path in kind.maps if not _opens(path)}
    if lost:
        warn(context, cannot_open(sorted(lost)))
    return replace(kind, maps=tuple((day, path) for day, path in kind.maps if path not in lost))


def _opens(path):
    from osgeo import gdal

    try:
        return gdal.OpenEx(str(path), gdal.OF_RASTER) is not None
    except RuntimeError:  # where GDAL was told to raise
        return False


def cannot_open(paths):
    """Return words that maps are not loaded: which, why, and what a person can do."""
    named = ", ".join(str(path) for path in paths[:MOST_NAMED])
    if len(paths) > MOST_NAMED:
        named = tr("{} and {} more").format(named, len(paths) - MOST_NAMED)
    words = tr("Not loaded, since QGIS cannot open them: {}. They may be damaged or gone: run the step again.")
    return words.format(named)


def _left_out(kind, folder):
    """Return words that not all maps of a kind are loaded, why, and what a person can do."""
    return tr(
        "Only the first {} of the {} maps of '{}' are loaded: the file that shows all as one layer, {}, could not be "
        "written, or a map could not be read. Drag others from that folder into QGIS, or run the step again."
    ).format(MOST_LAYERS, len(kind.maps), kind.title, folder / f"{kind.key}.vrt")


def warn(context, words):
    """Say in the log of a run what is not loaded, if somebody listens."""
    if context.feedback() is not None:
        context.feedback().pushWarning(words)


def load_folder(context, output, maps, style, folder):
    """Have the maps in a folder loaded; those in its sub-folders are of one kind each; see `load_run`."""
    kinds = {}
    for day, path in maps:
        kinds.setdefault(Path(path).parent.name, []).append((day, path))
    load_run(context, output, folder, "{}", [Kind(name, name, style, tuple(its)) for name, its in kinds.items()])


@dataclass(frozen=True)
class _Job:
    """One layer to come: `day` of a map, or `days` of one whose bands are days, and the scale if it has no style."""

    kind: Kind
    path: str
    name: str
    day: object = None
    days: tuple = ()
    scale: tuple = ()


def _jobs(kind, folder):
    """Return the layers of one kind: one a day, or one for all days if these are many."""
    scale = () if kind.style else _scale([path for _, path in kind.maps])
    path = folder / f"{kind.key}.vrt"
    if len(kind.maps) > MOST_LAYERS and len(kind.days) == len(kind.maps) and _bands_written(path, kind.maps):
        return [_Job(kind, str(path), kind.title, days=tuple(kind.days), scale=scale)]
    named = [(day, str(path), Path(path).stem if day is None else str(day)) for day, path in kind.maps[:MOST_LAYERS]]
    return [_Job(kind, path, name, day=day, scale=scale) for day, path, name in named]


def _bands_written(path, maps):
    """Write a file that shows the maps as bands, one a day; it names them, and holds no values.

    Return whether it is there: not where it cannot be written, or a map cannot be read, which GDAL leaves out.
    """
    from osgeo import gdal

    try:
        path.unlink(missing_ok=True)  # GDAL does not tell that it could not write, and an old one has other days
    except OSError:
        return False
    bands = gdal.BuildVRT(str(path), [str(file) for _, file in maps], separate=True)
    if bands is None or bands.RasterCount < len(maps):
        return False
    for number, (day, _) in enumerate(maps, 1):
        bands.GetRasterBand(number).SetDescription(str(day))
    bands.FlushCache()
    return path.is_file()


def _scale(paths):
    """Return one least and greatest value for all maps, from some of them: () if these hold none."""
    step = max(1, len(paths) // LOOKED_AT)
    cuts = [cut for cut in map(_cut, paths[::step]) if cut]
    return (min(low for low, _ in cuts), max(high for _, high in cuts)) if cuts else ()


def _cut(path):
    """Return the values between which most of a map lies, () if it has none.

    Read without a layer: this runs in a worker, and what QGIS hands out of a layer there may be gone a moment later.
    """
    import numpy as np

    from ..core.rasters.open import Source
    from ..core.rasters.raster import read_on

    source = Source(str(path))
    values = read_on(source, source.grid().thinned(CELLS))
    low, high = np.nanquantile(values, [REST, 1 - REST]) if np.isfinite(values).any() else (0, 0)
    return (float(low), float(high)) if low < high else ()


class _Beginning(QgsProcessingLayerPostProcessorInterface):
    """Begins to load a run with its first layer, which QGIS has just loaded."""

    def __init__(self, *run):
        super().__init__()
        self._run = run

    def postProcessLayer(self, layer, context, feedback):
        if context.project() is not None:
            Loader(context.project(), layer, *self._run).start()


class Loader(QObject):
    """Adds the layers of a run to a project, a few at a time, so that QGIS answers meanwhile.

    Parameters
    ----------
    project : QgsProject
    layer : QgsRasterLayer
        The first one, which is in the project.
    folder : Path
        Of the run.
    label : str
        Of its group, with a place for the folder's name.
    kinds : list of Kind
    jobs : list of _Job
        One for each layer, the first one included.
    """

    running = set()  # noqa: RUF012 - those at work, which nothing else would hold on to

    def __init__(self, project, layer, folder, label, kinds, jobs):
        super().__init__()
        self._project, self._first, self._folder, self._label, self._kinds = project, layer.id(), folder, label, kinds
        self._jobs, self._groups, self._run, self._looks = deque(jobs), {}, None, 0
        self._lost = []  # maps that could be opened when the run told of them, and no more
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slice)

    def start(self):
        """Begin at the next turn of the event loop: until then QGIS may still be busy with the first layer."""
        type(self).running.add(self)
        self._dress(self._project.mapLayer(self._first), self._jobs[0])
        self._project.cleared.connect(self._end)
        self._timer.start(BREATH)

    def _slice(self):
        """Add layers for as long as a person does not notice."""
        clock = QElapsedTimer()
        clock.start()
        if self._run is None and not self._begin():
            return
        while self._jobs:
            self._add(self._jobs.popleft())
            if clock.elapsed() > SLICE:
                break
        if not self._jobs:
            days = [day for kind in self._kinds for day in kind.days]
            unfold(self._run)
            if len(set(days)) > 1:
                set_days(self._project, min(days), max(days))
            if self._lost:
                QgsMessageLog.logMessage(cannot_open(self._lost), "SoilSharp", Qgis.MessageLevel.Warning)
            self._end()

    def _begin(self):
        """Make the groups and bring the first layer into its own; return whether its node was there to be brought."""
        root = self._project.layerTreeRoot()
        node = root.findLayer(self._first)
        if node is None:
            self._looks += 1
            if self._looks > PATIENCE:
                self._end()
            return False
        old = marked_with(root, RUN, str(self._folder))
        self._run = insert_run(root, self._folder, self._label)
        self._insert(node.layer(), self._jobs.popleft())
        # only now: a layer without a node in the tree would leave the project
        node.parent().removeChildNode(node)
        remove_groups(self._project, old)
        return True

    def _add(self, job):
        layer = QgsRasterLayer(job.path, job.name)
        if not layer.isValid():
            self._lost.append(job.path)
            return
        self._dress(layer, job)
        self._project.addMapLayer(layer, False)
        self._insert(layer, job)

    def _insert(self, layer, job):
        """Put a layer into the tree; of the days of a kind the first is seen, and tells the colours of all."""
        group = self._group_of(job)
        first = not group.children()
        node = QgsLayerTreeLayer(layer)
        node.setExpanded(False)
        node.setItemVisibilityChecked(first or not group.isMutuallyExclusive())
        group.addChildNode(node)
        see_first(self._run)

    def _group_of(self, job):
        """Return the group that a layer goes into: that of its days if there is one a day, else that of the run."""
        if job.days:
            return self._run
        key = job.kind.key
        if key not in self._groups:
            if len(self._kinds) > 1:
                self._groups[key] = insert_days(self._run, key, job.kind.title)
            else:
                self._groups[key] = self._run
                mark_days(self._run, key)
        return self._groups[key]

    def _dress(self, layer, job):
        if job.kind.style:
            layer.loadNamedStyle(str(STYLES / job.kind.style), QgsMapLayer.StyleCategory.Symbology)
        elif job.scale:
            layer.setRenderer(_grey(layer.dataProvider(), *job.scale))
        if job.day is not None:
            set_day(layer, job.day)
        if job.days:
            set_bands(layer, job.days)

    def _end(self):
        self._timer.stop()
        type(self).running.discard(self)
        self.deleteLater()


def _grey(provider, low, high):
    """Return a renderer in greys from one value to another."""
    stretch = QgsContrastEnhancement(provider.dataType(1))
    stretch.setMinimumValue(low)
    stretch.setMaximumValue(high)
    stretch.setContrastEnhancementAlgorithm(QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum)
    renderer = QgsSingleBandGrayRenderer(provider, 1)
    renderer.setContrastEnhancement(stretch)
    return renderer
