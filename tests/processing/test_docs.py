# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands in the documentation: algorithms, parameters and choices that exist."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from soilsharp.core.cli import main
from soilsharp.core.methods.method import Method
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.training.model import Model

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "methods").glob("*.md"))]


def blocks(text, *kinds):
    """Return the blocks of a page that are of some kinds, as "sh", or "" of those that name none."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.S | re.M)
    return [block for kind, block in found if kind in kinds]


def commands(text, start="qgis_process run"):
    """Return the words of each call in the shell blocks of a page that begins so."""
    lines = "\n".join(blocks(text, "sh", "")).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in map(str.strip, lines) if line.startswith(start)]


def faults(words, registry):
    """Return what is wrong with a command."""
    algorithm = registry.algorithmById(words[2])
    if algorithm is None:
        return [f"there is no {words[2]}"]
    found = []
    given = [word.partition("=") for word in words[words.index("--") + 1 :]]
    for name, _, value in given:
        definition = algorithm.parameterDefinition(name)
        if definition is None:
            found.append(f"{words[2]} has no {name}")
        elif definition.type() == "enum" and not set(
            value.split(",") if definition.allowMultiple() else [value]
        ) <= set(definition.options()):
            found.append(f"{words[2]}: {name} cannot be {value}")
    names = {name for name, _, _ in given}
    optional = definition_flags()
    for definition in algorithm.parameterDefinitions():
        needed = not definition.flags() & optional and definition.defaultValue() is None
        if needed and definition.name() not in names and not definition.isDestination():
            found.append(f"{words[2]} needs {definition.name()}")
    return found


def definition_flags():
    from qgis.core import QgsProcessingParameterDefinition

    return QgsProcessingParameterDefinition.Flag.FlagOptional


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_can_be_called(qgis, page):
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    wrong = [fault for words in commands(page.read_text(encoding="utf-8")) for fault in faults(words, registry)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_without_qgis_can_be_called(page):
    from soilsharp.core.cli import _parser
    from soilsharp.core.methods.settings import shipped

    for words in commands(page.read_text(encoding="utf-8"), "soilsharp "):
        values = _parser().parse_args(words[1:])  # leaves the interpreter where it cannot be understood
        if "method" in values:
            assert values.method in shipped() or values.method.endswith(".json"), words


def test_the_page_on_use_has_every_step_of_training():
    page = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    called = {words[2] for words in commands(page)}
    for step in ("train_blend", "compare_learners", "select_covariates", "explain_model", "run_method"):
        assert f"soilsharp:{step}" in called


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_inside_of_the_documentation_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if "://" not in t and not (page.parent / t).exists()] == []


def test_the_method_on_the_page_on_use_can_be_read(tmp_path):
    from soilsharp.core.methods.method import Method

    shown = blocks((ROOT / "docs" / "usage.md").read_text(encoding="utf-8"), "json")
    (text,) = [block for block in shown if '"method"' in block]
    path = tmp_path / "method.json"
    path.write_text(text, encoding="utf-8")
    assert Method.read(path).name == "my forest"


def test_wrong_commands_are_found(qgis):
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    text = "```sh\nqgis_process run soilsharp:import_smap -- IN=a OVERPASS=noon \\\n  OUTPUT=b\n```"
    (words,) = commands(text)
    assert faults(words, registry) == [
        "soilsharp:import_smap has no IN",
        "soilsharp:import_smap: OVERPASS cannot be noon",
        "soilsharp:import_smap needs INPUT",
    ]
    assert faults(["qgis_process", "run", "soilsharp:no", "--"], registry) == ["there is no soilsharp:no"]


# --- a model carried to another region --------------------------------------------------------------------------------

ELSEWHERE = RegionOptions(size_km=36, resolution_m=1000, coarse_km=9, days=8, n_stations=8)


def _quick(path):
    """Write the published method without its search and what it does beside its model."""
    content = Method.read("jaaskelainen2025").as_json()
    content["recipe"]["search"] = {}
    content |= {"compare": {}, "compare_folds": [], "explain": None, "errors": {}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.name


def _another_region(folder):
    """Make a region of other ground and weather, whose stations have other names."""
    create_sample_region(folder, ELSEWHERE, seed=2)
    stations = pd.read_csv(folder / "stations.csv")
    stations.assign(station="A" + stations["station"]).to_csv(folder / "stations.csv", index=False)
    return set("A" + stations["station"])


def test_the_commands_of_the_page_map_and_score_another_region(qgis, region, tmp_path, monkeypatch):
    from qgis import processing

    page = (ROOT / "docs" / "methods" / "jaaskelainen2025.md").read_text(encoding="utf-8")
    section = page[page.index("## To another region") : page.index("## From the paper to files")]
    (learn,) = commands(section, "soilsharp run")
    steps = commands(section)
    assert [step[2] for step in steps] == ["soilsharp:downscale_series", "soilsharp:validate_stations"]
    monkeypatch.chdir(tmp_path)
    shutil.copytree(Path(region.study).parent, "finland")
    strangers = _another_region(tmp_path / "alaska")
    assert main([_quick(tmp_path / "quick.json") if word == "jaaskelainen2025" else word for word in learn[1:]]) == 0
    for step in steps:
        given = dict(word.split("=", 1) for word in step[step.index("--") + 1 :])
        results = processing.run(step[2], given)
    assert results["N"] > 0
    assert len(list(Path("alaska/maps").glob("sm_*.tif"))) == ELSEWHERE.days
    predictions = Predictions.read("alaska/predictions.csv").table
    # stations that the model has not learned from
    assert set(predictions["station"]) <= strangers
    assert set(predictions["part"]) == {"test"}
    learned = set(Model.read("finland/run/model.soilsharp").passport["stations"])
    assert learned
    assert not learned & strangers
    assert "Time series" in Path("alaska/report.html").read_text(encoding="utf-8")
