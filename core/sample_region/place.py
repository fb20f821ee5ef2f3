# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the sample region lies: its fine grid, and the grids that its sensors see it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rasterio.windows import Window

from ..rasters.grid import Grid
from ..rasters.ground import pixel_area
from ..rasters.overlap import Overlap
from .product_grids import coarse_grid, era5land_grid, modis_grid, soil_grid
from .settings import RegionOptions

CRS = "EPSG:3035"
UPPER_LEFT = 4_400_000.0, 2_960_000.0  # southern Germany
RAIN_KM = 5.0  # cells of products that join gauges and satellites


@dataclass(frozen=True)
class Place:
    """The grids: the region's fine one, a wider fine domain that covers every cell of the others, and those.

    Attributes
    ----------
    fine, domain : Grid
    inner : Window
        Of the domain: the fine grid.
    coarse, rain, temperature, surface, soil : Grid
        Of the coarse product, the weather, NDVI and surface temperature, and the maps of soils.
    """

    fine: Grid
    domain: Grid
    inner: Window
    coarse: Grid
    rain: Grid
    temperature: Grid
    surface: Grid
    soil: Grid

    @classmethod
    def of(cls, options: RegionOptions) -> Place:
        """Return the grids of the options: plain ones along the region's axes, or those of the products."""
        (left, top), step, size = UPPER_LEFT, options.resolution_m, options.size_km * 1000
        fine = Grid.from_bounds(CRS, step, (left, top - size, left + size, top))
        if options.products:
            rain = era5land_grid().crop(fine)
            grids = {"coarse": coarse_grid(options.coarse_km).crop(fine), "rain": rain, "temperature": rain,
                     "surface": modis_grid().crop(fine), "soil": soil_grid().crop(fine)}  # fmt: skip
        else:
            grids = _plain_grids(fine, options)
        edges = np.array([grid.bounds_in(fine.crs) for grid in (*grids.values(), fine)])
        (west, south), (east, north) = edges.min(axis=0)[:2], edges.max(axis=0)[2:]
        columns, rows = int(np.ceil((left - west) / step)), int(np.ceil((north - top) / step))
        domain = Grid.from_bounds(CRS, step, (left - columns * step, south, east, top + rows * step))
        return cls(fine, domain, Window(columns, rows, fine.shape[1], fine.shape[0]), **grids)

    def crop(self, values: np.ndarray) -> np.ndarray:
        """Return the region's part of a field of the domain."""
        return values[self.inner.toslices()]

    def seen_on(self, grid: Grid, values: np.ndarray) -> np.ndarray:
        """Return a field of the domain on one of the grids: its area means, or its nearest pixels if that is finer."""
        if grid is self.fine:
            return self.crop(values)
        if pixel_area(grid) < 0.5 * pixel_area(self.domain):
            x, y = np.meshgrid(*grid.centres())
            rows, columns = self.domain.cells_at(x.ravel(), y.ravel(), grid.crs)
            return values[rows, columns].reshape(grid.shape)
        if grid not in self._overlaps:
            self._overlaps[grid] = Overlap(grid, self.domain)
        return self._overlaps[grid].mean(values)

    @cached_property
    def _overlaps(self) -> dict[Grid, Overlap]:
        return {}


def _plain_grids(fine: Grid, options: RegionOptions) -> dict[str, Grid]:
    """Return grids along the axes of the fine one."""
    step, cell = options.resolution_m, options.coarse_km * 1000
    left, bottom, right, top = fine.bounds
    # neither starts where the region starts, nor nests in it: real products do not either
    coarse = Grid.from_bounds(CRS, cell, (left - 0.4 * cell, bottom, right, top + 0.3 * cell))
    rain = Grid.from_bounds(CRS, max(RAIN_KM * 1000, step), (left - 2100, bottom, right, top + 1700))
    return {"coarse": coarse, "rain": rain, "temperature": coarse, "surface": fine, "soil": fine}
