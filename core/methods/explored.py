# SPDX-License-Identifier: GPL-2.0-or-later
"""What belongs together, maps, coarse product, rain and stations, found by a folder and opened to be looked through."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np

from ..base.errors import Cancelled, InputError, SoilSharpError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..downscaling.downscale import FILLED, NAME, SD
from ..rasters.dates import DAY
from ..rasters.kept_files import Keeper
from ..rasters.pixel_series import PixelSeries
from ..rasters.places import POINT, Place
from ..rasters.series import Series
from ..stations.stations import Stations
from ..study.rain import Rain
from ..study.study import Study
from .manifest import Manifest
from .run_folder import RUN

COARSE, FINE, RAIN, STATIONS = "coarse", "fine", "rain", "stations"  # beside `SD` and `FILLED`
MAPS, STUDY = "maps", "study.json"
ABOVE = 2  # folders above that of maps in which their study may lie
METRES = 6_371_000.0  # radius of the Earth


@dataclass
class Related:
    """What belongs together, not opened yet.

    Attributes
    ----------
    title : str
    folder : Path
    study : Study, optional
        Has the coarse product, the rain and the stations.
    maps : dict of str to Series
        `FINE`, `SD` and `FILLED`, those that are there.
    notes : list of str
        What is not there and why.
    study_file : str
        Where the study is, '' if a run alone tells it.
    """

    title: str
    folder: Path
    study: Study | None = None
    maps: dict[str, Series] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    study_file: str = ""

    @classmethod
    def of(cls, path: str | os.PathLike) -> Related:
        """Find what belongs to a study file, or to a folder of a run or of maps.

        A folder of maps belongs to the run that it lies in, by run.json, else to the study.json that lies with it or
        in one of the two folders above.

        Raises
        ------
        InputError
            If there are neither maps nor a study.
        """
        path = Path(path)
        if path.suffix == ".json" and path.name != RUN:
            study = Study.read(path)
            return cls(study.name, path.parent, study, study_file=str(path))
        folder = path.parent if path.name == RUN else path
        maps = _folder_of_maps(folder)
        run = next((place for place in _upwards(maps or folder) if (place / RUN).is_file()), None)
        found = cls((run or folder).name, run or folder)
        found.study = found._study_of(run, maps or folder)
        if maps is not None:
            found.maps = _series_in(maps)
        if found.study is None and not found.maps:
            raise InputError(f"{folder} holds neither maps nor a study: choose the folder of a run, or a study file.")
        return found

    def _study_of(self, run: Path | None, maps: Path) -> Study | None:
        files = [*([run / RUN] if run is not None else []), *(place / STUDY for place in _upwards(maps))]
        for file in filter(Path.is_file, files):
            try:
                study = Manifest.read(file).study if file.name == RUN else Study.read(file)
                beside = study.folder / STUDY
                self.study_file = str(beside) if beside.is_file() else ""
                return study
            except SoilSharpError as error:
                self.notes.append(str(error))
        return None


def _upwards(folder: Path) -> list[Path]:
    return [folder, *list(folder.resolve().parents)[:ABOVE]]


def _folder_of_maps(folder: Path) -> Path | None:
    """Return where maps lie: the folder itself, that of a run's maps, or that of its first depth."""
    for place in (folder, folder / MAPS, *sorted(folder.glob(f"*/{MAPS}"))):
        if any(place.glob("*.tif")):
            return place
    return None


def _series_in(maps: Path) -> dict[str, Series]:
    """Return the series of maps in a folder and those beside them."""
    ours = any(maps.glob(f"{NAME}_*.tif"))
    patterns = {FINE: maps / (f"{NAME}_*.tif" if ours else "*.tif"), SD: maps / SD / "*.tif",
                FILLED: maps / FILLED / "*.tif"}  # fmt: skip
    return {name: Series.from_files(p).of_days("maps") for name, p in patterns.items() if any(p.parent.glob(p.name))}


@dataclass(frozen=True)
class Observed:
    """What a station measured near a place: its name, how far away it is in metres, days and values, m3 m-3."""

    station: str
    metres: float
    days: np.ndarray
    values: np.ndarray


