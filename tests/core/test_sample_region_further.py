# SPDX-License-Identifier: GPL-2.0-or-later
"""The further layers of the sample region: they make sense, serve a study, and leave every other file as it was."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.files import read_json
from soilsharp.core.preprocessing.landcover_fraction import landcover_fraction
from soilsharp.core.preprocessing.settings import FractionOptions
from soilsharp.core.products.modis.modis import import_modis
from soilsharp.core.products.settings import ModisOptions
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.sample_region import further, region
from soilsharp.core.sample_region.land_cover import BARE, CLASSES, CROPS, GRASS, TREES, WETLAND
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.check import check_study
from soilsharp.core.study.create import create_study
from soilsharp.core.study.study import Study
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

NEW = {"land_cover", "lst_night", "sm_layer2", "sm_layer3"}
TINY = RegionOptions(size_km=20, coarse_km=4.3, days=2, n_stations=3)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    options = RegionOptions(size_km=60, days=40, n_stations=4)
    return create_sample_region(tmp_path_factory.mktemp("made"), options, seed=3)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return create_sample_region(tmp_path_factory.mktemp("tiny"), TINY, seed=5)


def one(made, name):
    path = made.folder / name
    return read_on(Source(str(path)), grid_of(path))


def stack(made, folder):
    """Return the days of a folder and its rasters, (days, rows, columns)."""
    series = Series.from_files(made.folder / folder, "%Y%m%d")
    return series.days, np.stack([read_on(s, grid_of(s.path)) for s in series.sources])


def contents(made):
    """Return the bytes of every file by its name, but of the GeoPackage, which holds the time of its making."""
    paths = [path for path in made.folder.rglob("*") if path.is_file() and path.suffix != ".gpkg"]
    return {path.relative_to(made.folder).as_posix(): path.read_bytes() for path in paths}


def differing(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def correlation(a, b):
    known = np.isfinite(a) & np.isfinite(b)
    return np.corrcoef(a[known], b[known])[0, 1]


# --- what was there before stays what it was --------------------------------------------------------------------------


class Without:
    """A region without any further layer."""

    def __init__(self, *_):
        pass

    def advance(self, *_):
        pass

    observe_night = observe_layers = advance


def test_every_other_file_is_the_same_without_the_further_layers(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(region, "Further", Without)
    monkeypatch.setattr(region, "with_further", dict)
    before = contents(create_sample_region(tmp_path, TINY, seed=5))
    changed = differing(before, contents(tiny))
    assert len(before) > 70
    assert {name for name in changed if not name.startswith("further/")} == {"study_all.json"}
    assert not any(name.startswith("further/") for name in before)


def test_the_first_study_keeps_its_bytes(made, tiny):
    digests = [hashlib.sha256(one.study.read_bytes()).hexdigest()[:16] for one in (made, tiny)]
    assert digests == ["5d31a24a705fb5bd", "0afeee71a130d6f0"]


@pytest.mark.parametrize("name", sorted(NEW))
def test_each_layer_has_a_random_stream_of_its_own(name, tiny, tmp_path, monkeypatch):
    if name in further.DEPTHS:
        monkeypatch.setitem(further.DEPTHS, name, replace(further.DEPTHS[name], stream=99))
    else:
        monkeypatch.setattr(further, {"land_cover": "COVER_STREAM", "lst_night": "NIGHT_STREAM"}[name], 99)
    changed = differing(contents(create_sample_region(tmp_path, TINY, seed=5)), contents(tiny))
    assert changed
    assert all(path.startswith(f"further/{name}") for path in changed)


# --- they make sense --------------------------------------------------------------------------------------------------


def test_land_cover_goes_with_terrain_plants_and_water(made):
    codes = one(made, "further/land_cover.tif")
    assert set(np.unique(codes)) == set(CLASSES)
    ndvi = np.nanmean(stack(made, "covariates/ndvi")[1], axis=0)
    fields = {"ndvi": ndvi, "sm": stack(made, "truth")[1].mean(axis=0)}
    fields |= {name: one(made, f"covariates/{name}.tif") for name in ("elevation", "slope")}
    mean = {name: {code: values[codes == code].mean() for code in CLASSES} for name, values in fields.items()}
    others = {*CLASSES} - {TREES, BARE, WETLAND}
    assert all(mean["ndvi"][BARE] + 0.05 < mean["ndvi"][code] < mean["ndvi"][TREES] - 0.03 for code in others)
    assert mean["slope"][WETLAND] == min(mean["slope"].values())
    assert mean["sm"][WETLAND] == max(mean["sm"].values())
    assert mean["slope"][GRASS] > 1.3 * mean["slope"][CROPS]
    assert mean["elevation"][GRASS] > mean["elevation"][CROPS] + 50


def test_the_classes_are_those_of_the_legend_that_the_file_names(made, tmp_path):
    path, codes = made.folder / "further/land_cover.tif", one(made, "further/land_cover.tif")
    with rasterio.open(path) as dataset:
        assert dataset.tags()["legend"] == "worldcover"
        assert "40 cropland" in dataset.tags()["classes"]
    for group, code in (("crop", CROPS), ("grass", GRASS), ("bare", BARE), ("wetland", WETLAND), ("forest", TREES)):
        options = FractionOptions(legend="worldcover", classes=group)
        facts = landcover_fraction(str(path), grid_of(path), tmp_path / f"{group}.tif", options)
        assert facts.mean == pytest.approx((codes == code).mean(), abs=1e-6)


def test_nights_are_colder_and_smoother_than_days(made):
    (days, day), (nights, night) = stack(made, "covariates/lst"), stack(made, "further/lst_night")
    np.testing.assert_array_equal(nights, days)
    difference = day - night
    assert np.nanmin(difference) > 0
    assert 5 < np.nanmean(difference) < 30
    rough = [np.nanmean(np.abs(np.diff(values, axis=2))) for values in (day, night)]
    assert rough[1] < 0.6 * rough[0]
    assert 0.15 < np.isnan(night).mean() < 0.35
    assert (np.isnan(night) != np.isnan(day)).mean() > 0.05  # clouds move
    # wet ground warms and cools less
    period, truth = stack(made, "truth")
    assert correlation(difference[np.isin(days, period)], truth) < -0.3


def test_deeper_layers_vary_less_follow_later_and_are_smoother(made):
    days, truth = stack(made, "truth")
    fine = grid_of(made.folder / "covariates/elevation.tif")
    cells = Overlap(grid_of(next((made.folder / "coarse").glob("*.tif"))), fine)
    top = np.stack([cells.mean(values, min_valid_fraction=0.99) for values in truth])
    inside = np.isfinite(top[0])
    layers = [top[:, inside]]
    for name in further.DEPTHS:
        there, values = stack(made, f"further/{name}")
        np.testing.assert_array_equal(there, days)  # without gaps
        assert np.isfinite(values).all()
        layers.append(values[:, inside])
    spread = [values.std(axis=0).mean() for values in layers]
    steps = [np.abs(np.diff(values, axis=0)).mean() for values in layers]
    assert spread[2] < spread[1] < 0.8 * spread[0]
    assert steps[2] < 0.6 * steps[1] < 0.3 * steps[0]
    assert all(values.std() < layers[0].std() for values in layers[1:])
    mean = [values.mean(axis=1) for values in layers]
    lags = range(12)
    follows = [[np.corrcoef(mean[0][: len(days) - k], below[k:])[0, 1] for k in lags] for below in mean[1:]]
    assert 0 < np.argmax(follows[0]) < np.argmax(follows[1])


def test_without_noise_and_clouds_nothing_is_hidden(tmp_path):
    options = replace(TINY, coarse_noise=0, cloud_fraction=0)
    made = create_sample_region(tmp_path, options, seed=5)
    assert np.isfinite(stack(made, "further/lst_night")[1]).all()
    noisy = create_sample_region(tmp_path / "noisy", replace(options, coarse_noise=0.02), seed=5)
    for name, size in (("sm_layer2", 0.01), ("sm_layer3", 0.008)):
        error = stack(noisy, f"further/{name}")[1] - stack(made, f"further/{name}")[1]
        assert error.std() == pytest.approx(size, rel=0.4)


# --- they serve a study -----------------------------------------------------------------------------------------------


def test_the_second_study_has_all_of_the_first_and_the_further_layers(made):
    first, second = (read_json(path, "study", 1) for path in (made.study, made.study_all))
    assert set(second["covariates"]) - set(first["covariates"]) == NEW
    assert second["name"] == "Sample region, all layers"
    named = {"name": first["name"], "covariates": first["covariates"]}
    kept = {name: second["covariates"][name] for name in first["covariates"]}
    assert {**second, **named} == first
    assert kept == first["covariates"]


def test_the_second_study_is_found_without_fault(made):
    found = check_study(Study.read(made.study_all))
    assert found.findings == []
    assert set(found.covariates["covariate"]) >= NEW


def test_a_study_made_of_the_folders_knows_the_further_layers(made, tmp_path):
    folders = f"{made.folder / 'covariates'};{made.folder / 'further'}"
    study = create_study(tmp_path / "study.json", made.folder / "coarse", folders)
    assert study.covariates["land_cover"].classes
    assert {name: study.covariates[name].rule for name in NEW - {"land_cover"}} == {
        "lst_night": "linear", "sm_layer2": "mean_before", "sm_layer3": "mean_before",
    }  # fmt: skip


def test_samples_hold_the_fractions_of_classes_and_a_model_learns_them(made):
    study = Study.read(made.study_all)
    study = replace(study, last=study.first + 9)
    samples = sample_coarse(study)
    fractions = [f"land_cover={code}" for code in CLASSES]
    assert {*fractions, "lst_night", "sm_layer2", "sm_layer3"} <= set(samples.names)
    np.testing.assert_allclose(samples.to_frame()[fractions].sum(axis=1), 1, atol=1e-5)
    model = train(samples, Recipe.of("linear"), folds=FoldOptions(by="date", n_folds=2))
    assert set(fractions) <= set(model.names)


def test_a_deeper_layer_can_be_the_coarse_product(made):
    study = Study.read(made.study_all)
    below = replace(study, last=study.first + 3, coarse=replace(study.coarse, files="further/sm_layer3/*.tif"))
    samples = sample_coarse(below)
    assert len(samples) >= 4 * 36  # no gaps


def test_nights_can_be_imported_from_the_delivered_products(tmp_path):
    pytest.importorskip("h5py", reason="granules of SMAP are HDF5")
    options = RegionOptions(size_km=24, days=2, n_stations=3, products=True)
    made = create_sample_region(tmp_path / "region", options, seed=3)
    import_modis(made.downloads / "modis_night", tmp_path / "night", ModisOptions(variable="lst_night"))
    days, plain = stack(made, "further/lst_night")
    for day, values in zip(days, plain):
        if np.isfinite(values).any():
            (path,) = (tmp_path / "night").glob(f"*{str(day).replace('-', '')}.tif")
            np.testing.assert_allclose(read_on(Source(str(path)), grid_of(path)), values, atol=0.011)
