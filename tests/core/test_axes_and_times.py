# SPDX-License-Identifier: GPL-2.0-or-later
"""Axes of NetCDF files in any order and direction, and times in all units, zones and calendars of the conventions."""

from itertools import permutations, product

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from scipy.io import netcdf_file

from soilsharp.core.base.errors import GridError, InputError
from soilsharp.core.products.gridded.axes import Axis, place_of
from soilsharp.core.products.gridded.cf_time import times_of
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.grid import WGS84, Grid

LAT, LON, DAYS = np.arange(-18.0, 19, 4), np.arange(-58.0, 59, 4), np.arange(3.0)
WORDS = {
    "lat": {"units": "degrees_north", "standard_name": "latitude"},
    "lon": {"units": "degrees_east", "standard_name": "longitude"},
    "time": {"units": "days since 2023-05-01"},
}


def field(lat=LAT, lon=LON, days=DAYS):
    """Return values, (time, lat, lon), that tell their own place and day."""
    return days[:, None, None] * 1000 + lat[:, None] + lon / 100


def classic(path, dims, axes, values, words):
    with netcdf_file(path, "w", version=2) as file:
        for dim in dims:
            file.createDimension(dim, len(axes[dim]))
            variable = file.createVariable(dim, "f8", (dim,))
            variable[:] = axes[dim]
            for key, text in words[dim].items():
                setattr(variable, key, text)
        file.createVariable("rain", "f4", tuple(dims))[:] = values


def packed(path, dims, axes, values, words):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w", track_order=True) as file:
        for dim in dims:
            file[dim] = np.asarray(axes[dim], float)
            file[dim].make_scale(dim)
            file[dim].attrs.update({key: np.bytes_(text) for key, text in words[dim].items()})
        data = file.create_dataset("rain", data=np.float32(values))
        for i, dim in enumerate(dims):
            data.dims[i].attach_scale(file[dim])


def check(path, out, lat=LAT, lon=LON, area=None):
    made = import_grids(path, out, area=area)
    assert [str(d) for d in made.days] == ["2023-05-01", "2023-05-02", "2023-05-03"]
    for day, one in enumerate(made.maps):
        with rasterio.open(one.path) as dataset:
            x, y = Grid.of(dataset).centres()
            npt.assert_allclose(dataset.read(1), day * 1000 + y[:, None] + x / 100, atol=2e-4)
    if area is None:
        npt.assert_allclose(x, np.sort(lon))
        npt.assert_allclose(y, np.sort(lat)[::-1])
    return x, y


@pytest.mark.parametrize("write", [classic, packed])
@pytest.mark.parametrize("dims", list(permutations(("time", "lat", "lon"))), ids="-".join)
def test_dimensions_in_any_order(dims, write, tmp_path):
    turn = [("time", "lat", "lon").index(d) for d in dims]
    for number, (up, east) in enumerate(product((1, -1), (1, -1))):
        lat, lon = LAT[::up], LON[::east]
        axes = {"lat": lat, "lon": lon, "time": DAYS}
        write(tmp_path / f"{number}.nc", dims, axes, field(lat, lon).transpose(turn), WORDS)
        check(tmp_path / f"{number}.nc", tmp_path / f"whole{number}")
        area = Grid.from_bounds(WGS84, 1, (-21, -9, 13, 7))
        x, y = check(tmp_path / f"{number}.nc", tmp_path / f"part{number}", area=area)
        assert (x[0], x[-1], y[-1], y[0]) == (-22, 14, -10, 6)


@pytest.mark.parametrize(
    ("north", "east"),
    [
        ({"units": "degrees_north"}, {"units": "degrees_east"}),
        ({"units": "degree_N"}, {"units": "degreesE"}),
        ({"standard_name": "latitude", "units": "degrees"}, {"standard_name": "longitude", "units": "degrees"}),
        ({"axis": "Y", "units": "degrees"}, {"axis": "X", "units": "degrees"}),
        ({"units": "degrees_north"}, {"units": "degrees"}),
        ({"units": "degrees"}, {"axis": "X", "units": "degrees"}),
    ],
    ids=str,
)
def test_any_word_tells_which_dimension_is_which(north, east, tmp_path):
    # names that say nothing: a, b
    words = {"a": east, "b": north, "time": WORDS["time"]}
    axes = {"a": LON, "b": LAT, "time": DAYS}
    classic(tmp_path / "a.nc", ("time", "a", "b"), axes, field().transpose(0, 2, 1), words)
    check(tmp_path / "a.nc", tmp_path / "out")


