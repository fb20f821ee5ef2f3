# SPDX-License-Identifier: GPL-2.0-or-later
"""The zip holds the plugin, one folder deep, and nothing that is only for developers."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """Return the names of all files in a freshly built zip."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("the zip is made from a git checkout")
    target = tmp_path_factory.mktemp("zip")
    run = subprocess.run(
        ["sh", ROOT / "scripts" / "zip.sh"], env={**os.environ, "DIST": str(target)}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(run.stdout.strip()) as archive:
        assert archive.testzip() is None
        return [name for name in archive.namelist() if not name.endswith("/")]


def test_everything_is_in_one_folder(members):
    assert {name.split("/")[0] for name in members} == {"soilsharp"}


@pytest.mark.parametrize(
    "name",
    [
        "metadata.txt",
        "__init__.py",
        "plugin.py",
        "core/__init__.py",
        "processing/provider.py",
        "ui/__init__.py",
        "i18n/__init__.py",
        "resources/icons/soilsharp.svg",
        "LICENSE",
        "README.md",
    ],
)
def test_what_the_plugin_needs_is_there(members, name):
    assert f"soilsharp/{name}" in members


def test_what_only_developers_need_is_not(members):
    tops = {name.split("/")[1] for name in members}
    assert not tops & {"tests", "benchmarks", "docs", "scripts", ".ci", "Makefile", "pyproject.toml", ".gitignore"}
    assert not [name for name in members if name.endswith((".ts", ".pyc"))]


def test_no_file_of_requirements_is_there(members):
    # the QPIP plugin reads one in any plugin's folder, and stops every plugin that it manages at an inline comment
    assert not [name for name in members if Path(name).name.startswith("requirements")]


def test_no_python_among_the_resources(members):
    assert not [name for name in members if name.startswith("soilsharp/resources/") and name.endswith(".py")]
