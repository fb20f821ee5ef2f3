# SPDX-License-Identifier: GPL-2.0-or-later
"""One page of the workflow: which way to go, the form of its algorithm, and what came out."""

import html
import json
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingOutputNumber, QgsProcessingOutputString
from qgis.gui import QgsScrollArea
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..core.training.learners import LEARNERS
from ..i18n import tr
from .chart import ErrorBars
from .colours import told, with_links
from .covariates import CovariatesTable
from .facts import unused
from .form import AlgorithmForm, guard_from_wheel
from .method import MethodNote
from .run import ERROR, WARNING
from .standing import GRADES, ModelNote

PREVIEWS = {"COVARIATES": CovariatesTable, "METHOD": MethodNote, "MODEL": ModelNote}
# results that are not rows of the table: who did better stands above it, the figures behind that are drawn
VERDICT, STANDING = "VERDICT", "STANDING"
ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
ICON_SIZE = 32
MOST_WARNINGS = 3  # that are shown above the results


class PageWidget(QWidget):
    """Draws a `Page`; a form is made when its way is first taken.

    Parameters
    ----------
    page : Page
    widget_context : QgsProcessingParameterWidgetContext
    """

    def __init__(self, page, widget_context, parent=None):
        super().__init__(parent)
        self.page, self._widget_context = page, widget_context
        self._forms, self._results, self._bars, self._opened = {}, {}, {}, ""
        self._errors = {}
        self._offered = {}  # of a way's parameter: what it was offered last, and how its field shows that
        self._defaults = {}  # of those that have one
        self._busy = False
        self._draw()

    def _draw(self):
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(self._header())
        self.choice = QComboBox()
        for number, way in enumerate(self.page.ways):
            self.choice.addItem(way.label)
            algorithm = QgsApplication.processingRegistry().algorithmById(way.algorithm)
            if algorithm is not None:
                self.choice.setItemData(number, algorithm.shortDescription(), Qt.ItemDataRole.ToolTipRole)
        self.choice.currentIndexChanged.connect(self.take_way)
        if len(self.page.ways) > 1:
            question = QLabel(self.page.question + ":")
            question.setBuddy(self.choice)
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(question)
            row.addWidget(self.choice, 1)
            inside.addLayout(row)
        self._area = QgsScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._content())
        self._area.viewport().setAutoFillBackground(False)
        inside.addWidget(self._area, 1)
        guard_from_wheel(self)

    def _content(self):
        self.result, content = QLabel(), QWidget()
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.result.linkActivated.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)))
        self.result.setFrameShape(QFrame.Shape.StyledPanel)
        self.result.setMargin(8)
        self.result.hide()
        content.setAutoFillBackground(False)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(2, 4, 10, 4)
        self._column.setSpacing(12)
        self._column.addWidget(self.result)
        self.bars = ErrorBars()
        self._column.addWidget(self.bars)
        return content

    def _header(self):
        picture, title = QLabel(), QLabel(f"<h2 style='margin:0'>{html.escape(self.page.title)}</h2>")
        picture.setPixmap(QIcon(str(ICONS / f"{self.page.icon}.svg")).pixmap(ICON_SIZE, ICON_SIZE))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(self.summary)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(picture)
        row.addLayout(words, 1)
        return row

    # --- ways ---------------------------------------------------------------------------------------------------------

    @property
    def way(self):
        """The way that is taken."""
        return self.page.ways[max(self.choice.currentIndex(), 0)]

    @property
    def form(self):
        """The form of the way that is taken; made when it is first asked for, for it takes a moment."""
        if self.way.algorithm not in self._forms:
            self.take_way(max(self.choice.currentIndex(), 0))
        return self._forms[self.way.algorithm]

    def take_way(self, index):
        """Show the form of a way; what earlier steps offer is filled in by the next `fill`."""
        way = self.page.ways[index]
        if way.algorithm not in self._forms:
            # without a parent, what is shown of it would be a window of its own for a moment, and take the focus
            form = AlgorithmForm(way.algorithm, way.folded, self._widget_context, self._area.widget())
            self._forms[way.algorithm] = form
            form.setEnabled(not self._busy)
            self._column.addWidget(form, 1)
            for name in filter(form.text, way.takes):
                self._defaults[way.algorithm, name] = form.text(name)
                self._offered[way.algorithm, name] = (form.text(name),) * 2
            if way.preview:
                form.add(PREVIEWS[way.preview](form, way.preview, form))
        for name, form in self._forms.items():
            form.setVisible(name == way.algorithm)
        self.summary.setText(self.form.algorithm.shortDescription())
        self._show_result()

    # --- from step to step --------------------------------------------------------------------------------------------

    def fill(self, facts, folder):
        """Offer what is known, and places in the folder for results; what the person typed or emptied stays."""
        for name, fact in self.way.takes.items():
            self._offer(name, facts.get(fact) or self._defaults.get((self.way.algorithm, name), ""))
        for name, file_name in self.way.writes.items():
            self._offer(name, unused(Path(folder) / file_name, self.way.lacks))

    def _offer(self, name, value):
        offered, shown = self._offered.get((self.way.algorithm, name), ("", ""))
        current = self.form.text(name)
        emptied = shown and not current
        if emptied and (value == offered or self.form.is_optional(name)):
            return
        if current in ("", shown) and current != value:
            self.form.set(name, value)
            # QGIS may write a path in its own way
            self._offered[self.way.algorithm, name] = value, self.form.text(name)

    def typed(self):
        """Return the facts that the person gave on this page, and offer them on no more than equal terms."""
        found = {}
        for name, fact in self.way.takes.items():
            value, (_, shown) = self.form.text(name), self._offered.get((self.way.algorithm, name), ("", ""))
            if value and value != shown:
                found[fact] = value
                self._offered[self.way.algorithm, name] = value, value
        return found

    # --- results ------------------------------------------------------------------------------------------------------

    def facts_of(self, results):
        """Return what later steps may take from the results."""
        found = {fact: str(results[name]) for fact, name in self.way.gives.items() if results.get(name)}
        folders = self.way.gives_folder_of.items()
        return {**found, **{fact: str(Path(results[name]).parent) for fact, name in folders if results.get(name)}}

    def folder_of(self, results):
        """Return the folder that the way's results were put into, as those of other ways are; '' if there is none."""
        name, written = next(iter(self.way.writes.items()), ("", ""))
        path = results.get(name)
        return str(Path(path).parents[len(Path(written).parts) - 1]) if path else ""

    def show_results(self, results, warnings=()):
        """Show the warnings and the numbers of a run, and links to what was written."""
        standing = _standing(results)
        judged = told(GRADES.get(standing.get("grade")), self.result, html.escape(results.get(VERDICT) or ""))
        lines = [told(WARNING, self.result, line) for line in _first(warnings)] + [judged] * bool(results.get(VERDICT))
        self._results[self.way.algorithm] = _paragraphs(lines) + _as_html(self.form.algorithm, results)
        self._bars[self.way.algorithm] = standing.get("bars", [])
        self._opened = ""
        self._show_result()
        self._area.verticalScrollBar().setValue(0)

    def show_error(self, why):
        """Show the whole of why a run failed, above the form."""
        words = html.escape(why).replace("\n", "<br>")
        self._errors[self.way.algorithm] = told(ERROR, self.result, words)
        self._show_result()
        self._area.verticalScrollBar().setValue(0)

    def set_busy(self, busy):
        """Let nothing be changed while a step runs; all of it can be read and scrolled."""
        self._busy = busy
        self.choice.setEnabled(not busy)
        for form in self._forms.values():
            form.setEnabled(not busy)

    def show_opened(self, rows):
        """Show what was opened instead of made here, label by label; it goes with the next result."""
        self._opened = _table(rows)
        self._show_result()

    def forget_results(self, ways):
        """Forget what came out of some ways."""
        for way in ways:
            self._results.pop(way.algorithm, None)
            self._errors.pop(way.algorithm, None)
        self._show_result()

    @property
    def has_results(self):
        """Whether any of the ways has results that are not forgotten."""
        return bool(self._results)

    def _show_result(self):
        text = self._errors.get(self.way.algorithm) or self._results.get(self.way.algorithm, self._opened)
        self.result.setText(with_links(self.result, text))
        self.result.setVisible(bool(text))
        self.bars.show_bars(self._bars.get(self.way.algorithm, []) if self.way.algorithm in self._results else [])


