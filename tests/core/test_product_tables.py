# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of soil moisture as people write them: found out, told, asked for, and the bad lines named."""

import zipfile

import geopandas
import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import TableImport
from soilsharp.core.products.stations.tables import import_station_table
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.stations.reader import read_table
from soilsharp.core.stations.table_columns import layer_in
from soilsharp.core.stations.table_dates import read_clock, read_dates
from soilsharp.core.stations.table_text import TextTable
from soilsharp.core.units import unit_in

GOOD = "station,longitude,latitude,date,soil_moisture\n"
PLACE = "10.5,50.5"


def read(tmp_path, text, name="table.csv", encoding="utf-8", told=None, places="", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    lines = [] if told is None else told
    progress = Progress(say=lines.append, warn=lines.append)
    return import_station_table(path, TableImport(**options), places=places, progress=progress)


def rows(*lines):
    return GOOD + "".join(f"{line}\n" for line in lines)


# --- the text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Łąka"), ("utf-8-sig", "Łąka"), ("utf-16", "Łąka"), ("utf-16-le", "Łąka"), ("cp1250", "Łąkażś"),
        ("cp1252", "Münster"), ("cp1250", "Pšenička mała"), ("cp1250", "Łąka"), ("cp1252", "Höhe 3 m³"),
    ],
)  # fmt: skip
def test_encodings(tmp_path, encoding, name):
    records = read(tmp_path, rows(f"{name},{PLACE},2023-05-01,0.2"), encoding=encoding)
    assert records.frame["station"].tolist() == [name]


def test_an_encoding_may_be_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(rows(f"Łąka,{PLACE},2023-05-01,0.2").encode("iso-8859-2"))
    frame = import_station_table(path, TableImport(encoding="iso-8859-2")).frame
    assert frame["station"].tolist() == ["Łąka"]


