# SPDX-License-Identifier: GPL-2.0-or-later
"""Standard deviations and left-out values from the nearest neighbours, against all values at once."""

import numpy as np
import numpy.testing as npt
import pytest
from scipy.stats import norm

from soilsharp.core.base.errors import Cancelled
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging import band as module
from soilsharp.core.kriging.band import NODES, Bands, band_of_day, covariance_of_bands, factor
from soilsharp.core.kriging.cells import Cells
from soilsharp.core.kriging.covariance import Component, Covariance, fit_products, products
from soilsharp.core.kriging.kernels import EXPONENTIAL, Kernel
from soilsharp.core.kriging.noise import sill_of
from soilsharp.core.kriging.solve import System

SERIES = Covariance(
    (
        Component(0.0020, Kernel(EXPONENTIAL, 2.0), 5.0),
        Component(0.0008, Kernel(EXPONENTIAL, 4.0), np.inf),
        Component(0.0004, Kernel(EXPONENTIAL, 0.5), 0.0),
    ),
    noise=0.0003,
)


def _values(cells, days=1, seed=1, gaps=0.4):
    """Return values with gaps in swaths, as satellites leave them."""
    rng = np.random.default_rng(seed)
    matrix = cells.matrix(Kernel(EXPONENTIAL, 4.0), np.arange(cells.size))
    field = rng.multivariate_normal(np.zeros(cells.size), 0.0025 * matrix, days).reshape(days, *cells.shape)
    across = np.add(*np.indices(cells.shape) * np.array([0.35, 1])[:, None, None])
    for day in range(days):
        away = np.abs(across - rng.uniform(across.min(), across.max()))
        field[day][away < np.quantile(away, gaps)] = np.nan
    return field


def _dense(cells, covariance, values, days, target, mean_known=True):
    """Return variance at the nodes of a day and left-out z of its values, from all values."""
    seen = np.isfinite(values)
    inverse = np.linalg.inv(System(cells, covariance, seen, days).matrix())
    day, row, column = np.nonzero(seen)
    lag = np.abs(days[day].astype("datetime64[D]").astype(int) - int(target.astype("datetime64[D]").astype(int)))
    nodes = [(n + 2 * cells.margin) * NODES for n in cells.shape]
    first = [(-(n - 1) - cells.margin) * NODES for n in cells.shape]
    place = [(np.arange(f, (n + cells.margin) * NODES) + 0.5) / NODES - 0.5 for f, n in zip(first, cells.shape)]
    to_nodes = np.zeros((len(row), *nodes))
    for part in covariance.components:
        fading = (lag == 0) * 1.0 if part.memory == 0 else np.exp(-lag / part.memory)
        table = part.kernel.to_cell(*place, cells.aspect)
        for i in range(len(row)):
            top, left = (cells.shape[0] - 1 - row[i]) * NODES, (cells.shape[1] - 1 - column[i]) * NODES
            to_nodes[i] += part.variance * fading[i] * table[top : top + nodes[0], left : left + nodes[1]]
    to_nodes = to_nodes.reshape(len(row), -1)
    variance = covariance.sill - (to_nodes * (inverse @ to_nodes)).sum(0)
    if not mean_known:
        ones = inverse.sum(0)
        variance += (1 - ones @ to_nodes) ** 2 / ones.sum()
        inverse = inverse - np.outer(ones, ones) / ones.sum()
    left_out = (inverse @ values[seen]) / np.sqrt(np.diag(inverse))
    return variance.reshape(nodes), left_out[days[day] == target]


def _compare(made, dense):
    """Ask for standard deviations and quantiles of left-out values within 3 percent of the dense ones."""
    variance, left_out = dense
    npt.assert_allclose(made.sd, np.sqrt(variance), rtol=0.03)
    assert made.z.shape == left_out.shape
    for level in (0.5, 0.9):
        assert np.quantile(np.abs(made.z), level) == pytest.approx(np.quantile(np.abs(left_out), level), rel=0.03)
    assert np.std(made.z) == pytest.approx(np.std(left_out), rel=0.03)
    assert np.corrcoef(made.z, left_out)[0, 1] > 0.99


def test_bands_of_900_cells_are_within_3_percent_of_dense_ones():
    cells, today = Cells((30, 30)), np.zeros(1, "datetime64[D]")
    covariance = Covariance((Component(0.0025, Kernel(EXPONENTIAL, 4.0)),), 0.0)
    values = _values(cells)
    for mean_known in (True, False):
        made = Bands(cells, covariance, mean_known).of(values, today, today[0])
        _compare(made, _dense(cells, covariance, values, today, today[0], mean_known))
    seen = np.isfinite(values[0])
    assert made.z.shape == (seen.sum(),)
    inner = made.sd.reshape(32, NODES, 32, NODES).mean((1, 3))[1:-1, 1:-1]
    assert inner[seen].max() < inner[~seen].mean()


def test_bands_of_a_series_are_within_3_percent_of_dense_ones():
    cells = Cells((10, 10), 0.8)
    days = np.array([0, 1, 2, 4, 5, 7, 8]).astype("datetime64[D]")
    values = _values(cells, len(days))
    made = Bands(cells, SERIES).of(values, days, days[3])
    _compare(made, _dense(cells, SERIES, values, days, days[3]))
    # days that are farther than four have no say
    far = np.append(days, np.datetime64("1971-01-01"))
    again = Bands(cells, SERIES).of(np.concatenate([values, values[:1]]), far, days[3])
    npt.assert_array_equal(again.sd, made.sd)


