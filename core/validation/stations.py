# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps against stations: the same days and places for every product, pooled and station by station."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file, write_text
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.tables import csv_text
from ..rasters.open import tags_of
from ..rasters.series import Series
from ..scoring.baselines import AS_IS, BASELINES, BILINEAR, MAP, SMOOTH, CoarseProduct
from ..scoring.coverage import COVERAGE, coverage
from ..scoring.gain import with_gain
from ..scoring.metrics import METRICS, MIN_PAIRS, RATIOS, scores
from ..scoring.predictions import Predictions, sd_column
from ..scoring.reliability import MAPS
from ..stations.layer import write_points
from ..stations.stations import Stations
from .bands import with_bands
from .pairs import Reading, common_windows, days_in, finest, left_out, pairs_of, places_on, why_no_pair
from .settings import WindowOptions
from .windows import shared_windows, station_means, words_of

CELLS_READ = 0.2  # of the work: when the cells of the coarse product are read
PER_STATION = ("bias", "rmse", "ubrmse", "r")  # summed up over stations beside the pooled scores
TARGET_TAG = "SOILSHARP_TARGET"  # "coarse" or "stations": what the model behind a map was trained on
FLATTERED = (
    "These maps come from a model trained on stations; scores at the same stations flatter. See the fold scores of "
    "the model."
)
# short names for the columns of a layer
_SHORT = {MAP: "map", AS_IS: "coarse", BILINEAR: "bilinear", SMOOTH: "smooth"}


