# SPDX-License-Identifier: GPL-2.0-or-later
"""The command `soilsharp`: whole runs from a shell, without QGIS."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import fields

from .analysis.settings import ApplicabilityOptions, BudgetOptions, CollocationOptions, ShapMapOptions
from .base.errors import Cancelled, SoilSharpError
from .base.inputs import Inputs
from .base.options import Options, listed
from .base.progress import Progress
from .sample_region.settings import RegionOptions
from .scoring.settings import AnomalyOptions, ScoreOptions
from .training.settings import ExplainOptions
from .units import SM_UNIT, SM_UNITS
from .validation.settings import SeriesOptions, WindowOptions

OF_PREDICTIONS: tuple[type[Options], ...] = (ScoreOptions, AnomalyOptions, SeriesOptions)
OF_MAPS: tuple[type[Options], ...] = (WindowOptions, SeriesOptions)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 after an error that was told, or 130 when stopped by Ctrl-C."""
    parser = _parser()
    values = parser.parse_args(arguments)
    try:
        with _bar() as progress:
            text = values.run(values, progress)
    except SoilSharpError as error:
        print(f"soilsharp: {error}", file=sys.stderr)
        return 1
    except Cancelled:
        print("soilsharp: stopped; nothing was written.", file=sys.stderr)
        return 130
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soilsharp", description="Fine soil moisture maps from coarse satellite data."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a method on a study", description="Run a method on a study.")
    run.add_argument("study", metavar="STUDY", help="study file (JSON)")
    run.add_argument("method", metavar="METHOD", help="method file (JSON), or the name of a shipped method")
    run.add_argument("--out", required=True, metavar="FOLDER", help="folder for samples, model, maps and report")
    run.add_argument(
        "--roles", default="", metavar="ROLES", help="which covariate takes which role, as 'rain=tp_72h; lst=lst_day', "
        "where names do not tell",
    )  # fmt: skip
    run.add_argument(
        "--leave-out", default="", metavar="ROLES", help="roles of the method to do without, with commas between them"
    )
    run.add_argument(
        "--full", action="store_true", help="the full settings of the paper where the method has them; about how long "
        "these take is told before they begin",
    )  # fmt: skip
    run.add_argument(
        "--spread", action="store_true", help="map the method's own uncertainty too, and what of it is due to the "
        "model, to the errors of covariates and to the coarse product",
    )  # fmt: skip
    run.add_argument(
        "--error-draws", type=int, default=0, metavar="N", help="with --spread: how often maps are made again with "
        "covariates disturbed by their errors; 0, the default, leaves these out",
    )  # fmt: skip
    run.add_argument("--threads", type=int, default=0, metavar="N", help="cores to use; 0, the default, uses all")
    run.set_defaults(run=_run)
    repeat = commands.add_parser(
        "repeat", help="run again what a run.json tells of", description="Run a method again from run.json alone."
    )
    repeat.add_argument("manifest", metavar="RUN", help="run.json of a run, or its folder")
    repeat.add_argument("--out", required=True, metavar="FOLDER", help="folder for the results: new or empty")
    repeat.add_argument(
        "--study-folder",
        default=None,
        metavar="FOLDER",
        help="where the files of the study are now, if they were moved",
    )
    repeat.add_argument("--threads", type=int, default=0, metavar="N", help="cores to use; 0, the default, uses all")
    repeat.set_defaults(run=_repeat)
    region = commands.add_parser("region", help="make a sample region", description="Make a sample region.")
    region.add_argument("folder", metavar="FOLDER")
    region.add_argument("--seed", type=int, default=1)
    _add_options(region, RegionOptions)
    region.set_defaults(run=_region)
    _add_study(commands)
    check = commands.add_parser("check", help="tell what a study lacks", description="Tell what a study lacks.")
    check.add_argument("study", metavar="STUDY", help="study file (JSON)")
    check.add_argument("--report", metavar="FILE", default="", help="HTML page to write as well")
    check.set_defaults(run=_check)
    _add_explain(commands)
    _add_shap(commands)
    _add_applicability(commands)
    _add_scale_transfer(commands)
    _add_budget(commands)
    _add_collocate(commands)
    _add_scoring(commands)
    methods = commands.add_parser("methods", help="list the shipped methods", description="List the shipped methods.")
    methods.set_defaults(run=_methods)
    return parser


