# SPDX-License-Identifier: GPL-2.0-or-later
"""What maps and predictions are worth: the verbs that judge."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields

from ..analysis.scale_check import ScaleCheck
from ..analysis.scale_check import check_scale_transfer as check_scales
from ..base.arguments import names_of, opened, path_of
from ..base.errors import OptionError
from ..base.inputs import keeping
from ..base.options import Options
from ..base.progress import Progress
from ..samples.samples import Samples
from ..scoring.baselines import MAP
from ..scoring.predictions import Predictions
from ..scoring.settings import AnomalyOptions, ScoreOptions
from ..stations.stations import Stations
from ..study.study import Study
from ..training.explain.explanation import Explanation
from ..training.explain.explanation import explain as explained
from ..training.explain.report import write_explanation
from ..training.model import Model
from ..training.settings import ExplainOptions
from ..validation.given import Maps, reference_of, series_of
from ..validation.land_classes import named_classes
from ..validation.physics import physics_beside
from ..validation.products import ProductComparison, compare_products
from ..validation.score import score_maps
from ..validation.score_predictions import PredictionScores
from ..validation.score_predictions import score_predictions as scored
from ..validation.scores_folder import write_scores, write_validation
from ..validation.settings import BandOptions, SeriesOptions, WindowOptions
from ..validation.station_series import SeriesBeside
from .telling import TELLING, PathLike

SEVERAL = ("by", "classes", "parts", "scales", "series_stations")  # settings that may be lists of names


def validate(
    maps: Maps | Mapping[str, Maps],
    reference: Study | Stations | Maps,
    coarse: Maps | None = None,
    folder: PathLike | None = None,
    *,
    physics: Study | PathLike | None = None,
    progress: Progress = TELLING,
    **options,
) -> ProductComparison:
    """Compare maps with stations or with another product, beside the coarse product that they come from.

    Parameters
    ----------
    maps : path, RunFacts, Series, or mapping of such
        A folder or a pattern of dated rasters, or what `downscale` returned; several under their names.
    reference : Study, Stations, Series or path
        A study stands for its stations. A path is that of a study, dated rasters, or a table or layer of stations.
    coarse : path or Series, optional
        The coarse product; that of the study when a study is the reference.
    folder : path, optional
        Gets the scores as tables and a page of all, against stations also a layer of these and predictions.csv. Rain of
        a study that is the reference is drawn below the series of stations.
    physics : Study or path, optional
        Whose coarse product, surface temperature and NDVI make maps by physics alone; these are rows too, see
        `physics_beside`.
    **options
        Settings of `WindowOptions` and, for the page, of `SeriesOptions`, as ``series_stations=["S01", "S07"]``, and of
        `BandOptions`.

    Returns
    -------
    ProductComparison
        `table` with the scores of every product, `per_date`, and of stations `stations.per_station`.

    Raises
    ------
    InputError
        If there are no common days or places, or a station that is asked for is not there.
    OptionError
        If a setting is unknown, or outside of its limits.

    Examples
    --------
    >>> import soilsharp
    >>> study = soilsharp.Study.read("study.json")
    >>> model = soilsharp.train(soilsharp.sample(study), "linear")
    >>> maps = soilsharp.downscale(study, model, "maps")
    >>> soilsharp.validate(maps, study).table["product"].tolist()
    ['SoilSharp map', 'Coarse as is', 'Coarse bilinear', 'Coarse smooth']
    >>> soilsharp.validate({"linear": maps}, "truth")
                 n   bias   rmse  ubrmse    mae      r     r2    kge
    product
    linear   20736 ...
    """
    several = maps if isinstance(maps, Mapping) else {MAP: maps}
    products = {name: series_of(one, "maps") for name, one in several.items()}
    windows, shown, bands = _divided(options, WindowOptions, SeriesOptions, BandOptions)
    found = reference_of(reference)
    study = found if isinstance(found, Study) else None
    against = found.stations() if isinstance(found, Study) else found
    if coarse is None and study is not None and study.coarse:
        coarse = study.coarse_series
    given = None if coarse is None else series_of(coarse, "coarse")
    of = None if physics is None else opened(Study, physics, "physics")
    begun = 0.4 if of is not None else 0.0
    with physics_beside(of, products, against, progress.part(0, begun)) as found_by:
        products |= found_by.maps
        result = compare_products(products, against, given, options=windows, progress=progress.part(begun, 0.8))
        result.note_refused(found_by.refused)
        for text in result.warnings:
            progress.warn(text)
        if folder is not None:
            of_rasters = None if isinstance(against, Stations) else against
            read: dict[str, list] = {"the maps": [one.path for series in products.values() for one in series.sources]}
            read |= {"the reference": [reference]} if isinstance(reference, (str, os.PathLike)) else {}
            read |= {"the coarse product": [source.path for source in given.sources]} if given is not None else {}
            with keeping(read):
                place = path_of(folder, "folder")
                beside = SeriesBeside(shown, study)
                write_validation(place, result, products, of_rasters, given, beside, bands.station_error)
    return result


def explain(
    model: Model | PathLike,
    samples: Samples | PathLike,
    folder: PathLike | None = None,
    *,
    seed: int = 0,
    progress: Progress = TELLING,
    **options,
) -> Explanation:
    """Tell what a model goes by, and whether physics expects it, also by land cover.

    Parameters
    ----------
    model : Model or path
    samples : Samples or path
        Best those that the model has not learned from.
    folder : path, optional
        Gets the tables and a page of all.
    seed : int
        Of what is drawn.
    **options
        Settings of `ExplainOptions`, as ``legend="worldcover"``.

    Returns
    -------
    Explanation
        `importance` and `by_class` with the directions, `effects` with accumulated local effects and partial
        dependence, `against` with a sentence on each direction that physics does not expect.

    Raises
    ------
    InputError
        If a covariate is missing, or too few samples are complete.
    OptionError
        If a setting is unknown, or outside of its limits.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json")
    >>> found = soilsharp.explain(soilsharp.train(samples, "linear"), samples, max_samples=200)
    >>> found
    The model goes most by ...
    >>> found.effects["curve"].unique().tolist()
    ['ALE', 'PD']
    """
    settings = ExplainOptions.of(options)
    speaks, known = opened(Model, model, "model"), opened(Samples, samples, "samples")
    found = explained(speaks, known, settings, seed, progress)
    for text in (*found.warnings, *found.against):
        progress.warn(text)
    if folder is not None:
        given = {"the model": model, "the samples": samples}
        with keeping({name: one for name, one in given.items() if isinstance(one, (str, os.PathLike))}):
            write_explanation(path_of(folder, "folder"), found, speaks.passport, progress)
    return found


def _divided(options: Mapping, *records: type[Options]) -> list:
    """Return settings as the records that they belong to; some may be lists of names."""
    known = {setting.name: record for record in records for setting in fields(record)}
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise OptionError(f"Unknown setting {', '.join(map(repr, unknown))}; known are {', '.join(known)}.")
    values = {n: ",".join(names_of(value, n)) if n in SEVERAL else value for n, value in options.items()}
    return [record.of({n: value for n, value in values.items() if known[n] is record}) for record in records]


def score(region: PathLike, maps: Maps, *, progress: Progress = TELLING) -> dict:
    """Score maps against the truth of a synthetic region, beside the coarse product on the same pixels.

    Parameters
    ----------
    region : path
        The folder of a sample region.
    maps : path, RunFacts or Series
        A folder or a pattern of dated rasters, or what `downscale` returned; m3 m-3.

    Returns
    -------
    dict
        What `soilsharp score` prints as JSON: region, days, fraction, scores, seen and band.

    Raises
    ------
    InputError
        If the folder is no synthetic region, or the two have no day or pixel in common.

    Examples
    --------
    >>> import soilsharp
    >>> model = soilsharp.train(soilsharp.sample("study.json"), "linear")
    >>> maps = soilsharp.downscale("study.json", model, "maps")
    >>> result = soilsharp.score(".", maps)
    >>> result["days"], result["fraction"], result["band"]
    (16, 1.0, None)
    """
    return score_maps(path_of(region, "region"), series_of(maps, "maps"), progress)


def check_scale_transfer(
    study: Study | PathLike,
    model: Model | PathLike,
    samples: Samples | PathLike,
    folder: PathLike | None = None,
    *,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = TELLING,
) -> ScaleCheck:
    """Say what a model of a coarse product loses from the scale that it learned at to the one that it is asked for.

    Parameters
    ----------
    study : Study or path
        With the covariates of the model.
    model : Model or path
    samples : Samples or path
        Of the coarse product, that it has learned from.
    folder : path, optional
        Gets the tables, a page, and the model with what was found in its passport.
    seed, threads : int
        0 threads means all cores.

    Returns
    -------
    ScaleCheck
        `transfer.table` with the losses, `outside` with the pixels that leave the range of the coarse means, `model`.

    Raises
    ------
    InputError
        If something lacks a covariate, or there are too few super-cells; with the numbers.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json")
    >>> check = soilsharp.check_scale_transfer("study.json", soilsharp.train(samples, "linear"), samples)
    >>> check.transfer.table["learned"].tolist(), check.transfer.table["scored"].tolist()
    ([1, 2, 1], [1, 1, 2])
    """
    read = {
        name: given
        for name, given in {"the study": study, "the model": model, "the samples": samples}.items()
        if isinstance(given, (str, os.PathLike))
    }
    study = opened(Study, study, "study")
    model = opened(Model, model, "model")
    samples = opened(Samples, samples, "samples")
    found = check_scales(study, model, samples, seed, threads, progress)
    if folder is not None:
        with keeping({**study.reads(), **read}):
            found.write(path_of(folder, "folder"), progress)
    return found


def score_predictions(
    predictions: Predictions | PathLike,
    folder: PathLike | None = None,
    study: Study | PathLike | None = None,
    *,
    progress: Progress = TELLING,
    **options,
) -> PredictionScores:
    """Score predictions of rows that were held out, by date, season, class and place.

    Parameters
    ----------
    predictions : Predictions or path
        `Model.held_out`, or the file predictions.csv that training, comparing learners, a method or a validation wrote.
    folder : path, optional
        Gets the scores and their spread as tables, the places as a layer, and a page of all.
    study : Study or path, optional
        Its rain is drawn below the series of the page.
    **options
        Settings of `ScoreOptions` and `AnomalyOptions`, as ``by=["month", "quantile"]`` or ``values="short_term"``,
        and, for the page, of `SeriesOptions`, as ``series_stations=["S01", "S07"]``.

    Returns
    -------
    PredictionScores
        `pooled`, `groups`, `per_place` and `spread` are tables.

    Raises
    ------
    InputError
        If the table knows nothing of the classes that are asked for, or no row is left to score.
    OptionError
        If a setting is unknown, or outside of its limits.

    Examples
    --------
    >>> import soilsharp
    >>> model = soilsharp.train(soilsharp.sample("study.json"), "linear")
    >>> found = soilsharp.score_predictions(model.held_out, by="quantile")
    >>> found.groups["quantile"]["quantile"].unique().tolist()
    [1, 2, 3, 4]
    """
    wanted, departing, shown = _divided(options, ScoreOptions, AnomalyOptions, SeriesOptions)
    files = {"the predictions": predictions} if isinstance(predictions, (str, os.PathLike)) else {}
    with keeping(files):
        given = opened(Predictions, predictions, "predictions")
        of_study = None if study is None else opened(Study, study, "study")
        found = scored(named_classes(given, of_study), wanted, departing, progress)
        for text in found.warnings:
            progress.warn(text)
        if folder is not None:
            write_scores(path_of(folder, "folder"), found, beside=SeriesBeside(shown, of_study), progress=progress)
    return found
