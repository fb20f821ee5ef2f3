# SPDX-License-Identifier: GPL-2.0-or-later
"""Partial correlations against residuals of least squares, the inverse of the covariance, and numbers by hand."""

import numpy as np
import numpy.testing as npt
import pytest
from scipy import stats

from soilsharp.core.analysis import partial_correlation as module
from soilsharp.core.analysis.driver_report import drivers_report
from soilsharp.core.analysis.partial_correlation import partial_correlation, partial_maps
from soilsharp.core.analysis.settings import PartialOptions
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map

NAN = np.nan


def by_residuals(y, drivers, i):
    """Return r and p as pingouin has them: Pearson of what least squares leaves, with fewer degrees of freedom."""
    others = np.column_stack([np.ones(len(y)), *np.delete(drivers, i, 0)])
    left = [v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (y, drivers[i])]
    r, free = stats.pearsonr(*left)[0], len(y) - 2 - (len(drivers) - 1)
    return r, 2 * stats.t.sf(abs(r) * np.sqrt(free / (1 - r**2)), free)


def made_up(steps, k, places, seed=0):
    rng = np.random.default_rng(seed)
    drivers = rng.normal(size=(k, steps, places)) * np.array([30.0, 8, 100])[:k, None, None] + 50
    drivers[1] += 0.1 * drivers[0]
    moisture = 0.2 + 0.001 * drivers[0] - 0.004 * drivers[1] + rng.normal(0, 0.03, (steps, places))
    return moisture, drivers


def test_by_hand():
    # correlations of y, a, b: ya 0.8, yb 0.6, ab 0.5
    wanted = np.array([[1, 0.8, 0.6], [0.8, 1, 0.5], [0.6, 0.5, 1]])
    noise = np.random.default_rng(0).normal(size=(20, 3))
    noise -= noise.mean(0)
    exact = np.linalg.qr(noise)[0] @ np.linalg.cholesky(wanted).T
    found = partial_correlation(exact[:, 0], exact[:, 1:].T)
    a, b = (0.8 - 0.6 * 0.5) / np.sqrt(0.64 * 0.75), (0.6 - 0.8 * 0.5) / np.sqrt(0.36 * 0.75)
    npt.assert_allclose(found.r, [a, b], rtol=1e-9)
    assert found.n == 20
    t = found.r * np.sqrt(17 / (1 - found.r**2))
    npt.assert_allclose(found.p, 2 * stats.t.sf(t, 17), rtol=1e-9)


@pytest.mark.parametrize("k", [2, 3])
def test_against_least_squares_and_the_inverse_of_the_covariance(k, monkeypatch):
    monkeypatch.setattr(module, "VALUES", 8 * 4 * 40 * (k + 1))  # four places at a time
    moisture, drivers = made_up(40, k, 6)
    drivers[0, 7, 2] = moisture[11, 2] = moisture[:9, 3] = NAN
    found = partial_correlation(moisture.reshape(40, 2, 3), drivers.reshape(k, 40, 2, 3))
    assert found.r.shape == found.p.shape == (k, 2, 3)
    npt.assert_array_equal(found.n.ravel(), [40, 40, 38, 31, 40, 40])
    for place in range(6):
        known = np.isfinite(moisture[:, place]) & np.isfinite(drivers[:, :, place]).all(0)
        y, own = moisture[known, place], drivers[:, known, place]
        inverse = np.linalg.inv(np.cov(np.vstack([y, own])))
        for i in range(k):
            r, p = by_residuals(y, own, i)
            npt.assert_allclose(found.r.reshape(k, 6)[i, place], r, rtol=1e-9)
            npt.assert_allclose(found.p.reshape(k, 6)[i, place], p, rtol=1e-7)
            npt.assert_allclose(r, -inverse[0, i + 1] / np.sqrt(inverse[0, 0] * inverse[i + 1, i + 1]), rtol=1e-9)


