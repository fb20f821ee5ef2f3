# SPDX-License-Identifier: GPL-2.0-or-later
"""A study file from folders and layers: what lies where is recognised by its name and its days."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..base.errors import InputError, SoilSharpError
from ..base.inputs import Inputs, is_layer_name
from ..base.layer_address import with_crs
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.ground import pixel_area
from ..rasters.open import Source
from ..rasters.settings import RasterFiles
from ..stations.settings import StationOptions
from ..units import SM_UNIT
from .check import check_study
from .derived import proposed
from .entries import Mask, RasterEntry
from .recognise import FoundCovariate, covariates_in, covariates_of, relative, with_rules
from .study import Study
from .table import look_at

MASK_FROM = 0.5  # of a mask of 0 and 1, or of a share
CHECKED_DAYS = 366  # a check takes about 30 ms a day
SAMPLED_DAYS = 120  # of a longer study


def create_study(
    path: str | os.PathLike,
    coarse: str | os.PathLike,
    covariates: str | os.PathLike = "",
    *,
    layers: dict[str, str] | None = None,
    name: str = "",
    coarse_unit: str = SM_UNIT,
    coarse_same_day: str = RasterFiles.same_day_files,
    stations: str | os.PathLike = "",
    station_options: StationOptions = StationOptions(),
    mask: str | os.PathLike = "",
    grid: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    rules: str = "",
    network: bool = False,
    progress: Progress = SILENT,
) -> Study:
    """Write a study file and return the study.

    Parameters
    ----------
    path : path
        The JSON file to write. What lies below its folder is named relative to it.
    coarse : path
        Folder or pattern of dated coarse rasters.
    covariates : path, or paths separated by semicolons
        Folders of rasters and of folders of dated rasters, see `recognise.covariates_in`.
    layers : dict of name to path, optional
        Single rasters, see `recognise.covariates_of`; these win over those of the folder.
    name : str
        The file's name when left out.
    coarse_unit : str
        "m3 m-3" or "percent".
    coarse_same_day : {"refuse", "mean"}
        What to do with several coarse rasters of one day, as those of a morning and an evening overpass.
    stations : path, optional
        Table or layer of points.
    mask : path, optional
        Raster; pixels where it is 0.5 or more count.
    grid : Grid, optional
        The target grid; that of the finest covariate when left out.
    first, last : datetime64[D], optional
        Those of the coarse rasters when left out.
    rules : str
        How dated covariates give a value for a day where the guess should not stand, as
        "rain: sum_before 3; rain_10d = rain: sum_before 10; ndvi: linear 32".
    network : bool
        Whether rasters may lie in the network; it is written into the study.

    Raises
    ------
    InputError, GridError
        If a folder is empty, a date cannot be read, a raster has no reference system, or things do not overlap.
    """
    path = Path(path)
    layers = layers or {}
    reads = {"the coarse soil moisture": coarse, "the stations": stations, "the mask": mask}
    reads |= {f"the layer '{name}'": layer for name, layer in layers.items()}
    Inputs({label: place for label, place in reads.items() if os.fspath(place)}).refuse({"The study": path})
    here = path.resolve().parent
    found = _found(covariates, layers, here, network, progress)
    if not os.fspath(coarse):
        raise InputError("Give the folder with the coarse soil moisture.")
    coarse_entry = RasterEntry(
        files=relative(coarse, here), rule="same_day", unit=coarse_unit, same_day_files=coarse_same_day
    )
    days = coarse_entry.series(here).days
    study = Study(
        name=name or path.stem,
        grid=grid or _finest(found, network),
        first=days[0] if first is None else first,
        last=days[-1] if last is None else last,
        covariates=with_rules(found, rules),
        coarse=coarse_entry,
        stations_file=relative(stations, here) if os.fspath(stations) else "",
        station_options=station_options,
        mask=Mask(file=relative(mask, here), at_least=MASK_FROM) if os.fspath(mask) else None,
        folder=here,
        network=network,
    )
    if study.first > study.last:
        raise InputError(f"The period ends ({study.last}) before it begins ({study.first}).")
    look_at(study, progress.part(0, 0.5))
    further = proposed(study.covariates)
    if further:
        progress.say(f"Further covariates that often help, as rules: {'; '.join(further)}")
    _tell_findings(study, progress.part(0.5, 1))
    study.write(path)
    return study


def _tell_findings(study: Study, progress: Progress) -> None:
    """Warn of what a check finds; the study is made all the same."""
    days = study.days
    if len(days) > CHECKED_DAYS:
        days = days[np.linspace(0, len(days) - 1, SAMPLED_DAYS).round().astype(int)]
        progress.say(
            f"The values of {len(days)} of the {len(study.days):,} days were looked at, spread over the period; Check "
            "study looks at all."
        )
    try:
        findings = check_study(study, progress, days).findings
    except SoilSharpError as error:
        progress.warn(f"The study could not be checked: {error}")
        return
    for finding in findings:
        progress.warn(f"{finding.about}: {finding.text}")


def _found(
    covariates: str | os.PathLike, layers: dict[str, str], here: Path, network: bool, progress: Progress
) -> dict[str, FoundCovariate]:
    """Return the covariates of folders and of layers, which win; raise `InputError` if there are none."""
    found = covariates_in(covariates, here, progress) if os.fspath(covariates) else {}
    found.update(covariates_of(layers, here, network))
    if not found:
        raise InputError("Give the covariates: a folder that holds them, or layers.")
    return found


def _finest(found: dict[str, FoundCovariate], network: bool) -> Grid:
    """Return the grid of the finest covariate."""
    # the name of a layer is in the entry as it is
    addresses = (one.entry.file if is_layer_name(one.entry.file) else str(one.sample) for one in found.values())
    samples = [with_crs(address, one.entry.crs) for address, one in zip(addresses, found.values())]
    return min((Source(sample, network=network).grid() for sample in samples), key=pixel_area)
