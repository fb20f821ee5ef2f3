# SPDX-License-Identifier: GPL-2.0-or-later
"""A model applied to the covariates of a study, window by window: what maps are made of, on disk or in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import class_of, counted
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..rasters.overlap import Overlap
from ..study.study import COARSE, Study
from ..training.model import Model, match_names, with_classes
from .bounds import given_bounds
from .conserve import FROM_0, find_change
from .detail import Block, coarse_days, coarse_of, scratch
from .settings import ConserveOptions, ConsistencyOptions

BATCH = 1 << 15  # pixels predicted in one call: a cancel is felt after it
WINDOW_PIXELS = 1 << 20
WINDOW_VALUES = 24 << 20  # float32 values that the features of one window may take; two windows are held
LITTLE_KNOWN = 0.5  # fraction of pixels and days; a covariate with fewer values is warned of
MUCH_BEYOND = 0.2  # fraction of values outside of the range of the samples; a covariate with more is warned of


@dataclass
class CovariateFact:
    """One covariate of a run: fraction of pixels and days where it is valid, and of these beyond the training range."""

    name: str
    known: float
    beyond: float


class Prediction:
    """A model that predicts a study.

    Parameters
    ----------
    study : Study
    model : Model
    options : ConsistencyOptions
        Whether and how the maps are brought to the coarse product.

    Attributes
    ----------
    largest_deviation : float
        Of any coarse cell's mean from its coarse value in the maps so far, m3 m-3; NaN if not conserved.
    bounds : Bounds or None
        Of the water content, if the options tell any, with what was held at them so far.

    Raises
    ------
    InputError
        If the study lacks a covariate of the model, or the coarse product to be conserved.
    """

    def __init__(self, study: Study, model: Model, options: ConsistencyOptions):
        self.study, self.model, self.options = study, model, options
        names = [*study.covariates, *([COARSE] if study.coarse else [])]
        offered = with_classes(model.names, names, [name for name in study.covariates if study.entry(name).classes])
        self.names = list(match_names(model.names, offered).values())
        self._classes = LearnedClasses(self.names, model)
        # asking for the coarse grid also refuses a study without a coarse product, before anything long starts
        self.overlap = None if options.conserving is None else Overlap(study.coarse_grid, study.grid)
        self.largest_deviation = float("nan")
        self.bounds = given_bounds(study, options)
        self._seen = np.zeros(len(self.names), np.int64)  # known pixels of each covariate
        self._beyond = np.zeros(len(self.names), np.int64)  # and those outside of what was learned
        ranges = [(entry["low"], entry["high"]) for entry in model.passport["covariates"]]
        self._low, self._high = np.array(ranges, np.float32).T
        # of a cell a class may cover a part, of a pixel all or nothing
        classes = [i for i, name in enumerate(model.names) if class_of(name)]
        self._low[classes] = 0
        self._high[classes] = 1
        self._gaps = model.takes_gaps

    def windows(self, days: np.ndarray, progress: Progress = SILENT) -> Iterator[tuple[int, Window, Block]]:
        """Yield (number of the day, window of the target grid, what is mapped there), until all maps are whole.

        Parameters
        ----------
        days : ndarray of datetime64[D]
            They share what is read of the covariates.
        progress : Progress
        """
        overlap = self.overlap
        conserving = self.options.conserving
        if overlap is None or conserving is None:
            for d, window, features, known, step in self._read(days, progress):
                model = self.model.on(days[d])
                values = predict_block(model.predict, features, known, step)
                sd = predict_block(model.predict_sd, features, known, step) if self.options.spread else None
                yield d, window, Block(self._bounded(values, window), sd)
            return
        with ExitStack() as stack:
            raw = scratch((len(days), *self.study.grid.shape), stack)
            for d, window, values, _ in self.predicted(days, progress.part(0, 0.7)):
                raw[d][window.toslices()] = values
            for d in progress.part(0.7, 1).over(range(len(days))):
                for window, values in self._conserved(raw[d], days[d], overlap, conserving, progress):
                    yield d, window, Block(values)

    def predicted(self, days: np.ndarray, progress: Progress) -> Iterator[tuple[int, Window, np.ndarray, np.ndarray]]:
        """Yield (number of the day, window, soil moisture, where any covariate is known), before any consistency."""
        for d, window, features, known, step in self._read(days, progress):
            touched = known if known.all() else np.isfinite(features).any(0)
            yield d, window, predict_block(self.model.on(days[d]).predict, features, known, step), touched

    def _read(
        self, days: np.ndarray, progress: Progress
    ) -> Iterator[tuple[int, Window, np.ndarray, np.ndarray, Progress]]:
        """Yield (number of the day, window, its features, where all are known that must be, progress of its work).

        The next window is read while one is worked on.
        """
        grid = self.study.grid
        pixels = min(WINDOW_PIXELS, WINDOW_VALUES // self.study.slots(self.names, days))
        windows = list(grid.windows(pixels))

        def read(window: Window) -> Iterator[np.ndarray]:
            return self.study.features(self.names, days, window, progress)

        reading = ahead(read, windows, progress, threads=1, most=1)
        for (window, part), features in zip(progress.parts(windows), reading):
            for d, (block, (_, step)) in enumerate(zip(features, part.parts(days))):
                yield d, window, block, self._known(block), step

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
            self._seen[i] += np.count_nonzero(here) if gaps else values.size
            if gaps or low[i] < self._low[i] or high[i] > self._high[i]:
                self._beyond[i] += np.count_nonzero((values < self._low[i]) | (values > self._high[i]))
        self._classes.count(block)
        return known

    def _conserved(
        self,
        raw: np.ndarray,
        day: np.datetime64,
        overlap: Overlap,
        conserving: ConserveOptions,
        progress: Progress,
    ) -> Iterator[tuple[Window, np.ndarray]]:
        """Yield the windows of a day's map, brought to its coarse means."""
        coarse = coarse_of(self.study, day, progress)
        bounds = self.bounds or FROM_0
        change = find_change(lambda w: raw[w.toslices()], coarse, overlap, conserving, progress, bounds)
        if change.cells:
            self.largest_deviation = float(np.fmax(self.largest_deviation, change.largest_deviation))
        if self.bounds is not None:
            self.bounds.note_unmet(change.unmet, change.largest_deviation)
        for window in self.study.grid.windows(WINDOW_PIXELS):
            progress.check()
            yield window, self._bounded(change.apply(raw[window.toslices()], overlap.part(window), window), window)

    def _bounded(self, values: np.ndarray, window: Window) -> np.ndarray:
        """Return a window of a finished map between its bounds, and count what they hold."""
        if self.bounds is None:
            return values
        values = self.bounds.clip(values, window)
        self.bounds.count(values, window)
        return values

    def conservable(self, days: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
        """Return on which days the maps are brought to the coarse product, bool; tell of the others."""
        if self.overlap is None:
            return np.zeros(len(days), bool)
        return coarse_days(self.study, days, lambda _: "the maps of these days are not brought to it", progress)

    def beyond_words(self) -> str:
        """Return of which covariates so far how many values lie beyond what was learned from, in words."""
        told = [f"{name} {counted(int(n), 'value')}" for name, n in zip(self.names, self._beyond) if n]
        return ", ".join(told)

    def covariates(self, n_days: int, progress: Progress = SILENT) -> list[CovariateFact]:
        """Return the valid fraction of each covariate on the days; warn of those that were not or were strange."""
        pixels = n_days * self.study.grid.size
        facts = [
            CovariateFact(name, float(seen / pixels), float(beyond / max(seen, 1)))
            for name, seen, beyond in zip(self.names, self._seen, self._beyond)
        ]
        for text in [*_odd(facts), *self._classes.unlearned()]:
            progress.warn(text)
        return facts

    def refuse_empty(self, days: np.ndarray) -> None:
        """Raise `InputError` that says what was missing, since no day got a map."""
        when = f"on {days[0]}" if len(days) == 1 else f"on any of the {len(days)} days"
        empty = [name for name, seen in zip(self.names, self._seen) if not seen]
        if empty:
            raise InputError(
                f"No value of {', '.join(empty)} on the target grid {when}: nodata everywhere. "
                "Check the file, its reference system and its dates, or train without it."
            )
        pixels = len(days) * self.study.grid.size
        share = ", ".join(f"{name} {seen / pixels:.0%}" for name, seen in zip(self.names, self._seen))
        raise InputError(
            f"No pixel has all covariates {when}; valid are {share} of the pixels. "
            "Widen the longest gap, or leave a covariate out."
        )


class LearnedClasses:
    """Counts the pixels whose class a model has not learned.

    Parameters
    ----------
    names : sequence of str
        The study's names of the model's covariates.
    model : Model
    """

    def __init__(self, names: Sequence[str], model: Model):
        self._fractions: dict[str, list[int]] = {}  # columns of the classes of each covariate
        self._levels: dict[str, tuple[int, list[float]]] = {}  # column and the numbers that were learned
        for i, (name, entry) in enumerate(zip(names, model.passport["covariates"])):
            part = class_of(name)
            if part and class_of(entry["name"]):
                self._fractions.setdefault(part[0], []).append(i)
            elif "levels" in entry:
                self._levels[name] = i, entry["levels"]
        self._known = dict.fromkeys([*self._fractions, *self._levels], 0)
        self._new = dict.fromkeys(self._known, 0)

    def count(self, block: np.ndarray) -> None:
        """Take in features of shape (covariates, rows, columns)."""
        for name, columns in self._fractions.items():
            self._add(name, np.isfinite(block[columns[0]]), block[columns].any(0))
        for name, (i, levels) in self._levels.items():
            self._add(name, np.isfinite(block[i]), np.isin(block[i], np.array(levels, np.float32)))

    def _add(self, name: str, known: np.ndarray, learned: np.ndarray) -> None:
        self._known[name] += np.count_nonzero(known)
        self._new[name] += np.count_nonzero(known & ~learned)

    def unlearned(self) -> list[str]:
        """Return a sentence for each covariate that has classes which were not learned."""
        return [
            f"'{name}' has classes that the model has not learned, on {new} of {self._known[name]} pixels and days: "
            "there none of its classes counts."
            for name, new in self._new.items()
            if new
        ]


def predict_block(predict: Callable, block: np.ndarray, known: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """Return the soil moisture of a block, or its standard deviation.

    Parameters
    ----------
    predict : callable
        Gives it for X, shape (n, features).
    block : ndarray, shape (features, rows, columns), float32
    known : ndarray of bool, shape (rows, columns)
        Pixels with all features.

    Returns
    -------
    ndarray, shape (rows, columns), float32
        NaN where a feature is missing.
    """
    flat = block.reshape(len(block), -1)
    out = np.full(flat.shape[1], np.nan, np.float32)
    pixels = None if known.all() else np.flatnonzero(known)
    count = flat.shape[1] if pixels is None else len(pixels)
    for start in range(0, count, BATCH):
        progress.check()
        batch = slice(start, start + BATCH) if pixels is None else pixels[start : start + BATCH]
        out[batch] = predict(np.ascontiguousarray(flat[:, batch].T))
    return out.reshape(known.shape)


def _odd(facts: list[CovariateFact]) -> list[str]:
    """Return what a person should know of the covariates of a run."""
    little = [fact for fact in facts if fact.known < LITTLE_KNOWN]
    lines = [
        f"Covariate '{fact.name}' is valid on {fact.known:.0%} of the pixels and days; elsewhere the maps have no "
        "value. Widen it, or leave it out."
        for fact in little
    ]
    beyond = [f"{fact.name} {fact.beyond:.0%}" for fact in facts if fact not in little and fact.beyond > MUCH_BEYOND]
    if beyond:
        lines.append(
            f"Many values lie outside of the range that the model has learned from ({', '.join(beyond)}): there its "
            "maps are a guess. Learn from more places, or leave covariates out."
        )
    return lines
