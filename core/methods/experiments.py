# SPDX-License-Identifier: GPL-2.0-or-later
"""What a method does beside its maps: published test, uncertainty budget, explanation, comparison of learners."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from ..base.errors import InputError, MissingPackage
from ..base.progress import Progress
from ..base.tables import write_csv
from ..samples.samples import Samples
from ..scoring.baselines import AS_IS, MAP
from ..scoring.metrics import METRICS, scores
from ..scoring.predictions import Predictions
from ..study.study import COARSE
from ..training.folds.divide import holdout
from ..training.folds.groups import Pair
from ..training.model import Model
from ..training.recipe import Recipe
from ..training.schemes import fit_recipe
from ..training.settings import ExplainOptions, HoldoutOptions
from ..training.texture import seeing
from ..training.train import out_of_fold
from ..units import SM_SHOWN
from .analyses import ANALYSES
from .compared_maps import write_compared_maps
from .held_out import tested, write_predictions
from .held_out_scores import score_held_out
from .members import write_members
from .prepare import named
from .reach import tell_reach
from .rescaling import write_rescaling
from .run_state import RunState

if TYPE_CHECKING:
    from ..downscaling.downscale import RunFacts


def run_experiments(
    state: RunState, model: Model, facts: RunFacts, samples: Samples, recipe: Recipe, progress: Progress
) -> None:
    """Run what the method asks for; what the study cannot give is noted, and the rest goes on."""
    write_members(state, pd.DataFrame(model.passport["account"]))
    all_samples = samples
    samples = seeing(samples, [name for name in model.names if not samples.columns_of(name)])
    divided = _attempt(state, progress, lambda: _divided(state, samples, progress))
    test = None
    if divided is not None:
        test = _attempt(state, progress, lambda: _test(state, samples, recipe, divided, progress.part(0, 0.25)))
    held_out, table = (None, None) if test is None else test
    predictions = write_predictions(state, model, table, progress.part(0.25, 0.25))
    method = state.method
    if method.errors:  # its total is the band of the series of held-out stations
        budget = progress.part(0.25, 0.35)
        _attempt(state, budget, lambda: _uncertainty(state, model, samples, recipe, held_out, budget))
    if predictions is not None:
        score_held_out(state, predictions, progress.part(0.35, 0.38))
    reach = progress.part(0.38, 0.4)
    _attempt(state, reach, lambda: tell_reach(state, model, samples, predictions, reach))
    steps: list[Callable[[Progress], None]] = []
    if method.explain is not None:
        steps.append(lambda step: _explain(state, model, samples, step))
    if method.compare_folds:
        steps.append(lambda step: _compare(state, all_samples, recipe, divided and divided[0], step))
    if method.rescale.beside and method.rescale.rescale != "off":
        steps.append(lambda step: write_rescaling(state, all_samples, recipe, step))
    if method.compare_maps and method.compare:
        steps.append(lambda step: write_compared_maps(state, facts, all_samples, step))
    for step, part in progress.part(0.4, 0.8).parts(steps):
        _attempt(state, part, lambda step=step, part=part: step(part))
    run_analyses(state, facts, progress.part(0.8, 1))


def run_analyses(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Run what the method asks of the maps alone; what the study cannot give is noted, and the rest goes on."""
    steps: list[Callable[[Progress], None]] = []
    if state.method.output is not None:
        steps.append(lambda step: _encode(state, step))
    steps += [partial(ANALYSES[name], state, facts) for name in state.method.analyses]
    for step, part in progress.parts(steps):
        _attempt(state, part, lambda step=step, part=part: step(part))
    whole = state.folder / "analyses"
    for folder in (*whole.glob("*"), whole):
        with suppress(OSError):  # not empty, as all but those of what was left out
            folder.rmdir()


def _attempt(state: RunState, progress: Progress, step: Callable):
    """Return what a step gives, None if the study or this computer lacks what it needs."""
    try:
        return step()
    except (InputError, MissingPackage) as error:
        state.note(progress, f"Left out: {error}")
        return None


def _test(
    state: RunState, samples: Samples, recipe: Recipe, divided: tuple[HoldoutOptions, Pair], progress: Progress
) -> tuple[tuple[np.ndarray, np.ndarray], Predictions]:
    """Score the published test part; return its row numbers and predictions, and these as a table."""
    progress.say("Testing as published")
    options, pair = divided
    learn, test = pair
    fitted = fit_recipe(recipe, samples.rows(learn), state.method.seed, state.threads, progress)
    predicted = fitted.predict(samples.X, samples.days)
    observed = samples.y[test]
    rows = [{"product": MAP, **scores(predicted[test], observed)}]
    if COARSE in samples.names:
        rows.append({"product": AS_IS, **scores(samples.select([COARSE]).X[test, 0], observed)})
    write_csv(state.folder / "test.csv", pd.DataFrame(rows))
    table_of_test = tested(state, samples, pair, options, recipe, fitted, predicted, progress)
    return (test, predicted[test]), table_of_test


