# SPDX-License-Identifier: GPL-2.0-or-later
"""What bands hold at stations that neither model nor band has seen, in groups of rows, and without a class."""

import base64
import re

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.api import score_predictions, validate
from soilsharp.core.report.reliability_page import reliability_annex, reliability_sentence
from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.scoring.calibration import LEVELS
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.scoring.reliability import CALIBRATED, HELD, LEFT_OUT, TOLD, WIDTH, no_bands, reliability
from soilsharp.core.study.study import Study
from soilsharp.core.validation.land_classes import named_classes, with_classes

STATIONS, DAYS = 60, 50


def held_out(sd=None, loud="20", **more):
    """Return predictions whose error is 0.02, three times that in a class, with what the coarse product has seen."""
    rng = np.random.default_rng(3)
    n = STATIONS * DAYS
    number = np.repeat(np.arange(STATIONS), DAYS)
    place = pd.DataFrame({
        "station": [f"s{i:02d}" for i in number],
        "date": np.tile(pd.date_range("2023-05-20", periods=DAYS), STATIONS),
        "land_cover": np.where(number % 3 == 0, "20", "10"),
    })  # fmt: skip
    size = np.where(place["land_cover"] == loud, 0.06, 0.02)
    predicted = np.full(n, 0.3)
    coarse = np.where(rng.random(n) < 0.4, np.nan, 0.3)
    sds = {"model": size if sd == "true" else sd}
    options = {"fold": number % 5 + 1, "sds": sds, **more}
    return Predictions.of(
        place, predicted + size * rng.normal(size=n), {"model": predicted}, {AS_IS: coarse}, **options
    )


def rows_of(table, by):
    return table[table["by"] == by].set_index(["band", "group"])


def test_new_stations_are_held_as_often_as_is_told():
    found = rows_of(reliability(held_out(loud="none")), "all").loc[(CALIBRATED, "all")]
    assert (found["n"], found["n_places"]) == (STATIONS * DAYS, STATIONS)
    for level in LEVELS:
        assert found[HELD[level]] == pytest.approx(level, abs=0.03)
    # whole widths, of the Normal distribution of the errors
    npt.assert_allclose(
        found[[WIDTH[0.5], WIDTH[0.9]]].to_numpy(float), [2 * 0.674 * 0.02, 2 * 1.645 * 0.02], rtol=0.12
    )


def test_groups_are_months_stations_classes_and_what_the_coarse_product_has_seen():
    table = reliability(held_out())
    assert list(dict.fromkeys(table["by"])) == ["all", "month", "land_cover", "coarse product", "station"]
    assert list(rows_of(table, "month").loc[CALIBRATED].index) == ["2023-05", "2023-06", "2023-07"]
    assert list(rows_of(table, "coarse product").loc[CALIBRATED].index) == ["filled", "seen"]
    assert len(rows_of(table, "station")) == STATIONS
    classes = rows_of(table, "land_cover")
    assert classes.loc[(CALIBRATED, "20"), "n"] == 20 * DAYS


def test_groups_of_a_few_rows_are_left_out():
    rng = np.random.default_rng(0)
    observed = rng.uniform(0.1, 0.3, 30)
    place = pd.DataFrame({"station": ["A"] * 21 + ["B"] * 9, "land_cover": ["crops"] * 20 + ["forest"] * 10})
    sds = {"M": np.full(30, 0.04)}
    made = Predictions.of(place, observed, {"M": observed}, sds=sds, part="test")
    found = reliability(made)
    assert found[["by", "group", "n"]].to_numpy().tolist() == [
        ["all", "all", 30], ["land_cover", "crops", 20], ["land_cover", "forest", 10], ["station", "A", 21],
    ]  # fmt: skip


