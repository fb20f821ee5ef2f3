# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores by time scale: of single days, and of means over weeks, months and seasons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.periods import period_starts, whole_periods
from .metrics import MIN_PAIRS
from .predictions import OBSERVED, Predictions
from .score_table import DIVIDED, place_columns, score_table
from .settings import SCALES

COLUMN = "time_scale"


def scale_scores(
    predictions: Predictions, scales: Sequence[str], min_fraction: float, parts: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the scores of means over time, scale by scale.

    Parameters
    ----------
    predictions : Predictions
        With dates, and a station or cell of each row.
    scales : sequence of str
        Of `settings.SCALES`.
    min_fraction : float
        Of the days of a period on which a place must be known to all products, to have a mean of it.
    parts : sequence of str, optional
        Of `settings.PARTS`; all that there are if left out.

    Returns
    -------
    DataFrame
        As `score_table` makes it, with the label of the scale in `COLUMN`; a scale with fewer than `MIN_PAIRS` means
        is left out.

    Raises
    ------
    InputError
        If the predictions have no dates or places.
    """
    tables = []
    for scale in scales:
        means = scale_means(predictions, scale, min_fraction)
        if means is None:
            continue
        table = score_table(means, parts=parts)
        table.insert(len(DIVIDED), COLUMN, SCALES[scale])
        tables.append(table[table["n"] >= MIN_PAIRS])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def scale_means(predictions: Predictions, scale: str, min_fraction: float) -> Predictions | None:
    """Return the means of what is observed and predicted over periods of each place, each at its first day.

    Only days that all products of a kind of folds and part know count. None if no period has enough of them.
    """
    places = place_columns(predictions)
    if not places or "date" not in predictions.table:
        raise InputError("Scores by time scale need dates and a station or cell for every row, which are not known.")
    parts = []
    for division in predictions.divisions:
        own = predictions.of_part(*division)
        values = [OBSERVED, *own.products]
        rows = own.table.dropna(subset=["date", *values])
        if rows.empty:
            continue
        days = rows["date"].to_numpy("datetime64[D]")
        starts, lengths = np.unique(period_starts(whole_periods(days, scale), scale), return_counts=True)
        first = period_starts(days, scale)
        kept = rows[["draw", *places, *values]].astype(dict.fromkeys(values, np.float64))
        grouped = kept.assign(date=first.astype("datetime64[ns]"), _day=days).groupby(["draw", *places, "date"])
        means = grouped[values].mean().astype(np.float32)
        known = grouped["_day"].nunique().to_numpy()
        at = means.index.get_level_values("date").to_numpy("datetime64[D]")
        means = means[known >= min_fraction * lengths[np.searchsorted(starts, at)] - 1e-9].reset_index()
        if len(means):
            table = means.assign(folds=division[0], fold=0, part=division[1])
            parts.append(Predictions(table, own.models, own.baselines, own.facts))
    return Predictions.joined(parts) if parts else None
