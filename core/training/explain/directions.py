# SPDX-License-Identifier: GPL-2.0-or-later
"""Which way a model answers to its covariates, and whether physics expects it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ...study.covariates import COARSE_SM, known_as
from ...study.study import COARSE

NO_DIRECTION = 0.2  # of a rank correlation: weaker ones say nothing
ALIKE = 0.5  # rank correlation from which on one covariate may stand in for another
LITTLE = 0.02  # share of the importance below which a covariate hardly counts
NOTHING = 1e-9  # m3 m-3, spread of SHAP values that is only rounding
_PERIOD = re.compile(r"_\d+(h|d|days|hours)$")
_WAYS = {1: "wetter", -1: "drier", 0: ""}


def expected_direction(name: str) -> int:
    """Return whether physics expects wetter (1) or drier (-1) soil where a covariate is higher; 0 if it depends."""
    if name == COARSE:
        return COARSE_SM.direction
    known = known_as(_PERIOD.sub("", name.lower()))  # rain_5d goes with the soil as rain does
    return known.direction if known else 0


def directions(X: np.ndarray, values: np.ndarray, names: tuple[str, ...], classes: tuple[int, ...] = ()):
    """Return the direction of each covariate, seen and expected.

    Parameters
    ----------
    X : ndarray, shape (n, features)
    values : ndarray, shape (n, features)
        SHAP values, m3 m-3.
    names : tuple of str
    classes : tuple of int
        Columns whose numbers are names of classes, which have no direction.

    Returns
    -------
    DataFrame, one row a covariate
        correlation: Spearman's, of SHAP values and covariate; direction and expected: "wetter" or "drier" soil where
        it is higher, the first also "unclear"; verdict: "agrees", "contradicts", "unclear", "no expectation", or ""
        where the model does not use it.
    """
    rows = []
    for f, name in enumerate(names):
        correlation = np.nan if f in classes else _rank_correlation(X[:, f], values[:, f])
        unknown, unclear = np.isnan(correlation), abs(correlation) < NO_DIRECTION
        direction = "" if unknown else "unclear" if unclear else _WAYS[int(np.sign(correlation))]
        expected = _WAYS[expected_direction(name)]
        verdict = "agrees" if direction == expected else "unclear" if unclear else "contradicts"
        rows.append((correlation, direction, expected, "" if unknown else verdict if expected else "no expectation"))
    return pd.DataFrame(rows, columns=["correlation", "direction", "expected", "verdict"])


def direction_sentences(
    table: pd.DataFrame, X: np.ndarray, names: tuple[str, ...], classes: tuple[int, ...] = ()
) -> dict[str, str]:
    """Return a sentence on each covariate that the model uses, by its name and in the order of a table.

    Parameters
    ----------
    table : DataFrame
        The columns of `directions`, covariate and shap_fraction.
    X : ndarray, shape (n, features)
        Tells which other covariate may lie behind a direction that is not expected.
    names : tuple of str
    classes : tuple of int
    """
    return {row.covariate: _sentence(row, X, names, classes) for row in table.itertuples() if row.verdict}


def _sentence(row, X, names, classes) -> str:
    told = f"(SHAP correlation {_signed(row.correlation)})"
    hardly = (
        f" It hardly counts: {100 * row.shap_fraction:.1f} % of the importance." if row.shap_fraction < LITTLE else ""
    )
    if row.direction == "unclear":
        wanted = f"; physics expects {row.expected} soil where it is higher" if row.expected else ""
        return f"{row.covariate}: no clear direction {told}{wanted}.{hardly}"
    text = f"{row.covariate}: the model answers with {row.direction} soil to higher values"
    if row.verdict == "contradicts":
        return f"{text}, against what physics expects {told}. {_stand_in(row.covariate, X, names, classes)}{hardly}"
    return f"{text}{', as physics expects' if row.verdict == 'agrees' else ''} {told}.{hardly}"


def _stand_in(name: str, X: np.ndarray, names: tuple[str, ...], classes: tuple[int, ...]) -> str:
    """Return words on the covariate that goes most closely with one, or on what else may lie behind it."""
    own = X[:, names.index(name)]
    ranks = {
        other: _rank_correlation(own, X[:, f]) for f, other in enumerate(names) if other != name and f not in classes
    }
    ranks = {other: rank for other, rank in ranks.items() if abs(rank) >= ALIKE}
    if not ranks:
        return "Perhaps it stands in for season or place."
    closest = max(ranks, key=lambda other: abs(ranks[other]))
    return f"Perhaps it stands in for {closest}, with which it goes (rank correlation {_signed(ranks[closest])})."


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Spearman's correlation; NaN where one of them does not change."""
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) <= NOTHING:
        return np.nan
    return float(spearmanr(a, b)[0])
