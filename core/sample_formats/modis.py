# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields written as MODIS and VIIRS land products are delivered: GeoTIFF exports of layers, and HDF-EOS5 tiles.

MODIS granules themselves are HDF4, which no library here writes; products of MODIS are therefore written as AppEEARS
exports them, one GeoTIFF a layer with the quality layer beside it, and those of VIIRS as whole tiles in HDF-EOS5.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from ..base import extras
from ..base.errors import GridError
from ..base.files import whole_file
from ..products.modis.files import RADIUS, SINUSOIDAL, TILE, window_in
from ..rasters.grid import Grid

COLLECTION = {"M": "061", "V": "002"}
PRODUCED = "2024001000000"
PERIODS = {"Q1": "250m 16 days", "A1": "500m 16 days", "A2": "1 km 16 days"}


@dataclass(frozen=True)
class _Raw:
    """A layer as it is stored: whole numbers, the fill value, and what the file says of the scale."""

    values: np.ndarray
    fill: int
    scale: float | None = None


def write_vi(
    folder: str | os.PathLike,
    day: np.datetime64,
    grid: Grid,
    ndvi: np.ndarray,
    evi: np.ndarray | None = None,
    *,
    cloudy: np.ndarray | None = None,
    product: str = "MOD13A2",
) -> list[Path]:
    """Write vegetation indices of 16 days, with VI Quality and pixel reliability.

    Parameters
    ----------
    folder : path
    day : datetime64[D]
        The first of the composite.
    grid : Grid
        A part of the sinusoidal grid.
    ndvi, evi : ndarray, shape of the grid
        NaN where nothing was produced.
    cloudy : ndarray of bool, optional
        Where there is a value that the quality layers call cloudy.
    product : str
        M?D13Q1, M?D13A1, M?D13A2 (exports) or V??13A1, V??13A2 (tiles).

    Returns
    -------
    list of Path
    """
    known, viirs, period = np.isfinite(ndvi), product[0] == "V", PERIODS[product[5:7]]
    cloudy = np.zeros(grid.shape, bool) if cloudy is None else cloudy & known
    # low aerosol over land; cloudy: MODLAND 'probably cloudy', usefulness 9, mixed clouds
    quality = np.where(cloudy, 2 | 9 << 2 | 1 << 6 | 1 << 10 | 1 << 11, 1 << 6 | 1 << 11)
    rank = np.where(cloudy, 9 if viirs else 3, 0)
    fill, scale = (-15000, 10000.0) if viirs else (-3000, 0.0001)
    layers = {f"{period} NDVI": _stored(ndvi, 0.0001, fill, np.int16, scale)}
    if evi is not None:
        layers[f"{period} EVI"] = _stored(evi, 0.0001, fill, np.int16, scale)
    layers[f"{period} VI Quality"] = _Raw(np.where(known, quality, 65535).astype(np.uint16), 65535)
    # exports of signed bytes are not readable everywhere
    layers[f"{period} pixel reliability"] = _Raw(np.where(known, rank, -1).astype(np.int8 if viirs else np.int16), -1)
    return _write(folder, product, day, grid, layers, f"VIIRS_Grid_{period.replace(' ', '_')}_VI")


def write_lst(
    folder: str | os.PathLike,
    day: np.datetime64,
    grid: Grid,
    lst: np.ndarray,
    night: np.ndarray | None = None,
    *,
    error_k: np.ndarray | int = 1,
    product: str = "MOD11A1",
) -> list[Path]:
    """Write land surface temperature with its quality; see `write_vi`.

    Parameters
    ----------
    lst, night : ndarray, shape of the grid
        K; NaN under clouds. Products of half a day (V??21A1D, V??21A1N) have only the first.
    error_k : ndarray of int, or int
        1, 2, 3, or 4 for more, as the quality layer tells it.
    product : str
        M?D11A1, M?D11A2 (exports), V??21A1D, V??21A1N or V??21A2 (tiles).
    """
    error = np.broadcast_to(np.asarray(error_k), grid.shape)
    halves = {"": lst} if product[3:6] == "21A" and product[-1] in "DN" else {"Day_": lst, "Night_": night}
    layers = {}
    for half, values in halves.items():
        if values is None:
            continue
        known, unsure = np.isfinite(values), (error > 1).astype(int)
        layers[f"LST_{half}1{'KM' if product[0] == 'V' else 'km'}"] = _stored(values, 0.02, 0, np.uint16, 0.02)
        if product[3:5] == "11":
            flags = np.where(known, unsure | (error - 1) << 6, 2).astype(np.uint8)
        elif half:
            flags = np.where(known, unsure | _accuracy(error) << 6, 2).astype(np.uint8)
        else:
            flags = np.where(known, unsure | _accuracy(error) << 14, 2 | 3 << 4).astype(np.uint16)
        layers[f"QC_{half[:-1]}" if half else "QC"] = _Raw(flags, 0)
    return _write(folder, product, day, grid, layers, "VIIRS_Grid_1km_LST21")


