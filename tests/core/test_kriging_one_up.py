# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights one scale up, against plain loops; what is learned where covariates tell and where they do not."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pytest
from scipy.optimize import nnls

from soilsharp.core.downscaling.kriged_facts import KrigedFacts
from soilsharp.core.kriging import one_up as module
from soilsharp.core.kriging.cap import cap
from soilsharp.core.kriging.cells import Cells
from soilsharp.core.kriging.kernels import EXPONENTIAL, Kernel
from soilsharp.core.kriging.one_up import Details, Weights, find_details, weigh
from soilsharp.core.report.words import kriged_facts, passport_facts, weights_sentence
from soilsharp.core.training.blend import CoarseFacts

CELLS = Cells((12, 11), 0.9)


def _fields(days=3, parts=2, cells=CELLS, seed=1, telling=(1.0, 0.0), gaps=0.2):
    """Return a coarse product and predictions that tell it but for a part of their own."""
    rng = np.random.default_rng(seed)
    told = 0.05 * rng.standard_normal((days, *cells.shape))
    observed = 0.25 + told + 0.02 * rng.standard_normal(told.shape)
    predicted = np.stack([0.25 + share * told + 0.02 * rng.standard_normal(told.shape) for share in telling[:parts]])
    observed[rng.random(observed.shape) < gaps] = np.nan
    return observed, predicted


