# SPDX-License-Identifier: GPL-2.0-or-later
"""The variables of a NetCDF or HDF5 file with their dimensions and attributes, as the file itself has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...base import extras
from ...base.hdf5 import SIGNATURE, coordinates_of, label_of, opened_hdf5
from .axes import EAST, NAMES, NORTH, STANDARD, as_text

HALF = 0.5  # of a step, by which a rounded limit may be off
LIMITS = ("valid_range", "valid_min", "valid_max")
OF_HDF5 = ("DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME")


@dataclass(frozen=True)
class Variable:
    """A variable of numbers: its `name`, its dimensions and their sizes, and the attributes as they are stored."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    attributes: dict[str, Any]

    def text(self, key: str) -> str:
        """Return an attribute as text, '' if there is none."""
        return as_text(self.attributes[key]) if key in self.attributes else ""

    def numbers(self, *keys: str) -> list[float]:
        """Return the numbers of some attributes."""
        values = [np.ravel(self.attributes[key]) for key in keys if key in self.attributes]
        return [float(value) for part in values if part.dtype.kind in "iuf" for value in part]

    @property
    def limits_are_unpacked(self) -> bool:
        """Whether the valid range of whole numbers is told in decimals, and so of the values that they stand for."""
        limits = [np.asarray(self.attributes[key]) for key in LIMITS if key in self.attributes]
        return any(limit.dtype.kind == "f" for limit in limits)

    @property
    def role(self) -> str:
        """Return "x" or "y" if this tells longitudes or latitudes, else ""."""
        unit = self.text("units").strip()
        if NORTH.fullmatch(unit) or EAST.fullmatch(unit):
            return "y" if NORTH.fullmatch(unit) else "x"
        standard = STANDARD.get(self.text("standard_name").lower(), "")
        return standard or NAMES.get(self.name.rsplit("/", 1)[-1].lower(), "")


def pack(value: float, scale: float, offset: float) -> float:
    """Return the whole number that stands for a value."""
    return float(round((value - offset) / scale))


def packed_limits(limits: tuple[float, float], scale: float, offset: float) -> tuple[float, float]:
    """Return the least and the greatest number that stand for values within limits."""
    ends = sorted((limit - offset) / scale for limit in limits)
    return ends[0] - HALF, ends[1] + HALF


def variables_of(path: Path) -> tuple[list[Variable], dict[str, str]]:
    """Return the variables of a file, and what it says of itself as a whole; none where only GDAL can read it."""
    with open(path, "rb") as file:
        start = file.read(len(SIGNATURE))
    if start == SIGNATURE and not extras.problem("h5py"):
        with opened_hdf5(path) as file:
            found: list[Variable] = []
            file.visititems(lambda name, item: found.extend(_of_hdf5(name, item)))
            return found, {key: as_text(value) for key, value in file.attrs.items()}
    if start.startswith((b"CDF\x01", b"CDF\x02")):
        from scipy.io import netcdf_file

        with netcdf_file(path, mmap=True) as file:
            found = [
                Variable(name, one.dimensions, one.shape, dict(one._attributes)) for name, one in file.variables.items()
            ]
            return found, {key: as_text(value) for key, value in file._attributes.items()}
    return [], {}


def _of_hdf5(name: str, item) -> list[Variable]:
    """Return a dataset of numbers as a variable; nothing of what is none."""
    if getattr(item, "dtype", None) is None or item.dtype.kind not in "iuf":
        return []
    dims = tuple(_dimension(item, i) for i in range(item.ndim))
    own = {key: item.attrs[key] for key in item.attrs if key not in OF_HDF5}
    return [Variable(name, dims, item.shape, own)]


def _dimension(array, i: int) -> str:
    """Return what a dimension is called; by its size where it has no name."""
    scales = coordinates_of(array, i)
    if scales:
        return (scales[0].name or "").strip("/")  # one of a damaged list has no name
    if array.attrs.get("CLASS") == b"DIMENSION_SCALE":
        return array.name.strip("/")
    return label_of(array, i) or f"of {array.shape[i]}"
