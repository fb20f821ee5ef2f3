# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress rises from 0 to 1 and stops when asked."""

import pytest

from soilsharp.core.base.errors import Cancelled
from soilsharp.core.base.progress import Progress


def test_stages_fill_their_part():
    seen = []
    progress = Progress(seen.append)
    assert list(progress.part(0, 0.5).over("ab")) == ["a", "b"]
    list(progress.part(0.5, 1).part(0.5, 1).over([1]))
    assert seen == [0, 0.25, 0.5, 0.75, 1]


def test_nothing_to_do_is_done():
    seen = []
    assert list(Progress(seen.append).over([])) == []
    assert seen == [1]


def test_parts_are_alike_or_as_long_as_their_sizes():
    seen = []
    for item, part in Progress(seen.append).parts("ab"):
        seen.append(item)
        list(part.over([1, 2]))
    assert seen == [0, "a", 0, 0.25, 0.5, 0.5, "b", 0.5, 0.75, 1, 1]
    seen.clear()
    for _, part in Progress(seen.append).parts("abc", [1, 0, 3]):
        part.at(1)
    assert seen == [0, 0.25, 0.25, 0.25, 0.25, 1, 1]


def test_parts_of_nothing_are_done():
    seen = []
    assert list(Progress(seen.append).parts([])) == []
    assert seen == [1]


def test_a_stop_is_felt_at_the_next_part():
    done = []
    progress = Progress(stop_asked=lambda: len(done) == 2)

    def work():
        for item, _ in progress.parts(range(5)):
            done.append(item)

    with pytest.raises(Cancelled):
        work()
    assert done == [0, 1]


def test_a_stop_is_felt_at_the_next_item():
    done = []
    progress = Progress(stop_asked=lambda: len(done) == 2)

    def work():
        for item in progress.over(range(5)):
            done.append(item)

    with pytest.raises(Cancelled):
        work()
    assert done == [0, 1]


def test_warnings_are_said_where_nobody_listens_for_them():
    said = []
    Progress(say=said.append).part(0, 1).warn("mind")
    assert said == ["mind"]