@pytest.mark.parametrize(("side", "shift"), [(2, 0), (2, 1), (3, 2)])
def test_smoothing_is_ordinary_kriging_from_means_of_super_cells(side, shift):
    rng = np.random.default_rng(2)
    cell = np.flatnonzero(rng.random(CELLS.size) < 0.8)
    fraction = rng.uniform(0.2, 1, len(cell))
    groups = {}
    for number, one in enumerate(cell):
        groups.setdefault(((one // 11 + shift) // side, (one % 11 + shift) // side), []).append(number)
    members = list(groups.values())
    share = [fraction[group] / fraction[group].sum() for group in members]
    table = CELLS.matrix(Kernel(EXPONENTIAL, module.LENGTH * side), cell)
    count = len(members)
    system, right = np.ones((count + 1, count + 1)), np.ones((count + 1, len(cell)))
    system[-1, -1] = 0
    for i in range(count):
        right[i] = share[i] @ table[members[i]]
        for j in range(count):
            system[i, j] = share[i] @ table[np.ix_(members[i], members[j])] @ share[j] + module.NUGGET * (i == j)
    weights = np.linalg.solve(system, right)[:-1]
    expected = np.zeros((len(cell), len(cell)))
    for i in range(count):
        for number, part in zip(members[i], share[i]):
            expected[:, number] = weights[i] * part
    made = module._smoothing(CELLS, cell.tobytes(), fraction.tobytes(), side, shift)
    npt.assert_allclose(made, expected, atol=1e-8)
    npt.assert_allclose(made.sum(1), 1, atol=1e-9)


def test_details_are_of_all_sides_shifts_and_days():
    observed, predicted = _fields()
    known = np.isfinite(observed)
    made = find_details(CELLS, observed, predicted, known, np.ones(CELLS.shape))
    expected, numbers = [], []
    for side, shift in ((2, 0), (2, 1), (3, 0), (3, 1), (3, 2)):
        for day in range(3):
            cell = np.flatnonzero(known[day])
            smoothing = module._smoothing(CELLS, cell.tobytes(), np.ones(len(cell)).tobytes(), side, shift)
            values = np.stack([observed[day], *predicted[:, day]]).reshape(3, -1)[:, cell]
            expected.append(values.T - smoothing @ values.T)
            numbers.append(cell)
    npt.assert_allclose(np.column_stack([made.observed, made.predicted]), np.concatenate(expected), atol=1e-12)
    npt.assert_array_equal(made.cell, np.concatenate(numbers))


def test_weights_are_least_squares_shrunk_by_what_they_are_worth():
    observed, predicted = _fields()
    details = find_details(CELLS, observed, predicted, np.isfinite(observed), np.ones(CELLS.shape))
    blocks = [(cell // 11 // 4, cell % 11 // 4) for cell in details.cell]
    names = sorted(set(blocks))
    fold_of = dict(zip(names, np.random.default_rng(0).permutation(len(names)) % 8))
    fold = np.array([fold_of[block] for block in blocks])
    crossed = np.zeros(len(fold))
    for number in range(8):
        test = fold == number
        if test.any():
            crossed[test] = details.predicted[test] @ nnls(details.predicted[~test], details.observed[~test])[0]
    slope = (crossed * details.observed).sum() / (crossed**2).sum()
    sums = dict.fromkeys(names, 0.0)
    for block, p, b in zip(blocks, crossed, details.observed):
        sums[block] += p * (b - slope * p)
    error = np.sqrt(sum(total**2 for total in sums.values())) / (crossed**2).sum()
    whole = nnls(details.predicted, details.observed)[0]
    expected = whole * np.clip(slope, 0, 1) * max(0, 1 - 4 * (error / slope) ** 2)
    made = weigh(CELLS, observed, predicted)
    npt.assert_allclose(made.values, expected, rtol=1e-9)
    npt.assert_allclose(made.errors, whole * error, rtol=1e-9)
    left = details.observed - np.clip(slope, 0, 1) * crossed
    skill = 1 - (left**2).sum() / (details.observed**2).sum()
    assert made.skill == pytest.approx(skill)
    numbers = np.unique(fold)
    without = [
        1 - (left[fold != number] ** 2).sum() / (details.observed[fold != number] ** 2).sum() for number in numbers
    ]
    spread = sum((one - np.mean(without)) ** 2 for one in without)
    assert made.skill_error == pytest.approx(np.sqrt((len(numbers) - 1) / len(numbers) * spread))
    rms = np.sqrt(((details.predicted @ expected) ** 2).mean() / (details.observed**2).mean())
    assert made.ratio == pytest.approx(rms)
    assert made.helped


def test_what_tells_is_believed_and_what_does_not_is_not():
    observed, predicted = _fields()
    made = weigh(CELLS, observed, predicted)
    assert made.values[0] > 0.6
    assert made.values[1] < 0.15
    useless = [weigh(CELLS, *_fields(seed=seed, telling=(0.0, 0.0))) for seed in range(20)]
    assert sum(not one.values.any() for one in useless) >= 19
    assert not any(one.helped for one in useless if not one.values.any())


def test_a_day_may_be_turned_upside_down_by_nobody():
    observed, predicted = _fields(telling=(-1.0, -0.5))
    npt.assert_array_equal(weigh(CELLS, observed, predicted).values, 0)


def test_too_little_tells_nothing():
    small = Cells((4, 4))
    few = weigh(small, *_fields(2, cells=small))
    npt.assert_array_equal(few.values, 0)
    assert not few.helped
    assert not few.measured
    assert "Too little is known" in weights_sentence(few)
    observed, predicted = _fields()
    npt.assert_array_equal(weigh(CELLS, np.full_like(observed, np.nan), predicted).values, 0)
    npt.assert_array_equal(weigh(CELLS, observed, np.full_like(predicted, np.nan)).values, 0)
    npt.assert_array_equal(weigh(CELLS, observed, predicted, np.zeros(CELLS.shape)).values, 0)


@pytest.mark.parametrize("what", ["coarse", "predictions", "both"])
def test_maps_without_variation_get_no_weight_and_no_nan(what):
    observed, predicted = _fields()
    if what != "predictions":
        observed = np.where(np.isfinite(observed), 0.25, np.nan)
    if what != "coarse":
        predicted = np.full_like(predicted, 0.25)
    made = weigh(CELLS, observed, predicted)
    npt.assert_allclose(made.values, 0, atol=1e-9)
    for figure in (made.skill, made.skill_error, made.ratio, *made.errors):
        assert np.isfinite(figure)
    assert not made.helped


def test_unknown_fractions_and_gaps_of_predictions_do_not_count():
    observed, predicted = _fields()
    fraction = np.ones(CELLS.shape)
    fraction[:3] = np.nan
    hidden = observed.copy()
    hidden[:, :3] = np.nan
    npt.assert_allclose(weigh(CELLS, observed, predicted, fraction).values, weigh(CELLS, hidden, predicted).values)
    predicted[:, :, :3] = np.nan
    npt.assert_allclose(weigh(CELLS, observed, predicted).values, weigh(CELLS, hidden, predicted).values)


def test_large_grids_are_looked_at_in_tiles_where_there_is_something():
    cells = Cells((90, 90))
    observed, predicted = _fields(2, cells=cells, gaps=0.1)
    assert weigh(cells, observed, predicted).values[0] > 0.6
    observed[:, :, :60] = np.nan  # land only in the east
    first, again = (weigh(cells, observed, predicted) for _ in range(2))
    assert first.values[0] > 0.6
    npt.assert_array_equal(first.values, again.values)


def test_the_order_of_parts_does_not_matter():
    observed, predicted = _fields(telling=(1.0, 0.7))
    forth, back = weigh(CELLS, observed, predicted), weigh(CELLS, observed, predicted[::-1])
    npt.assert_allclose(forth.values, back.values[::-1], rtol=1e-6)
    assert forth.skill == pytest.approx(back.skill)


def test_the_cap_lets_through_what_may_be_and_no_more():
    assert cap(0.5, 0.02, 0.005) == 1
    assert cap(0.5, 0.02, 0.05) == pytest.approx(1.2 * 0.5 * 0.02 / 0.05)
    assert cap(0.5, 0.02, 0.0) == 1
    assert cap(0.5, 0.0, 0.02) == 0


def test_words_say_how_little_covariates_help_and_no_less():
    told = Weights(np.array([0.5]), np.array([0.1]), 0.41, 0.06, 0.6)
    little = replace(told, skill=0.03, skill_error=0.04)
    nothing = replace(little, values=np.zeros(1))
    assert "the covariates explain 41 ± 6 %" in weights_sentence(told)
    # with a weight above 0 the map is not quite the interpolation
    assert "did not help here, as far as can be told (3 ± 4 %" in weights_sentence(little)
    assert "little else than the interpolation" in weights_sentence(little)
    assert weights_sentence(nothing) == (
        "The covariates did not help here: the map is the interpolation of the coarse product."
    )
    unknown = Weights.none(1)
    for weights, words in (
        (told, "41 ± 6 %"),
        (little, "did not help"),
        (nothing, "did not help"),
        (unknown, "not known"),
    ):
        facts = CoarseFacts(weights, (1.0, 1.0), 0.2, None).as_dict()
        assert words in passport_facts({"coarse": facts})["Detail among coarse cells explained"]
        assert words in kriged_facts(KrigedFacts(learned=weights))["Detail among coarse cells explained"]


def test_matrices_of_large_grids_are_not_kept():
    cells = Cells((30, 30))
    weigh(cells, *_fields(3, cells=cells, gaps=0.3))
    assert module._smoothing.cache_info().currsize == 0


def test_no_weights_say_that_nothing_helped():
    none = Weights.none(2)
    assert not none.helped
    assert none.values.shape == none.errors.shape == (2,)
    assert Details(np.empty(0), np.empty((0, 2)), np.empty(0, int)).observed.size == 0
