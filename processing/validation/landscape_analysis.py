# SPDX-License-Identifier: GPL-2.0-or-later
"""What soil moisture goes with in squares of the ground."""

from qgis.core import QgsProcessingException

from ...core.analysis.settings import LandscapeOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, folder_in, options, rasters, report_out


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
            folder_in(
                "MAPS_FOLDER",
                tr("Daily maps"),
                tr(
                    "Folder of dated maps in m³ m⁻³: the wettest and the driest day are looked at, of those that know "
                    "half as many pixels as the fullest. Give these, or fine maps by themselves."
                ),
                optional=True,
            ),
            file_in(
                "STUDY",
                tr("Study"),
                tr("Study file: its covariates that hold for all days count. Give it, or covariates by themselves."),
                filter="*.json",
                optional=True,
            ),
            rasters("MAPS", tr("Fine maps"), tr("Soil moisture in m³ m⁻³, as of a wet and a dry day."), optional=True),
            rasters("COVARIATES", tr("Covariates"), tr("Soil, terrain and vegetation; on any grid."), optional=True),
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

        maps = _maps(values, progress.part(0, 0.3))
        squares, components = write_landscape(
            (values["OUTPUT"], values["OUTPUT_COMPONENTS"], values["OUTPUT_REPORT"]),
            maps,
            _covariates(values),
            collect(LandscapeOptions, values),
            progress.part(0.3, 1),
        )
        first, one = next(iter(squares.values())), next(iter(components.values()))
        return {
            "SQUARES": len(first),
            "SD_INSIDE": float(first["sd_sm"].mean()),
            "EXPLAINED": float(one.explained[:2].sum()),
        }


def _maps(values, progress):
    """Return the maps to look at, by their names."""
    from ...core.analysis.landscape import wet_and_dry
    from ...core.rasters.open import Source
    from ...core.rasters.series import Series

    if bool(values["MAPS"]) == bool(values["MAPS_FOLDER"]):
        raise QgsProcessingException(tr("Give either fine maps by themselves, or a folder of daily maps."))
    if values["MAPS"]:
        return {name: Source(path) for name, path in values["MAPS"].items()}
    return wet_and_dry(Series.from_files(values["MAPS_FOLDER"]), progress)


def _covariates(values):
    """Return the covariates by their names."""
    from ...core.analysis.landscape import static_covariates
    from ...core.rasters.open import Source
    from ...core.study.study import Study

    if bool(values["COVARIATES"]) == bool(values["STUDY"]):
        raise QgsProcessingException(tr("Give either covariates by themselves, or a study that has them."))
    if values["COVARIATES"]:
        return {name: Source(path) for name, path in values["COVARIATES"].items()}
    return static_covariates(Study.read(values["STUDY"]))
