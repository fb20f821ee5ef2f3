# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run says of its held-out rows: scores by date, season, class and place, a page of them, and the scatter."""

from __future__ import annotations

import pandas as pd

from ..base.progress import Progress
from ..report.figures import scatter_figure
from ..report.pair_figures import dates_scatter_figure, errors_by_date_figure, station_means_figure
from ..report.reliability_figures import reliability_figures
from ..report.reliability_page import reliability_sentence
from ..scoring.baselines import AS_IS, SMOOTH
from ..scoring.metrics import METRICS
from ..scoring.predictions import Predictions
from ..scoring.score_table import DIVIDED
from ..scoring.settings import ScoreOptions
from ..validation.land_classes import named_classes
from ..validation.predictions_report import of_division
from ..validation.report_figures import MEANS_CAPTION, Shown
from ..validation.score_predictions import PredictionScores, score_predictions
from ..validation.scores_folder import write_scores
from ..validation.station_series import SeriesBeside
from .run_state import RunState

FOLDER = "held_out"  # of the results
BY = "date,week,16_days,month,season,year,quantile"
MAX_PLACES = 40  # whose scores stand on the page of the run
SHOWN = ("n", "bias", "rmse", "ubrmse", "r", "r_squared")
BY_FOLDS = "Held out: folds"
LEARNED_FROM = "What the published test learned from"
LEARNED = "Rows that the model has learned from: these scores flatter it."
UNSEEN = "Rows that the model has not learned from."
DATES_CAPTION = "Dates from the one with the least RMSE to that with the greatest; the line is perfect agreement."
SCATTER = "Predicted and observed, {}"


def score_held_out(state: RunState, predictions: Predictions, progress: Progress) -> None:
    """Score the held-out rows of a run in all ways, into the folder `FOLDER`, and put the main ones on its page."""
    named = named_classes(predictions, state.study)
    found = score_predictions(named, ScoreOptions(by=BY), progress=progress)
    title = f"{state.method.name}: held-out rows"
    write_scores(state.folder / FOLDER, found, title, series_beside(state), progress)
    for division, table in found.pooled.groupby(list(DIVIDED), sort=False):
        progress.check()
        _tell(state, found, division, table)


def series_beside(state: RunState) -> SeriesBeside:
    """Return what series of stations are drawn with: the rain that has a role, else that of the study."""
    return SeriesBeside(study=state.study, covariates=list(state.roles.used.values()), sd=state.total_sd)


def _tell(state: RunState, found: PredictionScores, division: tuple[str, str], table: pd.DataFrame) -> None:
    """Put the scores of a kind of folds and part on the page, with the scatter."""
    draws = found.predictions.of_part(*division).draws
    of_draws = f" of {len(draws)} draws" if len(draws) > 1 else ""
    title = _title(*division) + (of_draws and f", first{of_draws}")
    shown = table[["product", *METRICS]].reset_index(drop=True)
    own = draws[0]
    tables = state.tables if division[1] == "train" else state.held_out
    tables[_title(*division) + (of_draws and f", mean{of_draws}")] = shown
    products = [name for name in own.products if name in (own.models[0], AS_IS, SMOOTH)]
    state.figures.append((SCATTER.format(_lower(title)), _caption(division[1]), scatter_figure(own.table, products)))
    bands = of_division(found.reliability, division)
    state.figures += [(f"{name}, {_lower(title)}", words, figure) for name, words, figure in reliability_figures(bands)]
    if len(bands):
        state.verdicts.append(reliability_sentence(bands))
    state.figures += _further_figures(state.method.target, own.table, products, title, division[1])
    if division[1] != "test" or found.per_place.empty:
        return
    places = of_division(found.per_place, division)
    places = places[places["product"] == own.models[0]]
    if "station" in places and len(places) <= MAX_PLACES:
        state.held_out[f"{title}, station by station"] = places[["station", *SHOWN]].reset_index(drop=True)


def _further_figures(target: str, table: pd.DataFrame, products: list[str], title: str, part: str) -> list[Shown]:
    """Return figures of the dates where a coarse product was learned, and of the means of stations if there are any."""
    figures: list[Shown] = []
    words = LEARNED if part == "train" else UNSEEN
    if target == "coarse" and "date" in table:
        scatter = dates_scatter_figure(table, products[0])
        if scatter is not None:
            caption = f"{words} {DATES_CAPTION}"
            figures.append((f"{products[0]} date by date, {_lower(title)}", caption, scatter))
            caption = f"{words} Lines are the median of a date, the band holds the middle half of its cells."
            figure = errors_by_date_figure(table, products)
            figures.append((f"Absolute error, date by date, {_lower(title)}", caption, figure))
    if "station" in table:
        means = station_means_figure(table, products)
        if means is not None:
            figures.append((f"Means of the stations, {_lower(title)}", f"{words} {MEANS_CAPTION}", means))
    return figures


def _title(folds: str, part: str) -> str:
    if part == "held_out":
        return f"{BY_FOLDS} {folds}"
    return f"The published test: {folds}" if part == "test" else f"{LEARNED_FROM}: {folds}"


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]


def _caption(part: str) -> str:
    words = LEARNED if part == "train" else UNSEEN
    return f"{words} The line is perfect agreement."
