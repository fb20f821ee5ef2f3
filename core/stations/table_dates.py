# SPDX-License-Identifier: GPL-2.0-or-later
"""Dates and times as people write them, several ways in one column, and none guessed that can mean two days."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError

CLOCK = r"(?:[T ]+(?P<hour>\d{1,2})(?::?(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
HALF = r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
ZONE = r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
YEAR_FIRST = re.compile(
    rf"^(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){CLOCK}{HALF}{ZONE}$"
)
YEAR_LAST = re.compile(
    rf"^(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}){CLOCK}{HALF}{ZONE}$"
)
NUMBER = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?(?:\.0)?$"
)
NAMED = re.compile(r"(?i)^(?=.*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))(?=.*\b\d{4}\b)[a-z0-9 ,.:/-]+$")
TIME = re.compile(rf"^(?P<hour>\d{{1,2}})(?:\.0)?(?::(?P<minute>\d{{2}}))?(?::(?P<second>\d{{2}})(?:\.\d+)?)?{HALF}$")
BARE_TIME = re.compile(r"^(?P<hour>\d{1,2})(?P<minute>\d{2})(?:\.0)?$")
BLOCK = 20_000
YEARS = (1800, 2200)  # days beyond these stand for none, as 9999-12-31


@dataclass(frozen=True)
class Times:
    """Times that were read: `values` (datetime64[s], NaT where there is none) and the `ways` they were written in."""

    values: np.ndarray
    ways: tuple[str, ...]


def read_dates(column: pd.Series, what: str, order: str = "auto", date_format: str = "") -> Times:
    """Read a column of dates or of dates with times.

    Parameters
    ----------
    column : Series
        Text, or datetime64.
    what : str
        What to call it in errors, as "column 'date' of plots.csv".
    order : str
        "auto", "day first" or "month first", for those as 03.04.2023.
    date_format : str
        As "%d.%m.%y"; the only way that is tried where it is given.

    Raises
    ------
    InputError
        If it may be either day or month that comes first, or both ways stand side by side.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column
        return Times(naive.to_numpy("datetime64[s]"), ("dates",))
    codes, texts = _unique(column)
    if date_format:
        read = pd.to_datetime(pd.Series(texts, dtype=object), format=date_format, errors="coerce")
        return Times(read.to_numpy("datetime64[s]")[codes], (date_format,))
    out = np.full(len(texts), "NaT", "datetime64[s]")
    ways = []
    plain = _plain(texts, out)
    if plain.any():
        ways.append("year-month-day")
    rest = pd.Series(texts, dtype=object)[~plain]
    rest = rest[~rest.str.lower().isin(("", "nan", "nat", "none", "<na>", "null", "na"))]
    for way, pattern in (("year-month-day", YEAR_FIRST), ("20230501", NUMBER)):
        found = rest.str.extract(pattern).dropna(subset=["year"]) if len(rest) else pd.DataFrame()
        if len(found):
            out[found.index] = _times(found, found["month"], found["day"])
            ways.append(way)
            rest = rest.drop(found.index)
    found = rest.str.extract(YEAR_LAST).dropna(subset=["year"]) if len(rest) else pd.DataFrame()
    for sign, rows in found.groupby("sign") if len(found) else ():
        first = _day_first(rows, what, order, rest)
        day, month = ("one", "two") if first else ("two", "one")
        out[rows.index] = _times(rows, rows[month], rows[day])
        ways.append(sign.join(("day", "month", "year") if first else ("month", "day", "year")))
    rest = rest.drop(found.index) if len(found) else rest
    rest = rest[rest.str.match(NAMED)] if len(rest) else rest
    if len(rest):
        # only those with the month as a word come here, so nothing is guessed
        read = pd.Series([_named(text) for text in rest], index=rest.index).dropna()
        out[read.index] = read.to_numpy("datetime64[s]")
        ways += ["1 May 2023"] if len(read) else []
    with np.errstate(invalid="ignore"):
        year = out.astype("datetime64[Y]").astype(int) + 1970
    out[(year < YEARS[0]) | (year > YEARS[1])] = np.datetime64("NaT")
    return Times(out[codes], tuple(dict.fromkeys(ways)))


def read_clock(column: pd.Series) -> np.ndarray:
    """Return seconds since midnight of a column of times of day, NaN where there is none; 24:00 is 86400."""
    codes, texts = _unique(column)
    texts = pd.Series(texts, dtype=object)
    found = texts.str.extract(TIME)
    bare = texts.str.extract(BARE_TIME)  # 1330 as loggers write it
    found = found.where(found["hour"].notna(), bare.reindex(columns=found.columns))
    seconds = _seconds(found).where(found["hour"].notna())
    return seconds.where(seconds <= 86400).to_numpy(float)[codes]


