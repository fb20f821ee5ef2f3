# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what the method `soilsharp` is to reach on public data and the sample region, and writes docs/goals.md.

    SOILSHARP_REAL_DATA=/my/data make goals

Without the data only the sample region is measured, and nothing is written. Speed is measured by `make bench`, the
simulation by `make simulate`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path

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

from soilsharp.core.base.files import write_text  # noqa: E402
from soilsharp.core.downscaling.downscale import RunFacts, downscale_series  # noqa: E402
from soilsharp.core.downscaling.makers import predict_map  # noqa: E402
from soilsharp.core.downscaling.settings import ConsistencyOptions  # noqa: E402
from soilsharp.core.rasters.dates import day_of, map_name  # noqa: E402
from soilsharp.core.rasters.open import Source  # noqa: E402
from soilsharp.core.rasters.raster import read_on, write_map  # noqa: E402
from soilsharp.core.rasters.series import Series  # noqa: E402
from soilsharp.core.sample_region.region import create_sample_region  # noqa: E402
from soilsharp.core.scoring.baselines import BILINEAR  # noqa: E402
from soilsharp.core.study.study import Study  # noqa: E402
from soilsharp.core.training.model import Model  # noqa: E402
from soilsharp.core.validation.products import ProductComparison, compare_products  # noqa: E402

COVARIATES = (("elevation",), tuple(cases.TERRAIN))
BANDS = (12, 13, 14, 16, 17, 18, 19)  # soil water in CN_BC.nc
DAYS_ALONE = 12
LEVEL = 1.645  # standard deviations to each side that hold 90 %


@dataclass(frozen=True)
class Row:
    """A goal, and what came out."""

    case: str
    measured: str
    before: str
    goal: str
    found: str
    reached: bool


def maps(study: Study, model: Model, folder: Path, consistency: str = "auto", **options) -> RunFacts:
    """Return the maps of all days of a study."""
    return downscale_series(study, model, folder, options=ConsistencyOptions(consistency, **options))


def scores_of(comparison: ProductComparison, metric: str) -> dict[str, float]:
    """Return a metric by the names of the products."""
    return comparison.table.set_index("product")[metric].to_dict()


def figures(values: Sequence[float], digits: int = 3) -> str:
    return " / ".join(f"{value:.{digits}f}" for value in values)


# --- public data ------------------------------------------------------------------------------------------------------


def norway(data: Path, folder: Path) -> Iterator[Row]:
    """Yield the rows of Norway, 0.5° to 0.1°."""
    found = pd.DataFrame(
        {"band": band, "names": names, **norway_scores(data, folder / f"{len(names)}_{band}", names, band)}
        for names in COVARIATES
        for band in BANDS
    )
    mean = found[found["band"] == cases.SOIL_WATER]
    rmse = list(mean["map"])
    yield Row(
        "Norway, mean soil water, with elevation / with elevation, slope, aspect",
        f"RMSE, {mean['n'].iloc[0]:,} pixels; bilinear {mean[BILINEAR].iloc[0]:.4f}",
        "0.0307 / 0.0331", "≤ 0.0262 both", figures(rmse, 4), max(rmse) <= 0.0262,
    )  # fmt: skip
    ratios = found["map"] / found[BILINEAR]
    better = int((ratios < 1).sum())
    yield Row(
        "Norway, seven layers of soil water × these two sets", "RMSE ÷ bilinear", "–", "better in 14 of 14",
        f"{better} of {len(ratios)}: {min(ratios):.3f} to {max(ratios):.3f}", better == 14,
    )  # fmt: skip


def norway_scores(data: Path, folder: Path, names: tuple[str, ...], band: int) -> dict[str, float]:
    """Return RMSE by product, and the number of pixels."""
    study, truth = cases.perfect_model_study(data, folder, names, band)
    made = maps(study, cases.soilsharp_model(study), folder / "maps").series().sources[0]
    comparison = compare_products({"map": made}, truth, study.coarse_series.sources[0])
    return {**scores_of(comparison, "rmse"), "n": comparison.table["n"].iloc[0]}


