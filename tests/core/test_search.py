# SPDX-License-Identifier: GPL-2.0-or-later
"""The search for options: against scikit-learn's own, and what it fits and what it does not."""

import threading
from dataclasses import dataclass, replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from soilsharp.core.base.errors import Cancelled, InputError, MissingPackage
from soilsharp.core.base.options import Options, option
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.learners import Learner, learner
from soilsharp.core.training.learners.estimator import Estimator
from soilsharp.core.training.learners.options import LightGBMOptions
from soilsharp.core.training.recipe import Candidate
from soilsharp.core.training.search import _plain, inner_folds, search
from soilsharp.core.training.settings import SearchOptions

GRID = SearchOptions(search="grid", inner_by="random")


def _samples(n=300, seed=1, **columns):
    rng = np.random.default_rng(seed)
    X = rng.random((n, 4)).astype(np.float32)
    y = 0.1 + 0.2 * X[:, 0] + 0.1 * X[:, 1] * X[:, 2] + 0.02 * rng.standard_normal(n)
    return Samples(X, y.astype(np.float32), ("a", "b", "c", "d"), pd.DataFrame(columns, index=range(n)))


# --- a learner that counts --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShiftOptions(Options):
    """The mean of y, moved; and trees that do nothing but be counted."""

    shift: float = option(0.0, "Shift", low=-10.0, high=10.0)
    n_trees: int = option(1, "Trees", low=1, high=1000)


class Shift(Estimator):
    """Predicts the weighted mean plus the shift; knows what it was fitted with. Refuses a shift of 9."""

    OPTIONS = ShiftOptions
    fits = []  # noqa: RUF012 - of all its instances
    lock = threading.Lock()

    def _fit(self, X, y, sample_weight, progress):
        if self.settings.shift == 9:
            raise ValueError("nine is too much")
        with self.lock:
            self.fits.append((self.settings.shift, self.settings.n_trees, len(X), self.threads, self.categories))
        self.mean_ = np.average(y.astype(float), weights=sample_weight)

    def _predict(self, X):
        return np.full(len(X), self.mean_ + self.settings.shift)


class Staged(Shift):
    """Each tree adds a hundredth of the shift."""

    def _predict(self, X):
        return self.predict_staged(X, [self.settings.n_trees])[0]

    def predict_staged(self, X, n_trees):
        assert max(n_trees) <= self.settings.n_trees
        return np.array([np.full(len(X), self.mean_ + k * self.settings.shift / 100) for k in n_trees])


class Endless(Shift):
    """Fits until it is stopped."""

    begun, pause = threading.Event(), threading.Event()

    def _fit(self, X, y, sample_weight, progress):
        super()._fit(X, y, sample_weight, progress)
        self.begun.set()
        for _ in range(60_000):
            progress.check()
            self.pause.wait(0.01)
        raise TimeoutError("nobody stopped it")


class Absent(Shift):
    """Needs what is not there."""

    def _fit(self, X, y, sample_weight, progress):
        raise MissingPackage("nothing of the kind is installed")


@dataclass(frozen=True)
class OwnLearner(Learner):
    """A learner of the tests, beside the registry."""

    estimator: type = Shift

    def _estimator(self):
        return self.estimator


def _candidate(grid, estimator=Shift, **options):
    estimator.fits.clear()
    kind = OwnLearner("shift", "Shift", "", ShiftOptions, (), estimator=estimator)
    return Candidate(kind, ShiftOptions(**options), grid)


# --- against scikit-learn ---------------------------------------------------------------------------------------------


def _theirs(model, grid, samples):
    """Return scikit-learn's table of errors; with folds of one size its mean of the squares is ours of all."""
    folds = inner_folds(samples, GRID, 7)
    theirs = GridSearchCV(model, grid, scoring="neg_mean_squared_error", cv=folds)
    theirs.fit(samples.X.astype(np.float64), samples.y)
    table = pd.DataFrame(theirs.cv_results_["params"])
    return theirs.best_params_, table.assign(rmse=np.sqrt(-theirs.cv_results_["mean_test_score"]))


