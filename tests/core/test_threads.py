# SPDX-License-Identifier: GPL-2.0-or-later
"""Work beside a loop keeps its order, its errors and its limits, and stops when asked."""

from threading import Event

import pytest

from soilsharp.core.base.errors import Cancelled
from soilsharp.core.base.progress import Progress
from soilsharp.core.base.threads import Behind, ahead


def stop_at(check):
    """Return a progress that is asked to stop at its n-th check."""
    checks = iter(range(1, 1000))
    return Progress(stop_asked=lambda: next(checks) >= check)


def test_results_come_in_the_order_of_the_items():
    later = Event()

    def slow_first(item):
        assert item or later.wait(600)
        if item == 3:
            later.set()
        return item**2

    assert list(ahead(slow_first, range(6), threads=2, most=4)) == [0, 1, 4, 9, 16, 25]


def test_no_more_is_made_than_may_wait():
    begun = []
    results = ahead(begun.append, range(100), threads=1, most=3)
    next(results)
    results.close()  # waits for what has begun
    assert len(begun) <= 4


def test_of_no_items_nothing_is_made():
    assert list(ahead(abs, [])) == []


def test_an_error_ahead_comes_at_its_item():
    results = ahead(lambda n: 6 // n, [2, 3, 0, 1])
    assert [next(results), next(results)] == [3, 2]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_stop_leaves_undone_what_is_not_begun():
    done, go = [], Event()

    def work(item):
        assert go.wait(600)
        done.append(item)
        return item

    results = ahead(work, range(50), stop_at(3), threads=1, most=10)
    go.set()
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(Cancelled):
        next(results)
    assert len(done) <= 12


def test_calls_of_one_thread_keep_their_order_and_are_done_at_the_end():
    done = []
    with Behind(threads=1, most=2) as behind:
        for item in range(20):
            behind.call(done.append, item)
    assert done == list(range(20))


def test_waiting_ends_when_all_calls_are_done():
    done = []
    with Behind() as behind:
        for item in range(20):
            behind.call(done.append, item)
        behind.wait()
        assert sorted(done) == list(range(20))


def calls_behind(function, values, **how):
    with Behind(**how) as behind:
        for value in values:
            behind.call(function, value)


@pytest.mark.parametrize("values", [[0], [1, 0, 1, 1, 1, 1]])
def test_an_error_behind_is_raised(values):
    with pytest.raises(ZeroDivisionError):
        calls_behind(lambda n: 1 // n, values, most=2)


def test_a_stop_is_felt_behind_the_loop():
    done = []
    with pytest.raises(Cancelled):
        calls_behind(done.append, range(100), progress=stop_at(2), threads=1, most=1)
    assert len(done) < 5


def test_an_error_of_the_loop_is_not_hidden_by_its_calls():
    def values():
        yield 0
        raise KeyError("mine")

    with pytest.raises(KeyError):
        calls_behind(lambda n: 1 // n, values())
