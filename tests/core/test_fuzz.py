# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged files: our own errors only, no crash, no hang, and the good files beside them are read all the same.

A few mutants of the file of every reader; `make fuzz` reads some hundreds of each, others by SOILSHARP_FUZZ_FROM.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).with_name("fuzz.py")
COUNT = int(os.environ.get("SOILSHARP_FUZZ", "4"))
FIRST = int(os.environ.get("SOILSHARP_FUZZ_FROM", "0"))
NAMES = ("smap", "modis", "era5land", "era5land_old", "grids", "grids_nc", "grids_texts", "soilgrids", "ismn",
         "ameriflux", "uscrn", "table", "excel", "points", "weather", "study", "method", "samples", "predictions",
         "model")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(name, tmp_path):
    told, errors, seed = {}, "", FIRST
    while seed < FIRST + COUNT:  # one that ends the process does not keep the others from being read
        run = _read(name, tmp_path / f"from {seed}", seed)
        lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"seed"')]
        assert lines, run.stderr[-2000:]
        told |= {line["seed"]: line.get("outcome", f"ended by {run.returncode}") for line in lines}
        errors, seed = errors + run.stderr[-2000:], lines[-1]["seed"] + 1
    wrong = {seed: outcome for seed, outcome in told.items() if outcome not in ("read", "refused")}
    assert wrong == {}, errors
    assert len(told) == COUNT


# damaged attributes of HDF5, an axis of far too many values, coordinates that are none, and a damaged file whose grid
# is another
@pytest.mark.parametrize(("name", "seed"), [("smap", 135), ("era5land", 93), ("era5land", 221), ("grids_texts", 203),
                                            ("grids", 294)])  # fmt: skip
def test_damage_that_went_wrong_once(name, seed, tmp_path):
    run = _read(name, tmp_path / "one", seed, seed + 1)
    assert json.loads(run.stdout.splitlines()[-1]).get("outcome") in ("read", "refused"), run.stderr[-2000:]


def _read(name, folder, seed, end=FIRST + COUNT):
    """Return the process that read the mutants from a seed on, to the last or to one that ended it."""
    folder.mkdir()
    command = [sys.executable, FUZZ, name, folder, str(seed), str(end)]
    return subprocess.run(command, capture_output=True, text=True)
