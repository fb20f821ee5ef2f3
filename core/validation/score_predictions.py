# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions scored by anything that is known of them: pooled, by groups, and place by place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import write_text
from ..base.names import some
from ..base.options import listed
from ..base.periods import has_starts
from ..base.progress import SILENT, Progress
from ..base.tables import csv_text
from ..scoring.anomalies import MIN_YEARS, anomaly_pairs
from ..scoring.metrics import METRICS, MIN_PAIRS
from ..scoring.predictions import OBSERVED, Predictions
from ..scoring.reliability import no_bands, reliability
from ..scoring.score_table import DIVIDED, group_labels, place_columns, score_table, spread_over, station_summary
from ..scoring.settings import VALUES, AnomalyOptions, ScoreOptions
from ..scoring.time_scales import COLUMN as SCALE
from ..scoring.time_scales import parts_days, scale_scores
from ..stations.layer import write_points

NOT_OF_ANOMALIES = ("kge", "mean_ratio", "gdown", "gain_accuracy")  # their means are nothing but rounding
MAX_INTERVALS = 500  # groups whose intervals are worked out


@dataclass(frozen=True)
class PredictionScores:
    """What predictions are worth.

    Attributes
    ----------
    predictions : Predictions
        The rows that were scored; anomalies in place of values where these were asked for.
    pooled : DataFrame
        All rows of a kind of folds and part; see `score_table`.
    groups : dict of str to DataFrame
        The same by each thing that rows are told apart by.
    per_place : DataFrame
        The same by station, else by coarse cell; empty if no place has enough rows.
    by_class : dict of str to DataFrame
        The same by place, for each column of classes.
    scales : DataFrame
        Those of means over time, see `scale_scores`; empty if none were asked for or there are no series.
    options : ScoreOptions
    warnings : list of str
    reliability : DataFrame
        What bands hold, see `scoring.reliability`; empty of anomalies, and if no model has a band.
    """

    predictions: Predictions
    pooled: pd.DataFrame
    groups: dict[str, pd.DataFrame]
    per_place: pd.DataFrame
    by_class: dict[str, pd.DataFrame]
    scales: pd.DataFrame
    options: ScoreOptions
    warnings: list[str] = field(default_factory=list)
    reliability: pd.DataFrame = field(default_factory=no_bands)

    def __repr__(self) -> str:
        shown = self.pooled[[*DIVIDED, "product", *METRICS]]
        return shown.to_string(index=False, float_format="%.4f")

    @property
    def table(self) -> pd.DataFrame:
        """All scores as one table: by, group, and the columns of `score_table`."""
        parts = [_named(self.pooled, "all", "")]
        parts += [_named(table, name, table[name]) for name, table in self.groups.items()]
        if len(self.scales):
            parts.append(_named(self.scales, SCALE, self.scales[SCALE]))
        return pd.concat(parts, ignore_index=True)

    @property
    def spread(self) -> pd.DataFrame:
        """How scores spread: over (places, dates and the like), class, group, and the columns of `station_summary`."""
        parts = []
        if len(self.per_place):
            parts.append(station_summary(self.per_place).assign(over="place", **{"class": "", "group": ""}))
        for name, table in self.by_class.items():
            found = station_summary(table).rename(columns={name: "group"})
            parts.append(found.assign(over="place", **{"class": name}))
        for name, table in self.groups.items():
            if has_starts(name):
                found = spread_over(table, [name], "n_places")
                parts.append(found.assign(over=name, **{"class": "", "group": ""}))
        if not parts:
            return pd.DataFrame()
        whole = pd.concat(parts, ignore_index=True).rename(columns={"n_places": "n_groups"})
        first = ["over", "class", "group", *DIVIDED, "product", "kind", "statistic", "n_groups"]
        return whole[[*first, *(name for name in whole.columns if name not in first)]]

    def write_table(self, path: str | os.PathLike) -> None:
        """Write all scores as CSV."""
        write_text(path, _csv(self.table))

    def write_spread(self, path: str | os.PathLike) -> None:
        """Write the mean, median, SD and quartiles over places, dates and the like as CSV."""
        write_text(path, _csv(self.spread))

    def write_coverage(self, path: str | os.PathLike) -> None:
        """Write what bands hold, of all rows and in groups of them, as CSV."""
        write_text(path, _csv(self.reliability))

    def write_places(self, path: str | os.PathLike) -> None:
        """Write the scores of each place as CSV."""
        write_text(path, _csv(self.per_place))

    def write_layer(self, path: str | os.PathLike) -> None:
        """Write a GeoPackage of points: one a place, product, kind of folds and part, with its scores.

        It has no point where no place with coordinates has scores of its own.
        """
        scored = self.per_place
        if "longitude" not in scored:
            scored = pd.DataFrame(columns=["product", "longitude", "latitude"], dtype=object)
        write_points(path, scored.drop(columns=["longitude", "latitude"]), scored["longitude"], scored["latitude"])


