# SPDX-License-Identifier: GPL-2.0-or-later
"""The metrics against numbers worked by hand, their identities, and the scores that are added up piece by piece."""

import math

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from soilsharp.core.scoring.metrics import METRICS, RATIOS, WORDS, Scores, scores, scores_by

SM = st.floats(0, 1, width=32)


def pairs_of(n):
    return st.tuples(arrays.arrays(float, n, elements=SM), arrays.arrays(float, n, elements=SM))


PAIRS = st.integers(1, 60).flatmap(pairs_of)


def spread(values):
    return ((values - values.mean()) ** 2).sum()


def test_against_numbers_worked_by_hand():
    # errors 0.1, 0.1, -0.1, 0.1: mean 0.05, mean square 0.01; observed deviate -.15, -.05, .05, .15, SST 0.05;
    # predicted .2 .3 .2 .5, mean .3, deviate -.1 0 -.1 .2, squares 0.06; products .015 + 0 - .005 + .03 = 0.04
    result = scores([0.2, 0.3, 0.2, 0.5], [0.1, 0.2, 0.3, 0.4])
    assert tuple(result) == (*METRICS, *RATIOS)
    assert set(result) <= set(WORDS)
    assert result["n"] == 4
    expected = {
        "bias": 0.05,
        "rmse": 0.1,
        "ubrmse": math.sqrt(0.0075),
        "mae": 0.1,
        "r": 0.04 / math.sqrt(0.05 * 0.06),
        "r2": 1 - 0.04 / 0.05,
    }
    for name, value in expected.items():
        npt.assert_allclose(result[name], value, rtol=1e-12, err_msg=name)


def test_bias_is_predicted_minus_observed():
    result = scores([0.3, 0.4, 0.5], [0.2, 0.3, 0.4])
    npt.assert_allclose(result["bias"], 0.1)
    npt.assert_allclose([result["rmse"], result["mae"], result["r"]], [0.1, 0.1, 1.0])
    npt.assert_allclose(result["ubrmse"], 0, atol=1e-15)


def test_pairs_with_an_unknown_value_do_not_count():
    known = scores([0.2, 0.3, 0.5], [0.1, 0.2, 0.4])
    assert scores([0.2, np.nan, 0.3, 0.9, 0.5, np.inf], [0.1, 0.4, 0.2, np.nan, 0.4, 0.1]) == known
    assert known["n"] == 3


@pytest.mark.parametrize("values", [([], []), ([np.nan, 0.2], [0.1, np.nan])])
def test_nothing_gives_no_score(values):
    result = scores(*values)
    assert result.pop("n") == 0
    assert all(math.isnan(value) for value in result.values())


def test_a_constant_has_no_correlation():
    wave = np.linspace(0.1, 0.4, 9)
    flat = np.full(9, 0.1 + 0.2)  # whose mean is not itself to the last digit
    assert math.isnan(scores(flat, wave)["r"])
    assert math.isfinite(scores(flat, wave)["r2"])
    on_flat = scores(wave, flat)
    assert math.isnan(on_flat["r"])
    assert math.isnan(on_flat["r2"])
    one = scores([0.2], [0.3])
    npt.assert_allclose([one["bias"], one["rmse"], one["ubrmse"], one["mae"]], [-0.1, 0.1, 0, 0.1], atol=1e-15)
    assert math.isnan(one["r"])


def test_the_mean_of_the_observations_has_an_r2_of_zero_and_worse_is_negative():
    observed = np.array([0.1, 0.2, 0.3, 0.4])
    npt.assert_allclose(scores(np.full(4, 0.25), observed)["r2"], 0, atol=1e-12)
    assert scores(observed[::-1], observed)["r2"] == pytest.approx(-3)
    assert scores(observed[::-1], observed)["r"] == pytest.approx(-1)


@given(PAIRS)
def test_identities(pairs):
    predicted, observed = pairs
    result = scores(predicted, observed)
    npt.assert_allclose(result["rmse"] ** 2, result["bias"] ** 2 + result["ubrmse"] ** 2, rtol=1e-9, atol=1e-15)
    assert abs(result["bias"]) <= result["mae"] + 1e-12
    assert result["mae"] <= result["rmse"] + 1e-12
    if not math.isnan(result["r2"]):
        assert result["r2"] <= 1
    if not math.isnan(result["r"]):
        assert -1 <= result["r"] <= 1
        # no linear calibration explains less than the product as it is
        assert result["r2"] <= result["r"] ** 2 + 1e-9


@given(PAIRS)
def test_swapping_turns_the_bias_and_keeps_the_rest(pairs):
    one, other = scores(*pairs), scores(*pairs[::-1])
    npt.assert_allclose(one["bias"], -other["bias"], atol=1e-15)
    for name in ("rmse", "ubrmse", "mae", "r"):
        npt.assert_allclose(one[name], other[name], rtol=1e-12, atol=1e-12)


