# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums and means of dated rasters over the days or hours before each day."""

from __future__ import annotations

import os
from collections import deque

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.threads import Behind
from ..rasters.dated_maps import DatedRasters, day_maps, groups, period
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.series import least_known, sum_slices
from ..rasters.settings import Rule
from ..units import amount_of, of_sum
from .settings import AccumulateOptions

HOURS = 24  # of a day
VALUES = 32 << 20  # float32 values that a window may take, over all rasters of a sum


def accumulate_series(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: AccumulateOptions = AccumulateOptions(),
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write the sum or mean over the days or hours before for every day of a period, as rain_sum_3d_20230501.tif.

    Parameters
    ----------
    source : path
        Folder or pattern of dated rasters, daily or hourly. The first of them gives the grid.
    folder : path
        Gets all maps, or none after an error or a cancel.
    options : AccumulateOptions, optional
    first, last : datetime64[D], optional
        From the first raster to the last when left out.

    Raises
    ------
    InputError
        If there are no rasters, two are of the same time, or hours are asked for of rasters that have none.

    References
    ----------
    72 hours before the overpass: Jääskeläinen et al. (2025). Three days without the day itself: Bueno et al. (2024).
    """
    rule = Rule(rule=f"{options.statistic}_before", days=options.days, with_day=options.with_day,
                hours=options.hours, hour=options.hour)  # fmt: skip
    with small_cache(), importing(folder, progress=progress, reads={"the rasters": source}) as importer:
        rasters = DatedRasters(source, options, importer, progress)
        days = period([rasters.series], first, last)
        length, _ = sum_slices(rule, rasters.series.times, days)  # refuses hours of daily rasters
        span = f"{options.hours}h" if options.hours else f"{options.days}d"
        name = options.name or f"{rasters.name}_{options.statistic}_{span}"
        unit, factor = rasters.unit, 1.0
        if options.statistic == "sum":
            unit = of_sum(unit, "h" if rasters.series.hourly else "d")
            factor, unit = amount_of(unit)
            factor /= HOURS if rasters.series.hourly and factor != 1 else 1
        if factor != 1:
            progress.say(f"{name}: {rasters.unit} is a rate, multiplied by {factor:g} to sums in {unit}.")
        there = counted(len(rasters.series), "raster")
        progress.say(f"{name}: {there} for {counted(len(days), 'day')}, each over {length} of them")
        for part, share in progress.parts(groups(days)):
            with day_maps(importer, name, rasters.grid, unit, part, {}) as maps, Behind(share) as behind:
                for window, step in share.parts(rasters.grid.windows(VALUES // (length + 16))):
                    _write(rasters, rule, options, maps, part, window, behind, step, factor)
        if not importer.outcome.known:
            raise InputError(
                f"No day from {days[0]} to {days[-1]} has the {length} rasters that it needs; they run from "
                f"{rasters.series.times[0]} to {rasters.series.times[-1]}. Lower the least share, or the length."
            )
    return importer.outcome


def _write(
    rasters: DatedRasters,
    rule: Rule,
    options: AccumulateOptions,
    maps: list,
    days: np.ndarray,
    window: Window,
    behind: Behind,
    progress: Progress,
    factor: float,
) -> None:
    """Write a window of the maps; each raster is read once, added when it comes and taken off when it goes."""
    series = rasters.series.needed(rule, days)
    length, slices = sum_slices(rule, series.times, days)
    least = least_known(options.min_valid_fraction, length)
    shape = int(window.height), int(window.width)
    total, count = np.zeros(shape), np.zeros(shape, np.int32)  # float64: what was added must come off again
    inside: deque = deque()
    coming = rasters.each(series, window, progress)
    begin = end = 0
    for seen, part in progress.over(zip(maps, slices)):
        while end < part.stop:
            values = next(coming)
            known = np.isfinite(values)
            inside.append((values, known))
            np.add(total, values, out=total, where=known)
            count += known
            end += 1
        while begin < part.start:
            values, known = inside.popleft()
            np.subtract(total, values, out=total, where=known)
            count -= known
            begin += 1
        mean = total / np.maximum(count, 1)
        value = mean * length if options.statistic == "sum" else mean
        if options.statistic == "sum" and least == length:
            value = total
        behind.call(seen.write, np.where(count >= least, value * factor, np.nan).astype(np.float32), window)
    behind.wait()  # two windows of one map must not be written at a time
