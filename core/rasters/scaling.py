# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit, the scale and the offset that rasters declare, and which of them count beside those of a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio

from ..base.errors import InputError

NO_SCALING = (1.0, 0.0)  # scale and offset of values as they are


def unit_of(dataset: rasterio.DatasetReader, band: int) -> str:
    """Return the unit that a raster declares for a band, from 1, or its metadata tell; '' if none do."""
    own = dataset.units[band - 1] or ""
    tags = [dataset.tags(band), dataset.tags() if dataset.count == 1 else {}]
    told = [text.strip() for said in tags for key, text in said.items() if key.lower() in ("units", "unit")]
    return own or next(filter(None, told), "")


def scaling_of(dataset: rasterio.DatasetReader, band: int) -> tuple[float, float]:
    """Return the scale and the offset that a raster declares for a band, from 1, or that the metadata of one tell.

    Only whole numbers have those of the metadata, as GDAL keeps them of NetCDF: decimals have been scaled.

    Raises
    ------
    InputError
        If they make no values of what is stored.
    """
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    if (scale, offset) == NO_SCALING and np.dtype(dataset.dtypes[band - 1]).kind in "iu":
        scale, offset = _told_scaling(dataset, band)
    try:
        makes_values = float(scale) != 0 and np.isfinite([float(scale), float(offset)]).all()
    except ValueError:
        makes_values = False
    if not makes_values:
        name = Path(dataset.name.rstrip('"')).name  # of a variable of NetCDF the path stands in quotes
        raise InputError(
            f"{name} declares a scale of {scale} and an offset of {offset}, which make no "
            "values of what it stores. Mend what it declares, as with gdal_edit.py -scale 0.001 -offset 0."
        )
    return float(scale), float(offset)


def _told_scaling(dataset: rasterio.DatasetReader, band: int) -> tuple[str | float, str | float]:
    """Return the scale and the offset in the metadata of a band, as they are written there."""
    own = dataset.tags(band)
    variable = own.get("NETCDF_VARNAME", "")
    tags = {**(dataset.tags() if dataset.count == 1 else {}), **own}
    # of other variables are those of packed coordinates
    told = {
        key.rpartition("#")[2].lower(): text for key, text in tags.items() if key.rpartition("#")[0] in ("", variable)
    }
    return told.get("scale_factor") or 1.0, told.get("add_offset") or 0.0


def one_scaling(declared: tuple[float, float], given: tuple[float, float], where: str) -> tuple[float, float]:
    """Return the scale and the offset that count: those that a file declares, or those that a person gives.

    What is given in part and agrees with the file in that part is the file's: 0.0001 and no offset for a file that
    declares 0.0001 and -0.1.

    Raises
    ------
    InputError
        If both are there and contradict each other.
    """
    if declared == NO_SCALING or not repeats(declared, given):
        if NO_SCALING not in (declared, given):
            raise InputError(
                f"{where} declares a scale of {declared[0]:g} and an offset of {declared[1]:g}; {given[0]:g} and "
                f"{given[1]:g} were given. Both are never applied: set the scale to 1 and the offset to 0 to have "
                "those of the file, or mend what the file declares (gdal_edit.py -scale -offset)."
            )
        return given if declared == NO_SCALING else declared
    return declared


def repeats(declared: tuple[float, float], given: tuple[float, float]) -> bool:
    """Whether a given scale and offset are those that a file declares, or one of them and nothing for the other."""
    pairs = zip(declared, given, NO_SCALING)
    return all(one == nothing or np.isclose(one, own, rtol=1e-5, atol=0) for own, one, nothing in pairs)
