# SPDX-License-Identifier: GPL-2.0-or-later
"""The learners: names, options and needs; what is heavy is loaded when one is built."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ...base.errors import OptionError
from ...base.extras import require
from ...base.options import Options
from . import options as records


@dataclass(frozen=True)
class Learner:
    """One record of the registry.

    The file named as its key has `ESTIMATOR`, a kind of `Estimator`. `takes_gaps` says whether it learns and predicts
    where a covariate is NaN.
    """

    key: str
    label: str
    summary: str
    options: type[Options]
    needs: tuple[str, ...] = ("sklearn",)
    takes_gaps: bool = False

    def build(self, options: Options | None = None, seed: int = 0, threads: int = 0, categories: tuple[int, ...] = ()):
        """Return an `Estimator` that has not learned yet.

        Parameters
        ----------
        options : Options, optional
            Of the learner's own kind; its defaults when left out.
        seed, threads : int
            0 threads means all cores.
        categories : tuple of int
            Columns of X whose numbers are names of classes.

        Raises
        ------
        MissingPackage
            If a package that it needs cannot be imported.
        """
        return self._estimator()(options or self.options(), seed, threads, categories)

    def load(self, data: bytes, options: Options | None = None, categories: tuple[int, ...] = ()):
        """Return the estimator whose weights `to_bytes` gave."""
        return self._estimator().from_bytes(data, options or self.options(), categories)

    def _estimator(self):
        require(*self.needs)
        return import_module(f".{self.key}", __package__).ESTIMATOR


LEARNERS = (
    Learner(
        "linear",
        "Linear (ridge)",
        "Ridge regression: fast, smooth, leaves the range of the samples. The first thing to beat.",
        records.LinearOptions,
    ),
    Learner(
        "random_forest",
        "Random forest",
        "Random forest: robust, needs little tuning, never leaves the range of the samples.",
        records.RandomForestOptions,
    ),
    Learner(
        "lightgbm",
        "Gradient boosting (LightGBM)",
        "Gradient boosted trees with LightGBM: accurate and fast, small models.",
        records.LightGBMOptions,
        ("sklearn", "lightgbm"),
        takes_gaps=True,
    ),
    Learner(
        "xgboost",
        "Gradient boosting (XGBoost)",
        "Gradient boosted trees with XGBoost: accurate, one of the five learners of Rao et al. 2022.",
        records.XGBoostOptions,
        ("sklearn", "xgboost"),
        takes_gaps=True,
    ),
    Learner(
        "catboost",
        "Gradient boosting (CatBoost)",
        "Gradient boosted trees with CatBoost: accurate, compared by Li et al. 2022. Its package, 270 MB, is optional.",
        records.CatBoostOptions,
        ("sklearn", "catboost"),
        takes_gaps=True,
    ),
    Learner(
        "hist_gradient_boosting",
        "Gradient boosting (scikit-learn)",
        "Gradient boosted trees of scikit-learn: accurate, needs no further package.",
        records.HistGradientBoostingOptions,
        takes_gaps=True,
    ),
    Learner(
        "svr",
        "Support vector regression",
        "Support vectors with a Gaussian kernel: smooth and accurate on few samples, slow on many.",
        records.SVROptions,
    ),
    Learner(
        "mlp",
        "Neural network (scikit-learn)",
        "A multi-layer perceptron: smooth, leaves the range of the samples.",
        records.MLPOptions,
    ),
    Learner(
        "dense",
        "Dense network",
        "A network of a few hundred weights with Normal output: tiny, very fast, knows its spread.",
        records.DenseOptions,
    ),
    Learner(
        "prob",
        "Probabilistic network",
        "The dense network with one variational layer: its weights are uncertain too.",
        records.ProbOptions,
    ),
    Learner(
        "wide_deep",
        "Wide and deep network",
        "A deep network beside a linear part, made for numbers and classes (texture, land cover, climate) together.",
        records.WideDeepOptions,
    ),
)


def learner(key: str) -> Learner:
    """Return the record of a learner by its key."""
    for record in LEARNERS:
        if record.key == key:
            return record
    raise OptionError(f"There is no learner '{key}'; there are {', '.join(r.key for r in LEARNERS)}.")
