# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters on another grid: by area, by the most frequent class, or resampled; each by its own rule."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing import align_rasters as module
from soilsharp.core.preprocessing.align_rasters import align_rasters, rasters_in
from soilsharp.core.preprocessing.settings import AlignOptions
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map

NAN = np.nan
FINE = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_070_000, 3_070_000))


def _rough(grid, seed=1):
    """Return values with a slope, noise and a fifth of them unknown."""
    rng = np.random.default_rng(seed)
    values = rng.random(grid.shape) + np.linspace(0, 3, grid.shape[1])
    return np.where(rng.random(grid.shape) < 0.2, NAN, values).astype(np.float32)


def _aligned(tmp_path, values, own, grid, **options):
    write_map(tmp_path / "in" / "a.tif", values, own)
    out = align_rasters({"a": str(tmp_path / "in" / "a.tif")}, grid, tmp_path / "out", AlignOptions(**options))
    return read_on(Source(str(out.maps[0].path)), grid)


@pytest.mark.parametrize("resolution", [1200, 1500, 2500, 3333, 7000])
def test_finer_pixels_are_averaged_by_area_where_grids_do_not_nest(tmp_path, resolution):
    side = 60_000 // resolution * resolution  # cells that stick out of the raster are weighted otherwise by GDAL
    grid = Grid.from_bounds("EPSG:3035", resolution, (4_000_300, 3_000_100, 4_000_300 + side, 3_000_100 + side))
    values = _rough(FINE)
    made = _aligned(tmp_path, values, FINE, grid)
    npt.assert_allclose(made, Overlap(grid, FINE).mean(values), rtol=1e-6)


def test_the_area_mean_by_hand(tmp_path):
    fine = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_003_000, 3_003_000))
    grid = Grid.from_bounds("EPSG:3035", 1500, fine.bounds)
    values = np.array([[1, 2, 4], [8, 16, 32], [NAN, 0, 64]], np.float32)
    # a pixel whole counts 1, halved 0.5, quartered 0.25; the lower left one is unknown and does not count
    upper_left = (1 + 0.5 * 2 + 0.5 * 8 + 0.25 * 16) / 2.25
    lower_left = (0.5 * 8 + 0.25 * 16 + 0.5 * 0) / 1.25
    made = _aligned(tmp_path, values, fine, grid)
    npt.assert_allclose(made[:, 0], [upper_left, lower_left], rtol=1e-6)


def test_across_projections_averages_are_near_those_by_area(tmp_path):
    fine = Grid.from_bounds("EPSG:3035", 250, (4_300_000, 3_900_000, 4_360_000, 3_960_000))
    left, bottom, right, top = fine.bounds_in(WGS84)
    grid = Grid.from_bounds(WGS84, 0.03, (left + 0.1, bottom + 0.06, right - 0.1, top - 0.06))
    values = _rough(fine)
    made = _aligned(tmp_path, values, fine, grid)
    # the box around a turned pixel holds a few neighbours more: of noise with SD 0.29 that is at most this
    off = made - Overlap(grid, fine).mean(values)
    assert np.nanstd(off) < 0.015
    assert abs(np.nanmean(off)) < 0.001


def test_coarser_is_resampled_and_classes_are_never_mixed(tmp_path):
    coarse = Grid.from_bounds("EPSG:3035", 3000, (4_000_000, 3_000_000, 4_006_000, 3_009_000))
    grid = Grid.from_bounds("EPSG:3035", 1000, coarse.bounds)
    values = np.array([[0, 6]] * 3, np.float32)
    npt.assert_array_equal(_aligned(tmp_path, values, coarse, grid)[1], [0, 0, 0, 6, 6, 6])
    npt.assert_allclose(
        _aligned(tmp_path, values, coarse, grid, resampling="bilinear")[4], [0, 0, 2, 4, 6, 6], atol=1e-6
    )
    npt.assert_array_equal(
        _aligned(tmp_path, values, coarse, grid, resampling="bilinear", classes=True)[1], [0, 0, 0, 6, 6, 6]
    )
    classes = np.full(FINE.shape, 3, np.float32)
    classes[:3, :2] = 7
    there = Grid.from_bounds("EPSG:3035", 3500, FINE.bounds)
    npt.assert_array_equal(_aligned(tmp_path, classes, FINE, there, classes=True)[0, :2], [3, 3])
    classes[:, :2] = 7
    npt.assert_array_equal(_aligned(tmp_path, classes, FINE, there, classes=True)[0, :2], [7, 3])