def test_a_grid_search_of_ridge_agrees_with_scikit_learn():
    samples, alphas = _samples(), (0.0, 0.1, 3.0, 10.0, 1000.0)
    best, table = _theirs(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": alphas}, samples)
    found = search(Candidate.of("linear", grid={"alpha": alphas}), samples, GRID, seed=7)
    npt.assert_allclose(found.table["rmse"], table["rmse"], rtol=0, atol=1e-10)
    assert found.options.alpha == best["ridge__alpha"]
    assert list(found.table.columns) == ["alpha", "rmse", "n_samples"]
    assert (found.table["n_samples"] == 300).all()


def test_a_grid_search_of_a_forest_agrees_with_scikit_learn():
    samples, grid = _samples(), {"n_trees": [3, 6, 12], "min_samples_leaf": [1, 20]}
    model = RandomForestRegressor(max_features=0.33, random_state=7)
    names = {"n_trees": "n_estimators", "min_samples_leaf": "min_samples_leaf"}
    best, table = _theirs(model, {names[k]: v for k, v in grid.items()}, samples)
    found = search(Candidate.of("random_forest", grid=grid), samples, GRID, seed=7)
    both = found.table.merge(table.rename(columns={v: k for k, v in names.items()}), on=list(grid))
    assert len(both) == 6
    npt.assert_allclose(both["rmse_x"], both["rmse_y"], rtol=0, atol=1e-10)
    assert {names[k]: getattr(found.options, k) for k in grid} == best
    npt.assert_allclose(found.rmse, table["rmse"].min(), atol=1e-10)


def test_errors_of_all_test_parts_count_together():
    samples = _samples(100)
    found = search(_candidate({"shift": (0.5, 0.0)}), samples, replace(GRID, inner_folds=3), seed=2)
    squares = []
    for learn, test in inner_folds(samples, GRID, 2):  # 34, 33 and 33 samples
        squares += list((samples.y[test].astype(float) - samples.y[learn].astype(float).mean()) ** 2)
    assert len(squares) == 100
    npt.assert_allclose(found.table["rmse"][1], np.sqrt(np.mean(squares)), atol=1e-12)
    assert found.options == ShiftOptions(shift=0.0)


def test_weights_count_in_training():
    samples = _samples(60)
    ones = samples.y > 0.25
    mean = samples.y[ones].astype(float).mean()
    found = search(_candidate({"shift": (0.0, 1.0)}), samples, GRID, weight=ones.astype(np.float32))
    assert abs(found.rmse - np.sqrt(np.mean((samples.y - mean) ** 2))) < 0.005
    assert found.rmse > 1.2 * search(_candidate({"shift": (0.0, 1.0)}), samples, GRID).rmse
    own = replace(samples, index=samples.index.assign(weight=ones.astype(np.float32)))
    assert search(_candidate({"shift": (0.0, 1.0)}), own, GRID).rmse == found.rmse


def test_columns_that_are_classes_are_told_to_the_learner():
    samples = replace(_samples(60), facts={"classes": ["c"]})
    search(_candidate({"shift": (0.0, 1.0)}), samples, GRID)
    assert {categories for *_, categories in Shift.fits} == {(2,)}


# --- which combinations -----------------------------------------------------------------------------------------------


def test_nothing_is_fitted_where_there_is_nothing_to_choose():
    samples = _samples(50)
    for grid, options in (({}, GRID), ({"shift": (0.5,)}, GRID), ({"shift": (1.0, 2.0)}, SearchOptions())):
        candidate = _candidate(grid, n_trees=5)
        found = search(candidate, samples, options)
        expected = 0.5 if len(grid.get("shift", ())) == 1 else 0.0
        assert found.options == ShiftOptions(shift=expected, n_trees=5)
        assert len(found.table) == 1
        assert found.table["rmse"].isna().all()
        assert Shift.fits == []


def test_settings_that_are_not_searched_stay_as_they_are():
    found = search(_candidate({"shift": (1.0, 0.0)}, n_trees=17), _samples(50), GRID)
    assert found.options == ShiftOptions(shift=0.0, n_trees=17)


def test_random_tries_are_distinct_and_follow_the_seed():
    grid = {"shift": tuple(float(k) for k in range(-9, 9)), "n_trees": tuple(range(1, 11))}
    tried = [
        search(_candidate(grid), _samples(50), SearchOptions(search="random", n_tries=15, inner_by="random"), seed)
        for seed in (1, 1, 2)
    ]
    for found in tried:
        assert len(found.table) == 15
        assert not found.table.duplicated(["shift", "n_trees"]).any()
        assert found.rmse == found.table["rmse"].min()
    pd.testing.assert_frame_equal(tried[0].table, tried[1].table)
    assert not tried[0].table["shift"].equals(tried[2].table["shift"])


def test_random_tries_of_a_small_grid_are_all_of_it():
    grid = {"shift": (1.0, 0.0), "n_trees": (1, 2)}
    found = search(_candidate(grid), _samples(50), SearchOptions(search="random", n_tries=20, inner_by="random"))
    expected = search(_candidate(grid), _samples(50), GRID)
    pd.testing.assert_frame_equal(found.table, expected.table)


def test_halving_gives_the_better_half_twice_the_samples():
    shifts = tuple(k / 100 for k in range(16))
    halving = SearchOptions(search="halving", n_tries=16, inner_by="random", inner_folds=2)
    found = search(_candidate({"shift": shifts}), _samples(1600), halving)
    assert found.options.shift == 0.0
    # 16 on 200, 8 on 400, 4 on 800, 2 on all; the shift is the error, so that the worse half is that of larger shifts
    assert list(found.table["n_samples"]) == [1600] * 2 + [800] * 2 + [400] * 4 + [200] * 8
    sizes = pd.Series([n for _, _, n, *_ in Shift.fits]).value_counts()
    assert sizes.to_dict() == {100: 32, 200: 16, 400: 8, 800: 4}
    assert found.rmse == found.table["rmse"][0]


def test_halving_of_few_samples_begins_with_enough_for_the_folds():
    halving = SearchOptions(search="halving", n_tries=16, inner_by="random", inner_folds=3)
    found = search(_candidate({"shift": tuple(k / 100 for k in range(16))}), _samples(320), halving)
    assert list(found.table["n_samples"]) == [320] * 8 + [160] * 8
    few = search(_candidate({"shift": tuple(k / 100 for k in range(16))}), _samples(60), halving)
    assert (few.table["n_samples"] == 60).all()
    assert found.options == few.options == ShiftOptions()


def test_halving_keeps_groups_apart():
    station = [str(k) for k in np.arange(800) % 8]
    seen = []

    class Watch(Shift):
        def _fit(self, X, y, sample_weight, progress):
            seen.append(set(np.unique(X[:, 3])))
            super()._fit(X, y, sample_weight, progress)

        def _predict(self, X):
            assert not seen[-1] & set(np.unique(X[:, 3]))
            return super()._predict(X)

    samples = _samples(800, station=station)
    samples.X[:, 3] = samples.index["station"].astype(int)
    halving = SearchOptions(search="halving", n_tries=4, inner_folds=2)
    found = search(_candidate({"shift": (0.0, 1.0, 2.0, 3.0)}, Watch), samples, halving, threads=1)
    assert sorted(found.table["n_samples"]) == [400, 400, 800, 800]
    assert {len(stations) for stations in seen} == {4}


def test_a_grid_without_end_is_refused():
    grid = {"shift": tuple(np.linspace(0, 1, 400)), "n_trees": tuple(range(1, 500))}
    with pytest.raises(InputError, match=r"199600 combinations of shift, n_trees.*random"):
        search(_candidate(grid), _samples(50), GRID)


# --- what is not fitted again -----------------------------------------------------------------------------------------


def test_a_value_that_stands_twice_is_tried_once():
    found = search(_candidate({"shift": (0.0, 1.0, 0.0)}), _samples(50), GRID)
    assert list(found.table["shift"]) == [0.0, 1.0]
    assert len(Shift.fits) == 2 * 3


def test_fewer_trees_are_read_from_the_stages_of_the_most():
    grid = {"n_trees": (50, 100, 20), "shift": (0.0, 1.0)}
    found = search(_candidate(grid, Staged), _samples(60), GRID)
    assert sorted({(shift, n_trees) for shift, n_trees, *_ in Staged.fits}) == [(0.0, 100), (1.0, 100)]
    assert len(Staged.fits) == 2 * 3
    each = [search(_candidate({"shift": (0.0, 1.0)}, Staged, n_trees=k), _samples(60), GRID) for k in (50, 100, 20)]
    npt.assert_array_equal(found.table["rmse"], np.concatenate([one.table["rmse"] for one in each]))


def test_without_stages_each_number_of_trees_is_fitted():
    search(_candidate({"n_trees": (5, 10), "shift": (0.0, 1.0)}), _samples(60), GRID)
    assert len(Shift.fits) == 4 * 3


@pytest.mark.parametrize("key", ["random_forest", "lightgbm", "xgboost", "hist_gradient_boosting"])
def test_errors_read_from_stages_are_those_of_a_fit_with_so_many_trees(key):
    estimator = learner(key).build()
    assert hasattr(estimator, "predict_staged")
    together = search(Candidate.of(key, grid={"n_trees": [3, 10, 25]}), _samples(200), GRID, seed=3)
    for n_trees, error in together.table[["n_trees", "rmse"]].to_numpy():
        # two values of another setting, so that there is something to choose, and one number of trees
        name, values = next((name, values) for name, values in Candidate.of(key).ranges().items() if name != "n_trees")
        default = getattr(learner(key).options(), name)
        # what is chosen by the number of samples is the second value tried, 5 leaves, or the first
        values = (default, next(value for value in values if value not in (default, 5)))
        alone = search(Candidate.of(key, {"n_trees": int(n_trees)}, {name: values}), _samples(200), GRID, seed=3)
        npt.assert_allclose(alone.table["rmse"][0], error, rtol=1e-6)


def test_what_a_memo_holds_is_not_fitted_again():
    memo, samples = {}, _samples(60)
    first = search(_candidate({"shift": (0.0, 1.0)}), samples, GRID, seed=1, memo=memo)
    assert len(memo) == 2
    again = search(_candidate({"shift": (1.0, 0.0, 2.0)}), samples, GRID, seed=1, memo=memo)
    assert {shift for shift, *_ in Shift.fits} == {2.0}
    assert again.table["rmse"][1] == first.table["rmse"][0]
    assert again.options == first.options


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"weight": np.linspace(1, 2, 60)},
        {"samples": _samples(60, seed=9)},
        {"samples": replace(_samples(60), facts={"classes": ["a"]})},
        {"options": replace(GRID, inner_folds=4)},
    ],
    ids=["seed", "weights", "samples", "classes", "folds"],
)
def test_a_memo_of_something_else_is_not_used(change):
    memo, given = {}, {"samples": _samples(60), "options": GRID, "seed": 1}
    search(_candidate({"shift": (0.0, 1.0)}), memo=memo, **given)
    search(_candidate({"shift": (0.0, 1.0)}), memo=memo, **{**given, **change})
    assert len(memo) == 4
    assert {shift for shift, *_ in Shift.fits} == {0.0, 1.0}


