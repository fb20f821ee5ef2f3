# SPDX-License-Identifier: GPL-2.0-or-later
"""How far a piece of work has come, and whether it should go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from itertools import accumulate
from threading import Thread
from typing import TypeVar

from .errors import Cancelled

T = TypeVar("T")
TICK = 0.1  # seconds between two looks at whether to stop, while a thread works


def _nothing(_value: object) -> None:
    """Take a report and leave it at that."""


class Progress:
    """Report a fraction in [0, 1], stop when asked, and pass on a line of text.

    Parameters
    ----------
    report : callable, optional
        Takes the fraction done.
    stop_asked : callable, optional
        Returns True once the work should stop.
    say, warn : callable, optional
        Take one line of text for the person who waits.
    """

    def __init__(
        self,
        report: Callable[[float], object] = _nothing,
        stop_asked: Callable[[], bool] = lambda: False,
        say: Callable[[str], object] = _nothing,
        warn: Callable[[str], object] | None = None,
    ):
        self._report, self._stop_asked = report, stop_asked
        self.say, self.warn = say, warn or say

    def check(self) -> None:
        """Raise `Cancelled` if the caller asked to stop."""
        if self._stop_asked():
            raise Cancelled

    def at(self, fraction: float) -> None:
        """Report the fraction done, or raise `Cancelled`."""
        self.check()
        self._report(min(max(fraction, 0.0), 1.0))

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, reporting after each and stopping when asked."""
        items = list(items)
        for done, item in enumerate(items):
            self.at(done / len(items))
            yield item
        self.at(1.0)

    def parts(self, items: Iterable[T], sizes: Sequence[float] = ()) -> Iterator[tuple[T, Progress]]:
        """Yield each item with the progress of its own part, reporting after each and stopping when asked.

        Parts are as long as the `sizes` tell, one for each item; without them all are alike.
        """
        items = list(items)
        ends = [0.0, *accumulate(sizes or [1.0] * len(items))]
        for item, start, stop in zip(items, ends, ends[1:]):
            self.at(start / ends[-1])
            yield item, self.part(start / ends[-1], stop / ends[-1])
        self.at(1.0)

    def part(self, start: float, stop: float) -> Progress:
        """Return the progress of one stage, which fills [start, stop] of this one."""
        return Progress(lambda f: self._report(start + (stop - start) * f), self._stop_asked, self.say, self.warn)

    def wait_for(self, work: Callable[[], T], done: Callable[[], float] | None = None) -> T:
        """Return what a function returns that cannot be stopped on its way.

        It works in a thread of its own, which asks and tells nobody; `done` gives the fraction to report for it. A stop
        is felt at once and leaves it behind, until it ends by itself or with the program.
        """
        self.check()
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # handed on to the one who waits
                future.set_exception(error)

        Thread(target=run, daemon=True).start()
        while not wait([future], timeout=TICK).done:
            self.at(done()) if done else self.check()
        return future.result()


SILENT = Progress()
