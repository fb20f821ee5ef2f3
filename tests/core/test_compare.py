# SPDX-License-Identifier: GPL-2.0-or-later
"""Honest scores: any learners under any folds, resumed, cancelled, and said in words."""

from dataclasses import replace
from html import unescape
from threading import Event

import geopandas as gpd
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from soilsharp.core.base import extras
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.report.html_page import png
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.scoring.gain import gain
from soilsharp.core.scoring.head_to_head import pairwise
from soilsharp.core.scoring.metrics import METRICS, scores
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.study.study import COARSE
from soilsharp.core.training.compare.comparison import compare
from soilsharp.core.training.compare.figures import comparison_figures, losses_figure
from soilsharp.core.training.compare.report import write_comparison
from soilsharp.core.training.compare.scores import MEAN
from soilsharp.core.training.compare.words import gap_words, ladder_words, lead_words, winner_words
from soilsharp.core.training.folds.divide import holdout, make_folds
from soilsharp.core.training.learners import learner
from soilsharp.core.training.learners.random_forest import RandomForestLearner
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.schemes import fit_recipe
from soilsharp.core.training.settings import FoldOptions, HoldoutOptions, SchemeOptions

LINEAR, BOOSTED = "Linear (ridge)", "Gradient boosting (LightGBM)"
RANDOM, STATION = FoldOptions(by="random", n_folds=3), FoldOptions(by="station", n_folds=3)


def _samples(n_stations=12, n_days=25, effect=0.06, seed=0, coarse=True, **facts):
    """Return samples whose stations each have a shift that their clay names, but does not explain."""
    rng = np.random.default_rng(seed)
    station, day = (index.ravel() for index in np.indices((n_stations, n_days)))
    wet = rng.standard_normal(n_days)[day] * 0.04
    clay = rng.permutation(n_stations)[station].astype(float)
    y = 0.25 + wet + effect * rng.standard_normal(n_stations)[station] + 0.01 * rng.standard_normal(len(station))
    columns = {
        "rain": wet * 50 + 0.3 * rng.standard_normal(len(station)),
        "clay": clay,
        COARSE: 0.24 + wet + 0.02 * rng.standard_normal(len(station)),
    }
    if not coarse:
        del columns[COARSE]
    place = pd.DataFrame(
        {
            "station": np.char.add("s", station.astype(str)),
            "date": np.datetime64("2022-03-01", "ns") + day * np.timedelta64(1, "D"),
            "longitude": 10 + 0.1 * station,
            "latitude": 50 + 0.05 * station,
            "cover": np.where(station % 2, "grass", "crop"),
        }
    )
    X = np.column_stack(list(columns.values())).astype(np.float32)
    return Samples(X, y.astype(np.float32), tuple(columns), place, {"target": "stations", **facts})


def _warned():
    told = []
    return told, Progress(warn=told.append)


