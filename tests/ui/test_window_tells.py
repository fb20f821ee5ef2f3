# SPDX-License-Identifier: GPL-2.0-or-later
"""What the workflow window tells while a step runs, at its end, and after QGIS was started again."""

import json
from types import SimpleNamespace

import pytest


def go(window, key):
    """Go to the page of a key by a click into the list of steps, and return it."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    row = next(i for i, page in enumerate(window.pages) if page.page.key == key)
    place = window.steps.visualItemRect(window.steps.item(row)).center()
    QTest.mouseClick(window.steps.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.page is window.pages[row]
    return window.pages[row]


@pytest.fixture
def forgetful(qgis):
    """Let the profile know of no study and no state, before and after."""
    from qgis.core import QgsSettings

    from soilsharp.ui.memory import STATE, STUDIES

    for key in (STATE, STUDIES):
        QgsSettings().remove(key)
    yield
    for key in (STATE, STUDIES):
        QgsSettings().remove(key)


@pytest.fixture
def sampling(window, study, monkeypatch):
    """Return the window while a step seems to run that ends when it is told to."""
    from qgis.PyQt.QtCore import QObject, pyqtSignal

    from soilsharp.ui import workflow

    class Waiting(QObject):
        said, progressed, finished = pyqtSignal(str, str), pyqtSignal(float), pyqtSignal(bool, dict)

        def __init__(self, algorithm, values):
            super().__init__()
            self.feedback, self.cancelled, self.loaded, self.error = (
                SimpleNamespace(errors=[], warnings=[]),
                False,
                True,
                "",
            )

        def start(self):
            self.said.emit("info", "at work")

        def cancel(self):
            self.cancelled = True
            self.finished.emit(False, {})

    monkeypatch.setattr(workflow, "Run", Waiting)
    window.open_study(study.path)
    go(window, "samples")
    window.run_button.click()
    assert window.run is not None
    yield window
    if window.run is not None:
        window.cancel()


def test_pages_can_be_read_while_a_step_runs(sampling):
    page = go(sampling, "train")
    assert page.isEnabled()
    assert not page.form.isEnabled()
    assert not sampling.run_button.isEnabled()
    assert "at work" not in sampling.log.text.toPlainText()
    go(sampling, "samples")
    assert "at work" in sampling.log.text.toPlainText()
    go(sampling, "check")
    sampling.run.finished.emit(True, {})
    assert page.form.isEnabled()
    assert "samples" in sampling._done
    assert "check" not in sampling._done


def test_the_time_that_is_left_is_told(sampling, monkeypatch):
    from soilsharp.ui.progress import ProgressRow

    monkeypatch.setattr(ProgressRow, "took", property(lambda row: 60_000))
    sampling.run.progressed.emit(25.0)
    assert sampling.progress.text() == "25 % · 3 min left"
    sampling.run.progressed.emit(1.0)
    assert sampling.progress.text() == "1%"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (90, "2 min"), (3600, "1 h 0 min")])
def test_durations(qgis, seconds, words):
    from soilsharp.ui.progress import duration

    assert duration(seconds) == words


def test_an_error_is_told_whole(sampling):
    why = "It is wrong. " * 60 + "This is the end."
    sampling.run.error = why
    sampling.run.finished.emit(False, {})
    page = sampling.page
    assert "This is the end." in page.result.text()
    assert page.result.isVisible()
    assert page.result.wordWrap()
    assert "This is the end." in sampling.log.text.toPlainText()


@pytest.mark.parametrize("long", [True, False])
def test_the_end_of_a_long_run_is_told_to_who_is_elsewhere(qgis, sampling, long, monkeypatch):
    from qgis.gui import QgsMessageBar

    from soilsharp.ui import elsewhere

    monkeypatch.setattr(elsewhere, "LONG", 0 if long else 10**9)
    bar = QgsMessageBar()
    sampling._iface = SimpleNamespace(messageBar=lambda: bar)
    sampling.hide()
    sampling.run.finished.emit(True, {})
    assert len(bar.items()) == long
    if long:
        assert "Done after" in bar.items()[0].text()
        assert "Sample coarse cells" in bar.items()[0].text()
    sampling._iface = None


def test_what_was_reached_survives_a_restart(qgis, forgetful, window, study, press, delete):
    from soilsharp.ui.workflow import WorkflowWindow

    window.open_study(study.path)
    go(window, "samples")
    press()
    go(window, "train")
    window.close()
    other = WorkflowWindow()
    other.show()
    other.restore()
    assert other.page.page.key == "train"
    assert other._done == {"study", "samples"}
    assert other.page.form.text("SAMPLES") == str(study.folder / "samples_coarse.csv")
    assert go(other, "downscale").form.text("OUTPUT") == str(study.folder / "maps")
    other.close()
    (study.folder / "samples_coarse.csv").unlink()
    third = WorkflowWindow()
    third.restore()
    assert third.page.form.text("STUDY") == str(study.path)
    assert "samples" not in third.facts
    for made in (other, third):
        made.close()
        delete(made)


def test_a_state_that_cannot_be_read_is_no_state(qgis, forgetful, window):
    from qgis.core import QgsSettings

    from soilsharp.ui.memory import STATE

    for text in (
        "{",
        "[]",
        json.dumps({"facts": 3}),
        json.dumps({"facts": {"study": "/nowhere/study.json"}, "page": 1}),
    ):
        QgsSettings().setValue(STATE, text)
        window.restore()
        assert window._done == set()


def test_studies_of_late_are_in_a_menu(qgis, forgetful, window, study, until):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    window.open_study(study.path)
    go(window, "study")
    menu = window.recent
    menu.popup(window.mapToGlobal(window.rect().center()))
    assert [action.text() for action in menu.actions()] == [str(study.path)]
    place = menu.actionGeometry(menu.actions()[0]).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert window.page.page.key == "check"


@pytest.mark.parametrize("cancelled", [False, True])
def test_packages_that_a_step_needs_are_loaded_beside_the_window(window, study, until, monkeypatch, cancelled):
    from threading import Event

    from soilsharp.ui import workflow

    loaded, go_on = [], Event()

    def load(names):
        assert go_on.wait(60)
        loaded.extend(names)

    monkeypatch.setattr(workflow, "unloaded", lambda names: [] if loaded else ["numpy"])
    monkeypatch.setattr(workflow, "missing", load)
    window.open_study(study.path)
    go(window, "samples")
    window.run_button.click()
    assert window.state.text() == "Loading packages…"
    assert not window.run_button.isEnabled()
    if cancelled:
        window.cancel_button.click()
        assert window.run is None
    go_on.set()
    until(lambda: loaded and window.run is None)
    assert ("samples" in window._done) is not cancelled
