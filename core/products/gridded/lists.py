# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that hold lists of cells: NetCDF with one dimension for all places, and tables with a row for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
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
from .axes import array_of, axes_by_array
from .cells import ListedCube, grid_of_cells
from .cf_time import is_time, times_of
from .steps import steps_of, told_span
from .variables import Variable, variables_of

TABLES = (".csv", ".tsv", ".txt", ".dat")
MOST = 1 << 29  # values that are held at once of rows in any order
NEVER = np.array(["NaT", "NaT"], "datetime64[s]")


def lists_in(path: Path, crs: str, told: Callable | None) -> list[ListedCube]:
    """Return the variables of a NetCDF file whose places are one dimension; none if it has no such list.

    Parameters
    ----------
    path : Path
    crs : str
        Reference system of the grid; see `grid_of_cells`.
    told : callable, optional
        As of `cubes`.

    Raises
    ------
    InputError, GridError
        If the places are no cells of a grid.
    """
    found, about = variables_of(path)
    places = {one.role: one for one in found if one.role and len(one.dims) == 1 and one.dims[0] != one.name}
    if len(places) < 2 or places["x"].dims != places["y"].dims:
        return []
    (cell,) = places["x"].dims
    x, y = (_read(path, places[role].name) for role in "xy")
    grid, cells = grid_of_cells(x, y, crs)
    clocks = [one for one in found if one.dims == (cell,) and is_time(one.text("units"))]
    values = [one for one in found if one.dims.count(cell) == 1 and one not in (*places.values(), *clocks)]
    if not values:
        raise InputError(f"It has a list of {len(x)} cells, and no values of them.")
    out = []
    for one in values:
        fills = one.numbers("_FillValue", "missing_value") or [UNDECLARED]
        limits = one.numbers("valid_range") or [*(one.numbers("valid_min") or [-HUGE]),
                                                *(one.numbers("valid_max") or [HUGE])]  # fmt: skip
        scale, offset = [*one.numbers("scale_factor"), 1.0][0], [*one.numbers("add_offset"), 0.0][0]
        cube = ListedCube(
            path, str(path), one.name, one.text("units"), one.text("long_name") or one.name, {}, NEVER[:1],
            np.ones((1, 1), int), (), grid, tuple(fills), (limits[0], limits[-1]), scale, offset,
            cells=cells,
        )  # fmt: skip
        if len(clocks) == 1 and one.dims == (cell,):
            times = _times(clocks[0], _read(path, clocks[0].name))
            out.append(_of_rows(cube, x, y, times, _read(path, one.name), crs))
        else:
            out.append(_of_steps(cube, one, cell, None if told is None else partial(told, about)))
    return out


def _read(path: Path, name: str) -> np.ndarray:
    with array_of(path, name) as found:
        if found is None:
            raise InputError(f"{name} cannot be read from {path.name}.")
        return np.array(found[(...,)], float)


def _times(clock: Variable, values: np.ndarray) -> np.ndarray:
    """Return the time of each cell, NaT where it has none."""
    known = np.isfinite(values) & ~np.isin(values, clock.numbers("_FillValue", "missing_value"))
    times = np.full(len(values), "NaT", "datetime64[s]")
    times[known] = times_of(clock.name, clock.text("units"), clock.text("calendar"), values[known])
    return times


def _of_steps(cube: ListedCube, one: Variable, cell: str, told: Callable | None) -> ListedCube:
    """Return a variable with the times of its other dimensions."""
    axes = axes_by_array(cube.path, one.name) or []
    at = one.dims.index(cell)
    others = [axis for i, axis in enumerate(axes) if i != at]
    clock = [i for i, axis in enumerate(others) if is_time(axis.unit)]
    span = told_span(cube.path, one.name, others, told) if told is not None and not clock else None
    times, bands, lead, bounds = steps_of(one.name, others, span)
    order = (*[i for i in range(len(axes)) if i != at], at)
    return replace(cube, times=times, bands=bands, lead=lead, bounds=bounds, order=order)


def _of_rows(
    cube: ListedCube, x: np.ndarray, y: np.ndarray, times: np.ndarray, values: np.ndarray, crs: str
) -> ListedCube:
    """Return a variable of rows, each of a place and a time: the second value of a place and day is its second step."""
    known = ~np.isnat(times)
    places, where = np.unique(np.stack([x, y]), axis=1, return_inverse=True)
    grid, cells = grid_of_cells(places[0], places[1], crs)
    days = times.astype("datetime64[D]")
    rows = pd.DataFrame({"cell": np.ravel(where), "day": days, "time": times, "value": values})[known]
    rows = rows.sort_values("time", kind="stable")
    rows["step"] = rows.groupby(["cell", "day"]).cumcount()
    steps = rows.groupby(["day", "step"], sort=True).ngroup().to_numpy()
    many = int(steps.max()) + 1 if len(steps) else 0
    if many * places.shape[1] > MOST:
        raise InputError(
            f"Its {many} times of {places.shape[1]} cells are more than can be held; divide it into years."
        )
    out = np.full((many, places.shape[1]), np.nan)
    out[steps, rows["cell"].to_numpy()] = rows["value"].to_numpy()
    moments = rows.groupby(steps)["time"].min().to_numpy("datetime64[s]")
    return replace(
        cube, grid=grid, cells=cells, values=out, times=moments, bands=np.arange(1, many + 1)[:, None], lead=(many,)
    )


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
        return [_of_rows(_called(cube, name), x, y, times, column, crs) for name, column in values.items()]
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
