# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps as files: what a model predicts of a study, day by day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.describe import described
from ..base.errors import InputError
from ..base.files import whole_file, whole_folder
from ..base.inputs import keeping
from ..base.names import class_of, counted
from ..base.progress import SILENT, Progress
from ..base.threads import Behind
from ..rasters.dates import map_name
from ..rasters.open import Source
from ..rasters.raster import MapWriter, map_writer, small_cache
from ..rasters.series import Series
from ..samples.sampling import CHUNK_DAYS
from ..study.entries import RasterEntry
from ..study.study import COARSE, Study
from ..training.model import Model, match_names
from ..units import SM_UNIT
from .prediction import CovariateFact, Prediction
from .settings import ConserveOptions

NAME = "sm"  # of the maps
RAW_VALUES = 32 << 20  # pixels x days of maps that wait for their coarse means


@dataclass
class MapFact:
    """One map that was written: day, path, pixels with a value, and their mean in m3 m-3."""

    day: np.datetime64
    path: Path
    valid: int = 0
    mean: float = float("nan")


@dataclass(repr=False)
class RunFacts:
    """What a run wrote.

    Attributes
    ----------
    maps : list of MapFact
        In the order of their days.
    pixels : int
        Pixels of one map.
    empty_days : list of datetime64[D]
        Days on which no pixel has all covariates; they have no map.
    largest_deviation : float
        Of any coarse cell's mean from its coarse value, m3 m-3; NaN if not conserved.
    covariates : list of CovariateFact
        In the order of the model.
    """

    maps: list[MapFact]
    pixels: int
    empty_days: list[np.datetime64]
    largest_deviation: float = float("nan")
    covariates: list[CovariateFact] = field(default_factory=list)

    def series(self) -> Series:
        """Return the maps as dated rasters."""
        return Series(np.array([fact.day for fact in self.maps]), tuple(Source(str(fact.path)) for fact in self.maps))

    def __repr__(self) -> str:
        if not self.maps:
            return "no map"
        facts = {
            "Folder": self.maps[0].path.parent,
            "Days": f"{self.maps[0].day} to {self.maps[-1].day}",
            "Without a map": counted(len(self.empty_days), "day") if self.empty_days else "",
            "Soil moisture": f"{np.mean([fact.mean for fact in self.maps]):.3f} {SM_UNIT} in the mean of the maps",
        }
        return described(counted(len(self.maps), "map"), facts)


def downscale_series(
    study: Study,
    model: Model,
    folder: str | os.PathLike,
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    options: ConserveOptions = ConserveOptions(),
    progress: Progress = SILENT,
) -> RunFacts:
    """Write a fine map for every day of a study, as sm_YYYYMMDD.tif.

    The folder gets all maps or, after an error or a cancel, none.

    Parameters
    ----------
    study : Study
    model : Model
    folder : path
    first, last : datetime64[D], optional
        The study's period when left out.
    options : ConserveOptions, optional

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, the days lie outside of the study's period, or no pixel of
        any day has all covariates.
    """
    first = study.first if first is None else first
    last = study.last if last is None else last
    days = study.days[(study.days >= first) & (study.days <= last)]
    if not len(days):
        raise InputError(f"No day from {first} to {last} lies in the study's period, {study.first} to {study.last}.")
    folder = Path(folder)
    with keeping(study.reads()), whole_folder(folder) as part:
        facts = _downscale(study, model, days, lambda day: part / map_name(NAME, day), options, progress)
    for fact in facts.maps:
        fact.path = folder / fact.path.name
    return facts


