# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes as fractions: what samples of cells hold of them, what models remember, what pixels get."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.names import class_column, class_of
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.downscale import downscale_layers
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.samples.settings import CoarseSampling
from soilsharp.core.study import features
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.sample_weights import classes_of
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.texture import set_aside
from soilsharp.core.training.train import train

CODES = (10, 30, 50)


def _land(grid, codes=CODES):
    """Return a map of classes in patches of five pixels, the south-west corner unknown."""
    patches = np.random.default_rng(3).choice(codes, [n // 5 + 1 for n in grid.shape])
    land = np.kron(patches, np.ones((5, 5)))[: grid.shape[0], : grid.shape[1]].astype(np.float32)
    land[-4:, :4] = np.nan
    return land


@pytest.fixture(scope="module")
def study(region, tmp_path_factory):
    own = Study.read(region.study)
    path = tmp_path_factory.mktemp("land") / "land.tif"
    write_map(path, _land(own.grid), own.grid)
    names = ("elevation", "ndvi")
    covariates = {"land cover": RasterEntry(file=str(path), classes=True), **{n: own.covariates[n] for n in names}}
    return replace(own, covariates=covariates)


@pytest.fixture(scope="module")
def samples(study):
    return sample_coarse(study)


def test_a_class_is_called_by_its_covariate_and_number():
    for code in (10, 0, 65535, 1.5, -1, 16777216):
        assert class_of(class_column("land=cover", code)) == ("land=cover", code)
    assert [class_of(name) for name in ("sand", "a=b", "=3", "x=")] == [None] * 4


def test_samples_of_cells_hold_the_fraction_of_each_class(study, samples):
    assert samples.names == ("land cover=10", "land cover=30", "land cover=50", "elevation", "ndvi")
    land, overlap = _land(study.grid), Overlap(study.coarse_grid, study.grid)
    cells = samples.index["cell_row"], samples.index["cell_column"]
    for i, code in enumerate(CODES):
        fraction = overlap.mean(np.where(np.isnan(land), np.nan, land == code))
        npt.assert_allclose(samples.X[:, i], fraction[cells], rtol=1e-6)
    npt.assert_allclose(samples.X[:, :3].sum(1), 1, rtol=1e-6)
    assert samples.categories == ()
    assert samples.facts["units"]["land cover=30"] == "1"
    shares = [np.mean(land[np.isfinite(land)] == code) for code in CODES]
    npt.assert_allclose(samples.fine_sd[:3], np.sqrt(np.multiply(shares, np.subtract(1, shares))), rtol=1e-6)


def test_central_pixels_and_stations_have_one_class(study, samples):
    centres = sample_coarse(study, CoarseSampling(aggregate="nearest"))
    assert set(np.unique(centres.select(["land cover"]).X)) == {0, 1}
    stations = sample_stations(study)
    assert stations.names[0] == "land cover"
    assert set(stations.X[:, 0]) <= set(CODES)
    # a model of cells may be asked of stations
    npt.assert_array_equal(stations.select(["land cover=30", "ndvi"]).X[:, 0], stations.X[:, 0] == 30)


def test_codes_that_are_not_finer_are_read_once_for_all_classes(study, monkeypatch):
    opened = []
    plain = features.aligned
    monkeypatch.setattr(features, "aligned", lambda *where, **how: opened.append(how) or plain(*where, **how))
    names = [f"land cover={code}" for code in CODES]
    (values,) = study.features(names, np.array([study.first]), study.grid.whole)
    assert len(opened) == 1
    land = _land(study.grid)
    for fraction, code in zip(values, CODES):
        npt.assert_array_equal(fraction, np.where(np.isnan(land), np.nan, land == code))


def test_the_name_of_a_covariate_stands_for_its_classes(samples):
    assert samples.select(["ndvi", "land cover"]).names == ("ndvi", *samples.names[:3])
    with pytest.raises(InputError, match="no covariate land cover=99; they have land cover=10"):
        samples.select(["land cover=99"])
    most = np.array(CODES)[samples.X[:, :3].argmax(1)].astype(str)
    npt.assert_array_equal(classes_of(samples, "land cover"), most)
    beside = set_aside(samples, ["land cover"])
    assert beside.names == ("elevation", "ndvi")
    npt.assert_array_equal(beside.index["land cover"], most)


@pytest.mark.parametrize("key", ["linear", "lightgbm"])
def test_a_model_of_fractions_makes_maps_of_classes(study, samples, tmp_path, key):
    day = study.first + 3
    train(samples, Recipe.of(key), FoldOptions(n_folds=0)).write(tmp_path / "m.soilsharp")
    model = Model.read(tmp_path / "m.soilsharp")
    assert model.names == samples.names
    fine = predict_map(study, model, day).values
    land = _land(study.grid)
    blocks = [land == code for code in CODES]
    others = [
        next(iter(study.features([name], np.array([day]), study.grid.whole)))[0] for name in ("elevation", "ndvi")
    ]
    X = np.stack([*blocks, *others], -1).reshape(-1, 5).astype(np.float32)
    X[np.isnan(land).ravel(), :3] = np.nan
    npt.assert_allclose(fine.ravel(), model.predict(X), rtol=1e-6)
    assert np.isnan(fine[-4:, :4]).all()
    # a single day from layers, named otherwise
    layers = {"Land Cover": study.covariates["land cover"].file, "elevation": "", "ndvi": ""}
    for name, values in zip(("elevation", "ndvi"), others):
        layers[name] = str(tmp_path / f"{name}.tif")
        write_map(layers[name], values, study.grid)
    downscale_layers(layers, model, tmp_path / "one.tif", day=day)
    npt.assert_allclose(
        read_on(RasterEntry(file=str(tmp_path / "one.tif")).one(study.folder), study.grid), fine, atol=1e-6
    )


def test_a_class_that_was_not_learned_is_told(study, samples, tmp_path):
    land = _land(study.grid)
    land[:3] = 99
    write_map(tmp_path / "new.tif", land, study.grid)
    entry = RasterEntry(file=str(tmp_path / "new.tif"), classes=True)
    new = replace(study, covariates={**study.covariates, "land cover": entry})
    pixels = f"{land[:3].size} of {np.isfinite(land).sum()}"
    station = sample_stations(study, names=["land cover", "elevation"])
    for own in (samples, station):
        model = train(own, Recipe.of("linear"), FoldOptions(n_folds=0))
        told = []
        fine = predict_map(new, model, study.first + 3, progress=Progress(warn=told.append))
        learned = len(set(own.X[:, 0])) if own is station else 3
        if learned == 3:
            assert any(
                f"'land cover' has classes that the model has not learned, on {pixels} pixels" in t for t in told
            )
        assert np.isfinite(fine.values[:3]).all()
        assert not any("99" in name for name in model.names)


def test_a_class_without_a_sample_has_no_column(study, tmp_path):
    land = _land(study.grid)
    overlap = Overlap(study.coarse_grid, study.grid)
    sampled = np.isfinite(overlap.mean(land, 0.5))
    outside = overlap.part().spread(sampled.astype(float)) == 0
    assert outside.any()
    write_map(tmp_path / "l.tif", np.where(outside, 77, land), study.grid)
    entry = RasterEntry(file=str(tmp_path / "l.tif"), classes=True)
    names = sample_coarse(replace(study, covariates={"land": entry, "ndvi": study.covariates["ndvi"]})).names
    assert names == ("land=10", "land=30", "land=50", "ndvi")


def test_numbers_that_are_said_to_be_classes_are_refused(study):
    elevation = replace(study.covariates["elevation"], classes=True)
    with pytest.raises(InputError, match="'elevation' is said to hold classes, but has more than 100 different values"):
        sample_coarse(replace(study, covariates={"elevation": elevation}))


def test_two_classes_are_not_said_to_be_in_step(study, tmp_path):
    write_map(tmp_path / "two.tif", _land(study.grid, (1, 2)), study.grid)
    entry = RasterEntry(file=str(tmp_path / "two.tif"), classes=True)
    own = sample_coarse(replace(study, covariates={"land": entry, "ndvi": study.covariates["ndvi"]}))
    told = []
    train(own, Recipe.of("linear"), FoldOptions(n_folds=0), progress=Progress(warn=told.append))
    assert not any("in step" in line for line in told)


def test_fractions_survive_the_file(samples, tmp_path):
    samples.write(tmp_path / "s.csv")
    again = Samples.read(tmp_path / "s.csv")
    assert again.names == samples.names
    npt.assert_array_equal(again.X, samples.X)
    npt.assert_array_equal(again.fine_sd, samples.fine_sd)
