# SPDX-License-Identifier: GPL-2.0-or-later
"""On made-up days whose truth is known the map is better than interpolation; the whole is `make simulate`."""

import numpy as np
import pytest

from soilsharp.benchmarks import scenes, simulation
from soilsharp.benchmarks.simulation import COVER, GOALS, NOISE_FOUND, ROUGH, SMOOTH_DAY, Case, Figures, design

SEEDS = (11, 12, 13)
FIELDS = ("exponential 1", "gaussian 3", "mixture")

pytest.importorskip("lightgbm", reason="LightGBM is not installed for this Python")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows():
    """Return the runs of a small set: single days of 12 x 12 cells."""
    return [simulation.run(case) for case in design(12, 1, SEEDS, FIELDS)]


def test_single_days_reach_the_goals(rows):
    assert len(rows) == 108
    found = Figures.of(rows)
    assert found.reach(GOALS[12, 1]), found


def test_a_smooth_day_without_noise_is_told_nearly_whole(rows):
    smooth = [r["ratio"] for r in rows if (r["field"], r["noise"], r["covariates"]) == ("gaussian 3", 0, "useless")]
    assert len(smooth) == 3
    assert max(smooth) <= SMOOTH_DAY


def test_bands_hold_what_they_say(rows):
    cover = simulation.covers(rows)
    assert COVER[0] <= cover.mean() <= COVER[1]
    assert (cover >= 0.8).mean() >= 0.95


def test_covariates_are_believed_where_they_tell(rows):
    mean = {
        told: np.mean([row["ratio"] for row in rows if row["covariates"] == told]) for told in simulation.COVARIATES
    }
    assert mean["telling"] < 0.85 * mean["useless"]


def test_covariates_in_the_wrong_cells_have_no_weight():
    weights = []
    for case in design(
        12, 1, range(1000, 1020), ("exponential 1", "exponential 4", "gaussian 3"), (0.25,), ("permuted",)
    ):
        here, made = scenes.ground(case.side), scenes.scene(case)
        predicted, _ = simulation.learned(here, made)
        weights.append(simulation.weigh(here.cells, made.coarse, predicted).values)
    assert sum(not one.any() for one in weights) >= 57  # 19 of 20


def test_roughness_finer_than_a_cell_that_means_nothing_does_little_harm():
    fields = ("exponential 1", "exponential 4", "gaussian 3")
    ratio = [simulation.run(case)["ratio"] for case in design(24, 1, (21,), fields, (0.0, 0.5), ("rough",))]
    assert np.mean(ratio) <= ROUGH[0]
    assert np.max(ratio) <= ROUGH[1]


def test_a_stated_error_where_there_is_none_changes_no_map():
    for case in design(16, 1, (31,), simulation.FIELDS, (0.0,), ("useless",)):
        assert not any(simulation.run_stated(case)["changed"]), case


def test_a_series_is_better_and_finds_its_noise():
    found = [simulation.run(Case(16, 30, "exponential 2", noise, "useless", 41)) for noise in (0.5, 1.0)]
    for row in found:
        assert row["ratio"] <= 1
        assert row["filled"] < 0.8
        assert NOISE_FOUND[0] <= row["noise_found"] / row["noise_put_in"] <= NOISE_FOUND[1]


def test_same_case_same_figures():
    case = Case(12, 1, "exponential 4", 0.25, "telling", 51)
    assert simulation.run(case) == simulation.run(case)


def test_scenes_are_what_they_say():
    made = scenes.scene(Case(12, 12, "exponential 4", 1.0, "telling", 1))
    here = scenes.ground(12)
    means = here.means(made.truth)
    seen = np.isfinite(made.coarse)
    assert seen.mean() == pytest.approx(1 - scenes.GAP, abs=0.01)
    assert np.std((made.coarse - means)[seen]) == pytest.approx(made.noise, rel=0.1)
    np.testing.assert_allclose(here.overlap.mean(made.truth[0]), means[0])
    quiet = scenes.scene(Case(12, 12, "exponential 4", 0.0, "telling", 1))
    np.testing.assert_array_equal(quiet.truth, made.truth)
