# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of an explanation: what the model goes by, which way, and where physics would disagree."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from ...base.extras import require
from ...base.files import whole_folder
from ...report.html_page import MAX_ROWS, plain_heading, write_page
from ...report.words import passport_facts
from ...units import SM_SHOWN
from .explanation import Explanation

SMALL = f"10⁻³ {SM_SHOWN}"
_HEADINGS = {
    "shap": ("Mean |SHAP|", SMALL),
    "shap_percent": ("of all |SHAP|", "%"),
    "permutation": ("Shuffled: RMSE grows by", SMALL),
    "permutation_sd": ("± SD of shuffles", SMALL),
    "gain_percent": ("Gain", "%"),
    "drop_one": ("Left out: RMSE grows by", SMALL),
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


def write_explanation(folder: str | os.PathLike, explanation: Explanation, passport: dict | None = None) -> None:
    """Write importance.csv, shap_values.csv, partial_dependence.csv and report.html."""
    with whole_folder(folder) as part:
        explanation.write_importance(Path(part) / "importance.csv")
        explanation.write_shap(Path(part) / "shap_values.csv")
        explanation.write_curves(Path(part) / "partial_dependence.csv")
        explain_report(Path(part) / "report.html", explanation, passport)


def explain_report(
    path: str | os.PathLike,
    explanation: Explanation,
    passport: dict | None = None,
    title: str = "What the model goes by",
) -> None:
    """Write the report of an explanation.

    Parameters
    ----------
    path : path
    explanation : Explanation
    passport : dict, optional
        Of the model, for the facts.
    title : str

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    require("jinja2", "matplotlib")
    from .figures import dependence_figure, importance_figure, periods_figure, shap_figure

    table, spread = explanation.importance, explanation.period_table
    figures = [
        (
            "SHAP values",
            "Left: how much each covariate moves the prediction on average. Right: a dot is a sample; its colour is "
            "the covariate's value, grey where it has none or is a class.",
            shap_figure(explanation),
        ),
        (
            "Other importances",
            "Shuffled: by how much the error grows when a covariate is torn from its samples; whiskers are the SD of "
            "the shuffles. Gain: what splits on it took off the training error. Without it: trained again, by folds.",
            importance_figure(explanation),
        ),
        (
            "Partial dependence",
            "Blue: the mean prediction when all samples are given one value; grey: single samples. Ticks are the "
            "percentiles of the covariate. Where covariates go together, some of these combinations do not exist.",
            dependence_figure(explanation),
        ),
    ]
    tables = [
        ("Importance", _importance_note(explanation), _importance_table(table)),
        ("Directions", "Rank correlation of the SHAP values with the covariate.", _directions_table(table)),
    ]
    if len(spread):
        n = explanation.periods["period"].nunique()
        figures.append(("Periods", f"Mean and SD over {n} periods.", periods_figure(explanation)))
        tables.append(("Periods", f"Shares of the importance over {n} periods.", _percent(spread)))
    write_page(
        path,
        title=title,
        summary=summary(explanation),
        intro="SHAP values share a prediction out among the covariates: added to the mean prediction they give it "
        "exactly. They tell what the model does, not what causes soil to be wet; covariates that go together share "
        "what either could explain.",
        tables=tables,
        figures=figures,
        warnings=[*explanation.warnings, *contradictions(explanation)],
        facts={**explanation.facts, **passport_facts(passport)},
        heading=heading,
    )


def summary(explanation: Explanation) -> str:
    """Return what counts most, and how many directions are as physics expects."""
    table = explanation.importance
    first = table.head(3)
    most = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in zip(first["covariate"], first["shap_fraction"]))
    counts = table["verdict"].value_counts()
    agree, against, unclear = (counts.get(verdict, 0) for verdict in ("agrees", "contradicts", "unclear"))
    text = f"The model goes most by {most} of all |SHAP|."
    if not agree + against + unclear:
        return f"{text} Physics foresees no direction of its covariates."
    wrong = ", ".join(table.loc[table["verdict"] == "contradicts", "covariate"])
    text += f" Directions that physics foresees: {agree} met"
    text += f", {against} contradicted ({wrong})" if against else ", none contradicted"
    return text + (f", {unclear} unclear." if unclear else ".")


def contradictions(explanation: Explanation) -> list[str]:
    """Return a sentence on each direction that physics does not expect."""
    table, sentences = explanation.importance, explanation.sentences
    return [sentences[name] for name in table.loc[table["verdict"] == "contradicts", "covariate"]]


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


def _percent(spread: pd.DataFrame) -> pd.DataFrame:
    return spread.assign(**{name: 100 * spread[name] for name in spread.columns if name != "covariate"})
