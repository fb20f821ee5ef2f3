# SPDX-License-Identifier: GPL-2.0-or-later
"""What real data brought to light."""

import numpy as np
import pytest

from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.samples import samples
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study


@pytest.mark.parametrize("rule", ["linear", "same_day", "hold"])
def test_study_file_keeps_the_rule_of_the_coarse_product(tmp_path, rule):
    day = np.datetime64("2020-01-01")
    grid = Grid.from_bounds("EPSG:6933", 9000, (0, 0, 90000, 90000))
    study = Study("a", grid, day, day, {}, RasterEntry(files="coarse", rule=rule))
    study.write(tmp_path / "study.json")
    assert Study.read(tmp_path / "study.json").coarse == study.coarse


def test_text_columns_are_kept_whatever_pandas_calls_them(monkeypatch, tmp_path):
    # from pandas 3 on text is no longer of type object
    (tmp_path / "t.csv").write_text("area,x,soil_moisture\na,1,0.1\nb,2,0.2\n")
    read = samples.TableFile.read
    monkeypatch.setattr(samples.TableFile, "read", lambda *args, **how: read(*args, **how).astype({"area": "string"}))
    assert list(samples.Samples.from_table(tmp_path / "t.csv", ["x"]).index["area"]) == ["a", "b"]


def test_whole_cover_is_not_missed_by_rounding():
    # the window of EASE-Grid 2.0 in which a fourth of the cells were
    size, left, top = 9008.055210146, 11169988.460581027, -3314964.3172722803
    coarse = Grid.from_bounds("EPSG:6933", 4 * size, (left, top - 64 * size, left + 68 * size, top))
    fine = Grid.from_bounds("EPSG:6933", size, coarse.bounds)
    values = np.ones(fine.shape)
    assert np.isfinite(Overlap(coarse, fine).mean(values, min_valid_fraction=1)).all()
    values[0, 0] = np.nan
    assert np.isnan(Overlap(coarse, fine).mean(values, min_valid_fraction=1)).sum() == 1
