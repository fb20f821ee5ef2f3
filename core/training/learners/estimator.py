# SPDX-License-Identifier: GPL-2.0-or-later
"""What all learners share: scikit-learn's conventions, checks of what comes in, and weights that are plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import signature

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d

from ...base.errors import InputError, ModelFileError
from ...base.options import Options
from ...base.progress import SILENT, Progress
from ...scoring.calibration import NORMAL
from .options import slopes_asked
from .weights import pack, unpack

# scikit-learn 1.6 gave the setting another name
_FINITE = "ensure_all_finite" if "ensure_all_finite" in signature(check_array).parameters else "force_all_finite"
_FLOATS = (np.float64, np.float32)  # what is neither becomes the first

OUTER = (0.05, 0.95)  # quantiles between which 90 % lie
FEW_VALUES = 200_000  # of X; a fit of fewer takes tenths of a second with one thread


class UnknownValues(InputError, ValueError):
    """A learner that takes no gaps was given some; as scikit-learn has it, an error of values too."""


class Estimator(RegressorMixin, BaseEstimator):
    """A learner that follows scikit-learn.

    A subclass names its record of options in `OPTIONS`, learns in `_fit` and answers in `_predict`, and gives its
    weights as arrays in `_state`, which `_restore` takes back. Those that know their spread say so by `knows_sd` and
    have `predict_quantiles(X, q)`, or a `predict_sd` of their own.

    Parameters
    ----------
    options : Options, optional
        Of the kind `OPTIONS`.
    seed : int
    threads : int
        0 means all cores.
    categories : tuple of int
        Columns of X whose numbers are names of classes, as of land cover.
    """

    OPTIONS: type[Options]
    TAKES_GAPS = False  # whether NaN in X is a value like others
    fine_sd: np.ndarray | None = None  # spread of each feature over fine pixels, where that is known
    repeats: float = 1.0  # samples of one place, which repeat each other
    names: tuple[str, ...] = ()  # of the features, where they are known

    def __init__(self, options: Options | None = None, seed: int = 0, threads: int = 0, categories: tuple = ()):
        self.options, self.seed, self.threads, self.categories = options, seed, threads, categories

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight=None, progress: Progress = SILENT) -> Estimator:
        """Learn from X, shape (n, features), and y, shape (n,), m3 m-3; weights of shape (n,).

        Raises
        ------
        UnknownValues
            If X holds NaN and the learner takes none.
        ValueError
            If shapes do not fit or values are not finite, as scikit-learn does.
        Cancelled
            If the progress was asked to stop.
        """
        X = self._checked(X)
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        y = check_array(column_or_1d(y, warn=True), ensure_2d=False, dtype=_FLOATS)
        if len(y) != len(X):
            raise ValueError(f"X has {len(X)} rows, but y has {len(y)}: inconsistent numbers of samples.")
        if sample_weight is not None:
            sample_weight = check_array(sample_weight, ensure_2d=False, dtype=_FLOATS)
            if sample_weight.shape != y.shape:
                raise ValueError(f"sample_weight has shape {sample_weight.shape}, but y has {y.shape}.")
            if (sample_weight < 0).any() or not sample_weight.any():
                raise ValueError("sample weights must not be negative, nor all be zero.")
        self.n_features_in_ = X.shape[1]
        progress.check()
        self._fit(X, y, sample_weight, progress)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,)."""
        return self._predict(self._seen(X))

    @property
    def knows_sd(self) -> bool:
        """Whether it knows how far what was observed lies about its predictions."""
        return False

    def predict_quantiles(self, X: np.ndarray, q: Sequence[float]) -> np.ndarray:
        """Return quantiles of soil moisture, shape (n, len(q)), m3 m-3; of learners that know them."""
        raise NotImplementedError

    def predict_sd(self, X: np.ndarray) -> np.ndarray:
        """Return the SD of soil moisture, shape (n,), m3 m-3; 1.645 of it to both sides hold 90 %.

        Of learners that know it.
        """
        low, high = self.predict_quantiles(X, OUTER).T
        return np.maximum(high - low, 0) / (2 * NORMAL[0.9])

    def split_gain(self) -> np.ndarray | None:
        """Return what the splits of trees by each feature gained, shape (features,); None of learners without trees."""
        return None

    @property
    def n_weights(self) -> int:
        """How many numbers were learned; 0 of learners that learn a structure, as trees, or keep samples."""
        return 0

    def to_bytes(self) -> bytes:
        """Return the weights."""
        return pack({"n_features": np.array(self.n_features_in_), **self._state()})

    @classmethod
    def from_bytes(cls, data: bytes, options: Options | None = None, categories: tuple = ()) -> Estimator:
        """Return the learner whose weights `to_bytes` gave.

        Raises
        ------
        ModelFileError
            If they are damaged or not of this learner.
        """
        estimator, state = cls(options, categories=categories), unpack(data)
        try:
            estimator.n_features_in_ = int(state.pop("n_features"))
            estimator._restore(state)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise ModelFileError(
                f"The weights do not suit the learner '{cls.__name__}': {error}. Ask for a new copy of the model."
            ) from error
        return estimator

    @property
    def settings(self) -> Options:
        """The options, those of the record's defaults if none were given."""
        return self.options or self.OPTIONS()

    def _fit(self, X: np.ndarray, y: np.ndarray, sample_weight, progress: Progress) -> None:
        raise NotImplementedError

    def _predict(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _state(self) -> dict[str, np.ndarray]:
        raise NotImplementedError

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        raise NotImplementedError

    def _slopes(self) -> list[int] | None:
        """Return 1, -1 or 0 for each feature that may not fall, not rise, or is free; None if all are free."""
        asked = slopes_asked(self.settings)
        slopes = [asked.get(name, 0) for name in self.names]
        return slopes if any(slopes) else None

    def _threads_for(self, X: np.ndarray) -> int:
        """Return how many threads a fit of trees takes, 0 being all: over few samples they wait more than they work."""
        return 1 if X.size < FEW_VALUES else self.threads

    def _seen(self, X: np.ndarray) -> np.ndarray:
        """Return X, checked to be what was learned from."""
        check_is_fitted(self, "n_features_in_")
        X = self._checked(X)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features "
                "as input"
            )
        return X

    def _checked(self, X: np.ndarray) -> np.ndarray:
        try:
            return check_array(X, dtype=_FLOATS, **{_FINITE: "allow-nan" if self.TAKES_GAPS else True})
        except ValueError as error:
            # counted only now: it takes longer than a linear model needs to predict
            X = check_array(X, dtype=_FLOATS, **{_FINITE: "allow-nan"})
            gaps = np.isnan(X).any(1)
            raise UnknownValues(
                f"Input contains NaN: {gaps.sum()} of {len(X)} rows lack a covariate, and {type(self).__name__} takes "
                "none. Leave these rows out, or take a learner that learns from gaps, as LightGBM."
            ) from error

    # what scikit-learn's own checks need to know, before and after 1.6
    def _more_tags(self):
        return {"allow_nan": self.TAKES_GAPS}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.TAKES_GAPS
        return tags


