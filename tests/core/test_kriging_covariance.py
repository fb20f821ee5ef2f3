# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariance of series and noise of days, against loops over all pairs and densities of scipy."""

import json

import numpy as np
import numpy.testing as npt
import pytest
from scipy.optimize import nnls
from scipy.stats import multivariate_normal

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging import covariance as module
from soilsharp.core.kriging import noise as noises
from soilsharp.core.kriging.cap import covariance_of_days
from soilsharp.core.kriging.cells import Cells
from soilsharp.core.kriging.covariance import (
    LAGS,
    LENGTHS,
    MEMORIES,
    SMOOTH,
    TINY,
    Component,
    Covariance,
    fit,
    products,
    sharing_noise,
)
from soilsharp.core.kriging.kernels import EXPONENTIAL, MATERN, Kernel
from soilsharp.core.kriging.noise import KERNELS, NUGGETS, find_noise, sill_of

CELLS = Cells((6, 5), 0.8)
DAYS = np.array([0, 1, 2, 4, 7, 12]).astype("datetime64[D]")


def _values(days=6, cells=CELLS, seed=1, gaps=0.3, noise=0.0, kind=EXPONENTIAL):
    """Return values with the covariance of a kernel of two cells, in m3 m-3."""
    rng = np.random.default_rng(seed)
    matrix = cells.matrix(Kernel(kind, 2.0), np.arange(cells.size))
    field = rng.multivariate_normal(np.zeros(cells.size), 0.0025 * matrix, days).reshape(days, *cells.shape)
    field += noise * rng.standard_normal(field.shape)
    field[rng.random(field.shape) < gaps] = np.nan
    return field


def test_mean_products_are_those_of_all_pairs():
    values = _values()
    number = DAYS.astype(int)
    sums, places = {}, np.argwhere(np.isfinite(values))
    for day, row, column in places:
        for other, down, right in places:
            lag = number[other] - number[day]
            distance = np.hypot(down - row, 0.8 * (right - column))
            if lag in LAGS and np.round(2 * distance) <= 16:
                one = values[day, row, column] * values[other, down, right]
                sums.setdefault((lag, int(np.round(2 * distance))), []).append((distance, one))
    expected = [
        (np.mean([d for d, _ in pairs]), lag, np.mean([p for _, p in pairs]), len(pairs))
        for (lag, _), pairs in sorted(sums.items())
        if len(pairs) > 20
    ]
    found = products(CELLS, values, DAYS)
    npt.assert_allclose(np.column_stack([found.distance, found.lag, found.value, found.pairs]), expected, atol=1e-9)
    # in whatever order the days come
    mixed = products(CELLS, values[::-1], DAYS[::-1])
    npt.assert_allclose(mixed.value, found.value, atol=1e-12)


def _correlation(kind, h):
    """Return the exponential of a distance, or Matern's of order 3/2."""
    return np.exp(-h) if kind == EXPONENTIAL else (1 + np.sqrt(3) * h) * np.exp(-np.sqrt(3) * h)


def test_a_smooth_series_with_noise_is_told_from_a_rough_one():
    cells, days = Cells((14, 14)), np.arange(20).astype("datetime64[D]")
    smooth_part = {}
    for kind in (EXPONENTIAL, MATERN):
        made = fit(cells, _values(20, cells, noise=0.02, kind=kind), days, 0.0004)
        of_smooth = sum(part.variance for part in made.components if part.kernel.kind == MATERN)
        smooth_part[kind] = of_smooth / sum(part.variance for part in made.components)
    assert smooth_part[MATERN] > 0.8 > smooth_part[EXPONENTIAL]


@pytest.mark.parametrize("noise", [None, 0.0004])
def test_the_fit_is_non_negative_least_squares(noise):
    values = _values(noise=0.02)
    found = products(CELLS, values, DAYS)
    inside = (np.arange(4) + 0.5) / 4 - 0.5
    kernels = [(EXPONENTIAL, length) for length in LENGTHS] + [(MATERN, length) for length in SMOOTH]
    rows = []
    for distance, lag in zip(found.distance, found.lag):
        row = []
        apart = np.array([
            np.hypot(distance + a - b, c - d) for a in inside for b in inside for c in inside for d in inside
        ])  # fmt: skip
        for kind, length in kernels:
            mean = _correlation(kind, apart / length).mean()
            for memory in MEMORIES:
                row.append(mean * (float(lag == 0) if memory == 0 else np.exp(-lag / memory)))
        alone = float(distance < 1e-9 and lag == 0)
        rows.append([*row, alone if noise is None else 0.0, -1.0])
    target = found.value - (noise or 0) * ((found.distance < 1e-9) & (found.lag == 0))
    weight = np.sqrt(found.pairs) / np.maximum(1, found.distance + 0.5)
    amount, _ = nnls(np.array(rows) * weight[:, None], target * weight)
    made = fit(CELLS, values, DAYS, noise)
    asked = {
        (*kernel, memory): a
        for a, (kernel, memory) in zip(amount, [(kernel, m) for kernel in kernels for m in MEMORIES])
        if a > 1e-9 * found.value[0]
    }
    assert {(c.kernel.kind, c.kernel.length, c.memory) for c in made.components} == set(asked)
    for part in made.components:
        assert part.variance == pytest.approx(asked[part.kernel.kind, part.kernel.length, part.memory], rel=1e-6)
    assert made.noise == pytest.approx(amount[-2] if noise is None else noise)


