# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of stations as people have them, and what is refused in them."""

import geopandas
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.stations.settings import StationOptions
from soilsharp.core.stations.stations import Stations

GOOD = "station,longitude,latitude,date,soil_moisture\nA,10.5,50.5,2023-05-01,0.2\nB,10.6,50.6,2023-05-01,0.3\n"


def _read(tmp_path, text, encoding="utf-8", **options):
    path = tmp_path / "stations.csv"
    path.write_bytes(text.encode(encoding))
    return Stations.read(path, StationOptions(**options))


def test_a_plain_table(tmp_path):
    stations = _read(tmp_path, GOOD)
    assert list(stations.places.index) == ["A", "B"]
    assert stations.values["soil_moisture"].tolist() == [0.2, 0.3]


def test_other_names_separators_encodings_and_hours(tmp_path):
    text = "ID;Lon;Lat;Time;SM\nMünster;7.6;52;2023-05-01T06:00;0.2\nMünster;7.6;52;2023-05-01T18:00;0.4\n"
    stations = _read(tmp_path, text, "cp1252")
    assert list(stations.places.index) == ["Münster"]
    npt.assert_allclose(stations.values["soil_moisture"], [0.3])


def test_percent_is_told_by_the_values_where_that_is_certain(tmp_path):
    text = GOOD.replace("0.2\n", "20\n").replace("0.3\n", "30\n")
    with pytest.raises(InputError, match=r"looks like percent.*Set the unit to 'percent'"):
        _read(tmp_path, text, unit="m3 m-3")
    for unit in ("percent", "auto"):
        npt.assert_allclose(_read(tmp_path, text, unit=unit).values["soil_moisture"], [0.2, 0.3])
    with pytest.raises(InputError, match="the unit is not certain"):
        _read(tmp_path, text.replace("20\n", "0.2\n"))
    with pytest.raises(InputError, match="between 0 and 1"):
        _read(tmp_path, GOOD.replace("0.2\n", "-0.1\n"))


def test_fills_are_missing(tmp_path):
    told = []
    path = tmp_path / "stations.csv"
    path.write_text(GOOD.replace("0.2\n", "-9999\n"))
    assert Stations.read(path, progress=Progress(say=told.append)).values["station"].tolist() == ["B"]
    assert "'soil_moisture' has 1 value of -9999, taken as missing." in told


def test_depths_are_chosen(tmp_path):
    rows = GOOD.replace("soil_moisture", "soil_moisture,depth").replace("0.2\n", "0.2,0.05\n")
    text = rows.replace("0.3\n", "0.3,0.5\n")
    assert list(_read(tmp_path, text, max_depth_m=0.1).values["station"]) == ["A"]
    with pytest.raises(InputError, match="no soil moisture value within the depths"):
        _read(tmp_path, text, min_depth_m=1)


def test_of_several_depths_one_counts_or_their_mean(tmp_path):
    # as in case 17: these are centimetres
    text = "station,longitude,latitude,depth,date,soil_moisture\n" + "".join(
        f"A,10,50,{depth},2023-05-0{day},{value}\n"
        for day in (1, 2) for depth, value in ((5, 0.1), (10, 0.2), (20, 0.3), (50, 0.4))
    )  # fmt: skip

    def moisture(**options):
        return _read(tmp_path, text, **options).values["soil_moisture"].tolist()

    assert moisture() == [0.1, 0.1]
    assert moisture(depth_m=0.2) == [0.3, 0.3]
    assert moisture(min_depth_m=0.15) == [0.3, 0.3]
    npt.assert_allclose(moisture(depth_rule="range", max_depth_m=0.2), 0.2)
    npt.assert_allclose(moisture(depth_rule="weighted", max_depth_m=0.15), 0.15)
    with pytest.raises(InputError, match=r"asked for, 1 to 10 m; its depths are 0\.05, 0\.1, 0\.2, 0\.5 m"):
        moisture(min_depth_m=1.0)
    # a fault at a depth that does not count is none
    assert Stations.read(tmp_path / "stations.csv").flagged == 0
    (tmp_path / "stations.csv").write_text(text.replace(",0.4", ",-0.4"))
    assert Stations.read(tmp_path / "stations.csv").values["soil_moisture"].tolist() == [0.1, 0.1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("longitude", "east"), "no longitude and latitude; its columns are .*station"),
        (("0.3\n", "dry\n"), "1 of 2 rows .* the first is line 3: 'B,10.6,50.6,2023-05-01,dry'"),
        (("B,10.6,", "B,,"), "1 of 2 rows .* have no place .* the first is line 3: 'B,,50.6"),
        (("10.6,50.6", "4400000,2900000"), "which are no such degrees"),
        (("2023-05-01,0.3", "soon,0.3"), "1 of 2 rows .* have no date .* line 3: 'B,10.6,50.6,soon,0.3'"),
        (("2023-05-01", "03.04.2023"), "may mean day 3 of month 4 or day 4 of month 3"),
        (("B,10.6", "A,11.6"), "places up to 1.100 degrees apart"),
        (
            ("0.3\n", f"0.3\nB,10.6\n{GOOD.splitlines()[1]}\n"),
            "1 line that does .* is line 4, 'B,10.6': it has 2 values where the",
        ),
    ],
    ids=["column", "text", "coordinates", "metres", "date", "two days", "place", "short"],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        _read(tmp_path, GOOD.replace(*change))


