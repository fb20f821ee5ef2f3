# SPDX-License-Identifier: GPL-2.0-or-later
"""SMAP files of every kind come out on the right cells, with the retrievals that were asked for and no others."""

import csv
import shutil

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from rasterio.windows import Window

from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import SmapOptions
from soilsharp.core.products.smap import scenes as smap_scenes
from soilsharp.core.products.smap.ease import degrees, ease_grid, snapped
from soilsharp.core.products.smap.smap import import_smap
from soilsharp.core.rasters.find import area_of
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.map_folder import SUMMARY
from soilsharp.core.rasters.open import grid_of
from soilsharp.core.sample_formats.smap import granule_name, write_granule, write_l4_step

h5py = pytest.importorskip("h5py", reason="granules of SMAP are HDF5")

DAY = np.datetime64("2023-05-01")
WINDOW = Window(1980, 240, 5, 4)  # in the east of Germany, on M09
SM = np.linspace(0.1, 0.29, 20, dtype=np.float32).reshape(4, 5)
AM, PM = "Soil_Moisture_Retrieval_Data_AM", "Soil_Moisture_Retrieval_Data_PM"
# no EPSG code, as the data centre writes it
CEA = (
    'PROJCS["Cylindrical Eaqual Area WGS 1984",GEOGCS["WGS 84",DATUM["World Geodetic System 1984",SPHEROID["WGS 84",'
    '6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Cylindrical_Equal_'
    'Area"],PARAMETER["standard_parallel_1",30],PARAMETER["central_meridian",0],PARAMETER["false_easting",0],'
    'PARAMETER["false_northing",0],UNIT["metre",1]]'
)


def part(name="M09", window=WINDOW):
    return ease_grid(name).part(window)


def layers(sm=SM, quality=0, surface=0, **more):
    full = {"retrieval_qual_flag": quality, "surface_flag": surface, **more}
    return {"soil_moisture": np.asarray(sm), **{n: np.broadcast_to(v, np.shape(sm)).copy() for n, v in full.items()}}


def granule(folder, day=DAY, cells=None, am=None, pm=None, name=None):
    cells = cells or part()
    path = folder / (name or granule_name(day, cells))
    write_granule(path, day, cells, layers() if am is None else am, pm)
    return path


def read(outcome, number=0):
    with rasterio.open(outcome.maps[number].path) as dataset:
        return dataset.read(1)


def only(tmp_path, source=None, warn=None, area=None, **options):
    """Return the one map of an import as an array."""
    progress = Progress(warn=warn.append) if warn is not None else Progress()
    out = import_smap(source or tmp_path, tmp_path / "out", SmapOptions(**options), area=area, progress=progress)
    assert len(out.maps) == 1
    return read(out)


def summary(folder):
    with open(folder / SUMMARY, newline="", encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


# --- the grids --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "crs", "left", "top", "shape"),
    [("M36", 6933, -17367530.4451615, 7314540.8306386, (406, 964)),
     ("M09", 6933, -17367530.4451615, 7314540.8306386, (1624, 3856)),
     ("N36", 6931, -9e6, 9e6, (500, 500)), ("N09", 6931, -9e6, 9e6, (2000, 2000))],
)  # fmt: skip
def test_grids_are_those_of_the_definition(name, crs, left, top, shape):
    grid = ease_grid(name)
    npt.assert_allclose(grid.bounds, (left, -top, -left, top), atol=2e-3)
    assert (grid.crs.to_epsg(), grid.shape) == (crs, shape)


def test_first_and_last_centres_of_the_36_km_grid():
    latitude, longitude = degrees(ease_grid("M36"), np.array([0, 405]), np.array([0, 963]))
    npt.assert_allclose(latitude, [83.63197, -83.63197], atol=1e-5)  # from a granule of SPL3SMP
    npt.assert_allclose(longitude, [-179.81328, 179.81328], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("M36", Window(500, 60, 5, 4)),
        ("M09", WINDOW),
        ("N36", Window(250, 300, 5, 4)),
        ("N09", Window(990, 1200, 5, 4)),
    ],
)
def test_cells_come_out_where_they_went_in(tmp_path, name, window):
    cells = part(name, window)
    granule(tmp_path, cells=cells)
    outcome = import_smap(tmp_path, tmp_path / "out", area=cells)
    assert [m.path.name for m in outcome.maps] == ["soil_moisture_20230501.tif"]
    assert grid_of(outcome.maps[0].path).same_as(cells)
    npt.assert_array_equal(read(outcome), SM)


