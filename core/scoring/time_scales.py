# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores by time scale: of single days, and of means over weeks, months and seasons.

A mean is of days that one fold has held out. Where folds part the days of a place, as random ones do, the models of
some folds have learned from the days of others: a mean over all of them would not be held out, and the training
climatology would know it nearly without an error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import some
from ..base.periods import period_starts, whole_periods
from .metrics import MIN_PAIRS
from .predictions import OBSERVED, Predictions
from .score_table import DIVIDED, place_columns, score_table
from .settings import SCALES

COLUMN = "time_scale"


def scale_scores(
    predictions: Predictions, scales: Sequence[str], min_fraction: float, parts: Sequence[str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Return the scores of means over time, scale by scale, and warnings.

    Parameters
    ----------
    predictions : Predictions
        With dates, and a station or cell of each row.
    scales : sequence of str
        Of `settings.SCALES`.
    min_fraction : float
        Of the days of a period on which a place must be known to all products in one fold, to have a mean of it.
    parts : sequence of str, optional
        Of `settings.PARTS`; all that there are if left out.

    Returns
    -------
    table : DataFrame
        As `score_table` makes it, with the label of the scale in `COLUMN`; a scale with fewer than `MIN_PAIRS` means
        is left out.
    warnings : list of str
        On folds that part the days of a place.

    Raises
    ------
    InputError
        If the predictions have no dates or places.
    """
    places = place_columns(predictions)
    if not places or "date" not in predictions.table:
        raise InputError("Scores by time scale need dates and a station or cell for every row, which are not known.")
    tables: list[pd.DataFrame] = []
    for scale in scales:
        means = scale_means(predictions, scale, min_fraction)
        if means is None or not (parts is None or means.table["part"].isin(parts).any()):
            continue
        table = score_table(means, parts=parts)
        table.insert(len(DIVIDED), COLUMN, SCALES[scale])
        tables.append(table[table["n"] >= MIN_PAIRS])
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*DIVIDED, COLUMN])
    warnings = [
        _parted_words(folds, scales, whole[(whole["folds"] == folds) & (whole["part"] == part)], min_fraction)
        for folds, part in predictions.divisions
        if (parts is None or part in parts) and parts_days(predictions.of_part(folds, part).table, places)
    ]
    return (whole if len(whole) else pd.DataFrame()), warnings


def scale_means(predictions: Predictions, scale: str, min_fraction: float) -> Predictions | None:
    """Return the means of what is observed and predicted over periods of each place and fold, each at its first day.

    Only days that all products of a kind of folds and part know count. None if no period has enough of them.
    """
    places = place_columns(predictions)
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
        keys = ["draw", "fold", *places, "date"]
        kept = rows[[*keys[:-1], *values]].astype(dict.fromkeys(values, np.float64))
        grouped = kept.assign(date=first.astype("datetime64[ns]"), _day=days).groupby(keys)
        means = grouped[values].mean().astype(np.float32)
        known = grouped["_day"].nunique().to_numpy()
        at = means.index.get_level_values("date").to_numpy("datetime64[D]")
        means = means[known >= min_fraction * lengths[np.searchsorted(starts, at)] - 1e-9].reset_index()
        if len(means):
            table = means.assign(folds=division[0], part=division[1])
            parts.append(Predictions(table, own.models, own.baselines, own.facts))
    return Predictions.joined(parts) if parts else None


def parts_days(rows: pd.DataFrame, places: Sequence[str]) -> bool:
    """Return whether the rows of a place lie in several folds of one draw."""
    return bool((rows.groupby(["draw", *places])["fold"].nunique() > 1).any())


def _parted_words(folds: str, scales: Sequence[str], found: pd.DataFrame, min_fraction: float) -> str:
    """Return what folds that part the days of a place mean for means over time."""
    lost = [SCALES[scale].lower() for scale in scales if SCALES[scale] not in set(found[COLUMN])]
    left_out = (
        f" There are no scores by {some(lost)}: too few means rest on {100 * min_fraction:.0f} % of the days."
        if lost
        else ""
    )
    return (
        f"Folds ({folds}) part the days of a place: means over time are of the days of one fold, since models of some "
        f"folds have learned from the days of others.{left_out} Folds that keep places whole have means of all days."
    )
