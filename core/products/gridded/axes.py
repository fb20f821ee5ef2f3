# SPDX-License-Identifier: GPL-2.0-or-later
"""Which dimension of a variable is which, by what the file itself says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine

from ...base import extras
from ...base.errors import GridError, InputError
from ...base.hdf5 import SIGNATURE, coordinates_of, label_of, opened_hdf5
from ...rasters.open import FAULTS, open_raster
from .cf_time import is_time

NORTH = re.compile(r"degrees?_?n(orth)?", re.I)
EAST = re.compile(r"degrees?_?e(ast)?", re.I)
STANDARD = {
    "latitude": "y", "projection_y_coordinate": "y", "grid_latitude": "y",
    "longitude": "x", "projection_x_coordinate": "x", "grid_longitude": "x", "time": "t",
}  # fmt: skip
# what a dimension is called counts only where it says nothing else
NAMES = {
    **dict.fromkeys(("lat", "latitude", "nav_lat", "y", "northing", "ydim"), "y"),
    **dict.fromkeys(("lon", "long", "longitude", "nav_lon", "x", "easting", "xdim"), "x"),
}
METRES = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1000.0),
}
WAYS = {"x": "eastward", "y": "northward"}
SAID = ("units", "standard_name", "axis", "calendar", "climatology")
UNEVEN = 0.05  # of a step that a coordinate may stand beside its place


@dataclass(frozen=True)
class Axis:
    """A dimension: its name, what its coordinate says of itself, and that coordinate, shape (n,), or None.

    `bounds`, shape (n, 2), are those that a coordinate of time declares, in its own unit.
    """

    name: str
    size: int
    says: dict[str, str]
    values: np.ndarray | None = None
    bounds: np.ndarray | None = None

    @property
    def unit(self) -> str:
        """Unit of the coordinate."""
        return self.says.get("units", "").strip()

    @property
    def metres(self) -> np.ndarray:
        """Coordinate in degrees or metres."""
        return np.asarray(self.values, float) * METRES.get(self.unit.lower(), 1.0)

    @property
    def role(self) -> str:
        """Return "x" (eastward), "y" (northward), "z" (up or down), "t", or "" for one that says nothing.

        Raises
        ------
        InputError
            If the words of the file say several.
        """
        words = {
            "units": "y" if NORTH.fullmatch(self.unit) else "x" if EAST.fullmatch(self.unit) else
                     "t" if is_time(self.unit) else "",
            "standard_name": STANDARD.get(self.says.get("standard_name", "").lower(), ""),
            "axis": self.says.get("axis", "").lower(),
        }  # fmt: skip
        roles = {role for role in words.values() if role in ("x", "y", "z", "t")}
        if len(roles) > 1:
            told = ", ".join(f"{key} {self.says[key]}" for key, role in words.items() if role)
            raise InputError(f"What {self.name} is, is said in several ways ({told}); correct its attributes.")
        return roles.pop() if roles else NAMES.get(self.name.rsplit("/", 1)[-1].lower(), "")


def axes_by_gdal(path: Path, name: str, dataset) -> list[Axis]:
    """Return the dimensions of a variable as GDAL has them: which are the last two, it does not tell.

    Raises
    ------
    InputError
        If they are in another order than rows and columns at last, which GDAL cannot read.
    """
    tags = dataset.tags()
    says: dict[str, dict[str, str]] = {}
    for key, text in tags.items():
        of, _, what = key.partition("#")
        says.setdefault(of, {})[what] = text
    says.pop(name, None)
    leading = []
    for dim in filter(None, tags.get("NETCDF_DIM_EXTRA", "").strip("{}").split(",")):
        size = int(tags[f"NETCDF_DIM_{dim}_DEF"].strip("{}").split(",")[0])
        text = tags.get(f"NETCDF_DIM_{dim}_VALUES", "").strip("{}")
        words = says.pop(dim, {})
        values = _numbers(text, size)
        leading.append(Axis(dim, size, words, None if values is None else unpacked(values, words)))
    placed = {axis.role: axis for axis in (Axis(key, 0, words) for key, words in says.items())}
    y, x = (placed.get(role, Axis(role, 0, {})) for role in "yx")
    if any(axis.role in ("x", "y") for axis in leading) or _is_along(path, y.name, dataset):
        raise InputError(
            f"{name} does not end with rows and columns, which GDAL cannot read: {extras.advice(('h5py',))} "
            "Or bring its dimensions into the order time, latitude, longitude, as with ncpdq."
        )
    return [*leading, replace(y, size=dataset.height), replace(x, size=dataset.width)]


def _is_along(path: Path, name: str, dataset) -> bool:
    """Return whether the columns of a dataset stand at the values of a coordinate."""
    try:
        with open_raster(f'NETCDF:"{path}":{name}') as coordinate:
            values = coordinate.read(1).ravel()
    except FAULTS:
        return False
    t = dataset.transform
    columns = t.c + t.a * (np.arange(dataset.width) + 0.5)
    return values.shape == columns.shape and bool(np.allclose(values, columns, atol=abs(t.a) / 10))


def _numbers(text: str, size: int) -> np.ndarray | None:
    try:
        values = np.array([float(v) for v in text.split(",") if v])
    except ValueError:  # names of members
        return None
    return values if len(values) == size else None


class LaidArray:
    """An array of an open file, to be cut by slices as if its dimensions had another order.

    Attributes
    ----------
    axes : list of Axis
        In that order.
    shape : tuple of int
    """

    def __init__(self, array, axes: list[Axis], order: tuple[int, ...] = ()):
        self._array, self._order = array, order or tuple(range(len(axes)))
        self.axes = [axes[i] for i in self._order]
        self.shape = tuple(axis.size for axis in self.axes)

    def __getitem__(self, index: tuple) -> np.ndarray:
        """Return a part, shape of the slices, which may hold an ellipsis."""
        if Ellipsis in index:
            at = index.index(Ellipsis)
            index = (*index[:at], *[slice(None)] * (len(self.shape) - len(index) + 1), *index[at + 1 :])
        stored = dict(zip(self._order, index))
        return np.asarray(self._array[tuple(stored[i] for i in range(len(index)))]).transpose(self._order)

    def let_go(self) -> None:
        """Forget the array: a mapped file stays open as long as anything looks into it."""
        self._array = None


@contextmanager
def array_of(path: Path, name: str, order: tuple[int, ...] = ()) -> Iterator[LaidArray | None]:
    """Open a variable of a file as an array; None where only GDAL can.

    Parameters
    ----------
    path : Path
    name : str
    order : tuple of int, optional
        Its dimensions as they are wanted; as they are if empty.
    """
    with open(path, "rb") as file:
        start = file.read(len(SIGNATURE))
    if start == SIGNATURE and not extras.problem("h5py"):
        with opened_hdf5(path) as file:
            array = file.get(name)
            if array is None:
                yield None
            else:
                yield LaidArray(array, [_hdf5_axis(array, i) for i in range(array.ndim)], order)
    elif start.startswith((b"CDF\x01", b"CDF\x02")):
        from scipy.io import netcdf_file

        try:
            opened = netcdf_file(path, mmap=True)
        except Exception as error:  # a damaged header may raise anything
            raise InputError(f"It cannot be read as NetCDF ({error}); it may be cut off. Get it again.") from error
        with opened as file:
            found = file.variables.get(name)
            if found is None:
                yield None
                return
            laid = LaidArray(found.data, [_netcdf_axis(file, *d) for d in zip(found.dimensions, found.shape)], order)
            del found
            try:
                yield laid
            finally:
                laid.let_go()
    else:
        yield None


def axes_by_array(path: Path, name: str) -> list[Axis] | None:
    """Return the dimensions of a variable in their order in the file; None if only GDAL can read it."""
    with array_of(path, name) as found:
        return None if found is None else found.axes


def scalar_time(path: Path) -> Axis | None:
    """Return the one time of a whole file, which is no dimension of it; None if there is none, or several are."""
    with open(path, "rb") as file:
        start = file.read(len(SIGNATURE))
    if start == SIGNATURE and not extras.problem("h5py"):
        with opened_hdf5(path) as file:
            found = [_hdf5_scalar(file[name]) for name in file if getattr(file[name], "size", 0) == 1]
    elif start.startswith((b"CDF\x01", b"CDF\x02")):
        from scipy.io import netcdf_file

        with netcdf_file(path, mmap=False) as file:
            found = [_netcdf_scalar(file, name) for name, one in file.variables.items() if np.size(one.data) == 1]
    else:
        return None
    times = [axis for axis in found if is_time(axis.unit)]
    standard = [axis for axis in times if axis.says.get("standard_name") == "time" or axis.name == "time"]
    return (standard or times)[0] if len(standard or times) == 1 else None


def _hdf5_scalar(array) -> Axis:
    says = {key: as_text(array.attrs[key]) for key in SAID if key in array.attrs}
    values = unpacked(np.ravel(array[()]), array.attrs) if is_time(says.get("units", "")) else None
    return Axis(array.name.strip("/"), 1, says, values, _bounds(_hdf5_bounds(array, says), 1, array.dtype, array.attrs))


def _netcdf_scalar(file, name: str) -> Axis:
    scale = file.variables[name]
    says = {key: as_text(getattr(scale, key)) for key in SAID if hasattr(scale, key)}
    return Axis(name, 1, says, unpacked(np.ravel(np.array(scale.data)), scale._attributes))


def _hdf5_axis(array, i: int) -> Axis:
    scales = coordinates_of(array, i)
    if not scales:
        return Axis(label_of(array, i), array.shape[i], {})
    scale = scales[0]
    # names of members are not read: texts of any length lie where damage may have moved them
    numbers = scale.ndim == 1 and scale.dtype.kind in "iuf"
    known = numbers and not as_text(scale.attrs.get("NAME", "")).startswith("This is a netCDF dimension but")
    says = {key: as_text(scale.attrs[key]) for key in SAID if key in scale.attrs}
    name, size = (scale.name or "").rsplit("/", 1)[-1], array.shape[i]
    values = unpacked(scale[:], scale.attrs) if known else None
    return Axis(name, size, says, values, _bounds(_hdf5_bounds(scale, says), size, scale.dtype, scale.attrs))


def _hdf5_bounds(scale, says: dict[str, str]):
    """Return the array that a coordinate of time names as its bounds, if the file itself holds it."""
    named = as_text(scale.attrs.get("bounds", ""))
    if not named or not is_time(says.get("units", "")):
        return None
    link = scale.parent.get(named, getlink=True)
    found = scale.parent.get(named) if type(link).__name__ == "HardLink" else None
    return found if hasattr(found, "shape") else None


def _netcdf_axis(file, name: str, size: int) -> Axis:
    scale = file.variables.get(name)
    if scale is None or scale.shape != (size,):
        return Axis(name, size, {})
    says = {key: as_text(getattr(scale, key)) for key in SAID if hasattr(scale, key)}
    named = as_text(getattr(scale, "bounds", ""))
    bounds = file.variables.get(named) if named and is_time(says.get("units", "")) else None
    values = unpacked(np.array(scale.data), scale._attributes)
    return Axis(name, size, says, values, _bounds(bounds, size, scale.data.dtype, scale._attributes))


def _bounds(array, size: int, stored: np.dtype, of_scale: Mapping) -> np.ndarray | None:
    """Return the bounds of a coordinate of so many values; None where they are none.

    Those of the type in which it is `stored` are packed as it is, which the conventions of CF let them leave unsaid.
    """
    if array is None or array.shape != (size, 2):
        return None
    values = np.array(array[:])
    return unpacked(values, of_scale if values.dtype == stored else {}).astype(float)


def unpacked(values: np.ndarray, attributes: Mapping) -> np.ndarray:
    """Return the values that stored ones of a coordinate stand for, by its scale and offset; NaN for its fill."""
    told = [attributes[key] for key in ("_FillValue", "missing_value") if key in attributes]
    unknown = np.zeros(np.shape(values), bool)
    with suppress(ValueError):
        unknown = np.isin(values, [float(fill) for part in told for fill in np.ravel(part)])
    if unknown.any():
        values = np.where(unknown, np.nan, values)
    scale, offset = (
        _number(key, attributes[key]) if key in attributes else usual
        for key, usual in (("scale_factor", 1.0), ("add_offset", 0.0))
    )
    return values if (scale, offset) == (1, 0) else np.asarray(values, float) * scale + offset


def _number(key: str, value: Any) -> float:
    try:
        return float(as_text(value))
    except ValueError as error:
        raise InputError(f"The {key} of a coordinate is {as_text(value)!r}, which is no number.") from error


def as_text(value: Any) -> str:
    """Return an attribute as text."""
    value = value[0] if isinstance(value, np.ndarray) and value.size else value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def place_of(name: str, axes: list[Axis]) -> tuple[int, int]:
    """Return which dimensions of a variable are rows and columns, by their words, else the last two.

    Raises
    ------
    InputError
        If two dimensions are the same, or there are none that could be rows and columns.
    """
    if len(axes) < 2:
        raise InputError(f"{name} has no rows and columns, only {', '.join(a.name for a in axes) or 'one value'}.")
    roles = [axis.role for axis in axes]
    free = [i for i, role in enumerate(roles) if not role]
    place: dict[str, int] = {}
    for role, what in WAYS.items():
        which = [i for i, r in enumerate(roles) if r == role]
        if len(which) > 1:
            names = " and ".join(axes[i].name for i in which)
            raise InputError(f"{name} has two {what} dimensions, {names}; correct the attributes of one of them.")
        if which:
            place[role] = which[0]
    for role, what in WAYS.items():
        if role not in place:
            if not free:
                raise InputError(f"{name} has no {what} dimension, only {', '.join(axis.name for axis in axes)}.")
            place[role] = free.pop()
    return place["y"], place["x"]


def goes_back(axis: Axis) -> bool:
    """Return whether the coordinates of an axis fall."""
    return axis.values is not None and axis.size > 1 and bool(axis.values[0] > axis.values[-1])


def transform_of(name: str, y: Axis, x: Axis) -> Affine:
    """Return the north-up place of cells with such centres, in degrees or metres.

    Raises
    ------
    GridError
        If coordinates are missing or not evenly spaced.
    """
    first_x, step_x = _line(name, x)
    first_y, step_y = _line(name, y)
    return Affine(step_x, 0, first_x - step_x / 2, 0, -step_y, first_y + (y.size - 0.5) * step_y)


def _line(name: str, axis: Axis) -> tuple[float, float]:
    """Return the least coordinate of an axis and its step."""
    if axis.values is None or axis.size < 2:
        raise GridError(f"{name} has no coordinates along {axis.name}, or a single one; it needs two or more.")
    values = axis.metres
    step = (values[-1] - values[0]) / (axis.size - 1)
    away = np.abs(values - np.linspace(values[0], values[-1], axis.size)).max()
    if not (np.isfinite(step) and step != 0 and away <= UNEVEN * abs(step)):
        raise GridError(f"{name} is not evenly spaced along {axis.name}; bring it to a grid that is.")
    return min(values[0], values[-1]), abs(step)
