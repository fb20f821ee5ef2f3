# SPDX-License-Identifier: GPL-2.0-or-later
"""rasterio and fiona beside QGIS: each library takes the tables of PROJ and GDAL that came with it.

A QGIS for Windows or macOS names its own tables in the environment. A wheel from PyPI brings another PROJ, to which
they are of the wrong version, and brings tables of its own; but it takes those of the environment, again with every
`Env` that is entered. QGIS needs the environment as it is, so the wheel alone is shown another one.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from types import ModuleType

OF_QGIS = ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")


@cache
def use_own_data(package: str) -> None:
    """Have a package take its own tables, on every thread; nothing is done for one that is no wheel.

    Parameters
    ----------
    package : str
        "rasterio" or "fiona".
    """
    library, inner = (importlib.import_module(name) for name in (package, f"{package}._env"))
    tables = inner.PROJDataFinder().search_wheel()
    if not tables:
        return
    vars(inner)["os"] = _without(*OF_QGIS)
    # nor does it take plugins, which are made for the GDAL of QGIS; they are looked for when the first one is entered
    inner.set_gdal_config("GDAL_DRIVER_PATH", "disable")
    with library.Env():
        inner.set_proj_data_search_path(tables)
    inner.del_gdal_config("GDAL_DRIVER_PATH")


def _without(*names: str) -> ModuleType:
    """Return module `os` as one sees it that is not told some variables of the environment."""
    seen = ModuleType("os")
    vars(seen).update(vars(os), environ={name: value for name, value in os.environ.items() if name not in names})
    return seen
