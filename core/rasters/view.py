# SPDX-License-Identifier: GPL-2.0-or-later
"""A band as GDAL sees it once all that stands for no value is NaN, so that it may be averaged or interpolated.

GDAL's warper itself takes one such number, or a mask, or NaN, but not several of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

import numpy as np
import rasterio

from .open import open_described

BESIDE = 1e-3  # how far from its code a value still belongs in part to a class; codes are whole numbers


@contextmanager
def viewed(
    dataset: rasterio.DatasetReader,
    band: int,
    fills: Sequence[float],
    masked: bool,
    of_class: float | None = None,
) -> Iterator[rasterio.DatasetReader]:
    """Open a band of a file as decimals with NaN where nothing is known; nothing is read yet.

    Parameters
    ----------
    dataset : rasterio dataset
        The file, open.
    band : int
        From 1.
    fills : sequence of float
        Stored numbers that stand for no value, beside NaN.
    masked : bool
        Whether the band has a mask of its own that counts.
    of_class : float, optional
        Give 1 where the band holds this number and 0 where it holds another.

    Yields
    ------
    rasterio dataset
        With one band, float32.
    """
    address = dataset.name
    for words in _steps(fills, masked, of_class):  # of one step GDAL takes a number or a mask, not both
        address = _described(dataset, address, band, words)
        band = 1
    with open_described(address) as view:
        yield view


def _steps(fills: Sequence[float], masked: bool, of_class: float | None) -> Iterator[str]:
    """Yield what each virtual raster has to do to the one below it."""
    if masked:
        yield "<UseMaskBand>true</UseMaskBand>"
    for fill in fills:
        yield f"<NODATA>{fill!r}</NODATA>"
    if of_class is not None:
        table = f"{of_class - BESIDE!r}:0,{of_class!r}:1,{of_class + BESIDE!r}:0"
        yield f"<NODATA>nan</NODATA><LUT>{table}</LUT>"


def _described(dataset, address: str, band: int, words: str) -> str:
    """Return a virtual raster of a band of a source as text."""
    rows, columns = dataset.shape
    transform = ", ".join(map(repr, dataset.transform.to_gdal()))
    system = f"<SRS>{escape(dataset.crs.to_wkt())}</SRS>" if dataset.crs else ""
    source = f"<SourceFilename>{escape(address)}</SourceFilename><SourceBand>{band}</SourceBand>"
    return (
        f'<VRTDataset rasterXSize="{columns}" rasterYSize="{rows}">{system}<GeoTransform>{transform}</GeoTransform>'
        '<VRTRasterBand dataType="Float32" band="1"><NoDataValue>nan</NoDataValue>'
        f"<ComplexSource>{source}{words}</ComplexSource></VRTRasterBand></VRTDataset>"
    )


def needs_view(dtype: str, fills: Sequence[float], masked: bool) -> bool:
    """Return whether the warper cannot tell by itself what a band does not know."""
    if masked:
        return True
    return len(fills) > (0 if np.dtype(dtype).kind == "f" else 1)
