# SPDX-License-Identifier: GPL-2.0-or-later
"""How wide a band must be that holds what was measured at stations which a model has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import counted
from .predictions import OBSERVED, Predictions, sd_column

LEVELS = (0.5, 0.8, 0.9)
NORMAL = {0.5: 0.674, 0.8: 1.282, 0.9: 1.645}  # standard deviations that hold so much of a normal distribution
MANY = 20  # stations; with fewer the wider of two rules counts
LEAST = 5  # stations, and days of one, that can tell a quantile
LEAST_SD = 1e-4  # m3 m-3; a learner that is surer than that is not taken at its word
LEAST_OF_PIXEL = 0.5  # of the variance at stations is the pixel's, whatever error stations are said to have
FAR_OUT = 3.0  # ranges between quartiles, above the third, beyond which a station measures something else (Tukey 1977)
MOST_FAR_OUT = 0.1  # of the stations


@dataclass(frozen=True)
class Calibration:
    """What half a band is, of stations that folds held out.

    Attributes
    ----------
    factors : dict of float to float
        For each of `LEVELS` half the width of a band of what stations measure: multiples of the learner's own standard
        deviation if `scaled`, else m3 m-3.
    coverage : dict of float to float
        Fraction of the held-out values that these bands hold, each station counting alike.
    scaled : bool
    n_stations : int
        All that were held out.
    rule : str
        In words.
    station_error : float
        Standard deviation of what stations differ from their pixels, m3 m-3: in the factors, not in `sd`.
    n_far_out : int
        Stations that are so far off that the factors were found without them.
    """

    factors: dict[float, float]
    coverage: dict[float, float]
    scaled: bool
    n_stations: int
    rule: str
    station_error: float = 0.0
    n_far_out: int = 0

    def sd(self, spread: np.ndarray | None, n: int) -> np.ndarray:
        """Return a standard deviation of n pixels, m3 m-3, so scaled that 1.645 of it are half the 90 % band.

        The error of the stations is taken out, but never more than half of the variance.

        Parameters
        ----------
        spread : ndarray, shape (n,), or None
            That of the learner, m3 m-3.
        """
        at_stations = self.half_widths(spread, n)[:, LEVELS.index(0.9)] / NORMAL[0.9]
        variance = at_stations**2
        return np.sqrt(np.maximum(variance - self.station_error**2, LEAST_OF_PIXEL * variance))

    def half_widths(self, spread: np.ndarray | None, n: int) -> np.ndarray:
        """Return half the bands of what stations measure, m3 m-3, shape (n, levels); see `sd`."""
        factors = np.array([self.factors[level] for level in LEVELS])
        if not self.scaled or spread is None:
            return np.tile(factors, (n, 1))
        return np.maximum(spread, LEAST_SD)[:, None] * factors

    def as_dict(self) -> dict:
        """Return it as JSON has it."""
        told = asdict(self)
        for name in ("factors", "coverage"):
            told[name] = {f"{level:g}": float(value) for level, value in told[name].items()}
        return told

    @classmethod
    def from_dict(cls, told: Mapping) -> Calibration:
        """Read what `as_dict` gave.

        Raises
        ------
        InputError
            If it is none.
        """
        try:
            factors, coverage = (
                {level: float(told[name][f"{level:g}"]) for level in LEVELS} for name in ("factors", "coverage")
            )
            counts = int(told["n_stations"]), str(told["rule"])
            beside = float(told.get("station_error", 0)), int(told.get("n_far_out", 0))
            known = cls(factors, coverage, bool(told["scaled"]), *counts, *beside)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise InputError("The calibration of a model does not tell its factors.") from error
        if not all(np.isfinite(value) and value >= 0 for value in (*factors.values(), known.station_error)):
            raise InputError(f"The factors of a calibration are {factors}, but must be 0 or more.")
        return known


def calibrated(held_out: Predictions | None, station_error: float = 0.0) -> Calibration | None:
    """Return the calibration of a model by its held-out predictions; None where no stations were held out whole.

    Half a band of a level is the quantile of the differences from what was observed, over the learner's own standard
    deviation where that makes bands narrower (see `of_rows`), each station weighing alike, with one more station that
    no band holds. Of fewer than 20 stations their number tells little: the wider counts of that and of such a quantile,
    over the stations, of the quantiles of each of them. The latter alone holds 0.93 to 0.95 instead of 0.9 at new
    stations where there are many.

    Of 20 stations and more, those whose median difference is far out (3 ranges between quartiles above the third
    quartile of the medians) do not count, as sensors that are stuck or dead; one in ten stations at most.

    Parameters
    ----------
    held_out : Predictions or None
        Of one model.
    station_error : float
        Standard deviation of what stations differ from their pixels, m3 m-3.
    """
    if held_out is None or "station" not in held_out.table or len(held_out.models) != 1:
        return None
    table = held_out.draws[0].table  # another draw has the same stations
    (name,) = held_out.models
    if not held_out_whole(table, ["station"]):
        return None
    return of_rows(table, name, table["station"], station_error)


def held_out_whole(table: pd.DataFrame, place: list[str]) -> bool:
    """Return whether every place is in one fold alone."""
    return bool((table.groupby(place)["fold"].nunique() <= 1).all())


def of_rows(table: pd.DataFrame, model: str, places: pd.Series, station_error: float = 0.0) -> Calibration | None:
    """Return the calibration of a model by rows of predictions at places; None of too few places.

    The band follows the model's own standard deviation where it has one and bands of 90 % are narrower by it, mean of
    the places, than with one width for all: a spread that tells nothing of the errors does but widen them.
    """
    error = (table[model] - table[OBSERVED]).abs().to_numpy(float)
    plain = of_errors(error, places, False, station_error)
    if plain is None or sd_column(model) not in table:
        return plain
    sd = np.maximum(table[sd_column(model)].to_numpy(float), LEAST_SD)
    scaled = of_errors(error / sd, places, True, station_error)
    if scaled is None:
        return plain
    width = scaled.factors[0.9] * pd.Series(sd).groupby(places.to_numpy()).mean().mean()
    return scaled if width <= plain.factors[0.9] else plain


def of_errors(errors: np.ndarray, places: pd.Series, scaled: bool, station_error: float = 0.0) -> Calibration | None:
    """Return the calibration of absolute errors at places, m3 m-3 or, if scaled, standard deviations."""
    rows = pd.Series(errors, places.astype(str).to_numpy())
    rows = rows[np.isfinite(rows)]
    stations = [own.to_numpy() for _, own in rows.groupby(level=0) if len(own) >= LEAST]
    if len(stations) < LEAST:
        return None
    few = len(stations) < MANY
    trusted = stations if few else _without_far_out(stations)
    factors = {level: _half_width(trusted, level, few) for level in LEVELS}
    coverage = {level: float(np.mean([(own <= half).mean() for own in stations])) for level, half in factors.items()}
    far_out = len(stations) - len(trusted)
    rule = "quantile of the stations' quantiles, or of all values with one more station, the wider"
    if not few:
        rule = "quantile of all values with one more station"
        rule += f", without {counted(far_out, 'station that is', 'stations that are')} far out" if far_out else ""
    return Calibration(factors, coverage, scaled, len(stations), rule, station_error, far_out)


def _without_far_out(stations: list[np.ndarray]) -> list[np.ndarray]:
    """Return the stations without the few whose median error is far out."""
    medians = np.array([np.median(own) for own in stations])
    first, third = np.quantile(medians, [0.25, 0.75])
    farthest = np.argsort(-medians, kind="stable")[: int(MOST_FAR_OUT * len(stations))]
    out = {int(i) for i in farthest if medians[i] > third + FAR_OUT * (third - first)}
    return [own for i, own in enumerate(stations) if i not in out]


def _half_width(stations: list[np.ndarray], level: float, few: bool) -> float:
    pooled = _pooled(stations, level)
    if not few:
        return pooled
    return max(pooled, float(np.quantile([np.quantile(own, level) for own in stations], level)))


def _pooled(stations: list[np.ndarray], level: float) -> float:
    """Return the quantile of all values, each station weighing alike, and one more station beyond all of them."""
    values = np.concatenate(stations)
    weight = np.concatenate([np.full(len(own), 1 / len(own)) for own in stations]) / (len(stations) + 1)
    order = np.argsort(values, kind="stable")
    reached = np.searchsorted(np.cumsum(weight[order]), level)
    return float(values[order][min(reached, len(values) - 1)])
