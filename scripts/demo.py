# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job from nothing to a report, headless: a synthetic region downscaled through qgis_process, into demo/."""

import time
from pathlib import Path

from demo_steps import ROOT, draw_map, run, tell

DEMO = ROOT / "demo"
LEARNERS = ("linear", "random_forest", "lightgbm")


def main() -> None:
    """Run the chain, print the scores, and leave maps, a picture, reports and a QGIS project."""
    start = time.monotonic()
    region, study, maps = DEMO / "region", DEMO / "study.json", DEMO / "maps"
    run("create_sample_region", OUTPUT=region)
    run(
        "create_study",
        NAME="Sample region",
        COARSE=region / "coarse",
        COVARIATES=region / "covariates",
        STATIONS=region / "stations.csv",
        RULES="rain_10d = rain: sum_before 10; lst: linear 16",
        OUTPUT=study,
    )
    run("sample_coarse", STUDY=study, OUTPUT=DEMO / "samples.csv")
    errors = {}
    for learner in LEARNERS:
        results = run(f"train_{learner}", SAMPLES=DEMO / "samples.csv", SEED=1, OUTPUT=model_of(learner))
        errors[learner] = results["RMSE"]
        print(f"    RMSE of 5 folds by block: {results['RMSE']:.4f} m³ m⁻³")
    best = min(errors, key=errors.get)
    print(f"  {best} has the least error and makes the maps")
    run("downscale_series", STUDY=study, MODEL=model_of(best), CONSISTENCY="additive", OUTPUT=maps)
    run(
        "validate_stations",
        MAPS=maps,
        STUDY=study,
        MODEL=model_of(best),
        OUTPUT_TABLE=DEMO / "scores.csv",
        OUTPUT_LAYER=DEMO / "stations.gpkg",
        OUTPUT_REPORT=DEMO / "report.html",
    )
    run(
        "compare_products",
        PRODUCTS_FOLDER=maps,
        REFERENCE_FOLDER=region / "truth",
        COARSE_FOLDER=region / "coarse",
        OUTPUT=DEMO / "scores_truth.csv",
        OUTPUT_DATES=DEMO / "scores_truth_by_date.csv",
        OUTPUT_REPORT=DEMO / "report_truth.html",
    )
    print("  picture and QGIS project")
    draw_map(DEMO / "map.png", region / "coarse", maps, region / "truth")
    write_project(DEMO / "demo.qgz")
    tell("Against the stations, a few of them faulty", DEMO / "scores.csv")
    tell("Against the fine truth, which only a synthetic region has", DEMO / "scores_truth.csv")
    seconds = time.monotonic() - start
    print(f"\nIn {DEMO.name}/: maps/, map.png, report.html, report_truth.html, demo.qgz ({seconds:.0f} s)")


def model_of(learner: str) -> Path:
    """Return the path of a learner's model."""
    return DEMO / f"{learner}.soilsharp"


def write_project(path: Path) -> None:
    """Write a QGIS project with the styled, dated maps, the coarse product and the scored stations."""
    from qgis.core import (
        QgsApplication,
        QgsDatumTransform,
        QgsProject,
        QgsRasterLayer,
        QgsReferencedRectangle,
        QgsVectorLayer,
    )

    from soilsharp.core.rasters.dates import day_of
    from soilsharp.processing.styling import STYLES, move_to_group, set_day, set_days

    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    days = []
    for title, folder in (("Coarse soil moisture", DEMO / "region/coarse"), ("Fine soil moisture", DEMO / "maps")):
        for file in sorted(folder.glob("*.tif")):
            day = day_of(file)
            days.append(day)
            layer = QgsRasterLayer(str(file), str(day))
            layer.loadNamedStyle(str(STYLES / "soil_moisture.qml"))
            set_day(layer, day)
            project.addMapLayer(layer)
            move_to_group(layer, title, project)
    stations = QgsVectorLayer(str(DEMO / "stations.gpkg"), "Stations")
    stations.loadNamedStyle(str(STYLES / "stations_scores.qml"))
    project.addMapLayer(stations)
    project.setCrs(layer.crs())
    # what QGIS would otherwise ask when it opens the project
    operation = QgsDatumTransform.operations(stations.crs(), layer.crs())[0]
    transforms = project.transformContext()
    transforms.addCoordinateOperation(stations.crs(), layer.crs(), operation.proj)
    project.setTransformContext(transforms)
    set_days(project, min(days), max(days))
    project.timeSettings().setFramesPerSecond(2)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(layer.extent(), layer.crs()))
    project.setTitle("SoilSharp demo")
    project.write(str(path))
    application.exitQgis()


if __name__ == "__main__":
    main()
