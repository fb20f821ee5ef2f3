# SPDX-License-Identifier: GPL-2.0-or-later
"""MODIS files as they were delivered: three HDF4 granules, and a year of NDVI as GeoTIFF."""

import shutil

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.modis.files import SINUSOIDAL, TILE, reads_hdf4
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import ModisOptions
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.series import Series

REFLECTANCE = "MOD09A1.A2017193.h18v04.006.2017202035302.hdf"
ANTARCTICA = "MOD09GA.A2008296.h14v17.006.2015181011753.hdf"
TEMPERATURE = "MOD11B2.A2017001.h14v04.006.2017013155631.hdf"


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "modis_hdf"


@pytest.fixture(scope="module")
def granules(folder):
    if not reads_hdf4():
        pytest.skip("this GDAL does not read HDF4")
    return folder


def raw(path, grid, layer):
    with rasterio.open(f"HDF4_EOS:EOS_GRID:{path}:{grid}:{layer}") as dataset:
        return dataset.read(1)


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1), Grid.of(dataset)


def test_land_surface_temperature_and_its_bits(granules, tmp_path):
    path = granules / TEMPERATURE
    stored, flags = (raw(path, "MODIS_Grid_8Day_6km_LST", name) for name in ("LST_Day_6km", "QC_Day"))
    kelvin = np.where(stored == 0, np.nan, stored * 0.02)
    kept = {}
    for quality, k in (("any", 2), ("good", 1), ("good", 2), ("good", 3), ("best", 3)):
        options = ModisOptions(quality=quality, lst_error_k=k)
        made = import_modis(path, tmp_path / f"{quality}{k}", options).maps
        assert [(m.name, str(m.day), m.unit) for m in made] == [("lst_day", "2017-01-01", "K")]
        values, grid = read(made[0].path)
        mandatory, data, error = flags & 3, flags >> 2 & 3, flags >> 6
        keep = {
            "any": np.full(flags.shape, True),
            "good": (mandatory == 0) | ((mandatory == 1) & (data == 0) & (error < k)),
            "best": mandatory == 0,
        }[quality]
        np.testing.assert_allclose(values, np.where(keep, kelvin, np.nan), atol=2e-5)
        kept[quality, k] = int(np.isfinite(values).sum())
    assert kept["any", 2] == 3119 > kept["good", 3] > kept["good", 2] > kept["good", 1] > kept["best", 3] > 700
    # h14 and v04: four tiles west of Greenwich, from 40 to 50 degrees north
    assert grid.bounds == pytest.approx((-4 * TILE, 4 * TILE, -3 * TILE, 5 * TILE), abs=0.01)
    assert grid.crs == SINUSOIDAL


def test_reflectance_of_a_cropped_granule(granules, tmp_path):
    path, name = granules / REFLECTANCE, "MOD_Grid_500m_Surface_Reflectance_463"
    outcome = import_modis(path, tmp_path / "good")
    assert [m.name for m in outcome.maps] == [f"b{b:02d}" for b in range(1, 8)]
    assert {str(m.day) for m in outcome.maps} == {"2017-07-12"}
    state, flags = raw(path, name, "sur_refl_state_500m"), raw(path, name, "sur_refl_qc_500m")
    clear = np.isin(state & 3, (0, 3)) & (state >> 2 & 1 == 0) & (state >> 8 & 3 < 3)
    clear &= (state >> 10 & 1 == 0) & (state >> 12 & 1 == 0) & (state >> 15 & 1 == 0) & (flags & 3 < 2)
    for band, made in enumerate(outcome.maps, 1):
        stored = raw(path, name, f"sur_refl_b{band:02d}")
        keep = clear & (stored >= -100) & (stored <= 16000) & np.isin(flags >> (2 + 4 * (band - 1)) & 15, (0, 8))
        np.testing.assert_allclose(read(made.path)[0], np.where(keep, stored * 0.0001, np.nan), atol=1e-6)
    # a green valley reflects infrared more than red
    assert outcome.maps[1].mean > 3 * outcome.maps[0].mean
    with rasterio.open(outcome.maps[0].path) as dataset:
        assert dataset.transform.c == pytest.approx(753346.477, abs=0.01)
        assert dataset.transform.f == pytest.approx(5132114.961, abs=0.01)


