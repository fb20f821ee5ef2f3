# SPDX-License-Identifier: GPL-2.0-or-later
"""Half-hourly and hourly files of flux towers, AmeriFlux BASE and FLUXNET, as daily values of stations."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...base.archive import Archive
from ...base.errors import InputError, OptionError
from ...base.progress import SILENT, Progress
from ...rasters.find import product_files
from ...rasters.grid import Grid
from ...stations.daily import daily, shift_hours
from ...stations.moisture_unit import FEW_OF_A_SENSOR, unit_by_values
from ...stations.records import MOISTURE, Collector, Sensor, StationRecords
from ...units import MAX_WATER, PERCENT, SM_UNIT, convert
from ..settings import AmerifluxImport
from .ameriflux_sites import Sites

START, END = "TIMESTAMP_START", "TIMESTAMP_END"
FILL = -9990.0  # missing is -9999
TABLES = (".csv", ".xlsx")
HEAD = 1 << 20  # bytes in which the notes and the names of columns stand
CHUNK = 100_000  # rows that are read between two looks at whether to stop
SITE = re.compile(r"(?:^|_)([A-Z]{2}-[A-Za-z0-9]{3})(?=_|$)")
# what a variable is called: name, qualifiers as _F_MDS or _PI, then indices of place, depth and replicate
COLUMN = re.compile(r"^(SWC|TS|TA|P)((?:_[A-Z]{1,3})*?)((?:_\d+){0,3}|(?:_\d+){1,2}_A)$")
VARIABLES = {"SWC": MOISTURE, "TS": "soil_temperature", "TA": "air_temperature", "P": "precipitation"}
# better first; FLUXNET's filled columns say in a column of quality which of their values were measured
QUALIFIERS = ("", "_F_MDS", "_F", "_PI")
NEED_QC = ("_F_MDS", "_F")


class Column(NamedTuple):
    """One column of a file: its name, variable, vertical index, and the name of its quality flags or ''."""

    name: str
    variable: str
    vertical: int
    qc: str


def import_ameriflux(
    source: str | os.PathLike,
    options: AmerifluxImport = AmerifluxImport(),
    *,
    sites: str | os.PathLike = "",
    depths: str | os.PathLike = "",
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> StationRecords:
    """Read files of AmeriFlux BASE, AmeriFlux FLUXNET and FLUXNET2015: zipped, unpacked, or a folder of both.

    The files say neither where a site is nor how deep its sensors are. Places come from a table of sites (as the
    site list that AmeriFlux offers, or BADM), from the BADM beside the data, or from the settings; depths from
    AmeriFlux's table of measurement heights, from the BADM of FLUXNET, or from the settings.

    Parameters
    ----------
    source : path
    options : AmerifluxImport, optional
    sites : path, optional
        Table with site, longitude and latitude.
    depths : path, optional
        Table with site, variable (as SWC_1_1_1) and height or depth, m.
    area : Grid, optional
        Only stations within its bounds.
    first, last : datetime64[D], optional
    progress : Progress

    Raises
    ------
    InputError
        If there is no such file, a site has no place, or no value is within what is asked for.
    OptionError
        If the depths in the settings cannot be read.

    References
    ----------
    AmeriFlux Half-Hourly / Hourly Data Format; Pastorello et al. 2020, The FLUXNET2015 dataset, Scientific Data 7.
    """
    usual = parse_depths(options.depths)
    collector = Collector(options, area=area, first=first, last=last, progress=progress)
    with ExitStack() as stack:
        files = _files(source, stack, collector, progress)
        badm = [stack.enter_context(file.opened()) for file in files if "BIF" in file.name or "BADM" in file.name]
        about = Sites(badm, sites, depths, progress)
        data = list(_data_files(files, collector))
        if not data:
            raise InputError(
                f"None of the {len(files)} tables in {source} has the columns TIMESTAMP_START and SWC of half-hourly "
                "files. Choose AmeriFlux BASE or FLUXNET when downloading."
            )
        lone = len({site for _, site, _ in data}) == 1
        for (file, site, columns), part in progress.parts(data):
            with collector.trying(file.name):
                place = about.place(site)
                if place is None and lone and options.longitude is not None and options.latitude is not None:
                    place = (options.longitude, options.latitude)
                if place is None:
                    raise InputError(
                        f"where site {site} stands is not in its file: give a table of sites with its longitude and "
                        "latitude, or set both if it is the only site."
                    )
                with file.opened() as path:
                    _Site(site, place, about, usual, collector).read(path, columns, options, part)
    return collector.finish()


@dataclass(frozen=True)
class _File:
    """A table, in an archive if there is one: then it is unpacked for as long as it is read."""

    place: PurePath
    archive: Archive | None = None

    @property
    def name(self) -> str:
        return self.place.name

    def start(self) -> str:
        """Return its first lines.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        if self.archive is not None:
            return self.archive.start(PurePosixPath(self.place), HEAD).decode("utf-8-sig", "replace")
        try:
            with open(self.place, "rb") as file:
                return file.read(HEAD).decode("utf-8-sig", "replace")
        except OSError as error:
            raise InputError(f"Cannot read {self.name}: {error.strerror}.") from error

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """Give it as a file."""
        if self.archive is None:
            yield Path(self.place)
            return
        with self.archive.file(PurePosixPath(self.place)) as path:
            yield path


