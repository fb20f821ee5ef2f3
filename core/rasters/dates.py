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

# in file names as products write them, most particular first; each with the shape it must have
DATE_PATTERNS = (
    ("%Y-%m-%d", r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"),
    ("%Y_%m_%d", r"(?<!\d)(?:19|20)\d\d_[01]\d_[0-3]\d(?!\d)"),
    ("%Y.%m.%d", r"(?<!\d)(?:19|20)\d\d\.[01]\d\.[0-3]\d(?!\d)"),
    ("%Y%m%d", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?!\d|T\d\d(?!\d))"),
    ("%Y%m%dT%H", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\dT[0-2]\d(?!\d)"),
    ("%Y%m%d%H", r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d[0-2]\d(?!\d)"),
    ("A%Y%j", r"A(?:19|20)\d\d[0-3]\d\d(?!\d)"),
    ("%Y%j", r"(?<!\d)(?:19|20)\d\d[0-3]\d\d(?!\d)"),
    ("%Y_%j", r"(?<!\d)(?:19|20)\d\d_[0-3]\d\d(?!\d)"),
)
DAY, HOUR = np.dtype("datetime64[D]"), np.dtype("datetime64[h]")
YEARS = 1800, 2200  # of days that a person may ask for; tables hold none before 1678 or after 2261


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
    fits: dict[str, list[str]] = {}
    for pattern, shape in DATE_PATTERNS:
        fits[pattern] = [name for name in names if re.search(shape, name)]
    best = max(fits, key=lambda pattern: len(fits[pattern]))
    other = next((n for n in names if n not in fits[best]), names[0])
    some = f": {best} fits {len(fits[best])}, but not '{other}'" if fits[best] else f", the first is '{names[0]}'"
    raise InputError(
        f"Found no date in all of the {len(names)} file names{some}. Keep files of one kind in a folder, or give the "
        "pattern, as %Y%m%d for 20230501, or A%Y%j for A2023121."
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
    # no digit right before: the 2015 of "12015" is no year
    for found in re.finditer(rf"(?<!\d){shape}", name):
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
    """Return the day of a raster file, datetime64[D]: what its tag `date` says, else its name, else None."""
    name = Path(path).name
    told = tags_of(path).get("date", "")
    # the first that holds a day
    for find in (lambda: parse_day(told), lambda: day_in_name(name, guess_date_pattern([name]))):
        with suppress(InputError):
            return find()
    return None


def map_name(name: str, day: np.datetime64 | None = None) -> str:
    """Return the file name of a map, as "ndvi_20230501.tif"; "sand.tif" of one that holds for all days."""
    return f"{name}.tif" if day is None else f"{name}_{str(day).replace('-', '')}.tif"


def without_day(name: str) -> str:
    """Return a name without the day at its end, as "ndvi" for "ndvi_20230501"."""
    for _, shape in DATE_PATTERNS:
        found = re.search(rf"[ _.-]{shape}$", name)
        if found and found.start():
            return name[: found.start()]
    return name
