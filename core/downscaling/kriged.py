# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps as the smooth field of the coarse product and the detail that covariates have earned: the second pass.

Map = f + K (y - H f): y the coarse values, f the weighted detail of the learners, H the mean over a cell, K kriging.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..kriging.band import LEAST_QUANTILE, factor
from ..kriging.cap import alone, covariance_of_days, find_cap
from ..kriging.covariance import Covariance
from ..kriging.days import MARGIN, some_of
from ..kriging.field import SERIES, SmoothField
from ..kriging.noise import FEWEST_CELLS
from ..report.words import weights_sentence
from ..study.study import Study
from ..training.blend import CoarseFacts
from ..training.model import Model
from .bounds import given_bounds
from .conserve import FROM_0, Change, find_change
from .detail import Block, Detail, coarse_days, predict_detail
from .kriged_facts import KrigedFacts
from .prediction import CovariateFact
from .settings import ConserveOptions, ConsistencyOptions

BAND_DAYS = 4  # of which left-out values are pooled
LITTLE = 0.1  # of what one scale up has shown: a cap below it is warned of
MOST_UNLIKE = 1.5  # times the size of the cells that were learned from
WINDOW_PIXELS = 1 << 20
EXACT = ConserveOptions(conserve="additive")
SEEN, IN_SPACE, IN_TIME = 0, 1, 2  # what a pixel's value rests on


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
        return [] if self.prediction is None else self.prediction.covariates(self._n_predicted, progress)

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
            yield from self._second_pass(_Parts(detail, smooth, plain, scale), days, second)

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
        covariance = self._own_covariance(detail, learned)

        def variance_beside(day: int, nodes: np.ndarray) -> float:
            return _variance_beside(detail, day, nodes, progress)

        ratio = learned.weights.ratio
        return find_cap(detail.cells, detail.coarse, detail.means, covariance, ratio, variance_beside, progress)

    def _own_covariance(self, detail: Detail, learned: CoarseFacts) -> Covariance:
        """Return the covariance of the coarse product by itself.

        Few days tell little of it: then that of the series which the model learned from serves, if cells are alike.
        """
        if learned.covariance is not None and len(detail.days) < SERIES and self._alike(learned, 1.1):
            return alone(learned.covariance)
        return covariance_of_days(detail.cells, detail.coarse, detail.days)

    def _has_gaps(self, detail: Detail) -> bool:
        """Return whether there is land to fill on which nothing is predicted, though elsewhere something is."""
        if not self.options.fill or detail.raw is None:
            return False
        unlike = {mask: day for day, mask in enumerate(detail.masks)}.values()  # a day of each mask
        return any((detail.land & ~np.isfinite(detail.raw[day])).any() for day in unlike)

    def _second_pass(self, parts: _Parts, days: np.ndarray, progress: Progress) -> Iterator[tuple[int, Window, Block]]:
        detail, smooth, plain = parts.detail, parts.smooth, parts.plain
        numbers = np.searchsorted(detail.days, days)
        wanted = [smooth.has(day) for day in days]
        targets, own = days[wanted], numbers[wanted]
        averagings = (detail.averaging(number) for number in own)
        fields = smooth.nodes(targets, averagings, progress)
        plains: Iterator[np.ndarray | None] = repeat(None)
        if plain is not None:
            plains = plain.nodes(targets, (detail.averaging_of_land() for _ in own), progress)
        sd = _Spread(smooth, targets, progress) if self.options.band else None
        plain_sd = _Spread(plain, targets, progress) if sd is not None and plain is not None else None
        for d, number, nodes, plain_nodes in zip(np.flatnonzero(wanted), own, fields, plains):
            progress.at(d / len(days))
            whole = _Day(parts, number, nodes, plain_nodes)
            whole.sd = None if sd is None else sd.on(days[d])
            whole.plain_sd = None if plain_sd is None else plain_sd.on(days[d])
            change = self._exact(whole, detail.coarse[number], progress)
            for window in self.study.grid.windows(WINDOW_PIXELS):
                progress.check()
                block = whole.block(window, change)
                if self.bounds is not None:
                    self.bounds.count(block.values, window)
                self.facts.n_values += int(np.isfinite(block.values).sum())
                self.facts.n_filled += whole.n_filled(block)
                yield int(d), window, block

    def _exact(self, whole: _Day, coarse: np.ndarray, progress: Progress) -> Change | None:
        """Return the last step: it makes means exact, where they are to be, and keeps to the bounds, if there are any.

        Where means are not exact, bounds leave those of the map as they are.
        """
        consistency = self.options.consistency
        exact = consistency == "strict" or (consistency == "auto" and self.facts.noise == 0)
        exact = exact and bool(np.isfinite(coarse).any())
        if not exact and self.bounds is None:
            return None
        wanted = coarse if exact else self._means(whole, progress)
        change = find_change(whole.values, wanted, whole.detail.overlap, EXACT, progress, self.bounds or FROM_0)
        if exact and change.cells:
            self.largest_deviation = float(np.fmax(self.largest_deviation, change.largest_deviation))
        if self.bounds is not None:
            self.bounds.note_unmet(change.unmet, change.largest_deviation)
        return change if change.cells or self.bounds is not None else None

    def _means(self, whole: _Day, progress: Progress) -> np.ndarray:
        """Return the means of a day's map over coarse cells; NaN where it has no value."""
        sums, areas = np.zeros((2, *self.study.coarse_grid.shape))
        for window in self.study.grid.windows(WINDOW_PIXELS):
            progress.check()
            of_window, area = whole.detail.overlap.part(window).sums(whole.values(window))
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
            progress.say(weights_sentence(known.weights))
        if noise.stated is not None and not noise.obeyed:
            progress.say(
                f"Of the coarse product an error of {noise.stated:.3f} is stated, but the map itself allows about "
                f"{noise.sd:.3f} m3 m-3: {noise.sd:.3f} was used."
            )
        else:
            progress.say(f"Noise of the coarse product: {noise.sd:.4f} m3 m-3.")
        cells = int(np.isfinite(smooth.values).sum(axis=(1, 2)).max())
        if cells < FEWEST_CELLS and not smooth.is_series:
            progress.warn(
                f"At most {counted(cells, 'coarse cell')} with a value on a day: too few to tell the noise of the "
                "coarse product; it is taken as it is. Give a larger area, or several days."
            )


