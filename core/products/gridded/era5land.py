# SPDX-License-Identifier: GPL-2.0-or-later
"""ERA5-Land and ERA5 as the Climate Data Store delivers them: hours become daily maps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...base.errors import GridError, InputError
from ...base.names import folded
from ...base.progress import SILENT, Progress
from ...rasters.find import none_of_these
from ...rasters.grid import Grid
from ...rasters.map_folder import Importer, Outcome, importing, reasons_for
from ...units import convertible, factor_of, factors, name_of
from ..archive import ProductFiles
from ..settings import Era5LandOptions
from .cube import Cube
from .hours import DAY, Hours, days_of, spans_before, spans_of_day, totals
from .netcdf import SUFFIXES, cubes

# ECMWF's short names, and the long ones of the data store
INSTANT = {
    "t2m": "2m_temperature", "d2m": "2m_dewpoint_temperature", "skt": "skin_temperature",
    "u10": "10m_u_component_of_wind", "v10": "10m_v_component_of_wind", "sp": "surface_pressure",
    "stl1": "soil_temperature_level_1", "stl2": "soil_temperature_level_2", "stl3": "soil_temperature_level_3",
    "stl4": "soil_temperature_level_4", "swvl1": "volumetric_soil_water_layer_1",
    "swvl2": "volumetric_soil_water_layer_2", "swvl3": "volumetric_soil_water_layer_3",
    "swvl4": "volumetric_soil_water_layer_4", "lai_hv": "leaf_area_index_high_vegetation",
    "lai_lv": "leaf_area_index_low_vegetation", "fal": "forecast_albedo", "src": "skin_reservoir_content",
    "sd": "snow_depth_water_equivalent", "sde": "snow_depth", "snowc": "snow_cover", "rsn": "snow_density",
    "asn": "snow_albedo", "tsn": "temperature_of_snow_layer",
}  # fmt: skip
ONE_SIGN = {  # accumulated, and never negative
    "tp": "total_precipitation", "sf": "snowfall", "smlt": "snowmelt", "ro": "runoff", "sro": "surface_runoff",
    "ssro": "sub_surface_runoff", "ssr": "surface_net_solar_radiation",
    "ssrd": "surface_solar_radiation_downwards", "strd": "surface_thermal_radiation_downwards",
}  # fmt: skip
TWO_SIGNS = {  # accumulated, upward is negative
    "e": "total_evaporation", "pev": "potential_evaporation", "es": "snow_evaporation",
    "evabs": "evaporation_from_bare_soil", "evaow": "evaporation_from_open_water_surfaces_excluding_oceans",
    "evatc": "evaporation_from_the_top_of_canopy", "evavt": "evaporation_from_vegetation_transpiration",
    "str": "surface_net_thermal_radiation", "slhf": "surface_latent_heat_flux", "sshf": "surface_sensible_heat_flux",
}  # fmt: skip
ACCUMULATED = {**ONE_SIGN, **TWO_SIGNS}
# other ways to write them: in GRIB files, and as the data store changed its mind
OTHERS = {
    "2t": "t2m", "2d": "d2m", "10u": "u10", "10v": "v10", "tmp_2m": "t2m", "dpt_2m": "d2m",
    "snow_depth_water": "sd", "evaporation": "e", "evapotranspiration": "e",
}  # fmt: skip
AT_HOUR = ("value at hour", "sum before", "mean before")
SHORT = {**{long: short for short, long in {**INSTANT, **ACCUMULATED}.items()}, **OTHERS}


@dataclass(frozen=True)
class MapUnit:
    """How a stored unit becomes that of a map: value * factor + offset."""

    name: str
    factor: float = 1.0
    offset: float = 0.0


def import_era5land(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: Era5LandOptions = Era5LandOptions(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Make daily maps of hourly ERA5-Land, or of ERA5.

    Files of a folder join in time, so that sums go on across their borders. What is accumulated since 00 UTC is
    first turned into amounts of single hours; that of 00 UTC belongs to the day before (ECMWF, "ERA5-Land: data
    documentation", section on accumulations). Signs are kept: evaporation is negative.

    Parameters
    ----------
    source : path or glob
        NetCDF, GRIB or the zip archives of them: a file, a folder or a pattern.
    folder : path
        Where the maps go; each variable gets a folder if there are several.
    options : Era5LandOptions, optional
    area : Grid, optional
        Only the cells that touch its bounds.
    first, last : datetime64[D], optional
        Only these days; hours before the first are still used where a sum needs them.
    progress : Progress

    Raises
    ------
    InputError
        If no map can be made, with the reasons.
    """
    refused: list[tuple[str, str]] = []
    with ExitStack() as stack:
        found = _scan(source, stack, refused, progress.part(0, 0.1))
        chosen = _chosen(found, options.variables, refused)
        with importing(folder, list(chosen), progress, reads={"the input": source}) as importer:
            for name, why in refused:
                importer.refuse(name, why)
            for (name, parts), share in progress.part(0.1, 1).parts(chosen.items()):
                _import_one(name, parts, options, area, (first, last), importer, share)
    return importer.outcome


