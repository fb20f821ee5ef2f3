# SPDX-License-Identifier: GPL-2.0-or-later
"""Shares of land cover classes per pixel, and masks of them."""

from ...core.preprocessing.settings import FractionOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import collect, options, raster, raster_out


class LandcoverFraction(SoilSharpAlgorithm):
    NAME, GROUP = "landcover_fraction", "preprocessing"
    TAGS = ("land cover", "forest", "water", "urban", "mask", "CORINE", "IGBP", "MCD12Q1", "WorldCover", "CCI")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy")

    def title(self):
        return tr("Land cover fraction and mask")

    def summary(self):
        return tr(
            "Compute which share of every pixel of a target grid chosen land cover classes cover, as forest. A mask "
            "keeps the pixels where the share is large enough, and leaves out those with too much of other classes, as "
            "water and towns. The map of classes may be much finer and in another projection."
        )

    def parameters(self):
        return [
            raster("INPUT", tr("Land cover"), tr("Map of classes, as CORINE, MCD12Q1 or WorldCover.")),
            raster("GRID", tr("Target grid from raster"), tr("The result gets this raster's grid.")),
            *options(FractionOptions),
            raster_out("OUTPUT", tr("Fraction of the classes"), tr("Raster with the fraction of the classes, 0 to 1.")),
            raster_out(
                "OUTPUT_MASK",
                tr("Mask"),
                tr("Raster with 1 where a pixel is kept and 0 where it is out; empty: not written."),
                optional=True,
            ),
        ]

    def outputs(self):
        return numbers(
            MEAN=tr("Mean fraction of the classes"),
            KNOWN=tr("Valid fraction of pixels"),
            KEPT=tr("Pixels that the mask keeps"),
        )

    def compute(self, values, progress):
        from ...core.preprocessing.landcover_fraction import landcover_fraction
        from ...core.rasters.open import Source

        facts = landcover_fraction(
            values["INPUT"],
            Source(values["GRID"]).grid(),
            values["OUTPUT"],
            collect(FractionOptions, values),
            mask=values["OUTPUT_MASK"],
            progress=progress,
        )
        return {"MEAN": known(facts.mean), "KNOWN": facts.known, "KEPT": facts.kept}
