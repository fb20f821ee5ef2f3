# SPDX-License-Identifier: GPL-2.0-or-later
"""MODIS and VIIRS products in the forms in which they are delivered; MODIS granules in HDF4 are tried on real files."""

import csv
import shutil

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.modis import files as modis_files
from soilsharp.core.products.modis import maps as modis_maps
from soilsharp.core.products.modis import modis
from soilsharp.core.products.modis import quality_bits as qb
from soilsharp.core.products.modis import values as modis_values
from soilsharp.core.products.modis.files import SINUSOIDAL, TILE, check_tile, tiles_over
from soilsharp.core.products.modis.layers import days_of, product, product_in
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import ModisOptions
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.sample_formats.modis import write_lai, write_lst, write_vi

DAY = np.datetime64("2023-05-01")  # day 121
KM = TILE / 1200
# 6 rows, 10 columns; the middle of its columns is the border of h18 and h19
BORDER = Grid.from_bounds(SINUSOIDAL, KM, (TILE - 5 * KM, 5 * TILE - 16 * KM, TILE + 5 * KM, 5 * TILE - 10 * KM))


def field(grid, low, high):
    """Return values from low to high in steps that differ in every cell."""
    return np.linspace(low, high, grid.shape[0] * grid.shape[1]).reshape(grid.shape)


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1), Grid.of(dataset), dataset.tags()


class Log:
    """What a person is told."""

    def __init__(self):
        self.said, self.warned = [], []
        self.progress = Progress(say=self.said.append, warn=self.warned.append)

    @property
    def text(self):
        return "\n".join(self.said + self.warned)


# --- bits by hand -----------------------------------------------------------------------------------------------------


def test_lst_bits_of_mod11():
    # 0: good, <= 1 K. 17 = 01 | emissivity 1: unsure, <= 1 K. 65: <= 2 K. 129: <= 3 K. 193: > 3 K. 69: other data
    # quality, <= 2 K. 2 and 3: not produced. 8: mandatory good, though its data quality says 2
    flags = np.array([0, 17, 65, 129, 193, 69, 2, 3, 8], np.uint8)
    check = qb.lst_11("QC_Day", "qc_day$")
    assert check.keeps(flags, "best").tolist() == [True, *[False] * 7, True]
    assert check.keeps(flags, "good", 1).tolist() == [True, True, *[False] * 6, True]
    assert check.keeps(flags, "good", 2).tolist() == [True, True, True, *[False] * 5, True]
    assert check.keeps(flags, "good", 3).tolist() == [True, True, True, True, *[False] * 4, True]


def test_lst_bits_of_mod21_run_the_other_way():
    flags = (np.array([3, 2, 1, 0], np.uint16) << 14) | 1  # produced; < 1 K, 1 to 1.5 K, 1.5 to 2 K, > 2 K
    check = qb.lst_21_daily("QC", "qc$")
    assert check.keeps(flags, "good", 1).tolist() == [True, False, False, False]
    assert check.keeps(flags, "good", 2).tolist() == [True, True, True, False]
    assert check.keeps(flags | 1 << 4, "good", 2).any() == False  # noqa: E712 thin cirrus
    assert check.keeps(flags | 2 << 4, "good", 2).tolist() == [True, True, True, False]  # near a cloud


def test_vi_bits():
    good = 1 << 6 | 1 << 11
    flags = np.array(
        [good, good | 1, good | 1 | 8 << 2, good | 2, good | 1 << 10, good | 1 << 14, good | 1 << 15, 65535]
    )
    kept = qb.VI_QUALITY.keeps(flags.astype(np.uint16), "good")
    assert kept.tolist() == [True, True, False, False, False, False, True, False]
    assert qb.VI_QUALITY.keeps(flags.astype(np.uint16), "best").tolist() == [True, *[False] * 7]
    assert qb.VI_QUALITY.keeps(flags.astype(np.uint16).view(np.int16), "good").tolist() == kept.tolist()
    many = np.repeat(flags.astype(np.uint16), 10000)
    assert (qb.VI_QUALITY.keeps(many, "good") == np.repeat(kept, 10000)).all()
    rank = np.array([-1, 0, 1, 2, 3], np.int8)
    assert qb.MODIS_RELIABILITY.keeps(rank, "good").tolist() == [False, True, True, False, False]
    assert qb.MODIS_RELIABILITY.keeps(rank.astype(np.int16), "best").tolist() == [False, True, False, False, False]


