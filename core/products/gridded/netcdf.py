# SPDX-License-Identifier: GPL-2.0-or-later
"""NetCDF and GRIB files: which variables on a grid with times they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Optional

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ...base.errors import GridError, InputError
from ...base.hdf5 import SIGNATURE
from ...rasters.grid import WGS84, Grid, parse_crs, same_coordinates
from ...rasters.open import FAULTS, HUGE, UNDECLARED
from ...rasters.scaling import NO_SCALING, scaling_of
from ..first_bytes import first_bytes
from .axes import METRES, Axis, axes_by_array, axes_by_gdal, goes_back, place_of, transform_of
from .cf_time import is_time
from .cube import Cube, opened
from .lists import lists_in
from .steps import steps_of, told_span
from .variables import Variable, pack, packed_limits, variables_of

SUFFIXES = (".nc", ".nc3", ".nc4", ".ncf", ".cdf", ".netcdf", ".h5", ".hdf5", ".he5", ".grib", ".grib1", ".grib2",
            ".grb", ".grb1", ".grb2", ".gb2")  # fmt: skip
Told = Callable[[Mapping[str, str]], Optional[np.ndarray]]  # of the span of a file, by its attributes


def cubes(path: str | os.PathLike, crs: str = "", told: Told | None = None) -> list[Cube]:
    """Return the variables of a NetCDF, HDF5 or GRIB file that lie on a grid.

    With `told` a variable needs no time axis: it is of the time of a scalar coordinate, else of what is told of its
    file, else it holds for all days, and its one time is NaT.

    Parameters
    ----------
    path : path
    crs : str
        Reference system of a file that has none and is not in degrees.
    told : callable, optional
        Gives from when to when a file without a time axis holds, datetime64[s], shape (2,), from its attributes.

    Raises
    ------
    InputError
        If the file is damaged, has no such variable, or counts its time in a way that cannot be read.
    GridError
        If its grid has no place on Earth or is not evenly spaced.
    """
    path = Path(path)
    found, reasons = [], []
    kind = _kind_of(path)
    variables, says = variables_of(path) if kind == "NetCDF" else ([], {})
    listed = lists_in(path, variables, crs, None if told is None else partial(told, says))
    if listed:
        return list(listed)
    stored = {one.name: one for one in variables}
    try:
        # of HDF5 under another name GDAL would not ask the driver of NetCDF
        with opened(str(path) if kind == "GRIB" else f'NETCDF:"{path}"') as dataset:
            if dataset.driver == "GRIB":
                return _grib_cubes(path, dataset)
            parts = dataset.subdatasets or [dataset.name]
            about = dataset.tags()
        for part in parts:
            with opened(part) as dataset:
                try:
                    says = {**about, **dataset.tags()}
                    of_file = None if told is None else partial(told, says)
                    found.append(_netcdf_cube(path, part, dataset, crs, of_file, stored))
                except (InputError, GridError) as error:
                    reasons.append(error)
    except FAULTS as error:
        raise InputError(f"It cannot be opened: {error}. Fetch it again if it is damaged.") from error
    if not found:
        raise reasons[0]
    return found


def _kind_of(path: Path) -> str:
    """Return "GRIB" or "NetCDF", or raise for a file that starts as neither; NetCDF's library may search a minute."""
    start = first_bytes(path)
    if start.startswith((b"CDF\x01", b"CDF\x02")):
        _check_header(path)
    if start.startswith(b"CDF") or SIGNATURE in start:
        return "NetCDF"
    if b"GRIB" in start:
        return "GRIB"
    raise InputError("It starts as neither NetCDF nor GRIB does; it may be damaged. Download it again.")


def _check_header(path: Path) -> None:
    """Raise `InputError` if the header of a classic NetCDF file is damaged: with such GDAL may go on for minutes."""
    from scipy.io import netcdf_file

    try:
        netcdf_file(path, mmap=True).close()
    except Exception as error:  # a damaged header may raise anything
        raise InputError(f"It cannot be read as NetCDF ({error}); it may be damaged. Get it again.") from error


