# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees, by scikit-learn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from threadpoolctl import threadpool_limits

from ...base.errors import Cancelled
from .estimator import OUTER
from .options import HistGradientBoostingOptions
from .outer import SIDES, BoostedQuantiles
from .trees import check_nodes, join_trees, part_trees, tree_counts

_FIELDS = ("value", "feature_idx", "num_threshold", "missing_go_to_left", "left", "right", "is_leaf")
_WHOLE = ("feature_idx", "left", "right")  # kept as int32: their type differs between versions of scikit-learn


class HistGradientBoostingLearner(BoostedQuantiles):
    """Boosted trees; see `HistGradientBoostingOptions`. NaN goes to the side of each split where it does less harm."""

    OPTIONS = HistGradientBoostingOptions
    TAKES_GAPS = True

    def predict_staged(self, X: np.ndarray, n_trees: Sequence[int]) -> np.ndarray:
        """Return what the first trees alone predict, shape (len(n_trees), n), m3 m-3.

        Raises
        ------
        ValueError
            If a number is below 1 or above that of the trees.
        """
        X = np.asarray(self._seen(X), np.float64)
        counts = tree_counts(n_trees, len(self.model_.trees))
        return self._staged(self.model_, X, counts)

    def _staged(self, model, X, counts):
        total, at, no_classes = np.full(len(X), model.baseline), {}, np.zeros((0, 8), np.uint32)
        places, threads = np.zeros(X.shape[1], np.uint32), self._threads_for(X) or os.cpu_count() or 1
        for number, tree in enumerate(model.trees[: max(counts)], 1):
            total += tree.predict(X, no_classes, places, threads)
            if number in counts:
                at[number] = total.copy()
        return np.stack([at[number] for number in counts])

    def _fit(self, X, y, sample_weight, progress):
        objectives = [{"loss": "squared_error", "monotonic_cst": self._slopes()}]
        if self.settings.quantiles:
            # as LightGBM's, they are not held to slopes: the spread alone rests on them
            objectives += [{"loss": "quantile", "quantile": alpha} for alpha in OUTER]
        samples = X, y, sample_weight
        self.model_, *outer = [self._boosted(one, samples, part) for one, part in progress.parts(objectives)]
        self.outer_ = tuple(outer)

    def _boosted(self, objective, samples, progress):
        o, grown, left = self.settings, 0, Event()

        def count(*_, **__):
            """Score nothing: scikit-learn asks before the first and after each tree, which is when to stop."""
            nonlocal grown
            if left.is_set():
                raise Cancelled
            grown += 1
            return 0.0

        model = HistGradientBoostingRegressor(
            max_iter=o.n_trees,
            learning_rate=o.learning_rate,
            max_leaf_nodes=o.n_leaves,
            min_samples_leaf=o.min_samples_leaf,
            l2_regularization=o.l2_regularization,
            random_state=self.seed,
            **objective,
            early_stopping=True,
            scoring=count,
            validation_fraction=None,  # all samples are learned from
            n_iter_no_change=o.n_trees + 1,  # never
        )

        def fit():
            # Sums over more than two threads are added up in any order, and the last bit changes from run to run; over
            # few samples threads wait for each other more than they work.
            with threadpool_limits(min(self._threads_for(samples[0]) or 2, 2), "openmp"):
                model.fit(*samples)

        try:  # on a crowded machine the threads of one tree wait for each other for a second
            progress.wait_for(fit, lambda: max(grown - 1, 0) / o.n_trees)
        finally:
            left.set()
        return _Boosted(float(np.ravel(model._baseline_prediction)[0]), [trees[0] for trees in model._predictors])

    def _predict_by(self, model, X):
        return self._staged(model, np.asarray(X, np.float64), [len(model.trees)])[0]

    def _state(self):
        state = _arrays_of(self.model_)
        for side, model in zip(SIDES, self.outer_):
            state |= {f"{side}_{name}": values for name, values in _arrays_of(model).items()}
        return state

    def _restore(self, state):
        self.model_ = _boosted_of(state, self.n_features_in_)
        if f"{SIDES[0]}_baseline" in state:
            names = (*_FIELDS, "n_nodes", "baseline")
            parts = [{name: state[f"{side}_{name}"] for name in names} for side in SIDES]
            self.outer_ = tuple(_boosted_of(part, self.n_features_in_) for part in parts)


@dataclass(frozen=True)
class _Boosted:
    """Trees whose sum, and a first value, is the prediction."""

    baseline: float
    trees: list


def _arrays_of(model: _Boosted) -> dict[str, np.ndarray]:
    trees = [{name: tree.nodes[name] for name in _FIELDS} for tree in model.trees]
    arrays = join_trees(trees)
    whole = {name: arrays[name].astype(np.int32) for name in _WHOLE}
    flags = {name: arrays[name].astype(bool) for name in ("missing_go_to_left", "is_leaf")}
    return {**arrays, **whole, **flags, "baseline": np.array(model.baseline)}


def _boosted_of(state: dict[str, np.ndarray], n_features: int) -> _Boosted:
    return _Boosted(float(state["baseline"]), [_tree(part, n_features) for part in part_trees(state, _FIELDS)])


def _tree(arrays: dict[str, np.ndarray], n_features: int) -> TreePredictor:
    leaf = arrays["is_leaf"].astype(bool)
    whole = {name: arrays[name].astype(np.int64) for name in _WHOLE}
    check_nodes(leaf, whole["left"], whole["right"], whole["feature_idx"], n_features)
    nodes = np.zeros(len(leaf), PREDICTOR_RECORD_DTYPE)  # no class splits, and 0 where only growing needs a field
    for name, values in {**arrays, **whole, "is_leaf": leaf}.items():
        nodes[name] = values
    return TreePredictor(nodes, np.zeros((0, 8), np.uint32), np.zeros((0, 8), np.uint32))


ESTIMATOR = HistGradientBoostingLearner
