# SPDX-License-Identifier: GPL-2.0-or-later
"""Support vector regression on standardised covariates, by scikit-learn."""

from __future__ import annotations

import numpy as np
from sklearn.svm import SVR

from .estimator import Estimator, Standard
from .options import SVROptions

_BLOCK = 8_000_000  # values of the kernel held at once: 64 MB
_CACHE = 500  # MB that the solver may keep of the kernel
_CLOSE = 1e-4  # m3 m-3 to which the solver ends; its own 1e-3 is meant for targets with an SD of 1
_MAX_STEPS = 2_000_000  # of the solver; 10,000 samples take minutes for as many


class SVRLearner(Estimator):
    """Support vectors with a Gaussian kernel; see `SVROptions`.

    The solver cannot be stopped on its way. A cancel is felt at once, but leaves the solver behind in its thread until
    it ends, which its number of steps bounds.
    """

    OPTIONS = SVROptions

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
        if len(y) > o.max_samples:
            progress.warn(
                f"Support vectors are learned from {o.max_samples} of {len(y)} samples, drawn at random; the setting "
                "'max_samples' allows more."
            )
            rows = np.random.default_rng(self.seed).choice(len(y), o.max_samples, replace=False)
            rows.sort()
            X, y, sample_weight = X[rows], y[rows], None if sample_weight is None else sample_weight[rows]
        self.standard_ = Standard(X, self.categories, sample_weight)
        self.gamma_ = o.gamma or 1 / self.standard_.width
        solver = {"tol": _CLOSE, "cache_size": _CACHE, "max_iter": _MAX_STEPS}
        model = SVR(C=o.c, epsilon=o.epsilon, gamma=self.gamma_, **solver)
        progress.wait_for(lambda: model.fit(self.standard_(X), y, sample_weight))
        if model.fit_status_:
            progress.warn(
                f"Support vectors were not found to the end in {_MAX_STEPS} steps; a lower c or a wider epsilon "
                "makes it easier."
            )
        self.support_ = np.ascontiguousarray(model.support_vectors_, np.float64)
        self.coef_, self.intercept_ = np.ravel(model.dual_coef_), float(model.intercept_[0])

    def _predict(self, X):
        # our own kernel, since scikit-learn's machine cannot be put together from its vectors by public means
        squares = (self.support_**2).sum(axis=1)
        predicted = []
        for rows in np.array_split(X, -(-len(X) * max(len(squares), 1) // _BLOCK)):
            rows = self.standard_(rows)
            kernel = rows @ self.support_.T
            kernel *= -2.0
            kernel += squares
            kernel += (rows**2).sum(axis=1)[:, None]  # now the squared distance
            kernel *= -self.gamma_
            predicted.append(np.exp(kernel, out=kernel) @ self.coef_ + self.intercept_)
        return np.concatenate(predicted)

    def _state(self):
        numbers = {"gamma": np.array(self.gamma_), "intercept": np.array(self.intercept_)}
        return {**self.standard_.state(), "support": self.support_, "coef": self.coef_, **numbers}

    def _restore(self, state):
        self.standard_ = Standard.of(state, self.n_features_in_)
        self.support_, self.coef_ = state["support"], state["coef"]
        self.gamma_, self.intercept_ = float(state["gamma"]), float(state["intercept"])
        if self.coef_.ndim != 1 or self.support_.shape != (len(self.coef_), self.standard_.width):
            raise ValueError("the support vectors do not have the shape of their covariates")
        if self.support_.dtype.kind != "f" or self.coef_.dtype.kind != "f":
            raise ValueError("the support vectors are no numbers")


ESTIMATOR = SVRLearner
