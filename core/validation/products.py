# SPDX-License-Identifier: GPL-2.0-or-later
"""Products against a reference: a raster truth, pixel by pixel and window by window, or stations."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Optional, Union, cast

import numpy as np
import pandas as pd
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.files import write_text
from ..base.progress import SILENT, Progress
from ..base.tables import csv_text
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import aligned, small_cache
from ..rasters.series import Series
from ..scoring.baselines import BASELINES, CoarseProduct
from ..scoring.gain import with_gain
from ..scoring.metrics import DENSITY_EDGES, METRICS, Scores, scores, without_few
from ..stations.stations import Stations
from ..units import OF_MAPS
from .settings import WindowOptions
from .stations import CELLS_READ, PER_STATION, StationValidation, compare_at_stations

Rasters = Union[Series, Source]


@dataclass(frozen=True)
class ProductComparison:
    """How products agree with a reference; bias is product minus reference.

    Attributes
    ----------
    table : DataFrame
        One row a product: product; `METRICS` of all values pooled, with the same n for all products; n_dates; and,
        for several dates, date_median_* and date_mean_* of bias, rmse, ubrmse and r over the dates. Against stations
        also n_stations, station_median_* and station_mean_*.
    per_date : DataFrame
        One row a product and date: product, date (datetime64[ns], NaT without dates), `METRICS` over the places of
        that date, so that r says how well the pattern in space is met.
    left_out : int
        Values of the reference that did not count, since a product is unknown there.
    density : dict of ndarray, shape (200, 200)
        For each product the number of values by reference (rows) and product (columns) in bins of `DENSITY_EDGES`.
    warnings : list of str
    stations : StationValidation, optional
        The whole comparison, if the reference is stations.
    notes : list of str
        What a reader should know, and need not mislead.
    """

    table: pd.DataFrame
    per_date: pd.DataFrame
    left_out: int
    density: dict[str, np.ndarray]
    warnings: list[str] = field(default_factory=list)
    stations: StationValidation | None = None
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        pooled = self.table.set_index("product")[list(METRICS)]
        return pooled.to_string(float_format="%.4f")

    @property
    def products(self) -> list[str]:
        """The names of the products in the order of the table."""
        return list(self.table["product"])

    def note_refused(self, reasons: Sequence[str]) -> None:
        """Add why rows that were asked for are missing, to the warnings of a page too."""
        self.warnings.extend(reasons)
        if self.stations is not None and self.stations.warnings is not self.warnings:
            self.stations.warnings.extend(reasons)

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the table of products as CSV."""
        write_text(path, csv_text(self.table))

    def write_dates(self, path: str | os.PathLike) -> None:
        """Write the table of products and dates as CSV."""
        write_text(path, csv_text(self.per_date))


def compare_products(
    products: Mapping[str, Rasters],
    reference: Rasters | Stations,
    coarse: Rasters | None = None,
    *,
    options: WindowOptions = WindowOptions(),
    progress: Progress = SILENT,
) -> ProductComparison:
    """Compare products with a reference on the same days and pixels.

    Everything is read on the grid of the reference, window by window: what is finer is averaged by area, what is
    coarser gives its cells as they are; the coarse product also interpolated bilinearly and smoothly (see `baselines`).
    Only pixels in which all products and the reference are known count. Against stations see `validate_stations`.

    Parameters
    ----------
    products : dict of Series or Source
        Names and rasters, m3 m-3. Dated ones need a dated reference, those without a date one without.
    reference : Series, Source or Stations
        What counts as true, m3 m-3.
    coarse : Series or Source, optional
        The coarse product that the others were made from.
    options : WindowOptions
        Which days a map stands for; only against stations.
    progress : Progress

    Raises
    ------
    InputError
        If there is no product, a dated raster is to be compared with one without date, there are no common days, no
        value is known in all of them, or some cannot be soil moisture.
    GridError
        If a product does not overlap the reference.
    """
    if not products:
        raise InputError("There is no product to compare; give at least one.")
    taken = [name for name in products if name in BASELINES]
    if taken and coarse is not None:
        raise InputError(f"'{taken[0]}' is the name of a baseline; give the product another name.")
    if isinstance(reference, Stations):
        return _against_stations(products, reference, coarse, options, progress)
    layers, warnings = _matched(products, reference, coarse)
    grid = layers[0].reference.grid()
    cells_read = 0.0 if coarse is None else CELLS_READ
    with small_cache():
        days = np.array([layer.date for layer in layers])
        baselines = CoarseProduct(coarse, grid, days, progress.part(0, cells_read))
        tally = _Tally([*products, *baselines.names])
        for layer, part in progress.part(cells_read, 1).parts(layers):
            with _ProductReader(layer, grid, baselines) as read:
                for window in part.over(grid.windows()):
                    tally.add(layer.date, *read(window))
    warnings.extend(baselines.warnings)
    if not tally.n:
        raise InputError(_why_nothing(tally))
    notes: list[str] = []
    if tally.left_out:
        usual = tally.left_out <= tally.n  # a coarse product has its clouds; if most is left out, little is judged
        (notes if usual else warnings).append(
            f"{tally.left_out} of {tally.left_out + tally.n} values of the reference were left out, so that all "
            f"products are judged by the same pixels (unknown: {_unknown(tally.lacking)})."
        )
    per_date = tally.per_date()
    return ProductComparison(
        _table(tally.total(), per_date), per_date, tally.left_out, tally.density, warnings, notes=notes
    )


