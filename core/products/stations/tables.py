# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of one's own, CSV, Excel or point layer, long or wide, as daily values of stations."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ...base import extras
from ...base.archive import refuse_bomb
from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...rasters.grid import Grid
from ...stations.daily import daily, is_good, shift_hours
from ...stations.records import ALONG, APART, MOISTURE, Collector, Sensor, StationRecords
from ...stations.stations import TABLES, numbers, read_table
from ...stations.table_columns import ALIASES, Roles, plain, roles_of
from ...stations.table_dates import read_clock, read_dates
from ...stations.table_text import TextTable
from ...stations.table_values import as_volume, depths_of, flags_of, numbers_of
from ..settings import TableImport

EXCEL = (".xlsx", ".xlsm")
TOLD = 20  # lines of one fault that the account lists one by one
MOST_FAULTY = 0.5  # share of rows with one fault above which it is no fault of rows
TEXT_ROLES = ("station", "date", "time", "flag")


class _Table:
    """A table of any kind: the names of its columns, and its rows with the place of each in the file."""

    def __init__(self, path: Path, options: TableImport):
        self.path, self._frame, self._text = path, None, None
        self.repeated: list[str] = []
        if path.suffix.lower() in TABLES or path.suffix.lower() == ".dat":
            self._text = TextTable.open(path, options.encoding)
            self.names, self.repeated = self._text.names, self._text.repeated
        elif path.suffix.lower() in EXCEL:
            self._frame = _excel(path, options.sheet)
            self.names = list(self._frame.columns)
            self.repeated = [name for name in self.names if f"{name}.1" in self.names]
        else:
            self._frame = read_table(path)
            self.names = [str(name) for name in self._frame.columns]

    def read(self, columns: list[str], text: list[str], progress: Progress) -> pd.DataFrame:
        if self._text is not None:
            return self._text.read(columns, text, progress)
        return self._frame[[name for name in self.names if name in set(columns)]].reset_index(drop=True)

    @property
    def wrong(self) -> list[tuple[int, str, str]]:
        return self._text.wrong if self._text is not None else []

    def line(self, row: int) -> int:
        return int(self._text.lines[row]) if self._text is not None else row + 2

    def content(self, row: int) -> str:
        if self._text is not None:
            return self._text.content(row)
        return ", ".join(str(value) for value in self._frame.iloc[row])


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
    """Read a table of soil moisture that somebody made.

    What is not said by the options is found out and told: encoding, separator, columns, layout, the order of day and
    month, decimal commas and the unit. What could be one thing or another is asked for by an error that shows both.
    Lines that cannot be used are left out with number and content; the others are still read.

    Parameters
    ----------
    source : path
        CSV (comma, semicolon, tab, bar or blanks), Excel, or a layer of points.
    options : TableImport, optional
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
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{path} does not exist.")
    progress.at(0)
    table = _Table(path, options)
    where = _places(places)
    roles = roles_of(table.names, options, list(where.index) if where is not None else [], path.name)
    collector = Collector(options, area=area, first=first, last=last, progress=progress)
    faults = _Faults(table, collector)
    for line, content, why in table.wrong[:TOLD]:
        collector.refuse(f"{path.name} line {line}", f"{why}: '{content[:200]}'")
    faults.more("lines do not fit the header", len(table.wrong))
    used = [*roles.columns.values(), *(name for name, _, _ in roles.moisture)]
    twice = [f"{name}.1" for name in table.repeated if name in used]
    text = [roles.columns[role] for role in TEXT_ROLES if role in roles.columns]
    frame = table.read([*used, *twice], text, progress.part(0, 0.5))
    _tell_repeated(table, frame, used, progress)
    _add(frame, roles, where, options, collector, faults, path)
    return collector.finish()


class _Faults:
    """Notes rows that cannot be used, each fault with its first lines and their number."""

    def __init__(self, table: _Table, collector: Collector):
        self._table, self._collector = table, collector
        self.good: np.ndarray | None = None

    def more(self, what: str, count: int) -> None:
        if count > TOLD:
            self._collector.refuse(self._table.path.name, f"{count - TOLD} more {what}.")

    def leave_out(self, bad: np.ndarray, what: str, advice: str, column: str, group: np.ndarray | None = None) -> None:
        """Take rows out; if most have the fault, raise `InputError` instead. Of a group the first row is told."""
        rows = np.flatnonzero(bad & self.good)
        if not len(rows):
            return
        line = self._table.line(rows[0])
        if len(rows) > MOST_FAULTY * self.good.sum():
            raise InputError(
                f"{len(rows)} of {int(self.good.sum())} rows of {self._table.path.name} {what} in column '{column}'; "
                f"the first is line {line}: '{self._table.content(rows[0])[:200]}'. {advice}"
            )
        told, count = rows, np.ones(len(rows), int)
        if group is not None:
            _, first, count = np.unique(group[rows], return_index=True, return_counts=True)
            told = rows[first]
        for row, n in zip(told[:TOLD], count):
            more = f"; so do {n - 1} more of this station" if n > 1 else ""
            self._collector.refuse(
                f"{self._table.path.name} line {self._table.line(row)}",
                f"{what}: '{self._table.content(row)[:200]}'{more}",
            )
        self.more(f"rows {what}" if group is None else f"stations {what}", len(told))
        self.good &= ~bad


def _add(frame, roles: Roles, where, options: TableImport, collector: Collector, faults: _Faults, path: Path) -> None:
    """Bring the rows to days, and give them to the collector."""
    progress, columns = collector.progress, roles.columns
    n = len(frame)
    faults.good = np.ones(n, bool)
    what = f"column '{columns['date']}' of {path.name}"
    times = read_dates(frame[columns["date"]], what, options.date_order, options.date_format)
    stamps = times.values
    faults.leave_out(np.isnat(stamps), "have no date", "Say how dates are written, as %d.%m.%Y.", columns["date"])
    midnight = stamps.astype("datetime64[D]").astype("datetime64[s]")
    if "time" in columns and not options.time and (stamps[~np.isnat(stamps)] != midnight[~np.isnat(stamps)]).any():
        progress.say(f"'{columns['date']}' has the time of day already; '{columns.pop('time')}' is not used.")
    if "time" in columns:
        seconds = read_clock(frame[columns["time"]])
        faults.leave_out(np.isnan(seconds), "have no time of day", "Write it as 13:30.", columns["time"])
        stamps = midnight + np.nan_to_num(seconds).astype("timedelta64[s]")
    progress.check()
    along = {v: numbers_of(frame[columns[v]], v, faults, progress) for v in ALONG if v in columns}
    depth = depths_of(frame[columns["depth"]], progress) if "depth" in columns else np.full((n, 2), np.nan)
    flags = flags_of(frame, columns, options, progress)
    values = [numbers_of(frame[name], name, faults, progress) for name, _, _ in roles.moisture]
    values = as_volume(values, [name for name, _, _ in roles.moisture], options, progress, path.name)
    _tell(roles, times.ways, path, progress)
    if roles.layout == "stations":
        pieces = [(np.full(n, station, object), depth, v) for (_, _, station), v in zip(roles.moisture, values)]
    else:
        names = _stations(frame, columns, where, path)
        pieces = [
            (names, depth if d is None else np.full((n, 2), d), v) for (_, d, _), v in zip(roles.moisture, values)
        ]
    for i, (names, deep, series) in enumerate(pieces):
        progress.check()
        code, unique = pd.factorize(pd.Series(names, dtype=object))
        x, y = _coordinates(frame, columns, where, code, unique, path)
        faults.leave_out(np.isnan(x) | np.isnan(y) | (code < 0), "have no place", "Give a table of places.",
                         columns.get("longitude", "longitude"), code)  # fmt: skip
        far = (np.abs(y) > 90) | (x < -180) | (x > 360)
        if far.any():
            exchanged = (np.abs(x[far]) <= 90).all() and (np.abs(y[far]) <= 180).all()
            advice = "exchange the two, which look swapped" if exchanged else "give both in degrees"
            raise InputError(
                f"'{unique[code[far][0]]}' in {path.name} stands at longitude {x[far][0]:.7g}, latitude "
                f"{y[far][0]:.7g}, which are no such degrees; {advice}, or give a layer with its reference system."
            )
        where_it_is = (code, unique, x, y)
        _refuse_moving(code, unique, x, y, faults.good, path)
        _give(where_it_is, deep, stamps, series, flags, MOISTURE, options, collector, faults.good)
        if i == 0 and roles.layout != "stations":
            for variable, measured in along.items():
                empty = np.full((n, 2), np.nan)
                _give(where_it_is, empty, stamps, measured, None, variable, options, collector, faults.good)


def _refuse_moving(code, unique, x, y, good, path: Path) -> None:
    known = good & (code >= 0)
    places = pd.DataFrame({"x": x[known], "y": y[known]}).groupby(code[known])
    spread = (places.max() - places.min()).max(axis=1)
    if (spread > APART).any():
        raise InputError(
            f"Station '{unique[spread.idxmax()]}' in {path.name} stands in places up to {spread.max():.3f} degrees "
            "apart; give every place a name of its own, or choose another column for the station."
        )


def _give(place, depth, stamps, values, flags, variable, options, collector, good) -> None:
    """Make days of one column and give them with its sensors."""
    code, unique, x, y = place
    use = good & (code >= 0) & np.isfinite(values)
    keys = pd.DataFrame({"code": code, "top": np.round(depth[:, 0], 4), "bottom": np.round(depth[:, 1], 4)})[use]
    if not len(keys):
        return
    group = keys.groupby(list(keys), dropna=False, sort=False).ngroup().to_numpy()
    heads = keys.drop_duplicates().index.to_numpy()
    sensors = [
        Sensor(str(unique[code[r]]), "", float(x[r]), float(y[r]), variable, float(depth[r, 0]), float(depth[r, 1]))
        for r in heads
    ]
    wanted = np.array([collector.wants(s) for s in sensors], bool)[group]
    if not wanted.any():
        return
    rows = np.flatnonzero(use)[wanted]
    fine = np.ones(len(rows), bool) if flags is None else np.array([is_good(f) for f in flags[1]])[flags[0][rows]]
    shift = np.broadcast_to(shift_hours(options, options.clock, x[rows]), len(rows))
    how = {"total": variable == "precipitation"}
    group = group[wanted]
    days = daily(stamps[rows][fine], values[rows][fine], options, group=group[fine], shift_h=shift[fine], **how)
    if not fine.all():
        # a day has its flagged readings only if the good ones do not make it
        codes = flags[1][flags[0][rows][~fine]]
        doubtful = daily(stamps[rows][~fine], values[rows][~fine], options, group=group[~fine], flags=codes,
                         shift_h=shift[~fine], **how)  # fmt: skip
        days = pd.concat([days, doubtful], ignore_index=True).drop_duplicates(["group", "date"])
    collector.add_many(sensors, days)


# --- places -----------------------------------------------------------------------------------------------------------


def _stations(frame: pd.DataFrame, columns: dict, where: pd.DataFrame | None, path: Path) -> np.ndarray:
    if "station" in columns:
        codes, texts = pd.factorize(frame[columns["station"]])
        return np.array([*(str(text).strip() for text in texts), None], object)[codes]
    if "longitude" in columns and "latitude" in columns:
        x, y = frame[columns["longitude"]], frame[columns["latitude"]]
        return (y.astype(str) + " " + x.astype(str)).to_numpy(object)
    name = where.index[0] if where is not None and len(where) == 1 else path.stem
    return np.full(len(frame), name, object)


def _coordinates(frame, columns, where, code, unique, path) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude of the rows; NaN where unknown."""
    if "longitude" in columns and "latitude" in columns:
        return tuple(_degrees(frame[columns[c]]) for c in ("longitude", "latitude"))
    if where is None:
        raise InputError(
            f"{path.name} has no longitude and latitude; its columns are {', '.join(map(str, frame.columns))}. Say "
            "which they are, or give a table of places with station, longitude and latitude."
        )
    found = where.reindex([str(u) for u in unique])
    if not found["longitude"].notna().any():
        raise InputError(
            f"None of the stations of {path.name}, as '{unique[0]}', is in the table of places, whose first is "
            f"'{where.index[0]}'. Their names must be the same."
        )
    both = np.vstack([found[["longitude", "latitude"]].to_numpy(float), [np.nan, np.nan]])
    return both[code, 0], both[code, 1]


