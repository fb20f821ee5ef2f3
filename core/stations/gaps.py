# SPDX-License-Identifier: GPL-2.0-or-later
"""Gaps of stations filled along a line, and stations that share a pixel made one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from .stations import GOOD_FLAGS
from .table import StationTable

DEPTH_STEP_M = 0.01  # sensors that differ less in depth measure the same layer


def fill_gaps(table: StationTable, longest: int, progress: Progress = SILENT) -> tuple[pd.DataFrame, int]:
    """Fill days without value between two good days along a line, as Li et al. (2022).

    Days that were measured but flagged stay as they are, and a gap that holds one is left open: a frozen week is no
    line. Rows that were not there are added; they have what is the same in all rows of their series.

    Parameters
    ----------
    table : StationTable
        With days, not hours.
    longest : int
        Days without value in a row.
    progress : Progress

    Returns
    -------
    DataFrame
        The table, by series and day, with a column `filled`: 1 in rows that were filled, 0 elsewhere.
    int
        How many days were filled.
    """
    frame, names = table.frame.assign(filled=0), table.names
    value, flag = names["soil_moisture"], names["flag"]
    frame[value] = frame[value].astype(float)
    day = table.rows["time"].to_numpy().astype("datetime64[D]").astype(np.int64)
    measured, good, x = table.rows["soil_moisture"].notna().to_numpy(), table.good, frame[value].to_numpy()
    rows, days, values = [], [], []  # the row to fill or to copy, its day and its value
    for at in progress.over(table.members()):
        known, first = np.unique(day[at][good[at]], return_index=True)
        if len(known) < 2:
            continue
        every = np.arange(known[0], known[-1] + 1)
        right = np.searchsorted(known, every).clip(1)
        left, right = known[right - 1], known[right]
        flagged = np.unique(day[at][measured[at] & ~good[at]])
        holds_flagged = np.searchsorted(flagged, right) > np.searchsorted(flagged, left, "right")
        fill = every[(every > left) & (every < right) & (right - left - 1 <= longest) & ~holds_flagged]
        waiting = dict(zip(day[at], at))
        rows.append([waiting.get(d, at[0]) for d in fill])
        days.append(fill)
        values.append(np.interp(fill, known, x[at][good[at]][first]).round(6))
    if not sum(map(len, rows)):
        return frame, 0
    rows, days, values = np.concatenate(rows).astype(int), np.concatenate(days), np.concatenate(values)
    there = day[rows] == days
    frame.loc[rows[there], [value, flag, "filled"]] = pd.DataFrame(
        {value: values[there], flag: "G", "filled": 1}, index=rows[there]
    )
    added = frame.iloc[rows[~there]].copy()
    own = np.isin(table.series, table.series[rows])
    differs = frame[own].groupby(table.series[own]).nunique(dropna=False).max() > 1
    for column in differs.index[differs]:
        added[column] = pd.Series(np.nan, index=added.index, dtype=object)
    new_days = pd.Series(days[~there].astype("datetime64[D]").astype("datetime64[ns]"), index=added.index)
    is_text = not pd.api.types.is_datetime64_any_dtype(frame[names["date"]])
    added[names["date"]] = new_days.dt.strftime(table.date_format) if is_text else new_days
    added[value], added[flag], added["filled"] = values[~there], "G", 1
    whole = pd.concat([frame, added.astype(frame.dtypes.to_dict(), errors="ignore")], ignore_index=True)
    order = np.lexsort((np.r_[day, days[~there]], np.r_[table.series, table.series[rows[~there]]]))
    whole = whole.iloc[order].reset_index(drop=True)
    return whole.astype({"filled": int}), len(rows)


def merge_in_pixel(frame: pd.DataFrame, grid: Grid, names: dict | None = None) -> pd.DataFrame:
    """Make one station of those that stand in one pixel and measure at the same depth: their mean on every time.

    As Jääskeläinen et al. (2025) and Li et al. (2022). Flagged values do not count; a time on which all are flagged
    keeps its mean with all their codes. Stations alone in their pixel or outside of the grid stay as they are.

    Parameters
    ----------
    frame : DataFrame
        One row a time and station: station, longitude, latitude (degrees), date, soil_moisture and, where there are
        such, depth_m and flag.
    grid : Grid
    names : dict, optional
        What these columns are called, where they are called otherwise; `clock` is a second column of the time.

    Returns
    -------
    DataFrame
        With a column `merged`: how many values a value is the mean of. The new station is called as "A+B" and
        stands in the middle of its members. Other columns have the mean of numbers, and the first of texts.

    Raises
    ------
    InputError
        If no station stands on the grid.
    """
    name = {key: key for key in ("station", "longitude", "latitude", "date", "soil_moisture", "depth_m", "flag")}
    name.update(names or {})
    station, flag, value = name["station"], name["flag"], name["soil_moisture"]
    depth = frame.get(name["depth_m"], pd.Series(0.0, index=frame.index)).astype(float).abs().fillna(-1.0)
    layer = (depth / DEPTH_STEP_M).round()
    places = frame.groupby([frame[station].astype(str), layer])[[name["longitude"], name["latitude"]]].first()
    row, column = grid.cells_at(*places.astype(float).to_numpy().T)
    if (row < 0).all():
        raise InputError("No station stands on the raster that gives the pixels; choose one that covers them.")
    places = places.set_axis(["x", "y"], axis=1).assign(row=row, column=column).reset_index()
    places.columns = ["station", "layer", "x", "y", "row", "column"]
    shared = places[places["row"] >= 0].groupby(["layer", "row", "column"]).filter(lambda own: len(own) > 1)
    out = frame.assign(merged=1)
    if shared.empty:
        return out
    parts, gone = [], np.zeros(len(frame), bool)
    for (own_layer, _, _), members in shared.groupby(["layer", "row", "column"]):
        inside = (frame[station].astype(str).isin(members["station"]) & (layer == own_layer)).to_numpy()
        gone |= inside
        words = {station: "+".join(members["station"]), name["longitude"]: round(members["x"].mean(), 6)}
        words[name["latitude"]] = round(members["y"].mean(), 6)
        times = [name["date"], *([name["clock"]] if "clock" in name else [])]
        parts.append(_mean(frame[inside], times, flag, value, list(frame.columns)).assign(**words))
    return pd.concat([out[~gone], *parts], ignore_index=True)


def _mean(own: pd.DataFrame, times: list[str], flag: str, value: str, columns: list[str]) -> pd.DataFrame:
    """Return the mean of several stations, one row a time."""
    how = {c: "mean" if pd.api.types.is_numeric_dtype(own[c]) else "first" for c in columns if c not in times}
    if flag in own:
        flags = own[flag].astype(object).where(own[flag].notna(), "").astype(str)
        bad = ~flags.isin(GOOD_FLAGS) | own[value].isna()
        spoilt = bad.groupby([own[t] for t in times]).transform("all")
        own, how[flag] = own.assign(**{flag: flags})[~bad | spoilt], _all_codes
    groups = own.groupby(times, dropna=False)
    mean = groups.agg(how)
    mean[value], mean["merged"] = mean[value].round(6), groups[value].count()
    return mean.reset_index()[[*columns, "merged"]]


def _all_codes(flags: pd.Series) -> str:
    codes = [code for text in flags for code in text.split(",") if code not in GOOD_FLAGS]
    return ",".join(dict.fromkeys(codes)) or "G"
