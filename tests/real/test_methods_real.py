# SPDX-License-Identifier: GPL-2.0-or-later
"""Published methods on data that lack most of what they ask for, and where interpolation does better."""

import re

import numpy as np
import pandas as pd
import pytest
import rasterio

from soilsharp.core.base.errors import InputError
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.roles import match_roles
from soilsharp.core.methods.run import run_method
from soilsharp.core.scoring.baselines import AS_IS, BILINEAR, SMOOTH
from soilsharp.core.scoring.verdict import verdict
from soilsharp.core.study.study import COARSE
from soilsharp.core.training.model import Model

DAYS = np.array([f"2020-01-{day:02}" for day in (1, 3, 9, 11, 17, 19, 25, 27)], "datetime64[D]")
FOREST = {"n_trees": 20, "min_samples_leaf": 5, "feature_fraction": 0.42}


@pytest.fixture(scope="module")
def copies(cases, tmp_path_factory):
    """Return copies of both methods with fewer learners and trees, and without what only costs time here."""
    folder = tmp_path_factory.mktemp("copies")
    less = {"compare": {}, "compare_folds": [], "explain": None}
    rao = {
        "learners": {"linear": {"alpha": 0.0}, "random_forest": {"n_trees": 20}},
        "scheme": {"scheme": "per_period", "period": "16_days", "min_samples": 50},
        "search": {"search": "grid", "inner_folds": 2},
        "grids": {"random_forest": {"min_samples_leaf": [5, 20]}},
        "choose": "published",
    }
    bueno = {
        "learners": {"random_forest": FOREST},
        "scheme": {"scheme": "per_period", "period": "date", "min_samples": 50},
    }
    return {
        "rao2022": cases.changed("rao2022", folder, recipe=rao, **less, folds={"by": "block", "n_folds": 2}),
        "bueno2024": cases.changed("bueno2024", folder, recipe=bueno, **less, folds={"by": "random", "n_folds": 2}),
    }


@pytest.fixture(scope="module")
def smap_methods(cases, real_data, copies, tmp_path_factory):
    return cases.smap_methods(real_data, tmp_path_factory.mktemp("smap"), copies)


@pytest.fixture(scope="module")
def norway_methods(cases, real_data, copies, tmp_path_factory):
    return cases.norway_methods(real_data, tmp_path_factory.mktemp("norway"), copies)


def _roles(page):
    """Return of each role the covariate, or why there is none, and its file, from the table of a page."""
    text = page.read_text(encoding="utf-8")
    found = {}
    for title, columns in (("What the study gives", 3), ("What the study lacks", 2)):
        body = text.rsplit(title, 1)[1].split("<tbody>")[1].split("</tbody>")[0]
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")]
        found |= {row[0]: (*row[1:columns], "–")[:2] for row in rows if row}
    return found


@pytest.mark.parametrize(("name", "missing"), [("rao2022", ("lst", "ndvi")), ("bueno2024", ("elevation", "rain_3d"))])
def test_what_is_needed_and_not_there_is_named_before_anything_starts(cases, real_data, tmp_path, name, missing):
    with pytest.raises(InputError) as refused:
        run_method(cases.smap_study(real_data), Method.read(name), tmp_path / "out")
    for role in missing:
        assert f"{role} (" in str(refused.value)
    assert "swvl1" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_sine_and_cosine_of_the_aspect_are_not_taken_for_the_aspect(cases, real_data, tmp_path):
    study, _ = cases.perfect_model_study(real_data, tmp_path)
    assert {"aspect_sine", "aspect_cosine"} <= set(study.covariates)
    roles = match_roles(Method.read("rao2022"), study, leave_out=("lst", "ndvi"))
    assert "aspect" not in roles.used
    assert roles.left_out["aspect"] == "optional, and the study has none"


@pytest.mark.parametrize("where", ["smap", "norway"])
@pytest.mark.parametrize("name", ["rao2022", "bueno2024"])
def test_the_page_says_what_was_left_out_and_what_took_which_role(request, cases, where, name):
    results, _ = request.getfixturevalue(f"{where}_methods")
    named, left_out = getattr(cases, f"{where.upper()}_ROLES")[name]
    roles = _roles(results[name].folder / "run.html")
    for role in left_out:
        assert roles[role] == ("left out as asked", "–")
    for role, covariate in named.items():
        assert roles[role][0] == covariate
    assert roles.pop("coarse product")[0] == COARSE
    optional = [role for role, told in roles.items() if told == ("optional, and the study has none", "–")]
    used = [role for role, (_, file) in roles.items() if file != "–"]
    assert len(optional) + len(left_out) + len(used) == len(roles) == len(Method.read(name).roles)
    assert len(optional) > 5


def test_the_page_says_which_analyses_the_study_could_not_give(smap_methods, norway_methods):
    rao = (smap_methods[0]["rao2022"].folder / "run.html").read_text(encoding="utf-8")
    assert "Left out: Partial correlations need dated precipitation and temperature" in rao
    bueno = (smap_methods[0]["bueno2024"].folder / "run.html").read_text(encoding="utf-8")
    assert "Left out: The study has no covariate that holds for all days" in bueno
    bueno = (norway_methods[0]["bueno2024"].folder / "run.html").read_text(encoding="utf-8")
    assert re.search("Left out: The study .* has no stations", bueno)


