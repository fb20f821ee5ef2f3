# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run tried and chose, period by period: errors and correlations of all learners, and what their trees go by."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..base.tables import write_csv
from ..report.colours import MORE_COLOURS
from ..report.figures import date_axis, legend_above, metric_label, quiet
from ..report.html_page import GRID_LINES
from ..training.learners import learner
from .run_state import RunState

FILE, PERIODS, IMPORTANCE = "members.csv", "periods.csv", "importance_by_period.csv"
COMBINATION = "Combination"  # of the learner that each period has chosen, as Rao et al. 2022 call it
HALVES = {"train": "training half", "test": "test half"}
METRICS = ("r", "rmse")
FOUND = "What the search found"
MAX_BARS = 20  # covariates in the figure of importance


def write_members(state: RunState, account: pd.DataFrame) -> None:
    """Write what was tried, found and chosen; of a model per period also scores over time and importance, with figures.

    Parameters
    ----------
    state : RunState
    account : DataFrame
        One row a part of the samples and learner, see `Fitted.account`.
    """
    if len(account) < 2 and "search_rmse" not in account:
        return
    plain = account.drop(columns="importance", errors="ignore")
    write_csv(state.folder / FILE, plain.assign(options=plain["options"].map(str)))
    if len(account) == 1:
        state.tables[FOUND] = found_table(account.iloc[0])
        return
    state.tables["What was tried"] = _chosen(plain)
    start = pd.to_datetime(account["part"], format="%Y-%m-%d", errors="coerce")
    if start.isna().any() or "test_r" not in account:
        return
    periods = period_scores(account.assign(period=start))
    write_csv(state.folder / PERIODS, periods)
    state.tables["Mean over the periods"] = _over_periods(periods)
    caption = (
        "Scores of each learner in each period, of the half that it learned from and of the other; the combination is "
        "the learner that the period has chosen. Bars: samples of the period."
    )
    state.figures.append(("Learners over the periods", caption, periods_figure(periods)))
    importance = importance_table(account.assign(period=start))
    if len(importance):
        write_csv(state.folder / IMPORTANCE, importance)
        caption = (
            "Fraction of each covariate in what the splits of trees gained: node purity of forests, gain of boosted "
            "trees. Mean over the periods, and their standard deviation."
        )
        state.figures.append(("What the trees of the periods go by", caption, importance_figure(importance)))


def found_table(row: pd.Series) -> pd.DataFrame:
    """Return the settings of the one learner of an account, as its search has found them: columns setting, found."""
    labels = {setting.name: setting.metadata["label"] for setting in fields(learner(row["learner"]).options)}
    found = {labels[name]: str(value) for name, value in row["options"].items() if value != ""}
    return pd.DataFrame({"setting": list(found), "found": list(found.values())})


