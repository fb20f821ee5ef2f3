# SPDX-License-Identifier: GPL-2.0-or-later
"""Ridge regression on standardised covariates, by scikit-learn."""

from __future__ import annotations

from inspect import signature

import numpy as np
from sklearn.linear_model import Ridge, RidgeCV

from ...base.errors import InputError
from .estimator import Estimator, Standard
from .options import LinearOptions

TRIED = np.logspace(-2, 4, 13)  # shrinkages that generalised cross-validation chooses among
MORE_ERROR = 0.5  # standard errors of the least error that a stronger shrinkage may cost

# what scikit-learn calls the squared errors of left-out samples, before and from 1.5
LEFT_OUT = "cv_results" if "store_cv_results" in signature(RidgeCV).parameters else "cv_values"


class LinearLearner(Estimator):
    """Ridge regression; see `LinearOptions`. The solution is exact, so the seed does not matter."""

    OPTIONS = LinearOptions

    def _fit(self, X, y, sample_weight, progress):
        def solved():
            if self.settings.penalty == "gcv":
                self.standard_ = Standard(X, self.categories, sample_weight, self.fine_sd)
                columns = self.standard_(X)
                alpha = self._shrinkage(columns, y, sample_weight)
                return Ridge(alpha=alpha, solver="cholesky").fit(columns, y, sample_weight)
            self.standard_ = Standard(X, self.categories, sample_weight)
            self._refuse_too_few(len(X))
            return Ridge(alpha=self.settings.alpha, solver="svd").fit(self.standard_(X), y, sample_weight)

        model = progress.wait_for(solved)
        self.coef_, self.intercept_ = np.ravel(model.coef_), float(model.intercept_)

    def _shrinkage(self, columns: np.ndarray, y: np.ndarray, sample_weight) -> float:
        """Return the strongest shrinkage whose error is within half a standard error of the least.

        Left-out errors of one place repeat each other, so they count as one.
        """
        found = RidgeCV(alphas=TRIED, **{f"store_{LEFT_OUT}": True}).fit(columns, y, sample_weight)
        errors = getattr(found, f"{LEFT_OUT}_")
        mean = errors.mean(0)
        least = int(mean.argmin())
        standard_error = errors[:, least].std() * np.sqrt(self.repeats / len(y))
        return float(TRIED[np.flatnonzero(mean <= mean[least] + MORE_ERROR * standard_error).max()])

    def _refuse_too_few(self, n_samples: int) -> None:
        columns = self.standard_.width
        if not self.settings.alpha and n_samples < columns + 2:
            raise InputError(
                f"{n_samples} samples are too few for least squares with {columns} columns: at least {columns + 2} are "
                "needed. Take more samples, fewer covariates, or a shrinkage above 0."
            )

    def _predict(self, X):
        return self.standard_(X) @ self.coef_ + self.intercept_

    @property
    def n_weights(self):
        """How many numbers were learned."""
        return len(self.coef_) + 1

    def _state(self):
        return {**self.standard_.state(), "coef": self.coef_, "intercept": np.array(self.intercept_)}

    def _restore(self, state):
        self.standard_ = Standard.of(state, self.n_features_in_)
        self.coef_, self.intercept_ = state["coef"], float(state["intercept"])
        if self.coef_.shape != (self.standard_.width,) or self.coef_.dtype.kind != "f":
            raise ValueError("there are not as many coefficients as covariates")


ESTIMATOR = LinearLearner
