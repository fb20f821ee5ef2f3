# SPDX-License-Identifier: GPL-2.0-or-later
"""Units and quantities, each fact once: how a unit is written, converted and shown; what values a quantity can have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .base.errors import ImpossibleValues, InputError

SM_UNIT = "m3 m-3"  # of soil moisture, everywhere inside
PERCENT = "percent"
SM_UNITS = (SM_UNIT, PERCENT)  # in which people have soil moisture, as settings and study files write them
MAX_WATER = 1.0  # m3 m-3: nothing holds more water than its own volume
MAX_PERCENT = 100.0
UNSAID = ("", "1")  # many programs write "1" where they know no unit
INFINITE = float("inf")


@dataclass(frozen=True)
class Unit:
    """One unit.

    Attributes
    ----------
    name : str
        How we write it: in files, settings and messages.
    kind : str
        Units of one kind can be converted to each other.
    factor, offset : float
        To the first unit of the kind: value * factor + offset.
    spellings : tuple of str
        Other words for it. What differs only in notation ("m**3 m**-3", "m³/m³", "[m3/m3]") need not be listed.
    """

    name: str
    kind: str
    factor: float = 1.0
    offset: float = 0.0
    spellings: tuple[str, ...] = ()


# A map is of a day, so that an amount of a day and a rate a day are one: mm and mm d-1, MJ m-2 and MJ m-2 d-1. A kg m-2
# is that of water, which is 1 mm.
UNITS = (
    Unit("1", "share", spellings=("0 - 1", "0-1", "~", "-", "dimensionless", "unitless", "fraction", "ndvi", "evi")),
    Unit(SM_UNIT, "share", spellings=("m3m-3", "m3m3", "m3 m3", "cm3 cm-3", "cm3 cm3", "mm3 mm-3", "m m-1", "mm mm-1",
                                      "v/v", "l l-1", "ml ml-1")),
    Unit("m2 m-2", "share", spellings=("m2m-2",)),
    Unit("kg kg-1", "share", spellings=("g g-1",)),
    Unit("%", "share", 0.01, spellings=(PERCENT, "pct", "vol%", "vol %", "vol-%", "vol.-%", "%vol", "% vol", "vol",
                                        "% v/v", "%v/v")),
    Unit("mm m-1", "share", 1e-3),
    Unit("g kg-1", "share", 1e-3, spellings=("‰", "per mille")),
    Unit("cm3 dm-3", "share", 1e-3),
    Unit("dg kg-1", "share", 1e-4),
    Unit("cg kg-1", "share", 1e-5),
    Unit("K", "temperature", spellings=("degree k",)),
    Unit("degC", "temperature", 1.0, 273.15, spellings=("c", "°c", "degree c")),
    Unit("m", "length"),
    Unit("km", "length", 1000.0),
    Unit("cm", "length", 0.01),
    Unit("mm", "length", 0.001),
    Unit("in", "length", 0.0254, spellings=("inch", "inches")),
    Unit("ft", "length", 0.3048, spellings=("foot", "feet")),
    Unit("m of water equivalent", "length", spellings=("m of water", "m water equivalent")),
    Unit("kg m-2", "length", 0.001),
    Unit("t ha-1", "length", 0.0001),
    Unit("m d-1", "length"),
    Unit("mm d-1", "length", 0.001),
    Unit("kg m-2 d-1", "length", 0.001),
    Unit("mm h-1", "length", 0.024),
    Unit("mm s-1", "length", 86.4),
    Unit("kg m-2 s-1", "length", 86.4),
    Unit("J m-2", "energy"),
    Unit("MJ m-2", "energy", 1e6),
    Unit("MJ m-2 d-1", "energy", 1e6),
    Unit("W m-2", "energy", 86400.0),
    Unit("J m-2 h-1", "energy", 24.0),
    Unit("kg m-3", "density"),
    Unit("kg dm-3", "density", 1000.0, spellings=("g cm-3",)),
    Unit("cg cm-3", "density", 10.0),
    Unit("hg m-3", "density", 0.1),
    Unit("cmol(c) kg-1", "charge"),
    Unit("mmol(c) kg-1", "charge", 0.1),
    Unit("pH", "acidity"),
    Unit("pH x 10", "acidity", 0.1),
    Unit("degree", "angle", spellings=("°",)),
    Unit("m s-1", "speed"),
    Unit("Pa", "pressure"),
    Unit("hPa", "pressure", 100.0, spellings=("mbar",)),
    Unit("kPa", "pressure", 1000.0, spellings=("cbar",)),
    Unit("d", "time"),
    Unit("h", "time", 1 / 24),
)  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """What is measured.

    Attributes
    ----------
    name : str
    unit : str
        Ours; '' where files of many units are usual, and the range is meant for any of them.
    least, greatest : float
        What values are plausible, in our unit.
    others : tuple of str
        Units in which files hold it without saying so, the most likely first.
    packed : tuple of float
        Scales that files of whole numbers want.
    reaches : float
        What the greatest of many values is hardly ever below, in our unit.
    """

    name: str
    unit: str = ""
    least: float = -INFINITE
    greatest: float = INFINITE
    others: tuple[str, ...] = ()
    packed: tuple[float, ...] = ()
    reaches: float = -INFINITE

    def conversions(self, unit: str) -> list[tuple[float, float]]:
        """Return factor and offset to a unit of each other way in which files may hold it, the most likely first."""
        others = [other for other in (*self.others, self.unit) if parse(other) is not parse(unit)]
        return [factors(other, unit) for other in others] + [(scale, 0.0) for scale in self.packed]

    def limits(self, unit: str) -> tuple[float, float]:
        """Return the least and the greatest plausible value in a unit."""
        if not self.unit:
            return self.least, self.greatest
        return convert(self.least, self.unit, unit), convert(self.greatest, self.unit, unit)

    def fits(self, least: float, greatest: float, unit: str = "", slack: float = 0.0) -> bool:
        """Whether values of a unit, ours when left out, lie within the range.

        Parameters
        ----------
        least, greatest : float
            Of the values.
        unit : str
        slack : float
            Share of the range by which they may lie beyond it.
        """
        low, high = self.limits(unit or self.unit)
        more = slack * min(high - low, 1e9)
        return least >= low - more and greatest <= high + more


ANY = Quantity("anything")
SOIL_MOISTURE = "soil moisture"
QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity(SOIL_MOISTURE, SM_UNIT, 0, 0.9, ("%",), (0.0001,)),
        Quantity("porosity or water content", SM_UNIT, 0, MAX_WATER, ("%",), (0.0001,)),
        Quantity("surface temperature", "K", 200, 350, ("degC",), (0.02, 0.1, 0.01)),
        Quantity("soil temperature", "K", 200, 340, ("degC",), (0.02, 0.1, 0.01)),
        Quantity("air temperature", "K", 190, 335, ("degC",), (0.02, 0.1, 0.01)),
        Quantity("rain", "mm", 0, 1500, ("m",), reaches=0.1),
        Quantity("evapotranspiration", "mm d-1", -30, 30),  # upward is negative in some products
        Quantity("radiation", "", -50_000_000, 50_000_000),
        Quantity("NDVI", "1", -0.4, 1, packed=(0.0001, 0.001)),
        Quantity("EVI", "1", -1, 1.5, packed=(0.0001, 0.001)),
        Quantity("spectral index", "1", -1.5, 1.5, packed=(0.0001, 0.001)),
        Quantity("leaf area index", "m2 m-2", 0, 12, packed=(0.1, 0.01)),
        Quantity("FAPAR", "1", 0, 1, ("%",), (0.004,)),
        Quantity("albedo", "1", 0, 1, packed=(0.0001, 0.001)),
        Quantity("reflectance", "1", -0.05, 1.7, packed=(0.0001, 0.001)),
        Quantity("sand, silt or clay", "%", 0, 100, ("g kg-1", "1")),
        Quantity("coarse fragments", "%", 0, 100, ("cm3 dm-3",)),
        Quantity("bulk density", "kg dm-3", 0.01, 3, ("cg cm-3", "kg m-3")),
        Quantity("organic carbon", "g kg-1", 0, 1000),
        Quantity("organic carbon density", "kg m-3", 0, 1000),
        Quantity("organic carbon stock", "kg m-2", 0, 1000),
        Quantity("nitrogen", "g kg-1", 0, 100),
        Quantity("cation exchange capacity", "cmol(c) kg-1", 0, 500),
        Quantity("acidity", "pH", 1, 14, ("pH x 10",)),
        Quantity("elevation", "m", -500, 9000),
        Quantity("slope", "degree", 0, 90),
        Quantity("aspect", "degree", -1, 360),
        Quantity("sine or cosine", "1", -1, 1),
        Quantity("wetness index", "1", -10, 40),
        Quantity("topographic position", "m", -5000, 5000),
        Quantity("share", "1", 0, 1, ("%",), (0.0001,)),
        Quantity("age of an observation", "d", 0, 3660),
    )
}
ROUNDING = 1e-6  # m3 m-3; what packing leaves below 0, as ERA5-Land -1e-20


@dataclass(frozen=True)
class Water:
    """What soil moisture may be, in m3 m-3: 0 to `most`, and by how much a model's guess may lie beyond."""

    most: float = MAX_WATER
    slack: float = ROUNDING


