# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels, cells and nodes against plain sums; means over cells on grids that do not nest and across projections."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging.cells import Cells, FineMaps, aspect_of
from soilsharp.core.kriging.kernels import EXPONENTIAL, MATERN, NODES, Kernel, node_offsets
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.overlap import Overlap, cell_positions

KERNELS = [Kernel(EXPONENTIAL, 1.0), Kernel(EXPONENTIAL, 4.0), Kernel(MATERN, 1.0), Kernel(MATERN, 4.0)]
COARSE = Grid.from_bounds("EPSG:3035", 9000, (4_000_000, 3_000_000, 4_054_000, 3_054_000))  # 6 x 6
NESTED = Grid.from_bounds("EPSG:3035", 1000, COARSE.bounds)
SHIFTED = Grid.from_bounds("EPSG:3035", 1300, (4_001_700, 2_998_100, 4_056_300, 3_052_700))
DEGREES = Grid.from_bounds(WGS84, 0.012, (9.97, 49.93, 10.83, 50.47))
UTM_CELLS = Grid.from_bounds("EPSG:32632", 9000, (570_000, 5_535_000, 624_000, 5_589_000))


def _places(cells):
    """Return row and column of the centre of every cell."""
    return [a.ravel() for a in np.mgrid[0 : cells.shape[0], 0 : cells.shape[1]]]


def _at_nodes(cells, kernel):
    """Return the covariance of every node with every cell, shape (nodes, cells), without any transform."""
    row, column = _places(cells)
    down, right = (node_offsets(-cells.margin, n + cells.margin) for n in cells.shape)
    columns = [kernel.to_cell(down - y, right - x, cells.aspect).ravel() for y, x in zip(row, column)]
    return np.column_stack(columns)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("aspect", [1.0, 0.6])
