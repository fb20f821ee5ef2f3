# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model goes by is told truly: against hand-worked numbers, brute force and other libraries."""

import math
from itertools import combinations, count

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from scipy.stats import spearmanr

from soilsharp.core.base import extras
from soilsharp.core.base.errors import Cancelled, InputError, MissingPackage
from soilsharp.core.base.extras import missing
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.compare.scores import statics_of
from soilsharp.core.training.explain import shap_values as shap_module
from soilsharp.core.training.explain.directions import direction_sentences, directions, expected_direction
from soilsharp.core.training.explain.drop_one import recipe_of
from soilsharp.core.training.explain.effects import accumulated_effects, groups_of
from soilsharp.core.training.explain.explanation import (
    explain,
    gain_fractions,
    partial_dependence,
    permutation_importance,
)
from soilsharp.core.training.explain.report import write_explanation
from soilsharp.core.training.explain.shap_values import shap_values
from soilsharp.core.training.fitted import Fitted, Member
from soilsharp.core.training.held_out import place_of
from soilsharp.core.training.learners import LEARNERS, learner
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import ExplainOptions, FoldOptions, SchemeOptions
from soilsharp.core.training.train import train

NO_FOLDS = FoldOptions(by="random", n_folds=0)
FEW = {"random_forest": {"n_trees": 10}, "lightgbm": {"n_trees": 20, "min_samples_leaf": 5}, "xgboost": {"n_trees": 20},
       "hist_gradient_boosting": {"n_trees": 20, "min_samples_leaf": 5}, "mlp": {"max_epochs": 20},
       "dense": {"max_epochs": 20}, "prob": {"max_epochs": 20, "mc_samples": 5},
       "wide_deep": {"max_epochs": 5}}  # fmt: skip


def _table(n=120, seed=0):
    """Rain and sand count, in product too; land cover 2 is wetter; nothing hangs on the last."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.random(n), rng.random(n), rng.integers(1, 4, n), rng.random(n)]).astype(np.float32)
    y = 0.1 + 0.2 * X[:, 0] - 0.08 * X[:, 1] + 0.1 * X[:, 0] * X[:, 1] + 0.03 * (X[:, 2] == 2)
    return X, y.astype(np.float32)


def _samples(n=120, seed=0, days=32):
    X, y = _table(n, seed)
    place = pd.DataFrame(
        {
            "station": [f"s{i % 8}" for i in range(n)],
            "date": pd.to_datetime("2023-01-01") + pd.to_timedelta(np.arange(n) % days, "D"),
        }
    )
    facts = {"target": "stations", "units": {"rain": "mm"}, "classes": ["land_cover"]}
    return Samples(X, y, ("rain", "sand", "land_cover", "mystery"), place, facts)


def _fitted(key, X, y, **options):
    kind = learner(key)
    estimator = kind.build(kind.options(**{**FEW.get(key, {}), **options}), seed=1, threads=1, categories=(2,))
    return estimator.fit(X, y)


def _member(key, X, y, label="", **options):
    return Member(learner(key), learner(key).options(**options), _fitted(key, X, y, **options), label)


def _model(key, samples, scheme="one_model", **options):
    recipe = Recipe((Candidate.of(key, options),), SchemeOptions(scheme=scheme, min_samples=20))
    return train(samples, recipe, NO_FOLDS, threads=1)


def _brute(predict, row, background):
    """Return Shapley's values by their definition: over all sets, absent covariates taken from the background."""
    n, values = len(row), np.zeros(len(row))

    def worth(known):
        mixed = background.copy()
        mixed[:, list(known)] = row[list(known)]
        return predict(mixed).mean()

    for f in range(n):
        others = [g for g in range(n) if g != f]
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            values[f] += sum(weight * (worth((*s, f)) - worth(s)) for s in combinations(others, size))
    return values