OF_SOIL = Water()
OF_COARSE = Water(QUANTITIES[SOIL_MOISTURE].greatest)  # a wide cell of soil is never all water; 1 is a common fill
OF_MAPS = Water(slack=0.5)

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_SHOWN = {"degC": "°C", "degree": "°", "1": ""}
_WORDS = {
    "d": ("day", "days"), "h": ("hour", "hours", "hr"), "s": ("second", "seconds", "sec"), "k": ("kelvin", "degk"),
    "c": ("celsius", "degc"), "m": ("metre", "metres", "meter", "meters"), "mm": ("millimetre", "millimeter"),
    "degree": ("degrees", "deg"),
}  # fmt: skip
_SYMBOLS = {word: symbol for symbol, words in _WORDS.items() for word in words}


def parse(text: str) -> Unit | None:
    """Return the unit that a text means, in whatever notation; None if it is not known."""
    return _KNOWN.get(_plain(text))


def name_of(text: str) -> str:
    """Return a unit as we write it; one that is not known stays as it is."""
    unit = parse(text)
    return unit.name if unit else text.strip()


def shown(unit: str) -> str:
    """Return a unit as a person reads it: m³ m⁻³, °C, and nothing where there is none."""
    name = name_of(unit)
    return _SHOWN.get(name, re.sub(r"(?<=[A-Za-z)])-?\d+", lambda found: found[0].translate(_RAISED), name))


