# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of a page: headings of columns, which value of a column is best, and what a model's passport says."""

from __future__ import annotations

from collections.abc import Mapping

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
COUNTS = {"n_stations": "stations", "n_dates": "days", "n_places": "places", "n_eff": "n effective"}
DETAIL = "Detail among coarse cells explained"
INTERVAL = "|95 %"  # after the name of a column whose intervals a column holds


def heading(column: str) -> tuple[str, str]:
    """Return the label and the unit of a column."""
    if column in COUNTS:
        return COUNTS[column], ""
    if column.endswith(INTERVAL):
        return "95 % interval", ""
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


def ranges(table: pd.DataFrame, name: str) -> list[str]:
    """Return the intervals of a column, which stand in those that end in _low and _high, as text."""
    pairs = zip(table[f"{name}_low"], table[f"{name}_high"])
    return ["–" if low != low else f"{number(low)} to {number(high)}" for low, high in pairs]


def best_of_column(name: str, texts: list[str], values: pd.Series) -> set[str]:
    """Return the text of the best values of a column; nothing if they all read the same."""
    metric = name.rsplit("_", 1)[-1]
    known = values.dropna()
    if len(set(texts)) < 2 or known.empty or metric not in (*LOWER, *HIGHER, "bias"):
        return set()
    order = known.abs() if metric == "bias" else -known if metric in HIGHER else known
    return {texts[values.index.get_loc(order.idxmin())]}


def weights_sentence(weights: Weights, cap: float = 1.0) -> str:
    """Return in words what the covariates tell of the detail that the coarse product cannot show.

    Parameters
    ----------
    weights : Weights
        As they were learned from coarse cells, which are the detail of larger cells.
    cap : float
        By which they were multiplied in maps.
    """
    if not weights.measured:
        return (
            "Too little is known to tell whether the covariates help (there must be enough coarse cells side by side, "
            "with values that vary): the map is the interpolation of the coarse product."
        )
    explained = _explained(weights.skill, weights.skill_error)
    if not weights.values.any():
        return "The covariates did not help here: the map is the interpolation of the coarse product."
    if not weights.helped:
        return (
            f"The covariates did not help here, as far as can be told ({explained} of the detail among coarse cells): "
            "the map is little else than the interpolation of the coarse product."
        )
    capped = (
        f" In these maps the weights of its parts are {cap:.2f} of those that were learned, so that detail is no "
        "greater inside cells than among them."
        if cap < 1
        else ""
    )
    return (
        f"Of the detail among coarse cells, where it is known, the covariates explain {explained}: "
        f"what they tell inside cells counts accordingly.{capped}"
    )


def noise_words(noise: float, shared: float, unit: str) -> str:
    """Return the noise of each value by itself with its unit, and if there is some that which neighbours share."""
    also = f", and {shared:.4f} that neighbouring cells share" if shared else ""
    return f"{noise:.4f} {unit}{also}"


def kriged_facts(kriged) -> dict[str, str]:
    """Return what a reader wants to know of how maps were brought to the coarse product, as names and words.

    Parameters
    ----------
    kriged : KrigedFacts or None
    """
    if kriged is None:
        return {}
    facts = {
        "Noise of the coarse product": noise_words(kriged.noise, kriged.shared_noise, SM_SHOWN),
        "Kriging": "days learn from each other, as a series" if kriged.is_series else "of each day by itself",
        "Filled from other cells or days": f"{100 * kriged.filled_fraction:.1f} % of the values",
    }
    if kriged.weights:
        named = zip(kriged.parts, kriged.weights)
        facts["Weights of the parts in these maps"] = ", ".join(f"{label} {weight:.2f}" for label, weight in named)
    if kriged.cap < 1:
        facts["Cap of the weights"] = f"{kriged.cap:.2f}, so that detail is no greater inside cells than among them"
    if kriged.learned is not None:
        facts[DETAIL] = _detail_told(kriged.learned)
    return facts


def _explained(skill: float, error: float) -> str:
    """Return a fraction and its error as a person writes them: 41 ± 6 %."""
    return f"{100 * skill:.0f} ± {100 * error:.0f} %"


def _detail_told(weights: Weights) -> str:
    """Return how much of the detail among coarse cells covariates explain, and whether that is anything."""
    if not weights.measured:
        return "not known: too few coarse cells side by side, or values that do not vary"
    explained = _explained(weights.skill, weights.skill_error)
    return explained if weights.helped else f"{explained}: the covariates did not help"


def scale_words(passport: Mapping) -> str:
    """Return in words what a model loses when larger cells are learned from than are asked for; '' if not weighed."""
    parts: list[str] = []
    for row in (passport.get("scale_transfer") or {}).get("rows", ()):
        if row["learned"] <= row["scored"]:
            continue
        by_step = "" if row["loss_percent"] == row["loss_a_step"] else f", {round(row['loss_a_step']):+d} % a step"
        subject = "it is" if parts else "the held-out error of single cells is"
        parts.append(
            f"from {row['learned']} x {row['learned']} coarse cells {subject} {row['rmse']:.4f} instead of "
            f"{row['rmse_native']:.4f} m3 m-3 ({round(row['loss_percent']):+d} %{by_step})"
        )
    return f"learned {', '.join(parts)}" if parts else ""


def weights_of(passport: Mapping) -> Weights | None:
    """Return how much of each part's detail a model believes; None of one that has not learned it."""
    coarse = passport.get("coarse") or {}
    return Weights.from_dict(coarse) if coarse.get("skill") is not None else None


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
    weights = weights_of(passport)
    if weights is not None:
        facts[DETAIL] = _detail_told(weights)
    facts["Scale transfer"] = scale_words(passport)
    pooled = (passport.get("fold_scores") or {}).get("pooled") or {}
    known = [f"{WORDS[m][0]} {number(pooled[m])}" for m in ("rmse", "ubrmse", "r") if pooled.get(m) is not None]
    if known:
        folds = (passport.get("folds") or {}).get("by", "")
        facts["Fold scores of the model"] = ", ".join(known) + (f" (folds by {folds})" if folds else "")
    band = passport.get("calibration") or {}
    if band:
        width = f"{number(band['factors']['0.9'])} " + ("× the model's own SD" if band["scaled"] else SM_SHOWN)
        facts["Half a 90 % band"] = (
            f"{width}; it holds {100 * band['coverage']['0.9']:.0f} % at {band['n_stations']} held-out stations"
        )
        facts["How it was found"] = band["rule"]
        if band.get("station_error"):
            facts["Error of the stations"] = f"{number(band['station_error'])} {SM_SHOWN}, not in the band of maps"
    return {name: str(value) for name, value in facts.items() if value != ""}