def test_without_an_area_all_cells_of_the_grid_are_written(tmp_path):
    granule(tmp_path, cells=part("M36", Window(500, 60, 5, 4)))
    values = only(tmp_path)
    assert values.shape == (406, 964)
    assert np.isfinite(values).sum() == 20
    npt.assert_array_equal(values[60:64, 500:505], SM)


def test_only_the_area_is_read(tmp_path, monkeypatch):
    granule(tmp_path)
    taken = []
    plain = smap_scenes.GroupScene._slice

    def spy(self, name, rows, columns):
        taken.append((rows.stop - rows.start, columns.stop - columns.start))
        return plain(self, name, rows, columns)

    monkeypatch.setattr(smap_scenes.GroupScene, "_slice", spy)
    area = part(window=Window(1981, 241, 2, 3))
    npt.assert_array_equal(only(tmp_path, area=area), SM[1:4, 1:3])
    assert set(taken) == {(3, 2)}


def test_an_extent_in_degrees_takes_the_cells_that_it_touches(tmp_path):
    granule(tmp_path)
    y, x = degrees(ease_grid("M09"), np.array([241, 242]), np.array([1982, 1983]))
    area = area_of(("EPSG:4326", (x[0], y[1], x[1], y[0])))  # from centre to centre
    npt.assert_array_equal(only(tmp_path, area=area), SM[1:3, 2:4])


def test_an_area_off_the_grid_is_refused(tmp_path):
    granule(tmp_path, cells=part("N09", Window(990, 1200, 5, 4)))
    area = Grid.from_bounds("EPSG:6933", 9000, (11e6, -4e6, 11.1e6, -3.9e6))
    with pytest.raises(GridError):
        import_smap(tmp_path, tmp_path / "out", area=area)
    assert not (tmp_path / "out").exists()


# --- overpass, retrieval, quality -------------------------------------------------------------------------------------


def test_overpasses_and_their_mean(tmp_path):
    am, pm = SM.copy(), SM + np.float32(0.1)
    am[0, 0] = am[1, 1] = pm[0, 1] = pm[1, 1] = np.nan
    granule(tmp_path, am=layers(am), pm=layers(pm))
    area = part()
    npt.assert_array_equal(only(tmp_path, area=area, overpass="am"), am)
    npt.assert_array_equal(only(tmp_path, area=area, overpass="pm"), pm)
    mean = only(tmp_path, area=area, overpass="mean")
    npt.assert_allclose(mean[2:], SM[2:] + 0.05, atol=1e-6)
    assert (mean[0, 0], mean[0, 1]) == (pm[0, 0], am[0, 1])
    assert np.isnan(mean[1, 1])


def test_an_overpass_that_is_not_there(tmp_path):
    granule(tmp_path)
    with pytest.raises(InputError, match="no PM overpass, only AM; choose 'mean'"):
        only(tmp_path, overpass="pm")


# bit 0 not recommended, bit 1 not attempted, bit 2 not successful, bit 3 freeze/thaw not successful; fill 65534
FLAGS = np.array([[0, 8, 1, 5], [3, 7, 9, 65534]])


@pytest.mark.parametrize(
    ("quality", "taken"),
    [
        ("recommended", [[1, 1, 0, 0], [0, 0, 0, 0]]),
        ("successful", [[1, 1, 1, 0], [0, 0, 1, 0]]),
        ("any", np.ones((2, 4))),
    ],
)
def test_strictness(tmp_path, quality, taken):
    cells, values = part(window=Window(1980, 240, 4, 2)), np.full((2, 4), 0.2)
    granule(tmp_path, cells=cells, am=layers(values, FLAGS))
    npt.assert_array_equal(np.isfinite(only(tmp_path, area=cells, quality=quality)), np.array(taken, bool))


@pytest.mark.parametrize(
    ("switch", "bits"),
    [("frozen", (7, 8)), ("snow", (5, 6)), ("urban", (3,)), ("mountains", (9,)), ("dense_vegetation", (10,))],
)
def test_switches_leave_out_their_bits_and_no_others(tmp_path, switch, bits):
    cells, flags = part(window=Window(1980, 240, 12, 1)), (1 << np.arange(12))[None]
    granule(tmp_path, cells=cells, am=layers(np.full((1, 12), 0.2), surface=flags))
    off = dict.fromkeys(("frozen", "snow", "urban", "mountains", "dense_vegetation"), False)
    values = only(tmp_path, area=cells, **{**off, switch: True})
    assert tuple(np.nonzero(np.isnan(values[0]))[0]) == bits


