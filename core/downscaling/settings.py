# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of what is done with maps once they are made, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, option


@dataclass(frozen=True)
class EncodeOptions(Options):
    """How maps are packed as integers."""

    scale: float = option(
        0.0001, "Scale", low=1e-6, high=1.0, help="A stored number times this is soil moisture. The file says so: QGIS "
        "and SoilSharp show m³ m⁻³.",
    )  # fmt: skip
    name: str = option(
        "sm_%Y%j", "File names", help="With %Y for the year and %j for the day of the year, or %m and %d for month and "
        "day; sm_%Y%j makes sm_2020153.tif.",
    )  # fmt: skip


@dataclass(frozen=True)
class ConserveOptions(Options):
    """Whether and how a fine map is brought to the coarse means."""

    conserve: str = option(
        "off",
        "Coarse consistency",
        choices={"off": "Off", "additive": "Additive shift", "ratio": "Multiplicative scaling"},
        help="Shift or scale the map so that its area mean over every coarse cell is the coarse "
        "value, and never below 0. It keeps to the coarse product, its noise included; days and cells without a "
        "coarse value stay as predicted.",
    )
    min_valid_fraction: float = option(
        0.0, "Minimum valid fraction", low=0.0, high=1.0,
        help="Fraction of a coarse cell's area that must have fine values; cells "
        "with less, as at the edge of the map, stay as predicted.", advanced=True,
    )  # fmt: skip
