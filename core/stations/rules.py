# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules by which values of one station are not to be believed, each with a code of its own."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.progress import SILENT, Progress
from ..units import MAX_WATER, PERCENT, SM_UNIT, convert
from .settings import CheckOptions

SHALLOW_M = 0.10  # rain is seen at once down to here only (Dorigo et al. 2013)
MIN_DAYS = 10  # of a year, before anything is said of it as a whole
LOW_SHARE = 0.95  # of a year's days that make it continuously low
ZERO = 0.005  # m3 m-3; below this a fall is one to zero
HIGHEST = 0.6  # m3 m-3; the limit of C02
NEAR = 3  # days between neighbours that may be compared
WEEK = 7  # known days on each side of a break
QUIET = 0.2  # of a break's height may its surroundings scatter
SPIKE_SCATTER = 4.0  # a spike is so many times higher than the usual scatter around the running median
WETTED_MM = 50.0  # depth of soil that rain fills before it runs deeper: 10 mm make 0.2 m3 m-3 at most
RUNNING = 25  # days of a running median
PLATEAU_DAYS = 5
PLATEAU_VARIANCE = 5e-6  # (m3 m-3)2, that of D10
PLATEAU_RISE = 0.05  # m3 m-3 within NEAR days before a plateau
PIECE_DAYS, LEAD_DAYS = 150, 20  # flagit is given hours in pieces: its work grows with the square of their number


@dataclass(frozen=True)
class QualityRule:
    """What a code means in `words`, the `step` of data it is defined on, what it `needs`, and whether it is `frost`."""

    words: str
    step: str = "any"
    needs: str = ""
    frost: bool = False


# C and D are those of flagit, on rows (any) or hours; S are ours, on rows, or on days where hours have a D of their
# own; S11 to S13 need the other series too and stand in together.py
RULES = {
    "C01": QualityRule("below 0 m3 m-3"),
    "C02": QualityRule("above 0.6 m3 m-3"),
    "C03": QualityRule("above the saturation point", needs="saturation"),
    "D01": QualityRule("soil temperature below 0 degC", needs="soil_temperature", frost=True),
    "D02": QualityRule("air temperature below 0 degC", needs="air_temperature", frost=True),
    "D04": QualityRule("rise without rain", "hourly", needs="precipitation"),
    "D06": QualityRule("spike", "hourly"),
    "D07": QualityRule("negative break", "hourly"),
    "D08": QualityRule("positive break", "hourly"),
    "D09": QualityRule("constant low after a negative break", "hourly"),
    "D10": QualityRule("saturated plateau", "hourly"),
    "S01": QualityRule("continuously low year"),
    "S02": QualityRule("year with falls to zero"),
    "S03": QualityRule("impossibly high"),
    "S04": QualityRule("frozen", needs="soil_temperature or lst", frost=True),
    "S05": QualityRule("stuck at one value"),
    "S06": QualityRule("spike between two days", "daily"),
    "S07": QualityRule("break between two quiet weeks", "daily"),
    "S08": QualityRule("saturated plateau", "daily"),
    "S09": QualityRule("rise without rain", "daily", needs="precipitation"),
    "S10": QualityRule("nothing measured for days"),
    "S11": QualityRule("beyond a break"),
    "S12": QualityRule("drift"),
    "S13": QualityRule("burst of noise"),
}
CODES = tuple(RULES)
BIT = {code: 1 << i for i, code in enumerate(CODES)}
_FLAGIT_ANY = ("C01", "C02", "C03", "D01", "D02")
_FLAGIT_HOURLY = (*_FLAGIT_ANY, "D04", "D06", "D07", "D09", "D10")
_PLATEAUS = {"D09", "D10"}
_SEEN = ("soil_temperature", "air_temperature", "precipitation")  # what flagit looks at, under its own names


def kind_of(time: np.ndarray, hours: bool) -> str:
    """Return "hourly" or "daily": on which rules a series of sorted times (datetime64) can be tried."""
    if not hours or len(time) < 3:
        return "daily"
    step = np.median(np.diff(np.unique(time))) / np.timedelta64(1, "h")
    return "hourly" if step <= 1.5 else "daily"


