# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations: what they measure, and whether it is to be believed."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Give `Stations`, which loads pandas, once it is asked for."""
    if name == "Stations":
        from .stations import Stations

        return Stations
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
