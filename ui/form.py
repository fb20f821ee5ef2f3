# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters of one algorithm as a form, drawn with QGIS's own widgets; nothing is declared twice."""

from qgis.core import (
    NULL,
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
    QgsProject,
)
from qgis.gui import (
    QgsCollapsibleGroupBoxBasic,
    QgsGui,
    QgsProcessingContextGenerator,
    QgsProcessingGui,
    QgsProcessingParameterWidgetContext,
)
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from .choices import Choice
from .typed import Typed

FLAG = QgsProcessingParameterDefinition.Flag
LABEL_WIDTH = 190  # pixels of a label at most; a longer one is broken into lines


class AlgorithmForm(QWidget):
    """All visible parameters of an algorithm.

    Parameters
    ----------
    algorithm_id : str
    folded : tuple of str
        Parameters to put away with the advanced ones.
    widget_context : QgsProcessingParameterWidgetContext, optional
    """

    def __init__(self, algorithm_id, folded=(), widget_context=None, parent=None):
        super().__init__(parent)
        self.algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
        if self.algorithm is None:
            raise LookupError(f"There is no algorithm {algorithm_id}.")
        self.context = QgsProcessingContext()
        self.context.setProject(QgsProject.instance())
        self.wrappers, self.fields = {}, {}
        self._generator = _ContextGenerator(self.context)
        self._widget_context = widget_context or QgsProcessingParameterWidgetContext()
        self._draw(folded)

    def _draw(self, folded):
        shown = [d for d in self.algorithm.parameterDefinitions() if not d.flags() & FLAG.FlagHidden]
        away = [d for d in shown if not d.isDestination() and (d.flags() & FLAG.FlagAdvanced or d.name() in folded)]
        plain = [d for d in shown if d not in away]
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(self._rows([d for d in plain if not d.isDestination()]))
        self.more = QgsCollapsibleGroupBoxBasic(tr("More settings"))
        self.more.setFlat(True)
        self.more.findChild(QToolButton, "collapseButton").setAccessibleName(self.more.title())
        self.more.setLayout(self._rows(away))
        inside.addWidget(self.more)
        # only inside its parent: else it would be a window of its own for a moment
        self.more.setVisible(bool(away))
        inside.addLayout(self._rows([d for d in plain if d.isDestination()]))
        inside.addStretch(1)
        wrappers = list(self.wrappers.values())
        for wrapper in wrappers:
            wrapper.postInitialize(wrappers)
        for edit in self.findChildren(QLineEdit):
            edit.deselect()  # QGIS leaves the words of an empty extent selected
        guard_from_wheel(self)
        for spin in self.findChildren(QDoubleSpinBox):
            _Decimals(spin)
        self.more.setCollapsed(True)

    def _rows(self, definitions):
        rows = QFormLayout()
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        for definition in definitions:
            wrapper = self._wrapper(definition)
            wrapper.setParent(self)  # else Python might delete it, and from whatever thread
            wrapper.setWidgetContext(self._widget_context)
            wrapper.registerProcessingContextGenerator(self._generator)
            if isinstance(wrapper, (Choice, Typed)):
                widget, label = wrapper.widget, wrapper.label
            else:
                widget, label = wrapper.createWrappedWidget(self.context), wrapper.createWrappedLabel()
            self.wrappers[definition.name()], self.fields[definition.name()] = wrapper, widget
            rows.addRow(_dress_label(label, widget, definition), _dress_field(widget, definition))
        return rows

    def _wrapper(self, definition):
        """Return what makes the widget of a parameter and knows its value."""
        own = definition.metadata().get("widget_wrapper", {})
        if "labels" in own:
            return Choice(definition, self, labels=own["labels"])
        if "asks" in own:
            return Typed(definition, self, asks=own["asks"])
        kind = QgsProcessingGui.WidgetType.Standard
        return QgsGui.processingGuiRegistry().createParameterWidgetWrapper(definition, kind)

    def add(self, widget):
        """Put something under the fields."""
        self.layout().insertWidget(self.layout().count() - 1, widget)

    # --- values -------------------------------------------------------------------------------------------------------

    def values(self):
        """Return the value of every parameter; layers that the person wants opened have the project as their goal."""
        found = {}
        for name, wrapper in self.wrappers.items():
            value = wrapper.parameterValue()
            if isinstance(value, QgsProcessingOutputLayerDefinition):
                opened = wrapper.customProperties().get("OPEN_AFTER_RUNNING")
                # without a goal nothing is loaded, whatever the box says
                value.destinationProject = QgsProject.instance() if opened else None
            found[name] = None if value == NULL else value
        return found

    def text(self, name):
        """Return a parameter's value as text, '' if there is none or only a temporary place."""
        value = self.wrappers[name].parameterValue()
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            value = value.sink.staticValue()
        return "" if value in (None, NULL, "TEMPORARY_OUTPUT") else str(value)

    def is_optional(self, name):
        """Return whether a parameter may be left empty."""
        return bool(self.algorithm.parameterDefinition(name).flags() & FLAG.FlagOptional)

    def set(self, name, value):
        """Give a parameter a value."""
        self.wrappers[name].setParameterValue(value, self.context)

    def problem(self, values):
        """Return what is wrong with the values, or ''; the field that is to blame gets the focus."""
        try:
            return self._problem(values)
        finally:
            # QGIS opens rasters to check them; kept here, they would outlive QGIS, which crashes it at its end
            self.context.temporaryLayerStore().removeAllMapLayers()

    def _problem(self, values):
        for name, value in values.items():
            definition = self.algorithm.parameterDefinition(name)
            if not definition.checkValueIsAcceptable(value, self.context):
                self._point_at(name)
                if value in (None, "", []):
                    return tr("'{}' is still empty.").format(definition.description())
                return tr("'{}' cannot be {}.").format(definition.description(), value)
            if definition.isDestination():
                fine, why = definition.isSupportedOutputValue(value, self.context)
                if not fine:
                    self._point_at(name)
                    return why
        fine, why = self.algorithm.checkParameterValues(values, self.context)
        return "" if fine else why

    def _point_at(self, name):
        widget = self.fields[name]
        if self.more.isAncestorOf(widget):
            self.more.setCollapsed(False)
        inner = widget.findChild(QLineEdit) or widget
        inner.setFocus(Qt.FocusReason.OtherFocusReason)


