# SPDX-License-Identifier: GPL-2.0-or-later
"""Climate classes of Köppen and Geiger from twelve monthly means of temperature and rain."""

from __future__ import annotations

import os

import numpy as np
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.dated_maps import DatedRasters, period_of, window_means
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.settings import DatedInput
from ..units import UNSAID, convertible, factors
from .settings import KoppenOptions

# numbered as the maps of Beck et al. 2018
CLASSES = (
    "Af", "Am", "Aw", "BWh", "BWk", "BSh", "BSk", "Csa", "Csb", "Csc", "Cwa", "Cwb", "Cwc", "Cfa", "Cfb", "Cfc",
    "Dsa", "Dsb", "Dsc", "Dsd", "Dwa", "Dwb", "Dwc", "Dwd", "Dfa", "Dfb", "Dfc", "Dfd", "ET", "EF",
)  # fmt: skip
GROUPS = {"A": "tropical", "B": "arid", "C": "temperate", "D": "cold", "E": "polar"}
DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
WARM, COLD = np.arange(3, 9), np.array([9, 10, 11, 0, 1, 2])  # half-years from April and from October
HOTTEST = 60.0  # degC; a monthly mean above it is in kelvin
VALUES = 24 << 20  # float32 values that a window may take


def koppen_classes(temperature: np.ndarray, rain: np.ndarray) -> np.ndarray:
    """Return the number of the climate class in `CLASSES`, from 1.

    Parameters
    ----------
    temperature : ndarray, shape (12, ...), degC
        Means of the months from January to December.
    rain : ndarray, shape (12, ...), mm
        Sums of the months.

    Returns
    -------
    ndarray, shape (...), float32
        NaN where a month is unknown.

    References
    ----------
    Peel, Finlayson and McMahon 2007, Updated world map of the Köppen-Geiger climate classification, Table 1; Beck et
    al. 2018, Table 2, with 0 degC between temperate and cold, and its rule for dry summer and dry winter at once.
    """
    t, p = np.asarray(temperature, float), np.asarray(rain, float)
    known = np.isfinite(t).all(0) & np.isfinite(p).all(0)
    t, p = np.where(known, t, 0), np.where(known, p, 0)
    hot, cold, mild = t.max(0), t.min(0), (t > 10).sum(0)
    north = t[WARM].sum(0) >= t[COLD].sum(0)
    summer = np.where(north, p[WARM], p[COLD])
    winter = np.where(north, p[COLD], p[WARM])
    name = np.where(hot > 0, "ET", "EF").astype("U3")
    year = p.sum(0)
    limit = _limit(t, year, summer, winter)
    arid = year < limit
    later = (hot > 10) & ~arid
    letters = np.char.add(np.where(cold > 0, "C", "D"), _season(summer, winter))
    name = np.where(later, np.char.add(letters, _warmth(hot, cold, mild)), name)
    name = np.where(later & (cold >= 18), _tropical(p), name)
    name = np.where(arid, _dry(t, year, limit), name)
    found, place = np.unique(name, return_inverse=True)
    codes = np.array([1 + CLASSES.index(one) for one in found], np.float32)[place].reshape(name.shape)
    return np.where(known, codes, np.float32(np.nan))


def _limit(t: np.ndarray, year: np.ndarray, summer: np.ndarray, winter: np.ndarray) -> np.ndarray:
    """Return the annual rain (mm) under which a climate is arid."""
    more = np.where(winter.sum(0) > 0.7 * year, 0, np.where(summer.sum(0) > 0.7 * year, 28, 14))
    return 10 * (2 * t.mean(0) + more)


