# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of the standard deviation: they add up, errors of inputs come through the consistency, and bands hold."""

from dataclasses import replace
from itertools import count

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio

from soilsharp.core.analysis.map_budget import map_budget, write_map_budget
from soilsharp.core.analysis.settings import BudgetOptions
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.downscaling.downscale import downscale_layers, downscale_series
from soilsharp.core.downscaling.input_errors import InputErrors, parse_errors
from soilsharp.core.downscaling.makers import maker, predict_map
from soilsharp.core.downscaling.parts import PARTS
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.methods.method import Method
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.cell_errors import CellErrors, cell_errors
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

BY_BLOCK = FoldOptions(by="block", n_folds=5)
LINEAR = Recipe((Candidate.of("linear", {"alpha": 0.0}),))
ERROR = 2.0  # of the covariate, in its unit
SLOPE = 0.02  # m3 m-3 in a unit of it
PIXELS = 6  # along a side of a cell


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """A study whose soil moisture is a line of one covariate, on 10 x 10 cells and 3 days, and its linear model."""
    folder = tmp_path_factory.mktemp("line")
    coarse_grid = Grid.from_bounds("EPSG:3035", 6000, (4_400_000, 2_840_000, 4_460_000, 2_900_000))
    fine_grid = Grid.from_bounds("EPSG:3035", 1000, coarse_grid.bounds)
    rng = np.random.default_rng(1)
    x = (10 + 3 * np.kron(rng.standard_normal((10, 10)), np.ones((PIXELS, PIXELS)))).astype(np.float32)
    write_map(folder / "x.tif", x, fine_grid)
    means = 0.05 + SLOPE * x[::PIXELS, ::PIXELS]
    for day in range(3):
        noise = 0.005 * rng.standard_normal(means.shape)
        write_map(folder / f"coarse_2023050{day + 1}.tif", means + noise, coarse_grid, unit="m3 m-3")
    study = Study(
        "line",
        fine_grid,
        np.datetime64("2023-05-01"),
        np.datetime64("2023-05-03"),
        {"x": RasterEntry(file="x.tif", error=ERROR)},
        RasterEntry(files="coarse_*.tif", error=0.01),
        folder=folder,
    )
    return study, train(sample_coarse(study), LINEAR, BY_BLOCK, seed=1, threads=1)


def _map(made_up, consistency, **words):
    study, model = made_up
    return predict_map(study, model, study.first, ConsistencyOptions(consistency, band=True, **words))


def _rms(values):
    return float(np.sqrt(np.mean(np.square(values, dtype=float))))


@pytest.mark.parametrize("consistency", ["off", "additive", "ratio", "soft", "strict"])
def test_parts_add_up(made_up, consistency):
    made = _map(made_up, consistency, error_draws=3)
    npt.assert_allclose(made.sd**2, sum(getattr(made, part) ** 2 for part in PARTS), rtol=1e-4)
    assert (made.sd_model > 0).all()
    assert (made.sd_inputs > 0).all()


def test_an_error_of_a_covariate_moves_the_map_as_far_as_the_model_bends(made_up):
    slope = SLOPE * ERROR
    plain, shifted = (_map(made_up, how, error_draws=20) for how in ("off", "additive"))
    assert _rms(plain.sd_inputs) == pytest.approx(slope, rel=0.05)
    # a 36th of the variance is that of the mean over a cell, which the coarse product sets
    assert _rms(shifted.sd_inputs) == pytest.approx(slope * np.sqrt(1 - 1 / PIXELS**2), rel=0.05)
    npt.assert_array_equal(plain.sd_coarse, 0)
    npt.assert_allclose(shifted.sd_coarse, 0.01, rtol=1e-5)


def test_an_error_that_a_cell_shares_comes_back_from_the_coarse_product(made_up, tmp_path):
    study, model = made_up
    x = read_on(study.source(study.entry("x")), study.coarse_grid, "average")
    write_map(tmp_path / "x.tif", x, study.coarse_grid)
    study = replace(study, covariates={"x": RasterEntry(file=str(tmp_path / "x.tif"), error=ERROR)})
    assert _rms(_map((study, model), "off", error_draws=20).sd_inputs) == pytest.approx(SLOPE * ERROR, rel=0.1)
    assert _rms(_map((study, model), "additive", error_draws=2).sd_inputs) < 1e-3
    # kriging spreads smoothly what comes back, so that a little is left inside of cells
    assert _rms(_map((study, model), "strict", error_draws=2).sd_inputs) < 0.1 * SLOPE * ERROR


