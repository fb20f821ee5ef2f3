# SPDX-License-Identifier: GPL-2.0-or-later
"""The five published methods: what they are made of, what they refuse, and that copies of them run."""

import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio
from rasterio.windows import Window
from scipy.stats import ks_2samp

from soilsharp.core.analysis.uncertainty_budget import total
from soilsharp.core.base.errors import InputError, OptionError
from soilsharp.core.downscaling.encoded_maps import EncodeOptions
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.prepare import sampled, with_classes
from soilsharp.core.methods.roles import match_roles
from soilsharp.core.methods.run import run_method
from soilsharp.core.methods.run_folder import FILES, FOLDERS
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.training.folds.divide import holdout
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.schemes import fit_recipe
from soilsharp.core.training.settings import FoldOptions, HoldoutOptions, SearchOptions
from soilsharp.core.training.texture import CLASSES, seeing, usda_texture

DOCS = Path(__file__).parents[2] / "docs"
PUBLISHED = ("bueno2024", "jaaskelainen2025", "li2022", "poehls2025", "rao2022")
# Table 1 of Poehls et al. 2025
TEXTURES = (
    "loam", "sandy loam", "silt loam", "clay loam", "sandy clay loam", "silty clay loam", "loamy sand", "sand", "clay",
    "none",
)  # fmt: skip
# normals of the months, degC and mm
ROME = (
    (7.5, 8.2, 10.2, 12.6, 17.2, 21.1, 24.1, 24.5, 20.8, 16.4, 11.4, 8.4),
    (69.5, 75.8, 59, 76.2, 49.1, 40.7, 21, 34.1, 71.8, 107, 109.9, 84.4),
)
NINE = (COARSE, "lst", "sand", "et", "rain", "elevation", "clay", "ndvi", "ph")


def _samples(n=600, names=NINE, days=30, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.random((n, len(names))).astype(np.float32)
    y = 0.1 + 0.2 * X[:, 0] + 0.05 * X[:, 1] * X[:, 2] + 0.01 * rng.standard_normal(n)
    place = {
        "station": (np.arange(n) % 20).astype(str),
        "date": pd.to_datetime("2023-05-01") + pd.to_timedelta(np.arange(n) % days, "D"),
        "texture": np.array(TEXTURES)[np.arange(n) % len(TEXTURES)],
        "koppen": np.where(X[:, 3] < 0.2, "Dfb", "Cfa"),
        "land_cover": np.where(X[:, 4] < 0.3, "12", "10"),
    }
    return Samples(X, y.astype(np.float32), tuple(names), pd.DataFrame(place), {"target": "stations"})


def _untuned(recipe):
    """Return a recipe with its options as they stand in the file."""
    return replace(recipe, search=SearchOptions())


# --- structure --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "weights"), [(None, 164), ("Prob", 150)], ids=["dense has 164 weights", "prob has 150"]
)
def test_seven_small_networks_see_nine_inputs(recipe, weights):
    method = Method.read("poehls2025")
    recipe = method.compare[recipe] if recipe else method.recipe
    quick = Candidate(recipe.candidates[0].learner, replace(recipe.candidates[0].options, max_epochs=2))
    samples = _samples()
    fitted = fit_recipe(replace(recipe, candidates=(quick,)), samples, seed=1)
    assert [member.label for member in fitted.members] == [
        "balanced by texture", "balanced by sand", "balanced by clay", "balanced by ph", "balanced by koppen",
        "balanced by land_cover", "not balanced",
    ]  # fmt: skip
    assert [len(member.estimator.weights_) for member in fitted.members] == [weights] * 7
    each = [member.estimator.predict(samples.X) for member in fitted.members]
    npt.assert_allclose(fitted.predict(samples.X), np.mean(each, axis=0), rtol=1e-6)


def test_the_learners_of_the_networks_see_what_the_paper_lists_and_no_class():
    roles = Method.read("poehls2025").roles
    assert {name for name, role in roles.items() if role.input} | {COARSE} == set(NINE)
    assert {name for name, role in roles.items() if not role.input} == {"koppen", "land_cover"}


