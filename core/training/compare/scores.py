# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of a comparison of learners: scores with intervals, by station, the gap, and who wins which class."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from ...base.progress import Progress
from ...samples.samples import Samples
from ...scoring.baselines import AS_IS, SMOOTH
from ...scoring.confidence import SCORES, intervals, mean_interval
from ...scoring.draws import over_draws
from ...scoring.gain import with_gain
from ...scoring.head_to_head import head_to_head, pairwise, static_classes
from ...scoring.metrics import METRICS, MIN_PAIRS, scores
from ..check_samples import places_of, static_names
from .draws import Models, each_draw
from .jobs import Division

MEAN = "Training mean"
JUDGED = (MEAN, AS_IS, SMOOTH)  # baselines in the tables of scores
DUELS = ("ubrmse", "rmse", "r", "bias")
QUANTILES = {"median": 0.5, "q25": 0.25, "q75": 0.75}


def scored(predicted: np.ndarray, observed: np.ndarray, name: str, **how) -> dict:
    """Return the metrics of a model with their intervals, flat."""
    found, limits = scores(predicted, observed), intervals(predicted, observed, **how)
    if name == MEAN:
        # the mean of the learn part is low where the test part is high: its R says nothing
        found["r"], limits["r"] = np.nan, (np.nan, np.nan)
    flat = {f"{s}_{end}": limits[s][i] for s in SCORES for i, end in enumerate(("low", "high"))}
    return {**found, "n_eff": limits["n_eff"], **flat}


def station_scores(samples: Samples, predicted: np.ndarray, name: str, progress: Progress) -> pd.DataFrame:
    """Return the scores of a model at each station, each a series of its own."""
    if "station" not in samples.index:
        return pd.DataFrame()
    names, place = np.unique(samples.index["station"].to_numpy(str), return_inverse=True)
    known, days, observed = np.flatnonzero(np.isfinite(predicted)), samples.days, samples.y.astype(np.float64)
    known = known[np.argsort(place[known], kind="stable")]
    numbers, starts = np.unique(place[known], return_index=True)
    where = ["longitude", "latitude"]
    where = where if set(where) <= set(samples.index) else []
    coordinates = samples.index[where].to_numpy(float)
    rows = []
    for number, at in zip(numbers, np.split(known, starts[1:])):
        progress.check()
        result = {"n": len(at)}
        if len(at) >= MIN_PAIRS:
            result = scored(predicted[at], observed[at], name, date=None if days is None else days[at])
        rows.append({"product": name, "station": names[number], **dict(zip(where, coordinates[at[0]])), **result})
    return pd.DataFrame(rows, columns=["product", "station", *where, *_columns()])


def _columns() -> list[str]:
    return [*METRICS, "n_eff", *(f"{s}_{end}" for s in SCORES for end in ("low", "high"))]


