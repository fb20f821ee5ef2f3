# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps: a model applied to the covariates of a study, block by block."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.files import whole_file, whole_folder
from ..base.progress import SILENT, Progress
from ..rasters.dates import parse_day
from ..rasters.overlap import Overlap
from ..rasters.raster import MapWriter, Source, map_writer, read_on, small_cache
from ..samples.sampling import CHUNK_DAYS
from ..study.study import COARSE, RasterEntry, Study
from ..training.model import Model, match_names
from .conserve import find_change
from .settings import ConserveOptions

BATCH = 1 << 17  # pixels predicted in one call: a cancel is felt after it
WINDOW_PIXELS = 1 << 20
WINDOW_VALUES = 24 << 20  # float32 values that the features of one window may take; two windows are held
LITTLE_KNOWN = 0.5  # share of pixels and days; a covariate known on less is warned of
MUCH_BEYOND = 0.2  # share of values outside of the range of the samples; a covariate with more is warned of
RAW_VALUES = 32 << 20  # pixels x days of maps that wait for their coarse means


@dataclass
class MapFact:
    """One map that was written: day, path, pixels with a value, and their mean in m3 m-3."""

    day: np.datetime64
    path: Path
    valid: int = 0
    mean: float = float("nan")


@dataclass
class CovariateFact:
    """One covariate of a run: share of pixels and days on which it is known, and of these beyond what was learned."""

    name: str
    known: float
    beyond: float

    def warning(self) -> str:
        """Return what a person should know of it, or ''."""
        if self.known < LITTLE_KNOWN:
            return (
                f"Covariate '{self.name}' is known on {self.known:.0%} of the pixels and days; elsewhere the maps have "
                "no value. Widen it, or leave it out."
            )
        if self.beyond > MUCH_BEYOND:
            return (
                f"{self.beyond:.0%} of the values of '{self.name}' lie outside of the range that the model has learned "
                "from: there its maps are a guess. Learn from more places, or leave it out."
            )
        return ""


@dataclass
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


def downscale_series(
    study: Study,
    model: Model,
    folder: str | os.PathLike,
    *,
    first: str = "",
    last: str = "",
    options: ConserveOptions | None = None,
    progress: Progress = SILENT,
) -> RunFacts:
    """Write a fine map for every day of a study, as sm_YYYYMMDD.tif.

    The folder gets all maps or, after an error or a cancel, none.

    Parameters
    ----------
    study : Study
    model : Model
    folder : path
    first, last : str
        As "2023-05-01"; the study's period when left out.
    options : ConserveOptions, optional

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, the days lie outside of the study's period, or no pixel of
        any day has all covariates.
    """
    days = study.days
    start, end = (parse_day(text) if text else day for text, day in ((first, study.first), (last, study.last)))
    days = days[(days >= start) & (days <= end)]
    if not len(days):
        raise InputError(f"No day from {start} to {end} lies in the study's period, {study.first} to {study.last}.")
    folder = Path(folder)
    with whole_folder(folder) as part:
        facts = _downscale(study, model, days, lambda day: part / map_name(day), options, progress)
    for fact in facts.maps:
        fact.path = folder / fact.path.name
    return facts


def downscale_layers(
    covariates: Mapping[str, str],
    model: Model,
    output: str | os.PathLike,
    *,
    coarse: str = "",
    date: str = "",
    options: ConserveOptions | None = None,
    progress: Progress = SILENT,
) -> RunFacts:
    """Write the fine map of one date from one raster per covariate.

    Parameters
    ----------
    covariates : mapping
        Name to path of a raster; matched with the model by name. The finest raster gives the target grid.
    model : Model
    output : path
    coarse : path, optional
        Coarse soil moisture in m3 m-3: needed for conservation, and by models that learned from it.
    date : str
        As "2023-05-01"; written into the file if given.

    Raises
    ------
    InputError
        If a covariate of the model is missing, or no pixel has all of them.
    """
    if not date:
        model.on(None)  # a model with a part for each period refuses to go on without a day
    wanted = [name for name in model.names if name != COARSE]
    matched = match_names(wanted, covariates)
    grids = [Source(str(path)).grid() for path in matched.values()]
    day = parse_day(date) if date else np.datetime64("1970-01-01", "D")
    study = Study(
        name="layers",
        grid=min(grids, key=lambda grid: grid.cell_size) if grids else Source(coarse).grid(),
        first=day,
        last=day,
        covariates={name: RasterEntry(file=str(path)) for name, path in matched.items()},
        coarse=RasterEntry(file=str(coarse)) if coarse else None,
    )
    with whole_file(output) as part:
        facts = _downscale(study, model, study.days, lambda _: part, options, progress, dated=bool(date))
    facts.maps[0].path = Path(output)
    return facts


