# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates found in folders and among layers: what is dated, what holds for all days, and what each of them is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from typing import Any

from ..base.errors import InputError
from ..base.find import TIFF
from ..base.inputs import is_layer_name
from ..base.layer_address import LayerAddress
from ..base.progress import SILENT, Progress
from ..rasters.dates import TwoDates, guess_date_pattern, without_day
from ..rasters.open import Source
from ..rasters.settings import RULES
from ..units import name_of
from .covariates import known_as, unit_in_name, unit_told
from .derived import no_more_of
from .entries import RasterEntry

DEEPEST = 4  # folders within folders
ERROR = "_error"  # sand_error.tif holds the standard deviation of the error of sand.tif
_RULE_LINE = re.compile(
    r"^(?:(?P<new>[\w-]+)\s*=\s*)?(?P<name>[\w-]+)\s*:\s*(?P<rule>\w+)(?:\s+(?P<length>\d+)\s*(?P<unit>[dh]?))?"
    r"(?:\s+at\s+(?P<hour>\d+))?(?P<without>\s+without\s+(?:the\s+)?day)?$"
)
_DIFFERENCE_LINE = re.compile(r"^(?P<new>[\w-]+)\s*=\s*(?P<name>[\w-]+)\s+-\s+(?P<minus>[\w-]+)$")


@dataclass(frozen=True)
class FoundCovariate:
    """A covariate: its `entry` in the study, and one raster of it, the `sample`."""

    entry: RasterEntry
    sample: Path


def covariates_in(folder: str | os.PathLike, here: Path, progress: Progress = SILENT) -> dict[str, FoundCovariate]:
    """Return the covariates of a folder and the folders in it by their names; of several, separated by semicolons.

    A folder whose rasters all have a day in their names is one dated covariate, called as the folder, or one for each
    beginning of the names if these differ. Any other raster holds for all days and is called as its file.
    `sand_error.tif` is no covariate but the error of `sand.tif`.

    Parameters
    ----------
    folder : path
    here : Path
        Folder of the study file, from which paths are told.
    progress : Progress

    Raises
    ------
    InputError
        If there are none, or two have the same name.
    """
    found: dict[str, FoundCovariate] = {}
    for one in folders_of(folder):
        if not one.is_dir():
            raise InputError(f"{one} is no folder; give the one that holds the covariates.")
        _walk(one, here, found, DEEPEST, progress)
    if not found:
        raise InputError(
            f"{folder} holds no covariates: put a GeoTIFF there for each that never changes, and a folder of dated "
            "GeoTIFFs for each that does."
        )
    return _with_errors(found)


def folders_of(text: str | os.PathLike) -> list[Path]:
    """Return the folders of a text that separates them by semicolons."""
    return [Path(part.strip()) for part in os.fspath(text).split(";") if part.strip()]


def overview(folder: str | os.PathLike, progress: Progress = SILENT) -> list[tuple[str, ...]]:
    """Return what is recognised in a folder without reading pixels, one tuple of words a covariate.

    These are the name, what it is known as, number of files, first and last day, rule, and unit, with a question mark
    where it is the usual one and the files tell none.

    Raises
    ------
    InputError
        As `covariates_in`; and if two files are of one day.
    """
    rows: list[tuple[str, ...]] = []
    here = (folders_of(folder) or [Path()])[0]
    for name, one in covariates_in(folder, here, progress).items():
        progress.check()
        entry = one.entry
        known = known_as(name)
        unit = unit_told(known, entry.unit)
        series = entry.series(here) if entry.dated else None
        count = "1" if series is None else str(len(series))
        days = ("", "") if series is None else (str(series.days[0]), str(series.days[-1]))
        rows.append((name, known.title if known else "", count, *days, entry.rule_in_words, unit))
    return rows


