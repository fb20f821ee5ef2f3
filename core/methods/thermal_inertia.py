# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product divided by thermal inertia, as a rival of a method's maps on the rows that it has not learned."""

from __future__ import annotations

from pathlib import Path

from ..base.progress import Progress
from ..downscaling.physical import physical_series
from ..downscaling.settings import PhysicalOptions
from ..rasters.series import Series
from ..scoring.metrics import METRICS
from ..scoring.predictions import FILE, Predictions
from ..scoring.settings import ScoreOptions
from ..validation.beside import with_products
from ..validation.land_classes import named_classes
from ..validation.predictions_report import leading, of_division
from ..validation.score_predictions import score_predictions
from ..validation.scores_folder import write_scores
from .held_out_scores import series_beside
from .run_state import RunState

NAME = "Thermal inertia"
TITLE = "Beside the coarse product divided by thermal inertia, on the rows that all know"


def write_thermal_inertia(state: RunState, folder: Path, progress: Progress) -> None:
    """Write maps by thermal inertia, and scores of them on the held-out rows of the run, with those of its model.

    Parameters
    ----------
    state : RunState
        Of a study with surface temperature by day and by night, and NDVI.
    folder : path
        Gets maps/ and, where the run held out rows, scores/; see `write_scores`.
    progress : Progress

    Raises
    ------
    InputError
        See `physical_series` and `with_products`.

    References
    ----------
    Jääskeläinen et al. 2025, section 2.3: SMAP of 1 km (Fang et al. 2022) as a rival.
    """
    physical_series(state.study, folder / "maps", PhysicalOptions("thermal_inertia"), progress=progress.part(0, 0.7))
    path = state.folder / FILE
    if not path.exists():
        return
    maps = {NAME: Series.from_files(folder / "maps")}
    held_out = named_classes(Predictions.read(path), state.study)
    beside = with_products(held_out, maps, progress.part(0.7, 0.8))
    scores = score_predictions(beside, ScoreOptions(by="season"), progress=progress.part(0.8, 0.95))
    write_scores(folder / "scores", scores, f"{state.method.name} and thermal inertia", series_beside(state), progress)
    table = of_division(scores.pooled, leading(scores))
    state.held_out[TITLE] = table[["product", *METRICS]]
