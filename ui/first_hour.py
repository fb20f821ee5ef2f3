# SPDX-License-Identifier: GPL-2.0-or-later
"""A guided first hour: a panel beside the pages that leads from a small region to judged maps, step by step."""

import html
from dataclasses import dataclass, field

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from ..i18n import tr

WIDTH = 280  # pixels


@dataclass(frozen=True)
class Lesson:
    """One step: its words, the page and way that it is about, and what its form is given; "" stays on no page.

    A lesson without a page is read, one with a page is done when that page has a result.
    """

    title: str
    words: str
    page: str = ""
    algorithm: str = ""
    values: dict = field(default_factory=dict)


def lessons():
    """Return the lessons in their order, in the language of QGIS."""
    return (
        Lesson(
            tr("A region to try things on"),
            tr(
                "A synthetic region of 63 km: a coarse satellite product, covariates and stations, and the fine truth, "
                "which real regions never tell. If you have a study of your own, open it instead."
            ),
            "study",
            "soilsharp:create_sample_region",
            {"SIZE_KM": 63, "DAYS": 24, "N_STATIONS": 20},
        ),
        Lesson(
            tr("What the study lacks"),
            tr("Before anything long starts, SoilSharp looks at every file that the study names. Open the report."),
            "check",
            "soilsharp:check_study",
        ),
        Lesson(
            tr("What to learn from"),
            tr(
                "Each coarse cell and day becomes one sample: its soil moisture, and the covariates averaged over the "
                "cell. Stations can be learned from as well."
            ),
            "samples",
            "soilsharp:sample_coarse",
        ),
        Lesson(
            tr("Learn"),
            tr(
                "Several learners together. Each is judged by folds that it has not seen: look at the numbers under "
                "the title of the page, not at how well the model knows its own samples."
            ),
            "train",
            "soilsharp:train_blend",
        ),
        Lesson(
            tr("Fine maps"),
            tr(
                "One map a day, with a map of how far each pixel may be from the truth. They are loaded with their "
                "days: open the temporal controller of QGIS and press play. With Series, a click into the map shows "
                "the days of that place."
            ),
            "downscale",
            "soilsharp:downscale_series",
            {"BAND": True},
        ),
        Lesson(
            tr("How good are they?"),
            tr(
                "Maps, the coarse product as it is, and the coarse product interpolated, on the same stations and "
                "days. Only if the maps beat the interpolation have the covariates told something."
            ),
            "validate",
            "soilsharp:validate_stations",
        ),
        Lesson(
            tr("Your own region"),
            tr(
                "Begin at Data with downloads as they are, or at Study with rasters that are ready. Help > Bring your "
                "data tells what each product needs. The page Method does all of these steps in one go."
            ),
        ),
    )


class FirstHour(QFrame):
    """The panel; it is hidden until it is asked for.

    Parameters
    ----------
    window : WorkflowWindow
    """

    def __init__(self, window):
        super().__init__(window)
        self._window, self._lessons, self._at = window, lessons(), 0
        self._widened = 0  # pixels that the window was given for the panel
        self.setObjectName("FirstHour")
        self.setFixedWidth(WIDTH)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.head, self.title, self.words, self.state = (QLabel() for _ in range(4))
        for label in (self.title, self.words, self.state):
            label.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar()
        self.progress.setRange(0, len(self._lessons))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.show_button = QPushButton(tr("Sho&w me"))
        self.show_button.setToolTip(tr("Go to the page of this step, with its settings filled in; then press Run."))
        self.show_button.clicked.connect(self.show_page)
        self.back_button, self.on_button = QPushButton("‹"), QPushButton(tr("Next step ›"))
        self.leave_button = QPushButton(tr("L&eave"))
        self.leave_button.setToolTip(tr("Close this panel; Help > First hour brings it back."))
        self.back_button.setToolTip(tr("Step before"))
        self.back_button.setAccessibleName(tr("Step before"))
        self.back_button.clicked.connect(lambda: self._turn(self._at - 1))
        self.on_button.clicked.connect(lambda: self._turn(self._at + 1))
        self.leave_button.clicked.connect(self.leave)
        self._draw()
        window.stepped.connect(self._stepped)
        self.hide()

    def _draw(self):
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 14, 14, 10)
        inside.setSpacing(10)
        for widget in (self.head, self.progress, self.title, self.words, self.state):
            inside.addWidget(widget)
        inside.addStretch(1)
        inside.addWidget(self.show_button)  # below, where it stays at its place however long the words are
        row = QHBoxLayout()
        self.back_button.setFixedWidth(36)
        row.addWidget(self.back_button)
        row.addWidget(self.on_button, 1)
        row.addWidget(self.leave_button)
        inside.addLayout(row)
        for button in (self.show_button, self.back_button, self.on_button, self.leave_button):
            button.setAutoDefault(False)

    @property
    def lesson(self):
        """The lesson that is shown."""
        return self._lessons[self._at]

    def begin(self):
        """Show the panel, at the first lesson that is not done."""
        if self.isHidden() and not self._window.isMaximized():
            self._widen(WIDTH)
        undone = (i for i, lesson in enumerate(self._lessons) if lesson.page not in self._window.done)
        self._go(next(undone))
        self.show()
        self.show_button.setFocus()

    def leave(self):
        """Hide the panel, and give back the room that it took."""
        self.hide()
        if not self._window.isMaximized():
            self._window.resize(self._window.width() - self._widened, self._window.height())
        self._widened = 0

    def _widen(self, pixels):
        """Make the window so much wider, and move it if the panel would be beyond the edge of the screen."""
        window, screen = self._window, self._window.screen().availableGeometry()
        window.resize(window.width() + pixels, window.height())
        self._widened = pixels
        beyond = window.frameGeometry().right() - screen.right()
        if beyond > 0:
            window.move(max(screen.left(), window.x() - beyond), window.y())

    def _go(self, number):
        self._at = max(0, min(number, len(self._lessons) - 1))
        lesson, done = self.lesson, self.lesson.page in self._window.done
        self.head.setText(tr("First hour: {} of {}").format(self._at + 1, len(self._lessons)))
        self.progress.setValue(self._at + (done or not lesson.page))
        self.title.setText(f"<h3 style='margin:0'>{html.escape(lesson.title)}</h3>")
        self.words.setText(lesson.words)
        self.state.setText(f"<b>✓ {tr('Done')}</b>" if done else "")
        self.show_button.setVisible(bool(lesson.page))
        self.back_button.setEnabled(self._at > 0)
        self.on_button.setEnabled(self._at < len(self._lessons) - 1)

    def _turn(self, number):
        """Go to another lesson and its page: with another page beside it, Run would do again what has been done."""
        self._go(number)
        if self.lesson.page in self._window.done:
            self._open_page()
        elif self.lesson.page:
            self.show_page()

    def _open_page(self):
        """Open the page of the lesson as it is; return it."""
        window = self._window
        page = next(page for page in window.pages if page.page.key == self.lesson.page)
        window.steps.setCurrentRow(window.pages.index(page))
        return page

    def show_page(self):
        """Open the page of the lesson, with its settings."""
        window, lesson, page = self._window, self.lesson, self._open_page()
        page.choice.setCurrentIndex([way.algorithm for way in page.page.ways].index(lesson.algorithm))
        for name, value in lesson.values.items():
            page.form.set(name, value)
        window.run_button.setFocus()

    def _stepped(self):
        """Say that the step is done: what comes out of it is read before the next one is asked for."""
        if self.isVisible():
            self._go(self._at)
            self.on_button.setFocus()
