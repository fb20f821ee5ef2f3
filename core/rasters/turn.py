# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place that turns longitudes: a raster of any convention, seen from the meridian that is looked at."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.io import MemoryFile
from rasterio.shutil import copy
from rasterio.warp import transform_bounds

ROUND = 360.0
NEAR = 0.01  # of a cell that a globe may be wider or narrower than a whole number of them
BLOCK = re.compile(r"<(SimpleSource|ComplexSource).*?</\1>", re.S)
RECT = re.compile(r"<(Src|Dst)Rect [^>]*/>")


class Piece(NamedTuple):
    """Columns of a file from (to), and where the first of them lies among those that are seen."""

    first: int
    last: int
    at: int


class Turned(NamedTuple):
    """How columns lie for one who looks at a span: their number, the west edge of the first, and from where they are.

    Columns that are in no piece are unknown.
    """

    columns: int
    left: float
    pieces: tuple[Piece, ...]


def turned(left: float, width: float, columns: int, span: tuple[float, float] | None = None) -> Turned:
    """Return how the columns of a raster in degrees lie for one who looks at a span.

    A raster that lies on one side of the span is moved by whole rounds. One that lies on both, as a globe of 0 to 360
    for Europe, is cut opposite to the middle of the span.

    Parameters
    ----------
    left, width : float
        West edge of the first column and width of a column, degrees.
    columns : int
    span : (west, east), optional
        Degrees of any convention, the east beyond the west. Without one, -180 to 180, where a raster that is not wider
        than half a globe stays in one piece, if over the seam.
    """
    west, east = span or (-ROUND / 2, ROUND / 2)
    size, middle = columns * width, (west + east) / 2
    least = 0.5 * width * (1 + 1e-6)
    turns = [k for k in rounds(left, left + size, west, east) if _shared(left + k, left + k + size, west, east) > least]
    period = round(ROUND / width)
    whole = abs(ROUND / width - period) < NEAR and columns <= period + 1
    if len(turns) < 2 or not whole or (span is None and size <= ROUND / 2):
        turn = turns[0] if turns else 0.0
        if len(turns) != 1:
            turn = ROUND * round((middle - left - size / 2) / ROUND)
        return Turned(columns, left + turn, (Piece(0, columns, 0),))
    first = int(np.ceil((middle - ROUND / 2 - left) / width - 1e-6))
    # the column that is cut is wanted on both ends
    cut = span is not None and left + first * width > middle - ROUND / 2 + 1e-6 * width
    seen = np.arange(first - cut, first + period) % period
    cuts = np.flatnonzero(np.diff(seen) != 1) + 1
    runs = [(int(run[0]), int(run[-1]) + 1, int(at)) for run, at in zip(np.split(seen, cuts), [0, *cuts])]
    pieces = tuple(Piece(a, min(b, columns), at) for a, b, at in runs if a < columns)
    return Turned(len(seen), left + (first - cut) * width, pieces)


def rounds(left: float, right: float, west: float, east: float) -> list[float]:
    """Return the whole rounds, in degrees, after which a raster may touch a span."""
    return [ROUND * k for k in range(int((west - right) // ROUND), int((east - left) // ROUND) + 2)]


def _shared(left: float, right: float, west: float, east: float) -> float:
    return min(right, east) - max(left, west)


def span_of(crs: CRS, bounds: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return the longitudes of the west and the east of a place, the latter beyond 180 over the seam."""
    try:
        west, _, east, _ = transform_bounds(crs, CRS.from_epsg(4326), *bounds, densify_pts=21)
    except (CRSError, rasterio.errors.RasterioError):
        return -180.0, 180.0
    if not np.isfinite([west, east]).all():
        return -180.0, 180.0
    return west, east if east > west else east + ROUND


def described(dataset: rasterio.DatasetReader, seen: Turned) -> str:
    """Return a virtual raster, as text, of a raster with its columns as they are seen, its words and its masks."""
    t = dataset.transform
    place = Affine(t.a, t.b, seen.left, t.d, t.e, t.f)
    with MemoryFile(ext=".vrt") as file:
        copy(dataset, file.name, driver="VRT")
        file.seek(0)
        text = file.read().decode()
    text = re.sub(r'rasterXSize="\d+"', f'rasterXSize="{seen.columns}"', text, count=1)
    numbers = ", ".join(repr(v) for v in place.to_gdal())
    text = re.sub(r"<GeoTransform>.*?</GeoTransform>", f"<GeoTransform>{numbers}</GeoTransform>", text, count=1)
    gap = sum(piece.last - piece.first for piece in seen.pieces) < seen.columns
    block = BLOCK.search(text)
    if gap and block and "<MaskBand>" not in text and "<NoDataValue>" not in text:
        source = re.sub(r"<SourceBand>.*?</SourceBand>", "<SourceBand>mask,1</SourceBand>", block[0])
        mask = f'<MaskBand><VRTRasterBand dataType="Byte">{source}</VRTRasterBand></MaskBand>'
        text = text.replace("</VRTDataset>", f"{mask}</VRTDataset>")
    return BLOCK.sub(lambda block: "".join(_moved(block[0], piece, dataset.height) for piece in seen.pieces), text)


def _moved(block: str, piece: Piece, rows: int) -> str:
    """Return a source of a virtual raster that gives only the columns of a piece."""
    columns = piece.last - piece.first
    starts = {"Src": piece.first, "Dst": piece.at}
    return RECT.sub(
        lambda found: f'<{found[1]}Rect xOff="{starts[found[1]]}" yOff="0" xSize="{columns}" ySize="{rows}" />', block
    )


def around(crs: CRS, left: float, width: float, columns: int) -> tuple[CRS, float]:
    """Return a reference system and a west edge for warping degrees that reach beyond 180; unchanged if they do not.

    GDAL finds only longitudes of -180 to 180, so degrees are counted from the middle of the raster. There those of all
    ellipsoids count as one, as everywhere between degrees; see `grid.same_coordinates`.
    """
    right = left + columns * width
    if left >= -180 - width and right <= 180 + width:
        return crs, left
    middle = (left + right) / 2
    return CRS.from_proj4(f"+proj=longlat +datum=WGS84 +pm={middle!r} +no_defs"), left - middle
