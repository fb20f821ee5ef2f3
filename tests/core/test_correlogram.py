# SPDX-License-Identifier: GPL-2.0-or-later
"""How far covariates are alike: against fields whose correlation is known, and what is proposed of it."""

from dataclasses import replace

import gstools
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.folds.cells import whole_cells
from soilsharp.core.training.folds.correlogram import EARTH_KM, Correlogram, correlogram

KM = 180 / np.pi / EARTH_KM  # degrees


def _samples(columns, x_km, y_km, days=1, facts=None):
    n = len(x_km)
    place = pd.DataFrame(
        {
            "longitude": np.tile(x_km * KM, days),
            "latitude": np.tile(y_km * KM, days),
            "date": np.repeat(np.datetime64("2023-05-01", "ns") + np.arange(days) * np.timedelta64(1, "D"), n),
        }
    )
    X = np.column_stack([np.tile(values, days) for values in columns.values()]).astype(np.float32)
    return Samples(X, np.linspace(0.1, 0.3, n * days).astype(np.float32), tuple(columns), place, facts or {})


def test_the_range_is_that_of_an_exponential_field():
    # exp(-h / 20 km) falls to 1/e at 20 km
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 400, (2, 600))
    model = gstools.Exponential(dim=2, len_scale=20)
    fields = {f"field{i}": gstools.SRF(model, seed=i)((x, y)) for i in range(6)}
    found = correlogram(_samples(fields, x, y))
    assert 14 < found.range_km < 26
    # and twice as far in a field that is twice as smooth
    wide = gstools.Exponential(dim=2, len_scale=40)
    found = correlogram(_samples({f"field{i}": gstools.SRF(wide, seed=i)((x, y)) for i in range(6)}, x, y))
    assert 28 < found.range_km < 52


def test_morans_i_by_hand():
    # a row of 60 places, 10 km apart and more: the mean product of the standardised values of pairs
    x = 10 * np.arange(60) ** 1.05
    values = np.r_[np.zeros(30), np.ones(30)]
    found = correlogram(_samples({"step": values}, x, np.zeros(60)))
    z = np.where(values > 0, 1.0, -1.0)
    first, second = np.triu_indices(60, 1)
    distance = np.abs(x[first] - x[second])
    edges = np.linspace(0, distance.max() / 2, 16)
    for middle, correlation in zip(found.distance_km, found.correlation["step"]):
        at = np.searchsorted(edges, middle) - 1
        inside = (distance > edges[at]) & (distance <= edges[at + 1])
        assert inside.sum() >= 20
        npt.assert_allclose(correlation, (z[first] * z[second])[inside].mean(), atol=1e-6)


def test_days_of_a_place_count_as_one():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 100, (2, 60))
    field = {"smooth": np.sin(x / 30) + np.cos(y / 25)}
    once, often = (correlogram(_samples(field, x, y, days)) for days in (1, 7))
    npt.assert_allclose(once.correlation, often.correlation, rtol=1e-4)


def test_what_is_proposed():
    shown = Correlogram(np.array([10.0, 30.0]), pd.DataFrame({"a": [0.6, 0.1]}), pd.Series({"a": 20.0}), 9.0)
    assert shown.block_cells == 3
    assert "alike up to 20 km" in shown.sentence
    assert "buffer (buffer_km) of 20 km, or blocks (block_km) of as much: 3 coarse cells (27 km)" in shown.sentence
    endless = Correlogram(np.array([10.0, 30.0]), pd.DataFrame({"a": [0.9, 0.8]}), pd.Series({"a": np.inf}), 9.0)
    assert endless.block_cells is None
    assert "more than 30 km" in endless.sentence


def test_the_side_of_cells_follows_from_where_places_lie():
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 180, (2, 300))
    samples = _samples({"smooth": np.sin(x / 30)}, x, y)
    cells = samples.index.assign(cell_row=20 - (y // 9).astype(int), cell_column=(x // 9).astype(int))
    found = correlogram(replace(samples, index=cells))
    npt.assert_allclose(found.cell_km, 9, rtol=0.02)
    assert found.block_cells == whole_cells(found.range_km, found.cell_km)
    # in one row of cells the other side is not known
    assert correlogram(replace(samples, index=cells.assign(cell_row=0))).cell_km is None
    assert correlogram(samples).cell_km is None


@pytest.mark.parametrize("n", [5, 14])
def test_few_places_tell_nothing(n):
    x = np.arange(n) * 10.0
    assert correlogram(_samples({"a": x}, x, x)) is None


def test_constant_covariates_tell_nothing():
    x = np.arange(30) * 10.0
    assert correlogram(_samples({"a": np.full(30, 3.0)}, x, x)) is None
