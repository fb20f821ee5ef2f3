# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of a run: a new one, an empty one, or that of the same run, which is made anew."""

from __future__ import annotations

import json
from pathlib import Path

from ..base.errors import OverwriteError
from ..base.inputs import refuse_file, refuse_folder
from ..base.names import some
from .manifest import same_run
from .method import Method
from .reach import FILE as LOSING_STATIONS
from .texture_map import FILE as TEXTURE_MAP

METHOD, RUN = "method.json", "run.json"
# all that a run may write, into its folder or into that of each depth
FILES = (
    METHOD, RUN, "samples.csv", "stations_rescaled.csv", "rescaling.csv", "rescaling_scores.csv", "model.soilsharp",
    "scores.csv", "stations.gpkg", "report.html", "members.csv", "periods.csv", "importance_by_period.csv", "test.csv",
    "predictions.csv", "uncertainty.csv", "uncertainty.html", "run.html", "depths.html",
    "scores_by_depth.csv", "importance_by_depth.csv", TEXTURE_MAP, LOSING_STATIONS,
)  # fmt: skip
FOLDERS = (
    "maps", "maps_by_model", "coarse", "held_out", "maps_encoded", "climate", "explanation", "comparison", "analyses",
)  # fmt: skip


def refuse_taken(folder: Path, method: Method, manifest: dict) -> None:
    """Raise `OverwriteError` if a run would replace what it reads, or lie among the files of others.

    Parameters
    ----------
    folder : Path
        For the results.
    method : Method
    manifest : dict
        See `manifest_of`.
    """
    refuse_folder(folder)
    for place in (folder, *(folder / depth.name for depth in method.depths)):
        for name in FILES:
            refuse_file(place / name)
        for name in FOLDERS:
            refuse_folder(place / name)
    found = folder.iterdir() if folder.is_dir() else ()
    held = sorted(path.name for path in found if not path.name.startswith("."))
    if not held or _is_of(folder / RUN, manifest):
        return
    whose = "the results of another run" if RUN in held else some(held)
    raise OverwriteError(
        f"The folder of results, {folder}, holds {whose}. A run goes into a folder that is new or empty, or into its "
        "own, to be made anew with the same study and method: choose another folder; nothing was written."
    )


def _is_of(path: Path, manifest: dict) -> bool:
    """Return whether a file is the manifest of the same run, whatever it was made with."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and same_run(content, manifest)