def test_a_table_of_colours_is_told_unless_these_are_classes(tmp_path):
    for name in ("soil_types", "slope"):
        write_map(tmp_path / f"{name}.tif", np.zeros(FINE.shape), FINE)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": FINE.crs, "transform": FINE.transform,
               "width": FINE.shape[1], "height": FINE.shape[0]}  # fmt: skip
    with rasterio.open(tmp_path / "soil_types.tif", "w", **profile) as dataset:
        dataset.write(np.arange(FINE.size, dtype="uint8").reshape(FINE.shape), 1)
        dataset.write_colormap(1, {0: (255, 0, 0, 255), 1: (0, 255, 0, 255)})
    layers, told = {name: str(tmp_path / f"{name}.tif") for name in ("soil_types", "slope")}, []
    align_rasters(layers, FINE, tmp_path / "out", progress=Progress(warn=told.append))
    (words,) = told
    assert words.startswith("soil_types has a table of colours")
    rules = AlignOptions(rules="soil_types: classes")
    align_rasters(layers, FINE, tmp_path / "out2", rules, progress=Progress(warn=told.append))
    assert told == [words]


def test_each_raster_by_its_own_rule_and_a_series_keeps_its_days(tmp_path):
    coarse = Grid.from_bounds("EPSG:3035", 3000, (4_000_000, 3_000_000, 4_006_000, 3_009_000))
    grid = Grid.from_bounds("EPSG:3035", 1000, coarse.bounds)
    for name in ("ndvi_20230501", "ndvi_2023129", "landcover"):
        write_map(tmp_path / "in" / f"{name}.tif", np.array([[0, 6]] * 3), coarse, unit="1")
    out = align_rasters(
        rasters_in(tmp_path / "in"), grid, tmp_path / "out", AlignOptions(resampling="cubic", rules="ndvi: bilinear;\n"
        "landcover: classes"),
    )  # fmt: skip
    assert [(m.path.name, str(m.day)) for m in out.maps] == [
        ("landcover.tif", "None"), ("ndvi_20230501.tif", "2023-05-01"), ("ndvi_20230509.tif", "2023-05-09"),
    ]  # fmt: skip
    found = {m.path.stem: read_on(Source(str(m.path)), grid)[4] for m in out.maps}
    npt.assert_allclose(found["ndvi_20230501"], [0, 0, 2, 4, 6, 6], atol=1e-6)
    npt.assert_array_equal(found["landcover"], [0, 0, 0, 6, 6, 6])
    assert {m.unit for m in out.maps} == {"1"}


def test_many_windows_equal_one(tmp_path, monkeypatch):
    fine = Grid.from_bounds(WGS84, 0.005, (10, 50, 16, 54))
    grid = Grid.from_bounds("EPSG:3035", 800, (4_350_000, 3_000_000, 4_650_000, 3_300_000))
    values = _rough(fine)
    one = _aligned(tmp_path, values, fine, grid, resampling="bilinear")
    monkeypatch.setattr(module, "PIXELS", 1)
    many = _aligned(tmp_path, values, fine, grid, resampling="bilinear")
    # GDAL finds places to an eighth of a pixel, and starts its search anew in each window
    assert np.mean(one != many) < 0.02
    assert abs(np.nanmean(one - many)) < 1e-4


