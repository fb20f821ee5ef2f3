# SPDX-License-Identifier: GPL-2.0-or-later
"""The imports of stations: archives and tables as people have them become one table of daily values."""

from qgis.core import QgsProcessingOutputString

from ...core.products.settings import AmerifluxImport, IsmnImport, TableImport, UscrnImport
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, extent, file_in, file_out, folder_in, options, period, points_out

TABLES = (".csv", ".txt", ".xlsx", ".zip", ".gz")  # what is read of folders


class ImportStations(SoilSharpAlgorithm):
    """An import of stations.

    A subclass has `OPTIONS` (a record of settings), `inputs()`, its parameters before the settings, and
    `make(values, options, *, area, first, last, progress)`, which gives `StationRecords`.
    """

    GROUP = "preprocessing"
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "pandas")
    OPTIONS = None

    def inputs(self):
        raise NotImplementedError

    def make(self, values, options, *, area, first, last, progress):
        raise NotImplementedError

    def parameters(self):
        return [
            *self.inputs(),
            *options(self.OPTIONS),
            extent("EXTENT", tr("Extent"), tr("Only stations within it. Empty: all there are.")),
            *period(tr("the first day that there is"), tr("the last day that there is")),
            file_out(
                "OUTPUT",
                tr("Stations"),
                tr(
                    "Table (CSV) with one row a station and day: station, longitude, latitude, depth_m, date, "
                    "soil_moisture (m3 m-3), flag (G is good), n (readings of the day), and where there are such "
                    "soil_temperature, air_temperature (degC) and precipitation (mm). A study takes it as it is."
                ),
                "*.csv",
            ),
            points_out(
                "OUTPUT_LAYER",
                tr("Places of the stations"),
                tr(
                    "GeoPackage, one point a station, with network, depth, number of days, first and last day and mean."
                ),
                optional=True,
            ),
            file_out(
                "OUTPUT_ACCOUNT",
                tr("What was left out"),
                tr("Table (CSV) of every file, sensor or line that was left out, and why."),
                "*.csv",
                optional=True,
            ),
        ]

    def outputs(self):
        return [
            *numbers(
                STATIONS=tr("Number of stations"),
                VALUES=tr("Number of daily values"),
                LEFT_OUT=tr("Files, sensors and lines that were left out"),
            ),
            QgsProcessingOutputString("FIRST_DAY", tr("First day that has a value")),
            QgsProcessingOutputString("LAST_DAY", tr("Last day that has a value")),
        ]

    def compute(self, values, progress):
        from ...core.rasters.dates import days_asked
        from ...core.rasters.find import area_of

        first, last = days_asked(values["START"], values["END"])
        records = self.make(
            values,
            collect(self.OPTIONS, values),
            area=area_of(values["EXTENT"]),
            first=first,
            last=last,
            progress=progress.part(0, 0.6),
        )
        records.write(values["OUTPUT"], values["OUTPUT_LAYER"], values["OUTPUT_ACCOUNT"], progress.part(0.6, 1))
        days = records.days
        return {
            "STATIONS": len(records.places),
            "VALUES": len(records.frame),
            "LEFT_OUT": len(records.refused),
            "FIRST_DAY": str(days[0]),
            "LAST_DAY": str(days[-1]),
        }


class ImportIsmn(ImportStations):
    NAME = "import_ismn"
    TAGS = ("ISMN", "in situ", "stations", "International Soil Moisture Network")
    NEEDS = (*ImportStations.NEEDS, "ismn")
    OPTIONS = IsmnImport

    def title(self):
        return tr("Import ISMN stations")

    def summary(self):
        return tr(
            "Make a table of daily values of an archive of the International Soil Moisture Network, zipped or "
            "unpacked, in either of its layouts. Readings with other flags than those that count are left out."
        )

    def inputs(self):
        words = tr(
            "The zip as it was delivered; or a folder of several zips, or of what was unpacked from them, which is "
            "read whole. All is left as it is."
        )
        return [folder_in("INPUT", tr("Archive or folder"), words, endings=(".zip", ".stm"))]

    def make(self, values, options, **wanted):
        from ...core.products.stations.ismn import import_ismn

        return import_ismn(values["INPUT"], options, **wanted)


class ImportAmeriflux(ImportStations):
    NAME = "import_ameriflux"
    TAGS = ("AmeriFlux", "FLUXNET", "flux tower", "in situ", "stations")
    OPTIONS = AmerifluxImport

    def title(self):
        return tr("Import AmeriFlux and FLUXNET stations")

    def summary(self):
        return tr(
            "Make a table of daily values of half-hourly files of flux towers: AmeriFlux BASE, AmeriFlux FLUXNET and "
            "FLUXNET2015. The files say neither where a site is nor how deep its sensors are, so both are asked for "
            "unless the BADM tables lie beside them."
        )

    def inputs(self):
        return [
            folder_in(
                "INPUT",
                tr("Downloaded files"),
                tr("Folder with the zips or the CSV files, one of them, or a pattern."),
                endings=TABLES,
            ),
            file_in(
                "SITES",
                tr("Table of sites"),
                tr("With SITE_ID, LOCATION_LAT and LOCATION_LONG, as the site list or the BADM of AmeriFlux."),
                optional=True,
            ),
            file_in(
                "DEPTH_TABLE",
                tr("Table of depths"),
                tr(
                    "With Site_ID, Variable (as SWC_1_1_1) and Height or depth in m, as the measurement heights that "
                    "AmeriFlux publishes; heights below ground are negative."
                ),
                optional=True,
            ),
        ]

    def make(self, values, options, **wanted):
        from ...core.products.stations.ameriflux import import_ameriflux

        return import_ameriflux(values["INPUT"], options, sites=values["SITES"], depths=values["DEPTH_TABLE"], **wanted)


class ImportUscrn(ImportStations):
    NAME = "import_uscrn"
    TAGS = ("USCRN", "NOAA", "Climate Reference Network", "in situ", "stations")
    OPTIONS = UscrnImport

    def title(self):
        return tr("Import USCRN stations")

    def summary(self):
        return tr(
            "Make one table of the daily files of the U.S. Climate Reference Network (product Daily01), of as many "
            "stations and years as there are. Its days are of local standard time."
        )

    def inputs(self):
        words = tr("Folder with CRND0103-*.txt, one of them, or a CSV (also .gz) with the same columns.")
        return [folder_in("INPUT", tr("Downloaded files"), words, endings=TABLES)]

    def make(self, values, options, **wanted):
        from ...core.products.stations.uscrn import import_uscrn

        return import_uscrn(values["INPUT"], options, **wanted)


class ImportStationTable(ImportStations):
    NAME = "import_station_table"
    TAGS = ("CSV", "Excel", "in situ", "stations", "field campaign", "loggers")
    OPTIONS = TableImport

    def title(self):
        return tr("Import station table")

    def summary(self):
        return tr(
            "Make a table of daily values of any table of soil moisture: CSV, Excel or a layer of points, long or with "
            "a column for each depth or station. Columns, dates, decimal commas, encoding and unit are found out and "
            "told; what has two meanings is asked for."
        )

    def inputs(self):
        return [
            file_in("INPUT", tr("Table"), tr("CSV, Excel (needs openpyxl) or layer of points.")),
            file_in(
                "PLACES",
                tr("Table of places"),
                tr("Table or layer with station, longitude and latitude, where the table itself has none."),
                optional=True,
            ),
        ]

    def make(self, values, options, **wanted):
        from ...core.products.stations.tables import import_station_table

        return import_station_table(values["INPUT"], options, places=values["PLACES"], **wanted)