def skipped(rows: pd.DataFrame, kind: str, without: set[str], options: CheckOptions) -> dict[str, str]:
    """Return why rules are not tried on a series."""
    known = {rule.needs for rule in RULES.values()} | {"lst"}
    known = {name for name in known if _any(rows, name)}
    if known & {"soil_temperature", "lst"}:
        known.add(RULES["S04"].needs)
    if options.saturation is not None:
        known.add("saturation")
    deep = abs(rows["depth_m"].iloc[0]) > SHALLOW_M
    reasons = {code: "left out as asked" if code in without else _why(code, kind, known, deep) for code in CODES}
    return {code: why for code, why in reasons.items() if why}


def _why(code: str, kind: str, known: set[str], deep: bool) -> str:
    rule = RULES[code]
    if rule.step not in ("any", kind):
        return "defined on hours, the table is daily" if rule.step == "hourly" else "the hourly rules are used instead"
    if rule.needs == "saturation" and rule.needs not in known:
        return "no saturation point given, and no column 'saturation' or 'porosity'"
    if rule.needs and rule.needs not in known:
        return f"no {rule.needs.replace('_', ' ')} in the table"
    if rule.needs == "precipitation" and deep:
        return f"sensor deeper than {SHALLOW_M:g} m"
    return ""


def check_series(
    rows: pd.DataFrame, kind: str, codes: set[str], options: CheckOptions, progress: Progress = SILENT
) -> np.ndarray:
    """Return the flags of one series.

    Parameters
    ----------
    rows : DataFrame
        Rows of one series in the order of time, as in `StationTable.rows`.
    kind : str
        "hourly" or "daily", see `kind_of`.
    codes : set of str
        The rules to try.
    options : CheckOptions
    progress : Progress
        Only asked whether to go on.

    Returns
    -------
    ndarray of int64, shape (rows,)
        Sum of the `BIT` of every code that a row is given.
    """
    bits = _by_flagit(rows, kind, codes, options, progress)
    x = rows["soil_moisture"].to_numpy(float)
    if "S03" in codes:
        bits[x > options.highest] |= BIT["S03"]
    if "S04" in codes:
        frozen = np.zeros(len(rows), bool)
        for name, limit in (("soil_temperature", options.min_soil_temperature), ("lst", options.min_lst)):
            if name in rows:
                frozen |= (rows[name] < limit).to_numpy()
        bits[frozen] |= BIT["S04"]
    out_of_range = (bits & (BIT["C01"] | BIT["C02"] | BIT["C03"] | BIT["S03"])) > 0
    day = rows["time"].to_numpy().astype("datetime64[D]").astype(np.int64)
    bits |= _by_days(rows, day - day[0], x, out_of_range, codes, options)
    bits[np.isnan(x)] = 0
    return bits


# --- flagit -----------------------------------------------------------------------------------------------------------


def _by_flagit(rows: pd.DataFrame, kind: str, codes: set[str], options: CheckOptions, progress: Progress) -> np.ndarray:
    """Return the flags of Dorigo et al. (2013), as the package flagit of TU Wien gives them.

    Thresholds are tried on the rows as they are. The others are defined on hours, so rows become hourly means (rain:
    sums), and what an hour is given its rows are given.
    """
    bits = np.zeros(len(rows), np.int64)
    names = [name for name in (_FLAGIT_HOURLY if kind == "hourly" else _FLAGIT_ANY) if name in codes]
    if "D08" in codes and "D07" not in names and kind == "hourly":
        names.append("D07")  # gives D08 too
    if "D09" in names and "D07" not in names:
        names.insert(names.index("D09"), "D07")  # needs it
    saturation = _saturation(rows, options)
    moisture = rows["soil_moisture"].to_numpy(float)
    data = pd.DataFrame({"soil_moisture": convert(moisture, SM_UNIT, PERCENT)})  # in which flagit counts
    for name in _SEEN:
        if name in rows and rows[name].notna().any():
            data[name] = rows[name].to_numpy(float)
    if kind == "daily":
        found = _flagit(data, names, saturation, None)
        bits[found.index] = found
        return bits & _mask(codes)
    hour = rows["time"].to_numpy().astype("datetime64[h]").astype(np.int64)
    hour -= hour[0]
    how = {name: "sum" if name == "precipitation" else "mean" for name in data}
    hourly = data.groupby(hour).agg(how)
    if "precipitation" in data:  # a sum of nothing is not dry
        hourly.loc[data["precipitation"].isna().groupby(hour).all(), "precipitation"] = np.nan
    hourly = hourly.reindex(np.arange(hour[-1] + 1))
    usual = hourly["soil_moisture"].where(hourly["soil_moisture"] < 60)
    hourly["highest_sm"] = usual.max()
    depth = float(np.nan_to_num(abs(rows["depth_m"].iloc[0])))
    by_hour = np.zeros(len(hourly), np.int64)
    for start in range(0, len(hourly), PIECE_DAYS * 24):
        progress.check()
        stop, lead = start + PIECE_DAYS * 24, min(start, LEAD_DAYS * 24)
        found = _flagit(hourly.iloc[start - lead : stop + LEAD_DAYS * 24].copy(), names, saturation, depth or None)
        found = found[(found.index >= start) & (found.index < stop)]
        by_hour[found.index] = found
    return by_hour[hour] & _mask(codes)


