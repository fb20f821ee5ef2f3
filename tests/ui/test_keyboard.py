# SPDX-License-Identifier: GPL-2.0-or-later
"""All of the window can be reached by keys: Tab goes everywhere, and no letter stands for two buttons."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

FILES = sorted((Path(__file__).resolve().parents[2] / "i18n").glob("*.ts"))


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


@pytest.mark.parametrize("row", range(10))
def test_tab_reaches_every_field(window, qgis, row):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QWidget

    window.activateWindow()
    window.steps.setCurrentRow(row)
    qgis.processEvents()
    fields = {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    }
    window.steps.setFocus()
    seen = set()
    for _ in range(3 * len(fields)):
        seen.add(qgis.focusWidget())
        QTest.keyClick(qgis.focusWidget(), Qt.Key.Key_Tab)
    missed = [f"{type(w).__name__} {w.objectName()} in {type(w.parent()).__name__}" for w in fields - seen]
    assert not missed
