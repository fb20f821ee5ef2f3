# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job from nothing to a report, headless: a synthetic region downscaled through qgis_process, into demo/."""

import time
from pathlib import Path

from demo_steps import ROOT, draw_kriged, run, tell

DEMO = ROOT / "demo"
PLAYED = 1  # the temporal controller is on when the project is opened: of all days that of the first frame is drawn


def main() -> None:
    """Run the chain, print the scores, and leave maps, a picture, reports and a QGIS project."""
    start = time.monotonic()
    region, study, made = DEMO / "region", DEMO / "study.json", DEMO / "soilsharp"
    maps = made / "maps"
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
    results = run("run_method", STUDY=study, METHOD="soilsharp", OUTPUT=made)
    print(f"    {results['DETAIL']}")
    print(f"    noise of the coarse product: {results['NOISE']:.4f} m³ m⁻³")
    print(f"    pixels filled from other cells or days: {results['N_FILLED']:,}, in {results['DAYS']} maps")
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
    draw_kriged(DEMO / "map.png", region / "coarse", maps, region / "truth")
    write_project(DEMO / "demo.qgz", made)
    tell("Against the stations, a few of them faulty", made / "scores.csv")
    tell("Against the fine truth, which only a synthetic region has", DEMO / "scores_truth.csv")
    seconds = time.monotonic() - start
    print(f"\nIn {DEMO.name}/: soilsharp/ (maps and reports), map.png, report_truth.html, demo.qgz ({seconds:.0f} s)")


def write_project(path: Path, made: Path) -> None:
    """Write a QGIS project with the styled, dated maps of a run, the coarse product and the scored stations."""
    from qgis.core import (
        QgsApplication,
        QgsDatumTransform,
        QgsProject,
        QgsRasterLayer,
        QgsReferencedRectangle,
        QgsVectorLayer,
    )

    from soilsharp.core.rasters.dates import day_of
    from soilsharp.processing.series_tree import insert_days, insert_run, move_to_stations, see_days, see_first
    from soilsharp.processing.styling import STYLES, set_day, set_days

    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    kinds = (
        ("path", "Fine soil moisture", made / "maps", "soil_moisture.qml"),
        ("coarse", "Coarse soil moisture", DEMO / "region/coarse", "soil_moisture.qml"),
        ("sd", "Standard deviation", made / "maps" / "sd", "standard_deviation.qml"),
        ("filled", "Filled pixels", made / "maps" / "filled", "filled.qml"),
    )
    group, days = insert_run(project.layerTreeRoot(), made / "maps", "Soil moisture: {}"), []
    for key, title, folder, style in kinds:
        of_kind = insert_days(group, key, title)
        for file in sorted(folder.glob("*.tif")):
            day = day_of(file)
            days.append(day)
            layer = QgsRasterLayer(str(file), str(day))
            layer.loadNamedStyle(str(STYLES / style))
            set_day(layer, day)
            of_kind.addLayer(project.addMapLayer(layer, False)).setExpanded(False)
        see_days(of_kind, True)
    see_first(group)
    stations = QgsVectorLayer(str(made / "stations.gpkg"), "Stations")
    stations.loadNamedStyle(str(STYLES / "stations_scores.qml"))
    project.addMapLayer(stations)
    move_to_stations(stations, project)
    project.setCrs(layer.crs())
    # what QGIS would otherwise ask when it opens the project
    operation = QgsDatumTransform.operations(stations.crs(), layer.crs())[0]
    transforms = project.transformContext()
    transforms.addCoordinateOperation(stations.crs(), layer.crs(), operation.proj)
    project.setTransformContext(transforms)
    set_days(project, min(days), max(days))
    project.timeSettings().setFramesPerSecond(2)
    project.writeEntry("TemporalControllerWidget", "/NavigationMode", PLAYED)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(layer.extent(), layer.crs()))
    project.setTitle("SoilSharp demo")
    project.write(str(path))
    application.exitQgis()


if __name__ == "__main__":
    main()