@dataclass(frozen=True)
class _Layer:
    """The rasters of one date (None without dates) beside the coarse one."""

    date: np.datetime64 | None
    products: dict[str, Source]
    reference: Source


def _matched(
    products: Mapping[str, Rasters], reference: Rasters, coarse: Rasters | None
) -> tuple[list[_Layer], list[str]]:
    """Return the rasters that belong together, in the order of their days, and warnings."""
    everything = {**products, "the coarse product": coarse} if coarse is not None else dict(products)
    dated = isinstance(reference, Series)
    for name, rasters in everything.items():
        if isinstance(rasters, Series) != dated:
            a, b = ("has no dates", "has") if dated else ("has dates", "has none")
            raise InputError(f"{name} {a}, but the reference {b}; give both with dates, or one raster for each.")
    if not dated:
        return [_Layer(None, cast("dict[str, Source]", products), cast(Source, reference))], []
    return _by_day(list(products), cast("dict[str, Series]", everything), cast(Series, reference))


def _by_day(products: list[str], everything: Mapping[str, Series], reference: Series) -> tuple[list[_Layer], list[str]]:
    """Return the rasters of each day that all have, and warnings; `everything` holds the coarse product too."""
    days = reference.of_days("the reference").days
    for name, series in everything.items():
        if not len(np.intersect1d(reference.days, series.of_days(name).days)):
            raise InputError(f"No common dates: '{name}' {_span(series)}, the reference {_span(reference)}.")
        days = np.intersect1d(days, series.days)
    if not len(days):
        raise InputError(
            "No common dates: each product has some in common with the reference, but no day has them all: "
            + "; ".join(f"{name} {_span(series)}" for name, series in everything.items()) + "."
        )  # fmt: skip
    warnings = []
    if len(days) < len(reference):
        warnings.append(
            f"{len(days)} of the {len(reference)} days of the reference count: those on which all products are there."
        )
    by_day = {name: dict(zip(series.days, series.sources)) for name, series in everything.items()}
    truth = dict(zip(reference.days, reference.sources))
    return [_Layer(day, {name: by_day[name][day] for name in products}, truth[day]) for day in days], warnings


def _span(series: Series) -> str:
    return f"runs from {series.days[0]} to {series.days[-1]}" if len(series) else "has no day"


class _ProductReader:
    """Opens the rasters of one date, and reads windows of them on the grid of the reference."""

    def __init__(self, layer: _Layer, grid: Grid, baselines: CoarseProduct):
        self._layer = layer
        self._grid = grid
        self._baselines = baselines
        self._files = ExitStack()

    def __enter__(self):
        with ExitStack() as files:
            self._reference = files.enter_context(self._opened(self._layer.reference))
            self._products = {n: files.enter_context(self._opened(s)) for n, s in self._layer.products.items()}
            self._coarse = None
            if self._baselines.names:
                self._coarse = files.enter_context(self._baselines.opened(self._layer.date))
            self._files = files.pop_all()
        return self._read

    def _opened(self, source: Source):
        return aligned(replace(source, moisture=OF_MAPS), self._grid)

    def __exit__(self, *error):
        return self._files.__exit__(*error)

    def _read(self, window: Window) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        values = {name: reader.read(window) for name, reader in self._products.items()}
        if self._coarse:
            values.update(self._coarse.read(window))
        return self._reference.read(window), values


