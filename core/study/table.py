# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of a study's covariates: where they come from, their days, values and cover, from a look at some pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from affine import Affine

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..rasters.grid import Grid
from ..rasters.open import Source
from ..rasters.raster import aligned
from ..rasters.series import Series
from .covariates import COARSE_SM, known_as, unit_problem, unit_told
from .entries import RasterEntry
from .study import COARSE, Study
from .undeclared import LikelyFill, likely_fill

POINTS = 64  # pixels along a side of the grid that are looked at
LOOKED_AT = 24  # rasters of a series that a quick look reads
COLUMNS = ("covariate", "source", "rasters", "first", "last", "rule", "unit", "least", "mean", "greatest")


def look_at(study: Study, progress: Progress = SILENT) -> pd.DataFrame:
    """Return the table of covariates from a quick look, and say it; the first thing that is wrong is an error.

    Of a long series only some rasters are read, and ages are those of the files, as if there were no clouds.

    Raises
    ------
    InputError, GridError
        If something cannot be read, or does not overlap the target grid.
    """
    grid = lattice(study.grid)
    rows = []
    names = ([COARSE] if study.coarse else []) + list(study.covariates)
    for name in progress.over(names):
        entry = study.entry(name)
        series, sources = sources_of(study, entry)
        if not sources:
            raise InputError(f"The covariate '{name}' has no raster near the period {study.first} to {study.last}.")
        some = sources[:: max(1, -(-len(sources) // LOOKED_AT))]
        values = np.stack(list(read_points(some, entry, grid, progress)))
        row = row_of(study, name, entry, series, values, likely_fill(name, entry, values))
        row["cover_percent"] = 100 * float(np.isfinite(values).mean())
        if series is not None:
            row["age_days"] = float(np.abs(study.days[:, None] - series.days[None, :]).min(axis=1).astype(int).mean())
        rows.append(row)
    table = pd.DataFrame(rows)
    rows_, columns_ = study.grid.shape
    progress.say(f"Target grid: {columns_} x {rows_} pixels in {study.grid.crs.to_string()[:60]}")
    progress.say(f"Period: {study.first} to {study.last}, {counted(len(study.days), 'day')}")
    for line in table_text(table).splitlines():
        progress.say(line)
    for _, problem in unit_problems(study, table):
        progress.warn(problem)
    if study.stations_file:
        stations = study.stations(progress)
        progress.say(f"Stations: {len(stations.places)} with {counted(len(stations.values), 'daily value')}")
    return table


def table_text(table: pd.DataFrame) -> str:
    """Return a table of covariates as lines of text."""
    if table.empty:
        return "no covariates"
    shown = table.copy()
    for column in shown.select_dtypes(float):
        shown[column] = [f"{v:.4g}" if v == v else "" for v in shown[column]]
    return shown.drop(columns=["source"]).to_string(index=False)


def lattice(grid: Grid) -> Grid:
    """Return a grid of the same bounds with at most 64 x 64 cells."""
    rows, columns = (min(n, POINTS) for n in grid.shape)
    wider = Affine.scale(grid.shape[1] / columns, grid.shape[0] / rows)
    return Grid(grid.crs, grid.transform * wider, (rows, columns))


def sources_of(study: Study, entry: RasterEntry, days: np.ndarray | None = None) -> tuple[Series | None, list[Source]]:
    """Return the rasters of an entry that count for days, those of the period if left out; with days if it is dated."""
    if not entry.dated:
        return None, [study.source(entry)]
    series = entry.series(study.folder)
    if days is None or len(days) == len(study.days):
        series = series.needed(entry, study.days)
    else:  # those of each day alone, as days may lie far apart
        times = [series.needed(entry, days[i : i + 1]).times for i in range(len(days))]
        series = series.only(np.isin(series.times, np.concatenate(times)))
    return series, list(series.sources)


def read_points(sources: list[Source], entry: RasterEntry, grid: Grid, progress: Progress) -> Iterator[np.ndarray]:
    """Yield rasters on the points of a grid, in their order."""

    def one(source: Source) -> np.ndarray:
        with aligned(source, grid, classes=entry.classes, averaged=False) as reader:
            return reader.read()

    yield from ahead(one, sources, progress)


def row_of(
    study: Study, name: str, entry: RasterEntry, series: Series | None, stack: np.ndarray, fill: LikelyFill | None
) -> dict:
    """Return the row of a covariate as far as files and values tell it; `fill` is none of its values."""
    seen = stack[np.isfinite(stack) & (stack != (np.nan if fill is None else fill.value))].astype(float)
    # a stray value is no wrong unit
    facts = (*np.quantile(seen, [0.005, 0.995]), seen.mean()) if seen.size else (np.nan,) * 3
    known = COARSE_SM if name == COARSE else known_as(name)
    unit = unit_told(known, study.unit(name))
    days = (str(series.days[0]), str(series.days[-1])) if series is not None and len(series) else ("", "")
    count = 1 if series is None else len(series)
    values = (name, entry.files or entry.file, count, *days, entry.rule_in_words, unit)
    return dict(zip(COLUMNS, (*values, facts[0], facts[2], facts[1])))


def unit_problems(study: Study, table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the covariates of a table whose values cannot be what they are called, each with a sentence on it."""
    for row in table.to_dict("records"):
        name = row["covariate"]
        known = COARSE_SM if name == COARSE else known_as(name)
        if known is None or known.classes or study.entry(name).classes:
            continue
        stated = "" if row["unit"].endswith("?") else row["unit"]
        if problem := unit_problem(known, row["least"], row["greatest"], name, stated):
            yield name, problem
