# SPDX-License-Identifier: GPL-2.0-or-later
"""Which days a file without a time axis is of: by its name, by what it says of itself, or as a person says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np

from ...base.errors import InputError
from ...rasters.dates import TwoDates, guess_date_pattern, parse_day, span_in_name
from ..settings import GridsOptions

# attributes and tags of an observation, in lower case; that of a file's making, TIFFTAG_DATETIME, is none
BEGINS = ("time_coverage_start", "rangebeginningdate", "acquisitiondatetime", "acquisition_date", "date_acquired",
          "sensing_start", "start_date", "date")  # fmt: skip
ENDS = ("time_coverage_end", "rangeendingdate", "sensing_stop", "end_date")
MONTH = 31
LONGEST = 366  # days that a map covers: what says more is said of a whole collection
DAY = np.timedelta64(1, "D")
WRITTEN = re.compile(r"\s*(\d{4})[-:/]?(\d\d)[-:/]?(\d\d)(?:[T\s_]*(\d\d):?(\d\d)(?::?(\d\d))?)?")


class FileDays:
    """The days of files that have no time axis.

    Parameters
    ----------
    names : sequence of str
        Of all files.
    options : GridsOptions
        Its pattern and its day.

    Attributes
    ----------
    pattern : str
        How names hold their day; '' if they hold none.
    """

    def __init__(self, names: Sequence[str], options: GridsOptions):
        self.pattern = options.date or _usual_pattern(names)
        self._given = bool(options.date)
        self._ends = _ends_of(names, self.pattern)
        day = parse_day(options.day, "day of undated files") if options.day else None
        self._day = None if day is None else _span(day, day)

    def of(self, name: str, says: Mapping[str, str]) -> np.ndarray | None:
        """Return from when to when a file holds, datetime64[s], shape (2,); None if nothing tells it.

        Parameters
        ----------
        name : str
            Of the file.
        says : mapping of str
            Its tags or attributes.

        Raises
        ------
        InputError
            If its name and what it says of itself contradict each other, or its name lacks the pattern that is given.
        """
        named, said = self.named(name), said_by(says)
        if self._given:
            return named
        if named is not None and said is not None and not _meet(named, said):
            raise InputError(
                f"Its name tells {_day(named)}, but it says of itself that it is of {_day(said)}. Give the pattern of "
                f"the name, as {self.pattern}, if that is right; else take the day out of the name."
            )
        if named is not None and said is not None:
            # what is said of a whole collection stays in the files that are cut from it
            return said if _day(said) == _day(named) and _days(said) <= MONTH else named
        return next((span for span in (named, said, self._day) if span is not None), None)

    def how(self, name: str) -> str:
        """Say what tells the day of a file."""
        return f"file names as {self.pattern}" if self.named(name) is not None else "the files' tags or the settings"

    def named(self, name: str) -> np.ndarray | None:
        """Return from when to when a file holds by its name, datetime64[s], shape (2,); None if that tells nothing."""
        if not self.pattern:
            return None
        try:
            first, _ = span_in_name(name, self.pattern)
        except InputError:
            if self._given:
                raise
            return None
        return _span(first, self._ends.get(first, first))


def said_by(says: Mapping[str, str]) -> np.ndarray | None:
    """Return from when to when a file says that it holds, datetime64[s], shape (2,); None if it does not."""
    plain = {key.rsplit("#", 1)[-1].lower(): text for key, text in says.items()}
    begin, end = (_moment(plain, words) for words in (BEGINS, ENDS))
    if begin is None:
        return None
    span = _span(begin, begin if end is None else end)
    return span if 0 < _days(span) <= LONGEST else None


def _moment(says: Mapping[str, str], words: Sequence[str]) -> np.datetime64 | None:
    """Return the first time that attributes tell, a day where no clock is told."""
    for word in words:
        found = WRITTEN.match(str(says.get(word, "")))
        if not found:
            continue
        year, month, day, hour, minute, second = found.groups()
        try:
            if hour is None:
                return np.datetime64(f"{year}-{month}-{day}", "D")
            return np.datetime64(f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}", "s")
        except ValueError:
            continue
    return None


def _span(begin: np.datetime64, end: np.datetime64) -> np.ndarray:
    """Return from when to when values hold that begin and end then; a day ends when the next begins."""
    whole = np.datetime_data(end)[0] == "D"
    end = end + DAY if whole else end + np.timedelta64(1, "s")
    return np.array([begin, end], "datetime64[s]")


def _days(span: np.ndarray) -> float:
    return float((span[1] - span[0]) / DAY)


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two spans have a day in common, or days side by side: that of another clock is no contradiction."""
    return bool(one[0] - DAY < other[1] and other[0] < one[1] + DAY)


def _day(span: np.ndarray) -> str:
    return str(span[0].astype("datetime64[D]"))


def _usual_pattern(names: Sequence[str]) -> str:
    """Return the way of writing days that most names have; '' if none has one."""
    seen: Counter[str] = Counter()
    for name in names:
        try:
            seen[guess_date_pattern([name])] += 1
        except TwoDates:
            raise
        except InputError:
            continue
    return seen.most_common(1)[0][0] if seen else ""


def _ends_of(names: Sequence[str], pattern: str) -> dict[np.datetime64, np.datetime64]:
    """Return the last day of each first day in names, where the two say how long files hold.

    A second day may also be that on which a file was made: it ends a period only if no two of several files overlap.
    """
    spans = set()
    for name in names if pattern else ():
        with suppress(InputError):
            spans.add(span_in_name(name, pattern))
    first, last = np.array(sorted(spans), "datetime64[D]").reshape(-1, 2).T
    if len(first) < 2 or not (last > first).all() or (last[:-1] > first[1:]).any():
        return {}
    if (last[:-1] == first[1:]).any():
        last = last - DAY  # the day after is meant
    return dict(zip(first, last)) if ((last - first) / DAY < LONGEST).all() else {}