def test_no_file_no_rows_no_such_column(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        Stations.read(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="no rows"):
        _read(tmp_path, GOOD.split("\n")[0])
    with pytest.raises(InputError, match="no column 'vwc_5cm'"):
        _read(tmp_path, GOOD, soil_moisture="vwc_5cm")
    with pytest.raises(InputError, match="Is a directory"):
        Stations.read(tmp_path / "folder.csv")


def test_a_layer_of_points_in_another_reference_system(tmp_path):
    table = pd.DataFrame({"station": ["A"], "date": ["2023-05-01"], "soil_moisture": [0.2]})
    points = geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy([10.5], [50.5]), crs=4326)
    points.to_crs(3035).to_file(tmp_path / "s.gpkg", driver="GPKG")
    places = Stations.read(tmp_path / "s.gpkg").places
    npt.assert_allclose(places.loc["A"], [10.5, 50.5], atol=1e-6)
    points.crs = None
    for name in ("lost.gpkg", "lost.shp"):
        points.rename(columns={"soil_moisture": "sm"}).to_file(tmp_path / name)
        with pytest.raises(InputError, match="no coordinate reference system"):
            Stations.read(tmp_path / name)


FLAGGED = (
    "station,longitude,latitude,date,soil_moisture,flag\n"
    'A,10.5,50.5,2023-05-01,0.2,G\nA,10.5,50.5,2023-05-02,0.9,"D01,C03"\nA,10.5,50.5,2023-05-03,0.3,\n'
)


def test_flags_are_obeyed_unless_all_are_asked_for(tmp_path):
    good = _read(tmp_path, FLAGGED)
    assert good.values["soil_moisture"].tolist() == [0.2, 0.3]
    assert good.flagged == 1
    everything = _read(tmp_path, FLAGGED, flags="all")
    assert everything.values["soil_moisture"].tolist() == [0.2, 0.9, 0.3]
    assert everything.flagged == 0


def test_flags_that_leave_nothing_are_shown(tmp_path):
    table = GOOD.replace("soil_moisture", "soil_moisture,quality")
    with pytest.raises(InputError, match=r"Every one of the 2 values .* 'quality': U 2.*set the flags to 'all'"):
        _read(tmp_path, table.replace("0.2", "0.2,U").replace("0.3", "0.3,U"))


def test_flags_of_another_kind_are_asked_for(tmp_path):
    table = GOOD.replace("soil_moisture", "soil_moisture,quality").replace("0.2", "0.2,").replace("0.3", "0.3,1")
    with pytest.raises(InputError, match=r"flags in column 'quality' of stations.csv, as '1', are none of ours"):
        _read(tmp_path, table)
    assert _read(tmp_path, table, flag="quality").values["station"].tolist() == ["A"]
    assert _read(tmp_path, table, flags="all").values["station"].tolist() == ["A", "B"]
