# SPDX-License-Identifier: GPL-2.0-or-later
"""The three small networks: their gradients, their losses, what they learn and what they say of their spread."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pytest
from scipy.stats import norm
from sklearn.utils.estimator_checks import parametrize_with_checks

from soilsharp.core.base.errors import Cancelled, InputError, ModelFileError
from soilsharp.core.base.progress import Progress
from soilsharp.core.training.learners import learner
from soilsharp.core.training.learners.dense import DenseLearner
from soilsharp.core.training.learners.estimator import Standard
from soilsharp.core.training.learners.prob import ProbLearner
from soilsharp.core.training.learners.weights import pack, unpack
from soilsharp.core.training.learners.wide_deep import WideDeepLearner

KINDS = [DenseLearner, ProbLearner, WideDeepLearner]


def _built(kind, seed=0, categories=(), **options):
    return kind(replace(kind.OPTIONS(), **options), seed, categories=categories)


def _samples(n=400, noise=0.01, seed=1):
    """Return covariates and soil moisture that rises with the first, bends with the second, forgets the third."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 3)).astype(np.float32)
    return X, 0.1 + 0.2 * X[:, 0] + 0.05 * X[:, 1] ** 2 + noise * rng.standard_normal(n)


def _wavy(n, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, 3))
    return X, 0.25 + 0.1 * np.sin(3 * X[:, 0]) + 0.1 * X[:, 1] * X[:, 2] + 0.01 * rng.standard_normal(n)


def _rmse(a, b):
    return float(np.sqrt(np.mean((a - b) ** 2)))


def _bench(kind, width=4, n=7):
    """Return a network before it learns, its weights in parts and a batch with weights, all at random."""
    rng = np.random.default_rng(3)
    network = _built(kind, hidden_units=5, hidden_units_2=3)
    network.hidden_ = np.array([5, 3])
    parts = [part + 0.3 * rng.standard_normal(part.shape) for part in network._start(width, rng)]
    return network, parts, rng.standard_normal((n, width)), rng.standard_normal(n), rng.uniform(0.2, 3.0, n)


# --- what is minimised ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_small_steps(kind):
    network, parts, x, y, weight = _bench(kind)

    def whole():
        # the same noise at each call
        return network._loss(parts, x, y, weight, np.random.default_rng(8))[0] + network._penalty(parts)[0] / 20

    slopes = network._loss(parts, x, y, weight, np.random.default_rng(8))[1]
    penalties = network._penalty(parts)[1]
    assert len(slopes) == len(penalties) == len(parts)
    for part, slope, penalty in zip(parts, slopes, penalties):
        for place in np.ndindex(part.shape):
            kept, values = part[place], []
            for step in (1e-6, -1e-6):
                part[place] = kept + step
                values.append(whole())
            part[place] = kept
            npt.assert_allclose(
                slope[place] + penalty[place] / 20, (values[0] - values[1]) / 2e-6, rtol=1e-5, atol=1e-8
            )


def test_the_dense_loss_is_the_negative_log_likelihood_of_scipy():
    network, parts, x, y, weight = _bench(DenseLearner)
    mean, sd = network._answer(parts, x).T
    expected = np.mean(-weight * (norm.logpdf(y, mean, sd) + 0.5 * np.log(2 * np.pi)))
    npt.assert_allclose(network._loss(parts, x, y, weight, None)[0], expected, rtol=1e-12)


def test_the_penalty_of_the_variational_layer_is_its_divergence_from_the_prior():
    network, parts, *_ = _bench(ProbLearner)
    nodes, shares = np.polynomial.hermite_e.hermegauss(20)  # the mean over a Normal, exact for what is integrated
    expected = 0.0
    for mean, raw in zip(parts[:2], parts[2:4]):
        m, s = mean[..., None], np.log1p(np.exp(raw))[..., None]
        draws = m + s * nodes
        expected += ((norm.logpdf(draws, m, s) - norm.logpdf(draws)) * shares).sum() / shares.sum()
    npt.assert_allclose(network._penalty(parts)[0], expected, rtol=1e-10)


def test_the_wide_and_deep_loss_is_half_the_squared_error_and_its_penalty_half_the_squared_weights():
    network, parts, x, y, weight = _bench(WideDeepLearner)
    first, second, last, wide = parts[0], parts[2], parts[4], parts[6]
    inner = np.maximum(np.maximum(x @ first + parts[1], 0) @ second + parts[3], 0)
    error = (inner @ last + parts[5] + x @ wide)[:, 0] - y
    npt.assert_allclose(network._loss(parts, x, y, weight, None)[0], np.mean(weight * error**2) / 2, rtol=1e-12)
    squares = sum((matrix**2).sum() for matrix in (first, second, last, wide))
    npt.assert_allclose(network._penalty(parts)[0], squares / 2, rtol=1e-12)  # of a regularization of 1


