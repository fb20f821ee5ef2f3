# SPDX-License-Identifier: GPL-2.0-or-later
"""Grids, and the areas that the cells of two grids share."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.warp import transform

from soilsharp.core.base.errors import GridError
from soilsharp.core.rasters.grid import WGS84, Grid, project, same_coordinates
from soilsharp.core.rasters.ground import Ground, pixel_area, pixel_on_ground
from soilsharp.core.rasters.overlap import Overlap, cell_areas

LAEA = "EPSG:3035"


def test_bounds_and_shape():
    grid = Grid.from_bounds(LAEA, 1000, (4_000_000, 3_000_000, 4_120_000, 3_060_000))
    assert grid.shape == (60, 120)
    assert grid.bounds == (4_000_000, 3_000_000, 4_120_000, 3_060_000)
    assert Grid.from_dict(grid.as_dict()) == grid


def test_a_grid_of_oblong_cells_survives_its_description():
    grid = Grid.from_dict({"crs": "EPSG:4326", "resolution": [0.2, 0.1], "bounds": [4, 58, 6, 59]})
    assert grid.shape == (10, 10)
    assert Grid.from_dict(grid.as_dict()).same_as(grid)


@pytest.mark.parametrize("wrong", [{}, {"crs": "EPSG:3035"}, {"crs": "x", "resolution": 1, "bounds": [0, 0, 1, 1]},
                                   {"crs": "EPSG:3035", "resolution": "1", "bounds": [0, 0, 1, 1]},
                                   {"crs": "EPSG:3035", "resolution": [1, 0], "bounds": [0, 0, 1, 1]},
                                   {"crs": "EPSG:3035", "resolution": [1, 2, 3], "bounds": [0, 0, 1]},
                                   {"crs": "EPSG:3035", "resolution": 0, "bounds": [0, 0, 1, 1]},
                                   {"crs": "EPSG:3035", "resolution": 1, "bounds": [1, 0, 0, 1]}], ids=str)  # fmt: skip
def test_no_grid(wrong):
    with pytest.raises(GridError):
        Grid.from_dict(wrong)


@pytest.mark.parametrize("pixels", [1 << 10, 1 << 16, 1 << 20])
@pytest.mark.parametrize("shape", [(1, 1), (300, 5000), (5000, 300), (700, 700)])
def test_windows_cover_every_pixel_once(shape, pixels):
    grid = Grid.from_bounds(LAEA, 1, (0, 0, shape[1], shape[0]))
    count = np.zeros(shape, int)
    for window in grid.windows(pixels):
        count[window.toslices()] += 1
        assert window.width * window.height <= max(pixels, 256 * 256)
    assert (count == 1).all()


def test_points_fall_into_their_cells():
    grid = Grid.from_bounds("EPSG:4326", 0.5, (10, 50, 12, 51))
    rows, columns = grid.cells_at(np.array([10.1, 11.9, 13.0]), np.array([50.9, 50.1, 50.5]))
    assert rows.tolist() == [0, 1, -1]
    assert columns.tolist() == [0, 3, -1]


def test_cropping_keeps_whole_cells_and_refuses_what_does_not_meet():
    coarse = Grid.from_bounds(LAEA, 9000, (3_991_000, 2_991_000, 4_180_000, 3_180_000))
    fine = Grid.from_bounds(LAEA, 1000, (4_000_000, 3_000_000, 4_050_000, 3_050_000))
    part = coarse.crop(fine)
    left, bottom, right, top = part.bounds
    assert left <= 4_000_000 < left + 9000
    assert right - 9000 < 4_050_000 <= right
    assert bottom <= 3_000_000
    assert top >= 3_050_000
    with pytest.raises(GridError, match="do not overlap"):
        coarse.crop(Grid.from_bounds(LAEA, 1000, (0, 0, 1000, 1000)))


def test_a_sphere_in_degrees_is_read_as_degrees():
    sphere = Grid(CRS.from_proj4("+proj=longlat +R=6367470 +no_defs"), *_degrees())
    ellipsoid = Grid(WGS84, *_degrees())
    assert sphere.same_as(ellipsoid)


def _degrees():
    grid = Grid.from_bounds("EPSG:4326", 0.1, (4, 58, 5, 59))
    return grid.transform, grid.shape


def test_nested_cells_hold_the_plain_mean():
    fine = Grid.from_bounds(LAEA, 1000, (4_000_000, 3_000_000, 4_012_000, 3_006_000))
    coarse = Grid.from_bounds(LAEA, 3000, fine.bounds)
    values = np.random.default_rng(1).random(fine.shape).astype(np.float32)
    plain = values.astype(float).reshape(2, 3, 4, 3).mean((1, 3))
    npt.assert_allclose(Overlap(coarse, fine).mean(values), plain, rtol=1e-12)


def test_pixels_on_an_edge_count_by_their_share():
    fine = Grid.from_bounds(LAEA, 2, (0, 0, 6, 2))
    coarse = Grid.from_bounds(LAEA, 3, (0, -1, 6, 2))
    # the middle pixel lies half in each of the two cells
    npt.assert_allclose(Overlap(coarse, fine).mean(np.array([[1.0, 4.0, 7.0]])), [[2.0, 6.0]])


def test_nodata_does_not_count_and_cover_is_asked_of_the_whole_cell():
    fine = Grid.from_bounds(LAEA, 1, (0, 0, 4, 2))
    coarse = Grid.from_bounds(LAEA, 2, (0, 0, 4, 2))
    values = np.array([[np.nan, 2, np.nan, np.nan], [np.nan, 4, 5, np.nan]])
    overlap = Overlap(coarse, fine)
    npt.assert_allclose(overlap.mean(values), [[3, 5]])
    npt.assert_allclose(overlap.mean(values, min_valid_fraction=0.5), [[3, np.nan]])


def test_in_degrees_areas_shrink_towards_the_pole():
    fine = Grid.from_bounds("EPSG:4326", 1, (0, 60, 1, 62))
    coarse = Grid.from_bounds("EPSG:4326", 2, (0, 60, 2, 62))
    weights = np.diff(np.sin(np.radians([60, 61, 62])))
    expected = (1.0 * weights[1] + 3.0 * weights[0]) / weights.sum()
    npt.assert_allclose(Overlap(coarse, fine).mean(np.array([[1.0], [3.0]])), [[expected]])


@given(
    ratio=st.floats(1.1, 9),
    shift=st.floats(0, 1),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_nothing_is_lost_between_any_two_grids_along_the_same_axes(ratio, shift, rows, columns, seed):
    fine = Grid.from_bounds(LAEA, 1, (100, 100, 100 + columns, 100 + rows))
    coarse = Grid.from_bounds(
        LAEA, ratio, (100 - shift * ratio, 100 - 2 * ratio, 100 + columns + ratio, 100 + rows + shift * ratio)
    )
    values = np.random.default_rng(seed).random(fine.shape)
    part = Overlap(coarse, fine).part()
    sums, weights = part.sums(values)
    npt.assert_allclose(sums.sum(), values.sum(), rtol=1e-9)
    npt.assert_allclose(weights.sum(), values.size, rtol=1e-9)
    assert (weights <= cell_areas(coarse, fine) * (1 + 1e-9)).all()
    npt.assert_allclose(part.spread(np.ones(coarse.shape)), 1, rtol=1e-9)


def test_weights_across_projections_add_up_and_windows_equal_the_whole():
    fine = Grid.from_bounds(LAEA, 1000, (4_300_000, 2_900_000, 4_400_000, 3_000_000))
    coarse = Grid.from_bounds("EPSG:6933", 9008.055210146, (0, 5_000_000, 2_000_000, 6_000_000)).crop(fine, 1)
    values = np.random.default_rng(1).random(fine.shape).astype(np.float32)
    overlap = Overlap(coarse, fine)
    sums, weights = overlap.sums(values)
    npt.assert_allclose(weights.sum(), 1e10, rtol=1e-6)
    # both projections keep areas: a cell that lies inside holds as much of the fine grid as its own area
    npt.assert_allclose(weights[2:-3, 2:-2], cell_areas(coarse, fine)[0, 0], rtol=0.015)
    npt.assert_allclose(cell_areas(coarse, fine), 9008.055210146**2, rtol=1e-4)
    by_window = [overlap.sums(values[w.toslices()], w) for w in fine.windows(1 << 12)]
    npt.assert_allclose(sum(s for s, _ in by_window), sums, rtol=1e-3)


def test_cells_in_degrees_and_metres_are_as_large():
    degrees = Grid.from_bounds("EPSG:4326", 0.1, (10, 59.5, 11, 60.5))
    width, height = degrees.metres
    assert height == pytest.approx(11119.5)
    assert width == pytest.approx(height / 2)
    assert Grid.from_bounds("EPSG:6933", 9000, (0, 0, 9000, 9000)).metres == (9000, 9000)


def test_grids_share_cells_where_one_is_a_part_of_the_other():
    whole = Grid.from_bounds("EPSG:3035", 8000, (4_000_000, 3_000_000, 4_080_000, 3_080_000))
    assert whole.shares_cells(whole)
    assert whole.shares_cells(Grid.from_bounds("EPSG:3035", 8000, (3_992_000, 3_008_000, 4_040_000, 3_088_000)))
    assert not whole.shares_cells(Grid.from_bounds("EPSG:3035", 8000, (4_004_000, 3_000_000, 4_084_000, 3_080_000)))
    assert not whole.shares_cells(Grid.from_bounds("EPSG:3035", 4000, (4_000_000, 3_000_000, 4_080_000, 3_080_000)))
    assert not whole.shares_cells(Grid.from_bounds("EPSG:6933", 8000, (4_000_000, 3_000_000, 4_080_000, 3_080_000)))


@pytest.mark.parametrize("code", ["EPSG:4807", "EPSG:4902", "+proj=longlat +pm=ferro", "EPSG:4813"])
def test_degrees_from_elsewhere_and_grads_are_no_degrees_from_greenwich(code):
    crs = CRS.from_user_input(code)
    assert not same_coordinates(crs, WGS84)
    grid = Grid(crs, *_degrees())
    left, bottom = (np.array([v]) for v in grid.bounds[:2])
    (x,), (y,) = transform(crs, WGS84, left, bottom)
    npt.assert_allclose(grid.bounds_in(WGS84)[:2], (x, y), atol=0.01)
    npt.assert_allclose(project(left, bottom, crs, WGS84), [[x], [y]])
    assert abs(x - left[0]) > 0.1


@pytest.mark.parametrize("code", ["EPSG:4258", "OGC:CRS84", "EPSG:4979", "EPSG:9707", "+proj=longlat +ellps=GRS80"])
def test_degrees_from_greenwich_of_any_datum_are_taken_as_they_are(code):
    assert same_coordinates(CRS.from_user_input(code), WGS84)


def test_turned_poles_are_no_degrees_from_the_equator():
    pole = "+proj=ob_tran +o_proj=longlat +o_lon_p=0 +o_lat_p=39.25 +lon_0=18 +to_meter=0.0174532925199433"
    assert not same_coordinates(CRS.from_user_input(pole), WGS84)


@pytest.mark.parametrize("code", ["EPSG:3857", "EPSG:3395", "EPSG:4087", "EPSG:4326"])
def test_means_over_cells_weigh_pixels_by_their_area_on_the_ground(code):
    crs = CRS.from_user_input(code)
    (left, right), (bottom, top) = project([10.0, 14.0], [58.0, 66.0], WGS84, crs)
    side = (right - left) / 40
    fine = Grid.from_bounds(crs, side, (left, bottom, right, top))
    coarse = Grid.from_bounds(crs, (right - left), fine.bounds)
    x, y = np.meshgrid(*fine.centres())
    _, latitude = project(x, y, crs, WGS84)
    area = Ground(fine).pixel_areas()
    rows = slice(0, 40)  # those of the first cell
    expected = (latitude * area)[rows].sum() / area[rows].sum()
    npt.assert_allclose(Overlap(coarse, fine).mean(latitude)[0, 0], expected, rtol=1e-5)
    assert abs(latitude[rows].mean() - expected) > 1e-2  # the plain mean lies elsewhere


@pytest.mark.parametrize(
    ("code", "x", "y", "side", "expected"),
    [
        ("EPSG:3857", 15, 60, 60, (30.149, 30.098)),
        ("EPSG:32633", 15, 60, 60, (60.024, 60.024)),
        ("EPSG:4326", 15, 60, 0.001, (55.800, 111.412)),
        ("EPSG:6933", 15, 60, 9000, (5205.0, 15567.0)),
        ("EPSG:2263", -74, 40.7, 100, (30.480, 30.480)),
        ("EPSG:4807", 2, 47, 0.001, (68.43, 100.06)),
    ],
)
def test_a_pixel_is_as_large_as_on_the_ground(code, x, y, side, expected):
    geod = pytest.importorskip("pyproj").Geod(ellps="WGS84")
    crs = CRS.from_user_input(code)
    (x,), (y,) = project([x], [y], WGS84, crs)
    grid = Grid.from_bounds(crs, side, (x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    lon, lat = project([x - side / 2, x + side / 2, x, x], [y, y, y - side / 2, y + side / 2], crs, WGS84)
    measured = [geod.inv(lon[i], lat[i], lon[i + 1], lat[i + 1])[2] for i in (0, 2)]
    npt.assert_allclose(pixel_on_ground(grid), measured, rtol=1e-5)
    npt.assert_allclose(measured, expected, rtol=5e-3)
    assert pixel_area(grid) == pytest.approx(np.prod(pixel_on_ground(grid)))


@pytest.mark.parametrize("resolution", [1e-9, [1e-9, 2e-9], 1e-300])
def test_a_grid_that_no_disk_could_hold_is_refused(resolution):
    content = {"crs": "EPSG:4326", "resolution": resolution, "bounds": [0, 0, 1, 1]}
    with pytest.raises(GridError, match="pixels, and maps of more than 1e"):
        Grid.from_dict(content)
