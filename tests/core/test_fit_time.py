# SPDX-License-Identifier: GPL-2.0-or-later
"""How many fits a recipe takes is what it takes, and a run tells it, and about how long, before it begins."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import run_method
from soilsharp.core.methods.time_told import _times
from soilsharp.core.samples.samples import Samples
from soilsharp.core.study.study import Study
from soilsharp.core.training.fit_time import fit_kinds
from soilsharp.core.training.learners.estimator import Estimator
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.schemes import fit_recipe
from soilsharp.core.training.search import tries_of
from soilsharp.core.training.settings import SchemeOptions, SearchOptions

ALPHAS = {"alpha": [0.1, 1.0, 10.0, 100.0]}


def _samples(n=240):
    rng = np.random.default_rng(0)
    X = rng.random((n, 3)).astype(np.float32)
    y = (0.1 + 0.2 * X[:, 0] + 0.01 * rng.standard_normal(n)).astype(np.float32)
    place = pd.DataFrame({
        "station": (np.arange(n) % 12).astype(str),
        "date": pd.to_datetime("2023-01-01") + pd.to_timedelta(np.arange(n) % 48, "D"),
        "texture": np.where(np.arange(n) % 3, "loam", "sand"),
    })  # fmt: skip
    return Samples(X, y, ("rain", "sand", "clay"), place, {"target": "stations"})


GRID = SearchOptions(search="grid", inner_folds=3)
LINEAR = Candidate.of("linear", {}, ALPHAS)
CASES = {
    "one fit": Recipe.of("linear"),
    "a grid": Recipe((LINEAR,), search=GRID),
    "some of a grid": Recipe((LINEAR,), search=SearchOptions(search="random", n_tries=2, inner_folds=3)),
    "trees that one fit serves": Recipe(
        (Candidate.of("lightgbm", {}, {"n_trees": [5, 10], "n_leaves": [3, 5]}),), search=GRID
    ),
    "an ensemble": Recipe((LINEAR,), SchemeOptions(scheme="by_weights", columns="texture, clay"), search=GRID),
    "a model of each class": Recipe((LINEAR,), SchemeOptions(scheme="by_class", columns="texture", min_samples=2)),
    "a model of each period": Recipe((LINEAR,), SchemeOptions(scheme="per_period", min_samples=2), search=GRID),
    "the best of two by folds": Recipe((LINEAR, Candidate.of("svr", {}, {"c": [1, 2, 3, 4]})), search=GRID),
    "the best of two as published": Recipe((LINEAR, Candidate.of("svr", {}, {"c": [1, 2, 3, 4]})), search=GRID,
                                           choose="published"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_as_many_fits_are_told_as_there_are(name, monkeypatch):
    recipe, samples = CASES[name], _samples()
    kinds = fit_kinds(recipe, samples, seed=1)
    told = sum(kind.n for kind in kinds)
    counted, fit = [], Estimator.fit

    def counting(self, X, *args, **words):
        counted.append(len(X))
        return fit(self, X, *args, **words)

    monkeypatch.setattr(Estimator, "fit", counting)
    fit_recipe(recipe, samples, seed=1, threads=1)
    assert round(told) == len(counted)
    if recipe.scheme.scheme in ("one_model", "by_weights"):  # parts of other schemes are not of one size
        learned = sum(kind.n * kind.fraction * len(kind.samples) for kind in kinds)
        npt.assert_allclose(learned, sum(counted), rtol=0.02)


def test_the_time_of_all_is_that_of_one_times_their_number():
    (kind,) = fit_kinds(CASES["a grid"], _samples())
    assert kind.n == 4 * 3 + 1
    assert kind.options.alpha == 10.0  # the middle one of those that are tried
    seconds = kind.seconds()
    assert seconds > 0
    assert replace(kind, n=0.0).seconds() == 0


def test_a_fit_is_timed_on_as_many_samples_as_most_fits_have(monkeypatch):
    sizes, fit = [], Estimator.fit

    def watched(self, X, *args, **words):
        sizes.append(len(X))
        return fit(self, X, *args, **words)

    monkeypatch.setattr(Estimator, "fit", watched)
    (kind,) = fit_kinds(CASES["a grid"], _samples())
    # twelve fits on two thirds of the samples and one on all: 9 times all of them
    npt.assert_allclose(kind.fraction, 9 / 13)
    kind.seconds(kept=0.5)
    assert sizes == [83, 83]  # of 240, twice since it is short
    sizes.clear()
    replace(kind, n=0.0).seconds()
    assert sizes[0] == 166


def test_folds_and_test_parts_leave_less_to_learn_from():
    method = replace(Method.read("rao2022"), compare={})
    ((_, in_turn, side_by_side, kept),) = _times(SimpleNamespace(method=method), [method.recipe], [])
    # three folds, the model and the test; twice three folds and the test once more beside it
    assert (in_turn, side_by_side) == (5, 7)
    npt.assert_allclose(kept, (3 * 2 / 3 + 1 + 0.5 + 6 * 2 / 3 + 0.5) / 12)


def test_halving_counts_each_round_by_its_part_of_the_samples():
    recipe = Recipe((LINEAR,), search=SearchOptions(search="halving", n_tries=4, inner_folds=2))
    (kind,) = fit_kinds(recipe, _samples(800))
    # four combinations on half of the samples, and two on all of them, in two folds; then the last fit
    assert kind.n == 2 * (4 * 0.5 + 2) + 1


# --- full settings ----------------------------------------------------------------------------------------------------


def test_the_full_settings_of_li_try_all_combinations_and_those_of_poehls_map_every_network():
    li = Method.read("li2022")
    full = li.in_full()
    (candidate,) = full.recipe.candidates
    assert len(tries_of(li.recipe.candidates[0], li.recipe.search, 1000)) == 20
    assert len(tries_of(candidate, full.recipe.search, 1000)) == 150
    assert full.recipe.search.inner_folds == 10
    assert replace(full, recipe=li.recipe, full=li.full) == li
    assert Method.read("poehls2025").in_full().compare_maps
    assert full.full == {}
    assert full.in_full() is full
    plain = Method.read("coarse_linear")
    assert plain.in_full() is plain
    assert Method.from_json(li.as_json(), "again") == li


def test_full_settings_that_cannot_be_are_refused_with_their_place(tmp_path):
    content = {**Method.read("coarse_linear").as_json(), "full": {"folds": {"n_folds": -1}}}
    (tmp_path / "mine.json").write_text(json.dumps(content))
    with pytest.raises(OptionError, match=r"mine.json, full, folds: 'n_folds' must lie between"):
        Method.read(tmp_path / "mine.json")
    (tmp_path / "mine.json").write_text(json.dumps({**content, "full": ["grid"]}))
    with pytest.raises(OptionError, match='"full" must be an object of entries of the method'):
        Method.read(tmp_path / "mine.json")


@pytest.fixture(scope="module")
def searching(region, tmp_path_factory):
    """Return the path of a method that searches in full among 100 strengths of ridge, and else does not search."""
    content = Method.read("stations_linear").as_json()
    content["recipe"]["grids"] = {"linear": {"alpha": np.geomspace(0.01, 1000, 100).tolist()}}
    content["folds"] = {"by": "station", "n_folds": 2}
    content["full"] = {"recipe": {"search": {"search": "grid", "inner_folds": 2}}}
    path = tmp_path_factory.mktemp("methods") / "searching.json"
    path.write_text(json.dumps(content))
    return path


def test_a_run_tells_its_many_fits_and_their_time_before_it_trains(region, searching, tmp_path):
    said = []
    study = Study.read(region.study)
    study = replace(study, last=study.first + 5)
    method = Method.read(searching)
    run_method(study, method, tmp_path / "quick", progress=Progress(say=said.append), threads=2)
    assert not any("fits" in line for line in said)
    said.clear()
    run_method(study, method.in_full(), tmp_path / "full", progress=Progress(say=said.append), threads=2)
    # two folds and the last model, each of 100 strengths in two inner folds and once more
    told = next(i for i, line in enumerate(said) if line.startswith("603 fits for training, test and folds: about "))
    assert re.search(r"about (a second|\d+(\.\d)? (s|min)) on 2 cores, by the time of one of each kind", said[told])
    assert said.index("Downscaling") > told
    kept = Method.read(tmp_path / "full" / "method.json")
    assert (kept.recipe.search.search, kept.full) == ("grid", {})


def test_the_command_takes_the_full_settings(region, searching, tmp_path, capsys):
    words = ["run", region.study, searching, "--out", tmp_path / "out", "--full"]
    assert main(list(map(str, words))) == 0
    assert "603 fits" in capsys.readouterr().err
    assert Method.read(tmp_path / "out" / "method.json").recipe.search.search == "grid"
