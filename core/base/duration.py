# SPDX-License-Identifier: GPL-2.0-or-later
"""How long work takes, in words."""

from __future__ import annotations

_UNITS = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def duration(seconds: float) -> str:
    """Return a time as a person says it: "40 s", "1.5 min", "3.5 h", "12 days"; below a second "a second"."""
    for length, unit in _UNITS:
        if seconds >= length:
            number = seconds / length
            return f"{number:.0f} {unit}" if number >= 10 or unit == "s" else f"{number:.1f} {unit}".replace(".0 ", " ")
    return "a second"
