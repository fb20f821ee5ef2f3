# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model loses from one scale to another, as its passport tells it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..base.errors import InputError
from ..report.words import scale_words

PASSPORT = "scale_transfer"  # entry of a passport
METRICS = ("n", "rmse", "bias", "ubrmse", "r")
COLUMNS = ["learned", "scored", *METRICS, "rmse_native", "loss", "loss_percent", "loss_a_step"]
_WHOLE = ("learned", "scored", "n")


@dataclass(frozen=True)
class ScaleTransfer:
    """What a model loses from one scale to another.

    Attributes
    ----------
    table : DataFrame
        One row for what was learned from and scored on, in cells a side: learned, scored; n, rmse, bias, ubrmse
        (m3 m-3) and r of held-out rows; rmse_native (m3 m-3), of a model that learned from as many samples at the scale
        that is scored; loss, by which rmse is above that (m3 m-3 and, as loss_percent, in % of it), and the same a
        step of twice the side, loss_a_step (%). The first row is of single cells alone, whose loss is 0.
    refused : dict of int to str
        Sides of super-cells that nothing can be told of, and why.
    """

    table: pd.DataFrame
    refused: dict[int, str]

    @property
    def down(self) -> pd.DataFrame:
        """The rows that learned from super-cells and were scored on cells, as maps are made."""
        return self.table[self.table["learned"] > self.table["scored"]]

    @property
    def sentence(self) -> str:
        """What came out, for log and report."""
        return f"Scale transfer: {scale_words({PASSPORT: self.as_dict()})}."

    def as_dict(self) -> dict:
        """Return it as a passport holds it."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return {"rows": rows, "refused": {str(side): why for side, why in self.refused.items()}}

    @classmethod
    def from_dict(cls, values: dict) -> ScaleTransfer:
        """Make what `as_dict` described.

        Raises
        ------
        InputError
            If it tells no loss that one can read.
        """
        try:
            # the words on a model read these numbers as they are
            rows = [{name: _number(row, name) for name in COLUMNS} for row in values["rows"]]
            refused = {int(side): str(why) for side, why in values["refused"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"What a model says of its scale transfer cannot be read: {error}.") from error
        found = cls(pd.DataFrame(rows, columns=COLUMNS), refused)
        if found.down.empty:
            raise InputError("What a model says of its scale transfer has no row of super-cells.")
        return found


def _number(row: dict, name: str) -> float:
    """Return a number of a row; NaN where it is not known, but for those that must be."""
    value = row[name]
    if value is None and name == "r":
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, int if name in _WHOLE else (int, float)):
        raise ValueError(f"'{name}' must be a number, got {value!r}")
    return value
