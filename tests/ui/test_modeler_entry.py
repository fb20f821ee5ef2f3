# SPDX-License-Identifier: GPL-2.0-or-later
"""The entries *Open in the modeler* open QGIS's own modeler with a copy of a shipped model."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def menu(qgis):
    """Return the plugin's menu as QGIS shows it, with the entries of its models."""
    from qgis.core import QgsApplication
    from qgis.PyQt.QtWidgets import QMenu, QWidget

    from soilsharp.ui.modeler import ModelEntries

    main = QWidget()
    menu = QMenu(main)
    iface = SimpleNamespace(
        mainWindow=lambda: main,
        addPluginToRasterMenu=lambda name, action: menu.addAction(action),
        removePluginRasterMenu=lambda name, action: menu.removeAction(action),
    )
    entries = ModelEntries(iface, QgsApplication.processingRegistry().providerById("soilsharp"))
    yield menu
    entries.remove()
    assert not menu.actions()


def test_a_click_opens_the_modeler_with_a_copy(qgis, menu):
    from processing.modeler.ModelerDialog import ModelerDialog
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QGraphicsView

    assert [action.text() for action in menu.actions()] == [
        "Open in the modeler: Downscale and validate",
        "Open in the modeler: Fine maps from downloads",
    ]
    menu.show()
    place = menu.actionGeometry(menu.actions()[0]).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    window = ModelerDialog.dlgs[-1]
    assert window.isVisible()
    steps = window.model().childAlgorithms()
    assert {step.algorithmId().split(":")[0] for step in steps.values()} == {"soilsharp"}
    assert len(steps) >= 4
    assert not window.model().sourceFilePath()  # else Save would write into the plugin
    view = window.findChild(QGraphicsView)
    assert len(view.scene().items()) > len(steps)
    qgis.processEvents()
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    items = view.scene().itemsBoundingRect().adjusted(10, 10, -10, -10)  # without the frames around them
    assert seen.contains(items), "all of the model is seen at once"
    window.close()


def test_the_toolbox_offers_it_for_our_models_only(qgis, menu):
    from processing.gui.ProviderActions import ProviderContextMenuActions
    from qgis.core import QgsApplication

    action = ProviderContextMenuActions.actions[-1]
    registry = QgsApplication.processingRegistry()
    offered = {}
    for name in ("soilsharp:downscale_and_validate", "soilsharp:downscale_series", "native:buffer"):
        action.setData(registry.algorithmById(name), None)
        offered[name] = action.isEnabled()
    assert list(offered.values()) == [True, False, False]
