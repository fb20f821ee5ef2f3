# SPDX-License-Identifier: GPL-2.0-or-later
"""An output is never an input: every output of every algorithm and model, tried upon every input that it has."""

import hashlib
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

FOLDERS = ("folderDestination",)
FILES_TO_FOLDERS = ("create_sample_region", "import_era5land", "terrain_attributes", "compare_learners")
READ = ("file", "raster", "multilayer", "vector", "source")


def find(name):
    """Return an algorithm; keep it while its definitions are looked at."""
    from qgis.core import QgsApplication

    return QgsApplication.processingRegistry().algorithmById(f"soilsharp:{name}")


def every_input(algorithm, given, chain):
    """Return the value of each parameter that names files, those that are optional too."""
    some = {
        "raster": str(chain.fine),
        "multilayer": chain.layers,
        "*.json": str(chain.study),
        "*.csv": str(chain.samples),
        "folder": str(chain.folder / "covariates" / "ndvi"),
    }
    values = {}
    for definition in algorithm.parameterDefinitions():
        if definition.type() in READ and not definition.isDestination():
            kind = definition.type()
            if kind == "file" and definition.behavior() == definition.Behavior.Folder:
                kind = "folder"
            elif kind == "file":
                kind = definition.fileFilter().split(" ")[0]
            values[definition.name()] = given.get(definition.name(), some.get(kind, str(chain.folder / "stations.csv")))
    return values


def places_of(value, chain):
    """Return the files and the folders that an input stands for, and names that lead to them."""
    from soilsharp.core.rasters.find import find_files

    files, folders = [], []
    for one in value if isinstance(value, list) else [value]:
        path = Path(one)
        if path.is_dir() or "*" in one:
            folders.append(path if path.is_dir() else path.parent)
            files += (find_files(path) if "*" in one or any(path.glob("*.tif")) else list(path.rglob("*.csv")))[:1]
        else:
            files.append(path)
    if str(chain.study) == value:
        below = chain.folder / "covariates"
        folders += [chain.folder / "coarse", below, below / "ndvi"]
        files += [chain.folder / "stations.csv", below / "sand.tif", find_files(chain.folder / "coarse")[0]]
    return files, folders


def contents(*folders):
    """Return what is in all files below some folders."""
    files = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    # QGIS writes statistics beside rasters that it opens
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if not p.name.endswith(".aux.xml")}


def refused(name, given, words="nothing was written"):
    """Whether a run is refused with these words, and neither for a bug nor after having done its work."""
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    try:
        processing.run(f"soilsharp:{name}", given, feedback=feedback)
    except QgsProcessingException as error:
        text = f"{error} {feedback.textLog()}"
        return words in text and "Traceback" not in text
    return False


def test_no_output_is_an_input(case, chain, inputs, tmp_path):
    algorithm = find(case)
    given = inputs(case)
    given.update(every_input(algorithm, given, chain))
    before = contents(chain.folder, chain.maps.parent, tmp_path)
    tried, through = [], []
    link = tmp_path / "link"
    link.symlink_to(chain.folder)
    roots = (str(chain.folder), str(link), os.path.relpath(chain.folder))
    for output in algorithm.destinationParameterDefinitions():
        for name in every_input(algorithm, given, chain):
            files, folders = places_of(given[name], chain)
            places = folders if output.type() in FOLDERS else files
            spelled = {str(place).replace(str(chain.folder), root) for place in places for root in roots}
            for place in spelled:
                tried.append(place)
                if not refused(case, {**given, output.name(): place}):
                    through.append((output.name(), name, place))
    assert not through
    assert tried or case in FILES_TO_FOLDERS
    link.unlink()
    assert contents(chain.folder, chain.maps.parent, tmp_path) == before


def test_no_two_outputs_have_one_place(case, inputs, tmp_path):
    given = inputs(case)
    names = [d.name() for d in find(case).destinationParameterDefinitions()]
    before = contents(tmp_path)
    for name in names[1:]:
        assert refused(case, {**given, name: given[names[0]]}, "are written to the same place"), name
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "parameter", "more"),
    [
        ("compare_learners", "SAMPLES", {}),
        ("run_method", "METHOD_FILE", {}),
        ("terrain_attributes", "DEM", {}),
        ("align_rasters", "INPUT", {"FOLDER": "", "RULES": ""}),
    ],
)
def test_no_file_of_a_folder_of_results_replaces_an_input(chain, inputs, tmp_path, name, parameter, more):
    from qgis import processing

    given = {**inputs(name), **more}
    processing.run(f"soilsharp:{name}", given)
    results = Path(given["OUTPUT"])
    value = given.get(parameter, results / "method.json")
    source = Path(value[0] if isinstance(value, list) else value)
    made = [path.name for path in results.iterdir() if path.suffix == source.suffix]
    assert made
    for called in made:
        place = tmp_path / Path(called).stem
        place.mkdir()
        shutil.copy(source, place / called)
        before, wrong = contents(place), str(place / called)
        given[parameter] = [wrong] if isinstance(value, list) else wrong
        assert refused(name, {**given, "OUTPUT": str(place)}), called
        assert contents(place) == before


