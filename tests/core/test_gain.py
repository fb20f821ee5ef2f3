# SPDX-License-Identifier: GPL-2.0-or-later
"""The gain over the coarse product and the Kling-Gupta efficiency: numbers worked by hand, an oracle, properties."""

import math

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.scoring.gain import GAINS, gain, gain_words, with_gain
from soilsharp.core.scoring.metrics import RATIOS, scores

SM = st.floats(0.01, 0.6)
SERIES = arrays.arrays(float, st.integers(3, 40), elements=SM)
SCORES = st.fixed_dictionaries(
    {"slope": st.floats(-2, 3), "r": st.floats(-1, 1), "bias": st.floats(-0.3, 0.3)},
)


def test_the_ratios_and_kge_against_numbers_worked_by_hand():
    # observed .1 .2 .3 .4: mean .25, sum of squares .05; predicted .2 .3 .2 .5: mean .3, .06; products .04
    result = scores([0.2, 0.3, 0.2, 0.5], [0.1, 0.2, 0.3, 0.4])
    npt.assert_allclose(result["sd_ratio"], math.sqrt(0.06 / 0.05))
    npt.assert_allclose(result["mean_ratio"], 1.2)
    npt.assert_allclose(result["slope"], 0.8)
    r = 0.04 / math.sqrt(0.05 * 0.06)
    kge = 1 - math.sqrt((r - 1) ** 2 + (math.sqrt(1.2) - 1) ** 2 + 0.2**2)
    npt.assert_allclose(result["kge"], kge, rtol=1e-12)


def test_the_ratios_and_kge_against_scipy():
    rng = np.random.default_rng(4)
    observed = rng.uniform(0.05, 0.45, 300)
    predicted = 0.1 + 0.6 * observed + rng.normal(0, 0.03, 300)
    line, result = stats.linregress(observed, predicted), scores(predicted, observed)
    alpha, beta = stats.tstd(predicted) / stats.tstd(observed), stats.tmean(predicted) / stats.tmean(observed)
    kge = 1 - np.linalg.norm([line.rvalue - 1, alpha - 1, beta - 1])
    npt.assert_allclose([result["slope"], result["sd_ratio"], result["mean_ratio"]], [line.slope, alpha, beta])
    npt.assert_allclose(result["kge"], kge)


@given(SERIES)
def test_kge_of_a_perfect_match_is_1_and_no_other_is_higher(observed):
    assume(np.ptp(observed) > 1e-3)
    perfect = scores(observed, observed)
    npt.assert_allclose([perfect["kge"], *(perfect[name] for name in RATIOS)], 1)
    shuffled = scores(np.roll(observed, 1), observed)
    assert not shuffled["kge"] > 1


@given(st.integers(3, 40).flatmap(lambda n: st.tuples(*[arrays.arrays(float, n, elements=SM)] * 2)))
def test_the_law_of_cosines_of_a_taylor_diagram_holds(pair):
    predicted, observed = pair
    assume(min(np.ptp(predicted), np.ptp(observed)) > 1e-3)
    result = scores(predicted, observed)
    ratio, r = result["sd_ratio"], result["r"]
    centred = observed.std() ** 2 * (1 + ratio**2 - 2 * ratio * r)
    npt.assert_allclose(result["ubrmse"] ** 2, centred, atol=1e-12)
    npt.assert_allclose(result["slope"], ratio * r, atol=1e-9)


def test_a_constant_has_no_kge_but_a_slope_of_0():
    result = scores([0.2, 0.2, 0.2], [0.1, 0.2, 0.4])
    assert math.isnan(result["kge"])
    npt.assert_allclose([result["slope"], result["sd_ratio"]], 0, atol=1e-12)
    assert all(math.isnan(scores([0.1, 0.3], [0.2, 0.2])[name]) for name in ("kge", "slope", "sd_ratio"))
    assert math.isnan(scores([0.1, -0.2], [-0.1, 0.1])["mean_ratio"])


def test_gain_against_numbers_worked_by_hand():
    # slopes 0.4 -> 0.8: (.6 - .2) / .8; r 0.8 -> 0.9: (.2 - .1) / .3; bias -.01 -> .02: (.01 - .02) / .03
    found = gain({"slope": 0.8, "r": 0.9, "bias": 0.02}, {"slope": 0.4, "r": 0.8, "bias": -0.01})
    parts = [0.5, 1 / 3, -1 / 3]
    npt.assert_allclose([found[name] for name in GAINS], [sum(parts) / 3, *parts])


@given(SCORES, SCORES)
def test_gain_is_between_minus_1_and_1_and_turns_its_sign_with_the_roles(fine, coarse):
    there, back = gain(fine, coarse), gain(coarse, fine)
    for name in GAINS:
        assert -1 <= there[name] <= 1
        assert there[name] == -back[name]
    assert gain(fine, fine) == dict.fromkeys(GAINS, 0)


def test_a_perfect_map_has_the_whole_gain_and_an_unknown_score_none():
    perfect, coarse = {"slope": 1.0, "r": 1.0, "bias": 0.0}, {"slope": 0.5, "r": 0.5, "bias": 0.1}
    assert gain(perfect, coarse) == dict.fromkeys(GAINS, 1)
    assert gain(perfect, perfect) == dict.fromkeys(GAINS, 0)
    found = gain({**perfect, "r": math.nan}, coarse)
    assert math.isnan(found["gdown"])
    assert found["gain_efficiency"] == 1


def test_a_table_has_the_gain_of_each_product_over_the_coarse_product_of_its_own_station():
    rows = [
        ["map", "a", 0.8, 0.9, 0.02],
        [AS_IS, "a", 0.4, 0.8, -0.01],
        [AS_IS, "b", 0.5, 0.5, 0.1],
        ["map", "b", 1.0, 1.0, 0.0],
        ["map", "c", 1.0, 1.0, 0.0],
    ]
    table = pd.DataFrame(rows, columns=["product", "station", "slope", "r", "bias"], index=[7, 3, 5, 1, 2])
    found = with_gain(table, by=["station"])
    npt.assert_allclose(found["gdown"], [1 / 6, 0, 0, 1, np.nan])
    assert found.index.tolist() == table.index.tolist()
    pooled = with_gain(table[table["station"] == "a"])
    npt.assert_allclose(pooled["gain_efficiency"], [0.5, 0])
    assert gain_words(pooled).startswith("The gain of map over the coarse product, GDOWN, is +0.17 (efficiency +0.50, ")
    assert "accuracy −0.33" in gain_words(pooled)


@pytest.mark.parametrize("by", [[], ["station"]])
def test_without_the_coarse_product_there_is_no_gain(by):
    table = pd.DataFrame({"product": ["map"], "station": ["a"], "slope": [1.0], "r": [1.0], "bias": [0.0]})
    assert list(with_gain(table, by)) == list(table)
    assert gain_words(table) == ""
