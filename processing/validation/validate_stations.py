# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps against stations."""

from functools import partial

from qgis.core import QgsProcessingException

from ...core.stations.settings import StationOptions
from ...core.units import factor_of
from ...core.validation.settings import BandOptions, SeriesOptions, WindowOptions
from ...i18n import tr
from .. import judged
from ..base import SoilSharpAlgorithm, known, numbers, score_results
from ..parameters import (
    MODEL_FILTER,
    collect,
    coverage_out,
    file_in,
    file_out,
    folder_in,
    moisture_unit,
    options,
    points_out,
    report_out,
    text,
)


class ValidateStations(SoilSharpAlgorithm):
    NAME, GROUP = "validate_stations", "validation"
    TAGS = ("ubRMSE", "accuracy", "in situ", "ISMN", "report", "scores")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "matplotlib")
    STYLE = {"OUTPUT_LAYER": "stations_scores.qml"}  # noqa: RUF012

    def title(self):
        return tr("Validate with stations")

    def summary(self):
        return tr(
            "Compare fine maps with stations, on the same days and places as the coarse product that they come from, "
            "so that the gain of the fine maps shows. Makes a table, a layer of stations and a report."
        )

    def parameters(self):
        return [
            folder_in("MAPS", tr("Fine maps"), tr("Folder of dated maps in m³ m⁻³, or a pattern as maps/sm_*.tif.")),
            file_in(
                "STUDY",
                tr("Study"),
                tr("Gives stations and the coarse product, where these are not given below; its rain is drawn, too."),
                filter="*.json",
                optional=True,
            ),
            file_in(
                "STATIONS",
                tr("Stations"),
                tr("Table (CSV, Excel) or point layer; empty: the stations of the study."),
                optional=True,
            ),
            folder_in(
                "COARSE",
                tr("Coarse soil moisture"),
                tr("Folder of dated coarse rasters; empty: the coarse product of the study."),
                optional=True,
            ),
            folder_in(
                "MAPS_SD",
                tr("Maps of the standard deviation"),
                tr("Folder of dated maps in m³ m⁻³; empty: those in the folder sd beside the maps, if there are any."),
                optional=True,
            ),
            moisture_unit("COARSE_UNIT", tr("Unit of the coarse soil moisture"), advanced=True),
            file_in(
                "MODEL",
                tr("Model"),
                tr("The model that made the maps; the report then tells how it was trained."),
                filter=MODEL_FILTER,
                optional=True,
            ),
            *options(WindowOptions),
            *options(SeriesOptions),
            *options(BandOptions),
            text("TITLE", tr("Title of the report"), tr("Empty: the name of the study."), advanced=True),
            *options(StationOptions, "STATION_", advanced=True),
            file_out("OUTPUT_TABLE", tr("Scores"), tr("Table (CSV), one row a product."), "*.csv"),
            points_out(
                "OUTPUT_LAYER", tr("Stations with scores"), tr("Points with the scores of each station."), optional=True
            ),
            report_out(tr("One HTML page with tables and figures.")),
            file_out(
                "OUTPUT_PREDICTIONS",
                tr("Pairs"),
                tr(
                    "Table (CSV): maps, coarse product and station of every day, m³ m⁻³; stations that the model has "
                    "learned from are marked."
                ),
                "*.csv",
                optional=True,
            ),
            coverage_out(),
        ]

    def outputs(self):
        scores = numbers(
            RMSE=tr("Root mean square error of the maps, m³ m⁻³"),
            UBRMSE=tr("Unbiased root mean square error of the maps, m³ m⁻³"),
            BIAS=tr("Bias of the maps, map minus station, m³ m⁻³"),
            R=tr("Correlation of the maps with the stations"),
            N=tr("Number of days and stations that were compared"),
            COVERAGE=tr("Fraction of the station values in the band of 90 % of the maps, where these have one"),
        )
        return [*scores, *judged.outputs()]

    def compute(self, values, progress):
        from ...core.base.files import write_files
        from ...core.rasters.series import Series
        from ...core.scoring.standing import standing
        from ...core.stations.stations import Stations
        from ...core.study.study import Study
        from ...core.training.model_file import read_passport
        from ...core.validation.bands import reliability_at, write_coverage
        from ...core.validation.report import station_report
        from ...core.validation.station_series import SeriesBeside
        from ...core.validation.stations import validate_stations

        study = Study.read(values["STUDY"]) if values["STUDY"] else None
        if values["STATIONS"]:
            stations = Stations.read(values["STATIONS"], collect(StationOptions, values, "STATION_"), progress)
        elif study is not None and study.stations_file:
            stations = study.stations(progress)
        else:
            raise QgsProcessingException(tr("There are no stations: give them, or a study that has some."))
        coarse = study.coarse_series if study is not None and study.coarse else None
        if values["COARSE"]:
            coarse = Series.from_files(values["COARSE"], unit_factor=factor_of(values["COARSE_UNIT"]))
        maps = Series.from_files(values["MAPS"])
        validation = validate_stations(
            maps,
            stations,
            coarse,
            options=collect(WindowOptions, values),
            spread=Series.from_files(values["MAPS_SD"]) if values["MAPS_SD"] else None,
            progress=progress.part(0, 0.8),
        )
        for note in validation.notes:
            progress.say(note)
        for warning in validation.warnings:
            progress.warn(warning)
        title = values["TITLE"] or (study.name if study is not None else "") or tr("Validation with stations")
        passport = read_passport(values["MODEL"]) if values["MODEL"] else None
        error = collect(BandOptions, values).station_error
        predictions = validation.predictions((passport or {}).get("stations", ()))
        bands = reliability_at(predictions, study, error)
        report = partial(
            station_report,
            validation=validation,
            maps=maps,
            coarse=coarse,
            passport=passport,
            beside=SeriesBeside(collect(SeriesOptions, values), study),
            title=title,
            station_error=error,
            bands=bands,
            progress=progress,
        )
        write_files(
            (values["OUTPUT_TABLE"], validation.write_table),
            (values["OUTPUT_LAYER"], validation.write_layer),
            (values["OUTPUT_REPORT"], report),
            (values["OUTPUT_PREDICTIONS"], predictions.write),
            (values["OUTPUT_COVERAGE"], partial(write_coverage, bands=bands)),
            progress=progress.part(0.8, 1),
        )
        first = validation.table.iloc[0]
        coverage = known(float(first.get("coverage_90", "nan")))
        return {**score_results(first), "COVERAGE": coverage, **judged.results(standing(validation.table))}
