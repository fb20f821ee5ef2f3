# SPDX-License-Identifier: GPL-2.0-or-later
"""The file of a study: what it may say, and the errors that name the place in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..base.errors import GridError, InputError
from ..base.files import read_json, write_json
from ..base.options import Record
from ..rasters.dates import parse_day
from ..rasters.grid import Grid
from ..stations.settings import StationOptions
from ..units import PERCENT, SM_UNIT, name_of
from .covariates import known_as
from .derived import spelled_out
from .entries import Mask, RasterEntry

VERSION = 1
REGION = "region.json"  # beside the study of a sample region: its seed and settings
REGION_VERSION = 1


def read_entries(path: str | os.PathLike) -> dict[str, Any]:
    """Return the fields of a `Study` that a file holds.

    Raises
    ------
    InputError
        If something in it is missing, unknown or wrong; with the place.
    """
    path = Path(path)
    return entries_of(read_json(path, "study", VERSION), path)


def entries_of(content: dict, path: Path) -> dict[str, Any]:
    """Return the fields of a `Study` of what its file holds; the path is named in errors, and files lie beside it."""
    known = {"soilsharp", "version", "name", "grid", "period", "coarse", "covariates", "stations", "mask", "network"}
    unknown = sorted(set(content) - known)
    if unknown:
        raise InputError(f"{path.name}: unknown entry {', '.join(unknown)}; known are {', '.join(sorted(known))}.")
    period = content.get("period")
    if not isinstance(period, list) or len(period) != 2:
        raise InputError(f'{path.name}: "period" must be [first day, last day], got {period!r}.')
    first, last = (parse_day(day, f'day in "period" of {path.name}') for day in period)
    if first > last:
        raise InputError(f"{path.name}: the period ends ({last}) before it begins ({first}).")
    network = content.get("network", False)
    if not isinstance(network, bool):
        raise InputError(f'{path.name}: "network" must be true or false, got {network!r}.')
    entries = spelled_out(_settings(content, "covariates", path), path.name)
    coarse = _settings(content, "coarse", path)
    mask = _settings(content, "mask", path)
    stations = _settings(content, "stations", path)
    stations_file = _text(stations, "file", "", f"{path.name}, stations")
    stations.pop("file", None)
    return {
        "name": _text(content, "name", path.stem, path.name),
        "grid": _grid(content, path),
        "first": first,
        "last": last,
        "covariates": {k: _covariate(k, v, path) for k, v in entries.items()},
        "coarse": _record(RasterEntry, {"rule": "same_day", **coarse}, f"{path.name}, coarse") if coarse else None,
        "network": network,
        "stations_file": stations_file,
        "station_options": StationOptions.from_dict(stations, f"{path.name}, stations"),
        "mask": _record(Mask, mask, f"{path.name}, mask") if mask else None,
        "folder": path.parent,
    }


def content_of(fields: Mapping[str, Any]) -> dict:
    """Return what the file of a study holds, from the fields of a `Study`: what `read_entries` gives."""
    content = {"soilsharp": "study", "version": VERSION, "name": fields["name"], "grid": fields["grid"].as_dict()}
    content["period"] = [str(fields["first"]), str(fields["last"])]
    coarse, mask = fields["coarse"], fields["mask"]
    if coarse:
        # named always: where a covariate is interpolated, a coarse product without a rule is taken on its day
        content["coarse"] = {**coarse.as_json(), "rule": coarse.rule}
    content["covariates"] = {name: entry.as_json() for name, entry in fields["covariates"].items()}
    if fields["network"]:
        content["network"] = True
    if fields["stations_file"]:
        defaults = StationOptions().as_dict()
        changed = {k: v for k, v in fields["station_options"].as_dict().items() if v != defaults[k]}
        content["stations"] = {"file": fields["stations_file"], **changed}
    if mask:
        content["mask"] = {k: v for k, v in mask.as_dict().items() if v not in (None, "")}
    return content


def name_flags(path: str | os.PathLike, flags_file: str) -> None:
    """Let a study file name the file of flags of its stations, which lies beside their table; the rest stays."""
    path = Path(path)
    content = read_json(path, "study", VERSION)
    content["stations"] = {**_settings(content, "stations", path), "flags_file": flags_file}
    write_json(path, content)


def _settings(content: dict, key: str, path: Path) -> dict:
    """Return what a study file says under a key, {} if nothing."""
    value = content.get(key)
    value = {} if value is None else value
    if not isinstance(value, dict):
        raise InputError(f'{path.name}: "{key}" must hold settings as key and value, got {value!r}.')
    return dict(value)


def _covariate(name: str, values: dict, path: Path) -> RasterEntry:
    """Return the entry of a covariate; percent is a share of water only where it can be one."""
    entry = _record(RasterEntry, values, f"{path.name}, covariate '{name}'")
    known = known_as(name)
    if entry.unit == PERCENT and known is not None and known.quantity.unit != SM_UNIT:
        return replace(entry, unit=name_of(PERCENT))
    return entry


def _record(record: type[Record], values: dict, where: str) -> Record:
    try:
        return record.from_dict(values, where)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _text(content: dict, key: str, default: str, where: str) -> str:
    """Return a text of a study file, or raise `InputError` if it is something else."""
    value = content.get(key, default)
    if not isinstance(value, str):
        raise InputError(f'{where}: "{key}" must be text, got {value!r}.')
    return value


def _grid(content: dict, path: Path) -> Grid:
    """Return the target grid of a study file."""
    try:
        return Grid.from_dict(content.get("grid") or {})
    except GridError as error:
        raise GridError(f"{path.name}, grid: {error}") from error
