# SPDX-License-Identifier: GPL-2.0-or-later
"""What imports make of real files is not suspected of a wrong unit."""

import numpy as np
import pytest

from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.modis.files import reads_hdf4
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import Era5LandOptions, GridsOptions, ModisOptions
from soilsharp.core.products.smap.smap import import_smap
from soilsharp.core.rasters.open import grid_of
from soilsharp.core.study.check import check_study
from soilsharp.core.study.recognise import covariates_in
from soilsharp.core.study.study import Study
from soilsharp.core.study.table import unit_problems

MODIS = {
    "reflectance": "MOD09A1.A2017193.h18v04.006.2017202035302.hdf",
    "lst_day": "MOD11B2.A2017001.h14v04.006.2017013155631.hdf",
}


def assert_units_are_told_and_right(outcome):
    folder = outcome.folder
    found = covariates_in(folder.parent, folder.parent)
    grid = grid_of(next(iter(found.values())).sample)
    entries = {name: one.entry for name, one in found.items()}
    study = Study("real", grid, outcome.days[0], outcome.days[-1], entries, folder=folder.parent)
    check = check_study(study)
    assert len(check.covariates) == len(found)
    assert np.isfinite(check.covariates["mean"]).all()
    assert not check.covariates["unit"].str.endswith("?").any()
    assert list(unit_problems(study, check.covariates)) == []


@pytest.mark.parametrize("name", ["SMAP_L3_SM_P", "SMAP_L3_SM_P_E"])
def test_smap(real_data, tmp_path, name):
    source = real_data / "smap_wa_2020" / f"{name}_20200101_WA_REPACKED.h5"
    assert_units_are_told_and_right(import_smap(source, tmp_path / "made" / "sm"))


@pytest.mark.parametrize("statistic", ["auto", "max"])
def test_hours_of_era5(real_data, tmp_path, statistic):
    source = real_data / "smap_wa_2020" / "ERA5_Western-Australia_20200101_20200128.nc"
    made = import_era5land(source, tmp_path / "made" / "swvl1", Era5LandOptions(statistic=statistic))
    assert_units_are_told_and_right(made)


@pytest.mark.parametrize("variable", MODIS)
def test_granules_of_modis(real_data, tmp_path, variable):
    if not reads_hdf4():
        pytest.skip("this GDAL does not read HDF4")
    source = real_data / "modis_hdf" / MODIS[variable]
    assert_units_are_told_and_right(import_modis(source, tmp_path / "made" / "x", ModisOptions(variable=variable)))


@pytest.mark.parametrize("variable", ["SoilMoi0_10cm_inst", "SoilMoi10_40cm_inst"])
def test_gldas(real_data, tmp_path, variable):
    (source,) = (real_data / "gldas_noah025").glob("*.nc4")
    made = import_grids(source, tmp_path / "made" / variable, GridsOptions(variable=variable))
    assert_units_are_told_and_right(made)


@pytest.mark.parametrize("pattern", ["ESACCI*20160608*.nc", "C3S*DAILY*.nc"])
def test_satellite_soil_moisture(real_data, tmp_path, pattern):
    (source,) = (real_data / "esacci_c3s_sm").glob(pattern)
    assert_units_are_told_and_right(import_grids(source, tmp_path / "made" / "sm"))
