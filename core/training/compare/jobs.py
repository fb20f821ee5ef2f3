# SPDX-License-Identifier: GPL-2.0-or-later
"""The fits of a comparison: one for each recipe and fold, side by side, each kept on disk as soon as it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
from ..folds.groups import Pair
from ..learners.weights import pack, unpack
from ..parallel import in_parallel
from ..recipe import Recipe
from ..schemes import fit_recipe
from ..settings import FoldOptions

PARTS = "parts"
VERSION = 2  # of the files kept; others are made anew


@dataclass(frozen=True)
class Division:
    """One way to divide the samples: the options, a few words for tables, and pairs of row numbers (learn, test)."""

    label: str
    options: FoldOptions
    pairs: list[Pair]


@dataclass
class HeldBack:
    """Predictions of rows by models that have not seen them.

    Attributes
    ----------
    predicted : dict of (division, recipe) to ndarray, shape (n,)
        By their labels; m3 m-3, NaN in rows that no test part holds.
    spread : dict of (division, recipe) to ndarray, shape (n,)
        Standard deviations of the predictions, m3 m-3; NaN where a model does not know its own.
    n_jobs, n_kept : int
        How many fits there are, and of how many the predictions were there already.
    failed : dict of (division, recipe) to Exception
    """

    predicted: dict = field(default_factory=dict)
    spread: dict = field(default_factory=dict)
    n_jobs: int = 0
    n_kept: int = 0
    failed: dict = field(default_factory=dict)


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
            predicted = result.predicted[division.label, name] = np.full(len(samples), np.nan)
            spread = result.spread[division.label, name] = np.full(len(samples), np.nan)
            for (_, test), (values, sds) in zip(division.pairs, parts):
                predicted[test], spread[test] = values, sds
    return result


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
) -> np.ndarray:
    """Return the predictions of a test part and their standard deviations, shape (2, rows), after keeping them."""
    learn, test = pair
    own = progress.part(0, 1)
    own.warn = lambda line: warned.setdefault(line)
    fitted = fit_recipe(recipe, samples.rows(learn), seed, threads, own)
    progress.check()
    days = None if samples.days is None else samples.days[test]
    predicted = np.asarray(fitted.predict(samples.X[test], days), np.float64)
    spread = fitted.predict_sd(samples.X[test], days)
    both = np.stack([predicted, np.full(len(test), np.nan) if spread is None else spread])
    answered = recipe.takes_gaps | ~np.isnan(samples.X[test]).any(1)
    lost = int((~np.isfinite(predicted) & answered).sum())
    if lost:
        raise InputError(f"{lost} of {len(test)} predictions are no numbers.")
    with whole_file(_path(folder, key)) as part:
        part.write_bytes(pack({"key": np.array(key), "rows": test, "predicted": both}))
    return both


def _read_part(folder: Path, key: str, rows: np.ndarray) -> np.ndarray | None:
    """Return the predictions of these rows that were kept, with their spread; None if none are or they are damaged."""
    try:
        arrays = unpack(_path(folder, key).read_bytes())
        values = arrays["predicted"]
        same = str(arrays["key"]) == key and np.array_equal(arrays["rows"], rows)
    except (OSError, ModelFileError, KeyError):
        return None
    whole = values.shape == (2, *rows.shape) and values.dtype == np.float64 and not np.isinf(values).any()
    return values if same and whole else None


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
    key = blake2b(mark + json.dumps([candidates, records, recipe.choose, seed]).encode(), digest_size=16)
    for rows in pair:
        key.update(np.asarray(rows, np.int64).tobytes() + b"|")
    return key.hexdigest()
