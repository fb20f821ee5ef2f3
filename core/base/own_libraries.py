# SPDX-License-Identifier: GPL-2.0-or-later
"""Wheels in a folder find the libraries that they bring before those that QGIS has loaded.

QGIS for Linux has GDAL, PROJ, GEOS and HDF5 where every library looks first. Without this the wheels of h5py and
pyogrio get functions of another release and fail: "Not a datatype", "Could not correctly detect GDAL data files".
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path


class OwnLibrariesFirst(ExtensionFileLoader):
    """Loads a compiled module so that it looks into its own libraries first."""

    def create_module(self, spec):
        """Return the module; Python asks for it."""
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
        try:
            return super().create_module(spec)
        finally:
            sys.setdlopenflags(flags)


KINDS = (
    (OwnLibrariesFirst, EXTENSION_SUFFIXES),
    (SourceFileLoader, SOURCE_SUFFIXES),
    (SourcelessFileLoader, BYTECODE_SUFFIXES),
)
_folders: set[str] = set()


def own_libraries_first(folder: Path) -> None:
    """Load the compiled modules of a folder of packages with their own libraries, from now on."""
    if not hasattr(os, "RTLD_DEEPBIND"):  # on Windows and macOS a library knows where each name comes from
        return
    _folders.add(str(folder))
    if _finder not in sys.path_hooks:
        sys.path_hooks.insert(0, _finder)
    sys.path_importer_cache.pop(str(folder), None)


def _finder(path: str) -> FileFinder:
    if not any(path == folder or path.startswith(folder + os.sep) for folder in _folders):
        raise ImportError(path)  # as Python asks: for others to find
    return FileFinder(path, *KINDS)
