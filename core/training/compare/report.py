# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of a comparison of learners: what came out, how sure it is, and what random folds would have hidden."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from ...base.extras import require
from ...base.files import whole_files
from ...base.names import slug
from ...base.progress import SILENT, Progress
from ...base.tables import write_csv
from ...report.html_page import MAX_ROWS, Table, number, write_page
from ...report.reliability_page import FILE as COVERAGE
from ...report.reliability_page import reliability_annex, reliability_sentence, reliability_tables
from ...report.words import INTERVAL, best_of_column, heading, ranges
from ...scoring.metrics import METRICS, WORDS
from ...scoring.predictions import FILE as PREDICTIONS
from ...stations.layer import write_points
from .result import Comparison
from .scores import MEAN
from .words import TEST, folds_title, with_folds

_HEADS = {
    "product": ("Model", ""),
    "model": ("Model", ""),
    "r2_random": ("R², random folds", ""),
    "gap": ("gap in R²", ""),
    "won_fraction": ("fraction of stations won", ""),
    "score": ("sum over classes", ""),
    "won": ("stations won", ""),
    "fit_s": ("to learn", "s"),
    "s_per_100000_rows": ("to predict 100,000 rows", "s"),
}

# from stations.csv on only where there are stations
OF_MEMBERS = {"members.csv": "table", "members_by_class.csv": "by_class", "members_by_station.csv": "by_station"}
FILES = (
    "scores.csv", "report.html", PREDICTIONS, COVERAGE, "costs.csv", "repeats.csv", "stations.csv", "duels.csv",
    "losses.csv", *OF_MEMBERS, "stations.gpkg",
)  # fmt: skip
INTRO = (
    "Every row is predicted by a model that has not learned from the part of the samples that the row is held out "
    "with, and all models are judged by the same rows. Search and choice of learners happen inside of what is learned "
    "from.\n\n"
    "n effective is how many independent rows would know the bias as well: rows of one station, and of one day, repeat "
    "each other."
)


