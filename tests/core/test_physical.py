# SPDX-License-Identifier: GPL-2.0-or-later
"""Physical downscaling: the formulas of the papers by hand, and worlds that obey them come back."""

import json

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.files import write_json
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.lst_space import Edges, cover, dryness, find_edges, soil_efficiency
from soilsharp.core.downscaling.physical import physical_series
from soilsharp.core.downscaling.settings import PHYSICAL, PhysicalOptions
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import run_method
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.study.study import Study

DAYS = ("2023-06-01", "2023-06-02", "2023-06-03")
EDGES = Edges(dry_at_0=320.0, dry_slope=-20.0, wet_at_0=295.0, wet_slope=0.0)


def test_dryness_is_0_at_the_wet_edge_and_1_at_the_dry_one():
    ndvi = np.array([0.0, 0.5, 0.5, 0.5])
    found = dryness(np.array([320.0, 310.0, 295.0, 302.5]), ndvi, EDGES)
    npt.assert_allclose(found, [1, 1, 0, 0.5])


def test_cover_lies_between_bare_and_full():
    npt.assert_allclose(cover(np.array([0.1, 0.2, 0.5, 0.9]), 0.2, 0.8), [0, 0, 0.5, 1])


def test_the_efficiency_is_that_of_the_soil_without_vegetation():
    # at full cover 295 to 300 K: vegetation has 297.5; half covered and 305 K, the soil has 312.5
    found = soil_efficiency(np.array([320.0, 295.0, 305.0, 300.0]), np.array([0.0, 0.0, 0.5, 0.8]), EDGES)
    npt.assert_allclose(found[:3], [0, 1, (320 - 312.5) / 25])
    assert np.isnan(found[3])


def test_edges_are_found_where_they_are():
    rng = np.random.default_rng(0)
    vegetation = rng.uniform(0, 1, 50_000)
    dry, wet = EDGES.dry(vegetation), EDGES.wet(vegetation)
    found = find_edges(wet + rng.uniform(0, 1, 50_000) * (dry - wet), vegetation)
    # two percent of the pixels lie beyond
    for v in (0.1, 0.5, 0.9):
        span = EDGES.dry(v) - EDGES.wet(v)
        assert found.dry(v) == pytest.approx(EDGES.dry(v) - 0.02 * span, abs=0.3)
        assert found.wet(v) == pytest.approx(EDGES.wet(v) + 0.02 * span, abs=0.3)


@pytest.mark.parametrize(
    ("temperature", "vegetation", "says"),
    [
        (np.full(20, 300.0), np.linspace(0, 1, 20), "20 pixels know temperature and vegetation; at least 50"),
        (np.linspace(290, 310, 500), np.full(500, 0.4), "Vegetation varies too little"),
        (np.full(500, 300.0), np.linspace(0, 1, 500), "0 K above the wet one"),
    ],
    ids=["few", "constant", "flat"],
)
def test_a_day_without_edges_is_refused_with_numbers(temperature, vegetation, says):
    with pytest.raises(InputError, match=says):
        find_edges(temperature, vegetation)


@pytest.fixture
def world(tmp_path):
    """Return a function that writes a study of 6 x 6 cells of 10 x 10 pixels from fine soil moisture of three days."""

    def write(moisture, lst, ndvi, night=None):
        fine = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_060_000, 3_060_000))
        coarse = Grid.from_bounds("EPSG:3035", 10_000, fine.bounds)
        layers = {"lst": lst, "ndvi": ndvi, **({"lst_night": night} if night is not None else {})}
        for i, day in enumerate(DAYS):
            stamp = day.replace("-", "")
            cells = moisture[i].reshape(6, 10, 6, 10).mean((1, 3))
            write_map(_into(tmp_path / "coarse") / f"sm_{stamp}.tif", cells, coarse, unit="m3 m-3")
            for name, values in layers.items():
                write_map(_into(tmp_path / name) / f"{name}_{stamp}.tif", values[i], fine)
        study = {
            "soilsharp": "study", "version": 1, "name": "World", "period": [DAYS[0], DAYS[-1]],
            "grid": {"crs": "EPSG:3035", "resolution": 1000, "bounds": list(fine.bounds)},
            "coarse": {"files": "coarse/*.tif", "date": "%Y%m%d"},
            "covariates": {
                name: {"files": f"{name}/*.tif", "date": "%Y%m%d", "rule": "same_day"} for name in layers
            },
        }  # fmt: skip
        path = tmp_path / "study.json"
        path.write_text(json.dumps(study), encoding="utf-8")
        return Study.read(path)

    return write


