# SPDX-License-Identifier: GPL-2.0-or-later
"""Hourly files as the data store sends them, made here, against plain loops over their hours."""

import gzip
import shutil
import struct
import zipfile

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine

from soilsharp.core.base.errors import GridError, InputError
from soilsharp.core.base.progress import SILENT, Progress
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.netcdf import cubes
from soilsharp.core.products.settings import Era5LandOptions
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import grid_of
from soilsharp.core.sample_formats.era5land import running_sums, write_hours

LON, LAT = 20.0 + 0.1 * np.arange(7), 60.0 - 0.1 * np.arange(5)
START = np.datetime64("2023-05-01T00", "h")


def hours_of(n, start=START):
    return start + np.arange(n)


def made(n, seed=0, rows=5, columns=7):
    """Return hourly amounts of rain (m) and sun (J m-2), dated by their end, and temperature (K)."""
    rng, hour = np.random.default_rng(seed), np.arange(n)[:, None, None]
    rain = np.where(rng.random((n, rows, columns)) < 0.2, rng.random((n, rows, columns)) * 2e-3, 0)
    sun = np.clip(np.sin((hour % 24 - 4) / 24 * 2 * np.pi), 0, 1) * rng.uniform(1e6, 2e6, (n, rows, columns))
    warm = 280 + 8 * np.sin((hour % 24 - 8) / 24 * 2 * np.pi) + rng.normal(0, 1, (n, rows, columns))
    return rain, sun, warm


def read(outcome, name, day):
    path = next(m.path for m in outcome.maps if m.name == name and str(m.day) == day)
    with rasterio.open(path) as dataset:
        return dataset.read(1)


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """Return a folder of two files of ten days in all that meet at noon of the sixth, and the amounts in them."""
    folder, times = tmp_path_factory.mktemp("era"), hours_of(240)
    rain, sun, warm = made(240)
    whole = {"tp": running_sums(rain, times), "ssr": running_sums(sun, times), "t2m": warm}
    for number, part in enumerate((slice(0, 132), slice(132, 240))):
        write_hours(folder / f"{number}.nc", times[part], LON, LAT, {k: v[part] for k, v in whole.items()})
    return folder, rain, sun, warm


def test_files_that_are_gzipped_count_beside_others(month, tmp_path):
    folder, *_ = month
    (tmp_path / "in").mkdir()
    shutil.copy(folder / "0.nc", tmp_path / "in")
    (tmp_path / "in" / "1.nc.gz").write_bytes(gzip.compress((folder / "1.nc").read_bytes()))
    (tmp_path / "in" / "notes.txt.gz").write_bytes(gzip.compress(b"no product"))
    usual, packed = import_era5land(folder, tmp_path / "out"), import_era5land(tmp_path / "in", tmp_path / "out2")
    assert packed.refused == usual.refused
    assert [made.day for made in packed.maps] == [made.day for made in usual.maps]
    npt.assert_equal(read(packed, "tp", "2023-05-06"), read(usual, "tp", "2023-05-06"))


