# SPDX-License-Identifier: GPL-2.0-or-later
"""Boosters that are held to the slope of a covariate: never against it, whatever the samples say."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError, OptionError
from soilsharp.core.methods.prepare import adapted
from soilsharp.core.methods.roles import Roles
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.learners import learner
from soilsharp.core.training.learners.options import MONOTONE
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions, SearchOptions
from soilsharp.core.training.train import train

BOOSTERS = ["lightgbm", "xgboost", "hist_gradient_boosting"]
NO_FOLDS = FoldOptions(by="random", n_folds=0)


@pytest.fixture(scope="module")
def samples():
    """Return samples in which rain goes up and down with the soil, and temperature down and up."""
    rng = np.random.default_rng(0)
    X = rng.random((600, 3)).astype(np.float32)
    y = 0.25 + 0.1 * np.sin(6 * X[:, 0]) - 0.1 * np.sin(6 * X[:, 1]) + 0.05 * X[:, 2] + rng.normal(0, 0.01, 600)
    return Samples(X, y.astype(np.float32), ("rain", "lst", "clay"), pd.DataFrame(index=range(600)))


def _steps(model, f):
    """Return how predictions move as one covariate rises, shape (rows, steps)."""
    rows = np.random.default_rng(1).random((50, 3)).astype(np.float32)
    grid = np.linspace(0, 1, 60)
    return np.diff([model.predict(_with(rows, f, value)) for value in grid], axis=0).T


def _with(rows, f, value):
    changed = rows.copy()
    changed[:, f] = value
    return changed


@pytest.mark.parametrize("key", BOOSTERS)
def test_a_booster_keeps_to_the_slopes_that_it_is_given(key, samples, tmp_path):
    pytest.importorskip(learner(key).needs[-1])
    free, held = (
        train(samples, Recipe((Candidate.of(key, options),)), folds=NO_FOLDS, seed=1)
        for options in ({}, {"rising": "rain", "falling": "lst, clay"})
    )
    for f, slope in ((0, 1), (1, -1), (2, -1)):
        assert (slope * _steps(free, f)).min() < -0.002
        assert (slope * _steps(held, f)).min() >= -1e-7
    held.write(tmp_path / "held.soilsharp")
    again = Model.read(tmp_path / "held.soilsharp")
    npt.assert_array_equal(again.predict(samples.X), held.predict(samples.X))
    assert again.fitted.members[0].options.rising == "rain"


def test_a_booster_with_quantiles_is_held_too(samples):
    pytest.importorskip("lightgbm")
    options = {"quantiles": True, "rising": "rain", "n_trees": 30}
    model = train(samples, Recipe((Candidate.of("lightgbm", options),)), folds=NO_FOLDS)
    assert _steps(model, 0).min() >= -1e-7
    assert model.knows_sd


@pytest.mark.parametrize("key", BOOSTERS)
def test_a_search_is_held_to_them_too(key, samples):
    pytest.importorskip(learner(key).needs[-1])
    candidate = Candidate.of(key, {"n_trees": 30, "rising": "rain"}, {"learning_rate": (0.05, 0.2)})
    recipe = Recipe((candidate,), search=SearchOptions(search="grid", inner_by="random"))
    assert _steps(train(samples, recipe, folds=NO_FOLDS), 0).min() >= -1e-7


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"rising": "rian"}, InputError, "held to the slope of rian, which the samples do not hold .* they have rain"),
        ({"rising": "rain", "falling": "lst, rain"}, OptionError, "'rain' is named as both rising and falling"),
        ({"rising": "rain; lst"}, OptionError, "Separate names by commas"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_refused(samples, options, error, says):
    with pytest.raises(error, match=says):
        train(samples, Recipe((Candidate.of("hist_gradient_boosting", options),)), folds=NO_FOLDS)


def test_a_method_names_them_by_its_roles(samples):
    recipe = Recipe((Candidate.of("hist_gradient_boosting", {"rising": "precipitation, snow", "falling": "lst"}),))
    roles = Roles({"precipitation": "rain", "lst": "lst"}, {"snow": "the study has none"}, [])
    found, _ = adapted(recipe, samples, roles)
    assert {name: getattr(found.candidates[0].options, name) for name in MONOTONE} == {
        "rising": "rain",
        "falling": "lst",
    }
