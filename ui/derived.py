# SPDX-License-Identifier: GPL-2.0-or-later
"""A covariate made of others: a small dialog that writes its rule."""

from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QSpinBox

from ..i18n import tr

SUM, MEAN, DIFFERENCE = "sum_before", "mean_before", "difference"
MOST_DAYS = 366


class DerivedDialog(QDialog):
    """Asks what is made of which covariate; `rule` is then what the field of rules takes.

    Parameters
    ----------
    dated, names : list of str
        Covariates that change with the day, which can be summed up, and all.
    """

    def __init__(self, dated, names, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Derived covariate"))
        self.kind, self.first, self.second = QComboBox(), QComboBox(), QComboBox()
        self.days, self.name = QSpinBox(), QLineEdit()
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(30)
        self.days.setSuffix(tr(" d"))
        self._dated, self._names = dated, names
        if dated:
            self.kind.addItem(tr("Sum over the days before"), SUM)
            self.kind.addItem(tr("Mean over the days before"), MEAN)
        if len(names) > 1:
            self.kind.addItem(tr("Difference of two covariates"), DIFFERENCE)
        self.second.addItems(names)
        self._rows = QFormLayout(self)
        self._rows.addRow(tr("Kind"), self.kind)
        self._rows.addRow(tr("Covariate"), self.first)
        self._rows.addRow(tr("Minus"), self.second)
        self._rows.addRow(tr("Days"), self.days)
        self._rows.addRow(tr("Name"), self.name)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._rows.addRow(buttons)
        self.kind.currentIndexChanged.connect(self._offer)
        for box in (self.first, self.second):
            box.currentIndexChanged.connect(self._propose)
        self.days.valueChanged.connect(self._propose)
        self.name.textChanged.connect(self._judge)
        self._offer()

    def rule(self):
        """Return the rule as a person would write it."""
        made = f"{self.name.text().strip()} = {self.first.currentText()}"
        if self.kind.currentData() == DIFFERENCE:
            return f"{made} - {self.second.currentText()}"
        return f"{made}: {self.kind.currentData()} {self.days.value()}"

    def _offer(self):
        """Offer the covariates that the kind can be made of."""
        difference = self.kind.currentData() == DIFFERENCE
        self.first.clear()
        self.first.addItems(self._names if difference else self._dated)
        for box, shown in ((self.second, difference), (self.days, not difference)):
            box.setVisible(shown)
            self._rows.labelForField(box).setVisible(shown)
        self._propose()

    def _propose(self):
        """Propose a name, which may be changed."""
        first = self.first.currentText()
        ends = {
            SUM: f"{first}_{self.days.value()}d",
            MEAN: f"{first}_mean_{self.days.value()}d",
            DIFFERENCE: f"{first}_minus_{self.second.currentText()}",
        }
        self.name.setText(ends.get(self.kind.currentData(), ""))
        self._judge()

    def _judge(self):
        """Let only a rule through that can be: a new name, and two covariates that differ."""
        name = self.name.text().strip()
        fits = bool(name) and name not in self._names and not set(name) & set(":;=-")
        if self.kind.currentData() == DIFFERENCE:
            fits = fits and self.first.currentText() != self.second.currentText()
        self._ok.setEnabled(fits)
