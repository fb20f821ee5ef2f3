# SPDX-License-Identifier: GPL-2.0-or-later
"""A synthetic region to try everything on."""

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputFolder

from ...core.sample_region.settings import RegionOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, folder_out, options, seed


class CreateSampleRegion(SoilSharpAlgorithm):
    NAME, GROUP = "create_sample_region", "preprocessing"
    TAGS = ("demo", "example", "synthetic", "test data")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Create sample region")

    def summary(self):
        return tr(
            "Make up a region whose fine soil moisture is known: terrain, weather, a daily water balance, and what a "
            "coarse sensor, stations and covariates see of it. The result is a study that every other step can use. "
            "A second study, study_all.json, has further covariates: land cover in five classes, the surface "
            "temperature at night, and coarse products of two layers below the top 10 cm."
        )

    def parameters(self):
        return [
            *options(RegionOptions),
            seed(default=1),
            folder_out(
                "OUTPUT",
                tr("Folder of the region"),
                tr(
                    "Gets study.json, study_all.json and all the rasters and stations; delivered products in "
                    "downloads/."
                ),
            ),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputFile("STUDY", tr("Study file of the region")),
            QgsProcessingOutputFile("STUDY_ALL", tr("Study file of the region with the further layers")),
            QgsProcessingOutputFolder("DOWNLOADS", tr("Folder of the delivered products, if they were asked for")),
            *numbers(
                COARSE_DAYS=tr("Days with a coarse raster"),
                STATIONS=tr("Number of stations"),
                MEAN=tr("Mean of the true soil moisture, m³ m⁻³"),
            ),
        ]

    def compute(self, values, progress):
        from ...core.sample_region.region import create_sample_region

        region = create_sample_region(values["OUTPUT"], collect(RegionOptions, values), values["SEED"], progress)
        facts = region.facts
        return {
            "STUDY": str(region.study),
            "STUDY_ALL": str(region.study_all),
            "DOWNLOADS": str(region.downloads) if region.downloads else None,
            "COARSE_DAYS": facts["coarse_days"],
            "STATIONS": facts["stations"],
            "MEAN": facts["mean_sm"],
        }
