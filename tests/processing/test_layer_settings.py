# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person set for a layer in QGIS, its reference system and no-data values, reaches what is made of it."""

import numpy as np
import pytest
import rasterio
from affine import Affine


def raster(path, values, crs, transform):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "transform": transform}
    with rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], **profile) as dataset:
        dataset.write(np.float32(values), 1)
    return str(path)


@pytest.fixture
def project(qgis):
    from qgis.core import QgsProject

    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def layer_in(project, tmp_path):
    """Return a function that adds a raster of a reference system to the project, set to another one."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsRasterLayer

    def add(name, crs, set_to):
        values = np.tile(np.arange(100), (100, 1))
        path = raster(tmp_path / f"{name}.tif", values, crs, Affine(100, 0, 500000, 0, -100, 5500000))
        layer = QgsRasterLayer(path, name)
        layer.setCrs(QgsCoordinateReferenceSystem(set_to))
        project.addMapLayer(layer)
        return layer

    return add


@pytest.fixture
def grid(tmp_path):
    return raster(tmp_path / "grid.tif", np.zeros((20, 20)), "EPSG:32632", Affine(100, 0, 504000, 0, -100, 5496000))


@pytest.mark.parametrize("crs", ["EPSG:23032", None])
@pytest.mark.parametrize("how", ["layer", "id", "path"])
def test_layers_lie_where_qgis_shows_them(crs, how, layer_in, grid, tmp_path):
    from qgis import processing

    layer = layer_in("map", crs, "EPSG:32632")
    given = {"layer": layer, "id": layer.id(), "path": layer.source()}[how]
    processing.run("soilsharp:align_rasters", {"INPUT": [given], "GRID": grid, "OUTPUT": str(tmp_path / "out")})
    with rasterio.open(tmp_path / "out" / "map.tif") as made:
        assert made.read(1)[0, :5].tolist() == [40, 41, 42, 43, 44]


def test_a_grid_has_the_reference_system_of_its_layer(layer_in, grid, tmp_path):
    from qgis import processing

    layer = layer_in("target", None, "EPSG:32632")
    processing.run("soilsharp:align_rasters", {"INPUT": [grid], "GRID": layer, "OUTPUT": str(tmp_path / "out")})
    with rasterio.open(tmp_path / "out" / "grid.tif") as made:
        assert made.crs.to_epsg() == 32632
        assert made.shape == (100, 100)


def test_a_file_that_nobody_gave_a_reference_system_is_refused(qgis, grid, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException

    path = raster(tmp_path / "none.tif", np.ones((100, 100)), None, Affine(100, 0, 500000, 0, -100, 5500000))
    with pytest.raises(QgsProcessingException, match=r"no coordinate reference system(.|\n)*Set CRS"):
        processing.run("soilsharp:align_rasters", {"INPUT": [path], "GRID": grid, "OUTPUT": str(tmp_path / "out")})


@pytest.mark.parametrize("how", ["layer", "id"])
def test_additional_no_data_values_count(how, project, grid, tmp_path):
    from qgis import processing
    from qgis.core import QgsRasterLayer, QgsRasterRange

    values = np.tile(np.arange(100), (100, 1))
    path = raster(tmp_path / "map.tif", values, "EPSG:32632", Affine(100, 0, 500000, 0, -100, 5500000))
    layer = QgsRasterLayer(path, "map")
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(41, 41)])
    project.addMapLayer(layer)
    given = {"layer": layer, "id": layer.id()}[how]
    processing.run("soilsharp:align_rasters", {"INPUT": [given], "GRID": grid, "OUTPUT": str(tmp_path / "out")})
    with rasterio.open(tmp_path / "out" / "map.tif") as made:
        np.testing.assert_array_equal(made.read(1)[0, :4], [40, np.nan, 42, 43])


@pytest.fixture
def stations(project, tmp_path):
    """Return a layer of the project that is the second of a GeoPackage."""
    import geopandas
    from qgis.core import QgsVectorLayer

    points = geopandas.points_from_xy([10.5] * 3, [50.5] * 3, crs=4326)
    days = {"station": ["A"] * 3, "date": ["2023-05-01", "2023-05-02", "2023-05-03"]}
    for name, values in (("raw", [0.4] * 3), ("checked", [0.1, 0.2, 0.3])):
        table = geopandas.GeoDataFrame({**days, "sm": values}, geometry=points)
        table.to_file(tmp_path / "two.gpkg", layer=name, driver="GPKG")
    layer = QgsVectorLayer(f"{tmp_path / 'two.gpkg'}|layername=checked", "my stations", "ogr")
    project.addMapLayer(layer)
    return layer


@pytest.mark.parametrize("how", ["layer", "id", "source"])
@pytest.mark.parametrize(("subset", "right"), [("", [0.1, 0.2, 0.3]), ('"sm" > 0.15', [0.2, 0.3])])
def test_stations_are_those_of_the_layer_that_was_chosen(stations, how, subset, right, tmp_path):
    import pandas as pd
    from qgis import processing

    assert stations.setSubsetString(subset)
    given = {"layer": stations, "id": stations.id(), "source": stations.source()}[how]
    output = str(tmp_path / "stations.csv")
    processing.run("soilsharp:import_station_table", {"INPUT": given, "OUTPUT": output})
    assert pd.read_csv(output)["soil_moisture"].tolist() == right


def test_a_layer_that_is_no_file_is_refused(project, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsVectorLayer

    layer = QgsVectorLayer("Point?crs=EPSG:4326&field=sm:double", "drawn", "memory")
    project.addMapLayer(layer)
    for given in (layer, layer.id()):
        with pytest.raises(QgsProcessingException, match="'drawn' is no file but a layer of kind 'memory'"):
            processing.run("soilsharp:import_station_table", {"INPUT": given, "OUTPUT": str(tmp_path / "a.csv")})
