# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates that are made of others by one line: sums and means over another time, and differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base.errors import InputError
from .covariates import known_as
from .entries import RasterEntry

LENGTHS = (10, 30)  # days over which rain is summed beside the few days before; soil moisture remembers both
_TEMPERATURES = ("surface temperature", "air temperature")  # dry soil is warmer than the air by day
_RULES = {"sum_of": "sum_before", "mean_of": "mean_before"}
_DIFFERENCE = "difference_of"


def spelled_out(entries: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the covariates of a study file with those that are made of others spelled out.

    As `{"sum_of": "rain", "days": 30}`, which has the rasters of rain and what else is said of them, and
    `{"difference_of": ["lst", "temperature"]}`.

    Raises
    ------
    InputError
        If one names no covariate that it can be made of; with the place.
    """
    return {name: _spelled(name, entries, where, ()) for name in entries}


def _spelled(name: str, entries: Mapping[str, Any], where: str, above: tuple[str, ...]) -> Any:
    values = entries[name]
    made = [key for key in (*_RULES, _DIFFERENCE) if isinstance(values, dict) and key in values]
    if not made:
        return values
    place = f"{where}, covariate '{name}'"
    if len(made) > 1:
        raise InputError(f"{place}: it is made by {' and '.join(made)}; say one of them.")
    named = values[made[0]] if made[0] == _DIFFERENCE else [values[made[0]]]
    count = 2 if made[0] == _DIFFERENCE else 1
    others = [other for other in entries if other != name and other not in above]
    if not isinstance(named, list) or len(named) != count or not all(other in others for other in named):
        told = "two covariates, as ['lst', 'temperature']" if count == 2 else "a covariate"
        raise InputError(f"{place}: '{made[0]}' must name {told}, of {', '.join(others)}; got {values[made[0]]!r}.")
    rest = {key: value for key, value in values.items() if key != made[0]}
    base = _spelled(named[0], entries, where, (*above, name))
    if isinstance(base, dict) and "minus" in base:
        raise InputError(f"{place}: {no_more_of(named[0])}")
    if made[0] == _DIFFERENCE:
        return {**base, **rest, "minus": named[1]}
    if "files" not in base:
        raise InputError(f"{place}: '{named[0]}' does not change with the day, so there is nothing to sum up.")
    return {**base, "rule": _RULES[made[0]], **rest}


def no_more_of(difference: str) -> str:
    """Return why nothing further is made of a difference: of its two parts only the first would follow."""
    return (
        f"'{difference}' is a difference, of which nothing further is made. Make sums or means of its two parts first, "
        "and a difference of these."
    )


def refuse_odd_differences(covariates: Mapping[str, RasterEntry], where: str) -> None:
    """Raise `InputError` where what is subtracted is no covariate, a difference itself, or of classes."""
    for name, entry in covariates.items():
        other = covariates.get(entry.minus)
        if not entry.minus:
            continue
        if other is None:
            raise InputError(
                f"'{name}' of {where} is a difference to '{entry.minus}', which is none of its covariates: "
                f"{', '.join(covariates)}."
            )
        if other.minus or other.classes or entry.classes:
            raise InputError(
                f"'{name}' of {where} cannot be a difference to '{entry.minus}': neither may hold classes, and what is "
                "subtracted may be no difference itself."
            )


def proposed(covariates: Mapping[str, RasterEntry]) -> list[str]:
    """Return rules of further covariates that often help, as a person writes them: longer sums of rain, LST - air."""
    dated = {name: entry for name, entry in covariates.items() if entry.dated and not entry.minus}
    kinds = {name: getattr(known_as(name), "title", "") for name in dated}
    rain = [name for name, kind in kinds.items() if kind == "rain" and dated[name].rule == "sum_before"]
    lines = []
    for name in rain:
        there = {entry.hours or 24 * entry.days for entry in dated.values() if entry.files == dated[name].files}
        lines += [f"{name}_{n}d = {name}: sum_before {n}" for n in LENGTHS if 24 * n not in there]
    warm = [[name for name, kind in kinds.items() if kind == wanted] for wanted in _TEMPERATURES]
    if [len(names) for names in warm] == [1, 1] and not any(entry.minus for entry in covariates.values()):
        surface, air = (names[0] for names in warm)
        lines.append(f"{surface}_minus_{air} = {surface} - {air}")
    return lines
