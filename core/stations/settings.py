# SPDX-License-Identifier: GPL-2.0-or-later
"""How tables of stations are read and checked."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, like, option
from ..units import SM_UNITS, shown

UNIT_NAMES = {unit: shown(unit) for unit in SM_UNITS}
LAYOUTS = {
    "auto": "Automatic",
    "long": "One value per row",
    "depths": "One column per depth",
    "stations": "One column per station",
}
DATE_ORDERS = {"auto": "Automatic", "day first": "3 April", "month first": "4 March"}
SENSORS = {"mean": "Mean", "longest": "Longest record", "first": "First by name"}
CLOCKS = {"UTC": "Coordinated universal time", "local": "Local standard time"}
DEPTH_UNITS = {"auto": "Automatic", "m": "Metres", "cm": "Centimetres", "mm": "Millimetres"}


def _column(label: str, help: str, asks: str = "column") -> str:
    return option("", label, help=f"{help}; empty: looked for.", advanced=True, asks=asks)


@dataclass(frozen=True)
class TableOptions(Options):
    """How a table of stations is read; what is left empty or at auto is looked for, and shown."""

    unit: str = option(
        "auto", "Unit of soil moisture", choices={"auto": "Automatic", **UNIT_NAMES},
        help="auto: told by the name of the column or by "
        "the values where that is certain; else you are asked. Percent is divided by 100.",
    )  # fmt: skip
    layout: str = option(
        "auto", "Layout", choices=LAYOUTS, help="long: one value in a row. depths: a "
        "column for every depth, as sm_5cm. stations: a column for every station, called as it.", advanced=True,
    )  # fmt: skip
    date_order: str = option(
        "auto", "03.04.2023 is", choices=DATE_ORDERS, help="auto: told by dates as 25.04.2023 "
        "in the same table; where there is none, you are asked.",
    )  # fmt: skip
    station: str = _column("Station column", "Column with the name of the station")
    longitude: str = _column("Longitude column", "Column with degrees east")
    latitude: str = _column("Latitude column", "Column with degrees north")
    date: str = _column("Date column", "Column with the day, or day and time")
    time: str = _column("Time column", "Column with the time of day alone")
    soil_moisture: str = _column("Soil moisture column", "Column, or several with commas between them", "columns")
    depth: str = _column("Depth column", "Column with the depth, as 0.05, 5 cm or 0-10 cm")
    depth_unit: str = option(
        "auto", "Unit of depths", choices=DEPTH_UNITS, help="Of depths without one. auto: told by the "
        "name of the column, as depth_cm, or by the values where that is certain: 0.05 is metres, and 5, 10 and 20 are "
        "centimetres; else you are asked.", advanced=True,
    )  # fmt: skip
    flag: str = _column("Flag column", "Column with quality flags")
    date_format: str = option(
        "", "Date format", help="As %d.%m.%Y %H:%M, where the dates are written in an unusual way.", advanced=True
    )
    sheet: str = option("", "Sheet", help="Of an Excel file; empty: the first.", advanced=True)
    encoding: str = option(
        "auto", "Encoding", help="As cp1250 or iso-8859-2, if letters come out wrong; auto tells it from the file.",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class SeriesOptions(TableOptions):
    """Which values of a table count where every depth of a station is a series of its own, as in a check."""

    min_depth_m: float = option(0.0, "Minimum depth", low=0, high=10, unit="m", help="Only sensors from this depth.")
    max_depth_m: float = option(10.0, "Maximum depth", low=0, high=10, unit="m", help="Only sensors to here.")
    flags: str = option(
        "good",
        "Flagged values",
        choices={"good": "Good values only", "all": "All values"},
        help="good: where there is a column of flags, only values whose flag is empty or G. all: flagged values too.",
    )
    flags_file: str = option(
        "", "File of flags", help="Table (CSV) of spans of days that a person has flagged: station, first, last, flag "
        "(D dubious, C out of range, G good), reason, by. As stations_flags.csv beside the table of stations; these "
        "flags count before those of the table. Empty: none.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class DepthOptions(Options):
    """Which depth of a station counts where it has several."""

    depth_m: float = option(
        0.05, "Depth", low=0, high=2, unit="m", help="Depth that is wanted; satellites see about the upper 0.05 m."
    )
    depth_rule: str = option(
        "nearest",
        "Depth rule",
        choices={
            "nearest": "Nearest depth",
            "range": "Mean of a range",
            "weighted": "Mean weighted by layer thickness",
        },
        help="nearest: the sensors at the depth of a station that is nearest to the wanted one. range: the mean of all "
        "depths from the least to the greatest. weighted: the mean over that layer of soil, each depth counting with "
        "the part of the layer that lies nearer to it than to the depths above and below.",
    )


@dataclass(frozen=True)
class StationOptions(SeriesOptions, DepthOptions):
    """How a table of stations is read where a station has one value a day: entry "stations" of a study file."""


@dataclass(frozen=True)
class StationImport(DepthOptions):
    """Which sensors of a station count, and what their readings make together."""

    max_depth_difference_m: float = option(
        0.05, "Farthest depth", low=0, high=10, unit="m", help="Only for the rule nearest: a sensor further than this "
        "above or below the wanted depth is not used.", advanced=True,
    )  # fmt: skip
    min_depth_m: float = like(
        SeriesOptions, "min_depth_m", help="Top of the layer, for the rules range and weighted.", advanced=True
    )
    max_depth_m: float = like(
        SeriesOptions, "max_depth_m", default=0.1, help="Bottom of the layer, for the rules range and weighted.",
        advanced=True,
    )  # fmt: skip
    sensor: str = option(
        "mean", "Several sensors at one depth", choices=SENSORS, help="Their mean, the one with "
        "the most days, or the first by name.", advanced=True,
    )  # fmt: skip
    sensor_name: str = option(
        "", "Only sensors called", help="Only those whose name holds this text; empty: all.", advanced=True
    )


@dataclass(frozen=True)
class SubdailyImport(StationImport):
    """As `StationImport`, for readings several times a day that become one value a day."""

    min_hours: int = option(
        6, "Minimum hours of a day", low=1, high=24, help="A day counts if it has readings in so many different hours; "
        "for a sensor that is usually read less often, in as many as it usually is. A sum of rain needs four fifths "
        "of the usual hours.", advanced=True,
    )  # fmt: skip
    hour: int = option(
        None, "Only at hour", kind=int, low=0, high=23, help="Readings within half an hour of this hour instead of the "
        "mean of the day, as 6 for the morning overpass of SMAP. Empty: the mean of the day.",
    )  # fmt: skip
    days: str = option(
        "source", "Days begin by", choices={"source": "Clock of the files", **CLOCKS},
        help="source: the clock of the files (ISMN: "
        "UTC; AmeriFlux, FLUXNET: local standard time). local: local standard time. The hour above is of the same "
        "clock.", advanced=True,
    )  # fmt: skip
    utc_offset_h: float = option(
        None, "Hours from UTC", kind=float, low=-12, high=14, unit="h", help="How far local standard time is ahead of "
        "UTC. Empty: the longitude of a station divided by 15, as whole hours.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class CheckOptions(Options):
    """Which values of stations are implausible; the limits of Dorigo et al. (2013) stand in flagit itself."""

    without: str = option(
        "", "Rules to leave out", help="Codes, as S01, D02. C01 below 0, C02 above 0.6, C03 above saturation, D01 soil "
        "and D02 air frozen; on hours only: D04 rise without rain, D06 spike, D07 and D08 break, D09 constant low, D10 "
        "saturated plateau; S01 continuously low (as a desert may well be), S02 falls to zero, S03 impossible, S04 "
        "frozen, S05 stuck, S10 zero for days; on days only: S06 spike, S07 break, S08 saturated plateau, S09 rise "
        "without rain. Beside the coarse product or neighbours: S11 break, S12 drift, S13 noise.",
    )  # fmt: skip
    saturation: float = option(
        None, "Saturation point", kind=float, low=0.1, high=1.0, unit="m3 m-3", help="Values above it are flagged C03. "
        "Only for stations without a column 'saturation' or 'porosity'; empty: C03 is skipped there.",
    )  # fmt: skip
    low_limit: float = option(
        0.05, "Continuously low", low=0.0, high=0.5, unit="m3 m-3", help="A year of a station that stays below this is "
        "flagged S01 as a whole (Jääskeläinen et al. 2025). 0 switches it off.",
    )  # fmt: skip
    zero_drops: int = option(
        3, "Drops to zero in a year", low=0, high=366, help="So many falls from above the limit for continuously low "
        "to zero flag the whole year of the station, S02. 0 switches it off.", advanced=True,
    )  # fmt: skip
    highest: float = option(
        0.8, "Impossible above", low=0.3, high=1.0, unit="m3 m-3", help="Values above are flagged S03: 0.8 in "
        "Jääskeläinen et al. (2025), 0.7 in Poehls et al. (2025). Above 0.6 is flagged C02 in any case.", advanced=True,
    )  # fmt: skip
    min_soil_temperature: float = option(
        0.0, "Frozen: soil colder than", low=-50, high=20, unit="degC", help="Flagged S04; needs soil temperature.",
        advanced=True,
    )  # fmt: skip
    min_lst: float = option(
        3.0, "Frozen: surface colder than", low=-90, high=20, unit="degC", help="Flagged S04 (Poehls et al. 2025); "
        "needs a column 'lst' with land surface temperature.", advanced=True,
    )  # fmt: skip
    stuck_days: int = option(
        10, "Stuck: days of one value", low=2, high=366, unit="d", help="So many days with the very same value are "
        "flagged S05. Ask for more where values are rounded to 0.01.", advanced=True,
    )  # fmt: skip
    null_days: int = option(
        10, "Nothing measured: days", low=2, high=366, unit="d", help="Zeros within so many days that are all zero or "
        "without value are flagged S10 (Li et al. 2022).", advanced=True,
    )  # fmt: skip
    spike_change: float = option(
        0.10, "Spike: minimum height", low=0.01, high=1.0, unit="m3 m-3", help="A day so far above or below both the "
        "day before and the day after is flagged S06; of falls to zero, half as far. Daily tables only; hours have "
        "D06.", advanced=True,
    )  # fmt: skip
    break_change: float = option(
        0.10, "Break: minimum step", low=0.01, high=1.0, unit="m3 m-3",
        help="A step so high between two quiet weeks of "
        "unlike level is flagged S07. Daily tables only; hours have D07 and D08.", advanced=True,
    )  # fmt: skip
    rise_change: float = option(
        0.05, "Rise without rain: minimum rise", low=0.01, high=1.0, unit="m3 m-3", help="A rise from one day to the "
        "next, without rain on the days around, is flagged S09. Daily tables only; hours have D04.", advanced=True,
    )  # fmt: skip
    min_rain: float = option(
        1.0, "Rise without rain: minimum rain", low=0.0, high=50.0, unit="mm", help="So much rain of the day, the one "
        "before and the one after explains a rise.", advanced=True,
    )  # fmt: skip
    suspect_fraction: float = option(
        0.05, "Suspect from this fraction of faults", low=0.0, high=1.0, help="A station with a greater fraction of "
        "faulty values is called suspect; frost is no fault.", advanced=True,
    )  # fmt: skip
    faulty_fraction: float = option(
        0.5, "Faulty from this fraction of faults", low=0.0, high=1.0, help="A station with a greater fraction of "
        "faulty values is called faulty.", advanced=True,
    )  # fmt: skip
    fill_gap_days: int = option(
        0, "Fill gaps up to", low=0, high=30, unit="d", help="Days without value between two good ones are filled "
        "along a line, and marked in the column 'filled' (Li et al. 2022: 5). 0 fills none. Daily tables only.",
    )  # fmt: skip
    neighbour_km: float = option(
        150.0, "Neighbours within", low=0, high=1000, unit="km", help="A station is held against the median of up to 8 "
        "of its 16 nearest neighbours at the same depth, those that change most alike (at least 3, with half of its "
        "days). Without them, or with 0, against its own history, with limits three times as high (of noise, twice), "
        "and drifts only from 2 years on.", advanced=True,
    )  # fmt: skip
    offset_change: float = option(
        0.07, "Offset: minimum break", low=0.01, high=1.0, unit="m3 m-3", help="Breaks so high in the difference "
        "to the neighbours, with 10 days on each side: days at another level than that of the longest time are flagged "
        "S11.",
        advanced=True,
    )  # fmt: skip
    drift_change: float = option(
        0.10, "Drift: minimum change", low=0.01, high=1.0, unit="m3 m-3", help="A steady slope of the difference to "
        "the neighbours that goes so far, with a 99.9 % interval without 0, is a drift; days from where it has gone "
        "half as far are flagged S12.", advanced=True,
    )  # fmt: skip
    noise_change: float = option(
        0.045, "Noise: minimum scatter", low=0.005, high=1.0, unit="m3 m-3", help="Where 11 days are on average so "
        "far off the running median of a week, and twice as far as usual, noisy days are flagged S13.", advanced=True,
    )  # fmt: skip
