# SPDX-License-Identifier: GPL-2.0-or-later
"""Spectral indices of dated bands: the usual ones, and formulas of one's own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..base.errors import GridError, InputError, OptionError
from ..base.find import files_at
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.dates import day_in_name, guess_date_pattern
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.open import Source
from ..rasters.raster import aligned, small_cache
from .formula import Formula
from .indices import BANDS, FILLS, INDICES
from .settings import SpectralOptions

SUFFIXES = (".tif", ".tiff", ".jp2", ".vrt", ".img")
MIN_REFLECTANCE, MAX_REFLECTANCE = -0.2, 2.0  # beyond lie fill values; bright snow and slopes to the sun exceed 1


@dataclass(frozen=True)
class _Index:
    """One index to compute; `known` says that its bands are reflectances and its range is known."""

    name: str
    formula: Formula
    least: float = -np.inf
    most: float = np.inf
    known: bool = False


def spectral_indices(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: SpectralOptions = SpectralOptions(),
    *,
    progress: Progress = SILENT,
) -> Outcome:
    """Write indices of the bands of a folder, one map a day; in a folder each, if they are several.

    A day without one of the bands that an index needs has no map of it. Unknown are pixels where a band is unknown,
    where a division has no result, and, for the indices of `INDICES`, where a reflectance lies outside -0.2 to 2 or
    the index outside of its range. Bands on different grids are brought to that of the first band that is needed,
    by area mean where they are finer and by the nearest pixel where they are coarser.

    Parameters
    ----------
    source : path
        A folder with a sub-folder of dated rasters for each band, as b01, or with one raster for each band (and day).
        Names must hold the band's name as a word: `b01`, `MOD09A1_b01_20230501.tif`.
    folder : path
        Gets the maps and summary.csv.
    options : SpectralOptions, optional
    progress : Progress

    Raises
    ------
    InputError
        If a band is missing, or no map could be made.
    OptionError
        If a formula or the names of bands cannot be read, or the values are no reflectances.
    """
    bands = _bands(options)
    indices = _indices(options, tuple(bands))
    needed = [b for b in bands if any(b in i.formula.names for i in indices)]
    rasters = {band: _rasters(Path(source), band, bands[band]) for band in needed}
    days = sorted({day for found in rasters.values() for day in found}, key=str)
    reads = {"the folder of bands": source, **{f"the band {b}": found.values() for b, found in rasters.items()}}
    with small_cache(), importing(folder, [i.name for i in indices], progress, reads=reads) as importer:
        for day in progress.over(days):
            there = {band: rasters[band][day] for band in needed if day in rasters[band]}
            possible = [i for i in indices if set(i.formula.names) <= set(there)]
            for index in (i for i in indices if i not in possible):
                missing = [f"{b} ({bands[b]})" for b in index.formula.names if b not in there]
                importer.refuse(f"{index.name} of {day or 'no day'}", f"There is no raster of {', '.join(missing)}.")
            if possible:
                with importer.trying(f"{day or 'the bands'}"):
                    _one_day(importer, possible, there, day, options, progress)
    return importer.outcome


def _one_day(importer: Importer, indices: list[_Index], paths: Mapping[str, Path], day, options, progress) -> None:
    """Write the indices of one day window by window; each band is read once."""
    used = [b for b in paths if any(b in i.formula.names for i in indices)]
    sources = {b: _source(paths[b], options) for b in used}
    grid = sources[used[0]].grid()
    with ExitStack() as stack:
        readers = {}
        for band in used:
            try:
                readers[band] = stack.enter_context(aligned(sources[band], grid))
            except GridError as error:
                raise GridError(f"{paths[band].name} does not suit {paths[used[0]].name}: {error}") from error
        writers = {
            i.name: stack.enter_context(
                importer.writing(i.name, grid, "1", day, paths[i.formula.names[0]], {"formula": i.formula.text})
            )
            for i in indices
        }
        for window in grid.windows():
            progress.check()
            values = {band: reader.read(window) for band, reader in readers.items()}
            for index in indices:
                own = {b: values[b] for b in index.formula.names}
                if index.known:
                    own = {b: _reflectance(v, paths[b].name, options) for b, v in own.items()}
                out = index.formula(own)
                writers[index.name].write(np.where((out >= index.least) & (out <= index.most), out, np.nan), window)


def _source(path: Path, options: SpectralOptions) -> Source:
    """Return a band with what its sensor stores where there is no image."""
    source = Source(str(path), None, options.scale, options.offset, options.nodata)
    fills = FILLS.get(options.sensor, ())
    return source if source.has_decimals() else replace(source, fills=fills)


def _reflectance(values: np.ndarray, name: str, options: SpectralOptions) -> np.ndarray:
    """Return reflectances with what can be none as unknown; refuse numbers that were never scaled."""
    possible = (values >= MIN_REFLECTANCE) & (values <= MAX_REFLECTANCE)
    large = np.count_nonzero(values > MAX_REFLECTANCE)
    if large > 10 and large > np.count_nonzero(possible):
        raise OptionError(
            f"{name} has values as {np.nanmedian(values):.6g} after the scale of {options.scale:g}; reflectance lies "
            "between 0 and 1. Set the scale: 0.0001 for MODIS and Sentinel-2, 0.0000275 with offset -0.2 for Landsat."
        )
    return np.where(possible, values, np.float32(np.nan))


def _bands(options: SpectralOptions) -> dict[str, str]:
    """Return the name in formulas and the name in files of every band: the sensor's and those of one's own."""
    bands = dict(BANDS[options.sensor])
    for part in filter(None, (p.strip() for p in options.bands.split(";"))):
        name, _, word = (p.strip() for p in part.partition("="))
        if not name.isidentifier() or not word:
            raise OptionError(f"Bands are named as 'red = b01; nir = b02'; '{part}' is not.")
        bands[name] = word
    if not bands:
        raise OptionError("No bands are named; choose a sensor, or name them as 'red = b01; nir = b02'.")
    return bands


def _indices(options: SpectralOptions, bands: tuple[str, ...]) -> list[_Index]:
    """Return the indices that were chosen and the formulas of one's own."""
    out = []
    for name in filter(None, options.indices.split(",")):
        index = INDICES[name]
        out.append(_Index(name, Formula(index.formula, bands), index.least, index.most, known=True))
    for part in filter(None, (p.strip() for p in options.formula.split(";"))):
        found = re.fullmatch(r"([A-Za-z]\w*)\s*=(?!=)(.*)", part, re.ASCII | re.DOTALL)
        if not found:
            raise OptionError(f"Give the formula '{part}' a name, as 'gndvi = (nir - green) / (nir + green)'.")
        if found[1] in [i.name for i in out]:
            raise OptionError(f"Two indices are called '{found[1]}'; give the formula another name.")
        out.append(_Index(found[1], Formula(found[2], bands)))
    if not out:
        raise OptionError("Choose an index, or write a formula.")
    return out


