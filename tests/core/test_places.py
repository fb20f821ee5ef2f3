# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters in degrees of any convention, over the seam, and not from Greenwich, on the grids of others."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import netcdf_file

from soilsharp.core.base.errors import GridError
from soilsharp.core.base.layer_address import with_crs
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.turn import turned
from soilsharp.core.study.create import create_study
from soilsharp.core.study.study import Study


def raster(path, values, crs, transform, mask=None, **said):
    profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "crs": crs, "transform": transform}
    path.parent.mkdir(exist_ok=True)
    with rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], **profile, **said) as dataset:
        dataset.write(values, 1)
        dataset.set_band_unit(1, "mm")
        if mask is not None:
            dataset.write_mask(mask)
    return Source(str(path))


def longitudes(path, left, width, columns, rows=36):
    """Write a raster of which every cell holds its own longitude, -180 to 180, from 90 N to 90 S."""
    lon = left + width * (np.arange(columns) + 0.5)
    lon = (lon + 180) % 360 - 180
    values = np.tile(lon.astype(np.float32), (rows, 1))
    return raster(path, values, "EPSG:4326", Affine(width, 0, left, 0, -180 / rows, 90))


def near(a, b, tolerance):
    """Assert that longitudes are the same, of whatever convention."""
    npt.assert_allclose((np.asarray(a) - b + 180) % 360 - 180, 0, atol=tolerance)


def test_grads_from_paris_lie_where_they_are(tmp_path):
    values = np.arange(16, dtype=np.float32).reshape(4, 4)
    source = raster(tmp_path / "ntf.tif", values, "EPSG:4807", Affine(0.1, 0, 0, 0, -0.1, 52))
    # 0.1 grads are 0.09 degrees, and Paris lies 2.337 degrees east of Greenwich
    there = Grid.from_bounds(WGS84, 0.09, (2.3372, 46.44, 2.3372 + 0.36, 46.8))
    npt.assert_array_equal(read_on(source, there, "nearest"), values)
    with pytest.raises(GridError, match="do not overlap"):
        read_on(source, Grid.from_bounds(WGS84, 0.1, (0, 51.6, 0.4, 52)))


@pytest.mark.parametrize("left", [-180, 0, -90, 180, -540, 30])
@pytest.mark.parametrize("bounds", [(-30, 0, 30, 20), (160, -20, 200, 20), (330, 0, 390, 20), (-180, -90, 180, 90),
                                    (0, -90, 360, 90), (-200, 0, -160, 20)])  # fmt: skip
def test_a_globe_of_any_convention_gives_every_grid_its_own_longitudes(left, bounds, tmp_path):
    source = longitudes(tmp_path / "globe.tif", left, 10, 36)
    for resolution, tolerance in ((10, 0), (20, 6)):
        grid = Grid.from_bounds(WGS84, resolution, bounds)
        values = read_on(source, grid, "nearest")
        away = np.abs(grid.centres()[0] - 180) % 360 > 10  # the mean of -175 and 175 is none
        near(values[:, away], np.broadcast_to(grid.centres()[0][away], values[:, away].shape), tolerance)
    assert source.grid().bounds[0] >= -180
    assert source.grid().bounds[2] <= 180


@pytest.mark.parametrize("left", [-180, 0])
@pytest.mark.parametrize("zone", [1, 10, 31, 60])
@pytest.mark.parametrize("resampling", ["nearest", "bilinear"])
def test_a_globe_on_a_projected_grid(left, zone, resampling, tmp_path):
    source = longitudes(tmp_path / "globe.tif", left, 1, 360, 180)
    grid = Grid.from_bounds(f"EPSG:{32600 + zone}", 5e4, (1e5, 4e6, 9e5, 4.4e6))
    x, y = np.meshgrid(*grid.centres())
    lon, _ = project(x, y, grid.crs, WGS84)
    values = read_on(source, grid, resampling)
    assert np.isfinite(values).all()
    # between the columns of -179.5 and 179.5 there is no longitude to be interpolated
    inside = np.abs(np.abs(lon) - 180) > 1
    near(values[inside], lon[inside], 0.51 if resampling == "nearest" else 0.02)


