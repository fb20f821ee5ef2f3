# SPDX-License-Identifier: GPL-2.0-or-later
"""What the small networks share: layers and their gradients, learning by Adam, and when to stop."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.special import expit

from ...base.errors import InputError
from ...base.progress import Progress
from .estimator import Estimator, Standard

TANH = (lambda v: np.tanh(v, out=v), lambda v: 1.0 - v * v)  # a bend, and its slope told from what it gave
RELU = (lambda v: np.maximum(v, 0.0, out=v), lambda v: v > 0.0)

_FEWEST_TO_HOLD_BACK = 50  # of fewer samples each counts more in learning than a tenth of them tells of the epochs
_FLOOR = 0.01  # least SD, as a share of that of the samples: else a few exact samples make the loss bottomless


def forward(layers, x: np.ndarray, bend=TANH) -> list[np.ndarray]:
    """Return x and what each layer gives; `layers` are (matrix, offsets), and all but the last bend.

    Matrices may have a first axis for networks drawn at random; the values then have it too.
    """
    values = [x]
    for matrix, offset in layers:
        out = values[-1] @ matrix
        out += offset[..., None, :]
        values.append(out if matrix is layers[-1][0] else bend[0](out))
    return values


def backward(layers, values: list[np.ndarray], slope: np.ndarray, bend=TANH) -> list[np.ndarray]:
    """Return the gradients of matrix and offsets of each layer, given that of what the last one gave."""
    gradients = []
    for number in range(len(layers) - 1, -1, -1):
        gradients[:0] = [values[number].swapaxes(-1, -2) @ slope, slope.sum(axis=-2)]
        if number:
            slope = (slope @ layers[number][0].swapaxes(-1, -2)) * bend[1](values[number])
    return gradients


def spread(raw: np.ndarray) -> np.ndarray:
    """Return softplus, which makes a positive number of any."""
    return np.logaddexp(0.0, raw)


def normal_columns(out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and SD of the Normal from the two columns of the last layer."""
    return out[..., 0], spread(out[..., 1]) + _FLOOR


