# SPDX-License-Identifier: GPL-2.0-or-later
"""One product out of several."""

from ...core.analysis.settings import MergeOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm
from ..parameters import collect, folder_out, load_flag, options, text
from ..preprocessing.write_maps import WriteMaps
from .triple_collocation import products_folder, series_in


class MergeProducts(WriteMaps):
    NAME, GROUP = "merge_products", "validation"
    TAGS = ("triple collocation", "weights", "combine", "blend", "error")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Merge products")

    def summary(self):
        return tr(
            "Make one product out of several coarse ones: the mean of every day, weighted at every pixel by how small "
            "the errors are that triple collocation tells of three or more products. Each is brought to the mean and "
            "the scale of one of them first; where one lacks, the others share its weight."
        )

    def parameters(self):
        return [
            products_folder(),
            text(
                "MERGED",
                tr("Products to merge"),
                tr("Names of two or more of them, with commas between; the others only tell errors. Empty: all."),
            ),
            *options(MergeOptions),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr("Gets sm, the maps of days, sd, their standard deviations, m³ m⁻³, and maps of the errors."),
            ),
        ]

    def compute(self, values, progress):
        from ...core.analysis.merge_products import merge_products

        merged = [name.strip() for name in values["MERGED"].split(",") if name.strip()]
        outcome = merge_products(
            series_in(values["PRODUCTS_FOLDER"]),
            values["OUTPUT"],
            collect(MergeOptions, values),
            merged=merged,
            progress=progress,
        )
        return self.account(outcome)
