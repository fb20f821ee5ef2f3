# SPDX-License-Identifier: GPL-2.0-or-later
"""The smooth field as a whole: means kept on any pair of grids, what never changes, and bad input."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging import field as fields
from soilsharp.core.kriging.band import LEAST_QUANTILE, Bands, covariance_of_bands, factor
from soilsharp.core.kriging.cells import Cells, FineMaps
from soilsharp.core.kriging.covariance import Component, Covariance
from soilsharp.core.kriging.field import SERIES, SmoothField
from soilsharp.core.kriging.kernels import EXPONENTIAL, MATERN, NODES, Kernel
from soilsharp.core.kriging.krige import krige_day, krige_series
from soilsharp.core.kriging.noise import Candidate
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.overlap import Overlap

COARSE = Grid.from_bounds("EPSG:3035", 9000, (4_000_000, 3_000_000, 4_054_000, 3_054_000))
UTM = Grid.from_bounds("EPSG:32632", 9000, (570_000, 5_535_000, 624_000, 5_589_000))
PAIRS = {
    "nested": (COARSE, Grid.from_bounds("EPSG:3035", 1000, COARSE.bounds)),
    "half a pixel apart": (COARSE, Grid.from_bounds("EPSG:3035", 1000, (3_999_500, 2_999_500, 4_054_500, 3_054_500))),
    "not nested": (COARSE, Grid.from_bounds("EPSG:3035", 1300, (4_001_700, 2_998_100, 4_056_300, 3_052_700))),
    "few pixels a cell": (COARSE, Grid.from_bounds("EPSG:3035", 5000, (4_000_000, 3_000_000, 4_055_000, 3_055_000))),
    "degrees in UTM": (UTM, Grid.from_bounds(WGS84, 0.012, (9.97, 49.93, 10.83, 50.47))),
    "UTM in degrees": (
        Grid.from_bounds(WGS84, 0.1, (10.1, 49.95, 10.7, 50.45)),
        Grid.from_bounds("EPSG:32632", 1000, (580_000, 5_536_000, 624_000, 5_589_000)),
    ),
    "within one cell": (COARSE, Grid.from_bounds("EPSG:3035", 500, (4_020_000, 3_020_000, 4_024_000, 3_023_000))),
}
NODAY = np.array([], "datetime64[D]")


def _days(count):
    return np.datetime64("2023-05-01") + np.arange(count)


def _smooth(cells, days=1, seed=1):
    """Return values without noise, m3 m-3."""
    rng = np.random.default_rng(seed)
    matrix = cells.matrix(Kernel(EXPONENTIAL, 3.0), np.arange(cells.size))
    return 0.25 + 0.04 * rng.multivariate_normal(np.zeros(cells.size), matrix, days).reshape(days, *cells.shape)


def _only(field, **words):
    return next(field.nodes(field.days[:1], **words))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("coast", [False, True])
@pytest.mark.parametrize("how", ["day", "series"])
def test_without_noise_the_means_over_cells_are_the_coarse_values(pair, coast, how):
    coarse, fine = PAIRS[pair]
    overlap = Overlap(coarse, fine)
    cells = Cells.of(overlap)
    maps = FineMaps(cells, overlap)
    valid = np.ones(fine.shape, bool)
    if coast:
        row, column = np.indices(fine.shape) / np.array(fine.shape)[:, None, None]
        valid = row + 0.5 * column + 0.1 * np.sin(40 * column) > 0.4
    averaging = maps.averaging(valid)
    values = _smooth(cells, 3)
    values[:, 1, 2] = np.nan
    if how == "day":
        nodes = krige_day(cells, [Candidate(1.0, Kernel(EXPONENTIAL, 4.0), 0.0, 1.0)], values[0], averaging)
    else:
        covariance = Covariance((Component(0.002, Kernel(EXPONENTIAL, 4.0), 5.0),), 0.0)
        found = krige_series(cells, covariance, values - 0.25, _days(3), _days(1), [averaging])
        nodes = 0.25 + next(found)
    map_ = maps.read(nodes)
    assert np.isfinite(map_).all()
    assert np.nanmin(values[0]) - 0.1 < map_.min()
    assert map_.max() < np.nanmax(values[0]) + 0.1
    if coast and pair == "few pixels a cell":
        return  # all that is valid of some cells is one pixel that they share: their means cannot differ
    means = overlap.mean(np.where(valid, map_, np.nan))
    known = np.isfinite(means) & np.isfinite(values[0])
    assert known.any()
    npt.assert_allclose(means[known], values[0][known], atol=1.1e-5)


VALUES = hnp.arrays(
    float,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7),
    elements=st.one_of(st.floats(0, 0.6), st.just(np.nan)),
)


@settings(max_examples=40)
@given(VALUES)
def test_any_day_is_a_map_or_is_known_not_to_be(values):
    field = SmoothField(Cells(values.shape), values[None], _days(1))
    nodes, band = _only(field), field.band(_days(1)[0])
    if not np.isfinite(values).any():
        assert not field.has(_days(1)[0])
        assert np.isnan(nodes).all()
        assert np.isnan(band.sd).all()
        return
    assert field.has(_days(1)[0])
    assert np.isfinite(nodes).all()
    assert np.isfinite(band.sd).all()
    assert np.isfinite(band.z).all()
    spread = np.nanmax(values) - np.nanmin(values)
    assert np.nanmin(values) - spread - 1e-6 <= nodes.min()
    assert nodes.max() <= np.nanmax(values) + spread + 1e-6


@settings(max_examples=25)
@given(
    hnp.arrays(float, (5, 6), elements=st.one_of(st.floats(0, 0.5, width=32), st.just(np.nan))), st.floats(-0.2, 0.4)
)
def test_a_constant_moves_the_map_and_nothing_else(values, constant):
    if np.isfinite(values).sum() < 2 or np.nanmax(values) - np.nanmin(values) < 0.01:
        return
    cells = Cells((5, 6))
    plain, moved = (SmoothField(cells, v[None], _days(1)) for v in (values, values + constant))
    npt.assert_allclose(_only(moved), _only(plain) + constant, atol=1e-5)
    npt.assert_allclose(moved.band(_days(1)[0]).sd, plain.band(_days(1)[0]).sd, rtol=1e-3, atol=1e-6)


@settings(max_examples=20)
@given(
    hnp.arrays(float, (6, 6), elements=st.floats(0, 0.5)),
    st.sampled_from([Kernel(EXPONENTIAL, 1.0), Kernel(EXPONENTIAL, 8.0), Kernel(MATERN, 1.0)]),
)
def test_without_noise_means_are_kept_whatever_the_values(values, kernel):
    cells = Cells((6, 6))
    nodes = krige_day(cells, [Candidate(1.0, kernel, 0.0, 1.0)], values)
    means = nodes.reshape(8, 4, 8, 4).mean((1, 3))[1:-1, 1:-1]
    # a trace of a millionth of the sill is always there
    npt.assert_allclose(means, values, atol=1e-4)


@pytest.mark.parametrize("count", [1, SERIES + 2])
def test_same_input_same_bytes(count):
    cells = Cells((8, 9))
    values = _smooth(cells, count)
    values[:, 2:5, 3] = np.nan

    def made():
        field = SmoothField(cells, values, _days(count))
        bands = [field.band(day) for day in field.days[:2]]
        return [part.tobytes() for part in (*field.nodes(field.days), *(b.sd for b in bands), *(b.z for b in bands))]

    assert made() == made()


@pytest.mark.parametrize("count", [1, 3, SERIES, SERIES + 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_product_without_variation_is_the_flat_map(count, dtype):
    cells = Cells((6, 6))
    field = SmoothField(cells, np.full((count, 6, 6), 0.3, dtype), _days(count))
    assert field.noise.sd == 0
    for nodes in field.nodes(field.days):
        npt.assert_allclose(nodes, 0.3, atol=1e-6)
    band = field.band(field.days[0])
    assert band.sd.max() < 1e-4
    assert np.isfinite(band.z).all()


@pytest.mark.parametrize("count", [1, 2, SERIES])
def test_one_cell_is_the_flat_map(count):
    values = np.linspace(0.2, 0.3, count).reshape(-1, 1, 1)
    field = SmoothField(Cells((1, 1)), values, _days(count))
    for nodes, value in zip(field.nodes(field.days), values.ravel()):
        assert np.isfinite(nodes).all()
        assert nodes.mean() == pytest.approx(value, abs=0.05)
    assert np.isfinite(field.band(field.days[0]).sd).all()


@pytest.mark.parametrize("shape", [(1, 12), (12, 1), (2, 2)])
@pytest.mark.parametrize("count", [1, SERIES])
def test_grids_of_one_row_or_column_have_maps(shape, count):
    field = SmoothField(Cells(shape), np.random.default_rng(1).uniform(0.1, 0.4, (count, *shape)), _days(count))
    for nodes in field.nodes(field.days):
        assert np.isfinite(nodes).all()
    assert np.isfinite(field.band(field.days[0]).sd).all()


def test_a_day_all_gaps_is_filled_in_a_series_and_unknown_alone():
    cells = Cells((8, 8))
    values = _smooth(cells, SERIES + 1)
    values[5] = np.nan
    series = SmoothField(cells, values, _days(SERIES + 1))
    assert series.has(series.days[5])
    filled = next(series.nodes(series.days[5:6]))
    assert np.isfinite(filled).all()
    assert len(series.band(series.days[5]).z) == 0
    few = SmoothField(cells, values[4:7], _days(3))
    assert [few.has(day) for day in few.days] == [True, False, True]
    before, missing, after = few.nodes(few.days)
    assert np.isfinite(before).all()
    assert np.isfinite(after).all()
    assert np.isnan(missing).all()
    assert np.isnan(few.band(few.days[1]).sd).all()
    assert not few.has(np.datetime64("2030-01-01"))


@pytest.mark.parametrize("count", [1, SERIES])
def test_nothing_at_all_is_known_to_be_nothing(count):
    field = SmoothField(Cells((6, 6)), np.full((count, 6, 6), np.nan), _days(count))
    assert not any(field.has(day) for day in field.days)
    assert all(np.isnan(nodes).all() for nodes in field.nodes(field.days))
    assert SmoothField(Cells((6, 6)), np.empty((0, 6, 6)), NODAY).has(_days(1)[0]) is False


def test_infinite_values_are_gaps():
    cells = Cells((6, 6))
    values = _smooth(cells)
    gap = values.copy()
    values[0, 2, 3], gap[0, 2, 3] = np.inf, np.nan
    npt.assert_array_equal(_only(SmoothField(cells, values, _days(1))), _only(SmoothField(cells, gap, _days(1))))


def test_values_outside_of_what_soil_can_hold_still_make_a_map():
    cells = Cells((6, 6))
    values = 100 * _smooth(cells)  # percent
    values[0, 0, 0] = -9999
    assert np.isfinite(_only(SmoothField(cells, values, _days(1)))).all()


def test_wrong_shapes_days_and_errors_are_said():
    cells = Cells((6, 6))
    with pytest.raises(InputError, match=r"\(1, 6, 5\)"):
        SmoothField(cells, np.zeros((1, 6, 5)), _days(1))
    with pytest.raises(InputError, match=r"\(2, 6, 6\)"):
        SmoothField(cells, np.zeros((2, 6, 6)), _days(1))
    with pytest.raises(InputError, match="rise"):
        SmoothField(cells, np.zeros((2, 6, 6)), _days(2)[::-1])
    with pytest.raises(InputError, match="rise"):
        SmoothField(cells, np.zeros((2, 6, 6)), _days(1).repeat(2))
    with pytest.raises(InputError, match="error"):
        SmoothField(cells, np.zeros((1, 6, 6)), _days(1), stated=-1)


@pytest.mark.parametrize("count", [3, SERIES])
def test_single_precision_is_as_good(count):
    cells = Cells((8, 8))
    values = _smooth(cells, count).astype(np.float32)
    single, double = (SmoothField(cells, v, _days(count)) for v in (values, values.astype(float)))
    npt.assert_array_equal(_only(single), _only(double))


@pytest.mark.parametrize("count", [1, SERIES])
def test_noise_is_smoothed_away_and_means_are_those_of_the_field(count):
    cells = Cells((14, 14))
    truth = _smooth(cells, count, seed=3)
    noisy = truth + np.random.default_rng(5).normal(0, 0.03, truth.shape)
    field = SmoothField(cells, noisy, _days(count))
    means = _only(field).reshape(16, 4, 16, 4).mean((1, 3))[1:-1, 1:-1]
    assert np.std(means - truth[0]) < 0.75 * np.std(noisy[0] - truth[0])
    forced = SmoothField(cells, noisy, _days(count), stated=0.03, forced=True)
    assert forced.noise.sd == pytest.approx(0.03)
    assert forced.noise.obeyed


def test_work_is_stopped(stop):
    cells = Cells((12, 12))
    values = _smooth(cells, SERIES)
    with pytest.raises(Cancelled):
        SmoothField(cells, values, _days(SERIES), progress=Progress(stop_asked=stop(2)))
    field = SmoothField(cells, values, _days(SERIES))
    with pytest.raises(Cancelled):
        list(field.nodes(field.days, progress=Progress(stop_asked=stop(2))))
    with pytest.raises(Cancelled):
        field.band(field.days[0], Progress(stop_asked=stop(1)))


def _stays_and_noise(seed):
    """Return the field of 60 days: what stays, a change of all cells together, noise of 0.02 m3 m-3, and gaps."""
    rng = np.random.default_rng(seed)
    change = np.zeros(60)
    for day in range(1, 60):
        change[day] = 0.7 * change[day - 1] + rng.normal(0, 0.02)
    values = 0.25 + rng.normal(0, 0.03, (14, 14)) + change[:, None, None] + rng.normal(0, 0.02, (60, 14, 14))
    values[rng.random(values.shape) < 0.4] = np.nan
    return SmoothField(Cells((14, 14)), values, np.arange(60))


def _shared_noise(seed):
    """Return the truth at cells of 40 days, a field that stays for days, and it with noise that neighbours share."""
    rng = np.random.default_rng(seed)
    cells = Cells((12, 12))
    field = rng.multivariate_normal(np.zeros(144), cells.matrix(Kernel(EXPONENTIAL, 2.0), np.arange(144)), 40)
    for day in range(1, 40):
        field[day] = 0.8 * field[day - 1] + 0.6 * field[day]
    shared = rng.multivariate_normal(np.zeros(144), cells.matrix(Kernel(MATERN, 1.0), np.arange(144)), 40)
    truth = 0.25 + 0.03 * field.reshape(40, 12, 12)
    values = truth + 0.015 * shared.reshape(40, 12, 12) + rng.normal(0, 0.015, (40, 12, 12))
    values[rng.random(values.shape) < 0.3] = np.nan
    return cells, truth, values


def test_a_series_is_freed_of_noise_that_neighbours_share(monkeypatch):
    def errors(seed):
        cells, truth, values = _shared_noise(seed)
        field = SmoothField(cells, values, _days(40))
        nodes = np.array(list(field.nodes(field.days)))[:, NODES:-NODES, NODES:-NODES]
        means = nodes.reshape(40, 12, NODES, 12, NODES).mean((2, 4))
        return field.shared_noise, np.sqrt(np.mean((means - truth)[np.isfinite(values)] ** 2))

    freed = [errors(seed) for seed in range(3)]
    assert all(0.005 < found < 0.02 for found, _ in freed)
    monkeypatch.setattr(fields, "sharing_noise", lambda covariance, _days: covariance)
    kept = [errors(seed) for seed in range(3)]
    assert [found for found, _ in kept] == [0.0] * 3
    assert np.mean([error for _, error in freed]) < 0.95 * np.mean([error for _, error in kept])


def test_who_states_the_noise_states_the_whole():
    cells, _, values = _shared_noise(0)
    assert SmoothField(cells, values, _days(40)).shared_noise > 0
    stated = SmoothField(cells, values, _days(40), stated=0.02, forced=True)
    assert stated.noise.sd == pytest.approx(0.02)
    assert stated.shared_noise == 0


def test_a_band_has_no_less_noise_than_the_map_so_that_no_factor_blows_it_up():
    of_field, of_alone = [], []
    for seed in range(4):
        field = _stays_and_noise(seed)
        above = field.values - np.nanmean(field.values)
        alone = covariance_of_bands(field.cells, above, field.days)
        given = covariance_of_bands(field.cells, above, field.days, least_noise=field.noise.variance)
        assert alone.noise < given.noise == field.noise.variance
        assert given.components == alone.components
        bands = Bands(field.cells, alone)
        for day in field.days[10:50:10]:
            of_field.append(field.band(day).z)
            of_alone.append(bands.of(above, field.days, day).z)
    # with the noise that least squares find alone, left-out values lie farther off than the band says
    assert factor(of_alone) > LEAST_QUANTILE
    assert factor(of_field) == pytest.approx(LEAST_QUANTILE, abs=1e-3)
