# SPDX-License-Identifier: GPL-2.0-or-later
"""How unlike a place is to the samples of a model: dissimilarity index, area of applicability, local point density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import cdist

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..report.words import TARGET_WORDS
from ..samples.samples import Samples
from .explain.explanation import permutation_importance, usable
from .folds.divide import make_folds, settled
from .folds.groups import Pair
from .nearest import Neighbours
from .settings import FoldOptions

if TYPE_CHECKING:
    from .model import Model

MOST_REFERENCES = 50_000  # samples that places are held against; of more as many are drawn
MOST_SHUFFLED = 2_000  # samples that tell the importances
MOST_PAIRED = 10_000  # samples whose distances among each other are averaged
N_SHUFFLES = 3
WHISKER = 1.5  # ranges between quartiles above the upper one
ROWS = 512  # of a block of distances


@dataclass(frozen=True)
class Dissimilarity:
    """How unlike n places are to the samples.

    Attributes
    ----------
    index : ndarray, shape (n,), float32
        The dissimilarity index; NaN where a covariate is unknown.
    covariate : ndarray, shape (n,), int16
        The number of the covariate that adds most to it; -1 where it is unknown.
    density : ndarray, shape (n,), int32
        How many samples are no further than the threshold, 0 where it is unknown; 1 for any number where they were not
        counted.
    """

    index: np.ndarray
    covariate: np.ndarray
    density: np.ndarray


@dataclass(frozen=True)
class Applicability:
    """Samples as points whose distances count: scaled to a standard deviation of 1, then by importance.

    Attributes
    ----------
    names : tuple of str
        The covariates of the model.
    columns : ndarray, shape (columns,), int
        The covariate of each column. One of classes has a column for each class.
    levels : ndarray, shape (columns,)
        The class that a column of 0 and 1 is of; NaN in others.
    centre, factor : ndarray, shape (columns,)
        Mean of the samples, and importance over their standard deviation.
    reference : ndarray, shape (samples, columns), float32
    mean_distance : float
        Between two samples.
    importance : ndarray, shape (covariates,)
        The weights, 1 together.
    training_index : ndarray, shape (samples,)
        Dissimilarity index of each sample to those that its fold has learned from; NaN if no fold held it out.
    rows : ndarray, shape (samples,), int
        Numbers of the samples among those that were given.
    folds : str
        How these were divided, in words; '' where each sample is held against all others.
    training_covariate : ndarray, shape (samples,), int
        The number of the covariate that adds most to the training index; -1 where that is NaN.

    References
    ----------
    Meyer and Pebesma 2021; local point density: Schumacher et al. 2025.
    """

    names: tuple[str, ...]
    columns: np.ndarray
    levels: np.ndarray
    centre: np.ndarray
    factor: np.ndarray
    reference: np.ndarray
    mean_distance: float
    importance: np.ndarray
    training_index: np.ndarray
    rows: np.ndarray
    folds: str
    training_covariate: np.ndarray

    @cached_property
    def threshold(self) -> float:
        """The largest dissimilarity index inside of the area of applicability.

        The upper whisker of the samples' own: their third quartile and 1.5 times the range between quartiles, and no
        more than the largest one.
        """
        own = self.training_index[np.isfinite(self.training_index)]
        lower, upper = np.quantile(own, [0.25, 0.75])
        return float(min(upper + WHISKER * (upper - lower), own.max()))

    def look(
        self, X: np.ndarray, threads: int = 0, progress: Progress = SILENT, *, count: bool = True
    ) -> Dissimilarity:
        """Return how unlike places are to the samples; X of shape (n, covariates).

        Unless near samples are to be counted, which takes longer, the density tells only whether there is one.
        """
        points = self.points(np.asarray(X, np.float32))
        known = np.isfinite(points).all(1)
        whole = points if known.all() else np.ascontiguousarray(points[known])
        radius = self.threshold * self.mean_distance
        number, near = self._neighbours.search(whole, radius if count else None, threads, progress)
        squares = (whole - self.reference[number]) ** 2
        apart = np.sqrt(squares.sum(1, dtype=float)) / self.mean_distance
        out = Dissimilarity(
            np.full(len(X), np.nan, np.float32), np.full(len(X), -1, np.int16), np.zeros(len(X), np.int32)
        )
        out.index[known] = apart
        out.covariate[known] = _adds_most(squares, self.columns)
        # rounding may put the nearest sample on the other side of the threshold than its distance does
        least = 1 if near is None else np.maximum(near, 1)
        out.density[known] = np.where(apart <= self.threshold, least, 0)
        return out

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self.reference)

    def points(self, X: np.ndarray) -> np.ndarray:
        """Return places as points like those of the samples, shape (n, columns), float32."""
        return scaled(X, self.columns, self.levels, self.centre, self.factor)


def applicability(
    model: Model,
    samples: Samples,
    equal: bool = False,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> Applicability:
    """Learn from the samples of a model where it may be believed.

    Parameters
    ----------
    model : Model
        Gives the importances of the covariates, by permutation, and the folds.
    samples : Samples
        That it has learned from, with all of its covariates.
    equal : bool
        Whether all covariates count alike.
    seed, threads : int
        Of what is drawn. 0 threads means all cores.

    Raises
    ------
    InputError
        If the samples lack a covariate, too few of them are whole, or all are alike.
    """
    warnings: list[str] = []
    _refuse_others(model, samples)
    samples, rows = usable(model, samples, warnings)
    whole = np.isfinite(samples.X).all(1)
    if not whole.all():
        warnings.append(f"{(~whole).sum()} of {len(whole)} samples lack a covariate, so nothing is held against them.")
        samples, rows = samples.rows(whole), rows[whole]
    for line in warnings:
        progress.warn(line)
    rng = np.random.default_rng(seed)
    importance = np.ones(len(samples.names)) if equal else _importance(model, samples, rng, progress.part(0, 0.5))
    pairs, words = _folds(model, samples, progress)
    return of_samples(samples, importance, pairs, rows, words, rng, threads, progress.part(0.5, 1))


def _refuse_others(model: Model, samples: Samples) -> None:
    """Raise `InputError` if samples are of another kind than those that a model has learned from."""
    learned, given = model.passport["target"], samples.facts.get("target", "table")
    if "table" not in (learned, given) and learned != given:
        raise InputError(
            f"The model has learned from samples of {TARGET_WORDS[learned]}, these are of {TARGET_WORDS[given]}: they "
            "do not tell what it has seen. Give the samples that it was trained on."
        )


def of_samples(
    samples: Samples,
    importance: np.ndarray,
    pairs: Sequence[Pair],
    rows: np.ndarray,
    folds: str,
    rng: np.random.Generator,
    threads: int = 0,
    progress: Progress = SILENT,
) -> Applicability:
    """Return the points of samples without gaps; see `applicability`."""
    columns, levels = _layout(samples)
    plain = scaled(samples.X, columns, levels, np.zeros(len(columns)), np.ones(len(columns))).astype(float)
    centre, spread = plain.mean(0), plain.std(0, ddof=1)
    moving = spread > 0
    if not (moving & (importance[columns] > 0)).any():
        raise InputError(f"All {len(samples)} samples have the same covariates; no place can be compared with them.")
    # a covariate that never changes has no scale that a change could be told by
    factor = np.where(moving, importance[columns] / np.where(moving, spread, 1), 0)
    points = scaled(samples.X, columns, levels, centre, factor)
    reference = _some(points, MOST_REFERENCES, rng)
    if len(reference) < len(points):
        progress.warn(f"Places are held against {len(reference)} samples, drawn from {len(points)}.")
    mean = mean_distance(_some(points, MOST_PAIRED, rng), progress.part(0, 0.3))
    if not mean:
        raise InputError(f"All {len(samples)} samples have the same covariates; no place can be compared with them.")
    apart, covariate = _apart(points, pairs, columns, threads, progress.part(0.3, 1))
    learned = Applicability(
        samples.names, columns, levels, centre, factor, reference, mean,
        importance / importance.sum(), apart / mean, rows, folds, covariate,
    )  # fmt: skip
    if not learned.threshold:
        twins = np.count_nonzero(apart == 0)
        progress.warn(
            f"{twins} of {len(points)} samples have the same covariates as one that their fold has learned from, so "
            "the threshold is 0 and only places exactly like a sample are inside. Train with folds by station or "
            "region, so that alike samples are held out together, or with a covariate that tells them apart."
        )
    return learned


def mean_distance(points: np.ndarray, progress: Progress = SILENT) -> float:
    """Return the mean distance between two different points; points of shape (n, columns)."""
    total = 0.0
    for start in progress.over(range(0, len(points), ROWS)):
        total += float(cdist(points[start : start + ROWS], points).sum())
    return total / max(len(points) * (len(points) - 1), 1)


def scaled(
    X: np.ndarray, columns: np.ndarray, levels: np.ndarray, centre: np.ndarray, factor: np.ndarray
) -> np.ndarray:
    """Return covariates as points whose distances count, shape (n, columns), float32; see `Applicability`."""
    values = X[:, columns]
    of_class = np.isfinite(levels)
    if of_class.any():
        codes = values[:, of_class]
        values[:, of_class] = np.where(np.isnan(codes), np.nan, codes == levels[of_class])
    return ((values - centre) * factor).astype(np.float32)


def _layout(samples: Samples) -> tuple[np.ndarray, np.ndarray]:
    """Return the covariate of each column, and the class that it is of, NaN in covariates that are numbers."""
    parts = [
        np.unique(samples.X[:, i]).astype(float) if i in samples.categories else np.array([np.nan])
        for i in range(len(samples.names))
    ]
    return np.repeat(np.arange(len(parts)), [len(part) for part in parts]), np.concatenate(parts)


def _some(points: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    if len(points) <= most:
        return points
    return points[np.sort(rng.choice(len(points), most, replace=False))]


def _importance(model: Model, samples: Samples, rng: np.random.Generator, progress: Progress) -> np.ndarray:
    """Return by how much the error grows when each covariate is shuffled; all alike if it never does."""
    rows = np.sort(rng.choice(len(samples), min(len(samples), MOST_SHUFFLED), replace=False))
    some = samples.rows(rows)
    growth = permutation_importance(
        lambda X, days, _: model.fitted.predict(X, days), some.X, some.y, some.days, N_SHUFFLES,
        int(rng.integers(2**31)), progress,
    )  # fmt: skip
    importance = np.maximum(growth.mean(1), 0)
    return importance if importance.any() else np.ones(len(importance))


def _folds(model: Model, samples: Samples, progress: Progress) -> tuple[Sequence[Pair], str]:
    """Return the folds of a model's scores once more, and their words; none, said, where there were none."""
    options = settled(FoldOptions.from_dict(model.passport["folds"], "folds of the model"), samples)
    if not options.n_folds:
        progress.warn(
            "The model was trained without folds: each sample is held against all others, even its neighbours."
        )
        return [], ""
    try:
        return make_folds(
            samples, options, model.passport["seed"], progress
        ), f"{options.n_folds} folds by {options.by}"
    except InputError as error:
        progress.warn(
            f"The folds of the model cannot be made of these samples, so each is held against all others: {error}"
        )
        return [], ""


