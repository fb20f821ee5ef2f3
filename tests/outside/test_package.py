# SPDX-License-Identifier: GPL-2.0-or-later
"""The science installs with pip from the repository, and its command and its front door work without QGIS."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONT_DOOR = """
import json, sys
from importlib.metadata import version

import soilsharp
heavy = sorted({"numpy", "pandas", "qgis"} & set(sys.modules))
study = soilsharp.Study.read(sys.argv[1])
model = soilsharp.train(soilsharp.sample(study), "linear")
maps = soilsharp.downscale(study, model, sys.argv[2])
table = soilsharp.validate(maps, study).table
names = {}
exec("from soilsharp import *", names)
told = {"file": soilsharp.__file__, "same": soilsharp.__version__ == version("soilsharp"), "heavy": heavy}
print(json.dumps({**told, "maps": len(maps.maps), "products": table["product"].tolist(), "names": sorted(names)}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return a wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling builds the package; it is in requirements-dev.txt")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True, cwd=folder)
    (wheel,) = folder.glob("soilsharp-*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Return the Python of an environment outside of the checkout that has the wheel, and cannot import QGIS."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--python", python]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel], check=True)
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip())
    (site / "qgis.py").write_text("raise ImportError('no QGIS here')")
    # what it needs comes from the environment of the tests, after what it has itself
    (site / "needed.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    return python


def _run(python, folder, *words):
    """Run a command of the environment in a folder, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_science_alone(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"soilsharp/py.typed", "soilsharp/metadata.txt", "soilsharp/core/report/page.html"} <= set(names)
    inside = {name.split("/")[1] for name in names if name.startswith("soilsharp/")}
    assert inside == {"__init__.py", "py.typed", "metadata.txt", "core"}


def test_the_command_runs_a_method(python, region, tmp_path):
    command = python.with_name("soilsharp")
    assert "16 maps in" in _run(python, tmp_path, command, "run", region.study, "coarse_linear", "--out", "out")
    assert (tmp_path / "out" / "report.html").exists()


def test_the_front_door_opens(python, region, tmp_path):
    told = json.loads(_run(python, tmp_path, "-c", FRONT_DOOR, region.study, "maps").splitlines()[-1])
    assert Path(told["file"]).is_relative_to(python.parents[1])
    assert told["same"]
    assert told["heavy"] == []
    assert (told["maps"], len(told["products"])) == (16, 4)
    assert {"Study", "train", "validate", "__version__"} <= set(told["names"])
