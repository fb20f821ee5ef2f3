# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults planted in clean series: each is found with its code, and clean series stay clean."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

pytest.importorskip("flagit")

from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.stations.gaps import merge_in_pixel
from soilsharp.core.stations.quality import check_stations
from soilsharp.core.stations.reader import read_table
from soilsharp.core.stations.rules import CODES
from soilsharp.core.stations.settings import CheckOptions, StationOptions
from soilsharp.core.stations.stations import Stations

DAYS = 200


def bucket(seed, steps=DAYS, per_day=1):
    """Return rain (mm a step) and the soil moisture of a leaky bucket under it, with a sensor's noise."""
    rng = np.random.default_rng(seed)
    rain = np.where(rng.random(steps) < 0.3 / per_day, rng.gamma(1.5, 5, steps), 0)
    water, out = 0.22, []
    for fallen in rain:
        water = min(water + fallen / 150, 0.45)
        water -= (0.10 * (water - 0.12) + 0.002) / per_day
        out.append(water)
    return rain, np.array(out) + rng.normal(0, 0.001, steps)


def table(seed=0, station="A", days=DAYS, **columns):
    """Return a table of one clean station; a column that is a function is made of the clean values."""
    rain, sm = bucket(seed, days)
    frame = pd.DataFrame({
        "station": station, "longitude": 10.0, "latitude": 50.0, "depth_m": 0.05,
        "date": pd.date_range("2023-03-01", periods=days).strftime("%Y-%m-%d"), "soil_moisture": sm.round(4),
        "precipitation": rain.round(1), "soil_temperature": 12.0, "air_temperature": 14.0, "n": 24,
    })  # fmt: skip
    return frame.assign(**columns)


def check(tmp_path, frame, columns=StationOptions(), progress=None, grid=None, **options):
    path = tmp_path / "stations.csv"
    frame.to_csv(path, index=False)
    more = {"progress": progress} if progress else {}
    more |= {"columns": columns} if columns else {}
    return check_stations(path, CheckOptions(**options), grid=grid, **more)


def coded(result, code):
    """Return the row numbers that have a code."""
    return np.flatnonzero(result.frame["flag"].str.split(",").map(lambda codes: code in codes)).tolist()


def put(frame, rows, values, column="soil_moisture"):
    frame = frame.copy()
    frame.loc[rows, column] = values
    return frame


def test_clean_series_keep_nearly_all_their_days(tmp_path):
    frame = pd.concat([table(seed, f"S{seed:02d}") for seed in range(40)])
    result = check(tmp_path, frame)
    assert result.n_rows == 40 * DAYS
    assert result.n_flagged < 0.01 * result.n_rows
    assert set(result.stations["verdict"]) == {"good"}
    assert result.without_good == []


@pytest.mark.parametrize(
    ("code", "rows", "values"),
    [
        ("C01", [40], -0.02),
        ("C02", [40, 41], 0.65),
        ("S03", [40], 0.85),
        ("S05", range(60, 75), 0.2345),
        ("S06", [50], 0.59),
        ("S06", [50], 0.0),
        ("S06", [50, 80, 81], [0.59, 0.02, 0.55]),
    ],
)
def test_a_planted_fault_is_found_where_it_is(tmp_path, code, rows, values):
    result = check(tmp_path, put(table(), list(rows), values).drop(columns="precipitation"))
    assert coded(result, code) == list(rows)
    assert len(result.table.rows) - int(result.table.good.sum()) <= len(rows) + 1


def test_zeros_within_ten_days_of_nothing_are_found(tmp_path):
    """Days 60 to 69 hold four zeros and six gaps: ten days of nothing; with one value among them there are nine."""
    zeros = [60, 63, 64, 69]
    frame = put(table(), range(60, 70), np.nan)
    frame = put(frame, zeros, 0.0)
    assert coded(check(tmp_path, frame), "S10") == zeros
    assert coded(check(tmp_path, frame, null_days=11), "S10") == []
    assert coded(check(tmp_path, put(frame, [69], 0.2)), "S10") == []
    assert coded(check(tmp_path, put(table(), range(60, 75), np.nan)), "S10") == []


