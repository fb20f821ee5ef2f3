# SPDX-License-Identifier: GPL-2.0-or-later
"""Triple collocation whole: at stations or on maps, with table, maps and page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.files import write_text
from ..base.progress import SILENT, Progress
from ..base.tables import csv_text
from ..rasters.map_folder import importing
from ..rasters.open import Source
from ..rasters.raster import small_cache
from ..rasters.series import Series
from ..scoring.collocation import STATIONS
from ..stations.stations import Stations
from .collocation import collocate_maps, collocate_stations, summary_of
from .merge_products import write_collocated
from .settings import CollocationOptions

TOLD = ("snr", "error_sd", "r2", "scale")


@dataclass(frozen=True)
class TripleCollocation:
    """What triple collocation says of products.

    Attributes
    ----------
    summary : DataFrame
        See `summary_of`.
    reference : str
        On whose scale errors are told.
    options : CollocationOptions
    stations : DataFrame or None
        See `collocate_stations`; None for maps.
    maps : dict of Path
        The map of the signal-to-noise ratio of each product, if a folder was given.
    """

    summary: pd.DataFrame
    reference: str
    options: CollocationOptions
    stations: pd.DataFrame | None = None
    maps: Mapping[str, Path] = field(default_factory=dict)

    @property
    def best(self) -> pd.Series:
        """The row of the product with the greatest signal-to-noise ratio in the median."""
        return self.summary.loc[self.summary["snr"].idxmax()]

    def moved(self, before: Path, after: Path) -> TripleCollocation:
        """Return the same of a folder that has another place now."""
        return replace(self, maps={name: after / path.relative_to(before) for name, path in self.maps.items()})

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the rows of the stations as CSV, or the summary where there are none."""
        write_text(path, csv_text(self.summary if self.stations is None else self.stations))

    def write_report(self, path: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write the page; see `collocation_report`."""
        from .collocation_report import collocation_report

        maps = {name: Source(str(own)) for name, own in self.maps.items()}
        collocation_report(
            path, self.summary, self.reference, self.options, stations=self.stations, maps=maps, progress=progress
        )


def triple_collocation(
    products: Mapping[str, Series],
    stations: Stations | None = None,
    options: CollocationOptions = CollocationOptions(),
    *,
    folder: str | os.PathLike | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> TripleCollocation:
    """Tell the errors of products, with none of them taken for the truth; see `scoring.collocation`.

    Parameters
    ----------
    products : dict of Series
        Names and dated rasters, m3 m-3: three or more, or two beside stations, that do not share their errors.
    stations : Stations, optional
        One more product, and the places; without them every pixel of the reference is one.
    options : CollocationOptions
    folder : path, optional
        Gets the maps, where there are no stations.
    seed : int
        Of the draws for the intervals.
    progress : Progress

    Raises
    ------
    InputError, GridError
        As `collocate_stations` and `collocate_maps`.
    """
    if stations is not None:
        if folder is not None:
            progress.say("Errors are told at the stations; maps of them are made without stations only.")
        table = collocate_stations(products, stations, options, seed=seed, progress=progress)
        names = [STATIONS, *products]
        summary = summary_of(names, {what: _by_series(table, what, names) for what in TOLD})
        return TripleCollocation(summary, options.scale_of or STATIONS, options, table)
    names = list(products)
    found, grid = collocate_maps(products, options, seed=seed, progress=progress.part(0, 0.95))
    maps = {}
    if folder is not None:
        reads = {name: [source.path for source in series.sources] for name, series in products.items()}
        with small_cache(), importing(folder, ("",), progress.part(0.95, 1), reads=reads) as importer:
            write_collocated(importer, found, names, grid)
        by_name = {made.name: made.path for made in importer.outcome.maps}
        maps = {name: by_name[f"snr_{name}"] for name in names}
    summary = summary_of(names, {what: getattr(found, what) for what in TOLD})
    return TripleCollocation(summary, options.scale_of or names[0], options, maps=maps)


def _by_series(table: pd.DataFrame, what: str, names: list[str]) -> np.ndarray:
    """Return a column of the table of stations with a column a series, shape (stations, series)."""
    return table.pivot(index="station", columns="series", values=what)[names].to_numpy()
