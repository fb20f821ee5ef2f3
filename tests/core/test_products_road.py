# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole road: a region as delivered products, each import, and a study that equals the one built directly."""

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.create_study import create_study
from soilsharp.core.grid import Grid
from soilsharp.core.products.era5land import import_era5land
from soilsharp.core.products.ismn import import_ismn
from soilsharp.core.products.modis import import_modis
from soilsharp.core.products.settings import ModisOptions
from soilsharp.core.products.smap import import_smap
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.raster import aligned
from soilsharp.core.sample_region import RegionOptions, create_sample_region
from soilsharp.core.study import Study

pytest.importorskip("h5py", reason="granules of SMAP are HDF5")
pytest.importorskip("ismn", reason="reads archives of the ISMN")
OPTIONS = RegionOptions(size_km=36, days=18, n_stations=12, products=True)
# by how much packing may move a value: name as delivered, its name in the direct study, step of the numbers stored
COVARIATES = {
    "elevation": ("elevation", 0.0),
    "sand_0-5cm": ("sand", 0.1),
    "clay_0-5cm": ("clay", 0.1),
    "ndvi": ("ndvi", 1e-4),
    "lst": ("lst", 0.02),
    "tp": ("rain", 3e-3),
    "tp_10d": ("rain_10d", 1e-2),
    "t2m": ("temperature", 1e-3),
}


@pytest.fixture(scope="module")
def direct(tmp_path_factory):
    """Return the region; its study is the direct one."""
    return create_sample_region(tmp_path_factory.mktemp("region"), OPTIONS, seed=1)


@pytest.fixture(scope="module")
def delivered(direct, tmp_path_factory):
    """Return the study that the imports of the downloads make."""
    made, downloads = tmp_path_factory.mktemp("made"), direct.downloads
    area = Grid.of(downloads / "dem" / "elevation.tif")
    import_smap(downloads / "smap", made / "coarse", area=area)
    middle = ModisOptions(date="middle")
    import_modis(downloads / "modis" / "MOD13*", made / "covariates" / "ndvi", middle, area=area)
    import_modis(downloads / "modis" / "MOD11*", made / "covariates" / "lst", area=area)
    import_era5land(downloads / "era5land", made / "covariates", area=area)
    import_static(downloads / "soilgrids", made / "covariates", area=area)
    import_static(downloads / "dem", made / "covariates", area=area)
    import_ismn(next((downloads / "ismn").glob("*.zip")), area=area).write(made / "stations.csv")
    rules = "tp_10d = tp: sum_before 10"
    words = {"grid": area, "rules": rules, "stations": made / "stations.csv"}
    return create_study(made / "study.json", made / "coarse", made / "covariates", **words)


def features(study, name):
    """Return a covariate on all pixels and days, (days, rows, columns)."""
    return np.stack([day[0].copy() for day in study.features([name], study.days, study.grid.whole)])


@pytest.mark.parametrize("name", COVARIATES)
def test_covariates_are_those_of_the_direct_study(direct, delivered, name):
    own, step = COVARIATES[name]
    expected, got = features(Study.read(direct.study), own), features(delivered, name)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    assert np.isfinite(expected).mean() > 0.9
    np.testing.assert_allclose(got, expected, rtol=0, atol=step / 2 + 1e-5)


def test_coarse_values_are_those_of_the_direct_study(direct, delivered):
    study = Study.read(direct.study)
    series, expected = delivered.coarse_series, study.coarse_series
    np.testing.assert_array_equal(series.days, expected.days)
    for a, b in zip(series.sources, expected.sources):
        with aligned(a, study.grid) as got, aligned(b, study.grid) as right:
            np.testing.assert_array_equal(got.read(), right.read())


def test_stations_are_those_of_the_direct_study(direct, delivered):
    keys = ["station", "date"]
    got, expected = delivered.stations(), Study.read(direct.study).stations()
    np.testing.assert_allclose(got.places.to_numpy(), expected.places.loc[got.places.index].to_numpy(), atol=1e-5)
    got, expected = (
        s.values.sort_values(keys).reset_index(drop=True)[[*keys, "soil_moisture"]] for s in (got, expected)
    )
    pd.testing.assert_frame_equal(got, expected, check_exact=False, rtol=0, atol=1e-4)
