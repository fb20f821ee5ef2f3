# SPDX-License-Identifier: GPL-2.0-or-later
"""The coarse product beside fine maps: its own files where these say all, else maps that any program shows."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.coarse_maps import coarse_maps
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.study.study import Study

DAYS = np.arange("2023-05-05", "2023-05-08", dtype="datetime64[D]")


@pytest.fixture
def place(region, tmp_path):
    """Return a copy of the region whose coarse rasters may be written anew."""
    shutil.copytree(region.folder, tmp_path / "region")
    return tmp_path / "region"


def rewrite(place, make, **words):
    """Write each coarse raster as `make` turns its values, (rows, columns), into bands; the study says the words."""
    for path in (place / "coarse").glob("*.tif"):
        with rasterio.open(path) as file:
            values, profile = file.read(1), file.profile
        bands = make(values)
        profile.update(count=len(bands), dtype=bands.dtype, nodata=None)
        path.unlink()
        with rasterio.open(path, "w", **profile) as file:
            file.write(bands)
    file = place / "study.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["coarse"].update(words)
    file.write_text(json.dumps(content), encoding="utf-8")


def values_of(path):
    with rasterio.open(path) as file:
        return file.read(1, masked=True).filled(np.nan)


def test_files_that_say_all_are_given_as_they_are(place, tmp_path):
    study = Study.read(place / "study.json")
    found = coarse_maps(study, DAYS, tmp_path / "coarse")
    assert [day for day, _ in found] == list(DAYS)
    assert {Path(path).parent for _, path in found} == {place / "coarse"}
    assert not (tmp_path / "coarse").exists()


def in_percent(values):
    return (100 * values)[None]


def packed(values):
    return np.where(np.isnan(values), -9, np.round(values * 10_000)).astype("int16")[None]


def as_third_band(values):
    return np.stack([np.ones_like(values), np.zeros_like(values), values])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (in_percent, {"unit": "%"}),
        (packed, {"scale": 1e-4, "nodata": -9}),
        (as_third_band, {"band": 3}),
    ],
)
def test_files_that_do_not_are_written_as_soil_moisture(place, tmp_path, make, words):
    before = Study.read(place / "study.json")
    wanted = [read_on(source, before.coarse_grid, "nearest") for source in before.coarse_series.sources]
    of_day = dict(zip(before.coarse_series.days, wanted))
    rewrite(place, make, **words)
    found = coarse_maps(Study.read(place / "study.json"), DAYS, tmp_path / "coarse")
    assert [day for day, _ in found] == list(DAYS)
    for day, path in found:
        assert Path(path) == tmp_path / "coarse" / f"coarse_{str(day).replace('-', '')}.tif"
        np.testing.assert_allclose(values_of(path), of_day[day], atol=6e-5)
        assert np.isfinite(values_of(path)).any()
        with rasterio.open(path) as file:
            assert (file.units, file.tags()["date"]) == (("m3 m-3",), str(day))


def test_the_coarse_product_itself_is_never_written_over(place):
    rewrite(place, in_percent, unit="%")
    there = {path: path.read_bytes() for path in (place / "coarse").iterdir()}
    with pytest.raises(OverwriteError):
        coarse_maps(Study.read(place / "study.json"), DAYS, place / "coarse")
    assert {path: path.read_bytes() for path in (place / "coarse").iterdir()} == there


def test_a_cancel_stops_before_the_next_map_and_leaves_nothing(place, tmp_path, stop):
    rewrite(place, in_percent, unit="%")
    asked = stop(2)
    with pytest.raises(Cancelled):
        coarse_maps(Study.read(place / "study.json"), DAYS, tmp_path / "coarse", Progress(stop_asked=asked))
    assert asked.looks == 2
    assert list(Path(tmp_path).glob("*coarse*")) == []


def test_a_product_without_days_has_no_maps(place, tmp_path):
    study = Study.read(place / "study.json")
    one = sorted((place / "coarse").glob("*.tif"))[0]
    fixed = replace(study, coarse=replace(study.coarse, file=str(one), files=""))
    assert coarse_maps(fixed, DAYS, tmp_path / "coarse") == []
    assert coarse_maps(replace(study, coarse=None), DAYS, tmp_path / "coarse") == []
    assert list(Path(tmp_path).glob("coarse*")) == []
