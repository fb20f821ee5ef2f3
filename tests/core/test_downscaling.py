# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps, and their agreement with the coarse product."""

import os
import shutil

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.windows import Window
from scipy import ndimage

from soilsharp.core.base.errors import Cancelled, GridError, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling import downscale, prediction
from soilsharp.core.downscaling.conserve import conserve, conserve_file, find_change
from soilsharp.core.downscaling.downscale import downscale_layers, downscale_series
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConserveOptions, ConsistencyOptions
from soilsharp.core.rasters.dates import map_name
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import train

LAEA = "EPSG:3035"
NO_FOLDS = FoldOptions(by="random", n_folds=0)


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def model(study):
    return train(sample_coarse(study), Recipe.of("lightgbm"), folds=NO_FOLDS)


def _map(path, grid):
    return read_on(Source(str(path)), grid)


def _options(how):
    return ConserveOptions(conserve=how)


def _consistency(how):
    return ConsistencyOptions(consistency=how)


# --- conservation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["additive", "ratio"])
@settings(max_examples=60)
@given(ratio=st.floats(2.0, 12), shift=st.floats(0, 1), gaps=st.floats(0, 0.9), seed=st.integers(0, 999))
def test_every_cell_gets_its_value_on_any_two_grids(how, ratio, shift, gaps, seed):
    rng = np.random.default_rng(seed)
    fine = Grid.from_bounds(LAEA, 1, (0, 0, 40, 30))
    coarse = Grid.from_bounds(LAEA, ratio, (-shift * ratio, 0, 40, 30 + (1 - shift) * ratio))
    values = rng.uniform(0.02, 0.4, fine.shape).astype(np.float32)
    # whole cells without fine pixels, single pixels without, and cells that the sensor did not see
    values[rng.random(fine.shape) < gaps * 0.5] = np.nan
    wanted = np.clip(Overlap(coarse, fine).mean(values) + rng.normal(0, 0.03, coarse.shape), 0.001, 0.6)
    wanted[rng.random(coarse.shape) < gaps] = np.nan
    overlap = Overlap(coarse, fine)
    change = find_change(lambda w: values[w.toslices()], wanted, overlap, _options(how))
    result = change.apply(values, overlap.part())
    assert (result[np.isfinite(result)] >= 0).all()
    npt.assert_array_equal(np.isnan(result), np.isnan(values))
    means = overlap.mean(result)
    met = np.isfinite(means) & np.isfinite(wanted)
    assert change.cells == met.sum()
    npt.assert_allclose(np.abs(means - wanted)[met].max(initial=0), change.largest_deviation, atol=2e-7)
    # cells that are known as a whole, with all their neighbours, can always be met
    _, weights = overlap.sums(result)
    whole = ndimage.minimum_filter(weights > 0.999 * ratio**2, 3, mode="constant", cval=0) & met
    npt.assert_allclose(means[whole], wanted[whole], atol=1e-6)
    assert change.unmet <= (met & ~whole).sum()


@pytest.mark.parametrize("how", ["additive", "ratio"])
def test_cells_that_nest_are_met_and_pixels_held_at_zero_do_not_break_them(how):
    fine, coarse = Grid.from_bounds(LAEA, 1, (0, 0, 12, 6)), Grid.from_bounds(LAEA, 6, (0, 0, 12, 6))
    values = np.linspace(0.0, 0.3, 72, dtype=np.float32).reshape(fine.shape)
    wanted = np.array([[0.01, 0.3]])
    result = conserve(values, wanted, fine, coarse, _options(how))
    npt.assert_allclose([result[:, :6].mean(dtype=float), result[:, 6:].mean(dtype=float)], wanted[0], atol=1e-6)
    assert result.min() == 0
    # who was wetter stays wetter
    assert (np.diff(result[:, :6].ravel()[np.argsort(values[:, :6].ravel())]) >= 0).all()


def test_without_a_coarse_value_the_map_stays_as_it_is():
    fine, coarse = Grid.from_bounds(LAEA, 1, (0, 0, 12, 6)), Grid.from_bounds(LAEA, 6, (0, 0, 12, 6))
    values = np.random.default_rng(1).random(fine.shape).astype(np.float32)
    result = conserve(values, np.array([[np.nan, 0.5]]), fine, coarse)
    npt.assert_array_equal(result[:, :6], values[:, :6])
    assert np.abs(result[:, 6:] - values[:, 6:]).min() > 0


