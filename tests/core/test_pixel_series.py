# SPDX-License-Identifier: GPL-2.0-or-later
"""The pixel that is asked for is the pixel that is read, however its files are kept ready."""

import errno
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from rasterio.crs import CRS

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.kept_files import GROUP, Keeper, most_open
from soilsharp.core.rasters.pixel_series import PixelSeries
from soilsharp.core.rasters.places import Place
from soilsharp.core.rasters.raster import map_writer
from soilsharp.core.rasters.series import Series

GRID = Grid.from_bounds("EPSG:3035", 100.0, (4_400_000, 2_900_000, 4_430_000, 2_928_000))  # 280 x 300, over two tiles
DAYS = np.arange("2023-05-01", "2023-06-10", dtype="datetime64[D]")  # 40: more than a group
MERCATOR = CRS.from_epsg(3857)


def value(day, row, column):
    """Return what a pixel holds, another number everywhere."""
    return np.float32(day + row / 1000 + column / 1_000_000)


@pytest.fixture(scope="module")
def stack():
    """Return the values of all days; NaN in a corner on every third day."""
    rows, columns = np.indices(GRID.shape)
    days = np.arange(len(DAYS))[:, None, None]
    values = value(days, rows, columns).astype(np.float32)
    values[::3, :40, :50] = np.nan
    return values


@pytest.fixture(scope="module")
def series(stack, tmp_path_factory):
    """Return the maps of these days."""
    folder = tmp_path_factory.mktemp("maps")
    for day, values in zip(DAYS, stack):
        with map_writer(
            folder / f"sm_{str(day).replace('-', '')}.tif", GRID, name="sm", unit="m3 m-3", tags={}
        ) as file:
            file.write(values)
    return Series.from_files(folder)


@pytest.fixture(params=["held", "opened", "laid"])
def pixels(request, series):
    """Return the series kept in each of the three ways."""
    files, held = {"held": (8, 1 << 30), "opened": (500, 0), "laid": (GROUP + 2, 0)}[request.param]
    keeper = Keeper(files, held)
    found = PixelSeries(series, keeper)
    assert found.in_memory == (request.param == "held")
    assert keeper.opened == {"held": 0, "opened": len(DAYS), "laid": 2}[request.param]
    yield found
    keeper.close()


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 299), (279, 0), (279, 299), (255, 255), (256, 256), (140, 17)])
@pytest.mark.parametrize("crs", [GRID.crs, WGS84, MERCATOR], ids=["own", "degrees", "mercator"])
def test_a_point_near_each_edge_of_a_pixel_reads_that_pixel(pixels, stack, row, column, crs):
    for across, down in ((0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99), (0.5, 0.5)):
        x, y = GRID.transform * (column + across, row + down)
        at = project([x], [y], GRID.crs, crs)
        np.testing.assert_array_equal(pixels.at(Place.at(at[0][0], at[1][0], crs)), stack[:, row, column])


def test_gaps_stay_gaps(pixels, stack):
    found = pixels.at(Place.at(*(GRID.transform * (10.5, 10.5)), GRID.crs))
    assert np.isnan(found[::3]).all()
    assert np.isfinite(found[1::3]).all()
    assert np.isfinite(found[2::3]).all()


def test_outside_there_is_nothing(pixels):
    for x, y in ((4_399_999, 2_910_000), (4_430_001, 2_910_000), (4_410_000, 2_928_001), (4_410_000, 2_899_999)):
        assert np.isnan(pixels.at(Place.at(x, y, GRID.crs))).all()


def test_a_polygon_is_the_mean_of_the_known_pixels_inside(pixels, stack):
    corners = [GRID.transform * corner for corner in ((30.2, 20.2), (70.2, 20.2), (70.2, 60.2), (30.2, 60.2))]
    polygon = Place("field", {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}, GRID.crs)
    wanted = np.nanmean(stack[:, 20:60, 30:70].astype(float), axis=(1, 2))
    np.testing.assert_allclose(pixels.at(polygon), wanted, rtol=1e-6)


def test_a_polygon_smaller_than_a_pixel_is_the_pixel_at_its_middle(pixels, stack):
    corners = [GRID.transform * corner for corner in ((30.1, 20.1), (30.2, 20.1), (30.2, 20.3))]
    polygon = Place("plot", {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}, GRID.crs)
    np.testing.assert_array_equal(pixels.at(polygon), stack[:, 20, 30])


def test_a_line_tells_each_pixel_that_it_crosses_in_its_order(pixels, stack):
    ends = [GRID.transform * end for end in ((296.5, 100.5), (310.5, 100.5))]
    metres, values = pixels.along(Place("line", {"type": "LineString", "coordinates": ends}, GRID.crs), DAYS[1])
    np.testing.assert_array_equal(values[:4], stack[1, 100, 296:300])
    assert np.isnan(values[4:]).all()
    assert len(values) == 5
    assert metres[0] < 50
    assert np.allclose(np.diff(metres[:4]), [75, 100, 100], atol=30)
    assert not len(pixels.along(Place("line", {"type": "LineString", "coordinates": ends}, GRID.crs), DAYS[0] - 1)[0])


