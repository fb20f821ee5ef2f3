# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes archives of the International Soil Moisture Network in its layout of header and values."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..files import whole_file

GOOD = "G"
FIXED = (2023, 1, 1, 0, 0, 0)  # time of the files in the archive, so that the same values make the same bytes


@dataclass(frozen=True)
class SensorFile:
    """One file of an archive: the readings of a sensor.

    Attributes
    ----------
    network, station : str
        Without blanks.
    longitude, latitude, elevation : float
        Degrees, and m.
    depth_m : float
    times : ndarray of datetime64, shape (n,)
        UTC.
    values : ndarray, shape (n,)
        m3 m-3; NaN where the sensor gave nothing, which is left out.
    flags : ndarray of str, shape (n,), optional
        As "G" or "D01,D03"; all good if not given.
    sensor : str
    """

    network: str
    station: str
    longitude: float
    latitude: float
    depth_m: float
    times: np.ndarray
    values: np.ndarray
    flags: np.ndarray | None = None
    sensor: str = "Made-up-probe"
    elevation: float = 0.0

    @property
    def name(self) -> str:
        """Path in the archive: network, station, and what the file holds of which days."""
        depth, days = f"{self.depth_m:.6f}", [str(t.astype("datetime64[D]")).replace("-", "") for t in self._ends()]
        file = "_".join((self.network, self.network, self.station, "sm", depth, depth, self.sensor, *days))
        return f"{self.network}/{self.station}/{file}.stm"

    def text(self) -> str:
        """Return the content: a line on the sensor, then one on each reading."""
        depth = f"{self.depth_m:.2f}"
        place = f"{self.latitude:.5f} {self.longitude:.5f} {self.elevation:.2f} {depth} {depth}"
        lines = [f"{self.network} {self.network} {self.station} {place} {self.sensor}"]
        flags = np.full(len(self.values), GOOD) if self.flags is None else self.flags
        known = np.isfinite(self.values)
        stamps = np.datetime_as_string(self.times[known].astype("datetime64[m]"))
        for stamp, value, flag in zip(stamps, self.values[known], flags[known]):
            lines.append(f"{stamp.replace('-', '/').replace('T', ' ')} {value:8.4f} {flag} M")
        return "\n".join(lines) + "\n"

    def _ends(self) -> tuple[np.datetime64, np.datetime64]:
        return self.times[0], self.times[-1]


def write_archive(path: str | os.PathLike, files: Iterable[SensorFile]) -> None:
    """Write a zip as the network delivers it."""
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, FIXED), file.text(), zipfile.ZIP_DEFLATED)
