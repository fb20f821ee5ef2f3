# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of one's own, CSV, Excel or point layer, long or wide, as daily values of stations."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd

from ...base.progress import SILENT, Progress
from ...rasters.grid import Grid
from ...stations.daily import daily, shift_hours
from ...stations.reader import read_table
from ...stations.records import ALONG, MOISTURE, Collector, Sensor, StationRecords
from ...stations.table import StationTable
from ...stations.table_values import of_another_kind
from ..settings import TableImport


def import_station_table(
    source: str | os.PathLike,
    options: TableImport = TableImport(),
    *,
    places: str | os.PathLike = "",
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> StationRecords:
    """Read a table of soil moisture that somebody made, as `reader.read_table` does.

    Lines that cannot be used are left out with number and content; the others are still read.

    Parameters
    ----------
    source : path
        CSV (comma, semicolon, tab, bar or blanks), Excel, or a layer of points.
    options : TableImport
    places : path, optional
        Table or layer with station, longitude and latitude, where the table itself has none.
    area : Grid, optional
        Only stations within its bounds.
    first, last : datetime64[D], optional
    progress : Progress

    Raises
    ------
    InputError
        If the table cannot be read, a column is missing, something has two meanings, or no value is left.
    """
    progress.at(0)
    collector = Collector(options, area=area, first=first, last=last, progress=progress)
    table = read_table(
        source, options, places=places, further=ALONG, account=collector.refuse, progress=progress.part(0, 0.5)
    )
    _give_moisture(table, options, collector)
    for variable in ALONG:
        if variable in table.rows:
            progress.check()
            sensors, known = _wanted(table, variable, collector)
            # of a line with several depths what was measured beside them is given once
            at = np.flatnonzero(known & (table.rows.index < table.n_lines))
            collector.add_many(sensors, _days(table, at, variable, options))
    return collector.finish()


def _give_moisture(table: StationTable, options: TableImport, collector: Collector) -> None:
    """Give days of soil moisture; one has its flagged readings only if the good ones do not make it."""
    sensors, measured = _wanted(table, MOISTURE, collector)
    rows = table.rows
    called = [sensor.station for sensor in sensors]
    wet = np.where(measured, rows[MOISTURE], np.nan)
    possible = collector.possible(wet, rows["sensor"].to_numpy(), called, "values")
    measured = np.isfinite(possible)
    flagged = table.flagged
    strange = of_another_kind(table.rows["flag"].array)
    if strange and not options.flag:
        flagged = np.zeros(len(flagged), bool)
        collector.progress.warn(
            f"The flags in '{table.names['flag']}' are not understood, as '{strange}': not used. Name the column to "
            "have every value with another flag than G left out."
        )
    days = _days(table, np.flatnonzero(measured & ~flagged), MOISTURE, options)
    collector.progress.check()
    doubtful = np.flatnonzero(measured & flagged)
    if len(doubtful):
        flags = table.rows["flag"].iloc[doubtful].to_numpy(object)
        more = _days(table, doubtful, MOISTURE, options, flags)
        days = pd.concat([days, more], ignore_index=True).drop_duplicates(["group", "date"])
    collector.add_many(sensors, days)


def _wanted(table: StationTable, variable: str, collector: Collector) -> tuple[list[Sensor], np.ndarray]:
    """Return the sensors of a variable, and which rows have a value of one that is wanted."""
    sensors = [
        Sensor(each.station, "", each.longitude, each.latitude, variable, each.top_m, each.bottom_m)
        for each in table.sensors.itertuples()
    ]
    sensor, known = table.rows["sensor"].to_numpy(), table.rows[variable].notna().to_numpy()
    wanted = np.zeros(len(sensors), bool)
    for number in np.unique(sensor[known]):
        wanted[number] = collector.wants(sensors[number])
    return sensors, known & wanted[sensor]


def _days(
    table: StationTable, at: np.ndarray, variable: str, options: TableImport, flags: np.ndarray | None = None
) -> pd.DataFrame:
    """Return the days that some rows make, `group` being their sensor."""
    sensor = table.rows["sensor"].to_numpy()[at]
    longitude = table.sensors["longitude"].to_numpy()[sensor]
    return daily(
        table.rows["time"].to_numpy()[at],
        table.rows[variable].to_numpy()[at],
        options,
        group=sensor,
        flags=flags,
        shift_h=shift_hours(options, options.clock, longitude),
        total=variable == "precipitation",
    )
