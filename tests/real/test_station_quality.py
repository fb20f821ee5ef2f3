# SPDX-License-Identifier: GPL-2.0-or-later
"""The check of stations on a year of the U.S. Climate Reference Network: 111 good daily stations, half a desert."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("flagit")

from soilsharp.core.stations.quality import check_stations
from soilsharp.core.stations.settings import CheckOptions
from soilsharp.core.stations.stations import Stations

COLUMNS = {
    "wban": "station", "lst_date": "date", "longitude": "longitude", "latitude": "latitude",
    "soil_moisture_5_daily": "soil_moisture", "soil_temp_5_daily": "soil_temperature",
    "t_daily_mean": "air_temperature", "p_daily_calc": "precipitation",
}  # fmt: skip


@pytest.fixture(scope="module")
def uscrn(real_data, tmp_path_factory):
    table = pd.read_csv(real_data / "uscrn_2020" / "uscrn_daily_2020_soil.csv.gz")[list(COLUMNS)]
    path = tmp_path_factory.mktemp("uscrn") / "stations.csv"
    table.rename(columns=COLUMNS).assign(depth_m=0.05).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def checked(uscrn):
    return check_stations(uscrn)


def _days(check, station, code):
    own = check.frame[(check.frame["station"].astype(str) == station) & check.frame["flag"].str.contains(code)]
    return own["date"].tolist()


def test_good_stations_stay_good(checked):
    assert checked.n_rows == 33924
    verdicts = checked.stations["verdict"].value_counts()
    # two without neighbours step by more than 0.2 within days, where a wet season begins and a dry one ends
    assert verdicts.to_dict() == {"good": 108, "suspect": 2, "faulty": 1}
    assert checked.rules.set_index("code").loc["S11", "stations"] == 2
    # the driest one of all, near Death Valley: 0.05 falling to 0.01 all year
    assert checked.without_good == ["53139"]
    rows = checked.rules.set_index("code")["rows"]
    faults = rows[["C01", "C02", "S02", "S03", "S05", "S06", "S07", "S08", "S09"]].sum()
    assert faults < 0.003 * checked.n_rows


def test_frost_is_where_the_thermometers_say(checked, uscrn):
    table = pd.read_csv(uscrn)
    known = table["soil_moisture"].notna()
    rows = checked.rules.set_index("code")["rows"]
    assert rows["D01"] == (known & (table["soil_temperature"] < 0)).sum() == 29
    assert rows["D02"] == (known & (table["air_temperature"] < 0)).sum() == 2091


def test_what_is_flagged_was_looked_at(checked):
    # a week and a half at 0.479 after 45 mm of rain, in a series whose highest value is 0.48
    assert _days(checked, "23908", "S08") == [f"2020-04-{d}" for d in range(23, 31)] + ["2020-05-01"]
    # from 0.192 to 0.363 and back within five days, without a drop of rain
    assert _days(checked, "26563", "S09") == ["2020-06-01"]


def test_planted_spikes_are_found_in_real_series(uscrn, tmp_path):
    table = pd.read_csv(uscrn)
    rng, planted = np.random.default_rng(5), {}
    # neither so dry that zero is near, nor so wet that 0.58 is
    plain = table["soil_moisture"].between(0.1, 0.35) & (table["precipitation"].rolling(3, center=True).sum() < 10)
    for station, rows in table[plain].groupby("station"):
        if len(rows) > 100:
            row = rows.index[rng.integers(10, len(rows) - 10)]
            table.loc[row, "soil_moisture"] = rng.choice([0.58, 0.0])
            planted[str(station)] = table.loc[row, "date"]
    table.to_csv(tmp_path / "stations.csv", index=False)
    result = check_stations(tmp_path / "stations.csv")
    found = sum(day in _days(result, station, "S06") for station, day in planted.items())
    rows = result.rules.set_index("code")["rows"]
    print(f"{found} of {len(planted)} spikes found, {rows['S06']} flagged")
    assert len(planted) > 60
    assert found > 0.9 * len(planted)
    assert rows["S06"] <= found + 2
    assert rows["S09"] <= 5  # the way back from a spike is no rise


def test_later_steps_obey(checked, tmp_path):
    checked.write_table(tmp_path / "checked.csv")
    stations = Stations.read(tmp_path / "checked.csv")
    assert len(stations.values) == 33924 - checked.n_flagged
    assert "53139" not in stations.values["station"].unique()


def test_rain_and_frost_may_be_left_out(uscrn):
    result = check_stations(uscrn, CheckOptions(without="D02, S01"))
    rows = result.rules.set_index("code")["rows"]
    assert rows["D02"] == rows["S01"] == 0
    assert result.without_good == []
