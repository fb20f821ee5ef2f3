# SPDX-License-Identifier: GPL-2.0-or-later
"""Means of daily maps over weeks, months, years and the like, with the days that they rest on."""

from __future__ import annotations

import os

import numpy as np

from ..base.errors import InputError
from ..base.periods import SEASONS, has_starts, whole_periods
from ..base.progress import SILENT, Progress
from ..rasters.dated_maps import DatedRasters, period, period_of, window_means
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.series import Series
from ..study.covariates import known_as
from ..units import QUANTITIES, SM_UNIT, SOIL_MOISTURE, UNSAID
from .settings import PeriodOptions

VALUES = 32 << 20  # float32 values that a window may take
HELD = 16  # of them for a pixel: rasters read ahead, sums and counts


def period_means(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: PeriodOptions = PeriodOptions(),
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write the mean of daily maps over every week, month or year, and the number of days behind it.

    Parameters
    ----------
    source : path
        Folder or pattern of daily maps; the first of them gives the grid.
    folder : path
        Gets all maps, or none after an error or a cancel. Those of weeks, months and years lie in a folder for the
        means, as sm_month/sm_month_20200601.tif, and one for the days, sm_month_days, and can be used as series; those
        of months of the year are called sm_month_of_year_06.tif, those of seasons sm_season_djf.tif, that of all days
        sm_all.tif.
    options : PeriodOptions, optional
    first, last : datetime64[D], optional
        From the first map to the last when left out.
    progress : Progress

    Raises
    ------
    InputError
        If there are no maps or none in the period, two are of one day, no pixel has enough days, or soil moisture has
        values that cannot be some.

    References
    ----------
    Rao et al. 2022, section 3.3: means of the twelve months (Fig. 10), of years (Fig. S3) and of all days (Fig. 11).
    """
    # two variables: means and days get a folder each
    with small_cache(), importing(folder, ("mean", "days"), progress, reads={"the daily maps": source}) as importer:
        rasters = DatedRasters(source, options, importer, progress)
        days = period([rasters.series.of_days("the daily maps")], first, last)
        series = rasters.series.between(days[0], days[-1])
        if _hold_moisture(rasters):
            series = series.as_moisture()
        if not len(series):
            raise InputError(f"No map is of a day from {days[0]} to {days[-1]}; they run {_span(rasters.series)}.")
        of_map = period_of(series.days, options.period)
        starts, lengths = _lengths(days, options.period)
        name = f"{rasters.name}_{options.period}"
        known = 0.0
        for start, share in progress.parts(np.unique(of_map)):
            own = series.only(of_map == start)
            length = int(lengths[starts == start][0])
            names, day = _names(name, start, options.period)
            least = max(1, int(np.ceil(options.min_valid_fraction * length - 1e-9)))
            tags = {"period": options.period, "days_in_period": str(length)}
            with (
                importer.writing(names[0], rasters.grid, rasters.unit, day, tags=tags) as means,
                importer.writing(names[1], rasters.grid, "d", day, tags=tags) as counts,
            ):
                for window, step in share.parts(rasters.grid.windows(VALUES // HELD)):
                    ((_, mean, count),) = window_means(rasters, own, np.full(len(own), start), window, step)
                    means.write(np.where(count >= least, mean, np.nan), window)
                    counts.write(count.astype(np.float32), window)
                known += means.count
        if not known:
            raise InputError(
                f"No pixel is valid on {options.min_valid_fraction:.0%} of the days of any "
                f"{options.period.replace('_of_year', '').replace('_', ' ')}; lower the minimum valid fraction of days."
            )
    importer.outcome.maps.sort(key=lambda made: (made.name, str(made.day)))
    return importer.outcome


def _hold_moisture(rasters: DatedRasters) -> bool:
    """Whether rasters say that they hold soil moisture in m3 m-3, by their unit or else by their name."""
    known = known_as(rasters.name)
    named = known is not None and known.quantity is QUANTITIES[SOIL_MOISTURE]
    return rasters.unit == SM_UNIT or (named and rasters.unit in UNSAID)


def _lengths(days: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the periods of some days, and how many days each of them has, with those beyond the first and last."""
    unit = name if has_starts(name) else "date" if name == "all" else "month"  # what is filled up at both ends
    return np.unique(period_of(whole_periods(days, unit), name), return_counts=True)


def _names(name: str, start, period_name: str) -> tuple[tuple[str, str], np.datetime64 | None]:
    """Return what the mean and its days are called, and their day."""
    if has_starts(period_name):
        return (name, f"{name}_days"), start
    if period_name == "season":
        season = SEASONS[start].lower()
        return (f"{name}_{season}", f"{name}_days_{season}"), None
    number = f"_{start:02d}" if period_name == "month_of_year" else ""
    return (f"{name}{number}", f"{name}_days{number}"), None


def _span(series: Series) -> str:
    return f"from {series.days[0]} to {series.days[-1]}"
