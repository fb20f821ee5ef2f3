# SPDX-License-Identifier: GPL-2.0-or-later
"""The one command to copy, and the Python it is for, on platforms that are not here."""

import subprocess
import sys

import pytest

from soilsharp.core.base.platforms import Machine, install_command, pins, pythons, this_machine

PINS = ("numpy==1.24.2",)
WINDOWS = r"C:\Program Files\QGIS 3.40\apps\Python312\python3.exe"
BUNDLE = "/Applications/QGIS.app/Contents/MacOS/bin/python3"
NAMES = ["sklearn", "lightgbm", "ismn"]

COMMANDS = {
    "Debian 12": (
        Machine("debian", "/usr/bin/python3", "sudo", managed=True, pins=PINS),
        "sudo apt-get install -y python3-sklearn && "
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: lightgbm numpy==1.24.2 && "
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: --no-deps ismn",
    ),
    "Debian 12 without pip, as root": (
        Machine("debian", "/usr/bin/python3", "", pip=False, managed=True),
        "apt-get install -y python3-sklearn python3-pip && "
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: lightgbm && "
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: --no-deps ismn",
    ),
    "Ubuntu 22.04, of which pip knows no --break-system-packages, without sudo": (
        Machine("debian", "/usr/bin/python3.10", "su", pip=False, pins=PINS),
        "su -c 'apt-get install -y python3-sklearn python3-pip' && "
        "/usr/bin/python3.10 -m pip install --user --only-binary :all: lightgbm numpy==1.24.2 && "
        "/usr/bin/python3.10 -m pip install --user --only-binary :all: --no-deps ismn",
    ),
    "MSI": (
        Machine("windows", WINDOWS, pins=PINS),
        f'"{WINDOWS}" -m pip install --user --only-binary :all: scikit-learn lightgbm numpy==1.24.2 && '
        f'"{WINDOWS}" -m pip install --user --only-binary :all: --no-deps ismn',
    ),
    "OSGeo4W": (
        Machine("windows", r"C:\OSGeo4W\apps\Python39\python.exe", pins=PINS),
        r"C:\OSGeo4W\apps\Python39\python.exe -m pip install --user --only-binary :all: scikit-learn lightgbm "
        "numpy==1.24.2 && "
        r"C:\OSGeo4W\apps\Python39\python.exe -m pip install --user --only-binary :all: --no-deps ismn",
    ),
    "macOS": (
        Machine("macos", BUNDLE, pins=PINS),
        f"{BUNDLE} -m pip install --user --only-binary :all: scikit-learn lightgbm numpy==1.24.2 && "
        f"{BUNDLE} -m pip install --user --only-binary :all: --no-deps ismn",
    ),
    "macOS without pip": (
        Machine("macos", BUNDLE, pip=False),
        f"curl -fsSLO https://bootstrap.pypa.io/get-pip.py && {BUNDLE} get-pip.py --user && "
        f"{BUNDLE} -m pip install --user --only-binary :all: scikit-learn lightgbm && "
        f"{BUNDLE} -m pip install --user --only-binary :all: --no-deps ismn",
    ),
    "Flatpak": (
        Machine("flatpak", "/usr/bin/python3.12"),
        "flatpak run --command=python3 org.qgis.qgis -m pip install --user --only-binary :all: "
        "scikit-learn lightgbm && "
        "flatpak run --command=python3 org.qgis.qgis -m pip install --user --only-binary :all: --no-deps ismn",
    ),
    "conda": (
        Machine("conda", "/opt/conda/envs/qgis/bin/python3.12", pins=PINS),
        "conda install -c conda-forge --freeze-installed -y scikit-learn lightgbm && "
        "/opt/conda/envs/qgis/bin/python3.12 -m pip install --only-binary :all: --no-deps ismn",
    ),
    "another Linux": (
        Machine("linux", "/usr/bin/python3", managed=True),
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: scikit-learn lightgbm && "
        "/usr/bin/python3 -m pip install --user --break-system-packages --only-binary :all: --no-deps ismn",
    ),
    "a virtual environment": (
        Machine("linux", "/home/ada/env/bin/python3.11", private=True),
        "/home/ada/env/bin/python3.11 -m pip install --only-binary :all: scikit-learn lightgbm && "
        "/home/ada/env/bin/python3.11 -m pip install --only-binary :all: --no-deps ismn",
    ),
}


@pytest.mark.parametrize("where", COMMANDS)
def test_one_command_for_each_platform(where):
    machine, command = COMMANDS[where]
    assert install_command(NAMES, machine) == command


def test_what_a_system_has_needs_no_pip():
    machine = Machine("debian", root="sudo", pip=False)
    assert install_command(["pandas", "rasterio"], machine) == "sudo apt-get install -y python3-pandas python3-rasterio"


def test_numpy_of_this_machine_stays():
    import numpy

    assert f"numpy=={numpy.__version__}" in pins()
    assert f"numpy=={numpy.__version__}" in install_command(["lightgbm"])


PLACES = {  # platform, prefix of Python, sys.executable, what is there: the likeliest first
    "OSGeo4W": (
        "win32",
        "apps/Python312",
        "bin/qgis-bin.exe",
        ["apps/Python312/python3.exe", "apps/Python312/python.exe"],
    ),
    "an MSI that has only python.exe": ("win32", "apps/Python39", "bin/qgis-bin.exe", ["apps/Python39/python.exe"]),
    "an older bundle": ("darwin", "Contents/MacOS", "Contents/MacOS/QGIS", ["Contents/MacOS/bin/python3"]),
    "a newer bundle": (
        "darwin",
        "Contents/Frameworks",
        "Contents/MacOS/QGIS",
        ["Contents/MacOS/python3.12", "Contents/MacOS/python"],
    ),
    "Debian": ("linux", "usr", "usr/bin/python3", ["usr/bin/python3.12", "usr/bin/python3"]),
    "conda on Windows": ("win32", "envs/qgis", "envs/qgis/Library/bin/qgis.exe", ["envs/qgis/python.exe"]),
    "nowhere": ("darwin", "Contents/Frameworks", "Contents/MacOS/QGIS", []),
}


@pytest.mark.parametrize("where", PLACES)
def test_python_is_found_beside_a_qgis(where, tmp_path):
    platform, prefix, program, there = PLACES[where]
    for name in (program, *there):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = pythons(platform, (str(tmp_path / prefix),), str(tmp_path / program), (3, 12))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == there


def test_the_python_of_this_machine_is_the_one_that_runs():
    told = subprocess.run(
        [pythons()[0], "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True
    )
    assert told.stdout.strip() == str(sys.version_info[:2])
    assert this_machine().python == str(pythons()[0])
