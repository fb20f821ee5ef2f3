# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of what is done with maps once they are made, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, like, option


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
    """How a fine map is brought to the coarse means, cell by cell."""

    conserve: str = option(
        "additive",
        "Coarse consistency",
        choices={"additive": "Additive shift", "ratio": "Multiplicative scaling"},
        help="Shift or scale the map so that its area mean over every coarse cell is the coarse value, and never below "
        "0. It keeps to the coarse product, its noise included; cells without a coarse value stay as they are.",
    )
    min_valid_fraction: float = option(
        0.0, "Minimum valid fraction", low=0.0, high=1.0,
        help="Fraction of a coarse cell's area that must have fine values; cells "
        "with less, as at the edge of the map, stay as predicted.", advanced=True,
    )  # fmt: skip


CONSISTENCY = {
    "auto": "Automatic",
    "soft": "Soft",
    "strict": "Strict",
    "additive": "Additive shift",
    "ratio": "Multiplicative scaling",
    "off": "Off",
}


@dataclass(frozen=True)
class ConsistencyOptions(Options):
    """Whether and how fine maps are brought to the coarse product."""

    consistency: str = option(
        "off",
        "Coarse consistency",
        choices=CONSISTENCY,
        help="Automatic: the smooth field of the coarse product, by area-to-point kriging, plus as much of the model's "
        "detail as one scale up has shown to be worth; exact in the coarse means where the product has no noise. Soft: "
        "the same, never exact. Strict: the same, then exact to a millionth; it puts the noise of the coarse product "
        "into the map, and may lose to interpolation on a noisy day. Additive and multiplicative: the model's own map, "
        "shifted or scaled to the coarse means. Off: the model's own map.",
    )
    coarse_error: float = option(
        0.0, "Error of the coarse product", low=0.0, high=0.5, unit="m3 m-3", help="Standard deviation that is stated "
        "for the coarse values, as 0.04 for SMAP. It is taken only if the maps themselves allow it, and with soft "
        "consistency always. 0: found from the maps.", advanced=True,
    )  # fmt: skip
    fill: bool = option(
        True, "Fill", help="Give land pixels without some covariate the smooth field of the coarse product. Not for "
        "additive shift, multiplicative scaling and off.", advanced=True,
    )  # fmt: skip
    band: bool = option(
        False, "Map of the standard deviation", help="Also write how far each pixel may be from the truth, in m³ m⁻³: "
        "1.645 of it to both sides hold 90 %. Of kriged maps by kriging; of the model's own by the stations or coarse "
        "cells that folds held out, or by what the model says itself, if it is a forest, an ensemble or a network that "
        "knows its spread.",
    )  # fmt: skip
    min_valid_fraction: float = like(ConserveOptions, "min_valid_fraction")
    min_water: str = option(
        "", "Minimum water content", help="What no pixel falls below: a number in m³ m⁻³, or the name of a covariate "
        "of the study that holds it, as residual water content. Other pixels of the coarse cell make up for it. Empty: "
        "none.", advanced=True, asks="covariate",
    )  # fmt: skip
    max_water: str = option(
        "", "Maximum water content", help="What no pixel exceeds: a number in m³ m⁻³, or the name of a covariate of "
        "the study that holds it, as porosity. Other pixels of the coarse cell make up for it. Empty: none.",
        advanced=True, asks="covariate",
    )  # fmt: skip
    parts: bool = option(
        False, "Parts of the standard deviation", help="Also write what of the standard deviation is due to the model, "
        "to the errors of the covariates and to the coarse product, each a map in m³ m⁻³ in a folder of its own. The "
        "root of the sum of their squares is the whole.", advanced=True,
    )  # fmt: skip
    error_draws: int = option(
        0, "Draws of the errors of inputs", low=0, high=1000, help="So often each map is made again with every "
        "covariate disturbed by its own error, which the study tells (error, error_file): how far it moves counts in "
        "the standard deviation. 20 are few, 100 those of Jääskeläinen et al. 2025; each takes as long as the maps, "
        "and how long all take is told after the first. 0: errors of covariates are left out.", advanced=True,
    )  # fmt: skip

    @property
    def draws(self) -> int:
        """How often maps are made again to tell what errors of inputs do; never without a standard deviation."""
        return self.error_draws if self.band else 0

    @property
    def kriged(self) -> bool:
        """Whether maps are kriged."""
        return self.consistency in ("auto", "soft", "strict")

    @property
    def conserving(self) -> ConserveOptions | None:
        """How maps are brought to the coarse means cell by cell; None if they are not."""
        if self.consistency not in ("additive", "ratio"):
            return None
        return ConserveOptions(self.consistency, self.min_valid_fraction)


BOUNDS = ("min_water", "max_water")  # settings that hold a number or the name of a covariate
PHYSICAL = {
    "thermal_inertia": "Thermal inertia",
    "dispatch": "DISPATCH (evaporative efficiency)",
    "tvdi": "Dryness index (TVDI)",
}


@dataclass(frozen=True)
class PhysicalOptions(Options):
    """How the coarse product is divided by physics alone."""

    physics: str = option(
        "dispatch", "Physics", choices=PHYSICAL, help="thermal_inertia: soil moisture as a line of the difference of "
        "day and night temperature, for each class of NDVI and month (Fang et al. 2022). dispatch: the efficiency of "
        "evaporation from the soil, by day temperature and NDVI (Merlin et al. 2012). tvdi: a line of the temperature–"
        "vegetation dryness index on each day (Sandholt et al. 2002).",
    )  # fmt: skip
    temperature: str = option(
        "", "Temperature by day", help="Name of the covariate that holds the surface temperature by day, in K. Empty: "
        "found by its name, as lst.", asks="covariate",
    )  # fmt: skip
    night: str = option(
        "", "Temperature by night", help="Only for thermal_inertia: the surface temperature by night, in K. Empty: "
        "found by its name, as lst_night.", asks="covariate",
    )  # fmt: skip
    vegetation: str = option(
        "", "NDVI", help="Name of the covariate that holds NDVI. Empty: found by its name.", asks="covariate"
    )
    height: str = option(
        "", "Height", help="For dispatch and tvdi: name of the covariate that holds the height in m; 6 K are added to "
        "the temperature for each km. Empty: found by its name, as elevation; without one nothing is added.",
        asks="covariate",
    )  # fmt: skip
    min_water: str = like(ConsistencyOptions, "min_water")
    max_water: str = like(
        ConsistencyOptions, "max_water", help="What no pixel exceeds: a number in m³ m⁻³, or the name of a covariate "
        "of the study that holds it, as porosity. Other pixels of the coarse cell make up for it. Empty: 0.6, which no "
        "mineral soil exceeds.",
    )  # fmt: skip
