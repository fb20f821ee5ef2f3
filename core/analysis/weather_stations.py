# SPDX-License-Identifier: GPL-2.0-or-later
"""Partial correlation of maps with what weather stations measured."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.columns import refuse_rows
from ..base.errors import InputError
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.dated_maps import period_of
from ..rasters.raster import aligned
from ..rasters.series import Series
from .partial_correlation import partial_correlation
from .settings import PartialOptions

PLACE = ("station", "longitude", "latitude", "date")


def partial_at_stations(
    maps: Series,
    table: str | os.PathLike,
    options: PartialOptions = PartialOptions(),
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return how soil moisture at weather stations goes with what these measured, each freed of the others.

    Parameters
    ----------
    maps : Series
        Soil moisture, m3 m-3.
    table : path
        CSV with station, longitude, latitude (degrees), date, and two or more numeric columns, as precipitation and
        temperature; daily values or means of months.
    options : PartialOptions
    progress : Progress

    Returns
    -------
    DataFrame
        One row a station and driver: station, longitude, latitude, driver, steps, r, p, and sign (1 or -1 where
        significant, else 0). NaN where steps are too few or a series does not vary.

    Raises
    ------
    InputError
        If the table lacks a column or rows, holds what is no day or number, or no station stands on the maps.

    References
    ----------
    Rao et al. 2022, section 4.2 and Fig. 14.
    """
    weather, drivers = read_weather(table)
    places = weather.groupby("station")[["longitude", "latitude"]].first()
    grid = maps.sources[0].grid()
    rows, columns = grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    inside = rows >= 0
    if not inside.any():
        raise InputError(f"None of the {len(places)} weather stations stands on the maps; check their coordinates.")
    places, rows, columns = places[inside], rows[inside], columns[inside]
    daily = np.full((len(maps), len(places)), np.nan)
    for number, source in progress.over(list(enumerate(maps.as_moisture().sources))):
        with aligned(source, grid) as reader:
            daily[number] = reader.read_cells(rows, columns)
    moisture = pd.DataFrame(daily, columns=places.index).groupby(period_of(maps.days, options.step)).mean()
    weather = weather[weather["station"].isin(places.index)]
    step = pd.Series(period_of(weather["date"].to_numpy("datetime64[D]"), options.step), weather.index, name="step")
    means = weather.groupby([step, weather["station"]])[drivers].mean()
    steps = moisture.index.union(means.index.unique(0))
    wide = [means[name].unstack("station").reindex(index=steps, columns=places.index) for name in drivers]
    found = partial_correlation(
        moisture.reindex(steps).to_numpy(), np.stack([one.to_numpy() for one in wide]), options.min_steps,
        options.effective,
    )  # fmt: skip
    if np.isnan(found.r).all():
        needed = f"{options.min_steps} {options.step}s"
        progress.warn(
            f"No station has a correlation: {needed} are needed on which soil moisture and all of {some(drivers)} are "
            f"known and vary, and the most that one has are {int(np.max(found.n))}. Give longer series, or lower the "
            "least number of steps."
        )
    sign = found.sign(options.level)
    tables = [
        places.reset_index().assign(driver=name, steps=found.n, r=found.r[i], p=found.p[i], sign=sign[i])
        for i, name in enumerate(drivers)
    ]
    return pd.concat(tables, ignore_index=True)


def read_weather(path: str | os.PathLike) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of weather stations and the names of what they measured; see `partial_at_stations`."""
    path = Path(path)
    try:
        with open(path, encoding="utf-8-sig") as file:
            header = file.readline()
        # not left to pandas, which takes any sign for one that separates and would make columns without end
        table = pd.read_csv(path, sep=max(",;\t", key=header.count), dtype={"station": object})
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read the table of weather stations {path}: {error}.") from error
    table = table.rename(columns=lambda name: str(name).strip())
    table = table.rename(columns={name: name.lower() for name in table if name.lower() in PLACE})
    missing = [name for name in PLACE if name not in table]
    if missing:
        raise InputError(
            f"{path.name} lacks the column{'s' * (len(missing) > 1)} {some(missing)}; it has {some(table.columns)}."
        )
    if table.empty:
        raise InputError(f"{path.name} has columns and no row: no weather was measured.")
    days = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    refuse_rows(days.isna(), table["date"], path.name, "a day, as 2023-05-01")
    for name in table.columns.drop(["station", "date"]):
        numbers = pd.to_numeric(table[name], errors="coerce")
        wrong = (numbers.isna() & table[name].notna()) | np.isinf(numbers)
        refuse_rows(wrong, table[name], path.name, "a number or nothing")
        table[name] = numbers
    wrong = ~((table["latitude"].abs() <= 90) & (table["longitude"].abs() <= 360))
    refuse_rows(wrong, table["latitude"], path.name, "a place in degrees")
    drivers = list(table.columns.drop(list(PLACE)))
    if len(drivers) < 2:
        raise InputError(f"{path.name} has {len(drivers)} columns of weather; two are needed, as rain and temperature.")
    return table.assign(date=days.astype("datetime64[ns]")), drivers