def _netcdf_cube(
    path: Path, address: str, dataset, crs: str, told: Callable | None, stored: Mapping[str, Variable]
) -> Cube:
    if not dataset.count:
        raise InputError(f"{address} holds no values.")
    band = dataset.tags(1)
    name = band.get("NETCDF_VARNAME", address.rsplit(":", 1)[-1])
    axes = axes_by_array(path, name)
    if axes is None:
        axes = axes_by_gdal(path, name, dataset)
    y, x = place_of(name, axes)
    leading = [i for i in range(len(axes)) if i not in (y, x)]
    order = (*leading, y, x)
    transform, shape = dataset.transform, dataset.shape
    # GDAL takes the last dimension as columns, whatever it is, and gives no place to columns from east to west, nor to
    # metres without a projection
    metres = all(axis.unit.lower() in METRES and axis.values is not None for axis in (axes[y], axes[x]))
    turned = order != tuple(range(len(axes))) or goes_back(axes[x]) or (metres and transform.is_identity)
    if turned:
        transform, shape = transform_of(name, axes[y], axes[x]), (axes[y].size, axes[x].size)
    grid = _grid_of(name, dataset.crs, transform, shape, (axes[y], axes[x]), crs)
    others = [axes[i] for i in leading]
    span = None
    if told is not None and not any(is_time(axis.unit) for axis in others):
        span = told_span(path, name, others, told)
    times, bands, lead, bounds = steps_of(name, others, span)
    told_fills = _numbers(band.get("missing_value", "")) + _numbers(band.get("_FillValue", ""))
    fills = {dataset.nodatavals[0], *told_fills} - {None}
    if not {"_FillValue", "missing_value"} & set(band):
        fills.add(UNDECLARED)  # GDAL then gives the default of NetCDF
    limits = _valid(band)
    if band.get("_Unsigned", "").lower() == "true":
        # NetCDF-3 has no such type: what is said of it stands there as of one with a sign, of bytes also in GDAL
        size = 256.0 ** np.dtype(dataset.dtypes[0]).itemsize
        least, most, *more = (one + size if -size < one < 0 else one for one in (*limits, *told_fills))
        limits, fills = (least, most), fills | set(more)
    scaling = scaling_of(dataset, 1)
    if np.dtype(dataset.dtypes[0]).kind in "iu" and scaling != NO_SCALING:
        fills |= {pack(fill, *scaling) for fill in fills if fill != round(fill)}
        own = stored.get(name.strip("/"))
        if own is not None and own.limits_are_unpacked:
            limits = packed_limits(limits, *scaling)
    return Cube(
        path, address, name, band.get("units", ""), band.get("long_name", name), band, times, bands, lead, grid,
        tuple(fills), limits, *scaling, order if turned else (),
        bounds=bounds,
    )  # fmt: skip


def _grib_cubes(path: Path, dataset) -> list[Cube]:
    grid = _grid_of(path.name, dataset.crs, dataset.transform, dataset.shape, (), "")
    messages: dict[tuple, dict] = {}
    for number in range(1, dataset.count + 1):
        tags = dataset.tags(number)
        key = tags.get("GRIB_ELEMENT", "unknown"), tags.get("GRIB_SHORT_NAME", "")
        seconds = int(re.findall(r"-?\d+", tags.get("GRIB_VALID_TIME", "0"))[0])
        messages.setdefault(key, {}).setdefault(seconds, (tags, []))[1].append(number)
    out = []
    for (element, level), steps in messages.items():
        tags = next(iter(steps.values()))[0]
        most = max(len(numbers) for _, numbers in steps.values())
        order = sorted(steps)
        # a time that has fewer alternatives repeats its last
        bands = [(n + n[-1:] * most)[:most] for n in (steps[s][1] for s in order)]
        nodata = dataset.nodatavals[bands[0][0] - 1]
        out.append(Cube(
            path, str(path), element, tags.get("GRIB_UNIT", "").strip("[]"), tags.get("GRIB_COMMENT", element),
            {**tags, "level": level}, np.array(order, "datetime64[s]"), np.array(bands), (dataset.count,), grid,
            (UNDECLARED if nodata is None else nodata,), (-HUGE, HUGE), 1.0, 0.0,
        ))  # fmt: skip
    return out


def _grid_of(name: str, own: CRS | None, t: Affine, shape: tuple[int, int], axes: Sequence[Axis], crs: str) -> Grid:
    if t.is_identity:
        raise GridError(f"{name} has no evenly spaced grid; bring it to one first, as with cdo remapbil.")
    if any(axis.says.get("standard_name", "").startswith("grid_l") for axis in axes):
        raise GridError(f"{name} lies on a grid of turned poles; bring it to degrees first, as with cdo remapbil.")
    if own is None:
        degrees = any(axis.unit.lower().startswith("degree") for axis in axes)
        if not degrees and not crs:
            raise GridError(f"{name} has no reference system; give it in the settings.")
        own = WGS84 if degrees else parse_crs(crs)
    if t.b or t.d or not t.a > 0 > t.e:
        raise GridError(
            f"{name} lies on a grid that is rotated or not evenly spaced; bring it to a north-up one first."
        )
    if not same_coordinates(own, WGS84):
        return Grid(own, t, shape)
    t = Affine(_even(t.a), 0, _even(t.c, t.a / 2), 0, -_even(-t.e), _even(t.f, t.e / 2))
    return Grid(WGS84, t, shape)  # models on a sphere mean the degrees that everybody means


def _even(value: float, part: float = 0.0) -> float:
    """Return the number of degrees that was meant: coordinates kept in single precision are off by a little.

    A step is one over a whole number of cells a degree, an edge a multiple of half a step (`part`), if nearly so.
    """
    cells = round(1 / (part or value)) or 1
    meant = round(value * cells) / cells if part else 1 / cells
    near = 1e-3 * abs(part) if part else 1e-5 * value
    return meant if abs(meant - value) < near else value


def _valid(tags: dict) -> tuple[float, float]:
    """Return the least and the greatest value that counts."""
    limits = _numbers(tags.get("valid_range", "")) or [
        *(_numbers(tags.get("valid_min", "")) or [-HUGE]), *(_numbers(tags.get("valid_max", "")) or [HUGE])
    ]  # fmt: skip
    return (max(limits[0], -HUGE), min(limits[1], HUGE)) if len(limits) == 2 else (-HUGE, HUGE)


def _numbers(text: str) -> list[float]:
    try:
        return [float(v) for v in text.strip("{}").split(",") if v]
    except ValueError:
        return []
