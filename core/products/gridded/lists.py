# SPDX-License-Identifier: GPL-2.0-or-later
"""NetCDF files that hold lists of cells: one dimension for all places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...base.errors import InputError
from ...base.extras import require
from ...rasters.open import HUGE, UNDECLARED
from .axes import array_of, axes_by_array, unpacked
from .cells import ListedCube, grid_of_cells
from .cf_time import is_time, times_of
from .steps import steps_of, told_span
from .variables import Variable

MOST = 1 << 29  # values that are held at once of rows in any order
NEVER = np.array(["NaT", "NaT"], "datetime64[s]")


def lists_in(path: Path, found: Sequence[Variable], crs: str, told: Callable | None) -> list[ListedCube]:
    """Return the variables of a NetCDF file whose places are one dimension; none if it has no such list.

    Parameters
    ----------
    path : Path
    found : sequence of Variable
        Those of the file.
    crs : str
        Reference system of the grid; see `grid_of_cells`.
    told : callable, optional
        Gives from when to when a file without a time axis holds.

    Raises
    ------
    InputError, GridError
        If the places are no cells of a grid.
    """
    places = {one.role: one for one in found if one.role and len(one.dims) == 1 and one.dims[0] != one.name}
    if len(places) < 2 or places["x"].dims != places["y"].dims:
        return []
    (cell,) = places["x"].dims
    x, y = (unpacked(_read(path, places[role].name), places[role].attributes) for role in "xy")
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
            out.append(of_rows(cube, x, y, times, _read(path, one.name), crs))
        else:
            out.append(_of_steps(cube, one, cell, told))
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
    told = unpacked(values[known], clock.attributes)
    times[known] = times_of(clock.name, clock.text("units"), clock.text("calendar"), told)
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


def of_rows(
    cube: ListedCube, x: np.ndarray, y: np.ndarray, times: np.ndarray, values: np.ndarray, crs: str
) -> ListedCube:
    """Return a variable of rows, each of a place and a time: the second value of a place and day is its second step.

    Raises
    ------
    MissingPackage
        Without pandas, which nothing else of grids needs.
    """
    require("pandas")
    import pandas as pd

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
