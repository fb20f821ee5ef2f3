# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of partial correlations with the weather."""

from ...core.analysis.settings import PartialOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options, report_out
from ..preprocessing.write_maps import WriteMaps

SHOWN = "Soil moisture"  # what the product is called in the report
DRIVERS = ("precipitation", "temperature", "radiation")


class PartialCorrelation(WriteMaps):
    NAME, GROUP = "partial_correlation", "validation"
    TAGS = ("precipitation", "temperature", "radiation", "drivers", "climate", "significance")
    NEEDS = (*WriteMaps.NEEDS, "scipy")

    def title(self):
        return tr("Partial correlation with the weather")

    def summary(self):
        return tr(
            "Correlate the monthly or annual means of soil moisture of every pixel with precipitation and temperature, "
            "each freed of what the other explains, and map where it is significant."
        )

    def parameters(self):
        words = tr("Folder of dated rasters, daily or monthly, on any grid; or a pattern, as rain/*.tif.")
        labels = (tr("Precipitation"), tr("Temperature"), tr("Radiation"))
        return [
            folder_in("INPUT", tr("Soil moisture"), tr("Folder of dated maps, daily or monthly; it gives the grid.")),
            *(folder_in(d.upper(), label, words, optional=d == "radiation") for d, label in zip(DRIVERS, labels)),
            *options(PartialOptions),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets for each driver the correlation (r_precipitation.tif), its p and its sign (1 and −1 where "
                    "significant, else 0), the number of months or years, and the number of the strongest driver."
                ),
            ),
            report_out(tr("One HTML page with the maps side by side and how many pixels are significant.")),
        ]

    def compute(self, values, progress):
        from ...core.analysis.partial_correlation import partial_maps

        drivers = {name: values[name.upper()] for name in DRIVERS if values[name.upper()]}
        chosen = collect(PartialOptions, values)
        outcome = partial_maps(values["INPUT"], drivers, values["OUTPUT"], chosen, progress)
        if values["OUTPUT_REPORT"]:
            from ...core.analysis.driver_report import drivers_report

            drivers_report(values["OUTPUT_REPORT"], {SHOWN: values["OUTPUT"]}, list(drivers), chosen)
        return self.account(outcome)