def test_a_fit_is_stopped_at_any_day_and_at_any_kernel(stop):
    cells, days = Cells((8, 8)), np.arange(12)
    values = 0.05 * np.random.default_rng(0).standard_normal((12, 8, 8))
    for work in (fit, covariance_of_days):
        looks = stop()
        work(cells, values, days, progress=Progress(stop_asked=looks))
        assert looks.looks >= 12
        with pytest.raises(Cancelled):
            work(cells, values, days, progress=Progress(stop_asked=stop(looks.looks)))


def test_noise_alone_and_nothing_at_all_still_give_a_covariance():
    white = np.random.default_rng(1).normal(0, 0.03, (12, 8, 8))
    cells, days = Cells((8, 8)), np.arange(12)
    assert fit(cells, white, days).sill < 0.0009
    assert fit(cells, np.zeros((12, 8, 8)), days).sill > 0
    few = np.full((12, 8, 8), np.nan)
    few[0, 0, 0] = 0.1
    assert fit(cells, few, days).sill > 0
    assert np.isfinite(fit(cells, np.full((12, 8, 8), np.nan), days).sill)


def _brief(variance, length, memory=0.0):
    return Component(variance, Kernel(MATERN, length), memory)


def test_noise_that_neighbours_share_is_new_every_day_and_reaches_few_cells():
    lasting, weather, near = _brief(0.0004, 2.0, 3.0), _brief(0.0002, 4.0), _brief(0.0001, 2.0)
    made = sharing_noise(Covariance((lasting, weather, near), 0.0003), np.arange(10))
    assert made.components == (lasting, weather)
    assert made.shared == (near,)
    assert made.noise == 0.0003
    assert made.sill + made.shared_noise == pytest.approx(0.0007)


def test_no_more_noise_is_shared_than_values_have_by_themselves():
    lasting, near, nearer = _brief(0.0004, 2.0, 3.0), _brief(0.0003, 2.0), _brief(0.0001, 1.0)
    made = sharing_noise(Covariance((lasting, near, nearer), 0.0001), np.arange(10))
    assert made.shared_noise == pytest.approx(0.0001)
    assert made.of_values.sill == pytest.approx(0.0008)
    npt.assert_allclose([c.variance for c in made.components], [0.0004, 0.000225, 0.000075])
    npt.assert_allclose([c.variance for c in made.shared], [0.000075, 0.000025])


def test_where_little_of_the_field_stays_no_noise_is_shared():
    known = Covariance((_brief(0.0001, 2.0, 3.0), _brief(0.0002, 2.0)), 0.0003)
    assert sharing_noise(known, np.arange(10)) is known


@pytest.mark.parametrize(
    ("noise", "days"), [(0.0, np.arange(10)), (0.0003, np.arange(0, 80, 8)), (0.0003, np.arange(3))]
)
def test_without_noise_or_days_that_follow_each_other_no_noise_is_shared(noise, days):
    known = Covariance((_brief(0.0004, 2.0, 3.0), _brief(0.0001, 2.0)), noise)
    assert sharing_noise(known, days) is known


def test_a_covariance_goes_through_json():
    made = fit(CELLS, _values(), DAYS)
    assert Covariance.from_dict(json.loads(json.dumps(made.as_dict()))) == made


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"components": [[1, 2]], "noise": 0},
        {"components": [["much", "exponential", 1, 1]], "noise": 0},
        {"components": [[-0.1, "exponential", 1, 1]], "noise": 0},
        {"components": [[0.1, "exponential", 0, 1]], "noise": 0},
        {"components": [[0.1, "exponential", 1, -1]], "noise": 0},
        {"components": [[0.1, "spherical", 1, 1]], "noise": 0},
        {"components": [[float("nan"), "exponential", 1, 1]], "noise": 0},
        {"components": [], "noise": 0},
        {"components": [[0.1, "exponential", 1, 1]], "noise": -0.1},
        {"components": [[0.1, "exponential", 1, 1]], "noise": float("nan")},
    ],
)
def test_what_is_no_covariance_is_said(wrong):
    with pytest.raises(InputError, match="no covariance"):
        Covariance.from_dict(wrong)