def test_the_wide_and_deep_network_sees_the_classes_in_its_deep_part():
    method = Method.read("poehls2025")
    recipe = method.compare["WDL"]
    assert recipe.classes == ("texture", "koppen", "land_cover")
    assert all(other.classes == () for name, other in method.compare.items() if name != "WDL")
    assert Method.from_json(method.as_json(), "again").compare["WDL"] == recipe
    quick = Candidate(recipe.candidates[0].learner, replace(recipe.candidates[0].options, max_epochs=2))
    samples = _samples()
    samples = samples.rows((samples.index["texture"] != "none").to_numpy())
    samples = seeing(samples, recipe.classes)
    fitted = fit_recipe(replace(recipe, candidates=(quick,)), samples, seed=1)
    width = len(NINE) + 9 + 2 + 2  # textures but the unknown, climates, kinds of land cover
    deep = width * 128 + 128 + 128 * 64 + 64 + 64 + 1
    assert [member.estimator.n_weights for member in fitted.members] == [deep + len(NINE)] * 7


def test_ten_forests_of_a_hundred_trees_each_know_one_texture():
    samples = _samples()
    fitted = fit_recipe(Method.read("poehls2025").compare["RF"], samples, seed=1, threads=1)
    assert sorted(member.label for member in fitted.members) == sorted(f"texture {name}" for name in TEXTURES)
    assert [len(member.estimator.model_.estimators_) for member in fitted.members] == [100] * 10
    # every tree of the forest of loam was grown of as many rows as are loam
    loam = next(m for m in fitted.members if m.label == "texture loam")
    rows = {int(tree.tree_.weighted_n_node_samples[0]) for tree in loam.estimator.model_.estimators_}
    assert rows == {int((samples.index["texture"] == "loam").sum())}


def test_the_boreal_model_has_200_trees_of_five_leaves():
    recipe = Method.read("jaaskelainen2025").recipe
    (member,) = fit_recipe(_untuned(recipe), _samples(1500), seed=1, threads=1).members
    booster = member.estimator.model_
    trees = booster.dump_model()["tree_info"]
    assert booster.num_trees() == len(trees) == 200
    assert {tree["num_leaves"] for tree in trees} == {5}
    assert recipe.candidates[0].grid == {
        "n_leaves": (3, 4, 5, 6), "max_depth": (2, 3, 4, 5), "min_samples_leaf": (10, 20, 30, 40),
        "max_bins": (30, 40, 50, 60, 70),
    }  # fmt: skip


def test_the_budget_of_table_3_comes_to_what_the_paper_prints():
    assert 0.119 <= total([0.057, 0.075, 0.035, 0.003, 0.004, 0.065]) <= 0.120
    # as eq. 1 stands, without the root, it would be 0.014
    assert Method.read("jaaskelainen2025").errors == {"ndvi": 0.025, "evi": 0.015}


def test_halves_that_are_not_alike_are_drawn_again():
    options, redrawn = Method.read("rao2022").test, 0
    assert options == HoldoutOptions(by="date_stratified", training_fraction=0.5, ks_p=0.05)
    samples = _samples(60, days=6)
    for seed in range(100):
        first = holdout(samples, replace(options, ks_p=0), seed)
        learn, test = holdout(samples, options, seed)
        alike = ks_2samp(samples.y[first[0]], samples.y[first[1]], method="asymp").pvalue > 0.05
        assert ks_2samp(samples.y[learn], samples.y[test], method="asymp").pvalue > 0.05
        assert np.array_equal(learn, first[0]) == alike
        redrawn += not alike
    assert redrawn > 0
    # half of each date, whatever is drawn
    assert set(np.bincount(samples.index["date"].iloc[learn].dt.day)[1:]) == {5}