def _into(folder):
    folder.mkdir(exist_ok=True)
    return folder


def _fields(seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, (3, 60, 60)), rng.uniform(0.1, 0.9, (3, 60, 60))


def _maps(facts, study):
    return np.array([read_on(Source(str(fact.path)), study.grid) for fact in facts.maps])


def test_a_world_of_dryness_comes_back(world, tmp_path):
    dry, ndvi = _fields()
    lst = EDGES.wet(ndvi) + dry * (EDGES.dry(ndvi) - EDGES.wet(ndvi))
    moisture = 0.4 - 0.3 * dry
    study = world(moisture, lst, ndvi)
    facts = physical_series(study, tmp_path / "out", PhysicalOptions(physics="tvdi"))
    maps = _maps(facts, study)
    assert np.corrcoef(maps.ravel(), moisture.ravel())[0, 1] > 0.99
    means = maps.reshape(3, 6, 10, 6, 10).mean((2, 4))
    npt.assert_allclose(means, moisture.reshape(3, 6, 10, 6, 10).mean((2, 4)), atol=1e-6)


def test_a_world_of_thermal_inertia_comes_back(world, tmp_path):
    inertia, _ = _fields()
    ndvi = np.full((3, 60, 60), 0.45)
    night = np.full((3, 60, 60), 285.0) + np.random.default_rng(1).normal(0, 2, (3, 60, 60))
    lst = night + 5 + 20 * inertia
    moisture = 0.4 - 0.3 * inertia
    study = world(moisture, lst, ndvi, night)
    facts = physical_series(study, tmp_path / "out", PhysicalOptions(physics="thermal_inertia"))
    npt.assert_allclose(_maps(facts, study), moisture, atol=2e-4)


def test_dispatch_follows_the_efficiency_of_its_cell(world, tmp_path):
    wet, ndvi = _fields()
    covered = np.clip((ndvi - 0.116) / (0.884 - 0.116), 0, 1)
    vegetation = 297.5
    soil = 320 - 25 * wet
    lst = covered * vegetation + (1 - covered) * soil
    moisture = 0.35 * wet
    study = world(moisture, lst, ndvi)
    maps = _maps(physical_series(study, tmp_path / "out", PhysicalOptions(physics="dispatch")), study)
    known = np.isfinite(maps)
    assert 0.6 < known.mean() < 0.9  # dense vegetation has none
    assert not known[covered > 0.78].any()
    assert np.corrcoef(maps[known], moisture[known])[0, 1] > 0.9


def test_dispatch_keeps_its_means_and_no_pixel_holds_more_than_soil_can(world, tmp_path):
    wet, ndvi = _fields()
    wet = wet**3  # most is dry, so that wet pixels of a cell would hold more than twice as much as they can
    covered = np.clip((ndvi - 0.116) / (0.884 - 0.116), 0, 1)
    lst = covered * 297.5 + (1 - covered) * (320 - 25 * wet)
    study = world(np.full((3, 60, 60), 0.3), lst, ndvi)
    facts = physical_series(study, tmp_path / "out", PhysicalOptions(physics="dispatch"))
    maps = _maps(facts, study)
    assert np.nanmax(maps) == np.float32(0.6)
    assert facts.bounds.n_high > 0
    assert facts.bounds.n_unmet == 0
    means = np.nanmean(maps.reshape(3, 6, 10, 6, 10), axis=(2, 4))
    npt.assert_allclose(means, 0.3, atol=1e-6)
    narrow = PhysicalOptions(physics="dispatch", min_water="0.1", max_water="0.45")
    held = _maps(physical_series(study, tmp_path / "narrow", narrow), study)
    assert np.nanmin(held) == np.float32(0.1)
    assert np.nanmax(held) == np.float32(0.45)


