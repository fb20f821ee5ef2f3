# SPDX-License-Identifier: GPL-2.0-or-later
"""The 5 % and 95 % quantiles that boosted trees learn beside the mean where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .estimator import OUTER, Estimator

SIDES = ("low", "high")  # of `OUTER`, in names of weights


class BoostedQuantiles(Estimator):
    """Boosted trees whose further models are of the quantiles `OUTER`."""

    model_: Any  # of the mean
    outer_: tuple = ()  # the models of `OUTER`, where these were asked for

    @property
    def knows_sd(self) -> bool:
        """Whether it has learned quantiles."""
        return bool(self.outer_)

    def predict_quantiles(self, X: np.ndarray, q: Sequence[float] = OUTER) -> np.ndarray:
        """Return the quantiles that were learned, of 0.05 and 0.95, shape (n, 2), m3 m-3.

        Raises
        ------
        ValueError
            If others are asked for, or none were learned.
        """
        if tuple(q) != OUTER or not self.knows_sd:
            raise ValueError(f"learned are the quantiles {OUTER if self.knows_sd else 'none'}, asked for {tuple(q)}")
        X = self._seen(X)
        return np.stack([self._predict_by(model, X) for model in self.outer_], axis=-1)

    def _predict(self, X: np.ndarray) -> np.ndarray:
        return self._predict_by(self.model_, X)

    def _predict_by(self, model, X: np.ndarray) -> np.ndarray:
        """Return what one of its models predicts, shape (n,), m3 m-3."""
        raise NotImplementedError
