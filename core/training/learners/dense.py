# SPDX-License-Identifier: GPL-2.0-or-later
"""A small network that answers with a Normal distribution (Poehls et al. 2025, section 3.1)."""

from __future__ import annotations

import numpy as np

from .network import Network, backward, forward, normal_columns, normal_loss
from .options import DenseOptions


class DenseLearner(Network):
    """The dense network; see `DenseOptions`.

    Two layers that bend and two outputs, mean and SD of a Normal; the loss is its negative log-likelihood. The paper
    does not name its bend; tanh is smooth, and so few units cannot spare those that ReLU would lose.
    """

    OPTIONS = DenseOptions

    @property
    def knows_sd(self) -> bool:
        """Whether it knows its spread: that of the Normal with which it answers."""
        return True

    def predict_sd(self, X: np.ndarray) -> np.ndarray:
        """Return the SD of soil moisture in m3 m-3, shape (n,)."""
        return self._answers(self._seen(X))[:, 1]

    def _shapes(self, width):
        first, second = (int(units) for units in self.hidden_)
        return [(width, first), (first,), (first, second), (second,), (second, 2), (2,)]

    def _loss(self, parts, x, y, weight, rng):
        layers = list(zip(parts[::2], parts[1::2]))
        values = forward(layers, x)
        loss, slope = normal_loss(values[-1], y, weight)
        return loss, backward(layers, values, slope)

    def _answer(self, parts, x):
        return np.stack(normal_columns(forward(list(zip(parts[::2], parts[1::2])), x)[-1]), axis=-1)


ESTIMATOR = DenseLearner
