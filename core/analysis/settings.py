# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of what the papers look at beside scores, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, option
from ..rasters.settings import DatedInput
from ..scoring.settings import VALUES

PERIODS = {
    "week": "Weeks",
    "dekad": "Dekads",
    "16_days": "16 days",
    "month": "Months",
    "quarter": "Seasons, each year by itself",
    "year": "Years",
    "month_of_year": "Months of the year, over all years",
    "season": "Seasons, over all years",
    "all": "Whole period",
}
STEPS = {"month": "Monthly means", "year": "Yearly means"}


@dataclass(frozen=True)
class PeriodOptions(DatedInput):
    """Over which periods the means of daily maps are taken."""

    period: str = option(
        "month",
        "Period",
        choices=PERIODS,
        help="week, dekad, 16_days, month, quarter, year: one map for each. Weeks begin on Mondays, dekads on the "
        "1st, 11th and 21st, quarters (the seasons) in December, March, June and September; 16 days count from "
        "the first of January. month_of_year: twelve maps, each of one month in all "
        "years. season: four, of December to February (djf) and so on, in all years. all: one map.",
    )
    min_valid_fraction: float = option(
        0.1, "Minimum valid fraction of days", low=0.0, high=1.0,
        help="Fraction of the days of the whole period on which a pixel "
        "must be valid; with fewer it has no mean. One day is always needed.",
    )  # fmt: skip


@dataclass(frozen=True)
class PartialOptions(Options):
    """How soil moisture is correlated with each of several drivers while the others are held."""

    step: str = option(
        "month", "Step", choices=STEPS, help="Daily maps become means of months (Rao et al. 2022) or years "
        "(Li et al. 2022); monthly ones stay as they are.",
    )  # fmt: skip
    level: float = option(
        0.05, "Significance level", low=0.0001, high=0.5, help="Correlations with a smaller p count as significant."
    )
    min_steps: int = option(
        12, "Minimum number of steps", low=5, high=10_000,
        help="Months or years on which soil moisture and all drivers "
        "must be valid; a place with fewer has no correlation.",
    )  # fmt: skip
    effective: bool = option(
        False, "Effective number of steps", help="Months that resemble the month before tell less: the test counts as "
        "many independent ones as the series are worth (Bretherton et al. 1999). The papers count all.",
    )  # fmt: skip


@dataclass(frozen=True)
class MqccOptions(Options):
    """Over which time scales and quantiles two series are compared."""

    longest: int = option(20, "Longest scale", low=1, high=366, unit="d", help="Means over 1 to so many days.")
    min_valid_fraction: float = option(
        0.5, "Minimum valid fraction of days", low=0.01, high=1.0,
        help="Fraction of the days of a mean on which both series must be "
        "valid; only these days count in it.",
    )  # fmt: skip
    min_means: int = option(
        10, "Minimum number of means", low=4, high=10_000, help="A scale that leaves fewer has no correlation."
    )


@dataclass(frozen=True)
class LandscapeOptions(Options):
    """Which squares of the ground are looked at."""

    side_m: float = option(
        0.0, "Side of a square", low=0, high=100_000, unit="m", help="Rounded to whole pixels of the map. 0: 1000 m, "
        "or five pixels where that is more.",
    )  # fmt: skip
    spacing_m: float = option(
        0.0, "Spacing", low=0, high=1_000_000, unit="m", help="From a square to the next; 0 lays them side by side. "
        "With that of the coarse product each of its cells has one.",
    )  # fmt: skip
    min_valid_fraction: float = option(
        0.9, "Minimum valid fraction of pixels", low=0.01, high=1.0,
        help="Fraction of the pixels of a square that must be valid in "
        "the map and in every covariate; squares with less, as in a lake, are left out.",
    )  # fmt: skip
    moisture: str = option(
        "part",
        "Soil moisture in the components",
        choices={"part": "Variable of the components", "beside": "Correlated with the components"},
        help="part: mean and SD of soil moisture are variables like those of the covariates. beside: the components "
        "are those of the covariates alone, and soil moisture is correlated with them.",
    )


