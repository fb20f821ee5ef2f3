# SPDX-License-Identifier: GPL-2.0-or-later
"""A random forest, by scikit-learn, grown in steps so that it can be stopped."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from .estimator import Estimator
from .learner_options import RandomForestOptions
from .trees import forest_from_arrays, forest_to_arrays


class RandomForestLearner(Estimator):
    """Random forest; see `RandomForestOptions`."""

    OPTIONS = RandomForestOptions

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
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

    def _predict(self, X):
        # The forest's own threads add up the trees in the order in which they end, and the last bit changes from call
        # to call. Ours share out the rows.
        threads = self.threads or os.cpu_count() or 1
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(self.model_.predict, np.array_split(X, min(threads, len(X))))))

    def _state(self):
        return forest_to_arrays(self.model_)

    def _restore(self, state):
        self.model_ = forest_from_arrays(state, self.n_features_in_)


ESTIMATOR = RandomForestLearner
