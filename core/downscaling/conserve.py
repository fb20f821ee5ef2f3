# SPDX-License-Identifier: GPL-2.0-or-later
"""Coarse consistency: fine maps whose area mean over every coarse cell is the coarse value."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..grid import Grid
from ..overlap import Overlap, cell_areas
from ..progress import SILENT, Progress
from ..raster import Source, aligned, map_writer, read_on, small_cache
from ..settings import ConserveOptions

TOLERANCE = 1e-7  # m3 m-3; what float32 maps can hold
MOST_PASSES = 60
WINDOW_PIXELS = 1 << 20


@dataclass(frozen=True)
class Change:
    """What to do to a fine map, cell by coarse cell.

    Attributes
    ----------
    how : str
        "additive" or "ratio".
    values : ndarray, shape of the coarse grid
        Summand in m3 m-3, or factor; 0 or 1 where no coarse value was seen.
    cells : int
        Coarse cells that the change meets.
    unmet : int
        Cells whose mean is still off by more than 1e-6, as where a ratio starts from 0.
    largest_deviation : float
        Largest |mean - coarse| that is left, m3 m-3.
    """

    how: str
    values: np.ndarray
    cells: int
    unmet: int
    largest_deviation: float

    def apply(self, fine: np.ndarray, part) -> np.ndarray:
        """Return a window of the fine map with the change made; never below 0.

        Parameters
        ----------
        fine : ndarray, shape of the window
        part : weights of the window, from `Overlap.part`
        """
        return _changed(self.how, fine, part, self.values)


def _changed(how: str, fine: np.ndarray, part, values: np.ndarray) -> np.ndarray:
    if how == "additive":
        changed = fine + part.spread(values)
    else:
        changed = fine * (1 + part.spread(values - 1))
    return np.maximum(changed, 0).astype(np.float32)


def find_change(
    fine: Callable, coarse: np.ndarray, overlap: Overlap, options: ConserveOptions, progress: Progress = SILENT
) -> Change:
    """Find the change that gives every coarse cell its value.

    One summand (or factor) a coarse cell, spread over the fine pixels by area. Where grids nest and nothing
    reaches 0, one pass over the map finds it; else passes are repeated, each a Newton step on the share of the
    cell that is above 0.

    Parameters
    ----------
    fine : callable
        Returns the fine map of a window, shape (rows, columns); NaN where unknown. Called once a pass.
    coarse : ndarray, shape of the coarse grid
        m3 m-3; NaN where nothing was seen. There nothing is changed.
    overlap : Overlap
    options : ConserveOptions
        `conserve` "additive" or "ratio".

    Returns
    -------
    Change
    """
    how = options.conserve
    values = np.full(coarse.shape, 0.0 if how == "additive" else 1.0)
    windows = list(overlap.fine.windows(WINDOW_PIXELS))
    areas = cell_areas(overlap.coarse, overlap.fine)
    best = None
    for _ in range(MOST_PASSES):
        sums, weights, above = np.zeros((3, *coarse.shape))
        for window in windows:
            progress.check()
            part = overlap.part(window)
            changed = _changed(how, fine(window), part, values)
            s, w = part.sums(changed)
            sums, weights = sums + s, weights + w
            if how == "additive":
                # what is held at 0 does not move with the summand
                above += part.sums(np.where(changed > 0, changed * 0 + 1, changed))[0]
        counts = np.isfinite(coarse) & (weights > 0) & (weights >= options.least_cover * areas)
        gap = np.where(counts, coarse - sums / np.where(counts, weights, 1), 0.0)
        left = float(np.abs(gap).max(initial=0))
        if best is None or left < best.largest_deviation:
            best = Change(how, values, int(counts.sum()), int((np.abs(gap) > 1e-6).sum()), left)
        if left <= TOLERANCE:
            break
        if how == "additive":
            values = values + gap / np.where(counts, np.maximum(above / np.where(counts, weights, 1), 1e-3), 1)
        else:
            mean = sums / np.where(counts, weights, 1)
            values = np.where(counts & (mean > 0), values * coarse / np.where(mean > 0, mean, 1), values)
    return best


def conserve(
    fine: np.ndarray,
    coarse: np.ndarray,
    fine_grid: Grid,
    coarse_grid: Grid,
    options: ConserveOptions | None = None,
) -> np.ndarray:
    """Return a fine map whose area mean over every coarse cell is the coarse value.

    Parameters
    ----------
    fine : ndarray, shape of `fine_grid`
        Soil moisture in m3 m-3; NaN where unknown, and such pixels do not count in a mean.
    coarse : ndarray, shape of `coarse_grid`
        Soil moisture in m3 m-3; NaN where nothing was seen. There the fine map stays as it is.
    options : ConserveOptions, optional
        Additive when left out.

    Returns
    -------
    ndarray, shape of `fine_grid`, float32
        Never below 0.
    """
    overlap = Overlap(coarse_grid, fine_grid)
    change = find_change(lambda w: fine[w.toslices()], coarse, overlap, options or ConserveOptions(conserve="additive"))
    return change.apply(fine, overlap.part())


def conserve_file(
    fine: str | os.PathLike,
    coarse: str | os.PathLike,
    output: str | os.PathLike,
    options: ConserveOptions | None = None,
    progress: Progress = SILENT,
) -> Change:
    """Write a fine map file whose area mean over every coarse cell is the coarse value.

    Returns
    -------
    Change
        With the number of cells and the largest deviation that is left.

    Raises
    ------
    InputError, GridError
        If a file cannot be read, the grids do not overlap, or no cell has both a coarse and a fine value.
    """
    options = options or ConserveOptions(conserve="additive")
    fine_source, coarse_source = Source(os.fspath(fine)), Source(os.fspath(coarse))
    grid = fine_source.grid()
    coarse_grid = coarse_source.grid().crop(grid)
    overlap = Overlap(coarse_grid, grid)
    with small_cache(), aligned(fine_source, grid) as reader:
        values = read_on(coarse_source, coarse_grid)
        change = find_change(reader.read, values, overlap, options, progress.part(0, 0.5))
        if not change.cells:
            raise InputError("No coarse cell has a coarse value and fine pixels below it; nothing can be conserved.")
        with map_writer(output, grid, tags={"conserve": options.conserve}) as writer:
            for window in progress.part(0.5, 1).over(grid.windows(WINDOW_PIXELS)):
                writer.write(change.apply(reader.read(window), overlap.part(window)), window)
    return change
