# SPDX-License-Identifier: GPL-2.0-or-later
"""The maps of a run in the project: one group a run, one map seen, a few layers at a time."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

FIRST = date(2023, 5, 1)


@pytest.fixture
def project(qgis):
    """Return an empty project."""
    from qgis.core import QgsProject

    project = QgsProject.instance()
    project.clear()
    yield project
    project.clear()


@pytest.fixture
def maps():
    """Return a function that writes so many dated maps and gives (day, path) of each; values rise from day to day."""

    def write(folder, number, first=0.1):
        folder.mkdir(parents=True)
        made = []
        for n in range(number):
            day = FIRST + timedelta(n)
            path = folder / f"sm_{day:%Y%m%d}.tif"
            profile = {"driver": "GTiff", "width": 4, "height": 4, "count": 1, "dtype": "float32", "crs": "EPSG:32633"}
            with rasterio.open(path, "w", transform=from_origin(5e5, 5e6, 1e3, 1e3), **profile) as file:
                file.write(np.linspace(first, first + 0.01 * n + 0.1, 16, dtype="float32").reshape(1, 4, 4))
            made.append((np.datetime64(day), str(path)))
        return tuple(made)

    return write


@pytest.fixture
def load(project, until, qgis):
    """Return a function that tells of kinds of maps as a worker does and has them loaded as the toolbox does."""
    from processing.gui.Postprocessing import handleAlgorithmResults
    from qgis.core import QgsApplication, QgsProcessingContext

    from soilsharp.processing.run_layers import Loader, load_run

    def load(folder, kinds, feedback=None):
        context = QgsProcessingContext()
        context.setFeedback(feedback)
        context.setProject(project)
        load_run(context, "OUTPUT", folder, "Soil moisture: {}", kinds)
        algorithm = QgsApplication.processingRegistry().algorithmById("soilsharp:downscale_series")
        assert handleAlgorithmResults(algorithm, context)
        until(lambda: not Loader.running, qgis.processEvents)

    return load


@pytest.fixture
def fine(maps):
    """Return a function that gives a kind of soil moisture maps."""
    from soilsharp.processing.run_layers import Kind

    return lambda folder, number, key="path", title="Fine soil moisture": Kind(
        key, title, "soil_moisture.qml", maps(folder, number)
    )


def names(node):
    """Return the tree under a node as nested names."""
    return [(one.name(), names(one)) if one.children() else one.name() for one in node.children()]


def seen(project):
    """Return what is drawn: kind and day."""
    return [(node.parent().name(), node.name()) for node in project.layerTreeRoot().findLayers() if node.isVisible()]


def test_a_run_is_one_group_with_one_map_seen(project, load, fine, tmp_path):
    coarse = fine(tmp_path / "coarse", 3, "coarse", "Coarse soil moisture")
    load(tmp_path / "maps", [fine(tmp_path / "maps", 3), coarse])
    days = ["2023-05-01", "2023-05-02", "2023-05-03"]
    whole = [("Soil moisture: maps", [("Fine soil moisture", days), ("Coarse soil moisture", days)])]
    assert names(project.layerTreeRoot()) == whole
    assert seen(project) == [("Fine soil moisture", "2023-05-01")]
    group = project.layerTreeRoot().findGroup("Coarse soil moisture")
    group.setItemVisibilityChecked(True)
    assert seen(project) == [("Coarse soil moisture", "2023-05-01")]
    group.children()[2].setItemVisibilityChecked(True)
    assert seen(project) == [("Coarse soil moisture", "2023-05-03")]


def test_all_days_have_one_scale_and_the_first_its_legend_with_the_unit(qgis, project, load, fine, tmp_path):
    from qgis.core import QgsLayerTreeModel

    load(tmp_path / "maps", [fine(tmp_path / "maps", 3)])
    nodes = project.layerTreeRoot().findLayers()
    renderers = [node.layer().renderer() for node in nodes]
    assert {(one.classificationMin(), one.classificationMax()) for one in renderers} == {(0, 0.5)}
    assert [node.isExpanded() for node in nodes] == [True, False, False]
    model = QgsLayerTreeModel(project.layerTreeRoot())
    (ramp,) = [one for one in model.layerLegendNodes(nodes[0]) if hasattr(one, "settings")]
    assert ramp.settings().suffix() == " m³ m⁻³"


def test_maps_without_a_style_share_a_scale(project, maps, tmp_path, load):
    from soilsharp.processing.run_layers import Kind

    load(tmp_path / "ndvi", [Kind("ndvi", "ndvi", "", maps(tmp_path / "ndvi", 5))])
    stretches = [layer.renderer().contrastEnhancement() for layer in project.mapLayers().values()]
    (low, high), *others = {(one.minimumValue(), one.maximumValue()) for one in stretches}
    assert not others
    assert 0.1 <= low < 0.11
    assert 0.22 < high <= 0.24


def test_two_runs_of_one_name_do_not_mix_and_one_made_anew_is_not_doubled(project, load, fine, tmp_path):
    for place, number in (("a", 2), ("b", 3)):
        load(tmp_path / place / "maps", [fine(tmp_path / place / "maps", number)])
    days = ["2023-05-01", "2023-05-02", "2023-05-03"]
    both = [("Soil moisture: b/maps", days), ("Soil moisture: maps", days[:2])]
    assert names(project.layerTreeRoot()) == both
    again = fine(tmp_path / "anew", 2)
    load(tmp_path / "a" / "maps", [again])
    assert names(project.layerTreeRoot()) == [("Soil moisture: maps", days[:2]), both[0]]
    assert len(project.mapLayers()) == 5


def test_many_days_are_one_layer_that_is_played(qgis, project, load, fine, tmp_path):
    from qgis.core import Qgis, QgsProcessingFeedback

    from soilsharp.processing.styling import show_day

    feedback = QgsProcessingFeedback(False)
    load(tmp_path / "maps", [fine(tmp_path / "maps", 61)], feedback)
    assert not feedback.textLog()
    (layer,) = project.mapLayers().values()
    assert (layer.name(), layer.bandCount()) == ("Fine soil moisture", 61)
    assert "2023-06-30" in layer.bandName(61)
    assert layer.renderer().classificationMax() == 0.5
    assert project.timeSettings().temporalRange().end().toString("yyyyMMdd") == "20230630"
    assert layer.temporalProperties().isActive()
    if Qgis.QGIS_VERSION_INT < 33800:
        show_day(layer, "2023-05-03")
        assert layer.renderer().band() == 3
    else:
        spans = layer.temporalProperties().fixedRangePerBand()
        assert spans[3].begin().toString("yyyyMMdd") == "20230503"


def test_days_that_cannot_be_one_layer_are_layers_of_their_own_and_that_is_told(project, load, fine, tmp_path):
    from qgis.core import QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    kind = fine(tmp_path / "maps", 61)
    (tmp_path / "maps" / f"{kind.key}.vrt").mkdir()
    load(tmp_path / "maps", [kind], feedback)
    assert f"first 60 of the 61 maps of '{kind.title}'" in feedback.textLog()
    shown = sorted(layer.name() for layer in project.mapLayers().values())
    assert shown == [str(day) for day in kind.days[:60]]


def test_of_many_days_one_that_is_gone_is_named_and_the_others_are_one_layer(project, load, fine, tmp_path):
    from qgis.core import QgsProcessingFeedback

    from soilsharp.processing.styling import DAYS_OF_BANDS

    feedback = QgsProcessingFeedback(False)
    kind = fine(tmp_path / "maps", 62)
    gone = Path(kind.maps[5][1])
    gone.unlink()
    load(tmp_path / "maps", [kind], feedback)
    assert str(gone) in feedback.textLog()
    (layer,) = project.mapLayers().values()
    days = [str(day) for day in kind.days]
    assert layer.customProperty(DAYS_OF_BANDS).split() == [*days[:5], *days[6:]]


def test_layers_come_a_few_at_a_time(qgis, project, fine, tmp_path, until, monkeypatch):
    from qgis.core import QgsRasterLayer

    from soilsharp.processing import run_layers

    monkeypatch.setattr(run_layers, "SLICE", -1)  # no time at all: a layer is added at each turn, and no more
    kind = fine(tmp_path / "maps", 5)
    first = project.addMapLayer(QgsRasterLayer(kind.maps[0][1], "2023-05-01"))
    loader = run_layers.Loader(project, first, tmp_path, "{}", [kind], run_layers._jobs(kind, tmp_path))
    counts = []
    loader._timer.timeout.connect(lambda: counts.append(len(project.mapLayers())))
    loader.start()
    until(lambda: not run_layers.Loader.running, qgis.processEvents)
    assert len(project.mapLayers()) == 5
    assert max(np.diff(counts), default=0) <= 1


def test_a_project_that_is_closed_meanwhile_ends_the_loading(qgis, project, fine, tmp_path):
    from qgis.core import QgsRasterLayer

    from soilsharp.processing import run_layers

    kind = fine(tmp_path / "maps", 5)
    first = project.addMapLayer(QgsRasterLayer(kind.maps[0][1], "2023-05-01"))
    run_layers.Loader(project, first, tmp_path, "{}", [kind], run_layers._jobs(kind, tmp_path)).start()
    project.clear()
    qgis.processEvents()
    assert not run_layers.Loader.running
    assert not project.mapLayers()


def test_stations_lie_above_all_maps(project, load, fine, region, tmp_path):
    from qgis.core import QgsVectorLayer

    from soilsharp.processing.series_tree import move_to_stations

    for place in ("a", "b"):
        layer = project.addMapLayer(QgsVectorLayer(str(region.folder / "stations.gpkg"), place))
        move_to_stations(layer, project)
        load(tmp_path / place, [fine(Path(tmp_path / place), 1)])
    groups = [name for name, _ in names(project.layerTreeRoot())]
    assert groups == ["Stations", "Soil moisture: b", "Soil moisture: a"]
    assert names(project.layerTreeRoot())[0][1] == ["b", "a"]


def test_stations_are_seen_also_where_they_are_loaded_among_days_of_which_one_is_seen(
    project, load, fine, region, tmp_path
):
    from qgis.core import QgsLayerTreeRegistryBridge, QgsVectorLayer

    from soilsharp.processing.series_tree import DAYS, marked, move_to_stations

    load(tmp_path / "run", [fine(tmp_path / "run", 3)])
    days = marked(project.layerTreeRoot(), DAYS)[0]
    # as in the window, where QGIS puts a new layer beside the chosen one
    bridge, root = project.layerTreeRegistryBridge(), project.layerTreeRoot()
    bridge.setLayerInsertionPoint(QgsLayerTreeRegistryBridge.InsertionPoint(days, 0))
    layer = project.addMapLayer(QgsVectorLayer(str(region.folder / "stations.gpkg"), "stations"))
    bridge.setLayerInsertionPoint(QgsLayerTreeRegistryBridge.InsertionPoint(root, 0))
    assert root.findLayer(layer.id()).parent() == days
    move_to_stations(layer, project)
    assert root.findLayer(layer.id()).isVisible()
    assert len([node for node in days.children() if node.isVisible()]) == 1


class Told:
    """A feedback that keeps its warnings."""

    def __new__(cls):
        from qgis.core import QgsProcessingFeedback

        class Feedback(QgsProcessingFeedback):
            def pushWarning(self, text):
                self.warnings.append(text)

        feedback = Feedback(False)
        feedback.warnings = []
        return feedback


@pytest.mark.parametrize("number", [0, 2])
def test_a_map_that_cannot_be_opened_is_named_and_the_others_are_loaded(project, load, fine, tmp_path, number):
    kind = fine(tmp_path / "run", 4)
    lost = Path(kind.maps[number][1])
    lost.write_bytes(b"no raster")
    feedback = Told()
    load(tmp_path / "run", [kind], feedback)
    assert len(project.mapLayers()) == 3
    (told,) = feedback.warnings
    assert str(lost) in told
    assert "run the step again" in told


def test_of_many_that_cannot_be_opened_some_are_named_and_the_rest_counted(project, load, fine, tmp_path):
    kind = fine(tmp_path / "run", 9)
    for _, path in kind.maps[1:]:
        Path(path).unlink()
    feedback = Told()
    load(tmp_path / "run", [kind], feedback)
    assert len(project.mapLayers()) == 1
    (told,) = feedback.warnings
    assert "and 3 more" in told


def test_a_map_that_is_lost_after_the_run_has_told_of_it_is_named_in_the_messages(qgis, project, fine, tmp_path, until):
    from processing.gui.Postprocessing import handleAlgorithmResults
    from qgis.core import QgsApplication, QgsProcessingContext

    from soilsharp.processing.run_layers import Loader, load_run

    told = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: told.append((tag, text)))
    kind = fine(tmp_path / "run", 3)
    context = QgsProcessingContext()
    context.setProject(project)
    load_run(context, "OUTPUT", tmp_path / "run", "{}", [kind])
    Path(kind.maps[2][1]).unlink()
    algorithm = QgsApplication.processingRegistry().algorithmById("soilsharp:downscale_series")
    handleAlgorithmResults(algorithm, context)
    until(lambda: not Loader.running, qgis.processEvents)
    assert len(project.mapLayers()) == 2
    assert [kind.maps[2][1] in text for tag, text in told if tag == "SoilSharp"] == [True]