# --- SHAP values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [record.key for record in LEARNERS if not missing(record.needs)])
def test_the_values_and_their_base_sum_to_the_prediction_also_of_a_model_from_a_file(key):
    X, y = _table()
    kind, fresh = learner(key), _fitted(key, X, y)
    loaded = kind.load(fresh.to_bytes(), fresh.options, (2,))
    if kind.takes_gaps:
        X = X.copy()
        X[::3, 0] = np.nan
    found = {}
    for name, estimator in (("fresh", fresh), ("loaded", loaded)):
        values, base = shap_values(estimator, X[:12], X, seed=4)
        assert values.shape == (12, 4)
        npt.assert_allclose(values.sum(1) + base, estimator.predict(X[:12]), atol=1e-6)
        found[name] = values
    npt.assert_allclose(found["fresh"], found["loaded"], atol=1e-9)
    size = np.abs(found["fresh"]).mean(0)
    assert size[0] > 3 * size[3]  # rain counts, the last does not


def test_a_linear_model_gets_its_coefficients_times_what_is_above_the_mean():
    X, y = _table()
    estimator = _fitted("linear", X, y, alpha=1e-4)
    values, base = shap_values(estimator, X[:5], X)
    design = np.column_stack([X[:, 0], X[:, 1], X[:, 3], X[:, 2] == 2, X[:, 2] == 3, np.ones(len(X))]).astype(float)
    rain, sand, mystery, two, three, _ = np.linalg.lstsq(design, y, rcond=None)[0]
    above = (X - X.mean(0))[:5]
    npt.assert_allclose(values[:, 0], rain * above[:, 0], atol=1e-5)
    npt.assert_allclose(values[:, 1], sand * above[:, 1], atol=1e-5)
    npt.assert_allclose(values[:, 3], mystery * above[:, 3], atol=1e-5)
    # the columns of the classes are summed back to the covariate
    cover = two * (X[:, 2] == 2) + three * (X[:, 2] == 3)
    npt.assert_allclose(values[:, 2], (cover - cover.mean())[:5], atol=1e-5)
    npt.assert_allclose(base, y.mean(), atol=1e-5)


@pytest.mark.parametrize(
    ("key", "tolerance"), [("linear", 1e-9), ("random_forest", 1e-7), ("hist_gradient_boosting", 1e-7), ("svr", 2e-3)]
)
def test_the_values_are_those_of_the_definition(key, tolerance):
    X, y = _table()
    estimator, background = _fitted(key, X, y), X[:20]
    values, _ = shap_values(estimator, X[40:44], background)
    expected = np.array([_brute(estimator.predict, row, background) for row in X[40:44]])
    npt.assert_allclose(values, expected, atol=tolerance)
    assert np.abs(expected).max() > 0.02


def test_gaps_in_trees_of_scikit_learn_are_followed_as_the_learner_does():
    X, y = _table()
    X[::3, 0], X[1::5, 1] = np.nan, np.nan
    estimator, background = _fitted("hist_gradient_boosting", X, y), X[:10]
    values, _ = shap_values(estimator, X[:3], background)
    npt.assert_allclose(values, [_brute(estimator.predict, row, background) for row in X[:3]], atol=1e-7)


def test_covariates_that_do_the_same_get_the_same():
    X, _ = _table()
    X[:, 1] = np.random.default_rng(5).permutation(X[:, 0])
    estimator = _fitted("linear", X, X[:, 0] + X[:, 1], alpha=0.0)
    same = np.full((1, 4), 0.7, np.float32)
    values, _ = shap_values(estimator, same, X)
    assert values[0, 0] == pytest.approx(values[0, 1], rel=1e-4)


def test_a_useless_covariate_gets_next_to_nothing_from_a_forest():
    X, y = _table(400)
    values, _ = shap_values(_fitted("random_forest", X, y, feature_fraction=1.0), X[:60], X)
    size = np.abs(values).mean(0)
    assert size[3] < 0.05 * size[0]


def test_values_of_an_ensemble_are_the_mean_of_its_members():
    X, y = _table()
    members = (_member("linear", X[:60], y[:60]), _member("lightgbm", X[60:], y[60:]))
    values, base = shap_values(Fitted(members), X[:7], X)
    each = [shap_values(member.estimator, X[:7], X) for member in members]
    npt.assert_allclose(values, (each[0][0] + each[1][0]) / 2, atol=1e-12)
    npt.assert_allclose(base, (each[0][1] + each[1][1]) / 2, atol=1e-12)