class _Tally:
    """Adds up the windows: scores in total and per date, density, and what was left out."""

    def __init__(self, names: list[str]):
        self.density = {name: np.zeros((len(DENSITY_EDGES) - 1,) * 2, np.int64) for name in names}
        self.lacking = dict.fromkeys(names, 0)
        self.n = self.left_out = 0
        self._dates: dict = {}

    def add(self, date: np.datetime64 | None, reference: np.ndarray, values: dict[str, np.ndarray]) -> None:
        there = np.isfinite(reference)
        known = there.copy()
        for name, array in values.items():
            unknown = there & ~np.isfinite(array)
            self.lacking[name] += int(unknown.sum())
            known &= ~unknown
        self.n += int(known.sum())
        self.left_out += int(there.sum() - known.sum())
        on_date = self._dates.setdefault(date, {name: Scores() for name in values})
        observed = reference[known].astype(float)
        for name, array in values.items():
            predicted = array[known].astype(float)
            on_date[name].add(predicted, observed)
            self.density[name] += density(predicted, observed)

    def total(self) -> dict[str, Scores]:
        """Return the scores of all dates together."""
        total = {name: Scores() for name in self.lacking}
        for by_name in self._dates.values():
            for name, pairs in by_name.items():
                total[name].merge(pairs)
        return total

    def per_date(self) -> pd.DataFrame:
        """Return the scores of the dates that have any, in order; see `ProductComparison`."""
        rows = [
            {"product": name, "date": pd.NaT if date is None else pd.Timestamp(date), **pairs.result()}
            for date, by_name in self._dates.items()
            for name, pairs in by_name.items()
            if pairs.n
        ]
        return pd.DataFrame(rows, columns=["product", "date", *METRICS])


def density(predicted: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return how many pairs (m3 m-3) fall in the bins of `DENSITY_EDGES`, shape (observed, predicted)."""
    bins = len(DENSITY_EDGES) - 1
    at = [(values * bins).astype(int).clip(0, bins - 1) for values in (observed, predicted)]
    return np.bincount(at[0] * bins + at[1], minlength=bins * bins).reshape(bins, bins)


def _table(total: dict[str, Scores], per_date: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, pairs in total.items():
        own = per_date[per_date["product"] == name]
        row = {"product": name, **pairs.result(), "n_dates": int(own["date"].notna().sum())}
        if row["n_dates"] > 1:
            row.update({f"date_median_{m}": own[m].dropna().median() for m in PER_STATION})
            row.update({f"date_mean_{m}": own[m].dropna().mean() for m in PER_STATION})
        rows.append(row)
    return with_gain(pd.DataFrame(rows))


def _unknown(lacking: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in lacking.items() if count)


def _why_nothing(tally: _Tally) -> str:
    if not tally.left_out:
        return "The reference has no value on the common days; check its nodata value and its band."
    return (
        f"No pixel is valid in all products: of {tally.left_out} values of the reference, without a value are "
        f"{_unknown(tally.lacking)}. Compare products that know the same places and days."
    )


def _against_stations(
    products: Mapping[str, Rasters],
    stations: Stations,
    coarse: Rasters | None,
    options: WindowOptions,
    progress: Progress,
) -> ProductComparison:
    undated = [name for name, p in {**products, "the coarse product": coarse}.items() if isinstance(p, Source)]
    if undated:
        raise InputError(f"{undated[0]} has no dates, but stations measure on days; give dated rasters.")
    dated = cast("Mapping[str, Series]", products)
    result = compare_at_stations(dated, stations, cast(Optional[Series], coarse), options=options, progress=progress)
    names = result.products
    counted = result.pairs.dropna(subset=names)
    rows = [
        {"product": name, "date": date, **scores(group[name], group["observed"])}
        for date, group in counted.groupby("date")
        for name in names
    ]
    table = result.table.assign(n_dates=counted["date"].nunique())
    observed = counted["observed"].to_numpy()
    counts = {name: density(counted[name].to_numpy(), observed) for name in names}
    per_date = without_few(pd.DataFrame(rows, columns=["product", "date", *METRICS]))
    return ProductComparison(
        table, per_date, len(result.pairs) - len(counted), counts, result.warnings, result, result.notes
    )
