# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates that are known by their names: how they change with time, in what unit, and what values they can have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# an error of packing must not be taken for a wrong unit
SLACK = 0.02


@dataclass(frozen=True)
class Known:
    """What is known of a covariate.

    Attributes
    ----------
    title : str
    words : str
        A regular expression that is found in the name.
    unit : str
    least, greatest : float
        What values it can have, in the unit.
    rule : dict
        How a dated one gives a value for a day.
    classes : bool
        Whether values are names of classes.
    conversions : tuple of (scale, offset)
        What brings files that hold it in another way to the unit.
    reaches : float
        What the greatest of many values is hardly ever below, in the unit.
    direction : int
        Whether the soil is wetter (1) or drier (-1) where values are higher; 0 if it depends.
    """

    title: str
    words: str
    unit: str = ""
    least: float = -float("inf")
    greatest: float = float("inf")
    rule: dict = field(default_factory=dict)
    classes: bool = False
    conversions: tuple = ()
    reaches: float = -float("inf")
    direction: int = 0


_HELD = {"rule": "linear", "longest_gap_days": 32}
_MEAN = {"rule": "mean_before", "days": 3}
_SUM = {"rule": "sum_before", "days": 3}
PACKED = ((0.0001, 0.0), (0.001, 0.0))
KELVIN = ((1.0, 273.15), (0.02, 0.0), (0.1, 0.0), (0.01, 0.0))
PERCENT = ((0.01, 0.0), (0.0001, 0.0))

# the first whose words are found in a name counts. Rain counts by its sum and temperature by its mean; what changes
# slowly is interpolated; what has been summed already, as tp_72h, is taken on its day.
KNOWN = (
    Known("sum or mean over hours or days", r"(^|_)\d+(h|d|days|hours)$", rule={"rule": "same_day"}),
    Known("age of an observation", r"(^|_)age(_|$)", "d", 0, 3660, {"rule": "same_day"}),
    Known("NDVI", r"ndvi", "1", -0.4, 1.0, _HELD, conversions=PACKED),
    Known("EVI", r"evi", "1", -1.0, 1.5, _HELD, conversions=PACKED),
    Known("spectral index", r"ndwi|lswi|ndmi|nsdsi|savi", "1", -1.5, 1.5, _HELD, conversions=PACKED),
    Known(
        "surface temperature",
        r"(^|_)lst|land_?surface_?temp|^skt",
        "K",
        200,
        350,
        {**_HELD, "longest_gap_days": 16},
        conversions=KELVIN,
        direction=-1,
    ),
    Known("leaf area index", r"(^|_)lai", "m2 m-2", 0, 12, _HELD, conversions=((0.1, 0.0), (0.01, 0.0))),
    Known("FAPAR", r"fa?par", "1", 0, 1.01, _HELD, conversions=((0.01, 0.0), (0.004, 0.0))),
    Known("albedo", r"albedo|^[bw]s[ad]_?|blue_?sky", "1", 0, 1.01, _HELD, conversions=PACKED),
    Known("reflectance", r"^(sur_refl_)?b0?\d+$|reflectance", "1", -0.05, 1.7, _HELD, conversions=PACKED),
    Known(
        "rain",
        r"rain|precip|^tp$|chirps|pcp|imerg",
        "mm",
        0,
        1500,
        _SUM,
        conversions=((1000.0, 0.0),),
        reaches=0.1,
        direction=1,
    ),
    Known("evapotranspiration", r"(^|_)p?et(_|$)|evapo|^pev$|^e$", "mm d-1", -2, 30, _HELD),
    Known("soil temperature", r"^stl\d|soil_?temp", "K", 200, 340, _MEAN, conversions=KELVIN, direction=-1),
    Known(
        "air temperature",
        r"temperature|^t2m|^ta$|^tas|^tmax|^tmin|^tmean",
        "K",
        190,
        335,
        _MEAN,
        conversions=KELVIN,
        direction=-1,
    ),
    Known("radiation", r"radiation|^ssrd?$|^rn$|solar", "", -50, 50_000_000, _MEAN, direction=-1),
    Known(
        "soil moisture",
        r"^swvl\d|^sm(_|$)|soil_?moisture|soilmoi",
        "m3 m-3",
        0,
        0.9,
        {"rule": "mean_before", "days": 1},
        conversions=PERCENT,
        direction=1,
    ),
    *(
        Known("sand, silt or clay", words, "%", 0, 100.5, conversions=((0.1, 0.0), (100.0, 0.0)), direction=direction)
        for words, direction in ((r"(^|_)sand", -1), (r"(^|_)silt", 0), (r"(^|_)clay", 1))
    ),
    Known("bulk density", r"bdod|bulk", "g cm-3", 0.02, 2.7, conversions=((0.01, 0.0), (0.001, 0.0)), direction=-1),
    Known("organic carbon", r"(^|_)(soc|ocd|ocs)(_|$)|organic", "", 0, 1000, direction=1),
    Known("acidity", r"(^|_)ph(h2o)?(_|$)", "pH", 2.5, 11, conversions=((0.1, 0.0),)),
    Known("coarse fragments", r"cfvo|fragments|gravel", "%", 0, 100.5, conversions=((0.1, 0.0),), direction=-1),
    Known(
        "porosity or water content",
        r"porosity|^wc[_a-z]*\d*|theta|saturat|field_?capacity|wilting",
        "m3 m-3",
        0,
        1,
        conversions=PERCENT,
        direction=1,
    ),
    Known("slope", r"slope", "degree", 0, 90, direction=-1),
    Known("sine or cosine", r"(^|_)(sin|cos)(e|ine)?(_|$)|northness|eastness", "1", -1.001, 1.001),
    Known("aspect", r"aspect", "degree", -1.001, 360.001),
    Known("wetness index", r"twi|wetness", "1", -10, 40, direction=1),
    Known("curvature", r"curvature"),
    Known("topographic position", r"tpi|topographic_?position", "m", -5000, 5000, direction=-1),
    Known("elevation", r"elev|^dem|_dem$|altitude|height|^merit", "m", -500, 9000),
    Known("land cover", r"land_?cover|^lc(_|$)|corine|^igbp|worldcover", classes=True),
    Known("share", r"fraction|share|cover$", "1", 0, 1.001, conversions=PERCENT),
)
COARSE_SM = Known("soil moisture", "", "m3 m-3", 0, 0.9, conversions=PERCENT, direction=1)