def test_a_file_of_errors_counts_before_a_number(made_up, tmp_path):
    study, _ = made_up
    sd = np.where(np.arange(study.grid.shape[1]) < 30, 0.0, 4.0) * np.ones(study.grid.shape)
    write_map(tmp_path / "sd.tif", sd, study.grid)
    study = replace(study, covariates={"x": replace(study.entry("x"), error_file=str(tmp_path / "sd.tif"))})
    block = np.zeros((1, *study.grid.shape), np.float32)
    moved = InputErrors(study, ["x"]).draw(0, ["x"]).disturbed(block, study.first, study.grid.whole)[0]
    npt.assert_array_equal(moved[:, :30], 0)
    assert moved[:, 30:].std() == pytest.approx(4.0, rel=0.1)


def test_a_draw_is_the_same_in_any_order_and_another_each_time(made_up):
    study, _ = made_up
    errors = InputErrors(study, ["x"])
    window = study.grid.whole
    first = errors.normal("x", 0, study.first, window)
    npt.assert_array_equal(errors.normal("x", 0, study.last, window), first)  # the covariate holds for all days
    assert np.abs(np.corrcoef(first.ravel(), errors.normal("x", 1, study.first, window).ravel())[0, 1]) < 0.1


def test_every_second_pixel_tells_as_much(made_up):
    from contextlib import ExitStack

    study, model = made_up
    options = ConsistencyOptions("additive", band=True, error_draws=30)
    with ExitStack() as stack:
        of = maker(study, model, options).input_variances(study.days[:1], {"x": ["x"], "none": []}, 2, stack)
        seen = of["x"][0][::2, ::2].copy()
        assert np.count_nonzero(of["x"]) == seen.size
        npt.assert_array_equal(of["none"], 0)
    # of nine pixels a cell
    assert np.sqrt(seen.mean()) == pytest.approx(SLOPE * ERROR * np.sqrt(1 - 1 / 9), rel=0.05)


def test_maps_of_the_parts_stand_in_folders_and_the_time_is_told(made_up, tmp_path):
    study, model = made_up
    said = []
    options = ConsistencyOptions("additive", band=True, parts=True, error_draws=2)
    facts = downscale_series(study, model, tmp_path / "maps", options=options, progress=Progress(say=said.append))
    for fact in facts.maps:
        layers = {}
        for name in ("sd", *PARTS):
            with rasterio.open(tmp_path / "maps" / name / getattr(fact, name).name) as file:
                layers[name] = file.read(1)
                assert file.units == ("m3 m-3",)
        npt.assert_allclose(layers["sd"] ** 2, sum(layers[name] ** 2 for name in PARTS), rtol=1e-4)
    assert any(text.startswith("2 draws of errors of inputs: about") for text in said)
    without = downscale_series(study, model, tmp_path / "plain", options=replace(options, parts=False))
    assert set(without.maps[0].paths) == {"path", "sd"}


def test_the_budget_tells_the_fraction_of_each(made_up, tmp_path):
    study, model = made_up
    found = map_budget(study, model, ConsistencyOptions("additive"), BudgetOptions(n_days=1, draws=10))
    rows = found.table.set_index("name")
    assert list(rows.index) == ["x", "coarse product", "model", "total"]
    assert rows["fraction"].iloc[:-1].sum() == pytest.approx(1.0)
    assert rows["sd"]["x"] == pytest.approx(SLOPE * ERROR * np.sqrt(1 - 1 / PIXELS**2), rel=0.05)
    assert rows["error"]["x"] == ERROR
    assert found.every == 1  # cells of 36 pixels keep all of them
    assert found.sentence.endswith("of its square comes from x.")
    write_map_budget(tmp_path / "budget.csv", tmp_path / "budget.html", found)
    assert pd.read_csv(tmp_path / "budget.csv")["fraction"].iloc[-1] == 1.0
    assert "Each input was disturbed 10 times" in (tmp_path / "budget.html").read_text()
    bare = replace(study, covariates={"x": RasterEntry(file="x.tif")})
    warned = []
    found = map_budget(bare, model, ConsistencyOptions("off"), progress=Progress(warn=warned.append))
    assert list(found.table["name"]) == ["model", "total"]
    assert any("No covariate with a say has an error" in line for line in warned)


