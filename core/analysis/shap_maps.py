# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of what each covariate adds to the prediction of a model, pixel by pixel: SHAP values."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base.duration import duration
from ..base.errors import InputError
from ..base.extras import require
from ..base.names import class_of, counted, file_name, grouped
from ..base.options import listed
from ..base.progress import SILENT, Progress
from ..downscaling.prediction import covariates_of
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.raster import small_cache
from ..samples.samples import Samples
from ..study.study import Study
from ..training.explain.explanation import usable
from ..training.explain.shap_values import how_computed, packages_for, shap_values
from ..training.model import Model
from ..units import SM_UNIT
from .settings import ShapMapOptions

PREDICTED = "predicted"  # the map that all values and the base add up to
RANKED = 200  # samples that tell which covariates are the most important ones
TIMED = 32  # pixels from which the time of all is told
BASE_TAG = "SOILSHARP_SHAP_BASE"


@dataclass(frozen=True)
class ShapMaps:
    """What came of it.

    Attributes
    ----------
    outcome : Outcome
        The maps, one a covariate and day, and the days that have none.
    table : DataFrame
        One row a covariate that was mapped: covariate, mean_abs (mean of the absolute SHAP values over pixels and
        days, m3 m-3), mean, least and most (m3 m-3).
    base : dict of datetime64[D] to float
        The mean prediction of the samples that the values of a day are added to, m3 m-3.
    facts : dict
    warnings : tuple of str
    """

    outcome: Outcome
    table: pd.DataFrame
    base: dict[np.datetime64, float]
    facts: dict
    warnings: tuple[str, ...]

    def maps_of(self, day: np.datetime64) -> dict[str, os.PathLike]:
        """Return the maps of a day, by covariate, and that of the prediction."""
        names = {_map_of(name): name for name in self.table["covariate"]}
        return {names.get(made.name, PREDICTED): made.path for made in self.outcome.maps if made.day == day}


