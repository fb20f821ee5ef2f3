# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of shapes whose slopes and catchments are known."""

import numpy as np
import numpy.testing as npt
import pytest
from affine import Affine
from rasterio.crs import CRS

from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.settings import TerrainOptions
from soilsharp.core.preprocessing.terrain_attributes import terrain_attributes
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map

pytest.importorskip("whitebox_workflows", reason="whitebox-workflows is not installed")

N, M = 120, 30.0
# where metres on the map are those on the ground, and its north the true one
PLAIN = CRS.from_proj4("+proj=laea +lat_0=0 +lon_0=10 +datum=WGS84 +units=m")
GRID = Grid(PLAIN, Affine(M, 0, -N * M / 2, 0, -M, N * M / 2), (N, N))
ROW, COLUMN = np.mgrid[0:N, 0:N].astype(float)
INNER = np.s_[10:-10, 10:-10]


def _attributes(tmp_path, elevation, grid=GRID, **options):
    write_map(tmp_path / "dem.tif", elevation, grid, name="elevation", unit="m")
    outcome = terrain_attributes(tmp_path / "dem.tif", tmp_path / "out", TerrainOptions(**options))
    return {m.name: read_on(Source(str(m.path)), Source(str(m.path)).grid()) for m in outcome.maps}


def test_a_plane_has_its_slope_its_aspect_and_the_catchment_above(tmp_path):
    # 5 % down to the south
    out = _attributes(tmp_path, 1000 - 0.05 * M * ROW, curvature=True)
    npt.assert_allclose(out["slope"][INNER], np.degrees(np.arctan(0.05)), rtol=1e-4)
    npt.assert_allclose(out["aspect"][INNER], 180, atol=0.01)
    npt.assert_allclose(out["aspect_cos"][INNER], -1, atol=1e-6)
    npt.assert_allclose(out["aspect_sin"][INNER], 0, atol=1e-3)
    npt.assert_allclose(out["curvature_profile"][INNER], 0, atol=1e-6)
    npt.assert_allclose(out["tpi"][50:-50, 50:-50], 0, atol=0.01)
    # all water runs straight down: A is the length of the slope above, its own pixel included
    middle = np.s_[5:-5, 40:80]
    for routing in ("fd8", "mfd_md"):
        npt.assert_allclose(out[f"flow_accumulation_{routing}"][middle], ((ROW + 1) * M)[middle], rtol=1e-3)
        npt.assert_allclose(out[f"twi_{routing}"][middle], np.log((ROW + 1) * M / 0.05)[middle], atol=2e-3)
    assert np.isnan(out["slope"][[0, -1]]).all()