def test_encodings_that_are_wrong(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(rows(f"Münster,{PLACE},2023-05-01,0.2").encode("cp1252"))
    for encoding, message in (("utf-8", "is not written in utf-8"), ("utf-99", "is not written in utf-99")):
        with pytest.raises(InputError, match=message):
            import_station_table(path, TableImport(encoding=encoding))


@pytest.mark.parametrize("sep", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, sep, end):
    text = rows(f"A,{PLACE},2023-05-01,0.2", f"B,{PLACE},2023-05-02,0.3").replace(",", sep).replace("\n", end)
    frame = read(tmp_path, text.encode()).frame
    assert frame["soil_moisture"].tolist() == [0.2, 0.3]


def test_comments_blank_lines_and_quotes(tmp_path):
    text = "# made by hand\n\n" + rows(f'"A, upper",{PLACE},2023-05-01,0.2', "", "# a note", f"B,{PLACE},2023-05-02,x")
    text += f"C,{PLACE},2023-05-02,0.3\nD,{PLACE},2023-05-02,0.4\n"
    records = read(tmp_path, text)
    assert records.frame["station"].tolist() == ["A, upper", "C", "D"]
    line = text.splitlines().index(f"B,{PLACE},2023-05-02,x") + 1
    assert records.refused == [
        (f"table.csv line {line}", f"have text where a number should be: 'B,{PLACE},2023-05-02,x'")
    ]


def test_lines_that_do_not_fit_are_named_and_the_others_read(tmp_path):
    good = [f"A,{PLACE},2023-05-{d:02d},0.2" for d in range(1, 29)]
    text = rows(*good, f"A,{PLACE}", f'A,"{PLACE},2023-05-30,0.3', f"A,{PLACE},2023-05-31,0.3,7")
    records = read(tmp_path, text)
    assert len(records.frame) == 28
    what, why = zip(*records.refused)
    assert what == ("table.csv line 30", "table.csv line 31", "table.csv line 32")
    assert why[0] == f"it has 3 values where the header has 5: 'A,{PLACE}'"
    assert why[1].startswith("a quote is opened and not closed")
    assert why[2].startswith("it has 6 values where the header has 5")


def test_many_bad_lines_are_counted_not_listed(tmp_path):
    good = [f"A,{PLACE},2023-05-01,0.2"] * 100
    records = read(tmp_path, rows(*good, *["A,1"] * 50, *[f"A,{PLACE},2023-05-01,wet"] * 30))
    assert len(records.refused) == 42
    assert ("table.csv", "30 more lines do not fit the header.") in records.refused
    assert ("table.csv", "10 more rows have text where a number should be.") in records.refused


def test_a_line_that_ends_with_a_separator_is_none_too_long(tmp_path):
    assert len(read(tmp_path, rows(f"A,{PLACE},2023-05-01,0.2,", f"A,{PLACE},2023-05-02,0.2,")).frame) == 2


def test_a_million_rows_with_one_bad_line(tmp_path, lines_run, stop):
    n = 1_000_000
    written = [f"s{i % 50},10.5,50.5,2023-01-{1 + i % 28:02d},0.{100 + i % 300}" for i in range(n)]
    written[600_000] = "s1,10.5,50.5,yesterday,0.2"
    path = tmp_path / "t.csv"
    path.write_text(GOOD + "\n".join(written) + "\n")
    read = []
    lines = lines_run(lambda: read.append(import_station_table(path)))
    assert lines < n / 2  # nothing is done row by row
    (records,) = read
    assert records.refused == [("t.csv line 600002", "have no date: 's1,10.5,50.5,yesterday,0.2'")]
    assert records.frame["n"].sum() == n - 1
    asked = stop(4)
    with pytest.raises(Cancelled):
        import_station_table(path, progress=Progress(stop_asked=asked))
    assert asked.looks == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (GOOD.encode(), "has no rows"),
        (b"PK\x03\x04rest", "is no text, whatever its ending says"),
        (b"a,b\n1,\x00\n" * 3, "holds bytes of zero, the first at 6"),
        (
            b"a,b\n" + b"1,2,3\n" * 5,
            r"5 of 5 lines of table.csv do not fit its header in line 1; the first is line 2, '1,2,3'",
        ),
    ],
)
def test_what_is_no_table(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


def test_rows_without_anything_are_none(tmp_path):
    records = read(tmp_path, rows(f"A,{PLACE},2023-05-01,0.2", ",,,,", ",,,,"))
    assert (len(records.frame), records.refused) == (1, [])


def test_rows_that_leave_the_last_columns_out(tmp_path):
    text = "station,lon,lat,date,sm,note,flag\n" + f"A,{PLACE},2023-05-01,0.2\nB,{PLACE},2023-05-02,0.3\n"
    assert read(tmp_path, text).frame["soil_moisture"].tolist() == [0.2, 0.3]


def test_notes_above_the_table_and_names_that_are_shifted(tmp_path):
    notes = "Station: Hill\nMade by: nobody, in May\n\n"
    records = read(
        tmp_path, notes + rows(f"A,{PLACE},2023-05-01,0.2", f"A,{PLACE},2023-05-02,dry", f"B,{PLACE},2023-05-02,1")
    )
    assert records.frame["soil_moisture"].tolist() == [0.2, 1]
    assert records.refused[0][0] == "table.csv line 6"
    shifted = GOOD + f"1,A,{PLACE},2023-05-01,0.2\n2,A,{PLACE},2023-05-02,0.2\n"
    with pytest.raises(InputError, match="it has 6 values where the header has 5"):
        read(tmp_path, shifted)


def test_names_that_stand_twice(tmp_path):
    told = []
    text = "station,longitude,latitude,date,sm,clay,sm,clay\n" + f"A,{PLACE},2023-05-01,0.2,7,0.3,7\n"
    records = read(tmp_path, text + f"A,{PLACE},2023-05-02,0.2,7,0.2,7\n", told=told)
    assert records.frame["soil_moisture"].tolist() == [0.2, 0.2]
    assert "The column 'sm' stands more than once; they differ in 1 row. The first is taken." in told
    assert "Columns that stand more than once, and are not used: clay." in told
    table = TextTable.open(tmp_path / "table.csv")
    assert table.names[-3:] == ["clay", "sm.1", "clay.1"]


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2023-05-01", "2023-05-01T00:00:00"), ("2023-5-1", "2023-05-01T00:00:00"),
        ("2023/05/01 06:30", "2023-05-01T06:30:00"), ("2023-05-01T06:30:15Z", "2023-05-01T06:30:15"),
        ("2023-05-01 06:30:00+02:00", "2023-05-01T04:30:00"), ("20230501", "2023-05-01T00:00:00"),
        ("202305010630", "2023-05-01T06:30:00"), ("20230501.0", "2023-05-01T00:00:00"),
        ("25.04.2023", "2023-04-25T00:00:00"), ("4/25/2023 1:30 PM", "2023-04-25T13:30:00"),
        ("4/25/2023 12:05 am", "2023-04-25T00:05:00"), ("25-Apr-2023", "2023-04-25T00:00:00"),
        ("April 25, 2023", "2023-04-25T00:00:00"), ("2023-05-01 24:00", "2023-05-02T00:00:00"),
        ("2023-02-30", "NaT"), ("31.04.2023", "NaT"), ("yesterday", "NaT"), ("45047", "NaT"), ("", "NaT"),
        ("25.13.2023", "NaT"), ("05.05.2023", "2023-05-05T00:00:00"), ("2023-05-01 25:00", "NaT"), ("May", "NaT"),
    ],
)  # fmt: skip
def test_one_date(text, time):
    read_now = read_dates(pd.Series([text]), "a table")
    npt.assert_array_equal(read_now.values, np.array([time], "datetime64[s]"))


def test_several_ways_in_one_column():
    column = pd.Series(["2023-05-01", "25.04.2023", "3.4.2023", "05/31/2023", "06/01/2023", "20230601", None])
    times = read_dates(column, "a table")
    days = ["2023-05-01", "2023-04-25", "2023-04-03", "2023-05-31", "2023-06-01", "2023-06-01", "NaT"]
    npt.assert_array_equal(times.values, np.array(days, "datetime64[s]"))
    assert times.ways == ("year-month-day", "20230501", "day.month.year", "month/day/year")


