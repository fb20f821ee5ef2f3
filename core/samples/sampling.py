# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples made of a study: coarse cells or stations, day by day, with the covariates there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid, project
from ..rasters.overlap import Overlap, cell_areas
from ..rasters.raster import read_on, small_cache
from ..stations.stations import Stations
from ..study.class_names import class_names
from ..study.columns import VALID_FRACTION
from ..study.covariates import known_as, without_time
from ..study.study import COARSE, Study
from ..units import SOIL_MOISTURE, of_sum
from .cells import AreaMeans, CellDays, CentralPixels, by_class
from .samples import TARGET, Samples
from .settings import CoarseSampling, StationSampling
from .smooth_coarse import with_smooth_coarse

CHUNK_DAYS = 16  # days whose features are held at once
LEAST_CELL = 0.5  # of the area of a coarse cell, from which on a covariate tells nothing inside of it


def sample_coarse(
    study: Study,
    options: CoarseSampling = CoarseSampling(),
    progress: Progress = SILENT,
    names: Sequence[str] | None = None,
) -> Samples:
    """Make samples of coarse cells and days: the coarse soil moisture, and the covariates brought to its cells.

    A cell and day has a sample if one of the covariates is known; others may be NaN. In the place of a covariate of
    classes stand the fractions of the cell that each class covers, as "land_cover=10".

    Parameters
    ----------
    study : Study
    options : CoarseSampling, optional
    progress : Progress
    names : sequence of str, optional
        The covariates that count; all of the study when left out.

    Raises
    ------
    InputError
        If the study has no coarse product or covariates, or soil moisture is nowhere known together with one of them.

    References
    ----------
    The coarse target of Rao et al. 2022 and Bueno et al. 2024.
    """
    names = list(study.covariates if names is None else names)
    _need_covariates(names)
    series = study.coarse_series
    grid = study.coarse_grid
    if options.leave_out_coarse:
        names = _telling_inside(study, names, progress)
    chunks = [series.days[i : i + CHUNK_DAYS] for i in range(0, len(series), CHUNK_DAYS)]
    if options.spread_of and (options.spread_of not in names or options.aggregate != "mean"):
        raise InputError(
            f"The spread inside of cells is of area means of one of {', '.join(names)}; got '{options.spread_of}' with "
            f"{options.aggregate}."
        )
    names = by_class(study, names, series.days, progress.part(0, 0.1))
    cells = (AreaMeans if options.aggregate == "mean" else CentralPixels)(study, names, options)
    X, y, places = [], [], []
    seen = False
    with small_cache():
        for days, part in progress.part(0.1, 1).parts(chunks):
            found = cells.on(days, part)
            coarse = _coarse_of(study, days)
            seen |= bool(np.isfinite(coarse).any())
            known = np.isfinite(coarse) & np.isfinite(found.means).any(1)
            X.append(found.means.transpose(0, 2, 3, 1)[known].astype(np.float32))
            y.append(coarse[known])
            places.append(_places(found, known, days, options))
    X = np.concatenate(X)
    if not len(X):
        _refuse_cells(study, options, seen)
    _refuse_unknown(study, names, X)
    _tell_gaps(names, X, progress)
    place = pd.concat(places, ignore_index=True)
    place["longitude"], place["latitude"] = _lon_lat(grid, place["cell_row"], place["cell_column"])
    facts = {**_facts(study, names, "coarse"), "coarse_grid": grid.as_dict()}
    facts["fine_sd"] = dict(zip(names, cells.fine.sd().tolist()))
    samples = Samples(X, np.concatenate(y).astype(np.float32), tuple(names), place, facts)
    return samples.select([name for name, values in zip(names, X.T) if not class_of(name) or np.nanmax(values) > 0])


def _telling_inside(study: Study, names: Sequence[str], progress: Progress) -> list[str]:
    """Return the covariates without soil moisture on cells about as coarse as the product's; all if none is left."""
    least = LEAST_CELL * float(np.prod(study.coarse_grid.metres))
    moisture = [name for name in names if (known := known_as(without_time(name))) and known.title == SOIL_MOISTURE]
    coarse = [name for name in moisture if np.prod(study.grid_of(name).metres) >= least]
    kept = [name for name in names if name not in coarse]
    if not coarse or not kept:
        return list(names)
    progress.say(
        f"Left out, since as soil moisture on cells as coarse as the product's nothing of the detail inside of cells "
        f"can come from it: {', '.join(coarse)}."
    )
    return kept


