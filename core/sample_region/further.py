# SPDX-License-Identifier: GPL-2.0-or-later
"""What only the region's second study names: land cover, the surface at night, and soil moisture further down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..rasters.raster import write_map
from ..units import SM_UNIT
from .downloads import Downloads
from .land import Land
from .land_cover import TAGS, land_cover
from .noise import Noise, scaled
from .place import Place
from .sensors import write_day
from .settings import RegionOptions
from .soil import Soil
from .weather import Weather

FOLDER = "further"
# random streams of their own, so that what was there before stays what it was; each layer has one as well
COVER_STREAM, NIGHT_STREAM = 5, 6


@dataclass(frozen=True)
class Depth:
    """What a layer below the top 10 cm holds.

    Attributes
    ----------
    stream : int
        Of its random numbers.
    deep : float
        Share of the water from 10 to 50 cm in what it follows; the rest is that of the top.
    memory : float
        Days by which it follows (the exponential filter of Wagner et al. 1999).
    error : float
        SD of its error in SDs of that of the coarse product.
    lasting : float
        Correlation of the error from one day to the next.
    """

    stream: int
    deep: float
    memory: float
    error: float
    lasting: float


DEPTHS = {
    "sm_layer2": Depth(stream=7, deep=0.5, memory=6, error=0.5, lasting=0.9),
    "sm_layer3": Depth(stream=8, deep=1.0, memory=20, error=0.4, lasting=0.97),
}


def with_further(study: dict) -> dict:
    """Return the content of a study file with the further layers among its covariates."""
    dated = {name: {"files": f"{FOLDER}/{name}/*.tif", "date": "%Y%m%d"} for name in ("lst_night", *DEPTHS)}
    entries = {
        "land_cover": {"file": f"{FOLDER}/land_cover.tif", "classes": True},
        "lst_night": {**dated["lst_night"], "rule": "linear", "longest_gap_days": 16, "unit": "K"},
        **{name: {**dated[name], "rule": "same_day", "unit": SM_UNIT} for name in DEPTHS},
    }
    covariates = {**study["covariates"], **entries}
    return {**study, "name": f"{study['name']}, all layers", "covariates": covariates}


class Layer:
    """A coarse product of soil moisture (m3 m-3) of a depth, without gaps, as models of the land give it.

    Parameters
    ----------
    depth : Depth
    start : ndarray, shape of the coarse grid
        What it holds on the day before the first.
    noise : float
        SD of the coarse product's error (m3 m-3).
    seed : int
    """

    def __init__(self, depth: Depth, start: np.ndarray, noise: float, seed: int):
        self._depth, self._noise = depth, depth.error * noise
        self._rng = np.random.default_rng([seed, depth.stream])
        self._water = start.astype(np.float64)
        self._error = self._rng.standard_normal(start.shape)

    def advance(self, top: np.ndarray, deep: np.ndarray) -> None:
        """Follow the water of the top 10 cm and of 10 to 50 cm for a day."""
        aim = (1 - self._depth.deep) * top + self._depth.deep * deep
        self._water += (aim - self._water) / self._depth.memory

    def observe(self) -> np.ndarray:
        """Return the day's values."""
        values = np.clip(self._water + self._noise * self._error, 0.01, 0.6)
        lasting, fresh = self._depth.lasting, self._rng.standard_normal(values.shape)
        self._error = lasting * self._error + np.sqrt(1 - lasting**2) * fresh
        return values


class Further:
    """Writes what only the second study names.

    Parameters
    ----------
    folder : path
        Of the region.
    place : Place
    land : Land
    soil : Soil
        On the day before the first.
    options : RegionOptions
    seed : int
    downloads : Downloads, optional
        Gets the nights, too.
    """

    def __init__(
        self,
        folder: Path,
        place: Place,
        land: Land,
        soil: Soil,
        options: RegionOptions,
        seed: int,
        downloads: Downloads | None = None,
    ):
        self._folder, self._place, self._land, self._downloads = folder / FOLDER, place, land, downloads
        self._noise = Noise(place.domain, seed, NIGHT_STREAM)
        # cold air gathers in hollows, and trees keep the ground warm
        self._shelter = 0.8 * np.tanh(scaled(land.position)) + 0.8 * land.forest
        deep = place.seen_on(place.coarse, soil.deep)
        self._layers = {name: Layer(depth, deep, options.coarse_noise, seed) for name, depth in DEPTHS.items()}
        codes = place.crop(land_cover(land, Noise(place.domain, seed, COVER_STREAM)))
        path = self._folder / "land_cover.tif"
        write_map(path, codes, place.fine, name="land_cover", unit="", tags=TAGS)

    def advance(self, soil: Soil) -> None:
        """Let the layers below follow a day."""
        top, deep = (self._place.seen_on(self._place.coarse, water) for water in (soil.water, soil.deep))
        for layer in self._layers.values():
            layer.advance(top, deep)

    def observe_night(self, day: np.datetime64, weather: Weather, soil: Soil) -> None:
        """Write the temperature (K) of the ground before sunrise, where no clouds hide it.

        Dry ground cools most, and under a clear sky. Without sun on slopes it is smoother than that of noon.
        """
        place, land = self._place, self._land
        sky = self._noise.field(10, 3) + weather.cloudy
        cooling = 3 + 5 * weather.sunshine * (1 - 0.5 * soil.water / land.porosity)
        values = weather.temperature - cooling + self._shelter + 0.5 * sky + 0.4 * self._noise.white()
        # clouds have moved since the day, and are as many
        cloudy = sky > np.quantile(sky, 1 - weather.cloudy.mean())
        hidden = place.seen_on(place.surface, cloudy.astype(np.float32)) > 0.5
        values = np.where(hidden, np.nan, place.seen_on(place.surface, values))
        write_day(self._folder / "lst_night", "lst_night", day, values, place.surface)
        if self._downloads:
            self._downloads.take_night(day, values)

    def observe_layers(self, day: np.datetime64) -> None:
        """Write the day's soil moisture of the layers below."""
        for name, layer in self._layers.items():
            write_day(self._folder / name, name, day, layer.observe(), self._place.coarse)
