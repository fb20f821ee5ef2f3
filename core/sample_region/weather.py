# SPDX-License-Identifier: GPL-2.0-or-later
"""The weather of the sample region, day by day."""

from __future__ import annotations

import numpy as np

from ..units import convert
from .land import Land
from .noise import Noise
from .settings import RegionOptions

FREEZING = convert(0.0, "degC", "K")


class Weather:
    """Rain (mm d-1), air temperature (K), sunshine (0 to 1) and clouds of a day, on the domain."""

    # known from the first day on; the season runs from 0 at midwinter to 1 at midsummer
    rain: np.ndarray
    temperature: np.ndarray
    sunshine: np.ndarray
    cloudy: np.ndarray
    season: float

    def __init__(self, land: Land, options: RegionOptions, noise: Noise):
        self._land, self._noise, self._rng, self._options = land, noise, noise.rng, options
        self._wet, self._warmth = True, 0.0
        self._lift = np.clip(1 + 0.0007 * (land.elevation - land.elevation.mean()), 0.6, 1.6)

    def advance(self, day: np.datetime64) -> None:
        """Draw the next day's weather."""
        rng, noise = self._rng, self._noise
        day_of_year = int((day - day.astype("datetime64[Y]")).astype(int)) + 1
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
        share = np.clip(self._options.cloud_fraction * rng.gamma(2.0, 0.5) * (1.25 if self._wet else 0.85), 0, 0.97)
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
