# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd but realistic inputs that once came in silently wrong: units, scales, fills, limits and variables."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine
from scipy.io import netcdf_file

from soilsharp.core.base.errors import InputError
from soilsharp.core.preprocessing.accumulate_series import accumulate_series
from soilsharp.core.preprocessing.interpolate_series import interpolate_series
from soilsharp.core.preprocessing.terrain_attributes import terrain_attributes
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.rasters.open import Source, Values, open_raster
from soilsharp.core.study.check import check_study
from soilsharp.core.study.create import create_study

LAT, LON = np.arange(45.0, 49), np.arange(5.0, 10)
TRUE = LAT[:, None] / 100 + LON / 1000  # rows from south to north
STORED = np.rint(TRUE * 1000).astype("i2")


def netcdf(path, variables, day=0):
    """Write variables, (values, attributes) by name, of one day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {"time": ([day], "days since 2023-05-01"), "lat": (LAT, "degrees_north"), "lon": (LON, "degrees_east")}
    with netcdf_file(path, "w", version=2) as file:
        for dim, (axis, unit) in words.items():
            file.createDimension(dim, len(axis))
            file.createVariable(dim, "f8", (dim,))[:] = axis
            file.variables[dim].units = unit
        for name, (values, attributes) in variables.items():
            kind = np.asarray(values).dtype.newbyteorder(">").char
            file.createVariable(name, kind, ("time", "lat", "lon"))[:] = np.asarray(values)[None]
            for key, value in attributes.items():
                setattr(file.variables[name], key, value)
    return path


def tif(path, values, unit="", crs="EPSG:3035", size=1000, dtype="float32", **tags):
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.asarray(values, dtype)
    profile = {"driver": "GTiff", "count": 1, "dtype": dtype, "height": values.shape[0], "width": values.shape[1]}
    transform = Affine(size, 0, 4_000_000, 0, -size, 3_000_000)
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as dataset:
        dataset.write(values, 1)
        dataset.set_band_unit(1, unit)
        dataset.update_tags(1, **tags)
    return path


def read(made):
    with rasterio.open(made.path) as dataset:
        return dataset.read(1)


# --- NetCDF -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits",
    [
        {"valid_range": np.array([0, 1], "f4")},  # of the values
        {"valid_min": 0.0, "valid_max": 0.6},
        {"valid_range": np.array([0, 1000], "i2")},  # of what is stored
        {"valid_min": np.int16(0), "valid_max": np.int16(600)},
    ],
)
def test_limits_of_packed_values_are_of_the_kind_that_they_are_told_in(tmp_path, limits):
    stored = STORED.copy()
    stored[0, 0] = 3000
    path = netcdf(tmp_path / "a.nc", {"sm": (stored, {"scale_factor": 0.001, **limits})})
    (made,) = import_grids(path, tmp_path / "out").maps
    expected = TRUE.copy()
    expected[0, 0] = np.nan
    npt.assert_allclose(read(made), expected[::-1], atol=1e-3)


def test_a_fill_may_be_told_in_the_unit_of_the_values(tmp_path):
    stored = STORED.copy()
    stored[0, 0] = -9999
    path = netcdf(tmp_path / "a.nc", {"sm": (stored, {"scale_factor": 0.001, "missing_value": -9.999})})
    (made,) = import_grids(path, tmp_path / "out").maps
    assert np.isnan(read(made)[-1, 0])
    assert made.known == pytest.approx(19 / 20)


def test_which_of_several_variables_is_asked_for_or_told_by_its_words(tmp_path):
    flag, noise = (np.zeros((4, 5), "f4"), {}), (np.full((4, 5), 0.02, "f4"), {})
    value = np.float32(TRUE), {}
    path = netcdf(tmp_path / "a.nc", {"flag": flag, "retrieval_am": value, "retrieval_pm": value})
    with pytest.raises(InputError, match=r"several variables, retrieval_am, retrieval_pm\. Say which one"):
        import_grids(path, tmp_path / "out")
    assert len(import_grids(path, tmp_path / "out", GridsOptions(variable="retrieval_pm")).maps) == 1
    path = netcdf(tmp_path / "b.nc", {"flag": flag, "Soil_Moisture_1km": value, "sm_noise": noise, "albedo": noise})
    (made,) = import_grids(path, tmp_path / "b").maps
    assert made.name == "Soil_Moisture_1km"


def test_files_of_several_units_become_one(tmp_path):
    kelvin = np.float32(TRUE + 290), {"units": "K"}
    celsius = np.float32(TRUE + 290 - 273.15), {"units": "degC"}
    netcdf(tmp_path / "in" / "a.nc", {"lst": kelvin})
    netcdf(tmp_path / "in" / "b.nc", {"lst": celsius}, day=1)
    netcdf(tmp_path / "in" / "c.nc", {"lst": (np.float32(TRUE), {"units": "mm"})}, day=2)
    outcome = import_grids(tmp_path / "in", tmp_path / "out")
    npt.assert_allclose([made.mean for made in outcome.maps], TRUE.mean() + 290, rtol=1e-6)
    assert outcome.refused == [("c.nc", "It is in mm, unlike a.nc, which is in K; import it by itself.")]


@pytest.mark.parametrize(("kind", "bits"), [("i1", "u1"), ("i2", "u2")])
def test_values_without_a_sign_in_classic_netcdf(tmp_path, kind, bits):
    stored = (STORED // 2).astype(bits)  # netcdf4-python#794: all above 127, and the limits end at -2
    stored[0, :2] = np.iinfo(bits).max, np.iinfo(bits).max - 1
    words = {"_Unsigned": "true", "_FillValue": np.array(-1, kind), "valid_range": np.array([0, -3], kind)}
    path = netcdf(tmp_path / "a.nc", {"sm": (stored.view(kind), {"scale_factor": 0.002, **words})})
    (made,) = import_grids(path, tmp_path / "out").maps
    expected = STORED // 2 * 0.002
    expected[0, :2] = np.nan
    npt.assert_allclose(read(made), expected[::-1], atol=1e-6)


def test_a_scale_that_is_written_as_text_counts(tmp_path):
    path = netcdf(tmp_path / "a.nc", {"evi": (STORED, {"scale_factor": "0.001"})})
    (made,) = import_grids(path, tmp_path / "out").maps
    npt.assert_allclose(read(made), TRUE[::-1], atol=1e-3)


@pytest.mark.parametrize("scaling", [{"scale_factor": 0.0, "add_offset": 0.3}, {"scale_factor": np.nan}])
def test_a_scale_that_makes_no_values_of_netcdf_is_refused(tmp_path, scaling):
    path = netcdf(tmp_path / "a.nc", {"evi": (STORED, scaling)})
    with pytest.raises(InputError, match=r"a\.nc declares a scale of (0\.0|nan) and an offset of .* make no values"):
        import_grids(path, tmp_path / "out")


def test_means_over_many_years_are_of_no_day(tmp_path):
    path = netcdf(tmp_path / "a.nc", {"sm": (np.float32(TRUE), {})})
    with netcdf_file(path, "a") as file:
        file.variables["time"].climatology = "climatology_bounds"
    with pytest.raises(InputError, match=r"sm holds means over many years \(its time has the attribute climatology\)"):
        import_grids(path, tmp_path / "out")


@pytest.mark.parametrize("key", ["_FillValue", "missing_value"])
def test_a_fill_is_no_time(tmp_path, key):
    path = netcdf(tmp_path / "a.nc", {"sm": (np.float32(TRUE), {})}, day=-9999)
    with netcdf_file(path, "a") as file:
        setattr(file.variables["time"], key, -9999.0)
    with pytest.raises(InputError, match="sm has a time of nan days since 2023-05-01, which is none"):
        import_grids(path, tmp_path / "out")


@pytest.mark.parametrize("up", [False, True])
def test_metres_without_a_projection_lie_where_their_axes_say(tmp_path, up):
    path, north = tmp_path / "a.nc", np.arange(2_996_500.0, 3_000_000, 1000)[:: 1 if up else -1]  # gdal#8477
    axes = {"time": ([0], "days since 2023-05-01"), "y": (north, "m"), "x": (np.arange(4e6, 4e6 + 5000, 1000), "m")}
    with netcdf_file(path, "w", version=2) as file:
        for dim, (axis, unit) in axes.items():
            file.createDimension(dim, len(axis))
            file.createVariable(dim, "f8", (dim,))[:] = axis
            file.variables[dim].units = unit
        file.createVariable("evi", "f4", tuple(axes))[:] = TRUE[:: 1 if up else -1][None]
    (made,) = import_grids(path, tmp_path / "out", GridsOptions(crs="EPSG:3035")).maps
    npt.assert_allclose(read(made), TRUE[::-1], rtol=1e-6)
    with rasterio.open(made.path) as dataset:
        assert dataset.transform == Affine(1000, 0, 3_999_500, 0, -1000, 3_000_000)
    with pytest.raises(InputError, match="has no reference system; give it in the settings"):
        import_grids(path, tmp_path / "none")


# --- GeoTIFF ----------------------------------------------------------------------------------------------------------


def test_percent_in_names_and_metadata_is_understood(tmp_path):
    for path in (
        tif(tmp_path / "a" / "sm_percent_20230501.tif", TRUE * 100),
        tif(tmp_path / "b" / "sm_20230501.tif", TRUE * 100, units="%"),
    ):
        (made,) = import_grids(path, tmp_path / f"{path.parent.name}_out").maps
        npt.assert_allclose(read(made), TRUE, rtol=1e-5)
        assert made.unit == "m3 m-3"


@pytest.mark.parametrize(("factor", "why"), [(100, "looks like percent"), (10_000, "must lie between 0 and 1")])
def test_what_is_called_soil_moisture_and_cannot_be_is_refused(tmp_path, factor, why):
    path = tif(tmp_path / "sm_20230501.tif", TRUE * factor)
    with pytest.raises(InputError, match=why):
        import_grids(path, tmp_path / "out")
    (made,) = import_grids(path, tmp_path / "out", GridsOptions(scale=1 / factor)).maps
    npt.assert_allclose(read(made), TRUE, rtol=1e-5)


def test_a_scale_in_the_metadata_of_whole_numbers_is_applied_once(tmp_path):
    said = {"scale_factor": "0.0001", "add_offset": "0.1"}
    path = tif(tmp_path / "sm_20230501.tif", np.rint((TRUE - 0.1) * 10_000), dtype="int16", **said)
    (made,) = import_grids(path, tmp_path / "out").maps
    npt.assert_allclose(read(made), TRUE, atol=1e-4)
    path = tif(tmp_path / "porosity.tif", np.rint((TRUE - 0.1) * 10_000), dtype="int16", **said)
    npt.assert_allclose(read(import_static(path, tmp_path / "static").maps[0]), TRUE, atol=1e-4)
    decimals = tif(tmp_path / "theta.tif", TRUE, **said)  # scaled already
    npt.assert_allclose(read(import_static(decimals, tmp_path / "decimals").maps[0]), TRUE, rtol=1e-6)


@pytest.mark.parametrize("said", [{"scale_factor": "0"}, {"scale_factor": "1e-4f"}, {"add_offset": "inf"}])
def test_a_scale_that_makes_no_values_is_refused(tmp_path, said):
    path = tif(tmp_path / "theta_20230501.tif", STORED, dtype="int16", **said)
    for make in (import_grids, import_static):
        with pytest.raises(InputError, match=r"theta_20230501\.tif declares a scale of .* which make no values"):
            make(path, tmp_path / make.__name__)


def test_a_declared_scale_of_zero_is_refused(tmp_path):
    path = tif(tmp_path / "evi_20230501.tif", STORED, dtype="int16")
    with rasterio.open(path, "r+") as dataset:
        dataset.scales = (0.0,)
    plain, stored = Source(str(path)), Source(str(path), stored=True)
    with plain.opened() as dataset:
        with pytest.raises(InputError, match=r"declares a scale of 0\.0 and an offset of 0\.0, which make no values"):
            Values(plain, dataset)
        npt.assert_array_equal(Values(stored, dataset).read(dataset), STORED)


def test_the_scale_of_a_coordinate_is_none_of_the_values(tmp_path):
    said = {"lat#scale_factor": "0.5", "lat#add_offset": "45", "evi#scale_factor": "0.001"}  # as gdal_translate writes
    path = tif(tmp_path / "evi_20230501.tif", STORED, dtype="int16", **said)
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(1, NETCDF_VARNAME="evi")
    (made,) = import_grids(path, tmp_path / "out").maps
    npt.assert_allclose(read(made), TRUE, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "dtype", "fill"), [("height", "int16", -32768), ("forest_cover", "uint8", 255), ("sand", "uint8", 255)]
)
def test_fills_that_nobody_declares(tmp_path, name, dtype, fill):
    values = np.rint(TRUE * 100)
    values[0, 0] = fill
    (made,) = import_static(tif(tmp_path / f"{name}.tif", values, dtype=dtype), tmp_path / "out").maps
    assert np.isnan(read(made)[0, 0])
    assert made.known == pytest.approx(19 / 20)


# --- series -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usual", "odd", "why"),
    [
        ((290, "K"), (17, "degC"), "It is in degC, and most rasters are in K"),
        ((290, ""), (17, ""), "they may be degrees Celsius among kelvin"),
        ((0.3, "m3 m-3"), (30, "%"), "It is in %, and most rasters are in m3 m-3"),
    ],
)
def test_a_raster_in_another_unit_than_the_others_is_left_out(tmp_path, usual, odd, why):
    for day in range(1, 6):
        value, unit = odd if day == 1 else usual
        tif(tmp_path / "in" / f"lst_2023050{day}.tif", np.full((4, 5), value), unit)
    outcome = interpolate_series(tmp_path / "in", tmp_path / "out")
    (refused,) = outcome.refused
    assert refused[0] == "lst_20230501.tif"
    assert why in refused[1]
    npt.assert_allclose([made.mean for made in outcome.maps if made.mean == made.mean], usual[0], rtol=1e-6)
    assert {made.unit for made in outcome.maps} == {usual[1]}


def test_a_study_is_told_of_a_series_in_several_units(tmp_path):
    for day in range(1, 4):
        tif(tmp_path / "coarse" / f"sm_2023050{day}.tif", TRUE, "m3 m-3")
        tif(tmp_path / "covariates" / "lst" / f"lst_2023050{day}.tif", TRUE + 290, "K" if day > 1 else "degC")
    study = create_study(tmp_path / "s.json", tmp_path / "coarse", tmp_path / "covariates")
    told = [finding.text for finding in check_study(study).findings if finding.about == "lst"]
    assert any("several units: K (2 rasters), degC (1 raster)" in text for text in told)


@pytest.mark.parametrize(("unit", "value"), [("kg m-2 s-1", 1 / 86_400), ("mm h-1", 1 / 24), ("mm d-1", 1), ("mm", 1)])
def test_sums_of_rates_are_amounts(tmp_path, unit, value):
    for day in range(1, 4):
        tif(tmp_path / "in" / f"rain_2023050{day}.tif", np.full((4, 5), value), unit)
    made = accumulate_series(tmp_path / "in", tmp_path / "out").maps[-1]
    assert made.mean == pytest.approx(3, rel=1e-5)
    assert made.unit == ("kg m-2" if "kg" in unit else "mm")


def test_an_elevation_in_feet(tmp_path):
    pytest.importorskip("whitebox_workflows")
    ramp = np.tile(np.arange(20.0) * 100, (20, 1))  # 45 degrees
    outcome = terrain_attributes(tif(tmp_path / "dem.tif", ramp / 0.3048, "ft", size=100), tmp_path / "out")
    (slope,) = [made for made in outcome.maps if made.name == "slope"]
    assert read(slope)[10, 10] == pytest.approx(45, abs=0.5)


def test_complex_numbers_are_refused(tmp_path):
    path = tmp_path / "slc.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=2, height=2, count=1, dtype="complex64", crs="EPSG:32633",
        transform=Affine(10, 0, 0, 0, -10, 0),
    ) as file:  # fmt: skip
        file.write(np.full((1, 2, 2), 3 + 4j, "complex64"))
    with pytest.raises(InputError, match=r"slc\.tif holds complex numbers.*amplitude"):
        open_raster(path)


@pytest.mark.parametrize("said", ["false", "False"])
def test_bytes_that_are_said_to_have_a_sign(tmp_path, said):
    stored = np.full(TRUE.shape, -100, "i1")
    stored[0, 0] = -128
    words = {"_Unsigned": said, "scale_factor": 0.003937, "add_offset": 0.5, "missing_value": np.int8(-128),
             "valid_range": np.array([-127, 127], "i1"), "units": "m3 m-3"}  # fmt: skip
    (made,) = import_grids(netcdf(tmp_path / "sm.nc", {"sm": (stored, words)}), tmp_path / "out").maps
    expected = np.full(TRUE.shape, 0.5 - 0.3937)
    expected[-1, 0] = np.nan
    npt.assert_allclose(read(made), expected, atol=1e-6)


def test_a_reference_system_that_is_given_makes_no_place(tmp_path):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "height": 4, "width": 5}
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(tmp_path / "rain_20230501.tif", "w", **profile) as dataset,
    ):
        dataset.write(np.ones((4, 5), "f4"), 1)
    with pytest.raises(InputError, match="has no place"):
        import_grids(tmp_path / "rain_20230501.tif", tmp_path / "out", GridsOptions(crs="EPSG:3035"))
