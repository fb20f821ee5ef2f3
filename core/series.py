# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated rasters, and the rules that turn them into a value for any day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from glob import has_magic
from pathlib import Path

import numpy as np
import rasterio

from .errors import InputError
from .raster import FAULTS, Source
from .settings import Rule

# in file names as products write them, most particular first; each with the shape it must have
DATE_PATTERNS = (
    ("%Y-%m-%d", r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"),
    ("%Y_%m_%d", r"(?<!\d)(?:19|20)\d\d_[01]\d_[0-3]\d(?!\d)"),
    ("%Y.%m.%d", r"(?<!\d)(?:19|20)\d\d\.[01]\d\.[0-3]\d(?!\d)"),
    ("%Y%m%d", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?!\d)"),
    ("%Y%m%d", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?=T\d)"),
    ("A%Y%j", r"A(?:19|20)\d\d[0-3]\d\d(?!\d)"),
    ("%Y%j", r"(?<!\d)(?:19|20)\d\d[0-3]\d\d(?!\d)"),
    ("%Y_%j", r"(?<!\d)(?:19|20)\d\d_[0-3]\d\d(?!\d)"),
)


@dataclass(frozen=True)
class Series:
    """Rasters in the order of their days: `days`, datetime64[D] and shape (n,), and one `Source` for each."""

    days: np.ndarray
    sources: tuple[Source, ...]

    @classmethod
    def from_files(cls, pattern: str | Path, date: str | None = None, **source) -> Series:
        """Collect files whose names hold their day.

        Parameters
        ----------
        pattern : path or glob
            A folder stands for all GeoTIFFs in it.
        date : str, optional
            How the day is written in the name, as "%Y%m%d"; guessed when left out.
        source : dict
            Further fields of every `Source`, as `scale` or `nodata`.

        Raises
        ------
        InputError
            If there is no such file, a name has no day, or two files have the same day.
        """
        paths = find_files(pattern)
        date = date or guess_date_pattern([p.name for p in paths])
        days = np.array([day_in_name(p.name, date) for p in paths], "datetime64[D]")
        order = np.argsort(days, kind="stable")
        twice = np.nonzero(np.diff(days[order]) == np.timedelta64(0, "D"))[0]
        if len(twice):
            a, b = (paths[order[twice[0] + i]].name for i in (0, 1))
            raise InputError(f"{a} and {b} in {paths[0].parent} have the same day; keep one of them.")
        return cls(days[order], tuple(Source(str(paths[i]), **source) for i in order))

    def __len__(self) -> int:
        return len(self.days)

    def between(self, first: np.datetime64, last: np.datetime64) -> Series:
        """Return the part from the first to the last day, both included."""
        keep = (self.days >= first) & (self.days <= last)
        return replace(self, days=self.days[keep], sources=tuple(s for s, k in zip(self.sources, keep) if k))

    def needed(self, rule: Rule, days: np.ndarray) -> Series:
        """Return the part of the series that the rule may look at for the days."""
        first, last = days.min(), days.max()
        if rule.rule == "same_day":
            keep = np.isin(self.days, days)
            return replace(self, days=self.days[keep], sources=tuple(s for s, k in zip(self.sources, keep) if k))
        if rule.rule in ("sum_before", "mean_before"):
            return self.between(first - rule.days, last)
        gap = rule.longest_gap_days
        return self.between(first - gap, last if rule.rule == "hold" else last + gap)


def apply_rule(rule: Rule, known_days: np.ndarray, stack: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the values of the days.

    Parameters
    ----------
    rule : Rule
    known_days : ndarray of datetime64[D], shape (n,)
        In rising order.
    stack : ndarray, shape (n, ...)
        The rasters of these days; NaN where unknown.
    days : ndarray of datetime64[D], shape (d,)

    Returns
    -------
    ndarray, shape (d, ...), float32
        NaN where the rule finds nothing within its limits.
    """
    shape = stack.shape[1:]
    out = np.full((len(days), *shape), np.nan, np.float32)
    if not len(known_days):
        return out
    when = (known_days - known_days[0]).astype(int)
    wanted = (np.asarray(days, "datetime64[D]") - known_days[0]).astype(int)
    if rule.rule == "same_day":
        at = np.searchsorted(when, wanted).clip(max=len(when) - 1)
        hit = when[at] == wanted
        out[hit] = stack[at[hit]]
    elif rule.rule in ("sum_before", "mean_before"):
        for i, day in enumerate(wanted):
            last = day if rule.with_day else day - 1
            inside = (when <= last) & (when > last - rule.days)
            # a day that is missing makes the sum unknown, not small
            if inside.sum() == rule.days:
                out[i] = stack[inside].sum(0) if rule.rule == "sum_before" else stack[inside].mean(0)
    else:
        _between(rule, when, stack.reshape(len(stack), -1), wanted, out.reshape(len(days), -1))
    return out


def _between(rule: Rule, when: np.ndarray, stack: np.ndarray, wanted: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` (days, pixels) from the nearest real observation before and after each day, pixel by pixel."""
    number = np.arange(len(when), dtype=np.int32)[:, None]
    seen = np.isfinite(stack)
    # running number of the last observation up to each raster, and of the first one from it on
    before = np.maximum.accumulate(np.where(seen, number, -1), axis=0)
    after = np.minimum.accumulate(np.where(seen, number, len(when))[::-1], axis=0)[::-1]
    columns = np.arange(stack.shape[1])
    far = np.iinfo(np.int32).max
    for i, day in enumerate(wanted):
        up_to = np.searchsorted(when, day, "right") - 1
        from_on = np.searchsorted(when, day, "left")
        b = before[up_to] if up_to >= 0 else np.full(len(columns), -1)
        a = after[from_on] if from_on < len(when) else np.full(len(columns), len(when))
        b_gap = np.where(b >= 0, day - when[b.clip(0)], far)
        a_gap = np.where(a < len(when), when[a.clip(max=len(when) - 1)] - day, far)
        value_b, value_a = stack[b.clip(0), columns], stack[a.clip(max=len(when) - 1), columns]
        limit = rule.longest_gap_days
        if rule.rule == "hold":
            out[i] = np.where(b_gap <= limit, value_b, np.nan)
        elif rule.rule == "nearest":
            value = np.where(b_gap <= a_gap, value_b, value_a)
            out[i] = np.where(np.minimum(b_gap, a_gap) <= limit, value, np.nan)
        else:
            b_near, a_near = b_gap <= limit, a_gap <= limit
            span = np.where(b_near & a_near, b_gap + a_gap, 1).clip(1)
            # written so that a day with its own observation is met exactly
            line = value_b + (value_a - value_b) * (np.where(a_near & b_near, b_gap, 0) / span).astype(np.float32)
            # where one side is too far the other is held
            out[i] = np.where(b_near & a_near, line, np.where(b_near, value_b, np.where(a_near, value_a, np.nan)))


def find_files(pattern: str | Path) -> list[Path]:
    """Return the files of a glob, or the GeoTIFFs of a folder, or one file; sorted by name."""
    path = Path(pattern)
    if path.is_dir():
        found = [p for p in path.iterdir() if p.suffix.lower() in (".tif", ".tiff") and not p.name.startswith(".")]
    elif has_magic(str(pattern)):
        fixed = next(i for i, part in enumerate(path.parts) if has_magic(part))
        found = list(Path(*path.parts[:fixed]).glob(str(Path(*path.parts[fixed:]))))
        found = [p for p in found if not p.name.startswith(".")]
    else:
        found = [path] if path.exists() else []
    if not found:
        raise InputError(f"No raster files at {pattern}; check the folder and the pattern.")
    return sorted(found)


def guess_date_pattern(names: Sequence[str]) -> str:
    """Return the way of writing days that fits all names, as "%Y%m%d"."""
    for pattern, shape in DATE_PATTERNS:
        if all(re.search(shape, name) for name in names):
            try:
                for name in names:
                    day_in_name(name, pattern)
            except InputError:
                continue
            return pattern
    raise InputError(
        f"Found no date in all of the {len(names)} file names, of which the first is '{names[0]}'; give the pattern, "
        "as %Y%m%d for 20230501, or A%Y%j for A2023121."
    )


def day_in_name(name: str, pattern: str) -> np.datetime64:
    """Return the day that a file name holds in the given way of writing."""
    shape = re.escape(pattern)
    for code, digits in (("%Y", r"\d{4}"), ("%m", r"\d\d"), ("%d", r"\d\d"), ("%j", r"\d{3}"), ("%H", r"\d\d")):
        shape = shape.replace(code, digits)
    # no digit right before: the 2015 of "12015" is no year
    for found in re.finditer(rf"(?<!\d){shape}", name):
        try:
            return np.datetime64(datetime.strptime(found.group(), pattern).date(), "D")
        except ValueError:
            continue
    raise InputError(f"The file name '{name}' holds no date written as {pattern}.")


def day_of(path: str | Path) -> str:
    """Return the day of a raster file, as "2023-05-01": what its tag `date` says, else its name, else ''."""
    name = Path(path).name
    # the first that holds a day
    for find in (lambda: parse_day(_tag(path, "date")), lambda: day_in_name(name, guess_date_pattern([name]))):
        with suppress(InputError):
            return str(find())
    return ""


def _tag(path: str | Path, name: str) -> str:
    """Return a tag of a raster file; '' if it has none, or is none."""
    try:
        with rasterio.open(path) as dataset:
            return dataset.tags().get(name, "")
    except FAULTS:
        return ""


def without_day(name: str) -> str:
    """Return a name without the day at its end, as "ndvi" for "ndvi_20230501"."""
    for _, shape in DATE_PATTERNS:
        found = re.search(rf"[ _.-]{shape}$", name)
        if found and found.start():
            return name[: found.start()]
    return name


def parse_day(text: str, what: str = "date") -> np.datetime64:
    """Return a day from "2023-05-01", or raise `InputError`."""
    try:
        return np.datetime64(datetime.strptime(str(text), "%Y-%m-%d").date(), "D")
    except ValueError as error:
        raise InputError(f"The {what} '{text}' is not a day written as 2023-05-01.") from error
