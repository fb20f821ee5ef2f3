# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product of a study smoothly interpolated at samples of stations: what it says there without covariates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..base.progress import SILENT, Progress
from ..scoring.baselines import SMOOTH, CoarseProduct
from ..study.columns import COARSE_SMOOTH
from ..study.study import COARSE, Study
from .samples import Samples


def with_smooth_coarse(study: Study, samples: Samples, progress: Progress = SILENT) -> Samples:
    """Return samples of stations with the smooth field of the coarse product at their pixels beside them.

    The column `COARSE_SMOOTH` of their index, m3 m-3; on a day without coarse raster, and where the field is unknown,
    the coarse product as the sample has it. Without it where the coarse product is not dated or cannot be kriged, which
    is told.

    Parameters
    ----------
    study : Study
    samples : Samples
        Of its stations.
    progress : Progress

    Raises
    ------
    InputError
        See `CoarseProduct`.
    """
    of_rows = samples.days
    if of_rows is None or study.coarse is None or not study.coarse.dated:
        return samples
    days, day = np.unique(of_rows, return_inverse=True)
    days_there = days[np.isin(days, study.coarse_series.days)]
    if not len(days_there):
        return samples
    product = CoarseProduct(study.coarse_series, study.grid, days_there, progress.part(0, 0.5))
    for text in product.warnings:
        progress.warn(text)
    if SMOOTH not in product.names:
        return samples
    rows, columns = study.grid.cells_at(samples.index["longitude"].to_numpy(), samples.index["latitude"].to_numpy())
    values = np.full(len(samples), np.nan, np.float32)
    for number in progress.part(0.5, 1).over(np.flatnonzero(np.isin(days, days_there))):
        here = np.flatnonzero(day == number)
        with product.opened(days[number]) as reader:
            values[here] = reader.read_cells(rows[here], columns[here])[SMOOTH]
    if COARSE in samples.names:
        as_is = samples.X[:, samples.names.index(COARSE)]
        values = np.where(np.isfinite(values), values, as_is)
    return replace(samples, index=samples.index.assign(**{COARSE_SMOOTH: values}))
