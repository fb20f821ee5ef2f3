# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields written as SoilGrids 2.0 is delivered: whole numbers in ISRIC's units, one file a statistic."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import rasterio

from ..base.files import whole_file
from ..products.soilgrids import PROPERTIES, SD_OF_90, TENTH
from ..rasters.grid import Grid

NODATA = -32768


def write_layer(
    folder: str | os.PathLike,
    name: str,
    depth: str,
    values: np.ndarray,
    grid: Grid,
    uncertainty: np.ndarray | float | None = None,
) -> list[Path]:
    """Write the mean of a soil property, with quantiles and uncertainty if its uncertainty is known.

    Parameters
    ----------
    folder : path
    name : str
        A key of `PROPERTIES`, as "sand".
    depth : str
        As "0-5cm".
    values : ndarray, shape of the grid
        In the property's usual unit, as percent; NaN where unknown.
    grid : Grid
    uncertainty : ndarray or float, optional
        Standard deviation of the error in the same unit. Q0.05 and Q0.95 are then written as of a normal distribution
        (none below 0), Q0.5 as the mean, and the uncertainty as ISRIC's ratio of these, times ten.

    Returns
    -------
    list of Path
    """
    factor = PROPERTIES[name].factor
    maps = {"mean": values / factor}
    if uncertainty is not None:
        half = np.asarray(uncertainty) * SD_OF_90 / 2
        low, high = np.maximum(values - half, 0), values + half
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (high - low) / values / TENTH
        maps.update({"Q0.05": low / factor, "Q0.5": values / factor, "Q0.95": high / factor, "uncertainty": ratio})
    paths = []
    for statistic, stored in maps.items():
        paths.append(Path(folder) / f"{name}_{depth}_{statistic}.tif")
        _write(paths[-1], stored, grid)
    return paths


def _write(path: Path, stored: np.ndarray, grid: Grid) -> None:
    known = np.isfinite(stored)
    whole = np.where(known, np.clip(np.round(np.where(known, stored, 0)), -32767, 32767), NODATA).astype(np.int16)
    profile = {"driver": "GTiff", "dtype": "int16", "count": 1, "nodata": NODATA, "crs": grid.crs,
               "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1],
               "compress": "deflate"}  # fmt: skip
    with whole_file(path) as part, rasterio.open(part, "w", **profile) as dataset:
        dataset.write(whole, 1)
