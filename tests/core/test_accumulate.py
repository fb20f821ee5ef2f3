# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums and means over the days and hours before."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import Cancelled, InputError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing import accumulate_series as module
from soilsharp.core.preprocessing.accumulate_series import accumulate_series
from soilsharp.core.preprocessing.settings import AccumulateOptions
from soilsharp.core.rasters import dated_maps
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import apply_rule
from soilsharp.core.rasters.settings import Rule

NAN = np.nan
GRID = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_003_000, 3_002_000))


def _write(folder, days, grid=GRID):
    for day, value in days.items():
        values = np.broadcast_to(np.asarray(value, np.float32), grid.shape)
        write_map(folder / f"rain_202305{day:02d}.tif", values, grid, name="rain", unit="mm")
    return folder


def _values(out):
    return [read_on(Source(str(m.path)), GRID)[0, 0] for m in out.maps]


def test_rain_of_three_days_with_and_without_the_day_itself(tmp_path):
    _write(tmp_path / "in", {1: 1, 2: 2, 3: 4, 4: 8})
    out = accumulate_series(tmp_path / "in", tmp_path / "out")
    assert [m.path.name for m in out.maps] == [f"rain_sum_3d_2023050{d}.tif" for d in range(1, 5)]
    assert {m.unit for m in out.maps} == {"mm"}
    npt.assert_array_equal(_values(out), [NAN, NAN, 7, 14])
    options = AccumulateOptions(statistic="mean", with_day=False, name="before")
    out = accumulate_series(
        tmp_path / "in", tmp_path / "mean", options, first=np.datetime64("2023-05-04"), last=np.datetime64("2023-05-05")
    )
    assert [m.path.name for m in out.maps] == ["before_20230504.tif", "before_20230505.tif"]
    npt.assert_allclose(_values(out), [7 / 3, 14 / 3], rtol=1e-6)


def test_what_is_missing_makes_a_sum_unknown_unless_a_share_is_enough(tmp_path):
    hidden = np.array([[NAN, 1, 1], [1, 1, 1]])
    _write(tmp_path / "in", {1: 3, 2: 6 * hidden, 4: 3, 5: 3, 6: 0})
    out = accumulate_series(tmp_path / "in", tmp_path / "all")
    npt.assert_array_equal(_values(out), [NAN] * 5 + [6])
    # two of three are enough, and stand for the third: (3 + 3) x 3 / 2
    out = accumulate_series(tmp_path / "in", tmp_path / "some", AccumulateOptions(min_valid_fraction=0.6))
    npt.assert_allclose(_values(out), [NAN, NAN, NAN, NAN, 9, 6])
    second = [read_on(Source(str(m.path)), GRID)[1, 1] for m in out.maps]
    npt.assert_allclose(second, [NAN, 13.5, 13.5, 13.5, 9, 6])


def test_72_hours_before_the_overpass(tmp_path):
    start = np.datetime64("2023-05-01T00", "h")
    for number in range(1, 100):
        name = str(start + number).replace("-", "").replace("T", "")
        write_map(tmp_path / "in" / f"tp_{name}.tif", np.full(GRID.shape, number), GRID, unit="mm")
    out = accumulate_series(tmp_path / "in", tmp_path / "out", AccumulateOptions(hours=72, hour=6))
    assert out.maps[0].path.name == "tp_sum_72h_20230501.tif"
    # until 6 o'clock of May 4, hour 78: those of 7 to 78
    npt.assert_array_equal(_values(out), [NAN, NAN, NAN, sum(range(7, 79)), NAN])
    with pytest.raises(InputError, match="sum over 72 hours needs rasters with an hour"):
        accumulate_series(_write(tmp_path / "daily", {1: 1}), tmp_path / "no", AccumulateOptions(hours=72))


@pytest.mark.parametrize("statistic", ["sum", "mean"])
def test_running_sums_agree_with_the_rule_in_many_windows_and_parts(tmp_path, monkeypatch, statistic):
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_300_000, 3_290_000))
    rng, numbers = np.random.default_rng(1), [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14]
    stack = np.where(rng.random((13, *grid.shape)) < 0.05, NAN, 10 * rng.random((13, *grid.shape))).astype(np.float32)
    _write(tmp_path / "in", dict(zip(numbers, stack)), grid)
    monkeypatch.setattr(dated_maps, "MAX_OPEN", 8)
    monkeypatch.setattr(module, "VALUES", 1)
    out = accumulate_series(tmp_path / "in", tmp_path / "out", AccumulateOptions(statistic=statistic, days=4))
    times = np.datetime64("2023-04-30") + np.array(numbers)
    days = np.arange(times[0], times[-1] + 1)
    expected = apply_rule(Rule(rule=f"{statistic}_before", days=4), times, stack, days)
    for made, values in zip(out.maps, expected):
        npt.assert_allclose(read_on(Source(str(made.path)), grid), values, rtol=2e-6, atol=1e-6)
    assert np.isfinite(expected).any()


def test_every_raster_is_read_once(tmp_path, monkeypatch):
    _write(tmp_path / "in", {d: d for d in range(1, 29)})
    opened, original = [], dated_maps.aligned

    def counted(source, grid):
        opened.append(source.path)
        return original(source, grid)

    monkeypatch.setattr(dated_maps, "aligned", counted)
    out = accumulate_series(tmp_path / "in", tmp_path / "out", AccumulateOptions(days=10))
    assert len(opened) == len(set(opened)) == 28
    npt.assert_array_equal(_values(out)[9:], [sum(range(d - 9, d + 1)) for d in range(10, 29)])


def test_no_day_with_enough_rasters_is_an_error(tmp_path):
    _write(tmp_path / "in", {1: 1, 3: 1})
    with pytest.raises(InputError, match="No day from 2023-05-01 to 2023-05-03 has the 3 rasters that it needs"):
        accumulate_series(tmp_path / "in", tmp_path / "out")
    with pytest.raises(OverwriteError, match=r"holds the rasters\. Choose another folder"):
        accumulate_series(tmp_path / "in", tmp_path / "in")
    progress = Progress(stop_asked=lambda: True)
    with pytest.raises(Cancelled):
        accumulate_series(tmp_path / "in", tmp_path / "out", progress=progress)
    assert [p.name for p in tmp_path.iterdir()] == ["in"]
