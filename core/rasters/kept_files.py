# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters kept ready for single pixels: in memory, as open files, or laid out by pixel in a scratch folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from rasterio.windows import Window

from ..base.errors import SoilSharpError
from ..base.files import reserve, scratch_folder
from ..base.progress import SILENT, Progress
from .grid import TILE, Grid, parts_of
from .open import Source, Values

HELD = 64 << 20  # bytes of all series that are held in memory: coarse ones, and small fine ones
GROUP = 32  # files that are laid out together: as many values of a pixel stand side by side
LAID_AT_ONCE = 1 << 19  # pixels of a group that are in memory while it is laid out: 64 MB
SPARE = 256 << 20  # bytes of a disk that scratch files leave
WINDOWS_FILES = 512  # what its C library lets a process open, unless told otherwise


def most_open() -> int:
    """Return how many files may be kept open: half of what the process may open."""
    try:
        import resource
    except ImportError:  # Windows
        return WINDOWS_FILES // 2
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1 << 16 if soft == resource.RLIM_INFINITY else soft // 2


class Kept(Protocol):
    """A raster that is kept ready on a grid."""

    grid: Grid

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the values of cells of the grid, shape (n,), float32, NaN where unknown."""


class Held:
    """The values of a window in memory, shape (rows, columns); NaN outside of it."""

    def __init__(self, source: Source, area: Grid | None = None):
        with source.opened() as dataset:
            self.grid = source.grid_in(dataset)
            self.window = self.grid.whole if area is None else self.grid.window_over(area, margin=1)
            self.values = Values(source, dataset).read(dataset, self.window)

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """See `Kept`."""
        return _picked(self.values, self.window, rows, columns)


class Stack:
    """Rasters in memory that share a grid and a window, as one array: a pixel of all of them is read at once."""

    def __init__(self, held: Sequence[Held]):
        self.grid, self._window = held[0].grid, held[0].window
        self._values = np.stack([one.values for one in held])
        for one, values in zip(held, self._values):
            one.values = values  # part of the array: nothing is held twice

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the values of cells of the grid in each raster, shape (rasters, n), float32, NaN where unknown."""
        return _picked(self._values, self._window, rows, columns)


