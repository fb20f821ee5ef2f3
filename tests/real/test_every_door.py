# SPDX-License-Identifier: GPL-2.0-or-later
"""Every real file goes in through one of the doors: none is forgotten, and all give maps or stations."""

import fnmatch
from pathlib import Path

import numpy as np
import pytest

from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import (
    GridsOptions,
    IsmnImport,
    ModisOptions,
    SmapOptions,
    StaticOptions,
    TableImport,
    UscrnImport,
)
from soilsharp.core.products.smap.smap import import_smap
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.products.stations.ismn import import_ismn
from soilsharp.core.products.stations.tables import import_station_table
from soilsharp.core.products.stations.uscrn import import_uscrn

# which files, by their path in the folder of real data, through which door, and how many days or stations come out
MAPS = (
    ("smap_wa_2020/SMAP_L3_SM_P_2*.h5", lambda f, out: import_smap(f, out), 1),
    ("smap_wa_2020/SMAP_L3_SM_P_E_*.h5", lambda f, out: import_smap(f, out), 1),
    ("smap_wa_2020/raw_smap_l3_36km/*.nc", lambda f, out: import_smap(f, out, SmapOptions(overpass="mean")), 30),
    ("smap_wa_2020/raw_smap_l3e_9km/*.nc", lambda f, out: import_smap(f, out, SmapOptions(overpass="mean")), 30),
    ("smap_wa_2020/ERA5_*.nc", lambda f, out: import_era5land(f, out), 31),
    ("smap_wa_2020/tif/ERA5Land_*.tif", lambda f, out: import_grids(f, out), 8),
    ("smap_wa_2020/tif/SMAP_L3_36km_*.tif", lambda f, out: import_grids(f, out), 8),
    ("smap_wa_2020/tif/SMAP_L3E_*.tif", lambda f, out: import_grids(f, out), 8),
    ("krigr_norway/CentralNorway.nc", lambda f, out: import_era5land(f, out), 5),
    ("krigr_norway/Covariates_Train.nc", lambda f, out: import_static(f, out), 0),
    ("krigr_norway/Covariates_Target.nc", lambda f, out: import_static(f, out), 0),
    # its "time" numbers bioclimatic layers: what is wanted is a band, 12 being mean soil water
    ("krigr_norway/CN_BC.nc", lambda f, out: import_static(f, out, StaticOptions(band=12, name="soil_water")), 0),
    ("modis_hdf/MOD09A1.*.hdf", lambda f, out: import_modis(f, out, ModisOptions(variable="reflectance")), 1),
    # Antarctica: snow, which no stricter choice lets pass
    ("modis_hdf/MOD09GA.*.hdf", lambda f, out: import_modis(f, out, ModisOptions("reflectance", quality="any")), 1),
    ("modis_hdf/MOD11B2.*.hdf", lambda f, out: import_modis(f, out), 1),
    ("modis_hdf/MOD13A1_NDVI_2016/*.tif", lambda f, out: import_modis(f, out), 23),
    ("smap_geotiff_nasa/SMAP_L3_*.tif", lambda f, out: import_smap(f, out), 1),
    ("smap_geotiff_nasa/SMAP_L4_*.tif", lambda f, out: import_smap(f, out, SmapOptions(depth="root_zone")), 3),
    ("smap_geotiff_nasa/NDVI_resamp_*.tif", lambda f, out: import_grids(f, out), 4),
    ("smap_geotiff_nasa/SMAP_SM.tif", lambda f, out: import_static(f, out), 0),
    ("smap_geotiff_nasa/aridity_36km.tif", lambda f, out: import_static(f, out), 0),
    ("esacci_c3s_sm/ESACCI*fv05.2.nc", lambda f, out: import_grids(f, out, GridsOptions(variable="sm")), 2),
    ("esacci_c3s_sm/ESACCI*fv04.2.nc", lambda f, out: import_grids(f, out, GridsOptions(variable="sm")), 1),
    ("esacci_c3s_sm/C3S*DAILY*.nc", lambda f, out: import_grids(f, out), 1),
    ("esacci_c3s_sm/C3S*MONTHLY*.nc", lambda f, out: import_grids(f, out), 1),
    ("gldas_noah025/GLDAS*.nc4", lambda f, out: import_grids(f, out), 1),
)
ALL_FLAGS = IsmnImport(flags="all", max_depth_difference_m=0.2)
STATIONS = (
    ("ismn_archives/ceop_*.zip", lambda f: import_ismn(f, ALL_FLAGS), 2),
    ("ismn_archives/header__*.zip", lambda f: import_ismn(f, ALL_FLAGS), 2),
    ("ismn_archives/multinetwork*.zip", lambda f: import_ismn(f, ALL_FLAGS), 8),
    ("uscrn_2020/*.csv.gz", lambda f: import_uscrn(f, UscrnImport()), 111),
    ("smap_geotiff_nasa/CRND*.txt", lambda f: import_uscrn(f, UscrnImport()), 1),
    ("poland_s1_fields/*.csv", lambda f: import_station_table(f, TableImport()), 595),
)
# no product: words on the data, results of a validation, and layouts without soil moisture, which other tests use
OTHERS = ("*README*", "*LICENSE*", "*HEADERS.txt", "*.xml", "qa4sm_results/*", "smap_h5_layout/*")


@pytest.mark.parametrize(("pattern", "door", "days"), MAPS, ids=[row[0] for row in MAPS])
def test_maps(real_data, tmp_path, pattern, door, days):
    outcome = door(str(real_data / pattern), tmp_path / "out")
    assert len(outcome.days) == days
    assert len(outcome.maps) >= max(1, days)
    assert np.nanmax([made.known for made in outcome.maps]) > 0


@pytest.mark.parametrize(("pattern", "door", "stations"), STATIONS, ids=[row[0] for row in STATIONS])
def test_stations(real_data, pattern, door, stations):
    (path,) = real_data.glob(pattern)
    assert len(door(path).places) == stations


def test_no_file_is_forgotten(real_data):
    known = [row[0] for row in (*MAPS, *STATIONS)] + list(OTHERS)
    paths = [Path(p).relative_to(real_data).as_posix() for p in real_data.rglob("*") if p.is_file()]
    assert [p for p in paths if not any(fnmatch.fnmatch(p, pattern) for pattern in known)] == []