def australia(data: Path, folder: Path) -> Iterator[Row]:
    """Yield the rows of Western Australia, 36 to 9 km."""
    study = cases.smap_study(data)
    model = cases.soilsharp_model(study)
    products = {
        "map": maps(study, model, folder / "auto").series(),
        "stated": maps(study, model, folder / "stated", coarse_error=0.04).series(),
    }
    comparison = compare_products(products, cases.smap_reference(data), study.coarse_series)
    rmse = scores_of(comparison, "rmse")
    yield Row(
        "Western Australia",
        f"RMSE, {comparison.table['n'].iloc[0]:,} pixels; bilinear {rmse[BILINEAR]:.4f}",
        "0.0183", "≤ 0.0106", f"{rmse['map']:.4f}", rmse["map"] <= 0.0106,
    )  # fmt: skip
    change = abs(rmse["stated"] / rmse["map"] - 1)
    yield Row(
        "the same with a stated error of 0.04",
        "RMSE, change",
        "–",
        "within 1 %",
        f"{change:.2%}".replace("%", " %"),
        change <= 0.01,
    )


# --- sample region ----------------------------------------------------------------------------------------------------


class Region:
    """The sample region of a seed with its model and its maps."""

    def __init__(self, folder: Path, seed: int):
        self.folder = folder / str(seed)
        self.study = Study.read(create_sample_region(self.folder, seed=seed).study)
        self.model = cases.soilsharp_model(self.study)
        self.truth = Series.from_files(self.folder / "truth")
        self.auto = self.maps("auto", band=True)
        self.strict = self.maps("strict")

    def maps(self, consistency: str, **options) -> RunFacts:
        return maps(self.study, self.model, self.folder / f"maps_{consistency}", consistency, **options)

    def compared(self, products: dict[str, Series]) -> ProductComparison:
        return compare_products(products, self.truth, self.study.coarse_series)

    def ratio(self, made: Series) -> float:
        """Return ubRMSE over that of bilinear interpolation on the same pixels."""
        ubrmse = scores_of(self.compared({"map": made}), "ubrmse")
        return ubrmse["map"] / ubrmse[BILINEAR]

    def alone(self) -> tuple[float, float]:
        """Return the same of days that are made one by one, all together and of the worst one."""
        days = self.study.coarse_series.days
        folder = self.folder / "alone"
        for day in days[np.linspace(0, len(days) - 1, DAYS_ALONE).astype(int)]:
            made = predict_map(self.study, self.model, day, cases.SOILSHARP.consistency)
            write_map(folder / map_name("sm", day), made.values, made.grid)
        comparison = self.compared({"map": Series.from_files(folder)})
        pooled = scores_of(comparison, "ubrmse")
        by_day = comparison.per_date.pivot(index="date", columns="product", values="ubrmse")
        return pooled["map"] / pooled[BILINEAR], float((by_day["map"] / by_day[BILINEAR]).max())

    def pixels(self) -> pd.DataFrame:
        """Return all pixels and days: error, whether the truth lies in the band, was seen, and is marked as filled."""
        grid = self.study.grid
        coarse, truth = (dict(zip(series.days, series.sources)) for series in (self.study.coarse_series, self.truth))
        parts = []
        for fact in self.auto.maps:
            seen = np.isfinite(read_on(coarse[fact.day], grid)) if fact.day in coarse else np.zeros(grid.shape, bool)
            values, sd, filled = (self.read(path) for path in (fact.path, fact.sd, fact.filled))
            error = values - read_on(truth[fact.day], grid)
            within = np.abs(error) <= LEVEL * sd
            columns = {"error": error, "within": within, "seen": seen, "filled": filled > 0}
            parts.append(pd.DataFrame({name: layer.ravel() for name, layer in columns.items()}))
        return pd.concat(parts).dropna()

    def read(self, path: Path) -> np.ndarray:
        return read_on(Source(str(path)), self.study.grid)

    def late_rain(self) -> float:
        """Return the share of land pixels x days with a map where rain is known from the first day on only."""
        for path in (self.folder / "covariates" / "rain").glob("*.tif"):
            if day_of(path) < self.study.first:
                path.unlink()
        study = Study.read(self.folder / "study.json")
        made = maps(study, cases.soilsharp_model(study), self.folder / "maps_late")
        land = np.isfinite(self.read(self.folder / "covariates" / "elevation.tif")).sum()
        return sum(fact.valid for fact in made.maps) / (land * len(study.days))


