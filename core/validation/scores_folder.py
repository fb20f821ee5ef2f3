# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of scored predictions: tables, layer and page under their names."""

from __future__ import annotations

import os

from ..base.files import whole_folder
from .predictions_report import predictions_report
from .score_predictions import PredictionScores
from .station_series import ALONE, SeriesBeside


def write_scores(
    path: str | os.PathLike,
    scores: PredictionScores,
    title: str = "Scores of predictions",
    beside: SeriesBeside = ALONE,
) -> None:
    """Write scores.csv, spread.csv and report.html into a folder, and places.csv and places.gpkg if places have any.

    Raises
    ------
    MissingPackage, InputError
        See `predictions_report`, and `whole_folder`.
    """
    with whole_folder(path) as folder:
        scores.write_table(folder / "scores.csv")
        scores.write_spread(folder / "spread.csv")
        if len(scores.per_place):
            scores.write_places(folder / "places.csv")
            scores.write_layer(folder / "places.gpkg")
        predictions_report(folder / "report.html", scores, title, beside)
