# SPDX-License-Identifier: GPL-2.0-or-later
"""The days of places as a table to be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file
from ..base.tables import write_csv
from ..downscaling.downscale import FILLED, SD
from ..rasters.places import Place
from ..units import SM_UNIT
from .explored import COARSE, FINE, RAIN, Observed

COLUMNS = {FINE: "fine", SD: "fine_sd", FILLED: "filled", COARSE: "coarse", RAIN: "rain"}
Read = tuple[Place, Mapping[str, tuple[np.ndarray, np.ndarray]], "Observed | None"]


def series_table(places: Iterable[Read]) -> pd.DataFrame:
    """Return one row a place and day.

    Parameters
    ----------
    places : iterable of (Place, values, Observed or None)
        Values are (days, values) by the names of `explored`.

    Returns
    -------
    DataFrame
        place, longitude, latitude (degrees, of its middle), date; what was read, soil moisture in m3 m-3; station,
        distance_m and observed where a station belongs to the place.
    """
    tables = [_of_place(*one) for one in places]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _of_place(place: Place, values: Mapping, observed: Observed | None) -> pd.DataFrame:
    columns = {COLUMNS[name]: pd.Series(own, days) for name, (days, own) in values.items() if name in COLUMNS}
    if observed is not None:
        columns["observed"] = pd.Series(observed.values, observed.days)
    table = pd.DataFrame(columns).rename_axis("date").reset_index()
    longitude, latitude = place.middle
    for at, (name, value) in enumerate({"place": place.name, "longitude": longitude, "latitude": latitude}.items()):
        table.insert(at, name, value)
    if observed is not None:
        table["station"], table["distance_m"] = observed.station, round(observed.metres, 1)
    return table


def write_series(path: str | os.PathLike, places: Iterable[Read], rain_label: str = "") -> None:
    """Write the table of places as CSV, below a line that tells its units.

    Raises
    ------
    InputError
        If there is no place, or the file cannot be written.
    """
    table = series_table(places)
    if table.empty:
        raise InputError("There is no place whose days could be written: pick one in the map.")
    units = f"soil moisture in {SM_UNIT}, places in degrees"
    with whole_file(path) as part:
        comment = f"# {units}{'; ' + rain_label if rain_label else ''}\n"
        write_csv(part, table, comment=comment, date_format="%Y-%m-%d")
