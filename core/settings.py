# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of the steps, as records that load nothing heavy: dialogs and command lines are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .errors import OptionError
from .options import Options, option

SM_UNIT = "m3 m-3"
UNITS = {SM_UNIT: 1.0, "percent": 0.01}
RULES = ("same_day", "nearest", "hold", "linear", "sum_before", "mean_before")
MOST_PIXELS = 16_000_000  # of a made-up region
MOST_PRODUCT_PIXELS = 1_000_000  # of one on the products' grids, which share out every pixel
PRODUCT_KM = (9.0, 36.0)  # cells of SMAP
FOLDS = (
    "auto", "random", "station", "year", "station_year", "class", "block", "buffered", "knndm", "date", "column",
)  # fmt: skip
HOLDOUTS = ("random", "date_stratified", "station", "station_widest", "class", "year")


@dataclass(frozen=True)
class Rule(Options):
    """How a series of dated rasters gives a value for a day."""

    rule: str = option("linear", "Rule", choices=RULES, help="Which rasters count for a day, and how.")
    days: int = option(3, "Days", low=1, high=366, unit="d", help="Length of the sum or mean.")
    with_day: bool = option(True, "With the day itself", help="Whether the sum or mean ends with the day itself.")
    hours: int = option(
        0, "Hours", low=0, high=8784, unit="h", help="Length of the sum or mean of hourly rasters, which then ends at "
        "the hour of the day; 0 takes whole days.",
    )  # fmt: skip
    hour: int = option(
        0, "Hour of the day", low=0, high=23, unit="UTC", help="Of hourly rasters: the hour whose value counts for the "
        "day, or at which the hours before end; as that of an overpass.",
    )  # fmt: skip
    longest_gap_days: int = option(
        32, "Longest gap", low=0, high=3660, unit="d", help="A value further away in time than this is not used."
    )


@dataclass(frozen=True)
class StationOptions(Options):
    """How to read a table of stations; an empty column name is looked for under its usual names."""

    station: str = option("", "Station column", help="Column with the name of the station; left empty, looked for.")
    longitude: str = option("", "Longitude column", help="Column with degrees east; left empty, looked for.")
    latitude: str = option("", "Latitude column", help="Column with degrees north; left empty, looked for.")
    date: str = option("", "Date column", help="Column with the day; left empty, looked for.")
    soil_moisture: str = option("", "Soil moisture column", help="Column with soil moisture; left empty, looked for.")
    date_format: str = option("", "Date format", help="As %d.%m.%Y; left empty, year-month-day.")
    unit: str = option(
        SM_UNIT, "Unit of soil moisture", choices=tuple(UNITS), help="Percent is divided by 100; never guessed."
    )
    least_depth_m: float = option(0.0, "Least depth", low=0, high=10, unit="m", help="Only sensors from this depth.")
    greatest_depth_m: float = option(10.0, "Greatest depth", low=0, high=10, unit="m", help="Only sensors to here.")
    flags: str = option(
        "good",
        "Flagged values",
        choices=("good", "all"),
        help="good: where there is a column of flags, only values whose flag is empty or G. all: flagged values too.",
    )