def test_in_a_model_of_periods_each_day_is_explained_by_its_own_member_and_samples():
    X, y = _table()
    days = np.array(["2023-01-05", "2023-01-20"], "datetime64[D]")[np.arange(120) % 2]
    early, late = days == days[0], days == days[1]
    starts = np.array(["2023-01-01", "2023-01-17"], "datetime64[D]")
    fitted = Fitted((_member("linear", X[early], y[early]), _member("linear", X[late], -y[late])), starts)
    values, base = shap_values(fitted, X[:10], X, days=days[:10], background_days=days)
    npt.assert_allclose(values.sum(1) + base, fitted.predict(X[:10], days[:10]), atol=1e-12)
    npt.assert_allclose(base[:2], [y[early].mean(), -y[late].mean()], atol=1e-6)
    with pytest.raises(InputError, match="needs to know the day"):
        shap_values(fitted, X[:10], X)


@pytest.mark.parametrize("key", ["svr", "dense", "random_forest"])
def test_the_same_seed_gives_the_same_values(key):
    X, y = _table()
    estimator = _fitted(key, X, y)
    first, again, other = (shap_values(estimator, X[:3], X, seed)[0] for seed in (2, 2, 3))
    npt.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("key", ["random_forest", "hist_gradient_boosting"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(key, monkeypatch):
    X, y = _table()
    estimator, boosted = _fitted(key, X, y), _fitted("lightgbm", X, y)
    real = extras.problem
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'shap'" if name == "shap" else real(name))
    with pytest.raises(MissingPackage, match=r"No module named 'shap'\. Install with: .*pip install.*shap"):
        shap_values(estimator, X[:2], X)
    npt.assert_allclose(
        shap_values(boosted, X[:2], X)[0].sum(1) + boosted.predict(X).mean(), boosted.predict(X[:2]), atol=5e-3
    )  # knows its own


@pytest.mark.parametrize("key", ["lightgbm", "xgboost", "random_forest", "hist_gradient_boosting", "svr", "dense"])
def test_a_model_is_explained_for_as_many_samples_at_a_time_as_take_a_moment(key, monkeypatch, stop):
    X, y = _table()
    ticks = count()  # a clock that goes on by 0.1 s whenever it is read: one step's work
    monkeypatch.setattr(shap_module, "monotonic", lambda: 0.1 * next(ticks))
    estimator, reports, asked = _fitted(key, X, y), [], stop(6)
    with pytest.raises(Cancelled):
        shap_values(estimator, X, X, progress=Progress(reports.append, asked))
    assert asked.looks == 6
    assert list(_done(reports, X)) == [0, 1, 3, 7]  # each step is quick, so the next is longer
    monkeypatch.setattr(shap_module, "monotonic", lambda: 0.2 * next(ticks))
    reports.clear()
    shap_values(estimator, X, X, progress=Progress(reports.append))
    assert list(_done(reports, X)) == list(range(len(X) + 1))  # one sample takes a moment already


def _done(reports, X):
    """Return after how many samples there was a look at whether to stop."""
    return np.unique(np.round(np.multiply(reports, len(X))))


# --- other importances ------------------------------------------------------------------------------------------------


def test_permutation_importance_is_that_of_scikit_learn():
    from sklearn.inspection import permutation_importance as oracle

    X, y = _table(300)
    estimator = _fitted("linear", X, y)
    growth = permutation_importance(lambda X, days, step: estimator.predict(X), X, y, None, 200, seed=1)
    expected = oracle(estimator, X, y, scoring="neg_root_mean_squared_error", n_repeats=200, random_state=2)
    assert growth.shape == (4, 200)
    standard_error = np.sqrt((growth.std(1) ** 2 + expected.importances_std**2) / 200)
    assert (np.abs(growth.mean(1) - expected.importances_mean) < 5 * standard_error + 1e-9).all()
    npt.assert_allclose(growth.std(1), expected.importances_std, rtol=0.25)


@pytest.mark.parametrize("key", ["lightgbm", "xgboost"])
def test_gain_goes_to_what_is_split_on(key):
    X, y = _table(300)
    fitted = Fitted((_member(key, X, y), _member("linear", X, y)))
    gains = gain_fractions(fitted)
    assert gains[0].sum() == pytest.approx(1)
    assert gains[0].argmax() == 0
    assert np.isnan(gains[1]).all()


def test_what_is_lost_without_a_covariate_is_told_by_the_folds_of_the_model():
    samples = _samples(200)
    recipe = Recipe((Candidate.of("linear", {"alpha": 0.5}),))
    model = train(samples, recipe, FoldOptions(by="station", n_folds=4), threads=1)
    assert recipe_of(model) == recipe
    table = explain(model, samples, ExplainOptions(drop_one=True, n_shuffles=1)).importance.set_index("covariate")
    scores = {
        name: train(samples.select([n for n in samples.names if n != name]), recipe, FoldOptions("station", 4))
        for name in ("rain", "mystery")
    }
    whole = model.passport["fold_scores"]["pooled"]["rmse"]
    for name, without in scores.items():
        loss = without.passport["fold_scores"]["pooled"]["rmse"] - whole
        assert table["drop_one"][name] == pytest.approx(loss, abs=1e-6)
    assert table["drop_one"]["rain"] > 0.02 > abs(table["drop_one"]["mystery"])


def test_partial_dependence_of_a_linear_model_is_a_line():
    samples = _samples()
    estimator = _fitted("linear", samples.X, samples.y)
    curves, lines = partial_dependence(lambda X, days, step: estimator.predict(X), samples, 9)
    own = curves[curves["covariate"] == "rain"]
    npt.assert_allclose(own["value"].iloc[[0, -1]], np.quantile(samples.X[:, 0], [0.05, 0.95]), rtol=1e-6)
    slope = estimator.coef_[0] / estimator.standard_.sd[0]
    npt.assert_allclose(np.diff(own["predicted"]) / np.diff(own["value"]), slope, rtol=1e-3)
    assert lines["rain"].shape == (120, 9)
    # of a class there is one value for each
    assert curves.loc[curves["covariate"] == "land_cover", "value"].tolist() == [1, 2, 3]


# --- directions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sign"),
    [("rain", 1), ("tp_72h", 1), ("rain_5d", 1), ("lst", -1), ("t2m_72h", -1), ("ssr", -1), ("elevation", 0),
     ("sand", -1), ("clay_0-5cm", 1), ("silt", 0), ("ndvi", 0), ("coarse_sm", 1), ("twi", 1), ("slope", -1), ("et", 0),
     ("mystery", 0), ("ndvi_age", 0)],
)  # fmt: skip
def test_what_physics_expects(name, sign):
    assert expected_direction(name) == sign


def test_directions_are_told_in_words_and_contradictions_not_hidden():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 5))
    X[:, 3] = -X[:, 1] + 0.3 * rng.normal(size=200)
    values = np.column_stack([0.02 * X[:, 0], 0.01 * X[:, 1] + 0.01 * rng.normal(size=200), np.abs(X[:, 2]) / 100,
                              -0.01 * X[:, 3], 0 * X[:, 4]])  # fmt: skip
    names = ("rain", "lst", "sand", "elevation", "clay")
    table = directions(X, values, names).assign(covariate=names, shap_fraction=[0.5, 0.2, 0.2, 0.1, 0.0])
    npt.assert_allclose(table["correlation"][:2], [1, spearmanr(X[:, 1], values[:, 1])[0]])
    assert table["verdict"].tolist() == ["agrees", "contradicts", "unclear", "no expectation", ""]
    said = direction_sentences(table, X, names)
    assert said["rain"] == "rain: the model answers with wetter soil to higher values, as physics expects " \
        "(SHAP correlation +1.00)."  # fmt: skip
    rank = f"{spearmanr(X[:, 1], X[:, 3])[0]:+.2f}".replace("-", "−")
    assert "lst: the model answers with wetter soil to higher values, against what physics expects" in said["lst"]
    assert f"Perhaps it stands in for elevation, with which it goes (rank correlation {rank})." in said["lst"]
    assert said["sand"].startswith("sand: no clear direction (SHAP correlation")
    assert said["sand"].endswith("physics expects drier soil where it is higher.")
    assert "clay" not in said  # the model does not use it


