# SPDX-License-Identifier: GPL-2.0-or-later
"""Means over weeks, months and years, and the days behind them."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.analysis import period_means as module
from soilsharp.core.analysis.period_means import period_means
from soilsharp.core.analysis.settings import PeriodOptions
from soilsharp.core.base.errors import Cancelled, InputError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source, tags_of
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series

NAN = np.nan
GRID = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 3000, 2000))


def _write(folder, days, grid=GRID):
    for day, values in days.items():
        values = np.broadcast_to(np.asarray(values, np.float32), grid.shape)
        write_map(folder / f"sm_{day.replace('-', '')}.tif", values, grid)
    return folder


def _read(path):
    return read_on(Source(str(path)), GRID)


def test_months_get_the_mean_of_what_is_known_and_its_days(tmp_path):
    hidden = np.array([[NAN, 1, 1], [1, 1, NAN]])
    _write(tmp_path / "in", {"2020-01-30": 0.1, "2020-01-31": 0.3, "2020-02-10": 0.2 * hidden, "2020-04-01": 0.4})
    out = period_means(tmp_path / "in", tmp_path / "out", PeriodOptions(min_valid_fraction=0))
    assert [m.path.name for m in out.maps if m.name == "sm_month"] == [
        "sm_month_20200101.tif", "sm_month_20200201.tif", "sm_month_20200401.tif",
    ]  # fmt: skip
    series = Series.from_files(tmp_path / "out" / "sm_month")
    assert [str(day) for day in series.days] == ["2020-01-01", "2020-02-01", "2020-04-01"]
    means = [_read(source.path) for source in series.sources]
    npt.assert_allclose(means[0], 0.2, rtol=1e-6)
    npt.assert_allclose(means[1], 0.2 * hidden, rtol=1e-6)
    days = [_read(s.path) for s in Series.from_files(tmp_path / "out" / "sm_month_days").sources]
    npt.assert_array_equal(days[0], np.full(GRID.shape, 2))
    npt.assert_array_equal(days[1], np.isfinite(hidden))
    assert {m.unit for m in out.maps if m.name == "sm_month"} == {"m3 m-3"}


def test_a_share_is_of_all_days_of_the_period_also_at_the_ends(tmp_path):
    # two of 31 days, and three of 29
    _write(tmp_path / "in", {"2020-01-30": 0.1, "2020-01-31": 0.3, **{f"2020-02-0{d}": 0.2 for d in (1, 2, 3)}})
    out = period_means(tmp_path / "in", tmp_path / "out", PeriodOptions(min_valid_fraction=3 / 29))
    means = [_read(m.path)[0, 0] for m in out.maps if m.name == "sm_month"]
    npt.assert_allclose(means, [NAN, 0.2], rtol=1e-6)
    with pytest.raises(InputError, match="No pixel is valid on 2% of the days of any year; lower"):
        period_means(tmp_path / "in", tmp_path / "no", PeriodOptions(period="year", min_valid_fraction=0.02))
    assert not (tmp_path / "no").exists()


def test_years_months_of_the_year_and_all_days(tmp_path):
    _write(tmp_path / "in", {"2019-06-01": 0.1, "2020-06-02": 0.3, "2020-07-01": 0.4, "2020-12-31": 0.5})
    options = {"min_valid_fraction": 0.0}
    out = period_means(tmp_path / "in", tmp_path / "year", PeriodOptions(period="year", **options))
    assert [m.path.name for m in out.maps][:2] == ["sm_year_20190101.tif", "sm_year_20200101.tif"]
    npt.assert_allclose([m.mean for m in out.maps][:2], [0.1, 0.4], rtol=1e-6)
    out = period_means(tmp_path / "in", tmp_path / "months", PeriodOptions(period="month_of_year", **options))
    means = {m.path.name: m.mean for m in out.maps}
    assert means.pop("sm_month_of_year_days_06.tif") == 2
    npt.assert_allclose(
        [means[f"sm_month_of_year_{number}.tif"] for number in ("06", "07", "12")], [0.2, 0.4, 0.5], rtol=1e-6
    )
    everything = PeriodOptions(period="all", name="soil", **options)
    out = period_means(tmp_path / "in", tmp_path / "all", everything, last=np.datetime64("2020-07-31"))
    assert [(m.path.name, m.mean) for m in out.maps] == [
        ("soil_all.tif", pytest.approx(0.8 / 3)),
        ("soil_all_days.tif", 3),
    ]


@pytest.mark.parametrize(
    ("period", "starts", "lengths"),
    [
        # Mondays
        ("week", ["20191230", "20200106", "20200127"], [7, 7, 7]),
        ("dekad", ["20191221", "20200101", "20200121"], [11, 10, 11]),
        ("16_days", ["20191219", "20200101", "20200117"], [13, 16, 16]),
    ],
)
def test_weeks_dekads_and_16_days(period, starts, lengths, tmp_path):
    days = {"2019-12-31": 0.1, "2020-01-05": 0.2, "2020-01-06": 0.4, "2020-01-31": 0.3}
    label = {"week": [0, 0, 1, 2], "dekad": [0, 1, 1, 2], "16_days": [0, 1, 1, 2]}[period]
    _write(tmp_path / "in", days)
    out = period_means(tmp_path / "in", tmp_path / "out", PeriodOptions(period=period, min_valid_fraction=0))
    made = [m for m in out.maps if m.name == f"sm_{period}"]
    assert [m.path.name for m in made] == [f"sm_{period}_{day}.tif" for day in starts]
    values = np.array(list(days.values()))
    npt.assert_allclose([m.mean for m in made], [values[np.equal(label, k)].mean() for k in range(3)], rtol=1e-6)
    assert [int(tags_of(str(m.path))["days_in_period"]) for m in made] == lengths
    # two of the seven days of a week are 29 %
    if period == "week":
        out = period_means(tmp_path / "in", tmp_path / "few", PeriodOptions(period=period, min_valid_fraction=0.28))
        npt.assert_allclose([m.mean for m in out.maps if m.name == "sm_week"], [0.15, NAN, NAN], rtol=1e-6)


def test_windows_equal_the_whole(tmp_path, monkeypatch):
    grid = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 600_000, 300_000))
    rng = np.random.default_rng(1)
    stack = np.where(rng.random((4, *grid.shape)) < 0.4, NAN, rng.random((4, *grid.shape))).astype(np.float32)
    _write(tmp_path / "in", {f"2020-06-0{i + 1}": values for i, values in enumerate(stack)}, grid)
    monkeypatch.setattr(module, "VALUES", 1)
    period_means(tmp_path / "in", tmp_path / "out", PeriodOptions(min_valid_fraction=0.1))  # three of thirty days
    known = np.isfinite(stack).sum(0)
    with np.errstate(invalid="ignore"):
        expected = np.where(known >= 3, np.nansum(stack, 0, dtype=float) / known, NAN)
    result = read_on(Source(str(tmp_path / "out" / "sm_month" / "sm_month_20200601.tif")), grid)
    npt.assert_allclose(result, expected, rtol=1e-6)


def test_no_maps_and_a_cancel(tmp_path):
    _write(tmp_path / "in", {"2020-06-01": 0.1, "2020-07-01": 0.1})
    with pytest.raises(InputError, match="No map is of a day from 2021-01-01 to 2021-02-01; they run from 2020-06-01"):
        period_means(
            tmp_path / "in", tmp_path / "out", first=np.datetime64("2021-01-01"), last=np.datetime64("2021-02-01")
        )
    with pytest.raises(OverwriteError, match=r"holds the daily maps\. Choose another folder"):
        period_means(tmp_path / "in", tmp_path / "in")
    with pytest.raises(Cancelled):
        period_means(tmp_path / "in", tmp_path / "out", progress=Progress(stop_asked=lambda: True))
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_seasons_are_those_of_all_years(tmp_path):
    days = {"2019-12-30": 0.1, "2020-02-29": 0.2, "2021-01-01": 0.6, "2020-03-01": 0.4, "2020-11-30": 0.5}
    _write(tmp_path / "in", days)
    out = period_means(tmp_path / "in", tmp_path / "out", PeriodOptions(period="season", min_valid_fraction=0))
    means = {made.path.name: _read(made.path)[0, 0] for made in out.maps}
    npt.assert_allclose(means["sm_season_djf.tif"], 0.3, rtol=1e-6)
    npt.assert_allclose(means["sm_season_mam.tif"], 0.4, rtol=1e-6)
    npt.assert_allclose(means["sm_season_son.tif"], 0.5, rtol=1e-6)
    assert "sm_season_jja.tif" not in means
    assert means["sm_season_days_djf.tif"] == 3
