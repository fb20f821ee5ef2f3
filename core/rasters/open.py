# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door to rasters: what a file or layer says of its band, what it does not, and how both make values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.layer_address import LayerAddress
from ..base.names import some
from ..units import PERCENT, SM_UNIT, Water, check_soil_moisture, factor_of, name_of
from .grid import Grid, in_degrees, parse_crs
from .scaling import NO_SCALING, one_scaling, scaling_of, unit_of
from .trust import drivers_for, opened_by, refuse_led_away, refuse_network
from .turn import described, turned

# Of damaged files; in older releases the second is not a kind of the first, and what GDAL says may come as it is.
FAULTS = (RasterioError, RasterioIOError, CPLE_BaseError, UnicodeDecodeError)
NO_VALUE = (
    "If they stand for no value, declare them as nodata, in the file or in the study; else set the unit or the scale."
)


HUGE = 1e19  # no quantity of ours is as large; default fill values of NetCDF, GRIB and float32 are, declared or not
VOID = -32768.0  # the least whole number of 16 bits, which elevations and others forget to declare
UNDECLARED = -9999.0  # the fill value that products forget to declare
NEARLY = 1e-6  # by which a declared number may differ from the stored one, which is rounded to 24 bits


def is_unknown(stored: np.ndarray, fills: Iterable[float | None]) -> np.ndarray:
    """Return which stored values stand for no value; every reader asks here, before scale and offset.

    They are NaN and infinity, whatever a file declares, numbers beyond `HUGE`, and the fills.

    Parameters
    ----------
    stored : ndarray
        Whole numbers or decimals.
    fills : iterable of float or None
        What the file, its product or the person names; of decimals also what rounding makes of it.
    """
    decimals = stored.dtype.kind == "f"
    # a comparison with NaN is never true
    unknown = ~(np.abs(stored) < HUGE) if decimals else np.zeros(stored.shape, bool)
    for fill in fills:
        if fill is None or not np.isfinite(fill):
            continue
        slack = abs(fill) * NEARLY if decimals else 0
        unknown |= (stored >= fill - slack) & (stored <= fill + slack)
    return unknown


def open_raster(address: str | os.PathLike, *, virtual: bool = False, network: bool = False) -> rasterio.DatasetReader:
    """Open a file, or a layer as GDAL names it, for reading; no other module does.

    Parameters
    ----------
    address : path
    virtual : bool
        Whether it may be a virtual raster, whose sources are as harmless as a raster has to be; see `trust`.
    network : bool
        Whether it may lie in the network.

    Raises
    ------
    InputError
        If it is nothing that may be opened.
    RasterioError, RasterioIOError
        `FAULTS`: for those that have better words for them than `Source.opened`.
    """
    refuse_network(address, allowed=network)
    dataset = opened_by(os.fspath(address), drivers_for(address, virtual))
    try:
        refuse_led_away(dataset.name, dataset.tags(ns="OVERVIEWS"))
        _refuse_complex(dataset)
    except InputError:
        dataset.close()
        raise
    return dataset


def _refuse_complex(dataset: rasterio.DatasetReader) -> None:
    if any(kind.startswith("complex") for kind in dataset.dtypes):
        raise InputError(
            f"{os.path.basename(dataset.name)} holds complex numbers, as radar images do: half of each would be lost "
            "without a word. Save what you need of them, as the amplitude, as a raster."
        )


def refuse_signed_bytes(dataset: rasterio.DatasetReader) -> None:
    """Raise `InputError` for bytes with a sign where GDAL knows none (before 3.7), and makes decimals of 251 of -5."""
    signed = [i for i, kind in zip(dataset.indexes, dataset.dtypes) if kind == "int8"]
    if any(dataset.tags(i, ns="IMAGE_STRUCTURE").get("PIXELTYPE") == "SIGNEDBYTE" for i in signed):
        raise InputError(
            f"{os.path.basename(dataset.name)} holds bytes with a sign, of which this GDAL "
            f"({rasterio.__gdal_version__}) makes other numbers (251 of -5): save it as whole numbers of 16 bits "
            "(gdal_translate -ot Int16, of GDAL 3.7 or later), or use a QGIS with GDAL 3.7 or later."
        )


