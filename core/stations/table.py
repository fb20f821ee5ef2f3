# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of stations as people have it: every column kept, and known which of them means what."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file, write_csv
from ..base.progress import SILENT, Progress
from ..units import MOST_WATER, QUANTITIES, convert, factor_of
from .settings import StationOptions
from .stations import ALIASES, GOOD_FLAGS, dates, numbers, read_table

FURTHER = {
    "clock": ("time", "hour", "time_utc", "utc_time", "local_time"),
    "soil_temperature": ("soil_temperature", "soil_temp", "tsoil"),
    "air_temperature": ("air_temperature", "air_temp", "tair"),
    "precipitation": ("precipitation", "rain", "rainfall", "precip"),
    "lst": ("lst", "land_surface_temperature", "surface_temperature"),
    "saturation": ("saturation", "saturation_point", "porosity"),
}
NAMES = {**FURTHER, **ALIASES}
NEEDED = ("station", "longitude", "latitude", "date", "soil_moisture")
WARM = {
    "soil_temperature": QUANTITIES["soil temperature"],
    "air_temperature": QUANTITIES["air temperature"],
    "lst": QUANTITIES["surface temperature"],
}


@dataclass(frozen=True)
class StationTable:
    """A table of stations, and what is known of its rows.

    Attributes
    ----------
    frame : DataFrame
        As it was read, rows numbered from 0.
    names : dict
        What its columns are called: those of `NEEDED` and, where there are such, depth_m and those of `FURTHER`.
    rows : DataFrame
        The same rows: station (text), longitude, latitude (degrees), time (datetime64[ns]), depth_m, soil_moisture
        (m3 m-3), flag (text, '' or 'G' where good) and, where there are such, soil_temperature, air_temperature,
        lst (degC), precipitation (mm) and saturation (m3 m-3). NaN where unknown.
    series : ndarray of int
        To which series, a station at a depth, a row belongs; -1 for depths that were not asked for.
    factor : float
        What the table's soil moisture is multiplied with to give m3 m-3.
    hours : bool
        Whether rows have a time of day.
    date_format : str
        How days are written, as %Y-%m-%d.
    """

    frame: pd.DataFrame
    names: dict
    rows: pd.DataFrame
    series: np.ndarray
    factor: float
    hours: bool
    date_format: str

    @classmethod
    def read(
        cls, path: str | os.PathLike, options: StationOptions = StationOptions(), progress: Progress = SILENT
    ) -> StationTable:
        """Read a table (CSV or a layer of points) with every column that it has.

        With the setting `flags` on "all", flags in the table count for nothing.

        Raises
        ------
        InputError
            If a column that is needed is missing, or holds no such things; with column and row.
        """
        path = Path(path)
        frame = read_table(path).reset_index(drop=True)
        names = _names(frame, path, options)
        rows = pd.DataFrame({"station": frame[names["station"]].astype(str)})
        for key in ("longitude", "latitude", "soil_moisture", "depth_m", "precipitation", "saturation", *WARM):
            progress.check()
            if key in names:
                rows[key] = numbers(frame[names[key]], path)
        rows["time"], hours = _times(frame, names, path, options)
        lost = rows[["longitude", "latitude"]].isna().any(axis=1)
        if lost.any():
            raise InputError(
                f"{int(lost.sum())} rows of {path.name} have no coordinates; the first belongs to station "
                f"'{rows['station'][lost].iloc[0]}'."
            )
        factor = factor_of(options.unit)
        rows["soil_moisture"] *= factor
        if not rows["soil_moisture"].notna().any():
            raise InputError(f"Column '{names['soil_moisture']}' of {path.name} holds no soil moisture at all.")
        if rows["soil_moisture"].median() > MOST_WATER:
            raise InputError(
                f"The median soil moisture in {path.name} is {rows['soil_moisture'].median():g}: this looks like "
                "percent, not m3 m-3. Set the unit to 'percent' to have it divided by 100."
            )
        for key, quantity in WARM.items():
            middle = rows[key].median() if key in rows else np.nan
            if quantity.fits(middle, middle, "K"):
                rows[key] = convert(rows[key], "K", "degC")
        rows["flag"] = ""
        if "flag" in names and options.flags != "all":
            flags = frame[names["flag"]].astype(object)
            rows["flag"] = flags.where(flags.notna(), "").astype(str).str.strip()
        progress.check()
        if "depth_m" not in rows:
            rows["depth_m"] = np.nan
        depth = rows["depth_m"].abs()
        series = rows.groupby(["station", depth.fillna(-1.0)]).ngroup().to_numpy()
        asked = depth.isna() | depth.between(options.least_depth_m, options.greatest_depth_m)
        if not asked.any():
            raise InputError(f"{path.name} holds no soil moisture value within the depths asked for.")
        series = np.where(asked, series, -1)
        return cls(frame, names, rows, series, factor, hours, options.date_format or "%Y-%m-%d")

    @property
    def good(self) -> np.ndarray:
        """Whether a row has a value, at a depth that was asked for, and no flag against it."""
        rows = self.rows
        return (rows["flag"].isin(GOOD_FLAGS) & rows["soil_moisture"].notna()).to_numpy() & (self.series >= 0)

    def members(self) -> list[np.ndarray]:
        """Return the row numbers of every series, in the order of their times."""
        order = np.lexsort((self.rows["time"].to_numpy(), self.series))
        order = order[self.series[order] >= 0]
        cuts = np.flatnonzero(np.diff(self.series[order])) + 1
        return np.split(order, cuts)


