# SPDX-License-Identifier: GPL-2.0-or-later
"""The values of places through all days of a series, and along a line on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np

from ..base.errors import InputError, SoilSharpError
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from .grid import Grid
from .kept_files import Held, Keeper, Kept, Stack
from .open import FAULTS, Source
from .places import Place
from .series import Series


class PixelSeries:
    """A series whose files are kept ready for reading pixels, by any thread.

    A pixel is that of each file itself: nothing is resampled.

    Parameters
    ----------
    series : Series
        Of hours, its rasters of a day are added up if `sums`, else averaged.
    keeper : Keeper
    area : Grid, optional
        What is held in memory covers it; all of the files unless given.
    sums : bool
    progress : Progress

    Attributes
    ----------
    days : ndarray of datetime64[D], shape (n,)
        Each once, rising.
    refused : list of (str, str)
        Files that could not be read, and why; they are gaps.
    in_memory : bool

    Raises
    ------
    InputError
        If no file can be read.
    """

    def __init__(
        self,
        series: Series,
        keeper: Keeper,
        area: Grid | None = None,
        *,
        sums: bool = False,
        progress: Progress = SILENT,
    ):
        self._sums = sums
        self.days, day_of = np.unique(series.days, return_inverse=True)
        files = [
            (day, replace(source, path=path, also=()))
            for day, source in zip(day_of.tolist(), series.sources)
            for path in (source.path, *source.also)
        ]
        sources = [source for _, source in files]
        self.in_memory = keeper.takes(_size(sources[0], area) * len(sources)) if sources else True
        if self.in_memory:
            kept = [_held(source, area) for source in progress.over(sources)]
        else:
            kept = keeper.keep(sources, progress)
        self._files: list[tuple[int, Kept]] = []
        self._grids: dict[Grid, list[int]] = {}  # to the numbers of the files that lie on it
        self.refused: list[tuple[str, str]] = []
        for (day, source), one in zip(files, kept):
            if isinstance(one, SoilSharpError):
                self.refused.append((source.path, str(one)))
            else:
                self._grids.setdefault(one.grid, []).append(len(self._files))
                self._files.append((day, one))
        self._stacks: list[tuple[np.ndarray, Stack]] = []  # of what is in memory, with the number of the day of each
        if self.in_memory:
            for own in self._grids.values():
                held = [self._files[number] for number in own]
                stack = Stack([cast(Held, file) for _, file in held])
                self._stacks.append((np.array([day for day, _ in held]), stack))
        if not self._files:
            raise InputError(self.refused[0][1] if self.refused else "There is no raster in this series.")

    @property
    def grid(self) -> Grid:
        """The grid of the first file."""
        return self._files[0][1].grid

    def at(self, place: Place, progress: Progress = SILENT) -> np.ndarray:
        """Return the mean of the known pixels of a place on each day, shape (days,), float32; NaN where none is."""
        total, count = np.zeros((2, len(self.days)))
        for days, values in self._values_at(place, progress):
            known = np.isfinite(values)
            some = known.any(axis=1)
            np.add.at(total, days[some], values[some].mean(axis=1, where=known[some], dtype=float))
            np.add.at(count, days[some], 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(count, total if self._sums else total / count, np.nan).astype(np.float32)

    def _values_at(self, place: Place, progress: Progress) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the values of a place by rasters, shape (rasters, cells), and the numbers of their days."""
        if self.in_memory:
            for days, stack in self._stacks:
                yield days, stack.read(*place.cells(stack.grid))
            return
        cells: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for grid, own in self._grids.items():
            cells.update(dict.fromkeys(own, place.cells(grid)))

        def read(number: int) -> np.ndarray:
            return _read(self._files[number][1], *cells[number])

        found = ahead(read, range(len(self._files)), progress)
        for (day, _), values in zip(progress.over(self._files), found):
            yield np.array([day]), values[None]

    def along(self, line: Place, day: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
        """Return how far along a line its pixels are, in metres, and their values on a day; NaN outside and unknown.

        Both are empty on a day without a raster.
        """
        for file in self._of(day):
            rows, columns, metres = line.crossed(file.grid)
            values = np.full(len(rows), np.nan, np.float32)
            inside = rows >= 0
            values[inside] = _read(file, rows[inside], columns[inside])
            return metres, values
        return np.empty(0), np.empty(0, np.float32)

    def _of(self, day: np.datetime64) -> Iterator[Kept]:
        number = np.searchsorted(self.days, day)
        return (file for own, file in self._files if own == number and self.days[number] == day)


def _size(source: Source, area: Grid | None) -> int:
    """Return how many bytes the part of a raster takes; none where it cannot be read, which will be told."""
    try:
        grid = source.grid()
        return 4 * (grid if area is None else grid.crop(area, margin=1)).size
    except SoilSharpError:
        return 0


def _held(source: Source, area: Grid | None) -> Kept | SoilSharpError:
    try:
        return Held(source, area)
    except SoilSharpError as error:
        return error
    except FAULTS as error:
        return InputError(f"Cannot read {source.path}: {error}. The file may be damaged.")


def _read(file: Kept, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the values of cells; unknown ones where a file is damaged there or gone."""
    try:
        return file.read(rows, columns)
    except (SoilSharpError, *FAULTS):
        return np.full(len(rows), np.nan, np.float32)
