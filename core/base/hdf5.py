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
from .hdf5_heap import Attributes, any_heap

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"  # at 0, 512, 1024 ...
MOST_SEARCHED = 512 << 20  # bytes of a file whose heaps are looked at; reading more would take longer than the work
ADDRESSES = 8, 8  # bytes of an address and of a length; shorter ones are from before anybody wrote texts of any length
LISTED = b"DIMENSION_LIST"
SCALE = b"DIMENSION_SCALE"
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
    if _heaps(os.fspath(path), found.st_mtime_ns, found.st_size) is None:
        raise InputError(
            f"{os.path.basename(path)} cannot be read as HDF5 (an object of its heap has no size); it is damaged. Get "
            "it again."
        )


@lru_cache(maxsize=4096)
def _heaps(path: str, _changed: int, size: int) -> bool | None:
    """Return whether a file has heaps, or may have; None if one has no end."""
    if size > MOST_SEARCHED:
        return True
    with open(path, "rb") as file:
        return any_heap(file)


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
def _outside(path: str, changed: int, size: int) -> str:
    """Return what in a file leads to another one, '' if nothing does."""
    import h5py
    from h5py import h5a, h5d, h5g, h5l, h5o  # what h5py makes of these costs more than the reading does

    with h5py.File(path, "r") as file, open(path, "rb") as whole:
        sizes = file.id.get_create_plist().get_sizes()
        attributes = (
            Attributes(whole, file.userblock_size) if sizes == ADDRESSES and _heaps(path, changed, size) else None
        )
        waiting, seen = [(file.id, b"/")], set()
        while waiting:
            group, name = waiting.pop()
            item, text = h5o.open(group, name), name.decode("utf-8", "replace")
            address = h5o.get_info(item).addr
            if address in seen:
                continue
            seen.add(address)
            h5a.exists(item, b" ")  # reads all attributes; on damaged ones listing them ends the process
            if attributes is not None:
                attributes.refuse_lost(text, address)
            if isinstance(item, h5d.DatasetID):
                stored = item.get_create_plist()
                if stored.get_layout() == h5d.VIRTUAL or stored.get_external_count():
                    return text
                _refuse_endless_axes(item, text)
                if h5a.exists(item, LISTED):
                    _refuse_lost_axes(h5py.Dataset(item), text)
            elif isinstance(item, h5g.GroupID):
                for inside in item:
                    kind = item.links.get_info(inside).type
                    if kind == h5l.TYPE_EXTERNAL:
                        return f"{inside.decode('utf-8', 'replace')} in {os.fsdecode(item.links.get_val(inside)[0])}"
                    if kind == h5l.TYPE_HARD:  # a soft link leads to what is looked at by its own name
                        waiting.append((item, inside))
    return ""


def _refuse_endless_axes(item: h5py.h5d.DatasetID, name: str) -> None:
    """Raise `ValueError` for axes that no raster has: GDAL asks for their memory at once, and ends the process."""
    longest = max(item.shape or (0,))
    if longest > LONGEST:
        raise ValueError(f"{name} has {longest:,} values along an axis")


def _refuse_lost_axes(item: h5py.Dataset, name: str) -> None:
    """Raise `ValueError` if what stands for coordinates is none: the library frees its memory twice then."""
    from h5py import h5d, h5r

    of_dimensions = item.attrs[LISTED]
    if len(of_dimensions) != len(item.shape):
        raise ValueError(f"{name} has coordinates of {len(of_dimensions)} dimensions, and {len(item.shape)} dimensions")
    for reference in (one for several in of_dimensions for one in several if one):
        scale = h5r.dereference(reference, item.id)
        if not isinstance(scale, h5d.DatasetID) or _class(scale) != SCALE:
            raise ValueError(f"what stands for coordinates of {name} is none")


def _class(item: h5py.h5d.DatasetID) -> bytes:
    """Return what a dataset calls itself, which is a text of fixed length."""
    import numpy as np
    from h5py import h5a

    said = h5a.open(item, b"CLASS")
    text = np.empty((), f"S{said.get_type().get_size()}")
    said.read(text)
    return text.item()


def coordinates_of(dataset: h5py.Dataset, dimension: int) -> list[h5py.Dataset]:
    """Return what stands for coordinates of a dimension; h5py asks for its name too, and ends on a damaged one."""
    if LISTED not in dataset.attrs:
        return []
    return [dataset.file[reference] for reference in dataset.attrs[LISTED][dimension] if reference]


def label_of(dataset: h5py.Dataset, dimension: int) -> str:
    """Return what a dimension is called; '' if nothing says it."""
    labels = dataset.attrs.get("DIMENSION_LABELS", ())
    label = labels[dimension] if len(labels) > dimension else ""
    return label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label)
