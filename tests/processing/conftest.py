# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps need and make on the small region, and one case for every algorithm."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from soilsharp.core.base.extras import missing
from soilsharp.core.training.learners import LEARNERS

NAMES = "elevation,sand,ndvi,lst"  # known for a day without a sum over the days before


def table_case(chain, out):
    return {
        "INPUT": str(chain.table),
        "COVARIATES": "clay, ndvi",
        "TARGET": "sm",
        "UNIT": "percent",
        "STATION": "plot",
        "OUTPUT": str(out / "samples.csv"),
    }


def train_case(chain, out):
    return {
        "SAMPLES": str(chain.samples),
        "FOLDS_BY": "date",
        "N_FOLDS": 3,
        "OUTPUT": str(out / "model.soilsharp"),
        "OUTPUT_PREDICTIONS": str(out / "predictions.csv"),
    }


def method_case(chain, out):
    return {"STUDY": str(chain.study), "METHOD": "coarse_linear", "OUTPUT": str(out / "run")}


def compare_case(chain, out):
    return {
        "SAMPLES": str(chain.samples),
        "COVARIATES": NAMES,
        "LEARNERS": ["linear", "lightgbm"],
        "FOLDS": ["random", "date"],
        "N_FOLDS": 3,
        "OUTPUT": str(out / "comparison"),
    }


def explain_case(chain, out):
    return {
        "MODEL": str(chain.model),
        "SAMPLES": str(chain.samples),
        "STUDY": str(chain.study),
        "MAX_SAMPLES": 100,
        "N_SHUFFLES": 2,
        "N_POINTS": 5,
        "OUTPUT_TABLE": str(out / "importance.csv"),
        "OUTPUT_SHAP": str(out / "shap_values.csv"),
        "OUTPUT_CURVES": str(out / "curves.csv"),
        "OUTPUT_EFFECTS": str(out / "effects.csv"),
        "OUTPUT_CLASSES": str(out / "directions_by_class.csv"),
        "OUTPUT_REPORT": str(out / "report.html"),
    }


def smap_case(chain, out):
    import numpy as np
    from rasterio.windows import Window

    from soilsharp.core.products.smap.ease import ease_grid
    from soilsharp.core.sample_formats.smap import granule_name, write_granule

    cells, day = ease_grid("M09").part(Window(1980, 240, 6, 5)), np.datetime64("2023-05-01")
    layers = {"soil_moisture": np.full(cells.shape, 0.25), "retrieval_qual_flag": np.zeros(cells.shape)}
    write_granule(out / granule_name(day, cells), day, cells, layers)
    left, bottom, right, top = cells.bounds
    extent = f"{left},{right},{bottom},{top} [EPSG:6933]"
    return {"INPUT": str(out), "FROZEN": False, "SNOW": False, "EXTENT": extent, "OUTPUT": str(out / "maps")}


def modis_case(chain, out):
    import numpy as np

    from soilsharp.core.products.modis.files import SINUSOIDAL
    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.sample_formats.modis import write_vi

    grid = Grid.from_bounds(SINUSOIDAL, 926.625433055833, (926625.0, 5003777.0, 935891.0, 5013043.0))
    write_vi(out, np.datetime64("2023-05-01"), grid, np.full(grid.shape, 0.5))
    return {"INPUT": str(out), "VARIABLE": "ndvi", "OUTPUT": str(out / "maps")}


def era5land_case(chain, out):
    import numpy as np

    from soilsharp.core.sample_formats.era5land import running_sums, write_hours

    times = np.datetime64("2023-05-01T00", "h") + np.arange(73)
    rain = np.random.default_rng(0).gamma(0.2, 1e-3, (73, 4, 5))
    longitudes, latitudes = 25 + 0.1 * np.arange(5), 65 - 0.1 * np.arange(4)
    write_hours(out / "era5land.nc", times, longitudes, latitudes, {"tp": running_sums(rain, times)})
    return {"INPUT": str(out / "era5land.nc"), "OUTPUT": str(out / "maps")}


