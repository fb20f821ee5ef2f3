# SPDX-License-Identifier: GPL-2.0-or-later
"""Who makes the maps of a study: a model by itself, or kriging of the coarse product with the model's detail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.ground import pixel_area
from ..rasters.raster import small_cache
from ..report.words import scale_words
from ..study.study import Study
from ..training.blend import Blend
from ..training.model import Model
from .fine_map import FineMap
from .kriged import Kriged
from .parts import PARTS
from .prediction import Prediction
from .settings import ConsistencyOptions


@contextmanager
def fitting(grid: Grid) -> Iterator[None]:
    """Raise `InputError` where maps of a grid are too large for the memory."""
    try:
        yield
    except MemoryError as error:
        rows, columns = grid.shape
        raise InputError(
            f"Maps of {rows:,} x {columns:,} pixels do not fit into the memory: {error}. Take larger pixels, a smaller "
            "area or fewer days at a time."
        ) from error


def settled(
    study: Study, model: Model | None, options: ConsistencyOptions, progress: Progress = SILENT
) -> ConsistencyOptions:
    """Return what is done where it is left to the program, and tell of what does not count.

    Without a coarse product 'auto' is 'off'.
    """
    if model is not None and options.consistency == "auto" and study.coarse is None:
        progress.warn("There is no coarse product to bring the maps to: they are the model's own.")
        options = replace(options, consistency="off")
    if model is not None and not options.kriged and options.band and not model.knows_sd:
        progress.warn(
            "This model does not know its standard deviation, and none is written: models with folds by station, of 5 "
            "stations or more, or by coarse cell do, forests, ensembles and some networks too, and consistency 'auto', "
            "'soft' and 'strict' give one."
        )
        return replace(options, band=False)
    if options.kriged and study.coarse is not None and study.coarse.dated and study.coarse.rule != "same_day":
        progress.warn(
            f"The rule '{study.coarse.rule}' of the coarse product does not count: kriging takes the rasters of each "
            "day and fills the days between by itself."
        )
    return options


def maker(
    study: Study, model: Model | None, options: ConsistencyOptions, progress: Progress = SILENT
) -> Prediction | Kriged:
    """Return what makes the maps; `windows` gives them.

    Parameters
    ----------
    study : Study
    model : Model or None
        None for the smooth interpolation of the coarse product.
    options : ConsistencyOptions
        As `settled` returned them.
    progress : Progress, optional

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, or the coarse product that is asked for.
    """
    if options.kriged and pixel_area(study.coarse_grid) <= pixel_area(study.grid):
        raise InputError(
            f"The coarse product, {study.coarse_grid}, is not coarser than the target grid, {study.grid}: there is no "
            "detail to find. Take a finer target grid, or set consistency to 'off'."
        )
    if model is None:
        if not options.kriged:
            raise InputError("Without a model only the coarse product can be interpolated: set consistency to 'auto'.")
        return Kriged(study, None, None, np.zeros(0), options)
    _tell_scale_transfer(model, progress)
    if not options.kriged:
        return Prediction(study, model, options)
    weights = _weights(model, progress)
    # a model that learned elsewhere keeps its level, which the weighted detail has not
    speaks = model if model.coarse is None else model.detail(weights)
    prediction = Prediction(study, speaks, options) if weights.any() else None
    return Kriged(study, prediction, model, weights, options)


def _tell_scale_transfer(model: Model, progress: Progress) -> None:
    """Tell what a model of a coarse product loses from one scale to another, or that nobody has weighed it."""
    if model.passport["target"] != "coarse":
        return
    words = scale_words(model.passport)
    if words:
        progress.say(f"Scale transfer of the model: {words}.")
    else:
        progress.say(
            "What this model loses from coarse cells to finer pixels was never weighed; check_scale_transfer tells it."
        )


def _weights(model: Model, progress: Progress) -> np.ndarray:
    """Return the weights of a model's parts: those learned one scale up, or all of a model that learned elsewhere."""
    if model.coarse is not None:
        return model.coarse.weights.values
    if model.passport["target"] == "coarse":
        progress.warn(
            "It was not learned how much of the model's detail to believe: the maps are the interpolation of the "
            "coarse product. Sample the coarse product again and train on that."
        )
        return np.zeros(len(model.parts))
    return model.fitted.shares if isinstance(model.fitted, Blend) else np.ones(1)


def predict_map(
    study: Study,
    model: Model | None,
    day: np.datetime64,
    options: ConsistencyOptions = ConsistencyOptions(),
    progress: Progress = SILENT,
) -> FineMap:
    """Return the fine map of one day; to the bit what `downscale_series` writes of that day alone.

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, the day lies outside of its period, or no pixel has all covariates.
    """
    if not study.first <= day <= study.last:
        raise InputError(f"{day} does not lie in the study's period, {study.first} to {study.last}.")
    options = settled(study, model, options, progress)
    days = np.array([day])
    made_by = maker(study, model, options, progress)
    made_by.conservable(days, progress)
    with small_cache(), fitting(study.grid):
        wanted = {"path": True, "sd": options.band, "filled": options.kriged, **dict.fromkeys(PARTS, options.band)}
        kinds = [name for name, is_wanted in wanted.items() if is_wanted]
        layers = {name: np.full(study.grid.shape, np.nan, np.float32) for name in kinds}
        for _, window, block in made_by.windows(days, progress):
            for name, layer in layers.items():
                layer[window.toslices()] = block.layer(name)
    if not np.isfinite(layers["path"]).any():
        made_by.refuse_empty(days)
    made_by.covariates(len(days), progress)
    return FineMap(layers.pop("path"), study.grid, day, **layers)
