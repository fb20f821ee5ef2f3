# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model was trained by, so that the same can be trained again on other samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .recipe import Candidate, Recipe
from .settings import SchemeOptions, WeightOptions

if TYPE_CHECKING:
    from .model import Model


def recipes_of(model: Model) -> tuple[Recipe, ...]:
    """Return the recipe of each part of a model, without a search: learners with the options of their first members."""
    recipes = []
    for fitted, told in zip(model.parts, model.passport["parts"]):
        first: dict[str, Candidate] = {}
        for member in fitted.members:
            first.setdefault(member.learner.key, Candidate(member.learner, member.options))
        scheme = SchemeOptions.from_dict(told["scheme"], "scheme of the model")
        weights = WeightOptions.from_dict(told["weights"], "weights of the model")
        recipes.append(Recipe(tuple(first.values()), scheme, weights=weights))
    return tuple(recipes)
