# SPDX-License-Identifier: GPL-2.0-or-later
"""A study: what, where and when. One JSON file, and the features that it stands for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.describe import described
from ..base.errors import GridError, InputError
from ..base.files import write_json
from ..base.inputs import Address, Folder, address_from, local_file
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..stations.settings import StationOptions
from ..stations.stations import Stations
from ..units import OF_COARSE, SM_UNIT, Water, moisture_unit
from .columns import refuse_taken
from .derived import refuse_odd_differences
from .entries import Mask, RasterEntry
from .features import Covariate, Features, Region, read_features
from .study_file import content_of, entries_of, read_entries

COARSE = "coarse_sm"  # the coarse product, when it serves as a covariate
WINDOW_VALUES = 4 << 20  # float32 values that the features of a window may take where they are looked at alone


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
    network : bool
        Whether rasters may lie in the network.

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
    network: bool = False

    def __post_init__(self):
        refuse_taken(self.covariates, f"'{self.name}'", (COARSE,) if self.coarse else ())
        refuse_odd_differences(self.covariates, f"'{self.name}'")
        if self.coarse and self.coarse.unit:
            object.__setattr__(self, "coarse", replace(self.coarse, unit=moisture_unit(self.coarse.unit)))

    @classmethod
    def read(cls, path: str | os.PathLike) -> Study:
        """Read a study file; errors name the place in it."""
        return cls(**read_entries(path))

    @classmethod
    def from_json(cls, content: dict, path: Path) -> Study:
        """Return the study of what `as_json` gave; its files lie beside the path, which errors name."""
        return cls(**entries_of(content, path))

    def write(self, path: str | os.PathLike) -> None:
        """Write the study file; its paths stay as they are."""
        write_json(path, self.as_json())

    def as_json(self) -> dict:
        """Return what the study file holds."""
        return content_of({entry.name: getattr(self, entry.name) for entry in fields(self)})

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

    def source(self, entry: RasterEntry, **words) -> Source:
        """Return the source of an entry that holds for all days; `words` are further fields of it."""
        return entry.one(self.folder, network=self.network, **words)

    def days_asked(self, first: np.datetime64 | None, last: np.datetime64 | None) -> np.ndarray:
        """Return the days of the period from a first to a last one, its own where one is None; refuse none at all."""
        first = self.first if first is None else first
        last = self.last if last is None else last
        days = self.days[(self.days >= first) & (self.days <= last)]
        if not len(days):
            raise InputError(f"No day from {first} to {last} lies in the study's period, {self.first} to {self.last}.")
        return days

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
            return Series(self.days, (self.source(self.coarse, moisture=OF_COARSE),) * len(self.days))
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
        """The cells of the coarse product that touch the target grid.

        Raises
        ------
        GridError
            If a day has other cells than the first: values would be resampled and no longer be those of the product.
        """
        files = {source.path: source for source in reversed(self.coarse_series.sources)}
        first, *others = reversed(files.values())
        grid = first.grid()
        for source in others:
            own = source.grid()
            if not grid.shares_cells(own):
                raise GridError(
                    f"The coarse product changes its cells. {_placed(first, grid)}; {_placed(source, own)}. Give each "
                    "of them a study of its own, or bring them to one grid first (Align rasters)."
                )
        return grid.crop(self.grid)

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
            named = [address_from(self.folder, path) for path in (entry.file, entry.error_file) if path]
            one = [Path(local_file(path)) for path in named]
            beside = [Folder(path.parent, ()) for path in one if path.parent.resolve() != self.folder.resolve()]
            reads[label] = [*one, *beside, *([self.folder / entry.files] if entry.files else [])]
        if self.stations_file:
            stations = self.folder / self.stations_file
            flags = self.station_options.flags_file
            reads["the stations"] = [stations, *([stations.parent / flags] if flags else [])]
        if self.mask and self.mask.file:
            reads["the mask"] = [address_from(self.folder, self.mask.file)]
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

    def grid_of(self, name: str) -> Grid:
        """Return the grid on which a covariate lies; of several files, that of the first."""
        return self._first_source(self.entry(name)).grid()

    def unit(self, name: str) -> str:
        """Return the unit of a covariate as it is read, by the study or else its first file; '' if neither tells it."""
        if name == COARSE:
            return SM_UNIT
        if self._class_of(name):
            return "1"
        entry = self.entry(name)
        if entry.unit:
            return entry.unit_as_read
        return self._first_source(entry).unit()

    def _first_source(self, entry: RasterEntry) -> Source:
        return self._series(entry).sources[0] if entry.dated else self.source(entry)

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
        read = self._read(names, days, window, progress)
        masked = self._masked(window)
        if masked is not None:
            for values in (read.fixed, *read.dated.values()):
                values[:, masked] = np.nan
        return read.by_day(len(days))

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
        read = self._read(names, days, (rows, columns), progress)
        out = np.broadcast_to(read.fixed.T, (len(days), *read.fixed.T.shape)).copy()
        for i, value in read.dated.items():
            out[:, :, i] = value
        return out

    def slots(self, names: Sequence[str], days: np.ndarray) -> int:
        """Return how many rasters must be held at once for the days: what a window costs in memory."""
        names = [*names, *self._subtracted(names).values()]
        count = len(names)
        for name in names:
            entry = self.entry(name)
            if entry.dated:
                count += len(self._series(entry).needed(entry, days)) + len(days)
        return count

    def windows(self, names: Sequence[str], days: np.ndarray) -> list[Window]:
        """Return windows that cover the target grid, whose features on the days can be held at a time."""
        return list(self.grid.windows(max(1, WINDOW_VALUES // self.slots(names, days))))

    def _read(self, names: Sequence[str], days: np.ndarray, region: Region, progress: Progress) -> Features:
        """Read the features of a region of the target grid."""
        less = self._subtracted(names)
        covariates = [self._covariate(name) for name in (*names, *less.values())]
        return read_features(self.grid, covariates, days, region, progress).minus_last(list(less))

    def _subtracted(self, names: Sequence[str]) -> dict[int, str]:
        """Return what is subtracted from some of the names, by their numbers."""
        minus = {i: self.entry(name).minus for i, name in enumerate(names)}
        return {i: name for i, name in minus.items() if name}

    def _covariate(self, name: str) -> Covariate:
        """Return how a covariate, or a class of one, is read."""
        entry = self.entry(name)
        rasters = self._series(entry) if entry.dated else self.source(entry, moisture=self._water(entry))
        part = self._class_of(name)
        return Covariate(entry, rasters, part[1] if part else None)

    def _water(self, entry: RasterEntry) -> Water | None:
        """Return what values of an entry may be: those of the coarse product must be soil moisture."""
        return OF_COARSE if entry is self.coarse else None

    def _series(self, entry: RasterEntry) -> Series:
        """Return the dated sources of an entry; folders are listed once."""
        key = entry, entry is self.coarse
        if key not in self._listed:
            self._listed[key] = entry.series(self.folder, moisture=self._water(entry))
        return self._listed[key]

    @cached_property
    def _listed(self) -> dict[tuple[RasterEntry, bool], Series]:
        return {}

    def _masked(self, window: Window) -> np.ndarray | None:
        mask = self.mask
        if mask is None:
            return None
        entry = self.mask_entry(mask)
        with aligned(self.source(entry), self.grid, entry.resampling, entry.classes) as reader:
            return ~mask.keeps(reader.read(window))


def _placed(source: Source, grid: Grid) -> str:
    """Return which cells a raster has, and where they begin."""
    left, _, _, top = grid.bounds
    return f"{Path(source.path).name}: {grid}, upper left {left:.10g}, {top:.10g}"
