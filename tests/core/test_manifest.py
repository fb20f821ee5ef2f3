# SPDX-License-Identifier: GPL-2.0-or-later
"""The manifest of a run: the run again from it alone, to the byte, and what has changed since."""

import json
import shutil

import numpy as np
import pytest

from soilsharp.core import cli
from soilsharp.core.base.errors import InputError, OptionError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.methods.manifest import Manifest
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import repeat_run, run_method
from soilsharp.core.study.study import Study


@pytest.fixture(scope="module")
def place(region, tmp_path_factory):
    """Return a copy of the region that may be changed."""
    folder = tmp_path_factory.mktemp("place") / "region"
    shutil.copytree(region.folder, folder)
    return folder


@pytest.fixture(scope="module")
def first(place, tmp_path_factory):
    """Return the folder of a run with roles, one of them left out."""
    out = tmp_path_factory.mktemp("first") / "out"
    content = Method.read("coarse_lightgbm").as_json()
    content["roles"] = {"soil": {"also": "sand"}, "green": {"also": "ndvi"}, "wet": {"required": False, "also": "rain"}}
    (out.parent / "own.json").write_text(json.dumps(content))
    run_method(
        Study.read(place / "study.json"), Method.read(out.parent / "own.json"), out,
        roles={"green": "ndvi"}, leave_out=["wet"],
    )  # fmt: skip
    (out.parent / "own.json").unlink()
    return out


def _files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_is_repeated_from_its_manifest_alone_to_the_byte(first, tmp_path):
    shutil.copy(first / "run.json", tmp_path / "run.json")
    told = []
    repeat_run(Manifest.read(tmp_path / "run.json"), tmp_path / "again", progress=Progress(warn=told.append))
    assert _files(tmp_path / "again") == _files(first)
    assert not [line for line in told if "since" in line or "versions" in line]


def test_the_command_line_repeats_a_run(first, tmp_path, capsys):
    assert cli.main(["repeat", str(first), "--out", str(tmp_path / "again")]) == 0
    assert "maps in" in capsys.readouterr().out
    assert _files(tmp_path / "again") == _files(first)


def test_the_manifest_holds_what_the_run_was_made_of(first, place):
    content = json.loads((first / "run.json").read_text())
    assert content["method"]["seed"] == json.loads((first / "method.json").read_text())["seed"]
    assert content["roles"] == {"soil": "sand", "green": "ndvi"}
    assert content["left_out"] == {"wet": "left out as asked"}
    assert {"soilsharp", "python", "numpy", "lightgbm"} <= set(content["made_with"])
    coarse = content["inputs"]["the coarse soil moisture"]
    maps = list((place / "coarse").glob("*.tif"))
    assert coarse["files"] == len(maps)
    assert coarse["bytes"] == sum(path.stat().st_size for path in maps)


def test_what_changed_since_is_told_with_numbers(first, place, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(place, moved)
    shutil.copy(first / "run.json", tmp_path / "run.json")
    assert Manifest.read(tmp_path / "run.json", moved).changes() == []  # another place alone is no change
    stations = moved / "stations.csv"
    before = stations.stat().st_size
    stations.write_text(stations.read_text().replace("0.3", "0.4", 1))  # the same size
    next(iter(sorted((moved / "covariates" / "ndvi").glob("*.tif")))).unlink()
    content = json.loads((tmp_path / "run.json").read_text())
    content["made_with"]["numpy"] = "1.0"
    (tmp_path / "run.json").write_text(json.dumps(content))
    told = Manifest.read(tmp_path / "run.json", moved).changes()
    assert [line.split(" changed")[0] for line in told[:-1]] == ["The covariate 'ndvi'", "The stations"]
    assert f"bytes {before}" in told[1]
    assert told[-1] == f"Made with other versions, which may change the last digits: numpy 1.0, now {np.__version__}."


def test_other_versions_do_not_make_another_run(first, place, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(first, out)
    content = json.loads((out / "run.json").read_text())
    content["made_with"] = {"soilsharp": "0.0.1"}
    (out / "run.json").write_text(json.dumps(content))
    manifest = Manifest.read(out / "run.json")
    run_method(
        manifest.study, manifest.method, out, roles=manifest.roles, leave_out=["wet"]
    )  # its own folder: made anew
    assert json.loads((out / "run.json").read_text())["made_with"] != {"soilsharp": "0.0.1"}
    content["roles"] = {}
    (out / "run.json").write_text(json.dumps(content))
    with pytest.raises(OverwriteError, match="results of another run"):
        run_method(manifest.study, manifest.method, out, roles=manifest.roles, leave_out=["wet"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 1}, "has version 1"),
        ({"roles": []}, '"roles" must be an object'),
        ({"roles": {"soil": 3}}, "must hold text"),
        ({"study": {"folder": "/nowhere/at/all"}}, "which is not there: say where they are now"),
        ({"study": {}}, "which is not there: say where they are now"),
        ({"method": {"target": "moon"}}, 'run.json, method: "target" must be one of'),
    ],
)
def test_a_spoiled_manifest_ends_in_a_sentence(first, tmp_path, change, words):
    content = {**json.loads((first / "run.json").read_text()), **change}
    (tmp_path / "run.json").write_text(json.dumps(content))
    with pytest.raises((InputError, OptionError), match=words):
        Manifest.read(tmp_path / "run.json")
