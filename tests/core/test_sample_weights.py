# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights of samples, and the look at samples before they are learned from."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_sample_weight

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.check_samples import check_samples, learnable, static_names
from soilsharp.core.training.sample_weights import MAX_WEIGHT, classes_of, weights_of
from soilsharp.core.training.settings import WeightOptions


def _samples(n=60, facts=None, covariates=None, **columns):
    rng = np.random.default_rng(1)
    covariates = {"ndvi": rng.random(n), **(covariates or {})}
    X = np.column_stack(list(covariates.values())).astype(np.float32)
    return Samples(
        X, rng.random(n).astype(np.float32), tuple(covariates), pd.DataFrame(columns, index=range(n)), facts or {}
    )


def _balance(column):
    return WeightOptions(weights="balance", column=column)


# --- weights ----------------------------------------------------------------------------------------------------------


def test_balanced_weights_are_those_of_the_paper():
    # n / (classes n_class): 6 / (2 * 4) and 6 / (2 * 2)
    samples = _samples(6, texture=["sand", "loam", "loam", "sand", "loam", "loam"])
    npt.assert_allclose(weights_of(samples, _balance("texture")), [1.5, 0.75, 0.75, 1.5, 0.75, 0.75])


@given(texture=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=200))
def test_balanced_weights_are_those_of_scikit_learn(texture):
    weight = weights_of(_samples(len(texture), texture=texture), _balance("texture"))
    npt.assert_allclose(weight, compute_sample_weight("balanced", texture), rtol=1e-6)


def test_numbers_are_balanced_in_classes_of_equal_width():
    # 1..100: ten classes between the 1st and the 99th percentile; 900 more values of 1 to 10 make the first common
    sand = np.concatenate([np.arange(1.0, 101), np.linspace(1, 10, 900)])
    samples = _samples(1000, covariates={"sand": sand})
    low, high = np.quantile(sand.astype(np.float32), [0.01, 0.99])
    inner = np.linspace(low, high, 11)[1:-1]
    weight = weights_of(samples, _balance("sand"))
    npt.assert_allclose(weight, compute_sample_weight("balanced", np.searchsorted(inner, sand)), rtol=1e-6)
    assert weight[50] > 5 * weight[500]


def test_classes_written_as_numbers_are_not_cut():
    code = np.arange(60) % 15
    samples = _samples(60, {"classes": ["cover"]}, {"cover": code})
    assert set(classes_of(samples, "cover")) == {str(i) for i in range(15)}
    few = _samples(60, covariates={"koeppen": np.arange(60) % 4})
    assert set(classes_of(few, "koeppen")) == {"0", "1", "2", "3"}
    gaps = _samples(4, texture=["loam", None, "sand", "loam"])
    assert classes_of(gaps, "texture").tolist() == ["loam", "none", "sand", "loam"]


def test_numbers_without_a_value_are_a_class_of_their_own():
    sand = np.linspace(0, 1, 100)
    sand[:7] = np.nan
    classes = classes_of(_samples(100, covariates={"sand": sand}), "sand")
    assert (classes == "none").sum() == 7
    assert (classes[:7] == "none").all()
    assert len(set(classes)) == 11


def test_a_class_of_one_sample_does_not_rule_the_model_and_is_told():
    texture = ["peat"] + ["loam"] * 999
    told = []
    weight = weights_of(_samples(1000, texture=texture), _balance("texture"), Progress(warn=told.append))
    # 1000 / (2 * 1) = 500 is cut
    npt.assert_allclose(weight, [MAX_WEIGHT] + [1000 / (2 * 999)] * 999, rtol=1e-6)
    assert len(told) == 1
    assert "their weight is cut to 100" in told[0]
    assert told[0].endswith("less than others: peat (1).")


def test_even_cells_count_more():
    # the median is 0.02: 1 / (1 + (s / 0.02)²) is 1, 1/2, 1/5, over their mean
    samples = _samples(3, ndvi_spread=[0.0, 0.02, 0.04])
    raw = np.array([1, 1 / 2, 1 / 5])
    for column in ("", "ndvi_spread"):
        weight = weights_of(samples, WeightOptions(weights="homogeneity", column=column))
        npt.assert_allclose(weight, raw / raw.mean(), rtol=1e-6)
    npt.assert_allclose(weights_of(_samples(3, s_sd=[0.0, 0, 0]), WeightOptions(weights="homogeneity")), 1)


def test_weights_multiply_those_that_the_samples_bring():
    texture, own = ["sand", "loam", "loam", "loam"], [1.0, 2.0, 3.0, 0.5]
    samples = _samples(4, texture=texture, weight=own)
    npt.assert_allclose(weights_of(samples, _balance("texture")), np.array(own) * [2, 2 / 3, 2 / 3, 2 / 3], rtol=1e-6)
    npt.assert_array_equal(weights_of(samples, WeightOptions()), own)
    assert weights_of(_samples(4), WeightOptions()) is None


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"texture": ["a"] * 4}, _balance("soil"), "The samples have no column 'soil'; there are texture, ndvi"),
        ({}, _balance(""), "No column is named"),
        ({}, WeightOptions(weights="homogeneity"), "0 columns of the samples end in spread, _sd, _std. Name"),
        ({"a_sd": [1] * 4, "b_sd": [1] * 4}, WeightOptions(weights="homogeneity"), "2 columns .*: a_sd, b_sd. Name"),
        ({"a_sd": [1, np.nan, -1, np.inf]}, WeightOptions(weights="homogeneity"), "no spread of 0 or more in 3 of 4"),
        ({"a": ["x"] * 4}, WeightOptions(weights="homogeneity", column="a"), "no spread of 0 or more in 4 of 4"),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_made_say_why(columns, options, words):
    with pytest.raises(InputError, match=words):
        weights_of(_samples(4, **columns), options)