def test_lai_and_et_bits():
    flags = np.array([0, 1 << 5, 2 << 5, 4 << 5, 1 << 3, 3 << 3, 255], np.uint8)
    assert qb.MODIS_LAI.keeps(flags, "good").tolist() == [True, True, False, False, False, True, False]
    assert qb.MODIS_LAI.keeps(flags, "best").tolist() == [True, *[False] * 6]
    assert qb.ET.keeps(flags, "good").tolist() == [True, True, True, False, False, True, False]
    extra = np.array([0, 1 << 2, 1 << 4, 1 << 5], np.uint8)
    assert qb.MODIS_LAI_EXTRA.keeps(extra, "good").tolist() == [True, False, True, False]


def test_reflectance_bits():
    state = np.array(
        [0b01_001_0_00, 3 | 8, 1 | 8, 2 | 8, 4 | 8, 8 | 1 << 10, 8 | 1 << 12, 8 | 3 << 8, 65535], np.uint16
    )
    assert qb.STATE.keeps(state, "good").tolist() == [True, True, *[False] * 7]
    flags = np.array([0, 8 << 2, 13 << 2, 15 << 26, 3], np.uint32)
    assert qb.band_500m(1).keeps(flags, "good").tolist() == [True, True, False, True, False]
    assert qb.band_500m(7).keeps(flags, "good").tolist() == [True, True, True, False, False]
    flags = np.array([0, 13 << 4, 13 << 8, 1 << 2, 3 << 2], np.uint16)
    assert qb.band_250m(2).keeps(flags, "good").tolist() == [True, True, False, False, True]
    assert qb.ALBEDO.keeps(np.array([0, 1, 255], np.uint8), "good").tolist() == [True, True, False]


# --- names, days and tiles --------------------------------------------------------------------------------------------


def test_names_of_products():
    assert product_in("MOD13Q1.061__250m_16_days_NDVI_doy2023121_aid0001.tif") == "MOD13Q1"
    assert product_in("VJ121A1D.A2023121.h18v04.002.2023122000000.h5") == "VJ121A1D"
    assert product_in("mod13a1_ndvi_2016_001.tif") == "MOD13A1"
    assert product_in("MOD16A2GF.A2023121.h18v04.hdf") == "MOD16A2GF"
    assert product_in("smap_20230501.tif") == ""
    assert product("MYD11A2").days == 8
    assert product("VNP43MA3").variables() == ("albedo",)
    assert product("MOD14A1") is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("MOD13Q1.061__250m_16_days_NDVI_doy2023121_aid0001.tif", "2023-05-01"),
        ("MOD11A1.061_LST_Day_1km_doy2024366000000_aid0001.tif", "2024-12-31"),
        ("MOD09A1.A2017193.h18v04.006.2017202035302.hdf", "2017-07-12"),
        ("MOD13A1_NDVI_2016_353.tif", "2016-12-18"),
        ("MOD13Q1_NDVI_2016-05-01.tif", "2016-05-01"),
    ],
)
def test_days_in_names(name, day):
    assert modis_files._day(name, {}) == np.datetime64(day)


def test_layers_in_names_of_exports():
    layer = modis_files._export_layer
    assert layer("MOD13Q1.061__250m_16_days_NDVI_doy2023121_aid0001", "MOD13Q1") == "250m_16_days_ndvi"
    assert layer("MOD13A1_NDVI_2016_001", "MOD13A1") == "ndvi"
    assert layer("MOD11A1.061_QC_Day_doy2023121000000_aid0001_31N", "MOD11A1") == "qc_day"
    assert layer("MCD15A3H.A2023121.h18v04.061.2023137123456.Lai_500m", "MCD15A3H") == "lai_500m"
    with pytest.raises(InputError, match="day 366 of 2023"):
        modis_files._day("MOD11A1.A2023366.h18v04.hdf", {})


def test_the_last_composite_of_a_year_is_short():
    known = product("MOD16A2")
    assert days_of(known, np.datetime64("2023-12-27")) == 5
    assert days_of(known, np.datetime64("2024-12-26")) == 6
    assert days_of(known, np.datetime64("2024-12-18")) == 8


def test_tiles_and_their_place():
    area = Grid.from_bounds(WGS84, 0.1, (12.0, 45.0, 13.0, 46.0))
    assert tiles_over(area) == {"h18v04"}
    # at 60 N the border of h18 and h19 is at 20 E
    assert tiles_over(Grid.from_bounds(WGS84, 0.1, (19.0, 60.1, 21.0, 61.0))) == {"h18v02", "h19v02"}
    x, y = project([10.0], [45.0], WGS84, SINUSOIDAL)
    # geographic latitude is taken on the sphere as it is
    assert y[0] == pytest.approx(6371007.181 * np.pi / 4, abs=1)
    assert x[0] == pytest.approx(6371007.181 * np.radians(10) * np.cos(np.pi / 4), abs=1)
    check_tile(BORDER.part(rasterio.windows.Window(0, 0, 5, 6)), "h18v04")
    with pytest.raises(GridError, match="does not lie in its tile h18v04"):
        check_tile(BORDER, "h18v04")


