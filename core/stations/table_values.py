# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in the columns of a table: numbers with commas, degrees, depths in centimetres, flags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import Progress
from .settings import TableOptions
from .table_columns import LENGTH, METRES
from .table_file import Faults

FILL = -90.0  # no soil moisture, temperature or rain is so low: -99, -999 and -9999 stand for missing
NO_DEPTH = 3.0  # m; nobody measures deeper, so that greater numbers are centimetres
SURFACE = 1.0  # cm; nobody measures nearer to the surface, so that smaller numbers are metres
DEPTH = re.compile(rf"^-?(\d*\.?\d+)\s*(?:{LENGTH})?\s*(?:[-–_]|to)?\s*(\d*\.?\d+)?\s*(?:{LENGTH})?$")
NO_DEPTH_HERE = re.compile(r"^-9{3,}(?:\.0*)?$")
FLAG = re.compile(r"^(?:[A-Z](?:\d{2})?)?(?:,[A-Z]\d{2})*$")
GOOD_FLAGS = ("", "G")
DECIMAL_COMMA = re.compile(r"^\s*-?\d*,\d+\s*$")
NOTHING = ("", "-", "--", "nan", "na", "n/a", "none", "null", ".", "missing")


def as_numbers(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as numbers, those with decimal commas too, NaN where there is none; and its cells of text."""
    values = pd.to_numeric(column, errors="coerce")
    text = column[values.isna() & column.notna()].astype(str).str.strip()
    comma = text[text.str.match(DECIMAL_COMMA)] if len(text) else text
    if len(comma):
        values[comma.index] = pd.to_numeric(comma.str.replace(",", ".", regex=False), errors="coerce")
    return values, text


def numbers_of(
    column: pd.Series, name: str, faults: Faults, progress: Progress, *, may_be_filled: bool = True
) -> np.ndarray:
    """Return a column as numbers, NaN where missing; rows with text are faults.

    Parameters
    ----------
    column : Series
    name : str
        What to call it.
    faults : Faults
    progress : Progress
    may_be_filled : bool
        Whether values below `FILL` stand for missing ones, as in soil moisture, temperature and rain.
    """
    values, text = as_numbers(column)
    if len(text):
        comma = text[text.str.match(DECIMAL_COMMA)]
        if len(comma):
            progress.say(f"'{name}' has decimal commas, as '{comma.iloc[0]}'.")
        empty = text.str.lower().isin(NOTHING)
        bad = np.zeros(len(column), bool)
        bad[text.index[~empty]] = values[text.index[~empty]].isna()
        advice = "Mend or empty these cells, or choose another column."
        faults.leave_out(bad, "have text where a number should be", advice, name)
    out = values.to_numpy(float, na_value=np.nan, copy=True)
    fill = (out <= FILL) & may_be_filled
    if fill.any():
        seen = ", ".join(f"{v:g}" for v in np.unique(out[fill])[:3])
        progress.say(f"'{name}' has {counted(int(fill.sum()), 'value')} of {seen}, taken as missing.")
    out[fill | ~np.isfinite(out)] = np.nan
    return out


def degrees_of(column: pd.Series) -> np.ndarray:
    """Return degrees as numbers, NaN where there are none; decimals may have commas."""
    values = pd.to_numeric(column, errors="coerce")
    if values.isna().any():
        text = column.astype(str).str.strip().str.replace(",", ".", regex=False)
        values = values.fillna(pd.to_numeric(text, errors="coerce"))
    return values.to_numpy(float)


# --- depths -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layers:
    """The depths of rows.

    Attributes
    ----------
    layers : ndarray, shape (m, 2)
        Top and bottom of each layer in m, rising; both alike of a sensor at one depth. The last is NaN: not known.
    number : ndarray of int, shape (rows,)
        Which of them a row has.
    """

    layers: np.ndarray
    number: np.ndarray

    @classmethod
    def of(cls, layers: Sequence[tuple[float, float] | None], number: np.ndarray) -> Layers:
        """Put layers (m; None where not known) in order, each once, those of the rows by their `number`; -1 is none."""
        both = np.array([layer or (np.nan, np.nan) for layer in layers], float).reshape(-1, 2).round(4)
        known, place = np.unique(both[~np.isnan(both[:, 0])], axis=0, return_inverse=True)
        new = np.full(len(both) + 1, len(known))
        new[np.flatnonzero(~np.isnan(both[:, 0]))] = place.ravel()
        return cls(np.vstack([known, [np.nan, np.nan]]), new[number])


def depths_of(column: pd.Series, options: TableOptions, faults: Faults, progress: Progress, where: str) -> Layers:
    """Return the layers of a column of depths, as 5, 0.05, 5 cm or 0-10 cm; rows with other texts are faults.

    Raises
    ------
    InputError
        If their unit is told neither by the option, by themselves or by the name of the column, nor certain.
    """
    codes, texts = pd.factorize(column)
    text = pd.Series(np.asarray(texts, object), dtype=object).astype(str).str.strip().str.lower()
    text = text.str.replace(",", ".", regex=False).str.replace("−", "-", regex=False)
    parts = text.str.extract(DEPTH)
    missing = text.isin(NOTHING) | text.str.match(NO_DEPTH_HERE)
    unknown = (parts[0].isna() & ~missing).to_numpy()
    bad = np.append(unknown, False)[codes]
    faults.leave_out(bad, "have a depth that is no number", "Write it as 5 cm or 0-10 cm.", str(column.name))
    one = parts[0].astype(float).mask(missing)
    two = parts[1].astype(float).fillna(one)
    unit = text.str.extract(rf"({LENGTH})$")[0]
    bare = unit.isna() & one.notna()
    if bare.any():
        numbers = np.concatenate([one[bare], two[bare]])
        unit = unit.fillna(_depth_unit(str(column.name), numbers, options, progress, where))
    metres = pd.DataFrame({"one": one, "two": two}).mul(unit.map(METRES).astype(float), axis=0)
    return Layers.of(list(zip(metres.min(axis=1), metres.max(axis=1))), codes)


def _depth_unit(name: str, depths: np.ndarray, options: TableOptions, progress: Progress, where: str) -> str:
    """Return the unit of depths without one."""
    named = re.search(rf"(?:^|[^a-z])({LENGTH})(?:$|[^a-z])", name.lower())
    if options.depth_unit != "auto":
        return options.depth_unit
    if named:
        return named.group(1)
    below = depths[depths > 0]
    least, most = (below.min(), below.max()) if len(below) else (0.0, 0.0)
    metres = most <= NO_DEPTH and least < SURFACE
    centimetres = least >= SURFACE and NO_DEPTH < most <= 100 * NO_DEPTH
    if not (metres or centimetres):
        raise InputError(
            f"Depths in column '{name}' of {where} run from {least:g} to {most:g}: they may be metres or centimetres. "
            f"Set the unit of depths, or call the column {name}_cm or {name}_m."
        )
    found = "m" if metres else "cm"
    progress.say(f"Depths in '{name}' are up to {most:g}: taken as {found}.")
    return found


# --- flags ------------------------------------------------------------------------------------------------------------


def flags_of(column: pd.Series) -> pd.Categorical:
    """Return the flags as texts, '' where there is none."""
    codes, texts = pd.factorize(column)
    words, place = np.unique([*(str(text).strip() for text in texts), ""], return_inverse=True)
    return pd.Categorical.from_codes(place[codes], words.astype(object))


def no_flags(n: int) -> pd.Categorical:
    """Return the flags of rows that have none."""
    return pd.Categorical.from_codes(np.zeros(n, np.int8), [""])


def of_another_kind(flags: pd.Categorical) -> str:
    """Return a flag that is no code, if there are such and neither G nor a code among them; else ''."""
    there = [text for text in flags.categories if text]
    strange = [text for text in there if not FLAG.match(text)]
    return strange[0] if strange and len(strange) == len(there) else ""
