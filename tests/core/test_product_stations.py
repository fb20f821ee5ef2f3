# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations as they are delivered become one table: days, depths, flags, places, and an account of the rest."""

import zipfile

import geopandas
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.archive import Archive
from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import AmerifluxImport, IsmnImport, SubdailyImport, UscrnImport
from soilsharp.core.products.stations.ameriflux import columns_of, import_ameriflux, parse_depths, stamps
from soilsharp.core.products.stations.ismn import import_ismn
from soilsharp.core.products.stations.uscrn import COLUMNS, import_uscrn
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.sample_formats.ismn import write_archive
from soilsharp.core.stations.daily import daily, join_flags, solar_offset
from soilsharp.core.stations.depths import thickness
from soilsharp.core.stations.stations import Stations

HOURS = np.arange("2023-05-01", "2023-05-04", dtype="datetime64[h]")  # 72
PLACES = pd.DataFrame({"station": ["Hill #1", "Dale_(2)"], "longitude": [10.5, -97.1], "latitude": [50.5, 36.6]})


def told(**options):
    lines = []
    return lines, Progress(say=lines.append, warn=lines.append, **options)


# --- days -------------------------------------------------------------------------------------------------------------


def test_a_day_is_the_mean_of_its_readings():
    values = np.arange(72.0)
    days = daily(HOURS, values, SubdailyImport())
    npt.assert_allclose(days["value"], [11.5, 35.5, 59.5])
    assert days["n"].tolist() == [24, 24, 24]
    assert days["date"].astype(str).tolist() == ["2023-05-01", "2023-05-02", "2023-05-03"]


def test_days_with_too_few_hours_do_not_count():
    values = np.full(72, np.nan)
    values[:24], values[24:29], values[48:54] = 1, 2, 3  # 24, 5 and 6 hours
    assert daily(HOURS, values, SubdailyImport())["value"].tolist() == [1, 3]
    assert daily(HOURS, values, SubdailyImport(min_hours=5))["value"].tolist() == [1, 2, 3]


def test_a_sensor_that_is_read_seldom_needs_no_more_than_it_usually_gives():
    twice = np.full(72, np.nan)
    twice[[6, 18, 30, 42, 54]] = [0.1, 0.3, 0.2, 0.4, 0.9]
    npt.assert_allclose(daily(HOURS, twice, SubdailyImport())["value"], [0.2, 0.3])
    once = daily(HOURS[::24], np.array([0.1, 0.2, 0.3]), SubdailyImport(min_hours=24))
    assert once["value"].tolist() == [0.1, 0.2, 0.3]


def test_a_sum_needs_max_of_the_day():
    rain = np.ones(72)
    rain[30:40] = np.nan  # 14 hours are left, enough for a mean
    days = daily(HOURS, rain, SubdailyImport(hour=6), total=True)
    assert dict(zip(days["date"].dt.day, days["value"])) == {1: 24, 3: 24}


def test_the_value_at_an_hour_and_the_hours_of_other_clocks():
    values = np.arange(72.0)
    assert daily(HOURS, values, SubdailyImport(hour=6))["value"].tolist() == [6, 30, 54]
    halves = np.arange("2023-05-01", "2023-05-02", np.timedelta64(30, "m"), dtype="datetime64[m]")
    # 5:30 and 6:00 are within half an hour of six, 6:30 is nearer to seven
    assert daily(halves, np.arange(48.0), SubdailyImport(hour=6))["value"].tolist() == [11.5]
    west = daily(HOURS, values, SubdailyImport(hour=6), shift_h=-6.0)
    assert west["value"].tolist() == [12, 36, 60]
    assert daily(HOURS, values, SubdailyImport(min_hours=1), shift_h=-6.0)["n"].tolist() == [6, 24, 24, 18]
    npt.assert_array_equal(solar_offset(np.array([0, 10.5, -97.1, 179, -179])), [0, 1, -6, 12, -12])


def test_sensors_are_kept_apart_and_flags_brought_together():
    group = np.repeat([3, 7], 72)
    flags = np.array(["G"] * 144, object)
    flags[[0, 1, 100]] = ["D03,D01", "D01", "C02"]
    days = daily(np.tile(HOURS, 2), np.repeat([0.1, 0.4], 72), SubdailyImport(), group=group, flags=flags)
    assert days["group"].tolist() == [3, 3, 3, 7, 7, 7]
    npt.assert_allclose(days["value"], [0.1] * 3 + [0.4] * 3)
    assert days["flag"].tolist() == ["D01,D03", "G", "G", "G", "C02", "G"]
    assert join_flags(["", None, "G"]) == "G"