def _divided(state: RunState, samples: Samples, progress: Progress) -> tuple[HoldoutOptions, Pair] | None:
    """Return how the samples were divided, as published or stations at random where no covariate tells the widest.

    None of a method without a test part.
    """
    if state.method.test is None:
        return None
    options = named(state.method.test, state.roles)
    try:
        return options, holdout(samples, options, state.method.seed, progress)
    except InputError as error:
        if options.by != "station_widest":
            raise
        state.note(progress, f"The stations to test with were drawn at random: {error}")
        options = replace(options, by="station")
        return options, holdout(samples, options, state.method.seed, progress)


def _uncertainty(state: RunState, model: Model, samples: Samples, recipe: Recipe, held_out, progress: Progress) -> None:
    from ..analysis.report import budget_report
    from ..analysis.uncertainty_budget import TOTAL, input_errors, uncertainty_budget

    progress.say("Uncertainty budget")
    used, method = state.roles.used, state.method
    errors = input_errors(state.study, samples, {name: role for role, name in used.items()})
    for role, sd in method.errors.items():
        name = COARSE if role == COARSE else used.get(role)
        if name in samples.names and state.study.entry(name).error is None and not state.study.entry(name).error_file:
            errors[name] = sd
    if held_out is None:
        predicted = out_of_fold(
            samples, recipe, named(method.folds, state.roles), method.seed, state.threads, progress.part(0, 0.5)
        )
        held_out = np.arange(len(samples)), predicted
    test, predicted = held_out
    table = uncertainty_budget(
        model.predict, samples.X, samples.names, errors, predicted, samples.y[test], seed=method.seed,
        days=samples.days if model.fitted.per_period else None, progress=progress.part(0.5, 1),
    )  # fmt: skip
    state.total_sd = float(table.loc[table["name"] == TOTAL, "sd"].iloc[0])
    write_csv(state.folder / "uncertainty.csv", table)
    budget_report(state.folder / "uncertainty.html", table)
    unit = f" ({SM_SHOWN})"
    state.tables["Uncertainty budget"] = table.rename(columns={"sd": f"SD{unit}", "name": "source"})


def _explain(state: RunState, model: Model, samples: Samples, progress: Progress) -> None:
    from ..training.explain.explanation import explain
    from ..training.explain.figures import importance_figure
    from ..training.explain.report import write_explanation

    progress.say("Explaining the model")
    options = cast(ExplainOptions, state.method.explain)
    options = replace(options, by=state.roles.used.get(options.by, options.by))
    explanation = explain(model, samples, options, state.method.seed, progress)
    for text in explanation.against:
        progress.warn(text)
    write_explanation(state.folder / "explanation", explanation, model.passport, progress)
    words = "How much the error grows when a covariate is shuffled, and more where it is known; see explanation/."
    state.figures.append(("Importance of the covariates", words, importance_figure(explanation)))


def _compare(
    state: RunState, samples: Samples, recipe: Recipe, test: HoldoutOptions | None, progress: Progress
) -> None:
    """Compare the method with other recipes by folds, and in the published test part if there is one."""
    from ..training.compare.comparison import compare
    from ..training.compare.report import write_comparison

    progress.say("Comparing learners by spatial or grouped cross-validation")
    recipes = {state.method.name: recipe}
    recipes |= {name: state.adapted(other, samples, progress) for name, other in state.method.compare.items()}
    folds = [named(one, state.roles) for one in state.method.compare_folds]
    comparison = compare(
        samples,
        recipes,
        folds,
        state.folder / "comparison",
        seed=state.method.seed,
        threads=state.threads,
        progress=progress,
        test=test,
        subject=state.method.name,
    )
    write_comparison(state.folder / "comparison", comparison)
    shutil.rmtree(state.folder / "comparison" / "parts")  # a run that was stopped leaves nothing to go on from
    state.held_out["By spatial or grouped cross-validation"] = comparison.table[["folds", "product", *METRICS]]
    if comparison.tested is not None:
        state.held_out["The published test, every model"] = comparison.tested.table[["product", *METRICS]]


def _encode(state: RunState, progress: Progress) -> None:
    from ..downscaling.encoded_maps import encode_maps

    encode_maps(state.folder / "maps", state.folder / "maps_encoded", state.method.output, progress)
