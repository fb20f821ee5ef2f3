# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that a QGIS may lack: named, really imported, and explained."""

from __future__ import annotations

import importlib
from functools import cache

from .errors import MissingPackage


@cache
def problem(name: str) -> str:
    """Return why a package cannot be imported, or an empty string.

    The package is really imported: LightGBM without its OpenMP library is found and then raises `OSError`.
    """
    try:
        importlib.import_module(name)
    except Exception as error:  # a broken binary package may raise anything
        return str(error) or type(error).__name__
    return ""


LACKING = "Not available here"  # begins what is said of missing packages


def missing(names) -> list[str]:
    """Return those of the packages that cannot be imported."""
    return [name for name in names if problem(name)]


def look_again() -> None:
    """Forget what was found: something was installed or removed."""
    importlib.invalidate_caches()
    problem.cache_clear()


def advice(names: tuple[str, ...]) -> str:
    """Return a text that names the missing packages and what brings them, or ''."""
    lacking = missing(names)
    if not lacking:
        return ""
    from .platforms import install_command  # it asks the machine, which need not be asked where nothing is missing

    reasons = "; ".join(f"{name}: {problem(name)}" for name in lacking)
    return (
        f"{LACKING}, but the button Packages of the SoilSharp workflow installs it: {reasons}. "
        f"Install with: {install_command(lacking)}"
    )


def require(*names: str) -> None:
    """Raise `MissingPackage` with the advice if a package cannot be imported."""
    text = advice(names)
    if text:
        raise MissingPackage(text)
