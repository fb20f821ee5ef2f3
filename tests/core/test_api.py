# SPDX-License-Identifier: GPL-2.0-or-later
"""The front door: what a person types into a notebook works as typed, and says what came of it."""

import doctest
import inspect
import logging
from dataclasses import fields
from datetime import date

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

import soilsharp
from soilsharp.core import api
from soilsharp.core.base.errors import InputError, OptionError, OverwriteError
from soilsharp.core.cli import main
from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.samples.settings import CoarseSampling, StationSampling
from soilsharp.core.stations.stations import Stations
from soilsharp.core.training.learners import LEARNERS
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions, SearchOptions
from soilsharp.core.training.train import train

NAMES = [name for name in soilsharp.__all__ if name != "__version__"]


@pytest.fixture(scope="module")
def here(tmp_path_factory, region):
    """Return a folder that holds the files of the sample region, to work in."""
    folder = tmp_path_factory.mktemp("notebook")
    for path in region.folder.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def study(region):
    return soilsharp.Study.read(region.study)


@pytest.fixture(scope="module")
def samples(study):
    return soilsharp.sample(study)


@pytest.fixture(scope="module")
def model(samples):
    return soilsharp.train(samples, "lightgbm", n_trees=50, folds="random", seed=1)


@pytest.fixture(scope="module")
def maps(study, model, tmp_path_factory):
    return soilsharp.downscale(study, model, tmp_path_factory.mktemp("out") / "maps")


# --- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["soilsharp", *NAMES])
def test_every_public_name_has_an_example_that_runs(name, here, monkeypatch):
    monkeypatch.chdir(here)
    thing = soilsharp if name == "soilsharp" else getattr(soilsharp, name)
    (test,) = doctest.DocTestFinder(recurse=False).find(thing, name, globs={})
    assert test.examples
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=said.append)
    assert not said, "".join(said)


# --- names ------------------------------------------------------------------------------------------------------------


def test_the_package_names_what_the_front_door_has():
    assert all(getattr(soilsharp, name) is getattr(api, name) for name in NAMES)
    assert set(soilsharp.__all__) <= set(dir(soilsharp))
    with pytest.raises(AttributeError, match="module 'soilsharp' has no attribute 'trian'"):
        soilsharp.trian  # noqa: B018


def test_no_setting_has_the_name_of_an_argument():
    settings = {api.train: [record.options for record in LEARNERS], api.sample: [CoarseSampling, StationSampling]}
    for function, records in settings.items():
        arguments = set(inspect.signature(function).parameters)
        assert not [f"{r.__name__}.{f.name}" for r in records for f in fields(r) if f.name in arguments]


# --- steps ------------------------------------------------------------------------------------------------------------


def test_samples_are_those_of_the_step(study, region, samples):
    npt.assert_array_equal(samples.X, sample_coarse(study).X)
    npt.assert_array_equal(soilsharp.sample(str(region.study), "stations").X, sample_stations(study).X)
    nearest = soilsharp.sample(region.study, covariates=["ndvi"], aggregate="nearest")
    assert nearest.names == ("ndvi",)
    npt.assert_array_equal(nearest.X, sample_coarse(study, CoarseSampling(aggregate="nearest"), names=["ndvi"]).X)


def test_a_model_is_that_of_the_step(samples, tmp_path):
    samples.write(tmp_path / "samples.csv")
    ours = soilsharp.train(tmp_path / "samples.csv", "linear", alpha=3.0, search="grid", folds={"n_folds": 2}, seed=4)
    assert ours.passport["folds"]["n_folds"] == 2
    assert ours.passport["parts"][0]["search"]["search"] == "grid"
    recipe = Recipe.of("linear", search=SearchOptions(search="grid"))
    npt.assert_array_equal(
        soilsharp.train(samples, recipe, folds=FoldOptions(by="date"), seed=4).predict(samples.X),
        train(samples, recipe, FoldOptions(by="date"), 4).predict(samples.X),
    )


@pytest.mark.parametrize(
    "day", ["2023-05-03", date(2023, 5, 3), pd.Timestamp("2023-05-03"), np.datetime64("2023-05-03")]
)
def test_a_map_is_that_which_is_written(study, model, maps, day):
    fine = soilsharp.predict(study, model, day)
    assert fine.grid == study.grid
    assert fine.day == np.datetime64("2023-05-03")
    (path,) = (fact.path for fact in maps.maps if fact.day == fine.day)
    npt.assert_array_equal(np.asarray(fine), read_on(Source(str(path)), study.grid))


