# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads beside a loop: what it needs is made a few steps ahead of it, what it made is put away a few steps behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from .progress import SILENT, Progress

T = TypeVar("T")
R = TypeVar("R")

FILES = 4  # read or written at the same time: to compress and to decompress is what takes the time


def ahead(
    function: Callable[[T], R],
    items: Iterable[T],
    progress: Progress = SILENT,
    *,
    threads: int = FILES,
    most: int = 2 * FILES,
) -> Iterator[R]:
    """Yield what a function makes of each item, in their order, computed in threads while the loop goes on.

    Parameters
    ----------
    function : callable
    items : iterable
        Taken one by one, as threads come to them.
    progress : Progress
        Only asked whether to go on.
    threads : int
    most : int
        Results that are computed or being computed before the loop asks for them: what they cost in memory.

    What is not begun is left undone after an error, a stop, or the end of the loop.
    """
    items = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(_submit(pool, function, item) for item in islice(items, most))
        try:
            while waiting:
                progress.check()
                result = waiting.popleft().result()
                waiting.extend(_submit(pool, function, item) for item in islice(items, 1))
                yield result
        finally:
            _cancel(waiting)


class Behind:
    """Calls carried out in threads, a few behind the loop that makes them.

    An error of one is raised by a later one, or at the end of the `with` block, which waits for all; what is not begun
    is left undone after an error or a stop.

    Parameters
    ----------
    progress : Progress
        Only asked whether to go on.
    threads : int
        With one, calls are carried out in their order.
    most : int
        Calls that wait: what their arguments cost in memory.
    """

    def __init__(self, progress: Progress = SILENT, *, threads: int = FILES, most: int = 4 * FILES):
        self._progress, self._most = progress, most
        self._pool = ThreadPoolExecutor(threads)
        self._calls: deque[Future] = deque()

    def __enter__(self) -> Behind:
        return self

    def call(self, function: Callable, *values) -> None:
        """Have a function called with the values."""
        while len(self._calls) >= self._most:
            self._finish_one()
        self._calls.append(_submit(self._pool, function, *values))

    def wait(self) -> None:
        """Wait until all calls are done."""
        while self._calls:
            self._finish_one()

    def _finish_one(self) -> None:
        self._calls.popleft().result()
        self._progress.check()

    def __exit__(self, kind, error, trace) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            _cancel(self._calls)
            self._pool.shutdown(wait=True)


def _submit(pool: ThreadPoolExecutor, function: Callable, *values) -> Future:
    """Have a function called in a thread that knows what its caller does: which files the run reads."""
    return pool.submit(copy_context().run, function, *values)


def _cancel(calls: Iterable[Future]) -> None:
    for call in calls:
        call.cancel()