def shap_maps(
    study: Study,
    model: Model,
    samples: Samples,
    folder: str | os.PathLike,
    options: ShapMapOptions = ShapMapOptions(),
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> ShapMaps:
    """Map what covariates add to the prediction of a model on each day of a study.

    The values of all covariates and the base, the mean prediction of the samples, add up to what the model predicts,
    before any consistency with the coarse product. About how long it takes is told before the first map.

    Parameters
    ----------
    study : Study
        With the covariates of the model.
    model : Model
    samples : Samples
        With the covariates of the model: what its predictions are compared with, as in `explain`.
    folder : path
        Gets for each covariate a folder as shap_ndvi, with shap_ndvi_20230501.tif in m3 m-3, the same of what is
        predicted, and summary.csv; nothing after an error or a cancel.
    options : ShapMapOptions, optional
    first, last : datetime64[D], optional
        The first and the last day of the study when left out.
    seed : int
        Of the choice of samples, and of what SHAP draws.
    progress : Progress

    Raises
    ------
    InputError
        If the study or the samples lack a covariate, the model has none of a name, or no pixel has all covariates.
    MissingPackage
        If SHAP values of the learner need the package shap and it is not there.

    References
    ----------
    Lundberg and Lee 2017; of predictions in space: Poehls et al. 2025, section 5.3 and supplement.
    """
    require(*packages_for(model.fitted))
    warnings: list[str] = []
    background, _ = usable(model, samples, warnings)
    for line in warnings:
        progress.warn(line)
    names = covariates_of(study, model)
    work = _Work(study, model, background, names, seed)
    work.chosen.update(_chosen(work, options, progress.part(0, 0.03)))
    days = study.days_asked(first, last)
    variables = [PREDICTED, *map(_map_of, work.chosen)]
    with small_cache(), importing(folder, variables, progress, reads=study.reads()) as importer:
        _tell_time(work, days, progress)
        for day, part in progress.part(0.03, 1).parts(days):
            with importer.trying(str(day)):
                work.write_day(importer, day, part)
    facts = {
        "Model": model.passport["learner"],
        "Study": study.name,
        "Days": f"{days[0]} to {days[-1]}",
        "Compared with": counted(len(background), "sample"),
        "SHAP values": how_computed(model.fitted),
        "Seed": seed,
    }
    return ShapMaps(importer.outcome, work.table(), work.base, facts, tuple(warnings))


@dataclass
class _Work:
    """What is mapped, and what was seen of it so far.

    Attributes
    ----------
    names : list of str
        The study's names of the model's covariates.
    chosen : dict of str to list of int
        The columns of each covariate that is mapped; those of its classes count together.
    sums : dict of str to list of float
        Of each covariate number, sum, absolute sum, least and most of its values.
    """

    study: Study
    model: Model
    background: Samples
    names: list[str]
    seed: int
    chosen: dict[str, list[int]] = field(default_factory=dict)
    base: dict[np.datetime64, float] = field(default_factory=dict)
    sums: dict[str, list[float]] = field(default_factory=dict)

    def values(self, X: np.ndarray, day: np.datetime64, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        """Return the SHAP values of pixels, shape (n, features), and their base, shape (n,), m3 m-3."""
        days = np.full(len(X), day)
        return shap_values(self.model.fitted, X, self.background.X, self.seed, progress, days, self.background.days)

    def pixels(self, day: np.datetime64, window, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        """Return the covariates of the pixels that can be predicted, shape (n, features), and where they are."""
        (block,) = self.study.features(self.names, np.array([day]), window, progress)
        finite = np.isfinite(block)
        known = finite[~self.model.takes_gaps].all(0) & finite.any(0)
        return np.ascontiguousarray(block[:, known].T), known

    def windows(self, day: np.datetime64) -> list:
        """Return the windows of the target grid that are worked on one after another."""
        return self.study.windows(self.names, np.array([day]))

    def write_day(self, importer: Importer, day: np.datetime64, progress: Progress) -> None:
        """Write the maps of a day."""
        _, base = self.values(self.background.X[:1], day, progress.part(0, 0))
        self.base[day] = float(base[0])
        tags = {BASE_TAG: f"{self.base[day]:.9g}"}
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(importer.writing(_map_of(name), self.study.grid, SM_UNIT, day, tags=tags))
                for name in (PREDICTED, *self.chosen)
            }
            for window, part in progress.parts(self.windows(day)):
                X, known = self.pixels(day, window, part)
                layers = {name: np.full(known.shape, np.nan, np.float32) for name in writers}
                if len(X):
                    values, base = self.values(X, day, part)
                    layers[PREDICTED][known] = values.sum(1) + base
                    for name, columns in self.chosen.items():
                        own = values[:, columns].sum(1)
                        layers[name][known] = own
                        self._see(name, own)
                for name, layer in layers.items():
                    writers[name].write(layer, window)
            if not writers[PREDICTED].count:
                raise InputError("No pixel has all covariates of the model.")

    def _see(self, name: str, values: np.ndarray) -> None:
        n, total, size, least, most = self.sums.get(name, [0, 0.0, 0.0, np.inf, -np.inf])
        self.sums[name] = [
            n + len(values), total + values.sum(), size + np.abs(values).sum(), min(least, values.min()),
            max(most, values.max()),
        ]  # fmt: skip

    def table(self) -> pd.DataFrame:
        """Return what was seen; see `ShapMaps`."""
        rows = [
            {"covariate": name, "mean_abs": size / n, "mean": total / n, "least": least, "most": most}
            for name, (n, total, size, least, most) in self.sums.items()
        ]
        return pd.DataFrame(rows)


def _map_of(name: str) -> str:
    """Return what the maps of a covariate are called."""
    return name if name == PREDICTED else f"shap_{file_name(name)}"


def _chosen(work: _Work, options: ShapMapOptions, progress: Progress) -> dict[str, list[int]]:
    """Return the covariates to map: those that are named, else the most important ones of the samples."""
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(work.model.names):
        groups.setdefault((class_of(name) or (name,))[0], []).append(i)
    asked = listed(options.covariates)
    unknown = [name for name in asked if name not in groups]
    if unknown:
        raise InputError(f"The model has no covariate {', '.join(unknown)}; it has {', '.join(groups)}.")
    if asked:
        return {name: groups[name] for name in asked}
    if len(groups) <= options.n_covariates:
        return groups
    size = _importance(work, groups, progress)
    best = sorted(groups, key=lambda name: -size[name])[: options.n_covariates]
    progress.say(f"The most important covariates are mapped: {', '.join(best)}")
    return {name: groups[name] for name in best}


def _importance(work: _Work, groups: Mapping[str, Sequence[int]], progress: Progress) -> dict[str, float]:
    """Return the mean absolute SHAP value of each covariate on some of the samples, m3 m-3."""
    samples = work.background
    if len(samples) > RANKED:
        rng = np.random.default_rng(work.seed)
        samples = samples.rows(np.sort(rng.choice(len(samples), RANKED, replace=False)))
    values, _ = shap_values(
        work.model.fitted, samples.X, work.background.X, work.seed, progress, samples.days, work.background.days
    )
    return {name: float(np.abs(values[:, columns].sum(1)).mean()) for name, columns in groups.items()}


def _tell_time(work: _Work, days: np.ndarray, progress: Progress) -> None:
    """Tell about how long all takes, from a few pixels of the middle day; nothing where these are unknown."""
    day = days[len(days) // 2]
    windows = work.windows(day)
    X, _ = work.pixels(day, windows[len(windows) // 2], progress)
    n_pixels = work.study.grid.size * len(days)
    words = f"SHAP values of {grouped(n_pixels)} pixels on {counted(len(days), 'day')}"
    if not len(X):
        progress.say(words)
        return
    few = X[np.linspace(0, len(X) - 1, min(TIMED, len(X))).astype(int)]
    took = []
    for rows in (few[:1], few):  # what one row takes is the beginning, which all windows share
        began = time.perf_counter()
        work.values(rows, day, progress.part(0, 0))
        took.append(time.perf_counter() - began)
    each = max(took[1] - took[0], 0.0) / max(len(few) - 1, 1)
    progress.say(f"{words}: about {duration(took[0] * len(windows) * len(days) + each * n_pixels)}")
