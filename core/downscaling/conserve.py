# SPDX-License-Identifier: GPL-2.0-or-later
"""Coarse consistency: fine maps whose area mean over every coarse cell is the coarse value."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from rasterio.windows import Window
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ..base.errors import InputError
from ..base.inputs import Inputs
from ..base.progress import SILENT, Progress
from ..rasters.dates import day_of
from ..rasters.grid import Grid
from ..rasters.open import Source, tags_of
from ..rasters.overlap import Overlap, cell_areas
from ..rasters.raster import aligned, map_writer, read_on, small_cache
from ..units import OF_COARSE, OF_MAPS
from .bounds import Bounds
from .settings import ConserveOptions

TOLERANCE = 1e-7  # m3 m-3; what float32 maps can hold
MET = 1e-6  # m3 m-3; a cell whose mean is further off counts as unmet
MAX_PASSES = 30
MAX_IDLE = 5  # passes that bring nothing, after which there is nothing to be had
FREED = 1e-3  # of its area: the slope that sets a cell free whose pixels are all held
FREED_BETWEEN = 0.1  # the same between two bounds: a longer leap would go from one to the other
WINDOW_PIXELS = 1 << 20
MOST_FACTOR = 50.0  # and least, one over it: cells that share pixels would run away from each other
FIRST_REACH = 0.25  # m3 m-3, or of a factor: how far a value may move in the first pass between two bounds
ADDITIVE = ConserveOptions(conserve="additive")
FROM_0 = Bounds()


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
        Cells whose mean is still off by more than 1e-6: a ratio that starts
        from 0, or cells that share their only known pixels.
    largest_deviation : float
        Largest |mean - coarse| that is left, m3 m-3.
    bounds : Bounds
        Between which every pixel stays.
    """

    how: str
    values: np.ndarray
    cells: int
    unmet: int
    largest_deviation: float
    bounds: Bounds = FROM_0

    def apply(self, fine: np.ndarray, part, window: Window | None = None) -> np.ndarray:
        """Return a window of the fine map with the change made; never beyond the bounds.

        Parameters
        ----------
        fine : ndarray, shape of the window
        part : weights of the window, from `Overlap.part`
        window : Window, optional
            The whole map when left out.
        """
        return self.bounds.clip(_changed(self.how, fine, part, self.values), window)


def _changed(how: str, fine: np.ndarray, part, values: np.ndarray) -> np.ndarray:
    return fine + part.spread(values) if how == "additive" else fine * (1 + part.spread(values - 1))


def find_change(
    fine: Callable,
    coarse: np.ndarray,
    overlap: Overlap,
    options: ConserveOptions,
    progress: Progress = SILENT,
    bounds: Bounds = FROM_0,
) -> Change:
    """Find the change that gives every coarse cell its value.

    One summand (or factor) a coarse cell, spread over the fine pixels by area, found by Newton's method: each pass
    over the map gives the means and how they move with the summands. Where nothing reaches a bound, one step is enough.

    Parameters
    ----------
    fine : callable
        Returns the fine map of a window, shape (rows, columns); NaN where unknown. Called once a pass.
    coarse : ndarray, shape of the coarse grid
        m3 m-3; NaN where nothing was seen. There nothing is changed.
    overlap : Overlap
    options : ConserveOptions
        `conserve` "additive" or "ratio".
    bounds : Bounds, optional
        Between which every pixel stays, so that the others of its cell make up for it; 0 and no end when left out.

    Returns
    -------
    Change
        The best that was found: see its `unmet` and `largest_deviation`.
    """
    how = options.conserve
    values = np.full(coarse.shape, 0.0 if how == "additive" else 1.0)
    least = options.min_valid_fraction * cell_areas(overlap.coarse, overlap.fine)
    trust = _Trust(coarse.shape) if bounds.both else None
    max_idle = 3 * MAX_IDLE if bounds.both else MAX_IDLE
    best: Change | None = None
    idle = 0
    for _ in range(MAX_PASSES):
        sums, weights, slope = _one_pass(fine, overlap, Change(how, values, 0, 0, 0.0, bounds), progress)
        counts = np.isfinite(coarse) & (weights > 0) & (weights >= least)
        gap = np.where(counts, coarse - sums / np.where(counts, weights, 1), 0.0)
        left = float(np.abs(gap).max(initial=0))
        found = Change(how, values, int(counts.sum()), int((np.abs(gap) > MET).sum()), left, bounds)
        if best is None or (found.unmet, left) < (best.unmet, best.largest_deviation):
            best, idle = found, 0
        else:
            idle += 1
        if left <= TOLERANCE or idle > max_idle:
            break
        step = _newton_step(gap * weights, weights, slope, counts, FREED_BETWEEN if bounds.both else FREED)
        values = values + (step if trust is None else trust.within(step, gap))
        if bounds.both and how == "ratio":
            values = np.clip(values, 1 / MOST_FACTOR, MOST_FACTOR)
    return cast(Change, best)


