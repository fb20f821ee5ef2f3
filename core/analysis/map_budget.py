# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose errors the standard deviation of maps comes from: every covariate, the coarse product and the model."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..base.extras import require
from ..base.files import write_files
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..downscaling.makers import fitting, maker, settled
from ..downscaling.parts import PARTS
from ..downscaling.prediction import NO_ERRORS
from ..downscaling.settings import ConsistencyOptions
from ..kriging.days import some_of
from ..rasters.ground import pixel_area
from ..rasters.raster import small_cache
from ..report.html_page import number, plain_heading, write_page
from ..study.study import COARSE, Study
from ..training.model import Model
from ..units import SM_SHOWN
from .settings import BudgetOptions
from .uncertainty_budget import TOTAL, total

BY_MODEL, BY_COARSE = "model", "coarse product"
LEAST_PIXELS = 16  # of a coarse cell: what their mean takes from the variance is a sixteenth
COLUMNS = ("name", "error", "sd", "fraction")


@dataclass(frozen=True)
class MapBudget:
    """What came of it.

    Attributes
    ----------
    table : DataFrame
        One row a covariate that has an error, the one that moves maps most first, then the coarse product, the model
        and all together: name, error (SD, in its unit; NaN where it is a map), sd (root mean square over pixels and
        days, m3 m-3) and fraction of the variance.
    days : ndarray of datetime64[D]
    every : int
        Of so many rows and columns one was looked at.
    draws : int
    """

    table: pd.DataFrame
    days: np.ndarray
    every: int
    draws: int

    @property
    def first(self) -> str:
        """What most of the variance comes from."""
        return str(self.table.loc[self.table["sd"].iloc[:-1].idxmax(), "name"])

    @property
    def sentence(self) -> str:
        """One line for log and report."""
        rows = self.table.set_index("name")
        return (
            f"The standard deviation is {number(rows['sd'][TOTAL])} {SM_SHOWN}; "
            f"{100 * rows['fraction'][self.first]:.0f} % of its square comes from {self.first}."
        )


def map_budget(
    study: Study,
    model: Model,
    options: ConsistencyOptions = ConsistencyOptions(),
    budget: BudgetOptions = BudgetOptions(),
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> MapBudget:
    """Return how much of the variance of maps comes from each covariate, the coarse product and the model.

    Each covariate is disturbed by its own error while the others stay as they are, and the maps are brought to the
    coarse product again each time. Of few days and every fifth pixel this takes minutes.

    Parameters
    ----------
    study : Study
        Whose entries tell the errors: `error` or `error_file`.
    model : Model
    options : ConsistencyOptions, optional
    budget : BudgetOptions, optional
    first, last : datetime64[D], optional
        The study's period when left out.

    Raises
    ------
    InputError
        If the study lacks a covariate of the model.

    References
    ----------
    Jääskeläinen et al. 2025, eq. 1 and Table 3; there of samples, here of pixels.
    """
    every = _every(study, options, budget.every)
    asked = study.days_asked(first, last)
    if study.coarse is not None and study.coarse.dated:
        asked = np.intersect1d(asked, study.coarse_series.days)
    days = asked[some_of(len(asked), budget.n_days)]
    options = settled(study, model, replace(options, band=True, error_draws=0), progress)
    with small_cache(), fitting(study.grid), ExitStack() as stack:
        parts = _mean_squares(maker(study, model, options, progress), days, every, progress.part(0, 0.1))
        of_inputs = maker(study, model, replace(options, band=True, error_draws=budget.draws))
        errors = of_inputs.input_errors
        known = {} if errors is None else errors.known
        if not known:
            progress.warn(NO_ERRORS)
        groups = {name: [name] for name in known}
        squares = of_inputs.input_variances(days, groups, every, stack, progress.part(0.1, 1))
        thin = slice(None, None, every)
        rows = []
        for name, error in known.items():
            moved = np.sqrt(_mean(squares[name][:, thin, thin]))
            rows.append((name, error if isinstance(error, float) else np.nan, moved))
    rows.sort(key=lambda row: -row[2])
    rows = [(BY_COARSE if name == COARSE else name, error, sd) for name, error, sd in rows]
    if COARSE not in known and parts["sd_coarse"]:
        rows.append((BY_COARSE, np.nan, np.sqrt(parts["sd_coarse"])))
    # errors at stations hold those of the inputs already
    held = sum(sd**2 for *_, sd in rows) if model.calibration is not None and not options.kriged else 0.0
    if parts["sd_model"] > held:
        rows.append((BY_MODEL, np.nan, np.sqrt(parts["sd_model"] - held)))
    rows.append((TOTAL, np.nan, total(sd for *_, sd in rows)))
    table = pd.DataFrame(rows, columns=COLUMNS[:3])
    whole = max(table["sd"].iloc[-1] ** 2, np.finfo(float).tiny)
    return MapBudget(table.assign(fraction=table["sd"] ** 2 / whole), days, every, budget.draws)


def _every(study: Study, options: ConsistencyOptions, wanted: int) -> int:
    """Return of how many rows one is looked at: the means of coarse cells need pixels enough to be brought back."""
    if options.consistency == "off" or study.coarse is None:
        return wanted
    in_cell = pixel_area(study.coarse_grid) / pixel_area(study.grid)
    return int(np.clip(np.sqrt(in_cell / LEAST_PIXELS), 1, wanted))


def _mean_squares(made_by, days: np.ndarray, every: int, progress: Progress) -> dict[str, float]:
    """Return the mean squares of the parts of a standard deviation without errors of covariates, (m3 m-3)**2."""
    sums = dict.fromkeys(PARTS, 0.0)
    count = 0
    for _, window, block in made_by.windows(days, progress):
        rows = slice(-int(window.row_off) % every, None, every)
        columns = slice(-int(window.col_off) % every, None, every)
        if block.parts is None:
            continue
        for name in PARTS:
            sums[name] += float(np.nansum(np.square(getattr(block.parts, name)[rows, columns], dtype=float)))
        count += int(np.isfinite(block.parts.sd_model[rows, columns]).sum())
    return {name: value / max(count, 1) for name, value in sums.items()}


def _mean(squares: np.ndarray) -> float:
    """Return the mean of squares over the pixels that have moved at all: the others are unknown."""
    moved = squares[squares > 0]
    return float(moved.mean(dtype=float)) if moved.size else 0.0


def write_map_budget(table: str | os.PathLike, report: str | os.PathLike, found: MapBudget) -> None:
    """Write the table (CSV) and the page (HTML) of a budget; a path that is '' is not written."""
    write_files((table, lambda path: write_csv(path, found.table)), (report, lambda path: _write_report(path, found)))


def _write_report(path: str | os.PathLike, found: MapBudget) -> None:
    require("jinja2", "matplotlib")
    from .figures import budget_figure

    days = ", ".join(map(str, found.days))
    write_page(
        path,
        title="Parts of the uncertainty of maps",
        summary=found.sentence,
        intro=f"Each input was disturbed {found.draws} times by its own error while the others stayed as they were, "
        "and the maps were brought to the coarse product again each time. All together is the root of the sum of "
        f"squares. Days: {days}; every pixel of each {found.every}th row and column.",
        tables=[("Parts", "error is in the unit of the input; fraction is that of the variance.", found.table)],
        figures=[("Parts", "The greatest on top.", budget_figure(found.table))],
        heading=lambda name: ("SD", SM_SHOWN) if name == "sd" else plain_heading(name),
    )
