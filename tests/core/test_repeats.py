# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds that are drawn several times: mean and SD of the scores over the draws."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.metrics import METRICS, scores
from soilsharp.core.training.compare.comparison import compare
from soilsharp.core.training.compare.report import write_comparison
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import out_of_fold, train

LINEAR = Recipe.of("linear")
ONCE = FoldOptions(by="station", n_folds=3)
THRICE = FoldOptions(by="station", n_folds=3, repeats=3)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(3)
    station, day = (index.ravel() for index in np.indices((9, 20)))
    X = rng.random((len(station), 2)).astype(np.float32)
    y = 0.2 + 0.1 * X[:, 0] + 0.05 * rng.standard_normal(9)[station] + 0.01 * rng.standard_normal(len(station))
    place = pd.DataFrame(
        {
            "station": np.char.add("s", station.astype(str)),
            "date": np.datetime64("2022-03-01", "ns") + day * np.timedelta64(1, "D"),
        }
    )
    return Samples(X, y.astype(np.float32), ("rain", "ndvi"), place, {"target": "stations"})


@pytest.fixture(scope="module")
def by_hand(samples):
    """Return the scores of three draws, each of its own seed."""
    return pd.DataFrame([scores(out_of_fold(samples, LINEAR, ONCE, seed), samples.y) for seed in (4, 5, 6)])


def test_training_tells_mean_and_sd_over_the_draws(samples, by_hand, tmp_path):
    told = []
    model = train(samples, LINEAR, THRICE, seed=4, progress=Progress(say=told.append))
    found = model.passport["fold_scores"]
    for metric in METRICS:
        npt.assert_allclose(found["repeats_mean"][metric], by_hand[metric].mean(), rtol=1e-9)
        npt.assert_allclose(found["repeats_sd"][metric], by_hand[metric].std(ddof=1), rtol=1e-6, atol=1e-12)
    assert found["repeats_sd"]["rmse"] > 0
    assert f"RMSE {by_hand['rmse'].mean():.4f} ± {by_hand['rmse'].std():.4f}" in told[-1] + " ".join(told)
    # what is held out is that of the first draw, and the model is the same
    once = train(samples, LINEAR, ONCE, seed=4)
    assert "repeats_mean" not in once.passport["fold_scores"]
    pd.testing.assert_frame_equal(model.held_out.table, once.held_out.table)
    npt.assert_array_equal(model.predict(samples.X), once.predict(samples.X))
    model.write(tmp_path / "m.soilsharp")
    assert Model.read(tmp_path / "m.soilsharp").passport["fold_scores"] == found


def test_a_comparison_has_a_row_for_every_draw(samples, by_hand, tmp_path):
    result = compare(samples, {"Ridge": LINEAR}, [THRICE, FoldOptions(by="random", n_folds=3)], tmp_path, seed=4)
    assert result.folds == ["by station", "random"]
    own = result.repeats
    assert list(zip(own["folds"], own["repeat"])) == [("by station", number) for number in (1, 2, 3)]
    npt.assert_allclose(own["rmse"], by_hand["rmse"], rtol=1e-6)
    paths = write_comparison(tmp_path, result)
    assert pd.read_csv(paths["repeats.csv"])["rmse"].tolist() == pytest.approx(by_hand["rmse"].tolist(), rel=1e-4)
    page = paths["report.html"].read_text()
    assert f"{by_hand['rmse'].mean():.4f} ± {by_hand['rmse'].std():.4f}" in page
    once = compare(samples, {"Ridge": LINEAR}, [ONCE], tmp_path / "once", seed=4)
    assert once.repeats.empty
    assert "repeats.csv" not in write_comparison(tmp_path / "once", once)


def test_scores_stations_and_intervals_are_of_all_draws(samples, by_hand, tmp_path):
    result = compare(samples, {"Ridge": LINEAR}, [THRICE], tmp_path, seed=4)
    row = result.of("by station").set_index("product").loc["Ridge"]
    for metric in ("bias", "rmse", "mae", "r", "r2"):
        npt.assert_allclose(row[metric], by_hand[metric].mean(), rtol=1e-5, atol=1e-7)
    single = [compare(samples, {"Ridge": LINEAR}, [ONCE], tmp_path / str(seed), seed=seed) for seed in (4, 5, 6)]
    rows = pd.DataFrame([one.of("by station").set_index("product").loc["Ridge"] for one in single])
    half = np.hypot((rows["rmse_high"] - rows["rmse"]).mean(), 1.96 * rows["rmse"].std() / np.sqrt(3))
    npt.assert_allclose(row["rmse_high"] - row["rmse"], half, rtol=1e-6)
    stations = pd.concat([one.per_station for one in single])
    stations = stations[stations["product"] == "Ridge"].groupby("station")["ubrmse"].mean()
    own = result.per_station[result.per_station["product"] == "Ridge"].set_index("station")["ubrmse"]
    npt.assert_allclose(own, stations[own.index], rtol=1e-6)
    npt.assert_allclose(row["station_median_ubrmse"], stations.median(), rtol=1e-6)
    assert row["n"] == len(samples)
    # baselines too: the mean of the learning parts is another one in each draw
    mean = result.of("by station").set_index("product").loc["Training mean", "rmse"]
    drawn = [one.of("by station").set_index("product").loc["Training mean", "rmse"] for one in single]
    npt.assert_allclose(mean, np.mean(drawn), rtol=1e-6)
