# SPDX-License-Identifier: GPL-2.0-or-later
"""A year of 16-day NDVI of MODIS (MOD13A1, 2016, Lombardy) to a map every day, with the age of what it rests on.

The composites of days 337 and 353 are delivered as decimals, the others as whole numbers of 1/10,000.
"""

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.interpolate_series import interpolate_series
from soilsharp.core.preprocessing.settings import InterpolateOptions

SCALE = 1e-4
LAST = np.datetime64("2016-12-31")


@pytest.fixture(scope="module")
def composites(real_data):
    """Return the delivered rasters by day of the year, NaN where they say 32767."""
    found = {}
    for path in sorted((real_data / "modis_hdf" / "MOD13A1_NDVI_2016").glob("*.tif")):
        with rasterio.open(path) as dataset:
            values = dataset.read(1).astype(float)
            scale = 1 if dataset.dtypes[0] == "float32" else SCALE
        found[int(path.stem[-3:])] = np.where(values == 32767, np.nan, values * scale)
    return found


@pytest.fixture(scope="module")
def made(real_data, tmp_path_factory):
    """Return the maps and ages of all days, the outcome, and what was warned of."""
    folder = tmp_path_factory.mktemp("ndvi")
    source = real_data / "modis_hdf" / "MOD13A1_NDVI_2016"
    warned = []
    outcome = interpolate_series(
        source, folder / "daily", InterpolateOptions(scale=SCALE), ages_folder=folder / "ages", last=LAST,
        progress=Progress(warn=warned.append),
    )  # fmt: skip
    return _stack(folder / "daily"), _stack(folder / "ages"), outcome, warned


def _stack(folder):
    paths = sorted(folder.glob("*.tif"))
    return np.stack([rasterio.open(path).read(1) for path in paths])


def test_every_day_of_the_year_has_a_map_on_the_grid_as_delivered(made, real_data):
    daily, ages, outcome, warned = made
    assert daily.shape == ages.shape == (366, 122, 65)
    assert not outcome.refused
    assert len(warned) == 1
    assert "2 of 23 decimals: MOD13A1_NDVI_2016_337.tif, MOD13A1_NDVI_2016_353.tif" in warned[0]
    assert -0.2001 < np.nanmin(daily) < np.nanmax(daily) <= 1
    first, last = outcome.maps[0], outcome.maps[-1]
    assert (first.path.name, last.path.name) == ("MOD13A1_NDVI_20160101.tif", "MOD13A1_NDVI_20161231.tif")
    delivered = real_data / "modis_hdf" / "MOD13A1_NDVI_2016" / "MOD13A1_NDVI_2016_001.tif"
    with rasterio.open(delivered) as a, rasterio.open(first.path) as b:
        assert a.transform.almost_equals(b.transform, 1e-6)
        assert a.crs == b.crs


def test_days_of_composites_are_met_exactly(made, composites):
    daily, ages, *_ = made
    for day, values in composites.items():
        known = np.isfinite(values)
        np.testing.assert_allclose(daily[day - 1][known], values[known], rtol=1e-6, err_msg=str(day))
        assert (ages[day - 1][known] == 0).all()


def test_no_value_is_further_than_eight_days_from_an_observation_of_its_own(made, composites):
    daily, ages, *_ = made
    always = np.isfinite(np.stack(list(composites.values()))).all(0)
    assert always.mean() > 0.9
    inside = ages[:353][:, always]  # up to the last composite
    assert (inside.min(), inside.max()) == (0, 8)
    # every run between two composites is 0, 1, ..., 8, ..., 1
    run = [*range(8), *range(8, 0, -1)]
    np.testing.assert_array_equal(inside[:352, 0], run * 22)
    # beyond the last one the value is held and ages
    np.testing.assert_array_equal(ages[352:, always][:, 0], range(14))
    np.testing.assert_array_equal(daily[365][always], daily[352][always])


def test_one_pixel_by_hand(made):
    daily, ages, *_ = made
    row, column = 60, 30
    # delivered 0.8166 on day 161 and 0.8277 on day 177: day 166 is five of the sixteen days on the way
    assert daily[165, row, column] == pytest.approx(0.8166 + 5 / 16 * (0.8277 - 0.8166), rel=1e-6)
    assert ages[165, row, column] == 5
    # delivered 5456 on day 321 and 0.587200 on day 337: the middle
    assert daily[328, row, column] == pytest.approx((0.5456 + 0.5872) / 2, rel=1e-6)
    assert ages[328, row, column] == 8


def test_curves_keep_near_the_composites_and_are_smoother(real_data, tmp_path, made, composites):
    lines = made[0]
    source = real_data / "modis_hdf" / "MOD13A1_NDVI_2016"
    observed = np.stack(list(composites.values()))
    at = np.array(list(composites)) - 1
    rough = np.nanmean(np.abs(np.diff(lines, n=2, axis=0)))
    for method in ("whittaker", "savitzky_golay"):
        options = InterpolateOptions(method=method, scale=SCALE)
        interpolate_series(source, tmp_path / method, options, last=LAST)
        curve = _stack(tmp_path / method)
        assert np.nanmean(np.abs(np.diff(curve, n=2, axis=0))) < 0.7 * rough
        assert np.sqrt(np.nanmean((curve[at] - observed) ** 2)) < 0.08
        assert np.array_equal(np.isfinite(curve), np.isfinite(lines))