# --- the whole --------------------------------------------------------------------------------------------------------


def test_an_explanation_of_few_samples_says_which_and_is_the_same_for_the_same_seed():
    samples = _samples(300)
    model = _model("lightgbm", samples, **FEW["lightgbm"])
    options = ExplainOptions(max_samples=50, n_shuffles=2)
    explanation, again = (explain(model, samples, options, seed=3) for _ in range(2))
    assert explanation.X.shape == explanation.values.shape == (50, 4)
    rows = explanation.index.index.to_numpy()
    npt.assert_array_equal(samples.X[rows], explanation.X)
    npt.assert_allclose(explanation.values.sum(1) + explanation.base, explanation.predicted, atol=1e-9)
    assert explanation.facts["Samples explained"] == "50 of 300"
    pd.testing.assert_frame_equal(explanation.importance, again.importance)
    table = explanation.importance.set_index("covariate")
    npt.assert_allclose(table["shap"][list(samples.names)], np.abs(explanation.values).mean(0))
    assert table["shap_fraction"].sum() == pytest.approx(1)
    assert table.index[0] == "rain"
    assert table["verdict"]["rain"] == "agrees"
    assert table["verdict"]["land_cover"] == ""


def test_covariates_are_matched_by_name_and_rows_with_gaps_left_out_and_told():
    samples = _samples()
    model = _model("linear", samples)
    X = samples.X[:, ::-1].copy()
    X[:3, 1] = np.nan
    turned = Samples(
        X, samples.y, ("mystery", "Land Cover", "sand", "rain"), samples.index, {"classes": ["Land Cover"]}
    )
    explanation = explain(model, turned, ExplainOptions(n_shuffles=1))
    assert explanation.names == samples.names
    assert explanation.classes == (2,)
    npt.assert_array_equal(explanation.X, samples.X[3:])
    assert "3 of 120 samples lack a number and are left out." in explanation.warnings
    with pytest.raises(InputError, match="needs the covariate sand"):
        explain(model, samples.select(["rain", "land_cover", "mystery"]))


