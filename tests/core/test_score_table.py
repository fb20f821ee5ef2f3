# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of predictions by date, season, place, class and quantile, against scikit-learn and sums by hand."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.periods import SEASONS, has_starts, period_starts, seasons
from soilsharp.core.scoring.metrics import ERRORS, METRICS, MIN_PAIRS, RATIOS, scores, scores_by
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.scoring.score_table import score_table, spread_over, station_summary

METRICS_SHOWN = [*METRICS, *RATIOS]


@pytest.fixture
def predictions():
    rng = np.random.default_rng(7)
    days = np.datetime64("2022-11-20") + np.arange(120)
    station, day = (part.ravel() for part in np.meshgrid(["A", "B", "C"], days, indexing="ij"))
    observed = rng.uniform(0.1, 0.4, len(day)).astype(np.float32)
    model = (observed + rng.normal(0, 0.03, len(day))).astype(np.float32)
    coarse = (observed + rng.normal(0.02, 0.05, len(day))).astype(np.float32)
    place = pd.DataFrame({"station": station, "date": day, "land_cover": np.where(station == "C", "forest", "crops")})
    return Predictions.of(place, observed, {"Model": model}, {"Coarse": coarse}, folds="by station")


def test_all_rows_as_one_are_the_plain_scores(predictions):
    table = score_table(predictions)
    assert table["product"].tolist() == ["Model", "Coarse"]
    assert table["kind"].tolist() == ["model", "baseline"]
    rows = predictions.table
    npt.assert_allclose(table["rmse"][0], np.sqrt(mean_squared_error(rows["observed"], rows["Model"])), rtol=1e-6)
    npt.assert_allclose(table["mae"][1], mean_absolute_error(rows["observed"], rows["Coarse"]), rtol=1e-6)
    npt.assert_allclose(table["r2"][0], r2_score(rows["observed"], rows["Model"]), rtol=1e-6)


def test_groups_of_a_few_rows_have_no_correlation():
    # two pairs always lie on a line, here with an error of 0.02 and of 0.04; nine are one too few, ten are enough
    classes = ["marsh"] * 2 + ["rocks"] * 9 + ["crops"] * 10
    observed = np.linspace(0.1, 0.3, 21)
    model = observed + np.array([0.02, 0.04] + [0.01, 0.03, 0.02] * 3 + [0.01, 0.03] * 5)
    place = pd.DataFrame({"land_cover": classes})
    made = Predictions.of(place, observed, {"Model": model}, {"Coarse as is": observed + 0.05}, folds="random")
    table = score_table(made, ["land_cover"], with_intervals=True).set_index(["land_cover", "product"])
    marsh, rocks, crops = (table.loc[(name, "Model")] for name in ("marsh", "rocks", "crops"))
    assert [marsh["n"], rocks["n"], crops["n"]] == [2, 9, 10]
    npt.assert_allclose(marsh[["bias", "mae", "rmse"]].astype(float), [0.03, 0.03, np.sqrt(0.001)], atol=1e-7)
    unknown = ["ubrmse", "r", "r2", "kge", "sd_ratio", "mean_ratio", "slope", "r_squared", "r_low", "r_high", "gdown"]
    assert marsh[unknown].isna().all()
    assert rocks[unknown].isna().all()
    assert crops[["ubrmse", "r", "r2", "kge", "slope", "gdown"]].notna().all()


@pytest.mark.parametrize(
    "by", ["date", "week", "dekad", "8_days", "16_days", "month", "season", "year", "station", "land_cover", "fold"]
)
def test_groups_have_the_scores_of_their_rows(predictions, by):
    table = score_table(predictions, [by])
    rows = predictions.table
    days = rows["date"].to_numpy("datetime64[D]")
    if by == "season":
        label = pd.Series(seasons(days))
    elif by in ("station", "land_cover", "fold"):
        label = rows[by]
    else:
        label = pd.Series(period_starts(days, by).astype("datetime64[ns]"))
    groups = sorted(label.unique(), key=lambda g: SEASONS.index(g) if by == "season" else g)
    assert table[by].tolist() == 2 * groups
    for _, row in table.iterrows():
        own = rows[(label == row[by]).to_numpy()]
        expected = scores(own[row["product"]], own["observed"])
        shown = METRICS_SHOWN if len(own) >= MIN_PAIRS else ["n", *ERRORS]
        npt.assert_allclose([row[m] for m in shown], [expected[m] for m in shown], rtol=1e-9)
        assert row[METRICS_SHOWN].drop(shown).isna().all()


def test_seasons_and_weeks_by_hand():
    days = np.array(["2023-12-31", "2024-02-29", "2024-03-01", "2024-08-31", "2024-11-30"], "datetime64[D]")
    assert seasons(days).tolist() == ["DJF", "DJF", "MAM", "JJA", "SON"]
    # the first of January 2024 was a Monday
    monday = period_starts(np.array(["2023-12-31", "2024-01-01", "2024-01-07"], "datetime64[D]"), "week")
    assert monday.astype(str).tolist() == ["2023-12-25", "2024-01-01", "2024-01-01"]


def test_dekads_and_periods_of_any_length_by_hand():
    days = np.array(["2024-02-10", "2024-02-11", "2024-02-29", "2024-12-31"], "datetime64[D]")
    dekads = period_starts(days, "dekad").astype(str).tolist()
    assert dekads == ["2024-02-01", "2024-02-11", "2024-02-21", "2024-12-21"]
    # the 41st, 42nd, 60th and 366th day of the year
    assert period_starts(days, "8_days").astype(str).tolist() == [
        "2024-02-10",
        "2024-02-10",
        "2024-02-26",
        "2024-12-26",
    ]
    assert [has_starts(way) for way in ("8_days", "dekad", "0_days", "8 days", "season")] == [True, True] + 3 * [False]


