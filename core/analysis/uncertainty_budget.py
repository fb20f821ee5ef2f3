# SPDX-License-Identifier: GPL-2.0-or-later
"""What the errors of the inputs do to the predictions, and what all parts of the uncertainty come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.inputs import address_from
from ..base.progress import SILENT, Progress
from ..rasters.open import Source
from ..rasters.raster import aligned
from ..samples.samples import Samples
from ..scoring.metrics import scores
from ..study.study import COARSE, Study

# SD of the error of what satellites see, by the role of the covariate. Vegetation indices: as the makers of MOD13 state
# them. Soil moisture of SMAP: 0.12 against the stations of Jääskeläinen et al. 2025; against your own: `coarse_error`.
PUBLISHED_ERRORS = {"ndvi": 0.025, "evi": 0.015, COARSE: 0.12}
ROWS_AT_ONCE = 1 << 17  # rows that are predicted between two looks at whether to stop
MAX_SAMPLES = 5000  # so many chosen at random give an SD to about a hundredth of itself
TEST, TOTAL = "prediction − station", "total"


def uncertainty_budget(
    predict: Callable[..., np.ndarray],
    X: np.ndarray,
    names: Sequence[str],
    errors: Mapping[str, float | np.ndarray],
    predicted: np.ndarray,
    observed: np.ndarray,
    n: int = 100,
    seed: int = 0,
    days: np.ndarray | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return the parts of the uncertainty of a model and their total.

    Parameters
    ----------
    predict, X, names, errors, n, seed, days, progress
        As in `input_uncertainty`.
    predicted, observed : ndarray, shape (m,)
        The prediction and the station, m3 m-3, of samples that the model has not learned from.

    Returns
    -------
    DataFrame
        Columns name, error and sd as in `input_uncertainty`, and fraction, of the total variance. One row an input in
        the order of `errors`; then `TEST`, the SD of prediction − station (its mean, the bias, is no part of it); then
        `TOTAL`.

    References
    ----------
    Jääskeläinen et al. 2025, eq. 1 and Table 3.
    """
    parts = input_uncertainty(predict, X, names, errors, n, seed, days, progress)
    parts.loc[len(parts)] = [TEST, math.nan, scores(predicted, observed)["ubrmse"]]
    parts.loc[len(parts)] = [TOTAL, math.nan, total(parts["sd"])]
    whole = parts["sd"].iloc[-1] ** 2
    return parts.assign(fraction=parts["sd"] ** 2 / whole if whole > 0 else math.nan)