def test_what_cannot_be_used_is_left_out_and_the_rest_is_done(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 3000, FINE.bounds)
    write_map(tmp_path / "in" / "good.tif", _rough(FINE), FINE)
    write_map(tmp_path / "in" / "cut.tif", _rough(FINE), FINE)
    (tmp_path / "in" / "cut.tif").write_bytes((tmp_path / "in" / "cut.tif").read_bytes()[:6000])
    away = Grid.from_bounds("EPSG:3035", 1000, (5_000_000, 3_000_000, 5_003_000, 3_003_000))
    write_map(tmp_path / "in" / "away.tif", np.ones(away.shape), away)
    with rasterio.open(tmp_path / "in" / "nowhere.tif", "w", driver="GTiff", height=1, width=1, count=1, dtype="uint8"):
        pass
    out = align_rasters(rasters_in(tmp_path / "in"), grid, tmp_path / "out")
    assert [m.path.name for m in out.maps] == ["good.tif"]
    why = dict(out.refused)
    assert set(why) == {"cut.tif", "away.tif", "nowhere.tif"}
    assert "do not overlap" in why["away.tif"]
    assert "no coordinate reference system" in why["nowhere.tif"]
    assert "damaged" in why["cut.tif"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["good.tif", "summary.csv"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("a nearest", "Cannot read the rule 'a nearest'; write it as"),
        ("a: mean", "Cannot read the rule 'a: mean'"),
        ("b: nearest", "'b: nearest' is for no raster; there are a"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(tmp_path, rules, message):
    write_map(tmp_path / "in" / "a.tif", _rough(FINE), FINE)
    with pytest.raises(InputError, match=message):
        align_rasters(rasters_in(tmp_path / "in"), FINE, tmp_path / "out", AlignOptions(rules=rules))
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_the_inputs_own_folder_is_refused_and_a_cancel_leaves_nothing(tmp_path):
    write_map(tmp_path / "in" / "a.tif", _rough(FINE), FINE)
    rasters = rasters_in(tmp_path / "in")
    with pytest.raises(OverwriteError, match=r"holds the rasters\. Choose another folder"):
        align_rasters(rasters, FINE, tmp_path / "in")
    with pytest.raises(Cancelled):
        align_rasters(rasters, FINE, tmp_path / "out", progress=Progress(stop_asked=lambda: True))
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_hours_and_overpasses_of_one_day_keep_their_names(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 3000, FINE.bounds)
    names = ("sm_20230501_AM", "sm_20230501_PM", "tp_2023050106", "tp_2023050107")
    for name in names:
        write_map(tmp_path / "in" / f"{name}.tif", _rough(FINE), FINE)
    out = align_rasters(rasters_in(tmp_path / "in"), grid, tmp_path / "out", AlignOptions(rules="tp: bilinear"))
    assert [m.path.stem for m in out.maps] == list(names)
    assert not out.refused


# --- several bands ----------------------------------------------------------------------------------------------------


def _stack(path, names, values=(1, 2, 3)):
    profile = {"driver": "GTiff", "dtype": "float32", "count": len(values), "crs": FINE.crs, "height": 70, "width": 70}
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", transform=FINE.transform, **profile) as dataset:
        for number, value in enumerate(values, 1):
            dataset.write(np.full((70, 70), value, np.float32), number)
            dataset.set_band_description(number, names[number - 1])
            dataset.set_band_unit(number, "mm")
    return {path.stem: str(path)}


@pytest.mark.parametrize(
    ("stem", "names", "maps"),
    [
        ("soil", ("sand", "silt", "clay"), ["soil_sand.tif", "soil_silt.tif", "soil_clay.tif"]),
        ("rain", ("2023-05-01", "2023-05-02", "2023-05-03"),
         ["rain_20230501.tif", "rain_20230502.tif", "rain_20230503.tif"]),
    ],
)  # fmt: skip
def test_bands_that_have_names_become_maps(tmp_path, stem, names, maps):
    out = align_rasters(_stack(tmp_path / "in" / f"{stem}.tif", names), FINE, tmp_path / "out")
    assert [made.path.name for made in out.maps] == maps
    assert [(made.mean, made.unit) for made in out.maps] == [(1, "mm"), (2, "mm"), (3, "mm")]


def test_bands_without_names_are_asked_for(tmp_path):
    rasters = _stack(tmp_path / "in" / "soil.tif", ("", "", ""))
    with pytest.raises(InputError, match=r"soil\.tif has 3 bands: 1, 2, 3\. Say which one"):
        align_rasters(rasters, FINE, tmp_path / "out")
    (made,) = align_rasters(rasters, FINE, tmp_path / "out", AlignOptions(band=2)).maps
    assert (made.path.name, made.mean) == ("soil.tif", 2)
