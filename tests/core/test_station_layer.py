# SPDX-License-Identifier: GPL-2.0-or-later
"""The layer of points that steps write, as OGR and QGIS read it."""

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.stations.layer import write_points

TABLE = pd.DataFrame(
    {
        "station": ['Hill "1"', "mäki", None],
        "n": np.array([3, 0, 2**40]),
        "rmse": np.array([0.5, np.nan, 0.25], np.float32),
        "faulty": [True, False, True],
        "a b": ["x", "", "y"],
        "group": np.array([1, 2, 3], np.uint8),
    }
)
LONGITUDE = pd.Series([24.9, -180.0, 10.5])
LATITUDE = pd.Series([60.2, -90.0, 50.5])


def test_ogr_reads_what_was_written(tmp_path):
    geopandas = pytest.importorskip("geopandas")
    write_points(tmp_path / "s.gpkg", TABLE, LONGITUDE, LATITUDE)
    layer = geopandas.read_file(tmp_path / "s.gpkg", layer="stations")
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry.x.tolist() == LONGITUDE.tolist()
    assert layer.geometry.y.tolist() == LATITUDE.tolist()
    assert [name for name in layer if name != "geometry"] == list(TABLE)
    for name in ("n", "rmse", "faulty", "a b", "group"):
        np.testing.assert_array_equal(layer[name].to_numpy(), TABLE[name].to_numpy())
    assert layer["station"].iloc[:2].tolist() == ['Hill "1"', "mäki"]
    assert layer["station"].isna().tolist() == [False, False, True]


def test_qgis_reads_and_changes_what_was_written(qgis, tmp_path):
    from qgis.core import QgsVectorLayer, edit

    write_points(str(tmp_path / "s.gpkg"), dict(TABLE), LONGITUDE, LATITUDE)
    layer = QgsVectorLayer(f"{tmp_path / 's.gpkg'}|layername=stations", "stations", "ogr")
    assert layer.isValid()
    assert (layer.featureCount(), layer.crs().authid()) == (3, "EPSG:4326")
    kinds = [field.typeName() for field in layer.fields()]
    assert kinds == ["Integer64", "String", "Integer64", "Real", "Boolean", "String", "Integer64"]
    bounds = layer.extent()
    assert [bounds.xMinimum(), bounds.yMinimum(), bounds.xMaximum(), bounds.yMaximum()] == [-180, -90, 24.9, 60.2]
    with edit(layer):
        assert layer.changeAttributeValue(1, layer.fields().indexOf("station"), "moor")
        assert layer.deleteFeature(2)
    again = QgsVectorLayer(f"{tmp_path / 's.gpkg'}|layername=stations", "stations", "ogr")
    assert [feature["station"] for feature in again.getFeatures()][:1] == ["moor"]
    assert again.featureCount() == 2


def test_no_points_are_a_layer_too(tmp_path):
    geopandas = pytest.importorskip("geopandas")
    empty = pd.DataFrame(columns=["product", "longitude", "latitude"], dtype=object)
    write_points(tmp_path / "s.gpkg", empty[["product"]], empty["longitude"], empty["latitude"])
    layer = geopandas.read_file(tmp_path / "s.gpkg")
    assert len(layer) == 0
    assert list(layer) == ["product", "geometry"]


def test_a_layer_takes_the_place_of_another(tmp_path):
    geopandas = pytest.importorskip("geopandas")
    for rows in (TABLE, TABLE.iloc[:1]):
        write_points(tmp_path / "s.gpkg", rows, LONGITUDE.loc[rows.index], LATITUDE.loc[rows.index])
    assert len(geopandas.read_file(tmp_path / "s.gpkg")) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["s.gpkg"]


def test_what_cannot_be_written_is_told(tmp_path):
    with pytest.raises(InputError, match=r"Cannot write .*s\.gpkg"):
        write_points(tmp_path / "none" / "s.gpkg", TABLE, LONGITUDE, LATITUDE)
