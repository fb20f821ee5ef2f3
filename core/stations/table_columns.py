# SPDX-License-Identifier: GPL-2.0-or-later
"""Which column of a table means what, from what people call them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..base.errors import InputError
from ..base.options import listed
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
    "depth": ("depth_m", "depth", "depth_cm", "sensor_depth", "depth_mm", "depth_in", "depth_inches", "depth_ft",
              "depth_feet", "tiefe"),
    "unit_of_moisture": ("unit", "units", "soil_moisture_unit", "sm_unit", "vwc_unit", "einheit"),
    "flag": ("flag", "quality_flag", "qflag", "quality", "sm_flag", "soil_moisture_flag"),
    "soil_temperature": ("soil_temperature", "soil_temp", "tsoil", "soil_t", "ts"),
    "air_temperature": ("air_temperature", "air_temp", "tair", "ta", "t_daily_mean", "t2m"),
    "precipitation": ("precipitation", "precip", "rain", "rainfall", "prcp", "p_daily_calc", "p"),
    "lst": ("lst", "land_surface_temperature", "surface_temperature"),
    "saturation": ("saturation", "saturation_point", "porosity"),
}  # fmt: skip
TEXT = ("station", "date", "time", "flag", "unit_of_moisture")  # roles whose cells are read as they are written
WET = ("soil_moisture", "soilmoisture", "sm", "vwc", "swc", "theta", "soil_water_content", "soil_water",
       "volumetric_water_content", "water_content", "moisture", "smc", "wc")  # fmt: skip
METRES = {unit: factor_of(unit, "m") for unit in ("cm", "mm", "inches", "inch", "in", "feet", "ft", "m")}
SHALLOWEST_CM = 0.5  # nobody measures nearer to the surface: 0.10 cm is 0 to 10 cm, whose dash became a point
MIN_CM = 2  # without a unit 5 is 5 cm and 0.05 is metres: nobody measures 5 m or 0.05 cm down
_WORDS = "|".join(sorted(WET, key=len, reverse=True))
_END = r"(?:_(?:daily|avg|mean|average|value|percent|pct|vol|m3_m3|m3m3|depth))*"
LENGTH = "|".join(METRES)
_DEPTH = (
    rf"(?P<one>\d+(?:p\d+)?)(?:_?(?P<first>{LENGTH})?_?(?P<sign>to|_)_?(?P<two>\d+(?:p\d+)?))?_?(?P<unit>{LENGTH})?"
)
WITH_DEPTH = (
    re.compile(rf"^(?:{_WORDS})(?:_(?:percent|pct))?_?(?:at_|d_?)?{_DEPTH}{_END}$"),
    re.compile(rf"^{_DEPTH}_(?:{_WORDS}){_END}$"),
)
PLAIN = re.compile(rf"^(?:{_WORDS}){_END}$")
MISSING = {
    "depths": "whose name has a depth, as sm_5cm",
    "long": "that is called as soil moisture",
    "stations": "that is called as soil moisture, or as a station in a table of places",
}


@dataclass(frozen=True)
class Moisture:
    """A column of soil moisture: its name, the layer (top and bottom, m) and the station that the name says, if any."""

    name: str
    layer: tuple[float, float] | None = None
    station: str = ""


@dataclass(frozen=True)
class Roles:
    """What the columns of a table mean.

    Attributes
    ----------
    columns : dict
        Role, as "station" or "date", to name of the column.
    moisture : tuple of Moisture
    layout : str
        "long", "depths" or "stations".
    """

    columns: dict[str, str]
    moisture: tuple[Moisture, ...]
    layout: str

    def names(self, roles: Collection[str]) -> list[str]:
        """Return the columns that have some roles, in the order of `ALIASES`."""
        return [name for role, name in self.columns.items() if role in roles]


def plain(name: str) -> str:
    """Return a name in lower case, without a unit in brackets, other signs as one underscore."""
    bare = re.sub(r"[\[(].*?[\])]", "", str(name))
    return re.sub(r"[^a-z0-9]+", "_", bare.strip().lower()).strip("_")


def known_columns(names: Sequence[str], asked: dict[str, str], where: str) -> dict[str, str]:
    """Return the column of every role of `ALIASES` that has one: the one that was asked for, else by its name.

    Raises
    ------
    InputError
        If a column that was asked for is not there.
    """
    by_name = {plain(name): name for name in reversed(names)}
    columns: dict[str, str] = {}
    for role, known in ALIASES.items():
        wanted = asked.get(role, "")
        if wanted and wanted not in names:
            raise InputError(f"{where} has no column '{wanted}'; its columns are {', '.join(names)}.")
        found = wanted or next((by_name[alias] for alias in known if alias in by_name), "")
        if found and (wanted or found not in columns.values()):
            columns[role] = found
    return columns


def roles_of(names: Sequence[str], options: TableOptions, stations: Collection[str], where: str) -> Roles:
    """Find what the columns mean, those that were asked for first.

    Parameters
    ----------
    names : sequence of str
    options : TableOptions
    stations : collection of str
        Names of stations whose places are given, for a table with a column for each.
    where : str
        Name of the file, for errors.

    Raises
    ------
    InputError
        If a column that was asked for is not there, or none holds dates or soil moisture.
    """
    columns = known_columns(names, options.as_dict(), where)
    if "date" not in columns:
        raise InputError(
            f"{where} has no column that is called as a date; its columns are {', '.join(names)}. Say which one it is."
        )
    asked = listed(options.soil_moisture)
    missing = [name for name in asked if name not in names]
    if missing:
        raise InputError(f"{where} has no column '{missing[0]}'; its columns are {', '.join(names)}.")
    free = asked or [name for name in names if name not in columns.values()]
    layout, moisture = _moisture(free, bool(asked), options.layout, stations)
    if not moisture:
        raise InputError(
            f"{where} has no column {MISSING[layout]}; its columns are {', '.join(names)}. Say which one it is."
        )
    if layout != "long":
        columns.pop("depth" if layout == "depths" else "station", None)
    return Roles(columns, tuple(moisture), layout)


def _moisture(free: list[str], asked: bool, layout: str, stations: Collection[str]) -> tuple[str, list[Moisture]]:
    """Return the layout of a table and its columns of soil moisture, out of those that may be ones."""
    deep = [Moisture(name, layer) for name in free if (layer := layer_in(name))]
    if asked:
        whole = free
    else:
        # of columns that stand twice the second is called sm.1
        whole = [name for name in free if PLAIN.match(plain(name)) and not re.search(r"\.\d$", name)]
    if layout == "auto":
        by_depth = deep and (not whole or (asked and len(free) > 1))
        layout = "depths" if by_depth else "long" if whole else "stations"
    if layout == "depths":
        _refuse_counted(deep)
        return layout, deep
    if layout == "long":
        return layout, [Moisture(name, layer_in(name)) for name in whole[:1]]
    named = [name for name in free if name in stations] or (free if asked else [])
    return layout, [Moisture(name, None, name) for name in named]


def _refuse_counted(deep: list[Moisture]) -> None:
    """Raise `InputError` if what looks like depths may count sensors: sm1, sm2 and sm3."""
    counted = [re.fullmatch(r"\D+_?(\d)", plain(column.name)) for column in deep]
    numbers = sorted(int(found[1]) for found in counted if found)
    if len(deep) > 1 and numbers == list(range(1, len(deep) + 1)):
        names = [column.name for column in deep]
        raise InputError(
            f"The columns {', '.join(names)} may be at depths of 1 to {len(deep)} cm, or count sensors. Call them by "
            "their depths, as sm_5cm, or the one that is meant sm."
        )


def layer_in(name: str) -> tuple[float, float] | None:
    """Return the layer, top and bottom in m, that the name of a column of soil moisture says; None if it says none.

    A sensor at one depth has both alike: sm_5cm is (0.05, 0.05), and sm_0-10cm is (0, 0.1).

    Raises
    ------
    InputError
        If a second number may be a decimal or count sensors, as in sm_10_2.
    """
    text = re.sub(r"(?<=\d)[.,](?=\d)", "p", str(name).lower())
    text = re.sub(rf"(?<=\d)((?: ?(?:{LENGTH}))?) *(?:[-–]|to) *(?=\d)", r"\1to", text)
    # a depth may stand in brackets, where plain() would lose it
    text = re.sub(r"[\[(]([^\])]*)[\])]", lambda inside: _depth_of(inside[1]), text)
    text = re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    match = next(filter(None, (pattern.match(text) for pattern in WITH_DEPTH)), None)
    if match is None:
        return None
    one, two = match["one"], match["two"] or ""
    without = match["sign"] == "_" and not match["unit"]
    if without and not match["first"] and one != "0" and two[0] != "0" and _number(two) <= _number(one):
        raise InputError(
            f"'{name}' may be at {one}.{two} cm, or sensor {two} at {one} cm: call the column sm_{one}.{two}cm or "
            f"sm_{one}cm_{two}."
        )
    if without and match["first"]:
        # the second number of sm_5cm_2 counts sensors
        top = bottom = _number(one)
        unit = match["first"]
    else:
        top, bottom = _numbers(one, match["sign"] or "", two, match["unit"] or "")
        unit = match["unit"] or ("cm" if bottom >= MIN_CM else "m")
    return (top * METRES[unit], bottom * METRES[unit]) if top <= bottom else None


def _depth_of(inside: str) -> str:
    """Return the depth among what stands in brackets, as of (0-10 cm, daily); else nothing."""
    found = re.search(rf"(?<![/\d])\d[\dpto]* *(?:{LENGTH})(?![a-z])", inside)
    return f"_{found[0]}_" if found else "_"


def _numbers(one: str, sign: str, two: str, unit: str) -> tuple[float, float]:
    """Return top and bottom of a depth that is written with one number or two.

    An underscore may stand for a dash or for a point: a second number greater than the first is a layer's bottom,
    unless it begins with 0 (0_05) or follows 0 in metres (0_1m). A point may have been a dash.
    """
    if sign == "_" and (two[0] == "0" or (unit == "m" and one == "0") or _number(two) <= _number(one)):
        one, two = f"{one}p{two}", ""
    if not two and "p" in one and unit in ("cm", "mm") and _number(one) < SHALLOWEST_CM:
        one, _, two = one.partition("p")
    return _number(one), _number(two or one)


def _number(text: str) -> float:
    return float(text.replace("p", "."))