def test_water_spreads_on_a_cone_and_gathers_the_more_with_mfd_md(tmp_path):
    r = np.hypot(ROW - N / 2 + 0.5, COLUMN - N / 2 + 0.5) * M
    out = _attributes(tmp_path, 1000 - 0.1 * r)
    ring = (r > 800) & (r < 1500)
    # on a cone A = r / 2; grids of eight directions come within some percent
    assert np.median(out["flow_accumulation_fd8"][ring] / (r[ring] / 2)) == pytest.approx(1, abs=0.08)
    assert np.median(out["flow_accumulation_mfd_md"][ring] / (r[ring] / 2)) == pytest.approx(1, abs=0.08)
    valley = 1000 - 0.02 * M * ROW + 0.1 * M * np.abs(COLUMN - N // 2)
    out = _attributes(tmp_path / "valley", valley)
    bottom = np.s_[60:100, N // 2]
    assert out["twi_mfd_md"][bottom].mean() > out["twi_mfd_md"][60:100, 20:30].mean() + 3
    assert (out["flow_accumulation_mfd_md"][bottom] != out["flow_accumulation_fd8"][bottom]).any()


def test_sinks_are_filled_to_their_rim_and_level_ground_has_a_bounded_index(tmp_path):
    elevation = 500 - 0.05 * M * ROW
    pit = elevation.copy()
    pit[60:64, 60:64] -= 20
    out = _attributes(tmp_path, pit)
    filled = out["elevation_filled"]
    assert (filled >= pit - 1e-3).all()
    assert filled[60:64, 60:64].min() >= elevation[64, 60:64].min() - 0.01
    outside = np.ones_like(pit, bool)
    outside[60:64, 60:64] = False
    npt.assert_allclose(filled[outside], pit[outside], atol=0.01)
    level = _attributes(tmp_path / "level", np.full((N, N), 100.0))
    assert np.isfinite(level["twi_fd8"]).all()
    assert np.isnan(level["aspect"]).all()


def test_unknown_ground_stays_unknown_and_degrees_become_metres(tmp_path):
    elevation = 1000 - 0.05 * M * ROW
    elevation[:20, :20] = np.nan
    out = _attributes(tmp_path, elevation)
    assert all(np.isnan(values[:19, :19]).all() for values in out.values())
    step = M / 111_195
    degrees = Grid(CRS.from_epsg(4326), Affine(step, 0, 11.0, 0, -step, 1.0), (N, N))
    out = _attributes(tmp_path / "degrees", 1000 - 0.05 * M * ROW, degrees, flow=False, position=False)
    npt.assert_allclose(np.nanmedian(out["slope"]), np.degrees(np.arctan(0.05)), rtol=0.02)
    npt.assert_allclose(np.nanmedian(out["aspect"]), 180, atol=1)


@pytest.mark.parametrize(
    ("code", "longitude", "latitude", "width", "height"),
    [
        ("EPSG:32633", 17.9, 60, 60, 60),  # at the edge of its zone, where north lies 2.5 degrees beside
        ("EPSG:3857", 15, 60, 60, 60),
        ("EPSG:3857", -70, -45, 60, 40),
        ("EPSG:3395", 15, 68, 60, 60),
        ("EPSG:3035", -8, 38, 60, 60),
        ("EPSG:6933", 15, 60, 60, 60),
        ("EPSG:3413", 20, 68, 60, 60),
        ("EPSG:4326", 15, 60, 0.001, 0.0005),
        ("EPSG:4326", 179.99, -17, 0.0005, 0.0005),  # over the seam
        ("EPSG:4807", 2, 47, 0.0005, 0.0005),
        ("EPSG:2263", -74, 40.7, 150, 150),  # feet
    ],
)
def test_a_slope_is_that_on_the_ground_in_every_reference_system(code, longitude, latitude, width, height, tmp_path):
    crs = CRS.from_user_input(code)
    local = CRS.from_proj4(f"+proj=laea +lat_0={latitude} +lon_0={longitude} +datum=WGS84 +units=m")
    (x,), (y,) = project([longitude], [latitude], WGS84, crs)
    grid = Grid(crs, Affine(width, 0, x - 30 * width, 0, -height, y + 30 * height), (60, 60))
    east, north = project(*np.meshgrid(*grid.centres()), crs, local)
    # 10 degrees, down to 240 degrees from north
    elevation = 1000 + np.tan(np.radians(10)) * (east * np.sin(np.radians(60)) + north * np.cos(np.radians(60)))
    out = _attributes(tmp_path, elevation, grid, position=False)
    inner = np.s_[8:-8, 8:-8]
    npt.assert_allclose(np.nanmedian(out["slope"][inner]), 10, rtol=1e-3)
    npt.assert_allclose(np.nanmedian(out["aspect"][inner]), 240, atol=0.1)
    # water runs straight down: wetness is that of the length of slope above
    twi, area = out["twi_mfd_md"][inner], out["flow_accumulation_mfd_md"][inner]
    npt.assert_allclose(np.nanmedian(twi - np.log(area)), -np.log(np.tan(np.radians(10))), atol=0.002)


def test_catchments_are_as_long_on_the_ground_in_web_mercator(tmp_path):
    (x,), (y,) = project([15.0], [60.0], WGS84, CRS.from_epsg(3857))
    grid = Grid(CRS.from_epsg(3857), Affine(60, 0, x - 1800, 0, -60, y + 1800), (60, 60))
    local = CRS.from_proj4("+proj=laea +lat_0=60 +lon_0=15 +datum=WGS84 +units=m")
    _, north = project(*np.meshgrid(*grid.centres()), grid.crs, local)
    out = _attributes(tmp_path, 1000 + 0.05 * north, grid, position=False, routing="mfd_md")
    area = out["flow_accumulation_mfd_md"]
    rows = len(area)
    assert area[rows // 2, area.shape[1] // 2] == pytest.approx(30 * 30.1, rel=0.04)  # 30 pixels of 30.1 m


def test_a_model_without_a_scale_on_the_ground_is_refused(tmp_path):
    pole = Grid(WGS84, Affine(0.1, 0, 0, 0, -0.1, 93), (N, N))
    with pytest.raises(GridError, match="reaches a pole, or beyond where its reference system is defined"):
        _attributes(tmp_path, 1000 - 0.05 * M * ROW, pole)
    globe = Grid(WGS84, Affine(3, 0, -180, 0, -1.5, 90), (N, N))
    with pytest.raises(GridError, match="Cut it to the region"):
        _attributes(tmp_path, 1000 - 0.05 * M * ROW, globe)


def test_what_is_no_elevation_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match="runs from 0 to 65535, which is no elevation in m"):
        _attributes(tmp_path, np.where(ROW > 5, 0.0, 65535.0))
    with pytest.raises(InputError, match="has no value"):
        _attributes(tmp_path, np.full((N, N), np.nan))
    with pytest.raises(InputError, match="choose at least one"):
        _attributes(tmp_path, ROW, slope=False, aspect=False, position=False, flow=False)
    with pytest.raises(Cancelled):
        terrain_attributes(tmp_path / "dem.tif", tmp_path / "out", progress=Progress(stop_asked=lambda: True))
    assert not (tmp_path / "out").exists()
