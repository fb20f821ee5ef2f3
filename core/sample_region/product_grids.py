# SPDX-License-Identifier: GPL-2.0-or-later
"""The grids of the products that the sample region can be delivered as, each over the whole Earth."""

from __future__ import annotations

from affine import Affine

from ..products.modis.files import SINUSOIDAL, TILE
from ..products.smap.ease import ease_grid
from ..rasters.grid import WGS84, Grid

MODIS_PIXELS = 1200  # in a row of a tile, near 1 km each


def coarse_grid(km: float) -> Grid:
    """Return EASE-Grid 2.0 global with cells of 9 or 36 km, as of SMAP."""
    return ease_grid(f"M{km:02.0f}")


def era5land_grid() -> Grid:
    """Return the grid of ERA5-Land, whose cells have their centres at whole tenths of a degree."""
    return Grid(WGS84, Affine(0.1, 0, -180.05, 0, -0.1, 90.05), (1801, 3600))


def modis_grid() -> Grid:
    """Return the sinusoidal grid of MODIS with pixels of 926.625 m, all tiles together."""
    pixel = TILE / MODIS_PIXELS
    return Grid(SINUSOIDAL, Affine(pixel, 0, -18 * TILE, 0, -pixel, 9 * TILE), (18 * MODIS_PIXELS, 36 * MODIS_PIXELS))


def soil_grid() -> Grid:
    """Return a grid of degrees with cells near 250 m, as maps of soils are exported on."""
    return Grid(WGS84, Affine(0.0025, 0, -180, 0, -0.0025, 90), (72000, 144000))
