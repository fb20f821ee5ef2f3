# SPDX-License-Identifier: GPL-2.0-or-later
"""Triple collocation: errors put in are found, at places, stations and pixels, and products are merged by them."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.analysis.collocated import triple_collocation
from soilsharp.core.analysis.merge_products import HELD, _Rule, merge_products
from soilsharp.core.analysis.settings import CollocationOptions, MergeOptions
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import SILENT, Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring.collocation import collocate
from soilsharp.core.stations.stations import Stations

ERRORS = np.array([0.02, 0.02, 0.05])
SCALES = np.array([1.0, 1.5, 0.7])  # of the truth in each series
DAYS = np.datetime64("2023-01-01") + np.arange(400)


def made_up(n, places, seed=0, errors=ERRORS, scales=SCALES):
    """Return the truth, shape (n, places), and series with errors of their own, shape (n, places, series)."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.02, (n, places))
    truth = np.empty_like(steps)
    truth[0] = steps[0]
    for day in range(1, n):
        truth[day] = 0.9 * truth[day - 1] + steps[day]
    return truth, 0.25 + truth[..., None] * scales + rng.normal(0, 1, (n, places, len(errors))) * errors * scales


def test_errors_scales_and_signals_that_were_put_in_are_found():
    truth, values = made_up(4000, 40)
    found = collocate(values, np.datetime64("2010-01-01") + np.arange(4000), draws=0)
    npt.assert_allclose(np.median(found.error_sd, 0), ERRORS, rtol=0.05)
    npt.assert_allclose(np.median(found.scale, 0), 1 / SCALES, rtol=0.02)
    r2 = truth.var() / (truth.var() + ERRORS**2)
    npt.assert_allclose(np.median(found.r2, 0), r2, rtol=0.03)
    npt.assert_allclose(np.median(found.snr, 0), 10 * np.log10(truth.var() / ERRORS**2), atol=0.3)


def test_the_numbers_are_those_of_the_formula():
    _, values = made_up(300, 1, seed=3)
    x, y, z = values[:, 0].T
    q = np.cov([x, y, z])
    found = collocate(values, DAYS[:300], reference=1, draws=0)
    error_x = q[0, 0] - q[0, 1] * q[0, 2] / q[1, 2]
    npt.assert_allclose(found.r2[0, 0], 1 - error_x / q[0, 0], rtol=1e-9)
    npt.assert_allclose(found.scale[0], [q[1, 2] / q[0, 2], 1, q[1, 0] / q[2, 0]], rtol=1e-9)
    npt.assert_allclose(found.error_sd[0, 0], np.sqrt(error_x) * q[1, 2] / q[0, 2], rtol=1e-9)


def test_pytesmo_agrees():
    metrics = pytest.importorskip("pytesmo.metrics")
    _, values = made_up(300, 1, seed=5)
    snr, error_sd, scale = metrics.tcol_metrics(*values[:, 0].T, ref_ind=0)
    found = collocate(values, DAYS[:300], draws=0)
    npt.assert_allclose(found.snr[0], snr, rtol=1e-6)
    npt.assert_allclose(found.error_sd[0], error_sd, rtol=1e-6)
    npt.assert_allclose(found.scale[0], scale, rtol=1e-6)


def test_intervals_hold_what_was_put_in_about_as_often_as_they_say():
    _, values = made_up(400, 300, seed=7)
    found = collocate(values, DAYS, level=0.9, draws=300)
    low, high = found.error_sd_range
    held = ((low <= ERRORS) & (high >= ERRORS)).mean(0)
    assert (held > 0.8).all()
    assert (held < 0.96).all()


def test_a_fourth_series_adds_what_all_pairs_say():
    errors, scales = np.array([0.02, 0.03, 0.04, 0.05]), np.ones(4)
    _, values = made_up(3000, 30, errors=errors, scales=scales)
    found = collocate(values, np.datetime64("2010-01-01") + np.arange(3000), draws=0)
    npt.assert_allclose(np.median(found.error_sd, 0), errors, rtol=0.05)


def test_too_few_days_and_impossible_variances_are_unknown():
    _, values = made_up(400, 3)
    values[40:, 1] = np.nan  # a place of few days
    values[:, 2, 0] = 0.5 - values[:, 2, 0]  # one that falls when the others rise
    found = collocate(values, DAYS)
    assert found.n.tolist() == [400, 40, 400]
    assert np.isfinite(found.error_sd[0]).all()
    assert np.isnan(found.error_sd[1:]).all()
    assert np.isnan(found.error_sd_range[:, 1:]).all()