def test_the_linear_part_may_see_the_numbers_alone_while_the_deep_part_sees_the_classes():
    X, y = _samples(300)
    X[:, 2] = np.arange(300) % 3  # a class among numbers, of three levels
    y = y + 0.05 * (X[:, 2] == 1)
    sees = {True: 2 + 3, False: 2}
    for linear_classes, n_linear in sees.items():
        network = _built(
            WideDeepLearner, categories=(2,), hidden_units=5, hidden_units_2=3, max_epochs=60, patience=60,
            linear_classes=linear_classes,
        ).fit(X, y)  # fmt: skip
        assert network.n_weights == 5 * 5 + 5 + 5 * 3 + 3 + 3 + 1 + n_linear
        again = WideDeepLearner.from_bytes(network.to_bytes(), network.options, categories=(2,))
        npt.assert_array_equal(again.predict(X), network.predict(X))
        # by hand: columns of numbers first, then those of the classes
        x = network.standard_(X)
        deep, wide = network.weights_[:-n_linear], network.weights_[-n_linear:]
        first, second, last = deep[:25].reshape(5, 5), deep[30:45].reshape(5, 3), deep[48:51]
        inner = np.maximum(np.maximum(x @ first + deep[25:30], 0) @ second + deep[45:48], 0) @ last + deep[51]
        expected = (inner + x[:, :n_linear] @ wide) * network.scale_[1] + network.scale_[0]
        npt.assert_allclose(network.predict(X), expected, rtol=1e-9)
        of_class_1 = X.copy()
        of_class_1[:, 2] = 1
        assert (network.predict(of_class_1) - network.predict(X))[X[:, 2] != 1].mean() > 0.02


def test_gradients_of_a_linear_part_without_classes_are_those_of_small_steps():
    network, _, x, y, weight = _bench(WideDeepLearner)
    network.options = replace(network.options, linear_classes=False)
    network.standard_ = Standard(x.astype(np.float32), categories=(3,))
    rng = np.random.default_rng(0)
    parts = [part + 0.3 * rng.standard_normal(part.shape) for part in network._start(4, rng)]
    assert parts[-1].shape == (3, 1)
    slope = network._loss(parts, x, y, weight, None)[1][-1]
    for place in np.ndindex(parts[-1].shape):
        kept, values = parts[-1][place], []
        for step in (1e-6, -1e-6):
            parts[-1][place] = kept + step
            values.append(network._loss(parts, x, y, weight, None)[0])
        parts[-1][place] = kept
        npt.assert_allclose(slope[place], (values[0] - values[1]) / 2e-6, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_of_weight_2_counts_as_two_and_one_of_weight_0_as_none(kind):
    X, y = _samples(30)
    times = np.random.default_rng(2).integers(0, 4, 30)
    assert {0, 1, 2} <= set(times)
    network = _built(kind, max_epochs=40)  # fewer than 50 samples: one batch of all, none held back
    weighted = network.fit(X, y, times.astype(float)).predict(X)
    repeated = network.fit(np.repeat(X, times, axis=0), np.repeat(y, times)).predict(X)
    npt.assert_allclose(weighted, repeated, rtol=1e-9)
    assert _rmse(repeated, network.fit(X, y).predict(X)) > 1e-4


@pytest.mark.parametrize("kind", KINDS)
def test_samples_of_weight_0_leave_no_trace(kind):
    X, y = _samples(200)
    weight = np.random.default_rng(0).integers(0, 2, 200).astype(float)
    odd = np.where(weight > 0, y, 1e6)
    network = _built(kind, max_epochs=5, batch_size=32)
    left_out = network.fit(X[weight > 0], y[weight > 0]).to_bytes()
    assert network.fit(X, odd, weight).to_bytes() == left_out


# --- what they are ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "n_weights"), [(DenseLearner, 164), (ProbLearner, 150), (WideDeepLearner, 9610)])
def test_nine_covariates_give_the_number_of_weights_of_the_paper(kind, n_weights):
    # the paper does not count the last: 9*128+128 + 128*64+64 + 64+1 + 9
    X = np.random.default_rng(0).random((60, 9))
    assert len(_built(kind, max_epochs=1).fit(X, X[:, 0]).weights_) == n_weights


@parametrize_with_checks([_built(kind, max_epochs=50, learning_rate=0.02) for kind in KINDS])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(kind):
    X, y = _samples(300)
    first, again, other = (_built(kind, seed, max_epochs=5).fit(X, y).to_bytes() for seed in (4, 4, 5))
    assert first == again
    assert first != other


@pytest.mark.parametrize("key", ["dense", "prob", "wide_deep"])
def test_what_was_stored_predicts_the_same_without_its_options(key):
    X, y = _samples(300)
    record = learner(key)
    network = record.build(replace(record.options(), max_epochs=5, hidden_units=7, hidden_units_2=4), seed=11).fit(X, y)
    loaded = record.load(network.to_bytes())
    npt.assert_array_equal(loaded.predict(X), network.predict(X))
    assert loaded.to_bytes() == network.to_bytes()
    assert loaded.knows_sd == (key != "wide_deep")
    if key != "wide_deep":
        npt.assert_array_equal(loaded.predict_sd(X), network.predict_sd(X))


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_predicted_the_same_in_whatever_block_it_lies(kind):
    X, y = _samples(60)
    network = _built(kind, max_epochs=5, **({"mc_samples": 5} if kind is ProbLearner else {})).fit(X, y)
    many = np.tile(X, (300, 1))  # 18,000 rows: several blocks
    npt.assert_allclose(network.predict(many), np.tile(network.predict(X), 300), rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        (DenseLearner, "weights", lambda w: w[:-1]),
        (DenseLearner, "weights", lambda w: w.astype(str)),
        (DenseLearner, "hidden", lambda h: -h),
        (DenseLearner, "hidden", lambda h: h.astype(float)),
        (WideDeepLearner, "hidden", lambda h: h[::-1]),
        (WideDeepLearner, "scale", lambda s: s[:1]),
        (ProbLearner, "draws", lambda d: d * 10**6),
        (ProbLearner, "draws", lambda d: d[:1]),
    ],
)
def test_damaged_weights_are_refused(kind, name, change):
    X, y = _samples(60)
    state = unpack(_built(kind, seed=1, max_epochs=1).fit(X, y).to_bytes())
    with pytest.raises(ModelFileError, match="do not suit the learner"):
        kind.from_bytes(pack({**state, name: change(state[name])}))


