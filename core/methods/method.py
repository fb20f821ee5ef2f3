# SPDX-License-Identifier: GPL-2.0-or-later
"""A method: how a study becomes maps. One JSON file."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from ..base.describe import described
from ..base.errors import InputError, OptionError
from ..base.files import read_json
from ..downscaling.settings import PHYSICAL, ConsistencyOptions, EncodeOptions, PhysicalOptions
from ..report.words import TARGET_WORDS
from ..samples.settings import CoarseSampling, StationSampling
from ..study.study import COARSE
from ..training.recipe import Recipe
from ..training.settings import COMBINE, ExplainOptions, FoldOptions, HoldoutOptions
from .settings import ANALYSES, SHIPPED, Depth, RescaleChoice, Role, shipped

MAX_SEED = 2**31 - 1  # that all learners take
VERSION = 2  # 1 had one learner and nothing beside
TARGETS = ("coarse", "stations")
# entries that are one record of options each
_RECORDS = {
    "stations": StationSampling,
    "sampling": CoarseSampling,
    "rescale": RescaleChoice,
    "folds": FoldOptions,
    "consistency": ConsistencyOptions,
}
# the same, of steps that are left out where the entry is null or missing
_OPTIONAL = {"test": HoldoutOptions, "explain": ExplainOptions, "output": EncodeOptions, "physics": PhysicalOptions}
_TEXTS = ("name", "about", "reference")


@dataclass(frozen=True)
class Method:
    """How a study becomes maps.

    Attributes
    ----------
    name, about, reference : str
        What it is called, does, and where it was published.
    target : str
        "coarse" or "stations": what is learned.
    roles : dict of str to Role
        The covariates that it wants; all of the study if empty.
    depths : tuple of Depth
        Each depth of the stations is a run of its own; one run of all if empty.
    stations : StationSampling
    sampling : CoarseSampling
    rescale : RescaleChoice
    recipe : Recipe or None
        What is trained; None for what learns nothing: physics, or the smooth interpolation of the coarse product.
    physics : PhysicalOptions or None
        How the coarse product is divided by physics alone.
    blend : tuple of Recipe
        What is trained beside it, as further parts of one model.
    combine : str
        How parts speak together where the coarse product is not kriged: see `train_blend`.
    folds : FoldOptions
        Of the scores in the passport of the model.
    test : HoldoutOptions or None
        The test part of the published experiment, if it has one.
    consistency : ConsistencyOptions
    compare : dict of str to Recipe
        What is compared with `recipe` by spatial or grouped cross-validation.
    compare_folds : tuple of FoldOptions
        These folds; nothing is compared if empty.
    compare_maps : bool
        Whether each of these also makes maps of its own.
    explain : ExplainOptions or None
    errors : dict of str to float
        Of an uncertainty budget: the SD of the error of each role, in its unit; none if empty.
    output : EncodeOptions or None
        Maps of whole numbers beside the others.
    analyses : tuple of str
        Of `ANALYSES`.
    full : dict
        Entries that stand in place of these where the full settings of the paper are asked for, which cost more time.
    seed : int

    Examples
    --------
    >>> import soilsharp
    >>> method = soilsharp.Method.read("coarse_lightgbm")
    >>> method
    Method 'coarse_lightgbm'
      About        ...
      Learns from  the coarse product
      Learner      Gradient boosting (LightGBM)
      Covariates   all of the study
      Folds by     block
    >>> soilsharp.train(soilsharp.sample("study.json"), method.recipe).names[:2]
    ('elevation', 'slope')
    """

    name: str
    about: str
    reference: str
    target: str
    roles: dict[str, Role]
    depths: tuple[Depth, ...]
    stations: StationSampling
    sampling: CoarseSampling
    rescale: RescaleChoice
    recipe: Recipe | None
    physics: PhysicalOptions | None
    blend: tuple[Recipe, ...]
    combine: str
    folds: FoldOptions
    test: HoldoutOptions | None
    consistency: ConsistencyOptions
    compare: dict[str, Recipe]
    compare_folds: tuple[FoldOptions, ...]
    compare_maps: bool
    explain: ExplainOptions | None
    errors: dict[str, float]
    output: EncodeOptions | None
    analyses: tuple[str, ...]
    full: dict
    seed: int

    @classmethod
    def read(cls, name_or_path: str | os.PathLike) -> Method:
        """Read a method from a file, or one that is shipped by its name; errors name the place in it."""
        path = Path(name_or_path)
        if not path.suffix and not path.exists():
            path = SHIPPED / f"{name_or_path}.json"
            if not path.exists():
                raise InputError(f"There is no method '{name_or_path}'; shipped are {', '.join(shipped())}.")
        content = read_json(path, "method", VERSION)
        content.setdefault("name", path.stem)
        return cls.from_json(content, path.name)

    @classmethod
    def from_json(cls, content: dict, where: str) -> Method:
        """Return the method of what `as_json` gave, or a person wrote; errors name the place in it."""
        known = ("soilsharp", "version", *(f.name for f in fields(cls)))
        unknown = sorted(set(content) - set(known))
        if unknown:
            raise InputError(f"{where}: unknown entry {', '.join(unknown)}; known are {', '.join(known)}.")
        for name in _TEXTS:
            if not isinstance(content.get(name, ""), str):
                raise OptionError(f'{where}: "{name}" must be text, got {content[name]!r}.')
        if content.get("target") not in TARGETS:
            raise OptionError(f'{where}: "target" must be one of {", ".join(TARGETS)}, got {content.get("target")!r}.')
        combine = content.get("combine", "weighted")
        if combine not in COMBINE:
            raise OptionError(f'{where}: "combine" must be one of {", ".join(COMBINE)}, got {combine!r}.')
        blend = _listed(content.get("blend", []), "blend", where)
        seed = content.get("seed", 0)
        if type(seed) is not int or not 0 <= seed <= MAX_SEED:
            raise OptionError(f'{where}: "seed" must be a whole number from 0 to {MAX_SEED}, got {seed!r}.')
        full = content.get("full", {})
        if not isinstance(full, Mapping):
            raise OptionError(f'{where}: "full" must be an object of entries of the method, got {full!r}.')
        if full:
            cls.from_json(merged({**content, "full": {}}, full), f"{where}, full")
        roles = _each(content, "roles", where, lambda value, at: Role.from_dict(value, at))
        return cls(
            **{name: content.get(name, "") for name in _TEXTS},
            target=content["target"],
            roles=roles,
            depths=_depths(content.get("depths", []), roles, where),
            **{key: record.from_dict(content.get(key, {}), f"{where}, {key}") for key, record in _RECORDS.items()},
            recipe=_recipe(content, where),
            blend=tuple(Recipe.from_json(part, f"{where}, blend {i + 1}") for i, part in enumerate(blend)),
            combine=combine,
            **{
                key: None if content.get(key) is None else record.from_dict(content[key], f"{where}, {key}")
                for key, record in _OPTIONAL.items()
            },
            compare=_each(content, "compare", where, Recipe.from_json),
            compare_folds=_folds(content.get("compare_folds", []), where),
            compare_maps=_yes_or_no(content.get("compare_maps", False), "compare_maps", where),
            errors=_errors(content, roles, where),
            analyses=_analyses(content.get("analyses", []), where),
            full=dict(full),
            seed=seed,
        )

    def __repr__(self) -> str:
        facts = {
            "About": self.about,
            "Reference": self.reference,
            "Learns from": TARGET_WORDS[self.target],
            "Learner": " + ".join(recipe.label for recipe in self.recipes) or "none",
            "Physics": PHYSICAL[self.physics.physics] if self.physics is not None else "",
            "Covariates": ", ".join(self.roles) or "all of the study",
            "Folds by": self.folds.by,
        }
        return described(f"Method '{self.name}'", facts)

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that its learners need, by the names that are imported."""
        learners = [candidate.learner for recipe in self.recipes for candidate in recipe.candidates]
        return tuple(dict.fromkeys(package for learner in learners for package in learner.needs))

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """The recipes of all parts of the model."""
        return () if self.recipe is None else (self.recipe, *self.blend)

    def in_full(self) -> Method:
        """Return the method with the full settings of its paper; itself where it has no others."""
        return Method.from_json(merged({**self.as_json(), "full": {}}, self.full), self.name) if self.full else self

    def with_spread(self, error_draws: int = 0) -> Method:
        """Return the method that maps its own uncertainty too, and the parts of it.

        Parameters
        ----------
        error_draws : int
            How often maps are made again with covariates disturbed by their errors; see `ConsistencyOptions`.
        """
        told = replace(self.consistency, band=True, parts=True, error_draws=error_draws)
        return replace(self, consistency=told)

    def with_consistency(self, consistency: str) -> Method:
        """Return the method whose maps are brought to the coarse product in another way, all else alike.

        Parameters
        ----------
        consistency : str
            One of the choices of `ConsistencyOptions`.

        Raises
        ------
        OptionError
            If there is no such way, or the method has no model whose maps could be brought there.
        """
        told = replace(self.consistency, consistency=consistency)
        if self.physics is not None:
            raise OptionError(
                f"The method {self.name} divides the coarse product by physics, whose maps keep its means: leave the "
                f"consistency '{consistency}' out."
            )
        if self.recipe is None and not told.kriged:
            raise OptionError(
                f"The method {self.name} has no model: its maps are the smooth interpolation of the coarse product, "
                f"with 'auto', 'soft' or 'strict'; got '{consistency}'."
            )
        return replace(self, consistency=told)

    def as_json(self) -> dict:
        """Return the method with every setting spelled out, as its file would hold it."""
        content = {"soilsharp": "method", "version": VERSION}
        content |= {f.name: getattr(self, f.name) for f in fields(self)}
        content |= {key: getattr(self, key).as_dict() for key in _RECORDS}
        content |= {key: getattr(self, key) and getattr(self, key).as_dict() for key in _OPTIONAL}
        content |= {
            "roles": {name: role.as_dict() for name, role in self.roles.items()},
            "depths": [depth.as_json() for depth in self.depths],
            "recipe": self.recipe and self.recipe.as_json(),
            "blend": [recipe.as_json() for recipe in self.blend],
            "compare": {name: recipe.as_json() for name, recipe in self.compare.items()},
            "compare_folds": [folds.as_dict() for folds in self.compare_folds],
            "analyses": list(self.analyses),
        }
        return content


