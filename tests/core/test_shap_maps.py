# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of SHAP values: those of the library shap at each pixel, and what they add up to."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.windows import Window

from soilsharp.core.analysis.settings import ShapMapOptions
from soilsharp.core.analysis.shap_maps import BASE_TAG, shap_maps
from soilsharp.core.analysis.shap_report import shap_maps_report
from soilsharp.core.base import extras
from soilsharp.core.base.duration import duration
from soilsharp.core.base.errors import InputError, MissingPackage
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.rasters.open import Source, tags_of
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.explain.shap_values import MAX_COMPARED
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import train

NO_FOLDS = FoldOptions(by="random", n_folds=0)
NAMES = ("ndvi", "sand", "elevation")
DAY = np.datetime64("2023-05-03")


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def samples(study):
    return sample_coarse(study, names=list(NAMES))


def _model(samples, key, scheme="one_model", **options):
    recipe = Recipe((Candidate.of(key, options),), SchemeOptions(scheme=scheme, min_samples=20))
    return train(samples, recipe, NO_FOLDS, threads=1, weigh=False)


def _pixels(study, names, day=DAY):
    """Return the covariates of all pixels of a day, shape (pixels, features)."""
    (block,) = study.features(names, np.array([day]), Window(0, 0, *study.grid.shape[::-1]))
    return block.reshape(len(names), -1).T


def _maps(result, study, day=DAY):
    return {name: read_on(Source(str(path)), study.grid).ravel() for name, path in result.maps_of(day).items()}


def _made(study, model, samples, folder, covariates=", ".join(NAMES), **words):
    words = {"first": DAY, "last": DAY, **words}
    return shap_maps(study, model, samples, folder, ShapMapOptions(covariates=covariates), **words)


# --- values -----------------------------------------------------------------------------------------------------------


def test_maps_of_boosted_trees_are_those_of_the_library(study, samples, tmp_path):
    shap = pytest.importorskip("shap")
    model = _model(samples, "lightgbm", n_trees=30)
    maps = _maps(_made(study, model, samples, tmp_path), study)
    X = _pixels(study, NAMES)
    booster = model.fitted.members[0].estimator.model_
    explainer = shap.TreeExplainer(booster)
    expected = explainer.shap_values(X)
    for i, name in enumerate(NAMES):
        npt.assert_allclose(maps[name], expected[:, i], atol=1e-6)
    assert np.abs(expected).max() > 0.005


