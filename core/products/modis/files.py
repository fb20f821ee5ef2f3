# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of MODIS and VIIRS land products: what their names say, and their layers in HDF4-EOS, HDF-EOS5 and GeoTIFF."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window

from ...base.errors import GridError, InputError
from ...base.hdf5 import SIGNATURE, opened_hdf5
from ...base.names import slug
from ...rasters.dates import day_in_name, guess_date_pattern
from ...rasters.grid import Grid, project
from ...rasters.open import FAULTS, open_raster
from ...rasters.trust import TIFF_STARTS
from ..first_bytes import first_bytes
from .layers import product_in

SUFFIXES = (".hdf", ".h5", ".he5", ".hdf5", ".tif", ".tiff")
RADIUS = 6371007.181  # m, of the sphere of the sinusoidal grid
TILE = math.pi * RADIUS / 18  # m, side of a tile; 36 of them from west to east, 18 from north to south
SINUSOIDAL = CRS.from_proj4(f"+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R={RADIUS} +units=m +no_defs")
HDF4 = b"\x0e\x03\x13\x01"
SAID = ("scale_factor", "add_offset", "valid_range", "_FillValue")
NO_HDF4 = (
    "The GDAL of this QGIS cannot read HDF4, and {} of the files are HDF4 (.hdf). Take GeoTIFF instead, as AppEEARS "
    "delivers the same layers (with their quality layers), or a QGIS whose GDAL has HDF4: `gdalinfo --formats` tells."
)
_DAY = re.compile(r"(?:\.A|doy)(\d{4})(\d{3})(?:\d{6})?(?!\d)")
_TILE = re.compile(r"h(\d\d)v(\d\d)(?!\d)")
_VERSION = re.compile(r"\.(\d{3})\.(\d{13})(?!\d)")
_AREA = re.compile(r"_(aid\d{4}.*)$")
# what is no part of the name of a layer
_WORDS = (r"\.\d{3}\.\d{13}(?!\d)", r"(?:\.A|doy)\d{7}(\d{6})?(?!\d)", r"h\d\dv\d\d", r"_aid\d{4}.*$",
          r"(?<!\d)(19|20)\d\d_[0-3]\d\d(?!\d)", r"(?<!\d)(19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?!\d)",
          r"(?<!\d)(19|20)\d\d[0-3]\d\d(?!\d)", r"^\.\d{3}(?=[._])")  # fmt: skip


@dataclass(frozen=True)
class LayerAddress:
    """Where a layer is: the file, its kind ("hdf4", "hdf5", "tif"), and its name in there for the reader."""

    path: Path
    kind: str
    inside: str = ""


@dataclass(frozen=True)
class Granule:
    """The layers of one product, day and tile: a file, or several exports that belong together.

    Attributes
    ----------
    path : Path
        The file, or the first.
    product : str
        As "MOD13A1".
    day : datetime64[D]
        The first day that it stands for.
    tile : str
        As "h18v04", or what tells exports of several areas apart; '' if nothing does.
    version : (str, str)
        Collection and time of production.
    exports : dict of LayerAddress
        By the name of the layer; empty for a file that lists its layers itself.
    """

    path: Path
    product: str
    day: np.datetime64
    tile: str
    version: tuple[str, str] = ("", "")
    exports: dict[str, LayerAddress] = field(default_factory=dict, compare=False)


@dataclass
class Stored:
    """An open layer: its `grid`, the `dtype` of its numbers, what the file says of them, and `read(window)`."""

    grid: Grid
    dtype: np.dtype
    said: dict[str, list[float]]
    read: object

    def number(self, name: str) -> float | None:
        """Return one number that the file says, as "scale_factor"; None if it says none."""
        values = self.said.get(name)
        return values[0] if values else None


# --- which files belong together --------------------------------------------------------------------------------------


