# SPDX-License-Identifier: GPL-2.0-or-later
"""In the background, as from the toolbox: results are loaded with style and day, and a cancel leaves nothing."""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import rasterio


def counting_feedback(stop_at):
    """Return a feedback that counts the looks at whether to stop, and at the n-th one waits until it is cancelled."""
    from qgis.core import QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        def __init__(self):
            super().__init__(False)
            self.looks, self.reached, self.cancelled = 0, Event(), Event()

        def isCanceled(self):
            self.looks += 1
            if self.looks == stop_at:
                self.reached.set()
                assert self.cancelled.wait(600)
            return super().isCanceled()

    return Feedback()


class Run:
    """An algorithm running in a thread of its own, with all that QGIS does not keep alive."""

    def __init__(self, name, given, stop_at, wait):
        from qgis.core import QgsApplication, QgsProcessingAlgRunnerTask, QgsProcessingContext, QgsProject

        self.algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"soilsharp:{name}")
        self.context, self.feedback = QgsProcessingContext(), counting_feedback(stop_at)
        self.context.setProject(QgsProject.instance())
        self.context.setFeedback(self.feedback)
        self.given, self.answer, self.wait = given, None, wait
        self.task = QgsProcessingAlgRunnerTask(self.algorithm, given, self.context, self.feedback)
        self.task.executed.connect(self._done)
        QgsApplication.taskManager().addTask(self.task)

    def _done(self, ok, results):
        self.answer = ok, results

    def go_on(self):
        """Let QGIS work until the task is done, or waits to be cancelled."""
        self.wait(lambda: self.answer is not None or self.feedback.reached.is_set())

    def cancel(self):
        """Cancel as the toolbox does, and let QGIS work until the task is done."""
        self.task.cancel()
        self.feedback.cancelled.set()
        self.wait(lambda: self.answer is not None)

    def load(self):
        """Load the results as the toolbox does, to the last map; return them."""
        from processing.gui.Postprocessing import handleAlgorithmResults

        from soilsharp.processing.run_layers import Loader

        ok, results = self.answer
        assert ok, self.feedback.textLog()
        assert handleAlgorithmResults(self.algorithm, self.context, self.feedback, parameters=self.given)
        self.wait(lambda: not Loader.running)
        return results


@pytest.fixture
def start(project, until, qgis):
    """Return a function that runs an algorithm in the background until it has ended, or waits to be cancelled."""

    def start(name, given, stop_at=float("inf")):
        run = Run(name, given, stop_at, partial(until, work=qgis.processEvents))
        run.go_on()
        return run

    return start


@pytest.fixture
def project(qgis):
    """Return an empty project."""
    from qgis.core import QgsProject

    project = QgsProject.instance()
    project.clear()
    yield project
    project.clear()


def target(path):
    """Return a destination that is to be loaded."""
    from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject, QgsProperty

    definition = QgsProcessingOutputLayerDefinition(str(path), QgsProject.instance())
    definition.sink = QgsProperty.fromValue(str(path))
    return definition


def shown_day(layer):
    """Return the day that a layer has for the temporal controller."""
    properties = layer.temporalProperties()
    assert properties.isActive()
    span = properties.fixedTemporalRange()
    assert span.begin().secsTo(span.end()) == 24 * 3600
    return span.begin().toUTC().date().toString("yyyy-MM-dd")


@pytest.mark.parametrize(("name", "change"), [("downscale", {}), ("downscale", {"DATE": ""}), ("conserve_coarse", {})])
def test_a_map_is_loaded_with_style_and_day(project, start, inputs, name, change):
    given = {**inputs(name), **change}
    run = start(name, {**given, "OUTPUT": target(given["OUTPUT"])})
    run.load()
    (layer,) = project.mapLayers().values()
    renderer = layer.renderer()
    assert renderer.type() == "singlebandpseudocolor"
    assert (renderer.classificationMin(), renderer.classificationMax()) == (0, 0.5)
    colors = [item.color.name() for item in renderer.shader().rasterShaderFunction().colorRampItemList()]
    assert (colors[0], colors[-1], len(colors)) == ("#7f3b08", "#14507d", 7)
    assert shown_day(layer) == "2023-05-09"