def test_a_period_under_100_samples_uses_the_model_of_the_period_before():
    recipe = Method.read("rao2022").recipe
    assert [c.learner.key for c in recipe.candidates] == ["linear", "svr", "mlp", "random_forest", "xgboost"]
    assert recipe.choose == "published"
    assert recipe.scheme.min_samples == 100
    # periods of 16 days begin on 2023-01-01, 01-17 and 02-02; the second has one sample too few, the third just enough
    days = np.repeat(np.array(["2023-01-05", "2023-01-20", "2023-02-03"], "datetime64[D]"), (120, 99, 100))
    samples = _samples(len(days))
    samples = replace(samples, index=samples.index.assign(date=days.astype("datetime64[ns]")))
    linear = replace(_untuned(recipe), candidates=recipe.candidates[:1])
    fitted = fit_recipe(linear, samples, seed=1)
    assert [str(start) for start in fitted.starts] == ["2023-01-01", "2023-02-02"]
    X = samples.X[:5]
    npt.assert_array_equal(fitted.predict(X, np.datetime64("2023-01-25")), fitted.members[0].estimator.predict(X))
    npt.assert_array_equal(fitted.predict(X, np.datetime64("2023-02-02")), fitted.members[1].estimator.predict(X))


def test_the_forests_of_single_days_try_seven_of_seventeen_covariates():
    method = Method.read("bueno2024")
    recipe = method.recipe
    assert (recipe.scheme.period, recipe.candidates[0].options.n_trees) == ("date", 100)
    assert len(method.roles) == 17
    samples = _samples(200, [f"c{i}" for i in range(17)], days=2)
    fitted = fit_recipe(recipe, samples, seed=1, threads=1)
    assert len(fitted.members) == 2
    forest = fitted.members[0].estimator.model_
    assert {tree.max_features_ for tree in forest.estimators_} == {7}
    assert min(tree.tree_.n_node_samples.min() for tree in forest.estimators_) >= 1
    assert {len(member.estimator.model_.estimators_) for member in fitted.members} == {100}


def test_the_forest_of_ten_depths_searches_the_grid_of_the_paper():
    method = Method.read("li2022")
    (candidate,) = method.recipe.candidates
    # 1 to 25 of 25 covariates, and least samples in a leaf from 5 to 30
    counts = [max(1, int(share * 25)) for share in candidate.grid["feature_fraction"]]
    assert counts == list(range(1, 26))
    assert candidate.grid["min_samples_leaf"] == (5, 10, 15, 20, 25, 30)
    assert [depth.name for depth in method.depths] == [f"depth_{cm}cm" for cm in range(10, 101, 10)]
    assert {round(depth.high - depth.low, 6) for depth in method.depths} == {0.1}
    # layer 1 down to 10 cm, layer 2 (7 to 28 cm) to 30 cm, layer 3 (28 to 100 cm) below
    assert [depth.coarse for depth in method.depths] == ["", *["swvl2"] * 2, *["swvl3"] * 7]
    assert method.rescale.rescale == "mean_sd"
    assert [folds.by for folds in method.compare_folds] == ["year", "station"]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_method_comes_back_from_what_it_writes(name, tmp_path):
    method = Method.read(name)
    (tmp_path / "copy.json").write_text(json.dumps(method.as_json()), encoding="utf-8")
    copy = Method.read(tmp_path / "copy.json")
    assert copy == method
    assert copy.as_json() == method.as_json()
    assert "20" in method.reference
    assert method.about


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_role_says_what_it_is(name):
    roles = Method.read(name).roles
    assert roles
    assert [role for role, entry in roles.items() if not entry.about.endswith(".")] == []
    words = [word for role, entry in roles.items() for word in (role, *filter(None, entry.also.split(", ")))]
    assert len(words) == len(set(words)), "two roles would be looked for under one name"