def soilgrids_case(chain, out):
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.sample_formats.soilgrids import write_layer

    grid = Grid.from_bounds("+proj=igh +datum=WGS84 +units=m", 250, (1_300_000, 5_400_000, 1_310_000, 5_405_000))
    write_layer(out, "sand", "0-5cm", np.full(grid.shape, 43.0), grid, uncertainty=5.0)
    return {"INPUT": str(out), "OUTPUT": str(out / "maps")}


def indices_case(chain, out):
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    grid = Grid.from_bounds("EPSG:3035", 500, (4_000_000, 3_000_000, 4_005_000, 3_003_000))
    for band, value in (("b01", 0.1), ("b02", 0.4), ("b06", 0.2)):
        write_map(out / "bands" / band / f"{band}_20230501.tif", np.full(grid.shape, value), grid, unit="1")
    return {
        "INPUT": str(out / "bands"),
        "INDICES": ["ndvi", "lswi"],
        "FORMULA": "simple = nir / red",
        "OUTPUT": str(out / "indices"),
    }


def landcover_case(chain, out):
    import numpy as np
    import rasterio

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    with rasterio.open(chain.coarse) as dataset:
        grid = Grid.from_bounds(dataset.crs, 250, dataset.bounds)
    write_map(out / "landcover.tif", np.random.default_rng(0).integers(1, 18, grid.shape), grid)
    return {
        "INPUT": str(out / "landcover.tif"),
        "GRID": str(chain.fine),
        "LEGEND": "igbp",
        "CLASSES": "forest, shrub",
        "OUT_CLASSES": "water, urban",
        "OUTPUT": str(out / "share.tif"),
        "OUTPUT_MASK": str(out / "mask.tif"),
    }


def station_outputs(out):
    return {
        "OUTPUT": str(out / "stations.csv"),
        "OUTPUT_LAYER": str(out / "places.gpkg"),
        "OUTPUT_ACCOUNT": str(out / "left_out.csv"),
    }


def ismn_case(chain, out):
    import numpy as np
    import pandas as pd

    from soilsharp.core.sample_formats.ismn import write_archive

    places = pd.DataFrame({"station": ["Hill #1"], "longitude": [10.5], "latitude": [50.5]})
    times = np.arange("2023-05-01", "2023-05-03", dtype="datetime64[h]")
    write_archive(out / "ismn.zip", places, times, np.full((48, 1), 0.2))
    return {"INPUT": str(out / "ismn.zip"), **station_outputs(out)}


def ameriflux_case(chain, out):
    place = out / "downloads"
    place.mkdir(parents=True)
    rows = "".join(f"202106010{h}00,202106010{h}30,{20 + h}\n" for h in range(8))
    head = "# Site: US-Ton\nTIMESTAMP_START,TIMESTAMP_END,SWC_1_1_1\n"
    (place / "AMF_US-Ton_BASE_HH_16-5.csv").write_text(head + rows)
    return {"INPUT": str(place), "LONGITUDE": -120.97, "LATITUDE": 38.43, **station_outputs(out)}


def uscrn_case(chain, out):
    place = out / "downloads"
    place.mkdir(parents=True)
    (place / "crn.csv").write_text(
        "wban,lst_date,longitude,latitude,soil_moisture_5_daily\n1,2021-01-01,-97.1,36.1,0.3\n"
    )
    return {"INPUT": str(place), **station_outputs(out)}


def station_table_case(chain, out):
    out.mkdir(parents=True)
    (out / "plots.csv").write_text("plot;lon;lat;date;VWC 5 cm (%)\nA;10,5;50,5;25.04.2023;21,5\n")
    return {"INPUT": str(out / "plots.csv"), **station_outputs(out)}


def repeat_case(chain, out):
    from soilsharp.core.methods.method import Method
    from soilsharp.core.methods.run import run_method
    from soilsharp.core.study.study import Study

    study = Study.read(chain.study)
    run_method(study, Method.read("smooth_interpolation"), out.parent / "first")
    return {"MANIFEST": str(out.parent / "first" / "run.json"), "LOAD": False, "OUTPUT": str(out / "again")}


