# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables that we write, as CSV: in pieces, and so that no spreadsheet takes a text for a formula."""

from __future__ import annotations

import os
import re
from io import StringIO
from typing import IO, TYPE_CHECKING

from .progress import SILENT, Progress

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 100_000  # written between two looks at whether to stop
SHIELD = "'"  # before a text, a spreadsheet shows what follows and computes nothing
_NUMBER = re.compile(r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-](inf|nan)", re.I)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    path: str | os.PathLike, frame: pd.DataFrame, progress: Progress = SILENT, comment: str = "", **how
) -> None:
    """Write a table in pieces, between which the work can be stopped, below a comment if there is one.

    Texts that a spreadsheet would take for formulas get an apostrophe before them, which `plain_texts` takes off again.
    `how` goes to `DataFrame.to_csv`.
    """
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write(comment)
        _write(file, frame, progress, how)


def csv_text(frame: pd.DataFrame, **how) -> str:
    """Return the text that `write_csv` would write."""
    text = StringIO()
    _write(text, frame, SILENT, how)
    return text.getvalue()


def _write(file: IO[str], frame: pd.DataFrame, progress: Progress, how: dict) -> None:
    frame = frame.set_axis([_shielded(name) for name in frame.columns], axis=1)
    for start in progress.over(range(0, max(1, len(frame)), ROWS_AT_ONCE)):
        piece = _shield(frame.iloc[start : start + ROWS_AT_ONCE])
        piece.to_csv(file, index=False, header=not start, lineterminator="\n", **how)


def _shield(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are no formulas."""
    changed = {}
    for number, kind in enumerate(frame.dtypes):
        if kind.kind in "biufcmM":
            continue
        column = frame.iloc[:, number]
        odd = column.map(_is_formula).to_numpy(bool) if len(column) else []
        if any(odd):
            changed[number] = column.map(_shielded).astype(object)
    if not changed:
        return frame
    import pandas as pd

    columns = [changed.get(number, frame.iloc[:, number]) for number in range(frame.shape[1])]
    return pd.concat(columns, axis=1)


def plain_texts(column: pd.Series) -> pd.Series:
    """Return texts of a table that we wrote as they were before."""
    plain = column.map(lambda text: text[1:] if isinstance(text, str) and _is_shielded(text) else text)
    return plain.astype(column.dtype)  # a column without any text would turn into one of numbers


def _shielded(text):
    return SHIELD + text if _is_formula(text) else text


def _is_formula(text) -> bool:
    """Whether a cell would be computed; a number with its sign would not."""
    if not isinstance(text, str) or len(text) < 2 or not text.lstrip(SHIELD).startswith(FORMULAS):
        return False
    return not _NUMBER.fullmatch(text)


def _is_shielded(text: str) -> bool:
    return text.startswith(SHIELD) and _is_formula(text[1:])