def test_gaps_are_explained_where_the_model_has_learned_from_them():
    samples = _samples()
    samples.X[::4, 0] = np.nan
    explanation = explain(_model("lightgbm", samples, **FEW["lightgbm"]), samples, ExplainOptions(n_shuffles=1))
    assert len(explanation.X) == 120
    npt.assert_allclose(explanation.values.sum(1) + explanation.base, explanation.predicted, atol=1e-9)
    assert np.isfinite(explanation.curves["value"]).all()


def test_samples_that_were_learned_from_are_told_and_other_stations_or_years_are_not():
    samples = _samples()
    model, options = _model("linear", samples), ExplainOptions(n_shuffles=1)
    seen = "The model has learned from these samples"
    assert any(w.startswith(seen) for w in explain(model, samples, options).warnings)
    others = samples.index.assign(station="elsewhere")
    later = samples.index.assign(date=samples.index["date"] + pd.Timedelta(days=365))
    for place in (others, later):
        fresh = Samples(samples.X, samples.y, samples.names, place, samples.facts)
        assert explain(model, fresh, options).warnings == ()


def test_importance_of_periods_has_mean_and_sd_over_them():
    samples = _samples(160)
    model = _model("lightgbm", samples, "per_period", **FEW["lightgbm"])
    explanation = explain(model, samples, ExplainOptions(n_shuffles=1))
    assert explanation.periods["period"].nunique() == len(model.fitted.members) == 2
    early = samples.days < np.datetime64("2023-01-17")
    shares = []
    for part in (early, ~early):
        size = np.abs(explanation.values[part]).mean(0)
        shares.append(size / size.sum())
    table = explanation.period_table.set_index("covariate").loc[list(samples.names)]
    npt.assert_allclose(table["shap_fraction_mean"], np.mean(shares, 0))
    npt.assert_allclose(table["shap_fraction_sd"], np.std(shares, 0, ddof=1))
    npt.assert_allclose(table["gain_fraction_mean"], gain_fractions(model.fitted).mean(0))


