# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in the columns of a table: numbers with commas, percent, depths in centimetres, flags."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.progress import Progress
from ..units import MOST_WATER, PERCENT, SM_UNIT, factor_of, unit_in
from .settings import TableOptions
from .table_columns import METRES

FILL = -90.0  # no soil moisture, temperature or rain is so low: -99, -999 and -9999 stand for missing
NO_DEPTH = 3.0  # greater numbers in a column of depths are centimetres
FLAG = re.compile(r"^(?:[A-Z](?:\d{2})?)?(?:,[A-Z]\d{2})*$")
DECIMAL_COMMA = re.compile(r"^\s*-?\d*,\d+\s*$")


def numbers_of(column: pd.Series, name: str, faults, progress: Progress) -> np.ndarray:
    """Return a column as numbers, NaN where missing; rows with text are left out."""
    values = pd.to_numeric(column, errors="coerce")
    lost = values.isna() & column.notna()
    if lost.any():
        text = column[lost].astype(str).str.strip()
        comma = text[text.str.match(DECIMAL_COMMA)]
        if len(comma):
            values[comma.index] = pd.to_numeric(comma.str.replace(",", ".", regex=False), errors="coerce")
            progress.say(f"'{name}' has decimal commas, as '{comma.iloc[0]}'.")
        empty = text.str.lower().isin(("", "-", "--", "nan", "na", "n/a", "none", "null", ".", "missing"))
        bad = np.zeros(len(column), bool)
        bad[text.index[~empty]] = values[text.index[~empty]].isna()
        advice = "Mend or empty these cells, or choose another column."
        faults.leave_out(bad, "have text where a number should be", advice, name)
    out = values.to_numpy(float, na_value=np.nan, copy=True)
    fill = out <= FILL
    if fill.any():
        seen = ", ".join(f"{v:g}" for v in np.unique(out[fill])[:3])
        progress.say(f"'{name}' has {int(fill.sum())} values of {seen}, taken as missing.")
    out[fill | ~np.isfinite(out)] = np.nan
    return out


def as_volume(values, names, options: TableOptions, progress: Progress, where: str) -> list[np.ndarray]:
    """Return soil moisture in m3 m-3, or ask for the unit where it cannot be told."""
    seen = np.concatenate([v[np.isfinite(v)] for v in values])
    if not len(seen):
        raise InputError(f"{where} has no value in {', '.join(names)}.")
    low, high, usual = float(seen.min()), float(seen.max()), float(np.median(seen))
    told = {unit_in(name) for name in names} - {""}
    unit = options.unit
    if unit == "auto":
        by_value = SM_UNIT if high <= MOST_WATER else PERCENT if usual > 1.5 and high <= 100 else ""
        share = float((seen <= 1).mean())
        mixed = by_value == PERCENT and share > 0.02 and low > 0 and _gap(seen)
        if not by_value or mixed or (told and told != {by_value}):
            why = f"the names of its columns say {' and '.join(sorted(told))}, " if told else ""
            raise InputError(
                f"Soil moisture in {where} runs from {low:g} to {high:g}, half of it below {usual:g}: {why}so the unit "
                "is not certain. Say whether it is m3 m-3 or percent."
            )
        unit = by_value
        progress.say(f"Soil moisture runs from {low:g} to {high:g}: taken as {unit}.")
    elif unit == SM_UNIT and usual > MOST_WATER:
        raise InputError(
            f"Soil moisture in {where} runs from {low:g} to {high:g}: this looks like percent, not m3 m-3. Set the "
            "unit to 'percent'."
        )
    return [v * factor_of(unit) for v in values]


def _gap(seen: np.ndarray) -> bool:
    """Whether values fall into two heaps, below 1 and far above: two units in one column."""
    below, above = seen[seen <= 1], seen[seen > 1]
    return bool(np.quantile(above, 0.01) > 3 * below.max())


def depths_of(column: pd.Series, progress: Progress) -> np.ndarray:
    """Return top and bottom in m of texts as 5, 0.05, 5 cm or 0-10 cm; NaN where unknown."""
    codes, texts = pd.factorize(column)
    text = pd.Series(np.asarray(texts, object), dtype=object).astype(str).str.lower().str.replace(",", ".", regex=False)
    parts = text.str.extract(r"^\s*-?(\d*\.?\d+)\s*(?:cm|mm|m)?\s*(?:[-–_]|to)?\s*(\d*\.?\d+)?\s*(cm|mm|m)?\s*$")
    top = parts[0].astype(float)
    bottom = parts[1].astype(float).fillna(top)
    unit = text.str.extract(r"(cm|mm|m)\s*$")[0]
    named = re.search(r"(?:^|[^a-z])(cm|mm|m)(?:$|[^a-z])", str(column.name).lower())
    usual = named.group(1) if named else "cm" if max(top.max(), bottom.max()) > NO_DEPTH else "m"
    if not named and unit.isna().any():
        progress.say(f"Depths in '{column.name}' are up to {bottom.max():g}: taken as {usual}.")
    factor = unit.fillna(usual).map(METRES).astype(float)
    both = np.column_stack([top * factor, bottom * factor])
    return np.where((codes >= 0)[:, None], both[codes], np.nan) if len(both) else np.full((len(column), 2), np.nan)


def flags_of(frame, columns, options: TableOptions, progress: Progress) -> tuple[np.ndarray, np.ndarray] | None:
    """Return codes and texts of the flags; None without any, or if they are of another kind."""
    if "flag" not in columns:
        return None
    column = frame[columns["flag"]].astype(object)
    codes, texts = pd.factorize(column.where(column.notna(), "").astype(str).str.strip())
    texts = np.asarray(texts, object)
    strange = [t for t in texts if not FLAG.match(t)]
    if strange and not options.flag:
        progress.warn(
            f"The flags in '{columns['flag']}' are not understood, as '{strange[0]}': not used. Name the column to "
            "have every value with another flag than G left out."
        )
        return None
    return codes, texts
