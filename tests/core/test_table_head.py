# SPDX-License-Identifier: GPL-2.0-or-later
"""The columns of a table are known without its rows, and are the ones that a reader of the whole table finds."""

import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.stations.table_file import TableFile
from soilsharp.core.stations.table_head import BEGINNING, column_names


@pytest.mark.parametrize("form", ["cm", "named", "wide", "excel"])
def test_names_are_those_of_the_whole_table(field_table, tmp_path, form):
    path = field_table(tmp_path, form)
    assert column_names(path) == TableFile(path).names


def test_only_the_beginning_is_read(tmp_path):
    path = tmp_path / "long.csv"
    rows = "Łąka;0,25\n" * BEGINNING
    path.write_bytes(f"# soilsharp 1\nstation;moisture é\n{rows}".encode() + b"\xff\xfe\0\0")  # no text at its end
    assert column_names(path) == ["station", "moisture é"]


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "wrong.xlsx").write_text("text")
    for name, why in (("none.csv", "does not exist"), ("empty.csv", "is empty"), ("wrong.xlsx", "damaged")):
        with pytest.raises(InputError, match=why):
            column_names(tmp_path / name)