@given(PAIRS, st.lists(st.integers(0, 60), max_size=6))
def test_pieces_equal_the_whole(pairs, cuts):
    predicted, observed = pairs
    pieces, rest = Scores(), Scores()
    for i, (p, o) in enumerate(zip(np.split(predicted, sorted(cuts)), np.split(observed, sorted(cuts)))):
        (pieces, rest)[i % 2].add(p, o)
    pieces.merge(rest)
    result, whole = pieces.result(), scores(predicted, observed)
    assert result["n"] == whole["n"]
    for name in ("bias", "rmse", "ubrmse", "mae"):
        npt.assert_allclose(result[name], whole[name], rtol=0, atol=1e-12, err_msg=name)
    # where spreads are near zero a quotient of them has few digits
    if spread(observed) > 1e-4 and spread(predicted) > 1e-4:
        npt.assert_allclose(result["r"], whole["r"], rtol=0, atol=1e-10)
        npt.assert_allclose(result["r2"], whole["r2"], rtol=1e-10, atol=1e-10)


def test_adding_up_is_stable_far_from_zero():
    # raw sums of squares would lose all digits of the spread here
    rng = np.random.default_rng(1)
    observed = 1e6 + rng.normal(0, 1e-2, 100_000)
    predicted = observed + rng.normal(0, 1e-3, observed.size)
    pieces = Scores()
    for p, o in zip(np.array_split(predicted, 37), np.array_split(observed, 37)):
        pieces.add(p, o)
    error = predicted - observed
    result = pieces.result()
    npt.assert_allclose(result["ubrmse"], error.std(), rtol=1e-9)
    npt.assert_allclose(result["r"], np.corrcoef(predicted, observed)[0, 1], rtol=1e-9)


def test_rasters_of_float32_are_added_in_float64():
    values = np.full((1000, 1000), 0.1, np.float32)
    assert scores(values + np.float32(0.2), values)["bias"] == pytest.approx(
        float(np.float32(0.1) + np.float32(0.2)) - float(np.float32(0.1)), abs=1e-12
    )


def test_groups_are_scored_alone():
    predicted, observed = np.array([0.2, 0.3, 0.5, 0.4, 0.1]), np.array([0.1, 0.2, 0.4, 0.4, 0.3])
    group = np.array(["b", "a", "b", "a", "b"])
    table = scores_by(predicted, observed, group)
    assert list(table.index) == ["a", "b"]
    assert list(table.columns) == [*METRICS, *RATIOS]
    for name in "ab":
        npt.assert_allclose(
            table.loc[name].to_numpy(float), list(scores(predicted[group == name], observed[group == name]).values())
        )


@given(PAIRS)
def test_pytesmo_agrees(pairs):
    pytesmo = pytest.importorskip("pytesmo.metrics")
    predicted, observed = pairs
    result = scores(predicted, observed)
    npt.assert_allclose(result["bias"], pytesmo.bias(predicted, observed), atol=1e-12)
    npt.assert_allclose(result["rmse"], pytesmo.rmsd(predicted, observed), atol=1e-12)
    npt.assert_allclose(result["ubrmse"], pytesmo.ubrmsd(predicted, observed), atol=1e-9)


def moments(path, names):
    """Return arrays of a result file of QA4SM by the start of their names."""
    gdal = pytest.importorskip("osgeo.gdal", reason="GDAL's Python bindings read the file")
    dataset = gdal.OpenEx(str(path), gdal.OF_MULTIDIM_RASTER)
    if dataset is None:
        pytest.skip("this GDAL does not read NetCDF")
    group = dataset.GetRootGroup()
    full = {name.partition("_between")[0]: name for name in group.GetMDArrayNames()}
    return {name: group.OpenMDArray(full[name]).ReadAsArray().astype(float) for name in names}


# the urmsd of the first file contradicts its own RMSD and BIAS (it is above RMSD at three stations), so it is left out
@pytest.mark.parametrize(("name", "has_urmsd"), [("0-ISMN", False), ("0-SMAP", True)])
def test_results_of_a_public_service_are_met(real_data, name, has_urmsd):
    """Pairs that have the parts of the error which QA4SM reports must get the scores which it reports."""
    path = real_data / "qa4sm_results" / f"{name}.soil_moisture_with_1-C3S.sm.nc"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    found = moments(path, ["n_obs", "R", "BIAS", "RMSD", "urmsd", "mse_corr", "mse_var", "RSS"])
    checked = 0
    for i in np.flatnonzero(np.isfinite(found["R"]) & (found["R"] < 0.999)):
        n, r, bias = int(found["n_obs"][i]), found["R"][i], found["BIAS"][i]
        # mse_corr = 2 s_x s_y (1 - R), mse_var = (s_x - s_y)²: two equations for the two standard deviations
        product, difference = found["mse_corr"][i] / (2 * (1 - r)), math.sqrt(max(found["mse_var"][i], 0))
        wide = (difference + math.sqrt(difference**2 + 4 * product)) / 2
        wave = np.sin(2 * np.pi * np.arange(n) / n) * math.sqrt(2)
        other = np.cos(2 * np.pi * np.arange(n) / n) * math.sqrt(2)
        result = scores(bias + wide * wave, product / wide * (r * wave + math.sqrt(1 - r**2) * other))
        for ours, theirs in (("bias", "BIAS"), ("rmse", "RMSD"), ("ubrmse", "urmsd"), ("r", "R")):
            if theirs != "urmsd" or has_urmsd:
                npt.assert_allclose(result[ours], found[theirs][i], rtol=2e-4, atol=1e-6, err_msg=f"{theirs} at {i}")
        npt.assert_allclose(n * result["rmse"] ** 2, found["RSS"][i], rtol=1e-3)
        checked += 1
    assert checked >= 9
