# SPDX-License-Identifier: GPL-2.0-or-later
"""Gaps of stations filled along a line, and stations that share a pixel made one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from .table import StationTable
from .table_values import GOOD_FLAGS, flags_of

DEPTH_STEP_M = 0.01  # sensors that differ less in depth measure the same layer


def fill_gaps(table: StationTable, longest: int, progress: Progress = SILENT) -> tuple[StationTable, int]:
    """Fill days without value between two good days along a line, as Li et al. (2022).

    Days that were measured but flagged stay as they are, and a gap that holds one is left open: a frozen week is no
    line. Rows that were not there are added; they have what is the same in all rows of their series.

    Parameters
    ----------
    table : StationTable
        With days, not hours, and a column of flags.
    longest : int
        Days without value in a row.
    progress : Progress

    Returns
    -------
    StationTable
        By series and day, its frame with a column `filled`: 1 in rows that were filled, 0 elsewhere.
    int
        How many days were filled.
    """
    value, flag, date = table.names["soil_moisture"], table.names["flag"], table.names["date"]
    frame = table.frame.assign(filled=0, **{value: table.own_values})
    rows, days, values = _gaps(table, frame[value].to_numpy(), longest, progress)
    if not len(rows):
        return replace(table, frame=frame), 0
    day = table.rows["time"].to_numpy().astype("datetime64[D]")
    there = day[rows] == days
    frame.loc[rows[there], [value, flag, "filled"]] = pd.DataFrame(
        {value: values[there], flag: "G", "filled": 1}, index=rows[there]
    )
    source, new_days = rows[~there], pd.Series(days[~there].astype("datetime64[ns]"))
    added = frame.iloc[source].reset_index(drop=True)
    sensor = table.rows["sensor"].to_numpy()
    own = np.isin(sensor, sensor[rows])
    differs = frame[own].groupby(sensor[own]).nunique(dropna=False).max() > 1
    for column in differs.index[differs]:
        added[column] = pd.Series(np.nan, index=added.index, dtype=object)
    is_text = not pd.api.types.is_datetime64_any_dtype(frame[date])
    added[date] = new_days.dt.strftime(table.date_format) if is_text else new_days
    added[value], added[flag], added["filled"] = values[~there], "G", 1
    whole = pd.concat([frame, added.astype(frame.dtypes.to_dict(), errors="ignore")], ignore_index=True)
    new_rows = pd.DataFrame({"sensor": sensor[source], "time": new_days})
    known = pd.concat([table.rows[["sensor", "time"]], new_rows], ignore_index=True)
    order = np.lexsort((known["time"].to_numpy(), known["sensor"].to_numpy()))
    whole = whole.iloc[order].reset_index(drop=True).astype({"filled": int})
    known = known.iloc[order].reset_index(drop=True)
    known["soil_moisture"], known["flag"] = whole[value] * table.factor, flags_of(whole[flag])
    return replace(table, frame=whole, rows=known), len(rows)


def _gaps(
    table: StationTable, x: np.ndarray, longest: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of every day that is to be filled the row to fill or to copy, the day, and its value."""
    day = table.rows["time"].to_numpy().astype("datetime64[D]").astype(np.int64)
    good, measured = table.good, table.known
    rows, days, values = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0)]
    for at in progress.over(table.members()):
        known, first = np.unique(day[at][good[at]], return_index=True)
        if len(known) < 2:
            continue
        every = np.arange(known[0], known[-1] + 1)
        end = np.searchsorted(known, every).clip(1)
        left, right = known[end - 1], known[end]
        flagged = np.unique(day[at][measured[at] & ~good[at]])
        holds_flagged = np.searchsorted(flagged, right) > np.searchsorted(flagged, left, "right")
        fill = every[(every > left) & (every < right) & (right - left - 1 <= longest) & ~holds_flagged]
        waiting = dict(zip(day[at], at))
        rows.append(np.array([waiting.get(d, at[0]) for d in fill], int))
        days.append(fill)
        values.append(np.interp(fill, known, x[at][good[at]][first]).round(6))
    return np.concatenate(rows), np.concatenate(days).astype("datetime64[D]"), np.concatenate(values)