class Standard:
    """Brings covariates to mean 0 and SD 1, and classes to one column each.

    Parameters
    ----------
    X : ndarray, shape (n, features)
        The samples to learn from.
    categories : sequence of int
        Columns whose numbers are names of classes.
    weight : ndarray, shape (n,), optional
    sd : ndarray, shape (features,), optional
        Scale of each feature in place of its SD in X; NaN or 0 where that of X is to serve.
    """

    def __init__(self, X: np.ndarray, categories=(), weight: np.ndarray | None = None, sd: np.ndarray | None = None):
        plain = [i for i in range(X.shape[1]) if i not in categories]
        values = X[:, plain].astype(np.float64)
        mean = np.average(values, axis=0, weights=weight)
        own = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weight))
        # a covariate that is constant here says nothing; what is only rounding must not be blown up
        own[own <= 1e-6 * np.abs(mean)] = 1.0
        own[own == 0] = 1.0
        if sd is not None:
            given = np.asarray(sd, np.float64)[plain]
            own = np.where(np.isfinite(given) & (given > 1e-6 * np.abs(mean)) & (given > 0), given, own)
        self.plain = np.array(plain, np.int64)
        self.mean = mean
        self.sd = own
        self.column = np.array([c for c in categories for _ in np.unique(X[:, c])], np.int64)
        self.level = np.concatenate([np.unique(X[:, c]) for c in categories] or [np.empty(0)]).astype(np.float64)

    @property
    def width(self) -> int:
        """The number of columns that come out."""
        return len(self.plain) + len(self.level)

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return the columns, shape (n, width), float64: those of numbers first, then the classes as 0 and 1."""
        numbers = (X[:, self.plain] - self.mean) / self.sd
        return np.hstack([numbers, X[:, self.column] == self.level]) if len(self.level) else numbers

    def state(self) -> dict[str, np.ndarray]:
        """Return what it learned, under names that begin with `standard_`."""
        return {f"standard_{name}": getattr(self, name) for name in ("plain", "mean", "sd", "column", "level")}

    @classmethod
    def of(cls, state: dict[str, np.ndarray], n_features: int) -> Standard:
        """Return one from what `state` gave; ValueError if its columns are not among the features."""
        standard = cls.__new__(cls)
        for name in ("plain", "mean", "sd", "column", "level"):
            setattr(standard, name, state[f"standard_{name}"])
        shapes = (
            {standard.plain.shape, standard.mean.shape, standard.sd.shape},
            {standard.column.shape, standard.level.shape},
        )
        columns = np.concatenate([standard.plain, standard.column])
        if (
            any(len(s) > 1 for s in shapes)
            or columns.dtype.kind != "i"
            or not ((columns >= 0) & (columns < n_features)).all()
            or any(part.dtype.kind != "f" for part in (standard.mean, standard.sd, standard.level))
        ):
            raise ValueError("the columns to standardise are not those of the covariates")
        return standard
