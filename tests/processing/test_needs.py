# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages that each algorithm says it needs: it runs with no other one, and it uses each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from soilsharp.core.base.extras import missing
from soilsharp.processing.base import SoilSharpAlgorithm

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
# what the learners of a case need besides, as those of its model
WITH_MODEL = (
    "downscale", "downscale_series", "explain_model", "check_scale_transfer", "shap_maps", "map_applicability",
    "uncertainty_budget",
)  # fmt: skip
CHOSEN = {
    "run_method": ["sklearn"],
    "train_blend": ["lightgbm"],
    **{name: ["sklearn", "lightgbm"] for name in WITH_MODEL},
}
RUN_EACH = """
import builtins, importlib, json, os, sys
from importlib.util import module_from_spec, spec_from_file_location
from qgis.core import QgsApplication, QgsProcessingFeedback
app = QgsApplication([], True)
app.initQgis()
sys.path[0] = QgsApplication.pkgDataPath() + "/python/plugins"  # and not our own root, where `processing` is another
import processing
from processing.core.Processing import Processing
Processing.initialize()
spec = spec_from_file_location("soilsharp", sys.argv[1] + "/__init__.py", submodule_search_locations=sys.argv[1:2])
sys.modules["soilsharp"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["soilsharp"])
plugin = sys.modules["soilsharp"].classFactory(None)
plugin.initProcessing()
from soilsharp.core.base.packages import PACKAGES

def alone(work):
    "Return what a function returns in a copy of this process."
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, json.dumps(work()).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        text = told.read()
    os.waitpid(child, 0)
    return json.loads(text or '["it has crashed"]')

def run(name, given, needs):
    "Run an algorithm; return what went wrong, and which of its packages it did not import."
    used, load = set(), builtins.__import__
    def noted(name, *words, **named):
        used.add(name.partition(".")[0])
        return load(name, *words, **named)
    builtins.__import__ = noted
    try:
        processing.run(f"soilsharp:{name}", given, feedback=QgsProcessingFeedback(False))
    except Exception as error:
        return [str(error)]
    return [f"{package} is not used" for package in needs if package not in used]

def run_all(needs, cases):
    "Run algorithms where only some packages can be imported; these are imported once for all of them."
    for package in PACKAGES:
        if package not in needs:
            sys.modules[package] = None  # an import of it now fails as if it were not there
    for package in needs:
        importlib.import_module(package)
    return {name: wrong for name, given in cases if (wrong := alone(lambda: run(name, given, needs)))}

wrong = {}
for needs, cases in json.load(open(sys.argv[2])):
    wrong[", ".join(needs)] = alone(lambda: run_all(needs, cases))
print(json.dumps({needs: names for needs, names in wrong.items() if names}))
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture
def cases(qgis, case_names, inputs):
    """Return sets of packages, and for each the names of algorithms that need these, with what they are given.

    An algorithm comes once without the results that it can do without, and once with all if these need more.
    """
    from qgis.core import QgsApplication, QgsProcessingParameterDefinition

    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    found = {}
    for name in sorted(case_names):
        algorithm = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{name}").create()
        if not isinstance(algorithm, SoilSharpAlgorithm):  # a model, which needs what its steps need
            continue
        if missing(algorithm.NEEDS):  # an optional one that is not here
            continue
        given = inputs(name, name)
        extra = [p for p in algorithm._params if p.is_target and p.definition.flags() & optional and p.name in given]
        few = {key: value for key, value in given.items() if key not in [p.name for p in extra]}
        needs = {*algorithm.NEEDS, *CHOSEN.get(name, ())}
        found.setdefault(tuple(sorted(needs)), []).append([name, few])
        everything = needs.union(*(p.needs for p in extra))
        if everything > needs:
            found.setdefault(tuple(sorted(everything)), []).append([name, given])
    return list(found.items())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each algorithm runs in a copy of one QGIS")
def test_every_algorithm_runs_with_what_it_says_it_needs_and_uses_it(cases, tmp_path):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    done = subprocess.run([sys.executable, "-c", RUN_EACH, ROOT, path], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {}