def test_a_date_with_two_meanings_is_asked_for(tmp_path):
    text = rows(f"A,{PLACE},03.04.2023,0.2", f"A,{PLACE},05.06.2023,0.3")
    with pytest.raises(InputError, match=r"'03\.04\.2023' in column 'date' of table\.csv may mean day 3 of month 4 or"):
        read(tmp_path, text)
    day_first = read(tmp_path, text, date_order="day first").frame["date"]
    assert day_first.astype(str).tolist() == ["2023-04-03", "2023-06-05"]
    month_first = read(tmp_path, text, date_order="month first").frame["date"]
    assert month_first.astype(str).tolist() == ["2023-03-04", "2023-05-06"]
    with pytest.raises(InputError, match=r"day comes first in '25/04/2023' and the month in '04/25/2023'"):
        read_dates(pd.Series(["25/04/2023", "04/25/2023", "01/02/2023"]), "a table")
    given = read(tmp_path, rows(f"A,{PLACE},03.04.23,0.2"), date_format="%d.%m.%y").frame["date"]
    assert given.astype(str).tolist() == ["2023-04-03"]
    with pytest.raises(InputError, match=r"1 of 1 rows of table\.csv have no date in column 'date'; .* line 2"):
        read(tmp_path, rows(f"A,{PLACE},03.04.23,0.2"))


def test_dates_and_times_in_two_columns(tmp_path):
    assert read_clock(pd.Series(["06:00", "6:30:15", "1330", "1:05 PM", "24:00", "noon", "25:00"])).tolist()[:5] == [
        21600, 23415, 48600, 47100, 86400,
    ]  # fmt: skip
    assert np.isnan(read_clock(pd.Series(["noon", "25:00", None]))).all()
    text = "station,lon,lat,date,time,sm\n" + "".join(
        f"A,{PLACE},01.05.2023,{h:02d}:00,0.{h + 10}\nA,{PLACE},31.05.2023,{h:02d}:00,0.3\n" for h in range(0, 24, 2)
    )
    frame = read(tmp_path, text).frame
    npt.assert_allclose(frame["soil_moisture"], [0.21, 0.3])
    assert frame["n"].tolist() == [12, 12]
    npt.assert_allclose(read(tmp_path, text, hour=6).frame["soil_moisture"], [0.16, 0.3])
    told = []
    whole = "station,lon,lat,date,time,sm\n" + f"A,{PLACE},2023-05-01 06:00,then,0.2\n"
    assert read(tmp_path, whole, told=told).frame["soil_moisture"].tolist() == [0.2]
    assert "'date' has the time of day already; 'time' is not used." in told
    local = read(tmp_path, text, hour=6, days="local", utc_offset_h=2.0).frame
    npt.assert_allclose(local["soil_moisture"], [0.14, 0.3])


# --- numbers and units ------------------------------------------------------------------------------------------------


def test_decimal_commas_and_fills(tmp_path):
    told = []
    text = (
        GOOD.replace(",", ";")
        + "A;10,5;50,5;2023-05-01;0,25\nA;10,5;50,5;2023-05-02;-9999\nA;10,5;50,5;2023-05-03;NA\n"
    )
    frame = read(tmp_path, text, told=told).frame
    npt.assert_allclose(frame[["longitude", "latitude", "soil_moisture"]], [[10.5, 50.5, 0.25]])
    assert "'soil_moisture' has decimal commas, as '0,25'." in told
    assert "'soil_moisture' has 1 value of -9999, taken as missing." in told


def test_units_are_told_where_they_are_certain(tmp_path):
    told = []
    percent = rows(f"A,{PLACE},2023-05-01,20", f"A,{PLACE},2023-05-02,6", f"B,{PLACE},2023-05-02,35.5")
    npt.assert_allclose(read(tmp_path, percent, told=told).frame["soil_moisture"], [0.2, 0.06, 0.355])
    assert "Soil moisture runs from 6 to 35.5: taken as percent." in told
    with pytest.raises(InputError, match="looks like percent"):
        read(tmp_path, percent, unit="m3 m-3")
    told.clear()
    npt.assert_allclose(read(tmp_path, rows(f"A,{PLACE},2023-05-01,0.2"), told=told).frame["soil_moisture"], [0.2])
    assert "Soil moisture runs from 0.2 to 0.2: taken as m3 m-3." in told


def test_units_that_are_not_certain_are_asked_for(tmp_path):
    mixed = rows(
        f"A,{PLACE},2023-05-01,0.21", f"A,{PLACE},2023-05-02,0.3", *[f"B,{PLACE},2023-05-0{d},25" for d in "1234"]
    )
    with pytest.raises(InputError, match=r"runs from 0\.21 to 25, half of it below 25: so the unit is not certain"):
        read(tmp_path, mixed)
    named = rows(f"A,{PLACE},2023-05-01,0.2").replace("soil_moisture", "soil_moisture (%)")
    with pytest.raises(InputError, match="names of its columns say percent, so the unit is not certain"):
        read(tmp_path, named)
    npt.assert_allclose(read(tmp_path, named, unit="percent").frame["soil_moisture"], [0.002])
    with pytest.raises(InputError, match="runs from 300 to 300"):
        read(tmp_path, rows(f"A,{PLACE},2023-05-01,300"))


