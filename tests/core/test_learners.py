# SPDX-License-Identifier: GPL-2.0-or-later
"""Learners one by one: against scikit-learn's own answers, through their bytes, and with forged weights."""

import json
from concurrent.futures import Future
from importlib import import_module
from threading import Event
from types import SimpleNamespace
from unittest import SkipTest

import numpy as np
import numpy.testing as npt
import pytest
import sklearn.utils.estimator_checks as checks
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.svm import SVR

from soilsharp.core.base.errors import Cancelled, ModelFileError
from soilsharp.core.base.extras import missing
from soilsharp.core.base.progress import Progress
from soilsharp.core.training.learners import LEARNERS, learner, mlp, random_forest
from soilsharp.core.training.learners.estimator import UnknownValues
from soilsharp.core.training.learners.linear import TRIED
from soilsharp.core.training.learners.trees import forest_from_arrays
from soilsharp.core.training.learners.weights import pack, unpack

OPTIONAL = () if missing(["catboost"]) else ("catboost",)
KEYS = ("linear", "svr", "mlp", "random_forest", "lightgbm", "xgboost", "hist_gradient_boosting", *OPTIONAL)
TREES = KEYS[3:]
STANDARD = KEYS[:3]
FEW = {"n_trees": 12}
# so that what is drawn at random matters
DRAWN = {
    "mlp": {"max_epochs": 20},
    "random_forest": FEW,
    "lightgbm": {**FEW, "feature_fraction": 0.4},
    "xgboost": {**FEW, "sample_fraction": 0.5, "feature_fraction": 0.5},
    "hist_gradient_boosting": FEW,
    "catboost": FEW,
}


