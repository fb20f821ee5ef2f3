# SPDX-License-Identifier: GPL-2.0-or-later
"""How wrong products are when none is taken for the truth: the verb for it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..analysis.collocated import TripleCollocation, triple_collocation
from ..analysis.settings import CollocationOptions
from ..base.arguments import path_of
from ..base.errors import InputError
from ..base.files import whole_folder
from ..base.inputs import keeping
from ..base.progress import Progress
from ..stations.stations import Stations
from ..study.study import Study
from ..validation.given import Maps, reference_of, series_of
from .telling import TELLING, PathLike

MAPS, TABLE, REPORT = "maps", "errors.csv", "report.html"


def collocate(
    products: Mapping[str, Maps],
    stations: Study | Stations | PathLike | None = None,
    folder: PathLike | None = None,
    *,
    seed: int = 0,
    progress: Progress = TELLING,
    **options,
) -> TripleCollocation:
    """Tell the errors of three products or more by triple collocation, at stations or pixel by pixel.

    Parameters
    ----------
    products : mapping of path or Series
        Names and dated rasters, m3 m-3, whose errors have nothing to do with each other: three, or two beside stations.
    stations : Study, Stations or path, optional
        One more product, and the places; without it every pixel of the first product is one.
    folder : path, optional
        Gets the errors as a table, a page, and the maps where there are no stations.
    seed : int
        Of the draws for the intervals.
    **options
        Settings of `CollocationOptions`, as ``collocated="short_term"``.

    Returns
    -------
    TripleCollocation
        `summary` with the medians of each product, `stations` with the rows of all stations.

    Raises
    ------
    InputError
        If there are too few products or days in common, or nothing can be told.
    OptionError
        If a setting is unknown, or outside of its limits.

    Examples
    --------
    >>> import soilsharp
    >>> found = soilsharp.collocate({"coarse": "coarse", "fine": "truth"}, "study.json", min_days=10)
    >>> found.summary["product"].tolist()
    ['stations', 'coarse', 'fine']
    """
    wanted = CollocationOptions.of(options)
    series = {name: series_of(one, name) for name, one in products.items()}
    found = None if stations is None else reference_of(stations)
    measured = found.stations() if isinstance(found, Study) else found
    if measured is not None and not isinstance(measured, Stations):
        raise InputError("Dated rasters were given as stations; give them as one more product.")
    if folder is None:
        return triple_collocation(series, measured, wanted, seed=seed, progress=progress)
    read: dict[str, list] = {name: [source.path for source in one.sources] for name, one in series.items()}
    read |= {"the stations": [stations]} if isinstance(stations, (str, os.PathLike)) else {}
    place = path_of(folder, "folder")
    with keeping(read), whole_folder(place) as part:
        maps = None if measured is not None else part / MAPS
        result = triple_collocation(series, measured, wanted, folder=maps, seed=seed, progress=progress)
        result.write_table(part / TABLE)
        result.write_report(part / REPORT, progress)
    return result.moved(part, place)
