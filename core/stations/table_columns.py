# SPDX-License-Identifier: GPL-2.0-or-later
"""Which column of a table means what, from what people call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..base.errors import InputError
from ..units import factor_of
from .settings import TableOptions

ALIASES = {
    "station": ("station", "station_id", "stationid", "station_name", "site", "site_id", "site_name", "siteid",
                "sensor_id", "plot", "plot_id", "point_id", "wban", "wbanno", "id", "name", "field_id"),
    "longitude": ("longitude", "lon", "long", "longitude_deg", "lon_deg", "x", "lng", "location_long"),
    "latitude": ("latitude", "lat", "latitude_deg", "lat_deg", "y", "location_lat"),
    "date": ("date", "datetime", "date_time", "timestamp", "day", "time", "date_utc", "timestamp_utc", "lst_date",
             "datum", "data", "fecha", "sampling_date", "obs_date"),
    "time": ("time", "hour", "time_utc", "utc_time", "local_time", "clock", "zeit", "hora"),
    "depth": ("depth_m", "depth", "depth_cm", "sensor_depth", "depth_mm", "tiefe"),
    "flag": ("flag", "quality_flag", "qflag", "quality", "sm_flag", "soil_moisture_flag"),
    "soil_temperature": ("soil_temperature", "soil_temp", "tsoil", "soil_t", "ts"),
    "air_temperature": ("air_temperature", "air_temp", "tair", "ta", "t_daily_mean", "t2m"),
    "precipitation": ("precipitation", "precip", "rain", "rainfall", "prcp", "p_daily_calc", "p"),
}  # fmt: skip
WET = ("soil_moisture", "soilmoisture", "sm", "vwc", "swc", "theta", "soil_water_content", "soil_water",
       "volumetric_water_content", "water_content", "moisture", "smc", "wc")  # fmt: skip
_WORDS = "|".join(sorted(WET, key=len, reverse=True))
_END = r"(?:_(?:daily|avg|mean|average|value|percent|pct|vol|m3_m3|m3m3))*"
_DEPTH = r"(?P<depth>\d+(?:_\d+)?)_?(?P<unit>cm|mm|m)?"
WITH_DEPTH = (
    re.compile(rf"^(?:{_WORDS})_?(?:at_|d_?)?{_DEPTH}{_END}$"),
    re.compile(rf"^{_DEPTH}_(?:{_WORDS}){_END}$"),
)
PLAIN = re.compile(rf"^(?:{_WORDS}){_END}$")
METRES = {unit: factor_of(unit, "m") for unit in ("m", "cm", "mm")}


@dataclass
class Roles:
    """What the columns of a table mean.

    Attributes
    ----------
    columns : dict
        Role, as "station" or "date", to name of the column.
    moisture : list of (str, float or None, str)
        Columns of soil moisture: name, depth in m where the name says it, and station where the name is one.
    layout : str
        "long", "depths" or "stations".
    """

    columns: dict[str, str]
    moisture: list[tuple[str, float | None, str]]
    layout: str
    notes: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    """Return a name in lower case, without a unit in brackets, other signs as one underscore."""
    bare = re.sub(r"[\[(].*?[\])]", "", str(name))
    return re.sub(r"[^a-z0-9]+", "_", bare.strip().lower()).strip("_")


def roles_of(names: Sequence[str], options: TableOptions, stations: Sequence[str], where: str) -> Roles:
    """Find what the columns mean, those that were asked for first.

    Parameters
    ----------
    names : sequence of str
    options : TableOptions
    stations : sequence of str
        Names of stations whose places are given, for a table with a column for each.
    where : str
        Name of the file, for errors.

    Raises
    ------
    InputError
        If a column that was asked for is not there, or none holds dates or soil moisture.
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(plain(name), name)
    columns = {}
    for role, known in ALIASES.items():
        asked = getattr(options, role, "") if role in ("station", "longitude", "latitude", "date", "time", "depth",
                                                       "flag") else ""  # fmt: skip
        if asked and asked not in names:
            raise InputError(f"{where} has no column '{asked}'; its columns are {', '.join(names)}.")
        found = asked or next((by_name[alias] for alias in known if alias in by_name), "")
        if found and (asked or found not in columns.values()):
            columns[role] = found
    if "date" not in columns:
        raise InputError(
            f"{where} has no column that is called as a date; its columns are {', '.join(names)}. Say which one it is."
        )
    moisture, layout = _moisture(names, options, stations, columns, where)
    roles = Roles(columns, moisture, layout)
    if layout != "long":
        columns.pop("depth" if layout == "depths" else "station", None)
    return roles


def _moisture(names, options, stations, columns, where) -> tuple[list[tuple[str, float | None, str]], str]:
    taken = set(columns.values())
    asked = [name.strip() for name in options.soil_moisture.split(",") if name.strip()]
    missing = [name for name in asked if name not in names]
    if missing:
        raise InputError(f"{where} has no column '{missing[0]}'; its columns are {', '.join(names)}.")
    free = asked or [name for name in names if name not in taken]
    deep = [(name, depth, "") for name in free if (depth := depth_in(name)) is not None]
    whole = asked or [name for name in free if PLAIN.match(plain(name)) and not name.endswith((".1", ".2", ".3"))]
    known = set(stations)
    wide = [(name, None, name) for name in free if name in known]
    layout = options.layout
    if layout == "auto":
        layout = "depths" if (deep and (len(asked) > 1 or not whole)) else "long" if whole else "stations"
    if layout == "depths" and deep:
        return deep, layout
    if layout == "long" and whole:
        return [(whole[0], depth_in(whole[0]), "")], layout
    if layout == "stations" and (wide or (asked and options.layout == "stations")):
        return wide or [(name, None, name) for name in asked], layout
    told = {
        "depths": "whose name has a depth, as sm_5cm",
        "long": "that is called as soil moisture",
        "stations": "that is called as soil moisture, or as a station in a table of places",
    }
    raise InputError(f"{where} has no column {told[layout]}; its columns are {', '.join(names)}. Say which one it is.")


def depth_in(name: str) -> float | None:
    """Return the depth in m that the name of a column of soil moisture says; None if it says none."""
    text = re.sub(r"(\d)[.,](\d)", r"\1_\2", str(name))
    # a depth may stand in brackets, where plain() would lose it
    text = re.sub(r"[^a-z0-9]+", "_", re.sub(r"[\[(](?![^\])]*\d+ *(?:cm|mm|m)[\])]).*?[\])]", "", text.lower()))
    for pattern in WITH_DEPTH:
        match = pattern.match(text.strip("_"))
        if match:
            number = float(match["depth"].replace("_", "."))
            # without a unit 5 is 5 cm and 0.05 is metres: nobody measures 5 m or 0.05 cm down
            unit = match["unit"] or ("cm" if number >= 2 else "m")
            return number * METRES[unit]
    return None
