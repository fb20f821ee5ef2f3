# SPDX-License-Identifier: GPL-2.0-or-later
"""A vector layer as QGIS writes it: its file, which of the layers in it, and which of the features of that."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from .layer_address import LayerAddress

SUBSET = "|subset="
PART = re.compile(r"\|(layername|layerid|geometrytype|uniqueGeometryType|option:[^=|]*)=", re.IGNORECASE)


class VectorAddress(NamedTuple):
    """The file of a layer, its name or number there, '' and None if not said, the filter, and the CRS that was set."""

    path: str
    name: str = ""
    number: int | None = None
    subset: str = ""
    crs: str = ""

    @classmethod
    def of(cls, text: str | os.PathLike) -> VectorAddress:
        """Return what the text of an address says, as a.gpkg|layername=stations|subset="n" > 3."""
        layer = LayerAddress.of(text)
        # a filter may hold anything, and stands last
        rest, _, subset = layer.path.partition(SUBSET)
        path, *parts = PART.split(rest)
        told = {key.lower(): value for key, value in zip(parts[::2], parts[1::2])}
        number = told.get("layerid", "")
        return cls(path, told.get("layername", ""), int(number) if number.isdigit() else None, subset, layer.crs)