# --- depths -----------------------------------------------------------------------------------------------------------


def test_thickness_of_what_a_depth_stands_for():
    depths = np.array([0.05, 0.1, 0.2, 0.5])
    npt.assert_allclose(thickness(depths, 0, 0.3), [0.075, 0.075, 0.15, 0])
    npt.assert_allclose(thickness(depths, 0, 1), [0.075, 0.075, 0.2, 0.3])  # the lowest reaches to 0.65
    npt.assert_allclose(thickness(np.array([0.05]), 0, 0.3), [0.1])


@pytest.fixture
def four_depths(tmp_path):
    """Return an archive of one station with 0.1, 0.2, 0.3 and 0.4 at 5, 10, 20 and 50 cm, the first twice."""
    for i, (depth, value) in enumerate([(0.05, 0.08), (0.05, 0.12), (0.1, 0.2), (0.2, 0.3), (0.5, 0.4)]):
        place = PLACES.iloc[:1].assign(depth_m=depth)
        values = np.full((72, 1), value)
        if i == 1:
            values[48:] = np.nan  # the second sensor fails on the third day
        write_archive(tmp_path / f"{i}.zip", place, HOURS, values)
        with zipfile.ZipFile(tmp_path / f"{i}.zip") as archive:
            for name in archive.namelist():
                target = tmp_path / "ismn" / name.replace("Made-up", f"Made-{i}")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    return tmp_path / "ismn"


@pytest.mark.parametrize(
    ("options", "values", "depth"),
    [
        ({}, [0.1, 0.1, 0.08], 0.05),
        ({"sensor": "longest"}, [0.08] * 3, 0.05),
        ({"sensor_name": "made-1-"}, [0.12] * 2, 0.05),
        ({"depth_m": 0.12}, [0.2] * 3, 0.1),
        ({"depth_rule": "range", "max_depth_m": 0.2}, [0.2, 0.2, (0.08 + 0.2 + 0.3) / 3], 0.35 / 3),
        (
            {"depth_rule": "weighted", "max_depth_m": 0.3},
            [0.225, 0.225, (0.08 + 0.2 + 0.6) / 4],
            (0.05 + 0.1 + 0.4) / 4,
        ),
    ],
    ids=["nearest", "longest", "name", "deeper", "range", "weighted"],
)
def test_depth_rules(four_depths, options, values, depth):
    frame = import_ismn(four_depths, IsmnImport(**options)).frame
    npt.assert_allclose(frame["soil_moisture"], values)
    npt.assert_allclose(frame["depth_m"], depth)


def test_a_layer_of_which_too_little_is_known_has_no_value(four_depths):
    for path in four_depths.rglob("*_0.2*_*.stm"):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:25]))  # one day of the depth that has half of the weight or more
    options = IsmnImport(depth_rule="weighted", max_depth_m=0.35, depth_m=0.1)
    frame = import_ismn(four_depths, options).frame
    assert frame["date"].dt.day.tolist() == [1]


def test_depths_that_are_not_there_are_told(four_depths):
    with pytest.raises(InputError, match=r"within 0\.05 m of the wanted depth of 0\.3 m; its depths are 0\.05, 0\.1, "):
        import_ismn(four_depths, IsmnImport(depth_m=0.3))


# --- ISMN -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path):
    values = np.column_stack([np.linspace(0.1, 0.2, 72), np.linspace(0.4, 0.2, 72)]).round(4)
    flags = np.full((72, 2), "G", object)
    flags[:20, 0], flags[24:48, 1], flags[50, 1] = "D01,D03", "U", "C03"
    along = {"ts": np.full((72, 2), 12.5), "ta": np.full((72, 2), 20.25), "p": np.full((72, 2), 0.5)}
    for layout in ("header_values", "ceop"):
        write_archive(tmp_path / f"{layout}.zip", PLACES, HOURS, values, flags=flags, along=along, layout=layout)
    return tmp_path, values


