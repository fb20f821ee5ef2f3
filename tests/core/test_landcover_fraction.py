# SPDX-License-Identifier: GPL-2.0-or-later
"""The share of land cover classes per pixel is that of the area, on any pair of grids; masks follow from it."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, GridError, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing import landcover_fraction as module
from soilsharp.core.preprocessing.landcover_fraction import landcover_fraction
from soilsharp.core.preprocessing.legends import LEGENDS
from soilsharp.core.preprocessing.settings import FractionOptions
from soilsharp.core.rasters.grid import Grid

LAEA = "EPSG:3035"
BOX = (4_000_000, 3_000_000, 4_008_000, 3_004_000)
FINE = Grid.from_bounds(LAEA, 250, BOX)  # 16 rows, 32 columns
GRID = Grid.from_bounds(LAEA, 1000, BOX)  # 4 rows, 8 columns


def land(path, values, grid=FINE, dtype="uint8", nodata=255):
    with rasterio.open(
        path, "w", driver="GTiff", dtype=dtype, count=1, nodata=nodata, crs=grid.crs, transform=grid.transform,
        height=grid.shape[0], width=grid.shape[1],
    ) as dataset:  # fmt: skip
        dataset.write(np.asarray(values).astype(dtype), 1)
    return str(path)


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def some(shape, seed=1):
    return np.random.default_rng(seed).integers(1, 18, shape)


def test_shares_by_hand_with_unknown_area(tmp_path):
    values = np.full(FINE.shape, 10)
    values[0:4, 0:4] = [[1, 1, 5, 5], [8, 8, 8, 8], [10, 10, 10, 10], [13, 13, 17, 17]]  # 4 of 16 forest
    values[0:4, 4:8] = 255
    values[0, 4:8] = 2  # a quarter is known, all of it forest
    values[0:4, 8:12] = [[3, 3, 255, 255]] * 2 + [[9, 9, 9, 9]] * 2  # 4 of 12 known
    source = land(tmp_path / "land.tif", values)
    facts = landcover_fraction(source, GRID, tmp_path / "a.tif", FractionOptions(classes="1-5"))
    found = read(tmp_path / "a.tif")
    npt.assert_allclose(found[0, :4], [4 / 16, np.nan, 4 / 12, 0], rtol=1e-6)
    assert (found[1:] == 0).all()
    assert facts.known == pytest.approx(31 / 32)
    assert facts.mean == pytest.approx((4 / 16 + 4 / 12) / 31)
    assert facts.kept is None
    landcover_fraction(source, GRID, tmp_path / "b.tif", FractionOptions(classes="1, 2-5", min_valid_fraction=0.25))
    npt.assert_allclose(read(tmp_path / "b.tif")[0, :4], [4 / 16, 1, 4 / 12, 0], rtol=1e-6)
    landcover_fraction(
        source, GRID, tmp_path / "c.tif", FractionOptions(legend="igbp", classes="forest", min_valid_fraction=1)
    )
    npt.assert_allclose(read(tmp_path / "c.tif")[0, :4], [4 / 16, np.nan, np.nan, 0], rtol=1e-6)


def test_a_mask_keeps_forest_and_leaves_water_and_towns_out(tmp_path):
    values = np.full(FINE.shape, 10)
    values[0:2, 0:4] = 1  # half forest: kept
    values[0:2, 4:7] = 1  # 6 of 16: out
    values[0:3, 8:12] = 1  # 12 of 16 forest,
    values[3, 8:10] = 17  # 2 of 16 water: out
    values[0:3, 12:16] = 1
    values[3, 12] = 13  # 1 of 16 town: kept
    values[0:4, 16:20] = 255
    options = FractionOptions(legend="igbp", classes="forest", out_classes="water, urban", out_max_fraction=0.1)
    facts = landcover_fraction(
        land(tmp_path / "land.tif", values), GRID, tmp_path / "f.tif", options, mask=tmp_path / "mask.tif"
    )
    npt.assert_array_equal(read(tmp_path / "mask.tif")[0], [1, 0, 0, 1, np.nan, 0, 0, 0])
    assert facts.kept == 2


def test_exact_areas_where_the_grids_do_not_nest(tmp_path):
    values = some(FINE.shape)
    target = Grid.from_bounds(LAEA, 700, (4_000_300, 3_000_100, 4_007_300, 3_003_600))
    landcover_fraction(land(tmp_path / "land.tif", values), target, tmp_path / "f.tif", FractionOptions(classes="1-5"))
    # pixels of 50 m divide both
    member = np.kron((values <= 5), np.ones((5, 5)))[8:-2, 6:-14]
    expected = member.reshape(5, 14, 10, 14).mean((1, 3))
    npt.assert_allclose(read(tmp_path / "f.tif"), expected, atol=1e-6)


def test_latitude_counts_in_degrees(tmp_path):
    fine = Grid.from_bounds("EPSG:4326", 5, (0, 60, 10, 80))  # 4 rows, 2 columns
    values = np.ones(fine.shape)
    values[:2] = 2  # the northern half
    coarse = Grid.from_bounds("EPSG:4326", 10, (0, 60, 10, 80))
    coarse = Grid(coarse.crs, coarse.transform * coarse.transform.scale(1, 2), (1, 1))
    landcover_fraction(land(tmp_path / "l.tif", values, fine), coarse, tmp_path / "f.tif", FractionOptions(classes="2"))
    top, middle, bottom = np.sin(np.radians([80, 70, 60]))
    assert read(tmp_path / "f.tif")[0, 0] == pytest.approx((top - middle) / (top - bottom), rel=1e-6)


@pytest.mark.parametrize("size", [3, 50])
def test_blocks_equal_the_whole(tmp_path, monkeypatch, size):
    fine = Grid.from_bounds(LAEA, 100, (4_000_000, 3_000_000, 4_090_000, 3_070_000))
    target = Grid.from_bounds(LAEA, 100 * size, (3_999_970, 2_999_000, 4_090_500, 3_069_000))
    values = some(fine.shape)
    source = land(tmp_path / "land.tif", values, fine)
    found = []
    for pixels in (1 << 16, 1 << 22):
        monkeypatch.setattr(module, "BLOCK", pixels)
        landcover_fraction(source, target, tmp_path / "f.tif", FractionOptions(classes="1-5", min_valid_fraction=0))
        found.append(read(tmp_path / "f.tif"))
    npt.assert_allclose(found[0], found[1], atol=1e-6)
    inside = np.isfinite(found[0])
    # the share of all is that of the class map, but for cells that reach beyond it
    assert found[0][inside].mean() == pytest.approx((values <= 5).mean(), abs=2e-3)


def test_another_projection(tmp_path):
    fine = Grid.from_bounds(LAEA, 100, (4_300_000, 3_000_000, 4_400_000, 3_100_000))
    # forest is a half plane: the share in pixels far from its edge is 0 or 1, and the whole is a plane's area
    x, y = fine.centres()
    forest = x[None, :] + 0.3 * y[:, None] < 4_350_000 + 0.3 * 3_050_000
    source = land(tmp_path / "land.tif", np.where(forest, 1, 9), fine)
    target = Grid.from_bounds("EPSG:32632", 1000, (570_000, 5_620_000, 610_000, 5_660_000))
    options = FractionOptions(classes="1", min_valid_fraction=1)
    facts = landcover_fraction(source, target, tmp_path / "f.tif", options)
    found = read(tmp_path / "f.tif")
    points = Grid(target.crs, target.transform * target.transform.scale(1 / 20), (800, 800))
    px, py = np.meshgrid(*points.centres())
    tx, ty = rasterio.warp.transform(target.crs, fine.crs, px.ravel(), py.ravel())
    tx, ty = np.reshape(tx, px.shape), np.reshape(ty, px.shape)
    left, bottom, right, top = fine.bounds
    inside = (tx > left) & (tx < right) & (ty > bottom) & (ty < top)
    exact = (tx + 0.3 * ty < 4_350_000 + 0.3 * 3_050_000).reshape(40, 20, 40, 20).mean((1, 3))
    whole = inside.reshape(40, 20, 40, 20).all((1, 3))
    assert 0.2 < whole.mean() < 1
    assert np.isfinite(found)[whole].all()
    assert facts.known == pytest.approx(whole.mean(), abs=0.01)
    npt.assert_allclose(found[whole], exact[whole], atol=0.06)
    assert np.abs(found - exact)[whole].mean() < 0.002
    assert np.mean((found - exact)[whole]) == pytest.approx(0, abs=3e-4)


def test_a_class_map_coarser_than_the_grid(tmp_path):
    values = some(GRID.shape)
    source = land(tmp_path / "land.tif", values, GRID)
    landcover_fraction(source, FINE, tmp_path / "a.tif", FractionOptions(classes="1-5"))
    npt.assert_array_equal(read(tmp_path / "a.tif"), np.kron(values <= 5, np.ones((4, 4))))
    landcover_fraction(source, GRID, tmp_path / "b.tif", FractionOptions(classes="1-5"))
    npt.assert_array_equal(read(tmp_path / "b.tif"), values <= 5)


def test_fill_classes_of_a_legend_are_unknown(tmp_path):
    values = np.full(FINE.shape, 10)
    values[0:4, 0:3] = 0  # no data of WorldCover, not declared; a quarter is left
    source = land(tmp_path / "land.tif", values, nodata=None)
    landcover_fraction(
        source, GRID, tmp_path / "f.tif", FractionOptions(legend="worldcover", classes="forest", min_valid_fraction=0.2)
    )
    assert read(tmp_path / "f.tif")[0, 0] == 1
    landcover_fraction(source, GRID, tmp_path / "f.tif", FractionOptions(classes="10", min_valid_fraction=0.2))
    assert read(tmp_path / "f.tif")[0, 0] == 0.25


def test_corine_by_number_and_by_code(tmp_path):
    for name, values in (("numbers", np.where(some(FINE.shape) < 9, 24, 41)), ("codes", None)):
        values = values if values is not None else np.where(some(FINE.shape) < 9, 312, 512)
        source = land(tmp_path / f"{name}.tif", values, dtype="int16", nodata=-32768)
        landcover_fraction(source, GRID, tmp_path / f"{name}_f.tif", FractionOptions(legend="corine", classes="forest"))
    npt.assert_array_equal(read(tmp_path / "numbers_f.tif"), read(tmp_path / "codes_f.tif"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "No classes are chosen"),
        ({"classes": "forest"}, "'forest' is no class; .*groups need a known land cover map"),
        ({"classes": "trees", "legend": "cci"}, "groups of cci: crop, forest"),
        ({"classes": "5-1"}, "no range"),
        ({"classes": "70000"}, "between 0 and 65535"),
        ({"classes": "1-2-3"}, "'1-2-3' is no class"),
        ({"classes": "1", "out_classes": "x"}, "'x' is no class"),
    ],
)
def test_classes_that_cannot_be(options, words):
    with pytest.raises(OptionError, match=words):
        FractionOptions(**options)


@pytest.mark.parametrize("legend", LEGENDS)
def test_every_group_can_be_read_and_none_shares_a_class_but_wet_forest(legend):
    options = FractionOptions(legend=legend, classes="forest")
    of = {
        group: {n for a, b in options.numbers(text) for n in range(a, b + 1)} for group, text in LEGENDS[legend].items()
    }
    twice = {n for a in of for b in of for n in of[a] & of[b] if a < b}
    assert all(n in of["forest"] & of["wetland"] or 160 <= n <= 180 for n in twice)


def test_classes_that_are_nowhere_are_told(tmp_path):
    said = []
    source = land(tmp_path / "land.tif", np.where(some(FINE.shape) < 9, 3, 4))
    options = FractionOptions(classes="11", out_classes="4")
    landcover_fraction(source, GRID, tmp_path / "f.tif", options, progress=Progress(warn=said.append))
    assert said == ["There is no pixel of '11' within the grid: the map has 3, 4 there."]


def test_bad_input_and_a_cancel_leave_nothing(tmp_path):
    options = FractionOptions(classes="1")
    source = land(tmp_path / "land.tif", some(FINE.shape))
    far = Grid.from_bounds(LAEA, 1000, (0, 0, 5000, 5000))
    with pytest.raises(GridError, match="do not overlap"):
        landcover_fraction(source, far, tmp_path / "out.tif", options, mask=tmp_path / "mask.tif")
    (tmp_path / "broken.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"Cannot read .*broken\.tif"):
        landcover_fraction(str(tmp_path / "broken.tif"), GRID, tmp_path / "out.tif", options)
    with pytest.raises(Cancelled):
        landcover_fraction(source, GRID, tmp_path / "out.tif", options, mask=tmp_path / "mask.tif",
                           progress=Progress(stop_asked=lambda: True))  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.tif", "land.tif"]
