# SPDX-License-Identifier: GPL-2.0-or-later
"""One raster for every day: lines, curves, two satellites, ages; files whole or none."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import savgol_filter

from soilsharp.core.base.errors import Cancelled, InputError, OptionError, SoilSharpError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.interpolate_series import interpolate_series
from soilsharp.core.preprocessing.settings import InterpolateOptions
from soilsharp.core.preprocessing.smoothing import savitzky_golay, smooth, whittaker
from soilsharp.core.rasters import dated_maps
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.raster import read_on, write_map

NAN = np.nan
GRID = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_003_000, 3_002_000))


def _write(folder, days, grid=GRID, name="ndvi"):
    """Write {day of May: value or array} as rasters."""
    for day, value in days.items():
        values = np.broadcast_to(np.asarray(value, np.float32), grid.shape)
        write_map(folder / f"{name}_202305{day:02d}.tif", values, grid, name=name, unit="1")
    return folder


def _read(folder, name="ndvi"):
    """Return {file name: upper left value}."""
    return {p.name: read_on(Source(str(p)), grid_of(p))[0, 0] for p in sorted(folder.glob(f"{name}_*.tif"))}


def _days(*numbers):
    return np.datetime64("2023-05-01") + np.array(numbers, int)


def test_every_day_gets_a_map_on_the_line_between_observations(tmp_path):
    _write(tmp_path / "in", {1: 1.0, 5: 3.0})
    out = interpolate_series(
        tmp_path / "in", tmp_path / "out", ages_folder=tmp_path / "ages", last=np.datetime64("2023-05-06")
    )
    assert [m.path.name for m in out.maps] == [f"ndvi_2023050{d}.tif" for d in range(1, 7)]
    npt.assert_allclose(list(_read(tmp_path / "out").values()), [1, 1.5, 2, 2.5, 3, 3])
    npt.assert_array_equal(list(_read(tmp_path / "ages", "ndvi_age").values()), [0, 1, 2, 1, 0, 1])
    with rasterio.open(tmp_path / "ages" / "ndvi_age_20230502.tif") as dataset:
        assert dataset.units == ("d",)
        assert dataset.tags()["date"] == "2023-05-02"
    with rasterio.open(tmp_path / "out" / "ndvi_20230502.tif") as dataset:
        assert dataset.units == ("1",)
    assert (tmp_path / "out" / "summary.csv").exists()


def test_a_pixel_that_is_hidden_takes_its_own_neighbours(tmp_path):
    hidden = np.ones(GRID.shape)
    hidden[0, 0] = NAN
    _write(tmp_path / "in", {1: 0.0, 3: 2 * hidden, 5: 8.0})
    interpolate_series(tmp_path / "in", tmp_path / "out", ages_folder=tmp_path / "ages")
    values = read_on(Source(str(tmp_path / "out" / "ndvi_20230503.tif")), GRID)
    assert values[0, 0] == 4.0
    assert values[1, 1] == 2.0
    age = read_on(Source(str(tmp_path / "ages" / "ndvi_age_20230503.tif")), GRID)
    assert age[0, 0] == 2
    assert age[1, 1] == 0


def test_terra_and_aqua_are_averaged_where_both_are_known_and_younger_counts(tmp_path):
    _write(tmp_path / "terra", {1: 1.0, 9: 5.0})
    _write(tmp_path / "aqua", {5: 9.0, 7: 9.0})
    options = InterpolateOptions(longest_gap_days=3)
    interpolate_series(
        tmp_path / "terra", tmp_path / "out", options, second=tmp_path / "aqua", ages_folder=tmp_path / "ages"
    )
    # day 1: Terra alone; 3: both within three days (held: 1 and 9); 5: Aqua alone; 9: both
    made = _read(tmp_path / "out")
    npt.assert_allclose([made[f"ndvi_2023050{d}.tif"] for d in (1, 3, 5, 9)], [1, 5, 9, 7])
    npt.assert_array_equal(list(_read(tmp_path / "ages", "ndvi_age").values()), [0, 1, 2, 1, 0, 1, 0, 1, 0])


def test_scale_period_and_name_are_as_asked(tmp_path):
    _write(tmp_path / "in", {1: 1000, 3: 3000})
    options = InterpolateOptions(scale=0.0001, name="greenness", method="hold")
    out = interpolate_series(
        tmp_path / "in", tmp_path / "out", options, first=np.datetime64("2023-05-02"), last=np.datetime64("2023-05-03")
    )
    assert [m.path.name for m in out.maps] == ["greenness_20230502.tif", "greenness_20230503.tif"]
    npt.assert_allclose(list(_read(tmp_path / "out", "greenness").values()), [0.1, 0.3], rtol=1e-6)


@pytest.mark.parametrize("method", ["linear", "hold", "nearest", "savitzky_golay", "whittaker"])
def test_many_windows_and_parts_equal_one(tmp_path, monkeypatch, method):
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_300_000, 3_290_000))
    rng = np.random.default_rng(1)
    values = {d: np.where(rng.random(grid.shape) < 0.3, NAN, rng.random(grid.shape)) for d in (1, 4, 9, 10, 15)}
    _write(tmp_path / "in", values, grid)
    options = InterpolateOptions(method=method, longest_gap_days=4, window_days=5)
    interpolate_series(tmp_path / "in", tmp_path / "one", options, ages_folder=tmp_path / "one_ages")
    monkeypatch.setattr(dated_maps, "MAX_OPEN", 8)
    monkeypatch.setattr("soilsharp.core.preprocessing.interpolate_series.VALUES", 1)
    interpolate_series(tmp_path / "in", tmp_path / "many", options, ages_folder=tmp_path / "many_ages")
    for kind in ("", "_ages"):
        names = sorted(p.name for p in (tmp_path / f"one{kind}").glob("*.tif"))
        assert len(names) == 15
        for name in names:
            one, many = (read_on(Source(str(tmp_path / f"{n}{kind}" / name)), grid) for n in ("one", "many"))
            npt.assert_allclose(many, one, rtol=1e-6, err_msg=name)
            assert 0 < np.isnan(one).mean() < 1 or np.isfinite(one).all()


# --- smoothing --------------------------------------------------------------------------------------------------------


def _dense_whittaker(y, weights, smoothness):
    """The same system, solved the plain way."""
    second = np.diff(np.eye(len(y)), n=2, axis=0)
    return np.linalg.solve(np.diag(weights) + smoothness * second.T @ second, weights * np.nan_to_num(y))


@given(st.integers(0, 500), st.sampled_from([0.1, 10.0, 1000.0, 1e5]))
def test_whittaker_agrees_with_the_plain_solution(seed, smoothness):
    rng = np.random.default_rng(seed)
    length = int(rng.integers(3, 40))
    when = np.sort(rng.choice(length, int(rng.integers(2, length + 1)), replace=False))
    stack = rng.random((len(when), 5)).astype(np.float32)
    stack[rng.random(stack.shape) < 0.2 * (seed % 2)] = NAN
    days = _days(*range(length))
    made = whittaker(_days(*when), stack, days, smoothness)
    for pixel in range(5):
        y = np.full(length, NAN)
        y[when] = stack[:, pixel]
        seen = np.isfinite(y)
        if seen.sum() >= 2:
            expected = _dense_whittaker(y, seen.astype(float), smoothness)
            npt.assert_allclose(made[:, pixel], expected, atol=1e-5 * max(1, abs(expected).max()))
        elif seen.sum() == 1:
            npt.assert_allclose(made[:, pixel], y[seen][0], rtol=1e-6)
        else:
            assert np.isnan(made[:, pixel]).all()


def test_whittaker_leaves_a_line_as_it_is_and_smooths_noise():
    when = np.arange(0, 96, 8)
    line = (0.1 + 0.01 * when).astype(np.float32)[:, None]
    days = _days(*range(89))
    npt.assert_allclose(whittaker(_days(*when), line, days, 1e4)[:, 0], 0.1 + 0.01 * np.arange(89), atol=1e-6)
    noisy = line + np.where(np.arange(12) % 2, 0.05, -0.05).astype(np.float32)[:, None]
    left = whittaker(_days(*when), noisy, days, 1e4)[when, 0] - line[:, 0]
    assert abs(left[3:-3]).max() < 0.02


def test_savitzky_golay_is_scipys_on_the_daily_line():
    when, values = np.array([0, 4, 8, 16]), np.array([1, 2, 0, 4], np.float32)
    made = savitzky_golay(_days(*when), values[:, None], _days(*range(5, 12)), 7, 2)[:, 0]
    daily = np.interp(np.arange(-10, 30), when, values)
    npt.assert_allclose(made, savgol_filter(daily, 7, 2)[15:22], rtol=1e-5)
    # an even window is made odd
    npt.assert_array_equal(savitzky_golay(_days(*when), values[:, None], _days(*range(5, 12)), 6, 2)[:, 0], made)


@pytest.mark.parametrize("method", ["savitzky_golay", "whittaker"])
def test_a_curve_is_unknown_beyond_the_longest_gap(method):
    options = InterpolateOptions(method=method, longest_gap_days=3, window_days=5)
    stack = np.array([[1, NAN], [2, NAN]], np.float32)
    made = smooth(options, _days(0, 10), stack, _days(*range(-4, 15)))
    npt.assert_array_equal(np.isfinite(made[:, 0]), [False, *[True] * 7, *[False] * 3, *[True] * 7, False])
    assert np.isnan(made[:, 1]).all()


def test_a_degree_that_needs_a_longer_window_is_refused():
    with pytest.raises(OptionError, match="degree 5 needs more than 5 days"):
        InterpolateOptions(method="savitzky_golay", window_days=5, degree=5)


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_damaged_raster_is_left_out_with_its_reason_and_the_others_are_done(tmp_path):
    _write(tmp_path / "in", {1: 1.0, 3: 9.0, 5: 3.0})
    (tmp_path / "in" / "ndvi_20230503.tif").write_bytes(b"II*\x00 no raster at all")
    told = []
    out = interpolate_series(tmp_path / "in", tmp_path / "out", progress=Progress(warn=told.append))
    assert [name for name, _ in out.refused] == ["ndvi_20230503.tif"]
    assert any("ndvi_20230503.tif" in line for line in told)
    npt.assert_allclose(list(_read(tmp_path / "out").values()), [1, 1.5, 2, 2.5, 3])


def test_a_raster_cut_short_is_left_out_when_that_shows(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_300_000, 3_300_000))
    noise = np.random.default_rng(1).random(grid.shape)
    _write(tmp_path / "in", {1: noise, 3: noise, 5: noise}, grid)
    cut = tmp_path / "in" / "ndvi_20230503.tif"
    whole = cut.read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    out = interpolate_series(tmp_path / "in", tmp_path / "out")
    assert [name for name, _ in out.refused] == ["ndvi_20230503.tif"]
    npt.assert_allclose(read_on(Source(str(tmp_path / "out" / "ndvi_20230503.tif")), grid), noise, rtol=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"folder": "in"}, "holds the rasters. Choose another folder"),
        ({"source": "nowhere"}, "No raster files"),
        ({"first": np.datetime64("2023-06-01"), "last": np.datetime64("2023-05-01")}, "ends .* before it begins"),
        ({"options": InterpolateOptions(date="%Y-%m-%d")}, "holds no date written as"),
        (
            {"first": np.datetime64("2024-01-01"), "last": np.datetime64("2024-01-02")},
            f"No day from .* within {InterpolateOptions().longest_gap_days} days; the",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_done_leaves_nothing(tmp_path, words, message):
    _write(tmp_path / "in", {1: 1.0})
    words = {"source": "in", "folder": "out", **words}
    paths = {key: tmp_path / words.pop(key) for key in ("source", "folder")}
    with pytest.raises(SoilSharpError, match=message):
        interpolate_series(**paths, **words)
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_hours_are_not_smoothed_but_taken_at_an_hour(tmp_path):
    for hour, value in ((0, 1.0), (12, 3.0)):
        write_map(tmp_path / "in" / f"t2m_20230501{hour:02d}.tif", np.full(GRID.shape, value), GRID)
    with pytest.raises(InputError, match="whittaker smooths days"):
        interpolate_series(tmp_path / "in", tmp_path / "out", InterpolateOptions(method="whittaker"))
    interpolate_series(tmp_path / "in", tmp_path / "out", InterpolateOptions(hour=6))
    npt.assert_allclose(list(_read(tmp_path / "out", "t2m").values()), [2])


def test_a_cancel_leaves_nothing(tmp_path):
    _write(tmp_path / "in", dict.fromkeys(range(1, 20), 1.0))
    asked = []
    progress = Progress(stop_asked=lambda: asked.append(1) or len(asked) > 6)
    with pytest.raises(Cancelled):
        interpolate_series(tmp_path / "in", tmp_path / "out", ages_folder=tmp_path / "ages", progress=progress)
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_rasters_that_are_scaled_already_are_not_scaled_again(tmp_path):
    whole = {"driver": "GTiff", "dtype": "int16", "count": 1, "crs": GRID.crs, "transform": GRID.transform}
    (tmp_path / "in").mkdir()
    for day, value in ((1, 4000), (3, 6000)):
        path = tmp_path / "in" / f"ndvi_2023050{day}.tif"
        with rasterio.open(path, "w", width=3, height=2, **whole) as dataset:
            dataset.write(np.full((1, 2, 3), value, np.int16))
    _write(tmp_path / "in", {5: 0.8})
    told = []
    interpolate_series(
        tmp_path / "in", tmp_path / "out", InterpolateOptions(scale=1e-4), progress=Progress(warn=told.append)
    )
    npt.assert_allclose(list(_read(tmp_path / "out").values()), [0.4, 0.5, 0.6, 0.7, 0.8], rtol=1e-6)
    assert told == [
        "Most rasters hold whole numbers, but 1 of 3 decimals: ndvi_20230505.tif. By their values these "
        "are scaled already; the others are multiplied by 0.0001."
    ]


def _write_as(folder, kinds):
    """Write rasters of one value each, by day: (value, type)."""
    folder.mkdir()
    for day, (value, kind) in kinds.items():
        profile = {"driver": "GTiff", "dtype": kind, "count": 1, "crs": GRID.crs, "transform": GRID.transform}
        with rasterio.open(folder / f"ndvi_2023050{day}.tif", "w", width=3, height=2, **profile) as dataset:
            dataset.write(np.full((1, 2, 3), value, kind))


def test_raw_numbers_that_became_decimals_are_scaled_as_the_others(tmp_path):
    # as in case 20
    _write_as(tmp_path / "in", {1: (5000, "int16"), 2: (6000, "float32"), 3: (0.55, "float32"), 4: (7000, "int16")})
    told = []
    options, progress = InterpolateOptions(scale=1e-4), Progress(warn=told.append)
    interpolate_series(tmp_path / "in", tmp_path / "out", options, progress=progress)
    npt.assert_allclose(list(_read(tmp_path / "out").values()), [0.5, 0.6, 0.55, 0.7], rtol=1e-6)
    assert [line.split("decimals: ")[1] for line in told] == [
        "ndvi_20230503.tif. By their values these are scaled already; the others are multiplied by 0.0001.",
        "ndvi_20230502.tif. By their values these are not scaled yet; the others are multiplied by 0.0001.",
    ]


def test_decimals_of_a_third_kind_are_refused(tmp_path):
    _write_as(tmp_path / "in", {1: (5000, "int16"), 2: (60, "float32"), 3: (7000, "int16")})
    with pytest.raises(InputError, match=r"20230502.tif holds decimals of about 60, which are neither .* about 6000"):
        interpolate_series(tmp_path / "in", tmp_path / "out", InterpolateOptions(scale=1e-4))


@pytest.mark.parametrize("kind", ["int16", "float32"])
def test_raw_numbers_among_indices_are_left_out(tmp_path, kind):
    _write_as(tmp_path / "in", {1: (0.5, "float32"), 2: (6000, kind), 3: (0.6, "float32"), 4: (0.7, "float32")})
    outcome = interpolate_series(tmp_path / "in", tmp_path / "out")
    npt.assert_allclose(list(_read(tmp_path / "out").values()), [0.5, 0.55, 0.6, 0.7], rtol=1e-6)
    ((name, why),) = outcome.refused
    assert name.endswith("ndvi_20230502.tif")
    assert "Its values, about 6000, are of another kind than those of the 3 other rasters, at most 0.7" in why