# --- the look at samples ----------------------------------------------------------------------------------------------


def _stations(n_stations, per_station=10, **covariates):
    station = np.repeat(np.arange(n_stations), per_station)
    values = {name: np.asarray(value)[station] for name, value in covariates.items()}
    return _samples(len(station), covariates=values, station=[f"s{i}" for i in station])


def _told(samples):
    told = []
    check_samples(samples, Progress(warn=told.append))
    return told


def test_static_covariates_are_those_that_never_change_at_a_place():
    samples = _stations(6, sand=np.arange(6), clay=[1, 1, 1, 2, 2, 2])
    assert static_names(samples) == ("sand", "clay")
    samples.X[3, 2] = 9
    assert static_names(samples) == ("sand",)
    cells = pd.DataFrame({"cell_row": np.arange(60) // 30, "cell_column": np.arange(60) // 10 % 3})
    assert static_names(Samples(samples.X, samples.y, samples.names, cells)) == ("sand",)
    # one sample a place, or no place: nothing tells
    alone = cells.assign(station=np.arange(60))
    assert static_names(Samples(samples.X, samples.y, samples.names, alone)) == ()
    assert static_names(Samples(samples.X, samples.y, samples.names, pd.DataFrame(index=range(60)))) == ()


def test_static_covariates_that_name_few_stations_are_told():
    told = _told(_stations(13, sand=np.linspace(0, 1, 13)))
    assert len(told) == 1
    assert "(sand) have 13 different combinations at 13 stations" in told[0]
    assert "folds by station" in told[0]
    # two columns that only together tell the stations apart
    pairs = _stations(12, sand=np.arange(12) // 3, clay=np.arange(12) % 3)
    assert "(sand, clay) have 12 different combinations at 12 stations" in _told(pairs)[0]
    assert _told(pairs.select(["ndvi", "sand"])) == []
    assert _told(_stations(60, sand=np.linspace(0, 1, 60))) == []


def test_covariates_in_step_are_told_with_both_names():
    lst = np.random.default_rng(3).normal(15, 5, 200).astype(np.float32)
    rest = np.random.default_rng(4).random(200)
    columns = {"lst": lst, "lst_k": lst + 273.15, "dry": 1 - lst / 40, "twin": lst, "near": lst + 0.01 * rest}
    told = _told(_samples(200, covariates=columns))
    assert told == [
        "lst and lst_k are in step (r = 1); leave one of them out.",
        "lst and dry are in step (r = -1); leave one of them out.",
        "lst and twin hold the same values; leave one of them out.",
        "lst_k and dry are in step (r = -1); leave one of them out.",
        "lst_k and twin are in step (r = 1); leave one of them out.",
        "dry and twin are in step (r = -1); leave one of them out.",
    ]


def _with(column, rows, value, n=60):
    samples = _samples(n, covariates={"sand": np.linspace(0, 1, n), "clay": np.random.default_rng(2).random(n)})
    samples.X[rows, samples.names.index(column)] = value
    return samples


def test_rows_with_gaps_are_left_out_unless_they_are_taken():
    samples = _with("sand", slice(3), np.nan)
    told = []
    kept = learnable(samples, False, Progress(warn=told.append))
    npt.assert_array_equal(kept.X, samples.X[3:])
    assert len(told) == 1
    assert "3 of 60 samples lack a covariate (sand (3)) and are left out" in told[0]
    assert "Gradient boosting (LightGBM)" in told[0]
    assert learnable(samples, True) is samples
    assert learnable(kept, False) is kept
    assert _told(samples) == []
    with pytest.raises(InputError, match=r"None of 60 samples has all covariates; without a number are sand \(60\)"):
        learnable(_with("sand", slice(None), np.nan), False)


def test_what_cannot_be_learned_from_is_refused_with_names_and_counts():
    empty = _with("sand", slice(None), np.nan)
    empty.X[:, 2] = np.nan
    with pytest.raises(InputError, match="sand, clay has no number in any sample"):
        check_samples(empty)
    with pytest.raises(InputError, match=r"Infinite values in sand \(4\) samples"):
        check_samples(_with("sand", slice(4), -np.inf))
    with pytest.raises(InputError, match="clay has the same value in all samples"):
        check_samples(_with("clay", slice(None), 7))
    with pytest.raises(InputError, match="14 samples are too few for 3 covariates: at least 20"):
        check_samples(_with("clay", 0, 0.5, n=14))
    samples = _with("clay", 0, 0.5)
    samples.y[:5] = np.nan
    samples.y[5] = np.inf
    with pytest.raises(InputError, match="6 of 60 samples have no soil moisture"):
        check_samples(samples)


def test_a_covariate_of_one_value_and_gaps_is_constant():
    samples = _with("clay", slice(None), 7)
    samples.X[:5, 2] = np.nan
    with pytest.raises(InputError, match="clay has the same value"):
        check_samples(samples)
