# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product as baselines: as it is, bilinear and smooth, known at the same pixels."""

import itertools
from types import SimpleNamespace

import numpy as np
import numpy.testing as npt
import pytest
from rasterio.windows import Window

from soilsharp.core.base.errors import Cancelled, GridError
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging.cells import Cells, FineMaps
from soilsharp.core.kriging.field import SERIES, SmoothField
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring import baselines, smooth
from soilsharp.core.scoring.baselines import AS_IS, BASELINES, BILINEAR, SMOOTH, CoarseProduct

LEFT, TOP = 4_400_000, 2_960_000
WIDE = Grid.from_bounds("EPSG:3035", 1000, (LEFT, TOP - 80_000, LEFT + 80_000, TOP))
COARSE = Grid.from_bounds("EPSG:3035", 5000, (LEFT, TOP - 80_000, LEFT + 80_000, TOP))
FINE = WIDE.part(Window(25, 25, 30, 35))  # six by seven cells within sixteen by sixteen
DEGREES = Grid.from_bounds("EPSG:4326", 0.01, (11.4, 49.2, 11.9, 49.5))
DAYS = np.arange("2023-06-01", "2023-06-15", dtype="datetime64[D]")
GAP = 3  # number of the day with a gap


def write_days(folder, stack, grid=COARSE, days=DAYS):
    """Write an array (days, rows, columns) as a series."""
    for day, values in zip(days, stack):
        write_map(folder / f"sm_{day}.tif", values, grid)
    return Series.from_files(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a smooth truth, its coarse means with a gap, and the rasters of these."""
    pattern = np.add.outer(np.sin(np.arange(80) / 6), np.cos(np.arange(80) / 5)) * 0.05
    wet = 0.06 * np.sin(np.arange(len(DAYS)))[:, None, None]
    truth = (0.25 + pattern + wet).astype(np.float32)
    coarse = np.stack([Overlap(COARSE, WIDE).mean(day) for day in truth]).astype(np.float32)
    coarse[GAP, 6:8, 6:8] = np.nan
    return SimpleNamespace(truth=truth, coarse=coarse, series=write_days(tmp_path_factory.mktemp("coarse"), coarse))


def read_days(series, grid, days):
    """Return every baseline of the days, each of shape (days, rows, columns)."""
    product = CoarseProduct(series, grid, days)
    found = []
    for day in days:
        with product.opened(day) as reader:
            found.append(reader.read())
    return {name: np.stack([values[name] for values in found]) for name in product.names}


def directly(coarse, grid, days, targets):
    """Return the smooth maps of some days on a grid by the room of kriging, from all cells around the grid."""
    part = COARSE.crop(grid, smooth.AROUND)
    top, left = round((COARSE.bounds[3] - part.bounds[3]) / 5000), round((part.bounds[0] - COARSE.bounds[0]) / 5000)
    values = coarse[:, top : top + part.shape[0], left : left + part.shape[1]].astype(float)
    cells = Cells.of(Overlap(part, grid))
    maps = FineMaps(cells, Overlap(part, grid))
    return np.stack([maps.read(nodes) for nodes in SmoothField(cells, values, days).nodes(targets)])


# --- as is and bilinear -----------------------------------------------------------------------------------------------


def test_as_is_gives_every_pixel_the_value_of_its_cell(made):
    values = read_days(made.series, FINE, DAYS[:1])[AS_IS][0]
    npt.assert_array_equal(values, np.kron(made.coarse[0, 5:12, 5:11], np.ones((5, 5), np.float32)))


def test_bilinear_is_exact_between_centres_for_a_plane(tmp_path):
    x, y = COARSE.centres()
    plane = 0.2 + (x - LEFT)[None, :] * 1e-6 + (TOP - y)[:, None] * 2e-6
    write_map(tmp_path / "plane.tif", plane, COARSE)
    with CoarseProduct(Source(str(tmp_path / "plane.tif")), FINE).opened(None) as reader:
        bilinear = reader.read()[BILINEAR]
    fx, fy = FINE.centres()
    npt.assert_allclose(bilinear, 0.2 + (fx - LEFT)[None, :] * 1e-6 + (TOP - fy)[:, None] * 2e-6, atol=1e-6)


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [DAYS, DAYS[1:5]], ids=["series", "single days"])
def test_all_baselines_are_known_at_the_same_pixels(made, days):
    found = read_days(made.series.between(days[0], days[-1]), FINE, days)
    gap = np.zeros((len(days), *FINE.shape), bool)
    gap[list(days).index(DAYS[GAP]), 5:15, 5:15] = True
    assert tuple(found) == BASELINES
    for name, values in found.items():
        npt.assert_array_equal(np.isnan(values), gap, err_msg=name)


def test_windows_and_cells_equal_the_whole(made, monkeypatch):
    rows, columns = np.array([(2, 3), (7, 20), (13, 13), (22, 5), (33, 27), (18, 29)]).T
    with CoarseProduct(made.series, FINE, DAYS[GAP:]).opened(DAYS[GAP]) as reader:
        whole = reader.read()
        cells = reader.read_cells(rows, columns)
        window = Window(7, 4, 11, 13)
        for name, values in reader.read(window).items():
            npt.assert_array_equal(values, whole[name][window.toslices()])
        monkeypatch.setattr("soilsharp.core.rasters.raster.SMALL_GRID", 0)
        one_by_one = reader.read_cells(rows, columns)
    for name in BASELINES:
        npt.assert_array_equal(cells[name], whole[name][rows, columns])
        npt.assert_allclose(one_by_one[name], cells[name], atol=1e-6)


def test_on_the_cells_themselves_all_are_the_same(made):
    found = read_days(made.series, COARSE, DAYS)
    for name in BASELINES:
        npt.assert_array_equal(found[name], made.coarse)


# --- smooth -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [SERIES + 2, SERIES - 5], ids=["series", "single days"])
def test_smooth_is_the_field_of_kriging(made, number):
    days = DAYS[:number]
    found = read_days(made.series.between(days[0], days[-1]), FINE, days)
    expected = np.where(np.isnan(found[AS_IS]), np.nan, directly(made.coarse[:number], FINE, days, days))
    npt.assert_array_equal(found[SMOOTH], expected)


def test_days_around_those_compared_have_a_say_and_no_others(made):
    compared = DAYS[[6, 8]]  # with four days around them there is a series
    found = read_days(made.series, FINE, compared)[SMOOTH]
    around = slice(2, 13)
    npt.assert_array_equal(found, directly(made.coarse[around], FINE, DAYS[around], compared))


def test_a_raster_without_date_is_one_map(made):
    with CoarseProduct(made.series.sources[0], FINE).opened(None) as reader:
        found = reader.read()
    npt.assert_array_equal(found[SMOOTH], directly(made.coarse[:1], FINE, DAYS[:1], DAYS[:1])[0])


@pytest.mark.parametrize("number", [len(DAYS), 2], ids=["series", "single days"])
def test_smooth_is_nearer_to_a_smooth_truth_than_bilinear(made, number):
    days = DAYS[:number]
    middle = WIDE.part(Window(35, 35, 15, 15))
    found = read_days(made.series.between(days[0], days[-1]), middle, days)
    truth = made.truth[:number, 35:50, 35:50]
    rmse = {name: np.sqrt(np.nanmean((values - truth) ** 2)) for name, values in found.items()}
    assert rmse[SMOOTH] < 0.3 * rmse[BILINEAR] < 0.3 * rmse[AS_IS]


def test_cells_outside_of_the_grid_have_a_say(made, tmp_path):
    coarse = made.coarse[:1].copy()
    coarse[0, 4, 5:11] += 0.05  # the row above the grid
    moved = read_days(write_days(tmp_path, coarse), FINE, DAYS[:1])
    plain = read_days(made.series.between(DAYS[0], DAYS[0]), FINE, DAYS[:1])
    change = np.abs(moved[SMOOTH] - plain[SMOOTH])[0]
    assert change[0].min() > 0.005
    assert change[-1].max() < 0.002


def test_a_day_without_values_has_none_and_harms_no_other(made, tmp_path):
    coarse = made.coarse.copy()
    coarse[5] = np.nan
    found = read_days(write_days(tmp_path, coarse), FINE, DAYS)
    for name in BASELINES:
        assert np.isnan(found[name][5]).all()
        assert np.isfinite(np.delete(found[name], [GAP, 5], 0)).all()
    alone = read_days(Series.from_files(tmp_path).between(DAYS[5], DAYS[5]), FINE, DAYS[5:6])
    assert all(np.isnan(values).all() for values in alone.values())


def test_another_projection(made):
    found = read_days(made.series, DEGREES, DAYS[:1])
    npt.assert_array_equal(np.isnan(found[SMOOTH]), np.isnan(found[AS_IS]))
    assert np.isfinite(found[SMOOTH]).any()
    truth = read_truth(made.truth[0], DEGREES)
    inside = np.isfinite(truth) & np.isfinite(found[AS_IS][0])
    rmse = {name: np.sqrt(np.mean((values[0] - truth)[inside] ** 2)) for name, values in found.items()}
    assert rmse[SMOOTH] < rmse[BILINEAR] < rmse[AS_IS]


def read_truth(values, grid):
    """Return the values of the wide grid at the centres of another."""
    x, y = np.meshgrid(*grid.centres())
    row, column = WIDE.cells_at(x.ravel(), y.ravel())
    return np.where(row >= 0, values[row, column], np.nan).reshape(grid.shape)


def test_a_grid_that_reaches_far_beyond_the_cells(made):
    # nodes end with the cells: as many as pixels of this grid would not fit into memory
    far = Grid.from_bounds("EPSG:3035", 1000, (LEFT - 1_000_000, TOP - 1_000_000, LEFT + 1_000_000, TOP + 1_000_000))
    near = far.window_over(FINE)
    with CoarseProduct(made.series, far, DAYS[:1]).opened(DAYS[0]) as reader:
        found = reader.read(near)
        edge = reader.read(Window(near.col_off - 100, near.row_off, 100, 20))
        nowhere = reader.read(Window(0, 0, 10, 10))
    assert np.isfinite(found[SMOOTH]).all()
    for values in (edge, nowhere):
        npt.assert_array_equal(np.isnan(values[SMOOTH]), np.isnan(values[AS_IS]))
    assert np.isfinite(edge[SMOOTH]).any()
    assert np.isnan(nowhere[SMOOTH]).all()


def test_cells_are_read_once(made, monkeypatch):
    read = []
    monkeypatch.setattr(smooth, "read_on", lambda source, grid: read.append(source.path) or read_on(source, grid))
    read_days(made.series, FINE, DAYS)
    assert read == [source.path for source in made.series.sources]


def test_different_grids_are_said(made, tmp_path):
    write_days(tmp_path, made.coarse[:4], days=DAYS[:4])
    series = write_days(tmp_path, made.coarse[4:6, 1:], COARSE.part(Window(0, 1, 16, 15)), DAYS[4:6])
    product = CoarseProduct(series, FINE, DAYS[:6])
    assert product.names == (AS_IS, BILINEAR)
    assert product.warnings == [
        f"Coarse smooth is left out: 2 of 6 coarse rasters lie on another grid than the first, as "
        f"{tmp_path / 'sm_2023-06-05.tif'}. Bring them to one grid (Align rasters)."
    ]
    with product.opened(DAYS[0]) as reader:
        assert tuple(reader.read()) == (AS_IS, BILINEAR)


def test_too_many_cells_are_said(made, monkeypatch):
    monkeypatch.setattr(baselines, "MOST_CELLS", 200)
    product = CoarseProduct(made.series, FINE, DAYS)
    assert product.names == (AS_IS, BILINEAR)
    # six by seven cells, and four on each side
    assert product.warnings == [
        "Coarse smooth is left out: the comparison covers 210 coarse cells, and the most is 200. Compare on a smaller "
        "area."
    ]


def test_no_coarse_product_is_no_baseline_and_one_elsewhere_an_error(made):
    assert CoarseProduct(None, FINE, DAYS).names == ()
    far = Grid.from_bounds("EPSG:3035", 1000, (3_000_000, 2_000_000, 3_010_000, 2_010_000))
    with pytest.raises(GridError, match="do not overlap"):
        CoarseProduct(made.series, far, DAYS)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.99])
def test_a_cancel_is_felt_at_every_stage(made, share):
    days = DAYS[:SERIES]
    series = made.series.between(days[0], days[-1])

    def look_at_all(stop_asked):
        progress = Progress(stop_asked=stop_asked)
        product = CoarseProduct(series, FINE, days, progress)
        for day in days:
            with product.opened(day):
                pass

    looks = itertools.count()
    look_at_all(lambda: next(looks) < 0)
    total = next(looks)
    assert total > 2 * len(days)
    asked = itertools.count()
    with pytest.raises(Cancelled):
        look_at_all(lambda: next(asked) >= int(share * total))
    assert next(asked) == int(share * total) + 1


def test_progress_is_told_raster_by_raster(made):
    told = []
    CoarseProduct(made.series, FINE, DAYS, Progress(told.append))
    npt.assert_allclose(told, np.arange(len(DAYS) + 1) / len(DAYS))
