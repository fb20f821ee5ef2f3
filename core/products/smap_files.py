# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that SMAP is delivered as: what their names say, and their layers on EASE-Grid 2.0."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from ..errors import InputError
from ..grid import Grid
from ..raster import FAULTS
from ..series import day_in_name, guess_date_pattern
from . import ease

HDF5 = (".h5", ".hdf5", ".he5", ".nc", ".nc4")
TIFF = (".tif", ".tiff")
FILL = -9990.0  # SMAP's fill is -9999, which exports do not always declare; nothing that we read is near it
UNKNOWN_FLAG = 65535  # every bit set
USUAL = ("soil_moisture_dca", "soil_moisture", "sm_surface", "sm_surface_analysis")
OVERPASS_GROUP = re.compile(r"Soil_Moisture_Retrieval_Data(_Polar)?(?:_(AM|PM))?")
L4_GROUPS = ("Geophysical_Data", "Analysis_Data")
# SMAP_L3_SM_P_E_20230501_R19240_001.h5, SMAP_L4_SM_gph_20230501T013000_Vv7032_001.h5, SMAP_L3E_9km_2020-01-01_AM.tif
NAME = re.compile(r"(SMAP_L\d\w*?)_(?:[AP]M_)?((?:19|20)\d\d-?\d\d-?\d\d)(?!\d)(?:T(\d\d)(\d\d)\d\d)?(.*)")
LAYER = re.compile(r"_(?:Data|Data_Polar)(?:_[AP]M)?_(\w+?)(?:_[0-9a-f]{8})?$")
SOIL_MOISTURE = re.compile(r"smap|soil_?moisture|(?<![a-z])sm_(?:surface|rootzone)", re.IGNORECASE)
HALF = re.compile(r"(?<![A-Za-z])([AP]M)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True)
class SmapFile:
    """One file and what its name says.

    `product` is the part of the name before the date, '' if it is of another's making; `day` datetime64[D]; `hour`
    (UTC) that of the middle of an L4 step, None for L3; `half` "AM", "PM" or "" and `layer` only of a GeoTIFF.
    """

    path: Path
    product: str
    day: np.datetime64
    hour: float | None
    half: str = ""
    layer: str = ""


def described(path: Path) -> SmapFile:
    """Return what a file is by its name, and by its metadata where the name has no date."""
    found = NAME.match(path.stem)
    if path.suffix.lower() in TIFF and not SOIL_MOISTURE.search(path.stem):
        raise InputError("Its name does not say that it is soil moisture of SMAP, and a GeoTIFF says it nowhere else.")
    if found:
        product, day, hours, minutes, rest = found.groups()
        day = np.datetime64(day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}", "D")
        hour = int(hours) + int(minutes) / 60 if hours and product.startswith("SMAP_L4") else None
    elif path.suffix.lower() in HDF5:
        product, rest, (day, hour) = "", "", _day_inside(path)
    else:
        product, rest, hour, day = "", path.stem, None, _day_named(path)
    if path.suffix.lower() in HDF5:
        return SmapFile(path, product, day, hour)
    layer = LAYER.search(rest)
    half = HALF.search(path.stem)
    name = layer.group(1) if layer else "soil_moisture"
    return SmapFile(path, product, day, hour, half.group(1).upper() if half else "", name)


def _day_inside(path: Path) -> tuple[np.datetime64, float | None]:
    """Return the day of a granule, and of L4 the hour of its middle, from its metadata or else its name."""
    with opened(path) as file:
        extent = file.get("Metadata/Extent")
        if extent is not None and "rangeBeginningDateTime" in extent.attrs:
            first, last = (
                np.datetime64(_text(extent.attrs.get(f"range{which}DateTime", b"")).rstrip("Z"), "m")
                for which in ("Beginning", "Ending")
            )
            middle = first + (last - first) // 2
            day = middle.astype("datetime64[D]")
            hour = (middle - day).astype(int) / 60 if any(group in file for group in L4_GROUPS) else None
            return day, hour
    return _day_named(path), None


def _day_named(path: Path) -> np.datetime64:
    with suppress(InputError):
        return day_in_name(path.name, guess_date_pattern([path.name]))
    raise InputError("It does not say its day; put that into its name, as 20230501.")


@contextmanager
def opened(path: str | os.PathLike) -> Iterator:
    """Open an HDF5 file; what the library cannot read there becomes an `InputError`."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, KeyError, RuntimeError) as error:
        text = str(error).split("(")[-1].rstrip(")'") if "(" in str(error) else str(error)
        raise InputError(f"It cannot be read as HDF5 ({text}); it may be cut short. Download it again.") from error


# --- one overpass, or one step of L4 ----------------------------------------------------------------------------------


class Scene:
    """The layers of one overpass, or of one step of L4, on EASE-Grid 2.0.

    `grid` is the whole grid that the cells belong to, `there` the window of it that the file has, `names` the layers;
    `modelled` tells L4, whose layers are no retrievals.
    """

    modelled = False

    grid: Grid
    there: Window
    names: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether there is such a layer."""
        return name in self.names

    def words(self, name: str) -> str:
        """Return the long name of a layer; '' if it has none."""
        return ""

    def read(self, name: str, window: Window) -> np.ndarray:
        """Return a layer on a window of the grid, float32: NaN where it is unknown or the file has no cells."""
        values = self._pasted(name, window, np.nan)
        values[~(values > FILL)] = np.nan
        return values

    def flags(self, name: str, window: Window) -> np.ndarray:
        """Return a layer of bits on a window of the grid, uint16: all bits set where the file has no cells."""
        values = self._pasted(name, window, UNKNOWN_FLAG)
        return values if values.dtype == np.uint16 else np.where(values >= 0, values, UNKNOWN_FLAG).astype(np.uint16)

    def _pasted(self, name: str, window: Window, fill: float) -> np.ndarray:
        here, there = window, self.there
        top, left = max(here.row_off, there.row_off), max(here.col_off, there.col_off)
        bottom = min(here.row_off + here.height, there.row_off + there.height)
        right = min(here.col_off + here.width, there.col_off + there.width)
        shape = (here.height, here.width)
        kind = np.float32 if np.isnan(fill) else np.uint16
        if bottom <= top or right <= left:
            return np.full(shape, fill, kind)
        rows = slice(top - there.row_off, bottom - there.row_off)
        columns = slice(left - there.col_off, right - there.col_off)
        part = self._slice(name, rows, columns)
        if part.shape == shape:
            return part
        values = np.full(shape, fill, part.dtype)
        values[top - here.row_off : bottom - here.row_off, left - here.col_off : right - here.col_off] = part
        return values

    def _slice(self, name: str, rows: slice, columns: slice) -> np.ndarray:
        raise NotImplementedError


class GroupScene(Scene):
    """The two-dimensional datasets of a group of an HDF5 file."""

    def __init__(self, file, name: str, suffix: str = "", polar: bool = False):
        self._file, self._name, self._suffix = file, name, suffix
        self._grids = ease.POLAR if polar else ease.GLOBAL
        self._datasets: dict = {}
        self.modelled = name in L4_GROUPS

    @cached_property
    def _group(self):
        return self._file[self._name]

    @property
    def names(self) -> tuple[str, ...]:
        """The layers, without the ending that those of the afternoon have."""
        end = self._suffix
        return tuple(n[: -len(end)] if end and n.endswith(end) else n for n in self._group)

    @property
    def grid(self) -> Grid:
        """The whole grid."""
        return self._place[0]

    @property
    def there(self) -> Window:
        """The part of it that the file has."""
        return self._place[1]

    def has(self, name: str) -> bool:
        """Whether there is such a layer."""
        return self.dataset(name) is not None

    def dataset(self, name: str):
        """Return a dataset by its name without the ending of the afternoon; None if there is none."""
        if name not in self._datasets:
            # not every release gives the layers of the afternoon names of their own
            data = self._group.get(name + self._suffix)
            self._datasets[name] = self._group.get(name) if data is None and self._suffix else data
        return self._datasets[name]

    def words(self, name: str) -> str:
        """Return the long name of a layer; '' if it has none."""
        return _text(self.dataset(name).attrs.get("long_name", b""))

    def _slice(self, name, rows, columns):
        values = self.dataset(name)[rows, columns]
        return values.astype(np.uint16 if values.dtype.kind in "ui" else np.float32, copy=False)

    @cached_property
    def _place(self) -> tuple[Grid, Window]:
        """Find the grid by the known shapes, else by the row and column numbers or the coordinates of a subset."""
        usual = next((data for data in map(self.dataset, USUAL) if data is not None), None)
        data = (self.dataset(name) for name in self.names) if usual is None else [usual]
        shape = next((d.shape for d in data if getattr(d, "ndim", 0) == 2), None)
        if shape is None:
            raise InputError(
                f"Group {self._name} has no map on EASE-Grid 2.0; a half-orbit (L2) is no daily product. It "
                f"holds {some(self.names)}."
            )
        for name in self._grids:
            if ease.GRIDS[name][2] == shape:
                return ease.ease_grid(name), Window(0, 0, shape[1], shape[0])
        rows, columns, latitude, longitude = self._known(slice(0, shape[0]), slice(0, shape[1]))
        if not len(rows):
            raise InputError(
                f"Its maps of {shape[0]} x {shape[1]} cells are a part of EASE-Grid 2.0, but no cell has a latitude "
                "and longitude that say which. Ask for these layers too when you order a subset."
            )
        name, row, column = ease.locate(latitude, longitude, self._grids)
        first = {(int(r), int(c)) for r, c in zip(row - rows, column - columns)}
        if len(first) > 1:
            raise InputError(
                f"Latitude and longitude do not go with one part of EASE-Grid 2.0: by them the upper left cell is "
                f"{some(sorted(first))} (row, column)."
            )
        (top, left) = first.pop()
        self._check_numbers(rows, columns, top, left)
        return ease.ease_grid(name), Window(left, top, shape[1], shape[0])

    def _check_numbers(self, rows, columns, top, left) -> None:
        for what, positions, first in (("row", rows, top), ("column", columns, left)):
            data = self.dataset(f"EASE_{what}_index")
            if data is None or data.ndim != 2:
                continue
            numbers = data[:][rows, columns].astype(int)
            wrong = np.nonzero((numbers != positions + first) & (numbers < 65534) & (numbers >= 0))[0]
            if len(wrong):
                raise InputError(
                    f"EASE_{what}_index says {what} {numbers[wrong[0]]} where latitude and longitude say "
                    f"{positions[wrong[0]] + first}. It is not used."
                )

    def check(self, window: Window, known: np.ndarray) -> None:
        """Compare the cells of the row with most values with the file's latitude and longitude; see `ease.check`.

        One row is enough to see a file that is shifted or turned, and costs a chunk of each coordinate.
        """
        there = self.there
        row = int(known.sum(1).argmax())
        columns = np.nonzero(known[row])[0]
        if not len(columns):
            return
        row, first, last = (
            int(n) for n in (row + window.row_off - there.row_off, *columns[[0, -1]] + window.col_off - there.col_off)
        )
        rows, columns, latitude, longitude = self._known(slice(row, row + 1), slice(first, last + 1))
        if len(rows):
            ease.check(self.grid, rows + there.row_off, columns + there.col_off, latitude, longitude)

    def _known(self, rows: slice, columns: slice):
        """Return rows, columns, latitude and longitude of the cells of a part that have coordinates."""
        latitude, longitude = self._coordinates("latitude", rows), self._coordinates("longitude", columns)
        if latitude is None or longitude is None:
            return (np.empty(0, int),) * 2 + (np.empty(0),) * 2
        latitude = latitude[:, None] if latitude.ndim == 1 else latitude[rows, columns]
        longitude = longitude[None] if longitude.ndim == 1 else longitude[rows, columns]
        latitude, longitude = np.broadcast_arrays(latitude, longitude)
        row, column = np.nonzero((np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))
        return row + rows.start, column + columns.start, latitude[row, column], longitude[row, column]

    def _coordinates(self, name: str, part: slice):
        """Return a dataset of two dimensions, or the part of one of one dimension; None without."""
        short = {"latitude": "lat", "longitude": "lon"}[name]
        data = self.dataset(name)
        if data is None:
            root = self._file
            data = next((root[n] for n in (f"cell_{short}", name, short) if n in root), None)
        return data[part] if data is not None and data.ndim == 1 else data


class ListScene(Scene):
    """Cells as a list: values, latitude and longitude of one dimension each.

    Parameters
    ----------
    grid : Grid
    rows, columns : ndarray of int, shape (n,)
    layers : dict of str to ndarray, shape (n,)
    """

    def __init__(self, grid: Grid, rows: np.ndarray, columns: np.ndarray, layers: dict[str, np.ndarray]):
        top, left = int(rows.min()), int(columns.min())
        self.grid, self.names, self._layers = grid, tuple(layers), layers
        self.there = Window(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
        self._cells = rows - top, columns - left

    def check(self, window: Window, known: np.ndarray) -> None:
        """Do nothing: the cells were placed by their coordinates."""

    def _slice(self, name, rows, columns):
        values = np.full((self.there.height, self.there.width), np.nan, np.float32)
        values[self._cells] = self._layers[name]
        return values[rows, columns]


class TiffScene(Scene):
    """GeoTIFFs of one day and overpass, one for each layer."""

    def __init__(self, datasets: dict):
        self._datasets, self.names = datasets, tuple(datasets)
        self.modelled = any(name.startswith("sm_") for name in datasets)
        own = {name: Grid.of(dataset) for name, dataset in datasets.items()}
        own = {name: replace(grid, crs=ease.usual_crs(grid.crs.to_wkt())) for name, grid in own.items()}
        first, one = next(iter(own.items()))
        for name, grid in own.items():
            if not grid.same_as(one):
                raise InputError(f"The GeoTIFFs of {first} and {name} of this day have different cells.")
        place = ease.snapped(one)
        self.grid, (top, left) = place or (one, (0, 0))
        self.there = Window(left, top, one.shape[1], one.shape[0])

    def check(self, window: Window, known: np.ndarray) -> None:
        """Do nothing: a GeoTIFF has no other coordinates than its own."""

    def _slice(self, name, rows, columns):
        data = self._datasets[name]
        window = Window(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        values = data.read(1, window=window)
        if values.dtype.kind in "ui":
            return values.astype(np.uint16)
        values = values.astype(np.float32)
        if data.nodata is not None and not np.isnan(data.nodata):
            values[values == np.float32(data.nodata)] = np.nan
        return values


# --- the scenes of a file ---------------------------------------------------------------------------------------------


@contextmanager
def scenes(files: list[SmapFile], polar: bool) -> Iterator[dict[str, Scene]]:
    """Open one granule, or the GeoTIFFs of one day (or step): "AM", "PM" or "" for neither, and its scene.

    The layers of a list of unknown overpass stand under "".

    Raises
    ------
    InputError
        If a file cannot be read, or is another product; it then tells what it holds.
    """
    if files[0].layer:
        with ExitStack() as stack:
            yield _of_tiffs(files, stack)
        return
    with opened(files[0].path) as file:
        yield _of_hdf5(file, polar)


def _of_tiffs(files: list[SmapFile], stack: ExitStack) -> dict[str, Scene]:
    found: dict[str, dict] = {}
    for each in files:
        name = each.layer[:-3] if each.layer.endswith("_pm") else each.layer
        try:
            dataset = stack.enter_context(rasterio.open(each.path))
        except FAULTS as error:
            raise InputError(f"{each.path.name} cannot be read as a raster: {error}.") from error
        found.setdefault(each.half, {})[name] = dataset
    return {half: TiffScene(datasets) for half, datasets in found.items()}


def _of_hdf5(file, polar: bool) -> dict[str, Scene]:
    groups = [found for found in map(OVERPASS_GROUP.fullmatch, file) if found]
    if groups:
        polar = polar or all(found.group(1) for found in groups)
        groups = [found for found in groups if bool(found.group(1)) == polar]
        if not groups:
            raise InputError(f"It has no cells of the north polar grid, only {some(file)}; choose the global grid.")
        return {
            found.group(2) or "AM": GroupScene(file, found.group(), "_pm" if found.group(2) == "PM" else "", polar)
            for found in groups
        }
    for name in L4_GROUPS:
        if name in file:
            return {"": GroupScene(file, name)}
    if all(getattr(file.get(name), "ndim", 0) == 1 for name in ("latitude", "longitude")):
        return _of_list(file)
    dataset = file.get("Metadata/DatasetIdentification")
    said = _text(dataset.attrs.get("shortName", b"")) if dataset is not None else ""
    raise InputError(
        f"It is no soil moisture of SMAP L3 or L4{f' but {said}' if said else ''}: it holds {some(_paths(file))}."
    )


def _of_list(file) -> dict[str, Scene]:
    """Return the blocks of a list of cells; the morning's block stands before the afternoon's.

    Each block goes along the rows from the north-west on, so where the cells start over the second one begins.
    """
    latitude, longitude = (file[name][:].astype(float) for name in ("latitude", "longitude"))
    size = len(latitude)
    layers = {n: file[n][:] for n in file if n.startswith(("soil_moisture", "retrieval", "surface", "static"))}
    layers = {name: values for name, values in layers.items() if values.shape == (size,)}
    known = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    if not known.any():
        raise InputError(f"Its list of {size} cells has no latitude and longitude in it.")
    layers = {name: values[known] for name, values in layers.items()}
    name, rows, columns = ease.locate(latitude[known], longitude[known], ease.GLOBAL + ease.POLAR)
    grid = ease.ease_grid(name)
    starts = np.nonzero(np.diff(rows * grid.shape[1] + columns) <= 0)[0] + 1
    if len(starts) > 1:
        raise InputError(
            f"Its list of {size} cells starts over {len(starts)} times (first at entries {some(starts)}); a morning "
            "and an afternoon are expected, each from north to south and west to east."
        )
    if not len(starts):
        return {"": ListScene(grid, rows, columns, layers)}
    blocks = {"AM": slice(0, starts[0]), "PM": slice(starts[0], None)}
    return {
        half: ListScene(grid, rows[part], columns[part], {n: v[part] for n, v in layers.items()})
        for half, part in blocks.items()
    }


def _paths(file) -> list[str]:
    """Return the names of groups and datasets of a file, one level down."""
    return [f"{a}/{b}" for a in file if hasattr(file[a], "keys") for b in file[a]] + [
        a for a in file if not hasattr(file[a], "keys")
    ]


def some(names) -> str:
    """Return the first few names in words."""
    names = [str(name) for name in names]
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _text(value) -> str:
    value = value[0] if isinstance(value, np.ndarray) and value.size else value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
