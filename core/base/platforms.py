# SPDX-License-Identifier: GPL-2.0-or-later
"""The Python that QGIS runs with, and the one command that installs packages for it, on every platform."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from .packages import PACKAGES

# compiled against each other, or against GDAL and PROJ: those that are there are never replaced
LINKED = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "rasterio", "pyproj", "shapely", "geopandas")
WHEELS = "--only-binary :all:"  # nothing is ever compiled
FLATPAK = "org.qgis.qgis"


class Machine(NamedTuple):
    """What a command to install depends on.

    `kind` is debian, linux, windows, macos, flatpak or conda; `root` what stands before a command of the
    administrator; `managed` whether pip refuses to install for this Python unless told to; `private` whether it
    is that of a virtual environment; `pins` are the packages that must stay, with their versions.
    """

    kind: str
    python: str = "python3"
    root: str = ""
    pip: bool = True
    managed: bool = False
    private: bool = False
    pins: tuple[str, ...] = ()


def install_command(names: list[str], machine: Machine | None = None) -> str:
    """Return the one command that installs the packages beside the QGIS that runs.

    What is there already, above all numpy, stays as it is: pip gets its version beside the names.
    """
    machine = machine or this_machine()
    system, commands = _system_names(names, machine.kind), []
    from_pip = [name for name in names if name not in system]
    if machine.kind == "debian":
        wanted = [*system.values(), *(["python3-pip"] if from_pip and not machine.pip else [])]
        if wanted:
            commands.append(_as_root(f"apt-get install -y {' '.join(wanted)}", machine.root))
    elif system:
        commands.append(f"conda install -c conda-forge --freeze-installed -y {' '.join(system.values())}")
    if from_pip and not machine.pip and machine.kind != "debian":
        commands.append("curl -fsSLO https://bootstrap.pypa.io/get-pip.py")
        commands.append(f"{_python(machine)} get-pip.py{_flags(machine)}")
    whole = [PACKAGES[name].pypi for name in from_pip if not PACKAGES[name].alone]
    if whole:
        commands.append(
            f"{_python(machine)} -m pip install{_flags(machine)} {WHEELS} {' '.join([*whole, *machine.pins])}"
        )
    alone = [PACKAGES[name].pypi for name in from_pip if PACKAGES[name].alone]
    if alone:
        commands.append(f"{_python(machine)} -m pip install{_flags(machine)} {WHEELS} --no-deps {' '.join(alone)}")
    return " && ".join(commands)


def _system_names(names, kind):
    """Return the names of those packages that the system itself has."""
    if kind not in ("debian", "conda"):
        return {}
    return {name: text for name in names if (text := getattr(PACKAGES[name], kind))}


def _as_root(command, root):
    return f"su -c '{command}'" if root == "su" else f"{root} {command}".strip()


def _python(machine):
    if machine.kind == "flatpak":
        return f"flatpak run --command=python3 {FLATPAK}"
    return f'"{machine.python}"' if " " in machine.python else machine.python


def _flags(machine):
    flags = [] if machine.private or machine.kind == "conda" else ["--user"]
    return "".join(f" {flag}" for flag in [*flags, *(["--break-system-packages"] if machine.managed else [])])


# --- this machine -----------------------------------------------------------------------------------------------------


@cache
def this_machine() -> Machine:
    """Return what a command depends on here."""
    kind, private = _kind(), sys.prefix != sys.base_prefix
    root = "" if not hasattr(os, "geteuid") or os.geteuid() == 0 else "sudo" if shutil.which("sudo") else "su"
    managed = not private and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists()
    return Machine(kind, _own_python(), root, find_spec("pip") is not None, managed, private, pins())


def pins() -> tuple[str, ...]:
    """Return those packages that are there and must stay, as `name==version`."""
    there = ((name, version_of(name).split("+")[0]) for name in LINKED)
    return tuple(f"{name}=={version}" for name, version in there if version not in ("", "0"))  # 0+unknown in Debian


def version_of(name: str) -> str:
    """Return the version of an installed package by what indexes call it, or ''."""
    try:
        return metadata.version(name) or ""
    except metadata.PackageNotFoundError:
        return ""


def _kind():
    if Path(sys.prefix, "conda-meta").is_dir():
        return "conda"
    if sys.platform in ("win32", "darwin"):
        return "windows" if sys.platform == "win32" else "macos"
    if os.environ.get("FLATPAK_ID") or Path("/.flatpak-info").exists():
        return "flatpak"
    return "debian" if Path("/etc/debian_version").exists() else "linux"


def _own_python():
    found = pythons()
    return str(found[0]) if found else "python3"


def pythons(
    platform: str = sys.platform,
    prefixes: tuple[str, ...] = (sys.exec_prefix, sys.base_exec_prefix),
    program: str = sys.executable or "",
    version: tuple[int, int] = sys.version_info[:2],
) -> list[Path]:
    """Return where the Python that QGIS runs with may be as a program, the likeliest first; each of them is there.

    Inside QGIS `sys.executable` is QGIS itself on Windows and macOS, and on Linux the first Python on the path.

    Parameters
    ----------
    platform : str
        As `sys.platform`.
    prefixes : tuple of str
        Where Python's own files are.
    program : str
        As `sys.executable`: beside it, or below it, macOS has Python.
    version : tuple of int
    """
    if platform == "win32":
        names: tuple[str, ...] = ("python3.exe", "python.exe")
        folders = [Path(prefix) for prefix in prefixes]
    else:
        names = (f"python{version[0]}.{version[1]}", "python3", "python")
        folders = [Path(prefix, "bin") for prefix in prefixes]
        if platform == "darwin":
            beside = [Path(prefix).parent / "MacOS" for prefix in prefixes]  # of Contents/Frameworks
            folders = [*folders, *map(Path, prefixes), *(Path(program).parent / "bin", Path(program).parent), *beside]
    places = dict.fromkeys(folder / name for folder in folders for name in names)
    return [place for place in places if place.is_file()]
