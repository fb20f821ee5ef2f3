# SPDX-License-Identifier: GPL-2.0-or-later
"""Values that are no soil moisture, in coarse rasters and in maps, are refused by every step that reads them."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from soilsharp.core.analysis.period_means import period_means
from soilsharp.core.analysis.settings import PeriodOptions
from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.conserve import conserve_file
from soilsharp.core.downscaling.downscale import downscale_layers, downscale_series
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConserveOptions, ConsistencyOptions
from soilsharp.core.preprocessing.rescale_stations import raster_reference, study_reference
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.study.check import check_study
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train
from soilsharp.core.units import OF_SOIL
from soilsharp.core.validation.products import compare_products
from soilsharp.core.validation.stations import validate_stations

DAY = np.datetime64("2023-05-09")
FILLS = [-9999.0, -5.0, 1e6, 1.5, 1.0]
NO_NUMBERS = [np.nan, 3e38, -3.4e38, np.inf, -np.inf]
GRID = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 2000, 2000))
NO_FOLDS = FoldOptions(n_folds=0)


@pytest.fixture
def place(region, tmp_path):
    """Return a copy of the region whose coarse rasters may be spoiled."""
    shutil.copytree(region.folder, tmp_path / "region")
    return tmp_path / "region"


@pytest.fixture(scope="module")
def models(region):
    """Return a model of covariates alone, and one that sees the coarse product."""
    study = Study.read(region.study)
    plain = train(sample_coarse(study, names=["elevation", "sand"]), Recipe.of("linear"), folds=NO_FOLDS)
    seeing = train(sample_stations(study, names=["elevation", COARSE]), Recipe.of("linear"), folds=NO_FOLDS)
    return plain, seeing


def spoil(place, value, everywhere=False):
    """Write a value that is not declared as nodata into one cell of the coarse raster of the day, or into all."""
    spoil_file(coarse_of(place), value, everywhere)


def spoil_file(path, value, everywhere=False):
    with rasterio.open(path) as dataset:
        profile, values = {**dataset.profile, "nodata": None}, dataset.read(1)
    if everywhere:
        values[:] = value
    else:
        values[1, 1] = value
    path.unlink()
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values, 1)


def coarse_of(place):
    return next((place / "coarse").glob("*20230509.tif"))


def layers(place):
    return {name: str(place / "covariates" / f"{name}.tif") for name in ("elevation", "sand")}


def maps_of(place):
    return Series.from_files(place / "truth")


# what reads a coarse raster: each takes the place of the region, the two models and a folder for results
STEPS = {
    "sample_coarse": lambda place, models, out: sample_coarse(Study.read(place / "study.json")),
    "sample_stations": lambda place, models, out: sample_stations(Study.read(place / "study.json")),
    "downscale": lambda place, models, out: downscale_layers(
        layers(place), models[0], out / "a.tif", coarse=str(coarse_of(place)), options=ConsistencyOptions("additive")
    ),
    "downscale, as a covariate": lambda place, models, out: downscale_layers(
        layers(place), models[1], out / "a.tif", coarse=str(coarse_of(place)), options=ConsistencyOptions("off")
    ),
    "downscale_series": lambda place, models, out: downscale_series(
        Study.read(place / "study.json"), models[0], out / "maps", options=ConsistencyOptions("ratio")
    ),
    "downscale_series, as a covariate": lambda place, models, out: downscale_series(
        Study.read(place / "study.json"), models[1], out / "maps", options=ConsistencyOptions("off")
    ),
    "predict": lambda place, models, out: predict_map(
        Study.read(place / "study.json"), models[0], DAY, ConsistencyOptions("additive")
    ),
    "conserve_coarse": lambda place, models, out: conserve_file(
        maps_of(place).sources[0].path, coarse_of(place), out / "a.tif"
    ),
    "validate_stations": lambda place, models, out: validate_stations(
        maps_of(place), Study.read(place / "study.json").stations(), Series.from_files(place / "coarse")
    ),
    "compare_products": lambda place, models, out: compare_products(
        {"one": maps_of(place)}, maps_of(place), Series.from_files(place / "coarse")
    ),
    "rescale to rasters": lambda place, models, out: reference(place, raster_reference(coarse_series(place))),
    "rescale to a study": lambda place, models, out: reference(
        place, study_reference(Study.read(place / "study.json"), COARSE)
    ),
}


def coarse_series(place):
    return Series.from_files(place / "coarse")


def reference(place, read):
    stations = Study.read(place / "study.json").stations()
    return read(stations.places.reset_index(), np.array([DAY]), Progress())


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fill", FILLS)
def test_a_fill_that_nobody_declared_is_refused(place, models, tmp_path, step, fill):
    spoil(place, fill)
    (tmp_path / "out").mkdir()
    words = r"Soil moisture in \S+20230509\.tif runs from .* must lie between 0 and 0.9\. .* declare them as nodata"
    with pytest.raises(InputError, match=words) as caught:
        STEPS[step](place, models, tmp_path / "out")
    assert f"most often {np.float32(fill):g}" in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("fill", NO_NUMBERS)
def test_what_no_quantity_can_be_is_unknown_without_being_declared(place, fill):
    spoil(place, np.nan)
    unknown = sample_coarse(Study.read(place / "study.json"))
    spoil(place, fill)
    found = sample_coarse(Study.read(place / "study.json"))
    np.testing.assert_array_equal(found.y, unknown.y)
    assert found.index.equals(unknown.index)


@pytest.mark.parametrize("step", [name for name in STEPS if "series" not in name and "compare" not in name])
def test_good_values_pass(place, models, tmp_path, step):
    (tmp_path / "out").mkdir()
    made = STEPS[step](place, models, tmp_path / "out")
    assert made is not None
    written = [path.name for path in (tmp_path / "out").iterdir()]
    assert written == (["a.tif"] if step.startswith(("downscale", "conserve")) else [])


def test_a_check_of_the_study_tells_it_too(place):
    spoil(place, -9999.0)
    check = check_study(Study.read(place / "study.json"))
    (found,) = [finding for finding in check.findings if finding.level == "problem"]
    assert found.about == COARSE
    assert "must lie between 0 and 0.9. " in found.text
    assert "most often -9999. If they stand for no value, declare them as nodata" in found.text


def test_percent_is_still_called_percent(place):
    spoil(place, 25.0, everywhere=True)
    with pytest.raises(InputError, match="looks like percent"):
        sample_coarse(Study.read(place / "study.json"))


def test_what_is_declared_passes(place, models, tmp_path):
    spoil(place, -9999.0)
    study = Study.read(place / "study.json")
    declared = replace(study, coarse=replace(study.coarse, nodata=-9999.0))
    assert len(sample_coarse(declared)) > 0
    assert downscale_series(declared, models[0], tmp_path / "out", options=ConsistencyOptions("additive")).maps


# --- fine maps --------------------------------------------------------------------------------------------------------

MAP_FILLS = [-9999.0, -5.0, 1e6]
# what reads fine maps: each takes those that are spoiled, good ones, the region and a folder for results
MAP_STEPS = {
    "a product": lambda bad, good, place, out: compare_products({"one": bad}, good),
    "a reference": lambda bad, good, place, out: compare_products({"one": good}, bad),
    "a product on coarser cells": lambda bad, good, place, out: compare_products({"one": bad}, coarse_series(place)),
    "maps at stations": lambda bad, good, place, out: validate_stations(bad, stations_of(place)),
    "a product at stations": lambda bad, good, place, out: compare_products({"one": bad}, stations_of(place)),
    "period_means": lambda bad, good, place, out: period_means(Path(bad.sources[0].path).parent, out / "means"),
    "conserve_coarse": lambda bad, good, place, out: conserve_file(
        map_of(bad).path, coarse_of(place), out / "a.tif", ConserveOptions("additive")
    ),
}  # fmt: skip


def stations_of(place):
    return Study.read(place / "study.json").stations()


def map_of(series):
    return series.sources[int(np.flatnonzero(series.days == DAY)[0])]


@pytest.mark.parametrize("step", MAP_STEPS)
@pytest.mark.parametrize("fill", MAP_FILLS)
def test_a_fill_in_a_fine_map_is_refused(place, tmp_path, step, fill):
    shutil.copytree(place / "truth", tmp_path / "bad")
    bad = Series.from_files(tmp_path / "bad")
    spoil_file(Path(map_of(bad).path), fill)
    (tmp_path / "out").mkdir()
    words = r"Soil moisture in \S+20230509\.tif runs from .* must lie between 0 and 1\. .* declare them as nodata"
    with pytest.raises(InputError, match=words) as caught:
        MAP_STEPS[step](bad, maps_of(place), place, tmp_path / "out")
    assert f"most often {np.float32(fill):g}" in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_map_that_a_model_takes_a_little_too_far_is_no_fill(place, tmp_path):
    shutil.copytree(place / "truth", tmp_path / "bad")
    bad = Series.from_files(tmp_path / "bad")
    for value in (-0.05, 1.05):
        spoil_file(Path(map_of(bad).path), value)
        assert compare_products({"one": bad}, maps_of(place)).table["n"].iloc[0] > 0


def test_means_of_anything_else_may_have_any_values(place, tmp_path):
    for day, value in (("20230509", -9999.0), ("20230510", 300.0)):
        write_map(tmp_path / f"lst_{day}.tif", np.full((2, 2), value), GRID, name="lst", unit="K")
    any_day = PeriodOptions(min_valid_fraction=0)
    assert period_means(tmp_path, tmp_path / "means", any_day).maps
    for path in tmp_path.glob("lst*"):
        path.rename(path.with_name(path.name.replace("lst", "sm")))
    assert period_means(tmp_path, tmp_path / "means_of_kelvin", any_day).maps


# --- a raster without any value ---------------------------------------------------------------------------------------


def test_a_map_is_not_conserved_by_a_raster_without_values(place, models, tmp_path):
    spoil(place, np.nan, everywhere=True)
    for step in ("downscale", "predict"):
        with pytest.raises(InputError, match=r"no value over the target grid, so maps cannot be brought to it"):
            STEPS[step](place, models, tmp_path)
    with pytest.raises(InputError, match="nothing can be conserved"):
        STEPS["conserve_coarse"](place, models, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["region"]


def test_days_without_coarse_values_are_told_and_do_not_count_as_conserved(place, models, tmp_path):
    spoil(place, np.nan, everywhere=True)
    said, study = [], Study.read(place / "study.json")
    facts = downscale_series(
        study, models[0], tmp_path / "out", first=DAY - 1, last=DAY, options=ConsistencyOptions("additive"),
        progress=Progress(warn=said.append),
    )  # fmt: skip
    assert any("On 1 of 2 days the coarse soil moisture has no value" in line for line in said)
    tags = [rasterio.open(fact.path).tags()["SOILSHARP_CONSISTENCY"] for fact in facts.maps]
    assert tags == ["additive", "off"]
    alone = {"study": study, "model": models[0], "folder": tmp_path / "two", "first": DAY, "last": DAY}
    with pytest.raises(InputError, match="maps cannot be brought to it"):
        downscale_series(**alone, options=ConsistencyOptions("additive"))
    assert not (tmp_path / "two").exists()
    assert downscale_series(**alone, options=ConsistencyOptions("off")).maps


def test_only_soil_moisture_is_asked_to_be_some(place):
    path = str(place / "covariates" / "elevation.tif")
    assert np.isfinite(Source(path).grid().size)
    from soilsharp.core.rasters.raster import read_on

    grid = Source(path).grid()
    assert read_on(Source(path), grid).max() > 1
    with pytest.raises(InputError, match="must lie between 0 and 1"):
        read_on(Source(path, moisture=OF_SOIL), grid)
