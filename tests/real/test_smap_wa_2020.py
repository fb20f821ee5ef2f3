# SPDX-License-Identifier: GPL-2.0-or-later
"""SMAP over Western Australia from 36 to 9 km with a poor covariate: an honest tool must say that bilinear wins."""

import numpy as np
import pytest

from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.scoring.baselines import AS_IS, BASELINES, BILINEAR, SMOOTH
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.scoring.verdict import verdict

DAYS = np.array([f"2020-01-{day:02}" for day in (1, 3, 9, 11, 17, 19, 25, 27)], "datetime64[D]")


def test_days_come_from_names_with_am_and_pm(smap, cases, real_data):
    result, _ = smap
    np.testing.assert_array_equal(result.study.coarse_series.days, DAYS)
    np.testing.assert_array_equal(cases.smap_reference(real_data).days, DAYS)
    for series in result.maps.values():
        np.testing.assert_array_equal(series.days, DAYS)


def test_days_without_overpass_have_no_map(smap):
    for facts in smap[0].facts.values():
        assert len(facts.maps) == 8
        assert len(facts.empty_days) == 27 - 8


def test_coarse_product_is_the_mean_of_the_fine_one(smap, cases, real_data):
    # a property of the data: only since it holds does conservation make sense here
    study = smap[0].study
    overlap, reference, found = Overlap(study.coarse_grid, study.grid), cases.smap_reference(real_data), []
    for source, coarse in zip(reference.sources, study.coarse_series.sources):
        mean = overlap.mean(read_on(source, study.grid), min_valid_fraction=1)
        found.append(scores(read_on(coarse, study.coarse_grid), mean))
    assert np.mean([f["rmse"] for f in found]) == pytest.approx(0.0042, abs=2e-4)
    assert np.mean([f["r"] for f in found]) == pytest.approx(0.995, abs=1e-3)


@pytest.mark.parametrize("how", ["additive", "ratio"])
@pytest.mark.parametrize("key", ["linear", "random_forest", "lightgbm"])
def test_mean_over_every_coarse_cell_is_the_coarse_value(smap, key, how):
    result, _ = smap
    rows, columns = result.study.coarse_grid.shape
    for day in DAYS:
        # four times four pixels of equal area a cell
        fine = result.map(key, how, day).astype(float).reshape(rows, 4, columns, 4).transpose(0, 2, 1, 3)
        fine, coarse = fine.reshape(rows, columns, 16), result.coarse(day)
        both = np.isfinite(coarse) & np.isfinite(fine).any(2)
        assert both.sum() > 200
        assert np.abs(np.nanmean(fine[both], axis=1) - coarse[both]).max() < 1e-6
        assert np.nanmin(fine) >= 0


@pytest.mark.parametrize(("product", "rmse", "r"), [(AS_IS, 0.0160, 0.927), (BILINEAR, 0.0122, 0.961)])
def test_baselines_score_as_computed_elsewhere(smap, product, rmse, r):
    row = smap[1].table.set_index("product").loc[product]
    assert row["n"] == 8 * 3850
    assert row["date_mean_rmse"] == pytest.approx(rmse, abs=3e-4)
    assert row["date_mean_r"] == pytest.approx(r, abs=1e-3)


def test_forest_alone_finds_almost_nothing(smap, cases):
    # ERA5-Land knows little of this desert's soil moisture; elsewhere RMSE 0.046 and R 0.25 were found
    row = smap[1].table.set_index("product").loc[cases.product_name("random_forest", "off")]
    assert row["date_mean_rmse"] > 0.04
    assert row["date_mean_r"] < 0.3


def test_smooth_interpolation_has_a_sixth_less_error_than_bilinear(smap):
    rows = smap[1].table.set_index("product")
    assert set(rows["n"]) == {8 * 3850}
    assert rows.loc[SMOOTH, "rmse"] == pytest.approx(0.0101, abs=1e-4)
    assert rows.loc[SMOOTH, "rmse"] < 0.85 * rows.loc[BILINEAR, "rmse"]


def test_report_says_that_smooth_interpolation_wins(smap, cases):
    table = smap[1].table
    words = verdict(table[table["product"] != cases.SOILSHARP.name])
    assert words.startswith("Smooth interpolation of the coarse product did best of 12")


def test_soilsharp_sees_that_the_covariate_does_not_help_and_is_as_good_as_smooth_interpolation(smap, cases):
    rmse = smap[1].table.set_index("product")["rmse"]
    assert rmse[cases.SOILSHARP.name] == pytest.approx(rmse[SMOOTH], abs=1e-4)
    assert rmse[cases.SOILSHARP.name] <= 0.0106


def test_report_against_one_map_says_so_too(smap, cases):
    table = smap[1].table
    for key in cases.LABELS:
        name = cases.product_name(key, "additive")
        words = verdict(table[table["product"].isin([name, *BASELINES])])
        assert words.startswith(f"Smooth interpolation of the coarse product did better than {name}")