@pytest.mark.parametrize(
    ("name", "plain", "products"),
    [
        ("jaaskelainen2025", {"ndvi", "rain_72h", "temperature_72h"}, {"ndvi", "rain_72h", "temperature_72h"}),
        ("poehls2025", {"lst", "ndvi", "rain", "sand", "clay", "elevation"}, None),
        ("rao2022", {"lst", "ndvi", "elevation", "slope", "sand", "clay", "rain", "temperature"}, None),
        ("bueno2024", {"clay", "elevation", "rain_3d"}, {"clay", "elevation", "rain_3d", "twi_mfd_md"}),
        ("li2022", {"temperature", "rain", "sand", "clay", "elevation"}, None),
    ],
)
def test_both_sample_regions_need_no_word_on_roles(name, plain, products, region, tmp_path):
    method = Method.read(name)
    assert set(match_roles(method, Study.read(region.study)).used) == plain
    content = json.loads(region.study.read_text(encoding="utf-8"))
    names = ("lst", "ndvi", "clay_0-5cm", "sand_0-5cm", "elevation_filled", "flow_accumulation_mfd_md", "slope", "tpi",
             "twi_mfd_md", "t2m", "tp", "tp_10d")  # fmt: skip
    content["covariates"] = {n: {"file": f"{n}.tif"} for n in names}
    (tmp_path / "study.json").write_text(json.dumps(content), encoding="utf-8")
    assert set(match_roles(method, Study.read(tmp_path / "study.json")).used) == (products or plain)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_study_without_what_a_method_needs_is_refused_with_the_words_of_the_role(name, region):
    method, study = Method.read(name), Study.read(region.study)
    required = [role for role, entry in method.roles.items() if entry.required]
    bare = replace(study, covariates={"tpi": next(iter(study.covariates.values()))})
    with pytest.raises(InputError) as error:
        match_roles(method, bare)
    for role in required:
        assert f"{role} ({method.roles[role].about})" in str(error.value)


# --- what is wrong in a file ------------------------------------------------------------------------------------------


