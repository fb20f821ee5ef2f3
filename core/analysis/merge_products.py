# SPDX-License-Identifier: GPL-2.0-or-later
"""One product out of several, each of which counts by how small its errors are, pixel by pixel."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.series import Series
from ..scoring.collocation import Collocated
from ..units import SM_UNIT
from .collocation import AllDays, collocate_maps
from .settings import CollocationOptions, MergeOptions

MERGED, SPREAD = "sm", "sd"  # variables of the maps
MOST_TIMES = 100.0  # that an error variance counts as smaller than the median at most
# what 90 % bands of the merged product hold by days in common, of three simulated products that are alike
HELD = {24: 0.77, 60: 0.84, 120: 0.87, 300: 0.89}
FOUND = 0.5  # of the work: when the errors are known


def merge_products(
    products: Mapping[str, Series],
    folder: str | os.PathLike,
    options: MergeOptions = MergeOptions(),
    *,
    merged: Sequence[str] = (),
    progress: Progress = SILENT,
) -> Outcome:
    """Write daily maps that are the mean of products, weighted by the inverse of their error variances.

    Parameters
    ----------
    products : dict of Series
        Names and dated rasters, m3 m-3: three or more that do not share their errors. Some may serve to tell errors
        alone.
    folder : path
        Gets sm/sm_20230501.tif and, beside, its standard deviation sd/sd_20230501.tif, m3 m-3; and what triple
        collocation says of every product, as snr_smap.tif. All or none after an error or a cancel.
    options : MergeOptions
    merged : sequence of str
        Names of the products that are merged, two or more; all when left out.
    progress : Progress

    Raises
    ------
    InputError
        If there is no such product to merge, or as in `collocate_maps`.

    Notes
    -----
    Every product is brought to the mean and the scale of the reference first. On days that lack a product the others
    share its weight, and the standard deviation grows. A pixel whose errors are not known takes the medians of all.

    References
    ----------
    Yilmaz et al. 2012, An objective methodology for merging satellite- and model-based soil moisture products, Water
    Resour. Res. 48, W11502; Gruber et al. 2017, Triple collocation-based merging of satellite soil moisture
    retrievals, IEEE Trans. Geosci. Remote Sens. 55, 6780-6792.
    """
    names = list(products)
    chosen = _chosen(names, merged)
    reads = {name: [source.path for source in series.sources] for name, series in products.items()}
    with small_cache(), importing(folder, (MERGED, SPREAD), progress, reads=reads) as importer:
        # intervals are not shown, and take the time
        own_errors = CollocationOptions(**asdict(options), draws=0)
        found, grid = collocate_maps(products, own_errors, progress=progress.part(0, FOUND))
        write_collocated(importer, found, names, grid)
        reference = names.index(options.scale_of) if options.scale_of else 0
        _tell_days(found, own_errors.min_days, progress)
        rule = _Rule(found, [names.index(name) for name in chosen], reference, progress)
        own = {name: products[name] for name in chosen}
        days = np.unique(np.concatenate([series.days for series in own.values()]))
        reader = AllDays(own, grid, days)
        for day in progress.part(FOUND, 1).over(days):
            value, spread = rule(reader.read_day(day))
            for name, values in ((MERGED, value), (SPREAD, spread)):
                importer.write(name, values.reshape(grid.shape).astype(np.float32), grid, SM_UNIT, day)
    return importer.outcome


def _tell_days(found: Collocated, min_days: int, progress: Progress) -> None:
    """Say by how much standard deviations are too small where the errors rest on few days."""
    days = int(np.median(found.n[found.n >= min_days]))
    few = [n for n in HELD if days <= n]
    if few:
        progress.warn(
            f"The standard deviations of the merged maps are told too small, as errors rest on {days} days in common: "
            f"of simulated products bands of 90 % hold {HELD[few[0]]:.2f} with {few[0]} days."
        )


def _chosen(names: list[str], merged: Sequence[str]) -> list[str]:
    """Return the names of the products that are merged after a check of them."""
    strange = [name for name in merged if name not in names]
    if strange:
        raise InputError(f"There is no product '{strange[0]}' to merge; there are {', '.join(names)}.")
    chosen = [name for name in names if name in merged] if merged else names
    if len(chosen) < 2:
        raise InputError(f"{counted(len(chosen), 'product')} cannot be merged; name two or more of {', '.join(names)}.")
    return chosen


class _Rule:
    """How the products of a day, shape (pixels, k), become one: factor, mean and weight of each at every pixel."""

    def __init__(self, found: Collocated, chosen: list[int], reference: int, progress: Progress):
        known = (np.isfinite(found.scale) & np.isfinite(found.error_variance))[:, chosen].all(1)
        if not known.any():
            raise InputError("No pixel knows the errors of all products that are to be merged; merge others.")
        variance, scale = (
            np.where(known[:, None], own, _medians(own, known))
            for own in (found.error_variance[:, chosen], found.scale[:, chosen])
        )
        self._scale, self._mean = scale, found.mean[:, chosen]
        self._level = found.mean[:, reference]
        # an error of nothing would make the others count for nothing
        self._weight = 1 / np.maximum(variance, np.median(variance, 0) / MOST_TIMES)
        lacking = int((~known & np.isfinite(self._level)).sum())
        if lacking:
            progress.warn(
                f"{counted(lacking, 'pixel takes', 'pixels take')} the median weights of all, as errors are not known."
            )

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the merged values of a day and their standard deviation, shape (pixels,), NaN without any."""
        brought = self._level[:, None] + self._scale * (values - self._mean)
        weight = np.where(np.isfinite(brought), self._weight, 0)
        total = weight.sum(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            merged = (weight * np.where(weight > 0, brought, 0)).sum(1) / total
            return np.clip(merged, 0, 1), np.where(total > 0, np.sqrt(1 / total), np.nan)


def _medians(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the medians of the places that are known, shape (k,)."""
    return np.median(values[known], 0)


def write_collocated(importer: Importer, found: Collocated, names: list[str], grid: Grid) -> None:
    """Write the maps of what triple collocation says: snr_, error_sd_, r2_ and scale_ of products, days in common."""
    units = {"snr": "dB", "error_sd": SM_UNIT, "r2": "1", "scale": "1"}
    for what, unit in units.items():
        for number, name in enumerate(names):
            values = getattr(found, what)[:, number].reshape(grid.shape)
            importer.write(f"{what}_{name}", values.astype(np.float32), grid, unit)
    importer.write("days_in_common", found.n.reshape(grid.shape).astype(np.float32), grid, "d")