def downscale_layers(
    covariates: Mapping[str, str],
    model: Model,
    output: str | os.PathLike,
    *,
    coarse: str = "",
    day: np.datetime64 | None = None,
    options: ConserveOptions = ConserveOptions(),
    progress: Progress = SILENT,
) -> RunFacts:
    """Write the fine map of one day from one raster per covariate.

    Parameters
    ----------
    covariates : mapping
        Name to path of a raster; matched with the model by name. The finest raster gives the target grid.
    model : Model
    output : path
    coarse : path, optional
        Coarse soil moisture in m3 m-3: needed for conservation, and by models that learned from it.
    day : datetime64[D], optional
        Written into the file.

    Raises
    ------
    InputError
        If a covariate of the model is missing, no pixel has all of them, or the coarse raster has no value to conserve.
    """
    if day is None:
        model.on(None)  # a model with a part for each period refuses to go on without a day
    of_classes = {part[0] for part in map(class_of, model.names) if part}
    of_classes |= {entry["name"] for entry in model.passport["covariates"] if entry["classes"]}
    wanted = dict.fromkeys((class_of(name) or (name,))[0] for name in model.names if name != COARSE)
    matched = match_names(list(wanted), covariates)
    grids = [Source(str(path)).grid() for path in matched.values()]
    any_day = np.datetime64("1970-01-01") if day is None else day
    study = Study(
        name="layers",
        grid=min(grids, key=lambda grid: grid.cell_size) if grids else Source(coarse).grid(),
        first=any_day,
        last=any_day,
        covariates={name: RasterEntry(file=str(path), classes=name in of_classes) for name, path in matched.items()},
        coarse=RasterEntry(file=str(coarse)) if coarse else None,
    )
    with keeping(study.reads()), whole_file(output) as part:
        facts = _downscale(study, model, study.days, lambda _: part, options, progress, dated=day is not None)
    facts.maps[0].path = Path(output)
    return facts


def _downscale(study, model, days, path_of, options, progress, dated: bool = True) -> RunFacts:
    """Write maps of the days to the paths that `path_of` gives, which the caller throws away after an error."""
    prediction = Prediction(study, model, options)
    facts = RunFacts([], study.grid.size, [])
    conserved = set(days[prediction.conservable(days, progress)])

    def words(day: np.datetime64) -> dict[str, str]:
        tags = {"SOILSHARP_TARGET": model.passport["target"], "SOILSHARP_LEARNER": model.passport["learner"]}
        tags["SOILSHARP_CONSERVE"] = options.conserve if day in conserved else "off"
        return {**tags, "date": str(day)} if dated else tags

    per_chunk = CHUNK_DAYS if options.conserve == "off" else max(1, min(CHUNK_DAYS, RAW_VALUES // facts.pixels))
    chunks = [days[i : i + per_chunk] for i in range(0, len(days), per_chunk)]
    with small_cache():
        for chunk, part in progress.parts(chunks):
            maps = [MapFact(day, path_of(day)) for day in chunk]
            _write(prediction, maps, [words(day) for day in chunk], part)
            facts.maps += [fact for fact in maps if fact.valid]
            facts.empty_days += [fact.day for fact in maps if not fact.valid]
    if not facts.maps:
        prediction.refuse_empty(days)
    facts.largest_deviation = prediction.largest_deviation
    facts.covariates = prediction.covariates(len(days), progress)
    return facts


def _write(prediction: Prediction, maps: list[MapFact], words: list[dict], progress: Progress) -> None:
    """Write the maps of a chunk of days; one without any value leaves no file."""
    grid = prediction.study.grid
    days = np.array([m.day for m in maps])
    with ExitStack() as stack:
        writers = [stack.enter_context(map_writer(m.path, grid, tags=w)) for m, w in zip(maps, words)]
        # in one thread, so that the windows of a map keep their order; more calls would fill the memory with blocks
        behind = stack.enter_context(Behind(progress, threads=1, most=4))
        for d, window, values in prediction.windows(days, progress):
            behind.call(_put, writers[d], maps[d], values, window)
    for fact in maps:
        if not fact.valid:
            fact.path.unlink()


def _put(writer: MapWriter, fact: MapFact, values: np.ndarray, window: Window) -> None:
    """Write a window of a map, and take it into the map's count and mean."""
    writer.write(values, window)
    known = np.isfinite(values)
    count = int(known.sum())
    if count:
        mean = float(values.mean(where=known, dtype=float))
        before = fact.mean * fact.valid if fact.valid else 0.0
        fact.mean = (before + mean * count) / (fact.valid + count)
        fact.valid += count
