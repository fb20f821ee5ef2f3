# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a run: what the study gives to each role, what was done otherwise, and which scores were held out."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import rasterio

from soilsharp.core.base.errors import OptionError
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.role_rules import Taken, differences, paper_rule, study_rule
from soilsharp.core.methods.run import run_method
from soilsharp.core.methods.run_page import _on_the_way
from soilsharp.core.methods.settings import Role
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.model import Model
from soilsharp.core.validation.stations import FLATTERED

DATED = {"files": "x/*.tif"}


def _differences(role, name, every=1.0, unit="", **entry):
    entry = RasterEntry(**entry)
    taken = Taken("x", study_rule(name, entry), unit, every if entry.dated else np.nan, "")
    return differences(Role(**role), name, entry, taken)


@pytest.mark.parametrize(
    ("role", "name", "entry", "found"),
    [
        ({}, "lst", {**DATED, "rule": "linear"}, []),
        ({"rule": "static"}, "clay", {"file": "clay.tif"}, []),
        ({"rule": "static"}, "clay", {**DATED, "rule": "hold"},
         ["last observation carried forward instead of holds for all days"]),
        ({"rule": "dated"}, "ndvi", {**DATED, "rule": "nearest"}, []),
        ({"rule": "dated"}, "ndvi", {"file": "a.tif"}, ["holds for all days instead of changes with the day"]),
        ({"rule": "hold"}, "lst", {**DATED, "rule": "linear"},
         ["linear interpolation instead of last observation carried forward"]),
        ({"rule": "hold", "every_days": 8}, "lst", {**DATED, "rule": "hold"}, ["rasters every 1 d instead of 8 d"]),
        ({"rule": "sum_before", "hours": 72}, "rain", {**DATED, "rule": "sum_before", "days": 3},
         ["sum over 3 d, the day itself included instead of sum over the 72 h before"]),
        ({"rule": "sum_before", "hours": 72}, "rain", {**DATED, "rule": "sum_before", "hours": 72, "hour": 6}, []),
        ({"rule": "sum_before", "hours": 72}, "tp_72h", {**DATED, "rule": "same_day"}, []),
        ({"rule": "sum_before", "hours": 72}, "tp", {**DATED, "rule": "same_day"},
         ["raster of the same day instead of sum over the 72 h before"]),
        ({"rule": "mean_before", "days": 3, "with_day": False}, "rain", {**DATED, "rule": "mean_before", "days": 3},
         ["mean over 3 d, the day itself included instead of mean over 3 d, the day itself left out"]),
        ({"rule": "mean_before", "days": 3}, "rain", {**DATED, "rule": "sum_before", "days": 3},
         ["sum over 3 d, the day itself included instead of mean over 3 d, the day itself included"]),
    ],
)  # fmt: skip
def test_what_the_study_does_otherwise_is_told_by_its_rule(role, name, entry, found):
    assert _differences(role, name, **entry) == found


def test_units_differ_where_both_are_known_and_not_in_how_they_are_written():
    assert _differences({"unit": "K"}, "lst", unit="°C", **DATED) == ["°C instead of K"]
    assert _differences({"unit": "m3 m-3"}, "sm", unit="m³ m⁻³", **DATED) == []
    assert _differences({"unit": "K"}, "lst", unit="", **DATED) == []


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ({"rule": "weekly"}, "'rule' must be one of , static, dated, same_day"),
        ({"rule": "sum_before"}, "the rule 'sum_before' takes days or hours"),
        ({"rule": "sum_before", "days": 3, "hours": 72}, "the rule 'sum_before' takes days or hours"),
        ({"rule": "hold", "days": 3}, "the rule 'hold' takes neither days nor hours"),
        ({"rule": "static", "every_days": 8}, "has no rasters of days"),
    ],
)
def test_a_rule_of_a_role_that_cannot_be_is_refused_with_its_place(role, message, tmp_path):
    content = {**Method.read("coarse_linear").as_json(), "roles": {"lst": role}}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(OptionError, match="m.json, roles 'lst': .*" + re.escape(message)):
        Method.read(tmp_path / "m.json")


