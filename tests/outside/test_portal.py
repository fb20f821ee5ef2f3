# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin portal's gate finds in the zip: nothing."""

import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    """Return the folder of the plugin, out of a freshly built zip."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("the zip is made from a git checkout")
    target = tmp_path_factory.mktemp("portal")
    made = subprocess.run(
        ["sh", ROOT / "scripts" / "zip.sh"], env={**os.environ, "DIST": str(target)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    with zipfile.ZipFile(made.stdout.strip()) as archive:
        archive.extractall(target)
        for member in archive.infolist():
            assert not (member.external_attr >> 16) & stat.S_IXUSR or member.is_dir(), member.filename
    return target / "soilsharp"


def _told(module, *words, cwd):
    pytest.importorskip(module, reason=f"{module} is in requirements-dev.txt")
    run = subprocess.run([sys.executable, "-m", module, *words], cwd=cwd, capture_output=True, text=True, timeout=900)
    return run.stdout


def test_bandit_finds_nothing(plugin):
    told = json.loads(_told("bandit", "-q", "-r", "-f", "json", ".", cwd=plugin))
    assert [(one["filename"], one["line_number"], one["test_id"]) for one in told["results"]] == []
    assert told["errors"] == []
    assert told["metrics"]["_totals"]["loc"] > 10_000
    assert told["metrics"]["_totals"]["nosec"] == 0


def test_no_finding_is_hushed_up(plugin):
    # written apart, or this line would be one
    marks = ("# no" + "sec", "pragma: allow" + "list secret")
    assert [str(p) for p in plugin.rglob("*.py") for mark in marks if mark in p.read_text(encoding="utf-8")] == []


def test_no_secret_is_found(plugin):
    told = json.loads(_told("detect_secrets", "scan", "--all-files", ".", cwd=plugin))
    assert len(told["plugins_used"]) > 10
    assert told["results"] == {}


def test_flake8_qgis_finds_nothing(plugin):
    pytest.importorskip("flake8_qgis", reason="flake8-qgis is in requirements-dev.txt")
    assert _told("flake8", "--select", "QGS1,QGS4", "--extend-ignore", "QGS105,QGS402", ".", cwd=plugin) == ""


def test_no_hidden_file_is_there(plugin):
    assert [str(path) for path in plugin.rglob(".*")] == []


def test_the_portal_shows_the_changelog():
    spec = importlib.util.spec_from_file_location("make_changelog", ROOT / "scripts" / "make_changelog.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    metadata = (ROOT / "metadata.txt").read_text(encoding="utf-8")
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert script.written(metadata, told) == metadata, "run scripts/make_changelog.py"
    assert "%" not in script.changelog(
        "version=1.0\n", "## [1.0] - 2026-01-01\n\n### Added\n\n- [A](b) *c* 5 %\n  more\n"
    )
