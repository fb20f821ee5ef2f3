# SPDX-License-Identifier: GPL-2.0-or-later
"""ERA5-Land soil water over Norway from 0.1° to 1/120°: a sphere, grids half a cell apart, strict conservation."""

import numpy as np
import pytest

from soilsharp.core.rasters.grid import Grid, same_coordinates
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.scoring.baselines import AS_IS, BILINEAR, SMOOTH
from soilsharp.core.scoring.verdict import verdict
from soilsharp.core.study.study import Study

CONSERVED = [(key, how) for key in ("linear", "random_forest", "lightgbm") for how in ("additive", "ratio")]


def shared_lengths(coarse, fine):
    """Return the length that each coarse and each fine interval share, both given by their rising edges."""
    low, high = np.maximum(coarse[:-1, None], fine[:-1]), np.minimum(coarse[1:, None], fine[1:])
    return np.clip(high - low, 0, None)


def edges(transform, shape):
    """Return longitudes from west, and sines of latitudes from south: their differences multiply to areas."""
    x = transform.c + transform.a * np.arange(shape[1] + 1)
    y = transform.f + transform.e * np.arange(shape[0] + 1)
    return x, np.sin(np.radians(y))[::-1]


def area_means(fine, fine_grid, coarse_grid):
    """Return the mean of the known fine values over each coarse cell, by the plain formula and without core."""
    fine_x, fine_y = edges(fine_grid.transform, fine_grid.shape)
    coarse_x, coarse_y = edges(coarse_grid.transform, coarse_grid.shape)
    across, up = shared_lengths(coarse_x, fine_x), shared_lengths(coarse_y, fine_y)
    values, known = np.nan_to_num(fine.astype(float))[::-1], np.isfinite(fine)[::-1]
    areas = up @ known @ across.T
    with np.errstate(invalid="ignore"):
        return ((up @ values @ across.T) / np.where(areas > 0, areas, np.nan))[::-1]


def test_grids_are_half_a_cell_apart_and_on_a_sphere(real_data):
    folder = real_data / "krigr_norway"
    soil_water = Source(str(folder / "CN_BC.nc"), band=12).grid()
    elevation = Source(str(folder / "Covariates_Train.nc")).grid()
    assert soil_water.crs != elevation.crs
    assert same_coordinates(soil_water.crs, elevation.crs)
    np.testing.assert_allclose(np.subtract(soil_water.bounds[:2], elevation.bounds[:2]), [0.05, -0.05], atol=1e-9)


def test_band_is_asked_for_by_its_number(real_data):
    # the dimension "time" of the file is a number of a layer; 12 is soil water, 1 a temperature in K
    source = Source(str(real_data / "krigr_norway" / "CN_BC.nc"), band=12)
    values = read_on(source, source.grid())
    assert np.isfinite(values).sum() == 3674
    assert np.nanmin(values) == pytest.approx(0.0383, abs=1e-4)
    assert np.nanmax(values) == pytest.approx(0.5791, abs=1e-4)


def test_study_file_keeps_the_grid_and_the_band(norway, tmp_path):
    norway.study.write(tmp_path / "study.json")
    again = Study.read(tmp_path / "study.json")
    assert again.grid.same_as(norway.study.grid)
    assert again.coarse == norway.study.coarse
    assert again.coarse_grid.same_as(norway.study.coarse_grid)


def test_terrain_of_a_plane(cases):
    grid = Grid.from_bounds("EPSG:4326", 0.01, (10, 60, 10.2, 60.2))
    x, y = np.meshgrid(*grid.centres())
    # falls to the south-east: 0.1 m per metre eastward, 0.2 southward, at the latitude of the middle
    east = (x - 10.1) * cases.DEGREE_M * np.cos(np.radians(60.1))
    plane = -0.1 * east + 0.2 * (y - 60.1) * cases.DEGREE_M
    found = {name: values[10, 10] for name, values in cases.terrain(plane, grid).items()}
    steepness = np.hypot(0.1, 0.2)
    assert found["slope"] == pytest.approx(np.degrees(np.arctan(steepness)), rel=1e-3)
    assert found["aspect_sine"] == pytest.approx(0.1 / steepness, rel=1e-3)
    assert found["aspect_cosine"] == pytest.approx(-0.2 / steepness, rel=1e-3)
    flat = cases.terrain(np.full(grid.shape, 7.0), grid)
    assert not any(values.any() for values in flat.values())


@pytest.mark.parametrize(("key", "how"), CONSERVED)
def test_mean_over_every_coarse_cell_is_the_coarse_value(norway, cases, key, how):
    fine, coarse = norway.map(key, how, cases.DAY), norway.coarse(cases.DAY)
    mean = area_means(fine, norway.study.grid, norway.study.coarse_grid)
    both = np.isfinite(mean) & np.isfinite(coarse)
    assert both.sum() > 3500
    assert np.abs(mean - coarse)[both].max() < 1e-6
    assert norway.facts[key, how].largest_deviation < 1e-6
    assert np.nanmin(fine) >= 0


