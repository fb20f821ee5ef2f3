# SPDX-License-Identifier: GPL-2.0-or-later
"""Coarse consistency: fine maps whose area mean over every coarse cell is the coarse value."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
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
from .settings import ConserveOptions

TOLERANCE = 1e-7  # m3 m-3; what float32 maps can hold
MET = 1e-6  # m3 m-3; a cell whose mean is further off counts as unmet
MAX_PASSES = 30
MAX_IDLE = 5  # passes that bring nothing, after which there is nothing to be had
WINDOW_PIXELS = 1 << 20
ADDITIVE = ConserveOptions(conserve="additive")


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

    One summand (or factor) a coarse cell, spread over the fine pixels by area, found by Newton's method: each pass
    over the map gives the means and how they move with the summands. Where nothing reaches 0, one step is enough.

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
        The best that was found: see its `unmet` and `largest_deviation`.
    """
    how = options.conserve
    values = np.full(coarse.shape, 0.0 if how == "additive" else 1.0)
    least = options.min_valid_fraction * cell_areas(overlap.coarse, overlap.fine)
    best = None
    for _ in range(MAX_PASSES):
        sums, weights, slope = _one_pass(fine, overlap, how, values, progress)
        counts = np.isfinite(coarse) & (weights > 0) & (weights >= least)
        gap = np.where(counts, coarse - sums / np.where(counts, weights, 1), 0.0)
        left = float(np.abs(gap).max(initial=0))
        found = Change(how, values, int(counts.sum()), int((np.abs(gap) > MET).sum()), left)
        if best is None or (found.unmet, left) < (best.unmet, best.largest_deviation):
            best, idle = found, 0
        else:
            idle += 1
        if left <= TOLERANCE or idle > MAX_IDLE:
            break
        values = values + _newton_step(gap * weights, weights, slope, counts)
    return best


def _one_pass(fine: Callable, overlap: Overlap, how: str, values: np.ndarray, progress: Progress):
    """Return sums and weights of the changed map per cell, and d(sums) / d(values)."""
    sums, weights = np.zeros((2, *overlap.coarse.shape))
    slope = sparse.csr_matrix((sums.size, sums.size))
    for window in overlap.fine.windows(WINDOW_PIXELS):
        progress.check()
        part, block = overlap.part(window), fine(window)
        changed = _changed(how, block, part, values)
        s, w = part.sums(changed)
        sums, weights = sums + s, weights + w
        # what is held at 0 does not move
        moves = (changed > 0).astype(np.float32)
        slope = slope + part.coupling(moves if how == "additive" else np.where(changed > 0, block, 0))
    return sums, weights, slope


def _newton_step(missing: np.ndarray, weights: np.ndarray, slope: sparse.csr_matrix, counts: np.ndarray) -> np.ndarray:
    """Return the change of the values that would bring the sums up by what is missing, if nothing reached 0."""
    cells = np.flatnonzero(counts)
    matrix, area = slope[cells][:, cells], weights.flat[cells]
    # Cells whose pixels are all held at 0 do not move at first: a thousandth of their area as slope sets them free.
    # Cells that share their only known pixels cannot all be met: a trace of damping keeps their steps finite.
    damping = 1e-6 if matrix.nnz > len(cells) else 0.0
    extra = np.where(matrix.diagonal() <= 1e-9 * area, 1e-3, damping)
    matrix = matrix + sparse.diags(extra * area)
    step = np.zeros(missing.shape)
    step.flat[cells] = spsolve(matrix.tocsc(), missing.flat[cells])
    return step


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
                writer.write(change.apply(reader.read(window), overlap.part(window)), window)
    return change


def _tags(fine: str | os.PathLike, options: ConserveOptions) -> dict[str, str]:
    """Return what the fine map says of itself, its day included, and what was done to it."""
    tags = {key: value for key, value in tags_of(fine).items() if key.startswith("SOILSHARP_")}
    day = day_of(fine)
    return {**tags, **({"date": str(day)} if day is not None else {}), "SOILSHARP_CONSERVE": options.conserve}
