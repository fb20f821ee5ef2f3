# SPDX-License-Identifier: GPL-2.0-or-later
"""The step that scores predictions by anything: its tables, its layer, its page, and anomalies in place of values."""

from dataclasses import replace

import geopandas
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

import soilsharp
from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.scoring.anomalies import anomalies
from soilsharp.core.scoring.gain import GAINS, gain
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.scoring.predictions import Predictions, sd_column
from soilsharp.core.scoring.reliability import reliability
from soilsharp.core.scoring.settings import AnomalyOptions, ScoreOptions
from soilsharp.core.validation.predictions_report import leading, predictions_report
from soilsharp.core.validation.score_predictions import score_predictions
from soilsharp.core.validation.scores_folder import write_scores
from soilsharp.core.validation.settings import SeriesOptions
from soilsharp.core.validation.station_series import SeriesBeside

STATIONS, DAYS = 8, 89


def _made(part="held_out", seed=0):
    rng = np.random.default_rng(seed)
    station, day = (index.ravel() for index in np.indices((STATIONS, DAYS)))
    season = 0.25 + 0.1 * np.sin(day / 15)
    observed = season + 0.02 * rng.standard_normal(len(day))
    place = pd.DataFrame(
        {
            "station": [f"S{i}" for i in station],
            "longitude": 10.0 + station,
            "latitude": 50.0,
            "date": np.datetime64("2023-02-01", "ns") + day * np.timedelta64(1, "D"),
            "land_cover": np.where(station % 2, "forest", "crops"),
            "weight": 1.0,
        }
    )
    return Predictions.of(
        place,
        observed,
        {"Trees": observed + 0.01 * rng.standard_normal(len(day))},
        {"Coarse as is": season},
        folds="by station" if part == "held_out" else "by year",
        fold=1,
        part=part,
    )


def _products(predictions):
    return predictions.models, predictions.baselines


@pytest.fixture(scope="module")
def predictions():
    return Predictions.joined([_made(), _made("train", 1), _made("test", 2)])


def test_the_table_holds_every_group_of_every_part(predictions):
    found = score_predictions(predictions, ScoreOptions(by="month,season,quantile,fold", scales=""))
    assert list(found.groups) == ["month", "season", "quantile", "land_cover"]  # there is one fold alone
    table = found.table
    assert set(table["by"]) == {"all", *found.groups}
    # three months, two seasons, four quarters, two classes and all, for two products in three parts
    assert len(table) == (3 + 2 + 4 + 2 + 1) * 2 * 3
    row = table[(table["by"] == "land_cover") & (table["group"] == "forest") & (table["part"] == "test")].iloc[0]
    rows = predictions.table
    own = rows[(rows["part"] == "test") & (rows["land_cover"] == "forest")]
    expected = scores(own["Trees"], own["observed"])
    npt.assert_allclose([row["n"], row["rmse"], row["r"]], [expected[m] for m in ("n", "rmse", "r")])
    assert (table["rmse_low"] < table["rmse"]).all()


def test_scores_by_time_scale_are_those_of_means(predictions):
    found = score_predictions(predictions, ScoreOptions(by=""))
    scales = found.scales[(found.scales["part"] == "test") & (found.scales["product"] == "Trees")]
    assert scales["time_scale"].tolist() == ["Day", "Week", "Month", "Season"]
    rows = predictions.table[predictions.table["part"] == "test"]
    # February to April of 2023: the winter is one of 90 days, of which the month of February has 28
    keys = {
        "Day": rows["date"],
        "Week": rows["date"].dt.to_period("W"),  # from Monday to Sunday
        "Month": rows["date"].dt.month,
        "Season": rows["date"].dt.month > 2,
    }
    for _, row in scales.iterrows():
        means = rows.groupby(["station", keys[row["time_scale"]]])[["Trees", "observed"]].agg(["mean", "size"])
        if row["time_scale"] == "Week":
            means = means[means["Trees", "size"] >= 0.25 * 7]
        expected = scores(means["Trees", "mean"].to_numpy(), means["observed", "mean"].to_numpy())
        npt.assert_allclose(row[["n", "rmse", "r"]].astype(float), [expected[m] for m in ("n", "rmse", "r")], 1e-4)
    table = found.table
    assert table.loc[table["by"] == "time_scale", "group"].unique().tolist() == ["Day", "Week", "Month", "Season"]
    # every second day is less than is asked of a month
    half = Predictions(rows[rows["date"].dt.day % 2 == 0].reset_index(drop=True), *_products(predictions))
    strict = score_predictions(half, ScoreOptions(by="", scales="date,month", min_days_fraction=0.55))
    assert strict.scales["time_scale"].unique().tolist() == ["Day"]


