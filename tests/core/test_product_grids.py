# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated grids of any product, made here as CHIRPS, GLDAS and others are delivered."""

import gzip
import zipfile

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine
from scipy.io import netcdf_file

from soilsharp.core.base.errors import GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.interpolate_series import interpolate_series
from soilsharp.core.preprocessing.terrain_attributes import terrain_attributes
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.raster import read_on

LON, LAT = 30.025 + 0.05 * np.arange(8), 10.025 + 0.05 * np.arange(6)


def chirps(path, values):
    """Write a raster as CHIRPS does: float, -9999 over sea that the file does not declare."""
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "height": 6, "width": 8}
    with rasterio.open(path, "w", transform=Affine(0.05, 0, 30, 0, -0.05, 10.3), **profile) as dataset:
        dataset.write(np.float32(values), 1)


def netcdf(path, name, values, times, units="days since 1980-1-1 0:0:0", lon=LON, lat=LAT, **attributes):
    """Write a NetCDF with rows from south to north, as CHIRPS and GLDAS do."""
    with netcdf_file(path, "w", version=2) as file:
        for dim, axis, unit in (("time", times, units), ("latitude", lat, "degrees_north"),
                                ("longitude", lon, "degrees_east")):  # fmt: skip
            file.createDimension(dim, len(axis))
            variable = file.createVariable(dim, "f4" if dim != "time" else "f8", (dim,))
            variable[:] = axis
            variable.units = unit
        variable = file.createVariable(name, values.dtype.newbyteorder(">").char, ("time", "latitude", "longitude"))
        variable[:] = values
        for key, value in attributes.items():
            setattr(variable, key, value)


def rain(n, seed=0):
    return np.random.default_rng(seed).gamma(1, 5, (n, 6, 8)).astype("f4")


def read(made):
    with rasterio.open(made.path) as dataset:
        return dataset.read(1)


