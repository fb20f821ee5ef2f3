# SPDX-License-Identifier: GPL-2.0-or-later
"""Which runs a project shows maps of: found by where its layers' files lie."""

from pathlib import Path

MAPS = "maps"  # what a run calls the folder of its maps
BESIDE = ("sd", "filled")  # folders of maps that lie beside others


def runs_in(project):
    """Return the folders of maps whose layers a project has, in the order of the layer tree, each once.

    Layers are maps of single days, in the folder of maps, or the days of a run as bands of one file beside that folder.
    """
    folders = {}
    for layer in project.layerTreeRoot().layerOrder():
        file = Path(layer.source().split("|")[0])
        if layer.providerType() == "gdal" and file.suffix.lower() in (".tif", ".tiff", ".vrt"):
            folders[file.parent.parent if file.parent.name in BESIDE else file.parent] = None
    places = {maps: None for folder in folders for maps in (folder, folder / MAPS) if any(maps.glob("sm_*.tif"))}
    return [str(place) for place in places]


def title_of(path):
    """Return how a run is called: its folder, that of maps with the one above it."""
    path = Path(path)
    folder = path.parent if path.suffix == ".json" else path
    return f"{folder.parent.name}/{folder.name}" if folder.name == MAPS else folder.name
