# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a run: what was asked, what the study gave, what was done otherwise, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain

import pandas as pd

from ..base.names import counted, some
from ..base.progress import Progress
from ..downscaling.downscale import MODEL_OF, RunFacts
from ..downscaling.settings import PHYSICAL
from ..report.html_page import MAX_ROWS, Table, write_page
from ..report.words import best_of_column, heading, kriged_facts, weights_sentence
from ..scoring.baselines import MAP
from ..scoring.metrics import METRICS
from ..scoring.verdict import verdict
from ..study.study import COARSE
from ..training.model import Model
from ..units import SM_SHOWN
from ..validation.stations import FLATTERED
from .held_out_scores import BY_FOLDS, LEARNED, LEARNED_FROM
from .method import Method
from .reach import NOTE as LOSING_NOTE
from .reach import TITLE as LOSING
from .role_rules import Taken, differences, paper_rule
from .run_figure import run_figures
from .run_state import RunState

_NUMBERS = re.compile(r"\d+(?:[-.,]\d+)*")
HELD_OUT = "Rows that the model has not learned from."


def station_scores_title(method: Method) -> str:
    """Return what the scores of the maps at the stations are called: by what the model knows of these."""
    learned = method.target == "stations"
    return f"At the stations, which the model has {'' if learned else 'not '}learned from"


def write_run_page(state: RunState, model: Model | None, facts: RunFacts, progress: Progress) -> None:
    """Write run.html; before every figure it is asked whether to go on."""
    method = state.method
    roles, otherwise = _roles(state)
    write_page(
        state.folder / "run.html",
        title=f"{method.name}: {state.study.name}",
        summary=" ".join([*_summary(method, model, facts), *_who_won(state), *state.verdicts]),
        intro="\n\n".join(filter(None, (method.about, method.reference))),
        tables=_tables(state, model),
        figures=chain(run_figures(state.study, facts), state.figures),
        annex=[
            ("What the study gives", _ROLES_NOTE if method.roles else "", roles),
            *_lacking(state),
            *_on_the_way(state.told, [*state.notes, *otherwise]),
        ],
        warnings=[*_stand_ins(facts), *otherwise, *state.notes],
        facts={
            "Study": state.study.name,
            "Period": f"{state.study.first} to {state.study.last}",
            **_of_model(model),
            **kriged_facts(facts.kriged),
            **({"Bounds": facts.bounds.sentence} if facts.bounds is not None else {}),
            "Not used of the study": ", ".join(state.roles.unused) or "nothing",
            "Seed": method.seed,
        },
        heading=heading,
        best=best_of_column,
        progress=progress,
    )


def _summary(method: Method, model: Model | None, facts: RunFacts) -> list[str]:
    """Return what a run made and how good it is where it has not learned, in a sentence or three."""
    maps = counted(len(facts.maps), "map")
    if method.physics is not None:
        return [f"{maps} by physics alone: {PHYSICAL[method.physics.physics]}."]
    if model is None:
        return [f"{maps} by smooth interpolation of the coarse product."]
    passport, pooled = model.passport, model.scores
    words = [f"{maps} by {passport['learner']}, trained on {passport['n_samples']} samples."]
    with suppress(KeyError, TypeError):
        words.append(
            f"Held out, with folds by {passport['folds']['by']}: RMSE {pooled['rmse']:.3f} {SM_SHOWN}, "
            f"R {pooled['r']:.2f}."
        )
    if model.coarse is not None and facts.kriged is not None:
        words.append(weights_sentence(model.coarse.weights))
    return words


def _who_won(state: RunState) -> list[str]:
    """Return who did best in the rows that were held out by folds, also where a baseline did."""
    for title, table in state.held_out.items():
        if title.startswith(BY_FOLDS) and len(table) > 1:
            return [f"On the {int(table['n'].iloc[0])} held-out rows that all know: {verdict(table)}"]
    return []