@pytest.mark.parametrize(("left", "columns"), [(170, 20), (-190, 20), (530, 20)])
def test_a_raster_over_the_seam_on_grids_of_both_of_its_sides(left, columns, tmp_path):
    source = longitudes(tmp_path / "fiji.tif", left, 1, columns, 180)
    for bounds in ((172, -20, 178, 0), (-178, -20, -172, 0), (182, -20, 188, 0), (175, -20, 185, 0)):
        grid = Grid.from_bounds(WGS84, 1, bounds)
        values = read_on(source, grid)
        near(values, np.broadcast_to(grid.centres()[0], grid.shape), 0)
    globe = read_on(source, Grid.from_bounds(WGS84, 1, (-180, -90, 180, 90)))
    lon = np.arange(-179.5, 180)
    npt.assert_array_equal(np.isfinite(globe[0]), np.abs(lon) > 170)
    near(globe[0][np.isfinite(globe[0])], lon[np.abs(lon) > 170], 0)
    assert source.grid().shape == (180, 20)
    rows, cells = source.grid().cells_at(np.array([171.2, -179.8, 190.1, 169.9, 0]), np.zeros(5))
    assert cells.tolist() == [1, 10, -1, -1, -1]
    assert (rows >= 0).tolist() == [True, True, False, False, False]


def test_land_of_10_to_350_degrees_is_cut_with_its_gap_unknown(tmp_path):
    source = longitudes(tmp_path / "land.tif", 10, 10, 34)
    values = read_on(source, Grid.from_bounds(WGS84, 10, (-40, 0, 40, 20)))
    npt.assert_array_equal(values[0], [-35, -25, -15, np.nan, np.nan, 15, 25, 35])
    whole = read_on(source, source.grid())
    near(whole[0][np.isfinite(whole[0])], source.grid().centres()[0][np.isfinite(whole[0])], 0)
    assert np.isfinite(whole[0]).sum() == 34


def test_what_a_file_says_and_masks_is_turned_with_it(tmp_path):
    values = np.tile(np.arange(36, dtype=np.int16), (18, 1))
    place = Affine(10, 0, 0, 0, -10, 90)
    masked = raster(tmp_path / "masked.tif", values, "EPSG:4326", place, mask=(values != 34).astype("u1") * 255)
    filled = raster(tmp_path / "filled.tif", np.where(values == 34, -1, values).astype("i2"), "EPSG:4326", place,
                    nodata=-1)  # fmt: skip
    grid = Grid.from_bounds(WGS84, 10, (-30, 0, 30, 20))
    for source in (masked, filled):
        npt.assert_array_equal(read_on(source, grid)[0], [33, np.nan, 35, 0, 1, 2])
        assert source.unit() == "mm"
    with rasterio.open(filled.path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.5,), (1.0,)
    npt.assert_array_equal(read_on(filled, grid)[0], [17.5, np.nan, 18.5, 1, 1.5, 2])


@pytest.mark.parametrize("left", [-180, 0])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32760"])
def test_weights_over_the_seam(left, crs):
    fine_bounds = (176, -20, 184, -16) if crs == "EPSG:4326" else (7e5, 7.9e6, 1.1e6, 8.1e6)
    fine = Grid.from_bounds(crs, 0.1 if crs == "EPSG:4326" else 1e4, fine_bounds)
    coarse = Grid.from_bounds(WGS84, 1, (left, -90, left + 360, 90))
    overlap = Overlap(coarse, fine)
    npt.assert_allclose(overlap.part().spread(np.ones(coarse.shape)), 1, rtol=1e-9)
    x, _ = np.meshgrid(*fine.centres())
    lon, _ = project(x, np.meshgrid(*fine.centres())[1], fine.crs, WGS84)
    cells = np.broadcast_to((coarse.centres()[0] + 180) % 360 - 180, coarse.shape)
    near(overlap.nearest(cells), lon, 0.51)


@settings(max_examples=200)
@given(
    left=st.integers(-720, 720), columns=st.integers(1, 72), west=st.integers(-720, 720), wide=st.integers(5, 360)
)  # fmt: skip
def test_turned_columns_lie_at_their_own_longitude_and_none_of_the_span_is_missed(left, columns, west, wide):
    seen = turned(left, 5.0, columns, (west, west + wide))
    own = left + 5 * np.arange(columns)
    there = np.full(seen.columns, np.nan)
    for piece in seen.pieces:
        there[piece.at : piece.at + piece.last - piece.first] = own[piece.first : piece.last]
    at = seen.left + 5 * np.arange(seen.columns)
    known = np.isfinite(there)
    near(there[known], at[known], 1e-9)
    asked = west + np.arange(0.25, wide, 0.5)
    held = ((asked - left) % 360) < 5 * columns
    shown = np.isin(np.floor((asked - seen.left) / 5), np.flatnonzero(known))
    # less than half a column on the very edge of the span does not count
    inner = (asked > west + 2.5) & (asked < west + wide - 2.5)
    npt.assert_array_equal(shown[inner], held[inner])


