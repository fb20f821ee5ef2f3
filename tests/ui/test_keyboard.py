# SPDX-License-Identifier: GPL-2.0-or-later
"""All of the window can be reached by keys: Tab goes everywhere, and no letter stands for two buttons."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

FILES = sorted((Path(__file__).resolve().parents[2] / "i18n").glob("*.ts"))
FRAME = 12  # pixels of a button beside its words


def _texts(window):
    from qgis.PyQt.QtWidgets import QAbstractButton

    window.first_hour.begin()
    return [button.text() for button in window.findChildren(QAbstractButton) if button.isVisibleTo(window)]


def _repeated(texts):
    """Return the letters of keys that stand more than once."""
    letters = Counter(found.lower() for text in texts for found in re.findall(r"&([^&\s])", text))
    return [letter for letter, n in letters.items() if n > 1]


def test_letters_of_buttons_differ(window):
    texts = _texts(window)
    assert "&Run" in texts
    assert not _repeated(texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_letters_differ_in_translations(window, path):
    known = {m.findtext("source"): m.findtext("translation") for m in ElementTree.parse(path).iter("message")}
    assert not _repeated(known.get(text) or text for text in _texts(window))


@pytest.mark.parametrize("path", [None, *FILES], ids=lambda path: path.stem if path else "en")
def test_words_of_narrow_buttons_are_whole_in_every_language(window, qgis, path):
    read = ElementTree.parse(path).iter("message") if path else ()
    known = {m.findtext("source"): m.findtext("translation") for m in read}
    window.first_hour.begin()
    panel = window.first_hour
    buttons = [panel.show_button, panel.on_button, panel.leave_button, window.series_button, window.flags_button,
               window.recent_button, window.packages_button, window.open_button]  # fmt: skip
    for button in buttons:
        button.setText(known.get(button.text()) or button.text())
    qgis.processEvents()
    # without the sign of the key, and with the frame
    told = {button.text(): button.fontMetrics().horizontalAdvance(button.text().replace("&", "")) for button in buttons}
    assert not [button.text() for button in buttons if told[button.text()] + FRAME > button.width()]


def _missed(window, qgis, start):
    """Return what of a window Tab does not reach from a widget, by real keys."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QWidget

    window.activateWindow()
    qgis.processEvents()
    fields = {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    }
    start.setFocus()
    seen = set()
    for _ in range(3 * len(fields)):
        seen.add(qgis.focusWidget())
        QTest.keyClick(qgis.focusWidget(), Qt.Key.Key_Tab)
    return [f"{type(w).__name__} {w.objectName()} in {type(w.parent()).__name__}" for w in fields - seen]


def _nameless(window):
    """Return the fields of a window that a screen reader would have no name for."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QTableWidget

    named = {label.buddy() for label in window.findChildren(QLabel) if label.buddy() is not None}
    found = []
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QTableWidget):
        for widget in window.findChildren(kind):
            above = widget
            while above is not None and above not in named and not above.accessibleName():
                above = above.parentWidget() if above is not window else None
            text = getattr(widget, "text", str)() if isinstance(widget, QAbstractButton) else ""
            reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
            if reached and above is None and not text.strip(" .…") and not widget.toolTip():
                found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("row", range(10))
def test_tab_reaches_every_field_and_each_has_a_name(window, qgis, row):
    window.steps.setCurrentRow(row)
    assert not _missed(window, qgis, window.steps)
    assert not _nameless(window)


@pytest.fixture(params=["packages", "derived", "flags"])
def dialog(request, qgis, window, study, until, delete):
    """Return each window that opens from the workflow."""
    from soilsharp.ui.derived import DerivedDialog
    from soilsharp.ui.flags import FlagsWindow
    from soilsharp.ui.packages import PackagesWindow

    made = {
        "packages": lambda: PackagesWindow(window),
        "derived": lambda: DerivedDialog(["rain", "lst"], ["rain", "lst", "elevation"], window),
        "flags": lambda: FlagsWindow(study.path, window),
    }[request.param]()
    made.show()
    until(lambda: getattr(made, "_look", None) is None)
    if request.param == "flags":
        made.add()  # a table with rows may keep Tab to itself
    yield made
    made.done(0)
    delete(made)


def test_all_of_a_dialog_is_reached_by_keys(dialog, qgis):
    from qgis.PyQt.QtWidgets import QAbstractButton, QLabel

    assert not _missed(dialog, qgis, dialog.focusWidget() or dialog)
    assert not _nameless(dialog)
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    buttons = [button.text() for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    assert not _repeated([*labels, *buttons])


def test_the_first_hour_goes_on_by_the_space_bar_alone(window, qgis, until, study):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    def space():
        assert qgis.focusWidget() is not None
        QTest.keyClick(qgis.focusWidget(), Qt.Key.Key_Space)
        until(lambda: window.run is None)

    window.open_study(study.path)
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.first_hour.begin()
    qgis.processEvents()
    assert window.first_hour.lesson.page == "check"
    space()  # Show me
    space()  # Run
    assert "check" in window.done
    space()  # Next step
    assert window.page.page.key == "samples"
    space()
    assert "samples" in window.done
    space()
    assert window.page.page.key == "train"
