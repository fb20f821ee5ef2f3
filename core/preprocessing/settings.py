# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of the preprocessing steps, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import Options, like, option
from ..rasters.settings import RULES, DatedInput, RasterFiles, Rule
from .indices import BANDS, INDICES, SENSORS
from .legends import LEGEND_NAMES, LEGENDS

RESCALINGS = {"mean_sd": "Mean and standard deviation", "cdf": "CDF matching"}


@dataclass(frozen=True)
class RescaleOptions(Options):
    """How stations are given the climate of a reference."""

    rescale: str = option(
        "mean_sd", "Rescaling", choices=RESCALINGS, help="mean_sd: mean and standard deviation of the "
        "reference (Li et al. 2022); cdf: its whole distribution, by percentiles.",
    )  # fmt: skip
    min_days: int = option(
        30, "Minimum days in common", low=3, high=36600, unit="d", help="A station with fewer days in common with its "
        "reference is left out.",
    )  # fmt: skip
    percentiles: int = option(
        21, "Percentiles", low=3, high=201, help="Only for cdf: points at which the two distributions are matched, "
        "evenly from 0 to 100 %; fewer where there are too few days.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class KoppenOptions(Options):
    """Which climate classes are mapped, and what rasters of rain hold."""

    rain_of: str = option(
        "day", "A raster of rain holds", choices={"day": "Rain of a day", "month": "Rain of a month"},
        help="Sums in mm (m where the files say so).",
    )  # fmt: skip
    classes: str = option(
        "classes", "Classes", choices={"classes": "30 classes", "groups": "5 main groups"},
        help="classes: 1 to 30, as in the maps of Beck et al. (2018). groups: 1 tropical, 2 arid, 3 temperate, 4 cold, "
        "5 polar, for stations of few climates.",
    )  # fmt: skip


@dataclass(frozen=True)
class InterpolateOptions(DatedInput):
    """How dated rasters become one for every day."""

    method: str = option(
        "linear",
        "Method",
        choices={
            "linear": RULES["linear"],
            "hold": RULES["hold"],
            "nearest": RULES["nearest"],
            "savitzky_golay": "Savitzky-Golay filter",
            "whittaker": "Whittaker smoother",
        },
        help="linear: a line between the observations before and after. hold: the last observation, never looking "
        "ahead (Poehls et al. 2025). nearest: the nearest observation. savitzky_golay, whittaker: a smooth curve "
        "through noisy observations, which need not be met.",
    )
    longest_gap_days: int = like(Rule, "longest_gap_days")
    hold_last: bool = like(Rule, "hold_last")
    shift_days: int = like(Rule, "shift_days")
    window_days: int = option(
        49, "Window", low=3, high=365, unit="d", help="Only for savitzky_golay: length of the moving window on days "
        "between which was interpolated; a longer one smooths more. Odd; an even number is made one longer.",
    )  # fmt: skip
    degree: int = option(
        2, "Degree", low=0, high=6, help="Only for savitzky_golay: of the polynomial that is fitted in the window.",
        advanced=True,
    )  # fmt: skip
    smoothness: float = option(
        1000.0, "Lambda", low=1e-3, high=1e9, help="Only for whittaker: weight of smoothness against nearness to the "
        "observations; ten times as much is smoother, a tenth is nearer (Eilers 2003).",
    )  # fmt: skip
    hour: int = like(Rule, "hour", help="Of hourly rasters: the hour that a day's value is for.", advanced=True)

    def __post_init__(self):
        super().__post_init__()
        if self.method == "savitzky_golay" and self.degree >= self.window_days:
            raise OptionError(f"A polynomial of degree {self.degree} needs more than {self.window_days} days.")


@dataclass(frozen=True)
class AccumulateOptions(DatedInput):
    """Over which time before each day dated rasters are added up."""

    statistic: str = option(
        "sum", "Statistic", choices={"sum": "Sum", "mean": "Mean"}, help="Sum, as of rain, or mean."
    )
    days: int = like(Rule, "days")
    with_day: bool = like(Rule, "with_day")
    hours: int = like(Rule, "hours")
    hour: int = like(Rule, "hour")
    min_valid_fraction: float = like(Rule, "min_valid_fraction")


@dataclass(frozen=True)
class FillDaysOptions(Options):
    """Which cells of a coarse product are filled through time."""

    min_days: int = option(
        20, "Minimum number of days", low=5, high=100_000, help="Days on which a cell must know soil moisture and all "
        "covariates that change with time; a cell with fewer is not filled."
    )  # fmt: skip
    min_r2: float = option(
        0.0, "Minimum held-out R²", low=-10.0, high=1.0, help="Of a cell's model where each day is left out once; a "
        "cell with less is not filled. 0: no worse than the mean of the cell."
    )  # fmt: skip


@dataclass(frozen=True)
class AlignOptions(Options):
    """How rasters are brought to another grid."""

    resampling: str = like(RasterFiles, "resampling")
    classes: bool = like(RasterFiles, "classes")
    rules: str = option(
        "", "Rules for single rasters", help="Where one rule does not suit all: 'name: rule', separated by semicolons. "
        "Rules: nearest, bilinear, cubic, classes. Example: ndvi: bilinear; landcover: classes",
    )  # fmt: skip
    band: int = like(
        RasterFiles, "band", help="Which band of rasters that have several; empty: the only one, or each that has a "
        "name, as a map of its own.",
    )  # fmt: skip


@dataclass(frozen=True)
class SpectralOptions(Options):
    """Which indices to compute, and what the bands are called."""

    indices: str = option(
        "ndvi",
        "Indices",
        choices={name: name.upper() for name in INDICES},
        several=True,
        help="; ".join(f"{name} = {index.formula} ({index.source})" for name, index in INDICES.items()) + ".",
    )
    formula: str = option(
        "", "Own formulas", help="As 'gndvi = (nir - green) / (nir + green)', several with semicolons. The "
        "names are those of the bands: red, nir, blue, green, swir1, swir2. Allowed are + - * / **, < <= > >= ==, "
        "sqrt, log, exp, abs, min, max, clip(x, low, high), where(condition, x, y) and nan for unknown.",
    )  # fmt: skip
    sensor: str = option(
        "modis",
        "Names of the bands",
        choices=SENSORS,
        help="How the sub-folders or files are called: "
        + "; ".join(f"{s}: {', '.join(f'{n} {w}' for n, w in b.items())}" for s, b in BANDS.items() if b)
        + ". Own: only as said in the next line.",
    )
    bands: str = option(
        "", "Other names of bands", help="As 'red = b01; nir = b02': the name in formulas, and the word in the name of "
        "the sub-folder or file. They replace those of the sensor, or add to them.",
    )  # fmt: skip
    scale: float = like(
        RasterFiles, "scale", help="Bands are multiplied by it, so that reflectance lies between 0 and 1. Imported "
        "MODIS needs none; raw MODIS and Sentinel-2 0.0001; Landsat Collection 2 0.0000275.", advanced=False,
    )  # fmt: skip
    offset: float = like(
        RasterFiles, "offset", help="Added after the scale: -0.2 for Landsat Collection 2, -0.1 for Sentinel-2 since "
        "2022.",
    )  # fmt: skip
    nodata: float = like(RasterFiles, "nodata")


@dataclass(frozen=True)
class FractionOptions(Options):
    """Which classes of a land cover map count, and from which share on a pixel is kept."""

    legend: str = option(
        "numbers",
        "Land cover map",
        choices={"numbers": "Any map, classes as numbers", **LEGEND_NAMES},
        help="Whose classes these are, so that groups can be named: igbp (MODIS MCD12Q1), corine, worldcover (ESA, "
        "10 m), cci (ESA CCI and C3S). Numbers: any map; classes are given as numbers.",
    )
    classes: str = option(
        "",
        "Classes",
        help="Numbers and ranges as '1-5, 8', or with a known map groups as 'forest, shrub': forest, shrub, grass, "
        "crop, urban, bare, snow, wetland, water.",
    )
    min_valid_fraction: float = option(
        0.5, "Minimum valid fraction", low=0.0, high=1.0,
        help="Fraction of a pixel's area that must have a class; with less its "
        "share is unknown. The share itself is that of the area with a class.",
    )  # fmt: skip
    at_least: float = option(
        0.5, "Kept from this share on", low=0.0, high=1.0, help="Only for the mask: a pixel is kept (1) if the classes "
        "cover at least this share of it, as 0.5 for forest in Jääskeläinen et al. 2025; 0 keeps all of them.",
    )  # fmt: skip
    out_classes: str = option(
        "", "Classes that must not cover much", help="Only for the mask: written as the classes, as 'water, urban'."
    )
    out_max_fraction: float = option(
        0.1, "Their largest share", low=0.0, high=1.0, help="Only for the mask: a pixel with more of these is out (0)."
    )

    def __post_init__(self):
        super().__post_init__()
        if not self.classes.strip():
            raise OptionError(
                "No classes are chosen; give them as '1-5, 8', or as 'forest' with a known land cover map."
            )
        self.numbers(self.classes)
        self.numbers(self.out_classes)

    def numbers(self, text: str) -> list[tuple[int, int]]:
        """Return the classes of a text as ranges, both ends included."""
        groups, found = LEGENDS.get(self.legend, {}), []
        for part in filter(None, (p.strip().lower() for p in text.split(","))):
            if part in groups:
                found += self.numbers(groups[part])
                continue
            low, _, high = part.partition("-")
            try:
                first, last = int(low), int(high or low)
            except ValueError:
                known = (
                    f"groups of {self.legend}: {', '.join(groups)}" if groups else "groups need a known land cover map"
                )
                raise OptionError(f"'{part}' is no class; write numbers as '1-5, 8' ({known}).") from None
            if first > last or not 0 <= first <= last < 1 << 16:
                raise OptionError(f"'{part}' is no range of classes; they lie between 0 and 65535, the smaller first.")
            found.append((first, last))
        return found


@dataclass(frozen=True)
class TerrainOptions(Options):
    """Which attributes to take from an elevation model."""

    slope: bool = option(True, "Slope", help="In degrees.")
    aspect: bool = option(True, "Aspect", help="In degrees from north, and its sine and cosine, which learners need.")
    curvature: bool = option(False, "Curvature", help="Profile and plan curvature, in 1/m.")
    position: bool = option(True, "Topographic position", help="Height above the mean of the surroundings, in m.")
    position_radius_m: float = option(
        1000.0, "Surroundings for the position", low=1, high=100_000, unit="m", help="Half the side of the square."
    )
    flow: bool = option(
        True, "Flow accumulation and wetness index", help="Specific catchment area A, and TWI = ln(A / tan slope)."
    )
    routing: str = option(
        "both",
        "Flow routing",
        choices={"both": "Both", "fd8": "FD8", "mfd_md": "MFD-md"},
        help="FD8 shares out flow by slope alone (Freeman 1991, Quinn 1991); MFD-md gathers it the more the steeper "
        "the ground is (Qin et al. 2007).",
    )
    fd8_exponent: float = option(
        1.1, "Exponent of FD8", low=0.1, high=20, help="1.1 is Freeman's, 1 is Quinn's.", advanced=True
    )
    fill_sinks: bool = option(
        True, "Fill sinks first", help="By Wang & Liu 2006; else water ends in every pit of the model.", advanced=True
    )
