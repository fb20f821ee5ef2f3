# SPDX-License-Identifier: GPL-2.0-or-later
"""Real products of a month and of dekads against means of stations over the same days."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.analysis.period_means import period_means
from soilsharp.core.analysis.settings import PeriodOptions
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring.baselines import AS_IS, MAP
from soilsharp.core.stations.stations import Stations
from soilsharp.core.validation.settings import WindowOptions
from soilsharp.core.validation.stations import validate_stations
from soilsharp.core.validation.windows import windows_of

N_STATIONS = 40
A_DAY = 0.002  # m3 m-3, by which stations rise


def _stations(grid, cells, days, values):
    """Return stations in the middle of cells (row, column), with values of shape (days, stations)."""
    x, y = grid.centres()
    rows, columns = np.array(cells).T
    names = [f"S{number:02}" for number in range(len(cells))]
    places = pd.DataFrame({"longitude": x[columns], "latitude": y[rows]}, index=pd.Index(names, name="station"))
    day, station = (index.ravel() for index in np.indices(values.shape))
    table = {"station": np.array(names)[station], "date": days[day].astype("datetime64[ns]")}
    return Stations(places, pd.DataFrame({**table, "soil_moisture": values.ravel()}))


def test_a_month_of_satellites_is_held_against_the_month_of_the_stations(real_data, tmp_path):
    """C3S of June 2016; its stations rise through the month and have its mean, so that no single day would do."""
    (path,) = (real_data / "esacci_c3s_sm").glob("C3S*MONTHLY*.nc")
    import_grids(path, tmp_path / "c3s", area=Grid.from_bounds(WGS84, 0.25, (20, 40, 32, 50)))
    maps = Series.from_files(tmp_path / "c3s")
    assert maps.days.tolist() == [pd.Timestamp("2016-06-01").date()]
    grid = maps.sources[0].grid()
    month = read_on(maps.sources[0], grid)
    cells = np.argwhere(month > 0.1)[:: len(np.argwhere(month > 0.1)) // N_STATIONS][:N_STATIONS]
    level = month[tuple(cells.T)]
    days = np.arange("2016-06-01", "2016-07-01", dtype="datetime64[D]")
    stations = _stations(grid, cells, days, level + A_DAY * (np.arange(30) - 14.5)[:, None])
    result = validate_stations(maps, stations, options=WindowOptions(window="month"))
    assert len(result.pairs) == N_STATIONS
    assert (result.pairs["date"] == pd.Timestamp("2016-06-01")).all()
    npt.assert_allclose(result.pairs["observed"], result.pairs[MAP], atol=1e-6)
    npt.assert_allclose(np.sort(result.pairs[MAP]), np.sort(level), atol=1e-6)
    npt.assert_allclose(result.table["rmse"][0], 0, atol=1e-6)
    assert any("means of 30 days" in text for text in result.warnings)
    # on its first day the stations are 14.5 steps below
    as_day = validate_stations(maps, stations, options=WindowOptions(window="day"))
    npt.assert_allclose(as_day.table["bias"][0], 14.5 * A_DAY, atol=1e-6)
    # 14 days of 30 are less than half of them
    short = Stations(stations.places, stations.values[stations.values["date"] < "2016-06-15"])
    kept = validate_stations(maps, short, options=WindowOptions(window="month", min_days_fraction=14 / 30))
    npt.assert_allclose(kept.table["bias"][0], A_DAY * (14.5 - 6.5), atol=1e-6)


def test_dekads_of_a_reanalysis_are_held_against_dekads_of_the_stations(real_data, tmp_path):
    """ERA5-Land of January 2020: 240, 240 and 264 hours, averaged here from the file by netCDF4."""
    netcdf = pytest.importorskip("netCDF4")
    path = real_data / "smap_wa_2020" / "ERA5_Western-Australia_20200101_20200128.nc"
    import_era5land(path, tmp_path / "days")
    daily = Series.from_files(tmp_path / "days")
    period_means(tmp_path / "days", tmp_path / "dekads", PeriodOptions(period="dekad"))
    maps = Series.from_files(tmp_path / "dekads" / "swvl1_dekad")
    assert windows_of(maps).lengths.tolist() == [10, 10, 11]
    with netcdf.Dataset(path) as file:
        values, latitude = file["swvl1"][:].filled(np.nan), file["latitude"][:].data
    values = values if latitude[0] > latitude[-1] else values[:, ::-1]
    cells = [(3, 5), (25, 30), (50, 60), (12, 40)]
    hours = np.stack([values[:, row, column] for row, column in cells], axis=1).astype(float)
    assert len(hours) == 31 * 24
    assert np.isfinite(hours).all()
    stations = _stations(daily.sources[0].grid(), cells, daily.days, hours.reshape(31, 24, -1).mean(axis=1))
    result = validate_stations(maps, stations, daily)
    expected = np.stack([part.mean(axis=0) for part in np.split(hours, [240, 480])])
    found = result.pairs.pivot(index="date", columns="station", values="observed").to_numpy()
    npt.assert_allclose(found, expected, atol=1e-6)
    for product in (MAP, AS_IS):  # dekads of maps, and the days of the other product brought to dekads
        npt.assert_allclose(result.pairs[product], result.pairs["observed"], atol=1e-6)
    # a dekad told by a day alone is off
    as_days = validate_stations(maps, stations, options=WindowOptions(window="day"))
    assert as_days.table["rmse"][0] > 10 * np.abs(result.pairs[MAP] - result.pairs["observed"]).max()
