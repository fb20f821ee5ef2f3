# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole road: a region as delivered products, each import, and a study that equals the one built directly."""

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import IsmnImport, ModisOptions, SmapOptions
from soilsharp.core.products.smap.smap import import_smap
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.products.stations.ismn import import_ismn
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.raster import aligned, read_on
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.check import check_study
from soilsharp.core.study.create import create_study
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.study.table import unit_problems
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

pytest.importorskip("h5py", reason="granules of SMAP are HDF5")
pytest.importorskip("ismn", reason="reads archives of the ISMN")
OPTIONS = RegionOptions(size_km=36, days=16, n_stations=12, products=True)
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
    area = Study.read(direct.study).grid
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


def test_no_product_is_suspected_of_a_wrong_unit(delivered):
    check = check_study(delivered)
    assert list(check.covariates["covariate"]) == [COARSE, *delivered.covariates]
    assert not check.covariates["unit"].str.endswith("?").any()
    assert list(unit_problems(delivered, check.covariates)) == []


def features(study, name):
    """Return a covariate on all pixels and days, (days, rows, columns)."""
    return np.stack([day[0] for day in study.features([name], study.days, study.grid.whole)])


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


def test_a_model_of_the_products_makes_nearly_the_same_maps(direct, delivered, tmp_path):
    maps = []
    for study in (Study.read(direct.study), delivered):
        model = train(sample_coarse(study), Recipe.of("linear"), folds=FoldOptions(n_folds=0))
        downscale_series(study, model, tmp_path / study.name, first=study.last)
        maps.append(read_on(Source(str(next((tmp_path / study.name).glob("*.tif")))), study.grid))
    right, got = maps
    assert np.isfinite(right).mean() > 0.9
    assert np.nanstd(right) > 0.02
    np.testing.assert_allclose(got, right, rtol=0, atol=1e-3)


def test_flags_matter(direct, delivered, tmp_path):
    """Who does not look at the flags takes in values, and they are wrong."""
    downloads, area = direct.downloads, delivered.grid
    import_smap(downloads / "smap", tmp_path / "sm", SmapOptions(quality="any", frozen=False), area=area)
    import_modis(
        downloads / "modis" / "MOD13*", tmp_path / "ndvi", ModisOptions("ndvi", "any", date="middle"), area=area
    )
    import_ismn(next((downloads / "ismn").glob("*.zip")), IsmnImport(flags="all")).write(tmp_path / "stations.csv")
    careful = {"sm": "coarse", "ndvi": "covariates/ndvi"}
    for name, folder in careful.items():
        more = off = 0
        for path in (tmp_path / name).glob("*.tif"):
            good = next((delivered.folder / folder).glob(f"*{path.name[-12:]}"))
            all_, kept = (read_on(Source(str(p)), grid_of(p)) for p in (path, good))
            more += (np.isfinite(all_) & np.isnan(kept)).sum()
            off += (all_ != kept)[np.isfinite(kept)].sum()
        assert more > 5, name
        assert off == 0, name
    readings = [pd.read_csv(p)["soil_moisture"] for p in (tmp_path / "stations.csv", delivered.folder / "stations.csv")]
    assert (readings[0] - readings[1]).abs().max() > 0.01
