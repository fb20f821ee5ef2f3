# SPDX-License-Identifier: GPL-2.0-or-later
"""What a method does beside its maps: the published test, the uncertainty budget, explanation, honest comparison."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import InputError, MissingPackage
from ..model_file import Model
from ..page import write_page
from ..progress import Progress
from ..samples import Samples
from ..study import COARSE
from ..training.folds import holdout
from ..training.recipe import Recipe
from ..training.schemes import fit_recipe
from ..training.train import out_of_fold
from ..validation.baselines import AS_IS, MAP
from ..validation.metrics import METRICS, scores
from .analyses import ANALYSES
from .prepare import named
from .task import Task

if TYPE_CHECKING:
    from ..downscaling.predict import RunFacts


def run_experiments(
    task: Task, model: Model, facts: RunFacts, samples: Samples, recipe: Recipe, progress: Progress
) -> None:
    """Run what the method asks for; what the study cannot give is noted, and the rest goes on."""
    account = pd.DataFrame(model.passport["account"])
    if len(account) > 1:
        account.assign(options=account["options"].map(str)).to_csv(task.folder / "members.csv", index=False)
        task.tables["What was tried"] = _chosen(account)
    held_back = _attempt(task, progress, lambda: _test(task, samples, recipe, progress.part(0, 0.25)))
    steps: list[Callable[[Progress], None]] = []
    method = task.method
    if method.errors:
        steps.append(lambda step: _uncertainty(task, model, samples, recipe, held_back, step))
    if method.explain is not None:
        steps.append(lambda step: _explain(task, model, samples, step))
    if method.compare_folds:
        steps.append(lambda step: _compare(task, samples, recipe, step))
    if method.output is not None:
        steps.append(lambda step: _encode(task, step))
    steps += [partial(ANALYSES[name], task, facts) for name in method.analyses]
    for k, step in enumerate(steps):
        part = progress.part(0.25 + 0.75 * k / len(steps), 0.25 + 0.75 * (k + 1) / len(steps))
        _attempt(task, part, lambda step=step, part=part: step(part))


def _attempt(task: Task, progress: Progress, step: Callable):
    """Return what a step gives, None if the study or this computer lacks what it needs."""
    try:
        return step()
    except (InputError, MissingPackage) as error:
        task.note(progress, f"Left out: {error}")
        return None


def _chosen(account: pd.DataFrame) -> pd.DataFrame:
    """Return how often each learner was tried and chosen, and its mean errors."""
    errors = [name for name in ("train_rmse", "test_rmse", "cv_rmse", "search_rmse") if name in account]
    table = account.groupby("learner", sort=False).agg(
        parts=("chosen", "size"), chosen=("chosen", "sum"), **{name: (name, "mean") for name in errors}
    )
    return table.reset_index()


def _test(task: Task, samples: Samples, recipe: Recipe, progress: Progress) -> tuple[np.ndarray, np.ndarray] | None:
    """Score the published test part; return its row numbers and predictions."""
    if task.method.test is None:
        return None
    progress.say("Testing as published")
    learn, test = _divided(task, samples, progress)
    fitted = fit_recipe(recipe, samples.rows(learn), task.method.seed, task.threads, progress)
    days = None if samples.days is None else samples.days[test]
    predicted = fitted.predict(samples.X[test], days)
    observed = samples.y[test]
    rows = [{"product": MAP, **scores(predicted, observed)}]
    if COARSE in samples.names:
        rows.append({"product": AS_IS, **scores(samples.select([COARSE]).X[test, 0], observed)})
    table = pd.DataFrame(rows)
    table.to_csv(task.folder / "test.csv", index=False)
    task.tables[f"The published test: {task.method.test.by}, {len(learn)} to learn from, {len(test)} to test"] = table
    return test, predicted


def _divided(task: Task, samples: Samples, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Return the published division of the samples, stations at random where no static covariate tells the widest."""
    options = named(task.method.test, task.needs)
    try:
        return holdout(samples, options, task.method.seed, progress)
    except InputError as error:
        if options.by != "station_widest":
            raise
        task.note(progress, f"The stations to test with were drawn at random: {error}")
        return holdout(samples, replace(options, by="station"), task.method.seed, progress)


