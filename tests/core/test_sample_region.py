# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample region behaves like land: rain wets it, clay and valleys hold water, dry ground is warm."""

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.base.errors import Cancelled, OptionError
from soilsharp.core.base.files import read_json
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source, grid_of
from soilsharp.core.rasters.overlap import Overlap
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions

SMALL = RegionOptions(size_km=36, days=16, n_stations=25)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return create_sample_region(tmp_path_factory.mktemp("made"), SMALL, seed=3)


def one(region, name):
    path = region.folder / name
    return read_on(Source(str(path)), grid_of(path))


def stack(region, folder, grid=None):
    """Return the days of a folder and its rasters, (days, rows, columns)."""
    series = Series.from_files(region.folder / folder, "%Y%m%d")
    return series.days, np.stack([read_on(s, grid or grid_of(s.path)) for s in series.sources])


def overlap_of(region):
    fine = grid_of(region.folder / "covariates" / "elevation.tif")
    return Overlap(grid_of(next((region.folder / "coarse").glob("*.tif"))), fine)


def correlation(a, b):
    known = np.isfinite(a) & np.isfinite(b)
    return np.corrcoef(a[known], b[known])[0, 1]


def left_over(values, *others):
    """Return what a linear function of the others leaves of the values."""
    design = np.stack([np.ones(values.size), *others], axis=1)
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def test_layout_and_facts(made):
    study = read_json(made.study, "study", 1)
    fine = Grid.from_dict(study["grid"])
    days, truth = stack(made, "truth")
    assert study["period"] == [str(days[0]), str(days[-1])] == ["2023-05-01", "2023-05-16"]
    assert truth.shape == (16, *fine.shape) == (16, 36, 36)
    for name, covariate in study["covariates"].items():
        found = list(made.folder.glob(covariate.get("file") or covariate["files"]))
        assert found, name
    assert made.facts["days"] == 16
    assert made.facts["fine_cells"] == 36 * 36
    assert made.facts["mean_sm"] == pytest.approx(truth.mean(), abs=1e-6)
    assert made.facts["sd_sm"] == pytest.approx(truth.std(), abs=1e-6)
    assert (made.folder / "stations.gpkg").exists()


def test_covariates_reach_beyond_the_period(made):
    period = stack(made, "truth")[0]
    for name, before, after in (("ndvi", 8, 1), ("lst", 1, 1), ("rain", 10, 0), ("temperature", 10, 0)):
        days = stack(made, f"covariates/{name}")[0]
        assert days[0] <= period[0] - before, name
        assert days[-1] >= period[-1] + after, name


def test_grids_cover_the_region_and_the_coarse_one_does_not_nest(made):
    left, bottom, right, top = grid_of(made.folder / "covariates/elevation.tif").bounds
    for name in ("coarse", "covariates/rain", "covariates/temperature"):
        grid = grid_of(sorted((made.folder / name).glob("*.tif"))[0])
        assert grid.bounds[0] < left, name
        assert grid.bounds[1] <= bottom, name
        assert grid.bounds[2] >= right, name
        assert grid.bounds[3] > top, name


def test_truth_is_possible(made):
    _, truth = stack(made, "truth")
    assert np.isfinite(truth).all()
    assert truth.min() >= 0.02
    assert truth.max() < 0.55  # no mineral soil has much more room
    assert 0.1 < truth.mean() < 0.35
    assert 0.02 < truth.std(axis=(1, 2)).mean() < 0.1


def test_rain_wets(made):
    fine = grid_of(made.folder / "covariates/elevation.tif")
    days, truth = stack(made, "truth")
    rain_days, rain = stack(made, "covariates/rain", fine)
    rain = rain[np.isin(rain_days, days)]
    change = np.diff(truth, axis=0)
    wet, dry = rain[1:] > 10, rain[1:] < 0.1
    assert wet.any()
    assert dry.any()
    assert change[wet].mean() > 0.02
    assert change[dry].mean() < -0.002


def test_clay_and_valleys_hold_water(made):
    truth = stack(made, "truth")[1].mean(axis=0)
    clay, sand = one(made, "covariates/clay.tif"), one(made, "covariates/sand.tif")
    position = one(made, "covariates/topographic_position.tif")
    assert correlation(clay, truth) > 0.3
    assert correlation(sand, truth) < -0.2
    assert correlation(position, truth) < -0.2
    assert (clay + sand <= 100).all()
    assert min(clay.min(), sand.min()) > 0


def test_dry_ground_is_warm_at_equal_elevation_and_cover(made):
    days, truth = stack(made, "truth")
    lst_days, lst = stack(made, "covariates/lst")
    lst, elevation = lst[np.isin(lst_days, days)], one(made, "covariates/elevation.tif")
    clear = np.isfinite(lst).mean(axis=(1, 2)) > 0.6
    assert clear.any()
    for surface, water in zip(lst[clear], truth[clear]):
        known = np.isfinite(surface)
        height = elevation[known]
        assert correlation(left_over(surface[known], height), left_over(water[known], height)) < -0.15


