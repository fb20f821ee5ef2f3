# SPDX-License-Identifier: GPL-2.0-or-later
"""Work beside the window: packages are loaded and files looked into in a thread, and the answer comes back here."""

import sys
from importlib.util import find_spec
from threading import Thread

from qgis.PyQt.QtCore import QTimer

EVERY = 20  # milliseconds between two looks at whether there is an answer


class Aside(QTimer):
    """Calls a function in a thread, and then another one with its answer where this was made; None if it failed.

    Parameters
    ----------
    owner : QObject
        When it is deleted, nobody waits for the answer any more.
    work : callable
        Must hold on to no object of Qt: the thread might be the last to let go of it, which Qt does not survive.
    then : callable
    """

    def __init__(self, owner, work, then):
        super().__init__(owner)
        self.cancelled = False
        self._answers, self._then = [], then
        self.timeout.connect(self._ask)
        # QGIS may be left while a slow disk is being read
        Thread(target=_answer, args=(work, self._answers), daemon=True).start()
        self.start(EVERY)

    def cancel(self):
        """Wait no longer; the thread goes on to its end."""
        self.cancelled = True
        self._end(None)

    def _ask(self):
        if self._answers:
            self._end(self._answers[0])

    def _end(self, answer):
        self.stop()
        self.deleteLater()
        self._then(answer)


def _answer(work, answers):
    try:
        answers.append(work())
    except Exception:  # what asks can do without, and the step itself says what is wrong
        answers.append(None)


def unloaded(names):
    """Return those of the packages that are there and have not been loaded yet."""
    return [name for name in names if name not in sys.modules and find_spec(name) is not None]
