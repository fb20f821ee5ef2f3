# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings, each written once: default, limits, unit and words, for every caller to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

from .errors import OptionError

Record = TypeVar("Record", bound="Options")

# what settings of 0.3.0 were called: their words, and names whose words do not tell
OLD_WORDS = {"least": "min", "most": "max", "greatest": "max", "highest": "max", "share": "fraction",
             "cover": "valid_fraction"}  # fmt: skip
OLD_NAMES = {"held_back": "validation_fraction", "farthest_m": "max_depth_difference_m", "tube": "epsilon",
             "kernel_width": "gamma", "draws": "mc_samples", "row_share": "sample_fraction",
             "shrinkage": "l2_regularization", "hidden": "hidden_units", "cost": "c",
             "conserve": "consistency"}  # fmt: skip


def option(
    default: Any,
    label: str,
    *,
    kind=None,
    low=None,
    high=None,
    choices=(),
    several=False,
    nonzero=False,
    search=(),
    unit="",
    help="",
    advanced=False,
    asks="",
) -> Any:
    """Declare one setting of an `Options` record; its kind is that of the default unless given.

    A setting whose default is None may be left unset; its kind must be given. `choices` are keys, as files and scripts
    have them, each with the label that a person sees: {"fd8": "Eight directions"}; keys alone are their own labels. One
    of which several choices may be taken is a text with commas between them. `search` are the values that a search for
    the best ones tries. `asks` tells what a text is to forms: a "day", as 2023-05-01, a "column" of the table that
    the settings are about, a "covariate" of the study, a "station", any of these three with an s for several with
    commas between them, or a "place": a folder, file or archive.
    """
    labels = dict(choices) if isinstance(choices, Mapping) else {key: key for key in choices}
    words = {"label": label, "low": low, "high": high, "choices": labels, "several": several, "unit": unit}
    words |= {"nonzero": nonzero, "kind": kind or type(default), "search": tuple(search)}
    return field(default=default, metadata={**words, "help": help, "advanced": advanced, "asks": asks})


def like(record: type[Options], name: str, **changes) -> Any:
    """Declare a setting as another record has it, but for what is said here: any words of `option`, or its default."""
    theirs = next(setting for setting in fields(record) if setting.name == name)
    words = {"default": theirs.default, **theirs.metadata, **changes}
    return option(words.pop("default"), words.pop("label"), **words)


@dataclass(frozen=True)
class Options:
    """A frozen record of settings that refuses values outside their own limits."""

    def __post_init__(self):
        for setting in fields(self):
            object.__setattr__(self, setting.name, _checked(setting, getattr(self, setting.name)))

    @classmethod
    def from_dict(cls: type[Record], values: Mapping[str, Any], where: str = "options") -> Record:
        """Make the record from a mapping; unknown keys are refused and named with their place."""
        if not isinstance(values, Mapping):
            raise OptionError(f"{where}: expected settings as key and value, got {type(values).__name__}.")
        known = [f.name for f in fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise OptionError(
                f"{where}: unknown setting {', '.join(map(repr, unknown))}; known are {', '.join(known)}."
                + "".join(_meant(name, known) for name in unknown)
            )
        try:
            return cls(**values)
        except OptionError as error:
            raise OptionError(f"{where}: {error}") from error

    @classmethod
    def of(cls: type[Record], value: Any) -> Record:
        """Return settings as they are, from a mapping, or by the first of them alone, as "station" for folds."""
        if isinstance(value, str):
            value = {fields(cls)[0].name: value}
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            first = fields(cls)[0]
            some = first.metadata["choices"] or [repr(first.default)]
            raise OptionError(
                f'Expected {", ".join(some)}, or settings as {{"{first.name}": {first.default!r}}}, got {value!r}.'
            )
        return cls.from_dict(value, cls.__name__)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)


def listed(text: str) -> list[str]:
    """Return the names that a person wrote with commas between them, or raise `OptionError` at other marks."""
    marks = [mark for mark in ";|\n" if mark in text.strip()]
    if marks:
        raise OptionError(f"Separate names by commas instead of {marks[0]!r}, got {text!r}.")
    return [name.strip() for name in text.split(",") if name.strip()]


def _checked(setting, value):
    """Return a value in the kind of its setting's default, or raise `OptionError`."""
    limits, name = setting.metadata, setting.name
    kind = limits["kind"]
    if value is None and setting.default is None:
        return None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not kind:
        raise OptionError(f"'{name}' must be {_KINDS[kind]}, got {value!r}.")
    chosen = listed(value) if limits["several"] else [value]
    if limits["choices"] and not set(chosen) <= set(limits["choices"]):
        how = "some" if limits["several"] else "one"
        raise OptionError(f"'{name}' must be {how} of {', '.join(limits['choices'])}, got {value!r}.")
    if limits["several"]:
        return ",".join(choice for choice in limits["choices"] if choice in chosen)
    if kind in (int, float):
        low, high = limits["low"], limits["high"]
        # written so that NaN fails too
        if not ((low is None or value >= low) and (high is None or value <= high) and value == value):
            raise OptionError(f"'{name}' must {_range(low, high, limits['unit'])}, got {value}.")
        if limits["nonzero"] and not value:
            raise OptionError(f"'{name}' must not be 0.")
    return value


def _range(low: float | None, high: float | None, unit: str) -> str:
    """Return limits in words; an open end is not named."""
    unit = unit and f" {unit}"
    if low is None and high is None:
        return "be a number"
    if high is None:
        return f"be at least {low}{unit}"
    return f"be at most {high}{unit}" if low is None else f"lie between {low} and {high}{unit}"


def _meant(name: str, known: Iterable[str]) -> str:
    """Return a hint at the setting that an unknown one was called before, or is spelled like; '' if there is none."""
    new = OLD_NAMES.get(name, "_".join(OLD_WORDS.get(word, word) for word in name.split("_")))
    close = get_close_matches(new, known, 1)
    return f" For '{name}' perhaps write '{close[0]}'." if close else ""


_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}
