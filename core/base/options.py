# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings, each written once: default, limits, unit and words, for every caller to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from .errors import OptionError

Record = TypeVar("Record", bound="Options")


def option(
    default: Any,
    label: str,
    *,
    kind=None,
    low=None,
    high=None,
    choices=(),
    several=False,
    search=(),
    unit="",
    help="",
    advanced=False,
) -> Any:
    """Declare one setting of an `Options` record; its kind is that of the default unless given.

    A setting whose default is None may be left unset; its kind must be given. `choices` are keys, as files and scripts
    have them, each with the label that a person sees: {"fd8": "Eight directions"}; keys alone are their own labels. One
    of which several choices may be taken is a text with commas between them. `search` are the values that a search for
    the best ones tries.
    """
    labels = dict(choices) if isinstance(choices, Mapping) else {key: key for key in choices}
    words = {"label": label, "low": low, "high": high, "choices": labels, "several": several, "unit": unit}
    words |= {"kind": kind or type(default), "search": tuple(search)}
    return field(default=default, metadata={**words, "help": help, "advanced": advanced})


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
        return value if isinstance(value, cls) else cls.from_dict(value, cls.__name__)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)


def listed(text: str) -> list[str]:
    """Return the names that a person wrote with commas between them."""
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
            raise OptionError(f"'{name}' must lie between {low} and {high}, got {value}.")
    return value


_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}
