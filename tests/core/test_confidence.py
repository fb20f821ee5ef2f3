# SPDX-License-Identifier: GPL-2.0-or-later
"""Confidence intervals of scores, and who wins class by class."""

import math

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

from soilsharp.core.scoring.confidence import SCORES, effective, intervals, mean_interval, persistence
from soilsharp.core.scoring.head_to_head import head_to_head, static_classes, winners
from soilsharp.core.scoring.metrics import scores

DAY = np.datetime64("2021-01-01")
REPEATS = 300


def _ar1(rho, shape, rng):
    """Return first-order autoregressive values of mean 0 and variance 1 along the last axis."""
    steps = rng.standard_normal(shape)
    steps[..., 1:] *= np.sqrt(1 - rho**2)
    return lfilter([1], [1, -rho], steps, axis=-1)


def _coverage(cases, truth, **how):
    """Return how often the intervals of (predicted, observed, cluster, date) hold the true scores."""
    hits = dict.fromkeys(truth, 0)
    for case in cases:
        found = intervals(*case, **how)
        for name, value in truth.items():
            hits[name] += found[name][0] < value < found[name][1]
    return {name: count / len(cases) for name, count in hits.items()}


def _naive(predicted, observed):
    """Return the textbook intervals of independent pairs."""
    n, error = len(predicted), predicted - observed
    step = stats.t.ppf(0.975, n - 1) * error.std(ddof=1) / math.sqrt(n)
    squares = ((error - error.mean()) ** 2).sum()
    r = stats.pearsonr(predicted, observed)[0]
    return {
        "bias": (error.mean() - step, error.mean() + step),
        "ubrmse": tuple(np.sqrt(squares / stats.chi2.ppf([0.975, 0.025], n - 1))),
        "r": tuple(np.tanh(np.arctanh(r) + np.array([-1, 1]) * stats.norm.ppf(0.975) / math.sqrt(n - 3))),
    }


def test_independent_pairs_have_the_intervals_of_textbooks():
    rng = np.random.default_rng(0)
    observed = rng.random(80)
    predicted = observed + 0.2 * rng.standard_normal(80) + 0.03
    found = intervals(predicted, observed)
    assert found["n"] == found["n_eff"] == 80
    for name, pair in _naive(predicted, observed).items():
        npt.assert_allclose(found[name], pair, rtol=1e-9)