def find_granules(paths: list[Path], progress) -> tuple[list[Granule], list[tuple[Path, str]]]:
    """Sort files into granules, the newest production of each, and tell which cannot be used and why."""
    found, left_out, exports = {}, [], {}
    for path in progress.over(paths):
        try:
            granule = _granule(path)
        except InputError as error:
            left_out.append((path, str(error)))
            continue
        if granule.exports:
            _join(exports, granule, left_out)
            continue
        key = granule.product, granule.day, granule.tile or path.name
        old = found.get(key)
        newer, older = (old, granule) if old and old.version > granule.version else (granule, old)
        found[key] = newer
        if older:
            left_out.append((older.path, f"{newer.path.name} is a newer production of the same day and tile."))
    return [*found.values(), *exports.values()], left_out


def _join(exports: dict, granule: Granule, left_out: list) -> None:
    whole = exports.setdefault((granule.product, granule.day, granule.tile), granule)
    for name, place in granule.exports.items():
        if whole.exports.setdefault(name, place) is not place:
            left_out.append((place.path, f"{whole.exports[name].path.name} gives {name} of the same day already."))


def _granule(path: Path) -> Granule:
    kind, name = kind_of(path), path.name
    product, version = product_in(name), _VERSION.search(name)
    tile = _TILE.search(name)
    facts = {}
    if kind != "tif" and not (product and _DAY.search(name)):
        facts = _facts(path, kind)
        product = product or product_in(facts.get("SHORTNAME", ""))
    if not product:
        raise InputError(
            "Its name holds no product as MOD13A1 or VNP21A2. Give it the name that it was delivered with; folders of "
            "other dated rasters have an import of their own."
        )
    day = _day(name, facts)
    if kind != "tif":
        return Granule(path, product, day, tile.group() if tile else "", version.groups() if version else ("", ""))
    area = _AREA.search(path.stem)
    where = tile.group() if tile else area.group(1) if area else ""
    return Granule(path, product, day, where, exports={_export_layer(path.stem, product): LayerAddress(path, "tif")})


def _export_layer(stem: str, product: str) -> str:
    """Return the name of the layer in that of an export, as "250m_16_days_ndvi"."""
    rest = re.sub(product, "", stem, flags=re.IGNORECASE)
    for words in _WORDS:
        rest = re.sub(words, "", rest)
    return slug(rest)


def _day(name: str, facts: dict[str, str]) -> np.datetime64:
    found = _DAY.search(name)
    if found:
        year, number = int(found.group(1)), int(found.group(2))
        day = np.datetime64(f"{year:04d}-01-01", "D") + (number - 1)
        if number < 1 or day.astype("datetime64[Y]") != np.datetime64(str(year), "Y"):
            raise InputError(f"Its name says day {number} of {year}, which there is not.")
        return day
    if facts.get("RANGEBEGINNINGDATE"):
        return np.datetime64(facts["RANGEBEGINNINGDATE"][:10], "D")
    with suppress(InputError):
        return day_in_name(name, guess_date_pattern([name]))
    raise InputError("Its name holds no day, as A2023121 or doy2023121, and neither does the file.")


def kind_of(path: Path) -> str:
    """Return which format a file is of by its first bytes: "hdf4", "hdf5" or "tif"."""
    start = first_bytes(path)
    if start.startswith(HDF4):
        return "hdf4"
    if start.startswith(SIGNATURE):
        return "hdf5"
    if start.startswith(TIFF_STARTS):
        return "tif"
    raise InputError("It starts as neither HDF nor GeoTIFF does; the download went wrong. Get it again.")


def _facts(path: Path, kind: str) -> dict[str, str]:
    """Return the metadata of a file whose name does not say enough."""
    if kind == "hdf4":
        with _gdal(path) as dataset:
            return dataset.tags()
    with opened_hdf5(path) as file:
        return {key.upper(): _text(value) for key, value in file.attrs.items()}


# --- the layers of a granule ------------------------------------------------------------------------------------------


