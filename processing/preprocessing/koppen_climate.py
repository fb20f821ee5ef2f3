# SPDX-License-Identifier: GPL-2.0-or-later
"""Climate classes of Köppen and Geiger."""

from ...core.preprocessing.settings import KoppenOptions
from ...i18n import tr
from ..parameters import collect, folder_in, folder_out, load_flag, options
from .write_maps import WriteMaps


class KoppenClimate(WriteMaps):
    NAME = "koppen_climate"
    TAGS = ("Köppen", "Geiger", "climate", "classes", "temperature", "rain", "zones")

    def title(self):
        return tr("Köppen climate classes")

    def summary(self):
        return tr(
            "Map the climate classes of Köppen and Geiger from temperature and rain of a year or more, by the rules of "
            "Peel et al. (2007) and Beck et al. (2018), for scores and weights by climate."
        )

    def parameters(self):
        words = tr("Folder of dated rasters, daily or monthly, of all twelve months; or a pattern, as rain/*.tif.")
        return [
            folder_in("TEMPERATURE", tr("Air temperature"), f"{words} {tr('In °C, or in kelvin.')}"),
            folder_in("RAIN", tr("Rain"), f"{words} {tr('It gives the grid.')}"),
            *options(KoppenOptions),
            load_flag(),
            folder_out("OUTPUT", tr("Folder of the map"), tr("Gets koppen.tif, whose tags name the classes.")),
        ]

    def compute(self, values, progress):
        from ...core.preprocessing.koppen import koppen_map

        chosen = collect(KoppenOptions, values)
        return self.account(koppen_map(values["TEMPERATURE"], values["RAIN"], values["OUTPUT"], chosen, progress))