def test_both_layouts_and_the_folder_give_the_same(archive):
    folder, values = archive
    records = import_ismn(folder / "header_values.zip")
    frame = records.frame
    assert records.places["station"].tolist() == ["Dale-(2)", "Hill-#1"]
    assert records.places["network"].unique().tolist() == ["SAMPLE"]
    hill = frame[frame["station"] == "Hill-#1"]
    assert hill["date"].dt.day.tolist() == [2, 3]  # four good hours are no day
    npt.assert_allclose(hill["soil_moisture"], [values[24:48, 0].mean(), values[48:, 0].mean()])
    dale = frame[frame["station"] == "Dale-(2)"]
    assert dale["date"].dt.day.tolist() == [1, 3]
    assert dale["n"].tolist() == [24, 23]
    npt.assert_allclose(dale["soil_moisture"].iloc[1], np.delete(values[48:, 1], 2).mean())
    npt.assert_allclose(frame[["soil_temperature", "air_temperature", "precipitation"]], [[12.5, 20.25, 12]] * 4)
    npt.assert_allclose(hill[["longitude", "latitude", "depth_m"]], [[10.5, 50.5, 0.05]] * 2)
    pd.testing.assert_frame_equal(import_ismn(folder / "ceop.zip").frame, frame)
    with zipfile.ZipFile(folder / "ceop.zip") as file:
        file.extractall(folder / "unpacked")
    before = sorted(folder.joinpath("unpacked").rglob("*"))
    pd.testing.assert_frame_equal(import_ismn(folder / "unpacked").frame, frame)
    assert sorted(folder.joinpath("unpacked").rglob("*")) == before


def test_a_folder_of_archives_is_read_whole_and_each_file_once(archive):
    folder, _ = archive
    whole = import_ismn(folder / "ceop.zip").frame
    (folder / "header_values.zip").unlink()
    pd.testing.assert_frame_equal(import_ismn(folder).frame, whole)
    with zipfile.ZipFile(folder / "ceop.zip") as file:
        names = [name for name in file.namelist() if name.count("/") > 1]
        stations = sorted({name.split("/")[-2] for name in names})
        for number, station in enumerate(stations):
            with zipfile.ZipFile(folder / f"part{number}.zip", "w") as part:
                for name in names:
                    if name.split("/")[-2] == station:
                        part.writestr(name, file.read(name))
    assert len(stations) == 2
    (folder / "ceop.zip").unlink()
    (folder / "broken.zip").write_bytes(b"PK")
    said = []
    records = import_ismn(folder, progress=Progress(say=said.append))
    pd.testing.assert_frame_equal(records.frame, whole)
    assert [name for name, _ in records.refused if name.endswith(".zip")] == ["broken.zip"]
    assert any("3 archives and 0 unpacked files" in line for line in said)


def test_flags_that_count(archive):
    folder, values = archive
    path = folder / "header_values.zip"
    assert len(import_ismn(path, IsmnImport(flags="G, u")).frame) == 5
    frame = import_ismn(path, IsmnImport(flags="all")).frame
    assert frame["flag"].tolist() == ["G", "U", "C03", "D01,D03", "G", "G"]
    npt.assert_allclose(frame["soil_moisture"].iloc[2], values[48:, 1].mean())
    with pytest.raises(
        InputError,
        match=r"none of the 72 readings of Dale-\(2\) .* have G 47, U 24, C03 1\..*The log tells of the others",
    ):
        import_ismn(path, IsmnImport(flags="M"))


def test_networks_extent_and_days(archive):
    path = archive[0] / "ceop.zip"
    with pytest.raises(InputError, match="none of the networks SCAN; it has SAMPLE"):
        import_ismn(path, IsmnImport(networks="SCAN"))
    area = Grid.from_bounds("EPSG:4326", 0.1, (9, 50, 11, 51))
    lines, progress = told()
    only = import_ismn(path, area=area, first=np.datetime64("2023-05-03"), progress=progress)
    assert only.frame["station"].tolist() == ["Hill-#1"]
    assert only.days.tolist() == [pd.Timestamp("2023-05-03").date()]
    assert "1 station lies outside of the extent." in lines
    with pytest.raises(InputError, match="within the depths, the period and the extent"):
        import_ismn(path, first=np.datetime64("2024-01-01"))