@pytest.mark.parametrize(("key", "scheme"), [("lightgbm", "per_period"), ("linear", "one_model")])
def test_what_is_written_can_be_read_back(tmp_path, key, scheme):
    samples = _samples(160)
    model = _model(key, samples, scheme, **FEW.get(key, {}))
    model.write(tmp_path / "model.soilsharp")
    explanation = explain(Model.read(tmp_path / "model.soilsharp"), samples, ExplainOptions(n_shuffles=2, n_points=5))
    write_explanation(tmp_path / "out", explanation, model.passport)
    table = pd.read_csv(tmp_path / "out" / "importance.csv")
    npt.assert_allclose(table["shap"], explanation.importance["shap"], rtol=1e-5)
    assert ("shap_fraction_sd" in table) == (scheme == "per_period")
    values = pd.read_csv(tmp_path / "out" / "shap_values.csv")
    shares = values[[f"shap_{name}" for name in samples.names]].sum(axis=1)
    npt.assert_allclose(shares + values["base"], values["predicted"], atol=1e-5)
    assert values["row"].tolist() == list(range(160))
    curves = pd.read_csv(tmp_path / "out" / "partial_dependence.csv")
    assert set(curves["covariate"]) == set(samples.names)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<img") == (5 if scheme == "per_period" else 4)
    assert "The model goes most by rain (" in page
    assert "Directions that physics foresees: 2 met, none contradicted." in page
    assert ("SD over 2 periods" in page) == (scheme == "per_period")


def test_the_weights_of_a_models_parts_are_drawn(tmp_path):
    samples = _samples(160)
    model = _model("linear", samples, "one_model")
    facts = {"weights": [0.4], "errors": [0.1], "skill": 0.3, "skill_error": 0.05, "ratio": 0.5}
    options = ExplainOptions(n_shuffles=2, n_points=5)
    for measured in (True, False):
        passport = {**model.passport, "coarse": {**facts, "measured": measured}}
        write_explanation(tmp_path / str(measured), explain(model, samples, options), passport)
        page = (tmp_path / str(measured) / "report.html").read_text(encoding="utf-8")
        assert ("How much of the detail that each part of the model tells" in page) == measured


def test_too_few_samples_are_refused():
    samples = _samples()
    with pytest.raises(InputError, match=r"9 of 9 samples have .* at least 10 are needed"):
        explain(_model("linear", samples), samples.rows(np.arange(9)))


def test_a_cancel_stops_every_stage():
    samples = _samples()
    model, options = _model("linear", samples), ExplainOptions(n_shuffles=2, n_points=5, drop_one=True)
    reached = []
    explain(model, samples, options, progress=Progress(reached.append))
    assert reached == sorted(reached)
    assert reached[-1] == 1
    for limit in (0.02, 0.2, 0.25, 0.5):
        done = [0.0]
        progress = Progress(done.append, lambda done=done, limit=limit: done[-1] > limit)
        with pytest.raises(Cancelled):
            explain(model, samples, options, progress=progress)
        assert done[-1] < limit + 0.2


# --- accumulated local effects, and what is told by class -------------------------------------------------------------


def _brute_effects(f, X, j, n_bins):
    """Return the accumulated local effects by their definition, sample by sample (Apley & Zhu 2020, eq. 15 and 16)."""
    x = sorted(X[:, j])
    edges = sorted({x[max(math.ceil(q / n_bins * len(x)) - 1, 0)] for q in range(n_bins + 1)})
    changes = [[] for _ in edges[1:]]
    of_bin = []
    for row in X:
        k = next(k for k in range(len(edges) - 1) if row[j] <= edges[k + 1])
        high, low = row.copy(), row.copy()
        high[j], low[j] = edges[k + 1], edges[k]
        changes[k].append(f(high) - f(low))
        of_bin.append(k)
    effect = [0.0]
    for own in changes:
        effect.append(effect[-1] + (sum(own) / len(own) if own else 0.0))
    mean = sum((effect[k] + effect[k + 1]) / 2 for k in of_bin) / len(of_bin)
    return np.array(edges), np.array(effect) - mean


@pytest.mark.parametrize("values", ["spread", "repeated"])
@pytest.mark.parametrize("n_bins", [1, 7, 25])
def test_accumulated_effects_are_those_of_their_definition(values, n_bins):
    rng = np.random.default_rng(2)
    X = rng.random((90, 3))
    X[:, 1] += 0.8 * X[:, 0]
    if values == "repeated":
        X = np.round(X, 1)

    def f(row):
        return np.sin(3 * row[0]) * row[1] + row[2] ** 2

    for j in range(3):
        found = accumulated_effects(lambda M, days, step: np.array([f(row) for row in M]), X, None, j, n_bins)
        expected = _brute_effects(f, X, j, n_bins)
        for a, b in zip(found, expected):
            npt.assert_allclose(a, b, atol=1e-12)


