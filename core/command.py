# SPDX-License-Identifier: GPL-2.0-or-later
"""What each command of `soilsharp` does with its arguments; it returns what is printed at the end."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields

from .analysis.settings import ApplicabilityOptions, BudgetOptions, CollocationOptions, ShapMapOptions
from .base.errors import SoilSharpError
from .base.inputs import Inputs
from .base.options import Options, listed
from .base.progress import Progress
from .sample_region.settings import RegionOptions
from .scoring.settings import AnomalyOptions, ScoreOptions
from .training.settings import ExplainOptions
from .validation.settings import SeriesOptions, WindowOptions

OF_PREDICTIONS: tuple[type[Options], ...] = (ScoreOptions, AnomalyOptions, SeriesOptions)
OF_MAPS: tuple[type[Options], ...] = (WindowOptions, SeriesOptions)


def run(values: argparse.Namespace, progress: Progress) -> str:
    """Run a method on a study."""
    from .api import run
    from .methods.roles import parse_roles

    result = run(
        values.study, values.method, values.out,
        roles=parse_roles(values.roles), leave_out=listed(values.leave_out), threads=values.threads,
        progress=progress, full=values.full, consistency=values.consistency, spread=values.spread,
        error_draws=values.error_draws,
    )  # fmt: skip
    return str(result)


def repeat(values: argparse.Namespace, progress: Progress) -> str:
    """Run a method again from its manifest."""
    from .base.inputs import keeping
    from .methods.manifest import Manifest
    from .methods.run import repeat_run

    with keeping({"the manifest": values.manifest}):
        manifest = Manifest.read(values.manifest, values.study_folder)
        return str(repeat_run(manifest, values.out, values.threads, progress))


def region(values: argparse.Namespace, progress: Progress) -> str:
    """Make a sample region."""
    from .sample_region.region import create_sample_region

    options = RegionOptions(**_options_of(values, (RegionOptions,)))
    return f"study file: {create_sample_region(values.folder, options, values.seed, progress).study}"


def study(values: argparse.Namespace, progress: Progress) -> str:
    """Write a study file."""
    from .rasters.dates import days_asked
    from .study.create import create_study

    first, last = days_asked(values.first, values.last)
    study = create_study(
        values.out, values.coarse, values.covariates, coarse_unit=values.unit, stations=values.stations,
        mask=values.mask, first=first, last=last, rules=values.rules, network=values.network, progress=progress,
    )  # fmt: skip
    return f"{study}\nstudy file: {values.out}"


def check(values: argparse.Namespace, progress: Progress) -> str:
    """Tell what a study lacks."""
    from .study.check import check_study
    from .study.report import write_study_report
    from .study.study import Study

    study = Study.read(values.study)
    if values.report:
        Inputs({"the study": values.study, **study.reads()}).refuse({"The report": values.report})
    check = check_study(study, progress)
    if values.report:
        write_study_report(values.report, check)
    return check.text()


def explain(values: argparse.Namespace, progress: Progress) -> str:
    """Tell what a model goes by."""
    from .base.inputs import keeping
    from .samples.samples import Samples
    from .training.explain.explanation import explain
    from .training.explain.report import write_explanation
    from .training.model import Model

    options = ExplainOptions(**_options_of(values, (ExplainOptions,)))
    with keeping({"the model": values.model, "the samples": values.samples}):
        model = Model.read(values.model)
        found = explain(model, Samples.read(values.samples), options, values.seed, progress)
        write_explanation(values.out, found, model.passport, progress)
    return "\n".join([found.summary, *found.warnings, *found.against, f"report: {values.out}/report.html"])


def shap(values: argparse.Namespace, progress: Progress) -> str:
    """Map what covariates add to predictions."""
    from .analysis.shap_maps import shap_maps
    from .analysis.shap_report import REPORT, shap_maps_report
    from .base.inputs import keeping
    from .rasters.dates import days_asked
    from .samples.samples import Samples
    from .study.study import Study
    from .training.model import Model

    options = ShapMapOptions(**_options_of(values, (ShapMapOptions,)))
    first, last = days_asked(values.first, values.last)
    with keeping({"the model": values.model, "the samples": values.samples}):
        result = shap_maps(
            Study.read(values.study), Model.read(values.model), Samples.read(values.samples), values.out, options,
            first=first, last=last, seed=values.seed, progress=progress,
        )  # fmt: skip
        page = result.outcome.folder / REPORT
        shap_maps_report(page, result)
    return f"{len(result.outcome.maps)} maps in {result.outcome.folder}\nreport: {page}"


def budget(values: argparse.Namespace, progress: Progress) -> str:
    """Tell whose errors maps have."""
    from .analysis.map_budget import map_budget, write_map_budget
    from .base.inputs import keeping
    from .downscaling.settings import ConsistencyOptions
    from .rasters.dates import days_asked
    from .study.study import Study
    from .training.model import Model

    first, last = days_asked(values.first, values.last)
    study = Study.read(values.study)
    with keeping({**study.reads(), "the study": values.study, "the model": values.model}):
        found = map_budget(
            study, Model.read(values.model), ConsistencyOptions(values.consistency),
            BudgetOptions(**_options_of(values, (BudgetOptions,))), first=first, last=last, progress=progress,
        )  # fmt: skip
        write_map_budget(values.out, values.report, found)
    return found.sentence


def applicability(values: argparse.Namespace, progress: Progress) -> str:
    """Map where a model may be believed."""
    from .analysis.applicability_maps import applicability_maps
    from .analysis.applicability_report import REPORT, applicability_report
    from .base.inputs import keeping
    from .rasters.dates import days_asked
    from .samples.samples import Samples
    from .scoring.predictions import Predictions
    from .study.study import Study
    from .training.model import Model

    options = ApplicabilityOptions(**_options_of(values, (ApplicabilityOptions,)))
    first, last = days_asked(values.first, values.last)
    with keeping({"the model": values.model, "the samples": values.samples}):
        result = applicability_maps(
            Study.read(values.study), Model.read(values.model), Samples.read(values.samples), values.out, options,
            maps=values.maps, predictions=Predictions.read(values.predictions) if values.predictions else None,
            first=first, last=last, seed=values.seed, progress=progress,
        )  # fmt: skip
        page = result.outcome.folder / REPORT
        applicability_report(page, result)
    return f"{result.sentence}\nreport: {page}"


def scale_transfer(values: argparse.Namespace, progress: Progress) -> str:
    """Tell what a model loses from one scale to another."""
    from .api import check_scale_transfer

    found = check_scale_transfer(
        values.study, values.model, values.samples, values.out, seed=values.seed, progress=progress
    )
    return f"{found.sentence}\nfolder: {values.out}"


def collocate(values: argparse.Namespace, progress: Progress) -> str:
    """Tell the errors of products without a truth."""
    from pathlib import Path

    from .api import collocate

    products = {Path(folder).resolve().name: folder for folder in values.products}
    if len(products) < len(values.products):
        raise SoilSharpError("Two folders have one name, which is the product's; rename one of them.")
    options = _options_of(values, (CollocationOptions,))
    found = collocate(products, values.stations, values.out, seed=values.seed, progress=progress, **options)
    return f"{found.summary.to_string(index=False, float_format='%.4g')}\nfolder: {values.out}"


def score(values: argparse.Namespace, progress: Progress) -> str:
    """Score maps against the truth of a sample region."""
    import json

    from .api import score

    return json.dumps(score(values.region, values.maps, progress=progress), allow_nan=False)


def score_predictions(values: argparse.Namespace, progress: Progress) -> str:
    """Score predictions of rows that were held out."""
    from .api import score_predictions

    options = _options_of(values, OF_PREDICTIONS)
    return str(score_predictions(values.predictions, values.out, values.study, progress=progress, **options))


def validate(values: argparse.Namespace, progress: Progress) -> str:
    """Compare maps with stations or another product."""
    from .api import validate

    options = _options_of(values, OF_MAPS)
    places = values.maps, values.reference, values.coarse, values.out
    return str(validate(*places, physics=values.physics, progress=progress, **options))


def methods(values: argparse.Namespace, progress: Progress) -> str:
    """List the shipped methods."""
    from .methods.method import Method
    from .methods.settings import shipped

    return "\n".join(f"{name}: {Method.read(name).about}" for name in shipped())


def _options_of(values: argparse.Namespace, records: Sequence[type[Options]]) -> dict:
    """Return the settings of records among the arguments."""
    return {setting.name: getattr(values, setting.name) for record in records for setting in fields(record)}
