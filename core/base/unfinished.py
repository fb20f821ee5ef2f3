# SPDX-License-Identifier: GPL-2.0-or-later
"""What a process that was killed has left: whole files that were still to be moved into a folder."""

from __future__ import annotations

import os
from glob import escape
from pathlib import Path

from .errors import InputError

WHOLE = ".whole"  # in the names of temporary folders whose files are all there, and are being moved


def hidden_name(path: Path, kind: str, owner: int | str) -> str:
    """Return the name of what stands beside a path meanwhile; the suffix stays last, by which GDAL chooses formats."""
    return f".{path.stem}.{owner}{kind}{path.suffix}"


def left_beside(path: Path, kind: str) -> list[Path]:
    """Return what processes that are no more have left beside a path, one with our own number too.

    In a container every process may have the same number; what this one itself writes is known to `files`.
    """
    found = path.parent.glob(f".{escape(path.stem)}.*{kind}{escape(path.suffix)}")
    owners = ((old, old.name[len(path.stem) + 2 :].split(".")[0]) for old in found)
    return [old for old, owner in owners if owner.isdigit() and (int(owner) == os.getpid() or not alive(int(owner)))]


def refuse_unfinished(folder: Path) -> None:
    """Raise `InputError` if some files of a set were moved into a folder and others were not."""
    for left in left_beside(folder, WHOLE):
        waiting = sum(path.is_file() for path in left.rglob("*"))
        if waiting:
            raise InputError(
                f"{folder} has only a part of what a run wrote to it, which was killed: {waiting} more files wait in "
                f"{left.name} beside it. Run that step again, or move them into the folder."
            )


def alive(pid: int) -> bool:
    """Return whether a process is running."""
    if os.name != "posix":
        return True  # asking would kill the process on Windows; what it left is then left alone
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
