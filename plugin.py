# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS loads: the provider always, a button and a menu entry where there is a window."""

from qgis.core import QgsApplication

from .i18n import tr
from .processing.provider import SoilSharpProvider


class SoilSharpPlugin:
    """The plugin; `iface` is None under qgis_process and in scripts."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = self.action = self.window = None

    def initProcessing(self):
        """Add the algorithms; qgis_process calls nothing else."""
        self.provider = SoilSharpProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        self.initProcessing()
        if self.iface is None:
            return
        from qgis.PyQt.QtWidgets import QAction

        self.action = QAction(self.provider.icon(), tr("SoilSharp workflow"), self.iface.mainWindow())
        self.action.setObjectName("SoilSharpWorkflow")
        self.action.setToolTip(tr("From coarse to fine soil moisture, step by step"))
        self.action.triggered.connect(self.open_workflow)
        self.iface.addRasterToolBarIcon(self.action)
        self.iface.addPluginToRasterMenu("SoilSharp", self.action)

    def open_workflow(self):
        """Show the window of the guided workflow; it is made when first asked for."""
        if self.window is None:
            from .ui.workflow import WorkflowWindow

            self.window = WorkflowWindow(self.iface)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def unload(self):
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
        if self.action is not None:
            self.iface.removeRasterToolBarIcon(self.action)
            self.iface.removePluginRasterMenu("SoilSharp", self.action)
            self.action.deleteLater()
            self.action = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
