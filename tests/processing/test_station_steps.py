# SPDX-License-Identifier: GPL-2.0-or-later
"""Checking and rescaling stations as a person does it: settings, results, and mistakes explained."""

import json
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def run(qgis, inputs):
    """Return a function that runs the case of an algorithm with some parameters changed."""
    from qgis import processing

    return lambda name, **changed: processing.run(f"soilsharp:{name}", {**inputs(name), **changed})


@pytest.mark.parametrize(
    ("name", "record"), [("check_stations", "CheckOptions"), ("rescale_stations", "RescaleOptions")]
)
def test_settings_are_those_of_the_records(qgis, name, record):
    from qgis.core import QgsApplication

    from soilsharp.core.preprocessing.settings import RescaleOptions
    from soilsharp.core.stations.settings import CheckOptions, SeriesOptions
    from soilsharp.processing.parameters import collect

    algorithm = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{name}")
    values = {d.name(): d.defaultValue() for d in algorithm.parameterDefinitions()}
    record = {"CheckOptions": CheckOptions, "RescaleOptions": RescaleOptions}[record]
    assert collect(record, values) == record()
    assert collect(SeriesOptions, values, "STATION_") == SeriesOptions()


def test_the_faulty_stations_of_the_region_are_found_and_left_out_later(run, chain):
    import geopandas

    from soilsharp.core.stations.stations import Stations

    results = run("check_stations", GRID=None, FILL_GAP_DAYS=0)
    table = pd.read_csv(chain.folder / "stations.csv")
    assert results["ROWS"] == len(table)
    assert results["STATIONS"] == 12
    layer = geopandas.read_file(results["OUTPUT_LAYER"]).set_index("station")
    truth = pd.read_csv(chain.folder / "truth" / "stations_faulty.csv").set_index("station")["faulty"]
    assert ((layer["verdict"] != "good") == truth.loc[layer.index]).all()
    assert results["FLAGGED"] == (layer["n"] - layer["n_good"]).sum() > 0
    assert results["WITHOUT_GOOD"] == (layer["n_good"] == 0).sum()
    stations = Stations.read(results["OUTPUT"])
    assert len(stations.values) == results["ROWS"] - results["FLAGGED"]
    report = Path(results["OUTPUT_REPORT"]).read_text()
    assert "Flagged series" in report
    assert "stuck at one value" in report
    # a person takes a flag away
    edited = pd.read_csv(results["OUTPUT"])
    flagged = edited.index[edited["flag"] != "G"]
    edited.loc[flagged[0], "flag"] = None
    edited.to_csv(results["OUTPUT"], index=False)
    assert len(Stations.read(results["OUTPUT"]).values) == len(stations.values) + 1


def test_samples_obey_a_flag_that_a_person_wrote(run, chain, tmp_path):
    checked = run("check_stations", GRID=None, FILL_GAP_DAYS=0)["OUTPUT"]
    content = json.loads((chain.folder / "study.json").read_text())
    for entry in (content["coarse"], *content["covariates"].values()):
        key = "files" if "files" in entry else "file"
        entry[key] = str(chain.folder / entry[key])
    content["stations"]["file"] = checked
    (tmp_path / "study.json").write_text(json.dumps(content))

    def samples():
        results = run("sample_stations", STUDY=str(tmp_path / "study.json"), OUTPUT=str(tmp_path / "samples.csv"))
        return pd.read_csv(results["OUTPUT"], comment="#").set_index(["station", "date"])

    before, table = samples(), pd.read_csv(checked)
    station, day = before.index[0]
    one = (table["station"] == station) & (table["date"] == day)
    assert one.sum() == 1
    table.loc[one, "flag"] = "D06"
    table.to_csv(checked, index=False)
    assert set(before.index) - set(samples().index) == {(station, day)}


def test_stations_of_one_pixel_and_gaps(run, chain):
    coarse = run("check_stations", GRID=str(chain.coarse), FILL_GAP_DAYS=5)
    table = pd.read_csv(coarse["OUTPUT"])
    assert coarse["FILLED"] > 0
    assert table["station"].str.contains("+", regex=False).any()
    assert table["merged"].max() > 1


def test_the_report_may_be_left_out(run, tmp_path):
    run("check_stations", OUTPUT_REPORT=None)
    assert not (tmp_path / "out" / "report.html").exists()


