# SPDX-License-Identifier: GPL-2.0-or-later
"""The grids of the products that the sample region can be delivered as, each over the whole Earth."""

from __future__ import annotations

from affine import Affine

from ..grid import WGS84, Grid, parse_crs

# Brodzik et al. 2012 and 2014, EASE-Grid 2.0 global: km of a cell as products call it, its side (m), rows and columns
EASE_UPPER_LEFT = -17367530.4451615, 7314540.8306386
EASE = {9: (9008.055210146, (1624, 3856)), 36: (36032.220840584, (406, 964))}
SINUSOIDAL = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"
MODIS_TILE = 1111950.5196666666  # m, side of one of the 36 x 18 tiles
MODIS_PIXELS = 1200  # in a row of a tile, near 1 km each


def coarse_grid(km: float) -> Grid:
    """Return EASE-Grid 2.0 global with cells of 9 or 36 km."""
    cell, shape = EASE[round(km)]
    left, top = EASE_UPPER_LEFT
    return Grid(parse_crs("EPSG:6933"), Affine(cell, 0, left, 0, -cell, top), shape)


def era5land_grid() -> Grid:
    """Return the grid of ERA5-Land, whose cells have their centres at whole tenths of a degree."""
    return Grid(WGS84, Affine(0.1, 0, -180.05, 0, -0.1, 90.05), (1801, 3600))


def modis_grid() -> Grid:
    """Return the sinusoidal grid of MODIS with pixels of 926.625 m."""
    pixel = MODIS_TILE / MODIS_PIXELS
    transform = Affine(pixel, 0, -18 * MODIS_TILE, 0, -pixel, 9 * MODIS_TILE)
    return Grid(parse_crs(SINUSOIDAL), transform, (18 * MODIS_PIXELS, 36 * MODIS_PIXELS))


def soil_grid() -> Grid:
    """Return a grid of degrees with cells near 250 m, as maps of soils are exported on."""
    return Grid(WGS84, Affine(0.0025, 0, -180, 0, -0.0025, 90), (72000, 144000))
