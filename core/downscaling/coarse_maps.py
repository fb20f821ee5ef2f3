# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product as maps that any program shows: m3 m-3, one file a day, the cells around the target grid."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..base.files import whole_folder
from ..base.inputs import keeping
from ..base.progress import SILENT, Progress
from ..rasters.dates import map_name
from ..rasters.open import Source
from ..rasters.raster import map_writer, read_on
from ..study.study import Study

NAME = "coarse"
SAYS_ALL = Source("")


def coarse_maps(
    study: Study, days: Sequence[np.datetime64], folder: str | os.PathLike, progress: Progress = SILENT
) -> list[tuple]:
    """Return day and file of the coarse product on some days: its own files, or maps that are written of them.

    They are written where a file alone does not say what its values are: if the study tells its scale, its unit, what
    stands for no value or where it lies, and if a band of several or the mean of several files is meant.

    Parameters
    ----------
    study : Study
    days : sequence of datetime64[D]
    folder : path
        For what is written.
    progress : Progress, optional
        Asked before every map whether to go on.

    Returns
    -------
    list of (datetime64[D], str)
        In the order of the days; none if the product has no days.

    Raises
    ------
    SoilSharpError
        If a file cannot be read, or the folder not be written.
    """
    if study.coarse is None or not study.coarse.dated:
        return []
    series = study.coarse_series
    part = series.only(np.isin(series.days, np.asarray(days, series.days.dtype)))
    if all(map(_says_all, part.sources)):
        return [(day, source.path) for day, source in zip(part.days, part.sources)]
    return _written(study, list(zip(part.days, part.sources)), Path(folder), progress)


def _says_all(source: Source) -> bool:
    """Return whether a file says all of its values itself."""
    words = ("scale", "offset", "nodata", "crs", "set_crs", "stored", "also", "fills", "unit_factor")
    return source.number == 1 and all(getattr(source, word) == getattr(SAYS_ALL, word) for word in words)


def _written(study: Study, sources: list[tuple], folder: Path, progress: Progress) -> list[tuple]:
    """Write the maps of some days; return the day and the file of each."""
    names = [map_name(NAME, day) for day, _ in sources]
    with keeping(study.reads()), whole_folder(folder) as part:
        for name, (day, source) in zip(names, sources):
            progress.check()
            values = read_on(source, study.coarse_grid, "nearest")
            tags = {"date": str(day)}
            with map_writer(part / name, study.coarse_grid, tags=tags, one_of_many=True) as writer:
                writer.write(values)
    return [(day, str(folder / name)) for name, (day, _) in zip(names, sources)]