def test_a_day_that_was_not_seen_has_a_band_from_its_neighbours():
    cells, days = Cells((10, 10)), np.array([0, 2]).astype("datetime64[D]")
    between = Bands(cells, SERIES).of(_values(cells, 2, gaps=0), days, np.datetime64("1970-01-02"))
    assert len(between.z) == 0
    assert np.sqrt(0.0004) < between.sd.min() < between.sd.max() < np.sqrt(SERIES.sill)
    nothing = Bands(cells, SERIES).of(np.full((2, 10, 10), np.nan), days, days[0])
    npt.assert_allclose(nothing.sd, np.sqrt(SERIES.sill), rtol=1e-6)


def test_a_day_alone_takes_the_likeliest_sill():
    cells, today = Cells((12, 12)), np.zeros(1, "datetime64[D]")
    values = _values(cells)
    made = band_of_day(cells, values[0])
    covariance = Covariance((Component(sill_of(cells, values, module.KERNEL), module.KERNEL),), 0.0)
    _compare(made, _dense(cells, covariance, values, today, today[0], mean_known=False))
    assert np.std(made.z) == pytest.approx(1, abs=0.3)


def _rough_and_noise(cells, days=30, rough=0.03, noise=0.01, length=0.25, seed=4):
    """Return a rough field that stays, and noise that is new every day, about their mean, and the days."""
    rng = np.random.default_rng(seed)
    matrix = cells.matrix(Kernel(EXPONENTIAL, length), np.arange(cells.size))
    stays = rough * np.linalg.cholesky(matrix + 1e-9 * np.eye(cells.size)) @ rng.standard_normal(cells.size)
    values = stays.reshape(cells.shape) + noise * rng.standard_normal((days, *cells.shape))
    return values - values.mean(), np.arange(days)


@pytest.mark.parametrize("seed", range(3))
def test_the_rougher_counts_of_what_cells_cannot_tell_apart(seed):
    cells = Cells((12, 12))
    values, days = _rough_and_noise(cells, seed=seed)
    made = covariance_of_bands(cells, values, days)
    means = products(cells, values, days)
    plain, rough = (
        fit_products(means, values, smooth=smooth, lengths=module.ROUGH_LENGTHS) for smooth in (True, False)
    )
    assert plain.inside() <= made.inside() <= max(plain.inside(), rough.inside())
    of_a_cell = float(cells.matrix(Kernel(EXPONENTIAL, 0.25), np.arange(1))[0, 0])
    assert made.inside() == pytest.approx(0.03**2 * (1 - of_a_cell), rel=0.5)
    assert made.noise == pytest.approx(0.01**2, rel=0.3)
    assert not any(component.kernel.length == 0.5 for component in made.components)


def test_noise_alone_leaves_a_band_of_what_cannot_be_told_from_it():
    cells = Cells((12, 12))
    noise = 0.02 * np.random.default_rng(0).standard_normal((12, 12, 12))
    made = covariance_of_bands(cells, noise - noise.mean(), np.arange(12))
    assert made.sill >= 0.9 * 0.02**2 * np.sqrt(2 / noise.size)
    nothing = covariance_of_bands(cells, np.zeros((12, 12, 12)), np.arange(12))
    assert 0 < nothing.sill < 1e-9


def test_the_fit_of_a_band_is_stopped(stop):
    cells = Cells((8, 8))
    values, days = _rough_and_noise(cells, 12)
    with pytest.raises(Cancelled):
        covariance_of_bands(cells, values, days, Progress(stop_asked=stop(14)))


def test_the_factor_is_the_quantile_but_never_below_the_normal_one():
    z = np.random.default_rng(1).standard_normal((5, 1000))
    assert factor(list(0.5 * z)) == pytest.approx(norm.ppf(0.95))
    assert factor(list(2 * z)) == pytest.approx(np.quantile(np.abs(2 * z), 0.9))
    assert factor(list(2 * z), 0.5) == pytest.approx(np.quantile(np.abs(2 * z), 0.5))
    assert factor([]) == pytest.approx(norm.ppf(0.95))


def test_a_band_is_stopped(stop):
    cells = Cells((20, 20))
    with pytest.raises(Cancelled):
        band_of_day(cells, _values(cells)[0], Progress(stop_asked=stop(2)))


def test_one_cell_and_cells_of_one_value_have_a_band():
    one = band_of_day(Cells((1, 1)), np.array([[0.25]]))
    assert np.isfinite(one.sd).all()
    assert np.isfinite(one.z).all()
    # one value tells nothing of what lies inside its cell
    assert one.sd.min() > 0.02
    lonely = np.full((6, 6), np.nan)
    lonely[2, 2] = 0.25
    sd = band_of_day(Cells((6, 6)), lonely).sd
    assert sd.min() > 0.02
    assert sd.max() > 0.1
    flat = band_of_day(Cells((6, 6)), np.full((6, 6), 0.25))
    assert flat.sd.max() < 1e-4
    assert np.isfinite(flat.z).all()