def test_open_water_above_a_share(tmp_path):
    water = np.array([[0, 0.04, 0.05, 0.06, np.nan]])
    cells = part(window=Window(1980, 240, 5, 1))
    granule(tmp_path, cells=cells, am=layers(np.full((1, 5), 0.2), static_water_body_fraction=water))
    assert np.isfinite(only(tmp_path, area=cells)).all()
    npt.assert_array_equal(np.isfinite(only(tmp_path, area=cells, max_water=0.05)), [[1, 1, 1, 0, 0]])


def test_retrievals_by_their_names_of_all_releases(tmp_path):
    cells = part()
    new = layers(soil_moisture_dca=0.2, soil_moisture_scah=0.3, soil_moisture_scav=0.4, retrieval_qual_flag_scav=1)
    granule(tmp_path, am=new)
    assert np.unique(only(tmp_path, area=cells)) == np.float32(0.2)
    assert np.unique(only(tmp_path, area=cells, retrieval="single_h")) == np.float32(0.3)
    assert np.unique(only(tmp_path, area=cells, retrieval="single_v", quality="any")) == np.float32(0.4)
    with pytest.raises(InputError, match="meets what was asked"):  # its own flag counts
        only(tmp_path, area=cells, retrieval="single_v")
    npt.assert_array_equal(only(tmp_path, area=cells, retrieval="baseline"), SM)
    with h5py.File(next(tmp_path.glob("*.h5")), "r+") as file:
        for name, old in (("_dca", "_option3"), ("_scah", "_option1"), ("_scav", "_option2")):
            file[AM].move(f"soil_moisture{name}", f"soil_moisture{old}")
    assert np.unique(only(tmp_path, area=cells)) == np.float32(0.2)
    assert np.unique(only(tmp_path, area=cells, retrieval="single_h")) == np.float32(0.3)


def bare(path, *names):
    """Take layers out of a granule."""
    with h5py.File(path, "r+") as file:
        for name in names:
            del file[AM][name]
    return path


def test_a_file_with_one_retrieval_gives_that_one_but_not_another(tmp_path):
    path = bare(granule(tmp_path), "soil_moisture_dca")
    said = []
    npt.assert_array_equal(only(tmp_path, area=part(), warn=said), SM)  # its long name says DCA
    assert not said
    with h5py.File(path, "r+") as file:
        file[AM]["soil_moisture"].attrs["long_name"] = np.bytes_("Representative soil moisture")
    npt.assert_array_equal(only(tmp_path, area=part(), warn=said), SM)
    assert len(said) == 1
    assert "soil moisture" in said[0]
    with pytest.raises(InputError, match="'single_h', but soil_moisture"):
        only(tmp_path, retrieval="single_h")


def test_missing_flags_are_said_once_and_values_taken(tmp_path):
    values = SM.copy()
    values[0, :4] = 0.02, 0.0199, 1.01, 0.7
    for day in (DAY, DAY + 1, DAY + 2):
        path = granule(tmp_path, day, am=layers(values))
        bare(path, "retrieval_qual_flag", "retrieval_qual_flag_dca", "surface_flag")
    said = []
    outcome = import_smap(tmp_path, tmp_path / "out", area=part(), progress=Progress(warn=said.append))
    assert len(outcome.maps) == 3
    assert [("retrieval_qual_flag" in text, "surface_flag" in text) for text in said] == [(True, False), (False, True)]
    npt.assert_array_equal(np.isfinite(read(outcome))[0], [1, 0, 0, 1, 1])
    with pytest.raises(InputError, match="no surface_flag, by which to leave out urban"):
        only(tmp_path, urban=True)
    with pytest.raises(InputError, match="static_water_body_fraction"):
        only(tmp_path, max_water=0.1)


def test_undeclared_fill(tmp_path):
    values = SM.copy()
    values[1] = np.nan
    path = granule(tmp_path, am=layers(values))
    with h5py.File(path, "r+") as file:
        del file[AM]["soil_moisture"].attrs["_FillValue"]
        assert (file[AM]["soil_moisture"][241, 1980:1985] == -9999).all()
    npt.assert_array_equal(only(tmp_path, area=part(), quality="any"), values)


