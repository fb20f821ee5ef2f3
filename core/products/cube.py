# SPDX-License-Identifier: GPL-2.0-or-later
"""NetCDF and GRIB files as steps in time over a grid: what variables they have, and a window of some steps of one."""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window

from .. import extras
from ..errors import GridError, InputError
from ..grid import WGS84, Grid, parse_crs
from ..progress import SILENT, Progress
from ..raster import FAULTS, small_cache

SUFFIXES = (".nc", ".nc4", ".cdf", ".netcdf", ".grib", ".grb", ".grib2", ".grb2")
CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
ALTERNATIVES = ("expver",)  # final (1) and preliminary (5) data side by side: the first that is known counts
MEMBERS = ("number", "realization")  # of an ensemble: the first counts
LEADS = ("step", "forecast_period", "leadtime")  # hours after the reference time of a forecast
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
UNDECLARED = -9999.0  # the fill value that products forget to declare
HUGE = 1e19  # default fill values of NetCDF and GRIB are beyond this
AT_ONCE = 256  # bands that GDAL reads between two looks at whether to go on


@dataclass(frozen=True)
class Place:
    """Where the cells of a grid stand in a file: rows from (to) and pieces of columns from west to east."""

    grid: Grid
    rows: tuple[int, int]
    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Cube:
    """One variable of a file.

    Attributes
    ----------
    path : Path
    address : str
        What GDAL opens.
    name, unit, label : str
        As the file says.
    attributes : dict of str
    times : ndarray of datetime64[s], shape (n,)
    bands : ndarray of int, shape (n, k)
        GDAL's numbers of the bands of a time, from 1; where there are several, the first that is known counts.
    lead : tuple of int
        Sizes of the dimensions before rows and columns.
    grid : Grid
        North up, with the file's longitudes; degrees on a sphere count as those of the ellipsoid.
    south_up : bool
        Whether GDAL gives the rows from south to north.
    fills : tuple of float
        Stored values that mean unknown.
    valid : (float, float)
        Least and greatest stored value that counts.
    scale, offset : float
        From stored to real values.
    """

    path: Path
    address: str
    name: str
    unit: str
    label: str
    attributes: dict
    times: np.ndarray
    bands: np.ndarray
    lead: tuple[int, ...]
    grid: Grid
    south_up: bool
    fills: tuple[float, ...]
    valid: tuple[float, float]
    scale: float
    offset: float

    def place(self, area: Grid | None = None) -> Place:
        """Return where the cells are that touch an area, all if there is none; longitudes become -180 to 180.

        Raises
        ------
        GridError
            If the file has no such cells.
        """
        (rows, columns), t = self.grid.shape, self.grid.transform
        if not self.grid.crs.is_geographic:
            return _placed(self.grid, self.grid.whole if area is None else self.grid.window_over(area))
        if abs(columns * t.a - 360) < t.a / 2:  # round the globe: a window may cross its seam
            thrice = Grid(WGS84, Affine(t.a, 0, t.c - 360, 0, t.e, t.f), (rows, 3 * columns))
            if area is None:
                first = int(np.ceil((-180 - thrice.transform.c) / t.a - 1e-6))
                return _placed(thrice, Window(first, 0, columns, rows), columns)
            return _placed(thrice, thrice.window_over(area), columns)
        if area is None:
            turned = replace(self.grid, transform=Affine.translation(-360, 0) * t) if t.c >= 180 - t.a else self.grid
            return _placed(turned, turned.whole)
        found = []
        for turn in (0, -360, 360):
            turned = replace(self.grid, transform=Affine.translation(turn, 0) * t)
            try:
                found.append(_placed(turned, turned.window_over(area)))
            except GridError as error:
                why = error
        if not found:
            raise why
        return max(found, key=lambda place: place.grid.shape[1])

    def read(self, steps: np.ndarray, place: Place, progress: Progress = SILENT) -> np.ndarray:
        """Return the values of some times, shape (steps, rows, columns), float32, NaN where unknown.

        Parameters
        ----------
        steps : ndarray of int
            Which of the times, rising.
        place : Place
        progress : Progress
            Only asked whether to go on.

        Raises
        ------
        InputError
            If the file is damaged.
        """
        bands = self.bands[np.asarray(steps, int)]
        out = self._known(bands[:, 0], place, progress)
        for more in bands.T[1:]:
            unknown = np.isnan(out)
            if unknown.any():
                out[unknown] = self._known(more, place, progress)[unknown]
        return out

    def _known(self, bands: np.ndarray, place: Place, progress: Progress) -> np.ndarray:
        """Return bands as real values."""
        progress.check()
        try:
            stored = self._by_array(bands, place)
            if stored is None:
                stored = self._by_gdal(bands, place, progress)
        except (*FAULTS, OSError, KeyError, ValueError) as error:
            raise InputError(
                f"{self.name} cannot be read: {error}. The file may be damaged; fetch it again."
            ) from error
        unknown = ~((stored >= self.valid[0]) & (stored <= self.valid[1]))
        for fill in self.fills:
            unknown |= stored == np.float32(fill)
        if self.scale != 1 or self.offset != 0:
            stored *= np.float32(self.scale)
            stored += np.float32(self.offset)
        stored[unknown] = np.nan
        return stored

    def _by_gdal(self, bands: np.ndarray, place: Place, progress: Progress) -> np.ndarray:
        """Return the stored values of bands through GDAL."""
        top, bottom = place.rows
        if self.south_up:
            top, bottom = self.grid.shape[0] - bottom, self.grid.shape[0] - top
        out = np.empty((len(bands), *place.grid.shape), np.float32)
        with small_cache(), _opened(self.address) as dataset:
            # block by block of the file, since chunks that are deep in time would be unpacked once for every band
            side = dataset.block_shapes[0][1] if dataset.driver == "netCDF" else dataset.width
            at = 0
            for left, right in place.pieces:
                for west in range(left, right, side):
                    window = Window(west, top, min(side, right - west), bottom - top)
                    for i in range(0, len(bands), AT_ONCE):
                        progress.check()
                        part = dataset.read(bands[i : i + AT_ONCE].tolist(), window=window, out_dtype="float32")
                        out[i : i + AT_ONCE, :, at : at + part.shape[2]] = part[:, ::-1] if self.south_up else part
                    at += int(window.width)
        return out

    def _by_array(self, bands: np.ndarray, place: Place) -> np.ndarray | None:
        """Return the stored values through h5py or scipy; None where GDAL must do it.

        GDAL reads band by band, and unpacks a chunk that is longer than its cache once for every hour in it: what the
        data store sends (a month in one chunk) would take hours. A slice of an array takes it once.
        """
        with open(self.path, "rb") as file:
            start = file.read(4)
        if "_Unsigned" in self.attributes:
            return None
        if start == b"\x89HDF" and not extras.problem("h5py"):
            import h5py

            with h5py.File(self.path, "r") as file:
                array = file.get(self.name)
                scales = [list(array.dims[i].values()) for i in (array.ndim - 2, array.ndim - 1)] if array else [[]]
                if all(scales):
                    return self._sliced(array, scales[0][0][:], scales[1][0][:], bands, place)
        elif start in (b"CDF\x01", b"CDF\x02"):
            from scipy.io import netcdf_file

            with netcdf_file(self.path, mmap=True) as file:
                names = file.variables[self.name].dimensions[-2:]
                if all(n in file.variables for n in names):
                    array, y, x = (file.variables[n].data for n in (self.name, *names))
                    out = self._sliced(array, y.copy(), x.copy(), bands, place)
                    del array, y, x  # the file stays open as long as anything looks into it
                    return out
        return None

    def _sliced(self, array, y: np.ndarray, x: np.ndarray, bands: np.ndarray, place: Place) -> np.ndarray | None:
        if array.shape[:-2] != self.lead and self.lead != (1,):
            return None
        wanted_x, wanted_y = place.grid.centres()
        rows, up = _run(np.abs(y[None, :] - wanted_y[[0, -1], None]).argmin(1))
        if rows.stop - rows.start != len(wanted_y):
            return None
        # bands are the places of an array whose first dimension is time: a stride along it is a stride of bands
        inner = int(np.prod(array.shape[1:-2], dtype=int))
        first, index = np.unique((bands - 1) // inner, return_inverse=True) if len(array.shape) > 2 else (None, None)
        pieces, at = [], 0
        for left, right in place.pieces:
            ends = wanted_x[[at, at + right - left - 1]]
            columns, back = _run(np.abs((x[None, :] - ends[:, None] + 180) % 360 - 180).argmin(1))
            if columns.stop - columns.start != right - left:
                return None
            at += right - left
            if first is None:
                part = np.asarray(array[rows, columns])[None]
            else:
                part = _steps_of(array, first, rows, columns)
                part = part.reshape(len(first), inner, *part.shape[-2:])[index, (bands - 1) % inner]
            pieces.append(part[:, :: -1 if up else 1, :: -1 if back else 1])
        out = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=2)
        return np.ascontiguousarray(out, np.float32)


