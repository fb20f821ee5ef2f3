# SPDX-License-Identifier: GPL-2.0-or-later
"""The land of the sample region: terrain, soils and what grows there."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .noise import Noise, scaled
from .settings import RegionOptions


class Land:
    """What does not change: terrain (m), soil texture (%), water limits (m3 m-3) and plant cover (0 to 1)."""

    def __init__(self, options: RegionOptions, noise: Noise):
        km, size = options.resolution_m / 1000, options.size_km
        self._terrain(km, size, noise)
        self._soil(km, size, noise)
        patches = noise.field(max(1.5 * km, min(size / 40, 2.5)), 2.2) + 0.5 * scaled(self.slope)
        self.forest = (1 / (1 + np.exp(2.5 - 4 * patches))).astype(np.float32)
        fields = np.clip(0.62 + 0.16 * noise.field(max(km, min(size / 50, 2.0)), 1.6), 0.15, 0.95)
        self.cover = 0.92 * self.forest + fields * (1 - self.forest)

    def _terrain(self, km: float, size: float, noise: Noise) -> None:
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
        seen = -np.tanh(scaled(self.position) / 1.5) - 0.35 * scaled(np.log(self.slope + 0.1))
        self.wetness = scaled(scaled(seen) + 0.75 * noise.field(max(km, min(size / 60, 2.0)), 2.0))

    def _soil(self, km: float, size: float, noise: Noise) -> None:
        short, long = max(1.5 * km, min(size / 40, 3.0)), min(size / 12, 15)
        height = scaled(self.elevation)
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
