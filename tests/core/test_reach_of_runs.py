# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run tells of its reach: the line of the grid, and the table and figure of stations where its model loses."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.progress import SILENT
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.reach import FILE, TITLE, tell_reach
from soilsharp.core.methods.roles import match_roles
from soilsharp.core.methods.run_state import RunState
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.sampling import sample_stations
from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.study.study import Study
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    # a station needs ten days on which the coarse product is seen at it
    options = RegionOptions(size_km=36, resolution_m=1000, coarse_km=9, days=32, n_stations=12)
    return Study.read(create_sample_region(tmp_path_factory.mktemp("reach"), options, seed=1).study)


@pytest.fixture(scope="module")
def samples(study):
    return sample_stations(study, names=["coarse_sm", "ndvi", "sand", "elevation"])


@pytest.fixture(scope="module")
def model(samples):
    return train(samples, Recipe((Candidate.of("linear", {}),)), FoldOptions(by="station", n_folds=4), weigh=False)


def _state(study, folder):
    method = Method.read("stations_linear")
    return RunState(study, method, match_roles(method, study), folder, 1)


def test_stations_stand_in_a_file_by_what_the_model_loses_to_the_coarse_product(study, samples, model, tmp_path):
    state = _state(study, tmp_path)
    tell_reach(state, model, samples, model.held_out, SILENT)
    table = pd.read_csv(tmp_path / FILE)
    held = model.held_out.table
    held = held[np.isfinite(held[AS_IS])]
    for row in table.to_dict("records"):
        own = held[held["station"] == row["station"]]
        squares = [((own[name] - own["observed"]) ** 2).mean() for name in (model.held_out.models[0], AS_IS)]
        assert row["n"] == len(own)
        npt.assert_allclose([row["rmse"], row["rmse_coarse"]], np.sqrt(squares), rtol=1e-4)
        assert row["excess"] == pytest.approx(row["rmse"] - row["rmse_coarse"], abs=1e-5)
    assert table["excess"].is_monotonic_decreasing
    assert len(table) >= 5
    share, stations = state.verdicts
    assert "of the grid lies" in share
    assert f"of {len(table)} held-out stations" in stations
    assert list(state.tables) == [TITLE]


def test_the_figure_has_a_dot_a_station_and_the_threshold(study, samples, model, tmp_path):
    state = _state(study, tmp_path)
    tell_reach(state, model, samples, model.held_out, SILENT)
    ((title, _, figure),) = state.figures
    assert title == TITLE
    worse, better, *_ = figure.axes[0].lines
    table = pd.read_csv(tmp_path / FILE)
    assert len(worse.get_xdata()) == (table["excess"] > 0).sum()
    assert len(better.get_xdata()) == (table["excess"] <= 0).sum()


def test_without_the_coarse_product_beside_only_the_grid_is_told(study, samples, model, tmp_path):
    held = model.held_out
    without = replace(held, baselines=tuple(name for name in held.baselines if name != AS_IS))
    for predictions in (without, None):
        state = _state(study, tmp_path)
        tell_reach(state, model, samples, predictions, SILENT)
        assert len(state.verdicts) == 1
        assert "of the grid lies" in state.verdicts[0]
        assert not state.figures
        assert not (tmp_path / FILE).exists()