def layers_of(granule: Granule) -> dict[str, LayerAddress]:
    """Return the layers of a granule by their names."""
    if granule.exports:
        return granule.exports
    kind = kind_of(granule.path)
    if kind == "hdf4":
        with _gdal(granule.path) as dataset:
            return {s.rsplit(":", 1)[1].strip('"'): LayerAddress(granule.path, kind, s) for s in dataset.subdatasets}
    with opened_hdf5(granule.path) as file:
        grids = file.get("HDFEOS/GRIDS")
        if grids is None:
            raise InputError("It holds no grids in the way of HDF-EOS5 (HDFEOS/GRIDS); is it another product?")
        return {
            name: LayerAddress(granule.path, kind, f"{grid}/Data Fields/{name}")
            for grid, group in grids.items()
            for name in group.get("Data Fields", ())
        }


@contextmanager
def opened(place: LayerAddress) -> Iterator[Stored]:
    """Open a layer.

    Raises
    ------
    InputError
        If it cannot be read.
    GridError
        If it has no place on Earth.
    """
    if place.kind == "hdf5":
        with opened_hdf5(place.path) as file:
            yield _stored_h5(file, place.inside)
        return
    with _gdal(place.inside or place.path) as dataset:
        grid, said = Grid.of(dataset), _said({**dataset.tags(), **dataset.tags(1)})
        if not said["scale_factor"] and dataset.scales[0] != 1:
            said["scale_factor"] = [dataset.scales[0]]
        if dataset.nodata is not None:
            said["_FillValue"] = [*said["_FillValue"], dataset.nodata]
        yield Stored(
            Grid(_crs(grid.crs), grid.transform, grid.shape),
            np.dtype(dataset.dtypes[0]),
            said,
            lambda window: dataset.read(1, window=window),
        )


def _stored_h5(file, inside: str) -> Stored:
    values = file[f"HDFEOS/GRIDS/{inside}"]
    if values.ndim != 2:
        raise InputError(f"The layer '{inside.rsplit('/', 1)[1]}' has {values.ndim} dimensions instead of 2.")

    def read(window):
        r, c = int(window.row_off), int(window.col_off)
        return values[r : r + int(window.height), c : c + int(window.width)]

    return Stored(_h5_grid(file, inside.split("/")[0], values.shape), values.dtype, _said(values.attrs), read)


def _h5_grid(file, name: str, shape: tuple[int, int]) -> Grid:
    """Return the place of a grid, from StructMetadata.0."""
    info = file.get("HDFEOS INFORMATION")
    parts = [info[key] for key in sorted(info or ()) if key.startswith("StructMetadata")]
    text = "".join(_text(part[()]) for part in parts if part.dtype.kind == "S")
    part = next((p for p in text.split("GridName=")[1:] if p.startswith(f'"{name}"')), "")
    found = {
        key: _numbers(m.group(1)) if (m := re.search(rf"{key}=\(?([^)\n]*)", part)) else []
        for key in ("UpperLeftPointMtrs", "LowerRightMtrs", "XDim", "YDim", "ProjParams")
    }
    left_top, right_bottom = found["UpperLeftPointMtrs"], found["LowerRightMtrs"]
    if len(left_top) != 2 or len(right_bottom) != 2:
        raise GridError(f"StructMetadata.0 does not say where the grid '{name}' lies; the file is no HDF-EOS5 grid.")
    if not re.search("SNSOID|ISINUS", part) or not found["ProjParams"] or abs(found["ProjParams"][0] - RADIUS) > 1:
        raise GridError(f"The grid '{name}' is not on the sinusoidal projection of MODIS and VIIRS tiles.")
    if [int(v) for v in (*found["YDim"], *found["XDim"])] != list(shape):
        raise GridError(f"StructMetadata.0 gives '{name}' another size than its layer of {shape} pixels has.")
    (left, top), (right, bottom) = left_top, right_bottom
    step = Affine((right - left) / shape[1], 0, left, 0, (bottom - top) / shape[0], top)
    return Grid(SINUSOIDAL, step, shape)


@contextmanager
def _gdal(name: str | Path):
    try:
        with open_raster(name) as dataset:
            yield dataset
    except FAULTS as error:
        raise InputError(f"Cannot be read: {str(error).rstrip('.')}. The file may be cut off; get it again.") from error


