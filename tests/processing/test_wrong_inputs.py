# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong inputs of every kind to every algorithm: our sentence, no traceback, nothing harmed, nothing left.

A sample of them is tried, drawn by a seed. `make wrong-inputs` tries all and writes a table of what came of them.
"""

import hashlib
import os
import random
import resource
import shutil
import signal
import sys
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

# pytest imports test files by their path, so a neighbour cannot be imported by its name
_spec = spec_from_file_location("wrong_inputs", Path(__file__).with_name("wrong_inputs.py"))
generator = sys.modules["wrong_inputs"] = module_from_spec(_spec)
_spec.loader.exec_module(generator)

TABLE = os.environ.get("SOILSHARP_WRONG_INPUTS", "")  # where the table is written; all are tried then
SAMPLE = 5  # of every algorithm, where there is no table
STUDIES = 20  # of every algorithm that reads some
GUARD = 120  # seconds of the processor; ends what would never end
MEMORY = 12 * 2**30  # bytes of addresses; ends what would take the whole machine
BARE = ("Incorrect parameter value", "Could not load source layer", "There were errors executing")


class EndlessWork(Exception):
    """It did not end by itself."""


def test_wrong_inputs(case, chain, inputs, tmp_path, monkeypatch):
    from qgis.core import QgsApplication

    algorithm = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{case}")
    given = {**inputs(case, "given")}
    for definition in algorithm.destinationParameterDefinitions():
        if definition.name() in given:
            given[definition.name()] = str(tmp_path / "results" / Path(given[definition.name()]).name)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # where relative paths would lead
    draw = random.Random(case)
    drawn = _drawn(list(generator.wrong_inputs(algorithm, given, chain.study)), draw)
    drawn = drawn if TABLE else draw.sample(drawn, min(SAMPLE, len(drawn)))
    rows = [row for one in drawn for row in _tried(algorithm, given, one, tmp_path)]
    assert [row for row in rows if set(row[4:-1]) - {"sentence", "accepted", ""}] == []


def _drawn(wrong, draw):
    """Return one wrong input of each kind, of a parameter that is drawn; and some of the studies."""
    draw.shuffle(wrong)
    studies = [one for one in wrong if one.kind.startswith("study:")][:STUDIES]
    return list({one.kind: one for one in wrong if not one.kind.startswith("study:")}.values()) + studies


def _tried(algorithm, given, wrong, folder):
    """Yield what came of a wrong input: asked for by processing.run, and as a step of a model."""
    from qgis.core import QgsProcessingModelAlgorithm

    place = folder / "wrong"
    value = wrong.make(place)
    for way, run in (("asked", _asked), ("step", _step)):
        shutil.rmtree(folder / "results", ignore_errors=True)
        for definition in algorithm.destinationParameterDefinitions():
            if definition.name() in given:
                _keep_something(given[definition.name()], definition)
        before = _contents(folder)
        outcome, text = run(algorithm, {**given, wrong.parameter: value})
        after = _contents(folder)
        # what the steps of a model made before one that fails stays, as QGIS has it
        whole = outcome != "accepted" and not isinstance(algorithm, QgsProcessingModelAlgorithm)
        harmed = "harmed" if whole and any(after.get(path) != held for path, held in before.items()) else ""
        left = "left" if whole and set(after) - set(before) else ""
        row = [algorithm.name(), wrong.parameter, wrong.kind, way, outcome, harmed, left, text]
        if TABLE:
            with open(TABLE, "a", encoding="utf-8") as file:
                print(*(" ".join(word.replace("\0", "?").split())[:400] for word in row), sep="\t", file=file)
        yield row
        if outcome == "accepted":
            break
    shutil.rmtree(place, ignore_errors=True)


def _keep_something(place, definition):
    """Put something where a result is to go, as an earlier run would have."""
    path = Path(place) / "kept.txt" if definition.type() == "folderDestination" else Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"kept")


def _contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".aux.xml")]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _asked(algorithm, parameters):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    try:
        with _guarded():
            processing.run(algorithm.id(), parameters, feedback=feedback)
    except QgsProcessingException as error:
        return _of(f"{error} {feedback.textLog()}")
    except Exception as error:
        return "traceback", f"{type(error).__name__}: {error}"
    return "accepted", ""


def _step(algorithm, parameters):
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProject

    feedback, context = QgsProcessingFeedback(False), QgsProcessingContext()
    context.setProject(QgsProject.instance())
    try:
        with _guarded():
            _, fine = algorithm.create().run(parameters, context, feedback)
    except Exception as error:
        return "traceback", f"{type(error).__name__}: {error}"
    return ("accepted", "") if fine else _of(feedback.textLog())


def _of(text):
    """Return what a refusal is."""
    if "EndlessWork" in text:
        return "no end", f"not within {GUARD} s of the processor"
    if "Traceback" in text:
        return "traceback", text[text.find("Traceback") :][-400:]
    bare = [words for words in BARE if words in text]
    return ("QGIS's words" if bare or not text.strip() else "sentence"), text


@contextmanager
def _guarded():
    def end(*_):
        raise EndlessWork

    before = signal.signal(signal.SIGPROF, end)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, limits[1]))
    signal.setitimer(signal.ITIMER_PROF, GUARD)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGPROF, before)
