# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations as a layer of points, written as a GeoPackage is: a database of SQLite, which every Python has."""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd

from ..base.errors import InputError

WGS84 = 4326
# after the standard, OGC 12-128r17: what every GeoPackage holds
TABLES = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10200;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,
AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",
0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
    'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
INSERT INTO gpkg_geometry_columns VALUES ('stations', 'geom', 'POINT', 4326, 0, 0);
"""
KINDS = {"i": "INTEGER", "u": "INTEGER", "f": "REAL", "b": "BOOLEAN"}  # of numpy; the rest is text
MOMENT = "1980-01-01T00:00:00.000Z"  # of the last change: so that the same run gives the same file
POINT = struct.Struct("<2sBBiBIdd")


def write_points(
    path: str | os.PathLike, columns: pd.DataFrame | Mapping, longitude: pd.Series, latitude: pd.Series
) -> None:
    """Write a GeoPackage of points (EPSG:4326) with a layer `stations`.

    Parameters
    ----------
    path : path
    columns : DataFrame or mapping
        What the points tell, a row each; none is called `fid` or `geom`.
    longitude, latitude : Series
        Degrees.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    table = pd.DataFrame(columns)
    places = list(zip(longitude.astype(float).tolist(), latitude.astype(float).tolist()))
    names = [f'"{str(name).replace(chr(34), chr(34) * 2)}"' for name in table]
    declared = [f"{name} {KINDS.get(kind.kind, 'TEXT')}" for name, kind in zip(names, table.dtypes)]
    rows = zip(map(_blob, places), *(_values(table[name]) for name in table))
    Path(path).unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as file, file:
            file.executescript(TABLES)
            file.execute(f"CREATE TABLE stations ({', '.join(['fid INTEGER PRIMARY KEY', 'geom POINT', *declared])})")
            marks = ", ".join(["NULL", *"?" * (len(names) + 1)])  # the number of a row is given by SQLite
            file.executemany(" ".join(["INSERT INTO stations VALUES", f"({marks})"]), rows)
            file.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, min_x, min_y, max_x, "
                "max_y, srs_id) VALUES ('stations', 'features', 'stations', ?, ?, ?, ?, ?, ?)",
                (MOMENT, *_bounds(longitude, latitude), WGS84),
            )
    except sqlite3.Error as error:
        raise InputError(f"Cannot write {path}: {error}. Is the disk full?") from error


def _blob(place: tuple[float, float]) -> bytes:
    """Return a point as a GeoPackage holds it: a head, then well-known binary."""
    return POINT.pack(b"GP", 0, 1, WGS84, 1, 1, *place)


def _values(column: pd.Series) -> list:
    """Return the values of a column as SQLite takes them, None where there is none."""
    if column.dtype.kind in KINDS:
        return column.tolist()  # SQLite makes NULL of NaN
    return [None if missing else str(value) for value, missing in zip(column, column.isna())]


def _bounds(longitude: pd.Series, latitude: pd.Series) -> list[float | None]:
    """Return west, south, east and north of points; None where there are none."""
    if longitude.empty:
        return [None] * 4
    return [float(value) for value in (longitude.min(), latitude.min(), longitude.max(), latitude.max())]
