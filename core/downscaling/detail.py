# SPDX-License-Identifier: GPL-2.0-or-later
"""What learners say of every pixel and day, kept beside the coarse product until kriging needs it: the first pass."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.files import reserve
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..kriging.cells import Averaging, Cells, FineMaps
from ..rasters.overlap import Overlap, cell_areas
from ..rasters.raster import read_on
from ..samples.sampling import CHUNK_DAYS
from ..study.study import Study
from .parts import PARTS, Parts

KEPT_AVERAGINGS = 4  # masks whose means over cells are kept ready
SPARE_BYTES = 64 << 20  # of a disk, that scratch files leave
TOLD_BYTES = 100 << 20  # of a scratch file, from which on it is told


@dataclass(frozen=True)
class Block:
    """A window of one day.

    Attributes
    ----------
    values : ndarray, float32
        Soil moisture, m3 m-3; NaN where unknown.
    sd : ndarray, float32, or None
        Standard deviation so scaled that 1.645 of it hold 90 % of left-out values at least, m3 m-3.
    filled : ndarray, float32, or None
        0 where the cell was seen that day, 1 where the value comes from other cells, 2 from other days.
    parts : Parts or None
        Of the standard deviation.
    """

    values: np.ndarray
    sd: np.ndarray | None = None
    filled: np.ndarray | None = None
    parts: Parts | None = None

    @classmethod
    def of(cls, values: np.ndarray, parts: Parts | None, filled: np.ndarray | None = None) -> Block:
        """Return a window with the whole of its standard deviation, if there are parts of one."""
        return cls(values, None if parts is None else parts.sd, filled, parts)

    def layer(self, name: str) -> np.ndarray:
        """Return what goes into one of the files of the day: "path", "sd", "filled" or one of `PARTS`."""
        if name in PARTS:
            return getattr(self.parts, name)
        return self.values if name == "path" else getattr(self, name)


@dataclass
class Detail:
    """Maps of days before kriging, and what of the coarse product they stand against.

    Attributes
    ----------
    days : ndarray of datetime64[D], shape (days,)
    coarse : ndarray, shape (days, rows, columns) of the coarse grid
        m3 m-3; NaN where nothing was seen, or too little of the cell is valid.
    means : ndarray, shape (days, rows, columns)
        Means of the maps over the cells, m3 m-3; 0 where nothing is predicted.
    land : ndarray of bool, shape of the fine grid
        Pixels of which some covariate is known on some day.
    """

    overlap: Overlap
    days: np.ndarray
    coarse: np.ndarray
    means: np.ndarray
    land: np.ndarray
    cells: Cells
    maps: FineMaps
    raw: np.ndarray | None = None  # (days, rows, columns) in a scratch file; None where nothing is predicted
    masks: list[bytes] = field(default_factory=list)  # of each day, alike where the same pixels are predicted
    _averagings: dict[bytes, Averaging] = field(default_factory=dict)

    def read(self, day: int, window: Window) -> np.ndarray:
        """Return a window of a day's map; 0 on land where nothing is predicted at all, NaN elsewhere."""
        if self.raw is None:
            return np.where(self.land[window.toslices()], np.float32(0), np.float32(np.nan))
        return self.raw[day][window.toslices()]

    def averaging(self, day: int, progress: Progress = SILENT) -> Averaging:
        """Return the means over cells of maps that are known where that of a day is."""
        return self._averaging(self.masks[day], lambda: self._valid(day), progress)

    def averaging_of_land(self, progress: Progress = SILENT) -> Averaging:
        """Return the means over cells of maps that are known on all land."""
        return self._averaging(b"land", lambda: self.land, progress)

    def _valid(self, day: int) -> np.ndarray:
        return self.land if self.raw is None else np.isfinite(self.raw[day])

    def _averaging(self, key: bytes, valid: Callable[[], np.ndarray], progress: Progress) -> Averaging:
        if key not in self._averagings:
            if len(self._averagings) >= KEPT_AVERAGINGS:
                self._averagings.clear()
            self._averagings[key] = self.maps.averaging(valid(), progress)
        return self._averagings[key]


def predict_detail(
    study: Study,
    prediction,
    days: np.ndarray,
    min_valid_fraction: float,
    stack: ExitStack,
    progress: Progress = SILENT,
) -> Detail:
    """Predict the days, and take the means over coarse cells on the way.

    Parameters
    ----------
    study : Study
    prediction : Prediction or None
        Of the weighted detail; None if nothing is predicted, since it would not count.
    days : ndarray of datetime64[D]
    min_valid_fraction : float
        Fraction of a cell's area that must be predicted for its value to count.
    stack : ExitStack
        Holds the scratch file.
    progress : Progress, optional

    Raises
    ------
    InputError
        If there is no room for the scratch file.
    """
    overlap = Overlap(study.coarse_grid, study.grid)
    cells = Cells.of(overlap)
    coarse = np.stack([coarse_of(study, day, progress) for day in days]).astype(float)
    found = Detail(
        overlap, days, coarse, np.zeros(coarse.shape), np.zeros(study.grid.shape, bool), cells, FineMaps(cells, overlap)
    )
    if prediction is None:
        _find_land(study, found, progress)
        found.masks = [b"land"] * len(days)
        areas = np.broadcast_to(found.averaging_of_land(progress).areas, coarse.shape)
    else:
        areas = _predict(study, prediction, found, stack, progress)
    least = min_valid_fraction * cell_areas(overlap.coarse, overlap.fine)
    found.coarse[(areas <= 0) | (areas < least)] = np.nan
    return found


