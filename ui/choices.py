# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings with choices, in every dialog of QGIS alike: a person sees labels, and the keys are stored.

QGIS's own widgets show the keys, and its list of several cannot be used on 3.22. A parameter names `ChoiceWidget` in
its metadata, so that QGIS loads this file only when it draws a dialog.
"""

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsProcessingContext, QgsProcessingModelChildParameterSource, QgsProcessingParameters
from qgis.gui import QgsCheckableComboBox, QgsProcessingGui, QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QGridLayout, QSizePolicy, QStackedWidget, QWidget

STANDARD = QgsProcessingGui.WidgetType.Standard
MIN_WIDTH = 150  # pixels; a longer label is cut where there is no more room
MAX_COLUMNS = 4  # of check boxes side by side
GAP = 16  # pixels between two columns
Source = QgsProcessingModelChildParameterSource
STATIC = Source.fromStaticValue("").source()  # the enum's own name differs between releases


class ChoiceWidget:
    """What a dialog of QGIS asks for by name; it gets what suits the dialog."""

    def __new__(cls, definition, dialog, row, column, labels):
        if type(dialog).__name__ == "ModelerParametersDialog":
            return ModelerChoice(definition, dialog, labels)
        return Choice(definition, dialog, row, column, labels=labels)


class Choice(WidgetWrapper):
    """One choice, or any number of them, in a form, in the dialog of an algorithm, or in a cell of a batch.

    It is of the older of QGIS's two kinds: of the newer one QGIS hands Python the widget a second time, and crashes
    when it deletes the first.
    """

    def createWidget(self, labels):
        field = _field(self.parameterDefinition(), labels, roomy=self.dialogType == STANDARD)
        field.chosen.connect(lambda: self.widgetValueHasChanged.emit(self))
        return field

    def setValue(self, value):
        self.widget.choose(_keys(self.parameterDefinition(), value))

    def value(self):
        return _value(self.widget)


class ModelerChoice(QgsProcessingModelerParameterWidget):
    """The same for a step of a model, where a value may also come from elsewhere in the model."""

    def __init__(self, definition, dialog, labels):
        super().__init__(dialog.model, dialog.childId, definition, dialog.context)
        self.setDialog(dialog)
        self.populateSources(["enum", "string", "number"], ["outputNumber", "outputString"], [])
        self._pages, self.field = self.findChild(QStackedWidget), _field(definition, labels)
        self._pages.insertWidget(0, self.field)  # in front of QGIS's own, which it goes on asking
        self.setWidgetValue(Source.fromStaticValue(definition.defaultValue()))

    def setWidgetValue(self, value):
        sources = value if isinstance(value, list) else [value]
        super().setWidgetValue(sources[0])
        if all(source.source() == STATIC for source in sources):
            values = [source.staticValue() for source in sources]
            value = values[0] if len(values) == 1 else values
            self.field.choose(_keys(self.parameterDefinition(), value))

    def value(self):
        if self._pages.currentWidget() is self.field:
            return Source.fromStaticValue(_value(self.field))
        return super().value()


# --- fields: each tells its `keys`, is told what to `choose`, and signals `chosen` ------------------------------------


class CheckBoxes(QWidget):
    """A check box for each choice, in as many columns as there is room for."""

    chosen = pyqtSignal()

    def __init__(self, labels):
        super().__init__()
        self._boxes = {key: QCheckBox(label.replace("&", "&&")) for key, label in labels.items()}
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 2, 0, 2)
        rows.setHorizontalSpacing(GAP)
        rows.setVerticalSpacing(4)
        rows.setColumnStretch(MAX_COLUMNS, 1)
        for box in self._boxes.values():
            box.setMinimumWidth(MIN_WIDTH)
            box.toggled.connect(self.chosen)
        self._arrange(1)

    def _arrange(self, columns):
        for number, box in enumerate(self._boxes.values()):
            self.layout().addWidget(box, number // columns, number % columns)

    def _width(self, columns):
        """Return how wide so many columns are, with the gap that stands before the empty column behind them."""
        widths = [max(box.sizeHint().width(), MIN_WIDTH) for box in self._boxes.values()]
        return sum(max(widths[first::columns]) + GAP for first in range(min(columns, len(widths))))

    def minimumSizeHint(self):
        return QSize(MIN_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event):
        super().resizeEvent(event)
        room = event.size().width()
        self._arrange(max(n for n in range(1, MAX_COLUMNS + 1) if n == 1 or self._width(n) <= room))

    def keys(self):
        return [key for key, box in self._boxes.items() if box.isChecked()]

    def choose(self, keys):
        for key, box in self._boxes.items():
            box.setChecked(key in keys)


class CheckList(QgsCheckableComboBox):
    """The same in one line, to be opened."""

    chosen = pyqtSignal()

    def __init__(self, labels):
        super().__init__()
        for key, label in labels.items():
            self.addItemWithCheckState(label, Qt.CheckState.Unchecked, key)
        self.checkedItemsChanged.connect(lambda names: self.chosen.emit())

    def keys(self):
        return self.checkedItemsData()

    def choose(self, keys):
        for number in range(self.count()):
            chosen = self.itemData(number) in keys
            self.setItemCheckState(number, Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)


class OneOf(QComboBox):
    """A list of which one is chosen."""

    chosen = pyqtSignal()

    def __init__(self, labels):
        super().__init__()
        for key, label in labels.items():
            self.addItem(label, key)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.currentIndexChanged.connect(lambda number: self.chosen.emit())

    def minimumSizeHint(self):
        return QSize(MIN_WIDTH, super().minimumSizeHint().height())

    def sizeHint(self):
        return super().sizeHint().expandedTo(self.minimumSizeHint())

    def keys(self):
        return [self.currentData()]

    def choose(self, keys):
        self.setCurrentIndex(self.findData(keys[0]) if keys else 0)


def _field(definition, labels, roomy=False):
    kind = OneOf if not definition.allowMultiple() else CheckBoxes if roomy else CheckList
    field = kind({key: labels[key] for key in definition.options()})  # QGIS has sorted the labels
    field.setToolTip(definition.toolTip())
    return field


def _keys(definition, value):
    """Return the keys that a value means; of none QGIS would make the default."""
    return QgsProcessingParameters.parameterAsEnumStrings(definition, value, QgsProcessingContext()) if value else []


def _value(field):
    """Return the keys as one text: of a list of them QGIS 3.22 writes nothing into its history."""
    return ",".join(field.keys())