def score_tables(
    samples: Samples,
    predicted: Mapping[str, Models],
    progress: Progress,
    further: Mapping[str, Sequence[Models]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores of predictions by folds and model, of all rows pooled and of each station; see `Comparison`.

    Of folds that have `further` draws, they are those of all draws; see `over_draws`.
    """
    observed = samples.y.astype(np.float64)
    rows: list[dict] = []
    stations: list[pd.DataFrame] = []
    pairs = [(label, name) for label, models in predicted.items() for name in models]
    for label, name in progress.over(pairs):
        drawn = each_draw(predicted, further or {}, label, name)
        placed = ["product", "station", *(where for where in ("longitude", "latitude") if where in samples.index)]
        own = over_draws([station_scores(samples, values, name, progress) for values in drawn], placed)
        stations.append(own.assign(folds=label))
        of_draws = [pd.DataFrame([scored(values, observed, name, **clusters(samples))]) for values in drawn]
        (pooled,) = over_draws([table.assign(product=name) for table in of_draws], ["product"]).to_dict("records")
        rows.append({"folds": label, "product": name, **pooled, **summed_up(own)})
    per_station = pd.concat(stations, ignore_index=True)
    if len(per_station):
        per_station = per_station[["folds", *per_station.columns.drop("folds")]]
    return with_gain(pd.DataFrame(rows), by=["folds"]), per_station


def clusters(samples: Samples) -> dict:
    """Return what of the samples repeats itself, as intervals of scores take it: places and days."""
    return {"cluster": places_of(samples), "date": samples.days}


def summed_up(stations: pd.DataFrame) -> dict:
    """Return how the scores of the stations spread."""
    if not len(stations):
        return {}
    own = stations[list(METRICS[1:])]
    quantiles = own.quantile(list(QUANTILES.values()))
    summaries = {"mean": own.mean(), **{how: quantiles.loc[share] for how, share in QUANTILES.items()}}
    spread = {f"station_{how}_{metric}": values[metric] for metric in own for how, values in summaries.items()}
    return {"n_stations": int(stations["rmse"].notna().sum()), **spread}


def gap_table(
    table: pd.DataFrame,
    errors: Mapping[str, Models],
    observed: np.ndarray,
    divisions: list[Division],
    how: dict,
) -> pd.DataFrame:
    """Return what random folds hide: R2 of random and of other folds, their difference and its interval.

    `errors` are the squared ones of each row, by folds and model.
    """
    by = {division.label: division.options.by for division in divisions}
    flattering = next((label for label in errors if by[label] == "random"), None)
    rows = []
    r2 = table.set_index(["folds", "product"])["r2"]
    for label in errors if flattering else ():
        for name in errors[label] if by[label] != "random" else ():
            if name in JUDGED or name not in errors[flattering]:
                continue
            gain = errors[label][name] - errors[flattering][name]
            both = np.isfinite(gain)
            low, high = (end / observed[both].var() for end in mean_interval(gain, **how))
            pair = r2[flattering, name], r2[label, name]
            rows.append([name, label, *pair, pair[0] - pair[1], low, high])
    return pd.DataFrame(rows, columns=["product", "folds", "r2_random", "r2", "gap", "gap_low", "gap_high"])


def duels_of(
    samples: Samples, per_station: pd.DataFrame, hardest: str, rivals: Collection[str], quartiles: bool
) -> dict:
    """Return the head-to-heads by metric of some models under the hardest folds; see `head_to_head`.

    None where there are fewer than two models or stations, or no classes that these belong to.
    """
    if not len(per_station):
        return {}
    own = per_station[(per_station["folds"] == hardest) & per_station["product"].isin(rivals)]
    own = own[own["rmse"].notna()]
    categories = {samples.names[i] for i in samples.categories}
    classes = static_classes(statics_of(samples), categories, quartiles)
    order = list(dict.fromkeys(own["product"]))
    if own["station"].nunique() < 2 or len(order) < 2 or classes.empty:
        return {}
    return {metric: head_to_head(wide_scores(own, hardest, order, metric), classes, metric) for metric in DUELS}


def wide_scores(per_station: pd.DataFrame, folds: str, models: Collection[str], metric: str) -> pd.DataFrame:
    """Return a metric under some folds, one row a station and one column a model."""
    own = per_station[(per_station["folds"] == folds) & per_station["product"].isin(models)]
    order = list(dict.fromkeys(own["product"]))
    return own.pivot(index="station", columns="product", values=metric)[order]


def pairs_of(per_station: pd.DataFrame, hardest: str, rivals: Collection[str]) -> pd.DataFrame:
    """Return the duels of every two models under the hardest folds, by each metric; see `pairwise`."""
    if not len(per_station):
        return pd.DataFrame()
    tables = [pairwise(wide_scores(per_station, hardest, rivals, metric), metric).assign(metric=metric)
              for metric in DUELS]  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def statics_of(samples: Samples) -> pd.DataFrame:
    """Return what never changes at a station: one row a station, covariates and columns of text."""
    station, place = samples.index["station"].astype(str).to_numpy(), samples.index
    names = list(static_names(samples))
    numbers = pd.DataFrame(samples.select(names).X, columns=names) if names else pd.DataFrame(index=range(len(samples)))
    found = numbers.groupby(station).first() if names else pd.DataFrame(index=np.unique(station))
    for column in place.columns.drop("station"):
        if not pd.api.types.is_numeric_dtype(place[column]) and column != "date":
            groups = place[column].groupby(station)
            if groups.nunique().max() <= 1:
                found[column] = groups.first()
    return found.apply(lambda column: samples.called(str(column.name), column))
