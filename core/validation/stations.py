# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps against stations: the same days and places for every product, pooled and station by station."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file, write_text
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid
from ..rasters.open import tags_of
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..scoring.baselines import AS_IS, BASELINES, BILINEAR, MAP, SMOOTH, CoarseProduct
from ..scoring.gain import with_gain
from ..scoring.metrics import METRICS, MIN_PAIRS, RATIOS, scores
from ..scoring.predictions import Predictions
from ..stations import swapped
from ..stations.layer import write_points
from ..stations.stations import Stations

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
        the gain over it (see `scoring.gain`), pooled and of the stations.
    per_station : DataFrame
        One row a product and station: product, station, longitude, latitude, `METRICS`. Stations with fewer than
        the least number of pairs have their n and NaN.
    pairs : DataFrame
        One row a day and station on which the station measured and a product is valid: station, date
        (datetime64[ns]), observed, and a column for every product, all in m3 m-3. The scores are those of the rows
        without NaN, so that every product is judged by the same pairs.
    warnings : list of str
    """

    table: pd.DataFrame
    per_station: pd.DataFrame
    pairs: pd.DataFrame
    warnings: list[str]

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
            observed = self.pairs.loc[rows, "observed"].to_numpy()
            if rows.any():
                tables.append(Predictions.of(place[rows], observed, values, baselines, folds="maps", part=part))
        return Predictions.joined(tables)

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the table of products as CSV."""
        write_text(path, self.table.to_csv(index=False, lineterminator="\n"))

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
    progress : Progress

    Raises
    ------
    InputError
        If there are no common days, no station stands on the maps, no pair of values is left, or maps have values that
        cannot be soil moisture.
    """
    return compare_at_stations({MAP: maps}, stations, coarse, min_pairs=min_pairs, progress=progress)


def compare_at_stations(
    products: Mapping[str, Series],
    stations: Stations,
    coarse: Series | None = None,
    *,
    min_pairs: int = MIN_PAIRS,
    progress: Progress = SILENT,
) -> StationValidation:
    """Compare any number of dated products with stations; see `validate_stations`."""
    days = _common_days(products, stations, coarse)
    on_map, pixels, grids, warnings = _places(products, stations)
    cells_read = 0.0 if coarse is None else CELLS_READ
    baselines = CoarseProduct(coarse, next(iter(grids.values())), days, progress.part(0, cells_read))
    warnings.extend(baselines.warnings)
    columns = _read(products, baselines, days, pixels, grids, progress.part(cells_read, 1))
    pairs = _pairs(columns, days, on_map, stations)
    names = list(columns)
    kept = pairs.dropna(subset=names)
    if kept.empty:
        raise InputError(_why_no_pair(pairs, names, days))
    if len(kept) < len(pairs):
        warnings.append(_left_out(pairs, names, len(kept)))
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
    return StationValidation(_table(kept, per_station, names), per_station, pairs, warnings)


def _common_days(products: Mapping[str, Series], stations: Stations, coarse: Series | None) -> np.ndarray:
    """Return the days that all products and a station have, datetime64[D]."""
    days = measured = np.unique(stations.values["date"].to_numpy("datetime64[D]"))
    for name, series in products.items():
        days = np.intersect1d(days, series.of_days(name).days)
        if not len(days):
            raise InputError(
                f"No common dates: the rasters of {name} {_span(series.days)}, the stations {_span(measured)}."
            )
    if coarse is not None and not np.isin(days, coarse.of_days("the coarse product").days).any():
        raise InputError(f"No common dates: the coarse rasters {_span(coarse.days)}, the other products {_span(days)}.")
    return days


def _span(days: np.ndarray) -> str:
    return f"run from {days.min()} to {days.max()}" if len(days) else "have no day"


def _places(
    products: Mapping[str, Series], stations: Stations
) -> tuple[pd.DataFrame, dict[str, tuple], dict[str, Grid], list[str]]:
    """Return the stations on all products, their pixels and the grid of each product, and warnings."""
    places = stations.places
    pixels = {}
    grids = {}
    inside = None
    for name, series in products.items():
        grids[name] = series.sources[0].grid()
        pixels[name] = grids[name].cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
        on = pixels[name][0] >= 0
        if not on.any():
            left, bottom, right, top = grids[name].bounds_in(WGS84)
            x, y = places["longitude"], places["latitude"]
            raise InputError(
                f"No station stands on the rasters of {name}: these cover {left:.2f} to {right:.2f} degrees east and "
                f"{bottom:.2f} to {top:.2f} north, the stations stand at {x.min():.2f} to {x.max():.2f} and "
                f"{y.min():.2f} to {y.max():.2f}. {swapped.advice(grids[name], x, y)}"
            )
        inside = on if inside is None else inside & on
    if not inside.any():
        raise InputError("No station stands on all of the products; compare products that overlap.")
    warnings = []
    if not inside.all():
        outside = places.index[~inside]
        warnings.append(
            f"{len(outside)} of {len(places)} stations stand outside of the maps and were left out: {some(outside)}."
        )
    pixels = {name: (rows[inside], columns[inside]) for name, (rows, columns) in pixels.items()}
    return places[inside], pixels, grids, warnings


def _read(
    products: Mapping[str, Series],
    baselines: CoarseProduct,
    days: np.ndarray,
    pixels: dict[str, tuple],
    grids: dict[str, Grid],
    progress: Progress,
) -> dict[str, np.ndarray]:
    """Return the values of every product at the stations, each of shape (days, stations), float32."""
    first = next(iter(products))
    names = [*products, *baselines.names]
    out = {name: np.full((len(days), len(pixels[first][0])), np.nan, np.float32) for name in names}
    by_day = {name: dict(zip(series.days, series.as_moisture().sources)) for name, series in products.items()}
    for d in progress.over(range(len(days))):
        with ExitStack() as files:
            for name in products:
                reader = files.enter_context(aligned(by_day[name][days[d]], grids[name]))
                out[name][d] = reader.read_cells(*pixels[name])
            if days[d] in baselines:
                reader = files.enter_context(baselines.opened(days[d]))
                for name, values in reader.read_cells(*pixels[first]).items():
                    out[name][d] = values
    return out


def _pairs(columns: dict[str, np.ndarray], days: np.ndarray, places: pd.DataFrame, stations: Stations) -> pd.DataFrame:
    """Return the days and stations with an observation and a valid product."""
    values = stations.values.rename(columns={"soil_moisture": "observed"})
    values = values[values["station"].isin(places.index) & values["observed"].notna()]
    measured = values["date"].to_numpy("datetime64[D]")
    common = np.isin(measured, days)
    values = values[common]
    day = np.searchsorted(days, measured[common])
    place = places.index.get_indexer(values["station"])
    pairs = values[["station", "date", "observed"]].assign(
        **{name: array[day, place].astype(float) for name, array in columns.items()}
    )
    return pairs.dropna(subset=list(columns), how="all").reset_index(drop=True)


def _why_no_pair(pairs: pd.DataFrame, names: list[str], days: np.ndarray) -> str:
    if pairs.empty:
        return f"The products have no value at any station on the {len(days)} common days; check their nodata value."
    counts = ", ".join(f"{name} {int(pairs[name].notna().sum())}" for name in names)
    return (
        f"No pair of values is left: of {len(pairs)} observations on {len(days)} common days, valid are {counts}, and "
        "none for all of them. Compare products that know the same places and days."
    )


def _left_out(pairs: pd.DataFrame, names: list[str], n_kept: int) -> str:
    missing = {name: int(pairs[name].isna().sum()) for name in names}
    words = ", ".join(f"{name} {count}" for name, count in missing.items() if count)
    return (
        f"{len(pairs) - n_kept} of {len(pairs)} observations were left out, so that all products are judged by the "
        f"same pairs (unknown: {words})."
    )


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
