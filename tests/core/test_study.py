# SPDX-License-Identifier: GPL-2.0-or-later
"""Studies: what their file may hold, the features they give, and how one is made from folders."""

import json
import shutil

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from pandas.testing import assert_frame_equal

from soilsharp.core.base.errors import GridError, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.study import create
from soilsharp.core.study.check import check_study
from soilsharp.core.study.create import create_study
from soilsharp.core.study.study import COARSE, Study


def _changed(region, tmp_path, **entries):
    content = {**json.loads(region.study.read_text()), **entries}
    (tmp_path / "study.json").write_text(json.dumps(content))
    return tmp_path / "study.json"


def test_a_study_survives_its_file(region, tmp_path):
    study = Study.read(region.study)
    study.write(tmp_path / "again.json")
    again = Study.read(tmp_path / "again.json")
    assert (again.grid, again.first, again.last) == (study.grid, study.first, study.last)
    assert again.covariates == study.covariates
    assert again.coarse == study.coarse
    assert again.station_options == study.station_options
    assert again.stations_file == study.stations_file


@pytest.mark.parametrize(
    ("entries", "kind", "message"),
    [
        ({"cover": {}}, InputError, "unknown entry cover"),
        ({"period": "2023"}, InputError, '"period" must be'),
        ({"mask": {"file": "forest.tif"}}, InputError, "a mask needs a limit"),
        (
            {"grid": {"crs": "EPSG:3035", "resolution": 1, "bounds": [0, 0, 1, 1], "resolution_m": 5}},
            GridError,
            "has crs, resolution and bounds, and no resolution_m",
        ),
        ({"period": ["2023-05-09", "2023-05-01"]}, InputError, "ends .2023-05-01. before it begins"),
        ({"period": ["2023-05-01", "2023-13-01"]}, InputError, "'2023-13-01' is not a day"),
        ({"grid": {"crs": "EPSG:99999", "resolution": 1, "bounds": [0, 0, 1, 1]}}, GridError, "no coordinate ref"),
        ({"covariates": {"ndvi": {"rule": "linear"}}}, InputError, "covariate 'ndvi': needs either"),
        ({"covariates": {"ndvi": {"files": "x", "rule": "cubic"}}}, OptionError, "covariate 'ndvi': 'rule' must be"),
        ({"covariates": {"ndvi": {"files": "x", "longest_gap": 3}}}, OptionError, "unknown setting 'longest_gap'"),
        ({"name": 5}, InputError, 'study.json: "name" must be text, got 5'),
        ({"period": [5, 6]}, InputError, 'day in "period" of study.json .5. is not a day'),
        (
            {"grid": {"crs": "EPSG:3035", "resolution": "1000", "bounds": [0, 0, 1, 1]}},
            GridError,
            "study.json, grid: A",
        ),
        ({"covariates": {"ndvi": {"files": "x", "scale": 0}}}, OptionError, "covariate 'ndvi': 'scale' must not be 0"),
        (
            {"covariates": {"ndvi": {"files": "x", "least": 0}}},
            OptionError,
            "covariate 'ndvi': unknown setting 'least'",
        ),
        ({"stations": {"file": 5}}, InputError, 'study.json, stations: "file" must be text, got 5'),
        ({"stations": {"file": "s.csv", "depth_m": 5}}, OptionError, "stations: 'depth_m' must lie between 0 and 2 m"),
        ({"stations": {"file": "s.csv", "unit": "vol"}}, OptionError, "stations: 'unit' must be one of"),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_study_file_is_said_with_its_place(region, tmp_path, entries, kind, message):
    with pytest.raises(kind, match=message):
        Study.read(_changed(region, tmp_path, **entries))


def test_features_of_windows_equal_those_of_the_whole_and_of_cells(region):
    study = Study.read(region.study)
    names, days = [*study.covariates, COARSE], study.days[:3]
    whole = np.stack(list(study.features(names, days, study.grid.whole)))
    assert whole.shape == (3, len(names), *study.grid.shape)
    assert np.isfinite(whole[:, names.index("elevation")]).all()
    for window in list(study.grid.windows(16))[:3]:
        part = np.stack(list(study.features(names, days, window)))
        npt.assert_array_equal(part, whole[(..., *window.toslices())])
    rows, columns = np.array([0, 5, 35]), np.array([0, 35, 7])
    npt.assert_array_equal(study.at_cells(names, days, rows, columns), whole[:, :, rows, columns].transpose(0, 2, 1))


def test_each_day_has_features_of_its_own(region):
    study = Study.read(region.study)
    days = list(study.features([*study.covariates], study.days[:3], study.grid.whole))
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert not np.shares_memory(days[one], days[other])
    days[0][:] = 7
    (alone,) = study.features([*study.covariates], study.days[1:2], study.grid.whole)
    npt.assert_array_equal(days[1], alone)


def test_rain_is_the_sum_of_the_days_before(region):
    study = Study.read(region.study)
    day = study.days[5]
    total = sum(
        read_on(Source(str(region.folder / f"covariates/rain/rain_{str(d).replace('-', '')}.tif")), study.grid)
        for d in (day - 2, day - 1, day)
    )
    (block,) = study.features(["rain"], np.array([day]), study.grid.whole)
    npt.assert_allclose(block[0], total, rtol=1e-5)


def test_a_mask_takes_pixels_out(region, tmp_path):
    shutil.copytree(region.folder, tmp_path / "r")
    path = _changed(region, tmp_path / "r", mask={"covariate": "elevation", "at_least": 300})
    study = Study.read(path)
    (block,) = study.features(["elevation", "sand"], study.days[:1], study.grid.whole)
    low = read_on(Source(str(region.folder / "covariates/elevation.tif")), study.grid) < 300
    assert 0 < low.sum() < low.size
    npt.assert_array_equal(np.isnan(block[1]), low)
    wrong = Study.read(_changed(region, tmp_path / "r", mask={"covariate": "ndvi", "at_least": 0}))
    with pytest.raises(InputError, match="a mask must be one raster"):
        wrong.features(["sand"], study.days[:1], study.grid.whole)


def test_no_common_dates_and_missing_things_are_named(region, tmp_path):
    shutil.copytree(region.folder, tmp_path / "r")
    late = Study.read(_changed(region, tmp_path / "r", period=["2024-05-01", "2024-05-09"]))
    with pytest.raises(InputError, match="No common dates: the coarse rasters run from 2023-05-0"):
        late.coarse_series  # noqa: B018
    with pytest.raises(InputError, match="No common dates: the stations measured from 2023-05-0"):
        late.stations()
    with pytest.raises(InputError, match="no covariate 'snow'; it has elevation"):
        late.entry("snow")
    bare = Study.read(_changed(region, tmp_path / "r", coarse=None, stations=None))
    with pytest.raises(InputError, match='no coarse soil moisture; add the entry "coarse"'):
        bare.coarse_series  # noqa: B018
    with pytest.raises(InputError, match="no stations"):
        bare.stations()


def test_a_study_from_folders_equals_the_one_written_by_hand(region, tmp_path):
    made = create_study(
        tmp_path / "study.json", region.folder / "coarse", region.folder / "covariates",
        stations=region.folder / "stations.csv", rules="rain_10d = rain: sum_before 10; lst: linear 16",
    )  # fmt: skip
    by_hand, again = Study.read(region.study), Study.read(tmp_path / "study.json")
    assert made.covariates == again.covariates
    assert (again.grid, again.first, again.last) == (by_hand.grid, by_hand.first, by_hand.last)
    names = list(by_hand.covariates)
    assert set(names) == set(again.covariates)
    for ours, theirs in zip(
        again.features(names, again.days, again.grid.whole), by_hand.features(names, again.days, again.grid.whole)
    ):
        npt.assert_array_equal(ours, theirs)


def test_coarse_rasters_of_one_day_are_averaged_when_told(region, tmp_path):
    path = next((region.folder / "coarse").glob("*.tif"))
    grid = Source(str(path)).grid()
    for overpass, value in (("AM", 0.2), ("PM", 0.3)):
        write_map(tmp_path / "coarse" / f"SMAP_20230501_{overpass}.tif", np.full(grid.shape, value), grid)
    where = tmp_path / "s.json", tmp_path / "coarse", region.folder / "covariates"
    with pytest.raises(InputError, match="have the same day"):
        create_study(*where)
    study = create_study(*where, coarse_same_day="mean")
    (block,) = study.features([COARSE], study.days, study.grid.whole)
    assert np.nanmean(block) == pytest.approx(0.25, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"rules": "rain sum 3"}, "Cannot read the rule 'rain sum 3'; write it as"),
        ({"rules": "snow: linear"}, "is for no dated covariate; dated are lst, ndvi, rain, temperature"),
        ({"first": np.datetime64("2024-01-01")}, "ends .* before it begins"),
        ({"covariates": "coarse/none"}, "is no folder"),
        ({"coarse": "nowhere"}, "No raster files"),
    ],
    ids=str,
)
def test_folders_that_make_no_study_leave_no_file(region, tmp_path, words, message):
    folders = {"coarse": "coarse", "covariates": "covariates"}
    folders = {key: region.folder / words.pop(key, folder) for key, folder in folders.items()}
    with pytest.raises(InputError, match=message):
        create_study(tmp_path / "study.json", **folders, **words)
    assert list(tmp_path.iterdir()) == []