@dataclass(frozen=True)
class StationValidation:
    """How products agree with stations; bias is predicted minus observed.

    Attributes
    ----------
    table : DataFrame
        One row a product: product; `METRICS` of all pairs pooled; n_stations; station_median_* and station_mean_*
        of bias, rmse, ubrmse, r and kge over the stations that have enough pairs; the ratios, and with a coarse product
        the gain over it (see `scoring.gain`), pooled and of the stations. Where a product has maps of its standard
        deviation, n_band and the numbers of `scoring.coverage` too.
    per_station : DataFrame
        One row a product and station: product, station, longitude, latitude, `METRICS`. Stations with fewer than
        the least number of pairs have their n and NaN.
    pairs : DataFrame
        One row a day and station on which the station measured and a product is valid: station, date
        (datetime64[ns]), observed, a column for every product, and that of its standard deviation where there are maps
        of it (see `sd_column`), all in m3 m-3. The scores are those of the rows that know every product, so that all
        are judged by the same pairs.
    warnings, notes : list of str
        What may mislead, and what a reader should know.
    """

    table: pd.DataFrame
    per_station: pd.DataFrame
    pairs: pd.DataFrame
    warnings: list[str]
    notes: list[str] = field(default_factory=list)

    @property
    def products(self) -> list[str]:
        """The names of the products in the order of the table."""
        return list(self.table["product"])

    def predictions(self, seen: Collection[str] = ()) -> Predictions:
        """Return the pairs as a table of predictions; stations that the model has learned from are a part of their own.

        Parameters
        ----------
        seen : collection of str
            Stations that the model behind the maps was trained on.
        """
        places = self.per_station.groupby("station")[["longitude", "latitude"]].first()
        place = self.pairs[["station", "date"]].join(places, on="station")
        learned = place["station"].astype(str).isin(seen).to_numpy()
        tables = []
        for part, rows in (("train", learned), ("test", ~learned)):
            values = {name: self.pairs.loc[rows, name].to_numpy() for name in self.products}
            baselines = {name: values.pop(name) for name in BASELINES if name in values}
            spreads = {name: self.pairs.loc[rows, sd_column(name)].to_numpy() for name in self._with_band(values)}
            observed = self.pairs.loc[rows, "observed"].to_numpy()
            if rows.any():
                tables.append(
                    Predictions.of(place[rows], observed, values, baselines, folds=MAPS, part=part, sds=spreads)
                )
        return Predictions.joined(tables)

    def _with_band(self, names: Collection[str]) -> list[str]:
        """Return the products that have a standard deviation."""
        return [name for name in names if sd_column(name) in self.pairs]

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the table of products as CSV."""
        write_text(path, csv_text(self.table))

    def write_layer(self, path: str | os.PathLike) -> None:
        """Write a GeoPackage of points (EPSG:4326): one a station, with n and the scores of every product.

        Columns are named as map_rmse, coarse_rmse, bilinear_rmse and smooth_rmse.
        """
        places = self.per_station.groupby("station", sort=False)[["longitude", "latitude", "n"]].first()
        columns = {"station": places.index.astype(str), "n": places["n"].to_numpy()}
        for product, rows in self.per_station.groupby("product", sort=False):
            rows = rows.set_index("station").loc[places.index]
            for metric in METRICS[1:]:
                columns[f"{_SHORT.get(product, product)}_{metric}"] = rows[metric].to_numpy()
        with whole_file(path) as part:
            write_points(part, columns, places["longitude"], places["latitude"])


def validate_stations(
    maps: Series,
    stations: Stations,
    coarse: Series | None = None,
    *,
    min_pairs: int = MIN_PAIRS,
    options: WindowOptions = WindowOptions(),
    spread: Series | None = None,
    progress: Progress = SILENT,
) -> StationValidation:
    """Compare maps, and the coarse product that they come from, with stations.

    A station is compared with the pixel that it stands in, on every day that has a map. The coarse product is taken
    at that pixel as it is, and interpolated bilinearly and smoothly (see `baselines`). Only pairs in which every
    product is known count.

    Parameters
    ----------
    maps : Series
        Fine soil moisture, m3 m-3.
    stations : Stations
    coarse : Series, optional
        The coarse product, m3 m-3.
    min_pairs : int
        A station with fewer pairs gets no scores of its own; its pairs still count in the pooled ones.
    options : WindowOptions
        Which days a map stands for: maps of several days are held against means of the stations, and of daily
        products, over the same days.
    spread : Series, optional
        The standard deviation of the maps, m3 m-3; without it that in a folder `sd` beside the maps, if there is one.
    progress : Progress

    Raises
    ------
    InputError
        If there are no common days, no station stands on the maps, no pair of values is left, or maps have values that
        cannot be soil moisture.
    """
    spreads = {} if spread is None else {MAP: spread}
    return compare_at_stations(
        {MAP: maps}, stations, coarse, min_pairs=min_pairs, options=options, spreads=spreads, progress=progress
    )


def compare_at_stations(
    products: Mapping[str, Series],
    stations: Stations,
    coarse: Series | None = None,
    *,
    min_pairs: int = MIN_PAIRS,
    options: WindowOptions = WindowOptions(),
    spreads: Mapping[str, Series] | None = None,
    progress: Progress = SILENT,
) -> StationValidation:
    """Compare any number of dated products with stations; see `validate_stations`.

    `spreads` are maps of the standard deviation of products; see `with_bands`.
    """
    windows, is_long = shared_windows(products, options.window)
    measured = stations if windows is None else station_means(stations, windows, options.min_days_fraction)
    asked = common_windows(products, measured, coarse, windows)
    on_map, pixels, grids, warnings = places_on(products, measured)
    if windows is not None:
        warnings.append(
            f"The maps hold means of {words_of(windows)}: they are compared with means of the stations over the same "
            "days."
        )
    cells_read = 0.0 if coarse is None else CELLS_READ
    on = grids[finest(grids)]
    baselines = CoarseProduct(coarse, on, days_in(asked, coarse), progress.part(0, cells_read))
    warnings.extend(baselines.warnings)
    reading = Reading(products, is_long, baselines, pixels, grids, options.min_days_fraction)
    columns = reading.values(asked, progress.part(cells_read, 1))
    names = list(columns)
    pairs, of_bands = with_bands(
        pairs_of(columns, asked.first, on_map, measured), on_map, products, spreads or {}, asked, is_long
    )
    warnings.extend(of_bands)
    kept = pairs.dropna(subset=names)
    if kept.empty:
        raise InputError(why_no_pair(pairs, names, asked.first))
    notes: list[str] = []
    if len(kept) < len(pairs):
        usual = len(kept) > len(pairs) // 2  # a coarse product has its clouds; if most is left out, little is judged
        (notes if usual else warnings).append(left_out(pairs, names, len(kept)))
    if stations.flagged:
        flagged = counted(stations.flagged, "value of the stations was", "values of the stations were")
        warnings.append(f"{flagged} left out because of flags.")
    if any(_target(series) == "stations" for series in products.values()):
        warnings.append(FLATTERED)
    per_station = _per_station(kept, names, on_map, min_pairs)
    enough = per_station["rmse"].notna().sum() // len(names)
    if enough < per_station["station"].nunique():
        warnings.append(
            f"{per_station['station'].nunique() - enough} of {per_station['station'].nunique()} stations have fewer "
            f"than {min_pairs} pairs and get no scores of their own."
        )
    table = _with_coverage(_table(kept, per_station, names), pairs)
    return StationValidation(table, per_station, pairs, warnings, notes)


def _target(series: Series) -> str:
    """Return what the model behind a map was trained on, as the map says; '' if it does not."""
    return tags_of(series.sources[0].path).get(TARGET_TAG, "")


def _per_station(kept: pd.DataFrame, names: list[str], places: pd.DataFrame, min_pairs: int) -> pd.DataFrame:
    rows = []
    groups = list(kept.groupby("station"))
    for name in names:
        for station, group in groups:
            result = scores(group[name], group["observed"])
            if result["n"] < min_pairs:
                result = {"n": result["n"], **dict.fromkeys((*METRICS[1:], *RATIOS), np.nan)}
            longitude, latitude = places.loc[station, ["longitude", "latitude"]]
            rows.append({"product": name, "station": station, "longitude": longitude, "latitude": latitude, **result})
    return with_gain(pd.DataFrame(rows), by=["station"])


def _table(kept: pd.DataFrame, per_station: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rows = []
    for name in names:
        own = per_station[per_station["product"] == name]
        row = {"product": name, **scores(kept[name], kept["observed"])}
        row["n_stations"] = int(own["rmse"].notna().sum())
        summed_up = [m for m in (*PER_STATION, "kge", "gdown") if m in own]
        row.update({f"station_median_{m}": own[m].dropna().median() for m in summed_up})
        row.update({f"station_mean_{m}": own[m].dropna().mean() for m in summed_up})
        rows.append(row)
    return with_gain(pd.DataFrame(rows))


def _with_coverage(table: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the table of products with what their bands hold, of all pairs that know the product and its band."""
    rows = {}
    for name in table["product"]:
        if sd_column(name) in pairs:
            found = coverage(pairs[name], pairs[sd_column(name)], pairs["observed"])
            rows[name] = {"n_band": found.pop("n"), **found}
    if not rows:
        return table
    numbers = pd.DataFrame.from_dict(rows, orient="index", columns=["n_band", *COVERAGE])
    return table.join(numbers, on="product")
