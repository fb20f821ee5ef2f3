# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of scores, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import Options, listed, option
from ..units import SM_UNIT

# what a row is to its models: learned from, held out by folds, or of a part that was set aside once
PARTS = {"train": "Learned from", "held_out": "Held out by folds", "test": "Test part"}
STATION_ERROR = 0.03  # m3 m-3; what makers of common probes state with their general calibration
# by what rows are told apart, beside their classes
BY = {
    "date": "Date",
    "week": "Week",
    "dekad": "Dekad",
    "16_days": "16 days",
    "month": "Month",
    "season": "Season",
    "year": "Year",
    "quantile": "Quarter of observed values",
    "fold": "Fold",
    "draw": "Draw of the folds",
}
# over how long means are scored
SCALES = {"date": "Day", "week": "Week", "month": "Month", "quarter": "Season"}
VALUES = {"values": "Soil moisture", "short_term": "Short-term anomalies", "seasonal": "Seasonal anomalies"}


@dataclass(frozen=True)
class ScoreOptions(Options):
    """By what predictions are told apart, and what is scored of them."""

    by: str = option(
        "date,season,quantile",
        "Scores by",
        choices=BY,
        several=True,
        help="Beside all rows as one, and station by station. What the rows do not know is left out, and told. Dekads "
        "begin on the 1st, 11th and 21st; 16 days count from the first of January. Seasons are those of all years, as "
        "DJF for December to February. Quarters of the observed values: 1 are the driest.",
    )
    period_days: int = option(
        0,
        "Scores by periods of",
        low=0,
        high=366,
        unit="d",
        help="Also by periods of so many days, counted from the first of January of each year. 0: by none.",
        advanced=True,
    )
    classes: str = option(
        "",
        "Classes",
        help="Columns of the predictions, with commas between them, as land_cover, climate, texture, depth: scores of "
        "each of their classes, and how these spread over the stations. Empty: all classes that there are.",
        asks="columns",
    )
    scales: str = option(
        "date,week,month,quarter",
        "Scores by time scale",
        choices=SCALES,
        several=True,
        help="Scores of single days and of means over weeks, months and seasons, each year by itself: of every station "
        "or cell, over the days that all products know. A mean holds days of one fold alone.",
        advanced=True,
    )
    min_days_fraction: float = option(
        0.25,
        "Minimum fraction of days in a mean",
        low=0.0,
        high=1.0,
        help="Fraction of the days of a week, month or season on which a station or cell must be known for its mean to "
        "count in the scores by time scale.",
        advanced=True,
    )
    parts: str = option(
        "train,held_out,test",
        "Parts",
        choices=PARTS,
        several=True,
        help="Which rows are scored. Those that a model has learned from flatter it.",
    )
    values: str = option(
        "values",
        "Scores of",
        choices=VALUES,
        help="values: soil moisture. short_term: how far it departs from the mean of the weeks around. seasonal: how "
        "far it departs from the mean of the same days of all years. Anomalies need a series for every station or "
        "cell.",
    )
    station_error: float = option(
        STATION_ERROR, "Error of the stations", low=0, high=0.3, unit=SM_UNIT, help="Standard deviation of what a "
        "station differs from the mean of its pixel, by its sensor and by where it stands; 0.03 is what makers of "
        "probes state for the sensor. It is added to the bands of maps, which are those of pixels, before it is told "
        "how much of the station values they hold.", advanced=True,
    )  # fmt: skip

    def __post_init__(self):
        of_columns = [name for name in listed(self.by) if name not in BY]
        if of_columns:
            raise OptionError(
                f"'by' takes {', '.join(BY)}, and '{of_columns[0]}' is none of these. A column of the predictions, as "
                f"land_cover, is given as 'classes'."
            )
        super().__post_init__()


@dataclass(frozen=True)
class AnomalyOptions(Options):
    """What anomalies depart from: a mean over a window of days."""

    window: int = option(
        35,
        "Window of the anomalies",
        low=3,
        high=365,
        unit="d",
        help="Short-term anomalies depart from the mean of so many days around each day. Seasonal anomalies depart "
        "from the mean of so many days of the year around it, over at least three years.",
    )
    min_days: int = option(
        5,
        "Minimum days in the window",
        low=2,
        high=365,
        help="Valid days that the mean of a window needs; with fewer there is no anomaly.",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.min_days > self.window:
            raise OptionError(f"{self.min_days} valid days are asked for in a window of {self.window} days; widen it.")
