# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of the guided workflow: from downloads to a report in steps, each an algorithm of Processing."""

from functools import partial

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox, QPushButton

from ..core.base.errors import SoilSharpError
from ..core.base.extras import LACKING, advice, missing
from ..core.base.packages import PACKAGES
from ..i18n import tr
from . import memory
from .aside import Aside, unloaded
from .elsewhere import tell_elsewhere
from .face import WorkflowFace
from .facts import samples_facts, study_facts, study_rows
from .network import ALLOWED, address_in_network, may_read
from .run import COMMAND, ERROR, INFO, Run

SETTINGS = "soilsharp/workflow/"
CORE_NEEDS = ("numpy", "scipy", "pandas", "rasterio")  # what reads a study
SOON = 300  # milliseconds after the window was opened until these are loaded beside
LONGEST_WAIT = 10_000  # milliseconds that a closing window waits for its run to stop


class WorkflowWindow(WorkflowFace):
    """The workflow, beside the map: it can stay open while one works in QGIS.

    Signals: `series_asked(path)` when a person wants to look at the days of places, of these maps or this study, and
    `maps_begun()` and `maps_ended(path)` around a step that writes maps; the path is '' if it wrote none.

    Parameters
    ----------
    iface : QgisInterface or None
    parent : QWidget, optional
        QGIS's window unless given.
    """

    stepped = pyqtSignal()  # a step is done, or a study was opened
    series_asked, maps_begun, maps_ended = pyqtSignal(str), pyqtSignal(), pyqtSignal(str)

    def __init__(self, iface=None, parent=None):
        super().__init__(iface, parent)
        self.run, self.facts, self._done = None, {}, set()
        self._beginning = ""  # the folder of what was made ready for a study that is still to come
        self._runs = None  # the page whose step is running
        self._connect()
        geometry = QgsSettings().value(SETTINGS + "geometry")
        if geometry:
            self.restoreGeometry(geometry)
        self.steps.setCurrentRow(0)
        QTimer.singleShot(SOON, self._load_soon)

    def _load_soon(self):
        """Load what the first step will need while the person still reads."""
        if unloaded(CORE_NEEDS):
            Aside(self, partial(missing, CORE_NEEDS), lambda answer: None)

    def _connect(self):
        self.steps.currentRowChanged.connect(self._enter)
        self.back_button.clicked.connect(lambda: self.steps.setCurrentRow(self.steps.currentRow() - 1))
        self.next_button.clicked.connect(lambda: self.steps.setCurrentRow(self.steps.currentRow() + 1))
        self.run_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.reject)
        self.open_button.clicked.connect(self._choose_study)
        self.series_button.clicked.connect(self._ask_for_series)
        self.flags_button.clicked.connect(self._show_flags)
        self.packages_button.clicked.connect(lambda: self._show_packages())
        self.recent.triggered.connect(lambda action: self.open_study(action.data()))
        for page in self.pages:
            page.choice.currentIndexChanged.connect(lambda index: self._fill())

    # --- from step to step --------------------------------------------------------------------------------------------

    @property
    def page(self):
        """The page that is shown."""
        return self.pages[max(self.stack.currentIndex(), 0)]

    @property
    def done(self):
        """The keys of the pages that have a result."""
        return frozenset(self._done)

    def _enter(self, row):
        self._learn(self.page.typed())
        self.stack.setCurrentIndex(row)
        self.log.turn_to(self.page.page.key)
        if self.run is None:
            self.bar.clearWidgets()
            self.told.reach(0)
            self.told.say("")
        self._fill()
        self._refresh()

    def _fill(self):
        if self.page is self._runs:
            return  # what it was started with stays to be read
        new = self.page.page.key in ("data", "study")  # a new study does not belong into the folder of another
        first = self._beginning or memory.first_folder()
        self.page.fill(self.facts, first if new else self.facts.get("folder") or first)

    def _learn(self, facts):
        """Take up new facts; a study brings those that can be read from it."""
        if "study" in facts and facts["study"] != self.facts.get("study"):
            known = study_facts(facts["study"])
            self._show_study(facts["study"])
            if known:
                memory.note_study(facts["study"])
            for old in ("folder", "coarse", "truth", "measured", "reference_stations"):
                self.facts.pop(old, None)
            self.facts.update(known)
        if "samples" in facts and facts["samples"] != self.facts.get("samples"):
            self.facts.update(samples_facts(facts["samples"]))
        self.facts.update(facts)

    def _show_study(self, path):
        """Show what a study is; if what reads it has not been loaded yet, that is done beside."""
        page = self._page("study")
        if unloaded(CORE_NEEDS):
            Aside(self, partial(study_rows, path), lambda rows: page.show_opened(rows or []))
        else:
            page.show_opened(study_rows(path))

    def _page(self, key):
        return next(page for page in self.pages if page.page.key == key)

    def _outdate(self, page):
        """Forget what later steps made of what a page gave before: it does not belong to the new result."""
        if not page.page.settles:
            return
        changed = {fact for way in page.page.ways for fact in way.gives}
        for later in self.pages[self.pages.index(page) + 1 :]:
            old = [way for way in later.page.ways if changed.intersection(way.takes.values())]
            later.forget_results(old)
            if not later.has_results:
                self._done.discard(later.page.key)
            for fact in {fact for way in old for fact in way.gives}:
                self.facts.pop(fact, None)
                changed.add(fact)

    def open_study(self, path):
        """Go on with a study file that exists already."""
        if not study_facts(path):
            self._tell(tr("{} is no study file.").format(path), Qgis.MessageLevel.Warning)
            return
        page = self._page("study")
        self._outdate(page)
        page.forget_results(page.page.ways)
        self._learn({"study": str(path)})
        self._done.add("study")
        self.steps.setCurrentRow(self.pages.index(page) + 1)
        self._fill()
        self._refresh()
        self.stepped.emit()

    def restore(self):
        """Take up where the last window was left: its study, what was done, and the page; nothing if that is gone."""
        state = memory.last_state()
        if not state:
            return
        study = state["facts"].get("study")
        if study and study_facts(study):
            self.open_study(study)
        self.facts.update(state["facts"])
        self._beginning = state.get("beginning", "")
        keys = [page.page.key for page in self.pages]
        self._done |= set(keys).intersection(state.get("done", []))
        if state.get("page") in keys:
            self.steps.setCurrentRow(keys.index(state["page"]))
        self._fill()
        self._refresh()

    def _remember(self):
        if self.facts:
            state = {"facts": dict(self.facts), "done": sorted(self._done), "page": self.page.page.key}
            memory.note_state({**state, "beginning": self._beginning})

    def _choose_study(self):
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a study"), memory.first_folder(), tr("Studies (*.json)"))
        if path:
            self.open_study(path)

    def _ask_for_series(self, checked=False):
        self.series_asked.emit(self.facts.get("maps") or self.facts.get("study", ""))

    def _show_flags(self, checked=False):
        """Show the flags of the stations of the study."""
        from .flags import flags_of

        lacking = advice(CORE_NEEDS)
        if lacking:
            self._tell_lacking(lacking)
            return
        try:
            canvas = self._iface.mapCanvas() if self._iface is not None else None
            flags_of(self.facts.get("study", ""), self, canvas).ask()
        except SoilSharpError as error:
            self._tell(str(error), Qgis.MessageLevel.Warning)

    def _show_packages(self, algorithm=None, names=()):
        from .packages import PackagesWindow

        PackagesWindow(self, algorithm, names).exec()

    def _tell_lacking(self, why, algorithm=None):
        """Tell which packages are missing, in one line, with the button that leads to what installs them."""
        names = [name for name in PACKAGES if f" {name}: " in why]
        words = tr("Missing in this QGIS: {}. Packages installs it.").format(_called(names))
        button = self.packages_button.text()
        self._tell(words, Qgis.MessageLevel.Warning, button, lambda: self._mend(names, algorithm))

    def _mend(self, names, algorithm):
        self._show_packages(algorithm, names)
        if not missing(names):
            words = tr("What was missing is there now: {}.").format(_called(names))
            self._tell(words, Qgis.MessageLevel.Success)

    def _refresh(self):
        busy, row = self.run is not None, self.steps.currentRow()
        self.steps.set_done(self._done)
        for widget in (self.open_button, self.recent_button, self.run_button):
            widget.setEnabled(not busy)
        self.flags_button.setEnabled(not busy and bool(self.facts.get("study")))
        for page in self.pages:
            page.set_busy(busy)
        self.back_button.setEnabled(row > 0)
        self.next_button.setEnabled(row < len(self.pages) - 1)
        self.cancel_button.setEnabled(busy)

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self):
        """Run the algorithm of the page in the background; packages that it is the first to need are loaded before."""
        if self.run is not None:
            return
        page = self.page
        names = unloaded(getattr(page.form.algorithm, "NEEDS", ()))
        if not names:
            self._start(page)
            return
        self.told.say(tr("Loading packages…"))
        self.run = Aside(self, partial(missing, names), lambda answer: self._loaded(page))
        self._refresh()

    def _loaded(self, page):
        cancelled, self.run = self.run.cancelled, None
        self.told.say(tr("Cancelled") if cancelled else "")
        self._refresh()
        if not cancelled:
            self._start(page)

    def _start(self, page):
        self._learn(page.typed())
        self._fill()
        values = page.form.values()
        self.bar.clearWidgets()
        problem = page.form.problem(values)
        if problem.startswith(LACKING):
            self._tell_lacking(problem, page.form.algorithm)
            return
        if problem:
            self._tell(problem, Qgis.MessageLevel.Warning)
            return
        far = address_in_network(values)
        if far and not may_read(self, far):
            told = tr("{} lies in the network, and the study may not read from there. Download it first.")
            self._tell(told.format(far), Qgis.MessageLevel.Warning)
            return
        if far:
            values[ALLOWED] = True
            page.form.set(ALLOWED, True)
        page.forget_results([page.way])
        self.log.begin(page.form.algorithm.displayName(), page.page.key)
        self.told.begin()
        self.told.say(tr("Running…"))
        self._runs = page
        self.run = Run(page.form.algorithm, values)
        self.run.said.connect(self._said)
        self.run.progressed.connect(self._progressed)
        self.run.finished.connect(self._finished)
        self._refresh()
        if "maps" in page.way.gives:
            self.maps_begun.emit()
        self.run.start()

    def cancel(self):
        """Ask the run to stop."""
        if self.run is not None:
            self.told.say(tr("Stopping…"))
            self.cancel_button.setEnabled(False)
            self.run.cancel()

    def _said(self, kind, text):
        self.log.add(kind, text)
        if kind == INFO:
            self.told.say(text)

    def _progressed(self, percent):
        self.told.reach(percent)

    def _finished(self, ok, results):
        run, page = self.run, self._runs
        self.run = self._runs = None
        self.told.reach(100 if ok else 0)
        if ok:
            self._take(page, results, run)
        else:
            self._done.discard(page.page.key)
        if run.cancelled:
            self.told.say(tr("Cancelled"))
            left = tr("Cancelled; the next run goes on where it was.") if page.way.lacks else ""
            self.log.add(INFO, left or tr("Cancelled; nothing was written."))
            self._tell(tr("Cancelled."), Qgis.MessageLevel.Info)
        elif not ok:
            self.told.say(tr("Failed"))
            self.log.setCollapsed(False)
            why = run.error or tr("The step failed; see the log.")
            if not run.feedback.errors:
                self.log.add(ERROR, why)
            page.show_error(why)
            if why.startswith(LACKING):  # of what a file asks for, as the learner of a model
                self._tell_lacking(why, page.form.algorithm)
            else:
                self._tell(why, Qgis.MessageLevel.Critical)
        if not run.cancelled:
            tell_elsewhere(self, self._iface, page.form.algorithm.displayName(), ok, self.told.took)
        self._fill()
        self._refresh()
        if "maps" in page.way.gives:
            self.maps_ended.emit(self.facts.get("maps", "") if ok else "")
        self._remember()
        page.setFocus() if page.isVisible() else None
        self.stepped.emit()

    def _take(self, page, results, run):
        warnings = run.feedback.warnings
        self.told.say(tr("Done; warnings in the log: {}").format(len(warnings)) if warnings else tr("Done"))
        self._outdate(page)
        self._done.add(page.page.key)
        self._learn(page.facts_of(results))
        if page.page.key in ("data", "study"):
            self._beginning = page.folder_of(results) if page.page.key == "data" else ""
        page.show_results(results, warnings)
        self.log.add(COMMAND, tr("Done."))
        title = page.form.algorithm.displayName()
        report = self.facts.get("report") if "report" in page.way.gives else ""
        link = (tr("Open the &report"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(report))) if report else ()
        words, level = tr("Done: {}"), Qgis.MessageLevel.Success
        if not run.loaded:
            words = tr("Done: {}. But QGIS could not open all of its results; see the log.")
        elif warnings:
            words = tr("Done: {}. Warnings: {}")
        if warnings or not run.loaded:
            level = Qgis.MessageLevel.Warning
        self._tell(words.format(title, len(warnings)), level, *link)

    def _tell(self, text, level, label="", action=None):
        """Show one sentence above the page, with a button where there is something to do."""
        self.bar.clearWidgets()
        item = self.bar.createMessage(text)
        if label:
            button = QPushButton(label, item)
            button.clicked.connect(action)
            item.layout().addWidget(button)
        self.bar.pushWidget(item, level, 0)

    # --- closing ------------------------------------------------------------------------------------------------------

    def reject(self):
        """Close the window, as by the Escape key; asks if that stops something."""
        if self._may_close():
            self.close()

    def closeEvent(self, event):
        # the plugin closes the window when it is unloaded: then nobody can be asked
        if event.spontaneous() and not self._may_close():
            event.ignore()
            return
        self._stop()
        self._remember()
        QgsSettings().setValue(SETTINGS + "geometry", self.saveGeometry())
        event.accept()  # a dialog's own answer would be to call `reject`, from where this comes

    def _may_close(self):
        if self.run is None:
            return True
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        question = tr("A step is running. Stop it and close the window?")
        return QMessageBox.question(self, self.windowTitle(), question, yes | no, no) == yes

    def _stop(self):
        """Stop a run and wait until it has stopped: its algorithm may be gone after that."""
        waiting = QElapsedTimer()
        waiting.start()
        self.cancel()
        while self.run is not None and waiting.elapsed() < LONGEST_WAIT:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 50)


def _called(names):
    """Return packages as their authors call them."""
    return ", ".join(PACKAGES[name].pypi.split()[0] for name in names)
