# SPDX-License-Identifier: GPL-2.0-or-later
"""Quantile correlations: where the answer is known, and against lines that are found by trying all pairs of points."""

from itertools import combinations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.analysis.figures import mqcc_figure
from soilsharp.core.analysis.mqcc import QUANTILES, coarse_grain, mqcc, quantile_correlation
from soilsharp.core.analysis.settings import MqccOptions
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress

DAYS = pd.date_range("2021-05-01", periods=120)
FEW = {"options": MqccOptions(longest=4), "quantiles": (0.1, 0.5, 0.9)}


def series(values, days=DAYS):
    return pd.Series(np.asarray(values, float), days[: len(values)])


def wave(seed=0, n=120):
    rng = np.random.default_rng(seed)
    return 0.25 + 0.1 * np.sin(np.arange(n) / 9) + rng.normal(0, 0.02, n)


def slope_by_trying(x, y, quantile):
    """Return the slope of the best quantile line: one of them goes through two of the points."""
    best, found = np.inf, np.nan
    for i, j in combinations(range(len(x)), 2):
        b = (y[j] - y[i]) / (x[j] - x[i])
        away = y - y[i] - b * (x - x[i])
        loss = np.where(away > 0, quantile * away, (quantile - 1) * away).sum()
        if loss < best - 1e-12:
            best, found = loss, b
    return found


def test_a_line_has_one_and_a_falling_one_minus_one():
    x = wave()
    for y, expected in ((0.05 + 0.3 * x, 1), (0.5 - 2 * x, -1)):
        result = mqcc(series(x), series(y), **FEW)
        npt.assert_allclose(result.rho, expected, atol=1e-6)
    npt.assert_array_equal(result.n, [120, 60, 40, 30])
    npt.assert_array_equal(result.scales, [1, 2, 3, 4])


def test_against_the_best_line_through_two_points():
    rng = np.random.default_rng(4)
    x = rng.normal(0.2, 0.05, 31)
    y = 0.1 + 0.5 * x + rng.normal(0, 0.02, 31)
    for quantile in (0.1, 0.35, 0.5, 0.8):
        b = slope_by_trying(x, y, quantile), slope_by_trying(y, x, quantile)
        assert min(b) > 0
        npt.assert_allclose(quantile_correlation(x, y, quantile), np.sqrt(b[0] * b[1]), rtol=1e-6)
        npt.assert_allclose(
            quantile_correlation(x, -y, 1 - quantile),
            -np.sqrt(b[0] * slope_by_trying(-y, x, 1 - quantile) * -1),
            rtol=1e-6,
        )


def test_it_does_not_matter_which_comes_first_nor_the_units():
    x, y = wave(1), wave(2) + np.random.default_rng(9).normal(0, 0.03, 120)
    one, other = mqcc(series(x), series(y), **FEW), mqcc(series(y), series(x), **FEW)
    assert np.isfinite(one.rho).mean() > 0.9
    npt.assert_allclose(one.rho, other.rho, rtol=1e-9)
    npt.assert_allclose(mqcc(series(100 * x - 3), series(y), **FEW).rho, one.rho, rtol=1e-6)


def test_independent_series_have_little_or_none():
    rng = np.random.default_rng(7)
    rho = np.array([
        quantile_correlation(rng.normal(size=400), rng.normal(size=400), quantile)
        for _ in range(4)
        for quantile in (0.2, 0.5, 0.8)
    ])  # fmt: skip
    # slopes of chance differ in sign as often as not
    assert np.isnan(rho).any()
    assert np.nanmax(np.abs(rho)) < 0.25


def test_wet_days_may_go_together_where_dry_ones_do_not():
    rng = np.random.default_rng(3)
    rain = rng.gamma(0.5, 2, 800)  # seen by both, and seldom much
    x, y = rng.normal(size=(2, 800)) + rain
    dry, wet = (quantile_correlation(x, y, q) for q in (0.1, 0.9))
    assert 0 < dry < wet - 0.15


def test_slopes_that_differ_in_sign_and_constants_have_none():
    x = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9.0])
    y = np.array([5, 5, 5, 5, 5, 5, 5, 5, 5, 9.0])
    assert np.isnan(quantile_correlation(x, np.full(10, 0.3), 0.5))
    assert np.isnan(quantile_correlation(x, y, 0.5))  # the median line is flat


def test_means_over_stretches_of_days_count_what_both_know():
    a = np.arange(1.0, 11)
    b = 10 * a
    b[4] = np.nan  # of 4 5 6 the fifth
    a[8] = b[6] = np.nan  # of 7 8 9 the eighth is left
    npt.assert_allclose(coarse_grain(np.column_stack([a, b]), 3, 0.6), [[2, 20], [5, 50]])
    npt.assert_allclose(coarse_grain(np.column_stack([a, b]), 3, 0.3), [[2, 20], [5, 50], [8, 80]])
    npt.assert_allclose(coarse_grain(np.column_stack([a, b]), 3), [[2, 20]])
    assert len(coarse_grain(np.column_stack([a, b]), 1)) == 7


def test_gaps_keep_their_place_in_the_calendar():
    x, y = series(wave(1)), series(wave(1) + 0.01)
    holes = y.drop(y.index[[1, 2, 3, 50]])
    result = mqcc(x, holes, **FEW)
    # of two days one is enough at a share of one half: only the days 3 and 4 are both missing
    npt.assert_array_equal(result.n, [116, 59, 39, 29])
    npt.assert_allclose(result.rho, 1, atol=1e-6)


def test_a_scale_with_too_few_means_has_no_correlation_and_the_table_says_so():
    result = mqcc(series(wave()[:24]), series(wave(1)[:24]), MqccOptions(longest=3, min_means=10))
    npt.assert_array_equal(result.n, [24, 12, 8])
    assert np.isfinite(result.rho[0]).any()
    assert np.isnan(result.rho[2]).all()
    table = result.table()
    assert table.columns.tolist() == ["scale_days", "quantile", "n", "rho"]
    assert table["quantile"].tolist() == [*QUANTILES] * 3
    npt.assert_array_equal(table["rho"], result.rho.ravel())
    assert table["n"][26] == 8


def test_what_cannot_be_compared_is_refused_and_a_cancel_is_felt():
    x = series(wave())
    with pytest.raises(InputError, match="have 0 common days, but 10 are needed"):
        mqcc(x, x.set_axis(x.index + pd.Timedelta(days=500)))
    with pytest.raises(InputError, match="several values of 2021-05-01"):
        mqcc(x, pd.concat([x, x[:1]]))
    asked = iter([False] * 5 + [True] * 99)
    with pytest.raises(Cancelled):
        mqcc(x, x, progress=Progress(stop_asked=lambda: next(asked)))


def test_the_figure_shows_each_scale_and_quantile():
    x = wave()
    result = mqcc(series(x), series(1 - x), **FEW)
    result.rho[0, 2] = np.nan
    panel, bar = mqcc_figure(result).axes
    npt.assert_array_equal(panel.collections[0].get_array().reshape(3, 4).filled(np.nan), result.rho.T)
    assert [text.get_text() for text in panel.texts] == ["−1.00"] * 11
    assert bar.get_ylim() == (-1, 1)
