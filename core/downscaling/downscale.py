# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps as files: what a model predicts of a study, day by day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from rasterio.windows import Window

from ..base.describe import described
from ..base.errors import InputError
from ..base.files import whole_file, whole_folder
from ..base.inputs import keeping, refuse_file
from ..base.names import class_of, counted
from ..base.progress import SILENT, Progress
from ..base.threads import Behind
from ..rasters.dates import map_name
from ..rasters.grid import Grid
from ..rasters.ground import pixel_area
from ..rasters.open import Source
from ..rasters.raster import MapWriter, map_writer, small_cache
from ..rasters.series import Series
from ..report.words import scale_words
from ..samples.sampling import CHUNK_DAYS
from ..study.entries import RasterEntry
from ..study.study import COARSE, Study
from ..training.model import Model, match_names
from ..units import SM_UNIT
from .bounds import Bounds
from .detail import Block
from .kriged import Kriged
from .kriged_facts import KrigedFacts
from .makers import fitting, maker, settled
from .parts import COARSE_PRODUCT, INPUTS, MODEL, PARTS
from .prediction import CovariateFact, Prediction
from .settings import ConsistencyOptions

NAME = "sm"  # of the maps
SD, FILLED = "sd", "filled"  # of those beside them
CALLED = {  # the bands of the files and their units
    "path": ("soil_moisture", SM_UNIT),
    SD: ("standard_deviation", SM_UNIT),
    FILLED: ("filled", ""),
    MODEL: ("standard_deviation_by_model", SM_UNIT),
    INPUTS: ("standard_deviation_by_inputs", SM_UNIT),
    COARSE_PRODUCT: ("standard_deviation_by_coarse_product", SM_UNIT),
}
MODEL_OF = "SOILSHARP_MODEL_OF"  # tag of a map that the model of other days made
SCALE_TAG = "SOILSHARP_SCALE_TRANSFER"  # tag of a map: what its model loses from one scale to another
NOT_WEIGHED = "not weighed"
RAW_VALUES = 32 << 20  # pixels x days of maps that wait for their coarse means


