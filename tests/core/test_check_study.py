# SPDX-License-Identifier: GPL-2.0-or-later
"""What a look at a study finds: what is there on which day, and everything that was planted to be wrong."""

import json
import shutil

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.study.check import PROBLEM, WARNING, check_study
from soilsharp.core.study.report import write_study_report
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.study.table import look_at


@pytest.fixture
def copy(region, tmp_path):
    """Return the folder of a copy of the region, and a function that changes its study and checks it."""
    folder = tmp_path / "region"
    shutil.copytree(region.folder, folder)

    def check(**entries):
        content = json.loads((folder / "study.json").read_text())
        for key, value in entries.items():
            content[key] = {**content[key], **value} if isinstance(value, dict) and key in content else value
        (folder / "study.json").write_text(json.dumps(content))
        return check_study(Study.read(folder / "study.json"))

    return folder, check


def _found(check, about, level=WARNING):
    return [finding.text for finding in check.findings if (finding.about, finding.level) == (about, level)]


def test_a_good_study_has_nothing_to_mend_and_its_numbers_are_right(region):
    study = Study.read(region.study)
    check = check_study(study)
    assert check.count(PROBLEM) == 0
    table = check.covariates.set_index("covariate")
    assert list(table.index) == [COARSE, *study.covariates]
    sand = read_on(Source(str(region.folder / "covariates/sand.tif")), study.grid)
    assert table.loc["sand", "mean"] == pytest.approx(sand.mean(), rel=1e-4)
    # the grid of 36 x 36 pixels is looked at whole, so shares are exact
    for i, day in enumerate(study.days):
        (block,) = study.features([*study.covariates], np.array([day]), study.grid.whole)
        known = np.isfinite(block)
        for name, share in zip(study.covariates, known.mean(axis=(1, 2))):
            assert check.days[name][i] == pytest.approx(share, abs=1e-9)
        assert check.days["all"][i] == pytest.approx(known.all(axis=0).mean(), abs=1e-9)
    assert "The study can be used" in check.text()


def test_the_age_is_the_distance_to_the_nearest_observation(copy, region):
    folder, check = copy
    grid = Study.read(region.study).grid
    shutil.rmtree(folder / "covariates" / "ndvi")
    for day in ("20230501", "20230511"):
        write_map(folder / "covariates" / "ndvi" / f"ndvi_{day}.tif", np.full(grid.shape, 0.5), grid, unit="1")
    row = check(period=["2023-05-01", "2023-05-11"]).covariates.set_index("covariate").loc["ndvi"]
    assert row["age_days"] == pytest.approx(np.mean([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0]))


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("sand", lambda v: v * 10, '"scale": 0.1'),
        ("ndvi", lambda v: v * 10_000, '"scale": 0.0001'),
        ("lst", lambda v: v - 273.15, '"offset": 273.15'),
        ("elevation", lambda v: v * 0 + 20_000, "Check the file"),
    ],
)
def test_values_in_another_unit_are_told_with_what_would_mend_them(copy, name, change, says):
    folder, check = copy
    for path in (folder / "covariates").rglob(f"{name}*.tif"):
        with rasterio.open(path, "r+") as dataset:
            dataset.write(change(dataset.read(1)), 1)
    (text,) = [t for t in _found(check(), name) if "runs from" in t]
    assert says in text


def test_a_scale_that_meets_rasters_which_are_scaled_already_is_a_problem(copy):
    folder, check = copy
    for path in sorted((folder / "covariates" / "ndvi").glob("*.tif"))[1:]:
        with rasterio.open(path) as dataset:
            values, profile = dataset.read(1), dataset.profile
        packed = np.where(np.isfinite(values), values * 10_000, -3000).astype("int16")
        profile.update(dtype="int16", nodata=-3000, predictor=2)
        with rasterio.open(path, "w", **profile) as dataset:
            dataset.write(packed, 1)
    ndvi = {"files": "covariates/ndvi/*.tif", "date": "%Y%m%d", "scale": 0.0001}
    (text,) = _found(check(covariates={"ndvi": ndvi}), "ndvi", PROBLEM)
    assert "1 of its" in text
    assert "ndvi_" in text


