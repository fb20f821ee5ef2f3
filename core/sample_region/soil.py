# SPDX-License-Identifier: GPL-2.0-or-later
"""The daily water balance of the sample region's top soil, and its plants."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .land import Land
from .weather import FREEZING, Weather

DEPTH_MM = 100.0  # the bucket is the top 10 cm


class Soil:
    """The state that a day leaves to the next: water in the top 10 cm and below (m3 m-3), and green leaves."""

    # how freely bare soil and plants give off water, 0 to 1; known from the first day on
    soil_stress: np.ndarray
    plant_stress: np.ndarray

    def __init__(self, land: Land):
        self._land = land
        self.water = (0.85 * land.capacity).astype(np.float32)
        self.deep = np.clip(land.capacity * (0.9 + 0.1 * land.wetness), land.wilting, land.porosity).astype(np.float32)
        self.green = (0.5 * land.cover).astype(np.float32)
        # hollows take more of what drains around them than slopes do
        inflow = np.exp(0.6 * land.wetness)
        self._inflow = inflow / inflow.mean()
        self._groundwater = 0.08 / (1 + np.exp(-1.8 * (land.wetness - 0.6)))

    def advance(self, weather: Weather) -> None:
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

    def _grow(self, weather: Weather) -> None:
        """Let the leaves follow warmth and water over some weeks."""
        warm = np.clip((weather.temperature - FREEZING - 2) / 14, 0, 1)
        aim = self._land.cover * (0.25 + 0.75 * warm) * (0.45 + 0.55 * self.plant_stress)
        evergreen = 0.5 * self._land.forest
        self.green = np.clip(self.green + (np.maximum(aim, evergreen) - self.green) / 18, 0, 0.97)
