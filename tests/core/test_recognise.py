# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates recognised in folders and among layers, and units that cannot be."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.study.covariates import known_as, unit_problem
from soilsharp.core.study.recognise import covariates_in, covariates_of, overview, with_rules

GRID = Grid(CRS.from_epsg(3035), Affine(1000, 0, 4_400_000, 0, -1000, 2_960_000), (4, 4))


def _write(folder, *names):
    for name in names:
        write_map(folder / f"{name}.tif", np.ones(GRID.shape), GRID, unit="1")


def test_a_folder_as_the_imports_leave_it(tmp_path):
    _write(tmp_path, "elevation", "soil/sand_0-5cm", "soil/sand_0-5cm_error", "mod13/ndvi_20230501",
           "mod13/ndvi_20230517", "era5/tp_72h/tp_72h_20230501", "era5/t2m/t2m_20230501",
           "smooth/ndvi_age_20230501", "smooth/evi_20230501", "smooth/evi_20230502", "hand/forest_error")  # fmt: skip
    (tmp_path / "mod13" / "summary.csv").write_text("file\n")
    found = covariates_in(tmp_path, tmp_path)
    assert set(found) == {"elevation", "sand_0-5cm", "ndvi", "tp_72h", "t2m", "ndvi_age", "evi", "forest_error"}
    entries = {name: one.entry for name, one in found.items()}
    assert entries["sand_0-5cm"].error_file == "soil/sand_0-5cm_error.tif"
    assert (entries["tp_72h"].rule, entries["t2m"].rule) == ("same_day", "mean_before")
    assert entries["t2m"].files == "era5/t2m"
    assert len(entries["evi"].series(tmp_path)) == 2
    assert len(entries["ndvi_age"].series(tmp_path)) == 1


def test_a_table_of_colours_is_that_of_classes_unless_the_name_tells_a_quantity(tmp_path):
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": GRID.crs, "transform": GRID.transform,
               "width": GRID.shape[1], "height": GRID.shape[0]}  # fmt: skip
    for name in ("soil_types", "elevation"):
        with rasterio.open(tmp_path / f"{name}.tif", "w", **profile) as dataset:
            dataset.write(np.ones(GRID.shape, "uint8"), 1)
            dataset.write_colormap(1, {1: (255, 0, 0, 255)})
    _write(tmp_path, "other")
    found = covariates_in(tmp_path, tmp_path)
    assert {name: one.entry.classes for name, one in found.items()} == {
        "soil_types": True, "elevation": False, "other": False
    }  # fmt: skip


def test_folders_and_files_may_be_called_like_patterns(tmp_path):
    folder = tmp_path / "run [2]"
    _write(folder, "evi [x]_20230501", "evi [x]_20230502", "ndvi_20230501", "rain*/rain*_20230501")
    _write(tmp_path / "run 2", "evi x_20230501", "ndvi_20230502")
    entries = {name: one.entry for name, one in covariates_in(folder, tmp_path).items()}
    assert {name: len(entry.series(tmp_path)) for name, entry in entries.items()} == {
        "evi [x]": 2,
        "ndvi": 1,
        "rain*": 1,
    }
    assert all(str(folder) in entry.series(tmp_path).sources[0].path for entry in entries.values())


def test_files_with_the_day_anywhere_in_their_names_are_one_series(tmp_path):
    _write(tmp_path / "lst", "MOD11A1.A2023121.h18v04", "MOD11A1.A2023122.h18v04")
    entry = covariates_in(tmp_path, tmp_path)["lst"].entry
    assert (entry.files, entry.date, entry.rule) == ("lst", "A%Y%j", "linear")


def test_layers_that_differ_in_their_day_are_one_covariate(tmp_path):
    _write(tmp_path, "ndvi_20230501", "ndvi_20230517", "ndvi_age_20230501", "dem")
    layers = {"ndvi_20230501": tmp_path / "ndvi_20230501.tif", "ndvi_20230517": tmp_path / "ndvi_20230517.tif",
              "height": tmp_path / "dem.tif"}  # fmt: skip
    found = covariates_of(layers, tmp_path)
    assert set(found) == {"ndvi", "height"}
    assert len(found["ndvi"].entry.series(tmp_path)) == 2
    assert found["height"].entry.file == "dem.tif"


def test_one_name_for_two_covariates_and_a_broken_raster_are_refused(tmp_path):
    _write(tmp_path, "sand", "soil/sand")
    with pytest.raises(InputError, match="Two covariates are called 'sand'"):
        covariates_in(tmp_path, tmp_path)
    (tmp_path / "soil" / "sand.tif").write_bytes(b"")
    with pytest.raises(InputError, match=r"Cannot read .*sand\.tif as a raster"):
        covariates_in(tmp_path / "soil", tmp_path)