def known_as(name: str) -> Known | None:
    """Return what is known of a covariate of this name; None if the name says nothing."""
    name = name.lower().replace("-", "_").replace(" ", "_")
    return next((known for known in KNOWN if re.search(known.words, name)), None)


def unit_problem(known: Known, least: float, greatest: float, name: str) -> str:
    """Return a sentence that says that values cannot be in the usual unit, and what may help; '' if they can.

    Parameters
    ----------
    known : Known
    least, greatest : float
        Of the values, or low and high quantiles of them.
    name : str
        Of the covariate, for the sentence.
    """
    if not least <= greatest:
        return ""
    if 0 < greatest < known.reaches:
        return (
            f"'{name}' nowhere exceeds {greatest:.2g} {known.unit}, which is little for {known.title}. Should it be in "
            f'another unit, set "scale": {known.conversions[0][0]:g} in its entry of the study.'
        )
    if _fits(known, least, greatest):
        return ""
    unit = f" {known.unit}" if known.unit not in ("", "1") else ""
    text = f"'{name}' runs from {least:.4g} to {greatest:.4g}, but {known.title} lies between {known.least:g} and "
    text += f"{known.greatest:g}{unit}."
    for scale, offset in known.conversions:
        if _fits(known, least * scale + offset, greatest * scale + offset):
            entry = ", ".join(
                f'"{k}": {v:g}' for k, v, rest in (("scale", scale, 1), ("offset", offset, 0)) if v != rest
            )
            return f"{text} With {entry} in its entry of the study it would fit."
    return f"{text} Check the file, its scale and its nodata value."


def _fits(known: Known, least: float, greatest: float) -> bool:
    slack = SLACK * min(known.greatest - known.least, 1e9)
    return least >= known.least - slack and greatest <= known.greatest + slack
