# SPDX-License-Identifier: GPL-2.0-or-later
"""A method brought to the study at hand: its roles under the study's names, its stations rescaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ..base.errors import InputError
from ..base.names import class_of
from ..base.options import listed
from ..base.progress import Progress
from ..downscaling.settings import PhysicalOptions
from ..preprocessing.rescale_stations import rescale_stations, study_reference
from ..preprocessing.settings import RescaleOptions
from ..samples.samples import Samples
from ..stations.stations import Stations
from ..study.study import COARSE, Study
from ..training.learners.options import MONOTONE
from ..training.recipe import Candidate, Recipe
from ..training.sample_weights import values_of
from ..training.settings import FoldOptions, HoldoutOptions, SchemeOptions
from ..training.texture import set_aside, with_texture
from .method import Method
from .roles import Roles
from .settings import RescaleChoice

Division = TypeVar("Division", FoldOptions, HoldoutOptions)
PHYSICAL_ROLES = {"temperature": "lst", "night": "lst_night", "vegetation": "ndvi", "height": "elevation"}
TEXTURE = "texture"  # the column of texture classes, which sand and clay tell where no map does


def rescaled(study: Study, options: RescaleChoice, folder: Path, progress: Progress) -> Stations | None:
    """Return the stations with the climate of the coarse product, written beside; None if they stay as measured."""
    if options.rescale == "off":
        return None
    if not study.coarse:
        raise InputError('Stations are rescaled to the coarse product, and the study has none; set "rescale" to "off".')
    result = rescale_stations(
        study.folder / study.stations_file,
        study_reference(study, COARSE),
        RescaleOptions(rescale=options.rescale, min_days=options.min_days),
        columns=study.station_options,
        progress=progress,
    )
    result.write_table(folder / "stations_rescaled.csv")
    result.write_stations(folder / "rescaling.csv")
    return Stations.of(result.table, study.station_options).between(study.first, study.last)


def sampled(method: Method, roles: Roles) -> list[str]:
    """Return the covariates that samples must know: what some learner, scheme, weights or folds of the method sees.

    What is there for an analysis of the maps alone, as rain in Rao et al. 2022, costs no samples where it is unknown.
    """
    recipes = [*method.recipes, *method.compare.values()]
    columns = {
        column
        for recipe in recipes
        for column in (*listed(recipe.scheme.columns), recipe.weights.column, *recipe.classes)
    }
    columns |= {folds.column for folds in (method.folds, *method.compare_folds, method.test) if folds is not None}
    columns.add(method.sampling.spread_of)
    if TEXTURE in columns and TEXTURE not in roles.used:
        columns |= {"sand", "clay"}

    def seen(role: str, name: str) -> bool:
        return role not in method.roles or method.roles[role].input or role in columns or name in columns

    return [name for role, name in roles.used.items() if seen(role, name)]


def with_classes(samples: Samples, method: Method, roles: Roles) -> Samples:
    """Return the samples with classes to go by beside them: those that no learner is to see, and texture classes.

    Texture is told from sand and clay where they have roles and nothing else tells it.
    """
    used = roles.used
    unseen = [name for role, name in used.items() if role in method.roles and not method.roles[role].input]
    aside = [name for name in unseen if samples.columns_of(name)]
    known = {role for role, name in used.items() if samples.columns_of(name)}
    if {"sand", "clay"} <= known and TEXTURE not in used and TEXTURE not in samples.index:
        samples = with_texture(samples, used["sand"], used["clay"])
    return set_aside(samples, aside) if aside else samples


def named(options: Division, roles: Roles) -> Division:
    """Return folds whose column is under the study's name."""
    return replace(options, column=roles.used.get(options.column, options.column))


def of_roles(options: PhysicalOptions, used: Mapping[str, str]) -> PhysicalOptions:
    """Return how physics divides, with the covariates of the study that take its roles, where it names none itself."""
    names = {key: used[role] for key, role in PHYSICAL_ROLES.items() if role in used and not getattr(options, key)}
    return replace(options, **names)


def adapted(recipe: Recipe, samples: Samples, roles: Roles) -> tuple[Recipe, list[str]]:
    """Return a recipe whose scheme, weights and classes are columns of the samples, and what was left out for it."""
    bases = {part[0] for part in map(class_of, samples.names) if part}
    known, notes = {*samples.names, *bases, *samples.index.columns}, []
    scheme, weights = recipe.scheme, recipe.weights
    if scheme.columns:
        wanted = [column.strip() for column in scheme.columns.split(",")]
        found = [roles.used.get(column, column) for column in wanted]
        missing = [column for column, name in zip(wanted, found) if name not in known]
        there = [name for name in found if name in known]
        if missing:
            instead = "" if there else ": one model of all samples instead"
            notes.append(f"{recipe.label}: the samples have no {', '.join(missing)} to go by{instead}.")
        scheme = replace(scheme, columns=", ".join(there)) if there else SchemeOptions()
    if weights.column:
        weights = replace(weights, column=roles.used.get(weights.column, weights.column))
    classes = [roles.used.get(column, column) for column in recipe.classes]
    lacking = [name for name in classes if name not in known]
    same = [name for name in classes if name in known and values_of(samples, name).nunique() < 2]
    for names, why in ((lacking, "the samples have no"), (same, "of one class in all samples:")):
        if names:
            notes.append(f"{recipe.label} does not see all of its classes: {why} {', '.join(names)}.")
    seen = tuple(name for name in classes if name not in (*lacking, *same))
    candidates = tuple(_slopes_named(candidate, roles) for candidate in recipe.candidates)
    return replace(recipe, candidates=candidates, scheme=scheme, weights=weights, classes=seen), notes


def _slopes_named(candidate: Candidate, roles: Roles) -> Candidate:
    """Return a candidate that is held to slopes of covariates under the study's names; roles left out are free."""
    asked = {name: getattr(candidate.options, name) for name in MONOTONE if getattr(candidate.options, name, "")}
    if not asked:
        return candidate

    def named(text: str) -> str:
        return ", ".join(roles.used.get(name, name) for name in listed(text) if name not in roles.left_out)

    return replace(candidate, options=replace(candidate.options, **{key: named(text) for key, text in asked.items()}))
