# SPDX-License-Identifier: GPL-2.0-or-later
"""The map of texture classes that sand and clay of a study tell, for models that see these classes."""

from __future__ import annotations

from dataclasses import replace

from ..base.progress import Progress
from ..rasters.raster import map_writer
from ..study.entries import RasterEntry
from ..training.texture import CLASSES, COLUMN, texture_codes
from .run_state import RunState

FILE = "texture.tif"


def with_texture_map(state: RunState, progress: Progress) -> RunState:
    """Return the run with texture classes as a covariate of its study, if it maps a model that sees them.

    The map, of the target grid, is told by sand and clay in %; nothing changes where the study has one already.

    Raises
    ------
    InputError
        If sand and clay cannot be fractions in %.
    """
    method, used, study = state.method, state.roles.used, state.study
    recipes = [*method.recipes, *(method.compare.values() if method.compare_maps else ())]
    wanted = any(COLUMN in recipe.classes for recipe in recipes)
    if not wanted or COLUMN in used or COLUMN in study.covariates or not {"sand", "clay"} <= set(used):
        return state
    progress.say(f"{COLUMN}: told by sand and clay of the study")
    tags = {"classes": ", ".join(f"{code} {name}" for code, name in enumerate(CLASSES, 1))}
    path = state.folder / FILE
    names = [used["sand"], used["clay"]]
    with map_writer(path, study.grid, name=COLUMN, unit="1", tags=tags) as writer:
        for window in progress.over(list(study.grid.windows())):
            (sand, clay), *_ = study.features(names, study.days[:1], window, progress)
            writer.write(texture_codes(sand, clay), window)
    entry = RasterEntry(file=str(path), classes=True, resampling="nearest")
    return replace(state, study=replace(study, covariates={**study.covariates, COLUMN: entry}))
