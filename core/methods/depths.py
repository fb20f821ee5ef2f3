# SPDX-License-Identifier: GPL-2.0-or-later
"""One depth of a run: its stations, and the coarse product of its layer."""

from __future__ import annotations

from dataclasses import replace

from ..base.errors import InputError
from ..base.progress import Progress
from ..study.study import Study
from .roles import Roles
from .run_state import RunState
from .settings import Depth

STUDY_COARSE = "study_coarse_sm"  # the coarse product of the study, where that of a depth is another one


def of_depth(state: RunState, depth: Depth, progress: Progress) -> RunState:
    """Return the run of a depth, in a folder of its own: its stations and its coarse product.

    The covariate that is the coarse product there gives up its role, and the coarse product of the study, of another
    layer, becomes a covariate.

    Raises
    ------
    InputError
        If no station has measured there, or a raster for all days would be the coarse product.
    """
    options = replace(state.study.station_options, min_depth_m=depth.low, max_depth_m=depth.high, depth_rule="range")
    study = replace(state.study, station_options=options)
    study.stations()
    roles = state.roles
    layer = f"{depth.low:g} to {depth.high:g} m"
    words = f"{depth.name}: stations from {layer}"
    notes = []
    if depth.coarse in roles.used:
        words += f"; their coarse product is {roles.used[depth.coarse]}"
        study, roles = _with_coarse(study, roles, depth.coarse)
    elif depth.coarse:
        notes.append(
            f"The method takes {depth.coarse} as the coarse product of {layer}; the study has none, so that its own "
            f"coarse product stands for it. Add the layer as a covariate, and say {depth.coarse}=name."
        )
    progress.say(words)
    own = state.fresh(study=study, roles=roles, folder=state.folder / depth.name)
    for note in notes:
        own.note(progress, note)
    return own


def _with_coarse(study: Study, roles: Roles, role: str) -> tuple[Study, Roles]:
    """Return the study and its roles with the covariate of a role as the coarse product."""
    name = roles.used[role]
    entry = study.covariates[name]
    if not entry.dated:
        raise InputError(f"'{name}' cannot be the coarse product of a depth: it is one raster for all days.")
    covariates = {key: value for key, value in study.covariates.items() if key != name}
    used = {key: value for key, value in roles.used.items() if key != role}
    if study.coarse is not None:
        covariates[STUDY_COARSE] = study.coarse
        used[STUDY_COARSE] = STUDY_COARSE
    return replace(study, covariates=covariates, coarse=entry), replace(roles, used=used)
