# SPDX-License-Identifier: GPL-2.0-or-later
"""Work beside the window, as tasks of QGIS whose answers come to the main thread by queued signals alone."""

import traceback

from qgis.core import Qgis, QgsApplication, QgsMessageLog, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from ...core.base.errors import Cancelled, SoilSharpError
from ...core.base.progress import Progress

LONGEST_WAIT = 10_000  # milliseconds that a closing dock waits for its work to stop
# a job lives until QGIS has done with its task, whatever becomes of the dock
_alive = set()


class _Task(QgsTask):
    part = pyqtSignal(object)

    def __init__(self, title, work):
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work, self.error = work, ""

    def run(self):
        progress = Progress(lambda fraction: self.setProgress(100 * fraction), self.isCanceled)
        try:
            self._work(progress, self.part.emit)
        except Cancelled:
            return False
        except SoilSharpError as error:
            self.error = str(error)
            return False
        except Exception as error:  # an error of ours: QGIS would lose it
            self.error = str(error) or type(error).__name__
            QgsMessageLog.logMessage(traceback.format_exc(), "SoilSharp", Qgis.MessageLevel.Critical)
            return False
        return True


class Job(QObject):
    """A piece of work in the background.

    Signals, all in the main thread: `part(thing)` for what the work hands over on its way, `progressed(percent)`, and
    at the end `finished(ok)`; then `error` is the sentence that tells why it failed, '' if it was stopped.

    Parameters
    ----------
    title : str
        Shown by QGIS beside its progress.
    work : callable
        Takes a `Progress` and a function that hands things over.
    """

    part = pyqtSignal(object)
    progressed = pyqtSignal(float)
    finished = pyqtSignal(bool)

    def __init__(self, title, work):
        super().__init__()
        self.error = ""
        self._task = _Task(title, work)
        queued = Qt.ConnectionType.QueuedConnection
        self._task.part.connect(self._hand_on, queued)
        self._task.progressChanged.connect(self._tell, queued)
        self._task.taskCompleted.connect(self._completed, queued)
        self._task.taskTerminated.connect(self._terminated, queued)

    def start(self):
        """Begin."""
        _alive.add(self)
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self):
        """Ask the work to stop; `finished` tells when it has."""
        if self._task is not None:
            self._task.cancel()

    def wait(self):
        """Let the work end and its last signals come."""
        waiting = QElapsedTimer()
        waiting.start()
        while self._task is not None and waiting.elapsed() < LONGEST_WAIT:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 50)

    @pyqtSlot(object)
    def _hand_on(self, thing):
        self.part.emit(thing)

    @pyqtSlot(float)
    def _tell(self, percent):
        self.progressed.emit(percent)

    @pyqtSlot()
    def _completed(self):
        self._end(True)

    @pyqtSlot()
    def _terminated(self):
        self._end(False)

    def _end(self, ok):
        if self._task is None:
            return
        self.error, self._task = self._task.error, None
        _alive.discard(self)
        self.finished.emit(ok)


def once(parent, slot):
    """Return a timer that calls a slot when all that goes on now is done, once for however many starts."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
