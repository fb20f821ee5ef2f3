# SPDX-License-Identifier: GPL-2.0-or-later
"""The MODIS and VIIRS land products that we know: their layers, scales, valid ranges, days and quality layers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from ...base.names import slug
from . import quality_bits as qb

NAME = re.compile(r"(?<![A-Z0-9])(MOD|MYD|MCD|VNP|VJ1|VJ2)(\d\d[A-Z]{1,2}\d?[A-Z]{0,2})(?![A-Z0-9])", re.IGNORECASE)
IGBP = (
    "evergreen needleleaf forest", "evergreen broadleaf forest", "deciduous needleleaf forest",
    "deciduous broadleaf forest", "mixed forest", "closed shrubland", "open shrubland", "woody savanna", "savanna",
    "grassland", "permanent wetland", "cropland", "urban", "cropland and natural vegetation", "snow and ice", "barren",
    "water",
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer of a product.

    Attributes
    ----------
    variable : str
        How its maps are called.
    pattern : str
        Of its name in the files, as `slug` gives it.
    scale : float, optional
        From stored numbers to the unit; None: what the file says.
    low, high : float, optional
        The valid range of stored numbers, both included; all else (fill, special classes) is unknown.
    unit : str
    checks : tuple of Check
        Of its quality: those that are there are used, one must be.
    kept : tuple of str
        What "best" and "good" keep, in words; {k} is the largest error.
    classes : tuple of str
        Names of the classes from 1 on.
    sum_of_days : bool
        Whether values are sums over the days of the composite.
    """

    variable: str
    pattern: str
    scale: float | None
    low: float | None
    high: float | None
    unit: str
    checks: tuple[qb.Check, ...] = ()
    kept: tuple[str, str] = ("", "")
    classes: tuple[str, ...] = ()
    sum_of_days: bool = False

    def matches(self, name: str) -> bool:
        """Whether a layer of this name in a file is this one."""
        return matches(self.pattern, name)

    def words(self, strictness: str, error_k: int) -> str:
        """Return what the strictness keeps."""
        if strictness == "any" or not self.checks:
            return "every value within the valid range"
        return self.kept[0 if strictness == "best" else 1].format(k=1 if strictness == "best" else error_k)


@dataclass(frozen=True)
class Product:
    """One product: its `family` ("modis" or "viirs"), a pattern of its number, its layers, and the days of a map.

    `choices` gives the layers of a plain variable that stands for several; `days` is 365 for yearly maps.
    """

    family: str
    number: str
    layers: tuple[Layer, ...]
    days: int = 1
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def wanted(self, variable: str) -> tuple[Layer, ...]:
        """Return the layers of a plain name; "auto" is the first, or the first choice. Empty if it has none."""
        groups = dict(self.choices)
        if variable == "auto":
            variable = next(iter(groups), self.layers[0].variable)
        return tuple(layer for layer in self.layers if layer.variable in groups.get(variable, (variable,)))

    def variables(self) -> tuple[str, ...]:
        """Return the plain names that it has."""
        return tuple(dict(self.choices)) or tuple(layer.variable for layer in self.layers)


def matches(pattern: str, name: str) -> bool:
    """Whether a layer of this name in a file is that of a pattern."""
    return re.search(pattern, slug(name)) is not None


def product_in(name: str) -> str:
    """Return the product in a file name, as "MOD13A1"; '' if there is none."""
    found = NAME.search(name)
    return (found.group(1) + found.group(2)).upper() if found else ""


def product(name: str) -> Product | None:
    """Return what is known of a product by its name as "MYD11A2"; None if nothing is."""
    family, number = ("viirs" if name.startswith("V") else "modis"), name[3:]
    return next((p for p in PRODUCTS if p.family == family and re.fullmatch(p.number, number)), None)


def days_of(known: Product, start: np.datetime64) -> int:
    """Return over how many days a composite that starts on a day runs: the last of a year ends with the year."""
    year = start.astype("datetime64[Y]")
    left = int(((year + 1).astype("datetime64[D]") - start).astype(int))
    # composites of 16 days run on into the next year
    return min(known.days, left) if known.days <= 8 else known.days


def _named(layers: tuple[Layer, ...], day: str, night: str) -> tuple[Layer, ...]:
    """Return the layers of day and night with the names that they have in a product."""
    return replace(layers[0], pattern=day), replace(layers[1], pattern=night)


_LST_11 = (
    "mandatory QA 'good'",
    "mandatory QA 'good', or produced with good data quality and an LST error of at most {k} K",
)
_LST_21 = (
    "mandatory QA 'good', good data quality, no cloud near, LST accuracy better than {k} K",
    "produced, good or fair data quality, neither cloud nor cirrus, LST accuracy within {k} K (3: any accuracy)",
)
_VI = (
    "MODLAND QA 'good', usefulness 0 to 3, no high aerosol, no cloud, snow or shadow, highest reliability",
    "MODLAND QA 'good' or 'check', usefulness 0 to 7, no mixed clouds, no snow, reliability down to 'marginal'",
)
_LAI = (
    "main algorithm without saturation, clear sky, no snow, cirrus or shadow, no dead detector",
    "main algorithm, clear sky, no snow",
)
_ET = (
    "LAI by the main algorithm under a clear sky (the flag is that of the LAI that went in)",
    "LAI by any algorithm, not cloudy (the flag is that of the LAI that went in)",
)
_REFLECTANCE = (
    "clear, no shadow, cirrus, snow or high aerosol, no cloud beside, band of the highest quality",
    "clear or assumed clear, no shadow, no high cirrus, no snow, band of the highest quality or interpolated",
)
_ALBEDO = ("full inversion", "full or magnitude inversion")


