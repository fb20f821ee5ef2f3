# SPDX-License-Identifier: GPL-2.0-or-later
"""F1 and Help open the page that is meant, by real keys and clicks."""

from pathlib import Path

import pytest


@pytest.fixture
def opened(qgis):
    """Return the addresses that were opened, which no browser gets."""
    from qgis.PyQt.QtCore import QObject, QUrl, pyqtSlot
    from qgis.PyQt.QtGui import QDesktopServices

    class Browser(QObject):
        def __init__(self):
            super().__init__()
            self.addresses = []

        @pyqtSlot(QUrl)
        def show(self, url):
            self.addresses.append(url.toString())

    browser = Browser()
    for scheme in ("file", "https"):
        QDesktopServices.setUrlHandler(scheme, browser, "show")
    yield browser.addresses
    for scheme in ("file", "https"):
        QDesktopServices.unsetUrlHandler(scheme)


def test_f1_opens_the_page_on_the_step(window, opened, until):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    window.activateWindow()
    until(window.isActiveWindow)
    for row in (1, 5):
        window.steps.setCurrentRow(row)
        window.page.setFocus()
        QTest.keyClick(window.page, Qt.Key.Key_F1)
    names = [address.rpartition("#")[2] for address in opened]
    assert names == ["create_study", "train_blend"]


def test_the_menu_of_help_opens_pages(window, opened, until):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    menu = window.help_button.menu()
    pages = [action for action in menu.actions() if action.text() and "beside" not in action.text()]
    for action in pages:
        menu.popup(window.mapToGlobal(window.rect().center()))
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert [Path(address).stem for address in opened[1:]] == [
        "first-hour",
        "usage",
        "bring-your-data",
        "methods",
        "index",
    ]


def test_dialogs_of_algorithms_have_help(qgis, opened, delete):
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QDialogButtonBox, QWidget

    parent = QWidget()
    dialog = AlgorithmDialog(qgis.processingRegistry().createAlgorithmById("soilsharp:create_study"), parent=parent)
    dialog.show()
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Help)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [address.rpartition("#")[2] for address in opened] == ["create_study"]
    dialog.close()
    delete(dialog)
    delete(parent)


def test_pages_beside_the_plugin_come_first(tmp_path):
    from soilsharp.core.base.help_pages import PUBLISHED, help_address

    (tmp_path / "a b" / "reference").mkdir(parents=True)
    page = tmp_path / "a b" / "reference" / "train_blend.html"
    page.touch()
    assert help_address("reference/training", "train_blend", tmp_path / "a b") == page.as_uri()
    assert help_address("reference/training", "train_svr", tmp_path) == f"{PUBLISHED}/reference/training.md#train_svr"
    assert help_address("usage", folder=tmp_path) == f"{PUBLISHED}/usage.md"
