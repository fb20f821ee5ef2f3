# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS loads: the provider always; where there is a window, a button, a menu entry and once a greeting."""

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt

from .i18n import tr, translator
from .processing.following import Follower
from .processing.provider import SoilSharpProvider

GREETED = "soilsharp/greeted"
SERIES_KEYS = "Ctrl+Alt+S"


class SoilSharpPlugin:
    """The plugin; `iface` is None under qgis_process and in scripts."""

    def __init__(self, iface):
        self.iface = iface
        self.translator = translator(QgsApplication.locale())  # before anything is asked for its name
        self.provider = self.action = self.window = self.greeting = self.player = self.follower = self.models = None
        self.series_action = self.dock = self.aside = None

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
        self.iface.addToolBarIcon(self.action)  # the toolbar of plugins is seen, that of rasters is hidden at first
        self.iface.addPluginToRasterMenu("SoilSharp", self.action)
        self._add_series()
        from .ui.modeler import ModelEntries
        from .ui.playing import Player

        self.models = ModelEntries(self.iface, self.provider)
        self.player = Player(self.iface.mapCanvas())
        controller = self.iface.mapCanvas().temporalController()
        self.follower = Follower(controller) if controller is not None else None
        self._greet()

    def _add_series(self):
        """Add the button of the dock *SoilSharp series*; what a QGIS that was killed left on disk is swept away."""
        from qgis.PyQt.QtGui import QIcon
        from qgis.PyQt.QtWidgets import QAction

        from .ui.page import ICONS
        from .ui.series.sweep import sweep_soon

        self.series_action = QAction(QIcon(str(ICONS / "series.svg")), tr("SoilSharp series"), self.iface.mainWindow())
        self.series_action.setObjectName("SoilSharpSeriesAction")
        self.series_action.setToolTip(tr("Click into the map and see the days of that place (Ctrl+Alt+S)"))
        self.series_action.triggered.connect(lambda: self.open_series())
        self.iface.registerMainWindowAction(self.series_action, SERIES_KEYS)
        self.iface.addToolBarIcon(self.series_action)
        self.iface.addPluginToRasterMenu("SoilSharp", self.series_action)
        sweep_soon()

    def _greet(self):
        """Tell a person who has just installed the plugin where it is; once in a profile."""
        from qgis.core import QgsSettings

        if not QgsSettings().value(GREETED, False, type=bool):
            from .ui.greeting import greet

            self.greeting = greet(self.iface.messageBar(), self.begin_first_hour, self.open_workflow)
            QgsSettings().setValue(GREETED, True)

    def open_workflow(self):
        """Show the window of the guided workflow; it is made when first asked for."""
        if self.window is None:
            from .ui.workflow import WorkflowWindow

            self.window = WorkflowWindow(self.iface)
            self.window.series_asked.connect(self._show_series)
            self.window.maps_begun.connect(self._maps_begun)
            self.window.maps_ended.connect(self._maps_ended)
            self.window.restore()
        self._take_away("aside")
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def begin_first_hour(self):
        """Show the window with the panel that leads through a synthetic region."""
        self.open_workflow()
        self.window.first_hour.begin()

    def open_series(self, path=""):
        """Show the dock of the days of places, with the maps of a run or a study if a path is given."""
        if self.dock is None:
            from .ui.series.dock import SeriesDock

            self.dock = SeriesDock(self.iface.mapCanvas(), self.iface.mainWindow(), self.iface.activeLayer)
            self.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.setUserVisible(True)
        if path:
            self.dock.open(path)

    def _show_series(self, path):
        """Show the dock to a person in the workflow window, which steps aside if it lies over the map or the dock."""
        from .ui.elsewhere import step_aside

        self.open_series(path)
        self._take_away("aside")
        seen = [self.iface.mapCanvas(), self.dock]
        self.aside = step_aside(self.window, self.iface, seen, self.open_workflow)

    def _take_away(self, name):
        """Take a message of ours out of QGIS's message bar, if it is still there: a person may have closed it."""
        item = getattr(self, name)
        setattr(self, name, None)
        if item is not None and item in self.iface.messageBar().items():
            self.iface.messageBar().popWidget(item)

    def _maps_begun(self):
        """Let go of files that may be written anew."""
        if self.dock is not None:
            self.dock.let_go()

    def _maps_ended(self, path):
        """Show new maps where old ones were looked at; those again if there are no new ones."""
        if self.dock is not None and self.dock.isVisible():
            self.dock.open_again(path)

    def unload(self):
        if self.dock is not None:
            self.dock.leave()
            self.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
            self.dock = None
        if self.series_action is not None:
            self.iface.unregisterMainWindowAction(self.series_action)
            self.iface.removeToolBarIcon(self.series_action)
            self.iface.removePluginRasterMenu("SoilSharp", self.series_action)
            self.series_action.deleteLater()
            self.series_action = None
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
        if self.player is not None:
            self.player.stop()
            self.player = None
        if self.models is not None:
            self.models.remove()
            self.models = None
        if self.follower is not None:
            self.follower.stop()
            self.follower = None
        self._take_away("greeting")
        self._take_away("aside")
        if self.action is not None:
            self.iface.removeToolBarIcon(self.action)
            self.iface.removePluginRasterMenu("SoilSharp", self.action)
            self.action.deleteLater()
            self.action = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
