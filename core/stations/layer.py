# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations as a layer of points."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pandas as pd

from ..rasters.grid import WGS84


def write_points(
    path: str | os.PathLike, columns: pd.DataFrame | Mapping, longitude: pd.Series, latitude: pd.Series
) -> None:
    """Write a GeoPackage of points (EPSG:4326) with a layer `stations`.

    Parameters
    ----------
    path : path
    columns : DataFrame or mapping
        What the points tell, a row each.
    longitude, latitude : Series
        Degrees.
    """
    import geopandas

    points = geopandas.points_from_xy(longitude, latitude, crs=WGS84)
    geopandas.GeoDataFrame(columns, geometry=points).to_file(path, driver="GPKG", layer="stations")