def _degrees(column: pd.Series) -> np.ndarray:
    values = pd.to_numeric(column, errors="coerce")
    if values.isna().any():
        text = column.astype(str).str.strip().str.replace(",", ".", regex=False)
        values = values.fillna(pd.to_numeric(text, errors="coerce"))
    return values.to_numpy(float)


def _places(path: str | os.PathLike) -> pd.DataFrame | None:
    """Return the places of a table, indexed by station; None if there is none."""
    if not path:
        return None
    path = Path(path)
    table = read_table(path)
    by_name = {plain(name): name for name in reversed(list(table.columns))}
    names = {
        r: next((by_name[a] for a in ALIASES[r] if a in by_name), None) for r in ("station", "longitude", "latitude")
    }
    missing = [role for role, name in names.items() if name is None]
    if missing:
        raise InputError(f"{path.name} has no column for {', '.join(missing)}; it has {', '.join(table.columns)}.")
    found = pd.DataFrame({r: numbers(table[names[r]], path) for r in ("longitude", "latitude")})
    found.index = table[names["station"]].astype(str).str.strip()
    return found[~found.index.duplicated()].dropna()


def _excel(path: Path, sheet: str) -> pd.DataFrame:
    extras.require("openpyxl")
    refuse_bomb(path)
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            if sheet and sheet not in book.sheet_names:
                raise InputError(f"{path.name} has no sheet '{sheet}'; it has {', '.join(book.sheet_names)}.")
            frame = book.parse(sheet or book.sheet_names[0])
    except InputError:
        raise
    except Exception as error:  # zip, XML and openpyxl raise kinds of their own
        raise InputError(f"Cannot read {path.name} as an Excel file: {error}.") from error
    if frame.empty:
        raise InputError(f"The sheet '{sheet or 'that is first'}' of {path.name} has no rows.")
    return frame.rename(columns=str)


