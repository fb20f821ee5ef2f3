# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of what is done with maps once they are made, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Options, option


@dataclass(frozen=True)
class EncodeOptions(Options):
    """How maps are written as whole numbers."""

    scale: float = option(
        0.0001, "Scale", low=1e-6, high=1.0, help="A stored number times this is soil moisture. The file says so: QGIS "
        "and SoilSharp show m³ m⁻³.",
    )  # fmt: skip
    name: str = option(
        "sm_%Y%j", "File names", help="With %Y for the year and %j for the day of the year, or %m and %d for month and "
        "day; sm_%Y%j makes sm_2020153.tif.",
    )  # fmt: skip
