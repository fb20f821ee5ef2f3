# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of scored predictions: who is best, how sure that is, and where and when it holds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from ..base.extras import require
from ..base.periods import has_starts
from ..base.progress import SILENT, Progress
from ..report.figures import box_figure, class_scatter_figure, dates_figure, scatter_figure
from ..report.group_figures import MAX_GROUPS, groups_figure, violins_figure
from ..report.html_page import MAX_ROWS, Table, number, write_page
from ..report.map_figures import station_map_figure
from ..report.reliability_figures import reliability_figures
from ..report.reliability_page import reliability_annex, reliability_sentence, reliability_tables
from ..report.words import INTERVAL, best_of_column, heading, ranges
from ..scoring.baselines import AS_IS, BILINEAR
from ..scoring.climatology import CLIMATOLOGY
from ..scoring.gain import GAINS, gain_words
from ..scoring.metrics import METRICS, WORDS
from ..scoring.predictions import OBSERVED, Predictions
from ..scoring.score_table import DIVIDED, in_words, station_summary
from ..scoring.settings import BY, PARTS, VALUES
from ..scoring.time_scales import COLUMN as SCALE
from ..scoring.verdict import verdict
from .bands import band_sentence, band_tables
from .report_figures import taylor
from .score_predictions import PredictionScores
from .station_series import ALONE, SeriesBeside, series_figures

SHOWN = tuple(metric for metric in METRICS if metric != "n")
MAX_SCATTERED, MOST_SCATTERED = 6, 4  # classes, and products, in a figure of scatters
HIDDEN = (BILINEAR, CLIMATOLOGY)  # baselines that are left out of it
MOST_TELLING = ("test", "held_out", "train")  # which part is drawn, if there are several
INTRO = (
    "All products of a part are scored on the same rows. The scores of all rows pooled mix differences between places "
    "with changes in time; those place by place show changes in time alone. n effective is how many independent rows "
    "would know the bias as well: rows of one place, and of one day, repeat each other."
)


