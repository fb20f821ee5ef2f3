# SPDX-License-Identifier: GPL-2.0-or-later
"""How far a model reaches: what part of a grid lies outside, and whether that explains the stations where it fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..downscaling.prediction import covariates_of
from ..kriging.days import some_of
from ..rasters.raster import small_cache
from ..samples.samples import Samples
from ..scoring.predictions import OBSERVED, PLACE, Predictions
from ..study.study import Study
from ..training.applicability import Applicability, applicability
from ..training.model import Model

MOST_DAYS = 5  # whose pixels are looked at
MOST_PIXELS = 40_000  # of a day; of more every second, third ... is taken
LEAST_PAIRS = 10  # samples of a station that tell its error
LEAST_STATIONS = 5


def outside_sentence(outside: float, first: str) -> str:
    """Return the one line on what part of a grid lies outside, and by which covariate."""
    if not outside:
        return "All of the grid lies inside of what the model has seen."
    part = f"{100 * outside:.0f} %" if outside >= 0.01 else "Less than 1 %"
    return f"{part} of the grid lies outside of what the model has seen, mostly by {first}."


@dataclass(frozen=True)
class GridShare:
    """What part of the pixels and days of a grid lies outside of the area of applicability.

    Attributes
    ----------
    outside : float
        Fraction.
    covariate : str
        That pushes most of them out; '' where none lies outside.
    n_pixels : int
        Pixels and days that were looked at.
    """

    outside: float
    covariate: str
    n_pixels: int

    @property
    def sentence(self) -> str:
        """One line for log and report."""
        return outside_sentence(self.outside, self.covariate)


def grid_share(
    study: Study, learned: Applicability, names: list[str], days: np.ndarray, progress: Progress = SILENT
) -> GridShare:
    """Return what part of a grid lies outside, by some pixels of at most 5 of the days.

    Parameters
    ----------
    study : Study
    learned : Applicability
    names : list of str
        The covariates of the model as the study has them.
    days : ndarray of datetime64[D]
    progress : Progress, optional

    Raises
    ------
    InputError
        If no pixel has all covariates.
    """
    days = days[some_of(len(days), MOST_DAYS)]
    step = max(1, -(-study.grid.size // MOST_PIXELS))
    n_pixels, pushed = 0, np.zeros(len(names), np.int64)
    with small_cache():
        for window in progress.over(study.windows(names, days)):
            for block in study.features(names, days, window, progress):
                points = block.reshape(len(names), -1)[:, ::step]
                points = np.ascontiguousarray(points[:, np.isfinite(points).all(0)].T)
                found = learned.look(points, progress=progress.part(0, 0), count=False)
                outside = found.index > learned.threshold
                n_pixels += len(points)
                pushed += np.bincount(found.covariate[outside], minlength=len(names))
    if not n_pixels:
        raise InputError(f"No pixel has all covariates of the model ({', '.join(names)}) on {days[0]} to {days[-1]}.")
    first = names[int(pushed.argmax())] if pushed.any() else ""
    return GridShare(pushed.sum() / n_pixels, first, n_pixels)


def grid_line(study: Study, model: Model, samples: Samples, seed: int = 0, progress: Progress = SILENT) -> str:
    """Return the one line on what part of a study's grid lies outside of what a model has seen; see `grid_share`."""
    learned = applicability(model, samples, seed=seed, progress=progress.part(0, 0.7))
    names = covariates_of(study, model)
    return grid_share(study, learned, names, study.days, progress.part(0.7, 1)).sentence