def test_a_polygon_of_too_many_pixels_is_refused():
    large = Grid.from_bounds("EPSG:3035", 1.0, (4_400_000, 2_900_000, 4_430_000, 2_928_000))
    left, bottom, right, top = large.bounds
    ring = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    with pytest.raises(InputError, match="28000 x 30000 pixels"):
        Place("all", {"type": "Polygon", "coordinates": [ring]}, large.crs).cells(large)


# --- what is kept -----------------------------------------------------------------------------------------------------


def scratch():
    """Return the scratch folders of this process."""
    return set(Path(tempfile.gettempdir()).glob(f"soilsharp-{os.getpid()}-*"))


def test_never_more_than_half_of_the_files_a_process_may_open():
    resource = pytest.importorskip("resource")
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert most_open() == soft // 2
    assert Keeper().files == soft // 2


def test_several_series_share_what_may_be_open_and_their_store_goes_with_them(series, stack):
    before = scratch()
    keeper = Keeper(len(DAYS) + GROUP + 3, held=0)
    one, two = PixelSeries(series, keeper), PixelSeries(series, keeper)
    assert keeper.opened == len(DAYS) + 3
    assert len(scratch() - before) == 1
    place = Place.at(*(GRID.transform * (260.5, 5.5)), GRID.crs)
    for pixels in (one, two):
        np.testing.assert_array_equal(pixels.at(place), stack[:, 5, 260])
    keeper.close()
    assert scratch() == before
    assert keeper.opened == 0


def test_a_full_disk_leaves_files_closed_until_they_are_read(series, stack, monkeypatch):
    monkeypatch.setattr("soilsharp.core.rasters.kept_files.SPARE", 1 << 62)
    keeper = Keeper(1, held=0)
    pixels = PixelSeries(series, keeper)
    np.testing.assert_array_equal(pixels.at(Place.at(*(GRID.transform * (260.5, 5.5)), GRID.crs)), stack[:, 5, 260])
    keeper.close()


def test_a_disk_that_others_have_filled_leaves_files_closed_too(series, stack, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    keeper = Keeper(1, held=0)
    pixels = PixelSeries(series, keeper)
    assert not list(keeper._scratch.iterdir())
    np.testing.assert_array_equal(pixels.at(Place.at(*(GRID.transform * (260.5, 5.5)), GRID.crs)), stack[:, 5, 260])
    keeper.close()


@pytest.mark.parametrize(("files", "held"), [(500, 0), (1, 0), (1, 1 << 30)], ids=["opened", "laid", "held"])
def test_a_cancel_stops_at_the_next_file_and_leaves_nothing(series, stop, files, held):
    before, keeper = scratch(), Keeper(files, held)
    asked = stop(5)
    with pytest.raises(Cancelled):
        PixelSeries(series, keeper, progress=Progress(stop_asked=asked))
    keeper.close()
    assert asked.looks == 5
    assert scratch() == before


def test_a_file_that_cannot_be_read_is_a_gap_and_is_told(series, stack, tmp_path):
    for source in series.sources[:4]:
        (tmp_path / Path(source.path).name).write_bytes(Path(source.path).read_bytes())
    (tmp_path / "sm_20230502.tif").write_bytes(b"no raster")
    for keeper in (Keeper(500, 0), Keeper(1, 0), Keeper(1)):
        pixels = PixelSeries(Series.from_files(tmp_path), keeper)
        found = pixels.at(Place.at(*(GRID.transform * (260.5, 5.5)), GRID.crs))
        wanted = stack[:4, 5, 260].copy()
        wanted[1] = np.nan
        np.testing.assert_array_equal(found, wanted)
        assert [Path(path).name for path, _ in pixels.refused] == ["sm_20230502.tif"]
        keeper.close()


def test_maps_on_several_grids_are_each_read_where_the_place_lies(tmp_path):
    for number, resolution in enumerate((100.0, 250.0, 1000.0)):
        grid = Grid.from_bounds("EPSG:3035", resolution, (4_400_000, 2_900_000, 4_410_000, 2_910_000))
        rows, columns = np.indices(grid.shape)
        with map_writer(tmp_path / f"sm_2023050{number + 1}.tif", grid, name="sm", unit="m3 m-3", tags={}) as file:
            file.write((rows * 1000 + columns).astype(np.float32))
    for keeper in (Keeper(500, 0), Keeper(1, 0), Keeper(1)):
        pixels = PixelSeries(Series.from_files(tmp_path), keeper)
        found = pixels.at(Place.at(4_403_321, 2_904_321, GRID.crs))
        np.testing.assert_array_equal(found, [56 * 1000 + 33, 22 * 1000 + 13, 5 * 1000 + 3])
        keeper.close()