def test_a_series_is_loaded_with_what_belongs_to_it(project, start, inputs):
    run = start("downscale_series", {**inputs("downscale_series"), "BAND": True})
    results = run.load()
    root = project.layerTreeRoot()
    (run_group,) = root.children()
    assert run_group.name() == f"Soil moisture: {Path(results['OUTPUT']).name}"
    files = {
        "Fine soil moisture": "sm",
        "Coarse soil moisture": "",
        "Standard deviation": "sd",
        "Filled pixels": "filled",
    }
    assert [group.name() for group in run_group.children()] == list(files)
    for group in run_group.children():
        layers = [node.layer() for node in group.findLayers()]
        assert [layer.name() for layer in layers] == ["2023-05-05", "2023-05-06", "2023-05-07"]
        assert [shown_day(layer) for layer in layers] == [layer.name() for layer in layers]
        assert all(Path(layer.source()).name.startswith(files[group.name()]) for layer in layers)
        kind = "paletted" if group.name() == "Filled pixels" else "singlebandpseudocolor"
        assert {layer.renderer().type() for layer in layers} == {kind}
    assert [node.name() for node in root.findLayers() if node.isVisible()] == ["2023-05-05"]


def percent_in(study, folder):
    """Write a study whose coarse rasters are in percent; return its file and the raster of the 5th of May."""
    place = Path(study).parent
    (folder / "percent").mkdir()
    for path in (place / "coarse").glob("*.tif"):
        with rasterio.open(path) as file:
            values, profile = 100 * file.read(), file.profile
        with rasterio.open(folder / "percent" / path.name, "w", **profile) as file:
            file.write(values)
    content = json.loads(Path(study).read_text(encoding="utf-8"))
    content["coarse"].update(files=str(folder / "percent" / "*.tif"), unit="%")
    other = place / "study_percent.json"
    other.write_text(json.dumps(content), encoding="utf-8")
    return other, next((folder / "percent").glob("*20230505.tif"))


def test_coarse_maps_in_percent_are_shown_as_soil_moisture(project, start, inputs, tmp_path):
    from qgis.core import QgsPointXY

    given = inputs("downscale_series")
    study, percent = percent_in(given["STUDY"], tmp_path)
    results = start("downscale_series", {**given, "STUDY": str(study)}).load()
    study.unlink()
    layers = [node.layer() for node in project.layerTreeRoot().findGroup("Coarse soil moisture").findLayers()]
    assert [layer.name() for layer in layers] == ["2023-05-05", "2023-05-06", "2023-05-07"]
    assert {Path(layer.source()).parent for layer in layers} == {Path(results["OUTPUT"]) / "coarse"}
    with rasterio.open(percent) as file:
        values = file.read(1, masked=True)
        row, column = np.argwhere(~np.ma.getmaskarray(values) & np.isfinite(values.data))[0]
        point = QgsPointXY(*file.xy(row, column))
    assert layers[0].dataProvider().sample(point, 1) == (pytest.approx(values[row, column] / 100, abs=1e-6), True)


def test_coarse_maps_that_cannot_be_written_are_told_and_the_fine_ones_loaded(project, start, inputs, tmp_path):
    given = inputs("downscale_series")
    study, _ = percent_in(given["STUDY"], tmp_path)
    Path(given["OUTPUT"]).mkdir(exist_ok=True, parents=True)
    (Path(given["OUTPUT"]) / "coarse").write_text("in the way", encoding="utf-8")
    run = start("downscale_series", {**given, "STUDY": str(study)})
    run.load()
    study.unlink()
    assert project.layerTreeRoot().findGroup("Coarse soil moisture") is None
    assert {layer.name() for layer in project.mapLayers().values()} == {"2023-05-05", "2023-05-06", "2023-05-07"}
    assert "The coarse maps are not loaded: " in run.feedback.textLog()


def test_a_series_is_not_loaded_when_it_shall_not(project, start, inputs):
    run = start("downscale_series", {**inputs("downscale_series"), "LOAD": False})
    run.load()
    assert not project.mapLayers()


def test_stations_are_loaded_with_colours(project, start, inputs):
    given = inputs("validate_stations")
    run = start("validate_stations", {**given, "OUTPUT_LAYER": target(given["OUTPUT_LAYER"])})
    run.load()
    (layer,) = project.mapLayers().values()
    assert layer.renderer().type() == "RuleRenderer"
    filters = [rule.filterExpression() for rule in layer.renderer().rootRule().children()]
    assert all("map_ubrmse" in words for words in filters[:-1])
    assert "map_ubrmse" in layer.fields().names()
    assert layer.featureCount() > 0


