# SPDX-License-Identifier: GPL-2.0-or-later
"""What a method needs from a study: roles, whatever the covariates are called there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..base.errors import InputError
from ..base.names import folded
from ..study.study import COARSE, Study
from .method import Method
from .settings import Role


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
    """Find the covariate of each role, by its name or other names of it, alone or before an underscore.

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
            left_out[name] = "left out as asked"
            continue
        found = roles.get(name) or _find(name, role, study)
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


def _find(name: str, role: Role, study: Study) -> str:
    """Return the covariate of a role, '' if there is none."""
    words = [name, *filter(None, (word.strip() for word in role.also.split(",")))]
    for word in words:
        exact = [c for c in study.covariates if folded(c) == folded(word)]
        begun = exact or [c for c in study.covariates if folded(c).startswith(folded(word) + "_")]
        if len(begun) > 1:
            raise InputError(
                f"{name} could be {' or '.join(begun)} of the study '{study.name}': say which, as {name}={begun[0]}."
            )
        if begun:
            return begun[0]
    return ""