class Explored:
    """What belongs together, kept ready for looking at single places.

    Parameters
    ----------
    keeper : Keeper, optional

    Attributes
    ----------
    series : dict of str to PixelSeries
        `COARSE`, `FINE`, `SD`, `RAIN` and `FILLED`, as far as they are opened.
    stations : Stations or None
    rain_label : str
        What the rain is, with its unit, once it is opened.
    notes : list of str
        What is not there and why.
    """

    def __init__(self, keeper: Keeper | None = None):
        self.keeper = keeper or Keeper()
        self.related: Related | None = None
        self.series: dict[str, PixelSeries] = {}
        self.stations: Stations | None = None
        self.rain_label = ""
        self.notes: list[str] = []

    def open(
        self, path: str | os.PathLike, progress: Progress = SILENT, opened: Callable[[str], object] = lambda name: None
    ) -> None:
        """Open what belongs to a study, a run or maps, what is small first; `opened` is told the name of each part.

        What cannot be opened is noted, and the rest goes on.

        Raises
        ------
        InputError
            If there is nothing to open; see `Related.of`.
        """
        self.related = related = Related.of(path)
        self.notes += related.notes
        study = related.study
        steps: list[tuple[str, Callable[[Progress], None]]] = []
        if study is not None and study.coarse is not None:
            steps.append((COARSE, self._open_coarse))
        if study is not None and study.stations_file:
            steps.append((STATIONS, self._read_stations))
        steps += [(name, self._opener(name)) for name in (FINE, SD) if name in related.maps]
        rain = Rain.of(study)
        if rain is not None:
            steps.append((RAIN, lambda part: self._open_rain(rain, part)))
        steps += [(name, self._opener(name)) for name in (FILLED,) if name in related.maps]
        for (name, step), part in progress.parts(steps, [1 if name in (COARSE, STATIONS) else 4 for name, _ in steps]):
            try:
                step(part)
            except Cancelled:
                raise
            except SoilSharpError as error:
                self.notes.append(str(error))
            else:
                opened(name)

    @property
    def days(self) -> np.ndarray:
        """The days of the maps, those of the coarse product where there are none; datetime64[D]."""
        for name in (FINE, COARSE):
            if name in self.series:
                return self.series[name].days
        return np.empty(0, DAY)

    def observed(self, place: Place, name: str = "") -> Observed | None:
        """Return what a station measured: the one of a name, else the nearest within the coarse cell of a point.

        Without a coarse product the one in the same pixel of the maps counts.
        """
        if self.stations is None or place.kind != POINT:
            return None
        places = self.stations.places
        if not name:
            name = self._nearest(place, self.stations)
        if name not in places.index:
            return None
        table = self.stations.values
        own = table[table["station"] == name]
        metres = _metres(place.middle, places["longitude"][name], places["latitude"][name])
        return Observed(name, float(metres), own["date"].to_numpy().astype(DAY), own["soil_moisture"].to_numpy(float))

    def _nearest(self, place: Place, stations: Stations) -> str:
        """Return the name of the nearest station in the same cell, '' if there is none."""
        places = stations.places
        around = self.series.get(COARSE) or self.series.get(FINE)
        if around is None:
            return ""
        longitude, latitude = places["longitude"].to_numpy(float), places["latitude"].to_numpy(float)
        rows, columns = around.grid.cells_at(longitude, latitude)
        row, column = place.cells(around.grid)
        if not len(row):
            return ""
        inside = np.flatnonzero((rows == row[0]) & (columns == column[0]))
        if not len(inside):
            return ""
        metres = _metres(place.middle, longitude[inside], latitude[inside])
        return str(places.index[inside[np.argmin(metres)]])

    def close(self) -> None:
        """Let go of all files."""
        self.series.clear()
        self.keeper.close()

    def _opener(self, name: str) -> Callable[[Progress], None]:
        def step(progress: Progress) -> None:
            maps = cast(Related, self.related).maps[name]
            self._add(name, PixelSeries(maps, self.keeper, progress=progress))

        return step

    def _open_coarse(self, progress: Progress) -> None:
        study = self._study
        self._add(COARSE, PixelSeries(study.coarse_series, self.keeper, study.grid, progress=progress))

    def _open_rain(self, rain: Rain, progress: Progress) -> None:
        study = self._study
        entry = study.entry(rain.name)
        series = entry.series(study.folder).between(study.first, study.last)
        sums = series.hourly
        self._add(RAIN, PixelSeries(series, self.keeper, study.grid, sums=sums, progress=progress))
        self.rain_label = rain.label

    def _read_stations(self, progress: Progress) -> None:
        self.stations = self._study.stations(progress)

    @property
    def _study(self) -> Study:
        # the steps that ask for it are made only where there is one
        return cast(Study, cast(Related, self.related).study)

    def _add(self, name: str, series: PixelSeries) -> None:
        self.series[name] = series
        if series.refused:
            path, why = series.refused[0]
            lost = f"{counted(len(series.refused), 'file')} of {name} cannot be read"
            self.notes.append(f"{lost}, as {Path(path).name}: {why}")


def _metres(middle: tuple[float, float], longitude, latitude):
    """Return the distance of places from one, all in degrees."""
    x = np.radians(np.asarray(longitude) - middle[0]) * np.cos(np.radians(middle[1]))
    y = np.radians(np.asarray(latitude) - middle[1])
    return METRES * np.hypot(x, y)
