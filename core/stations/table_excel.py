# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets of Excel: which one is meant, its rows, and cells that look empty but are not."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..base import extras
from ..base.archive import refuse_bomb
from ..base.errors import InputError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_FORMULA = re.compile(rb"<(?:\w{1,8}:)?f[ >/]")  # the mark that begins one
_NO_NUMBER = re.compile(rb" t=\"[be]\"")  # the mark of a cell that is true or false, or a fault as #REF!
MISSING = "#N/A"  # the one fault that is written for no value
HEADER = 2  # row of a sheet that is the first of its frame
Uncomputed = dict[str, tuple[int, str]]


def read_excel(path: Path, sheet: str) -> tuple[pd.DataFrame, Uncomputed]:
    """Return the rows of a sheet, and of columns with formulas that have no value how many these are and the first.

    Of cells that hold a fault, as #REF!, or true and false the text is kept: they are no numbers.

    Raises
    ------
    InputError
        If it cannot be read, has no rows, or nobody said which of several sheets is meant.
    """
    extras.require("openpyxl")
    refuse_bomb(path)
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheet = sheet or _first(book, path.name)
            if sheet not in book.sheet_names:
                raise InputError(f"{path.name} has no sheet '{sheet}'; it has {', '.join(book.sheet_names)}.")
            frame = book.parse(sheet)
            cells = book.book[sheet]
            if _holds(path, _NO_NUMBER):
                _keep_texts(frame, cells)
            without = _uncomputed(path, cells) if _holds(path, _FORMULA) else {}
    except InputError:
        raise
    except Exception as error:  # zip, XML and openpyxl raise kinds of their own
        raise InputError(f"Cannot read {path.name} as an Excel file: {error}.") from error
    if frame.empty:
        raise InputError(f"The sheet '{sheet}' of {path.name} has no rows.")
    frame = frame.rename(columns=str)
    return frame.dropna(how="all"), {frame.columns[i]: told for i, told in without.items() if i < frame.shape[1]}


def _first(book: pd.ExcelFile, name: str) -> str:
    """Return the first sheet that is seen, or raise `InputError` if another has the same columns."""
    seen = [sheet for sheet in book.sheet_names if book.book[sheet].sheet_state == "visible"] or book.sheet_names
    heads = {sheet: _head(book.book[sheet]) for sheet in seen}
    alike = [sheet for sheet in seen if heads[sheet] and heads[sheet] == heads[seen[0]]]
    if len(alike) > 1:
        raise InputError(
            f"{name} has {len(alike)} sheets with the same columns: {', '.join(alike)}. Say which one (sheet), or as "
            f"{name}|layername={alike[0]}."
        )
    return seen[0]


def _head(cells: ReadOnlyWorksheet) -> set[str]:
    """Return what stands in the first row of a sheet."""
    row = next(cells.iter_rows(max_row=1, values_only=True), ()) if hasattr(cells, "iter_rows") else ()  # a chart
    return {str(value).strip().lower() for value in row if value is not None}


def _keep_texts(frame: pd.DataFrame, cells: ReadOnlyWorksheet) -> None:
    """Put back what pandas takes for empty cells, or for 1 and 0: faults, and what is true or false."""
    for number, row in enumerate(cells.iter_rows(min_row=HEADER, max_col=frame.shape[1])):
        for column, cell in enumerate(row):
            if cell.data_type in ("b", "e") and cell.value not in (None, MISSING) and number < len(frame):
                frame.isetitem(column, frame.iloc[:, column].astype(object))
                frame.iat[number, column] = str(cell.value)


def _uncomputed(path: Path, values: ReadOnlyWorksheet) -> dict[int, tuple[int, str]]:
    """Return the columns of a sheet, from 0, with formulas that have no value: how many, and the first of them.

    Programs that write formulas without computing them leave no value, which reads as an empty cell.
    """
    from openpyxl import load_workbook

    found: dict[int, list[str]] = {}
    book = load_workbook(path, read_only=True)
    try:
        for formulas, computed in zip(book[values.title].iter_rows(), values.iter_rows()):
            for column, (formula, cell) in enumerate(zip(formulas, computed)):
                # a text that is empty is a value
                if formula.data_type == "f" and cell.value is None and cell.data_type != "str":
                    found.setdefault(column, []).append(formula.coordinate)
    finally:
        book.close()
    return {column: (len(cells), cells[0]) for column, cells in found.items()}


def _holds(path: Path, mark: re.Pattern[bytes]) -> bool:
    """Return whether a mark stands in a sheet of an Excel file; to look at all cells takes as long as to read them."""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with book.open(name) as sheet:
                    kept = b""
                    while block := sheet.read(1 << 20):
                        if mark.search(kept + block):
                            return True
                        kept = block[-16:]  # it may lie across two blocks
    return False