def test_saturation_point_from_a_setting_or_a_column(tmp_path):
    frame = put(table(), [30, 90], 0.5)
    assert coded(check(tmp_path, frame, saturation=0.48), "C03") == [30, 90]
    assert coded(check(tmp_path, frame.assign(porosity=0.48)), "C03") == [30, 90]
    assert coded(check(tmp_path, frame.assign(porosity=48)), "C03") == [30, 90]
    assert coded(check(tmp_path, frame, saturation=0.52), "C03") == []
    rules = check(tmp_path, frame).rules.set_index("code")
    assert rules.loc["C03", "tried_on"] == 0
    assert "no saturation point" in rules.loc["C03", "skipped"]


def test_frost(tmp_path):
    frame = put(put(table(), [5, 6], -0.5, "soil_temperature"), [6, 7], -3, "air_temperature")
    frame["lst"] = 290.0  # kelvin is seen
    frame.loc[100, "lst"] = 275.0  # 1.85 degC
    result = check(tmp_path, frame)
    assert coded(result, "D01") == [5, 6]
    assert coded(result, "D02") == [6, 7]
    assert coded(result, "S04") == [5, 6, 100]
    station = result.stations.iloc[0]
    assert (station["n_good"], station["share_faulty"], station["verdict"]) == (DAYS - 4, 0, "good")
    assert coded(check(tmp_path, frame, min_soil_temperature=12.5), "S04") == list(range(DAYS))


def test_low_years_and_falls_to_zero(tmp_path):
    low = table(days=500)  # from March 2023 on: two years
    dry = (low["date"] >= "2024-01-01").to_numpy()
    low.loc[dry, "soil_moisture"] = 0.02 + 0.01 * np.sin(np.arange(dry.sum()))
    assert coded(check(tmp_path, low), "S01") == np.flatnonzero(dry).tolist()
    assert coded(check(tmp_path, low, low_limit=0.01), "S01") == []
    assert coded(check(tmp_path, low, without="s01, D02"), "S01") == []
    zeros = put(table(days=500), [20, 60, 100], 0.0)
    year = (zeros["date"] < "2024-01-01").to_numpy()
    assert coded(check(tmp_path, zeros), "S02") == np.flatnonzero(year).tolist()
    assert coded(check(tmp_path, put(table(), [20, 60], 0.0)), "S02") == []


def test_break_plateau_and_rise_without_rain(tmp_path):
    calm = 0.30 + np.random.default_rng(1).normal(0, 0.001, DAYS).round(4)
    broken = table(soil_moisture=np.where(np.arange(DAYS) < 120, calm, calm - 0.15), precipitation=0.0)
    assert coded(check(tmp_path, broken), "S07") == [120]
    jump = table(soil_moisture=np.where(np.arange(DAYS) < 120, calm, calm + 0.15), precipitation=0.0)
    result = check(tmp_path, jump)
    assert (coded(result, "S07"), coded(result, "S09")) == ([120], [120])
    rained = put(jump, [119], 20.0, "precipitation")
    assert coded(check(tmp_path, rained), "S09") == []
    melted = put(jump, range(110, 118), -5.0, "air_temperature")
    assert coded(check(tmp_path, melted), "S09") == []
    deep = check(tmp_path, jump.assign(depth_m=0.5))
    assert coded(deep, "S09") == []
    assert "deeper" in deep.rules.set_index("code").loc["S09", "skipped"]
    full = table()
    full.loc[70:77, "soil_moisture"] = 0.48 + 0.0005 * np.arange(8) % 2
    full.loc[69, "soil_moisture"] = 0.30
    assert coded(check(tmp_path, full), "S08") == list(range(70, 78))


