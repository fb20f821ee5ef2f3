# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations through time: which are shown, with which band, and with the rain that fell there."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.report.html_page import png
from soilsharp.core.report.series_figures import RAIN_COLOUR
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.scoring.score_table import score_table
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.rain import Rain
from soilsharp.core.study.study import Study
from soilsharp.core.validation.settings import SeriesOptions
from soilsharp.core.validation.station_series import SeriesBeside, series_figures

GRID = Grid.from_bounds("EPSG:3035", 1000, (4_400_000, 2_950_000, 4_410_000, 2_960_000))
DAYS = np.arange("2023-06-01", "2023-06-21", dtype="datetime64[D]")
NAMES = [f"S{i}" for i in range(5)]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study whose rain on day d is d mm, and 100 mm more in the first column; one day has no raster."""
    folder = tmp_path_factory.mktemp("rain")
    for number, day in enumerate(DAYS):
        values = np.full(GRID.shape, number, np.float32)
        values[:, 0] += 100
        if number != 7:
            write_map(folder / "rain" / f"rain_{str(day).replace('-', '')}.tif", values, GRID)
    entry = RasterEntry(files="rain/*.tif", rule="sum_before", days=3, unit="mm")
    covariates = {"rain_72h": RasterEntry(files="rain/*.tif", unit="mm"), "tp": entry}
    return Study(name="wet", grid=GRID, first=DAYS[0], last=DAYS[-1], covariates=covariates, folder=folder)


def _predictions(sd=True, classes="koppen"):
    """Return predictions whose error grows from station to station; each day of S0 stands there twice."""
    rng = np.random.default_rng(0)
    station, day = (index.ravel() for index in np.indices((len(NAMES), len(DAYS))))
    station, day = np.r_[station, np.zeros(len(DAYS), int)], np.r_[day, np.arange(len(DAYS))]
    x, y = GRID.centres()
    longitude, latitude = project(x[station], y[station], GRID.crs, WGS84)
    place = pd.DataFrame({
        "station": [NAMES[i] for i in station], "longitude": longitude, "latitude": latitude,
        "date": DAYS[day].astype("datetime64[ns]"), classes: np.where(station < 3, "Dfb", "BSk"),
    })  # fmt: skip
    observed = 0.25 + 0.05 * np.sin(day / 3)
    noise = 0.01 * (1 + station) * rng.standard_normal(len(day))
    spread = {"Trees": np.full(len(day), 0.03)} if sd else {}
    return Predictions.of(place, observed, {"Trees": observed + noise}, {"Coarse as is": observed}, sds=spread)


def _drawn(predictions, **beside):
    scored = score_table(predictions, per_station=True)
    return list(series_figures(predictions, scored, "Held out", SeriesBeside(**beside)))


def _titles(figure):
    return [title for title in (panel.get_title(loc="left") for panel in figure.axes) if title]


def test_the_best_the_middling_and_the_worst_are_shown():
    (_, caption, figure), _ = _drawn(_predictions())
    scored = score_table(_predictions(), per_station=True)
    scored = scored[scored["product"] == "Trees"].sort_values("ubrmse")
    expected = [scored["station"].iloc[i] for i in (0, 2, 4)]
    assert [title.split()[0] for title in _titles(figure)] == expected
    assert [title.split()[1] for title in _titles(figure)] == ["best:", "median:", "worst:"]
    assert "lowest, the middling and the highest ubRMSE of Trees" in caption
    assert png(figure)


def test_stations_are_shown_by_name_and_a_strange_one_is_refused():
    (_, _, figure), _ = _drawn(_predictions(), options=SeriesOptions(series_stations="S3, S1"))
    assert [title.split()[0] for title in _titles(figure)] == ["S3", "S1"]
    with pytest.raises(InputError, match="No station 'S9' among those with predictions: S0, S1"):
        _drawn(_predictions(), options=SeriesOptions(series_stations="S9"))


def test_each_class_of_the_climate_shows_a_station():
    _, (title, _, figure) = _drawn(_predictions())
    assert title == "Time series by koppen"
    assert ["Dfb" in t or "BSk" in t for t in _titles(figure)] == [True, True]
    assert len(_drawn(_predictions(classes="land_cover"))) == 1
    by_cover = _drawn(_predictions(classes="land_cover"), options=SeriesOptions(series_by="land_cover"))
    assert by_cover[1][0] == "Time series by land cover"
    with pytest.raises(InputError, match="no classes 'geology'; they have koppen"):
        _drawn(_predictions(), options=SeriesOptions(series_by="geology"))


@pytest.mark.parametrize(("sd", "total", "half"), [(True, None, 0.03), (False, 0.119, 0.119), (False, None, None)])
def test_the_band_is_as_wide_as_what_is_known_of_the_error(sd, total, half):
    (_, caption, figure), _ = _drawn(_predictions(sd), sd=total, options=SeriesOptions(series_stations="S1"))
    panel = figure.axes[0]
    assert ("band" in caption) == (half is not None)
    if half is None:
        assert not panel.collections
        return
    line = next(line for line in panel.lines if line.get_label() == "Trees")
    low, high = (f(panel.collections[0].get_paths()[0].vertices[:, 1]) for f in (np.min, np.max))
    npt.assert_allclose([low, high], [line.get_ydata().min() - half, line.get_ydata().max() + half], rtol=1e-6)


def test_a_day_that_folds_predict_twice_is_one_point():
    (_, _, figure), _ = _drawn(_predictions(), options=SeriesOptions(series_stations="S0"))
    line = next(line for line in figure.axes[0].lines if line.get_label() == "Trees")
    table = _predictions().table
    expected = table[table["station"] == "S0"].groupby("date")["Trees"].mean()
    npt.assert_allclose(line.get_ydata(), expected, rtol=1e-6)


def test_bars_are_the_rain_of_the_day_at_the_station(study):
    (_, caption, figure), _ = _drawn(_predictions(), study=study, options=SeriesOptions(series_stations="S0, S1"))
    assert "Bars below: tp of the study" in caption
    bars = [[bar.get_height() for bar in panel.patches] for panel in figure.axes[1::2]]
    days = np.where(np.arange(len(DAYS)) == 7, np.nan, np.arange(len(DAYS)))
    npt.assert_array_equal(bars, [days + 100, days])
    assert figure.axes[1].get_ylabel() == "Rain\n(mm)"
    assert figure.axes[1].patches[0].get_facecolor()[:3] == pytest.approx((0x6F / 255, 0xA8 / 255, 0xD6 / 255))
    assert RAIN_COLOUR == "#6fa8d6"


def test_sums_stand_in_where_a_study_has_no_daily_rain(study):
    only = Study(
        name="sums", grid=GRID, first=DAYS[0], last=DAYS[-1], folder=study.folder,
        covariates={"ndvi": study.covariates["tp"], "rain_72h": study.covariates["rain_72h"]},
    )  # fmt: skip
    assert Rain.of(only).label == "Rain, 72 h (mm)"
    assert Rain.of(study, ["rain_72h"]).name == "tp"
    without = Study(name="dry", grid=GRID, first=DAYS[0], last=DAYS[-1], covariates={"ndvi": study.covariates["tp"]})
    assert Rain.of(without) is None


def test_hours_are_added_up_and_places_off_the_grid_are_unknown(tmp_path):
    for hour, amount in (("2023060103", 1), ("2023060115", 2), ("2023060203", 5)):
        write_map(tmp_path / "tp" / f"tp_{hour}.tif", np.full(GRID.shape, amount, np.float32), GRID)
    entry = RasterEntry(files="tp/*.tif", date="%Y%m%d%H", rule="sum_before", days=1)
    wet = Study(name="w", grid=GRID, first=DAYS[0], last=DAYS[1], covariates={"tp": entry}, folder=tmp_path)
    x, y = GRID.centres()
    longitude, latitude = project(x[:1], y[:1], GRID.crs, WGS84)
    found = Rain.of(wet).at(np.r_[longitude, 0.0], np.r_[latitude, 0.0], DAYS[:3])
    npt.assert_array_equal(found, [[3, np.nan], [5, np.nan], [np.nan, np.nan]])


def test_cells_have_series_too():
    predictions = _predictions()
    table = predictions.table.assign(cell_row=predictions.table["station"].str[1:].astype(int), cell_column=2)
    cells = Predictions(table.drop(columns="station"), predictions.models, predictions.baselines)
    (_, _, figure), _ = _drawn(cells, options=SeriesOptions(series_stations="cell 4/2"))
    assert _titles(figure)[0].startswith("cell 4/2   ubRMSE")
