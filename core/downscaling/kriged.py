# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps as the smooth field of the coarse product and the detail that covariates have earned: the second pass.

Map = f + K (y - H f): y the coarse values, f the weighted detail of the learners, H the mean over a cell, K kriging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from itertools import repeat

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..kriging.cap import alone, covariance_of_days, find_cap
from ..kriging.covariance import Covariance
from ..kriging.days import MARGIN
from ..kriging.field import SERIES, SmoothField
from ..kriging.noise import FEWEST_CELLS
from ..rasters.overlap import Overlap
from ..report.words import noise_words, weights_sentence
from ..study.study import Study
from ..training.blend import CoarseFacts
from ..training.model import Model
from ..units import SM_UNIT
from .bounds import given_bounds
from .conserve import FROM_0, Change, find_change
from .detail import Block, Detail, coarse_days, predict_detail, scratch
from .input_errors import Draw, InputErrors, Moved, variances
from .kriged_day import KrigedDay, Sources, Spread
from .kriged_facts import KrigedFacts
from .parts import INPUTS
from .prediction import NO_ERRORS, CovariateFact
from .settings import ConserveOptions, ConsistencyOptions

LITTLE = 0.1  # of what one scale up has shown: a cap below it is warned of
MOST_UNLIKE = 1.5  # times the size of the cells that were learned from
WINDOW_PIXELS = 1 << 20
EXACT = ConserveOptions(conserve="additive")


