# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables that we write: a spreadsheet shows their texts, and we read them as they were."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.base.tables import csv_text, plain_texts, write_csv

FORMULAS = ['=HYPERLINK("http://a","b")', "+1+2", "-1-2", "@SUM(A1)", "\t=1+1", "\r=1", "'=1", "''=1", "=1", "-x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_no_formula(text):
    written = csv_text(pd.DataFrame({"station": [text, "A"], "n": [1, 2]}))
    read = pd.read_csv(StringIO(written), dtype={"station": object}, lineterminator="\n")
    cell = read["station"].iloc[0]
    assert cell.startswith("'")
    assert list(plain_texts(read["station"])) == [text, "A"]


def test_numbers_and_plain_texts_stay_as_they_are():
    frame = pd.DataFrame({"a": ["-1.5", "+2", "A=1", "-", "", "it's"], "n": [-1.0, 2.0, np.nan, -np.inf, 0, 5]})
    assert csv_text(frame) == frame.to_csv(index=False, lineterminator="\n")


def test_names_of_columns_are_no_formulas():
    assert csv_text(pd.DataFrame({"=1+1": [1]})).startswith("'=1+1\n")


@given(st.lists(st.text(alphabet="=+-@'1a\t ", max_size=6), min_size=1))
def test_texts_come_back(texts):
    frame = pd.DataFrame({"a": pd.Series(texts, dtype=object)})
    written = csv_text(frame)
    read = pd.read_csv(StringIO(written), dtype=object, keep_default_na=False, skip_blank_lines=False)
    assert list(plain_texts(read["a"])) == texts
    assert not any(cell.startswith(("=", "@", "\t")) and len(cell) > 1 for cell in read["a"])


def test_pieces_equal_the_whole(tmp_path, monkeypatch):
    frame = pd.DataFrame({"a": [f"={i}" if i % 3 == 0 else str(i) for i in range(10)]})
    monkeypatch.setattr("soilsharp.core.base.tables.ROWS_AT_ONCE", 3)
    write_csv(tmp_path / "a.csv", frame, comment="# x\n")
    monkeypatch.undo()
    assert (tmp_path / "a.csv").read_text() == "# x\n" + csv_text(frame)
