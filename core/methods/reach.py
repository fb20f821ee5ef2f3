# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run tells of how far its model reaches: the part of the grid outside, and stations where it fails."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis.reach import GridShare, grid_share, losing_sentence, losing_stations
from ..base.progress import Progress
from ..base.tables import write_csv
from ..downscaling.prediction import covariates_of
from ..report.colours import MORE_COLOURS
from ..report.figures import quiet
from ..samples.samples import Samples
from ..scoring.baselines import AS_IS
from ..scoring.predictions import Predictions
from ..training.applicability import Applicability, applicability
from ..training.model import Model
from ..units import SM_SHOWN
from .run_state import RunState

FILE = "stations_by_dissimilarity.csv"
TITLE = "Where the model loses to the coarse product"
NOTE = (
    "Held-out stations, the worst first: by how much the RMSE of the model is above that of the coarse product, and "
    "how unlike their samples are to those that their fold has learned from: the mean dissimilarity index, and the "
    "fraction of them above the threshold."
)
SHOWN = {"rmse_coarse": "rmse|coarse product", "excess": "rmse|model less coarse product"}  # with their units
CAPTION = (
    "A dot is a held-out station. Above the line the coarse product as it is does better; right of the dashed line is "
    "what the model has not seen the like of. Where dissimilarity explains failures, dots rise to the right."
)


def tell_reach(
    state: RunState, model: Model, samples: Samples, predictions: Predictions | None, progress: Progress
) -> None:
    """Tell what part of the grid lies outside of what the model has seen, and explain the stations where it fails.

    Parameters
    ----------
    state : RunState
    model : Model
    samples : Samples
        That it has learned from.
    predictions : Predictions, optional
        What was held out.
    progress : Progress
    """
    method = state.method
    learned = applicability(model, samples, seed=method.seed, threads=state.threads, progress=progress.part(0, 0.6))
    names = covariates_of(state.study, model)
    share: GridShare = grid_share(state.study, learned, names, state.study.days, progress.part(0.6, 0.9))
    progress.say(share.sentence)
    state.verdicts.append(share.sentence)
    by_folds = None if predictions is None else _by_folds(predictions)
    if by_folds is not None:
        tell_losing_stations(state, learned, samples, by_folds, progress)


def _by_folds(predictions: Predictions) -> Predictions | None:
    """Return what folds held out of stations; None where there is none, or no coarse product beside it."""
    table = predictions.table
    of_folds = table[table["part"] == "held_out"]
    if of_folds.empty or "station" not in table or AS_IS not in predictions.baselines:
        return None
    return predictions.of_part(of_folds["folds"].iloc[0], "held_out")


def tell_losing_stations(
    state: RunState, learned: Applicability, samples: Samples, predictions: Predictions, progress: Progress
) -> None:
    """Write the table of held-out stations by what the model loses to the coarse product, and put it on the page."""
    stations = losing_stations(learned, samples, predictions, AS_IS)
    sentence = losing_sentence(stations)
    progress.say(sentence)
    state.verdicts.append(sentence)
    write_csv(state.folder / FILE, stations, float_format="%.6g")
    state.tables[TITLE] = stations.rename(columns=SHOWN)
    state.figures.append((TITLE, CAPTION, losing_figure(stations, learned.threshold)))


def losing_figure(stations: pd.DataFrame, threshold: float) -> Figure:
    """Draw what the model loses to the coarse product at each station over how unlike it is."""
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    panel = figure.subplots()
    lost = stations["excess"] > 0
    for part, colour, label in ((lost, "#b2182b", "coarse product better"), (~lost, MORE_COLOURS[0], "model better")):
        own = stations[part]
        panel.plot(own["dissimilarity"], own["excess"], "o", color=colour, markersize=5, alpha=0.8, label=label)
    panel.axhline(0, color="black", linewidth=0.8)
    panel.axvline(threshold, color="black", linewidth=1, linestyle="--", label="threshold")
    panel.set(
        xlabel="mean dissimilarity index of the station (1)",
        ylabel=f"RMSE above that of the\ncoarse product ({SM_SHOWN})",
    )
    limit = 1.15 * float(np.abs(stations["excess"]).max())
    panel.set(ylim=(-limit, limit), xlim=(0, None))
    panel.legend(frameon=False, fontsize=9)
    quiet(panel)
    return figure