def write_comparison(folder: str | os.PathLike, result: Comparison, progress: Progress = SILENT) -> dict[str, Path]:
    """Write scores.csv, predictions.csv, report.html and, of stations, the others of `FILES`, all or none.

    Returns
    -------
    dict of str to Path
        Name to path of what was written.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    left_out = {"stations.csv": not len(result.per_station), "stations.gpkg": not result.has_places}
    left_out |= {"repeats.csv": result.repeats.empty, COVERAGE: result.reliability.empty}
    left_out |= {"duels.csv": result.pairs.empty, "losses.csv": result.losses is None}
    left_out |= dict.fromkeys(OF_MEMBERS, result.members is None)
    paths = {name: Path(folder) / name for name in FILES if not left_out.get(name)}
    with whole_files(*paths.values()) as files:
        parts = dict(zip(paths, files))
        _as_csv(result.all_scores, parts["scores.csv"])
        result.held_out.write(parts[PREDICTIONS], progress.part(0, 0.1))
        if "stations.csv" in parts:
            _as_csv(result.all_stations, parts["stations.csv"])
        if "duels.csv" in parts:
            _as_csv(result.pairs, parts["duels.csv"])
        if result.losses is not None:
            _as_csv(result.losses.table, parts["losses.csv"])
        if COVERAGE in parts:
            _as_csv(result.reliability, parts[COVERAGE])
        _as_csv(result.costs, parts["costs.csv"])
        if "repeats.csv" in parts:
            _as_csv(result.repeats, parts["repeats.csv"])
        if result.members is not None:
            for name, which in OF_MEMBERS.items():
                _as_csv(getattr(result.members, which), parts[name])
        if "stations.gpkg" in parts:
            _write_layer(result.all_stations, parts["stations.gpkg"])
        comparison_report(parts["report.html"], result, progress=progress)
        progress.at(1)
    return paths


def comparison_report(
    path: str | os.PathLike,
    result: Comparison,
    title: str = "Comparison of learners",
    progress: Progress = SILENT,
) -> None:
    """Write the report.

    Raises
    ------
    MissingPackage, InputError
        See `write_page`.
    """
    require("jinja2", "matplotlib")
    from .figures import comparison_figures

    write_page(
        path,
        heading=_heading,
        best=best_of_column,
        title=title,
        summary=" ".join(filter(None, _sentences(result))),
        intro=INTRO,
        tables=_tables(result),
        figures=comparison_figures(result),
        annex=_annex(result),
        warnings=result.warnings,
        facts=result.facts,
        progress=progress,
    )


def _sentences(result: Comparison) -> list[str]:
    tested = result.tested.verdict if result.tested else ""
    return [result.verdict, tested, result.ladder, result.gap, reliability_sentence(result.bands)]


def _tables(result: Comparison) -> list[Table]:
    tables = []
    for label in [result.hardest, *(label for label in result.folds if label != result.hardest)]:
        note = (
            "The folds under which the models err most. " if label == result.hardest and len(result.folds) > 1 else ""
        )
        note += _draws_note(result, label)
        tables.append(_pooled(folds_title(label), note, result.of(label)))
    tables += _repeated(result)
    if result.tested is not None:
        note = "One part of the samples that all models were kept from. "
        tables.append(_pooled(folds_title(result.tested.title), note, result.tested.table))
    if len(result.per_station):
        tables += _station_by_station(result.hardest, result.of(result.hardest))
        if result.tested is not None:
            tables += _station_by_station(result.tested.title, result.tested.table)
    return tables + reliability_tables(result.bands)


def _pooled(title: str, note: str, own: pd.DataFrame) -> Table:
    """Return the scores of all rows pooled."""
    metrics = [metric for metric in (*METRICS, "gdown") if metric != "n" and metric in own]
    shown = own[["product", "n", "n_eff", *metrics]].copy()
    shown["n_eff"] = _whole(shown["n_eff"])
    for metric in ("rmse", "r2"):
        shown.insert(shown.columns.get_loc(metric) + 1, f"{metric}{INTERVAL}", ranges(own, metric))
    return title, f"{note}All rows pooled; best values in bold.", shown


def _draws_note(result: Comparison, label: str) -> str:
    """Return a sentence on folds that were drawn several times; '' of others."""
    own = result.repeats[result.repeats["folds"] == label] if len(result.repeats) else result.repeats
    if own.empty:
        return ""
    return f"Means of {own['repeat'].nunique()} draws of these folds; intervals take in how the draws differ. "


def _repeated(result: Comparison) -> list[Table]:
    """Return the mean and SD of the scores over the repeats of folds."""
    tables = []
    for label, own in result.repeats.groupby("folds", sort=False) if len(result.repeats) else ():
        grouped = own.groupby("product", sort=False)[list(METRICS[1:])]
        mean, sd = grouped.mean(), grouped.std()
        shown = pd.DataFrame({
            name: [f"{number(m, 4)} ± {number(s, 4)}" for m, s in zip(mean[name], sd[name])] for name in mean
        })  # fmt: skip
        shown.insert(0, "product", mean.index)
        note = f"Mean and SD over {own['repeat'].nunique()} draws of these folds, all rows of each pooled."
        tables.append((f"{folds_title(label)}, repeated", note, shown))
    return tables


def _station_by_station(label: str, own: pd.DataFrame) -> list[Table]:
    """Return the median and the mean of the scores that the stations have."""
    own = own[own["product"] != MEAN].reset_index(drop=True)
    tables = []
    for how in ("median", "mean"):
        names = {f"station_{how}_{m}": m for m in METRICS[1:]}
        note = f"The {how} of the scores that the stations have, each on its own, with {with_folds(label)}."
        where = f", {label}" if label.startswith(TEST) else ""
        shown = own[["product", "n_stations", *names]].rename(columns=names)
        tables.append((f"Station by station{where}: {how}", note, shown))
    return tables


def _annex(result: Comparison) -> list[Table]:
    annex = []
    if len(result.gaps):
        shown = result.gaps[["product", "folds", "r2_random", "r2", "gap"]].copy()
        shown[f"gap{INTERVAL}"] = ranges(result.gaps, "gap")
        note = "R² under random folds less R² under the others; its interval is that of the same rows."
        annex.append(("The gap between random and other folds", note, shown))
    for metric in ("ubrmse", "r"):
        if metric in result.duels:
            totals, by_class = result.duels[metric]
            note = f"Won by {WORDS[metric][0]}, with {with_folds(result.hardest)}; level stations go to nobody."
            annex.append((f"Head to head by {WORDS[metric][0]}", note, totals))
            annex.append((f"Head to head by {WORDS[metric][0]}, class by class", "", by_class.head(MAX_ROWS)))
    if result.losses is not None and result.losses.table["loses"].any():
        lost = result.losses.lost
        note = (
            f"{result.losses.model} has a higher ubRMSE than the coarse product there, the worst first; static numbers "
            "in standard deviations from their mean over the stations."
        )
        annex.append(("Stations where the model loses to the coarse product", note, _losing(lost)))
    annex += _of_members(result)
    annex += reliability_annex(result.bands)
    own = result.per_station
    if len(own):
        own = own[(own["folds"] == result.hardest) & (own["product"] == result.best)].dropna(subset=["rmse"])
        own = own.sort_values("ubrmse", ascending=False)[["station", "n", "n_eff", "bias", "rmse", "ubrmse", "r"]]
        own["n_eff"] = _whole(own["n_eff"])
        note = f"{result.best} with {with_folds(result.hardest)}; the station with the highest ubRMSE first."
        if len(own) > MAX_ROWS:
            note += f" The {MAX_ROWS} of {len(own)} stations with the highest; all are in stations.csv."
        annex.append(("Stations", note, own.head(MAX_ROWS).reset_index(drop=True)))
    return annex


def _of_members(result: Comparison) -> list[Table]:
    """Return the members against their ensembles, and what each model costs."""
    tables = []
    if result.members is not None:
        table = result.members.table
        names = ["bias", "ubrmse", "r"]
        ahead = {f"won_fraction_{metric}": f"won_fraction|by {WORDS[metric][0]}" for metric in ("ubrmse", "r")}
        shown = table[["ensemble", "member", "stations", *names, *ahead]].rename(columns=ahead)
        note = (
            f"Mean of the scores of the stations, with {with_folds(result.hardest)}. Won: of the stations where one of "
            "both is ahead, the fraction at which the member is ahead of its ensemble."
        )
        tables.append(("Members and their ensembles", note, shown))
    if len(result.costs):
        note = (
            "Of a model of one fold. Times are those of fits side by side on this computer, and are not told of fits "
            "that were there already."
        )
        shown = result.costs.copy()
        for name in ("members", "bytes", "weights"):
            shown[name] = _whole(shown[name])
        tables.append(("Speed and size", note, shown))
    return tables


def _losing(lost: pd.DataFrame) -> pd.DataFrame:
    """Return the stations that are lost without their components, and the mean of them as a last row."""
    shown = lost.drop(columns=["pc1", "pc2", "loses"]).head(MAX_ROWS)
    mean = shown.mean(numeric_only=True).to_frame().T.assign(station="mean")
    return pd.concat([shown, mean], ignore_index=True).rename(columns=lambda name: name.replace("ubrmse_", "ubrmse|"))


def _whole(values: pd.Series) -> list[str]:
    return [number(value, 0) for value in values]


def _heading(column: str) -> tuple[str, str]:
    return _HEADS.get(column) or heading(column)


def _as_csv(table: pd.DataFrame, path: Path) -> None:
    table = table.rename(columns={"product": "model"})
    write_csv(path, table, float_format="%.6g")


def _write_layer(per_station: pd.DataFrame, path: Path) -> None:
    """Write a GeoPackage of points (EPSG:4326), one a station, with the scores of every model and folds."""
    places = per_station.groupby("station", sort=False)[["longitude", "latitude"]].first()
    columns = {"station": places.index.astype(str)}
    for (folds, part, name), own in per_station.groupby(["folds", "part", "product"], sort=False):
        folds = f"{TEST} {folds}" if part == "test" else folds
        own = own.set_index("station").reindex(places.index)
        for metric in ("n", "bias", "rmse", "ubrmse", "r"):
            columns[slug(f"{name} {folds} {metric}")] = own[metric].to_numpy()
    write_points(path, columns, places["longitude"], places["latitude"])
