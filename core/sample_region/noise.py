# SPDX-License-Identifier: GPL-2.0-or-later
"""Random fields from one seeded stream."""

from __future__ import annotations

import numpy as np
from scipy import fft, ndimage

from ..rasters.grid import Grid


class Noise:
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


def scaled(values: np.ndarray) -> np.ndarray:
    """Return values shifted and scaled to mean 0 and SD 1, float32."""
    return ((values - values.mean()) / values.std()).astype(np.float32)
