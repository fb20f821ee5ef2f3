# SPDX-License-Identifier: GPL-2.0-or-later
"""The zip holds the plugin, one folder deep, and nothing that is only for developers."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from runpy import run_path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Return the folder of the plugin as a freshly built zip brings it."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("the zip is made from a git checkout")
    target = tmp_path_factory.mktemp("zip")
    run = subprocess.run(
        ["sh", ROOT / "scripts" / "zip.sh"], env={**os.environ, "DIST": str(target)}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(run.stdout.strip()) as archive:
        assert archive.testzip() is None
        archive.extractall(target)
    return target / "soilsharp"


@pytest.fixture(scope="module")
def members(unpacked):
    """Return the names of all files in it."""
    with zipfile.ZipFile(next(unpacked.parent.glob("*.zip"))) as archive:
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
        "i18n/soilsharp_es.qm",
        "help/help.css",
        "help/first-hour.html",
        "help/images/workflow.png",
        "help/reference/train_blend.html",
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


def test_help_on_every_algorithm_is_among_the_pages(unpacked):
    address = run_path(str(unpacked / "core" / "base" / "help_pages.py"))["help_address"]
    names = {
        (path.stem, name)
        for path in (ROOT / "docs" / "reference").glob("*.md")
        for name in re.findall('<a id="(.*?)">', path.read_text("utf-8"))
    }
    assert len(names) > 50
    wrong = [name for group, name in names if not address(f"reference/{group}", name).startswith("file:///")]
    assert not wrong


def test_links_of_the_pages_lead_somewhere(unpacked):
    pages = sorted((unpacked / "help").rglob("*.html"))
    texts = {page: page.read_text("utf-8") for page in pages}
    wrong = []
    for page, text in texts.items():
        for link in re.findall(r'(?:href|src)="((?!\w+:)[^"]*)"', text):
            name, _, part = link.partition("#")
            there = (page.parent / name).resolve() if name else page
            if not there.exists() or (part and f'id="{part}"' not in texts[there]):
                wrong.append((page.name, link))
    assert pages
    assert not wrong