def test_longitudes_below_180_of_a_netcdf(tmp_path):
    lon, lat = -339.2 + 0.1 * np.arange(6), 24.05 + 0.1 * np.arange(4)
    with netcdf_file(tmp_path / "a.nc", "w") as file:
        for name, axis, unit in (("time", [0], "days since 2023-05-01"), ("lat", lat, "degrees_north"),
                                 ("lon", lon, "degrees_east")):  # fmt: skip
            file.createDimension(name, len(axis))
            file.createVariable(name, "f8", (name,))[:] = axis
            file.variables[name].units = unit
        file.createVariable("rain", "f4", ("time", "lat", "lon"))[:] = np.broadcast_to(lon + 360, (1, 4, 6))
    for area in (None, Grid.from_bounds(WGS84, 0.1, (20.7, 24, 21.4, 24.5)),
                 Grid.from_bounds(WGS84, 0.1, (380.7, 24, 381.4, 24.5))):  # fmt: skip
        (made,) = import_grids(tmp_path / "a.nc", tmp_path / "out", area=area).maps
        with rasterio.open(made.path) as dataset:
            near(dataset.bounds.left, 20.75, 1e-6)
            npt.assert_allclose(dataset.read(1)[0], lon + 360, rtol=1e-6)


ED50 = Affine(100, 0, 500000, 0, -100, 5500000)


def test_a_reference_system_that_was_set_counts_more_than_that_of_the_file(tmp_path):
    values = np.tile(np.arange(100, dtype=np.float32), (100, 1))
    grid = Grid.from_bounds("EPSG:32632", 100, (504000, 5494000, 506000, 5496000))
    for name, crs in (("ed50", "EPSG:23032"), ("none", None)):
        source = raster(tmp_path / f"{name}.tif", values, crs, ED50)
        path = with_crs(source.path, "EPSG:32632")
        npt.assert_array_equal(read_on(Source(path), grid)[0, :5], [40, 41, 42, 43, 44])
        assert Source(path).path == source.path
        wkt = with_crs(source.path, rasterio.crs.CRS.from_epsg(32632).to_wkt())
        assert Source(wkt).grid().same_as(Source(path).grid())
    assert read_on(Source(str(tmp_path / "ed50.tif")), grid)[0, 0] == 41
    with pytest.raises(GridError, match="has no coordinate reference system; assign the right one: to the file"):
        Source(str(tmp_path / "none.tif")).grid()


@pytest.mark.parametrize("text", ["EPSG:99999", "nonsense", "+proj=nothing", "32632.5"])
def test_an_unknown_reference_system_is_refused_also_where_the_file_has_its_own(text, tmp_path):
    source = raster(tmp_path / "a.tif", np.ones((2, 2), np.float32), "EPSG:32632", ED50)
    for words in ({"path": source.path, "crs": text}, {"path": with_crs(source.path, text)}):
        with pytest.raises(GridError, match="is no coordinate reference system; write it as 'EPSG:6933'"):
            Source(**words).grid()


def test_a_reference_system_of_a_building_site_has_no_place_on_earth(tmp_path):
    site = 'LOCAL_CS["site",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
    source = raster(tmp_path / "a.tif", np.ones((2, 2), np.float32), site, ED50)
    with pytest.raises(GridError, match=r"has (a reference system without a place on Earth|no coordinate reference)"):
        source.grid()
    assert Source(with_crs(source.path, "EPSG:32632")).grid().crs.to_epsg() == 32632


def test_a_study_of_layers_keeps_what_was_set_for_them(tmp_path):
    values = np.tile(np.arange(40, dtype=np.float32), (40, 1))
    for name in ("slope", "ndvi_20230501", "ndvi_20230509"):
        raster(tmp_path / "in" / f"{name}.tif", values, "EPSG:23032", ED50)
    for day in ("20230501", "20230502"):
        raster(tmp_path / "coarse" / f"sm_{day}.tif", values[:4, :4] / 100, "EPSG:32632",
               Affine(1000, 0, 500000, 0, -1000, 5500000))  # fmt: skip
    layers = {p.stem: with_crs(str(p), "EPSG:32632") for p in sorted((tmp_path / "in").glob("*.tif"))}
    study = create_study(tmp_path / "study.json", tmp_path / "coarse", layers=layers)
    again = Study.read(tmp_path / "study.json")
    for one in (study, again):
        assert one.grid.crs.to_epsg() == 32632
        assert {name: entry.crs for name, entry in one.covariates.items()} == {
            "slope": "EPSG:32632", "ndvi": "EPSG:32632"
        }  # fmt: skip
        assert one.covariates["ndvi"].series(one.folder).sources[0].grid().crs.to_epsg() == 32632