def merged(content: Mapping, other: Mapping) -> dict:
    """Return nested entries with those of another object in place of them; lists are replaced whole."""
    nested = {
        key: merged(content[key], value)
        for key, value in other.items()
        if isinstance(value, Mapping) and isinstance(content.get(key), Mapping)
    }
    return {**content, **other, **nested}


def _recipe(content: Mapping, where: str) -> Recipe | None:
    """Return what is trained; null, written out, stands for nothing, and then there is nothing to ask of it."""
    if content.get("recipe", {}) is not None:
        if content.get("physics") is not None:
            raise OptionError(f'{where}: "physics" divides without a model; set "recipe" to null.')
        return Recipe.from_json(content.get("recipe", {}), f"{where}, recipe")
    beside = [name for name in ("blend", "test", "compare", "explain", "errors") if content.get(name)]
    if beside:
        raise OptionError(f'{where}: without a "recipe" there is no model for {", ".join(beside)}; leave them out.')
    if content.get("target") != "coarse":
        raise OptionError(
            f'{where}: without a "recipe" only the coarse product can be interpolated: "target": "coarse".'
        )
    return None


def _each(content: Mapping, key: str, where: str, read) -> dict:
    """Return an entry that is an object, each of its values read with its place."""
    values = content.get(key, {})
    if not isinstance(values, Mapping):
        raise OptionError(f'{where}: "{key}" must be an object of names and entries, got {values!r}.')
    return {name: read(value, f"{where}, {key} '{name}'") for name, value in values.items()}


