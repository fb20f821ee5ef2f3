# SPDX-License-Identifier: GPL-2.0-or-later
"""In the background, as from the toolbox: results are loaded with style and day, and a cancel leaves nothing."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

PATIENCE = 2.0  # seconds from a cancel to the end
LONGEST = 120.0


class Run:
    """An algorithm running in a thread of its own, with all that QGIS does not keep alive."""

    def __init__(self, name, given):
        from qgis.core import (
            QgsApplication,
            QgsProcessingAlgRunnerTask,
            QgsProcessingContext,
            QgsProcessingFeedback,
            QgsProject,
        )

        self.algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"soilsharp:{name}")
        self.context, self.feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
        self.context.setProject(QgsProject.instance())
        self.given, self.answer = given, None
        self.task = QgsProcessingAlgRunnerTask(self.algorithm, given, self.context, self.feedback)
        self.task.executed.connect(self._done)
        QgsApplication.taskManager().addTask(self.task)

    def _done(self, ok, results):
        self.answer = ok, results

    def wait(self, until=lambda: False):
        """Let QGIS work until the task is done, or something holds."""
        from qgis.core import QgsApplication

        end = time.monotonic() + LONGEST
        while self.answer is None and not until():
            assert time.monotonic() < end, "it never ends: " + self.feedback.textLog()
            QgsApplication.processEvents()
            time.sleep(0.005)

    def load(self):
        """Load the results as the toolbox does; return them."""
        from processing.gui.Postprocessing import handleAlgorithmResults

        ok, results = self.answer
        assert ok, self.feedback.textLog()
        assert handleAlgorithmResults(self.algorithm, self.context, self.feedback, parameters=self.given)
        return results


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
def test_a_map_is_loaded_with_style_and_day(project, inputs, name, change):
    given = {**inputs(name), **change}
    run = Run(name, {**given, "OUTPUT": target(given["OUTPUT"])})
    run.wait()
    run.load()
    (layer,) = project.mapLayers().values()
    renderer = layer.renderer()
    assert renderer.type() == "singlebandpseudocolor"
    assert (renderer.classificationMin(), renderer.classificationMax()) == (0, 0.5)
    colors = [item.color.name() for item in renderer.shader().rasterShaderFunction().colorRampItemList()]
    assert (colors[0], colors[-1], len(colors)) == ("#7f3b08", "#14507d", 7)
    assert shown_day(layer) == "2023-05-09"


def test_a_series_is_loaded_with_styles_and_days_in_a_group(project, inputs):
    run = Run("downscale_series", inputs("downscale_series"))
    run.wait()
    results = run.load()
    layers = sorted(project.mapLayers().values(), key=lambda layer: layer.name())
    assert [layer.name() for layer in layers] == ["2023-05-05", "2023-05-06", "2023-05-07"]
    assert [shown_day(layer) for layer in layers] == [layer.name() for layer in layers]
    assert {layer.renderer().type() for layer in layers} == {"singlebandpseudocolor"}
    (group,) = project.layerTreeRoot().findGroups()
    assert Path(results["OUTPUT"]).name in group.name()
    assert [node.name() for node in group.findLayers()] == [layer.name() for layer in layers]
    assert len(project.layerTreeRoot().findLayers()) == 3


def test_a_series_is_not_loaded_when_it_shall_not(project, inputs):
    run = Run("downscale_series", {**inputs("downscale_series"), "LOAD": False})
    run.wait()
    run.load()
    assert not project.mapLayers()


def test_stations_are_loaded_with_colours(project, inputs):
    given = inputs("validate_stations")
    run = Run("validate_stations", {**given, "OUTPUT_LAYER": target(given["OUTPUT_LAYER"])})
    run.wait()
    run.load()
    (layer,) = project.mapLayers().values()
    assert layer.renderer().type() == "RuleRenderer"
    filters = [rule.filterExpression() for rule in layer.renderer().rootRule().children()]
    assert all("map_ubrmse" in words for words in filters[:-1])
    assert "map_ubrmse" in layer.fields().names()
    assert layer.featureCount() > 0


def slow_cases(chain, out):
    """Return the parameters of runs that take many seconds."""
    return {
        "create_sample_region": {"SIZE_KM": 400, "DAYS": 3000, "OUTPUT": str(out / "region")},
        "sample_coarse": {"STUDY": str(chain.big_study), "OUTPUT": str(out / "samples.csv")},
        "train_lightgbm": {
            "SAMPLES": str(chain.big_samples), "N_TREES": 10000, "N_LEAVES": 255, "MAX_DEPTH": 0,
            "OUTPUT": str(out / "model.soilsharp"),
        },
        "train_random_forest": {
            "SAMPLES": str(chain.big_samples), "N_TREES": 5000, "OUTPUT": str(out / "model.soilsharp"),
        },
        "downscale_series": {
            "STUDY": str(chain.big_study), "MODEL": str(chain.model), "CONSERVE": "additive",
            "OUTPUT": str(out / "maps"),
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def big(chain, tmp_path_factory):
    """Return the chain with a study on a grid that keeps the machine busy, and with many samples."""
    import numpy as np
    import pandas as pd
    from rasterio.transform import Affine

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.samples.samples import Samples
    from soilsharp.core.study.study import Study

    folder = tmp_path_factory.mktemp("big")
    study = Study.read(chain.study)
    grid = study.grid
    fine = Grid(grid.crs, grid.transform * Affine.scale(1 / 40), (grid.shape[0] * 40, grid.shape[1] * 40))
    replace(study, grid=fine).write(chain.folder / "big.json")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30000, 8)).astype(np.float32)
    y = (0.25 + 0.02 * X.sum(1) + 0.02 * rng.normal(size=len(X))).clip(0, 0.6).astype(np.float32)
    names = tuple("abcdefgh")
    Samples(X, y, names, pd.DataFrame(index=range(len(y)))).write(folder / "samples.csv")
    chain.big_study, chain.big_samples = chain.folder / "big.json", folder / "samples.csv"
    yield chain
    chain.big_study.unlink()


@pytest.mark.parametrize(
    "name", ["create_sample_region", "sample_coarse", "train_lightgbm", "train_random_forest", "downscale_series"]
)
def test_a_cancel_is_felt_and_leaves_nothing(project, big, tmp_path, name):
    cancelled(name, slow_cases(big, tmp_path / "out")[name], tmp_path, 0.1)


def cancelled(name, given, place, at):
    """Run, cancel when so much is done, and look at how long that takes and what is left."""
    run = Run(name, given)
    run.wait(until=lambda: run.feedback.progress() > at)
    assert run.answer is None, "it was done before it could be cancelled"
    run.wait(until=_after(0.3))
    start = time.monotonic()
    run.task.cancel()
    run.wait()
    took = time.monotonic() - start
    ok, _ = run.answer
    assert not ok, "it was done before it could be cancelled"
    assert took < PATIENCE, f"{took:.1f} s"
    assert not run.context.layersToLoadOnCompletion()
    assert [p for p in place.rglob("*") if p.is_file()] == []


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Return a folder of downloads and rasters that keep the imports and steps of grids busy for seconds."""
    import os

    import numpy as np

    from soilsharp.core.products.modis.files import SINUSOIDAL
    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map
    from soilsharp.core.sample_formats.era5land import running_sums, write_hours
    from soilsharp.core.sample_formats.modis import write_vi
    from soilsharp.core.sample_formats.smap import granule_name, write_granule

    folder, rng, first = tmp_path_factory.mktemp("large"), np.random.default_rng(0), np.datetime64("2023-01-01")

    def copies(path, names):
        for name in names:
            os.link(path, path.with_name(name))

    days = [str(first + i).replace("-", "") for i in range(1, 60)]
    grid = Grid.from_bounds("EPSG:3035", 50, (4_000_000, 3_000_000, 4_100_000, 3_100_000))
    values = 0.1 + 0.4 * rng.random(grid.shape)
    for name in ("grids/rain", "bands/b01/b01", "bands/b02/b02"):
        write_map(folder / f"{name}_20230101.tif", values, grid, unit="1")
        copies(folder / f"{name}_20230101.tif", [f"{name.rsplit('/', 1)[1]}_{day}.tif" for day in days])
    write_map(folder / "static" / "a.tif", values, grid)
    copies(folder / "static" / "a.tif", [f"a{i}.tif" for i in range(60)])
    write_map(folder / "dem.tif", 100 * values, grid)
    write_map(folder / "classes.tif", rng.integers(1, 18, grid.shape), grid)
    degrees = Grid.from_bounds("EPSG:4326", 0.0004, (5.6, 50.1, 6.6, 50.9))
    write_map(folder / "degrees.tif", np.zeros(degrees.shape), degrees)
    cells = ease_grid("M09")
    layers = {"soil_moisture": np.full(cells.shape, 0.25), "retrieval_qual_flag": np.zeros(cells.shape)}
    granule = folder / "smap" / granule_name(first, cells)
    granule.parent.mkdir()
    write_granule(granule, first, cells, layers)
    copies(granule, [granule.name.replace("20230101", day) for day in days])
    tile = Grid.from_bounds(SINUSOIDAL, 926.625433055833, (0, 4_000_000, 1_500_000, 5_500_000))
    for path in write_vi(folder / "modis", first, tile, 0.5 + 0 * rng.random(tile.shape)):
        copies(path, [path.name.replace("2023001", f"2023{i:03d}") for i in range(17, 366, 16)])
    times = np.datetime64("2023-01-01T00", "h") + np.arange(24 * 90 + 1)
    rain = rng.random((len(times), 60, 60)).astype(np.float32)
    words = 25 + 0.1 * np.arange(60), 65 - 0.1 * np.arange(60)
    (folder / "era5land").mkdir()
    write_hours(folder / "era5land" / "a.nc", times, *words, {"tp": running_sums(rain, times)})
    return folder