def test_the_command_tells_the_budget(made_up, tmp_path, capsys):
    study, model = made_up
    study.write(study.folder / "study.json")
    model.write(tmp_path / "m.soilsharp")
    places = [str(study.folder / "study.json"), str(tmp_path / "m.soilsharp"), "--out", str(tmp_path / "budget.csv")]
    assert main(["budget", *places, "--consistency", "off", "--n-days", "1", "--draws", "3"]) == 0
    assert "of its square comes from x." in capsys.readouterr().out
    assert (tmp_path / "budget.csv").exists()


def test_any_method_may_tell_its_own_uncertainty():
    method = Method.read("coarse_random_forest").with_spread(20)
    told = Method.from_json(method.as_json(), "again").consistency
    assert (told.consistency, told.band, told.parts, told.draws) == ("additive", True, True, 20)


def test_errors_are_read_from_a_text():
    assert parse_errors("ndvi=0.025; lst = 1.5") == {"ndvi": 0.025, "lst": 1.5}
    for odd in ("ndvi", "ndvi=-1", "=2", "ndvi=x"):
        with pytest.raises(InputError, match="is no error of a covariate"):
            parse_errors(odd)


def test_one_date_has_the_parts_too(made_up, tmp_path):
    study, model = made_up
    parts = {name: str(tmp_path / f"{name}.tif") for name in PARTS}
    downscale_layers(
        {"x": str(study.folder / "x.tif")},
        model,
        tmp_path / "sm.tif",
        sd=str(tmp_path / "sd.tif"),
        parts=parts,
        errors={"X": ERROR},
        options=ConsistencyOptions("off", error_draws=5),
    )
    with rasterio.open(parts["sd_inputs"]) as file:
        assert _rms(file.read(1)) == pytest.approx(SLOPE * ERROR, rel=0.05)


# --- what cells tell of pixels ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    options = RegionOptions(size_km=96, resolution_m=1000, coarse_km=8, days=12, n_stations=5)
    return create_sample_region(tmp_path_factory.mktemp("region"), options, seed=4)


@pytest.fixture(scope="module")
def samples(region):
    return sample_coarse(Study.read(region.study))


def _coverage(region, model, options):
    study = Study.read(region.study)
    inside = []
    for day in study.days[::5]:
        made = predict_map(study, model, day, options)
        with rasterio.open(next((region.folder / "truth").glob(f"*{str(day).replace('-', '')}*"))) as file:
            error = np.abs(file.read(1) - made.values)
        known = np.isfinite(error)
        inside.append((error <= 1.645 * made.sd)[known].mean())
    return np.mean(inside)


@pytest.mark.parametrize("learner", ["linear", "random_forest"])
def test_bands_of_a_models_own_maps_hold_nine_tenths_of_the_pixels(region, samples, learner):
    model = train(samples, Recipe((Candidate.of(learner),)), BY_BLOCK, seed=1, threads=1)
    for consistency in ("off", "additive"):
        assert 0.85 <= _coverage(region, model, ConsistencyOptions(consistency, band=True)) <= 0.98


def test_permuted_covariates_give_wider_bands(samples):
    rng = np.random.default_rng(2)
    permuted = replace(samples, X=rng.permuted(samples.X, axis=0))
    own, other = (train(s, LINEAR, BY_BLOCK, seed=1, threads=1).cell_errors for s in (samples, permuted))
    assert other.at_point > 1.2 * own.at_point


def test_a_cancel_is_felt_while_errors_of_cells_are_learned(samples):
    looks = count()
    wrong = samples.y + 0.02 * np.random.default_rng(3).standard_normal(len(samples))
    with pytest.raises(Cancelled):
        cell_errors(samples, wrong, progress=Progress(stop_asked=lambda: next(looks) >= 3))


def test_errors_of_cells_travel_with_the_model_and_widen_by_the_learners_spread():
    errors = CellErrors(0.04, 0.03, 0.01, 0.02)
    assert CellErrors.from_dict(errors.as_dict()) == errors
    npt.assert_allclose(errors.sd(np.array([0.01, 0.02]), 2), [0.02, 0.04])
    assert errors.inside_fraction == 0.75
    npt.assert_allclose(errors.sd(None, 2), 0.04)