def _tables(state: RunState, model: Model | None) -> list[Table]:
    """Return the tables of scores, those of rows that were held out first."""
    tables: list[Table] = []
    by_folds = [title for title in state.held_out if title.startswith(BY_FOLDS)]
    if model is not None and model.scores and not by_folds:
        row = {"product": MAP, **{metric: model.scores.get(metric) for metric in METRICS}}
        by = model.passport["folds"]["by"]
        tables.append((f"{BY_FOLDS} by {by}", HELD_OUT, pd.DataFrame([row])))
    others = [title for title in state.held_out if title not in by_folds]
    tables += [(title, HELD_OUT, state.held_out[title]) for title in (*by_folds, *others)]
    flattering = station_scores_title(state.method)
    notes = {
        flattering: FLATTERED,
        LOSING: LOSING_NOTE,
        **dict.fromkeys((t for t in state.tables if t.startswith(LEARNED_FROM)), LEARNED),
    }
    return tables + [(title, notes.get(title, ""), table) for title, table in state.tables.items()]


# --- what the study gives ---------------------------------------------------------------------------------------------

_ROLES_NOTE = (
    "Which covariate of the study took which role of the method, and how the study has it. What the source of the "
    "method says stands in columns of its own; a dash where it does not say it."
)


def _roles(state: RunState) -> tuple[pd.DataFrame, list[str]]:
    """Return what the study gives to each role, and a sentence on each where that is not what the source says."""
    method, study = state.method, state.study
    rows, otherwise = [], []
    used = dict(state.roles.used)
    if study.coarse is not None:
        used["coarse product"] = COARSE
    for role_name, name in used.items():
        role, taken = method.roles.get(role_name), Taken.of(study, name)
        row = {"role": role_name, "covariate": name, "file": taken.file, "rule": taken.rule}
        row |= {"every": "" if taken.every != taken.every else f"{taken.every:g} d", "unit": taken.unit}
        row |= {"span": taken.span, "rule_of_source": "", "source_says": ""}
        if role is not None:
            row |= {"rule_of_source": paper_rule(role), "source_says": role.about}
            found = differences(role, name, study.entry(name), taken)
            if found:
                otherwise.append(f"{role_name} ({name}) is not as in {method.name}: {'; '.join(found)}.")
        rows.append(row)
    table = pd.DataFrame(rows).fillna("").replace("", "–")
    return (table if method.roles else table.drop(columns=["rule_of_source", "source_says"])), otherwise


def _lacking(state: RunState) -> list[Table]:
    """Return the table of the roles that nothing of the study takes; none if all are taken."""
    rows = [
        {
            "role": name,
            "why": why,
            "rule_of_source": paper_rule(state.method.roles[name]) or "–",
            "source_says": state.method.roles[name].about or "–",
        }
        for name, why in state.roles.left_out.items()
    ]
    return [("What the study lacks", "Roles of the method that were left out.", pd.DataFrame(rows))] if rows else []


# --- what was done otherwise ------------------------------------------------------------------------------------------


def _stand_ins(facts: RunFacts) -> list[str]:
    """Return a sentence on the days whose maps the model of another day made; none if there are no such days."""
    days = [f"{fact.day} by that of {fact.model_of}" for fact in facts.maps if fact.model_of]
    if not days:
        return []
    return [
        f"{len(days)} of {counted(len(facts.maps), 'map')} {'is' if len(days) == 1 else 'are'} made by the model of "
        f"other days, since the samples of their own are too few: {some(days)}. Each of these maps says so in its tag "
        f"{MODEL_OF}."
    ]


def _on_the_way(told: Sequence[str], shown: Sequence[str]) -> list[Table]:
    """Return the table of what was warned of and does not stand at the top; once what differs in numbers alone."""
    alike: dict[str, list[str]] = {}
    for line in told:
        if line not in shown:
            alike.setdefault(_NUMBERS.sub("#", line), []).append(line)
    if not alike:
        return []
    rest = [
        f"{first} (With other numbers: {len(more)} times more.)" if more else first for first, *more in alike.values()
    ]
    return [("Warned of on the way", "", pd.DataFrame({"warning": rest[:MAX_ROWS]}))]


def _of_model(model: Model | None) -> dict[str, object]:
    if model is None:
        return {}
    schemes = dict.fromkeys(part["scheme"]["scheme"] for part in model.passport["parts"])
    members = model.fitted.members
    options = [member.options.as_dict() for member in members]
    sizes = [f"{own['n_trees']} of {own['n_leaves']} leaves" for own in options if "n_leaves" in own]
    trees = dict.fromkeys(sizes)
    return {
        "Scheme": ", ".join(schemes),
        "Members": len(members),
        **({"Trees": ", ".join(trees)} if trees else {}),
    }
