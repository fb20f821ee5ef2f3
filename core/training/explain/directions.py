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
# Where water limits what plants transpire, greener means wetter (Nicholson et al. 1990) and warmer drier (Sandholt et
# al. 2002). Where energy limits it, as in forests, temperature and greenness need not go with water (Karnieli et al.
# 2010; Seneviratne et al. 2010). Wet bare soil is dark (Idso et al. 1975). Under roofs, ice and water no soil is seen.
WATER_LIMITED = ("grass", "crop", "shrub", "savanna")
NO_SOIL = ("urban", "snow", "water", "wetland")
GREEN = dict.fromkeys(WATER_LIMITED, 1)
BY_COVER = {
    "surface temperature": {"forest": 0},
    "NDVI": GREEN,
    "EVI": GREEN,
    "leaf area index": GREEN,
    "FAPAR": GREEN,
    "evapotranspiration": {**GREEN, "bare": 1},
    "albedo": {"bare": -1},
}
_PERIOD = re.compile(r"_\d+(h|d|days|hours)$")
_WAYS = {1: "wetter", -1: "drier", 0: ""}


def expected_direction(name: str, cover: str = "") -> int:
    """Return whether physics expects wetter (1) or drier (-1) soil where a covariate is higher; 0 if it depends.

    `cover` is the land cover, a group of `LEGENDS`; '' if it is not known.
    """
    if name == COARSE:
        return COARSE_SM.direction
    known = known_as(_PERIOD.sub("", name.lower()))  # rain_5d goes with the soil as rain does
    if known is None or cover in NO_SOIL:
        return 0
    if known.title == "surface temperature" and "night" in name.lower():
        return 0  # wet soil cools less (thermal inertia), but warm air dries it
    return BY_COVER.get(known.title, {}).get(cover, known.direction)


def directions(
    X: np.ndarray, values: np.ndarray, names: tuple[str, ...], classes: tuple[int, ...] = (), cover: str = ""
):
    """Return the direction of each covariate, seen and expected.

    Parameters
    ----------
    X : ndarray, shape (n, features)
    values : ndarray, shape (n, features)
        SHAP values, m3 m-3.
    names : tuple of str
    classes : tuple of int
        Columns whose numbers are names of classes, which have no direction.
    cover : str
        Land cover of all rows, a group of `LEGENDS`; '' if it is not known.

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
        expected = _WAYS[expected_direction(name, cover)]
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


def class_sentences(table: pd.DataFrame) -> list[str]:
    """Return a sentence on each direction against physics in a class, of the table of `directions_by_class`."""
    return [
        f"{row.covariate} in class {row.group}, {row.n} samples: against physics, the model answers with "
        f"{row.direction} soil to higher values (SHAP correlation {_signed(row.correlation)})."
        for row in table[table["verdict"] == "contradicts"].itertuples()
    ]


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


def importance_summary(importance: pd.DataFrame) -> str:
    """Return what counts most, and how many directions are as physics expects; `importance` as of `Explanation`."""
    first = importance.head(3)
    most = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in zip(first["covariate"], first["shap_fraction"]))
    counts = importance["verdict"].value_counts()
    agree, against, unclear = (counts.get(verdict, 0) for verdict in ("agrees", "contradicts", "unclear"))
    text = f"The model goes most by {most} of all |SHAP|."
    if not agree + against + unclear:
        return f"{text} Physics foresees no direction of its covariates."
    wrong = ", ".join(importance.loc[importance["verdict"] == "contradicts", "covariate"])
    text += f" Directions that physics foresees: {agree} met"
    text += f", {against} contradicted ({wrong})" if against else ", none contradicted"
    return text + (f", {unclear} unclear." if unclear else ".")