def test_options_of_lightgbm_that_make_the_same_trees_are_one():
    samples, texts = _samples(400), {}
    for leaves in (2, 3, 4, 5, 6, 20):
        for depth in (0, 1, 2, 3, 4, 5):
            options = LightGBMOptions(n_trees=10, n_leaves=leaves, max_depth=depth, min_samples_leaf=5)
            model = learner("lightgbm").build(options, seed=1, threads=1).fit(samples.X, samples.y).model_
            trees = model.model_to_string().split("\nparameters:")[0]
            texts.setdefault(_plain(options), set()).add(trees)
    assert all(len(same) == 1 for same in texts.values())
    assert len(texts) == 13  # of 36
    paper = {"n_leaves": (3, 4, 5, 6), "max_depth": (2, 3, 4, 5)}
    pairs = {_plain(LightGBMOptions(n_leaves=n, max_depth=d)) for n in paper["n_leaves"] for d in paper["max_depth"]}
    assert len(pairs) == 8  # of the 16 of Jääskeläinen et al. 2025


# --- folds ------------------------------------------------------------------------------------------------------------


def test_a_period_with_two_stations_is_searched_by_single_samples_and_says_so():
    warned = []
    samples = _samples(60, station=["a", "b"] * 30)
    progress = Progress(warn=warned.append)
    found = search(_candidate({"shift": (0.0, 1.0)}), samples, SearchOptions(search="grid"), progress=progress)
    assert found.options.shift == 0.0
    assert len(warned) == 1
    assert "single samples" in warned[0]
    assert "have 2" in warned[0]


