# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations: where they are, at what depth they measure, and their daily soil moisture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.describe import described
from ..base.errors import InputError
from ..units import MOST_WATER, factor_of
from .settings import StationOptions

# what columns are called in the tables that people have; the first found wins
ALIASES = {
    "station": ("station", "station_id", "stationid", "site", "site_id", "id", "name"),
    "longitude": ("longitude", "lon", "long", "x"),
    "latitude": ("latitude", "lat", "y"),
    "date": ("date", "day", "datetime", "time", "timestamp"),
    "soil_moisture": ("soil_moisture", "sm", "vwc", "swc", "theta", "soilmoisture"),
    "depth_m": ("depth_m", "depth"),
    "flag": ("flag", "quality_flag", "qflag", "quality"),
}
GOOD_FLAGS = ("", "G")
TABLES = (".csv", ".txt", ".tsv")


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
        return described(f"{len(self.places)} stations", facts)

    @classmethod
    def read(cls, path: str | Path, options: StationOptions = StationOptions()) -> Stations:
        """Read stations from a CSV table, or from a layer of points (GeoPackage, Shapefile, GeoJSON).

        Several values of a station on one day become their mean. Where the table has a column of flags, values
        whose flag is neither empty nor G are left out, unless the setting `flags` takes all.

        Raises
        ------
        InputError
            If coordinates, days or values are missing or are no such things; with column and row.
        """
        path = Path(path)
        table = read_table(path)
        names = {key: _column(table, path, key, getattr(options, key, "")) for key in ALIASES}
        needed = ("station", "longitude", "latitude", "date", "soil_moisture")
        missing = [key for key in needed if names[key] is None]
        if missing:
            raise InputError(
                f"{path.name} has no column for {', '.join(missing)}; its columns are {', '.join(table.columns)}. "
                "Rename a column, or say which one it is."
            )
        frame = pd.DataFrame({"station": table[names["station"]].astype(str)})
        for key in ("longitude", "latitude", "soil_moisture"):
            frame[key] = numbers(table[names[key]], path)
        frame["date"] = dates(table[names["date"]], path, options.date_format)
        if names["depth_m"] is not None:
            depth = numbers(table[names["depth_m"]], path).abs()
            frame = frame[depth.between(options.least_depth_m, options.greatest_depth_m) | depth.isna()]
        frame, flagged = frame.dropna(subset=["soil_moisture"]), 0
        if names["flag"] is not None and options.flags == "good":
            frame, flagged = _good(frame, table[names["flag"]], path)
        stations = cls.from_frame(frame, path, factor_of(options.unit))
        return cls(stations.places, stations.values, flagged)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, path: Path, factor: float = 1.0) -> Stations:
        """Check a table of station, longitude, latitude, date and soil_moisture, and put it in order."""
        if frame.empty:
            raise InputError(f"{path.name} holds no soil moisture value within the depths asked for.")
        _check_places(frame, path)
        check_soil_moisture(frame["soil_moisture"] * factor, path.name)
        frame = frame.assign(soil_moisture=frame["soil_moisture"] * factor, date=frame["date"].dt.normalize())
        places = frame.groupby("station")[["longitude", "latitude"]].first()
        spread = frame.groupby("station")[["longitude", "latitude"]].agg(np.ptp).max(axis=1)
        if (spread > 0.01).any():
            name = spread.idxmax()
            raise InputError(
                f"Station '{name}' in {path.name} stands in places up to {spread[name]:.3f} degrees apart; "
                "give every place a name of its own."
            )
        values = frame.groupby(["station", "date"], as_index=False)["soil_moisture"].mean()
        return cls(places, values)

    def between(self, first: np.datetime64, last: np.datetime64) -> Stations:
        """Return the stations with their values from the first to the last day."""
        day = self.values["date"].to_numpy("datetime64[D]")
        return Stations(self.places, self.values[(day >= first) & (day <= last)].reset_index(drop=True), self.flagged)


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table from CSV (comma, semicolon or tab) or from a vector layer, whose points become degrees.

    Raises
    ------
    InputError
        If the file is missing, unreadable, has no rows or no coordinate reference system.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path} does not exist.")
    try:
        if path.suffix.lower() in TABLES:
            table = _read_csv(path)
        else:
            table = _read_layer(path)
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"Cannot read {path.name} as a table: {error}.") from error
    if table.empty:
        raise InputError(f"{path.name} has no rows.")
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with open(path, encoding=encoding) as file:
                header = file.readline()
            return pd.read_csv(path, sep=max(",;\t", key=header.count), encoding=encoding, low_memory=False)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path.name} is written neither in UTF-8 nor in Windows-1252.")


