# SPDX-License-Identifier: GPL-2.0-or-later
"""The columns of a table, without its rows."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from ..base import extras
from ..base.archive import refuse_bomb
from ..base.errors import InputError
from .table_file import EXCEL
from .table_text import header_of

BEGINNING = 1 << 16  # bytes of a text that hold its header, whatever stands above it


def column_names(path: str | os.PathLike) -> list[str]:
    """Return the names of the columns of a text or of the first sheet of an Excel file; only their beginning is read.

    Raises
    ------
    InputError
        If it is missing, or no table.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} does not exist.")
    return _of_sheet(path) if path.suffix.lower() in EXCEL else _of_text(path)


def _of_text(path: Path) -> list[str]:
    with path.open("rb") as file:
        raw, goes_on = file.read(BEGINNING), file.read(1)
    # the last line may be cut, and within a letter
    return header_of(raw[: raw.rfind(b"\n") + 1] if goes_on else raw, path)


def _of_sheet(path: Path) -> list[str]:
    extras.require("openpyxl")
    refuse_bomb(path)
    try:
        return [str(name) for name in pd.read_excel(path, engine="openpyxl", nrows=0).columns]
    except Exception as error:  # zip, XML and openpyxl raise kinds of their own
        raise InputError(f"Cannot read {path.name} as an Excel file: {error}.") from error