@pytest.mark.parametrize("where", ["smap", "norway"])
def test_interpolation_beats_both_methods_and_the_verdict_says_so(request, where):
    # a negative control: the covariates know next to nothing of the pattern
    _, comparison = request.getfixturevalue(f"{where}_methods")
    rmse = comparison.table.set_index("product")["rmse"]
    for name in ("rao2022", "bueno2024"):
        assert rmse[SMOOTH] < rmse[BILINEAR] < rmse[AS_IS] < rmse[name]
        # conserving helps, and does not bring it up to what it was to improve
        assert rmse[AS_IS] < rmse[f"{name}, additive"] < rmse[name]
    assert verdict(comparison.table).startswith("Smooth interpolation of the coarse product did best of 7")


def test_rao_has_one_learner_for_each_16_days_chosen_by_training_and_test_error(smap_methods):
    folder = smap_methods[0]["rao2022"].folder
    model = Model.read(folder / "model.soilsharp")
    np.testing.assert_array_equal(model.fitted.starts, np.array(["2020-01-01", "2020-01-17"], "datetime64[D]"))
    tried = pd.read_csv(folder / "members.csv")
    assert tried.groupby("part")["learner"].apply(list).to_dict() == {
        "2020-01-01": ["linear", "random_forest"],
        "2020-01-17": ["linear", "random_forest"],
    }
    for _, part in tried.groupby("part"):
        error = (part["train_rmse"] + part["test_rmse"]) / 2
        assert list(part["chosen"]) == list(error == error.min())
    assert tried.groupby("part")["n_samples"].first().sum() == 2025


def test_rao_is_tested_with_half_of_each_date(smap_methods):
    test = pd.read_csv(smap_methods[0]["rao2022"].folder / "test.csv")
    assert test["n"].iloc[0] == pytest.approx(2025 / 2, abs=1)


def test_rao_maps_are_whole_numbers_with_year_and_day_of_year_in_their_names(smap_methods):
    folder = smap_methods[0]["rao2022"].folder
    names = [f"sm_2020{day:03}.tif" for day in (1, 3, 9, 11, 17, 19, 25, 27)]
    assert sorted(path.name for path in (folder / "maps_encoded").glob("*.tif")) == names
    for name, day in zip(names, DAYS):
        with (
            rasterio.open(folder / "maps_encoded" / name) as whole,
            rasterio.open(folder / "maps" / f"sm_{str(day).replace('-', '')}.tif") as map_,
        ):
            assert whole.dtypes == ("int16",)
            assert whole.scales == (0.0001,)
            steps, fine = whole.read(1, masked=True), map_.read(1, masked=True)
        np.testing.assert_array_equal(steps.mask, fine.mask | ~np.isfinite(fine.data))
        assert np.abs(steps * 0.0001 - fine).max() <= 0.00005 + 1e-7
        assert 100 < steps.mean() < 4000


def test_rao_monthly_means_are_the_means_of_the_days(smap_methods):
    folder = smap_methods[0]["rao2022"].folder
    path = folder / "analyses" / "period_means" / "sm_month" / "sm_month_20200101.tif"
    days = []
    for map_ in sorted((folder / "maps").glob("sm_*.tif")):
        with rasterio.open(map_) as dataset:
            days.append(dataset.read(1, masked=True).filled(np.nan))
    with rasterio.open(path) as dataset:
        mean = dataset.read(1, masked=True).filled(np.nan)
    both = np.isfinite(days).all(0) & np.isfinite(mean)
    assert both.sum() > 3000
    np.testing.assert_allclose(mean[both], np.mean(days, axis=0)[both], atol=1e-6)


def test_bueno_has_a_forest_for_each_day(smap_methods):
    model = Model.read(smap_methods[0]["bueno2024"].folder / "model.soilsharp")
    np.testing.assert_array_equal(model.fitted.starts, DAYS)
    for member in model.fitted.members:
        assert member.learner.key == "random_forest"
        assert member.options.n_trees == FOREST["n_trees"]
    assert model.names == ("swvl1",)


def test_a_single_date_is_a_period_too(norway_methods, cases):
    results, _ = norway_methods
    for name, start in (("rao2022", "1975-01-01"), ("bueno2024", str(cases.DAY))):
        model = Model.read(results[name].folder / "model.soilsharp")
        np.testing.assert_array_equal(model.fitted.starts, np.array([start], "datetime64[D]"))
        assert model.passport["n_samples"] == 151


def test_a_changed_copy_says_what_it_is(smap_methods):
    folder = smap_methods[0]["bueno2024"].folder
    written = Method.read(folder / "method.json")
    assert written.name == "my_bueno2024"
    assert written.recipe.candidates[0].options.n_trees == FOREST["n_trees"]
    assert "my_bueno2024" in (folder / "run.html").read_text(encoding="utf-8")