@pytest.mark.parametrize(
    ("name", "title"),
    [("NDVI", "NDVI"), ("lst_day", "surface temperature"), ("tp", "rain"), ("sand_0-5cm", "sand, silt or clay"),
     ("aspect_sin", "sine or cosine"), ("b01", "reflectance"), ("tp_72h", "sum or mean over hours or days"),
     ("mystery", None), ("terrain_ruggedness", None), ("standard_deviation", None), ("canopy_height", None),
     ("sandstone", None), ("LST_Day_1km", "surface temperature"), ("evi2", "EVI"), ("merit_dem", "elevation"),
     ("rainfall", "rain"), ("ssrd", "radiation"), ("swvl1", "soil moisture"), ("height", "elevation")],
)  # fmt: skip
def test_names_that_are_known(name, title):
    known = known_as(name)
    assert (known and known.title) == title


def test_several_folders(tmp_path):
    _write(tmp_path / "a", "elevation")
    _write(tmp_path / "b", "ndvi_20230501", "ndvi_20230517")
    found = covariates_in(f"{tmp_path / 'a'}; {tmp_path / 'b'}", tmp_path)
    assert {name: one.entry.file or one.entry.files for name, one in found.items()} == {
        "elevation": "a/elevation.tif", "ndvi": "b",
    }  # fmt: skip
    with pytest.raises(InputError, match=r"c is no folder"):
        covariates_in(f"{tmp_path / 'a'};{tmp_path / 'c'}", tmp_path)


def test_rules_as_a_person_writes_them(tmp_path):
    _write(tmp_path, "tp/tp_2023050106", "tp/tp_2023050107", "rain/rain_20230501", "ndvi/ndvi_20230501")
    rules = (
        "tp: sum_before 72h at 6\nrain: mean_before 3 without the day; rain_10d = rain: sum_before 10 d; ndvi: hold 8"
    )
    entries = with_rules(covariates_in(tmp_path, tmp_path), rules)
    tp, rain, longer, ndvi = (entries[name] for name in ("tp", "rain", "rain_10d", "ndvi"))
    assert (tp.rule, tp.hours, tp.hour) == ("sum_before", 72, 6)
    assert (rain.rule, rain.days, rain.with_day) == ("mean_before", 3, False)
    assert (longer.rule, longer.days, longer.with_day, longer.files) == ("sum_before", 10, True, "rain")
    assert (ndvi.rule, ndvi.longest_gap_days) == ("hold", 8)
    for wrong in ("tp sum 3", "tp: sum_before three", "snow: hold", "tp: most 3"):
        with pytest.raises(InputError, match=r"rule"):
            with_rules(covariates_in(tmp_path, tmp_path), wrong)


def test_values_within_bounds_are_no_problem():
    assert unit_problem(known_as("ndvi"), -0.1, 0.9, "ndvi") == ""
    assert unit_problem(known_as("ndvi"), np.nan, np.nan, "ndvi") == ""
    assert '"scale": 0.02' in unit_problem(known_as("lst"), 13500, 16000, "lst")


def test_an_overview_says_what_is_there_and_stops_when_asked(tmp_path):
    (tmp_path / "rain").mkdir()
    for path, unit in (("rain/r_20230501", "mm"), ("rain/r_20230502", "mm"), ("NDVI_250m", "")):
        write_map(tmp_path / f"{path}.tif", np.ones((2, 2), "float32"), GRID, unit=unit)
    assert overview(tmp_path) == [
        ("NDVI_250m", "NDVI", "1", "", "", "", "1?"),
        ("rain", "rain", "2", "2023-05-01", "2023-05-02", "sum_before 3 d", "mm"),
    ]
    with pytest.raises(Cancelled):
        overview(tmp_path, Progress(stop_asked=lambda: True))


def test_rain_in_metres_is_suspected():
    known = known_as("tp")
    assert '"scale": 1000' in unit_problem(known, 0, 0.026, "tp")
    assert unit_problem(known, 0, 0, "tp") == unit_problem(known, 0, 3.0, "tp") == ""


def test_folders_may_have_brackets_in_their_names(tmp_path):
    folder = tmp_path / "run [2]" / "covariates"
    _write(folder, "rain/rain_20230501", "rain/rain_20230502", "rain/snow_20230501")
    for here in (folder, tmp_path):
        found = covariates_in(folder, here)
        assert {name: len(one.entry.series(here)) for name, one in found.items()} == {"rain": 2, "snow": 1}


@pytest.mark.parametrize(
    ("stem", "declared", "unit"),
    [
        ("swvl1_percent", {}, "%"), ("t2m_celsius", {}, "degC"), ("rain_mm", {}, "mm"), ("swvl1", {}, ""),
        ("swvl1", {"units": "m**3 m**-3"}, "m3 m-3"), ("lst", {"unit": "Kelvin"}, "K"), ("elevation_m", {}, ""),
    ],
)  # fmt: skip
def test_units_that_names_and_metadata_tell(tmp_path, stem, declared, unit):
    _write(tmp_path, stem)
    with rasterio.open(tmp_path / f"{stem}.tif", "r+") as dataset:
        dataset.set_band_unit(1, "")
        dataset.update_tags(1, **declared)
    assert covariates_in(tmp_path, tmp_path)[stem].entry.unit == unit
