# SPDX-License-Identifier: GPL-2.0-or-later
"""Speed as a ratio to the obvious way in the same run, with peak memory: `make bench`.

Every measurement is a process of its own, so that its peak memory is its own. Run it on a machine that has nothing
else to do. Words choose: `make bench ARGS="series start"`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHMARKS = (
    "prediction",
    "memory",
    "series",
    "method",
    "granules",
    "align",
    "search",
    "compare",
    "dense",
    "kriging",
    "nearest",
    "cancel",
    "start",
    "explorer",
    "window",
)
SCENES = {
    "opening": "the window opens, and all of its pages",
    "first_run": "Run is pressed for the first time",
    "many_files": "a folder of 4,000 files is chosen, and Run",
    "layers": "60 maps are loaded",
    "report": "maps are validated, with the report",
}
CANCELLED = (
    "linear", "svr", "mlp", "random_forest", "lightgbm", "xgboost", "hist_gradient_boosting", "dense", "prob",
    "wide_deep", "comparison", "shap", "sampling", "series", "alignment", "region",
)  # fmt: skip


def main() -> None:
    """Run the benchmarks and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="*", help=f"some of {', '.join(BENCHMARKS)}; all if none is named")
    which = parser.parse_args().which or list(BENCHMARKS)
    with tempfile.TemporaryDirectory(prefix="soilsharp-bench-", dir=os.environ.get("TMPDIR")) as folder:
        for name in which:
            globals()[name](Path(folder))


def prediction(folder: Path) -> None:
    """Compare the map algorithm with the bare library call, on 25 million pixels."""
    measure("make_map", folder, 5000)
    bare = measure("bare_prediction", folder, 5000)
    ours = measure("map_prediction", folder, 5000)
    tell("25 million pixels x 12 covariates, LightGBM of 200 trees")
    tell(f"  bare library call, arrays in memory  {bare['seconds']:7.1f} s  {bare['peak_mb']:6.0f} MB")
    tell(f"  read, predict, write                 {ours['seconds']:7.1f} s  {ours['peak_mb']:6.0f} MB")
    tell(f"  ratio {ours['seconds'] / bare['seconds']:.2f} (goal: at most 1.3), peak {ours['peak_mb']:.0f} MB (1000)")


def memory(folder: Path) -> None:
    """Show that memory does not grow with the map: 100 million pixels."""
    measure("make_map", folder, 10_000)
    ours = measure("map_prediction", folder, 10_000)
    tell("100 million pixels x 12 covariates")
    tell(f"  read, predict, write                 {ours['seconds']:7.1f} s  {ours['peak_mb']:6.0f} MB (goal: 1000)")


def series(folder: Path) -> None:
    """Compare a series of 30 days with 30 single days."""
    for ground, words in (("own", "as delivered: degrees, 250 m and 1 km"), ("target", "on the target grid already")):
        measure("make_series", folder / ground, ground)
        for how in ("off", "additive"):
            single = measure("single_days", folder / ground, how)
            whole = measure("whole_series", folder / ground, how)
            tell(f"30 days of 600 x 600 pixels, 12 covariates {words}, coarse consistency {how}")
            tell(f"  30 single days                       {single['seconds']:7.1f} s  {single['peak_mb']:6.0f} MB")
            tell(f"  one series                           {whole['seconds']:7.1f} s  {whole['peak_mb']:6.0f} MB")
            tell(f"  ratio {whole['seconds'] / single['seconds']:.2f} (goal: below 0.6)")


def method(folder: Path) -> None:
    """Compare the method soilsharp with one that has trees and no kriging, on 60 days of the sample region."""
    measure("make_region", folder, 1)
    steps = ("coarse_lightgbm", "soilsharp")
    # in turn, and the best of each
    runs = [[measure("whole_method", folder, step) for step in steps] for _ in range(3)]
    plain, ours = (min((run[i] for run in runs), key=lambda r: r["seconds"]) for i in (0, 1))
    tell("60 days of the sample region, 120 x 120 pixels: sampling, training, maps, reports")
    for words, run in (("200 trees of 5 leaves, additive", plain), ("soilsharp, with bands", ours)):
        took, cpu = run["seconds"], run["cpu_seconds"]
        tell(f"  {words:36} {took:7.1f} s  {run['peak_mb']:6.0f} MB  ({cpu:.1f} s of processor)")
    tell(f"  ratio {ours['seconds'] / plain['seconds']:.2f} (goal: at most 2)")