def test_kilometres_of_a_projection_in_the_other_order(tmp_path):
    east, north = np.arange(4000.0, 4090, 9), np.arange(3000.0, 3045, 9)
    words = {
        "x": {"units": "km", "standard_name": "projection_x_coordinate"},
        "y": {"units": "km", "standard_name": "projection_y_coordinate"}, "time": WORDS["time"],
    }  # fmt: skip
    values = field(north, east)
    classic(tmp_path / "a.nc", ("x", "y", "time"), {"x": east, "y": north, "time": DAYS}, values.T, {**words})
    made = import_grids(tmp_path / "a.nc", tmp_path / "out", GridsOptions(crs="EPSG:3035"))
    with rasterio.open(made.maps[1].path) as dataset:
        assert dataset.bounds == (3_995_500, 2_995_500, 4_085_500, 3_040_500)
        npt.assert_allclose(dataset.read(1), values[1, ::-1], atol=2e-4)


def test_what_contradicts_itself_is_refused(tmp_path):
    axes = {"lat": LAT, "lon": LON, "time": DAYS}
    wrong = {**WORDS, "lat": {"units": "degrees_east", "standard_name": "latitude"}}
    classic(tmp_path / "a.nc", ("time", "lat", "lon"), axes, field(), wrong)
    with pytest.raises(InputError, match="units degrees_east, standard_name latitude"):
        import_grids(tmp_path / "a.nc", tmp_path / "out")
    both = {**WORDS, "lon": {"units": "degrees_north"}}
    classic(tmp_path / "a.nc", ("time", "lat", "lon"), axes, field(), both)
    with pytest.raises(InputError, match="two northward dimensions, lat and lon"):
        import_grids(tmp_path / "a.nc", tmp_path / "out")
    uneven = {**axes, "lat": np.r_[LAT[:-1], LAT[-1] + 2]}
    classic(tmp_path / "a.nc", ("time", "lon", "lat"), uneven, field().transpose(0, 2, 1), WORDS)
    with pytest.raises((InputError, GridError), match="not evenly spaced along lat"):
        import_grids(tmp_path / "a.nc", tmp_path / "out")
    turned = {**WORDS, "lat": {"units": "degrees", "standard_name": "grid_latitude"}}
    classic(tmp_path / "a.nc", ("time", "lat", "lon"), axes, field(), turned)
    with pytest.raises((InputError, GridError), match="turned poles"):
        import_grids(tmp_path / "a.nc", tmp_path / "out")


@pytest.mark.parametrize("dims", list(permutations(("time", "lat", "lon"))), ids="-".join)
def test_without_h5py_another_order_is_refused_by_name(dims, tmp_path, monkeypatch):
    turn = [("time", "lat", "lon").index(d) for d in dims]
    packed(tmp_path / "a.nc", dims, {"lat": LAT, "lon": LON, "time": DAYS}, field().transpose(turn), WORDS)
    problem = "soilsharp.core.base.extras.problem"
    monkeypatch.setattr(problem, lambda name: "not there" if name == "h5py" else "")
    if dims == ("time", "lat", "lon"):
        check(tmp_path / "a.nc", tmp_path / "out")
    else:
        with pytest.raises(InputError, match=r"does not end with rows and columns(.|\n)*h5py(.|\n)*ncpdq"):
            import_grids(tmp_path / "a.nc", tmp_path / "out")


def test_dimensions_that_say_nothing_are_taken_in_the_usual_order():
    silent = [Axis("time", 3, {"units": "days since 2000-01-01"}), Axis("a", 4, {}), Axis("b", 5, {})]
    assert place_of("v", silent) == (1, 2)
    assert place_of("v", [silent[1], silent[2], silent[0]]) == (0, 1)
    with pytest.raises(InputError, match="no northward dimension"):
        place_of("v", [silent[0], Axis("lon", 4, {})])


