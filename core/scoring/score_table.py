# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of predictions, told apart by anything that is known of their rows: date, season, station, class, quantile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import some
from ..base.periods import SEASONS, has_starts, period_starts, seasons
from ..base.progress import SILENT, Progress
from .confidence import SCORES, intervals
from .draws import over_draws
from .gain import GAINS, with_gain
from .metrics import METRICS, MIN_PAIRS, RATIOS, scores_by, without_few
from .predictions import OBSERVED, Predictions
from .settings import BY

QUARTERS = 4
STATISTICS = {"mean": "Mean", "median": "Median", "sd": "SD", "q25": "First quartile", "q75": "Third quartile"}
DIVIDED = ("folds", "part")
_CELL = ("cell_row", "cell_column")


def score_table(
    predictions: Predictions,
    by: Sequence[str] = (),
    parts: Sequence[str] | None = None,
    per_station: bool = False,
    with_intervals: bool = False,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return the scores of every model and baseline in every group of rows.

    All products of a kind of folds and part are scored on the same rows: those that all of them know. Of folds that
    were drawn several times the scores are those over the draws, see `over_draws`, unless these are told apart. Groups
    of a few rows have no R and the like, see `without_few`.

    Parameters
    ----------
    predictions : Predictions
    by : sequence of str
        Of `settings.BY`, or a length as "8_days", or columns of classes, as the period of a member; a group is one
        value of each. None: all rows of a part as one.
    parts : sequence of str, optional
        Of `settings.PARTS`; all that there are if left out.
    per_station : bool
        Score each station, else each coarse cell, on its own; those with fewer than `MIN_PAIRS` rows are left out.
    with_intervals : bool
        Add n_eff and the limits of the metrics' 95 % intervals, as rmse_low and rmse_high, which know how much rows of
        one place and of one day repeat each other.
    progress : Progress
        Of the intervals, which take longest.

    Returns
    -------
    DataFrame
        One row a group and product: folds, part, the columns of `by`, those of the place if `per_station`, product,
        kind ("model" or "baseline"), `METRICS`, `RATIOS` and r_squared, m3 m-3, and where the coarse product is beside
        `gain.GAINS` over it. Weeks, months and the like are their
        first day, datetime64[ns]; seasons as "DJF"; quantile counts from 1, the driest.

    Raises
    ------
    InputError
        If the table knows nothing of what to tell apart by, has no row of these parts, or no place for `per_station`.
    """
    chosen = _chosen(predictions, parts)
    places = place_columns(chosen)
    if per_station and not places:
        raise InputError("These predictions know neither station nor cell, so that no place can be scored by itself.")
    keys = [*by, *(name for name in places if per_station and name not in by)]
    tables = []
    for division, part in progress.parts(chosen.divisions):
        own = chosen.of_part(*division)
        rows = own.table.dropna(subset=[OBSERVED, *own.products]).reset_index(drop=True)
        if rows.empty:
            continue
        labels = pd.DataFrame({name: group_labels(rows, name) for name in keys}, index=rows.index)
        group, groups = _numbered(labels)
        known = group >= 0
        rows = rows[known]
        draws = [(rows[of_draw], group[known][of_draw]) for of_draw in _each_draw(rows)]
        for product, step in part.parts(own.products):
            each = [
                _scored(of_draw, product, number, groups, places if with_intervals else None, here)
                for (of_draw, number), here in step.parts(draws)
            ]
            table = over_draws(each, [*keys, "product"])
            names = [name for name in table.columns if name not in (*keys, "product")]
            kind = "model" if product in own.models else "baseline"
            table = table.assign(folds=division[0], part=division[1], kind=kind)
            tables.append(table[[*DIVIDED, *keys, "product", "kind", *names]])
    if not tables:
        raise InputError("No row is known to all models and baselines, so that there is nothing to score.")
    table = with_gain(without_few(pd.concat(tables, ignore_index=True)), by=[*DIVIDED, *keys])
    return table[table["n"] >= MIN_PAIRS].reset_index(drop=True) if per_station else table


def station_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return how the scores of places, or of dates, spread in every group.

    Parameters
    ----------
    table : DataFrame
        As `score_table` makes it with `per_station`.

    Returns
    -------
    DataFrame
        One row a group, product and statistic: the group's columns, product, kind, statistic (of `STATISTICS`),
        n_places, and the metrics.
    """
    return spread_over(table, [name for name in ("station", *_CELL) if name in table], "n_places")


def spread_over(table: pd.DataFrame, names: Sequence[str], count: str = "n_groups") -> pd.DataFrame:
    """Return the mean, median, SD and quartiles of the scores over some of the columns that tell rows apart.

    Parameters
    ----------
    table : DataFrame
        As `score_table` makes it.
    names : sequence of str
        The columns to sum up over, as "date".
    count : str
        What the column with their number is called.
    """
    metrics = [name for name in (*METRICS, *RATIOS, "r_squared", *GAINS) if name in table and name != "n"]
    first = list(table.columns[: list(table.columns).index("kind") + 1])
    keys = [name for name in first if name not in names]
    grouped = table.groupby(keys, sort=False, dropna=False, observed=True)
    taken = {
        "mean": grouped[metrics].mean(),
        "median": grouped[metrics].median(),
        "sd": grouped[metrics].std(),
        "q25": grouped[metrics].quantile(0.25),
        "q75": grouped[metrics].quantile(0.75),
    }
    number = grouped.size()
    parts = [part.assign(statistic=name, **{count: number}) for name, part in taken.items()]
    whole = pd.concat(parts).reset_index()
    return whole[[*keys, "statistic", count, *metrics]]


def place_columns(predictions: Predictions) -> list[str]:
    """Return the columns that name the place of a row: the station, else the coarse cell; none if it is not known."""
    table = predictions.table
    if "station" in table and table["station"].notna().any():
        return ["station"]
    return list(_CELL) if all(name in table for name in _CELL) else []


def group_labels(rows: pd.DataFrame, by: str) -> pd.Series:
    """Return the group that each row belongs to; NaN where it belongs to none."""
    if by == "season" or has_starts(by):
        return _of_days(rows, by)
    if by == "quantile":
        edges = np.quantile(rows[OBSERVED], np.arange(1, QUARTERS) / QUARTERS)
        return pd.Series(np.searchsorted(edges, rows[OBSERVED].to_numpy(), side="left") + 1, rows.index)
    if by not in rows:
        raise InputError(f"These predictions have no '{by}' to be told apart by; they have {some(_known(rows))}.")
    return rows[by]


def in_words(by: str) -> str:
    """Return what rows are told apart by, in the middle of a sentence."""
    return BY.get(by, by.replace("_", " ")).lower()


def _of_days(rows: pd.DataFrame, by: str) -> pd.Series:
    if "date" not in rows:
        raise InputError(f"These predictions have no dates, so that they cannot be told apart by {in_words(by)}.")
    known = rows["date"].notna()
    days = rows.loc[known, "date"].to_numpy("datetime64[D]")
    if by == "season":
        found = pd.Series(pd.Categorical(seasons(days), SEASONS, ordered=True), rows.index[known])
    else:
        found = pd.Series(period_starts(days, by).astype("datetime64[ns]"), rows.index[known])
    return found.reindex(rows.index)


def _known(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name != OBSERVED and not pd.api.types.is_float_dtype(rows[name])]


def _chosen(predictions: Predictions, parts: Sequence[str] | None) -> Predictions:
    """Return the predictions of the parts that are asked for."""
    if parts is None:
        return predictions
    own = predictions.table[predictions.table["part"].isin(parts)].reset_index(drop=True)
    if own.empty:
        there = some(predictions.table["part"].unique().tolist())
        raise InputError(f"These predictions have no row of the part {some(list(parts))}; they have {there}.")
    return Predictions(own, predictions.models, predictions.baselines, predictions.facts)


def _numbered(labels: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's group, -1 where a label is unknown, and the labels of the groups in order."""
    if labels.shape[1] == 0:
        return np.zeros(len(labels), int), pd.DataFrame(index=[0])
    grouped = labels.groupby(list(labels.columns), sort=True, observed=True)
    number = grouped.ngroup().to_numpy()
    return number, grouped.size().reset_index()[list(labels.columns)]


def _each_draw(rows: pd.DataFrame) -> list[np.ndarray]:
    """Return which rows are of each draw of the folds, bool, shape (n,)."""
    draw = rows["draw"].to_numpy()
    return [draw == number for number in np.unique(draw)] or [np.ones(0, bool)]


def _scored(
    rows: pd.DataFrame,
    product: str,
    group: np.ndarray,
    groups: pd.DataFrame,
    places: Sequence[str] | None,
    progress: Progress,
) -> pd.DataFrame:
    """Return the scores of a product in each group of the rows of one draw; intervals too where places are given."""
    found = scores_by(rows[product].to_numpy(), rows[OBSERVED].to_numpy(), group)
    of_group = groups.iloc[found.index].reset_index(drop=True).assign(product=product)
    parts = [of_group, found.assign(r_squared=found["r"] ** 2).reset_index(drop=True)]
    if places is not None:
        parts.append(_intervals(rows, product, group, places, progress))
    return pd.concat(parts, axis=1)


def _intervals(
    rows: pd.DataFrame, product: str, group: np.ndarray, places: Sequence[str], progress: Progress
) -> pd.DataFrame:
    """Return n_eff and the limits of the intervals of each group, in their order."""
    place = rows.groupby(list(places), dropna=False).ngroup().to_numpy() if places else None
    days = rows["date"].to_numpy() if "date" in rows else None
    predicted, observed = rows[product].to_numpy(), rows[OBSERVED].to_numpy()
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order])) + 1
    found = []
    for own in progress.over(np.split(order, starts)):
        limits = intervals(
            predicted[own],
            observed[own],
            None if place is None else place[own],
            None if days is None else days[own],
        )
        row = {"n_eff": limits["n_eff"]}
        for metric in SCORES:
            row[f"{metric}_low"], row[f"{metric}_high"] = limits[metric]
        found.append(row)
    return pd.DataFrame(found)
