# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations as they were really delivered: archives of the ISMN, files of the USCRN, and a table from Poland."""

import re
import zipfile

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.products.settings import IsmnImport, TableImport, UscrnImport
from soilsharp.core.products.stations.ismn import import_ismn
from soilsharp.core.products.stations.tables import import_station_table
from soilsharp.core.products.stations.uscrn import import_uscrn
from soilsharp.core.stations.stations import Stations

CEOP = "ismn_archives/ceop__Data_seperate_files_20170810_20180809.zip"
HEADER = "ismn_archives/header__Data_seperate_files_header_20170810_20180809.zip"
MANY = "ismn_archives/multinetwork__header_values__Data_header_values.zip"


def lines_of(archive, ending):
    """Return the lines of one file of an archive, split at blanks."""
    with zipfile.ZipFile(archive) as file:
        name = next(n for n in file.namelist() if n.endswith(".stm") and ending in n)
        return [line.split() for line in file.read(name).decode().splitlines() if line.strip()]


def day_by_hand(rows, day, flags):
    """Return the mean and number of the readings of a day with one of the flags; date, value, flag are columns."""
    values = [float(value) for date, value, flag in rows if date == day and flag in flags]
    return np.mean(values), len(values)


def test_both_layouts_of_the_ismn_give_the_same(real_data):
    pytest.importorskip("ismn")
    ceop, header = import_ismn(real_data / CEOP), import_ismn(real_data / HEADER)
    pd.testing.assert_frame_equal(ceop.frame, header.frame)
    assert ceop.places["station"].tolist() == ["ARM-1", "Barrow-ARM"]
    npt.assert_allclose(ceop.places["depth_m"], [0.095, 0.105])
    npt.assert_allclose(ceop.places[["longitude", "latitude"]], [[-97.4878, 36.6054], [-156.6287, 71.3298]])


def test_values_are_those_of_the_lines(real_data):
    pytest.importorskip("ismn")
    frame = import_ismn(real_data / CEOP).frame
    rows = [(r[0], r[12], r[13]) for r in lines_of(real_data / CEOP, "ARM-1_sm")]
    arm = frame[frame["station"] == "ARM-1"].set_index("date")
    checked = 0
    for day in ("2017/08/10", "2017/12/24", "2018/05/05", "2018/08/08"):
        mean, n = day_by_hand(rows, day, {"G"})
        if n < 6:
            assert pd.Timestamp(day) not in arm.index
            continue
        npt.assert_allclose(arm.loc[pd.Timestamp(day), ["soil_moisture", "n"]].astype(float), [mean, n])
        checked += 1
    assert checked >= 3
    # all days that have enough, and no others
    counts = pd.Series([r[0] for r in rows if r[2] == "G"]).value_counts()
    assert len(arm) == (counts >= 6).sum()


def test_names_with_signs_and_unchecked_readings(real_data):
    pytest.importorskip("ismn")
    told = []
    with pytest.raises(InputError, match=r"No soil moisture is left of 8 inputs.*U 9407.*Add U to the flags"):
        import_ismn(real_data / MANY, progress=Progress(warn=told.append))
    records = import_ismn(real_data / MANY, IsmnImport(flags="G,U"))
    assert records.places["station"].tolist() == [
        "AAMU-jtg", "Abrams", "AdamsRanch#1", "CST-01", "CST-02", "node414", "node505", "node703",
    ]  # fmt: skip
    assert records.places["network"].unique().tolist() == ["SCAN", "MAQU", "SOILSCAPE"]
    rows = [(r[0], r[2], r[3]) for r in lines_of(real_data / MANY, "AdamsRanch#1")[1:]]
    mean, n = day_by_hand(rows, "2009/07/04", {"U"})
    ranch = records.frame[records.frame["station"] == "AdamsRanch#1"].set_index("date")
    npt.assert_allclose(ranch.loc["2009-07-04", ["soil_moisture", "n"]].astype(float), [mean, n])
    only = import_ismn(real_data / MANY, IsmnImport(flags="G,U", networks="maqu"))
    pd.testing.assert_frame_equal(
        only.frame, records.frame[records.frame["station"].str.startswith("CST")].reset_index(drop=True)
    )


