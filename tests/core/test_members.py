# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run tells of its periods: scores of every learner and of the combination, and node purity."""

from types import SimpleNamespace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor

from soilsharp.core.methods.members import COMBINATION, FILE, FOUND, importance_table, period_scores, write_members
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.training.fitted import gain_fraction
from soilsharp.core.training.folds.divide import holdout
from soilsharp.core.training.learners import learner
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.schemes import TEST_PART, fit_recipe
from soilsharp.core.training.settings import SchemeOptions, SearchOptions


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(4)
    n = 400
    X = rng.uniform(0, 1, (n, 3)).astype(np.float32)
    y = (0.1 + 0.2 * X[:, 0] + 0.05 * X[:, 1] ** 2 + 0.01 * rng.standard_normal(n)).astype(np.float32)
    date = np.datetime64("2023-01-01", "ns") + np.sort(rng.integers(0, 32, n)) * np.timedelta64(1, "D")
    return Samples(X, y, ("wet", "green", "nothing"), pd.DataFrame({"date": date}), {"target": "coarse"})


@pytest.fixture(scope="module")
def account(samples):
    recipe = Recipe(
        tuple(Candidate.of(key) for key in ("linear", "random_forest", "xgboost")),
        SchemeOptions(scheme="per_period", period="16_days", min_samples=50),
        choose="published",
    )
    found = pd.DataFrame(fit_recipe(recipe, samples, seed=3).account)
    return found.assign(period=pd.to_datetime(found["part"]))


def test_r_and_rmse_of_both_halves_are_those_of_the_halves(samples, account):
    periods = period_scores(account)
    assert periods["period"].nunique() == 2
    own = samples.rows(np.flatnonzero(samples.days < np.datetime64("2023-01-17")))
    learn, test = holdout(own, TEST_PART, 3)
    model = fit_recipe(Recipe.of("linear"), own.rows(learn), seed=3)
    predicted = model.predict(own.X)
    first = periods[(periods["period"] == "2023-01-01") & (periods["learner"] == "Linear (ridge)")].set_index("half")
    for half, rows in (("train", learn), ("test", test)):
        expected = scores(predicted[rows], own.y[rows])
        npt.assert_allclose(first.loc[half, ["r", "rmse"]].astype(float), [expected["r"], expected["rmse"]], rtol=1e-5)


def test_the_combination_is_the_learner_that_each_period_chose(account):
    periods = period_scores(account)
    for (period, half), own in periods.groupby(["period", "half"]):
        combined = own[own["learner"] == COMBINATION]
        chosen = own[own["chosen"] & (own["learner"] != COMBINATION)]
        assert len(combined) == len(chosen) == 1, (period, half)
        assert combined["rmse"].item() == chosen["rmse"].item()


def test_importance_is_that_of_forests_and_boosters_and_sums_to_one(account):
    table = importance_table(account)
    assert set(table["learner"]) == {"Random forest", "Gradient boosting (XGBoost)"}
    npt.assert_allclose(table.groupby(["period", "learner"])["fraction"].sum(), 1)
    assert (table.groupby("covariate")["fraction"].mean().idxmax()) == "wet"


def test_node_purity_is_what_the_splits_take_off_the_squared_error(samples):
    record = learner("random_forest")
    ours = record.build(record.options(n_trees=7, min_samples_leaf=5, feature_fraction=1.0), 1, 1, ())
    ours.fit(samples.X, samples.y)
    found = gain_fraction(ours)
    # by scikit-learn, whose own importance is the mean of shares and not the share of means
    theirs = RandomForestRegressor(7, min_samples_leaf=5, random_state=1).fit(samples.X, samples.y)
    npt.assert_allclose(found, theirs.feature_importances_, atol=0.02)
    tree = ours.model_.estimators_[0].tree_
    node = 0
    left, right = tree.children_left[node], tree.children_right[node]
    drop = (
        tree.impurity[0]
        - sum(tree.weighted_n_node_samples[child] * tree.impurity[child] for child in (left, right))
        / tree.weighted_n_node_samples[0]
    )
    assert 0 < drop <= tree.compute_feature_importances(normalize=False).sum() + 1e-12
    # and comes back from a file
    again = type(ours).from_bytes(ours.to_bytes(), ours.options)
    npt.assert_array_equal(gain_fraction(again), found)


def test_what_the_search_of_one_learner_found_is_written_and_shown(samples, tmp_path):
    state = SimpleNamespace(folder=tmp_path, tables={})
    plain = fit_recipe(Recipe.of("random_forest"), samples, seed=3)
    write_members(state, pd.DataFrame(plain.account))
    assert list(tmp_path.iterdir()) == []
    assert state.tables == {}
    candidate = Candidate.of("random_forest", {"n_trees": 10}, {"min_samples_leaf": [1, 150]})
    searched = fit_recipe(Recipe((candidate,), search=SearchOptions(search="grid")), samples, seed=3)
    write_members(state, pd.DataFrame(searched.account))
    table = state.tables[FOUND].set_index("setting")["found"]
    # 150 of 400 samples in a leaf leave two leaves a tree
    assert table["Minimum samples per leaf"] == "1"
    assert table["Number of trees"] == "10"
    written = pd.read_csv(tmp_path / FILE)
    assert "'min_samples_leaf': 1," in written["options"].item()
    assert 0 < written["search_rmse"].item() < 0.03
