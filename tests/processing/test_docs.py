# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands in the documentation: algorithms, parameters and choices that exist."""

import re
import shlex
from pathlib import Path

import pytest

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