@pytest.mark.parametrize(
    ("column", "value", "unit"),
    [
        ("soil_moisture (mm)", 61, "mm"), ("moisture (g/g)", 0.21, "kg kg-1"), ("soil moisture [kg m-2]", 20, "kg m-2"),
        ("moisture (% of saturation)", 40, "by saturation"), ("Moisture (mass %)", 20, "by mass"),
        ("soil_water_mm", 20, "mm"), ("sm_kg_m2", 20, "kg m-2"), ("VWC (0-10 cm, mm)", 20, "mm"), ("SM [in]", 1, "in"),
        ("swc (% w/w)", 20, "by w/w"), ("moisture_gravimetric", 0.2, "by gravimetric"), ("sm (kPa)", 20, "kPa"),
        ("sm_relative", 0.4, "by relative"), ("sm (mV)", 40, "mV"), ("sm (mm/m)", 90, "mm m-1"),
        ("sm (mm/dm)", 21, "'mm/dm', which is not known here"),
    ],
)  # fmt: skip
def test_a_unit_of_another_kind_is_refused(tmp_path, column, value, unit):
    # as in case 08
    text = rows(f"A,{PLACE},2023-05-01,{value}").replace("soil_moisture", f'"{column}"')
    with pytest.raises(InputError, match=rf"of table.csv is in {unit}, and soil moisture is m3 m-3, by volume"):
        read(tmp_path, text, soil_moisture="" if "," in column else column)
    told = read(tmp_path, text, unit="percent", soil_moisture="" if "," in column else column).frame["soil_moisture"]
    npt.assert_allclose(told, value / 100)


@pytest.mark.parametrize("unit", ["mm", "kPa", "g/g"])
def test_a_unit_below_the_header_or_in_a_column_counts(tmp_path, unit):
    below = f"station,lon,lat,date,sm_5cm,sm_10cm\n,,,,{unit},{unit}\n" + "".join(
        f"A,{PLACE},2023-05-0{day},2{day},3{day}\n" for day in range(1, 5)
    )
    lines = [f"A,{PLACE},2023-05-0{day},2{day},{unit}" for day in range(1, 5)]
    beside = rows(*lines).replace("soil_moisture\n", "soil_moisture,unit\n")
    for text in (below, beside):
        with pytest.raises(InputError, match=r"is in .*, and soil moisture is m3 m-3, by volume"):
            read(tmp_path, text)
        assert len(read(tmp_path, text.replace(unit, "%")).frame) == 4


def test_sensors_of_another_unit_than_the_others_are_told(tmp_path):
    # one station of sixty in percent, which are fewer than two of a hundred values
    sound = [f"S{i},{PLACE},2023-05-{day:02d},0.2" for i in range(60) for day in range(1, 9)]
    percent = [f"P,{PLACE},2023-05-{day:02d},2{day}" for day in range(1, 9)]
    with pytest.raises(InputError, match="is in m3 m-3 by its values, but that of 1 of 61 sensors in percent: P"):
        read(tmp_path, rows(*sound, *percent))
    one = rows(*sound, *[line.replace("P,", "S7,") for line in percent[:1]])
    records = read(tmp_path, one)
    assert len(records.frame) == 480
    npt.assert_allclose(records.frame["soil_moisture"], 0.2)


def test_a_reading_that_no_soil_can_hold_makes_no_mean_of_a_day(tmp_path):
    # as in case 06, of a logger
    hours = [f"A,{PLACE},2023-05-01 {hour:02d}:00,{1.4 if hour == 9 else 0.25}" for hour in range(24)]
    more = [f"A,{PLACE},2023-05-0{day} {hour:02d}:00,0.25" for day in (2, 3) for hour in range(24)]
    records = read(tmp_path, rows(*hours, *more))
    npt.assert_allclose(records.frame["soil_moisture"], 0.25)
    assert records.refused == [
        ("A", "1 of 72 values have soil moisture outside of 0 to 1 m3 m-3, 1.4 to 1.4; these only.")
    ]


def test_a_few_faults_decide_no_unit(tmp_path):
    sound = [f"A,{PLACE},{day:%Y-%m-%d},0.2" for day in pd.date_range("2023-01-01", periods=99)]
    records = read(tmp_path, rows(*sound, f"A,{PLACE},2023-05-01,999"))
    assert len(records.frame) == 99
    assert "1 of 100 values have soil moisture outside of 0 to 1" in records.refused[0][1]


def test_a_few_impossible_values_are_left_out(tmp_path):
    text = rows(*[f"A,{PLACE},2023-05-{d:02d},20" for d in range(1, 10)], f"A,{PLACE},2023-05-10,-3")
    records = read(tmp_path, text)
    assert len(records.frame) == 9
    assert "1 of 10 values have soil moisture outside of 0 to 1 m3 m-3, -0.03 to -0.03" in records.refused[0][1]