def held_out_index(learned: Applicability, samples: Samples, predictions: Predictions) -> pd.DataFrame:
    """Return the held-out predictions with `index`, how unlike each is to what its fold has learned from.

    And `by`, the number of the covariate that adds most to it, -1 where it is unknown.

    Raises
    ------
    InputError
        If predictions and samples share no column of place or date.
    """
    keys = [name for name in PLACE if name in samples.index and name in predictions.table]
    if not keys:
        raise InputError("The predictions and the samples share no column of place or date, so they cannot be matched.")
    own = samples.index[keys].iloc[learned.rows].reset_index(drop=True)
    own = own.assign(index=learned.training_index, by=learned.training_covariate)
    # several samples of a place and day that no column tells apart count by their mean
    of_place = _alike(own, keys).groupby(keys, as_index=False, dropna=False).agg({"index": "mean", "by": "first"})
    further = [name for name in ("station", OBSERVED, *predictions.models, *predictions.baselines) if name not in keys]
    table = predictions.draws[0].table  # of repeated folds another draw has the same rows
    held = table[[*keys, *(name for name in further if name in table)]]
    return _alike(held, keys).merge(of_place, on=keys)


def losing_stations(learned: Applicability, samples: Samples, predictions: Predictions, baseline: str) -> pd.DataFrame:
    """Return held-out stations, those where the model loses most to a baseline first, and how unlike they are.

    Parameters
    ----------
    learned : Applicability
    samples : Samples
    predictions : Predictions
        Held out, of one kind of folds and part.
    baseline : str
        One of its baselines, as the coarse product as it is.

    Returns
    -------
    DataFrame
        station; n; rmse, rmse_coarse (m3 m-3) and excess, the first less the second; dissimilarity, the mean index of
        its samples; outside, the fraction of these above the threshold; mostly_by, the covariate that most often adds
        most.

    Raises
    ------
    InputError
        If fewer than 5 stations have 10 samples with all of it.
    """
    held = held_out_index(learned, samples, predictions)
    name = predictions.models[0]
    held = held.dropna(subset=["station", "index", OBSERVED, name, baseline])
    rows = []
    for station, part in held.groupby("station"):
        if len(part) < LEAST_PAIRS:
            continue
        of_model, of_coarse = (float(np.sqrt(((part[one] - part[OBSERVED]) ** 2).mean())) for one in (name, baseline))
        rows.append({
            "station": station,
            "n": len(part),
            "rmse": of_model,
            "rmse_coarse": of_coarse,
            "excess": of_model - of_coarse,
            "dissimilarity": part["index"].mean(),
            "outside": (part["index"] > learned.threshold).mean(),
            "mostly_by": learned.names[int(part["by"].mode().iloc[0])],
        })  # fmt: skip
    if len(rows) < LEAST_STATIONS:
        raise InputError(
            f"{len(rows)} stations have {LEAST_PAIRS} held-out samples with the coarse product; at least "
            f"{LEAST_STATIONS} are needed to tell whether dissimilarity explains where the model loses to it."
        )
    return pd.DataFrame(rows).sort_values("excess", ascending=False, kind="stable", ignore_index=True)


def losing_sentence(stations: pd.DataFrame) -> str:
    """Return in words whether dissimilarity explains where a model loses to the coarse product."""
    lost = stations["excess"] > 0
    if not lost.any() or lost.all():
        how = "at all" if lost.all() else "at none"
        return f"The model loses to the coarse product {how} of {len(stations)} held-out stations."
    inside, outside = (stations.loc[where, "dissimilarity"].median() for where in (~lost, lost))
    found = spearmanr(stations["excess"], stations["dissimilarity"])
    says = "explains" if found[0] > 0 and found[1] < 0.05 else "does not explain"
    return (
        f"The model loses to the coarse product at {lost.sum()} of {len(stations)} held-out stations. Their median "
        f"dissimilarity is {outside:.2f}, that of the others {inside:.2f}; it {says} what is lost (rank correlation "
        f"{found[0]:+.2f}, p = {found[1]:.2g})."
    )


def _alike(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return a table whose places can be compared with those of another file: numbers to six digits after the point."""
    table = table.copy()
    for key in keys:
        numeric = pd.api.types.is_numeric_dtype(table[key])
        table[key] = table[key].round(6) if numeric else table[key].astype(str)
    return table
