# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations checked value by value."""

from ...core.stations.settings import CheckOptions, SeriesOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, folder_in, options, points_out, raster, report_out


class CheckStations(SoilSharpAlgorithm):
    NAME, GROUP = "check_stations", "preprocessing"
    TAGS = ("quality", "flags", "ISMN", "Dorigo", "spikes", "outliers", "in situ", "gaps")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "flagit")
    STYLE = {"OUTPUT_LAYER": "stations_verdict.qml"}  # noqa: RUF012

    def title(self):
        return tr("Check stations")

    def summary(self):
        return tr(
            "Find implausible values of stations: out of range, frozen, spikes, breaks, stuck. "
            "Gives the same table with a flag in every row, G where good, else the codes of the rules (Dorigo et al. "
            "2013 and others). A person may edit it, and the later steps leave out what is flagged."
        )

    def parameters(self):
        return [
            file_in(
                "INPUT",
                tr("Stations"),
                tr(
                    "Table (CSV, Excel) or point layer with station, longitude, latitude, date and soil moisture, "
                    "daily or hourly. Where there are such, these columns are used: depth, flag, soil_temperature, "
                    "air_temperature and lst (°C or K), precipitation (mm), porosity."
                ),
            ),
            folder_in(
                "COARSE_FOLDER",
                tr("Coarse product"),
                tr(
                    "Folder of dated rasters of soil moisture in m³ m⁻³, one a day, as SMAP or ERA5-Land. Breaks and "
                    "drifts of sensors down to 0.15 m are then sought in the difference to it, which no faulty "
                    "neighbour disturbs. Empty: in that to the neighbours."
                ),
                optional=True,
            ),
            *options(CheckOptions),
            raster(
                "GRID",
                tr("One station a pixel of"),
                tr(
                    "Stations within one pixel of this raster become one station with their mean, called as A+B. Left "
                    "empty, they stay apart."
                ),
                optional=True,
            ),
            *options(SeriesOptions, "STATION_", advanced=True),
            file_out("OUTPUT", tr("Checked stations"), tr("The table with its flags (CSV)."), "*.csv"),
            points_out(
                "OUTPUT_LAYER",
                tr("Stations with verdict"),
                tr(
                    "Points with the verdict on every station, its fraction of good values and the count of every code."
                ),
                optional=True,
            ),
            report_out(tr("One HTML page: the rules, the stations, and the series of those that were flagged.")),
        ]

    def outputs(self):
        return numbers(
            ROWS=tr("Number of values that were checked"),
            FLAGGED=tr("Number of values with a flag, those from before included"),
            FILLED=tr("Number of days that were filled"),
            STATIONS=tr("Number of stations"),
            WITHOUT_GOOD=tr("Number of stations left without any good value"),
        )

    def compute(self, values, progress):
        from ...core.base.files import write_files
        from ...core.rasters.open import Source
        from ...core.rasters.series import Series
        from ...core.stations.quality import check_stations

        check = check_stations(
            values["INPUT"],
            collect(CheckOptions, values),
            columns=collect(SeriesOptions, values, "STATION_"),
            grid=Source(values["GRID"]).grid() if values["GRID"] else None,
            maps=Series.from_files(values["COARSE_FOLDER"]) if values["COARSE_FOLDER"] else None,
            progress=progress.part(0, 0.7),
        )
        write_files(
            (values["OUTPUT"], lambda path: check.write_table(path, progress.part(0.7, 0.8))),
            (values["OUTPUT_LAYER"], check.write_layer),
            (values["OUTPUT_REPORT"], lambda path: _report(path, check, progress.part(0.8, 1))),
        )
        return {
            "ROWS": check.n_rows,
            "FLAGGED": check.n_flagged,
            "FILLED": check.filled,
            "STATIONS": check.stations["station"].nunique(),
            "WITHOUT_GOOD": len(check.without_good),
        }


def _report(path, check, progress):
    from ...core.stations.report import write_check_report

    write_check_report(path, check, progress)