def test_daily_values_equal_plain_loops(month, tmp_path):
    folder, rain, sun, warm = month
    out = import_era5land(folder, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["ssr", "summary.csv", "t2m", "tp"]
    assert {m.unit for m in out.maps} == {"mm d-1", "MJ m-2 d-1", "K"}
    for day in range(9):
        text = str(np.datetime64("2023-05-01") + day)
        for name, amounts, factor, tolerance in (("tp", rain, 1e3, 2e-3), ("ssr", sun, 1e-6, 1e-3)):
            total = np.zeros((5, 7))
            for hour in range(24 * day + 1, 24 * day + 25):  # 00 UTC of the next day is the day's last hour
                if hour < 240:
                    total = total + amounts[hour]
            npt.assert_allclose(read(out, name, text), total * factor, atol=tolerance)
        npt.assert_allclose(read(out, "t2m", text), warm[24 * day : 24 * day + 24].mean(0), atol=1e-3)
    # the last total stands in a file that nobody has; the first 00 UTC is the total of the day before
    assert "2023-05-10" not in {str(m.day) for m in out.maps if m.name == "tp"}
    assert ("tp 2023-05-10", "The hour that is needed is in no file: the total of a day stands at 00 UTC of the "
            "next.") in out.refused  # fmt: skip


@pytest.mark.parametrize("packed", [True, False])
def test_sum_of_72_hours_before_an_hour_across_files(packed, tmp_path):
    if not packed:
        pytest.importorskip("h5py")
    times, (rain, _, warm) = hours_of(240), made(240)
    whole = {"tp": running_sums(rain, times), "t2m": warm}
    for number, part in enumerate((slice(0, 100), slice(100, 240))):
        write_hours(tmp_path / f"{number}.nc", times[part], LON, LAT, {k: v[part] for k, v in whole.items()}, packed)
    options = Era5LandOptions(statistic="sum before", hour=6, hours=72, time="UTC")
    out = import_era5land(tmp_path, tmp_path / "out", options)
    rainy = [str(m.day) for m in out.maps if m.name == "tp_72h"]
    assert rainy == [str(d) for d in np.arange("2023-05-04", "2023-05-11", dtype="datetime64[D]")]
    for day, text in enumerate(rainy, start=3):
        total, heat = np.zeros((5, 7)), np.zeros((5, 7))
        for hour in range(24 * day + 6 - 71, 24 * day + 7):
            total, heat = total + rain[hour] * 1e3, heat + warm[hour]
        npt.assert_allclose(read(out, "tp_72h", text), total, atol=2e-2 if packed else 1e-4)
        npt.assert_allclose(read(out, "t2m_72h", text), heat, atol=0.05)
    assert {m.unit for m in out.maps} == {"mm", "K h"}
    assert any("tp_72h 2023-05-01" in name and "of 72 hours" in why for name, why in out.refused)


def test_local_solar_time_of_each_column(tmp_path):
    lon = np.linspace(-60, 60, 7)
    times, (_, sun, warm) = hours_of(96), made(96)
    write_hours(tmp_path / "a.nc", times, lon, LAT, {"ssr": running_sums(sun, times), "t2m": warm})
    out = import_era5land(tmp_path / "a.nc", tmp_path / "out", Era5LandOptions(statistic="value at hour", hour=6))
    heat, flux = read(out, "t2m_at06", "2023-05-02"), read(out, "ssr_at06", "2023-05-02")
    for column, east in enumerate(lon):
        hour = 24 + int(np.floor(6 - east / 15 + 0.5))
        npt.assert_allclose(heat[:, column], warm[hour, :, column], atol=1e-3)
        npt.assert_allclose(flux[:, column], sun[hour, :, column] / 3600, atol=0.5)
    assert {m.unit for m in out.maps} == {"K", "W m-2"}


def test_hourly_amounts_are_told_from_running_sums(tmp_path):
    times, (rain, sun, _) = hours_of(241), made(241)
    write_hours(tmp_path / "era5.nc", times, LON, LAT, {"tp": rain, "ssr": sun})
    out = import_era5land(tmp_path / "era5.nc", tmp_path / "out")
    for day in range(10):
        text = str(np.datetime64("2023-05-01") + day)
        npt.assert_allclose(read(out, "tp", text), rain[24 * day + 1 : 24 * day + 25].sum(0) * 1e3, atol=1e-2)
        npt.assert_allclose(read(out, "ssr", text), sun[24 * day + 1 : 24 * day + 25].sum(0) * 1e-6, atol=1e-2)
    wrong = import_era5land(tmp_path / "era5.nc", tmp_path / "no", Era5LandOptions(accumulated="yes", variables="tp"))
    npt.assert_allclose(read(wrong, "tp", "2023-05-01"), rain[24] * 1e3, atol=1e-3)  # the setting is obeyed


@pytest.mark.parametrize("statistic", ["sum before", "min"])
def test_blocks_of_days_equal_the_whole(statistic, month, tmp_path, monkeypatch):
    options = Era5LandOptions(statistic=statistic, hours=30)
    whole = import_era5land(month[0], tmp_path / "whole", options)
    monkeypatch.setattr("soilsharp.core.products.gridded.hours.AT_ONCE", 4 * 35 * 24 * 5)  # up to five days
    parts = import_era5land(month[0], tmp_path / "parts", options)
    assert len(whole.maps) == len(parts.maps) > 20
    for a, b in zip(whole.maps, parts.maps):
        with rasterio.open(a.path) as one, rasterio.open(b.path) as two:
            npt.assert_array_equal(one.read(1), two.read(1))
            assert one.read(1).min() >= 0  # packed rain is a little below nothing where there was none


def test_evaporation_keeps_its_sign_and_is_seen_as_running(tmp_path):
    times, (_, sun, _) = hours_of(121), made(121)
    water = -sun / 2.5e9 + 1e-6  # dew at night
    write_hours(tmp_path / "e.nc", times, LON, LAT, {"e": running_sums(water, times)})
    out = import_era5land(tmp_path / "e.nc", tmp_path / "out")
    npt.assert_allclose(read(out, "e", "2023-05-03"), water[49:73].sum(0) * 1e3, atol=1e-3)
    assert read(out, "e", "2023-05-03").max() < 0


def test_only_midnight_is_enough_for_daily_totals(tmp_path):
    times, (rain, _, _) = hours_of(241), made(241)
    write_hours(tmp_path / "tp.nc", times[::24], LON, LAT, {"tp": running_sums(rain, times)[::24]})
    out = import_era5land(tmp_path / "tp.nc", tmp_path / "out")
    for day in range(10):
        text = str(np.datetime64("2023-05-01") + day)
        npt.assert_allclose(read(out, "tp", text), rain[24 * day + 1 : 24 * day + 25].sum(0) * 1e3, atol=2e-3)


def test_missing_hours_leave_a_day_out_and_are_told(tmp_path):
    times, (_, _, warm) = hours_of(72), made(72)
    keep = np.arange(72) != 30
    write_hours(tmp_path / "t.nc", times[keep], LON, LAT, {"t2m": warm[keep]})
    out = import_era5land(tmp_path / "t.nc", tmp_path / "out")
    assert [str(d) for d in out.days] == ["2023-05-01", "2023-05-03"]
    assert out.refused == [
        ("t2m 2023-05-02", "Only 23 of 24 hours are there; the least that is asked for is 24 of 24.")
    ]
    some = import_era5land(tmp_path / "t.nc", tmp_path / "some", Era5LandOptions(min_hours=23, celsius=True))
    expected = warm[24:48][keep[24:48]].mean(0) - 273.15
    npt.assert_allclose(read(some, "t2m", "2023-05-02"), expected, atol=1e-3)
    assert some.maps[0].unit == "degC"


@pytest.mark.parametrize("packed", [True, False])
def test_final_and_preliminary_data_are_joined(packed, tmp_path):
    if not packed:
        pytest.importorskip("h5py")
    times, (_, _, warm) = hours_of(48), made(48)
    warm[:, 0, 0] = np.nan  # sea
    write_hours(tmp_path / "t.nc", times, LON, LAT, {"t2m": warm}, packed, np.datetime64("2023-05-01T18"))
    out = import_era5land(tmp_path / "t.nc", tmp_path / "out")
    npt.assert_allclose(read(out, "t2m", "2023-05-01"), warm[:24].mean(0), atol=1e-3)
    assert np.isnan(read(out, "t2m", "2023-05-01")[0, 0])


def test_zip_of_the_data_store_and_a_damaged_file_beside_it(tmp_path):
    times, (_, _, warm) = hours_of(48), made(48)
    write_hours(tmp_path / "data.nc", times, LON, LAT, {"t2m": warm})
    content = (tmp_path / "data.nc").read_bytes()
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "download.nc", "w") as archive:  # sent with any ending
        archive.writestr("data_stream-oper_stepType-instant.nc", content)
    (tmp_path / "in" / "broken.nc").write_bytes(content[:3000])
    out = import_era5land(tmp_path / "in", tmp_path / "out")
    npt.assert_allclose(read(out, "t2m", "2023-05-02"), warm[24:].mean(0), atol=1e-3)
    assert [name for name, _ in out.refused] == ["broken.nc"]


