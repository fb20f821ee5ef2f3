# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated rasters, and the rules that turn them into a value for any day."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..base.errors import InputError
from ..units import OF_MAPS, Water
from .dates import DAY, HOUR, guess_date_pattern, time_in_name
from .find import find_files
from .open import Source
from .settings import RasterFiles, Rule

SUMS = ("sum_before", "mean_before")


@dataclass(frozen=True)
class Series:
    """Rasters in the order of their times: `times`, shape (n,), and one `Source` for each.

    Times are days, datetime64[D], or hours in UTC, datetime64[h]. The raster of an hour stands for the hour that ends
    at its time, as rain does that fell from 2 to 3 o'clock and is written at 3.
    """

    times: np.ndarray
    sources: tuple[Source, ...]

    @classmethod
    def from_files(
        cls, pattern: str | os.PathLike, date: str | None = None, several: str = RasterFiles.same_day_files, **source
    ) -> Series:
        """Collect files whose names hold their day, or their day and hour.

        Parameters
        ----------
        pattern : path or glob
            A folder stands for all GeoTIFFs in it.
        date : str, optional
            How the time is written in the name, as "%Y%m%d", or "%Y%m%d%H" with the hour; guessed when left out.
        several : {"refuse", "mean"}
            What to do with several files of one time, as those of a morning and an evening overpass.
        source : dict
            Further fields of every `Source`, as `scale` or `nodata`.

        Raises
        ------
        InputError
            If there is no such file, a name has no day, or two files have the same time and `several` refuses them.
        """
        paths = find_files(pattern)
        date = date or guess_date_pattern([p.name for p in paths])
        times = np.array([time_in_name(p.name, date) for p in paths], HOUR if "%H" in date else DAY)
        if several == "refuse":
            _refuse_the_same(times, paths)
        each, first = np.unique(times, return_inverse=True)
        same: list[list[str]] = [[] for _ in each]
        for path, number in zip(paths, first):
            same[number].append(str(path))
        return cls(each, tuple(Source(one, also=tuple(others), **source) for one, *others in same))

    def __len__(self) -> int:
        return len(self.times)

    @property
    def hourly(self) -> bool:
        """Whether rasters have an hour."""
        return self.times.dtype == HOUR

    @property
    def days(self) -> np.ndarray:
        """The day of every raster, datetime64[D]; of an hourly series the same day several times."""
        return self.times.astype(DAY)

    def as_moisture(self, water: Water = OF_MAPS) -> Series:
        """Return the series with values refused that cannot be soil moisture in m3 m-3; see `Values.read`."""
        return replace(self, sources=tuple(replace(source, moisture=water) for source in self.sources))

    def between(self, first: np.datetime64, last: np.datetime64) -> Series:
        """Return the part from the first to the last day, both included."""
        return self.only((self.days >= first) & (self.days <= last))

    def shifted(self, days: int) -> Series:
        """Return the series with so many days added to all times."""
        return replace(self, times=self.times + np.timedelta64(days, "D")) if days else self

    def of_days(self, what: str) -> Series:
        """Return the series, or raise `InputError` if it is one of hours, of which several have the same day."""
        if self.hourly:
            raise InputError(f"The rasters of {what} have an hour in their names; one raster a day is needed here.")
        return self

    def at_hour(self, hour: int) -> Series:
        """Return one raster a day: that of an hour; a series of days as it is.

        Raises
        ------
        InputError
            If no raster has this hour.
        """
        if not self.hourly:
            return self
        hours = self.times.astype(int) % 24
        keep = hours == hour
        if not keep.any():
            there = ", ".join(map(str, np.unique(hours)))
            raise InputError(
                f'No raster is of hour {hour} (UTC); there are those of {there}. Set "hour" to one of them.'
            )
        part = self.only(keep)
        return replace(part, times=part.days)

    def needed(self, rule: Rule, days: np.ndarray) -> Series:
        """Return the part of the series that the rule may look at for the days."""
        at = _targets(rule, self.times.dtype, days)
        if rule.rule == "same_day":
            return self.only(np.isin(self.times, at))
        if rule.rule in SUMS:
            length, shift = _sum_window(rule, self.times.dtype)
            at = np.asarray(days, DAY).astype(self.times.dtype) + shift
            return self.only((self.times > at.min() - length) & (self.times <= at.max()))
        gap = _longest_gap(rule, self.times.dtype)
        first = at.min() - gap
        last = at.max() if rule.rule == "hold" else at.max() + gap
        if rule.rule == "linear" and rule.hold_last and len(self):
            # what held at the end, and the raster that tells that it is not the end
            first = min(first, self.times[-1] - gap)
            last = max(last, self.times[min(np.searchsorted(self.times, at.max(), "right"), len(self) - 1)])
        return self.only((self.times >= first) & (self.times <= last))

    def only(self, keep: np.ndarray) -> Series:
        """Return the part where `keep`, bool and shape (n,), is true."""
        return replace(self, times=self.times[keep], sources=tuple(s for s, k in zip(self.sources, keep) if k))