def cubes(path: str | os.PathLike, crs: str = "") -> list[Cube]:
    """Return the variables of a NetCDF or GRIB file that lie on a grid and have times.

    Parameters
    ----------
    path : path
    crs : str
        Reference system of a file that has none and is not in degrees.

    Raises
    ------
    InputError
        If the file is damaged, has no such variable, or counts its time in a calendar that is not ours.
    GridError
        If its grid has no place on Earth or is not evenly spaced.
    """
    path = Path(path)
    found, reasons = [], []
    try:
        with _opened(str(path)) as dataset:
            if dataset.driver == "GRIB":
                return _grib_cubes(path, dataset)
            if dataset.driver != "netCDF":
                raise InputError(f"It is of the format {dataset.driver}, neither NetCDF nor GRIB.")
            parts = dataset.subdatasets or [str(path)]
        for part in parts:
            with _opened(part) as dataset:
                try:
                    found.append(_netcdf_cube(path, part, dataset, crs))
                except (InputError, GridError) as error:
                    reasons.append(error)
    except FAULTS as error:
        raise InputError(f"It cannot be opened: {error}. Fetch it again if it is damaged.") from error
    if not found:
        raise reasons[0]
    return found


def _netcdf_cube(path: Path, address: str, dataset, crs: str) -> Cube:
    tags, band = dataset.tags(), dataset.tags(1)
    name = band.get("NETCDF_VARNAME", address.rsplit(":", 1)[-1])
    grid, south_up = _grid_of(dataset, name, tags, crs)
    times, bands, lead = _steps(name, tags, dataset.count)
    fills = {dataset.nodatavals[0], *(_numbers(band.get("missing_value", "")) or [])} - {None}
    return Cube(
        path, address, name, band.get("units", ""), band.get("long_name", name), band, times, bands, lead, grid,
        south_up, tuple(fills or {UNDECLARED}), _valid(band), dataset.scales[0], dataset.offsets[0],
    )  # fmt: skip