def weather_case(chain, out):
    out.mkdir(parents=True)
    head = "station,longitude,latitude,date,rain,warmth\n"
    at = _place_on(chain.fine)
    rows = "".join(f"A,{at},2023-0{month}-01,{month},{20 - month}\n" for month in range(1, 8))
    (out / "weather.csv").write_text(head + rows)
    return {
        "MAPS": str(chain.maps),
        "WEATHER": str(out / "weather.csv"),
        "MIN_STEPS": 5,
        "OUTPUT": str(out / "correlations.csv"),
        "OUTPUT_LAYER": str(out / "correlations.gpkg"),
    }


def _place_on(raster):
    """Return longitude and latitude of the middle of a raster, as a table has them."""
    from soilsharp.core.rasters.grid import WGS84
    from soilsharp.core.rasters.open import grid_of

    left, bottom, right, top = grid_of(raster).bounds_in(WGS84)
    return f"{(left + right) / 2},{(bottom + top) / 2}"


def koppen_case(chain, out):
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_004_000, 3_003_000))
    for month in range(1, 13):
        for name, value in (("t2m", 10 - 10 * np.cos(np.pi * month / 6)), ("tp", 2.0)):
            write_map(out / name / f"{name}_2023{month:02d}01.tif", np.full(grid.shape, value), grid)
    return {"TEMPERATURE": str(out / "t2m"), "RAIN": str(out / "tp"), "OUTPUT": str(out / "climate")}


def partial_case(chain, out):
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    grid, rng = (
        Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_004_000, 3_003_000)),
        np.random.default_rng(0),
    )
    for name in ("sm", "rain", "warmth"):
        for month in range(1, 7):
            write_map(out / name / f"{name}_2023{month:02d}01.tif", rng.random(grid.shape), grid)
    return {
        "INPUT": str(out / "sm"),
        "OUTPUT_REPORT": str(out / "report.html"),
        "PRECIPITATION": str(out / "rain"),
        "TEMPERATURE": str(out / "warmth"),
        "MIN_STEPS": 6,
        "OUTPUT": str(out / "maps"),
    }


def products_case(chain, out):
    """Make three products of one truth, with errors of their own."""
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_004_000, 3_003_000))
    rng = np.random.default_rng(0)
    truth = 0.25 + 0.05 * rng.standard_normal((60, *grid.shape))
    days = np.datetime64("2023-01-01") + np.arange(60)
    for name in ("satellite", "model", "other"):
        for day, values in zip(days, truth + 0.02 * rng.standard_normal(truth.shape)):
            path = out / "products" / name / f"sm_{str(day).replace('-', '')}.tif"
            write_map(path, np.clip(values, 0, 1).astype(np.float32), grid, unit="m3 m-3")
    return {"PRODUCTS_FOLDER": str(out / "products")}


