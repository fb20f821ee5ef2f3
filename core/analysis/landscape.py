# SPDX-License-Identifier: GPL-2.0-or-later
"""How soil moisture varies inside squares of the ground, and which properties of the ground go with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rasterio.windows import Window

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid, project
from ..rasters.ground import pixel_on_ground
from ..rasters.open import Source
from ..rasters.raster import aligned, read_on, small_cache
from ..rasters.series import Series
from ..study.study import Study
from .settings import LandscapeOptions

MOISTURE = "sm"  # what soil moisture is called in the columns, after mean_, sd_ and cv_
MIN_SQUARES = 5
SIDE_M, MIN_SIDE = 1000.0, 5  # of Bueno et al. 2024, and in pixels: that of squares where none is asked for
LEAST_KNOWN = 0.5  # of the pixels of the fullest map, on a day that is called wet or dry


def landscape_squares(
    moisture: Source,
    covariates: Mapping[str, Source],
    options: LandscapeOptions = LandscapeOptions(),
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return mean and SD of soil moisture and of the covariates in squares on a grid over a fine map.

    Parameters
    ----------
    moisture : Source
        Fine map of one day, m3 m-3.
    covariates : mapping
        Name to raster; read on the grid of the map, finer ones averaged, coarser ones taken as they are.
    options : LandscapeOptions, optional
    progress : Progress

    Returns
    -------
    DataFrame
        One row a square: row and column on the grid of squares; x, y of its middle in units of the map, longitude and
        latitude; mean_sm, sd_sm (over its pixels, m3 m-3) and cv_sm, sd / mean; mean_ and sd_ of each covariate.

    Raises
    ------
    InputError
        If a square would be smaller than two pixels or greater than the map, or none is valid on enough pixels.
    GridError
        If a covariate does not overlap the map.

    References
    ----------
    Bueno et al. 2024, section 2.3.5: 80 squares of 1 km², ten pixels wide.
    """
    grid = moisture.grid()
    if MOISTURE in covariates:
        raise InputError(f"'{MOISTURE}' is the name of soil moisture here; give the covariate another one.")
    side, step = _pixels(grid, options)
    tops, lefts = (_starts(n, s, d) for n, s, d in zip(grid.shape, side, step))
    sources = {MOISTURE: moisture, **covariates}
    rows = []
    with small_cache(), ExitStack() as stack:
        readers = {name: stack.enter_context(aligned(source, grid)) for name, source in sources.items()}
        for number, top in enumerate(progress.over(tops)):
            strip = Window(0, top, grid.shape[1], side[0])
            known, columns = np.ones(len(lefts), bool), {}
            for name, reader in readers.items():
                progress.check()
                share, columns[f"mean_{name}"], columns[f"sd_{name}"] = _inside(reader.read(strip), lefts, side[1])
                known &= share >= options.min_valid_fraction - 1e-9
            own = pd.DataFrame({"row": number, "column": np.arange(len(lefts)), **columns})
            rows.append(own[known])
    table = pd.concat(rows, ignore_index=True)
    if table.empty:
        raise InputError(
            f"None of the {len(tops) * len(lefts)} squares is valid on {options.min_valid_fraction:.0%} of its pixels "
            f"in all of {', '.join(sources)}; lower the minimum valid fraction, or leave a covariate out."
        )
    return _placed(table, grid, tops, lefts, side)


def wet_and_dry(maps: Series, progress: Progress = SILENT) -> dict[str, Source]:
    """Return the driest and the wettest of dated maps by their names, as "driest, 2023-05-01".

    Days that know less than half of the pixels of the fullest map are not asked. Of one day alone, that.

    Raises
    ------
    InputError
        If no map has a value.
    """
    grid = maps.sources[0].grid().thinned()
    values = [read_on(source, grid) for source in progress.over(maps.sources)]
    known = np.array([np.isfinite(one).sum() for one in values])
    if not known.any():
        raise InputError("None of the maps has a value, so that no day is wet or dry.")
    full = np.flatnonzero(known >= LEAST_KNOWN * known.max())
    order = sorted(full, key=lambda number: np.nanmean(values[number], dtype=np.float64))
    names = {"driest": order[0], "wettest": order[-1]} if len(order) > 1 else {"the only day": order[0]}
    return {f"{words}, {maps.days[number]}": maps.sources[number] for words, number in names.items()}


def static_covariates(study: Study, names: Collection[str] | None = None) -> dict[str, Source]:
    """Return the covariates of a study, or those of some names, that hold for all days and are no classes."""
    entries = {name: study.covariates[name] for name in (study.covariates if names is None else names)}
    found = {name: study.source(entry) for name, entry in entries.items() if not entry.dated and not entry.classes}
    if not found:
        raise InputError("The study has no covariate that holds for all days, with which soil moisture could go.")
    return found