def test_a_ratio_that_starts_from_zero_is_reported():
    fine, coarse = Grid.from_bounds(LAEA, 1, (0, 0, 4, 2)), Grid.from_bounds(LAEA, 2, (0, 0, 4, 2))
    values = np.zeros(fine.shape, np.float32)
    values[:, 2:] = 0.2
    overlap = Overlap(coarse, fine)
    change = find_change(lambda w: values[w.toslices()], np.array([[0.1, 0.1]]), overlap, _options("ratio"))
    assert (change.cells, change.unmet) == (2, 1)
    npt.assert_allclose(change.largest_deviation, 0.1)


def test_coarse_means_hold_across_projections():
    fine = Grid.from_bounds(LAEA, 1000, (4_300_000, 2_900_000, 4_390_000, 2_960_000))
    coarse = Grid.from_bounds("EPSG:6933", 9008.055210146, (0, 5_000_000, 2_000_000, 6_000_000)).crop(fine)
    rng = np.random.default_rng(1)
    values = rng.uniform(0.1, 0.4, fine.shape).astype(np.float32)
    wanted = rng.uniform(0.15, 0.35, coarse.shape)
    overlap = Overlap(coarse, fine)
    full = overlap.sums(values)[1] > 0.5 * 9008.055210146**2
    result = conserve(values, wanted, fine, coarse, ConserveOptions(conserve="additive", min_valid_fraction=0.5))
    npt.assert_allclose(overlap.mean(result)[full], wanted[full], atol=1e-6)


def test_a_file_is_brought_to_its_coarse_means(region, study, tmp_path):
    truth = sorted((region.folder / "truth").glob("*.tif"))[3]
    coarse = region.folder / "coarse" / truth.name
    change = conserve_file(truth, coarse, tmp_path / "out.tif")
    wanted = read_on(Source(str(coarse)), study.coarse_grid)
    means = Overlap(study.coarse_grid, study.grid).mean(_map(tmp_path / "out.tif", study.grid))
    assert change.cells == np.isfinite(wanted).sum() > 0
    npt.assert_allclose(means[np.isfinite(wanted)], wanted[np.isfinite(wanted)], atol=1e-6)


def test_files_that_do_not_meet_leave_nothing(region, study, tmp_path):
    truth = sorted((region.folder / "truth").glob("*.tif"))[3]
    away = Grid.from_bounds(LAEA, 9000, (0, 0, 90_000, 90_000))
    write_map(tmp_path / "away.tif", np.ones(away.shape), away)
    with pytest.raises(GridError, match="do not overlap"):
        conserve_file(truth, tmp_path / "away.tif", tmp_path / "out.tif")
    write_map(tmp_path / "void.tif", np.full(study.coarse_grid.shape, np.nan), study.coarse_grid)
    with pytest.raises(InputError, match="No coarse cell has a coarse value"):
        conserve_file(truth, tmp_path / "void.tif", tmp_path / "out.tif")
    assert sorted(os.listdir(tmp_path)) == ["away.tif", "void.tif"]


# --- maps -------------------------------------------------------------------------------------------------------------


def test_a_series_has_a_dated_map_for_every_day(study, model, tmp_path):
    facts = downscale_series(study, model, tmp_path / "maps")
    assert len(facts.maps) == len(study.days)
    assert not facts.empty_days
    first = facts.maps[0]
    assert first.path == tmp_path / "maps" / "sm_20230501.tif"
    values = _map(first.path, study.grid)
    npt.assert_allclose(first.mean, np.nanmean(values), rtol=1e-5)
    assert first.valid == np.isfinite(values).sum()
    assert 0 < np.nanmin(values) < np.nanmax(values) < 0.7
    with rasterio.open(first.path) as dataset:
        tags = dataset.tags()
    assert (tags["date"], tags["SOILSHARP_TARGET"], tags["SOILSHARP_CONSISTENCY"]) == ("2023-05-01", "coarse", "off")
    assert os.listdir(tmp_path) == ["maps"]


@pytest.mark.parametrize("how", ["off", "additive", "ratio"])
def test_blocks_equal_the_whole(study, model, tmp_path, monkeypatch, how):
    arguments = {"last": np.datetime64("2023-05-03"), "options": _consistency(how)}
    downscale_series(study, model, tmp_path / "whole", **arguments)
    monkeypatch.setattr(prediction, "WINDOW_PIXELS", 256)
    monkeypatch.setattr("soilsharp.core.rasters.grid.TILE", 16)
    monkeypatch.setattr(downscale, "CHUNK_DAYS", 2)
    assert len(list(study.grid.windows(256))) == 9
    downscale_series(study, model, tmp_path / "blocks", **arguments)
    for path in sorted((tmp_path / "whole").iterdir()):
        npt.assert_allclose(_map(path, study.grid), _map(tmp_path / "blocks" / path.name, study.grid), atol=2e-7)