def test_accumulated_effects_tell_apart_what_goes_together():
    """Where two covariates are nearly one, partial dependence mixes in what is where no sample lies; these do not."""
    rng = np.random.default_rng(0)
    x = rng.random(2000)
    X = np.column_stack([x, x + rng.normal(0, 0.02, 2000)])

    def ask(M, days, step):
        return 0.3 * M[:, 0] + np.where(np.abs(M[:, 0] - M[:, 1]) > 0.3, 5.0, 0.0)  # nonsense where no sample is

    edges, effect = accumulated_effects(ask, X, None, 0, 20)
    npt.assert_allclose(np.diff(effect) / np.diff(edges), 0.3, atol=1e-9)
    assert np.average(np.interp(x, edges, effect)) == pytest.approx(0, abs=2e-3)


def test_accumulated_effects_leave_out_gaps_and_constants():
    X = np.column_stack([np.r_[np.linspace(0, 1, 50), np.full(10, np.nan)], np.ones(60)])

    def ask(M, days, step):
        assert np.isfinite(M[:, 0]).all() or len(np.unique(M[:, 1])) == 1
        return 2 * np.nan_to_num(M[:, 0])

    edges, effect = accumulated_effects(ask, X, None, 0, 5)
    npt.assert_allclose(effect[-1] - effect[0], 2)
    assert len(edges) == 6
    assert accumulated_effects(ask, X, None, 1, 5)[0].size == 0


def _covered(n=400):
    """Warm is dry in grass (30), and wet in forest (10) and, against physics, in crops (40); 80 is water."""
    rng = np.random.default_rng(4)
    X = np.column_stack([rng.uniform(285, 315, n), rng.random(n), rng.choice([10, 30, 40, 80], n)]).astype(np.float32)
    slope = np.where(X[:, 2] == 30, -0.006, 0.006)
    y = (0.25 + slope * (X[:, 0] - 300) + 0.1 * X[:, 1]).astype(np.float32)
    facts = {"target": "stations", "units": {"lst": "K"}, "classes": ["land_cover"]}
    return Samples(X, y, ("lst", "rain", "land_cover"), pd.DataFrame(index=range(n)), facts)


def test_directions_are_held_against_the_physics_of_each_land_cover(tmp_path, stop):
    samples = _covered()
    model = _model("random_forest", samples, n_trees=30, feature_fraction=1.0)
    found = explain(model, samples, ExplainOptions(max_samples=400, legend="worldcover"))
    verdicts = found.by_class.set_index(["group", "covariate"])["verdict"]
    assert verdicts["30 (grass)", "lst"] == "agrees"
    assert verdicts["40 (crop)", "lst"] == "contradicts"
    assert verdicts["10 (forest)", "lst"] == "no expectation"
    assert verdicts["80 (water)", "lst"] == "no expectation"
    assert verdicts["10 (forest)", "rain"] == "agrees"
    (said,) = [text for text in found.against if "in class" in text]
    assert said.startswith("lst in class 40 (crop), ")
    assert "against physics, the model answers with wetter soil to higher values" in said
    effects = found.effects[(found.effects["covariate"] == "lst") & (found.effects["curve"] == "ALE")]
    ends = effects.groupby("group")["effect"].agg(lambda own: own.iloc[-1] - own.iloc[0])
    assert ends["30 (grass)"] < -0.01
    assert ends["40 (crop)"] > 0.1
    dependence = found.effects[(found.effects["covariate"] == "rain") & (found.effects["curve"] == "PD")]
    for group, own in dependence.groupby("group"):
        rows = np.ones(400, bool) if group == "all" else samples.X[:, 2] == float(group.split()[0])
        assert np.interp(samples.X[rows, 1], own["value"], own["effect"]).mean() == pytest.approx(0, abs=0.01)
    write_explanation(tmp_path / "out", found)
    with pytest.raises(Cancelled):
        write_explanation(tmp_path / "cut", found, progress=Progress(stop_asked=stop(4)))  # of four figures
    assert not (tmp_path / "cut").exists()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert said in page
    assert "Directions by class" in page
    assert "Accumulated local effects" in page
    told = pd.read_csv(tmp_path / "out" / "directions_by_class.csv")
    assert set(told["cover"]) == {"grass", "crop", "forest", "water"}
    assert set(pd.read_csv(tmp_path / "out" / "effects.csv")["curve"]) == {"ALE", "PD"}


