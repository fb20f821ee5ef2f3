# SPDX-License-Identifier: GPL-2.0-or-later
"""Means of daily maps over weeks, months and years."""

from ...core.analysis.settings import PeriodOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options
from ..preprocessing.write_maps import WriteMaps, period_of_rasters


class PeriodMeans(WriteMaps):
    NAME, GROUP = "period_means", "validation"
    TAGS = ("weekly", "monthly", "yearly", "annual", "mean", "climatology", "average")

    def title(self):
        return tr("Means over periods")

    def summary(self):
        return tr(
            "Average daily maps over every week, month or year, over the same month of all years, or over all "
            "days; beside each mean stands the number of days that it rests on."
        )

    def parameters(self):
        return [
            folder_in(
                "INPUT",
                tr("Daily maps"),
                tr("Folder of rasters with the day in their file names, or a pattern, as maps/*.tif."),
            ),
            *options(PeriodOptions),
            *period_of_rasters(),
            load_flag(default=False),
            folder_out(
                "OUTPUT",
                tr("Folder of means"),
                tr("Gets folders of means and of their days, as sm_month/sm_month_20200601.tif, and summary.csv."),
            ),
        ]

    def compute(self, values, progress):
        from ...core.analysis.period_means import period_means
        from ...core.rasters.dates import days_asked

        first, last = days_asked(values["START"], values["END"])
        outcome = period_means(
            values["INPUT"],
            values["OUTPUT"],
            collect(PeriodOptions, values),
            first=first,
            last=last,
            progress=progress,
        )
        return self.account(outcome)
