# SPDX-License-Identifier: GPL-2.0-or-later
"""From samples to maps: the verbs that make something."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np

from ..base.arguments import mapping_of, names_of, opened, path_of, whole_number
from ..base.errors import InputError, OptionError
from ..base.inputs import keeping
from ..base.progress import Progress
from ..downscaling.downscale import RunFacts, downscale_series
from ..downscaling.fine_map import FineMap
from ..downscaling.makers import predict_map
from ..downscaling.settings import ConsistencyOptions
from ..methods.method import Method
from ..methods.run import RunResult, run_method
from ..rasters.dates import parse_day
from ..samples.samples import Samples
from ..samples.sampling import sample_coarse, sample_stations
from ..samples.settings import CoarseSampling, StationSampling
from ..study.study import Study
from ..training.learners import LEARNERS
from ..training.model import Model
from ..training.recipe import Candidate, Recipe
from ..training.settings import FoldOptions, SearchOptions
from ..training.train import train as train_recipe
from .telling import TELLING, Day, PathLike


def sample(
    study: Study | PathLike,
    target: str = "coarse",
    *,
    covariates: str | Sequence[str] | None = None,
    progress: Progress = TELLING,
    **options,
) -> Samples:
    """Make samples of a study: places and days with their soil moisture, to learn from, and the covariates there.

    Parameters
    ----------
    study : Study or path
    target : {"coarse", "stations"}
        Whose soil moisture is learned: that of the coarse product, with the covariates averaged over its cells, or that
        of the stations, with the covariates of the pixel that they stand in.
    covariates : str or sequence of str, optional
        The covariates that count, one or several; all of the study when left out.
    **options
        Settings of `CoarseSampling` or `StationSampling`, as ``aggregate="nearest"``.

    Returns
    -------
    Samples

    Raises
    ------
    InputError
        If the study lacks the target or covariates, or no place and day has all of them.

    Examples
    --------
    >>> import soilsharp
    >>> soilsharp.sample("study.json")
    144 samples of the coarse product of 'Sample region'
      Soil moisture  0.150 to 0.317 m3 m-3
      Covariates     elevation, slope, topographic_position, sand, clay, ndvi, lst, rain, rain_10d, temperature
      Days           2023-05-01 to 2023-05-16
    >>> measured = soilsharp.sample("study.json", "stations", covariates=["ndvi", "sand", "coarse_sm"])
    >>> measured.names
    ('ndvi', 'sand', 'coarse_sm')
    """
    study = opened(Study, study, "study")
    names = None if covariates is None else names_of(covariates, "covariates")
    if target == "coarse":
        return sample_coarse(study, CoarseSampling.of(options), progress, names)
    if target == "stations":
        return sample_stations(study, StationSampling.of(options), progress, names)
    raise OptionError(f"'target' must be 'coarse' or 'stations', got {target!r}.")


def train(
    samples: Samples | PathLike,
    learner: str | Recipe = "lightgbm",
    *,
    search: str | Mapping | SearchOptions = "off",
    folds: str | Mapping | FoldOptions = "auto",
    classes: str | Sequence[str] = (),
    seed: int = 0,
    threads: int = 0,
    progress: Progress = TELLING,
    **options,
) -> Model:
    """Train a learner on samples, and score it by cross-validation.

    Parameters
    ----------
    samples : Samples or path
    learner : str or Recipe
        One of `learners`, or a recipe, as that of a `Method`.
    search : str, mapping or SearchOptions
        How the learner's options are tuned: "off", "grid", "random" or "halving".
    folds : str, mapping or FoldOptions
        What is held out together in cross-validation, as "station" or ``{"by": "block", "n_folds": 10}``; 0 folds leave
        the scores out. "auto" takes stations where there are any, else blocks of coarse cells.
    classes : str or sequence of str
        Columns of classes beside the covariates that the learner sees too, as "koppen"; see `Recipe.classes`.
    seed : int
    threads : int
        0 means all cores.
    **options
        Of the learner, as ``n_trees=500``.

    Returns
    -------
    Model

    Raises
    ------
    OptionError
        If a learner or an option is unknown or outside of its limits; with those that there are.
    InputError
        If there are too few samples, or a covariate is constant.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json")
    >>> model = soilsharp.train(samples, "random_forest", n_trees=50, folds="date", seed=1)
    >>> model
    Model: Random forest
      Trained on                the coarse product
      Samples                   144
      ...
      Fold scores of the model  RMSE 0.0..., ubRMSE 0.0..., R 0... (folds by date)
    >>> model.write("model.soilsharp")
    """
    searched = SearchOptions.of(search)
    if not isinstance(learner, Recipe):
        seen = tuple(names_of(classes, "classes"))
        learner = Recipe((Candidate.of(learner, options),), search=searched, classes=seen)
    elif options or classes or searched != SearchOptions():
        held = ", ".join(options) or ("classes" if classes else "search")
        raise OptionError(f"A recipe holds its own {held}; change the recipe instead.")
    seed, threads = whole_number(seed, "seed"), whole_number(threads, "threads")
    return train_recipe(opened(Samples, samples, "samples"), learner, FoldOptions.of(folds), seed, threads, progress)


@overload
def predict(
    source: Study | PathLike,
    model: Model | PathLike,
    day: Day,
    *,
    consistency: str | Mapping | ConsistencyOptions = ...,
    progress: Progress = ...,
) -> FineMap: ...


@overload
def predict(source: Samples | PathLike, model: Model | PathLike) -> np.ndarray: ...


def predict(source, model, day=None, *, consistency="off", progress=TELLING):
    """Predict the fine map of a study on a day, or the column of soil moisture that belongs to samples.

    Parameters
    ----------
    source : Study, Samples or path
        A path is that of a study if it ends in .json or a day is given, else that of samples.
    model : Model or path
    day : str, date or datetime64
        As "2023-05-01"; of a study only.
    consistency : str, mapping or ConsistencyOptions
        Whether and how maps are brought to the coarse product: "auto", "soft" or "strict" krige it, "additive" and
        "ratio" shift or scale the model's own map to its means, "off" leaves that as it is.

    Returns
    -------
    FineMap or ndarray, shape (n,), float32
        m3 m-3; NaN where a covariate is missing. The map is to the bit that which `downscale` writes.

    Raises
    ------
    InputError
        If a covariate of the model is missing, the day is not one of the study, or no pixel has all covariates.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json")
    >>> model = soilsharp.train(samples, "linear")
    >>> fine = soilsharp.predict("study.json", model, "2023-05-03")
    >>> fine
    FineMap of 2023-05-03: 36 x 36 pixels of 1000 m (EPSG:3035); 100% valid, mean 0.2... m3 m-3
    >>> fine.values.shape, fine.grid.resolution
    ((36, 36), (1000.0, 1000.0))
    >>> soilsharp.predict(samples, model).shape
    (144,)
    """
    model = opened(Model, model, "model")
    if isinstance(source, Samples) and day is not None:
        raise InputError(f"Samples hold days of their own; leave {day!r} out, or give a study for the map of that day.")
    if day is None and not isinstance(source, Study) and not str(source).endswith(".json"):
        return model.predict_samples(opened(Samples, source, "source"))
    study = opened(Study, source, "source")
    if day is None:
        raise InputError(f"Say which day is to be predicted, from {study.first} to {study.last}.")
    return predict_map(study, model, parse_day(day), ConsistencyOptions.of(consistency), progress)


def downscale(
    study: Study | PathLike,
    model: Model | PathLike,
    folder: PathLike,
    *,
    first: Day | None = None,
    last: Day | None = None,
    consistency: str | Mapping | ConsistencyOptions = "off",
    progress: Progress = TELLING,
) -> RunFacts:
    """Write the fine map of every day of a study as a GeoTIFF, sm_YYYYMMDD.tif.

    Parameters
    ----------
    study : Study or path
    model : Model or path
    folder : path
        Gets all maps or, after an error or a stop, none.
    first, last : str, date or datetime64, optional
        As "2023-05-01"; the first and the last day of the study when left out.
    consistency : str, mapping or ConsistencyOptions
        Whether and how maps are brought to the coarse product: "auto", "soft" or "strict" krige it, "additive" and
        "ratio" shift or scale the model's own map to its means, "off" leaves that as it is.

    Returns
    -------
    RunFacts
        Days and paths of the maps, days without one, and the valid fraction of the covariates.

    Raises
    ------
    InputError
        If the study lacks a covariate of the model or the days, or no pixel of any day has all covariates.

    Examples
    --------
    >>> import soilsharp
    >>> model = soilsharp.train(soilsharp.sample("study.json"), "linear")
    >>> maps = soilsharp.downscale("study.json", model, "maps", last="2023-05-04", consistency="additive")
    >>> maps
    4 maps
      Folder         maps
      Days           2023-05-01 to 2023-05-04
      Soil moisture  0.2... m3 m-3 in the mean of the maps
    >>> maps.maps[0].path.name
    'sm_20230501.tif'
    """
    return downscale_series(
        opened(Study, study, "study"),
        opened(Model, model, "model"),
        path_of(folder, "folder"),
        first=None if first is None else parse_day(first),
        last=None if last is None else parse_day(last),
        options=ConsistencyOptions.of(consistency),
        progress=progress,
    )


def learners() -> dict[str, str]:
    """Return the learners: the key of each, as `train` takes it, and its label.

    Examples
    --------
    >>> import soilsharp
    >>> soilsharp.learners()["lightgbm"]
    'Gradient boosting (LightGBM)'
    """
    return {record.key: record.label for record in LEARNERS}


def run(
    study: Study | PathLike,
    method: Method | PathLike,
    folder: PathLike,
    *,
    roles: Mapping[str, str] | None = None,
    leave_out: str | Sequence[str] = (),
    threads: int = 0,
    full: bool = False,
    consistency: str = "",
    spread: bool = False,
    error_draws: int = 0,
    progress: Progress = TELLING,
) -> RunResult:
    """Run a method on a study, from samples to reports.

    Parameters
    ----------
    study : Study or path
    method : Method, path, or name of a shipped method
    folder : path
        Gets samples, model, maps and reports or, after an error or a stop, nothing.
    roles : mapping, optional
        Role of the method to covariate of the study, where names do not tell.
    leave_out : str or sequence of str
        Roles to do without.
    threads : int
        0 means all cores.
    full : bool
        Whether to take the full settings of the paper where the method has cheaper ones; see `Method.full`.
    consistency : str
        How maps are brought to the coarse product: "auto", "soft", "strict", "additive", "ratio" or "off"; as the
        method has it when left out.
    spread : bool
        Whether to map the method's own uncertainty and its parts too.
    error_draws : int
        With `spread`: how often maps are made again with covariates disturbed by their errors.

    Returns
    -------
    RunResult
        The folder, the facts of the maps, and the table of scores if there are stations.

    Raises
    ------
    InputError
        Before anything starts, if the study lacks what the method needs.

    Examples
    --------
    >>> import soilsharp
    >>> result = soilsharp.run("study.json", "coarse_linear", "run")
    >>> result.scores["product"].tolist()
    ['SoilSharp map', 'Coarse as is', 'Coarse bilinear', 'Coarse smooth']
    """
    places = {"the study": study, "the method": method}
    with keeping({what: place for what, place in places.items() if isinstance(place, (str, os.PathLike))}):
        asked = opened(Method, method, "method")
        asked = asked.in_full() if full else asked
        asked = asked.with_consistency(consistency) if consistency else asked
        if spread:
            asked = asked.with_spread(whole_number(error_draws, "error_draws"))
        return run_method(
            opened(Study, study, "study"), asked, path_of(folder, "folder"),
            whole_number(threads, "threads"), progress, roles=mapping_of(roles, "roles"),
            leave_out=names_of(leave_out, "leave_out"),
        )  # fmt: skip
