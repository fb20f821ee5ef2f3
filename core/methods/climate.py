# SPDX-License-Identifier: GPL-2.0-or-later
"""The weather of a study by its roles, and the climate classes that it tells where no map does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..base.errors import InputError
from ..base.progress import Progress
from ..preprocessing.koppen import koppen_map
from ..study.entries import RasterEntry
from .run_state import RunState

KOPPEN = "koppen"  # the role
# what roles of the weather are called; that of a sum, as rain_72h, begins with the word
_WEATHER = {"precipitation": ("rain", "precipitation"), "temperature": ("temperature",), "radiation": ("radiation",)}


def weather_names(state: RunState) -> dict[str, str]:
    """Return the dated covariates that have roles of the weather: precipitation, temperature, radiation."""
    found: dict[str, str] = {}
    for driver, words in _WEATHER.items():
        for role, name in state.roles.used.items():
            if role.startswith(words) and state.study.covariates[name].dated:
                found.setdefault(driver, name)
    return found


def weather(state: RunState) -> dict[str, Path]:
    """Return the rasters of `weather_names`."""
    entries = {driver: state.study.covariates[name] for driver, name in weather_names(state).items()}
    return {driver: state.study.folder / entry.files for driver, entry in entries.items()}


def with_climate(state: RunState, progress: Progress) -> RunState:
    """Return the run with classes of the climate in the role of it, of the study's weather where no map is given.

    What the weather lacks for it, as twelve months, stands among the roles that are left out.
    """
    if KOPPEN not in state.method.roles or KOPPEN in state.roles.used:
        return state
    known = weather(state)
    if not {"temperature", "precipitation"} <= set(known) or "asked" in state.roles.left_out.get(KOPPEN, ""):
        return state
    left_out = dict(state.roles.left_out)
    folder = state.folder / "climate"
    try:
        koppen_map(known["temperature"], known["precipitation"], folder, progress=progress)
    except InputError as error:
        left_out[KOPPEN] = f"optional, and the study has none. {error}"
        return replace(state, roles=replace(state.roles, left_out=left_out))
    del left_out[KOPPEN]
    progress.say(f"{KOPPEN}: told by temperature and rain of the study")
    entry = RasterEntry(file=str(folder / "koppen.tif"), classes=True, resampling="nearest")
    study = replace(state.study, covariates={**state.study.covariates, KOPPEN: entry})
    roles = replace(state.roles, used={**state.roles.used, KOPPEN: KOPPEN}, left_out=left_out)
    return replace(state, study=study, roles=roles)