def test_daily_files(tmp_path):
    days, (rain, _, warm) = np.datetime64("2023-05-01T00") + 24 * np.arange(5), made(5)
    write_hours(tmp_path / "day.nc", days, LON, LAT, {"tp": rain, "t2m": warm})
    said = []
    out = import_era5land(tmp_path / "day.nc", tmp_path / "out", progress=Progress(say=said.append))
    assert str(next(m.day for m in out.maps if m.name == "tp")) == "2023-04-30"
    assert any("set 'Accumulated since 00 UTC' to no" in line for line in said)
    out = import_era5land(tmp_path / "day.nc", tmp_path / "no", Era5LandOptions(accumulated="no"))
    npt.assert_allclose(read(out, "tp", "2023-05-01"), rain[0] * 1e3, atol=1e-3)
    npt.assert_allclose(read(out, "t2m", "2023-05-05"), warm[4], atol=1e-3)
    with pytest.raises(InputError, match="one value a day, of which no sum before can be made"):
        import_era5land(tmp_path / "day.nc", tmp_path / "no2", Era5LandOptions(statistic="sum before"))


def test_without_h5py_gdal_reads_all(month, tmp_path, monkeypatch):
    from soilsharp.core.products.gridded.cube import Cube

    options = Era5LandOptions(variables="tp, t2m", statistic="max")
    usual = import_era5land(month[0], tmp_path / "usual", options)
    monkeypatch.setattr(Cube, "_by_array", lambda *_: None)
    other = import_era5land(month[0], tmp_path / "other", options)
    assert len(usual.maps) == len(other.maps) > 15
    for a, b in zip(usual.maps, other.maps):
        with rasterio.open(a.path) as one, rasterio.open(b.path) as two:
            npt.assert_array_equal(one.read(1), two.read(1))