def _add_explain(commands) -> None:
    """Give the parser the command that tells what a model goes by."""
    explain = commands.add_parser(
        "explain", help="tell what a model goes by, and whether physics expects it",
        description="Tell what a model goes by on samples: importances, effects, and directions against physics.",
    )  # fmt: skip
    explain.add_argument("model", metavar="MODEL", help="model file")
    explain.add_argument("samples", metavar="SAMPLES", help="samples; best those that it has not learned from")
    explain.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables and report.html")
    explain.add_argument("--seed", type=int, default=0)
    _add_options(explain, ExplainOptions)
    explain.set_defaults(run=_explain)


def _add_study(commands) -> None:
    """Give the parser the command that writes a study file."""
    study = commands.add_parser(
        "study", help="write a study file of folders of rasters",
        description="Write a study file: what lies where is recognised by its name and its days.",
    )  # fmt: skip
    study.add_argument("coarse", metavar="COARSE", help="folder or pattern of dated coarse rasters")
    study.add_argument("covariates", metavar="COVARIATES", help="folders of covariates, with semicolons between them")
    study.add_argument("--out", required=True, metavar="FILE", help="the study file (JSON) to write")
    study.add_argument("--stations", default="", metavar="FILE", help="table or layer of stations")
    study.add_argument("--mask", default="", metavar="FILE", help="raster; pixels where it is 0.5 or more count")
    study.add_argument("--unit", default=SM_UNIT, choices=SM_UNITS, help="of the coarse soil moisture")
    study.add_argument("--first", default="", metavar="DAY", help="as 2023-05-01; empty: that of the coarse rasters")
    study.add_argument("--last", default="", metavar="DAY", help="empty: that of the coarse rasters")
    study.add_argument("--rules", default="", help="of dated covariates, as 'rain: sum_before 3; ndvi: linear 32'")
    study.add_argument("--network", action="store_true", help="let rasters lie in the network; written into the study")
    study.set_defaults(run=_study)


def _add_shap(commands) -> None:
    """Give the parser the command that explains maps."""
    shap = commands.add_parser(
        "shap", help="map what covariates add to the prediction of a model",
        description="Map the SHAP values of covariates of a model on each day of a study.",
    )  # fmt: skip
    _add_model_on_study(shap, "samples with which predictions are compared")
    _add_options(shap, ShapMapOptions)
    shap.set_defaults(run=_shap)


def _add_applicability(commands) -> None:
    """Give the parser the command that tells where a model may be believed."""
    where = commands.add_parser(
        "applicability", help="map where a model may be believed",
        description="Map on each day of a study how unlike the pixels are to the samples of a model.",
    )  # fmt: skip
    _add_model_on_study(where, "samples that it has learned from")
    where.add_argument("--predictions", default="", metavar="FILE", help="predictions.csv of the training")
    where.add_argument("--maps", default="", metavar="FOLDER", help="daily maps to write again without pixels outside")
    _add_options(where, ApplicabilityOptions)
    where.set_defaults(run=_applicability)


def _add_scale_transfer(commands) -> None:
    """Give the parser the command that tells what a model loses from one scale to another."""
    scales = commands.add_parser(
        "scale-transfer", help="tell what a model loses from coarse cells to finer ones",
        description="Learn from 2 x 2 and 4 x 4 coarse cells, score on single ones, and count the fine pixels outside "
        "of the range of the coarse means.",
    )  # fmt: skip
    scales.add_argument("study", metavar="STUDY", help="study file (JSON)")
    scales.add_argument("model", metavar="MODEL", help="model file")
    scales.add_argument("samples", metavar="SAMPLES", help="samples of the coarse product that it has learned from")
    scales.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables, model and report.html")
    scales.add_argument("--seed", type=int, default=0)
    scales.set_defaults(run=_scale_transfer)


def _add_budget(commands) -> None:
    """Give the parser the command that tells whose errors maps have."""
    budget = commands.add_parser(
        "budget", help="tell whose errors the uncertainty of maps comes from",
        description="Disturb each covariate by its own error and tell how much of the variance of maps it makes.",
    )  # fmt: skip
    budget.add_argument("study", metavar="STUDY", help="study file (JSON) that tells the errors of its covariates")
    budget.add_argument("model", metavar="MODEL", help="model file")
    budget.add_argument("--out", required=True, metavar="TABLE", help="table to write (CSV)")
    budget.add_argument("--report", default="", metavar="FILE", help="HTML page to write as well")
    budget.add_argument("--consistency", default="auto", metavar="HOW", help="how maps are brought to the coarse means")
    budget.add_argument("--first", default="", metavar="DAY", help="first day, as 2023-05-01; empty: that of the study")
    budget.add_argument("--last", default="", metavar="DAY", help="last day; empty: that of the study")
    _add_options(budget, BudgetOptions)
    budget.set_defaults(run=_budget)