def test_every_role_of_the_published_methods_says_how_its_source_takes_it_in_time():
    for name in ("bueno2024", "jaaskelainen2025", "li2022", "poehls2025", "rao2022"):
        assert [role for role, entry in Method.read(name).roles.items() if not entry.rule] == [], name
    roles = Method.read("jaaskelainen2025").roles
    assert paper_rule(roles["rain_72h"]) == "sum over the 72 h before"
    assert paper_rule(Method.read("poehls2025").roles["lst"]) == "last observation carried forward, every 8 d"


# --- whole runs -------------------------------------------------------------------------------------------------------


def _method(tmp_path, name, **changes):
    (tmp_path / "own.json").write_text(json.dumps({**Method.read(name).as_json(), **changes}))
    return Method.read(tmp_path / "own.json")


def _text(page):
    """Return the words of a page."""
    html = re.sub(r"<style>.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r'src="[^"]*"', "", html)))


def test_the_page_of_a_station_method_leads_with_what_was_held_out_and_warns_of_the_rest(region, tmp_path):
    roles = {
        "lst": {"rule": "hold", "every_days": 8, "about": "Composites of eight days."},
        "rain_72h": {"also": "rain", "rule": "sum_before", "hours": 72, "about": "Of the overpass."},
        "sand": {"rule": "static", "about": "A map."},
        "evi": {"required": False, "about": "Another index."},
    }
    method = _method(tmp_path, "stations_linear", roles=roles, test={"by": "station", "training_fraction": 0.7})
    run_method(Study.read(region.study), method, tmp_path / "out")
    text = _text(tmp_path / "out" / "run.html")
    pooled = Model.read(tmp_path / "out" / "model.soilsharp").scores
    held_out = f"Held out, with folds by station: RMSE {pooled['rmse']:.3f} m³ m⁻³, R {pooled['r']:.2f}."
    order = [held_out, "Held out: folds by station", "The published test: by station", "station by station",
             "At the stations, which the model has learned from", FLATTERED]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    # what the study gives, and not what the paper has
    assert "covariates/lst/*.tif linear interpolation 1 d" in text
    assert "lst (lst) is not as in stations_linear: linear interpolation instead of last observation" in text
    assert "rasters every 1 d instead of 8 d." in text
    assert "rain_72h (rain) is not as in stations_linear: sum over 3 d, the day itself included instead of sum" in text
    assert "sand sand covariates/sand.tif holds for all days – % all days holds for all days A map." in text
    lacking = text.index("What the study lacks")
    assert text.index("evi optional, and the study has none – Another index.") > lacking
    assert "sand (sand) is not" not in text


def test_stations_that_the_model_has_not_learned_from_are_told_so(region, tmp_path):
    run_method(Study.read(region.study), Method.read("coarse_linear"), tmp_path / "out")
    text = _text(tmp_path / "out" / "run.html")
    assert text.index("Held out: folds by block") < text.index("At the stations, which the model has not learned from")
    assert FLATTERED not in text


def _few_cells(region, folder):
    """Return a study whose coarse product has two cells on its third and fourth day."""
    shutil.copytree(region.folder, folder)
    study = Study.read(folder / "study.json")
    few = [study.first + 2, study.first + 3]
    series = study.coarse_series
    for day, source in zip(series.days, series.sources):
        if day in few:
            with rasterio.open(source.path, "r+") as dataset:
                values = dataset.read(1)
                values[np.arange(values.size).reshape(values.shape) > 1] = np.nan
                dataset.write(values, 1)
    return Study.read(folder / "study.json"), few


def test_maps_that_another_day_s_model_made_say_so_and_the_page_lists_them(region, tmp_path):
    study, few = _few_cells(region, tmp_path / "region")
    scheme = {"scheme": "per_period", "period": "date", "min_samples": 3}
    recipe = {"learners": {"linear": {}}, "scheme": scheme}
    method = _method(tmp_path, "coarse_linear", recipe=recipe, folds={"by": "random", "n_folds": 2})
    run_method(study, method, tmp_path / "out")
    tags = {}
    for path in sorted((tmp_path / "out" / "maps").glob("*.tif")):
        with rasterio.open(path) as dataset:
            tags[dataset.tags()["date"]] = dataset.tags().get("SOILSHARP_MODEL_OF", "")
    model = Model.read(tmp_path / "out" / "model.soilsharp")
    starts = model.fitted.starts
    expected = {}
    for day in map(np.datetime64, tags):
        before = starts[starts <= day]
        expected[str(day)] = "" if day in starts else str(before[-1] if len(before) else starts[0])
    assert tags == expected
    assert {tags[str(day)] for day in few} == {str(few[0] - 1)}
    borrowed = {day: of for day, of in tags.items() if of}
    text = _text(tmp_path / "out" / "run.html")
    assert f"{len(borrowed)} of {len(tags)} maps are made by the model of other days" in text
    assert f"{few[0]} by that of {few[0] - 1}" in text


def test_where_no_period_has_samples_enough_every_map_says_that_its_model_is_of_all_days(region, tmp_path):
    recipe = {"learners": {"linear": {}}, "scheme": {"scheme": "per_period", "period": "date", "min_samples": 5000}}
    study = Study.read(region.study)
    result = run_method(study, _method(tmp_path, "coarse_linear", recipe=recipe), tmp_path / "out")
    assert {fact.model_of for fact in result.maps.maps} == {"all days"}
    whole = run_method(study, Method.read("coarse_linear"), tmp_path / "whole")
    assert {fact.model_of for fact in whole.maps.maps} == {""}


def test_warnings_that_differ_in_numbers_alone_stand_once():
    told = ["2 of 3 days are wet.", "No sand.", "20 of 31 days are wet.", "1.5 of 3 days are wet.", "Shown above."]
    ((title, _, table),) = _on_the_way(told, ["Shown above."])
    assert title == "Warned of on the way"
    assert table["warning"].tolist() == ["2 of 3 days are wet. (With other numbers: 2 times more.)", "No sand."]


def test_repeated_folds_are_told_by_their_draws(region, tmp_path):
    method = _method(tmp_path, "coarse_linear", folds={"by": "random", "n_folds": 2, "repeats": 2}, compare_folds=[])
    study = Study.read(region.study)
    run_method(replace(study, last=study.first + 5, stations_file=""), method, tmp_path / "out")
    text = _text(tmp_path / "out" / "run.html")
    assert "Held out: folds random, mean of 2 draws" in text
    assert "Predicted and observed, held out: folds random, first of 2 draws" in text
    n = Model.read(tmp_path / "out" / "model.soilsharp").passport["n_samples"]
    assert [len(draw) for draw in Predictions.read(tmp_path / "out" / "predictions.csv").draws] == [n, n]


def test_held_out_stations_are_told_apart_by_land_that_the_model_does_not_know(region, tmp_path):
    """Table 4 of Jääskeläinen et al. 2025; and what is left out leaves no empty folder."""
    study = Study.read(region.study)
    codes = np.full(study.grid.shape, 10, np.float32)
    codes[:, 18:] = 40
    write_map(tmp_path / "cover.tif", codes, study.grid, tags={"classes": "10 tree cover, 40 cropland"})
    cover = RasterEntry(file=str(tmp_path / "cover.tif"), classes=True)
    study = replace(study, covariates={**study.covariates, "land_cover": cover})
    linear = Method.read("stations_linear")  # which would learn from all covariates
    method = replace(linear, roles=Method.read("jaaskelainen2025").roles, analyses=("partial_correlation",))
    run_method(study, method, tmp_path / "run")
    assert "land_cover" not in Model.read(tmp_path / "run" / "model.soilsharp").names
    table = Predictions.read(tmp_path / "run" / "predictions.csv").table
    _, columns = study.grid.cells_at(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    expected = np.where(columns < 18, "tree cover", "cropland")
    assert table["land_cover"].tolist() == expected.tolist()
    scores = pd.read_csv(tmp_path / "run" / "held_out" / "scores.csv")
    own = scores[(scores["by"] == "land_cover") & (scores["product"] == method.name)].set_index("group")
    assert own["n"].to_dict() == {name: (expected == name).sum() for name in ("cropland", "tree cover")}
    assert "By land cover" in (tmp_path / "run" / "held_out" / "report.html").read_text(encoding="utf-8")
    assert not [path for path in (tmp_path / "run").rglob("*") if path.is_dir() and not any(path.iterdir())]
