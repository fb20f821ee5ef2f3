# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps of the area of applicability: the values of its samples' formulas, masks, errors, sites and the page."""

import json

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.features import rasterize
from rasterio.warp import transform_geom
from rasterio.windows import Window

from soilsharp.core.analysis.applicability_maps import (
    DENSITY,
    ERRORS,
    INDEX,
    INSIDE,
    MASKED,
    PUSHED,
    SITES,
    applicability_maps,
)
from soilsharp.core.analysis.applicability_report import applicability_report
from soilsharp.core.analysis.reach import grid_share, losing_sentence, losing_stations
from soilsharp.core.analysis.settings import ApplicabilityOptions
from soilsharp.core.analysis.where_next import where_next
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.methods.reach import SHOWN
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.report.words import heading
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.study.study import Study
from soilsharp.core.training.applicability import applicability, of_samples
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

NAMES = ("ndvi", "sand", "elevation")
DAY = np.datetime64("2023-05-03")


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def samples(study):
    return sample_coarse(study, names=list(NAMES))


@pytest.fixture(scope="module")
def model(samples):
    return train(samples, Recipe((Candidate.of("linear", {}),)), FoldOptions(by="date", n_folds=3), weigh=False)


@pytest.fixture(scope="module")
def made(study, model, samples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("aoa") / "out"
    options = ApplicabilityOptions(density=True, n_sites=3)
    return applicability_maps(
        study, model, samples, folder, options, predictions=model.held_out, first=DAY, last=DAY + 1
    )


def _pixels(study, day=DAY):
    (block,) = study.features(list(NAMES), np.array([day]), Window(0, 0, *study.grid.shape[::-1]))
    return block.reshape(len(NAMES), -1).T


def _map(made, study, name, day=DAY):
    return read_on(Source(str(made.map_of(name, day))), study.grid).ravel()


def test_maps_hold_the_distance_to_the_nearest_sample(made, study, samples):
    mean, spread = samples.X.astype(float).mean(0), samples.X.astype(float).std(0, ddof=1)
    weight = made.learned.importance

    def points(X):
        return (X.astype(float) - mean) / spread * weight

    references, pixels = points(samples.X), points(_pixels(study))
    among = np.sqrt(((references[:, None] - references[None]) ** 2).sum(2))
    n = len(references)
    apart = np.sqrt(((pixels[:, None] - references[None]) ** 2).sum(2)) / (among.sum() / (n * (n - 1)))
    found = _map(made, study, INDEX)
    npt.assert_allclose(found, apart.min(1), rtol=1e-3, atol=1e-5)
    npt.assert_array_equal(_map(made, study, INSIDE), found <= np.float32(made.learned.threshold))
    near = (apart <= made.learned.threshold).sum(1)
    assert (np.abs(_map(made, study, DENSITY) - near) <= 1).mean() > 0.99


def test_what_pushes_a_pixel_out_is_named_where_it_is_outside(made, study):
    pushed, inside = _map(made, study, PUSHED), _map(made, study, INSIDE)
    assert set(np.unique(pushed)) <= {0, 1, 2, 3}
    npt.assert_array_equal(pushed == 0, inside == 1)
    assert 0 < (pushed > 0).mean() < 1
    table = made.covariates.set_index("code")
    days = [_map(made, study, PUSHED, DAY + k) for k in (0, 1)]
    for code in (1, 2, 3):
        assert table.loc[code, "pushed_out"] == pytest.approx(np.mean([pixels == code for pixels in days]))
    assert made.outside == pytest.approx(np.mean([pixels > 0 for pixels in days]))
    assert made.covariates["covariate"].iloc[0] in made.sentence


def test_maps_come_again_without_pixels_outside(study, model, samples, tmp_path):
    given = np.full(study.grid.shape, 0.25, np.float32)
    (tmp_path / "maps").mkdir()
    write_map(tmp_path / "maps" / "sm_20230503.tif", given, study.grid, unit="m3 m-3")
    made = applicability_maps(study, model, samples, tmp_path / "out", maps=tmp_path / "maps", first=DAY, last=DAY + 1)
    masked = _map(made, study, MASKED)
    npt.assert_array_equal(np.isfinite(masked), _map(made, study, INSIDE) == 1)
    assert np.nanmax(np.abs(masked - 0.25)) < 1e-6
    assert [m.day for m in made.outcome.maps if m.name == MASKED] == [DAY]


def test_maps_of_other_days_and_samples_of_another_kind_are_refused(study, model, samples, tmp_path):
    (tmp_path / "maps").mkdir()
    write_map(tmp_path / "maps" / "sm_20240503.tif", np.full(study.grid.shape, 0.25, np.float32), study.grid)
    with pytest.raises(InputError, match=f"None of the maps to mask is of {DAY} to {DAY}: they run from 2024-05-03"):
        applicability_maps(study, model, samples, tmp_path / "out", maps=tmp_path / "maps", first=DAY, last=DAY)
    others = sample_stations(study)
    with pytest.raises(InputError, match="learned from samples of the coarse product, these are of stations"):
        applicability_maps(study, model, others, tmp_path / "out", first=DAY, last=DAY)
    assert not (tmp_path / "out").exists()


def test_pixels_outside_are_polygons_of_their_own_covariate_and_day(study, model, samples, tmp_path):
    options = ApplicabilityOptions(hatch=True, n_sites=0)
    made = applicability_maps(study, model, samples, tmp_path / "out", options, first=DAY, last=DAY + 1)
    features = json.loads((tmp_path / "out" / "outside.geojson").read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["date"] for feature in features} == {str(DAY), str(DAY + 1)}
    for feature in features:
        told = feature["properties"]
        pushed = _map(made, study, PUSHED, np.datetime64(told["date"])).reshape(study.grid.shape)
        shape = transform_geom("EPSG:4326", study.grid.crs, feature["geometry"])
        burnt = rasterize([shape], study.grid.shape, transform=study.grid.transform)
        npt.assert_array_equal(burnt == 1, pushed == NAMES.index(told["covariate"]) + 1)
        assert told["pixels"] == burnt.sum()


def test_part_of_the_grid_outside_is_told_as_by_the_maps(made, study):
    days = np.array([DAY, DAY + 1])
    share = grid_share(study, made.learned, list(NAMES), days)
    assert share.outside == pytest.approx(made.outside)
    assert share.sentence == made.sentence


def test_stations_where_a_model_loses_are_told_with_how_unlike_they_are():
    rng = np.random.default_rng(0)
    n, each = 20, 30
    station = np.repeat([f"S{k:02d}" for k in range(n)], each)
    level = np.repeat(np.where(np.arange(n) < 4, 8.0, 0.0) + rng.normal(0, 0.3, n), each)
    X = np.column_stack([level + rng.normal(0, 0.1, n * each), rng.normal(0, 1, n * each)]).astype(np.float32)
    observed = rng.uniform(0.1, 0.4, n * each).astype(np.float32)
    dates = np.tile(np.datetime64("2023-05-01", "ns") + np.arange(each).astype("timedelta64[D]"), n)
    index = pd.DataFrame({"station": station, "date": dates})
    samples = Samples(X, observed, ("height", "other"), index)
    fold = np.repeat(np.arange(n) % 5, each)  # the four odd ones are in folds of their own
    pairs = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)]
    pairs = [(learn[np.repeat(np.arange(n) >= 4, each)[learn]], test) for learn, test in pairs]
    learned = of_samples(samples, np.array([0.9, 0.1]), pairs, np.arange(n * each), "folds", rng)
    of_model = observed + np.where(level > 4, 0.10, 0.03)
    held = Predictions.of(index, observed, {"net": of_model}, {"Coarse as is": observed + 0.05}, fold=fold + 1)
    table = losing_stations(learned, samples, held, "Coarse as is")
    assert set(table["station"][:4]) == {"S00", "S01", "S02", "S03"}
    npt.assert_allclose(table["excess"][:4], 0.05, atol=1e-6)
    npt.assert_allclose(table["excess"][4:], -0.02, atol=1e-6)
    assert (table["mostly_by"][:4] == "height").all()
    assert table["dissimilarity"][:4].min() > 3 * table["dissimilarity"][4:].max()
    by_hand = learned.training_index[station == "S01"]
    row = table.set_index("station").loc["S01"]
    assert row["dissimilarity"] == pytest.approx(by_hand.mean())
    assert row["outside"] == pytest.approx((by_hand > learned.threshold).mean())
    assert "loses to the coarse product at 4 of 20" in losing_sentence(table)
    assert "it explains" in losing_sentence(table)


