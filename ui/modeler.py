# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens the models that come with the plugin in QGIS's modeler: as copies, so that its own files stay as they are."""

from pathlib import Path

from processing.gui.ContextAction import ContextAction
from processing.gui.ProviderActions import ProviderContextMenuActions
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm
from qgis.PyQt.QtWidgets import QAction

from ..i18n import tr

MODELS = Path(__file__).resolve().parents[1] / "resources" / "models"
MENU = "SoilSharp"


def open_in_modeler(name):
    """Show the modeler with a copy of the model of a name; return its window."""
    from processing.modeler.ModelerDialog import ModelerDialog

    model = QgsProcessingModelAlgorithm()
    model.fromFile(str(MODELS / f"{name}.model3"))
    window = ModelerDialog.create(model)
    # what is saved there appears among a person's own models
    own = QgsApplication.processingRegistry().providerById("model")
    if own is not None:
        window.update_model.connect(own.refreshAlgorithms)
    window.show()
    window.activate()
    whole = window.findChild(QAction, "mActionZoomToItems")  # else only a corner of it would be seen
    if whole is not None:
        whole.trigger()
    return window


class _OfToolbox(ContextAction):
    """The entry in the menu that a right click on a shipped model brings up in the toolbox."""

    def __init__(self):
        super().__init__()
        self.name = tr("Open in the modeler")

    def isEnabled(self):
        return isinstance(self.itemData, QgsProcessingModelAlgorithm) and self.itemData.provider().id() == "soilsharp"

    def execute(self):
        open_in_modeler(self.itemData.name())


class ModelEntries:
    """The entries *Open in the modeler*: one a model in the plugin's menu, and one in the toolbox.

    Parameters
    ----------
    iface : QgisInterface
    provider : QgsProcessingProvider
        That has the models.
    """

    def __init__(self, iface, provider):
        self._iface, self.of_toolbox, self.actions = iface, _OfToolbox(), []
        ProviderContextMenuActions.registerProviderContextMenuActions([self.of_toolbox])
        for path in sorted(MODELS.glob("*.model3")):
            algorithm = provider.algorithm(path.stem)
            if algorithm is not None:
                self._add(algorithm)

    def _add(self, algorithm):
        words = tr("Open in the modeler: {}").format(algorithm.displayName())
        action = QAction(algorithm.icon(), words, self._iface.mainWindow())
        action.setObjectName(f"SoilSharpModel_{algorithm.name()}")
        action.triggered.connect(lambda checked=False, name=algorithm.name(): open_in_modeler(name))
        self._iface.addPluginToRasterMenu(MENU, action)
        self.actions.append(action)

    def remove(self):
        """Take the entries away."""
        ProviderContextMenuActions.deregisterProviderContextMenuActions([self.of_toolbox])
        for action in self.actions:
            self._iface.removePluginRasterMenu(MENU, action)
            action.deleteLater()
        self.actions = []