def map_name(day: np.datetime64) -> str:
    """Return the file name of a day's map."""
    return f"sm_{str(day).replace('-', '')}.tif"


def _downscale(study, model, days, path_of, options, progress, dated: bool = True) -> RunFacts:
    """Write maps of the days to the paths that `path_of` gives, which the caller throws away after an error."""
    options = options or ConserveOptions()
    offered = {name: name for name in [*study.covariates, *([COARSE] if study.coarse else [])]}
    names = list(match_names(model.names, offered).values())
    # asking for the coarse grid also refuses a study without a coarse product, before anything long starts
    overlap = None if options.conserve == "off" else Overlap(study.coarse_grid, study.grid)
    run = _Run(study, model, names, overlap, options)
    tags = {"SOILSHARP_TARGET": model.passport["target"], "SOILSHARP_LEARNER": model.passport["learner"]}
    tags["SOILSHARP_CONSERVE"] = options.conserve
    per_chunk = CHUNK_DAYS if overlap is None else max(1, min(CHUNK_DAYS, RAW_VALUES // run.facts.pixels))
    chunks = [days[i : i + per_chunk] for i in range(0, len(days), per_chunk)]
    with small_cache():
        for chunk, part in progress.parts(chunks):
            maps = [MapFact(day, path_of(day)) for day in chunk]
            words = [{**tags, "date": str(day)} if dated else tags for day in chunk]
            run.write(maps, words, part)
    run.refuse_if_empty(len(days))
    run.note_covariates(len(days), progress)
    return run.facts


class _Run:
    """One run of a model over a study; days come in chunks that share what is read."""

    def __init__(self, study: Study, model: Model, names: list[str], overlap: Overlap | None, options: ConserveOptions):
        self.study, self.model, self.names = study, model, names
        self.overlap, self.options = overlap, options
        self.seen, self.beyond = np.zeros((2, len(names)), np.int64)  # known pixels of each covariate, and strange ones
        ranges = [(entry["low"], entry["high"]) for entry in model.passport["covariates"]]
        self._low, self._high = np.array(ranges, np.float32).T
        self._gaps = model.takes_gaps
        self.facts = RunFacts([], study.grid.shape[0] * study.grid.shape[1], [])

    def write(self, maps: list[MapFact], words: list[dict], progress: Progress) -> None:
        """Write the maps of a chunk of days."""
        grid, days = self.study.grid, np.array([m.day for m in maps])
        with ExitStack() as stack:
            writers = [stack.enter_context(map_writer(m.path, grid, tags=w)) for m, w in zip(maps, words)]
            behind = stack.enter_context(_Behind())
            if self.overlap is None:
                for d, window, values in self._predicted(days, progress):
                    behind.call(_put, writers[d], maps[d], values, window)
            else:
                raw = stack.enter_context(_scratch((len(days), *grid.shape)))
                for d, window, values in self._predicted(days, progress.part(0, 0.7)):
                    raw[d][window.toslices()] = values
                for d in progress.part(0.7, 1).over(range(len(days))):
                    for window, values in self._conserved(raw[d], maps[d].day, progress):
                        behind.call(_put, writers[d], maps[d], values, window)
        for fact in maps:
            if fact.valid:
                self.facts.maps.append(fact)
            else:
                fact.path.unlink()
                self.facts.empty_days.append(fact.day)

    def _predicted(self, days: np.ndarray, progress: Progress) -> Iterator[tuple[int, Window, np.ndarray]]:
        """Yield (number of the day, window, soil moisture); the next window is read while one is predicted."""
        grid = self.study.grid
        pixels = min(WINDOW_PIXELS, WINDOW_VALUES // self.study.slots(self.names, days))
        windows = list(grid.windows(pixels))
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(self.study.features, self.names, days, windows[0], progress)
            for i, window in enumerate(windows):
                features = ahead.result()
                if i + 1 < len(windows):
                    ahead = pool.submit(self.study.features, self.names, days, windows[i + 1], progress)
                part = progress.part(i / len(windows), (i + 1) / len(windows))
                for d, block in enumerate(features):
                    yield d, window, predict_block(self.model.on(days[d]), block, self._known(block), part)
                    part.at((d + 1) / len(days))

    def _known(self, block: np.ndarray) -> np.ndarray:
        """Return where all features that must be known are, shape (rows, columns); count what is known and strange."""
        # least and greatest value come fast, and most features are known everywhere and within their range
        low, high = block.min((1, 2)), block.max((1, 2))
        # a learner that takes gaps still has to know something of a pixel
        known = np.isfinite(block).any(0) if self._gaps.all() else np.ones(block.shape[1:], bool)
        for i, values in enumerate(block):
            gaps = bool(np.isnan(low[i]))  # one NaN makes the least value NaN
            if gaps:
                here = np.isfinite(values)
                if not self._gaps[i]:
                    known &= here
            self.seen[i] += np.count_nonzero(here) if gaps else values.size
            if gaps or low[i] < self._low[i] or high[i] > self._high[i]:
                self.beyond[i] += np.count_nonzero((values < self._low[i]) | (values > self._high[i]))
        return known

    def _conserved(
        self, raw: np.ndarray, day: np.datetime64, progress: Progress
    ) -> Iterator[tuple[Window, np.ndarray]]:
        """Yield the windows of a day's map, brought to its coarse means."""
        series = self.study.coarse_series
        at = np.flatnonzero(series.days == day)
        coarse = np.full(self.study.coarse_grid.shape, np.nan)
        if len(at):
            coarse = read_on(series.sources[at[0]], self.study.coarse_grid)
        change = find_change(lambda w: raw[w.toslices()], coarse, self.overlap, self.options, progress)
        self.facts.largest_deviation = float(np.fmax(self.facts.largest_deviation, change.largest_deviation))
        for window in self.study.grid.windows(WINDOW_PIXELS):
            progress.check()
            yield window, change.apply(raw[window.toslices()], self.overlap.part(window))

    def note_covariates(self, n_days: int, progress: Progress) -> None:
        """Note how well each covariate was known, and warn of those that were not or were strange to the model."""
        for name, seen, beyond in zip(self.names, self.seen, self.beyond):
            fact = CovariateFact(name, float(seen / (n_days * self.facts.pixels)), float(beyond / max(seen, 1)))
            self.facts.covariates.append(fact)
            if fact.warning():
                progress.warn(fact.warning())

    def refuse_if_empty(self, n_days: int) -> None:
        """Raise `InputError` if no day got a map; with what was missing."""
        if self.facts.maps:
            return
        empty = [name for name, seen in zip(self.names, self.seen) if not seen]
        if empty:
            raise InputError(
                f"No value of {', '.join(empty)} on the target grid on any of the {n_days} days: nodata everywhere. "
                "Check the file, its reference system and its dates, or train without it."
            )
        share = ", ".join(f"{n} {s / (n_days * self.facts.pixels):.0%}" for n, s in zip(self.names, self.seen))
        raise InputError(
            f"No pixel has all covariates on any of the {n_days} days; known are {share} of the pixels. "
            "Widen the longest gap, or leave a covariate out."
        )


def predict_block(model: Model, block: np.ndarray, known: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """Return the soil moisture of a block.

    Parameters
    ----------
    model : Model
    block : ndarray, shape (features, rows, columns), float32
    known : ndarray of bool, shape (rows, columns)
        Pixels with all features.

    Returns
    -------
    ndarray, shape (rows, columns), float32
        NaN where not known.
    """
    flat = block.reshape(len(block), -1)
    out = np.full(flat.shape[1], np.nan, np.float32)
    pixels = None if known.all() else np.flatnonzero(known)
    count = flat.shape[1] if pixels is None else len(pixels)
    for start in range(0, count, BATCH):
        progress.check()
        batch = slice(start, start + BATCH) if pixels is None else pixels[start : start + BATCH]
        out[batch] = model.predict(np.ascontiguousarray(flat[:, batch].T))
    return out.reshape(known.shape)


class _Behind:
    """Calls carried out one after another in a thread of their own, a few behind the caller."""

    WAITING = 4  # more would fill the memory with blocks to be written

    def __enter__(self) -> _Behind:
        self._pool, self._calls = ThreadPoolExecutor(1), deque()
        return self

    def call(self, function: Callable, *values) -> None:
        """Queue a call; an error of an earlier one is raised here."""
        while len(self._calls) >= self.WAITING:
            self._calls.popleft().result()
        self._calls.append(self._pool.submit(function, *values))

    def __exit__(self, kind, error, trace) -> None:
        self._pool.shutdown(wait=True)
        if kind is None:
            for call in self._calls:
                call.result()


@contextmanager
def _scratch(shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Give an array of float32 on disk that leaves no file behind."""
    with tempfile.TemporaryFile() as file:
        yield np.memmap(file, np.float32, "w+", shape=shape)


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