MAY = np.datetime64("2023-05-01T00:00:00")
NAMES = {
    1e-9: ("nanoseconds", "ns"), 1e-6: ("microseconds", "microsecond", "us", "usec"),
    1e-3: ("milliseconds", "millisec", "msecs", "ms"), 1: ("seconds", "second", "secs", "s", "Seconds"),
    60: ("minutes", "minute", "mins", "min"), 3600: ("hours", "hour", "hrs", "hr", "h"),
    86400: ("days", "day", "d", "Days"), 604800: ("weeks", "week"),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "seconds"), [(name, s) for s, names in NAMES.items() for name in names])
def test_units_of_time(unit, seconds):
    values = np.array([0, 7 * 86400, 70 * 86400]) / seconds
    npt.assert_array_equal(
        times_of("sm", f"{unit} since 2023-05-01", "", values), MAY + np.array([0, 7, 70], "timedelta64[D]")
    )


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2023-05-01 00:00:00", "2023-05-01T00:00:00"),
        ("2023-5-1", "2023-05-01T00:00:00"),
        ("2023-5-1 0:0:0.0", "2023-05-01T00:00:00"),
        ("2023-05-01T06:30:00Z", "2023-05-01T06:30:00"),
        ("2023-05-01 06:30 UTC", "2023-05-01T06:30:00"),
        ("2023-05-01 00:00:00 +02:00", "2023-04-30T22:00:00"),
        ("2023-05-01 00:00:00 -6:00", "2023-05-01T06:00:00"),
        ("2023-05-01 00:00:00 -0330", "2023-05-01T03:30:00"),
        ("2023-05-01 00:00:00 GMT+5", "2023-04-30T19:00:00"),
        ("2023-05-01T00:00:00+09:00", "2023-04-30T15:00:00"),
        ("2023-05-01 +01:00", "2023-04-30T23:00:00"),
        ("2023-05-01 15:15:42.5 -6:00", "2023-05-01T21:15:42"),
    ],
)
def test_moments_that_times_count_from(start, expected):
    (time,) = times_of("sm", f"hours since {start}", "standard", [0])
    assert time == np.datetime64(expected)


def test_units_and_moments_equal_those_of_cftime():
    cftime = pytest.importorskip("cftime")
    for calendar, unit in product(
        ("standard", "proleptic_gregorian"),
        (
            "days since 1-1-1",
            "hours since 1582-10-4",
            "days since 1500-02-28",
            "minutes since 1979-03-02 06:00:00 -05:00",
        ),
    ):
        first = cftime.date2num(cftime.datetime(1990, 3, 1, calendar=calendar), unit, calendar)
        values = first + np.array([0, 1, 2, 9, 4000])
        theirs = [d.isoformat() for d in cftime.num2date(values, unit, calendar)]
        npt.assert_array_equal(times_of("sm", unit, calendar, values), np.array(theirs, "datetime64[s]"))


def test_days_that_are_written_as_numbers():
    (noon, late) = times_of("sm", "day as %Y%m%d.%f", "proleptic_gregorian", [20230501.5, 20230502.75])
    assert (str(noon), str(late)) == ("2023-05-01T12:00:00", "2023-05-02T18:00:00")
    with pytest.raises(InputError, match="no day written as %Y%m%d"):
        times_of("sm", "day as %Y%m%d.%f", "", [20231301])


@pytest.mark.parametrize(
    ("unit", "calendar", "value", "why"),
    [
        ("months since 2000-01-01", "", 1, "not of one length"),
        ("years since 2000-01-01", "", 1, "not of one length"),
        ("m since 2000-01-01", "", 1, "cannot be read"),
        ("days since launch", "", 1, "cannot be read"),
        ("days since 2000-01-01 00:00 EST", "", 1, "cannot be read"),
        ("days since 2000-02-31", "", 1, "a day that is none"),
        ("days since 2000-01-01", "noleap", 1, "calendar 'noleap'"),
        ("days since 2000-01-01", "360_day", 1, "calendar '360_day'"),
        ("days since 2000-01-01", "", 9.96921e36, "has a time of 9.96921e\\+36"),
        ("days since 2000-01-01", "", np.nan, "has a time of nan"),
        ("days since 0001-01-01", "standard", 5, "before 1582-10-15"),
    ],
)
def test_times_that_are_none_are_refused(unit, calendar, value, why):
    with pytest.raises(InputError, match=why):
        times_of("sm", unit, calendar, [value])