def granules(folder: Path) -> None:
    """Compare the import of a region from a year of SMAP granules with bare slices of the same datasets."""
    measure("make_granules", folder / "granules", 365)
    # in turn, and the best of each: a second of reading is easily disturbed
    steps = (("bare_slices", folder / "granules", 0), ("import_granules", folder, "without"))
    runs = [[measure(*step) for step in steps] for _ in range(3)]
    bare, ours = (min((run[i] for run in runs), key=lambda r: r["seconds"]) for i in (0, 1))
    whole = measure("import_granules", folder, "with")
    tell("365 SMAP granules of 9 km, 70 x 70 cells of each: soil moisture and two layers of flags")
    tell(f"  bare h5py slices                     {bare['seconds']:7.2f} s  {bare['peak_mb']:6.0f} MB")
    tell(f"  import, without writing maps         {ours['seconds']:7.2f} s  (first run {ours['first']:.2f} s)")
    tell(f"  import with 365 maps                 {whole['seconds']:7.2f} s  {whole['peak_mb']:6.0f} MB")
    tell(f"  ratio of reading {ours['seconds'] / bare['seconds']:.2f} (goal: near 1)")


def align(folder: Path) -> None:
    """Compare aligning a raster to, or of, 10,000 x 10,000 pixels with gdalwarp doing it with as many threads."""
    for how, words in (
        ("bilinear", "280 m in degrees to 10,000 x 10,000 pixels of 100 m, bilinear"),
        ("average", "100 million pixels of 100 m in degrees to 2,500 x 2,500 of 400 m, averaged"),
    ):
        measure("make_alien", folder / how, how)
        # in turn, and the best of each: both wait for the disk now and then
        runs = [(measure("gdalwarp", folder / how, how), measure("align", folder / how, how)) for _ in range(3)]
        bare, ours = (min((run[i] for run in runs), key=lambda r: r["seconds"]) for i in (0, 1))
        tell(words)
        for name, figures in (("gdalwarp -multi", bare), ("align_rasters", ours)):
            took, cpu = figures["seconds"], figures["cpu_seconds"]
            tell(f"  {name:36} {took:7.1f} s  {figures['peak_mb']:6.0f} MB  ({cpu:.1f} s of processor)")
        tell(f"  ratio {ours['seconds'] / bare['seconds']:.2f} (goal: at most 1.2)")


def search(folder: Path) -> None:
    """Compare a grid search with scikit-learn's own: 4 numbers of trees, 2 sizes of leaves, 5 folds."""
    for key, words in (("lightgbm", "LightGBM on 50,000 samples"), ("random_forest", "random forest on 5,000 samples")):
        bare, ours = measure("bare_grid_search", folder, key), measure("grid_search", folder, key)
        chosen = [", ".join(f"{name} {run['best'][name]}" for name in bare["best"]) for run in (bare, ours)]
        tell(f"grid search of {words} x 12 covariates")
        for name, run, best in zip(("GridSearchCV, in threads", "search"), (bare, ours), chosen):
            took, peak = run["seconds"], run["peak_mb"]
            tell(f"  {name:36} {took:7.1f} s  {peak:6.0f} MB  best: {best} (RMSE {run['rmse']:.8f})")
        tell(f"  ratio {ours['seconds'] / bare['seconds']:.2f} (goal: at most 0.5)")


def compare(folder: Path, number: int = 10_000) -> None:
    """Compare the comparison of learners with the same fits by scikit-learn."""
    # in turn, and the best of each
    runs = [
        (measure("bare_comparison", folder, number), measure("comparison", folder / str(k), number)) for k in range(3)
    ]
    bare, ours = (min((run[i] for run in runs), key=lambda r: r["seconds"]) for i in (0, 1))
    unlike = max(abs(a - b) for a, b in zip(bare["rmse"], ours["rmse"]))
    tell(f"{number} samples x 12 covariates: linear, forest and LightGBM in 5 folds at random and 5 by station")
    tell(f"  cross_val_predict, in threads        {bare['seconds']:7.1f} s  {bare['peak_mb']:6.0f} MB")
    tell(f"  compare                              {ours['seconds']:7.1f} s  {ours['peak_mb']:6.0f} MB")
    tell(f"  compare, and write its report        {ours['whole']:7.1f} s")
    tell(f"  RMSE differ by at most {unlike:.1e}")
    tell(f"  ratio {ours['seconds'] / bare['seconds']:.2f} (goal: at most 1.2)")


def dense(folder: Path) -> None:
    """Compare the prediction of the dense network with that of ten forests."""
    forests, network = measure("learner_prediction", folder, "forests"), measure("learner_prediction", folder, "dense")
    tell("130,000 samples x 9 covariates")
    tell(f"  ten forests of 100 trees             {forests['seconds']:7.3f} s  {forests['peak_mb']:6.0f} MB")
    tell(f"  dense network                        {network['seconds']:7.3f} s  {network['peak_mb']:6.0f} MB")
    tell(f"  {forests['seconds'] / network['seconds']:.0f} times as fast (goal: at least 50)")


