# SPDX-License-Identifier: GPL-2.0-or-later
"""Several passes of a sensor on a day: how their files tell them apart, and which are wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...base.errors import InputError
from .cube import Cube

# words by which names tell passes of a day apart; AM and PM mean the one or the other by sensor
PASS = re.compile(
    r"(?<![A-Za-z0-9])(ascending|asc|descending|desc|des|dsc|am|pm|a|d|T?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)"
    r"(?:Z)?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
HOURS = re.compile(r"\s*(\d{1,2})\s*(?:-|to)\s*(\d{1,2})\s*")
FEW = 3  # steps of a day that are passes rather than hours


def chosen(found: Sequence[Cube], wanted: str) -> list[Cube]:
    """Return the cubes whose files are of the passes that are wanted; all if that is empty or tells hours.

    Raises
    ------
    InputError
        If there are none.
    """
    words = {word.strip().upper() for word in wanted.split(",") if word.strip()}
    if not words or HOURS.fullmatch(wanted):
        return list(found)
    told = [pass_of(cube.path, cube.times[0])[0] if len(cube.times) else "" for cube in found]
    kept = [cube for cube, word in zip(found, told) if word in words]
    if not kept:
        there = ", ".join(sorted(set(filter(None, told)))) or "none"
        raise InputError(f"No file is of the pass '{wanted}'; the words for passes in their names are: {there}.")
    return kept


def within_hours(times: np.ndarray, wanted: str) -> np.ndarray:
    """Return which times, datetime64[s], lie in the hours of UTC that are wanted, both included; all if none are."""
    asked = HOURS.fullmatch(wanted)
    if not asked:
        return np.ones(len(times), bool)
    first, last = int(asked[1]), int(asked[2])
    hours = (times - times.astype("datetime64[D]")) // np.timedelta64(3600, "s")
    within = hours >= first, hours <= last
    return within[0] & within[1] if first <= last else within[0] | within[1]


def told_apart(one: Cube, other: Cube, time: np.datetime64) -> bool:
    """Whether two files of a day differ by the word for their pass alone."""
    first, second = pass_of(one.path, time), pass_of(other.path, time)
    return bool(first[0] and second[0]) and first[0] != second[0] and first[1] == second[1]


def pass_of(path: Path, day: np.datetime64) -> tuple[str, str]:
    """Return the word by which a file's name tells which pass of a day it is of, and the name without it and the day.

    The word is in capitals, '' if there is none.
    """
    day = day.astype("datetime64[D]")
    if np.isnat(day):
        return "", path.name
    written = str(day).replace("-", "[-_.]?")
    year = str(day.astype("datetime64[Y]"))
    number = f"{(day - day.astype('datetime64[Y]')).astype(int) + 1:03d}"
    rest = re.sub(rf"{written}|{year}[-_.]?{number}(?!\d)", "_", path.name)
    found = PASS.search(rest)
    if not found:
        return "", rest
    return found[1].upper(), rest[: found.start()] + rest[found.end() :]
