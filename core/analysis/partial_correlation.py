# SPDX-License-Identifier: GPL-2.0-or-later
"""How soil moisture goes with rain, temperature or radiation while the other drivers are held."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
from rasterio.windows import Window
from scipy import stats

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.dated_maps import DatedRasters, period_of, window_means
from ..rasters.dates import DAY
from ..rasters.map_folder import Outcome, importing
from ..rasters.raster import small_cache
from ..rasters.settings import DatedInput
from ..units import SM_UNIT
from .settings import PartialOptions

VALUES = 24 << 20  # float32 values that a window may take
# of a series that the others do not determine; below it a residual is only rounding
MIN_OWN_SHARE = 1e-10


class Partial(NamedTuple):
    """Partial correlations: `r` and `p`, shape (drivers, ...), and `n`, shape (...), the steps that all know."""

    r: np.ndarray
    p: np.ndarray
    n: np.ndarray

    def sign(self, level: float) -> np.ndarray:
        """Return 1 or -1, the sign of r, where it is significant, else 0; NaN where r is unknown."""
        return np.where(np.isfinite(self.r), np.sign(self.r) * (self.p < level), np.nan)


def partial_correlation(
    moisture: np.ndarray, drivers: np.ndarray, least: int = 5, effective: bool = False, progress: Progress = SILENT
) -> Partial:
    """Return the correlation of soil moisture with each driver, both freed of what the other drivers explain linearly.

    Parameters
    ----------
    moisture : ndarray, shape (steps, ...)
        As monthly means; NaN where unknown.
    drivers : ndarray, shape (drivers, steps, ...)
        A step counts at a place where soil moisture and all drivers are valid.
    least : int
        Steps that must count; with fewer r and p are NaN.
    effective : bool
        Whether the test takes n (1 − a b) / (1 + a b) for n, at most n; a and b are the lag-1 correlations of what is
        left of moisture and driver.
    progress : Progress

    Returns
    -------
    Partial
        p is that of the t-test with n − 2 − (drivers − 1) degrees of freedom, two-sided. NaN where moisture or a
        driver does not vary, or others determine it.

    References
    ----------
    Rao et al. 2022, section 4.3; Li et al. 2022, section 4.2. Bretherton et al. 1999, The Effective Number of Spatial
    Degrees of Freedom of a Time-Varying Field, J. Climate 12, 1990-2009, eq. 31.
    """
    drivers = np.asarray(drivers)
    k, steps, *shape = drivers.shape
    values = np.concatenate([np.asarray(moisture)[None], drivers]).reshape(k + 1, steps, math.prod(shape))
    places = values.shape[2]
    r, p = np.full((2, k, places), np.nan)
    n = np.zeros(places, int)
    at_once = max(1, VALUES // 8 // ((k + 1) * max(steps, 1)))
    for start in progress.over(range(0, places, at_once)):
        part = slice(start, start + at_once)
        r[:, part], p[:, part], n[part] = _partial(values[:, :, part].astype(float), least, effective)
    return Partial(r.reshape(k, *shape), p.reshape(k, *shape), n.reshape(shape))


def _partial(values: np.ndarray, least: int, effective: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return r, p and n of some places; values have shape (1 + drivers, steps, places), soil moisture first."""
    k = len(values) - 1
    known = np.isfinite(values).all(0)
    n = known.sum(0)
    values = _standard(np.where(known, values, 0), known, n)
    r, p = np.full((2, k, len(n)), np.nan)
    for i in range(1, k + 1):
        left, sound = _residuals(values[[0, i]], values[[j for j in range(1, k + 1) if j != i]])
        sound &= n >= max(least, k + 2)
        a, b = left[:, :, sound]
        own = np.clip((a * b).sum(0) / np.sqrt((a**2).sum(0) * (b**2).sum(0)), -1, 1)
        count = n[sound].astype(float)
        if effective:
            both = _lag_one(a, known[:, sound]) * _lag_one(b, known[:, sound])
            count = np.minimum(count, count * (1 - both) / (1 + both))
        free = np.maximum(count - 1 - k, 1)
        with np.errstate(divide="ignore"):
            t = np.abs(own) * np.sqrt(free / (1 - own**2))
        r[i - 1, sound] = own
        p[i - 1, sound] = 2 * stats.t.sf(t, free)
    return r, p, n