def predictions_report(
    path: str | os.PathLike,
    scores: PredictionScores,
    title: str = "Scores of predictions",
    beside: SeriesBeside = ALONE,
    progress: Progress = SILENT,
) -> None:
    """Write the page.

    Parameters
    ----------
    path : path
    scores : PredictionScores
    title : str
    beside : SeriesBeside
        Which stations are shown through time, and with what.
    progress : Progress
        Asked before every figure whether to go on.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    require("jinja2", "matplotlib")
    division = leading(scores)
    first = of_division(scores.pooled, division)
    bands = of_division(scores.reliability, division)
    of_bands = reliability_sentence(bands) or band_sentence(scores.predictions.of_part(*division))
    write_page(
        path,
        title=title,
        summary=" ".join(filter(None, [f"{_words(division)}: {verdict(first)}", gain_words(first), of_bands])),
        intro=INTRO,
        tables=[
            *_pooled(scores),
            *_place_by_place(scores),
            *_scales(scores, division),
            *_gains(scores, division),
            *reliability_tables(bands),
            *band_tables(scores.predictions),
        ],
        figures=_figures(scores, division, beside),
        annex=[*_annex(scores, division), *reliability_annex(bands)],
        warnings=scores.warnings,
        facts={"Scores of": VALUES[scores.options.values].lower(), **_facts(scores)},
        heading=_heading,
        best=best_of_column,
        progress=progress,
    )


def leading(scores: PredictionScores) -> tuple[str, str]:
    """Return the folds and part that tell most: the test part, else what folds held out; the last of several."""
    divisions = list(scores.pooled[list(DIVIDED)].drop_duplicates().itertuples(index=False, name=None))
    return next(d for part in MOST_TELLING for d in reversed(divisions) if d[1] == part)


def _pooled(scores: PredictionScores) -> list[Table]:
    tables = []
    for division, own in scores.pooled.groupby(list(DIVIDED), sort=False):
        shown = own[["product", "n", *_shown(own)]].reset_index(drop=True)
        if "n_eff" in own:
            shown.insert(2, "n_eff", [number(value, 0) for value in own["n_eff"]])
            for metric in ("rmse", "r"):
                at = shown.columns.get_loc(metric) + 1
                shown.insert(at, f"{metric}{INTERVAL}", ranges(own, metric))
        n = len(scores.predictions.of_part(*division).draws)
        note = f" Means over {n} draws of the folds; intervals take in how the draws differ." if n > 1 else ""
        tables.append((_words(division), f"All rows as one; best values in bold.{note}", _known(shown)))
    return tables


def _place_by_place(scores: PredictionScores) -> list[Table]:
    if scores.per_place.empty:
        return []
    summary = station_summary(scores.per_place)
    tables = []
    for division, own in summary.groupby(list(DIVIDED), sort=False):
        for how in ("median", "mean"):
            shown = own[own["statistic"] == how][["product", "n_places", *_shown(own)]].reset_index(drop=True)
            note = f"The {how} of the scores that the places have, each on its own."
            tables.append((f"{_words(division)}, place by place: {how}", note, _known(shown)))
    return tables


def _scales(scores: PredictionScores, division: tuple[str, str]) -> list[Table]:
    """Return the scores of means over time, from days to seasons."""
    own = of_division(scores.scales, division) if len(scores.scales) else scores.scales
    if own.empty:
        return []
    fraction = scores.options.min_days_fraction
    note = f"Means of every place, over the days that all products know, at least {fraction:.0%} of a period."
    return [(f"{_words(division)}, by time scale", note, _known(own[[SCALE, "product", "n", *_shown(own)]]))]


def _gains(scores: PredictionScores, division: tuple[str, str]) -> list[Table]:
    """Return the gain over the coarse product and its parts, where that is beside."""
    if "gdown" not in scores.pooled:
        return []
    note = (
        "From −1 to 1: above 0 a product is closer to what was observed than the coarse product, by the slope "
        "(efficiency), R (precision) and the bias (accuracy); GDOWN is their mean."
    )
    own = of_division(scores.pooled, division)
    shown = own.loc[own["product"] != AS_IS, ["product", *GAINS]].reset_index(drop=True)
    known = shown[list(GAINS)].notna().any(axis=None)
    return [(f"{_words(division)}, gain over the coarse product", note, _known(shown))] if known else []


def _shown(table: pd.DataFrame) -> list[str]:
    return [*SHOWN, *(name for name in ("gdown",) if name in table)]


def _annex(scores: PredictionScores, division: tuple[str, str]) -> list[Table]:
    annex = []
    for name, table in scores.groups.items():
        own = of_division(table, division)[[name, "product", "n", *_shown(table)]]
        note = _words(division)
        if len(own) > MAX_ROWS:
            note += f". The first {MAX_ROWS} of {len(own)} rows; all are in the table of scores."
        annex.append((f"By {in_words(name)}", note, _known(own.head(MAX_ROWS).reset_index(drop=True))))
    return annex


def _figures(
    scores: PredictionScores, division: tuple[str, str], beside: SeriesBeside
) -> Iterator[tuple[str, str, Figure]]:
    own, words = _first_draw(scores, division)
    products = own.products
    yield "Predicted and observed", f"{words}; the line is perfect agreement.", scatter_figure(own.table, products)
    yield from taylor(of_division(scores.pooled, division))
    yield from reliability_figures(of_division(scores.reliability, division))
    for name, table in scores.groups.items():
        groups = of_division(table, division)
        if groups[name].nunique() < 2:
            continue
        if has_starts(name):
            dated = groups.drop(columns="date", errors="ignore") if name != "date" else groups
            yield f"By {in_words(name)}", f"{words}.", dates_figure(dated.rename(columns={name: "date"}))
        elif groups[name].nunique() <= MAX_GROUPS:
            caption = f"{words}. Whiskers are 95 % intervals; one that ends at the edge goes on."
            yield f"By {in_words(name)}", caption, groups_figure(groups, name)
    scales = of_division(scores.scales, division) if len(scores.scales) else scores.scales
    if len(scales) and scales[SCALE].nunique() > 1:
        yield "By time scale", f"{words}. Means of every place over so long.", groups_figure(scales, SCALE)
    places = of_division(scores.per_place, division) if len(scores.per_place) else scores.per_place
    if len(places):
        caption = (
            f"{words}. A dot is a place; boxes hold the middle half of them, whiskers reach from the 5th to the 95th "
            "percentile."
        )
        yield "How the scores spread over the places", caption, box_figure(places, ("rmse", "ubrmse", "r"))
    yield from series_figures(own, places, words, beside)
    for name in scores.by_class:
        if 1 < own.table[name].nunique() <= MAX_SCATTERED:
            shown = [product for product in products if product not in HIDDEN][:MOST_SCATTERED]
            caption = f"{words}; the line is perfect agreement. A row of panels is a class, with its number of rows."
            figure = class_scatter_figure(own.table, shown, name)
            yield f"Predicted and observed by {in_words(name)}", caption, figure
    for name, table in scores.by_class.items():
        classes = of_division(table, division)
        if 1 < classes[name].nunique() <= MAX_GROUPS:
            caption = f"{words}. A dot is a place, a line the median."
            yield f"Places by {in_words(name)}", caption, violins_figure(classes, name)
    if len(places) and "longitude" in places and places["longitude"].notna().all():
        subject = own.models[0]
        for metric in ("ubrmse", "r"):
            caption = f"{subject}, {words}."
            yield f"{WORDS[metric][0]} of the places", caption, station_map_figure(places, subject, metric)


def _first_draw(scores: PredictionScores, division: tuple[str, str]) -> tuple[Predictions, str]:
    """Return the rows of a kind of folds and part, each once, as figures show them, and words on them."""
    draws = scores.predictions.of_part(*division).draws
    words = _words(division)
    return draws[0], words if len(draws) == 1 else f"{words}; of the first of {len(draws)} draws"


def _facts(scores: PredictionScores) -> dict[str, str]:
    table = scores.predictions.table
    n = len(scores.predictions.draws)
    rows = f"{len(table)}, in {n} draws of the folds" if n > 1 else f"{len(table)}"
    facts = {"Rows": rows, "Models": ", ".join(scores.predictions.models)}
    facts["Baselines"] = ", ".join(scores.predictions.baselines)
    if "date" in table and table["date"].notna().any():
        facts["Period"] = f"{table['date'].min():%Y-%m-%d} to {table['date'].max():%Y-%m-%d}"
    facts["Mean of the observed"] = f"{number(float(table[OBSERVED].mean()))}"
    return facts


def of_division(table: pd.DataFrame, division: tuple[str, str]) -> pd.DataFrame:
    """Return the rows of a kind of folds and part."""
    return table[(table["folds"] == division[0]) & (table["part"] == division[1])].reset_index(drop=True)


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the metrics that are nowhere defined, as those of means of anomalies."""
    return table.dropna(axis="columns", how="all")


def _words(division: tuple[str, str]) -> str:
    """Return a kind of folds and part in words."""
    folds, part = division
    return f"{PARTS[part]} ({folds})" if folds else PARTS[part]


def _heading(column: str) -> tuple[str, str]:
    return (BY[column], "") if column in BY else heading(column)
