# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of validation, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, like, option
from ..scoring.settings import ScoreOptions

WINDOWS = {
    "auto": "Automatic",
    "day": "Its day",
    "week": "Its week",
    "dekad": "Its dekad",
    "month": "Its month",
    "year": "Its year",
    "to_next": "The days up to the next map",
}


@dataclass(frozen=True)
class WindowOptions(Options):
    """Which days a map stands for, where products of several days are held against stations."""

    window: str = option(
        "auto",
        "A map holds the mean of",
        choices=WINDOWS,
        help="Maps of several days are compared with the means of stations, and of daily products, over the same days. "
        "auto: as the maps say, or the two dates in all their names; else months where all begin one, dekads where all "
        "are of the 1st, 11th or 21st, else the day.",
        advanced=True,
    )
    min_days_fraction: float = option(
        0.5,
        "Minimum fraction of days in a mean",
        low=0.0,
        high=1.0,
        help="Fraction of the days of a week, dekad, month or year on which a station, or a daily product, must be "
        "known for its mean to count.",
        advanced=True,
    )


@dataclass(frozen=True)
class BandOptions(Options):
    """How bands of maps are held against stations."""

    station_error: float = like(ScoreOptions, "station_error")


@dataclass(frozen=True)
class SeriesOptions(Options):
    """Which stations a report shows through time."""

    series_stations: str = option(
        "",
        "Stations of the time series",
        help="Names of stations that the report shows through time, with commas between them, up to 12. Empty: those "
        "of the lowest, the middling and the highest ubRMSE.",
        advanced=True,
        asks="stations",
    )
    series_by: str = option(
        "",
        "Classes of the time series",
        help="Column of classes, as koppen or land_cover: the report also shows a station of each class through time. "
        "Empty: the climate, where there are classes of it.",
        advanced=True,
        asks="column",
    )