def test_daily_reflectance_whose_scale_divides_and_whose_state_is_coarser(granules, tmp_path):
    """GDAL reports a scale of 10000 for this granule; bands have 500 m, the state 1 km."""
    path = granules / ANTARCTICA
    stored = raw(path, "MODIS_Grid_500m_2D", "sur_refl_b02_1")
    rows, columns = np.nonzero(stored != -28672)
    left, bottom, right, top = read_bounds(path, rows.min(), rows.max() + 1, columns.min(), columns.max() + 1)
    inner = Grid.from_bounds(SINUSOIDAL, 50, (left + 100, bottom + 100, right - 100, top - 100))
    options = ModisOptions(layer="sur_refl_b02_1", quality="any")
    made = import_modis(path, tmp_path / "any", options, area=inner).maps
    values, grid = read(made[0].path)
    part = stored[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert grid.shape == part.shape
    np.testing.assert_allclose(values, np.where(part == -28672, np.nan, part / 10000), atol=1e-6)
    assert 0.02 < made[0].least < made[0].most < 1.6
    # everything there is snow: 'good' must say that it leaves nothing
    warned = []
    options = ModisOptions(layer="sur_refl_b02_1")
    outcome = import_modis(path, tmp_path / "good", options, area=inner, progress=Progress(warn=warned.append))
    assert outcome.known == 0
    assert any("let nothing pass of b02" in line for line in warned)


def read_bounds(path, top, bottom, left, right):
    with rasterio.open(f"HDF4_EOS:EOS_GRID:{path}:MODIS_Grid_500m_2D:sur_refl_b02_1") as dataset:
        x0, y0 = dataset.transform * (left, bottom)
        x1, y1 = dataset.transform * (right, top)
    return x0, y0, x1, y1


def test_a_year_of_ndvi(folder, tmp_path):
    said, warned = [], []
    progress = Progress(say=said.append, warn=warned.append)
    outcome = import_modis(folder / "MOD13A1_NDVI_2016", tmp_path / "ndvi", progress=progress)
    first = np.datetime64("2016-01-01")
    np.testing.assert_array_equal(outcome.days, first + 16 * np.arange(23))
    assert not outcome.refused
    assert any("None of the 23 exports has its quality layer" in line for line in warned)
    series = Series.from_files(tmp_path / "ndvi")
    for day, source in zip(series.days, series.sources):
        number = int((day - first).astype(int)) + 1
        with rasterio.open(folder / "MOD13A1_NDVI_2016" / f"MOD13A1_NDVI_2016_{number:03d}.tif") as dataset:
            stored, kind = dataset.read(1).astype(float), dataset.dtypes[0]
        # the last two files are decimal numbers, NDVI itself, while the others are whole numbers of 0.0001
        assert (kind == "float32") == (number >= 337)
        expected = np.where(stored == 32767, np.nan, stored if number >= 337 else stored / 10000)
        np.testing.assert_allclose(read(source.path)[0], expected, atol=1e-6)
    assert any("2 files with decimal numbers in the unit" in line for line in said)
    means = [m.mean for m in outcome.maps]
    assert max(np.abs(np.diff(means))) < 0.15  # no step of a factor of ten thousand at day 337
    assert means[13] > 0.7 > 0.5 > means[0]


def test_a_part_of_the_year_on_the_right_place(folder, tmp_path):
    area = Grid.from_bounds(WGS84, 0.01, (9.28, 45.7, 9.4, 45.8))
    within = {"first": np.datetime64("2016-04-01"), "last": np.datetime64("2016-06-01")}
    outcome = import_modis(folder / "MOD13A1_NDVI_2016" / "*.tif", tmp_path / "ndvi", area=area, **within)
    assert [str(day) for day in outcome.days] == ["2016-04-06", "2016-04-22", "2016-05-08", "2016-05-24"]
    values, grid = read(outcome.maps[0].path)
    with rasterio.open(folder / "MOD13A1_NDVI_2016" / "MOD13A1_NDVI_2016_097.tif") as dataset:
        for lon, lat in ((9.29, 45.79), (9.33, 45.75), (9.39, 45.71)):
            x, y = project([lon], [lat], WGS84, SINUSOIDAL)
            stored = next(dataset.sample([(x[0], y[0])]))[0]
            (row,), (column,) = grid.cells_at([lon], [lat])
            assert values[row, column] == pytest.approx(stored / 10000, abs=1e-6)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7])
def test_truncated_granules_are_named(granules, tmp_path, share):
    whole = (granules / TEMPERATURE).read_bytes()
    source = tmp_path / "in"
    source.mkdir()
    (source / TEMPERATURE).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"MOD11B2\.A2017001"):
        import_modis(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_wrong_names(granules, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    shutil.copy(granules / TEMPERATURE, source / TEMPERATURE.replace("h14v04", "h15v04"))
    with pytest.raises(InputError, match="does not lie in its tile h15v04"):
        import_modis(source, tmp_path / "out")
    shutil.copy(granules / TEMPERATURE, source / "MOD13A1.A2017001.h14v04.006.2017013155631.hdf")
    with pytest.raises(InputError, match="no layer of ndvi; it has LST_Day_6km"):
        import_modis(source, tmp_path / "out", ModisOptions(variable="ndvi"))


def test_a_granule_that_was_renamed_says_itself_what_it_is(granules, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    shutil.copy(granules / TEMPERATURE, source / "my_temperature.hdf")
    made = import_modis(source, tmp_path / "out", ModisOptions(variable="lst_night")).maps
    assert [(m.name, str(m.day)) for m in made] == [("lst_night", "2017-01-01")]
