# SPDX-License-Identifier: GPL-2.0-or-later
"""The learners: names, options and needs; what is heavy is loaded when one is built."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from ..errors import OptionError
from ..extras import require
from ..options import Options, option


@dataclass(frozen=True)
class LinearOptions(Options):
    """Ridge regression on standardised covariates."""

    alpha: float = option(
        1.0, "Shrinkage", low=0.0, high=1e6, help="Higher values draw the coefficients to zero; 0 is least squares."
    )


@dataclass(frozen=True)
class RandomForestOptions(Options):
    """Random forest; the defaults are those of Bueno et al. 2024, section 2.3."""

    n_trees: int = option(100, "Number of trees", low=1, high=5000, help="More trees steady the map and take longer.")
    min_leaf: int = option(
        5, "Least samples in a leaf", low=1, high=10000, help="Higher values give a smoother map and a smaller model."
    )
    feature_share: float = option(
        0.33, "Share of covariates per split", low=0.01, high=1.0, help="Lower values make trees more unlike."
    )
    max_depth: int = option(0, "Greatest depth", low=0, high=200, help="Depth of a tree; 0 sets no limit.")


@dataclass(frozen=True)
class LightGBMOptions(Options):
    """Gradient boosting with LightGBM; the defaults are those of Jääskeläinen et al. 2025, section 2.4."""

    n_trees: int = option(200, "Number of trees", low=1, high=10000, help="More trees fit closer and take longer.")
    learning_rate: float = option(0.05, "Learning rate", low=0.001, high=1.0, help="Weight of each tree.")
    n_leaves: int = option(5, "Leaves per tree", low=2, high=1024, help="More leaves follow finer relations.")
    max_depth: int = option(4, "Greatest depth", low=0, high=64, help="Depth of a tree; 0 sets no limit.")
    min_leaf: int = option(20, "Least samples in a leaf", low=1, high=10000, help="Higher values give a smoother map.")
    max_bins: int = option(
        60, "Greatest number of bins", low=2, high=255, help="Classes into which a covariate is cut.", advanced=True
    )
    feature_share: float = option(
        0.4, "Share of covariates per tree", low=0.01, high=1.0, help="Lower values make trees more unlike."
    )


@dataclass(frozen=True)
class Learner:
    """One record of the registry.

    A learner's file has `build(options, seed, threads)`. What it builds follows scikit-learn:
    `fit(X, y, sample_weight=None, progress=SILENT)` and `predict(X)`; it also gives `to_bytes()`, and its class
    `from_bytes(data)`. `weights` is the name of its weights inside a model file.
    """

    key: str
    label: str
    summary: str
    options: type[Options]
    weights: str
    needs: tuple[str, ...] = ()

    def build(self, options: Options, seed: int = 0, threads: int = 0):
        """Return an estimator that has not learned yet; 0 threads means all cores.

        Raises
        ------
        MissingPackage
            If a package that it needs cannot be imported.
        """
        return self._module().build(options, seed, threads)

    def load(self, data: bytes):
        """Return the estimator that `to_bytes` stored."""
        return self._module().load(data)

    def _module(self):
        require(*self.needs)
        return import_module(f".{self.key}", __package__)


LEARNERS = (
    Learner(
        "linear",
        "Linear (ridge)",
        "Ridge regression: fast, smooth, leaves the range of the samples. The first thing to beat.",
        LinearOptions,
        "weights.skops",
        ("sklearn", "skops"),
    ),
    Learner(
        "random_forest",
        "Random forest",
        "Random forest: robust, needs little tuning, never leaves the range of the samples.",
        RandomForestOptions,
        "weights.skops",
        ("sklearn", "skops"),
    ),
    Learner(
        "lightgbm",
        "Gradient boosting (LightGBM)",
        "Gradient boosted trees with LightGBM: accurate and fast, small models.",
        LightGBMOptions,
        "weights.txt",
        ("lightgbm",),
    ),
)


def learner(key: str) -> Learner:
    """Return the record of a learner by its key."""
    for record in LEARNERS:
        if record.key == key:
            return record
    raise OptionError(f"There is no learner '{key}'; there are {', '.join(r.key for r in LEARNERS)}.")