def covariates_of(layers: dict[str, str], here: Path, network: bool = False) -> dict[str, FoundCovariate]:
    """Return the covariates that rasters, by name, stand for; several of one name but for their days are one.

    With `network` they may lie in the network.

    Raises
    ------
    InputError
        If days of one covariate lie in several folders.
    """
    groups: dict[str, list[Path]] = {}
    addresses: dict[Path, LayerAddress] = {}
    for name, layer in layers.items():
        address = LayerAddress.of(layer)
        groups.setdefault(without_day(name), []).append(Path(address.path))
        addresses[Path(address.path)] = address
    found: dict[str, FoundCovariate] = {}
    for name, paths in groups.items():
        if len(paths) == 1:
            _add(
                found,
                name if without_day(paths[0].stem) == name else _only(layers, paths[0]),
                _as_set(_static(paths[0], here, addresses[paths[0]].path, network), addresses[paths[0]]),
            )
            continue
        if len({p.parent for p in paths}) > 1:
            raise InputError(f"The rasters of '{name}' lie in several folders; put them into one.")
        if len({addresses[p][1:] for p in paths}) > 1:
            raise InputError(
                f"The layers of '{name}' have several reference systems or no-data values; set the same for all."
            )
        dated = _dated(paths, _pattern(paths[0], without_day(paths[0].stem)), name, here)
        _add(found, name, _as_set(dated, addresses[paths[0]]))
    return _with_errors(found)


def _as_set(one: FoundCovariate, layer: LayerAddress) -> FoundCovariate:
    """Return a covariate with what was set for its layers beside what their files say."""
    if len(layer.nodata) > 1:
        raise InputError(
            f"{layer.path} has several additional no-data values in QGIS ({', '.join(map(str, layer.nodata))}), and a "
            "study takes one: save the layer as GeoTIFF."
        )
    entry = replace(one.entry, crs=layer.crs or one.entry.crs, nodata=next(iter(layer.nodata), one.entry.nodata))
    return replace(one, entry=entry)


def with_rules(found: dict[str, FoundCovariate], rules: str) -> dict[str, RasterEntry]:
    """Return the entries with the rules that a person wrote, separated by semicolons or lines.

    As "rain: sum_before 3; rain_10d = rain: sum_before 10 without day; tp: sum_before 72h at 6; ndvi: linear 32".

    Raises
    ------
    InputError
        If a rule cannot be read, or is for no dated covariate.
    """
    entries = {name: one.entry for name, one in found.items()}
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", rules))):
        difference = _DIFFERENCE_LINE.match(line)
        of = difference or _RULE_LINE.match(line)
        if of and of["name"] in entries and entries[of["name"]].minus:
            raise InputError(f"The rule '{line}': {no_more_of(of['name'])}")
        if difference and {difference["name"], difference["minus"]} <= set(entries):
            entries[difference["new"]] = replace(entries[difference["name"]], minus=difference["minus"])
            continue
        rule = _RULE_LINE.match(line)
        if not rule or rule["rule"] not in RULES:
            raise InputError(
                f"Cannot read the rule '{line}'; write it as 'rain: sum_before 3', 'rain_10d = rain: sum_before 10 "
                f"without day', 'tp: sum_before 72h at 6' or 'warmer = lst - t2m'. Rules are {', '.join(RULES)}."
            )
        if rule["name"] not in entries or not entries[rule["name"]].dated:
            dated = ", ".join(n for n, e in entries.items() if e.dated) or "none"
            raise InputError(f"The rule '{line}' is for no dated covariate; dated are {dated}.")
        change: dict[str, Any] = {"rule": rule["rule"], "with_day": not rule["without"]}
        if rule["length"]:
            key = ("hours" if rule["unit"] == "h" else "days") if "before" in rule["rule"] else "longest_gap_days"
            change[key] = int(rule["length"])
        if rule["hour"]:
            change["hour"] = int(rule["hour"])
        entries[rule["new"] or rule["name"]] = replace(entries[rule["name"]], **change)
    return entries


def relative(path: str | os.PathLike, here: Path) -> str:
    """Return a path relative to the folder of the study if it lies below it, else the whole path."""
    if is_layer_name(path):
        return os.fspath(path)
    text = os.path.abspath(path)
    inside = os.path.relpath(text, here) if os.path.splitdrive(text)[0] == os.path.splitdrive(here)[0] else text
    return Path(text).as_posix() if inside.startswith("..") else Path(inside).as_posix()


