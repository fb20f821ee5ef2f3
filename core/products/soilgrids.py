# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps that hold for all days: SoilGrids 2.0 in the units of soil science with its error, and any other raster."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.errors import GridError, InputError, OptionError
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.find import product_files
from ..rasters.grid import Grid, same_coordinates
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.open import UNDECLARED, VOID, Source
from ..rasters.raster import aligned, small_cache
from ..rasters.scaling import scaling_of
from ..study.covariates import known_as
from ..units import ANY, QUANTITIES, Quantity, factor_of, implausible, name_of
from .settings import StaticOptions

SUFFIXES = (".tif", ".tiff", ".vrt", ".img", ".asc")
FULL_BYTE = 255.0
TEXTURE = "sand, silt or clay"
PERCENTAGES = ("share", TEXTURE, "coarse fragments")  # quantities of `known_as`
SD_OF_90 = 2 * 1.645  # width of the 90 % interval of a normal distribution in standard deviations
TENTH = 0.1  # ISRIC stores the ratio (Q0.95 - Q0.05) / Q0.5 times ten
MEDIAN, LOW, HIGH, RATIO = "Q0.5", "Q0.05", "Q0.95", "uncertainty"
_STATISTICS = {"mean": "mean", "median": MEDIAN, "uncertainty": RATIO, "q0.05": LOW, "q05": LOW, "q0.5": MEDIAN,
               "q50": MEDIAN, "q0.95": HIGH, "q95": HIGH}  # fmt: skip


@dataclass(frozen=True)
class Property:
    """A soil property: the `factor` from the unit that ISRIC stores it in, and the `quantity` with ours.

    `sure` says that values within the range are in our unit already: stored ones are beyond it.
    """

    factor: float
    quantity: Quantity
    sure: bool = False


def _property(stored: str, name: str, sure: bool = False) -> Property:
    quantity = QUANTITIES[name]
    return Property(factor_of(stored, quantity.unit), quantity, sure)