def test_chirps_folder_of_compressed_rasters(tmp_path, monkeypatch):
    values = rain(4)
    values[:, 0, :2] = -9999
    folder = tmp_path / "chirps"
    folder.mkdir()
    for i in range(4):
        path = folder / f"chirps-v2.0.2023.05.0{i + 1}.tif"
        chirps(path, values[i])
        if i > 1:
            (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    said = []
    monkeypatch.setattr("soilsharp.core.products.gridded.grids.AT_ONCE", 400)  # two days a block
    out = import_grids(folder, tmp_path / "out", GridsOptions(unit="mm d-1"), progress=Progress(say=said.append))
    assert "Days are read from file names as %Y.%m.%d: chirps-v2.0.2023.05.01.tif is 2023-05-01." in said
    assert [str(d) for d in out.days] == ["2023-05-01", "2023-05-02", "2023-05-03", "2023-05-04"]
    for i, made in enumerate(out.maps):
        expected = values[i].copy()
        expected[0, :2] = np.nan
        npt.assert_array_equal(read(made), expected)
        assert made.name == "chirps_v2_0"
        assert made.unit == "mm d-1"


def test_netcdf_from_south_to_north_with_a_window(tmp_path):
    values = rain(3)
    values[1, 2, 3] = -9999
    netcdf(tmp_path / "chirps-v2.0.2023.days_p05.nc", "precip", values, 15826 + np.arange(3))
    with netcdf_file(tmp_path / "chirps-v2.0.2023.days_p05.nc", "a") as file:
        file.variables["precip"].units = "mm/day"
    area = Grid.from_bounds(WGS84, 0.05, (30.1, 10.1, 30.3, 10.25))
    out = import_grids(tmp_path, tmp_path / "out", area=area, first=np.datetime64("2023-05-02"))
    assert [str(d) for d in out.days] == ["2023-05-02", "2023-05-03"]
    npt.assert_allclose(grid_of(out.maps[0].path).bounds, (30.1, 10.1, 30.3, 10.25), atol=1e-9)
    expected = values[1, ::-1][1:4, 2:6].copy()
    assert (expected == -9999).sum() == 1
    expected[expected == -9999] = np.nan
    npt.assert_array_equal(read(out.maps[0]), expected)
    assert out.maps[0].unit == "mm d-1"


@pytest.mark.parametrize(
    ("statistic", "reduce"), [("mean", np.mean), ("sum", np.sum), ("min", np.min), ("max", np.max)]
)
def test_steps_of_three_hours_become_a_day(statistic, reduce, tmp_path):
    values = rain(20)
    for i in range(20):  # files of one step, as GLDAS; the last day is half there
        when = np.datetime64("2023-05-01T00", "h") + 3 * i
        minutes = (when - np.datetime64("2000-01-01T00", "h")).astype(int) * 60
        stamp = str(when).replace("-", "").replace("T", ".")
        netcdf(tmp_path / f"GLDAS_NOAH025_3H.A{stamp}00.021.nc", "Rainf_inst", values[i : i + 1], [minutes],
               "minutes since 2000-01-01 00:00:00")  # fmt: skip
    out = import_grids(tmp_path, tmp_path / "out", GridsOptions(statistic=statistic, scale=3, least=1))
    assert [str(d) for d in out.days] == ["2023-05-01", "2023-05-02"]
    for day, made in enumerate(out.maps):
        expected = reduce(values[8 * day : 8 * day + 8, ::-1].astype(float), axis=0) * 3
        expected[expected < 1] = np.nan
        npt.assert_allclose(read(made), expected, rtol=1e-5)
    assert out.refused == [("Rainf_inst 2023-05-03", "Only 4 of 8 steps of the day are there.")]


def test_steps_that_are_dated_by_their_end(tmp_path):
    values, hours = rain(17), 3 * np.arange(17)
    netcdf(tmp_path / "a.nc", "Rainf_f_tavg", values, hours, "hours since 2023-05-01 00:00")
    out = import_grids(tmp_path / "a.nc", tmp_path / "out", GridsOptions(statistic="sum"))
    assert [str(d) for d in out.days] == ["2023-05-01", "2023-05-02"]
    npt.assert_allclose(read(out.maps[0]), values[1:9, ::-1].sum(0), rtol=1e-5)  # 03 to 24 UTC


def test_layers_in_kg_become_volumes_and_percent_too(tmp_path):
    values = rain(1) + 10
    netcdf(tmp_path / "a.nc", "SoilMoi10_40cm_inst", values, [0], "days since 2023-05-01", long_name="Soil moisture")
    with netcdf_file(tmp_path / "a.nc", "a") as file:
        file.variables["SoilMoi10_40cm_inst"].units = "kg m-2"
    (made,) = import_grids(tmp_path / "a.nc", tmp_path / "out").maps
    npt.assert_allclose(read(made), values[0, ::-1] / 300, rtol=1e-6)
    assert made.unit == "m3 m-3"
    for label, factor in (("Soil moisture", 0.01), ("Percent of saturation soil moisture", 1)):
        netcdf(tmp_path / "b.nc", "sm", values, [0], "days since 2023-05-01", long_name=label)
        with netcdf_file(tmp_path / "b.nc", "a") as file:
            file.variables["sm"].units = "percent"
        (made,) = import_grids(tmp_path / "b.nc", tmp_path / f"out{factor}").maps
        npt.assert_allclose(read(made), values[0, ::-1] * factor, rtol=1e-6)


def test_packed_values_with_fill_range_and_limits(tmp_path):
    stored = np.arange(48, dtype="i2").reshape(1, 6, 8)
    netcdf(tmp_path / "a.nc", "sm", stored, [0], "days since 2023-05-01", scale_factor=0.01, add_offset=0.1,
           _FillValue=np.int16(3), missing_value=np.int16(4), valid_range=np.array([1, 40], "i2"))  # fmt: skip
    options = GridsOptions(nodata=7, most=0.45, name="soil moisture")
    (made,) = import_grids(tmp_path / "a.nc", tmp_path / "out", options).maps
    expected = stored[0, ::-1] * 0.01 + 0.1
    unknown = np.isin(stored[0, ::-1], (0, 3, 4, 7)) | (stored[0, ::-1] > 35)
    npt.assert_allclose(read(made), np.where(unknown, np.nan, expected), atol=1e-6)
    assert made.path.name == "soil_moisture_20230501.tif"


def test_damaged_and_foreign_files_among_good_ones(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(3):
        chirps(folder / f"rain_2023050{i + 1}.tif", rain(1)[0])
    (folder / "rain_20230504.tif").write_bytes((folder / "rain_20230501.tif").read_bytes()[:200])
    (folder / "notes.tif").write_bytes(b"no raster")
    (folder / "rain_20230505.tif.gz").write_bytes(b"no gzip")
    (folder / "c.nc").write_bytes(b"CDF\x01 no netcdf")
    out = import_grids(folder, tmp_path / "out")
    assert len(out.maps) == 3
    assert sorted(name for name, _ in out.refused)[:3] == ["c.nc", "notes.tif", "rain_20230504.tif"]
    assert "cannot be opened as a raster" in dict(out.refused)["notes.tif"]


def test_two_rasters_of_a_day(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    values = rain(2)
    chirps(folder / "rain_2023050100.tif", values[0])
    chirps(folder / "rain_2023050112.tif", values[1])
    (made,) = import_grids(folder, tmp_path / "out", GridsOptions(date="%Y%m%d%H")).maps
    npt.assert_allclose(read(made), values.mean(0), rtol=1e-6)
    (folder / "rain_2023050112.tif").rename(folder / "wind_20230501.tif")
    (folder / "rain_2023050100.tif").rename(folder / "rain_20230501.tif")
    out = import_grids(folder, tmp_path / "out2")
    assert len(out.maps) == 1
    assert "same time as rain_20230501.tif" in out.refused[0][1]


def test_zip_and_file_without_time(tmp_path):
    chirps(tmp_path / "rain_20230501.tif", rain(1)[0])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "rain_20230501.tif", "deep/rain_20230501.tif")
    (made,) = import_grids(tmp_path / "all.zip", tmp_path / "out").maps
    npt.assert_array_equal(read(made), rain(1)[0])
    with netcdf_file(tmp_path / "sm_20230502.nc", "w") as file:
        for name, axis in (("lat", LAT), ("lon", LON)):
            file.createDimension(name, len(axis))
            file.createVariable(name, "f8", (name,))[:] = axis
            file.variables[name].units = "degrees_north" if name == "lat" else "degrees_east"
        file.createVariable("rain", "f4", ("lat", "lon"))[:] = rain(1)[0]
    (made,) = import_grids(tmp_path / "sm_20230502.nc", tmp_path / "out2").maps
    assert str(made.day) == "2023-05-02"
    npt.assert_array_equal(read(made), rain(1)[0, ::-1])


def test_a_zip_that_reaches_out_of_its_folder_is_left_out(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    chirps(folder / "rain_20230501.tif", rain(1)[0])
    with zipfile.ZipFile(folder / "evil.zip", "w") as archive:
        archive.write(folder / "rain_20230501.tif", "../rain_20230502.tif")
    out = import_grids(folder, tmp_path / "out")
    assert [str(d) for d in out.days] == ["2023-05-01"]
    assert "outside of its own folder" in dict(out.refused)["evil.zip"]
    assert not list(tmp_path.glob("*.tif"))


def test_bad_input_is_told(tmp_path):
    with pytest.raises(InputError, match="No files of dated grids"):
        import_grids(tmp_path / "none", tmp_path / "out")
    netcdf(tmp_path / "a.nc", "sm", rain(1), [0], "days since 2023-05-01")
    with pytest.raises(InputError, match="No file has the variable rain; they have sm"):
        import_grids(tmp_path / "a.nc", tmp_path / "out", GridsOptions(variable="rain"))
    netcdf(tmp_path / "b.nc", "sm", rain(1), [0], "layers")
    with pytest.raises(InputError, match="has no time"):
        import_grids(tmp_path / "b.nc", tmp_path / "out")
    netcdf(tmp_path / "c.nc", "sm", rain(1), [0], "days since 2023-05-01", lat=LAT + 0.02 * (np.arange(6) == 3))
    with pytest.raises((InputError, GridError), match="evenly spaced"):
        import_grids(tmp_path / "c.nc", tmp_path / "out")
    with pytest.raises(InputError, match="asked for"):
        import_grids(tmp_path / "a.nc", tmp_path / "out", first=np.datetime64("2024-01-01"))
    assert not (tmp_path / "out").exists()


# --- bands ------------------------------------------------------------------------------------------------------------


def bands(path, values, names=(), **words):
    """Write a GeoTIFF with a band of each value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = {
        "driver": "GTiff",
        "count": len(values),
        "dtype": "float32",
        "crs": "EPSG:32632",
        "height": 2,
        "width": 2,
    }
    with rasterio.open(path, "w", **{**profile, "transform": Affine(100, 0, 5e5, 0, -100, 5.5e6), **words}) as dataset:
        dataset.write(np.stack([np.full((2, 2), value) for value in values]).astype(dataset.dtypes[0]))
        for number, name in enumerate(names, 1):
            dataset.set_band_description(number, name)
    return path


def made_of(out):
    """Return the value of each map by its day."""
    return {str(made.day): made.mean for made in out.maps}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("chirps_20230501_20230503.tif", ()),  # as in case 10
        ("chirps.tif", ("2023-05-01", "2023-05-02", "2023-05-03")),
        ("chirps_2023.tif", ("20230501_precipitation", "20230502_precipitation", "20230503_precipitation")),
    ],
)
def test_bands_that_are_days_are_maps_of_these_days(tmp_path, name, told):
    bands(tmp_path / "in" / name, (1, 2, 3), told)
    said = []
    out = import_grids(tmp_path / "in", tmp_path / "out", progress=Progress(say=said.append))
    assert made_of(out) == {"2023-05-01": 1, "2023-05-02": 2, "2023-05-03": 3}
    assert any(f"Days are read from the bands: {name} is 2023-05-01, 2023-05-02, 2023-05-03" in line for line in said)


def test_bands_that_are_no_days_are_asked_for(tmp_path):
    bands(tmp_path / "in" / "rain_20230501.tif", (1, 2), ("liquid", "snow"))
    with pytest.raises(InputError, match=r"has 2 bands: 1 liquid, 2 snow\. Neither their names nor its own name tell"):
        import_grids(tmp_path / "in", tmp_path / "out")
    second = import_grids(tmp_path / "in", tmp_path / "out", GridsOptions(band=2))
    assert made_of(second) == {"2023-05-01": 2}
    bands(tmp_path / "with" / "rain_20230501.tif", (3, 255), alpha="yes")
    assert made_of(import_grids(tmp_path / "with", tmp_path / "clear")) == {"2023-05-01": 3}


def test_pictures_hold_no_values(tmp_path):
    colours = {"dtype": "uint8", "photometric": "RGB", "alpha": "yes"}
    path = bands(tmp_path / "in" / "rain_20230501.tif", (10, 100, 0, 255), **colours)
    with pytest.raises(InputError, match="is a picture, whose bands are red, green and blue, and holds no values"):
        import_grids(tmp_path / "in", tmp_path / "out")
    # classes with a palette are classes
    classes = bands(tmp_path / "classes.tif", (10,), dtype="uint8", photometric="palette")
    grid = grid_of(classes)
    assert (read_on(Source(str(classes)), grid, classes=True) == 10).all()
    with pytest.raises(InputError, match="is a picture"):
        read_on(Source(str(path)), grid, classes=True)


def test_several_bands_are_refused_where_none_can_be_chosen(tmp_path):
    bands(tmp_path / "in" / "ndvi_20230501.tif", (1, 2), ("ndvi", "evi"))
    with pytest.raises(InputError, match=r"ndvi_20230501.tif has 2 bands: 1 ndvi, 2 evi\. Say which one"):
        interpolate_series(tmp_path / "in", tmp_path / "out")
    with pytest.raises(InputError, match=r"ndvi_20230501.tif has 2 bands"):
        terrain_attributes(tmp_path / "in" / "ndvi_20230501.tif", tmp_path / "terrain")


def test_the_grid_of_most_files_counts_whichever_comes_first(tmp_path):
    odd = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "height": 6, "width": 8}
    (tmp_path / "in").mkdir()
    with rasterio.open(
        tmp_path / "in" / "rain_20230501.tif", "w", transform=Affine(0.05, 0, 70, 0, -0.05, 10.3), **odd
    ) as dataset:
        dataset.write(rain(1)[0], 1)
    for day in (2, 3):
        chirps(tmp_path / "in" / f"rain_2023050{day}.tif", rain(1, day)[0])
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    assert [str(made.day) for made in outcome.maps] == ["2023-05-02", "2023-05-03"]
    assert outcome.refused == [
        ("rain_20230501.tif", "It lies on another grid than rain_20230502.tif; import it by itself.")
    ]