def of_sum(unit: str, step: str = "d") -> str:
    """Return the unit of a sum over days ("d") or hours ("h") of values in a unit: mm of mm d-1."""
    return name_of(unit).removesuffix(f" {step}-1")


def amount_of(unit: str) -> tuple[float, str]:
    """Return the factor from a rate a second or an hour to the amount of a day, and its unit: 86400 and mm of mm s-1.

    The factor is 1 for units that are no such rate.
    """
    name = name_of(unit)
    daily = {"W m-2": "MJ m-2"}.get(name) or re.sub(r" (?:s|h)-1$", " d-1", name)
    if daily == name or not convertible(name, daily):
        return 1.0, name
    return factor_of(name, daily), of_sum(daily)


def convertible(unit: str, to: str) -> bool:
    """Whether both units are known and of one kind."""
    first, second = parse(unit), parse(to)
    return bool(first and second and first.kind == second.kind)


def factors(unit: str, to: str = SM_UNIT) -> tuple[float, float]:
    """Return factor and offset that bring values of a unit to another: value * factor + offset.

    Parameters
    ----------
    unit, to : str
        In any spelling; m3 m-3 when the second is left out.

    Raises
    ------
    InputError
        If one is not known, or they are units of different things.
    """
    first, second = parse(unit), parse(to)
    if not (first and second and first.kind == second.kind):
        known = ", ".join(one.name for one in UNITS if second and one.kind == second.kind)
        raise InputError(f"'{unit}' cannot be brought to {to}" + (f"; what can be is {known}." if known else "."))
    return first.factor / second.factor, (first.offset - second.offset) / second.factor


def factor_of(unit: str, to: str = SM_UNIT) -> float:
    """Return what values of a unit, soil moisture when the other is left out, are multiplied with.

    Raises
    ------
    InputError
        As `factors`.
    """
    return factors(unit, to)[0]