def _scan(source, stack: ExitStack, refused: list, progress: Progress) -> dict[str, list[Cube]]:
    """Return the variables of all files by their short names, in the order of the files."""
    found: dict[str, list[Cube]] = {}
    files = ProductFiles(source, SUFFIXES, "ERA5-Land", stack, refused, progress.part(0, 0.5))
    for path in progress.part(0.5, 1).over(files.paths):
        try:
            files.bring(path)
            for cube in cubes(path):
                found.setdefault(_short(cube), []).append(replace(cube, bring=partial(files.bring, path)))
        except (InputError, GridError) as error:
            refused.append((files.name(path), str(error)))
    if not found:
        raise InputError(f"None of the files could be read. {reasons_for(refused)}")
    return found


def _short(cube: Cube) -> str:
    name = folded(cube.name)
    if cube.attributes.get("level", "").startswith(("2-HTGL", "2[m] HTGL")):
        name += "_2m"
    return SHORT.get(name, name)


def _chosen(found: dict[str, list[Cube]], wanted: str, refused: list) -> dict[str, list[Cube]]:
    """Return the variables that are wanted."""
    there = ", ".join(found)
    if wanted.strip().lower() in ("", "auto"):
        known = {name: parts for name, parts in found.items() if name in INSTANT or name in ACCUMULATED}
        if not known:
            raise InputError(f"The files hold {there}, no known variable of ERA5-Land; type the names of those wanted.")
        return known
    out = {}
    for text in filter(None, (t.strip() for t in wanted.replace(";", ",").split(","))):
        name = folded(text)
        name = SHORT.get(name, name)
        if name in found:
            out[name] = found[name]
        else:
            refused.append((text, f"No file has this variable; they have {there}."))
    if not out:
        raise InputError(f"No file has {wanted}; they have {there}.")
    return out


def _import_one(name, parts: list[Cube], options, area, period, importer: Importer, progress: Progress) -> None:
    """Write the maps of one variable."""
    known, places = [], []
    for cube in parts:
        with importer.trying(cube.path):
            place = cube.place(area)
            if places and not place.grid.same_as(places[0].grid):
                raise GridError(f"{name} lies on another grid than in {known[0].path.name}; import it by itself.")
            known.append(cube)
            places.append(place)
    if not known:
        return
    hours = Hours(known, places, lambda cube, why: importer.refuse(cube.path, why))
    if hours.repeated:
        progress.say(f"{name}: {hours.repeated} hours are in two files; those of the first were taken.")
    amounts = name in ACCUMULATED or known[0].attributes.get("GRIB_stepType") == "accum"
    running = amounts and _running(name, hours, options, progress)
    if options.statistic in AT_HOUR and hours.daily:
        importer.refuse(name, f"It has one value a day, of which no {options.statistic} can be made; choose auto.")
        return
    plan = _Plan(name, known[0].unit, options, amounts, running, hours, places[0].grid)
    progress.say(plan.words())
    missing: list[tuple[int, int, int]] = []
    for day, values, seen, needed in plan.days(period, progress):
        when = np.datetime64(day, "D")
        if values is None:
            missing.append((day, seen, needed))
            continue
        source = hours.source(day * DAY - options.hours, day * DAY + 2 * DAY)
        with importer.trying(f"{name} of {when}"):
            importer.write(plan.called, plan.converted(values), places[0].grid, plan.unit.name, when, source, plan.tags)
    for run in np.split(missing, np.flatnonzero(np.diff([day for day, _, _ in missing]) > 1) + 1) if missing else ():
        a, b = (np.datetime64(int(run[i][0]), "D") for i in (0, -1))
        said = f"{plan.called} {a}" + (f" to {b}" if b > a else "")
        importer.refuse(said, plan.why(int(run[:, 1].min()), int(run[:, 1].max()), int(run[0][2])))


def _running(name: str, hours: Hours, options: Era5LandOptions, progress: Progress) -> bool:
    if options.accumulated != "auto":
        return options.accumulated == "yes"
    if hours.daily:
        # only sums at 00 UTC can be those of the day before; what is further apart is a mean of a month
        before = hours.step == DAY and bool((hours.at % DAY == 0).all())
        if before:
            progress.warn(
                f"{name}: the one value a day, at 00 UTC, is taken as the total of the day before, as in hourly "
                "ERA5-Land. If these are daily statistics, set 'Accumulated since 00 UTC' to no."
            )
        return before
    seen = hours.running(progress)
    if seen is None:
        progress.say(f"{name}: whether these are sums since 00 UTC cannot be seen; taken as such, as in ERA5-Land.")
    return seen is not False


