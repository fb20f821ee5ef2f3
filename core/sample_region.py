# SPDX-License-Identifier: GPL-2.0-or-later
"""A made-up region whose fine soil moisture is known: weather, a daily water balance, and what sensors see of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from rasterio.windows import Window
from scipy import fft, ndimage

from .errors import OptionError
from .files import whole_folder, write_json
from .grid import WGS84, Grid, project
from .overlap import Overlap
from .progress import SILENT, Progress
from .raster import SM_UNIT, write_map
from .settings import RegionOptions

CRS = "EPSG:3035"
UPPER_LEFT = 4_400_000.0, 2_960_000.0  # southern Germany
SPIN_UP = 60  # days until the first guess of the state is forgotten
BEFORE = 16  # days before the period that the covariates reach back
TAIL = 8  # days after it, so that composites can be interpolated up to its end
COMPOSITE = 8  # days from one NDVI map to the next
RAIN_KM = 5.0  # cells of products that join gauges and satellites
DEPTH_MM = 100.0  # the bucket is the top 10 cm
FREEZING = 273.15
FAULTS = ("stuck", "spikes", "near_zero")
STATIC = {"elevation": "m", "slope": "degree", "topographic_position": "m", "sand": "%", "clay": "%"}
DATED = {  # covariate: folder, unit, rule
    "ndvi": ("ndvi", "1", {"rule": "linear", "longest_gap_days": 32}),
    "lst": ("lst", "K", {"rule": "linear", "longest_gap_days": 16}),
    "rain": ("rain", "mm", {"rule": "sum_before", "days": 3, "with_day": True}),
    "rain_10d": ("rain", "mm", {"rule": "sum_before", "days": 10, "with_day": True}),
    "temperature": ("temperature", "K", {"rule": "mean_before", "days": 3, "with_day": True}),
}


@dataclass(frozen=True)
class Region:
    """A sample region on disk: its `folder`, its `study` file, the folder of its `truth`, and `facts` in numbers."""

    folder: Path
    study: Path
    truth: Path
    facts: dict = field(default_factory=dict)


def create_sample_region(
    folder: str | os.PathLike, options: RegionOptions | None = None, seed: int = 1, progress: Progress = SILENT
) -> Region:
    """Make up a region, its weather and its soil moisture, and write what sensors see of it as a study.

    The truth comes from a daily water balance of the top 10 cm on pixels of the fine grid, without snow or frost.
    The coarse product is its mean over coarse cells with noise and swath gaps; covariates have noise and cloud gaps;
    stations measure their pixel with a bias of their own. The same seed gives the same values.

    Parameters
    ----------
    folder : path
        Gets study.json, stations.csv, stations.gpkg and the folders coarse, covariates and truth, all or nothing.
    options : RegionOptions, optional
    seed : int
        Not negative.
    progress : Progress

    Returns
    -------
    Region
        Its facts are days, coarse_days, fine_cells, coarse_cells, stations, faulty_stations, seen_share (of coarse
        cells per day), and mean_sm and sd_sm of the truth (m3 m-3).
    """
    if seed < 0:
        raise OptionError(f"The seed must be a whole number from 0 on, got {seed}.")
    options, folder = options or RegionOptions(), Path(folder)
    first = np.datetime64(options.start, "D")
    place = _Place.of(options)
    land = _Land(options, _Noise(place.domain, seed, 0))
    weather, soil = _Weather(land, options, _Noise(place.domain, seed, 1)), _Soil(land)
    stations = _Stations(place, options, np.random.default_rng([seed, 3]))
    with whole_folder(folder) as part:
        sensors = _Sensors(part, place, land, options, _Noise(place.domain, seed, 2))
        for step in progress.over(range(-SPIN_UP, options.days + TAIL)):
            day = first + step
            weather.advance(day)
            soil.advance(weather)
            if step >= -BEFORE:
                sensors.observe_land(day, step, weather, soil)
            if 0 <= step < options.days:
                stations.observe(day, sensors.observe_soil(day, step, soil))
        faulty = stations.write(part)
        write_json(part / "study.json", _study(place, first, options))
    cells = {"fine_cells": int(np.prod(place.fine.shape)), "coarse_cells": int(np.prod(place.coarse.shape))}
    facts = {"days": options.days, **cells, "stations": options.n_stations, "faulty_stations": faulty}
    return Region(folder, folder / "study.json", folder / "truth", {**facts, **sensors.facts()})


@dataclass(frozen=True)
class _Place:
    """The grids: the region's fine one, a wider fine domain that covers whole coarse cells, and the others."""

    fine: Grid
    domain: Grid
    inner: Window
    coarse: Grid
    rain: Grid

    @classmethod
    def of(cls, options: RegionOptions) -> _Place:
        (left, top), step = UPPER_LEFT, options.resolution_m
        size, cell = options.size_km * 1000, options.coarse_km * 1000
        fine = Grid.from_bounds(CRS, step, (left, top - size, left + size, top))
        _, bottom, right, _ = fine.bounds
        # neither starts where the region starts, nor nests in it: real products do not either
        coarse = Grid.from_bounds(CRS, cell, (left - 0.4 * cell, bottom, right, top + 0.3 * cell))
        rain = Grid.from_bounds(CRS, max(RAIN_KM * 1000, step), (left - 2100, bottom, right, top + 1700))
        edges = np.array([coarse.bounds, rain.bounds])
        (west, south), (east, north) = edges.min(axis=0)[:2], edges.max(axis=0)[2:]
        columns, rows = int(np.ceil((left - west) / step)), int(np.ceil((north - top) / step))
        domain = Grid.from_bounds(CRS, step, (left - columns * step, south, east, top + rows * step))
        return cls(fine, domain, Window(columns, rows, fine.shape[1], fine.shape[0]), coarse, rain)

    def crop(self, values: np.ndarray) -> np.ndarray:
        """Return the region's part of a field of the domain."""
        return values[self.inner.toslices()]


