# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up SMAP granules in the layout of real ones: SPL3SMP, SPL3SMP_E and SPL4SMGP."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from ..base import extras
from ..base.errors import GridError
from ..base.files import whole_file
from ..products.smap.ease import GRIDS, POLAR, degrees, ease_grid, snapped
from ..rasters.grid import Grid

RELEASE = "R19240"
FILL, FLAG_FILL = np.float32(-9999), np.uint16(65534)
SHARE = ("1", 0, 1)
SM = ("cm**3/cm**3", 0.02, 0.5)
# the layers that can be written: unit, least and greatest value as real granules declare them; None: bits or numbers
LAYERS = {
    "soil_moisture": SM, "soil_moisture_dca": SM, "soil_moisture_scah": SM, "soil_moisture_scav": SM,
    "soil_moisture_error": ("cm**3/cm**3", 0, 0.2), "vegetation_water_content": ("kg/m**2", 0, 20),
    "surface_temperature": ("Kelvins", 253.15, 313.15), "static_water_body_fraction": SHARE,
    "freeze_thaw_fraction": SHARE, "latitude": ("degrees_north", -90, 90), "longitude": ("degrees_east", -180, 179.999),
    "retrieval_qual_flag": None, "retrieval_qual_flag_dca": None, "retrieval_qual_flag_scah": None,
    "retrieval_qual_flag_scav": None, "surface_flag": None, "EASE_row_index": None, "EASE_column_index": None,
}  # fmt: skip
LINKS = ("soil_moisture", "retrieval_qual_flag")  # the baseline is the dual channel retrieval by another name
MEANINGS = {
    "retrieval_qual_flag": "Retrieval_recommended Retrieval_attempted Retrieval_success FT_retrieval_success",
    "surface_flag": "{0}_static_water_body {0}_radar_water_body_detection {0}_coastal_proximity {0}_urban_area "
    "{0}_precipitation {0}_snow_or_ice {0}_permanent_snow_or_ice {0}_radiometer_frozen_ground {0}_model_frozen_ground "
    "{0}_mountainous_terrain {0}_dense_vegetation {0}_nadir_region",
}


def granule_name(day: np.datetime64, cells: Grid) -> str:
    """Return the name of a granule of a day, as SMAP_L3_SM_P_E_20230501_R19240_001.h5 for cells of 9 km."""
    kind = "P_E" if _place(cells)[0].endswith("09") else "P"
    return f"SMAP_L3_SM_{kind}_{str(day).replace('-', '')}_{RELEASE}_001.h5"