def test_a_damaged_file_is_left_out_and_the_others_are_read(archive):
    folder = archive[0]
    with zipfile.ZipFile(folder / "ceop.zip") as file:
        file.extractall(folder / "x")
    bad = next((folder / "x").rglob("*Hill*_sm_*.stm"))
    bad.write_bytes(b"\x00\x01garbage")
    records = import_ismn(folder / "x")
    assert records.frame["station"].unique().tolist() == ["Dale-(2)"]
    assert records.refused[0][0] == bad.name
    assert "is no readable file of the ISMN" in records.refused[0][1]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("latitude", "150.5", "latitude 150.5, which are no such degrees"), ("depth", "0.50", "its header 0.5 m")],
)
def test_files_that_contradict_themselves_or_the_earth_are_left_out(archive, old, new, why):
    folder = archive[0]
    with zipfile.ZipFile(folder / "header_values.zip") as file:
        file.extractall(folder / "x")
    bad = next((folder / "x").rglob("*Hill*_sm_*.stm"))
    head, rest = bad.read_text().split("\n", 1)
    words = head.split()  # ending in latitude, longitude, elevation, two depths and the sensor
    at = next(i for i, word in enumerate(words) if "." in word)
    for i in (at,) if old == "latitude" else (at + 3, at + 4):
        words[i] = new
    bad.write_text(" ".join(words) + "\n" + rest)
    records = import_ismn(folder / "x")
    assert records.frame["station"].unique().tolist() == ["Dale-(2)"]
    assert why in " ".join(told for _, told in records.refused)


def test_times_of_the_ismn_with_two_values_are_told(archive):
    folder = archive[0]
    with zipfile.ZipFile(folder / "header_values.zip") as file:
        file.extractall(folder / "x")
    path = next((folder / "x").rglob("*Dale*_sm_*.stm"))
    lines = path.read_text().splitlines()
    day, hour, value, *flags = lines[1].split()
    lines += [lines[2], " ".join([day, hour, f"{float(value) + 0.1:.4f}", *flags])]  # one alike, one not
    path.write_text("\n".join(lines) + "\n")
    told = []
    import_ismn(folder / "x", progress=Progress(warn=told.append))
    assert told == [f"{path.name} has different values at 1 time, of which the mean is taken."]


