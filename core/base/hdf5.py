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
from .hdf5_heap import Attributes, any_endless

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"  # at 0, 512, 1024 ...
MOST_SEARCHED = 512 << 20  # bytes of a file whose heaps are looked at; reading more would take longer than the work
LONGEST = 2**31 - 1  # values along an axis, which is also the most that GDAL takes
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
        refuse_endless(path)
        refuse_led_away(path)
        with h5py.File(path, "r") as file:
            yield file
    except FAULTS as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> InputError:
    text = str(error).split("(", 1)[-1].rstrip(")'")  # HDF5 tells the reason in brackets
    return InputError(f"It cannot be read as HDF5 ({text}); it may be cut off. Get it again.")


def refuse_endless(path: str | os.PathLike) -> None:
    """Raise `InputError` if a heap in an HDF5 file is damaged so that the library would never come to its end."""
    found = os.stat(path)
    if found.st_size <= MOST_SEARCHED and _endless(os.fspath(path), found.st_mtime_ns, found.st_size):
        raise InputError(
            f"{os.path.basename(path)} cannot be read as HDF5 (an object of its heap has no size); it is damaged. Get "
            "it again."
        )


@lru_cache(maxsize=4096)
def _endless(path: str, _changed: int, _size: int) -> bool:
    with open(path, "rb") as file:
        return any_endless(file)


def refuse_led_away(path: str | os.PathLike) -> None:
    """Raise `InputError` if data of an HDF5 file lie in other files, which every library follows without a word.

    One that is damaged is refused too: GDAL may crash on it. Without h5py nothing is looked at.
    """
    if problem("h5py"):
        return
    found = os.stat(path)
    try:
        other = _outside(os.fspath(path), found.st_mtime_ns, found.st_size)
    except FAULTS as error:
        raise _damaged(error) from error
    if other:
        raise InputError(
            f"{os.path.basename(path)} leads to another file ({other}), and only what a file holds itself is read: "
            "copy the data into it (h5repack, h5copy)."
        )


@lru_cache(maxsize=4096)
def _outside(path: str, _changed: int, _size: int) -> str:
    """Return what in a file leads to another one, '' if nothing does."""
    import h5py

    with h5py.File(path, "r") as file, open(path, "rb") as whole:
        attributes = Attributes(whole, file)
        attributes.refuse_lost("/", file)
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
                h5py.h5a.exists(item.id, b" ")  # reads all attributes; on damaged ones listing them ends the process
                attributes.refuse_lost(name, item)
                if isinstance(item, h5py.Dataset):
                    if item.is_virtual or item.external:
                        return name
                    _refuse_endless_axes(item, name)
                    _refuse_lost_axes(item, name)
                elif isinstance(item, h5py.Group) and item.id not in seen:
                    seen.add(item.id)
                    waiting.append(item)
    return ""


def _refuse_endless_axes(item: h5py.Dataset, name: str) -> None:
    """Raise `ValueError` for axes that no raster has: GDAL asks for their memory at once, and ends the process."""
    longest = max(item.shape or (0,))
    if longest > LONGEST:
        raise ValueError(f"{name} has {longest:,} values along an axis")


def _refuse_lost_axes(item: h5py.Dataset, name: str) -> None:
    """Raise `ValueError` if what stands for coordinates is none: the library frees its memory twice then."""
    import h5py

    told = len(item.attrs["DIMENSION_LIST"]) if "DIMENSION_LIST" in item.attrs else item.ndim
    if told != item.ndim:
        raise ValueError(f"{name} has coordinates of {told} dimensions, and {item.ndim} dimensions")
    for one in (one for i in range(item.ndim) for one in coordinates_of(item, i)):
        if not (isinstance(one, h5py.Dataset) and one.attrs.get("CLASS") == b"DIMENSION_SCALE"):
            raise ValueError(f"what stands for coordinates of {name} is none")


def coordinates_of(dataset: h5py.Dataset, dimension: int) -> list[h5py.Dataset]:
    """Return what stands for coordinates of a dimension; h5py asks for its name too, and ends on a damaged one."""
    if "DIMENSION_LIST" not in dataset.attrs:
        return []
    return [dataset.file[reference] for reference in dataset.attrs["DIMENSION_LIST"][dimension] if reference]


def label_of(dataset: h5py.Dataset, dimension: int) -> str:
    """Return what a dimension is called; '' if nothing says it."""
    labels = dataset.attrs.get("DIMENSION_LABELS", ())
    label = labels[dimension] if len(labels) > dimension else ""
    return label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label)
