# SPDX-License-Identifier: GPL-2.0-or-later
"""A look at the samples before they are learned from: what cannot be is refused, what may mislead is told."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from .learners import LEARNERS
from .learners.options import slopes_asked
from .recipe import Recipe

MIN_PER_COVARIATE = 5  # fewer samples than this per covariate teach a learner little
MIN_SAMPLES = 20
FEW_STATIONS = 50  # up to this many can be learned by heart
NAMED_SHARE = 0.9  # of the stations that static covariates tell apart
SAME = 1e-5  # of a covariate's range; coarse means of a static raster differ by their rounding
IN_STEP = 1 - 1e-8  # correlation of two columns that hold one thing, stored in float32
MAX_COMPARED = 100_000  # rows that are compared for it


def learnable(samples: Samples, takes_gaps: bool, progress: Progress = SILENT) -> Samples:
    """Return the samples that learners can take: for those that take no gaps, only the rows with all covariates.

    Parameters
    ----------
    samples : Samples
    takes_gaps : bool
        Whether the learners take covariates without a number (NaN).
    progress : Progress
        Is told how many rows are left out.

    Raises
    ------
    InputError
        If no row is left.
    """
    kept = rows_taken(samples, takes_gaps)
    if kept.all():
        return samples
    which = _listed(samples.names, np.isnan(samples.X).sum(0))
    others = " or ".join(learner.label for learner in LEARNERS if learner.takes_gaps)
    if not kept.any():
        raise InputError(
            f"None of {len(samples)} samples has all covariates; without a number are {which}. Leave some out, widen "
            f"their longest gap, or take a learner that learns from gaps: {others}."
        )
    lost = len(samples) - int(kept.sum())
    progress.warn(
        f"{lost} of {len(samples)} samples lack a covariate ({which}) and are left out, since the learner "
        f"needs all; {others} would learn from them."
    )
    return samples.rows(kept)


def check_slopes(samples: Samples, recipes: Iterable[Recipe]) -> None:
    """Refuse learners that are held to the slope of what is no number among the covariates.

    Raises
    ------
    InputError
        If there is no such covariate, or it holds classes.
    """
    numbers = [name for f, name in enumerate(samples.names) if f not in samples.categories and not class_of(name)]
    for candidate in (candidate for recipe in recipes for candidate in recipe.candidates):
        strangers = [name for name in slopes_asked(candidate.options) if name not in numbers]
        if strangers:
            raise InputError(
                f"{candidate.learner.label} is held to the slope of {', '.join(strangers)}, which the samples do not "
                f"hold as a number; they have {', '.join(numbers)}."
            )


def rows_taken(samples: Samples, takes_gaps: bool) -> np.ndarray:
    """Return which samples learners take, shape (n,): all, or those that have all covariates."""
    return np.full(len(samples), True) if takes_gaps else ~np.isnan(samples.X).any(1)


def check_samples(samples: Samples, progress: Progress = SILENT) -> None:
    """Refuse samples that nothing can be learned from, and tell what may mislead.

    Parameters
    ----------
    samples : Samples
        Those that the learners take; see `learnable`.
    progress : Progress
        Is told of covariates that are in step and of ones that name the stations.

    Raises
    ------
    InputError
        If there are too few samples, a covariate is constant, empty or infinite, or soil moisture is missing.
    """
    few = (
        f"{len(samples)} samples are {{}} few for {len(samples.names)} covariates: at least {{}}. Widen the period or "
    )
    few += "the area, or leave covariates out."
    if len(samples) < MIN_SAMPLES:
        raise InputError(few.format("too", f"{MIN_SAMPLES} are needed"))
    wanted = MIN_PER_COVARIATE * len(samples.names)
    if len(samples) < wanted:
        progress.warn(few.format("very", f"{wanted}, {MIN_PER_COVARIATE} for each, are wanted for scores to trust"))
    gaps, infinite = np.isnan(samples.X).sum(0), np.isinf(samples.X).sum(0)
    if (gaps == len(samples)).any():
        names = _listed(samples.names, gaps == len(samples))
        raise InputError(f"{names} has no number in any sample; leave it out, or check its raster and its dates.")
    if infinite.any():
        raise InputError(f"Infinite values in {_listed(samples.names, infinite)} samples; remove these rows.")
    bad = int((~np.isfinite(samples.y)).sum())
    if bad:
        raise InputError(f"{bad} of {len(samples)} samples have no soil moisture; remove these rows.")
    constant = np.nanmax(samples.X, axis=0) == np.nanmin(samples.X, axis=0)
    if constant.any():
        names = _listed(samples.names, constant)
        raise InputError(f"{names} has the same value in all samples and teaches nothing; leave it out.")
    progress.check()
    _tell_in_step(samples, progress)
    progress.check()
    warn_if_static_names_stations(samples, progress)


def places_of(samples: Samples) -> np.ndarray | None:
    """Return the number of the station, else of the coarse cell, of each sample, shape (n,); None if it has neither."""
    for columns in (["station"], ["cell_row", "cell_column"]):
        if all(column in samples.index for column in columns):
            return samples.index.groupby(columns, dropna=False).ngroup().to_numpy()
    return None


def static_names(samples: Samples) -> tuple[str, ...]:
    """Return the covariates that never change within a station, else within a coarse cell.

    There are none where no place has two samples: nothing tells whether they would change.
    """
    place = places_of(samples)
    if place is None or np.bincount(place).max() < 2:
        return ()
    groups = pd.DataFrame(samples.X, columns=range(len(samples.names))).groupby(place)
    change = (groups.max() - groups.min()).max().to_numpy()
    width = np.nanmax(samples.X, axis=0) - np.nanmin(samples.X, axis=0)
    return tuple(name for name, c, w in zip(samples.names, change, width) if c <= SAME * w)


def warn_if_static_names_stations(samples: Samples, progress: Progress = SILENT) -> None:
    """Warn if few stations each have their own static covariates: a model can know them by heart."""
    place = places_of(samples)
    if place is None or "station" not in samples.index:
        return
    names = static_names(samples)
    _, first = np.unique(place, return_index=True)
    if not names or not 2 <= len(first) <= FEW_STATIONS:
        return
    different = len(np.unique(samples.select(names).X[first], axis=0))
    if different >= NAMED_SHARE * len(first):
        progress.warn(
            f"The static covariates ({', '.join(names)}) have {different} different combinations at {len(first)} "
            "stations: a model can know each station by heart and still fail elsewhere. Score it by folds by station, "
            "and take fewer static covariates or more stations."
        )


def _tell_in_step(samples: Samples, progress: Progress) -> None:
    """Tell of pairs of covariates that hold the same, or the same in another unit."""
    every = -(-len(samples) // MAX_COMPARED)
    table = pd.DataFrame(samples.X[::every].astype(float), columns=range(len(samples.names)))
    r = table.corr(min_periods=MIN_SAMPLES).to_numpy()
    for i, j in np.argwhere(np.triu(np.abs(r) >= IN_STEP, 1)):
        if _classes_of_one(samples.names[i], samples.names[j]):
            continue  # what one of two classes does not cover, the other does
        a, b = samples.X[:, i], samples.X[:, j]
        how = "hold the same values" if np.array_equal(a, b, equal_nan=True) else f"are in step (r = {r[i, j]:.0f})"
        progress.warn(f"{samples.names[i]} and {samples.names[j]} {how}; leave one of them out.")


def _classes_of_one(column: str, other: str) -> bool:
    first, second = class_of(column), class_of(other)
    return bool(first and second and first[0] == second[0])


def _listed(names: tuple[str, ...], counts: np.ndarray) -> str:
    """Return the names whose count is not 0, with the count; with no more than the name where it is yes or no."""
    kept = zip(names, counts)
    return ", ".join(name if counts.dtype == bool else f"{name} ({count})" for name, count in kept if count)