def _unique(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return for every row the number of its text, and the texts; that of a missing value is empty."""
    codes, texts = pd.factorize(column)
    texts = np.array([str(text).strip() for text in texts] + [""], object)
    return np.where(codes < 0, len(texts) - 1, codes), texts


def _plain(texts: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Read what is written as 2023-05-01 or 2023-05-01 06:00:00, quickly; returns which."""
    done = np.zeros(len(texts), bool)
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK].astype(str)
        width = block.dtype.itemsize // 4
        if width < 10:
            continue
        signs = np.ascontiguousarray(block).view(np.uint32).reshape(len(block), width)
        size = np.char.str_len(block)
        digits = (signs >= ord("0")) & (signs <= ord("9"))
        fits = digits[:, [0, 1, 2, 3, 5, 6, 8, 9]].all(1) & (signs[:, 4] == ord("-")) & (signs[:, 7] == ord("-"))
        fits &= np.isin(size, (10, 16, 19)) & ~((signs[:, 10:] > ord(":")) & (signs[:, 10:] != ord("T"))).any(1)
        try:
            out[start : start + BLOCK][fits] = block[fits].astype("datetime64[s]")
            done[start : start + BLOCK] = fits
        except ValueError:
            continue  # a 31 April among them; one by one then
    return done


def _day_first(rows: pd.DataFrame, what: str, order: str, texts: pd.Series) -> bool:
    one, two = rows["one"].astype(int), rows["two"].astype(int)
    is_day, is_month = (one > 12) & (two <= 12), (two > 12) & (one <= 12)  # what the first number is
    day_first, month_first = bool(is_day.any()), bool(is_month.any())
    if order != "auto":
        return order == "day first"
    if day_first and month_first:
        a, b = texts[rows.index[is_day.to_numpy()][0]], texts[rows.index[is_month.to_numpy()][0]]
        raise InputError(
            f"In {what} the day comes first in '{a}' and the month in '{b}', so '{texts[rows.index[0]]}' may be "
            "either. Write all dates as 2023-05-01, or say which order is right: the others are then left out."
        )
    both = (one <= 12) & (two <= 12) & (one != two)
    if both.any() and not day_first and not month_first:
        text = texts[rows.index[both.to_numpy()][0]]
        one, two = one[both], two[both]
        raise InputError(
            f"'{text}' in {what} may mean day {one.iloc[0]} of month {two.iloc[0]} or day {two.iloc[0]} of month "
            f"{one.iloc[0]}, and no other date of the {len(rows)} tells. Say whether the day or the month comes first."
        )
    return day_first


def _times(parts: pd.DataFrame, month: pd.Series, day: pd.Series) -> np.ndarray:
    """Return the times of text parts; NaT for a 31 April."""
    year, month, day = (s.astype(float).astype(int).to_numpy() for s in (parts["year"], month, day))
    fits = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = ((year - 1970) * 12 + np.where(fits, month, 1) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.where(fits, day, 1) - 1)
    fits &= days.astype("datetime64[M]") == months
    seconds = _seconds(parts).fillna(0).to_numpy()
    fits &= seconds <= 86400
    out = days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    if "zone" in parts:
        out = out - _zone_seconds(parts["zone"]).astype("timedelta64[s]")
    return np.where(fits, out, np.datetime64("NaT", "s"))


def _seconds(parts: pd.DataFrame) -> pd.Series:
    hour, minute, second = (parts[p].astype(float).fillna(0) for p in ("hour", "minute", "second"))
    if "half" in parts:
        half = parts["half"].astype(object).str.lower().str[0]
        hour = hour.where(half.isna(), hour % 12) + 12.0 * (half == "p")
    return (hour * 3600 + minute * 60 + second).where((minute < 60) & (second < 60), np.inf)


def _zone_seconds(zone: pd.Series) -> np.ndarray:
    text = zone.fillna("").str.replace(":", "", regex=False)
    parts = text.str.extract(r"^([+-])(\d{2})(\d{2})$")
    size = parts[1].astype(float).fillna(0) * 3600 + parts[2].astype(float).fillna(0) * 60
    return (size * np.where(parts[0] == "-", -1, 1)).astype(int).to_numpy()


def _named(text: str) -> object:
    try:
        read = pd.to_datetime(text, dayfirst=True)
    except (ValueError, TypeError, OverflowError):
        return pd.NaT
    return read.tz_convert("UTC").tz_localize(None) if read.tzinfo is not None else read
