# SPDX-License-Identifier: GPL-2.0-or-later
"""A random forest, by scikit-learn, grown in steps so that it can be stopped."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from ..progress import SILENT, Progress
from .learners import RandomForestOptions
from .scikit import check_trees, dumps, loads


class RandomForestLearner:
    """Random forest; see `RandomForestOptions`."""

    def __init__(self, options: RandomForestOptions, seed: int = 0, threads: int = 0):
        self.options, self.seed, self.threads = options, seed, threads

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight=None, progress: Progress = SILENT) -> RandomForestLearner:
        """Learn from X, shape (n, features), and y, shape (n,)."""
        o = self.options
        forest = RandomForestRegressor(
            n_estimators=0,
            min_samples_leaf=o.min_leaf,
            max_features=o.feature_share,
            max_depth=o.max_depth or None,
            random_state=self.seed,
            n_jobs=self.threads or -1,  # threads, not processes
            warm_start=True,
        )
        # a few trees at a time: a step of many rows takes a second or two, and a cancel is felt after it
        step = max(2, min(o.n_trees, int(4e6 / (X.size + 1))))
        for grown in progress.over(range(0, o.n_trees, step)):
            forest.n_estimators = min(grown + step, o.n_trees)
            forest.fit(X, y, sample_weight)
        self.model_ = forest.set_params(n_jobs=None)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return soil moisture, shape (n,): the mean of the trees."""
        # The forest's own threads add up the trees in the order in which they end, and the last bit changes from call
        # to call. Ours share out the rows.
        threads = self.threads or os.cpu_count() or 1
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(self.model_.predict, np.array_split(X, min(threads, len(X))))))

    def to_bytes(self) -> bytes:
        """Return the weights."""
        return dumps(self.model_)


def build(options: RandomForestOptions, seed: int, threads: int) -> RandomForestLearner:
    """Return a learner that has not learned yet."""
    return RandomForestLearner(options, seed, threads)


def load(data: bytes) -> RandomForestLearner:
    """Return the learner that `to_bytes` stored."""
    learner = RandomForestLearner(RandomForestOptions())
    learner.model_ = loads(data, RandomForestRegressor)
    check_trees(learner.model_)
    return learner