def hourly(seed=3, days=60):
    rain, sm = bucket(seed, days * 24, 24)
    return pd.DataFrame({
        "station": "H", "longitude": 10.0, "latitude": 50.0, "depth_m": 0.05,
        "date": pd.date_range("2023-05-01", periods=days * 24, freq="h").strftime("%Y-%m-%d %H:%M"),
        "soil_moisture": sm.round(3), "precipitation": rain.round(1), "soil_temperature": 12.0,
    })  # fmt: skip


def test_hours_are_checked_by_the_rules_for_hours(tmp_path):
    frame = hourly()
    clean = check(tmp_path, frame)
    assert clean.n_flagged < 0.01 * len(frame)
    faulty = put(frame, [500], float(frame["soil_moisture"][500]) + 0.15)  # a spike of an hour
    faulty.loc[900:, "soil_moisture"] = 0.0  # broke down
    result = check(tmp_path, faulty)
    assert 500 in coded(result, "D06")
    assert coded(result, "D07") == [900]
    # constant from the break on
    assert set(range(900, 1400)) <= set(coded(result, "D09"))
    assert set(range(24 * 38, 1440)) <= set(coded(result, "S05"))
    rules = result.rules.set_index("code")
    assert rules.loc["D06", "tried_on"] == 1
    assert rules.loc["S06", "skipped"] == "the hourly rules are used instead"
    assert "air temperature" in rules.loc["D02", "skipped"]


def test_rise_without_rain_and_plateau_in_hours(tmp_path):
    frame = hourly()
    frame.loc[680:760, "precipitation"] = 0.0
    frame.loc[720:, "soil_moisture"] += 0.04
    result = check(tmp_path, frame)
    assert 720 in coded(result, "D04")
    assert coded(check(tmp_path, put(frame, range(715, 761), 5.0, "precipitation")), "D04") == []
    assert coded(check(tmp_path, frame.assign(depth_m=0.5)), "D04") == []
    full = put(hourly(), list(range(300, 330)), 0.55)
    assert set(range(302, 328)) <= set(coded(check(tmp_path, full), "D10"))


def test_hours_beside_the_day_and_half_hours(tmp_path):
    frame = put(hourly(), [500], 0.6)
    expected = check(tmp_path, frame).frame["flag"].tolist()
    when = pd.to_datetime(frame["date"])
    apart = frame.assign(date=when.dt.strftime("%Y-%m-%d"), hour=when.dt.hour)
    assert check(tmp_path, apart).frame["flag"].tolist() == expected
    halves = frame.loc[frame.index.repeat(2)].reset_index(drop=True)
    halves["date"] = pd.date_range("2023-05-01", periods=len(halves), freq="30min").strftime("%Y-%m-%dT%H:%M:%SZ")
    halves["precipitation"] /= 2
    assert check(tmp_path, halves).frame["flag"].tolist()[::2] == expected


def test_long_hourly_series_in_pieces_agree_with_one_run(tmp_path, monkeypatch):
    from soilsharp.core.stations import rules as station_rules

    frame = put(hourly(days=120), [800, 1500, 2000], 0.55)
    whole = check(tmp_path, frame).frame["flag"].tolist()
    monkeypatch.setattr(station_rules, "PIECE_DAYS", 20)
    monkeypatch.setattr(station_rules, "LEAD_DAYS", 5)
    assert check(tmp_path, frame).frame["flag"].tolist() == whole


def test_every_column_and_flag_is_kept(tmp_path):
    frame = put(table(), [50], 0.59).assign(note="kept, with a comma", Quality="")
    frame["flag"] = ""
    frame.loc[[10, 50, 60], "flag"] = ["D05,C03", "M", "G"]
    result = check(tmp_path, frame.drop(columns="precipitation"))
    assert list(result.frame.columns) == list(frame.drop(columns="precipitation").columns)
    npt.assert_array_equal(result.frame["soil_moisture"], frame["soil_moisture"])
    assert result.frame["flag"][[10, 50, 60, 61]].tolist() == ["D05,C03", "M,S06", "G", "G"]
    assert set(result.frame["note"]) == {"kept, with a comma"}


