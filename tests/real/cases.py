# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases on real data, each a function that runs it and returns what the tests and the docs page need.

Everything goes through the public functions of core. The page is written by `scripts/real_data.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from soilsharp.core.downscaling.downscale import RunFacts, downscale_series
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import RunResult, run_method
from soilsharp.core.methods.settings import SHIPPED
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.compare.comparison import compare
from soilsharp.core.training.compare.result import Comparison
from soilsharp.core.training.learners import LEARNERS, learner
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import out_of_fold, train, train_blend
from soilsharp.core.validation.products import ProductComparison, compare_products

LABELS = {key: learner(key).label for key in ("linear", "random_forest", "lightgbm")}
TRIED = tuple(kind for kind in LEARNERS if kind.key != "catboost")  # whose package is optional
CONSERVE = ("off", "additive", "ratio")
SOILSHARP = Method.read("soilsharp")
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
            facts[key, how] = downscale_series(study, models[key], place, options=ConsistencyOptions(consistency=how))
            maps[key, how] = Series.from_files(place)
    return Run(study, samples, models, maps, facts)


def soilsharp_model(study: Study) -> Model:
    """Return the model of the shipped method soilsharp, as `run_method` trains it."""
    samples = sample_coarse(study, SOILSHARP.sampling)
    return train_blend(samples, SOILSHARP.recipes, SOILSHARP.folds, SOILSHARP.seed, combine=SOILSHARP.combine)


def soilsharp(study: Study, folder: Path) -> Series:
    """Return the maps of the shipped method soilsharp."""
    return downscale_series(study, soilsharp_model(study), folder, options=ConsistencyOptions("auto")).series()


def blended(samples: Samples, folds: dict[str, FoldOptions]) -> dict[str, float]:
    """Return R2 of the blend that soilsharp trains, by kind of folds; here there is no coarse product to krige."""
    models = {
        words: train_blend(samples, SOILSHARP.recipes, options, seed=1, combine=SOILSHARP.combine)
        for words, options in folds.items()
    }
    return {words: model.passport["fold_scores"]["pooled"]["r2"] for words, model in models.items()}


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


def norway_study(data: Path, folder: Path, band: int = SOIL_WATER) -> Study:
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
        coarse=RasterEntry(file=str(data / "CN_BC.nc"), band=band, unit="m3 m-3"),
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


def perfect_model_study(
    data: Path, folder: Path, covariates: tuple[str, ...] = tuple(TERRAIN), band: int = SOIL_WATER
) -> tuple[Study, Source]:
    """Make soil water coarse, 0.1° to 0.5°; return the study that is to undo this, and the truth."""
    fine = norway_study(data, folder / "terrain", band)
    truth = fine.coarse.one(fine.folder)
    grid = truth.grid()
    coarse_grid = Grid.from_bounds("EPSG:4326", 0.5, grid.bounds)
    coarse = Overlap(coarse_grid, grid).mean(read_on(truth, grid), min_valid_fraction=0.5)
    write_map(folder / "coarse.tif", coarse, coarse_grid)
    study = Study(
        name="Central Norway, 0.5 to 0.1 degree",
        grid=grid,
        first=DAY,
        last=DAY,
        covariates={name: fine.covariates[name] for name in covariates},
        coarse=RasterEntry(file=str(folder / "coarse.tif"), unit="m3 m-3"),
    )
    return study, truth


def norway_perfect_model(
    data: Path, folder: Path, covariates: tuple[str, ...] = tuple(TERRAIN)
) -> tuple[Run, ProductComparison]:
    """Make soil water coarse, downscale it back with the covariates at 0.1°, and compare."""
    study, truth = perfect_model_study(data, folder, covariates)
    result = run(study, folder)
    products = {product_name(*key): maps.sources[0] for key, maps in result.maps.items()}
    products[SOILSHARP.name] = soilsharp(study, folder / SOILSHARP.name).sources[0]
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
    products[SOILSHARP.name] = soilsharp(result.study, folder / SOILSHARP.name)
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
FIELD_FOREST = {"n_trees": 200, "max_depth": 14, "min_samples_leaf": 3, "feature_fraction": 0.34}


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


def field_learners(data: Path, folder: Path, options: dict | None = None, folds: dict = FOLDS) -> Comparison:
    """Compare all learners under every kind of folds; options by learner, those of the forest as above."""
    options = {"random_forest": FIELD_FOREST, **(options or {})}
    recipes = {kind.label: Recipe((Candidate.of(kind.key, options.get(kind.key)),)) for kind in TRIED}
    return compare(field_samples(data), recipes, list(folds.values()), folder, seed=1)


# --- United States ----------------------------------------------------------------------------------------------------

WEATHER = ("t_daily_mean", "p_daily_calc", "solarad_daily", "sur_temp_daily_avg", "rain_3d", "rain_10d")
STATION_LEARNERS = ("linear", "random_forest", "lightgbm", "dense")
STATION_FOLDS = {
    "random": FoldOptions(by="random"),
    "station": FoldOptions(by="station"),
    "month": FoldOptions(by="column", column="month"),
}


def station_table(data: Path, every: int = 1) -> pd.DataFrame:
    """Return the days of the US Climate Reference Network with the rain of the days before, every so many days.

    Rain sums are of the 3 and 10 days before, the day itself left out, and unknown where one of them is.
    """
    table = pd.read_csv(data / "uscrn_2020" / "uscrn_daily_2020_soil.csv.gz", parse_dates=["lst_date"])
    rain = table.pivot(index="lst_date", columns="wban", values="p_daily_calc").asfreq("D").shift(1)
    for days in (3, 10):
        sums = rain.rolling(days).sum().stack().rename(f"rain_{days}d").reset_index()
        table = table.merge(sums, how="left", on=["lst_date", "wban"])
    table["month"] = table["lst_date"].dt.strftime("month %m")  # text, so that it stays beside the samples
    return table[table["lst_date"].dt.dayofyear % every == 0]


def station_samples(data: Path, folder: Path, every: int = 1) -> Samples:
    """Return daily samples at 5 cm with weather alone, through a table as a person would bring it."""
    table, path = station_table(data, every), folder / "uscrn.csv"
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
    samples = Samples.from_table(path, WEATHER, target="soil_moisture_5_daily", station="wban", date="lst_date")
    # numbers that are no covariates are not taken along, but a layer of the stations needs to know where they are
    where = table.assign(wban=table["wban"].astype(str)).groupby("wban")[["longitude", "latitude"]].first()
    return replace(samples, index=samples.index.join(where, on="station"))


def station_learners(data: Path, folder: Path, every: int = 1, folds: dict = STATION_FOLDS) -> Comparison:
    """Compare learners at stations and in months that they have not seen."""
    recipes = {learner(key).label: Recipe.of(key) for key in STATION_LEARNERS}
    return compare(station_samples(data, folder, every), recipes, list(folds.values()), folder, seed=1)


# --- published methods on the two raster cases ------------------------------------------------------------------------

# the roles that names do not tell, and what is needed and not there
NORWAY_ROLES = {
    "rao2022": ({"aspect": "aspect_cosine"}, ("lst", "ndvi")),
    "bueno2024": ({}, ("rain_3d",)),
}
# soil water of ERA5-Land stands in for an index of wet soil, and for the rain of the days before
SMAP_ROLES = {
    "rao2022": ({"nsdsi": "swvl1"}, ("lst", "ndvi")),
    "bueno2024": ({"rain_3d": "swvl1"}, ("elevation",)),
}


def changed(name: str, folder: Path, **entries) -> Method:
    """Return a copy of a method with some entries of its file changed, as a person would make one."""
    content = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"my_{name}.json"
    path.write_text(json.dumps({**content, "name": f"my_{name}", **entries}), encoding="utf-8")
    return Method.read(path)


def run_methods(
    study: Study, roles: dict, folder: Path, methods: dict[str, Method]
) -> tuple[dict[str, RunResult], dict[str, Series]]:
    """Run methods with the roles of each; return results, and maps as they come and brought to the coarse means."""
    results, maps = {}, {}
    for name, (named, left_out) in roles.items():
        own = folder / name
        results[name] = run_method(study, methods[name], own, roles=named, leave_out=left_out)
        model = Model.read(own / "model.soilsharp")
        downscale_series(study, model, folder / f"{name}_additive", options=ConsistencyOptions(consistency="additive"))
        maps[name] = Series.from_files(own / "maps")
        maps[f"{name}, additive"] = Series.from_files(folder / f"{name}_additive")
    return results, maps


def as_published() -> dict[str, Method]:
    """Return both methods, but content with 50 samples a period.

    In Norway two of three folds hold 99 of 151 cells, and `rao2022` asks for 100.
    """

    def fewer(recipe: Recipe) -> Recipe:
        return replace(recipe, scheme=replace(recipe.scheme, min_samples=50))

    methods = {name: Method.read(name) for name in NORWAY_ROLES}
    return {
        name: replace(m, recipe=fewer(m.recipe), compare={key: fewer(r) for key, r in m.compare.items()})
        for name, m in methods.items()
    }


def smap_methods(
    data: Path, folder: Path, methods: dict[str, Method]
) -> tuple[dict[str, RunResult], ProductComparison]:
    """Run the methods on the eight overpasses, and compare with SMAP at 9 km."""
    study = smap_study(data)
    results, maps = run_methods(study, SMAP_ROLES, folder, methods)
    return results, compare_products(maps, smap_reference(data), study.coarse_series)


def norway_methods(
    data: Path, folder: Path, methods: dict[str, Method]
) -> tuple[dict[str, RunResult], ProductComparison]:
    """Run the methods from 0.5° to 0.1°, where there is a truth, and compare with it."""
    study, truth = perfect_model_study(data, folder)
    results, maps = run_methods(study, NORWAY_ROLES, folder, methods)
    maps = {name: series.sources[0] for name, series in maps.items()}
    return results, compare_products(maps, truth, study.coarse_series.sources[0])
