# SPDX-License-Identifier: GPL-2.0-or-later
"""Where flux towers stand and how deep their sensors are: lists of sites, measurement heights, and BADM."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...base.names import folded
from ...base.progress import Progress
from ...stations.settings import TableOptions
from ...stations.table_file import Faults, TableFile
from ...stations.table_values import degrees_of, depths_of

NAMES = {
    "site": ("site_id", "siteid", "site", "station"),
    "longitude": ("location_long", "longitude", "lon", "longitude_(degrees)"),
    "latitude": ("location_lat", "latitude", "lat", "latitude_(degrees)"),
    "variable": ("variable", "var_info_varname"),
    "height": ("height", "var_info_height"),
    "depth": ("depth_m", "depth", "depth_cm", "depth_mm"),
}
BADM = ("site_id", "group_id", "variable", "datavalue")


class Sites:
    """What is known of the sites.

    Parameters
    ----------
    badm : sequence of Path
        BADM tables that came with the data (names with BIF or BADM).
    sites, depths : path
        Tables that were given, or ''.
    progress : Progress
    """

    def __init__(self, badm: Sequence[Path], sites: str | os.PathLike, depths: str | os.PathLike, progress: Progress):
        self._places: dict[str, tuple[float, float]] = {}
        self._offsets: dict[str, float] = {}
        self._depths: dict[tuple[str, str], float] = {}
        self._progress = progress
        for path in badm:
            try:
                self._take(path, told=False)
            except InputError as error:
                progress.warn(f"{path.name} was not used: {error}")
        # what was given goes over what came along
        for given in (sites, depths):
            if given:
                self._take(Path(given), told=True)

    def place(self, site: str) -> tuple[float, float] | None:
        """Return longitude and latitude of a site; None if not known."""
        return self._places.get(site.upper())

    def offset(self, site: str) -> float | None:
        """Return how many hours the local standard time of a site is ahead of UTC; None if not known."""
        return self._offsets.get(site.upper())

    def depth(self, site: str, variable: str) -> float | None:
        """Return the depth of a sensor, m; None if not known."""
        return self._depths.get((site.upper(), variable.upper()))

    def _take(self, path: Path, told: bool) -> None:
        file = TableFile(path)
        faults = Faults(file, lambda what, why: self._progress.warn(f"Left out {what}: {why}"))
        table = file.read().rename(columns=folded)
        if set(BADM) <= set(table.columns):
            self._take_badm(table)
            return
        names = {key: next((n for n in known if n in table), None) for key, known in NAMES.items()}
        if names["site"] is None:
            raise InputError(f"{path.name} has no column with the site, as SITE_ID; it has {', '.join(table.columns)}.")
        site = table[names["site"]].astype(str).str.strip().str.upper()
        used = False
        if names["longitude"] and names["latitude"]:
            x, y = degrees_of(table[names["longitude"]]), degrees_of(table[names["latitude"]])
            known = np.isfinite(x) & np.isfinite(y)
            self._places.update(zip(site[known], zip(x[known], y[known])))
            used = True
        deep = names["height"] or names["depth"]
        if names["variable"] and deep:
            if names["height"]:
                metres = pd.to_numeric(table[deep], errors="coerce")
            else:
                layers = depths_of(table[deep], TableOptions(), faults, self._progress, path.name)
                metres = pd.Series(layers.layers.mean(axis=1)[layers.number])
            variable = table[names["variable"]].astype(str).str.strip().str.upper()
            known = metres.notna()
            # a height below ground is negative, and a later row is a later installation
            self._depths.update(zip(zip(site[known], variable[known]), metres[known].abs()))
            used = True
        if told and not used:
            raise InputError(
                f"{path.name} has neither longitude and latitude nor variable and height of sites; it has "
                f"{', '.join(table.columns)}."
            )

    def _take_badm(self, table: pd.DataFrame) -> None:
        value = table["datavalue"].astype(str).str.strip()
        rows = table.assign(value=value, site_id=table["site_id"].astype(str).str.upper())
        wide = rows.drop_duplicates(["site_id", "variable"]).pivot(index="site_id", columns="variable", values="value")
        for site, known in wide.iterrows():
            x, y, offset = (_number(known.get(k)) for k in ("LOCATION_LONG", "LOCATION_LAT", "UTC_OFFSET"))
            if x is not None and y is not None:
                self._places[site] = (x, y)
            if offset is not None:
                self._offsets[site] = offset
        sensors = rows[rows["variable"].isin(["VAR_INFO_VARNAME", "VAR_INFO_HEIGHT"])]
        sensors = sensors.drop_duplicates(["site_id", "group_id", "variable"])
        if sensors["variable"].nunique() == 2:
            wide = sensors.pivot(index=["site_id", "group_id"], columns="variable", values="value").dropna()
            for (site, _), known in wide.iterrows():
                height = _number(known["VAR_INFO_HEIGHT"])
                if height is not None:
                    self._depths[(site, known["VAR_INFO_VARNAME"].upper())] = abs(height)


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None
