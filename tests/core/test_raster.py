# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters are read on any grid and written whole."""

import os

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine
from rasterio.windows import Window

from soilsharp.core.base.errors import GridError, InputError
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import aligned, map_writer, read_on, write_map

FINE = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_012_000, 3_006_000))
COARSE = Grid.from_bounds("EPSG:3035", 3000, FINE.bounds)


def _write(path, values, grid=FINE, crs="same", nodata=None, dtype="float32"):
    profile = {"driver": "GTiff", "count": 1, "dtype": dtype, "nodata": nodata, "transform": grid.transform}
    crs = grid.crs if crs == "same" else crs
    with rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], crs=crs, **profile) as dataset:
        dataset.write(values.astype(dtype), 1)
    return Source(str(path))


def test_what_is_written_is_read(tmp_path):
    values = np.random.default_rng(1).random(FINE.shape).astype(np.float32)
    values[0, 0] = np.nan
    write_map(tmp_path / "a.tif", values, FINE, tags={"date": "2023-05-01"})
    npt.assert_array_equal(read_on(Source(str(tmp_path / "a.tif")), FINE), values)
    with rasterio.open(tmp_path / "a.tif") as dataset:
        assert dataset.tags()["date"] == "2023-05-01"
        assert dataset.units == ("m3 m-3",)
        assert np.isnan(dataset.nodata)


def test_finer_is_averaged_over_what_is_known_and_coarser_is_taken_or_interpolated(tmp_path):
    values = np.arange(72, dtype=np.float32).reshape(FINE.shape)
    values[0, 0] = -9999
    source = _write(tmp_path / "fine.tif", values, nodata=-9999)
    known = np.where(values == -9999, np.nan, values).astype(float)
    npt.assert_allclose(read_on(source, COARSE), np.nanmean(known.reshape(2, 3, 4, 3), axis=(1, 3)), rtol=1e-6)
    back = _write(tmp_path / "coarse.tif", np.arange(8, dtype=np.float32).reshape(COARSE.shape), COARSE)
    nearest = read_on(back, FINE)
    npt.assert_array_equal(nearest, np.kron(np.arange(8).reshape(2, 4), np.ones((3, 3))))
    bilinear = read_on(back, FINE, "bilinear")
    npt.assert_allclose(bilinear[1, 1:11:3], [0, 1, 2, 3], atol=1e-5)
    assert 0 < bilinear[1, 2] < 1


def test_classes_take_the_max_frequent(tmp_path):
    values = np.full(FINE.shape, 3, np.uint8)
    values[:3, :2] = 7
    source = _write(tmp_path / "c.tif", values, dtype="uint8")
    npt.assert_array_equal(read_on(source, COARSE, classes=True)[0], [7, 3, 3, 3])


def test_fill_values_that_a_file_does_not_declare_and_scales(tmp_path):
    values = np.full(FINE.shape, 25, np.int16)
    values[2, 2] = -9999
    _write(tmp_path / "p.tif", values, dtype="int16")
    read = read_on(Source(str(tmp_path / "p.tif"), scale=0.01, offset=0.1, nodata=-9999), FINE)
    assert np.isnan(read[2, 2])
    npt.assert_allclose(read[0, 0], 0.35, rtol=1e-6)


def test_single_cells_and_windows_equal_the_whole(tmp_path):
    values = np.random.default_rng(2).random(FINE.shape).astype(np.float32)
    source = _write(tmp_path / "a.tif", values)
    with aligned(source, FINE) as reader:
        npt.assert_array_equal(reader.read_cells(np.array([0, 5]), np.array([1, 11])), values[[0, 5], [1, 11]])
        npt.assert_array_equal(reader.read(Window(3, 2, 4, 2)), values[2:4, 3:7])


def test_no_reference_system_no_overlap_no_band_no_raster(tmp_path):
    lost = _write(tmp_path / "lost.tif", np.ones(FINE.shape), crs=None)
    with pytest.raises(GridError, match="no coordinate reference system; assign"):
        read_on(lost, FINE)
    npt.assert_array_equal(read_on(Source(lost.path, crs="EPSG:3035"), FINE), 1)
    away = Grid.from_bounds("EPSG:3035", 1000, (0, 0, 12_000, 6_000))
    with pytest.raises(GridError, match="do not overlap"):
        read_on(_write(tmp_path / "away.tif", np.ones(FINE.shape), away), FINE)
    with pytest.raises(InputError, match="has 1 bands; band 2"):
        read_on(Source(lost.path, band=2), FINE)
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(InputError, match="as a raster"):
        read_on(Source(str(tmp_path / "text.tif")), FINE)
    turned = Grid(FINE.crs, FINE.transform * Affine.rotation(30), FINE.shape)
    with pytest.raises(GridError, match="north-up"):
        read_on(_write(tmp_path / "turned.tif", np.ones(FINE.shape), turned), FINE)


def test_a_truncated_file_is_an_error_with_its_name(tmp_path):
    big = Grid.from_bounds("EPSG:3035", 100, FINE.bounds)
    write_map(tmp_path / "a.tif", np.random.default_rng(1).random(big.shape), big)
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"Cannot read .*a\.tif"):
        read_on(Source(str(tmp_path / "a.tif")), big)


def test_an_unfinished_map_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), map_writer(tmp_path / "a.tif", FINE) as writer:
        _ = writer.write(np.ones(FINE.shape)), 1 / 0
    assert os.listdir(tmp_path) == []
    with pytest.raises(InputError, match="Choose another place"):
        write_map("/dev/null/a.tif", np.ones(FINE.shape), FINE)