def test_vegetation_is_possible(made):
    _, ndvi = stack(made, "covariates/ndvi")
    assert np.nanmin(ndvi) > 0
    assert np.nanmax(ndvi) < 1
    assert 0 < np.isnan(ndvi).mean() < 0.3


def test_coarse_is_the_mean_of_the_truth_with_noise_and_gaps(made):
    days, truth = stack(made, "truth")
    coarse_days, coarse = stack(made, "coarse")
    overlap = overlap_of(made)
    mean = np.stack([overlap.mean(truth[days == day][0], min_valid_fraction=0.999) for day in coarse_days])
    error = (coarse - mean)[np.isfinite(coarse) & np.isfinite(mean)]
    assert error.std() == pytest.approx(0.02, rel=0.3)
    assert abs(error.mean()) < 0.01
    assert 0.5 < made.facts["observed_fraction"] < 0.7
    assert (np.isnan(coarse).any(axis=0) & np.isfinite(coarse).any(axis=0)).all()  # no cell always, none never


def test_coarse_without_noise_is_the_mean(tmp_path):
    options = RegionOptions(size_km=20, coarse_km=4.3, days=2, coarse_noise=0, observed_fraction=1, cloud_fraction=0)
    region = create_sample_region(tmp_path, options)
    _, truth = stack(region, "truth")
    _, coarse = stack(region, "coarse")
    overlap = overlap_of(region)
    for fine, seen in zip(truth, coarse):
        mean = overlap.mean(fine, min_valid_fraction=0.999)
        inside = np.isfinite(mean)
        assert inside.any()
        np.testing.assert_allclose(seen[inside], mean[inside], atol=1e-6)
    for name in ("lst", "ndvi"):
        assert np.isfinite(stack(region, f"covariates/{name}")[1]).all(), name


def test_stations_follow_the_truth_unless_faulty(made):
    days, truth = stack(made, "truth")
    fine = grid_of(made.folder / "covariates/elevation.tif")
    table = pd.read_csv(made.folder / "stations.csv")
    assert list(table.columns) == ["station", "longitude", "latitude", "depth_m", "date", "soil_moisture"]
    faulty = pd.read_csv(made.folder / "truth" / "stations_faulty.csv").set_index("station")["faulty"]
    assert faulty.sum() == made.facts["faulty_stations"] == 2
    row, column = fine.cells_at(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    assert (row >= 0).all()
    at = np.searchsorted(days, table["date"].to_numpy("datetime64[D]"))
    error = table["soil_moisture"] - truth[at, row, column]
    good = ~table["station"].map(faulty)
    assert error[good].std() < 0.05
    assert abs(error[good].mean()) < 0.025
    assert correlation(table["soil_moisture"][good].to_numpy(), truth[at, row, column][good]) > 0.75
    assert error[~good].std() > 1.5 * error[good].std()
    assert len(table) < 25 * 16  # some days are missing
    assert set(table["station"]) == set(faulty.index)


def test_same_seed_same_files_another_seed_others(made, tmp_path):
    again = create_sample_region(tmp_path / "again", SMALL, seed=3)
    other = create_sample_region(tmp_path / "other", SMALL, seed=4)
    names = {p.relative_to(made.folder) for p in made.folder.rglob("*") if p.is_file()}
    assert names == {p.relative_to(again.folder) for p in again.folder.rglob("*") if p.is_file()}
    for name in names - {p for p in names if p.suffix == ".gpkg"}:  # a GeoPackage holds the time of its making
        assert (made.folder / name).read_bytes() == (again.folder / name).read_bytes(), name
    assert again.facts == made.facts
    assert not np.allclose(stack(other, "truth")[1], stack(made, "truth")[1])


def test_a_longer_period_begins_like_a_shorter_one(made, tmp_path):
    longer = create_sample_region(tmp_path, RegionOptions(size_km=36, days=20, n_stations=5), seed=3)
    np.testing.assert_array_equal(stack(longer, "truth")[1][:16], stack(made, "truth")[1])


def test_fine_pixels(tmp_path):
    options = RegionOptions(size_km=6, resolution_m=100, coarse_km=2, days=2, n_stations=3)
    region = create_sample_region(tmp_path, options)
    _, truth = stack(region, "truth")
    assert truth.shape == (2, 60, 60)
    assert np.isfinite(truth).all()
    # neighbours are alike, and the two sides of the region are not each other's neighbours
    step = np.abs(np.diff(one(region, "covariates/elevation.tif"), axis=1)).mean()
    elevation = one(region, "covariates/elevation.tif")
    assert np.abs(elevation[:, 0] - elevation[:, -1]).mean() > 2 * step


@pytest.mark.parametrize("left", [3, 70, 83])
def test_cancel_leaves_nothing(tmp_path, left):
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        create_sample_region(tmp_path / "region", SMALL, progress=Progress(stop_asked=lambda: next(asked) >= left))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"size_km": 1.0}, {"days": 0}, {"start": "1 May"}, {"cloud_fraction": 1.5}, {"coarse_noise": float("nan")},
        {"n_stations": 0}, {"coarse_km": 1.0}, {"size_km": 15.0}, {"size_km": 1000.0, "resolution_m": 100.0},
        {"products": True, "coarse_km": 10.0}, {"products": True, "resolution_m": 100.0},
    ],
)  # fmt: skip
def test_impossible_options_are_refused(wrong):
    with pytest.raises(OptionError):
        RegionOptions(**wrong)


