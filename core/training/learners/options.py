# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of the learners: one record each. `search` names the values that a search tries when it is given none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from ...base.errors import OptionError
from ...base.options import Options, like, listed, option

PENALTIES = {"given": "As given", "gcv": "Generalised cross-validation"}
_UNLIKE = "Lower values make trees more unlike."
# of LightGBM, to so many samples; the smallest is that of Jääskeläinen et al. 2025, section 2.4
_SIZES = (
    (2000, {"n_trees": 200, "n_leaves": 5, "max_bins": 60}),
    (20_000, {"n_trees": 200, "n_leaves": 15, "max_bins": 127}),
    (math.inf, {"n_trees": 600, "n_leaves": 31, "max_bins": 255}),
)

MANY_LEAVES = (31, 63, 127)


def _in_words(values: tuple[int, ...]) -> str:
    return " and ".join(map(str, values))


def _by_samples(name: str) -> str:
    """Return the help of a setting that `_SIZES` has, for what happens when it is left empty."""
    values = [size[name] for _, size in _SIZES]
    above = [f"above {most:,} samples {value}" for (most, _), value in zip(_SIZES, values[1:])]
    return f"Empty: {', '.join([str(values[0]), *above])}."


@dataclass(frozen=True)
class LinearOptions(Options):
    """Ridge regression on standardised covariates."""

    alpha: float = option(
        1.0, "L2 regularization", low=0.0, high=1e6, search=(0.0, 1.0, 10.0, 100.0),
        help="Higher values draw the coefficients to zero; 0 is least squares.",
    )  # fmt: skip
    penalty: str = option(
        "given", "Choice of the shrinkage", choices=PENALTIES, help="given: the shrinkage above. gcv: the strongest of "
        "0.01 to 10,000 whose error in generalised cross-validation is within half a standard error of the least, "
        "where samples of one place count as one; of covariates that are scaled by their spread over fine pixels where "
        "samples tell it, so that those that vary inside of coarse cells are not shrunk away.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class SVROptions(Options):
    """Support vector regression with a Gaussian kernel on standardised covariates."""

    c: float = option(
        1.0,
        "C, regularization parameter",
        low=1e-3,
        high=1e4,
        search=(0.1, 1.0, 10.0),
        help="Higher values follow the samples closer.",
    )
    epsilon: float = option(
        0.01, "Epsilon", low=0.0, high=0.5, unit="m3 m-3", search=(0.005, 0.01, 0.02),
        help="Errors smaller than this do not count.",
    )  # fmt: skip
    gamma: float = option(
        0.0, "Gamma", low=0.0, high=100.0, search=(0.0, 0.05, 0.2), help="Inverse of the kernel's squared width: "
        "higher values make the kernel narrower and follow finer relations. 0 takes 1 / number of columns.",
    )  # fmt: skip
    max_samples: int = option(
        5000, "Maximum samples", low=100, high=100000,
        help="Of more samples as many are drawn at random: the time grows "
        "with more than their square.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class MLPOptions(Options):
    """A neural network of scikit-learn with one or two hidden layers, on standardised covariates."""

    hidden_units: int = option(
        32, "Units of the first hidden layer", low=1, high=1024, search=(8, 16, 32, 64), help="Width."
    )
    hidden_units_2: int = option(
        0, "Units of the second hidden layer", low=0, high=1024, help="0 leaves the second layer out."
    )
    l2_regularization: float = option(
        1e-3, "L2 regularization", low=0.0, high=100.0, search=(1e-4, 1e-2), help="Draws weights to 0."
    )
    learning_rate: float = option(1e-3, "Learning rate", low=1e-5, high=1.0, help="Step of Adam.")
    max_epochs: int = option(300, "Maximum epochs", low=1, high=10000, help="Rounds through the samples at most.")
    patience: int = option(
        20, "Patience", low=1, high=1000, unit="epochs", help="Stops after so many rounds without gain on the samples "
        "held out for this.", advanced=True,
    )  # fmt: skip
    validation_fraction: float = option(
        0.1, "Validation fraction", low=0.0, high=0.5, help="Samples that tell when to stop; 0 learns all epochs.",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class RandomForestOptions(Options):
    """Random forest; the defaults are those of Bueno et al. 2024, section 2.3."""

    n_trees: int = option(100, "Number of trees", low=1, high=5000, help="More trees steady the map and take longer.")
    min_samples_leaf: int = option(
        5, "Minimum samples per leaf", low=1, high=10000, search=(1, 5, 10, 20), help="Higher values give a smoother "
        "map and a smaller model.",
    )  # fmt: skip
    feature_fraction: float = option(
        0.33, "Fraction of covariates per split", low=0.01, high=1.0, search=(0.2, 0.33, 0.6, 1.0), help=_UNLIKE
    )
    max_depth: int = option(0, "Maximum depth", low=0, high=200, help="Depth of a tree; 0 sets no limit.")


@dataclass(frozen=True)
class LightGBMOptions(Options):
    """Gradient boosting with LightGBM; what is left empty grows with the number of samples, see `sized`."""

    n_trees: int = option(
        None,
        "Number of trees",
        kind=int,
        low=1,
        high=10000,
        help=f"More trees fit closer and take longer. {_by_samples('n_trees')}",
    )
    learning_rate: float = option(0.05, "Learning rate", low=0.001, high=1.0, help="Weight of each tree.")
    n_leaves: int = option(
        None, "Leaves per tree", kind=int, low=2, high=1024, search=(3, 5, 15, 31), help="More leaves follow finer "
        f"relations. {_by_samples('n_leaves')} There, folds of the search also try {_in_words(MANY_LEAVES[1:])}.",
    )  # fmt: skip
    max_depth: int = like(RandomForestOptions, "max_depth", high=64)
    min_samples_leaf: int = like(RandomForestOptions, "min_samples_leaf", default=20, search=(10, 20, 40))
    max_bins: int = option(
        None, "Maximum number of bins", kind=int, low=2, high=255, search=(60, 255), help="Classes into which a "
        f"covariate is cut. {_by_samples('max_bins')}", advanced=True,
    )  # fmt: skip
    sample_fraction: float = option(
        1.0, "Fraction of samples per tree", low=0.05, high=1.0, search=(0.7, 1.0), help=_UNLIKE
    )
    feature_fraction: float = option(0.4, "Fraction of covariates per tree", low=0.01, high=1.0, help=_UNLIKE)
    quantiles: bool = option(
        False, "Own uncertainty", help="Whether to learn the 5 % and 95 % quantiles of soil moisture too, which tell "
        "the standard deviation of each pixel. Takes three times as long.", advanced=True,
    )  # fmt: skip
    rising: str = option(
        "", "Wetter with", help="Names of covariates, with commas: the higher one of them is and all others stay, the "
        "wetter the soil or as wet, as with rain. What learns is held to it. Empty: free.", asks="columns",
        advanced=True,
    )  # fmt: skip
    falling: str = option(
        "", "Drier with", help="Names of covariates, with commas: the higher one of them is and all others stay, the "
        "drier the soil or as dry, as with surface temperature. What learns is held to it. Empty: free.",
        asks="columns", advanced=True,
    )  # fmt: skip

    def sized(self, n_samples: int) -> LightGBMOptions:
        """Return the options with all that was left empty, as it suits a number of samples."""
        size = next(size for most, size in _SIZES if n_samples <= most)
        empty: dict[str, Any] = {name: value for name, value in size.items() if getattr(self, name) is None}
        return replace(self, **empty)


MONOTONE = {"rising": 1, "falling": -1}  # settings of boosters that name covariates, and the slope they hold them to


def slopes_asked(options: Options) -> dict[str, int]:
    """Return the covariates whose slope is held, each with 1 (never falling) or -1 (never rising).

    Raises
    ------
    OptionError
        If one is named for both.
    """
    asked: dict[str, int] = {}
    for setting, slope in MONOTONE.items():
        for name in listed(getattr(options, setting, "")):
            if asked.setdefault(name, slope) != slope:
                raise OptionError(f"'{name}' is named as both rising and falling; name it once.")
    return asked


def left_to_folds(options: Options, n_samples: int) -> dict[str, tuple]:
    """Return the values of settings left empty among which folds choose, since a number of samples does not tell them.

    Of many samples the leaves of LightGBM: how fine relations are that so many can show depends on the place.
    """
    many = n_samples > _SIZES[-2][0]
    return {"n_leaves": MANY_LEAVES} if many and getattr(options, "n_leaves", 0) is None else {}


def sized(options: Options, n_samples: int) -> Options:
    """Return options of any learner with all that is chosen by the number of samples."""
    return options.sized(n_samples) if isinstance(options, LightGBMOptions) else options


@dataclass(frozen=True)
class XGBoostOptions(Options):
    """Gradient boosting with XGBoost."""

    n_trees: int = option(200, "Number of trees", low=1, high=10000, help="More trees fit closer and take longer.")
    learning_rate: float = like(LightGBMOptions, "learning_rate", default=0.1, search=(0.05, 0.1, 0.3))
    max_depth: int = like(
        RandomForestOptions, "max_depth", default=6, low=1, high=64, search=(3, 6, 9), help="Depth of a tree."
    )
    min_child_weight: float = option(
        1.0, "Minimum weight per leaf", low=0.0, high=1e6, help="Higher values give a smoother map."
    )
    sample_fraction: float = like(LightGBMOptions, "sample_fraction")
    feature_fraction: float = like(LightGBMOptions, "feature_fraction", default=1.0)
    l2_regularization: float = option(
        1.0, "L2 regularization", low=0.0, high=1e6, help="Draws the values of leaves to 0.", advanced=True
    )
    quantiles: bool = like(LightGBMOptions, "quantiles")
    rising: str = like(LightGBMOptions, "rising")
    falling: str = like(LightGBMOptions, "falling")


@dataclass(frozen=True)
class CatBoostOptions(Options):
    """Gradient boosting with CatBoost, whose trees ask the same in all nodes of a level."""

    n_trees: int = like(XGBoostOptions, "n_trees", default=300)
    learning_rate: float = like(LightGBMOptions, "learning_rate", default=0.1, search=(0.05, 0.1, 0.3))
    max_depth: int = like(
        RandomForestOptions, "max_depth", default=6, low=1, high=12, search=(4, 6, 8), help="Depth of a tree, all of "
        "whose branches are so deep.",
    )  # fmt: skip
    l2_regularization: float = like(XGBoostOptions, "l2_regularization", default=3.0)
    sample_fraction: float = like(LightGBMOptions, "sample_fraction", default=0.8)
    feature_fraction: float = like(LightGBMOptions, "feature_fraction", default=1.0)


@dataclass(frozen=True)
class HistGradientBoostingOptions(Options):
    """Gradient boosting of scikit-learn, which needs no further package."""

    n_trees: int = like(XGBoostOptions, "n_trees")
    learning_rate: float = like(LightGBMOptions, "learning_rate", default=0.05, search=(0.05, 0.1))
    n_leaves: int = option(
        15, "Leaves per tree", low=2, high=1024, search=(5, 15, 31), help="More leaves follow finer relations."
    )
    min_samples_leaf: int = like(RandomForestOptions, "min_samples_leaf", default=20, search=(10, 20, 40))
    l2_regularization: float = like(XGBoostOptions, "l2_regularization", default=0.0)
    quantiles: bool = like(LightGBMOptions, "quantiles")
    rising: str = like(LightGBMOptions, "rising")
    falling: str = like(LightGBMOptions, "falling")


@dataclass(frozen=True)
class DenseOptions(Options):
    """A small network with Normal output; nine inputs give 164 weights, as in Poehls et al. 2025, section 3.1."""

    hidden_units: int = like(MLPOptions, "hidden_units", default=9, high=512, search=(9, 18))
    hidden_units_2: int = option(6, "Units of the second hidden layer", low=1, high=512, help="Width.")
    learning_rate: float = like(MLPOptions, "learning_rate", default=0.01, search=(0.003, 0.01))
    max_epochs: int = like(MLPOptions, "max_epochs", default=200)
    batch_size: int = option(256, "Batch size", low=8, high=8192, help="Size of a mini-batch.", advanced=True)
    patience: int = like(MLPOptions, "patience", default=20)
    validation_fraction: float = like(MLPOptions, "validation_fraction")


@dataclass(frozen=True)
class ProbOptions(Options):
    """A small network with one variational layer; nine inputs give 150 weights, as in Poehls et al. 2025."""

    hidden_units: int = like(
        DenseOptions, "hidden_units", default=5, label="Units of the variational layer", search=(5, 10)
    )
    hidden_units_2: int = like(DenseOptions, "hidden_units_2", default=6)
    mc_samples: int = option(
        50, "Monte Carlo samples", low=1, high=1000, help="Networks drawn for a prediction, which is their mean."
    )
    learning_rate: float = like(DenseOptions, "learning_rate", default=0.01)
    max_epochs: int = like(DenseOptions, "max_epochs", default=300)
    batch_size: int = like(DenseOptions, "batch_size")
    patience: int = like(DenseOptions, "patience", default=30)
    validation_fraction: float = like(DenseOptions, "validation_fraction")


@dataclass(frozen=True)
class WideDeepOptions(Options):
    """A deep network beside a linear part; the widths are those of Poehls et al. 2025, section 3.1."""

    hidden_units: int = like(DenseOptions, "hidden_units", default=128, search=(32, 128))
    hidden_units_2: int = like(DenseOptions, "hidden_units_2", default=64)
    linear_classes: bool = option(
        True, "Linear part sees classes", help="Whether the linear part sees classes, as of land cover, beside the "
        "numbers. In Poehls et al. 2025 the deep part alone does.",
    )  # fmt: skip
    l2_regularization: float = option(
        1.0, "L2 regularization", low=0.0, high=1e6, search=(0.1, 1.0, 10.0), help="Draws weights to 0, as in ridge "
        "regression: the more samples, the less it does.",
    )  # fmt: skip
    learning_rate: float = like(DenseOptions, "learning_rate", default=0.003, search=())
    max_epochs: int = like(DenseOptions, "max_epochs", default=200)
    batch_size: int = like(DenseOptions, "batch_size")
    patience: int = like(DenseOptions, "patience", default=20)
    validation_fraction: float = like(DenseOptions, "validation_fraction")