def _apart(
    points: np.ndarray, pairs: Sequence[Pair], columns: np.ndarray, threads: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance of each point to the nearest of those that its fold learns from, and what adds most to it.

    NaN, and -1 for the number of the covariate, if none tests it.
    """
    apart, covariate = np.full(len(points), np.nan), np.full(len(points), -1)
    if not pairs:
        from sklearn.neighbors import NearestNeighbors

        found, number = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points)
        # the first is the point itself, or another at the same place
        return found[:, 1], _adds_most((points - points[number[:, 1]]) ** 2, columns)
    for (learn, test), step in progress.parts(list(pairs)):
        number, _ = Neighbours(points[learn]).search(points[test], threads=threads, progress=step)
        squares = (points[test] - points[learn][number]).astype(float) ** 2
        found = np.sqrt(squares.sum(1))
        closer = ~(apart[test] <= found)
        rows = test[closer]
        apart[rows] = found[closer]
        covariate[rows] = _adds_most(squares[closer], columns)
    return apart, covariate


def _adds_most(squares: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return which covariate adds most to squared distances of shape (n, columns); its classes together."""
    if len(np.unique(columns)) == len(columns):
        return squares.argmax(1)
    starts = np.searchsorted(columns, np.arange(columns[-1] + 1))
    return np.add.reduceat(squares, starts, axis=1).argmax(1)