def _dry(t: np.ndarray, year: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Return the class of arid places: desert under half of the limit, else steppe; hot from 18 degC on."""
    return np.char.add(np.where(year < limit / 2, "BW", "BS"), np.where(t.mean(0) >= 18, "h", "k"))


def _tropical(p: np.ndarray) -> np.ndarray:
    driest = p.min(0)
    return np.where(driest >= 60, "Af", np.where(driest >= 100 - p.sum(0) / 25, "Am", "Aw"))


def _season(summer: np.ndarray, winter: np.ndarray) -> np.ndarray:
    """Return the letter of the dry season: s, w, or f for none."""
    dry_summer = (summer.min(0) < 40) & (summer.min(0) < winter.max(0) / 3)
    dry_winter = winter.min(0) < summer.max(0) / 10
    both = dry_summer & dry_winter
    more_in_summer = summer.sum(0) > winter.sum(0)
    dry_summer &= ~(both & more_in_summer)
    dry_winter &= ~(both & ~more_in_summer)
    return np.where(dry_summer, "s", np.where(dry_winter, "w", "f"))


def _warmth(hot: np.ndarray, cold: np.ndarray, mild: np.ndarray) -> np.ndarray:
    """Return the letter of warmth, of places with a month above 10 degC: a hot, b warm, c cold, d cold winter."""
    return np.where(hot >= 22, "a", np.where(mild >= 4, "b", np.where(cold < -38, "d", "c")))


def koppen_map(
    temperature: str | os.PathLike,
    rain: str | os.PathLike,
    folder: str | os.PathLike,
    options: KoppenOptions = KoppenOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write a map of climate classes, koppen.tif, on the grid of the rain; its tags name the classes.

    Parameters
    ----------
    temperature, rain : path
        Folders or patterns of dated rasters, daily or monthly, of one year or more: each month counts with its mean
        over all years.
    folder : path
        Gets the map, or nothing after an error or a cancel.
    options : KoppenOptions, optional
    progress : Progress

    Raises
    ------
    InputError
        If a month of the year has no raster.
    """
    reads = {"temperature": temperature, "rain": rain}
    with small_cache(), importing(folder, progress=progress, reads=reads) as importer:
        falls = DatedRasters(rain, DatedInput(name="rain"), importer, progress)
        warmth = DatedRasters(temperature, DatedInput(name="temperature"), importer, progress, falls.grid)
        for rasters in (warmth, falls):
            _need_twelve(rasters)
        names = [f"{letter} ({words})" for letter, words in GROUPS.items()] if options.classes == "groups" else CLASSES
        tags = {"classes": ", ".join(f"{code} {name}" for code, name in enumerate(names, 1))}
        with importer.writing("koppen", falls.grid, "1", tags=tags) as made:
            for window, part in progress.parts(falls.grid.windows(VALUES // 48)):
                t = _celsius(_months(warmth, window, part.part(0, 0.5)), warmth.unit)
                p = _months(falls, window, part.part(0.5, 1)) * _millimetres(falls.unit)
                if options.rain_of == "day":
                    p *= DAYS[:, None, None] * (24 if falls.series.hourly else 1)
                codes = koppen_classes(t, p)
                made.write(_group(codes) if options.classes == "groups" else codes, window)
    return importer.outcome


def _group(codes: np.ndarray) -> np.ndarray:
    """Return the numbers of the main groups, A to E, from 1."""
    of_class = np.array([np.nan, *(1 + list(GROUPS).index(name[0]) for name in CLASSES)], np.float32)
    return of_class[np.nan_to_num(codes).astype(int)]


def _need_twelve(rasters: DatedRasters) -> None:
    months = np.unique(_month_of_year(rasters))
    lacking = sorted(set(range(1, 13)) - set(months.tolist()))
    if lacking:
        raise InputError(
            f"Climate classes need all twelve months; {rasters.name} has {len(months)}, none of month "
            f"{some(map(str, lacking))} (rasters from {rasters.series.days[0]} to {rasters.series.days[-1]}). Give a "
            "whole year or more, or a map of climate classes."
        )


def _month_of_year(rasters: DatedRasters) -> np.ndarray:
    return period_of(rasters.series.days, "month_of_year")


def _months(rasters: DatedRasters, window: Window, progress: Progress) -> np.ndarray:
    """Return the means of the twelve months in a window, shape (12, rows, columns); NaN where unknown."""
    of_map = _month_of_year(rasters)
    means = []
    for month, part in progress.parts(range(1, 13)):
        own = of_map == month
        ((_, mean, _),) = window_means(rasters, rasters.series.only(own), of_map[own], window, part)
        means.append(mean)
    return np.stack(means)


def _celsius(values: np.ndarray, unit: str) -> np.ndarray:
    """Return temperatures in degC; without a unit, what is too hot for a month is in kelvin."""
    if convertible(unit, "degC"):
        factor, offset = factors(unit, "degC")
        return values * factor + offset
    known = values[np.isfinite(values)]
    return values - 273.15 if known.size and known.mean() > HOTTEST else values


def _millimetres(unit: str) -> float:
    """Return what rain is multiplied with to be in mm."""
    bare = unit.split(" d-1")[0].strip()
    if unit in UNSAID or not convertible(bare, "mm"):
        return 1.0
    return factors(bare, "mm")[0]
