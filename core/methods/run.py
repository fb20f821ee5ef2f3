# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole run: a study and a method in, a folder of samples, model, maps and reports out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..base.errors import InputError
from ..base.extras import require
from ..base.files import whole_folder, write_json
from ..base.inputs import keeping
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..downscaling.detail import refuse_no_room
from ..downscaling.downscale import RunFacts, downscale_series
from ..downscaling.physical import physical_series
from ..downscaling.settings import BOUNDS
from ..rasters.series import Series
from ..report.words import kriged_facts
from ..samples.samples import Samples
from ..samples.sampling import sample_coarse, sample_stations
from ..scoring.metrics import METRICS
from ..scoring.verdict import verdict
from ..study.study import COARSE, Study
from ..training.check_samples import learnable
from ..training.model import Model
from ..training.scale_transfer import weighed
from ..training.train import train_blend
from .climate import with_climate
from .depths import of_depth
from .depths_page import write_depths
from .experiments import run_analyses, run_experiments
from .held_out_scores import series_beside
from .manifest import Manifest, manifest_of
from .method import Method
from .prepare import named, of_roles, rescaled, sampled, with_classes
from .roles import AS_ASKED, match_roles
from .run_folder import METHOD, RUN, refuse_taken
from .run_page import station_scores_title, write_run_page
from .run_state import RunState
from .texture_map import with_texture_map
from .time_told import tell_time