@pytest.mark.parametrize("how", ["additive", "ratio"])
def test_a_conserved_series_meets_every_cell_that_was_seen(study, model, tmp_path, how):
    facts = downscale_series(study, model, tmp_path / "maps", options=_consistency(how))
    assert facts.largest_deviation < 1e-6
    overlap = Overlap(study.coarse_grid, study.grid)
    for day, source in zip(study.coarse_series.days, study.coarse_series.sources):
        wanted = read_on(source, study.coarse_grid)
        means = overlap.mean(_map(tmp_path / "maps" / map_name("sm", day), study.grid))
        seen = np.isfinite(wanted) & np.isfinite(means)
        assert seen.any()
        npt.assert_allclose(means[seen], wanted[seen], atol=1e-6)


def test_layers_of_one_date_give_the_map_of_the_series(study, model, tmp_path):
    day = study.days[4]
    (block,) = study.features(list(study.covariates), np.array([day]), study.grid.whole)
    layers = {}
    for name, values in reversed(list(zip(study.covariates, block))):  # by name, not by order
        write_map(tmp_path / f"{name}.tif", values, study.grid)
        layers[name.upper()] = str(tmp_path / f"{name}.tif")
    downscale_layers(layers, model, tmp_path / "one.tif", day=day)
    downscale_series(study, model, tmp_path / "maps", first=day, last=day)
    (path,) = (tmp_path / "maps").iterdir()
    npt.assert_array_equal(_map(tmp_path / "one.tif", study.grid), _map(path, study.grid))
    del layers["SAND"]
    with pytest.raises(InputError, match="needs the covariate sand, which is not given; given are"):
        downscale_layers(layers, model, tmp_path / "none.tif")
    assert not (tmp_path / "none.tif").exists()


def test_a_model_of_stations_maps_with_the_coarse_product(study, tmp_path):
    model = train(sample_stations(study), Recipe.of("linear"), folds=NO_FOLDS)
    assert COARSE in model.names
    facts = downscale_series(study, model, tmp_path / "maps")
    seen = {str(d) for d in study.coarse_series.days}
    assert {str(m.day) for m in facts.maps} <= seen
    assert len(facts.maps) + len(facts.empty_days) == len(study.days)
    coarse = read_on(study.coarse_series.sources[0], study.grid)
    npt.assert_array_equal(np.isnan(_map(facts.maps[0].path, study.grid))[np.isnan(coarse)], True)


def _with(study, **covariates):
    entries = {**study.covariates, **covariates}
    return Study("x", study.grid, study.first, study.last, entries, study.coarse, folder=study.folder)


def test_covariates_that_are_little_known_or_strange_to_the_model_are_told(study, model, tmp_path):
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    sand[:24] = np.nan
    write_map(tmp_path / "sand.tif", sand, study.grid)
    write_map(tmp_path / "clay.tif", np.full(study.grid.shape, 99), study.grid)
    told = []
    strange = _with(
        study, sand=RasterEntry(file=str(tmp_path / "sand.tif")), clay=RasterEntry(file=str(tmp_path / "clay.tif"))
    )
    progress = Progress(warn=told.append)
    facts = downscale_series(strange, model, tmp_path / "maps", last=np.datetime64("2023-05-02"), progress=progress)
    noted = {fact.name: fact for fact in facts.covariates}
    npt.assert_allclose([noted["sand"].known, noted["clay"].known, noted["clay"].beyond], [12 / 36, 1, 1])
    words = "Covariate 'sand' is valid on 33% of the pixels and days; elsewhere the maps have no value. "
    assert any(text.startswith(words) for text in told)
    assert any("outside of the range" in text and "clay 100%" in text for text in told)


def test_pixels_and_blocks_without_a_covariate_stay_nodata(study, model, tmp_path, monkeypatch):
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    sand[:20] = np.nan
    write_map(tmp_path / "sand.tif", sand, study.grid)
    monkeypatch.setattr(prediction, "WINDOW_PIXELS", 256)
    monkeypatch.setattr("soilsharp.core.rasters.grid.TILE", 16)
    part = _with(study, sand=RasterEntry(file=str(tmp_path / "sand.tif")))
    facts = downscale_series(part, model, tmp_path / "maps", last=np.datetime64("2023-05-01"))
    values = _map(facts.maps[0].path, study.grid)
    assert np.isnan(values[:20]).all()
    assert np.isfinite(values[20:]).any()
    sand[:] = np.nan
    write_map(tmp_path / "sand.tif", sand, study.grid)
    with pytest.raises(InputError, match="No value of sand on the target grid on any of the 16 days"):
        downscale_series(part, model, tmp_path / "none")
    assert sorted(os.listdir(tmp_path)) == ["maps", "sand.tif"]


