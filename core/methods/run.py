# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole run: a study and a method in, a folder of samples, model, maps and reports out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..downscaling.predict import RunFacts, downscale_series
from ..errors import InputError
from ..files import whole_folder, write_json
from ..model_file import Model
from ..progress import SILENT, Progress
from ..samples import Samples
from ..sampling import sample_coarse, sample_stations
from ..series import Series
from ..study import COARSE, Study
from ..training.recipe import Recipe
from ..training.train import train
from . import experiments
from .method import Method
from .needs import Needs, match_roles
from .prepare import adapted, named, rescaled, with_classes


@dataclass(frozen=True)
class RunResult:
    """What a run left in its folder: the facts of the maps, and the table of scores if there are stations.

    Of a method with several depths these are of the first one that could be run; `depths` names the folders.
    """

    folder: Path
    maps: RunFacts
    scores: pd.DataFrame | None
    depths: tuple[str, ...] = ()


def run_method(
    study: Study,
    method: Method,
    folder: str | os.PathLike,
    threads: int = 0,
    progress: Progress = SILENT,
    *,
    roles: Mapping[str, str] | None = None,
    leave_out: Sequence[str] = (),
) -> RunResult:
    """Run a method on a study.

    The folder gets method.json (with every setting spelled out), samples.csv, model.soilsharp, maps/, run.html and,
    as far as the method asks for it and the study can give it, scores.csv, stations.gpkg and report.html of the
    stations, test.csv, uncertainty.csv, explanation/, comparison/, maps_encoded/ and analyses/. A method with depths
    makes a folder of these for each. After an error or a cancel there is nothing.

    Parameters
    ----------
    study : Study
    method : Method
    folder : path
    threads : int
        0 means all cores.
    progress : Progress
    roles : mapping, optional
        Role to covariate of the study, where names do not tell.
    leave_out : sequence of str
        Roles to do without.

    Raises
    ------
    InputError
        Before anything starts, if the study lacks what the method needs; see `match_roles`.
    """
    folder, needs = Path(folder), match_roles(method, study, roles, leave_out)
    for role, why in needs.left_out.items():
        progress.say(f"{role}: {why}")
    with whole_folder(folder) as part:
        write_json(part / "method.json", method.as_json())
        if method.depths:
            result = _depths(study, method, needs, part, threads, progress)
        else:
            result = Run(study, method, needs, part, threads).go(progress)
    for fact in result.maps.maps:
        fact.path = folder / fact.path.relative_to(part)
    return replace(result, folder=folder)


def _depths(study: Study, method: Method, needs: Needs, folder: Path, threads: int, progress: Progress) -> RunResult:
    """Run each depth as a study of its own; those at which nothing was measured are told."""
    results, missing = {}, {}
    for k, (low, high) in enumerate(method.depths):
        name = f"depth_{100 * (low + high) / 2:g}cm"
        options = replace(study.station_options, least_depth_m=low, greatest_depth_m=high)
        own = replace(study, station_options=options)
        step = progress.part(k / len(method.depths), (k + 1) / len(method.depths))
        try:
            own.stations()
        except InputError as error:
            missing[name] = str(error)
            progress.warn(f"{name}: {error}")
            continue
        progress.say(f"{name}: stations from {low:g} to {high:g} m")
        results[name] = Run(own, method, needs, folder / name, threads).go(step)
    if not results:
        raise InputError(f"No depth could be run. {'; '.join(f'{name}: {why}' for name, why in missing.items())}")
    first = next(iter(results.values()))
    return replace(first, depths=tuple(results))


class Run:
    """The steps of one run, each of which adds to the folder and to what the page says."""

    def __init__(self, study: Study, method: Method, needs: Needs, folder: Path, threads: int):
        self.study, self.method, self.needs, self.folder, self.threads = study, method, needs, folder, threads
        self.notes: list[str] = []
        self.tables: dict[str, pd.DataFrame] = {}

    def go(self, progress: Progress) -> RunResult:
        """Run the steps, and return what came out."""
        method, study = self.method, self.study
        self.folder.mkdir(parents=True, exist_ok=True)
        samples = self._samples(self._stage(progress, "Sampling", 0.0, 0.15))
        recipe = self.adapted(method.recipe, samples, progress)
        train_on = self._stage(progress, f"Training {recipe.label} on {len(samples)} samples", 0.15, 0.35)
        model = train(samples, recipe, named(method.folds, self.needs), method.seed, self.threads, train_on)
        model.write(self.folder / "model.soilsharp")
        maps = self._stage(progress, "Downscaling", 0.35, 0.65)
        facts = downscale_series(study, model, self.folder / "maps", options=method.conserve, progress=maps)
        scores = None
        if study.stations_file:
            scores = self._validate(model, self._stage(progress, "Validating", 0.65, 0.7))
        step = self._stage(progress, "Experiments", 0.7, 0.99)
        experiments.run_experiments(self, model, facts, samples, recipe, step)
        experiments.write_summary(self, model, facts)
        progress.at(1)
        return RunResult(self.folder, facts, scores)

    def note(self, progress: Progress, text: str) -> None:
        """Tell a person what was done otherwise than asked, now and in the page."""
        self.notes.append(text)
        progress.warn(text)

    def _stage(self, progress: Progress, words: str, start: float, stop: float) -> Progress:
        progress.say(words)
        return progress.part(start, stop)

    def _samples(self, progress: Progress) -> Samples:
        method, study, names = self.method, self.study, list(self.needs.used.values())
        if method.target == "coarse":
            samples = sample_coarse(study, method.sampling, progress, names)
        else:
            if not study.coarse:
                self.note(progress, "The study has no coarse product: the maps rest on the covariates alone.")
            stations = rescaled(study, method.rescale, self.folder, progress.part(0, 0.3))
            names += [COARSE] if study.coarse else []
            samples = sample_stations(study, method.stations, progress.part(0.3, 1), names, stations)
        samples = with_classes(samples, method, self.needs)
        samples.write(self.folder / "samples.csv")
        return samples

    def adapted(self, recipe: Recipe, samples: Samples, progress: Progress) -> Recipe:
        """Return a recipe in the names of the study; what it lacks is noted."""
        recipe, notes = adapted(recipe, samples, self.needs)
        for text in notes:
            self.note(progress, text)
        return recipe

    def _validate(self, model: Model, progress: Progress) -> pd.DataFrame | None:
        # matplotlib and jinja2 are needed here only
        from ..validation.report import station_report
        from ..validation.stations import validate_stations

        study, folder = self.study, self.folder
        maps, coarse = Series.from_files(folder / "maps"), study.coarse_series if study.coarse else None
        validation = validate_stations(maps, study.stations(), coarse, progress=progress)
        for warning in validation.warnings:
            progress.warn(warning)
        validation.write_table(folder / "scores.csv")
        validation.write_layer(folder / "stations.gpkg")
        station_report(
            folder / "report.html", validation, maps=maps, coarse=coarse, passport=model.passport, title=study.name
        )
        self.tables["At the stations"] = validation.table
        return validation.table
