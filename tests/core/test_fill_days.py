# SPDX-License-Identifier: GPL-2.0-or-later
"""Days without overpass filled cell by cell: the regression against scikit-learn, and a region whose truth is known."""

import numpy as np
import numpy.testing as npt
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.fill_days import PENALTIES, fill_coarse_days, ridge_through_time
from soilsharp.core.preprocessing.settings import FillDaysOptions
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.study.study import Study


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


def test_the_regression_is_ridge_and_its_error_that_of_rows_left_out():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 4)) * [1, 10, 0.1, 5] + [0, 280, 3, 1]
    y = 0.2 + 0.02 * (X[:, 0]) + 0.002 * (X[:, 1] - 280) + 0.005 * rng.normal(size=40)
    found = ridge_through_time(X, y)
    errors = []
    for penalty in PENALTIES * len(y) / 100:
        # standardised once: leaving a day out changes the mean of the others, but not what was scaled
        Z = StandardScaler().fit_transform(X)
        model = Ridge(penalty)
        left_out = cross_val_predict(model, Z, y, cv=LeaveOneOut())
        errors.append(np.sqrt(np.mean((left_out - y) ** 2)))
    best = make_pipeline(StandardScaler(), Ridge((PENALTIES * len(y) / 100)[int(np.argmin(errors))])).fit(X, y)
    npt.assert_allclose(found.intercept + (X - found.mean) @ found.weights, best.predict(X), atol=1e-9)
    # the formula knows no change of the mean by the row itself
    npt.assert_allclose(found.rmse, min(errors), rtol=0.02)
    assert 0.5 < found.r2 < 1


def test_a_covariate_that_never_changes_says_nothing():
    X = np.column_stack([np.linspace(0, 1, 30), np.full(30, 7.0)])
    found = ridge_through_time(X, 0.1 + 0.2 * X[:, 0])
    assert found.weights[1] == 0
    assert found.r2 > 0.99


def test_days_that_the_satellite_did_not_see_are_filled_and_marked(study, tmp_path):
    outcome = fill_coarse_days(study, tmp_path / "out", FillDaysOptions(min_days=6, min_r2=-10))
    assert {made.name for made in outcome.maps} == {"sm", "filled", "held_out_rmse", "held_out_r2", "days_learned"}
    maps, kinds = (Series.from_files(tmp_path / "out" / name) for name in ("sm", "filled"))
    before = study.coarse_series
    n_filled = 0
    for source, kind, day in zip(maps.sources, kinds.sources, maps.days):
        value, is_filled = (read_on(Source(one.path), study.coarse_grid) for one in (source, kind))
        at = np.flatnonzero(before.days == day)
        seen = read_on(before.sources[at[0]], study.coarse_grid) if len(at) else np.full(value.shape, np.nan)
        known = np.isfinite(seen)
        npt.assert_array_equal(value[known], seen[known].astype(np.float32))  # what was seen stays as it is
        npt.assert_array_equal(is_filled[known], 0)
        npt.assert_array_equal(is_filled[~known & np.isfinite(value)], 1)
        n_filled += int((is_filled == 1).sum())
    assert n_filled > 50
    learned = read_on(Source(str(tmp_path / "out" / "days_learned.tif")), study.coarse_grid)
    assert np.nanmax(learned) <= len(study.days)


def test_a_cell_whose_model_is_worth_nothing_stays_empty(study, tmp_path):
    with pytest.raises(InputError, match=r"No cell can be filled: none of .* R² of 0.999 or more"):
        fill_coarse_days(study, tmp_path / "out", FillDaysOptions(min_days=6, min_r2=0.999))
    assert not (tmp_path / "out").exists()


def test_a_study_without_dated_covariates_is_refused(study, tmp_path):
    from dataclasses import replace

    statics = {name: entry for name, entry in study.covariates.items() if not entry.dated}
    with pytest.raises(InputError, match="no covariate that changes with time"):
        fill_coarse_days(replace(study, covariates=statics), tmp_path / "out")


def test_a_stop_is_felt_and_nothing_is_left(study, tmp_path, stop):
    asked = stop()
    fill_coarse_days(study, tmp_path / "all", FillDaysOptions(min_days=6, min_r2=-10), Progress(stop_asked=asked))
    with pytest.raises(Cancelled):
        fill_coarse_days(
            study,
            tmp_path / "out",
            FillDaysOptions(min_days=6, min_r2=-10),
            Progress(stop_asked=stop(asked.looks // 2)),
        )
    assert not (tmp_path / "out").exists()
