# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster files: read any of them on any grid, window by window; write one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioIOError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.files import whole_file
from ..units import SM_UNIT
from .grid import TILE, Grid, in_degrees, parts_of, same_coordinates
from .open import FAULTS, Source, Values, is_unknown, open_raster, refuse_picture, stored_in
from .settings import RasterFiles
from .turn import around
from .view import needs_view, viewed

# GDAL's default cache is 5 % of the machine; this much is enough for windows along the files' blocks.
# In bytes, because rasterio hands the number on as such.
GDAL_CACHE = 64 << 20
KEPT_FITS = 64  # pairs of grids
SMALL_GRID = 1 << 20  # up to so many cells a grid is read whole rather than cell by cell


def small_cache() -> rasterio.Env:
    """Return the environment for long work: GDAL keeps `GDAL_CACHE` bytes while it is entered.

    Enter it once around a run, not around a file: the cache belongs to the whole process.
    """
    return rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE)


class AlignedReader:
    """One band, read as if it lay on a given grid; float32, NaN where unknown.

    Parameters
    ----------
    dataset : rasterio dataset
    source : Source
    grid : Grid
        The grid to read on.
    resampling : str
        For a source coarser than the grid: "nearest", "bilinear" or "cubic". A finer source is averaged
        by area over its valid pixels, or its most frequent class is taken if `classes`.
    classes : bool
        Whether values are names of classes rather than amounts.
    averaged : bool
        Whether a finer source is averaged; else the pixel at the centre of each cell of the grid is taken.
    of_class : float, optional
        Give the fraction of each cell that this class covers, of what is known there, instead of names of classes.

    Attributes
    ----------
    finer : bool
        Whether several pixels of the source lie in a cell of the grid.
    """

    def __init__(
        self,
        dataset,
        source: Source,
        grid: Grid,
        resampling: str = RasterFiles.resampling,
        classes: bool = False,
        averaged: bool = True,
        of_class: float | None = None,
    ):
        if classes or of_class is not None:
            refuse_picture(dataset)
        own = source.grid_in(dataset)
        fit = _fit(own, grid)
        self.finer = averaged and fit.finer
        self._grid, self._source, self._opened = grid, source, ExitStack()
        self._values = Values(source, dataset)
        self._dataset, self._warped = dataset, None
        if fit.same and of_class is None:
            return
        if self.finer:
            how = "mode" if classes and of_class is None else "average"
            if source.moisture:
                self._check_each(dataset, own.window_over(grid))
        else:
            how = "nearest" if classes or not averaged else resampling
        fills, masked = self._values.fills, self._values.masked
        nodata: float | None = fills[0] if fills else np.nan
        if of_class is not None or needs_view(dataset.dtypes[source.number - 1], fills, masked):
            dataset = self._opened.enter_context(viewed(dataset, source.number, fills, masked, of_class))
            nodata = np.nan
        src_crs, left = (grid.crs, own.transform.c) if fit.one_crs else _seen_from(own)
        t = own.transform
        self._warped = self._opened.enter_context(WarpedVRT(
            dataset,
            src_crs=src_crs,
            src_transform=Affine(t.a, t.b, left, t.d, t.e, t.f),
            crs=grid.crs,
            transform=grid.transform,
            height=grid.shape[0],
            width=grid.shape[1],
            resampling=Resampling[how],
            src_nodata=nodata,
            nodata=np.nan,
            working_dtype="float32",
            dtype="float32",
            warp_mem_limit=64,
            UNIFIED_SRC_NODATA="NO",  # else a pixel counts as known if one of the other bands is
        ))  # fmt: skip

    def read(self, window: Window | None = None, out: np.ndarray | None = None) -> np.ndarray:
        """Return the values of a window of the grid; see `Values.read`."""
        if self._warped is None:
            return self._values.read(self._dataset, window, out)
        band = 1 if self._warped.count == 1 else self._source.number
        stored = stored_in(self._warped, band, window, out)
        stored[is_unknown(stored, ())] = np.nan
        return self._values.of(stored)

    def read_cells(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the values of single cells of the grid, shape (n,)."""
        return pick_cells(self.read, self._grid, rows, columns)

    def _check_each(self, dataset, window: Window) -> None:
        """Look at the pixels of a window of the file themselves: a mean of good ones and a fill may seem good."""
        for part in parts_of(window):
            self._values.read(dataset, part)

    def close(self) -> None:
        """Let go of the warped view; the dataset is the opener's."""
        self._opened.close()


def pick_cells(read: Callable, grid: Grid, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the values of single cells of a grid, shape (n,), from what reads windows of it."""
    if grid.size <= SMALL_GRID:
        return read()[rows, columns]
    cells = [read(Window(c, r, 1, 1))[0, 0] for r, c in zip(rows.tolist(), columns.tolist())]
    return np.array(cells, np.float32)


class MeanReader:
    """The mean of several readers where more than one is known, as of a morning and an evening overpass."""

    def __init__(self, readers: Sequence[AlignedReader | MeanReader]):
        self._readers = readers

    def read(self, window: Window | None = None, out: np.ndarray | None = None) -> np.ndarray:
        """Return the mean of a window; see `AlignedReader.read`."""
        mean = _mean_of_known([reader.read(window) for reader in self._readers])
        if out is None:
            return mean
        out[...] = mean
        return out

    def read_cells(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the mean of single cells; see `AlignedReader.read_cells`."""
        return _mean_of_known([reader.read_cells(rows, columns) for reader in self._readers])


def _mean_of_known(values: list[np.ndarray]) -> np.ndarray:
    stack = np.stack(values)
    known = np.isfinite(stack)
    count = known.sum(0)
    total = stack.sum(0, where=known, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


@contextmanager
def aligned(
    source: Source,
    grid: Grid,
    resampling: str = RasterFiles.resampling,
    classes: bool = False,
    averaged: bool = True,
    of_class: float | None = None,
) -> Iterator[AlignedReader | MeanReader]:
    """Open a band for reading on a grid; see `AlignedReader`.

    Raises
    ------
    InputError
        If the file cannot be read or lacks the band.
    GridError
        If it has no reference system or does not overlap the grid.
    """
    if source.also:
        with ExitStack() as stack:
            each = [replace(source, path=path, also=()) for path in (source.path, *source.also)]
            how = resampling, classes, averaged, of_class
            yield MeanReader([stack.enter_context(aligned(one, grid, *how)) for one in each])
        return
    with source.opened(grid) as dataset:
        reader = AlignedReader(dataset, source, grid, resampling, classes, averaged, of_class)
        try:
            yield reader
        except FAULTS as error:
            raise InputError(f"Cannot read {source.path}: {error}. The file may be damaged.") from error
        finally:
            reader.close()


def read_on(source: Source, grid: Grid, resampling: str = RasterFiles.resampling, classes: bool = False) -> np.ndarray:
    """Return a whole band on a grid, shape of the grid, float32, NaN where unknown."""
    with aligned(source, grid, resampling, classes) as reader:
        return reader.read()


def _seen_from(own: Grid) -> tuple[CRS, float]:
    """Return the reference system and the west edge to warp from; see `turn.around`."""
    if in_degrees(own.crs):
        return around(own.crs, own.transform.c, own.transform.a, own.shape[1])
    return own.crs, own.transform.c


def interpolates(own: Grid, grid: Grid) -> bool:
    """Return whether a raster of its own grid is coarser than another, so that it is interpolated on it."""
    fit = _fit(own, grid)
    return not fit.same and not fit.finer


class _Fit(NamedTuple):
    """How a source lies to a grid: on the same cells, in coordinates to be used unchanged, on clearly smaller cells."""

    same: bool
    one_crs: bool
    finer: bool


def _fit(own: Grid, grid: Grid) -> _Fit:
    """Return how a source lies to a grid; raise `GridError` if they do not overlap."""
    # files of a series lie alike, and to compare reference systems takes longer than to read a small file
    key = tuple((g.crs.to_wkt(), g.transform, g.shape) for g in (own, grid))
    if key not in _fits:
        if len(_fits) >= KEPT_FITS:
            _fits.clear()
        part = own.crop(grid)
        left, bottom, right, top = part.bounds_in(grid.crs)
        width, height = (right - left) / part.shape[1], (top - bottom) / part.shape[0]
        finer = width * height < 0.9 * grid.resolution[0] * grid.resolution[1]
        # both in degrees: the source is read as if it had the grid's own datum, see `same_coordinates`
        _fits[key] = _Fit(own.same_as(grid), same_coordinates(own.crs, grid.crs), finer)
    return _fits[key]


_fits: dict[tuple, _Fit] = {}


class MapWriter:
    """An open single-band float32 GeoTIFF, written window by window; `known` are its blocks that have a value."""

    def __init__(self, dataset):
        self._dataset, self.known = dataset, set()

    def write(self, values: np.ndarray, window: Window | None = None) -> None:
        """Write a window, shape (rows, columns); NaN where unknown."""
        values = np.asarray(values, np.float32)
        self._dataset.write(values, 1, window=window)
        top, left = (0, 0) if window is None else (int(window.row_off), int(window.col_off))
        (height, width), (rows, columns) = self._dataset.block_shapes[0], values.shape
        finite = np.isfinite(values)
        for row in range(top // height, (top + rows - 1) // height + 1):
            part = finite[max(0, row * height - top) : (row + 1) * height - top]
            for column in range(left // width, (left + columns - 1) // width + 1):
                if part[:, max(0, column * width - left) : (column + 1) * width - left].any():
                    self.known.add((row, column))


@contextmanager
def map_writer(
    path: str | os.PathLike,
    grid: Grid,
    *,
    name: str = "soil_moisture",
    unit: str = SM_UNIT,
    tags: dict | None = None,
    one_of_many: bool = False,
) -> Iterator[MapWriter]:
    """Open a GeoTIFF for writing; it appears under its path only when complete.

    Parameters
    ----------
    path : path
    grid : Grid
    name, unit : str
        Description and unit of the band.
    tags : dict, optional
        Metadata of the file, as {"date": "2023-06-01"}.
    one_of_many : bool
        Whether hundreds of maps are written at a time: each is compressed in the caller's thread, which halves its
        memory.
    """
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "nodata": np.nan, "crs": grid.crs,
        "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1],
        "compress": "deflate", "zlevel": 1, "predictor": 3, "bigtiff": "if_safer",
        # else what a full disk lost, and what a cancel left out, is filled when the file is closed
        "sparse_ok": True,
    }  # fmt: skip
    if not one_of_many:
        profile["num_threads"] = "all_cpus"
    if min(grid.shape) >= TILE:
        profile.update(tiled=True, blockxsize=TILE, blockysize=TILE)
    with whole_file(path) as part:
        try:
            with rasterio.open(part, "w", **profile) as dataset:
                dataset.set_band_description(1, name)
                dataset.set_band_unit(1, unit)
                dataset.update_tags(**(tags or {}))
                writer = MapWriter(dataset)
                yield writer
            _check_whole(part, writer.known)
        except FAULTS as error:
            raise InputError(f"Cannot write {path}: {error}. Is the disk full?") from error


def _check_whole(path: os.PathLike, known: set[tuple[int, int]]) -> None:
    """Raise if a GeoTIFF lacks blocks, (row, column), that were written: to close one on a full disk raises nothing."""
    size = os.path.getsize(path)
    with open_raster(path) as dataset:
        for row, column in known:
            start, length = (
                int(dataset.get_tag_item(f"BLOCK_{what}_{column}_{row}", "TIFF", bidx=1) or 0)
                for what in ("OFFSET", "SIZE")
            )
            if not length or start + length > size:
                raise RasterioIOError("not all of it could be written")


def write_map(path: str | os.PathLike, values: np.ndarray, grid: Grid, **words) -> None:
    """Write a whole map, shape of the grid; see `map_writer`."""
    with map_writer(path, grid, **words) as writer:
        writer.write(values)
