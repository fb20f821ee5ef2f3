# SPDX-License-Identifier: GPL-2.0-or-later
"""Readings several times a day become one value a day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .settings import SubdailyImport

SUM_SHARE = 0.8  # of the usual hours of a day that a sum must have
GOOD = "G"
HALF_HOUR = np.timedelta64(30, "m")


def daily(
    times: np.ndarray,
    values: np.ndarray,
    options: SubdailyImport,
    *,
    group: np.ndarray | None = None,
    flags: np.ndarray | None = None,
    shift_h: np.ndarray | float = 0.0,
    total: bool = False,
) -> pd.DataFrame:
    """Bring readings to days: their mean, or their sum.

    Parameters
    ----------
    times : ndarray, shape (n,), datetime64
        When each reading was taken.
    values : ndarray, shape (n,)
        NaN where there is none.
    options : SubdailyImport
        `min_hours` and `hour` are obeyed.
    group : ndarray of int, shape (n,), optional
        Which sensor a reading is of.
    flags : ndarray of str, shape (n,), optional
        Codes separated by commas; empty or G is good.
    shift_h : float or ndarray, shape (n,)
        Hours to add to the clock of the times before days are cut.
    total : bool
        Whether a day has the sum of its readings; the setting `hour` is then no matter.

    Returns
    -------
    DataFrame
        One row a group and day, in order: group, date (datetime64[ns]), value, n (readings) and flag.

    Notes
    -----
    A day counts if it has readings in `min_hours` different hours. A sensor that is usually (median of its days)
    read in fewer hours needs only these; a sum needs four fifths of the usual hours as well.
    """
    values = np.asarray(values, float)
    group = np.zeros(len(values), int) if group is None else np.asarray(group, int)
    times = np.asarray(times, "datetime64[s]") + np.asarray(np.round(np.multiply(shift_h, 3600)), "timedelta64[s]")
    at_hour = options.hour is not None and not total
    if at_hour:
        times = times + HALF_HOUR
    known = np.isfinite(values) & ~np.isnat(times)
    if at_hour:
        known &= (times.astype("datetime64[h]").astype(int) % 24) == options.hour
    values, group, times = values[known], group[known], times[known]
    if not len(values):
        return pd.DataFrame({"group": [], "date": np.array([], "datetime64[ns]"), "value": [], "n": [], "flag": []})
    day = times.astype("datetime64[D]").astype(int)
    start, span = day.min(), int(np.ptp(day)) + 1
    keys, inverse = np.unique(group * span + (day - start), return_inverse=True)
    n = np.bincount(inverse)
    sums = np.bincount(inverse, weights=values)
    out = pd.DataFrame({"group": keys // span})
    out["date"] = (keys % span + start).astype("datetime64[D]").astype("datetime64[ns]")
    out["value"], out["n"] = sums if total else sums / n, n
    out["flag"] = GOOD
    if flags is not None:
        flagged = _union(inverse, np.asarray(flags, object)[known])
        out.loc[flagged.index, "flag"] = flagged
    if at_hour:
        return out
    hours = np.bincount(np.unique(inverse * 24 + times.astype("datetime64[h]").astype(int) % 24) // 24)
    usual = pd.Series(hours).groupby(out["group"].to_numpy()).transform("median").to_numpy()
    least = np.minimum(options.min_hours, usual)
    return out[hours >= (np.maximum(least, SUM_SHARE * usual) if total else least)].reset_index(drop=True)


def _union(inverse: np.ndarray, flags: np.ndarray) -> pd.Series:
    """Return the codes of the days that have others than good ones, indexed by the number of the day."""
    codes, texts = pd.factorize(flags)
    bad = np.array([not is_good(text) for text in texts], bool)[codes] & (codes >= 0)
    table = pd.DataFrame({"day": inverse[bad], "code": codes[bad]}).drop_duplicates()
    return table.groupby("day")["code"].agg(lambda found: join_flags(texts[i] for i in found))


def is_good(flag: object) -> bool:
    """Whether a flag is empty or G."""
    return flag is None or flag != flag or str(flag).strip() in ("", GOOD)


def join_flags(flags) -> str:
    """Return the codes that stand in any of the flags, sorted and each once; G if there is none but this."""
    codes = {code.strip() for flag in flags if not is_good(flag) for code in str(flag).split(",")}
    return ",".join(sorted(codes - {"", GOOD})) or GOOD


def solar_offset(longitude: np.ndarray | float) -> np.ndarray:
    """Return how many whole hours local time is ahead of UTC, from degrees east."""
    return np.round((np.asarray(longitude, float) + 180) % 360 / 15 - 12)


def shift_hours(options: SubdailyImport, clock: str, longitude: np.ndarray | float) -> np.ndarray | float:
    """Return the hours to add to times of a clock, "UTC" or "local", to have those that days are cut by."""
    if options.days in ("source", clock):
        return 0.0
    offset = solar_offset(longitude) if options.utc_offset_h is None else options.utc_offset_h
    return offset if options.days == "local" else -offset