def open_described(text: str) -> rasterio.DatasetReader:
    """Open a virtual raster that we wrote ourselves, of a raster that is open."""
    return opened_by(text, ("VRT",))


def has_mask(dataset: rasterio.DatasetReader, band: int) -> bool:
    """Return whether a band, from 1, has a mask of its own or an alpha band beside, which tells what is unknown."""
    return bool({MaskFlags.per_dataset, MaskFlags.alpha} & set(dataset.mask_flag_enums[band - 1]))


def bands_of(dataset: rasterio.DatasetReader) -> list[int]:
    """Return the bands, from 1, that hold values: all but those of transparency."""
    return [i for i, what in enumerate(dataset.colorinterp, 1) if what != ColorInterp.alpha]


def is_picture(dataset: rasterio.DatasetReader) -> bool:
    """Whether a raster is a rendered image, whose bands are colours and not values."""
    colours = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    named = any(description for description in dataset.descriptions)
    return dataset.colorinterp[:3] == colours and set(dataset.dtypes) == {"uint8"} and not named


def names_of_bands(dataset: rasterio.DatasetReader) -> str:
    """Return the numbers and names of bands as a person lists them."""
    return some(f"{i} {dataset.descriptions[i - 1] or ''}".strip() for i in bands_of(dataset))


def refuse_picture(dataset: rasterio.DatasetReader) -> None:
    """Raise `InputError` if a raster is a rendered image."""
    if is_picture(dataset):
        raise InputError(
            f"{Path(dataset.name).name} is a picture, whose bands are red, green and blue, and holds no values. Save "
            "the layer again as raw data, not as a rendered image."
        )


def refuse_several(dataset: rasterio.DatasetReader) -> None:
    """Raise `InputError` if a raster has several bands where nobody said which one is meant."""
    refuse_picture(dataset)
    if len(bands_of(dataset)) > 1:
        raise InputError(
            f"{Path(dataset.name).name} has {len(bands_of(dataset))} bands: {names_of_bands(dataset)}. Say which "
            'one ("band" in a study), or give a raster of one: bands that are days are imported by import_grids, '
            "others are taken out with gdal_translate -b."
        )


def grid_of(address: str | os.PathLike) -> Grid:
    """Return the grid of a raster; see `Source.grid`."""
    return Source(os.fspath(address)).grid()


def tags_of(address: str | os.PathLike) -> dict[str, str]:
    """Return what a raster says of itself; nothing if it cannot be read."""
    try:
        with open_raster(address, virtual=True) as dataset:
            return dataset.tags()
    except (*FAULTS, InputError):
        return {}


