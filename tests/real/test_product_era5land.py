# SPDX-License-Identifier: GPL-2.0-or-later
"""Real hours of ERA5-Land over Western Australia, and daily layers over Norway."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.netcdf import cubes
from soilsharp.core.products.settings import Era5LandOptions
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import grid_of

CELLS = ((3, 5), (25, 30), (50, 60))  # row, column


@pytest.fixture(scope="module")
def hours(real_data):
    """Return the file of January 2020, and its hourly values of soil water as GDAL reads them band by band."""
    path = real_data / "smap_wa_2020" / "ERA5_Western-Australia_20200101_20200128.nc"
    cube = next(c for c in cubes(path) if c.name == "swvl1")
    with rasterio.open(cube.address) as dataset:  # while the import takes slices of an array
        values = np.stack([dataset.read(band) for band in range(1, dataset.count + 1)])
    assert cube.times[0] == np.datetime64("2020-01-01T00")
    assert len(values) == len(cube.times) == 744
    return path, values


def read(outcome, day):
    with rasterio.open(next(m.path for m in outcome.maps if str(m.day) == day)) as dataset:
        return dataset.read(1)


def test_daily_means_equal_the_daily_rasters(real_data, hours, tmp_path):
    out = import_era5land(hours[0], tmp_path / "out")
    assert len(out.maps) == 31
    assert {(m.name, m.unit) for m in out.maps} == {("swvl1", "m3 m-3")}
    rasters = sorted((real_data / "smap_wa_2020" / "tif").glob("ERA5Land_swvl1_*.tif"))
    assert len(rasters) == 8
    for path in rasters:
        with rasterio.open(path) as dataset:
            expected = np.where(dataset.read(1) == -9999, np.nan, dataset.read(1))
            grid = Grid.of(dataset)
        made = read(out, path.stem.split("_")[3])
        assert grid.same_as(grid_of(out.maps[0].path))
        npt.assert_allclose(made, expected, atol=2e-7)


@pytest.mark.parametrize("statistic", ["mean", "min", "max", "sum before", "mean before", "value at hour"])
def test_three_cells_by_plain_loops(statistic, hours, tmp_path):
    path, values = hours
    options = Era5LandOptions(statistic=statistic, hour=6, hours=72, time="UTC")
    out = import_era5land(path, tmp_path / "out", options)
    days = [10, 30] if "before" not in statistic else [9, 31]
    for day in days:
        made = read(out, f"2020-01-{day:02d}")
        for row, column in CELLS:
            numbers = []
            if statistic in ("mean", "min", "max"):
                for hour in range(24):
                    numbers.append(float(values[(day - 1) * 24 + hour, row, column]))
            elif statistic == "value at hour":
                numbers.append(float(values[(day - 1) * 24 + 6, row, column]))
            else:
                for back in range(72):
                    numbers.append(float(values[(day - 1) * 24 + 6 - back, row, column]))
            assert len(numbers) in (1, 24, 72)
            if statistic == "min":
                expected = min(numbers)
            elif statistic == "max":
                expected = max(numbers)
            elif statistic == "sum before":
                expected = sum(numbers)
            else:
                expected = sum(numbers) / len(numbers)
            assert made[row, column] == pytest.approx(expected, rel=3e-7)
    if "before" in statistic:
        assert str(out.days[0]) == "2020-01-04"  # three days and six hours of the fourth are needed


def test_the_morning_of_the_sun_is_the_evening_before_in_utc(hours, tmp_path):
    path, values = hours
    area = Grid.from_bounds(WGS84, 0.1, (120, -29, 121, -28))
    out = import_era5land(path, tmp_path / "out", Era5LandOptions(statistic="value at hour", hour=6), area=area)
    with rasterio.open(out.maps[0].path) as dataset:
        row, column = dataset.index(120.55, -28.45)
        x, y = dataset.xy(row, column)
    # 120 to 121 degrees east are eight hours ahead: 06 is 22 UTC of the day before
    expected = values[9 * 24 - 2, round((-27 - y) / 0.1), round((x - 116) / 0.1)]
    assert read(out, "2020-01-10")[row, column] == expected
    assert str(out.days[0]) == "2020-01-02"


def test_daily_layers_are_taken_as_they_are(real_data, tmp_path):
    path = real_data / "krigr_norway" / "CentralNorway.nc"
    out = import_era5land(path, tmp_path / "out", Era5LandOptions(celsius=True))
    assert [str(d) for d in out.days] == [str(d) for d in np.arange("1994-12-31", "1995-01-05", dtype="datetime64[D]")]
    assert (out.maps[0].name, out.maps[0].unit) == ("t2m", "degC")
    with rasterio.open(path) as dataset:
        expected = dataset.read(3)
        assert expected.shape == grid_of(out.maps[0].path).shape
        npt.assert_allclose(grid_of(out.maps[0].path).bounds, dataset.bounds, atol=1e-9)
    npt.assert_allclose(read(out, "1995-01-02"), np.where(expected < -1e37, np.nan, expected) - 273.15, atol=1e-4)


def test_layers_without_dates_are_refused(real_data, tmp_path):
    from soilsharp.core.base.errors import InputError

    with pytest.raises(InputError, match="CN_BC has no time"):
        import_era5land(real_data / "krigr_norway" / "CN_BC.nc", tmp_path / "out")
