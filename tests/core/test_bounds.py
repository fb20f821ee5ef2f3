# SPDX-License-Identifier: GPL-2.0-or-later
"""Bounds of the water content: no pixel leaves them, and the other pixels of a cell make up for those that are held."""

import json

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.bounds import Bounds, bounds_of
from soilsharp.core.downscaling.conserve import find_change
from soilsharp.core.downscaling.downscale import downscale_layers, downscale_series
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConserveOptions, ConsistencyOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.study import Study
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

HOW = ("additive", "ratio")


def _grids(ratio, shift=0.0):
    coarse = Grid.from_bounds("EPSG:3035", 10_000, (4_000_000, 3_000_000, 4_040_000, 3_040_000))
    fine = Grid.from_bounds("EPSG:3035", 10_000 / ratio, tuple(b + shift for b in coarse.bounds))
    return coarse, fine


def _bounded(values, wanted, grids, bounds, how="additive"):
    overlap = Overlap(*grids)
    change = find_change(lambda w: values[w.toslices()], wanted, overlap, ConserveOptions(how), bounds=bounds)
    return change, change.apply(values, overlap.part()), overlap


@pytest.mark.parametrize("how", HOW)
@given(shift=st.sampled_from([0.0, 1300.0]), seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_means_hold_and_no_pixel_leaves_the_bounds(how, shift, seed):
    rng = np.random.default_rng(seed)
    coarse, fine = _grids(8, shift)
    values = rng.uniform(0.02, 1.2, fine.shape).astype(np.float32)  # a third lies beyond
    low = rng.uniform(0.02, 0.1, fine.shape).astype(np.float32)
    high = rng.uniform(0.35, 0.6, fine.shape).astype(np.float32)
    wanted = rng.uniform(0.15, 0.3, coarse.shape)
    change, result, overlap = _bounded(values, wanted, (coarse, fine), Bounds(low, high), how)
    assert (result >= low).all()
    assert (result <= high).all()
    assert change.unmet == 0
    covered = overlap.sums(np.ones(fine.shape))[1] > 0
    npt.assert_allclose(overlap.mean(result)[covered], wanted[covered], atol=1e-6)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("start", [0.7, 0.02])
def test_a_cell_that_begins_at_one_bound_throughout_is_met_all_the_same(how, start):
    coarse, fine = _grids(5)
    values = np.full(fine.shape, start) * np.linspace(1, 1.5, fine.size).reshape(fine.shape)
    change, result, overlap = _bounded(values, np.full(coarse.shape, 0.25), (coarse, fine), Bounds(0.05, 0.5), how)
    assert change.unmet == 0
    npt.assert_allclose(overlap.mean(result), 0.25, atol=1e-6)


def test_a_cell_out_of_reach_goes_as_far_as_bounds_allow_and_is_counted():
    coarse, fine = _grids(5)
    rng = np.random.default_rng(0)
    wanted = np.full(coarse.shape, 0.3)
    wanted[1, 2] = 0.55
    bounds = Bounds(0.02, 0.45)
    values = rng.uniform(0.1, 0.5, fine.shape)
    change, result, overlap = _bounded(values, wanted, (coarse, fine), bounds)
    means = overlap.mean(result)
    assert change.unmet == 1
    assert means[1, 2] == pytest.approx(0.45, abs=1e-6)
    assert change.largest_deviation == pytest.approx(0.1, abs=1e-6)
    means[1, 2] = 0.3
    npt.assert_allclose(means, 0.3, atol=1e-6)
    bounds.note_unmet(change.unmet, change.largest_deviation)
    bounds.count(result)
    assert bounds.n_high >= 25
    assert "Out of their reach 1 coarse cell whose value lies, by up to 0.100 m3 m-3." in bounds.sentence


@pytest.fixture(scope="module")
def model(region):
    return train(
        sample_coarse(Study.read(region.study)), Recipe.of("linear"), folds=FoldOptions(by="random", n_folds=0)
    )


@pytest.fixture(scope="module")
def bounded(region, tmp_path_factory):
    """Return the study of the region with maps of residual water content and porosity, the latter in percent."""
    folder = tmp_path_factory.mktemp("bounded")
    content = json.loads(region.study.read_text(encoding="utf-8"))
    study = Study.read(region.study)
    rng = np.random.default_rng(3)
    write_map(folder / "residual.tif", rng.uniform(0.15, 0.2, study.grid.shape), study.grid, unit="m3 m-3")
    porosity = 100 * rng.uniform(0.28, 0.35, study.grid.shape)
    porosity[:2] = np.nan
    write_map(folder / "porosity.tif", porosity, study.grid, unit="%")
    content["covariates"]["residual"] = {"file": str(folder / "residual.tif")}
    content["covariates"]["porosity"] = {"file": str(folder / "porosity.tif"), "unit": "%"}
    path = region.study.parent / "study_bounded.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    yield Study.read(path)
    path.unlink()


def test_bounds_are_numbers_or_maps_of_the_study_in_their_units(bounded):
    found = bounds_of(bounded, "residual", "porosity")
    assert found.high.shape == bounded.grid.shape
    assert found.high[2:].min() >= 0.28
    assert found.high[2:].max() <= 0.3501
    npt.assert_array_equal(found.high[:2], 1)  # where porosity is unknown nothing more is known
    plain = bounds_of(bounded, "", "0.45")
    assert (plain.low, plain.high) == (0, 0.45)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        ("0.5", "0.4", r"minimum water content \(0.5\) is not below the maximum \(0.4\)\. Give"),
        ("0.3", "porosity", r"not below the maximum \(porosity\) on [\d,]+ of [\d,]+ pixels"),
        ("", "45", "must lie between 0 and 1 m3 m-3, got 45"),
        ("wilting", "", "covariate of the study, got 'wilting'; the study .* has .*porosity"),
        ("", "ndvi", "cannot change with the day, as 'ndvi' does"),
        ("", "elevation", "'elevation' reaches from .* lies between 0 and 1"),
        ("nan", "", "must lie between 0 and 1"),
    ],
)
def test_bounds_that_are_none_are_refused_with_numbers(bounded, low, high, says):
    with pytest.raises(InputError, match=says):
        bounds_of(bounded, low, high)


