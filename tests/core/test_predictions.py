# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of held-out predictions: its file, what is refused of it, and who writes it."""

import json

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some_numpy

from soilsharp.core.base.errors import InputError
from soilsharp.core.samples.samples import Samples
from soilsharp.core.scoring.baselines import AS_IS
from soilsharp.core.scoring.climatology import CLIMATOLOGY, climatology
from soilsharp.core.scoring.predictions import Predictions, sd_column
from soilsharp.core.study.study import COARSE
from soilsharp.core.training.folds.divide import make_folds
from soilsharp.core.training.held_out import place_of
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import out_of_fold, train, train_blend

FLOAT32 = st.floats(width=32, allow_infinity=False)
WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6)


def _predictions(n=4, **more):
    place = pd.DataFrame({"station": [f"s{i % 2}" for i in range(n)], "date": pd.date_range("2023-05-01", periods=n)})
    values = np.linspace(0.1, 0.4, n)
    return Predictions.of(place.assign(**more), values, {"Trees": values + 0.01}, {"Coarse as is": values - 0.02})


def _samples(n_stations=6, n_days=60, seed=0):
    rng = np.random.default_rng(seed)
    station, day = (index.ravel() for index in np.indices((n_stations, n_days)))
    wet = rng.standard_normal(n_days)[day] * 0.04
    y = 0.25 + wet + 0.02 * station / n_stations + 0.01 * rng.standard_normal(len(day))
    cover = np.array([10.0, 30.0, 40.0])[station % 3]
    columns = {"rain": wet + 0.02 * rng.standard_normal(len(day)), "sand": 20.0 + 10 * station, "clay": 30.0 - station}
    columns |= {"land_cover": cover, COARSE: 0.2 + wet}
    place = pd.DataFrame({"station": station, "date": np.datetime64("2023-03-01", "ns") + day * np.timedelta64(1, "D")})
    X = np.column_stack(list(columns.values())).astype(np.float32)
    facts = {"target": "stations", "classes": ["land_cover"], "study": "Here"}
    return Samples(X, y.astype(np.float32), tuple(columns), place, facts)


# --- the file ---------------------------------------------------------------------------------------------------------


@given(st.data())
def test_a_table_comes_back_to_the_bit(tmp_path_factory, data):
    n = data.draw(st.integers(1, 6))
    column = some_numpy.arrays(np.float32, n, elements=FLOAT32)
    texts = st.lists(WORDS, min_size=n, max_size=n)
    place = pd.DataFrame(
        {
            "station": data.draw(texts),
            "longitude": data.draw(some_numpy.arrays(float, n, elements=st.floats(-180, 180))),
            "cell_row": data.draw(some_numpy.arrays(int, n, elements=st.integers(0, 9999))),
            "date": pd.to_datetime("2023-01-01") + pd.to_timedelta(np.arange(n), "D"),
            "cover": data.draw(texts),
        }
    )
    models = {name: data.draw(column) for name in ("A, with a comma", 'B "said"')}
    made = Predictions.of(
        place,
        data.draw(column),
        models,
        {"Base": data.draw(column)},
        folds=data.draw(st.sampled_from(["by x", "ä, b"])),
        fold=data.draw(some_numpy.arrays(int, n, elements=st.integers(0, 99))),
        sds={"A, with a comma": np.abs(models['B "said"'])},
    )
    path = tmp_path_factory.mktemp("p") / "predictions.csv"
    made.write(path)
    again = Predictions.read(path)
    pd.testing.assert_frame_equal(again.table, made.table, check_exact=True)
    assert (again.models, again.baselines, again.facts) == (made.models, made.baselines, made.facts)
    again.write(path.with_name("again.csv"))
    assert path.read_bytes() == path.with_name("again.csv").read_bytes()


def test_the_file_is_one_that_a_person_can_read(tmp_path):
    _predictions(2).write(tmp_path / "p.csv")
    head, *lines = (tmp_path / "p.csv").read_text().splitlines()
    assert json.loads(head[1:])["models"] == ["Trees"]
    assert lines[0] == "station,date,folds,draw,fold,part,observed,Trees,Coarse as is"
    assert lines[1] == "s0,2023-05-01,,1,0,held_out,0.1,0.11,0.08"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("# {", "{", 1), "is no table of predictions"),
        (lambda t: t.replace('"predictions"', '"samples"', 1), "is no table of predictions"),
        (lambda t: t.replace('"version": 1', '"version": 2', 1), "another version"),
        (lambda t: t.replace('["Trees"]', "[]", 1), "names no model"),
        (lambda t: t.replace('["Trees"]', '"Trees"', 1), "must list the names of its models"),
        (lambda t: t.replace("observed", "measured", 1), "lacks the column observed"),
        (lambda t: t.replace(",Trees,", ",Bushes,", 1), "lacks the column Trees"),
        (lambda t: t.replace("0.11", "wet", 1), "'Trees' .* 1 of 4 rows do not: row 1 has 'wet'"),
        (lambda t: t.replace("0.11", "1e99", 1), "must hold a number"),
        (lambda t: t.replace(",0,held_out", ",0.5,held_out", 1), "'fold' .* whole number"),
        (lambda t: t.replace("held_out", "guessed", 1), "one of train, held_out, test"),
        (lambda t: t.replace("2023-05-01", "May", 1), "a day, as 2023-05-01"),
        (lambda t: "\n".join(t.splitlines()[:2]) + "\n", "holds no row"),
        (lambda t: t.splitlines()[0] + "\n", "Cannot read"),
        (lambda t: t.replace("0.08\n", "0.08,1,2\n"), "Cannot read|more values than"),
        (lambda t: "# {" + "[" * 5, "Cannot read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, change, words):
    path = tmp_path / "p.csv"
    _predictions().write(path)
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=words):
        Predictions.read(path)


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(InputError, match="Cannot read"):
        Predictions.read(tmp_path / "none.csv")
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="Cannot read"):
        Predictions.read(tmp_path / "p.csv")


