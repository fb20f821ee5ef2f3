# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the five published methods on the sample region as delivered products, and writes what came of it into docs/.

    scripts/qgis-env.sh python scripts/methods.py                                  # what `make methods` does
    scripts/qgis-env.sh python scripts/methods.py STUDY TRUTH FOLDER               # another study; no page is touched

Results are in demo-products/methods/, one folder a method. A method that has run is not run again; delete its file
METHOD.seconds there to have it run anew. What stands in the pages between <!-- results --> and
<!-- end of results -->, and the tables of roles, is written here; all other words are written by hand.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import demo_products
import numpy as np
import pandas as pd
from demo_steps import ROOT, known_cells, run
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from paper_claims import claims_table

from soilsharp.core.analysis.figures import budget_figure
from soilsharp.core.base.files import write_text
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.role_rules import paper_rule
from soilsharp.core.rasters.dates import day_of, map_name
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.report import map_figures
from soilsharp.core.report.html_page import png
from soilsharp.core.scoring.baselines import MAP
from soilsharp.core.scoring.metrics import METRICS, WORDS
from soilsharp.core.scoring.verdict import HIGHER
from soilsharp.core.study.study import Study
from soilsharp.core.units import SM_SHOWN
from soilsharp.core.validation.products import ProductComparison, compare_products

DOCS, DEMO = ROOT / "docs", demo_products.DEMO
METHODS = ("jaaskelainen2025", "poehls2025", "rao2022", "bueno2024", "li2022")
# as the papers bring rain to a day; the study of the demo has its sum over three days
RAIN = {"rain_3d": {"rule": "mean_before", "days": 3, "with_day": False}}


def main(words: list[str]) -> None:
    """Run all methods, score their maps, and write the pages."""
    study, truth, folder = map(Path, words) if words else (_study(), DEMO / "region" / "truth", DEMO / "methods")
    seconds = {name: _run(study, name, folder / name) for name in METHODS}
    maps = {name: _result(folder, name) / "maps" for name in METHODS}
    comparison = _against_truth(Study.read(study), maps, truth)
    comparison.write_table(folder / "scores_truth.csv")
    print(comparison.table[["product", "n", *METRICS]].to_string(index=False, float_format="%.4f"))
    pictures = DOCS / "images" if not words else folder
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / "methods.png").write_bytes(png(_maps_figure(Study.read(study), maps, truth), dpi=110))
    budget = _result(folder, METHODS[0]) / "uncertainty.csv"
    (pictures / "methods_uncertainty.png").write_bytes(png(budget_figure(pd.read_csv(budget)), dpi=100))
    texts = {name: _page_results(comparison, folder, name, seconds[name]) for name in METHODS}
    if words:
        print("\n\n".join(f"# {name}\n\n{text}" for name, text in texts.items()))
        return
    for name, text in texts.items():
        page = DOCS / "methods" / f"{name}.md"
        _fill(page, "results", text)
        _fill(page, "roles", roles_table(Method.read(name)))
    _fill(DOCS / "methods.md", "results", _overview(comparison, seconds))


def _study() -> Path:
    """Return the study of the region as delivered products, made where it is missing."""
    if not (DEMO / "study.json").exists():
        run("create_sample_region", PRODUCTS=True, OUTPUT=DEMO / "region")
        demo_products.import_downloads(DEMO / "region" / "downloads")
        demo_products.make_study()
    content = json.loads((DEMO / "study.json").read_text(encoding="utf-8"))
    content["covariates"] |= {name: {**content["covariates"]["tp"], **rule} for name, rule in RAIN.items()}
    content["covariates"]["land_cover"] = {"file": "region/further/land_cover.tif", "classes": True}
    path = DEMO / "study_methods.json"
    write_text(path, json.dumps(content, indent=2))
    return path


