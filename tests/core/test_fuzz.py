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
NAMES = ("smap", "modis", "era5land", "era5land_old", "grids", "grids_nc", "soilgrids", "ismn", "ameriflux", "uscrn",
         "table", "excel", "points", "weather", "study", "method", "samples", "predictions", "model")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(name, tmp_path):
    run = subprocess.run(
        [sys.executable, FUZZ, name, tmp_path, str(FIRST), str(FIRST + COUNT)], capture_output=True, text=True
    )
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"seed"')]
    told = {line["seed"]: line.get("outcome", "no answer") for line in lines}
    wrong = {seed: outcome for seed, outcome in told.items() if outcome not in ("read", "refused")}
    assert (wrong, run.returncode) == ({}, 0), run.stderr[-2000:]
    assert len(told) == COUNT
