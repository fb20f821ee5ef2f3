# SPDX-License-Identifier: GPL-2.0-or-later
"""One measurement of `run.py`, called as a process: WHAT FOLDER ARGUMENT; prints one line of JSON."""

import importlib
import json
import resource
import sys
from pathlib import Path

MODULES = (
    "measure_maps",
    "measure_products",
    "measure_training",
    "measure_kriging",
    "measure_start",
    "measure_explorer",
    "measure_gaps",
    "measure_nearest",
)


def main() -> None:
    """Run the measurement that is asked for, and add the peak memory of this process."""
    what, folder, argument = sys.argv[1:]
    figures = measurement(what)(Path(folder), argument) or {}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak_mb"] = figures.pop("child_mb", own)
    print(json.dumps(figures))


def measurement(what: str):
    """Return the function of that name."""
    for name in MODULES:
        module = importlib.import_module(name)
        if hasattr(module, what):
            return getattr(module, what)
    raise SystemExit(f"There is no measurement {what}.")


if __name__ == "__main__":
    main()
