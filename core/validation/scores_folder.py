# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders of scores, of predictions and of maps: tables, layer and page under their names."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base.files import whole_folder
from ..base.progress import SILENT, Progress
from ..report.reliability_page import FILE as COVERAGE
from ..scoring.predictions import FILE
from ..scoring.settings import STATION_ERROR
from .bands import reliability_at, write_coverage
from .predictions_report import predictions_report
from .products import ProductComparison, Rasters
from .report import product_report
from .score_predictions import PredictionScores
from .station_series import ALONE, SeriesBeside


def write_scores(
    path: str | os.PathLike,
    scores: PredictionScores,
    title: str = "Scores of predictions",
    beside: SeriesBeside = ALONE,
    progress: Progress = SILENT,
) -> None:
    """Write scores.csv, spread.csv and report.html into a folder, and places.csv and places.gpkg if places have any.

    Where a model has a band, coverage.csv tells what it holds. Before every figure it is asked whether to go on.

    Raises
    ------
    MissingPackage, InputError
        See `predictions_report`, and `whole_folder`.
    """
    with whole_folder(path) as folder:
        scores.write_table(folder / "scores.csv")
        scores.write_spread(folder / "spread.csv")
        progress.check()
        if len(scores.per_place):
            scores.write_places(folder / "places.csv")
            scores.write_layer(folder / "places.gpkg")
        if len(scores.reliability):
            scores.write_coverage(folder / COVERAGE)
        predictions_report(folder / "report.html", scores, title, beside, progress)


def write_validation(
    path: str | os.PathLike,
    comparison: ProductComparison,
    products: Mapping[str, Rasters],
    reference: Rasters | None = None,
    coarse: Rasters | None = None,
    beside: SeriesBeside = ALONE,
    station_error: float = STATION_ERROR,
) -> None:
    """Write scores.csv, dates.csv and report.html of maps, against stations stations.gpkg and predictions.csv too.

    Where maps have bands, coverage.csv tells what these hold at the stations.

    Parameters
    ----------
    path : path
        Of the folder.
    comparison : ProductComparison
    products, reference, coarse : as given to `compare_products`
        Drawn as maps of a day; a reference of stations is None.
    beside : SeriesBeside
    station_error : float
        See `station_report`.

    Raises
    ------
    MissingPackage, InputError
        See `product_report`, and `whole_folder`.
    """
    with whole_folder(path) as folder:
        comparison.write_table(folder / "scores.csv")
        comparison.write_dates(folder / "dates.csv")
        bands = None
        if comparison.stations is not None:
            comparison.stations.write_layer(folder / "stations.gpkg")
            predictions = comparison.stations.predictions()
            predictions.write(folder / FILE)
            bands = reliability_at(predictions, beside.study, station_error)
            if len(bands):
                write_coverage(folder / COVERAGE, bands)
        product_report(
            folder / "report.html",
            comparison,
            products=dict(products),
            reference=reference,
            coarse=coarse,
            beside=beside,
            station_error=station_error,
            bands=bands,
        )
