# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates that are known by their names: how they change with time, in what unit, and what values they can have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..base.names import folded
from ..rasters.dates import without_day
from ..units import (
    ANY,
    QUANTITIES,
    SM_UNIT,
    SM_UNITS,
    SOIL_MOISTURE,
    UNSAID,
    Quantity,
    convertible,
    name_of,
    shown,
    unit_in,
)  # fmt: skip

# an error of packing must not be taken for a wrong unit
SLACK = 0.02
# units that names tell, as words of their own, by that of the quantity
TOLD = {SM_UNIT: SM_UNITS, "K": ("degC", "K"), "mm": ("mm", "mm d-1"), "%": ("%", "g kg-1")}


@dataclass(frozen=True)
class Known:
    """What is known of a covariate.

    Attributes
    ----------
    title : str
        The quantity, a key of `QUANTITIES` unless its values can be any.
    words : str
        A regular expression that is found in the name.
    rule : dict
        How a dated one gives a value for a day.
    classes : bool
        Whether values are names of classes.
    direction : int
        Whether the soil is wetter (1) or drier (-1) where values are higher; 0 if it depends.
    """

    title: str
    words: str
    rule: dict = field(default_factory=dict)
    classes: bool = False
    direction: int = 0

    @property
    def quantity(self) -> Quantity:
        """Its unit and what values are plausible."""
        return QUANTITIES.get(self.title, ANY)


_HELD = {"rule": "linear"}
_FROM_FIRST_DAY = {"min_valid_fraction": 0.1}  # so that the first days of a series have a sum, too
_MEAN = {"rule": "mean_before", **_FROM_FIRST_DAY}
_SUM = {"rule": "sum_before", **_FROM_FIRST_DAY}
_SAME = {"rule": "same_day"}


def _whole(words: str) -> str:
    """Return a regular expression of words that stand for themselves in a name, and are no piece of a longer one.

    A number may follow, as in ndvi_250m, evi2 and b07.
    """
    return rf"(?:^|_)(?:{words})(?:_|\d|$)"


# the first whose words are found in a name counts. Rain counts by its sum and temperature by its mean; what changes
# slowly is interpolated; what has been summed already, as tp_72h, is taken on its day.
KNOWN = (
    Known("sum or mean over hours or days", r"(^|_)\d+(h|d|days|hours)$", _SAME),
    Known("difference", r"(^|_)(minus|diff|difference)(_|$)", _HELD),
    Known("age of an observation", r"(^|_)age(_|$)", _SAME),
    Known("NDVI", _whole("ndvi"), _HELD),
    Known("EVI", _whole("evi"), _HELD),
    Known("spectral index", _whole("ndwi|lswi|ndmi|nsdsi|m?savi"), _HELD),
    Known(
        "surface temperature",
        _whole(r"lst|(land_?)?surface_?temp(erature)?|skt|skin_temp(erature)?"),
        {**_HELD, "longest_gap_days": 16},
        direction=-1,
    ),
    Known("leaf area index", _whole("lai|leaf_area_index"), _HELD),
    Known("FAPAR", _whole("fa?par"), _HELD),
    Known("albedo", _whole("albedo|[bw]s[ad]|blue_?sky"), _HELD),
    Known("reflectance", rf"^(sur_refl_)?b0?\d+$|{_whole('reflectance')}", _HELD),
    Known("rain", _whole(r"rain(fall)?|precip(itation)?|tp|chirps|pcp|imerg"), _SUM, direction=1),
    Known("evapotranspiration", rf"{_whole('p?et|pev|evapo(ration|transpiration)?')}|^e$", _HELD),
    Known("soil temperature", _whole("stl|soil_?temp(erature)?"), _MEAN, direction=-1),
    Known("air temperature", _whole("temperature|t2m|ta|tas(max|min)?|tmax|tmin|tmean"), _MEAN, direction=-1),
    Known("radiation", _whole("radiation|ssrd?|rn|solar"), _MEAN, direction=-1),
    Known(SOIL_MOISTURE, _whole("swvl|sm|soil_?moisture|soilmoi"), {"rule": "mean_before", "days": 1}, direction=1),
    Known("sand, silt or clay", _whole("sand"), direction=-1),
    Known("sand, silt or clay", _whole("silt")),
    Known("sand, silt or clay", _whole("clay"), direction=1),
    Known("bulk density", _whole("bdod|bulk(_?density)?"), direction=-1),
    Known("organic carbon density", _whole("ocd"), direction=1),
    Known("organic carbon stock", _whole("ocs"), direction=1),
    Known("organic carbon", _whole("soc|organic(_?carbon)?"), direction=1),
    Known("acidity", _whole("ph(h2o)?")),
    Known("coarse fragments", _whole("cfvo|(coarse_?)?fragments|gravel"), direction=-1),
    Known(
        "porosity or water content",
        _whole(r"porosity|wc|theta|saturat(ed|ion)|field_?capacity|wilting(_?point)?"),
        direction=1,
    ),
    Known("slope", _whole("slope"), direction=-1),
    Known("sine or cosine", r"(^|_)(sin|cos)(e|ine)?(_|$)|northness|eastness"),
    Known("aspect", _whole("aspect")),
    Known("wetness index", _whole("twi|wetness"), direction=1),
    Known("curvature", _whole("curvature")),
    Known("topographic position", _whole("tpi|topographic_?position"), direction=-1),
    Known("elevation", rf"{_whole('elev(ation)?|dem|altitude|merit')}|^(surface_|terrain_)?height$"),
    Known("land cover", _whole("land_?cover|lc|corine|igbp|worldcover"), classes=True),
    Known("share", _whole("fraction|share|cover")),
)
COARSE_SM = Known(SOIL_MOISTURE, "", direction=1)
_TIME = re.compile(r"(?:^|_)(\d+)(hours|days|h|d)(?:_|$)")


