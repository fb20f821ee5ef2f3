# SPDX-License-Identifier: GPL-2.0-or-later
"""Times of NetCDF files, counted in a unit since a moment, as the CF conventions have it."""

from __future__ import annotations

import re

import numpy as np

from ...base.errors import InputError

SECONDS = {
    **dict.fromkeys(("nanosecond", "nanosec", "nsec", "ns"), 1e-9),
    **dict.fromkeys(("microsecond", "microsec", "usec", "us", "µs", "μs"), 1e-6),
    **dict.fromkeys(("millisecond", "millisec", "msec", "ms"), 1e-3),
    **dict.fromkeys(("second", "sec", "s"), 1),
    **dict.fromkeys(("minute", "min"), 60),
    **dict.fromkeys(("hour", "hr", "h"), 3600),
    **dict.fromkeys(("day", "d"), 86_400),
    **dict.fromkeys(("week",), 7 * 86_400),
}
UNEVEN = ("month", "mon", "year", "yr", "season", "decade", "common_year", "common_years", "leap_year", "leap_years")
MIXED = ("", "standard", "gregorian")  # Julian before 15 October 1582, as CF and UDUNITS count
CALENDARS = (*MIXED, "proleptic_gregorian", "utc")
GREGORIAN = np.datetime64("1582-10-15")
LATEST = 4e11  # s from 1970, beyond the year 9999; the default fill of NetCDF is later
SINCE = re.compile(
    r"\s*(?P<unit>[^\W\d]+)\s+since\s+(?P<year>[+-]?\d{1,4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T\s]\s*(?P<clock>\d{1,2}(?::\d{1,2}){0,2}(?:\.\d*)?))?\s*(?P<zone>.*?)\s*$",
    re.I,
)
ZONE = re.compile(r"(?:UTC|GMT)?\s*(?:(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?|Z|UT", re.I)
NAMED = "%Y%m%d"  # what the absolute days of CDO are written in, as 20230501.5


def is_time(unit: str) -> bool:
    """Return whether a unit is one of times."""
    return bool(re.search(r"\ssince\s", unit, re.I)) or unit.startswith(f"day as {NAMED}")


def seconds_of(unit: str) -> float | None:
    """Return the seconds of a unit as files write it; None if it has no fixed length."""
    word = unit.strip().lower()
    return SECONDS.get(word, SECONDS.get(word[:-1]) if word.endswith("s") else None)


def times_of(name: str, unit: str, calendar: str, values: np.ndarray) -> np.ndarray:
    """Return the times that numbers mean, in UTC.

    Parameters
    ----------
    name : str
        Of the variable that has them, for errors.
    unit : str
        As "hours since 2000-01-01 00:00:00 +02:00".
    calendar : str
        "" if the file tells none.
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray of datetime64[s], shape (n,)

    Raises
    ------
    InputError
        If the unit has no fixed length, the calendar has other days than ours, or a value is no time.
    """
    if calendar.lower() not in CALENDARS:
        raise InputError(
            f"{name} counts its days in the calendar '{calendar}', which has other days than ours; convert the file "
            "first, as with cdo setcalendar,standard."
        )
    values = np.asarray(values, float)
    if unit.startswith(f"day as {NAMED}"):
        return _named(name, values)
    start, seconds = _start(name, unit, calendar.lower())
    after = values * seconds
    if not (np.abs(after) < LATEST).all():
        wrong = values[~(np.abs(after) < LATEST)][0]
        raise InputError(f"{name} has a time of {wrong:g} {unit}, which is none; the file may be damaged.")
    times = start + np.rint(after).astype("timedelta64[s]")
    if calendar.lower() in MIXED and (times < GREGORIAN).any():
        raise InputError(f"{name} has times before {GREGORIAN} ('{unit}'), where calendars differ.")
    return times


def _start(name: str, unit: str, calendar: str) -> tuple[np.datetime64, float]:
    """Return the moment that times count from, in UTC, and the seconds of their unit."""
    found = SINCE.match(unit)
    seconds = seconds_of(found["unit"]) if found else None
    if found and found["unit"].lower().rstrip("s") in UNEVEN:
        raise InputError(
            f"The times of {name} are given as '{unit}', but months and years are not of one length; convert the file "
            "first, as with cdo settunits,days."
        )
    zone = ZONE.fullmatch(found["zone"]) if found else None
    if not found or not seconds or not zone:
        raise InputError(
            f"The times of {name} are given as '{unit}', which cannot be read: write them as 'hours since 2000-01-01 "
            "00:00:00 +00:00'."
        )
    hours, minutes, clock_seconds = ([float(v) for v in (found["clock"] or "0").split(":")] + [0, 0])[:3]
    try:
        start = _day(int(found["year"]), int(found["month"]), int(found["day"]), calendar)
    except ValueError as error:
        raise InputError(f"The times of {name} count from a day that is none: '{unit}'.") from error
    ahead = int(zone["hours"] or 0) * 3600 + int(zone["minutes"] or 0) * 60
    ahead = -ahead if zone["sign"] == "-" else ahead
    clock = round(hours * 3600 + minutes * 60 + clock_seconds)
    return start.astype("datetime64[s]") + np.timedelta64(clock - ahead, "s"), seconds


def _day(year: int, month: int, day: int, calendar: str) -> np.datetime64:
    """Return our day of a day of a calendar."""
    ours = year > 1582 or calendar not in MIXED or (year, month, day) >= (1582, 10, 15)
    if ours:
        return np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")
    if year == 0 or not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError
    # of the Julian calendar by its day number, in years that begin with March
    before = (14 - month) // 12
    number = day + (153 * (month + 12 * before - 3) + 2) // 5 + 365 * (year - before) + (year - before) // 4 - 719_471
    return np.datetime64(number, "D")


def _named(name: str, values: np.ndarray) -> np.ndarray:
    """Return the times of days that are written as numbers, 20230501.5 for noon."""
    try:
        days = np.array([f"{d[:-4]}-{d[-4:-2]}-{d[-2:]}" for d in np.char.mod("%d", values)], "datetime64[D]")
    except ValueError as error:
        raise InputError(f"{name} has a time that is no day written as {NAMED}.") from error
    return days.astype("datetime64[s]") + np.rint(values % 1 * 86_400).astype("timedelta64[s]")
