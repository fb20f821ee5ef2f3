# SPDX-License-Identifier: GPL-2.0-or-later
"""A study: what, where and when. One JSON file, and the features that it stands for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rasterio.windows import Window

from ..base.describe import described
from ..base.errors import GridError, InputError
from ..base.files import read_json, write_json
from ..base.inputs import Address, Folder
from ..base.names import class_of
from ..base.options import Record
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..rasters.dates import parse_day
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import aligned
from ..rasters.series import Series, apply_rule
from ..rasters.settings import Rule
from ..stations.settings import StationOptions
from ..stations.stations import Stations
from ..units import OF_COARSE, SM_UNIT, moisture_unit
from .entries import Mask, RasterEntry

TARGET = "soil_moisture"  # the column of samples with what is learned
# further columns of samples: where and when it was measured, and how much it counts
VALID_FRACTION = "valid_fraction"  # the column of samples with the part of a coarse cell where all is known
INDEX_COLUMNS = ("station", "cell_row", "cell_column", "longitude", "latitude", "date", "weight", VALID_FRACTION)
VERSION = 1
COARSE = "coarse_sm"  # the coarse product, when it serves as a covariate


@dataclass(frozen=True)
class Study:
    """What, where and when.

    Attributes
    ----------
    name : str
    grid : Grid
        The target grid of the fine maps.
    first, last : datetime64[D]
        The period, both included.
    covariates : dict of RasterEntry
    coarse : RasterEntry, optional
        The coarse soil moisture.
    stations_file : str
        Table or layer of stations, or ''.
    station_options : StationOptions
    mask : Mask, optional
    folder : Path
        Where relative paths start.

    Examples
    --------
    >>> import soilsharp
    >>> study = soilsharp.Study.read("study.json")
    >>> study
    Study 'Sample region'
      Period      2023-05-01 to 2023-05-16
      Grid        36 x 36 pixels of 1000 m (EPSG:3035)
      Coarse      coarse/*.tif
      Covariates  elevation, slope, topographic_position, sand, clay, ndvi, lst, rain, rain_10d, temperature
      Stations    stations.csv
    >>> len(study.days), study.covariates["rain"].rule
    (16, 'sum_before')
    """

    name: str
    grid: Grid
    first: np.datetime64
    last: np.datetime64
    covariates: dict[str, RasterEntry]
    coarse: RasterEntry | None = None
    stations_file: str = ""
    station_options: StationOptions = field(default_factory=StationOptions)
    mask: Mask | None = None
    folder: Path = Path()

    def __post_init__(self):
        reserved = (TARGET, *INDEX_COLUMNS)
        taken = [name or "''" for name in self.covariates if not name.strip() or name in reserved]
        if taken:
            raise InputError(
                f"A covariate of '{self.name}' is called {', '.join(taken)}: samples have columns of these names of "
                f"their own ({', '.join(reserved)}). Give it another name."
            )
        if self.coarse and self.coarse.unit:
            object.__setattr__(self, "coarse", replace(self.coarse, unit=moisture_unit(self.coarse.unit)))

    @classmethod
    def read(cls, path: str | os.PathLike) -> Study:
        """Read a study file; errors name the place in it."""
        path = Path(path)
        content = read_json(path, "study", VERSION)
        known = {"soilsharp", "version", "name", "grid", "period", "coarse", "covariates", "stations", "mask"}
        unknown = sorted(set(content) - known)
        if unknown:
            raise InputError(f"{path.name}: unknown entry {', '.join(unknown)}; known are {', '.join(sorted(known))}.")
        period = content.get("period")
        if not isinstance(period, list) or len(period) != 2:
            raise InputError(f'{path.name}: "period" must be [first day, last day], got {period!r}.')
        first, last = (parse_day(day, f'day in "period" of {path.name}') for day in period)
        if first > last:
            raise InputError(f"{path.name}: the period ends ({last}) before it begins ({first}).")
        entries = _settings(content, "covariates", path)
        coarse = _settings(content, "coarse", path)
        mask = _settings(content, "mask", path)
        stations = _settings(content, "stations", path)
        stations_file = _text(stations, "file", "", f"{path.name}, stations")
        stations.pop("file", None)
        return cls(
            name=_text(content, "name", path.stem, path.name),
            grid=_grid(content, path),
            first=first,
            last=last,
            covariates={k: _record(RasterEntry, v, f"{path.name}, covariate '{k}'") for k, v in entries.items()},
            coarse=_record(RasterEntry, {"rule": "same_day", **coarse}, f"{path.name}, coarse") if coarse else None,
            stations_file=stations_file,
            station_options=StationOptions.from_dict(stations, f"{path.name}, stations"),
            mask=_record(Mask, mask, f"{path.name}, mask") if mask else None,
            folder=path.parent,
        )

    def write(self, path: str | os.PathLike) -> None:
        """Write the study file; its paths stay as they are."""
        write_json(path, self.as_json())

    def as_json(self) -> dict:
        """Return what the study file holds."""
        content = {"soilsharp": "study", "version": VERSION, "name": self.name, "grid": self.grid.as_dict()}
        content["period"] = [str(self.first), str(self.last)]
        if self.coarse:
            # named always: where a covariate is interpolated, a coarse product without a rule is taken on its day
            content["coarse"] = {**self.coarse.as_json(), "rule": self.coarse.rule}
        content["covariates"] = {name: entry.as_json() for name, entry in self.covariates.items()}
        if self.stations_file:
            defaults = StationOptions().as_dict()
            changed = {k: v for k, v in self.station_options.as_dict().items() if v != defaults[k]}
            content["stations"] = {"file": self.stations_file, **changed}
        if self.mask:
            content["mask"] = {k: v for k, v in self.mask.as_dict().items() if v not in (None, "")}
        return content

    def __repr__(self) -> str:
        mask, coarse = self.mask, self.coarse
        facts = {
            "Period": f"{self.first} to {self.last}",
            "Grid": self.grid,
            "Coarse": (coarse.files or coarse.file) if coarse else "",
            "Covariates": ", ".join(self.covariates),
            "Stations": self.stations_file,
            "Mask": (mask.file or mask.covariate) if mask else "",
        }
        return described(f"Study '{self.name}'", facts)

    @property
    def days(self) -> np.ndarray:
        """All days of the period, datetime64[D]."""
        return np.arange(self.first, self.last + 1)

    @cached_property
    def coarse_series(self) -> Series:
        """The coarse rasters within the period.

        Raises
        ------
        InputError
            If the study has no coarse product, or none within the period.
        """
        if self.coarse is None:
            raise InputError(f"The study '{self.name}' has no coarse soil moisture; add the entry \"coarse\".")
        if not self.coarse.dated:
            return Series(self.days, (self.coarse.one(self.folder, moisture=OF_COARSE),) * len(self.days))
        everything = self.coarse.series(self.folder, moisture=OF_COARSE).at_hour(self.coarse.hour)
        series = everything.between(self.first, self.last)
        if not len(series):
            raise InputError(
                f"No common dates: the coarse rasters run from {everything.days[0]} to {everything.days[-1]}, the "
                f"study from {self.first} to {self.last}."
            )
        return series

    @cached_property
    def coarse_grid(self) -> Grid:
        """The cells of the coarse product that touch the target grid."""
        return self.coarse_series.sources[0].grid().crop(self.grid)

    def stations(self, progress: Progress = SILENT) -> Stations:
        """Return the stations with their values within the period."""
        if not self.stations_file:
            raise InputError(f"The study '{self.name}' has no stations; add the entry \"stations\".")
        everything = Stations.read(self.folder / self.stations_file, self.station_options, progress)
        stations = everything.between(self.first, self.last)
        if stations.values.empty:
            day = everything.values["date"]
            raise InputError(
                f"No common dates: the stations measured from {day.min():%Y-%m-%d} to {day.max():%Y-%m-%d}, the "
                f"study runs from {self.first} to {self.last}."
            )
        return stations

    def reads(self) -> dict[str, list[Address]]:
        """Return where all is that the study names, by what it is called; see `Inputs`.

        Of a raster that holds for all days its folder counts too, unless the study itself lies there: maps among
        covariates would be taken for some.
        """
        entries = {f"the covariate '{name}'": entry for name, entry in self.covariates.items()}
        if self.coarse:
            entries["the coarse soil moisture"] = self.coarse
        reads: dict[str, list[Address]] = {}
        for label, entry in entries.items():
            one = [self.folder / path for path in (entry.file, entry.error_file) if path]
            beside = [Folder(path.parent, ()) for path in one if path.parent.resolve() != self.folder.resolve()]
            reads[label] = [*one, *beside, *([self.folder / entry.files] if entry.files else [])]
        if self.stations_file:
            reads["the stations"] = [self.folder / self.stations_file]
        if self.mask and self.mask.file:
            reads["the mask"] = [self.folder / self.mask.file]
        return reads

    def mask_entry(self, mask: Mask) -> RasterEntry:
        """Return the raster of a mask, or raise `InputError` if it changes with the day."""
        entry = RasterEntry(file=mask.file) if mask.file else self.entry(mask.covariate)
        if entry.dated:
            raise InputError(f"The mask '{mask.covariate}' changes with the day; a mask must be one raster.")
        return entry

    def entry(self, name: str) -> RasterEntry:
        """Return the entry of a covariate by its name or that of a class of it, the coarse product being `COARSE`."""
        if name == COARSE and self.coarse is not None:
            return self.coarse
        part = self._class_of(name)
        if part:
            return self.covariates[part[0]]
        if name not in self.covariates:
            raise InputError(
                f"The study '{self.name}' has no covariate '{name}'; it has {', '.join(self.covariates) or 'none'}."
            )
        return self.covariates[name]

    def unit(self, name: str) -> str:
        """Return the unit of a covariate as it is read, by the study or else its first file; '' if neither tells it."""
        if name == COARSE:
            return SM_UNIT
        if self._class_of(name):
            return "1"
        entry = self.entry(name)
        if entry.unit:
            return entry.unit_as_read
        return (self._series(entry).sources[0] if entry.dated else entry.one(self.folder)).unit()

    def _class_of(self, name: str) -> tuple[str, float] | None:
        """Return the covariate and the class that a name as "land_cover=10" stands for; None if it is no such name."""
        part = None if name in self.covariates else class_of(name)
        return part if part and part[0] in self.covariates and self.covariates[part[0]].classes else None

    def features(
        self, names: Sequence[str], days: np.ndarray, window: Window, progress: Progress = SILENT
    ) -> Iterator[np.ndarray]:
        """Read the features of a window of the target grid for all the days at once, and give them day by day.

        Parameters
        ----------
        names : sequence of str
        days : ndarray of datetime64[D]
        window : Window
        progress : Progress
            Only asked whether to go on.

        Returns
        -------
        iterator of ndarray, each of shape (features, rows, columns), float32
            One array for each day, in the order of the names; NaN where unknown or masked. Read when this is called.
            A name as "land_cover=10" is 1 where the covariate has this class and 0 elsewhere.
        """
        shape = int(window.height), int(window.width)
        fixed, dated = self._values(names, days, window, shape, progress)
        masked = self._masked(window)
        if masked is not None:
            for values in (fixed, *dated.values()):
                values[:, masked] = np.nan
        return _by_day(fixed, dated, len(days))

    def at_cells(
        self,
        names: Sequence[str],
        days: np.ndarray,
        rows: np.ndarray,
        columns: np.ndarray,
        progress: Progress = SILENT,
    ) -> np.ndarray:
        """Return the features of single pixels of the target grid, shape (days, pixels, features), float32.

        The progress is only asked whether to go on.
        """
        fixed, dated = self._values(names, days, (rows, columns), rows.shape, progress)
        out = np.broadcast_to(fixed.T, (len(days), *fixed.T.shape)).copy()
        for i, value in dated.items():
            out[:, :, i] = value
        return out

    def slots(self, names: Sequence[str], days: np.ndarray) -> int:
        """Return how many rasters must be held at once for the days: what a window costs in memory."""
        count = len(names)
        for name in names:
            entry = self.entry(name)
            if entry.dated:
                count += len(self._series(entry).needed(entry, days)) + len(days)
        return count

    def _values(self, names, days, region, shape, progress: Progress = SILENT) -> tuple[np.ndarray, dict]:
        """Read what the names need in a region (a window, or rows and columns of cells) of so many values.

        Returns
        -------
        fixed : ndarray, shape (features, *shape), float32
            What holds for all days; what is dated is left open.
        dated : dict of ndarray, shape (days, *shape)
            What changes with the day, by the number of its feature.
        """
        fixed = np.empty((len(names), *shape), np.float32)
        stacks = {}
        places: dict[_Reading, list[np.ndarray]] = {}  # rain of 3 and of 10 days share rasters, which are read once
        for i, name in enumerate(names):
            entry = self.entry(name)
            if entry.dated:
                needed = self._series(entry).needed(entry, days)
                stacks[i] = _Stack(entry, needed.times, np.empty((len(needed), *shape), np.float32))
                own = list(zip(needed.sources, stacks[i].values))
            else:
                own = [(entry.one(self.folder, moisture=OF_COARSE if entry is self.coarse else None), fixed[i])]
            for source, place in own:
                places.setdefault(_Reading(source, entry.resampling, entry.classes), []).append(place)

        def read(reading: _Reading) -> None:
            first, *others = places[reading]
            self._read(reading, region, first)
            for place in others:
                place[...] = first

        for _ in ahead(read, places, progress, most=len(places)):  # they take up their places from the beginning
            pass
        dated = {i: apply_rule(s.rule, s.times, s.values, days) for i, s in stacks.items()}
        for i, part in enumerate(map(self._class_of, names)):
            if part:
                place = dated if i in dated else fixed
                place[i] = np.where(np.isnan(place[i]), np.float32(np.nan), place[i] == np.float32(part[1]))
        return fixed, dated

    def _series(self, entry: RasterEntry) -> Series:
        """Return the dated sources of an entry; folders are listed once."""
        key = entry, entry is self.coarse
        if key not in self._listed:
            self._listed[key] = entry.series(self.folder, moisture=OF_COARSE if entry is self.coarse else None)
        return self._listed[key]

    @cached_property
    def _listed(self) -> dict[tuple[RasterEntry, bool], Series]:
        return {}

    def _read(self, reading: _Reading, region, place: np.ndarray) -> None:
        """Read a region into its place."""
        with aligned(reading.source, self.grid, reading.resampling, reading.classes) as reader:
            if isinstance(region, Window):
                reader.read(region, place)
            else:
                place[...] = reader.read_cells(*region)

    def _masked(self, window: Window) -> np.ndarray | None:
        mask = self.mask
        if mask is None:
            return None
        entry = self.mask_entry(mask)
        with aligned(entry.one(self.folder), self.grid, entry.resampling, entry.classes) as reader:
            return ~mask.keeps(reader.read(window))


class _Reading(NamedTuple):
    """A raster as it is read on the target grid."""

    source: Source
    resampling: str
    classes: bool


class _Stack(NamedTuple):
    """Dated rasters of a covariate, shape (times, ...), and the rule that makes days of them."""

    rule: Rule
    times: np.ndarray
    values: np.ndarray


def _by_day(fixed: np.ndarray, dated: dict[int, np.ndarray], n_days: int) -> Iterator[np.ndarray]:
    """Yield the features of each day in an array of its own; see `Study._values`."""
    for day in range(n_days):
        block = fixed.copy() if day < n_days - 1 else fixed  # nobody needs it after the last day
        for i, values in dated.items():
            block[i] = values[day]
        yield block


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


def _settings(content: dict, key: str, path: Path) -> dict:
    """Return what a study file says under a key, {} if nothing."""
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise InputError(f'{path.name}: "{key}" must hold settings as key and value, got {value!r}.')
    return dict(value)


def _record(record: type[Record], values: dict, where: str) -> Record:
    try:
        return record.from_dict(values, where)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
