# SPDX-License-Identifier: GPL-2.0-or-later
"""The fine map in memory: the map that is written, as an array that knows its place and day."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pytest
from rasterio.crs import CRS

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.extras import missing
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling import prediction
from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.downscaling.fine_map import FineMap
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.study.entries import Mask
from soilsharp.core.study.study import Study
from soilsharp.core.training.learners import LEARNERS
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions, SchemeOptions
from soilsharp.core.training.train import train

OFF = ConsistencyOptions()
DAYS = np.array(["2023-05-02", "2023-05-03", "2023-05-11"], "datetime64[D]")


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def samples(study):
    return sample_coarse(study)


@pytest.fixture(scope="module")
def model(samples):
    return _trained(samples, "lightgbm")


@pytest.fixture
def flat():
    """Return a map of 2 x 3 pixels, one of them unknown."""
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_003_000, 3_002_000))
    return FineMap(np.array([[0.1, 0.2, 0.3], [0.4, np.nan, 0.2]], np.float32), grid, DAYS[0])


def _trained(samples, learner, **records):
    return train(samples, Recipe.of(learner, **records), FoldOptions(n_folds=0))


def _same_as_the_files(study, model, folder, options, days=DAYS):
    """Assert that each day's map in memory is the file of that day, bit by bit."""
    facts = downscale_series(study, model, folder, first=days[0], last=days[-1], options=options)
    written = {fact.day: read_on(Source(str(fact.path)), study.grid) for fact in facts.maps}
    for day in days:
        values = predict_map(study, model, day, options).values
        assert values.dtype == np.float32
        npt.assert_array_equal(values.view(np.uint32), written[day].view(np.uint32))
    return [written[day] for day in days]


@pytest.mark.parametrize("learner", [record.key for record in LEARNERS if not missing(record.needs)])
def test_the_map_in_memory_is_the_map_on_disk(study, samples, tmp_path, learner):
    first, *_, last = _same_as_the_files(study, _trained(samples, learner), tmp_path, OFF)
    assert np.nanmax(np.abs(first - last)) > 0


@pytest.mark.parametrize("how", ["additive", "ratio"])
def test_it_is_so_with_coarse_means_kept(study, model, tmp_path, how):
    free = predict_map(study, model, DAYS[0], OFF).values
    kept, *_ = _same_as_the_files(study, model, tmp_path, ConsistencyOptions(consistency=how, min_valid_fraction=0.5))
    assert np.nanmax(np.abs(kept - free)) > 1e-3


def test_it_is_so_under_a_mask(study, model, tmp_path):
    masked = replace(study, mask=Mask(covariate="sand", at_least=40.0))
    maps = _same_as_the_files(masked, model, tmp_path, ConsistencyOptions(consistency="additive"))
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    for values in maps:
        assert np.isnan(values[sand < 40]).all()
        assert np.isfinite(values[sand >= 40]).any()


