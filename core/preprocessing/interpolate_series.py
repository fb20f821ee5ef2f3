# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated rasters become one for every day, with the age of what each value rests on."""

from __future__ import annotations

import os
from contextlib import ExitStack

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.inputs import Inputs
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.threads import Behind
from ..rasters.dated_maps import DatedRasters, day_maps, groups, period
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.series import Series, ages, apply_rule
from ..rasters.settings import Rule
from .settings import InterpolateOptions
from .smoothing import smooth

SMOOTHERS = ("savitzky_golay", "whittaker")
VALUES = 32 << 20  # float32 values that a window may take, over all rasters and days


def interpolate_series(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: InterpolateOptions = InterpolateOptions(),
    *,
    second: str | os.PathLike = "",
    ages_folder: str | os.PathLike = "",
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write one raster for every day of a period, as ndvi_20230501.tif.

    Parameters
    ----------
    source : path
        Folder or pattern of dated rasters. The first of them gives the grid.
    folder : path
        Gets all maps, or none after an error or a cancel.
    options : InterpolateOptions, optional
    second : path, optional
        The same of another satellite, as Aqua beside Terra: each is brought to days by itself; where both are known
        the mean of the two is taken, else the one (Jääskeläinen et al. 2025).
    ages_folder : path, optional
        Gets a raster a day with the days to the nearest real observation, as ndvi_age_20230501.tif. A smooth curve
        rests on more than one observation: there too it is the nearest.
    first, last : datetime64[D], optional
        From the first raster to the last when left out.

    Raises
    ------
    InputError
        If there are no rasters, two are of the same day, or the folders are the same.
    """
    reads = {"the rasters": source, **({"the second rasters": second} if os.fspath(second) else {})}
    wanted = {"Maps": folder, **({"Ages": ages_folder} if os.fspath(ages_folder) else {})}
    Inputs(reads).refuse(wanted)
    with ExitStack() as stack:
        stack.enter_context(small_cache())
        importer = stack.enter_context(importing(folder, progress=progress, reads=reads))
        age_importer = stack.enter_context(importing(ages_folder, reads=reads)) if "Ages" in wanted else None
        inputs = [_Daily(DatedRasters(source, options, importer, progress), options)]
        if os.fspath(second):
            inputs.append(_Daily(DatedRasters(second, options, importer, progress, inputs[0].rasters.grid), options))
        main = inputs[0].rasters
        days = period([one.rasters.series for one in inputs], first, last)
        for one in inputs:
            one.tell(days, progress)
        for part, share in progress.parts(groups(days, 1 if age_importer is None else 2)):
            with ExitStack() as files:
                tags = {"SOILSHARP_METHOD": options.method}
                maps = files.enter_context(day_maps(importer, main.name, main.grid, main.unit, part, tags))
                old = age_importer and files.enter_context(
                    day_maps(age_importer, f"{main.name}_age", main.grid, "d", part, tags)
                )
                _write(inputs, maps, old, part, share)
        if not importer.outcome.known:
            have = main.series.days
            raise InputError(
                f"No day from {days[0]} to {days[-1]} has an observation within {options.longest_gap_days} days; the "
                f"rasters run from {have[0]} to {have[-1]}."
            )
    return importer.outcome


def _write(inputs: list[_Daily], maps: list, old: list | None, days: np.ndarray, progress: Progress) -> None:
    """Write the maps of the days, and their ages if they are wanted, window by window."""
    slots = sum(len(one.needed(days)) for one in inputs) + len(inputs) * len(days) * (1 if old is None else 2)
    grid = inputs[0].rasters.grid
    with Behind(progress) as behind:
        for window in progress.over(grid.windows(VALUES // slots)):
            values, age = zip(*(one.read(days, window, old is not None, progress) for one in inputs))
            for seen, value in zip(maps, _mean(*values)):
                behind.call(seen.write, value, window)
            if old is not None:
                for seen, value in zip(old, age[0] if len(age) == 1 else np.fmin(*age)):
                    behind.call(seen.write, value, window)
            behind.wait()  # two windows of one map must not be written at a time


def _mean(one: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
    """Return the mean where both are known, else the one that is."""
    if other is None:
        return one
    return np.where(np.isfinite(one) & np.isfinite(other), (one + other) / 2, np.where(np.isfinite(one), one, other))


class _Daily:
    """Dated rasters, given for every day."""

    def __init__(self, rasters: DatedRasters, options: InterpolateOptions):
        if options.method in SMOOTHERS and rasters.series.hourly:
            raise InputError(f"{options.method} smooths days, and these rasters have hours; take another method.")
        rasters.series = rasters.series.shifted(options.shift_days)
        self.rasters, self._options = rasters, options
        method = "linear" if options.method in SMOOTHERS else options.method
        self._rule = Rule(
            rule=method, longest_gap_days=options.longest_gap_days, hold_last=options.hold_last, hour=options.hour
        )

    def needed(self, days: np.ndarray) -> Series:
        """Return the rasters that the days rest on; a curve rests on all of them."""
        return (
            self.rasters.series if self._options.method in SMOOTHERS else self.rasters.series.needed(self._rule, days)
        )

    def read(
        self, days: np.ndarray, window: Window, with_ages: bool, progress: Progress
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the values of the days in a window and their ages, shape (days, rows, columns)."""
        series = self.needed(days)
        stack = self.rasters.read(series, window, progress)
        old = ages(self._rule, series.times, np.isfinite(stack), days) if with_ages else None
        if self._options.method in SMOOTHERS:
            return smooth(self._options, series.times, stack, days, progress), old
        progress.check()
        return apply_rule(self._rule, series.times, stack, days), old

    def tell(self, days: np.ndarray, progress: Progress) -> None:
        """Say what there is."""
        have = self.rasters.series.days
        there = f"{counted(len(have), 'raster')} from {have[0]} to {have[-1]}"
        progress.say(f"{self.rasters.name}: {there} for {counted(len(days), 'day')}")