def test_what_is_no_archive_is_refused(tmp_path):
    with pytest.raises(InputError, match="no zip archive and no folder"):
        import_ismn(tmp_path / "none.zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="holds no file of the ISMN"):
        import_ismn(tmp_path / "other.zip")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        file.writestr("../out.stm", "hello")
    with pytest.raises(InputError, match="outside of its own folder"):
        import_ismn(tmp_path / "evil.zip")


def test_names_that_two_networks_share_get_the_network(tmp_path):
    places = pd.concat([PLACES.iloc[:1].assign(network="A"), PLACES.iloc[:1].assign(network="B", longitude=20.0)])
    write_archive(tmp_path / "a.zip", places, HOURS, np.tile([0.1, 0.3], (72, 1)))
    records = import_ismn(tmp_path / "a.zip")
    assert records.places["station"].tolist() == ["Hill-#1 (A)", "Hill-#1 (B)"]
    npt.assert_allclose(records.places["mean"], [0.1, 0.3])
    assert records.places["longitude"].tolist() == [10.5, 20.0]


def test_impossible_days_are_left_out_and_counted(tmp_path):
    values = np.full((72, 2), 0.3)
    values[:24, 0] = 12.0
    write_archive(tmp_path / "a.zip", PLACES, HOURS, values)
    records = import_ismn(tmp_path / "a.zip")
    assert len(records.frame) == 5
    assert records.refused[0][0] == "Hill-#1"
    assert "24 of 72 readings have soil moisture outside of 0 to 1 m3 m-3, 12 to 12" in records.refused[0][1]


def test_what_is_written_is_what_stations_read(archive, tmp_path):
    records = import_ismn(archive[0] / "ceop.zip", IsmnImport(flags="all"))
    records.write(tmp_path / "t.csv", tmp_path / "p.gpkg", tmp_path / "a.csv")
    stations = Stations.read(tmp_path / "t.csv")
    good = records.frame[records.frame["flag"] == "G"]
    assert stations.flagged == len(records.frame) - len(good) == 3
    npt.assert_allclose(stations.values["soil_moisture"], good["soil_moisture"], rtol=1e-6)
    layer = geopandas.read_file(tmp_path / "p.gpkg")
    assert layer["n_days"].tolist() == [3, 3]
    assert layer["first"].tolist() == ["2023-05-01"] * 2
    assert list(layer.geometry.x) == [-97.1, 10.5]
    assert (tmp_path / "a.csv").read_text() == "left_out,because\n"


def test_a_cancel_is_felt_and_leaves_nothing(archive):
    with pytest.raises(Cancelled):
        import_ismn(archive[0] / "ceop.zip", progress=Progress(stop_asked=lambda: True))


# --- USCRN ------------------------------------------------------------------------------------------------------------


def crn_line(day, wban="53926", moisture=(0.474, 0.44, -99.0, 0.45, 0.429), temperature=3.9, rain=23.0):
    head = f"{wban} {day}  2.622  -97.09   36.12     2.1     0.2     1.2     0.8 {rain:7.1f}     3.51 C     1.0    -0.3"
    wet = " ".join(f"{m:7.3f}" for m in moisture)
    return f"{head}     0.3    93.1    70.1    86.2 {wet} {temperature:7.1f}     4.2     5.4     8.3     9.9\n"


def test_uscrn_files_of_a_station_become_one(tmp_path):
    for year in (2020, 2021):
        path = tmp_path / f"{year}" / f"CRND0103-{year}-OK_Stillwater_2_W.txt"
        path.parent.mkdir()
        missing = crn_line(f"{year}0102", moisture=(-99.0,) * 5, temperature=-9999.0, rain=-9999.0)
        path.write_text(crn_line(f"{year}0101") + missing + crn_line(f"{year}0103", temperature=-9999.0))
    (tmp_path / "HEADERS.txt").write_text(" ".join(COLUMNS))
    records = import_uscrn(tmp_path)
    assert not records.refused
    frame = records.frame
    assert frame["station"].unique().tolist() == ["OK Stillwater 2 W"]
    assert frame["date"].astype(str).tolist() == ["2020-01-01", "2020-01-03", "2021-01-01", "2021-01-03"]
    npt.assert_allclose(frame["soil_moisture"], 0.474)
    npt.assert_allclose(frame["soil_temperature"], [3.9, np.nan, 3.9, np.nan])
    npt.assert_allclose(frame[["air_temperature", "precipitation"]], [[1.2, 23.0]] * 4)
    deep = import_uscrn(tmp_path, UscrnImport(depth_m=0.2, max_depth_difference_m=0.1)).frame
    assert deep["depth_m"].unique().tolist() == [0.1]  # nothing was measured at 0.2 m
    npt.assert_allclose(deep["soil_moisture"], 0.44)


def test_uscrn_files_that_are_cut_or_of_another_kind(tmp_path):
    good = tmp_path / "CRND0103-2021-A.txt"
    good.write_text(crn_line("20210101"))
    (tmp_path / "CRND0103-2021-B.txt").write_text(crn_line("20210101") + crn_line("20210102")[:100] + "\n")
    (tmp_path / "CRND0103-2021-C.txt").write_text("")
    (tmp_path / "CRND0103-2021-D.txt").write_text(crn_line("20211301"))
    records = import_uscrn(tmp_path)
    assert records.places["station"].tolist() == ["A"]
    why = dict(records.refused)
    assert "line 2 has 13 values where daily files of the USCRN have 28" in why["CRND0103-2021-B.txt"]
    assert "is empty" in why["CRND0103-2021-C.txt"]
    assert "'20211301' in row 1" in why["CRND0103-2021-D.txt"]


# --- AmeriFlux --------------------------------------------------------------------------------------------------------

SITES = "SITE_ID,LOCATION_LAT,LOCATION_LONG\nUS-Ton,38.4309,-120.966\n"


def base_file(folder, name="AMF_US-Ton_BASE_HH_16-5.csv", swc="SWC_1_1_1,SWC_2_1_1,SWC_1_2_1", days=2):
    start = np.arange("2021-06-01", np.datetime64("2021-06-01") + days, np.timedelta64(30, "m"), dtype="datetime64[m]")
    rows = []
    for i, t in enumerate(start):
        both = ",".join(str(x).replace("-", "").replace("T", "").replace(":", "") for x in (t, t + 30))
        rows.append(f"{both},{20 + i % 2},{30},{-9999 if i < 48 else 44},25.5,{18},0.25")
    columns = f"TIMESTAMP_START,TIMESTAMP_END,{swc},TA_1_1_1,TS_1_1_1,P_1_1_1"
    path = folder / name
    path.write_text("# Site: US-Ton\n# Version: 16-5\n" + columns + "\n" + "\n".join(rows) + "\n")
    return path


def test_ameriflux_base(tmp_path):
    path = base_file(tmp_path)
    (tmp_path / "sites.txt").write_text(SITES)
    lines, progress = told()
    records = import_ameriflux(path, sites=tmp_path / "sites.txt", progress=progress)
    frame = records.frame
    assert frame["station"].tolist() == ["US-Ton"] * 2
    npt.assert_allclose(frame["soil_moisture"], (0.205 + 0.3) / 2)  # two places at one depth, in percent
    npt.assert_allclose(frame[["longitude", "latitude", "depth_m"]], [[-120.966, 38.4309, 0.05]] * 2)
    npt.assert_allclose(frame[["soil_temperature", "air_temperature", "precipitation"]], [[18, 25.5, 12]] * 2)
    assert any("US-Ton: depths are not in the file; by its vertical index taken as 1 = 0.05 m" in t for t in lines)
    second = import_ameriflux(path, AmerifluxImport(depth_m=0.1, longitude=-120.9, latitude=38.4)).frame
    assert second["date"].dt.day.tolist() == [2]
    npt.assert_allclose(second["soil_moisture"], 0.44)


def flux(folder, swc):
    start = pd.date_range("2023-05-01", periods=len(swc), freq="30min")
    columns = {"TIMESTAMP_START": start, "TIMESTAMP_END": start + pd.Timedelta("30min")}
    frame = pd.DataFrame({name: times.strftime("%Y%m%d%H%M") for name, times in columns.items()})
    path = folder / "AMF_US-Ab1_BASE_HH_1-5.csv"
    path.write_text("# Site: US-Ab1\n" + frame.assign(SWC_1_1_1=swc).to_csv(index=False))
    return path


@pytest.mark.parametrize(
    ("usual", "spikes", "right", "words"),
    [
        (0.25, [], 0.25, "never passes 1: taken as m3 m-3"),
        (0.25, [1.4], 0.25, "passes 1 in 1 of 144 readings only: taken as m3 m-3"),  # as in case 06
        (0.25, [60.0] * 10, 0.25, "passes 1 in 10 of 144 readings only"), (0.25, [-3.0, 999.0], 0.25, "passes 1 in 1"),
        (25.0, [], 0.25, ""), (25.0, [140.0], 0.25, ""), (25.0, [0.0, 0.0], 0.25, ""), (2.5, [900.0], 0.025, ""),
    ],
)  # fmt: skip
def test_a_spike_decides_no_unit_of_a_flux_tower(tmp_path, usual, spikes, right, words):
    swc = np.full(144, usual)
    swc[50 : 50 + len(spikes)] = spikes
    lines, progress = told()
    records = import_ameriflux(flux(tmp_path, swc), AmerifluxImport(longitude=-100, latitude=40), progress=progress)
    values = records.frame["soil_moisture"]
    zeros = spikes.count(0.0) / 48
    npt.assert_allclose(values, [right, right * (1 - zeros), right])
    assert any(words in line for line in lines)
    bad = sum(not 0 <= spike * right / usual <= 1 for spike in spikes)
    assert [f"{bad} of 144 readings have" in why for _, why in records.refused] == [True] * (bad > 0)


def test_a_sensor_of_two_units_is_left_out(tmp_path):
    path = flux(tmp_path, np.repeat([0.25, 25.0], 96))
    with pytest.raises(InputError, match=r"run from 0\.25 to 25, half of them below .* is not certain"):
        import_ameriflux(path, AmerifluxImport(longitude=-100, latitude=40))


def test_ameriflux_depths_from_a_table_and_zips(tmp_path):
    path = base_file(tmp_path)
    with zipfile.ZipFile(tmp_path / "AMF_US-Ton_BASE-BADM_16-5.zip", "w") as file:
        file.write(path, path.name)
    path.unlink()
    (tmp_path / "sites.txt").write_text(SITES)
    (tmp_path / "heights.txt").write_text(
        "Site_ID,Variable,Start_Date,Height\nUS-Ton,SWC_1_1_1,2001,-0.2\nUS-Ton,SWC_2_1_1,2001,0.0\n"
        "US-Ton,SWC_1_2_1,2001,-0.05\nUS-Ton,TA_1_1_1,2001,23\n"
    )
    tables = {"sites": tmp_path / "sites.txt", "depths": tmp_path / "heights.txt"}
    lines, progress = told()
    frame = import_ameriflux(tmp_path, AmerifluxImport(max_depth_difference_m=0.01), progress=progress, **tables).frame
    npt.assert_allclose(frame["soil_moisture"], [0.44])
    assert not any("depths are not in the file" in line for line in lines)


def test_ameriflux_days_by_utc(tmp_path):
    path = base_file(tmp_path, days=3)
    place = {"longitude": -120.966, "latitude": 38.4309, "sensor_name": "SWC_1_1_1"}
    frame = import_ameriflux(path, AmerifluxImport(days="UTC", min_hours=1, **place)).frame
    # eight hours behind: the first day begins at eight and the fourth ends there
    assert frame["n"].tolist() == [32, 48, 48, 16]
    assert frame["date"].dt.day.tolist() == [1, 2, 3, 4]


def test_fluxnet_fills_do_not_count(tmp_path):
    path = tmp_path / "FLX_DE-Hai_FLUXNET2015_FULLSET_HH_2000-2012_1-4.csv"
    rows = [f"20100101{h:02d}00,20100101{h:02d}30,{30 + h},{0 if h < 8 else 1},-3.5,0" for h in range(24)]
    path.write_text("TIMESTAMP_START,TIMESTAMP_END,SWC_F_MDS_1,SWC_F_MDS_1_QC,TA_F,TA_F_QC\n" + "\n".join(rows) + "\n")
    bif = "SITE_ID,GROUP_ID,VARIABLE_GROUP,VARIABLE,DATAVALUE\n"
    for group, variable, value in [
        (1, "LOCATION_LAT", "51.0792"), (1, "LOCATION_LONG", "10.4522"), (2, "UTC_OFFSET", "1"),
        (3, "VAR_INFO_VARNAME", "SWC_F_MDS_1"), (3, "VAR_INFO_HEIGHT", "-0.08"),
    ]:  # fmt: skip
        bif += f"DE-Hai,{group},GRP,{variable},{value}\n"
    (tmp_path / "FLX_AA-Flx_BIF_20200501.csv").write_text(bif)
    records = import_ameriflux(tmp_path)
    npt.assert_allclose(records.frame["soil_moisture"], [np.mean(np.arange(30, 38)) / 100])
    npt.assert_allclose(records.frame[["longitude", "latitude", "depth_m"]], [[10.4522, 51.0792, 0.08]])
    every = import_ameriflux(tmp_path, AmerifluxImport(max_qc=1)).frame
    npt.assert_allclose(every["soil_moisture"], [np.mean(np.arange(30, 54)) / 100])


def test_ameriflux_asks_for_what_is_not_in_the_files(tmp_path):
    path = base_file(tmp_path)
    with pytest.raises(InputError, match="where site US-Ton stands is not in its file: give a table of sites"):
        import_ameriflux(path)
    with pytest.raises(OptionError, match="Cannot read the depth '5 cm'"):
        import_ameriflux(path, AmerifluxImport(depths="5 cm"))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="None of the 1 tables"):
        import_ameriflux(tmp_path / "other.csv")