def _flagit(data: pd.DataFrame, names: list[str], saturation: float | None, depth: float | None) -> pd.Series:
    """Return the flags that flagit gives to the rows, without those that it drops for having no value."""
    from flagit.flagit import Interface

    if not names:
        return pd.Series(0, index=data.index, dtype=np.int64)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # it writes into copies and divides by zero, on purpose
        # numbers as index: with times it would resample by a word that newer pandas do not know
        checker = Interface(data, sat_point=saturation, depth_from=depth)
        found = checker.run(name=[name for name in names if name not in _PLATEAUS])["qflag"]
        if _PLATEAUS & set(names):
            # D09 divides by the mean, which must not be zero: flagit mends that in a way that pandas 3 ignores
            checker.data["soil_moisture"] = checker.data["soil_moisture"].replace(0.0, 0.001)
            found = checker.run(name=[name for name in names if name in _PLATEAUS])["qflag"]
    return found.map(lambda flags: sum(BIT.get(flag, 0) for flag in flags)).astype(np.int64)


def _saturation(rows: pd.DataFrame, options: CheckOptions) -> float | None:
    """Return the saturation point in percent."""
    own = rows["saturation"].mean() if _any(rows, "saturation") else options.saturation
    return None if own is None else own if own > MAX_WATER else convert(own, SM_UNIT, PERCENT)


# --- days -------------------------------------------------------------------------------------------------------------


def _by_days(rows: pd.DataFrame, day, x, out_of_range, codes: set[str], options: CheckOptions) -> np.ndarray:
    """Return the flags that whole days are given, for every row; `day` counts from the first."""
    n = day[-1] + 1
    everything = daily_means(day, x, n)
    level = daily_means(day, np.where(out_of_range, np.nan, x), n)
    first = rows["time"].to_numpy().astype("datetime64[D]")[0]
    year = (first + np.arange(n)).astype("datetime64[Y]").astype(int)
    year -= year[0]
    bits = np.zeros(n, np.int64)
    if "S01" in codes and options.low_limit > 0:
        bits[_low_years(everything, year, options.low_limit)] |= BIT["S01"]
    if "S02" in codes and options.zero_drops:
        bits[_years_with_drops(everything, year, options)] |= BIT["S02"]
    stuck = runs_of_one_value(level, options.stuck_days)
    if "S05" in codes:
        bits[stuck] |= BIT["S05"]
    if "S10" in codes:
        bits[runs_without_value(everything, options.null_days)] |= BIT["S10"]
    rain = daily_means(day, rows["precipitation"].to_numpy(float), n) if "precipitation" in rows else None
    wet = None
    if rain is not None:
        # of the day and its neighbours: days of gauges begin at other hours
        around = np.lib.stride_tricks.sliding_window_view(np.r_[np.nan, rain, np.nan], 3)
        rain = np.nansum(around, axis=1)
        wet = (rain >= options.min_rain) | np.isnan(around).any(axis=1)  # unknown rain may have fallen
    spikes = daily_spikes(level, options.spike_change, rain)
    if "S06" in codes:
        bits[spikes] |= BIT["S06"]
    calm = np.where(spikes, np.nan, level)  # the way back from a spike is no rise
    if "S07" in codes:
        bits[daily_breaks(np.where(stuck, np.nan, calm), options.break_change, wet)] |= BIT["S07"]
    if "S08" in codes:
        bits[daily_plateaus(level)] |= BIT["S08"]
    if "S09" in codes and wet is not None:
        air = daily_means(day, rows["air_temperature"].to_numpy(float), n) if "air_temperature" in rows else None
        bits[_rises_without_rain(calm, wet, air, options.rise_change)] |= BIT["S09"]
    return bits[day]