def is_hdf4(path: Path) -> bool:
    """Whether a file is HDF4; one that cannot be opened is not."""
    with suppress(InputError):
        return kind_of(path) == "hdf4"
    return False


def reads_hdf4() -> bool:
    """Whether this GDAL reads HDF4."""
    with rasterio.Env() as env:
        return "HDF4" in env.drivers()


def _said(attributes) -> dict[str, list[float]]:
    """Return the numbers that a file says of a layer; some products write _Fillvalue."""
    lower = {key.lower(): value for key, value in attributes.items()}
    return {key: _numbers(lower.get(key.lower(), "")) for key in SAID}


def _text(value: object) -> str:
    value = np.ravel(value)[0] if np.size(value) else ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _numbers(value: object) -> list[float]:
    """Return the numbers of an attribute, which may be a number, several, or a text as "7500, 65535"."""
    if isinstance(value, (str, bytes)) or np.asarray(value).dtype.kind in "SUO":
        return [float(m) for m in re.findall(r"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?", _text(value))]
    return [float(v) for v in np.ravel(value)]


# --- tiles ------------------------------------------------------------------------------------------------------------


def _crs(crs: CRS) -> CRS:
    """Return the sinusoidal system under one name, whatever the file calls it; others as they are."""
    said = crs.to_dict()
    radius = said.get("R") or said.get("a") or 0
    plain_sinusoidal = said.get("proj") == "sinu" and not any(said.get(k) for k in ("lon_0", "x_0", "y_0"))
    return SINUSOIDAL if plain_sinusoidal and abs(float(radius) - RADIUS) < 1 and not said.get("b") else crs


def check_tile(grid: Grid, tile: str) -> None:
    """Raise `GridError` unless a grid lies where the number of its tile says; a part of the tile may."""
    found = _TILE.fullmatch(tile)
    if not found or grid.crs != SINUSOIDAL:
        return
    h, v = int(found.group(1)), int(found.group(2))
    left, top = (h - 18) * TILE, (9 - v) * TILE
    slack = max(grid.resolution) / 2
    west, south, east, north = grid.bounds
    if west < left - slack or east > left + TILE + slack or north > top + slack or south < top - TILE - slack:
        raise GridError(
            f"Its georeference, x {west:.0f} to {east:.0f} and y {south:.0f} to {north:.0f} m, does not lie in its "
            f"tile {tile}, x {left:.0f} to {left + TILE:.0f} and y {top - TILE:.0f} to {top:.0f} m."
        )


def tiles_over(area: Grid) -> set[str]:
    """Return the tiles that an area touches, from points spread over it."""
    left, bottom, right, top = area.bounds
    inset_x, inset_y = (right - left) * 1e-6, (top - bottom) * 1e-6
    x, y = np.meshgrid(
        np.linspace(left + inset_x, right - inset_x, 60), np.linspace(bottom + inset_y, top - inset_y, 60)
    )
    x, y = project(x, y, area.crs, SINUSOIDAL)
    inside = np.isfinite(x) & np.isfinite(y)
    h, v = np.floor(x[inside] / TILE).astype(int) + 18, 8 - np.floor(y[inside] / TILE).astype(int)
    return {f"h{a:02d}v{b:02d}" for a, b in zip(h.tolist(), v.tolist())}


def same_lattice(a: Grid, b: Grid) -> bool:
    """Whether the cells of one lie on those of the other, to a tenth of a cell."""
    if a.crs != b.crs or not np.allclose(a.resolution, b.resolution, rtol=1e-4):
        return False
    (width, height), (x, y) = a.resolution, (b.bounds[0] - a.bounds[0], b.bounds[3] - a.bounds[3])
    return all(abs(shift / step - round(shift / step)) < 0.1 for shift, step in ((x, width), (y, height)))


def window_in(whole: Grid, part: Grid) -> Window:
    """Return the window of a grid that another covers on the same lattice; it may reach beyond."""
    width, height = whole.resolution
    left, top = part.bounds[0] - whole.bounds[0], whole.bounds[3] - part.bounds[3]
    return Window(round(left / width), round(top / height), part.shape[1], part.shape[0])