def _one_pass(fine: Callable, overlap: Overlap, change: Change, progress: Progress):
    """Return sums and weights of the changed map per cell, and d(sums) / d(values)."""
    sums, weights = np.zeros((2, *overlap.coarse.shape))
    slope = sparse.csr_matrix((sums.size, sums.size))
    for window in overlap.fine.windows(WINDOW_PIXELS):
        progress.check()
        part, block = overlap.part(window), fine(window)
        changed = change.apply(block, part, window)
        s, w = part.sums(changed)
        sums, weights = sums + s, weights + w
        # what is held at a bound does not move
        moves = change.bounds.inside(changed, window)
        slope = slope + part.coupling(
            moves.astype(np.float32) if change.how == "additive" else np.where(moves, block, 0)
        )
    return sums, weights, slope


def _newton_step(
    missing: np.ndarray, weights: np.ndarray, slope: sparse.csr_matrix, counts: np.ndarray, freed: float
) -> np.ndarray:
    """Return the change of the values that would bring the sums up by what is missing, if nothing reached a bound."""
    cells = np.flatnonzero(counts)
    matrix, area = slope[cells][:, cells], weights.flat[cells]
    # Cells whose pixels are all held do not move at first: a fraction of their area as slope sets them free.
    # Cells that share their only known pixels cannot all be met: a trace of damping keeps their steps finite.
    damping = 1e-6 if matrix.nnz > len(cells) else 0.0
    extra = np.where(matrix.diagonal() <= 1e-9 * area, freed, damping)
    matrix = matrix + sparse.diags(extra * area)
    step = np.zeros(missing.shape)
    step.flat[cells] = spsolve(matrix.tocsc(), missing.flat[cells])
    return step


class _Trust:
    """How far the value of each cell may move in a pass: Newton alone may leap to and fro between two bounds."""

    def __init__(self, shape: tuple[int, ...]):
        self._reach = np.full(shape, FIRST_REACH)
        self._gap = self._step = np.zeros(shape)

    def within(self, step: np.ndarray, gap: np.ndarray) -> np.ndarray:
        """Return a step no longer than is trusted: half of the last one where that went much too far, else twice."""
        leapt = (gap * self._gap < 0) & (np.abs(gap) > 0.5 * np.abs(self._gap))
        self._reach = np.where(leapt, 0.5 * np.abs(self._step), 2 * self._reach)
        self._gap = gap
        self._step = np.clip(step, -self._reach, self._reach)
        return self._step


def conserve(
    fine: np.ndarray,
    coarse: np.ndarray,
    fine_grid: Grid,
    coarse_grid: Grid,
    options: ConserveOptions = ADDITIVE,
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
    change = find_change(lambda w: fine[w.toslices()], coarse, overlap, options)
    return change.apply(fine, overlap.part())


def conserve_file(
    fine: str | os.PathLike,
    coarse: str | os.PathLike,
    output: str | os.PathLike,
    options: ConserveOptions = ADDITIVE,
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
    Inputs({"the fine map": fine, "the coarse soil moisture": coarse}).refuse({"The map": output})
    fine_source = Source(os.fspath(fine), moisture=OF_MAPS)
    coarse_source = Source(os.fspath(coarse), moisture=OF_COARSE)
    grid = fine_source.grid()
    coarse_grid = coarse_source.grid().crop(grid)
    overlap = Overlap(coarse_grid, grid)
    with small_cache(), aligned(fine_source, grid) as reader:
        values = read_on(coarse_source, coarse_grid)
        change = find_change(reader.read, values, overlap, options, progress.part(0, 0.5))
        if not change.cells:
            raise InputError("No coarse cell has a coarse value and fine pixels below it; nothing can be conserved.")
        with map_writer(output, grid, tags=_tags(fine, options)) as writer:
            for window in progress.part(0.5, 1).over(grid.windows(WINDOW_PIXELS)):
                writer.write(change.apply(reader.read(window), overlap.part(window), window), window)
    return change


def _tags(fine: str | os.PathLike, options: ConserveOptions) -> dict[str, str]:
    """Return what the fine map says of itself, its day included, and what was done to it."""
    tags = {key: value for key, value in tags_of(fine).items() if key.startswith("SOILSHARP_")}
    day = day_of(fine)
    return {**tags, **({"date": str(day)} if day is not None else {}), "SOILSHARP_CONSERVE": options.conserve}
