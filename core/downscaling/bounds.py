# SPDX-License-Identifier: GPL-2.0-or-later
"""How much water the soil of a pixel can hold at least and at most: maps stay between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.open import open_raster
from ..rasters.scaling import unit_of
from ..study.entries import RasterEntry
from ..units import MAX_WATER, SM_UNIT, factors

if TYPE_CHECKING:  # it needs pandas, which the maps of a file do not
    from ..study.study import Study

ROUNDING = 1e-4  # m3 m-3; deviations below are of the arithmetic, and not of bounds
Limit = Union[float, np.ndarray]


@dataclass(eq=False)
class Bounds:
    """The least and the greatest water content of every pixel, and how many pixels and days were held at one of them.

    Attributes
    ----------
    low, high : float, or ndarray of the shape of the fine grid
        m3 m-3.
    n_values, n_low, n_high : int
        Values of the maps so far, and those that are held at a bound.
    n_unmet : int
        Coarse cells and days whose value lies out of reach of the bounds.
    largest_unmet : float
        By how much at most, m3 m-3.
    """

    low: Limit = 0.0
    high: Limit = np.inf
    n_values: int = 0
    n_low: int = 0
    n_high: int = 0
    n_unmet: int = 0
    largest_unmet: float = 0.0

    @property
    def both(self) -> bool:
        """Whether there is a greatest water content."""
        return bool(np.isfinite(self.high).any())

    def clip(self, values: np.ndarray, window: Window | None = None) -> np.ndarray:
        """Return the values of a window (all of the grid without one) between the bounds; NaN stays."""
        return np.clip(values, *self._at(window)).astype(np.float32)

    def inside(self, values: np.ndarray, window: Window | None = None) -> np.ndarray:
        """Return which values of a window lie between the bounds, so that they can move, bool."""
        low, high = self._at(window)
        return (values > low) & (values < high)

    def count(self, values: np.ndarray, window: Window | None = None) -> None:
        """Take note of a window of a finished map."""
        low, high = self._at(window)
        self.n_values += int(np.isfinite(values).sum())
        self.n_low += int((values <= low).sum())
        self.n_high += int((values >= high).sum())

    def note_unmet(self, cells: int, deviation: float) -> None:
        """Take note of coarse cells of a day that cannot be met."""
        if deviation > ROUNDING:
            self.n_unmet += cells
            self.largest_unmet = max(self.largest_unmet, deviation)

    @property
    def n_held(self) -> int:
        """Pixels and days that are held at a bound."""
        return self.n_low + self.n_high

    @property
    def sentence(self) -> str:
        """How many pixels are held, in words."""
        text = (
            f"Bounds of the water content hold {self.n_held:,} of {self.n_values:,} pixels and days: {self.n_low:,} at "
            f"the minimum, {self.n_high:,} at the maximum."
        )
        if not self.n_unmet:
            return text
        whose = "whose value lies" if self.n_unmet == 1 else "whose values lie"
        cells = counted(self.n_unmet, "coarse cell")
        return f"{text} Out of their reach {cells} {whose}, by up to {self.largest_unmet:.3f} m3 m-3."

    def tell(self, progress: Progress) -> None:
        """Say how many pixels are held; warn if coarse values cannot be met."""
        (progress.warn if self.n_unmet else progress.say)(self.sentence)

    def _at(self, window: Window | None) -> tuple[np.ndarray, np.ndarray]:
        return _part(self.low, window), _part(self.high, window)


def _part(limit: Limit, window: Window | None) -> np.ndarray:
    values = np.asarray(limit, np.float32)
    return values if window is None or not values.ndim else values[window.toslices()]


def bounds_of(
    study: Study, min_water: str, max_water: str, progress: Progress = SILENT, most: float = MAX_WATER
) -> Bounds:
    """Return the bounds that settings tell, as numbers or names of covariates of a study.

    Parameters
    ----------
    study : Study
    min_water, max_water : str
        A number in m3 m-3, or the name of a covariate that holds for all days; empty: 0 and `most`. Where a covariate
        is unknown the same counts.
    progress : Progress, optional
    most : float
        m3 m-3.

    Raises
    ------
    InputError
        If a bound is neither, changes with the day, is no water content, or the minimum is not below the maximum.
    """
    low = _limit(study, min_water, "minimum", 0.0, progress)
    high = _limit(study, max_water, "maximum", most, progress)
    crossed = np.count_nonzero(np.asarray(low) >= high)
    if crossed:
        where = f" on {crossed:,} of {study.grid.size:,} pixels" if np.ndim(low) or np.ndim(high) else ""
        raise InputError(
            f"The minimum water content ({min_water or 0}) is not below the maximum ({max_water or most}){where}. "
            "Give others."
        )
    return Bounds(low, high)


def given_bounds(study: Study, options, progress: Progress = SILENT) -> Bounds | None:
    """Return the bounds that settings with `min_water` and `max_water` tell; None if they name neither."""
    if not (options.min_water or options.max_water):
        return None
    return bounds_of(study, options.min_water, options.max_water, progress)


def _limit(study: Study, text: str, which: str, default: float, progress: Progress) -> Limit:
    """Return a bound as a number, or as an array of the shape of the grid, float32."""
    text = text.strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        return _map(study, text, which, default, progress)
    if not 0 <= value <= MAX_WATER:
        raise InputError(f"The {which} water content must lie between 0 and {MAX_WATER:g} {SM_UNIT}, got {text}.")
    return value


def _map(study: Study, name: str, which: str, default: float, progress: Progress) -> np.ndarray:
    if name not in study.covariates:
        raise InputError(
            f"The {which} water content must be a number in {SM_UNIT} or a covariate of the study, got '{name}'; the "
            f"study '{study.name}' has {', '.join(study.covariates) or 'no covariates'}."
        )
    entry = study.entry(name)
    if entry.dated:
        raise InputError(f"The {which} water content cannot change with the day, as '{name}' does; give one raster.")
    factor, offset = _to_water(entry.unit_as_read or _unit_of_file(study, entry))
    limit = np.empty(study.grid.shape, np.float32)
    for window in study.grid.windows(1 << 20):
        ((values,),) = study.features([name], np.array([study.first]), window, progress)
        limit[window.toslices()] = factor * values + offset
    known = limit[np.isfinite(limit)]
    if not len(known) or known.min() < 0 or known.max() > MAX_WATER:
        told = f"reaches from {known.min():.4g} to {known.max():.4g}" if len(known) else "has no value"
        raise InputError(
            f"'{name}' {told}, but the {which} water content lies between 0 and {MAX_WATER:g} {SM_UNIT}. Give the "
            'study its unit, as "unit": "%", or name another covariate.'
        )
    return np.where(np.isfinite(limit), limit, np.float32(default))


def _unit_of_file(study: Study, entry: RasterEntry) -> str:
    """Return the unit that the file of an entry declares; '' if a scale of the entry has made another one of it."""
    source = study.source(entry)
    if (entry.scale, entry.offset) != (1, 0):
        return ""
    with open_raster(source.path, virtual=True, network=source.network) as dataset:
        return unit_of(dataset, source.band or 1)


def _to_water(unit: str) -> tuple[float, float]:
    """Return factor and offset to m3 m-3; those of no change where a unit is not known or one of something else."""
    try:
        return factors(unit, SM_UNIT)
    except InputError:  # values then tell whether they are water contents
        return 1.0, 0.0