# --- exports ----------------------------------------------------------------------------------------------------------


def test_exports_of_vegetation_indices(tmp_path):
    ndvi, cloudy = field(BORDER, -0.2, 0.9), np.zeros(BORDER.shape, bool)
    ndvi[0, 0], cloudy[1, 1] = np.nan, True
    write_vi(tmp_path / "in", DAY, BORDER, ndvi, ndvi / 2, cloudy=cloudy)
    log = Log()
    made = import_modis(tmp_path / "in", tmp_path / "out", progress=log.progress).maps
    assert [(m.name, str(m.day), m.unit) for m in made] == [("ndvi", "2023-05-01", "1")]
    values, grid, tags = read(tmp_path / "out" / "ndvi_20230501.tif")
    assert grid.same_as(BORDER)
    expected = np.where(cloudy, np.nan, np.round(ndvi, 4))
    np.testing.assert_allclose(values, expected, atol=1e-7)
    assert tags["product"] == "MOD13A2"
    assert tags["quality"].startswith("good: MODLAND")
    assert "ndvi 98 %" in log.text  # 58 of 59
    import_modis(tmp_path / "in", tmp_path / "any", ModisOptions(variable="evi", quality="any"))
    values = read(tmp_path / "any" / "evi_20230501.tif")[0]
    np.testing.assert_allclose(values, np.round(ndvi / 2, 4), atol=1e-4)
    assert np.isnan(values).sum() == 1


def test_lst_by_its_error(tmp_path):
    lst, error = field(BORDER, 270, 310), np.tile([1, 2, 3, 4, 1], 12).reshape(BORDER.shape)
    lst[2, 2] = np.nan
    write_lst(tmp_path / "in", DAY, BORDER, lst, lst - 10, error_k=error)
    for k, kept in ((1, [1]), (2, [1, 2]), (3, [1, 2, 3])):
        import_modis(tmp_path / "in", tmp_path / f"{k}", ModisOptions(lst_error_k=k))
        values = read(tmp_path / f"{k}" / "lst_day_20230501.tif")[0]
        np.testing.assert_allclose(values, np.where(np.isin(error, kept), lst, np.nan), atol=0.0101)
    import_modis(tmp_path / "in", tmp_path / "best", ModisOptions(variable="lst_night", quality="best", lst_error_k=3))
    values = read(tmp_path / "best" / "lst_night_20230501.tif")[0]
    np.testing.assert_allclose(values, np.where(error == 1, lst - 10, np.nan), atol=0.0101)


def test_special_classes_of_lai_are_unknown(tmp_path):
    lai = field(BORDER, 0, 6.9)
    lai[::2, 3] = np.nan  # stored as 249 to 255
    write_lai(tmp_path / "in", DAY, BORDER, lai, lai / 10)
    for variable, factor in (("lai", 1), ("fapar", 0.1)):
        import_modis(tmp_path / "in", tmp_path / variable, ModisOptions(variable=variable, quality="any"))
        values = read(tmp_path / variable / f"{variable}_20230501.tif")[0]
        np.testing.assert_allclose(values, lai * factor, atol=0.0501)


def test_evapotranspiration_per_day(tmp_path):
    stored = np.array([[80, 160, 32765], [0, 40, 32761]], np.int16)  # 0.1 kg m-2 in 8, or 5, days
    grid = BORDER.part(rasterio.windows.Window(0, 0, 3, 2))
    for number in ("2023353", "2023361"):
        export(tmp_path / "in" / f"MOD16A2GF.061_ET_500m_doy{number}_aid0001.tif", stored, grid, 32767)
        export(tmp_path / "in" / f"MOD16A2GF.061_ET_QC_500m_doy{number}_aid0001.tif", np.zeros((2, 3), np.uint8), grid)
    made = import_modis(tmp_path / "in", tmp_path / "out").maps
    assert [(str(m.day), m.unit) for m in made] == [("2023-12-19", "mm d-1"), ("2023-12-27", "mm d-1")]
    for path, days in ((made[0].path, 8), (made[1].path, 5)):
        np.testing.assert_allclose(read(path)[0], np.array([[8, 16, np.nan], [0, 4, np.nan]]) / days, rtol=1e-6)


