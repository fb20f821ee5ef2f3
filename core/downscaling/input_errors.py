# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors of the covariates and of the coarse product, drawn at random on the target grid."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Union

import numpy as np
from rasterio.windows import Window

from ..base.duration import duration
from ..base.errors import InputError
from ..base.inputs import address_from
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.ground import pixel_area
from ..rasters.open import Source
from ..rasters.overlap import Overlap
from ..rasters.raster import aligned, read_on
from ..study.study import COARSE, Study
from .detail import scratch

# SD of the error of what satellites see, as the makers of MOD13 state it, by the name of the covariate
PUBLISHED_ERRORS = {"ndvi": 0.025, "evi": 0.015}
Error = Union[float, Source]  # a standard deviation, everywhere alike or as a map
Moved = Iterator["tuple[int, Window, np.ndarray]"]  # number of the day, window, by how much the map moved, m3 m-3
_EPOCH = 1 << 20  # days; makes those before 1970 positive


class InputErrors:
    """What the errors of inputs are, and draws from their Normal distributions.

    An input that is coarser than the target grid has one error a pixel of its own; else each pixel of the grid has one.
    What holds for all days keeps its error, what is dated has another one each day.

    Parameters
    ----------
    study : Study
        Whose entries tell them: `error_file`, then `error`; else what is published for its name. Classes have none.
    names : sequence of str
        The covariates of a model, in its order.
    coarse : float, optional
        Of the coarse product where its entry does not tell one, m3 m-3.
    seed : int
    """

    def __init__(self, study: Study, names: Sequence[str], coarse: float | None = None, seed: int = 0):
        self.study = study
        self.names = list(names)
        self.seed = seed
        known = {name: _error_of(study, name, coarse) for name in self.names}
        self.known: dict[str, Error] = {name: error for name, error in known.items() if error is not None}
        self.of_coarse = _error_of(study, COARSE, coarse) if study.coarse is not None else None
        self._grids: dict[str, Overlap | None] = {}

    def draw(self, number: int, chosen: Iterable[str]) -> Draw:
        """Return one draw of the errors of some inputs, the coarse product among them by the name of its covariate."""
        return Draw(self, number, frozenset(chosen))

    def normal(self, name: str, number: int, day: np.datetime64, window: Window) -> np.ndarray:
        """Return standard normal values of an input in a window of the target grid."""
        overlap = self._overlap(name)
        if overlap is None:
            place = int(window.row_off), int(window.col_off)
            return self._rng(name, number, day, place).standard_normal((int(window.height), int(window.width)))
        own = self._rng(name, number, day).standard_normal(overlap.coarse.shape)
        return overlap.nearest(own, window)

    def of_cells(self, number: int, day: np.datetime64) -> np.ndarray:
        """Return the errors of the coarse cells on a day, m3 m-3, shape of the coarse grid."""
        return self.coarse_sd * self._rng(COARSE, number, day).standard_normal(self.study.coarse_grid.shape)

    @cached_property
    def coarse_sd(self) -> np.ndarray:
        """Standard deviation of the error of each coarse cell, m3 m-3; 0 where none is known."""
        grid = self.study.coarse_grid
        error = self.of_coarse
        if isinstance(error, Source):
            return np.nan_to_num(read_on(error, grid))
        return np.full(grid.shape, error or 0.0)

    def _rng(self, name: str, number: int, day: np.datetime64, place: tuple = ()) -> np.random.Generator:
        dated = self.study.entry(name).dated
        which = int(day.astype("datetime64[D]").astype(int)) + _EPOCH if dated else 0
        own = len(self.names) if name == COARSE else self.names.index(name)
        return np.random.default_rng([self.seed, own, number, which, *place])

    def _overlap(self, name: str) -> Overlap | None:
        """Return how an input that is coarser than the target grid lies over it; None of one that is not."""
        if name not in self._grids:
            study = self.study
            entry = study.entry(name)
            if name == COARSE:
                grid = study.coarse_grid
            else:
                source = entry.series(study.folder).sources[0] if entry.dated else study.source(entry)
                grid = source.grid()
            coarser = pixel_area(grid) > 1.5 * pixel_area(study.grid)
            self._grids[name] = Overlap(grid.crop(study.grid), study.grid) if coarser else None
        return self._grids[name]


