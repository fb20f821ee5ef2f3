# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of where a model has never been: how unlike each pixel is to its samples, and which covariate makes it so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.inputs import keeping
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..downscaling.prediction import covariates_of
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.open import Source
from ..rasters.raster import aligned, small_cache
from ..rasters.series import Series
from ..samples.samples import Samples
from ..scoring.predictions import Predictions
from ..study.study import Study
from ..training.applicability import Applicability, applicability
from ..training.model import Model
from ..units import OF_MAPS, SM_UNIT
from .outside_polygons import FILE as POLYGONS
from .outside_polygons import outside_features, write_features
from .reach import held_out_index, outside_sentence
from .settings import ApplicabilityOptions
from .where_next import where_next

INDEX, INSIDE, PUSHED, DENSITY = "dissimilarity", "applicable", "pushed_out_by", "point_density"
MASKED = "masked"
COVARIATES, ERRORS, SITES = "covariates.csv", "error_by_dissimilarity.csv", "where_next.csv"
BINS = 10  # of dissimilarity, with as many samples each
LEAST_IN_BIN = 10
THRESHOLD_TAG = "SOILSHARP_THRESHOLD"


@dataclass(frozen=True)
class ApplicabilityMaps:
    """What came of it.

    Attributes
    ----------
    outcome : Outcome
        The maps, and the days that have none.
    learned : Applicability
    days : DataFrame
        One row a day: day, known (pixels), outside (fraction of these).
    covariates : DataFrame
        One row a covariate, the one that pushes most out first: covariate, code (in the maps), importance, and
        pushed_out, the fraction of the known pixels and days that are outside mostly by it.
    errors : DataFrame
        Of groups of held-out samples, the more unlike the later: dissimilarity (mean), n, rmse, bias (m3 m-3); empty
        where no predictions were given.
    sites : DataFrame
        See `where_next`.
    facts : dict
    """

    outcome: Outcome
    learned: Applicability
    days: pd.DataFrame
    covariates: pd.DataFrame
    errors: pd.DataFrame
    sites: pd.DataFrame
    facts: dict

    @property
    def outside(self) -> float:
        """Fraction of the known pixels and days outside of the area of applicability."""
        known = self.days["known"].to_numpy(float)
        return float((self.days["outside"] * known).sum() / known.sum())

    @property
    def sentence(self) -> str:
        """One line for log and report."""
        return outside_sentence(self.outside, self.covariates.iloc[0]["covariate"])

    def map_of(self, name: str, day: np.datetime64) -> os.PathLike:
        """Return one of the maps of a day."""
        return next(made.path for made in self.outcome.maps if made.name == name and made.day == day)