def test_milliseconds_and_zones_date_the_maps(tmp_path):
    axes = {"lat": LAT, "lon": LON, "time": np.array([0, 86_400_000.0])}
    words = {**WORDS, "time": {"units": "milliseconds since 2023-05-01 00:00:00 -05:00"}}
    classic(tmp_path / "a.nc", ("time", "lat", "lon"), axes, field(days=DAYS[:2]), words)
    made = import_grids(tmp_path / "a.nc", tmp_path / "out")
    assert [str(d) for d in made.days] == ["2023-05-01", "2023-05-02"]


# --- coordinates that are packed as values are ------------------------------------------------------------------------


def packed_axes(path, write):
    """Write the field with whole numbers for coordinates: scale and offset tell what they stand for."""
    stored = {"lat": (np.arange(len(LAT), dtype="i2")[::-1], -4.0, 18.0), "lon": ((LON * 2).astype("i2"), 0.5, 0.0),
              "time": (np.array([0, 2, 4], "i2"), 0.5, 10.0)}  # fmt: skip
    words = {**WORDS, "time": {"units": "days since 2023-04-21"}}
    write(path, ("time", "lat", "lon"), {dim: values for dim, (values, _, _) in stored.items()}, field(), words)
    return stored


def test_packed_coordinates_of_classic_netcdf(tmp_path):
    stored = packed_axes(tmp_path / "rain.nc", classic)
    with netcdf_file(tmp_path / "rain.nc", "a") as file:
        for dim, (_, scale, offset) in stored.items():
            file.variables[dim].scale_factor, file.variables[dim].add_offset = scale, offset
    check(tmp_path / "rain.nc", tmp_path / "out")


def test_packed_coordinates_of_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")
    stored = packed_axes(tmp_path / "rain.nc", packed)
    with h5py.File(tmp_path / "rain.nc", "r+") as file:
        for dim, (_, scale, offset) in stored.items():
            file[dim].attrs.update({"scale_factor": scale, "add_offset": offset})
    check(tmp_path / "rain.nc", tmp_path / "out")


# the conventions of CF let bounds leave unsaid that they are packed as their coordinate is
@pytest.mark.parametrize(("kind", "bounds"), [("f8", [[-20, 42], [42, 102]]), ("f4", [[0, 31], [31, 61]])])
def test_bounds_of_packed_times(tmp_path, kind, bounds):
    words = {**WORDS, "time": {"units": "days since 2023-05-01", "bounds": "span"}}
    axes = {"time": np.array([11.0, 72.0]), "lat": LAT, "lon": LON}
    classic(tmp_path / "rain.nc", ("time", "lat", "lon"), axes, field(days=DAYS[:2]), words)
    with netcdf_file(tmp_path / "rain.nc", "a") as file:
        file.variables["time"].scale_factor, file.variables["time"].add_offset = 0.5, 10.0
        file.createDimension("two", 2)
        file.createVariable("span", kind, ("time", "two"))[:] = bounds
    made = import_grids(tmp_path / "rain.nc", tmp_path / "out")
    assert [str(day) for day in made.days] == ["2023-05-01", "2023-06-01"]
    with rasterio.open(made.maps[1].path) as dataset:
        assert dataset.tags()["days_in_period"] == "30"


def test_a_scale_of_a_coordinate_that_is_no_number_is_refused(tmp_path):
    classic(tmp_path / "rain.nc", ("time", "lat", "lon"), {"time": DAYS, "lat": LAT, "lon": LON}, field(), WORDS)
    with netcdf_file(tmp_path / "rain.nc", "a") as file:
        file.variables["time"].scale_factor = "half"
    with pytest.raises(InputError, match="scale_factor of a coordinate is 'half', which is no number"):
        import_grids(tmp_path / "rain.nc", tmp_path / "out")
