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

from . import command
from .analysis.settings import ApplicabilityOptions, BudgetOptions, CollocationOptions, ShapMapOptions
from .base.errors import Cancelled, SoilSharpError
from .base.options import Options
from .base.progress import Progress
from .downscaling.settings import CONSISTENCY
from .sample_region.settings import RegionOptions
from .training.settings import ExplainOptions
from .units import SM_UNIT, SM_UNITS


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
        "--consistency", default="", metavar="HOW", choices=list(CONSISTENCY), help="how maps are brought to the "
        f"coarse product, in place of what the method says: {', '.join(CONSISTENCY)}",
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
    run.set_defaults(run=command.run)
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
    repeat.set_defaults(run=command.repeat)
    region = commands.add_parser("region", help="make a sample region", description="Make a sample region.")
    region.add_argument("folder", metavar="FOLDER")
    region.add_argument("--seed", type=int, default=1)
    _add_options(region, RegionOptions)
    region.set_defaults(run=command.region)
    _add_study(commands)
    check = commands.add_parser("check", help="tell what a study lacks", description="Tell what a study lacks.")
    check.add_argument("study", metavar="STUDY", help="study file (JSON)")
    check.add_argument("--report", metavar="FILE", default="", help="HTML page to write as well")
    check.set_defaults(run=command.check)
    _add_explain(commands)
    _add_shap(commands)
    _add_applicability(commands)
    _add_scale_transfer(commands)
    _add_budget(commands)
    _add_collocate(commands)
    _add_scoring(commands)
    methods = commands.add_parser("methods", help="list the shipped methods", description="List the shipped methods.")
    methods.set_defaults(run=command.methods)
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
    explain.set_defaults(run=command.explain)


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
    study.set_defaults(run=command.study)


def _add_shap(commands) -> None:
    """Give the parser the command that explains maps."""
    shap = commands.add_parser(
        "shap", help="map what covariates add to the prediction of a model",
        description="Map the SHAP values of covariates of a model on each day of a study.",
    )  # fmt: skip
    _add_model_on_study(shap, "samples with which predictions are compared")
    _add_options(shap, ShapMapOptions)
    shap.set_defaults(run=command.shap)


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
    where.set_defaults(run=command.applicability)


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
    scales.set_defaults(run=command.scale_transfer)


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
    _add_period(budget)
    _add_options(budget, BudgetOptions)
    budget.set_defaults(run=command.budget)


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
    errors.set_defaults(run=command.collocate)


def _add_model_on_study(parser: argparse.ArgumentParser, samples: str) -> None:
    """Give a parser what maps of a model on the days of a study need, with words on its samples."""
    parser.add_argument("study", metavar="STUDY", help="study file (JSON)")
    parser.add_argument("model", metavar="MODEL", help="model file")
    parser.add_argument("samples", metavar="SAMPLES", help=samples)
    parser.add_argument("--out", required=True, metavar="FOLDER", help="folder for the maps and report.html")
    _add_period(parser)
    parser.add_argument("--seed", type=int, default=0)


def _add_period(parser: argparse.ArgumentParser) -> None:
    """Give a parser the days of a study that count."""
    parser.add_argument("--first", default="", metavar="DAY", help="first day, as 2023-05-01; empty: that of the study")
    parser.add_argument("--last", default="", metavar="DAY", help="last day; empty: that of the study")


def _add_scoring(commands) -> None:
    """Give the parser the commands that judge."""
    score = commands.add_parser(
        "score", help="score maps against the truth of a sample region",
        description="Score dated maps against the truth of a sample region: one line of JSON.",
    )  # fmt: skip
    score.add_argument("region", metavar="REGION", help="folder that `soilsharp region` made")
    score.add_argument("maps", metavar="MAPS", help="folder of dated maps in m3 m-3, or a pattern as 'maps/sm_*.tif'")
    score.set_defaults(run=command.score)
    held_out = commands.add_parser(
        "score-predictions", help="score held-out predictions by date, season, class and place",
        description="Score the predictions that training, a comparison, a method or a validation kept.",
    )  # fmt: skip
    held_out.add_argument("predictions", metavar="PREDICTIONS", help="predictions.csv")
    held_out.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables, layer and report.html")
    held_out.add_argument("--study", metavar="STUDY", help="study file (JSON) whose rain is drawn below the series")
    for record in command.OF_PREDICTIONS:
        _add_options(held_out, record)
    held_out.set_defaults(run=command.score_predictions)
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
    validate.add_argument("--physics", metavar="STUDY", help="study file (JSON) whose maps by physics are rows too")
    validate.add_argument("--out", required=True, metavar="FOLDER", help="folder for tables, layer and report.html")
    for record in command.OF_MAPS:
        _add_options(validate, record)
    validate.set_defaults(run=command.validate)


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
