# SPDX-License-Identifier: GPL-2.0-or-later
"""One variable of a file as steps in time over a grid, of which a window of some steps is read."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...rasters.grid import Grid, in_degrees
from ...rasters.open import FAULTS, is_unknown, open_raster, refuse_signed_bytes
from ...rasters.raster import small_cache
from ...rasters.turn import Piece, turned
from .axes import array_of

DAY = np.timedelta64(86_400, "s")
AT_ONCE = 256  # bands that GDAL reads between two looks at whether to go on


@dataclass(frozen=True)
class CubeWindow:
    """Where the cells of a grid stand in a file: rows from (to), and columns; see `turn`."""

    grid: Grid
    rows: tuple[int, int]
    pieces: tuple[Piece, ...]


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
    bounds : ndarray of datetime64[s], shape (n, 2), optional
        From when to when the values of a time hold, where the file says it.
    masked : bool
        Whether bands have a mask beside; GDAL must read them then.
    bring : callable, optional
        Sees to it that the file is there before it is read.
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
    bounds: np.ndarray | None = None
    bring: Callable[[], None] | None = None

    @property
    def covered(self) -> tuple[np.ndarray, np.ndarray]:
        """For each time, datetime64[s], one in the day that its values belong to, and how many days they cover.

        By their bounds, where these are known: the middle of up to one day, and the begin of more.
        """
        one = np.ones(len(self.times), int)
        if self.bounds is None:
            return self.times, one
        first, last = self.bounds.T
        length = last - first
        several = length > DAY
        times = np.where(several, first, first + length // 2)
        return times, np.where(several, np.rint(length / DAY).astype(int), one)

    def place(self, area: Grid | None = None) -> CubeWindow:
        """Return where the cells are that touch an area, all if there is none; longitudes become -180 to 180.

        Raises
        ------
        GridError
            If the file has no such cells.
        """
        (rows, columns), t = self.grid.shape, self.grid.transform
        if not in_degrees(self.grid.crs):
            return _placed(self.grid, area, (Piece(0, columns, 0),))
        seen = turned(t.c, t.a, columns, None if area is None else area.span)
        grid = Grid(self.grid.crs, Affine(t.a, 0, seen.left, 0, t.e, t.f), (rows, seen.columns))
        return _placed(grid, area, seen.pieces)

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
        if self.bring is not None:
            self.bring()
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
        out = np.full((len(bands), *place.grid.shape), np.nan, np.float32)
        with small_cache(), opened(self.address) as dataset:
            refuse_signed_bytes(dataset)
            # block by block of the file, since chunks that are deep in time would be unpacked once for every band
            side = dataset.block_shapes[0][1] if dataset.driver == "netCDF" else dataset.width
            for left, right, at in place.pieces:
                for west in range(left, right, side):
                    window = Window(west, top, min(side, right - west), bottom - top)
                    for i in range(0, len(bands), AT_ONCE):
                        progress.check()
                        part = dataset.read(bands[i : i + AT_ONCE].tolist(), window=window, out_dtype="float32")
                        if self.masked:
                            masks = dataset.read_masks(bands[i : i + AT_ONCE].tolist(), window=window)
                            part[masks == 0] = np.nan
                        first = at + west - left
                        out[i : i + AT_ONCE, :, first : first + part.shape[2]] = part
        return out

    def _by_array(self, bands: np.ndarray, place: CubeWindow) -> np.ndarray | None:
        """Return the stored values through h5py or scipy; None where GDAL must do it.

        GDAL reads band by band, and unpacks a chunk that is longer than its cache once for every hour in it: what the
        data store sends (a month in one chunk) would take hours. A slice of an array takes it once.
        """
        if self.attributes.get("_Unsigned", "false").lower() != "false":
            return None  # GDAL takes signed bytes for unsigned ones
        with array_of(self.path, self.name, self.order) as found:
            if found is None:
                return None
            y, x = (axis.metres if self.order else axis.values for axis in found.axes[-2:])
            return None if y is None or x is None else self._sliced(found, y, x, bands, place)

    def _sliced(self, array, y: np.ndarray, x: np.ndarray, bands: np.ndarray, place: CubeWindow) -> np.ndarray | None:
        if tuple(array.shape[:-2]) != self.lead:
            return None
        wanted_x, wanted_y = place.grid.centres()
        degrees = in_degrees(self.grid.crs)
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
        out = np.full((len(bands), *place.grid.shape), np.nan, np.float32)
        for left, right, at in place.pieces:
            ends = wanted_x[[at, at + right - left - 1]]
            away = x[None, :] - ends[:, None]
            columns, back = _run(np.abs((away + 180) % 360 - 180 if degrees else away).argmin(1))
            if columns.stop - columns.start != right - left:
                return None
            if first is None:
                part = np.asarray(array[rows, columns])[None]
            else:
                part = _steps_of(array, first, rows, columns)
                part = part.reshape(len(first), inner, *part.shape[-2:])[index, (bands - 1) % inner]
            out[:, :, at : at + right - left] = part[:, :: -1 if up else 1, :: -1 if back else 1]
        return out


def _placed(grid: Grid, area: Grid | None, pieces: tuple[Piece, ...]) -> CubeWindow:
    """Return the place of the cells of a grid that touch an area, all if there is none."""
    window = grid.whole if area is None else grid.window_over(area)
    top, first = int(window.row_off), int(window.col_off)
    last = first + int(window.width)
    cut = []
    for piece in pieces:
        at, end = max(piece.at, first), min(piece.at + piece.last - piece.first, last)
        if at < end:
            cut.append(Piece(piece.first + at - piece.at, piece.first + end - piece.at, at - first))
    return CubeWindow(grid.part(window), (top, top + int(window.height)), tuple(cut))


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
