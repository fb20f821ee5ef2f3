# SPDX-License-Identifier: GPL-2.0-or-later
"""Spectral indices by hand, for every way in which bands may lie in a folder."""

import csv

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.indices import INDICES
from soilsharp.core.preprocessing.settings import SpectralOptions
from soilsharp.core.preprocessing.spectral_indices import spectral_indices
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.map_folder import SUMMARY
from soilsharp.core.rasters.open import grid_of
from soilsharp.core.rasters.raster import write_map

GRID = Grid.from_bounds("EPSG:3035", 500, (4_000_000, 3_000_000, 4_001_500, 3_001_000))  # 2 rows, 3 columns
# vegetation, bare soil, water; then snow, a shadow without light, a band that is unknown
REFLECTANCE = {
    "b01": [[0.05, 0.25, 0.04], [0.90, 0.0, np.nan]],
    "b02": [[0.40, 0.30, 0.02], [0.80, 0.0, 0.3]],
    "b03": [[0.03, 0.15, 0.05], [0.95, 0.0, 0.1]],
    "b04": [[0.08, 0.20, 0.06], [0.90, 0.0, 0.1]],
    "b06": [[0.20, 0.40, 0.01], [0.10, 0.0, 0.2]],
    "b07": [[0.10, 0.30, 0.01], [0.05, 0.0, 0.1]],
}
ALL = ",".join(INDICES)
DAYS = ("20230501", "20230509")


def bands(folder, days=DAYS, names=tuple(REFLECTANCE), factor=1.0, grid=GRID):
    for name in names:
        for day in days:
            write_map(folder / name / f"{name}_{day}.tif", np.array(REFLECTANCE[name]) * factor, grid, unit="1")
    return folder


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def test_every_index_by_hand(tmp_path):
    outcome = spectral_indices(bands(tmp_path / "in"), tmp_path / "out", SpectralOptions(indices=ALL))
    assert len(outcome.maps) == 2 * len(INDICES)
    assert [str(d) for d in outcome.days] == ["2023-05-01", "2023-05-09"]
    first = {
        "ndvi": 0.35 / 0.45,
        "evi": 2.5 * 0.35 / (0.40 + 0.30 - 0.225 + 1),
        "savi": 1.5 * 0.35 / 0.95,
        "ndwi": (0.08 - 0.40) / 0.48,
        "lswi": 0.20 / 0.60,
        "ndmi": 0.20 / 0.60,
        "nsdsi": 0.5,
    }
    assert set(first) == set(INDICES)
    for name, value in first.items():
        found = read(tmp_path / "out" / name / f"{name}_20230509.tif")
        assert found[0, 0] == pytest.approx(value, abs=1e-6), name
        assert np.isnan(found[1, 1]) or name in ("evi", "savi"), name  # 0 / 0; these two have an offset below
    npt.assert_allclose(
        read(tmp_path / "out" / "ndvi" / "ndvi_20230501.tif"),
        [[0.35 / 0.45, 0.05 / 0.55, -1 / 3], [-0.1 / 1.7, np.nan, np.nan]], rtol=1e-5,
    )  # fmt: skip


def test_an_index_outside_of_its_range_is_unknown(tmp_path):
    outcome = spectral_indices(bands(tmp_path / "in"), tmp_path / "out", SpectralOptions(indices="evi"))
    # snow: 2.5 x -0.1 / (0.8 + 5.4 - 7.125 + 1) = -3.3
    npt.assert_array_equal(np.isnan(read(outcome.maps[0].path)), [[False, False, False], [True, False, True]])
    assert outcome.maps[0].path == tmp_path / "out" / "evi_20230501.tif"
    assert outcome.maps[0].known == pytest.approx(4 / 6)


def test_fill_values_that_are_not_declared_are_no_reflectance(tmp_path):
    bands(tmp_path / "in", names=("b02",))
    for day in DAYS:
        values = np.array(REFLECTANCE["b01"])
        values[0, :] = -2.8672
        write_map(tmp_path / "in" / "b01" / f"b01_{day}.tif", values, GRID)
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out")
    assert np.isnan(read(outcome.maps[0].path)[0]).all()
    assert outcome.maps[0].known == pytest.approx(1 / 6)


