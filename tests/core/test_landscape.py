# SPDX-License-Identifier: GPL-2.0-or-later
"""Squares of the ground against loops over them, and components against the eigenvalues of the correlations."""

from itertools import combinations

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.crs import CRS

from soilsharp.core.analysis.figures import biplot_figure, squares_figure
from soilsharp.core.analysis.landscape import landscape_components, landscape_squares
from soilsharp.core.analysis.settings import LandscapeOptions
from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import write_map

GRID = Grid.from_bounds("EPSG:32719", 100, (800_000, 8_500_000, 804_300, 8_503_200))  # 32 x 43 pixels
OPTIONS = LandscapeOptions(side_m=500)


@pytest.fixture
def maps(tmp_path):
    rng = np.random.default_rng(1)
    rows, columns = np.indices(GRID.shape)
    elevation = 3000 + 20 * rows + 5 * columns + rng.normal(0, 30, GRID.shape)
    clay = 25 - 0.2 * columns + rng.normal(0, 2, GRID.shape)
    moisture = 0.2 + 1e-4 * (elevation - 3300) - 0.004 * (clay - 20) + rng.normal(0, 0.01, GRID.shape)
    values = {"sm": moisture.astype(np.float32), "elevation": elevation, "clay": clay}
    for name, array in values.items():
        write_map(tmp_path / f"{name}.tif", array, GRID)
    return tmp_path, {name: array.astype(np.float32).astype(float) for name, array in values.items()}


def sources(folder, *names):
    return {name: Source(str(folder / f"{name}.tif")) for name in names}


def test_squares_equal_a_loop_over_them(maps):
    folder, values = maps
    table = landscape_squares(Source(str(folder / "sm.tif")), sources(folder, "elevation", "clay"), OPTIONS)
    # 32 rows hold six squares of five and two rows more, 43 columns eight and three more
    assert len(table) == 6 * 8
    assert table.columns.tolist() == [
        "row", "column", "x", "y", "longitude", "latitude", "mean_sm", "sd_sm", "cv_sm",
        "mean_elevation", "sd_elevation", "mean_clay", "sd_clay",
    ]  # fmt: skip
    for _, square in table.iterrows():
        top, left = 1 + 5 * int(square["row"]), 1 + 5 * int(square["column"])
        for name, array in values.items():
            inside = array[top : top + 5, left : left + 5]
            npt.assert_allclose(
                [square[f"mean_{name}"], square[f"sd_{name}"]], [inside.mean(), inside.std()], rtol=1e-9
            )
        npt.assert_allclose(square["cv_sm"], square["sd_sm"] / square["mean_sm"])
    # the middle of the first: 3.5 pixels of 100 m from the corner
    npt.assert_allclose(table[["x", "y"]].to_numpy()[0], [800_350, 8_503_200 - 350])
    assert table["latitude"].between(-13.6, -13.5).all()


def test_squares_apart_and_those_that_are_little_known(maps):
    folder, values = maps
    moisture = values["sm"].copy()
    moisture[:5, :5] = np.nan  # 16 of the 25 pixels of the first square
    moisture[1, 6] = np.nan
    write_map(folder / "lake.tif", moisture, GRID)
    args = Source(str(folder / "lake.tif")), sources(folder, "clay")
    table = landscape_squares(*args, OPTIONS)
    assert len(table) == 47
    assert (table["row"][0], table["column"][0]) == (0, 1)
    inside = moisture[1:6, 6:11]
    npt.assert_allclose(table["sd_sm"][0], np.nanstd(inside))
    assert len(landscape_squares(*args, LandscapeOptions(side_m=500, min_valid_fraction=0.3))) == 48
    assert len(landscape_squares(*args, LandscapeOptions(side_m=500, min_valid_fraction=0.99))) == 46
    apart = landscape_squares(*args, LandscapeOptions(side_m=500, spacing_m=1500))
    # rows 6, 21 of 32; columns 4, 19, 34 of 43
    assert len(apart) == 2 * 3
    npt.assert_allclose(np.unique(np.diff(np.unique(apart["x"]))), 1500)


