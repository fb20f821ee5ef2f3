# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes that suit the table: what LightGBM chooses by the number of samples, and what few samples are refused for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.methods.method import Method
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.check_samples import check_samples
from soilsharp.core.training.learners import learner
from soilsharp.core.training.learners import options as options_module
from soilsharp.core.training.learners.options import LightGBMOptions, LinearOptions, sized
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.search import search
from soilsharp.core.training.settings import FoldOptions, SearchOptions
from soilsharp.core.training.train import train

NO_FOLDS = FoldOptions(n_folds=0)


def _samples(n, n_covariates=3):
    rng = np.random.default_rng(n)
    X = rng.random((n, n_covariates)).astype(np.float32)
    y = (0.1 + 0.3 * X[:, 0] * X[:, 1] + 0.01 * rng.normal(size=n)).astype(np.float32)
    return Samples(X, y, tuple("abcdefghijklmnop"[:n_covariates]), pd.DataFrame(index=range(n)))


@pytest.mark.parametrize(
    ("n", "size"),
    [
        (20, (200, 5, 60)),
        (2000, (200, 5, 60)),
        (2001, (200, 15, 127)),
        (20_000, (200, 15, 127)),
        (20_001, (600, 31, 255)),
        (10_000_000, (600, 31, 255)),
    ],
)
def test_what_is_left_empty_grows_with_the_samples(n, size):
    found = LightGBMOptions().sized(n)
    assert (found.n_trees, found.n_leaves, found.max_bins) == size
    own = LightGBMOptions(n_leaves=9, max_depth=3).sized(n)
    assert (own.n_trees, own.n_leaves, own.max_bins, own.max_depth) == (size[0], 9, size[2], 3)
    assert found.sized(5) == found
    assert sized(LinearOptions(), n) == LinearOptions()


def _wavy(n, waves):
    """Return samples of groups in space whose target is so fine a relation of its covariates."""
    rng = np.random.default_rng(7)
    X = rng.random((n, 2)).astype(np.float32)
    y = (0.2 + 0.1 * np.sign(np.sin(waves * np.pi * X[:, 0])) + 0.01 * rng.normal(size=n)).astype(np.float32)
    days = np.datetime64("2023-05-01") + np.arange(n) % 10
    return Samples(X, y, ("a", "b"), pd.DataFrame({"station": (np.arange(n) % 12).astype(str), "date": days}))


@pytest.mark.parametrize(("waves", "many"), [(2, False), (40, True)])
def test_folds_choose_the_leaves_of_many_samples(monkeypatch, waves, many):
    sizes = ((10, {"n_trees": 3, "n_leaves": 3, "max_bins": 60}), (50, {"n_trees": 3, "n_leaves": 3, "max_bins": 60}))
    large = {"n_trees": 3, "n_leaves": 4, "max_bins": 255}
    monkeypatch.setattr(options_module, "_SIZES", (*sizes, (np.inf, large)))
    monkeypatch.setattr(options_module, "MANY_LEAVES", (4, 64))
    (candidate,) = Recipe.of("lightgbm").candidates
    candidate = replace(candidate, options=replace(candidate.options, learning_rate=0.9, min_samples_leaf=5))
    model = train(_wavy(3000, waves), Recipe((candidate,)), NO_FOLDS)
    found = model.fitted.members[0].options.n_leaves
    assert found == (64 if many else 4)
    given = replace(candidate, options=replace(candidate.options, n_leaves=7))
    model = train(_wavy(3000, waves), Recipe((given,)), NO_FOLDS)
    assert model.fitted.members[0].options.n_leaves == 7


@pytest.mark.parametrize(("n", "size"), [(400, (200, 5)), (2400, (200, 15))])
def test_the_passport_says_the_size_that_a_model_has(tmp_path, n, size):
    told = []
    train(_samples(n), Recipe.of("lightgbm"), NO_FOLDS, progress=Progress(say=told.append)).write(
        tmp_path / "m.soilsharp"
    )
    model = Model.read(tmp_path / "m.soilsharp")
    options = model.passport["members"][0]["options"]
    assert (options["n_trees"], options["n_leaves"]) == size
    assert model.passport["account"][0]["options"] == options
    booster = model.fitted.members[0].estimator.model_
    assert booster.num_trees() == size[0]
    assert max(tree["num_leaves"] for tree in booster.dump_model()["tree_info"]) == size[1]
    line = f"Chosen by the number of samples: n_trees {size[0]}, n_leaves {size[1]}, max_bins"
    assert any(text.startswith(line) for text in told)