def test_few_blocks_give_no_interval():
    _, values = made_up(60, 1)
    assert np.isnan(collocate(values, DAYS[:60], block_days=20).r2_range).all()
    assert np.isfinite(collocate(values, DAYS[:60], block_days=10).r2_range).all()


GRID = Grid.from_bounds("EPSG:32630", 1000, (0, 0, 6000, 4000))


@pytest.fixture(scope="module")
def products(tmp_path_factory):
    """Return the truth, shape (120, 24), and three folders of maps of it with errors, one with a hole."""
    folder = tmp_path_factory.mktemp("products")
    truth, values = made_up(120, GRID.size, seed=11, errors=np.array([0.01, 0.02, 0.03]))
    values[:, 5, 2] = np.nan
    for number, name in enumerate(("satellite", "model", "other")):
        (folder / name).mkdir()
        for day in range(120):
            path = folder / name / f"sm_{str(DAYS[day]).replace('-', '')}.tif"
            write_map(path, values[day, :, number].reshape(GRID.shape).astype(np.float32), GRID, unit="m3 m-3")
    return truth, {name: Series.from_files(folder / name) for name in ("satellite", "model", "other")}


def test_maps_tell_the_errors_of_every_pixel(products, tmp_path):
    _, series = products
    result = triple_collocation(series, folder=tmp_path / "maps")
    errors = result.summary.set_index("product")["error_sd"]
    npt.assert_allclose(errors, [0.01, 0.02, 0.03], rtol=0.25)
    assert result.best["product"] == "satellite"
    snr = read_on(Source(str(result.maps["satellite"])), GRID)
    assert np.isnan(snr.ravel()[5])
    assert np.isfinite(np.delete(snr.ravel(), 5)).mean() > 0.9
    result.write_report(tmp_path / "page.html")
    assert "satellite has the greatest signal-to-noise ratio" in (tmp_path / "page.html").read_text()


