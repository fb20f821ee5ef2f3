# SPDX-License-Identifier: GPL-2.0-or-later
"""What all imports of a gridded product share: where from, which part, which days, and where to."""

from ...i18n import tr
from ..parameters import collect, extent, folder_in, folder_out, load_flag, options, period
from .write_maps import WriteMaps


class ImportProduct(WriteMaps):
    """An import of a gridded product.

    A subclass has `OPTIONS` (a record of settings), `input_help()`, and
    `make(source, folder, options, *, area, first, last, progress)`, which gives an `Outcome`. One whose maps hold for
    all days sets `DATED` to False.
    """

    OPTIONS = None
    DATED = True

    def input_help(self):
        raise NotImplementedError

    def make(self, source, folder, options, *, area, first, last, progress):
        raise NotImplementedError

    def parameters(self):
        days = period(tr("the first day that there is"), tr("the last day that there is"))
        return [
            folder_in("INPUT", tr("Downloaded files"), self.input_help()),
            *options(self.OPTIONS),
            extent(
                "EXTENT",
                tr("Extent"),
                tr("Only this part is read and written, on the product's own grid. Empty: all there is."),
            ),
            *(days if self.DATED else []),
            load_flag(),
            folder_out(
                "OUTPUT",
                tr("Folder of maps"),
                tr(
                    "Gets the GeoTIFFs, and summary.csv with a line on every map and on every file that was left out. "
                    "Several variables get a folder each."
                ),
            ),
        ]

    def compute(self, values, progress):
        from ...core.rasters.dates import days_asked
        from ...core.rasters.find import area_of

        first, last = days_asked(values.get("START"), values.get("END"))
        outcome = self.make(
            values["INPUT"],
            values["OUTPUT"],
            collect(self.OPTIONS, values),
            area=area_of(values["EXTENT"]),
            first=first,
            last=last,
            progress=progress,
        )
        return self.account(outcome)
