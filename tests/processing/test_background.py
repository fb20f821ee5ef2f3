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

    from soilsharp.core.grid import Grid
    from soilsharp.core.samples import Samples
    from soilsharp.core.study import Study

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
    out = tmp_path / "out"
    run = Run(name, slow_cases(big, out)[name])
    run.wait(until=lambda: run.feedback.progress() > 0.1)
    assert run.answer is None, "it was done before it could be cancelled"
    run.wait(until=_after(0.3))
    start = time.monotonic()
    run.task.cancel()
    run.wait()
    took = time.monotonic() - start
    ok, _ = run.answer
    assert not ok
    assert took < PATIENCE, f"{took:.1f} s"
    assert not run.context.layersToLoadOnCompletion()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def _after(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
