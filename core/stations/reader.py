# SPDX-License-Identifier: GPL-2.0-or-later
"""The one reader of tables of stations, from which study, check, rescaling, validation and import take what they need.

What is not said by the options is found out and told: encoding, separator, columns, layout, the order of day and month,
decimal commas, units. What could be one thing or another is asked for by an error that shows both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..units import QUANTITIES, convert, parse
from .moisture_unit import soil_moisture_factor
from .settings import TableOptions
from .table import StationTable
from .table_columns import TEXT, Roles, known_columns, roles_of
from .table_dates import Times, read_clock, read_dates
from .table_file import Faults, TableFile
from .table_values import NOTHING, Layers, degrees_of, depths_of, flags_of, no_flags, numbers_of

APART = 0.01  # degrees that a station may have moved
FEW_LINES = 3  # below a header in which units may stand
NUMBER = re.compile(r"^-?[\d.,]+$")
NEEDED = ("station", "longitude", "latitude", "date", "time", "depth", "flag")
WARM = {
    "soil_temperature": QUANTITIES["soil temperature"],
    "air_temperature": QUANTITIES["air temperature"],
    "lst": QUANTITIES["surface temperature"],
}
ISO = "%Y-%m-%d"
SHORT = "%Y-%m-%d %H:%M"
WAYS = {"year-month-day": ISO, "20230501": "%Y%m%d"}


def read_table(
    path: str | os.PathLike,
    options: TableOptions = TableOptions(),
    *,
    places: str | os.PathLike = "",
    further: Sequence[str] = (),
    whole: bool = False,
    account: Callable[[str, str], object] | None = None,
    progress: Progress = SILENT,
) -> StationTable:
    """Read a table of stations: CSV or text, Excel, or a layer of points.

    Parameters
    ----------
    path : path
    options : TableOptions
    places : path, optional
        Table or layer with station, longitude and latitude, where the table itself has none.
    further : sequence of str
        Quantities beside soil moisture that are wanted, see `StationTable.rows`.
    whole : bool
        Whether every column is kept in the frame of the table.
    account : callable, optional
        Takes every line that cannot be used, as "plots.csv line 30", and why; the others are still read. Without it
        such a line is an error.
    progress : Progress

    Raises
    ------
    InputError
        If the table cannot be read, a column is missing, something has two meanings, or no value is left.
    """
    table = TableFile(path, options.encoding, options.sheet)
    where = read_places(places) if places else None
    roles = roles_of(table.names, options, [] if where is None else list(where.index), table.path.name)
    reading = _Reading(table, roles, where, options, Faults(table, account), progress)
    return reading.table(further, whole)


def read_places(path: str | os.PathLike) -> pd.DataFrame:
    """Return longitude and latitude (degrees) of the stations of a table or layer, by their names.

    Raises
    ------
    InputError
        If it has no such columns.
    """
    table = TableFile(path)
    columns = known_columns(table.names, {}, table.path.name)
    wanted = ("station", "longitude", "latitude")
    missing = [role for role in wanted if role not in columns]
    if missing:
        raise InputError(f"{table.path.name} has no column for {', '.join(missing)}; it has {', '.join(table.names)}.")
    frame = table.read([columns[role] for role in wanted], [columns["station"]])
    found = pd.DataFrame({role: degrees_of(frame[columns[role]]) for role in wanted[1:]})
    found.index = pd.Index([as_text(name) for name in frame[columns["station"]]])
    return found[~found.index.duplicated()].dropna()


def as_text(name: object) -> str:
    """Return the name of a station as a person writes it, '' where there is none; spreadsheets make 12 a 12.0."""
    if name is None or name != name:
        return ""
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name).strip()


class _Places(NamedTuple):
    """Stations of rows: their names in order, which of them a row is of (-1: of none), and where it stands."""

    names: np.ndarray
    code: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray


class _Reading:
    """One reading of a table: column after column is understood, and rows that cannot be used are noted."""

    def __init__(
        self,
        table: TableFile,
        roles: Roles,
        where: pd.DataFrame | None,
        options: TableOptions,
        faults: Faults,
        progress: Progress,
    ):
        self._table, self._roles, self._where, self._options = table, roles, where, options
        self._faults, self._progress, self._name = faults, progress, table.path.name
        self._columns = dict(roles.columns)
        self._wet = [moisture.name for moisture in roles.moisture]
        self._frame = pd.DataFrame()

    def table(self, further: Sequence[str], whole: bool) -> StationTable:
        """Return the table that was read."""
        self._frame = frame = self._read(further, whole)
        times = self._times()
        self._progress.check()
        beside = [name for name in further if name in self._columns and self._roles.layout != "stations"]
        columns = {name: self._quantity(name) for name in beside}
        flag = self._columns.get("flag")
        columns["flag"] = flags_of(frame[flag]) if flag else no_flags(len(frame))
        layers = self._layers()
        wet = np.concatenate([numbers_of(frame[name], name, self._faults, self._progress) for name in self._wet])
        self._progress.check()
        places = self._places()
        factor = self._factor(wet, layers, places)
        self._tell(times.ways)
        columns["time"] = times.values.astype("datetime64[ns]")
        rows, sensors = self._rows(columns, wet * factor, layers, places)
        self._tell_twice(rows, sensors)
        table = StationTable(
            path=self._table.path,
            frame=frame if whole else pd.DataFrame(),
            names={**{role: self._columns[role] for role in NEEDED if role in self._columns},
                   "soil_moisture": self._wet[0]},
            rows=rows,
            sensors=sensors,
            n_lines=len(frame),
            factor=factor,
            date_format=self._date_format(times.ways),
        )  # fmt: skip
        return self._as_long(table) if whole and self._roles.layout != "long" else table

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _rows(
        self, columns: dict, soil_moisture: np.ndarray, layers: Layers, places: _Places
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows without a fault, one a value, and the sensors that they are of."""
        n, values = len(self._frame), len(soil_moisture)
        line = np.arange(values) % n
        kept = np.flatnonzero(self._faults.good(n)[line])
        key = (places.code * len(layers.layers) + layers.number)[kept]
        used, first, sensor = np.unique(key, return_index=True, return_inverse=True)
        station, layer = np.divmod(used, len(layers.layers))
        top, bottom = layers.layers[layer].T
        sensors = pd.DataFrame({
            "station": places.names[station], "longitude": places.longitude[kept[first]],
            "latitude": places.latitude[kept[first]], "top_m": top, "bottom_m": bottom, "depth_m": (top + bottom) / 2,
            "asked": True,
        })  # fmt: skip
        rows = pd.DataFrame({name: column[line[kept]] for name, column in columns.items()}, index=kept)
        return rows.assign(sensor=sensor, soil_moisture=soil_moisture[kept]), sensors

    def _as_long(self, table: StationTable) -> StationTable:
        """Return a table with a column for each depth or station as one with a value in each row."""
        depths = self._roles.layout == "depths"
        own = table.frame.drop(columns=self._wet)
        frame = pd.concat([own] * len(self._wet), ignore_index=True)
        name, column = ("depth", "depth_m") if depths else ("station", "station")
        frame[column] = table.sensors[column].to_numpy()[table.rows["sensor"]]
        frame["soil_moisture"] = table.rows["soil_moisture"].to_numpy()
        names = {**table.names, name: column, "soil_moisture": "soil_moisture"}
        return replace(table, frame=frame, names=names, factor=1.0)

    # --- columns ------------------------------------------------------------------------------------------------------

    def _read(self, further: Sequence[str], whole: bool) -> pd.DataFrame:
        """Return the columns that mean something, or all; cells that are no numbers as they are written."""
        used = [*self._roles.names([*NEEDED, "unit_of_moisture", *further]), *self._wet]
        text = self._roles.names(TEXT)
        twice = [f"{name}.1" for name in self._table.repeated if name in used]
        if whole:
            text += [name for name in self._table.names if name not in used]
        frame = self._table.read(None if whole else [*used, *twice], text, self._progress.part(0, 0.5))
        self._table.tell_repeated(frame, used, self._progress)
        return frame

    def _times(self) -> Times:
        """Return the times of the rows, of a column for the day and perhaps one for the time of day."""
        columns, options = self._columns, self._options
        column = columns["date"]
        times = read_dates(self._frame[column], f"column '{column}' of {self._name}", options.date_order,
                           options.date_format)  # fmt: skip
        stamps = times.values
        midnight = stamps.astype("datetime64[D]").astype("datetime64[s]")
        self._faults.leave_out(np.isnat(stamps), "have no date", "Say how dates are written, as %d.%m.%Y.", column)
        if "time" in columns and not options.time and (stamps[~np.isnat(stamps)] != midnight[~np.isnat(stamps)]).any():
            self._progress.say(f"'{column}' has the time of day already; '{columns.pop('time')}' is not used.")
        if "time" not in columns:
            return times
        seconds = read_clock(self._frame[columns["time"]])
        self._faults.leave_out(np.isnan(seconds), "have no time of day", "Write it as 13:30.", columns["time"])
        return Times(midnight + np.nan_to_num(seconds).astype("timedelta64[s]"), times.ways)

    def _date_format(self, ways: tuple[str, ...]) -> str:
        """Return how a new day is to be written among the others."""
        if self._options.date_format or len(ways) != 1:
            return self._options.date_format or ISO
        words = ways[0].replace("day", "%d").replace("month", "%m").replace("year", "%Y")
        return WAYS.get(ways[0], words if "%" in words else ISO)

    def _quantity(self, name: str) -> np.ndarray:
        """Return what was measured beside soil moisture; temperatures in kelvin become degC."""
        column = self._columns[name]
        values = numbers_of(self._frame[column], column, self._faults, self._progress)
        known = values[np.isfinite(values)]
        if name in WARM and len(known) and WARM[name].fits(np.median(known), np.median(known), "K"):
            self._progress.say(f"'{column}' is taken as K.")
            return convert(values, "K", "degC")
        return values

    def _factor(self, wet: np.ndarray, layers: Layers, places: _Places) -> float:
        """Return what soil moisture is multiplied with; its unit may stand in names, in cells below, or in a column."""
        names = [" ".join([name, *(f"({unit})" for unit in self._units_below(name))]) for name in self._wet]
        stands_at = len(layers.layers)
        sensor = np.where(places.code < 0, -1, places.code * stands_at + layers.number)
        called = [f"{name}{_at_depth(layer)}" for name in places.names for layer in layers.layers]
        return soil_moisture_factor(wet, names, self._options, self._progress, self._name, sensor, called)

    def _units_below(self, name: str) -> list[str]:
        """Return the units that a column of units tells, or the first lines below the header, as loggers write them."""
        frame, column = self._frame, self._columns.get("unit_of_moisture")
        cells = frame[name].iloc[:FEW_LINES].astype(str).str.strip()
        below = [text for text in cells if not NUMBER.match(text) and parse(text)]
        beside = list(frame[column].dropna().astype(str).str.strip().unique()) if column else []
        return [text for text in [*below, *beside] if text.lower() not in NOTHING]

    def _layers(self) -> Layers:
        """Return the layers of all values, from the column of depths or from the names of the columns of values."""
        n, moisture = len(self._frame), self._roles.moisture
        if self._roles.layout == "depths" or "depth" not in self._columns:
            return Layers.of([each.layer for each in moisture], np.repeat(np.arange(len(moisture)), n))
        layers = depths_of(self._frame[self._columns["depth"]], self._options, self._faults, self._progress, self._name)
        return Layers(layers.layers, np.tile(layers.number, len(moisture)))

    # --- places -------------------------------------------------------------------------------------------------------

    def _places(self) -> _Places:
        """Return the stations of all values.

        Raises
        ------
        InputError
            If places are not given, are no degrees, or a station has several.
        """
        moisture = self._roles.moisture
        if self._roles.layout == "stations":
            names, place = np.unique([each.station for each in moisture], return_inverse=True)
            code = np.repeat(place, len(self._frame))
            return _Places(names, code, *self._looked_up(names, code))
        names, code = self._stations()
        if "longitude" in self._columns and "latitude" in self._columns:
            x = degrees_of(self._frame[self._columns["longitude"]])
            y = degrees_of(self._frame[self._columns["latitude"]])
        else:
            x, y = self._looked_up(names, code)
        lost = np.isnan(x) | np.isnan(y) | (code < 0)
        advice = "Give it in degrees, or by a table of places."
        self._faults.leave_out(lost, "have no place", advice, self._columns.get("longitude", "longitude"), code)
        self._refuse_no_degrees(names, code, x, y)
        self._refuse_moving(names, code, x, y)
        again = len(moisture)
        return _Places(names, np.tile(code, again), np.tile(x, again), np.tile(y, again))

    def _stations(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the names of the stations in order, and which of them each row is of; -1 where a name is missing."""
        columns, frame = self._columns, self._frame
        if "station" in columns:
            codes, texts = pd.factorize(frame[columns["station"]])
        elif "longitude" in columns and "latitude" in columns:
            x, y = frame[columns["longitude"]].astype(str), frame[columns["latitude"]].astype(str)
            codes, texts = pd.factorize(y + " " + x)
        else:
            name = self._table.path.stem
            if self._where is not None and len(self._where) == 1:
                name = self._where.index[0]
            return np.array([name]), np.zeros(len(frame), int)
        names, place = np.unique([*map(as_text, texts), ""], return_inverse=True)
        # '' is the first in order, and stands for a name that is missing
        return names[1:], place[codes] - 1

    def _looked_up(self, names: np.ndarray, code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return longitude and latitude of values from the table of places; NaN where it lacks the station."""
        where, table = self._where, self._name
        if where is None:
            raise InputError(
                f"{table} has no longitude and latitude; its columns are {', '.join(map(str, self._frame.columns))}. "
                "Say which they are, or import it with a table of places, of station, longitude and latitude."
            )
        found = where.reindex(names)
        if not found["longitude"].notna().any():
            raise InputError(
                f"None of the stations of {table}, as '{names[0]}', is in the table of places, whose first is "
                f"'{where.index[0]}'. Their names must be the same."
            )
        both = np.vstack([found[["longitude", "latitude"]].to_numpy(float), [np.nan, np.nan]])
        return both[code, 0], both[code, 1]

    def _refuse_no_degrees(self, names: np.ndarray, code: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
        far = ((np.abs(y) > 90) | (x < -180) | (x > 360)) & self._faults.good(len(x))
        if not far.any():
            return
        exchanged = (np.abs(x[far]) <= 90).all() and (np.abs(y[far]) <= 180).all()
        advice = "exchange the two, which look swapped" if exchanged else "give both in degrees"
        raise InputError(
            f"'{names[code[far][0]]}' in {self._name} stands at longitude {x[far][0]:.7g}, latitude {y[far][0]:.7g}, "
            f"which are no such degrees; {advice}, or give a layer with its reference system."
        )

    def _refuse_moving(self, names: np.ndarray, code: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
        known = self._faults.good(len(x))
        places = pd.DataFrame({"x": x[known], "y": y[known]}).groupby(code[known])
        spread = (places.max() - places.min()).max(axis=1)
        if (spread > APART).any():
            raise InputError(
                f"Station '{names[spread.idxmax()]}' in {self._name} stands in places up to {spread.max():.3f} degrees "
                "apart; give every place a name of its own, or choose another column for the station."
            )

    # --- what is told -------------------------------------------------------------------------------------------------

    def _tell_twice(self, rows: pd.DataFrame, sensors: pd.DataFrame) -> None:
        """Warn of rows of one station, time, depth and flag with different values."""
        same = ["sensor", "time", "flag"]
        known = rows[rows["soil_moisture"].notna()]
        again = known[known.duplicated(same, keep=False)]
        again = again[~again.duplicated([*same, "soil_moisture"])]
        unlike = again[again.duplicated(same, keep=False)]
        if unlike.empty:
            return
        first = unlike.iloc[0]
        pair = unlike[(unlike[same] == first[same]).all(axis=1)].iloc[:2]
        there = (self._table.place(number % len(self._frame)) for number in pair.index)
        values = " and ".join(f"{value:g} ({place})" for value, place in zip(pair["soil_moisture"], there))
        sensor = sensors.loc[first["sensor"]]
        depth = "" if np.isnan(sensor["depth_m"]) else f" at {sensor['depth_m']:g} m"
        times = counted(len(unlike.drop_duplicates(same)), "time")
        self._progress.warn(
            f"{times} {self._name} has different values of one station, day (or hour) and depth, of which a day takes "
            f"the mean; the first are those of '{sensor['station']}'{depth} on {first['time']:{SHORT}}: {values}. "
            "Remove the wrong ones, or give each sensor a name of its own."
        )

    def _tell(self, ways: tuple[str, ...]) -> None:
        roles = self._roles
        found = ", ".join(f"{role} = '{name}'" for role, name in self._columns.items() if role in roles.columns)
        wet = some(f"'{each.name}'{_at(each.layer)}" for each in roles.moisture)
        self._progress.say(f"{self._name}, layout {roles.layout}: soil moisture = {wet}; {found}.")
        if ways:
            several = " (several ways in one column)" if len(ways) > 1 else ""
            self._progress.say(f"Dates are written as {', '.join(ways)}{several}.")


def _at_depth(layer: np.ndarray) -> str:
    return "" if np.isnan(layer).any() else _at((layer[0], layer[1]))


def _at(layer: tuple[float, float] | None) -> str:
    if layer is None:
        return ""
    top, bottom = layer
    return f" at {top:g} m" if top == bottom else f" at {top:g} to {bottom:g} m"