def daily_means(day: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Return the mean of every day, NaN where there is none."""
    known = np.isfinite(values)
    count = np.bincount(day[known], minlength=n)
    with np.errstate(invalid="ignore"):
        return np.bincount(day[known], values[known], n) / np.where(count, count, np.nan)


def _low_years(x: np.ndarray, year: np.ndarray, limit: float) -> np.ndarray:
    """Return which days belong to a year that stays below the limit (Jääskeläinen et al. 2025)."""
    known = np.isfinite(x)
    days = np.bincount(year[known], minlength=year[-1] + 1)
    low = np.bincount(year[known & (x < limit)], minlength=year[-1] + 1)
    return ((days >= MIN_DAYS) & (low >= LOW_SHARE * days))[year]


def _years_with_drops(x: np.ndarray, year: np.ndarray, options: CheckOptions) -> np.ndarray:
    """Return which days belong to a year that falls to zero too often (Jääskeläinen et al. 2025)."""
    at = np.flatnonzero(np.isfinite(x))
    falls = at[1:][(x[at[1:]] <= ZERO) & (x[at[:-1]] >= options.low_limit)]
    return (np.bincount(year[falls], minlength=year[-1] + 1) >= options.zero_drops)[year]


def runs_of_one_value(x: np.ndarray, days: int) -> np.ndarray:
    """Return which days belong to a run of at least so many known days with one value; NaN does not end a run."""
    at = np.flatnonzero(np.isfinite(x))
    out = np.zeros(len(x), bool)
    if len(at) >= days:
        run = np.cumsum(np.r_[True, np.abs(np.diff(x[at])) > 1e-7])
        out[at] = np.bincount(run)[run] >= days
    return out


def runs_without_value(x: np.ndarray, days: int) -> np.ndarray:
    """Return the zero days of a run of at least so many days that are zero or have no value (Li et al. 2022)."""
    empty = ~(x > 0)
    run = np.cumsum(np.r_[True, empty[1:] != empty[:-1]])
    return empty & (np.bincount(run)[run] >= days) & (x == 0)


def daily_spikes(x: np.ndarray, least: float, rain: np.ndarray | None = None) -> np.ndarray:
    """Return the days that stand out from both neighbours and from the usual scatter, and are returned from.

    Dorigo et al. (2013, eq. 4 to 6) ask of an hour a jump by 15 %, a way back of the same height, and calm
    surroundings. Rain makes days of a natural series jump so too, but then it dries slowly: so the way back must
    end near where the jump began, and what rain (mm, of the days around) can have filled is no spike.
    """
    x, out = x.copy(), np.zeros(len(x), bool)
    filled = np.zeros(len(x)) if rain is None else rain / WETTED_MM
    for _ in range(3):  # a spike beside a higher one shows once that is gone
        at = np.flatnonzero(np.isfinite(x))
        if len(at) < 5:
            break
        v = x[at]
        before, here, after = v[:-2], v[1:-1], v[2:]
        close = (np.diff(at)[:-1] <= NEAR) & (np.diff(at)[1:] <= NEAR)
        up, height = here - before, np.minimum(np.abs(here - before), np.abs(here - after))
        peak = (up * (here - after) > 0) & (np.abs(after - before) <= 0.5 * height)
        scatter = np.abs(v - pd.Series(v).rolling(RUNNING, center=True, min_periods=3).median().to_numpy())
        usual = pd.Series(scatter).rolling(RUNNING, center=True, min_periods=3).median().to_numpy()[1:-1]
        # nothing natural falls to zero for a day, so half as much will do
        high = height > np.where(here <= ZERO, least / 2, least)
        found = close & peak & high & (height > SPIKE_SCATTER * 1.4826 * usual)
        found[1:] &= ~(found[:-1] & (height[1:] <= height[:-1]))  # of two neighbours the higher one goes first
        where = at[1:-1][found & ((up < 0) | (height > filled[at[1:-1]]))]
        if not len(where):
            break
        out[where], x[where] = True, np.nan
    return out


def daily_breaks(x: np.ndarray, least: float, wet: np.ndarray | None = None) -> np.ndarray:
    """Return the days on which the level steps, while it hardly moves in the week before and the week after.

    Dorigo et al. (2013, eq. 7 to 9) look for the same in hours. Rain steps a natural series up, and draining
    steps it down, but neither leaves a quiet week on both sides.
    """
    out = np.zeros(len(x), bool)
    at = np.flatnonzero(np.isfinite(x))
    if len(at) < 2 * WEEK:
        return out
    v = np.lib.stride_tricks.sliding_window_view(x[at], WEEK)
    before, after = v[:-WEEK], v[WEEK:]
    here = at[WEEK : len(at) - WEEK + 1]
    step = after[:, 0] - before[:, -1]
    level = np.median(after, axis=1) - np.median(before, axis=1)
    quiet = np.maximum(np.ptp(before, axis=1), np.ptp(after, axis=1)) <= QUIET * np.abs(step)
    near = here - at[WEEK - 1 : len(at) - WEEK] <= NEAR
    found = near & quiet & (np.abs(step) > least) & (np.abs(level) > least)
    out[here[found & ((step < 0) | ~wet[here] if wet is not None else True)]] = True
    return out


def daily_plateaus(x: np.ndarray) -> np.ndarray:
    """Return the days on which a series rose at once to a level near its highest and then did not move at all.

    As D10 of Dorigo et al. (2013, eq. 10 to 13) with days for hours: variance as small, mean above 95 % of the
    highest, a rise before and a fall behind.
    """
    out = np.zeros(len(x), bool)
    at = np.flatnonzero(np.isfinite(x))
    if len(at) < PLATEAU_DAYS + 2:
        return out
    v = x[at]
    flat = np.var(np.lib.stride_tricks.sliding_window_view(v, PLATEAU_DAYS), axis=1, ddof=1) <= PLATEAU_VARIANCE
    high = 0.95 * np.max(v[v <= HIGHEST], initial=0)
    edges = np.flatnonzero(np.diff(np.r_[False, flat, False]))
    for start, end in zip(edges[::2], edges[1::2] + PLATEAU_DAYS - 1):
        rises = start > 0 and v[start] - v[max(0, start - NEAR) : start].min() >= PLATEAU_RISE
        falls = end < len(v) and v[end] < v[start:end].mean() - PLATEAU_VARIANCE**0.5
        if rises and falls and v[start:end].mean() > high:
            out[at[start:end]] = True
    return out


def _rises_without_rain(x: np.ndarray, wet: np.ndarray, air: np.ndarray | None, least: float) -> np.ndarray:
    """Return the days on which moisture rose far more than it usually changes, without rain or melting snow.

    D04 of Dorigo et al. (2013) with days for hours: a rise of more than twice the SD of the changes around it.
    """
    rise = np.r_[np.nan, np.diff(x)]
    usual = pd.Series(rise).rolling(RUNNING, min_periods=5).std().to_numpy()
    found = (rise > least) & (rise > 2 * usual) & ~wet
    if air is not None:  # after frost there may be snow to melt
        found &= ~(pd.Series(air).rolling(MIN_DAYS, min_periods=1).min() < 0).to_numpy()
    return found


def _any(rows: pd.DataFrame, name: str) -> bool:
    return name in rows and bool(rows[name].notna().any())


def _mask(codes: set[str]) -> int:
    return sum(BIT[code] for code in codes)
