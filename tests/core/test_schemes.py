# SPDX-License-Identifier: GPL-2.0-or-later
"""Schemes: how samples are shared out among models, which learner gets each part, and which model speaks when."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError, OptionError
from soilsharp.core.base.periods import period_starts
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.cross_validate import rmse
from soilsharp.core.training.folds.divide import holdout
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe, parse_grid
from soilsharp.core.training.schemes import TEST_PART, fit_recipe
from soilsharp.core.training.search import inner_folds, search
from soilsharp.core.training.settings import FoldOptions, SchemeOptions, SearchOptions, WeightOptions
from soilsharp.core.training.train import out_of_fold, train

NO_FOLDS = FoldOptions(n_folds=0)


def made(n=600, seed=0, days=64):
    """Return samples whose relation turns around in the middle of the period."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 2)).astype(np.float32)
    day = np.sort(rng.integers(0, days, n))
    sign = np.where(day < days // 2, 1, -1)
    y = (0.25 + 0.1 * sign * (X[:, 0] - 0.5) + 0.005 * rng.standard_normal(n)).astype(np.float32)
    place = pd.DataFrame(
        {
            "station": [f"s{i % 12}" for i in range(n)],
            "date": pd.to_datetime("2023-01-01") + pd.to_timedelta(day, "D"),
            "soil": np.where(X[:, 1] < 0.7, "sand", "clay"),
        }
    )
    return Samples(X, y, ("a", "b"), place, {"target": "stations"})


def day(text):
    return np.datetime64(text, "D")


def test_periods_of_16_days_begin_anew_each_year():
    days = np.array(["2023-01-01", "2023-01-16", "2023-01-17", "2023-12-31", "2024-01-01", "2024-02-29"], "M8[D]")
    found = period_starts(days, "16_days").astype(str)
    # the 23rd composite of MODIS begins on day 353
    assert list(found) == ["2023-01-01", "2023-01-01", "2023-01-17", "2023-12-19", "2024-01-01", "2024-02-18"]
    assert list(period_starts(days, "month").astype(str))[-1] == "2024-02-01"
    npt.assert_array_equal(period_starts(days, "date"), days)


def test_each_period_has_its_own_model_and_knows_the_turn():
    samples = made()
    one = fit_recipe(Recipe.of("linear"), samples)
    each = fit_recipe(Recipe.of("linear", scheme=SchemeOptions(scheme="per_period")), samples)
    assert len(each.members) == 4
    assert list(each.starts.astype(str)) == ["2023-01-01", "2023-01-17", "2023-02-02", "2023-02-18"]
    assert np.abs(each.predict(samples.X, samples.days) - samples.y).std() < 0.006
    assert np.abs(one.predict(samples.X, samples.days) - samples.y).std() > 0.01
    # a single day asked alone gives what all days together give
    rows = samples.days == day("2023-02-03")
    npt.assert_array_equal(
        each.on(day("2023-02-03")).predict(samples.X[rows]), each.predict(samples.X, samples.days)[rows]
    )
    with pytest.raises(InputError, match="needs to know the days"):
        each.predict(samples.X)


def test_a_period_with_few_samples_uses_the_model_of_the_period_before():
    samples, told = made(), []
    second = (samples.days >= day("2023-01-17")) & (samples.days < day("2023-02-02"))
    few = samples.rows(np.flatnonzero(~second | (np.cumsum(second) <= 20)))
    scheme = SchemeOptions(scheme="per_period", min_samples=50)
    fitted = fit_recipe(Recipe.of("linear", scheme=scheme), few, progress=Progress(warn=told.append))
    assert "2023-01-17" not in fitted.starts.astype(str)
    assert any("1 of 4 periods have fewer than 50 samples" in line and "2023-01-17 (20)" in line for line in told)
    first = fitted.members[0].estimator.predict(samples.X)
    npt.assert_array_equal(fitted.predict(samples.X, day("2023-01-20")), first)
    # before the first period there is no other
    npt.assert_array_equal(fitted.predict(samples.X, day("2022-06-01")), first)


@pytest.mark.parametrize("dated", [True, False])
def test_where_no_period_has_enough_samples_one_model_stands_for_all(dated):
    samples, told = made(), []
    if not dated:
        samples = replace(samples, index=samples.index.drop(columns="date"))
    recipe = Recipe.of("linear", scheme=SchemeOptions(scheme="per_period", min_samples=5000))
    fitted = fit_recipe(recipe, samples, progress=Progress(warn=told.append))
    assert not fitted.per_period
    expected = "No period has 5000 samples; the 4 periods have" if dated else "The samples have no dates"
    assert [line.startswith(expected) for line in told] == [True]
    # it speaks on any day, and without one
    npt.assert_array_equal(fitted.predict(samples.X), fit_recipe(Recipe.of("linear"), samples).predict(samples.X))
    npt.assert_array_equal(fitted.on(day("2023-02-03")).predict(samples.X), fitted.predict(samples.X))


def test_classes_are_averaged_and_small_ones_told():
    samples, told = made(), []
    scheme = SchemeOptions(scheme="by_class", columns="soil", min_samples=50)
    fitted = fit_recipe(Recipe.of("linear", scheme=scheme), samples, progress=Progress(warn=told.append))
    assert [m.label for m in fitted.members] == ["soil clay", "soil sand"]
    alone = [m.estimator.predict(samples.X) for m in fitted.members]
    npt.assert_allclose(fitted.predict(samples.X), np.mean(alone, axis=0))
    # the mean of two linear models, each of its own class, by scikit-learn alone
    sand = samples.rows(np.flatnonzero(samples.index["soil"] == "sand"))
    npt.assert_allclose(alone[1], fit_recipe(Recipe.of("linear"), sand).predict(samples.X))
    scheme = SchemeOptions(scheme="by_class", columns="soil", min_samples=300)
    assert (
        len(fit_recipe(Recipe.of("linear", scheme=scheme), samples, progress=Progress(warn=told.append)).members) == 1
    )
    assert "clay" in told[-1]
    scheme = SchemeOptions(scheme="by_class", columns="soil", min_samples=900)
    with pytest.raises(InputError, match="No class of 'soil' has 900 samples"):
        fit_recipe(Recipe.of("linear", scheme=scheme), samples)
    with pytest.raises(OptionError, match="needs the name of one column"):
        fit_recipe(Recipe.of("linear", scheme=SchemeOptions(scheme="by_class")), samples)


def test_a_balanced_ensemble_has_mean_and_sd_of_its_members():
    samples = made()
    scheme = SchemeOptions(scheme="by_weights", columns="soil, a")
    fitted = fit_recipe(Recipe.of("linear", scheme=scheme), samples)
    assert [m.label for m in fitted.members] == ["balanced by soil", "balanced by a", "not balanced"]
    each = np.array([m.estimator.predict(samples.X) for m in fitted.members])
    npt.assert_allclose(fitted.predict(samples.X), each.mean(0))
    npt.assert_allclose(fitted.predict_sd(samples.X), each.std(0))
    # by hand: n / (classes n_class) for each class
    share = (samples.index["soil"] == "sand").mean()
    weight = np.where(samples.index["soil"] == "sand", 0.5 / share, 0.5 / (1 - share))
    npt.assert_allclose(
        each[0], fit_recipe(Recipe.of("linear"), samples.weighted(weight)).predict(samples.X), rtol=1e-6
    )
    assert np.abs(each[0] - each[2]).max() > 1e-6
    assert fit_recipe(Recipe.of("linear"), samples).predict_sd(samples.X) is None


def test_members_that_know_their_spread_add_it():
    samples = made(200)
    recipe = Recipe((Candidate.of("dense", {"max_epochs": 5}),), SchemeOptions(scheme="by_weights", columns="soil"))
    fitted = fit_recipe(recipe, samples)
    means = np.array([m.estimator.predict(samples.X) for m in fitted.members])
    own = np.array([m.estimator.predict_sd(samples.X) for m in fitted.members])
    npt.assert_allclose(fitted.predict_sd(samples.X), np.sqrt(means.var(0) + (own**2).mean(0)))


# --- the best of several ----------------------------------------------------------------------------------------------

DEEP = Candidate.of("random_forest", {"n_trees": 10, "min_samples_leaf": 1, "feature_fraction": 1.0})
PLAIN = Candidate.of("linear")


def noisy():
    """Return samples of a linear relation under much noise, which a deep forest learns by heart."""
    rng = np.random.default_rng(3)
    X = rng.random((300, 2)).astype(np.float32)
    y = (0.2 + 0.05 * X[:, 0] + 0.05 * rng.standard_normal(300)).astype(np.float32)
    place = pd.DataFrame({"date": pd.to_datetime("2023-01-01") + pd.to_timedelta(np.arange(300) % 10, "D")})
    return Samples(X, y, ("a", "b"), place, {})


@pytest.mark.parametrize(("choose", "chosen"), [("cv", "linear"), ("test", "linear"), ("published", "random_forest")])
def test_the_published_rule_takes_the_learner_that_overfits_and_the_honest_ones_do_not(choose, chosen):
    fitted = fit_recipe(Recipe((PLAIN, DEEP), choose=choose), noisy(), seed=1)
    assert fitted.members[0].learner.key == chosen
    account = pd.DataFrame(fitted.account).set_index("learner")
    assert account["chosen"].sum() == 1
    assert account.loc[chosen, "error"] == account["error"].min()
    if choose == "published":
        npt.assert_allclose(account["error"], (account["train_rmse"] + account["test_rmse"]) / 2)
        assert account.loc["random_forest", "train_rmse"] < account.loc["random_forest", "test_rmse"] / 1.5


def test_each_period_chooses_for_itself():
    rng = np.random.default_rng(5)
    X = rng.random((400, 2)).astype(np.float32)
    late = np.arange(400) >= 200
    step = np.where(X[:, 0] > 0.5, 0.1, 0.0) * np.where(X[:, 1] > 0.5, 1, -1)
    y = np.where(late, 0.25 + step, 0.2 + 0.1 * X[:, 0]) + 0.003 * rng.standard_normal(400)
    dates = np.where(late, np.datetime64("2023-01-20"), np.datetime64("2023-01-03"))
    samples = Samples(X, y.astype(np.float32), ("a", "b"), pd.DataFrame({"date": pd.to_datetime(dates)}), {})
    fitted = fit_recipe(Recipe((PLAIN, DEEP), SchemeOptions(scheme="per_period")), samples)
    assert [m.learner.key for m in fitted.members] == ["linear", "random_forest"]


TUNED = Candidate.of("random_forest", {"n_trees": 10}, {"min_samples_leaf": [1, 5, 20], "feature_fraction": [0.5, 1.0]})
GRID = SearchOptions(search="grid", inner_folds=3, inner_by="random")


@pytest.mark.parametrize("choose", ["published", "test"])
def test_the_half_that_candidates_are_chosen_by_never_tuned_them(choose):
    samples = noisy()
    learn, test = holdout(samples, TEST_PART, 1)
    # the same values in another order within the test half: the halves stay, what is told of them does not
    y = samples.y.copy()
    y[test] = y[np.random.default_rng(0).permutation(test)]
    other = replace(samples, y=y)
    npt.assert_array_equal(holdout(other, TEST_PART, 1)[0], learn)
    recipe = Recipe((TUNED, PLAIN), search=GRID, choose=choose)
    first, second = (pd.DataFrame(fit_recipe(recipe, one, seed=1).account) for one in (samples, other))
    npt.assert_array_equal(first[["search_rmse", "train_rmse"]], second[["search_rmse", "train_rmse"]])
    assert (first["test_rmse"] != second["test_rmse"]).all()
    # a search of the learning half alone finds the same
    alone = search(TUNED, samples.rows(learn), GRID, seed=1)
    assert first.loc[0, "search_rmse"] == alone.rmse


def test_candidates_that_compete_in_folds_are_tuned_in_each_of_them():
    samples = noisy()
    account = pd.DataFrame(fit_recipe(Recipe((TUNED, PLAIN), search=GRID), samples, seed=1).account)
    predicted = np.full(len(samples), np.nan)
    for learn, held_out in inner_folds(samples, GRID, 1):
        predicted[held_out] = fit_recipe(Recipe((TUNED,), search=GRID), samples.rows(learn), 1).predict(
            samples.X[held_out]
        )
    assert account.loc[0, "cv_rmse"] == pytest.approx(rmse(predicted, samples.y))


def test_a_search_inside_never_sees_the_row_that_is_held_back():
    # of random numbers nothing can be learned: the best of many options must not look good
    rng = np.random.default_rng(0)
    samples = made(300)
    told = Samples(samples.X, rng.random(300).astype(np.float32), samples.names, samples.index)
    recipe = Recipe(
        (Candidate.of("lightgbm", {"n_trees": 20}, {"n_leaves": [2, 4, 16], "min_samples_leaf": [1, 5]}),),
        search=SearchOptions(search="grid", inner_by="random"),
    )
    model = train(told, recipe, FoldOptions(by="station", n_folds=4))
    assert model.passport["fold_scores"]["pooled"]["r"] < 0.15
    assert model.passport["account"][0]["options"]["n_leaves"] in (2, 4, 16)


# --- files and settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scheme",
    [
        SchemeOptions(scheme="per_period", period="month", min_samples=20),
        SchemeOptions(scheme="by_class", columns="soil", min_samples=20),
        SchemeOptions(scheme="by_weights", columns="soil, b"),
    ],
    ids=lambda s: s.scheme,
)
def test_models_of_several_members_come_back_to_the_last_bit(scheme, tmp_path):
    samples = made(300)
    recipe = Recipe((PLAIN, Candidate.of("lightgbm", {"n_trees": 5})), scheme)
    model = train(samples, recipe, NO_FOLDS, seed=2)
    model.write(tmp_path / "a.soilsharp")
    again = Model.read(tmp_path / "a.soilsharp")
    npt.assert_array_equal(again.predict(samples.X, samples.days), model.predict(samples.X, samples.days))
    assert [m.label for m in again.fitted.members] == [m.label for m in model.fitted.members]
    train(samples, recipe, NO_FOLDS, seed=2).write(tmp_path / "b.soilsharp")
    assert (tmp_path / "a.soilsharp").read_bytes() == (tmp_path / "b.soilsharp").read_bytes()


