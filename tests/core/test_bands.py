# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of the standard deviation beside maps, held against stations: what the bands hold, and what cannot be one."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from scipy.stats import norm

from soilsharp.core.base.errors import InputError
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring.baselines import MAP
from soilsharp.core.scoring.coverage import WIDTHS, coverage, coverage_table
from soilsharp.core.scoring.predictions import Predictions, sd_column
from soilsharp.core.scoring.reliability import reliability
from soilsharp.core.stations.stations import Stations
from soilsharp.core.validation import bands
from soilsharp.core.validation.products import compare_products
from soilsharp.core.validation.report import station_report
from soilsharp.core.validation.scores_folder import write_validation
from soilsharp.core.validation.settings import WindowOptions
from soilsharp.core.validation.stations import validate_stations

GRID = Grid.from_bounds("EPSG:4326", 0.1, (10, 50, 10.5, 50.4))
DAYS = np.arange("2023-06-01", "2023-06-13", dtype="datetime64[D]")
ERROR, SD_OF_MAPS = 0.02, 0.025


def series(folder, value, days=DAYS):
    for day in days:
        write_map(folder / f"{folder.name}_{day}.tif", np.full(GRID.shape, value, np.float32), GRID)
    return Series.from_files(folder)


@pytest.fixture
def maps(tmp_path):
    """Return maps of 0.25, whose standard deviation lies beside them, but for the last two days."""
    found = series(tmp_path / "maps", 0.25)
    series(tmp_path / "maps" / "sd", SD_OF_MAPS, DAYS[:-2])
    return found


@pytest.fixture
def stations():
    """Return two stations: one that is off by less than an SD, one by nearly two."""
    places = pd.DataFrame(
        {"longitude": [10.15, 10.35], "latitude": [50.15, 50.25]}, pd.Index(["A", "B"], name="station")
    )
    rows = [(name, pd.Timestamp(day), 0.25 - off) for name, off in (("A", 0.02), ("B", 0.045)) for day in DAYS]
    return Stations(places, pd.DataFrame(rows, columns=["station", "date", "soil_moisture"]))


def test_numbers_by_hand():
    found = coverage([0.3, 0.3, 0.3, np.nan, 0.3], [0.01, 0.02, 0.04, 0.1, np.nan], [0.33, 0.33, 0.33, 0.3, 0.3])
    assert found["n"] == 3
    npt.assert_allclose(found["mean_sd"], 0.07 / 3)
    npt.assert_allclose([found["coverage_68"], found["coverage_90"]], [1 / 3, 2 / 3])
    npt.assert_allclose(found["z_sd"], np.sqrt((3**2 + 1.5**2 + 0.75**2) / 3))
    assert coverage([0.3], [np.nan], [0.3])["n"] == 0


def test_normal_errors_are_held_as_told():
    rng = np.random.default_rng(1)
    sd = rng.uniform(0.01, 0.05, 200_000)
    found = coverage(0.3 + sd * rng.normal(size=len(sd)), sd, np.full(len(sd), 0.3))
    for name, width in WIDTHS.items():
        npt.assert_allclose(found[name], norm.cdf(width) - norm.cdf(-width), atol=0.004)
    npt.assert_allclose(found["z_sd"], 1, atol=0.01)


def test_maps_beside_the_maps_are_read_and_told(maps, stations, tmp_path):
    result = validate_stations(maps, stations)
    known = result.pairs[sd_column(MAP)].notna()
    assert known.sum() == 2 * (len(DAYS) - 2)
    npt.assert_allclose(result.pairs.loc[known, sd_column(MAP)], SD_OF_MAPS, rtol=1e-6)
    # days without an SD still count in the scores
    row = result.table.iloc[0]
    assert (row["n"], row["n_band"]) == (2 * len(DAYS), 2 * (len(DAYS) - 2))
    npt.assert_allclose(
        row[["mean_sd", "coverage_68", "coverage_90"]].to_numpy(float), [SD_OF_MAPS, 0.5, 0.5], rtol=1e-6
    )
    result.predictions().write(tmp_path / "predictions.csv")
    read = Predictions.read(tmp_path / "predictions.csv")
    npt.assert_allclose(np.nanmean(read.sd(MAP)), SD_OF_MAPS, rtol=1e-6)
    station_report(tmp_path / "report.html", result, maps=maps)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    # one figure alone: that with the error of the stations, since bands are those of pixels
    assert "With the error of the stations added, 0.03" in page
    assert "should hold 90 % of what was observed holds" not in page
    assert "as SoilSharp map tells it" in page


