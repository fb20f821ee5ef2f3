# SPDX-License-Identifier: GPL-2.0-or-later
"""What a table of samples says of place and day, looked at as it is read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..rasters.grid import Grid
from ..study.columns import VALID_FRACTION

CELL = ("cell_row", "cell_column")


def checked_place(place: pd.DataFrame, coarse_grid: Grid | None, file: str) -> pd.DataFrame:
    """Return the columns of place and day with days as days and numbers as numbers.

    Parameters
    ----------
    place : DataFrame
    coarse_grid : Grid, optional
        On which cell_row and cell_column are to lie.
    file : str
        Name of the table, for messages.

    Raises
    ------
    InputError
        If a day is none, a number is none or cannot be, or a cell lies beside the grid; with the first such row.
    """
    place = place.copy()
    if "date" in place:
        days = pd.to_datetime(place["date"], errors="coerce")
        _refuse(days.isna(), place["date"], file, "a day, as 2023-05-01")
        place["date"] = days.astype("datetime64[ns]")
    limits = {VALID_FRACTION: (0.0, 1.0), "weight": (0.0, np.inf)}
    if coarse_grid is not None:
        limits |= {name: (0, count - 1) for name, count in zip(CELL, coarse_grid.shape)}
    for name in limits:
        if name not in place:
            continue
        low, high = limits[name]
        numbers = pd.to_numeric(place[name], errors="coerce")
        wrong = ~(np.isfinite(numbers) & (numbers >= low) & (numbers <= high))
        if name in CELL:
            wrong |= numbers % 1 != 0
        kind = "a whole number" if name in CELL else "a number"
        _refuse(wrong, place[name], file, f"{kind} from {low:g} to {high:g}")
        place[name] = numbers
    return place


def _refuse(wrong: pd.Series, values: pd.Series, file: str, wanted: str) -> None:
    """Raise `InputError` if values are wrong, with how many and the first of them."""
    rows = np.flatnonzero(wrong)
    if len(rows):
        raise InputError(
            f"Column '{values.name}' of {file} must hold {wanted}, but {len(rows)} of {len(wrong)} rows do not: row "
            f"{rows[0] + 1} has {values.iloc[rows[0]]!r}. Remove these rows, or sample again."
        )