@pytest.mark.parametrize(
    ("name", "layer", "unit"),
    [
        ("sm_5cm", (0.05, 0.05), ""), ("SWC_0.05m", (0.05, 0.05), ""), ("soil_moisture_10_daily", (0.1, 0.1), ""),
        ("10cm_vwc", (0.1, 0.1), ""), ("VWC 20 cm (%)", (0.2, 0.2), "percent"), ("theta_50mm", (0.05, 0.05), ""),
        ("sm_0_05", (0.05, 0.05), ""), ("sm_2,5cm", (0.025, 0.025), ""), ("SM (5 cm)", (0.05, 0.05), ""),
        ("sm_0-10cm", (0, 0.1), ""), ("sm_10-30cm", (0.1, 0.3), ""), ("sm_0.10cm", (0, 0.1), ""),
        ("sm_0_10_cm", (0, 0.1), ""), ("VWC 0 to 5 cm", (0, 0.05), ""), ("vwc_5cm-15cm", (0.05, 0.15), ""),
        ("sm_0.1m", (0.1, 0.1), ""), ("sm_10_30", (0.1, 0.3), ""), ("sm_30-10cm", None, ""),
        ("soil moisture [m3/m3]", None, "m3 m-3"), ("soil_moisture", None, ""), ("clay_5cm", None, ""),
        ("vwc_percent", None, "percent"), ("sm_2in", (0.0508, 0.0508), ""), ("sm_4 inch", (0.1016, 0.1016), ""),
        ("Soil Moisture Percent -2in (pct)", (0.0508, 0.0508), "percent"), ("sm_5cm_2", (0.05, 0.05), ""),
        ("sm (0-10 cm, daily)", (0, 0.1), ""), ("sm (mm/10cm)", None, ""), ("vwc 5 cm depth", (0.05, 0.05), ""),
        ("SM 0–10 cm", (0, 0.1), ""), ("swc (v/v)", None, "m3 m-3"), ("sm (Vol.-%)", None, "percent"),
    ],
)  # fmt: skip
def test_what_names_of_columns_say(name, layer, unit):
    assert layer_in(name) == (None if layer is None else pytest.approx(layer))
    assert unit_in(name) == unit


def test_a_second_number_with_two_meanings_is_asked_for(tmp_path):
    text = f"station,lon,lat,date,sm_10_1,sm_10_2\nA,{PLACE},2023-05-01,0.21,0.32\n"
    with pytest.raises(InputError, match=r"'sm_10_1' may be at 10\.1 cm, or sensor 1 at 10 cm"):
        read(tmp_path, text)
    both = read(tmp_path, text.replace("_10_", "_10cm_"), depth_m=0.1).frame
    npt.assert_allclose(both[["depth_m", "soil_moisture"]], [[0.1, 0.265]])


# --- layouts ----------------------------------------------------------------------------------------------------------


def test_a_column_for_every_depth(tmp_path):
    text = f"site,lon,lat,date,sm_5cm,sm_10cm,sm_50cm,rain,tair\nA,{PLACE},2023-05-01,0.1,0.2,0.4,3.5,12\n"
    frame = read(tmp_path, text).frame
    npt.assert_allclose(frame[["depth_m", "soil_moisture"]], [[0.05, 0.1]])
    npt.assert_allclose(frame[["precipitation", "air_temperature"]], [[3.5, 12]])
    npt.assert_allclose(read(tmp_path, text, depth_m=0.5).frame["soil_moisture"], [0.4])
    both = read(tmp_path, text, depth_rule="range").frame
    npt.assert_allclose(both[["depth_m", "soil_moisture"]], [[0.075, 0.15]])


def test_a_column_for_every_layer(tmp_path):
    # as in case 07: the dash is no point
    text = f"site,lon,lat,date,sm_0-10cm,sm_10-30cm\nA,{PLACE},2023-05-01,0.21,0.32\n"
    told = []
    npt.assert_allclose(read(tmp_path, text, told=told).frame[["depth_m", "soil_moisture"]], [[0.05, 0.21]])
    assert any("'sm_0-10cm' at 0 to 0.1 m, 'sm_10-30cm' at 0.1 to 0.3 m" in line for line in told)
    deep = text.replace("0-10", "5-15").replace("10-30", "15-30")
    npt.assert_allclose(read(tmp_path, deep).frame[["depth_m", "soil_moisture"]], [[0.1, 0.21]])


def test_a_column_for_every_station(tmp_path):
    (tmp_path / "places.csv").write_text("name,lon,lat\nHill,10.5,50.5\nDale,10.6,50.6\nNone,1,1\n")
    text = "date,Hill,Dale,remark\n2023-05-01,0.2,0.3,x\n2023-05-02,,0.4,y\n"
    records = read(tmp_path, text, places=tmp_path / "places.csv")
    assert records.frame["station"].tolist() == ["Dale", "Dale", "Hill"]
    assert records.frame["soil_moisture"].tolist() == [0.3, 0.4, 0.2]
    assert records.places["longitude"].tolist() == [10.6, 10.5]
    with pytest.raises(InputError, match="no column that is called as soil moisture, or as a station"):
        read(tmp_path, text)


def test_places_from_another_table(tmp_path):
    (tmp_path / "places.csv").write_text("station,lon,lat\nA,10.5,50.5\n")
    text = "station,date,sm\nA,2023-05-01,0.2\nA,2023-05-02,0.2\nB,2023-05-01,0.3\n"
    records = read(tmp_path, text, places=tmp_path / "places.csv")
    assert records.frame["station"].tolist() == ["A", "A"]
    assert records.refused == [("table.csv line 4", "have no place: 'B,2023-05-01,0.3'")]
    # of a station without a place one line is told, not each
    long = text.replace("B,", "A,2023-05-03,0.2\nB,") + "C,2023-05-01,0.3\nB,2023-05-02,0.3\n"
    assert read(tmp_path, long, places=tmp_path / "places.csv").refused == [
        ("table.csv line 5", "have no place: 'B,2023-05-01,0.3'; so do 1 more of this station"),
        ("table.csv line 6", "have no place: 'C,2023-05-01,0.3'"),
    ]
    with pytest.raises(InputError, match="no longitude and latitude; its columns are station, date, sm"):
        read(tmp_path, text)
    (tmp_path / "places.csv").write_text("station,lon,lat\nZ,10.5,50.5\n")
    with pytest.raises(InputError, match=r"None of the stations of table\.csv, as 'A', is in the table of places"):
        read(tmp_path, text, places=tmp_path / "places.csv")


