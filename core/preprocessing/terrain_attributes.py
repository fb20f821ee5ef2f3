# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of an elevation model: slope, aspect, curvature, position, flow accumulation, wetness index.

All of it is computed by whitebox-workflows: a maintained library in one wheel without dependencies, for Linux, Windows
and macOS, that has sink filling by Wang & Liu and both flow routings that Bueno et al. 2024 compare. SAGA and GRASS
have these too, but do not come with every QGIS; pysheds and richdem lack MFD-md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import rasterio
from scipy.ndimage import map_coordinates

from ..base.errors import GridError, InputError
from ..base.extras import require
from ..base.files import scratch_folder
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid, parse_crs, project
from ..rasters.ground import Ground, pixel_on_ground
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.open import Source, is_unknown, open_raster, refuse_several
from ..rasters.overlap import cell_positions
from ..rasters.raster import read_on, small_cache
from ..units import QUANTITIES, convertible, factor_of, name_of
from .settings import TerrainOptions

NODATA = -32768.0
IN_METRES = "EPSG:3035"
FLATTEST = 0.001  # m m-1: level ground would have an endless wetness index
MOST_DISTORTED = 0.01  # by which scales may differ from 1 in a model that is taken as it is; UTM is within
TOO_WIDE = 0.1  # by which scales may differ from 1 on the equal-area grid: within some 35 degrees of its centre
MAX_PIXELS = 200_000_000  # flow routing needs the whole model in memory, some ten times


