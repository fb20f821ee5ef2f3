# SPDX-License-Identifier: GPL-2.0-or-later
"""How learners are put together and tuned, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import Options, option
from ..preprocessing.legends import LEGEND_NAMES
from ..scoring.settings import STATION_ERROR
from ..units import SM_UNIT
from .folds import FOLDS, HOLDOUTS, FoldKind, described, labels, taking

SCHEMES = {
    "one_model": "One model",
    "per_period": "One model per period",
    "by_class": "Ensemble, one model per class",
    "by_weights": "Ensemble, one model per balanced column",
}
PERIODS = {"16_days": "16 days", "month": "Calendar month", "date": "Day"}
COMBINE = {"weighted": "Weighted", "mean": "Mean", "best": "Best"}
CHOICES = ("published", "test", "cv")
SEARCHES = {"off": "Off", "grid": "Grid search", "random": "Random search", "halving": "Successive halving"}
WEIGHTS = {
    "equal": "Equal, or those of the samples",
    "homogeneity": "By homogeneity of the coarse cell",
    "balance": "Balanced over classes",
}
SELECTIONS = {
    "vote": "Vote of correlations and importance",
    "drop_one": "Leave one covariate out",
    "forward": "Forward selection",
}


def _column(kinds: tuple[FoldKind, ...]):
    words = "a text column of the samples; for class it may be a covariate too, whose numbers are cut into classes."
    return option("", "Column", help=f"Only for {taking('column', kinds)}: {words}", advanced=True, asks="column")


def _ks_p(kinds: tuple[FoldKind, ...]):
    words = "drawn again until soil moisture in both parts is alike with p above this. 0 takes the first draw."
    return option(
        0.0, "Minimum p of a Kolmogorov-Smirnov test", low=0, high=0.95, help=f"Only for {taking('ks_p', kinds)}: "
        f"{words}", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class FoldOptions(Options):
    """How samples are divided for cross-validation."""

    by: str = option(
        "auto",
        "Folds by",
        choices={"auto": "Automatic", **labels(FOLDS)},
        help=f"What is held out together. {described(FOLDS)}. auto: stations where there are any, else blocks, else "
        "single samples.",
    )
    n_folds: int = option(5, "Number of folds", low=0, high=100, help="Parts; 0 leaves the scores out.")
    repeats: int = option(
        1, "Repeats of the folds", low=1, high=100, help="Folds are drawn so many times, with other seeds, and the "
        "mean and SD of the scores over them are told. Takes as many times as long. What is held out, and kept as "
        "predictions, is that of the first.", advanced=True,
    )  # fmt: skip
    block_cells: int = option(
        0, "Side of a block", low=0, high=100, unit="coarse cells", help="Only for folds by "
        f"{taking('block_cells', FOLDS)}, the latter of samples without stations. 0 takes the largest up to 4 that "
        "gives two blocks or more for every fold.", advanced=True,
    )  # fmt: skip
    block_km: float = option(
        0.0, "Side of a block in km", low=0, high=20000, unit="km", help="In place of the side in coarse cells, and "
        "rounded up to whole ones. 0 leaves it to that setting.", advanced=True,
    )  # fmt: skip
    column: str = _column(FOLDS)
    buffer_km: float = option(
        10.0, "Buffer", low=0, high=20000, unit="km", help=f"Only for folds by {taking('buffer_km', FOLDS)}: samples "
        "no further than this from a test sample are left out of the training set.", advanced=True,
    )  # fmt: skip
    ks_p: float = _ks_p(FOLDS)
    station_error: float = option(
        STATION_ERROR, "Error of the stations", low=0, high=0.3, unit=SM_UNIT, help="Standard deviation of what a "
        "station differs from the mean of its pixel, by its sensor and by where it stands; 0.03 is what makers of "
        "probes state for the sensor. It is taken out of the differences at held-out stations, half of their variance "
        "at most, so that bands of maps are those of pixels. 0: bands of what stations measure.", advanced=True,
    )  # fmt: skip

    def __post_init__(self):
        super().__post_init__()
        if self.block_cells and self.block_km:
            raise OptionError(
                f"block_cells is {self.block_cells} and block_km {self.block_km:g}, but a block has one side: set one "
                "of them to 0."
            )


@dataclass(frozen=True)
class HoldoutOptions(Options):
    """How samples are divided once into a training set and a test set."""

    by: str = option(
        "random",
        "Test part by",
        choices=labels(HOLDOUTS),
        help=f"What is held out together. {described(HOLDOUTS)}.",
    )
    training_fraction: float = option(0.8, "Training fraction", low=0.05, high=0.95, help="The rest is the test part.")
    ks_p: float = _ks_p(HOLDOUTS)
    column: str = _column(HOLDOUTS)


@dataclass(frozen=True)
class SchemeOptions(Options):
    """Whether one model serves all samples, or several share them."""

    scheme: str = option(
        "one_model", "Scheme", choices=SCHEMES, help="one_model: one for all samples. per_period: one for each period. "
        "by_class: one for each class of a column, averaged. by_weights: one for each column that the samples are "
        "balanced by, and one unbalanced, averaged.",
    )  # fmt: skip
    period: str = option(
        "16_days", "Period", choices=PERIODS, help="Only for a model per period: 16 days, counted from the first of "
        "January as in MODIS composites, a calendar month, or a single day.",
    )  # fmt: skip
    min_samples: int = option(
        100, "Minimum samples", low=2, high=1_000_000, help="A period with fewer samples uses the model of the period "
        "before, and where all have fewer there is one model; a class with fewer gets no model of its own.",
    )  # fmt: skip
    columns: str = option(
        "", "Columns", help="Only for by_class: the column of the samples that holds the class. Only for by_weights: "
        "the columns to balance, with commas between them; numbers are cut into classes of equal width.",
        asks="columns",
    )  # fmt: skip


@dataclass(frozen=True)
class SearchOptions(Options):
    """How the options of a learner are tuned; always inside the training part."""

    search: str = option(
        "off", "Search", choices=SEARCHES, help="off: options as given. grid: all combinations. random: some of them. "
        "halving: many on few samples, the better half on twice as many, and so on.",
    )  # fmt: skip
    n_tries: int = option(20, "Tries", low=1, high=10000, help="Combinations that random and halving search try.")
    inner_by: str = option(
        "auto", "Folds of the search by", choices={"auto": "Automatic", **labels(kind for kind in FOLDS if kind.inner)},
        help="How the training part is divided again for the search.", advanced=True,
    )  # fmt: skip
    inner_folds: int = option(3, "Folds of the search", low=2, high=20, help="Parts.", advanced=True)


@dataclass(frozen=True)
class WeightOptions(Options):
    """How much each sample counts in training."""

    weights: str = option(
        "equal", "Weights of samples", choices=WEIGHTS, help="equal: as the samples say, else all alike. homogeneity: "
        "coarse cells that are alike inside count more. balance: classes of a column count alike.",
    )  # fmt: skip
    column: str = option(
        "", "Column for weights", help="For balance: the column whose classes count alike. For homogeneity: the column "
        "with the spread inside the cell; empty: looked for.", advanced=True, asks="column",
    )  # fmt: skip


@dataclass(frozen=True)
class ExplainOptions(Options):
    """How many samples and repetitions an explanation takes."""

    max_samples: int = option(
        1000, "Maximum samples", low=10, high=1_000_000,
        help="Of more samples as many are drawn at random: each of them "
        "is explained on its own, and that takes time.",
    )  # fmt: skip
    n_shuffles: int = option(
        5, "Shuffles", low=1, high=1000, help="How often each covariate is shuffled for its permutation importance.",
        advanced=True,
    )  # fmt: skip
    drop_one: bool = option(
        False, "Leave each covariate out", help="Also train again without each covariate, by the folds and options of "
        "the model, and tell by how much the error grows. The most reliable importance, and the slowest.",
    )  # fmt: skip
    n_points: int = option(
        25, "Points of a curve", low=5, high=200, help="Values of each covariate, from its 5th to its 95th percentile, "
        "for which the partial dependence is computed, and bins of the accumulated local effects.", advanced=True,
    )  # fmt: skip
    by: str = option(
        "", "By classes of", help="Column of the samples that holds classes, as land_cover: curves and directions are "
        "also told for each class with 30 samples. Empty: that of land cover, if its name tells.", asks="column",
    )  # fmt: skip
    legend: str = option(
        "", "Legend", choices={"": "Not known", **LEGEND_NAMES}, help="What the numbers of the land cover stand for, "
        "so that directions are held against what physics expects there.",
    )  # fmt: skip


@dataclass(frozen=True)
class SelectionOptions(Options):
    """How covariates are selected."""

    method: str = option(
        "vote", "Method", choices=SELECTIONS, help="vote: marks for weak correlation with soil moisture and for low "
        "importance in a forest; quick. drop_one: the folds' error without each covariate. forward: start with the "
        "best few and add the one that helps most, until none helps; slow.",
    )  # fmt: skip
    pearson: float = option(
        0.1, "Minimum Pearson", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    kendall: float = option(
        0.07, "Minimum Kendall", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    spearman: float = option(
        0.1, "Minimum Spearman", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    importance: float = option(
        0.25, "Minimum importance", low=0, high=1, help="Only for vote: less than this fraction of the best "
        "covariate's importance in a forest is a mark.", advanced=True,
    )  # fmt: skip
    marks: int = option(2, "Marks", low=1, high=4, help="Only for vote: so many and it goes.", advanced=True)
    start: int = option(
        2, "Start with", low=1, high=3, help="Only for forward: covariates in the first step, of which all "
        "combinations are tried. With 1 two that only help together may be missed.", advanced=True,
    )  # fmt: skip
