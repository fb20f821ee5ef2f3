# SPDX-License-Identifier: GPL-2.0-or-later
"""What a method needs from a study: roles, whatever the covariates are called there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..base.errors import InputError
from ..base.names import folded
from ..study.covariates import Known, hours_told, known_as, without_time
from ..study.entries import RasterEntry
from ..study.study import COARSE, Study
from .method import Method
from .settings import Role

# kinds of `KNOWN` that are one quantity each, so that the kind alone tells who takes a role
ONE_QUANTITY = {"NDVI", "EVI", "surface temperature", "leaf area index", "FAPAR", "albedo", "rain", "air temperature",
                "bulk density", "acidity", "slope", "aspect", "elevation", "land cover"}  # fmt: skip
AS_ASKED = "left out as asked"
_PRODUCT = r"(?:modis|m[oy]d\d+\w*?|viirs|era5(?:_?land)?|soilgrids|merit|srtm|copernicus|chirps|imerg|gpm)"
_BESIDE = rf"(?:{_PRODUCT}|(?:\d+_)?\d+cm(?:_mean)?|\d+k?m|filled|aligned|interpolated|smoothed|reprocessed|daily)"
# what makes another quantity of one that is known: a season or month, another statistic, a time
_CHANGED = re.compile(
    r"(?:^|_)(?:djf|mam|jja|son|def|winter|spring|summer|autumn|annual|season\w*|clim\w*|anomal\w*|minus|diff\w*|trend|sd|std|"
    r"spread|error|max\w*|min\w*|age|count)(?:_|$)"
)


@dataclass(frozen=True)
class Roles:
    """Which covariates of a study take the roles of a method.

    Attributes
    ----------
    used : dict of str to str
        Role to name in the study.
    left_out : dict of str to str
        Role to the reason: the study has none, or the person said so.
    unused : list of str
        Covariates of the study that have no role.
    """

    used: dict[str, str]
    left_out: dict[str, str]
    unused: list[str]


def match_roles(
    method: Method, study: Study, roles: Mapping[str, str] | None = None, leave_out: Sequence[str] = ()
) -> Roles:
    """Find the covariate of each role: by its usual names in any case, else by what it is known as.

    Beside a name may stand what does not change the quantity: a depth, a resolution, a product, "filled". What is
    summed over another time is something else, and so is a mean of a season.

    Parameters
    ----------
    method : Method
    study : Study
    roles : mapping, optional
        Role to covariate, where the names do not tell.
    leave_out : sequence of str
        Roles to do without, required ones too.

    Raises
    ------
    InputError
        Before anything starts, if required roles, stations or the coarse product are missing, a covariate could be
        meant by several names, or what was said names none of the roles.
    """
    roles, leave_out = dict(roles or {}), list(leave_out)
    strangers = sorted((set(roles) | set(leave_out)) - set(method.roles) - {COARSE})
    if strangers:
        known = ", ".join(method.roles) or "none, it takes all covariates"
        raise InputError(f"The method {method.name} has no role {', '.join(strangers)}; its roles are {known}.")
    lacking = [name for name in roles.values() if name not in study.covariates]
    if lacking:
        raise InputError(
            f"The study '{study.name}' has no covariate {', '.join(lacking)}; it has {', '.join(study.covariates)}."
        )
    _need_target(method, study)
    if not method.roles:
        return Roles({name: name for name in study.covariates}, {}, [])
    used, left_out, missing = {}, {}, []
    for name, role in method.roles.items():
        if name in leave_out:
            left_out[name] = AS_ASKED
            continue
        found = roles.get(name) or _by_name(name, role, study) or _by_kind(name, method, study)
        if found:
            used[name] = found
        elif role.required:
            missing.append(name)
        else:
            left_out[name] = "optional, and the study has none"
    if missing:
        words = "; ".join(f"{name} ({method.roles[name].about or 'no word on it'})" for name in missing)
        raise InputError(
            f"The method {method.name} needs what the study '{study.name}' does not name: {words}. The study has "
            f"{', '.join(study.covariates) or 'no covariates'}. Say which is which, as {missing[0]}=name, add it to "
            "the study, or leave it out; the report will say so."
        )
    if not used:
        raise InputError(f"Nothing is left for the method {method.name} to learn from: all of its roles are left out.")
    return Roles(used, left_out, [name for name in study.covariates if name not in used.values()])


def parse_roles(text: str) -> dict[str, str]:
    """Return the covariates of roles that a person wrote, as "rain=tp_72h; soil=clay".

    Raises
    ------
    InputError
        If a part does not hold a role and a covariate.
    """
    roles = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        role, equals, name = (word.strip() for word in part.partition("="))
        if not (role and equals and name) or role in roles:
            raise InputError(f"'{part}' does not say who takes a role: write role=covariate, with ; between roles.")
        roles[role] = name
    return roles


def _need_target(method: Method, study: Study) -> None:
    if method.target == "stations" and not study.stations_file:
        raise InputError(
            f"The method {method.name} learns from stations, and the study '{study.name}' has none; add the entry "
            '"stations", or take a method that learns the coarse product.'
        )
    if method.target == "coarse" and study.coarse is None:
        raise InputError(
            f"The method {method.name} learns the coarse product, and the study '{study.name}' has none; add the entry "
            '"coarse".'
        )


def _words(name: str, role: Role) -> list[str]:
    return [name, *filter(None, (word.strip() for word in role.also.split(",")))]


def _by_name(name: str, role: Role, study: Study) -> str:
    """Return the covariate that has one of the names of a role, '' if there is none."""
    fitting = [c for c, entry in study.covariates.items() if _same_time(name, c, entry)]
    for same in (_same, _named):
        for word in _words(name, role):
            found = [c for c in fitting if same(c, word)]
            if len(found) > 1:
                raise InputError(
                    f"{name} could be {' or '.join(found)} of the study '{study.name}': say which, as "
                    f"{name}={found[0]}."
                )
            if found:
                return found[0]
    return ""


def _by_kind(name: str, method: Method, study: Study) -> str:
    """Return the one covariate of the kind of a role, '' if there is none or the kind says too little.

    A kind says too little where another role of the method is of it, or several covariates of the study are.
    """
    known = known_as(without_time(name))
    if known is None or known.title not in ONE_QUANTITY or len(_of_kind(known, method.roles)) > 1:
        return ""
    taken = [folded(word) for role, entry in method.roles.items() if role != name for word in _words(role, entry)]
    found = [
        c
        for c in _of_kind(known, study.covariates)
        if folded(c) not in taken and not _CHANGED.search(without_time(c)) and _same_time(name, c, study.covariates[c])
    ]
    return found[0] if len(found) == 1 else ""


def _of_kind(known: Known, names: Iterable[str]) -> list[str]:
    return [name for name in names if known_as(without_time(name)) is known]


def _same(covariate: str, word: str) -> bool:
    return folded(covariate) == folded(word)


def _named(covariate: str, word: str) -> bool:
    """Return whether a covariate is called by a word, beside which only stands what does not change the quantity."""
    return (
        re.fullmatch(rf"(?:{_PRODUCT}_)*{re.escape(without_time(word))}(?:_{_BESIDE})*", without_time(covariate))
        is not None
    )


def _same_time(role: str, covariate: str, entry: RasterEntry) -> bool:
    """Return whether a covariate is summed over the time that the name of a role tells.

    The covariate tells it by its own name, else by its rule; a role without a time takes any rule.
    """
    if hours_told(covariate):
        return hours_told(covariate) == hours_told(role)
    ruled = entry.dated and "before" in entry.rule
    return not hours_told(role) or not ruled or (entry.hours or 24 * entry.days) == hours_told(role)