def score_predictions(
    predictions: Predictions,
    options: ScoreOptions = ScoreOptions(),
    anomalies: AnomalyOptions = AnomalyOptions(),
    progress: Progress = SILENT,
) -> PredictionScores:
    """Score predictions in all ways that are asked for.

    Parameters
    ----------
    predictions : Predictions
    options : ScoreOptions
    anomalies : AnomalyOptions
        Only where these are scored.
    progress : Progress

    Raises
    ------
    InputError
        If a class is not known, or no row is left to score.
    """
    predictions, warnings = _predicting(predictions)
    parts = listed(options.parts) or None
    there = [part for part in parts or () if (predictions.table["part"] == part).any()]
    chosen, departed = _departed(predictions, options.values, anomalies)
    warnings += departed
    classes = _classes(chosen, listed(options.classes))
    of_length = [f"{options.period_days}_days"] if options.period_days else []
    # each once: 16 days may be asked for in two ways
    wanted = list(dict.fromkeys([*listed(options.by), *of_length, *classes]))
    groups: dict[str, pd.DataFrame] = {}

    def table(*by: str, per_station: bool = False, progress: Progress = SILENT) -> pd.DataFrame:
        certain = not per_station and _number_of(chosen, by) <= MAX_INTERVALS
        return told(score_table(chosen, by, there or parts, per_station, certain, progress))

    def told(found: pd.DataFrame) -> pd.DataFrame:
        if options.values == "values":
            return found
        return found.assign(**{name: np.nan for name in NOT_OF_ANOMALIES if name in found})

    pooled = table(progress=progress.part(0, 0.1))
    for name, part in progress.part(0.1, 0.6).parts(wanted):
        try:
            found = table(name, progress=part)
        except InputError as error:
            warnings.append(f"Left out: {error}")
            continue
        # one group alone is what stands in the pooled table
        if found.groupby(list(DIVIDED))[name].nunique().max() > 1:
            groups[name] = found
    per_place = pd.DataFrame()
    by_class: dict[str, pd.DataFrame] = {}
    if place_columns(chosen):
        per_place = _placed(table(per_station=True, progress=progress.part(0.6, 0.8)), chosen)
        few = len(_places(chosen)) - len(per_place[place_columns(chosen)].drop_duplicates())
        if few:
            warnings.append(f"{few} of {len(_places(chosen))} places have fewer than {MIN_PAIRS} rows and no scores.")
        every = progress.part(0.8, 1).parts([name for name in classes if name in groups])
        by_class = {name: table(name, per_station=True, progress=part) for name, part in every}
        by_class = {name: own for name, own in by_class.items() if len(own)}
    scales = pd.DataFrame()
    if options.scales:
        try:
            found, parted = scale_scores(chosen, listed(options.scales), options.min_days_fraction, there or parts)
            scales = told(found)
            warnings += parted
        except InputError as error:
            warnings.append(f"Left out: {error}")
    progress.at(1)
    if "longitude" not in per_place:
        warnings.append("No place with coordinates has scores of its own: the layer of places is empty.")
    if (pooled["part"] == "train").any():
        warnings.append("Rows of the part train were learned from: their scores flatter.")
    of_values = options.values == "values"
    bands = reliability(_of_parts(chosen, there), options.station_error, progress) if of_values else no_bands()
    return PredictionScores(chosen, pooled, groups, per_place, by_class, scales, options, warnings, bands)


