# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said in two places is said alike: version, needed packages, the plugin's own description."""

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def metadata():
    parser = configparser.ConfigParser()  # as QGIS reads it
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"]


def names(lines):
    """Return the names of packages in lines of requirements."""
    matches = (re.match(r"[A-Za-z0-9_.-]+", line.strip()) for line in lines)
    return {match.group().lower() for match in matches if match}


def test_the_changelog_begins_with_the_version_of_the_metadata(metadata):
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$", text, flags=re.MULTILINE)
    assert versions[0] == metadata["version"]


def test_metadata_has_what_the_plugin_portal_asks(metadata):
    for key in ("name", "description", "about", "author", "email", "repository", "tracker", "homepage"):
        assert metadata[key].strip()
    assert metadata["hasProcessingProvider"] == "yes"
    assert (metadata["qgisMinimumVersion"], metadata["qgisMaximumVersion"]) == ("3.22", "4.99")


def test_the_icon_exists(metadata):
    assert (ROOT / metadata["icon"]).is_file()


def test_the_package_needs_the_requirements_and_the_readers_of_files():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, flags=re.MULTILINE | re.DOTALL).group(1)
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    # requirements.txt is for the Python of QGIS, where what links GDAL must not come from pip
    assert names(re.findall(r'"(.*?)"', block)) == names(required) | {"rasterio", "geopandas"}
