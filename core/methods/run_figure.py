# SPDX-License-Identifier: GPL-2.0-or-later
"""The figure of a run whose maps were kriged: a day's map, how far it may be from the truth, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..rasters.open import Source
from ..rasters.raster import read_on
from ..study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..downscaling.downscale import RunFacts


def run_figure(study: Study, facts: RunFacts) -> Figure | None:
    """Draw the day of which the coarse product saw the middling part; None if no map has a band.

    Parameters
    ----------
    study : Study
    facts : RunFacts
        Of maps that are there.
    """
    from ..report.map_figures import KrigedDay, kriged_figure
    from ..validation.report_figures import thinned

    coarse = dict(zip(study.coarse_series.days, study.coarse_series.sources)) if study.coarse else {}
    with_band = [fact for fact in facts.maps if fact.sd is not None and fact.day in coarse]
    if not with_band:
        return None
    seen = [np.isfinite(read_on(coarse[fact.day], study.coarse_grid)).sum() for fact in with_band]
    fact = with_band[int(np.argsort(seen, kind="stable")[len(seen) // 2])]
    grid = thinned(study.grid)
    return kriged_figure(
        KrigedDay(
            day=fact.day,
            coarse=read_on(coarse[fact.day], study.coarse_grid),
            coarse_grid=study.coarse_grid,
            fine=read_on(Source(str(fact.path)), grid),
            sd=read_on(Source(str(fact.sd)), grid),
            filled=read_on(Source(str(fact.filled)), grid, "nearest", classes=True),
            grid=grid,
        )
    )