def test_options_of_maps_are_those_of_the_step(study, model, tmp_path):
    by_step = tmp_path / "step", tmp_path / "door"
    options = {"consistency": "additive", "min_valid_fraction": 0.9}
    day = np.datetime64("2023-05-03")
    downscale_series(study, model, by_step[0], first=day, last=day, options=ConsistencyOptions(**options))
    made = soilsharp.downscale(study, model, by_step[1], first=date(2023, 5, 3), last="2023-05-03", consistency=options)
    assert [fact.path.name for fact in made.maps] == ["sm_20230503.tif"]
    files = [(folder / "sm_20230503.tif").read_bytes() for folder in by_step]
    assert files[0] == files[1]
    kept = soilsharp.predict(study, model, "2023-05-03", consistency=options)
    npt.assert_array_equal(kept.values, read_on(Source(str(made.maps[0].path)), study.grid))


def test_a_column_belongs_to_the_rows_by_name_and_not_by_order(samples, model, tmp_path):
    column = soilsharp.predict(samples, model)
    assert (column.shape, column.dtype) == ((len(samples),), np.float32)
    npt.assert_array_equal(column, model.predict(samples.X, samples.days))
    turned = samples.select(samples.names[::-1])
    npt.assert_array_equal(soilsharp.predict(turned, model), column)
    model.write(tmp_path / "model.soilsharp")
    samples.write(tmp_path / "samples.csv")
    npt.assert_allclose(soilsharp.predict(tmp_path / "samples.csv", tmp_path / "model.soilsharp"), column, atol=1e-6)


def test_a_row_without_a_covariate_has_no_prediction(samples):
    linear = soilsharp.train(samples, "linear", folds={"n_folds": 0})
    holed = samples.X.copy()
    holed[3, 2] = np.nan
    column = soilsharp.predict(soilsharp.Samples(holed, samples.y, samples.names, samples.index), linear)
    assert np.flatnonzero(np.isnan(column)).tolist() == [3]


def test_scores_of_maps_are_the_same_by_every_road(study, maps, region):
    by_study = soilsharp.validate(maps, study)
    folder = maps.maps[0].path.parent
    by_parts = soilsharp.validate(Series.from_files(folder), study.stations(), study.coarse_series)
    by_paths = soilsharp.validate(folder, region.folder / "stations.csv", region.folder / "coarse")
    for other in (by_parts, by_paths):
        pd.testing.assert_frame_equal(other.table, by_study.table)
    assert by_study.table["n_stations"].min() > 0
    assert set(by_study.stations.per_station["product"]) == set(by_study.products)


def test_maps_are_compared_with_a_product_and_with_each_other(maps, region):
    folder = maps.maps[0].path.parent
    result = soilsharp.validate({"all": str(folder), "some": folder / "sm_2023050*.tif"}, region.truth)
    assert result.products == ["all", "some"]
    assert repr(result).splitlines()[0].split() == ["n", "bias", "rmse", "ubrmse", "mae", "r", "r2", "kge"]
    assert len(repr(result).splitlines()) == 4


def test_scores_of_maps_go_into_a_folder_with_the_stations_that_are_asked_for(study, maps, region, tmp_path, capsys):
    folder = maps.maps[0].path.parent
    stations = study.stations().places.index[:2].tolist()
    result = soilsharp.validate(maps, study, folder=tmp_path / "here", series_stations=stations)
    page = (tmp_path / "here" / "report.html").read_text(encoding="utf-8")
    assert "Stations as asked for." in page
    assert "of the study." in page  # its rain
    found = soilsharp.score_predictions(
        tmp_path / "here" / "predictions.csv", tmp_path / "scored", study, series_stations=stations[1]
    )
    assert found.pooled["n"][0] == result.table["n"][0]
    page = (tmp_path / "scored" / "report.html").read_text(encoding="utf-8")
    assert "Stations as asked for." in page
    assert "of the study." in page
    words = ["validate", folder, region.study, "--out", tmp_path / "by_shell", "--series-stations", ",".join(stations)]
    assert main([str(word) for word in words]) == 0
    names = ["dates.csv", "predictions.csv", "report.html", "scores.csv", "stations.gpkg"]
    assert sorted(path.name for path in (tmp_path / "by_shell").iterdir()) == names
    assert (tmp_path / "by_shell" / "scores.csv").read_bytes() == (tmp_path / "here" / "scores.csv").read_bytes()
    words = ["validate", folder, region.truth, "--out", tmp_path / "rasters"]
    assert main([str(word) for word in words]) == 0
    assert sorted(path.name for path in (tmp_path / "rasters").iterdir()) == ["dates.csv", "report.html", "scores.csv"]
    capsys.readouterr()
    words = ["validate", folder, region.study, "--out", tmp_path / "lost", "--series-stations", "Nowhere"]
    assert main([str(word) for word in words]) == 1
    assert "No station 'Nowhere' among those with predictions" in capsys.readouterr().err
    assert not (tmp_path / "lost").exists()


