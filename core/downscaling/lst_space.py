# SPDX-License-Identifier: GPL-2.0-or-later
"""The space of a day's surface temperature over its vegetation: its edges, dryness, and evaporation from the soil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError

N_BINS = 20  # of vegetation, between its 2nd and 98th percentile
LEAST_IN_BIN = 10  # pixels
LEAST_BINS = 5
EDGE = 0.02  # quantile of the temperatures of a bin that lies at the edge
LEAST_SPAN = 0.5  # K between wet and dry edge; less tells nothing
MOST_COVER = 0.75  # above, the soil is hardly seen (Merlin et al. 2012)


@dataclass(frozen=True)
class Edges:
    """Straight lines T = at_0 + slope · vegetation that bound the temperatures of a day, K."""

    dry_at_0: float
    dry_slope: float
    wet_at_0: float
    wet_slope: float

    def dry(self, vegetation: np.ndarray | float) -> np.ndarray | float:
        """Return the highest temperature at this vegetation, K."""
        return self.dry_at_0 + self.dry_slope * vegetation

    def wet(self, vegetation: np.ndarray | float) -> np.ndarray | float:
        """Return the lowest temperature at this vegetation, K."""
        return self.wet_at_0 + self.wet_slope * vegetation


def find_edges(temperature: np.ndarray, vegetation: np.ndarray, *, flat_wet: bool = False) -> Edges:
    """Find the edges from the hottest and the coldest pixels of bins of vegetation.

    Parameters
    ----------
    temperature, vegetation : ndarray, shape (n,)
        Of pixels that know both; K and an index or fraction.
    flat_wet : bool
        Whether the wet edge is one temperature (Sandholt et al. 2002), the mean of the coldest.

    Raises
    ------
    InputError
        If there are too few pixels, vegetation does not vary, or the edges lie too close together.
    """
    if len(vegetation) < LEAST_BINS * LEAST_IN_BIN:
        raise InputError(
            f"{len(vegetation)} pixels know temperature and vegetation; at least {LEAST_BINS * LEAST_IN_BIN} are "
            "needed to find the dry and the wet edge."
        )
    low, high = np.quantile(vegetation, [0.02, 0.98])
    bins = np.clip(((vegetation - low) / max(high - low, 1e-9) * N_BINS).astype(int), -1, N_BINS)
    middles, hot, cold = [], [], []
    for k in range(N_BINS):
        own = temperature[bins == k]
        if len(own) >= LEAST_IN_BIN:
            middles.append(low + (k + 0.5) / N_BINS * (high - low))
            coldest, hottest = np.quantile(own, [EDGE, 1 - EDGE])
            hot.append(hottest)
            cold.append(coldest)
    if len(middles) < LEAST_BINS:
        raise InputError(
            f"Vegetation varies too little to find the dry and the wet edge: {len(middles)} of {N_BINS} bins from "
            f"{low:.3g} to {high:.3g} have {LEAST_IN_BIN} pixels; at least {LEAST_BINS} are needed."
        )
    dry_slope, dry_at_0 = np.polyfit(middles, hot, 1)
    wet_slope, wet_at_0 = (0.0, float(np.mean(cold))) if flat_wet else np.polyfit(middles, cold, 1)
    edges = Edges(float(dry_at_0), float(dry_slope), float(wet_at_0), float(wet_slope))
    span = edges.dry(low) - edges.wet(low)
    if span < LEAST_SPAN:
        raise InputError(
            f"The dry edge lies {span:.2g} K above the wet one over the barest soil; at least {LEAST_SPAN} K are "
            "needed to tell dry from wet."
        )
    return edges


def dryness(temperature: np.ndarray, vegetation: np.ndarray, edges: Edges) -> np.ndarray:
    """Return the temperature–vegetation dryness index: 0 at the wet edge, 1 at the dry one (Sandholt et al. 2002).

    NaN where vegetation is so dense that the edges meet.
    """
    wet = edges.wet(vegetation)
    span = edges.dry(vegetation) - wet
    return np.clip((temperature - wet) / np.where(span >= LEAST_SPAN, span, np.nan), 0, 1)


def cover(ndvi: np.ndarray, bare: float, full: float) -> np.ndarray:
    """Return the fraction covered by vegetation, of NDVI between that of bare soil and of full cover."""
    return np.clip((ndvi - bare) / (full - bare), 0, 1)


def soil_efficiency(temperature: np.ndarray, covered: np.ndarray, edges: Edges) -> np.ndarray:
    """Return the soil evaporative efficiency, 0 dry to 1 wet; NaN where vegetation covers more than 0.75.

    The temperature of the soil is what is left when vegetation is taken off, whose temperature is the mean of the wet
    and the dry edge at full cover (Merlin et al. 2012, equations 2 to 4, in the middle of their trapezoid).
    """
    vegetation = (edges.dry(1.0) + edges.wet(1.0)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        soil = (temperature - covered * vegetation) / (1 - covered)
    efficiency = np.clip((edges.dry(0.0) - soil) / (edges.dry(0.0) - edges.wet(0.0)), 0, 1)
    return np.where(covered > MOST_COVER, np.nan, efficiency)