def _recipe(**entries):
    return {"recipe": {"learners": {"linear": {}}, **entries}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lerner": {}}, "m.json: unknown entry lerner; known are"),
        ({"version": 3}, "version"),
        ({"about": 7}, 'm.json: "about" must be text, got 7'),
        ({"target": "both"}, '"target" must be one of coarse, stations'),
        ({"roles": ["ndvi"]}, '"roles" must be an object of names and entries'),
        ({"roles": {"ndvi": 1}}, "roles 'ndvi': expected settings as key and value, got int"),
        ({"roles": {"ndvi": {"needed": True}}}, "roles 'ndvi': unknown setting 'needed'"),
        ({"roles": {"ndvi": {"required": "yes"}}}, "roles 'ndvi': 'required' must be true or false, got 'yes'"),
        ({"roles": {"ndvi": {"input": 0}}}, "roles 'ndvi': 'input' must be true or false, got 0"),
        ({"depths": 0.1}, '"depths" must be a list'),
        ({"depths": [[0.1]]}, '"depths" must hold pairs of least and greatest depth in m'),
        ({"depths": [[0.3, 0.1]]}, '"depths" must hold pairs'),
        ({"depths": [[5, 15]]}, '"depths" must hold pairs'),
        ({"depths": [[0, 0.1], [0.02, 0.08]]}, 'two "depths" have the same middle, and so one folder, depth_5cm'),
        ({"stations": {"one_per_pixel": 1}}, "m.json, stations: 'one_per_pixel' must be true or false"),
        ({"sampling": {"aggregate": "median"}}, "m.json, sampling: 'aggregate' must be one of mean, nearest"),
        ({"sampling": {"min_valid_fraction": 2}}, "m.json, sampling: 'min_valid_fraction' must lie between 0"),
        ({"rescale": {"rescale": "rank"}}, "m.json, rescale: 'rescale' must be one of off, mean_sd, cdf"),
        ({"recipe": []}, "m.json, recipe: expected entries as key and value, got list"),
        ({"recipe": {}}, '"learners" must hold a learner with its options'),
        (_recipe(learner={}), "m.json, recipe: unknown entry learner"),
        (_recipe(learners={"magic": {}}), "no learner 'magic'"),
        (_recipe(learners={"dense": {"hidden_units": 0}}), "learner dense: 'hidden_units' must lie between 1"),
        (_recipe(learners={"dense": {"units": 9}}), "learner dense: unknown setting 'units'"),
        (_recipe(scheme={"scheme": "each"}), "recipe, scheme: 'scheme' must be one of one_model, per_period"),
        (_recipe(scheme={"min_samples": 1}), "recipe, scheme: 'min_samples' must lie between 2"),
        (_recipe(scheme={"min_samples": 99.5}), "recipe, scheme: 'min_samples' must be a whole number, got 99.5"),
        (_recipe(search={"search": "all"}), "recipe, search: 'search' must be one of off, grid"),
        (_recipe(weights={"weights": 1}), "recipe, weights: 'weights' must be text, got 1"),
        (_recipe(grids={"svr": {"c": [1]}}), '"grids" must hold values to try for linear'),
        (_recipe(grids={"linear": [1]}), "learner linear, search: expected settings and lists of values"),
        (_recipe(grids={"linear": {"alpha": 1}}), "'alpha' needs a list of values to try, got 1"),
        (_recipe(grids={"linear": {"alpha": [-1]}}), "learner linear, search: 'alpha' must lie between 0.0"),
        (_recipe(grids={"linear": {"beta": [1]}}), "learner linear, search: unknown setting 'beta'"),
        (_recipe(choose="luck"), '"choose" must be one of published, test, cv'),
        ({"folds": {"by": "luck"}}, "m.json, folds: 'by' must be one of"),
        ({"folds": {"n_folds": -1}}, "m.json, folds: 'n_folds' must lie between 0 and 100"),
        ({"test": {"training_fraction": 1}}, "m.json, test: 'training_fraction' must lie between 0.05 and 0.95"),
        ({"test": "half"}, "m.json, test: expected settings as key and value, got str"),
        ({"consistency": {"consistency": "hard"}}, "m.json, consistency: 'consistency' must be one of"),
        ({"compare": {"other": {"learners": {}}}}, "compare 'other': \"learners\" must hold a learner"),
        ({"compare": ["svr"]}, '"compare" must be an object'),
        ({"compare_folds": {"by": "random"}}, '"compare_folds" must be a list'),
        ({"compare_folds": [{}, {"by": 1}]}, "m.json, compare_folds 2: 'by' must be text"),
        ({"explain": {"max_samples": 0}}, "m.json, explain: 'max_samples' must lie between 10"),
        ({"explain": True}, "m.json, explain: expected settings as key and value, got bool"),
        ({"errors": {"ndvi": -0.1}}, "errors 'ndvi' must be the SD of an error, a number from 0"),
        ({"errors": {"ndvi": float("inf")}}, "errors 'ndvi' must be the SD of an error, a number from 0"),
        ({"errors": {"ndvi": "small"}}, "errors 'ndvi' must be the SD of an error"),
        ({"errors": {"sand": 1}}, '"errors" names sand, which is no role of the method'),
        ({"output": {"scale": 0}}, "m.json, output: 'scale' must lie between"),
        ({"analyses": "mqcc"}, '"analyses" must be a list'),
        ({"analyses": ["pca"]}, '"analyses" must be some of period_means'),
        ({"seed": 1.5}, '"seed" must be a whole number from 0 to 2147483647, got 1.5'),
        ({"seed": 2**70}, '"seed" must be a whole number from 0 to 2147483647'),
        ({"seed": True}, '"seed" must be a whole number from 0 to 2147483647, got True'),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else "",
)
def test_what_is_wrong_in_a_file_is_refused_with_its_place(tmp_path, change, message):
    content = {"soilsharp": "method", "version": 2, "target": "stations", "roles": {"ndvi": {}}, **_recipe(), **change}
    (tmp_path / "m.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises((InputError, OptionError)) as error:
        Method.read(tmp_path / "m.json")
    assert message in str(error.value)


def test_the_coarse_product_may_have_an_error_too(tmp_path):
    content = {"soilsharp": "method", "version": 2, "target": "stations", **_recipe(), "errors": {COARSE: 0.12}}
    (tmp_path / "m.json").write_text(json.dumps(content), encoding="utf-8")
    assert Method.read(tmp_path / "m.json").errors == {COARSE: 0.12}


# --- copies that run --------------------------------------------------------------------------------------------------


def _quick(method):
    """Return a changed copy: fewer epochs, no search, no comparison, and parts that a small region can fill."""
    recipe = _untuned(method.recipe)
    some = []
    for candidate in recipe.candidates[:2]:
        few = {"n_trees": 10, "max_epochs": 3}
        o = candidate.options
        some.append(Candidate(candidate.learner, replace(o, **{k: v for k, v in few.items() if hasattr(o, k)})))
    scheme = replace(recipe.scheme, min_samples=2)
    recipe = Recipe(tuple(some), scheme, recipe.search, recipe.weights, recipe.choose)
    folds = FoldOptions(by=method.folds.by, n_folds=2, column=method.folds.column)
    # 16 days are too few for the climate of a station
    off = {"rescale": replace(method.rescale, rescale="off"), "compare": {}, "compare_folds": ()}
    return replace(method, recipe=recipe, folds=folds, explain=None, analyses=(), **off)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("bueno2024", ["members.csv"]),
        ("jaaskelainen2025", ["test.csv", "uncertainty.csv"]),
        ("li2022", ["depth_10cm"]),
        ("poehls2025", ["members.csv", "test.csv"]),
        ("rao2022", ["members.csv", "test.csv", "maps_encoded"]),
    ],
)
def test_a_copied_and_changed_method_runs(name, made, region, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(_quick(Method.read(name)).as_json()), encoding="utf-8")
    study = Study.read(region.study)
    study = replace(study, last=study.first + 7)
    result = run_method(study, Method.read(tmp_path / "mine.json"), tmp_path / "out")
    assert 0 < len(result.maps.maps) <= 8
    assert result.scores is not None
    folder = tmp_path / "out"
    assert [entry for entry in made if not (folder / entry).exists()] == []
    if name == "li2022":
        assert result.depths == ("depth_10cm",)
        folder = folder / "depth_10cm"
    if name == "rao2022":
        assert Method.read(folder / "method.json").output == EncodeOptions(scale=0.0001, name="sm_%Y%j")
        # 2023-05-01 is the 121st day of the year
        assert sorted(path.name for path in (folder / "maps_encoded").glob("*.tif"))[0] == "sm_2023121.tif"
    page = (folder / "run.html").read_text(encoding="utf-8")
    assert name in page
    if name == "jaaskelainen2025":
        series = (folder / "held_out" / "report.html").read_text(encoding="utf-8")
        assert "the total of the uncertainty budget" in series
        assert "Bars below: rain of the study" in series
        # the region maps neither silt nor bulk density
        assert "The stations to test with were drawn at random" in page


