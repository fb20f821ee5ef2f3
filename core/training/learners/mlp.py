# SPDX-License-Identifier: GPL-2.0-or-later
"""A neural network of one or two layers on standardised covariates, by scikit-learn."""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPRegressor

from .estimator import Estimator, Standard
from .options import MLPOptions

_BATCH = 200  # samples per step, as scikit-learn has it
_PART = 100 * _BATCH  # samples between two looks whether to stop
_BLOCK = 4_000_000  # values of a layer held at once: 32 MB


class MLPLearner(Estimator):
    """A multi-layer perceptron with rectified units; see `MLPOptions`.

    It keeps the weights of the epoch that was best on the samples held back. Where samples have unlike weights, each
    epoch draws as many samples as there are, with a chance in proportion to their weight: scikit-learn's own network
    knows weights of samples only since 1.7.
    """

    OPTIONS = MLPOptions

    def _fit(self, X, y, sample_weight, progress):
        o, rng = self.settings, np.random.RandomState(self.seed)
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        X, y, weight = X[weight > 0], y[weight > 0].astype(np.float64), weight[weight > 0]
        self.standard_ = Standard(X, self.categories, weight)
        self.mean_ = float(np.average(y, weights=weight))
        self.sd_ = float(np.sqrt(np.average((y - self.mean_) ** 2, weights=weight))) or 1.0
        X, y = self.standard_(X), (y - self.mean_) / self.sd_

        rows = rng.permutation(len(y))
        n_held = round(o.validation_fraction * len(y))
        held, rows = rows[:n_held], rows[n_held:]
        chance = None if np.ptp(weight) == 0 else weight[rows] / weight[rows].sum()
        model = MLPRegressor(
            hidden_layer_sizes=[o.hidden_units, o.hidden_units_2] if o.hidden_units_2 else [o.hidden_units],
            alpha=o.l2_regularization,
            batch_size=min(_BATCH, len(rows)),
            learning_rate_init=o.learning_rate,
            shuffle=False,  # ours is
            random_state=rng,
        )
        least, best = np.inf, -1
        for epoch in progress.over(range(o.max_epochs)):
            order = rng.permutation(rows) if chance is None else rng.choice(rows, len(rows), p=chance)
            for start in range(0, len(order), _PART):
                progress.check()
                part = order[start : start + _PART]
                model.set_params(batch_size=min(_BATCH, len(part))).partial_fit(X[part], y[part])
            self.layers_ = list(zip(model.coefs_, model.intercepts_))
            if n_held:
                error = np.average((self._forward(X[held]) - y[held]) ** 2, weights=weight[held])
                if error < least:
                    least, best = error, epoch
                    kept = [(coef.copy(), bias.copy()) for coef, bias in self.layers_]
                elif epoch - best >= o.patience:
                    break
        if n_held and best >= 0:
            self.layers_ = kept

    def _predict(self, X):
        widest = max(len(bias) for _, bias in self.layers_)
        blocks = np.array_split(X, -(-len(X) * widest // _BLOCK))
        return np.concatenate([self._forward(self.standard_(rows)) for rows in blocks]) * self.sd_ + self.mean_

    def _forward(self, values: np.ndarray) -> np.ndarray:
        """Return the output in standard deviations, shape (n,), of standardised covariates."""
        *hidden, (last, bias) = self.layers_
        for coef, offset in hidden:
            values = values @ coef + offset
            np.maximum(values, 0, out=values)
        return (values @ last + bias)[:, 0]

    @property
    def n_weights(self):
        """How many numbers were learned."""
        return sum(coef.size + bias.size for coef, bias in self.layers_)

    def _state(self):
        layers = {}
        for number, (coef, bias) in enumerate(self.layers_):
            layers |= {f"coef_{number}": coef, f"bias_{number}": bias}
        return {**self.standard_.state(), "mean": np.array(self.mean_), "sd": np.array(self.sd_), **layers}

    def _restore(self, state):
        self.standard_ = Standard.of(state, self.n_features_in_)
        self.mean_, self.sd_ = float(state["mean"]), float(state["sd"])
        n_layers = sum(name.startswith("coef_") for name in state)
        self.layers_ = [(state[f"coef_{number}"], state[f"bias_{number}"]) for number in range(n_layers)]
        width = self.standard_.width
        for coef, bias in self.layers_:
            if bias.ndim != 1 or coef.shape != (width, len(bias)) or {coef.dtype.kind, bias.dtype.kind} != {"f"}:
                raise ValueError("the layers do not fit one another")
            width = len(bias)
        if width != 1 or n_layers < 2:
            raise ValueError("the network does not end in one number")


ESTIMATOR = MLPLearner
