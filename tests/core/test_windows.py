# SPDX-License-Identifier: GPL-2.0-or-later
"""Products of several days against means of stations over the same days."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.analysis.period_means import period_means
from soilsharp.core.analysis.settings import PeriodOptions
from soilsharp.core.base.errors import InputError
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring.baselines import AS_IS, MAP
from soilsharp.core.stations.stations import Stations
from soilsharp.core.validation.products import compare_products
from soilsharp.core.validation.settings import WindowOptions
from soilsharp.core.validation.stations import validate_stations
from soilsharp.core.validation.windows import Windows, station_means, windows_of

GRID = Grid.from_bounds("EPSG:3035", 1000, (4_400_000, 2_900_000, 4_410_000, 2_910_000))
DAYS = np.arange("2023-04-01", "2023-07-01", dtype="datetime64[D]")
PIXELS = [(1, 2), (5, 5), (8, 3)]


def _written(folder, stack, days, tags=None):
    for day, values in zip(days, stack):
        write_map(folder / f"sm_{day}.tif", values, GRID, tags=tags)
    return Series.from_files(folder)


@pytest.fixture(scope="module")
def truth():
    rng = np.random.default_rng(2)
    level = 0.25 + 0.08 * np.sin(np.arange(len(DAYS)) / 9)
    return (level[:, None, None] + 0.02 * rng.standard_normal((len(DAYS), *GRID.shape))).astype(np.float32)


@pytest.fixture(scope="module")
def stations(truth):
    rows, columns = np.array(PIXELS).T
    x, y = GRID.centres()
    longitude, latitude = project(x[columns], y[rows], GRID.crs, WGS84)
    names = [f"S{i}" for i in range(len(PIXELS))]
    places = pd.DataFrame({"longitude": longitude, "latitude": latitude}, index=pd.Index(names, name="station"))
    values = [
        {"station": name, "date": pd.Timestamp(day), "soil_moisture": float(truth[d, r, c])}
        for name, r, c in zip(names, rows, columns)
        for d, day in enumerate(DAYS)
    ]
    return Stations(places, pd.DataFrame(values))


def test_months_are_told_by_their_days_and_held_against_months(truth, stations, tmp_path):
    months = DAYS.astype("datetime64[M]")
    firsts = np.unique(months)
    means = np.stack([truth[months == month].mean(axis=0) for month in firsts])
    maps = _written(tmp_path / "maps", means, firsts.astype("datetime64[D]"))
    result = validate_stations(maps, stations)
    assert len(result.pairs) == 3 * len(PIXELS)
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)
    assert any("means of 30 to 31 days" in text for text in result.warnings)
    # as single days they would be far off
    as_days = validate_stations(maps, stations, options=WindowOptions(window="day"))
    assert as_days.table["rmse"][0] > 0.01


def test_dekads_and_the_coarse_product_beside_them(truth, stations, tmp_path):
    day = (DAYS - DAYS.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1
    dekad = np.minimum((day - 1) // 10, 2)
    label = DAYS.astype("datetime64[M]").astype(int) * 3 + dekad
    numbers, first = np.unique(label, return_index=True)
    means = np.stack([truth[label == number].mean(axis=0) for number in numbers])
    maps = _written(tmp_path / "maps", means, DAYS[first])
    coarse = _written(tmp_path / "coarse", truth, DAYS)  # daily, and as fine as the maps
    result = validate_stations(maps, stations, coarse)
    windows = windows_of(maps)
    assert windows.lengths.tolist() == [10, 10, 10, 10, 10, 11, 10, 10, 10]
    # means of the daily product over a dekad are those of the stations
    npt.assert_allclose(result.pairs[AS_IS], result.pairs["observed"], atol=1e-6)
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)


def test_our_own_means_say_their_length(truth, stations, tmp_path):
    _written(tmp_path / "maps", truth, DAYS)
    period_means(tmp_path / "maps", tmp_path / "means", PeriodOptions(period="year"))
    maps = Series.from_files(tmp_path / "means" / "sm_year")
    windows = windows_of(maps)
    assert (windows.first[0].astype(str), windows.lengths[0]) == ("2023-01-01", 365)
    result = validate_stations(maps, stations, options=WindowOptions(min_days_fraction=0.2))
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)
    with pytest.raises(InputError, match="No station is known on 50% of the days"):
        validate_stations(maps, stations)


@pytest.mark.parametrize("told", [True, False], ids=["by the maps", "by a person"])
def test_weekly_means_are_held_against_weeks_of_the_stations(told, truth, stations, tmp_path):
    _written(tmp_path / "maps", truth, DAYS)
    period_means(tmp_path / "maps", tmp_path / "means", PeriodOptions(period="week"))
    maps = Series.from_files(tmp_path / "means" / "sm_week")
    if not told:  # the same maps, which say nothing of what they hold
        maps = _written(tmp_path / "bare", [read_on(source, GRID) for source in maps.sources], maps.days)
    windows = windows_of(maps, "auto" if told else "week")
    assert set(windows.lengths) == {7}
    assert all(day.item().weekday() == 0 for day in windows.first)
    options = WindowOptions(window="auto" if told else "week", min_days_fraction=0.1)
    result = validate_stations(maps, stations, options=options)
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)


def test_composites_hold_the_days_up_to_the_next(truth, stations, tmp_path):
    starts = np.arange(0, len(DAYS), 8)
    means = np.stack([truth[at : at + 8].mean(axis=0) for at in starts])
    maps = _written(tmp_path / "maps", means, DAYS[starts])
    result = validate_stations(maps, stations, options=WindowOptions(window="to_next", min_days_fraction=0.3))
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)
    # dates eight days apart may as well be overpasses: nothing is taken for a mean by itself
    assert windows_of(maps).daily


def _named(folder, values, names):
    for name, band in zip(names, values):
        write_map(folder / f"sm_{name}.tif", band, GRID)
    return Series.from_files(folder)


def test_two_dates_in_the_names_are_a_span(truth, stations, tmp_path):
    starts = np.arange(0, 56, 8)
    means = np.stack([truth[at : at + 8].mean(axis=0) for at in starts])
    ends = [str(day).replace("-", "") for day in DAYS[starts + 7]]
    names = [f"{str(day).replace('-', '')}_{end}" for day, end in zip(DAYS[starts], ends)]
    maps = _named(tmp_path / "maps", means, names)
    assert windows_of(maps).lengths.tolist() == 7 * [8]
    result = validate_stations(maps, stations)
    assert len(result.pairs) == 7 * len(PIXELS)
    npt.assert_allclose(result.pairs[MAP], result.pairs["observed"], atol=1e-6)


@pytest.mark.parametrize("made", ["20230401", "20230402", "20230420"])
def test_the_day_that_a_file_was_made_is_no_end(truth, made, tmp_path):
    # the same day, the next one, and after the next map
    late = np.datetime64(f"{made[:4]}-{made[4:6]}-{made[6:]}") - DAYS[0]
    names = [f"{day}_{day + late}".replace("-", "") for day in DAYS[:30:6]]
    assert windows_of(_named(tmp_path / "maps", truth, names)).daily


def test_a_daily_and_a_monthly_product_side_by_side(truth, stations, tmp_path):
    months = DAYS.astype("datetime64[M]")
    firsts = np.unique(months)
    means = np.stack([truth[months == month].mean(axis=0) for month in firsts])
    products = {
        "Monthly": _written(tmp_path / "monthly", means + 0.01, firsts.astype("datetime64[D]")),
        "Daily": _written(tmp_path / "daily", truth, DAYS),
    }
    result = compare_products(products, stations)
    rows = result.table.set_index("product")
    assert rows["n"].tolist() == [9, 9]
    npt.assert_allclose(rows.loc["Monthly", "bias"], 0.01, atol=1e-6)
    npt.assert_allclose(rows.loc["Daily", "rmse"], 0, atol=1e-6)


def test_a_mean_needs_enough_days(stations):
    windows = Windows(np.array(["2023-04-01"], "datetime64[D]"), np.array(["2023-04-10"], "datetime64[D]"))
    values = stations.values
    few = values[(values["station"] != "S1") | (values["date"] > "2023-04-06")]
    means = station_means(Stations(stations.places, few), windows, 0.5)
    assert means.values["station"].tolist() == ["S0", "S2"]  # S1 has four days of ten
    own = values[(values["station"] == "S0") & (values["date"] <= "2023-04-10")]["soil_moisture"]
    npt.assert_allclose(means.values["soil_moisture"][0], own.mean())


def test_what_cannot_be_is_said(truth, stations, tmp_path):
    maps = _written(tmp_path / "maps", truth[:20], DAYS[:20])
    with pytest.raises(InputError, match="are daily: none can hold the mean of its month"):
        validate_stations(maps, stations, options=WindowOptions(window="month"))
    other = np.array(["2023-04-01", "2023-04-11", "2023-04-21", "2023-05-01"], "datetime64[D]")
    firsts = np.array(["2023-04-01", "2023-05-01"], "datetime64[D]")
    products = {
        "Dekads": _written(tmp_path / "dekads", truth[:4], other),
        "Months": _written(tmp_path / "months", truth[:2], firsts),
    }
    with pytest.raises(InputError, match=r"Dekads holds means of 10 days .* Months of 30 days"):
        compare_products(products, stations)