@dataclass(frozen=True)
class Draw:
    """One draw of the errors of the chosen inputs."""

    errors: InputErrors
    number: int
    chosen: frozenset[str]

    @property
    def of_features(self) -> bool:
        """Whether it changes what the model sees."""
        return any(name in self.errors.known for name in self.chosen)

    def disturbed(self, block: np.ndarray, day: np.datetime64, window: Window) -> np.ndarray:
        """Return features, shape (features, rows, columns), float32, each with its error if it is chosen."""
        out = block.copy()
        for i, name in enumerate(self.errors.names):
            if name in self.chosen and name in self.errors.known:
                error = self.errors.known[name]
                sd = _read(error, self.errors.study, window) if isinstance(error, Source) else error
                moved = sd * self.errors.normal(name, self.number, day, window)
                out[i] += np.nan_to_num(moved).astype(np.float32)
        return out

    def coarse(self, values: np.ndarray, day: np.datetime64) -> np.ndarray:
        """Return the coarse product of a day, with its error if it is chosen; shape of the coarse grid, m3 m-3."""
        if COARSE not in self.chosen or self.errors.of_coarse is None:
            return values
        return values + self.errors.of_cells(self.number, day)


def parse_errors(text: str) -> dict[str, float]:
    """Return the errors that a text names, "ndvi=0.025; lst=1.5", by covariate.

    Raises
    ------
    InputError
        If an entry is no name and number of 0 or more.
    """
    found = {}
    for entry in filter(None, (part.strip() for part in text.replace(",", ";").split(";"))):
        name, _, number = (part.strip() for part in entry.partition("="))
        try:
            found[name] = float(number)
        except ValueError:
            found[name] = math.nan
        if not name or not 0 <= found[name] < math.inf:
            raise InputError(f"'{entry}' is no error of a covariate: write its name and a number, as ndvi=0.025.")
    return found


def variances(
    errors: InputErrors,
    groups: Mapping[str, Iterable[str]],
    n: int,
    move: Callable[[Draw, Progress], Moved],
    shape: tuple[int, int, int],
    stack: ExitStack,
    progress: Progress = SILENT,
) -> dict[str, np.ndarray]:
    """Return what the errors of groups of inputs do to maps: the mean square by which these move, (m3 m-3)**2.

    A shift that errors bring about where a model bends is in it. How long all draws take is told after the first.

    Parameters
    ----------
    errors : InputErrors
    groups : mapping of str to names
        Inputs of a group are disturbed together.
    n : int
        Draws of each group.
    move : callable
        Yields by how much the maps of days move.
    shape : (days, rows, columns)
    stack : ExitStack
        Holds the scratch files.

    Returns
    -------
    dict of str to ndarray, of that shape, float32
    """
    found = {name: scratch(shape, stack) for name in groups}
    rounds = [(name, number) for name in groups for number in range(n)]
    started = time.monotonic()
    for done, ((name, number), step) in enumerate(progress.parts(rounds)):
        for d, window, moved in move(errors.draw(number, groups[name]), step):
            found[name][d][window.toslices()] += np.nan_to_num(moved) ** 2 / n
        if done == 0:
            whole = (time.monotonic() - started) * len(rounds)
            progress.say(f"{counted(len(rounds), 'draw')} of errors of inputs: about {duration(whole)}.")
    return found


def _error_of(study: Study, name: str, coarse: float | None) -> Error | None:
    entry = study.entry(name)
    if entry.classes:
        return None
    if entry.error_file:
        address = address_from(study.folder, entry.error_file)
        return Source(address, unit_factor=entry.factor, set_crs=entry.crs or None, network=study.network)
    if entry.error is not None:
        return entry.factor * entry.error
    return (coarse or None) if name == COARSE else PUBLISHED_ERRORS.get(name.lower())


def _read(error: Source, study: Study, window: Window) -> np.ndarray:
    with aligned(error, study.grid) as reader:
        return reader.read(window)
