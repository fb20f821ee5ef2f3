# SPDX-License-Identifier: GPL-2.0-or-later
"""How samples are made of a study."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, option


@dataclass(frozen=True)
class CoarseSampling(Options):
    """How covariates are brought to the coarse cells."""

    aggregate: str = option(
        "mean",
        "Aggregation",
        choices={"mean": "Area mean", "nearest": "Central pixel"},
        help="Area mean of the fine pixels, or the one pixel at the centre of the coarse cell (Rao et al. 2022).",
    )
    min_valid_fraction: float = option(
        0.5,
        "Minimum valid fraction",
        low=0.0,
        high=1.0,
        help="Fraction of a coarse cell's area in which every covariate is known.",
    )
    spread_of: str = option(
        "", "Spread of", help="A covariate whose SD inside of each cell is written beside the samples, as ndvi_spread: "
        "training by homogeneity lets even cells count more. Not with nearest.", advanced=True,
    )  # fmt: skip
    leave_out_coarse: bool = option(
        False, "Leave out soil moisture on coarse cells", help="Covariates that are soil moisture by their name, as "
        "that of deeper layers, and whose cells are no smaller than half of the coarse product's, do not count. From "
        "cell to cell they follow the product so well that learners lean on them, but inside of cells they tell "
        "nothing, and the map loses its detail.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class StationSampling(Options):
    """How samples are made of stations."""

    one_per_pixel: bool = option(
        False, "One sample a pixel", help="Stations that stand in one pixel of the target grid become one, with the "
        "mean of their values (Jääskeläinen et al. 2025, Li et al. 2022); else each is a sample of its own.",
    )  # fmt: skip
    smooth: bool = option(
        True, "Smooth interpolation of the coarse product", help="Writes it beside the samples, as coarse_smooth: "
        "training and comparisons then tell whether a model is better than it. It takes the time of kriging all days "
        "of the stations.", advanced=True,
    )  # fmt: skip