def test_names_that_two_columns_would_share_are_refused():
    place = pd.DataFrame({"station": ["a"]})
    with pytest.raises(InputError, match="two columns"):
        Predictions.of(place, np.ones(1), {"observed": np.ones(1)})
    with pytest.raises(InputError, match="two columns"):
        Predictions.of(place, np.ones(1), {"A": np.ones(1), sd_column("A"): np.ones(1)}, sds={"A": np.ones(1)})
    with pytest.raises(InputError, match="no model"):
        Predictions.of(place, np.ones(1), {})
    renamed = Predictions.of(place.assign(part="loam", Trees=3), np.ones(1), {"Trees": np.ones(1)})
    assert renamed.classes == ["part_of_sample", "Trees_of_sample"]


def test_tables_are_joined_and_taken_apart_again():
    first, second = _predictions(cover="grass"), _predictions(3)
    other = Predictions.of(
        second.table[["station", "date"]], np.ones(3), {"Forest": np.ones(3)}, folds="by date", fold=1, part="test"
    )
    both = Predictions.joined([first, other])
    assert (len(both), both.models, both.baselines) == (7, ("Trees", "Forest"), ("Coarse as is",))
    assert both.divisions == [("", "held_out"), ("by date", "test")]
    part = both.of_part("by date", "test")
    assert (len(part), part.models, part.baselines) == (3, ("Forest",), ())
    npt.assert_array_equal(both.of_part("", "held_out").table["Trees"], first.table["Trees"])


# --- baselines and writers --------------------------------------------------------------------------------------------


def test_the_climatology_asks_place_and_month_of_the_training_rows_alone():
    days = np.array(["2021-05-01", "2022-05-09", "2021-06-01", "2021-05-02", "2022-05-03", "2022-07-01", "2022-05-04"])
    place = np.array(["a", "a", "a", "b", "a", "a", "c"])
    observed = np.array([0.1, 0.3, 0.5, 0.8, 9.0, 9.0, 9.0])
    found = climatology(observed, np.arange(4), np.arange(4, 7), place, days.astype("datetime64[D]"))
    # a in May: of both years; a in July: all of a; c in May: all of May
    npt.assert_allclose(found, [0.2, 0.3, 0.4])
    npt.assert_allclose(climatology(observed, np.array([0, 3]), np.array([4])), [0.45])
    assert np.isnan(climatology(np.array([np.nan, 1.0]), np.array([0]), np.array([1]))).all()


def test_training_keeps_what_its_folds_held_out_beside_baselines():
    samples, folds = _samples(), FoldOptions(by="station", n_folds=3)
    held_out = train(samples, Recipe.of("random_forest"), folds, seed=5).held_out
    table, pairs = held_out.table, make_folds(samples, folds, 5)
    own = out_of_fold(samples, Recipe.of("random_forest"), folds, seed=5)
    npt.assert_array_equal(table[held_out.models[0]], own.astype(np.float32))
    npt.assert_array_equal(table[AS_IS], samples.X[:, -1])
    for number, (learn, test) in enumerate(pairs, 1):
        assert (table["fold"].to_numpy()[test] == number).all()
        expected = climatology(samples.y, learn, test, samples.index["station"], samples.days)
        npt.assert_array_equal(table[CLIMATOLOGY].to_numpy()[test], expected.astype(np.float32))
    linear = Recipe.of("linear")
    npt.assert_array_equal(table[linear.label], out_of_fold(samples, linear, folds, seed=5).astype(np.float32))
    assert held_out.divisions == [("by station", "held_out")]
    assert held_out.facts == {"study": "Here", "target": "stations"}
    assert train(samples, linear, FoldOptions(n_folds=0)).held_out is None


def test_classes_of_the_land_ride_along_as_text():
    place = place_of(_samples())
    assert place["land_cover"].iloc[[0, 60, 120]].tolist() == ["10", "30", "40"]
    assert place["texture"].iloc[0] == "silty clay loam"
    split = _samples().select(["rain", "land_cover=10", "land_cover=30", "land_cover=40"])
    assert place_of(split)["land_cover"].tolist() == place["land_cover"].tolist()


def test_members_that_differ_give_their_spread():
    # one forest a class, so that the members of the ensemble say different things
    recipe = Recipe.of("random_forest", scheme=SchemeOptions("by_class", columns="land_cover", min_samples=20))
    held_out = train(_samples(), recipe, FoldOptions(by="random", n_folds=3)).held_out
    assert (held_out.sd(held_out.models[0]) > 0).any()
    assert held_out.sd("nobody") is None
    blend = train_blend(_samples(), [recipe, recipe], FoldOptions(by="random", n_folds=3)).held_out
    assert (blend.sd(blend.models[0]) > 0).any()