def test_a_driver_that_only_goes_with_the_other_is_seen_through():
    rng = np.random.default_rng(3)
    rain = rng.normal(size=500)
    moisture, warmth = rain + 0.1 * rng.normal(size=500), rain + 0.5 * rng.normal(size=500)
    assert stats.pearsonr(moisture, warmth)[0] > 0.85
    found = partial_correlation(moisture, np.stack([rain, warmth]))
    assert found.r[0] > 0.95
    assert abs(found.r[1]) < 0.1
    npt.assert_array_equal(found.sign(0.01), [1, 0])
    npt.assert_array_equal(partial_correlation(-moisture, np.stack([rain, warmth])).sign(0.01), [-1, 0])


def test_what_does_not_vary_or_is_determined_has_no_correlation():
    moisture, drivers = made_up(30, 2, 5)
    moisture[:, 0] = 0.1 + 0.2  # whose mean is not itself to the last digit
    drivers[0, :, 1] = 273.15
    drivers[1, :, 2] = 3 * drivers[0, :, 2] + 1
    moisture[4:, 3] = NAN  # four steps
    found = partial_correlation(moisture, drivers)
    npt.assert_array_equal(np.isfinite(found.r), np.isfinite(found.p))
    npt.assert_array_equal(np.isfinite(found.r), [[False, False, False, False, True]] * 2)
    npt.assert_array_equal(np.isnan(found.sign(0.05)), ~np.isfinite(found.r))
    assert np.isnan(partial_correlation(moisture[:, 4], drivers[:, :, 4], least=31).r).all()


def test_series_that_persist_are_worth_fewer_steps():
    rng = np.random.default_rng(0)

    def slow():
        out = rng.normal(size=(120, 300))
        for i in range(1, 120):
            out[i] = 0.8 * out[i - 1] + 0.6 * out[i]
        return out

    moisture, drivers = slow(), np.stack([slow(), rng.normal(size=(120, 300))])
    naive, fair = (partial_correlation(moisture, drivers, effective=e) for e in (False, True))
    npt.assert_array_equal(naive.r, fair.r)
    # unrelated: five in a hundred should seem significant
    assert (naive.p[0] < 0.05).mean() > 0.2
    assert (fair.p[0] < 0.05).mean() < 0.1
    assert (fair.p >= naive.p - 1e-12).all()
    # a and b of the place by hand: lag-1 products over their pairs, over the variance
    y, x, other = moisture[:, 0], drivers[0, :, 0], drivers[1, :, 0]
    base = np.column_stack([np.ones(120), other])
    left = [v - base @ np.linalg.lstsq(base, v, rcond=None)[0] for v in (y, x)]
    a, b = ((v[1:] * v[:-1]).mean() / (v**2).mean() for v in left)
    free = 120 * (1 - a * b) / (1 + a * b) - 3
    t = abs(fair.r[0, 0]) * np.sqrt(free / (1 - fair.r[0, 0] ** 2))
    npt.assert_allclose(fair.p[0, 0], 2 * stats.t.sf(t, free), rtol=1e-9)


GRID = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 4000, 3000))


@pytest.fixture
def folders(tmp_path):
    moisture, drivers = made_up(14, 2, 12)
    months = np.datetime64("2019-01", "M") + np.arange(14)
    moisture[3, 5] = NAN
    for i, month in enumerate(months):
        day = str(month).replace("-", "") + "01"
        if i != 8:
            write_map(tmp_path / "sm" / f"sm_{day}.tif", moisture[i].reshape(3, 4), GRID)
        write_map(tmp_path / "rain" / f"rain_{day}.tif", drivers[0, i].reshape(3, 4), GRID)
        # two days a month, whose mean counts
        for step, other in ((0, "01"), (1, "20")):
            values = drivers[1, i] + (2 * step - 1)
            write_map(tmp_path / "warmth" / f"t_{day[:6]}{other}.tif", values.reshape(3, 4), GRID)
    moisture[8] = NAN
    return tmp_path, moisture, drivers


