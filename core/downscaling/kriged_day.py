# SPDX-License-Identifier: GPL-2.0-or-later
"""One day of kriged maps, put together window by window, with its standard deviation and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from rasterio.windows import Window

from ..base.progress import Progress
from ..kriging.band import LEAST_QUANTILE, factor
from ..kriging.days import MARGIN, some_of
from ..kriging.field import SmoothField
from .conserve import Change
from .detail import Block, Detail
from .parts import Parts

BAND_DAYS = 4  # of which left-out values are pooled
SEEN, IN_SPACE, IN_TIME = 0, 1, 2  # what a pixel's value rests on


@dataclass(frozen=True)
class NodeSpread:
    """Standard deviations of a smooth field at nodes, m3 m-3: the whole, and of it what noise of the product does."""

    whole: np.ndarray
    of_noise: np.ndarray


class Spread:
    """The standard deviation of a smooth field, so scaled that 1.645 of it hold 90 % of left-out values at least."""

    def __init__(self, field: SmoothField, targets: np.ndarray, progress: Progress):
        self._field = field
        self._progress = progress
        # the bands of the days that tell the scale are kept until it is their turn
        self._kept = {day: field.band(day, progress) for day in targets[some_of(len(targets), BAND_DAYS)]}
        self._scale = factor([band.z for band in self._kept.values()]) / LEAST_QUANTILE

    def on(self, day: np.datetime64) -> NodeSpread:
        """Return the standard deviation of a day; each day is asked for once."""
        band = self._kept.pop(day, None) or self._field.band(day, self._progress)
        whole = self._scale * band.sd
        return NodeSpread(whole, np.minimum(self._field.noise.sd * band.gain, whole))


@dataclass(frozen=True)
class Sources:
    """What maps are put together from.

    `squares` has by which mean square the errors of inputs move the maps asked for, where these were drawn.
    """

    detail: Detail
    smooth: SmoothField
    plain: SmoothField | None
    scale: float
    squares: Mapping[str, np.ndarray] = field(default_factory=dict)


class KrigedDay:
    """One day's map, window by window."""

    def __init__(self, sources: Sources, number: int, nodes: np.ndarray, plain_nodes: np.ndarray | None):
        self.detail = sources.detail
        self.scale = sources.scale
        self.number = number
        self.nodes = nodes
        self.plain_nodes = plain_nodes
        self.sd: NodeSpread | None = None
        self.plain_sd: NodeSpread | None = None
        self.square: np.ndarray | None = None  # of the whole map
        self.codes = _codes(self.detail, number)

    def n_filled(self, block: Block) -> int:
        """Return how many pixels of a window rest on other cells or days."""
        return 0 if block.filled is None else int(np.count_nonzero(block.filled > SEEN))

    def values(self, window: Window) -> np.ndarray:
        """Return a window of the map before the last change, from 0 to 1."""
        fine = self.detail.read(self.number, window)
        values = self.scale * fine + self.detail.maps.read(self.nodes, window)
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
        return Block.of(values, self._parts(window, unknown), filled)

    def _parts(self, window: Window, unknown: np.ndarray) -> Parts:
        """Return the parts of the standard deviation in a window.

        What kriging does not know between coarse values is the model's part: errors of learners at cells are in it.
        """

        def read(name: str) -> np.ndarray:
            plain = None if self.plain_sd is None else getattr(self.plain_sd, name)
            return self._filled_up(self.detail.maps.read(getattr(self.sd, name), window), plain, window)

        whole = read("whole")
        of_noise = np.minimum(read("of_noise"), whole)
        model = np.sqrt(np.maximum(whole**2 - of_noise**2, 0))
        model[unknown] = np.nan
        return Parts.of(model, None if self.square is None else np.sqrt(self.square[window.toslices()]), of_noise)

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