def _listed(values, key: str, where: str) -> list:
    if not isinstance(values, list):
        raise OptionError(f'{where}: "{key}" must be a list, got {values!r}.')
    return values


def _yes_or_no(value, key: str, where: str) -> bool:
    if type(value) is not bool:
        raise OptionError(f'{where}: "{key}" must be true or false, got {value!r}.')
    return value


def _depths(values, roles: Mapping, where: str) -> tuple[Depth, ...]:
    depths = tuple(Depth.read(value, roles, where) for value in _listed(values, "depths", where))
    alike = Counter(depth.name for depth in depths)
    twice = next((depth.name for depth in depths if alike[depth.name] > 1), None)
    if twice is not None:
        raise OptionError(f'{where}: two "depths" have the same middle, and so one folder, {twice}; take one out.')
    return depths


def _folds(values, where: str) -> tuple[FoldOptions, ...]:
    values = _listed(values, "compare_folds", where)
    return tuple(FoldOptions.from_dict(v, f"{where}, compare_folds {i + 1}") for i, v in enumerate(values))


def _errors(content: Mapping, roles: Mapping, where: str) -> dict[str, float]:
    def read(value, at: str) -> float:
        if type(value) not in (int, float) or not 0 <= value < math.inf:
            raise OptionError(f"{at} must be the SD of an error, a number from 0, got {value!r}.")
        return float(value)

    errors = _each(content, "errors", where, read)
    unknown = sorted(set(errors) - set(roles) - {COARSE})
    if unknown:
        raise OptionError(f'{where}: "errors" names {", ".join(unknown)}, which is no role of the method.')
    return errors


def _analyses(values, where: str) -> tuple[str, ...]:
    for value in _listed(values, "analyses", where):
        if value not in ANALYSES:
            raise OptionError(f'{where}: "analyses" must be some of {", ".join(ANALYSES)}, got {value!r}.')
    return tuple(values)