def _standard(values: np.ndarray, known: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the series with mean 0 and sum of squares 1; 0 where a step is not known or a series does not vary."""
    mean = values.sum(1, keepdims=True) / np.maximum(n, 1)
    away = np.where(known, values - mean, 0)
    length = np.sqrt((away**2).sum(1, keepdims=True))
    # what is left of a constant is rounding
    varies = length > 1e-12 * np.sqrt(np.maximum(n, 1)) * np.abs(mean)
    return np.where(varies, away / np.where(varies, length, 1), 0)


def _residuals(pair: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is left of two series, shape (2, steps, places), after regression on others, and where it is sound.

    One after another is taken out of all that follow (Gram and Schmidt), so that others that determine each other show.
    """
    sound = np.ones(pair.shape[2], bool)
    rest = np.concatenate([others, pair])
    for j in range(len(others)):
        square = (rest[j] ** 2).sum(0)
        sound &= square > MIN_OWN_SHARE
        share = (rest[j + 1 :] * rest[j]).sum(1, keepdims=True) / np.where(square > MIN_OWN_SHARE, square, 1)
        rest[j + 1 :] -= share * rest[j]
    left = rest[len(others) :]
    return left, sound & ((left**2).sum(1) > MIN_OWN_SHARE).all(0)


def _lag_one(series: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the correlation of a series of mean 0, shape (steps, places), with itself one step before."""
    both = known[1:] & known[:-1]
    pairs = np.maximum(both.sum(0), 1)
    variance = (series**2).sum(0) / np.maximum(known.sum(0), 1)
    return np.clip((series[1:] * series[:-1] * both).sum(0) / pairs / variance, -0.99, 0.99)


def partial_maps(
    moisture: str | os.PathLike,
    drivers: Mapping[str, str | os.PathLike],
    folder: str | os.PathLike,
    options: PartialOptions = PartialOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write maps of partial correlations of soil moisture with drivers, on the grid of soil moisture.

    Parameters
    ----------
    moisture : path
        Folder or pattern of dated maps, daily or monthly.
    drivers : mapping
        Name to folder or pattern of dated maps on any grid, daily or monthly: as precipitation and temperature.
    folder : path
        Gets for every driver r_<driver>.tif, p_<driver>.tif and sign_<driver>.tif (see `Partial.sign`); n.tif, the
        steps that count; and strongest.tif, the number of the driver, from 1, with the greatest r without its sign.
        All of them, or none after an error or a cancel.
    options : PartialOptions, optional
    progress : Progress

    Raises
    ------
    InputError
        If there are fewer common steps than the least number, or there is only one driver.

    References
    ----------
    Rao et al. 2022, Fig. 14; Li et al. 2022, Fig. 9.
    """
    names = _several(drivers)
    bad = [name for name in names if not re.fullmatch(r"[\w.-]+", name)]
    if bad:
        raise InputError(f"'{bad[0]}' is no name for maps; use letters, digits, _ and -.")
    with small_cache(), importing(folder, progress=progress, reads={"soil moisture": moisture, **drivers}) as importer:
        first = DatedRasters(moisture, DatedInput(name="soil_moisture"), importer, progress)
        if first.unit == SM_UNIT:
            first.series = first.series.as_moisture()
        every = [first]
        every += [DatedRasters(drivers[n], DatedInput(name=n), importer, progress, first.grid) for n in names]
        of_map = [period_of(r.series.of_days(r.name).days, options.step) for r in every]
        steps = _common(of_map, [r.name for r in every], options)
        progress.say(f"Common {options.step}s: {len(steps)}, from {steps[0]} to {steps[-1]}")
        outputs = [*(f"{what}_{name}" for name in names for what in ("r", "p", "sign")), "n", "strongest"]
        tags = {"drivers": ", ".join(f"{i} {name}" for i, name in enumerate(names, 1))}
        tags |= {"step": options.step, "level": f"{options.level:g}", "first": str(steps[0]), "last": str(steps[-1])}
        maps = {name: importer.writing(name, first.grid, "1", tags=tags) for name in outputs}
        _write_maps(maps, every, of_map, steps, names, options, progress)
    return importer.outcome


def _write_maps(maps, every, of_map, steps, names, options: PartialOptions, progress: Progress) -> None:
    grid = every[0].grid
    windows = grid.windows(VALUES // (len(steps) * len(every)))
    with ExitStack() as stack:
        opened = {name: stack.enter_context(one) for name, one in maps.items()}
        for window, part in progress.parts(windows):
            reading = part.part(0, 0.9).parts(zip(every, of_map))
            stacks = np.stack([_steps_of(rasters, own, steps, window, step) for (rasters, own), step in reading])
            found = partial_correlation(stacks[0], stacks[1:], options.min_steps, options.effective, part.part(0.9, 1))
            sign = found.sign(options.level)
            for name, r, p, s in zip(names, found.r, found.p, sign):
                for what, values in (("r", r), ("p", p), ("sign", s)):
                    opened[f"{what}_{name}"].write(values.astype(np.float32), window)
            opened["n"].write(found.n.astype(np.float32), window)
            all_known = np.isfinite(found.r).all(0)
            strongest = np.where(all_known, 1 + np.abs(np.where(all_known, found.r, 0)).argmax(0), np.nan)
            opened["strongest"].write(strongest.astype(np.float32), window)


def _steps_of(rasters: DatedRasters, own: np.ndarray, steps: np.ndarray, window: Window, progress: Progress):
    """Return the means of the steps in a window, shape (steps, rows, columns); NaN for a step without raster."""
    out = np.full((len(steps), int(window.height), int(window.width)), np.nan, np.float32)
    wanted = np.isin(own, steps)
    for step, mean, _ in window_means(rasters, rasters.series.only(wanted), own[wanted], window, progress):
        out[np.searchsorted(steps, step)] = mean
    return out


def _common(of_map: list[np.ndarray], names: list[str], options: PartialOptions) -> np.ndarray:
    """Return the steps from the first to the last that all have, also those between that some lack."""
    steps = np.unique(of_map[0])
    for name, own in zip(names[1:], of_map[1:]):
        steps = np.intersect1d(steps, own)
        if len(steps) < options.min_steps:
            spans = "; ".join(f"{n} {np.min(o)} to {np.max(o)}" for n, o in zip(names, of_map))
            raise InputError(
                f"With '{name}' there are {len(steps)} common {options.step}s, but {options.min_steps} are needed "
                f"({spans}). Give longer series, or lower the least number of steps."
            )
    unit = "datetime64[M]" if options.step == "month" else "datetime64[Y]"
    return np.arange(steps[0].astype(unit), steps[-1].astype(unit) + 1).astype(DAY)


def _several(drivers) -> list[str]:
    names = list(drivers)
    if len(names) < 2:
        raise InputError(
            f"A partial correlation needs two drivers or more, of which the others are held; got {len(names)}."
        )
    return names