# --- what they learn --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_learn_from_400_samples(kind):
    network = _built(kind, seed=3).fit(*_samples())
    X, y = _samples(2000, seed=2)
    assert _rmse(network.predict(X), y) < 0.0125  # 0.01 is noise


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_linear_is_learned_better_than_by_a_line(kind):
    X, y = _wavy(1000)
    fresh, truth = _wavy(2000, seed=2)
    line = learner("linear").build().fit(X, y)
    assert _rmse(_built(kind, max_epochs=120).fit(X, y).predict(fresh), truth) < 0.5 * _rmse(line.predict(fresh), truth)


def test_the_dense_network_recovers_a_noise_that_grows_with_a_covariate():
    rng = np.random.default_rng(5)
    X = rng.random((4000, 2))
    sd = 0.01 + 0.04 * X[:, 0]
    network = DenseLearner(seed=1).fit(X, 0.2 + 0.1 * X[:, 1] + sd * rng.standard_normal(4000))
    npt.assert_allclose(np.median(network.predict_sd(X) / sd), 1.0, atol=0.05)
    inner = (X[:, 0] > 0.1) & (X[:, 0] < 0.9)
    npt.assert_allclose(network.predict_sd(X[inner]), sd[inner], rtol=0.25)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_spread_of_the_probabilistic_network_grows_away_from_the_samples(seed):
    X, y = _wavy(500)
    network = ProbLearner(seed=seed).fit(X, y)
    sd = [network.predict_sd(factor * X).mean() for factor in (1, 3, 10)]
    assert sd[1] > 1.2 * sd[0]
    assert sd[2] > 1.1 * sd[1]


