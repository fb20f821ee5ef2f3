# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of one overpass of SMAP, or of one step of L4, on EASE-Grid 2.0, whatever the file is."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ...base.errors import InputError
from ...base.names import some
from ...rasters.grid import Grid
from ...rasters.open import FAULTS, is_unknown
from . import ease

L4_GROUPS = ("Geophysical_Data", "Analysis_Data")
FILL = -9990.0  # SMAP's fill is -9999, which exports do not always declare; nothing that we read is near it
UNKNOWN_FLAG = 65535  # every bit set
NO_CELL = 65534  # what stands for no row or column
WHOLE = {name: Window(0, 0, columns, rows) for name, (_, _, (rows, columns)) in ease.GRIDS.items()}
USUAL = ("soil_moisture_dca", "soil_moisture", "sm_surface", "sm_surface_analysis")


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
        return text_of(self.dataset(name).attrs.get("long_name", b""))

    def _slice(self, name, rows, columns):
        values = self.dataset(name)[rows, columns]
        return values.astype(np.uint16 if values.dtype.kind in "ui" else np.float32, copy=False)

    @cached_property
    def _place(self) -> tuple[Grid, Window]:
        """Find the grid by the known shapes, else by the row and column numbers or the coordinates of a subset."""
        usual = next((data for data in map(self.dataset, USUAL) if data is not None), None)
        data = (self.dataset(name) for name in self.names) if usual is None else [usual]
        shape = next((shape for d in data if len(shape := getattr(d, "shape", ())) == 2), None)
        if shape is None:
            raise InputError(
                f"Group {self._name} has no map on EASE-Grid 2.0; a half-orbit (L2) is no daily product. It "
                f"holds {some(self.names)}."
            )
        for name in self._grids:
            if ease.GRIDS[name][2] == shape:
                return ease.ease_grid(name), WHOLE[name]
        rows, columns, latitude, longitude = self._known(slice(0, shape[0]), slice(0, shape[1]))
        if len(rows):
            name, row, column = ease.locate(latitude, longitude, self._grids)
        else:
            name, rows, columns, row, column = self._numbered(shape)
        first = {(int(r), int(c)) for r, c in zip(row - rows, column - columns)}
        if len(first) > 1:
            raise InputError(
                "The places of its cells do not go with one part of EASE-Grid 2.0: by them the upper left one is "
                f"{some(sorted(first))} (row, column)."
            )
        top, left = first.pop()
        whole = ease.ease_grid(name)
        if min(top, left) < 0 or top + shape[0] > whole.shape[0] or left + shape[1] > whole.shape[1]:
            raise InputError(
                f"Its maps of {shape[0]} x {shape[1]} cells from row {top}, column {left} on do not lie within the "
                f"{whole.shape[0]} x {whole.shape[1]} cells of EASE-Grid 2.0; the file is damaged. Get it again."
            )
        self._check_numbers(rows, columns, top, left)
        return whole, Window(left, top, shape[1], shape[0])

    def _numbered(self, shape: tuple[int, int]):
        """Return the grid, positions of cells in the file, and their rows and columns, by the numbers of the cells."""
        index = [self.dataset(f"EASE_{what}_index") for what in ("row", "column")]
        if any(data is None or data.shape != shape for data in index):
            raise InputError(
                f"Its maps of {shape[0]} x {shape[1]} cells are a part of EASE-Grid 2.0, but no latitude and longitude "
                "and no row and column say which. Ask for these layers too when you order a subset."
            )
        most, words = index[0].attrs.get("valid_max"), self.words("EASE_row_index")
        fits = [n for n in self._grids if most == ease.GRIDS[n][2][0] - 1 or f" {int(n[1:])} km" in words]
        numbers = [data[:].astype(int) for data in index]
        rows, columns = np.nonzero((numbers[0] < NO_CELL) & (numbers[1] < NO_CELL) & (numbers[0] >= 0))
        if len(fits) != 1 or not len(rows):
            raise InputError("Its numbers of rows and columns do not say on which EASE-Grid 2.0 they count.")
        return (fits[0], rows, columns, *(n[rows, columns] for n in numbers))

    def _check_numbers(self, rows, columns, top, left) -> None:
        for what, positions, first in (("row", rows, top), ("column", columns, left)):
            data = self.dataset(f"EASE_{what}_index")
            if data is None or data.ndim != 2:
                continue
            numbers = data[:][rows, columns].astype(int)
            wrong = np.nonzero((numbers != positions + first) & (numbers < NO_CELL) & (numbers >= 0))[0]
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
            # L4 keeps them outside of its groups, and a subset may have those of the morning only
            morning = f"{self._name[:-3]}_AM/{name}"
            data = next((self._file[n] for n in (f"cell_{short}", name, short, morning) if n in self._file), None)
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
        try:
            values = data.read(1, window=window)
        except FAULTS as error:
            raise InputError(f"{Path(data.name).name} is damaged: {error}. Download it again.") from error
        if values.dtype.kind in "ui":
            return values.astype(np.uint16)
        values = values.astype(np.float32)
        values[is_unknown(values, (data.nodata,))] = np.nan
        return values


def text_of(value) -> str:
    """Return an attribute as text."""
    value = value[0] if isinstance(value, np.ndarray) and value.size else value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