def test_errors_are_told_by_dissimilarity(made, model):
    held = model.held_out.table
    assert made.errors["n"].sum() == len(held)
    assert made.errors["dissimilarity"].is_monotonic_increasing
    squares = (made.errors["rmse"] ** 2 * made.errors["n"]).sum() / len(held)
    name = model.held_out.models[0]
    assert squares == pytest.approx(((held[name] - held["observed"]) ** 2).mean(), rel=1e-5)


def test_a_prediction_counts_once_where_places_have_many_samples(study, samples, tmp_path):
    station = pd.DataFrame({"station": [f"s{i % 9}" for i in range(len(samples))]})
    at_stations = Samples(samples.X, samples.y, samples.names, station, {"target": "stations"})
    model = train(at_stations, Recipe((Candidate.of("linear", {}),)), FoldOptions(by="station", n_folds=3))
    options = ApplicabilityOptions(n_sites=0)
    found = applicability_maps(
        study, model, at_stations, tmp_path / "out", options, predictions=model.held_out, first=DAY, last=DAY
    )
    assert found.errors["n"].sum() == len(samples)


def test_predictions_of_other_samples_are_refused(study, model, samples, tmp_path):
    held = model.held_out
    other = Predictions(
        held.table.assign(date=held.table["date"] + pd.Timedelta(days=900)), held.models, held.baselines
    )
    with pytest.raises(InputError, match="0 held-out predictions are of the samples"):
        applicability_maps(study, model, samples, tmp_path / "out", predictions=other, first=DAY, last=DAY)
    assert not list(tmp_path.iterdir())


