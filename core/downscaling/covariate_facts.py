# SPDX-License-Identifier: GPL-2.0-or-later
"""How well covariates are known where maps are made, and what is strange about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base.names import class_of
from ..base.progress import Progress
from ..training.model import Model

LITTLE_KNOWN = 0.5  # fraction of pixels and days; a covariate with fewer values is warned of
MUCH_BEYOND = 0.2  # fraction of values outside of the range of the samples; a covariate with more is warned of


@dataclass
class CovariateFact:
    """One covariate of a run: fraction of pixels and days where it is valid, and of these beyond the training range."""

    name: str
    known: float
    beyond: float


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


def tell_of(facts: list[CovariateFact], weighed: bool, elsewhere: str, progress: Progress) -> None:
    """Tell what a person should know of the covariates of a run; `elsewhere` says what maps are without one.

    Values beyond the range that was learned from are no reason for a warning where the detail is `weighed`: pixels
    differ more than the means of cells do, and its weight and cap see to that.
    """
    little = [fact for fact in facts if fact.known < LITTLE_KNOWN]
    for fact in little:
        progress.warn(
            f"Covariate '{fact.name}' is valid on {fact.known:.0%} of the pixels and days; elsewhere {elsewhere}. "
            "Widen it, or leave it out."
        )
    beyond = [f"{fact.name} {fact.beyond:.0%}" for fact in facts if fact not in little and fact.beyond > MUCH_BEYOND]
    if beyond and weighed:
        progress.say(
            f"Values beyond the range of the coarse cells that the model has learned from: {', '.join(beyond)}. Its "
            "detail there counts no more than it does among cells."
        )
    elif beyond:
        progress.warn(
            f"Many values lie outside of the range that the model has learned from ({', '.join(beyond)}): there its "
            "maps are a guess. Learn from more places, or leave covariates out."
        )