def write_table(frame: pd.DataFrame, path: str | os.PathLike, progress: Progress = SILENT) -> None:
    """Write a table as CSV, whole or not at all."""
    with whole_file(path) as part:
        write_csv(part, frame, progress)


def _names(frame: pd.DataFrame, path: Path, options: StationOptions) -> dict:
    by_name = {str(c).strip().lower().replace(" ", "_"): c for c in reversed(list(frame.columns))}
    names = {}
    for key, known in NAMES.items():
        asked = getattr(options, key, "")
        if asked and asked not in frame.columns:
            raise InputError(f"{path.name} has no column '{asked}'; its columns are {', '.join(frame.columns)}.")
        found = asked or next((by_name[name] for name in known if name in by_name), None)
        if found is not None:
            names[key] = found
    missing = [key for key in NEEDED if key not in names]
    if missing:
        raise InputError(
            f"{path.name} has no column for {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}. "
            "Rename a column, or say which one it is."
        )
    if names.get("clock") == names["date"]:
        del names["clock"]  # the one column "time" holds day and time
    return names


def _times(frame: pd.DataFrame, names: dict, path: Path, options: StationOptions) -> tuple[pd.Series, bool]:
    """Return the times of the rows, and whether they are more than days."""
    column, day_format = frame[names["date"]], options.date_format
    if pd.api.types.is_datetime64_any_dtype(column):
        time = dates(column, path, day_format)
    else:
        # every day stands in the table many times, and need be read only once
        number, texts = pd.factorize(column.astype(str).str.strip())
        try:
            time = dates(pd.Series(texts, name=column.name), path, day_format)
        except InputError:
            time = dates(column, path, day_format)  # names the row
        else:
            time = pd.Series(time.to_numpy()[number], index=frame.index)
    if "clock" in names:
        number, texts = pd.factorize(frame[names["clock"]].astype(str).str.strip())
    elif pd.api.types.is_datetime64_any_dtype(column) or day_format:
        return time, bool((time != time.dt.normalize()).any())
    else:
        texts = pd.Index(texts).str.slice(10).str.lstrip("T ")
    # 13, 13:30, 13:30:00Z, and 1330 as loggers write it
    parts = pd.Series(texts).str.extract(r"^(\d{1,2})(?::?(\d{2}))?(?=$|[:.Z+ -])").astype(float).fillna(0.0)
    minutes = (parts[0] * 60 + parts[1]).to_numpy()[number]
    if (minutes > 24 * 60).any():
        row = int(np.flatnonzero(minutes > 24 * 60)[0])
        raise InputError(
            f"'{texts[number[row]]}' in row {row + 2} of {path.name} is no time of day; write it as 13:30."
        )
    return time.dt.normalize() + pd.to_timedelta(minutes, unit="min"), bool((minutes > 0).any())
