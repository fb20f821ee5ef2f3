# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the whole simulation of benchmarks/simulation.py and writes docs/simulation.md: `make simulate`.

What was run is kept in build/simulation.jsonl, a line a run, and is not run again: it may be stopped and gone on with.
Remove the file after a change of the engine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Template

for _library in ("OPENBLAS", "OMP", "MKL"):  # before numpy is imported: a process a core, each with one thread
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


def _load(name: str, path: Path, **words):
    """Return the module of a file under a name of our choice."""
    spec = spec_from_file_location(name, path, **words)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_load("soilsharp", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])

from soilsharp.benchmarks import simulation  # noqa: E402
from soilsharp.benchmarks.simulation import FIELDS, GOALS, Case, Figures, design  # noqa: E402

RUNS = ROOT / "build" / "simulation.jsonl"
PAGE = ROOT / "docs" / "simulation.md"
TITLES = {(24, 1): "one day, 24 × 24 cells", (12, 1): "one day, 12 × 12", (16, 30): "30 days, 16 × 16, 40 % gaps"}
SEEDS = {(24, 1): 4, (12, 1): 12, (16, 30): 4, (8, 1): 12}
EXTRA_SEEDS = {"rough": 4, "stated": 4, "permuted": 10}
FEW_FIELDS = ("exponential 1", "exponential 4", "gaussian 3", "mixture")


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=200, help="first seed; tests use those below 100 and from 1000 on")
    parser.add_argument("--times", type=float, default=1.0, help="seeds, times the usual number")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--runs", type=Path, default=RUNS, help="where runs are kept")
    parser.add_argument("--only-write", action="store_true", help="write the page from the runs that are there")
    parser.add_argument("--page", type=Path, default=PAGE, help="what is written")
    options = parser.parse_args()
    jobs = list(_jobs(options.first, options.times))
    done = _kept(options.runs)
    missing = [job for job in jobs if _key(*job) not in done]
    print(f"{len(jobs)} runs, {len(missing)} of them to do", flush=True)
    if not options.only_write:
        _run_all(missing, options.runs, options.workers)
        done = _kept(options.runs)
    write_page([done[_key(*job)] for job in jobs if _key(*job) in done], options.page)


def _run_all(missing: list[tuple[str, Case]], runs: Path, workers: int) -> None:
    """Run cases in processes, and keep what came out."""
    runs.parent.mkdir(parents=True, exist_ok=True)
    with runs.open("a", encoding="utf-8") as file, ProcessPoolExecutor(workers) as pool:
        for number, row in enumerate(pool.map(_run, missing), 1):
            print(json.dumps(row), file=file, flush=True)
            if number % 50 == 0:
                print(f"  {number} of {len(missing)}", flush=True)


def _jobs(first: int, times: float):
    """Yield what is to be done: a word and a case. Designs take turns, so that any part of them is one of all."""

    def seeds(number: int) -> range:
        return range(first, first + max(1, round(times * number)))

    jobs = [("run", case) for (side, days), number in SEEDS.items() for case in design(side, days, seeds(number))]
    rough = design(24, 1, seeds(EXTRA_SEEDS["rough"]), FEW_FIELDS[:3], covariates=("rough",))
    jobs += [("run", case) for case in rough]
    stated = design(16, 1, seeds(EXTRA_SEEDS["stated"]), FIELDS, (0.0,), ("useless",))
    jobs += [("stated", case) for case in stated]
    permuted = design(16, 1, seeds(EXTRA_SEEDS["permuted"]), FEW_FIELDS, (0.25,), ("permuted",))
    jobs += [("run", case) for case in permuted]
    yield from sorted(jobs, key=lambda job: job[1].seed)


def _run(job: tuple[str, Case]) -> dict:
    what, case = job
    warnings.filterwarnings("ignore", module="sklearn")
    return {"what": what, **(simulation.run_stated(case) if what == "stated" else simulation.run(case))}


def _key(what: str, case: Case) -> tuple:
    return (what, *asdict(case).values())


def _kept(path: Path) -> dict[tuple, dict]:
    """Return the runs of a file by what they are."""
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {_key(row["what"], Case(**{name: row[name] for name in Case.__dataclass_fields__})): row for row in rows}


# --- the page ---------------------------------------------------------------------------------------------------------


def write_page(rows: list[dict], page: Path) -> None:
    """Write what came out against the goals."""
    runs = [row for row in rows if row["what"] == "run"]
    usual = [row for row in runs if row["covariates"] in simulation.COVARIATES]
    by_design = {key: [row for row in usual if (row["side"], row["days"]) == key] for key in SEEDS}
    words = {
        "table": _table(by_design),
        "fields": _fields_table(by_design),
        "other": "\n".join(_others(rows, runs, by_design)),
        "runs": f"{len(rows):,}",
    }
    text = Template((ROOT / "scripts" / "simulation.md").read_text(encoding="utf-8")).substitute(words)
    page.write_text(text, encoding="utf-8")
    print(text)


