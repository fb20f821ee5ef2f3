# SPDX-License-Identifier: GPL-2.0-or-later
"""From the stored numbers of a MODIS or VIIRS layer to values: valid range, scale, and what its quality lets pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from rasterio.windows import Window

from ...base.errors import InputError
from ...rasters.grid import Grid
from ...rasters.open import is_unknown
from ..settings import ModisOptions
from .files import LayerAddress, Stored, opened, same_lattice, window_in
from .layers import Layer
from .quality_bits import Check


@dataclass
class Screen:
    """The account of a variable: values in the valid range, those of them that were kept, and files in plain units."""

    valid: int = 0
    kept: int = 0
    unscaled: set[str] = field(default_factory=set)


def screened(
    place: LayerAddress,
    layer: Layer,
    checks: list[tuple[Check, LayerAddress]],
    grid: Grid,
    options: ModisOptions,
    screen: Screen,
    cache: dict | None = None,
) -> np.ndarray:
    """Return the values of a layer on cells of its lattice, in its unit, float32, NaN where unknown.

    Parameters
    ----------
    place : LayerAddress
    layer : Layer
    checks : list of (Check, LayerAddress)
        The quality layers that are there.
    grid : Grid
        The cells to read.
    options : ModisOptions
    screen : Screen
        Gets the counts.
    cache : dict, optional
        Keeps quality layers that several variables share.
    """
    with opened(place) as stored:
        raw = _cells(stored, grid)
        known = _known(raw, stored)
        scale, offset = _scale(raw[known] if raw.dtype.kind == "f" else raw[:0], stored, layer, place, screen)
        low, high = _range(stored, layer, scale)
    valid = known & (raw >= low) & (raw <= high)
    values = raw.astype(np.float32)
    values *= np.float32(scale)
    if offset:
        values += np.float32(offset)
    keep = valid
    if options.quality != "any":
        for check, where in checks:
            flags = _flags(where, grid, cache)
            bits = max(f.first + f.count for f in check.fields)
            if bits > 8 * flags.dtype.itemsize:
                raise InputError(
                    f"The quality layer for {layer.variable} has {8 * flags.dtype.itemsize} bits, the product has "
                    f"{bits}: is it another layer?"
                )
            keep = keep & check.keeps(flags, options.quality, options.lst_error_k)
    screen.valid += int(valid.sum())
    screen.kept += int(keep.sum())
    values[~keep] = np.nan
    return values


def _cells(stored: Stored, grid: Grid) -> np.ndarray:
    """Read the cells of a grid from a layer, which may have larger or smaller ones: those at their centres."""
    if same_lattice(stored.grid, grid):
        window = window_in(stored.grid, grid)
        if window.col_off < 0 or window.row_off < 0 or window.col_off + grid.shape[1] > stored.grid.shape[1] or (
            window.row_off + grid.shape[0] > stored.grid.shape[0]
        ):  # fmt: skip
            raise InputError("Two of its layers have different extents; the file is damaged.")
        return stored.read(window)
    if stored.grid.crs != grid.crs:
        raise InputError("Its quality layer has another reference system than the layer itself; export them alike.")
    x, y = grid.centres()
    t, (rows, columns) = stored.grid.transform, stored.grid.shape
    column = np.floor((x - t.c) / t.a).astype(int)
    row = np.floor((y - t.f) / t.e).astype(int)
    if column[0] < 0 or row[0] < 0 or column[-1] >= columns or row[-1] >= rows:
        raise InputError("Its quality layer does not cover the layer itself; export them with the same extent.")
    window = Window(column[0], row[0], column[-1] - column[0] + 1, row[-1] - row[0] + 1)
    return stored.read(window)[np.ix_(row - row[0], column - column[0])]


def _flags(place: LayerAddress, grid: Grid, cache: dict | None) -> np.ndarray:
    """Read a quality layer as integers on the cells of a grid."""
    key = place, grid.bounds
    if cache is not None and key in cache:
        return cache[key]
    with opened(place) as stored:
        flags = _cells(stored, grid)
    if flags.dtype.kind == "f":  # exports of some tools; all bits are set where there is no number
        known, whole = np.isfinite(flags), np.full(flags.shape, 0xFFFFFFFF, np.uint32)
        whole[known] = flags[known].astype(np.int64).astype(np.uint32)
        flags = whole
    if cache is not None:
        cache[key] = flags
    return flags


def _known(raw: np.ndarray, stored: Stored) -> np.ndarray:
    """Return where numbers are stored, and no fill value."""
    return ~is_unknown(raw, stored.said["_FillValue"])


def _range(stored: Stored, layer: Layer, scale: float) -> tuple[float, float]:
    """Return the valid range of the numbers as they are stored."""
    if layer.low is not None:
        already = layer.scale / scale  # 1, unless decimal numbers are in the unit already
        slack = 1e-6 * abs(layer.high * already)
        return layer.low * already - slack, layer.high * already + slack
    said = stored.said["valid_range"]
    return (said[0], said[1]) if len(said) == 2 else (-np.inf, np.inf)


def _scale(
    values: np.ndarray, stored: Stored, layer: Layer, place: LayerAddress, screen: Screen
) -> tuple[float, float]:
    """Return scale and offset of a layer, whose numbers are given if they are decimal ones."""
    said, offset = stored.number("scale_factor"), stored.number("add_offset") or 0.0
    if layer.scale is None:
        return _file_scale(said), offset
    if offset:
        raise InputError(f"It says an offset of {offset:g} for {layer.variable}; the product has none. It is not used.")
    if values.dtype.kind == "f" and _in_unit(values, layer):
        screen.unscaled.add(place.path.name)
        return 1.0, 0.0
    # 10000 is the way of some collections to say 0.0001; 1 says nothing
    if said not in (None, 1.0) and not any(math.isclose(said, s, rel_tol=1e-3) for s in (layer.scale, 1 / layer.scale)):
        raise InputError(
            f"It says a scale of {said:g} for {layer.variable}; that of the product is {layer.scale:g}. One of them is "
            "wrong, so it is not used."
        )
    return layer.scale, 0.0


def _file_scale(said: float | None) -> float:
    """Return the factor of an unknown layer: a large power of ten is meant to divide."""
    if not said:
        return 1.0
    power = math.log10(abs(said))
    return 1 / said if power >= 2 and abs(power - round(power)) < 1e-9 else said


def _in_unit(values: np.ndarray, layer: Layer) -> bool:
    """Whether decimal numbers are scaled already: all could be in the unit, and they cannot be stored numbers."""
    if not values.size:
        return False
    low, high = layer.low * layer.scale, layer.high * layer.scale
    slack = 1e-3 * (high - low)
    if values.min() < low - slack or values.max() > high + slack:
        return False
    return bool((values != np.round(values)).any() or values.min() > layer.high or values.max() < layer.low)
