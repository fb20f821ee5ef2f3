# SPDX-License-Identifier: GPL-2.0-or-later
"""Dates in file names, and the rules that give a value for a day."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.base.errors import InputError
from soilsharp.core.rasters.dates import (
    TwoDates,
    day_in_name,
    day_of,
    guess_date_pattern,
    map_name,
    time_in_name,
    without_day,
)
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import aligned, read_on, write_map
from soilsharp.core.rasters.series import Series, ages, apply_rule
from soilsharp.core.rasters.settings import Rule
from soilsharp.core.study.entries import RasterEntry

NAN = np.nan


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("sm_20230501.tif", "%Y%m%d"),
        ("SMAP_L3E_9km_2023-05-01_AM.tif", "%Y-%m-%d"),
        ("MOD13Q1.A2023121.h18v04.061.2023150012345.tif", "A%Y%j"),
        ("SMAP_L3_SM_P_20230501_R17000_002_867a5e36.tif", "%Y%m%d"),
        ("SMAP_L4_SM_gph_20230501T103000_Vv6030.tif", "%Y%m%d"),
        ("MOD13A1_NDVI_2023_121.tif", "%Y_%j"),
        ("chirps-v2.0.2023.05.01.tif", "%Y.%m.%d"),
        ("MOD13Q1_A2023121_20230620.tif", "A%Y%j"),  # as in case 09
        ("20230620_MOD13Q1_A2023121.tif", "A%Y%j"),
        ("MOD11A1.061_LST_Day_1km_doy2023121_aid0001.tif", "doy%Y%j"),
        ("SMAP_L3_SM_P_E_20230501_R18290_001_20230620.tif", "%Y%m%d"),
        ("S1A_IW_GRDH_1SDV_20230501T052711_20230501T052736_048337_05D05E_2023-06-20.tif", "%Y%m%d"),
        ("S3A_SL_2_LST____20230501T093000_20230501T093300_20230620T101010_0179.tif", "%Y%m%d"),
        ("LC08_L2SP_195027_20230501_20230510_02_T1_ST_B10.tif", "%Y%m%d"),
    ],
)
def test_dates_are_found_in_the_names_that_products_have(name, pattern):
    guessed = guess_date_pattern([name])
    assert guessed == pattern
    assert day_in_name(name, guessed) == np.datetime64("2023-05-01")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["sm_2023-05-01_20230620.tif", "sm_2023-05-09_20230629.tif"], "2023-05-01 and 2023-06-20"),
        (["made20230620_sm_2023121.tif"], "2023-06-20 and 2023-05-01"),
        (["made_20230620_sm_20230501.tif", "made_20230629_sm_20230509.tif"], "2023-06-20 and 2023-05-01"),
    ],
)
def test_names_with_two_days_are_asked_for(names, words, tmp_path):
    with pytest.raises(TwoDates, match=f"'{names[0]}' holds two days, {words}: one may be that of the observation"):
        guess_date_pattern(names)
    with pytest.raises(TwoDates, match="holds two days"):
        day_of(tmp_path / names[0])
    # a day that is written twice is one
    assert guess_date_pattern(["sm_2023-05-01_20230501.tif"]) == "%Y-%m-%d"


def test_a_name_is_what_stands_before_its_days():
    for days in ("20230501", "20230501_20230516", "A2023121_20230620", "doy2023121", "2023-05-01 2023.05.16"):
        assert without_day(f"ndvi_{days}") == "ndvi"


def test_names_without_a_date_are_refused():
    with pytest.raises(InputError, match="Found no date"):
        guess_date_pattern(["elevation.tif"])
    with pytest.raises(InputError, match="no date written as %Y%m%d"):
        day_in_name("sm_20231399.tif", "%Y%m%d")


def test_names_of_maps_hold_their_day():
    day = np.datetime64("2023-05-01")
    name = map_name("soil_moisture", day)
    assert name == "soil_moisture_20230501.tif"
    assert (day_of(name), without_day(name[:-4])) == (day, "soil_moisture")
    assert map_name("sand") == "sand.tif"
    assert day_of("sand.tif") is None


def test_files_come_in_the_order_of_their_days(tmp_path):
    for name in ("b_20230501.tif", "a_20230503.tif", ".hidden_20230502.tif", "note.txt"):
        (tmp_path / name).touch()
    series = Series.from_files(tmp_path)
    assert [str(d) for d in series.days] == ["2023-05-01", "2023-05-03"]
    assert len(series.between(np.datetime64("2023-05-02"), np.datetime64("2023-05-09"))) == 1
    (tmp_path / "c_20230503.tif").touch()
    with pytest.raises(InputError, match="the same day"):
        Series.from_files(tmp_path)
    with pytest.raises(InputError, match="No raster files"):
        Series.from_files(tmp_path / "*.nc")


def _days(*numbers):
    return np.datetime64("2023-05-01") + np.array(numbers, int)


def _one(rule, when, values, wanted, **settings):
    stack = np.array(values, np.float32)[:, None, None]
    return apply_rule(Rule(rule=rule, **settings), _days(*when), stack, _days(*wanted))[:, 0, 0]


def test_linear_passes_gaps_of_single_pixels_and_holds_at_the_ends():
    result = _one("linear", (0, 8, 16), (1, NAN, 3), (0, 4, 8, 12, 16, 20))
    npt.assert_allclose(result, [1, 1.5, 2, 2.5, 3, 3])


def test_nothing_is_used_beyond_the_longest_gap():
    npt.assert_allclose(_one("linear", (0, 20), (1, 3), (4, 10, 16), longest_gap_days=5), [1, NAN, 3])
    npt.assert_allclose(_one("hold", (0, 20), (1, 3), (4, 6, 19, 20), longest_gap_days=5), [1, NAN, NAN, 3])
    npt.assert_allclose(_one("nearest", (0, 20), (1, 3), (4, 10, 16), longest_gap_days=5), [1, NAN, 3])


def test_hold_never_looks_ahead_and_nearest_does():
    npt.assert_allclose(_one("hold", (2, 10), (1, 3), (0, 2, 9)), [NAN, 1, 1])
    npt.assert_allclose(_one("nearest", (2, 10), (1, 3), (0, 6, 7, 99), longest_gap_days=9), [1, 1, 3, NAN])


def test_sums_and_means_before_the_day_with_and_without_it():
    when, rain = (0, 1, 2, 3), (1, 2, 4, 8)
    npt.assert_allclose(_one("sum_before", when, rain, (2, 3), days=3), [7, 14])
    npt.assert_allclose(_one("sum_before", when, rain, (3, 4), days=3, with_day=False), [7, 14])
    npt.assert_allclose(_one("mean_before", when, rain, (1, 3), days=2), [1.5, 6])


def test_a_sum_with_a_missing_day_is_unknown_not_small():
    npt.assert_allclose(_one("sum_before", (0, 2, 3), (1, 4, 8), (2, 3), days=2), [NAN, 12])
    npt.assert_allclose(_one("sum_before", (0, 1), (1, NAN), (1,), days=2), [NAN])


def test_same_day_and_no_rasters_at_all():
    npt.assert_allclose(_one("same_day", (1, 3), (5, 7), (0, 1, 2, 3, 4)), [NAN, 5, NAN, 7, NAN])
    assert np.isnan(_one("linear", (), np.empty(0), (0, 1))).all()


@given(st.data())
def test_rules_agree_with_numpy_pixel_by_pixel(data):
    n = data.draw(st.integers(1, 8))
    when = sorted(data.draw(st.sets(st.integers(0, 40), min_size=n, max_size=n)))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    stack = np.where(rng.random((n, 6)) < 0.3, NAN, rng.random((n, 6))).astype(np.float32)
    wanted = np.arange(-3, 44)
    made = apply_rule(Rule(rule="linear", longest_gap_days=366), _days(*when), stack, _days(*wanted))
    for pixel in range(6):
        seen = np.isfinite(stack[:, pixel])
        if seen.any():
            expected = np.interp(wanted, np.array(when)[seen], stack[seen, pixel])
            npt.assert_allclose(made[:, pixel], expected, rtol=1e-5)
        else:
            assert np.isnan(made[:, pixel]).all()


@given(rule=st.sampled_from(["same_day", "nearest", "hold", "linear", "sum_before", "mean_before"]),
       gap=st.integers(0, 12), length=st.integers(1, 6), start=st.integers(0, 30), count=st.integers(1, 9))  # fmt: skip
def test_what_a_rule_asks_for_is_all_that_it_needs(rule, gap, length, start, count):
    when = np.arange(0, 40, 2)
    rule = Rule(rule=rule, longest_gap_days=gap, days=length)
    series = Series(_days(*when), tuple(map(str, when)))
    days = _days(*range(start, start + count))
    stack = np.random.default_rng(1).random((len(when), 3)).astype(np.float32)
    needed = series.needed(rule, days)
    part = stack[[int(s) // 2 for s in needed.sources]].reshape(-1, 3)
    npt.assert_array_equal(apply_rule(rule, needed.days, part, days), apply_rule(rule, series.days, stack, days))


# --- hours ------------------------------------------------------------------------------------------------------------


def _hours(*numbers):
    return np.datetime64("2023-05-01T00", "h") + np.array(numbers, int)


def _hourly(rule, when, values, wanted, **settings):
    stack = np.array(values, np.float32)[:, None]
    return apply_rule(Rule(rule=rule, **settings), _hours(*when), stack, _days(*wanted))[:, 0]


@pytest.mark.parametrize(
    ("name", "pattern", "time"),
    [
        ("tp_2023050106.tif", "%Y%m%d%H", "2023-05-01T06"),
        ("tp_20230501T06.tif", "%Y%m%dT%H", "2023-05-01T06"),
        ("SMAP_L4_SM_gph_20230501T103000_Vv6030.tif", "%Y%m%d", "2023-05-01"),
    ],
)
def test_hours_are_found_in_names(name, pattern, time):
    assert guess_date_pattern([name]) == pattern
    assert time_in_name(name, pattern) == np.datetime64(time)
    assert day_in_name(name, pattern) == np.datetime64("2023-05-01")
    # told to, the hour is read wherever it stands
    assert time_in_name("gph_20230501T103000.tif", "%Y%m%dT%H") == np.datetime64("2023-05-01T10")


def test_a_series_of_hours_keeps_its_hours_and_knows_its_days(tmp_path):
    for hour in (3, 6, 9):
        (tmp_path / f"tp_202305010{hour}.tif").touch()
    (tmp_path / "tp_2023050206.tif").touch()
    series = Series.from_files(tmp_path)
    assert series.hourly
    assert series.times.dtype == "datetime64[h]"
    assert [str(d) for d in series.days] == ["2023-05-01"] * 3 + ["2023-05-02"]
    # the last day is inside with all its hours
    assert len(series.between(np.datetime64("2023-05-01"), np.datetime64("2023-05-01"))) == 3
    at_six = series.at_hour(6)
    assert not at_six.hourly
    assert [str(d) for d in at_six.days] == ["2023-05-01", "2023-05-02"]
    with pytest.raises(InputError, match=r"No raster is of hour 12 .UTC.; there are those of 3, 6, 9"):
        series.at_hour(12)


def test_sums_over_hours_end_at_the_hour():
    # the raster of an hour stands for the hour before it: from midnight to 3 are those of 1, 2 and 3
    when, rain = range(48), 2.0 ** np.arange(48)
    npt.assert_allclose(_hourly("sum_before", when, rain, (0,), hours=3, hour=3), [2 + 4 + 8])
    npt.assert_allclose(_hourly("mean_before", when, rain, (0,), hours=3, hour=3), [14 / 3])
    # across midnight
    npt.assert_allclose(_hourly("sum_before", when, rain, (1,), hours=4, hour=1), [sum(rain[22:26])])
    # the first hour of the series is missing for the longest one that could be
    npt.assert_allclose(_hourly("sum_before", when, rain, (0, 1), hours=8, hour=6), [NAN, sum(rain[23:31])])


def test_sums_over_days_of_hourly_rasters_are_those_of_whole_days():
    when, rain = range(1, 73), np.arange(1, 73)
    assert _hourly("sum_before", when, rain, (0,), days=1)[0] == sum(range(1, 25))
    npt.assert_allclose(_hourly("sum_before", when, rain, (1, 2), days=1, with_day=False), [300, 876])
    assert _hourly("mean_before", when, rain, (2,), days=3)[0] == 36.5


def test_a_missing_hour_or_pixel_makes_the_sum_unknown():
    assert np.isnan(_hourly("sum_before", (1, 2, 4), (1, 1, 1), (0,), hours=4, hour=4)).all()
    assert np.isnan(_hourly("sum_before", (1, 2, 3, 4), (1, NAN, 1, 1), (0,), hours=4, hour=4)).all()
    assert _hourly("sum_before", (1, 2, 3, 4), (1, NAN, 1, 1), (0,), hours=2, hour=4)[0] == 2


def test_a_sum_over_hours_is_refused_where_rasters_have_none():
    with pytest.raises(InputError, match="sum over 72 hours needs rasters with an hour"):
        _one("sum_before", (0, 1), (1, 2), (1,), hours=72)


def test_values_at_an_hour_and_between_hours():
    npt.assert_allclose(_hourly("same_day", (6, 18, 30), (1, 2, 3), (0, 1, 2), hour=6), [1, 3, NAN])
    npt.assert_allclose(_hourly("linear", (0, 24), (0, 24), (0,), hour=6), [6])
    npt.assert_allclose(_hourly("hold", (5, 7), (1, 2), (0,), hour=6), [1])
    npt.assert_allclose(_hourly("nearest", (3, 7), (1, 2), (0,), hour=6), [2])
    # a longest gap of one day is 24 hours
    npt.assert_allclose(_hourly("hold", (6,), (1,), (0, 1, 2), hour=6, longest_gap_days=1), [1, 1, NAN])
    npt.assert_allclose(_hourly("hold", (6,), (1,), (1,), hour=7, longest_gap_days=1), [NAN])


@given(rule=st.sampled_from(["same_day", "nearest", "hold", "linear", "sum_before", "mean_before"]),
       gap=st.integers(0, 2), hours=st.integers(0, 60), hour=st.integers(0, 23), start=st.integers(0, 4))  # fmt: skip
def test_what_a_rule_asks_for_of_hours_is_all_that_it_needs(rule, gap, hours, hour, start):
    rule = Rule(rule=rule, longest_gap_days=gap, days=2, hours=hours, hour=hour)
    series = Series(_hours(*range(120)), tuple(map(str, range(120))))
    stack = np.random.default_rng(1).random((120, 3)).astype(np.float32)
    days = _days(start, start + 1)
    needed = series.needed(rule, days)
    part = stack[[int(s) for s in needed.sources]].reshape(-1, 3)
    npt.assert_array_equal(apply_rule(rule, needed.times, part, days), apply_rule(rule, series.times, stack, days))


# --- several files of one time ----------------------------------------------------------------------------------------


def test_morning_and_evening_of_one_day_are_averaged_when_told(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_002_000, 3_002_000))
    maps = {"AM": [[1, NAN], [3, NAN]], "PM": [[2, 5], [NAN, NAN]]}
    for half, values in maps.items():
        write_map(tmp_path / f"sm_20230501_{half}.tif", np.array(values, np.float32), grid)
    write_map(tmp_path / "sm_20230502_AM.tif", np.ones((2, 2)), grid)
    with pytest.raises(InputError, match=r"_AM.tif and sm_20230501_PM.tif in .* the same day; keep one .*averaged"):
        Series.from_files(tmp_path)
    series = Series.from_files(tmp_path, several="mean", scale=10.0)
    assert [str(d) for d in series.days] == ["2023-05-01", "2023-05-02"]
    expected = [[15, 50], [30, NAN]]
    npt.assert_array_equal(read_on(series.sources[0], grid), expected)
    npt.assert_array_equal(read_on(series.sources[1], grid), np.full((2, 2), 10))
    rows, columns = np.array([0, 1]), np.array([0, 0])
    with aligned(series.sources[0], grid) as reader:
        npt.assert_array_equal(reader.read_cells(rows, columns), [15, 30])
        out = np.empty((2, 2), np.float32)
        assert reader.read(out=out) is out
    npt.assert_array_equal(out, expected)


# --- ages -------------------------------------------------------------------------------------------------------------


def _ages(rule, when, values, wanted, **settings):
    known = np.isfinite(np.array(values, float))[:, None]
    return ages(Rule(rule=rule, **settings), _days(*when), known, _days(*wanted))[:, 0]


def test_ages_are_days_to_the_nearest_real_observation():
    too_late = 16 + Rule().longest_gap_days + 1
    when, values, wanted = (0, 8, 16), (1, NAN, 3), (0, 1, 8, 9, 16, 18, too_late)
    npt.assert_array_equal(_ages("linear", when, values, wanted), [0, 1, 8, 7, 0, 2, NAN])
    npt.assert_array_equal(_ages("nearest", when, values, wanted), [0, 1, 8, 7, 0, 2, NAN])
    npt.assert_array_equal(_ages("hold", when, values, wanted), [0, 1, 8, 9, 0, 2, NAN])
    npt.assert_array_equal(_ages("same_day", when, values, wanted), [0, NAN, NAN, NAN, 0, NAN, NAN])
    npt.assert_array_equal(_ages("sum_before", (0, 1), (1, 1), (0, 1), days=2), [NAN, 0])
    npt.assert_array_equal(_ages("sum_before", (0, 1), (1, 1), (2,), days=2, with_day=False), [1])
    assert np.isnan(_ages("linear", (), np.empty(0), (0, 1))).all()


def test_ages_of_hours_are_parts_of_a_day():
    known = np.ones((2, 1), bool)
    made = ages(Rule(rule="hold", hour=6), _hours(0, 24), known, _days(0, 1, 2))[:, 0]
    npt.assert_array_equal(made, [0.25, 0.25, 1.25])


@given(rule=st.sampled_from(["same_day", "nearest", "hold", "linear", "sum_before"]), seed=st.integers(0, 99))
def test_there_is_an_age_wherever_there_is_a_value(rule, seed):
    rng = np.random.default_rng(seed)
    stack = np.where(rng.random((9, 4)) < 0.4, NAN, 1).astype(np.float32)
    times, days = _days(*np.sort(rng.choice(30, 9, replace=False))), _days(*range(-4, 34))
    rule = Rule(rule=rule, longest_gap_days=3, days=2)
    made = ages(rule, times, np.isfinite(stack), days)
    npt.assert_array_equal(np.isfinite(made), np.isfinite(apply_rule(rule, times, stack, days)))


def test_hours_are_refused_where_one_raster_a_day_is_needed():
    series = Series(_hours(1, 2), ("a", "b"))
    with pytest.raises(InputError, match="The rasters of maps have an hour in their names; one raster a day"):
        series.of_days("maps")
    assert Series(_days(1), ("a",)).of_days("maps").days[0] == np.datetime64("2023-05-02")


def test_the_first_days_of_a_sum_have_a_value_scaled_by_the_days_that_are_known():
    first = np.datetime64("2023-05-01")
    times, stack = first + np.arange(4), np.array([[1.0], [2.0], [NAN], [4.0]], np.float32)
    days = first + np.arange(-1, 6)
    for fraction, expected in ((0.1, [NAN, 3, 4.5, 4.5, 9, 12, 12]), (0.5, [NAN, NAN, 4.5, 4.5, 9, NAN, NAN])):
        rule = Rule(rule="sum_before", days=3, min_valid_fraction=fraction)
        npt.assert_allclose(apply_rule(rule, times, stack, days)[:, 0], expected, rtol=1e-6)
        mean = apply_rule(Rule(rule="mean_before", days=3, min_valid_fraction=fraction), times, stack, days)[:, 0]
        npt.assert_allclose(mean, np.array(expected) / 3, rtol=1e-6)
        old = ages(rule, times, np.isfinite(stack), days)[:, 0]
        npt.assert_array_equal(old, np.where(np.isnan(expected), NAN, [NAN, 0, 0, 1, 0, 1, 2]))


def test_whole_sums_are_the_same_to_the_bit_whatever_fraction_is_enough():
    rng = np.random.default_rng(1)
    times, stack = np.datetime64("2023-05-01") + np.arange(9), rng.random((9, 40)).astype(np.float32)
    for statistic in ("sum", "mean"):
        whole, some = (
            apply_rule(Rule(rule=f"{statistic}_before", days=4, min_valid_fraction=f), times, stack, times)
            for f in (1.0, 0.2)
        )
        npt.assert_array_equal(whole[3:], some[3:])
        assert np.isnan(whole[:3]).all()
        assert np.isfinite(some).all()


def test_the_last_value_may_hold_to_the_end_but_not_over_a_gap_in_the_middle():
    first = np.datetime64("2023-05-01")
    times, stack = first + np.array([0, 20, 24]), np.array([[1.0, 5.0], [2.0, NAN], [3.0, NAN]], np.float32)
    days = first + np.array([0, 3, 10, 20, 27, 40, 400])
    rule = Rule(rule="linear", longest_gap_days=4)
    short = [[1, 5], [1, 5], [NAN, NAN], [2, NAN], [3, NAN], [NAN, NAN], [NAN, NAN]]
    npt.assert_array_equal(apply_rule(rule, times, stack, days), short)
    long = Rule(rule="linear", longest_gap_days=4, hold_last=True)
    held = [[1, 5], [1, 5], [NAN, NAN], [2, NAN], [3, 5], [3, 5], [3, 5]]
    npt.assert_array_equal(apply_rule(long, times, stack, days), held)
    old = [[0, 0], [3, 3], [NAN, NAN], [0, NAN], [3, 27], [16, 40], [376, 400]]
    npt.assert_array_equal(ages(long, times, np.isfinite(stack), days), old)


def test_what_is_needed_to_hold_the_last_value_is_the_end_of_the_series(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 1000, (0, 0, 2000, 1000))
    for day in ("0501", "0520", "0524"):
        write_map(tmp_path / f"x_2023{day}.tif", np.ones(grid.shape), grid)
    series = Series.from_files(tmp_path)
    rule = Rule(rule="linear", longest_gap_days=4, hold_last=True)
    needed = series.needed(rule, np.array(["2023-12-31"], "datetime64[D]"))
    assert [str(day) for day in needed.times] == ["2023-05-20", "2023-05-24"]
    # in a gap the raster after it says that the series goes on
    assert str(series.needed(rule, np.array(["2023-05-10"], "datetime64[D]")).times[-1]) >= "2023-05-20"


def test_composites_may_be_brought_to_their_middle(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 1000, (0, 0, 2000, 1000))
    write_map(tmp_path / "ndvi_20230501.tif", np.ones(grid.shape), grid)
    entry = RasterEntry(files=str(tmp_path), shift_days=8)
    assert [str(day) for day in entry.series(tmp_path).times] == ["2023-05-09"]
    assert entry.as_json()["shift_days"] == 8
    hours = Series(np.array(["2023-05-01T06"], "datetime64[h]"), ())
    assert str(hours.shifted(-1).times[0]) == "2023-04-30T06"