def test_stations_that_were_learned_from_have_rows_of_their_own(maps, stations):
    table = coverage_table(validate_stations(maps, stations).predictions(seen=["A"])).set_index("part")
    npt.assert_array_equal(table.loc[["train", "test"], "coverage_68"], [1, 0])


def test_what_bands_hold_is_worked_out_once(maps, stations, tmp_path, monkeypatch):
    calls = []

    def counted(*args):
        calls.append(args)
        return reliability(*args)

    monkeypatch.setattr(bands, "reliability", counted)
    write_validation(tmp_path / "out", compare_products({"banded": maps}, stations), {"banded": maps})
    assert len(calls) == 1
    written = pd.read_csv(tmp_path / "out" / "coverage.csv", dtype={"group": str})
    assert written.loc[written["by"] == "all", "n"].tolist() == [20]
    assert "Reliability of bands" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_every_product_has_its_own_band(maps, stations, tmp_path):
    plain = series(tmp_path / "plain", 0.2)
    table = compare_products({"banded": maps, "plain": plain}, stations).table.set_index("product")
    assert table.loc["banded", "n_band"] == 20
    assert np.isnan(table.loc["plain", "n_band"])


def test_maps_of_an_sd_may_be_given(maps, stations, tmp_path):
    wide = series(tmp_path / "wide", 0.05)
    assert validate_stations(maps, stations, spread=wide).table["coverage_90"][0] == 1


def test_without_maps_of_it_nothing_is_said(stations, tmp_path):
    result = validate_stations(series(tmp_path / "maps", 0.25), stations)
    assert "n_band" not in result.table
    assert result.predictions().sd(MAP) is None


@pytest.mark.parametrize(
    ("value", "days", "words"),
    [
        (-0.02, DAYS, "below 0, the lowest is -0.02"),
        (np.nan, DAYS, "no value on the days"),
        (0.02, DAYS + 100, "no value on the days"),
        (2.5, DAYS, "2.5"),
    ],
)
def test_what_is_no_sd_is_told_or_refused(stations, tmp_path, value, days, words):
    maps = series(tmp_path / "maps", 0.25)
    given = series(tmp_path / "maps" / "sd", value, days)
    # those beside the maps cost no scores, those that were asked for do
    told = validate_stations(maps, stations)
    assert any("has no band" in line and words in line for line in told.warnings)
    assert "n_band" not in told.table
    with pytest.raises(InputError, match=words):
        validate_stations(maps, stations, spread=given)


def test_stations_without_a_day_are_refused(maps, stations):
    with pytest.raises(InputError, match="have no value on any day"):
        validate_stations(maps, Stations(stations.places, stations.values[:0]))


def test_a_table_with_an_sd_below_0_is_refused(maps, stations, tmp_path):
    predictions = validate_stations(maps, stations).predictions()
    table = predictions.table.assign(**{sd_column(MAP): np.float32(-0.01)})
    Predictions(table, predictions.models).write(tmp_path / "p.csv")
    with pytest.raises(InputError, match="must hold a standard deviation from 0 on"):
        Predictions.read(tmp_path / "p.csv")
    assert coverage([0.3], [-0.01], [0.3])["n"] == 0


def test_an_empty_folder_beside_the_maps_is_told(stations, tmp_path):
    maps = series(tmp_path / "maps", 0.25)
    (tmp_path / "maps" / "sd").mkdir()
    assert any("No raster files" in line for line in validate_stations(maps, stations).warnings)


def test_a_mean_over_days_has_no_band_of_its_days(maps, stations, tmp_path):
    weeks = series(tmp_path / "weeks", 0.25, np.array(["2023-05-29", "2023-06-05"], "datetime64[D]"))
    result = compare_products({"weekly": weeks, "daily": maps}, stations, options=WindowOptions(window="week"))
    assert any("daily has no band" in line and "mean over days" in line for line in result.warnings)
    assert "n_band" not in result.table