def test_cells_stay_as_they_are_written(tmp_path):
    # a comma in the place of a point, dates by the day, fills, and texts that look like numbers
    days = pd.date_range("2023-04-01", periods=40)
    values = [f"0,{200 + i % 7}" for i in range(40)]
    values[7] = "-9999"
    lines = [f"007;10,50;50,5;{day:%d.%m.%Y};{value};1.50;0010;NA" for day, value in zip(days, values)]
    (tmp_path / "own.csv").write_text("site;lon;lat;date;sm;clay;code;note\n" + "\n".join(lines) + "\n")
    result = check_stations(tmp_path / "own.csv")
    result.write_table(tmp_path / "checked.csv")
    made = pd.read_csv(tmp_path / "checked.csv", dtype=str, keep_default_na=False)
    assert made.drop(columns="flag").to_numpy().tolist() == [line.split(";") for line in lines]
    assert made["flag"].tolist() == ["G"] * 7 + [""] + ["G"] * 32
    assert Stations.read(tmp_path / "checked.csv").values["station"].unique().tolist() == ["007"]


def test_a_column_for_every_depth_becomes_a_row_for_each(tmp_path):
    frame = table().drop(columns=["depth_m"]).rename(columns={"soil_moisture": "sm_5cm"})
    frame["VWC 20 cm"] = put(frame, [50], 0.59, "sm_5cm")["sm_5cm"]
    result = check(tmp_path, frame.drop(columns="precipitation"))
    assert list(result.frame) == [
        "station", "longitude", "latitude", "date", "soil_temperature", "air_temperature", "n", "depth_m",
        "soil_moisture", "flag",
    ]  # fmt: skip
    assert coded(result, "S06") == [DAYS + 50]
    assert result.frame["depth_m"].tolist() == [0.05] * DAYS + [0.2] * DAYS


def test_rules_without_data_are_skipped_and_said(tmp_path):
    said = []
    plain = table()[["station", "longitude", "latitude", "date", "soil_moisture"]]
    result = check(tmp_path, plain, progress=Progress(say=said.append))
    rules = result.rules.set_index("code")
    assert list(rules.index) == list(CODES)
    skipped = set(rules.index[rules["tried_on"] == 0])
    assert skipped == {"C03", "D01", "D02", "D04", "D06", "D07", "D08", "D09", "D10", "S04", "S09", "S12"}
    assert any("no precipitation in the table: " in line and "S09" in line for line in said)
    assert any("defined on hours" in line for line in said)


def test_the_layer_tells_of_every_station(tmp_path):
    import geopandas

    frame = pd.concat([table(0, "A"), put(table(1, "B"), list(range(DAYS)), 0.3), table(2, "A", depth_m=0.2)])
    said = []
    result = check(tmp_path, frame, progress=Progress(say=said.append))
    result.write_layer(tmp_path / "stations.gpkg")
    layer = geopandas.read_file(tmp_path / "stations.gpkg").set_index(["station", "depth_m"])
    assert len(layer) == 3
    assert layer.loc[("B", 0.05), ["n", "n_good", "n_S05", "verdict", "worst_rule"]].tolist() == [
        DAYS, 0, DAYS, "faulty", "S05",
    ]  # fmt: skip
    assert layer.loc[("A", 0.2), "verdict"] == "good"
    assert result.without_good == ["B"]
    assert any("Stations without a good value: B" in line for line in said)