def large_cases(large, out):
    """Return the parameters of imports and steps that take seconds."""
    given = {
        "import_smap": {"INPUT": "smap"},
        "import_modis": {"INPUT": "modis", "VARIABLE": "ndvi"},
        "import_era5land": {"INPUT": "era5land", "STATISTIC": "sum before", "HOURS": 72},
        "import_grids": {"INPUT": "grids"},
        "import_soilgrids": {"INPUT": "static"},
        "align_rasters": {"FOLDER": "grids", "GRID": "static/a.tif"},
        "interpolate_series": {"INPUT": "grids", "OUTPUT_AGES": str(out / "ages")},
        "accumulate_series": {"INPUT": "grids"},
        "spectral_indices": {"INPUT": "bands", "INDICES": ["ndvi"]},
        "terrain_attributes": {"DEM": "dem.tif"},
        "landcover_fraction": {
            "INPUT": "classes.tif", "GRID": "degrees.tif", "LEGEND": "igbp", "CLASSES": "forest",
            "OUTPUT": str(out / "share.tif"), "OUTPUT_MASK": str(out / "mask.tif"),
        },
    }  # fmt: skip
    places = ("INPUT", "FOLDER", "GRID", "DEM")
    return {
        name: {"OUTPUT": str(out / "maps"), **{k: str(large / v) if k in places else v for k, v in case.items()}}
        for name, case in given.items()
    }


@pytest.mark.parametrize("name", large_cases(Path(), Path()))
def test_a_cancel_of_an_import_or_step_leaves_nothing(project, large, tmp_path, name):
    cancelled(name, large_cases(large, tmp_path / "out")[name], tmp_path, 2)


def test_every_import_and_step_of_grids_is_cancelled():
    """Those of tables are cancelled in tests/core, at every look of theirs at whether to go on."""
    import soilsharp.processing.preprocessing as package

    tables = {"check_stations", "import_stations", "rescale_stations", "check_study", "create_study"}
    shared = {"__init__", "import_product", "write_maps"}
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - tables - shared
    assert files == {*large_cases(Path(), Path()), "create_sample_region"}


def _after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