def test_a_covariate_that_lies_elsewhere_is_refused_at_once(region, tmp_path):
    shutil.copytree(region.folder / "covariates", tmp_path / "covariates")
    with rasterio.open(tmp_path / "covariates" / "sand.tif", "r+") as dataset:
        dataset.crs = "EPSG:3413"
    with pytest.raises(GridError, match="do not overlap"):
        create_study(tmp_path / "s.json", region.folder / "coarse", tmp_path / "covariates")
    grid = Study.read(region.study).grid
    write_map(tmp_path / "covariates" / "sand.tif", np.ones(grid.shape), grid)
    assert "sand" in create_study(tmp_path / "s.json", region.folder / "coarse", tmp_path / "covariates").covariates


def test_a_study_takes_hourly_rasters_at_the_overpass_and_sums_the_hours_before(region, tmp_path):
    grid = Study.read(region.study).grid
    small = np.ones(grid.shape, np.float32)
    start = np.datetime64("2023-05-01T00", "h")
    for number in range(1, 54):
        name = str(start + number).replace("-", "").replace("T", "")
        write_map(tmp_path / "tp" / f"tp_{name}.tif", number * small, grid)
    for day, value in (("01", 0.1), ("02", 0.2)):
        for hour, more in (("06", 0.0), ("18", 0.04)):
            write_map(tmp_path / "sm" / f"sm_202305{day}T{hour}.tif", (value + more) * small, grid)
    tp = {"files": "tp", "rule": "sum_before"}
    path = _changed(
        region, tmp_path, period=["2023-05-01", "2023-05-02"], stations=None,
        coarse={"files": "sm", "hour": 6},
        covariates={"rain_12h": {**tp, "hours": 12, "hour": 6}, "rain_1d": {**tp, "days": 1}},
    )  # fmt: skip
    study = Study.read(path)
    assert [str(d) for d in study.coarse_series.days] == ["2023-05-01", "2023-05-02"]
    days, names = study.days, [*study.covariates, COARSE]
    first, second = (block[:, 0, 0] for block in study.features(names, days, study.grid.whole))
    npt.assert_allclose(first, [np.nan, sum(range(1, 25)), 0.1], rtol=1e-6)
    npt.assert_allclose(second, [sum(range(19, 31)), sum(range(25, 49)), 0.2], rtol=1e-6)
    study.write(tmp_path / "again.json")
    again = Study.read(tmp_path / "again.json")
    assert again.covariates == study.covariates
    assert again.coarse == study.coarse
    wrong = Study.read(_changed(region, tmp_path, coarse={"files": "sm", "hour": 7}, covariates={}))
    with pytest.raises(InputError, match=r"No raster is of hour 7 .UTC.; there are those of 6, 18"):
        wrong.coarse_series  # noqa: B018