def test_a_polar_granule_beside_a_global_one(tmp_path):
    """A granule may hold both grids; its polar layers of the afternoon have no ending in some releases."""
    path, north = granule(tmp_path), part("N09", Window(990, 1200, 5, 4))
    write_granule(tmp_path / "polar.h5", DAY, north, layers(SM + 0.1), layers(SM + 0.2))
    with h5py.File(path, "r+") as file, h5py.File(tmp_path / "polar.h5") as polar:
        for half in ("AM", "PM"):
            polar.copy(f"Soil_Moisture_Retrieval_Data_Polar_{half}", file)
        group = file["Soil_Moisture_Retrieval_Data_Polar_PM"]
        for name in list(group):
            group.move(name, name[:-3])
    (tmp_path / "polar.h5").unlink()
    npt.assert_array_equal(only(tmp_path, area=part()), SM)
    npt.assert_allclose(only(tmp_path, area=north, cells="north_polar"), SM + 0.1)
    npt.assert_allclose(only(tmp_path, area=north, cells="north_polar", overpass="pm"), SM + 0.2)


# --- subsets, and coordinates that do not fit -------------------------------------------------------------------------


def subset(path, keep, how="both"):
    """Cut a granule to a window, as services that make subsets do."""
    rows, columns = (slice(n, n + size) for n, size in ((keep.row_off, keep.height), (keep.col_off, keep.width)))
    with h5py.File(path, "r+") as file:
        for name in list(file[AM]):
            values, words = file[AM][name][rows, columns], dict(file[AM][name].attrs)
            del file[AM][name]
            if how == "numbers" and name in ("latitude", "longitude"):
                continue
            if how == "axes" and name in ("latitude", "longitude"):
                values = np.nanmax(np.where(values > -9999, values, np.nan), axis=1 if name == "latitude" else 0)
            if how in ("both", "numbers") or not name.startswith("EASE"):
                file[AM][name] = values
                file[AM][name].attrs.update(words)
    return path


GLOBAL, NORTH = ("M36", Window(500, 60, 5, 4)), ("N09", Window(990, 1200, 5, 4))


@pytest.mark.parametrize(
    ("how", "name", "window"),
    # latitude is no axis of the polar grid
    [(how, *where) for how in ("both", "coordinates", "numbers") for where in (GLOBAL, NORTH)] + [("axes", *GLOBAL)],
)
def test_subsets_find_their_place(tmp_path, how, name, window):
    values = SM.copy()
    values[0, 0] = values[3] = np.nan  # the corner and a border have no coordinates
    path = granule(tmp_path, cells=part(name, window), am=layers(values))
    group = f"Soil_Moisture_Retrieval_Data{'_Polar' if name == 'N09' else ''}_AM"
    with h5py.File(path, "r+") as file:
        if group != AM:
            file.move(group, AM)
    subset(path, Window(window.col_off - 1, window.row_off, 6, 4), how)
    with h5py.File(path, "r+") as file:
        if group != AM:
            file.move(AM, group)
    outcome = import_smap(tmp_path, tmp_path / "out")
    wider = part(name, Window(window.col_off - 1, window.row_off, 6, 4))
    assert grid_of(outcome.maps[0].path).same_as(wider)
    npt.assert_array_equal(read(outcome)[:, 1:], values)
    # a wider area than the subset: what it lacks is unknown
    around = part(name, Window(window.col_off - 2, window.row_off - 1, 9, 7))
    found = only(tmp_path, area=around)
    npt.assert_array_equal(found[1:5, 2:7], values)
    assert np.isfinite(found).sum() == np.isfinite(values).sum()


def test_a_subset_that_does_not_say_its_place(tmp_path):
    path = subset(granule(tmp_path), WINDOW, "numbers")
    with h5py.File(path, "r+") as file:
        del file[AM]["EASE_row_index"]
    with pytest.raises(InputError, match="Ask for these layers too"):
        only(tmp_path)


def test_a_subset_of_the_afternoon_with_the_coordinates_of_the_morning(tmp_path):
    path = granule(tmp_path, pm=layers(SM + 0.1))
    with h5py.File(path, "r+") as file:
        for name in list(file[PM]):
            values = file[PM][name][240:244, 1980:1985]
            del file[PM][name]
            if name.startswith(("soil_moisture", "retrieval", "surface")):
                file[PM][name] = values
    subset(path, WINDOW)
    npt.assert_allclose(only(tmp_path, overpass="pm"), SM + 0.1)


