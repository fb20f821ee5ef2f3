# SPDX-License-Identifier: GPL-2.0-or-later
"""The page *In a notebook* holds what it shows: its cells run from top to bottom, and say what stands below them."""

import ast
import contextlib
import doctest
import io
import logging
import re
from pathlib import Path

import pytest

import soilsharp

PAGE = Path(__file__).resolve().parents[2] / "docs" / "notebook.md"
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def cells(text):
    """Yield (line, code, what is shown below it or None) of every block of Python on a page."""
    blocks = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", flags=re.MULTILINE | re.DOTALL)
    for found in blocks.finditer(text):
        yield text[: found.start()].count("\n") + 2, found.group(1), found.group(2)


def run_cell(line, code, names):
    """Run a cell as a notebook does; return what it prints, and the words of its last line if that is a value."""
    body = ast.parse("\n" * (line - 1) + code, str(PAGE)).body
    last = ast.Expression(body.pop().value) if isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), str(PAGE), "exec"), names)
        value = None if last is None else eval(compile(last, str(PAGE), "eval"), names)
    return printed.getvalue() + ("" if value is None else f"{value!r}\n")


@pytest.fixture
def logger():
    """Return the logger that the page changes, and put it back."""
    logger = logging.getLogger("soilsharp")
    before = logger.level
    yield logger
    logger.setLevel(before)


def test_the_page_runs_from_top_to_bottom(tmp_path, monkeypatch, logger):
    pytest.importorskip("xarray", reason="xarray is not installed; it is in requirements-dev.txt")
    monkeypatch.chdir(tmp_path)
    names, compared = {}, 0
    for line, code, shown in cells(PAGE.read_text(encoding="utf-8")):
        said = run_cell(line, code, names)
        if shown is not None:
            assert doctest.OutputChecker().check_output(shown, said, LOOSELY), f"{PAGE.name}:{line} says\n{said}"
            compared += 1
    assert compared > 3
    assert len(list((tmp_path / "maps").glob("sm_*.tif"))) == 16
    assert logger.level == logging.INFO


def test_the_page_shows_every_name_of_the_front_door():
    code = "".join(code for _, code, _ in cells(PAGE.read_text(encoding="utf-8")))
    used = set(re.findall(r"soilsharp\.(\w+)", code))
    assert {*soilsharp.__all__, "core"} - used == {"__version__", "Model", "Samples"}
    assert used <= {*soilsharp.__all__, "core"}