class _Spread:
    """The standard deviation of a smooth field, so scaled that 1.645 of it hold 90 % of left-out values at least."""

    def __init__(self, field: SmoothField, targets: np.ndarray, progress: Progress):
        self._field = field
        self._progress = progress
        # the bands of the days that tell the scale are kept until it is their turn
        self._kept = {day: field.band(day, progress) for day in targets[some_of(len(targets), BAND_DAYS)]}
        self._scale = factor([band.z for band in self._kept.values()]) / LEAST_QUANTILE

    def on(self, day: np.datetime64) -> np.ndarray:
        """Return the standard deviation of a day at nodes, m3 m-3; each day is asked for once."""
        band = self._kept.pop(day, None) or self._field.band(day, self._progress)
        return self._scale * band.sd


@dataclass(frozen=True)
class _Parts:
    """What maps are put together from."""

    detail: Detail
    smooth: SmoothField
    plain: SmoothField | None
    scale: float


class _Day:
    """One day's map, window by window."""

    def __init__(self, parts: _Parts, number: int, nodes: np.ndarray, plain_nodes: np.ndarray | None):
        self.detail = parts.detail
        self.parts = parts
        self.number = number
        self.nodes = nodes
        self.plain_nodes = plain_nodes
        self.sd: np.ndarray | None = None
        self.plain_sd: np.ndarray | None = None
        self.codes = _codes(self.detail, number)

    def n_filled(self, block: Block) -> int:
        """Return how many pixels of a window rest on other cells or days."""
        return 0 if block.filled is None else int(np.count_nonzero(block.filled > SEEN))

    def values(self, window: Window) -> np.ndarray:
        """Return a window of the map before the last change, from 0 to 1."""
        fine = self.detail.read(self.number, window)
        values = self.parts.scale * fine + self.detail.maps.read(self.nodes, window)
        return np.clip(self._filled_up(values, self.plain_nodes, window), 0, 1).astype(np.float32)

    def block(self, window: Window, change: Change | None) -> Block:
        """Return a window of the map, with the last change made if there is one, and what stands beside it."""
        detail = self.detail
        values = self.values(window)
        if change is not None:
            values = change.apply(values, detail.overlap.part(window), window)
        unknown = ~np.isfinite(values)
        filled = detail.overlap.nearest(self.codes, window).astype(np.float32)
        if self.plain_nodes is not None:
            filled[self._lacking(window) & (filled == SEEN)] = IN_SPACE
        filled[unknown] = np.nan
        if self.sd is None:
            return Block(values, None, filled)
        sd = self._filled_up(detail.maps.read(self.sd, window), self.plain_sd, window)
        sd[unknown] = np.nan
        return Block(values, sd, filled)

    def _filled_up(self, values: np.ndarray, nodes: np.ndarray | None, window: Window) -> np.ndarray:
        """Return a window whose land without a prediction has what stands at the nodes."""
        lacking = self._lacking(window)
        if nodes is not None and lacking.any():
            values[lacking] = self.detail.maps.read(nodes, window)[lacking]
        return values

    def _lacking(self, window: Window) -> np.ndarray:
        """Return the land on which nothing is predicted."""
        return ~np.isfinite(self.detail.read(self.number, window)) & self.detail.land[window.toslices()]


def _codes(detail: Detail, number: int) -> np.ndarray:
    """Return for each cell what the values in it rest on, shape of the coarse grid."""
    seen = np.isfinite(detail.coarse)
    days = np.abs(detail.days - detail.days[number]) <= np.timedelta64(MARGIN, "D")
    lately = seen[days].any(0)
    return np.where(seen[number], SEEN, np.where(lately, IN_TIME, IN_SPACE)).astype(float)


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