def test_a_learner_that_takes_gaps_learns_from_them_and_the_others_leave_them_out():
    samples = made(300)
    samples.X[::3, 1] = np.nan
    model = train(samples, Recipe.of("lightgbm"), NO_FOLDS)
    assert list(model.takes_gaps) == [False, True]
    assert np.isfinite(model.predict(samples.X)).all()
    told = []
    for keys in (["linear"], ["lightgbm", "linear"]):
        plain = train(samples, Recipe.of(*keys), NO_FOLDS, progress=Progress(warn=told.append))
        assert list(plain.takes_gaps) == [False, False]
        assert plain.passport["n_samples"] == 200
        npt.assert_array_equal(np.isnan(plain.predict(samples.X)), np.isnan(samples.X[:, 1]))
    assert [line.startswith("100 of 300 samples lack a covariate (b (100))") for line in told] == [True, True]


@pytest.mark.parametrize("keys", [["lightgbm"], ["linear"], ["random_forest", "linear"]])
def test_predictions_of_rows_with_gaps_are_unknown_to_those_that_take_none(keys):
    samples = made(300)
    samples.X[::3, 1] = np.nan
    recipe = Recipe.of(*keys)
    predicted = out_of_fold(samples, recipe, FoldOptions(by="random", n_folds=3))
    npt.assert_array_equal(np.isnan(predicted), np.isnan(samples.X[:, 1]) & (not recipe.takes_gaps))


