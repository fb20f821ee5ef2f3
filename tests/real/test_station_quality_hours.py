# SPDX-License-Identifier: GPL-2.0-or-later
"""The check of stations on hourly ISMN series, against the flags that the network itself gave them."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("flagit")

from soilsharp.core.base.progress import Progress
from soilsharp.core.stations.quality import check_stations
from soilsharp.core.stations.rules import PIECE_DAYS

ARCHIVE = "multinetwork__header_values__Data_header_values.zip"
SERIES = {"CST-02": 18_090, "AdamsRanch#1": 26_000}  # and how many of their last hours


def _hours(text, station, most):
    head, *lines = text.splitlines()
    day, hour, value, flag = zip(*(line.split()[:4] for line in lines[-most:]))
    latitude, longitude = head.split()[3:5]
    values = np.array(value, float)
    return pd.DataFrame({
        "station": station, "longitude": float(longitude), "latitude": float(latitude), "depth_m": 0.05,
        "date": [f"{d.replace('/', '-')} {h}" for d, h in zip(day, hour)],
        "soil_moisture": np.where(values > -999, values, np.nan), "by_network": flag,
    })  # fmt: skip


@pytest.fixture(scope="module")
def checked(real_data, tmp_path_factory, stop):
    parts = []
    with zipfile.ZipFile(real_data / "ismn_archives" / ARCHIVE) as archive:
        for name in archive.namelist():
            station = name.split("/")[-2] if name.endswith(".stm") and "_sm_" in name else ""
            if station in SERIES:
                text = io.TextIOWrapper(archive.open(name), newline=None).read()
                parts.append(_hours(text, station, SERIES[station]))
    assert len(parts) == len(SERIES)
    path, asked = tmp_path_factory.mktemp("ismn") / "hours.csv", stop()
    pd.concat(parts).to_csv(path, index=False)
    return check_stations(path, progress=Progress(stop_asked=asked)), asked.looks


def test_the_flags_are_those_of_the_network(checked):
    frame = checked[0].frame
    for code, least in (("C02", 24), ("D06", 45), ("D08", 4)):
        ours, theirs = (frame[column].str.contains(code) for column in ("flag", "by_network"))
        print(code, "ours", ours.sum(), "the network's", theirs.sum(), "both", (ours & theirs).sum())
        assert theirs.sum() >= least
        assert (ours & theirs).sum() >= 0.9 * theirs.sum()
        # the archive is some years older than the package, which finds a few more
        assert (ours & ~theirs).sum() < 0.0005 * len(frame)


def test_good_sensors_are_not_called_faulty_for_being_hourly(checked):
    stations = checked[0].stations.set_index("station")
    assert stations.loc["CST-02", "verdict"] == stations.loc["AdamsRanch#1", "verdict"] == "good"
    rules = checked[0].rules.set_index("code")
    assert rules.loc["S06", "skipped"] == "the hourly rules are used instead"
    assert rules.loc[["S01", "S02", "S03", "S05"], "rows"].sum() == 0


def test_a_long_series_is_looked_at_in_pieces_between_which_a_stop_is_felt(checked):
    check, looks = checked
    assert looks > len(check.frame) / (24 * PIECE_DAYS) > 12