def test_gaps_are_filled_along_a_line(tmp_path):
    frame = put(table(), [20, 25], [0.20, 0.30]).drop(index=[21, 22, 24])
    frame.loc[23, "soil_moisture"] = np.nan  # a row that waits for its value
    frame = frame.drop(index=range(100, 106))  # six days: too long
    frame = put(frame.drop(index=[150]), [151], -0.1).drop(index=[152])  # a flagged day amid missing ones
    result = check(tmp_path, frame, fill_gap_days=5)
    made = result.frame.set_index("date")
    assert result.filled == 4
    npt.assert_allclose(made.loc["2023-03-21":"2023-03-26", "soil_moisture"], [0.20, 0.22, 0.24, 0.26, 0.28, 0.30])
    assert made.loc["2023-03-21":"2023-03-26", "filled"].tolist() == [0, 1, 1, 1, 1, 0]
    assert set(made.loc[made["filled"] == 1, "flag"]) == {"G"}
    assert made.loc["2023-03-22", ["station", "longitude", "depth_m"]].tolist() == ["A", 10.0, 0.05]
    assert pd.isna(made.loc["2023-03-22", "precipitation"])
    assert "2023-06-10" not in made.index
    assert made.loc["2023-07-30", "flag"] == "C01"
    assert "2023-07-29" not in made.index
    assert made.index.is_monotonic_increasing
    assert "filled" not in check(tmp_path, frame).frame


def test_a_layer_of_points_with_real_dates(tmp_path):
    import geopandas

    frame = put(table(), [50], 0.59).drop(columns="precipitation").drop(index=[20])
    points = geopandas.points_from_xy(frame["longitude"], frame["latitude"], crs=4326)
    frame = frame.assign(date=pd.to_datetime(frame["date"])).drop(columns=["longitude", "latitude"])
    geopandas.GeoDataFrame(frame, geometry=points).to_file(tmp_path / "points.gpkg", driver="GPKG")
    result = check_stations(tmp_path / "points.gpkg", CheckOptions(fill_gap_days=2))
    result.write_table(tmp_path / "checked.csv")
    assert result.filled == 1
    read = pd.read_csv(tmp_path / "checked.csv")
    assert read["date"].str.slice(0, 10).tolist() == table()["date"].tolist()
    assert read["flag"][50] == "S06"
    assert len(Stations.read(tmp_path / "checked.csv").values) == DAYS - 1


def test_stations_of_one_pixel_become_one(tmp_path):
    grid = Grid.from_bounds("EPSG:4326", 1.0, (10, 50, 12, 51))
    day = ["2023-05-01", "2023-05-02"]
    frame = pd.DataFrame({
        "station": ["A", "A", "B", "B", "C", "C", "D", "E"], "date": [*day, *day, *day, day[0], day[0]],
        "longitude": [10.2, 10.2, 10.4, 10.4, 11.5, 11.5, 20.0, 10.3], "latitude": 50.5,
        "depth_m": [0.05] * 7 + [0.2], "soil_moisture": [0.1, 0.2, 0.3, 0.9, 0.4, 0.5, 0.6, 0.7],
        "flag": ["G", "C01", "", "C02,S03", "G", "D01", "G", "G"], "height": range(8), "note": list("abcdefgh"),
    })  # fmt: skip

    def merge(frame, grid=grid):
        frame.to_csv(tmp_path / "stations.csv", index=False)
        merged, fewer = merge_in_pixel(read_table(tmp_path / "stations.csv", whole=True), grid)
        assert fewer == 1
        return merged.set_index(["station", "date"])

    merged = merge(frame)
    assert set(merged.index.get_level_values(0)) == {"A+B", "C", "D", "E"}
    first, second = merged.loc[("A+B", day[0])], merged.loc[("A+B", day[1])]
    assert (first["soil_moisture"], first["flag"], first["merged"]) == (0.2, "G", 2)
    assert (first["longitude"], first["latitude"]) == (10.3, 50.5)
    assert (first["height"], first["note"]) == (1, "a")
    assert (second["soil_moisture"], second["flag"]) == (0.55, "C01,C02,S03")
    assert merged.loc[("C", day[1]), "flag"] == "D01"
    second = merge(frame.assign(flag=["G", "C01", "", "", "G", "D01", "G", "G"])).loc[("A+B", day[1])]
    assert (second["soil_moisture"], second["flag"], second["merged"]) == (0.9, "G", 1)
    with pytest.raises(InputError, match="No station stands on the raster"):
        merge(frame, Grid.from_bounds("EPSG:4326", 1.0, (-10, 50, -9, 51)))