def _picked(values: np.ndarray, window: Window, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return cells of a grid from the values of a window, shape (..., rows, columns); NaN outside of it."""
    r, c = rows - window.row_off, columns - window.col_off
    inside = (r >= 0) & (c >= 0) & (r < window.height) & (c < window.width)
    out = np.full((*values.shape[:-2], len(rows)), np.nan, np.float32)
    out[..., inside] = values[..., r[inside], c[inside]]
    return out


class Opened:
    """An open file, which one thread at a time reads."""

    def __init__(self, source: Source):
        self._lock = Lock()
        with ExitStack() as stack:
            self._dataset = stack.enter_context(source.opened())
            self.grid = source.grid_in(self._dataset)
            self._values = Values(source, self._dataset)
            self._stack = stack.pop_all()

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """See `Kept`."""
        return pick(self.read_window, rows, columns)

    def read_window(self, window: Window) -> np.ndarray:
        """Return the values of a window, shape (rows, columns)."""
        with self._lock:
            return self._values.read(self._dataset, window)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()


class Closed:
    """A file that is opened whenever it is read, where nothing better can be had."""

    def __init__(self, source: Source, grid: Grid):
        self._source, self.grid = source, grid

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """See `Kept`."""
        opened = Opened(self._source)
        try:
            return opened.read(rows, columns)
        finally:
            opened.close()


class Laid:
    """One of the rasters of a group that is laid out by pixel: `values` has shape (rows, columns, rasters)."""

    def __init__(self, grid: Grid, values: np.ndarray, number: int):
        self.grid, self._values, self._number = grid, values, number

    def read(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """See `Kept`."""
        return np.array(self._values[rows, columns, self._number])


def pick(read: Callable[[Window], np.ndarray], rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the values of cells, shape (n,), reading along the tiles of a file only what they span."""
    out = np.full(len(rows), np.nan, np.float32)
    tiles = np.stack([rows // TILE, columns // TILE])
    for tile in np.unique(tiles, axis=1).T:
        own = np.flatnonzero((tiles == tile[:, None]).all(axis=0))
        top, left = rows[own].min(), columns[own].min()
        height, width = np.ptp(rows[own]) + 1, np.ptp(columns[own]) + 1
        values = read(Window(int(left), int(top), int(width), int(height)))
        out[own] = values[rows[own] - top, columns[own] - left]
    return out


class Keeper:
    """What several series together may keep: memory, open files, and a scratch folder that goes with it.

    Parameters
    ----------
    files : int, optional
        Open at a time; half of what the process may open unless given.
    held : int
        Bytes in memory.
    """

    def __init__(self, files: int | None = None, held: int = HELD):
        self.files = max(most_open() if files is None else files, 1)
        self._memory, self._opened = held, 0
        self._scratch: Path | None = None
        self._stack, self._lock = ExitStack(), Lock()

    @property
    def opened(self) -> int:
        """How many files are open."""
        return self._opened

    def takes(self, size: int) -> bool:
        """Whether there is memory for so many bytes more; they are then counted."""
        fits = size <= self._memory
        self._memory -= size if fits else 0
        return fits

    def keep(self, sources: Sequence[Source], progress: Progress = SILENT) -> list[Kept | SoilSharpError]:
        """Return the files of sources kept ready, open as long as there is room and laid out from then on.

        One that cannot be read is an error in its place.
        """
        room = self.files - self._opened
        n_open = len(sources) if len(sources) <= room else max(room - GROUP, 0)
        kept: list[Kept | SoilSharpError] = []
        for source in progress.part(0, n_open / max(len(sources), 1)).over(sources[:n_open]):
            kept.append(self._open(source))
        rest = [sources[start : start + GROUP] for start in range(n_open, len(sources), GROUP)]
        for group, part in progress.part(n_open / max(len(sources), 1), 1).parts(rest):
            kept += self._lay(group, part)
        return kept

    def _open(self, source: Source) -> Kept | SoilSharpError:
        try:
            opened = Opened(source)
        except SoilSharpError as error:
            return error
        self._opened += 1
        self._stack.callback(opened.close)
        return opened

    def _lay(self, sources: Sequence[Source], progress: Progress) -> list[Kept | SoilSharpError]:
        """Lay a group of files out by pixel; those on another grid than the first, or without room, stay closed."""
        kept: list[Kept | SoilSharpError] = []
        with ExitStack() as stack:
            for source in sources:
                try:
                    one = Opened(source)
                except SoilSharpError as error:
                    kept.append(error)
                else:
                    stack.callback(one.close)
                    kept.append(one)
            opened = {number: one for number, one in enumerate(kept) if isinstance(one, Opened)}
            if not opened:
                return kept
            grid = next(iter(opened.values())).grid
            alike = {number: one for number, one in opened.items() if one.grid == grid}
            for number, one in opened.items():
                kept[number] = Closed(sources[number], one.grid)
            shape = (*grid.shape, len(alike))
            file = self._room(shape)
            if file is not None:
                _lay_out(list(alike.values()), file, progress)
                # seen anew, so that it is memory of the system, which takes it when it needs it, and not ours too
                laid = np.memmap(file, np.float32, "r", shape=shape)
                for place, number in enumerate(alike):
                    kept[number] = Laid(grid, laid, place)
        return kept

    def _room(self, shape: tuple[int, ...]) -> Path | None:
        """Return a new file for an array on disk, None if the disk is too full."""
        if self._scratch is None:
            self._scratch = self._stack.enter_context(scratch_folder())
        size = 4 * int(np.prod(shape, dtype=np.int64))
        if shutil.disk_usage(self._scratch).free < size + SPARE:
            return None
        path = self._scratch / f"{len(list(self._scratch.iterdir()))}.f32"
        try:
            with open(path, "wb") as file:
                reserve(file.fileno(), size)
        except OSError:
            path.unlink()
            return None
        return path

    def close(self) -> None:
        """Close all files and remove what was laid out."""
        with self._lock:
            self._stack.close()
            self._opened = 0


def _lay_out(readers: Sequence[Opened], file: Path, progress: Progress) -> None:
    """Write files of one grid into one, which has all values of a pixel side by side."""
    grid = readers[0].grid
    values = np.memmap(file, np.float32, "r+", shape=(*grid.shape, len(readers)))
    for window in progress.over(list(parts_of(grid.whole, LAID_AT_ONCE))):
        (first, last), (left, right) = window.toranges()
        stack = np.empty((last - first, right - left, len(readers)), np.float32)
        for number, reader in enumerate(readers):
            stack[:, :, number] = reader.read_window(window)
        values[first:last, left:right] = stack