def test_the_wide_and_deep_network_of_poehls_is_compared_and_mapped_with_its_classes(region, tmp_path):
    method = _quick(Method.read("poehls2025"))
    recipe = Method.read("poehls2025").compare["WDL"]
    few = Candidate(recipe.candidates[0].learner, replace(recipe.candidates[0].options, max_epochs=3))
    folds = (FoldOptions(by="station", n_folds=2),)
    method = replace(
        method, compare={"WDL": replace(recipe, candidates=(few,))}, compare_folds=folds, compare_maps=True
    )
    study = Study.read(region.study)
    study = replace(study, last=study.first + 3)
    cover = np.where(np.indices(study.grid.shape).sum(0) % 3, 10, 40)
    write_map(tmp_path / "cover.tif", cover, study.grid)
    entry = RasterEntry(file=str(tmp_path / "cover.tif"), classes=True)
    study = replace(study, covariates={**study.covariates, "land_cover": entry})
    run_method(study, method, tmp_path / "out")
    out = tmp_path / "out"
    assert {"WDL", "poehls2025"} <= set(pd.read_csv(out / "comparison" / "scores.csv")["model"])
    # the method's own networks see no class, the other one those that the region has
    assert not {"texture", "land_cover"} & set(Model.read(out / "model.soilsharp").names)
    model = Model.read(out / "maps_by_model" / "wdl" / "model.soilsharp")
    assert model.names[-2:] == ("texture", "land_cover")
    with rasterio.open(out / "texture.tif") as raster:
        texture = raster.read(1)
    names = list(model.names[:-2])
    window = Window(0, 0, *study.grid.shape[::-1])
    (features,) = study.features(names, study.days[:1], window)
    sand, clay = features[names.index("sand")], features[names.index("clay")]
    names_of = np.array([*CLASSES, "none"])
    assert (names_of[np.nan_to_num(texture, nan=13).astype(int) - 1] == usda_texture(sand, clay)).all()
    X = np.concatenate([features, texture[None], cover[None].astype(np.float32)]).reshape(len(model.names), -1).T
    with rasterio.open(
        out / "maps_by_model" / "wdl" / "maps" / f"sm_{str(study.first).replace('-', '')}.tif"
    ) as raster:
        npt.assert_allclose(raster.read(1).ravel(), model.predict(X), atol=1e-6)
    page = (out / "run.html").read_text(encoding="utf-8")
    assert "does not see all of its classes: the samples have no koppen" in page
    assert "What the model itself says of the same day" in page
    assert len(list((out / "maps" / "sd").glob("sd_*.tif"))) == len(list((out / "maps").glob("sm_*.tif")))
    assert set(os.listdir(out)) <= {*FILES, *FOLDERS}


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_page_of_a_method_tells_its_roles_as_the_file_does(name):
    text = (DOCS / "methods" / f"{name}.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (needed|optional)(, no input)? \| .* \| (.*) \|$", text, re.M)
    kinds = {role: ("needed" if e.required else "optional", "" if e.input else ", no input", e.about)
             for role, e in Method.read(name).roles.items()}  # fmt: skip
    assert {role: tuple(rest) for role, *rest in told} == kinds
    assert "| paper says | we do | why |" in text
    assert f"(methods/{name}.md)" in (DOCS / "methods.md").read_text(encoding="utf-8")


