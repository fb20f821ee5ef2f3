# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations: where they are, and their daily soil moisture."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..base.describe import described
from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..units import check_soil_moisture
from .daily import daily
from .depths import layer_weights, one_a_day
from .reader import read_table
from .settings import StationOptions, SubdailyImport
from .table import StationTable, words_of


@dataclass(frozen=True)
class Stations:
    """Daily soil moisture of stations.

    Attributes
    ----------
    places : DataFrame
        One row a station, indexed by its name: longitude, latitude (degrees, EPSG:4326).
    values : DataFrame
        One row a day and station: station, date (datetime64[ns], midnight), soil_moisture (m3 m-3).
    flagged : int
        Values that were left out because of their flags.
    """

    places: pd.DataFrame
    values: pd.DataFrame
    flagged: int = 0

    def __repr__(self) -> str:
        days = self.values["date"]
        facts = {
            "Values": len(self.values),
            "Days": f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}" if len(days) else "",
            "Left out by flags": self.flagged or "",
        }
        return described(counted(len(self.places), "station"), facts)

    @classmethod
    def read(
        cls, path: str | os.PathLike, options: StationOptions = StationOptions(), progress: Progress = SILENT
    ) -> Stations:
        """Read stations from a table (CSV or text, Excel) or a layer of points, as `reader.read_table` does.

        Raises
        ------
        InputError
            If coordinates, days or values are missing or are no such things; with column and line.
        """
        return cls.of(read_table(path, options, progress=progress), options, progress)

    @classmethod
    def of(
        cls, table: StationTable, options: StationOptions = StationOptions(), progress: Progress = SILENT
    ) -> Stations:
        """Take the days of a table that was read.

        A day has the mean of its readings, if there are enough of them, see `daily`. Of several depths of a station
        those count that `options` ask for. Where the table has a column of flags, values whose flag is neither empty
        nor G are left out, unless the setting `flags` takes all.

        Raises
        ------
        InputError
            If there is no value at the depths asked for, values are no soil moisture, or all of them are flagged.
        """
        # a sensor below the layer may still be the nearest to its lower part
        everything = replace(options, min_depth_m=0.0, max_depth_m=10.0)
        table = table.series(everything if options.depth_rule == "weighted" else options, progress)
        name, sensor = table.path.name, table.rows["sensor"].to_numpy()
        if not table.known.any():
            raise InputError(f"{name} holds no soil moisture value within the depths asked for.")
        if not table.good.any():
            seen = table.rows["flag"][table.known].value_counts()
            words = ", ".join(f"{flag} {n}" for flag, n in seen[seen > 0].head(5).items())
            raise InputError(
                f"Every one of the {int(table.known.sum())} values in {name} has a flag other than G in "
                f"{_where_flags_are(table, options)}: {words}. Empty the flags of values that are good, or set the "
                "flags to 'all'."
            )
        counted = layer_weights(table.sensors.loc[np.unique(sensor[table.good])], options)
        _tell_depths(table.sensors["depth_m"], counted["depth_m"], options, progress)
        wanted = table.sensors.index.isin(counted.index)[sensor]
        use = wanted & table.good
        measured = table.rows["soil_moisture"].to_numpy()[use]
        check_soil_moisture(measured, name)
        progress.check()
        days = daily(table.rows["time"].to_numpy()[use], measured, SubdailyImport(), group=sensor[use])
        progress.check()
        values = one_a_day(days.rename(columns={"group": "sensor"}), counted)
        places = table.sensors.groupby("station")[["longitude", "latitude"]].first()
        return cls(
            places.loc[values["station"].unique()],
            values.rename(columns={"value": "soil_moisture"})[["station", "date", "soil_moisture"]],
            int((wanted & table.known & table.flagged).sum()),
        )

    def between(self, first: np.datetime64, last: np.datetime64) -> Stations:
        """Return the stations with their values from the first to the last day."""
        day = self.values["date"].to_numpy("datetime64[D]")
        return Stations(self.places, self.values[(day >= first) & (day <= last)].reset_index(drop=True), self.flagged)


def _tell_depths(found: pd.Series, taken: pd.Series, options: StationOptions, progress: Progress) -> None:
    """Say which of the depths of a table count, where it has several."""
    if found.nunique() > 1:
        how = f"nearest to {options.depth_m:g} m" if options.depth_rule == "nearest" else options.depth_rule
        progress.say(f"Depths are {words_of(found)} m; by the rule {how} are taken {words_of(taken)} m.")


def _where_flags_are(table: StationTable, options: StationOptions) -> str:
    """Return where flags of a table stand as a person finds them."""
    places = [f"column '{table.names['flag']}'"] if "flag" in table.names else []
    return " or ".join([*places, *([options.flags_file] if options.flags_file else [])])