class Kriged:
    """Maps of days of a study, brought to its coarse product by kriging.

    Parameters
    ----------
    study : Study
    prediction : Prediction or None
        Of the model's weighted detail; None for the smooth field alone.
    weights : ndarray, shape (parts,)
    model : Model or None
    options : ConsistencyOptions
    """

    def __init__(self, study: Study, prediction, model: Model | None, weights: np.ndarray, options: ConsistencyOptions):
        self.study = study
        self.prediction = prediction
        self.model = model
        self.weights = weights
        self.options = options
        self.facts = KrigedFacts()
        self.largest_deviation = float("nan")
        self.bounds = given_bounds(study, options)
        self._n_predicted = 0

    def conservable(self, days: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
        """Return on which days the coarse product has a value, bool; tell what becomes of the others."""
        around = 0 if self._undated else len(np.setdiff1d(self._involved(days), days))

        def else_(known: int) -> str:
            if self._undated or known + around < SERIES:
                return f"these days have no map, since a series needs {SERIES} days with a value"
            return "the maps of these days rest on the days around them"

        return coarse_days(self.study, days, else_, progress)

    def covariates(self, _n_days: int, progress: Progress = SILENT) -> list[CovariateFact]:
        """Return how well each covariate was known on the days that were predicted; none if none was."""
        if self.prediction is None:
            return []
        weighed = self.facts.learned is not None
        return self.prediction.covariates(self._n_predicted, progress, weighed=weighed, filled=self.options.fill)

    def refuse_empty(self, days: np.ndarray) -> None:
        """Raise `InputError`, since no day got a map."""
        if self.prediction is not None:
            self.prediction.refuse_empty(days)
        raise InputError("No pixel has a map: the coarse soil moisture has no value on any of the days.")

    def windows(self, days: np.ndarray, progress: Progress = SILENT) -> Iterator[tuple[int, Window, Block]]:
        """Yield (number of the day, window, block) until all maps are whole, but for days of which nothing is known.

        Parameters
        ----------
        days : ndarray of datetime64[D]
            Rising. Ten or more are a series.
        progress : Progress, optional
        """
        options = self.options
        with ExitStack() as stack:
            involved = self._involved(days)
            self._n_predicted = len(involved)
            first, second = progress.part(0, 0.6), progress.part(0.6, 1)
            detail = predict_detail(self.study, self.prediction, involved, options.min_valid_fraction, stack, first)
            if not detail.land.any():
                raise InputError(
                    f"No pixel of the target grid has a value of any covariate ({', '.join(self.study.covariates)}), "
                    "so there is no land to map. Check their files, reference systems and dates."
                )
            if not np.isfinite(detail.coarse).any():
                raise InputError(
                    "The coarse soil moisture has no value over the pixels that can be mapped on any of the "
                    f"{len(involved)} days. Check its place, days and nodata value, or set consistency to 'off'."
                )
            scale = self._cap(detail, second)
            stated = options.coarse_error or None
            forced = options.consistency == "soft" and stated is not None
            residual = detail.coarse - scale * detail.means
            level = float(np.nanmean(residual)) if self._keeps_level else 0.0

            def field(values: np.ndarray) -> SmoothField:
                return SmoothField(detail.cells, values - level, involved, stated, forced, second, alone=self._undated)

            smooth = field(residual)
            plain = field(detail.coarse) if self._has_gaps(detail) else None
            self._tell(smooth, scale, progress)
            sources = Sources(detail, smooth, plain, scale)
            if self.options.draws and self.prediction is not None:
                here, second = second.part(0, 0.7), second.part(0.7, 1)
                sources = replace(sources, squares=self._squares(sources, days, stack, here))
            yield from self._second_pass(sources, days, second)

    @property
    def input_errors(self) -> InputErrors | None:
        """The errors of the inputs; None where covariates have no say."""
        return None if self.prediction is None else self.prediction.input_errors

    def input_variances(
        self,
        days: np.ndarray,
        groups: Mapping[str, Iterable[str]],
        every: int,
        stack: ExitStack,
        progress: Progress = SILENT,
    ) -> dict[str, np.ndarray]:
        """Return the mean square by which errors of groups of inputs move the maps, as `Prediction` has it.

        Each day by itself; nothing where the covariates have no say.
        """
        if self.prediction is None:
            return {name: np.zeros((len(days), *self.study.grid.shape), np.float32) for name in groups}
        thinned = self.prediction.disturbed(None, every)
        detail = predict_detail(self.study, thinned, days, 0.0, stack, progress.part(0, 0.1))
        scale = self._cap(detail, progress)
        smooth = SmoothField(detail.cells, detail.coarse - scale * detail.means, days, alone=True)
        self.facts.noise = smooth.noise.sd
        return self._squares(Sources(detail, smooth, None, scale), days, stack, progress.part(0.1, 1), groups, every)

    def _squares(
        self,
        sources: Sources,
        days: np.ndarray,
        stack: ExitStack,
        progress: Progress,
        groups: Mapping[str, Iterable[str]] | None = None,
        every: int = 1,
    ) -> dict[str, np.ndarray]:
        """Return by which mean squares the maps of days move; without groups, by the errors of all covariates.

        What they move at cells comes back from the coarse product, as far as its noise lets it.
        """
        errors = self.prediction.input_errors
        if groups is None:
            groups = {INPUTS: list(errors.known)} if errors.known else {}
            if not groups:
                progress.warn(NO_ERRORS)

        def move(draw: Draw, step: Progress) -> Moved:
            with ExitStack() as inner:
                other = self.prediction.disturbed(draw, every)
                of_draw = predict_detail(self.study, other, sources.detail.days, 0.0, inner, step)
                yield from self._moved(sources, of_draw, days, inner, step)

        shape = (len(days), *self.study.grid.shape)
        return variances(errors, groups, self.options.draws, move, shape, stack, progress)

    def _moved(self, sources: Sources, other: Detail, days: np.ndarray, stack: ExitStack, progress: Progress) -> Moved:
        """Yield by how much maps of days move where the detail is another one."""
        detail = sources.detail
        scale = sources.scale
        at_cells = np.where(np.isfinite(detail.coarse), scale * (other.means - detail.means), np.nan)
        wanted = [sources.smooth.has(day) for day in days]
        numbers = np.searchsorted(detail.days, days)[wanted]
        averagings = (detail.averaging(number, progress) for number in numbers)
        back = sources.smooth.of(-at_cells).nodes(days[wanted], averagings, progress)
        moved = scratch(self.study.grid.shape, stack)
        windows = list(self.study.grid.windows(WINDOW_PIXELS))
        for d, number, nodes in zip(np.flatnonzero(wanted), numbers, back):
            for window in windows:
                progress.check()
                difference = scale * (other.read(number, window) - detail.read(number, window))
                moved[window.toslices()] = difference + detail.maps.read(nodes, window)
            flat = None
            if self._is_exact:  # an exact map does not move in the mean of a seen cell
                means = self._means(lambda w: moved[w.toslices()], detail.overlap, progress)
                flat = np.where(np.isfinite(detail.coarse[number]), np.nan_to_num(means), 0.0)
            for window in windows:
                left = 0.0 if flat is None else detail.overlap.part(window).spread(flat)
                yield int(d), window, moved[window.toslices()] - left

    @property
    def _is_exact(self) -> bool:
        """Whether maps are made exact in the coarse means; left to the program, the level of stations is kept."""
        left_to_us = self.options.consistency == "auto" and not self._keeps_level
        return self.options.consistency == "strict" or (left_to_us and self.facts.noise == 0)

    def _alike(self, learned: CoarseFacts, most: float) -> bool:
        """Return whether the cells have the size of those that the model learned from, to a factor."""
        own, other = self._cell_sizes(learned)
        ratio = np.array(own) / np.array(other)
        return bool((ratio <= most).all() and (ratio >= 1 / most).all())

    def _cell_sizes(self, learned: CoarseFacts) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the sizes of our cells and of those learned from, in metres where the model tells these."""
        grid = self.study.coarse_grid
        if learned.cell_metres is None:
            return grid.resolution, learned.cell_size
        return grid.metres, learned.cell_metres

    @cached_property
    def _learned(self) -> CoarseFacts | None:
        """What the model knows of the coarse product that it learned from; None if it learned from something else."""
        return self.model.coarse if self.model is not None else None

    @property
    def _keeps_level(self) -> bool:
        """Whether the level is that of the model, which learned from stations, and not of the coarse product."""
        return self.model is not None and self.model.passport["target"] != "coarse"

    @property
    def _undated(self) -> bool:
        """Whether one coarse map stands for all days."""
        return self.study.coarse is not None and not self.study.coarse.dated

    def _involved(self, days: np.ndarray) -> np.ndarray:
        """Return the days to predict: those asked for, and of a series those around them that the product has."""
        if len(days) < SERIES or self._undated:
            return days
        seen = self.study.coarse_series.days
        near = np.abs(seen[:, None] - days).min(1) <= np.timedelta64(MARGIN, "D")
        return np.union1d(days, seen[near])

    def _cap(self, detail: Detail, progress: Progress) -> float:
        """Return by what the weights are multiplied, at most 1."""
        learned = self._learned
        if learned is None or detail.raw is None:
            return 1.0
        covariance = self._own_covariance(detail, learned, progress)

        def variance_beside(day: int, nodes: np.ndarray) -> float:
            return _variance_beside(detail, day, nodes, progress)

        ratio = learned.weights.ratio
        return find_cap(detail.cells, detail.coarse, detail.means, covariance, ratio, variance_beside, progress)

    def _own_covariance(self, detail: Detail, learned: CoarseFacts, progress: Progress) -> Covariance:
        """Return the covariance of the coarse product by itself.

        Few days tell little of it: then that of the series which the model learned from serves, if cells are alike.
        """
        if learned.covariance is not None and len(detail.days) < SERIES and self._alike(learned, 1.1):
            return alone(learned.covariance)
        return covariance_of_days(detail.cells, detail.coarse, detail.days, progress)

    def _has_gaps(self, detail: Detail) -> bool:
        """Return whether there is land to fill on which nothing is predicted, though elsewhere something is."""
        if not self.options.fill or detail.raw is None:
            return False
        unlike = {mask: day for day, mask in enumerate(detail.masks)}.values()  # a day of each mask
        return any((detail.land & ~np.isfinite(detail.raw[day])).any() for day in unlike)

    def _second_pass(
        self, sources: Sources, days: np.ndarray, progress: Progress
    ) -> Iterator[tuple[int, Window, Block]]:
        detail = sources.detail
        smooth = sources.smooth
        plain = sources.plain
        numbers = np.searchsorted(detail.days, days)
        wanted = [smooth.has(day) for day in days]
        targets, own = days[wanted], numbers[wanted]
        averagings = (detail.averaging(number, progress) for number in own)
        fields = smooth.nodes(targets, averagings, progress)
        plains: Iterator[np.ndarray | None] = repeat(None)
        if plain is not None:
            plains = plain.nodes(targets, (detail.averaging_of_land(progress) for _ in own), progress)
        sd = Spread(smooth, targets, progress) if self.options.band else None
        plain_sd = Spread(plain, targets, progress) if sd is not None and plain is not None else None
        for d, number, nodes, plain_nodes in zip(np.flatnonzero(wanted), own, fields, plains):
            progress.at(d / len(days))
            whole = KrigedDay(sources, number, nodes, plain_nodes)
            whole.sd = None if sd is None else sd.on(days[d])
            whole.plain_sd = None if plain_sd is None else plain_sd.on(days[d])
            whole.square = sources.squares[INPUTS][d] if INPUTS in sources.squares else None
            change = self._exact(whole, detail.coarse[number], progress)
            for window in self.study.grid.windows(WINDOW_PIXELS):
                progress.check()
                block = whole.block(window, change)
                if self.bounds is not None:
                    self.bounds.count(block.values, window)
                self.facts.n_values += int(np.isfinite(block.values).sum())
                self.facts.n_filled += whole.n_filled(block)
                yield int(d), window, block

    def _exact(self, whole: KrigedDay, coarse: np.ndarray, progress: Progress) -> Change | None:
        """Return the last step: it makes means exact, where they are to be, and keeps to the bounds, if there are any.

        Where means are not exact, bounds leave those of the map as they are.
        """
        exact = self._is_exact and bool(np.isfinite(coarse).any())
        if not exact and self.bounds is None:
            return None
        wanted = coarse if exact else self._means(whole.values, whole.detail.overlap, progress)
        change = find_change(whole.values, wanted, whole.detail.overlap, EXACT, progress, self.bounds or FROM_0)
        if exact and change.cells:
            self.largest_deviation = float(np.fmax(self.largest_deviation, change.largest_deviation))
        if self.bounds is not None:
            self.bounds.note_unmet(change.unmet, change.largest_deviation)
        return change if change.cells or self.bounds is not None else None

    def _means(self, read: Callable, overlap: Overlap, progress: Progress) -> np.ndarray:
        """Return the means over coarse cells of a map that is read by windows; NaN where it has no value."""
        sums, areas = np.zeros((2, *self.study.coarse_grid.shape))
        for window in self.study.grid.windows(WINDOW_PIXELS):
            progress.check()
            of_window, area = overlap.part(window).sums(read(window))
            sums += of_window
            areas += area
        return np.divide(sums, areas, out=np.full(sums.shape, np.nan), where=areas > 0)

    def _tell(self, smooth: SmoothField, scale: float, progress: Progress) -> None:
        """Note and say what was found of the coarse product and the detail."""
        noise = smooth.noise
        facts = self.facts
        known = self._learned
        if known is not None and not self._alike(known, MOST_UNLIKE):
            own, learned = (max(sizes) for sizes in self._cell_sizes(known))
            unit = "" if known.cell_metres is None else " m"
            progress.warn(
                f"The coarse cells measure {own:.6g}{unit}, but those that the model learned from measured "
                f"{learned:.6g}{unit}: how "
                "much of its detail to believe may not carry over. Train on samples of this product."
            )
        facts.noise = noise.sd
        facts.shared_noise = smooth.shared_noise
        facts.stated = noise.stated
        facts.obeyed = noise.obeyed
        facts.is_series = smooth.is_series
        facts.cap = scale
        if scale < LITTLE:
            progress.warn(
                "What the covariates tell inside of coarse cells is so much greater than what they tell between them "
                f"that only {100 * scale:.1f} % of it counts. Look for pixels of covariates that are out of place; "
                f"values beyond the range that was learned from: {self.prediction.beyond_words() or 'none'}."
            )
        facts.parts = [part["label"] for part in self.model.passport["parts"]] if self.model is not None else []
        facts.weights = [float(weight) for weight in self.weights * scale]
        if known is not None:
            facts.learned = known.weights
            progress.say(weights_sentence(known.weights, scale))
        if noise.stated is not None and not noise.obeyed:
            progress.say(
                f"Of the coarse product an error of {noise.stated:.3f} is stated, but the map itself allows about "
                f"{noise.sd:.3f} m3 m-3: {noise.sd:.3f} was used."
            )
        else:
            progress.say(f"Noise of the coarse product: {noise_words(noise.sd, facts.shared_noise, SM_UNIT)}.")
        cells = int(np.isfinite(smooth.values).sum(axis=(1, 2)).max())
        if cells < FEWEST_CELLS and not smooth.is_series:
            progress.warn(
                f"At most {counted(cells, 'coarse cell')} with a value on a day: too few to tell the noise of the "
                "coarse product; it is taken as it is. Give a larger area, or several days."
            )


def _variance_beside(detail: Detail, day: int, nodes: np.ndarray, progress: Progress) -> float:
    """Return the variance, over pixels of seen cells, of what the detail has beside a field at nodes."""
    seen = np.isfinite(detail.coarse[day]).astype(float)
    count = total = squares = 0.0
    for window in detail.overlap.fine.windows(WINDOW_PIXELS):
        progress.check()
        left = detail.read(day, window) - detail.maps.read(nodes, window)
        inside = detail.overlap.nearest(seen, window) > 0
        left = left[np.isfinite(left) & inside].astype(float)
        count += left.size
        total += left.sum()
        squares += (left**2).sum()
    return squares / count - (total / count) ** 2 if count else 0.0