def _run(study: Path, name: str, folder: Path) -> float:
    """Run a method through the command line, if it has not run; return the seconds that it took."""
    print(f"  {name} ", end="", flush=True)
    took = folder.parent / f"{name}.seconds"
    if took.exists():
        print("has run")
        return float(took.read_text())
    start = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)  # a run goes into a folder that is empty
    command = ["soilsharp", "run", str(study), name, "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_text(folder.parent / f"{name}.log", done.stdout + done.stderr)
    if done.returncode:
        sys.exit(f"failed:\n{done.stderr[-3000:]}")
    seconds = time.monotonic() - start
    write_text(took, f"{seconds:.0f}")
    print(f"{seconds:.0f} s")
    return seconds


def _result(folder: Path, name: str) -> Path:
    """Return where the results of a method are: of its first depth if it has several."""
    return next(iter(sorted((folder / name).glob("depth_*"))), folder / name)


def _against_truth(study: Study, maps: dict[str, Path], truth: Path) -> ProductComparison:
    products = {name: Series.from_files(path) for name, path in maps.items()}
    return compare_products(products, Series.from_files(truth / "*.tif"), study.coarse_series)


# --- figures ----------------------------------------------------------------------------------------------------------


def _maps_figure(study: Study, maps: dict[str, Path], truth: Path) -> Figure:
    """Draw the day on which the satellite saw most: coarse, the five maps, the truth."""
    coarse = study.coarse_series
    seen = max(coarse.sources, key=lambda source: known_cells(Path(source.path)))
    day = day_of(seen.path)
    name = map_name("sm", day)
    panels = [("coarse", read_on(seen, study.grid)), ("coarse, bilinear", read_on(seen, study.grid, "bilinear"))]
    files = {**{method: path / name for method, path in maps.items()}, "truth": truth / name}
    panels += [(name, read_on(Source(str(path)), study.grid)) for name, path in files.items()]
    figure = Figure(figsize=(10, 5.9), layout="constrained")
    axes = figure.subplots(2, 4, sharex=True, sharey=True)
    x, y = ((edges - edges.min()) / 1000 for edges in study.grid.edges())
    for i, (axis, (title, values)) in enumerate(zip(axes.flat, panels)):
        shown = axis.pcolormesh(
            x, y, np.ma.masked_invalid(values), cmap=map_figures.soil_moisture_colours(),
            norm=Normalize(*map_figures.SM_RANGE), rasterized=True,
        )  # fmt: skip
        axis.set(facecolor=map_figures.UNKNOWN, aspect="equal")
        axis.set_title(title, fontsize=10)
        axis.tick_params(labelsize=8)
        if i % 4 == 0:
            axis.set_ylabel("km", fontsize=9)
        if i >= 4:
            axis.set_xlabel("km", fontsize=9)
    label = f"soil moisture ({SM_SHOWN}), {day}"
    figure.colorbar(
        shown, ax=list(axes.flat), label=label, extend="max", orientation="horizontal", shrink=0.5, aspect=40
    )
    return figure


# --- words ------------------------------------------------------------------------------------------------------------


def roles_table(method: Method) -> str:
    """Return the roles of a method as a table, with the words of the file."""
    lines = ["| role | | also found as | in time | what it is |", "|---|---|---|---|---|"]
    for name, role in method.roles.items():
        kind = "needed" if role.required else "optional" if role.input else "optional, no input"
        also = ", ".join(f"`{word.strip()}`" for word in role.also.split(",") if word.strip())
        lines.append(f"| `{name}` | {kind} | {also} | {paper_rule(role)} | {role.about} |")
    return "\n".join(lines)


def _overview(comparison: ProductComparison, seconds: dict[str, float]) -> str:
    took = [f"{seconds[name]:.0f}" if name in seconds else "–" for name in comparison.table["product"]]
    days = int(comparison.table["n_dates"].iloc[0])
    return (
        f"{_scores(comparison.table, 'product', more={'s': took})}\n\n"
        f"Against the truth at 1 km, {days} days; bias is product − truth; s is the time of the whole run on two "
        "cores that had other work too, with search, folds, comparison and explanation. The best of each column is "
        "bold.\n\n"
        "![Soil moisture of one day: coarse, bilinear, the maps of the five methods, and the truth](images/methods.png)"
        "\n\nGrey is what the satellite did not see that day. Of the methods that take the coarse product as a "
        "covariate, only the boosted trees of jaaskelainen2025 map it too: they learn from samples with gaps."
    )


def _page_results(comparison: ProductComparison, folder: Path, name: str, seconds: float) -> str:
    """Return what came of one method: against the truth, its published test, what was left out."""
    result, table = _result(folder, name), comparison.table
    needs = _needs(folder / f"{name}.log")
    parts = [
        f"Whole run in {seconds:.0f} s on two cores that had other work too, `make methods`. {needs}",
        "Against the fine truth:",
    ]
    parts.append(_scores(table[~table["product"].isin(set(METHODS) - {name})], "product"))
    if (result / "test.csv").exists():
        test = pd.read_csv(result / "test.csv").replace({"product": {MAP: name}})
        parts += ["The published test:", _scores(test, "product", best=len(test) > 1)]
    compared = result / "comparison" / "scores.csv"
    if compared.exists():
        scores = pd.read_csv(compared)
        of_test = scores[scores["part"] == "test"]
        if len(of_test):
            parts += ["The published test, every model that is compared:", _scores(of_test, "model")]
        folds = scores[scores["part"] == "held_out"]
        parts += ["By spatial or grouped cross-validation:", _scores(folds, "folds", "model", best=False)]
    members = pd.read_csv(result / "members.csv") if (result / "members.csv").exists() else pd.DataFrame()
    if "test_rmse" in members:
        parts += [f"Learners over the periods, mean RMSE in {SM_SHOWN}:", _chosen(members)]
    parts += ["What the paper prints, of its own region, and the same figure here:", claims_table(name, result)]
    if name == METHODS[0]:
        parts.append("![Parts of the uncertainty](../images/methods_uncertainty.png)")
    return "\n\n".join(parts)


def _chosen(members: pd.DataFrame) -> str:
    """Return how often each learner was chosen, with its errors."""
    columns = {"train_rmse": "training half", "test_rmse": "test half", "search_rmse": "folds of the search"}
    lines = [f"| learner | chosen | {' | '.join(columns.values())} |", "|---|--:|--:|--:|--:|"]
    for learner, own in members.groupby("learner", sort=False):
        errors = " | ".join(_digits("rmse", own[column].mean()) for column in columns)
        lines.append(f"| {learner} | {int(own['chosen'].sum())} of {len(own)} | {errors} |")
    return "\n".join(lines)


def _needs(log: Path) -> str:
    """Return what was left out, as the run said it."""
    said = [line.strip() for line in log.read_text(encoding="utf-8").splitlines()]
    absent = [line.split(":")[0] for line in said if line.endswith("optional, and the study has none")]
    marks = ("Left out: ", " are left out: ", "The stations to test with")
    notes = [line for line in said if any(mark in line for mark in marks)]
    # the recipes that are compared say the same of themselves
    notes += [f"The {line.split(': the ')[-1]}" for line in said if "to go by" in line]
    short = sum(bool(re.match(r"Left out \S+: .* days in common", line)) for line in said)
    notes += [f"{short} stations have too few days in common with the coarse product to be rescaled."] if short else []
    empty = [line.split(":")[0] for line in said if re.match(r"depth_\w+: .* no soil moisture value", line)]
    notes += [f"No stations: {', '.join(empty)}."] if empty else []
    notes = list(dict.fromkeys(notes))
    text = f"Not in the region: {', '.join(absent)}." if absent else ""
    return " ".join([text, *notes]).strip()


def _scores(frame: pd.DataFrame, *first: str, best: bool = True, more: dict[str, list[str]] | None = None) -> str:
    """Return a table of scores; the best of each is bold where all are of as many rows."""
    heads = [
        *first,
        *(f"{word} ({unit})" if unit else word for word, unit in (WORDS[m] for m in METRICS)),
        *(more or {}),
    ]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(first) + "--:|" * (len(heads) - len(first))]
    comparable = best and frame["n"].nunique() == 1
    top = {m: frame[m].max() if m in HIGHER else frame[m].min() for m in METRICS[2:]} if comparable else {}
    for i, (_, row) in enumerate(frame.iterrows()):
        cells = [str(row[column]) for column in first]
        for metric in METRICS:
            text = _digits(metric, row[metric])
            cells.append(f"**{text}**" if metric in top and text == _digits(metric, top[metric]) else text)
        lines.append("| " + " | ".join([*cells, *(values[i] for values in (more or {}).values())]) + " |")
    return "\n".join(lines)


def _digits(metric: str, value: float) -> str:
    if np.isnan(value):
        return "–"
    if metric == "n":
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:{'+' if metric == 'bias' else ''}.{3 if metric in ('r', 'r2') else 4}f}".replace("-", "−")


def _fill(page: Path, mark: str, text: str) -> None:
    """Put a text between the two marks of a page."""
    old = page.read_text(encoding="utf-8")
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)"
    write_text(page, re.sub(pattern, lambda found: f"{found[1]}\n{text}\n\n{found[2]}", old, flags=re.S))


if __name__ == "__main__":
    main(sys.argv[1:])
