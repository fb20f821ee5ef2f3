# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a model that learned at one scale holds at another: learned from larger cells, and scored on smaller ones.

A model of a coarse product learns from means over cells and is asked for pixels inside them. What that costs cannot be
seen there, but one and two scales up: cells take the place of pixels, and means of 2 x 2 and 4 x 4 of them that of
cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..samples.samples import Samples
from ..scoring.metrics import scores
from ..study.columns import VALID_FRACTION
from .check_samples import MIN_SAMPLES
from .explain.explanation import usable
from .folds.groups import dealt
from .model import Model
from .recipe import Recipe
from .recipes_of import recipes_of
from .scale_facts import METRICS, PASSPORT, ScaleTransfer
from .schemes import fit_recipe

SIDES = (2, 4)  # cells of a super-cell
BLOCKS = (4, 2)  # cells: side of the blocks that are left out together at all scales; the first that gives two
N_FOLDS = 5
FEWEST_SUPER_CELLS = 30  # over all days, below which nothing can be told
MOST_BLOCKS = 100_000  # in a row of them
LEAST_CELLS = 0.5  # fraction of a super-cell's cells that must be known


def scale_transfer(
    model: Model, samples: Samples, seed: int = 0, threads: int = 0, progress: Progress = SILENT
) -> ScaleTransfer:
    """Learn from larger cells and score on smaller ones, and the other way round, by folds of blocks of cells.

    Parameters
    ----------
    model : Model
        Gives the learners with the options that they were trained with, without a new search, and how its parts speak
        together.
    samples : Samples
        Of a coarse product, with the covariates of the model.
    seed, threads : int
        0 threads means all cores.

    Returns
    -------
    ScaleTransfer
        A side with fewer than 30 super-cells over all days is refused, and said.

    Raises
    ------
    InputError
        If the samples are of no coarse product or lack a covariate, or both sides are refused; with the numbers.

    Notes
    -----
    A super-cell counts on a day if half of its cells are known; its values are means of these, weighted by the fraction
    of each that is valid. Blocks are of 4 x 4 cells, or of 2 x 2 where the samples lie in one such. No cell of the
    blocks that are scored is learned from, at any scale. There are fewer super-cells than cells, and less to learn from
    costs something by itself: so each loss is held against a model that learned at the scored scale from no more
    samples.
    """
    if samples.coarse_grid is None:
        raise InputError(
            "Scale transfer is of a model of a coarse product: these samples have no coarse grid. Sample the coarse "
            "product, and train on that."
        )
    warnings: list[str] = []
    samples, _ = usable(model, samples, warnings)
    block = _block(samples)
    levels, refused = _levels(samples, block)
    for line in (*warnings, *refused.values()):
        progress.warn(line)
    if len(levels) == 1:
        raise InputError(f"{' '.join(refused.values())} Give more days or a larger region.")
    return _Learning(model, recipes_of(model), levels, _folds(levels, block, seed), seed, threads).transfer(
        refused, progress
    )


def weighed(
    model: Model, samples: Samples, seed: int = 0, threads: int = 0, progress: Progress = SILENT
) -> tuple[Model, ScaleTransfer]:
    """Return a model whose passport tells its scale transfer, and that; see `scale_transfer`."""
    found = scale_transfer(model, samples, seed, threads, progress)
    progress.say(found.sentence)
    return replace(model, passport={**model.passport, PASSPORT: found.as_dict()}), found