def test_squares_on_degrees_are_square_on_the_ground(tmp_path):
    grid = Grid.from_bounds("EPSG:4326", 0.001, (10, 60, 10.1, 60.1))
    write_map(tmp_path / "sm.tif", np.random.default_rng(0).random(grid.shape), grid)
    table = landscape_squares(Source(str(tmp_path / "sm.tif")), {}, LandscapeOptions(side_m=1112))
    # 10 rows of 111 m, 20 columns of 55.6 m
    npt.assert_allclose(np.diff(np.unique(table["y"]))[0], 0.010, rtol=1e-6)
    npt.assert_allclose(np.diff(np.unique(table["x"]))[0], 0.020, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"side_m": 140}, "Squares of 140 m hold 1 x 1 pixels of 100 m"),
        ({"side_m": 3300}, "larger than the map, which has 32 x 43 pixels"),
        ({"min_valid_fraction": 1.0}, "None of the 12 squares is valid on 100% of its pixels in all of sm, holes"),
    ],
)
def test_squares_that_cannot_be_are_refused(maps, options, words):
    folder, _ = maps
    write_map(folder / "holes.tif", np.where(np.indices(GRID.shape)[0] % 4 == 0, np.nan, 1), GRID)
    with pytest.raises(InputError, match=words):
        landscape_squares(Source(str(folder / "sm.tif")), sources(folder, "holes"), LandscapeOptions(**options))


def test_other_refusals_and_a_cancel(maps):
    folder, _ = maps
    moisture = Source(str(folder / "sm.tif"))
    with pytest.raises(InputError, match="'sm' is the name of soil moisture"):
        landscape_squares(moisture, {"sm": moisture}, OPTIONS)
    far = Grid.from_bounds("EPSG:32719", 100, (200_000, 8_500_000, 201_000, 8_501_000))
    write_map(folder / "far.tif", np.ones(far.shape), far)
    with pytest.raises(GridError, match="do not overlap"):
        landscape_squares(moisture, sources(folder, "far"), OPTIONS)
    with pytest.raises(Cancelled):
        landscape_squares(moisture, {}, OPTIONS, Progress(stop_asked=lambda: True))


def test_components_are_those_of_the_correlations(maps):
    folder, _ = maps
    squares = landscape_squares(Source(str(folder / "sm.tif")), sources(folder, "elevation", "clay"), OPTIONS)
    found = landscape_components(squares)
    names = ["mean_sm", "sd_sm", "mean_elevation", "sd_elevation", "mean_clay", "sd_clay"]
    assert found.loadings.index.tolist() == found.correlations.index.tolist() == names
    assert found.left_out == ()
    sizes, vectors = np.linalg.eigh(np.corrcoef(squares[names].to_numpy().T))
    npt.assert_allclose(found.explained, sizes[::-1] / 6, rtol=1e-9)
    npt.assert_allclose(np.abs(found.loadings), np.abs(vectors[:, ::-1]), atol=1e-8)
    assert (found.loadings.abs().max() == found.loadings.max()).all()
    for name in names:
        r = np.corrcoef(squares[name], found.scores["PC1"])[0, 1]
        npt.assert_allclose(found.correlations.loc[name, "PC1"], r, rtol=1e-9)
    # wetter where it is higher and where there is less clay: both grow along the first component
    first = found.correlations["PC1"]
    assert first["mean_sm"] * first["mean_elevation"] > 0.3
    assert first["mean_sm"] * first["mean_clay"] < -0.3


def test_moisture_beside_does_not_change_the_components_of_the_ground(maps):
    folder, _ = maps
    squares = landscape_squares(Source(str(folder / "sm.tif")), sources(folder, "elevation", "clay"), OPTIONS)
    beside = LandscapeOptions(moisture="beside")
    found = landscape_components(squares, beside)
    assert found.loadings.index.tolist() == ["mean_elevation", "sd_elevation", "mean_clay", "sd_clay"]
    assert found.correlations.index.tolist()[-2:] == ["mean_sm", "sd_sm"]
    r = np.corrcoef(squares["sd_sm"], found.scores["PC2"])[0, 1]
    npt.assert_allclose(found.correlations.loc["sd_sm", "PC2"], r, rtol=1e-9)
    other = landscape_components(squares.assign(mean_sm=squares["mean_sm"][::-1].to_numpy()), beside)
    npt.assert_array_equal(other.loadings, found.loadings)


