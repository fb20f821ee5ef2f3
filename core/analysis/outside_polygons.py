# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels outside of the area of applicability as polygons: a raster cannot be hatched in QGIS, a polygon can."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import numpy as np

from ..base.files import write_text
from ..rasters.grid import WGS84, Grid, project

FILE = "outside.geojson"
DIGITS = 7  # of degrees: a centimetre


def outside_features(pushed: np.ndarray, grid: Grid, day: np.datetime64, names: Sequence[str]) -> list[dict]:
    """Return the features of a day, one for each covariate that pushes pixels out, as GeoJSON has them.

    Parameters
    ----------
    pushed : ndarray, shape of the grid, int16
        Number of the covariate from 1 on; 0 inside or unknown.
    grid : Grid
    day : datetime64[D]
    names : sequence of str
        The covariates.

    Returns
    -------
    list of dict
        Each a MultiPolygon in longitude and latitude with date, covariate and the number of its pixels.
    """
    from rasterio.features import shapes

    polygons: dict[int, list] = {}
    for shape, code in shapes(pushed, mask=pushed > 0, transform=grid.transform):
        polygons.setdefault(int(code), []).append([_in_degrees(ring, grid) for ring in shape["coordinates"]])
    counts = np.bincount(pushed.ravel(), minlength=len(names) + 1)
    return [
        {
            "type": "Feature",
            "properties": {"date": str(day), "covariate": names[code - 1], "pixels": int(counts[code])},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons[code]},
        }
        for code in sorted(polygons)
    ]


def write_features(path: str | os.PathLike, features: Sequence[dict]) -> None:
    """Write features as a GeoJSON file."""
    write_text(path, json.dumps({"type": "FeatureCollection", "name": "outside", "features": list(features)}))


def _in_degrees(ring: Sequence[tuple[float, float]], grid: Grid) -> list[list[float]]:
    x, y = np.array(ring, float).T
    longitude, latitude = project(x, y, grid.crs, WGS84)
    return np.round(np.column_stack([longitude, latitude]), DIGITS).tolist()