def _refuse_the_same(times: np.ndarray, paths: Sequence[Path]) -> None:
    """Raise `InputError` if two files have the same time."""
    order = np.argsort(times, kind="stable")
    twice = np.flatnonzero(times[order][1:] == times[order][:-1])
    if len(twice):
        a, b = (paths[order[twice[0] + i]].name for i in (0, 1))
        what = "hour" if times.dtype == HOUR else "day"
        raise InputError(
            f"{a} and {b} in {paths[0].parent} have the same {what}; keep one of them, have those of one {what} "
            'averaged (COARSE_SAME_DAY of create_study, "same_day_files" in a study), or give a date pattern with the '
            "hour, as %Y%m%dT%H."
        )


def _targets(rule: Rule, unit: np.dtype, days: np.ndarray) -> np.ndarray:
    """Return the times whose values the days take: the days themselves, or the rule's hour of them."""
    days = np.asarray(days, DAY)
    return days.astype(HOUR) + rule.hour if unit == HOUR else days


def _longest_gap(rule: Rule, unit: np.dtype) -> int:
    """Return the longest gap in days or hours."""
    return rule.longest_gap_days * (24 if unit == HOUR else 1)


def _sum_window(rule: Rule, unit: np.dtype) -> tuple[int, int]:
    """Return the number of rasters of a sum, and how long after the beginning of the day it ends; in days or hours."""
    if unit == HOUR:
        return (rule.hours, rule.hour) if rule.hours else (24 * rule.days, 24 if rule.with_day else 0)
    if rule.hours:
        raise InputError(
            f"A {rule.rule.split('_')[0]} over {rule.hours} hours needs rasters with an hour in their names; give its "
            "length in days, or a date pattern with the hour, as %Y%m%d%H."
        )
    return rule.days, 0 if rule.with_day else -1


