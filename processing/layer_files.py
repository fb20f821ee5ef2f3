# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of QGIS where a file is asked for: their file with the layer in it, their filter and their CRS."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from qgis.core import QgsMapLayer, QgsProcessingException, QgsVectorLayer

from ..i18n import tr
from .given import crs_text

FILE = "file"


def with_files(definitions, parameters, context):
    """Return parameters in which every layer, or id of one, that stands for a file is the address of its file."""
    files = {d.name() for d in definitions if d.type() == FILE}
    found = {name: _layer(parameters.get(name), context) for name in files}
    return {**parameters, **{name: _address(layer) for name, layer in found.items() if layer is not None}}


def _layer(value, context):
    """Return the layer that a value is or names by its id, None if it is none."""
    if isinstance(value, QgsMapLayer):
        return value
    project = context.project()
    return project.mapLayer(value) if project is not None and isinstance(value, str) and value else None


def _address(layer):
    from ..core.base.layer_address import with_crs

    kind = layer.providerType()
    if isinstance(layer, QgsVectorLayer) and kind == "delimitedtext" and not layer.subsetString():
        return unquote(urlsplit(layer.source()).path)
    if kind not in ("ogr", "gdal") or not Path(layer.source().split("|")[0]).is_file():
        words = tr("'{}' is no file but a layer of kind '{}', or is filtered. Save it as a GeoPackage first.")
        raise QgsProcessingException(words.format(layer.name(), kind))
    is_set = layer.crs() != layer.dataProvider().crs()
    return with_crs(layer.source(), crs_text(layer.crs())) if is_set else layer.source()