def test_covariance_of_cells_is_the_double_integral(kernel, aspect):
    table = kernel.between_cells(6, 6, aspect)
    # of two places spread evenly over two cells the difference is spread as a triangle on each axis
    apart = (np.arange(800) + 0.5) / 400 - 1
    weight = (1 - np.abs(apart)) / (1 - np.abs(apart)).sum()
    for row in range(6):
        for column in range(6):
            distance = np.hypot((row + apart)[:, None], aspect * (column + apart))
            # the 4 x 4 nodes of a cell spread a little less than all of its places
            assert table[row, column] == pytest.approx(weight @ kernel.at(distance) @ weight, abs=7e-3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_covariance_of_a_point_with_a_cell_is_the_integral(kernel):
    down, right = node_offsets(-1, 3), node_offsets(0, 2)
    inside = (np.arange(300) + 0.5) / 300 - 0.5
    for i, y in enumerate(down):
        for j, x in enumerate(right):
            exact = kernel.at(np.hypot((y - inside)[:, None], 0.8 * (x - inside))).mean()
            # the kernel has a cusp where the point lies inside
            assert kernel.to_cell(down, right, 0.8)[i, j] == pytest.approx(exact, abs=4e-3)


def test_correlations_are_those_of_gstools():
    gstools = pytest.importorskip("gstools", reason="gstools is not installed for this Python")
    distance = np.linspace(0, 12, 50)
    exponential = gstools.Exponential(dim=2, len_scale=3, rescale=1)
    npt.assert_allclose(Kernel(EXPONENTIAL, 3.0).at(distance), exponential.correlation(distance), atol=1e-12)
    # theirs has the root of the smoothness where the usual one has that of twice the smoothness
    matern = gstools.Matern(dim=2, nu=1.5, len_scale=3, rescale=np.sqrt(2))
    npt.assert_allclose(Kernel(MATERN, 3.0).at(distance), matern.correlation(distance), atol=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_matrix_of_cells_is_a_loop_over_the_table(kernel):
    cells = Cells((5, 6), 0.7)
    some = np.array([0, 3, 11, 12, 29])
    found = cells.matrix(kernel, some, np.arange(30))
    for i, one in enumerate(some):
        for other in range(30):
            down, right = abs(one // 6 - other // 6), abs(one % 6 - other % 6)
            assert found[i, other] == cells.table(kernel)[down, right]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("margin", [1, 3])
def test_nodes_are_sums_over_the_cells(kernel, margin):
    cells = Cells((6, 5), 0.8, margin)
    coefficients = np.random.default_rng(1).standard_normal(cells.shape)
    made = cells.to_nodes(kernel, coefficients)
    npt.assert_allclose(made.ravel(), _at_nodes(cells, kernel) @ coefficients.ravel(), rtol=0, atol=1e-12)


def test_covariance_of_cells_is_the_mean_of_their_nodes():
    cells, kernel = Cells((4, 6)), Kernel(EXPONENTIAL, 2.0)
    nodes = _at_nodes(cells, kernel).reshape(6, NODES, 8, NODES, 24).mean((1, 3))[1:-1, 1:-1].reshape(24, 24)
    npt.assert_allclose(nodes, cells.matrix(kernel, np.arange(24)), atol=1e-14)


def _interpolated(nodes, row, column):
    """Interpolate one place after the other."""
    out = np.empty(len(row))
    for i, (y, x) in enumerate(zip(row, column)):
        y, x = np.clip(y, 0, nodes.shape[0] - 1), np.clip(x, 0, nodes.shape[1] - 1)
        top, left = min(int(y), nodes.shape[0] - 2), min(int(x), nodes.shape[1] - 2)
        low, across = y - top, x - left
        above = nodes[top, left] * (1 - across) + nodes[top, left + 1] * across
        below = nodes[top + 1, left] * (1 - across) + nodes[top + 1, left + 1] * across
        out[i] = above * (1 - low) + below * low
    return out


@pytest.mark.parametrize(("coarse", "fine"), [(COARSE, NESTED), (COARSE, SHIFTED), (UTM_CELLS, DEGREES)])
def test_maps_are_interpolated_between_nodes(coarse, fine):
    overlap = Overlap(coarse, fine)
    cells = Cells.of(overlap)
    maps = FineMaps(cells, overlap)
    nodes = np.random.default_rng(2).random(cells.nodes)
    x, y = np.meshgrid(*fine.centres())
    x, y = project(x, y, fine.crs, coarse.crs)
    row = ((y - coarse.transform.f) / coarse.transform.e + cells.margin) * NODES - 0.5
    column = ((x - coarse.transform.c) / coarse.transform.a + cells.margin) * NODES - 0.5
    assert row.min() >= 0
    assert row.max() <= cells.nodes[0] - 1
    # projected at every 16th pixel and interpolated between
    within = 1e-6 if fine.crs == coarse.crs else 2e-3
    made = maps.read(nodes)
    assert made.dtype == np.float32
    npt.assert_allclose(made.ravel(), _interpolated(nodes, row.ravel(), column.ravel()), atol=within)
    window = next(fine.windows(400))
    npt.assert_allclose(maps.read(nodes, window), made[window.toslices()], atol=within)


@pytest.mark.parametrize(("coarse", "fine"), [(COARSE, NESTED), (COARSE, SHIFTED), (UTM_CELLS, DEGREES)])
def test_means_over_cells_are_those_of_the_maps(coarse, fine):
    overlap = Overlap(coarse, fine)
    cells = Cells.of(overlap)
    maps = FineMaps(cells, overlap)
    rng = np.random.default_rng(3)
    valid = rng.random(fine.shape) < 0.6
    valid[: fine.shape[0] // 3, : fine.shape[1] // 2] = False  # a coast, and cells of nothing but sea
    nodes = rng.random(cells.nodes)
    averaging = maps.averaging(valid)
    means = overlap.mean(np.where(valid, maps.read(nodes), np.nan))
    known = np.isfinite(means)
    assert 0 < known.sum() < cells.size
    npt.assert_array_equal(averaging.areas > 0, known)
    npt.assert_allclose(averaging.means(nodes)[known], means[known], atol=1e-6)
    npt.assert_array_equal(averaging.means(nodes)[~known], 0)


def test_means_over_cells_are_stopped(stop):
    overlap = Overlap(COARSE, NESTED)
    maps = FineMaps(Cells.of(overlap), overlap)
    with pytest.raises(Cancelled):
        maps.averaging(np.ones(NESTED.shape, bool), Progress(stop_asked=stop(1)))


def test_nodes_reach_around_a_fine_grid_that_is_wider_or_lies_inside_one_cell():
    wide = Grid.from_bounds("EPSG:3035", 1000, (3_973_000, 2_990_000, 4_060_000, 3_080_000))
    assert Cells.of(Overlap(COARSE, wide)).margin == 4
    tiny = Grid.from_bounds("EPSG:3035", 1000, (4_020_000, 3_020_000, 4_024_000, 3_023_000))
    cells = Cells.of(Overlap(COARSE, tiny))
    assert cells.margin == 1
    nodes = np.full(cells.nodes, 0.25)
    npt.assert_allclose(FineMaps(cells, Overlap(COARSE, tiny)).read(nodes), 0.25)


def test_grids_that_lie_apart_are_refused():
    elsewhere = Grid.from_bounds("EPSG:3035", 1000, (5_000_000, 3_000_000, 5_010_000, 3_010_000))
    with pytest.raises(InputError, match="do not overlap"):
        Cells.of(Overlap(COARSE, elsewhere))


def test_cells_of_degrees_are_narrower_in_the_north():
    assert aspect_of(COARSE) == pytest.approx(1)
    assert aspect_of(Grid.from_bounds(WGS84, 0.5, (10, 58, 14, 62))) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("left", [4.05, 364.05, -355.95])
def test_pixels_a_little_west_of_the_cells_in_degrees_lie_there(left):
    fine = Grid.from_bounds("EPSG:4326", 0.01, (4.04, 58.0, 6.05, 60.0))
    coarse = Grid.from_bounds("EPSG:4326", 0.1, (left, 58.0, left + 2.0, 60.0))
    _, column = cell_positions(coarse, fine)
    npt.assert_allclose(np.ravel(column)[[0, 1]], [-0.05, 0.05], atol=1e-6)
    assert Cells.of(Overlap(coarse, fine)).margin == 2
