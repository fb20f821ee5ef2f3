# SPDX-License-Identifier: GPL-2.0-or-later
"""What the maps of dated grids are called, and in which unit they are: one for all files, told by each of them."""

from __future__ import annotations

import re

import numpy as np

from ...base.errors import InputError
from ...base.progress import SILENT, Progress
from ...rasters.dates import without_day
from ...rasters.map_folder import Importer
from ...rasters.scaling import NO_SCALING, repeats
from ...units import (
    MAX_WATER,
    PERCENT,
    SM_UNIT,
    UNSAID,
    Water,
    check_soil_moisture,
    convertible,
    factor_of,
    factors,
    name_of,
    unit_in,
)  # fmt: skip
from ..settings import GridsOptions
from .cube import Cube

MOIST = re.compile(r"moisture|soilmoi|(?<![a-z])(?:sm|ssm|vwc|swvl\d*)(?![a-z])")
SLACK = 0.1  # m3 m-3 by which noise may lie beyond what soil can hold
STRAYS = 0.02  # of the values that may be impossible: more are no strays


def called(cube: Cube, options: GridsOptions) -> str:
    """Return the name of the maps, fit for a file."""
    name = options.name or cube.name
    if not name:
        stem = re.sub(r"\.(tiff?|gz)$", "", re.sub(r"\.gz$", "", cube.path.name, flags=re.I), flags=re.I)
        name = without_day(stem)
        name = cube.path.resolve().parent.name if name == stem else name
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_") or "grid"


def is_moisture(cube: Cube, options: GridsOptions) -> bool:
    """Whether a variable, its label or its maps are called as soil moisture is."""
    words = f"{cube.name} {cube.label} {called(cube, options)}".lower()
    return bool(MOIST.search(words))


def in_one_unit(known, places, options: GridsOptions, importer: Importer, progress: Progress) -> tuple:
    """Return the cubes whose values can be brought to one unit, their places, factor and offset of each, and the unit.

    That is the unit of the first: files of other ones are converted, or refused where that is not possible.
    """
    unit = _unit(known[0], options, progress)[1]
    kept = []
    for cube, place in zip(known, places):
        with importer.trying(cube.path):
            # a unit that is given or scaled is that of all files
            given = options.unit or (options.scale, options.offset) != NO_SCALING
            factor, own = _unit(cube, options, SILENT)
            offset = 0.0
            if not given and own != unit and {own, unit} - {""} == {own, unit}:
                if not convertible(own, unit):
                    raise InputError(
                        f"It is in {own}, unlike {known[0].path.name}, which is in {unit}; import it by itself."
                    )
                more, offset = factors(own, unit)
                factor *= more
            kept.append((cube, place, (factor, offset)))
    return (*([part[i] for part in kept] for i in range(3)), unit)


def _unit(cube: Cube, options: GridsOptions, progress: Progress) -> tuple[float, str]:
    """Return the factor to the unit of the maps, and it; soil moisture is brought to m3 m-3 where that is certain."""
    moist = is_moisture(cube, options)
    unit = name_of(cube.unit or (unit_in(cube.path.stem) if moist else ""))
    declared, given = (cube.scale, cube.offset), (options.scale, options.offset)
    if NO_SCALING not in (declared, given) and repeats(declared, given):
        raise InputError(
            f"{cube.path.name} declares a scale of {cube.scale:g} and an offset of {cube.offset:g}, which are applied "
            "already. Leave the scale at 1 and the offset at 0; what is given comes after them."
        )
    if options.unit or options.scale != 1 or options.offset != 0:
        return options.scale, name_of(options.unit) or unit
    layer = re.search(r"(\d+)_(\d+)_?cm", cube.name)
    if layer and unit in ("kg m-2", "mm"):
        millimetres = 10 * (int(layer[2]) - int(layer[1]))
        if millimetres > 0:
            progress.say(f"{cube.name}: {unit} of a layer of {millimetres} mm, divided by it to {SM_UNIT}.")
            return 1 / millimetres, SM_UNIT
    # percent of saturation, as of the active ESA CCI product, is no volume
    if unit == name_of(PERCENT) and moist and "satur" not in cube.label.lower():
        progress.say(f"{cube.name}: percent, divided by 100 to {SM_UNIT}.")
        return factor_of(PERCENT), SM_UNIT
    return 1.0, unit


def refuse_impossible(values: np.ndarray, unit: str, cube: Cube, options: GridsOptions) -> None:
    """Raise `ImpossibleValues` if most of what is called soil moisture cannot be such in m3 m-3."""
    if unit not in (*UNSAID, SM_UNIT) or not is_moisture(cube, options):
        return
    known = values[np.isfinite(values)]
    beyond = (known < -SLACK) | (known > MAX_WATER + SLACK)
    if beyond.sum() > STRAYS * known.size:
        check_soil_moisture(
            known, cube.path.name, "Set the unit or the scale; declare what stands for no value.", Water(slack=SLACK)
        )
