# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters whose coordinates are not plain degrees from Greenwich, on the grids of others."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from affine import Affine

from soilsharp.core.base.errors import GridError
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on


def raster(path, values, crs, transform):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "transform": transform}
    with rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], **profile) as dataset:
        dataset.write(np.float32(values), 1)
    return Source(str(path))


def test_grads_from_paris_lie_where_they_are(tmp_path):
    values = np.arange(16).reshape(4, 4)
    source = raster(tmp_path / "ntf.tif", values, "EPSG:4807", Affine(0.1, 0, 0, 0, -0.1, 52))
    # 0.1 grads are 0.09 degrees, and Paris lies 2.337 degrees east of Greenwich
    there = Grid.from_bounds(WGS84, 0.09, (2.3372, 46.44, 2.3372 + 0.36, 46.8))
    npt.assert_array_equal(read_on(source, there, "nearest"), values)
    with pytest.raises(GridError, match="do not overlap"):
        read_on(source, Grid.from_bounds(WGS84, 0.1, (0, 51.6, 0.4, 52)))