def _files(source: str | os.PathLike, stack: ExitStack, collector: Collector, progress: Progress) -> list[_File]:
    """Return the tables of the input, those in archives too, which stay packed."""
    files = []
    for path in product_files(source, (*TABLES, ".zip"), "AmeriFlux or FLUXNET"):
        if path.suffix.lower() != ".zip":
            files.append(_File(path))
            continue
        with collector.trying(path):
            archive = stack.enter_context(Archive(path, progress.part(0, 0)))
            files += [_File(name, archive) for name in sorted(archive.names) if name.suffix.lower() in TABLES]
    return files


def parse_depths(text: str) -> dict[int, float]:
    """Return the depth of each vertical index of a text as '1 = 0.05; 2 = 0.1'."""
    found = {}
    for entry in filter(None, (e.strip() for e in text.split(";"))):
        match = re.fullmatch(r"(\d+)\s*[=:]\s*(\d*[.,]?\d+)", entry)
        if not match or float(match[2].replace(",", ".")) > 20:
            raise OptionError(f"Cannot read the depth '{entry}'; write index and depth in m as '1 = 0.05; 2 = 0.2'.")
        found[int(match[1])] = float(match[2].replace(",", "."))
    return found


def columns_of(names: list[str]) -> list[Column]:
    """Return the columns that are read: of each sensor the best form, and one of air temperature and of rain."""
    best: dict[tuple, tuple] = {}
    for order, name in enumerate(names):
        match = COLUMN.match(name)
        if not match or match[2] not in QUALIFIERS:
            continue
        variable = VARIABLES[match[1]]
        rank = QUALIFIERS.index(match[2])
        qc = f"{name}_QC" if f"{name}_QC" in names else ""
        if match[2] in NEED_QC and not qc:
            continue  # what was measured cannot be told from what was filled
        indices = [int(i) for i in match[3].strip("_").split("_") if i.isdigit()]
        index = indices[1] if len(indices) > 1 else indices[0] if indices else 1
        key = (variable, match[3]) if match[1] in ("SWC", "TS") else (variable,)
        if key not in best or (rank, order) < best[key][0]:
            best[key] = ((rank, order), Column(name, variable, index, qc))
    return [column for _, column in best.values()]


def _data_files(files: list[_File], collector: Collector) -> Iterator[tuple[_File, str, list[Column]]]:
    """Give the files of readings within a day with their site and columns."""
    for file in files:
        if not file.name.lower().endswith(".csv"):
            continue
        with collector.trying(file.name):
            notes, names = _header(file.start())
            columns = columns_of(names)
            if START not in names or not any(c.variable == MOISTURE for c in columns):
                continue
            found = SITE.search(PurePath(file.name).stem) or SITE.search(" ".join(notes).replace(" ", "_"))
            yield file, found.group(1) if found else PurePath(file.name).stem, columns