def test_folds_that_were_asked_for_by_name_are_not_replaced():
    samples = _samples(60, station=["a", "b"] * 30)
    with pytest.raises(InputError, match="3 folds by station"):
        search(_candidate({"shift": (0.0, 1.0)}), samples, SearchOptions(search="grid", inner_by="station"))


def test_stations_are_held_back_as_a_whole():
    station = np.repeat(np.arange(6), 20)
    samples = _samples(120, station=station.astype(str))
    for learn, test in inner_folds(samples, SearchOptions()):
        assert not set(station[learn]) & set(station[test])
        assert len(set(station[test])) == 2


# --- failures, threads, cancel ----------------------------------------------------------------------------------------


def test_a_combination_that_fails_is_left_out_and_told():
    warned = []
    grid = {"shift": (9.0, 1.0, 0.0)}
    found = search(_candidate(grid), _samples(60), GRID, progress=Progress(warn=warned.append))
    assert found.options.shift == 0.0
    assert list(found.table["rmse"].isna()) == [True, False, False]
    assert warned == ["Shift: 1 of 3 combinations failed and are left out: nine is too much"]


def test_combinations_that_fail_do_not_go_on_in_halving():
    halving = SearchOptions(search="halving", n_tries=4, inner_by="random", inner_folds=2)
    found = search(_candidate({"shift": (9.0, 1.0), "n_trees": (1, 2)}), _samples(800), halving)
    assert found.options == ShiftOptions(shift=1.0, n_trees=1)


