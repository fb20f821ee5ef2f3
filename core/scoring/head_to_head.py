# SPDX-License-Identifier: GPL-2.0-or-later
"""Who wins most stations, when every class of land counts alike: the head-to-head score of Poehls et al. 2025."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from .verdict import HIGHER

N_CLASSES = 4  # of a variable that is a number
QUARTILES = ", quartiles"  # its name with these classes


def winners(per_station: pd.DataFrame, metric: str) -> pd.Series:
    """Return which model is ahead of every other at each station; None where the best are level or one is unknown.

    Parameters
    ----------
    per_station : DataFrame
        One row a station, one column a model: the metric. Of bias, what is closest to 0 is best.
    metric : str
        Of `metrics.METRICS`.
    """
    values = _lower_is_better(per_station, metric)
    known = values.notna().all(axis=1)
    best = values.eq(values.min(axis=1), axis=0)
    clear = known & (best.sum(axis=1) == 1)
    nobody = np.array(None, dtype=object)
    return pd.Series(np.where(clear, best.idxmax(axis=1), nobody), per_station.index, dtype=object)


def head_to_head(per_station: pd.DataFrame, classes: pd.DataFrame, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how often each model is best, with every class of each static variable counting alike.

    Parameters
    ----------
    per_station : DataFrame
        One row a station, one column a model: the metric.
    classes : DataFrame
        Static variables of the same stations, as text; see `static_classes`. Missing ones belong to no class.
    metric : str

    Returns
    -------
    totals : DataFrame
        One row a model: model; won, how many stations it wins; won_fraction, of those that have a winner;
        score, the sum over the classes.
    by_class : DataFrame
        One row a class of a variable: variable, class, stations, and for each model the stations that it wins,
        divided by those that the winner of the class wins; 0 in a class without a winner.

    References
    ----------
    Poehls et al. 2025, figs. 13 and 17 and section 5.3. A model scores where it outperforms every other one, so level
    stations go to none.
    """
    won, models = winners(per_station, metric), list(per_station.columns)
    rows = []
    for variable in classes:
        column = classes[variable].reindex(per_station.index)
        for name in sorted(column.dropna().unique()):
            own = won[column == name]
            counts = np.array([(own == model).sum() for model in models], float)
            rows.append([variable, name, len(own), *(counts / max(counts.max(), 1))])
    by_class = pd.DataFrame(rows, columns=["variable", "class", "stations", *models])
    counts = pd.Series([int((won == model).sum()) for model in models], index=models)
    totals = pd.DataFrame(
        {
            "model": models,
            "won": counts.to_numpy(),
            "won_fraction": (counts / max(counts.sum(), 1)).to_numpy(),
            "score": by_class[models].sum().to_numpy(float),
        }
    )
    return totals, by_class


def pairwise(per_station: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return how often each model is ahead of each other one: one row a pair.

    Parameters
    ----------
    per_station : DataFrame
        One row a station, one column a model: the metric. Of bias, what is closer to 0 is better.
    metric : str

    Returns
    -------
    DataFrame
        model, rival, stations (that know both), won, lost (level ones count for nobody), won_fraction of those that
        have a winner.

    References
    ----------
    Poehls et al. 2025, fig. 13a.
    """
    values = _lower_is_better(per_station, metric)
    rows = []
    for model in values:
        for rival in values.columns.drop(model):
            both = values[[model, rival]].dropna()
            won = int((both[model] < both[rival]).sum())
            lost = int((both[model] > both[rival]).sum())
            rows.append([model, rival, len(both), won, lost, won / max(won + lost, 1)])
    return pd.DataFrame(rows, columns=["model", "rival", "stations", "won", "lost", "won_fraction"])


def static_classes(stations: pd.DataFrame, categories: Collection[str] = (), quartiles: bool = False) -> pd.DataFrame:
    """Return the classes that stations belong to, as text.

    Parameters
    ----------
    stations : DataFrame
        One row a station, one column a static variable: numbers or text.
    categories : collection of str
        Columns whose numbers are names of classes, as land cover, texture and climate.
    quartiles : bool
        Whether other numbers, which are no classes, are cut at their quartiles over the stations.

    Returns
    -------
    DataFrame
        The variables that have two classes or more; of numbers, under a name that ends in `QUARTILES`. Text that names
        nearly every station is no class and left out.
    """
    found = {}
    for name, column in stations.items():
        if pd.api.types.is_numeric_dtype(column) and name not in categories:
            if quartiles and column.nunique() > N_CLASSES:
                found[f"{name}{QUARTILES}"] = _cut(column)
        elif 2 <= column.nunique() <= len(column) / 2:
            found[name] = column.map(_word, na_action="ignore")
    return pd.DataFrame(found, index=stations.index)


def _lower_is_better(per_station: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return a metric so that the lowest is the best; of bias, what is closest to 0."""
    if metric == "bias":
        return per_station.abs()
    return -per_station if metric in HIGHER else per_station


def _cut(column: pd.Series) -> pd.Series:
    """Return the quantile class of each number, named by its limits."""
    edges = np.unique(column.quantile(np.linspace(0, 1, N_CLASSES + 1)))
    at = np.searchsorted(edges[1:-1], column, side="left")
    words = [f"{i + 1}: {low:.3g} to {high:.3g}" for i, (low, high) in enumerate(zip(edges, edges[1:]))]
    return pd.Series([words[i] if known else None for i, known in zip(at, column.notna())], column.index)


def _word(value) -> str:
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)