def write_granule(
    path: str | os.PathLike,
    day: np.datetime64,
    cells: Grid,
    am: Mapping[str, np.ndarray],
    pm: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Write a granule of L3 in the shape of the whole grid, of which only some cells are filled.

    Parameters
    ----------
    path : path
    day : datetime64[D]
    cells : Grid
        A part of one of the grids of `ease.GRIDS`; polar ones get the groups of the north polar grid.
    am, pm : mapping of str to ndarray, shape of the cells
        Layers of `LAYERS`, NaN where there is no observation; flags in whole numbers. Both need soil_moisture. Its
        latitude, longitude and cell numbers are added where it is known, as in real granules.

    Raises
    ------
    GridError
        If the cells are on none of the grids.
    """
    name, row, column = _place(cells)
    polar = "_Polar" if name in POLAR else ""
    with _writing(path) as file:
        for half, layers in (("AM", am), ("PM", pm or {})):
            if not layers:
                continue
            group = file.create_group(f"Soil_Moisture_Retrieval_Data{polar}_{half}")
            suffix = "_pm" if half == "PM" else ""
            known = np.isfinite(layers["soil_moisture"])
            for layer, values in {**layers, **_coordinates(ease_grid(name), row, column, known)}.items():
                _write(group, layer, suffix, name, row, column, values)
            for layer in LINKS:
                if layer in layers and f"{layer}_dca" not in layers:
                    group[f"{layer}_dca{suffix}"] = group[f"{layer}{suffix}"]
        _describe(file, "SPL3SMP_E" if name.endswith("09") else "SPL3SMP", day, 0, 24)


def write_l4_step(
    path: str | os.PathLike, day: np.datetime64, hour: int, cells: Grid, layers: Mapping[str, np.ndarray]
) -> None:
    """Write a step of L4 that begins at an hour (UTC): sm_surface and sm_rootzone (m3 m-3) on a part of M09.

    Its name is to hold the middle of the step, as SMAP_L4_SM_gph_20230501T013000_Vv7032_001.h5.
    """
    name, row, column = _place(cells)
    with _writing(path) as file:
        group = file.create_group("Geophysical_Data")
        for layer, values in layers.items():
            _write(group, layer, "", name, row, column, values)
        known = np.ones(cells.shape, bool)
        found = _coordinates(ease_grid(name), row, column, known)
        for layer, values in zip(("cell_row", "cell_column", "cell_lat", "cell_lon"), found.values()):
            _write(file, layer, "", name, row, column, values)
        _describe(file, "SPL4SMGP", day, hour, hour + 3)


@contextmanager
def _writing(path) -> Iterator:
    extras.require("h5py")
    import h5py

    with whole_file(path) as part, h5py.File(part, "w") as file:
        yield file


def _place(cells: Grid) -> tuple[str, int, int]:
    found = snapped(cells)
    if found is None:
        raise GridError(
            f"Cells of {cells.resolution[0]:.6g} in {cells.crs} are no part of EASE-Grid 2.0 of 36 or 9 km."
        )
    whole, (row, column) = found
    return next(name for name in GRIDS if ease_grid(name) is whole), row, column


def _coordinates(grid: Grid, row: int, column: int, known: np.ndarray) -> dict[str, np.ndarray]:
    rows, columns = np.indices(known.shape)
    rows, columns = rows + row, columns + column
    latitude, longitude = degrees(grid, rows, columns)
    return {
        "EASE_row_index": np.where(known, rows, FLAG_FILL),
        "EASE_column_index": np.where(known, columns, FLAG_FILL),
        "latitude": np.where(known, latitude, np.nan),
        "longitude": np.where(known, longitude, np.nan),
    }


def _write(group, layer: str, suffix: str, name: str, row: int, column: int, values: np.ndarray) -> None:
    """Write a layer into the shape of the whole grid; chunks without a cell take no room in the file."""
    facts = LAYERS.get(layer, SM if layer.startswith("sm_") else ("degrees", -180, 180))
    kind, fill = (np.uint16, FLAG_FILL) if facts is None or "_row" in layer or "_col" in layer else (np.float32, FILL)
    data = group.create_dataset(
        layer + suffix, ease_grid(name).shape, kind, chunks=True, compression="gzip", fillvalue=fill
    )
    rows, columns = values.shape
    values = np.where(np.isfinite(values), values, fill)
    data[row : row + rows, column : column + columns] = values.astype(kind)
    data.attrs["_FillValue"] = fill
    km = f"{int(name[1:])}_km"
    for stem, meanings in MEANINGS.items():
        if layer.startswith(stem):
            data.attrs["flag_meanings"] = np.bytes_(meanings.format(km))
            data.attrs["flag_masks"] = np.bytes_(", ".join(f"{1 << bit}s" for bit in range(len(meanings.split()))))
    if layer.startswith("EASE_"):
        what = layer.split("_")[1]
        data.attrs["long_name"] = np.bytes_(f"The {what} index of the {km[:-3]} km EASE grid cell.")
        data.attrs["valid_max"] = np.uint16(data.shape[what == "column"] - 1)
    if facts is not None:
        unit, least, most = facts
        data.attrs["units"] = np.bytes_(unit)
        data.attrs["valid_min"], data.attrs["valid_max"] = np.float32(least), np.float32(most)
    if layer in ("soil_moisture", "soil_moisture_dca"):
        data.attrs["long_name"] = np.bytes_(
            "Representative DCA soil moisture measurement for the Earth based grid cell."
        )


def _describe(file, product: str, day: np.datetime64, first: int, last: int) -> None:
    extent = file.create_group("Metadata/Extent")
    end = np.datetime64(day, "ms") + np.timedelta64(last, "h") - np.timedelta64(1, "ms")
    extent.attrs["rangeBeginningDateTime"] = np.bytes_(f"{day}T{first:02d}:00:00.000Z")
    extent.attrs["rangeEndingDateTime"] = np.bytes_(f"{end}Z")
    identification = file.create_group("Metadata/DatasetIdentification")
    identification.attrs["shortName"] = np.bytes_(product)
    identification.attrs["CompositeReleaseID"] = np.bytes_(RELEASE)