def test_no_table_of_earlier_maps_is_left_beside_new_ones(study, model, samples, tmp_path):
    def rows_after(**words):
        applicability_maps(study, model, samples, tmp_path / "out", first=DAY, last=DAY, **words)
        return [len(pd.read_csv(tmp_path / "out" / name)) for name in (ERRORS, SITES)]

    assert min(rows_after(options=ApplicabilityOptions(n_sites=2), predictions=model.held_out)) > 0
    assert rows_after(options=ApplicabilityOptions(n_sites=0)) == [0, 0]


def test_the_first_site_is_the_best_of_all(made, study, model, samples):
    learned = applicability(model, samples)
    days = np.array([DAY])
    sites = where_next(study, learned, list(NAMES), days, 2)
    X = _pixels(study)
    found = learned.look(X)
    outside = np.flatnonzero(found.index > learned.threshold)
    points = learned.points(X[outside]).astype(float)
    reach = learned.threshold * learned.mean_distance
    reached = np.array([(np.sqrt(((points - one) ** 2).sum(1)) <= reach).sum() for one in points])
    assert sites["gain"].iloc[0] == pytest.approx(reached.max() / len(X))
    assert sites["inside"].iloc[0] == pytest.approx(1 - (len(outside) - reached.max()) / len(X))
    assert sites["gain"].is_monotonic_decreasing
    assert len(made.sites) <= 3


def test_pixels_outside_are_counted_whole_though_some_are_drawn(study, model, samples, monkeypatch):
    def sites():
        return where_next(study, applicability(model, samples), list(NAMES), np.array([DAY]), 2)

    of_all = sites()
    monkeypatch.setattr("soilsharp.core.study.study.WINDOW_VALUES", 1000)
    pd.testing.assert_frame_equal(sites(), of_all)
    monkeypatch.setattr("soilsharp.core.analysis.where_next.MOST_PIXELS", 600)
    some = sites()
    inside = (of_all["inside"] - of_all["gain"].cumsum()).to_numpy()
    npt.assert_allclose(some["inside"] - some["gain"].cumsum(), inside, rtol=1e-9)
    pd.testing.assert_frame_equal(sites(), some)


def test_a_map_like_the_samples_is_inside(study, model, samples, tmp_path):
    """Samples of the pixels themselves leave nothing outside."""
    from dataclasses import replace

    X = _pixels(study)
    rows = np.arange(len(X)) % len(samples)
    own = replace(samples, X=X, y=samples.y[rows], index=samples.index.iloc[rows].reset_index(drop=True))
    made = applicability_maps(study, model, own, tmp_path / "out", first=DAY, last=DAY)
    assert made.outside < 0.01
    assert _map(made, study, INDEX).max() < 1e-3


def test_the_page_says_it_in_one_sentence(made, tmp_path):
    applicability_report(tmp_path / "report.html", made)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert made.sentence in page
    assert page.count("data:image/png") == 3
    assert "Where to measure next" in page


def test_the_command_writes_maps_and_page(region, model, samples, tmp_path, capsys):
    model.write(tmp_path / "model.soilsharp")
    samples.write(tmp_path / "samples.csv")
    words = [str(region.study), str(tmp_path / "model.soilsharp"), str(tmp_path / "samples.csv")]
    assert main(["applicability", *words, "--out", str(tmp_path / "out"), "--last", "2023-05-01"]) == 0
    assert "of the grid lies outside" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / INDEX / f"{INDEX}_20230501.tif").is_file()
    assert (tmp_path / "out" / "covariates.csv").is_file()


def test_after_a_cancel_nothing_is_left(study, model, samples, tmp_path, stop):
    counted = stop()
    applicability_maps(
        study, model, samples, tmp_path / "a", first=DAY, last=DAY, progress=Progress(stop_asked=counted)
    )
    for at in np.linspace(1, counted.looks - 1, 5).astype(int):
        with pytest.raises(Cancelled):
            applicability_maps(
                study, model, samples, tmp_path / "b", first=DAY, last=DAY, progress=Progress(stop_asked=stop(at))
            )
        assert not (tmp_path / "b").exists()


def test_errors_of_stations_stand_on_the_page_with_their_units():
    shown = [heading(SHOWN.get(name, name)) for name in ("rmse", "rmse_coarse", "excess")]
    assert [unit for _, unit in shown] == ["m³ m⁻³"] * 3
    assert [label for label, _ in shown] == ["RMSE", "RMSE, coarse product", "RMSE, model less coarse product"]
