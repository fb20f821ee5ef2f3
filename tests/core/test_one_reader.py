# SPDX-License-Identifier: GPL-2.0-or-later
"""One table of stations is the same to a study, a check, a rescaling, a validation and an import."""

import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.rescale_stations import MEASURED, rescale_stations, table_reference
from soilsharp.core.products.settings import TableImport
from soilsharp.core.products.stations.tables import import_station_table
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.stations.settings import StationOptions
from soilsharp.core.stations.stations import Stations
from soilsharp.core.study.study import Study
from soilsharp.core.validation.stations import validate_stations

FORMS = ("cm", "named", "written", "layers", "percent", "wide", "excel", "points")
GRID = Grid.from_bounds("EPSG:4326", 0.5, (10, 50, 11, 51))
FIRST, LAST = np.datetime64("2023-04-05"), np.datetime64("2023-05-14")


@pytest.fixture(params=FORMS)
def table(request, field_table, tmp_path):
    if request.param == "excel":
        pytest.importorskip("openpyxl")
    return field_table(tmp_path, request.param)


def same(values, truth):
    """Assert that values of station, date and soil_moisture are those that were measured."""
    made = values.set_index(["station", "date"])["soil_moisture"].sort_index()
    pd.testing.assert_series_equal(made, truth, check_names=False, rtol=1e-6)


def test_a_study(table, field_table):
    study = Study("own", GRID, FIRST, LAST, {}, stations_file=table.name, folder=table.parent)
    study.write(table.parent / "study.json")
    stations = Study.read(table.parent / "study.json").stations()
    same(stations.values, field_table.truth)
    npt.assert_allclose(stations.places.to_numpy(float), [[10.25, 50.5], [10.75, 50.5]], atol=1e-6)


def test_an_import(table, field_table):
    records = import_station_table(table)
    same(records.frame, field_table.truth)
    assert records.refused == []
    npt.assert_allclose(records.frame["depth_m"], 0.05)


def test_a_check(table, field_table, tmp_path):
    pytest.importorskip("flagit")
    from soilsharp.core.stations.quality import check_stations

    result = check_stations(table)
    assert result.n_rows == len(result.frame) == field_table.rows
    assert result.n_flagged == 0
    result.write_table(tmp_path / "checked.csv")
    same(Stations.read(tmp_path / "checked.csv").values, field_table.truth)
    assert set(pd.read_csv(tmp_path / "checked.csv")["flag"]) == {"G"}


def test_a_rescaling(table, field_table, tmp_path):
    # on the surface's own values the surface stays as it is, and deeper series get its mean and spread
    result = rescale_stations(table, table_reference(table))
    assert len(result.frame) == field_table.rows
    assert (result.stations["left_out_because"] == "").all()
    assert MEASURED in result.frame
    npt.assert_allclose(result.stations["mean_rescaled"], result.stations["mean_reference"])
    result.write_table(tmp_path / "rescaled.csv")
    read = Stations.read(tmp_path / "rescaled.csv").values
    made = read.set_index(["station", "date"])["soil_moisture"].sort_index()
    npt.assert_allclose(made, field_table.truth, atol=1e-6)


def test_a_validation(table, field_table, tmp_path):
    for day in np.arange(FIRST, LAST + 1):
        write_map(tmp_path / "maps" / f"sm_{str(day).replace('-', '')}.tif", np.full(GRID.shape, 0.2), GRID)
    result = validate_stations(Series.from_files(tmp_path / "maps"), Stations.read(table))
    same(result.pairs.rename(columns={"observed": "soil_moisture"}), field_table.truth)


def test_the_same_depth_is_asked_for_in_study_and_import(table, field_table):
    # at half way between, and as a layer
    own = field_table.own
    for wanted in ({"depth_m": 0.2}, {"depth_rule": "range", "min_depth_m": 0.0, "max_depth_m": 0.2}):
        depths = [20] if "depth_m" in wanted else [5, 10, 20]
        truth = own[own["depth"].isin(depths)].groupby(["site", "date"])["sm"].mean()
        truth.index.names = ["station", "date"]
        same(Stations.read(table, StationOptions(**wanted)).values, truth)
        same(import_station_table(table, TableImport(**wanted)).frame, truth)


