# SPDX-License-Identifier: GPL-2.0-or-later
"""In which unit somebody has soil moisture: what the names of columns tell, and what most values do."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..base.errors import InputError
from ..base.names import some
from ..base.progress import Progress
from ..units import MAX_WATER, PERCENT, SM_UNIT, factor_of, parse, unit_in
from .settings import TableOptions
from .table_columns import layer_in

FEW = 0.02  # share of values beyond what a unit can have that are faults, and no other unit
FEW_OF_A_SENSOR = 0.1  # the same of one sensor, whose readings all have one unit
TELLING = 3  # values of a sensor that can say that it has another unit than the others
VOLUMETRIC = (SM_UNIT, "%", "1")  # what a column of soil moisture may say of its unit
BY_MASS = re.compile(r"gravimetric|mass|weight|\bwt\b|w/w|dry basis|theta g$", re.IGNORECASE)
OF_PORES = re.compile(r"saturation|saturated|relative|wfps|water.filled|\bindex\b", re.IGNORECASE)
OF_TENSION = re.compile(r"potential|tension|suction|matric|\bpf\b", re.IGNORECASE)
OF_SIGNAL = re.compile(r"permittivity|voltage|^(?:[mµ]?v|db|dn|adc|counts?|raw)$", re.IGNORECASE)
UNIT_LIKE = re.compile(r"[/%^²³⁻‰]|[a-z]-[1-3]\b", re.IGNORECASE)
DEPTH_LIKE = re.compile(r"^[^/]*\d *(?:cm|mm|m|in|inch|inches|ft)\b", re.IGNORECASE)
MASS, PORES, TENSION, SIGNAL = "mass", "pores", "pressure", "signal"
NEEDED = {
    "length": "Divide the water in a layer by the thickness of the layer: 20 mm in 100 mm of soil are 0.2.",
    MASS: "Multiply a share of mass with the bulk density (g cm-3): 0.2 of soil with 1.3 g cm-3 is 0.26.",
    PORES: "Multiply a share of saturation with the porosity: half of a porosity of 0.44 is 0.22.",
    TENSION: "Bring a tension to it by the retention curve of the soil.",
    SIGNAL: "Bring a signal to it by the calibration of the sensor.",
}


def soil_moisture_factor(
    values: np.ndarray,
    names: Sequence[str],
    options: TableOptions,
    progress: Progress,
    where: str,
    sensor: np.ndarray | None = None,
    called: Sequence[str] = (),
) -> float:
    """Return what soil moisture is multiplied with to be m3 m-3.

    Parameters
    ----------
    values : ndarray, shape (n,)
        All of it, NaN where missing.
    names : sequence of str
        Of its columns, which may tell the unit.
    options : TableOptions
    progress : Progress
    where : str
        Name of the file, for errors.
    sensor : ndarray of int, shape (n,), optional
        Which sensor each value is of.
    called : sequence of str, optional
        What the sensors are called.

    Raises
    ------
    InputError
        If there are no values, or if the unit is none of ours or not certain.
    """
    seen = values[np.isfinite(values)]
    if not len(seen):
        raise InputError(f"{where} has no value in {', '.join(names)}.")
    low, high, usual = float(seen.min()), float(seen.max()), float(np.median(seen))
    if options.unit == "auto":
        refuse_other_units(names, where)
        unit = unit_by_values(seen)
        told = {unit_in(name) for name in names} - {""}
        if not unit or (told and told != {unit}):
            why = f"the names of its columns say {' and '.join(sorted(told))}, " if told else ""
            raise InputError(
                f"Soil moisture in {where} runs from {low:g} to {high:g}, half of it below {usual:g}: {why}so the unit "
                f"is not certain. Say whether it is {SM_UNIT} or {PERCENT}."
            )
        if sensor is not None:
            _refuse_two_units(values, sensor, called, unit, where)
        progress.say(f"Soil moisture runs from {low:g} to {high:g}: taken as {unit}.")
        return factor_of(unit)
    if options.unit == SM_UNIT and usual > MAX_WATER:
        raise InputError(
            f"Soil moisture in {where} runs from {low:g} to {high:g}: this looks like percent, not {SM_UNIT}. Set the "
            f"unit to '{PERCENT}'."
        )
    return factor_of(options.unit)


# --- what names tell --------------------------------------------------------------------------------------------------


def refuse_other_units(names: Sequence[str], where: str) -> None:
    """Raise `InputError` if the name of a column tells a unit that is none of soil moisture by volume."""
    for name in names:
        unit, kind = other_unit(name)
        if unit:
            raise InputError(
                f"Column '{name}' of {where} is in {unit}, and soil moisture is {SM_UNIT}, by volume. "
                f"{NEEDED.get(kind, 'Bring it to that.')} If the name is wrong, say the unit."
            )


def other_unit(name: str) -> tuple[str, str]:
    """Return the unit that a name tells if it is none of soil moisture by volume, and of what kind; else '' twice."""
    words = re.sub(r"[_\s]+", " ", name)
    texts = [text.strip() for inside in re.findall(r"[\[(]([^\])]*)[\])]", name) for text in re.split("[,;]", inside)]
    for pattern, kind in ((BY_MASS, MASS), (OF_PORES, PORES), (OF_TENSION, TENSION)):
        if found := pattern.search(words):
            return f"by {found[0].lower()}", kind
    for text in texts:
        unit = parse(text)
        if OF_SIGNAL.search(text):
            return text, SIGNAL
        if unit and unit.name not in VOLUMETRIC:
            return unit.name, MASS if unit.kind == "share" else unit.kind
        if not unit and UNIT_LIKE.search(text) and not DEPTH_LIKE.search(text):
            return f"'{text}', which is not known here", ""
    return ("", "") if texts or layer_in(name) else _unit_at_the_end(words)


def _unit_at_the_end(words: str) -> tuple[str, str]:
    """Return the unit that stands without brackets at the end of a name, as in sm_mm or sm_kg_m2."""
    parts = words.split()
    for n in range(min(4, len(parts) - 1), 0, -1):
        text = " ".join(parts[-n:])
        # of kg m2 the 2 has lost its minus
        unit = parse(text) or parse(re.sub(r"(?<=[a-z])([1-3])$", r"-\1", text))
        if unit and unit.name in VOLUMETRIC:
            return "", ""
        if unit and len(text) > 1 and unit.kind in ("length", "share", "density", "pressure"):
            return unit.name, MASS if unit.kind == "share" else unit.kind
    return "", ""


# --- what values tell -------------------------------------------------------------------------------------------------


def unit_by_values(seen: np.ndarray, few: float = FEW) -> str:
    """Return the unit, m3 m-3 or percent, that all values but a few faults can have; '' if it is not certain.

    Parameters
    ----------
    seen : ndarray, shape (n,)
        Known values, at least one.
    few : float
        Share of the values that may be faults.
    """
    small, beyond = float((seen <= MAX_WATER).mean()), float((seen > 100).mean())
    if small >= 1 - few:
        return SM_UNIT
    percent = np.median(seen) > 1.5 and beyond <= few
    mixed = small > few and seen.min() > 0 and _gap(seen)
    return PERCENT if percent and not mixed else ""


def _gap(seen: np.ndarray) -> bool:
    """Whether values fall into two heaps, below 1 and far above: two units in one column."""
    below, above = seen[seen <= MAX_WATER], seen[seen > MAX_WATER]
    return bool(np.quantile(above, 0.01) > 3 * below.max())


def _refuse_two_units(values: np.ndarray, sensor: np.ndarray, called: Sequence[str], unit: str, where: str) -> None:
    """Raise `InputError` if most values of a sensor are of the other unit than the whole table."""
    known = np.isfinite(values) & (sensor >= 0)
    count = np.bincount(sensor[known], minlength=len(called))
    small = np.bincount(sensor[known & (values <= MAX_WATER)], minlength=len(called))
    large = np.bincount(sensor[known & (values > 1.5) & (values <= 100)], minlength=len(called))
    others = large if unit == SM_UNIT else small
    strange = np.flatnonzero((count >= TELLING) & (others >= (1 - FEW_OF_A_SENSOR) * count))
    if len(strange):
        other = PERCENT if unit == SM_UNIT else SM_UNIT
        raise InputError(
            f"Most soil moisture in {where} is in {unit} by its values, but that of {len(strange)} of {len(called)} "
            f"sensors in {other}: {some([called[number] for number in strange])}. Bring all of it to one unit."
        )