def test_stations_have_errors_weights_and_what_is_beyond_their_sensor(products, tmp_path, stop):
    truth, series = products
    rng = np.random.default_rng(1)
    rows = []
    for number, pixel in enumerate((0, 8, 15)):
        x, y = (float(c.ravel()[at]) for c, at in zip(GRID.centres(), (pixel % 6, pixel // 6)))
        noise = rng.normal(0, (0.01, 0.02, 0.04)[number], 120)
        rows += [(f"s{number}", x, y, day, value) for day, value in zip(DAYS[:120], 0.25 + truth[:, pixel] + noise)]
    table = pd.DataFrame(rows, columns=["station", "x", "y", "date", "soil_moisture"])
    place = pd.DataFrame(np.transpose(_degrees(table["x"], table["y"])), columns=["longitude", "latitude"])
    path = tmp_path / "stations.csv"
    pd.concat([table.drop(columns=["x", "y"]), place], axis=1).to_csv(path, index=False)
    two = {name: series[name] for name in ("satellite", "model")}
    result = triple_collocation(two, Stations.read(path), CollocationOptions(sensor_sd=0.01))
    own = result.stations[result.stations["series"] == "stations"].set_index("station")
    npt.assert_allclose(own["error_sd"], [0.01, 0.02, 0.04], rtol=0.35)
    beyond = own["error_sd"] ** 2 - 0.01**2
    npt.assert_allclose(own["representativeness_sd"], np.sqrt(beyond.where(beyond >= 0)), rtol=1e-6)
    assert own["weight"].is_monotonic_decreasing
    npt.assert_allclose(own["weight"].mean(), 1)
    result.write_table(tmp_path / "errors.csv")
    assert len(pd.read_csv(tmp_path / "errors.csv")) == 9
    with pytest.raises(Cancelled):
        result.write_report(tmp_path / "page.html", Progress(stop_asked=stop(1)))
    result.write_report(tmp_path / "page.html")
    assert "Representativeness" in (tmp_path / "page.html").read_text()


def _degrees(x, y):
    from soilsharp.core.rasters.grid import WGS84, project

    return project(x.to_numpy(), y.to_numpy(), GRID.crs, WGS84)


def test_the_merged_product_is_nearer_to_the_truth_than_each_and_than_their_mean(products, tmp_path):
    truth, series = products
    outcome = merge_products(series, tmp_path / "merged", MergeOptions())
    maps = Series.from_files(tmp_path / "merged" / "sm")
    merged = np.stack([read_on(source, GRID).ravel() for source in maps.sources])
    whole = np.delete(np.arange(GRID.size), 5)
    errors = {"merged": _departure(merged[:, whole], truth[:, whole])}
    own = {name: np.stack([read_on(s, GRID).ravel() for s in one.sources]) for name, one in series.items()}
    brought = [0.25 + (values - 0.25) / scale for values, scale in zip(own.values(), SCALES)]
    errors["mean"] = _departure(np.mean(brought, 0)[:, whole], truth[:, whole])
    for name, values in zip(own, brought):
        errors[name] = _departure(values[:, whole], truth[:, whole])
    assert min(errors, key=errors.get) == "merged"
    spread = read_on(Series.from_files(tmp_path / "merged" / "sd").sources[3], GRID).ravel()
    npt.assert_allclose(np.median(spread), errors["merged"], rtol=0.2)
    assert np.isfinite(merged[:, 5]).all()  # the two that are known there share the weight
    assert spread[5] > np.median(spread)
    assert len(outcome.days) == 120


def _departure(values, truth):
    """Return the standard deviation of errors, a pixel's own mean apart."""
    apart = values - truth
    return float((apart - apart.mean(0)).std())


@pytest.mark.parametrize("days", [60, 300])
def test_bands_of_a_merged_product_hold_what_is_told_of_few_days(days):
    # many pixels whose errors are told by few days each
    truth, values = made_up(days, 3000, seed=5, errors=np.array([0.02, 0.025, 0.03]))
    found = collocate(values, DAYS[0] + np.arange(days), min_days=20, draws=0)
    merged, spread = zip(*(_Rule(found, [0, 1, 2], 0, SILENT)(day) for day in values))
    error = np.array(merged) - (0.25 + truth)  # the scale of the first is that of the truth
    assert np.mean(np.abs(error) <= 1.645 * np.array(spread)) == pytest.approx(HELD[days], abs=0.02)


def test_what_cannot_be_collocated_is_refused(products, tmp_path):
    _, series = products
    two = {name: series[name] for name in ("satellite", "model")}
    with pytest.raises(InputError, match="2 series are given"):
        triple_collocation(two)
    with pytest.raises(InputError, match="no series 'smap'"):
        triple_collocation(series, options=CollocationOptions(scale_of="smap"))
    with pytest.raises(InputError, match="the most are 120"):
        triple_collocation(series, options=CollocationOptions(min_days=200))
    with pytest.raises(InputError, match="no product 'ascat' to merge"):
        merge_products(series, tmp_path / "merged", merged=["ascat", "model"])
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("made_from", [lambda values: values, lambda values: 0.02 + 0.8 * values])
def test_a_product_twice_or_one_made_from_another_is_refused(products, tmp_path, made_from):
    _, series = products
    (tmp_path / "again").mkdir()
    for day, source in zip(series["model"].days, series["model"].sources):
        values = made_from(read_on(source, GRID))
        write_map(tmp_path / "again" / f"sm_{str(day).replace('-', '')}.tif", values, GRID, unit="m3 m-3")
    both = {**series, "again": Series.from_files(tmp_path / "again")}
    words = r"'model' and 'again' rise and fall in step at (\d+) of \1 places: .* Leave one of them out"
    with pytest.raises(InputError, match=words):
        triple_collocation(both)
    with pytest.raises(InputError, match=words):
        merge_products(both, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_samples_of_stations_that_are_less_wrong_count_for_more(tmp_path):
    from soilsharp.core.samples.samples import Samples
    from soilsharp.core.samples.station_errors import read_errors, weighted_by_errors

    index = pd.DataFrame({"station": ["a", "a", "b", "c"], "date": pd.to_datetime(["2023-05-01"] * 4)})
    samples = Samples(np.ones((4, 1), np.float32), np.full(4, 0.2, np.float32), ["ndvi"], index, {})
    table = pd.DataFrame(
        {"station": ["a", "b", "a"], "series": ["stations"] * 2 + ["smap"], "error_sd": [0.01, 0.03, 0.5]}
    )
    table.to_csv(tmp_path / "errors.csv", index=False)
    weight = weighted_by_errors(samples, read_errors(tmp_path / "errors.csv")).weight
    raw = 1 / (1 + (np.array([0.01, 0.01, 0.03, 0.02]) / 0.02) ** 2)
    npt.assert_allclose(weight, raw / raw.mean(), rtol=1e-6)
    pd.DataFrame({"station": ["x"], "error_sd": [0.1]}).to_csv(tmp_path / "others.csv", index=False)
    others = read_errors(tmp_path / "others.csv")
    with pytest.raises(InputError, match="no error of any of the stations"):
        weighted_by_errors(samples, others)