def input_uncertainty(
    predict: Callable[..., np.ndarray],
    X: np.ndarray,
    names: Sequence[str],
    errors: Mapping[str, float | np.ndarray],
    n: int = 100,
    seed: int = 0,
    days: np.ndarray | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Return how far the error of each input moves the prediction, while the other inputs stay as they are.

    Parameters
    ----------
    predict : callable
        Takes (rows, covariates), and with `days` those of the rows; returns soil moisture, shape (rows,), m3 m-3.
    X : ndarray, shape (samples, covariates), float32
        Those that the model has learned from; of more than `MAX_SAMPLES` so many are chosen at random.
    names : sequence of str
        Of the columns of X.
    errors : mapping of str to float or ndarray, shape (samples,)
        SD of the error of each input that counts, in the unit of its column; NaN in an array where it is not known.
    n : int
        Draws from the Normal distribution of the error for every sample.
    seed : int
        An input has the same draws whichever others there are.
    days : ndarray of datetime64[D], shape (samples,), optional
        Given to `predict` beside the rows, for models of periods.
    progress : Progress

    Returns
    -------
    DataFrame
        name; error, root mean square over the samples; sd, root mean square of (disturbed − undisturbed prediction)
        over samples and draws, m3 m-3. Variances add up, SDs do not: so the mean is taken of squares, and a shift that
        an error brings about where the model bends is in it.

    Raises
    ------
    InputError
        If an error is for no covariate, is negative or infinite, or no sample has one.

    References
    ----------
    Jääskeläinen et al. 2025, section 4.2. The paper does not say how its 100 differences become one number.
    """
    X, names = np.asarray(X, np.float32), list(names)
    unknown = [name for name in errors if name not in names]
    if unknown:
        raise InputError(f"An error is given for {', '.join(unknown)}, but the model has {', '.join(names)}.")
    count = len(X)
    if not count:
        raise InputError("There is no sample to disturb; the budget needs those that the model has learned from.")
    chosen = np.random.default_rng(seed).choice(count, min(count, MAX_SAMPLES), replace=False)
    chosen.sort()
    X, days = X[chosen], None if days is None else np.asarray(days)[chosen]
    plain = _predicted(predict, X, days)
    rows = []
    for (name, error), part in progress.parts(errors.items()):
        column = names.index(name)
        sd = _checked(name, error, count)[chosen]
        known = np.isfinite(sd) & np.isfinite(X[:, column])
        if not known.any():
            raise InputError(f"No sample has both a value and an error of '{name}'; leave it out of the errors.")
        own = X[known], None if days is None else days[known]
        draws = np.random.default_rng([seed, column])
        square = _mean_square(predict, *own, plain[known], column, sd[known], n, draws, part)
        rows.append((name, float(np.sqrt(np.mean(sd[known] ** 2))), math.sqrt(square)))
    return pd.DataFrame(rows, columns=["name", "error", "sd"])


def total(parts: Iterable[float]) -> float:
    """Return the root of the sum of squares of independent parts; eq. 1 of Jääskeläinen et al. 2025 lacks the root."""
    return math.sqrt(math.fsum(part**2 for part in parts))


def coarse_error(samples: Samples) -> float:
    """Return the SD of coarse product − station over samples of stations, m3 m-3, as in Jääskeläinen et al. 2025.

    It holds the distance from a point to a cell as well as the error of the retrieval.
    """
    coarse = samples.select([COARSE]).X[:, 0]
    return scores(coarse, samples.y)["ubrmse"]


def input_errors(study: Study, samples: Samples, roles: Mapping[str, str] | None = None) -> dict:
    """Return the error of each covariate that has one, as `input_uncertainty` takes them.

    What the study says of a covariate counts first (`error_file`, then `error`); then for the coarse product the
    `coarse_error` of samples of stations; then what is published for the covariate's role. Classes have none.

    Parameters
    ----------
    study : Study
    samples : Samples
        With longitude and latitude where the study has files of errors.
    roles : mapping, optional
        Name of a covariate to its role; its own name when left out.
    """
    errors: dict[str, float | np.ndarray] = {}
    for name in samples.names:
        entry, role = study.entry(name), (roles or {}).get(name, name)
        if entry.classes:
            continue
        if entry.error_file:
            errors[name] = entry.factor * _at_samples(study, entry.error_file, entry.crs, samples)
        elif entry.error is not None:
            errors[name] = entry.factor * entry.error
        elif name == COARSE and samples.facts.get("target") == "stations":
            errors[name] = coarse_error(samples)
        elif role.lower() in PUBLISHED_ERRORS:
            errors[name] = PUBLISHED_ERRORS[role.lower()]
    return errors


def _at_samples(study: Study, file: str, crs: str, samples: Samples) -> np.ndarray:
    """Return the values of a raster at the places of the samples; NaN outside of it."""
    source = Source(address_from(study.folder, file), crs=crs or None, network=study.network)
    place, grid = samples.index, source.grid()
    rows, columns = grid.cells_at(place["longitude"].to_numpy(), place["latitude"].to_numpy())
    out = np.full(len(samples), np.nan)
    inside = rows >= 0
    # samples of many days share a place
    cells, which = np.unique(np.column_stack([rows, columns])[inside], axis=0, return_inverse=True)
    if len(cells):
        with aligned(source, grid) as reader:
            out[inside] = reader.read_cells(cells[:, 0], cells[:, 1])[which.ravel()]
    return out


def _checked(name: str, error: float | np.ndarray, count: int) -> np.ndarray:
    values = np.asarray(error, float)
    if values.ndim and values.shape != (count,):
        raise InputError(f"The error of '{name}' has {values.size} values for {count} samples; give one for each.")
    if (values < 0).any() or np.isinf(values).any():
        raise InputError(f"The error of '{name}' must be an SD of 0 or more; got {np.nanmin(values):g}.")
    return np.broadcast_to(values, (count,))


def _mean_square(
    predict: Callable,
    X: np.ndarray,
    days: np.ndarray | None,
    plain: np.ndarray,
    column: int,
    sd: np.ndarray,
    n: int,
    draws: np.random.Generator,
    progress: Progress,
) -> float:
    """Return the mean over samples and draws of the square by which the prediction moves."""
    at_once = max(1, ROWS_AT_ONCE // len(X))
    squares = 0.0
    for start in progress.over(range(0, n, at_once)):
        times = min(at_once, n - start)
        disturbed = np.tile(X, (times, 1))
        disturbed[:, column] += (draws.standard_normal((times, len(X))) * sd).ravel()
        moved = _predicted(predict, disturbed, None if days is None else np.tile(days, times))
        squares += float(((moved.reshape(times, len(X)) - plain) ** 2).sum())
    return squares / (n * len(X))


def _predicted(predict: Callable, X: np.ndarray, days: np.ndarray | None) -> np.ndarray:
    return np.asarray(predict(X) if days is None else predict(X, days), float)
