# SPDX-License-Identifier: GPL-2.0-or-later
"""What is missing is named with a command that brings all of it."""

import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from soilsharp.core.base import extras, packages
from soilsharp.core.base.errors import MissingPackage


def test_what_is_read_of_ismn_needs_nothing_beside_itself():
    # it is installed without dependencies, and its other half asks for a dozen packages
    pytest.importorskip("ismn")
    beside = {Requirement(text).name for text in metadata.requires("ismn")} - {"numpy", "pandas", "matplotlib", "PyQt5"}
    beside.discard("configparser")  # Python's own, whatever PyPI has under this name
    assert "repurpose" in beside
    code = f"""
import sys
for name in {sorted(beside)!r}:
    sys.modules[name] = None
import ismn
from ismn.base import IsmnRoot
from ismn.filehandlers import DataFile
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_package_that_is_not_there_is_refused_with_its_name(monkeypatch):
    monkeypatch.setitem(packages.PACKAGES, "no_such_package", packages.Package("no-such-package"))
    with pytest.raises(MissingPackage, match=r"no_such_package.*Install with:.*no-such-package"):
        extras.require("numpy", "no_such_package")