# --- noise ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", [Kernel(EXPONENTIAL, 1.0), Kernel(EXPONENTIAL, 8.0), Kernel(MATERN, 2.0)])
@pytest.mark.parametrize("nugget", [0.0, 0.1, 3.2])
def test_the_likelihood_is_that_of_normal_densities(kernel, nugget):
    values = _values(3, seed=4)
    parts = noises._parts(CELLS, values)
    assert len(parts) == 3
    found, sill = noises._likelihoods(CELLS, parts, (nugget,), noises.SILENT, (kernel,))[kernel, nugget]
    squares, count = 0.0, np.isfinite(values).sum()
    days = []
    for part in parts:
        matrix = CELLS.matrix(kernel, part.cells) + max(nugget, TINY) * np.eye(len(part.cells))
        inverse = np.linalg.inv(matrix)
        mean = (inverse @ part.values).sum() / inverse.sum()
        squares += (part.values - mean) @ inverse @ (part.values - mean)
        days.append((part.values - mean, matrix))
    assert sill == pytest.approx(squares / count, rel=1e-6)
    density = sum(multivariate_normal(cov=sill * matrix).logpdf(left) for left, matrix in days)
    # what is left out is the same for all candidates
    assert found == pytest.approx(density + 0.5 * count * (np.log(2 * np.pi) + 1), rel=1e-6)
    if not nugget:
        assert sill_of(CELLS, values, kernel) == pytest.approx(sill, rel=1e-9)


def test_candidates_are_weighted_by_likelihood():
    values = _values(4, noise=0.02)
    table = noises._likelihoods(CELLS, noises._parts(CELLS, values), NUGGETS, noises.SILENT)
    assert len(table) == len(KERNELS) * len(NUGGETS)
    best = max(likelihood for likelihood, _ in table.values())
    weights = {key: np.exp(found - best) for key, (found, _) in table.items() if np.exp(found - best) > 0.002}
    found = find_noise(CELLS, values)
    assert {(c.kernel, c.nugget) for c in found.candidates} == set(weights)
    assert sum(c.weight for c in found.candidates) == pytest.approx(1)
    for candidate in found.candidates:
        expected = weights[candidate.kernel, candidate.nugget] / sum(weights.values())
        assert candidate.weight == pytest.approx(expected)
    assert found.variance == pytest.approx(sum(c.weight * c.nugget * c.sill for c in found.candidates))
    assert not found.obeyed


def test_noise_that_was_put_in_is_found():
    cells = Cells((14, 14))
    assert find_noise(cells, _values(8, cells, noise=0.03)).sd == pytest.approx(0.03, rel=0.15)
    assert find_noise(cells, _values(8, cells)).sd < 0.008


def test_a_stated_error_is_obeyed_where_the_days_allow_it_or_it_is_forced():
    cells = Cells((12, 12))
    values = _values(6, cells, noise=0.03)
    right = find_noise(cells, values, stated=0.03)
    assert right.obeyed
    assert right.sd == pytest.approx(0.03)
    wrong = find_noise(cells, values, stated=0.1)
    assert not wrong.obeyed
    assert wrong.candidates == find_noise(cells, values).candidates
    forced = find_noise(cells, values, stated=0.1, forced=True)
    assert forced.obeyed
    assert forced.sd == pytest.approx(0.1)
    (candidate,) = forced.candidates
    assert candidate.nugget > 3  # more than all that there is: the map is nearly flat


@pytest.mark.parametrize("stated", [-0.01, np.nan, np.inf])
def test_a_stated_error_that_is_none_is_refused(stated):
    with pytest.raises(InputError, match="error"):
        find_noise(CELLS, _values(), stated=stated)


def test_too_few_cells_tell_nothing():
    assert find_noise(CELLS, np.full((2, 6, 5), np.nan)) is None
    assert find_noise(Cells((3, 3)), _values(5, Cells((3, 3)))) is None


@pytest.mark.parametrize("stated", [None, 0.04])
def test_a_product_without_variation_tells_nothing_of_noise(stated):
    found = find_noise(CELLS, np.full((3, 6, 5), 0.25, np.float32), stated)
    assert found.variance == 0
    assert not found.obeyed


def test_large_grids_are_looked_at_in_tiles_always_the_same():
    cells = Cells((40, 60))
    values = np.random.default_rng(1).normal(0.2, 0.05, (3, 40, 60))
    parts = noises._parts(cells, values)
    assert len(parts) == noises.MOST_PARTS
    for part in parts:
        row, column = np.divmod(part.cells, 60)
        assert np.ptp(row) < noises.TILE
        assert np.ptp(column) < noises.TILE
    found, again = find_noise(cells, values), find_noise(cells, values)
    assert found == again
    assert found.sd == pytest.approx(0.05, rel=0.1)


def test_large_grids_with_few_cells_here_and_there_are_not_given_up(monkeypatch):
    cells = Cells((90, 90))
    values = np.full((1, 90, 90), np.nan)
    monkeypatch.setattr(noises, "WHOLE", 300)
    values[0, ::3, ::3] = np.random.default_rng(1).normal(0.2, 0.05, (30, 30))
    assert find_noise(cells, values) is not None


def test_the_mean_that_was_taken_off_is_given_back(monkeypatch):
    monkeypatch.setattr(module, "FEWEST_PAIRS", 0)
    values = _values(6, gaps=0)
    made = fit(CELLS, values - values.mean(), DAYS)
    assert made.sill >= np.var(values) / 2
