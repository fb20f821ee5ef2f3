# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a folder or of a pattern."""

from __future__ import annotations

import os
from glob import has_magic
from pathlib import Path

from .errors import InputError
from .unfinished import refuse_unfinished

TIFF = (".tif", ".tiff")
LONGEST_NAME = 255  # bytes, of a file or folder


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

    Raises
    ------
    InputError
        If there cannot be such a path, the pattern is none, or a folder cannot be looked through.
    """
    folder, pattern = pattern_at(source)
    try:
        if pattern or folder.is_dir():
            refuse_unfinished(folder)
        if pattern:
            found = list(folder.glob(pattern))
        elif folder.is_dir():
            found = [p for p in (folder.rglob("*") if deep else folder.iterdir()) if p.suffix.lower() in endings]
        else:
            found = [folder]
        return sorted(p for p in found if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise InputError(f"Cannot look through {source}: {error.filename}: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{source} is no pattern of files: {error}. Write it as maps/sm_*.tif.") from error


def pattern_at(source: str | os.PathLike) -> tuple[Path, str]:
    """Return the folder that a pattern begins with and the rest of it; of a plain path, the path and ''.

    Raises
    ------
    InputError
        If there cannot be such a path.
    """
    refuse_impossible(source)
    parts = Path(source).parts
    for n, part in enumerate(parts):
        if has_magic(part) and not Path(*parts[: n + 1]).exists():
            return Path(*parts[:n]), str(Path(*parts[n:]))
    return Path(source), ""


def why_no_path(path: str | os.PathLike) -> str:
    """Return why no file or folder can have a path, '' if one can."""
    text = os.fspath(path)
    if "\0" in text:
        return "it holds a NUL character"
    longest = max((len(part.encode(errors="replace")) for part in Path(text).parts), default=0)
    if longest > LONGEST_NAME:
        return f"a name in it has {longest} bytes, and none can have more than {LONGEST_NAME}"
    return ""


def refuse_impossible(path: str | os.PathLike) -> None:
    """Raise `InputError` if no file or folder can have a path."""
    why = why_no_path(path)
    if why:
        raise InputError(f"There is no path {os.fspath(path)[:100]!r}: {why}.")
