# SPDX-License-Identifier: GPL-2.0-or-later
"""A deep network beside a linear part (Cheng et al. 2016, as used by Poehls et al. 2025, section 3.1)."""

from __future__ import annotations

from .network import RELU, Network, backward, forward
from .options import WideDeepOptions


class WideDeepLearner(Network):
    """The wide and deep network; see `WideDeepOptions`.

    The deep part sees all columns, numbers and classes, the linear part these too or the numbers alone. Their sum is
    the answer, the loss its squared error. ReLU as in Cheng et al.; on layers this wide it is five times as fast as
    tanh.
    """

    OPTIONS = WideDeepOptions

    def _shapes(self, width):
        first, second = (int(units) for units in self.hidden_)
        return [(width, first), (first,), (first, second), (second,), (second, 1), (1,), (self._n_linear(width), 1)]

    def _n_linear(self, width):
        """Return how many columns the linear part sees; those of numbers come first."""
        return width if self.settings.linear_classes else len(self.standard_.plain)

    def _loss(self, parts, x, y, weight, rng):
        *deep, wide = parts
        layers = list(zip(deep[::2], deep[1::2]))
        values = forward(layers, x, RELU)
        seen = x[:, : len(wide)]
        error = (values[-1] + seen @ wide)[:, 0] - y
        slope = (weight * error / len(y))[:, None]
        return float(0.5 * error @ slope[:, 0]), [*backward(layers, values, slope, RELU), seen.T @ slope]

    def _penalty(self, parts):
        strength = self.settings.l2_regularization
        slopes = [strength * part if part.ndim == 2 else 0.0 * part for part in parts]
        return sum(float(0.5 * (part * slope).sum()) for part, slope in zip(parts, slopes)), slopes

    def _answer(self, parts, x):
        *deep, wide = parts
        return forward(list(zip(deep[::2], deep[1::2])), x, RELU)[-1] + x[:, : len(wide)] @ wide


ESTIMATOR = WideDeepLearner