def moisture_unit(text: str) -> str:
    """Return which of `SM_UNITS` a text means: percent is %, and 1 or cm3/cm3 are m3 m-3.

    Raises
    ------
    InputError
        If it means neither.
    """
    for unit in SM_UNITS:
        if convertible(text, unit) and factors(text, unit) == (1, 0):
            return unit
    raise InputError(f"Soil moisture cannot be in '{text}'; its unit must be {' or '.join(SM_UNITS)}.")


def convert(values, unit: str, to: str = SM_UNIT):
    """Return values of a unit in another.

    Parameters
    ----------
    values : float, ndarray or Series of any shape
    unit, to : str
        In any spelling.

    Returns
    -------
    As `values`; float32 stays float32.

    Raises
    ------
    InputError
        As `factors`.
    """
    scale, offset = factors(unit, to)
    return values if (scale, offset) == (1, 0) else values * scale + offset


def implausible(quantity: Quantity, values):
    """Return where values are beyond what a quantity can be.

    Parameters
    ----------
    quantity : Quantity
    values : ndarray or Series of any shape
        In our unit of the quantity.

    Returns
    -------
    bool, of the shape of `values`; False where NaN.
    """
    return (values < quantity.least) | (values > quantity.greatest)


def check_soil_moisture(
    values, where: str, remedy: str = "Remove them, or set the unit.", water: Water = OF_SOIL
) -> None:
    """Refuse values that cannot be soil moisture in m3 m-3, and say so if they look like percent.

    Parameters
    ----------
    values : ndarray or Series of any shape
        NaN where unknown; infinite values are no soil moisture.
    where : str
        What holds them.
    remedy : str
        What to do about values that are not.
    water : Water

    Raises
    ------
    ImpossibleValues
    """
    import numpy as np

    values = np.asarray(values)
    beyond = values[(values < -water.slack) | (values > water.most + water.slack)]
    if not beyond.size:
        return
    known = values[~np.isnan(values)]
    low, high = float(known.min()), float(known.max())
    if np.median(known) > MAX_WATER and high <= MAX_PERCENT:
        raise ImpossibleValues(
            f"Soil moisture in {where} runs from {low:g} to {high:g}: this looks like percent, not {SM_UNIT}. "
            f"Set the unit to '{PERCENT}' to have it divided by 100."
        )
    strange, counts = np.unique(beyond, return_counts=True)
    raise ImpossibleValues(
        f"Soil moisture in {where} runs from {low:g} to {high:g} {SM_UNIT}; it must lie between 0 and {water.most:g}. "
        f"{beyond.size} of {known.size} values are outside, most often {strange[counts.argmax()]:g}. {remedy}"
    )


def unit_in(name: str, among: tuple[str, ...] = SM_UNITS) -> str:
    """Return which of some units, those of soil moisture when left out, a column's name says; '' if it says none.

    As "VWC 20 cm (%)", "soil moisture [m3/m3]" or "sm_m3_m3".
    """
    words = re.findall(r"%|[^\s_()\[\]%]+", name)
    texts = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
    told = {parse(text) for text in texts}
    return next((unit for unit in among if parse(unit) in told), "")


def _plain(text: str) -> str:
    """Return a unit in small letters and one notation: `kg m-2 s-1` for kg/(m^2 s), [kg m**-2 s**-1] or kg m⁻² s⁻¹."""
    text = text.translate(_LOWERED).lower().replace("**", "").replace("^", "").replace("_", " ").strip(" []")
    # all that is in brackets behind a stroke stands below it
    text = re.sub(r"/\s*\(([^()]*)\)", lambda below: "".join(f"/{part}" for part in below[1].split()), text)
    text = re.sub(r"\s*/\s*([a-z]+(?:\(c\))?)(\d*)", lambda part: f" {part[1]}-{part[2] or 1}", text)
    text = re.sub(r"[a-z]+", lambda word: _SYMBOLS.get(word[0], word[0]), text)
    text = text if "(c)" in text else text.replace("(", "").replace(")", "")
    return " ".join(text.replace("*", " ").replace("·", " ").replace(".", " ").split())


_KNOWN = {_plain(text): unit for unit in UNITS for text in (unit.name, *unit.spellings)}
SM_SHOWN = shown(SM_UNIT)