def _grib_cubes(path: Path, dataset) -> list[Cube]:
    grid, south_up = _grid_of(dataset, path.name, {}, "")
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
            south_up, (UNDECLARED if nodata is None else nodata,), (-HUGE, HUGE), 1.0, 0.0,
        ))  # fmt: skip
    return out


def _grid_of(dataset, name: str, tags: dict, crs: str) -> tuple[Grid, bool]:
    t, own = dataset.transform, dataset.crs
    if t.is_identity:
        raise GridError(f"{name} has no evenly spaced grid; bring it to one first, as with cdo remapbil.")
    if own is None:
        degrees = any(key.endswith("#units") and value.startswith("degree") for key, value in tags.items())
        if not degrees and not crs:
            raise GridError(f"{name} has no reference system; give it in the settings.")
        own = WGS84 if degrees else parse_crs(crs)
    south_up = t.e > 0
    if south_up:
        t = Affine(t.a, 0, t.c, 0, -t.e, t.f + dataset.height * t.e)
    if t.b or t.d or not t.a > 0 > t.e:
        raise GridError(
            f"{name} lies on a grid that is rotated or not evenly spaced; bring it to a north-up one first."
        )
    if not own.is_geographic:
        return Grid(own, t, dataset.shape), south_up
    t = Affine(_even(t.a), 0, _even(t.c, t.a / 2), 0, -_even(-t.e), _even(t.f, t.e / 2))
    return Grid(WGS84, t, dataset.shape), south_up  # models on a sphere mean the degrees that everybody means


def _even(value: float, part: float = 0.0) -> float:
    """Return the number of degrees that was meant: coordinates kept in single precision are off by a little.

    A step is one over a whole number of cells a degree, an edge a multiple of half a step (`part`), if nearly so.
    """
    cells = round(1 / (part or value)) or 1
    meant = round(value * cells) / cells if part else 1 / cells
    near = 1e-3 * abs(part) if part else 1e-5 * value
    return meant if abs(meant - value) < near else value


def _steps(name: str, tags: dict, count: int) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Return the times, the bands of each and the sizes of the dimensions before rows and columns."""
    dims = [d for d in tags.get("NETCDF_DIM_EXTRA", "").strip("{}").split(",") if d]
    sizes = [int(tags[f"NETCDF_DIM_{d}_DEF"].strip("{}").split(",")[0]) for d in dims]
    numbers = np.arange(1, count + 1).reshape(sizes or (1,))
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


def _placed(grid: Grid, window: Window, period: int = 0) -> Place:
    """Return the place of a window of a grid whose columns repeat after a period, if there is one."""
    top, height = int(window.row_off), int(window.height)
    first, width = int(window.col_off), int(window.width)
    width = min(width, period) if period else width
    part = grid.part(Window(first, top, width, height))
    columns = (first + np.arange(width)) % period if period else first + np.arange(width)
    cuts = np.flatnonzero(np.diff(columns) != 1) + 1
    pieces = tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(columns, cuts))
    return Place(part, (top, top + height), pieces)


def _run(ends: np.ndarray) -> tuple[slice, bool]:
    """Return the slice between two places, both included, and whether it goes backwards."""
    a, b = (int(v) for v in ends)
    return slice(min(a, b), max(a, b) + 1), a > b


def _steps_of(array, first: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
    """Return some places of the first dimension of an array, in one slice where they are evenly spaced."""
    gaps = np.unique(np.diff(first))
    if len(gaps) < 2:
        gap = int(gaps[0]) if len(gaps) else 1
        return np.asarray(array[int(first[0]) : int(first[-1]) + 1 : gap, ..., rows, columns])
    whole = np.asarray(array[int(first[0]) : int(first[-1]) + 1, ..., rows, columns])
    return whole[first - first[0]]


def _opened(address: str):
    with warnings.catch_warnings():
        # the outer door of a file with several variables has no place, and says so
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        # else Celsius come out of a GRIB file that holds Kelvin
        with rasterio.Env(GRIB_NORMALIZE_UNITS="NO"):
            return rasterio.open(address)
