# SPDX-License-Identifier: GPL-2.0-or-later
"""Members held against the ensemble that they make: whether the mean is worth more than one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...samples.samples import Samples
from ...scoring.head_to_head import head_to_head, pairwise, static_classes
from ...scoring.metrics import METRICS, MIN_PAIRS, scores_by
from .scores import statics_of

ENSEMBLE = "ensemble"  # as a member of itself
AGAINST = ("ubrmse", "r", "bias")  # by which a member may be ahead


@dataclass(frozen=True)
class Members:
    """Members and their ensembles on the same held-out rows.

    Attributes
    ----------
    table : DataFrame
        One row an ensemble and member, the ensemble itself first: ensemble, member, stations, the mean of the
        metrics over the stations; and by each metric of `AGAINST` won_fraction (of the stations where one is ahead,
        those of the member), member_score and ensemble_score (head-to-head of these two, summed over the classes), NaN
        in the ensemble's own row and where there are no classes.
    by_class : DataFrame
        ensemble, member, metric, variable, class, stations, member_score, ensemble_score.
    by_station : DataFrame
        ensemble, member, station and the metrics.

    References
    ----------
    Poehls et al. 2025, table 6, fig. 18 and section 5.3.
    """

    table: pd.DataFrame
    by_class: pd.DataFrame
    by_station: pd.DataFrame


def members_of(
    samples: Samples, ensembles: Mapping[str, tuple[np.ndarray, Mapping[str, np.ndarray]]]
) -> Members | None:
    """Return the members against their ensembles; None where there is no ensemble, or no station to score.

    Parameters
    ----------
    samples : Samples
    ensembles : mapping of str to (ndarray, mapping of str to ndarray)
        Name to what the ensemble predicts, shape (n,), m3 m-3, NaN in rows that do not count, and what its members do.
        A member that is missing in some fold is left out.
    """
    if "station" not in samples.index:
        return None
    categories = {samples.names[i] for i in samples.categories}
    classes = static_classes(statics_of(samples), categories)
    tables: list[pd.DataFrame] = []
    of_classes: list[pd.DataFrame] = []
    of_stations: list[pd.DataFrame] = []
    for name, (together, members) in ensembles.items():
        counted = np.isfinite(together)
        alone = {label: values for label, values in members.items() if np.isfinite(values[counted]).all()}
        scores = _by_station(samples, {ENSEMBLE: together, **alone}, counted)
        if not alone or scores.empty:
            continue
        table, by_class = _against(scores, classes)
        for found, kept in ((table, tables), (by_class, of_classes), (scores, of_stations)):
            found.insert(0, "ensemble", name)
            kept.append(found)
    if not tables:
        return None
    return Members(*(pd.concat(kept, ignore_index=True) for kept in (tables, of_classes, of_stations)))


def _by_station(samples: Samples, predicted: Mapping[str, np.ndarray], counted: np.ndarray) -> pd.DataFrame:
    """Return the scores of each member at each station with rows enough."""
    station, observed = samples.index["station"].to_numpy(str)[counted], samples.y[counted]
    tables = [
        scores_by(values[counted], observed, station)[list(METRICS)].rename_axis("station").reset_index()
        .assign(member=label)
        for label, values in predicted.items()
    ]  # fmt: skip
    table = pd.concat(tables, ignore_index=True)
    return table.loc[table["n"] >= MIN_PAIRS, ["member", "station", *METRICS]].reset_index(drop=True)


def _against(scores: pd.DataFrame, classes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the mean scores of members with their duels against the ensemble, and these class by class."""
    means = scores.groupby("member", sort=False)[list(METRICS[1:])].mean()
    means.insert(0, "stations", scores.groupby("member", sort=False).size())
    by_class = []
    for metric in AGAINST:
        wide = scores.pivot(index="station", columns="member", values=metric)
        for member in means.index.drop(ENSEMBLE):
            pair = wide[[member, ENSEMBLE]]
            duel = pairwise(pair, metric).set_index("model").loc[member]
            means.loc[member, f"won_fraction_{metric}"] = duel["won_fraction"] if duel["won"] + duel["lost"] else np.nan
            _, found = head_to_head(pair, classes, metric)
            found = found.rename(columns={member: "member_score", ENSEMBLE: "ensemble_score"})
            for side in ("member_score", "ensemble_score"):
                means.loc[member, f"{side}_{metric}"] = found[side].sum() if len(found) else np.nan
            by_class.append(found.assign(member=member, metric=metric))
    order = ["member", "metric", "variable", "class", "stations", "member_score", "ensemble_score"]
    return means.reset_index(), pd.concat(by_class, ignore_index=True)[order]
