# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a cancel waits in every algorithm, on larger inputs: `make cancel` (an hour).

Every algorithm runs to its end, or for as long as `--seconds` says, and the longest time between two looks at
whether to stop is told, by the processor and by the clock, with the lines that looked before and after it. Then it
runs again, and is cancelled just when that longest time begins: what is told is how long it still goes on ("nan" where
it came to its end before, with fewer looks).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "processing"


def main():
    """Run all algorithms, or those that are named, each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of algorithms; all if none is named")
    parser.add_argument("--seconds", type=float, default=300, help="of the processor, after which a run is cancelled")
    parser.add_argument("--folder", help="for the inputs; what is there is used again")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.names[0], Path(given.folder), given.seconds)), flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="soilsharp-cancel-") as own:
        folder = Path(given.folder or own)
        started()
        prepared(folder)
        head = "algorithm", "looks", "longest, s of processor", "s of the clock", "ends after, s of processor", "where"
        print(f"| {' | '.join(head)} |\n|---|--:|--:|--:|--:|---|")
        for name in given.names or conftest().CASES:
            tell(name, folder, given.seconds)


def tell(name, folder, seconds):
    """Measure one algorithm in a process of its own, and print its row."""
    command = [sys.executable, __file__, name, "--one", "--folder", folder, "--seconds", str(seconds)]
    run = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True, check=False)
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"| {name} | failed: {run.returncode} |", flush=True)
        return
    row = json.loads(lines[-1])
    numbers = " | ".join(f"{row[key]:.2f}" for key in ("work", "wall", "after"))
    print(f"| {name} | {row['looks']} | {numbers} | {row['where']} |", flush=True)


# --- inputs -----------------------------------------------------------------------------------------------------------


def loaded(name):
    """Return a file of the tests as a module."""
    if name not in sys.modules:
        spec = spec_from_file_location(name, TESTS / f"{name}.py")
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def conftest():
    """Return the module with a case of every algorithm."""
    return loaded("conftest")


def started():
    """Start QGIS with Processing and our provider; what is returned is kept."""
    from qgis.core import QgsApplication

    app = QgsApplication([], True)
    app.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from soilsharp.processing.provider import SoilSharpProvider

    provider = SoilSharpProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    started.kept = app, provider


def prepared(folder):
    """Return the chain and the folder of large inputs, made once of a region of some 30,000 samples."""
    import pickle

    from soilsharp.core.sample_region.region import create_sample_region
    from soilsharp.core.sample_region.settings import RegionOptions

    kept = folder / "chain.pickle"
    if not kept.exists():
        options = RegionOptions(size_km=120, coarse_km=4, days=40, n_stations=60)
        region = create_sample_region(folder / "region", options, seed=1)
        (folder / "chain").mkdir()
        chain = conftest().made_chain(region, folder / "chain")
        (folder / "large").mkdir()
        loaded("test_background").made_large(chain, folder / "large")
        kept.write_bytes(pickle.dumps(chain))
    return pickle.loads(kept.read_bytes()), folder / "large"


def case(name, folder, out):
    """Return the parameters of a large run of an algorithm."""
    chain, large = prepared(folder)
    background = loaded("test_background")
    if name in background.LARGE:
        return background.large_case(name, chain, large, out)
    return conftest().CASES[name](chain, out)


# --- one algorithm ----------------------------------------------------------------------------------------------------


class Looks:
    """The looks of the thread that computes at whether to stop: when each was, and where the longest gap lies."""

    def __init__(self, stop_at=float("inf"), seconds=float("inf")):
        self.stop_at, self.number, self.thread = stop_at, 0, threading.get_ident()
        self.since = time.perf_counter(), time.process_time()
        self.end, self.asked = self.since[1] + seconds, None
        self.lines, self.longest = "the start", (0.0, 0.0, 0, "")

    def look(self):
        """Return whether to stop."""
        if threading.get_ident() != self.thread:
            return self.asked is not None
        lines = where()
        self.note(lines)
        self.number += 1
        if self.asked is None and (self.number >= self.stop_at or time.process_time() > self.end):
            self.asked = time.process_time()
            return self.number < self.stop_at  # where the longest gap begins it is asked just after this look
        return self.asked is not None

    def note(self, lines):
        """Note a look, or the end."""
        now = time.perf_counter(), time.process_time()
        wall, work = (b - a for a, b in zip(self.since, now))
        if work > self.longest[1]:  # the clock also tells what other programs do
            self.longest = wall, work, self.number, f"{self.lines} to {lines}"
        self.since, self.lines = now, lines


def where():
    """Return the last places in core that lead to this look."""
    core = Path(sys.modules["soilsharp"].__file__).parent / "core"
    frames = [f for f in traceback.extract_stack() if core in Path(f.filename).parents and "base" not in f.filename]
    return " > ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames[-3:]) or "outside of core"


def measured(name, folder, seconds):
    """Return the figures of one algorithm."""
    started()
    with tempfile.TemporaryDirectory(prefix="soilsharp-cancel-") as place:
        run(name, case(name, folder, Path(place) / "warm"), Looks(seconds=0))  # what it loads is loaded
        given = case(name, folder, Path(place) / "first")  # which may be long work itself
        first = Looks(seconds=seconds)
        run(name, given, first)
        first.note("the end")
        wall, work, number, words = first.longest
        given = case(name, folder, Path(place) / "again")
        again = Looks(stop_at=max(number, 1))
        run(name, given, again)
        after = time.process_time() - again.asked if again.asked else float("nan")
    return {"looks": first.number, "wall": wall, "work": work, "after": after, "where": words}


def run(name, given, looks):
    """Run an algorithm in this thread, as `processing.run` does, until its end or its cancel."""
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        def isCanceled(self):
            return looks.look()

    try:
        processing.run(f"soilsharp:{name}", given, feedback=Feedback(False))
    except QgsProcessingException as error:
        if looks.asked is None:
            raise
        print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
