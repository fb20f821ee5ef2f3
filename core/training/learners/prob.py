# SPDX-License-Identifier: GPL-2.0-or-later
"""The dense network with one layer whose weights are uncertain (Poehls et al. 2025, section 3.1)."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from .dense import DenseLearner
from .network import backward, forward, normal_columns, normal_loss, spread
from .options import ProbOptions

_DRAWS_PER_STEP = 4
_MAX_DRAWS = 1000
_FIRST_SPREAD = -2.25  # softplus makes 0.1 of it


class ProbLearner(DenseLearner):
    """The probabilistic network; see `ProbOptions`.

    The weights of the first layer are independent Normals, learned by drawing from them (Blundell et al. 2015,
    section 3.2); the penalty is how far they are from Normal(0, 1), the Kullback-Leibler divergence. Predicts the
    mean of networks drawn with a seed that travels with the weights.
    """

    OPTIONS = ProbOptions
    BLOCK = 2048  # each row times the number of draws

    def predict_sd(self, X: np.ndarray) -> np.ndarray:
        """Return the SD of soil moisture in m3 m-3, shape (n,): that of the networks and that among them."""
        return super().predict_sd(X)

    def _fit(self, X, y, sample_weight, progress):
        super()._fit(X, y, sample_weight, progress)
        self.draws_ = np.array([self.seed, self.settings.mc_samples], np.int64)

    def _state(self):
        return {**super()._state(), "draws": self.draws_}

    def _restore(self, state):
        super()._restore(state)
        self.draws_ = state["draws"]
        if self.draws_.shape != (2,) or self.draws_.dtype.kind != "i" or not 1 <= self.draws_[1] <= _MAX_DRAWS:
            raise ValueError("seed and number of draws are damaged")

    def _shapes(self, width):
        first, *rest = super()._shapes(width)
        return [first, rest[0], first, *rest]  # means of the first layer, then their spreads

    def _start(self, width, rng):
        start = super()._start(width, rng)
        for part in start[2:4]:
            part[...] = _FIRST_SPREAD
        return start

    def _loss(self, parts, x, y, weight, rng):
        (layers, noise), n = _drawn(parts, rng, _DRAWS_PER_STEP), len(parts[:2])
        values = forward(layers, x)
        loss, slope = normal_loss(values[-1], y, weight)
        slopes = backward(layers, values, slope)
        raw = [(slopes[i] * noise[i]).sum(axis=0) * expit(parts[2 + i]) for i in range(n)]
        # the layers behind are the same in each draw
        first = [s.sum(axis=0) for s in slopes]
        return loss, [*first[:2], *raw, *first[2:]]

    def _penalty(self, parts):
        value, slopes = 0.0, [np.zeros_like(part) for part in parts]
        for i in range(2):
            mean, sd = parts[i], spread(parts[2 + i])
            value += float((0.5 * (mean**2 + sd**2 - 1) - np.log(sd)).sum())
            slopes[i], slopes[2 + i] = mean, (sd - 1 / sd) * expit(parts[2 + i])
        return value, slopes

    def _answer(self, parts, x):
        layers, _ = _drawn(parts, np.random.default_rng(int(self.draws_[0])), int(self.draws_[1]))
        mean, sd = normal_columns(forward(layers, x)[-1])
        # law of total variance
        return np.stack([mean.mean(axis=0), np.sqrt((sd**2).mean(axis=0) + mean.var(axis=0))], axis=-1)


def _drawn(parts, rng: np.random.Generator, n: int):
    """Return the layers of n networks, the first one drawn, and the noise that drew it."""
    noise = [rng.standard_normal((n, *part.shape)) for part in parts[:2]]
    first = [mean + spread(raw) * e for mean, raw, e in zip(parts[:2], parts[2:4], noise)]
    return [tuple(first), (parts[4], parts[5]), (parts[6], parts[7])], noise


ESTIMATOR = ProbLearner
