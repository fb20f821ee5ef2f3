# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample region as data centres would deliver it: each product in its own format, packed and flagged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..base.progress import Progress
from ..rasters.grid import Grid
from ..rasters.raster import write_map
from ..sample_formats.era5land import running_sums, write_hours
from ..sample_formats.ismn import write_archive
from ..sample_formats.modis import write_lst, write_vi
from ..sample_formats.smap import granule_name, write_granule
from ..sample_formats.soilgrids import write_layer
from .hours import HOURS, rain_hours, readings, temperature_hours
from .place import Place

NOT_RECOMMENDED, FAILED = 1, 7  # bits of SMAP's retrieval_qual_flag
FROZEN = 128 | 256  # of its surface_flag
MODIS_COMPOSITE = 16  # days of a composite, counted from 1 January
SOIL_DEPTH = "0-5cm"
SOIL_ERROR = {"sand": 8.0, "clay": 5.0}  # %, as far as the maps are off


class Downloads:
    """Writes what sensors see as products are delivered.

    Its folders are smap, modis, modis_night, era5land, soilgrids, dem and ismn.

    Parameters
    ----------
    folder : path
    place : Place
    seed : int
        Of the false values below flags; the region's own values do not depend on it.
    """

    def __init__(self, folder: Path, place: Place, seed: int):
        self._folder, self._place = folder, place
        self._rng = np.random.default_rng([seed, 4])
        self._weather: dict[str, dict[np.datetime64, np.ndarray]] = {"rain": {}, "temperature": {}}

    def take_soil(self, name: str, values: np.ndarray, grid: Grid) -> None:
        """Write sand or clay (%) as SoilGrids, with quantiles and uncertainty."""
        write_layer(self._folder / "soilgrids", name, SOIL_DEPTH, values, grid, SOIL_ERROR[name])

    def take_elevation(self, values: np.ndarray, grid: Grid) -> None:
        """Write an elevation model (m)."""
        write_map(self._folder / "dem" / "elevation.tif", values, grid, name="elevation", unit="m")

    def take_coarse(self, day: np.datetime64, values: np.ndarray, seen: np.ndarray, good: np.ndarray) -> None:
        """Write a granule of SMAP.

        Parameters
        ----------
        day : datetime64[D]
        values : ndarray, shape of the coarse grid, float32
        seen, good : ndarray of bool, shape of the coarse grid
            Which cells lie under the swath, and which of these have a recommended retrieval. The others are not
            recommended or frozen, with a wrong value, or failed, without any.
        """
        rng, shape = self._rng, values.shape
        poor, kind = seen & ~good, rng.integers(0, 3, shape)
        wrong = np.clip(values + rng.uniform(0.1, 0.3, shape), 0.02, 0.9).astype(np.float32)
        stored = np.where(seen, np.where(poor, wrong, values), np.nan)
        stored[poor & (kind == 2)] = np.nan
        quality = np.select([~poor, kind == 0, kind == 1], [0, NOT_RECOMMENDED, 0], FAILED)
        surface = np.where(poor & (kind == 1), FROZEN, 0)
        layers = {"soil_moisture": stored, "retrieval_qual_flag": np.where(seen, quality, np.nan),
                  "surface_flag": np.where(seen, surface, np.nan)}  # fmt: skip
        cells = self._place.coarse
        write_granule(self._folder / "smap" / granule_name(day, cells), day, cells, layers)

    def take(self, name: str, day: np.datetime64, values: np.ndarray, hidden: np.ndarray) -> None:
        """Take rain (mm), temperature and lst (K) or ndvi of a day; what clouds hide is wrong, and flagged."""
        if name in self._weather:
            self._weather[name][day] = values
            return
        rng, grid, folder = self._rng, self._place.surface, self._folder / "modis"
        gone = hidden & (rng.random(grid.shape) < 0.5)  # nothing was produced; the other half is wrong and flagged
        if name == "lst":
            wrong = np.where(hidden, values - rng.uniform(5, 25, grid.shape), values)
            error = np.where(hidden, 4, rng.integers(1, 3, grid.shape))
            write_lst(folder, day, grid, np.where(gone, np.nan, wrong), error_k=error)
        else:
            wrong = np.where(hidden, rng.uniform(-0.1, 0.2, grid.shape), values)
            first = day - MODIS_COMPOSITE // 2
            write_vi(folder, first, grid, np.where(gone, np.nan, wrong), cloudy=hidden)

    def take_night(self, day: np.datetime64, values: np.ndarray) -> None:
        """Write the surface temperature of a night (K), NaN under clouds; in a folder of its own, modis_night."""
        write_lst(self._folder / "modis_night", day, self._place.surface, values, product="MOD21A1N")

    def take_stations(self, places: pd.DataFrame, days: np.ndarray, values: np.ndarray) -> None:
        """Write an archive of the ISMN.

        Parameters
        ----------
        places : DataFrame
            station, longitude, latitude, depth_m.
        days : ndarray of datetime64[D], shape (d,)
        values : ndarray, shape (d, stations)
            Daily soil moisture (m3 m-3), NaN where there is none.
        """
        times = np.datetime64(days[0], "h") + np.arange(HOURS * len(days))
        hours, false = readings(values, self._rng)
        flags = np.where(false, np.where(hours < 0, "C01", "D06"), "G")
        ends = "_".join(str(day).replace("-", "") for day in (days[0], days[-1]))
        path = self._folder / "ismn" / f"Data_separate_files_header_{ends}.zip"
        write_archive(path, places, times, hours, flags=flags)

    def finish(self, progress: Progress) -> None:
        """Write what was collected over the days: hourly weather, one file a month."""
        days = np.array(list(self._weather["rain"]), "datetime64[D]")
        rain, temperature = (np.array(list(self._weather[name].values())) for name in ("rain", "temperature"))
        # the sum of a day is known at 00 UTC of the next, so there is one hour more
        times = np.datetime64(days[0], "h") + np.arange(HOURS * len(days) + 1)
        amounts = np.concatenate([np.zeros((1, *rain.shape[1:])), rain_hours(rain / 1000, self._rng)])
        temperature = temperature_hours(temperature, self._rng)
        fields = {"tp": running_sums(amounts, times), "t2m": np.concatenate([temperature, temperature[-1:]])}
        months = times.astype("datetime64[M]")
        longitudes, latitudes = self._place.rain.centres()
        for month in progress.over(np.unique(months)):
            part = months == month
            path = self._folder / "era5land" / f"era5land_{str(month).replace('-', '_')}.nc"
            hours = {name: values[part] for name, values in fields.items()}
            # the data store changed its way of writing; the last month comes in the new one
            packed = month != months[-1] or months[0] == month
            write_hours(path, times[part], longitudes, latitudes, hours, packed=packed)
