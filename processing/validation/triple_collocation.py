# SPDX-License-Identifier: GPL-2.0-or-later
"""How wrong products are, with none of them taken for the truth."""

from pathlib import Path

from qgis.core import QgsProcessingOutputString

from ...core.analysis.settings import CollocationOptions
from ...core.stations.settings import StationOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, folder_in, folder_out, load_flag, options, report_out, seed
from ..run_layers import load_folder
from .compare_products import products_in


class TripleCollocation(SoilSharpAlgorithm):
    NAME, GROUP = "triple_collocation", "validation"
    TAGS = ("accuracy", "error", "signal-to-noise", "uncertainty", "tcol", "truth")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Triple collocation")

    def summary(self):
        return tr(
            "Tell how wrong three or more products are, with none of them taken for the truth: signal-to-noise ratio, "
            "standard deviation of the error and R² with intervals, at every station or, without stations, at "
            "every pixel. The errors of the products must have nothing to do with each other, as those of a "
            "satellite, a model and stations."
        )

    def parameters(self):
        return [
            products_folder(),
            file_in(
                "STATIONS",
                tr("Stations"),
                tr("Table (CSV, Excel) or point layer, which counts as one more product. Empty: pixel by pixel."),
                optional=True,
            ),
            *options(CollocationOptions),
            seed(),
            *options(StationOptions, "STATION_", advanced=True),
            load_flag(),
            file_out(
                "OUTPUT",
                tr("Errors"),
                tr("Table (CSV): one row a station and product with intervals; without stations, medians of the map."),
                "*.csv",
            ),
            folder_out(
                "OUTPUT_MAPS",
                tr("Folder of maps"),
                tr("Without stations: maps of the signal-to-noise ratio, error, R² and scale of each product."),
                optional=True,
            ),
            report_out(tr("One HTML page with tables and figures.")),
        ]

    def outputs(self):
        return [
            QgsProcessingOutputString("BEST", tr("Product with the greatest signal-to-noise ratio")),
            *numbers(
                SNR=tr("Its signal-to-noise ratio in the median, dB"),
                ERROR_SD=tr("Its error in the median, standard deviation, m³ m⁻³"),
                R2=tr("Its R² with the truth in the median"),
            ),
        ]

    def compute(self, values, progress):
        from ...core.analysis.collocated import triple_collocation
        from ...core.base.files import write_files
        from ...core.stations.stations import Stations

        stations = None
        if values["STATIONS"]:
            stations = Stations.read(values["STATIONS"], collect(StationOptions, values, "STATION_"), progress)
        result = triple_collocation(
            series_in(values["PRODUCTS_FOLDER"]),
            stations,
            collect(CollocationOptions, values),
            folder=values["OUTPUT_MAPS"] or None,
            seed=values["SEED"],
            progress=progress,
        )
        # the maps stand by now: no look whether to stop any more
        write_files((values["OUTPUT"], result.write_table), (values["OUTPUT_REPORT"], result.write_report))
        for row in result.summary.itertuples():
            progress.say(f"{row.product}: {row.snr:+.1f} dB, error {row.error_sd:.4f} m³ m⁻³, R² {row.r2:.2f}")
        self._maps = [(None, path) for path in result.maps.values()]
        best = result.best
        return {"BEST": best["product"], "SNR": best["snr"], "ERROR_SD": best["error_sd"], "R2": best["r2"]}

    def finish(self, values, results, context):
        if values["LOAD"] and self._maps:
            load_folder(context, "OUTPUT_MAPS", self._maps, "", values["OUTPUT_MAPS"])
        return results


def products_folder():
    """Declare the folder of the products that are collocated."""
    return folder_in(
        "PRODUCTS_FOLDER",
        tr("Products"),
        tr("Folder with one folder of dated rasters, m³ m⁻³, for each product; their names are its products'."),
    )


def series_in(folder):
    """Return the series of each product by its name."""
    from ...core.rasters.series import Series

    return {own.name: Series.from_files(own) for own in products_in(Path(folder))}