def sample_region(folder: Path) -> Iterator[Row]:
    """Yield the rows of the sample region."""
    regions = [Region(folder, seed) for seed in (1, 2)]
    where = "sample region, seeds 1 / 2, 60 days"
    for consistency, goals in (("auto", (0.60, 0.61)), ("strict", (0.65, 0.66))):
        ratios = [region.ratio(getattr(region, consistency).series()) for region in regions]
        yield Row(
            where, f"{consistency}: ubRMSE ÷ bilinear", "0.655 / –", f"≤ {goals[0]:.2f} / {goals[1]:.2f}",
            figures(ratios), all(ratio <= goal for ratio, goal in zip(ratios, goals)),
        )  # fmt: skip
    pixels = [region.pixels() for region in regions]
    yield from gaps_and_bands(where, pixels)
    pooled, worst = zip(*(region.alone() for region in regions))
    yield Row(
        f"the same, each of {DAYS_ALONE} days alone", "ubRMSE ÷ bilinear (worst day)", "–",
        "≤ 0.62 / 0.65, no day above 0.80", f"{figures(pooled)} ({figures(worst)})",
        pooled[0] <= 0.62 and pooled[1] <= 0.65 and max(worst) <= 0.80,
    )  # fmt: skip
    deviation = max(region.strict.largest_deviation for region in regions)
    yield Row(
        where, "strict: largest deviation of a coarse mean", "1e-7", "≤ 1e-6", f"{deviation:.0e}", deviation <= 1e-6
    )
    share = regions[0].late_rain()
    yield Row(
        "sample region, seed 1, rain known from day 1 on", "land pixels × days with a map", "below 1", "≥ 0.999",
        f"{share:.4f}", share >= 0.999,
    )  # fmt: skip


def gaps_and_bands(where: str, pixels: list[pd.DataFrame]) -> Iterator[Row]:
    """Yield the rows of pixels without a coarse value, and of the bands."""
    gaps = [own[~own["seen"]] for own in pixels]
    rmse = [float(np.sqrt((own["error"] ** 2).mean())) for own in gaps]
    marked = min(own["filled"].mean() for own in gaps)
    yield Row(
        where, "auto, pixels without a coarse value that day: RMSE", "0.0340 / –", "≤ 0.033 / 0.034, marked as filled",
        f"{figures(rmse, 4)}, {marked:.0%} marked", rmse[0] <= 0.033 and rmse[1] <= 0.034 and marked == 1,
    )  # fmt: skip
    inside = [own.groupby("seen")["within"].mean() for own in pixels]
    shown = "; ".join(f"{own[True]:.2f} / {own[False]:.2f}" for own in inside)
    yield Row(
        where, "90 % bands, seen / filled: truth inside", "none", "0.87 to 0.98", shown,
        all(own.between(0.87, 0.98).all() for own in inside),
    )  # fmt: skip


# --- page -------------------------------------------------------------------------------------------------------------

HEAD = """<!-- Written by scripts/goals.py; do not edit. -->
# What the method `soilsharp` reaches

Maps of the method as it is shipped (area-to-point kriging of the coarse product with the detail of ridge regression
and gradient boosted trees), against goals that were set before. RMSE and ubRMSE are in m³ m⁻³, on the same pixels as
bilinear interpolation of the coarse product; "0.3.0" is the best map of that version whose means are those of the
coarse product. What the real data are stands in [real-data.md](real-data.md). `make goals` writes this page;
`make simulate` and `make bench` measure what is not in it: the simulation, speed and memory.

| case | measured | 0.3.0 | goal | came out | reached |
|---|---|--:|--:|--:|---|
"""


def told(row: Row) -> str:
    reached = "yes" if row.reached else "**no**"
    return f"| {row.case} | {row.measured} | {row.before} | {row.goal} | {row.found} | {reached} |"


def main() -> None:
    """Measure all rows and write the page."""
    data = Path(os.environ.get("SOILSHARP_REAL_DATA", ""))
    there = (data / "krigr_norway").is_dir()
    lines = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if there:
            measured = [norway(data, folder / "norway"), australia(data, folder / "australia")]
        else:
            measured = []
        for row in chain(*measured, sample_region(folder / "region")):
            lines.append(told(row))
            print(lines[-1], flush=True)
    if there:
        write_text(ROOT / "docs" / "goals.md", HEAD + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