def test_roles_are_found_by_name_or_asked(world, tmp_path):
    fields = _fields()
    study = world(fields[0], fields[0], fields[1])
    with pytest.raises(InputError, match=r"Surface temperature by night is needed.*has none among lst, ndvi"):
        physical_series(study, tmp_path / "out", PhysicalOptions(physics="thermal_inertia"))
    with pytest.raises(InputError, match="no covariate 'skin'"):
        physical_series(study, tmp_path / "out", PhysicalOptions(temperature="skin"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("physics", "named"), [("thermal_inertia", {"night": "lst"}), ("tvdi", {"vegetation": "lst"})])
def test_one_covariate_is_not_two(world, tmp_path, physics, named):
    dry, ndvi = _fields()
    study = world(0.4 - 0.3 * dry, 300 + dry, ndvi, 280 + dry)
    with pytest.raises(InputError, match="'lst' is named for more than one of"):
        physical_series(study, tmp_path / "out", PhysicalOptions(physics=physics, **named))


@pytest.mark.parametrize("physics", sorted(PHYSICAL))
@pytest.mark.parametrize(
    ("scale", "hint"),
    [(10_000, "its scale, 0.0001 as it seems"), (255, "its own scale"), (1.67, "its own scale"), (100, "its own")],
    ids=["0 to 10,000", "bytes", "0 to 1.5", "percent"],
)
def test_ndvi_of_another_scale_is_refused(world, tmp_path, physics, scale, hint):
    dry, ndvi = _fields()
    study = world(0.4 - 0.3 * dry, 300 + dry, scale * ndvi, 280 + dry)
    with pytest.raises(
        InputError, match=rf"'ndvi' reaches [\d.]+, but NDVI lies between -1 and 1. Import it with {hint}"
    ):
        physical_series(study, tmp_path / "out", PhysicalOptions(physics=physics))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("physics", sorted(PHYSICAL))
@pytest.mark.parametrize("change", [lambda t: 50 * t, lambda t: t - 273.15], ids=["stored", "Celsius"])
def test_temperatures_that_are_not_in_kelvin_are_refused(world, tmp_path, physics, change):
    dry, ndvi = _fields()
    study = world(0.4 - 0.3 * dry, change(300 + dry), ndvi, change(280 + dry))
    with pytest.raises(InputError, match=r"'lst' reaches from .* lies between 200 and 360 K"):
        physical_series(study, tmp_path / "out", PhysicalOptions(physics=physics))


def test_temperature_and_ndvi_that_are_swapped_are_refused(world, tmp_path):
    dry, ndvi = _fields()
    study = world(0.4 - 0.3 * dry, ndvi, 300 + dry)
    with pytest.raises(InputError, match=r"'ndvi' reaches 30\d"):
        physical_series(study, tmp_path / "out", PhysicalOptions(physics="tvdi"))


@pytest.mark.parametrize("name", sorted(PHYSICAL))
def test_physics_is_a_method_with_its_row_and_its_page(world, tmp_path, name):
    dry, ndvi = _fields()
    lst = EDGES.wet(ndvi) + dry * (EDGES.dry(ndvi) - EDGES.wet(ndvi))
    study = world(0.4 - 0.3 * dry, lst, ndvi, lst - 10 - 5 * dry)
    method = Method.read(name)
    write_json(tmp_path / "copy.json", method.as_json())
    assert Method.read(tmp_path / "copy.json") == method
    result = run_method(study, method, tmp_path / "out")
    assert len(result.maps.maps) == 3
    page = (tmp_path / "out" / "run.html").read_text(encoding="utf-8")
    assert "3 maps by physics alone" in page
    assert "Bounds of the water content hold" in page
    alone = physical_series(study, tmp_path / "alone", PhysicalOptions(physics=name))
    npt.assert_array_equal(_maps(result.maps, study), _maps(alone, study))


def test_the_method_of_thermal_inertia_says_that_night_is_missing(world, tmp_path):
    dry, ndvi = _fields()
    study = world(0.4 - 0.3 * dry, 300 + dry, ndvi)
    with pytest.raises(InputError, match=r"needs what the study 'World' does not name: lst_night \(Land surface"):
        run_method(study, Method.read("thermal_inertia"), tmp_path / "out")


def test_a_method_has_a_recipe_or_physics(tmp_path):
    content = {**Method.read("dispatch").as_json(), "recipe": {"learners": {"linear": {}}}}
    with pytest.raises(OptionError, match='"physics" divides without a model; set "recipe" to null'):
        Method.from_json(content, "odd.json")


def test_days_that_cannot_be_divided_are_told_with_their_reason(world, tmp_path):
    dry, ndvi = _fields()
    lst = EDGES.wet(ndvi) + dry * (EDGES.dry(ndvi) - EDGES.wet(ndvi))
    lst[1] = np.nan
    study = world(0.4 - 0.3 * dry, lst, ndvi)
    told = []
    facts = physical_series(
        study, tmp_path / "out", PhysicalOptions(physics="tvdi"), progress=Progress(warn=told.append)
    )
    assert [str(day) for day in facts.empty_days] == [DAYS[1]]
    assert any("1 day of 3 without a map, as 2023-06-02" in line for line in told)
    assert sorted(p.name for p in (tmp_path / "out").glob("*.tif")) == ["sm_20230601.tif", "sm_20230603.tif"]


def test_temperatures_are_brought_to_one_height(world, tmp_path):
    dry, ndvi = _fields()
    height = np.broadcast_to(np.linspace(0, 3000, 60), (3, 60, 60))
    lst = EDGES.wet(ndvi) + dry * (EDGES.dry(ndvi) - EDGES.wet(ndvi)) - 0.006 * height
    moisture = 0.4 - 0.3 * dry
    study = world(moisture, lst, ndvi)
    write_map(tmp_path / "elevation.tif", height[0], study.grid, unit="m")
    content = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    content["covariates"]["elevation"] = {"file": "elevation.tif"}
    (tmp_path / "study.json").write_text(json.dumps(content), encoding="utf-8")
    high = Study.read(tmp_path / "study.json")
    options = PhysicalOptions(physics="tvdi")
    of_one, as_is = (
        _maps(physical_series(s, tmp_path / s.name / str(i), options), s) for i, s in enumerate((high, study))
    )
    assert np.corrcoef(of_one.ravel(), moisture.ravel())[0, 1] > 0.99
    assert np.corrcoef(as_is.ravel(), moisture.ravel())[0, 1] < 0.97


@pytest.mark.parametrize("physics", sorted(PHYSICAL))
def test_after_a_cancel_nothing_is_left(world, tmp_path, stop, physics):
    dry, ndvi = _fields()
    lst = EDGES.wet(ndvi) + dry * (EDGES.dry(ndvi) - EDGES.wet(ndvi))
    study = world(0.4 - 0.3 * dry, lst, ndvi, lst - 10 - 5 * dry)
    counted = stop()
    physical_series(study, tmp_path / "a", PhysicalOptions(physics=physics), progress=Progress(stop_asked=counted))
    for at in (1, counted.looks // 2, counted.looks - 1):
        with pytest.raises(Cancelled):
            physical_series(
                study, tmp_path / "b", PhysicalOptions(physics=physics), progress=Progress(stop_asked=stop(at))
            )
        assert not (tmp_path / "b").exists()