def test_negative_seed_is_refused(tmp_path):
    with pytest.raises(OptionError, match="seed"):
        create_sample_region(tmp_path, SMALL, seed=-1)


# --- as delivered products --------------------------------------------------------------------------------------------

DELIVERED = RegionOptions(size_km=24, days=4, n_stations=3, products=True)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    pytest.importorskip("h5py", reason="granules of SMAP are HDF5")
    return create_sample_region(tmp_path_factory.mktemp("delivered"), DELIVERED, seed=3)


def test_every_product_is_delivered(delivered):
    assert delivered.downloads == delivered.folder / "downloads"
    counts = {folder.name: len(list(folder.iterdir())) for folder in delivered.downloads.iterdir()}
    assert counts["smap"] == 4
    # 36 days from 16 before the period to 16 after it with a layer and its quality, and composites of 16 days
    assert len(list((delivered.downloads / "modis").glob("MOD11A1*"))) == 2 * 36
    assert len({p.name[-20:-13] for p in (delivered.downloads / "modis").glob("MOD13A2*")}) in (2, 3)
    assert counts["era5land"] == 2  # April and May
    assert counts["soilgrids"] == 2 * 5
    assert counts["dem"] == counts["ismn"] == 1


def on_lattice(numbers):
    return np.allclose(numbers, np.round(numbers), rtol=0, atol=1e-5)


def test_plain_maps_lie_on_the_grids_of_the_products(delivered):
    ease = grid_of(next((delivered.folder / "coarse").glob("*.tif")))
    assert ease.crs.to_epsg() == 6933
    assert ease.resolution[0] == pytest.approx(9008.055210146)
    assert on_lattice(np.array(ease.bounds) / 9008.055210146)
    weather = grid_of(next((delivered.folder / "covariates/rain").glob("*.tif")))
    assert on_lattice(weather.centres()[0] * 10)
    surface = grid_of(next((delivered.folder / "covariates/lst").glob("*.tif")))
    assert surface.resolution[0] == pytest.approx(926.625, abs=1e-3)
    assert on_lattice(np.array(surface.bounds) / surface.resolution[0])
    fine = grid_of(delivered.folder / "covariates/elevation.tif")
    for grid in (ease, weather, surface):  # and reach beyond the region on every side
        left, bottom, right, top = grid.bounds_in(fine.crs)
        assert left <= fine.bounds[0]
        assert bottom <= fine.bounds[1]
        assert right >= fine.bounds[2]
        assert top >= fine.bounds[3]


def test_coarse_cells_of_products_are_means_of_the_truth(delivered, tmp_path):
    options = RegionOptions(size_km=36, days=1, n_stations=1, coarse_noise=0, observed_fraction=1, products=True)
    region = create_sample_region(tmp_path, options)
    _, truth = stack(region, "truth")
    _, coarse = stack(region, "coarse")
    mean = overlap_of(region).mean(truth[0], min_valid_fraction=0.98)
    inside = np.isfinite(mean) & np.isfinite(coarse[0])
    assert inside.sum() >= 4
    np.testing.assert_allclose(coarse[0][inside], mean[inside], atol=2e-3)


def test_same_seed_same_downloads(delivered, tmp_path):
    again = create_sample_region(tmp_path, DELIVERED, seed=3)
    for path in delivered.downloads.rglob("*.*"):
        if path.suffix == ".nc":  # NetCDF 4 holds the time of its making
            continue
        assert path.read_bytes() == (again.downloads / path.relative_to(delivered.downloads)).read_bytes(), path.name


def test_cancel_at_the_last_file_leaves_nothing(tmp_path):
    asked, left = iter(range(1000)), 82  # 80 days, and then the months of weather
    with pytest.raises(Cancelled):
        create_sample_region(tmp_path / "region", DELIVERED, progress=Progress(stop_asked=lambda: next(asked) >= left))
    assert list(tmp_path.iterdir()) == []
