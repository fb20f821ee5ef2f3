# SPDX-License-Identifier: GPL-2.0-or-later
"""Which runs a project shows maps of: found by where its layers' files lie."""

from pathlib import Path

BESIDE = ("sd", "filled")  # folders of maps that lie beside others


def runs_in(project):
    """Return the folders of maps whose layers a project has, in the order of the layer tree, each once.

    A folder counts if maps of several days may lie there: those of results, not of single rasters.
    """
    folders = {}
    for layer in project.layerTreeRoot().layerOrder():
        if layer.providerType() != "gdal":
            continue
        file = Path(layer.source().split("|")[0])
        if file.suffix.lower() in (".tif", ".tiff"):
            folder = file.parent.parent if file.parent.name in BESIDE else file.parent
            folders.setdefault(folder, layer)
    return [str(folder) for folder in folders if any(folder.glob("sm_*.tif"))]
