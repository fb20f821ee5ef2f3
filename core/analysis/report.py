# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages on what the papers look at beside scores: parts of the uncertainty, time scales, squares of the ground."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ..base.extras import require
from ..base.files import write_files
from ..base.inputs import Inputs
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..rasters.open import Source
from ..report.html_page import number, plain_heading, write_page
from ..units import SM_SHOWN
from .landscape import MOISTURE, Components, landscape_components, landscape_squares
from .mqcc import Mqcc
from .settings import LandscapeOptions
from .uncertainty_budget import TEST, TOTAL

_UNITS = {"sd": ("SD", SM_SHOWN), "scale_days": ("Mean over", "d")}


def budget_report(path: str | os.PathLike, budget: pd.DataFrame, title: str = "Parts of the uncertainty") -> None:
    """Write the page of an uncertainty budget; see `uncertainty_budget`."""
    require("jinja2", "matplotlib")
    from .figures import budget_figure

    parts = budget[~budget["name"].isin([TEST, TOTAL])]
    rows = budget.set_index("name")
    summary = f"The uncertainty is {number(rows['sd'][TOTAL])} {SM_SHOWN}"
    if len(parts):
        first = parts.loc[parts["sd"].idxmax()]
        summary += f"; of the inputs, {first['name']} has the greatest part, {number(first['sd'])}"
    write_page(
        path,
        title=title,
        summary=f"{summary}.",
        intro="Each input was disturbed by its own error while the others stayed as they were. The total is the root "
        "of the sum of squares, as if the parts were independent. The errors of inputs show in prediction − station "
        "too, so that the total is rather too large than too small.",
        tables=[("Parts", "error is in the unit of the input; fraction is that of the total variance.", budget)],
        figures=[("Parts", "The greatest on top.", budget_figure(budget))],
        heading=_heading,
    )


def mqcc_report(path: str | os.PathLike, result: Mqcc, place: str, title: str = "Time scales and quantiles") -> None:
    """Write the page of quantile correlations of a map with a station, whose name is `place`."""
    require("jinja2", "matplotlib")
    from .figures import mqcc_figure

    table = result.table()
    means = table.dropna().groupby("scale_days")["rho"].mean()
    summary = f"{place}: no scale has enough means for a quantile correlation."
    if len(means):
        low, high = (number(limit(table["rho"]), 2) for limit in (np.nanmin, np.nanmax))
        summary = (
            f"{place}: quantile correlations lie between {low} and {high}; on average over the quantiles they are "
            f"highest, {number(means.max(), 2)}, for means of {means.idxmax()} d."
        )
    wide = table.pivot(index="scale_days", columns="quantile", values="rho")
    wide.columns = [f"τ = {quantile:g}" for quantile in wide.columns]
    wide.insert(0, "n", result.n)
    write_page(
        path,
        title=title,
        summary=summary,
        intro="Both series are averaged over 1, 2, 3 and more days. For each quantile τ a line is fitted to the map by "
        "the station and to the station by the map; ρ is the root of the product of their slopes, with their sign. Low "
        "τ tell of what lies below the usual, high τ of what lies above it. ρ may be a little beyond 1.",
        figures=[("Scales and quantiles", "Grey: the slopes differ in sign, or there are too few means.",
                  mqcc_figure(result))],
        annex=[("Numbers", "n: means of the scale.", wide.reset_index())],
        heading=_heading,
    )  # fmt: skip


def write_landscape(
    paths: tuple[str | os.PathLike, str | os.PathLike, str | os.PathLike],
    maps: Mapping[str, Source],
    covariates: Mapping[str, Source],
    options: LandscapeOptions = LandscapeOptions(),
    progress: Progress = SILENT,
) -> tuple[dict[str, pd.DataFrame], dict[str, Components]]:
    """Write the squares (CSV), the components (CSV) and the report (HTML) of maps by their names; return the first two.

    A path that is '' is not written.

    Raises
    ------
    InputError
        See `landscape_squares` and `landscape_components`.
    """
    reads = {name: source.path for name, source in (*maps.items(), *covariates.items())}
    Inputs(reads).refuse(dict(zip(("The squares", "The components", "The report"), paths)))
    squares = {}
    for (name, source), part in progress.parts(maps.items()):
        squares[name] = landscape_squares(source, covariates, options, part)
    components = {name: landscape_components(own, options) for name, own in squares.items()}
    all_squares = pd.concat(squares, names=["map", "square"])
    correlations = pd.concat({n: one.correlations for n, one in components.items()}, names=["map", "variable"])
    write_files(
        (paths[0], lambda path: write_csv(path, all_squares.reset_index())),
        (paths[1], lambda path: write_csv(path, correlations.reset_index())),
        (paths[2], lambda path: landscape_report(path, squares, components, progress=progress)),
    )
    return squares, components


