# SPDX-License-Identifier: GPL-2.0-or-later
"""GeoTIFFs of dated grids: the one band of a day, or a band a day."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from ...base.errors import InputError
from ...rasters.dates import day_in_name, guess_date_pattern, span_in_name
from ...rasters.grid import Grid, parse_crs
from ...rasters.open import (
    FAULTS,
    HUGE,
    UNDECLARED,
    bands_of,
    has_mask,
    names_of_bands,
    refuse_picture,
)
from ...rasters.scaling import scaling_of, unit_of
from ..settings import GridsOptions
from .cf_time import is_time, times_of
from .cube import Cube, opened
from .file_days import DAY, FileDays

PACKED = (".gz",)
UNDATED = (
    "{} tells no day: neither by a time axis, nor in its name, nor by its tags or attributes. Set the day of undated "
    "files, or give the pattern of its name, as %Y%m%d for 20230501. Maps that hold for all days are imported by "
    "import_soilgrids."
)


def raster_cube(path: Path, days: FileDays, options: GridsOptions) -> Cube:
    """Return a band of a GeoTIFF as a variable of one time, or its bands as those of several.

    Raises
    ------
    InputError
        If it cannot be read, nothing tells its days, or not which of its bands is meant.
    """
    address = f"/vsigzip/{path.resolve().as_posix()}" if path.suffix.lower() in PACKED else str(path)
    try:
        with opened(address) as dataset:
            spans = _spans(dataset, path.name, days, options.band)
            given = dataset.crs is None and options.crs
            grid = Grid.of(dataset, parse_crs(options.crs)) if given else Grid.of(dataset)
            at = [band - 1 for band in spans]
            nodata = tuple(dict.fromkeys(UNDECLARED if (n := dataset.nodatavals[i]) is None else n for i in at))
            scalings = {scaling_of(dataset, band) for band in spans}
            if len(scalings) > 1:
                raise InputError("Its bands have different scales or offsets; say which band.")
            ((scale, offset),) = scalings
            i = at[0]
            label = "" if len(at) > 1 else dataset.descriptions[i] or ""
            unit = unit_of(dataset, i + 1)
            masked = any(has_mask(dataset, band) for band in spans)
    except FAULTS as error:
        raise InputError(f"It cannot be opened as a raster: {error}.") from error
    times = np.array(list(spans.values()), "datetime64[s]")
    several = (times[:, 1] - times[:, 0] > DAY).any()
    return Cube(
        path, address, "", unit, label, {}, times[:, 0], np.array(list(spans))[:, None], (len(spans),), grid, nodata,
        (-HUGE, HUGE), scale, offset, masked=masked, bounds=times if several else None,
    )  # fmt: skip


def _spans(dataset, name: str, days: FileDays, wanted: int | None) -> dict[int, np.ndarray]:
    """Return from when to when each band holds, shape (2,).

    Raises
    ------
    InputError
        If the band that is wanted is not there, nothing tells days, or it is not certain which band is meant.
    """
    if wanted and wanted > dataset.count:
        raise InputError(f"It has {dataset.count} bands; band {wanted} was asked for.")
    if not wanted:
        refuse_picture(dataset)
    bands = [wanted] if wanted else bands_of(dataset)
    moments = None if len(bands) == 1 and days.named(name) is not None else _moments(dataset, bands)
    if moments is None and len(bands) == 1:
        span = days.of(name, {**dataset.tags(ns="IMAGERY"), **dataset.tags(bands[0]), **dataset.tags()})
        if span is None:
            raise InputError(UNDATED.format("It"))
        return {bands[0]: span}
    if moments is None:
        moments = _named(dataset, bands, name, days.pattern)
    return {band: np.array([time, time]) for band, time in zip(bands, moments)}


def _moments(dataset, bands: list[int]) -> np.ndarray | None:
    """Return the times that GDAL keeps of bands which it made of NetCDF or GRIB; None if they are not all there."""
    units = {key[:-6]: text for key, text in dataset.tags().items() if key.endswith("#units") and is_time(text)}
    times = []
    for band in bands:
        tags = dataset.tags(band)
        valid = re.findall(r"-?\d+", tags.get("GRIB_VALID_TIME", ""))
        if valid:
            times.append(np.datetime64(int(valid[0]), "s"))
        for name, unit in units.items():
            if f"NETCDF_DIM_{name}" in tags:
                calendar = dataset.tags().get(f"{name}#calendar", "")
                times += list(times_of(name, unit, calendar, np.array([float(tags[f"NETCDF_DIM_{name}"])])))
    return np.array(times) if len(times) == len(bands) else None


def _named(dataset, bands: list[int], name: str, pattern: str) -> np.ndarray:
    """Return the days of bands by their names, or by the first and the last day in the name of the file."""
    told = [dataset.descriptions[band - 1] or "" for band in bands]
    with suppress(InputError):
        days = [day_in_name(text, guess_date_pattern(told)) for text in told]
        if len(set(days)) == len(days):
            return np.array(days)
    with suppress(InputError):
        first, last = span_in_name(name, pattern)
        if (last - first).astype(int) + 1 == len(bands):
            return np.arange(first, last + 1)
    raise InputError(
        f"It has {len(bands)} bands: {names_of_bands(dataset)}. Neither their names nor its own name tell days, one a "
        "band. Say which band."
    )