def test_ameriflux_columns():
    names = ["SWC_1_1_1", "SWC_PI_1_1_1", "SWC_1_1_1_SD", "SWC_F_MDS_2", "SWC_F_MDS_3", "SWC_F_MDS_3_QC", "TS_PI_1_3_1",
             "TA_PI_F_1_1_1", "TA_1_2_1", "TA_1_1_1", "PA", "P_RAIN", "P", "SWC_1_3_A", "WS_1_1_1"]  # fmt: skip
    found = {(c.name, c.vertical, c.qc) for c in columns_of(names)}
    assert found == {
        ("SWC_1_1_1", 1, ""), ("SWC_F_MDS_3", 3, "SWC_F_MDS_3_QC"), ("TS_PI_1_3_1", 3, ""), ("TA_1_2_1", 2, ""),
        ("P", 1, ""), ("SWC_1_3_A", 3, ""),
    }  # fmt: skip
    assert parse_depths("1 = 0.05; 2: 0,2") == {1: 0.05, 2: 0.2}
    assert str(stamps(np.array([202102282330]))[0]) == "2021-02-28T23:30"
    with pytest.raises(ValueError, match="202113010000 in row 1"):
        stamps(np.array([202113010000]))


def test_writing_can_be_stopped_and_leaves_nothing(archive, tmp_path, monkeypatch):
    from soilsharp.core.base import tables
    from soilsharp.core.base.errors import Cancelled
    from soilsharp.core.base.progress import Progress

    records = import_ismn(archive[0] / "header_values.zip", IsmnImport(flags="all"))
    records.write(tmp_path / "whole.csv")
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 2)
    records.write(tmp_path / "pieces.csv")
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    done = []
    with pytest.raises(Cancelled):
        records.write(tmp_path / "t.csv", progress=Progress(done.append, lambda: len(done) > 1))
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".csv") == ["pieces.csv", "whole.csv"]


