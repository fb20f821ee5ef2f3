# SPDX-License-Identifier: GPL-2.0-or-later
"""The science installs with pip from the repository, and its command runs a method without QGIS."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder in which the package is installed from a wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling builds the package; it is in requirements-dev.txt")
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(build, check=True, cwd=folder)
    (wheel,) = folder.glob("soilsharp-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "soilsharp/core/report/page.html" in names
    assert not [name for name in names if name.startswith(("soilsharp/processing", "soilsharp/ui", "soilsharp/tests"))]
    install = [*pip, "install", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel)]
    subprocess.run(install, check=True, cwd=folder)
    return folder / "site"


def test_the_command_runs_a_method_from_the_installed_package(installed, region, tmp_path):
    # whatever imports QGIS here fails
    (tmp_path / "qgis.py").write_text("raise ImportError('no QGIS here')")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed, tmp_path)))}
    words = ["run", str(region.study), "coarse_linear", "--out", str(tmp_path / "out")]
    where = [sys.executable, "-c", "import soilsharp; print(soilsharp.__file__)"]
    told = subprocess.run(where, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(installed / "soilsharp" / "__init__.py")
    command = [sys.executable, str(installed / "bin" / "soilsharp"), *words]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "16 maps in" in done.stdout
    assert (tmp_path / "out" / "report.html").exists()