def test_without_a_legend_classes_are_held_against_what_holds_anywhere():
    samples = _covered()
    model = _model("linear", samples)
    found = explain(model, samples, ExplainOptions(max_samples=400))
    assert set(found.by_class["group"]) == {"10", "30", "40", "80"}
    assert set(found.by_class.loc[found.by_class["covariate"] == "lst", "expected"]) == {"drier"}


def test_classes_are_told_from_fractions_a_column_beside_or_not_at_all():
    X = np.array([[0.6, 0.4, 1], [0.5, 0.5, 2], [0.1, 0.9, 3], [np.nan, np.nan, 4]], np.float32)
    y = np.full(4, 0.2, np.float32)
    beside = pd.DataFrame({"koppen": [1, 2, 2, np.nan]})
    samples = Samples(X, y, ("land_cover=10", "land_cover=30", "rain"), beside)
    groups, covers = groups_of(samples, legend="worldcover")
    assert list(groups) == ["10 (forest)", "", "30 (grass)", ""]
    assert covers == {"10 (forest)": "forest", "30 (grass)": "grass"}
    assert list(groups_of(samples, "koppen")[0]) == ["1", "2", "2", ""]
    with pytest.raises(InputError, match=r"no column 'soil' with classes; they have land_cover=10, .*koppen"):
        groups_of(samples, "soil")
    assert groups_of(samples.select(["rain"]))[1] == {}


def test_classes_are_called_as_the_study_calls_them():
    X = np.array([[10], [30], [40], [50], [np.nan]], np.float32)
    facts = {"classes": ["land_cover"], "class_names": {"land_cover": {"10": "tree cover", "30": "bog", "40": "bog"}}}
    samples = Samples(X, np.full(5, 0.2, np.float32), ("land_cover",), pd.DataFrame(index=range(5)), facts)
    groups, covers = groups_of(samples)
    assert list(groups) == ["tree cover", "bog", "bog 40", "50", ""]
    assert set(covers) == {"tree cover", "bog", "bog 40", "50"}
    groups, covers = groups_of(samples, legend="worldcover")
    assert list(groups[:2]) == ["tree cover (forest)", "bog (grass)"]
    assert covers["bog (grass)"] == "grass"
    assert place_of(samples)["land_cover"].tolist()[:4] == ["tree cover", "bog", "bog", "50"]
    # also where no learner sees them, and they stand beside the samples
    beside = pd.DataFrame({"station": list("abcde"), "land_cover": ["10", "30", "40", "50", None]})
    aside = Samples(np.ones((5, 1), np.float32), samples.y, ("rain",), beside, facts)
    assert place_of(aside)["land_cover"].tolist()[:4] == ["tree cover", "bog", "bog", "50"]
    assert statics_of(aside)["land_cover"].tolist()[:4] == ["tree cover", "bog", "bog", "50"]
    inside = Samples(X, samples.y, ("land_cover",), beside[["station"]], facts)
    twice = inside.rows(np.repeat(np.arange(4), 2))  # which shows that it does not change
    assert statics_of(twice)["land_cover"].tolist()[:4] == ["tree cover", "bog", "bog", 50]


@pytest.mark.parametrize(
    ("name", "cover", "direction"),
    [("lst", "", -1), ("lst", "grass", -1), ("lst", "forest", 0), ("ndvi", "", 0), ("ndvi", "crop", 1),
     ("albedo", "bare", -1), ("rain_10d", "forest", 1), ("rain", "water", 0), ("sand", "shrub", -1),
     ("nothing", "grass", 0), ("lst_night", "", 0)],
)  # fmt: skip
def test_what_physics_expects_in_each_land_cover(name, cover, direction):
    assert expected_direction(name, cover) == direction
