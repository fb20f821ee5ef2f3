# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person writes as an argument in a notebook, or a sentence on what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from .errors import InputError
from .options import listed


class Readable(Protocol):
    """What has a file of its own."""

    @classmethod
    def read(cls, path):
        """Return what the file at a path holds."""


Kind = TypeVar("Kind", bound=Readable)
LARGEST = 2**31 - 1  # the largest seed that all learners take


def whole_number(value: object, name: str) -> int:
    """Return a whole number from 0 on, also one of numpy, or raise `InputError`."""
    try:
        number = value.__index__()  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        number = -1
    if isinstance(value, bool) or not 0 <= number <= LARGEST:
        raise InputError(f"'{name}' must be a whole number from 0 to {LARGEST}, got {value!r}.")
    return number


def names_of(value: object, name: str) -> list[str]:
    """Return names, of which one, or several with commas between them, may be given as text; else `InputError`."""
    given = listed(value) if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    names = [one for one in given if isinstance(one, str)]
    if len(names) < len(given):
        raise InputError(f'\'{name}\' must be names, as ["ndvi", "sand"], got {value!r}.')
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise InputError(f"'{name}' names {', '.join(twice)} more than once; name each once.")
    return names


def mapping_of(value: object, name: str) -> Mapping[str, str] | None:
    """Return a mapping of names, or None, as it is, or raise `InputError`."""
    if value is None or isinstance(value, Mapping):
        return value
    raise InputError(f'\'{name}\' must be a mapping, as {{"rain": "chirps"}}, got {value!r}.')


def path_of(value: object, name: str) -> Path:
    """Return the path of a file or folder, or raise `InputError`; '' is not taken for the folder that one is in."""
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        raise InputError(f"'{name}' must be a path, got {value!r}.")
    return Path(value)


def opened(kind: type[Kind], value: object, name: str) -> Kind:
    """Return a thing of a kind as it is, or what the file at a path holds, or raise `InputError`."""
    if isinstance(value, kind):
        return value
    if not isinstance(value, (str, os.PathLike)):
        raise InputError(f"'{name}' must be a {kind.__name__} or the path of its file, got {type(value).__name__}.")
    return kind.read(path_of(value, name))