@pytest.mark.parametrize(
    "depths", [("5", "20"), ("0.05", "0.2"), ("5 cm", "20 cm"), ("50mm", "200mm"), ("0-10", "15-25")]
)
def test_a_column_of_depths(tmp_path, depths):
    text = "station,lon,lat,date,depth,sm\n" + "".join(
        f"A,{PLACE},2023-05-01,{depth},{value}\n" for depth, value in zip(depths, (0.1, 0.4))
    )
    npt.assert_allclose(read(tmp_path, text).frame[["depth_m", "soil_moisture"]], [[0.05, 0.1]])
    npt.assert_allclose(read(tmp_path, text, depth_m=0.2).frame[["depth_m", "soil_moisture"]], [[0.2, 0.4]])


def test_depths_without_a_unit(tmp_path):
    def depths(column, *numbers, **options):
        lines = [f"A,{PLACE},2023-05-0{day},{number},0.1\n" for day, number in enumerate(numbers, 1)]
        text = f"station,lon,lat,date,{column},sm\n" + "".join(lines)
        return sorted(set(read(tmp_path, text, depth_rule="range", max_depth_m=3.0, **options).frame["depth_m"]))

    npt.assert_allclose(depths("depth_cm", 2), [0.02])
    npt.assert_allclose(depths("depth", 2, depth_unit="cm"), [0.02])
    npt.assert_allclose(depths("Depth [m]", 2), [2])
    npt.assert_allclose(depths("depth", "-0.05"), [0.05])
    for column, numbers, seen in (
        ("depth", (1, 2), "1 to 2"), ("depth", (0.5, 5), "0.5 to 5"), ("depth", (50, 400), "50 to 400"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=rf"'{column}' of table.csv run from {seen}: they may be metres or cent"):
            depths(column, *numbers)
    good = [f"A,{PLACE},2023-05-{day:02d},5 cm,0.1\n" for day in range(1, 9)]
    text = "station,lon,lat,date,depth,sm\n" + "".join([*good, f"A,{PLACE},2023-05-09,top,0.1\n"])
    assert read(tmp_path, text).refused == [
        ("table.csv line 10", f"have a depth that is no number: 'A,{PLACE},2023-05-09,top,0.1'")
    ]


def test_rain_is_that_of_a_line_and_not_of_every_depth(tmp_path):
    text = "station,lon,lat,date,depth_cm,sm,rain,tsoil\n" + "".join(
        f"A,{PLACE},2023-05-01,{depth},{0.01 * depth},3,{280 + depth}\n" for depth in (5, 10)
    )
    frame = read(tmp_path, text).frame
    npt.assert_allclose(frame[["soil_moisture", "precipitation", "soil_temperature"]], [[0.05, 3, 285 - 273.15]])


def test_flags_go_with_their_days(tmp_path):
    text = "station,lon,lat,date,sm,flag\n"
    text += "".join(
        f"A,{PLACE},2023-05-01 {h:02d}:00,{0.2 if h > 3 else 0.9},{'' if h > 3 else 'C03'}\n" for h in range(24)
    )
    text += "".join(f"A,{PLACE},2023-05-02 {h:02d}:00,0.5,D01\n" for h in range(24))
    frame = read(tmp_path, text).frame
    npt.assert_allclose(frame["soil_moisture"], [0.2, 0.5])
    assert frame["flag"].tolist() == ["G", "D01"]
    told = []
    other = read(tmp_path, text.replace(",D01", ",1").replace(",C03", ",2"), told=told).frame
    assert other["flag"].tolist() == ["G", "G"]
    assert any("flags in 'flag' are not understood, as '" in line for line in told)


def test_stations_without_a_name_and_stations_that_move(tmp_path):
    text = f"lon,lat,date,sm\n{PLACE},2023-05-01,0.2\n11.5,50.5,2023-05-01,0.3\n"
    assert read(tmp_path, text).frame["station"].tolist() == ["50.5 10.5", "50.5 11.5"]
    with pytest.raises(InputError, match=r"'A' in table.csv stands in places up to 1\.000 degrees apart"):
        read(tmp_path, rows("A,10.5,50.5,2023-05-01,0.2", "A,11.5,50.5,2023-05-02,0.2"))
    with pytest.raises(InputError, match=r"'A' in table.csv stands at longitude 4400000, latitude 2900000"):
        read(tmp_path, rows("A,4400000,2900000,2023-05-01,0.2"))


def test_columns_may_be_named(tmp_path):
    text = f"Messstelle,Ost,Nord,wann,feucht\nA,{PLACE},2023-05-01,0.2\n"
    names = {"station": "Messstelle", "longitude": "Ost", "latitude": "Nord", "date": "wann", "soil_moisture": "feucht"}
    assert read(tmp_path, text, **names).frame["soil_moisture"].tolist() == [0.2]
    with pytest.raises(InputError, match="no column that is called as a date; its columns are Messstelle, Ost"):
        read(tmp_path, text)
    with pytest.raises(InputError, match="has no column 'trocken'"):
        read(tmp_path, text, **{**names, "soil_moisture": "trocken"})


# --- Excel and layers -------------------------------------------------------------------------------------------------


def test_excel(tmp_path):
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame(
        {
            "station": ["A", "A"],
            "lon": 10.5,
            "lat": 50.5,
            "date": pd.to_datetime(["2023-05-01", "2023-05-02"]),
            "sm": [20, 31.5],
        }
    )
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        frame.to_excel(book, sheet_name="data", index=False)
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="notes", index=False)
    records = import_station_table(tmp_path / "t.xlsx")
    npt.assert_allclose(records.frame["soil_moisture"], [0.2, 0.315])
    with pytest.raises(InputError, match="has no sheet 'other'; it has data, notes"):
        import_station_table(tmp_path / "t.xlsx", TableImport(sheet="other"))
    (tmp_path / "cut.xlsx").write_bytes((tmp_path / "t.xlsx").read_bytes()[:500])
    with pytest.raises(InputError, match=r"cut\.xlsx is damaged"):
        import_station_table(tmp_path / "cut.xlsx")