def normal_loss(out: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the weighted mean of the negative log-likelihood, less log √2π, and its gradient by `out`."""
    mean, sd = normal_columns(out)
    error = (y - mean) / sd
    share = weight / error.size
    slope = np.stack([-share * error / sd, share * (1.0 - error**2) / sd * expit(out[..., 1])], axis=-1)
    return float((share * (np.log(sd) + 0.5 * error**2)).sum()), slope


class Network(Estimator):
    """A small network on standardised covariates and a standardised target, in float64.

    A subclass gives the shapes of its weights (`_shapes`), their start, the loss of a batch with its gradients
    (`_loss`), a penalty if any, and what it answers. What is minimised is (sum of weight times loss + penalty) / sum
    of weights: a sample of weight 2 counts as two, one of weight 0 as none. float64 costs half of the speed that
    float32 would have, and a pixel then has the same value in whatever block of a map it is predicted.
    """

    BLOCK = 8192  # rows that are predicted at once: what lies between the layers then stays in the cache

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
        weight = np.ones(len(y)) if sample_weight is None else sample_weight.astype(np.float64)
        X, y, weight = X[weight > 0], y[weight > 0].astype(np.float64), weight[weight > 0]
        with np.errstate(all="ignore"):  # what is not finite is looked for by hand
            self.standard_ = Standard(X, self.categories, weight)
            mean = np.average(y, weights=weight)
            sd = np.sqrt(np.average((y - mean) ** 2, weights=weight))
            self.scale_ = np.array([mean, 0.0 if sd <= 1e-9 * abs(mean) else sd])  # 0: constant, and so predicted
            if not np.isfinite([*self.standard_.sd, *self.standard_.mean, *self.scale_]).all():
                raise InputError("A covariate or the target is too large to compute with: look for outliers.")
            self.hidden_ = np.array([o.hidden_units, o.hidden_units_2], np.int64)
            self.weights_ = self._learned(self.standard_(X), (y - mean) / (self.scale_[1] or 1.0), weight, progress)

    def _learned(self, x: np.ndarray, y: np.ndarray, weight: np.ndarray, progress: Progress) -> np.ndarray:
        """Return the weights of the epoch with the least loss on the samples held back, or else of the last one."""
        o = self.settings
        # streams of their own, so that neither start nor draws depend on the number of samples
        of_start, of_rows, of_draws = map(np.random.default_rng, np.random.SeedSequence(self.seed).spawn(3))
        rows = of_rows.permutation(len(y))
        n_held = round(o.validation_fraction * len(y)) if len(y) >= _FEWEST_TO_HOLD_BACK else 0
        held, rows = rows[:n_held], rows[n_held:]
        total, weight = weight[rows].sum(), weight / weight[rows].mean()
        vector = np.concatenate([part.ravel() for part in self._start(x.shape[1], of_start)])
        parts = _split(vector, self._shapes(x.shape[1]))  # views: they follow each step
        adam, n_batches = Adam(vector, o.learning_rate), -(-len(rows) // o.batch_size)
        best, least, since = vector.copy(), np.inf, 0
        for epoch in range(o.max_epochs):
            progress.at(epoch / o.max_epochs)
            if n_batches > 1:
                of_rows.shuffle(rows)
            for batch in np.array_split(rows, n_batches):
                progress.check()
                loss, slopes = self._loss(parts, x[batch], y[batch], weight[batch], of_draws)
                step = np.concatenate([part.ravel() for part in slopes])
                step += np.concatenate([part.ravel() for part in self._penalty(parts)[1]]) / total
                adam.step(step)
            if n_held:
                loss = self._score(parts, x, y, weight, held, progress) + self._penalty(parts)[0] / total
            if not np.isfinite(loss + vector.sum()):
                raise InputError(
                    f"The network's loss is no longer finite after {epoch + 1} epochs: choose a learning rate below "
                    f"{o.learning_rate:g}, and look for outliers in target and covariates."
                )
            since = 0 if not n_held or loss < least else since + 1
            if not since:
                best[:], least = vector, loss
            if since >= o.patience:
                break
        progress.at(1.0)
        return best

    def _score(self, parts, x, y, weight, rows, progress) -> float:
        """Return the loss of many rows, which is taken in blocks; what is drawn is the same each time."""
        score = 0.0
        for block in np.array_split(rows, -(-len(rows) // self.BLOCK)):
            progress.check()
            loss, _ = self._loss(parts, x[block], y[block], weight[block], np.random.default_rng(self.seed))
            score += loss * len(block) / len(rows)
        return score

    def _answers(self, X: np.ndarray) -> np.ndarray:
        """Return mean and, if known, SD in units of the target, shape (n, 1 or 2)."""
        parts = _split(self.weights_, self._shapes(self.standard_.width))
        blocks = [X[start : start + self.BLOCK] for start in range(0, len(X), self.BLOCK)]
        with ThreadPoolExecutor(self.threads or os.cpu_count() or 1) as pool:
            out = np.concatenate(list(pool.map(lambda block: self._answer(parts, self.standard_(block)), blocks)))
        out *= self.scale_[1]
        out[:, 0] += self.scale_[0]
        return out

    def _predict(self, X):
        return self._answers(X)[:, 0]

    @property
    def n_weights(self):
        """How many numbers were learned."""
        return len(self.weights_)

    def _state(self):
        return {**self.standard_.state(), "scale": self.scale_, "hidden": self.hidden_, "weights": self.weights_}

    def _restore(self, state):
        self.standard_ = Standard.of(state, self.n_features_in_)
        self.scale_, self.hidden_, self.weights_ = state["scale"], state["hidden"], state["weights"]
        kinds = self.scale_.dtype.kind + self.hidden_.dtype.kind + self.weights_.dtype.kind
        if kinds != "fif" or self.scale_.shape != (2,) or self.hidden_.shape != (2,) or (self.hidden_ < 1).any():
            raise ValueError("the scale of the target or the widths of the layers are damaged")
        if self.weights_.shape != (sum(map(_size, self._shapes(self.standard_.width))),):
            raise ValueError("there are not as many weights as its layers have")

    def _shapes(self, width: int) -> list[tuple[int, ...]]:
        raise NotImplementedError

    def _start(self, width: int, rng: np.random.Generator) -> list[np.ndarray]:
        """Return the first weights: uniform after Glorot & Bengio 2010, equation 16, offsets 0."""
        return [
            rng.uniform(-1, 1, s) * np.sqrt(6 / sum(s)) if len(s) == 2 else np.zeros(s) for s in self._shapes(width)
        ]

    def _loss(self, parts, x, y, weight, rng) -> tuple[float, list[np.ndarray]]:
        raise NotImplementedError

    def _penalty(self, parts) -> tuple[float, list[np.ndarray]]:
        return 0.0, [np.zeros_like(part) for part in parts]

    def _answer(self, parts, x) -> np.ndarray:
        raise NotImplementedError


class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1) on one vector, which it changes in place."""

    def __init__(self, vector: np.ndarray, rate: float):
        self.vector, self.rate, self.steps = vector, rate, 0
        self.mean, self.square = np.zeros_like(vector), np.zeros_like(vector)

    def step(self, gradient: np.ndarray) -> None:
        """Go one step down."""
        self.steps += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient**2 - self.square)
        rate = self.rate / (1 - 0.9**self.steps)
        self.vector -= rate * self.mean / (np.sqrt(self.square / (1 - 0.999**self.steps)) + 1e-8)


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape))


def _split(vector: np.ndarray, shapes) -> list[np.ndarray]:
    """Return the vector as arrays of the shapes: views, no copies."""
    ends = np.cumsum([_size(shape) for shape in shapes])
    return [vector[end - _size(shape) : end].reshape(shape) for end, shape in zip(ends, shapes)]
