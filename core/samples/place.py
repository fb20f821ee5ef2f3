# SPDX-License-Identifier: GPL-2.0-or-later
"""What a table of samples says of place and day, looked at as it is read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..base.columns import refuse_rows
from ..rasters.grid import Grid
from ..study.columns import VALID_FRACTION

CELL = ("cell_row", "cell_column")
REMEDY = "Remove these rows, or sample again."


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
        refuse_rows(days.isna(), place["date"], file, "a day, as 2023-05-01", REMEDY)
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
        refuse_rows(wrong, place[name], file, f"{kind} from {low:g} to {high:g}", REMEDY)
        place[name] = numbers
    return place