def terrain_attributes(
    dem: str | os.PathLike,
    folder: str | os.PathLike,
    options: TerrainOptions = TerrainOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write the terrain attributes of an elevation model as GeoTIFFs, all or none.

    A model whose pixels are no squares of metres on the ground, as one in degrees, in feet or in web Mercator far from
    the equator, is brought to an equal-area grid of the same cell size around its centre first. What is left of the
    scale, and the angle from the grid's north to the true one, are reckoned with in slope, aspect, catchments and
    wetness. The outermost pixels, which lack neighbours, have no slope, aspect and curvature.

    Parameters
    ----------
    dem : path
        Elevation in m.
    folder : path
        Gets slope.tif (degree), aspect.tif (degree clockwise from true north), aspect_sin.tif, aspect_cos.tif,
        curvature_profile.tif, curvature_plan.tif (1/m), tpi.tif (m), elevation_filled.tif (m), and for each routing
        flow_accumulation_*.tif (specific catchment area, m) and twi_*.tif (ln(A / tan slope), A in m).
    options : TerrainOptions, optional
    progress : Progress

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If the model cannot be read, is no elevation in m, or is too large to be held in memory.
    GridError
        If it has no scale on the ground, as beyond a pole, or reaches over a third of the globe.
    MissingPackage
        If whitebox-workflows is not there.

    References
    ----------
    Wang & Liu 2006 (sink filling); Freeman 1991 and Quinn et al. 1991 (FD8, without their contour lengths);
    Qin et al. 2007 (MFD-md, the exponent 8.9 min(tan, 1) + 1.1).
    """
    require("whitebox_workflows")
    reads = {"the elevation model": dem}
    with scratch_folder() as work, small_cache(), importing(folder, progress=progress, reads=reads) as made:
        elevation, grid = _elevation(dem, progress)
        _Terrain(elevation, grid, work, made, Path(dem), options, progress).run()
    return made.outcome


class _Terrain:
    """The attributes of one model, each computed when it is asked for."""

    def __init__(self, elevation, grid: Grid, work: Path, made: Importer, source: Path, options, progress: Progress):
        from whitebox_workflows import WbEnvironment

        self._grid, self._work, self._made, self._source = grid, work, made, source
        self._options, self._progress = options, progress
        self._ground = Ground(grid)
        self._known = np.isfinite(elevation)
        self._box = WbEnvironment()
        self._box.verbose = False
        self._elevation = elevation
        self._dem = self._box.read_raster(str(self._stored(elevation, "dem")))
        self._filled = self._dem

    def run(self) -> None:
        """Write what the options ask for."""
        wanted = [
            step for step, asked in (
                (self._slope, self._options.slope or self._options.aspect),
                (self._curvature, self._options.curvature), (self._position, self._options.position),
                (self._flow, self._options.flow),
            ) if asked
        ]  # fmt: skip
        if not wanted:
            raise InputError("No attribute was asked for; choose at least one.")
        for step in self._progress.over(wanted):
            step()

    def _slope(self) -> None:
        slope, aspect = map(self._without_rim, self._surface(self._dem))
        if self._options.slope:
            self._write("slope", slope, "degree")
        if self._options.aspect:
            self._write("aspect", aspect, "degree")
            # 359 and 1 degree are neighbours, which only sine and cosine tell a learner
            self._write("aspect_sin", np.sin(np.radians(aspect)), "1")
            self._write("aspect_cos", np.cos(np.radians(aspect)), "1")

    def _surface(self, dem) -> tuple[np.ndarray, np.ndarray]:
        """Return slope and aspect, degrees, on the ground; level ground looks nowhere and has no aspect."""
        slope = self._computed(self._box.terrain.slope, input=dem, units="degrees")
        aspect = self._computed(self._box.terrain.aspect, input=dem)
        aspect[aspect < 0] = np.nan
        side = self._grid.resolution
        for window in self._grid.windows():
            part = window.toslices()
            slope[part], aspect[part] = on_ground(slope[part], aspect[part], self._ground.steps(window), side)
        return slope, aspect

    def _curvature(self) -> None:
        terrain = self._box.terrain
        for name, compute in (("profile", terrain.profile_curvature), ("plan", terrain.plan_curvature)):
            self._write(f"curvature_{name}", self._without_rim(self._computed(compute, input=self._dem)), "m-1")

    def _position(self) -> None:
        pixels = max(1, round(self._options.position_radius_m / self._grid.resolution[0]))
        size = 2 * pixels + 1
        position = self._computed(
            self._box.terrain.difference_from_mean_elevation, input=self._dem, filter_size_x=size, filter_size_y=size
        )
        self._write("tpi", position, "m")

    def _flow(self) -> None:
        hydrology = self._box.hydrology
        if self._options.fill_sinks:
            filled = self._computed(hydrology.fill_depressions_wang_and_liu, dem=self._dem)
            # the sliver by which flats are tilted is no change of the ground
            raised = (filled > self._elevation + 0.01).sum() / max(1, self._known.sum())
            self._progress.say(f"Sinks filled: {100 * raised:.1f} % of the ground raised")
            self._write("elevation_filled", filled, "m")
            self._filled = self._box.read_raster(str(self._stored(filled, "filled")))
        slope, _ = self._surface(self._filled)
        steepness = np.maximum(np.tan(np.radians(slope)), FLATTEST)
        ways = {"fd8": (hydrology.fd8_flow_accum, {"exponent": self._options.fd8_exponent}),
                "mfd_md": (hydrology.qin_flow_accumulation, {"exponent": 10.0, "max_slope": 45.0})}  # fmt: skip
        for name, (compute, words) in ways.items():
            if self._options.routing in (name, "both"):
                area = self._computed(compute, dem=self._filled, out_type="sca", **words)
                self._lengthen(area)
                self._write(f"flow_accumulation_{name}", area, "m")
                self._write(f"twi_{name}", np.log(area / steepness), "1")

    def _lengthen(self, area: np.ndarray) -> None:
        """Bring specific catchment areas, which are lengths, to those on the ground, in place."""
        width, height = self._grid.resolution
        for window in self._grid.windows():
            scale = np.sqrt(self._ground.pixel_areas(window) / (width * height))
            area[window.toslices()] *= scale.astype(np.float32)

    def _computed(self, compute: Callable, **words) -> np.ndarray:
        """Return what whitebox makes, shape of the grid, NaN where the elevation is unknown."""
        path = self._work / "result.tif"

        def work() -> None:
            self._box.write_raster(compute(**words), str(path))

        try:
            self._progress.wait_for(work)
        except RuntimeError as error:
            raise InputError(f"whitebox-workflows could not work on {self._source.name}: {error}.") from error
        with open_raster(path) as dataset:
            values = dataset.read(1, out_dtype="float32")
            values[is_unknown(values, (NODATA if dataset.nodata is None else dataset.nodata,))] = np.nan
        values[~self._known] = np.nan
        return values

    def _stored(self, values: np.ndarray, name: str) -> Path:
        """Write a raster as whitebox reads it without fail: plain strips of float32.

        The reference system is one in metres that it knows, whatever the true one: of others it takes coordinates
        for degrees and stretches the heights.
        """
        path, grid = self._work / f"{name}.tif", self._grid
        words = {"driver": "GTiff", "dtype": "float32", "count": 1, "nodata": NODATA, "crs": IN_METRES,
                 "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1]}  # fmt: skip
        with rasterio.open(path, "w", **words) as dataset:
            dataset.write(np.where(np.isfinite(values), values, NODATA).astype(np.float32), 1)
        return path

    def _without_rim(self, values: np.ndarray) -> np.ndarray:
        values[[0, -1], :] = values[:, [0, -1]] = np.nan
        return values

    def _write(self, name: str, values: np.ndarray, unit: str) -> None:
        self._made.write(name, values.astype(np.float32), self._grid, unit, source=self._source)


def _told_in_metres(source: Source, name: str, progress: Progress) -> Source:
    """Return an elevation model whose values are brought from the unit that it declares, as feet, to metres."""
    unit = source.unit()
    if not convertible(unit, "m") or factor_of(unit, "m") == 1:
        return source
    progress.say(f"{name} is in {name_of(unit)}, brought to m.")
    return replace(source, unit_factor=factor_of(unit, "m"))


def _elevation(dem: str | os.PathLike, progress: Progress) -> tuple[np.ndarray, Grid]:
    """Return the elevation in m on a grid of square cells in m, NaN where unknown."""
    source = _told_in_metres(Source(os.fspath(dem)), Path(dem).name, progress)
    with source.opened() as dataset:
        refuse_several(dataset)
        own = source.grid_in(dataset)
    pixels = own.shape[0] * own.shape[1]
    if pixels > MAX_PIXELS:
        raise InputError(
            f"{Path(dem).name} has {pixels / 1e6:.0f} million pixels, more than the {MAX_PIXELS / 1e6:.0f} million "
            "that flow routing can hold in memory; cut it to the region, or make its pixels larger."
        )
    values, grid = read_on(source, own), own
    known = values[np.isfinite(values)]
    if not known.size:
        raise InputError(f"{Path(dem).name} has no value; is it the right file?")
    if not QUANTITIES["elevation"].fits(known.min(), known.max()):
        raise InputError(
            f"{Path(dem).name} runs from {known.min():g} to {known.max():g}, which is no elevation in m. Check its "
            "unit, and whether its nodata value is declared."
        )
    square = np.isclose(*own.resolution, rtol=1e-3)
    distorted = Ground(own).distortion > MOST_DISTORTED
    if not square or distorted:
        values, grid = _in_metres(values, own)
        progress.say(f"The elevation is brought to an equal-area grid of {grid.resolution[0]:.0f} m first.")
    return values, grid


def on_ground(
    slope: np.ndarray, aspect: np.ndarray, steps: np.ndarray, side: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return slope and aspect on the ground of those that were found in the units and to the north of a grid.

    Parameters
    ----------
    slope, aspect : ndarray, shape (rows, columns)
        Degrees; aspect clockwise from the grid's north, NaN where level.
    steps : ndarray, shape (4, rows, columns)
        As of `Ground.steps`.
    side : (float, float)
        Width and height of a pixel in the units that the slope was found in.
    """
    east_x, north_x, east_y, north_y = steps
    steep, looks = np.tan(np.radians(slope.astype(float))), np.radians(np.nan_to_num(aspect.astype(float)))
    # the rise from a pixel to the next column and to the row above is the same on the map and on the ground
    rise_x, rise_y = -steep * np.sin(looks) * side[0], -steep * np.cos(looks) * side[1]
    area = east_x * north_y - north_x * east_y
    rise_east = (rise_x * north_y - rise_y * north_x) / area
    rise_north = (rise_y * east_x - rise_x * east_y) / area
    true_aspect = np.degrees(np.arctan2(-rise_east, -rise_north)) % 360
    true_slope = np.degrees(np.arctan(np.hypot(rise_east, rise_north)))
    return true_slope.astype(np.float32), np.where(np.isnan(aspect), np.nan, true_aspect).astype(np.float32)


def _in_metres(values: np.ndarray, own: Grid) -> tuple[np.ndarray, Grid]:
    """Bring elevation to a Lambert equal-area grid around its centre, of cells as large as its own."""
    left, bottom, right, top = own.bounds
    lon, lat = project([(left + right) / 2], [(bottom + top) / 2], own.crs, WGS84)
    crs = parse_crs(f"+proj=laea +lat_0={lat[0]:.4f} +lon_0={lon[0]:.4f} +datum=WGS84 +units=m")
    width, height = pixel_on_ground(own)
    grid = Grid.from_bounds(crs, np.sqrt(width * height), own.bounds_in(crs))
    distortion = Ground(grid).distortion
    if distortion > TOO_WIDE:
        raise GridError(
            f"The elevation model reaches so far over the globe that lengths on one plane are {100 * distortion:.0f} % "
            "off, where slopes and catchments have no meaning. Cut it to the region."
        )
    out = np.full(grid.shape, np.nan, np.float32)
    for window in grid.windows():
        # by neighbours alone, so that a plane stays one
        row, column = cell_positions(own, grid, window)
        part = map_coordinates(values, [row - 0.5, column - 0.5], order=1, mode="nearest")
        inside = (row >= 0) & (row <= own.shape[0]) & (column >= 0) & (column <= own.shape[1])
        out[window.toslices()] = np.where(inside, part, np.nan)
    return out, grid
