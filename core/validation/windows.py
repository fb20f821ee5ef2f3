# SPDX-License-Identifier: GPL-2.0-or-later
"""The days that maps stand for, and means of stations over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.periods import period_starts
from ..rasters.dates import DAY, guess_date_pattern, span_in_name
from ..rasters.open import tags_of
from ..rasters.series import Series
from ..stations.stations import Stations
from .settings import WINDOWS

LENGTH_TAG = "days_in_period"  # of maps of means, see `period_means`
MOST_DAILY = 3  # days from map to map of a product that is daily but for its gaps
MOST_UNLIKE = 3  # days between the longest and the shortest of one product: dekads have 8 to 11, months 28 to 31
DEKAD_STARTS = (1, 11, 21)


@dataclass(frozen=True)
class Windows:
    """Days from `first` to `last`, both counted, shape (n,), datetime64[D]; rising, and none overlaps the next."""

    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    @property
    def lengths(self) -> np.ndarray:
        """Days of each window, shape (n,)."""
        return (self.last - self.first).astype(int) + 1

    @property
    def daily(self) -> bool:
        """Whether each is a single day."""
        return bool((self.lengths == 1).all())

    def number(self, days: np.ndarray) -> np.ndarray:
        """Return the window that each day lies in, shape (n,); -1 where it lies in none."""
        at = np.searchsorted(self.first, days, side="right") - 1
        return np.where((at >= 0) & (days <= self.last[at]), at, -1)

    def only(self, kept: np.ndarray) -> Windows:
        """Return some of the windows, by a mask or numbers."""
        return Windows(self.first[kept], self.last[kept])


def windows_of(series: Series, how: str = "auto") -> Windows:
    """Return the days that each map of a series stands for; `how` is of `settings.WINDOWS`."""
    first = series.days
    if how == "auto":
        tags = tags_of(series.sources[0].path)
        if LENGTH_TAG in tags:
            return Windows(first, first + np.array([_length(source.path) for source in series.sources]) - 1)
        named = _by_names(series)
        if named is not None:
            return named
        how = _by_calendar(first)
    if how == "to_next":
        steps = np.diff(first).astype(int)
        usual = int(np.median(steps)) if len(steps) else 1
        return Windows(first, first + np.append(steps, usual) - 1)
    last = {"day": _same, "week": _end_of_week, "dekad": _end_of_dekad, "month": _end_of("M"), "year": _end_of("Y")}[
        how
    ](first)
    windows = Windows(first, last)
    if (windows.last[:-1] >= windows.first[1:]).any():
        at = int(np.argmax(windows.last[:-1] >= windows.first[1:]))
        raise InputError(
            f"Maps of {first[at]} and {first[at + 1]} lie in one {how}, so they do not hold means of it; choose what a "
            "map holds the mean of."
        )
    return windows


def shared_windows(products: Mapping[str, Series], how: str = "auto") -> tuple[Windows | None, dict[str, bool]]:
    """Return the windows that products of several days share, None if all are daily, and which products have them.

    Raises
    ------
    InputError
        If two products hold means over different days.
    """
    own = {name: windows_of(series, _fitting(series, how)) for name, series in products.items()}
    long = {name: windows for name, windows in own.items() if not windows.daily}
    if not long and how not in ("auto", "day"):
        raise InputError(
            f"The maps of {', '.join(products)} are daily: none can hold the mean of {WINDOWS[how].lower()}. Choose "
            "auto, or day."
        )
    if not long:
        return None, dict.fromkeys(products, False)
    first = next(iter(long))
    windows = long[first]
    for name, other in long.items():
        common, a, b = np.intersect1d(windows.first, other.first, return_indices=True)
        if not len(common) or (windows.last[a] != other.last[b]).any():
            raise InputError(
                f"{first} holds means of {windows.lengths[0]} days from {windows.first[0]} on, {name} of "
                f"{other.lengths[0]} days from {other.first[0]} on; compare products of the same periods."
            )
    return windows, {name: name in long for name in products}


def station_means(stations: Stations, windows: Windows, min_fraction: float) -> Stations:
    """Return the stations with their means over windows, each under its first day.

    Parameters
    ----------
    stations : Stations
    windows : Windows
    min_fraction : float
        Of the days of a window that must be known.

    Raises
    ------
    InputError
        If no window has enough days at any station.
    """
    values = stations.values.dropna(subset=["soil_moisture"])
    number = windows.number(values["date"].to_numpy("datetime64[D]"))
    values, number = values[number >= 0], number[number >= 0]
    grouped = values.groupby([values["station"], pd.Series(number, values.index, name="window")])["soil_moisture"]
    means = grouped.agg(["mean", "size"]).reset_index()
    at = means["window"].to_numpy()
    enough = means["size"].to_numpy() >= least_days(windows.lengths[at], min_fraction)
    if not enough.any():
        raise InputError(
            f"No station is known on {min_fraction:.0%} of the days of any of the {len(windows)} periods that the maps "
            "hold means of; lower the minimum fraction of days."
        )
    means, at = means[enough], at[enough]
    table = pd.DataFrame(
        {
            "station": means["station"],
            "date": windows.first[at].astype("datetime64[ns]"),
            "soil_moisture": means["mean"],
        }
    )
    table = table.sort_values(["station", "date"]).reset_index(drop=True)
    return Stations(stations.places.loc[table["station"].unique()], table, stations.flagged)


def least_days(lengths: np.ndarray, min_fraction: float) -> np.ndarray:
    """Return how many days a mean over so many days must rest on."""
    return np.maximum(1, np.ceil(min_fraction * lengths - 1e-9)).astype(int)


def words_of(windows: Windows) -> str:
    """Return how long windows are."""
    shortest, longest = windows.lengths.min(), windows.lengths.max()
    return f"{longest} days" if shortest == longest else f"{shortest} to {longest} days"


def _length(path: str) -> int:
    return int(tags_of(path)[LENGTH_TAG])


def _fitting(series: Series, how: str) -> str:
    """Return what a product's maps hold where a person says it of the maps: a daily product stays daily."""
    steps = np.diff(series.days).astype(int)
    is_daily = len(steps) > 0 and np.median(steps) <= MOST_DAILY
    return "day" if is_daily and how != "auto" else how