def applicability_maps(
    study: Study,
    model: Model,
    samples: Samples,
    folder: str | os.PathLike,
    options: ApplicabilityOptions = ApplicabilityOptions(),
    *,
    maps: str | os.PathLike = "",
    predictions: Predictions | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> ApplicabilityMaps:
    """Map on each day of a study how unlike a pixel is to the samples of a model, and where that is too much.

    Parameters
    ----------
    study : Study
        With the covariates of the model.
    model : Model
    samples : Samples
        That it has learned from.
    folder : path
        Gets the folders dissimilarity (index, 1 is the mean distance between two samples), applicable (1 inside of the
        area of applicability, 0 outside) and pushed_out_by (the number of a covariate in covariates.csv, 0 inside),
        with dissimilarity_20230501.tif and so on; point_density, masked and outside.geojson where asked for;
        summary.csv and tables; nothing after an error or a cancel.
    options : ApplicabilityOptions, optional
    maps : path, optional
        Daily maps of soil moisture, a folder or a pattern: those of the days come again, without pixels outside.
    predictions : Predictions, optional
        Held-out predictions of the samples: their error is told by dissimilarity.
    first, last : datetime64[D], optional
        The first and the last day of the study when left out.
    seed : int
    progress : Progress

    Raises
    ------
    InputError
        If the study or the samples lack a covariate, samples are all alike, or no pixel has all covariates.

    References
    ----------
    Meyer and Pebesma 2021.
    """
    names = covariates_of(study, model)
    days = study.days_asked(first, last)
    reads = {**study.reads(), **({"the maps": maps} if maps else {})}
    with small_cache(), keeping(reads):
        learned = applicability(model, samples, options.equal_weights, seed, progress=progress.part(0, 0.1))
        errors = _errors(learned, samples, predictions)
        given = _of_days(maps, days, progress)
        work = _Work(study, model, learned, names, options, given)
        variables = [INDEX, INSIDE, PUSHED, *([DENSITY] if options.density else []), *([MASKED] if given else [])]
        with importing(folder, variables, progress, reads=reads) as importer:
            for day, part in progress.part(0.1, 0.9).parts(days):
                with importer.trying(str(day)):
                    work.write_day(importer, day, part)
            sites = where_next(study, learned, names, days, options.n_sites, seed, progress.part(0.9, 1))
            covariates = work.table()
            for name, table in {COVARIATES: covariates, ERRORS: errors, SITES: sites}.items():
                # an earlier one must not tell of these maps
                if len(table) or (importer.outcome.folder / name).exists():
                    importer.write_table(name, table)
            if options.hatch:
                importer.write_file(POLYGONS, lambda path: write_features(path, work.features))
    result = ApplicabilityMaps(
        importer.outcome,
        learned,
        pd.DataFrame(work.days),
        covariates,
        errors,
        sites,
        _facts(model, study, learned, days),
    )
    progress.say(result.sentence)
    return result


@dataclass
class _Work:
    """What is mapped, and what was seen of it so far."""

    study: Study
    model: Model
    learned: Applicability
    names: list[str]
    options: ApplicabilityOptions
    given: Mapping[np.datetime64, Source]
    days: list[dict] = field(default_factory=list)
    features: list[dict] = field(default_factory=list)
    pushed: np.ndarray = field(init=False)

    def __post_init__(self):
        self.pushed = np.zeros(len(self.names), np.int64)

    def write_day(self, importer: Importer, day: np.datetime64, progress: Progress) -> None:
        """Write the maps of a day."""
        grid = self.study.grid
        units = {INDEX: "1", INSIDE: "1", PUSHED: "1"}
        if self.options.density:
            units[DENSITY] = "1"
        source = self.given.get(day)
        if source is not None:
            units[MASKED] = SM_UNIT
        tags = {THRESHOLD_TAG: f"{self.learned.threshold:.6g}"}
        counts = np.zeros(len(self.names), np.int64)
        codes = np.zeros(grid.shape if self.options.hatch else (0, 0), np.int16)
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(importer.writing(name, grid, unit, day, tags=tags))
                for name, unit in units.items()
            }
            reader = None if source is None else stack.enter_context(aligned(source, grid, "nearest"))
            for window, part in progress.parts(self.study.windows(self.names, np.array([day]))):
                layers = self._layers(day, window, part)
                outside = layers[PUSHED] > 0
                if self.options.hatch:
                    codes[window.toslices()] = np.nan_to_num(layers[PUSHED])
                counts += np.bincount(layers[PUSHED][outside].astype(int) - 1, minlength=len(self.names))
                if reader is not None:
                    layers[MASKED] = np.where(layers[INSIDE] == 1, reader.read(window), np.nan).astype(np.float32)
                for name, writer in writers.items():
                    writer.write(layers[name], window)
            known = writers[INDEX].count
            if not known:
                raise InputError("No pixel has all covariates of the model.")
        self.features += outside_features(codes, grid, day, self.names) if self.options.hatch else []
        self.pushed += counts
        self.days.append({"day": str(day), "known": known, "outside": counts.sum() / known})

    def _layers(self, day: np.datetime64, window, progress: Progress) -> dict[str, np.ndarray]:
        """Return the values of each map in a window, NaN where a covariate is unknown."""
        (block,) = self.study.features(self.names, np.array([day]), window, progress)
        known = np.isfinite(block).all(0)
        points = np.ascontiguousarray(block[:, known].T)
        found = self.learned.look(points, progress=progress, count=self.options.density)
        inside = found.index <= self.learned.threshold

        def layer(values: np.ndarray) -> np.ndarray:
            out = np.full(known.shape, np.nan, np.float32)
            out[known] = values
            return out

        return {
            INDEX: layer(found.index),
            INSIDE: layer(inside),
            PUSHED: layer(np.where(inside, 0, found.covariate + 1)),
            DENSITY: layer(found.density),
        }

    def table(self) -> pd.DataFrame:
        """Return what each covariate does; see `ApplicabilityMaps`."""
        known = max(1, sum(row["known"] for row in self.days))
        table = pd.DataFrame({
            "covariate": self.names,
            "code": np.arange(len(self.names)) + 1,
            "importance": self.learned.importance,
            "pushed_out": self.pushed / known,
        })  # fmt: skip
        return table.sort_values("pushed_out", ascending=False, kind="stable", ignore_index=True)