def _header(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of comment that a text begins with, and the names of the columns below them."""
    notes: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            return notes, [n.strip().strip('"') for n in line.strip().split(",")]
        notes.append(line[1:].strip())
    return notes, []


class _Site:
    """One site: its place, and what is known and taken for usual of the depths of its sensors."""

    def __init__(
        self, name: str, place: tuple[float, float], about: Sites, usual: dict[int, float], collector: Collector
    ):
        self.name, self._place, self._about, self._usual, self._collector = name, place, about, usual, collector

    def read(self, path: Path, columns: list[Column], options: AmerifluxImport, progress: Progress) -> None:
        """Read one file and give its days to the collector."""
        sensors = self._sensors(columns)
        wanted = {column: sensor for column, sensor in sensors.items() if self._collector.wants(sensor)}
        if not any(sensor.variable == MOISTURE for sensor in wanted.values()):
            return
        self._tell_guessed(columns)
        times, values = _values(path, list(wanted), options.max_qc, progress)
        shift = self._shift(options)
        made = []
        for sensor, series in zip(wanted.values(), values.T):
            progress.check()
            if sensor.variable == MOISTURE:
                try:
                    series = _as_volume(series, sensor, self._collector)
                except InputError as error:
                    self._collector.refuse(f"{self.name} {sensor.name}", str(error))
                    continue
            days = daily(times, series, options, shift_h=shift, total=sensor.variable == "precipitation")
            if sensor.variable == MOISTURE and not len(days):
                self._collector.refuse(f"{self.name} {sensor.name}", "no day has enough readings.")
                continue
            self._collector.add(sensor, days)
            made.append(sensor.variable)
        if MOISTURE not in made:
            raise InputError(f"no soil moisture of {self.name} is left.")

    def _sensors(self, columns: list[Column]) -> dict[Column, Sensor]:
        """Return the sensors of the columns; those in the soil must be at a known depth."""
        sensors = {}
        for column in columns:
            in_soil = column.variable in (MOISTURE, "soil_temperature")
            known = self._about.depth(self.name, column.name)
            depth = self._usual.get(column.vertical) if known is None else known
            if depth is not None or not in_soil:
                at = depth if in_soil and depth is not None else np.nan
                sensors[column] = Sensor(self.name, "", *self._place, column.variable, at, at, column.name)
            elif column.variable == MOISTURE:
                why = f"its depth is not known; add '{column.vertical} = depth in m'."
                self._collector.refuse(f"{self.name} {column.name}", why)
        return sensors

    def _tell_guessed(self, columns: list[Column]) -> None:
        moist = [column for column in columns if column.variable == MOISTURE]
        guessed = {column.vertical for column in moist if self._about.depth(self.name, column.name) is None}
        if guessed:
            words = ", ".join(f"{i} = {self._usual[i]:g} m" for i in sorted(guessed & set(self._usual)))
            text = f"{self.name}: depths are not in the file; by its vertical index taken as {words}."
            self._collector.progress.warn(text)

    def _shift(self, options: AmerifluxImport) -> float:
        """Return the hours to add to the local standard time of the file."""
        offset = self._about.offset(self.name)
        if options.utc_offset_h is None and options.days == "UTC" and offset is not None:
            return -offset
        return float(shift_hours(options, "local", self._place[0]))


def _values(path: Path, columns: list[Column], max_qc: int, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle of each interval, shape (n,), and the values, shape (n, columns)."""
    notes, names = _header(_File(path).start())
    ends = [END] if END in names else []
    use = [START, *ends, *(c.name for c in columns), *(c.qc for c in columns if c.qc)]
    times, values = [], []
    try:
        with pd.read_csv(
            path, skiprows=len(notes), usecols=use, chunksize=CHUNK, encoding="utf-8", encoding_errors="replace"
        ) as reader:
            for chunk in reader:
                progress.check()
                start = stamps(chunk[START].to_numpy())
                times.append(start + (stamps(chunk[END].to_numpy()) - start) // 2 if ends else start)
                block = np.full((len(chunk), len(columns)), np.nan)
                for i, column in enumerate(columns):
                    series = chunk[column.name].to_numpy(float)
                    good = series > FILL
                    if column.qc:
                        qc = chunk[column.qc].to_numpy(float)
                        good &= (qc >= 0) & (qc <= max_qc)
                    block[good, i] = series[good]
                values.append(block)
    except (OSError, ValueError, pd.errors.ParserError, OverflowError) as error:
        raise InputError(f"cannot be read as a half-hourly file: {error}. Download it again.") from error
    if not times:
        raise InputError("has a header and no readings.")
    progress.at(1)
    return np.concatenate(times), np.concatenate(values)


def stamps(numbers: np.ndarray) -> np.ndarray:
    """Return datetime64[m] of numbers as 202305011230.

    Raises
    ------
    ValueError
        If they are no such times.
    """
    numbers = np.asarray(numbers, np.int64)
    year, month, day = numbers // 10**8, numbers // 10**6 % 100, numbers // 10**4 % 100
    hour, minute = numbers // 100 % 100, numbers % 100
    wrong = (year < 1900) | (year > 2200) | (month < 1) | (month > 12) | (day < 1) | (day > 31)
    wrong |= (hour > 24) | (minute > 59)
    if wrong.any():
        raise ValueError(f"{numbers[wrong][0]} in row {np.flatnonzero(wrong)[0] + 1} is no time as 202305011230")
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[m]") + ((day - 1) * 1440 + hour * 60 + minute).astype("timedelta64[m]")


def _as_volume(series: np.ndarray, sensor: Sensor, collector: Collector) -> np.ndarray:
    """Return soil moisture in m3 m-3, NaN where no soil can hold it.

    The convention of the files is percent, and some hold m3 m-3: most readings tell it, and a spike does not.

    Raises
    ------
    InputError
        If they do not.
    """
    seen = series[np.isfinite(series)]
    if not len(seen):
        return series
    unit = unit_by_values(seen, FEW_OF_A_SENSOR)
    if not unit:
        low, half, high = np.quantile(seen, [0, 0.5, 1])
        raise InputError(
            f"its readings run from {low:g} to {high:g}, half of them below {half:g}: whether they are {PERCENT} or "
            f"{SM_UNIT} is not certain. Take out those of the other unit, or import it as a table."
        )
    name = f"{sensor.station} {sensor.name}"
    if unit == SM_UNIT:
        few = int((seen > MAX_WATER).sum())
        passes = f"passes 1 in {few} of {len(seen)} readings only" if few else "never passes 1"
        collector.progress.warn(f"{name} {passes}: taken as {SM_UNIT}, not as {PERCENT}.")
    return collector.possible(convert(series, unit), np.zeros(len(series), int), [name])
