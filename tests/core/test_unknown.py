# SPDX-License-Identifier: GPL-2.0-or-later
"""What counts as unknown in a raster: the same on its own grid, averaged, interpolated, and counted as classes."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.base.errors import InputError
from soilsharp.core.preprocessing.settings import SpectralOptions
from soilsharp.core.preprocessing.spectral_indices import spectral_indices
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import HUGE, Source, is_unknown
from soilsharp.core.rasters.raster import aligned, read_on
from soilsharp.core.rasters.series import Series

FINE = Grid.from_bounds("EPSG:32632", 100, (500_000, 5_490_000, 504_000, 5_494_000))
COARSE = Grid.from_bounds("EPSG:32632", 1000, (500_000, 5_490_000, 504_000, 5_494_000))
OTHER = Grid.from_bounds("EPSG:3035", 1000, (4_249_500, 2_940_200, 4_251_500, 2_942_200))
LOST = np.arange(FINE.size).reshape(FINE.shape) % 7 == 0  # pixels without a value, some in every cell
GREATEST = float(np.finfo(np.float32).max)


def _written(path, values, *, nodata=None, mask=None, **words):
    rows, columns = values.shape
    profile = {"driver": "GTiff", "dtype": values.dtype, "count": 1, "crs": FINE.crs, "transform": FINE.transform,
               "height": rows, "width": columns, "nodata": nodata}  # fmt: skip
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **profile, **words) as dataset:
        dataset.write(values, 1)
        if mask is not None:
            dataset.write_mask(mask)
    return Source(str(path))


@pytest.mark.parametrize(
    ("fill", "nodata"),
    [
        (np.nan, None), (np.nan, -9999), (np.nan, -32768), (np.nan, np.nan), (-9999, -9999), (np.inf, None),
        (-GREATEST, -3.4e38), (-GREATEST, -3.402823e38), (-3.4e38, -3.4e38), (1e20, 1e20), (-GREATEST, -GREATEST),
        (-9999, -9999.0004),
    ],
)  # fmt: skip
def test_a_pixel_without_a_value_never_counts(tmp_path, fill, nodata):
    values = np.full(FINE.shape, 0.5, np.float32)
    values[LOST] = fill
    source = _written(tmp_path / "a.tif", values, nodata=nodata)
    same = read_on(source, FINE)
    npt.assert_array_equal(np.isnan(same), LOST)
    if np.isinf(fill):
        return  # what is left of a division by 0 makes its whole cell unknown, which the next test holds
    npt.assert_array_equal(read_on(source, COARSE), np.float32(0.5))
    npt.assert_allclose(read_on(source, OTHER), 0.5, rtol=1e-6)


def test_an_infinite_pixel_never_makes_a_number(tmp_path):
    values = np.full(FINE.shape, 0.5, np.float32)
    values[0, 0] = np.inf
    coarse = read_on(_written(tmp_path / "a.tif", values), COARSE)
    assert np.isnan(coarse[0, 0])
    npt.assert_array_equal(coarse[1:], np.float32(0.5))


@pytest.mark.parametrize("dtype", ["float32", "int16", "uint8"])
@pytest.mark.parametrize("nodata", [None, 200])
def test_masks_count_beside_nodata(tmp_path, dtype, nodata):
    values = np.full(FINE.shape, 5, dtype)
    values[LOST] = 77
    values[::9, ::4] = 200
    source = _written(tmp_path / "a.tif", values, nodata=nodata, mask=~LOST)
    expected = np.where(LOST | ((values == 200) if nodata else False), np.nan, values.astype(np.float32))
    npt.assert_array_equal(read_on(source, FINE), expected)
    whole = np.nanmean(expected.reshape(4, 10, 4, 10).transpose(0, 2, 1, 3).reshape(4, 4, 100), 2)
    npt.assert_allclose(read_on(source, COARSE), whole, rtol=1e-6)


def test_an_alpha_band_is_a_mask(tmp_path):
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 2, "crs": FINE.crs, "transform": FINE.transform,
               "height": FINE.shape[0], "width": FINE.shape[1]}  # fmt: skip
    with rasterio.open(path, "w", **profile, alpha="yes") as dataset:
        dataset.write(np.where(LOST, 9, 5).astype(np.uint8), 1)
        dataset.write(np.where(LOST, 0, 255).astype(np.uint8), 2)
    npt.assert_array_equal(np.isnan(read_on(Source(str(path)), FINE)), LOST)
    npt.assert_array_equal(read_on(Source(str(path)), COARSE), np.float32(5))


def test_the_second_band_has_its_own_nodata_and_mask(tmp_path):
    values = np.full(FINE.shape, 0.25, np.float32)
    values[LOST] = -1
    profile = {"driver": "GTiff", "dtype": "float32", "count": 2, "crs": FINE.crs, "transform": FINE.transform,
               "height": FINE.shape[0], "width": FINE.shape[1], "nodata": -1}  # fmt: skip
    with rasterio.open(tmp_path / "a.tif", "w", **profile) as dataset:
        dataset.write(np.full(FINE.shape, 9, np.float32), 1)
        dataset.write(values, 2)
    npt.assert_array_equal(read_on(Source(str(tmp_path / "a.tif"), band=2), COARSE), np.float32(0.25))


def test_the_fraction_of_a_class_is_that_of_what_is_known(tmp_path):
    classes = np.full(FINE.shape, 30, np.uint8)
    classes[:, ::2] = 10
    classes[LOST] = 0
    source = _written(tmp_path / "a.tif", classes, nodata=0)
    fraction = _fraction_of(source, COARSE, 10)
    known, tens = ~LOST, (classes == 10) & ~LOST
    parts = [m.reshape(4, 10, 4, 10).sum((1, 3)) for m in (tens, known)]
    npt.assert_allclose(fraction, parts[0] / parts[1], rtol=1e-6)
    own = _fraction_of(source, FINE, 10)
    npt.assert_array_equal(own, np.where(LOST, np.nan, classes == 10))
    npt.assert_allclose(_fraction_of(source, COARSE, 10) + _fraction_of(source, COARSE, 30), 1, rtol=1e-6)


def _fraction_of(source, grid, code):
    with aligned(source, grid, classes=True, of_class=code) as reader:
        return reader.read()


def test_fills_are_told_before_scale_and_offset(tmp_path):
    values = np.full(FINE.shape, 3000, np.int16)
    values[LOST] = -3000
    source = _written(tmp_path / "a.tif", values, nodata=-3000)
    scaled = Source(source.path, scale=0.0001, offset=0.1)
    npt.assert_allclose(read_on(scaled, COARSE), 0.4, rtol=1e-6)


@given(
    st.floats(-1e6, 1e6, width=32).filter(lambda v: abs(v) > 1e-3), st.sampled_from([np.float32, np.float64]),
    st.floats(2e-6, 1.0),
)  # fmt: skip
def test_only_what_rounding_makes_of_a_fill_is_the_fill(fill, dtype, beside):
    stored = np.array([fill, np.nextafter(np.float32(fill), np.float32(0)), fill * (1 + beside)], dtype)
    npt.assert_array_equal(is_unknown(stored, (fill,)), [True, True, False])


def test_whole_numbers_are_compared_as_they_are():
    stored = np.array([0, 1, 254, 255], np.uint8)
    npt.assert_array_equal(is_unknown(stored, (255.0, None, np.nan)), [False, False, False, True])


def test_what_no_quantity_reaches_is_unknown_without_being_declared():
    stored = np.array([HUGE, -HUGE, HUGE * 0.99, np.inf, -np.inf, np.nan])
    npt.assert_array_equal(is_unknown(stored, ()), [True, True, False, True, True, True])


@pytest.mark.parametrize(("sensor", "name"), [("sentinel-2", "{}_20230501.tif"), ("landsat 8", "{}_20230501.tif")])
def test_zero_is_no_reflectance_where_the_sensor_stores_whole_numbers(tmp_path, sensor, name):
    bands = {"sentinel-2": ("B04", "B08"), "landsat 8": ("B4", "B5")}[sensor]
    for band, number in zip(bands, (2000, 5000)):
        stored = np.full(FINE.shape, number, np.uint16)
        stored[LOST] = 0
        (tmp_path / "in").mkdir(exist_ok=True)
        _written(tmp_path / "in" / name.format(band), stored)
    options = SpectralOptions(sensor=sensor, indices="ndvi", scale=0.0001, offset=-0.1)
    spectral_indices(tmp_path / "in", tmp_path / "out", options)
    made = read_on(Source(str(next((tmp_path / "out").rglob("*.tif")))), FINE)
    npt.assert_allclose(made, np.where(LOST, np.nan, (0.4 - 0.1) / (0.4 + 0.1)), rtol=1e-5)


def test_an_import_reads_masks(tmp_path):
    values = np.full(FINE.shape, 5, np.float32)
    values[LOST] = 0
    (tmp_path / "in").mkdir()
    _written(tmp_path / "in" / "rain_20230501.tif", values, mask=~LOST)
    import_grids(tmp_path / "in", tmp_path / "out", GridsOptions())
    made = read_on(Source(str(next((tmp_path / "out").rglob("*.tif")))), FINE)
    npt.assert_array_equal(made, np.where(LOST, np.nan, np.float32(5)))


def test_of_several_bands_one_has_to_be_named(tmp_path):
    profile = {"driver": "GTiff", "dtype": "float32", "count": 2, "crs": FINE.crs, "transform": FINE.transform,
               "height": FINE.shape[0], "width": FINE.shape[1]}  # fmt: skip
    path = tmp_path / "maps" / "sm_20230501.tif"
    path.parent.mkdir()
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(np.stack([np.full(FINE.shape, 0.1), np.full(FINE.shape, 0.2)]).astype(np.float32))
        dataset.descriptions = ("mean", "spread")
    for source in (Source(str(path)), Series.from_files(path.parent).sources[0]):
        with pytest.raises(InputError, match=r"has 2 bands: 1 mean, 2 spread\. Say which one"):
            read_on(source, COARSE)
    npt.assert_array_equal(read_on(Source(str(path), band=2), COARSE), np.float32(0.2))


KNOWS_SIGNS = tuple(map(int, rasterio.__gdal_version__.split(".")[:2])) >= (3, 7)


def test_bytes_with_a_sign_are_themselves_or_refused(tmp_path):
    source = _written(tmp_path / "ndvi_20230501.tif", np.full(FINE.shape, -5, "int8"))
    if KNOWS_SIGNS:
        npt.assert_array_equal(read_on(source, FINE, "nearest"), -5)
        (made,) = import_grids(source.path, tmp_path / "out").maps
        npt.assert_array_equal(read_on(Source(str(made.path)), FINE, "nearest"), -5)
        return
    with pytest.raises(InputError, match=r"ndvi_20230501\.tif holds bytes with a sign"):
        read_on(source, FINE, "nearest")
    with pytest.raises(InputError, match="holds bytes with a sign"):
        import_grids(source.path, tmp_path / "out")
