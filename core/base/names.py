# SPDX-License-Identifier: GPL-2.0-or-later
"""Names: how they are compared, told to a person, and made into names of files and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

NAMED = 8  # that a sentence tells; the rest are counted


def some(things: Iterable, most: int = NAMED) -> str:
    """Return the first few things in words and how many more there are, as "a, b and 3 more"."""
    words = [str(thing) for thing in things]
    left = len(words) - most
    return ", ".join(words[:most]) + (f" and {left} more" if left > 0 else "")


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its thing, as "1 line", "2 lines", or "2 days have" of "day has" and "days have"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def grouped(number: float) -> str:
    """Return a whole number with thin spaces between thousands, as "12 000"."""
    return f"{number:,.0f}".replace(",", "\u202f")


def folded(name: object) -> str:
    """Return a name as it is compared with others: "Land Cover" and "land-cover" are "land_cover"."""
    return re.sub(r"[\s-]", "_", str(name).strip().lower())


def class_column(name: str, code: float) -> str:
    """Return how the fraction of a class of a covariate is called, as "land_cover=10"."""
    return f"{name}={code:.9g}"


def class_of(column: str) -> tuple[str, float] | None:
    """Return the covariate and the class that `class_column` made a name of; None of another name."""
    name, equals, code = column.rpartition("=")
    try:
        return (name, float(code)) if name and equals else None
    except ValueError:
        return None


def slug(words: str) -> str:
    """Return words as the name of a column or layer: small letters, digits, and single underscores between them."""
    return re.sub(r"[\W_]+", "_", words.lower()).strip("_")


def file_name(name: str) -> str:
    """Return a name as it may stand in that of a file, of letters, digits, underscores, dots and dashes."""
    return re.sub(r"[^\w.-]+", "_", name)
