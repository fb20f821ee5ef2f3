# SPDX-License-Identifier: GPL-2.0-or-later
"""The fits of a comparison: one for each recipe and fold, side by side, each kept on disk as soon as it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import InputError, ModelFileError
from ...base.files import whole_file
from ...base.progress import SILENT, Progress
from ...samples.samples import Samples
from ..fitted import Fitted
from ..folds.groups import Pair
from ..learners.weights import pack, unpack
from ..parallel import in_parallel
from ..recipe import Recipe
from ..schemes import fit_recipe
from ..settings import FoldOptions, HoldoutOptions
from ..texture import seeing

PARTS = "parts"
VERSION = 3  # of the files kept; others are made anew


@dataclass(frozen=True)
class Division:
    """One way to divide the samples: the options, a few words for tables, and pairs of row numbers (learn, test).

    A test part has one pair.
    """

    label: str
    options: FoldOptions | HoldoutOptions
    pairs: list[Pair]

    @property
    def part(self) -> str:
        """What the rows to test with are called in tables of predictions and scores."""
        return "test" if isinstance(self.options, HoldoutOptions) else "held_out"


@dataclass(frozen=True)
class Cost:
    """What one fit costs.

    Attributes
    ----------
    n_bytes : int
        Of what was learned, as a model file holds it.
    n_weights : int
        Numbers that were learned, of networks and linear models; 0 of others.
    fit_s, row_s : float
        Seconds that it took to learn, and to predict a row, while other fits ran beside it; NaN where it was there
        already.
    """

    n_bytes: int
    n_weights: int
    fit_s: float = np.nan
    row_s: float = np.nan


@dataclass(frozen=True)
class _Part:
    """What a fit says of its test part, m3 m-3: predictions, standard deviations, and each member by itself."""

    predicted: np.ndarray
    spread: np.ndarray
    members: dict[str, np.ndarray]
    cost: Cost


@dataclass
class HeldBack:
    """Predictions of rows by models that have not seen them.

    Attributes
    ----------
    predicted : dict of (division, recipe) to ndarray, shape (n,)
        By their labels; m3 m-3, NaN in rows that no test part holds.
    spread : dict of (division, recipe) to ndarray, shape (n,)
        Standard deviations of the predictions, m3 m-3; NaN where a model does not know its own.
    members : dict of (division, recipe) to dict of str to ndarray, shape (n,)
        What each member of an ensemble says by itself, m3 m-3, by what it learned from; NaN where a fold has no such
        member.
    costs : dict of (division, recipe) to list of Cost
        Of each fold.
    n_jobs, n_kept : int
        How many fits there are, and of how many the predictions were there already.
    failed : dict of (division, recipe) to Exception
    """

    predicted: dict = field(default_factory=dict)
    spread: dict = field(default_factory=dict)
    members: dict = field(default_factory=dict)
    costs: dict = field(default_factory=dict)
    n_jobs: int = 0
    n_kept: int = 0
    failed: dict = field(default_factory=dict)

    def models(self, label: str, names: Iterable[str]) -> dict[str, np.ndarray]:
        """Return what those recipes predict under a division that could be fitted there."""
        return {name: self.predicted[label, name] for name in names if (label, name) in self.predicted}


def predict_divisions(
    samples: Samples,
    recipes: Mapping[str, Recipe],
    divisions: list[Division],
    folder: Path,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> HeldBack:
    """Fit every recipe in every fold of every division, as many side by side as there are threads.

    The predictions of a test part are kept in the folder `parts`, under a name made of the samples, the recipe, the
    rows and the seed, so that a run that was stopped goes on where it was. They do not depend on what runs beside them.

    Returns
    -------
    HeldBack
        A recipe that failed in one of the folds has no predictions of that division; warnings of the fits are passed
        on once.

    Raises
    ------
    InputError
        If nothing can be written to the folder.
    """
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write to {folder}: {error.strerror}. Choose another folder.") from error
    known, mark = {}, _mark(samples)
    keys = {}
    for division in divisions:
        for name, recipe in recipes.items():
            keys[division.label, name] = [_key(mark, recipe, pair, seed) for pair in division.pairs]
    result = HeldBack(n_jobs=sum(map(len, keys.values())))
    jobs = {}
    for division in divisions:
        for name, recipe in recipes.items():
            for key, pair in zip(keys[division.label, name], division.pairs):
                if key not in known and key not in jobs:
                    kept = _read_part(folder, key, pair[1])
                    if kept is None:
                        jobs[key] = partial(_run, samples, recipe, pair, folder, key, seed)
                    else:
                        known[key] = kept
                result.n_kept += key in known
    if result.n_kept:
        progress.say(f"The predictions of {result.n_kept} of {result.n_jobs} fits are there already.")
    warned: dict[str, None] = {}
    done = in_parallel([partial(job, warned) for job in jobs.values()], threads, progress)
    known.update(zip(jobs, done))
    for line in sorted(warned):
        progress.warn(line)
    for division in divisions:
        for name in recipes:
            parts = [known[key] for key in keys[division.label, name]]
            failure = next((part for part in parts if isinstance(part, Exception)), None)
            if failure is not None:
                result.failed[division.label, name] = failure
                continue
            _joined(result, (division.label, name), division.pairs, parts, len(samples))
    return result


def _joined(result: HeldBack, key: tuple[str, str], pairs: list[Pair], parts: list[_Part], n: int) -> None:
    """Put what the folds say together, as arrays of all n rows."""
    predicted = result.predicted[key] = np.full(n, np.nan)
    spread = result.spread[key] = np.full(n, np.nan)
    members: dict[str, np.ndarray] = {}
    for (_, test), part in zip(pairs, parts):
        predicted[test] = part.predicted
        spread[test] = part.spread
        for label, values in part.members.items():
            members.setdefault(label, np.full(n, np.nan))[test] = values
    result.members[key] = members
    result.costs[key] = [part.cost for part in parts]


def _run(
    samples: Samples,
    recipe: Recipe,
    pair: Pair,
    folder: Path,
    key: str,
    seed: int,
    warned: dict,
    threads: int,
    progress: Progress,
) -> _Part:
    """Return what a fit says of its test part, after keeping it."""
    learn, test = pair
    samples = seeing(samples, recipe.classes)
    own = progress.part(0, 1)
    own.warn = lambda line: warned.setdefault(line)
    begun = time.perf_counter()
    fitted = fit_recipe(recipe, samples.rows(learn), seed, threads, own)
    fit_s = time.perf_counter() - begun
    progress.check()
    days = None if samples.days is None else samples.days[test]
    X = samples.X[test]
    begun = time.perf_counter()
    predicted = np.asarray(fitted.predict(X, days), np.float64)
    row_s = (time.perf_counter() - begun) / len(test)
    answered = recipe.takes_gaps | ~np.isnan(X).any(1)
    lost = int((~np.isfinite(predicted) & answered).sum())
    if lost:
        raise InputError(f"{lost} of {len(test)} predictions are no numbers.")
    spread = fitted.predict_sd(X, days)
    part = _Part(
        predicted=predicted,
        spread=np.full(len(test), np.nan) if spread is None else spread,
        members=fitted.predict_members(X),
        cost=_cost(fitted, fit_s, row_s),
    )
    arrays = {"key": np.array(key), "rows": test, "predicted": np.stack([part.predicted, part.spread])}
    arrays["size"] = np.array([part.cost.n_bytes, part.cost.n_weights])
    if part.members:
        arrays |= {"labels": np.array(list(part.members)), "members": np.stack(list(part.members.values()))}
    with whole_file(_path(folder, key)) as file:
        file.write_bytes(pack(arrays))
    return part


def _cost(fitted: Fitted, fit_s: float, row_s: float) -> Cost:
    estimators = [member.estimator for member in fitted.members]
    n_bytes = sum(len(estimator.to_bytes()) for estimator in estimators)
    return Cost(n_bytes, sum(estimator.n_weights for estimator in estimators), fit_s, row_s)


def _read_part(folder: Path, key: str, rows: np.ndarray) -> _Part | None:
    """Return what was kept of a fit with this key and test part; None if nothing is or it is damaged."""
    try:
        arrays = unpack(_path(folder, key).read_bytes())
        values = arrays["predicted"]
        n_bytes, n_weights = map(int, arrays["size"])
        same = str(arrays["key"]) == key and np.array_equal(arrays["rows"], rows)
        members = dict(zip(map(str, arrays.get("labels", ())), arrays.get("members", ())))
    except (OSError, ModelFileError, KeyError, ValueError, TypeError):
        return None
    whole = values.shape == (2, *rows.shape) and values.dtype == np.float64 and not np.isinf(values).any()
    whole &= all(own.shape == rows.shape for own in members.values())
    return _Part(values[0], values[1], members, Cost(n_bytes, n_weights)) if same and whole else None


def _path(folder: Path, key: str) -> Path:
    return folder / PARTS / f"{key}.npz"


def _mark(samples: Samples) -> bytes:
    """Return a digest of all that a fit can know of the samples."""
    mark = blake2b(json.dumps([VERSION, samples.names, samples.categories, list(map(str, samples.index))]).encode())
    for values in (samples.X, samples.y):
        mark.update(repr((values.shape, values.dtype.str)).encode() + np.ascontiguousarray(values).tobytes())
    if len(samples.index.columns):
        mark.update(pd.util.hash_pandas_object(samples.index, index=False).to_numpy().tobytes())
    return mark.digest()


def _key(mark: bytes, recipe: Recipe, pair: Pair, seed: int) -> str:
    """Return the name of the predictions of one test part."""
    candidates = [[c.learner.key, c.options.as_dict(), dict(c.grid)] for c in recipe.candidates]
    records = [record.as_dict() for record in (recipe.scheme, recipe.search, recipe.weights)]
    key = blake2b(
        mark + json.dumps([candidates, records, recipe.choose, recipe.classes, seed]).encode(), digest_size=16
    )
    for rows in pair:
        key.update(np.asarray(rows, np.int64).tobytes() + b"|")
    return key.hexdigest()
