# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps that are kriged: better than interpolation, whole over gaps, exact if they are to be, with bands that hold."""

import json
from dataclasses import replace

import numpy as np
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.downscale import downscale_layers, downscale_series
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.study.study import Study
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import train, train_blend

RIDGE = Recipe((Candidate.of("linear", {"penalty": "gcv"}),), scheme=SchemeOptions(scheme="per_period", min_samples=50))
BOOSTED = Recipe((Candidate.of("lightgbm", {"n_trees": 60, "n_leaves": 7}),))
BY_BLOCK = FoldOptions(by="block", n_folds=5)
BAND = ConsistencyOptions("auto", band=True)


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    options = RegionOptions(size_km=96, resolution_m=1000, coarse_km=8, days=16, n_stations=20)
    return create_sample_region(tmp_path_factory.mktemp("wide"), options, seed=3)


@pytest.fixture(scope="module")
def study(wide):
    return Study.read(wide.study)


@pytest.fixture(scope="module")
def model(study):
    return train_blend(sample_coarse(study), (RIDGE, BOOSTED), BY_BLOCK, seed=1)


@pytest.fixture(scope="module")
def series(study, model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kriged")
    return downscale_series(study, model, folder, options=BAND)


def _read(path):
    with rasterio.open(path) as file:
        return file.read(1).astype(float)


def _day(study, wide, fact):
    """Return truth, bilinear and the kriged map of a day; NaN where there is none."""
    name = f"{fact.day}".replace("-", "")
    truth = _read(next((wide.folder / "truth").glob(f"*{name}*")))
    at = np.flatnonzero(study.coarse_series.days == fact.day)
    bilinear = np.full(truth.shape, np.nan)
    if len(at):
        source = study.coarse_series.sources[at[0]]
        nearest = read_on(source, study.grid).astype(float)
        between = read_on(source, study.grid, "bilinear")
        bilinear = np.where(np.isfinite(nearest) & np.isfinite(between), between, nearest)
    return truth, bilinear, _read(fact.path)


@pytest.fixture(scope="module")
def errors(study, wide, series):
    """Errors of the map and of bilinear interpolation in seen cells, those of the map in gaps, and both in SD."""
    seen, interpolated, gaps, sds, gap_sds = [], [], [], [], []
    for fact in series.maps:
        truth, bilinear, mapped = _day(study, wide, fact)
        sd = _read(fact.sd)
        both = np.isfinite(truth) & np.isfinite(bilinear)
        seen.append((mapped - truth)[both])
        interpolated.append((bilinear - truth)[both])
        lacking = np.isfinite(truth) & ~np.isfinite(bilinear)
        gaps.append((mapped - truth)[lacking])
        sds.append(sd[both])
        gap_sds.append(sd[lacking])
    return tuple(np.concatenate(part) for part in (seen, interpolated, gaps, sds, gap_sds))


def test_maps_beat_interpolation_by_far(errors):
    seen, interpolated, *_ = errors
    assert seen.std() <= 0.65 * interpolated.std()


def test_every_pixel_of_every_day_has_a_value(study, series, errors):
    assert len(series.maps) == len(study.days)
    assert all(fact.valid == study.grid.size for fact in series.maps)
    assert np.sqrt(np.mean(errors[2] ** 2)) < 1.3 * np.sqrt(np.mean(errors[0] ** 2))


def test_bands_hold_nine_tenths_of_the_truth(errors):
    seen, _, gaps, sd, gap_sd = errors
    assert 0.85 <= np.mean(np.abs(seen) <= 1.645 * sd) <= 0.99
    assert 0.85 <= np.mean(np.abs(gaps) <= 1.645 * gap_sd) <= 0.99
    assert gap_sd.mean() > sd.mean()


def test_what_was_filled_is_marked(study, wide, series):
    total = 0
    for fact in series.maps:
        filled = _read(fact.filled)
        assert set(np.unique(filled)) <= {0, 1, 2}
        total += np.count_nonzero(filled)
        _, bilinear, _ = _day(study, wide, fact)
        assert np.array_equal(filled > 0, ~np.isfinite(bilinear))
    assert total == series.kriged.n_filled > 0


def test_the_run_tells_what_it_found(series, model):
    kriged = series.kriged
    assert kriged.is_series
    assert 0.005 < kriged.noise < 0.05
    assert kriged.weights == pytest.approx(list(model.coarse.weights.values * kriged.cap))


def test_strict_maps_keep_every_mean(study, model, tmp_path):
    facts = downscale_series(study, model, tmp_path, options=ConsistencyOptions("strict"))
    assert facts.largest_deviation <= 1e-6
    overlap = Overlap(study.coarse_grid, study.grid)
    for fact in facts.maps[::5]:
        at = np.flatnonzero(study.coarse_series.days == fact.day)
        coarse = read_on(study.coarse_series.sources[at[0]], study.coarse_grid)
        assert np.nanmax(np.abs(overlap.mean(_read(fact.path)) - coarse)) <= 1e-6


def test_the_same_seed_gives_the_same_bytes(study, model, series, tmp_path):
    again = downscale_series(study, model, tmp_path, options=BAND)
    for one, other in zip(series.maps, again.maps):
        assert one.path.read_bytes() == other.path.read_bytes()
        assert one.sd.read_bytes() == other.sd.read_bytes()


def test_a_day_by_itself_is_a_map_too(study, model, wide, tmp_path):
    day = study.coarse_series.days[3]
    facts = downscale_series(study, model, tmp_path, first=day, last=day, options=BAND)
    assert not facts.kriged.is_series
    fine = predict_map(study, model, day, BAND)
    assert np.array_equal(fine.values, _read(facts.maps[0].path).astype(np.float32))
    assert np.array_equal(fine.sd, _read(facts.maps[0].sd).astype(np.float32))
    truth, bilinear, mapped = _day(study, wide, facts.maps[0])
    both = np.isfinite(truth) & np.isfinite(bilinear)
    assert (mapped - truth)[both].std() < 0.85 * (bilinear - truth)[both].std()


def test_covariates_that_tell_nothing_leave_the_smooth_field(study, wide, tmp_path):
    samples = sample_coarse(study)
    rng = np.random.default_rng(5)
    samples = replace(samples, X=rng.standard_normal(samples.X.shape).astype(np.float32))
    useless = train(samples, BOOSTED, FoldOptions(by="date", n_folds=2), seed=1)
    said = []
    with_model = downscale_series(
        study, useless, tmp_path / "a", options=ConsistencyOptions("auto"), progress=Progress(say=said.append)
    )
    assert not useless.coarse.weights.values.any()
    assert any("did not help" in line for line in said)
    alone = predict_map(study, None, study.days[0], ConsistencyOptions("auto"))
    assert np.isfinite(alone.values).all()
    assert with_model.maps[0].valid == study.grid.size


def test_where_a_covariate_is_unknown_the_smooth_field_is_told_of(study, model, tmp_path):
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    sand[:60] = np.nan
    write_map(tmp_path / "sand.tif", sand, study.grid)
    entry = replace(study.covariates["sand"], file=str(tmp_path / "sand.tif"))
    less = replace(study, covariates={**study.covariates, "sand": entry})
    for fill, words in ((True, "the maps are the smooth field of the coarse product alone"), (False, "no value")):
        told = []
        options = ConsistencyOptions("auto", fill=fill)
        downscale_series(less, model, tmp_path / str(fill), options=options, progress=Progress(warn=told.append))
        assert any(text.startswith("Covariate 'sand' is valid on") and words in text for text in told)


def test_stations_keep_their_level(study, tmp_path):
    model = train(sample_stations(study), RIDGE, FoldOptions(by="date", n_folds=2))
    own = downscale_series(study, model, tmp_path / "own")
    soft = downscale_series(study, model, tmp_path / "soft", options=ConsistencyOptions("soft"))
    mean = np.mean([fact.mean for fact in own.maps])
    assert np.mean([fact.mean for fact in soft.maps]) == pytest.approx(mean, abs=0.01)


def test_stations_keep_their_level_where_the_coarse_product_has_no_noise(study, tmp_path):
    model = train(sample_stations(study).select(list(study.covariates)), RIDGE, FoldOptions(by="date", n_folds=2))
    own = downscale_series(study, model, tmp_path / "own")
    overlap = Overlap(study.coarse_grid, study.grid)
    row, column = np.indices(study.coarse_grid.shape)
    for fact in own.maps:  # what the model says, far too wet, and a smooth field
        coarse = overlap.mean(_read(fact.path)) + 0.15 + 0.02 * np.sin(row / 3) * np.cos(column / 4)
        write_map(tmp_path / "coarse" / fact.path.name, coarse.astype("float32"), study.coarse_grid)
    wet = replace(study, coarse=replace(study.coarse, files=str(tmp_path / "coarse")))
    for last in (study.days[1], study.days[-1]):  # single days, and a series
        exact = downscale_series(wet, model, tmp_path / "strict", last=last, options=ConsistencyOptions("strict"))
        made = downscale_series(wet, model, tmp_path / "auto", last=last, options=ConsistencyOptions("auto"))
        assert made.kriged.noise == 0
        mean = np.mean([fact.mean for fact in own.maps[: len(made.maps)]])
        assert np.mean([fact.mean for fact in made.maps]) == pytest.approx(mean, abs=0.01)
        assert np.mean([fact.mean for fact in exact.maps]) == pytest.approx(mean + 0.15, abs=0.03)


def test_a_blend_of_stations_keeps_its_level_too(study, tmp_path):
    model = train_blend(sample_stations(study), (RIDGE, BOOSTED), FoldOptions(by="date", n_folds=2))
    # half of the level stands beside the shares, as where learners tell little
    fitted = replace(model.fitted, shares=np.array([0.3, 0.2]), level=0.12)
    model = replace(model, fitted=fitted)
    own = downscale_series(study, model, tmp_path / "own")
    soft = downscale_series(study, model, tmp_path / "soft", options=ConsistencyOptions("soft"))
    mean = np.mean([fact.mean for fact in own.maps])
    assert np.mean([fact.mean for fact in soft.maps]) == pytest.approx(mean, abs=0.01)


def test_a_stated_error_that_the_maps_forbid_is_not_obeyed(study, model, tmp_path):
    said = []
    facts = downscale_series(
        study, model, tmp_path / "stated", last=study.days[1],
        options=ConsistencyOptions("auto", coarse_error=0.3), progress=Progress(say=said.append),
    )  # fmt: skip
    assert not facts.kriged.obeyed
    assert any("an error of 0.300 is stated" in line for line in said)
    forced = downscale_series(
        study, model, tmp_path / "forced", last=study.days[1], options=ConsistencyOptions("soft", coarse_error=0.3)
    )
    assert forced.kriged.obeyed
    assert forced.kriged.noise == pytest.approx(0.3)


def test_without_a_coarse_product_the_map_is_the_models_own(study, model, tmp_path):
    bare = replace(study, coarse=None)
    warned = []
    day = study.days[0]
    auto = predict_map(bare, model, day, ConsistencyOptions("auto"), Progress(warn=warned.append))
    assert np.array_equal(auto.values, predict_map(bare, model, day).values)
    assert any("no coarse product" in line for line in warned)
    facts = downscale_series(bare, model, tmp_path / "bare", last=day, options=BAND)
    assert np.array_equal(_read(facts.maps[0].path), auto.values)
    assert {path.name for path in (tmp_path / "bare").iterdir()} == {facts.maps[0].path.name, "sd"}


def test_one_day_from_layers_with_its_band(study, wide, tmp_path):
    content = json.loads(wide.study.read_text())
    fixed = {name: str(wide.folder / e["file"]) for name, e in content["covariates"].items() if "file" in e}
    samples = sample_coarse(study).select(list(fixed))
    model = train(samples, BOOSTED, FoldOptions(by="date", n_folds=2))
    coarse = study.coarse_series.sources[0].path
    facts = downscale_layers(
        fixed, model, tmp_path / "sm.tif", coarse=coarse, day=study.days[0], options=ConsistencyOptions("auto"),
        sd=str(tmp_path / "sd.tif"), filled=str(tmp_path / "filled.tif"),
    )  # fmt: skip
    assert facts.maps[0].valid
    assert np.nanmin(_read(tmp_path / "sd.tif")) > 0
    with pytest.raises(InputError, match="known of kriged maps, the former also of models"):
        downscale_layers(fixed, model, tmp_path / "x.tif", coarse=coarse, day=study.days[0], filled=str(tmp_path / "y"))


@pytest.mark.parametrize("at", [0, 0.3, 0.9])
def test_a_cancel_leaves_nothing(study, model, tmp_path, at):
    options = ConsistencyOptions("auto", band=True)
    counted = []
    downscale_series(
        study, model, tmp_path / "whole", last=study.days[9], options=options,
        progress=Progress(stop_asked=lambda: counted.append(1) or False),
    )  # fmt: skip
    left = [int(at * len(counted))]

    def asked():
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(Cancelled):
        downscale_series(
            study, model, tmp_path / "cut", last=study.days[9], options=options, progress=Progress(stop_asked=asked)
        )
    assert not (tmp_path / "cut").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_cells_in_degrees_are_compared_in_metres(study, model, tmp_path):
    warned = []
    coarse = {**model.passport["coarse"], "cell_size": [0.07, 0.07]}
    for times, name in ((1, "same"), (2, "twice")):
        metres = [times * size for size in study.coarse_grid.metres]
        other = replace(model, passport={**model.passport, "coarse": {**coarse, "cell_metres": metres}})
        day = study.days[0]
        downscale_series(study, other, tmp_path / name, last=day, options=BAND, progress=Progress(warn=warned.append))
    assert len([line for line in warned if "coarse cells measure 8000 m" in line and "16000 m" in line]) == 1


def test_wild_pixels_that_take_all_weight_are_told(study, model, tmp_path):
    entry = study.covariates["elevation"]
    values = read_on(entry.one(study.folder), study.grid)
    values[4::32, 4::32] = 1e7
    write_map(tmp_path / "wild.tif", values, study.grid)
    entry = replace(entry, file=str(tmp_path / "wild.tif"))
    wild = replace(study, covariates={**study.covariates, "elevation": entry})
    warned = []
    day = study.days[0]
    facts = downscale_series(
        wild, model, tmp_path / "out", last=day, options=BAND, progress=Progress(warn=warned.append)
    )
    assert facts.kriged.cap < 0.1
    assert any("out of place" in line and "elevation" in line for line in warned)