def _parted(n_stations=12):
    """Return four days from a Monday on at each station: two days a fold, predicted as the mean of the other two."""
    station, day = (index.ravel() for index in np.indices((n_stations, 4)))
    observed = 0.1 + 0.1 * day + 0.001 * station
    fold = np.where(day < 2, 1, 2)
    others = np.where(day < 2, 0.35, 0.15) + 0.001 * station
    days = np.datetime64("2023-05-01", "ns") + day * np.timedelta64(1, "D")
    place = pd.DataFrame({"station": [f"S{i}" for i in station], "date": days})
    return Predictions.of(place, observed, {"Mean of the others": others}, folds="random", fold=fold)


def test_means_over_time_are_of_days_that_one_fold_held_out():
    parted = _parted()
    found = score_predictions(parted, ScoreOptions(by="", scales="date,week"))
    week = found.scales[found.scales["time_scale"] == "Week"].iloc[0]
    # over both folds observed and predicted would both be 0.25: no error at all
    assert week["n"] == 24
    npt.assert_allclose(week[["rmse", "mae"]].astype(float), 0.2, rtol=1e-5)
    npt.assert_allclose(week["bias"], 0, atol=1e-7)
    assert any("Folds (random) part the days of a place" in text for text in found.warnings)
    # two days of seven are less than a third
    strict = score_predictions(parted, ScoreOptions(by="", scales="date,week", min_days_fraction=1 / 3))
    assert strict.scales["time_scale"].tolist() == ["Day"]
    assert any("no scores by week: too few means rest on 33 % of the days" in text for text in strict.warnings)
    # whole stations: all four days, 0.25 each
    whole = Predictions(parted.table.assign(fold=1, folds="by station"), parted.models)
    found = score_predictions(whole, ScoreOptions(by="", scales="week"))
    assert found.scales["n"].tolist() == [12]
    npt.assert_allclose(found.scales["rmse"], 0, atol=1e-7)
    assert not any("part the days" in text for text in found.warnings)


def test_anomalies_depart_from_what_the_same_fold_held_out():
    window = AnomalyOptions(window=7, min_days=2)
    found = score_predictions(_parted(), ScoreOptions(values="short_term", by="", scales=""), window)
    # of two days 0.1 apart each departs by 0.05; what is predicted does not change within a fold
    npt.assert_allclose(found.pooled["rmse"], 0.05, rtol=1e-5)
    npt.assert_allclose(found.predictions.table["Mean of the others"], 0, atol=1e-7)
    assert any("a series is what one of them holds out" in text for text in found.warnings)
    with pytest.raises(InputError, match=r"No series has 3 days within 7 days.*Folds \(random\) part the days"):
        score_predictions(_parted(), ScoreOptions(values="short_term"), AnomalyOptions(window=7, min_days=3))


def test_scores_by_time_scale_need_dates(predictions):
    undated = Predictions(predictions.table.drop(columns="date"), *_products(predictions))
    found = score_predictions(undated, ScoreOptions(by="quantile"))
    assert found.scales.empty
    assert "Left out: Scores by time scale need dates" in " ".join(found.warnings)
    assert score_predictions(undated, ScoreOptions(by="quantile", scales="")).warnings == found.warnings[1:]


def test_the_gain_over_the_coarse_product_stands_beside_the_scores(predictions, tmp_path):
    found = score_predictions(predictions, ScoreOptions(by="month"))
    for table in (found.pooled, found.groups["month"], found.per_place, found.scales):
        keys = [name for name in ("folds", "part", "month", "station", "time_scale") if name in table]
        models, coarse = (table[table["product"] == name].set_index(keys) for name in ("Trees", "Coarse as is"))
        expected = gain(models, coarse.loc[models.index])
        for name in GAINS:
            npt.assert_allclose(models[name], expected[name])
        assert (coarse["gdown"] == 0).all()
    assert found.spread["gdown"].notna().any()
    predictions_report(tmp_path / "page.html", found)
    page = (tmp_path / "page.html").read_text()
    assert "gain over the coarse product" in page
    assert "by time scale" in page
    # without the coarse product there is none, and of anomalies no bias
    alone = Predictions(predictions.table.drop(columns="Coarse as is"), predictions.models)
    assert "gdown" not in score_predictions(alone, ScoreOptions(by="month")).table
    departed = score_predictions(predictions, ScoreOptions(by="month", values="short_term")).pooled
    assert departed["gain_accuracy"].isna().all()
    assert departed["gain_precision"].notna().any()


