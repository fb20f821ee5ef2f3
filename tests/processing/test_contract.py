# SPDX-License-Identifier: GPL-2.0-or-later
"""What every algorithm promises: names, words, limits and results."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture
def find(qgis):
    """Return a function that finds an algorithm by its name."""
    from qgis.core import QgsApplication

    return lambda name: QgsApplication.processingRegistry().algorithmById(f"soilsharp:{name}")


def test_every_algorithm_has_a_case(qgis, case_names):
    from qgis.core import QgsApplication

    provider = QgsApplication.processingRegistry().providerById("soilsharp")
    assert {a.name() for a in provider.algorithms()} == case_names


def test_words(case, find):
    algorithm = find(case)
    assert re.fullmatch("[a-z][a-z0-9_]*", algorithm.name())
    assert algorithm.groupId() in ("preprocessing", "training", "downscaling", "validation")
    assert algorithm.group() == algorithm.groupId().capitalize()
    assert algorithm.displayName() != algorithm.name()
    assert algorithm.shortDescription().endswith(".")
    assert algorithm.helpUrl().startswith("https://")
    assert algorithm.tags()
    assert Path(algorithm.svgIconPath()).exists()
    assert not algorithm.icon().pixmap(16, 16).isNull()


def test_every_parameter_is_explained(case, find):
    algorithm = find(case)
    for definition in algorithm.parameterDefinitions():
        assert definition.description(), definition.name()
        assert len(definition.help()) > 5, definition.name()
        assert re.fullmatch("([a-z]+:)?[A-Z][A-Z0-9_]*", definition.name())
    for output in algorithm.outputDefinitions():
        assert output.description(), output.name()
    text = algorithm.shortHelpString()
    for definition in algorithm.parameterDefinitions():
        assert definition.description() in text


def test_choices_are_texts(case, find):
    for definition in find(case).parameterDefinitions():
        if definition.type() == "enum":
            assert definition.usesStaticStrings()
            # of several choices QGIS takes a text with commas
            assert set(definition.defaultValue().split(",")) <= set(definition.options())


def test_an_instance_is_the_same_algorithm(case, find):
    algorithm = find(case)
    instance = algorithm.create()
    assert instance.id() == algorithm.id()
    names = [d.name() for d in algorithm.parameterDefinitions()]
    assert [d.name() for d in instance.parameterDefinitions()] == names


def test_flags_let_it_run_in_the_background_and_be_cancelled(algorithm, find):
    from qgis.core import QgsProcessingAlgorithm

    flags = find(algorithm).flags()
    assert flags & QgsProcessingAlgorithm.Flag.FlagCanCancel
    assert not flags & QgsProcessingAlgorithm.Flag.FlagNoThreading


@pytest.mark.parametrize(
    ("name", "record", "prefix"),
    [
        ("create_sample_region", "sample_region.settings.RegionOptions", ""),
        ("sample_coarse", "samples.settings.CoarseSampling", ""),
        ("create_study", "stations.settings.StationOptions", "STATION_"),
        ("train_linear", "training.settings.FoldOptions", "FOLDS_"),
        ("train_linear", "training.learners.options.LinearOptions", ""),
        ("train_random_forest", "training.learners.options.RandomForestOptions", ""),
        ("train_lightgbm", "training.learners.options.LightGBMOptions", ""),
        ("train_blend", "training.settings.FoldOptions", "FOLDS_"),
    ],
)
def test_settings_are_those_of_the_record(find, name, record, prefix):
    from soilsharp.processing.parameters import collect

    module, _, record = record.rpartition(".")
    record = getattr(import_module(f"soilsharp.core.{module}"), record)
    algorithm = find(name)
    values = {d.name(): d.defaultValue() for d in algorithm.parameterDefinitions()}
    assert collect(record, values, prefix) == record()
    for setting in fields(record):
        names = (prefix + setting.name.upper(), setting.name.upper())
        named = [d for d in algorithm.parameterDefinitions() if d.name() in names]
        assert len(named) == 1
        words = setting.metadata
        if words["kind"] in (int, float):
            assert words["low"] is None or named[0].minimum() == words["low"]
            assert words["high"] is None or named[0].maximum() == words["high"]
        if words["unit"]:
            unit = words["unit"].replace("m3 m-3", "m³ m⁻³").replace("degC", "°C").replace(" ", "\u00a0")
            assert f"[{unit}]" in named[0].description()


def test_maps_are_brought_to_the_coarse_product_unless_it_is_told_otherwise(find):
    from soilsharp.core.downscaling.settings import ConsistencyOptions
    from soilsharp.processing.parameters import collect

    for name in ("downscale", "downscale_series"):
        values = {d.name(): d.defaultValue() for d in find(name).parameterDefinitions()}
        assert collect(ConsistencyOptions, {"BAND": False, "PARTS": False, **values}) == ConsistencyOptions(
            consistency="auto"
        )


def test_runs(case, inputs, find):
    from qgis import processing

    given = inputs(case)
    results = processing.run(f"soilsharp:{case}", given)
    instance = find(case).create()  # kept: its definitions go with it
    for output in instance.outputDefinitions():
        assert output.name() in results
    for definition in instance.destinationParameterDefinitions():
        path = Path(results[definition.name()])
        assert path == Path(given[definition.name()])
        assert any(path.iterdir()) if path.is_dir() else path.stat().st_size > 0


def test_a_step_must_write_one_thing_only_and_does_without_the_rest(algorithm, inputs, find):
    from qgis import processing
    from qgis.core import QgsProcessingParameterDefinition

    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    instance = find(algorithm).create()  # kept: its definitions go with it
    targets = {d.name(): bool(d.flags() & optional) for d in instance.destinationParameterDefinitions()}
    assert list(targets.values()).count(False) == 1
    rest = [name for name, may_lack in targets.items() if may_lack]
    if rest:
        given = inputs(algorithm)
        results = processing.run(f"soilsharp:{algorithm}", {k: v for k, v in given.items() if k not in rest})
        for name in targets:
            assert Path(given[name]).exists() == (name not in rest)
            assert results.get(name, "") == ("" if name in rest else given[name])


def test_a_place_that_cannot_be_written_is_refused_before_the_work(algorithm, inputs, find, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException

    (tmp_path / "file").write_text("no folder")
    given = inputs(algorithm)
    name = find(algorithm).destinationParameterDefinitions()[0].name()
    given[name] = str(tmp_path / "file" / Path(given[name]).name)
    with pytest.raises(QgsProcessingException, match=r"Cannot write .* Choose another place"):
        processing.run(f"soilsharp:{algorithm}", given)


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("create_sample_region", {"START": "1.5.2023"}, "2023-05-01"),
        ("create_study", {"COARSE": "/no/such/folder"}, "No raster files at /no/such/folder"),
        ("create_study", {"RULES": "rain: median 3"}, "sum_before"),
        ("create_study", {"RESOLUTION": 500}, "both an extent and a resolution"),
        ("import_soilgrids", {"DEPTHS": "0-10cm"}, "there are 0-5 cm"),
        ("spectral_indices", {"FORMULA": "nir / red"}, "Give the formula 'nir / red' a name"),
        ("spectral_indices", {"INDICES": ["evi"]}, "no raster of the band blue"),
        ("landcover_fraction", {"CLASSES": "trees"}, "'trees' is no class"),
        ("sample_coarse", {"STUDY": "/no/such/study.json"}, "Cannot read study file"),
        ("sample_table", {"COVARIATES": "clay,silt"}, "no column silt"),
        ("train_linear", {"COVARIATES": "elevation,gold"}, "no covariate gold"),
        ("train_linear", {"FOLDS_BY": "station"}, "need the column station"),
        ("downscale", {"DATE": "9 May"}, "2023-05-01"),
        ("downscale_series", {"START": "2030-01-01", "END": ""}, "No day from 2030-01-01"),
        ("validate_stations", {"STUDY": "", "STATIONS": ""}, "There are no stations"),
        ("compare_products", {"REFERENCE_FOLDER": ""}, "need one reference"),
        ("compare_products", {"PRODUCTS_FOLDER": ""}, "Give either"),
        ("encode_maps", {"NAME": "sm_%Y"}, "names no day; write it as"),
        ("period_means", {"END": "2020-01-01"}, "ends .* before it begins"),
        ("partial_correlation", {"MIN_STEPS": 12}, "6 common months, but 12 are needed"),
        ("quantile_correlation", {"PLACE": "nowhere"}, "No map has a value at 'nowhere'"),
        ("shap_maps", {"COVARIATES": "snow"}, "The model has no covariate snow; it has"),
        ("shap_maps", {"START": "2020-01-01", "END": "2020-02-01"}, "lies in the study's period"),
        ("landscape_analysis", {"SIDE_M": 100}, "too few to vary"),
    ],
)
def test_a_mistake_is_explained_and_leaves_nothing(qgis, inputs, tmp_path, name, wrong, words):
    from qgis import processing
    from qgis.core import QgsProcessingException

    given = {**inputs(name), **wrong}
    before = left(tmp_path)  # a case may write what it reads
    with pytest.raises(QgsProcessingException, match=words) as caught:
        processing.run(f"soilsharp:{name}", given)
    assert "Traceback" not in str(caught.value)
    assert left(tmp_path) == before


def test_two_rasters_for_one_covariate_are_refused(qgis, chain, inputs):
    from qgis import processing
    from qgis.core import QgsProcessingException

    more = sorted((chain.folder / "covariates" / "lst").glob("*.tif"))[0]
    given = inputs("downscale")
    with pytest.raises(QgsProcessingException, match="Two rasters are for 'lst'"):
        processing.run("soilsharp:downscale", {**given, "COVARIATES": [*given["COVARIATES"], str(more)]})


def test_a_missing_raster_is_refused(qgis, inputs):
    from qgis import processing
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException):
        processing.run("soilsharp:conserve_coarse", {**inputs("conserve_coarse"), "FINE": "/no/such.tif"})


def test_the_extent_is_brought_to_the_target_grid(qgis, inputs):
    from qgis import processing

    from soilsharp.core.study.study import Study

    given = inputs("create_study")
    # a box of the region in degrees
    results = processing.run(
        "soilsharp:create_study",
        {**given, "EXTENT": "11.1,11.3,49.55,49.65 [EPSG:4326]", "CRS": "EPSG:3035", "RESOLUTION": 500},
    )
    grid = Study.read(results["OUTPUT"]).grid
    assert grid.crs.to_epsg() == 3035
    assert grid.resolution == (500, 500)
    assert 20 < grid.shape[0] < 40
    assert results["PIXELS"] == grid.shape[0] * grid.shape[1]


def test_a_study_is_made_and_what_is_wrong_in_it_is_told(qgis, inputs, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingFeedback

    given, feedback = inputs("create_study"), QgsProcessingFeedback(False)
    far = tmp_path / "far.csv"
    far.write_text("station,longitude,latitude,date,soil_moisture\nfar,-100,40,2023-05-04,0.2\n", encoding="utf-8")
    results = processing.run("soilsharp:create_study", {**given, "STATIONS": str(far)}, feedback=feedback)
    assert Path(results["OUTPUT"]).is_file()
    assert "stations: " in feedback.textLog()


def test_a_pattern_stands_for_a_folder(qgis, inputs, chain):
    from qgis import processing

    given = inputs("compare_products")
    results = processing.run("soilsharp:compare_products", {**given, "PRODUCTS_FOLDER": str(chain.maps / "sm_*.tif")})
    assert results["N"] > 1000


def test_what_lies_below_the_maps_of_a_product_is_none(qgis, inputs, tmp_path):
    from qgis import processing

    series, given = inputs("downscale_series"), inputs("compare_products", "compared")
    processing.run("soilsharp:downscale_series", {**series, "BAND": True})
    assert {path.name for path in Path(series["OUTPUT"]).iterdir() if path.is_dir()} == {"sd", "filled"}
    assert processing.run("soilsharp:compare_products", {**given, "PRODUCTS_FOLDER": series["OUTPUT"]})["BEST"]
    both = tmp_path / "both"
    both.mkdir()
    for name in ("one", "two"):
        (both / name).symlink_to(series["OUTPUT"])
    processing.run("soilsharp:compare_products", {**given, "PRODUCTS_FOLDER": str(both)})
    assert "two" in Path(given["OUTPUT"]).read_text()


def test_a_layer_of_the_project_goes_by_its_name(qgis, chain, inputs):
    from qgis import processing
    from qgis.core import QgsProject, QgsRasterLayer

    project = QgsProject.instance()
    layers = [QgsRasterLayer(path, name) for path, name in zip(chain.layers, ("elevation", "Sand", "NDVI", "LST"))]
    project.addMapLayers(layers)
    try:
        results = processing.run("soilsharp:downscale", {**inputs("downscale"), "COVARIATES": layers})
        assert results["VALID_PIXELS"] > 0
    finally:
        project.clear()


def left(folder):
    """Return the files that lie below a folder."""
    return [str(path) for path in folder.rglob("*") if path.is_file()]


def test_a_number_outside_of_its_limits_is_told_with_the_limits(qgis, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException, match=r"Days \[d\] \(DAYS\) must lie between 1 and 3660, but is 0"):
        processing.run("soilsharp:create_sample_region", {"DAYS": 0, "OUTPUT": str(tmp_path / "r")})
    assert not (tmp_path / "r").exists()


def test_a_sample_region_has_a_second_study_with_further_layers(inputs, tmp_path):
    from qgis import processing

    made = processing.run("soilsharp:create_sample_region", inputs("create_sample_region"))
    assert Path(made["STUDY_ALL"]).parent == Path(made["STUDY"]).parent
    table = tmp_path / "covariates.csv"
    given = {"STUDY": made["STUDY_ALL"], "OUTPUT": str(tmp_path / "check.html"), "OUTPUT_TABLE": str(table)}
    assert processing.run("soilsharp:check_study", given)["PROBLEMS"] == 0
    assert "sm_layer3" in table.read_text(encoding="utf-8")


def test_the_help_of_a_choice_has_labels_and_each_key_once(algorithm, find):
    import re

    from soilsharp.processing.parameters import labels_of

    shown = find(algorithm).shortHelpString()
    for definition in find(algorithm).parameterDefinitions():
        for key, label in labels_of(definition).items():
            explained = rf"(^|[.;,:] ){re.escape(key)}(:| =| \()"
            assert label == key or not re.search(explained, definition.help()), (definition.name(), key)
        rows = [row for row in shown.split("<li>") if row.startswith(f"<b>{definition.description()}</b>")]
        for key, label in labels_of(definition).items():
            assert label == key or any(row.count(f"<code>{key}</code>") == 1 for row in rows)


@pytest.mark.parametrize(("chosen", "maps"), [([], 1), (["ndvi"], 2), ("ndvi,lswi", 3), (["lswi", "ndvi"], 3)])
def test_any_number_of_choices(qgis, inputs, chosen, maps):
    from qgis import processing

    # beside a formula of one's own
    given = {**inputs("spectral_indices"), "INDICES": chosen}
    assert processing.run("soilsharp:spectral_indices", given)["MAPS"] == maps


@pytest.mark.parametrize("text", ["1,5", "abc", " ", "1_000", "nan"])
def test_text_in_a_number_is_told_with_its_name(case, inputs, find, tmp_path, text):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingParameterNumber

    given = inputs(case)
    before = left(tmp_path)
    numbers = [d for d in find(case).parameterDefinitions() if isinstance(d, QgsProcessingParameterNumber)]
    for definition in numbers:
        with pytest.raises(QgsProcessingException) as caught:
            processing.run(f"soilsharp:{case}", {**given, definition.name(): text})
        assert f"{definition.description()} ({definition.name()}) must" in str(caught.value)
        assert "Traceback" not in str(caught.value)
    assert left(tmp_path) == before


def test_text_in_a_number_of_a_step_is_told_with_its_name(algorithm, inputs, find, tmp_path):
    from qgis.core import (
        QgsProcessingContext,
        QgsProcessingFeedback,
        QgsProcessingParameterNumber,
    )

    given = inputs(algorithm)
    for definition in find(algorithm).parameterDefinitions():
        if isinstance(definition, QgsProcessingParameterNumber):
            step = find(algorithm).create()
            feedback = QgsProcessingFeedback(False)
            assert not step.prepare({**given, definition.name(): "1,5"}, QgsProcessingContext(), feedback)
            assert f"{definition.description()} ({definition.name()}) must be a number" in feedback.textLog()


def test_wrong_choices_and_whole_numbers_of_a_step_are_told_with_their_name(algorithm, inputs, find):
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterNumber

    given = inputs(algorithm)
    for definition in find(algorithm).parameterDefinitions():
        if definition.type() == "enum":
            wrong = {"no such key": ", ".join(definition.options())}
        elif definition.type() == "number" and definition.dataType() == QgsProcessingParameterNumber.Type.Integer:
            wrong = {5.7: "must be a whole number", 2**40: "must lie between"}
        else:
            wrong = {}
        for value, words in wrong.items():
            step, feedback = find(algorithm).create(), QgsProcessingFeedback(False)
            assert not step.prepare({**given, definition.name(): value}, QgsProcessingContext(), feedback)
            assert f"{definition.description()} ({definition.name()}) must" in feedback.textLog()
            assert words in feedback.textLog()


def test_expressions_and_nothing_are_no_text_in_a_number(qgis, inputs):
    from qgis import processing
    from qgis.core import QgsProperty

    given = {**inputs("accumulate_series"), "DAYS": QgsProperty.fromExpression("1 + 1")}
    for nothing in (None, ""):
        assert processing.run("soilsharp:accumulate_series", {**given, "NODATA": nothing})["MAPS"] > 10
    assert processing.run("soilsharp:accumulate_series", {**given, "NODATA": "-9999"})["MAPS"] > 10


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("accumulate_series", {"LOAD": "no"}, r"\(LOAD\) must be true or false, but is 'no'"),
        ("train_linear", {"FOLDS_BY": "forest"}, r"\(FOLDS_BY\) must be one of auto, .*station.*, but is 'forest'"),
        ("train_linear", {"FOLDS_BY": "date,station"}, r"\(FOLDS_BY\) must be one of .*, but is 'date,station'"),
        ("spectral_indices", {"INDICES": "ndvi;lswi"}, r"\(INDICES\) must be some of .*ndvi.* but is 'ndvi;lswi'"),
        ("spectral_indices", {"INDICES": ["ndvi", "x"]}, r"\(INDICES\) must be some of .*, but is 'ndvi,x'"),
        ("train_linear", {"N_FOLDS": 5.7}, r"\(N_FOLDS\) must be a whole number, but is 5\.7"),
        ("train_linear", {"N_FOLDS": "5.7"}, r"\(N_FOLDS\) must be a whole number, but is 5\.7"),
        ("train_linear", {"SEED": 1e300}, r"Seed \(SEED\) must lie between 0 and 2147483647, but is 1e\+300"),
        ("train_linear", {"SEED": 2**40}, r"Seed \(SEED\) must lie between 0 and 2147483647, but is 1099511627776"),
        ("train_linear", {"COVARIATES": "ndvi;sand"}, r"Separate names by commas instead of ';', got 'ndvi;sand'"),
        ("create_study", {"CRS": "EPGS:3035"}, r"\(CRS\) must be a reference system, .* but is 'EPGS:3035'"),
        ("create_study", {"COARSE": None}, r"\(COARSE\) is missing\. Folder of dated rasters"),
        ("create_study", {"NAME": "a\0b"}, r"\(NAME\) holds a NUL character"),
        ("create_study", {"STATIONS": "n" * 300}, r"\(STATIONS\) cannot be read: a name in it has 300 bytes"),
        ("create_study", {"EXTENT": "9,1,9,1"}, r"\(EXTENT\) has no area: it goes from 9 east to 1"),
        ("create_study", {"EXTENT": "1,2,3"}, r"\(EXTENT\) must be west, east, south and north, as .* but is '1,2,3'"),
        ("create_study", {"EXTENT": "1,2,1,2 [EPSG:0]"}, r"\(EXTENT\) has the reference system 'EPSG:0', .* not known"),
        ("create_study", {"MASK": "/no.tif"}, r"\(MASK\) must be a raster, but /no.tif .*: there is no such file"),
        ("create_study", {"OUTPUT": "/n/" + "n" * 300}, r"\(OUTPUT\): Cannot write .* 300 bytes.* another place"),
        ("check_study", {"STUDY": "/no.json"}, r"\(STUDY\): Cannot read study file /no.json: No such file"),
        ("downscale", {"COVARIATES": ["/no.tif"]}, r"\(COVARIATES\) must be rasters, but /no.tif cannot be opened"),
    ],
)
def test_a_value_that_is_no_such_thing_is_told(qgis, inputs, name, wrong, words):
    from qgis import processing
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException, match=words):
        processing.run(f"soilsharp:{name}", {**inputs(name), **wrong})


def test_a_shipped_model_tells_why_a_step_failed(qgis, inputs, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException

    (tmp_path / "study.json").write_text("[")
    given = {**inputs("downscale_and_validate"), "STUDY": str(tmp_path / "study.json")}
    with pytest.raises(QgsProcessingException, match=r"Error encountered while running .*\(STUDY\): .* no.* JSON"):
        processing.run("soilsharp:downscale_and_validate", given)
