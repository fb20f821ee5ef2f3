# SPDX-License-Identifier: GPL-2.0-or-later
"""The share of every pixel that chosen land cover classes cover, and the mask that follows from it."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from affine import Affine
from rasterio.windows import Window

from ..base.errors import GridError
from ..base.inputs import Inputs
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid, same_coordinates
from ..rasters.open import Source
from ..rasters.overlap import Overlap, cell_areas
from ..rasters.raster import AlignedReader, aligned, map_writer, small_cache
from .settings import FractionOptions

CLASSES = 1 << 16
BLOCK = 1 << 21  # class pixels that are read at a time
MIN_POINTS, MAX_POINTS = 4, 128  # along the side of a target pixel
SAMPLED = 128  # rows and columns of a block that are looked at for the classes that there are


@dataclass(frozen=True)
class FractionFacts:
    """What came of it: mean share and share of known pixels, and the pixels that a mask keeps (None without one)."""

    mean: float
    known: float
    kept: int | None


def landcover_fraction(
    source: str | Source,
    grid: Grid,
    path: str | os.PathLike,
    options: FractionOptions,
    *,
    mask: str | os.PathLike = "",
    progress: Progress = SILENT,
) -> FractionFacts:
    """Write the share of every pixel of a grid that the chosen classes cover, 0 to 1.

    The share is that of the area whose class is known; with less than `min_valid_fraction` of the pixel known it is
    unknown. Areas are exact where both grids have one reference system; otherwise every pixel is asked at a lattice of
    points, about as many as it holds class pixels, at least 4 x 4 and at most 128 x 128.

    Parameters
    ----------
    source : path or Source
        The map of classes, whole numbers from 0 to 65535.
    grid : Grid
        The target.
    path : path
        Of the raster of shares.
    options : FractionOptions
    mask : path, optional
        Of a raster with 1 where the share is at least `at_least` and that of the `out_classes` at most
        `out_max_fraction`, 0 elsewhere, and unknown where the share is.
    progress : Progress
    """
    source = Source(source) if isinstance(source, str) else source
    wanted = {"The raster of shares": path, **({"The mask": mask} if mask else {})}
    Inputs({"the map of classes": source.path}).refuse(wanted)
    chosen, out = (_table(options, text) for text in (options.classes, options.out_classes))
    fill = _table(options, "unknown" if options.legend != "numbers" else "")
    count = grid.shape[0] * grid.shape[1]
    known = 0
    total = 0.0
    kept = 0
    words = {"unit": "1", "tags": {"classes": f"{options.legend}: {options.classes}"}}
    with small_cache(), ExitStack() as stack:
        shares = _Shares(source, grid, stack, (chosen, out), fill)
        writer = stack.enter_context(map_writer(path, grid, name="fraction", **words))
        mask_writer = stack.enter_context(map_writer(mask, grid, name="mask", **words)) if mask else None
        for window in progress.over(grid.windows()):
            share, share_out = shares.read(window, options.min_valid_fraction, progress)
            writer.write(share, window)
            there = np.isfinite(share)
            known += np.count_nonzero(there)
            total += share[there].sum(dtype=float)
            if mask_writer:
                keep = (share >= options.at_least) & (share_out <= options.out_max_fraction)
                mask_writer.write(np.where(there, keep, np.nan), window)
                kept += np.count_nonzero(keep)
    _tell(shares, options, progress)
    return FractionFacts(total / known if known else np.nan, known / count, kept if mask else None)


class _Shares:
    """The shares of groups of classes in windows of a target grid.

    Parameters
    ----------
    source : Source
    grid : Grid
    stack : ExitStack
        Closes what is opened.
    groups : sequence of ndarray, shape (CLASSES,), bool
        Which classes belong to each group.
    fill : ndarray, shape (CLASSES,), bool
        Which classes stand for unknown.

    Attributes
    ----------
    seen : set of int
        Classes that were met, from a sample of the pixels.
    found : list of bool
        Whether any pixel belongs to each group.
    """

    def __init__(self, source: Source, grid: Grid, stack: ExitStack, groups, fill: np.ndarray):
        self._grid, self._own, self._groups, self._fill = grid, source.grid(), groups, fill
        self.seen = set()
        self.found = [False] * len(groups)
        self._own.window_over(grid)  # refuses grids that do not overlap
        self._points = 0
        place = self._own
        if not same_coordinates(self._own.crs, grid.crs):
            # the axes differ: every target pixel is asked at a lattice of points, about one for every class pixel
            self._points = min(max(math.ceil(math.sqrt(_ratio(self._own, grid))), MIN_POINTS), MAX_POINTS)
            t = grid.transform
            rows, columns = grid.shape
            fine = t * Affine.scale(1 / self._points)
            place = Grid(grid.crs, fine, (rows * self._points, columns * self._points))
        self._reader: AlignedReader = stack.enter_context(aligned(source, place, classes=True, averaged=False))

    def read(self, window: Window, min_valid_fraction: float, progress: Progress) -> list[np.ndarray]:
        """Return the share of each group in a window of the target grid, float32; NaN where too little is known."""
        sums = [np.zeros((int(window.height), int(window.width))) for _ in range(1 + len(self._groups))]
        if self._points:
            self._count(window, sums, progress)
            full = float(self._points**2)
        else:
            target = self._grid.part(window)
            self._measure(target, sums, progress)
            full = cell_areas(target, self._own)
        known, *members = sums
        enough = (known > 0) & (known >= min_valid_fraction * full)
        return [np.where(enough, m / np.where(enough, known, 1), np.nan).astype(np.float32) for m in members]

    def _measure(self, target: Grid, sums: list[np.ndarray], progress: Progress) -> None:
        """Add up the exact areas that are known, and those of each group; both grids run along the same axes."""
        try:
            whole = self._own.window_over(target)
        except GridError:
            return  # the class map ends before this part
        for block in self._own.part(whole).windows(BLOCK):
            progress.check()
            block = Window(whole.col_off + block.col_off, whole.row_off + block.row_off, block.width, block.height)
            own = self._own.part(block)
            try:
                there = target.window_over(own)
            except GridError:
                continue  # they share no more than rounding
            part = Overlap(target.part(there), own).part()
            for total, pixels in zip(sums, self._classes(block)):
                if pixels.any():
                    total[there.toslices()] += part.gather(pixels)

    def _count(self, window: Window, sums: list[np.ndarray], progress: Progress) -> None:
        """Count the points that are known, and those of each group."""
        k = self._points
        step = max(1, math.isqrt(BLOCK) // self._points)
        for top in range(0, int(window.height), step):
            for left in range(0, int(window.width), step):
                progress.check()
                rows, columns = min(step, int(window.height) - top), min(step, int(window.width) - left)
                row, column = window.row_off + top, window.col_off + left
                pixels = self._classes(Window(column * k, row * k, columns * k, rows * k))
                for total, points in zip(sums, pixels):
                    if points.any():
                        along = np.add.reduce(points.reshape(rows, k, columns * k), axis=1, dtype=np.uint16)
                        total[top : top + rows, left : left + columns] = along.reshape(rows, columns, k).sum(2)

    def _classes(self, window: Window) -> list[np.ndarray]:
        """Return where a class is known, and which pixels belong to each group; bool."""
        values = self._reader.read(window)
        known = (values >= 0) & (values < CLASSES)
        number = np.where(known, values, 0).astype(np.uint16)
        if self._fill.any():
            known &= ~self._fill.take(number)
        members = [group.take(number) & known for group in self._groups]
        step = 1 + max(number.shape) // SAMPLED
        self.seen.update(np.unique(number[::step, ::step][known[::step, ::step]]).tolist())
        self.found = [found or bool(member.any()) for found, member in zip(self.found, members)]
        return [known, *members]


def _ratio(own: Grid, grid: Grid) -> float:
    """Return how many class pixels a target pixel holds, by those near the middle of the target grid."""
    rows, columns = grid.shape
    left, bottom, right, top = grid.part(Window(columns // 2, rows // 2, 1, 1)).bounds_in(own.crs)
    return (right - left) * (top - bottom) / (own.resolution[0] * own.resolution[1])


def _table(options: FractionOptions, text: str) -> np.ndarray:
    table = np.zeros(CLASSES, bool)
    for first, last in options.numbers(text):
        table[first : last + 1] = True
    return table


def _tell(shares: _Shares, options: FractionOptions, progress: Progress) -> None:
    """Warn of classes that are nowhere in the map."""
    shown = some(sorted(shares.seen))
    for text, found in zip((options.classes, options.out_classes), shares.found):
        if text.strip() and not found:
            progress.warn(f"There is no pixel of '{text}' within the grid: the map has {shown or 'no class'} there.")
