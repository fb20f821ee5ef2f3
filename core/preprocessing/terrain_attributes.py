# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of an elevation model: slope, aspect, curvature, position, flow accumulation, wetness index.

All of it is computed by whitebox-workflows: a maintained library in one wheel without dependencies, for Linux, Windows
and macOS, that has sink filling by Wang & Liu and both flow routings that Bueno et al. 2024 compare. SAGA and GRASS
have these too, but do not come with every QGIS; pysheds and richdem lack MFD-md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from rasterio.warp import Resampling, calculate_default_transform, reproject

from ..base.errors import InputError
from ..base.extras import require
from ..base.files import scratch_folder
from ..base.progress import SILENT, Progress
from ..rasters.grid import WGS84, Grid, parse_crs, project
from ..rasters.map_folder import Importer, Outcome, importing
from ..rasters.open import FAULTS, Source, is_unknown, open_raster
from ..rasters.raster import read_on, small_cache
from ..units import QUANTITIES
from .settings import TerrainOptions

NODATA = -32768.0
IN_METRES = "EPSG:3035"
FLATTEST = 0.001  # m m-1: level ground would have an endless wetness index
MAX_PIXELS = 200_000_000  # flow routing needs the whole model in memory, some ten times


def terrain_attributes(
    dem: str | os.PathLike,
    folder: str | os.PathLike,
    options: TerrainOptions = TerrainOptions(),
    progress: Progress = SILENT,
) -> Outcome:
    """Write the terrain attributes of an elevation model as GeoTIFFs, all or none.

    A model in degrees is brought to an equal-area grid of the same cell size around its centre first: slopes and
    catchments need metres. The outermost pixels, which lack neighbours, have no slope, aspect and curvature.

    Parameters
    ----------
    dem : path
        Elevation in m.
    folder : path
        Gets slope.tif (degree), aspect.tif (degree clockwise from north), aspect_sin.tif, aspect_cos.tif,
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
                (self._slope, self._options.slope), (self._aspect, self._options.aspect),
                (self._curvature, self._options.curvature), (self._position, self._options.position),
                (self._flow, self._options.flow),
            ) if asked
        ]  # fmt: skip
        if not wanted:
            raise InputError("No attribute was asked for; choose at least one.")
        for step in self._progress.over(wanted):
            step()

    def _slope(self) -> None:
        slope = self._without_rim(self._computed(self._box.terrain.slope, input=self._dem, units="degrees"))
        self._write("slope", slope, "degree")

    def _aspect(self) -> None:
        aspect = self._without_rim(self._computed(self._box.terrain.aspect, input=self._dem))
        aspect[aspect < 0] = np.nan  # level ground looks nowhere
        self._write("aspect", aspect, "degree")
        # 359 and 1 degree are neighbours, which only sine and cosine tell a learner
        self._write("aspect_sin", np.sin(np.radians(aspect)), "1")
        self._write("aspect_cos", np.cos(np.radians(aspect)), "1")

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
        slope = np.tan(np.radians(self._computed(self._box.terrain.slope, input=self._filled, units="degrees")))
        steepness = np.maximum(slope, FLATTEST)
        ways = {"fd8": (hydrology.fd8_flow_accum, {"exponent": self._options.fd8_exponent}),
                "mfd_md": (hydrology.qin_flow_accumulation, {"exponent": 10.0, "max_slope": 45.0})}  # fmt: skip
        for name, (compute, words) in ways.items():
            if self._options.routing in (name, "both"):
                area = self._computed(compute, dem=self._filled, out_type="sca", **words)
                self._write(f"flow_accumulation_{name}", area, "m")
                self._write(f"twi_{name}", np.log(area / steepness), "1")

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


def _elevation(dem: str | os.PathLike, progress: Progress) -> tuple[np.ndarray, Grid]:
    """Return the elevation in m on a grid of square cells in m, NaN where unknown."""
    source = Source(os.fspath(dem))
    own = source.grid()
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
    in_metres = own.crs.is_projected and own.crs.linear_units_factor[1] == 1
    if not in_metres or not np.isclose(*own.resolution, rtol=1e-3):
        values, grid = _in_metres(values, own)
        progress.say(f"The elevation is brought to an equal-area grid of {grid.resolution[0]:.0f} m first.")
    return values, grid


def _in_metres(values: np.ndarray, own: Grid) -> tuple[np.ndarray, Grid]:
    """Bring elevation to a Lambert equal-area grid around its centre, of cells as large as its own."""
    left, bottom, right, top = own.bounds
    lon, lat = project([(left + right) / 2], [(bottom + top) / 2], own.crs, WGS84)
    crs = parse_crs(f"+proj=laea +lat_0={lat[0]:.4f} +lon_0={lon[0]:.4f} +datum=WGS84 +units=m")
    try:
        transform, width, height = calculate_default_transform(own.crs, crs, own.shape[1], own.shape[0], *own.bounds)
        grid = Grid(crs, transform, (height, width))
        out = np.full(grid.shape, np.nan, np.float32)
        reproject(
            values, out, src_transform=own.transform, src_crs=own.crs, src_nodata=np.nan, dst_transform=transform,
            dst_crs=crs, dst_nodata=np.nan, resampling=Resampling.bilinear,
        )  # fmt: skip
    except FAULTS as error:
        raise InputError(f"Cannot bring the elevation model from {own.crs} to metres: {error}.") from error
    return out, grid