def period_scores(account: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of each learner and of the combination: one row a period, learner and half.

    Returns
    -------
    DataFrame
        period (datetime64[ns]), n_samples, learner (its label, or `COMBINATION`), half, r, rmse (m3 m-3), chosen.
    """
    named = account.assign(learner=[learner(key).label for key in account["learner"]])
    both = pd.concat([named, account[account["chosen"]].assign(learner=COMBINATION)], ignore_index=True)
    halves = [
        both[["period", "n_samples", "learner", "chosen"]].assign(
            half=half, **{metric: both[f"{half}_{metric}"] for metric in METRICS}
        )
        for half in HALVES
    ]
    return pd.concat(halves, ignore_index=True)[["period", "n_samples", "learner", "half", *METRICS, "chosen"]]


def importance_table(account: pd.DataFrame) -> pd.DataFrame:
    """Return what the trees of each learner and period go by: period, learner, covariate, fraction."""
    if "importance" not in account:
        return pd.DataFrame()
    rows = [
        {"period": row["period"], "learner": learner(row["learner"]).label, "covariate": name, "fraction": value}
        for _, row in account.iterrows()
        if isinstance(row["importance"], dict)
        for name, value in row["importance"].items()
    ]
    return pd.DataFrame(rows)


def periods_figure(periods: pd.DataFrame) -> Figure:
    """Draw the scores over time: R and RMSE of the training half and of the test half, and the samples below."""
    names = list(dict.fromkeys(periods["learner"]))
    figure = Figure(figsize=(8, 8.2), layout="constrained")
    panels = figure.subplots(5, 1, sharex=True, gridspec_kw={"height_ratios": [2, 2, 2, 2, 1]})
    for panel, (metric, half) in zip(panels, ((m, h) for m in METRICS for h in HALVES)):
        for i, name in enumerate(names):
            own = periods[(periods["learner"] == name) & (periods["half"] == half)]
            is_all = name == COMBINATION
            style = {"color": "black", "linewidth": 1.8} if is_all else {"color": MORE_COLOURS[i % len(MORE_COLOURS)]}
            panel.plot(own["period"], own[metric], ".-", label=name, markersize=5, **style)
        panel.set_ylabel(f"{metric_label(metric)}\n{HALVES[half]}", fontsize=9)
        panel.grid(**GRID_LINES)
        quiet(panel)
    counts = periods.drop_duplicates("period")
    panels[-1].bar(counts["period"], counts["n_samples"], width=10, color="#a3acb1")
    panels[-1].set_ylabel("samples", fontsize=9)
    quiet(panels[-1])
    date_axis(panels)
    return figure


def importance_figure(importance: pd.DataFrame) -> Figure:
    """Draw the mean fraction of each covariate over the periods, with the SD, a colour a learner."""
    spread = importance.groupby(["learner", "covariate"], sort=False)["fraction"].agg(["mean", "std"])
    order = importance.groupby("covariate")["fraction"].mean().sort_values(ascending=False).index[:MAX_BARS]
    names = list(dict.fromkeys(importance["learner"]))
    figure = Figure(figsize=(8, 1.0 + 0.16 * len(order) * (len(names) + 1)), layout="constrained")
    panel = figure.subplots()
    height = 0.8 / len(names)
    for i, name in enumerate(names):
        own = 100 * spread.loc[name].reindex(order)
        y = np.arange(len(order))[::-1] - (i - (len(names) - 1) / 2) * height
        panel.barh(y, own["mean"], height=height, xerr=own["std"].fillna(0), color=MORE_COLOURS[i % len(MORE_COLOURS)],
                   error_kw={"elinewidth": 0.9, "ecolor": "#333333"}, label=name)  # fmt: skip
    panel.set_yticks(np.arange(len(order))[::-1], order, fontsize=9)
    panel.set_xlabel("fraction of what the splits gained (%)", fontsize=9)
    panel.set_xlim(left=0)
    panel.grid(axis="x", **GRID_LINES)
    quiet(panel)
    legend_above(figure, panel)
    return figure


def _chosen(account: pd.DataFrame) -> pd.DataFrame:
    """Return how often each learner was tried and chosen, and its mean errors."""
    errors = [name for name in ("train_rmse", "test_rmse", "cv_rmse", "search_rmse") if name in account]
    table = account.groupby("learner", sort=False).agg(
        parts=("chosen", "size"), chosen=("chosen", "sum"), **{name: (name, "mean") for name in errors}
    )
    halves = {"train": "training half", "test": "test half", "cv": "folds", "search": "folds of the search"}
    return table.rename(columns={f"{part}_rmse": f"rmse|{words}" for part, words in halves.items()}).reset_index()


def _over_periods(periods: pd.DataFrame) -> pd.DataFrame:
    """Return the mean scores over the periods: one row a learner, R and RMSE of both halves."""
    means = periods.pivot_table(index="learner", columns="half", values=list(METRICS), sort=False)
    columns = {f"{metric}|{HALVES[half]}": means[metric][half] for half in HALVES for metric in METRICS}
    return pd.DataFrame(columns).rename_axis("product").reset_index()
