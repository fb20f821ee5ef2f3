# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the cases on real data and writes docs/real-data.md with their numbers and figures.

    SOILSHARP_REAL_DATA=/my/data scripts/qgis-env.sh python scripts/real_data.py

The cases themselves are in tests/real/cases.py, where the tests hold their numbers.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib import metadata
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]


def load(name: str, path: Path, **words):
    """Return the module of a file under a name of our choice."""
    spec = spec_from_file_location(name, path, **words)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


load("soilsharp", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
cases = load("real_cases", ROOT / "tests" / "real" / "cases.py")

from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402
from real_maps import colour_bar, draw, name_axes  # noqa: E402

from soilsharp.core.base.files import write_text  # noqa: E402
from soilsharp.core.rasters.raster import read_on  # noqa: E402
from soilsharp.core.report import figures  # noqa: E402
from soilsharp.core.report.colours import MORE_COLOURS  # noqa: E402
from soilsharp.core.report.html_page import number, png  # noqa: E402
from soilsharp.core.report.words import weights_sentence  # noqa: E402
from soilsharp.core.scoring.baselines import SMOOTH, CoarseProduct  # noqa: E402
from soilsharp.core.scoring.metrics import METRICS, WORDS  # noqa: E402
from soilsharp.core.scoring.verdict import HIGHER, verdict  # noqa: E402
from soilsharp.core.training.compare.figures import scores_figure  # noqa: E402
from soilsharp.core.training.compare.scores import MEAN  # noqa: E402
from soilsharp.core.training.model import Model  # noqa: E402

SEEDS = (1, 2, 3, 4, 5)
EVERY = 3  # days: those between are much like them, and cost time
SMAP_DAY = np.datetime64("2020-01-11")
ZOOM = 7.2, 60.8, 9.0, 61.9  # west, south, east, north: fjords, Jotunheimen and the valleys east of it


# --- figures ----------------------------------------------------------------------------------------------------------


def norway_figure(run) -> Figure:
    """Draw the coarse soil water and two conserved fine maps, whole and close up."""
    study, day = run.study, cases.DAY
    panels = [
        ("ERA5-Land, 0.1°", run.coarse(day), study.coarse_grid),
        ("Linear, additive, 1/120°", run.map("linear", "additive", day), study.grid),
        ("Random forest, additive, 1/120°", run.map("random_forest", "additive", day), study.grid),
    ]
    figure = Figure(figsize=(8.8, 8.2), layout="constrained")
    axes = figure.subplots(2, 3, sharex="row", sharey="row", gridspec_kw={"height_ratios": [1.27, 1.24]})
    for column, (title, values, grid) in enumerate(panels):
        shown = draw(axes[0, column], values, grid, study.grid.bounds, title)
        draw(axes[1, column], values, grid, ZOOM)
        west, south, east, north = ZOOM
        frame = Rectangle((west, south), east - west, north - south, fill=False, edgecolor="black", linewidth=0.9)
        axes[0, column].add_patch(frame)
    name_axes(axes, "longitude (°)", "latitude (°)")
    colour_bar(figure, axes, shown)
    return figure


def smap_figure(run, comparison, data: Path) -> Figure:
    """Draw one day: the coarse product, smooth, our best conserved map, and the 9 km product."""
    study, truth = run.study, cases.smap_reference(data)
    key, how = best_of_ours(comparison)
    coarse = study.coarse_series
    with CoarseProduct(coarse, study.grid, coarse.days).opened(SMAP_DAY) as reader:
        smooth = reader.read()[SMOOTH]
    panels = [
        ("SMAP L3, 36 km", run.coarse(SMAP_DAY), study.coarse_grid),
        (f"{SMOOTH}, 9 km", smooth, study.grid),
        (f"SoilSharp: {cases.product_name(key, how)}, 9 km", run.map(key, how, SMAP_DAY), study.grid),
        ("SMAP L3 enhanced, 9 km", read_on(dict(zip(truth.days, truth.sources))[SMAP_DAY], study.grid), study.grid),
    ]
    figure = Figure(figsize=(8, 8.6), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, sharey=True)
    for axis, (title, values, grid) in zip(axes.flat, panels):
        shown = draw(axis, values, grid, study.grid.bounds, title, "km")
    name_axes(axes, "km", "km")
    colour_bar(figure, axes, shown)
    figure.suptitle(str(SMAP_DAY), fontsize=11)
    return figure


def fields_figure(table: pd.DataFrame) -> Figure:
    """Draw R² of every learner by what was held out: the mean of the seeds, and their range."""
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axis = figure.subplots()
    kinds = list(cases.FOLDS)
    for i, (name, own) in enumerate(table.groupby("learner", sort=False)):
        r2 = own.groupby("folds")["r2"].agg(["mean", "min", "max"]).loc[kinds]
        place = np.arange(len(kinds)) + (i - 1) * 0.14
        spread = [r2["mean"] - r2["min"], r2["max"] - r2["mean"]]
        axis.errorbar(
            place, r2["mean"], yerr=spread, fmt="os^"[i], color=MORE_COLOURS[i], markersize=7, capsize=3,
            linewidth=1.3, label=name,
        )  # fmt: skip
    axis.set_xticks(range(len(kinds)), kinds)
    axis.set_xlabel("held out together", fontsize=9)
    axis.set_ylabel("R² (coefficient of determination)", fontsize=9)
    axis.set_ylim(0, 0.8)
    axis.grid(axis="y", **figures.GRID_LINES)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(labelsize=9)
    axis.legend(frameon=False, fontsize=9)
    return figure


# --- tables and words -------------------------------------------------------------------------------------------------


def digits(column: str, value) -> str:
    if isinstance(value, str):
        return value
    if column == "n":
        return f"{value:,.0f}".replace(",", " ")
    text = f"{value:+.4f}" if column == "bias" else f"{value:.4f}" if column not in HIGHER else f"{value:.3f}"
    return text.replace("-", "−")


def markdown(frame: pd.DataFrame, first: dict[str, str], best: bool = True, more: dict[str, str] | None = None) -> str:
    """Return a table of scores; the best RMSE, ubRMSE, MAE, R and R² are bold.

    Parameters
    ----------
    frame : DataFrame
    first : dict of str
        Leading columns and their headings.
    more : dict of str
        Columns of text at the end and their headings.
    """
    more = more or {}
    heads = [*first.values(), *(f"{w} ({u})" if u else w for w, u in (WORDS[m] for m in METRICS)), *more.values()]
    lines = ["| " + " | ".join(heads) + " |"]
    lines.append("|" + "---|" * len(first) + "--:|" * (len(heads) - len(first)))
    top = {m: frame[m].max() if m in HIGHER else frame[m].min() for m in METRICS[2:]} if best else {}
    for _, row in frame.iterrows():
        cells = [str(row[c]) for c in first]
        for metric in METRICS:
            text = digits(metric, row[metric])
            is_top = metric in top and text == digits(metric, top[metric])
            cells.append(f"**{text}**" if is_top else text)
        lines.append("| " + " | ".join([*cells, *(str(row[c]) for c in more)]) + " |")
    return "\n".join(lines)


def comparison_table(result) -> str:
    """Return R2 of models (rows) under folds (columns) with its 95 % interval; the best of each column is bold."""
    table = result.table.assign(shown=[_with_interval(row, "r2") for _, row in result.table.iterrows()])
    shown = table.pivot(index="product", columns="folds", values="shown")[result.folds]
    learned = table[table["product"] != MEAN]
    for folds, best in learned.loc[learned.groupby("folds")["r2"].idxmax()].set_index("folds")["product"].items():
        value, interval = shown.loc[best, folds].split(" ", 1)
        shown.loc[best, folds] = f"**{value}** {interval}"
    order = learned[learned["folds"] == result.hardest].sort_values("r2", ascending=False)["product"]
    lines = [f"| R² | {' | '.join(result.folds)} |", "|---|" + "--:|" * len(result.folds)]
    lines += [f"| {name} | {' | '.join(shown.loc[name])} |" for name in [*order, MEAN]]
    return "\n".join(lines)


def _with_interval(row: pd.Series, metric: str) -> str:
    low, high = (number(row[f"{metric}_{end}"], 2) for end in ("low", "high"))
    return f"{number(row[metric])} ({low} to {high})"


def independent(result) -> str:
    """Return how many independent rows the learners' scores rest on, from the least to the most."""
    counts = result.table.loc[result.table["product"] != MEAN, "n_eff"]
    return f"{counts.min():.0f} to {counts.max():.0f}"


def chosen_words(folder: Path) -> str:
    """Return what the rule of Rao et al. chose, with the errors that it went by and those of the linear model."""
    tried = pd.read_csv(folder / "members.csv")
    errors = tried.groupby("learner")[["train_rmse", "test_rmse"]].mean()
    chosen = tried.loc[tried["chosen"], "learner"]
    named = chosen.mode()[0]
    least = errors["test_rmse"].idxmin()
    label = cases.learner(named).label
    words = f"in {(chosen == named).sum()} of {len(chosen)} periods {label} (RMSE {_pair(errors.loc[named])})"
    if least != named:
        words += f", although {cases.learner(least).label} has the least test error ({_pair(errors.loc[least])})"
    return words


def _pair(errors: pd.Series) -> str:
    return f"{errors['train_rmse']:.3f} in training, {errors['test_rmse']:.3f} in the test part"


def method_folds(folder: Path) -> str:
    """Return R2 of what a method compared by cross-validation, in words."""
    table = pd.read_csv(folder / "comparison" / "scores.csv").query("part == 'held_out'")
    words = []
    for folds, own in table.groupby("folds", sort=False):
        short = own["model"].str.replace(r"^best of .*", "the method", regex=True)
        words.append(f"{folds}: " + ", ".join(f"{m} {number(r)}" for m, r in zip(short, own["r2"])))
    return "; ".join(words)


def best_of_ours(comparison) -> tuple[str, str]:
    """Return learner and conservation of our map with the least RMSE among the conserved ones."""
    rmse = comparison.table.set_index("product")["rmse"]
    names = [(key, how) for key in cases.LABELS for how in cases.CONSERVE if how != "off"]
    return min(names, key=lambda name: rmse[cases.product_name(*name)])


def largest_deviation(run) -> str:
    worst = max(facts.largest_deviation for (_, how), facts in run.facts.items() if how != "off")
    mantissa, exponent = f"{worst:.0e}".split("e")
    signs = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"{mantissa} · 10{str(int(exponent)).translate(signs)}"


def folds_words(run) -> str:
    r2 = {cases.LABELS[k]: m.passport["fold_scores"]["pooled"]["r2"] for k, m in run.models.items()}
    return ", ".join(f"{name} {digits('r2', value)}" for name, value in r2.items())


def field_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of the seeds, and the range of R²."""
    keys = ["folds", "learner"]
    mean = table.groupby(keys, sort=False)[list(METRICS)].mean().reset_index()
    low, high = (table.groupby(keys, sort=False)["r2"].agg(end).to_numpy() for end in ("min", "max"))
    mean["range"] = [f"{digits('r2', a)} to {digits('r2', b)}" for a, b in zip(low, high)]
    order = {kind: i for i, kind in enumerate(cases.FOLDS)}
    return mean.sort_values("folds", key=lambda c: c.map(order), kind="stable").reset_index(drop=True)


def versions() -> str:
    names = ("numpy", "scipy", "scikit-learn", "lightgbm", "rasterio")
    return f"Python {platform.python_version()}, " + ", ".join(f"{n} {metadata.version(n)}" for n in names)


def main() -> None:
    """Run the cases and write the page."""
    data = Path(os.environ.get("SOILSHARP_REAL_DATA", ""))
    if not (data / "krigr_norway").is_dir():
        sys.exit("Set SOILSHARP_REAL_DATA to the folder with the real data; docs/real-data.md says what is in it.")
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        norway = cases.norway(data, folder / "norway")
        elevation_run, elevation = cases.norway_perfect_model(data, folder / "elevation", ("elevation",))
        _, terrain = cases.norway_perfect_model(data, folder / "all")
        smap_run, smap = cases.smap(data, folder / "smap")
        norway_ways, norway_methods = cases.norway_methods(data, folder / "norway_methods", cases.as_published())
        smap_ways, smap_methods = cases.smap_methods(data, folder / "smap_methods", cases.as_published())
        fields = cases.fields(data, SEEDS)
        learners = cases.field_learners(data, folder / "learners")
        stations = cases.station_learners(data, folder / "stations", EVERY)
        blends = {
            "poland_blend": cases.blended(cases.field_samples(data), cases.FOLDS),
            "stations_blend": cases.blended(cases.station_samples(data, folder / "blend", EVERY), cases.STATION_FOLDS),
        }
        (images / "real_norway.png").write_bytes(png(norway_figure(norway), dpi=110))
        (images / "real_smap.png").write_bytes(png(smap_figure(smap_run, smap, data)))
        (images / "real_poland.png").write_bytes(png(fields_figure(fields)))
        for name, result in (("learners", learners), ("stations", stations)):
            picture = png(scores_figure(result.table, ("rmse", "r2")), dpi=110)
            (images / f"real_{name}.png").write_bytes(picture)
        words = page_words(norway, elevation_run, elevation, terrain, smap_run, smap, fields)
        words |= comparison_words("learners", learners) | comparison_words("stations", stations)
        words |= method_words("norway", norway_ways, norway_methods) | method_words("smap", smap_ways, smap_methods)
        words |= {name: blend_words(found) for name, found in blends.items()}
        words["norway_weights"] = weights_sentence(cases.soilsharp_model(norway.study).coarse.weights)
        samples = cases.station_samples(data, folder / "again", EVERY)
        # gaps in covariates stay in the samples, but do not count in a comparison of learners of which some take none
        words["stations_lost"] = thousands(samples.facts["left_out"] + len(samples) - stations.table["n"].max())
    page = Template((ROOT / "scripts" / "real_data.md").read_text(encoding="utf-8")).substitute(words)
    write_text(ROOT / "docs" / "real-data.md", page)


def blend_words(found: dict[str, float]) -> str:
    """Return R2 of the blend of the method soilsharp by kind of folds."""
    return ", ".join(f"{words} {digits('r2', value)}" for words, value in found.items())


def comparison_words(name: str, result) -> dict[str, str]:
    """Return what the page says of a comparison of learners."""
    return {
        f"{name}_table": comparison_table(result),
        f"{name}_verdict": result.verdict,
        f"{name}_gap": result.gap,
        f"{name}_n": thousands(result.table["n"].max()),
        f"{name}_n_eff": independent(result),
        f"{name}_places": str(result.per_station["station"].nunique()),
    }


def method_words(case: str, results: dict, comparison) -> dict[str, str]:
    """Return what the page says of the methods on one of the raster cases."""
    words = {
        f"{case}_methods_table": markdown(comparison.table, {"product": "product"}),
        f"{case}_methods_verdict": verdict(comparison.table),
        f"{case}_chosen": chosen_words(results["rao2022"].folder),
    }
    for name, result in results.items():
        words[f"{case}_{name}_folds"] = method_folds(result.folder)
        words[f"{case}_{name}_members"] = str(len(Model.read(result.folder / "model.soilsharp").fitted.members))
    return words


def thousands(count: float) -> str:
    return f"{count:,.0f}".replace(",", " ")


def page_words(norway, elevation_run, elevation, terrain, smap_run, smap, fields) -> dict[str, str]:
    """Return what the page is filled with."""
    by_folds = field_table(fields)
    best = by_folds.loc[by_folds.groupby("folds", sort=False)["r2"].idxmax()]
    winner = "; ".join(f"{row.learner} by {row.folds} ({digits('r2', row.r2)})" for row in best.itertuples())
    sine_coarse, sine_fine, sine_share = cases.beyond_training(norway, "aspect_sine")
    mean_map = norway.map("linear", "additive", cases.DAY)
    forest = by_folds[by_folds["learner"] == cases.LABELS["random_forest"]].set_index("folds")["r2"]
    pairs = pd.DataFrame({"swvl1": smap_run.samples.X[:, 0], "smap": smap_run.samples.y})
    covariate_r = pairs.groupby(smap_run.samples.index["date"]).apply(lambda day: day["swvl1"].corr(day["smap"])).mean()
    return {
        "versions": versions(),
        "norway_cells": f"{len(norway.samples)}",
        "norway_pixels": thousands(np.isfinite(mean_map).sum()),
        "norway_deviation": largest_deviation(norway),
        "norway_folds": folds_words(norway),
        "sine_coarse": f"{sine_coarse:.2f}",
        "sine_fine": f"{sine_fine:.2f}",
        "sine_share": f"{sine_share:.0%}".replace("%", " %"),
        "elevation_cells": str(len(elevation_run.samples)),
        "elevation_table": markdown(elevation.table, {"product": "elevation only"}),
        "elevation_verdict": verdict(elevation.table),
        "terrain_table": markdown(terrain.table, {"product": "elevation, slope, aspect"}),
        "terrain_verdict": verdict(terrain.table),
        "smap_samples": f"{len(smap_run.samples)}",
        "smap_deviation": largest_deviation(smap_run),
        "smap_table": markdown(smap.table.assign(day=[digits("r", r) for r in smap.table["date_mean_r"]]),
                               {"product": "product"}, more={"day": "R, mean of days"}),
        "smap_verdict": verdict(smap.table),
        "smap_covariate_r": digits("r", covariate_r),
        "forest_random": digits("r2", forest["single samples"]),
        "forest_areas": digits("r2", forest["areas"]),
        "poland_samples": str(int(by_folds["n"].max())),
        "poland_table": markdown(by_folds, {"folds": "held out", "learner": "learner"}, best=False,
                                 more={"range": f"R², range of {len(SEEDS)} deals"}),
        "poland_best": winner,
    }  # fmt: skip


if __name__ == "__main__":
    main()
