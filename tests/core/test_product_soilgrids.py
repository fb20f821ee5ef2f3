# SPDX-License-Identifier: GPL-2.0-or-later
"""SoilGrids as delivered comes out in usual units with its error; other static rasters come out as they are."""

import csv

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import StaticOptions
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.rasters.dates import day_of
from soilsharp.core.rasters.find import area_of
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.map_folder import SUMMARY
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.raster import AlignedReader, read_on, write_map
from soilsharp.core.sample_formats.soilgrids import write_layer

IGH = "+proj=igh +lat_0=0 +lon_0=0 +datum=WGS84 +units=m +no_defs"
GRID = Grid.from_bounds(IGH, 250, (1_300_000, 5_400_000, 1_302_500, 5_402_000))  # 8 rows, 10 columns
VALUES = np.linspace(20, 60, 80).reshape(8, 10)


def raw(path, values, dtype="int16", nodata=-32768, grid=GRID, crs=True, scale=None, **words):
    """Write a raster with no help of the code under test."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.asarray(values)
    with rasterio.open(
        path, "w", driver="GTiff", dtype=dtype, count=1, nodata=nodata, crs=grid.crs if crs else None,
        transform=grid.transform, height=values.shape[0], width=values.shape[1], **words,
    ) as dataset:  # fmt: skip
        dataset.write(values.astype(dtype), 1)
        if scale:
            dataset.scales = (scale,)
    return path


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1), dataset.units[0]


@pytest.mark.parametrize(
    ("name", "stored", "value", "unit"),
    [("bdod", 142, 1.42, "kg dm-3"), ("cec", 231, 23.1, "cmol(c) kg-1"), ("cfvo", 125, 12.5, "%"),
     ("clay", 275, 27.5, "%"), ("sand", 431, 43.1, "%"), ("silt", 294, 29.4, "%"), ("nitrogen", 180, 1.8, "g kg-1"),
     ("phh2o", 63, 6.3, "pH"), ("soc", 352, 35.2, "g kg-1"), ("ocd", 290, 29.0, "kg m-3"), ("ocs", 61, 6.1, "kg m-2"),
     ("wv0033", 312, 0.312, "m3 m-3")],
)  # fmt: skip
def test_units(tmp_path, name, stored, value, unit):
    values = np.full(GRID.shape, stored)
    values[0, 0] = -32768
    raw(tmp_path / "in" / f"{name}_5-15cm_mean.tif", values)
    outcome = import_static(tmp_path / "in", tmp_path / "out")
    assert [m.name for m in outcome.maps] == [f"{name}_5-15cm"]
    found, said = read(tmp_path / "out" / f"{name}_5-15cm.tif")
    assert said == unit
    assert np.isnan(found[0, 0])
    npt.assert_allclose(found[0, 1:], value, rtol=1e-6)
    assert outcome.maps[0].known == pytest.approx(79 / 80)
    assert outcome.maps[0].day is None


def test_shares_of_a_soil_are_not_taken_for_percent_and_maps_of_nothing_are_told(tmp_path):
    raw(tmp_path / "a" / "clay_0-5cm_mean.tif", VALUES / 100, "float32", None)
    with pytest.raises(InputError, match=r"holds decimals of at most 0\.6, which are hardly percent"):
        import_static(tmp_path / "a", tmp_path / "out")
    raw(tmp_path / "b" / "clay_0-5cm_mean.tif", np.full(GRID.shape, -32768))
    told = []
    import_static(tmp_path / "b", tmp_path / "out", progress=Progress(warn=told.append))
    assert told == ["clay_0-5cm.tif has no value anywhere: check the extent and the fill value."]


def test_error_from_quantiles_by_hand(tmp_path):
    for statistic, stored in (("mean", 300), ("Q0.05", 180), ("Q0.5", 295), ("Q0.95", 509)):
        raw(tmp_path / "in" / f"silt_0-5cm_{statistic}.tif", np.full(GRID.shape, stored))
    raw(tmp_path / "in" / "silt_0-5cm_uncertainty.tif", np.full(GRID.shape, 99))  # the quantiles win
    outcome = import_static(tmp_path / "in", tmp_path / "out")
    assert [m.path.name for m in outcome.maps] == ["silt_0-5cm.tif", "silt_0-5cm_error.tif"]
    npt.assert_allclose(read(tmp_path / "out" / "silt_0-5cm.tif")[0], 30.0, rtol=1e-6)
    error, unit = read(tmp_path / "out" / "silt_0-5cm_error.tif")
    npt.assert_allclose(error, (50.9 - 18.0) / 3.29, rtol=1e-6)  # 10.0 percent
    assert unit == "%"


@pytest.mark.parametrize(("median", "expected"), [(280, 1.1 * 28.0 / 3.29), (None, 1.1 * 30.0 / 3.29)])
def test_error_from_the_uncertainty_layer_by_hand(tmp_path, median, expected):
    raw(tmp_path / "in" / "silt_0-5cm_mean.tif", np.full(GRID.shape, 300))
    raw(tmp_path / "in" / "silt_0-5cm_uncertainty.tif", np.full(GRID.shape, 11))  # a ratio of 1.1
    if median:
        raw(tmp_path / "in" / "silt_0-5cm_Q0.5.tif", np.full(GRID.shape, median))
    import_static(tmp_path / "in", tmp_path / "out")
    npt.assert_allclose(read(tmp_path / "out" / "silt_0-5cm_error.tif")[0], expected, rtol=1e-5)


def test_fill_values_that_are_not_declared_do_not_reach_the_error(tmp_path):
    for statistic, stored in (("mean", 300), ("Q0.05", 180), ("Q0.95", 509)):
        values = np.full(GRID.shape, stored)
        values[:2] = -32768
        raw(tmp_path / "in" / f"silt_0-5cm_{statistic}.tif", values, nodata=None)
    import_static(tmp_path / "in", tmp_path / "out")
    for name in ("silt_0-5cm", "silt_0-5cm_error"):
        assert np.isnan(read(tmp_path / "out" / f"{name}.tif")[0]).sum() == 20


def test_what_is_written_as_soilgrids_comes_back(tmp_path):
    values = VALUES.copy()
    values[3, 4] = np.nan
    paths = write_layer(tmp_path / "in", "sand", "0-5cm", values, GRID, uncertainty=6.0)
    assert [p.name for p in paths] == [f"sand_0-5cm_{s}.tif" for s in ("mean", "Q0.05", "Q0.5", "Q0.95", "uncertainty")]
    with rasterio.open(paths[0]) as dataset:
        assert dataset.dtypes == ("int16",)
        assert dataset.nodata == -32768
        assert dataset.read(1)[0, 0] == 200
    import_static(tmp_path / "in", tmp_path / "out")
    found = read_on(Source(str(tmp_path / "out" / "sand_0-5cm.tif")), GRID)
    npt.assert_allclose(found, values, atol=0.0501)
    npt.assert_allclose(read(tmp_path / "out" / "sand_0-5cm_error.tif")[0][np.isfinite(values)], 6.0, atol=0.04)
    # the ratio is rounded to a tenth: of a median of 60 percent, half of that is 0.9 in the error
    import_static(tmp_path / "in" / "sand_0-5cm_[mu]*.tif", tmp_path / "ratio")
    npt.assert_allclose(read(tmp_path / "ratio" / "sand_0-5cm_error.tif")[0][np.isfinite(values)], 6.0, atol=0.95)


def test_tiles_become_one_map_and_only_the_window_is_read(tmp_path, monkeypatch):
    write_layer(tmp_path / "whole", "clay", "0-5cm", VALUES, GRID)
    stored = np.round(VALUES * 10)
    for number, (rows, columns) in enumerate(
        [
            (slice(0, 5), slice(0, 4)),
            (slice(0, 5), slice(4, 10)),
            (slice(5, 8), slice(0, 4)),
            (slice(5, 8), slice(4, 10)),
        ]
    ):
        window = rasterio.windows.Window.from_slices(rows, columns)
        raw(tmp_path / "in" / "clay_0-5cm_mean" / f"tileSG-001-06{number}.tif", stored[rows, columns],
            grid=GRID.part(window))  # fmt: skip
    import_static(tmp_path / "in", tmp_path / "out")
    import_static(tmp_path / "whole", tmp_path / "expected")
    (found, _), (expected, _) = (read(tmp_path / f / "clay_0-5cm.tif") for f in ("out", "expected"))
    npt.assert_array_equal(found, expected)

    # an extent in degrees that lies within
    area = GRID.part(rasterio.windows.Window(5, 1, 4, 3))
    left, bottom, right, top = area.bounds_in(rasterio.crs.CRS.from_epsg(4326))
    wanted = area_of(("EPSG:4326", (left + 0.0004, bottom + 0.0004, right - 0.0004, top - 0.0004)))
    pixels, plain = [], AlignedReader.read
    monkeypatch.setattr(AlignedReader, "read", lambda s, *w: pixels.append(plain(s, *w).size) or plain(s, *w))
    import_static(tmp_path / "in", tmp_path / "cut", area=wanted)
    assert sum(pixels) <= 30
    cut = grid_of(tmp_path / "cut" / "clay_0-5cm.tif")
    assert 3 <= cut.shape[0] <= 5
    assert 4 <= cut.shape[1] <= 6  # a box in degrees leans on the projection
    row, column = (round((GRID.bounds[3] - cut.bounds[3]) / 250), round((cut.bounds[0] - GRID.bounds[0]) / 250))
    npt.assert_array_equal(
        read(tmp_path / "cut" / "clay_0-5cm.tif")[0],
        expected[row : row + cut.shape[0], column : column + cut.shape[1]],
    )


def test_a_missing_tile_is_unknown_and_other_grids_are_no_tiles(tmp_path):
    raw(
        tmp_path / "in" / "clay_0-5cm_mean_1.tif",
        np.full((8, 4), 200),
        grid=GRID.part(rasterio.windows.Window(0, 0, 4, 8)),
    )
    raw(
        tmp_path / "in" / "clay_0-5cm_mean_2.tif",
        np.full((4, 6), 300),
        grid=GRID.part(rasterio.windows.Window(4, 4, 6, 4)),
    )
    outcome = import_static(tmp_path / "in", tmp_path / "out")
    found = read(tmp_path / "out" / "clay_0-5cm.tif")[0]
    assert found.shape == (8, 10)
    assert np.isnan(found[:4, 4:]).all()
    assert outcome.maps[0].known == pytest.approx(56 / 80)
    coarser = Grid.from_bounds(IGH, 1000, GRID.bounds)
    raw(tmp_path / "in" / "clay_0-5cm_mean_1000.tif", np.full(coarser.shape, 200), grid=coarser)
    raw(tmp_path / "in" / "sand_0-5cm_mean.tif", np.full(GRID.shape, 200))
    outcome = import_static(tmp_path / "in", tmp_path / "again")
    assert [m.name for m in outcome.maps] == ["sand_0-5cm"]
    assert "not on one grid" in outcome.refused[0][1]


def test_other_rasters_keep_their_name_and_values(tmp_path):
    write_map(tmp_path / "in" / "elevation.tif", VALUES, GRID, unit="m")
    raw(tmp_path / "in" / "porosity_20180101.tif", np.full(GRID.shape, 45), scale=0.01)
    outcome = import_static(tmp_path / "in", tmp_path / "out")
    assert sorted(m.path.name for m in outcome.maps) == ["elevation.tif", "porosity_20180101.tif"]
    npt.assert_allclose(read(tmp_path / "out" / "elevation.tif")[0], VALUES, rtol=1e-6)
    npt.assert_allclose(read(tmp_path / "out" / "porosity_20180101.tif")[0], 0.45, rtol=1e-6)
    assert all(m.day is None for m in outcome.maps)
    assert day_of(outcome.maps[0].path) is None


def test_scale_offset_unit_and_nodata_of_other_rasters(tmp_path):
    values = np.full(GRID.shape, 4200)
    values[0] = -9999
    raw(tmp_path / "in" / "WCsat_0-5cm_M_250m.tif", values, nodata=None)
    raw(tmp_path / "in" / "sand_0-5cm_mean.tif", np.full(GRID.shape, 400))
    import_static(
        tmp_path / "in", tmp_path / "out", StaticOptions(scale=1e-4, offset=0.01, unit="m3 m-3", nodata=-9999)
    )
    found, unit = read(tmp_path / "out" / "WCsat_0-5cm_M_250m.tif")
    assert unit == "m3 m-3"
    assert np.isnan(found[0]).all()
    npt.assert_allclose(found[1:], 0.43, rtol=1e-6)
    npt.assert_allclose(read(tmp_path / "out" / "sand_0-5cm.tif")[0], 40, rtol=1e-6)  # they are not for SoilGrids


def test_tiles_of_another_raster_get_a_name(tmp_path):
    raw(tmp_path / "in" / "n50e010_dem.tif", np.full((8, 4), 200), grid=GRID.part(rasterio.windows.Window(0, 0, 4, 8)))
    raw(tmp_path / "in" / "n50e015_dem.tif", np.full((8, 6), 300), grid=GRID.part(rasterio.windows.Window(4, 0, 6, 8)))
    import_static(tmp_path / "in", tmp_path / "out", StaticOptions(name="elevation"))
    found = read(tmp_path / "out" / "elevation.tif")[0]
    assert (found[:, :4] == 200).all()
    assert (found[:, 4:] == 300).all()
    with pytest.raises(OptionError, match="file name"):
        StaticOptions(name="../elevation")


def test_choices(tmp_path):
    write_layer(tmp_path / "in", "silt", "0-5cm", VALUES, GRID, uncertainty=5)
    write_layer(tmp_path / "in", "silt", "5-15cm", VALUES, GRID)
    raw(tmp_path / "in" / "silt_0-5cm_Q0.5.tif", np.full(GRID.shape, 111))
    outcome = import_static(
        tmp_path / "in", tmp_path / "out", StaticOptions(depths="0-5 cm", statistic="median", error=False)
    )
    assert [m.name for m in outcome.maps] == ["silt_0-5cm"]
    assert outcome.maps[0].mean == pytest.approx(11.1)
    with pytest.raises(OptionError, match=r"0-10; there are 0-5, 5-15 cm"):
        import_static(tmp_path / "in", tmp_path / "out", StaticOptions(depths="0-10cm"))


def test_decimals_are_told_from_values_as_delivered(tmp_path):
    raw(tmp_path / "a" / "clay_0-5cm_mean_30s.tif", VALUES, "float32", np.nan)  # percent already
    raw(tmp_path / "b" / "clay_0-5cm_mean.tif", VALUES * 10.03, "float32", np.nan)  # averaged g/kg
    raw(tmp_path / "c" / "soc_0-5cm_mean.tif", VALUES * 10.03, "float32", np.nan)
    for folder in "ab":
        import_static(tmp_path / folder, tmp_path / "out" / folder)
    npt.assert_allclose(next(read(p)[0] for p in (tmp_path / "out" / "a").glob("*.tif")), VALUES, rtol=1e-5)
    npt.assert_allclose(next(read(p)[0] for p in (tmp_path / "out" / "b").glob("*.tif")), VALUES * 1.003, rtol=1e-5)
    with pytest.raises(InputError, match="holds decimals"):
        import_static(tmp_path / "c", tmp_path / "out" / "c")
    import_static(tmp_path / "c", tmp_path / "out" / "c", StaticOptions(stored="delivered"))
    npt.assert_allclose(read(tmp_path / "out" / "c" / "soc_0-5cm.tif")[0], VALUES * 1.003, rtol=1e-5)


def test_damaged_files_are_left_out_and_the_good_ones_done(tmp_path):
    write_layer(tmp_path / "in", "sand", "0-5cm", VALUES, GRID)
    path = raw(tmp_path / "in" / "clay_0-5cm_mean.tif", VALUES * 10)
    path.write_bytes(path.read_bytes()[:60])
    (tmp_path / "in" / "silt_0-5cm_mean.tif").write_text("<html>Service Unavailable</html>")
    raw(tmp_path / "in" / "bdod_0-5cm_Q0.05.tif", VALUES)
    raw(tmp_path / "in" / "elevation.tif", VALUES, crs=False)
    outcome = import_static(tmp_path / "in", tmp_path / "out")
    assert [m.name for m in outcome.maps] == ["sand_0-5cm"]
    why = dict(outcome.refused)
    assert set(why) == {"clay_0-5cm", "silt_0-5cm", "bdod_0-5cm", "elevation"}
    assert "Q0.05 but neither mean nor Q0.5" in why["bdod_0-5cm"]
    assert "reference system" in why["elevation"]
    assert "silt_0-5cm_mean.tif" in why["silt_0-5cm"]
    with open(tmp_path / "out" / SUMMARY) as file:
        assert len(list(csv.DictReader(file))) == 5
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["sand_0-5cm.tif", SUMMARY]


def test_a_file_damaged_behind_its_header_names_itself(tmp_path):
    grid = Grid.from_bounds(IGH, 250, (0, 0, 50_000, 25_000))
    noise = np.random.default_rng(1).integers(100, 900, (100, 100))
    for number in (0, 1):
        path = tmp_path / "in" / f"clay_0-5cm_mean_{number}.tif"
        # LZW, since not every build of GDAL notices damage in deflated data
        raw(path, noise, grid=grid.part(rasterio.windows.Window(100 * number, 0, 100, 100)), compress="lzw")
        if number == 0:
            content = bytearray(path.read_bytes())
            content[8000:9000] = b"\xff" * 1000
            path.write_bytes(content)
    with pytest.raises(InputError, match=r"clay_0-5cm_mean_0\.tif"):
        import_static(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_reference_system_can_be_given(tmp_path):
    raw(tmp_path / "in" / "clay_0-5cm_mean.tif", VALUES * 10, crs=False)
    import_static(tmp_path / "in", tmp_path / "out", StaticOptions(crs=IGH))
    assert grid_of(tmp_path / "out" / "clay_0-5cm.tif").same_as(GRID)


def test_nothing_is_left_after_a_cancel(tmp_path):
    write_layer(tmp_path / "in", "sand", "0-5cm", VALUES, GRID)
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        import_static(tmp_path / "in", tmp_path / "out", progress=Progress(stop_asked=lambda: next(asked, True)))
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(InputError, match="No files of static rasters"):
        import_static(tmp_path, tmp_path / "out")
