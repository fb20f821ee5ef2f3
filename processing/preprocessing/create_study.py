# SPDX-License-Identifier: GPL-2.0-or-later
"""A study file from the folders that people have."""

from qgis.core import QgsProcessingException

from ...core.rasters.settings import SAME_DAY
from ...core.stations.settings import StationOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import (
    choice,
    collect,
    crs,
    extent,
    file_in,
    file_out,
    flag,
    folder_in,
    moisture_unit,
    number,
    options,
    period,
    raster,
    rasters,
    text,
)


class CreateStudy(SoilSharpAlgorithm):
    NAME, GROUP = "create_study", "preprocessing"
    TAGS = ("SMAP", "covariates", "stations", "grid", "project")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Create study")

    def summary(self):
        return tr(
            "Say once what, where and when: the coarse series, the covariates with their rules, the stations and the "
            "target grid. The result is one file that a person can read and edit, and that the other steps start from. "
            "Nothing is copied: rasters stay where and as they are."
        )

    def parameters(self):
        return [
            text("NAME", tr("Name"), tr("Name of the study; empty: that of its file.")),
            folder_in(
                "COARSE",
                tr("Coarse soil moisture"),
                tr("Folder of dated rasters, each with its day in its file name; or a pattern, as smap/*_AM.tif."),
            ),
            moisture_unit("COARSE_UNIT", tr("Unit of the coarse soil moisture")),
            choice(
                "COARSE_SAME_DAY",
                tr("Coarse rasters of one day"),
                tr("Whether several of one day, as of two overpasses, are refused or averaged."),
                SAME_DAY,
                advanced=True,
            ),
            *covariates(),
            file_in(
                "STATIONS",
                tr("Stations"),
                tr("Table (CSV, Excel) or point layer with station, longitude, latitude, date and soil moisture."),
                optional=True,
            ),
            raster(
                "MASK",
                tr("Mask"),
                tr("Pixels where this raster is 0.5 or more count, as a fraction of forest; it is no covariate."),
                optional=True,
            ),
            *target_grid(),
            *period(tr("the first day of the coarse series"), tr("the last day of the coarse series")),
            text(
                "RULES",
                tr("Rules of the dated covariates"),
                tr(
                    "How rasters give a value for a day, where the guess does not suit: 'name: rule length', "
                    "separated by semicolons. Rules: same_day, nearest, hold, linear (length: longest gap in days), "
                    "sum_before and mean_before (length in days, or in hours as 72h; 'at 6' ends it at 6 UTC; 'without "
                    "day' leaves the day itself out). 'new = name: ...' makes a second covariate of the same rasters, "
                    "'new = name - other' the difference of two. Example: rain: sum_before 3; rain_10d = rain: "
                    "sum_before 10 without day; ndvi: linear 32"
                ),
            ),
            *options(StationOptions, "STATION_", advanced=True),
            flag(
                "NETWORK",
                tr("Read from the network"),
                tr(
                    "Whether rasters may lie in the network, as /vsicurl/https://example.org/dem.tif; it is written "
                    "into the study."
                ),
                default=False,
                advanced=True,
            ),
            file_out("OUTPUT", tr("Study"), tr("The study file to write; paths in it are relative to it."), "*.json"),
        ]

    def outputs(self):
        return numbers(
            COVARIATE_COUNT=tr("Number of covariates"),
            COARSE_DAYS=tr("Days with a coarse raster"),
            PIXELS=tr("Pixels of the target grid"),
        )

    def compute(self, values, progress):
        from ...core.rasters.dates import days_asked
        from ...core.study.create import create_study

        first, last = days_asked(values["START"], values["END"])
        study = create_study(
            values["OUTPUT"],
            values["COARSE"],
            values["COVARIATES"],
            layers=values["LAYERS"],
            name=values["NAME"],
            coarse_unit=values["COARSE_UNIT"],
            coarse_same_day=values["COARSE_SAME_DAY"],
            stations=values["STATIONS"],
            station_options=collect(StationOptions, values, "STATION_"),
            mask=values["MASK"],
            grid=_grid(values),
            first=first,
            last=last,
            rules=values["RULES"],
            network=values["NETWORK"],
            progress=progress,
        )
        return {
            "COVARIATE_COUNT": len(study.covariates),
            "COARSE_DAYS": len(study.coarse_series),
            "PIXELS": study.grid.shape[0] * study.grid.shape[1],
        }


def covariates():
    """Declare the covariates of a study, in folders and as layers."""
    return [
        folder_in(
            "COVARIATES",
            tr("Covariates"),
            tr(
                "Folder: each GeoTIFF in it is a covariate that holds for all days and is named after its file; "
                "each sub-folder of dated GeoTIFFs is a dated covariate named after the folder. Known names get "
                "their usual rule. Several folders are separated by semicolons."
            ),
            optional=True,
        ),
        rasters(
            "LAYERS",
            tr("Covariates from layers"),
            tr(
                "Rasters that are covariates too, named after their layers. Layers whose names differ only in the "
                "day (ndvi_20230501, ndvi_20230517) are one dated covariate."
            ),
            optional=True,
        ),
    ]


def target_grid():
    """Declare the grid of the fine maps: that of a raster, or an extent with a resolution."""
    return [
        raster(
            "GRID",
            tr("Target grid from raster"),
            tr("The fine maps get this raster's grid. Empty: that of the finest covariate."),
            optional=True,
        ),
        extent(
            "EXTENT",
            tr("Extent of the target grid"),
            tr("Only without a raster that gives the grid; needs a resolution."),
            "CRS",
        ),
        number(
            "RESOLUTION",
            tr("Resolution of the target grid"),
            tr("Side of a pixel in units of the reference system. Only together with an extent."),
            low=1e-9,
            optional=True,
        ),
        crs(
            "CRS",
            tr("Reference system of the target grid"),
            tr("Empty: that of the extent. Only together with an extent."),
        ),
    ]


def _grid(values):
    """Return the target grid that was asked for, None for that of the finest covariate."""
    from ...core.rasters.grid import Grid
    from ...core.rasters.open import Source

    if values["GRID"]:
        return Source(values["GRID"], network=values["NETWORK"]).grid()
    if values["EXTENT"] is None and values["RESOLUTION"] is None:
        return None
    if values["EXTENT"] is None or values["RESOLUTION"] is None:
        raise QgsProcessingException(tr("A target grid needs both an extent and a resolution, or a raster to copy."))
    reference, bounds = values["EXTENT"]
    if not reference:
        raise QgsProcessingException(tr("The extent has no reference system: choose that of the target grid."))
    return Grid.from_bounds(reference, values["RESOLUTION"], bounds)
