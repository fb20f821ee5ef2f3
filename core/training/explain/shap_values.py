# SPDX-License-Identifier: GPL-2.0-or-later
"""SHAP values: what each covariate adds to a prediction, exact where the learner allows it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np

from ...base.extras import require
from ...base.progress import SILENT, Progress
from ..blend import Blend
from ..fitted import Fitted

MAX_COMPARED = 50  # samples that each prediction is compared with; the time grows with them
_BY_SHAP = ("random_forest", "hist_gradient_boosting")
ROWS_AT_ONCE = 200_000  # that a learner is asked for
STEP_SECONDS = 0.3  # of work between two looks at whether to stop


def shap_values(
    model: Fitted | Blend | object,
    X: np.ndarray,
    background: np.ndarray,
    seed: int = 0,
    progress: Progress = SILENT,
    days: np.ndarray | None = None,
    background_days: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each covariate adds to each prediction, and the mean prediction that this is added to.

    Parameters
    ----------
    model : Fitted, Blend or Estimator
        Of members that speak together the mean is explained; of those for periods, each speaks for its days. Parts of
        a blend are explained one by one.
    X : ndarray, shape (n, features)
    background : ndarray, shape (any, features)
        Samples that predictions are compared with: by linear models all, by LightGBM and XGBoost none, by others some.
    seed : int
        Of the choice among these, and of the order in which covariates are taken.
    days, background_days : ndarray of datetime64[D], shape (n,) and (any,)
        Needed where members are for periods; each is compared with samples of its own period.

    Returns
    -------
    values : ndarray, shape (n, features), m3 m-3
    base : ndarray, shape (n,), m3 m-3
        The sum of the values and this is the prediction.

    Raises
    ------
    MissingPackage
        If the learner needs the package shap and it is not there.

    Notes
    -----
    LightGBM and XGBoost weigh the sides of a split by the samples that went there in training; all others take an
    absent covariate from the background. The two differ on what covariates that go together share.

    References
    ----------
    Lundberg and Lee 2017; trees: Lundberg et al. 2020; linear models, and orders drawn at random: Štrumbelj and
    Kononenko 2014; orders in pairs: Mitchell et al. 2022.
    """
    require(*packages_for(model))
    if isinstance(model, Blend):
        return _of_blend(model, X, background, seed, progress, days, background_days)
    values, base = np.zeros(X.shape), np.zeros(len(X))
    speaker, members = speakers(model, days, len(X))
    compared_with, _ = speakers(model, background_days, len(background))
    jobs = [(k, estimator) for k in np.unique(speaker) for estimator in members[k]]
    for (k, estimator), part in progress.parts(jobs):
        rows, own = speaker == k, background[compared_with == k]
        own = own if len(own) else background
        how = _HOW.get(_key(estimator), _by_asking)
        added, without = how(estimator, X[rows], own, seed, part)
        values[rows] += added / len(members[k])
        base[rows] += without / len(members[k])
    return values, base