def test_a_model_of_other_covariates_and_days_out_of_the_period_are_refused(study, model, tmp_path):
    few = {name: entry for name, entry in study.covariates.items() if name not in ("sand", "clay")}
    other = Study("x", study.grid, study.first, study.last, few, study.coarse, folder=study.folder)
    with pytest.raises(InputError, match="needs the covariates sand, clay, which are not given"):
        downscale_series(other, model, tmp_path / "maps")
    with pytest.raises(InputError, match="No day from 2024-01-01"):
        downscale_series(study, model, tmp_path / "maps", first=np.datetime64("2024-01-01"))
    bare = Study("x", study.grid, study.first, study.last, study.covariates, None, folder=study.folder)
    with pytest.raises(InputError, match="has no coarse soil moisture"):
        downscale_series(bare, model, tmp_path / "maps", options=_consistency("additive"))
    assert os.listdir(tmp_path) == []


def test_a_stop_is_felt_at_the_next_look_and_leaves_what_was_there(study, model, tmp_path, stop):
    shutil.copytree(study.folder / "truth", tmp_path / "maps")
    before = {p.name: p.read_bytes() for p in (tmp_path / "maps").iterdir()}
    options, asked = _consistency("additive"), stop()
    downscale_series(study, model, tmp_path / "others", options=options, progress=Progress(stop_asked=asked))
    shutil.rmtree(tmp_path / "others")
    for at in (1, asked.looks // 3, asked.looks // 2, asked.looks):
        now = stop(at)
        with pytest.raises(Cancelled):
            downscale_series(study, model, tmp_path / "maps", options=options, progress=Progress(stop_asked=now))
        assert now.looks <= at + 1  # the window that is read ahead may look once more
        assert {p.name: p.read_bytes() for p in (tmp_path / "maps").iterdir()} == before
        assert os.listdir(tmp_path) == ["maps"]


def test_a_place_that_cannot_be_written_is_named_before_the_work(study, model, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="Choose another place"):
        downscale_series(study, model, tmp_path / "file")
    with pytest.raises(InputError, match="Choose another place"):
        downscale_series(study, model, tmp_path / "file" / "maps")


# --- what a model itself says of its spread ---------------------------------------------------------------------------

OWN_BAND = ConsistencyOptions("off", band=True)


@pytest.fixture(scope="module")
def networks(study):
    """Return an ensemble of two networks that each give a Normal, of covariates that are known everywhere."""
    scheme = SchemeOptions(scheme="by_weights", columns="sand")
    recipe = Recipe((Candidate.of("dense", {"max_epochs": 5}),), scheme)
    samples = sample_coarse(study, names=["ndvi", "sand", "elevation"])
    return train(samples, recipe, folds=NO_FOLDS, weigh=False)


def test_the_spread_that_an_ensemble_of_networks_knows_is_mapped_beside_its_maps(study, networks, tmp_path):
    day = study.first + 2
    facts = downscale_series(study, networks, tmp_path, first=day, last=day, options=OWN_BAND)
    assert facts.maps[0].sd == tmp_path / "sd" / map_name("sd", day)
    assert facts.maps[0].filled is None
    (block,) = study.features(networks.names, np.array([day]), Window(0, 0, *study.grid.shape[::-1]))
    X = block.reshape(len(block), -1).T
    members = [member.estimator for member in networks.fitted.members]
    means, sds = (np.array([getattr(member, ask)(X) for member in members]) for ask in ("predict", "predict_sd"))
    # of a mixture of Normals: the variance between them and the mean of their own
    expected = np.sqrt(means.var(axis=0) + (sds**2).mean(axis=0))
    npt.assert_allclose(_map(facts.maps[0].sd, study.grid).ravel(), expected, rtol=1e-5)
    fine = predict_map(study, networks, day, OWN_BAND)
    npt.assert_array_equal(fine.sd, _map(facts.maps[0].sd, study.grid))
    npt.assert_array_equal(fine.values, _map(facts.maps[0].path, study.grid))


def test_a_model_that_knows_no_spread_has_no_map_of_it_and_that_is_told(study, model, tmp_path):
    told = []
    day = study.first
    facts = downscale_series(
        study, model, tmp_path / "out", first=day, last=day, options=OWN_BAND, progress=Progress(warn=told.append)
    )
    assert facts.maps[0].sd is None
    assert not (tmp_path / "out" / "sd").exists()
    assert any("does not know its standard deviation" in line for line in told)
    assert model.predict_sd(np.zeros((2, len(model.names)), np.float32)) is None


def test_the_spread_is_unknown_where_a_covariate_is(networks):
    X = np.full((3, 3), 0.5, np.float32)
    X[1, 0] = np.nan
    found = networks.predict_sd(X)
    assert found.dtype == np.float32
    assert np.isnan(found).tolist() == [False, True, False]
