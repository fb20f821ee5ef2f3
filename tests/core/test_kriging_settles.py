# SPDX-License-Identifier: GPL-2.0-or-later
"""Smooth fields without noise: conjugate gradients alone do not end on them, and must not stop on the way unheard."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.kriging import solve
from soilsharp.core.kriging.cells import Cells
from soilsharp.core.kriging.field import SmoothField
from soilsharp.core.kriging.krige import BLOCK, _together

CELLS = Cells((16, 16))
DAYS = np.arange("2023-05-01", "2023-05-15", dtype="datetime64[D]")


def _waves():
    row, column = np.mgrid[0:16, 0:16]
    days = np.arange(len(DAYS))[:, None, None]
    values = 0.25 + 0.05 * np.sin(row / 4 + days / 5) * np.cos(column / 5)
    values[:, 5:9, 6:10] = np.nan
    return values


def test_a_smooth_series_is_what_a_dense_solution_gives(monkeypatch):
    iterated = SmoothField(CELLS, _waves(), DAYS)
    (found,) = iterated.nodes(DAYS[7:8])
    monkeypatch.setattr(solve, "MOST_DENSE", 10_000)
    (dense,) = iterated.nodes(DAYS[7:8])
    npt.assert_allclose(found, dense, atol=0.002)


def test_what_does_not_settle_is_said(monkeypatch):
    monkeypatch.setattr(solve, "MOST_STEPS", 2)
    with pytest.raises(InputError, match="does not settle"):
        list(SmoothField(CELLS, _waves(), DAYS).nodes(DAYS))


def test_one_map_for_many_days_is_one_map():
    values = np.repeat(_waves()[:1] + np.random.default_rng(0).normal(0, 0.01, (1, 16, 16)), 12, 0)
    days = DAYS[:12]
    once = SmoothField(CELLS, values[:1], days[:1])
    often = SmoothField(CELLS, values, days, alone=True)
    assert not often.is_series
    assert often.noise == once.noise
    npt.assert_array_equal(next(often.nodes(days[5:6])), next(once.nodes(days[:1])))


def test_fewer_days_are_solved_together_on_large_grids():
    assert _together(CELLS) == BLOCK
    assert 1 <= _together(Cells((1000, 1000))) < 3


def test_blocks_of_days_agree(monkeypatch):
    values = _waves() + np.random.default_rng(1).normal(0, 0.01, (14, 16, 16))
    field = SmoothField(CELLS, values, DAYS)
    whole = list(field.nodes(DAYS))
    monkeypatch.setattr("soilsharp.core.kriging.krige.BLOCK", 5)
    for one, other in zip(whole, field.nodes(DAYS)):
        npt.assert_allclose(one, other, atol=0.5 * field.noise.sd)
