# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees, by LightGBM."""

from __future__ import annotations

import lightgbm
import numpy as np

from ..errors import ModelFileError
from ..progress import SILENT, Progress
from .learners import LightGBMOptions


class LightGBMLearner:
    """Boosted trees; see `LightGBMOptions`."""

    def __init__(self, options: LightGBMOptions, seed: int = 0, threads: int = 0):
        self.options, self.seed, self.threads = options, seed, threads

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight=None, progress: Progress = SILENT) -> LightGBMLearner:
        """Learn from X, shape (n, features), and y, shape (n,)."""
        o = self.options
        settings = {
            "objective": "regression",
            "learning_rate": o.learning_rate,
            "num_leaves": o.n_leaves,
            "max_depth": o.max_depth or -1,
            "min_data_in_leaf": o.min_leaf,
            "max_bin": o.max_bins,
            "feature_fraction": o.feature_share,
            "seed": self.seed,
            "num_threads": self.threads,
            "deterministic": True,
            "force_row_wise": True,  # else the fastest way is timed anew, and sums differ from run to run
            "verbosity": -1,
        }

        def tell(env):
            progress.at((env.iteration + 1) / o.n_trees)

        data = lightgbm.Dataset(X, y, weight=sample_weight)
        self.model_ = lightgbm.train(settings, data, num_boost_round=o.n_trees, callbacks=[tell])
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return soil moisture, shape (n,)."""
        return self.model_.predict(X, num_threads=self.threads)

    def to_bytes(self) -> bytes:
        """Return the weights as LightGBM's own text."""
        return self.model_.model_to_string().encode("utf-8")


def build(options: LightGBMOptions, seed: int, threads: int) -> LightGBMLearner:
    """Return a learner that has not learned yet."""
    return LightGBMLearner(options, seed, threads)


def load(data: bytes) -> LightGBMLearner:
    """Return the learner that `to_bytes` stored."""
    learner = LightGBMLearner(LightGBMOptions())
    try:
        learner.model_ = lightgbm.Booster(model_str=data.decode("utf-8"))
    except (ValueError, UnicodeDecodeError, lightgbm.basic.LightGBMError) as error:
        raise ModelFileError(f"The weights are no LightGBM model: {error}. Train again.") from error
    return learner
