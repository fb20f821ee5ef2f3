# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a folder or of a pattern."""

from __future__ import annotations

import os
from glob import has_magic
from pathlib import Path

TIFF = (".tif", ".tiff")


def files_at(source: str | os.PathLike, endings: tuple[str, ...] = TIFF, *, deep: bool = False) -> list[Path]:
    """Return the files of a folder, of a pattern, or the one file; sorted, without hidden ones.

    Parameters
    ----------
    source : path or glob
        A folder, a file, or a pattern as `maps/sm_*.tif`. A folder or file that is there is taken for itself, also if
        its name could be a pattern, as "run [2]".
    endings : tuple of str
        Which files count in a folder, lower case; those of a pattern may end as they like.
    deep : bool
        Whether those of sub-folders count too.
    """
    folder, pattern = pattern_at(source)
    if pattern:
        found = list(folder.glob(pattern))
    elif folder.is_dir():
        found = [p for p in (folder.rglob("*") if deep else folder.iterdir()) if p.suffix.lower() in endings]
    else:
        found = [folder]
    return sorted(p for p in found if p.is_file() and not p.name.startswith("."))


def pattern_at(source: str | os.PathLike) -> tuple[Path, str]:
    """Return the folder that a pattern begins with and the rest of it; of a plain path, the path and ''."""
    parts = Path(source).parts
    for n, part in enumerate(parts):
        if has_magic(part) and not Path(*parts[: n + 1]).exists():
            return Path(*parts[:n]), str(Path(*parts[n:]))
    return Path(source), ""
