# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps against stations and against a reference, the baselines beside them, and the reports."""

import re
from types import SimpleNamespace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.windows import Window

from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring import baselines
from soilsharp.core.scoring.baselines import AS_IS, BILINEAR, MAP, SMOOTH
from soilsharp.core.scoring.metrics import METRICS, scores
from soilsharp.core.scoring.standing import standing
from soilsharp.core.scoring.verdict import verdict
from soilsharp.core.stations.stations import Stations
from soilsharp.core.study.study import Study
from soilsharp.core.validation.products import compare_products
from soilsharp.core.validation.stations import FLATTERED, TARGET_TAG, compare_at_stations, validate_stations

LEFT, TOP = 4_400_000, 2_960_000
FINE = Grid.from_bounds("EPSG:3035", 1000, (LEFT, TOP - 30_000, LEFT + 30_000, TOP))
COARSE = Grid.from_bounds("EPSG:3035", 5000, (LEFT, TOP - 30_000, LEFT + 30_000, TOP))
DAYS = np.arange("2023-06-01", "2023-06-15", dtype="datetime64[D]")
PIXELS = [(2, 3), (7, 20), (13, 13), (22, 5), (27, 27), (18, 24)]


def write_days(folder, stack, grid, days=DAYS, tags=None):
    """Write an array (days, rows, columns) as a series."""
    for day, values in zip(days, stack):
        write_map(folder / f"sm_{day}.tif", values, grid, tags=tags)
    return Series.from_files(folder)