def test_cell_numbers_that_contradict_the_coordinates(tmp_path):
    path = subset(granule(tmp_path), WINDOW)
    with h5py.File(path, "r+") as file:
        file[AM]["EASE_row_index"][...] += 2
    with pytest.raises(InputError, match="EASE_row_index says row 242 where latitude and longitude say 240"):
        only(tmp_path)


@pytest.mark.parametrize("shift", [(0.05, 0.0), (0.0, -0.02)])
def test_shifted_coordinates_are_refused_with_numbers(tmp_path, shift):
    path = granule(tmp_path)
    granule(tmp_path, DAY + 1)
    with h5py.File(path, "r+") as file:
        for name, by in zip(("latitude", "longitude"), shift):
            values = file[AM][name][240:244, 1980:1985]
            file[AM][name][240:244, 1980:1985] = values + np.float32(by)
    outcome = import_smap(tmp_path, tmp_path / "out", area=part())
    assert list(outcome.days) == [DAY + 1]
    (name, why) = outcome.refused[0]
    assert name == path.name
    assert "Row 240" in why
    assert "cells apart" in why
    assert "(latitude, longitude)" in why
    assert summary(tmp_path / "out")[path.name]["left_out_because"] == why


def test_a_subset_with_resampled_coordinates(tmp_path):
    path = subset(granule(tmp_path), WINDOW)
    with h5py.File(path, "r+") as file:
        file[AM]["latitude"][...] = np.linspace(50, 49.7, 4)[:, None]
    with pytest.raises(InputError, match=r"no centres of EASE-Grid 2\.0"):
        only(tmp_path)


# --- lists of cells ---------------------------------------------------------------------------------------------------


def cell_list(path, *blocks):
    """Write blocks of (row, column, value) on M36 one after another."""
    rows, columns, values = (np.array(v) for v in zip(*[cell for block in blocks for cell in block]))
    latitude, longitude = degrees(ease_grid("M36"), rows, columns)
    with h5py.File(path, "w") as file:
        for name, data in (("latitude", latitude), ("longitude", longitude), ("soil_moisture", values)):
            file[name] = data.astype(np.float32)


MORNING = [(60, 500, 0.1), (60, 502, 0.2), (62, 501, 0.3)]
EVENING = [(61, 501, 0.4), (62, 501, 0.5)]


def test_a_list_is_divided_where_it_starts_over(tmp_path):
    cell_list(tmp_path / "region_2023-05-01.nc", MORNING, EVENING)
    nan = np.nan
    npt.assert_allclose(only(tmp_path, overpass="am"), [[0.1, nan, 0.2], [nan] * 3, [nan, 0.3, nan]])
    npt.assert_allclose(only(tmp_path, overpass="pm"), [[nan] * 3, [nan, 0.4, nan], [nan, 0.5, nan]])
    npt.assert_allclose(only(tmp_path, overpass="mean"), [[0.1, nan, 0.2], [nan, 0.4, nan], [nan, 0.4, nan]])


def test_lists_of_several_days_share_one_grid(tmp_path):
    cell_list(tmp_path / "a_20230501.nc", MORNING, EVENING)
    cell_list(tmp_path / "a_20230502.nc", [(58, 505, 0.3)])
    outcome = import_smap(tmp_path, tmp_path / "out", SmapOptions(overpass="mean"))
    grids = [grid_of(m.path) for m in outcome.maps]
    assert grids[0].same_as(grids[1])
    assert grids[0].same_as(part("M36", Window(500, 58, 6, 5)))
    assert read(outcome, 1)[0, 5] == np.float32(0.3)
    with pytest.raises(InputError, match="does not say whether that is AM or PM"):
        only(tmp_path, tmp_path / "a_20230502.nc")


def test_a_list_that_starts_over_twice(tmp_path):
    cell_list(tmp_path / "a_20230501.nc", MORNING, MORNING, EVENING)
    with pytest.raises(InputError, match=r"8 cells starts over 2 times \(first at entries 3, 6\)"):
        only(tmp_path, overpass="mean")


# --- L4 ---------------------------------------------------------------------------------------------------------------