def _read_layer(path: Path) -> pd.DataFrame:
    import geopandas

    try:
        layer = geopandas.read_file(path)
    except Exception as error:  # the engines raise kinds of their own
        raise InputError(f"Cannot read {path.name} as a vector layer: {error}.") from error
    # a GeoPackage without one says "Undefined"
    if layer.crs is None or layer.crs.name.startswith("Undefined"):
        raise InputError(f"The layer {path.name} has no coordinate reference system; assign the right one.")
    points = layer.to_crs(4326).geometry
    if not (points.geom_type == "Point").all():
        raise InputError(f"The layer {path.name} holds other things than points.")
    return pd.DataFrame(layer.drop(columns="geometry")).assign(longitude=points.x, latitude=points.y)


def _good(frame: pd.DataFrame, flags: pd.Series, path: Path) -> tuple[pd.DataFrame, int]:
    """Return the rows without a flag against them, and how many there are with one."""
    flags = flags.reindex(frame.index)
    codes = flags.astype(str).str.strip().where(flags.notna(), "")
    good = codes.isin(GOOD_FLAGS)
    if len(frame) and not good.any():
        seen = ", ".join(f"{code} {n}" for code, n in codes.value_counts().head(5).items())
        raise InputError(
            f"Every one of the {len(frame)} values in {path.name} has a flag other than G in column "
            f"'{flags.name}': {seen}. Empty the flags of values that are good, or set the flags to 'all'."
        )
    return frame[good], int((~good).sum())


def _column(table: pd.DataFrame, path: Path, key: str, asked: str) -> str | None:
    """Return the name of the column that holds a thing; None if there is none."""
    if asked:
        if asked not in table.columns:
            raise InputError(f"{path.name} has no column '{asked}'; its columns are {', '.join(table.columns)}.")
        return asked
    by_name = {str(c).strip().lower().replace(" ", "_"): c for c in table.columns}
    return next((by_name[a] for a in ALIASES[key] if a in by_name), None)


def numbers(column: pd.Series, path: Path) -> pd.Series:
    """Return a column as numbers, or raise `InputError` with the first place that holds text."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float).replace([np.inf, -np.inf], np.nan)
    as_numbers = pd.to_numeric(column, errors="coerce")
    bad = as_numbers.isna() & column.notna() & (column.astype(str).str.strip() != "")
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"Column '{column.name}' of {path.name} has text where a number should be: '{column.iloc[row]}' in "
            f"row {row + 2} ({int(bad.sum())} such rows). Mend or empty these cells; decimals take a point."
        )
    return as_numbers.astype(float).replace([np.inf, -np.inf], np.nan)


def dates(column: pd.Series, path: Path, date_format: str = "") -> pd.Series:
    """Return a column as dates, or raise `InputError` with the first place that holds none."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.tz_localize(None)
    text = column.astype(str).str.strip()
    # without a format only year-month-day is taken: 03.04.2023 has two meanings
    known = pd.to_datetime(
        text if date_format else text.str.slice(0, 10), format=date_format or "%Y-%m-%d", errors="coerce"
    )
    if known.isna().any():
        row = int(np.flatnonzero(known.isna())[0])
        raise InputError(
            f"Column '{column.name}' of {path.name} holds '{text.iloc[row]}' in row {row + 2}, which is no date "
            f"written as {date_format or '2023-05-01'} ({int(known.isna().sum())} such rows). "
            "Say how dates are written, as %d.%m.%Y."
        )
    return known


def _check_places(frame: pd.DataFrame, path: Path) -> None:
    lost = frame["longitude"].isna() | frame["latitude"].isna()
    if lost.any():
        raise InputError(
            f"{int(lost.sum())} rows of {path.name} have no coordinates; the first belongs to station "
            f"'{frame['station'][lost].iloc[0]}'."
        )
    far = ~frame["longitude"].between(-180, 360) | ~frame["latitude"].between(-90, 90)
    if far.any():
        first = frame[far].iloc[0]
        raise InputError(
            f"Station '{first['station']}' in {path.name} stands at {first['longitude']}, {first['latitude']}, which "
            "are no degrees; give longitude and latitude, or a point layer with its reference system."
        )


def check_soil_moisture(values: pd.Series, where: str) -> None:
    """Refuse values that cannot be m3 m-3, and say so if they look like percent."""
    low, high = float(values.min()), float(values.max())
    if high > MOST_WATER and float(values.median()) > MOST_WATER:
        raise InputError(
            f"Soil moisture in {where} runs from {low:g} to {high:g}: this looks like percent, not m3 m-3. "
            "Set the unit to 'percent' to have it divided by 100."
        )
    if high > MOST_WATER or low < 0:
        raise InputError(
            f"Soil moisture in {where} runs from {low:g} to {high:g} m3 m-3; it must lie between 0 and 1. "
            f"{int(((values < 0) | (values > MOST_WATER)).sum())} values are outside: remove them or set the unit."
        )
