# SPDX-License-Identifier: GPL-2.0-or-later
"""No test depends on how fast the machine is: none reads a clock, and what ends an endless wait leaves it minutes.

Steps are counted instead, with `stop` and `lines_run` of tests/conftest.py, and threads wait for events.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
WAITS = TESTS / "conftest.py"  # its `until` gives up after minutes
CLOCKS = ("time", "timeit")
READINGS = ("monotonic", "perf_counter", "process_time", "thread_time", "elapsed", "now", "utcnow", "sleep", "qWait")
LEAST = 60  # seconds; less may pass on a busy machine before anything has gone wrong


def on_speed(text):
    """Yield the lines of a test that read a clock, or assert that something comes within seconds."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found = any(alias.name in CLOCKS for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found = node.module in CLOCKS
        elif isinstance(node, ast.Attribute):
            found = node.attr in READINGS
        elif isinstance(node, ast.keyword):
            found = node.arg == "timeout" and is_short(node.value)
        elif isinstance(node, ast.Assert):
            found = any(is_short(wait) for wait in waits(node))
        else:
            found = False
        if found:
            yield node.lineno


def waits(node):
    """Yield how long calls wait for events, threads and results."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("wait", "join", "result"):
            yield from call.args


def is_short(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value < LEAST


def test_no_test_depends_on_speed():
    files = [path for path in sorted(TESTS.rglob("*.py")) if path != WAITS]
    assert len(files) > 50
    assert [(str(path.relative_to(TESTS)), line) for path in files for line in on_speed(path.read_text("utf8"))] == []


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from time import monotonic",
        "import timeit",
        "assert time.monotonic() - began < 2",
        "took = clock.perf_counter() - began",
        "assert timer.elapsed() < 2000",
        "began = datetime.now()",
        "QTest.qWait(100)",
        "assert gate.wait(10)",
        "run(command, timeout=20)",
    ],
)
def test_a_clock_is_seen(line):
    assert list(on_speed(f"began = 0\n{line}\n")) == [2]


@pytest.mark.parametrize(
    "line",
    [
        "assert gate.wait(600)",
        "gate.wait(0.01)",
        "run(command, timeout=900)",
        "assert asked.looks == 3",
        'monkeypatch.setattr(module, "monotonic", lambda: next(ticks))',
    ],
)
def test_counting_and_patience_pass(line):
    assert list(on_speed(line)) == []
