# SPDX-License-Identifier: GPL-2.0-or-later
"""Bands of models of stations: their rule by hand, what they hold at new stations, and what the model file keeps."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from scipy.stats import norm

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.calibration import Calibration, calibrated
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.training.model import Model
from soilsharp.core.training.pixel_pairs import error_in_pixels, pairs_sentence
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train


def _normal(level, stations):
    """Return the standard deviations that hold a level of a normal distribution, with one more station beyond all."""
    return norm.ppf((1 + level * (stations + 1) / stations) / 2)


def _held_out(errors, sd=None, folds=None):
    """Return predictions of 0.2 whose errors are given, an array a station."""
    sizes = [len(own) for own in errors]
    station = np.repeat([f"s{i:03d}" for i in range(len(errors))], sizes)
    place = pd.DataFrame({"station": station})
    n = len(station)
    predicted = np.full(n, 0.2)
    fold = np.repeat(np.arange(len(errors)) % 5 + 1, sizes) if folds is None else folds
    return Predictions.of(place, predicted + np.concatenate(errors), {"model": predicted}, fold=fold, sds={"model": sd})


def test_half_a_band_is_a_quantile_of_stations_that_weigh_alike():
    # 20 stations of 5 values each: of 21 alike, the 0.9 quantile is reached at 18.9 of them, value 95 of 100
    values = np.arange(1, 101) / 1000
    errors = [values[i::20] for i in range(20)]
    found = calibrated(_held_out(errors))
    assert found.factors[0.9] == pytest.approx(0.095, abs=1e-6)
    assert found.coverage[0.9] == pytest.approx(0.95)
    assert (found.scaled, found.n_stations) == (False, 20)
    npt.assert_allclose(found.sd(None, 3), np.full(3, found.factors[0.9] / 1.645))


def test_a_long_record_weighs_no_more_than_a_short_one():
    errors = [np.full(5, 0.01)] * 19 + [np.full(5000, 0.1)]
    assert calibrated(_held_out(errors)).factors[0.9] == pytest.approx(0.01, abs=1e-6)


def test_few_stations_take_the_wider_rule_and_say_so():
    rng = np.random.default_rng(0)
    errors = [rng.normal(0.03 * rng.normal(), 0.01, 50) for _ in range(8)]
    found = calibrated(_held_out(errors))
    of_stations = np.quantile([np.quantile(np.abs(own), 0.9) for own in errors], 0.9)
    assert found.factors[0.9] >= of_stations - 1e-6
    assert "the wider" in found.rule


@pytest.mark.parametrize(("between", "within"), [(0.03, 0.02), (0.02, 0.03), (0.0, 0.03)])
@pytest.mark.parametrize("n", [8, 20, 40, 80])
def test_bands_hold_what_new_stations_measure(between, within, n):
    rng = np.random.default_rng(n)

    def network(stations):
        return [rng.normal(between * rng.normal(), within, 60) for _ in range(stations)]

    held = {0.5: [], 0.8: [], 0.9: []}
    for _ in range(60):
        found = calibrated(_held_out(network(n)))
        new = np.abs(np.concatenate(network(40)))
        for level, values in held.items():
            values.append(np.mean(new <= found.factors[level]))
    assert 0.88 <= np.mean(held[0.9]) <= (1 if n < 20 else 0.96)
    assert 0.77 <= np.mean(held[0.8]) <= (0.97 if n < 20 else 0.88)
    assert 0.46 <= np.mean(held[0.5]) <= (0.65 if n < 20 else 0.58)


@pytest.mark.parametrize(("truth", "stated"), [(0.03, 0.03), (0.04, 0.03), (0.02, 0.04)])
def test_bands_without_the_error_of_stations_are_those_of_pixels(truth, stated):
    rng = np.random.default_rng(7)
    error = np.hypot(truth, 0.03)
    found = calibrated(_held_out(list(error * rng.normal(size=(40, 100)))), stated)
    # no more than half of the variance is taken out, where the stations are said to be worse than they can be
    at_stations = error * _normal(0.9, 40) / 1.645
    expected = max(at_stations**2 - stated**2, at_stations**2 / 2) ** 0.5
    npt.assert_allclose(found.sd(None, 2), expected, rtol=0.06)
    assert found.coverage[0.9] == pytest.approx(0.92, abs=0.01)


def test_stations_that_measure_something_else_do_not_widen_the_band():
    rng = np.random.default_rng(4)
    network = list(rng.normal(0, 0.03, (38, 60)))
    dead = [rng.normal(0.3, 0.01, 60) for _ in range(2)]
    found = calibrated(_held_out([*network, *dead]))
    assert (found.n_far_out, found.n_stations) == (2, 40)
    assert "without 2 stations that are far out" in found.rule
    assert found.factors == calibrated(_held_out(network)).factors
    # what the bands hold is told of all stations
    assert found.coverage[0.9] == pytest.approx(38 / 40 * calibrated(_held_out(network)).coverage[0.9])


def test_where_the_learner_knows_its_spread_the_band_follows_it():
    rng = np.random.default_rng(1)
    sd = np.tile([0.01, 0.04], 30 * 30)
    errors = np.split(3 * sd * rng.normal(size=len(sd)), 30)
    found = calibrated(_held_out(errors, sd))
    assert found.scaled
    assert found.factors[0.9] == pytest.approx(3 * _normal(0.9, 30), rel=0.06)
    npt.assert_allclose(found.sd(np.array([0.01, 0.04]), 2), found.factors[0.9] / 1.645 * np.array([0.01, 0.04]))


def test_a_spread_that_tells_nothing_of_the_errors_does_not_widen_bands():
    rng = np.random.default_rng(6)
    errors = list(rng.normal(0, 0.03, (30, 60)))
    told = rng.lognormal(-4, 1, 30 * 60)
    found = calibrated(_held_out(errors, told))
    assert not found.scaled
    assert found.factors == calibrated(_held_out(errors)).factors


def test_rows_and_few_stations_calibrate_nothing():
    errors = [np.full(20, 0.01)] * 10
    rows = np.arange(200) % 5 + 1
    assert calibrated(_held_out(errors, folds=rows)) is None
    assert calibrated(_held_out(errors[:4])) is None
    assert calibrated(None) is None


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(2)
    X = rng.normal(0, 1, (600, 2)).astype(np.float32)
    y = (0.25 + 0.03 * X[:, 0] + rng.normal(0, 0.02, 600)).astype(np.float32)
    index = pd.DataFrame({"station": [f"s{i % 24:02d}" for i in range(600)]})
    return Samples(X, y, ("a", "b"), index, {"target": "stations"})


def _model(samples, folds):
    return train(samples, Recipe((Candidate.of("linear", {}),)), folds)


def test_a_model_of_stations_knows_its_band_and_its_file_keeps_it(samples, tmp_path):
    model = _model(samples, FoldOptions(by="station", station_error=0.01))
    sd = model.predict_sd(samples.X)
    at_stations = 1.645 * np.hypot(sd, 0.01)
    npt.assert_allclose(at_stations, model.calibration.factors[0.9], rtol=1e-5)
    assert at_stations[0] == pytest.approx(0.02 * _normal(0.9, 24), rel=0.06)
    model.write(tmp_path / "model.soilsharp")
    again = Model.read(tmp_path / "model.soilsharp")
    assert again.calibration == model.calibration
    npt.assert_array_equal(again.predict_sd(samples.X), sd)


def test_training_tells_what_bands_hold_at_stations_that_it_has_not_seen(samples):
    said = []
    train(samples, Recipe((Candidate.of("linear", {}),)), FoldOptions(by="station"), progress=Progress(say=said.append))
    (sentence,) = [line for line in said if line.startswith("Bands of 50, 80 and 90 %")]
    assert "of what was observed at 24 stations" in sentence


def test_stations_of_one_pixel_tell_their_error():
    rng = np.random.default_rng(5)
    pixel = np.repeat(np.arange(200), 2 * 30)  # two stations each, 30 days
    station = np.repeat(np.arange(400), 30)
    level = 0.03 * rng.normal(size=400)
    y = 0.3 + 0.05 * rng.normal(size=200)[pixel] + level[station] + 0.02 * rng.normal(size=len(pixel))
    place = {
        "station": station.astype(str),
        "longitude": 10.05 + 0.1 * (pixel % 20),
        "latitude": 50.05 + pixel // 20 / 10,
    }
    index = pd.DataFrame({**place, "date": np.tile(pd.date_range("2023-05-01", periods=30), 400)})
    grid = Grid.from_bounds("EPSG:4326", 0.1, (10, 50, 12, 51)).as_dict()
    facts = {"target": "stations", "grid": grid}
    samples = Samples(np.zeros((len(y), 1), np.float32), y.astype(np.float32), ("a",), index, facts)
    error, pixels = error_in_pixels(samples)
    assert pixels == 200
    assert error == pytest.approx(np.hypot(0.03, 0.02), rel=0.08)
    assert (
        f"In 200 pixels with several stations these differ from each other by a standard deviation of {error:.3f}"
        in (pairs_sentence(samples, FoldOptions()))
    )
    alone = samples.rows(np.flatnonzero(station % 2 == 0))
    assert error_in_pixels(alone) is None
    assert pairs_sentence(alone, FoldOptions()) == ""


def test_folds_of_rows_and_coarse_cells_give_no_band(samples):
    assert not _model(samples, FoldOptions(by="random")).knows_sd
    coarse = Samples(samples.X, samples.y, samples.names, samples.index, {"target": "coarse"})
    assert not train(coarse, Recipe((Candidate.of("linear", {}),)), FoldOptions(by="station"), weigh=False).knows_sd


@pytest.mark.parametrize("told", [{}, {"factors": {"0.9": 1}}, {"factors": 3}])
def test_a_calibration_that_no_training_wrote_is_refused(told):
    with pytest.raises(InputError, match="does not tell its factors"):
        Calibration.from_dict(told)
