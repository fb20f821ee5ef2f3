# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of HDF5, which NetCDF 4 is too, read through h5py: what they hold themselves, nothing that they lead to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import InputError
from .extras import problem, require

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"  # at 0, 512, 1024 ...
FAULTS = (OSError, KeyError, RuntimeError, TypeError, ValueError)  # of h5py, from a damaged file


@contextmanager
def opened_hdf5(path: str | os.PathLike) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading.

    Raises
    ------
    InputError
        If the library cannot read it, or what is asked for in it, or if it leads to other files.
    MissingPackage
        If h5py is not there.
    """
    require("h5py")
    import h5py

    try:
        refuse_led_away(path)
        with h5py.File(path, "r") as file:
            yield file
    except FAULTS as error:
        text = str(error).split("(", 1)[-1].rstrip(")'")  # HDF5 tells the reason in brackets
        raise InputError(f"It cannot be read as HDF5 ({text}); it may be cut off. Get it again.") from error


def refuse_led_away(path: str | os.PathLike) -> None:
    """Raise `InputError` if data of an HDF5 file lie in other files, which every library follows without a word.

    Without h5py nothing is looked at.
    """
    if problem("h5py"):
        return
    found = os.stat(path)
    other = _outside(os.fspath(path), found.st_mtime_ns, found.st_size)
    if other:
        raise InputError(
            f"{os.path.basename(path)} leads to another file ({other}), and only what a file holds itself is read: "
            "copy the data into it (h5repack, h5copy)."
        )


@lru_cache(maxsize=4096)
def _outside(path: str, _changed: int, _size: int) -> str:
    """Return what in a file leads to another one, '' if nothing does."""
    import h5py

    with h5py.File(path, "r") as file:
        waiting, seen = [file["/"]], set()
        while waiting:
            group = waiting.pop()
            for name in group:
                link = group.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    return f"{name} in {link.filename}"
                if not isinstance(link, h5py.HardLink):
                    continue  # a soft link leads to what is looked at by its own name
                item = group[name]
                if isinstance(item, h5py.Dataset):
                    if item.is_virtual or item.external:
                        return name
                elif isinstance(item, h5py.Group) and item.id not in seen:
                    seen.add(item.id)
                    waiting.append(item)
    return ""
