# SPDX-License-Identifier: GPL-2.0-or-later
"""The account of an import: every map that was made, and every file that was left out with its reason."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rasterio.windows import Window

from ..base.errors import GridError, InputError
from ..base.files import whole_folder
from ..base.inputs import Address, keeping, refuse_file
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from .dates import map_name
from .grid import Grid
from .open import tags_of
from .raster import MapWriter, map_writer

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "summary.csv"
COLUMNS = ("file", "map", "day", "known_percent", "least", "mean", "most", "unit", "left_out_because")
TAG = "SOILSHARP_MAP"  # by which a later import knows a map that is no download
REASONS = 3  # that an error tells of
WARNINGS = 20  # that are shown; all stand in the summary
REPEATED = 1000


@dataclass(frozen=True)
class Made:
    """One map that an import wrote; `day` is None for a map that holds for all days, `known` its valid fraction."""

    name: str
    day: np.datetime64 | None
    path: Path
    source: str
    known: float
    least: float
    mean: float
    most: float
    unit: str


@dataclass
class Outcome:
    """What came of an import: its `folder`, the `maps` in the order they were made, and what was `refused`.

    Attributes
    ----------
    folder : Path
    maps : list of Made
    refused : list of (str, str)
        What could not be used (a file, or a file and a place in it), and why.
    """

    folder: Path
    maps: list[Made] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def days(self) -> np.ndarray:
        """The days that have a map, datetime64[D], rising and each once."""
        return np.unique(np.array([m.day for m in self.maps if m.day is not None], "datetime64[D]"))

    @property
    def known(self) -> float:
        """Mean valid fraction; NaN without maps."""
        return float(np.mean([m.known for m in self.maps])) if self.maps else np.nan


class Seen:
    """A map being written, and what was seen in it."""

    def __init__(self, writer: MapWriter):
        self._writer = writer
        self._sum = 0.0
        self.count = 0
        self._least = np.inf
        self._most = -np.inf

    def write(self, values: np.ndarray, window: Window | None = None) -> None:
        """Write a window, shape (rows, columns); NaN where unknown."""
        self._writer.write(values, window)
        known = values[np.isfinite(values)]
        if known.size:
            self.count += known.size
            self._sum += float(known.sum(dtype=float))
            self._least, self._most = min(self._least, float(known.min())), max(self._most, float(known.max()))

    @property
    def facts(self) -> tuple[float, float, float]:
        """Least, mean and greatest value; NaN where nothing is valid."""
        return (self._least, self._sum / self.count, self._most) if self.count else (np.nan,) * 3


class Importer:
    """Writes the maps of an import into a folder and keeps the account; see `importing`.

    Parameters
    ----------
    part : Path
        Where files are written now.
    folder : Path
        Where they will stand.
    several : bool
        Whether each variable gets a folder of its own.
    progress : Progress
    """

    def __init__(self, part: Path, folder: Path, several: bool, progress: Progress):
        self._part, self._several, self._progress = part, several, progress
        self.outcome = Outcome(folder)

    @contextmanager
    def trying(self, source: str | os.PathLike) -> Iterator[None]:
        """Note an input that cannot be used, with its reason, and go on with the next."""
        try:
            yield
        except (InputError, GridError) as error:
            self.refuse(source, str(error))

    def refuse(self, source: str | os.PathLike, why: str) -> None:
        """Note that something was left out."""
        refused = self.outcome.refused
        row = Path(source).name or str(source), why
        if row in refused[-REPEATED:]:  # of a file with several variables
            return
        refused.append(row)
        if len(refused) <= WARNINGS:
            self._progress.warn(f"Left out {row[0]}: {why}")
        elif len(refused) == WARNINGS + 1:
            self._progress.warn(f"More was left out; {SUMMARY} will tell of all.")

    def write(
        self,
        name: str,
        values: np.ndarray,
        grid: Grid,
        unit: str,
        day: np.datetime64 | None = None,
        source: str | os.PathLike = "",
        tags: dict | None = None,
    ) -> Path:
        """Write one whole map; see `writing`.

        Parameters
        ----------
        values : ndarray, shape of the grid
            NaN where unknown.
        """
        with self.writing(name, grid, unit, day, source, tags) as writer:
            writer.write(values)
        return self.outcome.maps[-1].path

    @contextmanager
    def writing(
        self,
        name: str,
        grid: Grid,
        unit: str,
        day: np.datetime64 | None = None,
        source: str | os.PathLike = "",
        tags: dict | None = None,
        *,
        one_of_many: bool = False,
    ) -> Iterator[Seen]:
        """Open a map for writing window by window, as `ndvi_20230501.tif`, or `sand.tif` where there is no day.

        After an error in the body there is no such map.

        Parameters
        ----------
        name : str
            Of the variable; also that of its folder if the import has several.
        grid : Grid
        unit : str
        day : datetime64[D], optional
        source : path
            The file it came from, for the account.
        tags : dict, optional
            Further metadata of the file.
        one_of_many : bool
            Whether hundreds of maps are open at a time; see `map_writer`.

        Raises
        ------
        InputError
            If this map has been written before, as two inputs are of the same day; or if a file of this name is
            there that is no map of ours: maps may be meant to lie among the downloads.
        """
        inside = (Path(name) if self._several and day is not None else Path()) / map_name(name, day)
        path = self._part / inside
        place = self.outcome.folder / inside
        if path.exists():
            before = next(m.source for m in self.outcome.maps if m.path == place)
            raise InputError(f"It gives {name} of {day or 'no day'} again, which {before} has given already.")
        refuse_file(place)
        if place.exists() and not is_map(place):
            raise InputError(f"{place} is there already and was not made by SoilSharp; choose another folder for maps.")
        tags = {TAG: name, **({"date": str(day)} if day is not None else {}), **(tags or {})}
        with map_writer(path, grid, name=name, unit=unit, tags=tags, one_of_many=one_of_many) as writer:
            seen = Seen(writer)
            yield seen
        share = seen.count / (grid.shape[0] * grid.shape[1])
        self.outcome.maps.append(Made(name, day, place, Path(source).name, share, *seen.facts, unit))

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a table beside the maps, which appears with them; `name` is that of its file."""
        self.write_file(name, lambda path: write_csv(path, table, float_format="%.6g"))

    def write_file(self, name: str, write: Callable[[Path], object]) -> None:
        """Have a file written beside the maps, which appears with them."""
        refuse_file(self.outcome.folder / name)
        write(self._part / name)

    def finish(self) -> None:
        """Say what was done and write the summary; without a single map raise `InputError`."""
        out = self.outcome
        said = self._progress.say
        if not out.maps:
            raise InputError("No map could be made: " + (
                reasons_for(out.refused) if out.refused else "nothing in the input is within what was asked for."
            ))  # fmt: skip
        for name in dict.fromkeys(m.name for m in out.maps):
            said(_line(name, [m for m in out.maps if m.name == name]))
        if out.refused:
            self._progress.warn(f"Left out in all: {len(out.refused)}; {SUMMARY} in {out.folder} says why.")
        write_summary(self._part, out, [m.path.name for m in out.maps], _kept(out))


