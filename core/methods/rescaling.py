# SPDX-License-Identifier: GPL-2.0-or-later
"""What rescaling of stations is worth: the same rows in the same folds, learned as measured and as rescaled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import Progress
from ..base.tables import write_csv
from ..samples.samples import Samples
from ..samples.sampling import sample_stations
from ..scoring.baselines import AS_IS
from ..scoring.metrics import METRICS, MIN_PAIRS, scores
from ..study.study import COARSE
from ..training.check_samples import learnable
from ..training.cross_validate import predict_held_back
from ..training.folds.divide import make_folds
from ..training.recipe import Recipe
from ..training.schemes import fit_recipe
from .prepare import named, sampled, with_classes
from .run_state import RunState

FILE = "rescaling_scores.csv"
RESCALED, MEASURED = "rescaled", "as measured"
TITLE = "Held out: with and without rescaling, on the same rows"


def write_rescaling(state: RunState, samples: Samples, recipe: Recipe, progress: Progress) -> None:
    """Score the recipe with stations as rescaled and as measured, on the same rows in the same folds.

    Each is judged by what it learned from, as published: rescaled stations are also nearer to the coarse product.

    Parameters
    ----------
    state : RunState
    samples : Samples
        Of rescaled stations.
    recipe : Recipe
    progress : Progress

    Raises
    ------
    InputError
        If too few rows are in both.

    References
    ----------
    Li et al. 2022, section 4.5.
    """
    progress.say("With and without rescaling, on the same rows")
    both = {RESCALED: samples, MEASURED: _as_measured(state, recipe, progress.part(0, 0.2))}
    both = same_rows(both)
    n = len(both[RESCALED])
    if n < MIN_PAIRS:
        raise InputError(f"{n} rows are known with and without rescaling; {MIN_PAIRS} are needed to compare these.")
    pairs = make_folds(both[RESCALED], named(state.method.folds, state.roles), state.method.seed, progress)

    def fit(own: Samples, step: Progress):
        return fit_recipe(recipe, own, state.method.seed, state.threads, step)

    rows = []
    for (target, own), part in progress.part(0.2, 1).parts(list(both.items())):
        predicted = predict_held_back(own, pairs, fit, part)
        rows.append({"stations": target, "product": state.method.name, **scores(predicted, own.y)})
        if COARSE in own.names:
            coarse = np.where(np.isfinite(predicted), own.select([COARSE]).X[:, 0], np.nan)
            rows.append({"stations": target, "product": AS_IS, **scores(coarse, own.y)})
    table = pd.DataFrame(rows)[["stations", "product", *METRICS]]
    write_csv(state.folder / FILE, table, float_format="%.6g")
    state.held_out[TITLE] = table


def same_rows(samples: dict[str, Samples]) -> dict[str, Samples]:
    """Return samples of stations with the rows, by station and day, that all of them have, in one order."""
    keys = {name: pd.MultiIndex.from_frame(own.index[["station", "date"]]) for name, own in samples.items()}
    first, *others = keys.values()
    shared = first[np.all([first.isin(other) for other in others], axis=0)]
    return {name: own.rows(keys[name].get_indexer(shared)) for name, own in samples.items()}


def _as_measured(state: RunState, recipe: Recipe, progress: Progress) -> Samples:
    """Return the samples of the stations as they were measured."""
    names = [*sampled(state.method, state.roles), *([COARSE] if state.study.coarse else [])]
    samples = sample_stations(state.study, state.method.stations, progress, names)
    return learnable(with_classes(samples, state.method, state.roles), recipe.takes_gaps)
