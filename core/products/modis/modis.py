# SPDX-License-Identifier: GPL-2.0-or-later
"""MODIS and VIIRS land products: tiles of a day side by side, screened by their quality layers, in plain units."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...base.errors import GridError, InputError
from ...base.names import counted, slug, some
from ...base.progress import SILENT, Progress
from ...rasters.find import none_of_these, product_files, wanted
from ...rasters.grid import Grid
from ...rasters.map_folder import Importer, Outcome, importing, reasons_for
from ...rasters.raster import small_cache
from ..choice import asked, each, is_all, refuse_none, refuse_several
from ..settings import ModisOptions
from .files import (
    NO_HDF4,
    SUFFIXES,
    Granule,
    check_tile,
    find_granules,
    is_hdf4,
    layers_of,
    opened,
    reads_hdf4,
    same_lattice,
)
from .layers import Layer, Product, days_of, matches, product
from .maps import Maps, OpenGranule

GET_QUALITY = "Get it too, or choose quality 'any', which takes every value in the valid range."


def import_modis(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: ModisOptions = ModisOptions(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write one map a day of a variable of a MODIS or VIIRS land product, on the product's own grid.

    Read are granules as delivered, HDF4-EOS (.hdf) and HDF-EOS5 (.h5), and GeoTIFFs of single layers, as AppEEARS
    exports them. Tiles of a day come side by side; only the cells over the area are read. Values outside of the
    valid range and those that the quality layers do not let pass are unknown. A tile that is missing, damaged or in a
    wrong place is told of and left out, the others are used.

    Parameters
    ----------
    source : path or glob
        A folder with its sub-folders, a file, or a pattern as `granules/MOD13A1*`.
    folder : path
        Gets the maps and summary.csv; several variables (bands of reflectance, kinds of albedo) a folder each;
        with `product` 'all' a sub-folder of each product gets them.
    options : ModisOptions, optional
    area : Grid, optional
        Only the cells over it; in any reference system.
    first, last : datetime64[D], optional
        Both included; a yearly map counts for all days of its year.
    progress : Progress

    Returns
    -------
    Outcome
        Units: NDVI, EVI, FAPAR, reflectance and albedo 1; LST K; LAI m2 m-2; ET and PET mm d-1.

    Raises
    ------
    InputError
        If no map can be made; if the files are of several products that have the variable; if all are HDF4 and this
        GDAL cannot read it.
    GridError
        If the area does not touch the tiles.

    References
    ----------
    The file specifications and user guides of MOD09, MOD11, MOD13, MOD15, MOD16, MOD21, MCD12, MCD43, VNP13, VNP15,
    VNP21 and VNP43 (LP DAAC, LAADS).
    """
    paths, unread = _readable(product_files(source, SUFFIXES, "MODIS or VIIRS", progress))
    granules, left_out = find_granules(paths, progress.part(0, 0.02))
    left_out = unread + left_out
    if is_all(options.product):

        def make(name, inside):
            one = replace(options, product=name)
            return import_modis(source, inside, one, area=area, first=first, last=last, progress=progress)

        kinds = [", ".join(counts) for counts in _fitting(granules, options)]
        if kinds:
            return each(kinds, folder, make, progress.warn)
    known, layers, chosen = _chosen(granules, left_out, options, progress)
    dated = [(g, _date(g, known, options)) for g in chosen]
    there = [day for _, day in dated]
    dated = [(g, day) for g, day in dated if _in_period(day, known, first, last)]
    if not dated:
        raise InputError(none_of_these(there, first, last))
    variables, reads = [layer.variable for layer in layers], {"the input": source, "a file of the input": paths}
    with importing(folder, variables, progress, reads=reads) as importer, small_cache():
        for path, why in left_out:
            importer.refuse(path, why)
        found = _opened(dated, layers, importer, progress.part(0.02, 0.2))
        found, options = _with_quality(found, layers, options, importer, progress)
        if not found:
            return importer.outcome  # and `importing` says that there is nothing
        run = Maps(known, layers, options, area, found, importer)
        run.write(progress.part(0.2, 1))
    return importer.outcome