def test_a_model_of_a_given_size_says_it_too():
    told = []
    (part,) = (recipe for recipe in Method.read("soilsharp").recipes if recipe.candidates[0].learner.key == "lightgbm")
    train(_samples(100), part, NO_FOLDS, progress=Progress(say=told.append))
    assert "Size of Gradient boosting (LightGBM): n_trees 120, n_leaves 15" in told


def test_the_trees_of_few_samples_are_those_of_a_depth_of_four():
    # five leaves are never deeper than four: 0.3.0 said so, which changed nothing
    samples = _samples(400)
    trees = [
        learner("lightgbm").build(options, seed=1, threads=1).fit(samples.X, samples.y).to_bytes()
        for options in (None, LightGBMOptions(n_trees=200, n_leaves=5, max_depth=4, max_bins=60))
    ]
    assert trees[0] == trees[1]


def test_trees_may_see_a_fraction_of_the_samples():
    samples = _samples(600)

    def grown(fraction, seed=1):
        options = LightGBMOptions(n_trees=20, sample_fraction=fraction)
        return learner("lightgbm").build(options, seed=seed, threads=1).fit(samples.X, samples.y)

    half = grown(0.5)
    counts = [tree["tree_structure"]["internal_count"] for tree in half.model_.dump_model()["tree_info"]]
    assert len(set(counts)) > 1  # each tree draws anew
    assert 250 < min(counts) <= max(counts) < 350
    assert half.to_bytes() == grown(0.5).to_bytes() != grown(0.5, seed=2).to_bytes()


def test_a_search_reaches_sizes_and_the_fraction_of_samples():
    ranges = Candidate.of("lightgbm").ranges()
    assert {5, 15, 31} <= set(ranges["n_leaves"])
    assert 0.7 in ranges["sample_fraction"]
    grid = {"n_leaves": [None, 15], "sample_fraction": [0.7, 1.0]}
    found = search(Candidate.of("lightgbm", {"n_trees": 20}, grid), _samples(300), SearchOptions(search="grid"))
    assert sorted(set(found.table["n_leaves"])) == [5, 15]
    assert found.options.n_trees == 20
    assert None not in found.options.as_dict().values()


def test_published_methods_say_every_size_themselves():
    for name in ("bueno2024", "jaaskelainen2025", "li2022", "poehls2025", "rao2022"):
        method = Method.read(name)
        for recipe in (method.recipe, *method.compare.values()):
            for candidate in recipe.candidates:
                assert sized(candidate.options, 10) == candidate.options == sized(candidate.options, 10**6), name


def test_few_samples_are_refused_or_warned_of_with_numbers():
    with pytest.raises(InputError, match="19 samples are too few for 3 covariates: at least 20 are needed"):
        check_samples(_samples(19))
    for n, n_covariates, expected in ((20, 4, 0), (39, 8, 1), (40, 8, 0)):
        told = []
        check_samples(_samples(n, n_covariates), Progress(warn=told.append))
        assert len(told) == expected
    check_samples(_samples(39, 8), Progress(warn=told.append))
    assert told[-1].startswith("39 samples are very few for 8 covariates: at least 40, 5 for each, are wanted")


def test_least_squares_needs_two_samples_more_than_columns():
    samples = _samples(20, 16)
    plain = Recipe((Candidate.of("linear", {"alpha": 0.0}),))
    train(samples.select("abcdefghijklmnop"), plain, NO_FOLDS)
    few = samples.rows(np.arange(17))
    with pytest.raises(InputError, match="17 samples are too few for least squares with 16 columns: at least 18"):
        learner("linear").build(LinearOptions(alpha=0.0)).fit(few.X, few.y)
    learner("linear").build().fit(few.X, few.y)
    # the numbers of classes become a column each
    classes = replace(few.select("ab"), facts={"classes": ["a"]})
    with pytest.raises(InputError, match="17 samples are too few for least squares with 18 columns"):
        learner("linear").build(LinearOptions(alpha=0.0), categories=(0,)).fit(classes.X, classes.y)


def test_one_of_several_learners_that_has_too_few_samples_loses():
    samples = _samples(20, 16)
    recipe = Recipe((Candidate.of("linear", {"alpha": 0.0}), Candidate.of("random_forest", {"n_trees": 5})))
    told = []
    model = train(samples, recipe, NO_FOLDS, progress=Progress(warn=told.append))
    assert [member.learner.key for member in model.fitted.members] == ["random_forest"]
    assert any("Linear (ridge), all samples: " in line and "too few for least squares" in line for line in told)
