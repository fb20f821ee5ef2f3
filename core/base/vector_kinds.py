# SPDX-License-Identifier: GPL-2.0-or-later
"""What may be opened as a layer of points: OGR too takes a file for what its content says, be it a web service."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import InputError

HEAD = 4096  # bytes in which OGR looks for what a file is
# endings of files that hold their own points, and how such a file begins
STARTS = {
    ".gpkg": (b"SQLite format 3\0",),
    ".shp": (b"\0\0\x27\x0a",),
    ".fgb": (b"fgb",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".kml": (b"<?xml", b"<kml"),
}
DESCRIPTIONS = (b"<OGR", b"<GDAL")  # of other files, of web services


def refuse_other_kinds(path: str | os.PathLike) -> None:
    """Raise `InputError` if a file is not what its ending says, or of a kind that may lead to other files."""
    path = Path(path)
    starts = STARTS.get(path.suffix.lower())
    if starts is None:
        known = ", ".join(STARTS)
        raise InputError(f"Layers of points are read from files that end in {known}, not {path.name}: save it as one.")
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error
    if not head.startswith(starts) or any(word in head for word in DESCRIPTIONS):
        raise InputError(f"{path.name} is not what its name says, and is not opened: save the layer again.")