def test_formulas_of_ones_own(tmp_path):
    options = SpectralOptions(
        indices="ndvi", formula="gndvi = (nir - green) / (nir + green); water = where(nir < 0.1, 1, 0) "
    )
    outcome = spectral_indices(bands(tmp_path / "in"), tmp_path / "out", options)
    assert sorted({m.name for m in outcome.maps}) == ["gndvi", "ndvi", "water"]
    npt.assert_allclose(read(tmp_path / "out" / "gndvi" / "gndvi_20230501.tif")[0], [2 / 3, 0.2, -0.5], rtol=1e-5)
    npt.assert_array_equal(read(tmp_path / "out" / "water" / "water_20230501.tif"), [[0, 0, 1], [0, 1, 0]])
    with rasterio.open(tmp_path / "out" / "gndvi" / "gndvi_20230501.tif") as dataset:
        assert dataset.tags()["formula"] == "(nir - green) / (nir + green)"
        assert dataset.tags()["date"] == "2023-05-01"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"formula": "nir - red"}, "a name, as"),
        ({"formula": "ndvi = nir - red"}, "Two indices are called 'ndvi'"),
        ({"formula": "a = nir.real"}, "cannot be read"),
        ({"formula": "a = swir9"}, "is none of red, nir"),
        ({"formula": "../a = nir"}, "a name, as"),
        ({"indices": ""}, "Choose an index"),
        ({"sensor": "own"}, "No bands are named"),
        ({"bands": "red: b01"}, "Bands are named as"),
        ({"scale": 1e4}, r"has values as .* Set the scale: 0.0001 for MODIS"),
    ],
)
def test_settings_that_cannot_be(tmp_path, options, words):
    bands(tmp_path / "in")
    larger = Grid.from_bounds("EPSG:3035", 500, (0, 0, 10000, 10000))
    for name in ("b01", "b02"):
        write_map(tmp_path / "in" / name / f"{name}_20230501.tif", np.full((20, 20), 0.3), larger)
    with pytest.raises(OptionError, match=words):
        spectral_indices(tmp_path / "in", tmp_path / "out", SpectralOptions(**options))
    assert not (tmp_path / "out").exists()


def test_raw_numbers_with_their_scale(tmp_path):
    bands(tmp_path / "in", factor=1e4)
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out", SpectralOptions(indices="evi", scale=1e-4))
    assert read(outcome.maps[0].path)[0, 0] == pytest.approx(2.5 * 0.35 / 1.475, abs=1e-5)


@pytest.mark.parametrize(
    ("sensor", "names"),
    [
        (
            "landsat 8",
            (
                "LC08_L2SP_191027_20230501_20230504_02_T1_SR_B4.TIF",
                "LC08_L2SP_191027_20230501_20230504_02_T1_SR_B5.TIF",
            ),
        ),
        ("sentinel-2", ("T33UXP_20230501T101031_B04_10m.tif", "T33UXP_20230501T101031_B08_10m.tif")),
        ("sentinel-2", ("S2_2023-05-01.B4.tif", "S2_2023-05-01.B8.tif")),
        ("modis", ("MOD09A1.A2023121.sur_refl_b01.tif", "MOD09A1.A2023121.sur_refl_b02.tif")),
    ],
)
def test_bands_as_files_of_one_folder(tmp_path, sensor, names):
    for name, band in zip(names, ("b01", "b02")):
        write_map(tmp_path / "in" / name, np.array(REFLECTANCE[band]), GRID)
    write_map(tmp_path / "in" / names[0].replace("B4", "B40").replace("b01", "b010").replace("B04", "B041"),
              np.zeros(GRID.shape), GRID)  # fmt: skip
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out", SpectralOptions(sensor=sensor))
    assert [m.path.name for m in outcome.maps] == ["ndvi_20230501.tif"]
    assert read(outcome.maps[0].path)[0, 0] == pytest.approx(0.35 / 0.45, abs=1e-6)


def test_one_raster_a_band_without_a_day_and_names_of_ones_own(tmp_path):
    write_map(tmp_path / "in" / "visible.tif", np.array(REFLECTANCE["b01"]), GRID)
    write_map(tmp_path / "in" / "infrared.tif", np.array(REFLECTANCE["b02"]), GRID)
    options = SpectralOptions(sensor="own", bands="red = visible; nir = infrared")
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out", options)
    assert [m.path.name for m in outcome.maps] == ["ndvi.tif"]
    assert outcome.maps[0].day is None


