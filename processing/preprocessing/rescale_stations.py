# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations on the scale of a reference."""

from qgis.core import QgsProcessingException

from ...core.preprocessing.settings import RescaleOptions
from ...core.stations.settings import SeriesOptions, StationOptions
from ...core.units import factor_of
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, folder_in, moisture_unit, options, text


class RescaleStations(SoilSharpAlgorithm):
    NAME, GROUP = "rescale_stations", "preprocessing"
    TAGS = ("bias", "CDF matching", "ERA5-Land", "mean", "standard deviation", "in situ")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "pandas")

    def title(self):
        return tr("Rescale stations")

    def summary(self):
        return tr(
            "Give every station the mean and standard deviation, or the whole distribution, of a reference at its "
            "place, so that stations of different sensors and soils can teach one model (Li et al. 2022). What was "
            "measured stays in the column soil_moisture_measured."
        )

    def parameters(self):
        return [
            file_in(
                "INPUT",
                tr("Stations"),
                tr("Table (CSV, Excel) or point layer; flagged values do not count. Check the stations first."),
            ),
            file_in(
                "STUDY",
                tr("Reference from study"),
                tr("Its coarse soil moisture, or the covariate named below, at the pixel of each station."),
                filter="*.json",
                optional=True,
            ),
            text(
                "COVARIATE",
                tr("Covariate of the study"),
                tr("Name of the reference in the study; empty: its coarse soil moisture."),
            ),
            folder_in(
                "RASTERS",
                tr("Reference from rasters"),
                tr("Folder of dated rasters of soil moisture, or a pattern as era5/*.tif; instead of a study."),
                optional=True,
            ),
            moisture_unit("RASTERS_UNIT", tr("Unit of the reference rasters"), advanced=True),
            file_in(
                "TABLE",
                tr("Reference from table"),
                tr("Table of the same stations with the values of the reference; instead of a study or rasters."),
                optional=True,
            ),
            *options(RescaleOptions),
            *options(SeriesOptions, "STATION_", advanced=True),
            file_out("OUTPUT", tr("Rescaled stations"), tr("The table, rescaled (CSV)."), "*.csv"),
            file_out(
                "OUTPUT_STATIONS",
                tr("Numbers of the stations"),
                tr("Table (CSV): common days, mean and standard deviation before and after, why one was left out."),
                "*.csv",
                optional=True,
            ),
            file_out(
                "OUTPUT_TRANSFORMS",
                tr("How each was changed"),
                tr("JSON with the line by which each station was changed, so that results can be brought back."),
                "*.json",
                optional=True,
            ),
        ]

    def outputs(self):
        return numbers(
            RESCALED=tr("Number of series that were rescaled"),
            LEFT_OUT=tr("Number of series that were left out; the table of numbers says why"),
        )

    def compute(self, values, progress):
        from ...core.base.files import write_files
        from ...core.preprocessing.rescale_stations import rescale_stations

        columns = collect(SeriesOptions, values, "STATION_")
        done = rescale_stations(
            values["INPUT"],
            _reference(values, columns),
            collect(RescaleOptions, values),
            columns=columns,
            progress=progress,
        )
        write_files(
            (values["OUTPUT"], done.write_table),
            (values["OUTPUT_STATIONS"], done.write_stations),
            (values["OUTPUT_TRANSFORMS"], done.write_transforms),
        )
        return {"RESCALED": len(done.transforms), "LEFT_OUT": len(done.stations) - len(done.transforms)}


def _reference(values, columns):
    """Return the one reference that was given."""
    from ...core.preprocessing.rescale_stations import raster_reference, study_reference, table_reference
    from ...core.rasters.series import Series
    from ...core.study.study import COARSE, Study

    if sum(bool(values[name]) for name in ("STUDY", "RASTERS", "TABLE")) != 1:
        raise QgsProcessingException(tr("Give one reference: a study, a folder of rasters, or a table."))
    if values["STUDY"]:
        return study_reference(Study.read(values["STUDY"]), values["COVARIATE"] or COARSE)
    if values["RASTERS"]:
        return raster_reference(Series.from_files(values["RASTERS"], unit_factor=factor_of(values["RASTERS_UNIT"])))
    return table_reference(values["TABLE"], StationOptions(**columns.as_dict()))
