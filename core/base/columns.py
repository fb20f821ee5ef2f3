# SPDX-License-Identifier: GPL-2.0-or-later
"""Refusing what a column of a table holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def refuse_rows(wrong: pd.Series, values: pd.Series, file: str, wanted: str, remedy: str = "") -> None:
    """Raise `InputError` if values of a column are wrong, with how many and the first of them.

    Parameters
    ----------
    wrong : Series of bool, shape (n,)
    values : Series, shape (n,)
        The column as the file has it.
    file : str
        Name of the table.
    wanted : str
        What the column must hold, as "a whole number".
    remedy : str
        A sentence on what to do.
    """
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return
    told = (
        f"Column '{values.name}' of {file} must hold {wanted}, but {len(rows)} of {len(wrong)} rows do not: row "
        f"{rows[0] + 1} has {values.iloc[rows[0]]!r}."
    )
    raise InputError(f"{told} {remedy}".rstrip())
