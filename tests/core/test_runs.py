# SPDX-License-Identifier: GPL-2.0-or-later
"""Methods, whole runs, and the command line."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from soilsharp.core import cli
from soilsharp.core.errors import Cancelled, InputError, OptionError
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import run_method
from soilsharp.core.methods.settings import shipped
from soilsharp.core.model_file import Model
from soilsharp.core.progress import Progress
from soilsharp.core.study import Study
from soilsharp.core.validation.metrics import METRICS

MADE = [
    "maps",
    "method.json",
    "model.soilsharp",
    "report.html",
    "run.html",
    "samples.csv",
    "scores.csv",
    "stations.gpkg",
]


@pytest.mark.parametrize("name", [name for name in shipped() if name.startswith(("coarse_", "stations_"))])
def test_every_plain_method_runs_from_study_to_report(region, tmp_path, name):
    method, study = Method.read(name), Study.read(region.study)
    said, fractions = [], []
    result = run_method(study, method, tmp_path / "out", progress=Progress(fractions.append, say=said.append))
    assert sorted(os.listdir(tmp_path / "out")) == MADE
    assert len(os.listdir(tmp_path / "out" / "maps")) == len(result.maps.maps) > 0
    assert result.maps.maps[0].path.exists()
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    # what ran can be run again from what it left
    assert Method.read(tmp_path / "out" / "method.json") == method
    assert Model.read(tmp_path / "out" / "model.soilsharp").passport["learner"] == method.recipe.label
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert set(METRICS) <= set(scores.columns)
    assert len(scores) == 3
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "ubRMSE" in report
    assert "<script" not in report
    assert 'src="http' not in report


def test_a_stopped_run_leaves_nothing(region, tmp_path):
    done = []
    progress = Progress(done.append, lambda: bool(done) and done[-1] > 0.6)
    with pytest.raises(Cancelled):
        run_method(Study.read(region.study), Method.read("coarse_linear"), tmp_path / "out", progress=progress)
    assert os.listdir(tmp_path) == []


def _learners(**learners):
    return {"recipe": {"learners": learners}}


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"lerner": {}}, InputError, "m.json: unknown entry lerner"),
        ({"target": "fields"}, OptionError, '"target" must be one of coarse, stations'),
        (_learners(lightgbm={"trees": 5}), OptionError, "m.json, recipe, learner lightgbm: unknown setting 'trees'"),
        (_learners(lightgbm={"n_trees": 0}), OptionError, "learner lightgbm: 'n_trees' must lie between 1"),
        (_learners(), OptionError, '"learners" must hold a learner with its options'),
        (_learners(magic={}), OptionError, "no learner 'magic'"),
        ({"conserve": {"conserve": "soft"}}, OptionError, "m.json, conserve: 'conserve' must be one of"),
        ({"seed": -1}, OptionError, '"seed" must be a whole number'),
        ({"roles": "ndvi"}, OptionError, '"roles" must be an object'),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_method_is_said_with_its_place(tmp_path, change, kind, message):
    content = {**Method.read("coarse_linear").as_json(), **change}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(kind, match=message):
        Method.read(tmp_path / "m.json")
    with pytest.raises(InputError, match=r"no method 'best'; shipped are [a-z0-9, ]*coarse_lightgbm"):
        Method.read("best")


def test_the_command_runs_a_method_and_tells_the_scores(region, tmp_path, capsys):
    assert cli.main(["run", str(region.study), "coarse_linear", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "16 maps in" in told.out
    assert "ubrmse" in told.out
    assert "5 folds by block" in told.err
    assert cli.main(["methods"]) == 0
    assert "stations_lightgbm: Gradient boosted trees" in capsys.readouterr().out


def test_the_command_makes_a_region_and_refuses_what_is_wrong(tmp_path, capsys):
    words = ["--size-km", "27", "--days", "2", "--n-stations", "3"]
    assert cli.main(["region", str(tmp_path / "r"), *words]) == 0
    assert Study.read(tmp_path / "r" / "study.json").grid.shape == (27, 27)
    assert cli.main(["region", str(tmp_path / "x"), "--days", "0"]) == 1
    assert "soilsharp: 'days' must lie between 1 and" in capsys.readouterr().err
    assert cli.main(["run", str(tmp_path / "none.json"), "coarse_linear", "--out", str(tmp_path / "x")]) == 1
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C")
def test_ctrl_c_stops_within_two_seconds_and_leaves_nothing(region, tmp_path):
    script = (
        "import sys; from importlib.util import spec_from_file_location as s, module_from_spec as m\n"
        "root = sys.argv.pop(1); spec = s('soilsharp', root + '/__init__.py', submodule_search_locations=[root])\n"
        "sys.modules['soilsharp'] = m(spec)\n"
        "from soilsharp.core.cli import main\nsys.exit(main())\n"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    words = ["run", str(region.study), "coarse_random_forest", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-c", script, root, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as child:
        for line in child.stderr:
            if "Downscaling" in line or "Training" in line:
                break
        asked = time.monotonic()
        child.send_signal(signal.SIGINT)
        told = child.stderr.read()
        assert child.wait(10) == 130
    assert time.monotonic() - asked < 2
    assert "stopped; nothing was written" in told
    assert os.listdir(tmp_path) == []
