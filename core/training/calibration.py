# SPDX-License-Identifier: GPL-2.0-or-later
"""How wide a band must be that holds what was measured at stations which a model has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..scoring.predictions import OBSERVED, Predictions, sd_column

LEVELS = (0.5, 0.8, 0.9)
NORMAL = {0.5: 0.674, 0.8: 1.282, 0.9: 1.645}  # standard deviations that hold so much of a normal distribution
MANY = 20  # stations; with fewer the wider of two rules counts
LEAST = 5  # stations, and days of one, that can tell a quantile
LEAST_SD = 1e-4  # m3 m-3; a learner that is surer than that is not taken at its word


@dataclass(frozen=True)
class Calibration:
    """What half a band is, of stations that folds held out.

    Attributes
    ----------
    factors : dict of float to float
        For each of `LEVELS` the half width: multiples of the learner's own standard deviation if `scaled`, else m3 m-3.
    coverage : dict of float to float
        Fraction of the held-out values that these bands hold, each station counting alike.
    scaled : bool
    n_stations : int
    rule : str
        In words.
    """

    factors: dict[float, float]
    coverage: dict[float, float]
    scaled: bool
    n_stations: int
    rule: str

    def sd(self, spread: np.ndarray | None, n: int) -> np.ndarray:
        """Return a standard deviation of n predictions, m3 m-3, so scaled that 1.645 of it are half the 90 % band.

        Parameters
        ----------
        spread : ndarray, shape (n,), or None
            That of the learner, m3 m-3.
        """
        half = self.factors[0.9]
        if not self.scaled or spread is None:
            return np.full(n, half / NORMAL[0.9])
        return np.maximum(spread, LEAST_SD) * half / NORMAL[0.9]

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
            known = cls(factors, coverage, bool(told["scaled"]), int(told["n_stations"]), str(told["rule"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InputError("The calibration of a model does not tell its factors.") from error
        if not all(np.isfinite(value) and value >= 0 for value in factors.values()):
            raise InputError(f"The factors of a calibration are {factors}, but must be 0 or more.")
        return known


def calibrated(held_out: Predictions | None) -> Calibration | None:
    """Return the calibration of a model by its held-out predictions; None where no stations were held out whole.

    Half a band of a level is the quantile of the differences from what was observed, over the learner's own standard
    deviation where it has one, each station weighing alike, with one more station that no band holds. Of fewer than 20
    stations their number tells little: the wider counts of that and of such a quantile, over the stations, of the
    quantiles of each of them. The latter alone holds 0.93 to 0.95 instead of 0.9 at new stations where there are many.
    """
    if held_out is None or "station" not in held_out.table or len(held_out.models) != 1:
        return None
    table = held_out.table
    (name,) = held_out.models
    if table.groupby("station")["fold"].nunique().max() > 1:
        return None
    scaled = sd_column(name) in table
    error = (table[name] - table[OBSERVED]).abs().to_numpy(float)
    if scaled:
        error = error / np.maximum(table[sd_column(name)].to_numpy(float), LEAST_SD)
    rows = pd.DataFrame({"station": table["station"].astype(str), "error": error}).dropna()
    rows = rows[np.isfinite(rows["error"])]
    rows = rows[rows.groupby("station")["error"].transform("size") >= LEAST]
    stations = [part.to_numpy() for _, part in rows.groupby("station")["error"]]
    if len(stations) < LEAST:
        return None
    few = len(stations) < MANY
    factors = {level: _half_width(stations, level, few) for level in LEVELS}
    coverage = {level: float(np.mean([(own <= half).mean() for own in stations])) for level, half in factors.items()}
    rule = "quantile of the stations' quantiles" + (
        ", or of all values with one more station, the wider" if few else ""
    )
    return Calibration(factors, coverage, scaled, len(stations), rule)


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
