# SPDX-License-Identifier: GPL-2.0-or-later
"""What satellites and weather services see of the sample region, written as plain maps and as delivered products."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from ..rasters.dates import map_name
from ..rasters.grid import Grid
from ..rasters.raster import write_map
from ..units import SM_UNIT
from .downloads import MODIS_COMPOSITE, Downloads
from .land import Land
from .noise import Noise
from .place import Place
from .settings import RegionOptions
from .soil import Soil
from .weather import Weather

COMPOSITE = 8  # days from one NDVI map to the next
LAYER_UNITS = {"elevation": "m", "slope": "degree", "topographic_position": "m", "sand": "%", "clay": "%",
               "ndvi": "1", "lst": "K", "rain": "mm d-1", "temperature": "K", "sm": SM_UNIT,
               "lst_night": "K", "sm_layer2": SM_UNIT, "sm_layer3": SM_UNIT}  # fmt: skip
MAPPED = ("sand", "clay")
POOR_SHARE = 0.06  # of the coarse cells, not recommended


class Sensors:
    """Writes what satellites and weather services see, and the truth.

    What clouds hide and what is not recommended is unknown in the plain maps; the downloads hold a false value there,
    and a flag.
    """

    def __init__(
        self, folder: Path, place: Place, land: Land, options: RegionOptions, noise: Noise, downloads: Downloads | None
    ):
        self._folder, self._place, self._land, self._options = folder, place, land, options
        self._noise, self._rng, self._downloads = noise, noise.rng, downloads
        self._orbit = self._rng.random()
        self._n = self._sum = self._squares = self._seen = self._coarse_days = 0
        for name in static_names(options):
            grid = place.soil if name in MAPPED else place.fine
            values = place.seen_on(grid, land.maps[name])
            write_map(folder / "covariates" / f"{name}.tif", values, grid, name=name, unit=LAYER_UNITS[name])
            if downloads and name in MAPPED:
                downloads.take_soil(name, values, grid)
        if downloads:  # beyond the region, as terrain attributes want it
            downloads.take_elevation(land.elevation, place.domain)

    def facts(self) -> dict:
        """Return the numbers that the days added up to."""
        mean, seen = float(self._sum / self._n), float(self._seen / self._options.days)
        sd = float(np.sqrt(max(self._squares / self._n - mean**2, 0)))
        return {"coarse_days": self._coarse_days, "observed_fraction": seen, "mean_sm": mean, "sd_sm": sd}

    def observe_land(self, day: np.datetime64, step: int, weather: Weather, soil: Soil) -> None:
        """Write the day's rain, air temperature, surface temperature and, when a composite is due, NDVI."""
        place, rng = self._place, self._rng
        rain = place.seen_on(place.rain, weather.rain) * np.exp(rng.normal(0, 0.15, place.rain.shape))
        self._give("rain", day, rain, place.rain)
        temperature = place.seen_on(place.temperature, weather.temperature)
        temperature = temperature + rng.normal(0, 0.4, place.temperature.shape)
        self._give("temperature", day, temperature, place.temperature)
        # daily, not an 8-day mean: how fast the ground dries between two rains shows from day to day only
        self._give_surface("lst", day, self._surface_temperature(weather, soil), weather.cloudy)
        if self._composite_due(day, step):
            ndvi = 0.10 + 0.82 * soil.green + 0.015 * self._noise.white()
            # a composite fails only where it was cloudy most of the time
            sky = self._noise.field(10, 3) + 0.35 * self._noise.field(3, 3)
            self._give_surface("ndvi", day, ndvi, sky > np.quantile(sky, 1 - 0.4 * self._options.cloud_fraction))

    def _composite_due(self, day: np.datetime64, step: int) -> bool:
        """Whether the day is the one that a composite stands for: every eighth, or the middle of the product's 16."""
        if not self._downloads:
            return step % COMPOSITE == 0
        day_of_year = int((day - day.astype("datetime64[Y]")).astype(int))
        return day_of_year % MODIS_COMPOSITE == MODIS_COMPOSITE // 2

    def _surface_temperature(self, weather: Weather, soil: Soil) -> np.ndarray:
        """Return the temperature (K) of the ground around noon: what sun is not spent on evaporation heats it."""
        cooled = (1 - soil.green) * soil.soil_stress + soil.green * (0.45 + 0.55 * soil.plant_stress)
        heat = (0.25 + 0.75 * weather.season) * self._land.sun * (1 - 0.75 * cooled)
        values = weather.temperature + 2.5 + 17 * heat * (0.5 + 0.5 * weather.sunshine)
        return values + 0.6 * self._noise.field(6, 3) + 0.9 * self._noise.white()

    def observe_soil(self, day: np.datetime64, step: int, soil: Soil) -> np.ndarray:
        """Write the day's truth and what the coarse product sees of it; return the truth on the region's grid."""
        place = self._place
        truth = place.crop(soil.water)
        write_day(self._folder / "truth", "sm", day, truth, place.fine)
        exact = truth.astype(np.float64)
        self._n, self._sum = self._n + truth.size, self._sum + exact.sum()
        self._squares += (exact**2).sum()
        shape = place.coarse.shape
        shared = ndimage.gaussian_filter(self._rng.standard_normal([n + 12 for n in shape]), 1.2)[6:-6, 6:-6]
        # smoothed white noise of SD 1 has SD 1 / (2 sqrt(pi) sigma)
        error = np.sqrt(0.5) * (shared * 2 * np.sqrt(np.pi) * 1.2 + self._rng.standard_normal(shape))
        seen = self._under_swath(step)
        values = place.seen_on(place.coarse, soil.water) + self._options.coarse_noise * error
        values, good = np.clip(values, 0.01, 0.6), seen
        if self._downloads:
            values = np.clip(values, 0.02, None)  # the least that SMAP retrieves
            good = seen & (self._rng.random(shape) >= POOR_SHARE)
        if good.any():
            write_day(self._folder / "coarse", "sm", day, np.where(good, values, np.nan), place.coarse)
            self._coarse_days += 1
            if self._downloads:
                self._downloads.take_coarse(day, values.astype(np.float32), seen, good)
        self._seen += seen.mean()
        return truth

    def _under_swath(self, step: int) -> np.ndarray:
        """Return which coarse cells lie under the day's swaths, shape of the coarse grid."""
        x, y = self._place.coarse.centres()
        across = (x[None, :] * np.cos(0.35) - y[:, None] * np.sin(0.35)) / (self._options.size_km * 900)
        # the golden section shifts the swaths evenly: at the usual share no cell waits over two days
        return (across + self._orbit + 0.381966 * step) % 1 < self._options.observed_fraction

    def _give_surface(self, name: str, day: np.datetime64, values: np.ndarray, cloudy: np.ndarray) -> None:
        """Write what is seen of the ground, values and clouds on the domain."""
        grid = self._place.surface
        cloudy = self._place.seen_on(grid, cloudy.astype(np.float32)) > 0.5
        self._give(name, day, self._place.seen_on(grid, values), grid, cloudy)

    def _give(self, name: str, day: np.datetime64, values: np.ndarray, grid: Grid, hidden=False) -> None:
        write_day(self._folder / "covariates" / name, name, day, np.where(hidden, np.nan, values), grid)
        if self._downloads:
            self._downloads.take(name, day, values, hidden)


def write_day(folder: Path, name: str, day: np.datetime64, values: np.ndarray, grid: Grid) -> None:
    """Write the map of a day, NaN where unknown, into the folder of what is mapped."""
    title = "soil_moisture" if name == "sm" else name
    write_map(folder / map_name(name, day), values, grid, name=title, unit=LAYER_UNITS[name], tags={"date": str(day)})


def static_names(options: RegionOptions) -> tuple[str, ...]:
    """Return the covariates that hold for all days; what terrain gives is left to the person who has products."""
    terrain = ("elevation",) if options.products else ("elevation", "slope", "topographic_position")
    return (*terrain, *MAPPED)
