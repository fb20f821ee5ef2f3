# SPDX-License-Identifier: GPL-2.0-or-later
"""Partial correlations with what weather stations measured."""

from ...core.analysis.settings import PartialOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, folder_in, options, points_out


class WeatherCorrelation(SoilSharpAlgorithm):
    NAME, GROUP = "weather_correlation", "validation"
    TAGS = ("precipitation", "temperature", "drivers", "weather stations", "partial correlation", "significance")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Partial correlation at weather stations")

    def summary(self):
        return tr(
            "Correlate the monthly or annual means of soil moisture at weather stations with the rain and temperature "
            "that these measured, each freed of what the other explains."
        )

    def parameters(self):
        return [
            folder_in("MAPS", tr("Soil moisture"), tr("Folder of dated maps in m³ m⁻³, daily or monthly.")),
            file_in(
                "WEATHER",
                tr("Weather stations"),
                tr(
                    "Table (CSV) with station, longitude, latitude, date (2023-05-01) and two or more columns of "
                    "numbers, as precipitation in mm and temperature in °C."
                ),
                filter="*.csv",
            ),
            *options(PartialOptions),
            file_out("OUTPUT", tr("Correlations"), tr("Table (CSV), one row a station and driver."), "*.csv"),
            points_out("OUTPUT_LAYER", tr("Stations"), tr("Points with the same."), optional=True),
        ]

    def outputs(self):
        return numbers(
            STATIONS=tr("Number of stations on the maps"),
            SIGNIFICANT=tr("Number of significant correlations"),
        )

    def compute(self, values, progress):
        from ...core.analysis.weather_stations import partial_at_stations
        from ...core.base.files import write_files
        from ...core.base.tables import write_csv
        from ...core.rasters.series import Series
        from ...core.stations.layer import write_points

        table = partial_at_stations(
            Series.from_files(values["MAPS"]), values["WEATHER"], collect(PartialOptions, values), progress
        )
        columns = table.drop(columns=["longitude", "latitude"])
        write_files(
            (values["OUTPUT"], lambda path: write_csv(path, table)),
            (values["OUTPUT_LAYER"], lambda path: write_points(path, columns, table["longitude"], table["latitude"])),
        )
        return {"STATIONS": int(table["station"].nunique()), "SIGNIFICANT": int((table["sign"].abs() == 1).sum())}