def test_a_raster_of_several_bands_is_told(copy):
    folder, check = copy
    path = folder / "covariates/sand.tif"
    with rasterio.open(path) as dataset:
        values, profile = dataset.read(1), dataset.profile
    with rasterio.open(path, "w", **{**profile, "count": 2}) as dataset:
        dataset.write(np.stack([values, values / 2]))
        dataset.descriptions = ("sand", "spread")
    (told,) = [text for text in _found(check(), "sand", PROBLEM) if "bands" in text]
    assert 'sand.tif has 2 bands: 1 sand, 2 spread. Say which one ("band" in a study)' in told


def test_gaps_are_told_with_their_days(copy):
    folder, check = copy
    (folder / "covariates" / "rain" / "rain_20230505.tif").unlink()
    result = check()
    (text,) = _found(result, "rain")
    assert "unknown on 3 of 16 days: 2023-05-05, 2023-05-06, 2023-05-07" in text
    (text,) = _found(result, "days")
    assert "get no map" in text
    npt.assert_array_equal(np.flatnonzero(result.days["rain"] == 0), [4, 5, 6])


def test_what_lies_elsewhere_or_is_broken_or_empty_is_a_problem_and_the_rest_is_still_looked_at(copy):
    folder, check = copy
    with rasterio.open(folder / "covariates" / "sand.tif", "r+") as dataset:
        dataset.crs = "EPSG:3413"
    (folder / "covariates" / "clay.tif").write_bytes(b"no raster")
    with rasterio.open(folder / "covariates" / "slope.tif", "r+") as dataset:
        dataset.write(np.full(dataset.shape, np.nan, np.float32), 1)
    result = check(stations={"file": "nowhere.csv"})
    assert "do not overlap" in _found(result, "sand", PROBLEM)[0]
    assert "Cannot read" in _found(result, "clay", PROBLEM)[0]
    assert "no value on the target grid" in _found(result, "slope", PROBLEM)[0]
    assert "does not exist" in _found(result, "stations", PROBLEM)[0]
    assert "elevation" in set(result.covariates["covariate"])
    assert result.verdict.startswith("4 problems must be mended")


def test_stations_off_the_grid_and_in_one_pixel_are_told(copy):
    folder, check = copy
    table = pd.read_csv(folder / "stations.csv")
    names = table["station"].unique()
    table.loc[table["station"] == names[0], ["longitude", "latitude"]] = 30.0, 60.0
    for column in ("longitude", "latitude"):
        table.loc[table["station"] == names[1], column] = table.loc[table["station"] == names[2], column].iloc[0]
    table.to_csv(folder / "stations.csv", index=False)
    texts = _found(check(), "stations")
    assert f"1 of 12 stations lie off the grid: {names[0]}." in texts
    assert any(text.startswith("2 stations share their pixel") for text in texts)


def test_a_mask_counts_and_an_empty_one_is_a_problem(copy):
    folder, check = copy
    result = check(mask={"covariate": "elevation", "at_least": 300})
    grid = Study.read(folder / "study.json").grid
    high = read_on(Source(str(folder / "covariates/elevation.tif")), grid) >= 300
    assert result.facts["Share that the mask leaves"] == f"{100 * high.mean():.0f} %"
    assert result.days["sand"].min() == 1
    for limits in ({"at_least": 9000}, {"at_most": 0}):
        nothing = check(mask={"covariate": "elevation", **limits})
        assert _found(nothing, "mask", PROBLEM)
    assert nothing.count(PROBLEM) == 1  # and not one for every covariate too


def test_exchanged_columns_of_stations_are_told(copy):
    folder, check = copy
    table = pd.read_csv(folder / "stations.csv")
    table.rename(columns={"longitude": "latitude", "latitude": "longitude"}).to_csv(
        folder / "stations.csv", index=False
    )
    (text,) = _found(check(), "stations", PROBLEM)
    assert "With longitude and latitude exchanged, 12 would: exchange" in text


def test_the_report_the_table_and_a_cancel(region, tmp_path):
    check = check_study(Study.read(region.study))
    write_study_report(tmp_path / "report.html", check)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Known on which day" in html
    assert "topographic_position" in html
    check.write_table(tmp_path / "table.csv")
    assert list(pd.read_csv(tmp_path / "table.csv")["covariate"]) == list(check.covariates["covariate"])
    with pytest.raises(Cancelled):
        check_study(Study.read(region.study), Progress(stop_asked=lambda: True))


