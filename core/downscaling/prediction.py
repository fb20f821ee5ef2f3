# SPDX-License-Identifier: GPL-2.0-or-later
"""A model applied to the covariates of a study, window by window: what maps are made of, on disk or in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from copy import copy
from functools import cached_property

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
from .covariate_facts import CovariateFact, LearnedClasses, tell_of
from .detail import Block, coarse_days, coarse_of, scratch
from .input_errors import Draw, InputErrors, Moved, variances
from .parts import COARSE_PRODUCT, INPUTS, Parts
from .settings import ConsistencyOptions

BATCH = 1 << 15  # pixels predicted in one call: a cancel is felt after it
WINDOW_PIXELS = 1 << 20
WINDOW_VALUES = 24 << 20  # float32 values that the features of one window may take; two windows are held
NO_ERRORS = (
    "No covariate with a say has an error: give them in the study (error, error_file), else only the parts of the "
    "model and of the coarse product are known."
)


def covariates_of(study: Study, model: Model) -> list[str]:
    """Return the covariates of a model as a study calls them, in their order.

    Raises
    ------
    InputError
        If the study lacks one.
    """
    names = [*study.covariates, *([COARSE] if study.coarse else [])]
    offered = with_classes(model.names, names, [name for name in study.covariates if study.entry(name).classes])
    return list(match_names(model.names, offered).values())


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
        self.names = covariates_of(study, model)
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
        self._draw: Draw | None = None
        self._every = 1
        self._kept: dict[tuple, list[np.ndarray]] = {}  # features that draws read again and again, shared by copies

    def windows(self, days: np.ndarray, progress: Progress = SILENT) -> Iterator[tuple[int, Window, Block]]:
        """Yield (number of the day, window of the target grid, what is mapped there), until all maps are whole.

        Parameters
        ----------
        days : ndarray of datetime64[D]
            They share what is read of the covariates.
        progress : Progress
        """
        band = self.options.band
        if self.overlap is None and not self.options.draws:
            for d, window, features, known, step in self._read(days, progress):
                values = predict_block(self.model.on(days[d]).predict, features, known, step)
                parts = Parts.of(self._own_sd(days[d], features, known, step), None, None) if band else None
                yield d, window, Block.of(self._bounded(values, window), parts)
            return
        shape = (len(days), *self.study.grid.shape)
        drawing = 0.5 if self.options.draws else 0.0
        first, second, third = (progress.part(*ends) for ends in ((0, 0.2), (0.2, 0.2 + drawing), (0.2 + drawing, 1)))
        with ExitStack() as stack:
            raw = scratch(shape, stack)
            own = scratch(shape, stack) if band else None
            for d, window, features, known, step in self._read(days, first):
                raw[d][window.toslices()] = predict_block(self.model.on(days[d]).predict, features, known, step)
                if own is not None:
                    own[d][window.toslices()] = self._own_sd(days[d], features, known, step)
            plain = raw if self.overlap is None else scratch(shape, stack)
            if self.overlap is not None:
                for d, window, values in self._finished(raw, days, third, told=True):
                    plain[d][window.toslices()] = values
            squares = self._squares(days, raw, plain, stack, second) if self.options.draws else {}
            for d in range(len(days)):
                of_day = {name: square[d] for name, square in squares.items()}
                for window in self.study.grid.windows(WINDOW_PIXELS):
                    progress.check()
                    values = np.array(plain[d][window.toslices()])
                    if self.overlap is None:
                        values = self._bounded(values, window)
                    parts = None if own is None else self._parts(values, own[d], of_day, days[d], window)
                    yield d, window, Block.of(values, parts)

    def predicted(self, days: np.ndarray, progress: Progress) -> Iterator[tuple[int, Window, np.ndarray, np.ndarray]]:
        """Yield (number of the day, window, soil moisture, where any covariate is known), before any consistency."""
        for d, window, features, known, step in self._read(days, progress):
            touched = known if known.all() else np.isfinite(features).any(0)
            yield d, window, predict_block(self.model.on(days[d]).predict, features, known, step), touched

    def disturbed(self, draw: Draw | None, every: int = 1) -> Prediction:
        """Return the same with a draw of the errors of its inputs, of every so manieth row and column of pixels."""
        other = copy(self)
        other._draw = draw
        other._every = every
        other._seen, other._beyond = self._seen.copy(), self._beyond.copy()  # what is drawn counts for nothing
        other._classes = LearnedClasses(self.names, self.model)
        return other

    @cached_property
    def input_errors(self) -> InputErrors:
        """The errors of the inputs: of the coarse product what is stated, else what training found."""
        learned = self.model.cell_errors
        of_coarse = self.options.coarse_error or (learned.noise if learned else None)
        return InputErrors(self.study, self.names, of_coarse)

    def input_variances(
        self,
        days: np.ndarray,
        groups: Mapping[str, Iterable[str]],
        every: int,
        stack: ExitStack,
        progress: Progress = SILENT,
    ) -> dict[str, np.ndarray]:
        """Return the mean square by which errors of groups of inputs move the maps, shape (days, rows, columns).

        See `variances`; there are as many draws as the options say. With `every` 5 only every fifth pixel of a row and
        of a column is mapped, and the others are 0.
        """
        thinned = self.disturbed(None, every)
        raw = thinned._raw(days, stack, progress.part(0, 0.1))
        plain = raw
        if self.overlap is not None:
            plain = scratch(raw.shape, stack)
            for d, window, values in thinned._finished(raw, days, SILENT):
                plain[d][window.toslices()] = values
        return thinned._squares(days, raw, plain, stack, progress.part(0.1, 1), groups)

    def _squares(
        self,
        days: np.ndarray,
        raw: np.ndarray,
        plain: np.ndarray,
        stack: ExitStack,
        progress: Progress,
        groups: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, np.ndarray]:
        """Return by which mean squares maps move; without groups those of covariates and of the coarse product."""
        errors = self.input_errors
        if groups is None:
            groups = {INPUTS: [name for name in errors.known if name != COARSE], COARSE_PRODUCT: [COARSE]}
            groups = {name: own for name, own in groups.items() if set(own) & set(errors.known)}
            if not groups:
                progress.warn(NO_ERRORS)

        def move(draw: Draw, step: Progress) -> Moved:
            other = self.disturbed(draw, self._every)
            if self.overlap is None:
                for d, window, values, _ in other.predicted(days, step):
                    yield d, window, values - plain[d][window.toslices()]
                return
            with ExitStack() as inner:
                own = other._raw(days, inner, step) if draw.of_features else raw
                for d, window, values in other._finished(own, days, step):
                    yield d, window, values - plain[d][window.toslices()]

        return variances(errors, groups, self.options.draws, move, (len(days), *self.study.grid.shape), stack, progress)

    def _raw(self, days: np.ndarray, stack: ExitStack, progress: Progress) -> np.ndarray:
        """Return the maps before any consistency, shape (days, rows, columns), in a scratch file."""
        raw = scratch((len(days), *self.study.grid.shape), stack)
        for d, window, values, _ in self.predicted(days, progress):
            raw[d][window.toslices()] = values
        return raw

    def _own_sd(self, day: np.datetime64, features: np.ndarray, known: np.ndarray, progress: Progress) -> np.ndarray:
        """Return what the model says of its own error in a window, m3 m-3; errors of inputs are none of it."""
        return predict_block(self.model.on(day).predict_sd, features, known, progress)

    def _parts(
        self, values: np.ndarray, own: np.ndarray, squares: dict[str, np.ndarray], day: np.datetime64, window: Window
    ) -> Parts:
        """Return the parts of the standard deviation of a finished map in a window.

        What stations show of errors holds those of the inputs already.
        """
        at = window.toslices()
        model = own[at]
        holds_all = self.model.calibration is not None
        of_inputs, of_coarse = (np.sqrt(squares[n][at]) if n in squares else None for n in (INPUTS, COARSE_PRODUCT))
        if self.overlap is not None:
            coarse = coarse_of(self.study, day)
            if self.model.cell_errors is not None and not holds_all:
                seen = self.overlap.nearest(np.isfinite(coarse).astype(float), window) > 0
                model = np.where(seen, self.model.cell_errors.inside_fraction, 1.0) * model
            if of_coarse is None:
                of_coarse = self._from_cells(values, coarse, self.overlap.part(window))
        return Parts.of(model, of_inputs, of_coarse, whole=holds_all)

    def _from_cells(self, values: np.ndarray, coarse: np.ndarray, part) -> np.ndarray:
        """Return what errors of the coarse values do to a window of a map whose means are theirs, m3 m-3."""
        sd = np.where(np.isfinite(coarse), self.input_errors.coarse_sd, 0.0)
        if self.options.consistency == "additive":
            return part.spread(sd)
        relative = np.divide(sd, coarse, out=np.zeros_like(sd), where=(sd > 0) & (coarse > 0))
        return values * part.spread(relative)

    def _read(
        self, days: np.ndarray, progress: Progress
    ) -> Iterator[tuple[int, Window, np.ndarray, np.ndarray, Progress]]:
        """Yield (number of the day, window, its features, where all are known that must be, progress of its work).

        The next window is read while one is worked on.
        """
        grid = self.study.grid
        pixels = min(WINDOW_PIXELS, WINDOW_VALUES // self.study.slots(self.names, days))
        windows = list(grid.windows(pixels))

        keeps = self.options.draws and len(self.names) * len(days) * grid.size <= WINDOW_VALUES

        def read(window: Window) -> Iterable[np.ndarray]:
            if not keeps:
                return self.study.features(self.names, days, window, progress)
            key = window.flatten(), days.tobytes()
            if key not in self._kept:
                self._kept[key] = list(self.study.features(self.names, days, window, progress))
            return self._kept[key]

        reading = ahead(read, windows, progress, threads=1, most=1)
        for (window, part), features in zip(progress.parts(windows), reading):
            for d, (block, (_, step)) in enumerate(zip(features, part.parts(days))):
                known = self._known(block) & self._chosen(window)
                if self._draw is not None:
                    block = self._draw.disturbed(block, days[d], window)
                yield d, window, block, known, step

    def _chosen(self, window: Window) -> np.ndarray:
        """Return which pixels of a window are mapped, bool."""
        if self._every == 1:
            return np.ones((1, 1), bool)
        rows, columns = (
            (offset + np.arange(int(length))) % self._every == 0
            for offset, length in ((window.row_off, window.height), (window.col_off, window.width))
        )
        return rows[:, None] & columns

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

    def _finished(self, raw: np.ndarray, days: np.ndarray, progress: Progress, told: bool = False) -> Moved:
        """Yield the windows of maps that are brought to their coarse means; `told`: note how far these are off."""
        overlap = self.overlap
        conserving = self.options.conserving
        if overlap is None or conserving is None:
            return
        for d, day in enumerate(days):
            coarse = coarse_of(self.study, day, progress)
            if self._draw is not None:
                coarse = self._draw.coarse(coarse, day)
            fine = raw[d]

            def read(window: Window, fine: np.ndarray = fine) -> np.ndarray:
                return fine[window.toslices()]

            change = find_change(read, coarse, overlap, conserving, progress, self.bounds or FROM_0)
            if told and change.cells:
                self.largest_deviation = float(np.fmax(self.largest_deviation, change.largest_deviation))
            if told and self.bounds is not None:
                self.bounds.note_unmet(change.unmet, change.largest_deviation)
            for window in self.study.grid.windows(WINDOW_PIXELS):
                progress.check()
                values = change.apply(fine[window.toslices()], overlap.part(window), window)
                yield d, window, self._bounded(values, window) if told else values

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

    def covariates(
        self, n_days: int, progress: Progress = SILENT, weighed: bool = False, filled: bool = False
    ) -> list[CovariateFact]:
        """Return the valid fraction of each covariate on the days; tell of those that were not or were strange.

        Maps may be of `weighed` detail, and `filled` where nothing is predicted.
        """
        pixels = n_days * self.study.grid.size
        facts = [
            CovariateFact(name, float(seen / pixels), float(beyond / max(seen, 1)))
            for name, seen, beyond in zip(self.names, self._seen, self._beyond)
        ]
        elsewhere = "the maps have no value"
        if self._gaps.all():
            elsewhere = "the model does without it"
        elif filled:
            elsewhere = "the maps are the smooth field of the coarse product alone"
        tell_of(facts, weighed, elsewhere, progress)
        for text in self._classes.unlearned():
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
