# SPDX-License-Identifier: GPL-2.0-or-later
"""The maps of a MODIS or VIIRS import: tiles of a day side by side, satellites of a day merged, gaps told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from rasterio.windows import Window

from ...base.errors import InputError
from ...base.names import counted, some
from ...base.progress import Progress
from ...rasters.grid import Grid
from ...rasters.map_folder import Importer
from ..settings import ModisOptions
from .files import SINUSOIDAL, Granule, LayerAddress, tiles_over, window_in
from .layers import Layer, Product, days_of
from .values import Screen, screened

STRIP = 6_000_000  # pixels of a tile that are read at once: a tile of 500 m, or a quarter of one of 250 m
MAX_PIXELS = 400_000_000  # of a map, which is held in memory
FIRST = {"mean": "", "terra first": "MOD", "aqua first": "MYD"}


@dataclass
class OpenGranule:
    """A granule that was opened: its grid, its wanted layers by variable, and their quality layers by their names."""

    granule: Granule
    grid: Grid
    data: dict[str, LayerAddress] = field(default_factory=dict)
    quality: dict[str, dict[str, LayerAddress]] = field(default_factory=dict)


class Maps:
    """Writes the maps of granules that lie on one lattice."""

    def __init__(
        self,
        known: Product | None,
        layers: tuple[Layer, ...],
        options: ModisOptions,
        area: Grid | None,
        found: list[tuple[OpenGranule, np.datetime64]],
        importer: Importer,
    ):
        self.known, self.layers, self.options, self.importer = known, layers, options, importer
        self.grid = _union([f.grid for f, _ in found])
        if area is not None:
            self.grid = self.grid.crop(area)
        pixels = self.grid.shape[0] * self.grid.shape[1]
        if pixels > MAX_PIXELS:
            raise InputError(
                f"The files lie so far apart that one map would have {pixels / 1e6:,.0f} million pixels. Give an "
                "extent, or import the regions apart."
            )
        whole = self.grid.whole
        touching = [(f, day) for f, day in found if _overlap(window_in(self.grid, f.grid), whole)]
        self.days: dict[np.datetime64, list[OpenGranule]] = {}
        for f, day in touching:
            self.days.setdefault(day, []).append(f)
        self.tiles = {f.granule.tile for f, _ in touching if f.granule.tile.startswith("h")}
        self.needed = tiles_over(area) if area is not None and self.tiles and self.grid.crs == SINUSOIDAL else set()
        self.screens = {layer.variable: Screen() for layer in layers}
        self.damaged: set = set()
        self.still = known is not None and known.days == 365 and len(self.days) == 1

    def write(self, progress: Progress) -> None:
        """Write all maps, tell of tiles that are missing, and of what the quality layers let pass."""
        for tile in sorted(self.needed - self.tiles):
            self.importer.refuse(
                f"tile {tile}", "The extent reaches into it and no file is of it, so this part of the maps is missing. "
                "Get it, unless it is all sea."
            )  # fmt: skip
        for day in progress.over(sorted(self.days)):
            here = self.days[day]
            there = {f.granule.tile for f in here}
            for tile in sorted(self.tiles - there):
                self.importer.refuse(
                    f"tile {tile} of {day}", "It is missing on this day; other days have it. Its part of the map is "
                    "unknown."
                )  # fmt: skip
            cache: dict = {}
            for layer in self.layers:
                self._day(day, layer, [f for f in here if layer.variable in f.data], cache, progress)
            self._lacking(here)
        self._say(progress)

    def _say(self, progress: Progress) -> None:
        """Tell what the quality layers let pass, once for all variables that are screened alike."""
        alike: dict[str, list[str]] = {}
        for layer in self.layers:
            screen = self.screens[layer.variable]
            if screen.unscaled:
                files = counted(len(screen.unscaled), "file with", "files with")
                names = some(sorted(screen.unscaled))
                progress.say(f"{layer.variable}: not scaled, {files} decimal numbers in the unit: {names}")
            if screen.valid:
                words = layer.words(self.options.quality, self.options.lst_error_k)
                alike.setdefault(words, []).append(f"{layer.variable} {100 * screen.kept / screen.valid:.0f} %")
        nothing = [name for name, screen in self.screens.items() if screen.valid and not screen.kept]
        if nothing:
            progress.warn(f"The quality layers let nothing pass of {', '.join(nothing)}; see what quality 'any' gives.")
        for words, shares in alike.items():
            progress.say(f"Quality {self.options.quality}: {words}. Kept of the valid values: {', '.join(shares)}.")

    def _lacking(self, here: list[OpenGranule]) -> None:
        """Tell of granules that lack a layer that others have."""
        anywhere = {v for found in self.days.values() for f in found for v in f.data}
        for f in here:
            lacks = [layer.variable for layer in self.layers if layer.variable in anywhere - set(f.data)]
            if lacks:
                self.importer.refuse(f.granule.path, f"It lacks {', '.join(lacks)}, which other files have.")

    def _day(self, day, layer: Layer, found: list[OpenGranule], cache: dict, progress: Progress) -> None:
        """Write the map of one variable and day."""
        satellites: dict[str, list[OpenGranule]] = {}
        for f in found:
            satellites.setdefault(f.granule.product[:3], []).append(f)
        first = FIRST[self.options.same_day]
        maps, used = [], []
        for name in sorted(satellites, key=lambda s: (s != first, s)):
            values, tiles = self._mosaic(layer, satellites[name], cache, progress)
            if tiles:
                maps.append(values)
                used += tiles
        if not maps:
            return
        values = _merged(maps, average=self.options.same_day == "mean" and not layer.classes)
        source = some((tile.path.name for tile in used), 1)
        self.importer.write(
            layer.variable, values, self.grid, layer.unit, None if self.still else day, source, self._tags(layer, used)
        )

    def _mosaic(
        self, layer: Layer, found: list[OpenGranule], cache: dict, progress: Progress
    ) -> tuple[np.ndarray, list]:
        """Return the tiles of one satellite and day side by side, and the granules that were used."""
        out = np.full(self.grid.shape, np.nan, np.float32)
        used = []
        for f in found:
            progress.check()
            if f.granule.path in self.damaged:
                continue
            self.damaged.add(f.granule.path)  # unless it can be read to its end
            with self.importer.trying(f.granule.path):
                inside, values = self._tile(layer, f, cache, progress)
                place = out[inside.toslices()]
                np.copyto(place, values, where=np.isnan(place))
                used.append(f.granule)
                self.damaged.remove(f.granule.path)
        return out, used

    def _tile(self, layer: Layer, f: OpenGranule, cache: dict, progress: Progress) -> tuple[Window, np.ndarray]:
        """Return the values of a tile within the grid, and the window of the grid that they fill."""
        reach = window_in(self.grid, f.grid)
        inside = _overlap(reach, self.grid.whole)
        left, top = inside.col_off - reach.col_off, inside.row_off - reach.row_off
        there = f.quality[layer.variable]
        checks = [(check, there[check.name]) for check in layer.checks if check.name in there]
        screen = self.screens[layer.variable]
        shared = cache if len(self.layers) > 1 else None
        values = np.empty((inside.height, inside.width), np.float32)
        step = max(1, STRIP // inside.width)
        for row in range(0, inside.height, step):
            progress.check()
            strip = values[row : row + step]
            cells = f.grid.part(Window(left, top + row, inside.width, len(strip)))
            strip[...] = screened(f.data[layer.variable], layer, checks, cells, self.options, screen, shared)
        if layer.sum_of_days:
            values /= np.float32(days_of(self.known, f.granule.day))
        return inside, values

    def _tags(self, layer: Layer, used: Iterable[Granule]) -> dict:
        tags = {
            "product": ", ".join(sorted({g.product for g in used})),
            "quality": f"{self.options.quality}: {layer.words(self.options.quality, self.options.lst_error_k)}",
        }
        return {**tags, **{f"class_{number}": name for number, name in enumerate(layer.classes, 1)}}


def _union(grids: list[Grid]) -> Grid:
    """Return the grid that holds all those, which lie on one lattice."""
    windows = [window_in(grids[0], grid) for grid in grids]
    left, top = min(w.col_off for w in windows), min(w.row_off for w in windows)
    right, bottom = max(w.col_off + w.width for w in windows), max(w.row_off + w.height for w in windows)
    return grids[0].part(Window(left, top, right - left, bottom - top))


def _overlap(a: Window, b: Window) -> Window | None:
    """Return what two windows share, or None."""
    left, top = max(a.col_off, b.col_off), max(a.row_off, b.row_off)
    width, height = (
        min(a.col_off + a.width, b.col_off + b.width) - left,
        min(a.row_off + a.height, b.row_off + b.height) - top,
    )
    return Window(left, top, width, height) if width > 0 and height > 0 else None


def _merged(maps: list[np.ndarray], *, average: bool) -> np.ndarray:
    """Return the mean of the valid values of several maps, or that of the first which knows one."""
    out = maps[0]
    if len(maps) == 1:
        return out
    if not average:
        for values in maps[1:]:
            np.copyto(out, values, where=np.isnan(out))
        return out
    count, total = np.zeros(out.shape, np.uint8), np.zeros(out.shape, np.float32)
    for values in maps:
        is_known = np.isfinite(values)
        count += is_known
        np.add(total, values, out=total, where=is_known)
    return np.divide(total, count, out=np.full(out.shape, np.nan, np.float32), where=count > 0)