def test_an_archive_is_unpacked_station_by_station(archive):
    with Archive(archive[0] / "ceop.zip") as packed:
        names = [name for name in packed.names if name.suffix == ".stm"]
        assert len({name.parent for name in names}) == 2
        for parent in {name.parent for name in names}:
            with packed.folder(parent) as folder:
                there = {p.relative_to(folder).as_posix() for p in folder.rglob("*.stm")}
                assert there == {name.as_posix() for name in names if name.parent == parent}
            assert not folder.exists()


def test_archives_in_an_archive_are_read_one_at_a_time(archive, tmp_path, monkeypatch):
    whole = import_ismn(archive[0] / "ceop.zip").frame
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.write(archive[0] / "ceop.zip", "downloads/ceop.zip")
    pd.testing.assert_frame_equal(import_ismn(tmp_path / "all.zip").frame, whole)
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as file:
        file.write(tmp_path / "all.zip", "all.zip")
    with pytest.raises(InputError, match=r"holds all\.zip, which holds archives again"):
        import_ismn(tmp_path / "deep.zip")


def test_days_of_overlapping_downloads_count_once(tmp_path):
    values = np.tile([0.1, 0.3], (72, 1))
    write_archive(tmp_path / "a.zip", PLACES, HOURS, values)
    once = import_ismn(tmp_path / "a.zip").frame
    (tmp_path / "both").mkdir()
    # the first ends in the middle of the second day, and its files are called otherwise
    write_archive(tmp_path / "both" / "a.zip", PLACES, HOURS[:36], values[:36])
    write_archive(tmp_path / "both" / "b.zip", PLACES, HOURS[12:], values[12:])
    lines, progress = told()
    twice = import_ismn(tmp_path / "both", IsmnImport(min_hours=1), progress=progress).frame
    assert len(twice) == len(once)
    assert twice["n"].tolist() == once["n"].tolist()
    assert any("stand in several files: that of most readings counts" in line for line in lines)


def test_an_archive_of_towers_is_never_unpacked_whole(tmp_path):
    path = base_file(tmp_path)
    inner = tmp_path / "AMF_US-Ton_BASE-BADM_16-5.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(path, path.name)
        for year in range(20):
            file.writestr(f"notes_{year}.csv", "a,b\n1,2\n" * 1000)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.write(inner, inner.name)
    for one in (path, inner):
        one.unlink()
    (tmp_path / "sites.txt").write_text(SITES)
    with Archive(tmp_path / "all.zip") as packed:
        (table,) = [name for name in packed.names if name.name == path.name]
        with packed.file(table) as unpacked:
            scratch = unpacked.parents[len(table.parts) - 1]
            assert [p.name for p in scratch.rglob("*") if p.is_file()] == [path.name]
    records = import_ameriflux(
        tmp_path / "all.zip", AmerifluxImport(max_depth_difference_m=1), sites=tmp_path / "sites.txt"
    )
    assert records.frame["station"].unique().tolist() == ["US-Ton"]
    assert records.refused == []


def test_a_folder_with_only_broken_archives(tmp_path):
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(InputError, match=r"None of the 2 archives .* can be read\. a\.zip: a\.zip is no readable zip"):
        import_ismn(tmp_path)
