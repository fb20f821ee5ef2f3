# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables that hold lists of cells: a row for each place, or for each place and day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...rasters.dates import day_in_name, guess_date_pattern
from ...rasters.open import HUGE, UNDECLARED
from ...stations.table_columns import known_columns
from ...stations.table_dates import read_clock, read_dates
from ...stations.table_file import TableFile
from ...stations.table_values import NOTHING, as_numbers
from ...units import name_of, unit_in
from .cells import ListedCube, grid_of_cells
from .lists import NEVER, of_rows


def table_cubes(path: Path, crs: str, told: Callable) -> list[ListedCube]:
    """Return the columns of a table of cells: its places in two columns, days in one, in their names, or in its own.

    Parameters
    ----------
    path : Path
    crs : str
        Reference system of the places; empty: degrees.
    told : callable
        Gives from when to when a file holds that tells no days inside.

    Raises
    ------
    InputError, GridError
        If it is no table of cells of a grid.
    """
    table = TableFile(path)
    columns = known_columns(table.names, {}, path.name)
    if not {"longitude", "latitude"} <= columns.keys():
        raise InputError(f"It has no columns of longitudes and latitudes, only {', '.join(table.names)}.")
    roles = {role: name for role, name in columns.items() if role in ("longitude", "latitude", "date", "time")}
    names = [name for name in table.names if name not in roles.values()]
    frame = table.read(None, [roles[role] for role in ("date", "time") if role in roles])
    x, y = (as_numbers(frame[roles[role]])[0].to_numpy(float) for role in ("longitude", "latitude"))
    values = {name: one for name in names if (one := _numbers(frame[name], name)) is not None}
    if not values:
        raise InputError(f"It has no column of numbers beside the places; its columns are {', '.join(table.names)}.")
    grid, cells = grid_of_cells(x, y, crs)
    cube = ListedCube(
        path, str(path), "", "", "", {}, NEVER[:1], np.ones((1, 1), int), (), grid, (UNDECLARED,), (-HUGE, HUGE), 1.0,
        0.0, cells=cells,
    )  # fmt: skip
    if "date" in roles:
        times = _column_of_times(frame, roles, path.name)
        return [of_rows(_called(cube, name), x, y, times, column, crs) for name, column in values.items()]
    _refuse_twice(cells)
    days = _days_of(list(values))
    if days is not None:
        stack = np.stack(list(values.values()))
        bands = np.arange(1, len(days) + 1)[:, None]
        return [replace(cube, values=stack, times=days.astype("datetime64[s]"), bands=bands, lead=(len(days),))]
    span = told({})
    times = NEVER if span is None else span
    several = None if span is None else span[None]
    return [
        replace(_called(cube, name), values=column[None], times=times[:1], bounds=several)
        for name, column in values.items()
    ]


def _refuse_twice(cells: tuple[np.ndarray, np.ndarray]) -> None:
    """Raise `InputError` if a cell has several rows and no dates tell them apart."""
    more = len(cells[0]) - np.unique(np.stack(cells), axis=1).shape[1]
    if more:
        raise InputError(
            f"{more} of its {len(cells[0])} rows are of a cell that it has already, and no column of dates tells them "
            "apart. Leave one row for each cell, or give the dates in a column 'date'."
        )


def _numbers(column: pd.Series, name: str) -> np.ndarray | None:
    """Return a column as numbers; None if it is one of text."""
    values, text = as_numbers(column)
    lost = text[values[text.index].isna() & ~text.str.lower().isin(NOTHING)] if len(text) else text
    if len(lost) > len(column) / 2 or values.isna().all():
        return None
    if len(lost):
        raise InputError(f"The column '{name}' has text where a number should be, as '{lost.iloc[0]}'; mend it.")
    return values.to_numpy(float)


def _called(cube: ListedCube, name: str) -> ListedCube:
    """Return a variable with the name and the unit of a column."""
    inside = re.search(r"[\[(](.+?)[\])]", name)
    unit = name_of(inside[1]) if inside else unit_in(name)
    return replace(cube, name=re.sub(r"\s*[\[(].+?[\])]", "", name).strip() or name, label=name, unit=unit)


def _column_of_times(frame: pd.DataFrame, roles: dict[str, str], where: str) -> np.ndarray:
    times = read_dates(frame[roles["date"]], f"column '{roles['date']}' of {where}").values
    if "time" not in roles:
        return times
    seconds = read_clock(frame[roles["time"]])
    return times.astype("datetime64[D]") + np.nan_to_num(seconds).astype("timedelta64[s]")


def _days_of(names: Sequence[str]) -> np.ndarray | None:
    """Return the days of columns that are called by them; None if one is not."""
    with suppress(InputError):
        days = [day_in_name(name, guess_date_pattern(names)) for name in names]
        if len(set(days)) == len(days):
            return np.array(days)
    return None
