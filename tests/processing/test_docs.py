# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands in the documentation: algorithms, parameters and choices that exist."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(text):
    """Return the words of each call of qgis_process in the shell blocks of a page."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("qgis_process run")]


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
        elif definition.type() == "enum" and value not in definition.options():
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
