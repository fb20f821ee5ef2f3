# SPDX-License-Identifier: GPL-2.0-or-later
"""Indices of a real MOD09A1 granule, from the delivered file to the map, against the raw numbers by hand."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.preprocessing.settings import SpectralOptions
from soilsharp.core.preprocessing.spectral_indices import spectral_indices
from soilsharp.core.products.modis.files import reads_hdf4
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import ModisOptions

GRANULE = "MOD09A1.A2017193.h18v04.006.2017202035302.hdf"


@pytest.fixture(scope="module")
def raw(real_data):
    """Return the stored numbers of the bands by their number, float, NaN where the file says so."""
    if not reads_hdf4():
        pytest.skip("this GDAL does not read HDF4")
    path, found = real_data / "modis_hdf" / GRANULE, {}
    for band in range(1, 8):
        name = f"HDF4_EOS:EOS_GRID:{path}:MOD_Grid_500m_Surface_Reflectance_463:sur_refl_b0{band}"
        with rasterio.open(name) as dataset:
            values = dataset.read(1).astype(float)
            found[band] = np.where((values == dataset.nodata) | (values < -100) | (values > 16000), np.nan, values)
    return found


@pytest.fixture(scope="module")
def outcome(raw, real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("indices")
    options = ModisOptions(variable="reflectance", quality="any")
    import_modis(real_data / "modis_hdf" / GRANULE, folder / "bands", options)
    chosen = SpectralOptions(indices="ndvi,evi,ndwi,lswi,nsdsi")
    return spectral_indices(folder / "bands", folder / "out", chosen)


def read(outcome, name):
    made = next(m for m in outcome.maps if m.name == name)
    with rasterio.open(made.path) as dataset:
        return dataset.read(1)


def test_the_day_is_that_of_the_granule(outcome):
    assert [str(d) for d in outcome.days] == ["2017-07-12"]  # A2017193
    assert len(outcome.maps) == 5


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("ndvi", lambda b: (b[2] - b[1]) / (b[2] + b[1])),
        ("evi", lambda b: 2.5 * (b[2] - b[1]) / (b[2] + 6 * b[1] - 7.5 * b[3] + 10000)),
        ("ndwi", lambda b: (b[4] - b[2]) / (b[4] + b[2])),
        ("lswi", lambda b: (b[2] - b[6]) / (b[2] + b[6])),
        ("nsdsi", lambda b: (b[6] - b[7]) / b[6]),
    ],
)
def test_values_are_those_of_the_raw_numbers(outcome, raw, name, by_hand):
    found = read(outcome, name)
    with np.errstate(all="ignore"):
        expected = by_hand(raw)
    expected = np.where(np.abs(expected) <= 1, expected, np.nan)
    assert found.shape == raw[1].shape
    assert np.isfinite(expected).mean() > 0.9
    npt.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    npt.assert_allclose(found, expected, atol=2e-5)


def test_lombardy_in_july_is_green(outcome):
    ndvi = read(outcome, "ndvi")
    assert 0.5 < np.nanmedian(ndvi) < 0.9
