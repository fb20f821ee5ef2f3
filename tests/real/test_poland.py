# SPDX-License-Identifier: GPL-2.0-or-later
"""Field samples with Sentinel-1 from a table as people write them, and scores that depend on what is held back."""

import numpy as np
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.training.folds.divide import make_folds
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import out_of_fold


@pytest.fixture(scope="module")
def samples(cases, real_data):
    return cases.field_samples(real_data)


def test_percent_is_refused_until_told(cases, real_data):
    with pytest.raises(InputError, match=r"4\.8 to 54\.5: this looks like percent"):
        cases.field_samples(real_data, unit="m3 m-3")


def test_percent_is_converted_when_told(samples):
    assert samples.y.min() == pytest.approx(0.048)
    assert samples.y.max() == pytest.approx(0.545)


def test_days_first_is_told_by_the_dates_themselves(cases, real_data, samples):
    untold = cases.field_samples(real_data, date_format="")
    assert untold.index["date"].equals(samples.index["date"])


def test_dates_are_day_month_year(samples):
    dates = samples.index["date"]
    assert dates.nunique() == 27
    assert f"{dates.iloc[0]:%Y-%m-%d}" == "2024-10-12"
    assert dates.dt.year.isin([2024, 2025]).all()


def test_rows_without_clay_stay_for_learners_that_take_gaps(samples, cases):
    assert len(samples) == 826
    gaps = np.isnan(samples.X)
    assert gaps.any(1).sum() == gaps[:, samples.names.index("assumed_clay_content")].sum() == 10
    counted = {key: np.isfinite(out_of_fold(samples, Recipe.of(key), FoldOptions(by="random"))) for key in cases.LABELS}
    assert {key: known.sum() for key, known in counted.items()} == {
        "linear": 816, "random_forest": 816, "lightgbm": 826,
    }  # fmt: skip


def test_column_that_stands_twice_is_taken_once(samples, cases):
    assert samples.names == cases.FIELD_COVARIATES
    clay = samples.X[:, samples.names.index("assumed_clay_content")]
    assert 7 <= np.nanmin(clay) <= np.nanmax(clay) <= 52


def test_polish_text_survives(samples, tmp_path):
    assert samples.index["top_texture"].str.contains("ciężkie").any()
    samples.write(tmp_path / "samples.csv")
    again = type(samples).read(tmp_path / "samples.csv")
    assert again.index["top_texture"].equals(samples.index["top_texture"])
    np.testing.assert_allclose(again.X, samples.X, rtol=1e-6)


@pytest.mark.parametrize(
    ("folds", "column", "groups"), [("fields", "station", 93), ("dates", "date", 27), ("areas", "study_area", 5)]
)
def test_groups_are_held_back_whole(samples, cases, folds, column, groups):
    names = samples.index[column]
    assert names.nunique() == groups
    seen = []
    for learn, test in make_folds(samples, cases.FOLDS[folds], seed=1):
        assert not set(names.iloc[learn]) & set(names.iloc[test])
        seen.extend(test)
    assert sorted(seen) == list(range(len(samples)))


# by another program, with other folds: RMSE in m3 m-3 and R2
@pytest.mark.parametrize(
    ("folds", "rmse", "r2"),
    [
        ("single samples", 0.0551, 0.673),
        ("fields", 0.0682, 0.498),
        ("dates", 0.0705, 0.464),
        ("areas", 0.0831, 0.256),
    ],
)
def test_forest_scores_as_computed_elsewhere(fields, folds, rmse, r2):
    row = fields.loc[("Random forest", folds)]
    assert row["n"] == 816
    # how 92 fields or 27 dates fall into five parts matters more than the forest
    loose = folds in ("fields", "dates")
    assert row["rmse"] == pytest.approx(rmse, abs=0.005 if loose else 0.002)
    assert row["r2"] == pytest.approx(r2, abs=0.07 if loose else 0.02)


@pytest.mark.parametrize("learner", ["Linear (ridge)", "Random forest", "Gradient boosting (LightGBM)"])
def test_random_folds_flatter(fields, learner):
    r2 = fields.loc[learner]["r2"]
    assert r2["single samples"] > r2[["fields", "dates"]].max()
    assert r2[["fields", "dates"]].min() > r2["areas"]
