# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of a method: what it works on, and what it has to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..base.progress import Progress
from ..samples.samples import Samples
from ..study.study import Study
from ..training.recipe import Recipe
from .method import Method
from .prepare import adapted
from .roles import Roles


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
    tables : dict of str to DataFrame
        Title to table.
    """

    study: Study
    method: Method
    roles: Roles
    folder: Path
    threads: int
    notes: list[str] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

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