# --- cancelled --------------------------------------------------------------------------------------------------------


def test_a_cancel_at_the_first_a_middle_and_the_last_look_leaves_what_was_there(start, algorithm, inputs, tmp_path):
    whole = start(algorithm, inputs(algorithm, "whole"))
    assert whole.answer[0], whole.feedback.textLog()
    looks, number = whole.feedback.looks, count()
    assert looks, "it is never asked whether to stop"
    for at in {1, (looks + 1) // 2, looks}:
        while not cancelled(start, algorithm, inputs(algorithm, f"cancelled{next(number)}"), tmp_path, at):
            assert at > 1, "it did not stop when it was asked"
            at //= 2  # what waits for threads looks less often when they are quicker


def cancelled(start, name, given, folder, at):
    """Cancel a run at its n-th look, and see what is left; return whether it came to so many looks."""
    keep_results(name, given)
    before = files(folder)
    run = start(name, given, at)
    if run.answer is not None:
        return False
    run.cancel()
    ok, _ = run.answer
    assert not ok, "it went on to its end"
    assert "Cancelled" in run.feedback.textLog()
    assert run.feedback.looks <= at + 2  # threads that read ahead may look once more
    assert not run.context.layersToLoadOnCompletion()
    assert files(folder) == before
    return True


RUNS = ("run_method", "repeat_run")  # into a folder that is new, empty or a run's own


def keep_results(name, given):
    """Put something where results are to go, as an earlier run would have."""
    from qgis.core import QgsApplication

    if name in RUNS:
        return

    algorithm = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{name}").create()
    for definition in algorithm.destinationParameterDefinitions():
        place = given.get(definition.name())
        if place:
            path = Path(place) / "kept.txt" if definition.type() == "folderDestination" else Path(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"kept")


def files(folder):
    """Return what the files in a folder hold, without those of fits that the next comparison finds there again."""
    there = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "parts")
    return {path: path.read_bytes() for path in there}


# --- much to do -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(chain, tmp_path_factory):
    """Return the folder that `made_large` fills."""
    return made_large(chain, tmp_path_factory.mktemp("large"))


def made_large(chain, folder):
    """Return a folder, with downloads, rasters and a study in it that are larger than what is read at once."""
    from rasterio.transform import Affine

    from soilsharp.core.products.modis.files import SINUSOIDAL
    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map
    from soilsharp.core.sample_formats.era5land import running_sums, write_hours
    from soilsharp.core.sample_formats.modis import write_vi
    from soilsharp.core.sample_formats.smap import granule_name, write_granule
    from soilsharp.core.study.study import Study

    rng, first = np.random.default_rng(0), np.datetime64("2023-01-01")

    def copies(path, names):
        for name in names:
            os.link(path, path.with_name(name))

    grid = Grid.from_bounds("EPSG:3035", 50, (4_000_000, 3_000_000, 4_100_000, 3_100_000))
    values = 0.1 + 0.4 * rng.random(grid.shape)
    for name in ("grids/rain", "bands/b01/b01", "bands/b02/b02"):
        path = folder / f"{name}_20230101.tif"
        write_map(path, values, grid, unit="1")
        copies(path, [path.name.replace("0101", day) for day in ("0102", "0103")])
    write_map(folder / "static" / "a.tif", values, grid)
    copies(folder / "static" / "a.tif", ["b.tif", "c.tif"])
    small = Grid.from_bounds("EPSG:3035", 50, (4_000_000, 3_000_000, 4_020_000, 3_020_000))
    write_map(folder / "dem.tif", 100 * rng.random(small.shape), small)
    write_map(folder / "classes.tif", rng.integers(1, 18, grid.shape), grid)
    degrees = Grid.from_bounds("EPSG:4326", 0.0004, (5.6, 50.1, 6.6, 50.9))
    write_map(folder / "degrees.tif", np.zeros(degrees.shape), degrees)
    cells = ease_grid("M09")
    layers = {"soil_moisture": np.full(cells.shape, 0.25), "retrieval_qual_flag": np.zeros(cells.shape)}
    granule = folder / "smap" / granule_name(first, cells)
    granule.parent.mkdir()
    write_granule(granule, first, cells, layers)
    copies(granule, [granule.name.replace("20230101", day) for day in ("20230102", "20230103")])
    tile = Grid.from_bounds(SINUSOIDAL, 926.625433055833, (0, 4_000_000, 1_500_000, 5_500_000))
    for path in write_vi(folder / "modis", first, tile, 0.5 + 0 * rng.random(tile.shape)):
        copies(path, [path.name.replace("2023001", day) for day in ("2023017", "2023033")])
    times = np.datetime64("2023-01-01T00", "h") + np.arange(24 * 10 + 1)
    rain = rng.random((len(times), 60, 60)).astype(np.float32)
    words = 25 + 0.1 * np.arange(60), 65 - 0.1 * np.arange(60)
    (folder / "era5land").mkdir()
    write_hours(folder / "era5land" / "a.nc", times, *words, {"tp": running_sums(rain, times)})
    shutil.copytree(chain.folder, folder / "region")
    study = Study.read(folder / "region" / "study.json")
    own = study.grid
    fine = Grid(own.crs, own.transform * Affine.scale(1 / 20), (own.shape[0] * 20, own.shape[1] * 20))
    replace(study, grid=fine, last=study.first + 2).write(folder / "region" / "large.json")
    return folder