def test_land_cover_holds_for_its_year(tmp_path):
    classes = np.array([[1, 17, 255], [10, 12, 0]], np.uint8)
    grid = BORDER.part(rasterio.windows.Window(0, 0, 3, 2))
    export(tmp_path / "in" / "MCD12Q1.061_LC_Type1_doy2020001_aid0001.tif", classes, grid, 255)
    within = {"first": np.datetime64("2020-05-01"), "last": np.datetime64("2020-06-01")}
    import_modis(tmp_path / "in", tmp_path / "one", **within)
    values, _, tags = read(tmp_path / "one" / "land_cover.tif")
    np.testing.assert_array_equal(values, [[1, 17, np.nan], [10, 12, np.nan]])
    assert tags["class_12"] == "cropland"
    assert tags["class_17"] == "water"
    export(tmp_path / "in" / "MCD12Q1.061_LC_Type1_doy2021001_aid0001.tif", classes, grid, 255)
    assert len(import_modis(tmp_path / "in", tmp_path / "two").days) == 2


def test_decimal_exports_are_not_scaled_again(tmp_path):
    grid = BORDER.part(rasterio.windows.Window(0, 0, 3, 2))
    kelvin = np.array([[280.5, 290.25, 0], [300, 301.5, 0]], np.float32)
    stored = np.where(kelvin > 0, kelvin * 50, 0).astype(np.uint16)
    export(tmp_path / "in" / "MOD11A1_LST_Day_1km_2023_121.tif", stored, grid, 0)
    export(tmp_path / "in" / "MOD11A1_LST_Day_1km_2023_122.tif", kelvin, grid, 0)
    export(tmp_path / "in" / "MOD11A1_LST_Day_1km_2023_123.tif", stored.astype(np.float32), grid, 0)
    log = Log()
    made = import_modis(tmp_path / "in", tmp_path / "out", progress=log.progress).maps
    for m in made:
        np.testing.assert_allclose(read(m.path)[0], np.where(kelvin > 0, kelvin, np.nan), atol=0.01)
    assert "1 file with decimal numbers" in log.text
    assert "None of the 3 exports has its quality layer" in log.text


@pytest.mark.parametrize(("said", "fine"), [(None, True), (0.02, True), (50.0, True), (0.0001, False)])
def test_scale_of_the_file_and_the_product_must_agree(tmp_path, said, fine):
    path = tmp_path / "in" / "MOD11A1.061_LST_Day_1km_doy2023121_aid0001.tif"
    export(path, np.full((2, 3), 15000, np.uint16), BORDER.part(rasterio.windows.Window(0, 0, 3, 2)), 0, said)
    options = ModisOptions(quality="any")
    if fine:
        assert import_modis(tmp_path / "in", tmp_path / "out", options).maps[0].mean == pytest.approx(300)
    else:
        with pytest.raises(InputError, match=r"scale of 0\.0001 for lst_day; that of the product is 0\.02"):
            import_modis(tmp_path / "in", tmp_path / "out", options)
        assert not (tmp_path / "out").exists()


def test_exports_in_degrees_stay_on_their_grid(tmp_path):
    grid = Grid.from_bounds(WGS84, 0.01, (10, 45, 10.03, 45.02))
    export(
        tmp_path / "in" / "MYD11A2.061_LST_Night_1km_doy2023121_aid0001.tif", np.full((2, 3), 14000, np.uint16), grid
    )
    export(tmp_path / "in" / "MYD11A2.061_QC_Night_doy2023121_aid0001.tif", np.array([[0, 2, 65]] * 2, np.uint8), grid)
    import_modis(tmp_path / "in", tmp_path / "out", ModisOptions(variable="lst_night"))
    values, own, _ = read(tmp_path / "out" / "lst_night_20230501.tif")
    np.testing.assert_allclose(values, [[280, np.nan, 280]] * 2)
    assert own.same_as(grid)


def test_flags_stored_as_decimal_numbers(tmp_path):
    grid = Grid.from_bounds(WGS84, 0.01, (10, 45, 10.05, 45.01))
    flags = np.array([[0, 2, 65, np.nan, -1]], np.float32)
    export(tmp_path / "in" / "MOD11A1.061_LST_Day_1km_doy2023121_aid0001.tif", np.full((1, 5), 14000, np.uint16), grid)
    export(tmp_path / "in" / "MOD11A1.061_QC_Day_doy2023121_aid0001.tif", flags, grid)
    import_modis(tmp_path / "in", tmp_path / "out")
    values = read(tmp_path / "out" / "lst_day_20230501.tif")[0]
    np.testing.assert_allclose(values, [[280, np.nan, 280, np.nan, np.nan]])


