# SPDX-License-Identifier: GPL-2.0-or-later
"""The report on a study: what must be mended, what is valid on which day, and where everything comes from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from ..report.html_page import write_page
from .covariates import unit_shown

if TYPE_CHECKING:
    from .check import StudyCheck

# none, then more and more of the grid: what is missing must catch the eye
NOTHING = "#c23b5a"
STEPS = ("#f3e2b8", "#d5dfc2", "#a6d3cf", "#6fb3bf", "#3f8ba8", "#14507d")


def write_study_report(path: str | os.PathLike, check: StudyCheck) -> None:
    """Write the report of a check as one HTML file.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    table = check.covariates.copy()
    if len(table):
        table["first"] = [
            f"{first} to {last}" if first else "all days" for first, last in zip(table["first"], table["last"])
        ]
        table["unit"] = table["unit"].map(unit_shown)
        table = table.drop(columns=["last", "source"]).rename(columns=HEADS)
    figures = []
    if check.days.shape[1] > 2:
        caption = (
            "Valid fraction of the target grid on each day, after the rules. The last row is what a map of the "
            "day can cover: the pixels where all covariates are valid."
        )
        figures.append(("Known on which day", caption, days_figure(check)))
    sources = check.covariates[["covariate", "source"]] if len(check.covariates) else None
    write_page(
        path,
        title=f"Check of the study {check.study.name}",
        summary=check.verdict,
        warnings=[f"{finding.about}: {finding.text}" for finding in check.findings],
        tables=[("Covariates", "Values are those of the files, the middle 99 % of them. A unit with a question mark is "
                 "the usual one; the file names none.", table)] if len(table) else [],
        figures=figures,
        annex=[("Sources", f"Seen from {check.study.folder}.", sources)] if sources is not None else [],
        facts={name: str(value) for name, value in check.facts.items()},
    )  # fmt: skip


HEADS = {
    "first": "days",
    "cover_percent": "cover, %",
    "day_percent": "on a mean day, %",
    "age_days": "age, d",
}


def days_figure(check: StudyCheck) -> Figure:
    """Draw the valid fraction of the grid: a row a covariate, a column a day."""
    names = [name for name in check.days if name != "date"]
    shares = check.days[names].to_numpy().T
    # 0 is a class of its own
    classes = np.where(shares <= 0, 0, 1 + np.minimum((shares * len(STEPS)).astype(int), len(STEPS) - 1))
    figure = Figure(figsize=(9, 1.3 + 0.26 * len(names)), layout="constrained")
    axes = figure.subplots()
    days = date2num(check.days["date"].to_numpy())
    extent = (days[0] - 0.5, days[-1] + 0.5, len(names) - 0.5, -0.5)
    shown = axes.imshow(
        classes, aspect="auto", extent=extent, interpolation="nearest", vmin=-0.5, vmax=len(STEPS) + 0.5,
        cmap=ListedColormap([NOTHING, *STEPS]),
    )  # fmt: skip
    axes.set_yticks(range(len(names)), [*names[:-1], "all covariates"])
    for row in range(len(names) - 1):
        axes.axhline(row + 0.5, color="white", linewidth=4 if row == len(names) - 2 else 1)
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    bar = figure.colorbar(shown, ax=axes, label="Valid fraction of the grid, %", fraction=0.03, pad=0.02)
    upper = [f"{100 * (i + 1) / len(STEPS):.0f}" for i in range(len(STEPS))]
    bar.set_ticks([0, *np.arange(1, len(STEPS) + 1) + 0.5], labels=["0", *upper])
    bar.outline.set_visible(False)
    return figure