def _of_blend(
    blend: Blend, X, background, seed: int, progress: Progress, days, background_days
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each covariate adds to the parts of a blend, each by its share; see `shap_values`."""
    values, base = np.zeros(X.shape), np.full(len(X), blend.level)
    for (part, share), step in progress.parts(list(zip(blend.parts, blend.shares))):
        added, without = shap_values(part, X, background, seed, step, days, background_days)
        values += share * added
        base += share * without
    return values, base


def packages_for(model: Fitted | Blend | object) -> tuple[str, ...]:
    """Return the packages that the SHAP values of a model need beside those of its learners."""
    estimators = [m.estimator for m in model.members] if isinstance(model, (Fitted, Blend)) else [model]
    return ("shap",) if any(_key(estimator) in _BY_SHAP for estimator in estimators) else ()


def how_computed(model: Fitted | Blend | object) -> str:
    """Return in words how the SHAP values of a model are found."""
    estimators = [m.estimator for m in model.members] if isinstance(model, (Fitted, Blend)) else [model]
    return "; ".join(sorted({_WORDS.get(_key(estimator), _ASKED) for estimator in estimators}))


def speakers(model: Fitted | Blend | object, days: np.ndarray | None, n: int) -> tuple[np.ndarray, list[list]]:
    """Return which part of a model speaks for each row, shape (n,), and the estimators of each part.

    Raises
    ------
    InputError
        If the parts are for periods and a day is not known.
    """
    if not isinstance(model, Fitted):
        return np.zeros(n, int), [[model]]
    if not model.per_period:
        return np.zeros(n, int), [[member.estimator for member in model.members]]
    if days is None:
        model.on(None)  # says that it needs days
    unique, back = np.unique(days, return_inverse=True)
    number = {id(member): k for k, member in enumerate(model.members)}
    speaker = np.array([number[id(model.on(day).members[0])] for day in unique])
    return speaker[back], [[member.estimator] for member in model.members]


def _key(estimator) -> str:
    """Return the key of an estimator's learner: the name of its file."""
    return type(estimator).__module__.rpartition(".")[2]


def _linear(estimator, X, background, seed, progress):
    """Return coefficient x (standardised covariate - its mean), the columns of a class summed."""
    progress.check()
    standard, coef = estimator.standard_, estimator.coef_
    mean = standard(background).mean(0)
    values = np.zeros((X.shape[1], len(X)))
    np.add.at(values, np.concatenate([standard.plain, standard.column]), ((standard(X) - mean) * coef).T)
    return values.T, mean @ coef + estimator.intercept_


def _lightgbm(estimator, X, background, seed, progress):
    def work(part):
        return estimator.model_.predict(part, pred_contrib=True, num_threads=estimator.threads)

    found = _in_steps(work, X, progress)
    return found[:, :-1], found[:, -1]


def _xgboost(estimator, X, background, seed, progress):
    import xgboost

    def work(part):
        return estimator.model_.predict(xgboost.DMatrix(part), pred_contribs=True)

    found = _in_steps(work, X, progress)
    return found[:, :-1], found[:, -1]


def _random_forest(estimator, X, background, seed, progress):
    trees = [tree.tree_ for tree in estimator.model_.estimators_]
    described = [
        _tree(t.feature, t.threshold, t.children_left, t.children_right, t.value[:, 0, 0] / len(trees)) for t in trees
    ]
    # scikit-learn compares in single precision, shap in double
    return _by_trees(described, 0.0, X.astype(np.float32), background.astype(np.float32), seed, progress)


def _hist_gradient_boosting(estimator, X, background, seed, progress):
    described = []
    for nodes in (tree.nodes for tree in estimator.model_.trees):
        leaf = nodes["is_leaf"].astype(bool)
        left, right = (np.where(leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right"))
        described.append(
            _tree(
                np.where(leaf, -2, nodes["feature_idx"]), nodes["num_threshold"], left, right, nodes["value"],
                np.where(nodes["missing_go_to_left"], left, right),
            )
        )  # fmt: skip
    return _by_trees(described, estimator.model_.baseline, X, background, seed, progress)


def _tree(feature, threshold, left, right, value, where_missing=None) -> dict[str, np.ndarray]:
    """Return a tree as shap takes it from anybody, so that it need not know this version of scikit-learn."""
    return {
        "features": np.asarray(feature),
        "thresholds": np.asarray(threshold, np.float64),
        "children_left": np.asarray(left),
        "children_right": np.asarray(right),
        "children_default": np.asarray(left if where_missing is None else where_missing),
        "values": np.asarray(value, np.float64)[:, None],
        "node_sample_weight": np.zeros(len(value)),  # model files do not keep how many samples went where
    }


def _by_trees(trees: list[dict], offset: float, X, background, seed, progress):
    """Return the values of trees against samples of the background, by shap."""
    import shap

    model = {"trees": trees, "base_offset": offset, "internal_dtype": np.float64, "input_dtype": np.float64}
    explainer = shap.TreeExplainer(model, data=_some(background, seed), feature_perturbation="interventional")
    values = _in_steps(lambda part: explainer.shap_values(part, check_additivity=False), X, progress)
    return values, float(np.ravel(explainer.expected_value)[0])


def _by_asking(estimator, X, background, seed, progress):
    """Return the values of any learner, from its answers while covariates go from a sample of the background to X.

    Each sample of the background has a random order of its own in which they go, and goes back in the reverse one;
    what two covariates do together is then shared exactly, and only what three or more do is estimated. Our own lines,
    since the like in shap first compiles for many seconds that cannot be cancelled, and seeds numpy for everybody.
    """
    start, n = _some(background, seed), X.shape[1]
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (len(start), 1)), axis=1)
    turn = np.argsort(np.vstack([order, order[:, ::-1]]), axis=1)  # of each covariate on each path
    gone = turn[:, None] < np.arange(n + 1)[:, None]  # path, steps done, covariate
    start = np.vstack([start, start])
    n_asked = len(start) * (n + 1)

    def work(part):
        mixed = np.where(gone, part[:, None, None], start[:, None])  # sample, path, steps done, covariate
        answers = estimator.predict(mixed.reshape(-1, n)).reshape(len(part), len(start), n + 1)
        return np.take_along_axis(np.diff(answers, axis=2), turn[None], axis=2).mean(1)

    values = _in_steps(work, X, progress, most=max(1, ROWS_AT_ONCE // n_asked))
    return values, float(estimator.predict(start).mean(dtype=np.float64))


# by the key of the learner; all others are asked
_HOW: dict[str, Callable] = {
    "linear": _linear,
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "random_forest": _random_forest,
    "hist_gradient_boosting": _hist_gradient_boosting,
}
_AGAINST = f"exact for trees, against {MAX_COMPARED} samples"
_BY_SPLITS = "exact for trees, by the samples that went to each side of a split in training"
_ASKED = f"from predictions, against {MAX_COMPARED} samples; exact but for what three or more covariates do together"
_WORDS = {
    "linear": "exact, from the coefficients",
    "lightgbm": _BY_SPLITS,
    "xgboost": _BY_SPLITS,
    "random_forest": _AGAINST,
    "hist_gradient_boosting": _AGAINST,
}


def _some(background: np.ndarray, seed: int) -> np.ndarray:
    if len(background) <= MAX_COMPARED:
        return background
    return background[np.random.default_rng(seed).choice(len(background), MAX_COMPARED, replace=False)]


def _in_steps(work: Callable, X: np.ndarray, progress: Progress, most: int = 1 << 30) -> np.ndarray:
    """Return what a function makes of the rows, given as many at a time, up to a most, as it does in a moment."""
    found, done, step = [], 0, 1
    while done < len(X):
        progress.at(done / len(X))
        began = monotonic()
        found.append(work(X[done : done + step]))
        done += step
        if monotonic() - began < STEP_SECONDS / 2:
            step = min(2 * step, most)
    progress.at(1)
    return np.concatenate(found)