@dataclass(frozen=True)
class RunResult:
    """What a run left in its folder: the facts of the maps, and the table of scores if there are stations.

    Of a method with several depths these are of the first one that could be run; `depths` names the folders.
    """

    folder: Path
    maps: RunFacts
    scores: pd.DataFrame | None
    depths: tuple[str, ...] = ()

    def __repr__(self) -> str:
        first = self.folder / (self.depths[0] if self.depths else "")
        lines = [f"{counted(len(self.maps.maps), 'map')} in {first / 'maps'}", f"what was done: {first / 'run.html'}"]
        if len(self.depths) > 1:
            lines.append(f"depths: {', '.join(self.depths)}; figures below are of {self.depths[0]}")
        if self.maps.empty_days:
            why = "no pixel had all covariates" if self.maps.kriged is None else "the coarse product had no value"
            lines.append(f"no map on {counted(len(self.maps.empty_days), 'day')}: {why}")
        if self.scores is not None:
            lines += ["", self.scores.to_string(index=False, float_format="%.4f")]
        return "\n".join(lines)


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

    The folder gets method.json (with every setting spelled out), run.json (see `Manifest`), samples.csv,
    model.soilsharp, maps/, run.html and, as far as the method asks for it and the study can give it, scores.csv,
    stations.gpkg and report.html of the stations, predictions.csv, test.csv, uncertainty.csv, explanation/,
    comparison/, maps_by_model/, maps_encoded/ and analyses/. A method with depths makes a folder of these for each,
    and with two or more depths.html, scores_by_depth.csv and importance_by_depth.csv of all. After an error or a
    cancel there is nothing.

    Parameters
    ----------
    study : Study
    method : Method
    folder : path
        New or empty, or that of the same run, which is made anew.
    threads : int
        0 means all cores.
    progress : Progress
    roles : mapping, optional
        Role to covariate of the study, where names do not tell.
    leave_out : sequence of str
        Roles to do without.

    Raises
    ------
    MissingPackage
        Before anything starts, if a learner of the method needs a package that is not there.
    InputError
        Before anything starts, if the study lacks what the method needs; see `match_roles`.
    OverwriteError
        Before anything starts, if results would replace what is read or lie among other files; see `refuse_taken`.
    """
    require(*method.packages)
    folder = Path(folder)
    taken = match_roles(method, study, roles, leave_out)
    with keeping(study.reads()):
        manifest = manifest_of(study, method, taken)
        refuse_taken(folder, method, manifest)
        if method.recipes and method.consistency.kriged and study.coarse:  # else it would be told after the training
            refuse_no_room((len(study.days), *study.grid.shape))
        for role, name in taken.used.items():
            progress.say(f"{role}: taken by {name}")
        for role, why in taken.left_out.items():
            progress.say(f"{role}: {why}")
        with whole_folder(folder) as part:
            write_json(part / METHOD, method.as_json())
            write_json(part / RUN, manifest)
            run = with_climate(RunState(study, method, taken, part, threads), progress.part(0, 0.02))
            result = _runs(run, progress.part(0.02, 1))
    for fact in result.maps.maps:
        fact.moved(part, folder)
    return replace(result, folder=folder)


def repeat_run(
    manifest: Manifest, folder: str | os.PathLike, threads: int = 0, progress: Progress = SILENT
) -> RunResult:
    """Run again what a manifest tells of; inputs and versions that are not what they were are told.

    With the same inputs and versions the results are the same to the byte, but for the times that fits took
    (comparison/costs.csv and the page beside it).

    Parameters
    ----------
    manifest : Manifest
    folder : path
        New or empty.
    threads : int
        0 means all cores.
    progress : Progress

    Raises
    ------
    InputError, OverwriteError
        See `run_method`.
    """
    for line in manifest.changes():
        progress.warn(line)
    leave_out = [role for role, why in manifest.left_out.items() if why == AS_ASKED]
    roles = manifest.roles if manifest.method.roles else {}
    return run_method(manifest.study, manifest.method, folder, threads, progress, roles=roles, leave_out=leave_out)


def _runs(state: RunState, progress: Progress) -> RunResult:
    """Run each depth of the method as a study of its own; those at which nothing was measured are told."""
    if not state.method.depths:
        return _run(state, progress)
    results: dict[str, RunResult] = {}
    done: list[RunState] = []
    missing: dict[str, str] = {}
    for depth, step in progress.parts(state.method.depths):
        try:
            own = of_depth(state, depth, progress)
        except InputError as error:
            missing[depth.name] = str(error)
            progress.warn(f"{depth.name}: {error}")
            continue
        results[depth.name] = _run(own, step)
        done.append(own)
    if not results:
        raise InputError(f"No depth could be run. {'; '.join(f'{name}: {why}' for name, why in missing.items())}")
    write_depths(state, done, progress)
    first = next(iter(results.values()))
    return replace(first, depths=tuple(results))


def _run(state: RunState, progress: Progress) -> RunResult:
    """Run the steps one after another, and return what came out."""
    method = state.method
    progress = state.listening(progress)
    state.folder.mkdir(parents=True, exist_ok=True)
    state = with_texture_map(state, progress.part(0, 0.01))
    if not method.recipes:
        return _without_model(state, progress)
    progress.say("Sampling")
    samples = _samples(state, progress.part(0.01, 0.15))
    recipes = [state.adapted(recipe, samples, progress) for recipe in method.recipes]
    samples = learnable(samples, all(recipe.takes_gaps for recipe in recipes), progress)
    if not method.roles:
        samples = _varied(state, samples, progress)
    progress.say(f"Training {' + '.join(recipe.label for recipe in recipes)} on {len(samples)} samples")
    tell_time(state, samples, recipes, progress)
    model = train_blend(
        samples, recipes, named(method.folds, state.roles), method.seed, state.threads, progress.part(0.15, 0.35),
        combine=method.combine, weigh=method.consistency.kriged,
    )  # fmt: skip
    if model.coarse is not None:
        model = _weighed(state, model, samples, progress.part(0.35, 0.36))
    model.write(state.folder / "model.soilsharp")
    facts, scores = _mapped(state, model, progress.part(0.36, 0.7))
    run_experiments(state, model, facts, samples, recipes[0], progress.part(0.7, 0.99))
    write_run_page(state, model, facts, progress)
    progress.at(1)
    return RunResult(state.folder, facts, scores)


def _weighed(state: RunState, model: Model, samples: Samples, progress: Progress) -> Model:
    """Return the model with its scale transfer in the passport; as it is, told, where there are too few cells."""
    try:
        return weighed(model, samples, state.method.seed, state.threads, progress)[0]
    except InputError as error:
        progress.warn(f"Scale transfer cannot be told: {error}")
        return model


def _varied(state: RunState, samples: Samples, progress: Progress) -> Samples:
    """Return the samples without covariates that are the same in all of them, which teach nothing."""
    same = (samples.X[:1] == samples.X).all(0)
    if not same.any() or same.all():
        return samples
    names = [name for name, constant in zip(samples.names, same) if constant]
    state.note(progress, f"Left out, since they are the same in all samples: {', '.join(names)}.")
    return samples.select([name for name in samples.names if name not in names])


def _without_model(state: RunState, progress: Progress) -> RunResult:
    """Make maps of the coarse product without a learner: interpolated, or divided by physics."""
    facts, scores = _mapped(state, None, progress.part(0, 0.9))
    run_analyses(state, facts, progress.part(0.9, 1))
    write_run_page(state, None, facts, progress)
    return RunResult(state.folder, facts, scores)


def _mapped(state: RunState, model: Model | None, progress: Progress) -> tuple[RunFacts, pd.DataFrame | None]:
    """Make the maps, and compare them with the stations if there are any."""
    progress.say("Downscaling")
    facts = _maps(state, model, state.folder / "maps", progress.part(0, 0.85))
    if not state.study.stations_file:
        return facts, None
    progress.say("Validating")
    return facts, _validate(state, model, facts, progress.part(0.85, 1))


def _maps(state: RunState, model: Model | None, folder: Path, progress: Progress) -> RunFacts:
    """Make the maps; bounds may be named by their roles."""
    method, used = state.method, state.roles.used

    def in_study(options):
        return replace(options, **{key: used.get(getattr(options, key), getattr(options, key)) for key in BOUNDS})

    if method.physics is not None:
        return physical_series(state.study, folder, in_study(of_roles(method.physics, used)), progress=progress)
    return downscale_series(state.study, model, folder, options=in_study(method.consistency), progress=progress)


def _samples(state: RunState, progress: Progress) -> Samples:
    method, study = state.method, state.study
    names = sampled(method, state.roles)
    if method.target == "coarse":
        samples = sample_coarse(study, method.sampling, progress, names)
    else:
        if not study.coarse:
            state.note(progress, "The study has no coarse product: the maps rest on the covariates alone.")
        stations = rescaled(study, method.rescale, state.folder, progress.part(0, 0.3))
        names += [COARSE] if study.coarse else []
        samples = sample_stations(study, method.stations, progress.part(0.3, 1), names, stations)
    samples = with_classes(samples, method, state.roles)
    samples.write(state.folder / "samples.csv", progress.part(1, 1))
    return samples


def _validate(state: RunState, model: Model | None, made: RunFacts, progress: Progress) -> pd.DataFrame | None:
    """Compare the maps with the stations; return None, noted, where these know nothing on the days of the maps."""
    # matplotlib and jinja2 are needed here only
    from ..validation.report import station_report
    from ..validation.stations import validate_stations

    study, folder = state.study, state.folder
    maps, coarse = Series.from_files(folder / "maps"), study.coarse_series if study.coarse else None
    try:
        validation = validate_stations(maps, study.stations(), coarse, progress=progress)
    except InputError as error:  # the maps are good all the same
        state.note(progress, f"The maps have no scores: {error}")
        return None
    for warning in validation.warnings:
        progress.warn(warning)
    validation.write_table(folder / "scores.csv")
    validation.write_layer(folder / "stations.gpkg")
    station_report(
        folder / "report.html",
        validation,
        maps=maps,
        coarse=coarse,
        passport=model and model.passport,
        made=kriged_facts(made.kriged),
        beside=series_beside(state),
        title=study.name,
        progress=progress,
    )
    state.verdicts.append(f"Maps at the stations: {verdict(validation.table)}")
    of_page = state.tables if state.method.target == "stations" else state.held_out
    shown = ["product", *METRICS, *(name for name in ("gdown",) if name in validation.table)]
    of_page[station_scores_title(state.method)] = validation.table[shown]
    return validation.table
