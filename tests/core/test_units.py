# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of units and quantities: what it holds fits together, and texts of files are understood."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core import units
from soilsharp.core.base.errors import ImpossibleValues, InputError
from soilsharp.core.base.options import Options
from soilsharp.core.units import (
    OF_COARSE,
    QUANTITIES,
    UNITS,
    check_soil_moisture,
    convert,
    convertible,
    factor_of,
    factors,
    implausible,
    parse,
    shown,
)

ROOT = Path(units.__file__).parents[1]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_spelling_means_one_unit(unit):
    for text in (unit.name, *unit.spellings, unit.name.upper(), f" {unit.name} ", f"[{unit.name}]", shown(unit.name)):
        if text:
            assert parse(text) is unit, text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("m**3 m**-3", "m3 m-3"), ("m^3/m^3", "m3 m-3"), ("m³ m⁻³", "m3 m-3"), ("m3/m3", "m3 m-3"), ("m3_m3", "m3 m-3"),
        ("cm3/cm3", "m3 m-3"), ("(0 - 1)", "1"), ("mm/day", "mm d-1"), ("mm day-1", "mm d-1"), ("mm/hr", "mm h-1"),
        ("kg/m2", "kg m-2"), ("kg m**-2 s**-1", "kg m-2 s-1"), ("[kg/(m^2 s)]", "kg m-2 s-1"), ("Kelvin", "K"),
        ("degrees_celsius", "degC"), ("[C]", "degC"), ("J m**-2", "J m-2"), ("Percent", "%"),
        ("mmol(c)/kg", "mmol(c) kg-1"), ("degrees Celsius", "degC"), ("kg m-2 day-1", "kg m-2 d-1"),
        ("g/cm3", "kg dm-3"), ("furlong", "furlong"), ("", ""), ("K h", "K h"),
    ],
)  # fmt: skip
def test_notations_of_files(text, name):
    assert units.name_of(text) == name


def test_conversions():
    assert factors("degC", "K") == (1.0, 273.15)
    assert factors("K", "degC") == (1.0, -273.15)
    assert factor_of("percent") == factor_of("%") == 0.01
    assert factors("m", "mm") == (1000.0, 0.0)
    assert factor_of("g kg-1", "%") == factor_of("mmol(c)/kg", "cmol(c)/kg") == 0.1
    assert factor_of("W m-2", "MJ m-2 d-1") == 0.0864
    assert factor_of("kg m-2 s-1", "mm d-1") == 86400
    values = np.array([0.0, 20.0], np.float32)
    assert convert(values, "degC", "K").dtype == np.float32
    npt.assert_allclose(convert(values, "degC", "K"), [273.15, 293.15])
    npt.assert_array_equal(convert(values, "m3/m3"), values)
    assert not convertible("K", "mm")
    assert not convertible("furlong", "furlong")
    with pytest.raises(InputError, match="'K' cannot be brought to m3 m-3; what can be is 1, m3 m-3"):
        factor_of("K")


@pytest.mark.parametrize("quantity", QUANTITIES.values(), ids=QUANTITIES.get)
def test_quantities_stand_in_known_units(quantity):
    assert quantity.unit == (units.name_of(quantity.unit) if parse(quantity.unit) else "")
    assert quantity.least < quantity.greatest
    # each way in which files may hold it is one that can be told from ours
    assert all(pair != (1, 0) for pair in quantity.conversions(quantity.unit))
    assert quantity.fits(quantity.least, quantity.greatest)
    assert not quantity.fits(quantity.least, 3 * abs(quantity.greatest), slack=0.02)


def test_ranges_hold_in_any_unit():
    air = QUANTITIES["air temperature"]
    assert air.fits(-30, 40, "degC")
    assert not air.fits(-30, 40)
    assert not air.fits(250, 300, "degC")
    assert QUANTITIES["rain"].conversions("mm") == [(1000.0, 0.0)]
    assert QUANTITIES["surface temperature"].conversions("K")[:2] == [(1.0, 273.15), (0.02, 0.0)]
    assert QUANTITIES["surface temperature"].conversions("degC")[0] == (1.0, -273.15)
    npt.assert_array_equal(
        implausible(QUANTITIES["soil moisture"], np.array([-0.01, 0.0, np.nan, 0.9, 5.0])),
        [True, False, False, False, True],
    )


def test_a_person_reads_signs():
    assert [shown(unit) for unit in ("m3 m-3", "percent", "degC", "mm d-1", "1", "degree", "K h", "cmol(c) kg-1")] == [
        "m³ m⁻³", "%", "°C", "mm d⁻¹", "", "°", "K h", "cmol(c) kg⁻¹",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "unit"),
    [("VWC 20 cm (%)", "percent"), ("sm_m3_m3", "m3 m-3"), ("SWC [m^3 m^-3]", "m3 m-3"), ("sm%", "percent"),
     ("theta (cm3/cm3)", "m3 m-3"), ("volumetric_water_content", ""), ("sm_1", ""), ("soil_moisture", "")],
)  # fmt: skip
def test_names_of_columns_say_units(name, unit):
    assert units.unit_in(name) == unit


def test_units_of_settings_are_those_of_the_table_or_count_things():
    counts = {"", "UTC", "epochs", "coarse cells", "fraction of the cell"}
    units_ = {f.metadata["unit"] for record in all_options() for f in fields(record) if "unit" in f.metadata}
    assert len(units_) > 8
    assert {unit for unit in units_ if parse(unit) is None or units.name_of(unit) != unit} <= counts


def all_options():
    """Return every record of settings."""
    files = [*(ROOT / "core").rglob("settings.py"), *(ROOT / "core").rglob("*options.py"), ROOT / "core/study/study.py"]
    for path in files:
        import_module("soilsharp." + ".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, new = set(), {Options}
    while new:
        new = {kind for record in new for kind in record.__subclasses__()}
        found |= new
    return found


def test_what_rounding_leaves_below_0_is_soil_moisture():
    check_soil_moisture(np.array([-1.08e-20, 0.2], np.float32), "swvl1.tif", water=OF_COARSE)  # as in ERA5-Land
    check_soil_moisture(np.array([-9e-7, 0.9]), "swvl1.tif", water=OF_COARSE)
    with pytest.raises(ImpossibleValues, match=r"from -2e-06 to 0\.2"):
        check_soil_moisture(np.array([-2e-6, 0.2]), "swvl1.tif")