def _first(warnings):
    """Return the first warnings of a run as HTML, and how many more there are."""
    lines = [html.escape(" ".join(text.split())) for text in warnings[:MOST_WARNINGS]]
    more = len(warnings) - len(lines)
    lines += [tr("More warnings in the log: {}").format(more)] if more else []
    return lines


def _paragraphs(lines):
    return "".join(f"<p style='margin:0 0 6px 0'>{line}</p>" for line in lines)


def _standing(results):
    """Return grade and bars that a step tells, {} if it tells none."""
    try:
        return json.loads(results.get(STANDING) or "{}")
    except ValueError:
        return {}


def _as_html(algorithm, results):
    rows, sentences = [], []
    linked = {results.get(output.name()) for output in algorithm.outputDefinitions() if _link(output, results)}
    for output in algorithm.outputDefinitions():
        value = None if output.name() in (VERDICT, STANDING) else results.get(output.name())
        if value in linked:  # as text it is for the expressions of models
            continue
        if value in (None, "") or not isinstance(output, (QgsProcessingOutputNumber, QgsProcessingOutputString)):
            continue
        if isinstance(output, QgsProcessingOutputNumber):
            rows.append((output.description(), number(value)))
        elif str(value).endswith("."):
            sentences.append(html.escape(str(value)))
        else:
            rows.append((output.description(), _in_words(str(value))))
    links = [_link(output, results) for output in algorithm.outputDefinitions()]
    return _paragraphs(sentences) + _table(rows, "right") + " &nbsp;·&nbsp; ".join(filter(None, links))