def test_the_period_of_a_member_is_a_class_of_its_own(predictions):
    number = (predictions.table["date"].dt.month - 1) // 2
    table = predictions.table.assign(period=number)
    found = score_table(Predictions(table, predictions.models, predictions.baselines), ["period"])
    assert found["period"].tolist() == 2 * [0, 1, 5]


def test_quarters_of_the_observed_hold_a_fourth_of_the_rows_each(predictions):
    table = score_table(predictions, ["quantile"])
    assert table["quantile"].tolist() == 2 * [1, 2, 3, 4]
    assert table["n"].tolist() == 8 * [90]
    # errors of the same size look worse where the observed vary little
    assert (table["r2"] < score_table(predictions)["r2"].repeat(4).to_numpy()).all()


def test_two_ways_at_once(predictions):
    table = score_table(predictions, ["land_cover", "season"])
    assert table.groupby("product").size().tolist() == [6, 6]
    assert table.groupby("product")["n"].sum().tolist() == [360, 360]


def test_stations_and_their_spread(predictions):
    table = score_table(predictions, per_station=True)
    assert table["station"].tolist() == 2 * ["A", "B", "C"]
    summary = station_summary(table).set_index(["product", "statistic"])
    own = table[table["product"] == "Model"]
    for statistic, of in (("mean", np.mean), ("median", np.median), ("q25", lambda v: np.quantile(v, 0.25))):
        npt.assert_allclose(summary.loc[("Model", statistic), "rmse"], of(own["rmse"]))
    npt.assert_allclose(summary.loc[("Model", "sd"), "r"], np.std(own["r"], ddof=1))
    assert (summary["n_places"] == 3).all()


def test_stations_with_few_rows_have_no_scores_of_their_own(predictions):
    few = predictions.table.drop(index=predictions.table.index[:111])  # nine rows of A are left
    table = score_table(Predictions(few, predictions.models, predictions.baselines), per_station=True)
    assert table["station"].tolist() == 2 * ["B", "C"]


def test_dates_and_their_spread(predictions):
    by_date = score_table(predictions, ["date"])
    spread = spread_over(by_date, ["date"])
    rmse = by_date[by_date["product"] == "Model"]["rmse"]
    found = spread[(spread["product"] == "Model") & (spread["statistic"] == "sd")]
    npt.assert_allclose(found["rmse"], rmse.std(ddof=1))
    assert (spread["n_groups"] == 120).all()


def test_products_are_scored_on_the_rows_that_all_of_them_know(predictions):
    rows = predictions.table.copy()
    rows.loc[:99, "Coarse"] = np.nan
    table = score_table(Predictions(rows, predictions.models, predictions.baselines))
    assert table["n"].tolist() == [260, 260]


def test_a_product_without_any_row_in_a_part_stands_in_nobodys_way(predictions):
    other = Predictions.of(
        predictions.table[["station", "date"]], predictions.table["observed"], {"Other": predictions.table["Model"]},
        folds="random", part="test",
    )  # fmt: skip
    table = score_table(Predictions.joined([predictions, other]))
    assert list(zip(table["part"], table["product"], table["n"])) == [
        ("held_out", "Model", 360), ("held_out", "Coarse", 360), ("test", "Other", 360),
    ]  # fmt: skip
    only = score_table(Predictions.joined([predictions, other]), parts=["test"])
    assert only["product"].tolist() == ["Other"]


def test_intervals_hold_the_scores_and_know_the_effective_number(predictions):
    table = score_table(predictions, ["land_cover"], with_intervals=True)
    for metric in ("bias", "rmse", "ubrmse", "mae", "r", "r2"):
        known = table[f"{metric}_low"].notna()
        assert known.any()
        assert (table[f"{metric}_low"] <= table[metric])[known].all()
        assert (table[metric] <= table[f"{metric}_high"])[known].all()
    assert (table["n_eff"] <= table["n"]).all()


def test_what_is_not_known_is_refused_with_what_is(predictions):
    with pytest.raises(InputError, match="no 'climate' to be told apart by; they have station, date, land_cover"):
        score_table(predictions, ["climate"])
    with pytest.raises(InputError, match="no row of the part test; they have held_out"):
        score_table(predictions, parts=["test"])
    undated = Predictions(predictions.table.drop(columns="date"), predictions.models, predictions.baselines)
    with pytest.raises(InputError, match=r"no dates.*by month"):
        score_table(undated, ["month"])
    placeless = Predictions(predictions.table.drop(columns="station"), predictions.models, predictions.baselines)
    with pytest.raises(InputError, match="neither station nor cell"):
        score_table(placeless, per_station=True)


def test_groups_at_once_equal_each_by_itself():
    rng = np.random.default_rng(3)
    group = rng.integers(0, 40, 2000)
    observed = rng.uniform(0, 0.5, 2000)
    predicted = np.where(rng.random(2000) < 0.1, np.nan, observed + rng.normal(0, 0.05, 2000))
    predicted[group == 5] = np.nan
    observed[group == 6] = 0.25
    table = scores_by(predicted, observed, group)
    assert list(table.columns) == METRICS_SHOWN
    for name, row in table.iterrows():
        own = group == name
        expected = scores(predicted[own], observed[own])
        npt.assert_allclose(row[METRICS_SHOWN].to_numpy(float), [expected[m] for m in METRICS_SHOWN], rtol=1e-9)