def l4(folder, steps=range(0, 24, 3), day=DAY):
    for hour in steps:
        name = f"SMAP_L4_SM_gph_{str(day).replace('-', '')}T{hour + 1:02d}3000_Vv7032_001.h5"
        values = {"sm_surface": SM + np.float32(hour / 100), "sm_rootzone": np.full_like(SM, 0.3)}
        write_l4_step(folder / name, day, hour, part(), values)


def test_l4_as_daily_mean_at_an_hour_and_of_the_root_zone(tmp_path):
    l4(tmp_path)
    area = part()
    npt.assert_allclose(only(tmp_path, area=area), SM + 0.105, rtol=1e-5)  # the mean of 0, 3 ... 21 is 10.5
    npt.assert_allclose(only(tmp_path, area=area, hour=6), SM + 0.06, rtol=1e-5)  # 6 to 9, not 3 to 6
    npt.assert_allclose(only(tmp_path, area=area, hour=5), SM + 0.03, rtol=1e-5)
    npt.assert_allclose(only(tmp_path, area=area, depth="root_zone"), 0.3, rtol=1e-6)


def test_l4_days_with_steps_missing_are_said(tmp_path):
    l4(tmp_path, steps=(0, 3))
    next(tmp_path.glob("*T0430*")).write_bytes(b"damaged")
    said = []
    npt.assert_allclose(only(tmp_path, area=part(), warn=said), SM, rtol=1e-6)
    assert any("fewer than 8 steps of three hours: 1." in text for text in said)
    assert any("T0430" in text and "HDF5" in text for text in said)
    with pytest.raises(InputError, match="no step within 2 hours of 20:00 UTC"):
        only(tmp_path, hour=20)


# --- GeoTIFFs ---------------------------------------------------------------------------------------------------------


def tiff(path, values, grid, crs=None, **words):
    values = np.asarray(values)
    with rasterio.open(
        path, "w", driver="GTiff", dtype=values.dtype, count=1, height=values.shape[0], width=values.shape[1],
        crs=crs or grid.crs, transform=grid.transform, **words,
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)


def exported(folder, layer, values, half="AM", grid=None, crs=CEA, **words):
    end = "_pm" if half.endswith("PM") else ""
    name = f"SMAP_L3_SM_P_E_20230501_R19240_001_Soil_Moisture_Retrieval_Data_{half}_{layer}{end}_867a5e36.tif"
    tiff(folder / name, values, grid or part(), crs, **words)


def test_exports_of_a_day_are_used_together(tmp_path):
    am, pm = SM.copy(), SM + np.float32(0.2)
    am[0, 0] = -9999  # not declared
    quality = np.zeros(SM.shape, np.uint16)
    quality[1, 1] = 1
    exported(tmp_path, "soil_moisture", am)
    exported(tmp_path, "retrieval_qual_flag", quality)
    exported(tmp_path, "surface_flag", np.zeros_like(quality))
    exported(tmp_path, "tb_h_corrected", SM)
    exported(tmp_path, "soil_moisture", pm, "PM")
    morning = SM.copy()
    morning[0, 0] = morning[1, 1] = np.nan
    outcome = import_smap(tmp_path, tmp_path / "out")
    npt.assert_array_equal(read(outcome), morning)
    assert grid_of(outcome.maps[0].path).crs.to_epsg() == 6933
    mean = only(tmp_path, overpass="mean")
    npt.assert_allclose(mean, np.where(np.isnan(morning), pm, (morning + pm) / 2), rtol=1e-6)


def test_a_damaged_export(tmp_path):
    exported(tmp_path, "soil_moisture", np.random.default_rng(1).random((300, 300), np.float32), grid=part("M36"))
    path = next(tmp_path.glob("*.tif"))
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(InputError, match=r"soil_moisture_867a5e36\.tif is damaged"):
        only(tmp_path)


def test_exports_of_both_grids_are_told_apart(tmp_path):
    exported(tmp_path, "soil_moisture", SM)
    north = part("N09", Window(990, 1200, 5, 4))
    exported(tmp_path, "soil_moisture", SM, "Polar_AM", north, crs="EPSG:6931")
    with pytest.raises(InputError, match=r"SMAP_L3_SM_P_E \(1 file\); SMAP_L3_SM_P_E polar"):
        only(tmp_path)
    values = only(tmp_path, tmp_path / "*Polar*")
    npt.assert_array_equal(values, SM)
    assert grid_of(tmp_path / "out" / "soil_moisture_20230501.tif").same_as(north)


