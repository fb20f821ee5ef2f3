# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads places from the maps of a run: at once what is in memory, the rest in the background, one after the other."""

import sys
from functools import partial
from importlib import import_module

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...i18n import tr
from ..aside import Aside
from .jobs import Job

NEEDED = f"{__package__.rpartition('.ui.')[0]}.core.methods.explored"
ORDER = ("coarse", "fine", "sd", "rain", "filled")  # in which parts of a place are read
ALONG = ("coarse", "fine", "sd")  # parts of a profile


class Reader(QObject):
    """What is open, and the places that are read from it.

    Signals: `part_opened(name)` for each part of the run, `opened(error)` when all is, with '' or a sentence,
    `was_read()` whenever something of a place has come, and `profiled((line's name, day, profile))`, where a profile is
    a dict of name to (metres, values).
    """

    part_opened = pyqtSignal(str)
    opened = pyqtSignal(str)
    progressed = pyqtSignal(float)
    was_read = pyqtSignal()
    profiled = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, parent=None):
        super().__init__(parent)
        self.path, self.explored = "", None
        self._loading = self._opening = self._reading = self._profiling = None
        self._queue, self._profile = [], None

    @property
    def busy(self):
        """Whether something is being opened or read."""
        return any((self.opening, self._reading, self._profiling, self._queue))

    @property
    def opening(self):
        """Whether files are being opened, or what opens them is being loaded."""
        return self._opening is not None or self._loading is not None

    def open(self, path, title):
        """Open what belongs to a run, its maps or a study; what was open is let go."""
        self.close()
        self.path = str(path)
        if NEEDED in sys.modules:
            self._open(title)
        else:  # for the first time, which takes a moment
            self._loading = Aside(self, partial(import_module, NEEDED), lambda answer: self._open(title))

    def _open(self, title):
        from ...core.methods.explored import Explored

        self._loading = None
        explored, path = Explored(), self.path
        self.explored = explored
        self._opening = Job(tr("Opening {}").format(title), lambda progress, tell: explored.open(path, progress, tell))
        self._opening.part.connect(self.part_opened.emit)
        self._opening.progressed.connect(self.progressed.emit)
        self._opening.finished.connect(self._all_opened)
        self._opening.start()

    def stop(self):
        """Open no more files."""
        if self._opening is not None:
            self._opening.cancel()

    def _all_opened(self, ok):
        error, self._opening = self._opening.error, None
        self.opened.emit(error)

    def read(self, one):
        """Read all parts of a place that are open and were not read yet: what is not in memory when `go_on` says so."""
        from ...core.base.errors import SoilSharpError

        series = self.explored.series if self.explored is not None else {}
        for name in ORDER:
            own = series.get(name)
            waits = any(one is other and name == part for other, part, _ in self._queue)
            if own is None or name in one.values or waits:
                continue
            if own.in_memory:
                try:
                    one.values[name] = own.days, own.at(one.place)
                except SoilSharpError as error:
                    self.failed.emit(str(error))
                    return
                self.was_read.emit()
            else:
                self._queue.append((one, name, own))

    def go_on(self):
        """Begin to read what waits, unless that is done already; after what was in memory has been drawn."""
        if self._reading is not None or not self._queue:
            return
        one, name, series = self._queue[0]

        def work(progress, tell):
            tell((one, name, (series.days, series.at(one.place, progress))))

        self._reading = Job(tr("Reading {}").format(one.name), work)
        self._reading.part.connect(self._take)
        self._reading.finished.connect(self._read_on)
        self._reading.start()

    def _take(self, thing):
        one, name, values = thing
        one.values[name] = values
        self.was_read.emit()

    def _read_on(self, ok):
        error, self._reading = self._reading.error, None
        if self._queue:
            self._queue.pop(0)
        if error:
            self.failed.emit(error)
        self.go_on()

    def read_profile(self, line, day):
        """Read what lies along a line on a day, as "2023-05-01"; of several that wait the last one counts."""
        self._profile = (line, day)
        if self._profiling is None:
            self._read_profile()

    def _read_profile(self):
        import numpy as np

        (line, day), self._profile = self._profile, None
        series = {name: self.explored.series[name] for name in ALONG if name in self.explored.series}

        def work(progress, tell):
            found = {name: own.along(line, np.datetime64(day, "D")) for name, own in series.items()}
            tell((line.name, day, {name: one for name, one in found.items() if len(one[0])}))

        self._profiling = Job(tr("Reading {}").format(line.name), work)
        self._profiling.part.connect(self.profiled.emit)
        self._profiling.finished.connect(self._profile_read)
        self._profiling.start()

    def _profile_read(self, ok):
        error, self._profiling = self._profiling.error, None
        if error:
            self.failed.emit(error)
        elif self._profile is not None and self.explored is not None:
            self._read_profile()

    def forget(self):
        """Read no more of the places that were asked for."""
        del self._queue[1:]  # the first one ends by itself
        self._profile = None
        if self._reading is not None:
            self._reading.cancel()

    def close(self):
        """Let go of all files, after what is being read has stopped."""
        self.forget()
        if self._loading is not None:
            self._loading.stop()
            self._loading = None
        for job in (self._opening, self._reading, self._profiling):
            if job is not None:
                job.cancel()
                job.wait()
        if self.explored is not None:
            self.explored.close()
            self.explored = None
