# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores every shipped method on two sample regions as `soilsharp score` does, and writes docs/benchmark-region.md.

    scripts/qgis-env.sh python scripts/score.py [FOLDER]          # what `make score` does

A method that has run already, in FOLDER/SEED/METHOD (demo-score if not given), is not run again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from demo_steps import ROOT

from soilsharp.core.api import score
from soilsharp.core.base.files import write_text
from soilsharp.core.methods.settings import shipped
from soilsharp.core.scoring.baselines import BILINEAR, SMOOTH

SEEDS = (1, 2)
STUDIES = {"thermal_inertia": "study_all.json"}  # where study.json lacks what a method needs
LEVEL = 0.0005  # half of the last digit shown
PAGE = ROOT / "docs" / "benchmark-region.md"
SHOWN = ("rmse", "ubrmse", "bias", "r", "r2", "kge")
HEAD = """<!-- Written by scripts/score.py; do not edit. -->
# An open benchmark on the sample region

The truth of a sample region is known, the same seed gives the same region, and one command scores anyone's maps:

```
soilsharp region myregion --seed 1
soilsharp score myregion mymaps
```

`mymaps` is a folder of GeoTIFFs in m³ m⁻³ with the day in the name, on any grid; maps of the standard deviation may lie
in its folder `sd`. The answer is one line of JSON. This page holds that line for every shipped method, run with its own
settings on `study.json` of both regions (`make score`); `thermal_inertia`, which needs temperatures of the night, on
`study_all.json`, which has them.
"""
NOTE = """A map and the baselines beside it are scored on the same pixels and days: those that the map and the coarse
product know. "÷ bilinear" and "÷ smooth" are the map's ubRMSE over those of bilinear and smooth interpolation of
the coarse product on these pixels: above 1 the baseline did better. GDOWN is the gain over the coarse product as
it is, from −1 to 1. "With a map" is the fraction of land pixels × days that have one, "all pixels" the RMSE over
all of these. The baselines stand as they score on all pixels that the coarse product has seen. "In the band" is
the fraction of the truth in the band of 90 %. s is the time of the run on two cores that had other work too. RMSE,
ubRMSE and bias in m³ m⁻³.
"""


def main(words: list[str]) -> None:
    """Run what has not run, score it, and write the page."""
    folder = Path(words[0]) if words else ROOT / "demo-score"
    parts = [HEAD]
    for seed in SEEDS:
        region = folder / str(seed) / "region"
        if not (region / "study.json").exists():
            call("region", region, "--seed", seed)
        results = {name: scored(folder / str(seed), name) for name in shipped()}
        parts.append(f"## Seed {seed}\n\n{table(results)}\n\n{losers(results)}\n")
    write_text(PAGE, "\n".join([*parts, NOTE]))


def scored(folder: Path, name: str) -> dict:
    """Return the scores of a method, run if it has not been, and its time in s."""
    out, told = folder / name, folder / f"{name}.seconds"
    if not told.exists():
        start = time.monotonic()
        call("run", folder / "region" / STUDIES.get(name, "study.json"), name, "--out", out)
        write_text(told, f"{time.monotonic() - start:.0f}")
    print(f"  {folder.name} {name}", flush=True)
    depths = sorted(out.glob("depth_*"))
    return {**score(folder / "region", (depths[0] if depths else out) / "maps"), "seconds": int(told.read_text())}


def call(*words) -> None:
    """Call the command line; its last words are told if it fails."""
    done = subprocess.run(["soilsharp", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"soilsharp {words[0]} failed:\n{done.stderr[-3000:]}")


def table(results: dict[str, dict]) -> str:
    """Return the methods, the lowest ratio to bilinear first, and the baselines, as a table."""
    heads = ["", "n", "RMSE", "ubRMSE", "bias", "R", "R²", "KGE", "GDOWN", "÷ bilinear", "÷ smooth", "with a map",
             "all pixels", "in the band", "s"]  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
    for name, own in sorted(results.items(), key=lambda item: ratio(item[1], BILINEAR)):
        band = f"{own['band']['coverage']:.2f}" if own["band"] else "–"
        more = [f"{ratio(own, BILINEAR):.3f}", f"{ratio(own, SMOOTH):.3f}", f"{own['fraction']:.3f}"]
        more += [f"{own['scores']['rmse']:.4f}", band, str(own["seconds"])]
        lines.append(row(f"`{name}`", own["seen"]["scores"], more))
    for name, own in results["smooth_interpolation"]["seen"]["baselines"].items():
        lines.append(row(name, own, ["–"] * 6))
    return "\n".join(lines)


def row(name: str, own: dict, more: list[str]) -> str:
    digits = {"rmse": ".4f", "ubrmse": ".4f", "bias": "+.4f"}
    figures = [f"{own['n']:,}".replace(",", " "), *(f"{own[m]:{digits.get(m, '.3f')}}" for m in (*SHOWN, "gdown"))]
    return "| " + " | ".join([name, *figures, *more]).replace("-", "−") + " |"


def ratio(own: dict, baseline: str) -> float:
    return own["seen"]["ratios"][baseline]["ubrmse"]


def losers(results: dict[str, dict]) -> str:
    """Return who did worse than the baselines."""
    sentences = []
    for baseline, words in ((BILINEAR, "bilinear"), (SMOOTH, "smooth")):
        worse = ", ".join(f"`{name}`" for name, own in results.items() if ratio(own, baseline) > 1 + LEVEL)
        sentences.append(f"By ubRMSE {words} interpolation did better than {worse or 'none of them'}.")
    return " ".join(sentences)


if __name__ == "__main__":
    main(sys.argv[1:])
