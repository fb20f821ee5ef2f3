# SPDX-License-Identifier: GPL-2.0-or-later
"""What synthetic region to make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..base.errors import OptionError
from ..base.options import Options, option
from ..units import SM_UNIT

MAX_PIXELS = 16_000_000  # of A synthetic region
MAX_PRODUCT_PIXELS = 1_000_000  # of one on the products' grids, which share out every pixel
PRODUCT_KM = (9.0, 36.0)  # cells of SMAP


@dataclass(frozen=True)
class RegionOptions(Options):
    """What region to simulate, and how well the sensors see it."""

    size_km: float = option(120.0, "Side of the region", low=5, high=2000, unit="km", help="The region is a square.")
    resolution_m: float = option(
        1000.0, "Fine resolution", low=10, high=10000, unit="m", help="Side of a pixel of the truth and the covariates."
    )
    coarse_km: float = option(
        9.0, "Coarse resolution", low=0.1, high=100, unit="km", help="Side of a cell of the coarse product."
    )
    days: int = option(60, "Days", low=1, high=3660, unit="d", help="Length of the period.")
    n_stations: int = option(40, "Stations", low=1, high=5000, help="Number of stations, placed at random.")
    start: str = option("2023-05-01", "First day", help="Year-month-day, as 2023-05-01.", asks="day")
    coarse_noise: float = option(
        0.02, "Coarse noise", low=0, high=0.2, unit=SM_UNIT, help="SD of the coarse product's error; half its variance "
        "is shared by neighbouring cells.",
    )  # fmt: skip
    observed_fraction: float = option(
        0.6,
        "Observed fraction",
        low=0.05,
        high=1,
        help="Fraction of the coarse cells under a day's swaths.",
        advanced=True,
    )
    cloud_fraction: float = option(
        0.25, "Cloud fraction", low=0, high=0.9, help="Mean fraction of the land hidden by clouds."
    )
    faulty_fraction: float = option(
        0.08, "Faulty stations", low=0, high=1, help="Fraction of stations that are stuck, spike or stay near zero.",
        advanced=True,
    )  # fmt: skip
    products: bool = option(
        False, "As delivered products", help="Also write the region as data centres would deliver it: SMAP granules, "
        "MODIS and soil maps, ERA5-Land and an ISMN archive, on these products' own grids. Try your imports on it.",
    )  # fmt: skip

    def __post_init__(self):
        super().__post_init__()
        try:
            date.fromisoformat(self.start)
        except ValueError as error:
            raise OptionError(f"'start' must be a day written as 2023-05-01, got {self.start!r}.") from error
        if not 2 * self.resolution_m <= self.coarse_km * 1000 <= self.size_km * 500:
            raise OptionError(
                f"Coarse cells of {self.coarse_km:g} km do not suit pixels of {self.resolution_m:g} m in a region of "
                f"{self.size_km:g} km; a cell must hold 2 pixels side by side, and the region 2 cells."
            )
        if self.products and self.coarse_km not in PRODUCT_KM:
            raise OptionError(
                f"SMAP is delivered on cells of 9 or 36 km, not of {self.coarse_km:g}: change 'coarse_km', or leave "
                "out the delivered products."
            )
        pixels = ((self.size_km + 2 * self.coarse_km) * 1000 / self.resolution_m) ** 2
        most = MAX_PRODUCT_PIXELS if self.products else MAX_PIXELS
        if pixels > most:
            raise OptionError(
                f"{self.size_km:g} km at {self.resolution_m:g} m are {pixels / 1e6:.1f} million pixels, more than "
                f"{most / 1e6:.0f}; make the region smaller or the pixels larger."
            )