def test_two_overpasses_of_a_day_are_averaged_when_the_study_says_so(region, tmp_path):
    grid = Study.read(region.study).grid
    for half, value in (("AM", 0.1), ("PM", 0.3)):
        write_map(tmp_path / "sm" / f"sm_20230502_{half}.tif", np.full(grid.shape, value), grid)
    refused = Study.read(_changed(region, tmp_path, coarse={"files": "sm"}))
    with pytest.raises(InputError, match="the same day"):
        refused.coarse_series  # noqa: B018
    study = Study.read(_changed(region, tmp_path, coarse={"files": "sm", "same_day_files": "mean"}))
    assert len(study.coarse_series) == 1
    (block,) = study.features([COARSE], np.array(["2023-05-02"], "datetime64[D]"), study.grid.whole)
    npt.assert_allclose(block[0], 0.2, rtol=1e-6)


@pytest.mark.parametrize("name", ["soil_moisture", "longitude", "date", "weight", "", " ", COARSE, "Clay"])
def test_a_covariate_may_not_be_called_as_a_column_of_samples(region, tmp_path, name):
    # it would be learned from in place of what is measured
    content = json.loads(region.study.read_text(encoding="utf-8"))
    content["covariates"][name] = content["covariates"]["clay"]
    path = tmp_path / "study.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=r"Give (it another name|them other names)"):
        Study.read(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("covariates", [1]), ("stations", "x.csv"), ("coarse", "smap"), ("mask", ["forest"]), ("mask", 0), ("coarse", [])],
)
def test_a_part_of_another_shape_is_named(region, tmp_path, key, value):
    path = tmp_path / "study.json"
    path.write_text(json.dumps({**json.loads(region.study.read_text(encoding="utf-8")), key: value}), encoding="utf-8")
    with pytest.raises(InputError, match=f'"{key}" must hold settings as key and value'):
        Study.read(path)