class _Plan:
    """What is made of the hours of one variable."""

    def __init__(self, name, stored_unit, options: Era5LandOptions, amounts, running, hours: Hours, grid: Grid):
        self._hours, self._options, self._amounts, self._running = hours, options, amounts, running
        self._daily = hours.daily
        how = options.statistic
        self.statistic = ("sum" if amounts else "mean") if how == "auto" else how
        before = self.statistic.endswith("before")
        at_hour = self.statistic in AT_HOUR
        self._local = options.time == "local solar" or (options.time == "auto" and at_hour)
        self._how = "mean" if self.statistic == "value at hour" else self.statistic.split()[0]
        length = options.hours if before else 1 if at_hour else DAY
        self._totals = running and self.statistic == "sum" and not self._local
        self._one_sign = name in ONE_SIGN
        x, _ = grid.centres()
        if self._daily:
            self.statistic = "sum" if amounts else "daily value"
        if at_hour:
            self._spans = spans_before(x, self._local, options.hour, length)
        else:
            self._spans = spans_of_day(x, self._local, amounts)
        self.unit = _unit(stored_unit, amounts, self.statistic, length, options.celsius)
        self.called = name
        if before:
            self.called += f"_{options.hours}h"
        elif at_hour:
            self.called += f"_at{round(options.hour):02d}"
        elif self.statistic in ("min", "max"):
            self.called += f"_{self.statistic}"
        clock = "local solar time" if self._local else "UTC"
        self.tags = {"statistic": self.statistic, "time": clock, "source": "ERA5-Land or ERA5"}
        if at_hour:
            self.tags.update(hour=f"{options.hour:g}", hours=str(length))

    def words(self) -> str:
        """Return a line on what is done."""
        told = f"{self.called}: {self.statistic} [{self.unit.name}], {self.tags['time']}"
        if self._daily:
            return f"{self.called}: one value a day, taken as it is [{self.unit.name}]" + (
                "; at 00 UTC it is the total of the day before" if self._running else ""
            )
        if self._amounts:
            told += (
                "; sums since 00 UTC, made amounts of single hours" if self._running else "; amounts of single hours"
            )
        return told

    def why(self, fewest: int, most: int, needed: int) -> str:
        """Return why days could not be made, of whose hours so many were there."""
        if needed == 1:
            return "The hour that is needed is in no file" + (
                ": the total of a day stands at 00 UTC of the next." if self._totals else "."
            )
        seen = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        enough = "" if self._how == "sum" else f"; the least that is asked for is {self._options.min_hours} of 24"
        return f"Only {seen} of {needed} hours are there{enough}."

    def days(self, period, progress: Progress) -> Iterator:
        """Yield the days as `hours.days_of` does."""
        # the sum of an hour is dated by its end, so 00 UTC belongs to the day before
        earlier = int(self._amounts and (self._running or not self._daily))
        days, counts = np.unique((self._hours.at - earlier) // DAY, return_counts=True)
        totals_only = self._totals or (self._daily and self._running)
        if not self._daily and not totals_only:
            # a lone 00 UTC at the end is there for the total of the day before, at the beginning for its own
            days = days[int(counts[:1].sum() == 1) : len(days) - int(counts[-1:].sum() == 1)]
        if len(days) and not self._daily:
            days = np.arange(days[0], days[-1] + 1)
        there = days.astype("datetime64[D]")
        first, last = (None if day is None else day.astype("datetime64[D]").astype(int) for day in period)
        if first is not None:
            days = days[days >= first]
        if last is not None:
            days = days[days <= last]
        if len(there) and not len(days):
            raise InputError(none_of_these(there, *period))
        if totals_only:
            return totals(self._hours, days, progress)
        if self._daily:
            return _as_they_are(self._hours, days, progress)
        least = self._options.min_hours / DAY
        return days_of(self._hours, days, self._spans, self._how, self._running, least, progress)

    def converted(self, values: np.ndarray) -> np.ndarray:
        """Return values in the unit of the map."""
        if self._one_sign:
            values = np.maximum(values, 0)  # packing leaves a little below nothing
        return values * np.float32(self.unit.factor) + np.float32(self.unit.offset)


def _as_they_are(hours: Hours, days: np.ndarray, progress: Progress) -> Iterator:
    """Yield daily values, of a day with several the first."""
    first = hours.at[np.searchsorted(hours.at // DAY, days)]
    for day, hour in progress.over(list(zip(days, first))):
        yield int(day), hours.read(np.array([hour]), progress)[0], 1, 1


def _unit(stored: str, amounts: bool, statistic: str, hours: int, celsius: bool) -> MapUnit:
    """Return the unit of a map and how to come to it."""
    unit = name_of(stored.replace("**", "")) or "1"
    whole = statistic.startswith("sum")
    if not amounts:
        out = "degC" if unit == "K" and celsius else "mm" if unit == "m of water equivalent" else unit
        factor, offset = factors(unit, out) if out != unit else (1.0, 0.0)
        return MapUnit(f"{out} h", factor, offset * hours) if whole else MapUnit(out, factor, offset)
    if unit == "J m-2":
        if not whole:
            return MapUnit("W m-2", factor_of("J m-2 h-1", "W m-2"))
        return MapUnit("MJ m-2 d-1" if statistic == "sum" else "MJ m-2", factor_of(unit, "MJ m-2"))
    out = "mm" if convertible(unit, "mm") else unit
    rate = "" if statistic == "sum before" else " d-1" if statistic == "sum" else " h-1"
    return MapUnit(out + rate, factor_of(unit, out) if out != unit else 1.0)
