# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door to rasters: what a file or layer says of its band, what it does not, and how both make values."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.windows import Window

from ..base.errors import InputError
from ..units import Water, check_soil_moisture
from .grid import Grid, parse_crs

FAULTS = (RasterioError, RasterioIOError)  # in older releases the second is not a kind of the first
NO_VALUE = (
    "If they stand for no value, declare them as nodata, in the file or in the study; else set the unit or the scale."
)


def open_raster(address: str | os.PathLike) -> rasterio.DatasetReader:
    """Open a file, or a layer as GDAL names it, for reading; no other module does.

    Raises
    ------
    RasterioError, RasterioIOError
        `FAULTS`: for those that have better words for them than `Source.opened`.
    """
    return rasterio.open(address)


def grid_of(address: str | os.PathLike) -> Grid:
    """Return the grid of a raster; see `Source.grid`."""
    return Source(os.fspath(address)).grid()


def tags_of(address: str | os.PathLike) -> dict[str, str]:
    """Return what a raster says of itself; nothing if it cannot be read."""
    try:
        with open_raster(address) as dataset:
            return dataset.tags()
    except FAULTS:
        return {}


@dataclass(frozen=True)
class Source:
    """One band of a raster file, and what its file does not say of itself.

    Values are what the file says they are: a scale and an offset that it declares for the band are applied, as QGIS
    does, and `scale` and `offset` after them. Where both are the same, they are meant once. `stored` values are taken
    without those of the file.
    """

    path: str
    band: int = 1
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None
    crs: str | None = None
    stored: bool = False
    also: tuple[str, ...] = ()  # further files alike, with which it is averaged where several are known
    moisture: Water | None = None  # values that cannot be such soil moisture are refused

    @contextmanager
    def opened(self) -> Iterator[rasterio.DatasetReader]:
        """Open the file for reading.

        Raises
        ------
        InputError
            If it cannot be read, now or in the body, or lacks the band.
        """
        try:
            with open_raster(self.path) as dataset:
                if not 1 <= self.band <= dataset.count:
                    raise InputError(f"{self.path} has {dataset.count} bands; band {self.band} was asked for.")
                yield dataset
        except FAULTS as error:
            raise InputError(f"Cannot read {self.path} as a raster: {str(error).rstrip('.')}.") from error

    def grid(self) -> Grid:
        """Return the grid of the file.

        Raises
        ------
        InputError, GridError
            If the file cannot be read, has no reference system where none is given, or is rotated or flipped.
        """
        with self.opened() as dataset:
            return self.grid_in(dataset)

    def grid_in(self, dataset: rasterio.DatasetReader) -> Grid:
        """Return the grid of the file, which is open."""
        if self.crs and dataset.crs is None:
            return Grid(parse_crs(self.crs), dataset.transform, dataset.shape)
        return Grid.of(dataset)

    def unit(self) -> str:
        """Return the unit that the file declares for the values; '' if it declares none, or they are scaled here."""
        with self.opened() as dataset:
            return "" if (self.scale, self.offset) != (1, 0) else dataset.units[self.band - 1] or ""

    def has_decimals(self) -> bool:
        """Whether the file holds decimals; whole numbers are often packed and want a scale."""
        with self.opened() as dataset:
            return dataset.dtypes[self.band - 1].startswith("float")


class Values:
    """What makes values of what a band stores: what counts as unknown, scale and offset.

    Parameters
    ----------
    source : Source
    dataset : rasterio dataset
        Its file, open.

    Attributes
    ----------
    nodata : float or None
        What is stored where there is no value: as given, else as the file declares it.
    """

    def __init__(self, source: Source, dataset: rasterio.DatasetReader):
        band = source.band - 1
        self._source = source
        self.nodata = dataset.nodatavals[band] if source.nodata is None else source.nodata
        self._has_mask = bool({MaskFlags.per_dataset, MaskFlags.alpha} & set(dataset.mask_flag_enums[band]))
        declared = dataset.scales[band], dataset.offsets[band]
        given = source.scale, source.offset
        both = (given,) if source.stored or declared == given else (declared, given)
        self._factors = [(np.float32(scale), np.float32(offset)) for scale, offset in both if (scale, offset) != (1, 0)]

    def read(self, dataset, window: Window | None = None, out: np.ndarray | None = None) -> np.ndarray:
        """Return the values of a window, shape (rows, columns), float32, NaN where unknown.

        Parameters
        ----------
        dataset : rasterio dataset
            The file, or a warped view of it.
        window : Window, optional
        out : ndarray, optional
            Float32; gets the values if it is given.

        Raises
        ------
        ImpossibleValues
            If they cannot be soil moisture where they must be.
        """
        band = self._source.band
        if out is None:
            values = dataset.read(band, window=window, out_dtype="float32")
        else:
            values = dataset.read(band, window=window, out=out)
        if self.nodata is not None and not np.isnan(self.nodata):
            values[values == np.float32(self.nodata)] = np.nan
        if self._has_mask:
            values[dataset.read_masks(band, window=window) == 0] = np.nan
        for scale, offset in self._factors:
            values *= scale
            values += offset
        if self._source.moisture:
            check_soil_moisture(values, Path(self._source.path).name, NO_VALUE, self._source.moisture)
        else:
            values[np.isinf(values)] = np.nan  # what is left of a division by 0 is no value
        return values
