# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of HDF5, which NetCDF 4 is too, read through h5py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..base.errors import InputError
from ..base.extras import require

if TYPE_CHECKING:
    import h5py


@contextmanager
def opened_hdf5(path: str | os.PathLike) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading.

    Raises
    ------
    InputError
        If the library cannot read it, or what is asked for in it.
    MissingPackage
        If h5py is not there.
    """
    require("h5py")
    import h5py

    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        text = str(error).split("(", 1)[-1].rstrip(")'")  # HDF5 tells the reason in brackets
        raise InputError(f"It cannot be read as HDF5 ({text}); it may be cut off. Get it again.") from error
