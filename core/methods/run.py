# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole run: a study and a method in, a folder of samples, model, maps and report out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..downscaling.predict import RunFacts, downscale_series
from ..files import whole_folder, write_json
from ..progress import SILENT, Progress
from ..samples import Samples, sample_coarse, sample_stations
from ..series import Series
from ..study import Study
from ..training.train import train
from .method import Method


@dataclass(frozen=True)
class RunResult:
    """What a run left in its folder: the facts of the maps, and the table of scores if there are stations."""

    folder: Path
    maps: RunFacts
    scores: pd.DataFrame | None


def run_method(
    study: Study, method: Method, folder: str | os.PathLike, threads: int = 0, progress: Progress = SILENT
) -> RunResult:
    """Run a method on a study.

    The folder gets method.json (with every setting spelled out), samples.csv, model.soilsharp, maps/ and, if the
    study has stations, scores.csv, stations.gpkg and report.html; after an error or a cancel, nothing.

    Parameters
    ----------
    study : Study
    method : Method
    folder : path
    threads : int
        0 means all cores.
    """
    folder = Path(folder)
    with whole_folder(folder) as part:
        write_json(part / "method.json", method.as_json())
        progress.say("Sampling")
        samples = _samples(study, method, progress.part(0.0, 0.2))
        samples.write(part / "samples.csv")
        progress.say(f"Training {method.learner.label} on {len(samples)} samples of {len(samples.names)} covariates")
        model = train(
            samples, method.learner, method.options, method.folds, method.seed, threads, progress.part(0.2, 0.4)
        )
        model.write(part / "model.soilsharp")
        progress.say("Downscaling")
        facts = downscale_series(study, model, part / "maps", options=method.conserve, progress=progress.part(0.4, 0.9))
        scores = None
        if study.stations_file:
            progress.say("Validating")
            scores = _validate(study, model, part, progress.part(0.9, 1.0))
    for fact in facts.maps:
        fact.path = folder / "maps" / fact.path.name
    return RunResult(folder, facts, scores)


def _samples(study: Study, method: Method, progress: Progress) -> Samples:
    if method.target == "coarse":
        samples = sample_coarse(study, method.sampling, progress)
    else:
        samples = sample_stations(study, progress)
    return samples.select(method.covariates) if method.covariates else samples


def _validate(study: Study, model, folder: Path, progress: Progress) -> pd.DataFrame:
    # matplotlib and jinja2 are needed here only
    from ..validation.report import station_report
    from ..validation.stations import validate_stations

    maps, coarse = Series.from_files(folder / "maps"), study.coarse_series if study.coarse else None
    validation = validate_stations(maps, study.stations(), coarse, progress=progress)
    for warning in validation.warnings:
        progress.warn(warning)
    validation.write_table(folder / "scores.csv")
    validation.write_layer(folder / "stations.gpkg")
    station_report(
        folder / "report.html", validation, maps=maps, coarse=coarse, passport=model.passport, title=study.name
    )
    return validation.table