def test_a_search_in_which_all_fail_is_refused():
    with pytest.raises(InputError, match="Shift: none of 2 combinations could be fitted: nine is too much"):
        search(_candidate({"shift": (9.0,), "n_trees": (1, 2)}), _samples(60), GRID)


def test_predictions_that_are_no_numbers_are_failures():
    class Nan(Shift):
        def _predict(self, X):
            return super()._predict(X) * (np.nan if self.settings.shift else 1)

    assert search(_candidate({"shift": (1.0, 0.0)}, Nan), _samples(60), GRID).options.shift == 0
    with pytest.raises(InputError, match="its predictions are no numbers"):
        search(_candidate({"shift": (1.0, 2.0)}, Nan), _samples(60), GRID)


def test_a_missing_package_is_not_taken_for_a_bad_combination():
    with pytest.raises(MissingPackage, match="nothing of the kind"):
        search(_candidate({"shift": (1.0, 0.0)}, Absent), _samples(60), GRID)


@pytest.mark.parametrize("key", ["linear", "random_forest", "lightgbm", "hist_gradient_boosting"])
def test_threads_do_not_change_what_is_found(key):
    grid = {"n_trees": [5, 10]} if key != "linear" else {}
    one, four = (search(Candidate.of(key, grid=grid), _samples(200), GRID, threads=n) for n in (1, 4))
    pd.testing.assert_frame_equal(one.table, four.table)
    assert one.options == four.options


def test_threads_are_shared_out_among_the_fits():
    samples = _samples(60)
    for threads, each in ((1, 1), (2, 1), (6, 1), (12, 2)):
        search(_candidate({"shift": (0.0, 1.0)}), samples, GRID, threads=threads)  # six fits
        assert {n for *_, n, _ in Shift.fits} == {each}


def test_a_search_is_cancelled_while_it_fits():
    Endless.begun.clear()
    with pytest.raises(Cancelled):
        search(
            _candidate({"shift": (0.0, 1.0)}, Endless), _samples(60), GRID, threads=2,
            progress=Progress(stop_asked=Endless.begun.is_set),
        )  # fmt: skip
    assert 1 <= len(Shift.fits) <= 2  # of six: no other was begun


def test_progress_goes_on_inside_of_fits_and_is_told_by_one_thread():
    told, halfway = [], threading.Event()

    class Halfway(Shift):
        def _fit(self, X, y, sample_weight, progress):
            progress.at(0.5)
            assert halfway.wait(600)
            super()._fit(X, y, sample_weight, progress)

    def report(fraction):
        told.append((fraction, threading.current_thread()))
        if fraction == 0.5:
            halfway.set()

    search(_candidate({"shift": (0.0, 1.0)}, Halfway), _samples(60), GRID, threads=6, progress=Progress(report))
    assert {thread for _, thread in told} == {threading.current_thread()}
    fractions = [f for f, _ in told]
    assert 0.5 in fractions
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