def apply_rule(rule: Rule, times: np.ndarray, stack: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the values of the days.

    Parameters
    ----------
    rule : Rule
    times : ndarray of datetime64[D] or datetime64[h], shape (n,)
        In rising order.
    stack : ndarray, shape (n, ...)
        The rasters of these times; NaN where unknown.
    days : ndarray of datetime64[D], shape (d,)

    Returns
    -------
    ndarray, shape (d, ...), float32
        NaN where the rule finds nothing within its limits.
    """
    out = np.full((len(days), *stack.shape[1:]), np.nan, np.float32)
    if not len(times):
        return out
    when, wanted = _numbers(rule, times, days)
    if rule.rule == "same_day":
        at = np.searchsorted(when, wanted).clip(max=len(when) - 1)
        hit = when[at] == wanted
        out[hit] = stack[at[hit]]
    elif rule.rule in SUMS:
        length = _sum_window(rule, times.dtype)[0]
        least = least_known(rule.min_valid_fraction, length)
        for i, inside in enumerate(_inside(when, wanted, length)):
            # a raster that is missing makes the sum unknown, not small
            if inside.stop - inside.start == length:
                out[i] = stack[inside].sum(0) if rule.rule == "sum_before" else stack[inside].mean(0)
            gaps = np.isnan(out[i])
            if least < length and inside.stop - inside.start >= least and gaps.any():
                mean = _mean_of_known(stack[inside][:, gaps], least)
                out[i][gaps] = mean * length if rule.rule == "sum_before" else mean
    else:
        _between(rule, _longest_gap(rule, times.dtype), when, stack, wanted, out)
    return out


def least_known(fraction: float, length: int) -> int:
    """Return how many of the rasters of a sum must be known."""
    return max(1, int(np.ceil(fraction * length - 1e-9)))


def _mean_of_known(stack: np.ndarray, least: int) -> np.ndarray:
    """Return the mean of the known values of a stack, shape (n, ...); NaN where there are fewer than the least."""
    known = np.isfinite(stack)
    count = known.sum(0)
    total = np.where(known, stack, 0).sum(0, dtype=np.float64)
    return np.where(count >= least, total / np.maximum(count, 1), np.nan)


def sum_slices(rule: Rule, times: np.ndarray, days: np.ndarray) -> tuple[int, list[slice]]:
    """Return how many rasters a sum is of, and for each day those that there are."""
    length = _sum_window(rule, times.dtype)[0]
    if not len(times):
        return length, [slice(0, 0)] * len(days)
    return length, list(_inside(*_numbers(rule, times, days), length))


def ages(rule: Rule, times: np.ndarray, known: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return how many days lie between each day and the nearest observation that its value rests on.

    Parameters
    ----------
    rule : Rule
    times : ndarray of datetime64[D] or datetime64[h], shape (n,)
        In rising order.
    known : ndarray of bool, shape (n, ...)
        Where the rasters of these times have a value.
    days : ndarray of datetime64[D], shape (d,)

    Returns
    -------
    ndarray, shape (d, ...), float32
        0 where the day has an observation of its own (parts of a day between hours); NaN where `apply_rule` gives none.
        Of a sum, the days to the last observation in it.
    """
    out = np.full((len(days), *known.shape[1:]), np.nan, np.float32)
    if not len(times):
        return out
    when, wanted = _numbers(rule, times, days)
    a_day = 24 if times.dtype == HOUR else 1
    if rule.rule == "same_day" or rule.rule in SUMS:
        length = 1 if rule.rule == "same_day" else _sum_window(rule, times.dtype)[0]
        start = _numbers(rule, times, days, ends=False)[1]
        least = 1 if rule.rule == "same_day" else least_known(rule.min_valid_fraction, length)
        for i, inside in enumerate(_inside(when, wanted, length)):
            if inside.stop - inside.start >= least:
                here = known[inside]
                latest = when[inside.stop - 1 - here[::-1].argmax(0)]
                out[i] = np.where(here.sum(0) >= least, np.maximum(0, start[i] - latest) / a_day, np.nan)
        return out
    limit = _longest_gap(rule, times.dtype)
    for i, (_, _, b_gap, a_gap) in enumerate(_neighbours(when, known.reshape(len(known), -1), wanted)):
        gap = b_gap if rule.rule == "hold" else np.minimum(b_gap, a_gap)
        held = rule.rule == "linear" and rule.hold_last and wanted[i] > when[-1]
        out[i] = np.where((gap <= limit) | (held & np.isfinite(gap)), gap / a_day, np.nan).reshape(known.shape[1:])
    return out


def _numbers(rule: Rule, times: np.ndarray, days: np.ndarray, ends: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return when the rasters are and what is wanted, in whole days or hours from the first raster.

    What is wanted is the end of a sum's window if `ends`, else the hour or day that it is for.
    """
    at = _targets(rule, times.dtype, days)
    if ends and rule.rule in SUMS:
        at = np.asarray(days, DAY).astype(times.dtype) + _sum_window(rule, times.dtype)[1]
    return (times - times[0]).astype(int), (at - times[0]).astype(int)


def _inside(when: np.ndarray, ends: np.ndarray, length: int) -> Iterator[slice]:
    """Yield for each end the rasters within (end - length, end]."""
    for start, stop in zip(np.searchsorted(when, ends - length, "right"), np.searchsorted(when, ends, "right")):
        yield slice(start, stop)


def _neighbours(when: np.ndarray, seen: np.ndarray, wanted: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield for each wanted time, pixel by pixel, the numbers of the observations before and after, and the gaps.

    `seen` has shape (rasters, pixels). Numbers may be any where the gap is infinite: there is no observation. They are
    the same arrays as for the wanted time before where they have not changed.
    """
    number = np.arange(len(when), dtype=np.int32)[:, None]
    # running number of the last observation up to each raster, and of the first one from it on
    before = np.maximum.accumulate(np.where(seen, number, -1), axis=0)
    after = np.minimum.accumulate(np.where(seen, number, len(when))[::-1], axis=0)[::-1]
    none = np.zeros(seen.shape[1], np.int32)
    up_to, from_on = np.searchsorted(when, wanted, "right") - 1, np.searchsorted(when, wanted, "left")
    last = None
    for time, u, f in zip(wanted, up_to, from_on):
        if (u, f) != last:  # days between two rasters share their neighbours
            last = u, f
            b = before[u] if u >= 0 else none - 1
            a = after[f] if f < len(when) else none + len(when)
            when_b = np.where(b >= 0, when[b.clip(0)], -np.inf).astype(np.float32)
            when_a = np.where(a < len(when), when[a.clip(max=len(when) - 1)], np.inf).astype(np.float32)
            b, a = b.clip(0), a.clip(max=len(when) - 1)
        yield b, a, time - when_b, when_a - time


def _between(rule: Rule, limit: int, when: np.ndarray, stack: np.ndarray, wanted: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` (days, ...) from the nearest real observation before and after each day, pixel by pixel."""
    shape = stack.shape[1:]
    stack = stack.reshape(len(stack), -1)
    columns = np.arange(stack.shape[1])
    last = None
    for i, (b, a, b_gap, a_gap) in enumerate(_neighbours(when, np.isfinite(stack), wanted)):
        if last is None or b is not last[0] or a is not last[1]:
            last = b, a
            value_b, value_a = stack[b, columns], stack[a, columns]
        if rule.rule == "hold":
            value = np.where(b_gap <= limit, value_b, np.nan)
        elif rule.rule == "nearest":
            value = np.where(b_gap <= a_gap, value_b, value_a)
            value = np.where(np.minimum(b_gap, a_gap) <= limit, value, np.nan)
        else:
            b_near, a_near = b_gap <= limit, a_gap <= limit
            both = b_near & a_near
            # written so that a day with its own observation is met exactly
            share = np.where(both, b_gap, 0) / np.where(both, b_gap + a_gap, 1).clip(1)
            line = value_b + (value_a - value_b) * share
            # where one side is too far the other is held
            value = np.where(both, line, np.where(b_near, value_b, np.where(a_near, value_a, np.nan)))
            if rule.hold_last and wanted[i] > when[-1]:
                value = np.where(np.isfinite(b_gap), value_b, value)
        out[i] = value.reshape(shape)