def test_rescaled_stations_have_the_climate_of_the_coarse_series(run, chain):
    results = run("rescale_stations")
    numbers = pd.read_csv(results["OUTPUT_STATIONS"])
    done = numbers[numbers["left_out_because"].isna()]
    assert (results["RESCALED"], results["LEFT_OUT"]) == (len(done), len(numbers) - len(done))
    assert (done["mean_rescaled"] - done["mean_reference"]).abs().max() < 0.01
    assert len(json.loads(Path(results["OUTPUT_TRANSFORMS"]).read_text())["stations"]) == len(done)
    rasters = run("rescale_stations", STUDY=None, RASTERS=str(chain.folder / "coarse"))
    assert pd.read_csv(rasters["OUTPUT_STATIONS"]).equals(numbers)
    own = run("rescale_stations", STUDY=None, TABLE=str(chain.folder / "stations.csv"), RESCALE="cdf")
    table = pd.read_csv(own["OUTPUT"])  # on themselves nothing changes
    assert (table["soil_moisture"] - table["soil_moisture_measured"]).abs().max() < 1e-6


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("check_stations", {"INPUT": "/no/such.csv"}, "does not exist"),
        ("check_stations", {"WITHOUT": "S99"}, "There is no rule S99"),
        ("check_stations", {"STATION_SOIL_MOISTURE": "theta_v"}, "no column 'theta_v'"),
        ("rescale_stations", {"STUDY": ""}, "Give one reference"),
        ("rescale_stations", {"RASTERS": "/somewhere"}, "Give one reference"),
        ("rescale_stations", {"COVARIATE": "gold"}, "no covariate 'gold'"),
        ("rescale_stations", {"MIN_DAYS": 99}, "99 are needed"),
    ],
)
def test_a_mistake_is_explained_and_leaves_nothing(run, tmp_path, name, wrong, words):
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException, match=words) as caught:
        run(name, **wrong)
    assert "Traceback" not in str(caught.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("form", ["cm", "wide", "points"])
def test_one_table_is_the_same_to_every_step(run, field_table, tmp_path, form):
    import numpy as np

    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map
    from soilsharp.core.stations.stations import Stations
    from soilsharp.core.study.study import Study

    table, out = str(field_table(tmp_path, form)), tmp_path / "out"
    grid = Grid.from_bounds("EPSG:4326", 0.05, (10, 50, 11, 51))
    for day in np.arange("2023-04-05", "2023-05-15", dtype="datetime64[D]"):
        write_map(tmp_path / "maps" / f"sm_{str(day).replace('-', '')}.tif", np.full(grid.shape, 0.2), grid)
    write_map(tmp_path / "covariates" / "clay.tif", np.full(grid.shape, 20.0), grid)
    truth = field_table.truth

    def same(values):
        values = values.assign(date=values["date"].astype("datetime64[ns]"))
        made = values.set_index(["station", "date"])["soil_moisture"].sort_index()
        pd.testing.assert_series_equal(made, truth, check_names=False, atol=1e-6)

    results = run("import_station_table", INPUT=table, OUTPUT=str(out / "imported.csv"))
    assert results["LEFT_OUT"] == 0
    same(pd.read_csv(results["OUTPUT"], parse_dates=["date"], dtype={"station": str}))
    results = run("check_stations", INPUT=table, GRID=None, FILL_GAP_DAYS=0)
    assert (results["ROWS"], results["FLAGGED"]) == (field_table.rows, 0)
    assert len(pd.read_csv(results["OUTPUT"])) == field_table.rows
    same(Stations.read(results["OUTPUT"]).values)
    results = run("rescale_stations", INPUT=table, STUDY=None, TABLE=table)
    assert len(pd.read_csv(results["OUTPUT"])) == field_table.rows
    same(Stations.read(results["OUTPUT"]).values)
    folders = {"COARSE": str(tmp_path / "maps"), "COVARIATES": str(tmp_path / "covariates")}
    results = run("create_study", **folders, STATIONS=table, RULES="")
    same(Study.read(results["OUTPUT"]).stations().values)
    results = run("validate_stations", MAPS=str(tmp_path / "maps"), STUDY=None, MODEL=None, STATIONS=table)
    assert results["N"] == len(truth)
    assert results["BIAS"] == pytest.approx(0.2 - truth.mean(), abs=1e-6)
