# SPDX-License-Identifier: GPL-2.0-or-later
"""Dated grids of any product, as CHIRPS, ESA CCI, C3S or GLDAS: each day becomes a map."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...base.errors import GridError, InputError
from ...base.find import TIFF
from ...base.names import some
from ...base.progress import SILENT, Progress
from ...rasters.dates import TwoDates, day_in_name, guess_date_pattern, span_in_name, without_day
from ...rasters.find import none_of_these
from ...rasters.grid import Grid, parse_crs
from ...rasters.map_folder import Importer, Outcome, importing, reasons_for
from ...rasters.open import (
    FAULTS,
    HUGE,
    NO_SCALING,
    UNDECLARED,
    bands_of,
    has_mask,
    names_of_bands,
    refuse_picture,
    repeats,
)  # fmt: skip
from ...units import PERCENT, SM_UNIT, factor_of, name_of
from ..archive import files_and_archives
from ..settings import GridsOptions
from .cube import Cube, CubeWindow, opened
from .netcdf import SUFFIXES, cubes

PACKED = (".gz",)
# taken where no variable is named, most wanted first; in lower case
USUAL = ("sm", "soil_moisture", "ssm", "soilmoi0_10cm_inst", "swvl1", "sm_surface", "precip", "precipitation", "tp",
         "pr", "precipitationcal", "rainf_f_tavg", "rain")  # fmt: skip
AT_ONCE = 128 << 20  # bytes of steps that are held at once
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
        NetCDF or GRIB with times, or GeoTIFFs with the day in their names (also .tif.gz), or zip archives of them.
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
        suffixes = (*SUFFIXES, *TIFF, *PACKED)
        files = files_and_archives(source, suffixes, "dated grids", stack, refused, progress.part(0, 0.1))
        found = list(_cubes_of(files, options, refused, progress.part(0.1, 0.2)))
        if not found:
            raise InputError(f"None of the files could be read. {reasons_for(refused)}")
        with importing(
            folder, progress=progress, reads={"the input": source, "a file of the input": files}
        ) as importer:
            for name, why in refused:
                importer.refuse(name, why)
            _import(_one_variable(found, options.variable, progress), options, area, (first, last), importer, progress)
    return importer.outcome


def _cubes_of(files: list[Path], options: GridsOptions, refused: list, progress: Progress) -> Iterator[Cube]:
    """Yield all variables of all files, in the order of the files."""
    pattern = options.date or _usual_pattern([p.name for p in files])
    told = False
    for path in progress.over(files):
        try:
            name, day = path.name.lower(), None
            undated = "Its name holds no date; give the pattern, as %Y%m%d for 20230501."
            if pattern:
                try:
                    day = day_in_name(path.name, pattern)
                except InputError as error:
                    undated = str(error)
            if name.endswith(SUFFIXES):
                yield from cubes(path, options.crs, day)
                continue
            if name.endswith(PACKED) and not name[:-3].endswith(TIFF):
                raise InputError("Only GeoTIFFs can be read while they are packed as .gz; unpack it first.")
            cube = _raster_cube(path, day, pattern, options)
            if cube is None:
                raise InputError(undated)
            if not told:
                days = some(cube.times.astype("datetime64[D]"), 3)
                how = f"file names as {pattern}" if len(cube.times) == 1 else "the bands"
                progress.say(f"Days are read from {how}: {path.name} is {days}.")
                told = True
            yield cube
        except (InputError, GridError) as error:
            refused.append((path.name, str(error)))


def _usual_pattern(names: list[str]) -> str:
    """Return the way of writing days that most names have; '' if none has one."""
    seen: Counter[str] = Counter()
    for name in names:
        try:
            seen[guess_date_pattern([name])] += 1
        except TwoDates:
            raise
        except InputError:
            continue
    return seen.most_common(1)[0][0] if seen else ""


def _raster_cube(path: Path, day: np.datetime64 | None, pattern: str, options: GridsOptions) -> Cube | None:
    """Return a band of a GeoTIFF as a variable of one time, or its bands as those of several; None without a day."""
    address = f"/vsigzip/{path.resolve().as_posix()}" if path.suffix.lower() in PACKED else str(path)
    try:
        with opened(address) as dataset:
            found = _dated_bands(dataset, path.name, day, pattern, options.band)
            if not found:
                return None
            if dataset.crs is None and options.crs:
                grid = Grid(parse_crs(options.crs), dataset.transform, dataset.shape)
            else:
                grid = Grid.of(dataset)
            bands = list(found)
            at = [band - 1 for band in bands]
            nodata = tuple(dict.fromkeys(UNDECLARED if (n := dataset.nodatavals[i]) is None else n for i in at))
            if len({(dataset.scales[i], dataset.offsets[i]) for i in at}) > 1:
                raise InputError("Its bands have different scales or offsets; say which band.")
            i = at[0]
            label = "" if len(at) > 1 else dataset.descriptions[i] or ""
            scale, offset, unit = dataset.scales[i], dataset.offsets[i], dataset.units[i] or ""
            masked = any(has_mask(dataset, band) for band in bands)
    except FAULTS as error:
        raise InputError(f"It cannot be opened as a raster: {error}.") from error
    return Cube(
        path, address, "", unit, label, {}, np.array(list(found.values()), "datetime64[s]"),
        np.array(bands)[:, None], (len(bands),), grid, nodata, (-HUGE, HUGE), scale, offset, masked=masked,
    )  # fmt: skip


def _dated_bands(dataset, name: str, day: np.datetime64 | None, pattern: str, wanted: int | None) -> dict:
    """Return which bands are of which day; none if nothing tells a day.

    Raises
    ------
    InputError
        If the band that is wanted is not there, or it is not certain which is meant.
    """
    if wanted and wanted > dataset.count:
        raise InputError(f"It has {dataset.count} bands; band {wanted} was asked for.")
    if not wanted:
        refuse_picture(dataset)
    bands = [wanted] if wanted else bands_of(dataset)
    if len(bands) == 1:
        return {} if day is None else {bands[0]: day}
    told = [dataset.descriptions[band - 1] or "" for band in bands]
    with suppress(InputError):
        days = [day_in_name(text, guess_date_pattern(told)) for text in told]
        if len(set(days)) == len(days):
            return dict(zip(bands, days))
    if day is not None:
        first, last = span_in_name(name, pattern)
        if (last - first).astype(int) + 1 == len(bands):
            return dict(zip(bands, np.arange(first, last + 1)))
    raise InputError(
        f"It has {len(bands)} bands: {names_of_bands(dataset)}. Neither their names nor its own name tell days, one a "
        "band. Say which band."
    )


def _one_variable(found: list[Cube], wanted: str, progress: Progress) -> list[Cube]:
    """Return the cubes of the variable that is wanted, or of the likeliest one."""
    names = list(dict.fromkeys(cube.name for cube in found))
    by_lower = {name.lower(): name for name in reversed(names)}
    if wanted:
        name = wanted if wanted in names else by_lower.get(wanted.lower())
        if name is None:
            raise InputError(f"No file has the variable {wanted}; they have {', '.join(filter(None, names))}.")
    else:
        name = next((by_lower[usual] for usual in USUAL if usual in by_lower), names[0])
        if len(names) > 1:
            progress.say(f"The variable {name} was taken; there are {', '.join(filter(None, names))}.")
    return [cube for cube in found if cube.name == name]


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
    most = max(of_grids, key=len)
    for cube, _ in (pair for group in of_grids if group is not most for pair in group):
        importer.refuse(cube.path, f"It lies on another grid than {most[0][0].path.name}; import it by itself.")
    return [cube for cube, _ in most], [place for _, place in most]


def _import(found: list[Cube], options: GridsOptions, area, period, importer: Importer, progress: Progress) -> None:
    known, places = _on_one_grid(found, options, area, importer)
    if not known:
        return
    name, grid = _called(known[0], options), places[0].grid
    factor, unit = _unit(known[0], options, progress)
    dated = [_dated(cube, options.stamp) for cube in known]
    times, lengths = (np.concatenate(parts) for parts in zip(*dated))
    owner = np.repeat(np.arange(len(known)), [len(cube.times) for cube in known])
    number = np.concatenate([np.arange(len(cube.times)) for cube in known])
    days = times.astype("datetime64[D]")
    keep = np.ones(len(days), bool)
    if period[0] is not None:
        keep &= days >= period[0]
    if period[1] is not None:
        keep &= days <= period[1]
    if not keep.any():
        raise InputError(none_of_these(days, *period))
    order = np.flatnonzero(keep)[np.argsort(times[keep], kind="stable")]
    order = _without_twins(order, times, owner, known, options, importer)
    days, owner, number, lengths = days[order], owner[order], number[order], lengths[order]
    counts = Counter(days.tolist())
    least = options.min_steps or max(counts.values(), default=0)
    blocks = _blocks(days, grid)
    for block in progress.part(0.2, 1).over(blocks):
        values = _read(known, places, owner[block], number[block], importer, progress)
        for day in np.unique(days[block]):
            progress.check()
            steps = [values[i] for i in np.flatnonzero(days[block] == day) if i in values]
            if len(steps) < least:
                importer.refuse(f"{name} {day}", f"Only {len(steps)} of {least} steps of the day are there.")
                continue
            out = _limited(
                _reduced(steps, options.statistic) * np.float32(factor) + np.float32(options.offset), options
            )
            source = known[owner[block][days[block] == day][0]].path
            with importer.trying(source):
                covered = int(lengths[block][days[block] == day].max())
                tags = {LENGTH_TAG: str(covered)} if covered > 1 else None
                importer.write(name, out, grid, unit, day, source, tags)


def _dated(cube: Cube, stamp: str) -> tuple[np.ndarray, np.ndarray]:
    """Return for each step a time of the day that it belongs to, and how many days it covers."""
    if stamp == "auto" and cube.bounds is not None:
        return cube.covered
    end = stamp == "end" or (stamp == "auto" and cube.name.lower().endswith(END_STAMPED))
    return cube.times - np.timedelta64(int(end), "s"), np.ones(len(cube.times), int)


def _without_twins(order, times, owner, known, options: GridsOptions, importer: Importer) -> np.ndarray:
    """Return the order without steps of a time that there is already, each of which is told."""
    hourly = "%H" in options.date
    twin = np.zeros(len(order), bool)
    for i in range(1, len(order)):
        a, b = order[i - 1], order[i]
        # names of files may hold an hour that is not read: then several of a day are its steps
        if times[a] == times[b] and not (hourly and not known[owner[b]].name):
            twin[i] = True
            importer.refuse(
                known[owner[b]].path,
                f"It is of the same time as {known[owner[a]].path.name}, {times[b].astype('datetime64[m]')}. Rasters "
                "of several hours of a day need a date pattern with the hour, as %Y%m%d%H; other ones a folder each.",
            )
    return order[~twin]


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


def _called(cube: Cube, options: GridsOptions) -> str:
    """Return the name of the maps, fit for a file."""
    name = options.name or cube.name
    if not name:
        stem = re.sub(r"\.(tiff?|gz)$", "", re.sub(r"\.gz$", "", cube.path.name, flags=re.I), flags=re.I)
        name = without_day(stem)
        name = cube.path.resolve().parent.name if name == stem else name
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_") or "grid"


def _unit(cube: Cube, options: GridsOptions, progress: Progress) -> tuple[float, str]:
    """Return the factor to the unit of the maps, and it; soil moisture is brought to m3 m-3 where that is certain."""
    unit = name_of(cube.unit)
    declared, given = (cube.scale, cube.offset), (options.scale, options.offset)
    if NO_SCALING not in (declared, given) and repeats(declared, given):
        raise InputError(
            f"{cube.path.name} declares a scale of {cube.scale:g} and an offset of {cube.offset:g}, which are applied "
            "already. Leave the scale at 1 and the offset at 0; what is given comes after them."
        )
    if options.unit or options.scale != 1 or options.offset != 0:
        return options.scale, name_of(options.unit) or unit
    layer = re.search(r"(\d+)_(\d+)_?cm", cube.name)
    if layer and unit in ("kg m-2", "mm"):
        millimetres = 10 * (int(layer[2]) - int(layer[1]))
        if millimetres > 0:
            progress.say(f"{cube.name}: {unit} of a layer of {millimetres} mm, divided by it to {SM_UNIT}.")
            return 1 / millimetres, SM_UNIT
    moist = cube.name.lower() in USUAL[:7] or "moisture" in cube.label.lower()
    # percent of saturation, as of the active ESA CCI product, is no volume
    if unit == name_of(PERCENT) and moist and "satur" not in cube.label.lower():
        progress.say(f"{cube.name}: percent, divided by 100 to {SM_UNIT}.")
        return factor_of(PERCENT), SM_UNIT
    return 1.0, unit