def _seeds(rows: list[dict]) -> int:
    return len({row["seed"] for row in rows})


def _table(by_design: dict) -> str:
    lines = [
        "| | runs (seeds) | mean of all | worst mean of a kind | runs > 1.01 | > 1.05 | worst run | |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for key, goal in GOALS.items():
        found = Figures.of(by_design[key])
        cells = [
            f"{found.mean:.3f} (≤ {goal.mean})",
            f"{found.worst_mean:.3f} (≤ {goal.worst_mean:.2f})",
            f"{found.above_1_01:.1%} (≤ {goal.above_1_01:.0%})",
            f"{found.above_1_05:.1%} (≤ {goal.above_1_05:.0%})",
            f"{found.worst:.3f} (≤ {goal.worst:.2f})",
        ]
        verdict = "reached" if found.reach(goal) else "**missed**"
        count = f"{len(by_design[key])} ({_seeds(by_design[key])})"
        lines.append(f"| {TITLES[key]} | {count} | {' | '.join(cells)} | {verdict} |")
    small = by_design[8, 1]
    mean = Figures.of(small).mean
    verdict = "reached" if mean <= simulation.SMALL_MEAN else "**missed**"
    count = f"{len(small)} ({_seeds(small)})"
    lines.append(f"| one day, 8 × 8 | {count} | {mean:.3f} (≤ {simulation.SMALL_MEAN}) | | | | | {verdict} |")
    return "\n".join(lines)


def _fields_table(by_design: dict) -> str:
    """Return the mean ratio of each field and kind of covariates, over all noises, of every design."""
    kinds = simulation.COVARIATES
    lines = [
        f"| | {' | '.join(f'{TITLES[key]}: {kind}' for key in GOALS for kind in kinds)} |",
        f"|---|{'--:|' * (len(GOALS) * len(kinds))}",
    ]
    for field in FIELDS:
        cells = [
            f"{np.mean([r['ratio'] for r in by_design[key] if (r['field'], r['covariates']) == (field, kind)]):.2f}"
            for key in GOALS
            for kind in kinds
        ]
        lines.append(f"| {field} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _others(rows: list[dict], runs: list[dict], by_design: dict):
    """Yield lines of a table of what is asked for beside."""
    low, high = simulation.NOISE_FOUND
    for key in GOALS:
        ratios = simulation.noise_ratios(by_design[key])
        share = ((ratios >= low) & (ratios <= high)).mean()
        goal = "90 %" if key == (16, 30) else "–"
        yield f"| noise found ÷ put in within {low}–{high}, noise ½ and more; {TITLES[key]} | {share:.0%} | {goal} |"
    for key in GOALS:
        cover = simulation.covers(by_design[key])
        yield f"| truth inside bands of 90 %, mean; {TITLES[key]} | {cover.mean():.3f} | 0.90–0.99 |"
        yield f"| … at least 0.80 in so many runs | {(cover >= 0.8).mean():.0%} | 95 % |"
    gaps = by_design[16, 30]
    yield f"| … in gaps of the series | {simulation.covers(gaps, 'cover_filled').mean():.3f} | 0.90–0.99 |"
    filled = np.mean([row["filled"] for row in gaps])
    yield f"| root mean square error in gaps of the series ÷ bilinear from the nearest seen cells | {filled:.2f} | – |"
    for key in ((24, 1), (12, 1)):
        wanted = ("gaussian 3", 0.0, "useless")
        smooth = [r["ratio"] for r in by_design[key] if (r["field"], r["noise"], r["covariates"]) == wanted]
        found = f"{np.mean(smooth):.2f} ({max(smooth):.2f})"
        yield f"| Gaussian 3 without noise, {TITLES[key]}: mean (worst) | {found} | ≤ {simulation.SMOOTH_DAY} |"
    changed = np.array([row["changed"] for row in rows if row["what"] == "stated"])
    found = f"{changed.sum()} of {changed.size}"
    yield f"| maps changed by a stated error of ½, 1, 2 × the spread where there is none | {found} | 0 |"
    permuted = [any(row["weights"]) for row in runs if row["covariates"] == "permuted"]
    found = f"{len(permuted) - sum(permuted)} of {len(permuted)}"
    yield f"| covariates in the wrong cells have weight 0 | {found} | 19 of 20 |"
    rough = np.array([row["ratio"] for row in runs if row["covariates"] == "rough"])
    found = f"{rough.mean():.3f} ({rough.max():.3f})"
    what = f"roughness finer than a cell that means nothing, {TITLES[24, 1]}: mean (worst) of {len(rough)}"
    yield f"| {what} | {found} | ≤ 1.04 (1.10) |"


if __name__ == "__main__":
    main()
