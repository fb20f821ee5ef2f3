# SPDX-License-Identifier: GPL-2.0-or-later
"""What every import makes passes the check of a study without a word against its units; what is wrong does not."""

import re

import numpy as np
import pytest
import rasterio
from scipy.io import netcdf_file

from soilsharp.core.base.errors import InputError
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.modis.files import SINUSOIDAL, TILE
from soilsharp.core.products.modis.layers import PRODUCTS as MODIS_PRODUCTS
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import Era5LandOptions, GridsOptions, ModisOptions
from soilsharp.core.products.soilgrids import PROPERTIES, import_static
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.sample_formats.era5land import running_sums, write_hours
from soilsharp.core.sample_formats.soilgrids import write_layer
from soilsharp.core.study.check import check_study
from soilsharp.core.study.create import create_study
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.study.table import unit_problems
from soilsharp.core.units import name_of, parse

DAYS = np.arange(np.datetime64("2023-05-01"), np.datetime64("2023-05-05"))
HOURS = np.datetime64("2023-05-01T00", "h") + np.arange(24 * len(DAYS) + 1)
GRID = Grid.from_bounds(WGS84, 0.1, (20.0, 59.0, 20.8, 59.6))
LON, LAT = GRID.centres()
# least and greatest of an hour in ECMWF's units, of a northern spring: frost, sun, and water that goes up (negative)
ERA5 = {
    "tp": (0, 2e-3), "e": (-3e-4, 1e-5), "pev": (-9e-4, 1e-5), "ssr": (0, 2.5e6), "ssrd": (0, 3e6), "t2m": (255, 305),
    "skt": (250, 315), "stl1": (268, 298), "swvl1": (0.05, 0.55), "swvl2": (0.1, 0.5), "lai_hv": (0, 6),
    "lai_lv": (0, 4),
}  # fmt: skip
SUMS = ("tp", "e", "pev", "ssr", "ssrd")
USUAL = {"bdod": (0.2, 1.6), "phh2o": (4.0, 8.5), "cec": (5, 60), "cfvo": (0, 60), "soc": (5, 400), "ocd": (5, 60),
         "ocs": (1, 30), "nitrogen": (0.3, 20), "wv0010": (0.1, 0.6), "wv0033": (0.05, 0.5),
         "wv1500": (0.02, 0.3)}  # fmt: skip


def field(low, high, shape=GRID.shape, seed=0):
    """Return values over the whole of a range."""
    return np.random.default_rng(seed).permutation(np.linspace(low, high, int(np.prod(shape)))).reshape(shape)


def checked(folder, coarse=None):
    """Return the look at a study of all that lies in a folder."""
    if coarse is None:
        coarse = folder.parent / "coarse"
        for day in DAYS:
            name = f"sm_{str(day).replace('-', '')}.tif"
            write_map(coarse / name, field(0.05, 0.5).astype("float32"), GRID)
    study = create_study(folder.parent / "study.json", coarse, folder)
    return check_study(study)


def assert_units_are_told_and_right(check):
    units = check.covariates.set_index("covariate")["unit"]
    assert not units.str.endswith("?").any(), units
    assert list(unit_problems(check.study, check.covariates)) == []
    assert [finding.text for finding in check.findings if "lies between" in finding.text] == []


@pytest.fixture(scope="module")
def hours(tmp_path_factory):
    """Return a file of ERA5-Land with everything that the sample format can write."""
    path = tmp_path_factory.mktemp("era") / "era5land.nc"
    values = {}
    for i, (name, (low, high)) in enumerate(ERA5.items()):
        amounts = field(low, high, (len(HOURS), *GRID.shape), seed=i)
        values[name] = running_sums(amounts, HOURS) if name in SUMS else amounts
    write_hours(path, HOURS, LON, LAT, values, packed=False)
    return path


@pytest.mark.parametrize(
    "options",
    [
        Era5LandOptions(),
        Era5LandOptions(celsius=True),
        Era5LandOptions(celsius=True, statistic="min"),
        Era5LandOptions(statistic="mean"),
        Era5LandOptions(statistic="max"),
        Era5LandOptions(statistic="sum"),
        Era5LandOptions(statistic="value at hour", hour=6, celsius=True),
        Era5LandOptions(statistic="sum before", hours=24, hour=6),
    ],
    ids=lambda options: f"{options.statistic} {'degC' if options.celsius else 'K'}",
)
def test_era5land(hours, tmp_path, options):
    import_era5land(hours, tmp_path / "made", options)
    assert_units_are_told_and_right(checked(tmp_path / "made"))


