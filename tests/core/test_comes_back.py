# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever combination is drawn comes back as it went: settings, studies, recipes, models, dates, rasters.

Four kinds of faults that examples miss: an argument silently dropped, nodata or type leaking between bands, a lost
georeference, an odd but valid combination.
"""

import json
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio
from rasterio.transform import Affine

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import soilsharp
from soilsharp.core.base.errors import SoilSharpError
from soilsharp.core.base.options import Options
from soilsharp.core.rasters.dates import day_of, guess_date_pattern, map_name, time_in_name
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import VOID, Source, grid_of
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.samples import Samples
from soilsharp.core.stations.settings import StationOptions
from soilsharp.core.study.entries import Mask, RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.learners import LEARNERS
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Candidate, Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train

CORE = Path(soilsharp.__file__).parent / "core"
FOLDER = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.text("abcdefghij_", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


def records():
    """Return every record of settings in core."""
    for path in sorted(CORE.rglob("*.py")):
        if "(Options)" in path.read_text(encoding="utf-8"):
            import_module(".".join(("soilsharp", *path.relative_to(CORE.parent).with_suffix("").parts)))

    def below(record):
        return {record}.union(*map(below, record.__subclasses__()))

    return sorted((r for r in below(Options) if fields(r)), key=lambda r: (r.__module__, r.__name__))


def values_of(setting):
    """Return the values that a setting may have, each or none of several."""
    words = setting.metadata
    kind, low, high = words["kind"], words["low"], words["high"]
    if words["several"]:
        values = st.lists(st.sampled_from(list(words["choices"])), unique=True).map(",".join)
    elif words["choices"]:
        values = st.sampled_from(list(words["choices"]))
    elif kind is bool:
        values = st.booleans()
    elif kind is int:
        values = st.integers(low, high)
    elif kind is float:
        values = st.floats(low, high, allow_nan=False, allow_infinity=False)
    else:
        values = TEXTS
    return st.one_of(st.just(setting.default), values)


def drawn(record, **given):
    """Return records with settings that are drawn, those that are impossible together left out."""

    def built(values):
        try:
            return record(**values, **given)
        except SoilSharpError:
            assume(False)

    return st.fixed_dictionaries({s.name: values_of(s) for s in fields(record) if s.name not in given}).map(built)


def through_json(content):
    return json.loads(json.dumps(content, allow_nan=False))


# what records need that are impossible with their defaults alone
NEEDED = {
    "FractionOptions": {"legend": "igbp", "classes": "forest"},
    "RasterEntry": {"file": "a.tif"},
    "Mask": {"covariate": "a"},
}

# --- settings, studies, recipes, models -------------------------------------------------------------------------------


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
@settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_settings(record, data):
    one_change = data.draw(st.sampled_from(fields(record)))  # of all drawn few are possible where some exclude others
    try:
        made = record(**{**NEEDED.get(record.__name__, {}), one_change.name: data.draw(values_of(one_change))})
    except SoilSharpError:
        assume(False)
    assert record.from_dict(through_json(made.as_dict())) == made


ENTRIES = st.one_of(drawn(RasterEntry, file="a.tif", files="", minus=""), drawn(RasterEntry, file="", minus=""))


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_studies(data):
    grid = Grid.from_bounds("EPSG:3035", 250.5, (4_000_000.25, 3_000_000, 4_002_004.25, 3_002_004))
    covariates = data.draw(st.dictionaries(NAMES, ENTRIES, min_size=1, max_size=3))
    first = np.datetime64("1990-01-01") + data.draw(st.integers(0, 20_000))
    stations = data.draw(st.sampled_from(["", "stations.csv"]))
    try:
        study = Study(
            data.draw(TEXTS), grid, first, first + data.draw(st.integers(0, 400)), covariates,
            coarse=data.draw(st.none() | ENTRIES), stations_file=stations,
            station_options=data.draw(drawn(StationOptions)) if stations else StationOptions(),
            mask=data.draw(st.none() | drawn(Mask, file="", covariate=min(covariates))),
            folder=Path("somewhere"), network=data.draw(st.booleans()),
        )  # fmt: skip
    except SoilSharpError:
        assume(False)
    back = Study.from_json(through_json(study.as_json()), Path("somewhere") / "study.json")
    assert back == study


def _candidate(kind):
    return drawn(kind.options).map(lambda options: Candidate(kind, options))


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_recipes(data):
    kinds = data.draw(st.lists(st.sampled_from(LEARNERS), min_size=1, max_size=3, unique_by=lambda k: k.key))
    own = {s.name: type(s.default_factory()) for s in fields(Recipe) if s.name in ("scheme", "search", "weights")}
    recipe = Recipe(
        tuple(data.draw(_candidate(kind)) for kind in kinds),
        **{name: data.draw(drawn(record)) for name, record in own.items()},
        choose=data.draw(st.sampled_from(["cv", "test", "published"])),
        classes=tuple(data.draw(st.lists(NAMES, max_size=2, unique=True))),
    )
    assert Recipe.from_json(through_json(recipe.as_json()), "here") == recipe


SMALL = {
    "linear": {},
    "random_forest": {"n_trees": 3},
    "lightgbm": {"n_trees": 4},
    "hist_gradient_boosting": {"n_trees": 4},
}


def _samples():
    rng = np.random.default_rng(1)
    X = rng.random((90, 3)).astype(np.float32)
    day = pd.to_datetime("2023-05-01") + pd.to_timedelta(np.arange(90) % 30, "D")
    place = pd.DataFrame({"station": [f"s{i % 6}" for i in range(90)], "date": day})
    return Samples(X, (0.1 + 0.2 * X[:, 0]).astype(np.float32), ("rain", "ndvi", "sand"), place, {"target": "stations"})


@pytest.mark.parametrize("key", SMALL)
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_models(key, data, tmp_path_factory):
    kind = next(kind for kind in LEARNERS if kind.key == key)
    options = data.draw(drawn(kind.options, **SMALL[key]))
    samples, path = _samples(), tmp_path_factory.mktemp("model") / "a.soilsharp"
    try:
        model = train(samples, Recipe((Candidate(kind, options),)), FoldOptions(by="random", n_folds=2), seed=7)
    except SoilSharpError:
        assume(False)  # as leaves of more samples than there are
    model.write(path)
    back = Model.read(path)
    assert {key: back.passport[key] for key in model.passport} == model.passport  # the file adds its members
    learned = model.fitted.members[0].options
    assert back.fitted.members[0].options == learned
    asked = {name: value for name, value in options.as_dict().items() if value is not None}  # else it is found out
    assert {name: learned.as_dict()[name] for name in asked} == asked
    npt.assert_array_equal(back.predict(samples.X), model.predict(samples.X))


# --- dates ------------------------------------------------------------------------------------------------------------

DAYS = st.dates(pd.Timestamp("1979-01-01").date(), pd.Timestamp("2040-12-31").date())
WRITTEN = ("%Y%m%d", "%Y-%m-%d", "%Y_%m_%d", "A%Y%j", "%Y%m%d%H", "%Y%m%dT%H")


@given(DAYS, st.integers(0, 23), st.sampled_from(WRITTEN), NAMES)
def test_times_in_names(day, hour, pattern, name):
    time = pd.Timestamp(day) + pd.Timedelta(hour, "h")
    found = time_in_name(f"{name}_{time.strftime(pattern)}.tif", pattern)
    assert found == (np.datetime64(time, "h") if "%H" in pattern else np.datetime64(day))


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), st.sampled_from(WRITTEN[:4]), NAMES)
def test_patterns_of_names_are_guessed(days, pattern, name):
    names = [f"{name}_{day.strftime(pattern)}.tif" for day in days]
    found = guess_date_pattern(names)
    assert [time_in_name(one, found) for one in names] == [np.datetime64(day) for day in days]


@given(DAYS, NAMES)
def test_days_of_our_own_names(day, name):
    assert day_of(map_name(name, np.datetime64(day))) == np.datetime64(day)


# --- rasters ----------------------------------------------------------------------------------------------------------

SYSTEMS = ("EPSG:3035", "EPSG:4326", "EPSG:32633", "EPSG:6933", "EPSG:2056")


@FOLDER
@given(st.sampled_from(SYSTEMS), st.floats(0.01, 5000), st.floats(0.01, 5000), st.integers(1, 7), st.integers(1, 7),
       st.integers(0, 999))  # fmt: skip
def test_maps_keep_their_place_and_what_is_unknown(tmp_path, system, width, height, rows, columns, seed):
    left, top = (5.0, 55.0) if system == "EPSG:4326" else (100_000.5, 5_000_000.25)
    if system == "EPSG:4326":
        width, height = width / 5000, height / 5000
    grid = Grid(rasterio.CRS.from_string(system), Affine(width, 0, left, 0, -height, top), (rows, columns))
    rng = np.random.default_rng(seed)
    values = np.where(rng.random(grid.shape) < 0.4, np.nan, rng.normal(0, 1e4, grid.shape)).astype(np.float32)
    write_map(tmp_path / "a.tif", values, grid)
    assert grid_of(tmp_path / "a.tif") == grid
    npt.assert_array_equal(read_on(Source(str(tmp_path / "a.tif")), grid), values)


TYPES = {"uint8": (0, 255), "int16": (-32768, 32767), "uint16": (0, 65535), "int32": (-(2**31), 2**31 - 1)}


@FOLDER
@given(st.sampled_from(list(TYPES)), st.data())
def test_bands_keep_to_themselves(tmp_path, dtype, data):
    # what is unknown in one band, its scale and its offset are none of the others' business
    low, high = TYPES[dtype]
    stored = np.array(data.draw(st.lists(st.integers(low, high), min_size=18, max_size=18)), dtype).reshape(3, 2, 3)
    nodata = data.draw(st.none() | st.sampled_from([int(v) for v in stored.ravel()]))
    scales = data.draw(st.lists(st.sampled_from([1.0, 0.5, 0.0001]), min_size=3, max_size=3))
    offsets = data.draw(st.lists(st.sampled_from([0.0, -10.0, 273.25]), min_size=3, max_size=3))
    given_fill = data.draw(st.none() | st.sampled_from([int(v) for v in stored[1].ravel()]))
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_003_000, 3_002_000))
    profile = {"driver": "GTiff", "count": 3, "height": 2, "width": 3, "dtype": dtype, "nodata": nodata}
    with rasterio.open(tmp_path / "a.tif", "w", crs=grid.crs, transform=grid.transform, **profile) as file:
        file.write(stored)
        file.scales, file.offsets = scales, offsets
    for band in (1, 2, 3):
        fill = given_fill if band == 2 else None
        source = Source(str(tmp_path / "a.tif"), band=band, nodata=fill)
        read = read_on(source, grid)
        told = [v for v in (nodata, fill) if v is not None]
        # where nothing is told, the least number of 16 bits is what many forget to declare
        unknown = np.isin(stored[band - 1], told or ([int(VOID)] if dtype == "int16" else []))
        expected = np.where(unknown, np.nan, stored[band - 1] * scales[band - 1] + offsets[band - 1])
        npt.assert_allclose(read, expected, rtol=1e-6, atol=1e-4)
        assert read.dtype == np.float32
        one_cell = Grid(grid.crs, grid.transform * Affine.scale(3, 2), (1, 1))
        mean = expected[np.isfinite(expected)].mean() if np.isfinite(expected).any() else np.nan
        npt.assert_allclose(read_on(source, one_cell), [[mean]], rtol=1e-5, atol=1e-3)


def test_a_pixel_that_is_unknown_in_one_band_has_no_share_in_its_averages(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_002_000, 3_001_000))
    profile = {"driver": "GTiff", "count": 2, "height": 1, "width": 2, "dtype": "int16", "nodata": -9999}
    with rasterio.open(tmp_path / "a.tif", "w", crs=grid.crs, transform=grid.transform, **profile) as file:
        file.write(np.array([[[7, -9999]], [[1, 3]]], "int16"))
    one_cell = Grid(grid.crs, grid.transform * Affine.scale(2, 1), (1, 1))
    assert [read_on(Source(str(tmp_path / "a.tif"), band=band), one_cell).item() for band in (1, 2)] == [7, 2]