@pytest.mark.parametrize("dims", [("number", "time"), ("time", "step"), ("step", "time"), ("time", "level")])
def test_further_dimensions(dims, tmp_path):
    from scipy.io import netcdf_file

    whole = made(24)[2]
    units = {"number": "1", "time": "hours since 2023-05-01", "step": "hours", "level": "hPa"}
    steps = {"number": [0, 1], "level": [1, 2]}
    with netcdf_file(tmp_path / "a.nc", "w", version=2) as file:
        if "step" in dims:  # forecasts at 00 and 12 UTC for 12 hours each
            steps.update(time=[0, 12], step=np.arange(12))
            values = whole.reshape(2, 12, 5, 7) if dims[0] == "time" else whole.reshape(2, 12, 5, 7).swapaxes(0, 1)
        else:
            steps["time"] = np.arange(24)
            values = np.stack([whole, whole + 50], axis=0 if dims[0] == "number" else 1)
        for name, axis in (*((d, steps[d]) for d in dims), ("latitude", LAT), ("longitude", LON)):
            file.createDimension(name, len(axis))
            file.createVariable(name, "f8", (name,))[:] = axis
            file.variables[name].units = units.get(name, "degrees_" + ("north" if name == "latitude" else "east"))
        file.createVariable("t2m", "f8", (*dims, "latitude", "longitude"))[:] = values
        file.variables["t2m"].units = "K"
    if not {"level", "number"}.isdisjoint(dims):
        with pytest.raises(InputError, match=r"further dimension, (level|number) of 2"):
            import_era5land(tmp_path / "a.nc", tmp_path / "out")
    else:
        out = import_era5land(tmp_path / "a.nc", tmp_path / "out")
        npt.assert_allclose(read(out, "t2m", "2023-05-01"), whole.mean(0), rtol=1e-6)


@pytest.mark.parametrize("flipped", [False, True])
def test_longitudes_to_360_and_a_window_over_greenwich(flipped, tmp_path):
    lon, lat = np.arange(0, 360, 2.5), np.arange(60, -61, -2.5)
    lat = lat[::-1] if flipped else lat
    warm = np.broadcast_to(300 + lon[None, None] / 10 + lat[None, :, None], (24, len(lat), len(lon)))
    write_hours(tmp_path / "globe.nc", hours_of(24), lon, lat, {"t2m": warm})
    area = Grid.from_bounds(WGS84, 1, (-6, 40, 6, 52))
    out = import_era5land(tmp_path / "globe.nc", tmp_path / "out", area=area)
    grid = grid_of(out.maps[0].path)
    x, y = grid.centres()
    npt.assert_allclose(x, [-5, -2.5, 0, 2.5, 5])
    assert grid.bounds[1] <= 40
    assert grid.bounds[3] >= 52
    expected = 300 + (x % 360)[None] / 10 + y[:, None]
    npt.assert_allclose(read(out, "t2m", "2023-05-01"), expected, atol=3e-3)
    whole = import_era5land(tmp_path / "globe.nc", tmp_path / "whole")
    x, y = grid_of(whole.maps[0].path).centres()
    assert x[0] >= -180
    assert x[-1] <= 180
    assert len(x) == 144
    npt.assert_allclose(read(whole, "t2m", "2023-05-01"), 300 + (x % 360)[None] / 10 + y[:, None], atol=3e-3)


