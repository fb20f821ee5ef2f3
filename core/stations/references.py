# SPDX-License-Identifier: GPL-2.0-or-later
"""What a station is held against: its neighbours, or maps of a coarse product that no sensor has a part in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.ground import distance_km
from ..rasters.raster import aligned, small_cache
from ..rasters.series import Series
from ..units import OF_COARSE

POOL = 16  # the nearest series of which the references are chosen
NEIGHBOURS = 8  # those that change most alike; the median of so many is hardly moved by a faulty one
SHAPES = 3  # principal components of the series around: what soils of a region do in common
REACH = 2  # cells to each side of that of a station, whose series tell the shapes
LONGEST_GAP = 10  # days without a map that a line goes over
MIN_NEIGHBOURS = 3  # on a day, and of a station
MIN_DAYS = 30  # with a value and a reference
MIN_ALIKE = 0.4  # rank correlation of changes over days, from which neighbours or maps are a reference
APART = 5  # days between which changes of a station and its reference are compared


@dataclass(frozen=True)
class Reference:
    """What series are held against.

    Attributes
    ----------
    values : ndarray, shape (days, series)
        Soil moisture beside each (m3 m-3, up to a constant), NaN where there is none.
    shapes : list of ndarray, each of shape (days, k)
        How soil moisture goes around each: a change is none if it is made of these.
    """

    values: np.ndarray
    shapes: list[np.ndarray]

    def of(self, i: int, x: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return the reference and the shapes of one series (days,), both None if it has too few days in common."""
        if np.count_nonzero(np.isfinite(self.values[:, i]) & np.isfinite(x)) < MIN_DAYS:
            return None, None
        return self.values[:, i], self.shapes[i]

    def or_else(self, other: Reference) -> Reference:
        """Return this reference, and the other one for series that have none here."""
        has = np.isfinite(self.values).any(axis=0)
        shapes = [own if it_has else theirs for own, theirs, it_has in zip(self.shapes, other.shapes, has)]
        return Reference(np.where(has, self.values, other.values), shapes)


def from_neighbours(values: np.ndarray, longitude, latitude, layer: np.ndarray, within_km: float) -> Reference:
    """Return what the neighbours of every series measured: the median of their departures from their own medians.

    There is none on days with fewer than `MIN_NEIGHBOURS` neighbours, and where these do not move as the series does.

    Parameters
    ----------
    values : ndarray, shape (days, series)
        Soil moisture (m3 m-3), NaN where there is none.
    longitude, latitude : ndarray, shape (series,)
        Degrees.
    layer : ndarray, shape (series,)
        What depth a series is of: only those of the same are neighbours.
    within_km : float
        How far a neighbour may be.
    """
    days, n = values.shape
    out = Reference(np.full(values.shape, np.nan), [np.zeros((days, 0))] * n)
    known = np.isfinite(values)
    changed = _ranks(moves(values))
    for i in range(n):
        away = distance_km(longitude[i], latitude[i], longitude, latitude)
        common = (known & known[:, [i]]).sum(axis=0)
        enough = (common >= MIN_DAYS) & (common >= 0.5 * known[:, i].sum())
        near = np.flatnonzero((away <= within_km) & (layer == layer[i]) & enough & (np.arange(n) != i))
        near = near[np.argsort(away[near], kind="stable")][:POOL]
        if len(near) < MIN_NEIGHBOURS:
            continue
        alike = _correlations(changed[:, i], changed[:, near])
        theirs = values[:, near[np.argsort(-alike, kind="stable")][:NEIGHBOURS]]
        level = np.nanmedian(np.where(known[:, [i]], theirs, np.nan), axis=0)
        seen = np.isfinite(theirs).sum(axis=1) >= MIN_NEIGHBOURS
        middle = np.full(days, np.nan)
        middle[seen] = np.nanmedian(theirs[seen] - level, axis=1)
        if _correlations(changed[:, i], _ranks(moves(middle[:, None])))[0] >= MIN_ALIKE:
            out.values[:, i] = middle
            out.shapes[i] = _shapes(values[:, near])
    return out


