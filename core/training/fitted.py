# SPDX-License-Identifier: GPL-2.0-or-later
"""What a recipe made of samples: one learner or several, and which of them speaks when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ..base.errors import InputError
from ..base.options import Options
from .learners import Learner

if TYPE_CHECKING:  # it needs scikit-learn, which is not always there
    from .learners.estimator import Estimator


@dataclass(frozen=True)
class Member:
    """A learner that has learned; the label says from which of the samples."""

    learner: Learner
    options: Options
    estimator: Estimator
    label: str


def gain_fraction(estimator: Estimator) -> np.ndarray:
    """Return the fraction of each feature in what the splits of trees gained, shape (features,); NaN without trees."""
    gain = estimator.split_gain()
    if gain is None:
        return np.full(estimator.n_features_in_, np.nan)
    return gain / max(gain.sum(), np.finfo(float).tiny)


@dataclass(frozen=True)
class Fitted:
    """Members that speak together, or each for its periods.

    Attributes
    ----------
    members : tuple of Member
    starts : ndarray, shape (members,), datetime64[D]
        The first day of the period from which on a member speaks, until the next one does; empty if all speak
        together, and their mean counts. So a period without a member of its own has that of the period before.
    account : list of dict
        What was tried and chosen: one entry a part of the samples and learner.
    """

    members: tuple[Member, ...]
    starts: np.ndarray = field(default_factory=lambda: np.empty(0, "datetime64[D]"))
    account: list = field(default_factory=list)

    @property
    def per_period(self) -> bool:
        """Whether the members speak for periods, so that a prediction needs its day."""
        return len(self.starts) > 0

    def on(self, day: np.datetime64 | None) -> Fitted:
        """Return those that speak on a day.

        Raises
        ------
        InputError
            If there are periods and no day is given.
        """
        if not self.per_period:
            return self
        if day is None or np.isnat(day):
            raise InputError("This model has one part for each period and needs to know the day; give the date.")
        return Fitted((self.members[self._speaker(np.array([day]))[0]],))

    def speaks_from(self, day: np.datetime64) -> np.datetime64 | None:
        """Return the first day of the period whose member speaks on a day; None if all speak together."""
        return self.starts[self._speaker(np.array([day]))[0]] if self.per_period else None

    def predict(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,); X of shape (n, features), days of shape (n,) or one.

        NaN where a covariate is NaN, unless all members take gaps.
        """
        return self._each(X, days, _mean)

    @property
    def knows_sd(self) -> bool:
        """Whether it tells the spread of its predictions: all members know their own, or several speak together."""
        each = all(member.estimator.knows_sd for member in self.members)
        return each or (not self.per_period and len(self.members) > 1)

    def predict_sd(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray | None:
        """Return the spread of the predictions in m3 m-3, shape (n,); None if neither members nor their number tell it.

        The variance between the members' predictions, and the mean of the variances that they know themselves.
        """
        return self._each(X, days, _spread) if self.knows_sd else None

    def predict_members(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """Return what each member says by itself, m3 m-3, shape (n,), by its label.

        Nothing where a single member speaks on a day, so that there is no ensemble.
        """
        if self.per_period or len(self.members) < 2:
            return {}
        return {member.label: replace(self, members=(member,)).predict(X) for member in self.members}

    def _each(self, X: np.ndarray, days, answer) -> np.ndarray:
        """Return the answer of the members to each row, NaN to those with gaps that they do not take."""
        X = np.asarray(X)
        if not all(member.learner.takes_gaps for member in self.members) and np.isnan(X).any():
            known = ~np.isnan(X).any(-1)
            out = np.full(len(X), np.nan)
            if known.any():
                on = None if days is None else np.broadcast_to(days, len(X))[known]
                out[known] = self._of_speakers(X[known], on, answer)
            return out
        return self._of_speakers(X, days, answer)

    def _of_speakers(self, X: np.ndarray, days, answer) -> np.ndarray:
        """Return the answer to each row of the members that speak on its day."""
        if not self.per_period:
            return answer(self.members, X)
        if days is None:
            raise InputError("This model has one part for each period and needs to know the days; give the dates.")
        speaker = self._speaker(np.broadcast_to(np.asarray(days, "datetime64[D]"), len(X)))
        out = np.empty(len(X))
        for number in np.unique(speaker):
            rows = speaker == number
            out[rows] = answer((self.members[number],), X[rows])
        return out

    def _speaker(self, days: np.ndarray) -> np.ndarray:
        """Return the number of the member that speaks on each day; before the first period it is the first."""
        return np.maximum(np.searchsorted(self.starts, days.astype("datetime64[D]"), "right") - 1, 0)


def _mean(members: tuple[Member, ...], X: np.ndarray) -> np.ndarray:
    if len(members) == 1:
        return members[0].estimator.predict(X)
    return np.mean([m.estimator.predict(X) for m in members], axis=0)


def _spread(members: tuple[Member, ...], X: np.ndarray) -> np.ndarray:
    variance = np.var([m.estimator.predict(X) for m in members], axis=0)
    if all(m.estimator.knows_sd for m in members):
        variance = variance + np.mean([m.estimator.predict_sd(X) ** 2 for m in members], axis=0)
    return np.sqrt(variance)
