# SPDX-License-Identifier: GPL-2.0-or-later
"""How long QGIS's window does not answer: a heartbeat on the main thread while the workflow window is used."""

import os
import sys
import time
from pathlib import Path

BEAT = 20  # milliseconds between two beats
SETTLED = 1.5  # seconds without a gap after which a scene begins or ends
FILES = 4000  # in the folder of covariates
LAYERS = 60


class Heartbeat:
    """Records the longest time between two beats of the main thread.

    `gap` is that by the clock. `own` counts of it no more than this process worked meanwhile, in all its threads: what
    is left on a machine that has nothing else to do.
    """

    def __init__(self):
        from qgis.PyQt.QtCore import QTimer

        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self.begin()
        self._timer.start(BEAT)

    def begin(self):
        """Forget what was."""
        self.gap = self.own = 0.0
        self._last, self._worked = time.perf_counter(), time.process_time()

    def _beat(self):
        now, worked = time.perf_counter(), time.process_time()
        gap = 1000 * (now - self._last) - BEAT
        self.gap = max(self.gap, gap)
        self.own = max(self.own, min(gap, 1000 * (worked - self._worked)))
        self._last, self._worked = now, worked


def gaps(folder: Path, scene: str) -> dict:
    """Return the longest gap of one scene, in a QGIS that has just been started, in milliseconds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    import soilsharp

    plugin = soilsharp.classFactory(None)
    plugin.initProcessing()
    beat = Heartbeat()
    until(application, lambda: False, SETTLED)
    SCENES[scene](application, beat, folder)
    figures = {"gap_ms": beat.gap, "own_ms": beat.own}
    _end(application, plugin)
    print(flush=True)
    return figures


def _end(application, plugin):
    """End as QGIS does: a window that outlives the application would take the process with it, figures and all."""
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QEvent

    for widget in application.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QgsProject.instance().clear()
    plugin.unload()
    application.exitQgis()


def until(application, is_so, most=600.0):
    """Let QGIS work until something is so."""
    end = time.perf_counter() + most
    while not is_so() and time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.002)


def opened(application, beat, folder, study=True):
    """Return a window that was opened, and settled."""
    from soilsharp.ui.workflow import WorkflowWindow

    window = WorkflowWindow()
    window.show()
    if study:
        window.open_study(folder / "region" / "study.json")
    until(application, lambda: False, 2 * SETTLED)
    beat.begin()
    return window


def go(window, key):
    """Go to a page."""
    row = next(row for row, page in enumerate(window.pages) if page.page.key == key)
    window.steps.setCurrentRow(row)
    return window.pages[row]


def opening(application, beat, folder):
    """Open the window for the first time, and look at every page."""
    from soilsharp.ui.workflow import WorkflowWindow

    beat.begin()
    window = WorkflowWindow()
    window.show()
    until(application, lambda: False, SETTLED)
    for row in range(len(window.pages)):
        window.steps.setCurrentRow(row)
        until(application, lambda: False, 0.1)
    until(application, lambda: False, SETTLED)


def first_run(application, beat, folder):
    """Press Run for the first time."""
    window = opened(application, beat, folder)
    go(window, "samples")
    until(application, lambda: False, SETTLED)
    beat.begin()
    window.run_button.click()
    until(application, lambda: window.run is None)


def many_files(application, beat, folder):
    """Choose a folder of thousands of files as covariates and coarse product, and press Run."""
    place = folder / "many"
    place.mkdir(exist_ok=True)
    source = next((folder / "region" / "coarse").glob("*.tif")).read_bytes()
    for number in range(FILES):
        (
            place / f"ndvi_{20100101 + number % 28 + 100 * (number // 28 % 12) + 10000 * (number // 336)}.tif"
        ).write_bytes(source)
    window = opened(application, beat, folder, study=False)
    page = go(window, "study")
    until(application, lambda: False, SETTLED)
    beat.begin()
    page.form.set("COVARIATES", str(place))
    page.form.set("COARSE", str(place))
    until(application, lambda: False, 10)
    window.run_button.click()
    until(application, lambda: window.run is None)


def layers(application, beat, folder):
    """Load the maps of 60 days into a project that is shown."""
    from processing.gui.Postprocessing import handleAlgorithmResults
    from qgis.core import QgsApplication, QgsLayerTreeModel, QgsProcessingContext, QgsProject
    from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsLayerTreeView, QgsMapCanvas

    from soilsharp.core.rasters.dates import day_of
    from soilsharp.processing.run_layers import Kind, Loader, load_run

    project, canvas, tree = QgsProject.instance(), QgsMapCanvas(), QgsLayerTreeView()
    tree.setModel(QgsLayerTreeModel(project.layerTreeRoot(), tree))  # which keeps it
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), canvas)
    for widget in (canvas, tree):
        widget.resize(600, 600)
        widget.show()
    files = sorted((folder / "region" / "truth").glob("*.tif"))[:LAYERS]
    maps = tuple((day_of(file), str(file)) for file in files)
    context = QgsProcessingContext()
    context.setProject(project)
    load_run(context, "OUTPUT", folder, "{}", [Kind("path", "Fine", "soil_moisture.qml", maps)])
    algorithm = QgsApplication.processingRegistry().algorithmById("soilsharp:downscale_series")
    until(application, lambda: False, SETTLED)
    beat.begin()
    handleAlgorithmResults(algorithm, context)
    until(application, lambda: not Loader.running)
    until(application, lambda: False, SETTLED)
    assert len(project.mapLayers()) == len(files)
    del bridge


def report(application, beat, folder):
    """Compare maps with stations and write the report."""
    window = opened(application, beat, folder)
    page = go(window, "validate")
    page.form.set("MAPS", str(folder / "region" / "truth"))
    page.form.set("OUTPUT_REPORT", str(folder / f"report_{time.time()}.html"))
    until(application, lambda: False, SETTLED)
    beat.begin()
    window.run_button.click()
    until(application, lambda: window.run is None)


SCENES = {
    "opening": opening, "first_run": first_run, "many_files": many_files, "layers": layers, "report": report,
}  # fmt: skip
