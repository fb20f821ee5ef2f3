# SPDX-License-Identifier: GPL-2.0-or-later
"""The weather of a study at single places, day by day, as its files have it: what figures show beside maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..base.progress import SILENT, Progress
from ..rasters.raster import aligned, small_cache
from ..units import shown
from .covariates import hours_told, known_as, without_time
from .study import Study

TITLE = "rain"  # of what `KNOWN` has


@dataclass(frozen=True)
class Rain:
    """The rain of a study: a dated covariate of it."""

    study: Study
    name: str

    @classmethod
    def of(cls, study: Study | None, preferred: Iterable[str] = ()) -> Rain | None:
        """Return the rain of a study, None if it has none; that of days goes before one that is summed already.

        Parameters
        ----------
        study : Study, optional
        preferred : iterable of str
            Covariates to look at first, as those that have roles of a method.
        """
        if study is None:
            return None
        ordered = dict.fromkeys((*preferred, *study.covariates))
        names = [name for name in ordered if name in study.covariates and study.covariates[name].dated]
        for bare in (str, without_time):
            for name in names:
                known = known_as(bare(name))
                if known is not None and known.title == TITLE:
                    return cls(study, name)
        return None

    @property
    def label(self) -> str:
        """What the values are, with their unit: sums where the name says so and no rule makes them."""
        hours = 0 if "before" in self.study.entry(self.name).rule else hours_told(self.name)
        words = f"Rain, {hours} h" if hours else "Rain"
        unit = shown(self.study.unit(self.name))
        return f"{words} ({unit})" if unit else words

    def at(
        self, longitude: np.ndarray, latitude: np.ndarray, days: np.ndarray, progress: Progress = SILENT
    ) -> np.ndarray:
        """Return the rain at places, as the files have it on each day; hours are added up.

        Parameters
        ----------
        longitude, latitude : ndarray, shape (n,)
            Degrees.
        days : ndarray, shape (days,), datetime64[D]
            Each once.
        progress : Progress

        Returns
        -------
        ndarray, shape (days, n), float32
            In the unit of the covariate; NaN on days without a raster, and off the grid of the study.
        """
        return at_places(self.study, self.name, longitude, latitude, days, progress)[0]


def at_places(
    study: Study,
    name: str,
    longitude: np.ndarray,
    latitude: np.ndarray,
    days: np.ndarray,
    progress: Progress = SILENT,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum of the rasters of a dated covariate on each day at places, and how many are known.

    Returns
    -------
    sums, counts : ndarray, shape (days, n), float32 and int
        In the unit of the covariate; NaN where none is known. See `Rain.at`.
    """
    entry, grid = study.entry(name), study.grid
    series = entry.series(study.folder)
    series = series.only(np.isin(series.days, days))
    rows, columns = grid.cells_at(longitude, latitude)
    inside = rows >= 0
    sums = np.full((len(days), len(rows)), np.nan, np.float32)
    counts = np.zeros(sums.shape, int)
    at = {day: number for number, day in enumerate(days)}
    with small_cache():
        for day, source in progress.over(list(zip(series.days, series.sources))):
            with aligned(source, grid, entry.resampling) as reader:
                values = reader.read_cells(rows[inside], columns[inside])
            before = sums[at[day], inside]
            sums[at[day], inside] = np.where(np.isnan(before), values, before + values)
            counts[at[day], inside] += np.isfinite(values)
    return sums, counts