def test_the_spread_of_the_probabilistic_network_is_that_of_a_mixture():
    network, X = ProbLearner(replace(ProbLearner.OPTIONS(), mc_samples=40, max_epochs=20), seed=7), _wavy(80)[0]
    network.fit(X, _wavy(80)[1])
    shapes = [(3, 5), (5,), (3, 5), (5,), (5, 6), (6,), (6, 2), (2,)]
    cuts = np.cumsum([np.prod(s) for s in shapes])[:-1]
    mean_w, mean_b, raw_w, raw_b, w2, b2, w3, b3 = (
        part.reshape(s) for part, s in zip(np.split(network.weights_, cuts), shapes)
    )
    x, rng = (X - X.mean(axis=0)) / X.std(axis=0), np.random.default_rng(7)
    noise_w, noise_b = rng.standard_normal((40, 3, 5)), rng.standard_normal((40, 5))
    means, squares = [], []
    for e_w, e_b in zip(noise_w, noise_b):
        first = np.tanh(x @ (mean_w + np.log1p(np.exp(raw_w)) * e_w) + mean_b + np.log1p(np.exp(raw_b)) * e_b)
        mean, raw = (np.tanh(first @ w2 + b2) @ w3 + b3).T
        means.append(mean)
        squares.append((np.log1p(np.exp(raw)) + 0.01) ** 2 + mean**2)
    y = _wavy(80)[1]
    expected = np.mean(means, axis=0)
    npt.assert_allclose(network.predict(X), y.mean() + y.std() * expected, rtol=1e-9)
    sd = np.sqrt(np.mean(squares, axis=0) - expected**2)  # E[y²] - E[y]² of the mixture
    npt.assert_allclose(network.predict_sd(X), y.std() * sd, rtol=1e-9)


def test_classes_are_learned_by_name_and_an_unknown_one_counts_as_none_of_them():
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.random(600), rng.choice([10.0, 20.0, 70.0], 600)])
    level = {10.0: 0.3, 20.0: 0.1, 70.0: 0.2}  # no line through the numbers
    y = 0.05 * X[:, 0] + np.vectorize(level.get)(X[:, 1])
    network = _built(WideDeepLearner, categories=(1,), max_epochs=60).fit(X, y)
    assert len(network.weights_) == 4 * 128 + 128 + 128 * 64 + 64 + 64 + 1 + 4
    assert _rmse(network.predict(X), y) < 0.01
    unknown = network.predict(np.array([[0.5, 40.0], [0.5, 99.0]]))
    assert unknown[0] == unknown[1]
    assert 0.0 < unknown[0] < 0.4


def test_learning_ends_early_and_keeps_the_best_epoch():
    X, y = _samples(300, noise=0.1)
    done = []
    network = _built(WideDeepLearner, max_epochs=500, patience=5, l2_regularization=0.0, batch_size=32)
    network.fit(X, y, progress=Progress(report=done.append))
    assert 5 < len(done) - 1 < 100  # the last report is that of the end
    assert done[-1] == 1.0
    # the epochs up to the best one, without the five that brought nothing
    n_best = len(done) - 1 - 5
    short = _built(WideDeepLearner, max_epochs=n_best, patience=5, l2_regularization=0.0, batch_size=32).fit(X, y)
    assert short.to_bytes() == network.to_bytes()


# --- what can go wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_is_felt_after_each_batch_in_the_middle_of_an_epoch(kind, stop):
    X, y = _samples(1000)
    asked, reports = stop(20), []
    with pytest.raises(Cancelled):
        _built(kind, batch_size=8).fit(X, y, progress=Progress(reports.append, asked))
    assert asked.looks == 20
    assert reports == [0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_too_large_to_compute_with_are_refused(kind):
    X, y = _samples(100)
    with pytest.raises(InputError, match="too large to compute with: look for outliers"):
        _built(kind, max_epochs=2).fit(X, np.where(np.arange(100) == 7, 1e300, y))
    with pytest.raises(InputError, match="too large to compute with: look for outliers"):
        _built(kind, max_epochs=2).fit(np.where(np.arange(300).reshape(100, 3) == 7, 1e300, X.astype(float)), y)


class _Diverges(DenseLearner):
    def _loss(self, parts, x, y, weight, rng):
        loss, slopes = super()._loss(parts, x, y, weight, rng)
        return loss, [slope * np.inf for slope in slopes]


def test_a_loss_that_is_no_number_is_said_and_not_learned():
    with pytest.raises(InputError, match=r"no longer finite after 1 epochs: choose a learning rate below 0\.01"):
        _Diverges().fit(*_samples())


@pytest.mark.parametrize("weight", [np.zeros(100), np.r_[np.ones(99), -1.0]])
def test_weights_that_weigh_nothing_or_less_are_refused(weight):
    with pytest.raises(ValueError, match="weights must not be negative, nor all be zero"):
        DenseLearner().fit(*_samples(100), weight)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 80])
def test_one_sample_and_a_constant_target_give_that_value_everywhere(kind, n):
    network = _built(kind, max_epochs=3).fit(_samples(n)[0], np.full(n, 0.3))
    npt.assert_allclose(network.predict(_samples(50, seed=2)[0]), 0.3, rtol=1e-12)
