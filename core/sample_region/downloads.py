# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample region as data centres would deliver it."""

from __future__ import annotations

from pathlib import Path

from .place import Place


class Downloads:
    """Writes products in their own formats."""

    def __init__(self, folder: Path, place: Place, seed: int):
        pass
