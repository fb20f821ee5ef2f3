# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that a QGIS may lack: named, really imported, and explained."""

from __future__ import annotations

import importlib
from functools import cache

from .errors import MissingPackage

# import name: (what PyPI calls it, what Debian calls it or None)
PACKAGES = {
    "numpy": ("numpy", "python3-numpy"),
    "scipy": ("scipy", "python3-scipy"),
    "pandas": ("pandas", "python3-pandas"),
    "rasterio": ("rasterio", "python3-rasterio"),
    "geopandas": ("geopandas", "python3-geopandas"),
    "sklearn": ("scikit-learn", "python3-sklearn"),
    "matplotlib": ("matplotlib", "python3-matplotlib"),
    "jinja2": ("jinja2", "python3-jinja2"),
    "lightgbm": ("lightgbm narwhals", None),  # narwhals by name, since it is installed without dependencies
    "xgboost": ("xgboost", "python3-xgboost"),
    # later ones want a numpy 2 that would not come with them
    "shap": ('"shap<0.50" slicer numba llvmlite cloudpickle tqdm', None),
    "h5py": ("h5py", "python3-h5py"),
    "xarray": ("xarray", "python3-xarray"),
    "openpyxl": ("openpyxl", "python3-openpyxl"),
    "flagit": ('flagit "setuptools<81"', None),  # it asks for pkg_resources, which later ones lack
    "ismn": ("ismn", None),  # of it only what needs numpy and pandas is used
    "whitebox_workflows": ("whitebox-workflows", None),
}


@cache
def problem(name: str) -> str:
    """Return why a package cannot be imported, or an empty string.

    The package is really imported: LightGBM without its OpenMP library is found and then raises `OSError`.
    """
    try:
        importlib.import_module(name)
    except Exception as error:  # a broken binary package may raise anything
        return str(error) or type(error).__name__
    return ""


def advice(names: tuple[str, ...]) -> str:
    """Return one sentence that names the missing packages and the command that installs them, or ''."""
    missing = [name for name in names if problem(name)]
    if not missing:
        return ""
    reasons = "; ".join(f"{name}: {problem(name)}" for name in missing)
    return f"Not available here: {reasons}. Install with: {install_command(missing)}"


def install_command(names: list[str]) -> str:
    """Return the one command that installs the packages beside the QGIS that runs."""
    debian = [package for name in names if (package := PACKAGES[name][1])]
    pypi = [PACKAGES[name][0] for name in names if not PACKAGES[name][1]]
    if not _is_debian():
        return "python3 -m pip install --user " + " ".join(PACKAGES[name][0] for name in names)
    commands = []
    if debian:
        commands.append("sudo apt-get install -y " + " ".join(debian))
    if pypi:
        # no dependencies: pip must never replace the numpy that QGIS runs with
        commands.append("python3 -m pip install --user --break-system-packages --no-deps " + " ".join(pypi))
    return " && ".join(commands)


def require(*names: str) -> None:
    """Raise `MissingPackage` with the advice if a package cannot be imported."""
    text = advice(names)
    if text:
        raise MissingPackage(text)


def _is_debian() -> bool:
    try:
        with open("/etc/debian_version", encoding="utf-8"):
            return True
    except OSError:
        return False
