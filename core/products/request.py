# SPDX-License-Identifier: GPL-2.0-or-later
"""Which part of a product is wanted: an area, some days, the files of a folder."""

from __future__ import annotations

import os
from glob import has_magic
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..grid import Grid
from ..series import parse_day


def area_of(extent: tuple[str, tuple[float, float, float, float]] | None) -> Grid | None:
    """Return a grid whose bounds are the extent, (crs, (left, bottom, right, top)); what its cells are is no matter."""
    if extent is None:
        return None
    crs, (left, bottom, right, top) = extent
    if not crs:
        raise InputError("The extent has no reference system; choose one that has, as that of a layer.")
    return Grid.from_bounds(crs, max((right - left) / 100, (top - bottom) / 100), (left, bottom, right, top))


def day_or_none(text: str | None, what: str) -> np.datetime64 | None:
    """Return the day of a text as 2023-05-01; None if it is empty."""
    return parse_day(text, what) if text else None


def wanted(day: np.datetime64, first: np.datetime64 | None, last: np.datetime64 | None) -> bool:
    """Whether a day lies within the days asked for."""
    return (first is None or day >= first) and (last is None or day <= last)


def product_files(source: str | os.PathLike, suffixes: tuple[str, ...], what: str) -> list[Path]:
    """Return the files of a product: one file, all of a folder and its sub-folders, or those of a pattern; sorted.

    Parameters
    ----------
    source : path or glob
        A folder, a file, or a pattern as `granules/SMAP_L3_*.h5`.
    suffixes : tuple of str
        Which endings count in a folder, lower case, as (".h5", ".tif").
    what : str
        How the product is called in the error.

    Raises
    ------
    InputError
        If there is none.
    """
    path = Path(source)
    if path.is_dir():
        found = [p for p in path.rglob("*") if p.suffix.lower() in suffixes and not p.name.startswith(".")]
    elif has_magic(str(source)):
        fixed = next(i for i, part in enumerate(path.parts) if has_magic(part))
        found = [p for p in Path(*path.parts[:fixed]).glob(str(Path(*path.parts[fixed:]))) if p.is_file()]
    else:
        found = [path] if path.is_file() else []
    if not found:
        raise InputError(f"No files of {what} at {source}; they end in {', '.join(suffixes)}. Check the folder.")
    return sorted(found)