def test_a_quick_look_says_the_table_and_raises_what_is_wrong(copy):
    folder, _ = copy
    said = []
    table = look_at(Study.read(folder / "study.json"), Progress(say=said.append))
    assert table.set_index("covariate").loc["rain", "rule"] == "sum_before 3 d"
    assert any("topographic_position" in line for line in said)
    (folder / "covariates" / "clay.tif").write_bytes(b"no raster")
    with pytest.raises(InputError, match="Cannot read"):
        look_at(Study.read(folder / "study.json"))


@pytest.mark.parametrize(
    ("name", "entry", "says"),
    [
        ("ndvi", {"days": 5, "min_valid_fraction": 0.5}, "the rule 'linear' does not use: days, min_valid_fraction"),
        ("lst", {"rule": "same_day", "longest_gap_days": 4}, "the rule 'same_day' does not use: longest_gap_days"),
        ("rain", {"hold_last": True}, "the rule 'sum_before' does not use: hold_last"),
        ("sand", {"rule": "hold"}, "one raster for all days does not use: rule"),
    ],
)
def test_settings_without_effect_are_told(copy, name, entry, says):
    folder, check = copy
    covariates = json.loads((folder / "study.json").read_text())["covariates"]
    assert says in " ".join(_found(check(covariates={name: {**covariates[name], **entry}}), name))


def test_amounts_are_no_classes(copy):
    folder, check = copy
    covariates = json.loads((folder / "study.json").read_text())["covariates"]
    (said,) = _found(check(covariates={"sand": {**covariates["sand"], "classes": True}}), "sand", PROBLEM)
    assert "said to hold classes, but holds decimals" in said


def _with_fill(folder, name, fill, factor=1.0, dtype="float32"):
    """Write a covariate again with a fill value in a tenth of its pixels that it does not declare."""
    paths = sorted(folder.glob(f"covariates/**/{name}*.tif"))
    for path in paths:
        with rasterio.open(path) as file:
            values, profile = file.read() * factor, file.profile
        values[:, ::3, ::3] = fill
        kept = np.rint(values) if np.dtype(dtype).kind in "iu" else values
        path.unlink()
        with rasterio.open(path, "w", **{**profile, "dtype": dtype, "nodata": None}) as file:
            file.write(np.nan_to_num(kept, nan=fill).astype(dtype))
    return paths


@pytest.mark.parametrize(
    ("name", "fill", "factor", "dtype", "entry"),
    [
        ("ndvi", -3000, 10_000, "int16", {}),
        ("ndvi", -3000, 10_000, "int16", {"scale": 0.0001}),
        ("sand", -9999, 1, "float32", {}),
        ("elevation", -9999, 1, "int16", {}),
        ("lst", 0, 50, "uint16", {"scale": 0.02}),
    ],
)
def test_a_fill_that_is_not_declared_is_told_and_is_no_part_of_what_is_proposed(copy, name, fill, factor, dtype, entry):
    folder, check = copy
    assert _with_fill(folder, name, fill, factor, dtype)
    covariates = json.loads((folder / "study.json").read_text())["covariates"]
    found = _found(check(covariates={name: {**covariates[name], **entry}}), name)
    (said,) = [text for text in found if "looks like a fill value" in text]
    assert f'set "nodata": {fill} in its entry' in said
    for text in found:
        assert "runs from -3000" not in text
    mended = check(covariates={name: {**covariates[name], **entry, "nodata": fill}})
    assert not [text for text in _found(mended, name) if "looks like a fill value" in text]


def test_values_that_are_natural_or_rare_are_no_fills(copy, region):
    folder, check = copy
    grid = Study.read(region.study).grid
    rng = np.random.default_rng(0)
    rain, share = rng.uniform(5, 30, grid.shape), rng.uniform(0.3, 0.7, grid.shape)
    rain[::2], share[::2], share[1::4] = 0, 0, 1  # dry, none, and nothing else
    odd = rng.normal(0, 1, grid.shape)
    odd[0, 0] = -9999  # one alone
    write_map(folder / "covariates" / "rain_3d.tif", rain, grid)
    write_map(folder / "covariates" / "forest_share.tif", share, grid)
    write_map(folder / "covariates" / "oddity.tif", odd, grid)
    names = ("rain_3d", "forest_share", "oddity")
    made = check(covariates={name: {"file": f"covariates/{name}.tif"} for name in names})
    assert not [finding.text for finding in made.findings if "fill value" in finding.text]