def test_what_stands_twice_is_refused_and_a_mark_of_the_encoding_is_none(region, tmp_path):
    text, path = region.study.read_text(encoding="utf-8"), tmp_path / "study.json"
    path.write_text(text.replace('"covariates": {', '"covariates": {"ndvi": {"file": "other.tif"}, '), encoding="utf-8")
    with pytest.raises(InputError, match='"ndvi" stands twice in one object'):
        Study.read(path)
    path.write_text(text, encoding="utf-8-sig")
    assert list(Study.read(path).covariates) == list(Study.read(region.study).covariates)


def test_percent_is_a_share_of_water_only_where_it_can_be_one(region, tmp_path):
    grid, day = Study.read(region.study).grid, np.array(["2023-05-02"], "datetime64[D]")
    for name in ("sand", "porosity"):
        write_map(tmp_path / f"{name}.tif", np.full(grid.shape, 40.0), grid, unit="%")
    entries = {name: {"file": f"{name}.tif", "unit": "percent"} for name in ("sand", "porosity")}
    study = Study.read(_changed(region, tmp_path, covariates=entries, coarse=None, stations=None))
    (block,) = study.features(list(entries), day, grid.whole)
    npt.assert_allclose(block.mean(axis=(1, 2)), [40, 0.4], rtol=1e-6)
    assert (study.unit("sand"), study.unit("porosity")) == ("%", "m3 m-3")


def test_rasters_that_say_they_are_shares_are_not_divided_as_percent(region, tmp_path):
    grid = Study.read(region.study).grid
    write_map(tmp_path / "sm" / "sm_20230502.tif", np.full(grid.shape, 0.3), grid, unit="m3 m-3")
    study = Study.read(_changed(region, tmp_path, coarse={"files": "sm", "unit": "percent"}))
    with pytest.raises(InputError, match=r"says that it is in m3 m-3, and was to be read as percent"):
        list(study.features([COARSE], np.array(["2023-05-02"], "datetime64[D]"), grid.whole))


def test_a_long_study_is_checked_on_days_spread_over_it(region, tmp_path, monkeypatch):
    monkeypatch.setattr(create, "CHECKED_DAYS", 5)
    monkeypatch.setattr(create, "SAMPLED_DAYS", 3)
    lines = []
    progress = Progress(say=lines.append, warn=lines.append)
    study = create_study(tmp_path / "s.json", region.folder / "coarse", region.folder / "covariates", progress=progress)
    assert any(f"The values of 3 of the {len(study.days)} days were looked at" in line for line in lines)
    days = study.days[[0, len(study.days) // 2, -1]]
    result = check_study(study, days=days)
    npt.assert_array_equal(result.days["date"].to_numpy("datetime64[D]"), days)
    whole = check_study(study).days
    part = whole[whole["date"].isin(days)].reset_index(drop=True)
    assert_frame_equal(result.days, part)