def _add_collocate(commands) -> None:
    """Give the parser the command that tells the errors of products without a truth."""
    errors = commands.add_parser(
        "collocate", help="tell how wrong products are, with none taken for the truth",
        description="Triple collocation of three folders of dated rasters or more, or of two beside stations.",
    )  # fmt: skip
    errors.add_argument(
        "products", metavar="FOLDER", nargs="+", help="folder of dated rasters; its name is the product's"
    )
    errors.add_argument("--stations", default=None, metavar="FILE", help="table or layer of stations, or a study")
    errors.add_argument("--out", required=True, metavar="FOLDER", help="folder for errors.csv, report.html and maps")
    errors.add_argument("--seed", type=int, default=0)
    _add_options(errors, CollocationOptions)
    errors.set_defaults(run=_collocate)


def _add_model_on_study(parser: argparse.ArgumentParser, samples: str) -> None:
    """Give a parser what maps of a model on the days of a study need, with words on its samples."""
    parser.add_argument("study", metavar="STUDY", help="study file (JSON)")
    parser.add_argument("model", metavar="MODEL", help="model file")
    parser.add_argument("samples", metavar="SAMPLES", help=samples)
    parser.add_argument("--out", required=True, metavar="FOLDER", help="folder for the maps and report.html")
    parser.add_argument("--first", default="", metavar="DAY", help="first day, as 2023-05-01; empty: that of the study")
    parser.add_argument("--last", default="", metavar="DAY", help="last day; empty: that of the study")
    parser.add_argument("--seed", type=int, default=0)


def _add_scoring(commands) -> None:
    """Give the parser the commands that judge."""
    score = commands.add_parser(
        "score", help="score maps against the truth of a sample region",
        description="Score dated maps against the truth of a sample region: one line of JSON.",
    )  # fmt: skip
    score.add_argument("region", metavar="REGION", help="folder that `soilsharp region` made")
    score.add_argument("maps", metavar="MAPS", help="folder of dated maps in m3 m-3, or a pattern as 'maps/sm_*.tif'")
    score.set_defaults(run=_score)
    held_out = commands.add_parser(
        "score-predictions", help="score held-out predictions by date, season, class and place",
        description="Score the predictions that training, a comparison, a method or a validation kept.",
    )  # fmt: skip
    held_out.add_argument("predictions", metavar="PREDICTIONS", help="predictions.csv")
    held_out.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables, layer and report.html")
    held_out.add_argument("--study", metavar="STUDY", help="study file (JSON) whose rain is drawn below the series")
    for record in OF_PREDICTIONS:
        _add_options(held_out, record)
    held_out.set_defaults(run=_score_predictions)
    validate = commands.add_parser(
        "validate", help="compare maps with stations or another product",
        description="Compare dated maps, and the coarse product that they come from, with stations or dated rasters.",
    )  # fmt: skip
    validate.add_argument("maps", metavar="MAPS", help="folder of dated maps in m3 m-3, or a pattern")
    validate.add_argument(
        "reference", metavar="REFERENCE", help="study file (JSON) with stations, table or layer of stations, or folder "
        "of dated rasters",
    )  # fmt: skip
    validate.add_argument("--coarse", metavar="FOLDER", help="coarse product; that of the study if one is given")
    validate.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables, layer and report.html")
    for record in OF_MAPS:
        _add_options(validate, record)
    validate.set_defaults(run=_validate)


def _run(values: argparse.Namespace, progress: Progress) -> str:
    from .api import run
    from .methods.roles import parse_roles

    result = run(
        values.study, values.method, values.out,
        roles=parse_roles(values.roles), leave_out=listed(values.leave_out), threads=values.threads,
        progress=progress, full=values.full, spread=values.spread, error_draws=values.error_draws,
    )  # fmt: skip
    return str(result)


def _repeat(values: argparse.Namespace, progress: Progress) -> str:
    from .base.inputs import keeping
    from .methods.manifest import Manifest
    from .methods.run import repeat_run

    with keeping({"the manifest": values.manifest}):
        manifest = Manifest.read(values.manifest, values.study_folder)
        return str(repeat_run(manifest, values.out, values.threads, progress))


def _region(values: argparse.Namespace, progress: Progress) -> str:
    from .sample_region.region import create_sample_region

    options = RegionOptions(**_options_of(values, (RegionOptions,)))
    return f"study file: {create_sample_region(values.folder, options, values.seed, progress).study}"


