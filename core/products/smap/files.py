# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that SMAP is delivered as: what their names say, and their layers on EASE-Grid 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...base.errors import InputError
from ...base.find import TIFF
from ...base.hdf5 import opened_hdf5
from ...base.names import some
from ...rasters.dates import day_in_name, guess_date_pattern, parse_day
from ...rasters.open import FAULTS, open_raster
from . import ease
from .scenes import L4_GROUPS, GroupScene, ListScene, Scene, TiffScene, text_of

HDF5 = (".h5", ".hdf5", ".he5", ".nc", ".nc4")
OVERPASS_GROUP = re.compile(r"Soil_Moisture_Retrieval_Data(_Polar)?(?:_(AM|PM))?")
# SMAP_L3_SM_P_E_20230501_R19240_001.h5, SMAP_L4_SM_gph_20230501T013000_Vv7032_001.h5, SMAP_L3E_9km_2020-01-01_AM.tif
NAME = re.compile(r"(SMAP_L\d\w*?)_(?:[AP]M_)?((?:19|20)\d\d-?\d\d-?\d\d)(?!\d)(?:T(\d\d)(\d\d)\d\d)?(.*)")
LAYER = re.compile(r"_Data(_Polar)?(?:_[AP]M)?_(\w+?)(?:_[0-9a-f]{8})?$")
SOIL_MOISTURE = re.compile(r"smap|soil_?moisture|(?<![a-z])sm_(?:surface|rootzone)", re.IGNORECASE)
HALF = re.compile(r"(?<![A-Za-z])([AP]M)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True)
class SmapFile:
    """One file and what its name says.

    `product` is the part of the name before the date, '' if it is of another's making; `day` datetime64[D]; `hour`
    (UTC) that of the middle of an L4 step, None for L3; `half` "AM", "PM" or "" and `layer` only of a GeoTIFF.
    """

    path: Path
    product: str
    day: np.datetime64
    hour: float | None
    half: str = ""
    layer: str = ""


def described(path: Path) -> SmapFile:
    """Return what a file is by its name, and by its metadata where the name has no date."""
    found = NAME.match(path.stem)
    if path.suffix.lower() in TIFF and not SOIL_MOISTURE.search(path.stem):
        raise InputError("Its name does not say that it is soil moisture of SMAP, and a GeoTIFF says it nowhere else.")
    if found:
        product, day, hours, minutes, rest = found.groups()
        day = parse_day(day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}", "date in its name")
        hour = int(hours) + int(minutes) / 60 if hours and product.startswith("SMAP_L4") else None
    elif path.suffix.lower() in HDF5:
        product = ""
        rest = ""
        day, hour = _day_inside(path)
    else:
        product = ""
        rest = path.stem
        hour = None
        day = _day_named(path)
    if path.suffix.lower() in HDF5:
        return SmapFile(path, product, day, hour)
    layer = LAYER.search(rest)
    half = HALF.search(path.stem)
    name = layer.group(2) if layer else "soil_moisture"
    if layer and layer.group(1):
        product += " polar"
    return SmapFile(path, product, day, hour, half.group(1).upper() if half else "", name)


def _day_inside(path: Path) -> tuple[np.datetime64, float | None]:
    """Return the day of a granule, and of L4 the hour of its middle, from its metadata or else its name."""
    with opened_hdf5(path) as file, suppress(ValueError):  # a date that is none
        extent = file.get("Metadata/Extent")
        words = {} if extent is None else extent.attrs
        first, last = (
            np.datetime64(text_of(words.get(f"range{which}DateTime", b"NaT")).rstrip("Z"), "m")
            for which in ("Beginning", "Ending")
        )
        middle = first if np.isnat(last) else first + (last - first) // 2
        if not np.isnat(middle):
            day = middle.astype("datetime64[D]")
            return day, (middle - day).astype(int) / 60 if any(group in file for group in L4_GROUPS) else None
    return _day_named(path), None


def _day_named(path: Path) -> np.datetime64:
    with suppress(InputError):
        return day_in_name(path.name, guess_date_pattern([path.name]))
    raise InputError("It does not say its day; put that into its name, as 20230501.")


# --- the scenes of a file ---------------------------------------------------------------------------------------------


@contextmanager
def scenes(files: list[SmapFile], polar: bool) -> Iterator[dict[str, Scene]]:
    """Open one granule, or the GeoTIFFs of one day (or step): "AM", "PM" or "" for neither, and its scene.

    The layers of a list of unknown overpass stand under "".

    Raises
    ------
    InputError
        If a file cannot be read, or is another product; it then tells what it holds.
    """
    if files[0].layer:
        with ExitStack() as stack:
            yield _of_tiffs(files, stack)
        return
    with opened_hdf5(files[0].path) as file:
        yield _of_hdf5(file, polar)


def _of_tiffs(files: list[SmapFile], stack: ExitStack) -> dict[str, Scene]:
    found: dict[str, dict] = {}
    for each in files:
        name = each.layer[:-3] if each.layer.endswith("_pm") else each.layer
        try:
            dataset = stack.enter_context(open_raster(each.path))
        except FAULTS as error:
            raise InputError(f"{each.path.name} cannot be read as a raster: {error}.") from error
        found.setdefault(each.half, {})[name] = dataset
    return {half: TiffScene(datasets) for half, datasets in found.items()}


def _of_hdf5(file, polar: bool) -> dict[str, Scene]:
    groups = [found for found in map(OVERPASS_GROUP.fullmatch, file) if found]
    if groups:
        polar = polar or all(found.group(1) for found in groups)
        groups = [found for found in groups if bool(found.group(1)) == polar]
        if not groups:
            raise InputError(f"It has no cells of the north polar grid, only {some(file)}; choose the global grid.")
        return {
            found.group(2) or "AM": GroupScene(file, found.group(), "_pm" if found.group(2) == "PM" else "", polar)
            for found in groups
        }
    for name in L4_GROUPS:
        if name in file:
            return {"": GroupScene(file, name)}
    if all(getattr(file.get(name), "ndim", 0) == 1 for name in ("latitude", "longitude")):
        return _of_list(file)
    dataset = file.get("Metadata/DatasetIdentification")
    said = text_of(dataset.attrs.get("shortName", b"")) if dataset is not None else ""
    raise InputError(
        f"It is no soil moisture of SMAP L3 or L4{f' but {said}' if said else ''}: it holds {some(_paths(file))}."
    )


def _of_list(file) -> dict[str, Scene]:
    """Return the blocks of a list of cells; the morning's block stands before the afternoon's.

    Each block goes along the rows from the north-west on, so where the cells start over the second one begins.
    """
    latitude, longitude = (file[name][:].astype(float) for name in ("latitude", "longitude"))
    size = len(latitude)
    layers = {n: file[n][:] for n in file if n.startswith(("soil_moisture", "retrieval", "surface", "static"))}
    layers = {name: values for name, values in layers.items() if values.shape == (size,)}
    known = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    if not known.any():
        raise InputError(f"Its list of {size} cells has no latitude and longitude in it.")
    layers = {name: values[known] for name, values in layers.items()}
    name, rows, columns = ease.locate(latitude[known], longitude[known], ease.GLOBAL + ease.POLAR)
    grid = ease.ease_grid(name)
    starts = np.nonzero(np.diff(rows * grid.shape[1] + columns) <= 0)[0] + 1
    if len(starts) > 1:
        raise InputError(
            f"Its list of {size} cells starts over {len(starts)} times (first at entries {some(starts)}); a morning "
            "and an afternoon are expected, each from north to south and west to east."
        )
    if not len(starts):
        return {"": ListScene(grid, rows, columns, layers)}
    blocks = {"AM": slice(0, starts[0]), "PM": slice(starts[0], None)}
    return {
        half: ListScene(grid, rows[part], columns[part], {n: v[part] for n, v in layers.items()})
        for half, part in blocks.items()
    }


def _paths(file) -> list[str]:
    """Return the names of groups and datasets of a file, one level down."""
    return [f"{a}/{b}" for a in file if hasattr(file[a], "keys") for b in file[a]] + [
        a for a in file if not hasattr(file[a], "keys")
    ]
