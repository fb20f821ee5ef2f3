# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of a page: headings of columns, which value of a column is best, and what a model's passport says."""

from __future__ import annotations

import pandas as pd

from ..kriging.one_up import Weights
from ..scoring.metrics import WORDS
from ..scoring.verdict import HIGHER, LOWER
from ..units import SM_SHOWN
from .html_page import number, plain_heading

SPREAD_WORDS = {
    "station_median_": "median {}",
    "station_mean_": "mean {}",
    "date_median_": "median {}",
    "date_mean_": "mean {}",
}
TARGET_WORDS = {"stations": "stations", "coarse": "the coarse product", "table": "a table"}  # what a model learns from
COUNTS = {"n_stations": "stations", "n_dates": "days"}


def heading(column: str) -> tuple[str, str]:
    """Return the label and the unit of a column."""
    if column in COUNTS:
        return COUNTS[column], ""
    for prefix, words in SPREAD_WORDS.items():
        if column.startswith(prefix):
            label, unit = WORDS.get(column[len(prefix) :], (column, ""))
            return words.format(label), unit
    if column in WORDS:
        return WORDS[column]
    label, _, rest = column.partition("|")  # "rmse|Coarse as is"
    if rest and label in WORDS:
        return f"{WORDS[label][0]}, {rest}", WORDS[label][1]
    return plain_heading(column)


def best_of_column(name: str, texts: list[str], values: pd.Series) -> set[str]:
    """Return the text of the best values of a column; nothing if they all read the same."""
    metric = name.rsplit("_", 1)[-1]
    known = values.dropna()
    if len(set(texts)) < 2 or known.empty or metric not in (*LOWER, *HIGHER, "bias"):
        return set()
    order = known.abs() if metric == "bias" else -known if metric in HIGHER else known
    return {texts[values.index.get_loc(order.idxmin())]}


def weights_sentence(weights: Weights) -> str:
    """Return in words what the covariates tell of the detail that the coarse product cannot show."""
    if not weights.helped:
        return "The covariates did not help here: the map is the interpolation of the coarse product."
    return (
        f"The covariates explain {weights.skill:.0%} ± {weights.skill_error:.0%} of the detail one scale up, and "
        "their detail counts accordingly."
    ).replace("% ±", " ±")


def kriged_facts(kriged) -> dict[str, str]:
    """Return what a reader wants to know of how maps were brought to the coarse product, as names and words.

    Parameters
    ----------
    kriged : KrigedFacts or None
    """
    if kriged is None:
        return {}
    facts = {
        "Noise of the coarse product": f"{kriged.noise:.4f} {SM_SHOWN}",
        "Days": "learn from each other" if kriged.is_series else "each by itself",
        "Pixels filled from other cells or days": f"{kriged.n_filled:,} in all maps",
    }
    if kriged.weights:
        facts["Weights of the parts"] = ", ".join(f"{weight:.2f}" for weight in kriged.weights)
        facts["Cap of the weights"] = f"{kriged.cap:.2f}"
    if kriged.skill == kriged.skill:  # NaN: nothing was learned of it
        facts["Detail explained one scale up"] = f"{kriged.skill:.0%} ± {kriged.skill_error:.0%}"
    return facts


def passport_facts(passport: dict | None) -> dict[str, str]:
    """Return what a reader wants to know of the model behind a map, as names and words."""
    if not passport:
        return {}
    facts = {
        "Model": passport.get("learner", ""),
        "Trained on": TARGET_WORDS.get(passport.get("target", ""), "a table"),
        "Samples": passport.get("n_samples", ""),
        "Covariates": ", ".join(entry["name"] for entry in passport.get("covariates", ())),
        "Training period": " to ".join(passport.get("period", ())),
        "Training study": passport.get("study", ""),
        "Seed": passport.get("seed", ""),
    }
    pooled = (passport.get("fold_scores") or {}).get("pooled") or {}
    known = [f"{WORDS[m][0]} {number(pooled[m])}" for m in ("rmse", "ubrmse", "r") if pooled.get(m) is not None]
    if known:
        folds = (passport.get("folds") or {}).get("by", "")
        facts["Fold scores of the model"] = ", ".join(known) + (f" (folds by {folds})" if folds else "")
    return {name: str(value) for name, value in facts.items() if value != ""}