def test_what_a_person_writes_to_search_is_read_or_refused():
    assert parse_grid("n_leaves: 3, 4; learning_rate: 0.1;") == {"n_leaves": [3, 4], "learning_rate": [0.1]}
    assert parse_grid("") == {}
    for text in ("n_leaves 3", ": 3", "n_leaves:", "a: 1; a: 2"):
        with pytest.raises(OptionError, match="does not say what to try"):
            parse_grid(text)
    with pytest.raises(OptionError, match="search: 'n_leaves' must lie between 2"):
        Candidate.of("lightgbm", grid={"n_leaves": [1]})
    with pytest.raises(OptionError, match="search: unknown setting 'leaves'"):
        Candidate.of("lightgbm", grid={"leaves": [3]})
    with pytest.raises(OptionError, match="needs a list of values"):
        Candidate.of("lightgbm", grid={"n_leaves": 3})


def test_a_recipe_comes_back_from_its_json():
    recipe = Recipe(
        (Candidate.of("lightgbm", {"n_trees": 5}, {"n_leaves": [3, 4]}), PLAIN),
        SchemeOptions(scheme="per_period"),
        SearchOptions(search="random", n_tries=3),
        WeightOptions(weights="balance", column="soil"),
        "published",
    )
    assert Recipe.from_json(recipe.as_json(), "m.json, recipe") == recipe
    assert recipe.label == "best of Gradient boosting (LightGBM), Linear (ridge), per 16 days, random search"


def test_what_folds_lack_is_said_and_what_the_model_lacks_is_a_warning():
    from soilsharp.core.training.settings import FoldOptions
    from soilsharp.core.training.train import train

    said, warned = [], []
    recipe = Recipe.of("linear", scheme=SchemeOptions(scheme="per_period", min_samples=5000))
    progress = Progress(say=said.append, warn=warned.append)
    train(made(), recipe, FoldOptions(by="random", n_folds=3), progress=progress)
    assert [line.startswith("No period has 5000") for line in warned].count(True) == 1
    assert [line.startswith("No period has 5000") for line in said].count(True) == 3
