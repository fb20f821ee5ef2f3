# SPDX-License-Identifier: GPL-2.0-or-later
"""From what a person points at in the map to places of core, and how they are marked there."""

import json

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor

from ...i18n import tr

CLOSE_PIXELS = 9  # between a click and a station that is meant
DEGREES = "EPSG:4326"
SHAPES = tuple(getattr(QgsWkbTypes.GeometryType, f"{name}Geometry") for name in ("Point", "Line", "Polygon"))


def place_of(geometry, crs, name=""):
    """Return a geometry of QGIS as a place."""
    from ...core.rasters.places import Place

    return Place(name, json.loads(geometry.asJson(17)), rasterio_crs(crs))


def station_point(stations, name):
    """Return where a station stands, in degrees."""
    own = stations.places.loc[name]
    return QgsGeometry.fromPointXY(QgsPointXY(own["longitude"], own["latitude"]))


def station_near(stations, place, geometry, units_per_pixel):
    """Return the name of the station that a click means, '' if there is none so close by."""
    if stations is None or place.kind != "Point":
        return ""
    import numpy as np

    from ...core.rasters.grid import WGS84, project

    x, y = project(stations.places["longitude"], stations.places["latitude"], WGS84, place.crs)
    point = QgsGeometry(geometry).centroid().asPoint()
    pixels = np.hypot(x - point.x(), y - point.y()) / units_per_pixel
    nearest = int(np.argmin(pixels))
    return stations.places.index[nearest] if pixels[nearest] <= CLOSE_PIXELS else ""


def rasterio_crs(crs):
    """Return a reference system of QGIS as that of rasterio."""
    from ...core.rasters.grid import parse_crs

    wkt = crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL)
    return parse_crs(crs.authid() if crs.authid().startswith("EPSG:") else wkt)


def selected_in(layer):
    """Return the geometries that are selected in a layer, and its reference system; none of what is no such layer."""
    if not isinstance(layer, QgsVectorLayer):
        return [], None
    shapes = [QgsGeometry(feature.geometry()) for feature in layer.getSelectedFeatures()]
    return [shape for shape in shapes if not shape.isEmpty() and shape.type() in SHAPES], layer.crs()


def point_of(text):
    """Return the point that a person has written as "11.25, 49.5", None if it is none."""
    parts = text.replace(";", " ").replace(",", " ").split()
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError:
        return None
    good = -180 <= longitude <= 360 and -90 <= latitude <= 90
    return QgsGeometry.fromPointXY(QgsPointXY(longitude, latitude)) if good else None


def mark(canvas, geometry, crs, colour):
    """Draw a geometry in the map and return what does."""
    shape = QgsGeometry(geometry)
    shape.transform(QgsCoordinateTransform(crs, canvas.mapSettings().destinationCrs(), QgsProject.instance()))
    band = QgsRubberBand(canvas, shape.type())
    fill = QColor(colour)
    band.setColor(fill)
    fill.setAlpha(40)
    band.setFillColor(fill)
    band.setSecondaryStrokeColor(QColor("white"))  # around it: a map may have the very colour of a place
    band.setWidth(2)
    band.setIcon(QgsRubberBand.IconType.ICON_CROSS)
    band.setIconSize(13)
    band.setToGeometry(shape, None)
    return band


def name_of(kind):
    """Return what a place of a kind is called, with a place for its number."""
    return {"LineString": tr("Transect {}"), "Polygon": tr("Polygon {}")}.get(kind, tr("Place {}"))
