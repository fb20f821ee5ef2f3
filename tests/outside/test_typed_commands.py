# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of README and of the pages, typed into a shell as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = " SIZE_KM=36 DAYS=8 N_STATIONS=8"  # all that is added to a command, so that it does not take minutes
pytestmark = pytest.mark.slow


def text_of(page, after=""):
    """Return a page, or what stands in it after a heading."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return text[text.index(after) :]


def first_block(text):
    """Return the first block of shell commands."""
    return re.search(r"^```sh\n(.*?)^```$", text, re.S | re.M)[1]


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """Return a function that types lines into a shell, in a profile that has the plugin but has never enabled it."""
    if not shutil.which("qgis_process"):
        pytest.skip("qgis_process is not installed")
    profiles = tmp_path_factory.mktemp("profiles")
    plugins = profiles / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "soilsharp").symlink_to(ROOT)
    environment = {
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin",
        "HOME": str(profiles),
        "QGIS_CUSTOM_CONFIG_PATH": str(profiles),
        "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
        "PYTHONWARNINGS": "ignore",
    }

    def call(lines, folder):
        return subprocess.run(
            ["sh", "-e", "-c", lines], cwd=folder, env=environment, capture_output=True, text=True, timeout=900
        )

    return call


@pytest.fixture(scope="module")
def prepared(typed, tmp_path_factory):
    """Return what the page on installing has one type first; it was typed once, and enabled the plugin."""
    lines = first_block(text_of("docs/install.md", "## qgis_process"))
    if not shutil.which("qgis_process.bin"):
        lines = lines.replace("alias qgis_process=qgis_process.bin\n", "")  # said to be for Debian
    done = typed(lines, tmp_path_factory.mktemp("first"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OUTPUT" in done.stdout
    return lines.replace("qgis_process plugins enable soilsharp\n", "")  # which fails where it is enabled


def test_debian_12_needs_the_other_name(typed, prepared, tmp_path):
    release = Path("/etc/os-release")
    if not release.exists() or 'VERSION_ID="12"' not in release.read_text():
        pytest.skip("this is not Debian 12")
    alone = typed("export QT_QPA_PLATFORM=offscreen\nqgis_process list", tmp_path)
    assert "Command --noversioncheck not known!" in alone.stdout + alone.stderr
    assert typed(f"{prepared}qgis_process list", tmp_path).returncode == 0


def test_the_page_on_use_and_readme_lead_to_maps_and_scores(typed, prepared, tmp_path):
    steps = first_block(text_of("docs/usage.md", "## In a shell, with qgis_process"))
    assert steps.startswith("qgis_process run soilsharp:create_sample_region -- OUTPUT=region\n")
    done = typed(prepared + steps.replace("OUTPUT=region\n", f"OUTPUT=region{SMALL}\n", 1), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "maps").glob("sm_*.tif"))) == 8
    assert all((tmp_path / name).stat().st_size for name in ("report.html", "scores.csv", "stations.gpkg"))
    (command,) = re.findall(r"`(qgis_process run [^`]+)`", text_of("README.md"))
    shutil.copy(tmp_path / "model.soilsharp", tmp_path / "region")
    again = typed(f"{prepared}{command}", tmp_path / "region")
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(list((tmp_path / "region" / "maps").glob("sm_*.tif"))) == 8
