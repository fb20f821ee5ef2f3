# SPDX-License-Identifier: GPL-2.0-or-later
"""What a page says of bands: how often they hold what was observed, as a sentence and as tables."""

from __future__ import annotations

import pandas as pd

from ..base.names import counted
from ..scoring.calibration import LEVELS, MANY
from ..scoring.reliability import CALIBRATED, HELD, TOLD, WIDTH
from ..units import SM_SHOWN
from .html_page import MAX_ROWS, Table, number

FILE = "coverage.csv"
NINETY = HELD[0.9]
NOTES = {
    CALIBRATED: "The band of each fold is calibrated at the places of the other folds, so that neither model nor band "
    "has seen the places where it is tried; with fewer than 20 places to calibrate on, the wider of two rules counts. ",
    TOLD: "Bands by the standard deviation that predictions come with. That of maps is of pixels, and the error of the "
    "stations is added; that of a test part is the learner's own, which nothing has calibrated. ",
}
WHERE = {"station": "station", "cell": "coarse cell"}  # what a place is, by what a table tells apart
ALIKE = "Fractions of what was observed, and whole widths, each place counting alike."


def reliability_sentence(table: pd.DataFrame) -> str:
    """Return how much the bands of the first model of a table of `reliability` hold; '' of an empty one."""
    if table.empty:
        return ""
    row = all_rows(table).iloc[0]
    where = next((word for by, word in WHERE.items() if (table["by"] == by).any()), "place")
    places = counted(int(row["n_places"]), where)
    few = " Of fewer than 20 places the wider of two rules counts." if _few(row) else ""
    shares = ", ".join(f"{100 * row[HELD[level]]:.0f}" for level in LEVELS[:-1])
    return (
        f"Bands of 50, 80 and 90 % of {row['product']} hold {shares} and {100 * row[NINETY]:.0f} % of what was "
        f"observed at {places}; those of 90 % are {number(row[WIDTH[0.9]])} {SM_SHOWN} wide.{few}"
    )


def reliability_tables(table: pd.DataFrame) -> list[Table]:
    """Return the table of all rows of every model."""
    if table.empty:
        return []
    shown = all_rows(table)
    notes = "".join(NOTES.get(band, "") for band in dict.fromkeys(shown["band"]))
    return [("Reliability of bands", notes + ALIKE, _columns(shown, ["product", "band"]))]


def reliability_annex(table: pd.DataFrame) -> list[Table]:
    """Return the table of the groups of the first model."""
    if table.empty:
        return []
    product = table["product"].iloc[0]
    own = table[(table["product"] == product) & (table["by"] != "all")]
    if own.empty:
        return []
    note = f"{product}. {ALIKE}"
    if len(own) > MAX_ROWS:
        note += f" The first {MAX_ROWS} of {len(own)} rows; all are in {FILE}."
    shown = _columns(own, ["by", "group", "band"]).head(MAX_ROWS).reset_index(drop=True)
    return [("Reliability of bands in groups", note, shown)]


def all_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of `reliability` that take all rows of predictions together."""
    return table[table["by"] == "all"].reset_index(drop=True)


def _few(row: pd.Series) -> bool:
    return row["band"] == CALIBRATED and row["n_places"] < MANY


def _columns(table: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    return table[[*first, "n", "n_places", *HELD.values(), *WIDTH.values()]]
