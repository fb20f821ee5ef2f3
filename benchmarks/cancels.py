# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a step goes on after it was asked to stop, for `run.py`: FOLDER STEP; prints one line of JSON."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from made_up import grid_of, samples_of

AFTER = 2.0  # seconds from the start to the request

LEARNERS = {
    "linear": {},
    "svr": {"max_samples": 60_000},
    "mlp": {"max_epochs": 10_000, "patience": 1000},
    "random_forest": {"n_trees": 5000},
    "lightgbm": {"n_trees": 10_000},
    "xgboost": {"n_trees": 10_000},
    "hist_gradient_boosting": {"n_trees": 10_000},
    "dense": {"max_epochs": 10_000, "patience": 1000},
    "prob": {"max_epochs": 10_000, "patience": 1000},
    "wide_deep": {"max_epochs": 10_000, "patience": 1000},
}
SAMPLES = {"linear": 1_000_000, "svr": 60_000, "random_forest": 200_000}  # of others 20,000


def main() -> None:
    """Run a step, ask it to stop, and print when it did, and its longest time between two looks at whether to."""
    from soilsharp.core.base.errors import Cancelled
    from soilsharp.core.base.progress import Progress

    folder, step = sys.argv[1:]
    run = learning(step) if step in LEARNERS else globals()[step](Path(folder))
    with suppress(Cancelled):
        run(Progress(stop_asked=lambda: True))  # what it loads is loaded
    looks, busy = [time.perf_counter()], [time.process_time()]
    asked = looks[0] + AFTER

    def stop() -> bool:
        looks.append(time.perf_counter())
        busy.append(time.process_time())
        return looks[-1] >= asked

    stopped = False
    try:
        run(Progress(stop_asked=stop))
    except Cancelled:
        stopped = True
    ended = time.perf_counter()
    pause, work = (max(b - a for a, b in zip(times, times[1:])) for times in (looks, busy))
    print(json.dumps({"after": ended - asked, "pause": pause, "work": work, "stopped": stopped}))


def learning(key: str) -> Callable:
    """Return the training of a learner."""
    from soilsharp.core.training.learners import learner

    kind, samples = learner(key), samples_of(SAMPLES.get(key, 20_000))
    estimator = kind.build(kind.options(**LEARNERS[key]))
    return lambda progress: estimator.fit(samples.X, samples.y, progress=progress)


def comparison(folder: Path) -> Callable:
    """Return a comparison of forests under two kinds of folds."""
    from soilsharp.core.training.compare.comparison import compare
    from soilsharp.core.training.recipe import Candidate, Recipe
    from soilsharp.core.training.settings import FoldOptions

    recipes = {str(n): Recipe((Candidate.of("random_forest", {"n_trees": n}),)) for n in (200, 2000)}
    samples, folds = samples_of(20_000), [FoldOptions(by="random")]
    return lambda progress: compare(samples, recipes, folds, folder / "comparison", progress=progress)


def shap(folder: Path) -> Callable:
    """Return the SHAP values of a forest of deep trees."""
    from soilsharp.core.training.explain.shap_values import shap_values
    from soilsharp.core.training.learners import learner

    samples = samples_of(5000)
    forest = learner("random_forest").build().fit(samples.X, samples.y)
    return lambda progress: shap_values(forest, samples.X, samples.X, progress=progress)


def sampling(folder: Path) -> Callable:
    """Return the sampling of the coarse product over 30 days of 360,000 pixels, 12 covariates as delivered."""
    from soilsharp.core.samples.sampling import sample_coarse
    from soilsharp.core.study.study import Study

    study = Study.read(folder / "study.json")
    return lambda progress: sample_coarse(study, progress=progress)


def series(folder: Path) -> Callable:
    """Return the downscaling of these days, brought to the coarse means."""
    from soilsharp.core.downscaling.downscale import downscale_series
    from soilsharp.core.downscaling.settings import ConsistencyOptions
    from soilsharp.core.study.study import Study
    from soilsharp.core.training.model import Model

    study, model = Study.read(folder / "study.json"), Model.read(folder / "model.soilsharp")
    options = ConsistencyOptions(consistency="additive")
    return lambda progress: downscale_series(study, model, folder / "maps", options=options, progress=progress)


def alignment(folder: Path) -> Callable:
    """Return the alignment of a raster to 900 million pixels."""
    from soilsharp.core.preprocessing.align_rasters import align_rasters

    layers = {"covariate": str(folder / "covariate_00.tif")}
    return lambda progress: align_rasters(layers, grid_of(30_000, 20), folder / "aligned", progress=progress)


def region(folder: Path) -> Callable:
    """Return the making of a synthetic region of 160,000 pixels and ten years."""
    from soilsharp.core.sample_region.region import create_sample_region
    from soilsharp.core.sample_region.settings import RegionOptions

    options = RegionOptions(size_km=400, resolution_m=1000, days=3000)
    return lambda progress: create_sample_region(folder / "region", options, progress=progress)


if __name__ == "__main__":
    main()
