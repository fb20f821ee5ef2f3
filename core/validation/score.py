# SPDX-License-Identifier: GPL-2.0-or-later
"""Anyone's maps against the truth of a synthetic region, beside the coarse product: an open benchmark."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np

from ..base.errors import InputError
from ..base.files import read_json
from ..base.progress import SILENT, Progress
from ..rasters.raster import read_on
from ..rasters.series import Series
from ..scoring.baselines import BASELINES, BILINEAR, MAP, SMOOTH
from ..scoring.metrics import METRICS
from ..study.study import Study
from ..study.study_file import REGION, REGION_VERSION
from .bands import spread_beside
from .products import compare_products

RATIOS_OF = tuple(metric for metric in METRICS if metric != "n")
LEVEL = 0.9
HALF_WIDTH = 1.6449  # of a Normal distribution: SDs that hold 90 % of its values


def score_maps(region: str | os.PathLike, maps: Series, progress: Progress = SILENT) -> dict:
    """Score dated maps against the truth of a synthetic region.

    Parameters
    ----------
    region : path
        The folder of `create_sample_region`.
    maps : Series
        m3 m-3, on any grid: finer maps are averaged over the pixels of the truth, coarser ones give their cells. Maps
        of the standard deviation may lie beside them in a folder `sd`, under the same names.
    progress : Progress

    Returns
    -------
    dict
        Plain values, None where unknown. region: seed, days, pixels (of land) and grid; days, and fraction of land
        pixels x days, with a map; scores: `METRICS` of all these values. seen: where the coarse product is known too,
        scores of the map and of each baseline on the same pixels, with the gain gdown, and ratios of the map's scores
        to those of `Coarse bilinear` and `Coarse smooth` (of the sizes of the biases; None where the baseline's is 0 or
        below). band: the fraction of truth within the band of 90 %, None without maps of the standard deviation.

    Raises
    ------
    InputError
        If the folder is no synthetic region, there are no common days, or no pixel has a value in both.
    GridError
        If the maps do not overlap the region.
    """
    folder = Path(region)
    study, truth = _region(folder)
    seed = _seed(folder)
    alone = compare_products({MAP: maps}, truth, progress=progress.part(0, 0.3)).table.iloc[0]
    beside = compare_products({MAP: maps}, truth, study.coarse_series, progress=progress.part(0.3, 0.8))
    table = beside.table.set_index("product")
    seen = {name: _plain(row[[*METRICS, "gdown"]]) for name, row in table.iterrows()}
    grid = truth.sources[0].grid()
    land = int(np.isfinite(read_on(truth.sources[0], grid)).sum())
    return {
        "region": {"seed": seed, "days": len(truth), "pixels": land, "grid": list(grid.shape)},
        "days": int(alone["n_dates"]),
        "fraction": alone["n"] / (land * len(truth)),
        "scores": _plain(alone[list(METRICS)]),
        "seen": {
            "scores": seen[MAP],
            "baselines": {name: seen[name] for name in BASELINES if name in seen},
            "ratios": {name: _ratios(seen[MAP], seen[name]) for name in (BILINEAR, SMOOTH) if name in seen},
        },
        "band": _band(maps, truth, progress.part(0.8, 1)),
    }


def _region(folder: Path) -> tuple[Study, Series]:
    """Return the study and the truth of a synthetic region."""
    for what, place in (("study file", folder / "study.json"), ("folder of the truth", folder / "truth")):
        if not place.exists():
            raise InputError(
                f"{folder} is no synthetic region: it has no {what} ({place.name}). Give the folder that "
                "`soilsharp region` made."
            )
    return Study.read(folder / "study.json"), Series.from_files(folder / "truth")


def _seed(folder: Path) -> int | None:
    """Return the seed of a region, None if it does not tell."""
    path = folder / REGION
    return read_json(path, "region", REGION_VERSION).get("seed") if path.exists() else None


def _plain(row) -> dict:
    """Return scores as JSON has them."""
    found = {name: None if math.isnan(value) else float(value) for name, value in row.items()}
    return {**found, "n": int(row["n"])}


def _ratios(own: dict, baseline: dict) -> dict:
    """Return scores over those of a baseline; None where that is not above 0."""
    ratios = {}
    for metric in RATIOS_OF:
        top, bottom = (abs(one[metric]) if metric == "bias" and one[metric] is not None else one[metric]
                       for one in (own, baseline))  # fmt: skip
        ratios[metric] = top / bottom if top is not None and bottom is not None and bottom > 0 else None
    return ratios


def _band(maps: Series, truth: Series, progress: Progress) -> dict | None:
    """Return how much of the truth lies in the band of the maps; None if they have none."""
    spreads = spread_beside(maps)
    if spreads is None:
        return None
    by_day = dict(zip(maps.days, maps.sources))
    spread_of = dict(zip(spreads.days, spreads.sources))
    grid, within, n = truth.sources[0].grid(), 0, 0
    for day, source in progress.over(list(zip(truth.days, truth.sources))):
        if day not in by_day or day not in spread_of:
            continue
        error = np.abs(read_on(by_day[day], grid) - read_on(source, grid))
        width = HALF_WIDTH * read_on(spread_of[day], grid)
        known = np.isfinite(error) & np.isfinite(width)
        within += int((error[known] <= width[known]).sum())
        n += int(known.sum())
    return {"level": LEVEL, "coverage": within / n, "n": n} if n else None
