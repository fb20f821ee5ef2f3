# SPDX-License-Identifier: GPL-2.0-or-later
"""Products and stations brought together: the days, places and values that they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import some
from ..base.progress import Progress
from ..rasters.grid import WGS84, Grid
from ..rasters.ground import pixel_area
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..scoring.baselines import CoarseProduct
from ..stations import swapped
from ..stations.stations import Stations
from .windows import Windows, least_days


def common_windows(
    products: Mapping[str, Series], stations: Stations, coarse: Series | None, windows: Windows | None
) -> Windows:
    """Return the windows, or single days where there are none, that all products and a station have.

    Raises
    ------
    InputError
        If there is none, or the coarse product has no day in them.
    """
    measured = np.unique(stations.values["date"].to_numpy("datetime64[D]"))
    if not len(measured):
        raise InputError("The stations have no value on any day; give a table that holds some.")
    asked = Windows(measured, measured) if windows is None else windows.only(np.isin(windows.first, measured))
    for name, series in products.items():
        days = series.of_days(name).days
        there = np.unique(asked.number(days))
        asked = asked.only(there[there >= 0])
        if not len(asked):
            raise InputError(f"No common dates: the rasters of {name} {_span(days)}, the stations {_span(measured)}.")
    if coarse is not None and not (asked.number(coarse.of_days("the coarse product").days) >= 0).any():
        raise InputError(
            f"No common dates: the coarse rasters {_span(coarse.days)}, the other products {_span(asked.first)}."
        )
    return asked


def days_in(windows: Windows, series: Series | None) -> np.ndarray:
    """Return the days of a series that lie in windows, datetime64[D]; the windows' first ones without a series."""
    return windows.first if series is None else np.unique(series.days[windows.number(series.days) >= 0])


def _span(days: np.ndarray) -> str:
    return f"run from {days.min()} to {days.max()}" if len(days) else "have no day"


def places_on(
    products: Mapping[str, Series], stations: Stations
) -> tuple[pd.DataFrame, dict[str, tuple], dict[str, Grid], list[str]]:
    """Return the stations on all products, their pixels and the grid of each product, and warnings."""
    places = stations.places
    pixels = {}
    grids = {}
    inside = np.ones(len(places), bool)
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
        inside &= on
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


def finest(grids: Mapping[str, Grid]) -> str:
    """Return the name of the grid with the smallest pixels: coarse ones would show an interpolation as cells."""
    return min(grids, key=lambda name: pixel_area(grids[name]))


@dataclass(frozen=True)
class Reading:
    """Products and baselines read at stations.

    Attributes
    ----------
    products : mapping of str to Series
    is_long : dict of str to bool
        Whether a product's maps hold means over the windows; of others the means of their days are taken.
    baselines : CoarseProduct
        On the finest of the grids.
    pixels : dict of str to (rows, columns)
        Of the stations on each product.
    grids : dict of str to Grid
    min_fraction : float
        Of the days of a window that a mean must rest on.
    """

    products: Mapping[str, Series]
    is_long: Mapping[str, bool]
    baselines: CoarseProduct
    pixels: dict[str, tuple]
    grids: dict[str, Grid]
    min_fraction: float

    def values(self, windows: Windows, progress: Progress) -> dict[str, np.ndarray]:
        """Return the values of every product at the stations, each of shape (windows, stations), float32, m3 m-3."""
        first = next(iter(self.products))
        n_stations = len(self.pixels[first][0])
        least = least_days(windows.lengths, self.min_fraction)
        out = {name: np.full((len(windows), n_stations), np.nan, np.float32) for name in self.names}
        for number, part in progress.parts(range(len(windows))):
            days = np.arange(windows.first[number], windows.last[number] + 1)
            means = {name: _Mean(n_stations) for name in self.names}
            for day in part.over(days):
                for name, values in self._on(day).items():
                    means[name].add(values)
            for name, mean in means.items():
                out[name][number] = mean.of(1 if self.is_long.get(name) else least[number])
        return out

    @property
    def names(self) -> list[str]:
        """The products, and the baselines after them."""
        return [*self.products, *self.baselines.names]

    @cached_property
    def _by_day(self) -> dict[str, dict]:
        return {name: dict(zip(own.days, own.as_moisture().sources)) for name, own in self.products.items()}

    def _on(self, day: np.datetime64) -> dict[str, np.ndarray]:
        """Return what the products and baselines say of a day, each of shape (stations,)."""
        found = {}
        for name, sources in self._by_day.items():
            if day in sources:
                with aligned(sources[day], self.grids[name]) as reader:
                    found[name] = reader.read_cells(*self.pixels[name])
        if day in self.baselines:
            with self.baselines.opened(day) as reader:
                found |= reader.read_cells(*self.pixels[finest(self.grids)])
        return found


class _Mean:
    """The mean of values that come day by day, shape (n,); NaN does not count."""

    def __init__(self, n: int):
        self._sum, self._count = np.zeros(n), np.zeros(n, int)

    def add(self, values: np.ndarray) -> None:
        known = np.isfinite(values)
        self._sum[known] += values[known]
        self._count += known

    def of(self, least: int) -> np.ndarray:
        """Return the mean where so many values or more are known."""
        return np.where(self._count >= least, self._sum / np.maximum(self._count, 1), np.nan)


def pairs_of(
    columns: dict[str, np.ndarray], days: np.ndarray, places: pd.DataFrame, stations: Stations
) -> pd.DataFrame:
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


def why_no_pair(pairs: pd.DataFrame, names: list[str], days: np.ndarray) -> str:
    """Return why products and stations have no pair of values in common."""
    if pairs.empty:
        return f"The products have no value at any station on the {len(days)} common days; check their nodata value."
    counts = ", ".join(f"{name} {int(pairs[name].notna().sum())}" for name in names)
    return (
        f"No pair of values is left: of {len(pairs)} observations on {len(days)} common days, valid are {counts}, and "
        "none for all of them. Compare products that know the same places and days."
    )


def left_out(pairs: pd.DataFrame, names: list[str], n_kept: int) -> str:
    """Return how many observations do not count, and which products are unknown there."""
    missing = {name: int(pairs[name].isna().sum()) for name in names}
    words = ", ".join(f"{name} {count}" for name, count in missing.items() if count)
    return (
        f"{len(pairs) - n_kept} of {len(pairs)} observations were left out, so that all products are judged by the "
        f"same pairs (unknown: {words})."
    )