@pytest.mark.parametrize("consistency", ["off", "additive", "ratio", "soft", "strict"])
def test_every_kind_of_map_stays_within_the_bounds_and_tells_it(bounded, model, tmp_path, consistency):
    told = []
    options = ConsistencyOptions(consistency=consistency, min_water="residual", max_water="porosity")
    facts = downscale_series(
        bounded, model, tmp_path / "out", options=options, progress=Progress(say=told.append, warn=told.append)
    )
    limits = bounds_of(bounded, "residual", "porosity")
    for fact in facts.maps:
        values = read_on(Source(str(fact.path)), bounded.grid)
        known = np.isfinite(values)
        assert (values >= limits.low)[known].all()
        assert (values <= limits.high)[known].all()
    assert facts.bounds.n_held > 0
    assert facts.bounds.sentence in told
    assert facts.bounds.sentence in repr(facts) or "Bounds" in repr(facts)
    of_day = predict_map(bounded, model, facts.maps[0].day, options).values
    assert np.nanmax(of_day - limits.high) <= 0


def test_soft_maps_keep_their_means_as_far_as_bounds_allow(bounded, model, tmp_path):
    overlap = Overlap(bounded.coarse_grid, bounded.grid)
    means = []
    for name, bounds in (("plain", {}), ("held", {"min_water": "0.12", "max_water": "0.38"})):
        facts = downscale_series(
            bounded, model, tmp_path / name, options=ConsistencyOptions(consistency="soft", **bounds)
        )
        means.append([overlap.mean(read_on(Source(str(fact.path)), bounded.grid)) for fact in facts.maps])
    plain, held = np.array(means)
    assert facts.bounds.n_held > 0
    reach = np.isfinite(plain) & (plain > 0.13) & (plain < 0.37)
    npt.assert_allclose(held[reach], plain[reach], atol=2e-6)


def test_layers_of_one_date_are_held_by_a_layer_in_the_unit_of_its_file(bounded, model, tmp_path):
    (block,) = bounded.features(list(model.names), bounded.days[4:5], bounded.grid.whole)
    layers = {}
    for name, values in zip(model.names, block):
        layers[name] = str(tmp_path / f"{name}.tif")
        write_map(layers[name], values, bounded.grid)
    layers["porosity"] = str(tmp_path / "porosity.tif")
    write_map(layers["porosity"], np.full(bounded.grid.shape, 25.0), bounded.grid, unit="%")
    options = ConsistencyOptions(min_water="0.15", max_water="porosity")
    facts = downscale_layers(layers, model, tmp_path / "one.tif", options=options)
    values = read_on(Source(str(tmp_path / "one.tif")), bounded.grid)
    assert np.nanmax(values) == np.float32(0.25)
    assert np.nanmin(values) >= np.float32(0.15)
    assert facts.bounds.n_high > 0
