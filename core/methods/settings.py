# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a method that no step has a record for, as records that load nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..base.errors import OptionError
from ..base.options import Options, like, option
from ..preprocessing.settings import RESCALINGS, RescaleOptions
from ..rasters.settings import RULES

SHIPPED = Path(__file__).parent
ANALYSES = (
    "period_means",
    "weekly_means",
    "region",
    "partial_correlation",
    "partial_correlation_of_years",
    "landscape",
    "mqcc",
    "shap_maps",
    "thermal_inertia",
)

# how the source of a method takes a covariate in time: as a study may, or less is said
ROLE_RULES = {"": "Not said", "static": "Holds for all days", "dated": "Changes with the day", **RULES}

# what the methods that come with SoilSharp are called in dialogs
LABELS = {
    "bueno2024": "Bueno et al. 2024: random forest for each day",
    "coarse_lightgbm": "Coarse product, gradient boosting (LightGBM)",
    "coarse_linear": "Coarse product, ridge regression",
    "coarse_random_forest": "Coarse product, random forest",
    "dispatch": "Physics alone: evaporative efficiency (DISPATCH, Merlin et al. 2012)",
    "jaaskelainen2025": "Jääskeläinen et al. 2025: gradient boosting from stations",
    "li2022": "Li et al. 2022: random forest for each depth",
    "poehls2025": "Poehls et al. 2025: ensemble of probabilistic networks",
    "rao2022": "Rao et al. 2022: best of five learners in each 16 days",
    "smooth_interpolation": "Smooth interpolation of the coarse product",
    "soilsharp": "SoilSharp: kriging with detail of covariates",
    "stations_lightgbm": "Stations, gradient boosting (LightGBM)",
    "stations_linear": "Stations, ridge regression",
    "stations_random_forest": "Stations, random forest",
    "thermal_inertia": "Physics alone: thermal inertia (Fang et al. 2022)",
    "tvdi": "Physics alone: dryness index (TVDI, Sandholt et al. 2002)",
}
# roles whose key says less than their name
ROLES = {
    "ndvi": "NDVI",
    "evi": "EVI",
    "ndwi": "NDWI",
    "lswi": "LSWI",
    "nsdsi": "NSDSI",
    "lst": "land surface temperature",
    "lst_night": "land surface temperature by night",
    "lai": "leaf area index",
    "lai_low": "leaf area index of low vegetation",
    "lai_high": "leaf area index of high vegetation",
    "fapar": "FAPAR",
    "et": "evapotranspiration",
    "ph": "pH",
    "cec": "cation exchange capacity",
    "ksat": "saturated hydraulic conductivity",
    "water_saturated": "saturated water content",
    "water_residual": "residual water content",
    "vg_alpha": "van Genuchten alpha",
    "vg_n": "van Genuchten n",
    "twi_fd8": "topographic wetness index (FD8)",
    "twi_mfd_md": "topographic wetness index (MFD-md)",
    "koppen": "Köppen climate class",
    "rain_3d": "rain of 3 days",
    "rain_72h": "rain of 72 hours",
    "rain_def": "rain of December to February",
    "rain_mam": "rain of March to May",
    "rain_jja": "rain of June to August",
    "rain_son": "rain of September to November",
    "temperature_72h": "air temperature of 72 hours",
    **{f"swvl{layer}": f"soil water of ERA5-Land, layer {layer}" for layer in (1, 2, 3)},
    **{f"stl{layer}": f"soil temperature of ERA5-Land, layer {layer}" for layer in (1, 2, 3)},
}


def labels() -> dict[str, str]:
    """Return the methods that come with SoilSharp: name and label of each."""
    return {name: LABELS.get(name, name) for name in shipped()}


def role_label(key: str, say: Callable[[str], str] = str) -> str:
    """Return a role as a person reads it, with its key where that differs, as covariates are named by it.

    `say` translates the label.
    """
    label = say(ROLES[key]) if key in ROLES else key.replace("_", " ")
    return label if label.casefold() == key else f"{label} ({key})"


def shipped() -> list[str]:
    """Return the names of the methods that come with SoilSharp."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


@dataclass(frozen=True)
class Role(Options):
    """A covariate that a method wants, whatever it is called in a study."""

    required: bool = option(True, "Required", help="Whether the method refuses to start without it.")
    also: str = option("", "Other names", help="Names of studies under which it is looked for, with commas.")
    about: str = option("", "What it is", help="As the source of the method says it.")
    input: bool = option(
        True, "Input", help="Whether the learners see it. If not, it stands beside the samples, for classes, weights "
        "and folds to go by, as the climate classes of Poehls et al. 2025.",
    )  # fmt: skip
    rule: str = option(
        "", "Rule", choices=ROLE_RULES, help="How the source of the method takes it in time. A run tells where the "
        "study does otherwise.",
    )  # fmt: skip
    days: int = option(0, "Days", low=0, high=366, unit="d", help="Length of its sum or mean.")
    hours: int = option(0, "Hours", low=0, high=8784, unit="h", help="The same of hourly rasters, instead of days.")
    with_day: bool = option(True, "With the day itself", help="Whether its days end with the day itself.")
    every_days: int = option(
        0, "Every", low=0, high=366, unit="d", help="From one raster of the source to the next; 0: not said."
    )
    unit: str = option("", "Unit", help="In which the source has it; empty: not said.")

    def __post_init__(self):
        super().__post_init__()
        summed = "before" in self.rule
        if summed != bool(self.days or self.hours) or (self.days and self.hours):
            raise OptionError(
                f"the rule '{self.rule}' takes {'days or hours' if summed else 'neither days nor hours'}."
            )
        if self.every_days and self.rule in ("", "static"):
            raise OptionError(f"the rule '{self.rule}' has no rasters of days for 'every_days'.")


@dataclass(frozen=True)
class RescaleChoice(Options):
    """Whether stations are given the climate of the coarse product before anything learns from them."""

    rescale: str = option(
        "off", "Rescale stations", choices={"off": "Off", **RESCALINGS}, help="To the coarse product."
    )
    min_days: int = like(RescaleOptions, "min_days")
    beside: bool = option(
        False, "Also without", help="Whether the folds are scored with stations as measured too, on the same rows. "
        "Takes twice the time of the folds.",
    )  # fmt: skip


class Depth(NamedTuple):
    """The stations from `low` to `high` (m below ground), and the role whose covariate is their coarse product.

    Where `coarse` is '', or the study has none of this role, it is the coarse product of the study.
    """

    low: float
    high: float
    coarse: str = ""

    @classmethod
    def read(cls, value, roles: Mapping, where: str) -> Depth:
        """Return a depth as a method file has it, [0.15, 0.25, "swvl2"]; the last may be missing."""
        good = isinstance(value, list) and len(value) in (2, 3) and all(type(v) in (int, float) for v in value[:2])
        if not good or not 0 <= value[0] <= value[1] <= 10:
            raise OptionError(
                f'{where}: "depths" must hold pairs of least and greatest depth in m, with a role of the coarse '
                f"product behind them if it is another one, got {value!r}."
            )
        coarse = value[2] if len(value) == 3 else ""
        if coarse and coarse not in roles:
            raise OptionError(f'{where}: "depths" name {coarse!r} as a coarse product, which is no role of the method.')
        return cls(float(value[0]), float(value[1]), coarse)

    def as_json(self) -> list:
        """Return it as a method file has it."""
        return [*self[:2], *filter(None, [self.coarse])]

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"depth_{100 * (self.low + self.high) / 2:g}cm"