def super_cells(samples: Samples, side: int) -> Samples:
    """Return the means of samples over squares of cells, one row a super-cell and day.

    Parameters
    ----------
    samples : Samples
        Of a coarse product.
    side : int
        Cells of a super-cell along a side; they are counted from the first row and column of the grid.
    """
    if samples.categories:
        names = ", ".join(samples.names[i] for i in samples.categories)
        raise InputError(f"Numbers of classes have no mean over cells: {names}. Sample the coarse product again.")
    table = samples.index.reset_index(drop=True)
    keys = table.assign(cell_row=table["cell_row"] // side, cell_column=table["cell_column"] // side)
    by = [name for name in ("date", "cell_row", "cell_column") if name in keys]
    number = keys.groupby(by, sort=True).ngroup().to_numpy()
    weight = np.ones(len(samples)) if samples.valid_fraction is None else samples.valid_fraction.astype(float)
    weight = np.maximum(weight, 1e-6)  # a known cell tells something
    first = np.unique(number, return_index=True)[1]
    index = keys.iloc[first].reset_index(drop=True)
    if VALID_FRACTION in index:
        index[VALID_FRACTION] = (np.bincount(number, weight) / side**2).astype(np.float32)
    X = np.column_stack([_mean(values, weight, number) for values in samples.X.T]).astype(np.float32)
    facts = {name: value for name, value in samples.facts.items() if name != "coarse_grid"}
    whole = Samples(X, _mean(samples.y, weight, number).astype(np.float32), samples.names, index, facts)
    return whole.rows(np.bincount(number) >= LEAST_CELLS * side**2)


def _mean(values: np.ndarray, weight: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return the weighted mean of what is known in each group; NaN where nothing is."""
    known = np.where(np.isnan(values), 0, weight)
    total = np.bincount(number, known)
    return np.bincount(number, known * np.nan_to_num(values)) / np.where(total > 0, total, np.nan)


def _block(samples: Samples) -> int:
    """Return the side of the blocks that are left out together, in cells."""
    for side in BLOCKS:
        if len(np.unique(_block_of(samples, side))) > 1:
            return side
    raise InputError(
        f"The samples lie in one block of {BLOCKS[-1]} x {BLOCKS[-1]} coarse cells, so none can be held out. Give a "
        "larger region."
    )


def _levels(samples: Samples, block: int) -> tuple[dict[int, Samples], dict[int, str]]:
    """Return the samples of each scale by its side, and why others are refused."""
    levels, refused = {1: samples}, {}
    for side in SIDES:
        level = super_cells(samples, side)
        if len(level) < FEWEST_SUPER_CELLS:
            refused[side] = (
                f"Of {side} x {side} coarse cells there are {len(level)} super-cells over all days, and at least "
                f"{FEWEST_SUPER_CELLS} are needed."
            )
        elif side > block:
            refused[side] = f"All samples lie in one block of {side} x {side} coarse cells, so none can be held out."
        else:
            levels[side] = level
    return levels, refused


def _folds(levels: dict[int, Samples], block: int, seed: int) -> dict[int, np.ndarray]:
    """Return the fold of each sample of each scale: a block of cells falls into the same fold at all of them."""
    blocks = {side: _block_of(level, block // side) for side, level in levels.items()}
    names = np.unique(blocks[1])
    order = np.random.default_rng(seed).permutation(len(names))
    number = np.searchsorted(names, blocks[1])
    fold = np.empty(len(names), int)
    fold[number] = dealt(order, number, min(N_FOLDS, len(names)))
    return {side: fold[np.searchsorted(names, own)] for side, own in blocks.items()}


def _block_of(samples: Samples, side: int) -> np.ndarray:
    """Return the number of the block, so many cells or super-cells a side, that each sample lies in."""
    row, column = (samples.index[name].to_numpy() // side for name in ("cell_row", "cell_column"))
    return row * MOST_BLOCKS + column


@dataclass(frozen=True)
class _Learning:
    """What is learned from and scored on: the samples of each scale by its side, and their folds."""

    model: Model
    recipes: tuple[Recipe, ...]
    levels: dict[int, Samples]
    folds: dict[int, np.ndarray]
    seed: int
    threads: int

    def transfer(self, refused: dict[int, str], progress: Progress) -> ScaleTransfer:
        """Return the scores of all pairs of scales."""
        predicted = {(*fit, scored): np.full(len(self.levels[scored]), np.nan) for fit, scored in self._asked()}
        fits = list(dict.fromkeys(fit for fit, _ in self._asked()))
        turns = [(number, fit) for number in np.unique(self.folds[1]) for fit in fits]
        for (number, fit), step in progress.parts(turns):
            predict = self._fit(*fit, number, step)
            for scored in (scored for other, scored in self._asked() if other == fit):
                test = self.folds[scored] == number
                if test.any():  # a block may hold cells, but no whole super-cell
                    predicted[fit[0], fit[1], scored][test] = predict(self.levels[scored].rows(test))
        return ScaleTransfer(pd.DataFrame(list(self._rows(predicted))), refused)

    def _asked(self) -> list[tuple[tuple[int, int], int]]:
        """Return what is fitted, by side learned from and side as many samples of which are learned, and scored."""
        asked = [((1, 1), 1)]
        for side in self.levels:
            if side > 1:
                asked += [((learned, side), scored) for learned in (side, 1) for scored in (1, side)]
        return asked

    def _fit(self, learned: int, as_many: int, number: int, progress: Progress) -> Callable[[Samples], np.ndarray]:
        """Return what models say that learned outside of a fold, from no more samples than another scale has there."""
        rows = np.flatnonzero(self.folds[learned] != number)
        most = np.count_nonzero(self.folds[as_many] != number)
        if most < MIN_SAMPLES:
            raise InputError(
                f"Without one of the blocks {most} super-cells of {as_many} x {as_many} coarse cells are left over all "
                f"days, and at least {MIN_SAMPLES} are needed to learn from. Give more days or a larger region."
            )
        if most < len(rows):
            rows = np.sort(np.random.default_rng(self.seed + number).choice(rows, most, replace=False))
        own = self.levels[learned].rows(rows)
        parts = [
            fit_recipe(recipe, own, self.seed, self.threads, step, {}) for recipe, step in progress.parts(self.recipes)
        ]
        shares = [part["share"] for part in self.model.passport["parts"]]
        level = self.model.passport.get("level", 0.0)

        def predict(samples: Samples) -> np.ndarray:
            return level + sum(share * part.predict(samples.X, samples.days) for share, part in zip(shares, parts))

        return predict

    def _rows(self, predicted: dict[tuple[int, int, int], np.ndarray]) -> Iterator[dict]:
        """Yield the rows of the table."""
        sides = [side for side in self.levels if side > 1]
        pairs = [(1, 1, 1), *((side, 1, side) for side in sides), *((1, side, side) for side in sides)]
        for learned, scored, as_many in pairs:
            observed = self.levels[scored].y
            found = scores(predicted[learned, as_many, scored], observed)
            native = scores(predicted[scored, as_many, scored], observed)["rmse"]
            loss = found["rmse"] - native
            percent = 100 * loss / native if native else 0.0
            yield {
                "learned": learned,
                "scored": scored,
                **{name: found[name] for name in METRICS},
                "rmse_native": native,
                "loss": loss,
                "loss_percent": percent,
                "loss_a_step": percent / max(1.0, abs(np.log2(learned / scored))),
            }
