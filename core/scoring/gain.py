# SPDX-License-Identifier: GPL-2.0-or-later
"""The gain of a fine map over the coarse product that it comes from: GDOWN and its three parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .baselines import AS_IS

# how far each part's metric is from its best value
DISTANCES = {
    "gain_efficiency": lambda scores: abs(1 - scores["slope"]),
    "gain_precision": lambda scores: abs(1 - scores["r"]),
    "gain_accuracy": lambda scores: abs(scores["bias"]),
}
GAINS = ("gdown", *DISTANCES)


def gain(fine: Mapping, coarse: Mapping) -> dict:
    """Return how much closer a fine map is to what was observed than the coarse product, from -1 to 1.

    Parameters
    ----------
    fine, coarse : mapping
        The slope, r and bias of both against the same observations, as `scores` returns them: numbers, or arrays and
        columns of one shape.

    Returns
    -------
    dict
        gain_efficiency by the slope, gain_precision by r and gain_accuracy by the bias (m3 m-3), each
        (c - f) / (c + f) of the distances of the coarse product and the fine map from the best value; gdown, their
        mean. Above 0 the fine map is closer. 0 where both are perfect, NaN where one is unknown.

    References
    ----------
    Merlin et al. 2015, Performance Metrics for Soil Moisture Downscaling Methods: Application to DISPATCH Data in
    Central Morocco, Remote Sens. 7, 3783-3807.
    """
    parts = {name: _closer(distance(fine), distance(coarse)) for name, distance in DISTANCES.items()}
    return {"gdown": sum(parts.values()) / len(parts), **parts}


def with_gain(table: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Return a table of products with the columns of their gain; as it is without the coarse product.

    Parameters
    ----------
    table : DataFrame
        product, slope, r, bias; `baselines.AS_IS` is the coarse product.
    by : sequence of str
        Further columns that a product and the coarse product share, as the station.
    """
    coarse = table[table["product"] == AS_IS]
    if coarse.empty:
        return table
    beside = table[["product", *by]].merge(coarse.drop(columns="product"), how="left" if by else "cross", on=by or None)
    beside.index = table.index
    return table.assign(**gain(table, beside))


def gain_words(table: pd.DataFrame) -> str:
    """Return a sentence on the gain of the first product of a table; '' where it is not known."""
    if "gdown" not in table or not np.isfinite(table["gdown"].iloc[0]):
        return ""
    first = table.iloc[0]
    parts = ", ".join(f"{name.split('_')[1]} {first[name]:+.2f}" for name in DISTANCES)
    return (
        f"The gain of {first['product']} over the coarse product, GDOWN, is {first['gdown']:+.2f} ({parts}).".replace(
            "-", "−"
        )
    )


def _closer(fine, coarse):
    """Return how much smaller one distance is than another, from -1 to 1."""
    both = np.asarray(fine + coarse, float)
    ahead = np.asarray(coarse - fine, float)
    # where both are perfect nobody is ahead
    closer = np.divide(ahead, both, out=np.zeros_like(both), where=both != 0)
    return float(closer) if closer.ndim == 0 else closer