def test_gdal_and_arrays_read_the_same(tmp_path):
    place_of = Grid.from_bounds(WGS84, 0.1, (20.15, 59.72, 20.4, 59.9))
    for packed in (True, False):
        if not packed:
            pytest.importorskip("h5py")
        rain, _, _ = made(50)
        write_hours(tmp_path / "a.nc", hours_of(50), LON, LAT, {"tp": rain}, packed)
        (cube,) = cubes(tmp_path / "a.nc")
        place = cube.place(place_of)
        bands = cube.bands[[3, 4, 40], 0]
        npt.assert_array_equal(cube._by_array(bands, place), cube._by_gdal(bands, place, SILENT))
        npt.assert_allclose(cube.read(np.array([3, 4, 40]), place), rain[[3, 4, 40], 1:4, 2:5], atol=1e-7)


def test_netcdf4_oracle(tmp_path):
    pytest.importorskip("h5py")
    netcdf = pytest.importorskip("netCDF4")
    rain, _, warm = made(30)
    write_hours(tmp_path / "a.nc", hours_of(30), LON, LAT, {"tp": rain, "t2m": warm}, packed=False)
    with netcdf.Dataset(tmp_path / "a.nc") as file:
        assert set(file.dimensions) == {"valid_time", "latitude", "longitude"}
        npt.assert_array_equal(file["t2m"][:], np.float32(warm))
        assert file["expver"][0] == "0001"


def test_other_calendar_is_refused_by_name(tmp_path):
    from scipy.io import netcdf_file

    write_hours(tmp_path / "a.nc", hours_of(24), LON, LAT, {"t2m": made(24)[2]})
    with netcdf_file(tmp_path / "a.nc", "a") as file:
        file.variables["time"].calendar = "noleap"
    with pytest.raises(InputError, match=r"calendar 'noleap'.*setcalendar"):
        import_era5land(tmp_path / "a.nc", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bad_input_is_told(tmp_path, month):
    with pytest.raises(InputError, match="No files of ERA5-Land"):
        import_era5land(tmp_path / "none", tmp_path / "out")
    with pytest.raises(InputError, match=r"No file has swvl9; they have tp, ssr, t2m"):
        import_era5land(month[0], tmp_path / "out", Era5LandOptions(variables="swvl9"))
    with pytest.raises((InputError, GridError), match="do not overlap"):
        import_era5land(month[0], tmp_path / "out", area=Grid.from_bounds(WGS84, 1, (100, 0, 110, 10)))
    # cut off in the middle of the data: the header is whole
    content = (month[0] / "0.nc").read_bytes()
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "0.nc").write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(InputError, match=r"0\.nc"):
        import_era5land(tmp_path / "cut", tmp_path / "out")


def test_only_the_days_asked_for(month, tmp_path):
    options = Era5LandOptions(variables="total_precipitation", statistic="sum before", time="UTC")
    days = np.datetime64("2023-05-05"), np.datetime64("2023-05-06")
    out = import_era5land(month[0], tmp_path / "out", options, first=days[0], last=days[1])
    assert tuple(out.days) == days
    assert not out.refused


def test_cancel_leaves_nothing(month, tmp_path):
    from soilsharp.core.base.errors import Cancelled

    asked = iter(range(10**6))
    with pytest.raises(Cancelled):
        import_era5land(month[0], tmp_path / "out", progress=Progress(stop_asked=lambda: next(asked) > 30))
    assert not list(tmp_path.iterdir())


def test_nothing_within_the_days(month, tmp_path):
    with pytest.raises(InputError, match="asked for"):
        import_era5land(month[0], tmp_path / "out", first=np.datetime64("2030-01-01"))


# --- GRIB -------------------------------------------------------------------------------------------------------------


