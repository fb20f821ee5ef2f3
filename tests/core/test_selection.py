# SPDX-License-Identifier: GPL-2.0-or-later
"""Selection of covariates: marks, losses and gains."""

from functools import partial
from itertools import combinations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import SILENT, Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training import selection
from soilsharp.core.training.folds.divide import make_folds
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.selection import drop_one, error_of, forward, select, vote
from soilsharp.core.training.settings import FoldOptions, SelectionOptions


def _samples(n=400, seed=1):
    """Return samples whose soil moisture is made of smap, lst and sand, in falling share; noise has none."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 4)).astype(np.float32)
    y = 0.1 + 0.3 * X[:, 0] - 0.2 * X[:, 1] + 0.08 * X[:, 2] + 0.01 * rng.standard_normal(n)
    return Samples(X, y.astype(np.float32), ("smap", "lst", "sand", "noise"), pd.DataFrame(index=range(n)))


def _least_squares(samples, _progress):
    """Return the RMSE of a plane through all samples."""
    A = np.column_stack([samples.X, np.ones(len(samples))])
    return np.sqrt(np.mean((samples.y - A @ np.linalg.lstsq(A, samples.y, rcond=None)[0]) ** 2))


# --- vote -------------------------------------------------------------------------------------------------------------


def test_correlations_are_those_of_pandas_and_weak_covariates_go():
    samples = _samples()
    table = vote(samples).set_index("covariate")
    frame = pd.DataFrame(samples.X.astype(float), columns=samples.names)
    for measure in ("pearson", "kendall", "spearman"):
        wanted = frame.corrwith(pd.Series(samples.y.astype(float)), method=measure)
        npt.assert_allclose(table.loc[list(samples.names), measure], wanted, atol=1e-9)
    assert table["importance"].max() == 1
    assert table.index[0] == "smap"
    assert table.loc["smap", "marks"] == 0
    assert table.loc["noise", "marks"] == 4
    assert table["stays"].to_dict() == {"smap": True, "lst": True, "sand": True, "noise": False}


def test_marks_are_counted_against_each_threshold():
    samples = _samples()
    table = vote(samples).set_index("covariate")
    sand = table.loc["sand"]
    # sand is correlated but of low importance: one mark
    assert sand["marks"] == 1
    assert sand["importance"] < 0.25
    strict = SelectionOptions(pearson=float(sand["pearson"]) + 0.01, kendall=0, spearman=0)
    again = vote(samples, strict).set_index("covariate")
    assert again.loc["sand", "marks"] == 2
    assert not again.loc["sand", "stays"]
    lenient = SelectionOptions(pearson=float(sand["pearson"]) + 0.01, kendall=0, spearman=0, marks=3)
    assert vote(samples, lenient).set_index("covariate").loc["sand", "stays"]


def test_a_class_is_judged_by_the_means_of_its_samples():
    samples = _samples()
    # the numbers of the classes are in no order: only their means tell
    code = np.searchsorted([0.25, 0.5, 0.75], samples.X[:, 0])
    X = np.column_stack([samples.X, np.array([3, 1, 4, 2])[code]]).astype(np.float32)
    names = (*samples.names, "cover")
    plain = vote(Samples(X, samples.y, names, samples.index)).set_index("covariate")
    known = vote(Samples(X, samples.y, names, samples.index, {"classes": ["cover"]})).set_index("covariate")
    y = samples.y.astype(float)
    between = pd.Series(y).groupby(code).transform("mean")
    npt.assert_allclose(known.loc["cover", "pearson"], np.sqrt(between.var() / y.var(ddof=1)), rtol=1e-6)
    assert known.loc["cover", "pearson"] > 0.6 > 0.2 > abs(plain.loc["cover", "pearson"])


def test_gaps_are_left_out_of_the_correlations():
    samples = _samples()
    samples.X[:50, 1] = np.nan
    table = vote(samples).set_index("covariate")
    npt.assert_allclose(table.loc["lst", "pearson"], np.corrcoef(samples.X[50:, 1], samples.y[50:])[0, 1], rtol=1e-5)
    assert table["stays"].to_dict() == {"smap": True, "lst": True, "sand": True, "noise": False}


def test_the_forest_grows_on_some_of_many_samples_and_says_so(monkeypatch):
    monkeypatch.setattr(selection, "MAX_ROWS", 300)
    told = []
    one, other = vote(_samples(), seed=4, progress=Progress(say=told.append)), vote(_samples(), seed=4)
    assert told == ["The forest that weighs importance grows on 300 of 400 samples."]
    pd.testing.assert_frame_equal(one, other)
    assert not one["importance"].equals(vote(_samples(), seed=5)["importance"])


# --- drop one, and forward --------------------------------------------------------------------------------------------


def test_the_loss_without_each_covariate_is_ranked():
    samples = _samples()
    table = drop_one(samples, _least_squares)
    assert table["covariate"].tolist() == ["smap", "lst", "sand", "noise"]
    whole = _least_squares(samples, SILENT)
    for row in table.itertuples():
        without = _least_squares(samples.select([n for n in samples.names if n != row.covariate]), SILENT)
        npt.assert_allclose((row.error, row.loss), (without, without - whole))
    assert table["stays"].tolist() == [True, True, True, table["loss"][3] > 0]


def test_forward_takes_the_best_pair_then_one_by_one_until_none_helps():
    samples = _samples(seed=2)
    pairs = make_folds(samples, FoldOptions(by="random"), 3)

    def held_out(own, _progress):
        A = np.column_stack([own.X, np.ones(len(own))]).astype(float)
        predicted = np.empty(len(own))
        for learn, test in pairs:
            predicted[test] = A[test] @ np.linalg.lstsq(A[learn], own.y[learn], rcond=None)[0]
        return np.sqrt(np.mean((own.y - predicted) ** 2))

    table = forward(samples, held_out)
    best = min(combinations(samples.names, 2), key=lambda two: held_out(samples.select(two), SILENT))
    assert tuple(table["covariate"][:2]) == best == ("smap", "lst")
    assert table["covariate"].tolist() == ["smap", "lst", "sand", "noise"]
    assert table["step"].tolist() == [1, 1, 2, 3]
    assert table["stays"].tolist() == [True, True, True, False]
    for k in range(2, 5):
        error = held_out(samples.select(table["covariate"][:k].tolist()), SILENT)
        npt.assert_allclose(table["error"][k - 1], error)


def test_two_that_only_help_together_are_found_by_pairs_alone():
    errors = {("a", "b"): 0.1, ("a", "b", "c"): 0.2}
    samples = Samples(np.zeros((3, 3), np.float32), np.zeros(3, np.float32), ("a", "b", "c"), pd.DataFrame())

    def error(own, _progress):
        return errors.get(own.names, {1: 0.5, 2: 0.6}.get(len(own.names), 0.9) - 0.01 * ("c" in own.names))

    pairs, single = forward(samples, error), forward(samples, error, start=1)
    assert pairs.loc[pairs["stays"], "covariate"].tolist() == ["a", "b"]
    assert single.loc[single["stays"], "covariate"].tolist() == ["c"]
    assert single["error"].tolist() == [0.49, 0.59, 0.59]
    assert pairs["error"].tolist() == [0.1, 0.1, 0.2]


def test_forward_may_take_all_and_one_covariate_is_enough():
    samples = _samples().select(["smap", "lst", "sand"])
    table = forward(samples, _least_squares)
    assert table["stays"].all()
    assert len(table) == 3
    assert forward(samples.select(["lst"]), _least_squares)["covariate"].tolist() == ["lst"]
    with pytest.raises(InputError, match="lst is the only covariate"):
        drop_one(samples.select(["lst"]), _least_squares)


def test_an_error_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="The error with smap, lst is no number"):
        forward(_samples(), lambda own, progress: np.nan)


def test_the_error_of_a_recipe_comes_from_the_given_folds():
    samples = _samples()
    pairs = make_folds(samples, FoldOptions(by="random"), 3)
    error = error_of(Recipe.of("linear"), pairs)
    A = np.column_stack([samples.X, np.ones(400)]).astype(float)
    off = np.empty(400)
    for learn, test in pairs:
        off[test] = A[test] @ np.linalg.lstsq(A[learn], samples.y[learn], rcond=None)[0] - samples.y[test]
    npt.assert_allclose(error(samples, SILENT), np.sqrt(np.mean(off**2)), rtol=1e-3)
    table = drop_one(samples, error)
    assert table["covariate"].tolist() == ["smap", "lst", "sand", "noise"]


def test_a_selection_is_done_by_the_method_that_is_asked_for_under_the_folds():
    samples, recipe, folds = _samples(seed=2), Recipe.of("linear"), FoldOptions(by="random", n_folds=4)
    error = error_of(recipe, make_folds(samples, folds, 7), 7)
    for method, wanted in (
        ("vote", vote(samples, seed=7)),
        ("drop_one", drop_one(samples, error)),
        ("forward", forward(samples, error, start=1)),
    ):
        found = select(samples, SelectionOptions(method=method, start=1), recipe, folds, seed=7)
        pd.testing.assert_frame_equal(found, wanted)
    whole = samples.rows(np.arange(1, len(samples)))
    samples.X[0, 2] = np.nan
    drop = SelectionOptions(method="drop_one")
    told = []
    found = select(samples, drop, recipe, folds, seed=7, progress=Progress(warn=told.append))
    pd.testing.assert_frame_equal(found, select(whole, drop, recipe, folds, seed=7))
    assert told[0].startswith("1 of 400 samples lack a covariate (sand (1))")


def test_a_covariate_that_the_folds_go_by_may_be_left_out():
    samples = _samples()
    station = np.arange(400) // 20
    samples.X[:, 2] = np.linspace(0, 1, 20)[station]
    samples = Samples(samples.X, samples.y, samples.names, pd.DataFrame({"station": station.astype(str)}))
    folds = FoldOptions(by="class", column="sand")
    table = select(samples, SelectionOptions(method="drop_one"), Recipe.of("linear"), folds)
    assert sorted(table["covariate"]) == ["lst", "noise", "sand", "smap"]


@pytest.mark.parametrize(
    "work",
    [vote, partial(drop_one, error=_least_squares), partial(forward, error=_least_squares)],
)
def test_a_selection_stops_when_asked_and_reports_to_the_end(work):
    asked = iter([False] * 3 + [True] * 99)
    with pytest.raises(Cancelled):
        work(_samples(), progress=Progress(stop_asked=lambda: next(asked)))
    seen = []
    work(_samples().select(["smap", "lst", "sand"]), progress=Progress(seen.append))
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == 1
