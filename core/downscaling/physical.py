# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps by physics alone, without a learner: what learning has to beat."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_folder
from ..base.inputs import keeping
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..kriging.days import some_of
from ..rasters.overlap import Overlap
from ..rasters.raster import small_cache
from ..samples.sampling import sample_coarse
from ..study.covariates import known_as
from ..study.study import Study
from .bounds import Bounds, bounds_of
from .conserve import ADDITIVE, find_change
from .detail import Block, coarse_of, scratch
from .downscale import DayFiles, MapFact, RunFacts
from .lst_space import cover, dryness, find_edges, soil_efficiency
from .makers import fitting
from .settings import ConsistencyOptions, PhysicalOptions

MOST_PIXELS = 200_000  # that tell the edges of a day
LEAST_CELLS = 5  # of a line
LEAST_EFFICIENCY = 0.05  # of a cell: less would divide by next to nothing
POROSITY = 0.6  # m3 m-3; more water no mineral soil holds
LAPSE_RATE = 0.006  # K m-1 (Merlin et al. 2013)
CLASS_WIDTH = 0.1  # of NDVI (Fang et al. 2022)
LEAST_IN_CLASS = 10  # cells and days of a class and month that a line is fitted to
KEPT = 0.5  # fraction of a pixel that cells with a value must cover
MOST_NDVI = 1.05  # it ends at 1, but noise goes beyond
LST_RANGE = (200.0, 360.0)  # K
FEW_DAYS = 12  # that are looked at before the work
TEMPERATURE = "surface temperature"
NIGHT = "night"  # in the name of the one by night


@dataclass(frozen=True)
class _Roles:
    """The names of the covariates that physics asks for; '' for one that it does not."""

    temperature: str
    vegetation: str
    night: str = ""
    height: str = ""

    @property
    def names(self) -> list[str]:
        return [name for name in (self.temperature, self.vegetation, self.night, self.height) if name]