def _of_parts(predictions: Predictions, parts: list[str]) -> Predictions:
    """Return the rows of some parts; all where none is asked for."""
    table = predictions.table
    if not parts:
        return predictions
    rows = table[table["part"].isin(parts)].reset_index(drop=True)
    return Predictions(rows, predictions.models, predictions.baselines, predictions.facts)


def _predicting(predictions: Predictions) -> tuple[Predictions, list[str]]:
    """Return the kinds of folds and parts for which a model has predictions, and a warning on each of the others."""
    if not len(predictions):
        raise InputError("The table of predictions holds no row, so that there is nothing to score.")
    parts = {division: predictions.of_part(*division) for division in predictions.divisions}
    empty = [division for division, own in parts.items() if not own.models]
    if len(empty) == len(parts):
        raise InputError(
            f"No row has a prediction of {some(predictions.models)}, so that nothing but baselines could be scored."
        )
    if not empty:
        return predictions, []
    kept = [own for division, own in parts.items() if division not in empty]
    words = [" ".join(filter(None, division)) for division in empty]
    return Predictions.joined(kept), [f"Left out: no model has a prediction for {some(words)}."]


def _departed(predictions: Predictions, values: str, options: AnomalyOptions) -> tuple[Predictions, list[str]]:
    """Return predictions with anomalies in place of values, if these are asked for, and warnings.

    A series is what one fold has held out of a place: beside it stands nothing that models of other folds say, which
    have learned from its days.
    """
    if values == "values":
        return predictions, []
    places = place_columns(predictions)
    if not places or "date" not in predictions.table:
        raise InputError(f"{VALUES[values]} need dates and a series for every station or cell, which are not known.")
    parts: list[Predictions] = []
    warnings: list[str] = []
    years = f" in {MIN_YEARS} years" if values == "seasonal" else ""
    short = f"{options.min_days} days within {options.window} days{years}"
    for division in predictions.divisions:
        own = predictions.of_part(*division)
        table = anomaly_pairs(own.table, [OBSERVED, *own.products], values, options, [*places, "draw", "fold"])
        if len(table):
            parts.append(Predictions(table, own.models, own.baselines, own.facts))
        else:
            warnings.append(f"Left out: {' '.join(filter(None, division))}, of which no series has {short}.")
        if parts_days(own.table, places):
            warnings.append(f"Folds ({division[0]}) part the days of a place: a series is what one of them holds out.")
    if not parts:
        raise InputError(
            f"No series has {short}, so that there are no {VALUES[values].lower()}. Widen the window, or score the "
            f"values. {' '.join(word for word in warnings if word.startswith('Folds'))}".strip()
        )
    return Predictions.joined(parts), warnings


def _classes(predictions: Predictions, wanted: list[str]) -> list[str]:
    """Return the columns of classes that are asked for, or all."""
    lost = [name for name in wanted if name not in predictions.classes]
    if lost:
        known = some(predictions.classes) if predictions.classes else "none"
        raise InputError(f"These predictions have no classes '{lost[0]}'; they have {known}.")
    few = [name for name in predictions.classes if not pd.api.types.is_float_dtype(predictions.table[name])]
    return wanted or few


def _number_of(predictions: Predictions, by: tuple[str, ...]) -> int:
    """Return about how many groups there are."""
    return int(group_labels(predictions.table, by[0]).nunique()) if by else 1


def _places(predictions: Predictions) -> pd.DataFrame:
    return predictions.table[place_columns(predictions)].drop_duplicates()


def _placed(per_place: pd.DataFrame, predictions: Predictions) -> pd.DataFrame:
    """Return the scores of places with longitude and latitude, where these are known."""
    at = [name for name in ("longitude", "latitude") if name in predictions.table]
    if len(at) < 2:
        return per_place
    names = place_columns(predictions)
    return per_place.merge(predictions.table.groupby(names, as_index=False)[at].first(), on=names, how="left")


def _named(table: pd.DataFrame, by: str, group) -> pd.DataFrame:
    """Return a table of one way to tell rows apart as part of that of all ways."""
    texts = group.dt.strftime("%Y-%m-%d") if hasattr(group, "dt") else group
    first = pd.DataFrame({"by": by, "group": texts}, index=table.index)
    return pd.concat([first, table.drop(columns=by, errors="ignore")], axis=1)


def _csv(table: pd.DataFrame) -> str:
    return csv_text(table, float_format="%.6g")