def test_the_spread_is_that_of_the_places_and_of_the_dates(predictions):
    found = score_predictions(predictions, ScoreOptions(by="date"))
    spread = found.spread
    assert set(spread["over"]) == {"place", "date"}
    own = spread[(spread["part"] == "test") & (spread["product"] == "Trees") & (spread["statistic"] == "median")]
    rows = predictions.table[predictions.table["part"] == "test"]
    for over, name, n in (("place", "station", STATIONS), ("date", "date", DAYS)):
        each = [scores(group["Trees"], group["observed"])["rmse"] for _, group in rows.groupby(name)]
        row = own[(own["over"] == over) & (own["class"] == "")].iloc[0]
        npt.assert_allclose(row["rmse"], np.median(each))
        assert row["n_groups"] == n
    by_class = own[own["class"] == "land_cover"]
    assert by_class["group"].tolist() == ["crops", "forest"]
    assert (by_class["n_groups"] == STATIONS / 2).all()


def test_files_and_page(predictions, tmp_path):
    found = score_predictions(predictions)
    found.write_table(tmp_path / "scores.csv")
    found.write_spread(tmp_path / "spread.csv")
    found.write_layer(tmp_path / "places.gpkg")
    predictions_report(tmp_path / "page.html", found, "My scores")
    back = pd.read_csv(tmp_path / "scores.csv")
    npt.assert_allclose(back["rmse"], found.table["rmse"], rtol=1e-5)
    points = geopandas.read_file(tmp_path / "places.gpkg")
    assert len(points) == STATIONS * 2 * 3
    npt.assert_allclose(points.geometry.x.min(), 10)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "My scores" in page
    assert "Test part (by year): Trees did better than the coarse product as it is" in page
    assert "learned from: their scores flatter" in page
    for title in ("By date", "By quarter of observed values", "Places by land cover", "ubRMSE of the places"):
        assert title in page


def test_the_test_part_leads_and_training_rows_come_last(predictions):
    assert leading(score_predictions(predictions)) == ("by year", "test")
    options = ScoreOptions(parts="train,held_out")
    assert leading(score_predictions(predictions, options)) == ("by station", "held_out")
    assert leading(score_predictions(predictions, ScoreOptions(parts="train"))) == ("by year", "train")


def test_anomalies_are_those_of_each_series(predictions):
    window = AnomalyOptions(window=15, min_days=10)
    found = score_predictions(predictions, ScoreOptions(values="short_term", by="month"), window)
    rows = predictions.table[predictions.table["part"] == "held_out"]
    expected = []
    for _, own in rows.groupby("station"):
        departed = anomalies(own[["Trees", "observed"]].to_numpy(), own["date"].to_numpy(), "short_term", window)
        expected.append(departed)
    both = np.concatenate(expected)
    own = found.pooled[(found.pooled["part"] == "held_out") & (found.pooled["product"] == "Trees")].iloc[0]
    npt.assert_allclose(own["r"], scores(*both.T)["r"], rtol=1e-9)
    assert found.pooled["kge"].isna().all()
    # here the coarse product knows the season alone, and nothing of the days
    assert own["r"] > 0.8 > found.pooled.set_index(["part", "product"]).loc[("held_out", "Coarse as is"), "r"]


def test_tables_without_rows_or_predictions_are_said(predictions):
    models, baselines = _products(predictions)
    with pytest.raises(InputError, match="holds no row"):
        score_predictions(Predictions(predictions.table[:0], models, baselines))
    unknown = predictions.table.assign(Trees=np.float32("nan"))
    with pytest.raises(InputError, match="No row has a prediction of Trees"):
        score_predictions(Predictions(unknown, models, baselines))
    partly = predictions.table.assign(Trees=predictions.table["Trees"].where(predictions.table["part"] == "test"))
    found = score_predictions(Predictions(partly, models, baselines))
    assert set(found.pooled["part"]) == {"test"}
    assert any("no model has a prediction for by station held_out" in text for text in found.warnings)


def test_series_by_classes_that_nobody_knows_are_said(predictions, tmp_path):
    table = predictions.table.assign(land_cover=pd.Series(np.nan, predictions.table.index, dtype=object))
    found = score_predictions(Predictions(table, *_products(predictions)))
    with pytest.raises(InputError, match="has a class of 'land_cover', by which series are asked for"):
        predictions_report(tmp_path / "page.html", found, beside=SeriesBeside(SeriesOptions(series_by="land_cover")))


