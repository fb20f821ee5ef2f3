# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of stations as it was read: its columns as people have them, and what its rows mean."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from .flags import with_flags
from .settings import SeriesOptions
from .table_values import GOOD_FLAGS, no_flags, of_another_kind


@dataclass(frozen=True)
class StationTable:
    """A table of stations, and what is known of its rows.

    Attributes
    ----------
    path : Path
    frame : DataFrame
        Every column as it was read; empty unless it was asked for. Of a table with a column for each depth or station
        it has one row a value: `soil_moisture` (m3 m-3) and `depth_m` or `station` beside the other columns.
    names : dict
        What columns of the frame are called: station, longitude, latitude, date, time, depth, flag and soil_moisture,
        as far as there are such.
    rows : DataFrame
        The same rows, numbered as in the frame: sensor (its number), time (datetime64[ns]), soil_moisture (m3 m-3),
        flag (text, '' or 'G' where good) and the further quantities that were asked for: soil_temperature,
        air_temperature, lst (degC), precipitation (mm), saturation. NaN where unknown.
    sensors : DataFrame
        Stations at a depth, by number, in the order of names and depths: station (text), longitude, latitude
        (degrees), top_m, bottom_m, depth_m, their middle (NaN where not known), and whether it is asked for.
    n_lines : int
        Rows of the file; of a table with a column for each depth or station there are several values in each.
    factor : float
        What the frame's soil moisture is multiplied with to give m3 m-3.
    date_format : str
        How days are written, as %Y-%m-%d.
    """

    path: Path
    frame: pd.DataFrame
    names: dict[str, str]
    rows: pd.DataFrame
    sensors: pd.DataFrame
    n_lines: int
    factor: float
    date_format: str

    @property
    def hours(self) -> bool:
        """Whether rows have a time of day."""
        time = self.rows["time"]
        return bool((time != time.dt.normalize()).any())

    @property
    def flagged(self) -> np.ndarray:
        """Whether a row has a flag against it."""
        return ~self.rows["flag"].isin(GOOD_FLAGS).to_numpy()

    @property
    def known(self) -> np.ndarray:
        """Whether a row has a value, at a depth that was asked for."""
        asked = self.sensors["asked"].to_numpy()
        return self.rows["soil_moisture"].notna().to_numpy() & asked[self.rows["sensor"].to_numpy()]

    @property
    def good(self) -> np.ndarray:
        """Whether a row has a value, at a depth that was asked for, and no flag against it."""
        return self.known & ~self.flagged

    @property
    def own_values(self) -> pd.Series:
        """Soil moisture as numbers in the unit that the table has it in."""
        own = self.frame[self.names["soil_moisture"]]
        if pd.api.types.is_numeric_dtype(own):
            return own.astype(float)
        return (self.rows["soil_moisture"] / self.factor).round(9)

    def series(self, options: SeriesOptions, progress: Progress = SILENT) -> StationTable:
        """Return the table with the sensors within the depths asked for; with `flags` on "all" no flag counts.

        Raises
        ------
        InputError
            If no sensor is within, or the flags are of another kind than ours and their column was not named.
        """
        middle = self.sensors["depth_m"]
        asked = (middle.isna() | middle.between(options.min_depth_m, options.max_depth_m)).to_numpy()
        if not asked.any():
            raise InputError(
                f"{self.path.name} holds no soil moisture value within the depths asked for, {options.min_depth_m:g} "
                f"to {options.max_depth_m:g} m; its depths are {words_of(middle)} m."
            )
        if not asked.all():
            progress.say(f"At other depths than those asked for, and not looked at: {words_of(middle[~asked])} m.")
        rows, strange = self.rows, of_another_kind(self.rows["flag"].array)
        by_hand = options.flags_file and options.flags != "all"
        if options.flags == "all":
            rows = rows.assign(flag=no_flags(len(rows)))
        elif strange and not options.flag:
            raise InputError(
                f"The flags in column '{self.names['flag']}' of {self.path.name}, as '{strange}', are none of ours, of "
                "which G or nothing is good. Name the column to have every value with another flag left out, or set "
                "the flags to 'all'."
            )
        if by_hand:
            path = self.path.parent / options.flags_file
            rows = rows.assign(flag=with_flags(rows, self.sensors, self.path.name, path, progress))
        return replace(self, rows=rows, sensors=self.sensors.assign(asked=asked))

    def members(self) -> list[np.ndarray]:
        """Return the row numbers of every sensor at a depth that was asked for, in the order of their times."""
        sensor = self.rows["sensor"].to_numpy()
        order = np.lexsort((self.rows["time"].to_numpy(), sensor))
        order = order[self.sensors["asked"].to_numpy()[sensor[order]]]
        return np.split(order, np.flatnonzero(np.diff(sensor[order])) + 1)

    def rows_of(self, at: np.ndarray) -> pd.DataFrame:
        """Return some rows of one sensor, with its depth_m."""
        rows = self.rows.iloc[at]
        return rows.assign(depth_m=self.sensors["depth_m"].iloc[rows["sensor"].iloc[0]])


def words_of(depths: pd.Series) -> str:
    """Return depths in m as a person lists them."""
    return ", ".join(f"{depth:g}" for depth in sorted(set(depths.dropna())))


def write_table(frame: pd.DataFrame, path: str | os.PathLike, progress: Progress = SILENT) -> None:
    """Write a table as CSV, whole or not at all."""
    with whole_file(path) as part:
        write_csv(part, frame, progress)
