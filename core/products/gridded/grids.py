# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated grids of any product, as CHIRPS, ESA CCI, C3S or GLDAS: each day becomes a map."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from ...base.errors import GridError, InputError
from ...base.extras import require
from ...base.find import TIFF, files_at
from ...base.names import counted, some
from ...base.progress import SILENT, Progress
from ...rasters.find import none_of_these
from ...rasters.grid import Grid
from ...rasters.map_folder import Importer, Outcome, importing, reasons_for
from ..archive import ProductFiles
from ..settings import GridsOptions
from .cube import Cube, CubeWindow
from .file_days import FileDays
from .grid_units import MOIST, called, in_one_unit, is_moisture, refuse_impossible
from .netcdf import SUFFIXES, cubes
from .passes import FEW, chosen, told_apart, within_hours
from .rasters import PACKED, UNDATED, raster_cube

# taken where no variable is named, most wanted first; in lower case
USUAL = ("sm", "soil_moisture", "ssm", "soilmoi0_10cm_inst", "swvl1", "sm_surface", "precip", "precipitation", "tp",
         "pr", "precipitationcal", "rainf_f_tavg", "rain")  # fmt: skip
AT_ONCE = 128 << 20  # bytes of steps that are held at once
GRIDS = (*SUFFIXES, *TIFF, *PACKED, ".zip")
TABLES = (".csv", ".tsv", ".txt", ".dat")
IN_FOLDERS = (".csv", ".tsv")  # tables that count in a folder; other text is told of no cells
# what stands beside a variable and is none that is meant
BESIDE = re.compile(
    r"(?:^|[_ ])(?:flags?|qual(?:ity)?|qa|qc|err(?:or)?|uncert(?:ainty)?|noise|std|stdev|sd|var|count|nobs|num|n|mask|"
    r"sensor|mode|t0|time|crs|spatial_ref)(?:[_ ]|$)", re.IGNORECASE,
)  # fmt: skip
SOURCES = 3  # files of a day that the account names
LENGTH_TAG = "days_in_period"  # of maps that hold several days, as validation reads it
END_STAMPED = ("_acc", "_tavg")