def test_what_cannot_be_is_said(predictions):
    with pytest.raises(InputError, match=r"3 years.*Widen the window"):
        score_predictions(predictions, ScoreOptions(values="seasonal"))
    with pytest.raises(InputError, match="no classes 'climate'; they have land_cover"):
        score_predictions(predictions, ScoreOptions(classes="climate"))
    with pytest.raises(OptionError, match=r"'climate' is none of these\. A column of .* is given as 'classes'"):
        ScoreOptions(by="date,climate")
    undated = Predictions(predictions.table.drop(columns="date"), predictions.models, predictions.baselines)
    found = score_predictions(undated)
    assert any("no dates, so that they cannot be told apart by date" in text for text in found.warnings)
    assert "date" not in found.groups
    with pytest.raises(InputError, match="need dates and a series"):
        score_predictions(undated, ScoreOptions(values="short_term"))


def test_rows_without_places_have_no_layer_but_all_else(predictions, tmp_path):
    nowhere = predictions.table.drop(columns=["station", "longitude", "latitude"])
    found = score_predictions(Predictions(nowhere, predictions.models, predictions.baselines))
    found.write_layer(tmp_path / "places.gpkg")
    assert len(geopandas.read_file(tmp_path / "places.gpkg")) == 0
    predictions_report(tmp_path / "page.html", found)
    assert any("layer of places is empty" in text for text in found.warnings)


def test_a_stop_is_felt(predictions, stop):
    with pytest.raises(Cancelled):
        score_predictions(predictions, progress=Progress(stop_asked=stop(5)))


def test_a_stop_is_felt_before_every_figure_and_leaves_no_folder(predictions, tmp_path, stop):
    scored = score_predictions(predictions)
    looks = stop()
    write_scores(tmp_path / "whole", scored, progress=Progress(stop_asked=looks))
    page = (tmp_path / "whole" / "report.html").read_text(encoding="utf-8")
    assert looks.looks > page.count("data:image/png") > 3
    for at in (1, looks.looks // 2, looks.looks):
        with pytest.raises(Cancelled):
            write_scores(tmp_path / "cut", scored, progress=Progress(stop_asked=stop(at)))
        assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_a_stop_is_felt_while_bands_are_looked_at(predictions, stop):
    banded = replace(predictions, table=predictions.table.assign(**{sd_column(predictions.models[0]): 0.04}))
    looks = stop()
    reliability(banded, progress=Progress(stop_asked=looks))
    assert looks.looks >= 3
    with pytest.raises(Cancelled):
        reliability(banded, progress=Progress(stop_asked=stop(looks.looks)))


def test_all_roads_lead_to_the_same_scores(predictions, tmp_path, capsys):
    expected = score_predictions(predictions, ScoreOptions(by="month,quantile"))
    predictions.write(tmp_path / "predictions.csv")
    found = soilsharp.score_predictions(tmp_path / "predictions.csv", tmp_path / "notebook", by=["month", "quantile"])
    pd.testing.assert_frame_equal(found.table, expected.table, rtol=1e-5)
    assert "Trees" in repr(found)
    arguments = ["score-predictions", str(tmp_path / "predictions.csv"), "--out", str(tmp_path / "shell")]
    assert main([*arguments, "--by", "month,quantile"]) == 0
    assert capsys.readouterr().out == f"{found!r}\n"
    names = {"scores.csv", "spread.csv", "places.csv", "places.gpkg", "report.html"}
    for folder in ("notebook", "shell"):
        assert {path.name for path in (tmp_path / folder).iterdir()} == names
    by_hand, by_shell = (pd.read_csv(tmp_path / folder / "scores.csv") for folder in ("notebook", "shell"))
    pd.testing.assert_frame_equal(by_hand, by_shell)


def test_periods_of_any_length_have_a_line_and_a_spread(predictions):
    found = score_predictions(predictions, ScoreOptions(by="16_days", period_days=10))
    assert list(found.groups) == ["16_days", "10_days", "land_cover"]
    assert found.groups["10_days"]["10_days"].nunique() == 9  # the 32nd to the 120th day of the year
    assert {"16_days", "10_days"} <= set(found.spread["over"])
    same = score_predictions(predictions, ScoreOptions(by="16_days", period_days=16))
    assert list(same.groups) == ["16_days", "land_cover"]


def test_settings_of_anomalies_come_through_the_front_door(predictions):
    options = ScoreOptions(values="short_term")
    expected = score_predictions(predictions, options, AnomalyOptions(window=21, min_days=4)).pooled
    found = soilsharp.score_predictions(predictions, values="short_term", window=21, min_days=4).pooled
    pd.testing.assert_frame_equal(found, expected)
    with pytest.raises(OptionError, match="widow"):
        soilsharp.score_predictions(predictions, widow=21)