def few_days_of(name, study, tmp_path):
    """Return a study in which a covariate is known on its first two days only."""
    entry = study.covariates[name]
    folder = tmp_path / name
    folder.mkdir()
    for source in entry.series(study.folder).between(study.first, study.first + 1).sources:
        shutil.copy(source.path, folder)
    few = replace(entry, files=str(folder), rule="same_day")
    return replace(study, covariates={**study.covariates, name: few})


def test_a_role_that_no_learner_sees_costs_no_samples(region, tmp_path):
    whole = Study.read(region.study)
    study = few_days_of("rain", whole, tmp_path)
    method = Method.read("rao2022")
    roles = match_roles(method, study)
    assert roles.used["rain"] == "rain"  # for the analysis of the maps
    names = sampled(method, roles)
    assert not {"rain", "temperature"} & set(names)
    assert {"lst", "ndvi", "sand", "clay"} <= set(names)
    unseen = [name for name in roles.used.values() if name not in names]
    samples = sample_coarse(study, names=names)
    assert len(samples) == len(sample_coarse(whole, names=names))
    assert np.isfinite(samples.X).all()
    complete = np.isfinite(sample_coarse(study, names=[*names, *unseen]).X).all(1)
    assert len(samples) > 4 * complete.sum()
    assert set(with_classes(samples, method, roles).names) == set(names)