def test_scores_never_lie_among_the_maps(study, maps):
    with pytest.raises(OverwriteError, match="holds the maps"):
        soilsharp.validate(maps, study, folder=maps.maps[0].path.parent)


def test_settings_of_a_judgement_are_known_or_refused(study, maps):
    with pytest.raises(OptionError, match=r"Unknown setting 'windows'; known are window, .*series_by"):
        soilsharp.validate(maps, study, windows="day")
    with pytest.raises(OptionError, match="'window' must be one of"):
        soilsharp.validate(maps, study, window="fortnight")


def test_a_learner_sees_classes_beside_the_covariates(samples):
    cover = np.arange(len(samples)) % 3 + 1
    classed = soilsharp.Samples(samples.X, samples.y, samples.names, samples.index.assign(cover=cover), samples.facts)
    model = soilsharp.train(classed, "linear", classes="cover", folds={"n_folds": 0})
    assert model.names == (*samples.names, "cover")
    with pytest.raises(InputError, match="koppen"):
        soilsharp.train(samples, "linear", classes=["koppen"])


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_mistakes_are_told_with_what_to_do(study, samples, model, tmp_path):
    with pytest.raises(OptionError, match="'target' must be 'coarse' or 'stations', got 'moon'"):
        soilsharp.sample(study, "moon")
    with pytest.raises(OptionError, match="unknown setting 'one_per_pixel'; known are aggregate"):
        soilsharp.sample(study, one_per_pixel=True)
    with pytest.raises(OptionError, match="There is no learner 'forest'; there are linear"):
        soilsharp.train(samples, "forest")
    with pytest.raises(OptionError, match="unknown setting 'trees'; known are n_trees"):
        soilsharp.train(samples, "lightgbm", trees=3)
    with pytest.raises(OptionError, match="'by' must be one of auto"):
        soilsharp.train(samples, "linear", folds="moon")
    with pytest.raises(OptionError, match="holds its own alpha; change the recipe"):
        soilsharp.train(samples, Recipe.of("linear"), alpha=1.0)
    with pytest.raises(InputError, match="Say which day is to be predicted, from 2023-05-01 to 2023-05-16"):
        soilsharp.predict(study, model)
    with pytest.raises(InputError, match="'May' is not a day written as 2023-05-01"):
        soilsharp.predict(study, model, "May")
    with pytest.raises(InputError, match="needs the covariate"):
        soilsharp.predict(samples.select(["ndvi"]), model)
    with pytest.raises(InputError, match="No raster files at"):
        soilsharp.validate(tmp_path, study)


