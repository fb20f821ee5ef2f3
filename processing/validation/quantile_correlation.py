# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps and a station over time scales and quantiles."""

from qgis.core import QgsProcessingOutputString

from ...core.analysis.settings import MqccOptions
from ...core.stations.settings import StationOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import collect, file_in, file_out, folder_in, options, report_out, text


class QuantileCorrelation(SoilSharpAlgorithm):
    NAME, GROUP = "quantile_correlation", "validation"
    TAGS = ("MQCC", "multiscale", "quantile regression", "time scale", "station")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "sklearn")

    def title(self):
        return tr("Multiscale quantile correlation")

    def summary(self):
        return tr(
            "Compare daily maps with a station over means of 1 to 20 days and over quantiles: whether they go together "
            "from day to day or only from week to week, and on dry days or on wet ones."
        )

    def parameters(self):
        return [
            folder_in("MAPS", tr("Daily maps"), tr("Folder of maps in m³ m⁻³, or a pattern, as maps/*.tif.")),
            file_in("STATIONS", tr("Stations"), tr("Table (CSV, Excel) or point layer.")),
            text(
                "PLACE", tr("Name of the station"), tr("Empty: the one with the most days in common."), asks="station"
            ),
            *options(MqccOptions),
            *options(StationOptions, "STATION_", advanced=True),
            file_out("OUTPUT", tr("Correlations"), tr("Table (CSV), one row a time scale and quantile."), "*.csv"),
            report_out(tr("One HTML page with the heat map.")),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("CHOSEN", tr("Station that was compared")),
            *numbers(DAYS=tr("Common days"), MEDIAN=tr("Quantile correlation of daily values at the median")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.mqcc import mqcc_at_station
        from ...core.analysis.report import mqcc_report
        from ...core.base.files import write_files
        from ...core.base.tables import write_csv
        from ...core.rasters.series import Series
        from ...core.stations.stations import Stations

        place, result, days = mqcc_at_station(
            Series.from_files(values["MAPS"]),
            Stations.read(values["STATIONS"], collect(StationOptions, values, "STATION_"), progress),
            values["PLACE"],
            collect(MqccOptions, values),
            progress,
        )
        write_files(
            (values["OUTPUT"], lambda path: write_csv(path, result.table())),
            (values["OUTPUT_REPORT"], lambda path: mqcc_report(path, result, place)),
        )
        median = result.rho[0, list(result.quantiles).index(0.5)]
        return {"CHOSEN": place, "DAYS": days, "MEDIAN": known(float(median))}