def _predict(study: Study, prediction, found: Detail, stack: ExitStack, progress: Progress) -> np.ndarray:
    """Fill in the maps, their means and the land; return the areas that are predicted, shape of the means."""
    shape = len(found.days), *study.grid.shape
    found.raw = scratch(shape, stack)
    if _bytes_of(shape) >= TOLD_BYTES:
        progress.say(
            f"What the learners say of {counted(len(found.days), 'day')} takes {_amount(_bytes_of(shape))} in "
            f"{tempfile.gettempdir()} meanwhile."
        )
    sums, areas = np.zeros((2, *found.coarse.shape))
    digests = [hashlib.blake2b(digest_size=16) for _ in found.days]
    chunks = [slice(i, i + CHUNK_DAYS) for i in range(0, len(found.days), CHUNK_DAYS)]
    for chunk, part in progress.parts(chunks):
        for d, window, values, known in prediction.predicted(found.days[chunk], part):
            day = chunk.start + d
            found.raw[day][window.toslices()] = values
            found.land[window.toslices()] |= known
            finite = np.isfinite(values)
            digests[day].update(np.packbits(finite).tobytes())
            of_window, area = found.overlap.part(window).sums(values)
            sums[day] += of_window
            areas[day] += area
    found.means = np.divide(sums, areas, out=np.zeros_like(sums), where=areas > 0)
    found.masks = [digest.digest() for digest in digests]
    return areas


def _find_land(study: Study, found: Detail, progress: Progress) -> None:
    """Fill in the land from the covariates that hold for all days, else from all; without covariates all is land."""
    fixed = [name for name, entry in study.covariates.items() if not entry.dated]
    names = fixed or list(study.covariates)
    if not names:
        found.land[:] = True
        return
    days = found.days[:1] if fixed else found.days[:CHUNK_DAYS]
    for window in progress.over(study.grid.windows()):
        for block in study.features(names, days, window, progress):
            found.land[window.toslices()] |= np.isfinite(block).any(0)


def coarse_of(study: Study, day: np.datetime64, progress: Progress = SILENT) -> np.ndarray:
    """Return the coarse product of a day on its own cells, m3 m-3; NaN where it has no value."""
    progress.check()
    series, grid = study.coarse_series, study.coarse_grid
    at = np.flatnonzero(series.days == day)
    return read_on(series.sources[at[0]], grid) if len(at) else np.full(grid.shape, np.nan)


def coarse_days(study: Study, days: np.ndarray, else_: Callable[[int], str], progress: Progress = SILENT) -> np.ndarray:
    """Return on which days the coarse product has a value that a map can be brought to, bool.

    All of its rasters are read, so that what is wrong with one is known before the long work.

    Parameters
    ----------
    study : Study
    days : ndarray of datetime64[D]
    else_ : callable
        Takes the number of days with a value; returns what becomes of the others, as a warning says it.
    progress : Progress, optional

    Raises
    ------
    InputError
        If there is none, or values cannot be soil moisture.
    """
    known = np.array([np.isfinite(coarse_of(study, day, progress)).any() for day in days])
    when = "" if len(days) == 1 else f" on any of the {len(days)} days"
    if not known.any():
        raise InputError(
            f"The coarse soil moisture has no value over the target grid{when}, so maps cannot be brought to it. "
            "Check its place, its days and its nodata value, or set consistency to 'off'."
        )
    if not known.all():
        progress.warn(
            f"On {(~known).sum()} of {counted(len(days), 'day')} the coarse soil moisture has no value over the target "
            f"grid: {else_(int(known.sum()))}."
        )
    return known


def scratch(shape: tuple[int, ...], stack: ExitStack) -> np.ndarray:
    """Return an array of float32 on disk that leaves no file behind.

    Raises
    ------
    InputError
        If the disk has no room for it.
    """
    refuse_no_room(shape)
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it with the stack
    try:
        reserve(file.fileno(), max(_bytes_of(shape), 1))
    except OSError as error:
        raise _no_room(shape, shutil.disk_usage(tempfile.gettempdir()).free) from error
    return np.memmap(file, np.float32, "r+", shape=shape)


def refuse_no_room(shape: tuple[int, ...]) -> None:
    """Raise `InputError` if the disk has no room for an array of float32 of maps, (days, rows, columns)."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if _bytes_of(shape) + SPARE_BYTES > free:
        raise _no_room(shape, free)


def _bytes_of(shape: tuple[int, ...]) -> int:
    return 4 * int(np.prod(shape, dtype=np.int64))


def _no_room(shape: tuple[int, ...], free: int) -> InputError:
    return InputError(
        f"The maps of {counted(shape[0], 'day')} need {_amount(_bytes_of(shape))} of room in {tempfile.gettempdir()} "
        f"while they are made, beside {_amount(SPARE_BYTES)} that are left free, but only {_amount(free)} are free. "
        "Free some, take fewer days at a time, or set the environment variable TMPDIR to a folder on another disk."
    )


def _amount(size: int) -> str:
    """Return a number of bytes as a person says it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
