# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress rises from 0 to 1 and stops when asked."""

from threading import Event

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


def test_what_cannot_be_stopped_is_left_behind(stop):
    gate, ended = Event(), Event()

    def work():
        gate.wait(600)
        ended.set()

    asked = stop(3)
    with pytest.raises(Cancelled):
        Progress(stop_asked=asked).wait_for(work)
    assert asked.looks == 3
    assert not ended.is_set()
    gate.set()
    assert ended.wait(600)


def test_what_cannot_be_stopped_is_not_begun_after_a_stop(stop):
    begun = []
    with pytest.raises(Cancelled):
        Progress(stop_asked=stop(1)).wait_for(lambda: begun.append(1))
    assert begun == []


def test_what_a_thread_has_done_is_told_by_the_one_who_waits():
    gate, told = Event(), []

    def report(fraction):
        told.append(fraction)
        gate.set()

    assert Progress(report).wait_for(lambda: gate.wait(600), lambda: 0.25)
    assert set(told) == {0.25}


def test_what_a_thread_returns_or_raises_comes_through():
    assert Progress().wait_for(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        Progress().wait_for(lambda: 1 / 0)
