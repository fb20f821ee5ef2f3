# SPDX-License-Identifier: GPL-2.0-or-later
"""What a study holds and what it lacks, found out before anything long starts."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError, SoilSharpError
from ..base.files import whole_file
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..rasters.ground import pixel_area
from ..rasters.open import NO_VALUE, Source
from ..rasters.raster import small_cache
from ..rasters.series import ages
from ..stations import swapped
from ..units import OF_COARSE, check_soil_moisture, name_of
from .entries import RasterEntry
from .study import COARSE, Study
from .table import lattice, read_points, row_of, sources_of, table_text, unit_problems
from .undeclared import likely_fill

LITTLE_COVER = 0.5  # of the grid or of the days, below which a covariate costs more than it gives
FEW_CELLS = 30  # coarse cells over the grid
FEW_SAMPLES = 100  # the least that Rao et al. 2022 train a model with
PROBLEM, WARNING = "problem", "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to know: its `level` ("problem" or "warning"), what it is about, and what to do."""

    level: str
    about: str
    text: str


@dataclass
class StudyCheck:
    """What came of the look at a study.

    Attributes
    ----------
    study : Study
    covariates : DataFrame
        One row a covariate, the coarse product first: source, rasters, first and last day, rule, unit, values, valid
        fraction of the grid at some time (`cover_percent`) and on the mean day (`day_percent`), and mean age in
        days of the observations that values rest on (`age_days`).
    days : DataFrame
        One row a day: `date`, and for each covariate and for `all` of them the valid fraction of the grid.
    findings : list of Finding
        Problems first.
    facts : dict
        Names and values.
    """

    study: Study
    covariates: pd.DataFrame
    days: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    def count(self, level: str) -> int:
        """Return how many findings are of a level."""
        return sum(finding.level == level for finding in self.findings)

    @property
    def verdict(self) -> str:
        """One sentence on whether to go on."""
        problems, warnings = self.count(PROBLEM), self.count(WARNING)
        if problems:
            return f"{_many(problems, 'problem')} must be mended before this study can be used."
        return f"The study can be used; {_many(warnings, 'thing')} to know." if warnings else "The study can be used."

    def text(self) -> str:
        """Return all of it as plain text."""
        lines = [f"{self.study.name}: {self.verdict}", ""]
        lines += [f"{name}: {value}" for name, value in self.facts.items()]
        lines += ["", table_text(self.covariates), ""]
        return "\n".join([*lines, *(f"[{f.level}] {f.about}: {f.text}" for f in self.findings)])

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the table of covariates as CSV."""
        with whole_file(path) as part:
            write_csv(part, self.covariates, float_format="%.6g")


def check_study(study: Study, progress: Progress = SILENT, days: np.ndarray | None = None) -> StudyCheck:
    """Look at everything that a study names: its values, its days, its places.

    Values are looked at on 64 x 64 pixels spread over the target grid, those that the mask takes out left aside.
    What cannot be read is a finding and no error.

    Parameters
    ----------
    study : Study
    progress : Progress
    days : ndarray of datetime64[D], optional
        Only these of its days; all if left out.
    """
    check = _Check(study, progress, study.days if days is None else days)
    with small_cache():
        check.run()
    return check.result


class _Check:
    """One look at a study, part by part; every part adds to the result."""

    def __init__(self, study: Study, progress: Progress, days: np.ndarray):
        self._study, self._progress, self._grid = study, progress, lattice(study.grid)
        self._looked_at = days
        self._rows: list[dict] = []
        self._known_share: dict[str, np.ndarray] = {}
        self._everywhere = np.ones((len(self._looked_at), *self._grid.shape), bool)
        self._inside = np.ones(self._grid.shape, bool)
        self.result = StudyCheck(study, pd.DataFrame(), pd.DataFrame())

    def run(self) -> None:
        """Look at everything."""
        study = self._study
        result = self.result
        progress = self._progress
        self._mask()
        names = ([COARSE] if study.coarse else []) + list(study.covariates)
        for name, part in progress.parts(names):
            try:
                self._raster(name, part)
            except SoilSharpError as error:
                self._find(PROBLEM, name, str(error))
        if not study.coarse:
            self._find(WARNING, "coarse soil moisture", "The study has none; there is nothing to learn at the coarse "
                       "scale from, and nothing to compare maps with.")  # fmt: skip
        if not study.covariates:
            self._find(PROBLEM, "covariates", "The study has none.")
        result.covariates = pd.DataFrame(self._rows)
        together = (
            self._everywhere[:, self._inside].mean(axis=1) if self._inside.any() else np.zeros(len(self._looked_at))
        )
        result.days = pd.DataFrame(
            {"date": self._looked_at.astype("datetime64[ns]"), **self._known_share, "all": together}
        )
        self._days(together)
        self._units()
        self._facts(together)
        try:
            self._stations()
        except SoilSharpError as error:
            self._find(PROBLEM, "stations", str(error))
        result.findings.sort(key=lambda finding: finding.level != PROBLEM)

    def _find(self, level: str, about: str, text: str) -> None:
        self.result.findings.append(Finding(level, about, text))

    def _mask(self) -> None:
        mask = self._study.mask
        if mask is None:
            return
        try:
            entry = self._study.mask_entry(mask)
            (values,) = read_points([self._study.source(entry)], entry, self._grid, self._progress)
        except SoilSharpError as error:
            self._find(PROBLEM, "mask", str(error))
            return
        self._inside = mask.keeps(values)
        if not self._inside.any():
            self._find(PROBLEM, "mask", "It leaves no pixel of the grid; check its limits.")

    def _raster(self, name: str, progress: Progress) -> None:
        """Look at one covariate or at the coarse product."""
        study = self._study
        entry = self._study.entry(name)
        series, sources = sources_of(study, entry, self._looked_at)
        if not sources:
            raise SoilSharpError("It has no raster near the period of the study.")
        stack = np.empty((len(sources), *self._grid.shape), np.float32)
        reading = progress.part(0.0, 0.9)
        for i, values in enumerate(read_points(sources, entry, self._grid, reading)):
            stack[i] = values
            reading.at(i / len(sources))
        if name == COARSE:
            self._moisture(stack)
        stack[:, ~self._inside] = np.nan
        fill = likely_fill(name, entry, stack)
        row = row_of(study, name, entry, series, stack, fill)
        if series is None:
            known = np.broadcast_to(np.isfinite(stack), self._everywhere.shape)
        else:
            age = ages(entry, series.times, np.isfinite(stack), self._looked_at)
            known = np.isfinite(age)
            row["age_days"] = float(age[known].mean()) if known.any() else np.nan
        inside = max(1, int(self._inside.sum()))
        row["cover_percent"] = 100 * float(known.any(axis=0).sum()) / inside
        share = known.sum(axis=(1, 2)) / inside
        row["day_percent"] = 100 * float(share.mean())
        self._rows.append(row)
        self._known_share[name] = share
        if name != COARSE:
            self._everywhere &= known
        self._cover(name, row, share)
        self._packing(name, entry, sources)
        self._one_unit(name, sources)
        self._idle(name, entry)
        if entry.classes and (decimals := stack[np.isfinite(stack) & (stack != np.rint(stack))]).size:
            self._find(PROBLEM, name, f"It is said to hold classes, but holds decimals, as {decimals[0]:.4g}: take out "
                       "\"classes\" where its values are amounts.")  # fmt: skip
        if fill is not None:
            self._find(WARNING, name, fill.sentence(sources[0]))

    def _moisture(self, stack: np.ndarray) -> None:
        """Say what the steps that read the coarse product would refuse it for."""
        try:
            check_soil_moisture(stack, "the coarse product", NO_VALUE, OF_COARSE)
        except InputError as error:
            self._find(PROBLEM, COARSE, str(error))

    def _packing(self, name: str, entry: RasterEntry, sources: list[Source]) -> None:
        """Say when a scale meets rasters that have been scaled already, as some exports of MODIS mix them."""
        if entry.scale == 1 or len(sources) < 2:
            return
        decimal = [Path(source.path).name for source in sources if source.has_decimals()]
        if 0 < len(decimal) < len(sources):
            self._find(PROBLEM, name, f"{len(decimal)} of its {len(sources)} rasters hold decimals among such of whole "
                       f"numbers, and \"scale\" would be applied to all: {some(decimal)}. Make them alike with "
                       "interpolate_series or an import, which tell them apart.")  # fmt: skip

    def _idle(self, name: str, entry: RasterEntry) -> None:
        """Say which settings of a rule have no effect."""
        idle = [word for word in entry.idle if name != COARSE or word != "rule"]
        if idle:
            why = f"the rule '{entry.rule}' does not use" if entry.dated else "one raster for all days does not use"
            self._find(
                WARNING, name, f"It has settings that {why}: {', '.join(idle)}. Mend the rule, or take them out."
            )

    def _one_unit(self, name: str, sources: list[Source]) -> None:
        """Say when the rasters of a series declare several units."""
        told = Counter(filter(None, (name_of(replace(source, scale=1.0, offset=0.0).unit()) for source in sources)))
        if len(told) > 1:
            units = ", ".join(f"{unit} ({counted(n, 'raster')})" for unit, n in told.most_common())
            self._find(PROBLEM, name, f"Its rasters are in several units: {units}. Bring them to one.")

    def _cover(self, name: str, row: dict, share: np.ndarray) -> None:
        """Say where a covariate is missing."""
        cover = row["cover_percent"]
        days = self._looked_at
        if not cover:
            if self._inside.any():  # else it is the mask that is to blame
                self._find(PROBLEM, name, "It has no value on the target grid within the period. Check its place, its "
                           "nodata value and its days, or leave it out.")  # fmt: skip
            return
        if row["least"] == row["greatest"] and name != COARSE:
            self._find(WARNING, name, f"It is {row['least']:g} everywhere, so nothing can be learnt from it.")
        if cover < 100 * LITTLE_COVER:
            self._find(WARNING, name, f"It covers {cover:.0f} % of the target grid; maps cannot cover more. Widen it, "
                       "or leave it out.")  # fmt: skip
        empty = days[share == 0]
        if len(empty) and name == COARSE:
            if len(empty) > LITTLE_COVER * len(days):
                self._find(WARNING, name, f"{len(empty)} of {len(days)} days are without coarse data: {some(empty)}.")
        elif len(empty):
            self._find(WARNING, name, f"It is unknown on {len(empty)} of {len(days)} days: {some(empty)}. "
                       f"{self._lead_in(name)}")  # fmt: skip

    def _lead_in(self, name: str) -> str:
        """Return what to do about days without a value."""
        entry = self._study.entry(name)
        if "before" in entry.rule:
            return "A sum or mean needs rasters of the days before too; add these, or begin later."
        return "Add rasters, take another rule or a longer gap, or shorten the period."

    def _days(self, together: np.ndarray) -> None:
        """Say on which days maps can be made."""
        days = self._looked_at
        if self._everywhere.any() and (together == 0).any():
            empty = days[together == 0]
            self._find(WARNING, "days", f"{len(empty)} of {len(days)} days get no map, since no pixel has all "
                       f"covariates: {some(empty)}.")  # fmt: skip
        elif not self._everywhere.any() and self._study.covariates and not self.result.count(PROBLEM):
            self._find(PROBLEM, "days", "On no day does any pixel have all covariates: leave out the one that is valid "
                       "least, or give it a longer gap.")  # fmt: skip

    def _units(self) -> None:
        for name, problem in unit_problems(self._study, self.result.covariates):
            self._find(WARNING, name, problem)

    def _facts(self, together: np.ndarray) -> None:
        study = self._study
        facts = self.result.facts
        rows, columns = study.grid.shape
        facts["Period"] = f"{study.first} to {study.last}, {counted(len(study.days), 'day')}"
        facts["Target grid"] = f"{columns} x {rows} pixels in {study.grid.crs.to_string()[:60]}"
        if study.mask is not None:
            facts["Share that the mask leaves"] = f"{100 * self._inside.mean():.0f} %"
        facts["Mean valid fraction of a map"] = f"{100 * together.mean():.0f} %"
        if COARSE not in self._known_share:
            return
        cells = study.coarse_grid
        facts["Coarse cells over the grid"] = int(np.prod(cells.shape))
        facts["Days with coarse data"] = int((self._known_share[COARSE] > 0).sum())
        if np.prod(cells.shape) < FEW_CELLS:
            self._find(WARNING, COARSE, f"Only {np.prod(cells.shape)} coarse cells touch the grid: a model of one day "
                       "would have as few samples. Learn from more days, or from a wider grid.")  # fmt: skip
        if pixel_area(cells) < pixel_area(study.grid):
            self._find(WARNING, "grid", "The target grid is coarser than the coarse product; there is nothing to "
                       "downscale.")  # fmt: skip
        both = np.minimum(self._known_share[COARSE], together).sum() * np.prod(cells.shape)
        facts["Samples of coarse cells, about"] = int(both)
        if 0 < both < FEW_SAMPLES:
            self._find(WARNING, COARSE, f"About {both:.0f} samples of coarse cells: too few to learn from.")

    def _stations(self) -> None:
        study = self._study
        facts = self.result.facts
        if not study.stations_file:
            return
        stations = study.stations(self._progress)
        places = stations.places
        x, y = places["longitude"].to_numpy(), places["latitude"].to_numpy()
        row, column = study.grid.cells_at(x, y)
        off = places.index[row < 0]
        facts["Stations"] = f"{len(places)} with {counted(len(stations.values), 'daily value')}"
        if len(off) == len(places):
            why = f"None of the {len(places)} stations lies on the target grid."
            self._find(PROBLEM, "stations", f"{why} {swapped.advice(study.grid, x, y)}")
        elif len(off):
            self._find(WARNING, "stations", f"{len(off)} of {len(places)} stations lie off the grid: {some(off)}.")
        pixel = pd.Series(row[row >= 0] * study.grid.shape[1] + column[row >= 0])
        if shared := int(pixel.duplicated(keep=False).sum()):
            self._find(WARNING, "stations", f"{shared} stations share their pixel with another; check_stations can "
                       "make one of them.")  # fmt: skip
        silent = places.index.difference(stations.values["station"].unique())
        if len(silent):
            self._find(
                WARNING,
                "stations",
                f"{counted(len(silent), 'station has', 'stations have')} no value in the period: {some(silent)}.",
            )


def _many(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