# the parameters of a quick run of every algorithm; a new algorithm brings its case
CASES = {
    "create_sample_region": lambda chain, out: {
        "SIZE_KM": 36,
        "DAYS": 4,
        "N_STATIONS": 3,
        "OUTPUT": str(out / "region"),
    },
    "create_study": lambda chain, out: {
        "COARSE": str(chain.folder / "coarse"),
        "COVARIATES": str(chain.folder / "covariates"),
        "STATIONS": str(chain.folder / "stations.csv"),
        "RULES": "rain: sum_before 3; rain_5d = rain: sum_before 5",
        "OUTPUT": str(out / "study.json"),
    },
    "check_study": lambda chain, out: {
        "STUDY": str(chain.study),
        "OUTPUT": str(out / "check.html"),
        "OUTPUT_TABLE": str(out / "covariates.csv"),
    },
    "import_smap": smap_case,
    "import_modis": modis_case,
    "import_era5land": era5land_case,
    "import_grids": lambda chain, out: {
        "INPUT": str(chain.folder / "covariates" / "rain" / "*.tif"),
        "UNIT": "mm d-1",
        "START": "2023-05-05",
        "OUTPUT": str(out / "maps"),
    },
    "import_soilgrids": soilgrids_case,
    "spectral_indices": indices_case,
    "landcover_fraction": landcover_case,
    "align_rasters": lambda chain, out: {
        "INPUT": chain.layers[:2],
        "FOLDER": str(chain.folder / "covariates" / "ndvi"),
        "GRID": str(chain.coarse),
        "RULES": "elevation: bilinear",
        "OUTPUT": str(out / "aligned"),
    },
    "interpolate_series": lambda chain, out: {
        "INPUT": str(chain.folder / "covariates" / "ndvi"),
        "SECOND": str(chain.folder / "covariates" / "lst"),
        "METHOD": "whittaker",
        "OUTPUT": str(out / "daily"),
        "OUTPUT_AGES": str(out / "ages"),
    },
    "fill_coarse_days": lambda chain, out: {
        "STUDY": str(chain.study),
        "MIN_DAYS": 6,
        "MIN_R2": -10,
        "OUTPUT": str(out / "daily"),
    },
    "accumulate_series": lambda chain, out: {
        "INPUT": str(chain.folder / "covariates" / "rain"),
        "DAYS": 2,
        "OUTPUT": str(out / "sums"),
    },
    "check_stations": lambda chain, out: {
        "INPUT": str(chain.folder / "stations.csv"),
        "COARSE_FOLDER": str(chain.folder / "coarse"),
        "FILL_GAP_DAYS": 2,
        "GRID": str(chain.fine),
        "OUTPUT": str(out / "checked.csv"),
        "OUTPUT_LAYER": str(out / "stations.gpkg"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "rescale_stations": lambda chain, out: {
        "INPUT": str(chain.folder / "stations.csv"),
        "STUDY": str(chain.study),
        "MIN_DAYS": 5,
        "OUTPUT": str(out / "rescaled.csv"),
        "OUTPUT_STATIONS": str(out / "numbers.csv"),
        "OUTPUT_TRANSFORMS": str(out / "how.json"),
    },
    "terrain_attributes": lambda chain, out: {
        "DEM": str(chain.folder / "covariates" / "elevation.tif"),
        "OUTPUT": str(out / "terrain"),
    },
    "import_ismn": ismn_case,
    "import_ameriflux": ameriflux_case,
    "import_uscrn": uscrn_case,
    "import_station_table": station_table_case,
    "sample_coarse": lambda chain, out: {"STUDY": str(chain.study), "OUTPUT": str(out / "samples.csv")},
    "sample_stations": lambda chain, out: {"STUDY": str(chain.study), "OUTPUT": str(out / "samples.csv")},
    "sample_table": table_case,
    "select_covariates": lambda chain, out: {
        "SAMPLES": str(chain.samples),
        "FOLDS_BY": "date",
        "N_FOLDS": 3,
        "OUTPUT": str(out / "covariates.csv"),
    },
    "compare_learners": compare_case,
    "explain_model": explain_case,
    **{f"train_{learner.key}": train_case for learner in LEARNERS},
    "train_blend": train_case,
    "run_method": method_case,
    "repeat_run": repeat_case,
    "downscale": lambda chain, out: {
        "COVARIATES": chain.layers,
        "COARSE": str(chain.coarse),
        "MODEL": str(chain.model),
        "DATE": chain.day,
        "OUTPUT": str(out / "fine.tif"),
        "SD": str(out / "sd.tif"),
        "SD_MODEL": str(out / "sd_model.tif"),
        "SD_INPUTS": str(out / "sd_inputs.tif"),
        "SD_COARSE": str(out / "sd_coarse.tif"),
        "FILLED": str(out / "filled.tif"),
    },
    "downscale_series": lambda chain, out: {
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "START": "2023-05-05",
        "END": "2023-05-07",
        "OUTPUT": str(out / "maps"),
    },
    "physical_downscaling": lambda chain, out: {
        "STUDY": str(chain.study),
        "PHYSICS": "tvdi",
        "START": "2023-05-05",
        "END": "2023-05-06",
        "OUTPUT": str(out / "maps"),
    },
    "conserve_coarse": lambda chain, out: {
        "FINE": str(chain.fine),
        "COARSE": str(chain.coarse),
        "OUTPUT": str(out / "conserved.tif"),
    },
    "validate_stations": lambda chain, out: {
        "MAPS": str(chain.maps),
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "OUTPUT_TABLE": str(out / "scores.csv"),
        "OUTPUT_LAYER": str(out / "stations.gpkg"),
        "OUTPUT_REPORT": str(out / "report.html"),
        "OUTPUT_PREDICTIONS": str(out / "pairs.csv"),
        "OUTPUT_COVERAGE": str(out / "coverage.csv"),
    },
    "compare_products": lambda chain, out: {
        "PRODUCTS_FOLDER": str(chain.maps),
        "REFERENCE_FOLDER": str(chain.folder / "truth"),
        "COARSE_FOLDER": str(chain.folder / "coarse"),
        "STUDY": str(chain.study),
        "OUTPUT": str(out / "scores.csv"),
        "OUTPUT_DATES": str(out / "dates.csv"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "score_predictions": lambda chain, out: {
        "INPUT": str(chain.predictions),
        "OUTPUT": str(out / "scores.csv"),
        "OUTPUT_SPREAD": str(out / "spread.csv"),
        "OUTPUT_LAYER": str(out / "places.gpkg"),
        "OUTPUT_REPORT": str(out / "report.html"),
        "OUTPUT_COVERAGE": str(out / "coverage.csv"),
    },
    "encode_maps": lambda chain, out: {"INPUT": str(chain.maps), "OUTPUT": str(out / "encoded")},
    "period_means": lambda chain, out: {"INPUT": str(chain.maps), "OUTPUT": str(out / "means")},
    "partial_correlation": partial_case,
    "weather_correlation": weather_case,
    "koppen_climate": koppen_case,
    "triple_collocation": lambda chain, out: {
        **products_case(chain, out),
        "OUTPUT": str(out / "errors.csv"),
        "OUTPUT_MAPS": str(out / "maps"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "merge_products": lambda chain, out: {**products_case(chain, out), "OUTPUT": str(out / "merged")},
    "quantile_correlation": lambda chain, out: {
        "MAPS": str(chain.folder / "truth"),
        "STATIONS": str(chain.folder / "stations.csv"),
        "LONGEST": 2,
        "MIN_MEANS": 6,
        "OUTPUT": str(out / "rho.csv"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "shap_maps": lambda chain, out: {
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "SAMPLES": str(chain.samples),
        "COVARIATES": "ndvi",
        "END": "2023-05-02",
        "OUTPUT": str(out / "shap"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "check_scale_transfer": lambda chain, out: {
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "SAMPLES": str(chain.samples),
        "OUTPUT": str(out / "losses.csv"),
        "OUTPUT_PIXELS": str(out / "pixels.csv"),
        "OUTPUT_MODEL": str(out / "model.soilsharp"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "map_applicability": lambda chain, out: {
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "SAMPLES": str(chain.samples),
        "DENSITY": True,
        "HATCH": True,
        "END": "2023-05-02",
        "OUTPUT": str(out / "applicability"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "uncertainty_budget": lambda chain, out: {
        "STUDY": str(chain.study),
        "MODEL": str(chain.model),
        "N_DAYS": 2,
        "EVERY": 3,
        "DRAWS": 3,
        "OUTPUT": str(out / "budget.csv"),
        "OUTPUT_REPORT": str(out / "budget.html"),
    },
    "landscape_analysis": lambda chain, out: {
        "MAPS": [str(chain.fine)],
        "COVARIATES": chain.layers[:2],
        "SIDE_M": 4000,
        "OUTPUT": str(out / "squares.csv"),
        "OUTPUT_COMPONENTS": str(out / "components.csv"),
        "OUTPUT_REPORT": str(out / "report.html"),
    },
    "downscale_and_validate": lambda chain, out: {
        "STUDY": str(chain.study),
        "FOLDS_BY": "date",
        "N_FOLDS": 3,
        "CONSISTENCY": "off",
        "train:MODEL": str(out / "model.soilsharp"),
        "downscale:MAPS": str(out / "maps"),
        "validate:SCORES": str(out / "scores.csv"),
        "validate:STATIONS": str(out / "stations.gpkg"),
        "validate:REPORT": str(out / "report.html"),
    },
    "maps_from_downloads": lambda chain, out: {
        "SMAP": str(chain.downloads / "smap"),
        "ERA": str(chain.downloads / "era5land"),
        "MODIS": str(chain.downloads / "modis" / "MOD13*.tif"),
        "SOIL": str(chain.downloads / "soilgrids"),
        "EXTENT": "4400000,4460000,2900000,2960000 [EPSG:3035]",
        "GRID": str(chain.truth),
        "smap:SMAP_MAPS": str(out / "coarse"),
        "modis:MODIS_MAPS": str(out / "ndvi"),
        "era:ERA_MAPS": str(out / "weather"),
        "soil:SOIL_MAPS": str(out / "soil"),
        "downscale:MAPS": str(out / "maps"),
        "study:STUDY": str(out / "study.json"),
        "check:CHECK": str(out / "check.html"),
        "train:MODEL": str(out / "model.soilsharp"),
    },
}
MODELS = ("downscale_and_validate", "maps_from_downloads")
NEEDS = {f"train_{learner.key}": learner.needs for learner in LEARNERS}


def pytest_generate_tests(metafunc):
    """Run a test that asks for `case` or `algorithm` once for every algorithm, the latter without models."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES)
    if "algorithm" in metafunc.fixturenames:
        metafunc.parametrize("algorithm", [name for name in CASES if name not in MODELS])


@pytest.fixture
def inputs(chain, tmp_path):
    """Return a function that gives the parameters of an algorithm's case; results go into a folder of tmp_path."""

    def given(name, folder="out"):
        lacking = missing(NEEDS.get(name, ()))
        if lacking:
            pytest.skip(f"{', '.join(lacking)} is optional, and not here")
        return CASES[name](chain, tmp_path / folder)

    return given


@pytest.fixture(scope="session")
def case_names():
    """Return the names of all cases."""
    return set(CASES)


@pytest.fixture(scope="session")
def chain(qgis, region, tmp_path_factory):
    """Return the chain of the small region; see `made_chain`."""
    return made_chain(region, tmp_path_factory.mktemp("chain"))


def made_chain(region, made):
    """Return paths of what the steps make of the region one after another, and of what the next one needs."""
    from soilsharp.core.downscaling.downscale import downscale_series
    from soilsharp.core.sample_region.region import create_sample_region
    from soilsharp.core.sample_region.settings import RegionOptions
    from soilsharp.core.samples.sampling import sample_coarse
    from soilsharp.core.study.study import Study
    from soilsharp.core.training.recipe import Recipe
    from soilsharp.core.training.settings import FoldOptions
    from soilsharp.core.training.train import train

    day, study = "2023-05-09", Study.read(region.study)
    samples = sample_coarse(study)
    samples.write(made / "samples.csv")
    model = train(samples.select(NAMES.split(",")), Recipe.of("lightgbm"), folds=FoldOptions(by="date", n_folds=2))
    model.write(made / "model.soilsharp")
    model.held_out.write(made / "predictions.csv")
    maps = downscale_series(study, model, made / "maps").maps
    folder, stamp = Path(region.study).parent, day.replace("-", "")
    (made / "plots.csv").write_text(
        "plot,sm,clay,ndvi\n" + "".join(f"p{i % 7},{20 + i % 11},{i % 13},0.{i:02d}\n" for i in range(40))
    )
    statics = [str(folder / "covariates" / f"{name}.tif") for name in ("elevation", "sand")]
    options = RegionOptions(size_km=60, days=5, n_stations=2, coarse_km=9, products=True)
    delivered = create_sample_region(made / "delivered", options)
    return SimpleNamespace(
        downloads=delivered.downloads,
        truth=next(delivered.truth.glob("sm_*.tif")),
        study=region.study,
        folder=folder,
        samples=made / "samples.csv",
        table=made / "plots.csv",
        model=made / "model.soilsharp",
        predictions=made / "predictions.csv",
        maps=made / "maps",
        n_maps=len(maps),
        fine=made / "maps" / f"sm_{stamp}.tif",
        coarse=next((folder / "coarse").glob(f"*{stamp}.tif")),
        layers=[*statics, *(str(next((folder / "covariates" / n).glob(f"*{stamp}.tif"))) for n in ("ndvi", "lst"))],
        day=day,
    )
