# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that a QGIS may lack: named, really imported, and explained."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import NamedTuple

from .errors import MissingPackage


class Package(NamedTuple):
    """One package: what indexes call it, and what it is for where no step asks for it beforehand.

    `debian` and `conda` are '' where they have none. `alone` says that it is installed without what it asks for,
    since nothing that is used of it needs that.
    """

    pypi: str
    debian: str = ""
    conda: str = ""
    use: str = ""
    alone: bool = False


# the plain wheel for Linux brings 300 MB for graphics cards
XGBOOST = "xgboost-cpu" if sys.platform == "linux" else "xgboost"

PACKAGES = {  # by the name that is imported
    "numpy": Package("numpy", "python3-numpy", "numpy"),
    "scipy": Package("scipy", "python3-scipy", "scipy"),
    "pandas": Package("pandas", "python3-pandas", "pandas"),
    # affine 3 asks for a newer attrs than Debian 12 has, and does not say so
    "rasterio": Package('rasterio "affine<3"', "python3-rasterio", "rasterio"),
    "geopandas": Package(
        "geopandas", "python3-geopandas", "geopandas", "stations and samples in vector layers, as GeoPackages"
    ),
    "sklearn": Package("scikit-learn", "python3-sklearn", "scikit-learn"),
    "matplotlib": Package("matplotlib", "python3-matplotlib", "matplotlib-base"),
    "jinja2": Package("jinja2", "python3-jinja2", "jinja2"),
    "lightgbm": Package("lightgbm", "", "lightgbm"),
    "xgboost": Package(XGBOOST, "python3-xgboost", "py-xgboost"),
    "shap": Package("shap", "", "shap", "SHAP values of the random forest and of scikit-learn's boosting"),
    "h5py": Package("h5py", "python3-h5py", "h5py", "grids in NetCDF and HDF5 that GDAL cannot read"),
    "xarray": Package("xarray", "python3-xarray", "xarray", "maps as xarray, in notebooks"),
    "openpyxl": Package("openpyxl", "python3-openpyxl", "openpyxl", "tables of stations in Excel files"),
    "flagit": Package('flagit "setuptools<81"'),  # it asks for pkg_resources, which later ones lack
    "ismn": Package("ismn", alone=True),  # of it only what needs numpy and pandas is used
    "whitebox_workflows": Package("whitebox-workflows"),
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


LACKING = "Not available here"  # begins what is said of missing packages


def missing(names) -> list[str]:
    """Return those of the packages that cannot be imported."""
    return [name for name in names if problem(name)]


def look_again() -> None:
    """Forget what was found: something was installed or removed."""
    importlib.invalidate_caches()
    problem.cache_clear()


def advice(names: tuple[str, ...]) -> str:
    """Return a text that names the missing packages and what brings them, or ''."""
    lacking = missing(names)
    if not lacking:
        return ""
    from .platforms import install_command  # what is always there asks nothing of the machine

    reasons = "; ".join(f"{name}: {problem(name)}" for name in lacking)
    return (
        f"{LACKING}, but the button Packages of the SoilSharp workflow installs it: {reasons}. "
        f"Install with: {install_command(lacking)}"
    )


def require(*names: str) -> None:
    """Raise `MissingPackage` with the advice if a package cannot be imported."""
    text = advice(names)
    if text:
        raise MissingPackage(text)