def test_albedo_of_both_skies(tmp_path):
    grid = BORDER.part(rasterio.windows.Window(0, 0, 3, 2))
    stored, flags = np.array([[150, 200, 32767], [100, 120, 140]], np.int16), np.array([[0, 1, 255]] * 2, np.uint8)
    for code in ("WSA", "BSA"):
        export(tmp_path / "in" / f"MCD43A3.061_Albedo_{code}_shortwave_doy2023121_aid0001.tif", stored, grid, 32767)
    name = "MCD43A3.061_BRDF_Albedo_Band_Mandatory_Quality_shortwave_doy2023121_aid0001.tif"
    export(tmp_path / "in" / name, flags, grid, 255)
    made = import_modis(tmp_path / "in", tmp_path / "out").maps
    assert [m.name for m in made] == ["albedo_white_sky", "albedo_black_sky"]
    np.testing.assert_allclose(read(made[0].path)[0], [[0.15, 0.2, np.nan], [0.1, 0.12, np.nan]], atol=1e-6)
    made = import_modis(tmp_path / "in", tmp_path / "best", ModisOptions(quality="best")).maps
    np.testing.assert_allclose(read(made[1].path)[0], [[0.15, np.nan, np.nan], [0.1, np.nan, np.nan]], atol=1e-6)


def test_strips_of_a_tile_equal_the_whole(tmp_path, monkeypatch):
    write_vi(tmp_path / "in", DAY, BORDER, field(BORDER, -0.1, 0.9))
    import_modis(tmp_path / "in", tmp_path / "whole")
    monkeypatch.setattr(modis_maps, "STRIP", 21)
    import_modis(tmp_path / "in", tmp_path / "strips")
    whole, strips = (read(tmp_path / name / "ndvi_20230501.tif")[0] for name in ("whole", "strips"))
    np.testing.assert_array_equal(whole, strips)


def export(path, values, grid, nodata=None, scale=None):
    path.parent.mkdir(exist_ok=True)
    profile = {"driver": "GTiff", "dtype": values.dtype.name, "count": 1, "nodata": nodata, "crs": grid.crs,
               "transform": grid.transform, "height": grid.shape[0], "width": grid.shape[1]}  # fmt: skip
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values, 1)
        if scale:
            dataset.scales = (scale,)


# --- tiles ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tiles(tmp_path):
    """Return the folder of VIIRS tiles of two days over the border of two tiles, and the field."""
    pytest.importorskip("h5py")
    ndvi = np.round(field(BORDER, 0.1, 0.9), 4)
    for day in (DAY, DAY + 8):
        write_vi(tmp_path / "in", day, BORDER, ndvi, product="VNP13A2")
    return tmp_path / "in", ndvi


def inside(grid, cells=0.25):
    """Return an area a little within a grid."""
    left, bottom, right, top = grid.bounds
    slack = cells * KM
    return Grid.from_bounds(grid.crs, slack, (left + slack, bottom + slack, right - slack, top - slack))


def test_tiles_come_side_by_side(tiles, tmp_path):
    folder, ndvi = tiles
    assert sorted(p.name.split(".")[2] for p in folder.iterdir()) == ["h18v04", "h18v04", "h19v04", "h19v04"]
    made = import_modis(folder, tmp_path / "out", area=inside(BORDER)).maps
    assert [str(m.day) for m in made] == ["2023-05-01", "2023-05-09"]
    values, grid, _ = read(made[0].path)
    assert grid.same_as(BORDER)
    np.testing.assert_allclose(values, ndvi, atol=1e-6)
    assert made[0].source == "VNP13A2.A2023121.h18v04.002.2024001000000.h5 and 1 more"
    # values stand at the same places on Earth as what was written
    x, y = project(*(c.ravel() for c in np.meshgrid(*BORDER.centres())), SINUSOIDAL, WGS84)
    rows, columns = grid.cells_at(x, y)
    np.testing.assert_allclose(values[rows, columns], ndvi.ravel(), atol=1e-6)


def test_a_missing_tile_is_told_and_the_others_are_done(tiles, tmp_path):
    folder, ndvi = tiles
    (folder / "VNP13A2.A2023129.h19v04.002.2024001000000.h5").unlink()
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    assert outcome.refused == [("tile h19v04 of 2023-05-09", outcome.refused[0][1])]
    assert "missing on this day" in outcome.refused[0][1]
    values = read(tmp_path / "out" / "ndvi_20230509.tif")[0]
    np.testing.assert_allclose(values[:, :5], ndvi[:, :5], atol=1e-6)
    assert np.isnan(values[:, 5:]).all()
    with open(tmp_path / "out" / "summary.csv", newline="") as file:
        assert any(row["file"] == "tile h19v04 of 2023-05-09" for row in csv.DictReader(file))


