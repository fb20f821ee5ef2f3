# SPDX-License-Identifier: GPL-2.0-or-later
"""Daily maps as whole numbers, which need a quarter of the room, under names with year and day of the year."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.files import whole_folder
from ..base.inputs import Folder, keeping
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.dates import day_in_name, guess_date_pattern
from ..rasters.grid import TILE
from ..rasters.map_folder import TAG, is_map
from ..rasters.open import FAULTS, Source, open_raster
from ..rasters.raster import aligned, small_cache
from ..rasters.series import Series
from ..units import SM_UNIT
from .settings import EncodeOptions

NODATA = -32768
MOST = 32767  # of a 16-bit integer


def encode_maps(
    source: str | os.PathLike | Series,
    folder: str | os.PathLike,
    options: EncodeOptions = EncodeOptions(),
    progress: Progress = SILENT,
) -> list[Path]:
    """Write daily maps as 16-bit integers of value / scale, as sm_2020153.tif; -32768 is unknown.

    Parameters
    ----------
    source : path or Series
        The maps, m3 m-3: a folder, a pattern or a series of days.
    folder : path
        Gets all files, or none after an error or a cancel.
    options : EncodeOptions, optional
    progress : Progress

    Returns
    -------
    list of Path
        In the order of the days.

    Raises
    ------
    InputError
        If a value does not fit into 16 bits, names would hold no day, or a file there is not one of ours.

    References
    ----------
    Values times 10,000 with year and day of the year in the name: Rao et al. 2022, section 5.
    """
    folder = Path(folder)
    series = (source if isinstance(source, Series) else Series.from_files(source)).of_days("maps to encode")
    names = [_name(day, options.name) for day in series.days]
    for name in names:
        if (folder / name).exists() and not is_map(folder / name):
            raise InputError(f"{folder / name} is there already and is no map of SoilSharp; choose another folder.")
    paths = [Path(one.path) for one in series.sources]
    reads = {"the maps": [*paths, *(Folder(path.parent) for path in paths)]}
    with small_cache(), keeping(reads), whole_folder(folder) as part:
        for (day, one, name), step in progress.parts(zip(series.days, series.sources, names)):
            _encode(one, part / name, day, options, step)
    progress.say(
        f"{counted(len(names), 'map')}, {names[0]} to {names[-1]}: {SM_UNIT} as whole numbers times {options.scale:g}"
    )
    return [folder / name for name in names]


def _name(day: np.datetime64, pattern: str) -> str:
    """Return the file name of a day, which can be read from it again."""
    when = day.item()
    # no other codes: some are written as the machine's language has it
    name = re.sub("%[Ymdj]", lambda code: when.strftime(code.group()), pattern)
    with suppress(InputError):
        if re.fullmatch(r"[\w.-]+", name) and day_in_name(name, guess_date_pattern([name])) == day:
            return f"{name}.tif"
    raise InputError(f"'{pattern}' makes '{name}', which names no day; write it as sm_%Y%j for sm_2020153.tif.")


def _encode(source: Source, path: Path, day: np.datetime64, options: EncodeOptions, progress: Progress) -> None:
    grid = source.grid()
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 1, "nodata": NODATA, "crs": grid.crs, "transform": grid.transform,
        "height": grid.shape[0], "width": grid.shape[1], "compress": "deflate", "predictor": 2, "bigtiff": "if_safer",
    }  # fmt: skip
    if min(grid.shape) >= TILE:
        profile.update(tiled=True, blockxsize=TILE, blockysize=TILE)
    windows = list(grid.windows())
    written = 0
    try:
        with aligned(source, grid) as reader, rasterio.open(path, "w", **profile) as out:
            out.set_band_description(1, "soil_moisture")
            out.set_band_unit(1, SM_UNIT)
            out.scales, out.offsets = (options.scale,), (0.0,)
            out.update_tags(**{TAG: "soil_moisture", "date": str(day)})
            for window in progress.over(windows):
                values = _whole_numbers(reader.read(window), options.scale, source.path)
                written += int(values.sum(dtype=np.int64))
                out.write(values, 1, window=window)
        # to close a file on a full disk raises nothing
        if _sum(path, windows) != written:
            raise InputError(f"Cannot write {path.name}: not all of it could be written. Is the disk full?")
    except FAULTS as error:
        raise InputError(f"Cannot write {path.name}: {error}. Is the disk full?") from error


def _whole_numbers(values: np.ndarray, scale: float, path: str) -> np.ndarray:
    """Return values as numbers of steps, int16."""
    steps = np.rint(values.astype(float) / scale)
    known = np.isfinite(steps)
    if known.any() and np.abs(steps[known]).max() > MOST:
        worst = values[known][np.abs(steps[known]).argmax()]
        raise InputError(
            f"{Path(path).name} holds {worst:g}, but with a scale of {scale:g} at most {MOST * scale:g} can be "
            "written. Is it in percent? Else take a greater scale."
        )
    return np.where(known, steps, NODATA).astype(np.int16)


def _sum(path: Path, windows: list[Window]) -> int:
    with open_raster(path) as dataset:
        return sum(int(dataset.read(1, window=window).sum(dtype=np.int64)) for window in windows)
