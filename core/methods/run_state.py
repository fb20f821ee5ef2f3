# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of a method: what it works on, and what it has to tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..base.progress import Progress
from ..samples.samples import Samples
from ..study.study import Study
from ..training.recipe import Recipe
from .method import Method
from .prepare import adapted
from .roles import Roles

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass
class RunState:
    """What the steps of a run share; each of them may add notes and tables for the page.

    Attributes
    ----------
    study : Study
    method : Method
    roles : Roles
    folder : Path
        Gets all results.
    threads : int
        0 means all cores.
    notes : list of str
        What was done otherwise than asked.
    held_out, tables : dict of str to DataFrame
        Title to table: of scores where no model has learned, and of anything else.
    figures : list of (title, caption, Figure)
    told : list of str
        What was warned of on the way, each once.
    total_sd : float, optional
        The total of the uncertainty budget, m3 m-3.
    verdicts : list of str
        Who did better at what the maps were compared with.
    """

    study: Study
    method: Method
    roles: Roles
    folder: Path
    threads: int
    notes: list[str] = field(default_factory=list)
    held_out: dict[str, pd.DataFrame] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    figures: list[tuple[str, str, Figure]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    total_sd: float | None = None
    verdicts: list[str] = field(default_factory=list)

    def fresh(self, **changes) -> RunState:
        """Return the state of a part of the run that has a page of its own."""
        return replace(self, **changes, notes=[], held_out={}, tables={}, figures=[], told=[], verdicts=[])

    def listening(self, progress: Progress) -> Progress:
        """Return a progress that also keeps its warnings for the page."""
        own, warn = progress.part(0, 1), progress.warn

        def keep(line: str) -> None:
            if line not in self.told:
                self.told.append(line)
            warn(line)

        own.warn = keep
        return own

    def note(self, progress: Progress, text: str) -> None:
        """Tell a person what was done otherwise than asked, now and in the page."""
        self.notes.append(text)
        progress.warn(text)

    def adapted(self, recipe: Recipe, samples: Samples, progress: Progress) -> Recipe:
        """Return a recipe in the names of the study; what it lacks is noted."""
        recipe, notes = adapted(recipe, samples, self.roles)
        for text in notes:
            self.note(progress, text)
        return recipe