def write_lai(
    folder: str | os.PathLike,
    day: np.datetime64,
    grid: Grid,
    lai: np.ndarray,
    fapar: np.ndarray | None = None,
    *,
    cloudy: np.ndarray | None = None,
    product: str = "MOD15A2H",
) -> list[Path]:
    """Write leaf area index and FAPAR of 8 days with FparLai_QC and FparExtra_QC; see `write_vi`.

    Parameters
    ----------
    lai, fapar : ndarray, shape of the grid
        m2 m-2 and 1; where NaN, the special classes 249 to 255 are stored in turns.
    """
    known, viirs = np.isfinite(lai), product[0] == "V"
    cloudy = np.zeros(grid.shape, bool) if cloudy is None else cloudy & known
    main = 3 if viirs else 1 | 1 << 3 | 3 << 5  # the empirical algorithm, under clouds
    missing = 4 if viirs else 1 | 4 << 5
    extra = 3 if viirs else 1 << 5
    ending = "" if viirs else "_500m"
    layers = {f"Lai{ending}": _stored(lai, 0.1, 255, np.uint8, 0.1)}
    if fapar is not None:
        layers[f"Fpar{ending}"] = _stored(fapar, 0.01, 255, np.uint8, 0.01)
    special = 249 + np.arange(lai.size).reshape(lai.shape) % 7
    for raw in layers.values():
        raw.values[~known] = special[~known]
    flags = np.where(known, np.where(cloudy, main, 0), missing)
    layers["FparLai_QC"] = _Raw(flags.astype(np.uint8), 255)
    layers["FparExtra_QC"] = _Raw(np.where(cloudy, extra, 0).astype(np.uint8), 255)
    return _write(folder, product, day, grid, layers, "VIIRS_Grid_LAI_FPAR")


def _accuracy(error: np.ndarray) -> np.ndarray:
    """Return the code of an error in MOD21 and VNP21, where 3 is the best."""
    return np.array([3, 3, 2, 0, 0])[error]


def _stored(values: np.ndarray, scale: float, fill: int, kind: type, said: float) -> _Raw:
    whole = np.round(np.where(np.isfinite(values), values, 0) / scale)
    return _Raw(np.where(np.isfinite(values), whole, fill).astype(kind), fill, said)


