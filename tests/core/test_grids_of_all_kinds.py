# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated grids as they are downloaded: undated files, several passes of a day, periods, static fields, odd endings."""

import gzip

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine
from scipy.io import netcdf_file

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions

LAT, LON = np.arange(45.0, 48), np.arange(5.0, 9)


def raster(path, value=0.2, bands=1, **tags):
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = {"driver": "GTiff", "count": bands, "dtype": "float32", "crs": "EPSG:4326", "height": 2, "width": 3}
    with rasterio.open(path, "w", transform=Affine(0.25, 0, 5, 0, -0.25, 48), **profile) as dataset:
        for band in range(bands):
            dataset.write(np.full((2, 3), value + band, "f4"), band + 1)
        dataset.update_tags(**tags)
    return path


def field(path, name="sm", *, attributes=(), scalar=None, dims=("lat", "lon"), value=0.2, **words):
    """Write a classic NetCDF of one variable without a time axis."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with netcdf_file(path, "w", version=2) as file:
        for dim, axis in (("lat", LAT), ("lon", LON)):
            file.createDimension(dim, len(axis))
            file.createVariable(dim, "f8", (dim,))[:] = axis
            file.variables[dim].units = {"lat": "degrees_north", "lon": "degrees_east"}[dim]
        if scalar is not None:
            number, unit = scalar
            file.createVariable("time", "f8", ()).assignValue(number)
            file.variables["time"].units = unit
        file.createVariable(name, "f4", dims)[:] = np.full((3, 4), value)
        for key, text in words.items():
            setattr(file.variables[name], key, text)
        for key, text in dict(attributes).items():
            setattr(file, key, text)
    return path


def days(outcome):
    return [str(made.day) for made in outcome.maps]


def tag(made, key):
    with rasterio.open(made.path) as dataset:
        return dataset.tags().get(key)


# --- undated files ----------------------------------------------------------------------------------------------------


def test_an_undated_raster_is_asked_for_its_day(tmp_path):
    path = raster(tmp_path / "sm.tif", TIFFTAG_DATETIME="2024:06:01 10:00:00")  # when it was made
    with pytest.raises(InputError, match=r"It tells no day: .* Set the day of undated files, or give the pattern"):
        import_grids(path, tmp_path / "out")
    assert days(import_grids(path, tmp_path / "out", GridsOptions(day="2023-05-01"))) == ["2023-05-01"]
    with pytest.raises(InputError, match="The day of undated files '1 May' is not a day"):
        import_grids(path, tmp_path / "out", GridsOptions(day="1 May"))


@pytest.mark.parametrize(
    ("tags", "day", "length"),
    [
        ({"date": "2023-05-03"}, "2023-05-03", None),
        ({"time_coverage_start": "20230503T000000Z", "time_coverage_end": "20230503T235959Z"}, "2023-05-03", None),
        ({"RANGEBEGINNINGDATE": "2023-05-03", "RANGEENDINGDATE": "2023-05-10"}, "2023-05-03", "8"),
        ({"NC_GLOBAL#time_coverage_start": "2023-05-01T00:00:00Z",
          "NC_GLOBAL#time_coverage_end": "2023-06-01T00:00:00Z"}, "2023-05-01", "31"),
    ],
)  # fmt: skip
def test_tags_tell_the_day_and_the_period(tmp_path, tags, day, length):
    (made,) = import_grids(raster(tmp_path / "sm.tif", **tags), tmp_path / "out").maps
    assert str(made.day) == day
    assert tag(made, "days_in_period") == length


def test_what_is_said_of_a_whole_collection_is_of_no_day(tmp_path):
    path = raster(tmp_path / "sm.tif", time_coverage_start="2015-01-01", time_coverage_end="2023-12-31")
    with pytest.raises(InputError, match="It tells no day"):
        import_grids(path, tmp_path / "out")


def test_a_name_and_tags_that_contradict_each_other_are_refused(tmp_path):
    path = raster(tmp_path / "sm_20230601.tif", time_coverage_start="2023-05-03", time_coverage_end="2023-05-04")
    with pytest.raises(InputError, match="Its name tells 2023-06-01, but it says of itself that it is of 2023-05-03"):
        import_grids(path, tmp_path / "out")
    assert days(import_grids(path, tmp_path / "out", GridsOptions(date="%Y%m%d"))) == ["2023-06-01"]
    # a day that was cut from a file of a year keeps what was said of it
    path = raster(tmp_path / "sm_20230615.tif", time_coverage_start="2023-01-01", time_coverage_end="2023-12-31")
    (made,) = import_grids(path, tmp_path / "year").maps
    assert (str(made.day), tag(made, "days_in_period")) == ("2023-06-15", None)


def test_bands_that_were_taken_out_of_a_netcdf_keep_their_days(tmp_path):
    path = raster(
        tmp_path / "rain.tif", bands=3, **{"time#units": "days since 2023-05-01", "time#calendar": "standard"}
    )
    with rasterio.open(path, "r+") as dataset:
        for band in (1, 2, 3):
            dataset.update_tags(band, NETCDF_DIM_time=str(2 * band))
    assert days(import_grids(path, tmp_path / "out")) == ["2023-05-03", "2023-05-05", "2023-05-07"]


def test_netcdf_without_a_time_axis(tmp_path):
    coverage = {"time_coverage_start": "2023-05-03T00:00:00Z", "time_coverage_end": "2023-05-03T23:59:59Z"}
    assert days(import_grids(field(tmp_path / "a.nc", attributes=coverage), tmp_path / "a")) == ["2023-05-03"]
    scalar = 12, "hours since 2023-05-04 00:00"
    assert days(import_grids(field(tmp_path / "b.nc", scalar=scalar), tmp_path / "b")) == ["2023-05-04"]
    path = field(tmp_path / "c.nc")
    with pytest.raises(InputError, match="sm tells no day"):
        import_grids(path, tmp_path / "c")
    assert days(import_grids(path, tmp_path / "c", GridsOptions(day="2023-05-05"))) == ["2023-05-05"]


def test_a_static_field_is_one_map_without_a_day(tmp_path):
    path = field(tmp_path / "elevation.nc", "orog", units="m", value=350)
    (made,) = import_grids(path, tmp_path / "out").maps
    assert (made.path.name, made.day, made.mean, made.unit) == ("orog.tif", None, 350, "m")


# --- several files of a day -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("ASC", "DES"), ("A", "D"), ("AM", "PM"), ("0130", "1330")])
def test_passes_told_by_names(tmp_path, words):
    for word, value in zip(words, (0.1, 0.3)):
        raster(tmp_path / "in" / f"AMSR2_{word}_20230501.tif", value)
    raster(tmp_path / "in" / f"AMSR2_{words[0]}_20230502.tif", 0.2)
    said = []
    both = import_grids(tmp_path / "in", tmp_path / "both", progress=Progress(say=said.append))
    npt.assert_allclose([made.mean for made in both.maps], (0.2, 0.2), rtol=1e-6)
    assert "Passes of a day: 1 on 1 day, 2 on 1 day; of several the mean is taken." in said
    assert both.maps[0].source == f"AMSR2_{words[0]}_20230501.tif, AMSR2_{words[1]}_20230501.tif"
    one = import_grids(tmp_path / "in", tmp_path / "one", GridsOptions(passes=words[1].lower()))
    assert [(str(made.day), round(made.mean, 6)) for made in one.maps] == [("2023-05-01", 0.3)]
    with pytest.raises(InputError, match=f"No file is of the pass 'up'; the words .* are: {words[0]}, {words[1]}"):
        import_grids(tmp_path / "in", tmp_path / "none", GridsOptions(passes="up"))


def test_passes_told_by_time(tmp_path):
    for name, hour, value in (("a", 6, 0.1), ("b", 18, 0.3), ("c", 30, 0.2)):
        field(tmp_path / "in" / f"{name}.nc", scalar=(hour, "hours since 2023-05-01"), value=value)
    both = import_grids(tmp_path / "in", tmp_path / "both")
    npt.assert_allclose([made.mean for made in both.maps], (0.2, 0.2), rtol=1e-6)
    late = import_grids(tmp_path / "in", tmp_path / "late", GridsOptions(passes="12-23"))
    assert [(str(made.day), round(made.mean, 6)) for made in late.maps] == [("2023-05-01", 0.3)]


def test_two_files_of_a_day_that_nothing_tells_apart_are_no_passes(tmp_path):
    raster(tmp_path / "in" / "AMSR2_A_20230501.tif", 0.1)
    raster(tmp_path / "in" / "SMOS_D_20230501.tif", 0.3)
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    assert [made.source for made in outcome.maps] == ["AMSR2_A_20230501.tif"]
    assert "It is of the same time as AMSR2_A_20230501.tif" in outcome.refused[0][1]


# --- periods and endings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [("0508", "0516"), ("0509", "0517")])  # the last day, or the one after
def test_names_tell_periods_where_these_follow_each_other(tmp_path, ends):
    for first, last in zip(("0501", "0509"), ends):
        raster(tmp_path / "in" / f"sm_2023{first}_2023{last}.tif")
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    assert days(outcome) == ["2023-05-01", "2023-05-09"]
    assert [tag(made, "days_in_period") for made in outcome.maps] == ["8", "8"]


def test_a_second_day_that_overlaps_is_when_the_file_was_made(tmp_path):
    for day in (1, 2):
        raster(tmp_path / "in" / f"sm_2023050{day}_20230601.tif")
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    assert [tag(made, "days_in_period") for made in outcome.maps] == [None, None]


@pytest.mark.parametrize("ending", [".h5", ".HDF5", ".he5", ".nc4", ".ncf"])
def test_netcdf_under_other_endings(tmp_path, ending):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / f"sm_20230501{ending}", "w") as file:
        group = file.create_group("Grid")
        for name, axis, unit in (("lat", LAT, "degrees_north"), ("lon", LON, "degrees_east")):
            group[name] = axis
            group[name].make_scale(name)
            group[name].attrs["units"] = np.bytes_(unit)
        data = group.create_dataset("rain", data=np.float32(LAT[:, None] + 0 * LON))
        data.dims[0].attach_scale(group["lat"])
        data.dims[1].attach_scale(group["lon"])
    (made,) = import_grids(tmp_path, tmp_path / "out").maps
    assert str(made.day) == "2023-05-01"
    with rasterio.open(made.path) as dataset:
        npt.assert_array_equal(dataset.read(1)[:, 0], LAT[::-1])
        assert dataset.bounds == (4.5, 44.5, 8.5, 47.5)


def test_netcdf_that_is_packed(tmp_path):
    plain = field(tmp_path / "sm_20230501.nc")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sm_20230501.nc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert days(import_grids(tmp_path / "in", tmp_path / "out")) == ["2023-05-01"]


# --- lists of cells ---------------------------------------------------------------------------------------------------

CELLS = [(lon, lat) for lat in LAT for lon in LON if (lon, lat) != (6, 46)]  # a grid of 3 x 4 with a hole


def listed(path, order, *, places=None, stamped=False):
    """Write values of two days, lon + 10 lat + day, for a list of cells."""
    lon, lat = np.array(places or CELLS, float).T
    with netcdf_file(path, "w", version=2) as file:
        file.createDimension("cell", len(lon))
        file.createDimension("time", 2)
        for name, values, unit in (("lon", lon, "degrees_east"), ("lat", lat, "degrees_north")):
            file.createVariable(name, "f8", ("cell",))[:] = values
            file.variables[name].units = unit
        file.createVariable("time", "f8", ("time",))[:] = (0, 1)
        file.variables["time"].units = "days since 2023-05-01"
        values = lon + 10 * lat + np.arange(2)[:, None]
        values[0, 0] = -9999
        file.createVariable("rain", "f4", order)[:] = values if order[0] == "time" else values.T
        file.variables["rain"].units = "mm"
        file.variables["rain"]._FillValue = np.float32(-9999)
    return path


def on_grid(made):
    with rasterio.open(made.path) as dataset:
        return dataset.read(1), dataset.bounds


@pytest.mark.parametrize("order", [("time", "cell"), ("cell", "time")])
def test_a_list_of_cells_becomes_a_grid(tmp_path, order):
    first, second = import_grids(listed(tmp_path / "sm.nc", order), tmp_path / "out").maps
    expected = LON + 10 * LAT[::-1, None]
    expected[1, 1] = np.nan
    npt.assert_allclose(on_grid(second)[0], expected + 1)
    expected[2, 0] = np.nan
    npt.assert_allclose(on_grid(first)[0], expected)
    assert on_grid(first)[1] == (4.5, 44.5, 8.5, 47.5)
    assert days(import_grids(tmp_path / "sm.nc", tmp_path / "late", first=np.datetime64("2023-05-02"))) == [
        "2023-05-02"
    ]


def test_packed_places_and_times_of_a_list(tmp_path):
    usual = import_grids(listed(tmp_path / "sm.nc", ("time", "cell")), tmp_path / "out").maps
    with netcdf_file(tmp_path / "sm.nc", "a") as file:
        for name, variable in file.variables.items():
            if name in ("lon", "lat", "time"):
                variable[:] = variable[:] * 2 - 20
                variable.scale_factor, variable.add_offset = 0.5, 10.0
    for one, other in zip(usual, import_grids(tmp_path / "sm.nc", tmp_path / "packed").maps):
        assert one.day == other.day
        npt.assert_equal(on_grid(other), on_grid(one))


def test_a_list_of_ease_cells_and_one_of_no_grid(tmp_path):
    from soilsharp.core.products.smap.ease import degrees, ease_grid

    grid = ease_grid("M36")
    rows, columns = np.mgrid[60:64, 500:503].reshape(2, -1)
    lat, lon = degrees(grid, rows, columns)
    places = list(zip(np.round(lon, 4), np.round(lat, 4)))
    made = import_grids(listed(tmp_path / "sm.nc", ("time", "cell"), places=places), tmp_path / "out").maps[1]
    with rasterio.open(made.path) as dataset:
        assert dataset.crs == "EPSG:6933"
        npt.assert_allclose(dataset.res, grid.resolution, rtol=1e-3)
        npt.assert_allclose(dataset.read(1).ravel(), np.round(lon, 4) + 10 * np.round(lat, 4) + 1, rtol=1e-6)
    scattered = [(5, 45), (5.3, 45.1), (6.17, 47.03), (7.9, 46.2)]
    with pytest.raises(InputError, match="Its 4 cells are no grid, in degrees or EPSG:6933"):
        import_grids(listed(tmp_path / "b.nc", ("time", "cell"), places=scattered), tmp_path / "b")


def test_tables_of_cells(tmp_path):
    rows = [f"{lon};{lat};{(lon + 10 * lat) / 10:.1f}".replace(".", ",") for lon, lat in CELLS]
    text = "﻿longitude;latitude;rain (mm/day)\n" + "\n".join(rows)
    (tmp_path / "rain_20230501.csv").write_text(text, encoding="utf-8")
    (made,) = import_grids(tmp_path / "rain_20230501.csv", tmp_path / "out").maps
    assert (made.path.name, made.unit) == ("rain_20230501.tif", "mm d-1")
    expected = (LON + 10 * LAT[::-1, None]) / 10
    expected[1, 1] = np.nan
    npt.assert_allclose(on_grid(made)[0], expected, rtol=1e-6)


def test_tables_with_days_in_rows_or_columns(tmp_path):
    stamps = ("2023-05-01 06:00", "2023-05-01 18:00", "2023-05-03 06:00")
    rows = [f"{lon},{lat},{stamp},{0.1 * (1 + i)}" for i, stamp in enumerate(stamps) for lon, lat in CELLS]
    (tmp_path / "a.csv").write_text("lon,lat,date,sm\n" + "\n".join(rows))
    out = import_grids(tmp_path / "a.csv", tmp_path / "a")
    assert [(str(made.day), round(made.mean, 5)) for made in out.maps] == [("2023-05-01", 0.15), ("2023-05-03", 0.3)]
    rows = [f"{lon},{lat},0.1,-9999" for lon, lat in CELLS[:-1]] + ["8,47,0.1,0.2"]
    (tmp_path / "b.csv").write_text("lon,lat,20230501,20230502\n" + "\n".join(rows))
    out = import_grids(tmp_path / "b.csv", tmp_path / "b")
    assert [(str(made.day), round(made.mean, 5)) for made in out.maps] == [("2023-05-01", 0.1), ("2023-05-02", 0.2)]
    assert round(out.maps[1].known * 12) == 1


def test_a_table_without_a_single_day_has_no_passes(tmp_path):
    (tmp_path / "a.csv").write_text("lon,lat,date,sm\n" + "\n".join(f"{lon},{lat},,0.1" for lon, lat in CELLS))
    with pytest.raises(InputError, match=r"No file is of the pass 'ASC'; the words .* are: none"):
        import_grids(tmp_path / "a.csv", tmp_path / "a", GridsOptions(passes="ASC"))


def test_two_rows_of_a_cell_want_dates(tmp_path):
    rows = [f"{lon},{lat},{value}" for value in (0.1, 0.3) for lon, lat in CELLS]
    (tmp_path / "sm_20230501.csv").write_text("lon,lat,sm\n" + "\n".join(rows))
    with pytest.raises(
        InputError, match=f"{len(CELLS)} of its {2 * len(CELLS)} rows are of a cell that it has already"
    ):
        import_grids(tmp_path / "sm_20230501.csv", tmp_path / "out")


def test_a_file_whose_time_has_no_step_is_refused(tmp_path):
    path = tmp_path / "a.nc"
    with netcdf_file(path, "w", version=2) as file:
        file.createDimension("time", None)
        file.createDimension("cell", len(CELLS))
        for name, values, unit in zip(("lon", "lat"), np.array(CELLS, float).T, ("degrees_east", "degrees_north")):
            file.createVariable(name, "f8", ("cell",))[:] = values
            file.variables[name].units = unit
        file.createVariable("time", "f8", ("time",)).units = "days since 2023-05-01"
        file.createVariable("rain", "f4", ("time", "cell")).units = "mm"
    with pytest.raises(InputError, match="rain holds nothing: its dimension time has no step"):
        import_grids(path, tmp_path / "out")


def test_tables_beside_grids_are_passed_over(tmp_path):
    raster(tmp_path / "in" / "sm_20230501.tif")
    (tmp_path / "in" / "stations.csv").write_text("station,lon,lat\na,5,45\n")
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    assert (len(outcome.maps), outcome.refused) == (1, [])
