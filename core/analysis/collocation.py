# SPDX-License-Identifier: GPL-2.0-or-later
"""Triple collocation of products, at stations or pixel by pixel; the numbers are those of `scoring.collocation`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import fields
from itertools import combinations

import numpy as np
import pandas as pd
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..scoring.anomalies import anomalies
from ..scoring.collocation import FEWEST, STATIONS, Collocated, collocate
from ..stations.stations import Stations
from ..validation.stations import compare_at_stations
from .settings import CollocationOptions

REPRESENTATIVENESS = "representativeness_sd"
WEIGHT = "weight"
MOST_VALUES = 16 << 20  # float32, of all days, pixels and products, that are held at a time
MOST_LOOKED_AT = 2000  # places at a time, for series in step
FEWEST_DAYS = 5  # of such a place
IN_STEP = 1 - 1e-6  # squared correlation from which series are the same but for rounding
SURE = 100  # days in common below which a word is said


def collocate_stations(
    products: Mapping[str, Series],
    stations: Stations,
    options: CollocationOptions = CollocationOptions(),
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return the errors of products and stations at every station.

    Parameters
    ----------
    products : dict of Series
        Names and dated rasters, m3 m-3: two or more that do not share their errors, as a satellite and a model.
    stations : Stations
    options : CollocationOptions
    seed : int
        Of the draws.
    progress : Progress

    Returns
    -------
    DataFrame
        One row a station and series, `STATIONS` first: station, longitude, latitude, series, n (days in common), and,
        with their ends as snr_low and snr_high: snr (dB), error_sd (m3 m-3, on the scale of the reference), r2, scale.
        In the rows of the stations also `REPRESENTATIVENESS` (m3 m-3), the error beyond that of the sensor, and
        `WEIGHT`, the inverse of the error variance with a mean of 1. NaN where unknown.

    Raises
    ------
    InputError
        If there are fewer than two products, a name is taken, no station has enough days, or as in `validate_stations`.
    """
    names = _names([STATIONS, *products], options)
    compared = compare_at_stations(products, stations, min_pairs=options.min_days, progress=progress.part(0, 0.5))
    for warning in compared.warnings:
        progress.warn(warning)
    pairs = compared.pairs.rename(columns={"observed": STATIONS}).dropna(subset=names)
    places = compared.per_station.groupby("station", sort=False)[["longitude", "latitude"]].first()
    rows: list[dict] = []
    twins = _Twins(names)
    for station, own in progress.part(0.5, 1).over(list(pairs.groupby("station", sort=False))):
        own = own.sort_values("date")
        days = own["date"].to_numpy("datetime64[D]")
        values = own[names].to_numpy(float)[:, None]
        twins.add(values)
        found = _collocated(values, days, names, options, seed)
        rows += _rows(found, names, {"station": station, **places.loc[station]})
    twins.refuse()
    table = pd.DataFrame(rows)
    _check(table["n"], table["error_sd"], options, progress)
    return _of_stations(table, options)


def _names(names: list[str], options: CollocationOptions) -> list[str]:
    """Return the names of the series after a check of them."""
    if len(set(names)) < len(names):
        raise InputError(f"'{STATIONS}' is what the stations are called; give the product of this name another one.")
    if len(names) < FEWEST:
        raise InputError(
            f"{counted(len(names), 'series is', 'series are')} given ({', '.join(names)}); triple collocation needs "
            f"{FEWEST} that do not share their errors, as a satellite, a model and stations."
        )
    if options.scale_of and options.scale_of not in names:
        raise InputError(
            f"There is no series '{options.scale_of}' to tell errors on the scale of; there are {', '.join(names)}."
        )
    return names