def import_grids(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: GridsOptions = GridsOptions(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Make daily maps of dated grids.

    Parameters
    ----------
    source : path or glob
        NetCDF, HDF5 or GRIB, GeoTIFFs (also .tif.gz), tables of cells, or zip archives of them. What has no time axis
        is of the day that its name, its tags or the options tell; a field that needs none holds for all days.
    folder : path
        Where the maps go.
    options : GridsOptions, optional
    area : Grid, optional
        Only the cells that touch its bounds.
    first, last : datetime64[D], optional
        Only these days.
    progress : Progress

    Raises
    ------
    InputError
        If no map can be made, with the reasons.
    """
    refused: list[tuple[str, str]] = []
    with ExitStack() as stack:
        # tables beside grids are lists of stations and accounts of imports
        suffixes = GRIDS if files_at(source, GRIDS, deep=True) else (*GRIDS, *IN_FOLDERS)
        files = ProductFiles(source, suffixes, "dated grids", stack, refused, progress.part(0, 0.1))
        found = list(_cubes_of(files, options, refused, progress.part(0.1, 0.2)))
        if not found:
            raise InputError(f"None of the files could be read. {reasons_for(refused)}")
        with importing(
            folder, progress=progress, reads={"the input": source, "a file of the input": files.as_they_are}
        ) as importer:
            for name, why in refused:
                importer.refuse(name, why)
            wanted = chosen(_one_variable(found, options.variable, progress), options.passes)
            _import(wanted, options, area, (first, last), importer, progress)
    return importer.outcome


def _cubes_of(files: ProductFiles, options: GridsOptions, refused: list, progress: Progress) -> Iterator[Cube]:
    """Yield all variables of all files, in the order of the files."""
    days = FileDays([p.name for p in files.paths], options)
    told = False
    for path in progress.over(files.paths):
        try:
            files.bring(path)
            for cube in _cubes_in(path, days, options):
                if not (told or cube.name):
                    which = some(cube.times.astype("datetime64[D]"), 3)
                    how = "the bands" if len(cube.times) > 1 else days.how(path.name)
                    progress.say(f"Days are read from {how}: {path.name} is {which}.")
                    told = True
                yield replace(cube, bring=partial(files.bring, path))
        except (InputError, GridError) as error:
            refused.append((files.name(path), str(error)))


def _cubes_in(path: Path, days: FileDays, options: GridsOptions) -> Sequence[Cube]:
    """Return all variables of a file; that of a GeoTIFF has no name."""
    name = path.name.lower()
    if name.endswith(SUFFIXES):
        return cubes(path, options.crs, partial(days.of, path.name))
    if name.endswith(TABLES):
        require("pandas")
        from .tables import table_cubes

        return table_cubes(path, options.crs, partial(days.of, path.name))
    return [raster_cube(path, days, options)]


def _one_variable(found: list[Cube], wanted: str, progress: Progress) -> list[Cube]:
    """Return the cubes of the variable that is wanted, or of the likeliest one."""
    names = list(dict.fromkeys(cube.name for cube in found))
    by_lower = {name.lower(): name for name in reversed(names)}
    if wanted:
        name = wanted if wanted in names else by_lower.get(wanted.lower())
        if name is None:
            raise InputError(f"No file has the variable {wanted}; they have {', '.join(filter(None, names))}.")
    else:
        name = next((by_lower[usual] for usual in USUAL if usual in by_lower), "") or _main_one(found, names)
        if len(names) > 1:
            progress.say(f"The variable {name} was taken; there are {', '.join(filter(None, names))}.")
    return [cube for cube in found if cube.name == name]


def _main_one(found: list[Cube], names: list[str]) -> str:
    """Return the one variable that is no error, flag or count of another: of soil moisture, if one alone is of it.

    Raises
    ------
    InputError
        If there are several.
    """
    labels = {cube.name: cube.label for cube in found}
    main = [name for name in names if not BESIDE.search(name)] or names
    moist = [name for name in main if MOIST.search(f"{name} {labels[name]}".lower())]
    likely = moist if len(moist) == 1 else main
    if len(likely) > 1:
        raise InputError(f"There are several variables, {some(likely, 20)}. Say which one (variable).")
    return likely[0]


def _on_one_grid(found: list[Cube], options: GridsOptions, area, importer: Importer) -> tuple[list, list]:
    """Return the cubes that lie on the grid of most of them, and their places; the others are refused."""
    of_grids: list[list[tuple[Cube, CubeWindow]]] = []
    for cube in found:
        with importer.trying(cube.path):
            place = cube.place(area)
            extra = () if options.nodata is None else (options.nodata,)
            cube = replace(cube, fills=cube.fills + extra)
            alike = next((group for group in of_grids if place.grid.same_as(group[0][1].grid)), None)
            if alike is None:
                of_grids.append(alike := [])
            alike.append((cube, place))
    if not of_grids:
        return [], []
    # of two grids with as many files one that cannot be read has no say
    most = max(of_grids, key=lambda group: (len(group), len(of_grids) > 1 and _readable(*group[0])))
    for cube, _ in (pair for group in of_grids if group is not most for pair in group):
        importer.refuse(cube.path, f"It lies on another grid than {most[0][0].path.name}; import it by itself.")
    return [cube for cube, _ in most], [place for _, place in most]


def _readable(cube: Cube, place: CubeWindow) -> bool:
    """Return whether the first step of a cube can be read."""
    try:
        cube.read(np.array([0]), place)
    except InputError:
        return False
    return True


def _import(found: list[Cube], options: GridsOptions, area, period, importer: Importer, progress: Progress) -> None:
    known, places = _on_one_grid(found, options, area, importer)
    if not known:
        return
    name, grid = called(known[0], options), places[0].grid
    known, places, conversions, unit = in_one_unit(known, places, options, importer, progress)
    undated = [np.isnat(cube.times).all() for cube in known]
    if all(undated):
        _write_undated(known, places, name, grid, (conversions, unit), options, importer)
        return
    dated = [_dated(cube, options.stamp) for cube in known]
    times, lengths = (np.concatenate(parts) for parts in zip(*dated))
    owner = np.repeat(np.arange(len(known)), [len(cube.times) for cube in known])
    number = np.concatenate([np.arange(len(cube.times)) for cube in known])
    for i in np.flatnonzero(undated):
        importer.refuse(known[i].path, UNDATED.format("It"))
    days = times.astype("datetime64[D]")
    keep = ~np.isnat(times) & within_hours(times, options.passes)
    if not keep.any():
        raise InputError(f"Nothing is of the hours {options.passes} of UTC; give others.")
    keep &= _within(days, *period)
    if not keep.any():
        raise InputError(none_of_these(days[~np.isnat(days)], *period))
    order = np.flatnonzero(keep)[np.argsort(times[keep], kind="stable")]
    order = _without_twins(order, times, owner, known, options, importer)
    days, owner, number, lengths = days[order], owner[order], number[order], lengths[order]
    least = _fewest(days, times[order], known[0], options, progress)
    for block in progress.part(0.2, 1).over(_blocks(days, grid)):
        values = _read(known, places, owner[block], number[block], importer, progress)
        for i, one in values.items():
            factor, offset = conversions[owner[block][i]]
            values[i] = one * np.float32(factor) + np.float32(offset)
        for day in np.unique(days[block]):
            progress.check()
            own = np.flatnonzero(days[block] == day)
            steps = [values[i] for i in own if i in values]
            if len(steps) < least:
                importer.refuse(f"{name} {day}", f"Only {len(steps)} of {least} steps of the day are there.")
                continue
            out = _limited(_reduced(steps, options.statistic) + np.float32(options.offset), options)
            paths = list(dict.fromkeys(known[i].path.name for i in owner[block][own]))
            covered = int(lengths[block][own].max())
            tags = {LENGTH_TAG: str(covered)} if covered > 1 else None
            with importer.trying(paths[0]):
                refuse_impossible(out, unit, known[0], options)
                importer.write(name, out, grid, unit, day, some(paths, SOURCES), tags)


def _within(days: np.ndarray, first: np.datetime64 | None, last: np.datetime64 | None) -> np.ndarray:
    """Return which days lie within those asked for."""
    after = np.ones(len(days), bool) if first is None else days >= first
    return after if last is None else after & (days <= last)


def _fewest(days: np.ndarray, times: np.ndarray, cube: Cube, options: GridsOptions, progress: Progress) -> int:
    """Return how many steps a day needs; of passes, which a day may lack, one is enough, and their numbers are told."""
    counts = Counter(days.tolist())
    most = max(counts.values(), default=0)
    at_once = len(np.unique(times)) < len(times)  # files of one day that only their names tell apart
    passes = options.statistic != "sum" and most > 1 and (at_once or (is_moisture(cube, options) and most <= FEW))
    if passes:
        told = ", ".join(f"{n} on {counted(m, 'day')}" for n, m in sorted(Counter(counts.values()).items()))
        progress.say(f"Passes of a day: {told}; of several the {options.statistic} is taken.")
    return options.min_steps or (1 if passes else most)


def _write_undated(known, places, name: str, grid: Grid, unit, options: GridsOptions, importer: Importer) -> None:
    """Write a variable that holds for all days; what changes from day to day wants a day."""
    conversions, name_of_unit = unit
    for cube, place, (factor, offset) in zip(known, places, conversions):
        with importer.trying(cube.path):
            if cube.name.lower() in USUAL or is_moisture(cube, options):
                raise InputError(UNDATED.format(cube.name))
            (values,) = cube.read(np.array([0]), place)
            out = _limited(values * np.float32(factor) + np.float32(offset + options.offset), options)
            importer.write(name, out, grid, name_of_unit, source=cube.path)


def _dated(cube: Cube, stamp: str) -> tuple[np.ndarray, np.ndarray]:
    """Return for each step a time of the day that it belongs to, and how many days it covers."""
    if stamp == "auto" and cube.bounds is not None:
        return cube.covered
    end = stamp == "end" or (stamp == "auto" and cube.name.lower().endswith(END_STAMPED))
    return cube.times - np.timedelta64(int(end), "s"), np.ones(len(cube.times), int)


def _without_twins(order, times, owner, known, options: GridsOptions, importer: Importer) -> np.ndarray:
    """Return the order without steps of a time that there is already, each of which is told."""
    hourly = "%H" in options.date
    kept: dict[np.datetime64, list[int]] = {}
    out = []
    for i in order:
        cube, time = known[owner[i]], times[i]
        others = [known[k] for k in kept.get(time, [])]
        # names of files may hold an hour that is not read: then several of a day are its steps
        twin = [] if hourly and not cube.name else [one for one in others if not told_apart(one, cube, time)]
        if twin:
            importer.refuse(
                cube.path,
                f"It is of the same time as {twin[0].path.name}, {time.astype('datetime64[m]')}. Rasters of several "
                "hours of a day need a date pattern with the hour, as %Y%m%d%H; passes a word in their names, as ASC "
                "and DES; other ones a folder each.",
            )
            continue
        kept.setdefault(time, []).append(owner[i])
        out.append(i)
    return np.array(out, int)


def _blocks(days: np.ndarray, grid: Grid) -> list[slice]:
    """Return the steps in blocks of whole days that fit into memory."""
    many = max(1, AT_ONCE // (4 * grid.shape[0] * grid.shape[1]))
    starts = np.flatnonzero(np.r_[True, days[1:] != days[:-1]]) if len(days) else np.array([], int)
    blocks, at = [], 0
    for start, stop in zip(starts, [*starts[1:], len(days)]):
        if stop - at > many and start > at:
            blocks.append(slice(at, int(start)))
            at = int(start)
    return [*blocks, slice(at, len(days))] if len(days) else []


def _read(
    known, places: list[CubeWindow], owner, number, importer: Importer, progress: Progress
) -> dict[int, np.ndarray]:
    """Return the values of the steps that can be read, by their place among them."""
    out: dict[int, np.ndarray] = {}
    for which in np.unique(owner):
        at = np.flatnonzero(owner == which)
        with importer.trying(known[which].path):
            for i, values in zip(at, known[which].read(number[at], places[which], progress)):
                out[int(i)] = values
    return out


def _reduced(steps: list[np.ndarray], statistic: str) -> np.ndarray:
    """Return the daily value of the steps of a day: of a cell's valid ones, but a sum needs all."""
    if len(steps) == 1:
        return steps[0]
    stack = np.stack(steps)
    if statistic == "sum":
        return stack.sum(axis=0, dtype=np.float64).astype(np.float32)
    if statistic in ("min", "max"):
        return {"min": np.fmin, "max": np.fmax}[statistic].reduce(stack, axis=0)
    seen = np.isfinite(stack).sum(axis=0)
    total = np.nansum(stack, axis=0, dtype=np.float64)
    return np.where(seen > 0, total / np.maximum(seen, 1), np.nan).astype(np.float32)


def _limited(values: np.ndarray, options: GridsOptions) -> np.ndarray:
    if options.least is not None:
        values[values < options.least] = np.nan
    if options.most is not None:
        values[values > options.most] = np.nan
    return values
