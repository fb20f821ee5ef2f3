# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags that a person gives to days of stations: kept in a file that a study names, and obeyed by what reads them."""

import json

import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.stations.flags import FlaggedSpan, flags_beside, read_flags, write_flags
from soilsharp.core.stations.settings import StationOptions
from soilsharp.core.stations.stations import Stations
from soilsharp.core.study.study import Study

SPANS = [
    FlaggedSpan("A", "2023-05-03", "2023-05-05", "D", "logger moved", "Anna"),
    FlaggedSpan("B", "2023-05-01", "2023-05-02", "C", '=HYPERLINK("x")', "Bo, Cy"),
    FlaggedSpan("A", "2023-05-05", "2023-05-06", "G", "rain, seen on site", "Bo, Cy"),
]


def table(folder, **columns):
    """Write ten days of two stations; day 6 of A was flagged by a rule."""
    frame = pd.DataFrame({
        "station": ["A"] * 10 + ["B"] * 10, "longitude": 10.0, "latitude": 50.0,
        "date": [f"2023-05-{day:02d}" for day in range(1, 11)] * 2, "soil_moisture": 0.25, "flag": "G",
    })  # fmt: skip
    frame.loc[5, "flag"] = "S06"
    frame.assign(**columns).to_csv(folder / "stations.csv", index=False)
    return folder / "stations.csv"


def days(stations, name):
    own = stations.values[stations.values["station"] == name]
    return own["date"].dt.day.tolist()


def test_flags_come_back_as_they_were_and_are_no_formulas(tmp_path):
    path = flags_beside(tmp_path / "stations.csv")
    assert path.name == "stations_flags.csv"
    write_flags(path, SPANS)
    assert read_flags(path) == SPANS
    assert "'=HYPERLINK" in path.read_text(encoding="utf-8")
    write_flags(path, [])
    assert read_flags(path) == []


def test_what_is_no_flag_is_refused_with_its_line(tmp_path):
    path = tmp_path / "flags.csv"
    with pytest.raises(InputError, match="no file of flags"):
        read_flags(path)
    head = "station,first,last,flag\n"
    for line, why in (
        ("A,2023-05-03,2023-05-32,D", "line 3: .*2023-05-32"),
        ("A,2023-05-03,2023-05-02,D", "line 3: .*ends .* before it begins"),
        ("A,2023-05-03,2023-05-04,X", "line 3: .*'X'; it must be one of D, C, G"),
        (",2023-05-03,2023-05-04,D", "line 3: .*name of a station"),
    ):
        path.write_text(f"{head}A,2023-05-01,2023-05-01,D\n{line}\n")
        with pytest.raises(InputError, match=why):
            read_flags(path)
    path.write_text("station,first\nA,2023-05-01\n")
    with pytest.raises(InputError, match="no column last, flag"):
        read_flags(path)


def test_stations_obey_and_whose_flags_is_told(tmp_path):
    path = table(tmp_path)
    write_flags(flags_beside(path), [*SPANS, FlaggedSpan("Z", "2023-05-01", "2023-05-01")])
    said = []
    options = StationOptions(flags_file="stations_flags.csv")
    stations = Stations.read(path, options, Progress(say=said.append))
    # 5 and 6 are good in spite of the rule and the earlier flag
    assert days(stations, "A") == [1, 2, 5, 6, 7, 8, 9, 10]
    assert days(stations, "B") == [3, 4, 5, 6, 7, 8, 9, 10]
    assert stations.flagged == 4
    assert any("4 observations left out by the flags in stations_flags.csv: 2 by Anna, 2 by Bo, Cy" in s for s in said)
    assert any("2 observations taken as good by the flags in stations_flags.csv: 2 by Bo, Cy" in s for s in said)
    assert any("not in stations.csv: Z" in s for s in said)
    assert days(Stations.read(path), "A") == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    everything = Stations.read(path, StationOptions(flags_file="stations_flags.csv", flags="all"))
    assert days(everything, "A") == list(range(1, 11))


def test_flags_of_a_table_without_a_column_of_them(tmp_path):
    path = table(tmp_path)
    pd.read_csv(path).drop(columns="flag").to_csv(path, index=False)
    write_flags(flags_beside(path), [FlaggedSpan(name, "2023-05-01", "2023-05-10") for name in "AB"])
    with pytest.raises(InputError, match="Every one of the 20 values"):
        Stations.read(path, StationOptions(flags_file="stations_flags.csv"))
    with pytest.raises(InputError, match="no file of flags"):
        Stations.read(path, StationOptions(flags_file="elsewhere.csv"))


def test_a_study_names_them_and_its_samples_obey(region, tmp_path):
    from soilsharp.core.samples.sampling import sample_stations

    content = json.loads(region.study.read_text(encoding="utf-8"))
    for entry in (content["coarse"], content["stations"], *content["covariates"].values()):
        for key in {"file", "files"} & set(entry):
            entry[key] = (region.folder / entry[key]).as_posix()
    flags = tmp_path / "flags.csv"
    content["stations"]["flags_file"] = str(flags)
    (tmp_path / "study.json").write_text(json.dumps(content), encoding="utf-8")
    values = Study.read(region.study).stations().values
    name, day = str(values["station"].iloc[0]), f"{values['date'].iloc[0]:%Y-%m-%d}"
    write_flags(flags, [FlaggedSpan(name, day, "2023-12-31", by="Anna")])
    study, said = Study.read(tmp_path / "study.json"), []
    assert flags in study.reads()["the stations"]
    assert Study.from_json(study.as_json(), tmp_path / "study.json").station_options.flags_file == str(flags)
    samples = sample_stations(study, progress=Progress(say=said.append))
    assert name not in set(samples.index["station"])
    assert any("by Anna" in line for line in said)
