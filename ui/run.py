# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of an algorithm in the background, and its results brought into the project."""

import gc
import sys

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

INFO, COMMAND, WARNING, ERROR = "info", "command", "warning", "error"
# a run lives until QGIS has done with it, whatever becomes of the window
_alive = set()
USUAL = sys.getswitchinterval()  # seconds that a thread of Python works before another one may
QUICK = 0.0005  # while a step runs: figures are drawn by Python, and the window waits its turn among several threads


def _share():
    """Let threads take turns so often that the window answers while a step runs.

    Nor does Python look through all that its packages hold, for what nobody needs any more, before the step is done: it
    lets no thread work meanwhile, for a tenth of a second and more.
    """
    sys.setswitchinterval(QUICK if _alive else USUAL)
    if _alive:
        gc.freeze()
    else:
        gc.unfreeze()


class Feedback(QgsProcessingFeedback):
    """Passes every line on as a signal, which crosses from the worker to the window by itself."""

    said = pyqtSignal(str, str)

    def __init__(self):
        super().__init__(False)
        self.errors, self.warnings = [], []

    def reportError(self, error, fatalError=False):
        self.errors.append(error)
        self.said.emit(ERROR, error)

    def pushWarning(self, warning):
        if warning not in self.warnings:  # every fold may say the same
            self.warnings.append(warning)
        self.said.emit(WARNING, warning)

    def pushInfo(self, info):
        self.said.emit(INFO, info)

    def pushDebugInfo(self, info):
        self.said.emit(INFO, info)

    def pushCommandInfo(self, info):
        self.said.emit(COMMAND, info)

    def pushConsoleInfo(self, info):
        self.said.emit(INFO, info)

    def setProgressText(self, text):
        if text:
            self.said.emit(INFO, text)


class Run(QObject):
    """A run of an algorithm as a task of QGIS.

    Signals: `said(kind, text)`, `progressed(percent)`, and at the end `finished(ok, results)`, after the results
    were loaded. Then `error` is the sentence that tells why a run failed, `cancelled` whether it was stopped, and
    `loaded` whether QGIS could open all that it should.
    """

    said = pyqtSignal(str, str)
    progressed = pyqtSignal(float)
    finished = pyqtSignal(bool, dict)

    def __init__(self, algorithm, values):
        super().__init__()
        self.algorithm, self.values = algorithm, values
        self.context, self.feedback = QgsProcessingContext(), Feedback()
        self.context.setProject(QgsProject.instance())
        self.context.setFeedback(self.feedback)
        self.feedback.said.connect(self.said)
        self.feedback.progressChanged.connect(self.progressed)
        self.task, self.loaded = None, True

    @property
    def cancelled(self):
        return self.feedback.isCanceled()

    @property
    def error(self):
        """The last error in one sentence; of a traceback its last line."""
        text = self.feedback.errors[-1].strip() if self.feedback.errors else ""
        return text.splitlines()[-1].strip() if "Traceback" in text else " ".join(text.split())

    def start(self):
        """Check inputs on the main thread, then work in the background."""
        _alive.add(self)
        _share()
        self.feedback.pushCommandInfo(self.algorithm.asPythonCommand(self.values, self.context))
        self.task = QgsProcessingAlgRunnerTask(self.algorithm, self.values, self.context, self.feedback)
        if self.task.isCanceled():  # an input could not be read; the feedback has been told why
            QTimer.singleShot(0, lambda: self._end(False, {}))
            return
        # the function holds on to this object, and with it to context and feedback, as long as there is a task
        self.task.executed.connect(lambda ok, results: self._end(ok, results))
        QgsApplication.taskManager().addTask(self.task)

    def cancel(self):
        """Ask the work to stop; `finished` tells when it has."""
        self.feedback.cancel()
        if self.task is not None:
            self.task.cancel()

    def _end(self, ok, results):
        # a stopped run may still list layers that it never wrote
        ok = ok and not self.cancelled
        if ok and self.context.layersToLoadOnCompletion():
            self._load_results()
        # as in the form: what was opened for the work must not outlive QGIS
        self.context.temporaryLayerStore().removeAllMapLayers()
        self.task = None
        _alive.discard(self)
        _share()
        self.finished.emit(ok, dict(results) if ok else {})

    def _load_results(self):
        from processing.gui.Postprocessing import handleAlgorithmResults

        # its further arguments differ between releases of QGIS
        self.loaded = handleAlgorithmResults(self.algorithm, self.context, self.feedback)