def test_a_tile_that_no_day_has_is_told_once(tiles, tmp_path):
    folder, _ = tiles
    for path in folder.glob("*h19v04*"):
        path.unlink()
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    assert [name for name, _ in outcome.refused] == ["tile h19v04"]
    assert len(outcome.maps) == 2


def test_a_damaged_tile_does_not_stop_the_others(tiles, tmp_path):
    folder, _ = tiles
    path = folder / "VNP13A2.A2023129.h19v04.002.2024001000000.h5"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (folder / "VNP13A2.A2023137.h19v04.002.2024001000000.h5").write_bytes(b"")
    (folder / "VNP13A2.A2023137.h18v04.002.2024001000000.h5").write_bytes(b"<html>log in</html>")
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    refused = dict(outcome.refused)
    assert "cut off" in refused[path.name]
    assert "It is empty" in refused["VNP13A2.A2023137.h19v04.002.2024001000000.h5"]
    assert "web page" in refused["VNP13A2.A2023137.h18v04.002.2024001000000.h5"]
    assert len(outcome.maps) == 2


def test_only_the_window_is_read(tiles, tmp_path, monkeypatch):
    folder, _ = tiles
    seen, own = [], modis_values._cells
    monkeypatch.setattr(modis_values, "_cells", lambda stored, grid: seen.append(grid.shape) or own(stored, grid))
    import_modis(folder, tmp_path / "out", area=inside(BORDER))
    assert set(seen) == {(6, 5)}


def test_granules_in_the_wrong_place_are_left_out(tiles, tmp_path):
    folder, _ = tiles
    source = folder / "VNP13A2.A2023121.h19v04.002.2024001000000.h5"
    shutil.copy(source, folder / source.name.replace("h19v04", "h20v04"))
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    assert len(outcome.maps) == 2
    assert "does not lie in its tile h20v04" in outcome.refused[0][1]


def test_the_newest_production_counts(tiles, tmp_path):
    folder, _ = tiles
    newer = "VNP13A2.A2023121.h19v04.002.2024200000000.h5"
    shutil.copy(folder / newer.replace("2024200", "2024001"), folder / newer)
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    why = f"{newer} is a newer production of the same day and tile."
    assert outcome.refused == [(newer.replace("2024200", "2024001"), why)]


def test_a_product_that_its_name_does_not_tell(tiles, tmp_path):
    folder, _ = tiles
    path = folder / "VNP13A2.A2023121.h19v04.002.2024001000000.h5"
    path.rename(folder / "download(1).h5")  # what it is stands in the file
    outcome = import_modis(folder, tmp_path / "out", area=inside(BORDER))
    assert len(outcome.maps) == 2
    assert np.isfinite(read(outcome.maps[0].path)[0]).all()


def test_wrong_product_and_missing_quality(tiles, tmp_path):
    h5py = pytest.importorskip("h5py")
    folder, _ = tiles
    source = folder / "VNP13A2.A2023121.h19v04.002.2024001000000.h5"
    shutil.copy(source, folder / "VNP21A1D.A2023121.h19v04.002.2024001000000.h5")
    with pytest.raises(InputError, match="no layer of lst_day; it has 1 km 16 days NDVI"):
        import_modis(folder, tmp_path / "out", ModisOptions(variable="lst_day"))
    with pytest.raises(InputError, match=r"no variable 'lai'.*VNP13A2: 4 files .ndvi, evi"):
        import_modis(folder, tmp_path / "out", ModisOptions(variable="lai"))
    with pytest.raises(InputError, match=r"several products: VNP13A2 \(4 files\); VNP21A1D \(1 file\)\. Set 'product'"):
        import_modis(folder, tmp_path / "out")
    with pytest.raises(InputError, match=r"no product 'MOD11A1' in the input; it has VNP13A2 \(4 files\)"):
        import_modis(folder, tmp_path / "out", ModisOptions(product="MOD11A1"))
    one = import_modis(folder, tmp_path / "one", ModisOptions(product="vnp13a2"), area=inside(BORDER))
    every = import_modis(folder, tmp_path / "all", ModisOptions(product="all"), area=inside(BORDER))
    assert [m.path.parent.name for m in every.maps] == ["VNP13A2"] * len(one.maps)
    np.testing.assert_array_equal(read(every.maps[0].path)[0], read(one.maps[0].path)[0])
    assert "no layer of lst_day" in dict(every.refused)["VNP21A1D"]
    with h5py.File(source, "r+") as file:
        for name in ("VI Quality", "pixel reliability"):
            del file[f"HDFEOS/GRIDS/VIIRS_Grid_1_km_16_days_VI/Data Fields/1 km 16 days {name}"]
    outcome = import_modis(folder, tmp_path / "out", ModisOptions(variable="ndvi"), area=inside(BORDER))
    assert "quality layer, VI Quality or pixel reliability, is missing" in dict(outcome.refused)[source.name]
    assert not list(tmp_path.glob(".out*"))


