# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person gives for maps and for their reference, as the dated rasters or stations that it means."""

from __future__ import annotations

import os
from typing import Union

from ..base.arguments import path_of
from ..base.errors import InputError
from ..base.find import TIFF
from ..downscaling.downscale import RunFacts
from ..downscaling.fine_map import FineMap
from ..rasters.series import Series
from ..stations.stations import Stations
from ..study.study import Study

Maps = Union[RunFacts, Series, str, os.PathLike]
RASTERS = ("", *TIFF)  # the endings of folders and of patterns of rasters; tables of stations have others


def series_of(maps: Maps, name: str) -> Series:
    """Return dated rasters by their folder or pattern, or by what `downscale` told of them.

    Raises
    ------
    InputError
        If it is something else, as a map in memory.
    """
    if isinstance(maps, Series):
        return maps
    if isinstance(maps, RunFacts):
        return maps.series()
    if isinstance(maps, FineMap):
        raise InputError(f"'{name}' is a map in memory; write maps with `downscale` and give what it returns.")
    return Series.from_files(path_of(maps, name))


def reference_of(reference: Study | Stations | Maps) -> Study | Stations | Series:
    """Return what maps are compared with; a path is that of a study, of dated rasters, or of stations."""
    if isinstance(reference, (Study, Stations)):
        return reference
    if isinstance(reference, (str, os.PathLike)):
        path = path_of(reference, "reference")
        if path.suffix.lower() == ".json":
            return Study.read(path)
        if path.suffix.lower() not in RASTERS:
            return Stations.read(path)
    return series_of(reference, "reference")