def test_merging_and_filling_within_a_check(tmp_path):
    frame = pd.concat([table(0, "A"), table(1, "B").drop(index=[7])])
    grid = Grid.from_bounds("EPSG:4326", 1.0, (9.5, 49.5, 10.5, 50.5))
    result = check(tmp_path, frame, grid=grid, fill_gap_days=2)
    assert set(result.frame["station"]) == {"A+B"}
    assert set(result.frame["merged"]) == {2}
    assert len(result.frame) == DAYS
    assert list(result.stations["station"]) == ["A", "B"]


def test_percent_and_other_names(tmp_path):
    frame = put(table(), [50], 0.59).drop(columns="precipitation")
    frame["soil_moisture"] *= 100
    frame = frame.rename(columns={"soil_moisture": "VWC", "station": "Plot"})
    with pytest.raises(InputError, match=r"looks like percent"):
        check(tmp_path, frame, StationOptions(station="Plot", unit="m3 m-3"))
    for unit in ("percent", "auto"):
        result = check(tmp_path, frame, StationOptions(station="Plot", unit=unit))
        assert coded(result, "S06") == [50]
        npt.assert_allclose(result.frame["VWC"], frame["VWC"])


def test_what_is_no_table_of_stations_is_refused(tmp_path):
    with pytest.raises(InputError, match="no column that is called as soil moisture"):
        check(tmp_path, table().drop(columns="soil_moisture"))
    with pytest.raises(InputError, match=r"1 of 200 rows .* text where a number should be .* the first is line 5"):
        check(tmp_path, table().astype({"soil_moisture": object}).pipe(put, [3], "wet"))
    with pytest.raises(InputError, match="has no value in soil_moisture"):
        check(tmp_path, table().assign(soil_moisture=np.nan))
    with pytest.raises(InputError, match=r"1 of 200 rows .* have no place in column 'longitude'; the first is line 5"):
        check(tmp_path, put(table(), [3], np.nan, "longitude"))
    with pytest.raises(InputError, match="no time of day"):
        check(tmp_path, table().assign(time="25:30"))
    with pytest.raises(OptionError, match="There is no rule S99"):
        check(tmp_path, table(), without="S99")
    with pytest.raises(InputError, match=r"flags in column 'flag' of stations.csv, as '0', are none of ours"):
        check(tmp_path, table().assign(flag=0))


def test_a_station_of_one_value_is_no_trouble(tmp_path):
    result = check(tmp_path, table(days=1))
    assert result.frame["flag"].tolist() == ["G"]
    empty = pd.concat([table(), table(1, "B").assign(soil_moisture=np.nan)])
    result = check(tmp_path, empty)
    assert result.stations["verdict"].tolist() == ["good", "empty"]
    assert result.without_good == ["B"]


def test_each_series_is_a_look_at_whether_to_stop(tmp_path, stop):
    frame = pd.concat([table(0, f"S{i}") for i in range(60)])
    asked = stop()
    check(tmp_path, frame, progress=Progress(stop_asked=asked))
    assert asked.looks >= 2 * 60  # for its rules, and for its figures
    halfway = stop(asked.looks // 2)
    with pytest.raises(Cancelled):
        check(tmp_path, frame, progress=Progress(stop_asked=halfway))
    assert halfway.looks == asked.looks // 2


def test_faulty_stations_of_the_sample_region_are_found(region):
    result = check_stations(region.folder / "stations.csv")
    truth = pd.read_csv(region.truth / "stations_faulty.csv").set_index("station")
    found = result.stations.set_index("station")["verdict"] != "good"
    assert truth["faulty"].sum() >= 1
    npt.assert_array_equal(found, truth["faulty"].loc[found.index])