def _inside(values: np.ndarray, lefts: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the valid fraction, their mean and their SD in the squares of a strip."""
    columns = lefts[:, None] + np.arange(width)
    squares = values.astype(float)[:, columns]  # rows, squares, columns
    known = np.isfinite(squares)
    count = known.sum((0, 2))
    with np.errstate(invalid="ignore"):
        mean = np.where(known, squares, 0).sum((0, 2)) / count
        away = np.where(known, squares - mean[:, None], 0)
        sd = np.sqrt((away**2).sum((0, 2)) / count)
    return count / (len(values) * width), mean, sd


def _pixels(grid: Grid, options: LandscapeOptions) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows and columns of a square, and from one square to the next."""
    width, height = pixel_on_ground(grid)
    side_m = options.side_m or max(SIDE_M, MIN_SIDE * max(width, height))
    side = max(1, round(side_m / height)), max(1, round(side_m / width))
    if min(side) < 2:
        raise InputError(
            f"Squares of {side_m:g} m hold {side[0]} x {side[1]} pixels of {width:.0f} m: too few to vary. "
            "Make them larger."
        )
    if side[0] > grid.shape[0] or side[1] > grid.shape[1]:
        raise InputError(
            f"Squares of {side_m:g} m are larger than the map, which has {grid.shape[0]} x {grid.shape[1]} "
            f"pixels of {width:.0f} m. Make them smaller."
        )
    step = options.spacing_m or side_m
    return side, (max(side[0], round(step / height)), max(side[1], round(step / width)))


def _starts(length: int, side: int, step: int) -> np.ndarray:
    """Return where squares begin along an axis, with what is left over on both sides."""
    count = (length - side) // step + 1
    return (length - side - (count - 1) * step) // 2 + step * np.arange(count)


def _placed(table: pd.DataFrame, grid: Grid, tops, lefts, side: tuple[int, int]) -> pd.DataFrame:
    """Return the table with places and the coefficient of variation."""
    row, column = table["row"].to_numpy(), table["column"].to_numpy()
    x, y = grid.transform * (lefts[column] + side[1] / 2, tops[row] + side[0] / 2)
    longitude, latitude = project(x, y, grid.crs, WGS84)
    places = pd.DataFrame({"row": row, "column": column, "x": x, "y": y, "longitude": longitude, "latitude": latitude})
    values = table.drop(columns=["row", "column"])
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = values[f"sd_{MOISTURE}"] / values[f"mean_{MOISTURE}"].where(values[f"mean_{MOISTURE}"] > 0)
    values.insert(2, f"cv_{MOISTURE}", cv)
    return pd.concat([places, values], axis=1)


@dataclass(frozen=True)
class Components:
    """The principal components of squares.

    Attributes
    ----------
    explained : ndarray, shape (components,)
        Share of the variance of the standardised variables.
    loadings : DataFrame, variables x components
        Weights of the variables; the columns, PC1 and so on, have length 1. The greatest of each is positive.
    correlations : DataFrame
        Of variables with components, variables x components: the arrows of a biplot. With soil moisture where it is
        beside.
    scores : DataFrame, squares x components
        In units of the standardised variables.
    table : DataFrame
        The squares that count.
    left_out : tuple of str
        Variables that do not vary.
    """

    explained: np.ndarray
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    scores: pd.DataFrame
    table: pd.DataFrame
    left_out: tuple[str, ...]


def landscape_components(squares: pd.DataFrame, options: LandscapeOptions = LandscapeOptions()) -> Components:
    """Return the principal components of the means and SDs in squares, each standardised.

    Parameters
    ----------
    squares : DataFrame
        As from `landscape_squares`.
    options : LandscapeOptions, optional
        Whether soil moisture is a variable like the others.

    Raises
    ------
    InputError
        If there are fewer than `MIN_SQUARES` squares or two variables that vary, or none of these is a covariate.

    References
    ----------
    Bueno et al. 2024, section 2.3.6 and Fig. 7.
    """
    from sklearn.decomposition import PCA

    every = [name for name in squares if name.startswith(("mean_", "sd_"))]
    own = [f"mean_{MOISTURE}", f"sd_{MOISTURE}"]
    names = every if options.moisture == "part" else [name for name in every if name not in own]
    table = squares.dropna(subset=every).reset_index(drop=True)
    if len(table) < MIN_SQUARES:
        raise InputError(
            f"There are {len(table)} squares; components need {MIN_SQUARES}. Make them smaller, or the map larger."
        )
    values = table[names].to_numpy(float)
    spread = values.std(0)
    varies = spread > 1e-9 * np.maximum(np.abs(values).max(0), 1e-30)
    left_out = tuple(name for name, there in zip(names, varies) if not there)
    names = [name for name, there in zip(names, varies) if there]
    if len(names) < 2:
        raise InputError(f"Only {len(names)} of the variables vary between the squares; components need two.")
    if not set(names) - set(own):
        raise InputError("No covariate varies between the squares, so soil moisture has nothing to be seen beside.")
    values = (values[:, varies] - values[:, varies].mean(0)) / spread[varies]
    pca = PCA(svd_solver="full").fit(values)
    weights = pca.components_
    # the direction of a component is free: its greatest weight is made positive
    turn = np.sign(weights[np.arange(len(weights)), np.abs(weights).argmax(1)])
    weights, scores = weights * turn[:, None], pca.transform(values) * turn
    called = [f"PC{i + 1}" for i in range(len(weights))]
    beside = [] if options.moisture == "part" else own
    standard = np.column_stack([values, *(_standardised(table[name]) for name in beside)])
    sizes = scores.std(0)
    correlations = standard.T @ scores / len(scores) / np.where(sizes > 1e-9, sizes, np.inf)
    return Components(
        explained=pca.explained_variance_ratio_,
        loadings=pd.DataFrame(weights.T, names, called),
        correlations=pd.DataFrame(correlations, [*names, *beside], called),
        scores=pd.DataFrame(scores, table.index, called),
        table=table,
        left_out=left_out,
    )


def _standardised(values: pd.Series) -> np.ndarray:
    away = values.to_numpy(float) - values.mean()
    spread = away.std()
    return away / spread if spread > 0 else away