def landscape_report(
    path: str | os.PathLike,
    squares: dict[str, pd.DataFrame],
    components: dict[str, Components],
    title: str = "Landscape analysis",
    progress: Progress = SILENT,
) -> None:
    """Write the page of squares and their components, both by the name of the day; ask before each figure."""
    require("jinja2", "matplotlib")
    spread = pd.DataFrame([_spread(name, own) for name, own in squares.items()])
    warnings = [
        f"{name}: {', '.join(one.left_out)} does not vary between the squares and was left out."
        for name, one in components.items()
        if one.left_out
    ]
    annex = []
    for name, one in components.items():
        arrows = one.correlations.iloc[:, :4].reset_index(names="variable")
        annex.append((f"Correlations with the components, {name}", _explained(one), arrows))
    write_page(
        path,
        title=title,
        summary=" ".join(_goes_with(name, one) for name, one in components.items()),
        intro="The map and its covariates were looked at in squares of the ground: their mean, and how they vary "
        "inside (SD). Principal components show which of these go together. A covariate that the model was given goes "
        "with its map in any case: this shows what the map is made of, and not what the soil does.",
        tables=[("Soil moisture in the squares", "Means over the squares.", spread)],
        figures=_landscape_figures(squares, components),
        annex=annex,
        warnings=warnings,
        heading=_heading,
        progress=progress,
    )


def _landscape_figures(squares: dict[str, pd.DataFrame], components: dict[str, Components]) -> Iterator[tuple]:
    from .figures import biplot_figure, squares_figure

    caption = "A violin shows how many squares have a value; the line is the median."
    yield "How the squares differ", caption, squares_figure(squares)
    caption = "Arrows: correlations with the first two components. Dots: squares."
    yield "What goes together", caption, biplot_figure(components)


def _spread(name: str, own: pd.DataFrame) -> dict:
    means = own[[f"mean_{MOISTURE}", f"sd_{MOISTURE}", f"cv_{MOISTURE}"]].mean()
    between = own[f"mean_{MOISTURE}"].std(ddof=0)
    return {"map": name, "squares": len(own), "mean": means.iloc[0], "SD between squares": between,
            "SD inside": means.iloc[1], "CV inside": means.iloc[2]}  # fmt: skip


def _goes_with(name: str, one: Components) -> str:
    """Return what soil moisture goes with most, by plain correlations over the squares."""
    moisture = one.table[f"mean_{MOISTURE}"]
    others = [n for n in one.correlations.index if not n.endswith(f"_{MOISTURE}")]
    r = one.table[others].corrwith(moisture)
    if not r.notna().any():
        return f"{name}: the mean soil moisture of a square goes with nothing that can be told."
    best = r.abs().idxmax()
    words = best.replace("mean_", "the mean of ", 1).replace("sd_", "the SD of ", 1)
    return f"{name}: the mean soil moisture of a square goes most with {words} (R {number(r[best], 2)})."


def _explained(one: Components) -> str:
    shares = ", ".join(f"{100 * share:.0f} %" for share in one.explained[:4])
    return f"The first components hold {shares} of the variance."


def _heading(column: str) -> tuple[str, str]:
    if column in _UNITS:
        return _UNITS[column]
    if column in ("mean", "SD between squares", "SD inside"):
        return column[:1].upper() + column[1:], SM_SHOWN
    return (column, "") if column.startswith(("τ", "PC", "CV")) else plain_heading(column)