@dataclass(frozen=True)
class Source:
    """One band of a raster file, and what its file does not say of itself.

    Values are what the file says they are: a scale and an offset that it declares for the band are applied, as QGIS
    does, or else `scale` and `offset`, never both; see `one_scaling`. `unit_factor` brings what comes out to another
    unit. `stored` values are taken without the scale and the offset of the file. `crs` is for files that have none;
    `set_crs` counts instead of the file's own, as what a person set in QGIS and goes along with the path, see
    `base.layer_crs`.
    """

    path: str
    band: int | None = None  # of several bands one has to be named
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None
    crs: str | None = None
    set_crs: str | None = None
    stored: bool = False
    also: tuple[str, ...] = ()  # further files alike, with which it is averaged where several are known
    fills: tuple[float, ...] = ()  # what else is stored where there is no value, as the product is known to do
    network: bool = False  # whether it may lie in the network
    moisture: Water | None = None  # values that cannot be such soil moisture are refused
    unit_factor: float = 1.0

    def __post_init__(self):
        layer = LayerAddress.of(self.path)
        if layer.path != self.path:
            object.__setattr__(self, "path", layer.path)
            object.__setattr__(self, "set_crs", layer.crs or self.set_crs)
            object.__setattr__(self, "fills", (*self.fills, *layer.nodata))
        for given in filter(None, (self.crs, self.set_crs)):
            parse_crs(given)  # what nobody knows is refused, also where it would not be asked

    @property
    def number(self) -> int:
        """The number of the band, from 1."""
        return self.band or 1

    @contextmanager
    def opened(self, grid: Grid | None = None) -> Iterator[rasterio.DatasetReader]:
        """Open the file for reading, degrees turned to -180 to 180 or, if it is given, to those of a grid.

        Raises
        ------
        InputError
            If it cannot be read, now or in the body, or lacks the band.
        """
        try:
            with open_raster(self.path, virtual=True, network=self.network) as dataset:
                refuse_signed_bytes(dataset)
                if self.band is None:
                    refuse_several(dataset)
                elif not 1 <= self.band <= dataset.count:
                    raise InputError(f"{self.path} has {dataset.count} bands; band {self.band} was asked for.")
                with self._turned(dataset, grid) as seen:
                    yield seen
        except FAULTS as error:
            raise InputError(f"Cannot read {self.path} as a raster: {str(error).rstrip('.')}.") from error

    @contextmanager
    def _turned(self, dataset: rasterio.DatasetReader, grid: Grid | None) -> Iterator[rasterio.DatasetReader]:
        """Give the file as one sees it who looks at a grid, or at the globe; see `turn`."""
        t = dataset.transform
        crs = self._crs_of(dataset)
        if crs is None or t.a <= 0 or t.b or t.d or not in_degrees(crs):
            yield dataset
            return
        seen = turned(t.c, t.a, dataset.width, None if grid is None else grid.span)
        if seen.left == t.c and seen.columns == dataset.width:
            yield dataset
            return
        with open_described(described(dataset, seen)) as view:
            yield view

    def grid(self) -> Grid:
        """Return the grid of the file, in degrees of -180 to 180 if it is in degrees.

        Raises
        ------
        InputError, GridError
            If the file cannot be read, has no reference system where none is given, or is rotated or flipped.
        """
        with self.opened() as dataset:
            return self.grid_in(dataset)

    def grid_in(self, dataset: rasterio.DatasetReader) -> Grid:
        """Return the grid of the file, which is open."""
        return Grid.of(dataset, self._crs_of(dataset))

    def _crs_of(self, dataset: rasterio.DatasetReader) -> CRS | None:
        given = self.set_crs or (self.crs if dataset.crs is None else None)
        return parse_crs(given) if given else dataset.crs

    def unit(self) -> str:
        """Return the unit that the file declares for the values; '' if it declares none, or they are scaled here."""
        with self.opened() as dataset:
            as_declared = (self.scale, self.offset, self.unit_factor) == (1, 0, 1)
            return unit_of(dataset, self.number) if as_declared else ""

    def scaling_in(self, dataset: rasterio.DatasetReader) -> tuple[float, float]:
        """Return the scale and the offset that count for what the file, which is open, stores."""
        declared = NO_SCALING if self.stored else scaling_of(dataset, self.number)
        return one_scaling(declared, (self.scale, self.offset), Path(self.path).name)

    def stored_for(self, value: float) -> float:
        """Return what the file stores for a value that is read of it."""
        with self.opened() as dataset:
            scale, offset = self.scaling_in(dataset)
            stored = (value / self.unit_factor - offset) / scale
            return float(round(stored)) if np.dtype(dataset.dtypes[self.number - 1]).kind in "iu" else stored

    def has_colour_table(self) -> bool:
        """Whether the file gives each value a colour, as maps of classes do."""
        with self.opened() as dataset:
            return dataset.colorinterp[self.number - 1] == ColorInterp.palette

    def has_decimals(self) -> bool:
        """Whether the file holds decimals; whole numbers are often packed and want a scale."""
        with self.opened() as dataset:
            return dataset.dtypes[self.number - 1].startswith("float")


