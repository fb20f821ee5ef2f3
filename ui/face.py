# SPDX-License-Identifier: GPL-2.0-or-later
"""What the workflow window looks like: its widgets and where they are. What they do is in `workflow`."""

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMessageBar, QgsProcessingParameterWidgetContext
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from ..i18n import tr
from .first_hour import FirstHour
from .help import HelpButton
from .log import LogBox
from .page import ICONS, PageWidget
from .pages import pages
from .progress import ProgressRow
from .recent import RecentStudies
from .steps import StepList


class WorkflowFace(QDialog):
    """The widgets of the workflow window: the steps at the side, a page, and the buttons below.

    Parameters
    ----------
    iface : QgisInterface or None
    parent : QWidget, optional
        QGIS's window unless given.
    """

    def __init__(self, iface=None, parent=None):
        super().__init__(parent or (iface.mainWindow() if iface is not None else None), Qt.WindowType.Window)
        self.setObjectName("SoilSharpWorkflowWindow")
        self.setWindowTitle(tr("SoilSharp workflow"))
        self.setWindowIcon(QIcon(str(ICONS / "soilsharp.svg")))
        self._iface = iface
        self.bar, self.log, self.told = QgsMessageBar(), LogBox(), ProgressRow()
        self.progress, self.state = self.told.bar, self.told.state
        self.steps = StepList(pages())
        self.pages = [PageWidget(page, self._widget_context()) for page in pages()]
        self._draw()
        self.setMinimumSize(760, 520)
        self.resize(1000, 700)

    def _widget_context(self):
        context = QgsProcessingParameterWidgetContext()
        context.setProject(QgsProject.instance())
        context.setMessageBar(self.bar)
        if self._iface is not None:
            context.setMapCanvas(self._iface.mapCanvas())
            context.setBrowserModel(self._iface.browserModel())
            context.setActiveLayer(self._iface.activeLayer())
        return context

    def _draw(self):
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        right = QVBoxLayout()
        right.setContentsMargins(14, 12, 14, 10)
        right.setSpacing(8)
        for widget, stretch in ((self.bar, 0), (self.stack, 1), (self.log, 0)):
            right.addWidget(widget, stretch)
        right.addWidget(self.told)
        right.addLayout(self._buttons())
        self.first_hour = FirstHour(self)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._side())
        whole.addWidget(line)
        whole.addLayout(right, 1)
        whole.addWidget(self.first_hour)

    def _side(self):
        self.open_button = QPushButton(tr("Open a &study…"))
        self.open_button.setToolTip(tr("Go on with a study file that exists already."))
        self.packages_button = QPushButton(tr("&Packages…"))
        self.packages_button.setToolTip(
            tr("The Python packages that SoilSharp can use, and a button that installs them.")
        )
        self.series_button = QPushButton(tr("Ser&ies…"))
        self.series_button.setToolTip(tr("Click into the map and see the days of that place: coarse, fine, stations."))
        self.flags_button = QPushButton(tr("Fla&gs…"))
        self.flags_button.setToolTip(
            tr("Flag days of stations that are not to be believed; later steps leave them out.")
        )
        self.recent_button, self.recent = QPushButton(tr("Recent stu&dies")), RecentStudies(self)
        self.recent_button.setMenu(self.recent)
        side = QVBoxLayout()
        side.setContentsMargins(6, 12, 6, 10)
        side.addWidget(self.steps, 1)
        self.help_button = HelpButton(self)
        # two beside each other: the steps need their height for themselves in a window of 700 pixels
        for row in (
            (self.open_button,),
            (self.recent_button,),
            (self.series_button, self.flags_button),
            (self.packages_button,),
            (self.help_button,),
        ):
            beside = QHBoxLayout()
            for button in row:
                button.setAutoDefault(False)
                beside.addWidget(button)
            side.addLayout(beside)
        return side

    def _buttons(self):
        self.back_button, self.next_button = QPushButton(tr("‹ &Back")), QPushButton(tr("&Next ›"))
        self.run_button, self.cancel_button = QPushButton(tr("&Run")), QPushButton(tr("&Cancel"))
        self.close_button = QPushButton(tr("C&lose"))
        self.run_button.setIcon(QgsApplication.getThemeIcon("/mActionStart.svg"))
        row = QHBoxLayout()
        for button in (self.back_button, self.next_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.run_button, self.cancel_button, self.close_button):
            row.addWidget(button)
        for button in (self.back_button, self.next_button, self.cancel_button, self.close_button):
            button.setAutoDefault(False)
        self.run_button.setDefault(True)
        return row
