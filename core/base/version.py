# SPDX-License-Identifier: GPL-2.0-or-later
"""The version of SoilSharp and of what it stands on."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

METADATA = Path(__file__).resolve().parents[2] / "metadata.txt"
# packages whose version may change a result, by the names that they may have where they are installed
STANDS_ON = ("numpy", "scipy", "pandas", "rasterio", "scikit-learn", "lightgbm", "xgboost", "xgboost-cpu")


def version() -> str:
    """Return the version as metadata.txt, its only place, says it."""
    text = METADATA.read_text(encoding="utf-8")
    return next(line[len("version=") :].strip() for line in text.splitlines() if line.startswith("version="))


def versions() -> dict[str, str]:
    """Return the versions of SoilSharp, Python, and the packages of `STANDS_ON` that are there."""
    return {"soilsharp": version(), "python": platform.python_version(), **installed(STANDS_ON)}


def installed(names: Iterable[str]) -> dict[str, str]:
    """Return the versions of those of some packages that are there."""
    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
