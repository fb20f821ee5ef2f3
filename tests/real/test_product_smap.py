# SPDX-License-Identifier: GPL-2.0-or-later
"""Real SMAP files: cells lie where the files say, and hold what was delivered."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import SmapOptions
from soilsharp.core.products.smap.ease import degrees, ease_grid
from soilsharp.core.products.smap.smap import import_smap
from soilsharp.core.rasters.grid import Grid

h5py = pytest.importorskip("h5py", reason="granules of SMAP are HDF5")

DAYS = {"AM": ("01-01", "01-09", "01-17", "01-25"), "PM": ("01-03", "01-11", "01-19", "01-27")}
PRODUCTS = {"L3_36km": ("SMAP_L3_SM_P", "raw_smap_l3_36km"), "L3E_9km": ("SMAP_L3_SM_P_E", "raw_smap_l3e_9km")}


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "smap_wa_2020"


def values_of(path):
    """Return a raster as float32 with NaN for -9999, and its grid."""
    with rasterio.open(path) as dataset:
        values = dataset.read(1)
        values[values == -9999] = np.nan
        return values, Grid.of(dataset)


@pytest.mark.parametrize("name", ["SC_SPL3SMP_008_prefetch.nc4", "SC_SPL3SMP_009_prefetch.nc4"])
def test_centres_agree_with_the_files_own_coordinates(real_data, name):
    rows, columns = np.indices((406, 964))
    ours = degrees(ease_grid("M36"), rows, columns)
    with h5py.File(real_data / "smap_h5_layout" / name) as file:
        for group in file:
            end = "_pm" if group.endswith("PM") else ""
            for mine, theirs in zip(ours, ("latitude", "longitude")):
                values = file[group][theirs + end][:]
                known = values > -9999
                assert known.sum() > 50_000
                assert np.abs(mine - values)[known].max() < 1e-5


@pytest.mark.parametrize("name", PRODUCTS)
def test_granules_equal_the_reference_cell_by_cell(folder, tmp_path, name):
    reference, grid = values_of(folder / "tif" / f"SMAP_{name}_2020-01-01_AM.tif")
    source = folder / f"{PRODUCTS[name][0]}_20200101_WA_REPACKED.h5"
    outcome = import_smap(source, tmp_path / "out", area=grid)
    assert list(outcome.days) == [np.datetime64("2020-01-01")]
    values, own = values_of(outcome.maps[0].path)
    assert own.same_as(grid)
    assert np.isfinite(values).sum() > 200
    npt.assert_array_equal(values, reference)


def test_centres_of_the_granules_within_the_region(folder):
    for name, (product, _) in PRODUCTS.items():
        grid = ease_grid("M36" if "36" in name else "M09")
        with h5py.File(folder / f"{product}_20200101_WA_REPACKED.h5") as file:
            group = file["Soil_Moisture_Retrieval_Data_AM"]
            latitude, longitude = group["latitude"][:], group["longitude"][:]
            rows, columns = np.nonzero(latitude > -9999)
            npt.assert_array_equal(group["EASE_row_index"][:][rows, columns], rows)
        ours = degrees(grid, rows, columns)
        npt.assert_allclose(ours[0], latitude[rows, columns], atol=1e-5)
        npt.assert_allclose(ours[1], longitude[rows, columns], atol=1e-5)


@pytest.mark.parametrize("half", DAYS)
@pytest.mark.parametrize("name", PRODUCTS)
def test_lists_of_cells_equal_the_reference(folder, tmp_path, name, half):
    raw = folder / PRODUCTS[name][1]
    outcome = import_smap(raw, tmp_path / "out", SmapOptions(overpass=half.lower()))
    made = {str(m.day): m.path for m in outcome.maps}
    for day in DAYS[half]:
        reference, grid = values_of(folder / "tif" / f"SMAP_{name}_2020-{day}_{half}.tif")
        values, own = values_of(made[f"2020-{day}"])
        window = grid.window_over(own)
        assert grid.part(window).same_as(own)
        npt.assert_array_equal(values, reference[window.toslices()])
        assert np.isfinite(values).sum() == np.isfinite(reference).sum()  # and none lies outside
    # one overpass alone does not say which it is; the list of January 29 is empty
    assert {"does not say" in why for _, why in outcome.refused} == {True, False}


def test_the_mean_takes_every_day_of_the_lists_that_has_a_cell(folder, tmp_path):
    outcome = import_smap(folder / "raw_smap_l3_36km", tmp_path / "out", SmapOptions(overpass="mean"))
    assert len(outcome.maps) == 30
    assert [name for name, _ in outcome.refused] == ["Western-Australia_2020-01-29.nc"]
    with h5py.File(folder / "raw_smap_l3_36km" / "Western-Australia_2020-01-06.nc") as file:
        latitude, longitude, sm = (file[n][:] for n in ("latitude", "longitude", "soil_moisture"))
    path = next(m.path for m in outcome.maps if str(m.day) == "2020-01-06")
    values, grid = values_of(path)
    rows, columns = grid.cells_at(longitude, latitude)
    expected = np.full(grid.shape, np.nan)
    for cell in set(zip(rows.tolist(), columns.tolist())):
        expected[cell] = sm[(rows == cell[0]) & (columns == cell[1])].mean()
    npt.assert_allclose(values, expected, rtol=1e-6)


def test_geotiff_of_the_data_centre_without_code_and_with_undeclared_fill(real_data, tmp_path):
    source = next((real_data / "smap_geotiff_nasa").glob("SMAP_L3_SM_P_20150401*.tif"))
    said = []
    outcome = import_smap(source, tmp_path / "out", progress=Progress(warn=said.append))
    values, grid = values_of(outcome.maps[0].path)
    delivered, _ = values_of(source)
    assert grid.same_as(ease_grid("M36"))
    assert str(outcome.days[0]) == "2015-04-01"
    npt.assert_array_equal(values, delivered)
    assert 0.05 < outcome.known < 0.2
    assert any("retrieval_qual_flag" in text for text in said)


def test_l4_geotiffs_keep_their_degrees(real_data, tmp_path):
    sources = sorted((real_data / "smap_geotiff_nasa").glob("SMAP_L4*.tif"))
    pattern = real_data / "smap_geotiff_nasa" / "SMAP_L4*.tif"
    outcome = import_smap(pattern, tmp_path / "out", SmapOptions(depth="root_zone"))
    assert [str(day) for day in outcome.days] == ["2021-12-13", "2021-12-14", "2021-12-15"]
    for made, source in zip(outcome.maps, sources):
        values, grid = values_of(made.path)
        delivered, own = values_of(source)
        assert grid.same_as(own)
        npt.assert_array_equal(values, delivered)


def test_products_side_by_side_are_told_apart(folder, tmp_path):
    outcome = import_smap(folder / "tif" / "SMAP_L3E*.tif", tmp_path / "out", SmapOptions(overpass="mean"))
    assert len(outcome.maps) == 8
    reference, grid = values_of(folder / "tif" / "SMAP_L3E_9km_2020-01-03_PM.tif")
    values, own = values_of(outcome.maps[1].path)
    npt.assert_array_equal(values, reference)
    assert own.same_as(grid)
