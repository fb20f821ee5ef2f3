# SPDX-License-Identifier: GPL-2.0-or-later
"""Days and hours as file names and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import numpy as np

from ..base.errors import InputError
from .open import tags_of

# of MODIS, VIIRS and AppEEARS: always the day of the observation, whatever other day a name tells
ACQUIRED = (("A%Y%j", r"A(?:19|20)\d\d[0-3]\d\d(?!\d)"), ("doy%Y%j", r"doy(?:19|20)\d\d[0-3]\d\d"))
# in file names as products write them, most particular first; each with the shape it must have
DATE_PATTERNS = (
    *ACQUIRED,
    ("%Y-%m-%d", r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"),
    ("%Y_%m_%d", r"(?<!\d)(?:19|20)\d\d_[01]\d_[0-3]\d(?!\d)"),
    ("%Y.%m.%d", r"(?<!\d)(?:19|20)\d\d\.[01]\d\.[0-3]\d(?!\d)"),
    ("%Y%m%d", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?!\d|T\d\d(?!\d))"),
    ("%Y%m%dT%H", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\dT[0-2]\d(?!\d)"),
    ("%Y%m%d%H", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d[0-2]\d(?!\d)"),
    ("%Y%j", r"(?<!\d)(?:19|20)\d\d[0-3]\d\d(?!\d)"),
    ("%Y_%j", r"(?<!\d)(?:19|20)\d\d_[0-3]\d\d(?!\d)"),
)
# products whose names begin with when they were observed, and end with when they were made
OBSERVED_FIRST = re.compile(r"^(?:SMAP_|S[1-6][A-D_]_|S5P_|L[CEOT]0\d_|ESACCI|c_gls_)", re.IGNORECASE)
DAY, HOUR = np.dtype("datetime64[D]"), np.dtype("datetime64[h]")
YEARS = 1800, 2200  # of days that a person may ask for; tables hold none before 1678 or after 2261


class TwoDates(InputError):
    """File names that hold two days, of which either may be meant."""


def guess_date_pattern(names: Sequence[str]) -> str:
    """Return the way of writing days that fits all names, as "%Y%m%d".

    Raises
    ------
    InputError
        If none does.
    TwoDates
        If several do and tell other days, or the second day of all names is the earlier one.
    """
    fitting = [pattern for pattern, shape in DATE_PATTERNS if _fits_all(names, pattern, shape)]
    if not fitting:
        raise InputError(_no_pattern(names))
    if fitting[0] in dict(ACQUIRED):
        return fitting[0]
    if all(OBSERVED_FIRST.match(name) for name in names):
        return min(fitting, key=lambda pattern: _place(names[0], pattern))
    first = fitting[0]
    for other in fitting[1:]:
        unlike = [name for name in names if day_in_name(name, first) != day_in_name(name, other)]
        if unlike:
            raise TwoDates(_two_dates(unlike[0], day_in_name(unlike[0], first), day_in_name(unlike[0], other), other))
    spans = [span_in_name(name, first) for name in names]
    if all(end < start for start, end in spans):
        raise TwoDates(_two_dates(names[0], *spans[0], ""))
    return first


def _fits_all(names: Sequence[str], pattern: str, shape: str) -> bool:
    """Whether every name holds a day written so."""
    if not all(re.search(shape, name) for name in names):
        return False
    with suppress(InputError):
        return all(day_in_name(name, pattern) is not None for name in names)
    return False


def _place(name: str, pattern: str) -> int:
    """Return where the day written so stands in a name."""
    found = re.search(dict(DATE_PATTERNS)[pattern], name)
    return found.start() if found else len(name)


def _no_pattern(names: Sequence[str]) -> str:
    """Say that no way of writing days fits all names, and which comes nearest."""
    fits = {pattern: [name for name in names if re.search(shape, name)] for pattern, shape in DATE_PATTERNS}
    best = max(fits, key=lambda pattern: len(fits[pattern]))
    other = next((n for n in names if n not in fits[best]), names[0])
    some = f": {best} fits {len(fits[best])}, but not '{other}'" if fits[best] else f", the first is '{names[0]}'"
    return (
        f"Found no date in all of the {len(names)} file names{some}. Keep files of one kind in a folder, or give the "
        "pattern, as %Y%m%d for 20230501, or A%Y%j for A2023121."
    )


def _two_dates(name: str, one: np.datetime64, two: np.datetime64, pattern: str) -> str:
    """Say that a name holds two days, and how to tell which is meant."""
    how = f"give the pattern, as {pattern} for {two}" if pattern else "take the other day out of the names"
    return (
        f"The file name '{name}' holds two days, {one} and {two}: one may be that of the observation, the other that "
        f"on which the file was made. Say which: {how}, or rename the files."
    )


def day_in_name(name: str, pattern: str) -> np.datetime64:
    """Return the day that a file name holds in the given way of writing."""
    return time_in_name(name, pattern).astype(DAY)


def time_in_name(name: str, pattern: str) -> np.datetime64:
    """Return the day, or with %H in the pattern the hour, that a file name holds in the given way of writing."""
    for time in _times_in_name(name, pattern):
        return time
    raise InputError(f"The file name '{name}' holds no date written as {pattern}.")


def span_in_name(name: str, pattern: str) -> tuple[np.datetime64, np.datetime64]:
    """Return the first two days that a file name holds in the given way of writing; twice the same if there is one."""
    days = [time.astype(DAY) for time in _times_in_name(name, pattern)]
    first = days[0] if days else day_in_name(name, pattern)
    return first, days[1] if len(days) > 1 else first


def _times_in_name(name: str, pattern: str) -> Iterator[np.datetime64]:
    codes = re.findall("%.", pattern)
    if len(codes) != len(set(codes)) or not set(codes) <= {"%Y", "%m", "%d", "%j", "%H"} or "%Y" not in codes:
        raise InputError(
            f"'{pattern}' is no date pattern: it needs %Y, with %m and %d or %j (day of the year), each once, and %H "
            "for an hour. Give it as %Y%m%d for 20230501, or A%Y%j for A2023121."
        )
    shape = re.escape(pattern)
    for code, digits in (("%Y", r"\d{4}"), ("%m", r"\d\d"), ("%d", r"\d\d"), ("%j", r"\d{3}"), ("%H", r"\d\d")):
        shape = shape.replace(code, digits)
    # no digit right before: the 2015 of "12015" is no year; right behind only if it is so everywhere, as with seconds
    whole = re.search(rf"(?<!\d){shape}(?!\d)", name)
    for found in re.finditer(rf"(?<!\d){shape}" + (r"(?!\d)" if whole else ""), name):
        try:
            yield np.datetime64(datetime.strptime(found.group(), pattern), "h" if "%H" in pattern else "D")
        except ValueError:
            continue


def parse_day(text: str | date | np.datetime64, what: str = "date") -> np.datetime64:
    """Return a day, datetime64[D], from "2023-05-01" or from a date, or raise `InputError`."""
    month_or_more = isinstance(text, np.datetime64) and np.datetime_data(text)[0] in "YMW"
    if isinstance(text, (date, np.datetime64)) and text == text and not month_or_more:  # NaT is not itself
        return np.datetime64(text, "D")
    try:
        day = np.datetime64(datetime.strptime(str(text), "%Y-%m-%d").date(), "D")
    except ValueError as error:
        raise InputError(f"The {what} '{str(text)[:40]}' is not a day written as 2023-05-01.") from error
    if not YEARS[0] <= day.astype("datetime64[Y]").astype(int) + 1970 <= YEARS[1]:
        raise InputError(f"The {what} {day} does not lie in the years {YEARS[0]} to {YEARS[1]}; check its year.")
    return day


def days_asked(first: str | None, last: str | None) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    """Return the first and the last day, datetime64[D], of texts as "2023-05-01"; None where one is empty."""
    start = parse_day(first, "first day") if first else None
    end = parse_day(last, "last day") if last else None
    if start is not None and end is not None and end < start:
        raise InputError(f"The last day, {end}, is before the first, {start}. Exchange them.")
    return start, end


def day_of(path: str | Path) -> np.datetime64 | None:
    """Return the day of a raster file, datetime64[D]: what its tag `date` says, else its name, else None.

    Raises
    ------
    TwoDates
        If its name holds two days of which either may be meant.
    """
    name = Path(path).name
    told = tags_of(path).get("date", "")
    # the first that holds a day
    for find in (lambda: parse_day(told), lambda: day_in_name(name, guess_date_pattern([name]))):
        try:
            return find()
        except TwoDates:
            raise
        except InputError:
            continue
    return None


def map_name(name: str, day: np.datetime64 | None = None) -> str:
    """Return the file name of a map, as "ndvi_20230501.tif"; "sand.tif" of one that holds for all days."""
    return f"{name}.tif" if day is None else f"{name}_{str(day).replace('-', '')}.tif"


def without_day(name: str) -> str:
    """Return a name without the days at its end, as "ndvi" for "ndvi_20230501" and "ndvi_20230501_20230516"."""
    for _, shape in DATE_PATTERNS:
        found = re.search(rf"[ _.-]{shape}$", name)
        if found and found.start():
            return without_day(name[: found.start()])
    return name