def test_exports_with_rounded_corners_lie_on_the_cells(tmp_path):
    whole = ease_grid("M36")
    t = rasterio.transform.from_origin(-17367530.0, 7314540.0, 36032.219917012451333, 36032.219917012451333)
    rounded = Grid(whole.crs, t, whole.shape)
    found, first = snapped(rounded)
    assert (found, first) == (whole, (0, 0))
    off = Grid(whole.crs, t * t.translation(0.3, 0), (10, 10))
    assert snapped(off) is None


def test_a_reprojected_export_keeps_its_own_grid(tmp_path):
    grid = Grid.from_bounds(WGS84, 0.09, (10, 50, 10.45, 50.36))
    tiff(tmp_path / "SMAP_L3_SM_P_E_20230501_R19240_001_AM.tif", SM, grid)
    outcome = import_smap(tmp_path, tmp_path / "out")
    assert grid_of(outcome.maps[0].path).same_as(grid)
    npt.assert_array_equal(read(outcome), SM)


def test_a_geotiff_of_something_else(tmp_path):
    tiff(tmp_path / "NDVI_20230501.tif", SM, part())
    with pytest.raises(InputError, match="does not say that it is soil moisture of SMAP"):
        only(tmp_path)


def test_exports_that_were_not_asked_for(tmp_path):
    exported(tmp_path, "tb_h_corrected", SM)
    with pytest.raises(InputError, match="only GeoTIFFs of tb_h_corrected"):
        only(tmp_path)


# --- folders, days, and files that cannot be used ---------------------------------------------------------------------