@pytest.mark.parametrize("source", ["{}|layername=a", "/vsizip/{}.zip/a.gpkg", "file://{}?type=csv"])
def test_layers_lead_to_their_files(chain, inputs, tmp_path, source):
    import geopandas

    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame({"a": [1]}, geometry=geopandas.points_from_xy([0], [0]), crs=4326).to_file(path, layer="a")
    with zipfile.ZipFile(f"{path}.zip", "w") as archive:
        archive.write(path, "a.gpkg")
    before = contents(tmp_path)
    target = f"{path}.zip" if "zip" in source else str(path)
    given = {**inputs("check_stations"), "INPUT": source.format(path), "OUTPUT_LAYER": target}
    assert refused("check_stations", given)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "table",
    ["ogr:dbname='{}/new.gpkg' table=\"name\" (geom)", "postgis:dbname='{}' table=\"name\"", "file://{}/new.gpkg"],
)
@pytest.mark.parametrize("as_layer", [False, True])
def test_a_table_of_a_database_is_refused_before_anything_is_written(qgis, inputs, tmp_path, table, as_layer):
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputLayerDefinition

    given, place = inputs("check_stations"), table.format(tmp_path)
    given["OUTPUT_LAYER"] = QgsProcessingOutputLayerDefinition(place) if as_layer else place
    before = contents(tmp_path)
    words = f"(OUTPUT_LAYER) must be a file, as result.gpkg, and cannot be a table of a database, as {place}"
    assert refused("check_stations", given, words)
    # a step of a model is asked no more than this
    step, feedback = find("check_stations").create(), QgsProcessingFeedback(False)
    assert not step.prepare(given, QgsProcessingContext(), feedback)
    assert words in feedback.textLog()
    assert contents(tmp_path) == before
    assert not any("dbname" in name for name in os.listdir())


def test_a_table_of_a_database_leads_to_its_file(inputs, tmp_path):
    from soilsharp.core.base.errors import OverwriteError
    from soilsharp.core.base.inputs import Inputs

    place = f"ogr:dbname='{inputs('check_stations')['INPUT']}' table=\"name\" (geom)"
    with pytest.raises(OverwriteError, match=r"is Stations\. Choose"):
        Inputs({"Stations": inputs("check_stations")["INPUT"]}).refuse({"Layer": place})


def test_a_raster_of_a_file_leads_to_its_file(chain, inputs, tmp_path):
    from qgis.core import QgsProject, QgsRasterLayer

    path = tmp_path / "fine.tif"
    shutil.copy(chain.fine, path)
    layer = QgsRasterLayer(f"GTIFF_DIR:1:{path}", "fine")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    before = contents(tmp_path)
    try:
        for source in (str(path), layer.id()):
            assert refused("conserve_coarse", {**inputs("conserve_coarse"), "FINE": source, "OUTPUT": str(path)})
    finally:
        QgsProject.instance().clear()
    assert contents(tmp_path) == before


def test_results_may_stand_beside_what_is_read(chain, inputs, tmp_path):
    from qgis import processing

    folder = tmp_path / "region"
    shutil.copytree(chain.folder, folder)
    study = {**inputs("sample_coarse"), "STUDY": str(folder / "study.json")}
    processing.run("soilsharp:sample_coarse", {**study, "OUTPUT": str(folder / "samples.csv")})
    series = {**inputs("downscale_series"), "STUDY": str(folder / "study.json")}
    assert processing.run("soilsharp:downscale_series", {**series, "OUTPUT": str(folder)})["DAYS"] == 3
    maps = {**inputs("period_means"), "INPUT": str(folder / "truth"), "OUTPUT": str(folder / "truth" / "means")}
    assert processing.run("soilsharp:period_means", maps)["MAPS"] > 0
    for _ in range(2):  # what was made before may be made again
        scores = {name: str(folder / "truth" / name) for name in ("scores.csv", "dates.csv", "report.html")}
        outputs = dict(zip(("OUTPUT", "OUTPUT_DATES", "OUTPUT_REPORT"), scores.values()))
        processing.run("soilsharp:compare_products", {**inputs("compare_products"), **outputs})


def test_temporary_outputs_are_no_inputs(chain, inputs):
    from qgis import processing

    for name in ("conserve_coarse", "sample_coarse", "accumulate_series"):
        results = processing.run(f"soilsharp:{name}", {**inputs(name), "OUTPUT": "TEMPORARY_OUTPUT"})
        assert Path(results["OUTPUT"]).exists()


def test_a_method_is_brought_to_the_coarse_product_as_it_is_told(chain, inputs, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException

    from soilsharp.core.methods.method import Method

    given = {**inputs("run_method"), "METHOD": "coarse_linear", "METHOD_FILE": ""}
    for consistency, expected in ((None, "additive"), ("as_method", "additive"), ("auto", "auto")):
        folder = tmp_path / f"as_{consistency}"
        told = {} if consistency is None else {"CONSISTENCY": consistency}
        results = processing.run("soilsharp:run_method", {**given, **told, "OUTPUT": str(folder)})
        assert Method.read(folder / "method.json").consistency.consistency == expected
        assert (results["NOISE"] is not None) == (expected == "auto")
    odd = {**given, "METHOD": "smooth_interpolation", "CONSISTENCY": "off", "OUTPUT": str(tmp_path / "odd")}
    with pytest.raises(QgsProcessingException, match="has no model"):
        processing.run("soilsharp:run_method", odd)


def test_a_method_runs_with_its_full_settings_where_these_are_asked_for(chain, inputs, tmp_path):
    from qgis import processing

    from soilsharp.core.methods.method import Method

    content = {**Method.read("coarse_linear").as_json(), "full": {"seed": 5}}
    (tmp_path / "mine.json").write_text(json.dumps(content))
    given = {**inputs("run_method"), "METHOD_FILE": str(tmp_path / "mine.json")}
    for full, seed in ((False, 1), (True, 5)):
        folder = tmp_path / f"full_{full}"
        processing.run("soilsharp:run_method", {**given, "FULL": full, "OUTPUT": str(folder)})
        assert Method.read(folder / "method.json").seed == seed