def kriging(folder: Path, days: int = 30) -> None:
    """Compare the smooth field of the coarse product with warping it, both written: a million pixels."""
    measure("make_coarse", folder, days)
    bare = measure("warped_days", folder, days)
    runs = [("warped bilinearly", bare, "")]
    for how, name, goal in (("map", "kriged", 4), ("band", "kriged, with the deviation", 8)):
        runs.append((name, measure("kriged_days", folder, how), f" (goals: {goal} s, 400 MB)"))
    tell(f"{days} days of 112 x 112 cells, 40 % of them unseen, on a million pixels; a day")
    for name, run, goals in runs:
        took, cpu = run["seconds"] / days, run["cpu_seconds"] / days
        tell(f"  {name:36} {took:7.2f} s  {run['peak_mb']:6.0f} MB  ({cpu:.2f} s of processor){goals}")
    for name, run, _ in runs[1:]:
        own, other = run["cpu_seconds"], bare["cpu_seconds"]
        tell(f"  {name}: ratio {run['seconds'] / bare['seconds']:.1f}, of processor {own / other:.1f}")


def cancel(folder: Path) -> None:
    """Show how soon steps end after they were asked to stop: what a person feels who presses Cancel."""
    measure("make_series", folder, "own")
    tell("asked to stop in the middle of the work (goal: it ends within 2 s)")
    for step in CANCELLED:
        run = measured("cancels.py", folder, step)
        ended = f"ended after {run['after']:5.2f} s" if run["stopped"] else "WENT ON TO ITS END"
        tell(f"  {step:24} {ended}; at most {run['pause']:.2f} s between two looks, {run['work']:.2f} s of processor")


def start(folder: Path) -> None:
    """Measure what the plugin adds to the start of QGIS."""
    runs = sorted(measure("plugin_start", folder, 0)["milliseconds"] for _ in range(7))
    tell("start of QGIS")
    tell(f"  the plugin adds {runs[3]:.0f} ms, median of 7 ({runs[0]:.0f} to {runs[-1]:.0f}; goal: below 50)")


def nearest(folder: Path) -> None:
    """Compare the search for the nearest of 10,000 samples with a tree, for a million pixels x 13 covariates."""
    for count, words in (("all", "all covariates count alike"), ("few", "each counts half as much as the one before")):
        for what, asked in (("nearest", "the nearest"), ("both", "the nearest, and how many are near")):
            tree, ours = (measure(how, folder, f"{count}-{what}") for how in ("by_tree", "by_neighbours"))
            tell(f"a million pixels x 13 covariates against 10,000 samples, {words}: {asked}")
            for name, run in (("cKDTree, in all threads", tree), ("area of applicability", ours)):
                took, cpu = run["seconds"], run["cpu_seconds"]
                tell(f"  {name:36} {took:7.1f} s  {run['peak_mb']:6.0f} MB  ({cpu:.1f} s of processor)")
            ratio, of_cpu = (ours[one] / tree[one] for one in ("seconds", "cpu_seconds"))
            tell(f"  ratio {ratio:.2f} (of processor {of_cpu:.2f}; goal: at most 1)")


def explorer(folder: Path, days: int = 365) -> None:
    """Compare a click into a year of maps with opening its files at each click, and time the pointer."""
    measure("make_year", folder, days)
    bare, ours = measure("opened_at_each_click", folder, 0), measure("clicks_in_the_dock", folder, 0)
    tell(f"{days} days of 512 x 512 pixels with their deviations, coarse product and rain; 1,024 files may be open")
    tell(f"  all files opened at each click       {bare['seconds']:7.3f} s  {bare['peak_mb']:6.0f} MB")
    tell(f"  first line after a click             {ours['first']:7.3f} s  {ours['peak_mb']:6.0f} MB (goal: 0.3 s)")
    tell(f"  fine map read, all read and drawn    {ours['fine']:7.3f} s  {ours['whole']:.3f} s")
    tell(f"  opened once                          {ours['opening']:7.1f} s  {ours['files']} files stay open")
    tell(f"  pointer followed in                  {1000 * ours['move']:7.1f} ms, at most "
         f"{1000 * ours['longest_move']:.1f} ms (goal: 20 ms)")  # fmt: skip
    tell(f"  work of the main thread in that      {ours['worked']:7.3f} s for the first line, at most "
         f"{1000 * ours['longest_worked_move']:.1f} ms for the pointer")  # fmt: skip
    tell(
        f"  ratio of the first line {ours['first'] / bare['seconds']:.3f}, of all {ours['whole'] / bare['seconds']:.2f}"
    )


def window(folder: Path) -> None:
    """Show for how long QGIS does not answer while the workflow window is used: a beat every 20 ms on its thread."""
    measure("make_region", folder, 1)
    tell("longest time without an answer, median of 5 by the clock (goal: 100 ms); and of it no more than was worked")
    for scene, words in SCENES.items():
        runs = [measure("gaps", folder, scene) for _ in range(5)]
        gap, own = (sorted(run[name] for run in runs)[2] for name in ("gap_ms", "own_ms"))
        tell(f"  {words:44} {gap:5.0f} ms; {own:5.0f} ms")


def measure(what: str, folder: Path, argument) -> dict:
    """Run one measurement in a process of its own and return its figures."""
    return measured("measurements.py", what, folder, argument)


def measured(script: str, *words) -> dict:
    """Run a script in a process of its own and return the figures of its last line."""
    command = [sys.executable, str(HERE / script), *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def tell(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