def _recipes(*keys):
    return {learner(key).label: Recipe.of(key) for key in keys}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Return the folder and the result of a small comparison."""
    folder = tmp_path_factory.mktemp("compared")
    return folder, compare(_samples(), _recipes("linear", "lightgbm"), [RANDOM, STATION], folder, seed=4)


# --- scores -----------------------------------------------------------------------------------------------------------


def test_scores_are_those_of_the_same_fits_done_by_hand(compared):
    _, result = compared
    samples = _samples()
    for label, options in (("random", RANDOM), ("by station", STATION)):
        predicted = np.full(len(samples), np.nan)
        for learn, test in make_folds(samples, options, 4):
            fitted = learner("linear").build(seed=4, threads=1).fit(samples.X[learn], samples.y[learn])
            predicted[test] = fitted.predict(samples.X[test])
        npt.assert_array_equal(result.predicted[label, LINEAR], predicted)
        row = result.of(label).set_index("product").loc[LINEAR]
        for name, value in scores(predicted, samples.y).items():
            assert row[name] == pytest.approx(value, rel=1e-12)


def test_baselines_are_in_every_table(compared):
    _, result = compared
    samples = _samples()
    assert list(result.of("by station")["product"]) == [LINEAR, BOOSTED, MEAN, AS_IS]
    row = result.of("by station").set_index("product").loc[AS_IS]
    assert row["rmse"] == pytest.approx(scores(samples.X[:, 2], samples.y)["rmse"], rel=1e-12)
    mean = result.predicted["by station", MEAN]
    for learn, test in make_folds(samples, STATION, 4):
        npt.assert_allclose(mean[test], samples.y[learn].mean(), rtol=1e-6)
    assert np.isnan(result.of("by station").set_index("product").loc[MEAN, "r"])


def test_a_linear_model_stands_beside_others(tmp_path):
    result = compare(_samples(), [Recipe.of("lightgbm")], [STATION], tmp_path)
    assert list(result.of("by station")["product"]) == [BOOSTED, LINEAR, MEAN, AS_IS]


def test_intervals_hold_the_scores_and_know_that_stations_repeat_themselves(compared):
    _, result = compared
    for name in ("bias", "rmse", "ubrmse", "mae", "r2"):
        assert (result.table[f"{name}_low"] < result.table[name]).all()
        assert (result.table[name] < result.table[f"{name}_high"]).all()
    row = result.of("by station").set_index("product").loc[LINEAR]
    assert row["n"] == 300
    assert row["n_eff"] < 30


def test_stations_have_scores_of_their_own_and_these_are_summed_up(compared):
    _, result = compared
    samples, own = _samples(), result.per_station
    own = own[(own["folds"] == "random") & (own["product"] == LINEAR)].set_index("station")
    at = (samples.index["station"] == "s7").to_numpy()
    expected = scores(result.predicted["random", LINEAR][at], samples.y[at])
    npt.assert_allclose([own.loc["s7", m] for m in METRICS], [expected[m] for m in METRICS], rtol=1e-9)
    row = result.of("random").set_index("product").loc[LINEAR]
    assert row["n_stations"] == 12
    assert row["station_mean_r"] == pytest.approx(own["r"].mean())
    assert row["station_median_ubrmse"] == pytest.approx(own["ubrmse"].median())
    assert row["station_q25_bias"] == pytest.approx(np.quantile(own["bias"], 0.25))
    assert row["station_q75_bias"] == pytest.approx(np.quantile(own["bias"], 0.75))


def test_all_models_are_judged_by_the_same_rows(tmp_path):
    samples = _samples()
    samples.X[:40, 2] = np.nan  # of the coarse product, which then knows nothing
    told, progress = _warned()
    result = compare(samples, _recipes("lightgbm"), [RANDOM], tmp_path, progress=progress)
    assert set(result.table["n"]) == {260}
    assert any("260 of 300 rows count" in line for line in told)
    # a linear model takes no gaps: it learns from the others, and is told of nothing else
    assert {LINEAR, BOOSTED} <= set(result.table["product"])
    _, again = _warned(), compare(samples, _recipes("lightgbm"), [RANDOM], tmp_path, progress=progress)
    pd.testing.assert_frame_equal(again.table, result.table)


def test_a_learner_that_no_sample_suits_is_left_out(tmp_path):
    samples = _samples()
    samples.X[::2, 2] = np.nan
    samples.X[1::2, 1] = np.nan
    told, progress = _warned()
    result = compare(samples, _recipes("lightgbm"), [RANDOM], tmp_path, progress=progress)
    assert LINEAR not in set(result.table["product"])
    assert any(line.startswith(f"{LINEAR} is left out: None of 300 samples has all covariates") for line in told)


def test_the_gap_between_random_and_other_folds_is_there_and_in_words(compared):
    _, result = compared
    r2 = result.table.set_index(["folds", "product"])["r2"]
    gaps = result.gaps.set_index(["folds", "product"])
    for name in (LINEAR, BOOSTED):
        row = gaps.loc[("by station", name)]
        assert row["gap"] == pytest.approx(r2["random", name] - r2["by station", name])
        assert row["gap_low"] < row["gap"] < row["gap_high"]
    # clay names the stations: trees learn them by heart
    assert gaps.loc[("by station", BOOSTED), "gap"] > 0.3
    assert set(result.gaps["product"]) == {LINEAR, BOOSTED}
    assert result.hardest == "by station"
    assert "With random folds R² of" in result.gap
    assert "over stations it has not seen" in result.gap


def test_the_coarse_product_is_said_to_win_where_it_does(tmp_path):
    rng = np.random.default_rng(1)
    samples = _samples()
    samples.y[:] = samples.X[:, 2] + 0.001 * rng.standard_normal(300)
    stiff = Recipe((Candidate.of("linear", {"alpha": 1000.0}),))
    result = compare(samples, {"stiff": stiff}, [STATION], tmp_path)
    assert result.verdict.startswith(
        "With folds by station: the coarse product as it is did best of 3: RMSE 0.001 against"
    )
    assert result.verdict.endswith(f"The lead of {AS_IS} over stiff is more than chance (95 %).")
    assert (result.best, result.best_learner, result.hardest) == ("stiff", "linear", "by station")


def test_head_to_head_is_among_the_models_asked_for_and_classes_of_land(compared):
    _, result = compared
    totals, by_class = result.duels["ubrmse"]
    # clay is a number, the coarse product a baseline
    assert set(by_class["variable"]) == {"cover"}
    assert set(by_class["class"]) == {"crop", "grass"}
    assert list(totals["model"]) == [LINEAR, BOOSTED]
    assert totals["won"].sum() == 12
    here = result.per_station[result.per_station["folds"] == result.hardest]
    for metric, (totals, _) in result.duels.items():
        values = here.pivot(index="station", columns="product", values=metric)[[LINEAR, BOOSTED]]
        values = values.abs() if metric == "bias" else -values if metric == "r" else values
        assert (
            totals["won"].tolist()
            == values.idxmin(axis=1).value_counts().reindex([LINEAR, BOOSTED], fill_value=0).tolist()
        )


def test_a_linear_model_that_nobody_asked_for_fights_no_duel_and_quartiles_are_asked_for(tmp_path):
    two = {"three leaves": _boosted(3), "eight leaves": _boosted(8)}
    result = compare(_samples(), two, [STATION], tmp_path, seed=4, quartiles=True)
    assert LINEAR in set(result.table["product"])
    totals, by_class = result.duels["rmse"]
    assert list(totals["model"]) == ["three leaves", "eight leaves"]
    assert set(by_class["variable"]) == {"clay, quartiles", "cover"}
    alone = compare(_samples(), {"three leaves": _boosted(3)}, [STATION], tmp_path / "one", seed=4)
    assert alone.duels == {}


def _boosted(leaves):
    return Recipe((Candidate.of("lightgbm", {"n_leaves": leaves, "n_trees": 20}),))


def test_a_coarse_target_has_no_coarse_baseline(tmp_path):
    samples = _samples(target="coarse", coarse=False)
    place = samples.index.drop(columns=["station", "cover"])
    place["cell_row"], place["cell_column"] = np.divmod(np.repeat(np.arange(12), 25), 4)
    samples = Samples(samples.X, samples.y, samples.names, place, samples.facts)
    told, warned = [], []
    progress = Progress(say=told.append, warn=warned.append)
    result = compare(
        samples, _recipes("linear"), [RANDOM, FoldOptions(by="date", n_folds=3)], tmp_path, progress=progress
    )
    assert AS_IS not in set(result.table["product"])
    assert any("no baseline itself" in line for line in told)
    assert warned == [], "that is how it is, and nothing to mend"
    assert result.per_station.empty
    assert not result.has_places
    assert set(write_comparison(tmp_path, result)) == {"costs.csv", "scores.csv", "report.html", "predictions.csv"}


# --- what cannot be done is told, and the rest goes on ----------------------------------------------------------------


def test_folds_that_cannot_be_made_are_left_out(tmp_path):
    told, progress = _warned()
    result = compare(_samples(), _recipes("linear"), [FoldOptions(by="year"), STATION], tmp_path, progress=progress)
    assert result.folds == ["by station"]
    assert any(line.startswith("Folds by year are left out:") for line in told)
    assert any(line.startswith("Folds by year are left out:") for line in result.warnings)
    assert "Random folds were not asked for" in result.gap


def test_without_any_folds_the_reason_is_said(tmp_path):
    with pytest.raises(InputError, match="folds by year"):
        compare(_samples(), _recipes("linear"), [FoldOptions(by="year")], tmp_path)
    with pytest.raises(InputError, match="no folds to compare by"):
        compare(_samples(), _recipes("linear"), [], tmp_path)


def test_a_learner_whose_package_is_missing_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "problem", lambda name: "gone" if name == "lightgbm" else "")
    told, progress = _warned()
    result = compare(_samples(), _recipes("lightgbm", "linear"), [STATION], tmp_path, progress=progress)
    assert list(result.of("by station")["product"]) == [LINEAR, MEAN, AS_IS]
    assert any("LightGBM" in line and "Install with" in line for line in told)


def test_a_recipe_that_fails_in_a_fold_is_left_out_of_these_folds(tmp_path):
    from soilsharp.core.training.settings import SchemeOptions

    scheme = SchemeOptions(scheme="by_class", columns="zone", min_samples=60)
    recipes = {"by zone": Recipe((Candidate.of("linear"),), scheme), LINEAR: Recipe.of("linear")}
    without = _samples(n_days=40)
    zoned = Samples(without.X, without.y, without.names, without.index.assign(zone="north"), without.facts)
    told, progress = _warned()
    result = compare(without, recipes, [STATION], tmp_path, progress=progress)
    assert list(result.of("by station")["product"]) == [LINEAR, MEAN, AS_IS]
    assert any(line.startswith("by zone is left out of folds by station:") for line in told)
    assert "by zone" in set(compare(zoned, recipes, [STATION], tmp_path).table["product"])


def test_names_are_unlike_each_other_and_the_baselines(tmp_path):
    recipes = [Recipe.of("linear"), Recipe((Candidate.of("linear", {"alpha": 100.0}),))]
    result = compare(_samples(), recipes, [STATION, STATION], tmp_path)
    assert list(result.table["product"]) == [LINEAR, f"{LINEAR} (2)", MEAN, AS_IS]
    with pytest.raises(InputError, match="name of a baseline"):
        compare(_samples(), {MEAN: Recipe.of("linear")}, [STATION], tmp_path)
    with pytest.raises(InputError, match="no learner"):
        compare(_samples(), [], [STATION], tmp_path)


def test_samples_that_nothing_can_be_learned_from_are_refused(tmp_path):
    samples = _samples()
    samples.X[:, 1] = 3.0
    with pytest.raises(InputError, match="clay has the same value"):
        compare(samples, _recipes("linear"), [STATION], tmp_path)


def test_stations_with_few_rows_get_no_scores(tmp_path):
    samples = _samples(n_stations=20)
    keep = (samples.index["station"] != "s3").to_numpy() | (np.arange(len(samples)) % 5 == 0)
    told, progress = _warned()
    result = compare(samples.rows(np.flatnonzero(keep)), _recipes("linear"), [STATION], tmp_path, progress=progress)
    own = result.per_station[result.per_station["product"] == LINEAR].set_index("station")
    assert own.loc["s3", "n"] == 5
    assert np.isnan(own.loc["s3", "rmse"])
    assert any(line.startswith("1 of 20 stations have fewer than 10 rows") for line in told)


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_a_second_run_takes_what_is_there_and_makes_anew_what_is_damaged(tmp_path):
    recipes, said = _recipes("linear", "lightgbm"), []
    first = compare(_samples(), recipes, [RANDOM, STATION], tmp_path)
    parts = sorted((tmp_path / "parts").iterdir())
    assert len(parts) == 12
    assert first.facts["Fits"] == "12, of which 0 were there already"
    again = compare(_samples(), recipes, [RANDOM, STATION], tmp_path, progress=Progress(say=said.append))
    assert "The predictions of 12 of 12 fits are there already." in said
    pd.testing.assert_frame_equal(again.table, first.table)
    whole = {part: part.read_bytes() for part in parts}
    parts[0].write_bytes(whole[parts[0]][:-40])
    flipped = bytearray(whole[parts[1]])
    flipped[len(flipped) // 2] ^= 0xFF
    parts[1].write_bytes(bytes(flipped))
    parts[2].write_bytes(whole[parts[3]])  # of another fold
    parts[4].unlink()
    mended = compare(_samples(), recipes, [RANDOM, STATION], tmp_path)
    assert mended.facts["Fits"] == "12, of which 8 were there already"
    pd.testing.assert_frame_equal(mended.table, first.table)
    assert {part: part.read_bytes() for part in parts} == whole


@pytest.mark.parametrize("changed", ["seed", "samples", "options"])
def test_what_was_made_of_something_else_is_not_taken(tmp_path, changed):
    compare(_samples(), _recipes("linear"), [STATION], tmp_path)
    samples, recipe, seed = _samples(), Recipe.of("linear"), 0
    if changed == "samples":
        samples.y[5] += 0.01
    elif changed == "options":
        recipe = Recipe((Candidate.of("linear", {"alpha": 2.0}),))
    else:
        seed = 1
    assert (
        compare(samples, [recipe], [STATION], tmp_path, seed=seed).facts["Fits"] == "3, of which 0 were there already"
    )


def test_more_folds_or_learners_keep_what_is_there(tmp_path):
    compare(_samples(), _recipes("linear"), [STATION], tmp_path)
    result = compare(_samples(), _recipes("linear", "lightgbm"), [RANDOM, STATION], tmp_path)
    assert result.facts["Fits"] == "12, of which 3 were there already"


def test_the_number_of_threads_changes_nothing(tmp_path):
    recipes = {**_recipes("lightgbm"), "forest": Recipe((Candidate.of("random_forest", {"n_trees": 10}),))}
    one, four = (
        compare(_samples(), recipes, [RANDOM, STATION], tmp_path / str(n), seed=2, threads=n).table for n in (1, 4)
    )
    pd.testing.assert_frame_equal(one, four, check_exact=True)


def test_a_cancel_is_felt_within_fits_and_the_next_run_goes_on(tmp_path, monkeypatch):
    at_work, pause, true_fit = Event(), Event(), RandomForestLearner._fit

    def fit(self, X, y, sample_weight, progress):
        """Fit the larger forest until it is stopped."""
        if self.settings.n_trees == 20:
            true_fit(self, X, y, sample_weight, progress)
            return
        at_work.set()
        for _ in range(60_000):
            progress.check()
            pause.wait(0.01)
        raise TimeoutError("nobody stopped it")

    monkeypatch.setattr(RandomForestLearner, "_fit", fit)
    samples, parts = _samples(), tmp_path / "parts"
    recipes = {f"{n} trees": Recipe((Candidate.of("random_forest", {"n_trees": n}),)) for n in (20, 1500)}
    progress = Progress(stop_asked=lambda: at_work.is_set() and any(parts.glob("*.npz")))
    with pytest.raises(Cancelled):
        compare(samples, recipes, [STATION], tmp_path, progress=progress)
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]
    made = len(list(parts.glob("*.npz")))
    assert made >= 1  # of the smaller forest: no fit of the larger one came to its end
    del recipes["1500 trees"]
    result = compare(samples, recipes, [STATION], tmp_path)
    assert result.facts["Fits"].endswith(f"of which {made} were there already")


def test_progress_runs_from_nothing_to_the_end(tmp_path):
    seen = []
    compare(_samples(), _recipes("linear"), [RANDOM, STATION], tmp_path, progress=Progress(seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == 1


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_results_are_a_table_a_layer_and_a_report(compared):
    geopandas = pytest.importorskip("geopandas")
    folder, result = compared
    paths = write_comparison(folder, result)
    assert sorted(paths) == [
        "costs.csv", "coverage.csv", "duels.csv", "predictions.csv", "report.html", "scores.csv", "stations.csv",
        "stations.gpkg",
    ]  # fmt: skip
    table = pd.read_csv(paths["scores.csv"])
    assert list(table["model"]) == list(result.table["product"])
    npt.assert_allclose(table["rmse"], result.table["rmse"], rtol=1e-5)
    layer = geopandas.read_file(paths["stations.gpkg"])
    assert len(layer) == 12
    assert layer.crs.to_epsg() == 4326
    own = result.per_station[(result.per_station["folds"] == "by station") & (result.per_station["product"] == LINEAR)]
    npt.assert_allclose(layer["linear_ridge_by_station_rmse"], own["rmse"], rtol=1e-9)
    npt.assert_allclose(layer.geometry.x, own["longitude"])
    page = paths["report.html"].read_text(encoding="utf-8")
    assert page.count("<figure>") == 9
    for words in (
        result.verdict.split(":")[0],
        "n effective",
        "Folds by station",
        "Random folds",
        "Head to head",
        "Reliability diagram",
    ):
        assert words in page
    assert "<script" not in page


def test_a_stop_while_the_report_is_drawn_leaves_the_results_as_they_were(compared, tmp_path):
    _, result = compared
    (tmp_path / "scores.csv").write_text("old")
    with pytest.raises(Cancelled):
        write_comparison(tmp_path, result, Progress(stop_asked=lambda: True))
    assert [path.name for path in tmp_path.iterdir()] == ["scores.csv"]
    assert (tmp_path / "scores.csv").read_text() == "old"


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="Choose another folder"):
        compare(_samples(), _recipes("linear"), [STATION], tmp_path / "file")


def test_samples_without_place_and_day_can_be_compared(tmp_path):
    samples = _samples()
    bare = Samples(samples.X, samples.y, samples.names, pd.DataFrame(index=range(300)), {})
    result = compare(bare, _recipes("linear"), [RANDOM], tmp_path)
    assert result.table.set_index("product").loc[LINEAR, "n_eff"] == 300
    assert sorted(write_comparison(tmp_path, result)) == ["costs.csv", "predictions.csv", "report.html", "scores.csv"]
    assert "scores of random folds alone flatter" in result.gap


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_ladder_goes_from_random_rows_to_the_hardest_folds_in_one_line():
    options = [FoldOptions(by=by) for by in ("station", "random", "year")]
    rmse = {"by station": 0.0621, "random": 0.031, "by year": 0.0444}
    assert ladder_words("Forest", options, rmse) == (
        "RMSE of Forest: 0.031 m³ m⁻³ random → 0.044 by year → 0.062 by station."
    )
    assert ladder_words("Forest", options[:1], rmse) == ""


def test_a_comparison_tells_the_gain_the_ladder_and_how_far_covariates_are_alike(tmp_path):
    result = compare(_samples(n_stations=20), {LINEAR: Recipe.of("linear")}, [RANDOM, STATION], tmp_path)
    own = result.table.set_index(["folds", "product"])
    row, coarse = own.loc[("by station", LINEAR)], own.loc[("by station", AS_IS)]
    npt.assert_allclose(row["gdown"], gain(row, coarse)["gdown"])
    assert coarse["gdown"] == 0
    assert result.ladder.startswith(f"RMSE of {LINEAR}: {own.loc[('random', LINEAR), 'rmse']:.3f}")
    # clay was drawn at random for every station: nothing is alike
    assert result.correlogram.ranges_km["clay"] < 100


def test_the_gap_is_said_as_a_person_would():
    options = [FoldOptions(by="random"), FoldOptions(by="station")]
    assert gap_words("Forest", options, {"random": 0.671, "by station": 0.409}) == (
        "With random folds R² of Forest is 0.67, but 0.41 over stations it has not seen: a gap of 0.26. The lower one "
        "is what new places will see."
    )
    three = [*options, FoldOptions(by="date"), FoldOptions(by="column", column="area")]
    told = gap_words("Forest", three, {"random": 0.6, "by station": 0.6, "by date": 0.5, "by area": -0.1}, "Boosted")
    assert told == (
        "With random folds R² of Forest is 0.60, but −0.10 where area is one it has not seen: a gap of 0.70; 0.50 on "
        "days it has not seen: a gap of 0.10; 0.60 over stations it has not seen. The lower ones are what new kinds of "
        "area and days will see. Random folds would have put Boosted first."
    )


def test_no_gap_is_said_too():
    options = [FoldOptions(by="random"), FoldOptions(by="station")]
    told = gap_words("Forest", options, {"random": 0.50, "by station": 0.52})
    assert told.startswith("With random folds R² of Forest is 0.50, and 0.52 over stations it has not seen.")
    assert "There is no gap" in told
    assert "No model was asked" in gap_words("Forest", options[:1], {"random": 0.5})


def test_a_baseline_that_wins_is_named():
    table = pd.DataFrame(
        {
            "product": ["Forest", MEAN, AS_IS],
            "rmse": [0.05, 0.09, 0.04],
            "ubrmse": [0.05, 0.09, 0.04],
            "r": [0.5, np.nan, 0.7],
        }
    )
    assert winner_words(table, "by station") == (
        "With folds by station: the coarse product as it is did best of 3: RMSE 0.040 against 0.050 of Forest, ubRMSE "
        "0.040 against 0.050 of Forest, R 0.700 against 0.500 of Forest."
    )
    assert winner_words(table, "random").startswith("With random folds: the coarse")


def test_a_lead_that_may_be_chance_is_called_so():
    assert "more than chance" in lead_words("A", "B", (1e-5, 2e-4))
    assert "may be chance" in lead_words("A", "B", (-1e-5, 2e-4))
    assert lead_words("A", "B", (np.nan, np.nan)) == ""


# --- every two models, and where the best one loses -------------------------------------------------------------------


def test_duels_of_every_two_models_by_hand():
    wide = pd.DataFrame({"A": [0.03, 0.05, 0.02, np.nan], "B": [0.04, 0.04, 0.02, 0.01], "C": [0.05, 0.06, 0.01, 0.02]})
    found = pairwise(wide, "ubrmse").set_index(["model", "rival"])
    assert found.loc[("A", "B"), ["stations", "won", "lost"]].tolist() == [3, 1, 1]  # one is level
    assert found.loc[("B", "C"), ["stations", "won", "lost"]].tolist() == [4, 3, 1]
    assert found.loc[("C", "A"), "won_fraction"] == pytest.approx(1 / 3)
    by_r = pairwise(wide, "r").set_index(["model", "rival"])
    assert by_r.loc[("B", "C"), "won"] == 1  # the higher the better
    by_bias = pairwise(pd.DataFrame({"A": [-0.05], "B": [0.01]}), "bias").set_index(["model", "rival"])
    assert by_bias.loc[("B", "A"), "won"] == 1  # the closer to 0 the better


def test_a_comparison_tells_every_duel_and_the_stations_that_are_lost(tmp_path):
    samples = _samples(n_stations=16, effect=0.08)
    rng = np.random.default_rng(5)
    station = samples.index.groupby("station").ngroup().to_numpy()
    sand, height = (values[station].astype(np.float32) for values in rng.uniform(10, 60, (2, 16)))
    X = np.column_stack([samples.X, sand, height])
    # at half of the stations the coarse product errs by nothing but its mean
    known = station < 8
    X[known, samples.names.index(COARSE)] = samples.y[known] - 0.05
    samples = replace(samples, X=X, names=(*samples.names, "sand", "height"))
    result = compare(samples, {LINEAR: Recipe.of("linear"), BOOSTED: Recipe.of("lightgbm")}, [STATION], tmp_path)
    paths = write_comparison(tmp_path / "out", result)
    duels = pd.read_csv(paths["duels.csv"])
    assert set(duels["metric"]) == {"ubrmse", "rmse", "r", "bias"}
    both = duels[(duels["metric"] == "r")].set_index("model")
    assert both.loc[LINEAR, "won"] == both.loc[BOOSTED, "lost"]
    own = result.per_station[result.per_station["folds"] == "by station"].pivot(
        index="station", columns="product", values="ubrmse"
    )
    losses = result.losses
    expected = own.index[own[result.best] > own[AS_IS]]
    assert len(expected) >= 4
    assert sorted(losses.lost["station"]) == sorted(expected)
    # components against scikit-learn, up to their direction
    statics = losses.table[["clay", "sand", "height"]].to_numpy()
    npt.assert_allclose(statics.mean(axis=0), 0, atol=1e-6)
    npt.assert_allclose(statics.std(axis=0), 1, atol=1e-6)
    pca = PCA(2).fit(statics)
    npt.assert_allclose(losses.explained, pca.explained_variance_ratio_, rtol=1e-6)
    npt.assert_allclose(np.abs(losses.table[["pc1", "pc2"]]), np.abs(pca.transform(statics)), atol=1e-5)
    correlation = np.corrcoef(statics[:, 1], losses.table["pc1"])[0, 1]
    npt.assert_allclose(losses.arrows.set_index("variable").loc["sand", "pc1"], correlation, atol=1e-6)
    shown = {title: figure for title, _, figure in comparison_figures(result)}["Predicted and observed"]
    titles = [panel.get_title() for panel in shown.axes if panel.get_title()]
    assert titles == [result.best, *({LINEAR, BOOSTED} - {result.best}), AS_IS]
    figure = losses_figure(losses)
    png(figure)
    panel = figure.axes[0]
    ends = panel.get_window_extent()
    names = [text.get_window_extent() for text in panel.texts if text.get_text()]
    assert all(ends.x0 <= name.x0 and name.x1 <= ends.x1 for name in names)
    # a method tells where its own model loses, also where another one is best
    (other,) = {LINEAR, BOOSTED} - {result.best}
    again = compare(
        samples, {LINEAR: Recipe.of("linear"), BOOSTED: Recipe.of("lightgbm")}, [STATION], tmp_path, subject=other
    )
    assert (result.losses.model, again.losses.model, again.best) == (result.best, other, result.best)
    expected = own.index[own[other] > own[AS_IS]]
    assert sorted(again.losses.lost["station"]) == sorted(expected)
    page = paths["report.html"].read_text(encoding="utf-8")
    assert "Every two models" in page
    assert "Stations where the model loses to the coarse product" in page


# --- members against their ensemble, and what a model costs -----------------------------------------------------------


@pytest.fixture(scope="module")
def ensembles(tmp_path_factory):
    """Return the folder and the result of a comparison of an ensemble of two networks with a linear model."""
    folder = tmp_path_factory.mktemp("ensembles")
    dense = Candidate.of("dense", {"hidden_units": 4, "hidden_units_2": 3})
    scheme = SchemeOptions(scheme="by_weights", columns="cover")
    recipes = {"Dense": Recipe((dense,), scheme=scheme), LINEAR: Recipe.of("linear")}
    return folder, compare(_samples(), recipes, [STATION], folder, seed=3)


def test_members_stand_against_the_ensemble_that_is_their_mean(ensembles):
    _, result = ensembles
    samples, label = _samples(), "by station"
    own = result.members.by_station.set_index(["member", "station"])
    balanced = np.full(len(samples), np.nan)
    scheme = SchemeOptions(scheme="by_weights", columns="cover")
    recipe = Recipe((Candidate.of("dense", {"hidden_units": 4, "hidden_units_2": 3}),), scheme=scheme)
    together = np.full(len(samples), np.nan)
    for learn, test in make_folds(samples, STATION, 3):
        fitted = fit_recipe(recipe, samples.rows(learn), 3, 1)
        one, other = (member.estimator.predict(samples.X[test]) for member in fitted.members)
        balanced[test] = one
        together[test] = (one + other) / 2
    npt.assert_allclose(result.predicted[label, "Dense"], together, rtol=1e-6)
    here = samples.index["station"] == "s3"
    for member, predicted in (("balanced by cover", balanced), ("ensemble", together)):
        expected = scores(predicted[here], samples.y[here])
        assert own.loc[(member, "s3"), "ubrmse"] == pytest.approx(expected["ubrmse"], rel=1e-5)
        assert own.loc[(member, "s3"), "r"] == pytest.approx(expected["r"], rel=1e-5)
    table = result.members.table.set_index("member")
    assert list(table.index) == ["ensemble", "balanced by cover", "not balanced"]
    assert table.loc["ensemble", "r"] == pytest.approx(own.loc["ensemble", "r"].mean())
    lead = own.loc["balanced by cover", "ubrmse"] < own.loc["ensemble", "ubrmse"]
    assert table.loc["balanced by cover", "won_fraction_ubrmse"] == pytest.approx(lead.mean())
    # two classes: who wins most stations of a class has 1, the other its part of that
    counts = pd.DataFrame({"won": lead, "lost": ~lead}).groupby(np.where(lead.index.str[1:].astype(int) % 2, "g", "c"))
    counts = counts.sum().to_numpy(float)
    expected = (counts / counts.max(axis=1, keepdims=True)).sum(axis=0)
    both = table.loc["balanced by cover", ["member_score_ubrmse", "ensemble_score_ubrmse"]]
    npt.assert_allclose(both.to_numpy(float), expected)


def test_what_a_model_costs_is_told_and_times_of_fits_that_were_there_are_not(ensembles):
    folder, result = ensembles
    costs = result.costs.set_index("product")
    # 3 covariates: 3x4+4, 4x3+3, 3x2+2 numbers each
    assert costs.loc["Dense", ["members", "weights"]].tolist() == [2, 2 * (16 + 15 + 8)]
    assert costs.loc[LINEAR, ["members", "weights"]].tolist() == [1, 4]
    assert costs.loc["Dense", "bytes"] > 2 * 39 * 8
    assert np.isfinite(costs[["fit_s", "s_per_100000_rows"]].to_numpy(float)).all()
    dense = Candidate.of("dense", {"hidden_units": 4, "hidden_units_2": 3})
    recipe = Recipe((dense,), scheme=SchemeOptions(scheme="by_weights", columns="cover"))
    again = compare(_samples(), {"Dense": recipe, LINEAR: Recipe.of("linear")}, [STATION], folder, seed=3)
    assert again.costs["fit_s"].isna().all()
    assert again.costs["bytes"].tolist() == result.costs["bytes"].tolist()
    pd.testing.assert_frame_equal(again.members.table, result.members.table)


def test_members_and_costs_are_written_and_on_the_page(ensembles, tmp_path):
    _, result = ensembles
    paths = write_comparison(tmp_path, result)
    assert pd.read_csv(paths["members.csv"])["member"].tolist() == ["ensemble", "balanced by cover", "not balanced"]
    assert set(pd.read_csv(paths["members_by_class.csv"])["class"]) == {"crop", "grass"}
    assert len(pd.read_csv(paths["members_by_station.csv"])) == 3 * 12
    assert pd.read_csv(paths["costs.csv"])["model"].tolist() == ["Dense", LINEAR]
    page = paths["report.html"].read_text(encoding="utf-8")
    assert page.count("Members and their ensembles") >= 2
    assert "to predict 100,000 rows" in page


# --- the test part ----------------------------------------------------------------------------------------------------

TEST = HoldoutOptions(by="station", training_fraction=0.75)


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    """Return the folder and the result of a comparison with a test part."""
    folder = tmp_path_factory.mktemp("tested")
    recipes = _recipes("linear", "lightgbm")
    return folder, compare(_samples(), recipes, [RANDOM, STATION], folder, seed=4, test=TEST)


def test_every_model_is_scored_in_the_test_part_by_the_same_fit_done_by_hand(tested):
    _, result = tested
    samples = _samples()
    learn, test = holdout(samples, TEST, 4)
    own = result.tested.table.set_index("product")
    assert list(own.index) == [LINEAR, BOOSTED, MEAN, AS_IS]
    for name, key in ((LINEAR, "linear"), (BOOSTED, "lightgbm")):
        fitted = learner(key).build(seed=4, threads=1).fit(samples.X[learn], samples.y[learn])
        expected = scores(fitted.predict(samples.X[test]), samples.y[test])
        for metric, value in expected.items():
            assert own.loc[name, metric] == pytest.approx(value, rel=1e-9)
    assert own.loc[AS_IS, "rmse"] == pytest.approx(scores(samples.X[test, 2], samples.y[test])["rmse"], rel=1e-9)
    assert set(own["n"]) == {len(test)} == {75}


def test_stations_of_the_test_part_have_scores_and_these_are_summed_up(tested):
    _, result = tested
    held, per_station = result.tested, result.tested.per_station
    _, test = holdout(_samples(), TEST, 4)
    assert set(per_station["station"]) == set(_samples().index["station"].iloc[test])
    own = per_station[per_station["product"] == BOOSTED]
    row = held.table.set_index("product").loc[BOOSTED]
    assert row["n_stations"] == len(own) == 3
    assert row["station_mean_r"] == pytest.approx(own["r"].mean())
    assert row["station_median_ubrmse"] == pytest.approx(own["ubrmse"].median())


def test_a_test_part_changes_nothing_about_the_folds(tested, compared):
    pd.testing.assert_frame_equal(tested[1].table, compared[1].table)
    pd.testing.assert_frame_equal(tested[1].per_station, compared[1].per_station)
    assert (tested[1].hardest, tested[1].best) == (compared[1].hardest, compared[1].best)
    assert not any("rows count" in line for line in tested[1].warnings)
    assert compared[1].tested is None
    assert set(compared[1].all_scores["part"]) == {"held_out"}


def test_the_test_part_is_in_the_tables_the_layer_and_the_page(tested):
    folder, result = tested
    paths = write_comparison(folder, result)
    table = pd.read_csv(paths["scores.csv"])
    own = table[table["part"] == "test"]
    assert own["folds"].tolist() == ["by station"] * 4
    assert own["model"].tolist() == [LINEAR, BOOSTED, MEAN, AS_IS]
    stations = pd.read_csv(paths["stations.csv"]).groupby("part").size()
    assert stations.to_dict() == {"held_out": 2 * 4 * 12, "test": 4 * 3}
    predictions = Predictions.read(paths["predictions.csv"])
    assert predictions.divisions == [("random", "held_out"), ("by station", "held_out"), ("by station", "test")]
    rows = predictions.of_part("by station", "test").table
    expected = result.tested.table.set_index("product").loc[BOOSTED, "rmse"]
    assert scores(rows[BOOSTED], rows["observed"])["rmse"] == pytest.approx(expected, rel=1e-5)
    layer = gpd.read_file(paths["stations.gpkg"])
    name = "gradient_boosting_lightgbm_test_part_by_station_n"
    assert layer[name].notna().sum() == 3
    page = paths["report.html"].read_text(encoding="utf-8")
    for words in ("The test part (by station)", "Station by station, test part (by station): mean",
                  "225 to learn from, 75 to test with"):  # fmt: skip
        assert words in page
    assert result.tested.verdict in unescape(page)


def test_a_test_part_that_cannot_be_made_is_told_and_the_folds_go_on(tmp_path):
    told, progress = _warned()
    by_column = HoldoutOptions(by="class", column="slope")
    result = compare(_samples(), _recipes("linear"), [STATION], tmp_path, progress=progress, test=by_column)
    assert result.tested is None
    assert len(result.table) == 3
    assert any(line.startswith("The test part (") and "is left out" in line for line in told), told
