# SPDX-License-Identifier: GPL-2.0-or-later
"""What a study gives to a role of a method, beside what the source of the method says: file, rule, days, unit, span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.names import counted
from ..study.covariates import hours_told
from ..study.entries import RasterEntry
from ..study.study import Study
from ..units import name_of, shown
from .settings import ROLE_RULES, Role


@dataclass(frozen=True)
class Taken:
    """A covariate as a study has it.

    Attributes
    ----------
    file : str
        Its raster, or the folder or pattern of its rasters.
    rule : str
        In words, with its days or hours.
    unit : str
        As a person reads it; '' where neither study nor file tells it.
    every : float
        Days from one raster to the next, the middling ones; NaN of one that holds for all days.
    span : str
        How many rasters there are, and their first and last day.
    """

    file: str
    rule: str
    unit: str
    every: float
    span: str

    @classmethod
    def of(cls, study: Study, name: str) -> Taken:
        """Return how a study has the covariate of a name; nothing is read but the names of files, and perhaps one."""
        entry = study.entry(name)
        file, rule, unit = entry.files or entry.file, study_rule(name, entry), shown(study.unit(name))
        if not entry.dated:
            return cls(file, rule, unit, np.nan, "all days")
        days = entry.series(study.folder).days
        every = float(np.median(np.diff(days).astype(float))) if len(days) > 1 else np.nan
        return cls(file, rule, unit, every, f"{counted(len(days), 'raster')}, {days[0]} to {days[-1]}")


def study_rule(name: str, entry: RasterEntry) -> str:
    """Return in words how a study takes a covariate in time."""
    if not entry.dated:
        return _words("static")
    words = _words(entry.rule, entry.days, entry.hours, entry.with_day)
    hours = hours_told(name)
    if hours and "before" not in entry.rule:
        words += f", summed or averaged over {hours} h by its name"
    return words + (f", at {entry.hour}:00 UTC" if entry.hour else "")


def paper_rule(role: Role) -> str:
    """Return in words how the source of a method takes a role in time; '' where it does not say it."""
    if not role.rule:
        return ""
    words = _words(role.rule, role.days, role.hours, role.with_day)
    return words + (f", every {role.every_days} d" if role.every_days > 1 else "")


def differences(role: Role, name: str, entry: RasterEntry, taken: Taken) -> list[str]:
    """Return in what a study does otherwise than the source of a method says; nothing where that says nothing.

    A covariate whose name tells the hours of its sum or mean, as `tp_72h` does, was made so before.
    """
    found = []
    if role.rule and not _same_rule(role, name, entry):
        found.append(f"{study_rule(name, entry)} instead of {_words(role.rule, role.days, role.hours, role.with_day)}")
    if role.every_days and taken.every == taken.every and taken.every != role.every_days:
        found.append(f"rasters every {taken.every:g} d instead of {role.every_days} d")
    if role.unit and taken.unit and name_of(taken.unit) != name_of(role.unit):
        found.append(f"{taken.unit} instead of {shown(role.unit) or role.unit}")
    return found


def _same_rule(role: Role, name: str, entry: RasterEntry) -> bool:
    if role.rule in ("static", "dated"):
        return entry.dated == (role.rule == "dated")
    if not entry.dated:
        return False
    if "before" not in role.rule:
        return entry.rule == role.rule
    if "before" not in entry.rule:
        return hours_told(name) == (role.hours or 24 * role.days)
    length = (0, entry.hours) if entry.hours else (entry.days, 0)
    whole_days = entry.hours > 0 or entry.with_day == role.with_day
    return entry.rule == role.rule and length == (role.days, role.hours) and whole_days


def _words(rule: str, days: int = 0, hours: int = 0, with_day: bool = True) -> str:
    if "before" not in rule:
        return ROLE_RULES[rule][0].lower() + ROLE_RULES[rule][1:]
    kind = rule.partition("_")[0]
    if hours:
        return f"{kind} over the {hours} h before"
    return f"{kind} over {days} d, the day itself {'included' if with_day else 'left out'}"