def _table(rows, align="left"):
    """Return labels with their values as a table of HTML, '' if there are none."""
    cells = [
        f"<td>{html.escape(label)}&nbsp;&nbsp;</td><td align='{align}'><b>{html.escape(value)}</b></td>"
        for label, value in rows
    ]
    return "<table cellspacing='1'>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>" if cells else ""


def _in_words(text):
    """Return a result with the labels of learners where it is their keys, with commas between them."""
    labels = {record.key: tr(record.label) for record in LEARNERS}
    return ", ".join(labels.get(key, key) for key in text.split(",")) if set(text.split(",")) <= set(labels) else text


def _link(output, results):
    value = results.get(output.name())
    if isinstance(output, QgsProcessingOutputString) or not isinstance(value, str) or not Path(value).exists():
        return ""
    path = Path(value)
    # tables and reports open in what the person uses for them; of the others the folder is of more use
    target = path if path.is_dir() or path.suffix in (".html", ".csv") else path.parent
    words = html.escape(output.description())
    return f"<a href='{html.escape(str(target), quote=True)}' title='{html.escape(value, quote=True)}'>{words}</a>"


def number(value):
    """Return a number as a person writes it: counts whole, scores with four decimals."""
    if isinstance(value, int) or float(value).is_integer():
        text = f"{int(value):,}".replace(",", "\u202f")
    elif abs(value) < 1e-4:
        text = f"{value:.1e}"
    else:
        text = f"{value:.4f}" if abs(value) < 100 else f"{value:.6g}"
    return text.replace("-", "−")