@dataclass(frozen=True)
class CoarseSampling(Options):
    """How covariates are brought to the coarse cells."""

    aggregate: str = option(
        "mean",
        "Aggregation",
        choices=("mean", "nearest"),
        help="Area mean of the fine pixels, or the one pixel at the centre of the coarse cell (Rao et al. 2022).",
    )
    least_cover: float = option(
        0.5, "Least cover", low=0.0, high=1.0, help="Share of a coarse cell's area in which every covariate is known."
    )
    spread_of: str = option(
        "", "Spread of", help="A covariate whose SD inside of each cell is written beside the samples, as ndvi_spread: "
        "training by homogeneity lets even cells count more. Not with nearest.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class StationSampling(Options):
    """How samples are made of stations."""

    one_per_pixel: bool = option(
        False, "One sample a pixel", help="Stations that stand in one pixel of the target grid become one, with the "
        "mean of their values (Jääskeläinen et al. 2025, Li et al. 2022); else each is a sample of its own.",
    )  # fmt: skip


@dataclass(frozen=True)
class FoldOptions(Options):
    """How samples are divided for cross-validation."""

    by: str = option(
        "auto",
        "Folds by",
        choices=FOLDS,
        help="What is held back together: single samples (random), stations, calendar years, stations in years that "
        "the model knows neither of (station_year), stations so that each part has all classes of a column (class), "
        "blocks of coarse cells, stations or blocks with a gap around them (buffered), places as far from what was "
        "learned as the map is (knndm), days, or rows that share a text in a column. Random folds flatter: neighbours "
        "in space and time are in both parts. Auto takes stations where there are any, else blocks, else single "
        "samples.",
    )
    n_folds: int = option(5, "Number of folds", low=0, high=100, help="Parts; 0 leaves the scores out.")
    block_cells: int = option(
        0, "Side of a block", low=0, high=100, unit="coarse cells", help="Only for folds by block, or buffered ones of "
        "samples without stations. 0 takes the largest up to 4 that gives two blocks or more for every fold.",
        advanced=True,
    )  # fmt: skip
    column: str = option(
        "", "Column", help="Only for folds by column or class: its name in the samples. For class it may be a "
        "covariate; numbers are cut into classes.", advanced=True,
    )  # fmt: skip
    buffer_km: float = option(
        10.0, "Buffer", low=0, high=20000, unit="km", help="Only for buffered folds: samples no further than this from "
        "a test sample are not learned from.", advanced=True,
    )  # fmt: skip
    ks_p: float = option(
        0.0, "Least p of a Kolmogorov-Smirnov test", low=0, high=0.95, help="Only for folds by random or date: folds "
        "are drawn again until soil moisture in both parts of each is alike with p above this. 0 takes the first.",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class HoldoutOptions(Options):
    """How samples are divided once into a part to learn from and a part to test with."""

    by: str = option(
        "random",
        "Test part by",
        choices=HOLDOUTS,
        help="Single samples; single samples of each day by the same share (date_stratified); whole stations; "
        "stations so that the ones to learn from span the widest range of the static covariates (station_widest); "
        "stations by the same share of each class of a column (class); or the last years.",
    )
    share: float = option(0.8, "Share to learn from", low=0.05, high=0.95, help="The rest is the test part.")
    ks_p: float = option(
        0.0, "Least p of a Kolmogorov-Smirnov test", low=0, high=0.95, help="Only for random and date_stratified: the "
        "parts are drawn again until soil moisture in both is alike with p above this. 0 takes the first.",
        advanced=True,
    )  # fmt: skip
    column: str = option(
        "", "Column", help="Only for class: a text column or a covariate, whose numbers are cut into classes.",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class ConserveOptions(Options):
    """Whether and how a fine map is brought to the coarse means."""

    conserve: str = option(
        "off",
        "Coarse consistency",
        choices=("off", "additive", "ratio"),
        help="Shift (additive) or scale (ratio) the map so that its area mean over every coarse cell is the coarse "
        "value, and never below 0. It keeps to the coarse product, its noise included; days and cells without a "
        "coarse value stay as predicted.",
    )
    least_cover: float = option(
        0.0, "Least cover", low=0.0, high=1.0, help="Share of a coarse cell's area that must have fine values; cells "
        "with less, as at the edge of the map, stay as predicted.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class RegionOptions(Options):
    """What region to make up, and how well the sensors see it."""

    size_km: float = option(120.0, "Side of the region", low=5, high=2000, unit="km", help="The region is a square.")
    resolution_m: float = option(
        1000.0, "Fine resolution", low=10, high=10000, unit="m", help="Side of a pixel of the truth and the covariates."
    )
    coarse_km: float = option(
        9.0, "Coarse resolution", low=0.1, high=100, unit="km", help="Side of a cell of the coarse product."
    )
    days: int = option(60, "Days", low=1, high=3660, unit="d", help="Length of the period.")
    n_stations: int = option(40, "Stations", low=1, high=5000, help="Number of stations, placed at random.")
    start: str = option("2023-05-01", "First day", help="Year-month-day, as 2023-05-01.")
    coarse_noise: float = option(
        0.02, "Coarse noise", low=0, high=0.2, unit=SM_UNIT, help="SD of the coarse product's error; half its variance "
        "is shared by neighbouring cells.",
    )  # fmt: skip
    seen_share: float = option(
        0.6, "Share seen", low=0.05, high=1, help="Share of the coarse cells under a day's swaths.", advanced=True
    )
    cloud_share: float = option(0.25, "Cloud share", low=0, high=0.9, help="Mean share of the land hidden by clouds.")
    faulty_share: float = option(
        0.08, "Faulty stations", low=0, high=1, help="Share of stations that are stuck, spike or stay near zero.",
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
        most = MOST_PRODUCT_PIXELS if self.products else MOST_PIXELS
        if pixels > most:
            raise OptionError(
                f"{self.size_km:g} km at {self.resolution_m:g} m are {pixels / 1e6:.1f} million pixels, more than "
                f"{most / 1e6:.0f}; make the region smaller or the pixels larger."
            )