def test_maps_of_a_forest_are_those_of_the_library_against_the_same_samples(study, samples, tmp_path):
    shap = pytest.importorskip("shap")
    few = samples.rows(np.arange(0, len(samples), len(samples) // MAX_COMPARED + 1))
    model = _model(samples, "random_forest", n_trees=15)
    maps = _maps(_made(study, model, few, tmp_path), study)
    forest = model.fitted.members[0].estimator.model_
    X = _pixels(study, NAMES)
    some = np.arange(0, len(X), 97)
    explainer = shap.TreeExplainer(forest, data=few.X, feature_perturbation="interventional")
    expected = explainer.shap_values(X[some], check_additivity=False)
    for i, name in enumerate(NAMES):
        npt.assert_allclose(maps[name][some], expected[:, i], atol=1e-6)


def test_maps_of_a_network_are_those_of_the_library_where_two_covariates_leave_nothing_to_estimate(
    study, samples, tmp_path
):
    shap = pytest.importorskip("shap")
    two = samples.select(["ndvi", "sand"]).rows(np.arange(0, len(samples), 4))
    model = _model(two, "dense", max_epochs=15)
    maps = _maps(_made(study, model, two.rows(np.arange(30)), tmp_path, "ndvi, sand"), study)
    X = _pixels(study, ["ndvi", "sand"])
    some = np.arange(0, len(X), 211)
    masker = shap.maskers.Independent(two.X[:30].astype(float), max_samples=30)
    estimator = model.fitted.members[0].estimator
    exact = shap.explainers.Exact(lambda x: estimator.predict(x.astype(np.float32)), masker)(X[some].astype(float))
    for i, name in enumerate(("ndvi", "sand")):
        npt.assert_allclose(maps[name][some], exact.values[:, i], atol=1e-6)


@pytest.mark.parametrize("scheme", ["one_model", "per_period"])
def test_values_and_base_add_up_to_what_is_predicted(study, samples, tmp_path, scheme):
    model = _model(samples, "linear", scheme)
    result = _made(study, model, samples, tmp_path)
    maps = _maps(result, study)
    X = _pixels(study, NAMES)
    npt.assert_allclose(maps["predicted"], model.fitted.predict(X, np.full(len(X), DAY)), atol=1e-6)
    together = sum(maps[name] for name in NAMES) + result.base[DAY]
    npt.assert_allclose(together, maps["predicted"], atol=1e-6)
    table = result.table.set_index("covariate")
    for name in NAMES:
        assert table.loc[name, "mean_abs"] == pytest.approx(np.abs(maps[name]).mean(), rel=1e-5)
        assert table.loc[name, "most"] == pytest.approx(maps[name].max(), rel=1e-5)
    tags = tags_of(result.maps_of(DAY)["ndvi"])
    assert float(tags[BASE_TAG]) == pytest.approx(result.base[DAY], rel=1e-5)


def test_the_classes_of_a_covariate_count_together(study, tmp_path):
    cover = np.where(np.indices(study.grid.shape).sum(0) % 7 < 4, 10, 40)
    write_map(tmp_path / "cover.tif", cover, study.grid)
    entry = RasterEntry(file=str(tmp_path / "cover.tif"), classes=True)
    own = replace(study, covariates={"ndvi": study.covariates["ndvi"], "cover": entry})
    samples = sample_coarse(own)
    assert samples.names == ("ndvi", "cover=10", "cover=40")
    model = _model(samples, "linear")
    result = _made(own, model, samples, tmp_path / "out", "cover")
    maps = _maps(result, own)
    assert set(maps) == {"cover", "predicted"}
    X = _pixels(own, samples.names)
    # of a linear model: what is left of the prediction once NDVI has its part
    changed = X.copy()
    changed[:, 0] = samples.X[:, 0].mean()
    expected = model.fitted.predict(changed) - model.fitted.predict(samples.X).mean()
    npt.assert_allclose(maps["cover"], expected, atol=1e-5)


# --- what is mapped ---------------------------------------------------------------------------------------------------


def test_without_names_the_most_important_covariates_are_mapped(study, samples, tmp_path):
    said = []
    model = _model(samples, "linear")
    result = shap_maps(
        study, model, samples, tmp_path, ShapMapOptions(n_covariates=2), first=DAY, last=DAY + 1,
        progress=Progress(say=said.append),
    )  # fmt: skip
    estimator = model.fitted.members[0].estimator
    size = np.abs(estimator.standard_(samples.X) * estimator.coef_).mean(0)
    assert set(result.table["covariate"]) == {NAMES[i] for i in np.argsort(size)[-2:]}
    assert any(line.startswith("The most important covariates are mapped: ") for line in said)
    assert any(line.startswith("SHAP values of 2\u202f592 pixels on 2 days: about ") for line in said), said
    name = result.table["covariate"][0]
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("shap_*.tif"))
    assert f"shap_{name}/shap_{name}_20230504.tif" in made
    assert len(made) == 4
    assert (tmp_path / "summary.csv").exists()


def test_what_is_unknown_stays_so_and_a_day_without_a_pixel_is_told(study, samples, tmp_path):
    values = np.full(study.grid.shape, 0.5)
    values[:5] = np.nan
    write_map(tmp_path / "ndvi" / "ndvi_20230503.tif", values, study.grid)
    entry = RasterEntry(files=str(tmp_path / "ndvi"), rule="same_day")
    gappy = replace(study, covariates={**study.covariates, "ndvi": entry})
    told = []
    model = _model(samples, "linear")
    result = _made(gappy, model, samples, tmp_path / "out", last=DAY + 1, progress=Progress(warn=told.append))
    maps = {name: read_on(Source(str(path)), study.grid) for name, path in result.maps_of(DAY).items()}
    for own in maps.values():
        assert np.isnan(own[:5]).all()
        assert np.isfinite(own[5:]).all()
    assert result.outcome.refused == [(str(DAY + 1), "No pixel has all covariates of the model.")]
    assert any("2023-05-04" in line for line in told)
    assert not list((tmp_path / "out").rglob("*_20230504.tif"))


def test_mistakes_are_told_before_anything_is_written(study, samples, tmp_path, monkeypatch):
    model = _model(samples, "linear")
    with pytest.raises(InputError, match="The model has no covariate snow; it has ndvi, sand, elevation"):
        _made(study, model, samples, tmp_path / "out", "snow")
    with pytest.raises(InputError, match="No day from 2020-01-01 to 2020-01-02 lies in the study's period"):
        _made(study, model, samples, tmp_path / "out", first=np.datetime64("2020-01-01"),
              last=np.datetime64("2020-01-02"))  # fmt: skip
    real = extras.problem
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'shap'" if name == "shap" else real(name))
    forest = _model(samples, "random_forest", n_trees=5)
    with pytest.raises(MissingPackage, match=r"No module named 'shap'\. Install with: .*pip install.*shap"):
        _made(study, forest, samples, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    _made(study, model, samples, tmp_path / "out")  # others need no such package


# --- page, command and time -------------------------------------------------------------------------------------------


def test_the_page_shows_the_maps_and_what_moves_them_most(study, samples, tmp_path):
    result = _made(study, _model(samples, "linear"), samples, tmp_path)
    shap_maps_report(tmp_path / "report.html", result)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    best = result.table.sort_values("mean_abs")["covariate"].iloc[-1]
    assert f"{best} moves the maps most" in page
    assert "exact, from the coefficients" in page
    assert page.count("<img") == 1


def test_the_command_makes_maps_and_page(region, samples, tmp_path, capsys):
    samples.write(tmp_path / "samples.csv")
    _model(samples, "linear").write(tmp_path / "model.soilsharp")
    words = ["shap", region.study, tmp_path / "model.soilsharp", tmp_path / "samples.csv", "--out", tmp_path / "out",
             "--first", "2023-05-03", "--last", "2023-05-03", "--covariates", "sand"]  # fmt: skip
    assert main(list(map(str, words))) == 0
    assert (tmp_path / "out" / "shap_sand" / "shap_sand_20230503.tif").exists()
    assert (tmp_path / "out" / "report.html").exists()
    assert "2 maps in" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "out" / "summary.csv")["unit"].tolist() == ["m3 m-3"] * 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "a second"), (40.4, "40 s"), (90, "1.5 min"), (120, "2 min"), (754, "13 min"), (12_600, "3.5 h"),
     (1_036_800, "12 days")],
)  # fmt: skip
def test_a_time_is_said_as_a_person_does(seconds, words):
    assert duration(seconds) == words
