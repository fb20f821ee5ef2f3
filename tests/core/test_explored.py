# SPDX-License-Identifier: GPL-2.0-or-later
"""What belongs together is found by a folder, and opened."""

import json

import numpy as np
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.methods.explored import Explored, Related
from soilsharp.core.methods.manifest import manifest_of
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.roles import Roles
from soilsharp.core.rasters.grid import WGS84, project
from soilsharp.core.rasters.kept_files import Keeper
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.places import Place
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.study.rain import Rain
from soilsharp.core.study.study import Study


@pytest.fixture
def explored(explorable):
    """Return the region with its maps, opened; files are kept open and not in memory."""
    explored, explored.parts = Explored(Keeper(held=0)), []
    explored.open(explorable / "maps", opened=explored.parts.append)
    yield explored
    explored.close()


def test_small_things_come_first_and_all_are_there(explored):
    assert explored.parts == ["coarse", "stations", "fine", "sd", "rain"]
    assert explored.notes == []
    assert explored.rain_label == "Rain (mm)"
    assert len(explored.days) == 16
    assert len(explored.stations.places) == 12


def test_a_place_has_the_values_of_the_files_themselves(explored, explorable):
    study = Study.read(explorable / "study.json")
    grid, row, column = study.grid, 7, 29
    x, y = grid.transform * (column + 0.5, row + 0.5)
    place = Place.at(x, y, grid.crs)
    fine = explored.series["fine"]
    for day, value in zip(fine.days, fine.at(place)):
        path = explorable / "maps" / f"sm_{str(day).replace('-', '')}.tif"
        np.testing.assert_array_equal(value, read_on(Source(str(path)), grid)[row, column])
    coarse, cells = study.coarse_series, study.coarse_grid
    at = cells.cells_at(np.array([x]), np.array([y]), grid.crs)
    wanted = [read_on(source, cells)[at[0][0], at[1][0]] for source in coarse.sources]
    np.testing.assert_array_equal(explored.series["coarse"].at(place), wanted)
    longitude, latitude = project([x], [y], grid.crs, WGS84)
    rain = explored.series["rain"]
    np.testing.assert_allclose(rain.at(place), Rain.of(study).at(longitude, latitude, rain.days)[:, 0], rtol=1e-5)


def test_a_point_has_the_nearest_station_in_its_coarse_cell_or_the_one_that_is_meant(explored):
    places = explored.stations.places
    name = places.index[3]
    here = Place.at(places["longitude"][name] + 1e-4, places["latitude"][name])
    near = explored.observed(here)
    assert near.station == name
    assert 5 < near.metres < 12
    own = explored.stations.values
    np.testing.assert_array_equal(near.values, own.loc[own["station"] == name, "soil_moisture"])
    assert explored.observed(here, places.index[0]).station == places.index[0]
    assert explored.observed(Place.at(0, 0)) is None
    assert explored.observed(here, "nobody") is None


def test_a_run_is_known_by_its_manifest(explorable, tmp_path):
    study = Study.read(explorable / "study.json")
    run = tmp_path / "run"
    (run / "maps").mkdir(parents=True)
    path = next((explorable / "maps").glob("sm_*.tif"))
    (run / "maps" / path.name).write_bytes(path.read_bytes())
    manifest = manifest_of(study, Method.read("smooth_interpolation"), Roles({}, {}, ()))
    (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    for folder in (run, run / "maps", run / "run.json"):
        found = Related.of(folder)
        assert (found.title, found.study.name, list(found.maps)) == ("run", study.name, ["fine"])
    manifest["study"]["folder"] = str(tmp_path / "gone")
    (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = Related.of(run)
    assert found.study is None
    assert "gone" in found.notes[0]
    assert len(found.maps["fine"]) == 1


def test_a_study_alone_shows_its_coarse_product(explorable):
    explored = Explored()
    explored.open(explorable / "study.json")
    assert sorted(explored.series) == ["coarse", "rain"]
    assert len(explored.days)
    explored.close()


def test_a_folder_of_nothing_is_told(tmp_path):
    with pytest.raises(InputError, match="holds neither maps nor a study"):
        Explored().open(tmp_path)


def test_what_is_gone_is_noted_and_the_rest_is_opened(explorable, tmp_path):
    content = json.loads((explorable / "study.json").read_text(encoding="utf-8"))
    content["coarse"]["files"] = str(tmp_path / "gone" / "*.tif")
    (tmp_path / "study.json").write_text(json.dumps(content), encoding="utf-8")
    explored = Explored()
    explored.open(tmp_path / "study.json")
    assert sorted(explored.series) == ["rain"]
    assert len(explored.notes) == 1
    assert "gone" in explored.notes[0]
    explored.close()