def _data(n=400, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.random((n, 4)).astype(np.float32)
    y = 0.1 + 0.2 * X[:, 0] + 0.1 * np.sin(6 * X[:, 1]) * X[:, 2] + 0.01 * rng.standard_normal(n)
    return X, y.astype(np.float32)


def _built(key, categories=(), seed=3, threads=1, **values):
    record = learner(key)
    return record.build(record.options(**{**DRAWN.get(key, {}), **values}), seed, threads, categories)


def _fitted(key, X=None, y=None, weight=None, categories=(), **values):
    if X is None:
        X, y = _data()
    return _built(key, categories, **values).fit(X, y, weight)


# --- what holds for all -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", LEARNERS, ids=lambda record: record.key)
def test_the_registry_knows_which_learners_take_gaps(record):
    estimator = import_module(f"soilsharp.core.training.learners.{record.key}").ESTIMATOR
    assert record.takes_gaps == estimator.TAKES_GAPS
    assert estimator.OPTIONS is record.options


@pytest.mark.parametrize("key", KEYS)
def test_a_learner_finds_what_is_there(key):
    X, y = _data(800)
    fresh, truth = _data(seed=2)
    estimator = learner(key).build(seed=1, threads=1).fit(X, y)
    error = np.sqrt(((estimator.predict(fresh) - truth) ** 2).mean())
    # a straight line misses the sine; the noise is 0.01
    assert error < (0.05 if key == "linear" else 0.025)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_seed_gives_the_same_bytes_and_loading_the_same_predictions(key):
    X, _ = _data(seed=5)
    estimator = _fitted(key, categories=(3,) if key in STANDARD else ())
    data = estimator.to_bytes()
    again = _fitted(key, categories=(3,) if key in STANDARD else ())
    assert again.to_bytes() == data
    back = learner(key).load(data, estimator.options)
    npt.assert_array_equal(back.predict(X), estimator.predict(X))
    assert back.to_bytes() == data


@pytest.mark.parametrize("key", ["mlp", "random_forest", "lightgbm", "xgboost", *OPTIONAL])
def test_another_seed_gives_another_model(key):
    assert _fitted(key, seed=4).to_bytes() != _fitted(key, seed=3).to_bytes()


@pytest.mark.parametrize("key", KEYS)
def test_weights_count(key):
    # two populations that contradict each other; the heavy one wins
    rng = np.random.default_rng(0)
    X = rng.random((400, 2))
    first = np.arange(400) % 2 == 0
    y = np.where(first, 0.1, 0.3)
    values = {"max_epochs": 100} if key == "mlp" else {"n_trees": 100} if key in TREES else {}
    if key == "random_forest":
        values["min_samples_leaf"] = 20
    for heavy, level in ((first, 0.1), (~first, 0.3)):
        predicted = _fitted(key, X, y, np.where(heavy, 50.0, 1.0), **values).predict(X)
        assert abs(predicted.mean() - level) < 0.05


@pytest.mark.parametrize("key", STANDARD)
def test_classes_are_names_and_not_numbers(key):
    rng = np.random.default_rng(0)
    X = np.stack([rng.choice([10, 20, 30, 40], 400), rng.random(400)], axis=1)
    level = {10: 0.1, 20: 0.4, 30: 0.1, 40: 0.4}  # no line through the numbers comes near
    y = np.array([level[value] for value in X[:, 0]])
    error = np.abs(_fitted(key, X, y, categories=(0,), **({"max_epochs": 300} if key == "mlp" else {})).predict(X) - y)
    assert error.max() < 0.03
    blind = _fitted("linear", X, y).predict(X)
    assert np.abs(blind - y).mean() > 0.1


@pytest.mark.parametrize("key", TREES[1:])
def test_a_gap_tells_something(key):
    X, y = _data()
    X[::4, 0], y[::4] = np.nan, 0.45
    estimator = _fitted(key, X, y, n_trees=300)
    assert np.abs(estimator.predict(X)[::4] - 0.45).mean() < 0.02
    npt.assert_array_equal(learner(key).load(estimator.to_bytes()).predict(X), estimator.predict(X))


@pytest.mark.parametrize("key", sorted(set(KEYS) - set(TREES[1:])))
def test_a_gap_is_refused_where_it_says_nothing(key):
    X, y = _data(50)
    X[3, 0] = np.nan
    with pytest.raises(UnknownValues, match=r"Input contains NaN: 1 of \d+ rows lack a covariate, and \w+ takes none"):
        _fitted(key, X, y)


@pytest.mark.parametrize("key", KEYS)
def test_training_stops_when_it_first_looks(key, stop):
    asked, estimator = stop(1), _built(key)
    with pytest.raises(Cancelled):
        estimator.fit(*_data(), progress=Progress(stop_asked=asked))
    assert asked.looks == 1
    assert not [name for name in vars(estimator) if name.endswith("_") and name != "n_features_in_"]


@pytest.mark.parametrize("key", ["lightgbm", "xgboost"])
def test_boosting_looks_at_each_tree_whether_to_stop(key, stop):
    asked = stop()
    _built(key, n_trees=20).fit(*_data(), progress=Progress(stop_asked=asked))
    assert asked.looks >= 20
    grown = []
    with pytest.raises(Cancelled):
        _built(key, n_trees=20).fit(*_data(), progress=Progress(grown.append, stop(10)))
    assert len(grown) < 10


def test_a_network_looks_at_each_part_of_an_epoch_whether_to_stop(stop):
    X, y = _data(mlp._PART * 3)
    asked, done = stop(7), []  # 1 before the fit, 2 to 5 at the first epoch and its three parts, 6 and 7 at the second
    with pytest.raises(Cancelled):
        _built("mlp", max_epochs=5, validation_fraction=0.0).fit(X, y, progress=Progress(done.append, asked))
    assert asked.looks == 7
    assert done == [0, 0.2]


SOLVERS = {
    "linear": Ridge,
    "svr": SVR,
    "random_forest": RandomForestRegressor,
    "hist_gradient_boosting": HistGradientBoostingRegressor,
}


@pytest.mark.parametrize(("key", "solver"), SOLVERS.items())
def test_a_solver_that_cannot_be_stopped_is_left_behind(key, solver, stop, monkeypatch):
    gate, ended, true_fit = Event(), Event(), solver.fit

    def fit(*values):
        gate.wait(600)
        try:
            true_fit(*values)
        finally:
            ended.set()

    monkeypatch.setattr(solver, "fit", fit)
    asked = stop(6)
    with pytest.raises(Cancelled):
        _built(key).fit(*_data(), progress=Progress(stop_asked=asked))
    assert asked.looks == 6
    assert not ended.is_set()
    gate.set()
    assert ended.wait(600)


def test_boosting_that_is_left_behind_grows_no_further_tree(monkeypatch):
    begun, gate, outcome, true_fit = Event(), Event(), Future(), HistGradientBoostingRegressor.fit

    def fit(*values):
        begun.set()
        gate.wait(600)
        try:
            outcome.set_result(true_fit(*values))
        except BaseException as error:
            outcome.set_exception(error)

    monkeypatch.setattr(HistGradientBoostingRegressor, "fit", fit)
    with pytest.raises(Cancelled):
        _built("hist_gradient_boosting").fit(*_data(), progress=Progress(stop_asked=begun.is_set))
    gate.set()
    with pytest.raises(Cancelled):
        outcome.result(600)


def test_a_forest_grows_as_many_trees_at_a_time_as_take_half_a_second(monkeypatch):
    forest = _built("random_forest", n_trees=200)
    # a clock that goes by the trees: 0.1 s for each
    monkeypatch.setattr(random_forest, "time", SimpleNamespace(monotonic=lambda: 0.1 * len(forest.drawn_)))
    reports = []
    forest.fit(*_data(), progress=Progress(reports.append))
    assert np.diff(reports).max() * 200 <= 5.01


# Checks that do not hold, and why. Names changed with scikit-learn 1.6.
_CHANCE = "which samples are drawn and held back depends on how many rows there are, and in which order"
_WEIGHTS = {"check_sample_weights_invariance(zeros)", "check_sample_weight_equivalence_on_dense_data"}
NOT_HELD = {
    "svr": {"check_sample_weight_equivalence_on_dense_data": "the solver ends within a tolerance, not at the solution"},
    "mlp": dict.fromkeys(_WEIGHTS, _CHANCE),
    "random_forest": dict.fromkeys(_WEIGHTS, _CHANCE),
    "catboost": dict.fromkeys(_WEIGHTS, _CHANCE),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.filterwarnings("ignore")
def test_a_learner_keeps_the_conventions_of_scikit_learn(key):
    few = {"n_trees": 50, "learning_rate": 0.2} if key in TREES[1:] else FEW if key == "random_forest" else {}
    record = learner(key)
    estimator = record.build(
        record.options(**few, **({"learning_rate": 0.02, "max_epochs": 40} if key == "mlp" else {})), threads=1
    )
    try:
        generated = checks.estimator_checks_generator(estimator)  # since 1.6
    except AttributeError:
        generated = checks.check_estimator(estimator, generate_only=True)
    failed, names = {}, set()
    for one, check in generated:
        kind = check.keywords.get("kind")
        name = check.func.__name__ + (f"({kind})" if kind else "")
        names.add(name)
        try:
            check(one)
        except SkipTest:
            pass
        except Exception as error:
            failed[name] = error
    assert len(names) > 30
    assert set(failed) == set(NOT_HELD.get(key, {})) & names, failed


# --- against scikit-learn's own answers -------------------------------------------------------------------------------


def test_support_vectors_answer_as_scikit_learn():
    X, y = _data()
    mean, sd = X.mean(axis=0, dtype=float), X.std(axis=0, dtype=float)
    oracle = SVR(C=2.0, epsilon=0.02, gamma=0.3, tol=1e-4).fit((X - mean) / sd, y)
    fresh, _ = _data(seed=7)
    predicted = _fitted("svr", c=2.0, epsilon=0.02, gamma=0.3).predict(fresh)
    npt.assert_allclose(predicted, oracle.predict((fresh - mean) / sd), rtol=0, atol=1e-10)


def test_support_vectors_are_the_same_in_small_blocks(monkeypatch):
    estimator = _fitted("svr")
    X, _ = _data(seed=7)
    whole = estimator.predict(X)
    monkeypatch.setattr("soilsharp.core.training.learners.svr._BLOCK", 1000)
    npt.assert_allclose(estimator.predict(X), whole, rtol=0, atol=1e-14)


def test_too_many_samples_for_support_vectors_are_drawn_from_and_told():
    X, y = _data(500)
    said = []
    estimator = _built("svr", max_samples=100, epsilon=0.0).fit(X, y, progress=Progress(warn=said.append))
    assert len(said) == 1
    assert "100 of 500 samples" in said[0]
    assert 50 < len(estimator.support_) <= 100
    assert estimator.to_bytes() == _fitted("svr", X, y, max_samples=100, epsilon=0.0).to_bytes()
    assert estimator.to_bytes() != _fitted("svr", X, y, max_samples=100, epsilon=0.0, seed=4).to_bytes()


@pytest.mark.parametrize("hidden_2", [0, 5])
def test_the_network_answers_as_scikit_learn(hidden_2):
    estimator = _fitted("mlp", hidden_units=7, hidden_units_2=hidden_2)
    state = unpack(estimator.to_bytes())
    widths = [4, 7, *([hidden_2] if hidden_2 else []), 1]
    oracle = MLPRegressor(hidden_layer_sizes=widths[1:-1], max_iter=1).fit(np.zeros((5, 4)), np.arange(5))
    oracle.coefs_ = [state[f"coef_{i}"] for i in range(len(widths) - 1)]
    oracle.intercepts_ = [state[f"bias_{i}"] for i in range(len(widths) - 1)]
    assert [coef.shape for coef in oracle.coefs_] == list(zip(widths, widths[1:]))
    X, y = _data()
    fresh, _ = _data(seed=7)
    standard = (fresh - X.mean(axis=0, dtype=float)) / X.std(axis=0, dtype=float)
    expected = oracle.predict(standard) * y.std(dtype=float) + y.mean(dtype=float)
    npt.assert_allclose(estimator.predict(fresh), expected, rtol=0, atol=1e-10)


def test_the_network_stops_when_the_samples_held_back_gain_nothing():
    X, _ = _data()
    y = np.random.default_rng(0).random(400)  # nothing to learn
    told = []
    _built("mlp", max_epochs=1000, patience=5, learning_rate=0.01).fit(X, y, progress=Progress(told.append))
    assert max(told) < 0.2
    told.clear()
    _built("mlp", max_epochs=30, patience=5, validation_fraction=0.0).fit(X, y, progress=Progress(told.append))
    assert max(told) == 1


def test_equal_weights_are_no_weights_for_the_network():
    X, y = _data()
    assert _fitted("mlp", X, y, np.full(400, 7.0)).to_bytes() == _fitted("mlp", X, y).to_bytes()


def test_scikit_learns_boosting_answers_as_its_own():
    X, y = _data()
    X[::7, 1] = np.nan
    weight = np.random.default_rng(0).random(400)
    oracle = HistGradientBoostingRegressor(
        max_iter=12, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=20, random_state=3, early_stopping=False
    ).fit(X, y, weight)
    predicted = _fitted("hist_gradient_boosting", X, y, weight).predict(X)
    npt.assert_allclose(predicted, oracle.predict(X), rtol=0, atol=1e-12)


def test_the_line_is_that_of_scikit_learn():
    X, y = _data()
    weight = np.random.default_rng(0).random(400)
    oracle = Ridge(alpha=0.0).fit(X.astype(float), y, weight)
    npt.assert_allclose(_fitted("linear", X, y, weight, alpha=0.0).predict(X), oracle.predict(X), atol=1e-6)


# --- trees ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", TREES)
@pytest.mark.parametrize("loaded", [False, True])
def test_the_first_trees_predict_what_a_model_of_so_many_would(key, loaded):
    X, _ = _data(seed=5)
    estimator = _fitted(key)
    if loaded:
        estimator = learner(key).load(estimator.to_bytes(), estimator.options)
    staged = estimator.predict_staged(X, [7, 1, 12])
    assert staged.shape == (3, 400)
    for predicted, n in zip(staged, (7, 1, 12)):
        npt.assert_allclose(predicted, _fitted(key, n_trees=n).predict(X), rtol=0, atol=1e-12)
    npt.assert_array_equal(staged[2], estimator.predict(X))
    for wrong in ([0], [13], []):
        with pytest.raises(ValueError, match="numbers of trees must be 1 to 12"):
            estimator.predict_staged(X, wrong)


def test_boosting_that_has_nothing_to_learn_answers_for_any_number_of_trees():
    X = np.random.default_rng(0).random((30, 2))
    for key in TREES[1:]:
        estimator = _fitted(key, X, np.full(30, 0.25))
        back = learner(key).load(estimator.to_bytes(), estimator.options)
        npt.assert_allclose(back.predict_staged(X, [1, 12]), 0.25, atol=1e-6)


def test_a_forest_is_the_same_on_any_number_of_threads():
    X, _ = _data(1001, seed=5)
    one, two = _fitted("random_forest", threads=1), _fitted("random_forest", threads=2)
    assert one.to_bytes() == two.to_bytes()
    npt.assert_array_equal(one.predict(X), two.predict(X))
    npt.assert_array_equal(one.predict_quantiles(X, [0.3]), two.predict_quantiles(X, [0.3]))


def _meinshausen(estimator, X, y, fresh, q, weight=None):
    """Return quantiles by the definition: samples weighted by how often they share a leaf (2006, eq. 4 to 6)."""
    learned, asked = estimator.model_.apply(X), estimator.model_.apply(fresh)
    order = np.argsort(y)
    quantiles = []
    for leaves in asked:
        shared = (learned == leaves) * (np.ones(len(y)) if weight is None else weight)[:, None]
        share = (shared / shared.sum(axis=0)).mean(axis=1)
        quantiles.append(y[order][np.searchsorted(np.cumsum(share[order]), np.array(q) * (1 - 1e-12))])
    return np.array(quantiles)


@pytest.mark.parametrize("weighted", [False, True])
def test_quantiles_of_a_forest_are_those_of_meinshausen(weighted):
    rng = np.random.default_rng(0)
    X = rng.random((600, 2))
    y = 0.2 + 0.1 * X[:, 0] * rng.standard_normal(600)  # the spread grows with the first covariate
    weight = rng.choice([0.2, 5.0], 600) if weighted else None
    fresh, q = rng.random((60, 2)), np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    estimator = _fitted("random_forest", X, y, weight, n_trees=400, min_samples_leaf=20)
    found = estimator.predict_quantiles(fresh, q)
    assert found.shape == (60, 5)
    assert (np.diff(found, axis=1) >= 0).all()
    # of 400 draws a share of q lies below the true quantile, give or take sqrt(q (1 - q) / 400) <= 0.025
    low, true, high = (_meinshausen(estimator, X, y, fresh, p, weight) for p in (q - 0.1, q, q + 0.1))
    assert ((low <= found) & (found <= high)).all()
    assert np.abs((found - true).mean(axis=0)).max() < 0.002
    spread = true[:, 4] - true[:, 0]
    assert spread.max() > 3 * spread.min()
    assert np.corrcoef(found[:, 4] - found[:, 0], spread)[0, 1] > 0.98


def test_quantiles_of_a_forest_survive_its_bytes_and_come_in_blocks(monkeypatch):
    X, _ = _data(seed=5)
    estimator = _fitted("random_forest")
    back = learner("random_forest").load(estimator.to_bytes(), estimator.options)
    found = estimator.predict_quantiles(X, [0.0, 0.5, 1.0])
    npt.assert_array_equal(back.predict_quantiles(X, [0.0, 0.5, 1.0]), found)
    monkeypatch.setattr("soilsharp.core.training.learners.random_forest._BLOCK", 100)
    npt.assert_array_equal(back.predict_quantiles(X, [0.0, 0.5, 1.0]), found)
    with pytest.raises(ValueError, match="range"):
        back.predict_quantiles(X, [1.5])


def test_a_leaf_answers_with_a_sample_of_its_own():
    X, y = _data()
    estimator = _fitted("random_forest", n_trees=4)
    for tree, drawn in zip(estimator.model_.estimators_, estimator.drawn_):
        leaves = tree.apply(X)
        for leaf in np.unique(leaves):
            assert drawn[leaf] in y[leaves == leaf]


def test_a_large_forest_is_put_together_tree_by_tree(lines_run):
    # full trees of 4095 nodes, as a heap
    n = 4095
    number = np.arange(n, dtype=np.int32)
    inner = number < n // 2
    left = np.where(inner, 2 * number + 1, -1)
    one = {
        "left_child": left, "right_child": np.where(inner, left + 1, -1), "feature": np.where(inner, 0, -2),
        "threshold": np.full(n, 0.5), "value": np.arange(n, dtype=float), "drawn": np.zeros(n, np.float32),
    }  # fmt: skip
    arrays = {name: np.tile(values, 100) for name, values in one.items()}
    arrays["n_nodes"] = np.full(100, n)
    forests = []
    lines = lines_run(lambda: forests.append(forest_from_arrays(arrays, 1)[0]))
    assert lines < 100 * n / 4  # some for each tree, and not for each of its nodes
    (forest,) = forests
    npt.assert_array_equal(forest.predict([[0.0], [1.0]]), [2047, 4094])  # the first and the last leaf
    assert forest.estimators_[0].get_depth() == 11


# --- weights that are not what they should be -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def states():
    """Return weights of each learner as arrays, which a test may copy and change."""
    return {
        key: unpack(_fitted(key, n_trees=3).to_bytes() if key in TREES else _fitted(key).to_bytes()) for key in KEYS
    }


def _load(key, state):
    return learner(key).load(pack(state))


@pytest.mark.parametrize("key", KEYS)
def test_weights_that_lack_a_member_or_have_another_shape_are_refused(states, key):
    _load(key, states[key])
    for name, values in states[key].items():
        lacking = {other: state for other, state in states[key].items() if other != name}
        with pytest.raises(ModelFileError):
            _load(key, lacking)
        if not values.size:  # of classes, where there are none
            continue
        shorter = values.ravel()[: values.size // 2] if values.ndim else np.zeros((2, 2))
        with pytest.raises(ModelFileError):
            _load(key, {**states[key], name: shorter})
        if not name.startswith("standard_"):
            with pytest.raises(ModelFileError):
                _load(key, {**states[key], name: np.full(values.shape, "evil")})


@pytest.mark.parametrize("key", KEYS)
def test_weights_with_objects_are_refused(states, key):
    with pytest.raises(TypeError, match="object"):
        pack({"n_features": np.array(None)})
    data = pack(states[key]).replace(b"'descr': '<i8'", b"'descr': '|O' ", 1)
    with pytest.raises(ModelFileError):
        learner(key).load(data)
    with pytest.raises(ModelFileError):
        learner(key).load(b"evil")


@pytest.mark.parametrize("key", KEYS)
def test_weights_of_another_number_of_covariates_are_refused(states, key):
    # fewer than the weights speak of
    with pytest.raises(ModelFileError):
        _load(key, {**states[key], "n_features": np.array(1)})


FORGED_NODES = [(1, 10**9), (1, 0), (1, -7), (2, 10**9), (2, 1), (2, -1), (3, 77), (3, -9)]


@pytest.mark.parametrize(("what", "value"), FORGED_NODES)
@pytest.mark.parametrize("key", ["random_forest", "hist_gradient_boosting"])
def test_trees_that_point_nowhere_are_refused(states, key, what, value):
    forest = key == "random_forest"
    name = {1: "left_child" if forest else "left", 2: "right_child" if forest else "right",
            3: "feature" if forest else "feature_idx"}[what]  # fmt: skip
    changed = states[key][name].copy()
    # the second node that is not a leaf has number 1 or more: children 0 and 1 lead back, or to itself
    second = np.flatnonzero(states[key]["left_child"] > 0 if forest else ~states[key]["is_leaf"])[1]
    changed[second] = value
    with pytest.raises(ModelFileError, match="a tree that leads nowhere"):
        _load(key, {**states[key], name: changed})


@pytest.mark.parametrize("sizes", [[], [0], [-1], [2**62, 2**62, 2**62, 2**62], "less", "more", "none"])
@pytest.mark.parametrize("key", ["random_forest", "hist_gradient_boosting"])
def test_trees_that_are_not_as_long_as_they_say_are_refused(states, key, sizes):
    true = states[key]["n_nodes"]
    words = {"less": true[:-1], "more": [*true, 5], "none": [*true, 0]}
    forged = words[sizes] if isinstance(sizes, str) else list(sizes)
    if sizes == [2**62] * 4:
        forged[3] += int(true.sum())  # their sum overflows to the true one
    with pytest.raises(ModelFileError, match="a tree that leads nowhere"):
        _load(key, {**states[key], "n_nodes": np.array(forged, np.int64)})


def test_a_leaf_in_name_only_does_not_hide_a_tree_without_end(states):
    state = states["hist_gradient_boosting"]
    leaf = np.zeros_like(state["is_leaf"])
    with pytest.raises(ModelFileError, match="a tree that leads nowhere"):
        _load("hist_gradient_boosting", {**state, "is_leaf": leaf})


def _xgboost(states, change):
    model = json.loads(states["xgboost"]["json"].tobytes())
    change(model["learner"], model["learner"]["gradient_booster"]["model"]["trees"][0])
    return {**states["xgboost"], "json": np.frombuffer(json.dumps(model).encode(), np.uint8)}


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("left_children", 0, 10**6), ("left_children", 0, 0), ("left_children", 0, -1), ("right_children", 0, -5),
        ("left_children", 0, 3), ("right_children", 1, 1), ("left_children", 0, 1.5), ("split_indices", 0, 4),
        ("split_indices", 0, -1), ("split_indices", 0, 2**40), ("split_type", 0, 1), ("parents", 1, 2),
        ("split_conditions", 0, "x"), ("left_children", 0, 2**70),
    ],
)  # fmt: skip
def test_trees_of_xgboost_that_point_nowhere_are_refused(states, name, place, value):
    def change(_, tree):
        tree[name][place] = value

    with pytest.raises(ModelFileError, match="a tree that leads nowhere"):
        _load("xgboost", _xgboost(states, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda learner, tree: learner["gradient_booster"].update(name="dart"),
        lambda learner, tree: learner["gradient_booster"].update(name="gblinear"),
        lambda learner, tree: learner["objective"].update(name="reg:quantileerror"),
        lambda learner, tree: learner["learner_model_param"].update(num_class="3"),
        lambda learner, tree: learner["learner_model_param"].update(num_target="2"),
        lambda learner, tree: learner["learner_model_param"].update(num_feature="5"),
        lambda learner, tree: learner["learner_model_param"].update(base_score="evil"),
        lambda learner, tree: learner["gradient_booster"]["model"]["gbtree_model_param"].update(num_trees="9"),
        lambda learner, tree: learner["gradient_booster"]["model"]["gbtree_model_param"].update(num_parallel_tree="3"),
        lambda learner, tree: learner["gradient_booster"]["model"].update(tree_info=[0, 0, 5]),
        lambda learner, tree: learner["gradient_booster"]["model"].update(iteration_indptr=[0, 1, 2, 99]),
        lambda learner, tree: learner["gradient_booster"].pop("model"),
        lambda learner, tree: tree["left_children"].pop(),
        lambda learner, tree: tree["sum_hessian"].clear(),
        lambda learner, tree: tree.pop("default_left"),
        lambda learner, tree: tree.update(left_children=3),
        lambda learner, tree: tree.update(id=7),
        lambda learner, tree: tree.update(categories=[1]),
        lambda learner, tree: tree["tree_param"].update(num_nodes="99999999"),
        lambda learner, tree: tree["tree_param"].update(size_leaf_vector="2"),
        lambda learner, tree: tree["tree_param"].update(num_deleted="1"),
    ],
)
def test_models_of_xgboost_of_another_kind_are_refused(states, change):
    with pytest.raises(ModelFileError):
        _load("xgboost", _xgboost(states, change))


@pytest.mark.parametrize("text", [b"", b"[]", b"3", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"learner": 1}', b"null"])
def test_no_json_of_xgboost_is_refused(states, text):
    with pytest.raises(ModelFileError):
        _load("xgboost", {**states["xgboost"], "json": np.frombuffer(text, np.uint8)})


def test_of_a_name_that_stands_twice_xgboost_takes_the_one_that_was_checked(states):
    text = states["xgboost"]["json"].tobytes()
    good = b'"left_children":['
    assert good in text
    start = text.index(good)
    end = text.index(b"]", start) + 1
    evil = b'"left_children":[' + b"900000000," * (text[start:end].count(b",")) + b"900000000],"
    twice = text[:start] + evil + text[start:]
    X, _ = _data()
    model = _load("xgboost", {**states["xgboost"], "json": np.frombuffer(twice, np.uint8)})
    npt.assert_array_equal(model.predict(X), _load("xgboost", states["xgboost"]).predict(X))


@pytest.mark.parametrize(
    ("line", "forged"),
    [
        ("left_child", "99999999"), ("left_child", "0"), ("right_child", "-99999999"), ("split_feature", "77777"),
        ("split_feature", "-5"), ("leaf_value", ""), ("threshold", ""), ("num_cat", "3"), ("decision_type", "3"),
        ("num_leaves", "900"), ("left_child", "9" * 30), ("split_feature", "evil"), ("num_class", "3"),
        ("objective", "binary"), ("max_feature_idx", "9"), ("feature_infos", ""),
    ],
)  # fmt: skip
def test_trees_of_lightgbm_that_point_nowhere_are_refused(states, line, forged):
    head, _, tail = states["lightgbm"]["text"].tobytes().decode().partition(f"\n{line}=")
    first, rest = tail.split("\n", 1)
    values = " ".join(([forged] if forged else []) + first.split(" ")[1:])
    text = f"{head}\n{line}={values}\n{rest}".encode()
    with pytest.raises(ModelFileError):
        _load("lightgbm", {**states["lightgbm"], "text": np.frombuffer(text, np.uint8)})


def test_places_at_which_the_trees_of_lightgbm_would_begin_are_not_followed(states):
    text = states["lightgbm"]["text"].tobytes().decode()
    forged = text.replace("\n\nTree=0", "\ntree_sizes=123456789012 5 5\n\nTree=0")
    assert forged != text
    X, _ = _data()
    model = _load("lightgbm", {**states["lightgbm"], "text": np.frombuffer(forged.encode(), np.uint8)})
    npt.assert_array_equal(model.predict(X), _load("lightgbm", states["lightgbm"]).predict(X))


# --- the shrinkage of ridge regression --------------------------------------------------------------------------------


def _repeated(n_places=40, n_days=20):
    """Return covariates and soil moisture whose error is that of a place, the same on every day."""
    rng = np.random.default_rng(3)
    X = np.repeat(rng.normal(size=(n_places, 6)), n_days, 0)
    error = np.repeat(rng.normal(0, 0.05, n_places), n_days)
    return X, 0.25 + 0.01 * X[:, 0] + error


def _shrunk(X, y, repeats):
    linear = learner("linear")
    made = linear.build(linear.options(penalty="gcv"))
    made.repeats = repeats
    return made.fit(X, y)


def test_days_of_a_place_count_as_one_when_the_shrinkage_is_chosen():
    X, y = _repeated()
    slopes = [np.abs(_shrunk(X, y, repeats).coef_[1:]).max() for repeats in (1, 20)]
    assert slopes[1] < 0.7 * slopes[0]  # covariates that mean nothing


def test_the_shrinkage_is_the_strongest_within_half_a_standard_error():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(30, 3))
    y = 0.2 + X @ [0.05, 0.02, 0.0] + rng.normal(0, 0.03, 30)
    standard = (X - X.mean(0)) / X.std(0)
    errors = []
    for alpha in TRIED:
        left_out = []
        for i in range(30):
            kept = np.arange(30) != i
            model = Ridge(alpha=alpha).fit(standard[kept], y[kept])
            left_out.append((model.predict(standard[i : i + 1])[0] - y[i]) ** 2)
        errors.append(left_out)
    mean = np.mean(errors, 1)
    limit = mean.min() + 0.5 * np.std(errors[mean.argmin()]) / np.sqrt(30)
    alpha = max(a for a, m in zip(TRIED, mean) if m <= limit)
    expected = Ridge(alpha=alpha).fit(standard, y).coef_
    npt.assert_allclose(_shrunk(X, y, 1).coef_, expected, rtol=1e-6)


# --- CatBoost, whose package is optional ------------------------------------------------------------------------------


@pytest.mark.skipif(not OPTIONAL, reason="CatBoost is optional, and not here")
def test_our_own_arrays_predict_as_catboost_does():
    X, y = _data()
    X[::7, 1] = np.nan
    weight = np.linspace(0.5, 2, len(X))
    estimator = _built("catboost", n_trees=40).fit(X, y, weight)
    model = estimator._grown(X, y, weight, Progress())
    fresh, _ = _data(seed=5)
    fresh[::5, 2] = np.nan
    npt.assert_allclose(estimator.predict(fresh), model.predict(fresh), rtol=0, atol=1e-12)
    few = estimator.predict_staged(fresh, [7, 40])
    npt.assert_allclose(few[0], model.predict(fresh, ntree_end=7), rtol=0, atol=1e-12)
    npt.assert_array_equal(few[1], estimator.predict(fresh))


@pytest.mark.skipif(not OPTIONAL, reason="CatBoost is optional, and not here")
@pytest.mark.parametrize("flat", ["X", "y"])
def test_where_nothing_varies_catboost_knows_the_mean(flat):
    X, y = _data()
    X = np.full_like(X, 0.5) if flat == "X" else X
    y = np.full_like(y, 0.3) if flat == "y" else y
    estimator = _fitted("catboost", X, y)
    npt.assert_allclose(estimator.predict(X), y.mean(dtype=float), rtol=1e-6)
    npt.assert_array_equal(learner("catboost").load(estimator.to_bytes()).predict(X), estimator.predict(X))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("features", np.array([[0, 4]], np.int32)),
        ("features", np.array([[-1, 0]], np.int32)),
        ("features", np.array([[0.0, 1.0]])),
        ("features", np.array([0, 1], np.int32)),
        ("limits", np.zeros((1, 3), np.float32)),
        ("values", np.zeros((1, 8))),
        ("values", np.zeros((2, 4))),
        ("baseline", np.zeros(2)),
    ],
)
def test_trees_of_catboost_that_point_nowhere_are_refused(name, value):
    """A file is read without CatBoost, so that this holds wherever it is opened."""
    kind = import_module("soilsharp.core.training.learners.catboost").ESTIMATOR
    whole = {
        "n_features": np.array(4),
        "features": np.array([[0, 3]], np.int32),
        "limits": np.array([[0.5, 0.2]], np.float32),
        "values": np.array([[0.1, 0.2, 0.3, 0.4]]),
        "baseline": np.array(0.05),
    }
    X = np.array([[0.6, 0, 0, 0.1], [0.6, 0, 0, 0.3], [np.nan, 0, 0, 0.3]])
    npt.assert_allclose(kind.from_bytes(pack(whole)).predict(X), [0.25, 0.45, 0.35])
    with pytest.raises(ModelFileError):
        kind.from_bytes(pack({**whole, name: value}))
