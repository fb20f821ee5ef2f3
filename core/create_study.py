# SPDX-License-Identifier: GPL-2.0-or-later
"""A study file from folders: what lies where is recognised by a simple order of files and names."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import rasterio

from .errors import InputError
from .grid import Grid
from .progress import SILENT, Progress
from .series import find_files, parse_day
from .settings import RULES, StationOptions
from .stations import Stations
from .study import RasterEntry, Study

TIFFS = (".tif", ".tiff")
# rain counts by its sum and temperature by its mean; what changes slowly is interpolated
_GUESSES = (
    (r"rain|precip|^tp$|chirps|pcp", {"rule": "sum_before", "days": 3}),
    (r"temperature|^t2m$|^ta$|^tas$|radiation|^ssr|^ssrd", {"rule": "mean_before", "days": 3}),
)
_RULE_LINE = re.compile(r"^(?:(?P<new>[\w-]+)\s*=\s*)?(?P<name>[\w-]+)\s*:\s*(?P<rule>\w+)(?:\s+(?P<days>\d+))?$")


def create_study(
    path: str | os.PathLike,
    coarse: str | os.PathLike,
    covariates: str | os.PathLike,
    *,
    name: str = "",
    coarse_unit: str = "m3 m-3",
    stations: str | os.PathLike = "",
    station_options: StationOptions | None = None,
    grid: Grid | None = None,
    first: str = "",
    last: str = "",
    rules: str = "",
    progress: Progress = SILENT,
) -> Study:
    """Write a study file and return the study.

    Parameters
    ----------
    path : path
        The JSON file to write. What lies below its folder is named relative to it.
    coarse : path
        Folder or pattern of dated coarse rasters.
    covariates : path
        Folder: each GeoTIFF in it is a covariate that holds for all days, named by its file; each folder in it
        is a dated covariate, named by the folder.
    name : str
        The file's name when left out.
    coarse_unit : str
        "m3 m-3" or "percent".
    stations : path, optional
        Table or layer of points.
    grid : Grid, optional
        The target grid; that of the finest covariate when left out.
    first, last : str
        As "2023-05-01"; those of the coarse rasters when left out.
    rules : str
        How dated covariates give a value for a day where the guess should not stand, as
        "rain: sum_before 3; rain_10d = rain: sum_before 10; ndvi: linear 32".

    Raises
    ------
    InputError, GridError
        If a folder is empty, a date cannot be read, a raster has no reference system, or things do not overlap.
    """
    path, folder = Path(path), Path(covariates)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; give the folder that holds the covariates.")
    here = path.resolve().parent
    entries, samples = _entries(folder, here)
    entries = _with_rules(entries, rules)
    grid = grid or min((Grid.of(sample) for sample in samples.values()), key=lambda g: g.cell_size)
    if not os.fspath(coarse):
        raise InputError("Give the folder with the coarse soil moisture.")
    coarse_entry = RasterEntry(files=_relative(Path(coarse), here), rule="same_day", unit=coarse_unit)
    days = coarse_entry.series(here).days
    study = Study(
        name=name or path.stem,
        grid=grid,
        first=parse_day(first, "first day") if first else days[0],
        last=parse_day(last, "last day") if last else days[-1],
        covariates=entries,
        coarse=coarse_entry,
        stations_file=_relative(Path(stations), here) if os.fspath(stations) else "",
        station_options=station_options or StationOptions(),
        folder=here,
    )
    if study.first > study.last:
        raise InputError(f"The period ends ({study.last}) before it begins ({study.first}).")
    _check(study, samples, progress)
    study.write(path)
    return study


def _entries(folder: Path, here: Path) -> tuple[dict[str, RasterEntry], dict[str, Path]]:
    """Return the entry of each covariate in the folder, and one raster of each."""
    entries, samples = {}, {}
    for item in sorted(folder.iterdir()):
        if item.name.startswith("."):
            continue
        if item.is_dir():
            files = find_files(item)
            guess = next((g for words, g in _GUESSES if re.search(words, item.name.lower())), {"rule": "linear"})
            entry = RasterEntry(files=_relative(item, here), unit=_unit(files[0]), **guess)
            entries[item.name], samples[item.name] = entry, files[0]
        elif item.suffix.lower() in TIFFS:
            entries[item.stem] = RasterEntry(file=_relative(item, here), unit=_unit(item))
            samples[item.stem] = item
    if not entries:
        raise InputError(
            f"{folder} holds no covariates: put a GeoTIFF there for each that never changes, and a folder of dated "
            "GeoTIFFs for each that does."
        )
    return entries, samples


def _with_rules(entries: dict[str, RasterEntry], rules: str) -> dict[str, RasterEntry]:
    """Return the entries with the rules that a person wrote."""
    entries = dict(entries)
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", rules))):
        found = _RULE_LINE.match(line)
        if not found or found["rule"] not in RULES:
            raise InputError(
                f"Cannot read the rule '{line}'; write it as 'rain: sum_before 3' or 'rain_10d = rain: sum_before 10'. "
                f"Rules are {', '.join(RULES)}."
            )
        if found["name"] not in entries or not entries[found["name"]].dated:
            dated = ", ".join(n for n, e in entries.items() if e.dated) or "none"
            raise InputError(f"The rule '{line}' is for no dated covariate; dated are {dated}.")
        change = {"rule": found["rule"]}
        if found["days"]:
            change["days" if "before" in found["rule"] else "longest_gap_days"] = int(found["days"])
        entries[found["new"] or found["name"]] = replace(entries[found["name"]], **change)
    return entries


def _check(study: Study, samples: dict[str, Path], progress: Progress) -> None:
    """Read what can be read quickly, so that mistakes show now and not in the middle of a long run."""
    rows, columns = study.grid.shape
    progress.say(f"Target grid: {columns} x {rows} pixels in {study.grid.crs.to_string()}")
    cells = study.coarse_grid.shape
    progress.say(
        f"Coarse soil moisture: {len(study.coarse_series)} days from {study.first} to {study.last}, "
        f"{cells[1]} x {cells[0]} cells"
    )
    for name, entry in study.covariates.items():
        progress.check()
        if name in samples:
            Grid.of(samples[name]).crop(study.grid)
        if entry.dated:
            days = entry.series(study.folder).days
            about = f"{len(days)} rasters from {days[0]} to {days[-1]}, {entry.rule}"
        else:
            about = "one raster"
        progress.say(f"Covariate {name}: {about}" + (f", {entry.unit}" if entry.unit else ""))
    if study.stations_file:
        stations: Stations = study.stations()
        progress.say(f"Stations: {len(stations.places)} with {len(stations.values)} daily values")


def _unit(path: Path) -> str:
    with rasterio.open(path) as dataset:
        return dataset.units[0] or ""


def _relative(path: Path, here: Path) -> str:
    """Return a path relative to the study file if it lies below its folder, else the whole path."""
    text = os.path.abspath(path)
    inside = os.path.relpath(text, here) if os.path.splitdrive(text)[0] == os.path.splitdrive(here)[0] else text
    return Path(text).as_posix() if inside.startswith("..") else Path(inside).as_posix()
