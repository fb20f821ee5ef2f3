# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters brought to the grid of another one, as files."""

from __future__ import annotations

import os
import queue
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.inputs import Folder
from ..base.layer_address import LayerAddress
from ..base.names import file_name
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..rasters.dates import day_in_name, day_of, guess_date_pattern, without_day
from ..rasters.find import find_files
from ..rasters.grid import Grid
from ..rasters.map_folder import Outcome, importing
from ..rasters.open import Source, bands_of, refuse_picture, refuse_several
from ..rasters.raster import aligned, small_cache
from .settings import AlignOptions

RULES = ("nearest", "bilinear", "cubic", "classes")
PIXELS = 1 << 20  # of a window
_RULE_LINE = re.compile(r"^(?P<name>[^:]+?)\s*:\s*(?P<rule>\w+)$")


def align_rasters(
    rasters: Mapping[str, str],
    grid: Grid,
    folder: str | os.PathLike,
    options: AlignOptions = AlignOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write rasters on a grid, as slope.tif, or ndvi_20230501.tif where the name holds a day.

    A raster that is finer than the grid is averaged by area over its known pixels, or its most frequent class is
    taken; one that is coarser is resampled. Averages are exact where both grids run along the same axes. Where they
    do not, GDAL averages over the box around each pixel, which is a little larger than the pixel itself; and where a
    pixel reaches beyond the right or lower edge of the raster, GDAL 3.6 lets the outermost row or column count for
    what is missing.
    A study does the same on the fly, so that files are needed only for other programs.

    Parameters
    ----------
    rasters : mapping
        Name to path. Of several bands each becomes a map of its own if all have names, of its day if these are days;
        else one has to be chosen.
    grid : Grid
    folder : path
        Gets all files, or none after an error or a cancel. A raster that cannot be used is left out with its reason.
    options : AlignOptions, optional

    Raises
    ------
    InputError
        If a rule cannot be read or is for no raster, two rasters make the same map, or none can be used.
    """
    rules = _rules(options.rules, rasters)
    # each keeps its name, so even one of them bars its folder
    reads = {"the rasters": [*rasters.values(), *(Folder(Path(path).parent) for path in rasters.values())]}
    with small_cache(), importing(folder, progress=progress, reads=reads) as importer:
        for (name, path), part in progress.parts(rasters.items()):
            with importer.trying(path):
                rule = rules.get(name, rules.get(without_day(name), options))
                for (source, called, day), share in part.parts(_maps_of(name, path, options.band)):
                    if not rule.classes and source.has_colour_table():
                        share.warn(
                            f"{name} has a table of colours, as maps of classes have, and is averaged and resampled as "
                            f"numbers. If these are classes, give it the rule '{name}: classes'."
                        )
                    with importer.writing(called, grid, source.unit(), day, path) as writer:
                        for window, values in _aligned(source, grid, rule, share):
                            writer.write(values, window)
    return importer.outcome


def rasters_in(folder: str | os.PathLike) -> dict[str, str]:
    """Return the GeoTIFFs of a folder or the files of a pattern, as name to path."""
    return {path.stem: str(path) for path in find_files(folder)}


def _aligned(source: Source, grid: Grid, how: AlignOptions, progress: Progress) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield the windows of the grid with their values; one is warped in every thread, each with a file of its own."""
    threads = os.cpu_count() or 1
    with ExitStack() as stack:
        readers: queue.SimpleQueue = queue.SimpleQueue()
        for _ in range(threads):
            readers.put(stack.enter_context(aligned(source, grid, how.resampling, how.classes)))

        def read(window: Window) -> np.ndarray:
            reader = readers.get()
            try:
                return reader.read(window)
            finally:
                readers.put(reader)

        windows = list(grid.windows(PIXELS))
        with closing(ahead(read, windows, progress, threads=threads, most=2 * threads)) as reading:
            yield from zip(progress.over(windows), reading)


def _name_and_day(name: str, path: str) -> tuple[str, np.datetime64 | None]:
    """Return what a map is called and its day, None if its name does not end with a day, or has an hour."""
    day = day_of(LayerAddress.of(path).path)
    short = without_day(name)
    with suppress(InputError):
        if day is not None and short != name and "%H" not in guess_date_pattern([name]):
            return file_name(short), day
    return file_name(name), None


def _rules(text: str, rasters: Mapping[str, str]) -> dict[str, AlignOptions]:
    """Return how single rasters are aligned, from "ndvi: bilinear; landcover: classes"."""
    rules = {}
    known = {*rasters, *map(without_day, rasters)}
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        found = _RULE_LINE.match(line)
        if not found or found["rule"] not in RULES:
            raise InputError(f"Cannot read the rule '{line}'; write it as 'ndvi: bilinear'. Rules: {', '.join(RULES)}.")
        if found["name"] not in known:
            raise InputError(f"The rule '{line}' is for no raster; there are {', '.join(sorted(known))}.")
        rule = found["rule"]
        how = {"classes": True} if rule == "classes" else {"resampling": rule, "classes": False}
        rules[found["name"]] = replace(AlignOptions(), **how)
    return rules


def _maps_of(name: str, path: str, band: int | None) -> list[tuple[Source, str, np.datetime64 | None]]:
    """Return the bands of a raster that become maps, each with what its map is called and its day.

    Raises
    ------
    InputError
        If it has several bands and not all of them have names of their own.
    """
    called, day = _name_and_day(name, path)
    with Source(path, band or 1).opened() as dataset:
        refuse_picture(dataset)
        bands = bands_of(dataset)
        told = [dataset.descriptions[number - 1] or "" for number in bands]
        if band or len(bands) == 1:
            return [(Source(path, band or bands[0]), called, day)]
        if "" in told or len(set(told)) < len(told):
            refuse_several(dataset)
    with suppress(InputError):
        days = [day_in_name(text, guess_date_pattern(told)) for text in told]
        return [(Source(path, number), called, of) for number, of in zip(bands, days)]
    return [(Source(path, number), file_name(f"{called}_{text}"), day) for number, text in zip(bands, told)]
