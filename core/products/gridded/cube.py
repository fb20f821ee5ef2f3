# SPDX-License-Identifier: GPL-2.0-or-later
"""One variable of a file as steps in time over a grid, of which a window of some steps is read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window

from ...base.errors import GridError, InputError
from ...base.progress import SILENT, Progress
from ...rasters.grid import WGS84, Grid
from ...rasters.open import FAULTS, is_unknown, open_raster
from ...rasters.raster import small_cache
from .axes import array_of

AT_ONCE = 256  # bands that GDAL reads between two looks at whether to go on


@dataclass(frozen=True)
class CubeWindow:
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
        North up as GDAL gives it, with the file's longitudes; degrees on a sphere count as those of the ellipsoid.
    fills : tuple of float
        Stored values that mean unknown.
    valid : (float, float)
        Least and greatest stored value that counts.
    scale, offset : float
        From stored to real values.
    order : tuple of int
        The dimensions of the array in the order of `lead`, rows and columns, where GDAL cannot read it; else empty.
    masked : bool
        Whether bands have a mask beside; GDAL must read them then.
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
    fills: tuple[float, ...]
    valid: tuple[float, float]
    scale: float
    offset: float
    order: tuple[int, ...] = ()
    masked: bool = False

    def place(self, area: Grid | None = None) -> CubeWindow:
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

    def read(self, steps: np.ndarray, place: CubeWindow, progress: Progress = SILENT) -> np.ndarray:
        """Return the values of some times, shape (steps, rows, columns), float32, NaN where unknown.

        Parameters
        ----------
        steps : ndarray of int
            Which of the times, rising.
        place : CubeWindow
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

    def _known(self, bands: np.ndarray, place: CubeWindow, progress: Progress) -> np.ndarray:
        """Return bands as real values."""
        progress.check()
        try:
            stored = self._by_array(bands, place)
            if stored is None:
                if self.order:
                    raise InputError(f"{self.name} does not lie in the file as its coordinates say.")
                stored = self._by_gdal(bands, place, progress)
        except (*FAULTS, OSError, KeyError, ValueError) as error:
            raise InputError(
                f"{self.name} cannot be read: {error}. The file may be damaged; fetch it again."
            ) from error
        unknown = is_unknown(stored, self.fills)
        unknown |= ~((stored >= self.valid[0]) & (stored <= self.valid[1]))
        if self.scale != 1 or self.offset != 0:
            stored *= np.float32(self.scale)
            stored += np.float32(self.offset)
        stored[unknown] = np.nan
        return stored

    def _by_gdal(self, bands: np.ndarray, place: CubeWindow, progress: Progress) -> np.ndarray:
        """Return the stored values of bands through GDAL."""
        top, bottom = place.rows
        out = np.empty((len(bands), *place.grid.shape), np.float32)
        with small_cache(), opened(self.address) as dataset:
            # block by block of the file, since chunks that are deep in time would be unpacked once for every band
            side = dataset.block_shapes[0][1] if dataset.driver == "netCDF" else dataset.width
            at = 0
            for left, right in place.pieces:
                for west in range(left, right, side):
                    window = Window(west, top, min(side, right - west), bottom - top)
                    for i in range(0, len(bands), AT_ONCE):
                        progress.check()
                        part = dataset.read(bands[i : i + AT_ONCE].tolist(), window=window, out_dtype="float32")
                        if self.masked:
                            masks = dataset.read_masks(bands[i : i + AT_ONCE].tolist(), window=window)
                            part[masks == 0] = np.nan
                        out[i : i + AT_ONCE, :, at : at + part.shape[2]] = part
                    at += int(window.width)
        return out

    def _by_array(self, bands: np.ndarray, place: CubeWindow) -> np.ndarray | None:
        """Return the stored values through h5py or scipy; None where GDAL must do it.

        GDAL reads band by band, and unpacks a chunk that is longer than its cache once for every hour in it: what the
        data store sends (a month in one chunk) would take hours. A slice of an array takes it once.
        """
        if "_Unsigned" in self.attributes:
            return None
        with array_of(self.path, self.name, self.order) as found:
            if found is None:
                return None
            y, x = (axis.metres if self.order else axis.values for axis in found.axes[-2:])
            return None if y is None or x is None else self._sliced(found, y, x, bands, place)

    def _sliced(self, array, y: np.ndarray, x: np.ndarray, bands: np.ndarray, place: CubeWindow) -> np.ndarray | None:
        if tuple(array.shape[:-2]) != self.lead:
            return None
        wanted_x, wanted_y = place.grid.centres()
        degrees = self.grid.crs.is_geographic
        rows, up = _run(np.abs(y[None, :] - wanted_y[[0, -1], None]).argmin(1))
        off = np.inf
        if rows.stop - rows.start == len(wanted_y):
            off = np.abs(y[rows][:: -1 if up else 1] - wanted_y).max() / place.grid.resolution[1]
        if off > 0.1:
            if not degrees:
                return None  # in kilometres, where GDAL gives metres
            # GDAL lets small differences pass, which are whole cells of a fine grid
            raise InputError(f"The rows of {self.name} are not evenly spaced; bring it to a grid that is.")
        # bands are the places of an array whose first dimension is time: a stride along it is a stride of bands
        inner = int(np.prod(array.shape[1:-2], dtype=int))
        first, index = np.unique((bands - 1) // inner, return_inverse=True) if len(array.shape) > 2 else (None, None)
        pieces, at = [], 0
        for left, right in place.pieces:
            ends = wanted_x[[at, at + right - left - 1]]
            away = x[None, :] - ends[:, None]
            columns, back = _run(np.abs((away + 180) % 360 - 180 if degrees else away).argmin(1))
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


def _placed(grid: Grid, window: Window, period: int = 0) -> CubeWindow:
    """Return the place of a window of a grid whose columns repeat after a period, if there is one."""
    top, height = int(window.row_off), int(window.height)
    first, width = int(window.col_off), int(window.width)
    width = min(width, period) if period else width
    part = grid.part(Window(first, top, width, height))
    columns = (first + np.arange(width)) % period if period else first + np.arange(width)
    cuts = np.flatnonzero(np.diff(columns) != 1) + 1
    pieces = tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(columns, cuts))
    return CubeWindow(part, (top, top + height), pieces)


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


@contextmanager
def opened(address: str) -> Iterator:
    """Open what GDAL can open, without its warnings and with the units of the file."""
    # Celsius would come out of a GRIB file that holds kelvin, if that were not said until its values are read
    with warnings.catch_warnings(), rasterio.Env(GRIB_NORMALIZE_UNITS="NO"):
        # the outer door of a file with several variables has no place, and says so
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with open_raster(address) as dataset:
            yield dataset