def _readable(paths: list[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Return the paths that this GDAL can read, and why the others are left out; none is an `InputError`."""
    if reads_hdf4():
        return paths, []
    old = [path for path in paths if path.suffix.lower() == ".hdf" and is_hdf4(path)]
    if not old:
        return paths, []
    why = NO_HDF4.format(len(old))
    if len(old) == len(paths):
        raise InputError(why)
    return [path for path in paths if path not in old], [(Path(f"{len(old)} HDF4 files"), why)]


# --- what is wanted ---------------------------------------------------------------------------------------------------


def _chosen(
    granules: list[Granule], left_out: list[tuple[Path, str]], options: ModisOptions, progress: Progress
) -> tuple[Product | None, tuple[Layer, ...], list[Granule]]:
    """Return the one product that is meant, its wanted layers, and its granules."""
    if not granules:
        reasons = reasons_for([(path.name, why) for path, why in left_out])
        raise InputError(f"None of the files can be used. {reasons}")
    if not is_all(options.product) and (wished := asked(options.product)):
        refuse_none(options.product, Counter(g.product for g in granules))
        granules = [g for g in granules if g.product.upper() in wished]
    kinds = _kinds(granules)
    fits = {}
    for key, members in kinds.items():
        known = product(members[0].product)
        layers = _wanted(known, options)
        if layers:
            fits[key] = known, layers, members
    names = {key: _product_names(members) for key, members in kinds.items()}
    if not fits:
        offers = [
            f"{names[key]} ({', '.join(known.variables()) if (known := product(m[0].product)) else 'not known here'})"
            for key, m in kinds.items()
        ]
        raise InputError(
            f"The files have no variable '{options.variable}'. They are of {'; '.join(offers)}. Choose one of these "
            "variables, or give a layer by its own name."
        )
    refuse_several([Counter(g.product for g in members) for _, _, members in fits.values()])
    others = [names[key] for key in kinds if key not in fits]
    if others:
        progress.say(f"Not read, since they are of other products: {'; '.join(others)}.")
    return next(iter(fits.values()))


def _kinds(granules: list[Granule]) -> dict[tuple[bool, str], list[Granule]]:
    """Sort granules by product; Terra and Aqua are one, as are the VIIRS satellites."""
    kinds: dict = {}
    for granule in granules:
        kinds.setdefault((granule.product[0] == "V", granule.product[3:]), []).append(granule)
    return kinds


def _fitting(granules: list[Granule], options: ModisOptions) -> list[Counter]:
    """Return the names and counts of each product that has the variable."""
    kinds = _kinds(granules).values()
    return [Counter(g.product for g in m) for m in kinds if _wanted(product(m[0].product), options)]


def _product_names(granules: list[Granule]) -> str:
    counts = Counter(g.product for g in granules)
    return ", ".join(f"{name}: {counted(count, 'file')}" for name, count in counts.items())


def _wanted(known: Product | None, options: ModisOptions) -> tuple[Layer, ...]:
    name = slug(options.layer)
    if not name:
        return known.wanted(options.variable) if known else ()
    for layer in known.layers if known else ():
        if layer.matches(name):
            return (layer,)
    return (Layer(name, rf"(^|_){name}$", None, None, None, ""),)


def _date(granule: Granule, known: Product | None, options: ModisOptions) -> np.datetime64:
    if known is None or options.date == "start" or known.days == 365:
        return granule.day
    return granule.day + days_of(known, granule.day) // 2


def _in_period(day: np.datetime64, known: Product | None, first, last) -> bool:
    if known is not None and known.days == 365:
        year = day.astype("datetime64[Y]")
        return (first is None or year >= first.astype("datetime64[Y]")) and (
            last is None or year <= last.astype("datetime64[Y]")
        )
    return wanted(day, first, last)


# --- what is there ----------------------------------------------------------------------------------------------------


def _opened(
    dated: list[tuple[Granule, np.datetime64]],
    layers: tuple[Layer, ...],
    importer: Importer,
    progress: Progress,
) -> list[tuple[OpenGranule, np.datetime64]]:
    """Look into every granule once: its layers and its grid, those that do not fit being left out."""
    found = []
    for granule, day in progress.over(dated):
        with importer.trying(granule.path):
            found.append((_look(granule, layers), day))
    if not found:
        return []
    usual, _ = Counter((f.grid.crs.to_wkt(), round(f.grid.resolution[0], 6)) for f, _ in found).most_common(1)[0]
    lattice = next(f.grid for f, _ in found if (f.grid.crs.to_wkt(), round(f.grid.resolution[0], 6)) == usual)
    kept = []
    for f, day in found:
        with importer.trying(f.granule.path):
            if not same_lattice(lattice, f.grid):
                raise GridError(
                    f"Its cells of {f.grid.resolution[0]:.6g} units do not lie on those of the other files, "
                    f"{lattice.resolution[0]:.6g}; import it apart."
                )
            kept.append((f, day))
    return kept


def _look(granule: Granule, layers: tuple[Layer, ...]) -> OpenGranule:
    places = layers_of(granule)
    data = {}
    for layer in layers:
        place = next((p for name, p in places.items() if layer.matches(name)), None)
        if place is not None:
            data[layer.variable] = place
    if not data:
        names = ", ".join(layer.variable for layer in layers)
        raise InputError(
            f"It has no layer of {names}; it has {some(places, 30) or 'none at all'}. Is it another "
            "product than its name says?"
        )
    with opened(next(iter(data.values()))) as stored:
        check_tile(stored.grid, granule.tile)
        found = OpenGranule(granule, stored.grid, data)
    for layer in layers:
        fits = {c.name: next((p for name, p in places.items() if matches(c.pattern, name)), None) for c in layer.checks}
        found.quality[layer.variable] = {name: place for name, place in fits.items() if place is not None}
    return found


def _with_quality(
    found: list[tuple[OpenGranule, np.datetime64]],
    layers: tuple[Layer, ...],
    options: ModisOptions,
    importer: Importer,
    progress: Progress,
) -> tuple[list[tuple[OpenGranule, np.datetime64]], ModisOptions]:
    """Return the granules that can be screened, and how strictly.

    Exports that all come without a quality layer are taken as they are unless the best is asked for.
    """
    checks = {check.name: check for layer in layers for check in layer.checks}
    there = {name for f, _ in found for places in f.quality.values() for name in places}
    if options.quality == "any" or not checks or not found:
        return found, options
    needed = " or ".join(checks)
    if not there:
        if options.quality == "best" or not all(f.granule.exports for f, _ in found):
            raise InputError(f"None of the {len(found)} files has its quality layer, {needed}. {GET_QUALITY}")
        progress.warn(
            f"None of the {len(found)} exports has its quality layer, {needed}: values are only held against the valid "
            "range, clouds and snow stay in. Export the quality layers too."
        )
        return found, replace(options, quality="any")
    for name in checks:
        if name not in there:
            progress.warn(f"No file has the quality layer '{name}': what it tells is not looked at.")
    kept = []
    for f, day in found:
        with importer.trying(f.granule.path):
            if not any(f.quality.values()):
                raise InputError(f"Its quality layer, {needed}, is missing. {GET_QUALITY}")
            kept.append((f, day))
    return kept, options
