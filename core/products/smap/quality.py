# SPDX-License-Identifier: GPL-2.0-or-later
"""Which retrievals of SMAP L3 there are in a file, and which of them are good enough."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rasterio.windows import Window

from ...base.errors import InputError
from ...base.names import some
from ...units import MAX_WATER, SM_UNIT
from ..settings import SmapOptions
from .scenes import Scene

# Retrievals are kept within their least value, which dry deserts have, and all of the volume: porosity passes the
# valid_max of 0.5 that files declare, and real retrievals do so too.
LEAST = 0.02
ROUNDING = 1e-6

# Bits of retrieval_qual_flag, set where it is *not* so, and of surface_flag, set where it is so. Product specification
# documents of L3_SM_P and L3_SM_P_E; attributes flag_masks and flag_meanings of the granules.
QUALITY_BITS = {"recommended": 1, "attempted": 2, "successful": 4, "freeze_thaw_successful": 8}
SURFACE_BITS = {
    "static_water": 1, "radar_water": 2, "coastal": 4, "urban": 8, "precipitation": 16, "snow_or_ice": 32,
    "permanent_snow_or_ice": 64, "frozen_by_radiometer": 128, "frozen_by_model": 256, "mountainous": 512,
    "dense_vegetation": 1024, "nadir": 2048,
}  # fmt: skip
NEEDED = {"recommended": ("recommended", "attempted", "successful"), "successful": ("attempted", "successful")}
SWITCHES = {  # option: what it leaves out
    "frozen": ("frozen_by_radiometer", "frozen_by_model"),
    "snow": ("snow_or_ice", "permanent_snow_or_ice"),
    "dense_vegetation": ("dense_vegetation",),
    "urban": ("urban",),
    "mountains": ("mountainous",),
}
BY_DEFAULT = {"frozen", "snow"}  # asked for by nobody, so a file without the layer is no mistake
# ends of soil_moisture and retrieval_qual_flag: from release 8 (enhanced: 5) on, and before
ENDINGS = {
    "dual_channel": ("_dca", "_option3"),
    "single_h": ("_scah", "_option1"),
    "single_v": ("_scav", "_option2"),
    "baseline": ("",),
}
LAYERS = ("soil_moisture", "retrieval_qual_flag", "surface_flag", "static_water_body_fraction")


def is_used(layer: str, options: SmapOptions) -> bool:
    """Whether a layer of L3 may be read."""
    endings = ("", *ENDINGS[options.retrieval])
    return layer in LAYERS or layer in [f"{stem}{e}" for stem in LAYERS[:2] for e in endings]


def good_retrievals(scene: Scene, window: Window, options: SmapOptions, warn: Callable[[str, str], object]):
    """Return the soil moisture of a scene on a window, m3 m-3, float32, NaN where it does not meet the options.

    Parameters
    ----------
    scene : Scene
    window : Window
        Of the scene's grid.
    options : SmapOptions
    warn : callable
        Takes what a warning is about and its text: a layer that is wanted by default is not there.

    Raises
    ------
    InputError
        If the file lacks the retrieval, or a layer that was asked for.
    """
    ending = _ending(scene, options, warn)
    values = scene.read(f"soil_moisture{ending}", window)
    good = (values >= LEAST - ROUNDING) & (values <= MAX_WATER)
    if not good.any():  # a day without overpass: spare its flags
        values[:] = np.nan
        return values
    if options.quality != "any":
        good &= _well_retrieved(scene, window, options, ending, warn)
    good &= _of_good_ground(scene, window, options, warn)
    values[~good] = np.nan
    return values


def _ending(scene: Scene, options: SmapOptions, warn) -> str:
    """Return the ending of the names of the retrieval's layers."""
    for ending in ENDINGS[options.retrieval]:
        if scene.has(f"soil_moisture{ending}"):
            return ending
    if options.retrieval != "dual_channel" or not scene.has("soil_moisture"):
        there = [name for name in scene.names if name.startswith("soil_moisture")]
        raise InputError(
            f"It has no soil moisture of the retrieval '{options.retrieval}', but "
            f"{some(there) if there else 'no soil moisture at all, only ' + some(scene.names)}."
        )
    if "DCA" not in scene.words("soil_moisture"):
        warn(
            "retrieval", "the one soil moisture that there is is taken; it is of both channels since release R18 (2021)"
        )
    return ""


def _well_retrieved(scene: Scene, window: Window, options: SmapOptions, ending: str, warn):
    name = next((n for n in (f"retrieval_qual_flag{ending}", "retrieval_qual_flag") if scene.has(n)), None)
    if name is None:
        values = f"{LEAST:g} to {MAX_WATER:g} {SM_UNIT}"
        warn("quality", f"there is no retrieval_qual_flag, so every value from {values} is taken")
        return True
    return scene.flags(name, window) & sum(QUALITY_BITS[n] for n in NEEDED[options.quality]) == 0


def _of_good_ground(scene: Scene, window: Window, options: SmapOptions, warn):
    asked = [switch for switch in SWITCHES if getattr(options, switch)]
    good = True
    if asked and scene.has("surface_flag"):
        bits = sum(SURFACE_BITS[name] for switch in asked for name in SWITCHES[switch])
        good = scene.flags("surface_flag", window) & bits == 0
    elif chosen := [switch for switch in asked if switch not in BY_DEFAULT]:
        raise InputError(f"It has no surface_flag, by which to leave out {some(chosen)}; switch that off.")
    elif asked:
        warn("surface", "there is no surface_flag, so frozen ground and snow are not told apart and stay in")
    if options.max_water is None:
        return good
    if not scene.has("static_water_body_fraction"):
        raise InputError("It has no static_water_body_fraction, so open water cannot be limited; leave that empty.")
    return good & (scene.read("static_water_body_fraction", window) <= np.float32(options.max_water))
