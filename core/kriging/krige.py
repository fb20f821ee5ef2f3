# SPDX-License-Identifier: GPL-2.0-or-later
"""Area-to-point kriging: the smooth field whose means over the coarse cells are the coarse values, less their noise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np

from ..base.progress import SILENT, Progress
from .cells import Averaging, Cells
from .covariance import TINY, Component, Covariance
from .days import MARGIN
from .kernels import EXPONENTIAL, Kernel
from .noise import Candidate
from .solve import System

PASSES = 8  # at most, in which means are brought to what they should be: coasts need 5 to 8, whole cells 1 to 3
NEAR_ENOUGH = 1e-5  # m3 m-3; what a last flat step makes exact
FAR_OFF = 1e-3  # m3 m-3; a cell so far off that a pass hardly helps is given up: it may share its only valid pixel
CORRECTION = Kernel(EXPONENTIAL, 1.0)  # by which a small gap is spread: rough, so that none grows
ROUGHLY = 0.02  # of a gap may be left by conjugate gradients: the next pass sees to it
BLOCK = 24  # days that are solved together, fewer on large grids
BLOCK_BYTES = 64 << 20  # that their covariance at all wave numbers may take


def krige_day(
    cells: Cells,
    candidates: Sequence[Candidate],
    values: np.ndarray,
    averaging: Averaging | None = None,
    progress: Progress = SILENT,
) -> np.ndarray:
    """Return the smooth field of one day whose mean is not known: the mean of ordinary kriging with each candidate.

    Parameters
    ----------
    cells : Cells
    candidates : sequence of Candidate
    values : ndarray, shape of the grid
        m3 m-3; NaN where nothing was seen.
    averaging : Averaging, optional
        The true means over cells. Without it each cell counts as whole.

    Returns
    -------
    ndarray, shape of the nodes, float64
        m3 m-3.
    """
    seen = np.isfinite(values)
    coefficients: dict[Kernel, np.ndarray] = {}
    mean = 0.0
    target = np.zeros(cells.shape)
    for candidate in candidates:
        covariance = Covariance((Component(1.0, candidate.kernel),), candidate.nugget)
        system = System(cells, covariance, seen[None], np.zeros(1, int), progress)
        of_ones = system.solve(np.ones((1, *cells.shape)))[0]
        of_values = system.solve(values[None])[0]
        mu = of_values.sum() / of_ones.sum()
        found = of_values - mu * of_ones
        mean += candidate.weight * mu
        before = coefficients.get(candidate.kernel, 0.0)
        coefficients[candidate.kernel] = before + candidate.weight * found
        target += candidate.weight * (values - covariance.nugget * found)
    nodes = np.full(cells.nodes, mean)
    for kernel, found in coefficients.items():
        nodes += cells.to_nodes(kernel, found)
    return _with_means(cells, nodes, target, averaging, progress)


def krige_series(
    cells: Cells,
    covariance: Covariance,
    values: np.ndarray,
    days: np.ndarray,
    targets: np.ndarray,
    averaging: Iterable[Averaging] | None = None,
    progress: Progress = SILENT,
) -> Iterator[np.ndarray]:
    """Yield the smooth field of each target day, from the days around it too: simple kriging of a known mean of 0.

    Days are solved together in blocks with a margin, so that a block costs little more than one day.

    Parameters
    ----------
    cells : Cells
    covariance : Covariance
    values : ndarray, shape (days, rows, columns)
        m3 m-3 above the mean; NaN where nothing was seen.
    days, targets : ndarray of datetime64[D]
        Rising. A target need not be among the days.
    averaging : iterable of Averaging, optional
        The true means over cells, one for each target, taken as they are needed. Without it each cell counts as whole.

    Yields
    ------
    ndarray, shape of the nodes, float64
        m3 m-3 above the mean.
    """
    days, targets = (np.asarray(d).astype("datetime64[D]").astype(int) for d in (days, targets))
    means = repeat(None) if averaging is None else iter(averaging)
    together = _together(cells)
    for start in range(0, len(targets), together):
        block = targets[start : start + together]
        near = np.flatnonzero((days >= block[0] - MARGIN) & (days <= block[-1] + MARGIN))
        seen = np.isfinite(values[near])
        if not seen.any():
            yield from (np.zeros(cells.nodes) for _, _ in zip(block, means))
            continue
        system = System(cells, covariance, seen, days[near], progress)
        found = system.solve(values[near])
        for day, truth in zip(block, means):
            progress.check()
            nodes = _on_day(cells, covariance, found, day - days[near])
            own = np.flatnonzero(days[near] == day)
            if len(own):
                target = values[near[own[0]]] - _of_noise(cells, covariance, found[own[0]])
                nodes = _with_means(cells, nodes, target, truth, progress)
            yield nodes


def _together(cells: Cells) -> int:
    """Return how many days are solved together: the memory grows with the cells and with the days squared."""
    days = int(np.sqrt(BLOCK_BYTES / (4 * cells.size)))
    return min(max(days - 2 * MARGIN, 1), BLOCK)


def _on_day(cells: Cells, covariance: Covariance, coefficients: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return the field on a day from the coefficients of days that are so far away."""
    nodes = np.zeros(cells.nodes)
    for kernel, in_time in covariance.in_time(lags).items():
        nodes += cells.to_nodes(kernel, np.tensordot(in_time, coefficients, 1))
    return nodes


def _of_noise(cells: Cells, covariance: Covariance, coefficients: np.ndarray) -> np.ndarray:
    """Return what of a day's values is noise, shared or not, shape of the grid."""
    noise = covariance.nugget * coefficients
    for part in covariance.shared:
        noise += part.variance * cells.times(part.kernel, coefficients)
    return noise


def _with_means(
    cells: Cells, nodes: np.ndarray, target: np.ndarray, averaging: Averaging | None, progress: Progress
) -> np.ndarray:
    """Return the field moved a little so that its true means over cells are the target's; NaN is no target."""
    if averaging is None:
        return nodes
    counts = np.isfinite(target) & (averaging.areas > 0)
    if not counts.any():
        return nodes
    system = None
    before = np.full(cells.shape, np.inf)
    helped = counts
    for _ in range(PASSES):
        gap = np.where(counts, target - averaging.means(nodes), 0.0)
        helped = helped & ((np.abs(gap) < 0.75 * before) | (np.abs(gap) < FAR_OFF))
        before = np.abs(gap)
        gap = np.where(helped, gap, 0.0)
        if np.abs(gap).max() <= NEAR_ENOUGH:
            break
        if system is None:
            rough = Covariance((Component(1.0, CORRECTION),), TINY)
            system = System(cells, rough, counts[None], np.zeros(1, int), progress)
        found = system.solve(gap[None], ROUGHLY * float(np.linalg.norm(gap)))[0]
        nodes = nodes + cells.to_nodes(CORRECTION, found)
    return nodes
