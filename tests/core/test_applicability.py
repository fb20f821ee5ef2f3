# SPDX-License-Identifier: GPL-2.0-or-later
"""Dissimilarity, area of applicability and local point density: the formulas of Meyer and Pebesma, one by one."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.applicability import applicability, mean_distance, of_samples
from soilsharp.core.training.folds.divide import make_folds
from soilsharp.core.training.nearest import Neighbours
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

RNG = np.random.default_rng


def _samples(X, classes=(), **index):
    names = tuple(f"x{i}" for i in range(X.shape[1]))
    y = np.full(len(X), 0.2, np.float32)
    return Samples(np.asarray(X, np.float32), y, names, pd.DataFrame(index, index=range(len(X))), {"classes": classes})


def _by_the_formulas(train, weights, folds, new):
    """Return index, threshold, density and training index, with loops over single distances."""
    centre = [sum(column) / len(column) for column in train.T]
    spread = [(sum((v - m) ** 2 for v in column) / (len(column) - 1)) ** 0.5 for column, m in zip(train.T, centre)]

    def point(row):
        return [w * (v - m) / s for v, m, s, w in zip(row, centre, spread, weights)]

    def distance(one, other):
        return sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5

    places = [point(row) for row in train]
    n = len(places)
    to_others = [sum(distance(places[i], places[j]) for j in range(n) if j != i) / (n - 1) for i in range(n)]
    mean = sum(to_others) / n
    own = [min(distance(places[i], places[j]) for j in range(n) if folds[j] != folds[i]) / mean for i in range(n)]
    lower, upper = np.quantile(own, 0.25), np.quantile(own, 0.75)
    threshold = min(upper + 1.5 * (upper - lower), max(own))
    index, density = [], []
    for row in new:
        apart = [distance(point(row), place) / mean for place in places]
        index.append(min(apart))
        density.append(sum(d <= threshold for d in apart))
    return np.array(index), threshold, np.array(density), np.array(own)


def _pairs(folds):
    return [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in np.unique(folds)]


def _learned(X, weights, folds, **words):
    samples = _samples(X, **words)
    return of_samples(samples, np.asarray(weights, float), _pairs(folds), np.arange(len(X)), "folds", RNG(0))


@pytest.mark.parametrize("seed", range(5))
def test_index_threshold_and_density_are_those_of_the_formulas(seed):
    rng = RNG(seed)
    X = rng.normal([0, 300, 0.5, -7], [1, 20, 0.1, 3], (60, 4))
    new = rng.normal([0, 300, 0.5, -7], [2, 40, 0.2, 6], (200, 4))
    weights, folds = rng.uniform(0, 1, 4), rng.integers(0, 4, 60)
    found = _learned(X, weights, folds)
    index, threshold, density, own = _by_the_formulas(X.astype(np.float32), weights, folds, new.astype(np.float32))
    npt.assert_allclose(found.training_index, own, rtol=2e-5, atol=1e-5)
    assert found.threshold == pytest.approx(threshold, rel=2e-5)
    seen = found.look(new)
    npt.assert_allclose(seen.index, index, rtol=2e-4)
    near_the_edge = (np.abs(density - seen.density) <= 1) & (density != seen.density)
    npt.assert_array_equal(seen.density[~near_the_edge], density[~near_the_edge])
    assert near_the_edge.mean() < 0.02
    assert 0 < (index > threshold).mean() < 1


def test_the_covariate_that_adds_most_is_named():
    X = RNG(0).normal(0, 1, (100, 3))
    found = _learned(X, [1, 1, 1], np.arange(100) % 5)
    npt.assert_array_equal(found.look(np.array([[9.0, 0, 0], [0, 9, 0], [0, 0, -9]])).covariate, [0, 1, 2])


def test_a_covariate_without_importance_pushes_nothing_out():
    X = RNG(0).normal(0, 1, (100, 2))
    found = _learned(X, [1, 0], np.arange(100) % 5)
    seen = found.look(np.array([[0.0, 0], [0, 1000]]))
    assert seen.index[0] == seen.index[1]


def test_a_class_that_no_sample_has_is_far_from_all():
    rng = RNG(0)
    X = np.column_stack([rng.normal(0, 1, 100), rng.choice([10, 20], 100)])
    found = _learned(X, [1, 1], np.arange(100) % 5, classes=("x1",))
    assert found.levels[1:].tolist() == [10, 20]
    seen = found.look(np.array([[0.0, 10], [0, 30]]))
    assert seen.index[0] <= found.threshold < seen.index[1]
    assert seen.covariate[1] == 1


def test_unknown_covariates_have_no_index():
    X = RNG(0).normal(0, 1, (50, 2))
    seen = _learned(X, [1, 1], np.arange(50) % 5).look(np.array([[np.nan, 0], [0, 0]]))
    assert np.isnan(seen.index[0])
    assert (seen.covariate[0], seen.density[0]) == (-1, 0)
    assert np.isfinite(seen.index[1])


@settings(max_examples=25)
@given(st.integers(0, 2**31), st.integers(1, 700), st.integers(1, 2500), st.integers(1, 14))
def test_the_nearest_is_that_of_all_distances(seed, n, m, columns):
    rng = RNG(seed)
    points, reference = (rng.normal(0, 1, (k, columns)).astype(np.float32) for k in (n, m))
    radius = float(rng.uniform(0, 3))
    apart = cdist(points.astype(float), reference.astype(float))
    number, near = Neighbours(reference).search(points, radius)
    npt.assert_allclose(apart[np.arange(n), number], apart.min(1), atol=2e-3)
    assert (near >= (apart <= radius - 1e-3).sum(1)).all()
    assert (near <= (apart <= radius + 1e-3).sum(1)).all()


@settings(max_examples=15)
@given(st.integers(0, 2**31), st.integers(1, 14), st.floats(0.2, 1))
def test_the_nearest_is_the_same_by_the_tree_where_points_differ_along_few_directions(seed, columns, falling):
    rng = RNG(seed)
    weights = falling ** np.arange(columns)
    points, reference = ((rng.normal(3, 1, (k, columns)) * weights).astype(np.float32) for k in (300, 2100))
    found = Neighbours(reference)
    variances = np.linalg.svd(reference - reference.mean(0), compute_uv=False) ** 2
    assert found.directions == pytest.approx(variances.sum() ** 2 / (variances**2).sum(), rel=1e-3)
    apart = cdist(points.astype(float), reference.astype(float))
    radius = float(np.quantile(apart.min(1), 0.9))
    number, near = found.search(points, radius)
    alone, none = found.search(points)
    assert none is None
    for one in (number, alone):
        npt.assert_allclose(apart[np.arange(300), one], apart.min(1), atol=2e-3)
    assert (near >= (apart <= radius - 1e-3).sum(1)).all()
    assert (near <= (apart <= radius + 1e-3).sum(1)).all()


def test_the_mean_distance_leaves_out_each_point_itself():
    assert mean_distance(np.array([[0.0, 0], [3, 4], [0, 0]])) == pytest.approx((5 + 0 + 5) / 3)


def test_inside_is_where_there_is_a_sample_within_the_threshold():
    rng = RNG(1)
    found = _learned(rng.normal(0, 1, (500, 5)), np.ones(5), np.arange(500) % 5)
    seen = found.look(rng.normal(0, 2, (5000, 5)))
    npt.assert_array_equal(seen.density >= 1, seen.index <= found.threshold)
    uncounted = found.look(rng.normal(0, 2, (5000, 5)), count=False)
    npt.assert_array_equal(uncounted.density, uncounted.index <= found.threshold)


def test_samples_that_are_all_alike_are_refused():
    with pytest.raises(InputError, match="All 20 samples have the same covariates"):
        _learned(np.ones((20, 2)), [1, 1], np.arange(20) % 5)


def test_alike_samples_in_several_folds_are_told_of():
    told = []
    X = np.repeat(RNG(0).normal(0, 1, (10, 2)), 5, axis=0)
    pairs = _pairs(np.arange(50) % 5)
    found = of_samples(
        _samples(X), np.ones(2), pairs, np.arange(50), "folds", RNG(0), progress=Progress(warn=told.append)
    )
    assert found.threshold == 0
    assert told[0].startswith("50 of 50 samples have the same covariates as one that their fold has learned from")


@pytest.fixture(scope="module")
def learned():
    """Return a model that goes by one of two covariates, and its samples at 12 stations."""
    rng = RNG(3)
    X = rng.normal(0, 1, (240, 2))
    samples = _samples(X, station=[f"s{i % 12:02d}" for i in range(240)])
    samples = Samples(
        samples.X, (0.25 + 0.03 * X[:, 0]).astype(np.float32), samples.names, samples.index, samples.facts
    )
    recipe = Recipe((Candidate.of("linear", {}),))
    return train(samples, recipe, FoldOptions(by="station", n_folds=4), seed=5), samples


def test_weights_are_the_importances_of_the_model(learned):
    model, samples = learned
    found = applicability(model, samples)
    assert found.importance[0] > 0.95
    assert found.importance.sum() == pytest.approx(1)
    assert applicability(model, samples, equal=True).importance.tolist() == [0.5, 0.5]


def test_the_threshold_goes_by_the_folds_of_the_model(learned):
    model, samples = learned
    found = applicability(model, samples, equal=True)
    assert found.folds == "4 folds by station"
    folds = np.full(len(samples), -1)
    for k, (_, test) in enumerate(make_folds(samples, FoldOptions(by="station", n_folds=4), seed=5)):
        folds[test] = k
    _, threshold, _, own = _by_the_formulas(samples.X, [0.5, 0.5], folds, samples.X[:1])
    npt.assert_allclose(found.training_index, own, rtol=1e-4, atol=1e-5)
    assert found.threshold == pytest.approx(threshold, rel=1e-4)


def test_without_folds_each_sample_is_held_against_all_others(learned):
    told = []
    _, samples = learned
    alone = train(samples, Recipe((Candidate.of("linear", {}),)), FoldOptions(n_folds=0))
    found = applicability(alone, samples, equal=True, progress=Progress(warn=told.append))
    *_, own = _by_the_formulas(samples.X, [0.5, 0.5], np.arange(len(samples)), samples.X[:1])
    npt.assert_allclose(found.training_index, own, rtol=1e-4, atol=1e-5)
    assert "trained without folds" in told[0]


def test_samples_with_gaps_count_for_nothing(learned):
    told = []
    model, samples = learned
    X = samples.X.copy()
    X[::10, 1] = np.nan
    gapped = Samples(X, samples.y, samples.names, samples.index, samples.facts)
    found = applicability(model, gapped, progress=Progress(warn=told.append))
    assert "24 of 240 samples lack a number" in told[0]
    assert len(found.reference) == 216
    assert found.rows[0] == 1
