# SPDX-License-Identifier: GPL-2.0-or-later
"""How an object says in a few lines what it is, as the last line of a notebook's cell shows it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten

LONGEST = 100  # characters of one fact


def described(title: str, facts: Mapping[str, object]) -> str:
    """Return a title, and below it a line for each fact that there is: its name and what is known of it."""
    words = {name: shorten(str(value), LONGEST, placeholder=" …") for name, value in facts.items()}
    there = {name: text for name, text in words.items() if text}
    width = max(map(len, there), default=0)
    return "\n".join([title, *(f"  {name:<{width}}  {text}" for name, text in there.items())])
