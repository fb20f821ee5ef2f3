# SPDX-License-Identifier: GPL-2.0-or-later
"""Which part of a product is wanted: an area, some days, the files of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..base.errors import InputError
from ..base.find import files_at
from ..base.progress import SILENT, Progress
from .grid import Grid
from .map_folder import SUMMARY, is_map


def area_of(extent: tuple[str, tuple[float, float, float, float]] | None) -> Grid | None:
    """Return a grid whose bounds are the extent, (crs, (left, bottom, right, top)); what its cells are is no matter."""
    if extent is None:
        return None
    crs, (left, bottom, right, top) = extent
    if not crs:
        raise InputError("The extent has no reference system; choose one that has, as that of a layer.")
    if not (right > left and top > bottom and np.isfinite([left, bottom, right, top]).all()):
        raise InputError(f"The extent has no area: x from {left:g} to {right:g}, y from {bottom:g} to {top:g}.")
    return Grid.from_bounds(crs, max((right - left) / 100, (top - bottom) / 100), (left, bottom, right, top))


def none_of_these(days: Iterable, first: np.datetime64 | None, last: np.datetime64 | None) -> str:
    """Return why nothing is left of the days that files hold, where some days are asked for."""
    asked = " ".join(f"{word} {day}" for word, day in (("from", first), ("to", last)) if day is not None)
    return f"Nothing is of the days asked for ({asked}): there is {min(days)} to {max(days)}. Change the days."


def wanted(day: np.datetime64, first: np.datetime64 | None, last: np.datetime64 | None) -> bool:
    """Whether a day lies within the days asked for."""
    return bool((first is None or day >= first) and (last is None or day <= last))


def find_files(source: str | os.PathLike) -> list[Path]:
    """Return the GeoTIFFs of a folder, the files of a pattern, or one file, as `files_at`; sorted.

    Raises
    ------
    InputError
        If there is none.
    """
    found = files_at(source)
    if not found:
        raise InputError(f"No raster files at {source}; check the folder and the pattern.")
    return found


def product_files(
    source: str | os.PathLike, suffixes: tuple[str, ...], what: str, progress: Progress = SILENT
) -> list[Path]:
    """Return the files of a product: one file, all of a folder and its sub-folders, or those of a pattern; sorted.

    Maps of an earlier import are passed over if there are other files: the folder of maps may lie in that of downloads.

    Parameters
    ----------
    source : path or glob
        A folder, a file, or a pattern as `granules/SMAP_L3_*.h5`.
    suffixes : tuple of str
        Which endings count in a folder, lower case, as (".h5", ".tif").
    what : str
        How the product is called in the error.
    progress : Progress
        Told how many maps are passed over.

    Raises
    ------
    InputError
        If there is none.
    """
    found = files_at(source, suffixes, deep=True)
    if not found:
        there = Path(source).exists()
        why = f"there are none that end in {', '.join(suffixes)}" if there else "there is no such place"
        raise InputError(f"No files of {what} at {source}: {why}. Check the folder.")
    ours = _maps_of_imports(found)
    if ours and len(ours) < len(found):
        progress.say(f"Maps of an earlier import among the files are passed over: {len(ours)}.")
        found = [p for p in found if p not in ours]
    return found


def _maps_of_imports(paths: list[Path]) -> set[Path]:
    """Return the files that an import wrote: they say so, and their summary is beside them or one folder up."""
    told: dict[Path, bool] = {}
    ours = set()
    for path in paths:
        folder = path.parent
        if folder not in told:
            told[folder] = (folder / SUMMARY).exists() or (folder.parent / SUMMARY).exists()
        if told[folder] and path.suffix.lower() == ".tif" and is_map(path):
            ours.add(path)
    return ours