def test_soilgrids_with_all_its_properties(tmp_path):
    for name in PROPERTIES:
        write_layer(tmp_path / "raw", name, "0-5cm", field(*USUAL.get(name, (1, 98))), GRID, 0.05)
    import_static(tmp_path / "raw", tmp_path / "made")
    assert_units_are_told_and_right(checked(tmp_path / "made"))


@pytest.mark.parametrize(
    ("product", "layer", "scale", "fill", "low", "high"),
    [
        ("MOD11A1.061", "LST_Day_1km", 0.02, 0, 245, 325),
        ("MOD13A2.061", "_1_km_16_days_NDVI", 1e-4, -3000, -0.2, 0.95),
        ("MOD13A2.061", "_1_km_16_days_EVI", 1e-4, -3000, -0.2, 0.9), ("MOD15A2H.061", "Lai_500m", 0.1, 255, 0, 7),
        ("MOD15A2H.061", "Fpar_500m", 0.01, 255, 0, 1), ("MOD16A2.061", "ET_500m", 0.1, 32767, 0, 50),
        ("MOD16A2.061", "PET_500m", 0.1, 32767, 5, 90), ("MOD09A1.061", "sur_refl_b02", 1e-4, -28672, 0, 0.8),
        ("MCD43A3.061", "Albedo_WSA_shortwave", 0.001, 32767, 0.05, 0.9),
    ],
)  # fmt: skip
def test_modis(tmp_path, product, layer, scale, fill, low, high):
    cell = TILE / 2400
    grid = Grid.from_bounds(SINUSOIDAL, cell, (2 * cell, 4 * TILE, 22 * cell, 4 * TILE + 16 * cell))
    stored = np.round(field(low, high, grid.shape) / scale)
    profile = {"driver": "GTiff", "count": 1, "dtype": "int32", "nodata": fill, "crs": grid.crs,
               "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1]}  # fmt: skip
    (tmp_path / "raw").mkdir()
    with rasterio.open(tmp_path / "raw" / f"{product}_{layer}_doy2023121_aid0001.tif", "w", **profile) as dataset:
        dataset.write(stored.astype("int32"), 1)
    wanted = re.search(r"lst_day|ndvi|evi|lai|fpar|pet|et|sur_refl|albedo", layer.lower())[0]
    variable = {"fpar": "fapar", "sur_refl": "reflectance"}.get(wanted, wanted)
    made = import_modis(tmp_path / "raw", tmp_path / "made", ModisOptions(variable=variable, quality="any"))
    assert made.maps
    write_map(tmp_path / "coarse" / "sm_20230501.tif", field(0.05, 0.5, grid.shape).astype("float32"), grid)
    assert_units_are_told_and_right(checked(tmp_path / "made", tmp_path / "coarse"))


def test_every_layer_of_modis_is_in_a_known_unit():
    units = {layer.unit for product in MODIS_PRODUCTS for layer in product.layers}
    assert {unit for unit in units if name_of(unit) != unit or not parse(unit)} == {"class"}


@pytest.mark.parametrize(
    ("name", "unit", "low", "high"),
    [("precip", "mm/day", 0, 80), ("Rainf_f_tavg", "kg m-2 s-1", 0, 6e-4), ("precipitation", "mm/hr", 0, 8),
     ("sm", "m3 m-3", 0.03, 0.5), ("soil_moisture", "percent", 3, 55), ("t2m", "degrees_Celsius", -25, 35),
     ("SoilMoi0_10cm_inst", "kg m-2", 4, 45), ("AvgSurfT_inst", "K", 240, 320)],
)  # fmt: skip
def test_grids(tmp_path, name, unit, low, high):
    (tmp_path / "raw").mkdir()
    with netcdf_file(tmp_path / "raw" / "all.nc", "w", version=2) as file:
        axes = {"time": (np.arange(len(DAYS)), "days since 2023-05-01"), "latitude": (LAT, "degrees_north"),
                "longitude": (LON, "degrees_east")}  # fmt: skip
        for axis, (values, words) in axes.items():
            file.createDimension(axis, len(values))
            variable = file.createVariable(axis, "f8", (axis,))
            variable[:] = values
            variable.units = words
        variable = file.createVariable(name, "f4", tuple(axes))
        variable[:] = field(low, high, (len(DAYS), *GRID.shape)).astype("f4")
        variable.units = unit
    # Samples keep the name soil_moisture for themselves, and a covariate is called like its folder.
    import_grids(tmp_path / "raw", tmp_path / "made" / f"{name.lower()}_map", GridsOptions(variable=name))
    assert_units_are_told_and_right(checked(tmp_path / "made"))


# --- what a file declares ---------------------------------------------------------------------------------------------


def told(tmp_path, name, declared, low, high, **entry):
    """Return what is said of a covariate whose file declares a unit."""
    write_map(tmp_path / f"{name}.tif", field(low, high).astype("float32"), GRID, unit=declared)
    entries = {name: RasterEntry(file=f"{name}.tif", **entry)}
    study = Study("s", GRID, DAYS[0], DAYS[-1], entries, folder=tmp_path)
    check = check_study(study)
    return [text for _, text in unit_problems(study, check.covariates)]


@pytest.mark.parametrize(
    ("name", "unit", "low", "high"),
    [("t2m", "degC", -30, 30), ("t2m", "celsius", -30, 30), ("tp", "m", 0, 0.03), ("tp", "kg m-2 s-1", 0, 3e-4),
     ("sand", "g/kg", 100, 900), ("clay", "percent", 2, 60), ("sm", "%", 5, 60), ("ndvi", "%", -20, 90),
     ("t2m", "K h", 6000, 7000), ("bdod", "kg m-3", 300, 1600), ("aspect", "1", 0, 359)],
)  # fmt: skip
def test_what_fits_the_unit_that_its_file_declares_is_right(tmp_path, name, unit, low, high):
    assert told(tmp_path, name, unit, low, high) == []


def test_what_does_not_fit_the_declared_unit_is_told_in_that_unit(tmp_path):
    (text,) = told(tmp_path, "t2m", "degC", 250, 300)
    assert "air temperature lies between -83.15 and 61.85 °C" in text
    assert '"offset": -273.15' in text
    (text,) = told(tmp_path, "tp", "m", 0, 30)
    assert '"scale": 0.001' in text
    (text,) = told(tmp_path, "ndvi", "1", -1000, 9000)
    assert '"scale": 0.0001' in text


def test_a_unit_or_a_scale_of_the_study_counts_before_that_of_the_file(tmp_path):
    assert told(tmp_path, "t2m", "K", -30, 30, unit="degC") == []
    assert told(tmp_path, "lst", "1", 13000, 15500, scale=0.02, unit="K") == []
    # scaled in the study, values are no longer in the unit of the file
    assert told(tmp_path, "tp", "m", 0, 0.03, scale=1000) == []


@pytest.mark.parametrize(("unit", "factor"), [("percent", 0.01), ("%", 0.01), ("m3/m3", 1.0), ("1", 1.0), ("", 1.0)])
def test_the_coarse_product_comes_in_our_unit_however_its_own_is_written(tmp_path, unit, factor):
    write_map(tmp_path / "sm_20230501.tif", field(0.1, 0.4).astype("float32") / np.float32(factor), GRID, unit=unit)
    coarse = RasterEntry(file="sm_20230501.tif", unit=unit, rule="same_day")
    study = Study("s", GRID, DAYS[0], DAYS[-1], {}, coarse, folder=tmp_path)
    values = read_on(study.coarse_series.sources[0], GRID)
    np.testing.assert_allclose(values, field(0.1, 0.4), rtol=1e-6)


def test_a_coarse_product_in_another_unit_is_refused():
    with pytest.raises(InputError, match="Soil moisture cannot be in 'K'; its unit must be m3 m-3 or percent"):
        Study("s", GRID, DAYS[0], DAYS[-1], {}, RasterEntry(file="a.tif", unit="K"))