def _of_days(maps: str | os.PathLike, days: np.ndarray, progress: Progress) -> dict[np.datetime64, Source]:
    """Return the daily maps of some days by these; none if none are given. Days without one are told."""
    if not maps:
        return {}
    series = Series.from_files(maps).as_moisture(OF_MAPS)
    own = series.only(np.isin(series.days, days))
    if not len(own):
        raise InputError(
            f"None of the maps to mask is of {days[0]} to {days[-1]}: they run from {series.days[0]} to "
            f"{series.days[-1]}. Give maps of these days, or none."
        )
    lacking = len(days) - len(np.unique(own.days))
    if lacking:
        progress.warn(f"{counted(lacking, 'day')} of {len(days)} have no map to mask.")
    return dict(zip(own.days, own.sources))


def _errors(learned: Applicability, samples: Samples, predictions: Predictions | None) -> pd.DataFrame:
    """Return the error of held-out samples by how unlike they are to what their fold has learned from.

    As the error profiles of Meyer and Pebesma 2021, section 2.4.
    """
    columns = ["dissimilarity", "n", "rmse", "bias"]
    if predictions is None:
        return pd.DataFrame(columns=columns)
    held = held_out_index(learned, samples, predictions)
    name = predictions.models[0]
    pairs = held.assign(error=held[name] - held["observed"]).dropna(subset=["error", "index"])
    if len(pairs) < 2 * LEAST_IN_BIN:
        raise InputError(
            f"{len(pairs)} held-out predictions are of the samples; at least {2 * LEAST_IN_BIN} are needed to tell the "
            "error by dissimilarity. Give the predictions of the training of this model."
        )
    bins = min(BINS, len(pairs) // LEAST_IN_BIN)
    group = pd.qcut(pairs["index"].rank(method="first"), bins, labels=False)
    rows = [
        {
            "dissimilarity": part["index"].mean(),
            "n": len(part),
            "rmse": float(np.sqrt((part["error"] ** 2).mean())),
            "bias": part["error"].mean(),
        }
        for _, part in pairs.groupby(group)
    ]
    return pd.DataFrame(rows, columns=columns)


def _facts(model: Model, study: Study, learned: Applicability, days: np.ndarray) -> dict:
    return {
        "Model": model.passport["learner"],
        "Study": study.name,
        "Days": f"{days[0]} to {days[-1]}",
        "Samples": counted(len(learned.reference), "sample"),
        "Threshold": f"{learned.threshold:.3g}, the upper whisker of the samples' own dissimilarity",
        "Folds": learned.folds or "none: each sample is held against all others",
    }
