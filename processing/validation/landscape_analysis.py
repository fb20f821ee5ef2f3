# SPDX-License-Identifier: GPL-2.0-or-later
"""What soil moisture goes with in squares of the ground."""

from ...core.analysis.settings import LandscapeOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_out, options, rasters, report_out


class LandscapeAnalysis(SoilSharpAlgorithm):
    NAME, GROUP = "landscape_analysis", "validation"
    TAGS = ("PCA", "principal components", "biplot", "variability", "landscape", "squares")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "sklearn")

    def title(self):
        return tr("Landscape analysis")

    def summary(self):
        return tr(
            "Look at fine maps and their covariates in squares of the ground: how soil moisture varies between and "
            "inside them, and by principal components with which properties of the ground it goes, on a wet and a dry "
            "day."
        )

    def parameters(self):
        return [
            rasters("MAPS", tr("Fine maps"), tr("Soil moisture in m³ m⁻³, as of a wet and a dry day.")),
            rasters("COVARIATES", tr("Covariates"), tr("Soil, terrain and vegetation; on any grid.")),
            *options(LandscapeOptions),
            file_out("OUTPUT", tr("Squares"), tr("Table (CSV), one row a map and square."), "*.csv"),
            file_out(
                "OUTPUT_COMPONENTS",
                tr("Components"),
                tr("Table (CSV), one row a map and variable: its correlation with the components."),
                "*.csv",
                optional=True,
            ),
            report_out(tr("One HTML page with violins and biplots.")),
        ]

    def outputs(self):
        return numbers(
            SQUARES=tr("Squares of the first map"),
            SD_INSIDE=tr("Mean SD of soil moisture inside the squares of the first map, m³ m⁻³"),
            EXPLAINED=tr("Fraction of the variance that the first two components of the first map hold"),
        )

    def compute(self, values, progress):
        from ...core.analysis.report import write_landscape
        from ...core.rasters.open import Source

        squares, components = write_landscape(
            (values["OUTPUT"], values["OUTPUT_COMPONENTS"], values["OUTPUT_REPORT"]),
            {name: Source(path) for name, path in values["MAPS"].items()},
            {name: Source(path) for name, path in values["COVARIATES"].items()},
            collect(LandscapeOptions, values),
            progress,
        )
        first, one = next(iter(squares.values())), next(iter(components.values()))
        return {
            "SQUARES": len(first),
            "SD_INSIDE": float(first["sd_sm"].mean()),
            "EXPLAINED": float(one.explained[:2].sum()),
        }
