# SPDX-License-Identifier: GPL-2.0-or-later
"""Hourly values of one variable, joined from many files, and what they make of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from .cube import Cube, CubeWindow

DAY = 24
AT_ONCE = 128 << 20  # bytes of hourly values that are held at once
LOOKED_AT = 5  # days of one look at whether values are running sums
LOOKS = 4
REDUCE = {"sum": np.sum, "mean": np.mean, "min": np.min, "max": np.max}


class Hours:
    """The hours of a variable, counted from 1970-01-01 00 UTC, wherever they are.

    Parameters
    ----------
    cubes : list of Cube
        Of one variable and one grid. Where two have the same hour the earlier one counts.
    places : list of CubeWindow
        Of the wanted part in each.
    refuse : callable
        Is told of a cube that turns out to be damaged, and why; its hours count as missing from then on.

    Attributes
    ----------
    at : ndarray of int, shape (n,)
        The hours that there are, rising.
    step : int
        The usual distance of two of them; 1 for a single one.
    repeated : int
        How many were left out since an earlier file has them.
    """

    def __init__(self, cubes: list[Cube], places: list[CubeWindow], refuse: Callable[[Cube, str], None]):
        self._cubes, self._places, self._refuse = cubes, places, refuse
        at = np.concatenate([_hours_of(cube.times) for cube in cubes])
        owner = np.repeat(np.arange(len(cubes)), [len(cube.times) for cube in cubes])
        number = np.concatenate([np.arange(len(cube.times)) for cube in cubes])
        self.at, first = np.unique(at, return_index=True)
        self._owner, self._number = owner[first], number[first]
        self.repeated = len(at) - len(self.at)
        gaps, counts = np.unique(np.diff(self.at), return_counts=True)
        self.step = int(gaps[counts.argmax()]) if len(gaps) else 1
        self._kept_from, self._kept = 0, None

    @property
    def daily(self) -> bool:
        """Whether there is one value a day, or fewer."""
        return self.step >= DAY and len(self.at) > 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._places[0].grid.shape

    def source(self, first: int, last: int) -> str:
        """Return the name of the file of the last hour that there is from the first to the last."""
        inside = self.at.searchsorted(last, "right") - 1
        return self._cubes[self._owner[inside]].path.name if inside >= 0 and self.at[inside] >= first else ""

    def has(self, hours: np.ndarray) -> np.ndarray:
        """Return which of the hours there are."""
        return np.isin(hours, self.at)

    def read(self, hours: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
        """Return the values of some hours, shape (hours, rows, columns), float32; NaN where there are none."""
        out = np.full((len(hours), *self.shape), np.nan, np.float32)
        at = self.at.searchsorted(hours).clip(max=max(len(self.at) - 1, 0))
        there = self.at[at] == hours if len(self.at) else np.zeros(len(hours), bool)
        for owner in np.unique(self._owner[at[there]]) if there.any() else ():
            own = np.flatnonzero(there)[self._owner[at[there]] == owner]
            cube = self._cubes[owner]
            try:
                out[own] = cube.read(self._number[at[own]], self._places[owner], progress)
            except InputError as error:
                self._refuse(cube, str(error))
                keep = self._owner != owner
                self.at, self._owner, self._number = self.at[keep], self._owner[keep], self._number[keep]
                return self.read(hours, progress)
        return out

    def between(self, first: int, last: int, progress: Progress = SILENT) -> np.ndarray:
        """Return the values of all hours from the first to before the last, as `read`.

        What the call before has read is not read again, if calls go forward in time.
        """
        known = 0
        if self._kept is not None and self._kept_from <= first < self._kept_from + len(self._kept):
            known = min(self._kept_from + len(self._kept), last) - first
        fresh = self.read(np.arange(first + known, last), progress)
        if known:
            at = first - self._kept_from
            fresh = np.concatenate([self._kept[at : at + known], fresh])
        self._kept_from, self._kept = first, fresh
        return fresh

    def running(self, progress: Progress = SILENT) -> bool | None:
        """Whether the values are sums since 00 UTC that start again after it; None if that cannot be seen.

        A running sum changes by little and in one direction, and loses all after 00 UTC, so most of what its
        absolute value ever loses is lost there; a sum of one hour loses it all day long.
        """
        lost, reset = 0.0, 0.0
        days = np.unique((self.at - 1) // DAY)
        for day in days[np.unique(np.linspace(0, len(days) - 1, LOOKS).astype(int))] if len(days) else ():
            hours = np.arange(day * DAY, (day + LOOKED_AT) * DAY + 2)
            change = np.diff(np.abs(self.read(hours, progress)), axis=0)
            losses = np.where(change < 0, -change, 0).sum(axis=(1, 2), dtype=float)
            lost, reset = lost + losses.sum(), reset + losses[hours[1:] % DAY == 1].sum()
        return None if lost == 0 else bool(reset > 0.5 * lost)


@dataclass(frozen=True)
class Span:
    """The hours of a day that count for some columns: from the first to the last, from 00 UTC of the day."""

    columns: slice
    first: int
    last: int


def spans_of_day(longitudes: np.ndarray, local: bool, ends: bool) -> list[Span]:
    """Return the 24 hours of a day; those of sums begin at 1, since the sum of an hour is dated by its end."""
    shifts = solar_shift(longitudes) if local else np.zeros(len(longitudes), int)
    return _spans(-shifts + int(ends), DAY)


def spans_before(longitudes: np.ndarray, local: bool, hour: float, hours: int) -> list[Span]:
    """Return the hours that end at an hour of the day, which is itself one of them."""
    at = hour - longitudes / 15 if local else np.full(len(longitudes), hour)
    return _spans(np.floor(at + 0.5).astype(int) - hours + 1, hours)


def solar_shift(longitudes: np.ndarray) -> np.ndarray:
    """Return how many whole hours solar time is ahead of UTC."""
    return np.floor(longitudes / 15 + 0.5).astype(int)


def days_of(
    hours: Hours,
    days: np.ndarray,
    spans: list[Span],
    how: str,
    running: bool,
    least: float,
    progress: Progress = SILENT,
) -> Iterator[tuple[int, np.ndarray | None, int, int]]:
    """Yield for each day its number from 1970-01-01, its values or None, and how many of how many hours there were.

    Parameters
    ----------
    hours : Hours
    days : ndarray of int
        Rising.
    spans : list of Span
        That together are all columns.
    how : str
        "sum", "mean", "min" or "max".
    running : bool
        Whether values are sums since 00 UTC, of which each hour's own is the difference to the hour before.
    least : float
        Share of the hours that must be there; a sum needs all.
    progress : Progress
    """
    first, last = min(s.first for s in spans), max(s.last for s in spans)
    before = int(running)  # the difference of the first hour needs the one before
    rows, columns = hours.shape
    many = max(1, AT_ONCE // (4 * rows * columns * DAY) - (last - first) // DAY)
    blocks = [b for run in _runs(days) for b in np.split(run, np.arange(many, len(run), many))]
    for block in progress.over(blocks):
        start, stop = block[0] * DAY + first, block[-1] * DAY + last + 1
        numbers = np.arange(start - before, stop)
        values, there = hours.between(start - before, stop, progress), hours.has(numbers)
        if running:
            values, there = _own(values, there, numbers)
        for day in block:
            progress.check()
            yield (int(day), *_of_day(values, there, day * DAY - start, spans, how, least))


def totals(
    hours: Hours, days: np.ndarray, progress: Progress = SILENT
) -> Iterator[tuple[int, np.ndarray | None, int, int]]:
    """Yield the sums of days as `days_of` does, from running sums: that of 00 UTC is the total of the day before."""
    many = max(1, AT_ONCE // (4 * hours.shape[0] * hours.shape[1]))
    for block in progress.over(np.split(days, np.arange(many, len(days), many))):
        ends = (block + 1) * DAY
        values, there = hours.read(ends, progress), hours.has(ends)
        for i, day in enumerate(block):
            yield int(day), values[i] if there[i] else None, int(there[i]), 1


def _of_day(values, there, at: int, spans: list[Span], how: str, least: float) -> tuple[np.ndarray | None, int, int]:
    out = np.empty(values.shape[1:], np.float32)
    fewest, needed = None, 0
    for span in spans:
        part = slice(at + span.first, at + span.last + 1)
        needed = span.last + 1 - span.first
        seen = int(there[part].sum())
        fewest = seen if fewest is None else min(fewest, seen)
        if seen < (needed if how == "sum" else max(1, np.ceil(least * needed - 1e-9))):
            return None, fewest, needed
        block = values[part, :, span.columns]
        if seen < needed:
            block = block[there[part]]
        exact = {"dtype": np.float64} if how in ("sum", "mean") else {}
        out[:, span.columns] = REDUCE[how](block, axis=0, **exact)
    return out, fewest, needed


def _own(values: np.ndarray, there: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hours' own amounts of running sums, without the first hour, and which of them are known."""
    first_of_day = numbers[1:] % DAY == 1
    own = np.where(first_of_day[:, None, None], values[1:], np.diff(values, axis=0))
    return own, there[1:] & (there[:-1] | first_of_day)


def _spans(first: np.ndarray, hours: int) -> list[Span]:
    """Return one span for each run of columns whose first hour is the same."""
    cuts = np.flatnonzero(np.diff(first)) + 1
    edges = [0, *cuts.tolist(), len(first)]
    return [Span(slice(a, b), int(first[a]), int(first[a]) + hours - 1) for a, b in zip(edges, edges[1:])]


def _runs(days: np.ndarray) -> list[np.ndarray]:
    """Return the days in runs without a gap, so that no block spans years without data."""
    return np.split(days, np.flatnonzero(np.diff(days) > 1) + 1) if len(days) else []


def _hours_of(times: np.ndarray) -> np.ndarray:
    return (times.astype("datetime64[s]").astype(np.int64) + 1800) // 3600
