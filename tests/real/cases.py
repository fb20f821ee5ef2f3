# SPDX-License-Identifier: GPL-2.0-or-later
"""The three cases on real data, each a function that runs it and returns what the tests and the docs page need.

Everything goes through the public functions of core. The page is written by `scripts/real_data.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from soilsharp.core.downscaling.predict import RunFacts, downscale_series
from soilsharp.core.grid import Grid
from soilsharp.core.model_file import Model
from soilsharp.core.overlap import Overlap
from soilsharp.core.raster import Source, read_on, write_map
from soilsharp.core.samples import Samples, sample_coarse
from soilsharp.core.series import Series
from soilsharp.core.settings import ConserveOptions, FoldOptions
from soilsharp.core.study import RasterEntry, Study
from soilsharp.core.training.learners import learner
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.train import out_of_fold, train
from soilsharp.core.validation.metrics import scores
from soilsharp.core.validation.products import ProductComparison, compare_products

LABELS = {key: learner(key).label for key in ("linear", "random_forest", "lightgbm")}
CONSERVE = ("off", "additive", "ratio")
DEGREE_M = np.pi / 180 * 6_371_000  # of a great circle


@dataclass(frozen=True)
class Run:
    """A study downscaled by every learner, with and without conservation; maps and facts by (learner, conserve)."""

    study: Study
    samples: Samples
    models: dict[str, Model]
    maps: dict[tuple[str, str], Series]
    facts: dict[tuple[str, str], RunFacts]

    def coarse(self, day: np.datetime64) -> np.ndarray:
        """Return the coarse product of a day on its own cells."""
        series = self.study.coarse_series
        return read_on(series.sources[list(series.days).index(day)], self.study.coarse_grid)

    def map(self, key: str, how: str, day: np.datetime64) -> np.ndarray:
        """Return the fine map of a day."""
        series = self.maps[key, how]
        return read_on(series.sources[list(series.days).index(day)], self.study.grid)


def run(study: Study, folder: Path, learners: tuple[str, ...] = tuple(LABELS)) -> Run:
    """Sample, train and downscale; the maps go to folder/learner_conserve."""
    samples = sample_coarse(study)
    models, maps, facts = {}, {}, {}
    for key in learners:
        models[key] = train(samples, Recipe.of(key), seed=1)
        for how in CONSERVE:
            place = folder / f"{key}_{how}"
            facts[key, how] = downscale_series(study, models[key], place, options=ConserveOptions(conserve=how))
            maps[key, how] = Series.from_files(place)
    return Run(study, samples, models, maps, facts)


def product_name(key: str, how: str) -> str:
    """Return what a map is called in tables."""
    return LABELS[key] if how == "off" else f"{LABELS[key]}, {how}"


# --- Norway -----------------------------------------------------------------------------------------------------------

DAY = np.datetime64("1975-01-01")  # a mean of 1970 to 1979 has no day; a study needs one
SOIL_WATER = 12  # band of CN_BC.nc: mean of volumetric soil water layer 1, m3 m-3
TERRAIN = {"elevation": "m", "slope": "degree", "aspect_sine": "", "aspect_cosine": ""}


def terrain(elevation: np.ndarray, grid: Grid) -> dict[str, np.ndarray]:
    """Return slope in degrees, and sine (eastward) and cosine (northward) of the aspect, on a grid of degrees.

    Central differences over metres: a degree of longitude shrinks with the cosine of the latitude. Where there is
    no slope there is no aspect, and both of its parts are 0.
    """
    width, height = grid.resolution
    _, latitude = grid.centres()
    down, right = np.gradient(elevation.astype(float))
    east = right / (width * DEGREE_M * np.cos(np.radians(latitude)))[:, None]
    north = -down / (height * DEGREE_M)
    steepness = np.hypot(east, north)
    steep = np.where(steepness > 0, steepness, 1)
    # the aspect is where the slope falls to
    return {
        "slope": np.degrees(np.arctan(steepness)),
        "aspect_sine": -east / steep,
        "aspect_cosine": -north / steep,
    }


def norway_study(data: Path, folder: Path) -> Study:
    """Return the study from 0.1° to 1/120°, with the terrain computed into the folder; it is unknown over the sea."""
    data = data / "krigr_norway"
    source = Source(str(data / "Covariates_Target.nc"))
    grid = source.grid()
    elevation = read_on(source, grid)
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in {"elevation": elevation, **terrain(elevation, grid)}.items():
        land = np.where(elevation > 0, values, np.nan)
        write_map(folder / f"{name}.tif", land, grid, name=name, unit=TERRAIN[name])
    return Study(
        name="Central Norway, 0.1 to 1/120 degree",
        grid=grid,
        first=DAY,
        last=DAY,
        covariates={name: RasterEntry(file=str(folder / f"{name}.tif"), unit=unit) for name, unit in TERRAIN.items()},
        coarse=RasterEntry(file=str(data / "CN_BC.nc"), band=SOIL_WATER, unit="m3 m-3"),
    )


def norway(data: Path, folder: Path) -> Run:
    """Downscale ERA5-Land soil water from 0.1° to 1/120°."""
    return run(norway_study(data, folder / "terrain"), folder)


def beyond_training(result: Run, name: str) -> tuple[float, float, float]:
    """Return how a covariate changes with the scale.

    Returns
    -------
    coarse, fine, share : float
        Its SD over the coarse cells that taught, its SD over the fine pixels, and the share of these outside of the
        range of the former.
    """
    taught = result.samples.X[:, result.samples.names.index(name)]
    fine = read_on(result.study.covariates[name].one(result.study.folder), result.study.grid)
    fine = fine[np.isfinite(fine)]
    return float(taught.std()), float(fine.std()), float(((fine < taught.min()) | (fine > taught.max())).mean())


def norway_perfect_model(
    data: Path, folder: Path, covariates: tuple[str, ...] = tuple(TERRAIN)
) -> tuple[Run, ProductComparison]:
    """Make soil water coarse, 0.1° to 0.5°, downscale it back with the covariates at 0.1°, and compare."""
    fine = norway_study(data, folder / "terrain")
    truth = fine.coarse.one(fine.folder)
    grid = truth.grid()
    coarse_grid = Grid.from_bounds("EPSG:4326", 0.5, grid.bounds)
    coarse = Overlap(coarse_grid, grid).mean(read_on(truth, grid), least_cover=0.5)
    write_map(folder / "coarse.tif", coarse, coarse_grid)
    study = Study(
        name="Central Norway, 0.5 to 0.1 degree",
        grid=grid,
        first=DAY,
        last=DAY,
        covariates={name: fine.covariates[name] for name in covariates},
        coarse=RasterEntry(file=str(folder / "coarse.tif"), unit="m3 m-3"),
    )
    result = run(study, folder)
    products = {product_name(*key): maps.sources[0] for key, maps in result.maps.items()}
    return result, compare_products(products, truth, study.coarse_series.sources[0])


# --- Western Australia ------------------------------------------------------------------------------------------------


def smap_study(data: Path) -> Study:
    """Return the study of the eight overpasses, SMAP 36 km to 9 km with ERA5-Land soil water as covariate."""
    folder = data / "smap_wa_2020" / "tif"
    fine = smap_reference(data)
    return Study(
        name="Western Australia, January 2020",
        grid=fine.sources[0].grid(),
        first=fine.days[0],
        last=fine.days[-1],
        covariates={"swvl1": RasterEntry(files="ERA5Land_swvl1_*.tif", rule="same_day", unit="m3 m-3")},
        coarse=RasterEntry(files="SMAP_L3_36km_*.tif", rule="same_day", unit="m3 m-3"),
        folder=folder,
    )


def smap_reference(data: Path) -> Series:
    """Return SMAP at 9 km, which serves as truth."""
    return Series.from_files(data / "smap_wa_2020" / "tif" / "SMAP_L3E_9km_*.tif")


def smap(data: Path, folder: Path) -> tuple[Run, ProductComparison]:
    """Downscale the eight overpasses and compare with SMAP at 9 km."""
    result = run(smap_study(data), folder)
    products = {product_name(*key): maps for key, maps in result.maps.items()}
    return result, compare_products(products, smap_reference(data), result.study.coarse_series)


# --- Poland -----------------------------------------------------------------------------------------------------------

FIELD_COVARIATES = (
    "G_VH_dB", "G_VV_dB", "projectedLocalIncidenceAngle", "assumed_clay_content", "C11_ILSF9_BI1000_dB",
    "C22_ILSF9_BI1000_dB", "Surface_r_ILSF9_BI1000", "Volume_g_ILSF9_BI1000", "Ratio_b_ILSF9_BI1000",
)  # fmt: skip
FOLDS = {
    "single samples": FoldOptions(by="random"),
    "fields": FoldOptions(by="station"),
    "dates": FoldOptions(by="date"),
    "areas": FoldOptions(by="column", column="study_area"),
}
# as in the notebook that came with the data, but 200 trees, which score like its 500
FIELD_FOREST = {"n_trees": 200, "max_depth": 14, "min_leaf": 3, "feature_share": 0.34}


def field_samples(data: Path, unit: str = "percent", date_format: str = "%d.%m.%Y") -> Samples:
    """Return the field samples; the field is the station."""
    table = data / "poland_s1_fields" / "kedzierzyn_s1_soil_moisture.csv"
    return Samples.from_table(
        table, FIELD_COVARIATES, unit=unit, station="field_id", date="date", date_format=date_format
    )


def fields(data: Path, seeds: tuple[int, ...] = (1,)) -> pd.DataFrame:
    """Return the scores of every learner under every kind of folds: learner, folds, seed, and the metrics.

    The seed deals the groups out to the folds, and is that of the learner.
    """
    samples, rows = field_samples(data), []
    for key in LABELS:
        recipe = Recipe((Candidate.of(key, FIELD_FOREST if key == "random_forest" else None),))
        for words, folds in FOLDS.items():
            for seed in seeds:
                predicted = out_of_fold(samples, recipe, folds, seed)
                rows.append({"learner": LABELS[key], "folds": words, "seed": seed, **scores(predicted, samples.y)})
    return pd.DataFrame(rows)
