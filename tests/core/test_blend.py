# SPDX-License-Identifier: GPL-2.0-or-later
"""Blends: several recipes in one model, how they speak together, and how much of their detail is believed."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from soilsharp.core.base.errors import InputError, ModelFileError
from soilsharp.core.report.words import weights_sentence
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.study import Study
from soilsharp.core.training.blend import Blend, combined
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import train, train_blend

RIDGE = Recipe((Candidate.of("linear", {"penalty": "gcv"}),), scheme=SchemeOptions(scheme="per_period", min_samples=60))
BOOSTED = Recipe((Candidate.of("lightgbm", {"n_trees": 30, "n_leaves": 5}),))


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    options = RegionOptions(size_km=96, resolution_m=1000, coarse_km=8, days=16, n_stations=3)
    made = create_sample_region(tmp_path_factory.mktemp("wide"), options, seed=1)
    return sample_coarse(Study.read(made.study))


@pytest.fixture(scope="module")
def blend(samples):
    return train_blend(samples, (RIDGE, BOOSTED), FoldOptions(by="date", n_folds=3), seed=1)


def test_a_blend_is_the_shares_of_its_parts(samples, blend):
    assert isinstance(blend.fitted, Blend)
    assert len(blend.parts) == 2
    parts = [part.predict(samples.X, samples.days) for part in blend.parts]
    expected = blend.fitted.shares @ parts + blend.fitted.level
    assert np.allclose(blend.predict(samples.X, samples.days), np.maximum(expected, 0), atol=1e-7)


def test_a_blend_comes_back_from_its_file_to_the_bit(samples, blend, tmp_path):
    blend.write(tmp_path / "blend.soilsharp")
    again = Model.read(tmp_path / "blend.soilsharp")
    assert np.array_equal(again.predict(samples.X, samples.days), blend.predict(samples.X, samples.days))
    assert np.array_equal(again.coarse.weights.values, blend.coarse.weights.values)
    assert again.coarse.covariance == blend.coarse.covariance
    assert [part.per_period for part in again.parts] == [True, False]


def test_shares_that_fit_no_part_are_refused(blend, tmp_path):
    Model({**blend.passport, "parts": blend.passport["parts"][:1]}, blend.fitted).write(tmp_path / "odd.soilsharp")
    with pytest.raises(ModelFileError, match="parts"):
        Model.read(tmp_path / "odd.soilsharp")


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("coarse", "weights"), [0.5, -1], "weights"),
        (("coarse", "weights"), [0.5, INF], "weights"),
        (("coarse", "weights"), [0.5, 1e300], "weights"),
        (("coarse", "weights"), [0.5], "weights"),
        (("coarse", "errors"), [NAN, 0.1], "weights"),
        (("coarse", "skill"), None, "coarse product"),
        (("coarse", "ratio"), -1.0, "weights"),
        (("coarse", "ratio"), NAN, "weights"),
        (("coarse", "cell_size"), [0.0, 0.0], "coarse cells"),
        (("coarse", "cell_size"), [1.0, 2.0, 3.0], "coarse product"),
        (("coarse", "covariance", "noise"), -1.0, "covariance"),
        (("coarse", "covariance", "components", 0, 0), 1e300, "covariance"),
        (("coarse", "covariance", "components", 0, 2), 1e-300, "covariance"),
        (("coarse",), "nothing", "coarse product"),
        (("parts", 0, "share"), NAN, "shares"),
        (("parts", 0, "share"), -1.0, "shares"),
        (("parts", 0, "label"), None, "labels"),
        (("level",), None, "level"),
        (("level",), NAN, "level"),
        (("covariates", 0, "low"), "dry", "covariates"),
        (("covariates", 0, "name"), 3, "covariates"),
        (("covariates", 0, "gaps"), "no", "covariates"),
        (("fold_scores",), "good", "fold_scores"),
        (("fold_scores", "pooled"), "good", "fold_scores"),
        (("fold_scores", "pooled", "rmse"), "good", "fold_scores"),
        (("folds",), "many", "folds"),
        (("period",), 2023, "period"),
        (("study",), {"name": "a"}, "study"),
    ],
    ids=str,
)
def test_a_file_that_says_what_cannot_be_is_refused(blend, tmp_path, place, value, message):
    passport = copy.deepcopy(blend.passport)
    *above, last = place
    entry = passport
    for key in above:
        entry = entry[key]
    entry[last] = value
    Model(passport, blend.fitted).write(tmp_path / "forged.soilsharp")
    with pytest.raises(ModelFileError, match=message):
        Model.read(tmp_path / "forged.soilsharp")


@pytest.mark.parametrize("value", [-5.0, 25.0])
def test_samples_of_no_soil_moisture_are_refused(samples, tmp_path, value):
    y = samples.y.copy()
    y[2] = value
    replace(samples, y=y).write(tmp_path / "odd.csv")
    with pytest.raises(InputError, match=r"Soil moisture in odd\.csv runs from .* 1 of .* values are outside"):
        Samples.read(tmp_path / "odd.csv")


def test_weights_of_other_parts_are_refused(blend, tmp_path):
    coarse = {**blend.passport["coarse"], "weights": [0.5], "errors": [0.1]}
    Model({**blend.passport, "coarse": coarse}, blend.fitted).write(tmp_path / "forged.soilsharp")
    with pytest.raises(ModelFileError, match="1 weights of 2 parts"):
        Model.read(tmp_path / "forged.soilsharp")


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [
        ("cell_row", 9999, "a whole number from 0 to 12"),
        ("cell_row", -1, "a whole number"),
        ("cell_column", 1.5, "a whole number"),
        ("cell_column", "east", "a whole number"),
        ("cell_column", None, "a whole number"),
        ("valid_fraction", 2, "a number from 0 to 1"),
        ("valid_fraction", INF, "a number from 0 to 1"),
        ("date", "2023-13-45", "a day"),
        ("weight", -1, "a number from 0 to inf"),
    ],
)
def test_samples_of_no_place_or_day_are_refused(samples, tmp_path, column, value, wanted):
    index = samples.index.assign(weight=1.0).astype({column: object})
    index.iloc[2, index.columns.get_loc(column)] = value
    replace(samples, index=index).write(tmp_path / "odd.csv")
    with pytest.raises(InputError, match=f"Column '{column}' of odd.csv must hold {wanted}.*: row 3 has"):
        Samples.read(tmp_path / "odd.csv")


def test_weights_are_learned_from_the_coarse_product_and_said(samples, blend):
    weights = blend.coarse.weights
    assert weights.values.shape == (2,)
    assert (weights.values >= 0).all()
    assert weights.helped  # the region's moisture follows its covariates
    assert "explain" in weights_sentence(weights)
    assert blend.coarse.mean == pytest.approx(samples.y.mean(), abs=1e-4)


def test_covariates_without_meaning_get_no_weight(samples):
    rng = np.random.default_rng(3)
    cell = samples.index["cell_row"].to_numpy() * 1000 + samples.index["cell_column"].to_numpy()
    _, number = np.unique(cell, return_inverse=True)
    noise = rng.standard_normal((number.max() + 1, 2)).astype(np.float32)[number]
    useless = type(samples)(noise, samples.y, ("a", "b"), samples.index, samples.facts)
    model = train(useless, BOOSTED, FoldOptions(by="date", n_folds=2), seed=1)
    assert not model.coarse.weights.helped
    assert "did not help" in weights_sentence(model.coarse.weights)


def test_samples_of_stations_have_no_weights(region):
    from soilsharp.core.samples.sampling import sample_stations

    model = train(sample_stations(Study.read(region.study)), BOOSTED, FoldOptions(by="date", n_folds=2))
    assert model.coarse is None


def test_ways_to_combine():
    observed = np.array([0.1, 0.2, 0.3, 0.4])
    good, bad = observed + 0.001, np.array([0.3, 0.1, 0.4, 0.2])
    predicted = np.array([bad, good])
    assert combined(predicted, observed, "best")[0].tolist() == [0, 1]
    assert combined(predicted, observed, "mean")[0].tolist() == [0.5, 0.5]
    shares, level = combined(predicted, observed, "weighted")
    assert np.abs(shares @ predicted + level - observed).max() < 0.002
    assert shares[1] > 0.9


def test_a_blend_is_explained_by_its_parts(samples, blend):
    pytest.importorskip("shap", reason="the package shap is not installed")
    from soilsharp.core.training.explain.shap_values import shap_values

    rows = slice(0, 12)
    values, base = shap_values(
        blend.fitted, samples.X[rows], samples.X, days=samples.days[rows], background_days=samples.days
    )
    assert np.allclose(values.sum(1) + base, blend.fitted.predict(samples.X[rows], samples.days[rows]), atol=1e-5)


def test_what_a_blend_would_lose_is_asked_of_one_part(samples, blend):
    from soilsharp.core.training.explain.drop_one import losses_without

    with pytest.raises(InputError, match="blend of 2 recipes"):
        losses_without(blend, samples)