@dataclass(frozen=True)
class ShapMapOptions(Options):
    """Of which covariates SHAP values are mapped."""

    covariates: str = option(
        "", "Covariates", help="Names of covariates of the model, with commas between them; the classes of one count "
        "together. Empty: the most important ones.", asks="covariates",
    )  # fmt: skip
    n_covariates: int = option(
        3, "Number of covariates", low=1, high=1000, help="Only where none are named: so many are mapped, the ones "
        "with the greatest mean absolute SHAP value on the samples.",
    )  # fmt: skip


@dataclass(frozen=True)
class ApplicabilityOptions(Options):
    """What is told of how far the samples of a model reach."""

    equal_weights: bool = option(
        False, "All covariates count alike", help="Else each counts by how much the model's error grows when it is "
        "shuffled.", advanced=True,
    )  # fmt: skip
    density: bool = option(
        False, "Maps of the point density", help="Also map how many samples are like a pixel: no more unlike than the "
        "threshold. 0 is outside of the area of applicability.",
    )  # fmt: skip
    n_sites: int = option(
        5, "Sites to measure at", low=0, high=100, help="So many pixels are proposed, one after another: at each of "
        "them samples would bring the largest part of the grid into the area of applicability. 0: none.",
    )  # fmt: skip
    hatch: bool = option(
        False, "Polygons to hatch", help="Also write the pixels outside as polygons, outside.geojson: one for each "
        "day and covariate that pushes them out. QGIS hatches them over any map of the day.",
    )  # fmt: skip


@dataclass(frozen=True)
class MergeOptions(Options):
    """Of what the errors of three products or more are told."""

    scale_of: str = option(
        "", "On the scale of", help="Name of the product whose scale errors are told on, and on whose grid maps are; "
        "it is none the truer for that. Empty: stations, if there are some, else the first product.",
    )  # fmt: skip
    collocated: str = option(
        "values", "Collocate", choices=VALUES, help="values: soil moisture as it is; a season that all share then "
        "counts as signal. short_term: departures from the mean of 35 days around. seasonal: departures from the mean "
        "of the same days of all years, three years at least.",
    )  # fmt: skip
    min_days: int = option(
        50, "Minimum days in common", low=10, high=100_000, unit="d", help="Days on which all products are known; a "
        "station or pixel with fewer has no result. Errors are known within some 10 % from 500 days on.",
    )  # fmt: skip


@dataclass(frozen=True)
class CollocationOptions(MergeOptions):
    """How three products or more are collocated, with intervals."""

    block_days: int = option(
        10, "Days that go together", low=1, high=366, unit="d", help="Intervals come from drawing days anew, so many "
        "in a row, since the soil of one day is like that of the next. Five such blocks are needed.", advanced=True,
    )  # fmt: skip
    draws: int = option(
        200, "Draws", low=0, high=10_000, help="Of days, for the intervals; 0: no intervals.", advanced=True,
    )  # fmt: skip
    level: float = option(
        0.9, "Level of the intervals", low=0.5, high=0.999, help="As 0.9 for intervals of 90 %.", advanced=True,
    )  # fmt: skip
    sensor_sd: float = option(
        0.02, "Error of the sensors", low=0.0, high=0.2, unit="m3 m-3", help="Standard deviation of the error of a "
        "sensor at its own place. What the error of a station is beyond it is told apart: how badly the station stands "
        "for its surroundings. Only with stations.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class BudgetOptions(Options):
    """On how much of the maps it is found out whose errors they have."""

    n_days: int = option(
        4, "Number of days", low=1, high=1000, help="Spread over the period; only days with a coarse value count."
    )
    every: int = option(
        5, "Every nth pixel", low=1, high=100, help="Of the rows and of the columns: 5 takes every 25th pixel. Fewer "
        "are left out where coarse cells would keep less than 16, which their means need.",
    )  # fmt: skip
    draws: int = option(
        100, "Draws of each error", low=2, high=10_000, help="As in Jääskeläinen et al. 2025: so often each covariate "
        "is disturbed by an error drawn at random. The time grows with it.",
    )  # fmt: skip