TWICE = """station,longitude,latitude,date,depth_m,soil_moisture
A,10.25,50.5,2023-05-01,0.05,0.1
A,10.25,50.5,2023-05-01,0.2,0.4
A,10.25,50.5,2023-05-01,0.05,0.3
A,10.25,50.5,2023-05-02,0.05,0.2
A,10.25,50.5,2023-05-02,0.05,0.2
A,10.25,50.5,2023-05-03,0.05,0.2
A,10.25,50.5,2023-05-03,0.05,
A,10.25,50.5,2023-05-04,0.05,0.1
A,10.25,50.5,2023-05-04,0.05,0.2
"""


def test_rows_that_contradict_each_other_are_told_by_every_view(tmp_path):
    pytest.importorskip("flagit")
    from soilsharp.core.stations.quality import check_stations

    path = tmp_path / "twice.csv"
    path.write_text(TWICE)
    study = Study("own", GRID, FIRST, LAST, {}, stations_file=path.name, folder=tmp_path)
    views = {
        "study": lambda progress: study.stations(progress),
        "validation": lambda progress: Stations.read(path, progress=progress),
        "import": lambda progress: import_station_table(path, progress=progress),
        "check": lambda progress: check_stations(path, progress=progress),
        "rescaling": lambda progress: rescale_stations(path, table_reference(path), progress=progress),
    }
    for view, read in views.items():
        told = []
        with suppress(InputError):  # four days are too few for a rescaling
            read(Progress(warn=told.append))
        (line,) = {text for text in told if "different values" in text}  # a rescaling reads it twice here
        assert line.startswith("2 times twice.csv has different values of one station, day (or hour) and depth"), view
        assert "'A' at 0.05 m on 2023-05-01 00:00: 0.1 (line 2) and 0.3 (line 4)." in line


def test_rows_with_other_times_flags_or_the_same_value_do_not_contradict(tmp_path):
    path, told = tmp_path / "hours.csv", []
    rows = ("2023-05-01T06:00,0.1,", "2023-05-01T07:00,0.2,", "2023-05-01T07:00,0.9,C03")
    lines = ["station,longitude,latitude,date,soil_moisture,flag", *(f"A,10.25,50.5,{row}" for row in rows)]
    path.write_text("\n".join(lines))
    Stations.read(path, progress=Progress(warn=told.append))
    assert told == []


def test_what_is_not_certain_is_asked_for_everywhere(field_table, tmp_path):
    path = field_table(tmp_path)
    text = path.read_text(encoding="cp1250")
    for depth, other in ((";5;", ";1;"), (";10;", ";2;"), (";20;", ";2,5;"), (";50;", ";3;")):
        text = text.replace(depth, other)
    path.write_text(text, encoding="cp1250")
    for read in (Stations.read, import_station_table, lambda path: rescale_stations(path, table_reference(path))):
        with pytest.raises(InputError, match=r"they may be metres or centimetres\. Set the unit of depths, or call"):
            read(path)
    assert Stations.read(path, StationOptions(depth_unit="cm")).values["station"].nunique() == 2


def test_every_key_of_the_stations_of_a_study_is_explained():
    page = (Path(__file__).resolve().parents[2] / "docs" / "bring-your-data.md").read_text(encoding="utf-8")
    table = page.partition("| key | what it says")[2].partition("\n\n")[0]
    told = re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:]))
    assert sorted(told) == sorted(StationOptions().as_dict())


def test_stations_are_had_from_their_room():
    from soilsharp.core.stations import Stations as Same

    assert Same is Stations
    with pytest.raises(ImportError):
        from soilsharp.core.stations import Places  # noqa: F401