def stations_at(pixels, stack, days=DAYS, noise=0.0, seed=3):
    """Return stations that measure the pixels, a quarter of a pixel off its centre."""
    rows, columns = np.array(pixels).T
    x, y = FINE.centres()
    longitude, latitude = project(x[columns] + 250, y[rows] - 250, FINE.crs, WGS84)
    names = [f"S{i}" for i in range(len(pixels))]
    places = pd.DataFrame({"longitude": longitude, "latitude": latitude}, index=pd.Index(names, name="station"))
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(
        [
            {"station": name, "date": pd.Timestamp(day), "soil_moisture": stack[d, r, c] + noise * rng.normal()}
            for name, r, c in zip(names, rows, columns)
            for d, day in enumerate(days)
        ]
    )
    return Stations(places, values)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a small truth, its coarse means with a gap, and stations that measure it exactly."""
    folder = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(1)
    pattern = np.add.outer(np.sin(np.arange(30) / 4), np.cos(np.arange(30) / 3)) * 0.05
    wet = 0.06 * np.sin(np.arange(len(DAYS)))[:, None, None]
    truth = (0.25 + pattern + wet + 0.01 * rng.normal(size=(len(DAYS), *FINE.shape))).astype(np.float32)
    coarse = np.stack([Overlap(COARSE, FINE).mean(day) for day in truth])
    coarse[3, :2, :2] = np.nan  # a gap on one day
    return SimpleNamespace(
        truth=truth,
        coarse=coarse,
        maps=write_days(folder / "maps", truth, FINE),
        coarse_series=write_days(folder / "coarse", coarse, COARSE),
        stations=stations_at(PIXELS, truth),
    )


# --- stations ---------------------------------------------------------------------------------------------------------


def test_a_map_equal_to_the_truth_has_no_error(made):
    result = validate_stations(made.maps, made.stations, made.coarse_series)
    rows = result.table.set_index("product")
    assert list(rows.index) == [MAP, AS_IS, BILINEAR, SMOOTH]
    npt.assert_allclose(rows.loc[MAP, ["bias", "rmse", "ubrmse", "mae"]].to_numpy(float), 0, atol=1e-7)
    npt.assert_allclose(rows.loc[MAP, ["r", "r2", "station_median_r", "station_mean_r"]].to_numpy(float), 1, atol=1e-9)
    assert (rows.loc[list(baselines.BASELINES), "rmse"] > 0.005).all()
    # the gap hides one station on one day, from all products
    assert set(rows["n"]) == {len(PIXELS) * len(DAYS) - 1}
    assert len(result.pairs) == len(PIXELS) * len(DAYS)
    assert any(f"1 of {len(result.pairs)} observations were left out" in line for line in result.notes)
    assert not result.warnings


def test_scores_are_those_of_the_pairs(made):
    stations = stations_at(PIXELS, made.truth, noise=0.02)
    result = validate_stations(made.maps, stations, made.coarse_series)
    counted = result.pairs.dropna()
    for row in result.table.to_dict("records"):
        expected = scores(counted[row["product"]], counted["observed"])
        assert {name: row[name] for name in expected} == expected
        own = result.per_station[result.per_station["product"] == row["product"]]
        assert row["station_median_rmse"] == pytest.approx(own["rmse"].median())
        assert row["station_mean_bias"] == pytest.approx(own["bias"].mean())
        assert row["n_stations"] == len(PIXELS)
    first = result.per_station.iloc[0]
    own = counted[counted["station"] == first["station"]]
    assert first["ubrmse"] == pytest.approx(scores(own[MAP], own["observed"])["ubrmse"])


def test_without_a_coarse_product_there_is_the_map_alone(made):
    result = validate_stations(made.maps, made.stations)
    assert result.products == [MAP]
    assert result.table["n"][0] == len(PIXELS) * len(DAYS)
    assert result.warnings == []


def test_days_are_matched_by_date_and_not_by_order(made):
    days = DAYS[[1, 4, 9]]
    stations = stations_at(PIXELS, made.truth[[1, 4, 9]], days)
    shuffled = Stations(stations.places, stations.values.sample(frac=1, random_state=1))
    result = validate_stations(made.maps, shuffled, made.coarse_series, min_pairs=2)
    npt.assert_allclose(result.table["rmse"][0], 0, atol=1e-7)
    assert sorted(result.pairs["date"].unique()) == sorted(days.astype("datetime64[ns]"))


def test_a_station_with_few_pairs_gets_no_score_of_its_own(made):
    values = made.stations.values
    few = values[(values["station"] != "S0") | (values["date"] < "2023-06-04")]
    result = validate_stations(made.maps, Stations(made.stations.places, few), min_pairs=5)
    own = result.per_station.set_index("station")
    assert own.loc["S0", "n"] == 3
    assert np.isnan(own.loc["S0", "rmse"])
    assert result.table["n_stations"][0] == len(PIXELS) - 1
    assert result.table["n"][0] == len(few)
    assert any("fewer than 5 pairs" in line for line in result.warnings)


def test_a_station_off_the_map_is_left_out_and_named(made):
    places = made.stations.places.copy()
    places.loc["S2", "longitude"] += 10
    result = validate_stations(made.maps, Stations(places, made.stations.values))
    assert "S2" not in set(result.per_station["station"])
    assert any("1 of 6 stations stand outside" in line and "S2" in line for line in result.warnings)


def test_no_station_on_the_map_is_an_error_that_says_where_both_are(made):
    places = made.stations.places.assign(longitude=made.stations.places["longitude"] + 10)
    with pytest.raises(InputError, match=r"No station stands on .*degrees east.*stand at"):
        validate_stations(made.maps, Stations(places, made.stations.values))


def test_no_common_dates_is_an_error_with_both_ranges(made):
    later = made.stations.values.assign(date=made.stations.values["date"] + pd.Timedelta(365, "D"))
    with pytest.raises(InputError, match=r"No common dates.*2023-06-01 to 2023-06-14.*2024-05-31 to 2024-06-13"):
        validate_stations(made.maps, Stations(made.stations.places, later))
    other = Series(made.coarse_series.days + 100, made.coarse_series.sources)
    with pytest.raises(InputError, match=r"No common dates: the coarse rasters run from 2023-09-09"):
        validate_stations(made.maps, made.stations, other)


def test_no_pair_is_an_error_that_counts(made, tmp_path):
    empty = write_days(tmp_path / "empty", np.full((len(DAYS), *COARSE.shape), np.nan), COARSE)
    with pytest.raises(InputError, match=r"No pair of values is left: of 84 .*Coarse as is 0"):
        validate_stations(made.maps, made.stations, empty)
    nothing = write_days(tmp_path / "nothing", np.full((len(DAYS), *FINE.shape), np.nan), FINE)
    with pytest.raises(InputError, match="no value at any station"):
        validate_stations(nothing, made.stations)


@pytest.mark.parametrize(("target", "warned"), [("stations", True), ("coarse", False)])
def test_maps_of_a_model_of_stations_are_warned_of(made, tmp_path, target, warned):
    maps = write_days(tmp_path / "maps", made.truth, FINE, tags={TARGET_TAG: target})
    assert (FLATTERED in validate_stations(maps, made.stations).warnings) == warned


def test_several_products_on_grids_of_their_own(made, tmp_path):
    wide = write_days(tmp_path / "wide", made.coarse, COARSE)
    result = compare_at_stations({"fine": made.maps, "wide": wide}, made.stations)
    by_cell = validate_stations(made.maps, made.stations, made.coarse_series).table.set_index("product")
    assert result.products == ["fine", "wide"]
    npt.assert_allclose(result.table["rmse"][1], by_cell.loc[AS_IS, "rmse"], rtol=1e-6)


def test_days_without_a_coarse_raster_or_value_count_for_no_product(made, tmp_path):
    coarse = made.coarse[3:].copy()
    coarse[2] = np.nan
    result = validate_stations(made.maps, made.stations, write_days(tmp_path, coarse, COARSE, DAYS[3:]))
    unknown = result.pairs.groupby("date")[list(baselines.BASELINES)].agg(lambda day: day.isna().all())
    npt.assert_array_equal(unknown.to_numpy(), np.isin(DAYS, DAYS[[0, 1, 2, 5]])[:, None].repeat(3, 1))


def test_a_cancel_is_felt(made):
    with pytest.raises(Cancelled):
        validate_stations(made.maps, made.stations, progress=Progress(stop_asked=lambda: True))


def test_pairs_become_predictions_and_stations_that_were_learned_from_are_marked(made):
    stations = stations_at(PIXELS, made.truth, noise=0.02)
    result = validate_stations(made.maps, stations, made.coarse_series)
    table = result.predictions(seen=["S0", "S1"])
    assert (table.models, table.baselines) == ((MAP,), (AS_IS, BILINEAR, SMOOTH))
    assert set(table.table["station"][table.table["part"] == "train"]) == {"S0", "S1"}
    assert len(table) == len(result.pairs)
    whole = result.predictions().table.dropna(subset=table.products)
    row = result.table.set_index("product").loc[MAP]
    assert scores(whole[MAP], whole["observed"])["rmse"] == pytest.approx(row["rmse"], rel=1e-5)
    place = result.per_station.set_index("station").loc["S3"].iloc[0]
    assert (whole["longitude"][whole["station"] == "S3"] == place["longitude"]).all()


def test_the_layer_holds_the_scores_of_every_product(made, tmp_path):
    geopandas = pytest.importorskip("geopandas")
    result = validate_stations(made.maps, made.stations, made.coarse_series)
    result.write_layer(tmp_path / "stations.gpkg")
    layer = geopandas.read_file(tmp_path / "stations.gpkg").set_index("station")
    assert layer.crs.to_epsg() == 4326
    assert set(layer.index) == set(made.stations.places.index)
    own = result.per_station[result.per_station["product"] == BILINEAR].set_index("station")
    npt.assert_allclose(layer["bilinear_ubrmse"], own.loc[layer.index, "ubrmse"])
    assert np.isfinite(layer["smooth_ubrmse"]).all()
    npt.assert_allclose(layer.geometry.x, made.stations.places.loc[layer.index, "longitude"])
    result.write_table(tmp_path / "table.csv")
    table = pd.read_csv(tmp_path / "table.csv")
    npt.assert_allclose(table["rmse"], result.table["rmse"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["stations.gpkg", "table.csv"]


# --- products ---------------------------------------------------------------------------------------------------------


def test_a_product_equal_to_the_reference_has_no_error(made):
    result = compare_products({"map": made.maps}, made.maps, made.coarse_series)
    rows = result.table.set_index("product")
    assert list(rows.index) == ["map", AS_IS, BILINEAR, SMOOTH]
    npt.assert_allclose(rows.loc["map", ["bias", "rmse", "mae"]].to_numpy(float), 0, atol=1e-12)
    assert set(rows["n"]) == {FINE.shape[0] * FINE.shape[1] * len(DAYS) - 100}
    assert result.left_out == 100
    assert any("100 of" in line for line in result.notes)
    per_date = result.per_date[result.per_date["product"] == AS_IS]
    assert list(per_date["date"]) == list(pd.to_datetime(DAYS))
    assert rows.loc[AS_IS, "date_median_rmse"] == pytest.approx(per_date["rmse"].median())
    for counts in result.density.values():
        assert counts.sum() == rows["n"].iloc[0]


def test_windows_add_up_to_the_whole(made, monkeypatch):
    whole = compare_products({"map": made.coarse_series}, made.maps, made.coarse_series)
    monkeypatch.setattr(Grid, "windows", _quarters)
    pieces = compare_products({"map": made.coarse_series}, made.maps, made.coarse_series)
    npt.assert_allclose(
        pieces.table.drop(columns="product").to_numpy(float),
        whole.table.drop(columns="product").to_numpy(float),
        atol=1e-9,
    )


def _quarters(_grid):
    for top in (0, 13):
        for left in (0, 17):
            yield Window(left, top, (17, 13)[left > 0], (13, 17)[top > 0])


def test_against_all_pixels_at_once(made):
    table = compare_products({"coarse": made.coarse_series}, made.maps).table
    cells = np.stack([np.kron(day, np.ones((5, 5))) for day in made.coarse.astype(np.float32)])
    expected = scores(cells, made.truth)
    for metric in METRICS:
        assert table[metric][0] == pytest.approx(expected[metric], rel=1e-9), metric


def test_what_is_finer_than_the_reference_is_averaged(made):
    result = compare_products({"map": made.maps}, made.coarse_series)
    npt.assert_allclose(result.table["rmse"][0], 0, atol=1e-6)
    assert result.table["n"][0] == COARSE.shape[0] * COARSE.shape[1] * len(DAYS) - 4


def test_single_rasters_without_dates(made):
    truth, other = made.maps.sources[0], made.maps.sources[1]
    result = compare_products({"other": other}, truth, made.coarse_series.sources[0])
    assert result.products == ["other", AS_IS, BILINEAR, SMOOTH]
    assert result.per_date["date"].isna().all()
    assert result.table["bias"][0] == pytest.approx(float((made.truth[1] - made.truth[0]).mean()), abs=1e-7)
    assert not any(column.startswith("date_") for column in result.table)


def test_only_days_that_all_have_count(made):
    result = compare_products(
        {"a": made.maps.between(DAYS[2], DAYS[8]), "b": made.maps.between(DAYS[5], DAYS[12])}, made.maps
    )
    assert sorted(result.per_date["date"].unique()) == sorted(DAYS[5:9].astype("datetime64[ns]"))
    assert any("4 of the 14 days" in line for line in result.warnings)


def test_reference_of_stations(made):
    result = compare_products({MAP: made.maps}, made.stations, made.coarse_series)
    alone = validate_stations(made.maps, made.stations, made.coarse_series)
    pd.testing.assert_frame_equal(result.table.drop(columns="n_dates"), alone.table)
    assert result.left_out == 1
    assert set(result.per_date["date"]) == set(alone.pairs["date"])


def test_baselines_at_stations_are_those_of_the_finest_product_whatever_their_order(made):
    fine = compare_products({"map": made.maps, "cells": made.coarse_series}, made.stations, made.coarse_series)
    coarse = compare_products({"cells": made.coarse_series, "map": made.maps}, made.stations, made.coarse_series)
    of = [one.table.set_index("product")["rmse"] for one in (fine, coarse)]
    assert of[0].to_dict() == of[1].to_dict()
    assert of[1]["cells"] == of[1][AS_IS] != of[1][BILINEAR]


def test_coarse_rasters_on_different_grids_leave_the_smooth_baseline_out(made, tmp_path):
    write_days(tmp_path, made.coarse[:13], COARSE, DAYS[:13])
    series = write_days(tmp_path, made.coarse[13:, :-1], COARSE.part(Window(0, 0, 6, 5)), DAYS[13:])
    result = compare_products({"map": made.maps}, made.maps, series)
    at_stations = validate_stations(made.maps, made.stations, series)
    for compared in (result, at_stations):
        assert compared.products[1:] == [AS_IS, BILINEAR]
        assert any("1 of 14 coarse rasters lie on another grid" in line for line in compared.warnings)


def test_wrong_comparisons_say_what_is_wrong(made, tmp_path):
    one = made.maps.sources[0]
    with pytest.raises(InputError, match="no product"):
        compare_products({}, made.maps)
    with pytest.raises(InputError, match="has no dates, but the reference has"):
        compare_products({"one": one}, made.maps)
    with pytest.raises(InputError, match="has dates, but the reference has none"):
        compare_products({"maps": made.maps}, one)
    with pytest.raises(InputError, match="stations measure on days"):
        compare_products({"one": one}, made.stations)
    with pytest.raises(InputError, match="name of a baseline"):
        compare_products({AS_IS: made.maps}, made.maps, made.coarse_series)
    later = Series(made.maps.days + 400, made.maps.sources)
    with pytest.raises(InputError, match=r"No common dates: 'later' runs from 2024-07-05 to 2024-07-18.*2023-06-01"):
        compare_products({"later": later}, made.maps)
    write_map(tmp_path / "nothing.tif", np.full(FINE.shape, np.nan), FINE)
    with pytest.raises(InputError, match="No pixel is valid"):
        compare_products({"nothing": Source(str(tmp_path / "nothing.tif"))}, one)
    far = Grid.from_bounds("EPSG:3035", 1000, (3_000_000, 2_000_000, 3_010_000, 2_010_000))
    write_map(tmp_path / "far.tif", np.zeros(far.shape), far)
    with pytest.raises(GridError, match="do not overlap"):
        compare_products({"far": Source(str(tmp_path / "far.tif"))}, one)


# --- verdict and reports ----------------------------------------------------------------------------------------------


def table_of(**products):
    names = {"map": MAP, "as_is": AS_IS, "bilinear": BILINEAR, "smooth": SMOOTH}
    rows = [{"product": names.get(k, k), "rmse": v[0], "ubrmse": v[1], "r": v[2]} for k, v in products.items()]
    return pd.DataFrame(rows)


def test_the_verdict_is_honest():
    lost = verdict(table_of(map=(0.034, 0.033, 0.6), as_is=(0.04, 0.04, 0.5), bilinear=(0.031, 0.03, 0.7)))
    assert lost == (
        "Bilinear interpolation of the coarse product did better than the map: RMSE 0.031 against 0.034, ubRMSE 0.030 "
        "against 0.033, R 0.700 against 0.600."
    )
    won = verdict(table_of(map=(0.03, 0.02, 0.9), as_is=(0.04, 0.04, 0.5), bilinear=(0.05, 0.05, 0.4)))
    assert won.startswith("The map did better than the coarse product as it is: RMSE 0.030 against 0.040")
    smooth = verdict(table_of(map=(0.034, 0.033, 0.6), bilinear=(0.031, 0.03, 0.7), smooth=(0.03, 0.029, 0.8)))
    assert smooth.startswith("Smooth interpolation of the coarse product did better than the map: RMSE 0.030 against")
    mixed = verdict(table_of(map=(0.05, 0.02, 0.9), bilinear=(0.04, 0.03, 0.8)))
    assert mixed.startswith("Neither did better throughout: the map is ahead in ubRMSE 0.020 against 0.030")
    assert "bilinear interpolation of the coarse product in RMSE 0.040 against 0.050" in mixed
    level = verdict(table_of(map=(0.04, 0.03, 0.8), bilinear=(0.0401, 0.0301, 0.7999)))
    assert level.startswith("The map is as good as bilinear interpolation of the coarse product, and not better")
    partly = verdict(table_of(map=(0.03, 0.03, 0.8), bilinear=(0.04, 0.03, 0.8)))
    assert partly.endswith("RMSE 0.030 against 0.040; level in ubRMSE and R.")


def test_the_verdict_on_one_and_on_many():
    assert verdict(table_of(map=(0.03, 0.02, np.nan))) == (
        "The map has RMSE 0.030, ubRMSE 0.020; there is no other product to compare it with."
    )
    assert verdict(table_of(a=(0.03, 0.02, 0.9), b=(0.04, 0.03, 0.8), as_is=(0.05, 0.05, 0.7))).startswith(
        "a did best of 3: RMSE 0.030 against 0.040 of b"
    )
    split = verdict(table_of(a=(0.03, 0.04, 0.9), b=(0.04, 0.03, -0.8)))
    assert split.startswith("No product is best throughout: a in RMSE")
    assert "R 0.900 against −0.800 of b" in split
    assert "level" in verdict(table_of(a=(0.03, 0.03, 0.9), b=(0.03, 0.03, 0.9)))


def report_of(path):
    """Return the text of a report after checking that it stands alone."""
    html = path.read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert set(re.findall(r'(?:src|href)="(.{10})', html)) <= {"data:image"}
    return html


@pytest.fixture
def drawn():
    for package in ("matplotlib", "jinja2"):
        pytest.importorskip(package)
    from soilsharp.core.validation import report

    return report


def test_the_report_on_stations_stands_alone(made, tmp_path, drawn):
    stations = stations_at(PIXELS, made.truth, noise=0.02)
    result = validate_stations(made.maps, stations, made.coarse_series)
    passport = {
        "learner": "ridge",
        "target": "stations",
        "stations": ["S0", "elsewhere"],
        "covariates": [{"name": "ndvi"}],
    }
    path = tmp_path / "report.html"
    drawn.station_report(path, result, maps=made.maps, coarse=made.coarse_series, passport=passport)
    html = report_of(path)
    assert verdict(result.table) in html
    assert "The map did better than" in html
    assert "The model was trained on 1 of these 6 stations." in html
    assert html.count("<img ") == 9
    assert "<small>m³ m⁻³</small>" in html
    assert f"<b>{result.table['rmse'][0]:.3f}</b>" in html
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_report_on_stations_asks_before_every_figure_whether_to_go_on(made, tmp_path, drawn, stop):
    result, looks = validate_stations(made.maps, stations_at(PIXELS, made.truth, noise=0.02)), stop()
    drawn.station_report(tmp_path / "whole.html", result, maps=made.maps, progress=Progress(stop_asked=looks))
    assert looks.looks >= report_of(tmp_path / "whole.html").count("<img ") > 1
    with pytest.raises(Cancelled):
        drawn.station_report(tmp_path / "cut.html", result, progress=Progress(stop_asked=stop(2)))
    assert not (tmp_path / "cut.html").exists()


def test_the_report_on_stations_without_anything_else(made, tmp_path, drawn):
    few = Stations(made.stations.places, made.stations.values.query("date < '2023-06-03'"))
    drawn.station_report(tmp_path / "report.html", validate_stations(made.maps, few))
    assert "there is no other product to compare it with" in report_of(tmp_path / "report.html")


def test_maps_on_two_grids_are_drawn_side_by_side_with_the_width_of_their_pixels(made, monkeypatch):
    from soilsharp.core.validation import report_figures

    drawn = []
    monkeypatch.setattr(report_figures, "maps_figure", lambda panels, day: drawn.append((panels, day)))
    products = {"model 1 km": made.maps, "model 5 km": made.coarse_series}
    result = compare_products(products, made.stations)
    list(report_figures.station_figures(result.stations, made.maps, shown=products))
    ((panels, day),) = drawn
    assert [title for title, _, _ in panels] == ["model 1 km, 1000 m", "model 5 km, 5000 m"]
    number = int(np.flatnonzero(day == DAYS)[0])
    npt.assert_allclose(panels[0][1], made.truth[number], atol=1e-6)
    npt.assert_allclose(panels[1][1], made.coarse[number], atol=1e-6)
    assert panels[1][2].shape == COARSE.shape
    drawn.clear()
    list(report_figures.station_figures(result.stations, made.maps, made.coarse_series))
    assert [title for title, _, _ in drawn[0][0]] == ["Coarse product", "model 1 km"]


def test_the_report_on_products_stands_alone(made, tmp_path, drawn):
    products = {"map": made.maps}
    result = compare_products(products, made.maps, made.coarse_series)
    path = tmp_path / "report.html"
    drawn.product_report(path, result, products=products, reference=made.maps, coarse=made.coarse_series)
    html = report_of(path)
    assert verdict(result.table) in html
    assert "map has the lowest RMSE on 14 of 14 days." in html
    assert html.count("<img ") == 4
    single = compare_products({"map": made.maps.sources[1]}, made.maps.sources[0])
    drawn.product_report(path, single)
    assert report_of(path).count("<img ") == 2
    against = compare_products({MAP: made.maps}, made.stations, made.coarse_series)
    drawn.product_report(path, against, products={MAP: made.maps}, coarse=made.coarse_series)
    assert "Station by station" in report_of(path)


def test_what_people_write_is_no_markup(tmp_path, drawn):
    evil = "<script>alert('x')</script>"
    table = table_of(map=(0.03, 0.02, 0.9)).assign(product=[evil])
    drawn.write_page(
        tmp_path / "r.html",
        title=evil,
        summary=evil,
        intro=evil,
        warnings=[evil],
        facts={evil: evil},
        tables=[("Scores", "", table), (evil, evil, table)],
    )
    html = report_of(tmp_path / "r.html")
    assert html.count("&lt;script&gt;") >= 8


def test_only_the_best_is_bold(tmp_path, drawn):
    from soilsharp.core.report.words import best_of_column, heading

    table = pd.DataFrame(
        {"product": ["a", "b"], "n": [5, 5], "bias": [-0.01, 0.02], "rmse": [0.2, 0.1], "r": [0.5, 0.5]}
    )
    words = {"title": "t", "summary": "", "best": best_of_column, "heading": heading}
    drawn.write_page(tmp_path / "r.html", tables=[("Scores", "", table)], **words)
    html = report_of(tmp_path / "r.html")
    assert re.findall("<b>(.*?)</b>", html) == ["−0.010", "0.100"]
    # of other rows the best is no better
    drawn.write_page(tmp_path / "r.html", tables=[("Scores", "", table.assign(n=[5, 4]))], **words)
    assert "<b>" not in report_of(tmp_path / "r.html")


def test_numbers_are_written_plainly(drawn):
    from soilsharp.core.report.html_page import number
    from soilsharp.core.report.words import heading

    assert [number(v) for v in (0.1, -0.1, -0.0001, np.nan)] == ["0.100", "−0.100", "0.000", "–"]
    assert heading("station_median_rmse") == ("median RMSE", "m³ m⁻³")
    assert heading("best_guess") == ("Best guess", "")


def test_the_colours_have_the_stops_of_the_style():
    pytest.importorskip("matplotlib")
    from matplotlib.colors import to_hex

    from soilsharp.core.report.map_figures import SM_STOPS, soil_moisture_colours

    colours = soil_moisture_colours()
    for value, colour in SM_STOPS:
        shown, wanted = colours(value / 0.5), colour
        npt.assert_allclose(shown[:3], [int(wanted[i : i + 2], 16) / 255 for i in (1, 3, 5)], atol=0.02)
    assert to_hex(colours(np.nan)) == "#e4e4e4"


# --- a synthetic region and real data --------------------------------------------------------------------------------


def test_the_sample_region(region):
    study = Study.read(region.study)
    truth = Series.from_files(region.truth)
    result = validate_stations(truth, study.stations(), study.coarse_series, min_pairs=3)
    rows = result.table.set_index("product")
    assert (rows.loc[MAP, "station_median_rmse"] < rows.loc[list(baselines.BASELINES), "station_median_rmse"]).all()
    comparison = compare_products({MAP: truth}, truth, study.coarse_series)
    assert comparison.table["rmse"][0] == 0
    # the noise of the coarse product alone is 0.02
    assert (comparison.table["rmse"][1:] > 0.02).all()
    expected = scores(
        np.stack([read_on(study.coarse_series.sources[i], study.grid) for i in range(len(study.coarse_series))]),
        np.stack([read_on(truth.sources[list(truth.days).index(day)], study.grid) for day in study.coarse_series.days]),
    )
    assert comparison.table["rmse"][1] == pytest.approx(expected["rmse"], rel=1e-9)


def test_baselines_of_real_smap_have_their_known_scores(real_data):
    """The README gives, as means of 8 overpasses: nearest 0.0160 and R 0.927, bilinear 0.0122 and R 0.961."""
    folder = real_data / "smap_wa_2020" / "tif"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    days = []
    for half in ("AM", "PM"):
        fine = Series.from_files(folder / f"SMAP_L3E_9km_*_{half}.tif")
        coarse = Series.from_files(folder / f"SMAP_L3_36km_*_{half}.tif")
        days.append(compare_products({"itself": fine}, fine, coarse).per_date)
    mean = pd.concat(days).groupby("product")[["n", "rmse", "r"]].mean()
    npt.assert_allclose(mean.loc[AS_IS, ["rmse", "r"]], [0.0160, 0.927], atol=1e-3)
    npt.assert_allclose(mean.loc[BILINEAR, ["rmse", "r"]], [0.0122, 0.961], atol=1e-3)
    npt.assert_allclose(mean["n"], 3850, atol=1)
    assert set(baselines.BASELINES) < set(mean.index)


def at_medians(table, **medians):
    """Return a table with the scores of the median station beside those of all pairs."""
    for number, metric in enumerate(("rmse", "ubrmse", "r")):
        table[f"station_median_{metric}"] = [scores[number] for scores in medians.values()]
    return table


def test_the_verdict_tells_of_the_median_station_where_it_says_otherwise():
    pooled = table_of(map=(0.03, 0.02, 0.9), smooth=(0.04, 0.03, 0.8))
    alike = verdict(at_medians(pooled, map=(0.02, 0.02, 0.9), smooth=(0.03, 0.03, 0.8)))
    assert alike.endswith("R 0.900 against 0.800. The median station agrees.")
    other = verdict(at_medians(pooled, map=(0.03, 0.03, 0.8), smooth=(0.02, 0.02, 0.9)))
    assert other.startswith("All pairs: the map did better than smooth interpolation of the coarse product: RMSE 0.030")
    assert "The median station says otherwise: smooth interpolation of the coarse product did better than" in other
    unknown = (np.nan,) * 3
    assert "median" not in verdict(at_medians(pooled, map=unknown, smooth=unknown))
    assert "median" not in verdict(at_medians(pooled, map=unknown, smooth=(0.02, 0.02, 0.9)))


def test_products_without_a_score_are_not_called_level():
    unknown = (np.nan,) * 3
    said = "No two products have a score, so none can be compared."
    assert verdict(table_of(map=unknown, smooth=(0.04, 0.03, 0.8))) == said
    assert verdict(table_of(map=unknown, smooth=unknown, other=unknown)) == said
    assert verdict(table_of(map=unknown)) == "The map has no score; there is no other product to compare it with."


@pytest.mark.parametrize(
    ("smooth", "at_median", "grade"),
    [((0.04, 0.03, 0.8), 0.03, "better"), ((0.02, 0.02, 0.9), 0.01, "worse"), ((0.04, 0.03, 0.8), 0.01, "unclear"),
     ((0.0301, 0.02, 0.9), 0.0201, "unclear")],
)  # fmt: skip
def test_where_a_map_stands(smooth, at_median, grade):
    table = table_of(map=(0.03, 0.02, 0.9), smooth=smooth, as_is=(0.05, 0.05, 0.5))
    table = at_medians(table, map=(0.02, 0.02, 0.9), smooth=(at_median, 0.02, 0.9), as_is=(0.06, 0.06, 0.5))
    found = standing(table)
    assert found.grade == grade
    assert found.sentence == verdict(table)
    assert list(found.errors) == [MAP, "Coarse smooth", "Coarse as is"]


def test_without_a_baseline_there_is_no_grade():
    assert standing(table_of(map=(0.03, 0.02, 0.9))).grade == ""
