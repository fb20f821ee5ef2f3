# SPDX-License-Identifier: GPL-2.0-or-later
"""The times of a variable of a NetCDF file, and which of its bands are of which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...base.errors import InputError
from .axes import Axis, scalar_time
from .cf_time import is_time, seconds_of, times_of

ALTERNATIVES = ("expver",)  # final (1) and preliminary (5) data side by side: the first that is known counts
CLOCKS = ("time", "t", "date")  # what a dimension of time is called that does not say what it counts
LEADS = ("step", "forecast_period", "leadtime")  # hours after the reference time of a forecast


def told_span(path: Path, name: str, axes: list[Axis], told: Callable) -> np.ndarray:
    """Return from when to when a variable without a time axis holds, shape (2,): NaT if nothing tells it."""
    alone = scalar_time(path)
    if alone is not None:
        times = times_of(name, alone.unit, alone.says.get("calendar", ""), _values(name, alone))
        bounds = _bounds_of(name, alone)
        return np.repeat(times, 2) if bounds is None else bounds[0]
    span = told()
    clocks = [axis for axis in axes if axis.role == "t" or axis.name.lower() in CLOCKS]
    if span is None and clocks:
        raise InputError(_timeless(name, axes))
    return np.array(["NaT", "NaT"], "datetime64[s]") if span is None else span


def _timeless(name: str, axes: list[Axis]) -> str:
    several = any(is_time(axis.unit) for axis in axes)
    return (
        f"{name} has no time: of its dimensions ({', '.join(a.name for a in axes) or 'none but rows and columns'}) "
        f"{'several count' if several else 'none counts'} something since a day."
    )


def steps_of(name: str, axes: list[Axis], span: np.ndarray | None = None) -> tuple:
    """Return times, the bands of each, the sizes of the dimensions before rows and columns, and the bounds of times.

    `span` is from when to when the values of a variable without a time axis hold.
    """
    empty = next((axis.name for axis in axes if not axis.size), None)
    if empty is not None:
        raise InputError(f"{name} holds nothing: its dimension {empty} has no step. Download the file again.")
    sizes = tuple(axis.size for axis in axes)
    numbers = np.arange(1, np.prod(sizes, dtype=int) + 1).reshape(sizes)
    clock = [i for i, axis in enumerate(axes) if is_time(axis.unit)]
    if span is not None:
        times, bounds = span[:1], span[None] if span[1] > span[0] else None
        numbers, others = numbers[None], axes
    elif len(clock) == 1:
        time = axes[clock[0]]
        if time.says.get("climatology"):
            raise InputError(
                f"{name} holds means over many years (its {time.name} has the attribute climatology), which are of no "
                "day. Take out the one that is wanted without its time, as with ncwa -a: then it holds for all days."
            )
        times = times_of(name, time.unit, time.says.get("calendar", ""), _values(name, time))
        bounds = _bounds_of(name, time)
        numbers, others = np.moveaxis(numbers, clock[0], 0), axes[: clock[0]] + axes[clock[0] + 1 :]
    else:
        raise InputError(_timeless(name, axes))
    keep = 1
    for axis in others:
        if axis.name in ALTERNATIVES:
            keep += 1
        elif axis.name in LEADS:
            times = (times[:, None] + _leads(name, axis)).ravel()
            bounds = None  # they are those of the reference time
            numbers = np.moveaxis(numbers, keep, 1).reshape(-1, *np.delete(numbers.shape, [0, keep]))
            keep = 1
        elif axis.size == 1:
            numbers = numbers.take(0, axis=keep)
        else:
            raise InputError(
                f"{name} has a further dimension, {axis.name} of {axis.size}; cut out the one that is wanted first."
            )
    numbers = numbers.reshape(len(times), -1)
    order = np.argsort(times, kind="stable")
    return times[order], numbers[order], sizes, None if bounds is None else bounds[order]


def _bounds_of(name: str, time: Axis) -> np.ndarray | None:
    """Return from when to when the values of each time hold, shape (n, 2); None if that is not said of all of them."""
    if time.bounds is None or not np.isfinite(time.bounds).all() or not (time.bounds[:, 1] > time.bounds[:, 0]).all():
        return None
    return times_of(name, time.unit, time.says.get("calendar", ""), time.bounds.ravel()).reshape(-1, 2)


def _leads(name: str, axis: Axis) -> np.ndarray:
    seconds = seconds_of(axis.unit or "hours")
    if seconds is None:
        raise InputError(f"The {axis.name} of {name} is given in '{axis.unit}', which is no unit of time.")
    return np.rint(_values(name, axis) * seconds).astype("timedelta64[s]")


def _values(name: str, axis: Axis) -> np.ndarray:
    if axis.values is None:
        raise InputError(f"{name} has no values along its dimension {axis.name}; the file may be damaged.")
    return np.asarray(axis.values, float)