def test_formulas_of_excel_that_nobody_computed_are_no_empty_cells(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["station", "lon", "lat", "date", "sm", "note"],
        ["A", 10.5, 50.5, "2023-05-01", 0.2, "=1+1"],
        ["A", 10.5, 50.5, "2023-05-02", "=0.1+0.2", "=1+1"],
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match=r"1 cell of column 'sm' of t\.xlsx holds formulas .* the first is E3"):
        import_station_table(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as plain, zipfile.ZipFile(tmp_path / "computed.xlsx", "w") as made:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":  # as Excel saves it: values, also an empty text
                content = content.replace(b"<f>0.1+0.2</f><v></v>", b"<f>0.1+0.2</f><v>0.3</v>")
                content = content.replace(b'<c r="F2"><f>', b'<c r="F2" t="str"><f>')
            made.writestr(name, content)
    assert import_station_table(tmp_path / "computed.xlsx").frame["soil_moisture"].tolist() == [0.2, 0.3]
    with pytest.raises(InputError, match=r"1 cell of column 'note' of computed\.xlsx holds formulas .* is F3"):
        read_table(tmp_path / "computed.xlsx", whole=True)


def sheets(path, hidden="", **rows):
    """Write sheets of rows below one header."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, values in rows.items():
        sheet = book.create_sheet(title)
        sheet.append(["station", "lon", "lat", "date", "sm"])
        for day, value in enumerate(values, 1):
            sheet.append(["A", 10.5, 50.5, f"2023-05-{day:02d}", value])
    if hidden:
        book[hidden].sheet_state = "hidden"
    book.save(path)
    return path


def test_of_sheets_alike_none_is_the_first_and_what_is_hidden_is_not_meant(tmp_path):
    path = sheets(tmp_path / "t.xlsx", raw=[0.1], checked=[0.2])
    with pytest.raises(InputError, match=r"2 sheets with the same columns: raw, checked\. Say which one"):
        import_station_table(path)
    assert import_station_table(path, TableImport(sheet="checked")).frame["soil_moisture"].tolist() == [0.2]
    path = sheets(tmp_path / "h.xlsx", hidden="old", old=[0.1], new=[0.2])
    assert import_station_table(path).frame["soil_moisture"].tolist() == [0.2]


def test_cells_of_excel_that_are_no_numbers_are_no_values_and_told(tmp_path):
    records = import_station_table(sheets(tmp_path / "t.xlsx", data=[0.1, True, "#REF!", "#N/A", 0.3, 0.4]))
    assert records.frame["soil_moisture"].tolist() == [0.1, 0.3, 0.4]
    assert [name for name, _ in records.refused] == ["t.xlsx row 3", "t.xlsx row 4"]


def test_what_is_true_or_false_in_a_layer_is_no_soil_moisture(tmp_path):
    table = pd.DataFrame({"station": ["A", "A"], "date": ["2023-05-01", "2023-05-02"], "sm": [True, False]})
    points = geopandas.points_from_xy([10.5, 10.5], [50.5, 50.5])
    geopandas.GeoDataFrame(table, geometry=points, crs="EPSG:4326").to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError, match="have text where a number should be"):
        import_station_table(tmp_path / "p.gpkg")


def test_columns_that_may_count_sensors_are_no_depths(tmp_path):
    text = "station,lon,lat,date,{}1,{}2\nA,10.5,50.5,2023-05-01,0.2,0.4\n"
    for word in ("sm", "SM_", "vwc"):
        with pytest.raises(InputError, match="may be at depths of 1 to 2 cm, or count sensors"):
            read(tmp_path, text.format(word, word))
    assert read(tmp_path, text.replace("{}1,{}2", "sm,sm2")).frame["soil_moisture"].tolist() == [0.2]


def test_a_layer_of_points(tmp_path):
    table = pd.DataFrame({"station": ["A", "B"], "date": ["01.05.2023", "25.05.2023"], "sm": [0.2, 0.3]})
    points = geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy([10.5, 10.6], [50.5, 50.6]), crs=4326)
    points.to_crs(3035).to_file(tmp_path / "s.gpkg", driver="GPKG")
    records = import_station_table(tmp_path / "s.gpkg")
    npt.assert_allclose(records.places[["longitude", "latitude"]], [[10.5, 50.5], [10.6, 50.6]], atol=1e-6)
    assert records.frame["date"].astype(str).tolist() == ["2023-05-01", "2023-05-25"]


@pytest.fixture
def two_layers(tmp_path):
    """Return a GeoPackage with a layer of raw values, one of checked ones, and a table without places."""
    path = tmp_path / "two.gpkg"
    days = {"station": ["A"] * 3, "date": ["2023-05-01", "2023-05-02", "2023-05-03"]}
    points = geopandas.points_from_xy([10.5] * 3, [50.5] * 3, crs=4326)
    for layer, values in (("raw", [0.4] * 3), ("checked", [0.1, 0.2, 0.3])):
        geopandas.GeoDataFrame({**days, "sm": values}, geometry=points).to_file(path, layer=layer, driver="GPKG")
    return path


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("|layername=checked", [0.1, 0.2, 0.3]), ("|layerid=1", [0.1, 0.2, 0.3]),
        ("|layerid=0|layername=raw", [0.4] * 3), ('|layername=checked|subset="sm" > 0.15', [0.2, 0.3]),
        ("|layername=checked|geometrytype=Point", [0.1, 0.2, 0.3]),
        ("|layerid=1|subset=\"date\" IN ('2023-05-02', 'a|b')", [0.2]), ("|layername=raw|crs=EPSG:4258", [0.4] * 3),
    ],
)  # fmt: skip
def test_a_layer_of_several_is_read_as_it_was_chosen(two_layers, address, right):
    # as in case 11
    assert import_station_table(f"{two_layers}{address}").frame["soil_moisture"].tolist() == right


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", r"has 2 layers: raw, checked\. Say which one, as two\.gpkg\|layername=raw"),
        ("|layername=other", "has no layer 'other'; it has raw, checked"),
        ("|layerid=7", "has no layer number 7; it has raw, checked"),
        ("|layername=raw|subset=sm > 3", "No point of two.gpkg is left by the filter sm > 3"),
        # of the engines one says that this is no filter, the other that nothing is left
        ("|layername=raw|subset=nothing like sql", "Cannot read two.gpkg|by the filter nothing like sql"),
    ],
)
def test_a_layer_that_is_not_told_apart_is_refused(two_layers, address, words):
    with pytest.raises(InputError, match=words):
        import_station_table(f"{two_layers}{address}")


def test_the_only_layer_and_the_sheet_are_found_by_what_qgis_writes(tmp_path):
    pytest.importorskip("openpyxl")
    points = geopandas.points_from_xy([10.5], [50.5], crs=4326)
    table = pd.DataFrame({"station": ["A"], "date": ["2023-05-01"], "sm": [0.2]})
    geopandas.GeoDataFrame(table, geometry=points).to_file(tmp_path / "s.geojson", driver="GeoJSON")
    for address in ("s.geojson", "s.geojson|layerid=0", "s.geojson|layername=s"):
        assert import_station_table(f"{tmp_path / address}").frame["soil_moisture"].tolist() == [0.2]
    with pd.ExcelWriter(tmp_path / "s.xlsx") as book:
        for sheet, value in (("first", 0.1), ("second", 0.3)):
            table.assign(sm=value, lon=10.5, lat=50.5).to_excel(book, sheet_name=sheet, index=False)
    assert import_station_table(f"{tmp_path / 's.xlsx'}|layername=second").frame["soil_moisture"].tolist() == [0.3]
    with pytest.raises(InputError, match=r"s\.xlsx is no layer that can be filtered by sm > 1: save what is left"):
        import_station_table(f"{tmp_path / 's.xlsx'}|subset=sm > 1")


def test_exchanged_degrees_are_told_where_none_lies_within_the_extent(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text("station,longitude,latitude,date,sm\nA,50.5,10.5,2023-05-01,0.2\nB,50.6,10.6,2023-05-01,0.3\n")
    area = Grid.from_bounds("EPSG:4326", 0.1, (10, 50, 11, 51))
    with pytest.raises(
        InputError, match=r"2 stations lie outside .* With longitude and latitude exchanged, 2 would: exch"
    ):
        import_station_table(path, area=area)
    far = Grid.from_bounds("EPSG:4326", 0.1, (20, 50, 21, 51))
    with pytest.raises(InputError, match=r"2 stations lie outside of the extent\. Check their longitude"):
        import_station_table(path, area=far)


def test_exchanged_degrees_are_told(tmp_path):
    with pytest.raises(InputError, match=r"longitude 38, latitude -120\.5, .* look swapped"):
        read(tmp_path, "station,lon,lat,date,sm\nA,38,-120.5,2023-05-01,0.2\nA,38,-120.5,2023-05-02,0.2\n")
    with pytest.raises(InputError, match="no such degrees; give both in degrees"):
        read(tmp_path, "station,lon,lat,date,sm\nA,500000,5500000,2023-05-01,0.2\n")


def test_decimal_commas_in_every_column_part_nothing(tmp_path):
    lines = "\n".join(f"A;2023-05-0{day};8,51;47,12;0,3{day};0,05" for day in (1, 2))
    records = read(tmp_path, f"\ufeffstation;date;lon;lat;sm;depth_m\n{lines}\n")
    assert (records.frame[["longitude", "latitude"]].iloc[0] == (8.51, 47.12)).all()
