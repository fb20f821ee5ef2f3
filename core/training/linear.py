# SPDX-License-Identifier: GPL-2.0-or-later
"""Ridge regression on standardised covariates, by scikit-learn."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from ..progress import SILENT, Progress
from .learners import LinearOptions
from .scikit import dumps, loads


class LinearLearner:
    """Linear regression with shrinkage; see `LinearOptions`."""

    def __init__(self, options: LinearOptions):
        self.options = options

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight=None, progress: Progress = SILENT) -> LinearLearner:
        """Learn from X, shape (n, features), and y, shape (n,)."""
        progress.check()
        self.model_ = make_pipeline(StandardScaler(), Ridge(alpha=self.options.alpha))
        # float64: the solver forms products of columns
        self.model_.fit(X.astype(np.float64), y, ridge__sample_weight=sample_weight)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return soil moisture, shape (n,)."""
        return self.model_.predict(X)

    def to_bytes(self) -> bytes:
        """Return the weights."""
        return dumps(self.model_)


def build(options: LinearOptions, seed: int, threads: int) -> LinearLearner:
    """Return a learner that has not learned yet; the solution is exact, so the seed does not matter."""
    return LinearLearner(options)


def load(data: bytes) -> LinearLearner:
    """Return the learner that `to_bytes` stored."""
    learner = LinearLearner(LinearOptions())
    learner.model_ = loads(data, Pipeline)
    return learner
