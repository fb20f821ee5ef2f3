# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees that ask one question on each level, by CatBoost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...base.errors import ModelFileError
from ...base.progress import Progress
from .estimator import Estimator
from .options import CatBoostOptions
from .trees import refuse, tree_counts

ROWS = 1 << 14  # at a time, so that their columns stay near the processor


class CatBoostLearner(Estimator):
    """Boosted trees; see `CatBoostOptions`. A covariate that is NaN counts as below every limit.

    Every node of a level asks the same, so that a tree is a few questions and a value for each set of answers: plain
    arrays, from which predictions come without CatBoost.
    """

    OPTIONS = CatBoostOptions
    TAKES_GAPS = True

    def predict_staged(self, X: np.ndarray, n_trees: Sequence[int]) -> np.ndarray:
        """Return what the first trees alone predict, shape (len(n_trees), n), m3 m-3.

        Raises
        ------
        ValueError
            If a number is below 1 or above that of the trees.
        """
        X = np.asarray(self._seen(X), np.float32)  # as CatBoost compares
        counts = tree_counts(n_trees, max(len(self.values_), 1))
        found = np.empty((len(counts), len(X)))
        for start in range(0, len(X), ROWS):
            rows = slice(start, start + ROWS)
            found[:, rows] = self._staged(np.asfortranarray(X[rows]), counts)
        return found

    def _staged(self, X: np.ndarray, counts: Sequence[int]) -> np.ndarray:
        """Return the same of a few rows, shape (len(counts), n)."""
        total = np.full(len(X), self.baseline_)
        at = {}
        for number in range(max(counts)):
            if number < len(self.values_):
                answers = np.zeros(len(X), np.intp)
                for level, (feature, limit) in enumerate(zip(self.features_[number], self.limits_[number])):
                    answers |= (X[:, feature] > limit).astype(np.intp) << level
                total += self.values_[number][answers]
            if number + 1 in counts:
                at[number + 1] = total.copy()
        return np.stack([at[number] for number in counts])

    def _fit(self, X, y, sample_weight, progress):
        depth = self.settings.max_depth
        self.baseline_ = float(np.average(y, weights=sample_weight))
        self._take([], depth)
        varies = [np.unique(column[~np.isnan(column)]).size + np.isnan(column).any() > 1 for column in X.T]
        if not any(varies) or np.ptp(y) == 0:
            return  # nothing to learn, which CatBoost refuses
        model = self._grown(X, y, sample_weight, progress)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            model.save_model(str(path), format="json")
            trees = json.loads(path.read_text(encoding="utf-8"))["oblivious_trees"]
        self.baseline_ = float(model.get_scale_and_bias()[1])
        self._take(trees, depth)

    def _grown(self, X, y, sample_weight, progress):
        """Return CatBoost's own model."""
        import catboost

        o = self.settings
        model = catboost.CatBoostRegressor(
            iterations=o.n_trees,
            learning_rate=o.learning_rate,
            depth=o.max_depth,
            l2_leaf_reg=o.l2_regularization,
            rsm=o.feature_fraction,
            boost_from_average=True,
            random_seed=self.seed,
            thread_count=self._threads_for(X) or -1,
            allow_writing_files=False,
            logging_level="Silent",
            **({"bootstrap_type": "Bernoulli", "subsample": o.sample_fraction} if o.sample_fraction < 1 else
               {"bootstrap_type": "No"}),
        )  # fmt: skip
        tell = _Tell(progress, o.n_trees)
        model.fit(catboost.Pool(X.astype(np.float32), y, weight=sample_weight), callbacks=[tell])
        if tell.stopped is not None:
            raise tell.stopped
        return model

    def _predict(self, X):
        return self.predict_staged(X, [max(len(self.values_), 1)])[0]

    def _take(self, trees: Sequence[dict], depth: int) -> None:
        """Keep trees as arrays: questions of shape (trees, depth), values (trees, 2**depth)."""
        self.features_ = np.zeros((len(trees), depth), np.int32)
        self.limits_ = np.full((len(trees), depth), np.inf, np.float32)  # of a level that a small tree lacks
        self.values_ = np.zeros((len(trees), 1 << depth))
        for number, tree in enumerate(trees):
            for level, split in enumerate(tree.get("splits") or ()):
                self.features_[number, level] = split["float_feature_index"]
                self.limits_[number, level] = split["border"]
            self.values_[number, : len(tree["leaf_values"])] = tree["leaf_values"]

    def _state(self):
        return {
            "features": self.features_,
            "limits": self.limits_,
            "values": self.values_,
            "baseline": np.array(self.baseline_),
        }

    def _restore(self, state):
        self.features_ = state["features"]
        self.limits_ = state["limits"]
        self.values_ = state["values"]
        self.baseline_ = float(state["baseline"])
        trees, depth = self.features_.shape
        whole = self.features_.dtype.kind in "iu" and self.limits_.dtype.kind == self.values_.dtype.kind == "f"
        shapes = self.limits_.shape == (trees, depth) and self.values_.shape == (trees, 1 << min(depth, 16))
        if not whole or not shapes or depth > 16:
            refuse()
        if not ((self.features_ >= 0) & (self.features_ < self.n_features_in_)).all():
            raise ModelFileError(
                f"The weights ask of covariates of which there are {self.n_features_in_}. Train again."
            )


class _Tell:
    """Reports after each tree, and stops when asked."""

    def __init__(self, progress: Progress, n_trees: int):
        self.progress = progress
        self.n_trees = n_trees
        self.stopped: Exception | None = None

    def after_iteration(self, info) -> bool:
        try:
            self.progress.at(info.iteration / self.n_trees)
        except Exception as error:  # CatBoost would raise another one
            self.stopped = error
        return self.stopped is None


ESTIMATOR = CatBoostLearner
