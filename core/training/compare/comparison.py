# SPDX-License-Identifier: GPL-2.0-or-later
"""Cross-validation of any learners under any folds, beside baselines, judged by the same rows."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import InputError, MissingPackage
from ...base.extras import require
from ...base.progress import SILENT, Progress
from ...samples.samples import Samples
from ...scoring.baselines import AS_IS, SMOOTH
from ...scoring.climatology import CLIMATOLOGY
from ...scoring.confidence import mean_interval
from ...scoring.metrics import MIN_PAIRS
from ...scoring.predictions import Predictions
from ...study.study import COARSE
from ..check_samples import check_samples, check_slopes, learnable
from ..folds.correlogram import correlogram
from ..folds.divide import holdout, make_folds, settled
from ..held_out import LINEAR, baselines_of, folds_label, has_linear, held_out_table
from ..recipe import Recipe
from ..settings import FoldOptions, HoldoutOptions
from ..texture import seeing
from .draws import draw_scores, drawn_again, squared_errors
from .jobs import Division, HeldBack, predict_divisions
from .losses import losses_of
from .members import members_of
from .result import Comparison, Tested
from .scores import JUDGED, MEAN, clusters, duels_of, gap_table, pairs_of, score_tables
from .words import folds_title, gap_words, ladder_words, lead_words, test_title, winner_words, with_folds


def compare(
    samples: Samples,
    recipes: Mapping[str, Recipe] | Sequence[Recipe],
    folds: Sequence[FoldOptions],
    folder: str | os.PathLike,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    *,
    test: HoldoutOptions | None = None,
    quartiles: bool = False,
    subject: str = "",
) -> Comparison:
    """Score recipes under folds and in a test part, beside the coarse product, the training mean, and a linear model.

    Parameters
    ----------
    samples : Samples
    recipes : mapping of str to Recipe, or sequence of Recipe
    folds : sequence of FoldOptions
    folder : path
        Keeps the predictions of each fit, so that a run that was stopped goes on where it was. `Comparison.write`
        writes the results there too.
    seed, threads : int
        0 threads means all cores. The same seed gives the same scores with any number of threads.
    progress : Progress
    test : HoldoutOptions, optional
        Of a part of the samples that all models are kept from and scored on too.
    quartiles : bool
        Whether the head-to-head also counts quartiles of static numbers; see `static_classes`.
    subject : str
        The recipe whose losses to the coarse product are told, as that of a method; '' for the best one.

    Raises
    ------
    InputError
        If nothing can be learned from the samples, no folds can be made for them, or no recipe could be fitted.
    """
    progress, warnings = _gathering(progress)
    asked = _named(recipes)
    recipes = _able(samples, asked, progress)
    divisions = _divisions(samples, folds, seed, progress)
    testing = _test_division(samples, test, seed, progress)
    divided = divisions if testing is None else [*divisions, testing]
    again = drawn_again(samples, divisions, seed, progress)
    everything = [*divided, *(division for own in again.values() for division in own)]
    held_out = predict_divisions(samples, recipes, everything, Path(folder), seed, threads, progress.part(0, 0.9))
    for (label, name), error in held_out.failed.items():
        progress.warn(f"{name} is left out of {with_folds(label)}: {error}")
    if not {label for label, _ in held_out.predicted}.intersection(division.label for division in divisions):
        raise next(iter(held_out.failed.values()))
    predicted: dict[str, dict[str, np.ndarray]] = {}
    tables: list[Predictions] = []
    for division in divided:
        label = division.label
        models = held_out.models(label, recipes)
        if models:
            baselines = _baselines(samples, division, progress)
            spreads = {name: held_out.spread[label, name] for name in models}
            shown = folds_label(division.options) if division is testing else label
            tables.append(held_out_table(samples, division.pairs, shown, models, baselines, spreads, division.part))
            predicted[label] = _counting(division, models, baselines, progress)
    further, of_draws = _further_draws(samples, again, held_out, recipes, progress)
    tested = _tested(samples, testing, predicted, progress.part(0.98, 1))
    facts = _facts(samples, recipes, divided, held_out, seed)
    table = Predictions.joined([*tables, *of_draws])
    result = _judged(samples, recipes, divisions, predicted, further, table, progress.part(0.9, 0.98), warnings, facts)
    progress.at(1)
    # what was put beside as a baseline fights no duel
    return replace(
        result,
        duels=duels_of(samples, result.per_station, result.hardest, asked, quartiles),
        pairs=pairs_of(result.per_station, result.hardest, asked),
        losses=losses_of(samples, result.per_station, result.hardest, _subject(result, subject)),
        members=members_of(samples, _ensembles(held_out, result, asked)),
        costs=_costs(held_out, result.hardest, recipes),
        tested=tested,
        repeats=draw_scores(samples, again, held_out, recipes),
    )


def _subject(result: Comparison, subject: str) -> str:
    """Return the recipe that is asked for, or the best one where that could not be fitted."""
    return subject if (result.hardest, subject) in result.predicted else result.best


def _test_division(samples: Samples, options: HoldoutOptions | None, seed: int, progress: Progress) -> Division | None:
    """Return the test part as a division of one pair; None where none is asked for, or, told, none can be made."""
    if options is None:
        return None
    label = test_title(folds_label(options))
    try:
        return Division(label, options, [holdout(samples, options, seed, progress)])
    except InputError as error:
        progress.warn(f"{folds_title(label)} is left out: {error}")
        return None


def _tested(samples: Samples, testing: Division | None, predicted: dict, progress: Progress) -> Tested | None:
    """Take the predictions of the test part from those of the folds, and return how the models do there."""
    if testing is None or testing.label not in predicted:
        return None
    models = predicted.pop(testing.label)
    table, per_station = (
        found.drop(columns="folds", errors="ignore")
        for found in score_tables(samples, {testing.label: models}, progress)
    )
    errors = squared_errors({testing.label: models}, {}, samples.y.astype(np.float64))
    words = _verdict(table.set_index("product"), testing.label, errors[testing.label], clusters(samples))
    return Tested(folds_label(testing.options), table, per_station, words)


def _ensembles(held_out: HeldBack, result: Comparison, names: Collection[str]) -> dict:
    """Return what the ensembles and their members predict under the hardest folds, in the rows that count."""
    label = result.hardest
    return {
        name: (result.predicted[label, name], held_out.members[label, name])
        for name in names
        if held_out.members.get((label, name))
    }


def _costs(held_out: HeldBack, label: str, names: Collection[str]) -> pd.DataFrame:
    """Return what a model of each recipe costs, as the mean over the folds."""
    rows = []
    for name in names:
        costs = held_out.costs.get((label, name), ())
        if not costs:
            continue
        timed = [cost for cost in costs if np.isfinite(cost.fit_s)]
        row = {
            "product": name,
            "members": max(len(held_out.members[label, name]), 1),
            "fit_s": np.mean([cost.fit_s for cost in timed]) if timed else np.nan,
            "s_per_100000_rows": 1e5 * np.mean([cost.row_s for cost in timed]) if timed else np.nan,
            "bytes": round(np.mean([cost.n_bytes for cost in costs])),
            "weights": round(np.mean([cost.n_weights for cost in costs])) or np.nan,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _gathering(progress: Progress) -> tuple[Progress, list[str]]:
    """Return a progress that also keeps the warnings, each once, and the list of them."""
    kept: list[str] = []
    own, warn = progress.part(0, 1), progress.warn

    def keep(line: str) -> None:
        if line not in kept:
            kept.append(line)
            warn(line)

    own.warn = keep
    return own, kept


# --- what is compared -------------------------------------------------------------------------------------------------


def _named(recipes: Mapping[str, Recipe] | Sequence[Recipe]) -> dict[str, Recipe]:
    """Return the recipes by names that no two share."""
    if not recipes:
        raise InputError("There is no learner to compare; choose at least one.")
    if isinstance(recipes, Mapping):
        taken = {MEAN, AS_IS, SMOOTH, CLIMATOLOGY}.intersection(recipes)
        if taken:
            raise InputError(f"'{taken.pop()}' is the name of a baseline; give the recipe another name.")
        return dict(recipes)
    named: dict[str, Recipe] = {}
    for recipe in recipes:
        same = sum(other.label == recipe.label for other in named.values())
        named[recipe.label + (f" ({same + 1})" if same else "")] = recipe
    return named


def _able(samples: Samples, recipes: dict[str, Recipe], progress: Progress) -> dict[str, Recipe]:
    """Return the recipes that can be tried, and a linear one beside them; those that cannot are told."""
    plain = Recipe.of(LINEAR)
    if not has_linear(recipes.values()):
        recipes = {**recipes, plain.label: plain}
    check_samples(samples, progress)
    able, problems = {}, {}
    for name, recipe in recipes.items():
        try:
            require(*(package for candidate in recipe.candidates for package in candidate.learner.needs))
            seen = learnable(seeing(samples, recipe.classes), recipe.takes_gaps)
            check_samples(seen)
            check_slopes(seen, [recipe])
        except (InputError, MissingPackage) as error:
            problems[name] = error
            progress.warn(f"{name} is left out: {error}")
        else:
            able[name] = recipe
    if not able:
        raise next(iter(problems.values()))
    return able


def _divisions(samples: Samples, folds: Sequence[FoldOptions], seed: int, progress: Progress) -> list[Division]:
    """Return the folds that can be made; others are told."""
    divisions: dict[str, Division] = {}
    problems: list[InputError] = []
    for options in folds:
        options = settled(options, samples)
        label = folds_label(options)
        same = [d for d in divisions.values() if folds_label(d.options) == label]
        if any(d.options == options for d in same):
            continue
        label += f" ({len(same) + 1})" if same else ""
        progress.check()
        try:
            divisions[label] = Division(label, options, make_folds(samples, options, seed, progress))
        except InputError as error:
            problems.append(error)
            progress.warn(f"{folds_title(label)} are left out: {error}")
    if not divisions:
        raise problems[0] if problems else InputError("There are no folds to compare by; choose at least one kind.")
    return list(divisions.values())


def _baselines(samples: Samples, division: Division, progress: Progress) -> dict[str, np.ndarray]:
    """Return what there is without learning: the mean of the learn part, and what `baselines_of` gives."""
    mean = np.full(len(samples), np.nan)
    for learn, test in division.pairs:
        mean[test] = samples.y[learn].mean(dtype=np.float64)
    if samples.facts.get("target") == "coarse":
        progress.say("The coarse product is what is learned here, so it is no baseline itself.")
    elif COARSE not in samples.names:
        progress.warn(f"The samples have no covariate {COARSE}, so the coarse product as it is, is not in the tables.")
    return {MEAN: mean, **baselines_of(samples, division.pairs)}


def _counting(
    division: Division, models: dict[str, np.ndarray], baselines: dict[str, np.ndarray], progress: Progress
) -> dict[str, np.ndarray]:
    """Return what models and the baselines that are judged predict, in the rows that all of them know."""
    judged = {name: values for name, values in baselines.items() if name in JUDGED}
    return _same_rows(division, {**models, **judged}, progress)


def _further_draws(
    samples: Samples, again: dict[str, list[Division]], held_out: HeldBack, names: Collection[str], progress: Progress
) -> tuple[dict[str, list[dict[str, np.ndarray]]], list[Predictions]]:
    """Return what models and baselines predict in each draw after the first: by the label of folds, and as tables."""
    further: dict[str, list[dict[str, np.ndarray]]] = {}
    tables: list[Predictions] = []
    for label, divisions in again.items():
        for number, division in enumerate(divisions, 2):
            models = held_out.models(division.label, names)
            if models:
                baselines = _baselines(samples, division, progress)
                spreads = {name: held_out.spread[division.label, name] for name in models}
                tables.append(held_out_table(samples, division.pairs, label, models, baselines, spreads, draw=number))
                further.setdefault(label, []).append(_counting(division, models, baselines, progress))
    return further, tables


def _same_rows(division: Division, models: dict[str, np.ndarray], progress: Progress) -> dict[str, np.ndarray]:
    """Return the predictions with NaN in rows that one of the models does not know."""
    tested = np.isfinite(models[MEAN])
    known = np.all([np.isfinite(values) for values in models.values()], axis=0)
    here = with_folds(division.label)
    if not known.any():
        lacking = ", ".join(name for name, values in models.items() if not np.isfinite(values).any())
        raise InputError(f"No row is known to all models with {here}; {lacking or 'each'} knows none of the others'.")
    # the rest of a test part is what was learned from, and need not be told
    if not (known if division.part == "held_out" else known == tested).all():
        progress.warn(
            f"With {here} {int(known.sum())} of {len(known)} rows count: {int(tested.sum())} are in a test part, and "
            "all models know these."
        )
    return {name: np.where(known, values, np.nan) for name, values in models.items()}


def _halves(division: Division) -> str:
    ((learn, test),) = division.pairs
    return f"{folds_label(division.options)}: {len(learn)} to learn from, {len(test)} to test with"


def _facts(samples: Samples, recipes: dict[str, Recipe], divisions: list[Division], held: HeldBack, seed: int) -> dict:
    days = samples.days
    facts = {
        "Samples": len(samples),
        "Covariates": ", ".join(samples.names),
        "Trained on": {"stations": "stations", "coarse": "the coarse product"}.get(
            samples.facts.get("target"), "a table"
        ),
        "Study": samples.facts.get("study", ""),
        "Stations": samples.index["station"].nunique() if "station" in samples.index else "",
        "Period": "" if days is None else f"{days.min()} to {days.max()}",
        "Folds": "; ".join(f"{d.label}: {len(d.pairs)}" for d in divisions if d.part == "held_out"),
        "Test part": "; ".join(_halves(d) for d in divisions if d.part == "test"),
        "Models": "; ".join(recipes),
        "Search": ", ".join(sorted({recipe.search.search for recipe in recipes.values()} - {"off"})),
        "Fits": f"{held.n_jobs}, of which {held.n_kept} were there already",
        "Seed": seed,
    }
    return {name: str(value) for name, value in facts.items() if value != ""}


# --- how they are judged ----------------------------------------------------------------------------------------------


def _judged(
    samples: Samples,
    recipes: dict[str, Recipe],
    divisions: list[Division],
    predicted: dict[str, dict[str, np.ndarray]],
    further: dict[str, list[dict[str, np.ndarray]]],
    held_out: Predictions,
    progress: Progress,
    warnings: list[str],
    facts: dict,
) -> Comparison:
    """Return the comparison of predictions by folds and model."""
    observed = samples.y.astype(np.float64)
    how = clusters(samples)
    table, per_station = score_tables(samples, predicted, progress, further)
    errors = squared_errors(predicted, further, observed)
    if len(per_station):
        few, all_of_them = (
            per_station["station"][per_station["rmse"].isna()].nunique(),
            per_station["station"].nunique(),
        )
        if few:
            progress.warn(
                f"{few} of {all_of_them} stations have fewer than {MIN_PAIRS} rows and get no scores of their own."
            )
    hardest = _hardest(table, divisions, recipes)
    here = table[table["folds"] == hardest].set_index("product")
    best = here.loc[here.index.isin(recipes), "rmse"].idxmin()
    options = [d.options for d in divisions if d.label in predicted and isinstance(d.options, FoldOptions)]
    own = table[table["product"] == best].set_index("folds")
    alike = correlogram(samples)
    flattered = table[(table["folds"] == "random") & table["product"].isin(recipes)].set_index("product")["rmse"]
    at_random = flattered.idxmin() if len(flattered) else ""
    return Comparison(
        table=table,
        per_station=per_station,
        gaps=gap_table(table, errors, observed, divisions, how),
        duels={},
        predicted={(label, name): values for label, models in predicted.items() for name, values in models.items()},
        observed=observed,
        held_out=held_out,
        hardest=hardest,
        best=best,
        best_learner=",".join(candidate.learner.key for candidate in recipes[best].candidates),
        verdict=_verdict(here, hardest, errors[hardest], how),
        gap=gap_words(best, options, own["r2"].to_dict(), at_random),
        ladder=ladder_words(best, options, own["rmse"].to_dict()),
        correlogram=alike,
        warnings=warnings,
        facts=facts,
    )


def _hardest(table: pd.DataFrame, divisions: list[Division], names: Collection[str]) -> str:
    """Return the folds under which the recipes err most; random ones only if there are no others."""
    rmse = table[table["product"].isin(names)].pivot(index="product", columns="folds", values="rmse")
    everywhere = rmse.dropna()
    mean = (everywhere if len(everywhere) else rmse).mean()
    grouped = [d.label for d in divisions if d.options.by != "random" and d.label in mean.index]
    return (mean[grouped] if grouped else mean).idxmax()


def _verdict(here: pd.DataFrame, label: str, errors: dict[str, np.ndarray], how: dict) -> str:
    """Return who did best under some folds, and whether chance could have done it; of the squared errors of rows."""
    words = winner_words(here.reset_index()[["product", "rmse", "ubrmse", "r"]], label)
    order = here["rmse"].sort_values().index
    if len(order) < 2:
        return words
    lead = mean_interval(errors[order[1]] - errors[order[0]], **how)
    return " ".join(filter(None, [words, lead_words(order[0], order[1], lead)]))