def test_narrower_levels_lie_inside_wider_ones():
    rng = np.random.default_rng(1)
    observed = rng.random(60)
    predicted, days = observed + 0.1 * rng.standard_normal(60), DAY + np.arange(60)
    for how in ({"date": days}, {"cluster": np.arange(60) // 6}, {"cluster": np.arange(60) // 6, "date": days}):
        wide, narrow = (intervals(predicted, observed, level=level, **how) for level in (0.95, 0.5))
        value = scores(predicted, observed)
        for name in SCORES:
            assert wide[name][0] < narrow[name][0] < value[name] < narrow[name][1] < wide[name][1], (name, how)


def test_effective_size_of_a_long_series_is_that_of_bretherton():
    assert effective(0.8, np.arange(20_000)) == pytest.approx(20_000 * 0.2 / 1.8, rel=0.01)
    assert effective(0.0, np.arange(50)) == 50
    # two values of correlation 0.5: the variance of the mean is that of 4/3 independent ones
    assert effective(0.5, np.arange(2)) == pytest.approx(4 / 3)


def test_effective_size_with_gaps_is_that_of_the_covariance_matrix():
    time = np.sort(np.random.default_rng(2).choice(200, 60, replace=False)).astype(float)
    matrix = 0.7 ** np.abs(time[:, None] - time)
    assert effective(0.7, time) == pytest.approx(60**2 / matrix.sum(), rel=1e-9)


@pytest.mark.parametrize("kept", [1.0, 0.4])
def test_persistence_is_found_through_gaps(kept):
    rng = np.random.default_rng(3)
    found = []
    for values in _ar1(0.8, (40, 600), rng):
        time = np.sort(rng.choice(600, int(kept * 600), replace=False))
        found.append(persistence(values[time], time))
    assert np.mean(found) == pytest.approx(0.8, abs=0.02)


def test_a_series_that_swings_to_and_fro_has_no_persistence():
    assert persistence(np.tile([1.0, -1.0], 20), np.arange(40)) == 0


@pytest.mark.parametrize("kept", [1.0, 0.5])
def test_intervals_of_persistent_series_cover_the_truth_and_naive_ones_do_not(kept):
    rng = np.random.default_rng(4)
    observed, error = _ar1(0.85, (REPEATS, 365), rng), 0.7 * _ar1(0.85, (REPEATS, 365), rng) + 0.1
    cases = []
    for o, e in zip(observed, error):
        at = np.sort(rng.choice(365, int(kept * 365), replace=False))
        cases.append(((o + e)[at], o[at], None, DAY + at))
    truth = {"bias": 0.1, "ubrmse": 0.7, "rmse": math.sqrt(0.5), "r": 1 / math.sqrt(1.49), "r2": 0.5}
    for name, share in _coverage(cases, truth).items():
        assert 0.9 <= share <= 0.98 or (name == "r2" and share > 0.9), (name, share)
    naive = _coverage([case[:2] for case in cases], truth)
    assert naive["bias"] < 0.75
    assert naive["ubrmse"] < (0.8 if kept == 1 else 0.95)


def _stations(rng, n_stations, n_days, shift, common=0.0):
    """Return predictions, observations, stations and days; each station has its own bias, each day may have one."""
    shape = n_stations, n_days
    error = 0.04 * _ar1(0.7, shape, rng) + shift * rng.standard_normal((n_stations, 1)) + 0.01
    error += common * rng.standard_normal((1, n_days))
    observed = 0.25 + 0.05 * _ar1(0.7, shape, rng) + 0.05 * rng.standard_normal((n_stations, 1))
    station, day = np.indices(shape)
    return (observed + error).ravel(), observed.ravel(), station.ravel(), (DAY + day.ravel())


@pytest.mark.parametrize(("shape", "shift", "common"), [((30, 40), 0.03, 0.0), ((40, 30), 0.02, 0.03)])
def test_intervals_of_stations_cover_the_truth_and_naive_ones_do_not(shape, shift, common):
    rng = np.random.default_rng(5)
    cases = [_stations(rng, *shape, shift, common) for _ in range(REPEATS)]
    variance = 0.04**2 + shift**2 + common**2
    truth = {
        "bias": 0.01,
        "rmse": math.sqrt(variance + 1e-4),
        "ubrmse": math.sqrt(variance),
        "r": math.sqrt(0.005 / (0.005 + variance)),
        "r2": 1 - (variance + 1e-4) / 0.005,
    }
    for name, share in _coverage(cases, truth).items():
        assert 0.89 <= share <= 0.98, (name, share)
    naive = _coverage([case[:2] for case in cases], truth)
    assert max(naive["bias"], naive["rmse"], naive["r"]) < 0.75


def test_thousands_of_days_at_ten_stations_do_not_count_as_thousands():
    predicted, observed, station, day = _stations(np.random.default_rng(6), 10, 400, 0.05)
    found = intervals(predicted, observed, station, day)
    assert found["n"] == 4000
    assert 5 < found["n_eff"] < 40


def test_the_intervals_of_clusters_are_a_jackknife_done_by_hand():
    predicted, observed, station, _ = _stations(np.random.default_rng(7), 8, 12, 0.03)
    found, whole = intervals(predicted, observed, station), scores(predicted, observed)
    scales = {
        "bias": (float, float),
        "rmse": (math.log, math.exp),
        "ubrmse": (math.log, math.exp),
        "mae": (math.log, math.exp),
        "r": (math.atanh, math.tanh),
        "r2": (lambda v: math.log(1 - v), lambda v: 1 - math.exp(v)),
    }
    left_out = [scores(predicted[station != s], observed[station != s]) for s in range(8)]
    for name, (there, back) in scales.items():
        values = np.array([there(one[name]) for one in left_out])
        step = stats.t.ppf(0.975, 7) * math.sqrt(7 / 8 * ((values - values.mean()) ** 2).sum())
        pair = sorted([back(there(whole[name]) - step), back(there(whole[name]) + step)])
        npt.assert_allclose(found[name], pair, rtol=1e-9, err_msg=name)


def test_clusters_of_one_pair_each_know_what_independent_pairs_know():
    rng = np.random.default_rng(8)
    observed = rng.random(50)
    predicted = observed + 0.1 * rng.standard_normal(50)
    alone, plain = intervals(predicted, observed, np.arange(50)), intervals(predicted, observed)
    npt.assert_allclose(alone["bias"], plain["bias"], rtol=1e-6)
    assert alone["n_eff"] == pytest.approx(49)  # the jackknife divides by n - 1


def test_repeated_pairs_count_once():
    rng = np.random.default_rng(9)
    observed = rng.random(25)
    predicted = observed + 0.1 * rng.standard_normal(25)
    repeated = intervals(np.repeat(predicted, 40), np.repeat(observed, 40), np.repeat(np.arange(25), 40))
    single = intervals(predicted, observed, np.arange(25))
    assert repeated["n"] == 1000
    assert repeated["n_eff"] == pytest.approx(24)
    for name in SCORES:
        npt.assert_allclose(repeated[name], single[name], rtol=1e-9)


def test_days_are_the_clusters_of_a_table_without_stations():
    predicted, observed, _, day = _stations(np.random.default_rng(10), 30, 20, 0.0, 0.05)
    found = intervals(predicted, observed, None, day)
    npt.assert_equal(found, intervals(predicted, observed, day))
    assert found["n_eff"] < 60


def test_neither_the_order_of_the_pairs_nor_pairs_with_gaps_matter():
    predicted, observed, station, day = _stations(np.random.default_rng(11), 12, 20, 0.03)
    order = np.random.default_rng(0).permutation(len(predicted))
    first = intervals(predicted, observed, station, day)
    shuffled = [np.append(values[order], values[0]) for values in (predicted, observed, station, day)]
    shuffled[0][-1] = np.nan
    second = intervals(*shuffled)
    assert second["n"] == first["n"]
    for name in SCORES:
        npt.assert_allclose(second[name], first[name], rtol=1e-9)


def test_too_few_pairs_and_perfect_ones_have_no_interval():
    few = intervals([0.1, 0.2, np.nan, 0.3], [0.1, 0.2, 0.3, 0.4])
    assert few["n"] == 3
    assert all(math.isnan(value) for name in SCORES for value in few[name])
    same = np.random.default_rng(12).random(30)
    perfect = intervals(same, same, np.arange(30) // 3)
    assert all(math.isnan(value) for value in perfect["rmse"])
    assert perfect["bias"] == (0, 0)


def test_the_interval_of_a_mean_is_that_of_the_bias():
    values, group = np.random.default_rng(13).random(40), np.arange(40) // 4
    assert mean_interval(values, group) == intervals(values, np.zeros(40), group)["bias"]


# --- head to head -----------------------------------------------------------------------------------------------------

STATIONS = list("abcdef")


def _duel():
    """Return ubRMSE of three models at six stations: A wins a, b and c, B wins d, C wins e, f is level."""
    values = {
        "A": [0.01, 0.02, 0.03, 0.09, 0.09, 0.05],
        "B": [0.05, 0.05, 0.05, 0.04, 0.09, 0.05],
        "C": [0.06, 0.06, 0.06, 0.06, 0.04, 0.07],
    }
    return pd.DataFrame(values, index=STATIONS)


def test_head_to_head_is_that_of_poehls_worked_by_hand():
    classes = pd.DataFrame(
        {"texture": ["sand", "sand", "clay", "clay", "clay", "clay"], "cover": ["x", "x", "x", "x", "x", "y"]},
        index=STATIONS,
    )
    totals, by_class = head_to_head(_duel(), classes, "ubrmse")
    # sand: A 2 of 2. clay: A, B and C one each, all as many as the winner. x: A 3, B 1, C 1. y: nobody
    assert by_class.to_numpy().tolist() == [
        ["texture", "clay", 4, 1.0, 1.0, 1.0],
        ["texture", "sand", 2, 1.0, 0.0, 0.0],
        ["cover", "x", 5, 1.0, 1 / 3, 1 / 3],
        ["cover", "y", 1, 0.0, 0.0, 0.0],
    ]
    npt.assert_allclose(totals["score"], [3, 4 / 3, 4 / 3])
    assert totals["won"].tolist() == [3, 1, 1]
    npt.assert_allclose(totals["won_fraction"], [0.6, 0.2, 0.2])


def test_the_winner_has_the_highest_r_and_the_bias_nearest_to_zero():
    assert winners(_duel(), "r").tolist() == ["C", "C", "C", "A", None, "C"]
    bias = pd.DataFrame({"A": [-0.01, 0.03], "B": [0.02, -0.01]}, index=["a", "b"])
    assert winners(bias, "bias").tolist() == ["A", "B"]
    unknown = pd.DataFrame({"A": [0.1], "B": [np.nan]}, index=["a"])
    assert winners(unknown, "rmse").tolist() == [None]


def test_classes_are_those_of_class_variables_and_names_are_none():
    each = np.arange(16)
    values = pd.DataFrame(
        {
            "clay": each * 2.0,
            "cover": each % 3,
            "texture": np.where(each < 8, "loam", "sand"),
            "network": "one",
            "name": [f"s{i}" for i in each],
        },
        index=[f"s{i:02d}" for i in each],
    )
    classes = static_classes(values, {"cover"})
    assert list(classes) == ["cover", "texture"]
    assert set(classes["cover"]) == {"0", "1", "2"}
    assert classes.loc["s15", "texture"] == "sand"
    assert list(static_classes(values)) == ["texture"]


def test_quartiles_of_numbers_count_only_where_asked_for_and_are_called_so():
    values = pd.DataFrame({"clay": np.arange(16) * 2.0, "few": np.arange(16) % 2}, [f"s{i:02d}" for i in range(16)])
    assert static_classes(values).empty
    classes = static_classes(values, quartiles=True)
    assert list(classes) == ["clay, quartiles"]
    assert classes["clay, quartiles"].value_counts().tolist() == [4, 4, 4, 4]
    assert classes.loc["s00", "clay, quartiles"] == "1: 0 to 7.5"


def test_stations_without_a_number_belong_to_no_class():
    values = pd.DataFrame({"clay": [1.0, 2, 3, 4, 5, 6, 7, np.nan]})
    assert static_classes(values, quartiles=True)["clay, quartiles"].isna().tolist() == [False] * 7 + [True]