def test_arguments_of_another_kind_are_told_in_a_sentence(study, samples, model, tmp_path, here):
    train, predict, downscale, validate = soilsharp.train, soilsharp.predict, soilsharp.downscale, soilsharp.validate
    run, day, file = soilsharp.run, "2023-05-03", str(here / "study.json")
    fine = predict(study, model, day)
    wrong = {
        "'seed' must be a whole number from 0 to 2147483647, got 'a'": lambda: train(samples, "linear", seed="a"),
        "'seed' must be a whole number .* got 1.5": lambda: train(samples, "linear", seed=1.5),
        "'seed' must be a whole number .* got -1": lambda: train(samples, "linear", seed=-1),
        "'threads' must be a whole number .* got -3": lambda: train(samples, "linear", threads=-3),
        "Expected auto, .*, or settings as .*\"by\": 'auto'.*, got 3": lambda: train(samples, "linear", folds=3),
        "There is no learner .5.; there are": lambda: train(samples, 5),
        "'samples' must be a Samples or the path of its file, got int": lambda: train(5),
        "'samples' must be a path, got ''": lambda: train(""),
        "Samples hold days of their own; leave '2023-05-03' out": lambda: predict(samples, model, "2023-05-03"),
        "Say which day is to be predicted, from 2023-05-01": lambda: predict(file, model),
        "The date 'NaT' is not a day written as": lambda: predict(study, model, np.datetime64("NaT")),
        "The date 'NaT' is not a day": lambda: predict(study, model, pd.NaT),
        "The date '2023-05' is not a day written as": lambda: predict(study, model, np.datetime64("2023-05")),
        "Expected auto, soft, strict, additive, ratio, off, or settings as .* got None": lambda: predict(
            file, model, day, consistency=None
        ),
        "'model' must be a Model or the path of its file, got NoneType": lambda: predict(study, None, "2023-05-03"),
        "'source' must be a Study or the path of its file, got int": lambda: predict(7, model, "2023-05-03"),
        "'folder' must be a path, got ''": lambda: downscale(study, model, ""),
        "'folder' must be a path, got None": lambda: run(study, "coarse_linear", None),
        "'roles' must be a mapping, .* got 'ndvi'": lambda: run(study, "coarse_linear", tmp_path, roles="ndvi"),
        "'leave_out' must be names, .* got 3": lambda: run(study, "coarse_linear", tmp_path, leave_out=3),
        "'maps' is a map in memory; write maps with `downscale`": lambda: validate(fine, study),
        "'maps' must be a path, got 3": lambda: validate(3, study),
        "'maps' must be a path, got array": lambda: validate(fine.values[:1, :1], study),
        "'reference' must be a path, got None": lambda: validate(str(here / "truth"), None),
        "'covariates' names ndvi more than once": lambda: soilsharp.sample(study, covariates=["ndvi", "sand", "ndvi"]),
        "'covariates' must be names, .* got .1.": lambda: soilsharp.sample(study, covariates=[1]),
        r"must be pairs, got arrays of shape \(2,\) and \(3,\)": lambda: soilsharp.scores([1, 2], [1, 2, 3]),
    }  # fmt: skip
    for words, call in wrong.items():
        with pytest.raises((InputError, OptionError), match=words):
            call()
    assert not list(tmp_path.iterdir())


def test_a_name_alone_is_taken_for_a_list_of_one(study):
    assert soilsharp.sample(study, covariates="ndvi").names == ("ndvi",)
    assert soilsharp.sample(study, covariates="ndvi, sand").names == ("ndvi", "sand")


def test_numbers_of_numpy_are_whole_numbers_too(samples):
    ours, same = (soilsharp.train(samples, "linear", folds="date", seed=seed) for seed in (np.int64(4), 4))
    assert ours.passport["seed"] == same.passport["seed"] == 4


def test_a_path_of_a_study_is_a_reference(study, maps, here):
    by_path, by_study = (soilsharp.validate(maps, one).table for one in (str(here / "study.json"), study))
    pd.testing.assert_frame_equal(by_path, by_study)


def test_what_is_odd_is_logged(study, model, region, caplog):
    stations = study.stations()
    far = stations.places.assign(longitude=stations.places["longitude"].where(stations.places.index > "S03", 0.0))
    with caplog.at_level(logging.WARNING, "soilsharp"):
        soilsharp.validate(region.truth, Stations(far, stations.values))
    assert "stations stand outside of the maps and were left out" in caplog.text


# --- words ------------------------------------------------------------------------------------------------------------


def test_each_says_in_a_few_lines_what_it_is(study, samples, model, maps):
    stations = soilsharp.sample(study, "stations")
    for thing in (study, study.stations(), samples, stations, model, maps, soilsharp.Method.read("rao2022")):
        lines = repr(thing).splitlines()
        assert 3 <= len(lines) <= 9
        assert max(map(len, lines)) <= 140
    assert "Stations       12" in repr(stations)
    assert repr(model).splitlines()[0] == "Model: Gradient boosting (LightGBM)"
    assert "(folds by random)" in repr(model)
    assert repr(soilsharp.Method.read("rao2022")).startswith("Method 'rao2022'\n  About ")


def test_the_min_of_each_has_words_too():
    nothing = soilsharp.Samples(np.empty((0, 1), np.float32), np.empty(0, np.float32), ("a",), pd.DataFrame())
    assert repr(nothing) == "0 samples of a table\n  Covariates  a"
