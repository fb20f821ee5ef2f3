# SPDX-License-Identifier: GPL-2.0-or-later
"""Searches, comparisons and predictions of learners."""

import statistics
import time
from pathlib import Path

from made_up import NAMES, samples_of

# --- learners ---------------------------------------------------------------------------------------------------------

SEARCHED = {"lightgbm": 50_000, "random_forest": 5000}  # samples
TRIED = {"n_trees": (50, 100, 150, 200), "min_samples_leaf": (5, 20)}


def grid_search(folder: Path, key: str) -> dict:
    """Time our search."""
    from soilsharp.core.training.recipe import Candidate
    from soilsharp.core.training.search import search

    samples, candidate, options = samples_of(SEARCHED[key]), Candidate.of(key, grid=TRIED), _search_options()
    _bare(key)  # so that the libraries are loaded, as they are there
    start = time.perf_counter()
    found = search(candidate, samples, options)
    return {"seconds": time.perf_counter() - start, "best": found.options.as_dict(), "rmse": found.rmse}


def bare_grid_search(folder: Path, key: str) -> dict:
    """Time scikit-learn's, with the same folds, settings and processors: one fit on each, in threads as ours."""
    import joblib
    from sklearn.model_selection import GridSearchCV

    from soilsharp.core.training.search import inner_folds

    samples = samples_of(SEARCHED[key])
    model, names = _bare(key)
    grid, folds = {names[name]: values for name, values in TRIED.items()}, inner_folds(samples, _search_options())
    theirs = GridSearchCV(model, grid, scoring="neg_mean_squared_error", cv=folds, refit=False, n_jobs=-1)
    start = time.perf_counter()
    with joblib.parallel_backend("threading"):
        theirs.fit(samples.X, samples.y)
    seconds = time.perf_counter() - start
    best = {name: theirs.best_params_[names[name]] for name in TRIED}
    return {"seconds": seconds, "best": best, "rmse": (-theirs.best_score_) ** 0.5}


def _search_options():
    from soilsharp.core.training.settings import SearchOptions

    return SearchOptions(search="grid", inner_by="random", inner_folds=5)


def _bare(key: str):
    """Return the library's own estimator with our default options on one thread, and its names of what is tried."""
    from lightgbm import LGBMRegressor
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from soilsharp.core.training.learners import learner

    o = learner(key).options()
    if key == "linear":
        return make_pipeline(StandardScaler(), Ridge(alpha=o.alpha)), {}
    if key == "random_forest":
        model = RandomForestRegressor(
            o.n_trees, min_samples_leaf=o.min_samples_leaf, max_features=o.feature_fraction, random_state=0, n_jobs=1
        )
        return model, {"n_trees": "n_estimators", "min_samples_leaf": "min_samples_leaf"}
    model = LGBMRegressor(
        n_estimators=o.n_trees,
        min_child_samples=o.min_samples_leaf,
        learning_rate=o.learning_rate,
        num_leaves=o.n_leaves,
        max_depth=o.max_depth,
        max_bin=o.max_bins,
        colsample_bytree=o.feature_fraction,
        random_state=0,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )
    return model, {"n_trees": "n_estimators", "min_samples_leaf": "min_child_samples"}


COMPARED = ("linear", "random_forest", "lightgbm")


def comparison(folder: Path, number: str) -> dict:
    """Time our comparison of three learners under two kinds of folds: scores and intervals; and then its report."""
    from soilsharp.core.training.compare.comparison import compare
    from soilsharp.core.training.compare.report import write_comparison
    from soilsharp.core.training.recipe import Recipe

    samples, folds = _at_stations(int(number))
    recipes = {key: Recipe.of(key) for key in COMPARED}
    for key in COMPARED:
        _bare(key)  # so that the libraries are loaded, as they are there
    start = time.perf_counter()
    found = compare(samples, recipes, folds, folder / "comparison")
    seconds = time.perf_counter() - start
    write_comparison(folder / "comparison", found)
    whole = time.perf_counter() - start
    table = found.table[found.table["product"].isin(COMPARED)]
    return {"seconds": seconds, "whole": whole, "rmse": sorted(table["rmse"])}


def bare_comparison(folder: Path, number: str) -> dict:
    """Time the same fits by scikit-learn's `cross_val_predict`: one on each processor, in threads as ours."""
    import joblib
    import numpy as np
    from sklearn.model_selection import cross_val_predict

    from soilsharp.core.training.folds.divide import make_folds

    samples, folds = _at_stations(int(number))
    pairs, rmse = [make_folds(samples, options) for options in folds], []
    models = [_bare(key)[0] for key in COMPARED]
    start = time.perf_counter()
    with joblib.parallel_backend("threading"):
        for model in models:
            for cv in pairs:
                predicted = cross_val_predict(model, samples.X, samples.y, cv=cv, n_jobs=-1)
                rmse.append(float(np.sqrt(np.mean((predicted - samples.y) ** 2))))
    return {"seconds": time.perf_counter() - start, "rmse": sorted(rmse)}


def _at_stations(number: int):
    """Return samples of 20 stations, day by day, and the folds to compare."""
    from dataclasses import replace

    import numpy as np
    import pandas as pd

    from soilsharp.core.training.settings import FoldOptions

    station, day = np.arange(number) % 20, np.arange(number) // 20
    place = {
        "station": [f"station {k}" for k in station],
        "longitude": 16 + 0.1 * station,
        "latitude": 48 + 0.07 * (station % 7),
        "date": pd.to_datetime("2022-01-01") + pd.to_timedelta(day, "D"),
    }
    return replace(samples_of(number), index=pd.DataFrame(place)), [FoldOptions(by="random"), FoldOptions(by="station")]


def learner_prediction(folder: Path, how: str) -> dict:
    """Time the prediction of 130,000 samples x 9, as in Poehls et al. 2025: the middle one of some runs.

    "dense" is the dense network, "forests" the mean of ten forests of 100 trees. Both have learned from 10,000 samples.
    """
    import numpy as np

    from soilsharp.core.training.learners import learner

    samples, X = samples_of(10_000, NAMES[:9]), samples_of(130_000, NAMES[:9]).X
    key, number, runs = ("dense", 1, 21) if how == "dense" else ("random_forest", 10, 3)
    members = [learner(key).build(seed=seed).fit(samples.X, samples.y) for seed in range(number)]
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        np.mean([member.predict(X) for member in members], axis=0)
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds)}
