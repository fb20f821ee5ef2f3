# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of every model that a method compares, so that they can be looked at and scored side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..base.errors import InputError, MissingPackage
from ..base.names import slug
from ..base.progress import Progress
from ..downscaling.downscale import downscale_series
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import read_on
from ..samples.samples import Samples
from ..training.check_samples import learnable
from ..training.recipe import Recipe
from ..training.train import train
from .prepare import named
from .run_state import RunState

if TYPE_CHECKING:
    from ..downscaling.downscale import RunFacts

FOLDER = "maps_by_model"  # of the results; in it a folder for each compared recipe, with its model


def write_compared_maps(state: RunState, own: RunFacts, samples: Samples, progress: Progress) -> None:
    """Train each recipe that the method compares, write its model and maps, and draw all models on one day.

    Parameters
    ----------
    state : RunState
    own : RunFacts
        Of the maps of the method itself.
    samples : Samples
    progress : Progress

    References
    ----------
    Poehls et al. 2025, fig. 8.
    """
    maps = {state.method.name: own}
    for (name, recipe), part in progress.parts(list(state.method.compare.items())):
        progress.say(f"Maps of {name}")
        try:
            maps[name] = _mapped(state, name, recipe, samples, part)
        except (InputError, MissingPackage) as error:
            state.note(progress, f"There are no maps of {name}: {error}")
    found = _figure(state, maps)
    if found is not None:
        state.figures.append(found)


def _mapped(state: RunState, name: str, recipe: Recipe, samples: Samples, progress: Progress) -> RunFacts:
    """Return the facts of the maps of one recipe, once they are written."""
    method, folder = state.method, state.folder / FOLDER / slug(name)
    recipe = state.adapted(recipe, samples, progress)
    model = train(
        learnable(samples, recipe.takes_gaps), recipe, named(method.folds, state.roles), method.seed, state.threads,
        progress.part(0, 0.5), weigh=method.consistency.kriged,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    model.write(folder / "model.soilsharp")
    return downscale_series(
        state.study, model, folder / "maps", options=method.consistency, progress=progress.part(0.5, 1)
    )


def _figure(state: RunState, maps: dict[str, RunFacts]):
    """Return the maps of all models on a day that all have, with the middling number of known pixels; None without."""
    from ..report.map_figures import maps_figure

    paths = {name: {fact.day: Path(fact.path) for fact in facts.maps} for name, facts in maps.items()}
    shared = set.intersection(*(set(days) for days in paths.values()))
    shown = sorted((fact for fact in maps[state.method.name].maps if fact.day in shared), key=lambda fact: fact.valid)
    if len(maps) < 2 or not shown:
        return None
    day, grid = shown[len(shown) // 2].day, state.study.grid.thinned()
    panels: list[tuple[str, np.ndarray, Grid]] = []
    coarse = dict(zip(state.study.coarse_series.days, state.study.coarse_series.sources)) if state.study.coarse else {}
    if day in coarse:
        panels.append(("Coarse product", read_on(coarse[day], state.study.coarse_grid), state.study.coarse_grid))
    panels += [(name, read_on(Source(str(days[day])), grid), grid) for name, days in paths.items()]
    caption = f"The same day by every model that is compared; their maps are in {FOLDER}/. Grey is unknown."
    return "Maps of every model", caption, maps_figure(panels, day)