def test_a_folder_becomes_a_series_and_bad_files_are_named(tmp_path):
    for number in range(4):
        granule(tmp_path, DAY + number, am=layers(SM + np.float32(number / 100)))
    paths = sorted(tmp_path.glob("*.h5"))
    content = paths[1].read_bytes()
    paths[1].write_bytes(content[: len(content) // 2])
    with h5py.File(paths[2], "w") as file:
        file["Freeze_Thaw_Retrieval_Data_Global/freeze_thaw"] = np.zeros((406, 964))
        file.create_group("Metadata/DatasetIdentification").attrs["shortName"] = np.bytes_("SPL3FTP_E")
    outcome = import_smap(tmp_path, tmp_path / "out", area=part())
    assert list(outcome.days) == [DAY, DAY + 3]
    npt.assert_allclose(read(outcome, 1), SM + 0.03, rtol=1e-6)
    told = summary(tmp_path / "out")
    assert "cannot be read as HDF5" in told[paths[1].name]["left_out_because"]
    assert (
        "SPL3FTP_E: it holds Freeze_Thaw_Retrieval_Data_Global/freeze_thaw" in told[paths[2].name]["left_out_because"]
    )
    assert told[paths[0].name]["known_percent"] == "100.0"


def test_damage_within_a_layer(tmp_path):
    path = granule(tmp_path)
    granule(tmp_path, DAY + 1)
    with h5py.File(path) as file:
        data = file[AM]["soil_moisture"]
        at = next(data.id.get_chunk_info(i) for i in range(data.id.get_num_chunks()))
    content = bytearray(path.read_bytes())
    content[at.byte_offset : at.byte_offset + at.size] = b"\xff" * at.size
    path.write_bytes(content)
    outcome = import_smap(tmp_path, tmp_path / "out", area=part())
    assert list(outcome.days) == [DAY + 1]
    assert outcome.refused[0][0] == path.name


def test_days_are_chosen_and_come_from_the_metadata_of_renamed_files(tmp_path):
    for number in range(3):
        granule(tmp_path, DAY + number, name=f"download {number}.h5")
    outcome = import_smap(tmp_path, tmp_path / "out", area=part(), first=DAY + 1, last=DAY + 1)
    assert list(outcome.days) == [DAY + 1]


def test_dates_that_are_none(tmp_path):
    granule(tmp_path, name="SMAP_L3_SM_P_E_20231345_R19240_001.h5")
    with h5py.File(granule(tmp_path, name="renamed.h5"), "r+") as file:
        file["Metadata/Extent"].attrs["rangeBeginningDateTime"] = np.bytes_("soon")
    with pytest.raises(InputError, match=r"'2023-13-45' is not a day.*renamed.h5: It does not say its day"):
        only(tmp_path)


def test_of_two_releases_of_a_day_the_newer_is_taken(tmp_path):
    granule(tmp_path, name="SMAP_L3_SM_P_E_20230501_R18290_001.h5", am=layers(SM + 0.1))
    granule(tmp_path)
    outcome = import_smap(tmp_path, tmp_path / "out", area=part())
    npt.assert_array_equal(read(outcome), SM)
    assert outcome.refused[0][0].endswith("R18290_001.h5")
    assert "newer" in outcome.refused[0][1]


def test_products_are_not_mixed(tmp_path):
    granule(tmp_path)
    granule(tmp_path, cells=part("M36", Window(500, 60, 5, 4)))
    with pytest.raises(InputError, match=r"SMAP_L3_SM_P \(1 file\); SMAP_L3_SM_P_E \(1 file\)"):
        only(tmp_path)
    npt.assert_array_equal(only(tmp_path, tmp_path / "SMAP_L3_SM_P_E_*.h5", area=part()), SM)


def test_a_day_without_a_good_cell_has_no_map(tmp_path):
    granule(tmp_path, am=layers(quality=1))
    granule(tmp_path, DAY + 1)
    outcome = import_smap(tmp_path, tmp_path / "out", area=part())
    assert list(outcome.days) == [DAY + 1]
    assert [why for _, why in outcome.refused] == ["No cell of the area has a value that meets what was asked for."]


def test_a_file_with_a_size_that_cannot_be_does_not_stop_the_good_one(tmp_path):
    import h5py

    granule(tmp_path)
    path = granule(tmp_path, DAY + 1)
    with h5py.File(path, "r+") as file:
        group = file["Soil_Moisture_Retrieval_Data_AM"]
        del group["soil_moisture_dca"]
        group.create_dataset("soil_moisture_dca", (group["latitude"].shape[0], 10**15), "f4", chunks=(1, 1000))
    outcome = import_smap(tmp_path, tmp_path / "out")
    assert [made.day for made in outcome.maps] == [DAY]
    ((name, why),) = outcome.refused
    assert name == path.name
    assert "1,000,000,000,000,000 values along an axis" in why


def test_nothing_to_read(tmp_path):
    with pytest.raises(InputError, match="No files of SMAP"):
        only(tmp_path)


def test_a_cancel_leaves_nothing(tmp_path):
    path = granule(tmp_path)
    for number in range(1, 5):
        shutil.copy(path, tmp_path / granule_name(DAY + number, part()))
    asked = iter([False] * 8 + [True] * 100)
    with pytest.raises(Cancelled):
        import_smap(tmp_path, tmp_path / "out", area=part(), progress=Progress(stop_asked=lambda: next(asked)))
    assert not list(tmp_path.glob("out*"))
    assert not list(tmp_path.glob(".out*"))


# --- several products in one folder -----------------------------------------------------------------------------------


def two_products(folder):
    granule(folder)
    granule(folder, cells=part("M36", Window(495, 60, 5, 4)), am=layers(SM + 0.1))


def test_several_products_are_listed_with_the_words_that_choose(tmp_path):
    two_products(tmp_path)
    words = r"SMAP_L3_SM_P \(1 file\); SMAP_L3_SM_P_E \(1 file\)\. Set 'product' to .*SMAP_L3_SM_P_E\), or to 'all'"
    with pytest.raises(InputError, match=words):
        import_smap(tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match=r"no product 'SMAP_L4' in the input; it has SMAP_L3_SM_P \(1 file\)"):
        import_smap(tmp_path, tmp_path / "out", SmapOptions(product="SMAP_L4"))


def test_one_of_several_products(tmp_path):
    two_products(tmp_path)
    npt.assert_array_equal(only(tmp_path, area=part(), product="smap_l3_sm_p_e"), SM)


def test_all_products_get_a_folder_each(tmp_path):
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    two_products(downloads)
    outcome = import_smap(downloads, tmp_path / "out", SmapOptions(product="all"), area=part())
    assert [m.path.parent.name for m in outcome.maps] == ["SMAP_L3_SM_P", "SMAP_L3_SM_P_E"]
    npt.assert_array_equal(read(outcome, 1), SM)
    assert np.nanmin(read(outcome, 0)) >= np.min(SM + 0.1)  # of the coarser cells
    assert len(summary(tmp_path / "out")) == 2