def _by_names(series: Series) -> Windows | None:
    """Return the spans that file names tell, as sm_20230601_20230610.tif; None where they tell none.

    A second date may also be that on which a file was made: spans are of about one length, longer than the gaps of a
    daily product, and do not reach into the next map.
    """
    names = [Path(source.path).name for source in series.sources]
    try:
        pattern = guess_date_pattern(names)
    except InputError:
        return None
    spans = np.array([span_in_name(name, pattern) for name in names])
    first, last = spans[:, 0], spans[:, 1]
    named = Windows(first, last)
    lengths = named.lengths
    if len(named) < 2 or (first != series.days).any() or (last[:-1] >= first[1:]).any():
        return None
    return named if lengths.min() > MOST_DAILY and np.ptp(lengths) <= MOST_UNLIKE else None


def _by_calendar(days: np.ndarray) -> str:
    """Return what the days of maps tell of what these hold: dekads, months, or single days."""
    of_month = days.astype("datetime64[M]")
    day = (days - of_month.astype(DAY)).astype(int) + 1
    if len(days) >= 2 and (day == 1).all() and (np.diff(of_month).astype(int) == 1).any():
        return "month"
    if len(days) >= 3 and np.isin(day, DEKAD_STARTS).all() and set(DEKAD_STARTS) <= set(day.tolist()):
        return "dekad"
    return "day"


def _same(days: np.ndarray) -> np.ndarray:
    return days


def _end_of_week(days: np.ndarray) -> np.ndarray:
    return period_starts(days, "week") + 6


def _end_of(unit: str):
    """Return a function that gives the last day of the month or year of each day."""

    def end(days: np.ndarray) -> np.ndarray:
        return (days.astype(f"datetime64[{unit}]") + 1).astype(DAY) - 1

    return end


def _end_of_dekad(days: np.ndarray) -> np.ndarray:
    month_end = _end_of("M")(days)
    day = (days - days.astype("datetime64[M]").astype(DAY)).astype(int) + 1
    dekad_end = days + np.where(day <= 10, 10 - day, 20 - day)
    return np.where(day > 20, month_end, dekad_end)
