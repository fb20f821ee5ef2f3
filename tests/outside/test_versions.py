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


def test_the_changelog_begins_with_the_version_of_the_metadata(metadata):
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$", text, flags=re.MULTILINE)
    assert versions[0] == metadata["version"]


def test_metadata_has_what_the_plugin_portal_asks(metadata):
    for key in ("name", "description", "about", "author", "email", "repository", "tracker", "homepage"):
        assert metadata[key].strip()
    assert metadata["hasProcessingProvider"] == "yes"
    assert (metadata["qgisMinimumVersion"], metadata["qgisMaximumVersion"]) == ("3.22", "4.99")


def test_the_package_is_cited_as_it_is_described():
    yaml = pytest.importorskip("yaml", reason="PyYAML reads the citation")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)  # what the format asks for
    assert "version" not in citation  # it stands in metadata.txt alone
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for key in ("abstract", "license", "repository-code"):
        assert f'"{citation[key]}"' in package
    assert all(f'"{word}"' in package for word in citation["keywords"])
    assert [f'{{ name = "{author["name"]}" }}' in package for author in citation["authors"]] == [True]


def test_the_icon_exists(metadata):
    assert (ROOT / metadata["icon"]).is_file()


def test_the_package_needs_the_requirements_and_the_readers_of_files():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    always, data = (
        set(re.findall(r'"(.*?)"', re.search(rf"^{key} = \[(.*?)\]", text, flags=re.MULTILINE | re.DOTALL).group(1)))
        for key in ("dependencies", "data")
    )
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {line.partition("#")[0].strip() for line in lines} - {""}
    # requirements.txt is for the Python of QGIS, where what links GDAL or HDF5 must not come from pip
    always = {name.partition(";")[0] for name in always}  # XGBoost has two names, by system
    assert always | data == required | {"rasterio", "geopandas", "h5py", "xgboost"}
    assert not always & data