def _uncertainty(task: Task, model: Model, samples: Samples, recipe: Recipe, held_back, progress: Progress) -> None:
    from ..validation.analysis_report import budget_report
    from ..validation.uncertainty_budget import input_errors, uncertainty_budget

    progress.say("Uncertainty budget")
    used, method = task.needs.used, task.method
    errors = input_errors(task.study, samples, {name: role for role, name in used.items()})
    for role, sd in method.errors.items():
        name = COARSE if role == COARSE else used.get(role)
        if name in samples.names and task.study.entry(name).error is None and not task.study.entry(name).error_file:
            errors[name] = sd
    if held_back is None:
        predicted = out_of_fold(
            samples, recipe, named(method.folds, task.needs), method.seed, task.threads, progress.part(0, 0.5)
        )
        held_back = np.arange(len(samples)), predicted
    test, predicted = held_back
    table = uncertainty_budget(
        model.predict, samples.X, samples.names, errors, predicted, samples.y[test], seed=method.seed,
        days=samples.days if model.fitted.per_period else None, progress=progress.part(0.5, 1),
    )  # fmt: skip
    table.to_csv(task.folder / "uncertainty.csv", index=False)
    budget_report(task.folder / "uncertainty.html", table)
    task.tables["Uncertainty budget"] = table


def _explain(task: Task, model: Model, samples: Samples, progress: Progress) -> None:
    from ..training.explain import explain
    from ..training.explain.report import write_explanation

    progress.say("Explaining the model")
    explanation = explain(model, samples, task.method.explain, task.method.seed, progress)
    write_explanation(task.folder / "explanation", explanation, model.passport)


def _compare(task: Task, samples: Samples, recipe: Recipe, progress: Progress) -> None:
    from ..training.compare import compare, write_comparison

    progress.say("Comparing learners under honest folds")
    recipes = {recipe.label: recipe}
    recipes |= {name: task.adapted(other, samples, progress) for name, other in task.method.compare.items()}
    folds = [named(one, task.needs) for one in task.method.compare_folds]
    comparison = compare(
        samples,
        recipes,
        folds,
        task.folder / "comparison",
        seed=task.method.seed,
        threads=task.threads,
        progress=progress,
    )
    write_comparison(task.folder / "comparison", comparison)
    shutil.rmtree(task.folder / "comparison" / "parts")  # a run that was stopped leaves nothing to go on from
    task.tables["Under honest folds"] = comparison.table[["folds", "product", *METRICS]]


def _encode(task: Task, progress: Progress) -> None:
    from ..downscaling.encoded_maps import encode_maps

    encode_maps(task.folder / "maps", task.folder / "maps_encoded", task.method.output, progress)


def write_summary(task: Task, model: Model, facts: RunFacts) -> None:
    """Write the page that says what was asked, what was done and what came of it."""
    method, needs, passport = task.method, task.needs, model.passport
    rows = [(role, name, method.roles[role].about if role in method.roles else "") for role, name in needs.used.items()]
    rows += [(role, "–", why) for role, why in needs.left_out.items()]
    roles = pd.DataFrame(rows, columns=["role", "covariate", "what it is"])
    pooled = (passport["fold_scores"] or {}).get("pooled") or {}
    words = [f"{len(facts.maps)} maps by {passport['learner']}, trained on {passport['n_samples']} samples."]
    with suppress(KeyError, TypeError):
        words.append(f"Under folds by {passport['folds']['by']} RMSE {pooled['rmse']:.3f} m³ m⁻³, R {pooled['r']:.2f}.")
    write_page(
        task.folder / "run.html",
        title=f"{method.name}: {task.study.name}",
        summary=" ".join(words),
        intro="\n\n".join(filter(None, (method.about, method.reference))),
        tables=[(title, "", table) for title, table in task.tables.items()],
        annex=[("Roles", "Which covariate of the study took which role of the method.", roles)],
        warnings=task.notes,
        facts={
            "Study": task.study.name,
            "Period": f"{task.study.first} to {task.study.last}",
            "Scheme": passport["scheme"]["scheme"],
            "Members": len(model.fitted.members),
            "Not used of the study": ", ".join(needs.unused) or "nothing",
            "Seed": method.seed,
        },
    )