# --- what is told -----------------------------------------------------------------------------------------------------


def _tell_repeated(table: _Table, frame: pd.DataFrame, used: list[str], progress: Progress) -> None:
    idle = [name for name in table.repeated if name not in used]
    if idle:
        progress.say(f"Columns that stand more than once, and are not used: {', '.join(idle)}.")
    for name in table.repeated:
        second = f"{name}.1"
        if name in used and second in frame:
            first, other = frame[name].astype(str), frame[second].astype(str)
            unlike = int((first != other).sum())
            same = f"differ in {unlike} rows" if unlike else "hold the same"
            progress.warn(f"The column '{name}' stands more than once; they {same}. The first is taken.")


def _tell(roles: Roles, ways: tuple[str, ...], path: Path, progress: Progress) -> None:
    found = ", ".join(f"{role} = '{name}'" for role, name in roles.columns.items())
    wet = ", ".join(
        f"'{name}'" + (f" at {depth:g} m" if depth is not None else "") for name, depth, _ in roles.moisture[:8]
    )
    more = f" and {len(roles.moisture) - 8} more" if len(roles.moisture) > 8 else ""
    progress.say(f"{path.name}, layout {roles.layout}: soil moisture = {wet}{more}; {found}.")
    if ways:
        several = " (several ways in one column)" if len(ways) > 1 else ""
        progress.say(f"Dates are written as {', '.join(ways)}{several}.")