def test_mean_of_single_cells_pixel_by_pixel(norway, cases):
    # inland, at the coast, and at the edge of the target grid; a loop over pixels, as simple as can be
    study, fine, coarse = norway.study, norway.map("linear", "additive", cases.DAY), norway.coarse(cases.DAY)
    grid, cells = study.grid, study.coarse_grid
    known = np.isfinite(coarse) & np.isfinite(area_means(fine, grid, cells))
    x, y = grid.edges()
    cell_x, cell_y = cells.edges()
    some = np.argwhere(known)[:: known.sum() // 20]
    for row, column in [*some, np.argwhere(known)[0], np.argwhere(known)[-1]]:
        west, east, north, south = *cell_x[column : column + 2], *cell_y[row : row + 2]
        total = area = 0.0
        for i in np.flatnonzero((y[1:] < north) & (y[:-1] > south)):
            top, bottom = np.sin(np.radians([min(y[i], north), max(y[i + 1], south)]))
            for j in np.flatnonzero((x[1:] > west) & (x[:-1] < east)):
                if np.isfinite(fine[i, j]):
                    share = (min(x[j + 1], east) - max(x[j], west)) * (top - bottom)
                    total, area = total + share * float(fine[i, j]), area + share
        assert total / area == pytest.approx(float(coarse[row, column]), abs=1e-6)


@pytest.mark.parametrize("how", ["additive", "ratio"])
def test_land_without_coarse_value_stays_as_predicted(norway, cases, how):
    coarse, grid, cells = norway.coarse(cases.DAY), norway.study.grid, norway.study.coarse_grid
    x, y = np.meshgrid(*grid.centres())
    row, column = cells.cells_at(x.ravel(), y.ravel())
    width, height = grid.resolution
    # pixels that reach into no other cell
    corners = [cells.cells_at(x.ravel() + a * width, y.ravel() + b * height) for a in (-0.5, 0.5) for b in (-0.5, 0.5)]
    whole = np.all([(r == row) & (c == column) for r, c in corners], axis=0) & (row >= 0)
    unseen = (whole & np.isnan(coarse[row, column])).reshape(grid.shape)
    before, after = norway.map("linear", "off", cases.DAY), norway.map("linear", how, cases.DAY)
    unseen &= np.isfinite(before)
    assert unseen.sum() > 1000
    np.testing.assert_array_equal(after[unseen], before[unseen])


def test_perfect_model_baselines(perfect_model):
    table = perfect_model[1].table.set_index("product")
    assert table["n"].nunique() == 1
    # 0.0281 and 0.838 by another program, with the 0.5° cells laid a little differently
    assert table.loc[BILINEAR, "rmse"] == pytest.approx(0.0281, abs=0.001)
    assert table.loc[BILINEAR, "r"] == pytest.approx(0.838, abs=0.01)
    assert table.loc[BILINEAR, "rmse"] < table.loc[AS_IS, "rmse"]
    assert table.loc[SMOOTH, "rmse"] == pytest.approx(0.0258, abs=1e-4)
    assert table.loc[SMOOTH, "rmse"] < 0.905 * table.loc[BILINEAR, "rmse"]


def test_perfect_model_says_that_elevation_does_not_help(perfect_model, cases):
    table = perfect_model[1].table
    learners = table[table["product"] != cases.SOILSHARP.name]
    assert verdict(learners).startswith("Smooth interpolation of the coarse product did best")
    rmse = table.set_index("product")["rmse"]
    for key in cases.LABELS:
        assert rmse[cases.product_name(key, "additive")] < rmse[cases.product_name(key, "off")]


def test_soilsharp_sees_that_terrain_does_not_help_and_is_a_tenth_better_than_bilinear(perfect_model, cases):
    result, comparison = perfect_model
    assert not cases.soilsharp_model(result.study).coarse.weights.values.any()
    rmse = comparison.table.set_index("product")["rmse"]
    assert rmse[cases.SOILSHARP.name] <= rmse[SMOOTH]
    assert rmse[cases.SOILSHARP.name] <= 0.0262


@pytest.mark.parametrize(("key", "how"), CONSERVED)
def test_perfect_model_is_conserved(perfect_model, cases, key, how):
    result = perfect_model[0]
    mean = area_means(result.map(key, how, cases.DAY), result.study.grid, result.study.coarse_grid)
    gap = np.abs(mean - result.coarse(cases.DAY))
    assert np.isfinite(gap).sum() > 140
    assert np.nanmax(gap) < 1e-6


def test_aspect_changes_with_the_scale(norway, cases):
    # an area mean of directions is nearly the same everywhere; single pixels are not
    coarse, fine, share = cases.beyond_training(norway, "aspect_sine")
    assert fine > 3 * coarse
    assert share > 0.4