def test_an_area_elsewhere_is_an_error(tiles, tmp_path):
    with pytest.raises(GridError, match="do not overlap"):
        import_modis(tiles[0], tmp_path / "out", area=Grid.from_bounds(WGS84, 0.1, (-70, -10, -69, -9)))
    assert not (tmp_path / "out").exists()


def test_days_outside_of_the_period(tiles, tmp_path):
    made = import_modis(tiles[0], tmp_path / "out", area=inside(BORDER), first=DAY + 1).maps
    assert [str(m.day) for m in made] == ["2023-05-09"]
    made = import_modis(tiles[0], tmp_path / "mid", ModisOptions(date="middle"), area=inside(BORDER)).maps
    assert [str(m.day) for m in made] == ["2023-05-09", "2023-05-17"]
    with pytest.raises(InputError, match="asked for"):
        import_modis(tiles[0], tmp_path / "none", last=DAY - 1)


def test_cancel_leaves_nothing(tiles, tmp_path):
    asked = iter([False] * 12 + [True] * 1000)
    with pytest.raises(Cancelled):
        import_modis(tiles[0], tmp_path / "out", progress=Progress(stop_asked=lambda: next(asked)))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["VNP21A1D", "VNP21A2"])
def test_viirs_temperature(tmp_path, name):
    pytest.importorskip("h5py")
    lst, error = field(BORDER, 270, 310), np.tile([1, 2, 3, 4, 1], 12).reshape(BORDER.shape)
    lst[2, 2] = np.nan
    write_lst(tmp_path / "in", DAY, BORDER, lst, error_k=error, product=name)
    import_modis(tmp_path / "in", tmp_path / "out", area=inside(BORDER))
    values = read(tmp_path / "out" / "lst_day_20230501.tif")[0]
    np.testing.assert_allclose(values, np.where(error <= 2, lst, np.nan), atol=0.0101)


def test_viirs_lai(tmp_path):
    pytest.importorskip("h5py")
    lai, cloudy = field(BORDER, 0, 6.9), np.zeros(BORDER.shape, bool)
    lai[::2, 3], cloudy[4, 4] = np.nan, True
    write_lai(tmp_path / "in", DAY, BORDER, lai, cloudy=cloudy, product="VNP15A2H")
    import_modis(tmp_path / "in", tmp_path / "out", area=inside(BORDER))
    values = read(tmp_path / "out" / "lai_20230501.tif")[0]
    np.testing.assert_allclose(values, np.where(cloudy, np.nan, lai), atol=0.0501)


# --- two satellites ---------------------------------------------------------------------------------------------------


def test_terra_and_aqua_of_one_day(tmp_path):
    terra, aqua = np.full(BORDER.shape, 300.0), np.full(BORDER.shape, 304.0)
    terra[0], aqua[1], terra[2], aqua[2] = np.nan, np.nan, np.nan, np.nan
    write_lst(tmp_path / "in", DAY, BORDER, terra)
    write_lst(tmp_path / "in", DAY, BORDER, aqua, product="MYD11A1")
    for how, rows in (("mean", (304, 300, 302)), ("terra first", (304, 300, 300)), ("aqua first", (304, 300, 304))):
        import_modis(tmp_path / "in", tmp_path / how, ModisOptions(same_day=how))
        values, _, tags = read(tmp_path / how / "lst_day_20230501.tif")
        np.testing.assert_allclose(values[[0, 1, 3], 0], rows)
        assert np.isnan(values[2]).all()
        assert tags["product"] == "MOD11A1, MYD11A1"


# --- reflectance ------------------------------------------------------------------------------------------------------