def test_it_is_so_where_the_file_is_made_of_other_windows(study, model, tmp_path, monkeypatch):
    monkeypatch.setattr("soilsharp.core.rasters.grid.TILE", 12)
    # days that are written together share the memory, so their windows are smaller than those of a day alone
    monkeypatch.setattr(prediction, "WINDOW_VALUES", 40_000)
    written = np.arange(DAYS[0], DAYS[-1] + 1)
    slots = [study.slots(list(study.covariates), days) for days in (written, DAYS[:1])]
    windows = [len(list(study.grid.windows(prediction.WINDOW_VALUES // each))) for each in slots]
    assert windows[0] > windows[1] > 1
    _same_as_the_files(study, model, tmp_path, OFF)


def test_it_is_so_with_a_model_for_each_period(study, samples, tmp_path):
    scheme = SchemeOptions(scheme="per_period", period="date", min_samples=5)
    model = _trained(samples, "linear", scheme=scheme)
    assert len(model.fitted.members) > 1
    _same_as_the_files(study, model, tmp_path, OFF)


def test_it_is_so_with_a_model_of_stations(study, tmp_path):
    model = _trained(sample_stations(study), "lightgbm")
    days = study.coarse_series.days[:1]
    (values,) = _same_as_the_files(study, model, tmp_path, OFF, days)
    assert np.isfinite(values).all()  # it has learned from days without the coarse product, too


def test_a_day_without_a_map_is_refused_and_says_why(study, model, tmp_path):
    with pytest.raises(InputError, match="2024-05-01 does not lie in the study's period, 2023-05-01 to 2023-05-16"):
        predict_map(study, model, np.datetime64("2024-05-01"), OFF)
    write_map(tmp_path / "sand.tif", np.full(study.grid.shape, np.nan), study.grid)
    sand = replace(study.covariates["sand"], file=str(tmp_path / "sand.tif"))
    empty = replace(study, covariates={**study.covariates, "sand": sand})
    with pytest.raises(InputError, match="No value of sand on the target grid on 2023-05-02: nodata everywhere"):
        predict_map(empty, model, DAYS[0], OFF)


def test_what_is_strange_to_the_model_is_told(study, model, tmp_path):
    write_map(tmp_path / "clay.tif", np.full(study.grid.shape, 99), study.grid)
    clay = replace(study.covariates["clay"], file=str(tmp_path / "clay.tif"))
    told = []
    strange = replace(study, covariates={**study.covariates, "clay": clay})
    predict_map(strange, model, DAYS[0], OFF, Progress(warn=told.append))
    assert [text for text in told if "outside of the range" in text and "clay 100%" in text]


def test_numpy_takes_it_for_its_array(flat):
    npt.assert_array_equal(np.asarray(flat), flat.values)
    assert np.asarray(flat) is flat.values
    assert np.asarray(flat, float).dtype == float
    assert np.array(flat) is not flat.values
    assert flat.shape == np.shape(flat) == (2, 3)
    npt.assert_allclose(np.nanmean(flat), 0.24)
    npt.assert_array_equal(flat - flat, flat.values - flat.values)
    npt.assert_array_equal(100 * flat > 25, flat.values > 0.25)
    npt.assert_array_equal(flat.values - flat, flat.values - flat.values)


def test_it_says_in_a_line_what_it_is(flat):
    assert repr(flat) == ("FineMap of 2023-05-02: 2 x 3 pixels of 1000 m (EPSG:3035); 83% valid, mean 0.240 m3 m-3")
    assert repr(replace(flat, values=np.full((2, 3), np.nan, np.float32))).endswith("0% valid")


def test_xarray_knows_its_place_day_and_unit(flat):
    xarray = pytest.importorskip("xarray", reason="xarray is not installed; it is in requirements-dev.txt")
    array = flat.to_xarray()
    npt.assert_array_equal(array.values, flat.values)
    assert (array.dims, array.name, array.attrs["units"]) == (("y", "x"), "soil_moisture", "m3 m-3")
    npt.assert_array_equal(array["x"], [4_000_500, 4_001_500, 4_002_500])
    npt.assert_array_equal(array["y"], [3_001_500, 3_000_500])
    assert array["x"].attrs == {"standard_name": "projection_x_coordinate", "units": "metre"}
    assert array["time"].values == np.datetime64("2023-05-02", "ns")
    place = array["spatial_ref"].attrs
    assert CRS.from_wkt(place["crs_wkt"]) == flat.grid.crs
    assert place["GeoTransform"] == "4000000.0 1000.0 0.0 3002000.0 0.0 -1000.0"
    assert float(array.sel(x=4_001_500, y=3_001_500)) == np.float32(0.2)
    later = replace(flat, day=DAYS[1]).to_xarray()
    assert xarray.concat([array, later], "time").sizes == {"time": 2, "y": 2, "x": 3}


def test_gdal_finds_the_place_of_what_xarray_writes(flat, tmp_path):
    pytest.importorskip("xarray", reason="xarray is not installed; it is in requirements-dev.txt")
    flat.to_xarray().to_netcdf(tmp_path / "map.nc", engine="scipy")
    source = Source(f'NETCDF:"{tmp_path / "map.nc"}":soil_moisture')
    assert source.grid().same_as(flat.grid)
    npt.assert_array_equal(read_on(source, flat.grid), flat.values)


def test_degrees_are_named_so(flat):
    pytest.importorskip("xarray", reason="xarray is not installed; it is in requirements-dev.txt")
    degrees = replace(flat, grid=Grid.from_bounds("EPSG:4326", 0.01, (25, 67, 25.03, 67.02)))
    array = degrees.to_xarray()
    assert array["x"].attrs == {"standard_name": "longitude", "units": "degrees_east"}
    assert array["y"].attrs == {"standard_name": "latitude", "units": "degrees_north"}
    assert "2 x 3 pixels of 0.01° (EPSG:4326)" in repr(degrees)


def test_it_draws_itself(flat):
    axes = flat.plot()
    assert axes.get_title() == "2023-05-02"
    (drawn,) = axes.collections
    npt.assert_array_equal(np.ma.filled(drawn.get_array(), np.nan).reshape(2, 3), flat.values)
    assert [other.get_ylabel() for other in axes.figure.axes] == ["km", "soil moisture (m³ m⁻³)"]
    assert flat.plot(axes) is axes
