# SPDX-License-Identifier: GPL-2.0-or-later
"""Days of a station that were dragged over in the plot of the dock, and the window in which they are flagged."""

from qgis.core import Qgis

from ...core.base.errors import SoilSharpError
from ...i18n import tr
from ..flags import flags_of


def flag_days(dock, first, last):
    """Ask with what flag days, as 2023-05-01, of the station that a dock shows last are left out."""
    station = next((one.observed.station for one in reversed(dock.shown) if one.observed is not None), "")
    related = dock.reader.explored.related
    study = related.study_file if related is not None else ""
    if not station or not study:
        words = tr("Show a station first, of maps that lie with their study: flags are kept beside its stations.")
        dock.tell(words, Qgis.MessageLevel.Info)
        return
    try:
        window = flags_of(study, dock)
    except SoilSharpError as error:
        dock.tell(str(error), Qgis.MessageLevel.Warning)
        return
    window.propose(station, first, last)
    window.ask()
