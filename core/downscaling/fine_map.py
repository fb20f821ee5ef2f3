# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine map in memory: an array that knows its grid and its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..base.extras import require
from ..rasters.grid import Grid
from ..units import SM_UNIT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from xarray import DataArray


@dataclass(frozen=True, eq=False, repr=False)
class FineMap(NDArrayOperatorsMixin):
    """The soil moisture of one day on a grid.

    It counts as its array wherever numpy takes one: `fine - other`, `np.nanmean(fine)`.

    Attributes
    ----------
    values : ndarray, shape of the grid, float32
        m3 m-3; NaN where there is no value.
    grid : Grid
    day : datetime64[D]
    sd : ndarray, shape of the grid, float32, optional
        Standard deviation, m3 m-3: 1.645 of it to both sides should hold 90 % of the truth.
    filled : ndarray, shape of the grid, float32, optional
        0 where the coarse cell was seen that day, 1 where the value comes from other cells, 2 from other days.
    sd_model, sd_inputs, sd_coarse : ndarray, shape of the grid, float32, optional
        What of `sd` is due to the model, to the errors of the covariates (0 where none were drawn) and to the coarse
        product, m3 m-3; the root of the sum of their squares is `sd`.
    """

    values: np.ndarray
    grid: Grid
    day: np.datetime64
    sd: np.ndarray | None = None
    filled: np.ndarray | None = None
    sd_model: np.ndarray | None = None
    sd_inputs: np.ndarray | None = None
    sd_coarse: np.ndarray | None = None

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.array(self.values, dtype) if copy else np.asarray(self.values, dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **named):
        arrays = (item.values if isinstance(item, FineMap) else item for item in inputs)
        return getattr(ufunc, method)(*arrays, **named)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.grid.shape

    def __repr__(self) -> str:
        known = int(np.isfinite(self.values).sum())
        mean = f", mean {np.nanmean(self.values, dtype=float):.3f} m3 m-3" if known else ""
        return f"FineMap of {self.day}: {self.grid}; {known / self.grid.size:.0%} valid{mean}"

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the map with its colour bar, in new axes of pyplot unless some are given; return the axes."""
        from ..report.figures import colour_bar
        from ..report.map_figures import SM_WORDS, draw_map

        if axes is None:
            from matplotlib import pyplot

            axes = pyplot.figure(layout="constrained").add_subplot()
        shown = draw_map(axes, self.values, self.grid)
        colour_bar(axes.figure, shown, axes, SM_WORDS, extend="max")
        axes.set_title(str(self.day))
        return axes

    def to_xarray(self) -> DataArray:
        """Return the map as xarray has it, dimensions (y, x), with its day as coordinate `time`.

        The reference system stands in the coordinate `spatial_ref`, where rioxarray and GDAL look for it.

        Raises
        ------
        MissingPackage
            If xarray is not installed.
        """
        require("xarray")
        import xarray

        x, y = self.grid.centres()
        x_words, y_words = _axis_words(self.grid)
        coordinates = {
            "y": ("y", y, y_words),
            "x": ("x", x, x_words),
            "time": ((), self.day.astype("datetime64[ns]")),
            "spatial_ref": ((), 0, _crs_words(self.grid)),
        }
        words = {"long_name": "soil moisture", "units": SM_UNIT, "grid_mapping": "spatial_ref"}
        return xarray.DataArray(self.values, coordinates, ("y", "x"), "soil_moisture", words)


def _axis_words(grid: Grid) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the CF conventions say of x and of y."""
    if grid.crs.is_geographic:
        return (
            {"standard_name": "longitude", "units": "degrees_east"},
            {"standard_name": "latitude", "units": "degrees_north"},
        )
    unit = grid.crs.linear_units
    return (
        {"standard_name": "projection_x_coordinate", "units": unit},
        {"standard_name": "projection_y_coordinate", "units": unit},
    )


def _crs_words(grid: Grid) -> dict[str, str]:
    wkt = grid.crs.to_wkt()
    return {"crs_wkt": wkt, "spatial_ref": wkt, "GeoTransform": " ".join(map(str, grid.transform.to_gdal()))}
