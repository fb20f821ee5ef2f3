# SPDX-License-Identifier: GPL-2.0-or-later
"""The stations of the sample region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..base.tables import write_csv
from ..rasters.grid import WGS84, project
from ..stations.layer import write_points
from .downloads import Downloads
from .place import Place
from .settings import RegionOptions

FAULTS = ("stuck", "spikes", "near_zero")


class SimulatedStations:
    """SimulatedStations at random places, and what their sensors make of the truth."""

    def __init__(self, place: Place, options: RegionOptions, rng: np.random.Generator):
        n, (rows, columns), t = options.n_stations, place.fine.shape, place.fine.transform
        at_column, at_row = rng.uniform(0, columns, n), rng.uniform(0, rows, n)
        self._pixel = at_row.astype(int), at_column.astype(int)
        lon, lat = project(t.c + t.a * at_column, t.f + t.e * at_row, place.fine.crs, WGS84)
        names = [f"S{i + 1:0{max(2, len(str(n)))}d}" for i in range(n)]
        self._places = pd.DataFrame({"station": names, "longitude": lon.round(6), "latitude": lat.round(6)})
        self._places["depth_m"] = 0.05
        self._bias, self._rng = rng.normal(0, 0.03, n), rng
        self._days, self._values = [], []
        self._fault = np.full(n, "", object)
        broken = rng.permutation(n)[: round(options.faulty_fraction * n)]
        self._fault[broken] = [FAULTS[i % len(FAULTS)] for i in range(len(broken))]

    def observe(self, day: np.datetime64, truth: np.ndarray) -> None:
        """Take the day's truth (m3 m-3) at every station with the station's bias and the sensor's noise."""
        noise = self._rng.normal(0, 0.02, len(self._places))
        self._days.append(str(day))
        self._values.append(np.clip(truth[self._pixel] + self._bias + noise, 0.01, 0.6))

    def write(self, folder: Path, downloads: Downloads | None) -> int:
        """Write the tables and the layer of points, and the archive; return the number of faulty stations."""
        values = np.array(self._values)
        self._break(values)
        frame = self._places.loc[np.tile(np.arange(len(self._places)), len(values))].reset_index(drop=True)
        frame["date"] = np.repeat(self._days, len(self._places))
        values = values.round(4)
        frame["soil_moisture"] = values.ravel()
        kept = frame.dropna(subset=["soil_moisture"]).sort_values(["station", "date"])
        write_csv(folder / "stations.csv", kept)
        known = self._places[["station"]].assign(faulty=self._fault != "", fault=self._fault, bias=self._bias.round(4))
        write_csv(folder / "truth" / "stations_faulty.csv", known)
        columns = self._places[["station", "depth_m"]]
        write_points(folder / "stations.gpkg", columns, self._places["longitude"], self._places["latitude"])
        if downloads:
            downloads.take_stations(self._places, np.array(self._days, "datetime64[D]"), values)
        return int((self._fault != "").sum())

    def _break(self, values: np.ndarray) -> None:
        """Let sensors fail and days get lost, in place; shape (days, stations)."""
        rng, (days, n) = self._rng, values.shape
        for i in np.flatnonzero(self._fault != ""):
            if self._fault[i] == "stuck":
                start = rng.integers(0, max(1, days // 3))
                values[start:, i] = values[start, i]
            elif self._fault[i] == "spikes":
                hit = rng.random(days) < 0.15
                hit[rng.integers(days)] = True
                values[hit, i] = np.where(rng.random(hit.sum()) < 0.7, rng.uniform(0.55, 0.9, hit.sum()), 0.0)
            else:
                values[:, i] = np.abs(rng.normal(0.01, 0.006, days))
        lost = rng.random(values.shape) < 0.05
        for i in np.flatnonzero(rng.random(n) < 0.25):  # an empty battery
            start = rng.integers(0, days)
            lost[start : start + rng.integers(2, 2 + max(1, days // 8)), i] = True
        lost[0, lost.all(axis=0)] = False
        values[lost] = np.nan
