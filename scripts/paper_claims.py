# SPDX-License-Identifier: GPL-2.0-or-later
"""What the five papers print, and the same figure of a run on the sample region: the tables "paper says, we get"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from soilsharp.core.base.errors import InputError
from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.scoring.metrics import MIN_PAIRS, WORDS, scores, scores_by
from soilsharp.core.scoring.predictions import FILE, OBSERVED, Predictions

COMPARED = f"comparison/{FILE}"
SPREAD = "prediction − station"
Figures = Mapping[str, float]  # of a metric, as `scores` names it
# what a table of ours prints where a run has no such figure
MISSING = "–"


@dataclass(frozen=True)
class Claim:
    """Figures of a paper and how the same ones are taken from the folder of a run.

    Attributes
    ----------
    where : str
        Table, figure or section.
    what : str
        What was scored.
    paper : mapping of str to float or str
        By metric, as printed.
    here : callable
        Takes the folder of a run and gives the same figures of it; NaN or nothing where it has none.
    """

    where: str
    what: str
    paper: Mapping[str, float | str]
    here: Callable[[Path], Figures]


# --- figures of a run -------------------------------------------------------------------------------------------------


def pooled(folder: Path, file: str, product: str, part: str) -> Figures:
    """Return the scores of a product, all rows of a part as one; with r squared as `r_squared`."""
    rows, name = _rows(folder / file, product, part)
    found = scores(rows[name], rows[OBSERVED])
    return {**found, "r_squared": found["r"] ** 2}


def by_group(folder: Path, file: str, product: str, part: str, group: str, statistic: str, folds: str = "") -> Figures:
    """Return the mean, median or SD of the scores of each station or date."""
    rows, name = _rows(folder / file, product, part, folds)
    each = scores_by(rows[name], rows[OBSERVED], rows[group])
    each = each[each["n"] >= MIN_PAIRS]
    return getattr(each, {"SD": "std"}.get(statistic, statistic))().to_dict()


def budget(folder: Path, source: str) -> Figures:
    """Return what a source adds to the uncertainty, m3 m-3."""
    return {"sd": pd.read_csv(folder / "uncertainty.csv").set_index("name")["sd"].get(source, np.nan)}


def of_periods(folder: Path, learner: str, half: str) -> Figures:
    """Return the mean over the periods of the error and correlation of a learner; of "chosen" those of the chosen."""
    members = pd.read_csv(folder / "members.csv")
    own = members[members["chosen"] if learner == "chosen" else members["learner"] == learner]
    return {metric: own[f"{half}_{metric}"].mean() for metric in ("rmse", "r") if f"{half}_{metric}" in own}


def _rows(path: Path, product: str, part: str, folds: str = "") -> tuple[pd.DataFrame, str]:
    """Return the rows of a part and kind of folds, the last one if none is named, and the column of a product."""
    predictions = Predictions.read(path)
    table = predictions.table[predictions.table["part"] == part]
    # grouped folds stand behind random ones and are the honest ones
    folds = folds or (table["folds"].iloc[-1] if len(table) else "")
    table = table[table["folds"] == folds]
    return table, predictions.models[0] if product == "method" else product


# --- what the papers print --------------------------------------------------------------------------------------------

_TEST = partial(pooled, file=FILE, product="method")
_STATIONS = partial(by_group, file=COMPARED, group="station", statistic="mean")
_DATES = partial(by_group, file=COMPARED, product="method", part="held_out", group="date")
_FOLDS = partial(pooled, file=COMPARED, part="held_out")

CLAIMS: dict[str, tuple[Claim, ...]] = {
    "jaaskelainen2025": (
        Claim(
            "Table 2", "training stations", {"rmse": 0.064, "ubrmse": 0.064, "r": 0.86, "r_squared": 0.74},
            partial(_TEST, part="train"),
        ),
        Claim(
            "Table 2", "test stations", {"rmse": 0.078, "ubrmse": 0.063, "r": 0.40, "r_squared": 0.16},
            partial(_TEST, part="test"),
        ),
        Claim("Table 3", "SMAP or the coarse product", {"sd": 0.035}, partial(budget, source="coarse_sm")),
        Claim("Table 3", "NDVI", {"sd": 0.003}, partial(budget, source="ndvi")),
        Claim("Table 3", "prediction − station, test", {"sd": 0.065}, partial(budget, source=SPREAD)),
        Claim("Table 3", "total", {"sd": 0.119}, partial(budget, source="total")),
    ),
    "poehls2025": (
        *(
            Claim("Table 5", f"{label}, mean of the {words}", dict(zip(("r", "ubrmse", "bias"), figures)),
                  partial(_STATIONS, product=product, part=part))
            for words, part, of_models in (
                ("test stations", "test", {"Dense": (0.632, 0.055, -0.004), "Prob": (0.628, 0.056, -0.007),
                                           "WDL": (0.594, 0.059, -0.001), "RF": (0.630, 0.058, 0.019),
                                           "SMAP": (0.559, 0.063, 0.025)}),
                ("stations, folds", "held_out", {"Dense": (0.638, 0.058, -0.002), "Prob": (0.620, 0.060, -0.003),
                                                 "WDL": (0.608, 0.061, -0.004), "RF": (0.564, 0.066, 0.019),
                                                 "SMAP": (0.562, 0.065, 0.023)}),
            )
            for (label, figures), product in zip(of_models.items(), ("method", "Prob", "WDL", "RF", AS_IS))
        ),
    ),
    "rao2022": tuple(
        Claim("Table 4", f"{label}, {half} half, mean of the periods", {"r": r, "rmse": rmse},
              partial(of_periods, learner=learner, half=half))
        for half, figures in (
            ("train", {"MLR": (0.688, 0.042), "SVR": (0.943, 0.019), "ANN": (0.864, 0.028), "RF": (0.978, 0.013),
                       "XGB": (0.991, 0.007), "Combination": (0.992, 0.007)}),
            ("test", {"MLR": (0.675, 0.043), "SVR": (0.824, 0.033), "ANN": (0.660, 0.047), "RF": (0.857, 0.030),
                      "XGB": (0.861, 0.029), "Combination": (0.861, 0.028)}),
        )
        for (label, (r, rmse)), learner in zip(
            figures.items(), ("linear", "svr", "mlp", "random_forest", "xgboost", "chosen")
        )
    ),
    "bueno2024": tuple(
        Claim(
            "Table 6", f"{statistic} of the dates, random folds", figures,
            partial(_DATES, statistic=statistic, folds="random"),
        )
        for statistic, figures in (
            ("mean", {"rmse": 0.043, "r2": 0.492, "mae": 0.0345}),
            ("median", {"rmse": 0.043, "r2": 0.476, "mae": 0.0340}),
            ("SD", {"rmse": 0.046, "r2": 0.346, "mae": 0.0418}),
        )
    ),
    "li2022": (
        Claim(
            "Fig. 3", "10 cm, station to station, all rows",
            {"ubrmse": "0.045–0.051", "r": "0.866–0.893", "r2": "0.749–0.798", "mae": "0.035–0.038"},
            partial(_FOLDS, product="method"),
        ),
        Claim("Fig. 4", "10 cm, median of the stations", {"r": "about 0.7", "ubrmse": "about 0.03"},
              partial(by_group, file=COMPARED, product="method", part="held_out", group="station", statistic="median")),
    ),
}  # fmt: skip


def claims_table(method: str, folder: Path) -> str:
    """Return what a paper prints beside what a run of its method gives, as a table."""
    claims = CLAIMS[method]
    metrics = list(dict.fromkeys(metric for claim in claims for metric in claim.paper))
    heads = ["in the paper", "of what", *(_head(metric) for metric in metrics)]
    lines = ["| " + " | ".join(heads) + " |", "|---|---|" + "--:|" * len(metrics)]
    for claim in claims:
        found = _found(claim, folder)
        cells = [_cell(claim, found, metric) for metric in metrics]
        lines.append("| " + " | ".join([claim.where, claim.what, *cells]) + " |")
    return "\n".join(lines)


def _found(claim: Claim, folder: Path) -> Figures:
    try:
        return claim.here(folder)
    except (InputError, FileNotFoundError, KeyError):  # the run has no such part, or not that product
        return {}


def _head(metric: str) -> str:
    word, unit = _WORDS[metric]
    return f"{word} ({unit}): paper / here" if unit else f"{word}: paper / here"


def _cell(claim: Claim, found: Figures, metric: str) -> str:
    if metric not in claim.paper:
        return ""
    return f"{_digits(metric, claim.paper[metric])} / {_digits(metric, found.get(metric, np.nan))}"


_WORDS = {**WORDS, "sd": ("SD", WORDS["rmse"][1])}


def _digits(metric: str, value: float | str) -> str:
    """Return a figure with three digits behind the point, or as it is printed."""
    if isinstance(value, str):
        return value
    return MISSING if np.isnan(value) else f"{value:{'+' if metric == 'bias' else ''}.3f}".replace("-", "−")