def _walk(folder: Path, here: Path, found: dict[str, FoundCovariate], depth: int, progress: Progress) -> None:
    progress.check()
    items = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    rasters = [p for p in items if p.suffix.lower() in TIFF and p.is_file()]
    dated = [p for p in rasters if _has_day(p)]
    for path in sorted({*rasters} - {*dated}):
        _add(found, path.stem, _static(path, here))
    groups: dict[str, list[Path]] = {}
    for path in dated:
        groups.setdefault(without_day(path.stem), []).append(path)
    stem = next(iter(groups), "")
    # files may be called as the product and their folder as the covariate, or the other way round
    own = stem if depth == DEEPEST or (known_as(stem) and not known_as(folder.name)) else folder.name
    anywhere = any(stem == path.stem for stem, paths in groups.items() for path in paths)  # days not at the end
    if anywhere or (len(groups) == 1 and len(dated) == len(rasters)):
        _add(found, own, _dated(dated, folder, own, here))
    else:
        for stem, paths in groups.items():
            _add(found, stem, _dated(paths, _pattern(paths[0], stem), stem, here))
    for inner in items:
        if inner.is_dir() and depth:
            _walk(inner, here, found, depth - 1, progress)


def _add(found: dict[str, FoundCovariate], name: str, one: FoundCovariate) -> None:
    if name in found:
        raise InputError(
            f"Two covariates are called '{name}': {found[name].sample} and {one.sample}. Rename a file or a folder."
        )
    found[name] = one


def _static(path: Path, here: Path, address: str = "", network: bool = False) -> FoundCovariate:
    """Return a covariate of one raster; its `address` where that is no path, which would lose a stroke of a URL."""
    known = known_as(path.stem)
    # a table of colours is that of classes, unless the name tells a quantity
    classes = known.classes if known else Source(str(address or path), network=network).has_colour_table()
    file = relative(address or path, here)
    return FoundCovariate(RasterEntry(file=file, unit=_unit(address or path, network), classes=classes), path)


def _dated(paths: list[Path], files: Path, name: str, here: Path) -> FoundCovariate:
    date = guess_date_pattern([p.name for p in paths])
    known = known_as(name)
    rule = {} if known is None else known.rule
    return FoundCovariate(RasterEntry(files=relative(files, here), date=date, unit=_unit(paths[0]), **rule), paths[0])


def _pattern(path: Path, stem: str) -> Path:
    """Return the glob of the files that begin so and go on with a day: `ndvi` must not take in `ndvi_age`."""
    day = path.stem[len(stem) + 1 :]
    begin = next((f"{word}[12]" for word in ("A", "doy") if day.startswith(word)), "[12]")
    return path.with_name(f"{escape(stem)}[ _.-]{begin}*{path.suffix}")


def _with_errors(found: dict[str, FoundCovariate]) -> dict[str, FoundCovariate]:
    """Return the covariates with the files of their errors; a file of errors without its covariate is one itself."""
    out = {}
    for name, one in found.items():
        if name.endswith(ERROR) and name[: -len(ERROR)] in found:
            continue
        error = found.get(name + ERROR)
        if error is not None and not one.entry.dated and not error.entry.dated:
            one = replace(one, entry=replace(one.entry, error_file=error.entry.file))
        out[name] = one
    return out


def _only(layers: dict[str, str], path: Path) -> str:
    return next(name for name, other in layers.items() if Path(LayerAddress.of(other).path) == path)


def _has_day(path: Path) -> bool:
    try:
        guess_date_pattern([path.name])
    except TwoDates:
        return True
    except InputError:
        return False
    return True


def _unit(path: str | Path, network: bool = False) -> str:
    """Return the unit that a file declares, else what its name says, as swvl1_percent does."""
    return name_of(Source(str(path), network=network).unit() or unit_in_name(Path(path).stem))