def merge_in_pixel(table: StationTable, grid: Grid) -> tuple[pd.DataFrame, int]:
    """Make one station of those that stand in one pixel and measure at the same depth: their mean on every time.

    As Jääskeläinen et al. (2025) and Li et al. (2022). Flagged values do not count; a time on which all are flagged
    keeps its mean with all their codes. Stations alone in their pixel or outside of the grid stay as they are.

    Parameters
    ----------
    table : StationTable
        With its whole frame.
    grid : Grid

    Returns
    -------
    DataFrame
        The frame with a column `merged`: how many values a value is the mean of. The new station is called as "A+B"
        and stands in the middle of its members. Other columns have the mean of numbers, and the first of texts.
    int
        How many stations there are fewer.

    Raises
    ------
    InputError
        If no station stands on the grid.
    """
    sensors, sensor = table.sensors, table.rows["sensor"].to_numpy()
    row, column = grid.cells_at(sensors["longitude"].to_numpy(), sensors["latitude"].to_numpy())
    if (row < 0).all():
        raise InputError("No station stands on the raster that gives the pixels; choose one that covers them.")
    layer = (sensors["depth_m"].fillna(-1.0) / DEPTH_STEP_M).round()
    places = sensors.assign(layer=layer, row=row, column=column)[(row >= 0) & sensors["asked"]]
    shared = places.groupby(["layer", "row", "column"]).filter(lambda own: len(own) > 1)
    frame, names = table.frame.assign(merged=1), {"station": "station", **table.names}
    if shared.empty:
        return frame, 0
    frame = frame.assign(**{names["soil_moisture"]: table.own_values})
    if "station" not in table.names:
        frame = frame.assign(station=sensors["station"].to_numpy()[sensor])
    parts, gone = [], np.zeros(len(frame), bool)
    for _, members in shared.groupby(["layer", "row", "column"]):
        inside = np.isin(sensor, members.index)
        gone |= inside
        mean = _mean(frame[inside], table.rows["time"][inside], names)
        middle = {names[role]: round(members[role].mean(), 6) for role in ("longitude", "latitude")}
        parts.append(mean.assign(**{names["station"]: "+".join(members["station"]), **middle}))
    merged = pd.concat([frame[~gone], *parts], ignore_index=True)
    return merged, frame[names["station"]].nunique() - merged[names["station"]].nunique()


def _mean(own: pd.DataFrame, time: pd.Series, names: dict[str, str]) -> pd.DataFrame:
    """Return the mean of several stations, one row a time."""
    value, flag = names["soil_moisture"], names.get("flag")
    kept = {names[role] for role in ("date", "time") if role in names}
    own = own.assign(**{column: _as_numbers(own[column]) for column in own if column not in {*kept, flag}})
    numbers = [column for column in own if column not in kept and pd.api.types.is_numeric_dtype(own[column])]
    how: dict[str, Any] = {column: "mean" if column in numbers else "first" for column in own}
    if flag:
        flags = own[flag].astype(object).where(own[flag].notna(), "").astype(str)
        bad = ~flags.isin(GOOD_FLAGS) | own[value].isna()
        counted = ~bad | bad.groupby(time).transform("all")
        own = own.assign(**{flag: flags})[counted]
        time = time[counted]
        how[flag] = _all_codes
    groups = own.groupby(time)
    mean = groups.agg(how)
    return mean.assign(**{value: mean[value].round(6), "merged": groups[value].count()}).reset_index(drop=True)


def _as_numbers(column: pd.Series) -> pd.Series:
    """Return a column as numbers if all of its cells are such or empty, else as it is."""
    numbers = pd.to_numeric(column, errors="coerce")
    return column if (numbers.isna() & ~column.isin(["", None, np.nan])).any() else numbers


def _all_codes(flags: pd.Series) -> str:
    codes = [code for text in flags for code in text.split(",") if code not in GOOD_FLAGS]
    return ",".join(dict.fromkeys(codes)) or "G"
