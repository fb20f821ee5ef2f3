# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of an explanation: what the model goes by, which way, and where physics would disagree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...base.extras import require
from ...base.files import whole_folder
from ...base.progress import SILENT, Progress
from ...report.html_page import MAX_ROWS, plain_heading, write_page
from ...report.words import passport_facts, weights_of
from ...units import SM_SHOWN
from .effects import ALE
from .explanation import Explanation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALL = f"10⁻³ {SM_SHOWN}"
_HEADINGS = {
    "shap": ("Mean |SHAP|", SMALL),
    "shap_percent": ("of all |SHAP|", "%"),
    "permutation": ("Shuffled: RMSE grows by", SMALL),
    "permutation_sd": ("± SD of shuffles", SMALL),
    "gain_percent": ("Gain", "%"),
    "drop_one": ("Left out: RMSE grows by", SMALL),
    "group": ("Class", ""),
    "correlation": ("SHAP correlation", ""),
    "direction": ("Soil where it is higher", ""),
    "expected": ("Physics expects", ""),
    "shap_fraction_mean": ("|SHAP|, mean", "%"),
    "shap_fraction_sd": ("|SHAP|, SD", "%"),
    "gain_fraction_mean": ("Gain, mean", "%"),
    "gain_fraction_sd": ("Gain, SD", "%"),
}


def heading(column: str) -> tuple[str, str]:
    """Return the label and the unit of a column."""
    return _HEADINGS.get(column) or plain_heading(column)


def write_explanation(
    folder: str | os.PathLike, explanation: Explanation, passport: dict | None = None, progress: Progress = SILENT
) -> None:
    """Write the tables of an explanation, and report.html; `progress` is only asked whether to go on."""
    with whole_folder(folder) as part:
        explanation.write_importance(Path(part) / "importance.csv")
        explanation.write_shap(Path(part) / "shap_values.csv")
        explanation.write_curves(Path(part) / "partial_dependence.csv")
        explanation.write_effects(Path(part) / "effects.csv")
        if len(explanation.by_class):
            explanation.write_classes(Path(part) / "directions_by_class.csv")
        explain_report(Path(part) / "report.html", explanation, passport, progress=progress)


def explain_report(
    path: str | os.PathLike,
    explanation: Explanation,
    passport: dict | None = None,
    title: str = "What the model goes by",
    reach: str = "",
    progress: Progress = SILENT,
) -> None:
    """Write the report of an explanation.

    Parameters
    ----------
    path : path
    explanation : Explanation
    passport : dict, optional
        Of the model, for the facts.
    title : str
    reach : str
        The line on what part of a grid lies outside of what the model has seen, if that is known.
    progress : Progress
        Asked before every figure whether to go on.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    require("jinja2", "matplotlib")
    table, spread = explanation.importance, explanation.period_table
    tables = [
        ("Importance", _importance_note(explanation), _importance_table(table)),
        ("Directions", "Rank correlation of the SHAP values with the covariate.", _directions_table(table)),
    ]
    if len(explanation.by_class):
        tables.append(("Directions by class", _CLASSES_NOTE, _classes_table(explanation.by_class)))
    if len(spread):
        n = explanation.periods["period"].nunique()
        tables.append(("Periods", f"Shares of the importance over {n} periods.", _percent(spread)))
    write_page(
        path,
        title=title,
        summary=" ".join(filter(None, (explanation.summary, reach))),
        intro="SHAP values share a prediction out among the covariates: added to the mean prediction they give it "
        "exactly. They tell what the model does, not what causes soil to be wet; covariates that go together share "
        "what either could explain.",
        tables=tables,
        figures=_figures(explanation, passport or {}),
        warnings=[*explanation.warnings, *explanation.against],
        facts={**explanation.facts, **passport_facts(passport)},
        heading=heading,
        progress=progress,
    )


_CLASSES_NOTE = (
    "As above, among the samples of one class. What physics expects follows from the land cover, where the legend "
    "tells it; contradictions come first."
)


def _weights(passport: dict) -> list[tuple[str, str, Figure]]:
    """Return the figure of the weights of a model's parts, if it has learned some from a coarse product."""
    weights = weights_of(passport)
    if weights is None or not weights.measured:
        return []
    from ...report.weights_figure import CAPTION, weights_figure

    labels = [part["label"] for part in passport["parts"]]
    return [("Weights", CAPTION, weights_figure(weights, labels))]


def _figures(explanation: Explanation, passport: dict) -> Iterator[tuple[str, str, Figure]]:
    from .figures import dependence_figure, effects_figure, importance_figure, periods_figure, shap_figure

    yield (
        "SHAP values",
        "Left: how much each covariate moves the prediction on average. Right: a dot is a sample; its colour is "
        "the covariate's value, grey where it has none or is a class.",
        shap_figure(explanation),
    )
    yield (
        "Other importances",
        "Shuffled: by how much the error grows when a covariate is torn from its samples; whiskers are the SD of "
        "the shuffles. Gain: what splits on it took off the training error. Without it: trained again, by folds.",
        importance_figure(explanation),
    )
    yield (
        "Partial dependence",
        "Blue: the mean prediction when all samples are given one value; grey: single samples. Ticks are the "
        "percentiles of the covariate. Where covariates go together, some of these combinations do not exist.",
        dependence_figure(explanation),
    )
    if len(explanation.effects) and (explanation.effects["curve"] == ALE).any():
        yield (
            "Accumulated local effects",
            "How the prediction moves with one covariate among samples that lie near, so that no combination is asked "
            "for which does not exist; black: all samples, dashed their partial dependence for comparison; colours: "
            "classes with 30 samples. Each curve is shifted to a mean of 0.",
            effects_figure(explanation),
        )
    yield from _weights(passport)
    if len(explanation.period_table):
        n = explanation.periods["period"].nunique()
        yield "Periods", f"Mean and SD over {n} periods.", periods_figure(explanation)


def _importance_note(explanation: Explanation) -> str:
    table = explanation.importance
    if table["gain_fraction"].isna().all():
        gain = "Gain is not told: only LightGBM and XGBoost keep it in their model files."
    else:
        gain = "Gain is the mean over those parts of the model that are LightGBM or XGBoost."
    if table["drop_one"].isna().all():
        return f"{gain} What is lost when a covariate is left out and the model trained again was not asked for."
    return f"{gain} Left out: the same learners and folds, trained again without the covariate."


def _importance_table(table: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "covariate": table["covariate"],
            "shap": 1000 * table["shap"],
            "shap_percent": 100 * table["shap_fraction"],
            "permutation": 1000 * table["permutation"],
            "permutation_sd": 1000 * table["permutation_sd"],
            "gain_percent": 100 * table["gain_fraction"],
            "drop_one": 1000 * table["drop_one"],
        }
    )
    return shown.dropna(axis=1, how="all").head(MAX_ROWS)


def _directions_table(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.loc[table["verdict"] != "", ["covariate", "correlation", "direction", "expected", "verdict"]]
    return shown.replace({"expected": {"": "–"}}).head(MAX_ROWS)


def _classes_table(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["group", "covariate", "n", "correlation", "direction", "expected", "verdict"]
    shown = table.loc[table["expected"] != "", columns]
    first = shown["verdict"].map({"contradicts": 0, "unclear": 1}).fillna(2)
    return shown.iloc[np.argsort(first, kind="stable")].head(MAX_ROWS)


def _percent(spread: pd.DataFrame) -> pd.DataFrame:
    return spread.assign(**{name: 100 * spread[name] for name in spread.columns if name != "covariate"})