def physical_series(
    study: Study,
    folder: str | os.PathLike,
    options: PhysicalOptions = PhysicalOptions(),
    *,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> RunFacts:
    """Write a fine map for every day that physics can divide, as sm_YYYYMMDD.tif; the means over coarse cells hold.

    Parameters
    ----------
    study : Study
        With a coarse product, surface temperature and NDVI.
    folder : path
        Gets all maps or, after an error or a cancel, none.
    options : PhysicalOptions, optional
    first, last : datetime64[D], optional
        The study's period when left out.
    progress : Progress

    Returns
    -------
    RunFacts
        Days without a map are those without a coarse value, under clouds, or whose edges cannot be found; why is told.

    Raises
    ------
    InputError
        If the study lacks the coarse product or a covariate, or no day can be divided.

    References
    ----------
    Fang et al. 2022; Merlin et al. 2012, correction for height 2013; Sandholt et al. 2002.
    """
    roles = _roles(study, options)
    days = study.days_asked(first, last)
    overlap = Overlap(study.coarse_grid, study.grid)
    plain = ConsistencyOptions()
    folder = Path(folder)
    with keeping(study.reads()), whole_folder(folder) as part, small_cache(), fitting(study.grid):
        for day in days:
            MapFact.in_folder(folder, day, plain).refuse_read()
        work = _Work(study, roles, overlap, bounds_of(study, options.min_water, options.max_water, progress, POROSITY))
        divide = _MAKERS[options.physics](work, progress.part(0, 0.2))
        facts, refused = RunFacts([], study.grid.size, []), {}
        for day, step in progress.part(0.2, 1).parts(days):
            fact = MapFact.in_folder(part, day, plain)
            try:
                work.write_day(fact, divide, options.physics, step)
                facts.maps.append(fact)
            except InputError as error:
                refused[day] = str(error)
                facts.empty_days.append(day)
        _tell(refused, len(days), progress)
        if not facts.maps:
            raise InputError(f"No day can be divided. {next(iter(refused.values()))}")
        facts.largest_deviation = work.largest_deviation
        facts.bounds = work.bounds
        work.bounds.tell(progress)
    for fact in facts.maps:
        fact.moved(part, folder)
    return facts


def _tell(refused: dict, n_days: int, progress: Progress) -> None:
    """Say why days have no map, each reason once."""
    reasons: dict[str, list] = {}
    for day, why in refused.items():
        reasons.setdefault(why, []).append(day)
    for why, days in list(reasons.items())[:5]:
        progress.warn(f"{counted(len(days), 'day')} of {n_days} without a map, as {days[0]}: {why}")


def _roles(study: Study, options: PhysicalOptions) -> _Roles:
    """Return which covariates are meant: those that are named, else those whose names tell."""
    if study.coarse is None:
        raise InputError(f"The study '{study.name}' has no coarse product to divide; give one.")
    temperature = options.temperature or _found(study, TEMPERATURE, "by day", lambda name: NIGHT not in name)
    vegetation = options.vegetation or _found(study, "NDVI")
    if options.physics != "thermal_inertia":
        return _each_once(_Roles(temperature, vegetation, height=_height(study, options)))
    night = options.night or _found(study, TEMPERATURE, "by night", lambda name: NIGHT in name)
    return _each_once(_Roles(temperature, vegetation, night))


def _each_once(roles: _Roles) -> _Roles:
    """Return the roles, or refuse one covariate in two of them."""
    twice = next((name for name in roles.names if roles.names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"The covariate '{twice}' is named for more than one of temperature, vegetation, night and height; name "
            "another one for each."
        )
    return roles


def _height(study: Study, options: PhysicalOptions) -> str:
    """Return the covariate of height; '' if the study has none, so that temperatures stay as they are."""
    try:
        return options.height or _found(study, "elevation")
    except InputError:
        return ""


def _found(study: Study, kind: str, when: str = "", fits: Callable[[str], bool] = lambda name: True) -> str:
    """Return the one covariate of a kind whose name fits."""

    def is_it(name: str) -> bool:
        known = known_as(name)
        return known is not None and known.title == kind and fits(name.lower())

    names = [name for name in study.covariates if is_it(name)]
    if len(names) != 1:
        which = f"several ({', '.join(names)})" if names else "none"
        there = ", ".join(study.covariates) or "no covariates"
        words = f"{kind[0].upper()}{kind[1:]} {when}".strip()
        raise InputError(
            f"{words} is needed, and by their names the study '{study.name}' has {which} among {there}. "
            "Name the covariate that holds it, or leave this method out."
        )
    return names[0]


class _Work:
    """Reads the days of a study, and writes what a method makes of them."""

    def __init__(self, study: Study, roles: _Roles, overlap: Overlap, bounds: Bounds):
        self.study, self.roles, self.overlap, self.bounds = study, roles, overlap, bounds
        self.largest_deviation = 0.0
        self.windows = list(study.grid.windows(1 << 20))

    def blocks(self, day: np.datetime64, progress: Progress):
        """Yield (window, covariates of shape (roles, rows, columns)) of a day."""
        for window in self.windows:
            (block,) = self.study.features(self.roles.names, np.array([day]), window, progress)
            if self.roles.height:
                block[0] += (
                    LAPSE_RATE * block[-1]
                )  # as if all lay at one height: the edges are of a day, so any will do
                block = block[:-1]
            yield window, block

    def some_pixels(self, day: np.datetime64, progress: Progress) -> np.ndarray:
        """Return covariates of evenly spread pixels that know all, shape (roles, n)."""
        stride = max(1, int(np.ceil(np.sqrt(self.study.grid.size / MOST_PIXELS))))
        found = [block[:, ::stride, ::stride].reshape(len(block), -1) for _, block in self.blocks(day, progress)]
        pixels = np.concatenate(found, axis=1).astype(float)
        known = pixels[:, np.isfinite(pixels).all(0)]
        _refuse_no_ndvi(known[1], self.roles.vegetation)
        _refuse_no_temperature(known[0], self.roles.temperature)
        return known

    def few_days(self, progress: Progress) -> np.ndarray:
        """Return pixels of some days of the study that know all, shape (roles, n)."""
        days = self.study.days
        some = days[some_of(len(days), FEW_DAYS)]
        return np.concatenate([self.some_pixels(day, step) for day, step in progress.parts(some)], axis=1)

    def cell_means(self, raw: np.ndarray) -> np.ndarray:
        """Return the mean of a map over each coarse cell, NaN where nothing is known."""
        sums, areas = np.zeros((2, *self.study.coarse_grid.shape))
        for window in self.windows:
            s, a = self.overlap.part(window).sums(raw[window.toslices()])
            sums += s
            areas += a
        return np.divide(sums, areas, out=np.full(sums.shape, np.nan), where=areas > 0)

    def of_cells(self, values: np.ndarray, window) -> np.ndarray:
        """Return values of coarse cells at the pixels of a window; NaN where cells with a value cover too little."""
        part, known = self.overlap.part(window), np.isfinite(values)
        share = part.spread(known.astype(float))
        total = part.spread(np.where(known, values, 0.0))
        return np.divide(total, share, out=np.full(share.shape, np.nan), where=share >= KEPT)

    def write_day(self, fact: MapFact, divide: Callable, physics: str, progress: Progress) -> None:
        """Write the map of a day; refuse one that cannot be divided."""
        coarse = coarse_of(self.study, fact.day, progress)
        if not np.isfinite(coarse).any():
            raise InputError("The coarse product has no value.")
        with ExitStack() as stack:
            raw = scratch((1, *self.study.grid.shape), stack)[0]
            divide(fact.day, coarse, raw, progress)
            change = find_change(lambda w: raw[w.toslices()], coarse, self.overlap, ADDITIVE, progress, self.bounds)
            if not change.cells:
                raise InputError("No pixel has the covariates under a cell that has a coarse value.")
            self.largest_deviation = max(self.largest_deviation, change.largest_deviation)
            self.bounds.note_unmet(change.unmet, change.largest_deviation)
            tags = {
                "SOILSHARP_TARGET": "coarse", "SOILSHARP_LEARNER": physics, "SOILSHARP_CONSISTENCY": "additive",
                "date": str(fact.day),
            }  # fmt: skip
            files = stack.enter_context(closing(DayFiles(fact, self.study.grid, tags)))
            for window in self.windows:
                progress.check()
                values = change.apply(raw[window.toslices()], self.overlap.part(window), window)
                self.bounds.count(values, window)
                files.put(Block(values), window)


def _dispatch(work: _Work, progress: Progress) -> Callable:
    """Return what divides a day by the evaporative efficiency of the soil: SM + SM / SEE · (SEE of a pixel - SEE)."""
    bare, full = _end_members(work, progress)

    def divide(day, coarse: np.ndarray, raw: np.ndarray, step: Progress) -> None:
        temperature, ndvi = work.some_pixels(day, step)
        edges = find_edges(temperature, cover(ndvi, bare, full))
        for window, (lst, vegetation) in work.blocks(day, step):
            raw[window.toslices()] = soil_efficiency(lst, cover(vegetation, bare, full), edges)
        means = work.cell_means(raw)
        slope = np.where(means >= LEAST_EFFICIENCY, coarse / np.maximum(means, LEAST_EFFICIENCY), np.nan)
        for window in work.windows:
            own = raw[window.toslices()]
            above = own - work.of_cells(means, window)
            raw[window.toslices()] = work.of_cells(coarse, window) + work.of_cells(slope, window) * above

    return divide


def _end_members(work: _Work, progress: Progress) -> tuple[float, float]:
    """Return NDVI of bare soil and of full cover: its 2nd and 98th percentile over some days of the study."""
    ndvi = work.few_days(progress)[1]
    if not len(ndvi):
        raise InputError(f"No pixel knows {', '.join(work.roles.names)} on any of the days that were looked at.")
    bare, full = np.quantile(ndvi, [0.02, 0.98])
    if full - bare < 0.05:
        raise InputError(
            f"NDVI lies between {bare:.3g} and {full:.3g}: too little to tell bare soil from full cover. Take a larger "
            "area, or another method."
        )
    return float(bare), float(full)


def _refuse_no_ndvi(values: np.ndarray, name: str) -> None:
    """Raise `InputError` if known values are none of NDVI, as stored integers without their scale."""
    if np.count_nonzero(np.abs(values) > MOST_NDVI) <= len(values) // 100:
        return
    most = np.abs(values).max()
    # 10,000 is the scale of MODIS, VIIRS and Sentinel-2; of bytes, or a little above 1, none can be told
    hint = "Import it with its scale, 0.0001 as it seems" if 1000 < most <= 10_500 else "Import it with its own scale"
    raise InputError(
        f"'{name}' reaches {values.max():.4g}, but NDVI lies between -1 and 1. {hint}, or name another covariate."
    )


def _refuse_no_temperature(values: np.ndarray, name: str) -> None:
    """Raise `InputError` if known values are no temperatures in K: a lapse rate would mean nothing."""
    low, high = LST_RANGE
    if np.count_nonzero((values < low) | (values > high)) > len(values) // 100:
        raise InputError(
            f"'{name}' reaches from {values.min():.4g} to {values.max():.4g}, but surface temperature lies between "
            f"{low:g} and {high:g} K. Import it with its scale and unit, as 0.02 of MODIS, or name another covariate."
        )


def _tvdi(work: _Work, progress: Progress) -> Callable:
    """Return what divides a day by a line of the dryness index, fitted to its coarse cells."""

    def divide(day, coarse: np.ndarray, raw: np.ndarray, step: Progress) -> None:
        edges = find_edges(*work.some_pixels(day, step), flat_wet=True)
        for window, (lst, vegetation) in work.blocks(day, step):
            raw[window.toslices()] = dryness(lst, vegetation, edges)
        slope, at_0 = _line(work.cell_means(raw), coarse)
        for window in work.windows:
            raw[window.toslices()] = at_0 + slope * raw[window.toslices()]

    return divide


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return slope and value at 0 of the line through the cells that know both."""
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < LEAST_CELLS or np.ptp(x[known]) == 0:
        raise InputError(
            f"{known.sum()} coarse cells have soil moisture and the dryness index; a line needs at least {LEAST_CELLS} "
            "that differ."
        )
    slope, at_0 = np.polyfit(x[known], y[known], 1)
    return float(slope), float(at_0)


def _thermal_inertia(work: _Work, progress: Progress) -> Callable:
    """Return what divides a day by lines of the day–night difference, for each class of NDVI and month of the study."""
    roles = work.roles
    _refuse_no_temperature(work.few_days(progress.part(0, 0.2))[2], roles.night)
    samples = sample_coarse(work.study, progress=progress.part(0.2, 1), names=roles.names)
    day_lst, ndvi, night_lst = samples.X.T
    table = pd.DataFrame({
        "difference": day_lst - night_lst, "y": samples.y, "of_class": np.floor(ndvi / CLASS_WIDTH),
        "month": pd.DatetimeIndex(samples.days).month,
    }).dropna()  # fmt: skip
    lines = {month: _lines(rows) for month, rows in table.groupby("month")}

    def divide(day, coarse: np.ndarray, raw: np.ndarray, step: Progress) -> None:
        month = int(str(day)[5:7])
        own = lines.get(month)
        if not own:
            raise InputError(f"Too few cells know day and night temperature and NDVI in month {month} to fit a line.")
        classes = np.array(sorted(own))
        fits = np.array([own[k] for k in classes])
        for window, (lst, vegetation, night) in work.blocks(day, step):
            # the nearest class with a line
            nearest = np.abs(np.floor(vegetation / CLASS_WIDTH)[..., None] - classes).argmin(-1)
            slope, at_0 = np.moveaxis(fits[nearest], -1, 0)
            raw[window.toslices()] = at_0 + slope * (lst - night) + 0 * vegetation

    return divide


def _lines(rows: pd.DataFrame) -> dict[float, tuple[float, float]]:
    """Return slope and value at 0 of each class of NDVI with enough cells; of all together if none has."""
    groups = {k: part for k, part in rows.groupby("of_class") if len(part) >= LEAST_IN_CLASS}
    if not groups and len(rows) >= LEAST_IN_CLASS:
        groups = {float(rows["of_class"].median()): rows}
    return {
        k: tuple(np.polyfit(part["difference"], part["y"], 1))
        for k, part in groups.items()
        if np.ptp(part["difference"].to_numpy()) > 0
    }


_MAKERS = {"dispatch": _dispatch, "tvdi": _tvdi, "thermal_inertia": _thermal_inertia}