class Values:
    """What makes values of what a band stores: what counts as unknown, scale and offset.

    Parameters
    ----------
    source : Source
    dataset : rasterio dataset
        Its file, open.

    Attributes
    ----------
    fills : tuple of float
        What is stored where there is no value: as the file declares it, as given, and as the product does.
    masked : bool
        Whether the band has a mask beside.
    """

    def __init__(self, source: Source, dataset: rasterio.DatasetReader):
        band = source.number - 1
        self._source = source
        told = [dataset.nodatavals[band], source.nodata, *source.fills]
        if told.count(None) == len(told) and dataset.dtypes[band] == "int16":
            told.append(VOID)
        stored = [fill for nodata in told for fill in _stored_fills(nodata, dataset.dtypes[band])]
        self.fills = tuple(dict.fromkeys(stored))
        self.masked = has_mask(dataset, source.number)
        both = source.scaling_in(dataset), (source.unit_factor, 0.0)
        if source.unit_factor == factor_of(PERCENT):
            _refuse_no_percent(source, dataset)
        self._factors = [
            (np.float32(scale), np.float32(offset)) for scale, offset in both if (scale, offset) != NO_SCALING
        ]

    def read(self, dataset, window: Window | None = None, out: np.ndarray | None = None) -> np.ndarray:
        """Return the values of a window, shape (rows, columns), float32, NaN where unknown.

        Parameters
        ----------
        dataset : rasterio dataset
            The file.
        window : Window, optional
        out : ndarray, optional
            Float32; gets the values if it is given.

        Raises
        ------
        ImpossibleValues
            If they cannot be soil moisture where they must be.
        """
        stored = stored_in(dataset, self._source.number, window, out)
        stored[is_unknown(stored, self.fills)] = np.nan
        if self.masked:
            stored[dataset.read_masks(self._source.number, window=window) == 0] = np.nan
        return self.of(stored)

    def of(self, stored: np.ndarray) -> np.ndarray:
        """Return the values of what is stored, float32, NaN where unknown; they take its place.

        Raises
        ------
        ImpossibleValues
            As `read`.
        """
        for scale, offset in self._factors:
            stored *= scale
            stored += offset
        if self._source.moisture:
            check_soil_moisture(stored, Path(self._source.path).name, NO_VALUE, self._source.moisture)
        return stored


def stored_in(dataset, band: int, window: Window | None = None, out: np.ndarray | None = None) -> np.ndarray:
    """Return what a band stores in a window as float32, into `out` if that is given."""
    if out is None:
        return dataset.read(band, window=window, out_dtype="float32")
    return dataset.read(band, window=window, out=out)


def _refuse_no_percent(source: Source, dataset: rasterio.DatasetReader) -> None:
    """Raise `InputError` if what is to be divided as percent says that it is none."""
    if name_of(unit_of(dataset, source.number)) == SM_UNIT:
        raise InputError(
            f"{Path(source.path).name} says that it is in {SM_UNIT}, and was to be read as percent, divided by 100. "
            f"Set the unit to '{SM_UNIT}'."
        )


def _stored_fills(nodata: float | None, dtype: str) -> tuple[float, ...]:
    """Return the numbers that a band may store for one that is declared; none for NaN, which never is a value."""
    if nodata is None or np.isnan(nodata):
        return ()
    if np.dtype(dtype).kind == "f" and abs(nodata) >= HUGE:
        # many write the least number of their type and declare it rounded
        least = float(np.copysign(np.finfo(np.float32).max, nodata))
        return tuple(dict.fromkeys((float(np.clip(nodata, -abs(least), abs(least))), least)))
    return (float(nodata),)
