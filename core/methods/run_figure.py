# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a run: a day's map beside the coarse product, and if it was kriged its error and its weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..rasters.open import Source
from ..rasters.raster import read_on
from ..study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..downscaling.downscale import RunFacts


def run_figures(study: Study, facts: RunFacts) -> Iterator[tuple[str, str, Figure]]:
    """Draw what a run made, one figure after another: a day's maps, and of a kriged run the weights of its parts."""
    yield from _day_figures(study, facts)
    kriged = facts.kriged
    if kriged is not None and kriged.learned is not None and kriged.learned.measured:
        from ..report.weights_figure import CAPTION, weights_figure

        yield "Weights", CAPTION, weights_figure(kriged.learned, kriged.parts, kriged.weights)


def _day_figures(study: Study, facts: RunFacts) -> list[tuple[str, str, Figure]]:
    """Draw the coarse product and the map of the day of which the middling part was seen, with its band if it has one.

    Parameters
    ----------
    study : Study
    facts : RunFacts
        Of maps that are there.

    Returns
    -------
    list of (title, caption, Figure)
    """
    from ..report.map_figures import KrigedDay, kriged_figure, maps_figure, spread_figure

    coarse = dict(zip(study.coarse_series.days, study.coarse_series.sources)) if study.coarse else {}
    on_both = [fact for fact in facts.maps if fact.day in coarse]
    with_band = [fact for fact in on_both if fact.sd is not None and fact.filled is not None]
    shown = with_band or on_both or facts.maps
    if not shown:
        return []
    seen = [fact.valid for fact in shown]
    if with_band:  # a kriged map has a value everywhere
        seen = [np.isfinite(read_on(coarse[fact.day], study.coarse_grid)).sum() for fact in shown]
    fact = shown[int(np.argsort(seen, kind="stable")[len(seen) // 2])]
    grid = study.grid.thinned()
    fine = read_on(Source(str(fact.path)), grid)
    if not with_band:
        panels = [("Map", fine, grid)]
        if fact.day in coarse:
            panels.insert(0, ("Coarse product", read_on(coarse[fact.day], study.coarse_grid), study.coarse_grid))
        caption = "Of a day with the middling number of known pixels; grey is unknown."
        figures = [("A map", caption, maps_figure(panels, fact.day))]
        if fact.sd is not None:
            spread = spread_figure(read_on(Source(str(fact.sd)), grid), grid, fact.day)
            figures.append(("Standard deviation", "What the model itself says of the same day.", spread))
        return figures
    kriged = KrigedDay(
        day=fact.day,
        coarse=read_on(coarse[fact.day], study.coarse_grid),
        coarse_grid=study.coarse_grid,
        fine=fine,
        sd=read_on(Source(str(fact.sd)), grid),
        filled=read_on(Source(str(fact.filled)), grid, "nearest", classes=True),
        grid=grid,
    )
    return [("Maps", "Of a day with gaps, if there is one; grey is unknown.", kriged_figure(kriged))]