def test_bands_of_reflectance_and_a_coarser_state(tmp_path):
    half = Grid.from_bounds(SINUSOIDAL, KM / 2, BORDER.bounds)
    stored = np.round(field(half, -100, 16000)).astype(np.int16)
    state = np.zeros(BORDER.shape, np.uint16)
    state[0, 0], state[5, 9] = 1, 1 << 12  # a cloud, and snow: 2 x 2 cells of 500 m each
    for band in (1, 2):
        export(tmp_path / "in" / f"MOD09GA.061_sur_refl_b0{band}_1_doy2023121_aid0001.tif", stored, half, -28672)
    export(tmp_path / "in" / "MOD09GA.061_state_1km_1_doy2023121_aid0001.tif", state, BORDER, 65535)
    log = Log()
    made = import_modis(tmp_path / "in", tmp_path / "out", progress=log.progress).maps
    assert [str(m.path.relative_to(tmp_path / "out")) for m in made] == ["b01/b01_20230501.tif", "b02/b02_20230501.tif"]
    expected = stored * 0.0001
    expected[:2, :2] = expected[-2:, -2:] = np.nan
    np.testing.assert_allclose(read(made[0].path)[0], expected, atol=1e-6)
    assert "No file has the quality layer 'QC_500m'" in log.text


def test_a_layer_by_its_own_name(tmp_path):
    grid = BORDER.part(rasterio.windows.Window(0, 0, 3, 2))
    export(
        tmp_path / "in" / "MOD11A1.061_Emis_31_doy2023121_aid0001.tif", np.full((2, 3), 240, np.uint8), grid, 0, 0.002
    )
    made = import_modis(tmp_path / "in", tmp_path / "out", ModisOptions(layer="Emis_31")).maps
    assert (made[0].name, made[0].mean) == ("emis_31", pytest.approx(0.48))


# --- HDF4 that cannot be read -----------------------------------------------------------------------------------------


def test_without_hdf4_there_is_one_clear_message(tmp_path, monkeypatch):
    monkeypatch.setattr(modis, "reads_hdf4", lambda: False)
    folder = tmp_path / "in"
    folder.mkdir()
    for day in (121, 122):
        (folder / f"MOD11A1.A2023{day}.h18v04.061.2023137000000.hdf").write_bytes(modis_files.HDF4 + bytes(100))
    with pytest.raises(InputError, match=r"cannot read HDF4, and 2 of the files are HDF4.*GeoTIFF"):
        import_modis(folder, tmp_path / "out")


def test_without_hdf4_the_exports_beside_are_done(tmp_path, monkeypatch):
    monkeypatch.setattr(modis, "reads_hdf4", lambda: False)
    write_lst(tmp_path / "in", DAY, BORDER, field(BORDER, 270, 310))
    (tmp_path / "in" / "MOD11A1.A2023122.h18v04.061.2023137000000.hdf").write_bytes(modis_files.HDF4 + bytes(100))
    outcome = import_modis(tmp_path / "in", tmp_path / "out")
    assert len(outcome.maps) == 1
    assert outcome.refused[0][0] == "1 HDF4 files"


def test_regions_far_apart_are_not_one_map(tmp_path, monkeypatch):
    monkeypatch.setattr(modis_maps, "MAX_PIXELS", 10_000)
    far = Grid.from_bounds(SINUSOIDAL, KM, [v - 200 * KM for v in BORDER.bounds])
    write_lst(tmp_path / "in", DAY, BORDER, field(BORDER, 270, 310))
    write_lst(tmp_path / "far", DAY, far, field(BORDER, 270, 310))
    for path in (tmp_path / "far").iterdir():
        path.rename(tmp_path / "in" / path.name.replace("aid0001", "aid0002"))
    with pytest.raises(InputError, match="Give an extent"):
        import_modis(tmp_path / "in", tmp_path / "out")
    made = import_modis(tmp_path / "in", tmp_path / "out", area=inside(far)).maps
    np.testing.assert_allclose(read(made[0].path)[0], field(BORDER, 270, 310), atol=0.0101)


def test_the_maps_are_read_on_other_grids(tmp_path):
    """A field that grows eastwards keeps its place when the study reads it on a grid of degrees."""
    pytest.importorskip("h5py")
    big = Grid.from_bounds(SINUSOIDAL, KM, (TILE - 40 * KM, 5 * TILE - 60 * KM, TILE + 40 * KM, 5 * TILE - 10 * KM))
    x, y = np.meshgrid(*big.centres())
    lon, lat = project(x.ravel(), y.ravel(), SINUSOIDAL, WGS84)
    write_vi(tmp_path / "big", DAY, big, ((lon - 14) / 10).reshape(big.shape), product="VNP13A2")
    made = import_modis(tmp_path / "big", tmp_path / "out", area=inside(big)).maps
    target = Grid.from_bounds(WGS84, 0.02, (lon.mean() - 0.1, lat.mean() - 0.1, lon.mean() + 0.1, lat.mean() + 0.1))
    values = read_on(Source(str(made[0].path)), target, "bilinear")
    np.testing.assert_allclose(values, np.broadcast_to((target.centres()[0] - 14) / 10, values.shape), atol=5e-4)