def grib1(parameter, time, values, lon, lat, step=0):
    """Return one message of GRIB edition 1 as ECMWF writes ERA5-Land (centre 98, table 128), packed in 16 bits."""
    low, span = float(values.min()), float(np.ptp(values)) or 1.0
    binary = int(np.ceil(np.log2(span / 65535)))
    stored = np.rint((values - low) / 2.0**binary).astype(">u2").tobytes()
    when = (time - step).astype("datetime64[s]").item()
    moment = (when.year - 1) % 100 + 1, when.month, when.day, when.hour, 0
    pds = b"\0\0\x1c" + bytes(
        [128, 98, 143, 255, 0x80, parameter, 1, 0, 0, *moment, 1, 0, step, 4 if step else 0, 0, 0, 0, 21, 0, 0, 0]
    )

    def signed(value, size):
        number = abs(round(value)) | (1 << (8 * size - 1) if value < 0 else 0)
        return number.to_bytes(size, "big")

    gds = b"\0\0\x20\0\xff\0" + struct.pack(">HH", len(lon), len(lat))
    gds += signed(lat[0] * 1e3, 3) + signed(lon[0] * 1e3, 3) + b"\x80" + signed(lat[-1] * 1e3, 3)
    gds += signed(lon[-1] * 1e3, 3) + struct.pack(">HHB", 100, 100, 0) + b"\0" * 4
    sign, exponent, fraction = low < 0, 64, abs(low)
    while fraction >= 1:
        fraction, exponent = fraction / 16, exponent + 1
    while 0 < fraction < 1 / 16:
        fraction, exponent = fraction * 16, exponent - 1
    ibm = bytes([(sign << 7) | exponent]) + int(fraction * 2**24).to_bytes(3, "big")
    bds = (11 + len(stored)).to_bytes(3, "big") + b"\0" + signed(binary, 2) + ibm + b"\x10" + stored
    body = pds + gds + bds + b"7777"
    return b"GRIB" + (8 + len(body)).to_bytes(3, "big") + b"\x01" + body


def test_grib_as_the_data_store_sends_it(tmp_path):
    with rasterio.Env() as env:
        if "GRIB" not in env.drivers():
            pytest.skip("this GDAL has no GRIB driver")
    times, (rain, _, warm) = hours_of(49), made(49)
    sums = running_sums(rain, times)
    messages = [grib1(167, t, warm[i], LON, LAT) for i, t in enumerate(times)]
    # sums are forecasts from 00 UTC on, the last of which is for 24 hours
    messages += [grib1(228, t, sums[i], LON, LAT, (t.astype(int) - 1) % 24 + 1) for i, t in enumerate(times)]
    (tmp_path / "data.grib").write_bytes(b"".join(messages))
    out = import_era5land(tmp_path / "data.grib", tmp_path / "out")
    npt.assert_allclose(grid_of(out.maps[0].path).centres()[0], LON, atol=1e-4)
    npt.assert_allclose(read(out, "t2m", "2023-05-01"), warm[:24].mean(0), atol=2e-3)  # kelvin stay kelvin
    npt.assert_allclose(read(out, "tp", "2023-05-02"), rain[25:49].sum(0) * 1e3, atol=2e-3)
    assert not [name for name, _ in out.refused if "tp" in name]
    whole = b"".join(messages)
    (tmp_path / "data.grib").write_bytes(whole[: len(whole) * 3 // 4])  # the download broke off
    part = import_era5land(tmp_path / "data.grib", tmp_path / "part")
    npt.assert_array_equal(read(part, "t2m", "2023-05-01"), read(out, "t2m", "2023-05-01"))


def test_grib2(tmp_path):
    from rasterio.shutil import copy

    with rasterio.Env() as env:
        if "GRIB" not in env.drivers():
            pytest.skip("this GDAL has no GRIB driver")
    warm = made(24)[2]
    profile = {"driver": "GTiff", "count": 24, "dtype": "float32", "width": 7, "height": 5, "crs": "EPSG:4326"}
    with rasterio.open(tmp_path / "a.tif", "w", transform=Affine(0.1, 0, 19.95, 0, -0.1, 60.05), **profile) as dataset:
        dataset.write(np.float32(warm - 273.15))  # GDAL makes kelvin of it
        for hour in range(24):
            # temperature (category 0, parameter 0) at 2 m (level of kind 103)
            template = "0 0 2 0 0 0 0 0 1 0 0 0 0 103 0 0 0 0 2 255 255 255 255 255 255"
            words = {"GRIB_DISCIPLINE": "0", "GRIB_PDS_PDTN": "0", "GRIB_PDS_TEMPLATE_NUMBERS": template}
            dataset.update_tags(hour + 1, GRIB_IDS=f"CENTER=98 REF_TIME=2023-05-01T{hour:02d}:00:00Z", **words)
    copy(tmp_path / "a.tif", tmp_path / "a.grib2", driver="GRIB")
    out = import_era5land(tmp_path / "a.grib2", tmp_path / "out")
    npt.assert_allclose(read(out, "t2m", "2023-05-01"), warm.mean(0), atol=2e-3)
