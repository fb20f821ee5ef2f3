# SPDX-License-Identifier: GPL-2.0-or-later
"""Soil moisture of SMAP, L3 and L4, from its granules and exports to one map a day on the product's own cells."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import groupby

import numpy as np
from rasterio.windows import Window

from ...base import extras
from ...base.errors import GridError, InputError
from ...base.find import TIFF
from ...base.names import some
from ...base.progress import SILENT, Progress
from ...rasters.find import none_of_these, product_files, wanted
from ...rasters.grid import Grid
from ...rasters.map_folder import Importer, Outcome, importing
from ...rasters.raster import small_cache
from ...units import MAX_WATER, SM_UNIT
from ..choice import asked, each, is_all, refuse_none, refuse_several
from ..settings import SmapOptions
from .files import HDF5, SmapFile, described, scenes
from .quality import good_retrievals, is_used
from .scenes import ListScene, Scene

NAME = "soil_moisture"
STEPS = 8  # of L4 in a day
NEAR = 2.0  # hours from an hour of the day to the nearest step of L4, at most
# Coordinates are two more layers to unpack. What is wrong with them is wrong in all files of an order, so that after
# the first ones a sample will do.
CHECKS, CHECK_EVERY = 20, 20
L4_LAYERS = {
    "surface": ("sm_surface", "sm_surface_analysis"),
    "root_zone": ("sm_rootzone", "sm_rootzone_analysis"),
}


def import_smap(
    source: str | os.PathLike,
    folder: str | os.PathLike,
    options: SmapOptions = SmapOptions(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> Outcome:
    """Write one map of soil moisture (m3 m-3) for each day of a folder of SMAP files, NaN where there is none.

    Files may be granules of L3 (36 km), L3 enhanced (9 km) or L4 (9 km) in HDF5 as delivered or as a subset, GeoTIFFs
    of the data centre (the layers of one day are used together), or lists of cells in netCDF. The maps lie on the
    cells of the product: EASE-Grid 2.0, EPSG:6933 or EPSG:6931, or for reprojected GeoTIFFs their own grid.

    Parameters
    ----------
    source : path or glob
        A folder, a file, or a pattern as `granules/SMAP_L3_SM_P_E_*.h5`.
    folder : path
        Gets soil_moisture_YYYYMMDD.tif and summary.csv; with `product` 'all' a sub-folder of each product gets them.
    options : SmapOptions, optional
    area : Grid, optional
        Only the cells within its bounds are read and written; else all that the files hold.
    first, last : datetime64[D], optional
    progress : Progress

    Raises
    ------
    InputError
        If no map can be made, or the files are of several products and `product` chooses none.
    GridError
        If the area is not on the product's grid.

    A file that is damaged, or whose latitude and longitude do not lie on the cells, is left out with its reason.
    """
    paths = product_files(source, HDF5 + TIFF, "SMAP", progress)
    if any(path.suffix.lower() in HDF5 for path in paths):
        extras.require("h5py")
    names = _products(paths, progress.part(0, 0)) if is_all(options.product) else []
    if names:

        def make(name, inside):
            one = replace(options, product=name)
            return import_smap(source, inside, one, area=area, first=first, last=last, progress=progress)

        return each(names, folder, make, progress.warn)
    reads = {"the input": source, "a file of the input": paths}
    with small_cache(), importing(folder, (NAME,), progress, reads=reads) as importer:
        files = _files(paths, first, last, options, importer, progress.part(0, 0.05))
        frame = _Frame.over(files, area, options, progress)
        reader = _SceneReader(frame, options, importer, progress)
        days = [(day, list(of_day)) for day, of_day in groupby(files, key=lambda file: file.day)]
        for day, of_day in progress.part(0.05, 1).over(days):
            reader.write(day, of_day)
        reader.tell()
    return importer.outcome


def _products(paths, progress: Progress) -> list[str]:
    """Return the products that the names of the files tell."""
    names = set()
    for path in progress.over(paths):
        with suppress(InputError):
            names.add(described(path).product)
    return sorted(names - {""})


def _files(paths, first, last, options, importer: Importer, progress: Progress) -> list[SmapFile]:
    """Return the files of the days asked for, by day, hour and name; of copies of one granule the newest."""
    files, others, elsewhen = [], set(), []
    counts: Counter[str] = Counter()
    names = set() if is_all(options.product) else asked(options.product)
    for path in progress.over(paths):
        with importer.trying(path):
            file = described(path)
            counts[file.product or "of no known name"] += 1
            if names and file.product.upper() not in names:
                continue
            if file.layer and not _is_used(file.layer, options):
                others.add(file.layer)
            elif wanted(file.day, first, last):
                files.append(file)
            else:
                elsewhen.append(file.day)
    if names:
        refuse_none(options.product, counts)
    if elsewhen and not files:
        raise InputError(none_of_these(elsewhen, first, last))
    products = Counter(file.product for file in files if file.product)
    refuse_several([{name: products[name]} for name in sorted(products)])
    if others and not files:
        raise InputError(
            f"There are only GeoTIFFs of {', '.join(sorted(others))}, which these settings do not ask for."
        )
    if others:
        progress.say(f"GeoTIFFs of other layers were not looked at: {', '.join(sorted(others))}.")
    files.sort(key=lambda file: (file.day, file.hour or 0, bool(file.layer), file.path.name))
    kept: dict[tuple, SmapFile] = {}
    for file in files:
        # a later release or version sorts behind, and so wins; a granule wins over exports of its day
        copy = kept.get(key := (file.day, file.hour, file.half, file.layer))
        if copy is not None:
            importer.refuse(copy.path, f"{file.path.name} is of the same day and newer by its name.")
        kept[key] = file
    whole = {(file.day, file.hour): file for file in kept.values() if not file.layer}
    for key, file in list(kept.items()):
        if file.layer and (file.day, file.hour) in whole:
            importer.refuse(file.path, f"{whole[file.day, file.hour].path.name} has this day already.")
            del kept[key]
    return sorted(kept.values(), key=lambda file: (file.day, file.hour or 0, file.path.name))


def _is_used(layer: str, options: SmapOptions) -> bool:
    name = layer[:-3] if layer.endswith("_pm") else layer
    return name in L4_LAYERS[options.depth] or is_used(name, options)


class _Frame:
    """Where the maps lie: a window of the grid of the product.

    Parameters
    ----------
    grid : Grid
    window : Window
    """

    def __init__(self, grid: Grid, window: Window):
        self.grid, self.window = grid, window
        self.target = grid.part(window)

    @classmethod
    def over(cls, files: list[SmapFile], area: Grid | None, options: SmapOptions, progress: Progress) -> _Frame | None:
        """Return the frame of the area, or of all that the files hold; None if none of them can be read."""
        grid, bounds = None, None
        for of_step in _steps(files):
            progress.check()
            with suppress(InputError, GridError), scenes(of_step, options.cells == "north_polar") as found:
                for scene in found.values():
                    grid = grid or scene.grid
                    if scene.grid.same_as(grid):
                        w = scene.there
                        own = w.row_off, w.col_off, w.row_off + w.height, w.col_off + w.width
                        both = list(zip(own, bounds or own))
                        bounds = (*map(min, both[:2]), *map(max, both[2:]))
            if grid and area is not None:
                return cls(grid, grid.window_over(area))
            if bounds and bounds == (0, 0, *grid.shape):
                break
        if grid is None:
            return None
        top, left, bottom, right = bounds
        return cls(grid, Window(left, top, right - left, bottom - top))


def _steps(files: Iterable[SmapFile]) -> list[list[SmapFile]]:
    """Divide files into granules of their own, and GeoTIFFs of one day and hour that belong together."""
    return [list(group) for _, group in groupby(files, key=lambda f: (f.day, f.hour, f.path if not f.layer else None))]


class _Mean:
    """The mean of maps, in each cell of those that are known there."""

    def __init__(self):
        self._sum = self._count = None

    def add(self, values: np.ndarray) -> None:
        if self._sum is None:
            self._sum = values
            return
        known, new = np.isfinite(self._sum), np.isfinite(values)
        if self._count is None:
            self._count = known.astype(np.float32)
        self._sum = np.where(known, self._sum, 0) + np.where(new, values, 0)
        self._count += new
        self._sum[self._count == 0] = np.nan

    def values(self) -> np.ndarray:
        """Return the mean, float32, NaN where no map is valid."""
        return self._sum if self._count is None else self._sum / self._count


class _SceneReader:
    """Reads the days on a frame, and remembers what has been said already.

    Parameters
    ----------
    frame : _Frame or None
        None if nothing can be read; every file then gives its reason.
    options : SmapOptions
    importer : Importer
    progress : Progress
    """

    def __init__(self, frame: _Frame | None, options: SmapOptions, importer: Importer, progress: Progress):
        self._frame, self._options = frame, options
        self._importer, self._progress = importer, progress
        self._said: set[str] = set()
        self._checked = 0
        self._short = 0  # days of L4 with fewer steps than a day has

    def write(self, day: np.datetime64, files: list[SmapFile]) -> None:
        """Write the map of a day, the mean of its steps."""
        maps, done = _Mean(), []
        for step in self._chosen(day, _steps(files)):
            self._progress.check()
            with self._importer.trying(step[0].path):
                maps.add(self.read(step))
                done.append(step[0])
        if not done:
            return
        self._short += done[0].hour is not None and self._options.hour is None and len(done) < STEPS
        values = maps.values()
        if np.isnan(values).all():
            why = "No cell of the area has a value that meets what was asked for."
            self._importer.outcome.refused.append((done[0].path.name, why))
            return
        self._importer.write(NAME, values, self._frame.target, SM_UNIT, day, done[0].path)

    def tell(self) -> None:
        """Say what holds for many days."""
        if self._short:
            self._progress.warn(f"Days that are the mean of fewer than {STEPS} steps of three hours: {self._short}.")

    def _chosen(self, day: np.datetime64, steps: list[list[SmapFile]]) -> list[list[SmapFile]]:
        """Return the steps of L4 that hold the hour asked for; all of them if none is, or the files are no L4."""
        hour = self._options.hour
        if hour is None or steps[0][0].hour is None:
            return steps
        # of two steps that meet at the hour the later one
        near = sorted(steps, key=lambda step: (abs(step[0].hour - hour), -step[0].hour))
        if abs(near[0][0].hour - hour) > NEAR:
            self._importer.refuse(near[0][0].path, f"{day} has no step within {NEAR:g} hours of {hour}:00 UTC.")
            return []
        return near[:1]

    def read(self, files: list[SmapFile]) -> np.ndarray:
        """Return the soil moisture of one granule, or of the GeoTIFFs of one step, on the frame; float32."""
        with scenes(files, self._options.cells == "north_polar") as found:
            mean = _Mean()
            for scene in self._overpasses(found):
                mean.add(self._scene(scene, files[0].path.name))
        return mean.values()

    def _overpasses(self, found: dict[str, Scene]) -> list[Scene]:
        """Return the scenes of the overpasses that are wanted."""
        half = self._options.overpass.upper()
        if half == "MEAN" or (list(found) == [""] and not isinstance(found[""], ListScene)):
            return list(found.values())
        if half in found:
            return [found[half]]
        there = " and ".join(name for name in found if name)
        raise InputError(
            f"It has no {half} overpass, only {there}; choose 'mean' to take what there is." if there else
            "It holds one overpass and does not say whether that is AM or PM; choose 'mean' to take it."
        )  # fmt: skip

    def _scene(self, scene: Scene, source: str) -> np.ndarray:
        grid = scene.grid  # without a frame there is none, and the reason is told here
        frame, window = self._frame.grid, self._frame.window
        if not (grid is frame or grid.same_as(frame)):
            raise InputError(
                f"Its cells of {grid.resolution[0]:.6g} in {grid.crs} are not on the grid of the first file, which "
                f"has cells of {frame.resolution[0]:.6g} in {frame.crs}. Import them apart."
            )
        if scene.modelled:
            values = self._modelled(scene, window)
        else:
            values = good_retrievals(scene, window, self._options, lambda *words: self._warn(source, *words))
        known = np.isfinite(values)
        if known.any():
            if self._checked < CHECKS or self._checked % CHECK_EVERY == 0:
                scene.check(window, known)
            self._checked += 1
        return values

    def _modelled(self, scene: Scene, window: Window) -> np.ndarray:
        """Return the soil moisture of a step of L4."""
        layers = L4_LAYERS[self._options.depth]
        name = next(filter(scene.has, layers), None)
        if name is None:
            raise InputError(f"It has no {' or '.join(layers)}, but {some(scene.names)}.")
        values = scene.read(name, window)
        values[~((values > 0) & (values <= MAX_WATER))] = np.nan
        return values

    def _warn(self, source: str, about: str, text: str) -> None:
        if about not in self._said:
            self._said.add(about)
            self._progress.warn(f"{source}: {text}. This is said once for all files.")
