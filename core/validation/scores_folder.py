# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders of scores, of predictions and of maps: tables, layer and page under their names."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base.files import whole_folder
from ..scoring.predictions import FILE
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


def write_validation(
    path: str | os.PathLike,
    comparison: ProductComparison,
    products: Mapping[str, Rasters],
    reference: Rasters | None = None,
    coarse: Rasters | None = None,
    beside: SeriesBeside = ALONE,
) -> None:
    """Write scores.csv, dates.csv and report.html of maps, against stations stations.gpkg and predictions.csv too.

    Parameters
    ----------
    path : path
        Of the folder.
    comparison : ProductComparison
    products, reference, coarse : as given to `compare_products`
        Drawn as maps of a day; a reference of stations is None.
    beside : SeriesBeside

    Raises
    ------
    MissingPackage, InputError
        See `product_report`, and `whole_folder`.
    """
    with whole_folder(path) as folder:
        comparison.write_table(folder / "scores.csv")
        comparison.write_dates(folder / "dates.csv")
        if comparison.stations is not None:
            comparison.stations.write_layer(folder / "stations.gpkg")
            comparison.stations.predictions().write(folder / FILE)
        product_report(
            folder / "report.html",
            comparison,
            products=dict(products),
            reference=reference,
            coarse=coarse,
            beside=beside,
        )
