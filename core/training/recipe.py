# SPDX-License-Identifier: GPL-2.0-or-later
"""A recipe: which learners with which options, tuned and put together how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from ..base.errors import OptionError
from ..base.options import Options, listed
from .learners import Learner, learner
from .settings import CHOICES, SchemeOptions, SearchOptions, WeightOptions

_RECORDS = {"scheme": SchemeOptions, "search": SearchOptions, "weights": WeightOptions}
_ENTRIES = ("learners", *_RECORDS, "grids", "choose", "classes")


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
    choose : str
        How the best of several candidates is found: by the error of folds ("cv") or of a test part ("test"), or by the
        mean of training and test error ("published"), the rule of Rao et al. 2022, which favours those that overfit.
    classes : tuple of str
        Columns of classes beside the samples that its learners see too, as those of the wide and deep network of Poehls
        et al. 2025; see `texture.seeing`.
    """

    candidates: tuple[Candidate, ...]
    scheme: SchemeOptions = field(default_factory=SchemeOptions)
    search: SearchOptions = field(default_factory=SearchOptions)
    weights: WeightOptions = field(default_factory=WeightOptions)
    choose: str = "cv"
    classes: tuple[str, ...] = ()

    def __post_init__(self):
        if self.choose not in CHOICES:
            raise OptionError(f"'choose' must be one of {', '.join(CHOICES)}, got {self.choose!r}.")
        if not self.candidates:
            raise OptionError("A recipe needs at least one learner.")

    @classmethod
    def of(cls, *keys: str, **records) -> Recipe:
        """Return the recipe of learners with their default options."""
        return cls(tuple(Candidate.of(key) for key in keys), **records)

    @classmethod
    def from_json(cls, content: Mapping, where: str) -> Recipe:
        """Return the recipe of a file's entry; errors name the place in it.

        Raises
        ------
        OptionError
            If an entry is unknown, of the wrong kind or impossible.
        """
        if not isinstance(content, Mapping):
            raise OptionError(f"{where}: expected entries as key and value, got {type(content).__name__}.")
        unknown = sorted(set(content) - set(_ENTRIES))
        if unknown:
            raise OptionError(f"{where}: unknown entry {', '.join(unknown)}; known are {', '.join(_ENTRIES)}.")
        learners, grids = content.get("learners"), content.get("grids", {})
        if not isinstance(learners, Mapping) or not learners:
            raise OptionError(f'{where}: "learners" must hold a learner with its options, as {{"linear": {{}}}}.')
        if not isinstance(grids, Mapping) or not set(grids) <= set(learners):
            raise OptionError(f'{where}: "grids" must hold values to try for {", ".join(learners)}, got {grids!r}.')
        choose = content.get("choose", "cv")
        if choose not in CHOICES:
            raise OptionError(f'{where}: "choose" must be one of {", ".join(CHOICES)}, got {choose!r}.')
        classes = content.get("classes", "")
        if not isinstance(classes, str):
            raise OptionError(f'{where}: "classes" must name columns in one text, with commas, got {classes!r}.')
        return cls(
            tuple(Candidate.of(key, o, grids.get(key), f"{where}, learner {key}") for key, o in learners.items()),
            *(record.from_dict(content.get(name, {}), f"{where}, {name}") for name, record in _RECORDS.items()),
            choose,
            tuple(listed(classes)),
        )

    def as_json(self) -> dict:
        """Return the recipe with every setting spelled out, as its file would hold it."""
        grids = {c.learner.key: {k: list(v) for k, v in c.grid.items()} for c in self.candidates if c.grid}
        return {
            "learners": {c.learner.key: c.options.as_dict() for c in self.candidates},
            **{name: getattr(self, name).as_dict() for name in _RECORDS},
            "grids": grids,
            "choose": self.choose,
            "classes": ", ".join(self.classes),
        }

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


def parse_grid(text: str) -> dict[str, list]:
    """Return the values to try that a person wrote, as "n_leaves: 3, 4, 5; max_depth: 2, 4".

    Raises
    ------
    OptionError
        If a part has no name or no values, or is named twice.
    """
    grid: dict[str, list] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, colon, values = part.partition(":")
        name = name.strip()
        if not colon or not name or not values.strip() or name in grid:
            raise OptionError(
                f"'{part}' does not say what to try: write a setting, a colon and its values, as 'n_leaves: 3, 4, 5', "
                "with ; between settings."
            )
        grid[name] = [_plain(value.strip()) for value in values.split(",")]
    return grid


def _plain(text: str):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
