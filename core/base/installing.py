# SPDX-License-Identifier: GPL-2.0-or-later
"""What pip is asked, and the folders of a profile that its packages stand in; whoever has a network runs it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import sysconfig
from importlib import import_module, metadata
from pathlib import Path
from urllib.parse import urljoin

from .errors import InputError
from .extras import look_again
from .own_libraries import own_libraries_first
from .packages import PACKAGES
from .platforms import LINKED
from .unfinished import alive

INDEX = "https://pypi.org/simple/"
PIP_WHEEL = "pip-25.3-py3-none-any.whl"  # the last that runs with Python 3.9
# its SHA-256, in groups that can be compared by eye
PIP_HASH = "96559433 13a94722 b7774661 c2104907 0f6bbb0a 1516bf02 f7c8d5d9 201514cd"
OLDEST_PIP = 23  # that resolves without installing and writes down what it found
GONE = "removed"  # a file in a folder of packages that could not be deleted while they were in use
# asked of a program that may be the Python of QGIS
PROBE = """
import json, sys
try:
    import pip
    version = pip.__version__
except Exception:
    version = ""
print(json.dumps([*sys.version_info[:2], version]))
"""
VERSION = re.compile(r"(\d+!)?\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?")


# --- what is there ----------------------------------------------------------------------------------------------------


def installed() -> dict[str, str]:
    """Return the versions of all packages that this Python sees, by their normal names."""
    there: dict[str, str] = {}
    for found in metadata.distributions():
        name = found.metadata["Name"]
        if name:
            there.setdefault(normal(name), found.version or "")
    names = {package.pypi: name for name, package in PACKAGES.items()}
    for linked in LINKED:  # some QGIS have them without saying so
        if linked not in there and (version := _told_version(names.get(linked, linked))):
            there[linked] = version
    return there


def _told_version(name):
    try:
        return str(getattr(import_module(name), "__version__", ""))
    except Exception:  # not there, or broken
        return ""


def normal(name: str) -> str:
    """Return the name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints(there: dict[str, str]) -> str:
    """Return the lines by which pip leaves what is there as it is."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(there.items()) if VERSION.fullmatch(version))


# --- what pip is asked ------------------------------------------------------------------------------------------------


def environment(proxy: str = "") -> dict[str, str]:
    """Return what a Python beside QGIS must be told to see what QGIS sees, and to reach the index as QGIS does."""
    told = {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry and os.path.exists(entry)),
        "PYTHONUTF8": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_ROOT_USER_ACTION": "ignore",  # the folder is that of the profile, whoever it is
    }
    return {
        **told,
        **(dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy) if proxy else {}),
    }


def resolving(names: list[str], folder: Path, there: dict[str, str]) -> list[str]:
    """Return the arguments of pip that find out what must be installed, or none if there is nothing to find out.

    `to_install` reads what pip then has written.

    Parameters
    ----------
    names : list of str
        Of `PACKAGES`.
    folder : Path
        A temporary one, for what is asked and answered.
    there : dict
        See `installed`.
    """
    wanted = [part for name in names if not PACKAGES[name].alone for part in _requirements(name)]
    if not wanted:
        return []
    asked = folder / "constraints.txt"
    asked.write_text(constraints(there), encoding="utf-8")
    report = ["--dry-run", "--report", str(folder / "report.json"), "--constraint", str(asked)]
    return ["install", "--only-binary", ":all:", "--progress-bar", "off", *report, *wanted]


def _requirements(name):
    return [part.strip('"') for part in PACKAGES[name].pypi.split()]


def to_install(names: list[str], folder: Path, there: dict[str, str]) -> list[str]:
    """Return what must be installed, as `name==version` where pip has resolved it; nothing that is there."""
    report, found = folder / "report.json", []
    if report.exists():
        items = json.loads(report.read_text(encoding="utf-8"))["install"]
        found = [(item["metadata"]["name"], item["metadata"]["version"]) for item in items]
    alone = [part for name in names if PACKAGES[name].alone for part in _requirements(name)]
    taken = [f"{name}=={version}" for name, version in found if normal(name) not in there]
    return taken + [name for name in alone if normal(name) not in there]


def fetching(packages: list[str], part: Path) -> list[str]:
    """Return the arguments of pip that put packages into a folder: these, as wheels, and nothing else."""
    quiet = ["--progress-bar", "off", "--no-warn-script-location"]
    return ["install", "--only-binary", ":all:", "--no-deps", *quiet, "--target", str(part), *packages]


def pip_address(page: str, address: str) -> str:
    """Return where the wheel of pip is, of a page of the index, or raise `InputError`."""
    found = re.search(rf'href="([^"#]*{re.escape(PIP_WHEEL)})', page)
    if not found:
        raise InputError(f"{address} has no {PIP_WHEEL}. Copy the command and run it in a terminal.")
    return urljoin(address, found[1])


def refuse_other_pip(data: bytes) -> None:
    """Raise `InputError` if this is not the wheel of pip that it should be."""
    hashed, wanted = hashlib.sha256(data).hexdigest(), PIP_HASH.replace(" ", "")
    if hashed != wanted:
        raise InputError(f"This is not {PIP_WHEEL}: its SHA-256 is {hashed}, not {wanted}. Nothing of it was run.")


# --- the folders of a profile -----------------------------------------------------------------------------------------


class Store:
    """The packages that were installed into a profile: a folder for each installation, named by its number.

    They stand last on Python's path, so that whatever QGIS has comes first. A folder is there whole or not at all.

    Parameters
    ----------
    profile : path
        The folder of settings of a profile of QGIS.
    """

    def __init__(self, profile: str | os.PathLike):
        self.root = Path(profile) / "soilsharp"
        # another Python cannot use them; short, since Windows has paths of 260 characters
        self.folder = self.root / f"py{sys.version_info[0]}{sys.version_info[1]}-{sysconfig.get_platform()}"

    def folders(self) -> list[Path]:
        """Return the folder of each installation, the oldest first."""
        found = [path for path in self.folder.glob("[0-9]*") if path.name.isdigit() and not (path / GONE).exists()]
        return sorted(found, key=lambda path: int(path.name))

    def join(self) -> None:
        """Sweep away what was removed while it was in use, and put the rest last on the path."""
        for mark in self.folder.glob(f"*/{GONE}"):
            shutil.rmtree(mark.parent, ignore_errors=True)
        self._on_path()

    def _on_path(self):
        for path in self.folders():
            if str(path) not in sys.path:
                own_libraries_first(path)
                sys.path.append(str(path))
        look_again()

    def begin(self) -> Path:
        """Return a new temporary folder, beside those that are whole."""
        for old in self.folder.glob("part-[0-9]*"):
            number = old.name.partition("-")[2]
            owner = int(number) if number.isdecimal() else os.getpid()
            if owner == os.getpid() or not alive(owner):
                shutil.rmtree(old, ignore_errors=True)
        part = self.folder / f"part-{os.getpid()}"
        part.mkdir(parents=True)
        return part

    def keep(self, part: Path) -> Path:
        """Make a temporary folder an installation, and put it last on the path."""
        numbers = [int(path.name) for path in self.folder.glob("[0-9]*") if path.name.isdigit()]
        kept = part.rename(self.folder / str(max(numbers, default=0) + 1))
        self._on_path()
        return kept

    def last(self) -> list[str]:
        """Return the names of what the last installation brought, or nothing if there is none."""
        if not self.folders():
            return []
        names = [found.metadata["Name"] for found in metadata.distributions(path=[str(self.folders()[-1])])]
        return sorted(filter(None, names))  # one that was damaged tells none

    def undo(self) -> bool:
        """Remove the last installation. Return whether QGIS must start again, since some of it is in use."""
        folder = self.folders()[-1]
        used = any(is_inside(module, folder) for module in list(sys.modules.values()))
        (folder / GONE).touch()  # what cannot be deleted now goes when the plugin is loaded next
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        if not used:
            shutil.rmtree(folder, ignore_errors=True)
        look_again()
        return used


def is_inside(module: object, folder: Path) -> bool:
    """Return whether a module was loaded from a folder."""
    place = getattr(module, "__file__", None)
    return isinstance(place, str) and place.startswith(str(folder) + os.sep)
