# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine map that keeps the coarse means."""

from ...core.downscaling.settings import ConserveOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, options, raster, raster_out


class ConserveCoarse(SoilSharpAlgorithm):
    NAME, GROUP = "conserve_coarse", "downscaling"
    TAGS = ("mass conservation", "residual correction", "area mean", "consistency")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy")
    STYLE = {"OUTPUT": "soil_moisture.qml"}  # noqa: RUF012

    def title(self):
        return tr("Keep coarse means")

    def summary(self):
        return tr(
            "Change a fine map so that its area mean over every coarse cell is the coarse value. The two rasters may "
            "have any reference systems and need not nest."
        )

    def parameters(self):
        return [
            raster("FINE", tr("Fine soil moisture"), tr("The map to change, in m³ m⁻³.")),
            raster("COARSE", tr("Coarse soil moisture"), tr("What the means shall be, in m³ m⁻³.")),
            *options(ConserveOptions, without=("off",)),
            raster_out("OUTPUT", tr("Conserving soil moisture"), tr("GeoTIFF on the grid of the fine map, in m³ m⁻³.")),
        ]

    def outputs(self):
        return numbers(
            LARGEST_DEVIATION=tr("Largest deviation of a coarse mean that is left, m³ m⁻³"),
            CELLS=tr("Coarse cells whose mean was to be kept"),
            UNMET_CELLS=tr("Coarse cells that are still off by more than 1e-6 m³ m⁻³"),
        )

    def compute(self, values, progress):
        from ...core.downscaling.conserve import conserve_file

        change = conserve_file(
            values["FINE"], values["COARSE"], values["OUTPUT"], collect(ConserveOptions, values), progress
        )
        return {
            "LARGEST_DEVIATION": change.largest_deviation,
            "CELLS": change.cells,
            "UNMET_CELLS": change.unmet,
        }
