# SPDX-License-Identifier: GPL-2.0-or-later
"""What the workflow window keeps from one start of QGIS to the next: the studies of late, and how far one had come."""

import json
from pathlib import Path

from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

STUDIES, STATE = "soilsharp/workflow/studies", "soilsharp/workflow/state"
MOST_STUDIES = 8


def recent_studies():
    """Return the files of the studies that were opened or made last and are still there, the latest first."""
    return [path for path in _known() if Path(path).is_file()]


def note_study(path):
    """Put a study first among those of late."""
    path = str(path)
    others = [other for other in _known() if other != path]
    QgsSettings().setValue(STUDIES, json.dumps([path, *others][:MOST_STUDIES]))


def note_state(state):
    """Keep how far a person has come: a dict of what JSON can hold."""
    QgsSettings().setValue(STATE, json.dumps(state))


def last_state():
    """Return what was kept last, {} if nothing can be read; paths that are gone are left out of its facts."""
    state = _read(STATE, {})
    facts = state.get("facts")
    if not isinstance(facts, dict):
        return {}
    state["facts"] = {name: fact for name, fact in facts.items() if not _is_gone(fact)}
    return state


def first_folder():
    """Return where results go while there is no study: beside the project, or among the documents."""
    home = QgsProject.instance().homePath()
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(Path(home or documents or Path.home()) / "soilsharp")


def _known():
    return [path for path in _read(STUDIES, []) if isinstance(path, str)]


def _read(key, default):
    """Return a value that was kept, or the default if it is of another kind."""
    try:
        value = json.loads(QgsSettings().value(key, "") or "null")
    except (TypeError, ValueError):
        return default
    return value if isinstance(value, type(default)) else default


def _is_gone(fact):
    """Whether a fact is a whole path that does not exist any more."""
    path = Path(str(fact))
    return path.is_absolute() and not path.exists()
