# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages that SoilSharp uses, and what indexes call them."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Package(NamedTuple):
    """One package: what indexes call it, and what it is for where no step asks for it beforehand.

    `debian` and `conda` are '' where they have none. `alone` says that it is installed without what it asks for,
    since nothing that is used of it needs that; `optional` that few will want it, though a step asks for it.
    """

    pypi: str
    debian: str = ""
    conda: str = ""
    use: str = ""
    alone: bool = False
    optional: bool = False


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
    "catboost": Package("catboost", "", "catboost", "the learner CatBoost, 270 MB", optional=True),
    "shap": Package("shap", "", "shap", "SHAP values of the random forest and of scikit-learn's boosting"),
    "h5py": Package("h5py", "python3-h5py", "h5py", "grids in NetCDF and HDF5 that GDAL cannot read"),
    "xarray": Package("xarray", "python3-xarray", "xarray", "maps as xarray, in notebooks"),
    "openpyxl": Package("openpyxl", "python3-openpyxl", "openpyxl", "tables of stations in Excel files"),
    "flagit": Package('flagit "setuptools<81"'),  # it asks for pkg_resources, which later ones lack
    "ismn": Package("ismn", alone=True),  # of it only what needs numpy and pandas is used
    "whitebox_workflows": Package("whitebox-workflows"),
}