def test_a_class_of_larger_errors_is_not_held_by_a_band_of_the_others():
    classes = rows_of(reliability(held_out()), "land_cover")
    alone = classes.loc[(LEFT_OUT, "20")]
    # the others' 1.645 x 0.02 is 0.55 of its own SD
    assert alone["held_90"] == pytest.approx(0.42, abs=0.05)
    assert classes.loc[(CALIBRATED, "20"), "held_90"] > alone["held_90"] + 0.2
    assert classes.loc[(LEFT_OUT, "10"), "held_90"] > 0.99


def test_a_spread_that_the_learner_knows_makes_up_for_it():
    classes = rows_of(reliability(held_out("true")), "land_cover")
    assert classes.loc[(LEFT_OUT, "20"), "held_90"] == pytest.approx(0.9, abs=0.03)
    wide = classes["width_90"]
    assert wide[(CALIBRATED, "20")] == pytest.approx(3 * wide[(CALIBRATED, "10")], rel=0.1)


def test_bands_of_maps_hold_what_stations_measure_with_their_error():
    maps = held_out(np.full(STATIONS * DAYS, 0.01), "none", fold=0, part="test", folds="maps")
    narrow = rows_of(reliability(maps), "all").loc[(TOLD, "all")]
    wide = rows_of(reliability(maps, station_error=np.sqrt(0.02**2 - 0.01**2)), "all").loc[(TOLD, "all")]
    assert narrow["held_90"] < 0.65
    assert wide["held_90"] == pytest.approx(0.9, abs=0.02)
    assert wide["width_90"] == pytest.approx(2 * 1.645 * 0.02, rel=1e-3)


def test_without_places_or_a_spread_there_is_no_band():
    rows = held_out(fold=np.arange(STATIONS * DAYS) % 5 + 1)  # of single rows
    assert reliability(rows).empty
    assert reliability(held_out(fold=0, part="test")).empty


def test_a_page_of_held_out_rows_shows_the_diagram_and_its_folder_the_table(tmp_path):
    score_predictions(held_out(), tmp_path / "scored")
    written = pd.read_csv(tmp_path / "scored" / "coverage.csv", dtype={"group": str}, keep_default_na=False)
    pd.testing.assert_frame_equal(written, reliability(held_out()), rtol=1e-5, check_dtype=False)
    page = (tmp_path / "scored" / "report.html").read_text(encoding="utf-8")
    assert "of what was observed at 60 stations" in page
    after = page[page.index("Reliability diagram") :]
    picture = re.search(r"base64,([A-Za-z0-9+/=]+)", after)[1]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert "calibrated without it" in page
    # anomalies have no band
    assert score_predictions(held_out(), values="short_term").reliability.empty


def test_few_places_take_the_wider_rule_and_the_page_says_so():
    few = held_out()
    rows = few.table["station"] < "s15"
    table = reliability(Predictions(few.table[rows].reset_index(drop=True), few.models, few.baselines))
    assert "Of fewer than 20 places the wider of two rules counts." in reliability_sentence(table)
    assert reliability_sentence(no_bands()) == ""
    assert reliability_annex(no_bands()) == []


def test_maps_with_bands_are_told_by_the_names_of_the_land(explorable, region, tmp_path):
    study = Study.read(explorable / "study.json")
    result = validate(explorable / "maps", study, folder=tmp_path / "plain")
    plain = pd.read_csv(tmp_path / "plain" / "coverage.csv")
    assert set(plain["by"]) >= {"all", "month", "station", "coarse product"}
    # the truth is off its stations by their error alone, which is added to the SD of 0.03
    assert plain["width_90"][0] == pytest.approx(2 * 1.645 * np.hypot(0.03, 0.03), rel=1e-3)
    everything = Study.read(region.study_all)
    named = with_classes(result.stations.predictions(), everything)
    assert set(named.table["land_cover"]) <= {
        "tree cover", "grassland", "cropland", "bare or sparse vegetation", "herbaceous wetland",
    }  # fmt: skip
    codes = Predictions(named.table.assign(land_cover="10"), named.models)
    assert set(named_classes(codes, everything).table["land_cover"]) == {"tree cover"}
    assert set(named_classes(codes, None).table["land_cover"]) == {"10"}
