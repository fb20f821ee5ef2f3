# SPDX-License-Identifier: GPL-2.0-or-later
"""A recipe: which learners with which options, tuned and put together how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from ..errors import OptionError
from ..options import Options
from .learners import Learner, learner
from .settings import SchemeOptions, SearchOptions, WeightOptions


@dataclass(frozen=True)
class Candidate:
    """A learner, its options, and the values of them that a search tries.

    Attributes
    ----------
    learner : Learner
    options : Options
        Of the learner's own kind.
    grid : dict of str to tuple
        Values to try; those of the options' own records if a search is asked for and this is empty.
    """

    learner: Learner
    options: Options
    grid: Mapping[str, tuple] = field(default_factory=dict)

    @classmethod
    def of(cls, key: str, options: Mapping | Options | None = None, grid: Mapping | None = None, where: str = ""):
        """Return a candidate by the key of its learner, with options and values to try as a file would hold them."""
        kind, where = learner(key), where or f"learner {key}"
        if not isinstance(options, Options):
            options = kind.options.from_dict(options or {}, where)
        return cls(kind, options, checked_grid(kind, grid or {}, f"{where}, search"))

    def ranges(self) -> dict[str, tuple]:
        """Return the values that a search tries: the grid, else those that the options declare."""
        own = {
            setting.name: setting.metadata["search"] for setting in fields(self.options) if setting.metadata["search"]
        }
        return dict(self.grid) or own


@dataclass(frozen=True)
class Recipe:
    """What is trained, and how.

    Attributes
    ----------
    candidates : tuple of Candidate
        Of several, the best is taken, for each period on its own where there are periods.
    scheme : SchemeOptions
    search : SearchOptions
    weights : WeightOptions
    """

    candidates: tuple[Candidate, ...]
    scheme: SchemeOptions = SchemeOptions()
    search: SearchOptions = SearchOptions()
    weights: WeightOptions = WeightOptions()

    @classmethod
    def of(cls, *keys: str, **records) -> Recipe:
        """Return the recipe of learners with their default options."""
        return cls(tuple(Candidate.of(key) for key in keys), **records)

    @property
    def label(self) -> str:
        """A few words for tables and figures."""
        names = [candidate.learner.label for candidate in self.candidates]
        words = names[0] if len(names) == 1 else f"best of {', '.join(names)}"
        scheme = self.scheme
        how = {
            "one_model": "",
            "per_period": f", per {scheme.period.replace('_', ' ')}",
            "by_class": f", by {scheme.columns}",
            "by_weights": ", balanced ensemble",
        }[scheme.scheme]
        return words + how + (f", {self.search.search} search" if self.search.search != "off" else "")

    @property
    def takes_gaps(self) -> bool:
        """Whether all of its learners take NaN."""
        return all(candidate.learner.takes_gaps for candidate in self.candidates)


def checked_grid(kind: Learner, grid: Mapping, where: str) -> dict[str, tuple]:
    """Return values to try, each checked to be one that the learner takes.

    Raises
    ------
    OptionError
        With the place, if a setting is unknown, has no list of values, or a value is impossible.
    """
    if not isinstance(grid, Mapping):
        raise OptionError(f"{where}: expected settings and lists of values, got {type(grid).__name__}.")
    checked = {}
    for name, values in grid.items():
        if not isinstance(values, (list, tuple)) or not values:
            raise OptionError(f"{where}: '{name}' needs a list of values to try, got {values!r}.")
        checked[name] = tuple(getattr(kind.options.from_dict({name: value}, where), name) for value in values)
    return checked
