# SPDX-License-Identifier: GPL-2.0-or-later
"""Partial correlation with weather stations, against pingouin's formula by statsmodels' residuals."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from scipy import stats

from soilsharp.core.analysis.settings import PartialOptions
from soilsharp.core.analysis.weather_stations import partial_at_stations
from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series

GRID = Grid.from_bounds("EPSG:3035", 1000, (4_400_000, 2_900_000, 4_406_000, 2_906_000))
MONTHS = np.arange("2021-01", "2022-09", dtype="datetime64[M]")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return monthly maps and the table of two stations whose weather they follow."""
    folder, rng = tmp_path_factory.mktemp("weather"), np.random.default_rng(3)
    n = len(MONTHS)
    rain, warmth = rng.gamma(2, 30, (n, 2)), 10 + 8 * np.sin(np.arange(n) / 2)[:, None] + rng.normal(size=(n, 2))
    x, y = GRID.centres()
    longitude, latitude = project(x[[1, 4]], y[[2, 5]], GRID.crs, WGS84)
    rows = []
    moisture = 0.2 + 0.001 * rain - 0.005 * warmth + 0.01 * rng.normal(size=(n, 2))
    for number, month in enumerate(MONTHS):
        day = month.astype("datetime64[D]")
        values = np.full(GRID.shape, 0.2)
        values[2, 1], values[5, 4] = moisture[number]
        write_map(folder / "maps" / f"sm_{day}.tif", values, GRID)
        rows += [["AB"[i], longitude[i], latitude[i], str(day), rain[number, i], warmth[number, i]] for i in range(2)]
    table = pd.DataFrame(rows, columns=["Station", "longitude", "latitude", "date", "precipitation", "temperature"])
    table.to_csv(folder / "weather.csv", index=False)
    return Series.from_files(folder / "maps"), folder / "weather.csv", moisture, rain, warmth


def _residual(values, other):
    return values - np.polyval(np.polyfit(other, values, 1), other)


def test_r_and_p_are_those_of_what_the_other_does_not_explain(made):
    maps, path, moisture, rain, warmth = made
    found = partial_at_stations(maps, path).set_index(["station", "driver"])
    for i, station in enumerate("AB"):
        moist = moisture[:, i].astype(np.float32).astype(float)
        r = stats.pearsonr(_residual(moist, warmth[:, i]), _residual(rain[:, i], warmth[:, i]))[0]
        row = found.loc[(station, "precipitation")]
        npt.assert_allclose(row["r"], r, rtol=1e-5)
        free = len(MONTHS) - 3
        t = abs(r) * np.sqrt(free / (1 - r**2))
        npt.assert_allclose(row["p"], 2 * stats.t.sf(t, free), rtol=1e-3)
        assert row["sign"] == 1
        assert found.loc[(station, "temperature"), "sign"] == -1
    assert (found["steps"] == len(MONTHS)).all()


def test_too_few_months_have_no_correlation(made):
    maps, path, *_ = made
    told = []
    found = partial_at_stations(maps, path, PartialOptions(min_steps=30), Progress(say=told.append))
    assert "30 months are needed" in told[-1]
    assert found["r"].isna().all()
    assert found["sign"].isna().all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="date"), "lacks the column date"),
        (lambda t: t[:0], "columns and no row"),
        (lambda t: t.assign(temperature=np.inf), "a number or nothing"),
        (lambda t: t.assign(date="yesterday"), "a day, as 2023-05-01"),
        (lambda t: t.assign(precipitation="wet"), "a number or nothing"),
        (lambda t: t.drop(columns="temperature"), "two are needed"),
        (lambda t: t.assign(longitude=100.0), "None of the 2 weather stations stands on the maps"),
        (lambda t: t.assign(latitude=400.0), "a place in degrees"),
    ],
)
def test_a_wrong_table_ends_in_a_sentence(made, tmp_path, change, words):
    maps, path, *_ = made
    change(pd.read_csv(path)).to_csv(tmp_path / "wrong.csv", index=False)
    with pytest.raises(InputError, match=words):
        partial_at_stations(maps, tmp_path / "wrong.csv")