def test_a_finer_band_is_averaged_onto_the_first(tmp_path):
    write_map(tmp_path / "in" / "b01.tif", np.full(GRID.shape, 0.1), GRID)
    fine = Grid.from_bounds("EPSG:3035", 250, GRID.bounds)
    values = np.full(fine.shape, 0.2)
    values[::2] = 0.4
    write_map(tmp_path / "in" / "b02.tif", values, fine)
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out")
    assert grid_of(outcome.maps[0].path).same_as(GRID)
    npt.assert_allclose(read(outcome.maps[0].path), 0.5, rtol=1e-6)


def test_days_that_lack_a_band_and_damaged_files_are_left_out(tmp_path):
    bands(tmp_path / "in", days=(*DAYS, "20230517"))
    (tmp_path / "in" / "b07" / "b07_20230501.tif").unlink()
    damaged = tmp_path / "in" / "b01" / "b01_20230509.tif"
    damaged.write_bytes(damaged.read_bytes()[:40])
    elsewhere = Grid.from_bounds("EPSG:3035", 500, (0, 0, 1500, 1000))
    write_map(tmp_path / "in" / "b02" / "b02_20230517.tif", np.array(REFLECTANCE["b02"]), elsewhere)
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out", SpectralOptions(indices="ndvi,nsdsi"))
    assert [(m.name, str(m.day)) for m in outcome.maps] == [("ndvi", "2023-05-01")]
    why = dict(outcome.refused)
    assert why["nsdsi of 2023-05-01"] == "There is no raster of swir2 (b07)."
    assert "b01_20230509.tif" in why["2023-05-09"]
    assert "b02_20230517.tif does not suit b01_20230517.tif: The grids do not overlap" in why["2023-05-17"]
    files = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert files == ["ndvi/ndvi_20230501.tif", SUMMARY]
    with open(tmp_path / "out" / SUMMARY) as file:
        assert len(list(csv.DictReader(file))) == 4


def test_a_band_that_is_not_there_is_told(tmp_path):
    bands(tmp_path / "in", names=("b01", "b03"))
    with pytest.raises(InputError, match=r"no raster of the band nir in .*: none is called b02. There is b01, b03"):
        spectral_indices(tmp_path / "in", tmp_path / "out")
    with pytest.raises(InputError, match="is no folder"):
        spectral_indices(tmp_path / "in" / "b01" / "b01_20230501.tif", tmp_path / "out")


def test_two_rasters_of_a_band_and_day_are_told(tmp_path):
    for name in ("T33_20230501_B04_10m", "T33_20230501_B04_20m", "T33_20230501_B08_10m"):
        write_map(tmp_path / "in" / f"{name}.tif", np.array(REFLECTANCE["b01"]), GRID)
    with pytest.raises(InputError, match=r"B04_10m.tif and T33_20230501_B04_20m.tif are both red"):
        spectral_indices(tmp_path / "in", tmp_path / "out", SpectralOptions(sensor="sentinel-2"))


def test_blocks_equal_the_whole(tmp_path):
    # more than one window of the grid
    grid = Grid.from_bounds("EPSG:3035", 10, (0, 0, 12000, 10000))
    rng = np.random.default_rng(1)
    red, nir = rng.uniform(0, 1, (2, *grid.shape)).astype(np.float32)
    assert len(list(grid.windows())) > 1
    write_map(tmp_path / "in" / "b01.tif", red, grid)
    write_map(tmp_path / "in" / "b02.tif", nir, grid)
    outcome = spectral_indices(tmp_path / "in", tmp_path / "out")
    expected = (nir - red) / (nir + red)
    npt.assert_allclose(read(outcome.maps[0].path), expected, rtol=1e-5, atol=1e-6)
    assert outcome.maps[0].mean == pytest.approx(expected.mean(dtype=float), abs=1e-6)
    assert outcome.maps[0].most == pytest.approx(expected.max(), abs=1e-6)


def test_nothing_is_left_after_a_cancel(tmp_path):
    asked = iter([False, False])
    with pytest.raises(Cancelled):
        spectral_indices(
            bands(tmp_path / "in"), tmp_path / "out", progress=Progress(stop_asked=lambda: next(asked, True))
        )
    assert not (tmp_path / "out").exists()