def test_a_role_that_a_scheme_weights_or_folds_go_by_is_sampled(region):
    study, method = Study.read(region.study), Method.read("rao2022")
    roles = match_roles(method, study)
    recipe = method.recipe
    for changed in (
        replace(method, recipe=replace(recipe, scheme=replace(recipe.scheme, columns="rain"))),
        replace(method, recipe=replace(recipe, weights=replace(recipe.weights, column="rain"))),
        replace(method, compare={"other": replace(recipe, weights=replace(recipe.weights, column="rain"))}),
        replace(method, folds=replace(method.folds, column="rain")),
        replace(method, test=replace(method.test, column="rain")),
    ):
        names = sampled(changed, roles)
        assert "rain" in names
        assert "temperature" not in names
        samples = with_classes(sample_coarse(study, names=names), changed, roles)
        assert "rain" in samples.index
        assert "rain" not in samples.names


def test_climate_classes_are_told_by_the_weather_of_a_whole_year_where_no_map_is(region, tmp_path):
    """Rome's months in the folders of temperature and rain: Csa, 8 in Beck et al. 2018."""
    study = Study.read(region.study)
    for month, (t, p) in enumerate(zip(*ROME), 1):
        for name, value in (("t2m", t), ("tp", p / 30)):
            values = np.full(study.coarse_grid.shape, value)
            write_map(tmp_path / name / f"{name}_2023{month:02d}15.tif", values, study.coarse_grid)
    entries = {name: RasterEntry(files=str(tmp_path / name), rule="linear") for name in ("t2m", "tp")}
    roles = {"elevation": {}, "temperature": {"also": "t2m"}, "rain": {"also": "tp"}}
    roles["koppen"] = {"required": False, "input": False}
    content = {**Method.read("stations_linear").as_json(), "roles": roles}
    (tmp_path / "own.json").write_text(json.dumps(content))
    method = Method.read(tmp_path / "own.json")
    kept = {name: study.covariates[name] for name in ("elevation",)}
    run_method(replace(study, covariates={**kept, **entries}), method, tmp_path / "out")
    samples = Samples.read(tmp_path / "out" / "samples.csv")
    assert set(samples.names) == {"elevation", "t2m", "tp", "coarse_sm"}
    with rasterio.open(tmp_path / "out" / "climate" / "koppen.tif") as raster:
        assert set(np.unique(raster.read(1))) == {8.0}
    # 16 days of May are no climate, and the page says so
    few = {"t2m": study.covariates["temperature"], "tp": study.covariates["rain"]}
    run_method(replace(study, covariates={**kept, **few}), method, tmp_path / "few")
    page = (tmp_path / "few" / "run.html").read_text(encoding="utf-8")
    assert "Climate classes need all twelve months; temperature has" in page


def test_thermal_inertia_stands_beside_the_held_out_rows_where_day_and_night_are_known(region, tmp_path):
    """Jääskeläinen et al. 2025, section 2.3; nothing of it where the study lacks the temperature by night."""
    method = replace(_quick(Method.read("jaaskelainen2025")), analyses=("thermal_inertia",), errors={}, test=None)
    assert Method.read("jaaskelainen2025").analyses == ("thermal_inertia",)
    study = Study.read(region.study_all)
    study = replace(study, last=study.first + 7)
    run_method(study, method, tmp_path / "out")
    folder = tmp_path / "out" / "analyses" / "thermal_inertia"
    assert (folder / "maps" / "sm_20230501.tif").exists()
    table = pd.read_csv(folder / "scores" / "scores.csv").query("by == 'all'").set_index("product")
    assert table["n"].nunique() == 1
    assert {"Thermal inertia", "jaaskelainen2025"} <= set(table.index)
    page = (tmp_path / "out" / "run.html").read_text(encoding="utf-8")
    assert "divided by thermal inertia, on the rows that all know" in page
    less = Study.read(region.study)
    run_method(replace(less, last=less.first + 3), method, tmp_path / "less")
    assert "Left out: Surface temperature by night is needed" in (tmp_path / "less" / "run.html").read_text()


def test_a_search_that_is_off_keeps_its_grids_for_the_next_time():
    recipe = Recipe.from_json(_recipe(grids={"linear": {"alpha": [1.0, 2.0]}})["recipe"], "recipe")
    assert recipe.search.search == "off"
    assert Recipe.from_json(recipe.as_json(), "recipe") == recipe
