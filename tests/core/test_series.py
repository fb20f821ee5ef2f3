# SPDX-License-Identifier: GPL-2.0-or-later
"""Dates in file names, and the rules that give a value for a day."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.errors import InputError
from soilsharp.core.series import Series, apply_rule, day_in_name, guess_date_pattern
from soilsharp.core.settings import Rule

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
    ],
)
def test_dates_are_found_in_the_names_that_products_have(name, pattern):
    guessed = guess_date_pattern([name])
    assert guessed == pattern
    assert day_in_name(name, guessed) == np.datetime64("2023-05-01")


def test_names_without_a_date_are_refused():
    with pytest.raises(InputError, match="Found no date"):
        guess_date_pattern(["elevation.tif"])
    with pytest.raises(InputError, match="no date written as %Y%m%d"):
        day_in_name("sm_20231399.tif", "%Y%m%d")


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