class _Noise:
    """Random fields on the domain, each from its own place in one seeded stream."""

    def __init__(self, domain: Grid, seed: int, stream: int):
        self.rng = np.random.default_rng([seed, stream])
        self._shape, self._km = domain.shape, domain.resolution[0] / 1000

    def field(self, scale_km: float, roughness: float = 2.0, stretch: float = 1.0, angle: float = 0.0) -> np.ndarray:
        """Return a Gaussian field of mean 0 and SD 1, shape of the domain, float32.

        Waves longer than 2 pi times the scale are equally strong, shorter ones fade with wavenumber to the power of
        minus the roughness. The field is lengthened so many times along the angle, in radians from the x axis.
        """
        # smooth fields are drawn on wider nodes: weather on pixels of 100 m would take minutes for nothing
        every = max(1, int(scale_km / 4 / self._km)) if roughness >= 3 else 1
        step, shape = self._km * every, [n // every + 4 for n in self._shape]
        # a margin of some scales is thrown away, else what leaves on one side would come in on the other
        reach = int(min(6 * scale_km * stretch / step, max(shape)))
        whole = [fft.next_fast_len(n + reach, real=True) for n in shape]
        ky, kx = fft.fftfreq(whole[0], step / (2 * np.pi))[:, None], fft.rfftfreq(whole[1], step / (2 * np.pi))
        along, across = kx * np.cos(angle) + ky * np.sin(angle), ky * np.cos(angle) - kx * np.sin(angle)
        power = 1 + scale_km**2 * ((stretch * along) ** 2 + across**2)
        amplitude = (power ** (-roughness / 2)).astype(np.float32)
        white = fft.rfft2(self.rng.standard_normal(whole, np.float32), workers=-1)
        values = fft.irfft2(white * amplitude, whole, workers=-1)[: shape[0], : shape[1]]
        # columns but the first stand for two waves, which hardly matters for the SD
        values = values / np.sqrt(np.mean(amplitude**2))
        if every == 1:
            return values[: self._shape[0], : self._shape[1]].astype(np.float32)
        at = [np.arange(n, dtype=np.float32) / every + 1 for n in self._shape]
        return ndimage.map_coordinates(values, np.meshgrid(*at, indexing="ij"), order=3, output=np.float32)

    def white(self) -> np.ndarray:
        """Return independent normal values, shape of the domain, float32."""
        return self.rng.standard_normal(self._shape, np.float32)


def _scaled(values: np.ndarray) -> np.ndarray:
    return ((values - values.mean()) / values.std()).astype(np.float32)


class _Land:
    """What does not change: terrain (m), soil texture (%), water limits (m3 m-3) and plant cover (0 to 1)."""

    def __init__(self, options: RegionOptions, noise: _Noise):
        km, size = options.resolution_m / 1000, options.size_km
        self._terrain(km, size, noise)
        self._soil(km, size, noise)
        patches = noise.field(max(1.5 * km, min(size / 40, 2.5)), 2.2) + 0.5 * _scaled(self.slope)
        self.forest = (1 / (1 + np.exp(2.5 - 4 * patches))).astype(np.float32)
        fields = np.clip(0.62 + 0.16 * noise.field(max(km, min(size / 50, 2.0)), 1.6), 0.15, 0.95)
        self.cover = 0.92 * self.forest + fields * (1 - self.forest)

    def _terrain(self, km: float, size: float, noise: _Noise) -> None:
        broad = noise.field(min(size / 8, 20), 2.6)
        # valleys run where a field is near zero; finer waves make them wind
        rivers = noise.field(max(1.5 * km, min(size / 28, 4.2)), 2.9) + 0.2 * noise.field(max(km, size / 100), 2.3)
        depth = np.exp(-((np.abs(rivers) / 0.5) ** 1.3))
        raw = broad + 0.3 * noise.field(max(1.5 * km, min(size / 40, 3.0)), 2.6) - (0.75 + 0.2 * broad) * depth
        low, high = np.percentile(raw, [0.1, 99.9])
        share = np.clip((raw - low) / (high - low), 0, 1.03)
        # plains are wider than summits; a small region has less relief
        relief = 815 * min(1.0, (size / 120) ** 0.4)
        self.elevation = (50 + relief * (0.6 * share + 0.4 * share**2)).astype(np.float32)
        dy, dx = np.gradient(self.elevation, km * 1000)
        steep = np.hypot(dx, dy)
        self.slope = np.degrees(np.arctan(steep))
        self.position = self.elevation - ndimage.gaussian_filter(self.elevation, max(2.0, min(2.5, size / 40) / km))
        # rows run southward, so ground that falls to the south, to the sun, has a negative dy
        self.sun = np.clip(1 - 0.9 * dy / np.sqrt(1 + steep**2), 0.6, 1.4)
        # water gathers in hollows and on flat ground, and on layers of rock that no map shows
        seen = -np.tanh(_scaled(self.position) / 1.5) - 0.35 * _scaled(np.log(self.slope + 0.1))
        self.wetness = _scaled(_scaled(seen) + 0.75 * noise.field(max(km, min(size / 60, 2.0)), 2.0))

    def _soil(self, km: float, size: float, noise: _Noise) -> None:
        short, long = max(1.5 * km, min(size / 40, 3.0)), min(size / 12, 15)
        height = _scaled(self.elevation)
        sand = 42 + 12 * noise.field(long, 2.2) + 5 * height - 5 * self.wetness + 8 * noise.field(short, 1.9)
        sand = np.clip(sand, 4, 92)
        ratio = 0.42 + 0.06 * self.wetness + 0.07 * noise.field(short, 1.9)
        clay = np.clip((100 - sand) * np.clip(ratio, 0.08, 0.8), 2, 65)
        # soil maps are drawn from few profiles
        mapped_sand = np.clip(sand + 8 * noise.field(short, 1.7), 1, 95)
        mapped_clay = np.clip(clay + 5 * noise.field(short, 1.7), 1, 99 - mapped_sand)
        self.maps = {
            "elevation": self.elevation, "slope": self.slope, "topographic_position": self.position,
            "sand": mapped_sand, "clay": mapped_clay,
        }  # fmt: skip
        # humus is in no covariate: what no map knows, no map can explain
        humus = np.clip(2.4 + 0.3 * height + 0.3 * self.wetness + 1.1 * noise.field(short, 1.7), 0.3, 7)
        # Cosby et al. 1984 for porosity, Rawls et al. 1982 for the water held at -33 and -1500 kPa
        self.porosity = 0.489 - 0.00126 * sand + 0.008 * humus
        capacity = 0.2576 - 0.0020 * sand + 0.0036 * clay + 0.0299 * humus
        self.capacity = np.clip(capacity, 0.08, 0.85 * self.porosity)
        self.wilting = np.clip(0.026 + 0.0050 * clay + 0.0158 * humus, 0.02, 0.6 * self.capacity)
        self.drainage = np.clip(0.25 + 0.006 * sand - 0.004 * clay, 0.1, 0.85)


class _Weather:
    """Rain (mm d-1), air temperature (K), sunshine (0 to 1) and clouds of a day, on the domain."""

    def __init__(self, land: _Land, options: RegionOptions, noise: _Noise):
        self._land, self._noise, self._rng, self._options = land, noise, noise.rng, options
        self._wet, self._warmth = True, 0.0
        self._lift = np.clip(1 + 0.0007 * (land.elevation - land.elevation.mean()), 0.6, 1.6)
        self.rain = self.temperature = self.sunshine = self.cloudy = self.season = None

    def advance(self, day: np.datetime64) -> None:
        """Draw the next day's weather."""
        rng, noise = self._rng, self._noise
        day_of_year = int((day - day.astype("datetime64[Y]")).astype(int)) + 1
        # 0 at midwinter and 1 at midsummer
        self.season = 0.5 - 0.5 * np.cos(2 * np.pi * (day_of_year + 10) / 365.25)
        self._wet = rng.random() < (0.64 if self._wet else 0.28)
        sky = noise.field(14, 3, 1.6, rng.uniform(0, np.pi))
        self.rain = self._storm() if self._wet else np.zeros_like(sky)
        # warmth comes some 25 days after the sun
        late = 0.5 - 0.5 * np.cos(2 * np.pi * (day_of_year - 15) / 365.25)
        self._warmth = 0.75 * self._warmth + rng.normal(0, 1.7) - (0.5 if self._wet else -0.3)
        sea_level = FREEZING + 2 + 19 * late + self._warmth
        self.temperature = (sea_level - 0.0065 * self._land.elevation + 0.5 * noise.field(25, 3)).astype(np.float32)
        # it is the rain's own clouds that hide the land, and some others
        thick = sky + 0.35 * noise.field(3, 3) + 1.5 * np.minimum(self.rain / 5, 1.5)
        share = np.clip(self._options.cloud_share * rng.gamma(2.0, 0.5) * (1.25 if self._wet else 0.85), 0, 0.97)
        self.cloudy = thick > np.quantile(thick, 1 - share) if share > 0 else np.zeros(sky.shape, bool)
        self.sunshine = np.clip(0.95 - 0.25 * (thick > 0.3) - 0.2 * np.clip(thick, 0, 2), 0.2, 1).astype(np.float32)

    def _storm(self) -> np.ndarray:
        """Return the rain of a front that covers the land, or of showers that leave tracks along the wind."""
        rng, wind = self._rng, self._rng.normal(0.5, 0.5)
        if rng.random() < 0.35 + 0.3 * self.season:
            pattern, amount = self._noise.field(3.5, 3, 2.5, wind) - rng.uniform(0.2, 0.9), rng.gamma(2.0, 4.0)
        else:
            front = 0.8 * self._noise.field(22, 3, 1.8, wind) + 0.3 * self._noise.field(4, 3, 2, wind)
            pattern, amount = front + rng.uniform(-0.6, 1), rng.gamma(1.5, 4.5)
        return (amount * np.maximum(pattern, 0) ** 1.3 * self._lift).astype(np.float32)


class _Soil:
    """The state that a day leaves to the next: water in the top 10 cm and below (m3 m-3), and green leaves."""

    def __init__(self, land: _Land):
        self._land = land
        self.water = (0.85 * land.capacity).astype(np.float32)
        self.deep = np.clip(land.capacity * (0.9 + 0.1 * land.wetness), land.wilting, land.porosity).astype(np.float32)
        self.green = (0.5 * land.cover).astype(np.float32)
        self.soil_stress = self.plant_stress = None
        # hollows take more of what drains around them than slopes do
        inflow = np.exp(0.6 * land.wetness)
        self._inflow = inflow / inflow.mean()
        self._groundwater = 0.08 / (1 + np.exp(-1.8 * (land.wetness - 0.6)))

    def advance(self, weather: _Weather) -> None:
        """Let one day of rain, evaporation, drainage and growth pass."""
        land, water = self._land, self.water
        held = np.minimum(weather.rain, 0.2 + 1.0 * self.green)  # by leaves, and gone the same day
        # wet and steep ground sheds more
        runs_off = np.clip((water / land.porosity) ** 4 + 0.006 * land.slope, 0, 0.9)
        room = (land.porosity - 0.005 - water) * DEPTH_MM
        water = water + np.minimum((weather.rain - held) * (1 - runs_off), np.maximum(room, 0)) / DEPTH_MM
        warm = np.clip((weather.temperature - FREEZING) / 25, 0, 1.3)
        potential = 5.8 * (0.15 + 0.85 * weather.season) * weather.sunshine * land.sun * (0.35 + 0.65 * warm)
        self._stress(water)
        # roots drink most of their water from below
        taken = potential * ((1 - self.green) * self.soil_stress + 0.45 * self.green * self.plant_stress)
        water = water - np.minimum(taken / DEPTH_MM, np.maximum(water - 0.4 * land.wilting, 0))
        drains = land.drainage * np.maximum(water - land.capacity, 0)
        # half of what drains moves sideways and comes back where water gathers
        around = 0.5 * ndimage.gaussian_filter(drains, 2.0) * self._inflow
        water = water - drains + around
        water = water + self._groundwater * np.maximum(1.1 * land.capacity - water, 0)
        exchange = 0.03 * (self.deep - water)
        self.water = np.clip(water + exchange, 0.02, land.porosity - 0.005).astype(np.float32)
        deep_use = 0.55 * potential * self.green * self.plant_stress / (4 * DEPTH_MM)
        deep = self.deep - exchange / 4 + 0.5 * drains / 4 - deep_use + 0.004 * np.maximum(land.capacity - self.deep, 0)
        self.deep = np.clip(deep, 0.6 * land.wilting, land.porosity).astype(np.float32)
        self._stress(self.water)
        self._grow(weather)

    def _stress(self, water: np.ndarray) -> None:
        """Set how freely bare soil and plants give off water, 0 to 1."""
        land = self._land
        # Lee and Pielke 1992: slow where dry, free at field capacity
        share = np.clip((water - 0.3 * land.wilting) / (land.capacity - 0.3 * land.wilting), 0, 1)
        self.soil_stress = 0.5 - 0.5 * np.cos(np.pi * share)
        reach = 0.5 * water + 0.5 * self.deep
        self.plant_stress = np.clip((reach - 0.8 * land.wilting) / (0.7 * (land.capacity - 0.8 * land.wilting)), 0, 1)

    def _grow(self, weather: _Weather) -> None:
        """Let the leaves follow warmth and water over some weeks."""
        warm = np.clip((weather.temperature - FREEZING - 2) / 14, 0, 1)
        aim = self._land.cover * (0.25 + 0.75 * warm) * (0.45 + 0.55 * self.plant_stress)
        evergreen = 0.5 * self._land.forest
        self.green = np.clip(self.green + (np.maximum(aim, evergreen) - self.green) / 18, 0, 0.97)


class _Sensors:
    """Writes what satellites and weather services see, and the truth."""

    def __init__(self, folder: Path, place: _Place, land: _Land, options: RegionOptions, noise: _Noise):
        self._folder, self._place, self._land, self._options = folder, place, land, options
        self._noise, self._rng = noise, noise.rng
        self._coarse, self._rain = Overlap(place.coarse, place.domain), Overlap(place.rain, place.domain)
        self._orbit = self._rng.random()
        self._n = self._sum = self._squares = self._seen = self._coarse_days = 0
        for name, unit in STATIC.items():
            path = folder / "covariates" / f"{name}.tif"
            write_map(path, place.crop(land.maps[name]), place.fine, name=name, unit=unit)

    def facts(self) -> dict:
        """Return the numbers that the days added up to."""
        mean, seen = float(self._sum / self._n), float(self._seen / self._options.days)
        sd = float(np.sqrt(max(self._squares / self._n - mean**2, 0)))
        return {"coarse_days": self._coarse_days, "seen_share": seen, "mean_sm": mean, "sd_sm": sd}

    def observe_land(self, day: np.datetime64, step: int, weather: _Weather, soil: _Soil) -> None:
        """Write the day's rain, air temperature, surface temperature and, every eighth day, NDVI."""
        place, rng = self._place, self._rng
        rain = self._rain.mean(weather.rain) * np.exp(rng.normal(0, 0.15, place.rain.shape))
        self._write("covariates/rain/rain", day, rain, place.rain, "mm d-1")
        temperature = self._coarse.mean(weather.temperature) + rng.normal(0, 0.4, place.coarse.shape)
        self._write("covariates/temperature/temperature", day, temperature, place.coarse, "K")
        # daily, not an 8-day mean: how fast the ground dries between two rains shows from day to day only
        self._write("covariates/lst/lst", day, place.crop(self._surface_temperature(weather, soil)), place.fine, "K")
        if step % COMPOSITE == 0:
            ndvi = 0.10 + 0.82 * soil.green + 0.015 * self._noise.white()
            # a composite fails only where it was cloudy most of the time
            sky = self._noise.field(10, 3) + 0.35 * self._noise.field(3, 3)
            ndvi[sky > np.quantile(sky, 1 - 0.4 * self._options.cloud_share)] = np.nan
            self._write("covariates/ndvi/ndvi", day, place.crop(ndvi), place.fine, "1")

    def _surface_temperature(self, weather: _Weather, soil: _Soil) -> np.ndarray:
        """Return the temperature (K) of the ground around noon: what sun is not spent on evaporation heats it."""
        cooled = (1 - soil.green) * soil.soil_stress + soil.green * (0.45 + 0.55 * soil.plant_stress)
        heat = (0.25 + 0.75 * weather.season) * self._land.sun * (1 - 0.75 * cooled)
        values = weather.temperature + 2.5 + 17 * heat * (0.5 + 0.5 * weather.sunshine)
        values = values + 0.6 * self._noise.field(6, 3) + 0.9 * self._noise.white()
        values[weather.cloudy] = np.nan
        return values

    def observe_soil(self, day: np.datetime64, step: int, soil: _Soil) -> np.ndarray:
        """Write the day's truth and what the coarse product sees of it; return the truth on the region's grid."""
        truth = self._place.crop(soil.water)
        self._write("truth/sm", day, truth, self._place.fine, SM_UNIT)
        exact = truth.astype(np.float64)
        self._n, self._sum = self._n + truth.size, self._sum + exact.sum()
        self._squares += (exact**2).sum()
        shape = self._place.coarse.shape
        shared = ndimage.gaussian_filter(self._rng.standard_normal([n + 12 for n in shape]), 1.2)[6:-6, 6:-6]
        # smoothed white noise of SD 1 has SD 1 / (2 sqrt(pi) sigma)
        error = np.sqrt(0.5) * (shared * 2 * np.sqrt(np.pi) * 1.2 + self._rng.standard_normal(shape))
        seen = self._under_swath(step)
        values = np.clip(self._coarse.mean(soil.water) + self._options.coarse_noise * error, 0.01, 0.6)
        if seen.any():
            self._write("coarse/sm", day, np.where(seen, values, np.nan), self._place.coarse, SM_UNIT)
            self._coarse_days += 1
        self._seen += seen.mean()
        return truth

    def _under_swath(self, step: int) -> np.ndarray:
        """Return which coarse cells lie under the day's swaths, shape of the coarse grid."""
        x, y = self._place.coarse.centres()
        across = (x[None, :] * np.cos(0.35) - y[:, None] * np.sin(0.35)) / (self._options.size_km * 900)
        # the golden section shifts the swaths evenly: at the usual share no cell waits over two days
        return (across + self._orbit + 0.381966 * step) % 1 < self._options.seen_share

    def _write(self, stem: str, day: np.datetime64, values: np.ndarray, grid: Grid, unit: str) -> None:
        name = stem.split("/")[-1]
        path = self._folder / f"{stem}_{str(day).replace('-', '')}.tif"
        words = {"name": "soil_moisture" if name == "sm" else name, "unit": unit, "tags": {"date": str(day)}}
        write_map(path, values, grid, **words)


class _Stations:
    """Stations at random places, and what their sensors make of the truth."""

    def __init__(self, place: _Place, options: RegionOptions, rng: np.random.Generator):
        n, (rows, columns), t = options.n_stations, place.fine.shape, place.fine.transform
        at_column, at_row = rng.uniform(0, columns, n), rng.uniform(0, rows, n)
        self._pixel = at_row.astype(int), at_column.astype(int)
        lon, lat = project(t.c + t.a * at_column, t.f + t.e * at_row, place.fine.crs, WGS84)
        names = [f"S{i + 1:0{max(2, len(str(n)))}d}" for i in range(n)]
        self._places = pd.DataFrame({"station": names, "longitude": lon.round(6), "latitude": lat.round(6)})
        self._places["depth_m"] = 0.05
        self._bias, self._rng = rng.normal(0, 0.03, n), rng
        self._days, self._values = [], []
        self._fault = np.full(n, "", object)
        broken = rng.permutation(n)[: round(options.faulty_share * n)]
        self._fault[broken] = [FAULTS[i % len(FAULTS)] for i in range(len(broken))]

    def observe(self, day: np.datetime64, truth: np.ndarray) -> None:
        """Take the day's truth (m3 m-3) at every station with the station's bias and the sensor's noise."""
        noise = self._rng.normal(0, 0.02, len(self._places))
        self._days.append(str(day))
        self._values.append(np.clip(truth[self._pixel] + self._bias + noise, 0.01, 0.6))

    def write(self, folder: Path) -> int:
        """Write the tables and the layer of points; return the number of faulty stations."""
        import geopandas

        values = np.array(self._values)
        self._break(values)
        frame = self._places.loc[np.tile(np.arange(len(self._places)), len(values))].reset_index(drop=True)
        frame["date"] = np.repeat(self._days, len(self._places))
        frame["soil_moisture"] = values.ravel().round(4)
        kept = frame.dropna(subset=["soil_moisture"]).sort_values(["station", "date"])
        kept.to_csv(folder / "stations.csv", index=False, lineterminator="\n")
        known = self._places[["station"]].assign(faulty=self._fault != "", fault=self._fault, bias=self._bias.round(4))
        known.to_csv(folder / "truth" / "stations_faulty.csv", index=False, lineterminator="\n")
        points = geopandas.points_from_xy(self._places["longitude"], self._places["latitude"], crs=WGS84)
        layer = geopandas.GeoDataFrame(self._places[["station", "depth_m"]], geometry=points)
        layer.to_file(folder / "stations.gpkg", driver="GPKG", layer="stations")
        return int((self._fault != "").sum())

    def _break(self, values: np.ndarray) -> None:
        """Let sensors fail and days get lost, in place; shape (days, stations)."""
        rng, (days, n) = self._rng, values.shape
        for i in np.flatnonzero(self._fault != ""):
            if self._fault[i] == "stuck":
                start = rng.integers(0, max(1, days // 3))
                values[start:, i] = values[start, i]
            elif self._fault[i] == "spikes":
                hit = rng.random(days) < 0.15
                hit[rng.integers(days)] = True
                values[hit, i] = np.where(rng.random(hit.sum()) < 0.7, rng.uniform(0.55, 0.9, hit.sum()), 0.0)
            else:
                values[:, i] = np.abs(rng.normal(0.01, 0.006, days))
        lost = rng.random(values.shape) < 0.05
        for i in np.flatnonzero(rng.random(n) < 0.25):  # an empty battery
            start = rng.integers(0, days)
            lost[start : start + rng.integers(2, 2 + max(1, days // 8)), i] = True
        lost[0, lost.all(axis=0)] = False
        values[lost] = np.nan


def _study(place: _Place, first: np.datetime64, options: RegionOptions) -> dict:
    """Return the study of the region, with paths relative to its file."""
    covariates = {name: {"file": f"covariates/{name}.tif", "unit": unit} for name, unit in STATIC.items()}
    for name, (folder, unit, rule) in DATED.items():
        covariates[name] = {"files": f"covariates/{folder}/*.tif", "date": "%Y%m%d", **rule, "unit": unit}
    return {
        "soilsharp": "study", "version": 1, "name": "Sample region", "grid": place.fine.as_dict(),
        "period": [str(first), str(first + options.days - 1)],
        "coarse": {"files": "coarse/*.tif", "date": "%Y%m%d", "error": options.coarse_noise, "unit": SM_UNIT},
        "covariates": covariates, "stations": {"file": "stations.csv"},
    }  # fmt: skip