def test_variables_that_do_not_vary_are_left_out_and_few_squares_refused():
    rng = np.random.default_rng(0)
    columns = {n: rng.random(9) for n in ("mean_sm", "sd_sm", "mean_clay")} | {"sd_clay": np.zeros(9)}
    squares = pd.DataFrame(columns)
    squares.loc[3, "mean_clay"] = np.nan
    found = landscape_components(squares)
    assert found.left_out == ("sd_clay",)
    assert found.loadings.shape == (3, 3)
    assert len(found.scores) == len(found.table) == 8
    with pytest.raises(InputError, match="There are 4 squares; components need 5"):
        landscape_components(squares[:5])
    with pytest.raises(InputError, match="Only 1 of the variables vary"):
        landscape_components(squares, LandscapeOptions(moisture="beside"))


@pytest.mark.parametrize("beside", [{}, {"mean_clay": np.full(9, 20.0), "sd_clay": np.zeros(9)}])
def test_moisture_with_nothing_beside_it_is_refused(beside):
    rng = np.random.default_rng(0)
    squares = pd.DataFrame({"mean_sm": rng.random(9), "sd_sm": rng.random(9), **beside})
    with pytest.raises(InputError, match="No covariate varies between the squares"):
        landscape_components(squares)


def test_figures_show_all_arrows_those_of_moisture_last(maps):
    folder, _ = maps
    squares = landscape_squares(Source(str(folder / "sm.tif")), sources(folder, "elevation", "clay"), OPTIONS)
    found = landscape_components(squares, LandscapeOptions(moisture="beside"))
    panel = biplot_figure({"wet": found}).axes[0]
    names = [text.get_text() for text in panel.texts if text.get_text()]
    assert names == ["mean elevation", "SD elevation", "mean clay", "SD clay", "mean sm", "SD sm"]
    assert f"component 1 ({100 * found.explained[0]:.0f} %)" in panel.get_xlabel()
    left, right = squares_figure({"wet": squares, "dry": squares}).axes
    assert [label.get_text() for label in left.get_xticklabels()] == ["wet", "dry"]
    assert right.get_ylim()[1] > squares["sd_sm"].max()


@pytest.mark.parametrize("n_covariates", [3, 34])
def test_no_name_of_a_biplot_lies_on_another(n_covariates):
    rng = np.random.default_rng(n_covariates)
    wet = rng.normal(size=60)
    # nearly all of them point the same way, where their names would lie on each other
    beside = {f"mean_v{i}": wet + rng.normal(0, 0.5, 60) for i in range(n_covariates)}
    squares = pd.DataFrame({"mean_sm": wet, "sd_sm": rng.random(60), **beside})
    figure = biplot_figure({"wet": landscape_components(squares)})
    figure.canvas.draw()
    panel = figure.axes[0]
    boxes = [text.get_window_extent() for text in panel.texts if text.get_text()]
    assert len(boxes) == n_covariates + 2
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(panel.bbox.y0 < box.y0 and box.y1 < panel.bbox.y1 for box in boxes)


def test_squares_in_web_mercator_are_as_large_on_the_ground(tmp_path):
    crs = CRS.from_epsg(3857)
    (x,), (y,) = project([10.0], [60.0], WGS84, crs)
    grid = Grid.from_bounds(crs, 200, (x, y, x + 20_000, y + 20_000))  # pixels of 100 m
    write_map(tmp_path / "sm.tif", np.random.default_rng(1).random(grid.shape), grid)
    table = landscape_squares(Source(str(tmp_path / "sm.tif")), {}, LandscapeOptions(side_m=1000))
    assert len(table) == 100
