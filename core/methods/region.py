# SPDX-License-Identifier: GPL-2.0-or-later
"""Means over periods on the page of a run, and the region as a whole: land cover, means, and weather of places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.periods import period_starts, whole_periods
from ..base.progress import Progress
from ..base.tables import write_csv
from ..rasters.dates import DAY
from ..rasters.grid import WGS84, Grid, project
from ..rasters.map_folder import Outcome
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..rasters.series import Series
from ..report.period_figures import MOST_MAPS, Panel, Place, means_figure, region_figure
from ..study.class_names import class_names
from ..study.rain import at_places
from ..study.study import Study
from ..units import shown
from ..validation.report_figures import Shown
from .climate import weather_names
from .run_state import RunState

TITLES = {"week": "Weekly means", "month": "Monthly means", "year": "Annual means"}
MOST_YEARS = 6  # of means, as in Rao et al. 2022
MOST_PLACES = 3
LEAST = 0.5  # of the days of a period that a mean of the weather rests on
PLACES = {"dry": 0.1, "middling": 0.5, "wet": 0.9}  # quantiles of the mean map, where there are no stations


def means_shown(made: Outcome, period: str) -> list[Shown]:
    """Return the figure of the means over periods that were written; none of fewer than two."""
    names = [one for one in made.maps if not one.name.endswith("_days")]
    if len(names) < 2:
        return []
    chosen = np.unique(np.linspace(0, len(names) - 1, MOST_MAPS).round().astype(int))
    panels = _panels([(one.day, one.path) for one in (names[i] for i in chosen)], period)
    left = f" {len(chosen)} of {len(names)}, from the first to the last." if len(chosen) < len(names) else ""
    return [(TITLES[period], f"Means of the daily maps; grey is unknown.{left}", means_figure(panels))]


def _panels(maps: list[tuple[np.datetime64, Path]], period: str) -> list[Panel]:
    """Return maps of means as panels of a figure."""
    unit = {"week": "D", "month": "M", "year": "Y"}[period]
    grid = Source(str(maps[0][1])).grid().thinned()
    words = "from " if period == "week" else ""
    return [(f"{words}{np.datetime64(day, unit)}", read_on(Source(str(path)), grid), grid) for day, path in maps]


def region_shown(state: RunState, table: Path, progress: Progress) -> Shown:
    """Return the figure of the region, after writing the weather of its places as CSV.

    Raises
    ------
    InputError
        If there are no means, or the study has no dated precipitation.
    """
    study = state.study
    names = weather_names(state)
    if "precipitation" not in names:
        raise InputError("The figure of the region needs dated precipitation, and the study has none.")
    period, maps = _means_of(state.folder / "analyses" / "period_means")
    panels = _panels(maps, period)
    land_name = next((n for n, entry in study.covariates.items() if entry.classes and not entry.dated), "")
    land = None
    if land_name:
        land = read_on(study.source(study.covariates[land_name]), panels[0][2], "nearest", classes=True), panels[0][2]
    at = _places(study, panels, land)
    weather = _weather(study, names, at, period, progress)
    write_csv(table, weather)
    own = {name: table.set_index("period") for name, table in weather.groupby("place")}
    places = [Place(str(name), row["longitude"], row["latitude"], own[name]) for name, row in at.iterrows()]
    words = {driver: f"{driver.capitalize()} ({shown(study.unit(name))})" for driver, name in names.items()}
    caption = (
        f"{f'Classes of {land_name}, means' if land_name else 'Means'} of the maps, and below the sum of the "
        f"precipitation of each {period} with the mean temperature as a line, at the places that are marked. A mean of "
        f"days of which fewer than {LEAST:.0%} are known is left out. The table is weather.csv."
    )
    called = class_names(study, land_name) if land_name else {}
    figure = region_figure(panels, land, places, words["precipitation"], words.get("temperature", ""), called)
    return "The region", caption, figure


def _means_of(folder: Path) -> tuple[str, list[tuple[np.datetime64, Path]]]:
    """Return the means to show: of years where there are two or more, else of months."""
    found: list[tuple[np.datetime64, Path]] = []
    for period in ("year", "month"):
        place = next(iter(sorted(folder.glob(f"*_{period}"))), None)
        if place is None:
            continue
        series = Series.from_files(place)
        found = [(day, Path(source.path)) for day, source in zip(series.days, series.sources)]
        if len(found) > 1 or period == "month":
            return period, found[-MOST_YEARS:]
    raise InputError("There are no means over months or years; the analysis period_means makes them.")


def _places(study: Study, panels: list[Panel], land: tuple[np.ndarray, Grid] | None) -> pd.DataFrame:
    """Return longitude and latitude of the places to look at: stations, of different land cover where that is known."""
    _, values, grid = panels[-1]
    if study.stations_file:
        places = study.stations().places[["longitude", "latitude"]]
        rows, columns = grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
        places = places[rows >= 0]
        if len(places):
            classes = np.arange(len(places)) if land is None else land[0][rows[rows >= 0], columns[rows >= 0]]
            first = np.unique(classes, return_index=True)[1]
            others = np.setdiff1d(np.arange(len(places)), first)
            return places.iloc[np.sort([*first, *others][:MOST_PLACES])]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        raise InputError("The last of the means has no value.")
    order = known[np.argsort(values.ravel()[known], kind="stable")]
    chosen = [order[round(share * (len(order) - 1))] for share in PLACES.values()]
    x, y = grid.centres()
    rows, columns = np.unravel_index(chosen, values.shape)
    longitude, latitude = project(x[columns], y[rows], grid.crs, WGS84)
    return pd.DataFrame({"longitude": longitude, "latitude": latitude}, index=list(PLACES))


def _weather(study: Study, names: dict[str, str], at: pd.DataFrame, period: str, progress: Progress) -> pd.DataFrame:
    """Return the weather of places: place, period (text), rain as sum and temperature as mean of the days."""
    days = np.arange(study.first, study.last + 1).astype(DAY)
    starts = period_starts(days, period)
    lengths = pd.Series(period_starts(whole_periods(days, period), period)).value_counts()
    unit = "Y" if period == "year" else "M"
    where = at["longitude"].to_numpy(), at["latitude"].to_numpy()
    daily = {}
    kinds = [kind for kind in ("precipitation", "temperature") if kind in names]
    for kind, part in progress.parts(kinds):
        sums, counts = at_places(study, names[kind], *where, days, part)
        daily[kind] = sums if kind == "precipitation" else sums / np.maximum(counts, 1)
    rows = []
    for number, place in enumerate(at.index):
        for start in np.unique(starts):
            inside = starts == start
            row = {"place": place, "period": str(start.astype(f"datetime64[{unit}]"))}
            row["days"] = int(np.isfinite(daily["precipitation"][inside, number]).sum())
            row["rain"] = _settled(daily["precipitation"][inside, number], int(lengths[start]), total=True)
            if "temperature" in daily:
                row["temperature"] = _settled(daily["temperature"][inside, number], int(lengths[start]))
            rows.append(row)
    return pd.DataFrame(rows)


def _settled(values: np.ndarray, length: int, total: bool = False) -> float:
    """Return the mean of a period's days, or their sum as that of all of them; NaN where too few are known."""
    known = values[np.isfinite(values)]
    if len(known) < LEAST * length:
        return np.nan
    return float(known.mean() * (length if total else 1))
