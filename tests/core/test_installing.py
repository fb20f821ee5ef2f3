# SPDX-License-Identifier: GPL-2.0-or-later
"""What pip is asked keeps what is there, and the folders of a profile come last, whole or not at all."""

import json
import os
import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

import pytest

from soilsharp.core.base import installing
from soilsharp.core.base.errors import InputError
from soilsharp.core.base.extras import look_again
from soilsharp.core.base.installing import Store
from soilsharp.core.base.own_libraries import OwnLibrariesFirst

THERE = {"numpy": "1.24.2", "scikit-learn": "1.2.1+dfsg", "old": "0.23ubuntu1", "ismn": "1.5.0"}


@pytest.fixture
def store(tmp_path):
    """Return the packages of a new profile; nothing stays on the path."""
    path = list(sys.path)
    yield Store(tmp_path)
    sys.path[:] = path
    look_again()


def package(folder, name, version="1.0"):
    """Write a package as pip does."""
    told = folder / f"{name}-{version}.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / f"{name}.py").write_text(f"version = '{version}'\n")


def test_what_is_there_is_kept_at_its_version(tmp_path):
    words = installing.resolving(["lightgbm", "flagit", "ismn"], tmp_path, THERE)
    assert words[-3:] == ["lightgbm", "flagit", "setuptools<81"]  # ismn is taken without what it asks for
    assert "--dry-run" in words
    # what is no version could not be read by pip
    assert (tmp_path / "constraints.txt").read_text() == "ismn==1.5.0\nnumpy==1.24.2\nscikit-learn==1.2.1+dfsg\n"


def test_nothing_is_asked_where_nothing_is_to_be_found_out(tmp_path):
    assert installing.resolving(["ismn"], tmp_path, {}) == []
    assert installing.to_install(["ismn"], tmp_path, {}) == ["ismn"]
    assert installing.to_install(["ismn"], tmp_path, THERE) == []


def test_of_what_pip_has_found_only_what_is_missing_is_taken(tmp_path):
    found = [("lightgbm", "4.7.0"), ("numpy", "2.4.0"), ("Scikit_Learn", "1.9.1"), ("narwhals", "2.0")]
    items = [{"metadata": {"name": name, "version": version}} for name, version in found]
    (tmp_path / "report.json").write_text(json.dumps({"install": items}))
    assert installing.to_install(["lightgbm"], tmp_path, THERE) == ["lightgbm==4.7.0", "narwhals==2.0"]


def test_all_packages_of_this_python_are_known():
    import numpy

    there = installing.installed()
    assert there["numpy"] == numpy.__version__
    assert set(there) == {installing.normal(name) for name in there}


def test_a_python_beside_qgis_sees_what_qgis_sees_and_its_proxy():
    told = installing.environment("http://ada:secret@proxy:8080")
    assert told["PYTHONPATH"].split(os.pathsep) == [entry for entry in sys.path if entry and os.path.exists(entry)]
    assert told["HTTPS_PROXY"] == "http://ada:secret@proxy:8080"
    assert "HTTPS_PROXY" not in installing.environment()


def test_another_file_than_the_wheel_of_pip_is_refused():
    with pytest.raises(InputError, match=r"SHA-256 is 2d711642b726.*Nothing of it was run"):
        installing.refuse_other_pip(b"x")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://files.example.org/ab/{}#sha256=96", "https://files.example.org/ab/{}"),
        ("../../packages/44/{}", "https://pypi.org/packages/44/{}"),
    ],
)
def test_the_wheel_of_pip_is_found_on_a_page_of_the_index(link, address):
    wheel = installing.PIP_WHEEL
    page = (
        f'<a href="x/pip-9.0.3.tar.gz">pip</a>\n<a href="{link.format(wheel)}" data-requires-python="&gt;=3.9">pip</a>'
    )
    assert installing.pip_address(page, "https://pypi.org/simple/pip/") == address.format(wheel)
    with pytest.raises(InputError, match=wheel):
        installing.pip_address("<html/>", "https://pypi.org/simple/pip/")


def test_installations_stand_last_on_the_path_and_go_one_by_one(store):
    for name in ("soilsharp_first", "soilsharp_second"):
        part = store.begin() / "p"
        package(part, name)
        store.keep(part)
    first, second = store.folders()
    assert sys.path[-2:] == [str(first), str(second)]
    assert store.last() == ["soilsharp_second"]
    assert store.undo() is False
    assert not second.exists()
    assert sys.path[-1] == str(first)
    assert store.last() == ["soilsharp_first"]


def test_what_is_in_use_goes_when_the_plugin_is_loaded_next(store):
    part = store.begin() / "p"
    package(part, "soilsharp_used")
    kept = store.keep(part)
    import soilsharp_used

    assert soilsharp_used.version == "1.0"
    assert store.undo() is True
    assert kept.exists()
    assert store.folders() == []
    del sys.modules["soilsharp_used"]
    Store(store.root.parent).join()
    assert not kept.exists()


def test_what_never_became_whole_is_not_on_the_path(store):
    package(store.begin() / "p", "soilsharp_half")
    store.join()
    assert not any("part-" in entry for entry in sys.path)
    assert store.folders() == []
    again = store.begin()
    assert list(again.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "RTLD_DEEPBIND"), reason="libraries of this system know where names come from")
def test_what_is_damaged_in_a_store_stops_nothing(store):
    (store.folder / "part-of-another").mkdir(parents=True)
    part = store.begin()
    package(part, "whole")
    package(part, "damaged")
    (part / "damaged-1.0.dist-info" / "METADATA").unlink()
    store.keep(part)
    assert store.last() == ["whole"]


def test_wheels_of_ours_look_into_their_own_libraries_first(store):
    part = store.begin() / "p"
    package(part, "soilsharp_wheel")
    (part / "soilsharp_inner").mkdir()
    (part / "soilsharp_inner" / "__init__.py").write_text("")
    (part / "soilsharp_inner" / f"compiled{EXTENSION_SUFFIXES[0]}").write_bytes(b"no library")
    store.keep(part)
    flags = sys.getdlopenflags()
    assert isinstance(find_spec("soilsharp_inner.compiled").loader, OwnLibrariesFirst)
    with pytest.raises(ImportError):
        import_module("soilsharp_inner.compiled")
    assert sys.getdlopenflags() == flags
    assert import_module("soilsharp_wheel").version == "1.0"
    assert not isinstance(find_spec("numpy.random.mtrand").loader, OwnLibrariesFirst)
    for name in ("soilsharp_inner", "soilsharp_wheel"):
        del sys.modules[name]