def from_maps(
    maps: Series, values: np.ndarray, longitude, latitude, first: np.datetime64, progress: Progress = SILENT
) -> Reference:
    """Return what maps of soil moisture tell at every series: the cell that holds it, a line over days without a map.

    No faulty sensor has a part in it, as it has in neighbours. There is none outside of the maps, with fewer
    than `MIN_DAYS` days in common, and where they do not move as the series does.

    Parameters
    ----------
    maps : Series
        Of days: a coarse product or a land surface model (m3 m-3).
    values : ndarray, shape (days, series)
        Soil moisture (m3 m-3), NaN where there is none.
    longitude, latitude : ndarray, shape (series,)
        Degrees.
    first : datetime64[D]
        The first of the days.
    progress : Progress

    Raises
    ------
    InputError
        If no map is of these days, several are of the same, or a file cannot be read.
    """
    days, n = values.shape
    out = Reference(np.full(values.shape, np.nan), [np.zeros((days, 0))] * n)
    maps = maps.of_days("the coarse product").as_moisture(OF_COARSE)
    there = maps.between(first, first + days - 1)
    if not len(there):
        raise InputError(
            f"The maps run from {maps.days[0]} to {maps.days[-1]}, the stations from {first} to {first + days - 1}: "
            "no day in common. Give maps of the days of the stations, or none."
        )
    around = _Around(there.sources[0].grid(), longitude, latitude)
    cells = _without_gaps(around.read(there, (there.days - first).astype(int), days, progress))
    changed = _ranks(moves(values))
    for i in np.flatnonzero(around.own >= 0):
        own, known = cells[:, around.own[i]], np.isfinite(cells[:, around.of[i]]).any(axis=0)
        enough = np.count_nonzero(np.isfinite(own) & np.isfinite(values[:, i])) >= MIN_DAYS
        if enough and _correlations(changed[:, i], _ranks(moves(own[:, None])))[0] >= MIN_ALIKE:
            out.values[:, i] = own
            out.shapes[i] = _shapes(cells[:, around.of[i][known]])
    return out


class _Around:
    """The cells that hold places, and those around.

    Attributes
    ----------
    own : ndarray of int, shape (n,)
        Number of the cell of each place, -1 off the grid.
    of : list of ndarray
        Numbers of the cells around each place, its own among them.
    """

    def __init__(self, grid: Grid, longitude: np.ndarray, latitude: np.ndarray):
        row, column = grid.cells_at(longitude, latitude)
        steps = np.arange(-REACH, REACH + 1)
        rows, columns = row[:, None, None] + steps[:, None], column[:, None, None] + steps
        inside = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
        inside &= (row >= 0)[:, None, None]
        at = np.where(inside, rows * grid.shape[1] + columns, -1)
        cells, number = np.unique(at, return_inverse=True)
        number = number.reshape(at.shape) - (cells[0] < 0)
        self.own = number[:, REACH, REACH]
        self.of = [own[own >= 0] for own in number]
        self._grid = grid
        self._rows, self._columns = np.divmod(cells[cells >= 0], grid.shape[1])

    def read(self, maps: Series, day: np.ndarray, days: int, progress: Progress) -> np.ndarray:
        """Return the values of the cells, shape (days, cells), NaN where there is no map; `day` numbers the maps."""
        values = np.full((days, len(self._rows)), np.nan)
        if not len(self._rows):
            return values
        top, left = self._rows.min(), self._columns.min()
        size = self._columns.max() - left + 1, self._rows.max() - top + 1
        part = self._grid.part(Window(left, top, *size))
        with small_cache():
            for i, source in zip(day, progress.over(maps.sources)):
                with aligned(source, part) as reader:
                    values[i] = reader.read_cells(self._rows - top, self._columns - left)
        return values


def _without_gaps(values: np.ndarray) -> np.ndarray:
    """Return series (days, n) with lines over gaps of up to `LONGEST_GAP` days."""
    filled = pd.DataFrame(values).interpolate(limit_area="inside")
    known = pd.DataFrame(np.isfinite(values))
    days = pd.Series(np.arange(len(values)))
    before = known.apply(lambda k: days.where(k).ffill())
    after = known.apply(lambda k: days.where(k).bfill())
    return filled.where(after - before <= LONGEST_GAP + 1).to_numpy()


def _shapes(values: np.ndarray) -> np.ndarray:
    """Return the first principal components of series, shape (days, k); what is not known is taken as usual."""
    apart = values - np.nanmean(values, axis=0)
    apart /= np.maximum(np.nanstd(values, axis=0), 1e-6)
    return np.linalg.svd(np.nan_to_num(apart), full_matrices=False)[0][:, :SHAPES]


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return the ranks within columns, which a break or a spike hardly disturbs."""
    return pd.DataFrame(values).rank().to_numpy()


def _correlations(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the correlation of a column with others, of the rows that each pair has; 0 where none can be told."""
    both = np.isfinite(own)[:, None] & np.isfinite(others)
    n = np.maximum(both.sum(axis=0), 1)
    a, b = np.where(both, own[:, None], 0), np.where(both, others, 0)
    mean_a, mean_b = a.sum(axis=0) / n, b.sum(axis=0) / n
    covariance = (a * b).sum(axis=0) / n - mean_a * mean_b
    square = ((a**2).sum(axis=0) / n - mean_a**2) * ((b**2).sum(axis=0) / n - mean_b**2)
    return covariance / np.sqrt(np.where(square > 0, square, np.inf))


def moves(x: np.ndarray) -> np.ndarray:
    """Return the changes over days, by which things that move alike are told whatever their levels."""
    return x[APART:] - x[:-APART]