def _write(folder, product: str, day: np.datetime64, grid: Grid, layers: dict[str, _Raw], name: str) -> list[Path]:
    if grid.crs != SINUSOIDAL:
        raise GridError("MODIS and VIIRS tiles lie on the sinusoidal grid; the field lies on another.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if product[0] == "V":
        return _write_tiles(folder, product, day, grid, layers, name)
    return [_write_export(folder, product, day, grid, layer, raw) for layer, raw in layers.items()]


def _number(day: np.datetime64) -> str:
    year = day.astype("datetime64[Y]")
    return f"{year}{int((day - year.astype('datetime64[D]')).astype(int)) + 1:03d}"


def _write_export(folder: Path, product: str, day: np.datetime64, grid: Grid, layer: str, raw: _Raw) -> Path:
    """Write one layer as AppEEARS names it: names that begin with a digit get a dash before it."""
    called = layer.replace(" ", "_")
    called = f"_{called}" if called[0].isdigit() else called
    path = folder / f"{product}.{COLLECTION['M']}_{called}_doy{_number(day)}_aid0001.tif"
    profile = {
        "driver": "GTiff", "dtype": raw.values.dtype.name, "count": 1, "nodata": raw.fill, "crs": grid.crs,
        "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1], "compress": "deflate",
    }  # fmt: skip
    with whole_file(path) as part, rasterio.open(part, "w", **profile) as dataset:
        dataset.write(raw.values, 1)
        if raw.scale is not None:
            dataset.scales = (raw.scale,)
    return path


def _write_tiles(
    folder: Path, product: str, day: np.datetime64, grid: Grid, layers: dict[str, _Raw], name: str
) -> list[Path]:
    """Write every tile that the grid touches, fill values around it."""
    pixels = round(TILE / grid.resolution[0])
    left, bottom, right, top = grid.bounds
    slack = grid.resolution[0] / 2
    columns = range(int((left + slack) // TILE) + 18, int((right - slack) // TILE) + 19)
    rows = range(8 - int((top - slack) // TILE), 9 - int((bottom + slack) // TILE))
    paths = []
    for h, v in ((h, v) for v in rows for h in columns):
        corner = (h - 18) * TILE, (8 - v) * TILE, (h - 17) * TILE, (9 - v) * TILE
        tile = Grid.from_bounds(SINUSOIDAL, TILE / pixels, corner)
        paths.append(folder / f"{product}.A{_number(day)}.h{h:02d}v{v:02d}.{COLLECTION['V']}.{PRODUCED}.h5")
        with whole_file(paths[-1]) as part:
            _write_tile(part, product, day, tile, grid, layers, name)
    return paths


def _write_tile(path: Path, product: str, day, tile: Grid, grid: Grid, layers: dict[str, _Raw], name: str) -> None:
    extras.require("h5py")
    import h5py

    at = window_in(tile, grid)
    rows, columns = (
        slice(max(start, 0), min(start + size, pixels))
        for start, size, pixels in ((at.row_off, at.height, tile.shape[0]), (at.col_off, at.width, tile.shape[1]))
    )
    source = (
        slice(rows.start - at.row_off, rows.stop - at.row_off),
        slice(columns.start - at.col_off, columns.stop - at.col_off),
    )
    with h5py.File(path, "w") as file:
        file.attrs.update(ShortName=np.bytes_(product), RangeBeginningDate=np.bytes_(str(day)))
        for layer, raw in layers.items():
            values = file.create_dataset(
                f"HDFEOS/GRIDS/{name}/Data Fields/{layer}", tile.shape, raw.values.dtype, chunks=(120, 120),
                compression="gzip", compression_opts=1, fillvalue=raw.fill,
            )  # fmt: skip
            values[rows, columns] = raw.values[source]
            values.attrs["_FillValue"] = np.array([raw.fill], raw.values.dtype)
            if raw.scale is not None:
                values.attrs.update(scale_factor=np.array([raw.scale]), add_offset=np.array([0.0]))
        text = _metadata(name, tile, layers)
        file.create_dataset("HDFEOS INFORMATION/StructMetadata.0", data=np.bytes_(text))


def _metadata(name: str, tile: Grid, layers: dict[str, _Raw]) -> str:
    """Return StructMetadata.0, which holds the georeference of an HDF-EOS5 grid."""
    left, bottom, right, top = tile.bounds
    fields = "".join(
        f'\t\t\tOBJECT=DataField_{i}\n\t\t\t\tDataFieldName="{layer}"\n\t\t\tEND_OBJECT=DataField_{i}\n'
        for i, layer in enumerate(layers, 1)
    )
    return (
        "GROUP=SwathStructure\nEND_GROUP=SwathStructure\nGROUP=GridStructure\n\tGROUP=GRID_1\n"
        f'\t\tGridName="{name}"\n\t\tXDim={tile.shape[1]}\n\t\tYDim={tile.shape[0]}\n'
        f"\t\tUpperLeftPointMtrs=({left:.6f},{top:.6f})\n\t\tLowerRightMtrs=({right:.6f},{bottom:.6f})\n"
        f"\t\tProjection=HE5_GCTP_SNSOID\n\t\tProjParams=({RADIUS:.6f},0,0,0,0,0,0,0,0,0,0,0,0)\n"
        f"\t\tSphereCode=-1\n\t\tGROUP=DataField\n{fields}\t\tEND_GROUP=DataField\n"
        "\tEND_GROUP=GRID_1\nEND_GROUP=GridStructure\nEND\n"
    )
