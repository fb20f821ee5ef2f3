# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model loses from one scale to another, and how far the pixels that it is asked for leave what it learned from.

Means over coarse cells vary less than pixels do: a pixel outside of their range asks the model for something that it
has never seen.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_folder
from ..base.inputs import keeping
from ..base.names import class_of, counted
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..downscaling.prediction import covariates_of
from ..kriging.days import some_of
from ..rasters.raster import small_cache
from ..report.words import passport_facts
from ..samples.samples import Samples
from ..study.study import Study
from ..training.explain.explanation import usable
from ..training.model import Model
from ..training.scale_facts import ScaleTransfer
from ..training.scale_transfer import N_FOLDS, weighed
from .reach import grid_line

LOSSES, OUTSIDE, MODEL = "scale_transfer.csv", "outside_of_means.csv", "model.soilsharp"
REPORT = "report.html"
MOST_DAYS = 5  # whose pixels are looked at
ANY = "any of them"


@dataclass(frozen=True)
class ScaleCheck:
    """What came of it.

    Attributes
    ----------
    transfer : ScaleTransfer
    outside : DataFrame
        One row a covariate, the one with most pixels outside first, fractions of classes after the others, and at last
        one of all together: covariate; low, high (of the means over coarse cells, in its unit); below, above and
        outside, fractions of the known pixels and days. Fractions of classes do not count in the last row where there
        are other covariates: a pixel is of one class, and nearly always outside of what cells have of it.
    model : Model
        The same one, whose passport tells its scale transfer.
    facts : dict
    """

    transfer: ScaleTransfer
    outside: pd.DataFrame
    model: Model
    facts: dict

    @property
    def sentence(self) -> str:
        """What came out, for log and report."""
        share = self.outside.iloc[-1]["outside"]
        if not share:
            return f"{self.transfer.sentence} No fine pixel lies outside of the range of the coarse means."
        first = self.outside.iloc[0]
        return (
            f"{self.transfer.sentence} {100 * share:.0f} % of the fine pixels lie outside of the range of the coarse "
            f"means, most often by {first['covariate']} ({100 * first['outside']:.0f} %)."
        )

    def write(self, folder: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write scale_transfer.csv, outside_of_means.csv, model.soilsharp and report.html; ask before each figure."""
        with whole_folder(folder) as part:
            self.write_losses(Path(part) / LOSSES)
            self.write_outside(Path(part) / OUTSIDE)
            self.model.write(Path(part) / MODEL)
            self.write_report(Path(part) / REPORT, progress)

    def write_report(self, path: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write the page; ask before each figure."""
        from .scale_report import scale_report

        facts = {**self.facts, **passport_facts(self.model.passport)}
        scale_report(path, self.sentence, self.transfer, self.outside, facts, progress)

    def write_losses(self, path: str | os.PathLike) -> None:
        """Write the losses as CSV."""
        write_csv(path, self.transfer.table, float_format="%.6g")

    def write_outside(self, path: str | os.PathLike) -> None:
        """Write the fractions of pixels outside as CSV."""
        write_csv(path, self.outside, float_format="%.6g")


def check_scale_transfer(
    study: Study,
    model: Model,
    samples: Samples,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
) -> ScaleCheck:
    """Say what a model of a coarse product loses from the scale that it learned at to the one that it is asked for.

    Parameters
    ----------
    study : Study
        With the covariates of the model; its fine pixels are looked at on 5 days of the samples.
    model : Model
    samples : Samples
        That it has learned from.
    seed, threads : int
        0 threads means all cores.
    progress : Progress, optional

    Raises
    ------
    InputError
        If the study or the samples lack a covariate, or there are too few super-cells; see `scale_transfer`.
    """
    names = covariates_of(study, model)
    told, transfer = weighed(model, samples, seed, threads, progress.part(0, 0.7))
    own, _ = usable(model, samples, [])
    days = _days(study, own)
    with keeping(study.reads()), small_cache():
        outside = _outside(study, names, own, days, progress.part(0.7, 0.9))
    facts = {
        "Model": model.passport["learner"],
        "Study": study.name,
        "Samples": counted(len(own), "sample"),
        "Folds": f"at most {N_FOLDS} folds by blocks of coarse cells",
        "Area of applicability": grid_line(study, model, samples, seed, progress.part(0.9, 1)),
        "Days of the fine pixels": ", ".join(map(str, days)),
        "Seed": seed,
    }
    return ScaleCheck(transfer, outside, told, facts)


def _days(study: Study, samples: Samples) -> np.ndarray:
    """Return some days of the samples that the study has; its first day if the samples have no days."""
    if samples.days is None:
        return np.array([study.first])
    days = np.unique(samples.days)
    days = days[(days >= study.first) & (days <= study.last)]
    if not len(days):
        raise InputError(
            f"No day of the samples, {samples.days.min()} to {samples.days.max()}, lies in the study's period, "
            f"{study.first} to {study.last}."
        )
    return days[some_of(len(days), MOST_DAYS)]


def _outside(study: Study, names: list[str], samples: Samples, days: np.ndarray, progress: Progress) -> pd.DataFrame:
    """Return how many pixels lie outside of the range of the samples; see `ScaleCheck`."""
    low, high = np.nanmin(samples.X, 0), np.nanmax(samples.X, 0)
    known, below, above = np.zeros((3, len(names)), np.int64)
    of_class = np.array([class_of(name) is not None for name in names])
    counts = of_class.all() | ~of_class
    pixels = outside = 0
    for window in progress.over(study.windows(names, days)):
        for block in study.features(names, days, window, progress):
            values = block.reshape(len(names), -1)
            under, over = values < low[:, None], values > high[:, None]
            known += np.isfinite(values).sum(1)
            below += under.sum(1)
            above += over.sum(1)
            whole = np.isfinite(values).all(0)
            pixels += np.count_nonzero(whole)
            outside += np.count_nonzero((under | over)[counts].any(0) & whole)
    if not pixels:
        raise InputError(f"No pixel has all covariates of the model ({', '.join(names)}) on {days[0]} to {days[-1]}.")
    table = pd.DataFrame({"covariate": samples.names, "low": low, "high": high})
    table["below"] = below / np.maximum(known, 1)
    table["above"] = above / np.maximum(known, 1)
    table["outside"] = table["below"] + table["above"]
    order = np.lexsort((-table["outside"], ~counts))
    table = table.iloc[order].reset_index(drop=True)
    table.loc[len(table)] = [ANY, np.nan, np.nan, np.nan, np.nan, outside / pixels]
    return table