def write_summary(
    folder: str | os.PathLike, outcome: Outcome, names: Sequence[str], more: Iterable[Sequence[str]] = ()
) -> None:
    """Write `summary.csv` of an outcome into a folder: its maps under these names, what was refused, and more rows."""
    with open(Path(folder) / SUMMARY, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for m, name in zip(outcome.maps, names):
            facts = (f"{100 * m.known:.1f}", *(f"{v:.6g}" for v in (m.least, m.mean, m.most)))
            rows.writerow((m.source, name, m.day or "", *facts, m.unit, ""))
        for source, why in outcome.refused:
            rows.writerow((source, *[""] * (len(COLUMNS) - 2), why))
        rows.writerows(more)


def _kept(out: Outcome) -> list[list[str]]:
    """Return the lines of an earlier summary on other maps that still stand in the folder."""
    path = out.folder / SUMMARY
    new = {m.path.name for m in out.maps}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
    except (OSError, ValueError):  # none, or no table
        return []
    if tuple(head) != COLUMNS:
        return []
    there = {p.name for p in out.folder.rglob("*.tif")}
    return [row for row in rows if len(row) == len(COLUMNS) and row[1] in there - new]


@contextmanager
def importing(
    folder: str | os.PathLike,
    variables: Sequence[str] = ("",),
    progress: Progress = SILENT,
    *,
    reads: Mapping[str, Address | Iterable[Address]],
) -> Iterator[Importer]:
    """Open an import whose maps appear in the folder together at the end, or not at all.

    The maps of one variable lie in the folder itself, those of several in a folder each. Beside them stands
    `summary.csv`: one row a map with the share of known pixels, one row an input that was left out with its reason;
    rows on maps of earlier imports into the folder are kept. A folder that the import reads is refused, and so are
    maps that would replace what it `reads`; see `Inputs`.
    """
    folder = Path(folder)
    with keeping(reads), whole_folder(folder) as part:
        importer = Importer(part, folder, len(variables) > 1, progress)
        yield importer
        importer.finish()


def is_map(path: str | os.PathLike) -> bool:
    """Whether a raster says that it is a map which an import or a step wrote."""
    return TAG in tags_of(path)


def reasons_for(refused: Sequence[tuple[str, str]]) -> str:
    """Return why files could not be used: each reason once, the commonest first, with a file that it holds for."""
    of: dict[str, list[str]] = {}
    for name, why in refused:
        of.setdefault(why, []).append(name)
    common = sorted(of.items(), key=lambda item: -len(item[1]))
    told = [f"{some(names, 1)}: {why}" for why, names in common[:REASONS]]
    more = len(common) - len(told)
    return " ".join([*told, f"And {more} other reasons." if more > 0 else ""]).strip()


def _percent(share: float) -> str:
    """Return a fraction in percent, little ones of a globe with the digits that tell them from nothing."""
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else f"{100 * share:.1g} %"


def _line(name: str, maps: list[Made]) -> str:
    days = [m.day for m in maps if m.day is not None]
    when = f", {min(days)} to {max(days)}" if days else ""
    known = float(np.mean([m.known for m in maps]))
    least, most = np.nan, np.nan
    with suppress(ValueError):  # all of them empty
        least = min(m.least for m in maps if m.least == m.least)
        most = max(m.most for m in maps if m.most == m.most)
    text = f"{name}: {counted(len(maps), 'map')}{when}, on average {_percent(known)} valid"
    unit = "" if maps[0].unit in ("", "1") else f" {maps[0].unit}"
    return text + (f", {least:.4g} to {most:.4g}{unit}" if least == least else ", no value at all")
