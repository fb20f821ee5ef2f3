# SPDX-License-Identifier: GPL-2.0-or-later
"""The reference system that a person set for a layer: it goes along with the path and counts more than the file's."""

from __future__ import annotations

import os
from urllib.parse import quote, unquote

SET = "|crs="  # as QGIS adds |layername= to paths


def with_crs(path: str, text: str) -> str:
    """Return the path of a layer with the reference system that was set for it, as "EPSG:32632" or WKT."""
    return f"{path}{SET}{quote(text, safe=':')}" if text else path


def split_crs(path: str | os.PathLike) -> tuple[str, str]:
    """Return the path and the reference system that was set, '' if none was."""
    plain, _, text = os.fspath(path).partition(SET)
    return plain, unquote(text)
