# SPDX-License-Identifier: GPL-2.0-or-later
"""How values that were given to parameters are read: as plain texts, with what a person set for a layer in QGIS."""

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingException

from ..i18n import tr


def absent(parameters, name):
    """Return whether a parameter is not given."""
    return parameters.get(name) in (None, "", [])


def read_text(algorithm, parameters, name, context):
    """Return a text without blanks around it."""
    return algorithm.parameterAsString(parameters, name, context).strip()


def raster_path(layer, context):
    """Return the file of a layer, with what a person set for it: another reference system, further no-data values.

    A layer that was opened just for the run has only what QGIS guesses, which nobody looked at.
    """
    if layer.providerType() != "gdal":
        raise QgsProcessingException(
            tr("'{}' is no raster file but a layer of kind '{}'. Save it as GeoTIFF first.").format(
                layer.name(), layer.providerType()
            )
        )
    from ..core.base.layer_address import LayerAddress

    nodata = _further_nodata(layer)
    guessed = context.temporaryLayerStore().mapLayer(layer.id()) is not None
    if guessed or layer.crs() == layer.dataProvider().crs():
        return str(LayerAddress(layer.source(), nodata=nodata))
    return str(LayerAddress(layer.source(), crs_text(layer.crs()), nodata))


def _further_nodata(layer):
    """Return the additional no-data values of the first band of a layer."""
    ranges = layer.dataProvider().userNoDataValues(1)
    if any(r.min() != r.max() for r in ranges):
        raise QgsProcessingException(
            tr("'{}' has a range of additional no-data values. Give single values, or save it as GeoTIFF.").format(
                layer.name()
            )
        )
    return tuple(r.min() for r in ranges)


def crs_text(reference):
    """Return a reference system as a short name or WKT, '' if it is none."""
    if not reference.isValid():
        return ""
    known = reference.authid()
    if known.startswith(("EPSG:", "ESRI:")):
        return known
    return reference.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED_GDAL)
