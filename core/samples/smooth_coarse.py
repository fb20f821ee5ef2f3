# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product of a study smoothly interpolated at samples of stations: what it says there without covariates."""

from __future__ import annotations

import numpy as np

from ..base.progress import SILENT, Progress
from ..scoring.baselines import SMOOTH, CoarseProduct
from ..study.study import COARSE, Study
from .samples import Samples


def smooth_coarse(study: Study, samples: Samples, progress: Progress = SILENT) -> tuple[np.ndarray | None, list[str]]:
    """Return the smooth field of the coarse product at the pixels of samples, and why there is none.

    Parameters
    ----------
    study : Study
        With a dated coarse product.
    samples : Samples
        Of its stations.

    Returns
    -------
    values : ndarray, shape (n,), or None
        m3 m-3. On a day without coarse raster, and where the field is unknown, the coarse product as the sample has it.
    warnings : list of str

    Raises
    ------
    InputError
        See `CoarseProduct`.
    """
    of_rows = samples.days
    placed = {"longitude", "latitude"} <= set(samples.index)
    if not placed or of_rows is None or study.coarse is None or not study.coarse.dated:
        return None, []
    rows, columns = study.grid.cells_at(samples.index["longitude"].to_numpy(), samples.index["latitude"].to_numpy())
    days, day = np.unique(of_rows, return_inverse=True)
    days_there = days[np.isin(days, study.coarse_series.days)]
    if not len(days_there):
        return None, []
    product = CoarseProduct(study.coarse_series, study.grid, days_there, progress)
    if SMOOTH not in product.names:
        return None, product.warnings
    values = np.full(len(samples), np.nan)
    for number in progress.over(np.flatnonzero(np.isin(days, days_there))):
        here = np.flatnonzero(day == number)
        with product.opened(days[number]) as reader:
            values[here] = reader.read_cells(rows[here], columns[here])[SMOOTH]
    if COARSE in samples.names:
        as_is = samples.X[:, samples.names.index(COARSE)]
        values = np.where(np.isfinite(values), values, as_is)
    return values, product.warnings