def _study(values: argparse.Namespace, progress: Progress) -> str:
    from .rasters.dates import days_asked
    from .study.create import create_study

    first, last = days_asked(values.first, values.last)
    study = create_study(
        values.out, values.coarse, values.covariates, coarse_unit=values.unit, stations=values.stations,
        mask=values.mask, first=first, last=last, rules=values.rules, network=values.network, progress=progress,
    )  # fmt: skip
    return f"{study}\nstudy file: {values.out}"


def _check(values: argparse.Namespace, progress: Progress) -> str:
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


def _explain(values: argparse.Namespace, progress: Progress) -> str:
    from .base.inputs import keeping
    from .samples.samples import Samples
    from .training.explain.explanation import explain
    from .training.explain.report import summary, write_explanation
    from .training.model import Model

    options = ExplainOptions(**_options_of(values, (ExplainOptions,)))
    with keeping({"the model": values.model, "the samples": values.samples}):
        model = Model.read(values.model)
        found = explain(model, Samples.read(values.samples), options, values.seed, progress)
        write_explanation(values.out, found, model.passport)
    return "\n".join([summary(found), *found.warnings, *found.against, f"report: {values.out}/report.html"])


def _shap(values: argparse.Namespace, progress: Progress) -> str:
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


def _budget(values: argparse.Namespace, progress: Progress) -> str:
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


def _applicability(values: argparse.Namespace, progress: Progress) -> str:
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


def _scale_transfer(values: argparse.Namespace, progress: Progress) -> str:
    from .api import check_scale_transfer

    found = check_scale_transfer(
        values.study, values.model, values.samples, values.out, seed=values.seed, progress=progress
    )
    return f"{found.sentence}\nfolder: {values.out}"


def _collocate(values: argparse.Namespace, progress: Progress) -> str:
    from pathlib import Path

    from .api import collocate

    products = {Path(folder).resolve().name: folder for folder in values.products}
    if len(products) < len(values.products):
        raise SoilSharpError("Two folders have one name, which is the product's; rename one of them.")
    options = _options_of(values, (CollocationOptions,))
    found = collocate(products, values.stations, values.out, seed=values.seed, progress=progress, **options)
    return f"{found.summary.to_string(index=False, float_format='%.4g')}\nfolder: {values.out}"


def _score(values: argparse.Namespace, progress: Progress) -> str:
    import json

    from .api import score

    return json.dumps(score(values.region, values.maps, progress=progress), allow_nan=False)


def _score_predictions(values: argparse.Namespace, progress: Progress) -> str:
    from .api import score_predictions

    options = _options_of(values, OF_PREDICTIONS)
    return str(score_predictions(values.predictions, values.out, values.study, progress=progress, **options))


def _validate(values: argparse.Namespace, progress: Progress) -> str:
    from .api import validate

    options = _options_of(values, OF_MAPS)
    return str(validate(values.maps, values.reference, values.coarse, values.out, progress=progress, **options))


def _options_of(values: argparse.Namespace, records: Sequence[type[Options]]) -> dict:
    """Return the settings of records among the arguments."""
    return {setting.name: getattr(values, setting.name) for record in records for setting in fields(record)}


def _methods(values: argparse.Namespace, progress: Progress) -> str:
    from .methods.method import Method
    from .methods.settings import shipped

    return "\n".join(f"{name}: {Method.read(name).about}" for name in shipped())


def _add_options(parser: argparse.ArgumentParser, record: type[Options]) -> None:
    """Give a parser one argument per setting of a record."""
    for setting in fields(record):
        words = setting.metadata
        unit = f" ({words['unit']})" if words["unit"] else ""
        kind = {"action": argparse.BooleanOptionalAction} if words["kind"] is bool else {"type": words["kind"]}
        parser.add_argument(
            "--" + setting.name.replace("_", "-"),
            **kind,
            default=setting.default,
            help=f"{words['help'] or words['label']}{unit}; default {setting.default}".replace("%", "%%"),
        )


@contextmanager
def _bar():
    """Give a progress that draws a bar on the terminal and stops on Ctrl-C."""
    from tqdm import tqdm

    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}", disable=None) as bar:

        def report(fraction: float) -> None:
            bar.update(100 * fraction - bar.n)

        try:
            yield Progress(report, stop.is_set, lambda text: tqdm.write(text, file=sys.stderr))
        finally:
            signal.signal(signal.SIGINT, before)
