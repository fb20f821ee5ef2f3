# SPDX-License-Identifier: GPL-2.0-or-later
"""From folders of downloads to a validated map, headless: a region as delivered products, into demo-products/."""

import shutil
import time
from pathlib import Path

from demo_steps import ROOT, draw_map, run, tell

DEMO = ROOT / "demo-products"
AREA = "4400000,4520000,2840000,2960000 [EPSG:3035]"  # left, right, bottom, top


def main() -> None:
    """Run the road from downloads to scores; print them, and leave maps, a picture and reports."""
    start = time.monotonic()
    # what an import writes joins what is in its folder already
    shutil.rmtree(DEMO, ignore_errors=True)
    region, maps = DEMO / "region", DEMO / "maps"
    run("create_sample_region", PRODUCTS=True, OUTPUT=region)
    import_downloads(region / "downloads")
    study = make_study()
    run("sample_coarse", STUDY=study, OUTPUT=DEMO / "samples.csv")
    results = run("train_blend", SAMPLES=DEMO / "samples.csv", SEED=1, OUTPUT=DEMO / "model.soilsharp")
    print(f"    RMSE of 5 folds by block: {results['RMSE']:.4f} m³ m⁻³")
    run("downscale_series", STUDY=study, MODEL=DEMO / "model.soilsharp", OUTPUT=maps)
    run(
        "validate_stations",
        MAPS=maps,
        STUDY=study,
        MODEL=DEMO / "model.soilsharp",
        OUTPUT_TABLE=DEMO / "scores.csv",
        OUTPUT_LAYER=DEMO / "stations.gpkg",
        OUTPUT_REPORT=DEMO / "report.html",
    )
    run(
        "compare_products",
        PRODUCTS_FOLDER=maps,
        REFERENCE_FOLDER=region / "truth",
        COARSE_FOLDER=DEMO / "coarse",
        OUTPUT=DEMO / "scores_truth.csv",
        OUTPUT_DATES=DEMO / "scores_truth_by_date.csv",
        OUTPUT_REPORT=DEMO / "report_truth.html",
    )
    draw_map(DEMO / "map.png", DEMO / "coarse", maps, region / "truth")
    tell("Against the stations", DEMO / "scores.csv")
    tell("Against the fine truth, which only a synthetic region has", DEMO / "scores_truth.csv")
    seconds = time.monotonic() - start
    print(f"\nIn {DEMO.name}/: maps/, map.png, check.html, report.html, report_truth.html ({seconds:.0f} s)")


def import_downloads(downloads: Path) -> None:
    """Bring every product to dated maps, maps that hold for all days, and a checked table of stations."""
    covariates, dem = DEMO / "covariates", downloads / "dem" / "elevation.tif"
    here = {"EXTENT": AREA, "LOAD": False}
    done = run("import_smap", INPUT=downloads / "smap", OUTPUT=DEMO / "coarse", **here)
    tell_maps(done)
    modis = downloads / "modis"
    done = run("import_modis", INPUT=modis / "MOD13*", DATE="middle", OUTPUT=covariates / "ndvi", **here)
    tell_maps(done)
    tell_maps(run("import_modis", INPUT=modis / "MOD11*", OUTPUT=covariates / "lst", **here))
    tell_maps(run("import_era5land", INPUT=downloads / "era5land", OUTPUT=covariates / "weather", **here))
    tell_maps(run("import_soilgrids", INPUT=downloads / "soilgrids", OUTPUT=covariates / "soil", **here))
    done = run("terrain_attributes", DEM=dem, ASPECT=False, ROUTING="mfd_md", LOAD=False, OUTPUT=covariates / "terrain")
    tell_maps(done)
    archive = next((downloads / "ismn").glob("*.zip"))
    done = run("import_ismn", INPUT=archive, OUTPUT=DEMO / "stations_all.csv")
    print(f"    {done['STATIONS']} stations, {done['VALUES']} daily values")
    done = run(
        "check_stations",
        INPUT=DEMO / "stations_all.csv",
        OUTPUT=DEMO / "stations.csv",
        OUTPUT_LAYER=DEMO / "stations_checked.gpkg",
    )
    print(f"    {done['FLAGGED']} of {done['ROWS']} values flagged")


def tell_maps(results: dict) -> None:
    """Print what came of an import."""
    known = f", {100 * results['KNOWN']:.0f} % valid" if "KNOWN" in results else ""
    print(f"    {results['MAPS']:.0f} maps{known}")


def make_study() -> Path:
    """Make a study of what was imported and have it checked; return its path."""
    study = DEMO / "study.json"
    run(
        "create_study",
        NAME="Sample region from products",
        COARSE=DEMO / "coarse",
        COVARIATES=DEMO / "covariates",
        STATIONS=DEMO / "stations.csv",
        EXTENT=AREA,
        RESOLUTION=1000,
        RULES="tp_10d = tp: sum_before 10",
        OUTPUT=study,
    )
    done = run("check_study", STUDY=study, OUTPUT=DEMO / "check.html")
    cover = 100 * done["MEAN_COVER"]
    print(f"    {done['PROBLEMS']:.0f} problems, {done['WARNINGS']:.0f} warnings, {cover:.0f} % of the grid covered")
    return study


if __name__ == "__main__":
    main()
