# SPDX-License-Identifier: GPL-2.0-or-later
"""A random forest, by scikit-learn, grown in steps so that it can be stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from .estimator import Estimator
from .options import RandomForestOptions
from .trees import forest_from_arrays, forest_to_arrays, tree_counts

_BLOCK = 4_000_000  # values of single trees held at once in each thread: 32 MB


class RandomForestLearner(Estimator):
    """Random forest; see `RandomForestOptions`. It knows its quantiles, after Meinshausen 2006."""

    OPTIONS = RandomForestOptions

    def predict_staged(self, X: np.ndarray, n_trees: Sequence[int]) -> np.ndarray:
        """Return what forests of only the first trees predict, shape (len(n_trees), n), m3 m-3.

        Raises
        ------
        ValueError
            If a number is below 1 or above that of the trees.
        """
        counts, X = tree_counts(n_trees, len(self._trees)), self._seen(X)

        def staged(rows):
            total, at = np.zeros(len(rows)), {}
            for number, tree in enumerate(self._trees[: max(counts)], 1):
                total += tree.predict(rows)[:, 0]
                if number in counts:
                    at[number] = total / number
            return np.stack([at[number] for number in counts])

        return np.concatenate(self._over_rows(staged, X), axis=1)

    @property
    def knows_sd(self) -> bool:
        """Whether it knows its spread: that of the samples in its leaves."""
        return True

    def predict_quantiles(self, X: np.ndarray, q: Sequence[float]) -> np.ndarray:
        """Return quantiles of soil moisture, shape (n, len(q)), m3 m-3.

        Each tree answers with one sample drawn from the leaf, among all samples learned from and with a chance in
        proportion to their weight; the quantiles are those of the answers of all trees. So it is done by the R package
        quantregForest; the expected distribution is that of Meinshausen 2006, eq. 5 and 6.
        """
        X, q = self._seen(X), np.asarray(q, np.float64)

        def quantiles(rows):
            values = [drawn[tree.apply(rows)] for tree, drawn in zip(self._trees, self.drawn_)]
            return np.quantile(np.stack(values, axis=1).astype(np.float64), q, axis=1).T

        return np.concatenate(self._over_rows(quantiles, X, _BLOCK // len(self._trees) + 1))

    def split_gain(self):
        """Return the node purity: by how much splits by each feature lower the squared error, mean of the trees."""
        return self.purity_

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
        X = np.ascontiguousarray(X, np.float32)  # as trees see it
        forest = RandomForestRegressor(
            n_estimators=0,
            min_samples_leaf=o.min_samples_leaf,
            max_features=o.feature_fraction,
            max_depth=o.max_depth or None,
            random_state=self.seed,
            n_jobs=self.threads or -1,  # threads, not processes
            warm_start=True,
        )
        self.drawn_ = []
        # a few trees at a time, as many as take half a second: a cancel is felt between two steps
        grown, step = 0, self._n_threads
        while grown < o.n_trees:
            progress.at(grown / o.n_trees)
            start = time.monotonic()
            forest.n_estimators = min(grown + step, o.n_trees)
            progress.wait_for(lambda: forest.fit(X, y, sample_weight))  # one tree of 100,000 samples takes seconds
            new = range(grown, forest.n_estimators)

            def draw(number, trees=forest.estimators_):
                rng = np.random.default_rng([self.seed, number])
                return _drawn(trees[number].tree_, X, y, sample_weight, rng)

            self.drawn_ += self._map(draw, new)
            grown, took = forest.n_estimators, time.monotonic() - start
            step = step * 2 if took < 0.25 else max(step // 2, self._n_threads) if took > 0.5 else step
        progress.at(1.0)
        self.model_ = forest.set_params(n_jobs=None)
        self.purity_ = np.mean([tree.compute_feature_importances(normalize=False) for tree in self._trees], axis=0)

    def _predict(self, X):
        # The forest's own threads add up the trees in the order in which they end, and the last bit changes from call
        # to call. Ours share out the rows.
        return np.concatenate(self._over_rows(self.model_.predict, X))

    def _state(self):
        return {**forest_to_arrays(self.model_, self.drawn_), "purity": self.purity_}

    def _restore(self, state):
        self.purity_ = state.pop("purity").astype(np.float64)
        if self.purity_.shape != (self.n_features_in_,):
            raise ValueError(f"node purity of {self.purity_.shape} features instead of {self.n_features_in_}")
        self.model_, self.drawn_ = forest_from_arrays(state, self.n_features_in_)

    @property
    def _trees(self) -> list:
        return [estimator.tree_ for estimator in self.model_.estimators_] if hasattr(self, "model_") else []

    def _over_rows(self, work: Callable, X: np.ndarray, most: int = 1_000_000) -> list[np.ndarray]:
        """Return the answers to blocks of at most so many rows, at least one block for each thread."""
        blocks = min(max(self._n_threads, -(-len(X) // most)), len(X))
        return self._map(work, np.array_split(np.ascontiguousarray(X, np.float32), blocks))

    def _map(self, work: Callable, parts: Sequence) -> list:
        with ThreadPoolExecutor(self._n_threads) as pool:
            return list(pool.map(work, parts))

    @property
    def _n_threads(self) -> int:
        return self.threads or os.cpu_count() or 1


def _drawn(tree, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Return the value of one sample of each leaf, float32, shape (nodes,); 0 for nodes that are no leaf."""
    if weight is None:
        order = rng.permutation(len(y))
    else:
        with np.errstate(divide="ignore"):
            # the least of exponential waiting times is that of a sample with a chance in proportion to its weight
            wait = rng.standard_exponential(len(y)) / weight
        order = np.argsort(-wait, kind="stable")
    values = np.zeros(tree.node_count, np.float32)
    values[tree.apply(X)[order]] = y[order]  # of several values of one leaf the last stays
    return values


ESTIMATOR = RandomForestLearner
