# SPDX-License-Identifier: GPL-2.0-or-later
"""What soil moisture goes with in squares of the ground."""

from ...core.validation.analysis_settings import LandscapeOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_out, options, rasters


class LandscapeAnalysis(SoilSharpAlgorithm):
    NAME, GROUP = "landscape_analysis", "validation"
    TAGS = ("PCA", "principal components", "biplot", "variability", "landscape", "squares")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "sklearn", "matplotlib", "jinja2")

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
            ),
            file_out("OUTPUT_REPORT", tr("Report"), tr("One HTML page with violins and biplots."), "*.html"),
        ]

    def outputs(self):
        return numbers(
            SQUARES=tr("Squares of the first map"),
            SD_INSIDE=tr("Mean SD of soil moisture inside the squares of the first map, m³ m⁻³"),
            EXPLAINED=tr("Share of the variance that the first two components of the first map hold"),
        )

    def compute(self, values, progress):
        import pandas as pd

        from ...core.files import whole_files
        from ...core.raster import Source
        from ...core.validation.analysis_report import landscape_report
        from ...core.validation.landscape import landscape_components, landscape_squares

        chosen, squares = collect(LandscapeOptions, values), {}
        covariates = {name: Source(path) for name, path in values["COVARIATES"].items()}
        for i, (name, path) in enumerate(values["MAPS"].items()):
            part = progress.part(i / len(values["MAPS"]), (i + 1) / len(values["MAPS"]))
            squares[name] = landscape_squares(Source(path), covariates, chosen, part)
        components = {name: landscape_components(own, chosen) for name, own in squares.items()}
        with whole_files(values["OUTPUT"], values["OUTPUT_COMPONENTS"], values["OUTPUT_REPORT"]) as parts:
            pd.concat(squares, names=["map", "square"]).to_csv(parts[0])
            tables = {name: one.correlations for name, one in components.items()}
            pd.concat(tables, names=["map", "variable"]).to_csv(parts[1])
            landscape_report(parts[2], squares, components)
        first, one = next(iter(squares.values())), next(iter(components.values()))
        return {
            "SQUARES": len(first),
            "SD_INSIDE": float(first["sd_sm"].mean()),
            "EXPLAINED": float(one.explained[:2].sum()),
        }
