# SPDX-License-Identifier: GPL-2.0-or-later
"""Names are compared, told and written in one way."""

import pytest

from soilsharp.core.base.names import counted, file_name, folded, slug, some


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c"], "a, b, c"),
        ((n for n in range(5)), "0, 1, 2 and 2 more"),
    ],
)
def test_the_first_few_are_told_and_the_rest_counted(things, words):
    assert some(things, 3) == words


def test_one_thing_is_told_as_one():
    assert [counted(n, "line") for n in (0, 1, 2)] == ["0 lines", "1 line", "2 lines"]
    assert [counted(n, "day has", "days have") for n in (1, 3)] == ["1 day has", "3 days have"]


@pytest.mark.parametrize("name", ["land_cover", "Land Cover", " land-cover ", "LAND_COVER"])
def test_names_that_people_take_for_the_same_are_the_same(name):
    assert folded(name) == "land_cover"


def test_names_of_columns_are_plain():
    assert slug("250m 16 days NDVI ") == "250m_16_days_ndvi"
    assert slug("R² (random  folds)") == "r²_random_folds"


def test_names_of_files_keep_dots_and_dashes():
    assert file_name("soil moisture/0-5 cm.v2") == "soil_moisture_0-5_cm.v2"