def _rasters(root: Path, band: str, word: str) -> dict:
    """Return the rasters of a band by day, None being the day of a single one without."""
    if not root.is_dir():
        raise InputError(f"{root} is no folder; give the folder that holds the bands, each as a sub-folder or a file.")
    # B4 and B04 are one band
    split = re.fullmatch(r"([A-Za-z]+)0*(\d+)(\w*)", word)
    shape = f"{split[1]}0*{split[2]}{split[3]}" if split else re.escape(word)
    shape = re.compile(rf"(?:^|[_. -]){shape}(?:$|[_. -])", re.IGNORECASE)
    found = [p for p in sorted(root.iterdir()) if not p.name.startswith(".") and shape.search(_stem(p))]
    folders = [p for p in found if p.is_dir()]
    if len(folders) > 1:
        raise InputError(f"The band {band} may be {' or '.join(p.name for p in folders)} in {root}; keep one of them.")
    paths = files_at(folders[0], SUFFIXES) if folders else [p for p in found if p.suffix.lower() in SUFFIXES]
    if not paths:
        there = some(p.name for p in sorted(root.iterdir()) if not p.name.startswith("."))
        raise InputError(
            f"There is no raster of the band {band} in {root}: none is called {word}. There is {there or 'nothing'}. "
            "Choose another sensor, or name the bands as 'red = b01; nir = b02'."
        )
    try:
        pattern = guess_date_pattern([p.name for p in paths])
    except InputError:
        if len(paths) == 1:
            return {None: paths[0]}
        raise
    days: dict = {}
    for path in paths:
        day = day_in_name(path.name, pattern)
        if day in days:
            raise InputError(f"{days[day].name} and {path.name} are both {band} of {day}; keep one, or mosaic them.")
        days[day] = path
    return days


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else path.stem