def sample_stations(
    study: Study,
    options: StationSampling = StationSampling(),
    progress: Progress = SILENT,
    names: Sequence[str] | None = None,
    stations: Stations | None = None,
) -> Samples:
    """Make samples of stations and days: the measured soil moisture, and the covariates at the station's pixel.

    The coarse product is one of the covariates, under the name `COARSE`, if the study has one. A station and day has
    a sample if one of the covariates is known; others may be NaN.

    Parameters
    ----------
    study : Study
    options : StationSampling, optional
    progress : Progress
    names : sequence of str, optional
        The covariates that count, the coarse product among them; all when left out.
    stations : Stations, optional
        Other ones than those of the study, as rescaled ones.

    Raises
    ------
    InputError
        If no station lies on the target grid, or no measurement goes with one of the covariates.

    References
    ----------
    The station target of Jääskeläinen et al. 2025, Poehls et al. 2025 and Li et al. 2022.
    """
    stations = stations or study.stations(progress)
    names = list(names) if names else [*study.covariates, *([COARSE] if study.coarse else [])]
    _need_covariates(names)
    if stations.flagged:
        progress.warn(f"{stations.flagged} values of the stations have flags: left out.")
    places = stations.places
    rows, columns = study.grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    inside = rows >= 0
    if not inside.any():
        raise InputError(f"None of the {len(places)} stations lies on the target grid; check their coordinates.")
    if not inside.all():
        progress.warn(f"{int((~inside).sum())} of {len(places)} stations lie outside of the target grid: left out.")
    places, rows, columns = places[inside], rows[inside], columns[inside]
    if options.one_per_pixel:
        places, rows, columns, values = _merged(places, rows, columns, stations.values, progress)
        stations = Stations(places, values)
    days = np.unique(stations.values["date"].to_numpy("datetime64[D]"))
    chunks = np.array_split(days, -(-len(days) // CHUNK_DAYS))
    with small_cache():
        read = progress.part(0, 0.7 if options.smooth else 1)
        X = np.concatenate([study.at_cells(names, chunk, rows, columns, part) for chunk, part in read.parts(chunks)])
    measured = stations.values.pivot(index="date", columns="station", values=TARGET)
    measured = measured.reindex(index=pd.to_datetime(days), columns=places.index).to_numpy()
    known = np.isfinite(measured) & np.isfinite(X).any(2)
    _refuse_unknown(study, names, X[known])
    _tell_gaps(names, X[known], progress)
    day, which = np.nonzero(known)
    place = places.iloc[which].reset_index()
    place["date"] = days[day].astype("datetime64[ns]")
    if study.coarse:
        cell_row, cell_column = study.coarse_grid.cells_at(place["longitude"].to_numpy(), place["latitude"].to_numpy())
        place["cell_row"], place["cell_column"] = cell_row, cell_column
    y = measured[known].astype(np.float32)
    samples = Samples(X[known], y, tuple(names), place, _facts(study, names, "stations"))
    return with_smooth_coarse(study, samples, progress.part(0.7, 1)) if options.smooth else samples


def _merged(places: pd.DataFrame, rows: np.ndarray, columns: np.ndarray, values: pd.DataFrame, progress: Progress):
    """Return stations so that each pixel has one, with the mean of those that stand in it, under the first's name."""
    pixel = pd.Series(list(zip(rows, columns)), index=places.index)
    first = pixel.drop_duplicates()
    if len(first) < len(places):
        progress.say(f"{len(places)} stations stand in {len(first)} pixels: those in one pixel become one.")
    name = pixel.map({where: station for station, where in first.items()})
    values = values[values["station"].isin(places.index)]
    merged = values.assign(station=values["station"].map(name)).groupby(["station", "date"], as_index=False).mean()
    kept = places.index.get_indexer(first.index)
    return places.iloc[kept], rows[kept], columns[kept], merged


def _places(found: CellDays, known: np.ndarray, days: np.ndarray, options: CoarseSampling) -> pd.DataFrame:
    """Return what is told of the samples beside their covariates; known has the shape (days, rows, columns)."""
    day, row, column = np.nonzero(known)
    place = pd.DataFrame({"cell_row": row, "cell_column": column, "date": days[day].astype("datetime64[ns]")})
    if found.valid_fraction is not None:
        place[VALID_FRACTION] = found.valid_fraction[known].astype(np.float32)
    if found.spread is not None:
        place[f"{options.spread_of}_spread"] = found.spread[known]
    return place


def _coarse_of(study: Study, days: np.ndarray) -> np.ndarray:
    """Return the coarse product on its own cells, shape (days, rows, columns)."""
    series = study.coarse_series
    at = np.searchsorted(series.days, days)
    return np.stack([read_on(series.sources[i], study.coarse_grid) for i in at])


def _lon_lat(grid: Grid, row: pd.Series, column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    x, y = grid.centres()
    return project(x[column], y[row], grid.crs, WGS84)


def _facts(study: Study, names: Sequence[str], target: str) -> dict:
    entries = {name: study.entry(name) for name in names}
    rules = {name: entry.rule for name, entry in entries.items() if entry.dated}
    units = {name: _unit(study, name) for name in names}
    facts = {"target": target, "study": study.name, "grid": study.grid.as_dict(), "units": units, "rules": rules}
    classes = [name for name, entry in entries.items() if entry.classes and name in study.covariates]
    of_one_raster = {name: class_names(study, name) for name in classes if not entries[name].dated}
    called = {name: {str(code): word for code, word in own.items()} for name, own in of_one_raster.items() if own}
    return {**facts, "classes": classes, **({"class_names": called} if called else {})}


def _unit(study: Study, name: str) -> str:
    """Return the unit of a covariate after its rule, as a model sees it."""
    entry = study.entry(name)
    unit = study.unit(name)
    if not entry.dated or entry.rule != "sum_before":
        return unit
    return of_sum(unit, "h" if entry.hours else "d")


def _need_covariates(names: Sequence[str]) -> None:
    if not names:
        raise InputError("The study has no covariates; add at least one.")


def _tell_gaps(names: Sequence[str], X: np.ndarray, progress: Progress) -> None:
    gaps = np.isnan(X)
    if gaps.any():
        which = ", ".join(f"{name} ({count})" for name, count in zip(names, gaps.sum(0)) if count)
        progress.say(f"{int(gaps.any(1).sum())} of {len(X)} samples have gaps: {which}")


def _refuse_cells(study: Study, options: CoarseSampling, seen: bool) -> None:
    """Raise `InputError` if the coarse product has no value, or its cells reach too far beyond the target grid."""
    if not seen:
        raise InputError(
            f"The coarse soil moisture has no value over the target grid between {study.first} and {study.last}. Check "
            "its place, its days and its nodata value."
        )
    share = cell_areas(study.coarse_grid, study.grid)
    inside = Overlap(study.coarse_grid, study.grid).part().sums(np.ones(study.grid.shape, np.float32))[1]
    greatest = float((inside / share).max())
    if options.aggregate == "mean" and greatest < options.min_valid_fraction:
        raise InputError(
            f"The target grid covers at most {greatest:.0%} of a cell of the coarse product ({study.coarse_grid}), and "
            f"{options.min_valid_fraction:.0%} of it must be known to learn from it. Take a larger target grid or a "
            "lower minimum valid fraction, or interpolate the coarse product alone (method smooth_interpolation)."
        )


def _refuse_unknown(study: Study, names: Sequence[str], X: np.ndarray) -> None:
    """Raise `InputError` if covariates have no value in any sample: one that names them and says why."""
    unknown = [name for name, values in zip(names, X.T) if not np.isfinite(values).any()]
    if not unknown:
        return
    # the first days are enough to find a raster that is empty or lies elsewhere
    days = study.days[:CHUNK_DAYS]
    x, y = np.meshgrid(*(np.linspace(0, n - 1, min(n, 64)).astype(int) for n in study.grid.shape), indexing="ij")
    values = study.at_cells(unknown, days, x.ravel(), y.ravel())
    empty = [name for i, name in enumerate(unknown) if not np.isfinite(values[:, :, i]).any()]
    if empty:
        raise InputError(f"No value of {', '.join(empty)} on the target grid: nodata everywhere. Check file and crs.")
    raise InputError(
        f"No place and day between {study.first} and {study.last} has both soil moisture and {', '.join(unknown)}. "
        "Widen the period or the longest gap, or leave a covariate out."
    )