class _Twins:
    """Looks for series that rise and fall in step: one twice, or one made from the other, whose errors are the same.

    Triple collocation would take both for the truth.
    """

    def __init__(self, names: list[str]):
        self._names = names
        self._counts = {pair: np.zeros(2, int) for pair in combinations(range(len(names)), 2)}

    def add(self, values: np.ndarray) -> None:
        """Look at some places of values, shape (days, places, series)."""
        some = values[:, :: -(-values.shape[1] // MOST_LOOKED_AT)].astype(float)
        known = np.isfinite(some).all(2, keepdims=True)
        n = np.maximum(known.sum(0), 1)
        apart = np.where(known, some - np.where(known, some, 0).sum(0) / n, 0)
        square = (apart**2).sum(0)
        told = (known.sum(0)[:, 0] >= FEWEST_DAYS) & (square > 0).all(1)
        for (i, j), count in self._counts.items():
            together = (apart[..., i] * apart[..., j]).sum(0)[told] ** 2
            count += np.count_nonzero(together > IN_STEP * square[told, i] * square[told, j]), np.count_nonzero(told)

    def refuse(self) -> None:
        """Raise `InputError` if two series are in step at most places."""
        for (i, j), (in_step, n) in self._counts.items():
            if in_step > n / 2:
                raise InputError(
                    f"'{self._names[i]}' and '{self._names[j]}' rise and fall in step at {in_step} of {n} places: one "
                    "product twice, or one made from the other. Their errors are the same, so that both would be taken "
                    "for the truth. Leave one of them out."
                )


def _collocated(
    values: np.ndarray, days: np.ndarray, names: list[str], options: CollocationOptions, seed: int
) -> Collocated:
    """Return the errors of series, values of shape (days, places, series)."""
    if options.collocated != "values":
        # only days that all know make a mean that is the same for all
        values = np.where(np.isfinite(values).all(2, keepdims=True), values, np.nan)
        flat = anomalies(values.reshape(len(values), -1), days, options.collocated)
        values = flat.reshape(values.shape)
    reference = names.index(options.scale_of) if options.scale_of else 0
    how = {"min_days": options.min_days, "block_days": options.block_days, "draws": options.draws}
    return collocate(values, days, reference, level=options.level, seed=seed, **how)


def _rows(found: Collocated, names: list[str], place: dict) -> Iterator[dict]:
    """Give the rows of one place, one a series."""
    for number, name in enumerate(names):
        row = {**place, "series": name, "n": int(found.n[0])}
        for what in ("snr", "error_sd", "r2", "scale"):
            row[what] = getattr(found, what)[0, number]
            row[f"{what}_low"], row[f"{what}_high"] = getattr(found, f"{what}_range")[:, 0, number]
        yield row


def _check(n, error_sd, options: CollocationOptions, progress: Progress) -> None:
    """Refuse a result that knows nothing, and say where one rests on few days."""
    n, error_sd = np.asarray(n), np.asarray(error_sd, float)
    if not n.size or n.max() < options.min_days:
        raise InputError(
            f"No place has {options.min_days} days on which all series are known, the most are "
            f"{n.max(initial=0)}. Give longer series, or lower the minimum of days in common."
        )
    if not np.isfinite(error_sd).any():
        raise InputError(
            "No error could be told: the series do not rise and fall together at any place, or variances come out "
            "below 0. Check that all are soil moisture of the same days."
        )
    middle = int(np.median(n[n >= options.min_days]))
    if middle < SURE:
        progress.warn(
            f"The results rest on {middle} days in common, in the median; below {SURE} they are uncertain, see the "
            "intervals."
        )


def _of_stations(table: pd.DataFrame, options: CollocationOptions) -> pd.DataFrame:
    """Return the table with the representativeness error and the weight of each station."""
    is_station = table["series"] == STATIONS
    variance = table["error_sd"].where(is_station) ** 2
    beyond = variance - options.sensor_sd**2
    weight = 1 / variance.where(variance > 0)
    table[REPRESENTATIVENESS] = np.sqrt(beyond.where(beyond >= 0))
    table[WEIGHT] = weight / weight.mean()
    return table


class AllDays:
    """Reads windows of all days of products on the grid of one of them.

    Parameters
    ----------
    products : dict of Series
        m3 m-3.
    grid : Grid
        On which they are read: what is finer is averaged by area, what is coarser gives its cells as they are.
    days : ndarray of datetime64[D], shape (n,)
    """

    def __init__(self, products: Mapping[str, Series], grid: Grid, days: np.ndarray):
        self._by_day = {name: dict(zip(own.days, own.as_moisture().sources)) for name, own in products.items()}
        self.grid, self.days = grid, days

    def windows(self) -> Iterator[Window]:
        """Give strips of rows whose days can all be held at a time."""
        height, width = self.grid.shape
        rows = max(1, MOST_VALUES // (len(self.days) * len(self._by_day) * width))
        for top in range(0, height, rows):
            yield Window(0, top, width, min(rows, height - top))

    def read(self, window: Window, progress: Progress = SILENT) -> np.ndarray:
        """Return the values of all days, shape (days, pixels, products), float32, NaN where unknown."""
        pixels = window.height * window.width
        values = np.full((len(self.days), pixels, len(self._by_day)), np.nan, np.float32)
        for at, day in enumerate(progress.over(self.days)):
            values[at] = self.read_day(day, window)
        return values

    def read_day(self, day: np.datetime64, window: Window | None = None) -> np.ndarray:
        """Return the values of one day, shape (pixels, products), float32, NaN where unknown."""
        window = window or self.grid.whole
        values = np.full((window.height * window.width, len(self._by_day)), np.nan, np.float32)
        with ExitStack() as files:
            for number, sources in enumerate(self._by_day.values()):
                if day in sources:
                    reader = files.enter_context(aligned(sources[day], self.grid))
                    values[:, number] = reader.read(window).ravel()
        return values


def common_days(products: Mapping[str, Series]) -> np.ndarray:
    """Return the days that all products have a map of.

    Raises
    ------
    InputError
        If there is none.
    """
    days = None
    for name, series in products.items():
        own = series.of_days(name).days
        days = own if days is None else np.intersect1d(days, own)
    if days is None or not len(days):
        spans = "; ".join(f"{name} from {series.days[0]} to {series.days[-1]}" for name, series in products.items())
        raise InputError(f"No day has a map of every product: {spans}.")
    return days


def collocate_maps(
    products: Mapping[str, Series],
    options: CollocationOptions = CollocationOptions(),
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> tuple[Collocated, Grid]:
    """Return the errors of products pixel by pixel, places being the pixels in the order of rows.

    Parameters
    ----------
    products : dict of Series
        Names and dated rasters, m3 m-3: three or more that do not share their errors.
    options, seed, progress
        As `collocate_stations`.

    Returns
    -------
    collocated : Collocated
    grid : Grid
        That of the product whose scale counts.

    Raises
    ------
    InputError
        If there are fewer than three products, no common days, or no pixel has enough of them.
    GridError
        If a product does not overlap the grid.
    """
    names = _names(list(products), options)
    grid = products[options.scale_of or names[0]].sources[0].grid()
    days = common_days(products)
    reader = AllDays(products, grid, days)
    found, twins = [], _Twins(names)
    for window, part in progress.parts(list(reader.windows())):
        values = reader.read(window, part)
        twins.add(values)
        found.append(_collocated(values, days, names, options, seed))
    twins.refuse()
    whole = _joined(found)
    _check(whole.n, whole.error_sd, options, progress)
    return whole, grid


def _joined(found: list[Collocated]) -> Collocated:
    """Return the results of strips as one."""
    joined = {}
    for field in fields(Collocated):
        axis = 1 if field.name.endswith("_range") else 0
        joined[field.name] = np.concatenate([getattr(one, field.name) for one in found], axis)
    return Collocated(**joined)


def summary_of(names: list[str], places: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return the medians of series over places.

    Parameters
    ----------
    names : list of str
    places : dict of ndarray, shape (p, k)
        snr, error_sd, r2 and scale of p places and k series.

    Returns
    -------
    DataFrame
        One row a series: product, known (percent of the places), and the medians of snr (dB), error_sd (m3 m-3), r2
        and scale.
    """
    rows = []
    for number, name in enumerate(names):
        own = {what: values[:, number] for what, values in places.items()}
        known = np.isfinite(own["snr"])
        medians = {what: float(np.median(values[known])) if known.any() else np.nan for what, values in own.items()}
        rows.append({"product": name, "known": 100 * float(known.mean()), **medians})
    return pd.DataFrame(rows)