def _lst(variable: str, pattern: str, check: qb.Check, kept: tuple[str, str]) -> Layer:
    return Layer(variable, pattern, 0.02, 7500, 65535, "K", (check,), kept)


def _vi(low: float, reliability: qb.Check) -> tuple[Layer, ...]:
    checks = (qb.VI_QUALITY, reliability)
    return tuple(Layer(name, rf"(^|_){name}($|_\d)", 0.0001, low, 10000, "1", checks, _VI) for name in ("ndvi", "evi"))


def _lai(main: qb.Check, extra: qb.Check) -> tuple[Layer, ...]:
    return (
        Layer("lai", r"(^|_)lai(_500m|_1km)?$", 0.1, 0, 100, "m2 m-2", (main, extra), _LAI),
        Layer("fapar", r"(^|_)fpar(_500m|_1km)?$", 0.01, 0, 100, "1", (main, extra), _LAI),
    )


def _bands(numbers: range, quality) -> tuple[Layer, ...]:
    return tuple(
        Layer(f"b{b:02d}", rf"sur_refl_b{b:02d}(_1)?$", 0.0001, -100, 16000, "1", (qb.STATE, quality(b)), _REFLECTANCE)
        for b in numbers
    )


_LST_DAY_NIGHT = tuple(
    _lst(
        f"lst_{time}", rf"lst_{time}(_\d+km)?$", qb.lst_11(f"QC_{time.title()}", rf"(^|_)qc_{time}(_\d+km)?$"), _LST_11
    )
    for time in ("day", "night")
)
_LST_21_DAY_NIGHT = tuple(
    _lst(
        f"lst_{time}",
        rf"lst_{time}(_\d+km)?$",
        qb.lst_21_composite(f"QC_{time.title()}", rf"(^|_)qc_{time}(_\d+km)?$"),
        _LST_21,
    )
    for time in ("day", "night")
)
_LST_21_DAILY = {
    time: (_lst(f"lst_{time}", r"lst(_1km)?$", qb.lst_21_daily("QC", r"(^|_)qc$"), _LST_21),)
    for time in ("day", "night")
}
_ET_LAYERS = tuple(
    Layer(name, rf"(^|_){name}(_500m|_1km)?$", 0.1, -32767, 32700, "mm d-1", (qb.ET,), _ET, sum_of_days=True)
    for name in ("et", "pet")
)
_ALBEDO_LAYERS = tuple(
    Layer(f"albedo_{sky}_sky", rf"albedo_{code}_shortwave$", 0.001, 0, 32766, "1", (qb.ALBEDO,), _ALBEDO)
    for sky, code in (("white", "wsa"), ("black", "bsa"))
)
_LAND_COVER = (Layer("land_cover", r"(^|_)lc_type1$", 1, 1, 17, "class", classes=IGBP),)
_ALBEDO_CHOICE = (("albedo", ("albedo_white_sky", "albedo_black_sky")),)


def _reflectance(family: str, number: str, layers: tuple[Layer, ...], days: int) -> Product:
    return Product(family, number, layers, days, (("reflectance", tuple(layer.variable for layer in layers)),))


# valid ranges, scales and bits as in the file specifications and user guides of the products, collections 6 and 6.1
# (MODIS) and 1 and 2 (VIIRS)
PRODUCTS = (
    Product("modis", r"11(A1|B1)", _LST_DAY_NIGHT),
    Product("modis", r"11(A2|B2)", _LST_DAY_NIGHT, 8),
    Product("modis", r"21A1D", _LST_21_DAILY["day"]),
    Product("viirs", r"21A1D", _LST_21_DAILY["day"]),
    Product("modis", r"21A1N", _LST_21_DAILY["night"]),
    Product("viirs", r"21A1N", _LST_21_DAILY["night"]),
    Product("modis", r"21A2", _LST_21_DAY_NIGHT, 8),
    Product("viirs", r"21A2", _LST_21_DAY_NIGHT, 8),
    Product("modis", r"13(A1|A2|Q1)", _vi(-2000, qb.MODIS_RELIABILITY), 16),
    Product("modis", r"13A3", _vi(-2000, qb.MODIS_RELIABILITY), 30),
    Product("viirs", r"13A[12]", _vi(-10000, qb.VIIRS_RELIABILITY), 16),
    Product("viirs", r"13A3", _vi(-10000, qb.VIIRS_RELIABILITY), 30),
    Product("modis", r"15A2H?", _lai(qb.MODIS_LAI, qb.MODIS_LAI_EXTRA), 8),
    Product("modis", r"15A3H?", _lai(qb.MODIS_LAI, qb.MODIS_LAI_EXTRA), 4),
    Product("viirs", r"15A2H", _lai(qb.VIIRS_LAI, qb.VIIRS_LAI_EXTRA), 8),
    Product("modis", r"16A2(GF)?", _ET_LAYERS, 8),
    _reflectance("modis", r"09A1", _bands(range(1, 8), qb.band_500m), 8),
    _reflectance("modis", r"09GA", _bands(range(1, 8), qb.band_500m), 1),
    _reflectance("modis", r"09Q1", _bands(range(1, 3), qb.band_250m), 8),
    _reflectance("modis", r"09GQ", _bands(range(1, 3), qb.band_250m), 1),
    Product("modis", r"43A3", _ALBEDO_LAYERS, 1, _ALBEDO_CHOICE),
    Product("viirs", r"43[MI]A3", _ALBEDO_LAYERS, 1, _ALBEDO_CHOICE),
    Product("modis", r"12Q1", _LAND_COVER, 365),
)