@dataclass
class MapFact:
    """One map that was written: day, paths, pixels with a value, and their mean in m3 m-3.

    Beside the map may stand that of its standard deviation, those of the parts of it, and that of what its values rest
    on. Where the model of other days made it, `model_of` tells them.
    """

    day: np.datetime64
    path: Path
    sd: Path | None = None
    filled: Path | None = None
    valid: int = 0
    mean: float = float("nan")
    model_of: str = ""
    sd_model: Path | None = None
    sd_inputs: Path | None = None
    sd_coarse: Path | None = None

    @classmethod
    def in_folder(cls, folder: Path, day: np.datetime64, options: ConsistencyOptions) -> MapFact:
        """Return where the maps of a day go: those of the standard deviation and of gaps have folders of their own."""
        wanted = {SD: options.band, FILLED: options.kriged, **dict.fromkeys(PARTS, options.band and options.parts)}
        wanted[INPUTS] &= options.draws > 0
        beside = {name: folder / name / map_name(name, day) for name, is_wanted in wanted.items() if is_wanted}
        return cls(day, folder / map_name(NAME, day)).beside(beside)

    def beside(self, paths: Mapping[str, Path]) -> MapFact:
        """Take note of where files of some kinds go; return itself."""
        for name, path in paths.items():
            setattr(self, name, path)
        return self

    @property
    def paths(self) -> dict[str, Path]:
        """All files of the day by their kind, "path" being the map itself."""
        named = {name: getattr(self, name) for name in ("path", SD, FILLED, *PARTS)}
        return {name: path for name, path in named.items() if path is not None}

    def refuse_read(self) -> None:
        """Raise `OverwriteError` if a file of the day would take the place of one that is read."""
        for path in self.paths.values():
            refuse_file(path)

    def moved(self, source: Path, target: Path) -> None:
        """Take note that the files were moved from one folder to another."""
        self.beside({name: target / path.relative_to(source) for name, path in self.paths.items()})


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
        Of any coarse cell's mean from its coarse value, m3 m-3; NaN if means were not made exact.
    covariates : list of CovariateFact
        In the order of the model; none if nothing was predicted.
    kriged : KrigedFacts, optional
        What was found of the coarse product, if the maps were kriged.
    bounds : Bounds, optional
        Of the water content, with how many pixels and days they hold.
    """

    maps: list[MapFact]
    pixels: int
    empty_days: list[np.datetime64]
    largest_deviation: float = float("nan")
    covariates: list[CovariateFact] = field(default_factory=list)
    kriged: KrigedFacts | None = None
    bounds: Bounds | None = None

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
            "Bounds": self.bounds.sentence if self.bounds is not None else "",
        }
        return described(counted(len(self.maps), "map"), facts)


def downscale_series(
    study: Study,
    model: Model | None,
    folder: str | os.PathLike,
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    options: ConsistencyOptions = ConsistencyOptions(),
    progress: Progress = SILENT,
) -> RunFacts:
    """Write a fine map for every day of a study, as sm_YYYYMMDD.tif.

    The folder gets all maps or, after an error or a cancel, none.

    Parameters
    ----------
    study : Study
    model : Model or None
        None for the smooth interpolation of the coarse product.
    folder : path
    first, last : datetime64[D], optional
        The study's period when left out.
    options : ConsistencyOptions, optional

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, the days lie outside of the study's period, or no pixel of
        any day has all covariates.
    """
    days = study.days_asked(first, last)
    folder = Path(folder)
    options = settled(study, model, options, progress)
    with keeping(study.reads()), whole_folder(folder) as part:
        for day in days:  # before any work: sub-folders too may hold what is read
            MapFact.in_folder(folder, day, options).refuse_read()
        facts = _downscale(study, model, [MapFact.in_folder(part, day, options) for day in days], options, progress)
    for fact in facts.maps:
        fact.moved(part, folder)
    return facts


def downscale_layers(
    covariates: Mapping[str, str],
    model: Model,
    output: str | os.PathLike,
    *,
    coarse: str = "",
    day: np.datetime64 | None = None,
    sd: str = "",
    filled: str = "",
    parts: Mapping[str, str] = MappingProxyType({}),
    errors: Mapping[str, float] = MappingProxyType({}),
    options: ConsistencyOptions = ConsistencyOptions(),
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
    sd, filled : path, optional
        Where the maps of the standard deviation, and of what values rest on, go; the latter only of a kriged map.
    parts : mapping, optional
        Where those of the parts of the standard deviation go, by the names of `PARTS`.
    errors : mapping, optional
        Standard deviation of the error of covariates, by their name; how often they are drawn, the options say.

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
    of_bounds = {name: covariates[name] for name in (options.min_water, options.max_water) if name in covariates}
    own_names = match_names(list(errors), {name: name for name in matched})
    own_errors = {own_names[given]: error for given, error in errors.items()}

    def entry(name: str, path: str) -> RasterEntry:
        plain = RasterEntry(file=str(path), classes=name in of_classes)
        return replace(plain, error=own_errors[name]) if name in own_errors else plain

    grids = [Source(str(path)).grid() for path in matched.values()]
    any_day = np.datetime64("1970-01-01") if day is None else day
    study = Study(
        name="layers",
        grid=min(grids, key=pixel_area) if grids else Source(coarse).grid(),
        first=any_day,
        last=any_day,
        covariates={name: entry(name, path) for name, path in {**of_bounds, **matched}.items()},
        coarse=RasterEntry(file=str(coarse)) if coarse else None,
    )
    options = settled(study, model, options, progress)
    if (filled and not options.kriged) or ((sd or any(parts.values())) and not (options.kriged or model.knows_sd)):
        raise InputError(
            "Standard deviations and filled pixels are known of kriged maps, the former also of models that know "
            "their own: give the coarse soil moisture and "
            "set consistency to 'auto', 'soft' or 'strict', or leave these outputs out."
        )
    options = replace(options, band=bool(sd) or any(parts.values()))
    targets = {"path": output, SD: sd, FILLED: filled, **parts}
    with keeping(study.reads()), ExitStack() as stack:
        written = {name: stack.enter_context(whole_file(path)) for name, path in targets.items() if path}
        fact = MapFact(any_day, written["path"]).beside(written)
        facts = _downscale(study, model, [fact], options, progress, dated=day is not None)
    fact.beside({name: Path(targets[name]) for name in written})
    return facts


def _downscale(study, model, maps: list[MapFact], options, progress, dated: bool = True) -> RunFacts:
    """Write maps to their paths, which the caller throws away after an error."""
    days = np.array([fact.day for fact in maps])
    made_by = maker(study, model, options, progress)
    facts = RunFacts([], study.grid.size, [])
    conserved = set(days[made_by.conservable(days, progress)])

    def words(day: np.datetime64) -> dict[str, str]:
        told = model.passport if model is not None else {"target": "coarse", "learner": "none"}
        tags = {"SOILSHARP_TARGET": told["target"], "SOILSHARP_LEARNER": told["learner"]}
        tags["SOILSHARP_CONSISTENCY"] = options.consistency if options.kriged or day in conserved else "off"
        if told["target"] == "coarse" and model is not None:
            tags[SCALE_TAG] = scale_words(model.passport) or NOT_WEIGHED
        stand_in = model.stands_in(day) if dated and model is not None else ""
        if stand_in:
            tags[MODEL_OF] = stand_in
        return {**tags, "date": str(day)} if dated else tags

    with small_cache(), fitting(study.grid):
        for chunk, part in progress.parts(_chunks(maps, facts.pixels, options)):
            tags = [words(fact.day) for fact in chunk]
            _write(made_by, study.grid, chunk, tags, part)
            for fact, own in zip(chunk, tags):
                fact.model_of = own.get(MODEL_OF, "")
            facts.maps += [fact for fact in chunk if fact.valid]
            facts.empty_days += [fact.day for fact in chunk if not fact.valid]
    if not facts.maps:
        made_by.refuse_empty(days)
    facts.largest_deviation = made_by.largest_deviation
    facts.covariates = made_by.covariates(len(days), progress)
    facts.kriged = made_by.facts if isinstance(made_by, Kriged) else None
    facts.bounds = made_by.bounds
    if facts.bounds is not None:
        facts.bounds.tell(progress)
    return facts


def _chunks(maps: list[MapFact], pixels: int, options: ConsistencyOptions) -> list[list[MapFact]]:
    """Return the maps that are made together: those that are kriged learn from each other."""
    if options.kriged:
        return [maps]
    per_chunk = CHUNK_DAYS if options.conserving is None else max(1, min(CHUNK_DAYS, RAW_VALUES // pixels))
    return [maps[i : i + per_chunk] for i in range(0, len(maps), per_chunk)]


def _write(
    made_by: Prediction | Kriged, grid: Grid, maps: list[MapFact], words: list[dict], progress: Progress
) -> None:
    """Write the maps of a chunk of days; one without any value leaves no file."""
    days = np.array([m.day for m in maps])
    # in one thread, so that the windows of a map keep their order; more calls would fill the memory with blocks
    with ExitStack() as stack, Behind(progress, threads=1, most=4) as behind:
        files: dict[int, DayFiles] = {}
        for d, window, block in made_by.windows(days, progress):
            if d not in files:
                if isinstance(made_by, Kriged):  # its days come one after the other: the file before is whole
                    behind.wait()
                    for before in files.values():
                        before.close()
                files[d] = stack.enter_context(closing(DayFiles(maps[d], grid, words[d])))
            behind.call(files[d].put, block, window)
    for fact in maps:
        if not fact.valid:
            for path in fact.paths.values():
                path.unlink(missing_ok=True)


class DayFiles:
    """The open files of one day's map, and what counts of it."""

    def __init__(self, fact: MapFact, grid: Grid, words: dict):
        self.fact = fact
        self._grid = grid
        self._words = words
        self._stack = ExitStack()
        self._writers = {name: self._open(path, *CALLED[name]) for name, path in fact.paths.items()}

    def _open(self, path: Path, name: str, unit: str) -> MapWriter:
        path.parent.mkdir(exist_ok=True)
        return self._stack.enter_context(map_writer(path, self._grid, name=name, unit=unit, tags=self._words))

    def put(self, block: Block, window: Window) -> None:
        """Write a window, and take it into the map's count and mean."""
        for name, writer in self._writers.items():
            writer.write(block.layer(name), window)
        fact, values = self.fact, block.values
        known = np.isfinite(values)
        count = int(known.sum())
        if count:
            mean = float(values.mean(where=known, dtype=float))
            before = fact.mean * fact.valid if fact.valid else 0.0
            fact.mean = (before + mean * count) / (fact.valid + count)
            fact.valid += count

    def close(self) -> None:
        """Finish the files."""
        self._stack.close()
