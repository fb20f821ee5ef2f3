# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds that are drawn several times: mean and SD of the scores over the draws."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.metrics import METRICS, scores
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.scoring.score_table import score_table
from soilsharp.core.scoring.settings import ScoreOptions
from soilsharp.core.scoring.time_scales import scale_means
from soilsharp.core.training.compare.comparison import compare
from soilsharp.core.training.compare.report import write_comparison
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import out_of_fold, train
from soilsharp.core.validation.beside import with_predictions
from soilsharp.core.validation.predictions_report import predictions_report
from soilsharp.core.validation.score_predictions import score_predictions

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
    # the first draw is that of the same seed, and the model is the same
    once = train(samples, LINEAR, ONCE, seed=4)
    assert "repeats_mean" not in once.passport["fold_scores"]
    draws = model.held_out.draws
    pd.testing.assert_frame_equal(draws[0].table, once.held_out.table)
    for number, (draw, expected) in enumerate(zip(draws, by_hand["rmse"]), 1):
        assert set(draw.table["draw"]) == {number}
        npt.assert_allclose(scores(draw.table["Linear (ridge)"], draw.table["observed"])["rmse"], expected, rtol=1e-6)
    found_again = model.held_out.scores()["Linear (ridge)"]
    assert found_again["n"] == len(samples)
    npt.assert_allclose(found_again["rmse"], by_hand["rmse"].mean(), rtol=1e-6)
    assert once.passport["calibration"] == model.passport["calibration"]
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


@pytest.fixture(scope="module")
def thrice(samples, tmp_path_factory):
    return compare(samples, {"Ridge": LINEAR}, [THRICE], tmp_path_factory.mktemp("thrice"), seed=4)


@pytest.mark.parametrize("per_station", [False, True])
def test_predictions_of_all_draws_give_the_scores_of_the_comparison(thrice, tmp_path, per_station):
    """No row counts twice: the scores are means over the draws, the intervals no narrower than those of one."""
    thrice.held_out.write(tmp_path / "predictions.csv")
    read = Predictions.read(tmp_path / "predictions.csv")
    pd.testing.assert_frame_equal(read.table, thrice.held_out.table)
    assert len(read) == 3 * 180
    found = score_table(read, per_station=per_station, with_intervals=True)
    own = found[found["product"] == "Ridge"].reset_index(drop=True)
    table = thrice.per_station if per_station else thrice.table
    expected = table[table["product"] == "Ridge"].reset_index(drop=True)
    assert own["n"].tolist() == expected["n"].tolist() == ([20] * 9 if per_station else [180])
    if per_station:
        assert own["station"].tolist() == expected["station"].tolist()
        return
    for name in ("rmse", "rmse_low", "rmse_high", "r", "r_low", "r_high", "bias_low", "bias_high", "n_eff"):
        npt.assert_allclose(own[name], expected[name], rtol=2e-4)


def test_draws_can_be_told_apart(thrice, by_hand):
    found = score_table(thrice.held_out, ["draw"])
    own = found[found["product"] == "Ridge"]
    assert own["draw"].tolist() == [1, 2, 3]
    npt.assert_allclose(own["rmse"], by_hand["rmse"], rtol=1e-6)


def test_means_over_time_anomalies_and_series_take_each_draw_by_itself(thrice):
    weekly = scale_means(thrice.held_out, "week", 0.25)
    assert weekly.table.groupby(["station", "date"])["draw"].nunique().eq(3).all()
    assert not weekly.table.duplicated(["station", "date", "draw"]).any()
    found = score_predictions(thrice.held_out, ScoreOptions(by="date", values="short_term"))
    row = found.pooled[found.pooled["product"] == "Ridge"].iloc[0]
    single = [score_predictions(draw, ScoreOptions(by="date", values="short_term")) for draw in thrice.held_out.draws]
    rows = [one.pooled[one.pooled["product"] == "Ridge"].iloc[0] for one in single]
    assert row["n"] == rows[0]["n"]
    npt.assert_allclose(row["ubrmse"], np.mean([one["ubrmse"] for one in rows]), rtol=1e-6)


def test_the_page_tells_the_draws_and_shows_one(thrice, tmp_path):
    found = score_predictions(thrice.held_out, ScoreOptions(by="season"))
    predictions_report(tmp_path / "report.html", found)
    page = (tmp_path / "report.html").read_text()
    assert "Means over 3 draws of the folds" in page
    assert "of the first of 3 draws" in page


def test_a_file_of_before_draws_were_told_is_read_as_one_draw(thrice, tmp_path):
    (first, *_) = thrice.held_out.draws
    first.write(tmp_path / "p.csv")
    head, *lines = (tmp_path / "p.csv").read_text().splitlines()
    at = lines[0].split(",").index("draw")
    cut = [",".join(part for i, part in enumerate(line.split(",")) if i != at) for line in lines]
    (tmp_path / "old.csv").write_text("\n".join([head, *cut]) + "\n")
    pd.testing.assert_frame_equal(Predictions.read(tmp_path / "old.csv").table, first.table)


def test_two_runs_of_several_draws_stand_beside_each_other(thrice):
    other = thrice.held_out.renamed({"Ridge": "Another"})
    both = with_predictions(thrice.held_out, other)
    assert len(both) == len(thrice.held_out)
    assert "Another" in both.models