def test_the_unpacked_folder_is_the_zip_and_stays_as_it_is(real_data, tmp_path):
    pytest.importorskip("ismn")
    with zipfile.ZipFile(real_data / MANY) as file:
        file.extractall(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    options = IsmnImport(flags="all", hour=6)
    pd.testing.assert_frame_equal(import_ismn(tmp_path, options).frame, import_ismn(real_data / MANY, options).frame)
    assert sorted(tmp_path.rglob("*")) == before


def test_flags_reach_the_steps_that_follow(real_data, tmp_path):
    pytest.importorskip("ismn")
    records = import_ismn(real_data / MANY, IsmnImport(flags="all", networks="MAQU", min_hours=1))
    records.write(tmp_path / "t.csv")
    flagged = (records.frame["flag"] != "G").sum()
    assert flagged > 1000
    with pytest.raises(InputError, match=rf"Every one of the {len(records.frame)} values .* flag other than G"):
        Stations.read(tmp_path / "t.csv")


def test_uscrn_as_delivered(real_data):
    path = real_data / "smap_geotiff_nasa" / "CRND0103-2021-OK_Stillwater_2_W.txt"
    records = import_uscrn(path)
    frame = records.frame.set_index("date")
    assert records.places["station"].tolist() == ["OK Stillwater 2 W"]
    for line in path.read_text().splitlines()[::50]:
        cells = line.split()
        day = pd.Timestamp(cells[1])
        if float(cells[18]) < 0:
            assert day not in frame.index
            continue
        expected = [float(cells[i]) for i in (18, 23, 7, 9)]
        expected = [np.nan if v < -90 else v for v in expected]
        columns = ["soil_moisture", "soil_temperature", "air_temperature", "precipitation"]
        npt.assert_allclose(frame.loc[day, columns].astype(float), expected)
    known = [line for line in path.read_text().splitlines() if float(line.split()[18]) >= 0]
    assert len(frame) == len(known) == 353


def test_uscrn_gathered_in_one_table(real_data):
    table = pd.read_csv(real_data / "uscrn_2020" / "uscrn_daily_2020_soil.csv.gz")
    records = import_uscrn(real_data / "uscrn_2020")
    assert not records.refused
    known = table.dropna(subset=["soil_moisture_5_daily"])
    assert len(records.frame) == len(known)
    assert len(records.places) == known["wban"].nunique()
    one = records.frame[records.frame["station"] == "22016"].set_index("date")
    row = table[(table["wban"] == 22016) & (table["lst_date"] == "2020-07-04")].iloc[0]
    npt.assert_allclose(
        one.loc["2020-07-04", ["soil_moisture", "soil_temperature", "longitude"]].astype(float),
        [row["soil_moisture_5_daily"], row["soil_temp_5_daily"], row["longitude"]],
    )
    # half of 0 to 0.15 is nearest to 5 cm, half to 10 cm
    layer = UscrnImport(depth_rule="weighted", max_depth_m=0.15)
    both = import_uscrn(real_data / "uscrn_2020", layer).frame
    both = both[both["station"] == "23803"].set_index("date")["soil_moisture"]
    own = table[table["wban"] == 23803].set_index("lst_date").loc["2020-07-04"]
    mean = (own["soil_moisture_5_daily"] + own["soil_moisture_10_daily"]) / 2
    npt.assert_allclose(both["2020-07-04"], mean)


def test_the_polish_table_with_its_traps(real_data):
    path = real_data / "poland_s1_fields" / "kedzierzyn_s1_soil_moisture.csv"
    table = pd.read_csv(path)
    told = []
    records = import_station_table(path, progress=Progress(say=told.append, warn=told.append))
    said = "\n".join(told)
    assert "stand more than once, and are not used: projectedLocalIncidenceAngle, assumed_clay_content" in said
    assert "runs from 4.8 to 54.5: taken as percent" in said
    assert "Dates are written as day.month.year" in said
    assert re.search("soil moisture = 'soil_moisture'; station = 'id', longitude = 'Longitude'", said)
    assert not records.refused
    # nothing of the 826 rows is lost: ten without clay have soil moisture, twenty are second samples of a day
    assert records.frame["n"].sum() == len(table) == 826
    days = pd.to_datetime(table["date"], format="%d.%m.%Y")
    means = table["soil_moisture"].div(100).groupby([table["id"], days]).mean()
    npt.assert_allclose(records.frame.set_index(["station", "date"])["soil_moisture"].sort_index(), means.sort_index())
    with pytest.raises(InputError, match="looks like percent, not m3 m-3"):
        import_station_table(path, TableImport(unit="m3 m-3"))
    fields = import_station_table(path, TableImport(sensor="mean", date_order="day first", unit="percent"))
    pd.testing.assert_frame_equal(fields.frame, records.frame)