def test_maps_equal_the_series_of_their_pixels(folders):
    folder, moisture, drivers = folders
    paths = {"rain": folder / "rain", "warmth": folder / "warmth"}
    for effective in (False, True):
        options = PartialOptions(min_steps=12, level=0.1, effective=effective)
        out = partial_maps(folder / "sm", paths, folder / "out", options)
        assert {m.name for m in out.maps} == {
            *(f"{what}_{name}" for what in ("r", "p", "sign") for name in paths), "n", "strongest",
        }  # fmt: skip
        values = {m.name: read_on(Source(str(m.path)), GRID).ravel() for m in out.maps}
        expected = partial_correlation(moisture, drivers, 12, effective)
        npt.assert_array_equal(values["n"], np.where(np.arange(12) == 5, 12, 13))
        for i, name in enumerate(paths):
            npt.assert_allclose(values[f"r_{name}"], expected.r[i], rtol=1e-4)
            npt.assert_allclose(values[f"p_{name}"], expected.p[i], rtol=2e-3)
            npt.assert_array_equal(values[f"sign_{name}"], expected.sign(0.1)[i])
        npt.assert_array_equal(values["strongest"], 1 + np.abs(expected.r).argmax(0))


def test_the_page_tells_the_strongest_driver_of_each_product(folders):
    folder, *_ = folders
    paths = {"rain": folder / "rain", "warmth": folder / "warmth"}
    partial_maps(folder / "sm", paths, folder / "out", PartialOptions(min_steps=12))
    drivers_report(folder / "page.html", {"Map": folder / "out", "Other": folder / "out"}, list(paths))
    strongest = read_on(Source(str(folder / "out" / "strongest.tif")), GRID)
    best = int((strongest == 1).mean() < 0.5)
    share = 100 * (strongest == best + 1).mean()
    page = (folder / "page.html").read_text(encoding="utf-8")
    words = f"{list(paths)[best]} is the strongest driver, on {share:.0f} % of the pixels."
    assert f"Map: {words} Other: {words}" in page


def test_annual_means_need_their_years(tmp_path):
    """Three drivers of eleven years, as in the paper: the oracle is pingouin's formula by residuals."""
    moisture, drivers = made_up(11, 2, 12)
    for i in range(11):
        for name, values in (("sm", moisture[i]), ("rain", drivers[0, i]), ("warmth", drivers[1, i])):
            for day, change in ((f"{2010 + i}0301", -0.1), (f"{2010 + i}0901", 0.1)):
                write_map(tmp_path / name / f"{name}_{day}.tif", (values + change).reshape(3, 4), GRID)
    paths = {name: tmp_path / name for name in ("rain", "warmth")}
    out = partial_maps(tmp_path / "sm", paths, tmp_path / "out", PartialOptions(step="year", min_steps=10))
    r = read_on(Source(str(out.folder / "r_rain.tif")), GRID).ravel()
    npt.assert_allclose(r, partial_correlation(moisture, drivers, 10).r[0], rtol=1e-3, atol=1e-5)
    with pytest.raises(InputError, match="11 common years, but 12 are needed"):
        partial_maps(tmp_path / "sm", paths, tmp_path / "out", PartialOptions(step="year"))


def test_too_few_common_months_and_a_cancel(folders):
    folder, *_ = folders
    paths = {"rain": folder / "rain", "warmth": folder / "warmth"}
    with pytest.raises(InputError, match="With 'rain' there are 13 common months, but 24 are needed"):
        partial_maps(folder / "sm", paths, folder / "out", PartialOptions(min_steps=24))
    with pytest.raises(InputError, match="got 1"):
        partial_maps(folder / "sm", {"rain": folder / "rain"}, folder / "out")
    with pytest.raises(InputError, match="'rain/mm' is no name for maps"):
        partial_maps(folder / "sm", {"rain/mm": paths["rain"], "warmth": paths["warmth"]}, folder / "out")
    with pytest.raises(Cancelled):
        partial_maps(folder / "sm", paths, folder / "out", progress=Progress(stop_asked=lambda: True))
    assert not (folder / "out").exists()
