# SPDX-License-Identifier: GPL-2.0-or-later
"""What learners know of their own error: it is wide where samples scatter, and travels with the weights."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import ModelFileError
from soilsharp.core.training.blend import Blend
from soilsharp.core.training.fitted import Fitted, Member
from soilsharp.core.training.learners import learner
from soilsharp.core.training.learners.weights import pack, unpack

KNOWING = {
    "random_forest": {"n_trees": 200, "min_samples_leaf": 10},
    "lightgbm": {"n_trees": 120, "learning_rate": 0.1, "n_leaves": 5, "feature_fraction": 1.0, "quantiles": True},
    "xgboost": {"n_trees": 120, "max_depth": 2, "quantiles": True},
    "hist_gradient_boosting": {"n_trees": 120, "learning_rate": 0.1, "n_leaves": 5, "quantiles": True},
    "dense": {"max_epochs": 60},
}


def _scattered(n, seed):
    """Return covariates, soil moisture and the SD with which it was drawn, which the second covariate tells."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 3)).astype(np.float32)
    sd = 0.01 + 0.04 * X[:, 1]
    return X, (0.1 + 0.2 * X[:, 0] + sd * rng.standard_normal(n)), sd


@pytest.fixture(scope="module", params=KNOWING)
def knowing(request):
    X, y, _ = _scattered(3000, 1)
    kind = learner(request.param)
    options = kind.options(**KNOWING[request.param])
    return Member(kind, options, kind.build(options, seed=1, threads=1).fit(X, y), "all")


def test_a_learner_knows_where_samples_scatter(knowing):
    X, y, sd = _scattered(2000, 2)
    own = knowing.estimator.predict_sd(X)
    assert np.corrcoef(own, sd)[0, 1] > 0.75
    inside = np.abs(y - knowing.estimator.predict(X)) <= 1.645 * own
    assert 0.85 <= inside.mean() <= 0.95


def test_spread_travels_with_the_weights(knowing):
    X, _, _ = _scattered(50, 3)
    back = knowing.learner.load(knowing.estimator.to_bytes(), knowing.options)
    assert back.knows_sd
    npt.assert_array_equal(back.predict_sd(X), knowing.estimator.predict_sd(X))


def test_members_together_are_as_wide_as_each_and_their_distance(knowing):
    X, _, _ = _scattered(50, 3)
    alone = Fitted((knowing,))
    npt.assert_allclose(Fitted((knowing, knowing)).predict_sd(X), alone.predict_sd(X))
    npt.assert_allclose(Blend((alone, alone), np.array([0.2, 0.8])).predict_sd(X), alone.predict_sd(X))


BOOSTED = {"lightgbm": "text_high", "xgboost": "json_high", "hist_gradient_boosting": "high_baseline"}


@pytest.mark.parametrize(("key", "last"), BOOSTED.items())
def test_boosted_trees_know_quantiles_only_if_asked(key, last):
    X, y, _ = _scattered(300, 1)
    kind = learner(key)
    plain = kind.build(kind.options(n_trees=5), seed=1, threads=1).fit(X, y)
    assert not plain.knows_sd
    with pytest.raises(ValueError, match="learned are the quantiles none"):
        plain.predict_quantiles(X)
    asked = kind.build(kind.options(n_trees=5, quantiles=True), seed=1, threads=1).fit(X, y)
    npt.assert_array_equal(asked.predict(X), plain.predict(X))
    state = unpack(asked.to_bytes())
    del state[last]
    with pytest.raises(ModelFileError, match=last):
        kind.load(pack(state), asked.options)


@pytest.mark.parametrize("key", BOOSTED)
def test_quantiles_of_boosted_trees_hold_what_they_should(key):
    X, y, _ = _scattered(3000, 1)
    kind = learner(key)
    estimator = kind.build(kind.options(**KNOWING[key]), seed=1, threads=1).fit(X, y)
    fresh, seen, _ = _scattered(3000, 2)
    low, high = estimator.predict_quantiles(fresh).T
    # give or take 4 SD of a share of 3000 draws, and what trees learn of noise
    assert np.mean(seen < low) == pytest.approx(0.05, abs=0.03)
    assert np.mean(seen > high) == pytest.approx(0.05, abs=0.03)


def test_quantiles_of_xgboost_are_no_model_of_the_mean():
    X, y, _ = _scattered(300, 1)
    kind = learner("xgboost")
    asked = kind.build(kind.options(n_trees=5, quantiles=True), seed=1, threads=1).fit(X, y)
    state = unpack(asked.to_bytes())
    for swapped in ({"json": state["json_low"]}, {"json_low": state["json"]}):
        with pytest.raises(ModelFileError, match="of the kind"):
            kind.load(pack({**state, **swapped}), asked.options)