class _ContextGenerator(QgsProcessingContextGenerator):
    """Tells widgets the context of the form."""

    def __init__(self, context):
        super().__init__()
        self._context = context

    def processingContext(self):
        return self._context


def _dress_label(label, widget, definition):
    """Return the label of a row, which a box that says its own name does not need."""
    if label is None:
        return QLabel("")
    if isinstance(label, QLabel):
        optional = " [" + tr("optional") + "]"
        # QGIS's own word for it is long and makes all labels wide; the field says it instead
        if definition.flags() & FLAG.FlagOptional:
            label.setText(definition.description())
            _say_optional(widget, optional.strip(" []"))
        label.setToolTip(definition.toolTip())  # QGIS's own is the name in scripts alone
        label.setWordWrap(True)
        label.setFixedWidth(LABEL_WIDTH)
        label.setBuddy(widget.findChild(QLineEdit) or widget)
    return label


def _dress_field(widget, definition):
    """Return the field of a row, no wider than its content asks for; its parts are called as the row is."""
    if isinstance(definition, QgsProcessingParameterNumber):
        widget.setFixedWidth(150)
    for part in widget.findChildren(QWidget):
        says_itself = isinstance(part, QAbstractButton) and part.text().strip(" .…")
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not part.accessibleName() and not says_itself:
            part.setAccessibleName(definition.description())
    return widget


def _say_optional(widget, word):
    for edit in [widget] if isinstance(widget, QLineEdit) else widget.findChildren(QLineEdit):
        if not edit.placeholderText():
            edit.setPlaceholderText(word)


class _WheelGuard(QObject):
    """Leaves the wheel to the page unless a field was chosen: to scroll past a number or a list must not change it."""

    def eventFilter(self, field, event):
        if event.type() == QEvent.Type.Wheel and not field.hasFocus():
            event.ignore()
            return True
        return False


def guard_from_wheel(widget):
    """Keep the wheel from changing the numbers and lists in a widget before they are chosen by a click or a key."""
    guard = _WheelGuard(widget)
    for field in [*widget.findChildren(QAbstractSpinBox), *widget.findChildren(QComboBox)]:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(guard)


class _Decimals(QObject):
    """Shows the number of a field without zeros at its end, as 0.15 instead of 0.150000."""

    def __init__(self, spin):
        super().__init__(spin)
        self._spin = spin
        spin.findChild(QLineEdit).installEventFilter(self)

    def eventFilter(self, edit, event):
        # Qt writes the number anew on many occasions and tells of few: what counts is what is drawn
        if event.type() == QEvent.Type.Paint:
            self._shorten(edit)
        return False

    def _shorten(self, edit):
        whole, point, decimals = edit.text().rpartition(self._spin.locale().decimalPoint())
        # all of its decimals are there only where Qt wrote them: what a person is typing stays
        if point and len(decimals) == self._spin.decimals() and decimals.endswith("0"):
            edit.setText(whole + (point + decimals).rstrip("0").rstrip(point))