def known_as(name: str) -> Known | None:
    """Return what is known of a covariate of this name; None if the name says nothing."""
    name = folded(name)
    return next((known for known in KNOWN if re.search(known.words, name)), None)


def hours_told(name: str) -> int:
    """Return the time that a name tells, as tp_72h and rain_3d do, in hours; 0 if it tells none."""
    told = _TIME.search(folded(name))
    return int(told[1]) * (24 if told[2].startswith("d") else 1) if told else 0


def without_time(name: str) -> str:
    """Return a name as it is compared, without the time that it tells."""
    return _TIME.sub("_", folded(name)).strip("_")


def unit_in_name(name: str) -> str:
    """Return the unit that the name of a covariate ends with, as swvl1_percent and t2m_celsius; '' if it has none."""
    bare = without_day(name)
    known = known_as(bare)
    return unit_in(bare, TOLD.get(known.quantity.unit, ())) if known else ""


def unit_told(known: Known | None, unit: str) -> str:
    """Return the unit that is stated, or the usual one with a question mark; '' if there is neither."""
    return unit or (f"{known.quantity.unit}?" if known and known.quantity.unit else "")


def unit_shown(told: str) -> str:
    """Return what `unit_told` says as a person reads it."""
    unit = shown(told.rstrip("?"))
    return f"{unit}?" if unit and told.endswith("?") else unit


def unit_problem(known: Known, least: float, greatest: float, name: str, unit: str = "") -> str:
    """Return a sentence that says that values cannot be what they are called, and what may help; '' if they can.

    Parameters
    ----------
    known : Known
    least, greatest : float
        Of the values, or low and high quantiles of them.
    name : str
        Of the covariate, for the sentence.
    unit : str
        Of the values, where a file or the study states it; else they are taken to be in the usual one. Of a unit that
        is of another kind, or not known, nothing can be said.
    """
    quantity = known.quantity
    stated = unit if quantity.unit and name_of(unit) not in UNSAID else ""
    if not least <= greatest or (stated and not convertible(stated, quantity.unit)):
        return ""
    unit = stated or quantity.unit
    if not stated and 0 < greatest < quantity.reaches:
        return (
            f"'{name}' nowhere exceeds {greatest:.2g} {unit}, which is little for {known.title}. Should it be in "
            f'another unit, set "scale": {quantity.conversions(unit)[0][0]:g} in its entry of the study.'
        )
    if quantity.fits(least, greatest, unit, SLACK):
        return ""
    low, high = quantity.limits(unit)
    text = f"'{name}' runs from {least:.4g} to {greatest:.4g}, but {known.title} lies between {low:g} and {high:g} "
    text = f"{text}{shown(unit)}".rstrip() + "."
    for scale, offset in quantity.conversions(unit):
        if quantity.fits(least * scale + offset, greatest * scale + offset, unit, SLACK):
            entry = {"scale": scale} if scale != 1 else {}
            entry |= {"offset": offset} if offset else {}
            words = ", ".join(f'"{key}": {value:g}' for key, value in entry.items())
            return f"{text} With {words} in its entry of the study it would fit."
    return f"{text} Check the file, its scale and its nodata value."