# what is given, and how many parts it has
LARGE = {
    "create_sample_region": ({"SIZE_KM": 100, "DAYS": 30}, 30),
    "import_smap": ({"INPUT": "smap"}, 9),
    "import_modis": ({"INPUT": "modis", "VARIABLE": "ndvi"}, 6),
    "import_era5land": ({"INPUT": "era5land", "STATISTIC": "sum before", "HOURS": 72}, 10),
    "import_grids": ({"INPUT": "grids"}, 6),
    "import_soilgrids": ({"INPUT": "static"}, 6),
    "align_rasters": ({"FOLDER": "grids", "GRID": "static/a.tif"}, 6),
    "interpolate_series": ({"INPUT": "grids", "OUTPUT_AGES": "out/ages"}, 6),
    "accumulate_series": ({"INPUT": "grids"}, 6),
    "spectral_indices": ({"INPUT": "bands", "INDICES": ["ndvi"]}, 6),
    "terrain_attributes": ({"DEM": "dem.tif"}, 10),
    "landcover_fraction": (
        {
            "INPUT": "classes.tif", "GRID": "degrees.tif", "LEGEND": "igbp", "CLASSES": "forest",
            "OUTPUT": "out/share.tif", "OUTPUT_MASK": "out/mask.tif",
        },
        3,
    ),
    "sample_coarse": ({"STUDY": "region/large.json", "OUTPUT": "out/samples.csv"}, 6),
    "downscale_series": ({"STUDY": "region/large.json", "MODEL": "model", "CONSISTENCY": "additive"}, 6),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_long_work_looks_at_each_part_whether_to_stop(start, chain, large, tmp_path, name):
    run = start(name, large_case(name, chain, large, tmp_path / "out"))
    assert run.answer[0], run.feedback.textLog()
    assert run.feedback.looks >= LARGE[name][1]


def large_case(name, chain, large, out):
    """Return the parameters of a large run, with whole paths."""
    given = {"OUTPUT": "out/maps", **LARGE[name][0]}
    for key, value in given.items():
        if key.startswith("OUTPUT"):
            given[key] = str(out / value[4:])
        elif key in ("INPUT", "FOLDER", "GRID", "DEM", "STUDY"):
            given[key] = str(large / value)
    return {**given, "MODEL": str(chain.model)} if "MODEL" in given else given


# in the midst of one step after another
@pytest.mark.parametrize("share", [10, 30, 60, 80])
@pytest.mark.parametrize("name", ["downscale_and_validate", "maps_from_downloads"])
def test_a_cancel_reaches_the_steps_of_a_model(inputs, name, share):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    feedback, told = QgsProcessingFeedback(False), []

    def tell(percent):
        if feedback.isCanceled():
            told.append(percent)
        elif percent >= share:
            feedback.cancel()

    feedback.progressChanged.connect(tell)
    given = inputs(name)
    with suppress(QgsProcessingException):  # between two steps QGIS ends a model without one
        processing.run(f"soilsharp:{name}", given, feedback=feedback)
    assert feedback.isCanceled()
    assert len(told) <= 2  # nothing goes on after the step that was cancelled
    last = {"downscale_and_validate": "validate:SCORES", "maps_from_downloads": "downscale:MAPS"}[name]
    assert not Path(given[last]).exists()
