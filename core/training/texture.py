# SPDX-License-Identifier: GPL-2.0-or-later
"""Columns of classes beside the samples: soil texture, covariates set aside, and what single recipes see of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.errors import InputError
from ..preprocessing.koppen import CLASSES as KOPPEN_CLASSES
from ..samples.samples import Samples
from .sample_weights import values_of

COLUMN = "texture"
UNKNOWN = "none"  # as other classes that are not known
# numbered as the maps of texture classes of SoilGrids
CLASSES = (
    "clay", "silty clay", "sandy clay", "clay loam", "silty clay loam", "sandy clay loam", "loam", "silt loam",
    "sandy loam", "silt", "loamy sand", "sand",
)  # fmt: skip
# class to its number in maps
_CODES = {name: code for names in (CLASSES, KOPPEN_CLASSES) for code, name in enumerate(names, 1)}
MOST = 101.0  # %; maps of sand and clay are made one by one, so their sum may be a little more than all


def usda_texture(sand: np.ndarray, clay: np.ndarray) -> np.ndarray:
    """Return the texture class of soils.

    Parameters
    ----------
    sand, clay : ndarray of one shape
        Shares of the mass of the fine earth in %; silt is the rest.

    Returns
    -------
    ndarray of str
        One of the 12 classes of the USDA, "none" where sand or clay is NaN.

    Raises
    ------
    InputError
        If a fraction is below 0 or above 100, or both together are.

    References
    ----------
    Soil Science Division Staff 2017, Soil Survey Manual, USDA Handbook 18, chapter 3, "Definitions of the soil texture
    classes".
    """
    sand, clay = np.asarray(sand, np.float64), np.asarray(clay, np.float64)
    known = np.isfinite(sand) & np.isfinite(clay)
    wrong = known & ~((sand >= 0) & (clay >= 0) & (sand + clay <= MOST))
    if wrong.any():
        worst = np.flatnonzero(wrong.ravel())[0]
        raise InputError(
            f"Sand of {sand.ravel()[worst]:.4g} and clay of {clay.ravel()[worst]:.4g} cannot be fractions in %, as in "
            f'{int(wrong.sum())} of {wrong.size} places. Check units: g kg-1 want "scale": 0.1 in the study.'
        )
    silt = np.maximum(100 - sand - clay, 0)
    # the manual's own order and limits; the first that holds counts
    classes = {
        "sand": silt + 1.5 * clay < 15,
        "loamy sand": silt + 2 * clay < 30,
        "sandy loam": ((clay >= 7) & (clay < 20) & (sand > 52)) | ((clay < 7) & (silt < 50)),
        "loam": (clay >= 7) & (clay < 27) & (silt >= 28) & (silt < 50) & (sand <= 52),
        "silt": (silt >= 80) & (clay < 12),
        "silt loam": (silt >= 50) & (clay < 27),
        "sandy clay loam": (clay >= 20) & (clay < 35) & (silt < 28) & (sand > 45),
        "clay loam": (clay >= 27) & (clay < 40) & (sand > 20) & (sand <= 45),
        "silty clay loam": (clay >= 27) & (clay < 40) & (sand <= 20),
        "sandy clay": (clay >= 35) & (sand > 45),
        "silty clay": (clay >= 40) & (silt >= 40),
        "clay": clay >= 40,
    }
    names = np.select([known & holds for holds in classes.values()], list(classes), UNKNOWN)
    return names.astype(str)


def with_texture(samples: Samples, sand: str, clay: str) -> Samples:
    """Return the samples with a column "texture" beside the places, from the covariates of these names, in %.

    Raises
    ------
    InputError
        If the samples lack one of them, or their values are no fractions.
    """
    shares = samples.select([sand, clay]).X
    place = samples.index.assign(**{COLUMN: usda_texture(shares[:, 0], shares[:, 1])})
    return Samples(samples.X, samples.y, samples.names, place, samples.facts)


def set_aside(samples: Samples, names: Sequence[str]) -> Samples:
    """Return the samples with some covariates as columns beside the places, where schemes, weights and folds find them.

    Raises
    ------
    InputError
        If the samples lack one of them.
    """
    gone = samples.select(names).names
    columns = {name: values_of(samples, name).to_numpy() for name in names}
    kept = samples.select([name for name in samples.names if name not in gone])
    return Samples(kept.X, kept.y, kept.names, samples.index.assign(**columns), samples.facts)


def texture_codes(sand: np.ndarray, clay: np.ndarray) -> np.ndarray:
    """Return the number of the texture class in `CLASSES`, from 1, float32; NaN where sand or clay is; see above."""
    names, place = np.unique(usda_texture(sand, clay), return_inverse=True)
    return _codes(names, COLUMN)[place].reshape(np.shape(sand))


def seeing(samples: Samples, names: Sequence[str]) -> Samples:
    """Return the samples with columns of classes beside the places as covariates too, by the numbers they have in maps.

    Parameters
    ----------
    samples : Samples
    names : sequence of str
        Those that are covariates already stay as they are.

    Raises
    ------
    InputError
        If the samples lack one of them, or a class is a text whose number is not known.
    """
    added = [name for name in names if not samples.columns_of(name)]
    if not added:
        return samples
    columns = []
    for name in added:
        texts, place = np.unique(values_of(samples, name).to_numpy(str), return_inverse=True)
        columns.append(_codes(texts, name)[place])
    facts = {**samples.facts, "classes": [*samples.facts.get("classes", ()), *added]}
    X = np.column_stack([samples.X, *columns])
    return Samples(X, samples.y, (*samples.names, *added), samples.index, facts)


def _codes(names: Sequence[str], column: str) -> np.ndarray:
    """Return the numbers of classes, float32; NaN of one that is not known."""
    return np.array([_code(str(name), column) for name in names], np.float32)


def _code(name: str, column: str) -> float:
    if name in (UNKNOWN, "nan"):
        return np.nan
    try:
        return _CODES.get(name) or float(name)
    except ValueError:
        raise InputError(
            f"Learners see classes by the numbers that they have in maps, and '{name}' of '{column}' has none that is "
            f"known. Give the classes as numbers, or as names of soil texture or climate: {CLASSES[0]}, "
            f"{KOPPEN_CLASSES[0]}."
        ) from None
