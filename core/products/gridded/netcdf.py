# SPDX-License-Identifier: GPL-2.0-or-later
"""NetCDF and GRIB files: which variables on a grid with times they hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
from affine import Affine

from ...base.errors import GridError, InputError
from ...rasters.grid import WGS84, Grid, parse_crs
from ...rasters.open import FAULTS
from .cube import HUGE, Cube, opened

SUFFIXES = (".nc", ".nc4", ".cdf", ".netcdf", ".grib", ".grb", ".grib2", ".grb2")
CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
ALTERNATIVES = ("expver",)  # final (1) and preliminary (5) data side by side: the first that is known counts
MEMBERS = ("number", "realization")  # of an ensemble: the first counts
LEADS = ("step", "forecast_period", "leadtime")  # hours after the reference time of a forecast
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
HDF5 = b"\x89HDF\r\n\x1a\n"  # at 0, 512, 1024 ...
HEAD = 4096  # bytes in which a format shows
UNDECLARED = -9999.0  # the fill value that products forget to declare


def cubes(path: str | os.PathLike, crs: str = "", day: np.datetime64 | None = None) -> list[Cube]:
    """Return the variables of a NetCDF or GRIB file that lie on a grid and have times.

    Parameters
    ----------
    path : path
    crs : str
        Reference system of a file that has none and is not in degrees.
    day : datetime64, optional
        Of a NetCDF file that tells no time.

    Raises
    ------
    InputError
        If the file is damaged, has no such variable, or counts its time in a calendar that is not ours.
    GridError
        If its grid has no place on Earth or is not evenly spaced.
    """
    path = Path(path)
    found, reasons = [], []
    _check_start(path)
    try:
        with opened(str(path)) as dataset:
            if dataset.driver == "GRIB":
                return _grib_cubes(path, dataset)
            if dataset.driver != "netCDF":
                raise InputError(f"It is of the format {dataset.driver}, neither NetCDF nor GRIB.")
            parts = dataset.subdatasets or [str(path)]
        for part in parts:
            with opened(part) as dataset:
                try:
                    found.append(_netcdf_cube(path, part, dataset, crs, day))
                except (InputError, GridError) as error:
                    reasons.append(error)
    except FAULTS as error:
        raise InputError(f"It cannot be opened: {error}. Fetch it again if it is damaged.") from error
    if not found:
        raise reasons[0]
    return found


def _check_start(path: Path) -> None:
    """Raise `InputError` for a file that starts like none of ours; netCDF's library may search such for a minute."""
    try:
        with open(path, "rb") as file:
            start = file.read(HEAD)
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.") from error
    if not start:
        raise InputError("It is empty; download it again.")
    if start.lstrip().startswith(b"<"):
        raise InputError("It is a web page and no data; the download went wrong, perhaps for want of a login.")
    if not start.startswith(b"CDF") and HDF5 not in start and b"GRIB" not in start:
        raise InputError("It starts as neither NetCDF nor GRIB does; it may be damaged. Download it again.")


def _netcdf_cube(path: Path, address: str, dataset, crs: str, day) -> Cube:
    tags, band = dataset.tags(), dataset.tags(1)
    name = band.get("NETCDF_VARNAME", address.rsplit(":", 1)[-1])
    grid = _grid_of(dataset, name, tags, crs)
    times, bands, lead = _steps(name, tags, dataset.count, day)
    fills = {dataset.nodatavals[0], *_numbers(band.get("missing_value", ""))} - {None}
    if not {"_FillValue", "missing_value"} & set(band):
        fills.add(UNDECLARED)  # GDAL then gives the default of NetCDF
    return Cube(
        path, address, name, band.get("units", ""), band.get("long_name", name), band, times, bands, lead, grid,
        tuple(fills), _valid(band), dataset.scales[0], dataset.offsets[0],
    )  # fmt: skip


def _grib_cubes(path: Path, dataset) -> list[Cube]:
    grid = _grid_of(dataset, path.name, {}, "")
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


def _grid_of(dataset, name: str, tags: dict, crs: str) -> Grid:
    t, own = dataset.transform, dataset.crs
    if t.is_identity:
        raise GridError(f"{name} has no evenly spaced grid; bring it to one first, as with cdo remapbil.")
    if own is None:
        degrees = any(key.endswith("#units") and value.startswith("degree") for key, value in tags.items())
        if not degrees and not crs:
            raise GridError(f"{name} has no reference system; give it in the settings.")
        own = WGS84 if degrees else parse_crs(crs)
    if t.b or t.d or not t.a > 0 > t.e:
        raise GridError(
            f"{name} lies on a grid that is rotated or not evenly spaced; bring it to a north-up one first."
        )
    if not own.is_geographic:
        return Grid(own, t, dataset.shape)
    t = Affine(_even(t.a), 0, _even(t.c, t.a / 2), 0, -_even(-t.e), _even(t.f, t.e / 2))
    return Grid(WGS84, t, dataset.shape)  # models on a sphere mean the degrees that everybody means