# Poggio et al. 2021 and ISRIC's table of mapped and conventional units (docs.isric.org, SoilGrids FAQ), which gives
# 100 for coarse fragments where per mille to percent is 10. Water contents are in m3 m-3, as all of ours.
PROPERTIES = {
    "bdod": _property("cg cm-3", "bulk density", sure=True),
    "cec": _property("mmol(c) kg-1", "cation exchange capacity"),
    "cfvo": _property("cm3 dm-3", "coarse fragments"),
    "clay": _property("g kg-1", "sand, silt or clay", sure=True),
    "nitrogen": _property("cg kg-1", "nitrogen"),
    "ocd": _property("hg m-3", "organic carbon density"),
    "ocs": _property("t ha-1", "organic carbon stock"),
    "phh2o": _property("pH x 10", "acidity", sure=True),
    "sand": _property("g kg-1", "sand, silt or clay", sure=True),
    "silt": _property("g kg-1", "sand, silt or clay", sure=True),
    "soc": _property("dg kg-1", "organic carbon"),
    "wv0010": _property("cm3 dm-3", "porosity or water content", sure=True),
    "wv0033": _property("cm3 dm-3", "porosity or water content", sure=True),
    "wv1500": _property("cm3 dm-3", "porosity or water content", sure=True),
}
_RATIO = Property(TENTH, Quantity("width of the 90 % interval over the median", "1", 0))
_NAME = re.compile(
    rf"(?:^|[_. -])({'|'.join(PROPERTIES)})_(\d+-\d+)cm_"
    rf"({'|'.join(sorted(map(re.escape, _STATISTICS), key=len, reverse=True))})(?![a-z0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Band:
    """One statistic of a layer: its tiles as one raster, what turns stored values into its unit, and what it can be."""

    tiles: tuple[tuple[Source, Grid], ...]
    grid: Grid
    factor: float = 1.0
    offset: float = 0.0
    quantity: Quantity = ANY

    def read(self, window: Window) -> np.ndarray:
        """Return the values of a window of the grid, float32, NaN where unknown."""
        place = self.grid.part(window)
        out = np.full(place.shape, np.nan, np.float32)
        for source, own in self.tiles:
            row, column = _shift(place, own)
            top, left = max(row, 0), max(column, 0)
            bottom, right = min(row + own.shape[0], out.shape[0]), min(column + own.shape[1], out.shape[1])
            if top < bottom and left < right:
                # opened only now: a layer may have more tiles than files can be open
                with aligned(source, own) as reader:
                    values = reader.read(Window(left - column, top - row, right - left, bottom - top))
                np.copyto(out[top:bottom, left:right], values, where=np.isfinite(values))
        out = out * np.float32(self.factor) + np.float32(self.offset)
        # beyond the limits lie fill values that a file does not declare
        out[implausible(self.quantity, out)] = np.nan
        return out


def import_static(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: StaticOptions = StaticOptions(),
    *,
    area: Grid | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write maps that hold for all days, on their own grid: SoilGrids in its usual units, other rasters as they are.

    A layer of SoilGrids is known by its name, as `silt_0-5cm_mean.tif`, or by that of the folder its tiles lie in,
    and becomes `silt_0-5cm.tif`. Beside it stands `silt_0-5cm_error.tif`, the standard deviation of its error in its
    unit, where the quantiles are given: (Q0.95 - Q0.05) / 3.29, as of a normal distribution. With ISRIC's layer of
    uncertainty alone, u = 10 (Q0.95 - Q0.05) / Q0.5, it is u / 10 x Q0.5 / 3.29; the mean stands in for a median that
    is not there. Any other raster keeps its name; its own scale and offset are applied.

    Parameters
    ----------
    source : path or glob
        A folder with sub-folders, a file or a pattern.
    folder : path
        Gets the maps and summary.csv.
    options : StaticOptions, optional
    area : Grid, optional
        Only this part is read.
    progress : Progress

    Raises
    ------
    InputError
        If no map could be made.
    """
    files = product_files(source, SUFFIXES, "static rasters", progress)
    layers, others = _sorted_out(files, options)
    reads = {"the input": source, "a file of the input": files}
    with small_cache(), importing(folder, progress=progress, reads=reads) as importer:
        # a layer of SoilGrids may come with four more files
        for name, found in progress.over([*layers.items(), *others.items()]):
            with importer.trying(name):
                if isinstance(found, dict):
                    _soilgrids(importer, name, found, options, area, progress)
                else:
                    band = _other(found, options, area)
                    _write(importer, name, _unit(found[0], options), [band], _only, found, progress)
    for made in importer.outcome.maps:
        if not made.known:
            progress.warn(f"{made.path.name} has no value anywhere: check the extent and the fill value.")
    return importer.outcome


def _sorted_out(paths: Sequence[Path], options: StaticOptions):
    """Return the files of SoilGrids by layer and statistic, and those of other rasters by name."""
    layers: dict[str, dict[str, list[Path]]] = {}
    others: dict[str, list[Path]] = {}
    wanted = {d.strip().lower().removesuffix("cm").strip() for d in options.depths.split(",")} - {""}
    depths = set()
    for path in paths:
        found = _NAME.search(path.stem) or _NAME.search(path.parent.name) or _NAME.search(path.parent.parent.name)
        if not found:
            others.setdefault(options.name or path.stem, []).append(path)
            continue
        variable, depth, statistic = found.groups()
        depths.add(depth)
        if not wanted or depth in wanted:
            key = f"{variable.lower()}_{depth}cm"
            layers.setdefault(key, {}).setdefault(_STATISTICS[statistic.lower()], []).append(path)
    if wanted - depths and depths:
        raise OptionError(
            f"No layer has the depth {', '.join(sorted(wanted - depths))}; there are {', '.join(sorted(depths))} cm."
        )
    for files in (files for layer in layers.values() for files in layer.values()):
        # a VRT beside a folder of tiles is the mosaic of them
        files[:] = [p for p in files if p.suffix.lower() == ".vrt"][:1] or files
    if not options.name:
        for name in [n for n, files in others.items() if len(files) > 1]:
            for path in others.pop(name):  # of one name in several folders: no tiles, unless said so
                others.setdefault(f"{path.parent.name}_{name}", []).append(path)
    return dict(sorted(layers.items())), dict(sorted(others.items()))


def _soilgrids(importer: Importer, name: str, found: dict, options: StaticOptions, area, progress: Progress) -> None:
    """Write one layer of SoilGrids, and its error where there is what tells it."""
    prop = PROPERTIES[name.split("_")[0]]
    order = ("mean", MEDIAN) if options.statistic == "mean" else (MEDIAN, "mean")
    which = next((s for s in order if s in found), None)
    if which is None:
        raise InputError(f"There is {', '.join(sorted(found))} but neither mean nor Q0.5; download one of these too.")
    if which != order[0]:
        progress.say(f"{name}: there is no {order[0]}, {which} is taken.")
    value = _band(found[which], prop, options, area)
    _write(importer, name, prop.quantity.unit, [value], _only, found[which], progress)
    if not options.error:
        return
    with importer.trying(f"error of {name}"):
        needed = (LOW, HIGH) if {LOW, HIGH} <= set(found) else (RATIO, MEDIAN if MEDIAN in found else "mean")
        if not set(needed) <= set(found):
            progress.say(f"{name}: no quantiles and no uncertainty beside it, so no error.")
            return
        bands = [_band(found[s], _RATIO if s == RATIO else prop, options, area) for s in needed]
        if not all(b.grid.same_as(value.grid) for b in bands):
            raise GridError(f"{' and '.join(needed)} do not lie on the grid of {which}; download them alike.")
        how = _from_quantiles if needed[0] == LOW else _from_ratio
        _write(importer, f"{name}_error", prop.quantity.unit, bands, how, found[needed[0]], progress)


def _only(value: np.ndarray) -> np.ndarray:
    return value


def _from_quantiles(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.where(high >= low, high - low, np.float32(np.nan)) / np.float32(SD_OF_90)


def _from_ratio(ratio: np.ndarray, median: np.ndarray) -> np.ndarray:
    # a median of 0 leaves the ratio without meaning
    return np.where(median > 0, ratio * median / np.float32(SD_OF_90), np.float32(np.nan))


def _write(importer: Importer, name, unit, bands, combine, paths, progress: Progress) -> None:
    """Write a map window by window, made of the bands by `combine`."""
    grid = bands[0].grid
    with importer.writing(name, grid, unit, source=some((path.name for path in paths), 1)) as writer:
        for window in grid.windows():
            progress.check()
            writer.write(combine(*(band.read(window) for band in bands)), window)


def _band(paths: Sequence[Path], prop: Property, options: StaticOptions, area: Grid | None) -> _Band:
    """Return a statistic of SoilGrids with the factor to its unit."""
    dtype, scale, offset, _ = _declared(paths[0], 1)
    tiles, grid = _tiled(
        [Source(str(p), nodata=options.nodata, crs=options.crs or None, stored=True) for p in paths], area
    )
    delivered = _Band(tiles, grid, prop.factor, 0.0, prop.quantity)
    converted = _Band(tiles, grid, scale, offset, prop.quantity)
    if options.stored != "auto":
        return delivered if options.stored == "delivered" else converted
    if (scale, offset) != (1, 0):
        return converted
    if np.dtype(dtype).kind in "iu":
        return delivered
    # with decimals: averaged to another grid in ISRIC's own units, or brought to usual ones by somebody
    if not prop.sure:
        raise InputError(
            f"{paths[0].name} holds decimals, which SoilGrids as delivered does not, and its values cannot tell "
            "whether it has been converted; say so in 'Values of SoilGrids'."
        )
    stored = map(_Band(tiles, grid).read, grid.windows())
    most = max((np.nanmax(v) for v in stored if np.isfinite(v).any()), default=0)
    if 0 < most <= 1 and prop.quantity.name == TEXTURE:
        raise InputError(
            f"{paths[0].name} holds decimals of at most {most:.3g}, which are hardly percent of a soil: multiply "
            "shares of 1 by 100, or say in 'Values of SoilGrids' what they are."
        )
    return converted if most <= prop.quantity.greatest else delivered


def _other(paths: Sequence[Path], options: StaticOptions, area: Grid | None) -> _Band:
    """Return any other raster with its own scale and offset, unless others are asked for."""
    dtype, scale, offset, declared = _declared(paths[0], options.band)
    fills = _undeclared(paths[0], dtype) if options.nodata is None and declared is None else ()
    crs = options.crs or None
    sources = [Source(str(p), options.band, nodata=options.nodata, crs=crs, stored=True, fills=fills) for p in paths]
    scale = scale if options.scale is None else options.scale
    return _Band(*_tiled(sources, area), scale, offset if options.offset is None else options.offset)


def _undeclared(path: Path, dtype: str) -> tuple[float, ...]:
    """Return the fills that a raster may have forgotten to declare: of bytes 255, where no percentage can be that."""
    known = known_as(path.stem)
    percentage = known is not None and known.title in PERCENTAGES
    return (UNDECLARED, VOID, FULL_BYTE) if percentage and dtype == "uint8" else (UNDECLARED, VOID)


def _unit(path: Path, options: StaticOptions) -> str:
    """Return the unit of any other raster: the one asked for, else what its file declares of the values as they are."""
    scaled = options.scale is not None or options.offset is not None
    return name_of(options.unit or ("" if scaled else Source(str(path), options.band).unit()))


def _declared(path: Path, band: int | None) -> tuple[str, float, float, float | None]:
    """Return the type of a file's values, and the scale, offset and nodata value that it declares."""
    with Source(str(path), band).opened() as dataset:
        i = (band or 1) - 1
        return dataset.dtypes[i], *scaling_of(dataset, i + 1), dataset.nodatavals[i]


def _tiled(sources: Sequence[Source], area: Grid | None) -> tuple[tuple, Grid]:
    """Return the tiles that lie within the area, each with its grid, and the grid that they make together there."""
    tiles = [(source, source.grid()) for source in sources]
    first = tiles[0][1]
    for source, own in tiles[1:]:
        row, column = _shift(first, own, exact=True)
        size = np.divide(own.resolution, first.resolution)
        fits = same_coordinates(own.crs, first.crs) and np.abs(size - 1).max() * max(own.shape) < 0.01
        if not fits or abs(row - round(row)) > 0.01 or abs(column - round(column)) > 0.01:
            raise GridError(
                f"{Path(source.path).name} and {Path(sources[0].path).name} are of one layer but not on one grid, so "
                "they are no tiles of it; keep only one of them."
            )
    corners = np.array([(r, c, r + own.shape[0], c + own.shape[1]) for r, c, own in
                        ((*_shift(first, own), own) for _, own in tiles)])  # fmt: skip
    (top, left), (bottom, right) = corners[:, :2].min(0).tolist(), corners[:, 2:].max(0).tolist()
    grid = first.part(Window(left, top, right - left, bottom - top))
    if area is not None:
        grid = grid.crop(area)
    kept = tuple((s, own) for s, own in tiles if _meet(grid, own))
    if not kept:
        raise GridError("No tile lies within the extent.")
    return kept, grid


def _shift(grid: Grid, other: Grid, exact: bool = False) -> tuple:
    """Return by how many rows and columns another grid starts below and right of a grid."""
    row = (other.transform.f - grid.transform.f) / grid.transform.e
    column = (other.transform.c - grid.transform.c) / grid.transform.a
    return (row, column) if exact else (round(row), round(column))


def _meet(grid: Grid, other: Grid) -> bool:
    row, column = _shift(grid, other)
    return (-other.shape[0] < row < grid.shape[0]) and (-other.shape[1] < column < grid.shape[1])
