# SPDX-License-Identifier: GPL-2.0-or-later
"""Products against a reference."""

from pathlib import Path

from qgis.core import QgsProcessingException, QgsProcessingOutputString

from ...core.stations.settings import StationOptions
from ...core.validation.settings import SeriesOptions, WindowOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers, score_results
from ..parameters import collect, file_in, file_out, folder_in, options, raster, rasters, report_out, text


class CompareProducts(SoilSharpAlgorithm):
    NAME, GROUP = "compare_products", "validation"
    TAGS = ("accuracy", "intercomparison", "reference", "scores")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "matplotlib")

    def title(self):
        return tr("Compare products")

    def summary(self):
        return tr(
            "Compare soil moisture products with a reference on the same days and pixels: rasters of one date, or "
            "folders of dated rasters, against another raster product or stations. The coarse product is a baseline, "
            "as it is and interpolated in two ways."
        )

    def parameters(self):
        return [
            rasters("PRODUCTS", tr("Products, one date"), tr("Rasters of one date in m³ m⁻³."), optional=True),
            raster("REFERENCE", tr("Reference, one date"), tr("Raster that counts as true, m³ m⁻³."), optional=True),
            raster(
                "COARSE", tr("Coarse, one date"), tr("The coarse raster that the products come from."), optional=True
            ),
            folder_in(
                "PRODUCTS_FOLDER",
                tr("Products, many dates"),
                tr("Folder of dated rasters, or a folder with one such folder for each product."),
                optional=True,
            ),
            folder_in(
                "REFERENCE_FOLDER",
                tr("Reference, many dates"),
                tr("Folder of dated rasters that count as true, m³ m⁻³."),
                optional=True,
            ),
            folder_in(
                "COARSE_FOLDER",
                tr("Coarse, many dates"),
                tr("Folder of the dated coarse rasters that the products come from."),
                optional=True,
            ),
            file_in(
                "STATIONS",
                tr("Stations as reference"),
                tr("Table (CSV, Excel) or point layer; for products of many dates."),
                optional=True,
            ),
            file_in(
                "STUDY",
                tr("Study for physics"),
                tr(
                    "Study file with a coarse product, surface temperature by day and night in K, and NDVI: thermal "
                    "inertia, DISPATCH and the dryness index are rows too, made for the days that are compared. A "
                    "method whose covariate is missing has no row, and the page says why. Empty: no physics."
                ),
                filter="*.json",
                optional=True,
            ),
            *options(WindowOptions),
            *options(SeriesOptions),
            text("TITLE", tr("Title of the report"), tr("Empty: a plain one."), advanced=True),
            *options(StationOptions, "STATION_", advanced=True),
            file_out("OUTPUT", tr("Scores"), tr("Table (CSV), one row a product."), "*.csv"),
            file_out(
                "OUTPUT_DATES",
                tr("Scores by date"),
                tr("Table (CSV), one row a product and date."),
                "*.csv",
                optional=True,
            ),
            report_out(tr("One HTML page with tables and figures.")),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("BEST", tr("Product with the least ubRMSE")),
            *numbers(
                RMSE=tr("Root mean square error of the first product, m³ m⁻³"),
                UBRMSE=tr("Unbiased root mean square error of the first product, m³ m⁻³"),
                BIAS=tr("Bias of the first product, product minus reference, m³ m⁻³"),
                R=tr("Correlation of the first product"),
                N=tr("Number of values that were compared"),
            ),
        ]

    def compute(self, values, progress):
        from ...core.study.study import Study
        from ...core.validation.physics import physics_beside

        products, reference, coarse = _compared(values, progress)
        study = Study.read(values["STUDY"]) if values["STUDY"] else None
        made, rest = (progress.part(0, 0.5), progress.part(0.5, 1)) if study else (progress, progress)
        with physics_beside(study, products, reference, made) as physics:
            return self._scored(values, {**products, **physics.maps}, reference, coarse, physics.refused, rest)

    def _scored(self, values, products, reference, coarse, refused, progress):
        """Score products and write what was asked for; `refused` says which rows are missing, and why."""
        from ...core.base.files import write_files
        from ...core.validation.products import compare_products
        from ...core.validation.report import product_report
        from ...core.validation.station_series import SeriesBeside

        result = compare_products(
            products, reference, coarse, options=collect(WindowOptions, values), progress=progress.part(0, 0.8)
        )
        result.note_refused(refused)
        for note in result.notes:
            progress.say(note)
        for warning in result.warnings:
            progress.warn(warning)
        shown = {"products": products, "reference": None if values["STATIONS"] else reference, "coarse": coarse}
        shown |= {"beside": SeriesBeside(collect(SeriesOptions, values)), "progress": progress}
        title = values["TITLE"] or tr("Comparison of products")
        write_files(
            (values["OUTPUT"], result.write_table),
            (values["OUTPUT_DATES"], result.write_dates),
            (values["OUTPUT_REPORT"], lambda path: product_report(path, result, title=title, **shown)),
            progress=progress.part(0.8, 1),
        )
        table = result.table.set_index("product")
        for name, row in table.iterrows():
            progress.say(
                f"{name}: ubRMSE {row['ubrmse']:.4f}, RMSE {row['rmse']:.4f}, bias {row['bias']:+.4f}, R {row['r']:.3f}"
            )
        best = "" if table["ubrmse"].isna().all() else str(table["ubrmse"].idxmin())
        return {"BEST": best, **score_results(table.iloc[0])}


def _compared(values, progress):
    """Return the products, the reference and the coarse product, or raise if they do not go together."""
    from ...core.rasters.open import Source
    from ...core.rasters.series import Series
    from ...core.stations.stations import Stations

    one, many = bool(values["PRODUCTS"]), bool(values["PRODUCTS_FOLDER"])
    if one == many:
        raise QgsProcessingException(tr("Give either rasters of one date, or a folder of dated rasters, to compare."))
    references = [name for name in ("REFERENCE", "REFERENCE_FOLDER", "STATIONS") if values[name]]
    fitting = ("REFERENCE",) if one else ("REFERENCE_FOLDER", "STATIONS")
    if len(references) != 1 or references[0] not in fitting:
        raise QgsProcessingException(
            tr("Rasters of one date need one reference raster.")
            if one
            else tr("Folders of dated rasters need one reference: a folder of dated rasters, or stations.")
        )
    if one:
        products = {name: Source(path) for name, path in values["PRODUCTS"].items()}
        coarse = Source(values["COARSE"]) if values["COARSE"] else None
        return products, Source(values["REFERENCE"]), coarse
    coarse = Series.from_files(values["COARSE_FOLDER"]) if values["COARSE_FOLDER"] else None
    if values["STATIONS"]:
        reference = Stations.read(values["STATIONS"], collect(StationOptions, values, "STATION_"), progress)
    else:
        reference = Series.from_files(values["REFERENCE_FOLDER"])
    folders = products_in(Path(values["PRODUCTS_FOLDER"]))
    return {folder.name: Series.from_files(folder) for folder in folders}, reference, coarse


def products_in(folder):
    """Return the folders of products: one with rasters of its own is one, whatever lies beside them in sub-folders."""
    from ...core.base.find import files_at

    if not folder.is_dir() or files_at(folder):
        return [folder]
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")) or [folder]