def _even(value: float, part: float = 0.0) -> float:
    """Return the number of degrees that was meant: coordinates kept in single precision are off by a little.

    A step is one over a whole number of cells a degree, an edge a multiple of half a step (`part`), if nearly so.
    """
    cells = round(1 / (part or value)) or 1
    meant = round(value * cells) / cells if part else 1 / cells
    near = 1e-3 * abs(part) if part else 1e-5 * value
    return meant if abs(meant - value) < near else value


def _steps(name: str, tags: dict, count: int, day) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Return the times, the bands of each and the sizes of the dimensions before rows and columns."""
    dims = [d for d in tags.get("NETCDF_DIM_EXTRA", "").strip("{}").split(",") if d]
    sizes = [int(tags[f"NETCDF_DIM_{d}_DEF"].strip("{}").split(",")[0]) for d in dims]
    numbers = np.arange(1, count + 1).reshape(sizes or (1,))
    if day is not None and count == 1 and not any(" since " in tags.get(f"{d}#units", "") for d in dims):
        return np.array([day], "datetime64[s]"), np.ones((1, 1), int), tuple(sizes)
    clock = [i for i, d in enumerate(dims) if " since " in tags.get(f"{d}#units", "")]
    if len(clock) != 1:
        raise InputError(
            f"{name} has no time: of its dimensions ({', '.join(dims) or 'none but rows and columns'}) "
            f"{'several count' if clock else 'none counts'} something since a day."
        )
    times = _times(name, dims[clock[0]], tags)
    numbers = np.moveaxis(numbers, clock[0], 0)
    rest = [d for d in dims if d != dims[clock[0]]]
    keep = 1
    for dim in rest:
        size = numbers.shape[keep]
        if dim in ALTERNATIVES:
            keep += 1
        elif dim in LEADS:
            times = (times[:, None] + _leads(dim, tags)).ravel()
            numbers = np.moveaxis(numbers, keep, 1).reshape(-1, *np.delete(numbers.shape, [0, keep]))
            keep = 1
        elif dim in MEMBERS or size == 1:
            numbers = numbers.take(0, axis=keep)
        else:
            raise InputError(f"{name} has a further dimension, {dim} of {size}; cut out the one that is wanted first.")
    numbers = numbers.reshape(len(times), -1)
    order = np.argsort(times, kind="stable")
    return times[order], numbers[order], tuple(sizes)


def _times(name: str, dim: str, tags: dict) -> np.ndarray:
    calendar = tags.get(f"{dim}#calendar", "").lower()
    if calendar not in CALENDARS:
        raise InputError(
            f"{name} counts its days in the calendar '{calendar}', which has other days than ours; convert the file "
            "first, as with cdo setcalendar,standard."
        )
    text = tags[f"{dim}#units"]
    found = re.match(r"\s*([a-z]+)\s+since\s+(-?\d+)-(\d+)-(\d+)(?:[T ]+(\d+)(?::(\d+))?(?::(\d+))?)?", text, re.I)
    seconds = SECONDS.get(found[1][0].lower()) if found and not found[1].lower().startswith("mon") else None
    if not seconds:
        raise InputError(f"The times of {name} are given as '{text}', which cannot be read.")
    year, month, day, *clock = (int(v or 0) for v in found.groups()[1:])
    if year < 1583 and calendar != "proleptic_gregorian":
        raise InputError(f"The times of {name} count from before 1583 ('{text}'), where calendars differ.")
    start = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "s") + np.dot(clock, (3600, 60, 1))
    return start + np.rint(np.array(_numbers(tags[f"NETCDF_DIM_{dim}_VALUES"])) * seconds).astype("timedelta64[s]")


def _leads(dim: str, tags: dict) -> np.ndarray:
    seconds = SECONDS.get(tags.get(f"{dim}#units", "hours")[:1].lower(), 3600)
    return np.rint(np.array(_numbers(tags[f"NETCDF_DIM_{dim}_VALUES"])) * seconds).astype("timedelta64[s]")


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
