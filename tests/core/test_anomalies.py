# SPDX-License-Identifier: GPL-2.0-or-later
"""Anomalies: numbers worked by hand, pandas as oracle, and what must hold for any series."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.base.errors import OptionError
from soilsharp.core.scoring.anomalies import KINDS, anomalies, anomaly_pairs
from soilsharp.core.scoring.settings import AnomalyOptions

SHORT = AnomalyOptions(window=3, min_days=2)


def days_from(first, n):
    return np.datetime64(first, "D") + np.arange(n)


def test_short_term_anomalies_against_numbers_worked_by_hand():
    # means of three days: (.1 + .2) / 2, (.1 + .2 + .6) / 3, (.2 + .6) / 2; the day alone after a gap has none
    values, days = np.array([0.1, 0.2, 0.6, 0.5]), np.array(["2023-05-01", "2023-05-02", "2023-05-03", "2023-05-09"])
    found = anomalies(values, days.astype("datetime64[D]"), "short_term", SHORT)
    npt.assert_allclose(found, [-0.05, -0.1, 0.2, np.nan], atol=1e-12)


def test_seasonal_anomalies_against_numbers_worked_by_hand():
    # one day in each of three years: the mean of 29 and 30 June and 1 July over the years is that of the three values
    days = np.array(["2021-06-30", "2022-07-01", "2023-06-29", "2023-12-24"], "datetime64[D]")
    found = anomalies(np.array([0.1, 0.2, 0.6, 0.5]), days, "seasonal", AnomalyOptions(window=5, min_days=3))
    npt.assert_allclose(found, [-0.2, -0.1, 0.3, np.nan], atol=1e-12)


def test_the_year_is_a_ring_and_leap_days_move_nothing():
    days = np.array(["2020-12-31", "2021-01-01", "2022-01-01", "2020-03-01", "2021-03-01", "2022-03-01"], "datetime64")
    values = np.array([0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
    found = anomalies(values, days, "seasonal", AnomalyOptions(window=3, min_days=3))
    npt.assert_allclose(found, [-0.1, 0, 0.1] * 2, atol=1e-12)


def test_two_years_are_no_climatology():
    days = np.concatenate([days_from("2021-05-01", 60), days_from("2022-05-01", 60)])
    assert np.isnan(anomalies(np.linspace(0.1, 0.4, 120), days, "seasonal")).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 7, 35]), st.integers(2, 3))
def test_short_term_anomalies_are_those_of_pandas(seed, window, least):
    rng = np.random.default_rng(seed)
    days = days_from("2022-12-01", 120)[np.sort(rng.choice(120, 70, replace=False))]
    values = rng.uniform(0, 0.5, (70, 2))
    values[rng.random((70, 2)) < 0.2] = np.nan
    frame = pd.DataFrame(values, index=pd.DatetimeIndex(days)).reindex(pd.date_range(days[0], days[-1]))
    mean = frame.rolling(window, center=True, min_periods=least).mean().loc[pd.DatetimeIndex(days)]
    found = anomalies(values, days, "short_term", AnomalyOptions(window=window, min_days=least))
    npt.assert_allclose(found, values - mean.to_numpy(), atol=1e-12)


def test_seasonal_anomalies_are_those_of_plain_loops():
    rng = np.random.default_rng(3)
    days = days_from("2019-01-01", 5 * 365)[np.sort(rng.choice(5 * 365, 700, replace=False))]
    values, options = rng.uniform(0, 0.5, 700), AnomalyOptions(window=31, min_days=5)
    # distance in days of a leap year, around its end
    in_2020 = np.array([np.datetime64(f"2020-{str(day)[5:]}") for day in days])
    for i in range(0, 700, 23):
        apart = np.abs((in_2020 - in_2020[i]).astype(int))
        near = np.minimum(apart, 366 - apart) <= 15
        assert len({str(day)[:4] for day in days[near]}) >= 3
        npt.assert_allclose(anomalies(values, days, "seasonal", options)[i], values[i] - values[near].mean())


@given(st.sampled_from(list(KINDS)), st.floats(-0.2, 0.2), st.integers(0, 2**32 - 1))
def test_a_shift_of_a_series_and_the_order_of_its_days_change_no_anomaly(kind, shift, seed):
    rng = np.random.default_rng(seed)
    days, values = days_from("2020-01-01", 4 * 366), rng.uniform(0.1, 0.4, 4 * 366)
    order = rng.permutation(len(days))
    found = anomalies(values, days, kind)
    npt.assert_allclose(anomalies(values + shift, days, kind), found, atol=1e-12)
    npt.assert_allclose(anomalies(values[order], days[order], kind), found[order], atol=1e-12)
    assert np.isfinite(found).all()


def test_the_cycle_of_the_year_is_no_seasonal_anomaly():
    days = days_from("2019-01-01", 4 * 365 + 1)
    season = 0.25 + 0.1 * np.sin(2 * np.pi * pd.DatetimeIndex(days).dayofyear.to_numpy() / 365.25)
    left = anomalies(season, days, "seasonal")
    assert np.abs(left).max() < 0.02 * np.ptp(season)


def test_pairs_depart_from_the_mean_of_their_own_station_on_the_days_that_all_know():
    days = days_from("2023-05-01", 3)
    pairs = pd.DataFrame(
        {
            "station": ["a", "b"] * 3,
            "date": np.repeat(days, 2).astype("datetime64[ns]"),
            "observed": [0.1, 0.5, 0.2, 0.5, 0.6, 0.5],
            "map": [0.1, 0.3, 0.2, np.nan, 0.6, 0.3],
        }
    )
    found = anomaly_pairs(pairs, ["observed", "map"], "short_term", SHORT)
    assert found["station"].tolist() == ["a"] * 3  # b has two days that are too far apart
    npt.assert_allclose(found["observed"], [-0.05, -0.1, 0.2], atol=1e-12)
    npt.assert_allclose(found["map"], found["observed"])
    assert not len(anomaly_pairs(pairs, ["observed", "map"], "seasonal", SHORT))


def test_a_window_has_limits():
    with pytest.raises(OptionError, match="window"):
        AnomalyOptions(window=2)
    with pytest.raises(OptionError, match="10 valid days are asked for in a window of 9 days"):
        AnomalyOptions(window=9, min_days=10)
