# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives of the International Soil Moisture Network (ISMN), zipped or unpacked, as daily values of stations."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import groupby
from pathlib import Path, PurePath
from zipfile import is_zipfile

import numpy as np
import pandas as pd

from ...base import extras
from ...base.archive import Archive
from ...base.errors import InputError
from ...base.find import files_at
from ...base.names import counted, some
from ...base.progress import SILENT, Progress
from ...rasters.grid import Grid
from ...stations.daily import daily, shift_hours
from ...stations.records import MOISTURE, Collector, Sensor, StationRecords
from ..settings import IsmnImport

# what file names call a variable; others, as snow depth, are passed over
VARIABLES = {"sm": MOISTURE, "ts": "soil_temperature", "ta": "air_temperature", "p": "precipitation"}
# network_network_station_variable_from_to_sensor_first_last.stm
NAME = re.compile(r"_(?P<variable>[a-z]+)_(?P<top>-?\d+\.\d+)_(?P<bottom>-?\d+\.\d+)_.*\.stm$", re.IGNORECASE)
ROUNDED = 0.0101  # m, by which depths in headers may differ from those in names
IMPOSSIBLE = "C"  # flags of what is measured beside soil moisture that put a reading out


def import_ismn(
    source: str | os.PathLike,
    options: IsmnImport = IsmnImport(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> StationRecords:
    """Read what the ISMN delivers: a zip, or a folder of zips and of what was unpacked from them.

    Both layouts are read, CEOP in separate files and header with values. The folder itself is left as it is.

    Parameters
    ----------
    source : path
    options : IsmnImport, optional
    area : Grid, optional
        Only stations within its bounds.
    first, last : datetime64[D], optional
    progress : Progress

    Raises
    ------
    InputError
        If there is no such archive, or no reading with the flags, depths and days asked for.
    MissingPackage
        If the package `ismn` cannot be imported.

    References
    ----------
    Dorigo et al. 2021, The International Soil Moisture Network: serving Earth system science for over a decade,
    Hydrology and Earth System Sciences 25; flags of Dorigo et al. 2013, Vadose Zone Journal 12.
    """
    extras.require("ismn")
    collector = Collector(options, area=area, first=first, last=last, progress=progress.part(0.2, 1))
    source = Path(source).absolute()
    with ExitStack() as stack:
        files = _chosen(_files(source, stack, collector, progress.part(0, 0.2)), source, options)
        together = groupby(files, key=lambda file: (file[0], file[1].parent))
        stations = [(folder_of, parent, list(group)) for (folder_of, parent), group in together]
        for folder_of, parent, group in collector.progress.over(stations):
            with collector.trying(parent), folder_of(parent) as folder:
                for _, path, name in group:
                    with collector.trying(path):
                        _read(folder / path, name, options, collector)
    return collector.finish()


def _files(source: Path, stack: ExitStack, collector: Collector, progress: Progress) -> list[tuple[Callable, PurePath]]:
    """Return all files that end in .stm, in archives and beside them, with what gives the folder of one.

    Archives stay closed in themselves: what gives a folder unpacks that of one station, until it is left.
    """
    found: list[tuple[Callable, PurePath]] = []
    if source.is_dir():
        archives = files_at(source, (".zip",), deep=True)
        found = [(_as_it_is, path) for path in files_at(source, (".stm",), deep=True)]
    elif source.is_file() and is_zipfile(source):
        archives = [source]
    else:
        raise InputError(f"{source} is no zip archive and no folder; give the archive as the ISMN delivered it.")
    for path in progress.over(archives):
        try:
            archive = stack.enter_context(Archive(path, progress.part(0, 0)))
        except InputError as error:
            if path == source or (len(archives) == 1 and not found):
                raise
            collector.refuse(path.name, str(error))
            continue
        found += [(archive.folder, name) for name in sorted(archive.names) if name.suffix.lower() == ".stm"]
    if collector.refused and not found:
        name, why = collector.refused[0]
        raise InputError(f"None of the {len(archives)} archives in {source} can be read. {name}: {why}")
    beside = sum(folder_of is _as_it_is for folder_of, _ in found)
    if len(archives) > 1 or (archives and beside):
        networks = {path.parts[-3] for _, path in found if len(path.parts) > 2}
        progress.say(
            f"Read are {counted(len(archives), 'archive')} and {counted(beside, 'unpacked file')}, of "
            f"{counted(len(networks), 'network')}: {some(sorted(networks), 20)}."
        )
    return found


def _as_it_is(folder: PurePath) -> AbstractContextManager[Path]:
    return nullcontext(Path(folder))


def _chosen(
    found: list[tuple[Callable, PurePath]], source: Path, options: IsmnImport
) -> list[tuple[Callable, PurePath, re.Match]]:
    """Return the files of the variables and networks that are read, each once, with what their names say."""
    known: dict[tuple[str, ...], tuple[Callable, PurePath, re.Match]] = {}
    for folder_of, path in found:
        match = NAME.search(path.name)
        if match and len(path.parts) > 2 and match["variable"].lower() in VARIABLES:
            # the same file may have been downloaded twice
            known.setdefault(path.parts[-3:], (folder_of, path, match))
    if not known:
        raise InputError(
            f"{source.name} holds no file of the ISMN with soil moisture, as NETWORK/STATION/..._sm_0.05_0.05_....stm; "
            f"it holds {len(found)} files that end in .stm. Choose the layout 'header + values' or 'CEOP, separate "
            "files' when downloading."
        )
    networks = {name.strip().lower() for name in options.networks.split(",") if name.strip()}
    chosen = [file for names, file in known.items() if not networks or names[0].lower() in networks]
    if not chosen:
        there = ", ".join(sorted({names[0] for names in known}))
        raise InputError(f"{source.name} has none of the networks {options.networks}; it has {there}.")
    return sorted(chosen, key=lambda file: file[1].parts[-3:-1])


def _read(path: Path, name: re.Match, options: IsmnImport, collector: Collector) -> None:
    """Read one file and give its days to the collector."""
    from ismn.base import IsmnRoot
    from ismn.filehandlers import DataFile

    variable = VARIABLES[name["variable"].lower()]
    top, bottom = abs(float(name["top"])), abs(float(name["bottom"]))
    if variable == MOISTURE and not collector.at_depth(path.parent.name, top, bottom):
        return  # not even opened
    try:
        # file by file: the package's own view of a whole archive writes an index into the folder
        file = DataFile(IsmnRoot(path.parents[2]), path.relative_to(path.parents[2]))
        about = file.metadata
        sensor = Sensor(
            str(about["station"].val),
            str(about["network"].val),
            float(about["longitude"].val),
            float(about["latitude"].val),
            variable,
            top,  # from the file name: the header of one layout rounds to the centimetre
            bottom,
            str(about["instrument"].val),
        )
        told = about["variable"].depth
        if not collector.wants(sensor):
            return
        table = file.read_data()
        values = pd.to_numeric(table.iloc[:, 0], errors="coerce").to_numpy(float)
        times = table.index.to_numpy("datetime64[s]")
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise InputError(f"is no readable file of the ISMN ({_short(error)}). Download the archive again.") from error
    for own, header in ((top, told.start), (bottom, told.end)):
        if abs(own - abs(header)) > ROUNDED:
            raise InputError(f"its name says a depth of {own:g} m and its header {abs(header):g} m.")
    codes, texts = pd.factorize(table.iloc[:, 1])
    flags = np.array([*(str(text).strip() for text in texts), ""], object)[codes]
    values = np.where(values > -99, values, np.nan)
    _tell_twice(path.name, times, values, collector)
    kept = _accepted(flags, options.flags, variable)
    readings = int(np.isfinite(values).sum())
    if variable == MOISTURE and readings and not (kept & np.isfinite(values)).any():
        counts = pd.Series(flags).value_counts()
        seen = ", ".join(f"{flag} {n}" for flag, n in counts.head(4).items())
        advice = " Add U to the flags that count if unchecked readings will do." if "U" in counts else ""
        raise InputError(
            f"none of the {readings} readings of {sensor.station} has only flags among {options.flags}; they have "
            f"{seen}.{advice}"
        )
    all_flags = options.flags.strip().lower() == "all" and variable == MOISTURE
    used = np.where(kept, values, np.nan)
    if variable == MOISTURE:
        used = collector.possible(used, np.zeros(len(used), int), [sensor.station])
    days = daily(
        times,
        used,
        options,
        flags=flags if all_flags else None,
        shift_h=shift_hours(options, "UTC", sensor.longitude),
        total=variable == "precipitation",
    )
    if variable == MOISTURE and not len(days):
        raise InputError(f"no day of {sensor.station} has readings in {options.min_hours} hours, or in the hour.")
    collector.add(sensor, days)


def _tell_twice(name: str, times: np.ndarray, values: np.ndarray, collector: Collector) -> None:
    """Warn of times that stand several times with different values."""
    known = np.isfinite(values)
    if len(np.unique(times[known])) == known.sum():
        return
    unlike = int((pd.Series(values[known]).groupby(times[known]).nunique() > 1).sum())
    if unlike:
        when = counted(unlike, "time")
        collector.progress.warn(f"{name} has different values at {when}, of which the mean is taken.")


def _accepted(flags: np.ndarray, wanted: str, variable: str) -> np.ndarray:
    """Return which readings count: those whose codes are all wanted; beside soil moisture, all that can be."""
    codes, texts = pd.factorize(flags)
    accepted = {code.strip().upper() for code in wanted.split(",") if code.strip()}
    if variable != MOISTURE:
        ok = [IMPOSSIBLE not in text for text in texts]
    elif "ALL" in accepted:
        ok = [True] * len(texts)
    else:
        ok = [{c.strip().upper() for c in text.split(",")} <= accepted | {""} for text in texts]
    return np.array(ok, bool)[codes]


def _short(error: Exception) -> str:
    # ismn puts a whole traceback into its errors; the last line says what it was
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
