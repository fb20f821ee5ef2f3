# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person set for a layer goes along with its path: the reference system, and what else counts as no data."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import quote, unquote

# as QGIS adds |layername= to paths
CRS = "|crs="
NODATA = "|nodata="


class LayerAddress(NamedTuple):
    """The path of a layer and what was set for it: `crs`, '' if none, counts more than the file's."""

    path: str
    crs: str = ""
    nodata: tuple[float, ...] = ()

    def __str__(self) -> str:
        crs = f"{CRS}{quote(self.crs, safe=':')}" if self.crs else ""
        nodata = NODATA + ",".join(map(repr, self.nodata)) if self.nodata else ""
        return f"{self.path}{crs}{nodata}"

    @classmethod
    def of(cls, text: str | os.PathLike) -> LayerAddress:
        """Return what the text of an address says."""
        rest, _, nodata = os.fspath(text).partition(NODATA)
        path, _, crs = rest.partition(CRS)
        return cls(path, unquote(crs), tuple(map(float, filter(None, nodata.split(",")))))


def with_crs(path: str, text: str) -> str:
    """Return the address of a layer with the reference system that was set for it, as "EPSG:32632" or WKT."""
    return str(LayerAddress(path, text))
