# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of series and the shares of cells, against plain loops that do what their words say."""

import numpy as np
import numpy.testing as npt
import pytest
from rasterio.transform import Affine

pytest.importorskip("hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.series import apply_rule
from soilsharp.core.rasters.settings import RULES, Rule

NAN = np.nan


def by_hand(rule, seen, day, last):
    """Return the value of one pixel on a day: `seen` are its known values by their time, `last` the last raster's."""
    length = rule.days
    before = [t for t in seen if t <= day]
    after = [t for t in seen if t >= day]
    gap_before = day - max(before) if before else np.inf
    gap_after = min(after) - day if after else np.inf
    limit = rule.longest_gap_days
    if rule.rule == "same_day":
        return seen.get(day, NAN)
    if rule.rule in ("sum_before", "mean_before"):
        end = day if rule.with_day else day - 1
        inside = [value for t, value in seen.items() if end - length < t <= end]
        if not inside or len(inside) < rule.min_valid_fraction * length - 1e-9:
            return NAN
        return np.mean(inside) * (length if rule.rule == "sum_before" else 1)
    if rule.rule == "hold":
        return seen[max(before)] if gap_before <= limit else NAN
    if rule.rule == "nearest":
        if min(gap_before, gap_after) > limit:
            return NAN
        return seen[max(before)] if gap_before <= gap_after else seen[min(after)]
    if rule.hold_last and day > last and before:
        return seen[max(before)]
    if gap_before <= limit and gap_after <= limit:
        return np.interp(day, [max(before), min(after)], [seen[max(before)], seen[min(after)]])
    if gap_before <= limit:
        return seen[max(before)]
    return seen[min(after)] if gap_after <= limit else NAN


@settings(max_examples=150)
@given(
    rule=st.builds(
        Rule, rule=st.sampled_from(list(RULES)), days=st.integers(1, 6), with_day=st.booleans(),
        longest_gap_days=st.integers(0, 9), min_valid_fraction=st.floats(0.01, 1), hold_last=st.booleans(),
    ),
    when=st.sets(st.integers(0, 25), min_size=1, max_size=14).map(sorted),
    seed=st.integers(0, 999),
)  # fmt: skip
def test_every_rule_does_what_its_words_say(rule, when, seed):
    rng = np.random.default_rng(seed)
    stack = np.where(rng.random((len(when), 3)) < 0.3, NAN, rng.random((len(when), 3))).astype(np.float32)
    wanted = np.arange(-3, 31)
    start = np.datetime64("2023-05-01")
    made = apply_rule(rule, start + np.array(when), stack, start + wanted)
    expected = np.full(made.shape, NAN)
    for pixel in range(3):
        seen = {t: float(v) for t, v in zip(when, stack[:, pixel]) if np.isfinite(v)}
        expected[:, pixel] = [by_hand(rule, seen, day, when[-1]) for day in wanted]
    npt.assert_allclose(made, expected, rtol=1e-5)


@settings(max_examples=60)
@given(
    width=st.floats(0.6, 5), height=st.floats(0.6, 5), shift_x=st.floats(-3, 3), shift_y=st.floats(-3, 3),
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4)), least=st.sampled_from([0.0, 0.3, 0.75, 1.0]),
    seed=st.integers(0, 999),
)  # fmt: skip
def test_means_of_cells_are_those_of_the_areas_that_they_share(width, height, shift_x, shift_y, shape, least, seed):
    left, top = 4_000_000, 3_000_000
    fine = Grid(_laea(), Affine(1, 0, left, 0, -1, top), (6, 7))
    coarse = Grid(_laea(), Affine(width, 0, left + shift_x, 0, -height, top + shift_y), shape)
    rng = np.random.default_rng(seed)
    values = np.where(rng.random(fine.shape) < 0.3, NAN, rng.random(fine.shape)).astype(np.float32)
    across = shared(coarse, fine, axis=1)
    down = shared(coarse, fine, axis=0)
    share = down[:, None, :, None] * across[None, :, None, :]
    known = np.where(np.isfinite(values), share, 0).sum((2, 3))
    total = np.where(np.isfinite(values), share * np.nan_to_num(values), 0).sum((2, 3))
    sums, weights = Overlap(coarse, fine).sums(values)
    npt.assert_allclose(weights, known, atol=1e-5)
    npt.assert_allclose(sums, total, atol=1e-5)
    clear = np.abs(known / (width * height) - least) > 1e-5  # at the limit itself rounding decides
    mean = np.where((known > 1e-6) & (known / (width * height) >= least), total / np.maximum(known, 1e-6), NAN)
    made = Overlap(coarse, fine).mean(values, least)
    clear &= (known > 1e-3) | (known == 0)
    npt.assert_allclose(made[clear], mean[clear], rtol=1e-3)


def _laea():
    from soilsharp.core.rasters.grid import parse_crs

    return parse_crs("EPSG:3035")


def shared(coarse, fine, axis):
    """Return what cells and pixels share along an axis, shape (cells, pixels), in the units of the grid."""
    ends = []
    for grid in (coarse, fine):
        t = grid.transform
        step, first = (t.a, t.c) if axis == 1 else (t.e, t.f)
        edges = first + step * np.arange(grid.shape[axis] + 1)
        ends.append((np.minimum(edges[1:], edges[:-1]), np.maximum(edges[1:], edges[:-1])))
    (low, high), (own_low, own_high) = ends
    return np.clip(np.minimum(high[:, None], own_high) - np.maximum(low[:, None], own_low), 0, None)
